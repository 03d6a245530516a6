"""Linear layers collapse: W2 (W1 X) = (W2 W1) X, so it is the rectifier between them that makes two layers more than one.

max with a single argument is no rectifier. As the largest of all entries it gives one number, entry by entry it gives back its argument;
max(0, .) entry by entry is what is meant.
"""

from derive import (
    Eq,
    Max,
    ShapeError,
    Sum,
    cite,
    claim,
    eq,
    erratum,
    has_shape,
    index,
    natural,
    ne,
    not_always,
    original,
    real,
    real_array,
    real_matrix,
    real_vector,
    vector,
)  # fmt: skip

# Given
n, d, d_h, m = natural("n d d_h m")  # numbers of examples, inputs, hidden units and outputs
X = real_matrix("X", d, n)  # the inputs, one in each column
W1 = real_matrix("W1", d_h, d)
W2 = real_matrix("W2", m, d_h)
b1, b2 = real_vector("b1", d_h), real_vector("b2", m)
L = natural("L")  # number of layers after the first
l = index("l", upto=L + 1)  # the last of them that is asked for
t = index("t", upto=L)
i, k, p = index("i", upto=d_h), index("k", upto=d_h), index("p", upto=d)
r = index("r", upto=n)
W = real_array("W", L, d_h, d_h)  # the matrices of these layers
H = real_array("H", L + 1, d_h, n)  # what each layer gives
P = real_array("P", L + 1, d_h, d)  # the products of the matrices, P[l] = W[l - 1] ... W[0] W1
x = real_vector("x", d)
u, v, w, a, b, c = real("u v w a b c")
m3 = natural("m3")
W3 = real_matrix("W3", m3, m)


def rectify(a):
    """max(0, .), entry by entry."""
    return Max(0, a)


# Two layers
first_module = claim(
    has_shape(rectify(W1 @ X), d_h, n),
    source=cite("004", "1a, (1)"),
    covers=["004.1.eq1"],
    reads_as="max is the largest of 0 and the entry",
)
second_module = claim(
    has_shape(W2 @ rectify(W1 @ X), m, n),
    source=cite("004", "1a, (2)"),
    covers=["004.1.eq2"],
    reads_as="max is the largest of 0 and the entry",
)
rectifier_is_not_linear = claim(
    not_always(Eq(Max(0, u + v), Max(0, u) + Max(0, v)), at={u: 1, v: -1}),
    source=cite("004", "1a"),
    covers=["004.1.nonlinear"],
    reads_as="max is max(0, .)",
)
largest_entry_is_not_linear = claim(
    not_always(Eq(Max(u + a, v + b), Max(u, v) + Max(a, b)), at={u: 1, v: 0, a: 0, b: 1}),
    source=cite("004", "1a"),
    covers=["004.1.nonlinear"],
    reads_as="max is the largest of two entries",
)
one_argument_is_linear = claim(Max(u + c * v), eq(Max(u) + c * Max(v)), source=original, reads_as="max of one number is the number")
rectifier_layer_is_not_linear = claim(
    not_always(Eq(w * Max(0, u + v), w * Max(0, u) + w * Max(0, v)), at={w: 1, u: 1, v: -1}),
    source=cite("004", "1a, (2)"),
    covers=["004.1.eq2"],
)

# The collapse
two_layers_are_one = claim(
    W2 @ (W1 @ X),
    eq((W2 @ W1) @ X, why="matrix products associate"),
    source=cite("004", "1a, (3)"),
    covers=["004.1.eq3"],
)
affine_layers_are_one = claim(W2 @ (W1 @ x + b1) + b2, eq((W2 @ W1) @ x + (W2 @ b1 + b2)), source=original)
three_layers_are_one = claim(W3 @ (W2 @ (W1 @ X)), eq((W3 @ W2 @ W1) @ X, by=two_layers_are_one), source=original)
layer_by_layer = [
    Eq(H[0, i, r], (W1 @ X)[i, r]),
    Eq(H[t + 1, i, r], Sum(W[t, i, k] * H[t, k, r], k)),
    Eq(P[0, i, p], W1[i, p]),
    Eq(P[t + 1, i, p], Sum(W[t, i, k] * P[t, k, p], k)),
]
any_number_of_layers_is_one = claim(
    H[l, i, r],
    eq(Sum(P[l, i, p] * X[p, r], p), why="induction on l"),
    given=layer_by_layer,
    source=cite("004", "1a"),
    covers=["004.1.collapse"],
    reads_as="H[l] is W_n(... (W_2(W_1 X))) with n = l + 1, and P[l] the product W_n ... W_2 W_1; narrower layers are padded with zeros",
)
# Errata
maximum_of_one_argument = erratum(
    cite("004", "1a, (1)"),
    readings=[
        ("the largest of 0 and each entry: a vector of neurons", first_module),
        ("the same, which is not linear", rectifier_is_not_linear),
        ("the largest of all entries, here two: one number, not two neurons", claim(has_shape(vector(Max(u, v)), 2))),
        (
            "the largest of one number, entry by entry: linear",
            claim(Max(u + v), ne(Max(u) + Max(v), why="said to be not linear"), given=[Eq(u, 1), Eq(v, -1)]),
        ),
    ],
    instead=first_module,
    covers=["004.1.eq1"],
)
matrix_times_maximum = erratum(
    cite("004", "1a, (2)"),
    printed=lambda: claim(has_shape(W2 @ vector(Max(u, v)), m)),
    raises=ShapeError,
    readings=[
        ("the largest of 0 and each entry", second_module),
        ("the same, which is not linear", rectifier_layer_is_not_linear),
        (
            "one number, entry by entry: linear",
            claim(w * Max(u + v), ne(w * Max(u) + w * Max(v), why="said to be not linear"), given=[Eq(u, 1), Eq(v, -1)]),
        ),
    ],
    instead=second_module,
    covers=["004.1.eq2"],
    note="as the largest of all entries, max gives one number, and W2 wants d_h of them",
)
