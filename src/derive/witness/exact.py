"""Exact points: where floats decide nothing, the kernel's balls evaluate both lines at the same point, in as many bits as it takes.

The balls take derivatives from Taylor jets; no rule of differentiation, and no proof, is asked.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel import balls
from derive.kernel.question import Question
from derive.statement.term import Term, subterms
from derive.witness.sampling import Sample

if TYPE_CHECKING:
    from flint import arb, fmpq

    Ball = arb | fmpq

PRECISIONS = (256, 1024, 4096)  # bits
FEWER_BITS = (64, 256)  # where something is integrated
SAME = 2.0**-128


def decide_at(question: Question, drawn: Sample, row: int, indices: dict[Term, int], scale: float) -> bool | None:
    """Whether the question holds at this point of the sample; None where the balls cannot tell, or a hypothesis holds only nearly.

    Two values are equal that differ by less than 2^-128 of themselves, or of `scale`, the size of the terms that cancel in them.
    """
    if not set(question.indices) <= set(indices):  # a hypothesis speaks of an index that the lines do not
        return None
    trial, point = balls.trial(question), _point(question, drawn, row, indices)
    trial.evaluator.load(point)
    if trial.holds() is not True:
        return None
    integrates = any(u.op == "integral" for t in question.sides for u in subterms(t))
    precisions = FEWER_BITS if integrates else PRECISIONS
    if question.relation not in ("iff", "implies"):
        for precision in precisions:
            lhs, rhs = (balls.value(t, point, precision) for t in question.sides)
            if balls.UNDEFINED in (lhs, rhs):
                break
            if isinstance(lhs, balls.Answer) or isinstance(rhs, balls.Answer):
                continue
            if _compared(question.relation, lhs, rhs, scale, precision):
                return True
    return None if trial.compare(point, precisions[-1], at_kinks=False) is None else False


def _compared(relation: str, lhs: Ball, rhs: Ball, scale: float, precision: int) -> bool:
    """Whether the relation surely holds of two balls; of an equation, whether it nearly does."""
    from flint import arb, ctx

    before, ctx.prec = ctx.prec, precision
    try:
        low, high = arb(lhs), arb(rhs)
        if relation == "le":
            return bool(low <= high)
        if relation == "lt":
            return bool(low < high)
        if relation == "ne":
            return bool(low < high or high < low)
        size = abs(low).max(abs(high)).max(arb(scale))
        return bool(abs(low - high) <= SAME * size)
    finally:
        ctx.prec = before


def _point(question: Question, drawn: Sample, row: int, indices: dict[Term, int]) -> balls.Point:
    import numpy as np

    sizes = {s: n for s, n in drawn.sizes.items() if s in question.sizes}
    scalars: dict[Term, Fraction | Term] = {s: Fraction(drawn.number(s, row)) for s in question.symbols}
    arrays = {
        key[0]: {at: Fraction(float(x)) for at, x in np.ndenumerate(drawn.values[key][row])} for key in question.arrays
    }  # fmt: skip
    return balls.Point(sizes, scalars, indices, arrays)
