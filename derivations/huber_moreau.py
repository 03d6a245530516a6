"""Huber's loss is the Moreau envelope of delta |x|: the least of half a squared distance plus delta times the absolute value.

It is quadratic near 0 and linear far out. Its slope is the input clipped to [-delta, delta], which is the input less its soft threshold; so
it is convex and has a continuous derivative, where |x| has a kink.
"""

from derivations.soft_threshold import a as x
from derivations.soft_threshold import shrink
from derivations.soft_threshold import t as delta

from derive import (
    Abs,
    D,
    Max,
    Min,
    cases,
    cite,
    claim,
    convex,
    definition,
    differentiable_at,
    eq,
    erratum,
    le,
    minimises,
    original,
    positive,
    real,
    sign,
)  # fmt: skip

# Given
u = real("u")  # any candidate
mu = positive("mu")  # smoothness of the envelope
y = real("y")  # a second input


def huber(v):
    return cases((v**2 / 2, Abs(v) <= delta), (delta * (Abs(v) - delta / 2), True))


def clip(v):
    return Min(Max(v, -delta), delta)


# The function
loss = definition(
    huber(x),
    eq(cases((-delta * x - delta**2 / 2, x < -delta), (x**2 / 2, x <= delta), (delta * x - delta**2 / 2, True)), why="piece by piece"),
    source=cite("Huber 1964"),
)
without_cases = claim(huber(x), eq(Abs(x) * Min(Abs(x), delta) - Min(Abs(x), delta) ** 2 / 2), source=original)
not_negative = claim(0, le(huber(x)), source=original)
below_the_square = claim(huber(x), le(x**2 / 2), source=original)
below_the_absolute_value = claim(huber(x), le(delta * Abs(x), why="u = 0 is a candidate"), source=original)
near_the_absolute_value = claim(delta * Abs(x) - delta**2 / 2, le(huber(x)), source=original)

# The envelope
soft_threshold_attains = claim(
    minimises(shrink(x), (u - x) ** 2 / 2 + delta * Abs(u), over=u),
    source=cite("Parikh 2014"),
)
value_at_the_minimiser = claim(
    (shrink(x) - x) ** 2 / 2 + delta * Abs(shrink(x)),
    eq(huber(x), why="within delta of 0 the minimiser is 0, elsewhere it is nearer to 0 by delta"),
    source=cite("Parikh 2014"),
)
least_value = claim(
    huber(x),
    eq((shrink(x) - x) ** 2 / 2 + delta * Abs(shrink(x)), by=value_at_the_minimiser),
    le((u - x) ** 2 / 2 + delta * Abs(u), why="no candidate is better", by=soft_threshold_attains),
    source=cite("Parikh 2014"),
)

# Its derivative
slope = claim(
    D(huber(x), x),
    eq(cases((-delta, x < -delta), (x, x <= delta), (delta, True)), why="piece by piece; at the joints both sides agree"),
    eq(clip(x), why="the same three pieces"),
    source=cite("Huber 1964"),
)
slope_by_the_soft_threshold = claim(
    D(huber(x), x),
    eq(clip(x), by=slope),
    eq(x - shrink(x), why="the distance to the minimiser"),
    source=cite("Parikh 2014"),
)
joint_on_the_right = claim(differentiable_at(huber(x), x, at=delta, value=delta), source=original)
joint_on_the_left = claim(differentiable_at(huber(x), x, at=-delta, value=-delta), source=original)
slope_is_bounded = claim(Abs(clip(x)), le(delta, why="an outlier pulls with delta at most"), source=cite("Huber 1964"))
slope_has_slope_one = claim(Abs(clip(x) - clip(y)), le(Abs(x - y)), source=original)
slope_never_falls = claim(clip(x), le(clip(y)), given=x <= y, source=cite("Huber 1964"))
is_convex = claim(convex(Abs(x) * Min(Abs(x), delta) - Min(Abs(x), delta) ** 2 / 2, over=x), source=cite("Huber 1964"))
middle = claim(huber((x + y) / 2), le((huber(x) + huber(y)) / 2), source=cite("Huber 1964"))

# Errata
steeper_line = erratum(
    original,
    printed=claim(huber(x), eq(cases((x**2 / 2, Abs(x) <= delta), (delta * Abs(x), True)), why="the constant of the line forgotten")),
    refuted_at={x: 2, delta: 1},
    instead=loss,
    note="with it the pieces do not meet",
)
square_without_the_half = erratum(
    original,
    printed=claim(huber(x), eq(cases((x**2, Abs(x) <= delta), (delta * (Abs(x) - delta / 2), True)), why="the half forgotten")),
    refuted_at={x: 1, delta: 1},
    instead=loss,
)
slope_by_the_sign = erratum(
    original,
    printed=claim(D(huber(x), x), eq(delta * sign(x), why="the slope of the line, taken everywhere")),
    refuted_at={x: 1, delta: 2},
    instead=slope,
)
