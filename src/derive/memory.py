"""Memory: what was decided and witnessed before, taken from the cache where nothing that it depends on has changed.

A page cannot write here: it runs in a process that is kept from writing (see confine.py), and where the system cannot keep it from that
there is no memory. What is remembered is restored part by part, and the kernel mints its verdicts anew. An answer that a clock may have
had a hand in is never kept.
"""

from __future__ import annotations

import math
from typing import Any

from derive.cache import Cache
from derive.errors import DeriveError
from derive.judgement import Decided
from derive.kernel.record import record, restore
from derive.outcome import LinkOutcome, Witness
from derive.statement.claim import Claim, Erratum

DECISION, WITNESS = "decision", "witness"


class Memory:
    """What the cache holds of claims."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def decision(self, item: Claim | Erratum, key: str) -> Decided | None:
        """What the kernel said of an item before."""
        data = self.cache.get(DECISION, key)
        try:
            return None if data is None else _restore_decision(data, item)
        except DeriveError as error:
            self.cache.report(f"what is kept of {item.id} cannot be used: {error.message}; it is decided anew")
            return None

    def keep_decision(self, key: str, found: Decided) -> None:
        if found.settled and not found.fault:
            self.cache.put(DECISION, key, _record_decision(found))

    def witness(self, claim: Claim, key: str) -> Witness | None:
        """What the witness said of a claim before."""
        data = self.cache.get(WITNESS, key)
        try:
            return None if data is None else _restore_witness(data)
        except DeriveError as error:
            self.cache.report(f"what is kept of the witness of {claim.id} cannot be used: {error.message}; it is asked anew")
            return None

    def keep_witness(self, key: str, found: Witness) -> None:
        self.cache.put(WITNESS, key, _record_witness(found))


def lines(claim: Claim) -> list[tuple[str, str]]:
    """The relation and the reason of each link; a form is one line."""
    return [(claim.form.name, "")] if claim.form is not None else [(link.relation, link.why) for link in claim.links]


def _record_decision(found: Decided) -> Any:
    return {
        "links": [record(link.verdict) for link in found.links],
        "ends": found.ends and record(found.ends),
        "at": found.at and record(found.at),
        "seconds": found.seconds,
    }


def _restore_decision(data: Any, item: Claim | Erratum) -> Decided:
    claim = item.printed if isinstance(item, Erratum) else item
    written = lines(claim) if claim is not None else []
    if not isinstance(data, dict) or set(data) != {"links", "ends", "at", "seconds"} or type(data["links"]) is not list:
        raise DeriveError("a decision has links, ends, a point and seconds")
    if len(data["links"]) != len(written):
        raise DeriveError(f"it has {len(data['links'])} verdicts for {len(written)} lines")
    links = tuple(LinkOutcome(relation, why, restore(v)) for (relation, why), v in zip(written, data["links"], strict=True))
    ends, at = (None if data[name] is None else restore(data[name]) for name in ("ends", "at"))
    return Decided(links, ends, _number(data["seconds"]), at)


def _record_witness(found: Witness) -> Any:
    return [found.status, found.points, _finite(found.worst_error), found.primal, found.note, [[x, _finite(e)] for x, e in found.by_scale]]


def _finite(error: float) -> float | None:
    """JSON has no infinity."""
    return error if math.isfinite(error) else None


def _restore_witness(data: Any) -> Witness:
    if type(data) is not list or [type(part) for part in data] not in ([str, int, kind, str, str, list] for kind in (float, type(None))):
        raise DeriveError("an answer is a status, a number of points, an error, a primal, a note and errors by the size of the input")
    status, points, error, primal, note, by_scale = data
    if status not in ("AGREES", "DISAGREES", "NOT_RUN", "NOT_APPLICABLE"):
        raise DeriveError(f"unknown status {status!r}")
    pairs = tuple(_restore_pair(pair) for pair in by_scale)
    return Witness(status, points, math.inf if error is None else error, primal, note, pairs)


def _restore_pair(data: Any) -> tuple[float, float]:
    if type(data) is not list or [type(part) for part in data] not in ([float, kind] for kind in (float, type(None))):
        raise DeriveError("an error by the size of the input is two numbers")
    scale, error = data
    return scale, math.inf if error is None else error


def _number(data: Any) -> float:
    if type(data) is not float or not math.isfinite(data):
        raise DeriveError("seconds are a number")
    return data
