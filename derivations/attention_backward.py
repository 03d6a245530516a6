"""Attention backward: the gradients of scaled dot-product attention in queries, keys and values.

A score gets its own gradient less the mean gradient of its row, under the row's softmax; that mean is the inner product of the output with
the incoming gradient, so that no matrix of n by m entries has to be kept for it. For any loss, G is its gradient in the output.
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
    has_shape,
    indices,
    natural,
    original,
    real_matrix,
    sqrt,
)  # fmt: skip

# Given
n = natural("n")  # number of queries
m = natural("m")  # number of keys and values
d = natural("d")  # width of queries and keys
p = natural("p")  # width of the values
a, b = indices("a b", upto=n)
r, s, t = indices("r s t", upto=m)
l, k = indices("l k", upto=d)
c, e = indices("c e", upto=p)
Q, K, V = real_matrix("Q", n, d), real_matrix("K", m, d), real_matrix("V", m, p)
G = real_matrix("G", n, p)  # gradient of the loss in the output
Z = real_matrix("Z", n, m)  # scores, taken as variables
W = real_matrix("W", n, m)  # weights, taken as variables


def softmax(scores):
    """Softmax of each row."""
    return array((n, m), lambda row, at: exp(scores[row, at]) / Sum(exp(scores[row, :])), name="P")


S = Q @ K.T / sqrt(d)  # scores
P = softmax(S)  # attention weights
O = P @ V  # the output
dP = G @ V.T  # gradient in the weights
rows = array(n, lambda row: Sum(G[row, :] * O[row, :]), name="D")  # one number a query
dS = array((n, m), lambda row, at: P[row, at] * (dP[row, at] - rows[row]), name="dS")  # gradient in the scores

# Forward
attention = definition(
    O,
    source=cite("Vaswani 2017", "(1)"),
    runs_as="jnp.matmul(jax.nn.softmax(jnp.matmul(Q, jnp.transpose(K)) / jnp.sqrt(jnp.size(Q, 1))), V)",
)
output_shape = claim(has_shape(O, n, p), source=cite("Vaswani 2017"))
weights_shape = claim(has_shape(P, n, m), source=cite("Vaswani 2017"))
weights_sum_to_one = claim(Sum(P[a, t], t), eq(1, why="the denominator is the same along a row"), source=original)
equal_scores_average = claim(O[a, c], eq(Sum(V[t, c], t) / m), given=Eq(Q[b, l], 0), source=original)

# Backward, layer by layer
in_the_values = claim(
    D(Sum(G * O), V[r, c]),
    eq(Sum(G[a, c] * P[a, r], a), why="V_rc occurs in column c of the output alone"),
    eq((P.T @ G)[r, c]),
    source=cite("Dao 2022", "appendix B"),
)
in_the_weights = claim(
    D(Sum(G * (W @ V)), W[a, r]),
    eq(Sum(G[a, c] * V[r, c], c), why="W_ar occurs in row a of the output alone"),
    eq(dP[a, r]),
    source=cite("Dao 2022", "appendix B"),
)
weight_in_a_score = claim(
    D(softmax(Z)[a, r], Z[a, s]),
    eq(softmax(Z)[a, r] * (delta(r, s) - softmax(Z)[a, s]), why="the softmax Jacobian, row by row"),
    source=original,
)
mean_of_the_row = claim(
    Sum(P[a, t] * dP[a, t], t),
    eq(Sum(G[a, c] * Sum(P[a, t] * V[t, c], t), c), why="the sums change places"),
    eq(rows[a], why="definition of the output"),
    source=cite("Dao 2022", "appendix B"),
)
in_the_scores = claim(
    D(Sum(G * (softmax(Z) @ V)), Z[a, r]),
    eq(Sum(dP[a, t] * D(softmax(Z)[a, t], Z[a, r]), t), why="a score moves its own row", by=in_the_weights),
    eq(softmax(Z)[a, r] * (dP[a, r] - Sum(softmax(Z)[a, t] * dP[a, t], t)), by=weight_in_a_score),
    source=cite("Dao 2022", "appendix B"),
)
score_gradients_sum_to_zero = claim(Sum(dS[a, t], t), eq(0, why="a shift of a row changes nothing", by=mean_of_the_row), source=original)

# Backward, all the way
loss = Sum(G * O)
in_a_query = claim(
    D(loss, Q[a, l]),
    eq(Sum(dS[a, r] * D(S[a, r], Q[a, l]), r), why="a query moves its own row of scores", by=[in_the_scores, mean_of_the_row]),
    eq(Sum(dS[a, r] * K[r, l], r) / sqrt(d), why="Q_al occurs in one term"),
    source=cite("Dao 2022", "appendix B"),
)
in_a_key = claim(
    D(loss, K[r, l]),
    eq(Sum(dS[a, r] * D(S[a, r], K[r, l]), a), why="a key moves its own column of scores", by=[in_the_scores, mean_of_the_row]),
    eq(Sum(dS[a, r] * Q[a, l], a) / sqrt(d), why="K_rl occurs in one term of each"),
    source=cite("Dao 2022", "appendix B"),
)
in_the_queries = claim(D(loss, Q), eq(dS @ K / sqrt(d), why="entry by entry", by=in_a_query), source=cite("Dao 2022"), layout="denominator")
in_the_keys = claim(D(loss, K), eq(dS.T @ Q / sqrt(d), why="entry by entry", by=in_a_key), source=cite("Dao 2022"), layout="denominator")
in_all_values = claim(D(loss, V), eq(P.T @ G, why="entry by entry", by=in_the_values), source=cite("Dao 2022"), layout="denominator")

# Errata
point = {n: 1, m: 2, d: 1, p: 1, Q: ((1,),), K: ((0,), (1,)), V: ((0,), (1,)), G: ((1,),)}
scale_lost = erratum(
    original,
    printed=claim(D(loss, Q[a, l]), eq(Sum(dS[a, r] * K[r, l], r), why="the scale of the scores forgotten")),
    refuted_at={n: 1, m: 2, d: 4, p: 1, a: 0, l: 0, Q: ((0, 0, 0, 0),), K: ((0, 0, 0, 0), (1, 0, 0, 0)), V: ((0,), (1,)), G: ((1,),)},
    instead=in_a_query,
)
mean_lost = erratum(
    original,
    printed=claim(
        D(loss, Q[a, l]),
        eq(Sum(P[a, r] * dP[a, r] * K[r, l], r) / sqrt(d), why="softmax differentiated entry by entry, as if it were exp"),
    ),
    refuted_at={**point, a: 0, l: 0},
    instead=in_a_query,
)
product_of_sums = erratum(
    original,
    printed=claim(
        D(Sum(G * O), V[r, c]),
        eq(Sum(G[a, c], a) * Sum(P[a, r], a), why="the product of sums for the sum of products"),
    ),
    refuted_at={n: 2, m: 1, d: 1, p: 1, r: 0, c: 0, Q: ((0,), (0,)), K: ((0,),), V: ((0,),), G: ((1,), (1,))},
    instead=in_the_values,
)
