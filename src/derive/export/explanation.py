"""Explanations: how each verdict came about, as numbered steps with the names of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from derive.export import facts, plain
from derive.kernel.verdict import Verdict
from derive.outcome import Outcome
from derive.statement.claim import Claim
from derive.statement.step import Step
from derive.statement.term import show

LONGEST = 400  # letters of one goal


def explanation(outcomes: Iterable[Outcome]) -> str:
    """Claim by claim: each line, the rules that decided it, and what they rest on."""
    return "\n\n".join("\n".join(_outcome(outcome)) for outcome in outcomes)


def _outcome(outcome: Outcome) -> Iterator[str]:
    verdict, item = outcome.verdict, outcome.item
    scope = f", {verdict.scope}" if verdict is not None and verdict.scope else ""
    yield f"{item.file}:{item.line}  {item.id}: {verdict.name if verdict is not None else 'ill-posed'}{scope}"
    claim = item if isinstance(item, Claim) else item.printed
    lines = _lines(claim) if claim is not None and claim.form is None else [link.why for link in outcome.links]
    for k, (link, line) in enumerate(zip(outcome.links, lines, strict=True), 1):
        why = f"   why: {link.why}" if link.why and link.why != line else ""
        yield f"  {k}. {line or link.relation}{why}"
        yield f"     {link.verdict.name}"
        yield from (f"     {step}" for step in _steps(link.verdict, _said(claim)))
    if outcome.ends is not None:
        yield f"  first line against last: {outcome.ends.name}{_by(outcome.ends)}"
    witness = outcome.witness
    points = f", {witness.points} points" if witness.points else ""
    yield f"  witness: {witness.status}{points}{f' ({witness.note})' if witness.note else ''}"
    yield f"  recheck: {outcome.recheck}"


def _lines(claim: Claim) -> list[str]:
    lefts = [claim.first, *(link.right for link in claim.links)]
    pairs = zip(lefts, claim.links, strict=False)
    return [f"{plain.text(left)} {plain.SIGNS[link.relation]} {plain.text(link.right)}" for left, link in pairs if left is not None]


def _said(claim: Claim | None) -> dict[str, str]:
    """How a hypothesis is put that holds for every value of an index."""
    if claim is None:
        return {}
    own = facts.free_indices(claim)
    letters = {show(h): facts.universal(h, own) for h in claim.given}
    return {words: f"{words} for every {', '.join(found)}" for words, found in letters.items() if found}


def _steps(verdict: Verdict, said: Mapping[str, str]) -> Iterator[str]:
    if verdict.steps:
        root = verdict.steps[0]
        # A goal that is the line itself, from its parts alone, says nothing new.
        yield from _numbered(root.parts if len(verdict.steps) == 1 and root.rules == ("cases",) else verdict.steps)
        yield from (f"and: {rule}" for rule in verdict.rules if rule.startswith("cite "))
    else:
        yield from (f"step {k}: {rule}" for k, rule in enumerate(verdict.rules, 1))
    if verdict.counterexample is not None:
        found = verdict.counterexample
        at = ", ".join(f"{name} = {value}" for name, value in found.at)
        yield f"{f'at {at}' if at else 'the two sides'}: {found.lhs} against {found.rhs}"
        if found.ball:
            yield f"their difference lies in {found.ball}"
    for label, words in (
        ("given", verdict.hypotheses),
        ("not needed", verdict.unused),
        ("which hold at", tuple(f"{name} = {value}" for name, value in verdict.satisfied_at)),
        ("oracles", verdict.oracles),
        ("admitted", verdict.admits),
        ("tried", verdict.tried),
    ):
        if words:
            yield f"{label}: {'; '.join(said.get(word, word) for word in words)}"


def _numbered(steps: Iterable[Step], place: str = "") -> Iterator[str]:
    """Every step with its number, its case, its rules and its goal; its parts below it."""
    for k, step in enumerate(steps, 1):
        number = f"{place}{k}"
        case = f", case {_short(plain.text(step.case))}" if step.case is not None else ""
        goal = f": {_short(plain.text(step.goal))}" if step.goal is not None else ""
        yield f"step {number}{case}: {', '.join(step.rules)}{goal}"
        yield from _numbered(step.parts, f"{number}.")


def _short(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} ..."


def _by(verdict: Verdict) -> str:
    return f" by {', '.join(verdict.rules)}" if verdict.rules else ""
