"""The questions that a claim asks: each line against the line before, and the first against the last."""

from __future__ import annotations

from collections.abc import Sequence

from derive.kernel.conclusion import canonical
from derive.kernel.hypothesis import sort_out
from derive.kernel.question import Question
from derive.statement.claim import Claim
from derive.statement.term import Term, make


def questions_of(claim: Claim) -> list[Question]:
    """Each link of a chain as a question: the line before, against its own."""
    lefts = [claim.first, *(link.right for link in claim.links)]
    return [ask(left, link.right, link.relation, claim) for left, link in zip(lefts, claim.links, strict=False) if left is not None]


def ends_of(claim: Claim) -> Question | None:
    """The first line of a chain against its last; None where its relations do not compose."""
    relation = compose([link.relation for link in claim.links])
    if claim.first is None or relation is None or not claim.links:
        return None
    return ask(claim.first, claim.links[-1].right, relation, claim)


def compose(relations: Sequence[str]) -> str | None:
    """The relation between the first and the last line of a chain; None where the relations do not compose."""
    kinds = set(relations)
    if kinds <= {"iff", "implies"}:
        return "implies" if "implies" in kinds else "iff"
    if kinds <= {"eq", "le", "lt"}:
        return "lt" if "lt" in kinds else "le" if "le" in kinds else "eq"
    return "ne" if kinds <= {"eq", "ne"} and list(relations).count("ne") == 1 else None


def statement(claim: Claim) -> Term | None:
    """The statement of a chain as one proposition, first line against last; None where it has none."""
    relation = compose([link.relation for link in claim.links])
    if claim.first is None or not claim.links or relation is None or relation in ("iff", "implies"):
        return None
    return make(relation, claim.first, claim.links[-1].right)


def ask(left: Term, right: Term, relation: str, claim: Claim, lemmas: tuple[Term, ...] = ()) -> Question:
    """One line of a claim as a question, under the claim's hypotheses and these lemmas."""
    # Whether a hypothesis speaks of the claim's own indices is the same for all of its lines.
    given, schematic = sort_out(claim.given + lemmas, _lines(claim))
    return Question(left, right, relation, given, schematic)


def throughout(claim: Claim) -> frozenset[str]:
    """The hypotheses of a claim that hold for every index, in words that do not depend on the names of bound ones."""
    given, own = sort_out(claim.given, _lines(claim))
    return frozenset(canonical(h) for h in given if h not in own)


def _lines(claim: Claim) -> list[Term]:
    return [t for t in (claim.first, *(link.right for link in claim.links)) if t is not None]
