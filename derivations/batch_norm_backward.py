"""BatchNorm backward: in each feature, the gradient less its mean over the batch, less its part along the normalised input.

In training the mean and the variance are those of the batch, so each output depends on every example; in use they are constants, and the
gradient is a mere factor. The gradients of gain and bias are sums over the batch.
"""

from derive import (
    D,
    Eq,
    Ne,
    Sum,
    array,
    cite,
    claim,
    definition,
    delta,
    eq,
    erratum,
    indices,
    le,
    natural,
    original,
    positive,
    positive_vector,
    real_matrix,
    real_vector,
    sqrt,
)  # fmt: skip

# Given
m = natural("m")  # examples in the batch
d = natural("d")  # number of features
a, b, t = indices("a b t", upto=m)
j, l = indices("j l", upto=d)
x = real_matrix("x", m, d)  # the batch, an example a row
gamma, beta = real_vector("gamma", d), real_vector("beta", d)  # gain and bias
g = real_matrix("g", m, d)  # gradient of the loss in the output
eps = positive("epsilon")
M, V = real_vector("M", d), positive_vector("V", d)  # running mean and variance


def mean(f):
    """The mean over the batch of f(example)."""
    return Sum(array(m, f)) / m


mu = array(d, lambda at: mean(lambda e: x[e, at]), name=r"\mu")
variance = array(d, lambda at: mean(lambda e: (x[e, at] - mu[at]) ** 2), name=r"\sigma^2")
sigma = sqrt(variance[j] + eps)


def normalised(e, at):
    return (x[e, at] - mu[at]) / sqrt(variance[at] + eps)


h = array((m, d), normalised, name=r"\hat x")
y = array((m, d), lambda e, at: gamma[at] * normalised(e, at) + beta[at], name="y")
G = array((m, d), lambda e, at: g[e, at] * gamma[at], name="G")  # gradient of the loss in the normalised input

# The function
forward = definition(
    h,
    source=cite("Ioffe 2015", "algorithm 1"),
    runs_as="jax.nn.standardize(x, axis=0, epsilon=epsilon)",
)
mean_is_zero = claim(Sum(h[t, j], t), eq(0, why="sigma is the same in each term"), source=original)
mean_square_at_most_one = claim(
    mean(lambda e: h[e, j] ** 2), eq(variance[j] / (variance[j] + eps)), le(1, why="epsilon > 0"), source=original
)

# How the statistics move
mean_moves = claim(D(mu[j], x[a, l]), eq(delta(j, l) / m, why="x_aj occurs in one term of m"), source=original)
variance_moves = claim(
    D(variance[j], x[a, j]),
    eq(Sum(2 * (x[t, j] - mu[j]) * (delta(t, a) - 1 / m), t) / m, why="chain rule", by=mean_moves),
    eq(2 * (x[a, j] - mu[j]) / m, why="the differences sum to zero"),
    source=cite("Ioffe 2015"),
)
jacobian = claim(
    D(h[a, j], x[b, j]),
    eq((delta(a, b) - 1 / m) / sigma - (x[a, j] - mu[j]) * D(variance[j], x[b, j]) / (2 * sigma**3), why="product rule", by=mean_moves),
    eq((delta(a, b) - 1 / m) / sigma - (x[a, j] - mu[j]) * (x[b, j] - mu[j]) / (m * sigma**3), by=variance_moves),
    eq((delta(a, b) - 1 / m - h[a, j] * h[b, j] / m) / sigma, why="definition of the normalised input"),
    source=original,
    runs_as="jax.nn.standardize(x, axis=0, epsilon=epsilon)",
)
features_do_not_mix = claim(D(h[a, j], x[b, l]), eq(0), given=Ne(j, l), source=original)

# Backward, in training
loss = Sum(g * y)
in_the_bias = claim(D(loss, beta[j]), eq(Sum(g[a, j], a), why="beta_j is added to every example"), source=cite("Ioffe 2015"))
in_the_gain = claim(D(loss, gamma[j]), eq(Sum(g[a, j] * h[a, j], a), why="gamma_j scales every example"), source=cite("Ioffe 2015"))
dvariance = Sum(G[t, j] * (x[t, j] - mu[j]), t) * (-1) / (2 * sigma**3)
dmean = Sum(-G[t, j] / sigma, t) + dvariance * Sum(-2 * (x[t, j] - mu[j]), t) / m
in_the_input = claim(
    D(loss, x[b, j]),
    eq(Sum(G[a, j] * D(h[a, j], x[b, j]), a), why="every example depends on x_bj, in its feature j"),
    eq(G[b, j] / sigma + dvariance * 2 * (x[b, j] - mu[j]) / m + dmean / m, why="directly, by the variance, by the mean"),
    eq(
        (G[b, j] - mean(lambda e: G[e, j]) - h[b, j] * mean(lambda e: G[e, j] * h[e, j])) / sigma,
        why="the differences sum to zero",
        by=jacobian,
    ),
    eq(
        gamma[j] / (m * sigma) * (m * g[b, j] - Sum(g[a, j], a) - h[b, j] * Sum(g[a, j] * h[a, j], a)),
        why="the gain is the same for every example",
    ),
    source=cite("Ioffe 2015"),
)
by_the_other_gradients = claim(
    D(loss, x[b, j]),
    eq(
        gamma[j] / (m * sigma) * (m * g[b, j] - D(loss, beta[j]) - h[b, j] * D(loss, gamma[j])), by=[in_the_input, in_the_bias, in_the_gain]
    ),
    source=original,
)
sums_to_zero = claim(
    Sum(D(loss, x[b, j]), b),
    eq(Sum(gamma[j] / (m * sigma) * (m * g[b, j] - Sum(g[a, j], a) - h[b, j] * Sum(g[a, j] * h[a, j], a)), b), by=in_the_input),
    eq(0, why="a shift of one feature changes nothing"),
    source=original,
)
one_example_gives_nothing = claim(D(loss, x[b, j]), eq(0, why="the only example is its own mean"), given=Eq(m, 1), source=original)

# Backward, in use
in_use = Sum(g[a, l] * (gamma[l] * (x[a, l] - M[l]) / sqrt(V[l] + eps) + beta[l]), a, l)
with_running_statistics = claim(
    D(in_use, x[b, j]), eq(gamma[j] * g[b, j] / sqrt(V[j] + eps), why="the statistics are constants"), source=original
)

# Errata
statistics_held_fixed = erratum(
    original,
    printed=claim(D(loss, x[b, j]), eq(gamma[j] * g[b, j] / sigma, why="the rule of use, taken in training")),
    refuted_at={m: 2, d: 1, b: 0, j: 0, x: ((1,), (-1,)), gamma: (1,), beta: (0,), g: ((1,), (0,)), eps: 1},
    instead=in_the_input,
)
variance_term_lost = erratum(
    original,
    printed=claim(
        D(loss, x[b, j]),
        eq(gamma[j] / (m * sigma) * (m * g[b, j] - Sum(g[a, j], a)), why="the variance taken for a constant"),
    ),
    refuted_at={m: 2, d: 1, b: 0, j: 0, x: ((1,), (-1,)), gamma: (1,), beta: (0,), g: ((1,), (0,)), eps: 1},
    instead=in_the_input,
)
gain_of_the_mean = erratum(
    original,
    printed=claim(D(loss, gamma[j]), eq(Sum(g[a, j] * h[a, j], a) / m, why="a mean where a sum belongs")),
    refuted_at={m: 2, d: 1, j: 0, x: ((1,), (-1,)), gamma: (1,), beta: (0,), g: ((1,), (0,)), eps: 1},
    instead=in_the_gain,
    note="the mean over the batch stands in the loss, if it stands anywhere",
)
