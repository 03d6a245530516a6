"""Huber's loss is the Moreau envelope of t |a|: the least of half a squared distance plus t times the absolute value.

It is quadratic near 0 and linear far out. Its slope is the input clipped to [-t, t], which is the input less its soft threshold; so
it is convex and has a continuous derivative, where |a| has a kink.
"""

from derivations.soft_threshold import a, shrink, t

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
    return cases((v**2 / 2, Abs(v) <= t), (t * (Abs(v) - t / 2), True))


def clip(v):
    return Min(Max(v, -t), t)


# The function
loss = definition(
    huber(a),
    eq(cases((-t * a - t**2 / 2, a < -t), (a**2 / 2, a <= t), (t * a - t**2 / 2, True)), why="piece by piece"),
    source=cite("Huber 1964"),
)
without_cases = claim(huber(a), eq(Abs(a) * Min(Abs(a), t) - Min(Abs(a), t) ** 2 / 2), source=original)
not_negative = claim(0, le(huber(a)), source=original)
below_the_square = claim(huber(a), le(a**2 / 2), source=original)
below_the_absolute_value = claim(huber(a), le(t * Abs(a), why="u = 0 is a candidate"), source=original)
near_the_absolute_value = claim(t * Abs(a) - t**2 / 2, le(huber(a)), source=original)

# The envelope
soft_threshold_attains = claim(
    minimises(shrink(a), (u - a) ** 2 / 2 + t * Abs(u), over=u),
    source=cite("Parikh 2014"),
)
value_at_the_minimiser = claim(
    (shrink(a) - a) ** 2 / 2 + t * Abs(shrink(a)),
    eq(huber(a), why="within t of 0 the minimiser is 0, elsewhere it is nearer to 0 by t"),
    source=cite("Parikh 2014"),
)
least_value = claim(
    huber(a),
    eq((shrink(a) - a) ** 2 / 2 + t * Abs(shrink(a)), by=value_at_the_minimiser),
    le((u - a) ** 2 / 2 + t * Abs(u), why="no candidate is better", by=soft_threshold_attains),
    source=cite("Parikh 2014"),
)

# Its derivative
slope = claim(
    D(huber(a), a),
    eq(cases((-t, a < -t), (a, a <= t), (t, True)), why="piece by piece; at the joints both sides agree"),
    eq(clip(a), why="the same three pieces"),
    source=cite("Huber 1964"),
)
slope_by_the_soft_threshold = claim(
    D(huber(a), a),
    eq(clip(a), by=slope),
    eq(a - shrink(a), why="the distance to the minimiser"),
    source=cite("Parikh 2014"),
)
joint_on_the_right = claim(differentiable_at(huber(a), a, at=t, value=t), source=original)
joint_on_the_left = claim(differentiable_at(huber(a), a, at=-t, value=-t), source=original)
slope_is_bounded = claim(Abs(clip(a)), le(t, why="an outlier pulls with t at most"), source=cite("Huber 1964"))
slope_has_slope_one = claim(Abs(clip(a) - clip(y)), le(Abs(a - y)), source=original)
slope_never_falls = claim(clip(a), le(clip(y)), given=a <= y, source=cite("Huber 1964"))
is_convex = claim(convex(Abs(a) * Min(Abs(a), t) - Min(Abs(a), t) ** 2 / 2, over=a), source=cite("Huber 1964"))
middle = claim(huber((a + y) / 2), le((huber(a) + huber(y)) / 2), source=cite("Huber 1964"))

# Errata
steeper_line = erratum(
    original,
    printed=claim(huber(a), eq(cases((a**2 / 2, Abs(a) <= t), (t * Abs(a), True)), why="the constant of the line forgotten")),
    refuted_at={a: 2, t: 1},
    instead=loss,
    note="with it the pieces do not meet",
)
square_without_the_half = erratum(
    original,
    printed=claim(huber(a), eq(cases((a**2, Abs(a) <= t), (t * (Abs(a) - t / 2), True)), why="the half forgotten")),
    refuted_at={a: 1, t: 1},
    instead=loss,
)
slope_by_the_sign = erratum(
    original,
    printed=claim(D(huber(a), a), eq(t * sign(a), why="the slope of the line, taken everywhere")),
    refuted_at={a: 1, t: 2},
    instead=slope,
)
