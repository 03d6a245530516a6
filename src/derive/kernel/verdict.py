"""The verdict: what the kernel says of a claim, and what it rests on.

Only kernel modules mint verdicts. `Verdict` is final and frozen, and its constructor wants the token of this module.
Python cannot make that ironclad; tests/test_architecture.py looks for any other construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from derive.statement.step import Step


class Status(Enum):
    """The four answers, worst first in `ORDER`."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNKNOWN = "UNKNOWN"
    ADMITTED = "ADMITTED"


ORDER = (Status.REFUTED, Status.UNKNOWN, Status.ADMITTED, Status.PROVED)


@dataclass(frozen=True)
class Counterexample:
    """An exact point where a claim fails.

    `at` gives each size, index, variable and array exactly, as strings; `lhs` and `rhs` are both sides there (exact where they
    are rational, else a decimal enclosure, "undefined" where a side has no real value); `ball` encloses lhs - rhs and excludes 0,
    or is "" where exactly one side is defined.
    """

    at: tuple[tuple[str, str], ...]
    lhs: str
    rhs: str
    ball: str


_TOKEN = object()


@dataclass(frozen=True, init=False, slots=True)
class Verdict:
    """What the kernel says: status, scope, region, and all that it rests on."""

    status: Status
    scope: str  # "all n, m" or "n = 3" or "" for claims without sizes
    region: str  # "everywhere" or "off kinks"
    hypotheses: tuple[str, ...]
    oracles: tuple[str, ...]
    admits: tuple[str, ...]
    counterexample: Counterexample | None
    tried: tuple[str, ...]  # for UNKNOWN: what was tried
    rules: tuple[str, ...]  # names of the rules applied, in order
    steps: tuple[Step, ...] = field(repr=False)  # the proof's log: its goals and cases, as far as they are few
    satisfied_at: tuple[tuple[str, str], ...]  # for PROVED under hypotheses: an exact point at which all of them hold
    unused: tuple[str, ...]  # of the hypotheses given, those without which the proof was seen to go through

    def __init__(self, token: object, **fields: Any) -> None:
        if token is not _TOKEN:
            raise TypeError("only the kernel mints a Verdict")
        for name in self.__slots__:
            object.__setattr__(self, name, fields[name])

    def __init_subclass__(cls, **_: Any) -> None:
        raise TypeError("Verdict is final")

    @property
    def name(self) -> str:
        return self.status.value


def mint(
    status: Status,
    *,
    scope: str = "",
    region: str = "everywhere",
    hypotheses: tuple[str, ...] = (),
    oracles: tuple[str, ...] = (),
    admits: tuple[str, ...] = (),
    counterexample: Counterexample | None = None,
    tried: tuple[str, ...] = (),
    rules: tuple[str, ...] = (),
    steps: tuple[Step, ...] = (),
    satisfied_at: tuple[tuple[str, str], ...] = (),
    unused: tuple[str, ...] = (),
) -> Verdict:
    """A verdict; raises TypeError where its parts contradict its status."""
    if not isinstance(status, Status):
        raise TypeError(f"a verdict wants a Status, got {status!r}")
    if (status is Status.REFUTED) != (counterexample is not None):
        raise TypeError("a refutation, and nothing else, carries a counterexample")
    if status is Status.PROVED and not rules:
        raise TypeError("a proof names the rules that it used")
    return Verdict(
        _TOKEN, status=status, scope=scope, region=region, hypotheses=hypotheses, oracles=tuple(sorted(set(oracles))),
        admits=tuple(sorted(set(admits))), counterexample=counterexample, tried=tried, rules=rules, steps=steps,
        satisfied_at=satisfied_at, unused=unused,
    )  # fmt: skip
