"""Vanishing gradients: a product of L Jacobians, each of norm at most q < 1, has a norm of at most q^L.

The gradient at an early layer is such a product, with one factor for each layer after it. Without the bound on the factors it may grow.
"""

from derive import (
    D,
    Product,
    Sum,
    cite,
    claim,
    eq,
    exp,
    index,
    le,
    log,
    lt,
    natural,
    nonnegative,
    oo,
    original,
    positive,
    positive_vector,
    real,
    real_matrix,
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
bound = nonnegative("u")  # a bound of the norm of A
h = real("h")  # the input of scalar layers


def squared_norm(X):
    """The square of the Frobenius norm."""
    return Sum(X**2)


# The bound
norm_of_a_product = claim(
    squared_norm(A @ B),
    le(squared_norm(A) * squared_norm(B), why="Cauchy-Schwarz, entry by entry"),
    source=cite("000", "2.3c"),
)
one_more_layer = claim(
    squared_norm(A @ B),
    le(squared_norm(A) * squared_norm(B), by=norm_of_a_product),
    le(bound**2 * q**2, why="each factor is bounded"),
    given=[squared_norm(A) <= bound**2, squared_norm(B) <= q**2],
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="the induction step: a bound u for the product so far becomes u q",
)
product_of_norms = claim(
    Product(r[k], k),
    eq(exp(Sum(log(r[k]), k)), why="logarithm of a product"),
    le(exp(L * log(q)), why="no norm is above q"),
    eq(q**L),
    given=r[k] <= q,
    source=cite("000", "2.3c"),
    covers=["000.2.3c.vanishing"],
    reads_as="shrinking means geometrically, under a bound q < 1 on every factor",
)
bound_vanishes = claim(tends_to(q**L, L, oo, 0), given=q < 1, source=cite("000", "2.3c"))
every_layer_shrinks_it = claim(q ** (L + 1), lt(q**L), given=q < 1, source=original)

# Without the bound
scalar_layers_grow = claim(
    1,
    lt(2 * 2 * 2, why="three factors of 2"),
    eq(D(2 * (2 * (2 * h)), h), why="chain rule"),
    source=cite("000", "2.3c"),
    reads_as="three layers h -> 2h",
)
