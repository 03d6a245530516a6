"""The largest: a maximum of many arguments is one of them, the first that no other exceeds; a minimum likewise.

    for each i: the question with a_i for max(a_1, ..., a_k), where a_j < a_i for j < i and a_j <= a_i for j > i
    ------------------------------------------------------------------------------------------------------------  (rule `largest`)
    the question

k cases, where signs of differences would make 2^k. Side conditions: every argument has a value everywhere, so that none is lost with
the maximum, entries within their axes; the maximum stands in no sum and in no derivative, where what is around the point counts.
"""

from __future__ import annotations

from dataclasses import replace as changed

from derive.kernel.indexed import is_total
from derive.kernel.question import Question
from derive.kernel.sizes import in_range
from derive.statement.term import BINDERS, KINKS, Term, make, replace, show, subterms

LEAST, MOST = 4, 16  # arguments


def by_the_largest(question: Question) -> list[Question] | None:
    """The question for each argument of one of its maxima or minima; None where it holds none of that kind."""
    facts = tuple(h for h in question.given if h not in question.schematic)
    found = [u for u in extremes(question) if LEAST <= len(u.args) <= MOST and all(_plain(a, facts) for a in u.args)]
    if not found:
        return None
    extreme = found[0]
    cases = []
    for n, winner in enumerate(extreme.args):
        order = tuple(
            make("lt" if k < n else "le", *((a, winner) if extreme.op == "max" else (winner, a)))
            for k, a in enumerate(extreme.args) if k != n
        )  # fmt: skip
        lhs, rhs = (replace(side, {extreme: winner}) for side in question.sides)
        given = (*question.given, *order)
        cases.append(changed(question, lhs=lhs, rhs=rhs, given=given, schematic=(*question.schematic, *order)))
    return cases


def extremes(question: Question) -> list[Term]:
    """The maxima and minima of both sides that stand in no sum and in no derivative, by their text."""
    if question.ops.isdisjoint(("max", "min")):
        return []
    hidden = {v for u in question.parts if u.op in (*BINDERS, "deriv") for v in subterms(u) if v is not u}
    found = {u for t in question.sides for u in subterms(t) if u.op in ("max", "min") and u not in hidden}
    return sorted(found, key=show)


def _plain(t: Term, facts: tuple[Term, ...]) -> bool:
    return is_total(t) and in_range(t, facts) and not any(u.op in KINKS for u in subterms(t))
