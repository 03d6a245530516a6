"""Slopes, points and integrals that are not there, where no rule finds what is in their place."""

from derive import Eq, Integral, Ne, cases, claim, differentiable_at, eq, exists, floor, not_always, original, real

x = real("x")

slope_at_a_bend_of_steps = claim(differentiable_at(x * floor(x), x, at=0, value=0), source=original)
slope_at_a_hole = claim(differentiable_at(cases((x**2, Ne(x, 0)), (1, True)), x, at=0, value=0), source=original)
integral_across_a_pole = claim(Integral(1 / x**2, x, -1, 1), eq(-2), source=original)
point_that_is_none = claim(exists(Eq(x**2, -1), at={x: 1}), source=original)
exception_that_is_none = claim(not_always(x**2 >= 0, at={x: 1}), source=original)
