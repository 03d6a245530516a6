"""GELU: x times the probability that a standard normal law gives to numbers below x; its tanh form is another function.

At 0 the two agree in value, slope and curvature; elsewhere they differ by little, and equal they are not. GELU is not monotone: its
slope is negative on the far left, and above 1 on the right.
"""

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
    erf,
    erfc,
    erratum,
    exists,
    exp,
    half,
    iff,
    le,
    lt,
    original,
    pi,
    real,
    sqrt,
    tanh,
)  # fmt: skip

# Given
x = real("x")
c = Rational(44715, 1000000)  # the constant of the tanh form


def below(t):
    """The probability that a standard normal law gives to numbers below t."""
    return (1 + erf(t / sqrt(2))) / 2


def density(t):
    """The density of a standard normal law."""
    return exp(-(t**2) / 2) / sqrt(2 * pi)


def gelu(t):
    return t * below(t)


def inner(t):
    """What stands inside the tanh."""
    return sqrt(2 / pi) * (t + c * t**3)


def gelu_tanh(t):
    return t / 2 * (1 + tanh(inner(t)))


# The function
exact = definition(
    gelu(x),
    source=cite("Hendrycks 2016", "section 2"),
    runs_as="jax.nn.gelu(x, approximate=False)",
)
by_erfc = claim(
    gelu(x),
    eq(x / 2 * erfc(-x / sqrt(2)), why="1 + erf(t) = erfc(-t)"),
    source=original,
    runs_as="jax.nn.gelu(x, approximate=False)",
)
distribution_has_the_density = claim(D(below(x), x), eq(density(x)), source=original)
odd_part_is_linear = claim(gelu(x) - gelu(-x), eq(x, why="below(-x) = 1 - below(x)"), source=original)

below_relu = claim(gelu(x), le(Max(x, 0), why="a probability is at most 1"), source=original)
sign_of_the_input = claim(gelu(x) > 0, iff(x > 0), source=original)
bounded_below = claim(-Rational(171, 1000), lt(gelu(x)), source=original)

# Its derivative
slope = claim(
    D(gelu(x), x),
    eq(D(x, x) * below(x) + x * D(below(x), x), why="product rule"),
    eq(below(x) + x * density(x), by=distribution_has_the_density),
    source=cite("Hendrycks 2016"),
    runs_as="jax.nn.gelu(x, approximate=False)",
)
curvature = claim(
    D(gelu(x), x, x),
    eq(D(below(x) + x * density(x), x), by=slope),
    eq(2 * density(x) - x**2 * density(x), why="the density has slope -x times itself"),
    eq((2 - x**2) * density(x)),
    source=original,
)
slope_at_zero = claim(differentiable_at(gelu(x), x, at=0, value=half), source=original)
not_monotone = claim(exists(below(x) + x * density(x) < 0, at={x: -1}), source=original)
slope_exceeds_one = claim(exists(below(x) + x * density(x) > 1, at={x: 1}), source=original)

# The tanh form
approximate = definition(
    gelu_tanh(x),
    source=cite("Hendrycks 2016", "section 2"),
    runs_as="jax.nn.gelu(x, approximate=True)",
)
slope_of_the_tanh_form = claim(
    D(gelu_tanh(x), x),
    eq((1 + tanh(inner(x))) / 2 + x / 2 * D(tanh(inner(x)), x), why="product rule"),
    eq((1 + tanh(inner(x))) / 2 + x / 2 * (1 - tanh(inner(x)) ** 2) * D(inner(x), x), why="chain rule"),
    eq((1 + tanh(inner(x))) / 2 + x / 2 * (1 - tanh(inner(x)) ** 2) * sqrt(2 / pi) * (1 + 3 * c * x**2)),
    source=original,
    runs_as="jax.nn.gelu(x, approximate=True)",
)
agree_at_zero = claim(gelu(x), eq(gelu_tanh(x)), given=Eq(x, 0), source=original)

same_slope_at_zero = claim(differentiable_at(gelu_tanh(x), x, at=0, value=half), source=original)
same_curvature_at_zero = claim(
    D(gelu_tanh(x), x, x),
    eq(sqrt(2 / pi), why="the cubic term has no curvature at 0"),
    eq(D(gelu(x), x, x), by=curvature),
    given=Eq(x, 0),
    source=original,
)

# Errata
tanh_form_is_not_gelu = erratum(
    original,
    printed=claim(gelu(x), eq(gelu_tanh(x), why="the tanh form taken for the function itself")),
    refuted_at={x: 1},
    instead=by_erfc,
    note="the tanh form is an approximation; libraries offer both, and a checkpoint wants the one that it was trained with",
)
slope_without_the_product_rule = erratum(
    original,
    printed=claim(D(gelu(x), x), eq(below(x), why="the x in front taken for a constant")),
    refuted_at={x: 1},
    instead=slope,
)
slope_of_the_tanh_form_cut_short = erratum(
    original,
    printed=claim(
        D(gelu_tanh(x), x),
        eq((1 + tanh(inner(x))) / 2 + x / 2 * (1 - tanh(inner(x)) ** 2) * sqrt(2 / pi), why="the cubic term taken for a constant"),
    ),
    refuted_at={x: 1},
    instead=slope_of_the_tanh_form,
)
