"""Gradient of a log-softmax: the gradient of its own score, less the mean gradient of all scores.

The mean is taken under the softmax itself, F - E[F]. The scores are functions of parameters u, here g(u) = B exp(C u) with any B and C:
with terms enough they come near every differentiable map, and no line uses anything of g but its derivative.
"""

from derivations.softmax_jacobian import i, j, jacobian, matrix_form, n, s, x
from derivations.softmax_simplex import entries_positive, sum_is_one

from derive import (
    D,
    Eq,
    Ne,
    ShapeError,
    Sum,
    array,
    cases,
    cite,
    claim,
    definition,
    delta,
    diag,
    eq,
    erratum,
    exp,
    identity,
    index,
    log,
    natural,
    ones,
    original,
    positive_vector,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
p = natural("p")  # number of parameters
q = natural("q")  # number of terms of the scores
a = index("a", upto=p)
u = real_vector("u", p)  # parameters
B = real_matrix("B", n, q)
C = real_matrix("C", q, p)
F = real_matrix("F", n, p)  # features, for scores that are linear in u
w = real_vector("w", n)  # weights of the classes
r = positive_vector("r", n)  # outputs, taken as independent variables
c = real("c")  # a scale
v = real_vector("v", n)  # parameters, one for each score
g = B @ exp(C @ u)  # scores
G = D(g, u)  # their Jacobian


def softmax(z):
    return array(n, lambda at: exp(z[at]) / Sum(exp(z)), name="S")


def mean(f):
    """The mean of f(j) when j has the law S."""
    return Sum(S[j] * f(j), j)


S = softmax(g)

# In the scores
log_jacobian = claim(D(log(r), r), eq(diag(ones(n) / r), why="entry i depends on r_i alone"), source=original, layout="numerator")
in_the_scores = claim(
    D(log(s[i]), x[j]),
    eq((delta(i, j) * s[i] - s[i] * s[j]) / s[i], why="derivative of a logarithm, then the Jacobian", by=jacobian),
    eq(delta(i, j) - s[j], why="s_i > 0 cancels"),
    source=cite("002", "HW 3, m, by cases"),
    covers=["002.hw3.1m.log-entry"],
)
log_softmax = definition(
    log(s[i]),
    source=original,
    runs_as="jax.nn.log_softmax",
)

# In the parameters
chain_rule = claim(
    D(log(S), u),
    eq(diag(ones(n) / S) @ ((diag(S) - S @ S.T) @ G), why="three Jacobians, (n x n)(n x n)(n x p)", by=[log_jacobian, matrix_form]),
    eq((identity(n) - ones(n) @ S.T) @ G, why="S_i > 0 cancels in row i"),
    eq(G - ones(n) @ (S.T @ G), why="the same row is taken from every row"),
    source=cite("002", "HW 3, L, the chain"),
    covers=["002.hw3.1L.chain"],
    layout="numerator",
)
own_score_less_the_mean = claim(
    D(log(S[i]), u[a]),
    eq(D(g[i], u[a]) - Sum(D(g[j], u[a]) * S[j], j), by=chain_rule),
    eq(D(g[i], u[a]) - mean(lambda j: D(g[j], u[a])), why="S_j is the probability of j", by=[entries_positive, sum_is_one]),
    source=[cite("002", "HW 3, L, the sum"), cite("002", "HW 3, L, last line")],
    covers=["002.hw3.1L.sum", "002.hw3.1L.expectation"],
    reads_as="index i stands on log S and on the first gradient; the transpose of a number is that number",
)
linear_scores = claim(
    D(log(softmax(F @ u)[i]), u),
    eq(F[i, :] - F.T @ softmax(F @ u), why="the features of i less their mean"),
    source=original,
)

# A weighted sum
L = -Sum(w[i] * log(S[i]), i)
gradient_of_a_sum = claim(
    D(L, u),
    eq(array(p, lambda at: Sum(-w[i] * D(log(S[i]), u[at]), i)), why="linearity"),
    source=cite("002", "HW 3, m, equation 1"),
    covers=["002.hw3.1m.gradient-of-sum"],
)
gradient_of_a_weighted_sum = claim(
    D(L, u[a]),
    eq(-Sum(w[i] * D(log(S[i]), u[a]), i), by=gradient_of_a_sum),
    eq(-Sum(w[i] * (D(g[i], u[a]) - Sum(D(g[j], u[a]) * S[j], j)), i), by=own_score_less_the_mean),
    source=cite("002", "HW 3, m, last display"),
    covers=["002.hw3.1m.result"],
)

# Errata


def off(value, otherwise):
    """One value off the diagonal, another on it."""
    return cases((value, Ne(i, j)), (otherwise, Eq(i, j)))


chain_as_typed = erratum(
    cite("002", "HW 3, L, the chain"),
    printed=lambda: claim(D(log(S), u), eq((ones(n) / S) * (diag(S - S @ S.T) @ G)), layout="numerator"),
    raises=ShapeError,
    instead=chain_rule,
    covers=["002.hw3.1L.chain"],
    note="a bracket of diag has slid, 1/S is no matrix, and S^T is taken from a square matrix",
)
derivative_in_the_scores = erratum(
    cite("002", "HW 3, m, equation 1"),
    printed=claim(
        D(-Sum(w[i] * log(softmax(c * v)[i]), i), v[j]),
        eq(Sum(-w[i] * (delta(i, j) - softmax(c * v)[j]), i)),
        reads_as="x(u) = c u; the right side is the derivative in the scores, at c u",
    ),
    refuted_at={n: 2, j: 0, c: 2, v: (0, 0), w: (1, 0)},
    instead=gradient_of_a_sum,
    covers=["002.hw3.1m.gradient-of-sum"],
    note="u has been misread as n",
)
divided_by_the_logarithm = erratum(
    cite("002", "HW 3, m, by cases"),
    printed=claim(
        D(log(s[i]), x[j]),
        eq(off(D(log(s[i]), x[j]), (s[i] - s[i] * s[j]) / log(s[i])), why="as typed, for k = j"),
        eq(off(-s[i] * s[j] / log(s[i]), (s[i] - s[i] * s[j]) / log(s[i])), why="as typed, for k different from j"),
        reads_as="the variable is the score x_j",
    ),
    refuted_at={n: 2, i: 1, j: 1, x: (0, 1)},
    instead=in_the_scores,
    covers=["002.hw3.1m.log-entry"],
    note="the derivative of a logarithm divides by its argument",
)
without_the_sum = erratum(
    cite("002", "HW 3, m, last display"),
    readings=[
        ("the bracket holds a sum over j", gradient_of_a_weighted_sum),
        ("the bracket has index i throughout", claim(D(L, u[a]), eq(-Sum(w[i] * (D(g[i], u[a]) - D(g[i], u[a]) * S[i]), i)))),
    ],
    instead=gradient_of_a_weighted_sum,
    covers=["002.hw3.1m.result"],
    note="the bracket is garbled: a semicolon, a derivative in n, and no sum over j",
)
