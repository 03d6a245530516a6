"""Shifted: two derivatives of one function, each in a variable of its own.

    f(x + s) = g(y + s) for every number s
    --------------------------------------        (rule `same-function`)
    df/dx = dg/dy

Along s the two are one function: its slope at s = 0 is either derivative, and where it has none, at a kink, neither exists. What the
hypotheses say of x and y holds at s = 0, where the derivatives are taken. Side conditions: s is a letter that nothing else has; x and y
are real numbers or entries of arrays of these, of which the entry at their place alone moves; f and g hold no derivative, and bind none
of the places. A side may have factors that are 1, as the derivative of x + c is.
"""

from __future__ import annotations

from dataclasses import replace as changed

from derive.kernel.derivative import Obligation, Unsupported, differentiate
from derive.kernel.indexed import is_total
from derive.kernel.question import Question
from derive.kernel.sizes import in_range
from derive.statement.term import BINDERS, ONE, Term, add, delta, free, mul, rebuild, replace, subterms, sym

STEP = sym("→step")
REAL = ("real", "positive", "negative", "nonnegative", "nonpositive", "nonzero")


def along_a_step(question: Question) -> Question | None:
    """The two functions along s, in the place of their derivatives; None where the sides are not two derivatives."""
    sides = [_without_ones(side) for side in question.sides]
    if question.relation != "eq" or any(side.op != "deriv" for side in sides):
        return None
    lhs, rhs = (_moved(*side.args) for side in sides)
    return changed(question, lhs=lhs, rhs=rhs) if lhs is not None and rhs is not None else None


def _without_ones(t: Term) -> Term:
    """A product without its factors that are derivatives and 1 everywhere."""
    return mul(*(u for u in t.args if not _is_one(u))) if t.op == "mul" else t


def _is_one(t: Term) -> bool:
    if t.op != "deriv" or not is_total(t.args[0]) or not in_range(t.args[0], ()):
        return False
    owed: list[Obligation] = []
    try:
        return differentiate(t.args[0], t.args[1], owed) is ONE and not owed
    except Unsupported:
        return False


def _moved(body: Term, variable: Term) -> Term | None:
    """body with the variable moved by s."""
    bound = {u.args[1] for u in subterms(body) if u.op in BINDERS}
    if variable.args[1] not in REAL or any(u.op == "deriv" for u in subterms(body)) or bound & free(variable):
        return None
    if variable.op == "sym":
        return replace(body, {variable: add(variable, STEP)})
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            v = rebuild(u, go)
            here = v.op == "entry" and v.args[:3] == variable.args[:3]
            done[u] = add(v, mul(STEP, *(delta(p, q) for p, q in zip(v.args[3], variable.args[3], strict=True)))) if here else v
        return done[u]

    return go(body)
