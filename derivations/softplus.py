"""Softplus: the integral of the sigmoid, and minus the log-sigmoid seen in a mirror."""

from derivations.sigmoid_tanh import sigma, sigmoid, x

from derive import D, Max, cite, claim, definition, eq, erratum, exp, log, lt, original, real

# Given
a = real("a")  # a pre-activation


def softplus(t):
    return log(1 + exp(t))


# The function
defined = definition(softplus(x), source=cite("003", "1, definitions"), covers=["003.1.def.softplus"], runs_as="jax.nn.softplus")
positive = claim(
    0,
    lt(softplus(x), why="1 + e^x > 1"),
    source=cite("003", "1, definitions"),
    covers=["003.1.def.softplus"],
)
above_relu = claim(Max(x, 0), lt(softplus(x)), source=original)
reflected = definition(
    -softplus(-x),
    eq(-log(1 + exp(-x)), why="by definition"),
    source=cite("002", "HW 3, f, second line"),
    covers=["002.hw3.1f.softplus-reflected"],
)
log_sigmoid = claim(
    log(sigma(x)),
    eq(log((1 + exp(-x)) ** -1), why="definition of sigma", by=sigmoid),
    eq(-log(1 + exp(-x)), why="log(1/a) = -log(a) for a > 0"),
    eq(-softplus(-x), why="definition of softplus", by=reflected),
    source=[cite("003", "1b"), cite("002", "HW 3, f")],
    covers=["003.1b", "002.hw3.1f.log-sigmoid", "002.hw3.1f.conclusion"],
    runs_as="jax.nn.log_sigmoid",
)
difference = claim(
    softplus(x) - softplus(-x),
    eq(log(1 + exp(x)) - log(1 + exp(-x)), why="definition of softplus"),
    eq(log(sigma(x)) - log(sigma(-x)), by=log_sigmoid),
    eq(log(sigma(x) / sigma(-x)), why="both sigmoids are positive"),
    eq(log((1 / (1 + exp(-x))) / (1 / (1 + exp(x)))), why="definition of sigma"),
    eq(log((1 + exp(x)) / (1 + exp(-x)))),
    eq(log(exp(x) * (1 + exp(-x)) / (1 + exp(-x))), why="1 + e^x = e^x (1 + e^-x)"),
    eq(log(exp(x))),
    eq(x),
    source=cite("002", "HW 3, g"),
    covers=["002.hw3.1g"],
)

# The derivative
slope = claim(
    D(softplus(a), a),
    eq(D(log(1 + exp(a)), a), why="definition of softplus"),
    eq(1 / (1 + exp(a)) * exp(a), why="chain rule"),
    eq(1 / (1 + exp(-a)), why="divide by e^a"),
    source=cite("002", "HW 2, network, q"),
    covers=["002.hw2.mlp.q.softplus-derivative"],
    runs_as="jax.nn.softplus",
)

# Errata
slope_as_typed = erratum(
    cite("002", "HW 2, network, q"),
    printed=claim(
        D(softplus(a), a),
        eq(D(log(1 + exp(a)), a), why="definition of softplus"),
        eq(1, why="as typed: the numerator torn off its fraction"),
        eq(D(a, a), why="d a / d a opens the second line"),
        eq(1 / (1 + exp(-a)), why="as typed, for d a / d a"),
    ),
    refuted_at={a: 0},
    instead=slope,
    covers=["002.hw2.mlp.q.softplus-derivative"],
)
difference_with_plus = erratum(
    cite("002", "HW 3, g"),
    printed=claim(
        softplus(x) - softplus(-x),
        eq(log(1 + exp(x)) - log(1 + exp(-x)), why="definition of softplus"),
        eq(log(sigma(x)) + log(sigma(-x)), why="as typed: plus for minus"),
        eq(log(sigma(x) / sigma(-x))),
        eq(log((1 / (1 + exp(-x))) / (1 / (1 + exp(x)))), why="alpha is the sigmoid"),
        eq(log((1 + exp(x)) / (1 + exp(-x)))),
        eq(log(exp(x) * (1 + exp(-x)) / (1 + exp(-x)))),
        eq(log(exp(x))),
        eq(x),
        reads_as="n is x misread, and alpha is the sigmoid",
    ),
    refuted_at={x: 1},
    instead=difference,
    covers=["002.hw3.1g"],
)
