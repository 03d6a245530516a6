"""Logistic regression: the gradient is X^T (p - y), the Hessian X^T diag(p (1 - p)) X, and the loss is convex.

X holds an example a row, z = X w are the scores, and p is the sigmoid of z. The gradient has the form of least squares, error times
input; the weights p (1 - p) of the Hessian are the slopes of the sigmoid, at most 1/4. The loss is a sum of convex functions,
one for each example.
"""

from derivations.binary_cross_entropy import bce, through_softplus
from derivations.likelihood_losses import binary_cross_entropy_of_all
from derivations.sigmoid_tanh import sigma, sigmoid_range, sigmoid_slope
from derivations.softplus import slope as softplus_slope
from derivations.softplus import softplus

from derive import (
    D,
    Product,
    Rational,
    Sum,
    array,
    cite,
    claim,
    convex,
    definition,
    diag,
    eq,
    erratum,
    has_shape,
    indices,
    le,
    log,
    natural,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
N = natural("N")  # number of examples
d = natural("d")  # number of features
a, b = indices("a b", upto=N)
j, l = indices("j l", upto=d)
X = real_matrix("X", N, d)  # an example a row
y = real_vector("y", N)  # labels: 0, 1, or anything
w, v = real_vector("w", d), real_vector("v", d)  # weights, a direction or other weights
s, t = real_vector("s", N), real_vector("t", N)  # scores, taken as variables
lam = positive("lambda")  # strength of a squared penalty
q = real("q")  # one score

z = X @ w  # scores
p = array(N, lambda at: sigma(z[at]), name="p")  # probabilities
slopes = p - p**2
H = X.T @ diag(slopes) @ X


def loss(scores):
    return Sum(softplus(scores[a]) - y[a] * scores[a], a)


L = loss(z)

# The loss
likelihood = claim(
    -log(Product(sigma(z[a]) ** y[a] * (1 - sigma(z[a])) ** (1 - y[a]), a)),
    eq(Sum(bce(sigma(z[a]), y[a]), a), why="the examples are independent", by=binary_cross_entropy_of_all),
    eq(L, why="log of the sigmoid and of one minus it", by=through_softplus),
    source=cite("Bishop 2006", "section 4.3.2"),
    reads_as="the label is coded 0 and 1",
)
by_softplus = definition(
    L,
    source=cite("Bishop 2006", "section 4.3.2"),
    runs_as="jnp.sum(jax.nn.softplus(jnp.matmul(X, w)) - y * jnp.matmul(X, w))",
)

# First derivative
score_in_a_weight = claim(D(z[a], w[j]), eq(X[a, j], why="w_j occurs in one term"), source=original)
gradient_entry = claim(
    D(L, w[j]),
    eq(Sum((D(softplus(z[a]), w[j]) - y[a] * D(z[a], w[j])), a), why="the derivative of a sum"),
    eq(Sum((sigma(z[a]) - y[a]) * X[a, j], a), why="chain rule", by=[softplus_slope, score_in_a_weight]),
    source=cite("Bishop 2006", "section 4.3.2"),
)
gradient = claim(D(L, w), eq(X.T @ (p - y), why="entry by entry", by=gradient_entry), source=cite("Bishop 2006", "section 4.3.2"))
gradient_shape = claim(has_shape(X.T @ (p - y), d), source=original)

# Second derivative
hessian_entry = claim(
    D(L, w[j], w[l]),
    eq(D(Sum((sigma(z[a]) - y[a]) * X[a, j], a), w[l]), by=gradient_entry),
    eq(Sum(sigma(z[a]) * (1 - sigma(z[a])) * X[a, l] * X[a, j], a), why="chain rule", by=[sigmoid_slope, score_in_a_weight]),
    source=cite("Bishop 2006", "section 4.3.3"),
)
hessian = claim(
    D(D(L, w), w),
    eq(H, why="entry by entry", by=hessian_entry),
    source=cite("Bishop 2006", "section 4.3.3"),
    layout="numerator",
)
weights_at_most_a_quarter = claim(
    sigma(q) * (1 - sigma(q)), eq(Rational(1, 4) - (sigma(q) - Rational(1, 2)) ** 2), le(Rational(1, 4)), source=original
)
curvature_in_a_direction = claim(
    0,
    le(Sum(slopes * (X @ v) ** 2), why="a sum of squares with positive weights", by=sigmoid_range),
    eq(v.T @ H @ v),
    source=cite("Bishop 2006", "section 4.3.3"),
)
curvature_is_bounded = claim(
    v.T @ H @ v,
    eq(Sum(slopes * (X @ v) ** 2)),
    le(Sum((X @ v) ** 2) / 4, why="a step of 4 over the largest eigenvalue of X^T X is safe", by=weights_at_most_a_quarter),
    source=original,
)
convex_in_a_score = claim(convex(softplus(q) - y[a] * q, over=q), source=cite("Bishop 2006", "section 4.3.3"))
middle_of_two_scores = claim(loss((s + t) / 2), le((loss(s) + loss(t)) / 2, why="term by term"), source=original)
middle_of_two_weights = claim(
    loss(X @ (w + v) / 2),
    le((loss(X @ w) + loss(X @ v)) / 2, why="the scores are linear in the weights, so the loss is convex", by=middle_of_two_scores),
    source=cite("Bishop 2006", "section 4.3.3"),
)
penalised_gradient = claim(
    D(L + lam / 2 * Sum(w**2), w), eq(X.T @ (p - y) + lam * w, why="the penalty adds lambda w", by=gradient), source=original
)

# Errata
sign_of_the_gradient = erratum(
    original,
    printed=claim(D(L, w[j]), eq((X.T @ (y - p))[j], why="the gradient of the log-likelihood, which is to be raised")),
    refuted_at={j: 0, N: 1, d: 1, X: ((1,),), y: (0,), w: (0,)},
    instead=gradient,
)
slope_left_in = erratum(
    original,
    printed=claim(D(L, w[j]), eq((X.T @ ((p - y) * slopes))[j], why="the chain rule of squared error")),
    refuted_at={j: 0, N: 1, d: 1, X: ((1,),), y: (0,), w: (0,)},
    instead=gradient,
    note="the slope of the sigmoid cancels against the derivative of the logarithm",
)
hessian_without_weights = erratum(
    original,
    printed=claim(D(L, w[j], w[l]), eq((X.T @ X)[j, l], why="the Hessian of least squares")),
    refuted_at={j: 0, l: 0, N: 1, d: 1, X: ((1,),), y: (0,), w: (0,)},
    instead=hessian,
)
