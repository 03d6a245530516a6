"""RMSNorm backward: the incoming gradient, less its part along the normalised input.

There is no mean to take away, so the gradient is orthogonal to the input up to epsilon, and does not sum to zero. For any loss, g is its
gradient in the output.
"""

from derive import (
    D,
    Sum,
    array,
    cite,
    claim,
    definition,
    delta,
    eq,
    erratum,
    identity,
    indices,
    lt,
    natural,
    original,
    positive,
    real_vector,
    sqrt,
)  # fmt: skip

# Given
n = natural("n")  # number of features
i, j, k = indices("i j k", upto=n)
x = real_vector("x", n)  # the input
gamma = real_vector("gamma", n)  # gain
g = real_vector("g", n)  # gradient of the loss in the output
eps = positive("epsilon")  # keeps the root away from 0
a = positive("a")  # a scale


def mean(v):
    return Sum(v) / n


def root_mean_square(v):
    return sqrt(mean(v**2) + eps)


r = root_mean_square(x)
h = array(n, lambda at: x[at] / r, name=r"\hat x")  # normalised
y = gamma * h  # the output
w = gamma * g  # gradient of the loss in the normalised input

# The function
output = definition(
    y,
    source=cite("Zhang 2019"),
    runs_as="jnp.multiply(gamma * x, jax.lax.rsqrt(jnp.mean(jnp.square(x)) + epsilon))",
)
root_positive = claim(0, lt(r, why="a mean of squares, plus epsilon > 0"), source=original)
mean_square = claim(
    mean(h**2),
    eq(mean(x**2) / r**2, why="r is the same in each term"),
    eq(mean(x**2) / (mean(x**2) + eps)),
    lt(1, why="epsilon > 0"),
    source=original,
)
scale_invariant_without_epsilon = claim(
    a * x[i] / sqrt(mean((a * x) ** 2)),
    eq(a * x[i] / (a * sqrt(mean(x**2))), why="a > 0 leaves the root"),
    eq(x[i] / sqrt(mean(x**2))),
    given=mean(x**2) > 0,
    source=cite("Zhang 2019"),
)

# The Jacobian
root_moves = claim(
    D(r, x[j]),
    eq(D(mean(x**2), x[j]) / (2 * r), why="derivative of a root"),
    eq(2 * x[j] / n / (2 * r), why="x_j occurs in one term"),
    eq(h[j] / n, why="definition of the normalised input"),
    source=original,
)
jacobian = claim(
    D(h[i], x[j]),
    eq((delta(i, j) * r - x[i] * D(r, x[j])) / r**2, why="quotient rule, r > 0"),
    eq((delta(i, j) * r - x[i] * h[j] / n) / r**2, by=root_moves),
    eq((delta(i, j) - h[i] * h[j] / n) / r, why="definition of the normalised input"),
    source=cite("Zhang 2019"),
    runs_as="jnp.multiply(x, jax.lax.rsqrt(jnp.mean(jnp.square(x)) + epsilon))",
)
matrix_form = claim(
    D(h, x),
    eq((identity(n) - h @ h.T / n) / r, why="entry by entry", by=jacobian),
    source=cite("Zhang 2019"),
    layout="numerator",
)
symmetric = claim(D(h, x), eq(D(h, x).T), source=original, layout="numerator")
of_the_input_itself = claim(
    D(h, x) @ x,
    eq((identity(n) - h @ h.T / n) @ x / r, by=matrix_form),
    eq(eps / r**2 * h, why="without epsilon a change along x would change nothing"),
    source=original,
    layout="numerator",
)

# Backward
loss = Sum(g * y)
in_the_gain = claim(D(loss, gamma), eq(g * h, why="gamma_i occurs in one term"), source=original)
in_the_input = claim(
    D(loss, x[j]),
    eq(Sum(w[i] * D(h[i], x[j]), i), why="every output depends on x_j"),
    eq(Sum(w[i] * (delta(i, j) - h[i] * h[j] / n), i) / r, by=jacobian),
    eq((w[j] - h[j] * mean(w * h)) / r, why="one mean serves every entry"),
    source=original,
)
in_the_input_as_a_vector = claim(D(loss, x), eq((w - mean(w * h) * h) / r, why="entry by entry", by=in_the_input), source=original)
along_the_input = claim(
    x.T @ D(loss, x),
    eq(x.T @ ((w - mean(w * h) * h) / r), by=in_the_input_as_a_vector),
    eq(eps / r**2 * Sum(w * h), why="0 if epsilon were 0"),
    source=original,
)

# Errata
root_held_fixed = erratum(
    original,
    printed=claim(D(loss, x[j]), eq(gamma[j] * g[j] / r, why="the root taken for a constant")),
    refuted_at={n: 1, j: 0, x: (1,), gamma: (1,), g: (1,), eps: 1},
    instead=in_the_input,
)
formula_of_layer_norm = erratum(
    original,
    printed=claim(D(loss, x[j]), eq((w[j] - mean(w) - h[j] * mean(w * h)) / r, why="the mean of LayerNorm taken along")),
    refuted_at={n: 1, j: 0, x: (1,), gamma: (1,), g: (1,), eps: 1},
    instead=in_the_input,
    note="RMSNorm takes no mean away, forward or backward",
)
factor_n_lost = erratum(
    original,
    printed=claim(D(loss, x[j]), eq((w[j] - h[j] * Sum(w * h)) / r, why="a sum where a mean belongs")),
    refuted_at={n: 2, j: 0, x: (1, 1), gamma: (1, 1), g: (1, 0), eps: 1},
    instead=in_the_input,
)
