"""Verdict <-> data, to keep a verdict beyond its process. `restore` trusts nothing: it checks every part and mints anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from derive.errors import DeriveError
from derive.kernel.verdict import Counterexample, Status, Verdict, mint
from derive.statement import codec
from derive.statement.step import Step

LONGEST = 10_000  # parts of a list

Data = Any  # what json.dumps takes and json.loads gives


def record(verdict: Verdict) -> Data:
    """A verdict as data for json.dumps."""
    fields = {f.name: getattr(verdict, f.name) for f in dataclasses.fields(verdict)}
    found = fields["counterexample"]
    # One step around the log: its terms are written once, however many steps speak of them.
    return fields | {
        "status": verdict.name,
        "counterexample": found and dataclasses.asdict(found),
        "steps": codec.encode(Step((), parts=verdict.steps)),
    }


def restore(data: Data) -> Verdict:
    """The verdict that was recorded; raises DeriveError for what `record` would not have written."""
    fields = _fields(data, Verdict)
    if _frozen(fields["status"]) not in Status.__members__:
        raise DeriveError(f"a recorded verdict has the unknown status {fields['status']!r}")
    if fields["counterexample"] is not None:
        fields["counterexample"] = Counterexample(**{k: _frozen(v) for k, v in _fields(fields["counterexample"], Counterexample).items()})
    log = codec.decode(fields["steps"])
    if not isinstance(log, Step):
        raise DeriveError("a recorded verdict has a log of steps")
    whole = {"status": Status[fields["status"]], "counterexample": fields["counterexample"], "steps": log.parts}
    try:
        return mint(**{k: _frozen(v) for k, v in fields.items() if k not in whole}, **whole)
    except TypeError as error:
        raise DeriveError(f"a recorded verdict contradicts itself: {error}") from error


def _fields(data: Data, kind: type) -> dict[str, Any]:
    names = {f.name for f in dataclasses.fields(kind)}
    if not isinstance(data, Mapping) or set(data) != names:
        raise DeriveError(f"a recorded {kind.__name__} has other fields than {', '.join(sorted(names))}")
    return dict(data)


def _frozen(part: Data) -> Any:
    """Words, and lists of words inside lists, as tuples."""
    if type(part) is list and len(part) <= LONGEST:
        return tuple(_frozen(p) for p in part)
    if type(part) is not str:
        raise DeriveError(f"a recorded verdict is made of words, not of {type(part).__name__}")
    return part
