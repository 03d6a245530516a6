"""Norms: the gradient of the squared 2-norm is 2x, that of the 1-norm is the sign of each entry.

The second holds where no entry is 0. At a zero entry every slope between -1 and 1 supports the absolute value.
"""

from derive import (
    Abs,
    And,
    D,
    Eq,
    Ne,
    Sum,
    cite,
    claim,
    definition,
    eq,
    iff,
    indices,
    kink,
    le,
    natural,
    original,
    real,
    real_vector,
    sign,
)  # fmt: skip

# Given
n = natural("n")  # number of entries
i, j, k, l = indices("i j k l", upto=n)
x = real_vector("x", n)
y = real_vector("y", n)  # any other point
z = real_vector("z", n)
g, t = real("g t")  # a slope, a number

# The squared 2-norm
squared_norm = definition(Sum(x**2), source=cite("003", "1h"), covers=["003.1h.def"], runs_as="jnp.sum(jnp.square(x))")
squared_norm_is_a_product = claim(Sum(x**2), eq(x.T @ x), source=cite("003", "1h"), covers=["003.1h.dot"])
squared_norm_gradient = claim(
    D(Sum(x**2), x),
    eq(2 * x, why="x_j occurs in one term"),
    source=cite("003", "1h"),
    covers=["003.1h"],
    layout="denominator",
    runs_as="jnp.sum(jnp.square(x))",
)

# The 1-norm
one_norm = definition(Sum(Abs(x)), source=cite("003", "1i"), covers=["003.1i.def"], runs_as="jnp.sum(jnp.abs(x))")
one_norm_gradient = claim(
    D(Sum(Abs(x)), x),
    eq(sign(x), why="one term for each entry"),
    given=Ne(x[i], 0),
    source=cite("003", "1i"),
    covers=["003.1i"],
    layout="denominator",
    runs_as="jnp.sum(jnp.abs(x))",
)
one_norm_subgradient = claim(
    Sum(Abs(x)) + Sum(sign(x) * (y - x)),
    eq(Sum(sign(x) * y), why="|x_i| = sign(x_i) x_i, zero entries included"),
    le(Sum(Abs(y)), why="sign is at most 1 in size: sign(x) supports the norm at every x"),
    source=original,
)
one_norm_subdifferential = claim(
    D(Sum(Abs(z)), z),
    eq(sign(z), why="differentiable, so the subdifferential holds the gradient alone"),
    given=Ne(z[i], 0),
    source=cite("004", "9, eq. 16"),
    covers=["004.9.eq16"],
    layout="denominator",
    reads_as="a set with one element is identified with the element",
)
absolute_value_kink = claim(kink(Abs(t), t, at=0, left=-1, right=1), source=original)
absolute_value_subdifferential = claim(
    And(-1 <= g, g <= 1),
    iff(And(g * 1 <= Abs(t), g * (-1) <= Abs(-t)), why="a subgradient lies below |.| at t = 1 and at t = -1"),
    given=Eq(t, 1),
    source=cite("004", "9"),
    covers=["004.9.subdiff0"],
)
zero_supported_by_every_slope_in_between = claim(
    g * t,
    le(Abs(g) * Abs(t)),
    le(Abs(t), why="|g| <= 1: every g in [-1, 1] is a subgradient at 0"),
    given=[g >= -1, g <= 1],
    source=cite("004", "9"),
    covers=["004.9.subdiff0"],
)
