"""Sigmoid and tanh: one curve, stretched and shifted, whose slope is a polynomial in its own value."""

from derive import (
    D,
    Sum,
    cite,
    claim,
    definition,
    delta,
    eq,
    erratum,
    exp,
    has_shape,
    index,
    indices,
    lt,
    natural,
    original,
    real,
    real_matrix,
    real_vector,
    tanh,
)  # fmt: skip

# Given
x = real("x")
n, m = natural("n m")
i, j = indices("i j", upto=n)
u = real_vector("u", n)  # a vector to which the sigmoid is applied entry by entry
y = real_vector("y", m)  # the value of a map from R^n to R^m
r = index("r", upto=m)
A = real_matrix("A", m, n)  # a linear map


def sigma(a):
    return 1 / (1 + exp(-a))


# The functions
sigmoid = definition(sigma(x), source=cite("003", "1, definitions"), covers=["003.1.def.sigmoid"], runs_as="jax.nn.sigmoid")
sigmoid_range = claim(
    0,
    lt(sigma(x), why="1 + e^-x is positive"),
    lt(1, why="e^-x > 0"),
    source=[cite("003", "1, definitions"), cite("002", "HW 2, network, g")],
    covers=["003.1.def.sigmoid", "002.hw2.mlp.g.sigmoid-range"],
)
sigmoid_reflected = claim(sigma(-x), eq(1 - sigma(x)), source=original)
tanh_by_exponentials = claim(
    tanh(x),
    eq((exp(x) - exp(-x)) / (exp(x) + exp(-x))),
    source=cite("003", "1, definitions"),
    covers=["003.1.def.tanh"],
    runs_as="jax.numpy.tanh",
)
tanh_reflected = claim(tanh(-x), eq(-tanh(x)), source=original)
sigmoid_by_tanh = claim(
    (tanh(x / 2) + 1) / 2,
    eq(((exp(x / 2) - exp(-x / 2)) / (exp(x / 2) + exp(-x / 2)) + 1) / 2, why="tanh by exponentials", by=tanh_by_exponentials),
    eq(exp(x / 2) / (exp(x / 2) + exp(-x / 2)), why="common denominator"),
    eq(1 / (1 + exp(-x)), why="divide by e^(x/2)"),
    eq(sigma(x), why="definition of sigma"),
    source=cite("003", "1a"),
    covers=["003.1a.stmt", "003.1a.chain", "003.1a.concl"],
)

# Derivatives
sigmoid_slope = claim(
    D(sigma(x), x),
    eq(exp(-x) / (1 + exp(-x)) ** 2, why="chain rule"),
    eq(1 / (1 + exp(-x)) * (1 - 1 / (1 + exp(-x)))),
    eq(sigma(x) * (1 - sigma(x)), why="definition of sigma"),
    source=cite("003", "1c"),
    covers=["003.1c"],
    runs_as="jax.nn.sigmoid",
)
sigmoid_slope_by_quotient_rule = claim(
    D(sigma(x), x),
    eq((D(1, x) * (1 + exp(-x)) - 1 * D(1 + exp(-x), x)) / (1 + exp(-x)) ** 2, why="quotient rule"),
    eq((0 - (-1) * exp(-x)) / (1 + exp(-x)) ** 2),
    eq(exp(-x) / (1 + exp(-x)) * (1 / (1 + exp(-x)))),
    eq(exp(-x) / (1 + exp(-x)) * sigma(x), why="definition of sigma"),
    eq((1 - 1 / (1 + exp(-x))) * sigma(x)),
    eq((1 - sigma(x)) * sigma(x), why="definition of sigma"),
    eq(sigma(x) - sigma(x) ** 2),
    source=cite("002", "HW 3, e"),
    covers=["002.hw3.1e.derivative"],
    runs_as="jax.nn.sigmoid",
)
tanh_slope = claim(
    D(tanh(x), x),
    eq(((exp(x) + exp(-x)) ** 2 - (exp(x) - exp(-x)) ** 2) / (exp(x) + exp(-x)) ** 2, why="quotient rule", by=tanh_by_exponentials),
    eq(1 - (exp(x) - exp(-x)) ** 2 / (exp(x) + exp(-x)) ** 2),
    eq(1 - tanh(x) ** 2, by=tanh_by_exponentials),
    source=cite("003", "1d"),
    covers=["003.1d"],
    runs_as="jax.numpy.tanh",
)
jacobian_shape = claim(
    has_shape(D(y, u), m, n),
    source=cite("002", "HW 3, e, matrix"),
    covers=["002.hw3.1e.jacobian-definition"],
    layout="numerator",
    reads_as="y = f(u): one row per output, one column per input",
)
jacobian_entry = claim(
    D(A @ u, u)[r, j],
    eq(D(Sum(A[r, i] * u[i], i), u[j]), why="row r by output, column j by input"),
    eq(A[r, j], why="u_j occurs in one term"),
    source=cite("002", "HW 3, e, matrix"),
    covers=["002.hw3.1e.jacobian-definition"],
    layout="numerator",
    reads_as="for the map u to A u, whose Jacobian is A and not its transpose",
)
sigmoid_jacobian = claim(
    D(sigma(u[i]), u[j]),
    eq(delta(i, j) * D(sigma(u[j]), u[j]), why="output i depends on input i alone"),
    eq(delta(i, j) * (sigma(u[j]) - sigma(u[j]) ** 2), by=sigmoid_slope),
    source=cite("002", "HW 3, e, matrix entries"),
    covers=["002.hw3.1e.jacobian"],
    runs_as="jax.nn.sigmoid",
)

# Errata
half_angle_chain = erratum(
    cite("003", "1a"),
    printed=claim(
        tanh(x / 2 + 1) / 2,
        eq(((exp(x / 2) - exp(-x / 2)) / (exp(x / 2) + exp(-x / 2)) + 1) / 2),
        eq(exp(x / 2) / (exp(x / 2) + exp(-x / 2))),
        eq(1 / (1 + exp(-x))),
    ),
    refuted_at={x: 0},
    instead=sigmoid_by_tanh,
    covers=["003.1a.chain"],
    note="the + 1 has slid inside the tanh",
)
half_angle_conclusion = erratum(
    cite("003", "1a"),
    printed=claim(tanh(x / 2 + 1) / 2, eq(sigma(x))),
    refuted_at={x: 0},
    instead=sigmoid_by_tanh,
    covers=["003.1a.concl"],
    note="the + 1 has slid inside the tanh",
)
quotient_rule_as_typed = erratum(
    cite("002", "HW 3, e"),
    printed=claim(
        D(sigma(x), x),
        eq((D(1 + exp(-x), x) - D(1 + exp(-x), x)) / (1 + exp(-x)) ** 2, why="as typed: d(1)/dx is lost"),
        eq((0 - (1 - 1) * exp(-x)) / (1 + exp(-x)) ** 2, why="as typed: (1 - 1) for (1)(-1)"),
        eq(exp(-x) / (1 + exp(-x)) * (1 / (1 + exp(-x)))),
        eq(exp(-x) / (1 + exp(-x)) * sigma(x), why="definition of sigma"),
        eq((1 - 1 / (1 + exp(-x))) * sigma(x)),
        eq((1 - sigma(x)) * sigma(x), why="definition of sigma"),
        eq(sigma(x) - sigma(x) ** 2),
    ),
    refuted_at={x: 0},
    instead=sigmoid_slope_by_quotient_rule,
    covers=["002.hw3.1e.derivative"],
)
