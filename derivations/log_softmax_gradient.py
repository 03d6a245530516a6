"""Gradient of a log-softmax: the gradient of its own score, less the mean gradient of all scores.

The mean is taken under the softmax itself, F - E[F]. The scores are any differentiable functions of parameters: at the parameters at hand
they have the values x and the Jacobian G, which leaves out R of their move M when the parameters move by V. That R is small beside V is
all that is known of it, and it is enough: what the gradient leaves out is as small.
"""

from derivations.softmax_jacobian import i, j, jacobian, matrix_form, n, s, x
from derivations.softmax_simplex import entries_positive, sum_is_one

from derive import (
    Abs,
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
    le,
    log,
    natural,
    ones,
    original,
    positive,
    positive_vector,
    real,
    real_matrix,
    real_vector,
    tends_to,
)  # fmt: skip

# Given
p = natural("p")  # number of parameters
q = natural("q")  # number of terms of the scores of an example
a = index("a", upto=p)
l = index("l", upto=n)
G = real_matrix("G", n, p)  # the Jacobian of the scores, at parameters where they are x
V = real_vector("V", p)  # how far the parameters are moved
R = real_vector("R", n)  # what the Jacobian leaves out of the move of the scores
M = real_vector("M", n)  # how far the scores move then: M = G V + R
H = real_matrix("H", n, p)  # the gradients of n functions
rho = real_vector("rho", n)  # what they leave out of the changes of these
eps, bound = positive("epsilon bound")  # how small that is; a bound of the Jacobian
u = real_vector("u", p)  # parameters
B = real_matrix("B", n, q)
C = real_matrix("C", q, p)
F = real_matrix("F", n, p)  # features, for scores that are linear in u
w = real_vector("w", n)  # weights of the classes
r = positive_vector("r", n)  # outputs, taken as independent variables
c = real("c")  # a scale
v = real_vector("v", n)  # parameters, one for each score
step = Sum(Abs(V))  # the length of the move
g = B @ exp(C @ u)  # scores of an example


def softmax(z):
    return array(n, lambda at: exp(z[at]) / Sum(exp(z)), name="S")


def mean(f):
    """The mean of f(j) when j has the law of the softmax of the scores."""
    return Sum(s[j] * f(j), j)


def slope(e):
    """Entry a of the gradient of log s_e, by the chain rule: the slope in each score, times that of the score."""
    return Sum(D(log(s[e]), x[l]) * G[l, a], l)


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

# In the parameters of any differentiable scores
chain_rule = claim(
    D(log(s), x) @ G,
    eq(diag(ones(n) / s) @ ((diag(s) - s @ s.T) @ G), why="three Jacobians, (n x n)(n x n)(n x p)", by=[log_jacobian, matrix_form]),
    eq((identity(n) - ones(n) @ s.T) @ G, why="s_i > 0 cancels in row i"),
    eq(G - ones(n) @ (s.T @ G), why="the same row is taken from every row"),
    source=cite("002", "HW 3, L, the chain"),
    covers=["002.hw3.1L.chain"],
    layout="numerator",
    reads_as="G is the Jacobian of any differentiable x(u); that the product is the Jacobian of log S(x(u)) is it_is_the_jacobian",
)
own_score_less_the_mean = claim(
    slope(i),
    eq(Sum((delta(i, l) - s[l]) * G[l, a], l), by=in_the_scores),
    eq(G[i, a] - Sum(G[j, a] * s[j], j)),
    eq(G[i, a] - mean(lambda j: G[j, a]), why="s_j is the probability of j", by=[entries_positive, sum_is_one]),
    source=[cite("002", "HW 3, L, the sum"), cite("002", "HW 3, L, last line")],
    covers=["002.hw3.1L.sum", "002.hw3.1L.expectation"],
    reads_as="row i of G is the gradient of score i, any differentiable function of u; index i stands on log S and on the first gradient; "
    "the transpose of a number is that number",
)

# That this is the Jacobian, whatever the scores. G is theirs: whatever eps > 0, R is at most eps times a move that is small enough.
move_of_the_scores = Eq(M[l], (G @ V + R)[l])
leaves_out = Abs(R[l]) <= eps * step
small = [Abs(M[l]) <= eps, eps <= 1]
gradient = Sum((G[i, a] - mean(lambda j: G[j, a])) * V[a], a)
change = log(softmax(x + M)[i]) - log(s[i])
normaliser = log(Sum(s[l] * exp(M[l]), l))  # by how much the logarithm of the normaliser grows
beyond = normaliser - Sum(s[l] * M[l], l)  # by how much more than the mean move
change_of_a_log_output = claim(change, eq(M[i] - normaliser, why="the old normaliser taken out"), source=original)
below_its_chord = claim(
    Sum(s[l] * exp(M[l]), l),
    le(Sum(s[l] * (1 + M[l] + M[l] ** 2), l), why="exp m is at most 1 + m + m^2 for m <= 1"),
    eq(1 + Sum(s[l] * M[l], l) + Sum(s[l] * M[l] ** 2, l), by=sum_is_one),
    given=M[l] <= 1,
    source=original,
)
normaliser_from_above = claim(
    normaliser,
    le(Sum(s[l] * exp(M[l]), l) - 1, why="log t is at most t - 1"),
    le(Sum(s[l] * M[l], l) + Sum(s[l] * M[l] ** 2, l), by=below_its_chord),
    given=M[l] <= 1,
    source=original,
)
normaliser_from_below = claim(Sum(s[l] * M[l], l), le(normaliser, why="Jensen's inequality"), source=original)
scores_move = claim(
    Abs((G @ V + R)[i]),
    le(Sum(Abs(G[i, a]) * Abs(V[a]), a) + Abs(R[i]), why="triangle inequality"),
    le(Sum(bound * Abs(V[a]), a) + Abs(R[i])),
    le(bound * step + eps * step),
    given=[Abs(G[l, a]) <= bound, leaves_out],
    source=original,
)
mean_move = claim(
    Sum(s[l] * Abs((G @ V + R)[l]), l),
    le(Sum(s[l] * ((bound + eps) * step), l), by=scores_move),
    eq((bound + eps) * step, by=sum_is_one),
    given=[Abs(G[l, a]) <= bound, leaves_out],
    source=original,
)
mean_square = claim(
    Sum(s[l] * M[l] ** 2, l), le(Sum(s[l] * (eps * Abs(M[l])), l)), eq(eps * Sum(s[l] * Abs(M[l]), l)), given=small, source=original
)
left_out_of_the_scores = claim(
    Abs(R[i] - Sum(s[j] * R[j], j)),
    le(Abs(R[i]) + Sum(s[j] * Abs(R[j]), j), why="triangle inequality"),
    le(eps * step + Sum(s[j] * Abs(R[j]), j)),
    le(eps * step + Sum(s[j] * (eps * step), j)),
    eq(2 * eps * step, by=sum_is_one),
    given=leaves_out,
    source=original,
)
what_the_gradient_leaves_out = claim(
    change - gradient,
    eq(R[i] - Sum(s[j] * R[j], j) - beyond, why="what is linear in V is taken away"),
    given=move_of_the_scores,
    source=original,
)
it_is_the_jacobian = claim(
    Abs(change - gradient),
    eq(Abs(R[i] - Sum(s[j] * R[j], j) - beyond), by=what_the_gradient_leaves_out),
    le(Abs(R[i] - Sum(s[j] * R[j], j)) + beyond, by=normaliser_from_below),
    le(2 * eps * step + beyond, by=left_out_of_the_scores),
    le(2 * eps * step + Sum(s[l] * M[l] ** 2, l), by=normaliser_from_above),
    le(2 * eps * step + eps * Sum(s[l] * Abs(M[l]), l), by=mean_square),
    eq(2 * eps * step + eps * Sum(s[l] * Abs((G @ V + R)[l]), l), why="M = G V + R"),
    le(2 * eps * step + eps * ((bound + eps) * step), by=mean_move),
    eq(eps * (2 + bound + eps) * step),
    given=[move_of_the_scores, leaves_out, Abs(G[l, a]) <= bound, M[l] <= 1, *small],
    source=[cite("002", "HW 3, L, the chain"), cite("002", "HW 3, L, the sum")],
    covers=["002.hw3.1L.chain", "002.hw3.1L.sum"],
    reads_as="x is any differentiable map: what row i of the Jacobian leaves out of the change of log S_i, for a move that is small enough",
)
left_out_vanishes = claim(
    tends_to(eps * (2 + bound + eps), eps, 0, 0, side="+"),
    source=[cite("002", "HW 3, L, the chain"), cite("002", "HW 3, L, the sum")],
    covers=["002.hw3.1L.chain", "002.hw3.1L.sum"],
    reads_as="what is left out is as small beside the move as one likes",
)

# A weighted sum
gradient_of_a_sum = claim(
    Abs(-Sum(w[i] * (Sum(H[i, a] * V[a], a) + rho[i]), i) - Sum(Sum(-w[i] * H[i, a], i) * V[a], a)),
    eq(Abs(Sum(w[i] * rho[i], i)), why="linearity"),
    le(Sum(Abs(w[i]) * Abs(rho[i]), i), why="triangle inequality"),
    le(Sum(Abs(w[i]) * (eps * step), i), why="rows of H are the gradients"),
    eq(eps * Sum(Abs(w)) * step),
    given=Abs(rho[l]) <= eps * step,
    source=cite("002", "HW 3, m, equation 1"),
    covers=["002.hw3.1m.gradient-of-sum"],
    reads_as="any n differentiable functions of u, log s_i(x(u)) among them, with the gradients H_i: the gradient of their weighted sum is "
    "that sum of the gradients, for what it leaves out is at most eps times a multiple of the move, whatever eps > 0",
)
gradient_of_a_weighted_sum = claim(
    Sum(-w[i] * slope(i), i),
    eq(-Sum(w[i] * slope(i), i)),
    eq(-Sum(w[i] * (G[i, a] - Sum(G[j, a] * s[j], j)), i), by=own_score_less_the_mean),
    source=cite("002", "HW 3, m, last display"),
    covers=["002.hw3.1m.result"],
    reads_as="entry a of the gradient; row i of G is the gradient of score i, any differentiable function of u; "
    "by gradient_of_a_sum and it_is_the_jacobian",
)

# Scores of one form, differentiated through
S = softmax(g)
exponential_scores = claim(
    D(log(S[i]), u[a]),
    eq(D(g[i], u[a]) - Sum(D(g[j], u[a]) * S[j], j), why="G is D(g, u)"),
    source=original,
    reads_as="g(u) = B exp(C u), with any B and C",
)
sum_of_exponential_scores = claim(
    D(-Sum(w[i] * log(S[i]), i), u[a]),
    eq(-Sum(w[i] * D(log(S[i]), u[a]), i), why="linearity"),
    eq(-Sum(w[i] * (D(g[i], u[a]) - Sum(D(g[j], u[a]) * S[j], j)), i), by=exponential_scores),
    source=original,
)
linear_scores = claim(
    D(log(softmax(F @ u)[i]), u),
    eq(F[i, :] - F.T @ softmax(F @ u), why="the features of i less their mean"),
    source=original,
)

# Errata


def off(value, otherwise):
    """One value off the diagonal, another on it."""
    return cases((value, Ne(i, j)), (otherwise, Eq(i, j)))


chain_as_typed = erratum(
    cite("002", "HW 3, L, the chain"),
    printed=lambda: claim(D(log(s), x) @ G, eq((ones(n) / s) * (diag(s - s @ s.T) @ G)), layout="numerator"),
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
        ("the bracket has index i throughout", claim(Sum(-w[i] * slope(i), i), eq(-Sum(w[i] * (G[i, a] - G[i, a] * s[i]), i)))),
    ],
    instead=gradient_of_a_weighted_sum,
    covers=["002.hw3.1m.result"],
    note="the bracket is garbled: a semicolon, a derivative in n, and no sum over j",
)
