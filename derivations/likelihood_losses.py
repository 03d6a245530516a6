"""Losses are minus log-likelihoods: squared error of a normal law, cross-entropy of a Bernoulli law, a penalty of a normal prior."""

from derivations.binary_cross_entropy import bce
from derivations.sigmoid_tanh import sigma

from derive import (
    And,
    D,
    Eq,
    Product,
    Sum,
    cite,
    claim,
    eq,
    erf,
    erratum,
    exists,
    exp,
    half,
    index,
    log,
    natural,
    original,
    pi,
    positive,
    positive_vector,
    real,
    real_vector,
    sqrt,
    tends_to,
)  # fmt: skip

# Given
n = natural("n")  # number of examples
d = natural("d")  # number of parameters
i = index("i", upto=n)
j = index("j", upto=d)
y = real_vector("y", n)  # targets
f, g = real_vector("f", n), real_vector("g", n)  # predictions of two models
theta = real_vector("theta", d)  # parameters
s = positive("s")  # standard deviation of the targets, the same for every example
tau = positive("tau")  # standard deviation of the prior
t = real_vector("t", n)  # pre-activations
a, b, u, w = real("a b u w")
h = positive("h")
p = positive_vector("p", 2)  # a law on the two values 0 and 1
r = index("r", upto=2)  # one of them


def normal(value, at, deviation):
    """The density of a normal law."""
    return exp(-((value - at) ** 2) / (2 * deviation**2)) / (deviation * sqrt(2 * pi))


def below(value, at, deviation):
    """The probability that a normal law gives to numbers below a value."""
    return (1 + erf((value - at) / (deviation * sqrt(2)))) / 2


def minus_log_likelihood(predictions):
    return -log(Product(normal(y[i], predictions[i], s), i))


# The normal law
squared_error = claim(
    minus_log_likelihood(f),
    eq(-Sum(log(normal(y[i], f[i], s)), i), why="the examples are independent"),
    eq(Sum((y[i] - f[i]) ** 2 / (2 * s**2) + log(s * sqrt(2 * pi)), i), why="log of the density"),
    eq(Sum((y[i] - f[i]) ** 2, i) / (2 * s**2) + n * log(s * sqrt(2 * pi)), why="the variance is the same for every example"),
    source=original,
)
same_minimisers = claim(
    minus_log_likelihood(f) - minus_log_likelihood(g),
    eq(Sum((y[i] - f[i]) ** 2, i) / (2 * s**2) - Sum((y[i] - g[i]) ** 2, i) / (2 * s**2), why="the constants cancel", by=squared_error),
    eq((Sum((y[i] - f[i]) ** 2, i) - Sum((y[i] - g[i]) ** 2, i)) / (2 * s**2), why="of two models, one is better in both or in neither"),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.mse-normal-model"],
    reads_as="given the input, the target is normal about f with a fixed variance, and the examples are independent",
)
variance_is_the_same_for_both = claim(
    exists(And((a - u) ** 2 < (a - w) ** 2, -log(normal(a, u, s)) > -log(normal(a, w, tau))), at={a: 0, u: 0, w: 1, s: 4, tau: 1}),
    source=cite("002", "HW 2, network, g"),
    reads_as="with a variance of its own, the better prediction may be the less likely one",
)
label_moves_the_likelihood = claim(
    half * (b - u) ** 2 - half * (a - u) ** 2,
    eq(-log(normal(b, u, 1)) - -log(normal(a, u, 1)), why="squared error is minus the log-likelihood, up to a constant"),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.prior"],
)
normal_prior_is_a_penalty = claim(
    -log(Product(normal(theta[j], 0, tau), j)),
    eq(Sum(theta[j] ** 2, j) / (2 * tau**2) + d * log(tau * sqrt(2 * pi))),
    source=original,
)

# The Bernoulli law
law_of_a_label = claim(
    p[r],
    eq(p[1] ** r * (1 - p[1]) ** (1 - r), why="the two probabilities sum to one"),
    given=Eq(p[0] + p[1], 1),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.bernoulli"],
    reads_as="the label is coded 0 and 1",
)
density_of_the_normal_law = claim(D(below(a, u, s), a), eq(normal(a, u, s)), source=original)
normal_law_gives_a_value_nothing = claim(
    tends_to(below(a + h, u, s) - below(a - h, u, s), h, 0, 0, side="+"),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.bernoulli"],
)
binary_cross_entropy = claim(
    -log(sigma(t[i]) ** y[i] * (1 - sigma(t[i])) ** (1 - y[i])),
    eq(-(y[i] * log(sigma(t[i])) + (1 - y[i]) * log(1 - sigma(t[i]))), why="log of a product of powers"),
    eq(bce(sigma(t[i]), y[i])),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.bce-likelihood"],
)
binary_cross_entropy_of_all = claim(
    -log(Product(sigma(t[i]) ** y[i] * (1 - sigma(t[i])) ** (1 - y[i]), i)),
    eq(Sum(bce(sigma(t[i]), y[i]), i), why="the examples are independent", by=binary_cross_entropy),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.bce-likelihood"],
)

# Errata
likelihood_called_prior = erratum(
    cite("002", "HW 2, network, g"),
    printed=claim(
        half * (b - u) ** 2 - half * (a - u) ** 2,
        eq(-log(normal(w, 0, 1)) - -log(normal(w, 0, 1)), why="a prior is a law of the parameters"),
        reads_as="if squared error were minus the log of a prior on w, then moving the label from a to b would change neither",
    ),
    refuted_at={a: 0, b: 1, u: 0, w: 0},
    instead=label_moves_the_likelihood,
    covers=["002.hw2.mlp.g.prior"],
    note="likelihood is meant; a normal prior gives the penalty on the squared parameters",
)
