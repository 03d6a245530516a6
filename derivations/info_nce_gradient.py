"""InfoNCE: the gradient pulls the query towards its positive key and pushes it from the mean key, weighed by the softmax of the scores.

The scores are inner products over a temperature. The loss is a cross-entropy over the keys, so it is never negative; where all scores
are equal it is the log of their number. In a batch, row a has its positive in column a.
"""

from derive import (
    D,
    Eq,
    Sum,
    array,
    cite,
    claim,
    definition,
    delta,
    eq,
    erratum,
    exp,
    identity,
    index,
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
n = natural("n")  # number of keys, one of them positive
d = natural("d")  # width
y = index("y", upto=n)  # the positive key
i, j, k = indices("i j k", upto=n)
l = index("l", upto=d)
u = real_vector("u", d)  # the query
V = real_matrix("V", n, d)  # keys, a key a row
U = real_matrix("U", n, d)  # the queries of a batch, a query a row
x = real_vector("x", n)  # scores, taken as variables
tau = positive("tau")  # temperature
c = real("c")  # a score


def softmax(scores):
    return array(n, lambda at: exp(scores[at]) / Sum(exp(scores)), name="p")


def loss(scores):
    return -log(softmax(scores)[y])


S = V @ u / tau  # scores
p = softmax(S)
mean_key = V.T @ p  # the mean of the keys under p

# The loss
log_softmax = definition(
    log(softmax(x)), source=cite("van den Oord 2018", "(4)"), runs_as="jax.nn.log_softmax", reads_as="the loss is minus its entry y"
)
by_log_sum_exp = claim(loss(x), eq(log(Sum(exp(x))) - x[y], why="log of a quotient of positive numbers"), source=original)
not_negative = claim(0, le(loss(x), why="a probability is at most 1"), source=original)
of_equal_scores = claim(loss(x), eq(log(n)), given=Eq(x[j], c), source=cite("van den Oord 2018"))

# Its gradients
in_the_scores = claim(
    D(loss(x), x[i]),
    eq(D(log(Sum(exp(x))), x[i]) - D(x[y], x[i]), by=by_log_sum_exp),
    eq(softmax(x)[i] - delta(i, y), why="the gradient of log-sum-exp is the softmax"),
    source=original,
)
score_in_the_query = claim(D(S[k], u[l]), eq(V[k, l] / tau, why="u_l occurs in one term"), source=original)
query_entry = claim(
    D(loss(S), u[l]),
    eq(Sum((p[k] - delta(k, y)) * D(S[k], u[l]), k), why="every score depends on the query", by=in_the_scores),
    eq(Sum((p[k] - delta(k, y)) * V[k, l], k) / tau, by=score_in_the_query),
    eq((Sum(p[k] * V[k, l], k) - V[y, l]) / tau, why="delta picks one key"),
    source=original,
)
in_the_query = claim(D(loss(S), u), eq((mean_key - V[y, :]) / tau, why="entry by entry", by=query_entry), source=original)
in_a_key = claim(
    D(loss(S), V[i, l]),
    eq((p[i] - delta(i, y)) * D(S[i], V[i, l]), why="a key has one score", by=in_the_scores),
    eq((p[i] - delta(i, y)) * u[l] / tau, why="V_il occurs in one term"),
    source=original,
)
key_gradients_cancel = claim(
    Sum(D(loss(S), V[i, l]), i),
    eq(Sum((p[i] - delta(i, y)) * u[l] / tau, i), by=in_a_key),
    eq(0, why="p sums to one"),
    source=original,
)
in_the_temperature = claim(
    D(loss(S), tau),
    eq(-Sum((p[k] - delta(k, y)) * S[k], k) / tau, why="each score has slope -S_k / tau", by=in_the_scores),
    eq((S[y] - Sum(p[k] * S[k], k)) / tau, why="delta picks one score"),
    source=original,
)
hard_negatives_weigh_more = claim(p[i] / p[j], eq(exp(S[i] - S[j]), why="the normaliser cancels"), source=original)

# A batch
A = U @ V.T / tau
P = array((n, n), lambda row, at: exp(A[row, at]) / Sum(exp(A[row, :])), name="P")
r = index("r", upto=n)
batch_loss = -Sum(log(P[r, r]), r) / n
batch_in_the_scores = claim(
    D(batch_loss, U[i, l]),
    eq(Sum((P[i, k] - delta(i, k)) * V[k, l], k) / (n * tau), why="a query has one row", by=query_entry),
    source=cite("Radford 2021"),
)
batch_in_the_queries = claim(
    D(batch_loss, U),
    eq((P - identity(n)) @ V / (n * tau), why="entry by entry", by=batch_in_the_scores),
    source=cite("Radford 2021"),
    layout="denominator",
)
batch_in_the_keys = claim(
    D(batch_loss, V),
    eq((P - identity(n)).T @ U / (n * tau), why="a key has one column"),
    source=cite("Radford 2021"),
    layout="denominator",
)

# Errata
negatives_without_weights = erratum(
    original,
    printed=claim(D(loss(S), u[l]), eq((Sum(V[k, l], k) / n - V[y, l]) / tau, why="the plain mean of the keys")),
    refuted_at={n: 2, d: 1, y: 0, l: 0, u: (1,), V: ((0,), (1,)), tau: 1},
    instead=query_entry,
    note="right only where all scores are equal",
)
temperature_lost = erratum(
    original,
    printed=claim(D(loss(S), u[l]), eq(Sum(p[k] * V[k, l], k) - V[y, l], why="the temperature forgotten")),
    refuted_at={n: 2, d: 1, y: 0, l: 0, u: (0,), V: ((0,), (1,)), tau: 2},
    instead=query_entry,
)
positive_key_held_fixed = erratum(
    original,
    printed=claim(D(loss(S), V[i, l]), eq(p[i] * u[l] / tau, why="the rule for negatives, taken for every key")),
    refuted_at={n: 2, d: 1, y: 0, i: 0, l: 0, u: (1,), V: ((0,), (0,)), tau: 1},
    instead=in_a_key,
)
