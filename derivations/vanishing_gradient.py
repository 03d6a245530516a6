"""Vanishing gradients: a product of L Jacobians, each of norm at most q < 1, has a norm of at most q^L.

The gradient at an early layer is such a product: the chain rule puts one more Jacobian in front for each layer, P[t + 1] = J[t] P[t].
What is said of all L is proved by induction along this recursion. Without the bound on the factors the product may grow.
"""

from derive import (
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


def squared_norm(X):
    """The square of the Frobenius norm."""
    return Sum(X**2)


def layer(unit):
    """One unit of layer t."""
    return tanh(Sum(W[t, unit, e] * H[t, e], e))


chain_rule = Eq(P[t + 1, a, c], Sum(J[t, a, e] * P[t, e, c], e))


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
    given=[chain_rule, Eq(N[0], 1), Eq(N[t + 1], squared_norm(J[t, :, :]) * N[t])],
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="P is the product of the Jacobians passed, N that of their squared norms",
)
geometric_for_every_depth = claim(
    squared_norm(P[l, :, :]),
    le(q ** (2 * l) * squared_norm(P[0, :, :]), by=norm_of_one_more_factor, why="induction on l"),
    given=[chain_rule, squared_norm(J[t, :, :]) <= q**2],
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
