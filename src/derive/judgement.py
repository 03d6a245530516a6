"""Judgement: the outcome of a claim from its lines' verdicts, its citations and its witness, and what to say where it is not as expected.

Nothing here mints a verdict: the kernel's `chain` joins them, and numbers may veto a proof but never make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derive.kernel import chain
from derive.kernel.questions import statement
from derive.kernel.verdict import Counterexample, Status, Verdict
from derive.outcome import LinkOutcome, Outcome, Witness
from derive.statement.claim import Claim, Erratum
from derive.statement.term import show

NOT_RUN = Witness("NOT_RUN", note="it was not asked")


@dataclass(frozen=True)
class Decided:
    """What the kernel says of one claim's own lines, before citations."""

    links: tuple[LinkOutcome, ...]
    ends: Verdict | None = None
    seconds: float = 0.0
    at: Verdict | None = None  # the printed formula at the point that its erratum names
    fault: str = ""  # an error that the lines raised, in words
    recheck: str = "NOT_RUN"  # what the second checker says of the lines
    recheck_note: str = ""
    settled: bool = True  # no clock had a hand in it: the same question gets the same answer on any machine


@dataclass
class Judge:
    """All that is known of some pages' claims; says what follows for each of them."""

    claims: Mapping[str, Claim]
    decided: Mapping[str, Decided]
    witnesses: Mapping[str, Witness]

    def outcome(self, item: Claim | Erratum) -> Outcome:
        return self._of_claim(item) if isinstance(item, Claim) else self._of_erratum(item)

    def verdict(self, claim: str) -> Verdict:
        """The verdict of a claim, resting on all that it cites."""
        return chain.chain([link.verdict for link in self._links(claim)])

    def _links(self, claim: str) -> tuple[LinkOutcome, ...]:
        # This ends: a page can cite only what stands before it, or on a page that it imports.
        own = self.decided.get(claim)
        if own is None:
            return (LinkOutcome("eq", "", chain.stop(f"{claim} was not decided")),)
        cites = [link.by for link in self.claims[claim].links] or [()]
        return tuple(
            LinkOutcome(link.relation, link.why, chain.rest_on(link.verdict, [self._citation(name) for name in by]))
            for link, by in zip(own.links, cites, strict=True)
        )

    def _citation(self, claim: str) -> chain.Citation:
        proposition = statement(self.claims[claim]) if claim in self.claims else None
        return chain.Citation(claim, self.verdict(claim), show(proposition) if proposition is not None else "")

    def _ends(self, claim: Claim) -> Verdict | None:
        """The verdict on first line against last, resting on the cited claims whose statements it takes for granted."""
        ends = self.decided[claim.id].ends
        if ends is None:
            return None
        cited = [self._citation(name) for name in dict.fromkeys(name for link in claim.links for name in link.by)]
        return chain.rest_on(ends, [c for c in cited if c.words in ends.hypotheses])

    def _of_claim(self, claim: Claim) -> Outcome:
        own, links = self.decided[claim.id], self._links(claim.id)
        ends = self._ends(claim)
        verdict = chain.chain([link.verdict for link in links])
        witness = self.witnesses.get(claim.id, NOT_RUN)
        again = own.recheck if verdict.status is Status.PROVED else "NOT_RUN"
        result = claim_result(claim, verdict, ends, witness, again)
        messages = tuple(findings_of_claim(result, links, ends, witness, (again, own.recheck_note)))
        return Outcome(claim, verdict, links, ends, witness, again, result, own.seconds, (), messages)

    def _of_erratum(self, erratum: Erratum) -> Outcome:
        own = self.decided[erratum.id]
        readings = tuple((words, self.verdict(claim)) for words, claim in erratum.readings)
        if erratum.reason == "ill-posed":
            # It has no verdict of its own: the links shown are its readings.
            verdict, links = None, tuple(LinkOutcome("reading", words, v) for words, v in readings)
            messages = tuple(findings_of_ill_posed(erratum, [v for _, v in readings]))
        else:
            verdict, links = (chain.chain([link.verdict for link in own.links]) if own.links else None), own.links
            instead = self.verdict(erratum.instead) if erratum.instead else None
            messages = tuple(findings_of_erratum(erratum, verdict, own.at, instead))
        return Outcome(
            erratum, verdict, links, own.ends,
            self.witnesses.get(erratum.printed.id, NOT_RUN) if erratum.printed else Witness("NOT_APPLICABLE"),
            "NOT_RUN", "unexpected" if messages else "expected", own.seconds,
            tuple((words, v.name, claim) for (words, v), (_, claim) in zip(readings, erratum.readings, strict=True)), messages,
        )  # fmt: skip


def claim_result(claim: Claim, verdict: Verdict, ends: Verdict | None, witness: Witness, recheck: str) -> str:
    """What a reader needs to know first of a claim; the witness and the second checker may veto a proof, they never make one."""
    if verdict.status is Status.REFUTED:
        return "expected" if claim.printed else "refuted"
    if verdict.status is not Status.PROVED:
        return "expected" if claim.unknown else verdict.name.lower()
    if "DISAGREES" in (witness.status, recheck) or (ends is not None and ends.status is Status.REFUTED):
        return "conflict"
    if claim.unknown:
        return "unexpected"
    return "verified" if {witness.status, recheck} <= {"AGREES", "NOT_APPLICABLE"} else "unwitnessed"


# What is said of an outcome that is not as its page expects, one sentence each

MOST = 80  # letters of a value in a message
BROKEN = {
    "eq": "≠", "le": ">", "lt": "≥", "ne": "=", "tends_to": "≠", "differentiable_at": "≠", "has_shape": "≠", "costs": "≠",
    "minimises": ">", "convex": ">", "rounds_to": "≥",
}  # fmt: skip


def findings_of_claim(
    result: str, links: Sequence[LinkOutcome], ends: Verdict | None, witness: Witness, recheck: tuple[str, str]
) -> Iterator[str]:
    again, note = recheck
    if result in ("verified", "expected"):
        return
    for k, link in enumerate(links, 1):
        if link.verdict.status is not Status.PROVED:
            yield f"{f'link {k} of {len(links)}' if len(links) > 1 else 'it'} is {describe(link)}"
    if result == "conflict":
        if ends is not None and ends.counterexample is not None:
            yield f"CONFLICT: every link is PROVED, and its ends are REFUTED at {point(ends.counterexample)}; this is a bug of derive"
        if witness.status == "DISAGREES":
            yield f"CONFLICT: it is PROVED, and JAX disagrees: {witness.note}"
        if again == "DISAGREES":
            yield f"CONFLICT: it is PROVED, and the second checker disagrees: {note}; this is a bug of derive"
    if result == "unexpected":
        yield "it is PROVED, and its page declares it open: drop unknown=..."
    if result == "unwitnessed" and again == "NOT_RUN":
        yield f"it is PROVED, but its recheck did not run: {note}"
    elif result == "unwitnessed":
        yield f"it is PROVED, but its witness did not run: {witness.note}"


def findings_of_erratum(erratum: Erratum, verdict: Verdict | None, at: Verdict | None, instead: Verdict | None) -> Iterator[str]:
    if verdict is None:
        yield "an erratum wants the printed formula: printed=claim(...)"
    elif verdict.status is not Status.REFUTED:
        yield f"the printed formula should be REFUTED, and it is {verdict.name}{_because(verdict)}"
    if at is not None and at.status is not Status.REFUTED:
        yield f"the printed formula does not fail at the point that refuted_at names{_because(at)}"
    if instead is not None and instead.status is not Status.PROVED:
        yield f"its correction {erratum.instead} should be PROVED, and it is {instead.name}{_because(instead)}"


def findings_of_ill_posed(erratum: Erratum, readings: Sequence[Verdict]) -> Iterator[str]:
    if erratum.raises:
        return
    undecided = [words for (words, _), v in zip(erratum.readings, readings, strict=True) if v.status not in (Status.PROVED, Status.REFUTED)]
    if undecided:
        yield f"each reading should be decided; open: {', '.join(undecided)}"
    elif len({v.status for v in readings}) < 2:
        yield "its readings should get different verdicts, or building it should raise the error that `raises` names"


def describe(link: LinkOutcome) -> str:
    """A verdict other than PROVED in words."""
    verdict = link.verdict
    if verdict.counterexample is None:
        return f"{verdict.name}{_because(verdict)}"
    broken = BROKEN.get(link.relation)
    sides = f": {_cut(verdict.counterexample.lhs)} {broken} {_cut(verdict.counterexample.rhs)}" if broken else ""
    where = f" at {point(verdict.counterexample)}" if verdict.counterexample.at or not sides else ""
    return f"REFUTED{where}{sides}"


INFINITE = {"oo": "∞", "-oo": "-∞"}  # limits


def _cut(value: str) -> str:
    """A value in a line of text; the report for programs has it whole."""
    value = INFINITE.get(value, value)
    return value if len(value) <= MOST else f"{value[: MOST - 3]}..."


def point(counterexample: Counterexample) -> str:
    """The exact point in words."""
    return ", ".join(f"{name} = {value}" for name, value in counterexample.at) or "every point"


def _because(verdict: Verdict) -> str:
    reasons = "; ".join(verdict.tried or verdict.admits)
    return f" ({reasons})" if reasons else ""
