"""SiLU (Swish): x times its sigmoid, whose slope is the sigmoid plus SiLU times one minus the sigmoid.

Swish has a scale: x times the sigmoid of beta x. At beta = 1 it is SiLU, at beta = 0 it is x / 2, and it tends to ReLU as beta grows. It is
negative on the left, and neither monotone nor convex.
"""

from derivations.sigmoid_tanh import sigma, sigmoid, sigmoid_slope, x

from derive import (
    D,
    Eq,
    Max,
    Rational,
    cite,
    claim,
    definition,
    differentiable_at,
    eq,
    erratum,
    exists,
    exp,
    half,
    iff,
    le,
    lt,
    not_always,
    oo,
    original,
    real,
    tends_to,
)  # fmt: skip

# Given
beta = real("beta")  # the scale of Swish
y = real("y")  # a second input


def silu(t):
    return t * sigma(t)


def swish(t):
    return t * sigma(beta * t)


# The function
defined = definition(silu(x), source=[cite("Elfwing 2018"), cite("Ramachandran 2017")], runs_as="jax.nn.silu")
as_a_quotient = claim(silu(x), eq(x / (1 + exp(-x)), by=sigmoid), source=cite("Elfwing 2018"), runs_as="jax.nn.silu")
reflected = claim(silu(x) - silu(-x), eq(x, why="the sigmoids of x and -x sum to one"), source=original)
below_relu = claim(silu(x), le(Max(x, 0), why="a sigmoid is less than 1"), source=original)
sign_of_the_input = claim(silu(x) > 0, iff(x > 0), source=original)
bounded_below = claim(-Rational(3, 10), lt(silu(x)), source=original)
vanishes_on_the_left = claim(tends_to(silu(x), x, -oo, 0), source=original)
identity_on_the_right = claim(tends_to(silu(x) - x, x, oo, 0), source=original)

# Its derivative
slope = claim(
    D(silu(x), x),
    eq(D(x, x) * sigma(x) + x * D(sigma(x), x), why="product rule"),
    eq(sigma(x) + x * sigma(x) * (1 - sigma(x)), by=sigmoid_slope),
    eq(sigma(x) * (1 + x * (1 - sigma(x)))),
    source=cite("Elfwing 2018"),
    runs_as="jax.nn.silu",
)
slope_by_its_own_value = claim(
    D(silu(x), x),
    eq(sigma(x) + x * sigma(x) - x * sigma(x) ** 2, by=slope),
    eq(silu(x) + sigma(x) * (1 - silu(x)), why="definition of silu"),
    source=cite("Ramachandran 2017"),
    runs_as="jax.nn.silu",
)
curvature = claim(
    D(silu(x), x, x),
    eq(D(sigma(x) + x * sigma(x) * (1 - sigma(x)), x), by=slope),
    eq(2 * sigma(x) * (1 - sigma(x)) + x * sigma(x) * (1 - sigma(x)) * (1 - 2 * sigma(x)), by=sigmoid_slope),
    eq(sigma(x) * (1 - sigma(x)) * (2 + x * (1 - 2 * sigma(x)))),
    source=original,
)
slope_at_zero = claim(differentiable_at(silu(x), x, at=0, value=half), source=original)
slopes_sum_to_one = claim(
    D(silu(x), x) + sigma(-x) * (1 - x * (1 - sigma(-x))),
    eq(1, why="the slope at -x is one minus the slope at x", by=slope),
    source=original,
)
not_monotone = claim(exists(sigma(x) * (1 + x * (1 - sigma(x))) < 0, at={x: -2}), source=original)
not_convex = claim(not_always(silu((x + y) / 2) <= (silu(x) + silu(y)) / 2, at={x: -10, y: -2}), source=original)

# Swish
swish_slope = claim(
    D(swish(x), x),
    eq(sigma(beta * x) + x * (beta * sigma(beta * x) * (1 - sigma(beta * x))), why="product rule, chain rule", by=sigmoid_slope),
    eq(beta * swish(x) + sigma(beta * x) * (1 - beta * swish(x)), why="definition of swish"),
    source=cite("Ramachandran 2017"),
    runs_as="jnp.multiply(x, jax.nn.sigmoid(beta * x))",
)
swish_slope_in_the_scale = claim(
    D(swish(x), beta),
    eq(x**2 * sigma(beta * x) * (1 - sigma(beta * x)), why="chain rule", by=sigmoid_slope),
    source=original,
)
swish_rises_with_its_scale = claim(0, le(D(swish(x), beta), by=swish_slope_in_the_scale), source=original)
silu_is_swish = claim(swish(x), eq(silu(x)), given=Eq(beta, 1), source=cite("Ramachandran 2017"))
swish_is_linear_without_scale = claim(swish(x), eq(x / 2), given=Eq(beta, 0), source=cite("Ramachandran 2017"))
swish_tends_to_relu = claim(tends_to(swish(x), beta, oo, Max(x, 0)), source=cite("Ramachandran 2017"))

# Errata
slope_without_the_product_rule = erratum(
    original,
    printed=claim(D(silu(x), x), eq(sigma(x) * (1 - sigma(x)), why="the x in front forgotten")),
    refuted_at={x: 1},
    instead=slope,
    note="that is the slope of the sigmoid",
)
sigmoid_of_the_wrong_argument = erratum(
    original,
    printed=claim(D(silu(x), x), eq(silu(x) + sigma(x) * (1 - sigma(x)), why="a sigmoid put where SiLU belongs")),
    refuted_at={x: 2},
    instead=slope_by_its_own_value,
)
swish_slope_without_its_scale = erratum(
    original,
    printed=claim(D(swish(x), x), eq(swish(x) + sigma(beta * x) * (1 - swish(x)), why="the formula of SiLU, read with any scale")),
    refuted_at={x: 1, beta: 2},
    instead=swish_slope,
)
