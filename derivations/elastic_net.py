"""Elastic net: a 1-norm and a squared 2-norm on the weights add sign(W) and 2 W to the gradient.

Norms of matrices are taken entry by entry. The gradient wants every weight to be other than 0; at a zero weight each slope between -1 and 1
supports the absolute value, and sign(0) = 0 is one of them. The biases are not penalised.
"""

from derivations.empirical_risk import X, l, labels, loss, n, r
from derivations.mlp_backprop_softplus import W1, W2, b1, b2, d, d_h, i, j, k, m, p

from derive import (
    Abs,
    D,
    Max,
    Ne,
    Sum,
    array,
    cite,
    claim,
    eq,
    erratum,
    index,
    indices,
    kink,
    matrix,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
    sign,
    sqrt,
)  # fmt: skip

# Given
lambda11, lambda12, lambda21, lambda22 = positive("lambda11 lambda12 lambda21 lambda22")  # the factors of the four terms
c = real("c")  # the risk where all parameters are 0, if it were linear
G1, g1 = real_matrix("G1", d_h, d), real_vector("g1", d_h)  # the gradient of the risk in W1 and b1
G2, g2 = real_matrix("G2", m, d_h), real_vector("g2", m)  # that in W2 and b2
q = index("q", upto=d)
f, t = indices("f t", upto=m)
w = real("w")  # one weight

risk = c + Sum(G1 * W1) + Sum(g1 * b1) + Sum(G2 * W2) + Sum(g2 * b2)  # its linear part at the point, which is all that a gradient sees


def one_norm(a):
    return Sum(Abs(a))


def squared_norm(a):
    return Sum(a**2)


penalty = lambda11 * one_norm(W1) + lambda12 * squared_norm(W1) + lambda21 * one_norm(W2) + lambda22 * squared_norm(W2)
penalised = risk + penalty
linear = "the risk stands for its linear part at the point: it is differentiable there"
no_kink = "the risk of the network is differentiable, as no hidden pre-activation of an example is 0"

# The penalty
written_out = claim(
    penalty,
    eq(penalty + 0 * Sum(b1) + 0 * Sum(b2), why="theta is the four blocks, and the biases do not occur"),
    eq(lambda11 * one_norm(W1) + lambda12 * squared_norm(W1) + lambda21 * one_norm(W2) + lambda22 * squared_norm(W2), why="definition"),
    eq(
        lambda11 * Sum(Abs(W1[j, i]), i, j)
        + lambda12 * Sum(W1[j, i] ** 2, i, j)
        + lambda21 * Sum(Abs(W2[k, j]), j, k)
        + lambda22 * Sum(W2[k, j] ** 2, j, k),
        why="norms entry by entry",
    ),
    source=cite("003", "2q"),
    covers=["003.2q.penalty"],
    reads_as="the norms of matrices are those of their entries",
)
regularised = claim(
    penalised,
    eq(risk + penalty, why="definition"),
    eq(
        risk + (lambda11 * one_norm(W1) + lambda12 * squared_norm(W1)) + (lambda21 * one_norm(W2) + lambda22 * squared_norm(W2)),
        by=written_out,
    ),
    source=cite("003", "2q"),
    covers=["003.2q.reg"],
    reads_as=linear,
)

# What it adds to the gradients
W1_gradient = claim(
    D(penalised, W1) - D(risk, W1),
    eq(D(penalty, W1), why="the derivative is linear"),
    eq(lambda11 * sign(W1) + 2 * lambda12 * W1, why="each entry occurs in one term of each norm"),
    given=Ne(W1[p, q], 0),
    source=cite("003", "2q"),
    covers=["003.2q.W1"],
    layout="denominator",
    reads_as=linear,
)
W2_gradient = claim(
    D(penalised, W2) - D(risk, W2),
    eq(D(penalty, W2), why="the derivative is linear"),
    eq(lambda21 * sign(W2) + 2 * lambda22 * W2, why="each entry occurs in one term of each norm"),
    given=Ne(W2[f, p], 0),
    source=cite("003", "2q"),
    covers=["003.2q.W2"],
    layout="denominator",
    reads_as=linear,
)
b1_gradient = claim(
    D(penalised, b1),
    eq(D(risk, b1), why="the penalty does not contain the biases"),
    source=cite("003", "2q"),
    covers=["003.2q.bias"],
    reads_as=linear,
)
b2_gradient = claim(
    D(penalised, b2),
    eq(D(risk, b2), why="the penalty does not contain the biases"),
    source=cite("003", "2q"),
    covers=["003.2q.bias"],
    reads_as=linear,
)

# The same for the risk of the network, entry by entry
P = array((n, d_h), lambda at, unit: b1[unit] + Sum(W1[unit, q] * X[at, q], q))  # the hidden pre-activations of the examples
network_risk = 1 / n * Sum(loss(r, P), r)
smooth = [*labels, Ne(P[l, p], 0)]
W1_gradient_of_the_network = claim(
    D(network_risk + penalty, W1[j, i]) - D(network_risk, W1[j, i]),
    eq(D(penalty, W1[j, i]), why="the derivative is linear"),
    eq(lambda11 * sign(W1[j, i]) + 2 * lambda12 * W1[j, i], why="the entry occurs in one term of each norm"),
    given=[*smooth, Ne(W1[p, q], 0)],
    source=cite("003", "2q"),
    covers=["003.2q.W1"],
    reads_as=no_kink,
)
W2_gradient_of_the_network = claim(
    D(network_risk + penalty, W2[t, j]) - D(network_risk, W2[t, j]),
    eq(D(penalty, W2[t, j]), why="the derivative is linear"),
    eq(lambda21 * sign(W2[t, j]) + 2 * lambda22 * W2[t, j], why="the entry occurs in one term of each norm"),
    given=[*labels, Ne(W2[f, p], 0)],
    source=cite("003", "2q"),
    covers=["003.2q.W2"],
)
b1_gradient_of_the_network = claim(
    D(network_risk + penalty, b1[j]),
    eq(D(network_risk, b1[j]), why="the penalty does not contain the biases"),
    given=smooth,
    source=cite("003", "2q"),
    covers=["003.2q.bias"],
    reads_as=no_kink,
)
b2_gradient_of_the_network = claim(
    D(network_risk + penalty, b2[t]),
    eq(D(network_risk, b2[t]), why="the penalty does not contain the biases"),
    given=labels,
    source=cite("003", "2q"),
    covers=["003.2q.bias"],
)
zero_weight = claim(
    kink(
        lambda11 * Abs(w) + lambda12 * w**2,
        w,
        at=0,
        left=-lambda11,
        right=lambda11,
        chosen={"lambda11 * jnp.abs(w) + lambda12 * w**2": lambda11},
    ),
    source=original,
)

# Errata
example = matrix((1, -2), (3, 4))
column_sums = claim(Sum(Abs(example)), eq(10), source=original)
squares = claim(Sum(example**2), eq(30), source=original)
operator_one_norm = erratum(
    cite("003", "2q"),
    printed=claim(Max(Abs(example[0, 0]) + Abs(example[1, 0]), Abs(example[0, 1]) + Abs(example[1, 1])), eq(Sum(Abs(example)))),
    refuted_at={},
    instead=column_sums,
    note="the norm that the same symbol denotes for operators, the largest column sum, is 6",
)
operator_two_norm = erratum(
    cite("003", "2q"),
    printed=claim(15 + 5 * sqrt(5), eq(Sum(example**2)), reads_as="the left side is the largest eigenvalue of W^T W"),
    refuted_at={},
    instead=squares,
    note="the largest singular value, squared, in place of the sum of all squares",
)
zero_weight_by_sign = erratum(
    cite("003", "2q"),
    printed=claim(D(penalised, W1[j, i]) - D(risk, W1[j, i]), eq(lambda11 * sign(W1[j, i]) + 2 * lambda12 * W1[j, i])),
    refuted_at={
        d: 1, d_h: 1, m: 1, j: 0, i: 0, lambda11: 1, lambda12: 1, lambda21: 1, lambda22: 1, c: 0,
        W1: ((0,),), W2: ((1,),), b1: (0,), b2: (0,), G1: ((1,),), g1: (1,), G2: ((1,),), g2: (1,),
    },
    instead=W1_gradient,
    note="at a zero weight the left side does not exist, and the right side is one of many subgradients",
)  # fmt: skip
