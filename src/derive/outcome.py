"""The outcome: a verdict and a witness together, and what the page expected. What every export reads."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.kernel.verdict import Verdict
from derive.shown import Shown
from derive.statement.claim import Claim, Erratum
from derive.statement.term import Term


@dataclass(frozen=True)
class Witness:
    """What JAX says of a claim: AGREES, DISAGREES, NOT_RUN or NOT_APPLICABLE."""

    status: str
    points: int = 0
    worst_error: float = 0.0  # |error| / (eps * sum of |terms|), the largest over all points
    primal: str = ""  # what was differentiated or evaluated, in words
    note: str = ""  # why it was not run, or where it disagrees
    by_scale: tuple[tuple[float, float], ...] = ()  # the worst error at each size of the input: (largest number at a point, error)


@dataclass(frozen=True)
class LinkOutcome:
    """One link of a chain with its own verdict."""

    relation: str
    why: str
    verdict: Verdict


@dataclass(frozen=True)
class Repair(Shown):
    """A single change that makes a refuted line true, as the kernel proved."""

    kind: str  # what it changes: "a sign", "an index", "a hypothesis"
    change: str  # the change in words: "the sign of x"
    claim: Claim  # what holds: the line, or the statement of another shape, as it reads after the change
    given: Term | None  # the hypothesis that was missing, where that is the change
    verdict: Verdict

    def __repr__(self) -> str:
        return f"<{self.change}: PROVED>"


@dataclass(frozen=True)
class Outcome(Shown):
    """One claim or erratum, decided. `result` is what a reader needs to know first.

    result: "verified" (PROVED, and witness and recheck each agree or do not apply), "refuted", "unknown", "admitted", "conflict",
    "unwitnessed" (PROVED, witness or recheck not run), and for what a page declares: "expected" or "unexpected".
    """

    item: Claim | Erratum
    verdict: Verdict | None
    links: tuple[LinkOutcome, ...]
    ends: Verdict | None  # first line = last line, decided directly; None where the chain has one link
    witness: Witness
    recheck: str  # what the second checker says: "AGREES", "DISAGREES", "NOT_APPLICABLE"; "NOT_RUN" where nothing is proved
    result: str
    seconds: float
    readings: tuple[tuple[str, str, str], ...] = field(default=())  # (words, verdict name, claim id)
    messages: tuple[str, ...] = ()  # findings, one sentence each
    repairs: tuple[Repair, ...] = ()  # what makes the first refuted line true, the closest first; looked for only when asked
