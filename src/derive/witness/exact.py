"""Exact points: where floats decide nothing, the kernel's balls evaluate both lines at the same point, in as many bits as it takes.

The balls take derivatives from Taylor jets; no rule of differentiation, and no proof, is asked.
"""

from __future__ import annotations

from fractions import Fraction

from derive.kernel import balls
from derive.kernel.question import Question
from derive.statement.term import Term, subterms
from derive.witness.sampling import Sample

PRECISIONS = (256, 1024, 4096)  # bits
FEWER_BITS = (64, 256)  # where something is integrated
SAME = Fraction(1, 2**128)


def decide_at(question: Question, drawn: Sample, row: int, indices: dict[Term, int], scale: float) -> bool | None:
    """Whether the question holds at this point of the sample; None where the balls cannot tell, or a hypothesis holds only nearly.

    Two values are equal that differ by less than 2^-128 of themselves, or of `scale`, the size of the terms that cancel in them.
    """
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
            if balls.UNSURE not in (lhs, rhs) and _compared(question.relation, _interval(lhs), _interval(rhs), Fraction(scale)):
                return True
    return None if trial.compare(point, precisions[-1], at_kinks=False) is None else False


Interval = tuple[Fraction, Fraction]


def _compared(relation: str, low: Interval, high: Interval, scale: Fraction) -> bool:
    """Whether the relation surely holds of two balls; of an equation, whether it nearly does."""
    if relation in ("le", "lt"):
        return low[1] < high[0] or (relation == "le" and low[1] <= high[0])
    if relation == "ne":
        return low[1] < high[0] or high[1] < low[0]
    return max(low[1], high[1]) - min(low[0], high[0]) <= SAME * max(scale, *map(abs, (*low, *high)))


def _point(question: Question, drawn: Sample, row: int, indices: dict[Term, int]) -> balls.Point:
    import numpy as np

    sizes = {s: n for s, n in drawn.sizes.items() if s in question.sizes}
    scalars = {s: Fraction(drawn.number(s, row)) for s in question.symbols}
    arrays = {
        key[0]: {at: Fraction(float(x)) for at, x in np.ndenumerate(drawn.values[key][row])} for key in question.arrays
    }  # fmt: skip
    return balls.Point(sizes, scalars, indices, arrays)


def _interval(v: object) -> Interval:
    """The exact ends of a ball."""
    from flint import arb, fmpq

    if isinstance(v, fmpq):
        q = Fraction(int(v.p), int(v.q))
        return q, q
    if not isinstance(v, arb):
        raise TypeError(f"expected a rational or a ball, got {v!r}")
    (middle, e), (radius, f) = v.mid().man_exp(), v.rad().man_exp()
    centre, reach = Fraction(int(middle)) * Fraction(2) ** int(e), Fraction(int(radius)) * Fraction(2) ** int(f)
    return centre - reach, centre + reach
