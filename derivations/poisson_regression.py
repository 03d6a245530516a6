"""Poisson regression: the gradient is X^T (mu - y), the Hessian X^T diag(mu) X, and the loss is convex.

X holds an example a row, z = X w are the scores, and mu = exp(z) are the means. The log of the factorial does not depend on the weights.
The loss is a sum of convex functions, one for each example.
"""

from derive import (
    D,
    Ne,
    Sum,
    array,
    cite,
    claim,
    convex,
    definition,
    diag,
    eq,
    erratum,
    exp,
    gamma,
    index,
    indices,
    le,
    log,
    loggamma,
    lt,
    natural,
    nonnegative_vector,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
N = natural("N")  # number of examples
d = natural("d")  # number of features
a = index("a", upto=N)
j, l = indices("j l", upto=d)
X = real_matrix("X", N, d)  # an example a row
y = nonnegative_vector("y", N)  # counts, or anything that is not negative
w, v = real_vector("w", d), real_vector("v", d)  # weights, a direction or other weights
s, t = real_vector("s", N), real_vector("t", N)  # scores, taken as variables
b = real("b")  # a single score, the same for every example
c = positive("c")  # a mean count
g = positive("g")  # a mean

z = X @ w  # scores
mu = array(N, lambda at: exp(z[at]), name=r"\mu")  # means


def law(count, mean):
    """The probability of a count under a Poisson law."""
    return mean**count * exp(-mean) / gamma(count + 1)


def loss(scores):
    return Sum(exp(scores[a]) - y[a] * scores[a], a)


L = loss(z)
H = X.T @ diag(mu) @ X

# The loss
likelihood = claim(
    -Sum(log(law(y[a], exp(z[a]))), a),
    eq(Sum(exp(z[a]) - y[a] * z[a] + loggamma(y[a] + 1), a), why="log of a product"),
    eq(L + Sum(loggamma(y[a] + 1), a), why="the last part does not depend on w"),
    source=cite("McCullagh 1989"),
)
without_the_factorial = definition(L, source=cite("McCullagh 1989"), runs_as="jnp.sum(jnp.exp(jnp.matmul(X, w)) - y * jnp.matmul(X, w))")

# First derivative
score_in_a_weight = claim(D(z[a], w[j]), eq(X[a, j], why="w_j occurs in one term"), source=original)
gradient_entry = claim(
    D(L, w[j]),
    eq(Sum((exp(z[a]) - y[a]) * D(z[a], w[j]), a), why="chain rule"),
    eq(Sum((exp(z[a]) - y[a]) * X[a, j], a), by=score_in_a_weight),
    source=cite("McCullagh 1989"),
)
gradient = claim(D(L, w), eq(X.T @ (mu - y), why="entry by entry", by=gradient_entry), source=cite("McCullagh 1989"))

# Second derivative
hessian_entry = claim(
    D(L, w[j], w[l]),
    eq(D(Sum((exp(z[a]) - y[a]) * X[a, j], a), w[l]), by=gradient_entry),
    eq(Sum(exp(z[a]) * X[a, j] * X[a, l], a), why="chain rule", by=score_in_a_weight),
    source=cite("McCullagh 1989"),
)
hessian = claim(D(D(L, w), w), eq(H, why="entry by entry", by=hessian_entry), source=cite("McCullagh 1989"), layout="numerator")
curvature_in_a_direction = claim(
    0,
    le(Sum(mu * (X @ v) ** 2), why="a sum of squares with positive weights"),
    eq(v.T @ H @ v),
    source=cite("McCullagh 1989"),
)
convex_in_a_score = claim(convex(exp(b) - y[a] * b, over=b), source=cite("McCullagh 1989"))
middle_of_two_scores = claim(loss((s + t) / 2), le((loss(s) + loss(t)) / 2, why="term by term"), source=original)
middle_of_two_weights = claim(
    loss(X @ (w + v) / 2),
    le((loss(X @ w) + loss(X @ v)) / 2, why="the scores are linear in the weights, so the loss is convex", by=middle_of_two_scores),
    source=cite("McCullagh 1989"),
)

# One score for all
best_score = claim(
    c - c * log(c),
    lt(exp(b) - c * b, why="at the same score for every example the loss is N times this"),
    given=Ne(b, log(c)),
    source=original,
    reads_as="c is the mean of the counts, and it is positive",
)
deviance_not_negative = claim(
    0,
    le(y[a] * log(y[a] / g) - (y[a] - g), why="log v <= v - 1 at v = g / y"),
    given=y[a] > 0,
    source=cite("McCullagh 1989"),
)

# Errata
link_taken_for_the_identity = erratum(
    original,
    printed=claim(D(L, w[j]), eq((X.T @ (z - y))[j], why="the gradient of least squares")),
    refuted_at={j: 0, N: 1, d: 1, X: ((1,),), y: (0,), w: (0,)},
    instead=gradient,
)
mean_left_in = erratum(
    original,
    printed=claim(D(L, w[j]), eq((X.T @ ((mu - y) * mu))[j], why="the slope of exp kept where it cancels")),
    refuted_at={j: 0, N: 1, d: 1, X: ((1,),), y: (0,), w: (1,)},
    instead=gradient,
)
hessian_with_the_error = erratum(
    original,
    printed=claim(D(L, w[j], w[l]), eq((X.T @ diag(mu - y) @ X)[j, l], why="the counts are no part of the curvature")),
    refuted_at={j: 0, l: 0, N: 1, d: 1, X: ((1,),), y: (1,), w: (0,)},
    instead=hessian,
)
