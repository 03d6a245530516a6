"""The search for repairs: points discard what is false, a small budget of rule steps what is hard, and the kernel decides what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from derive.kernel import points
from derive.kernel.decide import GIVES_UP, decide, prove
from derive.kernel.forms import decide_form
from derive.kernel.point import refute_at
from derive.kernel.proof import Budget, Exhausted, note_overrun, now
from derive.kernel.question import Question
from derive.kernel.questions import questions_of
from derive.kernel.verdict import Counterexample, Status, Verdict
from derive.outcome import LinkOutcome, Repair
from derive.repairs.edit import FAR, ORDER, Edit, Stated
from derive.repairs.forms import edits_of
from derive.repairs.questions import of_hypotheses, of_relation, of_side
from derive.statement.claim import Claim, Link
from derive.statement.term import subterms

MOST = 3  # repairs that are shown
MOST_EDITS, MOST_NODES = 1_000, 60_000  # changes that are looked at, and all their terms together
MOST_PROOFS = 24  # changes that a proof is tried for
LOOK, STEPS, SECONDS = 200, 4_000, 5.0  # points and rule steps for each; the seconds are a safety net
LIMIT = 40.0  # seconds of work for one claim, the safety net of it all: what was found by then is handed back


def repair_claim(claim: Claim, links: Iterable[LinkOutcome]) -> tuple[Repair, ...]:
    """At most three changes, the closest first, after which the kernel proves the first refuted line of a claim."""
    if claim.form is not None:
        found = next((link.verdict.counterexample for link in links), None)
        return _first(claim, found, _tiers_of_form(Stated(claim.form, claim.given))) if found is not None else ()
    for question, link in zip(questions_of(claim), links, strict=True):
        if link.verdict.counterexample is not None:
            return _first(claim, link.verdict.counterexample, _tiers_of_question(question))
    return ()


def _tiers_of_question(question: Question) -> Iterator[list[Edit]]:
    """The edits of a question, near ones, far ones, and those of the side that is not the claimed formula."""
    # The side without a derivative is the formula that was claimed; the other one is changed only where that leads nowhere.
    claimed, other = sorted((1, 0), key=lambda k: any(u.op == "deriv" for u in subterms(question.sides[k])))
    edits = [*of_side(question, claimed), *of_relation(question), *of_hypotheses(question)]
    beside = list(of_side(question, other)) if question.sides[other].op != "deriv" else []
    # A point costs as much as the question is long, so a long one gets fewer changes.
    left = min(MOST_EDITS, max(MOST_NODES // sum(1 for t in question.everything for _ in subterms(t)), MOST_PROOFS))
    for tier in (*_near_and_far(edits), beside):
        tier = sorted(tier, key=lambda e: ORDER.index(e.kind))[:left]
        left -= len(tier)
        yield tier


def _tiers_of_form(stated: Stated) -> Iterator[list[Edit]]:
    """The edits of a statement that is no chain; each costs a decision, so there are few."""
    for tier in _near_and_far(list(edits_of(stated))):
        yield sorted(tier, key=lambda e: ORDER.index(e.kind))[: 2 * MOST_PROOFS]


def _near_and_far(edits: Sequence[Edit]) -> tuple[list[Edit], list[Edit]]:
    return [e for e in edits if e.kind not in FAR], [e for e in edits if e.kind in FAR]


def _first(claim: Claim, found: Counterexample, tiers: Iterable[list[Edit]]) -> tuple[Repair, ...]:
    """The repairs of the nearest tier that holds any."""
    end = now() + LIMIT
    return next((tuple(repairs) for tier in tiers if (repairs := _proved(claim, found, tier, end))), ())


def _proved(claim: Claim, found: Counterexample, edits: Sequence[Edit], end: float) -> list[Repair]:
    """The first few edits that the kernel proves, none of them a special case of another."""
    repairs: list[Repair] = []
    seen: set[Question | Stated] = set()
    kept: list[Edit] = []
    proofs = 0
    for edit in edits:
        if len(repairs) == MOST or proofs == MOST_PROOFS:
            break
        if now() > end:
            note_overrun()
            break
        if edit.statement in seen or any(e.about is edit.about and set(edit.signs) <= set(e.signs) for e in kept if e.about is not None):
            continue
        seen.add(edit.statement)
        if isinstance(edit.statement, Question) and not _survives(edit.statement, found):
            continue
        proofs += isinstance(edit.statement, Question)
        verdict = _decided(edit.statement)
        if verdict is not None and verdict.status is Status.PROVED:
            repairs.append(Repair(edit.kind, edit.words, _changed(claim, edit.statement), edit.given, verdict))
            kept.append(edit)
    return repairs


def _decided(statement: Question | Stated) -> Verdict | None:
    """The kernel's verdict; None where a question is too hard to be a help."""
    if isinstance(statement, Stated):
        return decide_form(statement.form, statement.given, Budget(STEPS, SECONDS))
    return decide(statement, Budget(seconds=SECONDS)) if _is_easy(statement) else None


def _changed(claim: Claim, statement: Question | Stated) -> Claim:
    """The claim with one line changed: that line, or the form."""
    if isinstance(statement, Stated):
        return replace(claim, form=statement.form, given=statement.given, display="")
    link = Link(statement.relation, statement.rhs)
    return replace(claim, first=statement.lhs, links=(link,), given=statement.given, display="")


def _survives(question: Question, found: Counterexample) -> bool:
    """Whether neither the point that refuted the line nor a few others refute the change."""
    try:
        if refute_at(question, found.at).status is Status.REFUTED:
            return False
        return points.search(question, Budget(LOOK, SECONDS)) is None
    except Exhausted:
        return True
    except (ValueError, RecursionError):
        return False


def _is_easy(question: Question) -> bool:
    """Whether a proof is found within few steps; it is only a hint, the kernel then decides for itself."""
    try:
        prove(question, Budget(STEPS, SECONDS))
    except (*GIVES_UP, ValueError, RecursionError):
        return False
    return True
