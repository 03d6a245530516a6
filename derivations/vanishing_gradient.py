"""Vanishing gradients: a product of L Jacobians, each of norm at most q < 1, has a norm of at most q^L.

The gradient at an early layer is such a product, P[t + 1] = J[t] P[t]: that it is the derivative through all layers is proved here from
what makes each J[t] the Jacobian of its layer. What is said of all L is proved by induction along the layers. Without the bound on the
factors the product may grow.
"""

from derive import (
    Abs,
    D,
    Eq,
    Product,
    Sum,
    cite,
    claim,
    eq,
    exp,
    index,
    indices,
    le,
    log,
    lt,
    natural,
    not_always,
    oo,
    original,
    positive,
    positive_vector,
    real,
    real_array,
    real_matrix,
    real_vector,
    tanh,
    tends_to,
)  # fmt: skip

# Given
L = natural("L")  # how many layers come after the one at hand
k = index("k", upto=L)
r = positive_vector("r", L)  # the norms of their Jacobians
q = positive("q")  # a bound of these norms
n, m, d = natural("n m d")
A = real_matrix("A", n, m)  # the product of the Jacobians so far
B = real_matrix("B", m, d)  # one more Jacobian
h = real("h")  # the input of scalar layers
t = index("t", upto=L)  # a layer
l = index("l", upto=L + 1)  # how many of the layers are passed
a, b, e = indices("a b e", upto=n)  # units
c = index("c", upto=m)  # parameters, or units of the layer at hand
W = real_array("W", L, n, n)
H = real_array("H", L + 1, n)  # what goes into each layer
J = real_array("J", L, n, n)  # the Jacobians
P = real_array("P", L + 1, n, m)  # derivatives of what goes into each layer
N = real_vector("N", L + 1)  # products of squared norms
V = real_vector("V", n)  # how far the first input is moved
Delta = real_array("Delta", L + 1, n)  # how far what goes into each layer moves with it
R = real_array("R", L, n)  # what of this each Jacobian leaves out
Q = real_array("Q", L + 1, n)  # the product of the Jacobians passed, times V
eps = positive("epsilon")


def squared_norm(X):
    """The square of the Frobenius norm."""
    return Sum(X**2)


def layer(unit):
    """One unit of layer t."""
    return tanh(Sum(W[t, unit, e] * H[t, e], e))


def size(v):
    """The 1-norm of a vector, given by its entries."""
    return Sum(Abs(v(a)), a)


product = Eq(P[t + 1, a, c], Sum(J[t, a, e] * P[t, e, c], e))

# The derivative through all layers. J[t] is the Jacobian of layer t: whatever eps > 0, what it leaves out is at most eps times the move of
# the input, once that is small enough.
moves = [Eq(Delta[0, a], V[a]), Eq(Delta[t + 1, a], Sum(J[t, a, e] * Delta[t, e], e) + R[t, a])]
jacobians = [size(lambda k: R[t, k]) <= eps * size(lambda k: Delta[t, k]), Sum(Abs(J[t, a, e]), a) <= q]
times_v = [Eq(Q[0, a], V[a]), Eq(Q[t + 1, a], Sum(J[t, a, e] * Q[t, e], e))]


one_layer_moves = claim(
    size(lambda k: Sum(J[t, k, e] * Delta[t, e], e) + R[t, k]),
    le(Sum(Sum(Abs(J[t, a, e]) * Abs(Delta[t, e]), e) + Abs(R[t, a]), a), why="triangle inequality"),
    eq(Sum(Abs(Delta[t, e]) * Sum(Abs(J[t, a, e]), a), e) + Sum(Abs(R[t, a]), a), why="column by column"),
    le(Sum(Abs(Delta[t, e]) * q, e) + Sum(Abs(R[t, a]), a), why="no column is above q"),
    le(q * Sum(Abs(Delta[t, e]), e) + eps * Sum(Abs(Delta[t, e]), e), why="what is left out is small"),
    eq((q + eps) * Sum(Abs(Delta[t, e]), e)),
    given=jacobians,
    source=original,
)
all_layers_move = claim(
    size(lambda k: Delta[l, k]),
    le((q + eps) ** l * size(lambda k: V[k]), by=one_layer_moves, why="induction on l"),
    given=[*moves, *jacobians],
    source=original,
)
share_of_a_move = claim(
    eps * size(lambda k: Delta[t, k]),
    le(eps * (q + eps) ** t * size(lambda k: V[k]), by=all_layers_move),
    given=[*moves, *jacobians],
    source=original,
)
left_out_by_each_layer = claim(
    size(lambda k: R[t, k]),
    le(eps * (q + eps) ** t * size(lambda k: V[k]), by=share_of_a_move),
    given=[*moves, *jacobians],
    source=original,
)
error_of_one_more_layer = claim(
    size(lambda k: Sum(J[t, k, e] * (Delta[t, e] - Q[t, e]), e) + R[t, k]),
    le(Sum(Sum(Abs(J[t, a, e]) * Abs(Delta[t, e] - Q[t, e]), e) + Abs(R[t, a]), a), why="triangle inequality"),
    eq(Sum(Abs(Delta[t, e] - Q[t, e]) * Sum(Abs(J[t, a, e]), a), e) + Sum(Abs(R[t, a]), a), why="column by column"),
    le(Sum(Abs(Delta[t, e] - Q[t, e]) * q, e) + Sum(Abs(R[t, a]), a), why="no column is above q"),
    eq(q * size(lambda k: Delta[t, k] - Q[t, k]) + size(lambda k: R[t, k])),
    given=jacobians[1],
    source=original,
)
product_is_the_derivative = claim(
    size(lambda k: Delta[l, k] - Q[l, k]),
    le(((q + eps) ** l - q**l) * size(lambda k: V[k]), by=[error_of_one_more_layer, left_out_by_each_layer], why="induction on l"),
    given=[*moves, *jacobians, *times_v],
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="Delta is how far the input of each layer moves, Q the product of the Jacobians passed times V, "
    "which the first input is moved by",
)
error_vanishes_with_eps = claim(
    tends_to((q + eps) ** l - q**l, eps, 0, 0, side="+"),
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="the product is the derivative of the layers passed: what it leaves out of their move is as small beside V as one likes",
)

# The bound
jacobian_of_a_layer = claim(
    D(layer(a), H[t, b]),
    eq((1 - layer(a) ** 2) * W[t, a, b], why="only the term of b holds H_b"),
    source=original,
    reads_as="J for layers of tanh",
)
norm_of_a_product = claim(
    squared_norm(A @ B),
    le(squared_norm(A) * squared_norm(B), why="Cauchy-Schwarz, entry by entry"),
    source=cite("000", "2.3c"),
)
norm_of_one_more_factor = claim(
    Sum(Sum(J[t, a, e] * P[t, e, c], e) ** 2, a, c),
    le(
        Sum(Sum(J[t, a, e] * P[t, e, c], e) ** 2 + Sum((J[t, a, b] * P[t, e, c] - J[t, a, e] * P[t, b, c]) ** 2, b, e) / 2, a, c),
        why="squares are not negative",
    ),
    eq(squared_norm(J[t, :, :]) * squared_norm(P[t, :, :]), why="Lagrange's identity, entry by entry"),
    source=cite("000", "2.3c"),
)
product_of_all_norms = claim(
    squared_norm(P[l, :, :]),
    le(N[l] * squared_norm(P[0, :, :]), by=norm_of_one_more_factor, why="induction on l"),
    given=[product, Eq(N[0], 1), Eq(N[t + 1], squared_norm(J[t, :, :]) * N[t])],
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="P is the product of the Jacobians passed, N that of their squared norms",
)
geometric_for_every_depth = claim(
    squared_norm(P[l, :, :]),
    le(q ** (2 * l) * squared_norm(P[0, :, :]), by=norm_of_one_more_factor, why="induction on l"),
    given=[product, squared_norm(J[t, :, :]) <= q**2],
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="shrinking means geometrically, under a bound q on every Jacobian; narrower layers are padded with zeros",
)
product_of_norms = claim(
    Product(r[k], k),
    eq(exp(Sum(log(r[k]), k)), why="logarithm of a product"),
    le(exp(L * log(q)), why="no norm is above q"),
    eq(q**L),
    given=r[k] <= q,
    source=cite("000", "2.3c"),
)
bound_vanishes = claim(
    tends_to(q**L, L, oo, 0),
    given=q < 1,
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
)
every_layer_shrinks_it = claim(q ** (L + 1), lt(q**L), given=q < 1, source=original)

# Without the bound
scalar_layers_grow = claim(
    1,
    lt(2 * 2 * 2, why="three factors of 2"),
    eq(D(2 * (2 * (2 * h)), h), why="chain rule"),
    source=cite("000", "2.3c"),
    reads_as="three layers h -> 2h",
)
without_a_bound = claim(
    not_always(D(2 * (2 * (2 * h)), h) <= 1, at={h: 0}),
    source=cite("000", "2.3c"),
    reads_as="shrinking means at most 1",
)
