"""Kinks in an order: one that helps is only bounded, one that hurts is each of its arguments.

    r + c m >= 0 for every m >= a, m >= b          r - c a >= 0      r - c b >= 0
    -------------------------------------          ------------------------------        (rule `kinks-bounded`), c > 0
    r + c max(a, b) >= 0                           r - c max(a, b) >= 0

Likewise for min, and for |a| = max(a, -a); strict orders alike. As many cases as the kinks that hurt have arguments, where the signs of all
kinks would make far more. A kink is each m that keeps to these bounds, and it is one of its arguments, wherever else it stands: that it
helps or hurts only says which of the two to use. Side condition: both sides have a value everywhere, so that none is lost with a kink.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed
from fractions import Fraction
from itertools import product
from math import prod

from derive.kernel.indexed import is_total
from derive.kernel.question import Question
from derive.kernel.sizes import in_range
from derive.statement.term import Term, make, neg, replace, show, subterms

BENT = ("abs", "max", "min")
LEAST, MOST = 6, 64  # arguments of all kinks together, below which their signs are few; cases


def by_bounds(question: Question) -> list[Question] | None:
    """Questions that together give this one; None where it is no order of sums with a few kinks."""
    if question.relation not in ("le", "lt") or question.ops.isdisjoint(BENT):
        return None
    weights: dict[Term, Fraction] = {}
    for side, sign in zip(question.sides, (-1, 1), strict=True):
        for kink, weight in _kinks(side, Fraction(sign)):
            weights[kink] = weights.get(kink, Fraction(0)) + weight
    facts = tuple(h for h in question.given if h not in question.schematic)
    kinks = sorted((k for k, weight in weights.items() if weight), key=show)
    hurting = [k for k in kinks if (weights[k] < 0) == (k.op != "min")]
    bent = {u for side in question.sides for u in subterms(side) if u.op in BENT}
    if not kinks or sum(map(len, map(_arguments, bent))) < LEAST or prod(len(_arguments(k)) for k in hurting) > MOST:
        return None
    if not all(is_total(side) and in_range(side, facts) for side in question.sides):
        return None
    letters = {k: make("sym", f"→{show(k)}", "real") for k in kinks if k not in hurting}
    bounds = tuple(make("le", *((a, m) if k.op != "min" else (m, a))) for k, m in letters.items() for a in _bounding(k, k.op == "min"))
    cases = []
    for choice in product(*map(_arguments, hurting)):
        table = letters | dict(zip(hurting, choice, strict=True))
        lhs, rhs = (replace(side, table) for side in question.sides)
        cases.append(changed(question, lhs=lhs, rhs=rhs, given=(*question.given, *bounds), schematic=(*question.schematic, *bounds)))
    return cases


def _kinks(t: Term, weight: Fraction) -> Iterator[tuple[Term, Fraction]]:
    """The kinks of which t is a sum, with their numbers."""
    if t.op in BENT:
        yield t, weight
    elif t.op == "add":
        for part in t.args:
            yield from _kinks(part, weight)
    elif t.op == "mul" and t.args[0].op == "num" and len(t.args) == 2:
        yield from _kinks(t.args[1], weight * t.args[0].args[0])


def _bounding(t: Term, below: bool) -> Iterator[Term]:
    """The terms that are at most t together where t is; at least t, from below."""
    if t.op in (("min",) if below else ("abs", "max")):
        for u in _arguments(t):
            yield from _bounding(u, below)
    else:
        yield t


def _arguments(kink: Term) -> tuple[Term, ...]:
    return (kink.args[0], neg(kink.args[0])) if kink.op == "abs" else kink.args
