"""LayerNorm backward: the incoming gradient, less its mean, less its part along the normalised input.

The mean and the variance depend on every entry, and so does each output. For any loss, g is its gradient in the output; the gradient in the
input is that of the sum of g_i y_i with g held fixed.
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
    ones,
    original,
    positive,
    real,
    real_vector,
    sqrt,
)  # fmt: skip

# Given
n = natural("n")  # number of features
i, j, k = indices("i j k", upto=n)
x = real_vector("x", n)  # the input
gamma, beta = real_vector("gamma", n), real_vector("beta", n)  # gain and bias
g = real_vector("g", n)  # gradient of the loss in the output
eps = positive("epsilon")  # keeps the root away from 0
c = real("c")  # a shift
a = positive("a")  # a scale


def mean(v):
    return Sum(v) / n


mu = mean(x)
variance = mean((x - mu * ones(n)) ** 2)
sigma = sqrt(variance + eps)  # the root of variance + epsilon
h = array(n, lambda at: (x[at] - mu) / sigma, name=r"\hat x")  # normalised
y = gamma * h + beta  # the output
w = gamma * g  # gradient of the loss in the normalised input

# The function
normalised = definition(h, source=cite("Ba 2016"), runs_as="jax.nn.standardize(x, epsilon=epsilon)")
output = definition(y, source=cite("Ba 2016"), runs_as="jnp.add(gamma * jax.nn.standardize(x, epsilon=epsilon), beta)")
root_positive = claim(0, lt(sigma, why="a mean of squares, plus epsilon > 0"), source=original)
mean_is_zero = claim(Sum(h), eq((Sum(x) - n * mu) / sigma, why="sigma is the same in each term"), eq(0), source=original)
mean_square = claim(
    mean(h**2),
    eq(variance / sigma**2, why="sigma is the same in each term"),
    eq(variance / (variance + eps)),
    lt(1, why="epsilon > 0"),
    source=original,
)
variance_by_moments = claim(variance, eq(mean(x**2) - mu**2), source=original)
shift_invariant = claim(
    (x[i] + c - mean(x + c * ones(n))) / sqrt(mean((x + c * ones(n) - mean(x + c * ones(n)) * ones(n)) ** 2) + eps),
    eq(h[i], why="the mean moves by c, and the differences stay"),
    source=cite("Ba 2016"),
)
scaled_with_its_epsilon = claim(
    (a * x[i] - mean(a * x)) / sqrt(mean((a * x - mean(a * x) * ones(n)) ** 2) + a**2 * eps),
    eq(h[i], why="a > 0 cancels, if epsilon grows with the square of the scale"),
    source=original,
)

# How the statistics move
mean_moves = claim(D(mu, x[j]), eq(1 / n, why="x_j occurs in one term of n"), source=original)
variance_moves = claim(
    D(variance, x[j]),
    eq(Sum(2 * (x[k] - mu) * (delta(k, j) - 1 / n), k) / n, why="chain rule", by=mean_moves),
    eq(2 * (x[j] - mu) / n, why="the differences sum to zero"),
    source=original,
)
root_moves = claim(
    D(sigma, x[j]),
    eq(D(variance, x[j]) / (2 * sigma), why="derivative of a root"),
    eq((x[j] - mu) / (n * sigma), by=variance_moves),
    eq(h[j] / n, why="definition of the normalised input"),
    source=original,
)

# The Jacobian
jacobian = claim(
    D(h[i], x[j]),
    eq(((delta(i, j) - 1 / n) * sigma - (x[i] - mu) * D(sigma, x[j])) / sigma**2, why="quotient rule, sigma > 0", by=mean_moves),
    eq(((delta(i, j) - 1 / n) * sigma - (x[i] - mu) * h[j] / n) / sigma**2, by=root_moves),
    eq((delta(i, j) - 1 / n - h[i] * h[j] / n) / sigma, why="definition of the normalised input"),
    source=original,
    runs_as="jax.nn.standardize(x, epsilon=epsilon)",
)
matrix_form = claim(
    D(h, x),
    eq((identity(n) - ones(n) @ ones(n).T / n - h @ h.T / n) / sigma, why="entry by entry", by=jacobian),
    source=original,
    layout="numerator",
)
rows_sum_to_zero = claim(
    Sum(D(h[i], x[j]), j),
    eq((1 - 1 - h[i] * Sum(h[j], j) / n) / sigma, by=jacobian),
    eq(0, why="a shift changes nothing", by=mean_is_zero),
    source=original,
)

# Backward
loss = Sum(g * y)
in_the_bias = claim(D(loss, beta), eq(g, why="beta_i occurs in one term"), source=original)
in_the_gain = claim(D(loss, gamma), eq(g * h, why="gamma_i occurs in one term"), source=original)
in_the_input = claim(
    D(loss, x[j]),
    eq(Sum(w[i] * D(h[i], x[j]), i), why="every output depends on x_j"),
    eq(Sum(w[i] * (delta(i, j) - 1 / n - h[i] * h[j] / n), i) / sigma, by=jacobian),
    eq((w[j] - mean(w) - h[j] * mean(w * h)) / sigma, why="two means serve every entry"),
    source=original,
)
in_the_input_as_a_vector = claim(
    D(loss, x),
    eq((w - mean(w) * ones(n) - mean(w * h) * h) / sigma, why="entry by entry", by=in_the_input),
    source=original,
)
gradient_sums_to_zero = claim(
    Sum(D(loss, x[j]), j),
    eq((Sum(w) - n * mean(w) - Sum(h) * mean(w * h)) / sigma, by=in_the_input),
    eq(0, by=mean_is_zero),
    source=original,
)

# Errata
statistics_held_fixed = erratum(
    original,
    printed=claim(D(loss, x[j]), eq(gamma[j] * g[j] / sigma, why="mean and variance taken for constants")),
    refuted_at={n: 2, j: 0, x: (1, -1), gamma: (1, 1), beta: (0, 0), g: (1, 0), eps: 1},
    instead=in_the_input,
)
variance_held_fixed = erratum(
    original,
    printed=claim(D(loss, x[j]), eq((w[j] - mean(w)) / sigma, why="the variance taken for a constant")),
    refuted_at={n: 2, j: 0, x: (1, -1), gamma: (1, 1), beta: (0, 0), g: (1, 0), eps: 1},
    instead=in_the_input,
)
gain_put_last = erratum(
    original,
    printed=claim(
        D(loss, x[j]),
        eq(gamma[j] * (g[j] - mean(g) - h[j] * mean(g * h)) / sigma, why="the gain pulled out of the means"),
    ),
    refuted_at={n: 2, j: 0, x: (1, -1), gamma: (1, 0), beta: (0, 0), g: (1, 1), eps: 1},
    instead=in_the_input,
    note="the means are those of gamma g; the gain differs from feature to feature",
)
scale_invariant = erratum(
    original,
    printed=claim(
        (a * x[i] - mean(a * x)) / sqrt(mean((a * x - mean(a * x) * ones(n)) ** 2) + eps),
        eq(h[i], why="epsilon overlooked"),
    ),
    refuted_at={n: 2, i: 0, x: (1, -1), a: 2, eps: 1},
    instead=scaled_with_its_epsilon,
)
