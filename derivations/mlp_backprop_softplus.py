r"""Backpropagation through one hidden layer of softplus units and a softmax.

x goes to $a = W^{(1)} x + b^{(1)}$, to h = softplus(a), to $o = W^{(2)} h + b^{(2)}$, to softmax(o); the loss is minus the log of the
output of the true class. Each gradient is the one after it, times one local derivative; each has the shape of what it belongs to.
"""

from derivations.sigmoid_tanh import sigma
from derivations.softmax_cross_entropy import gradient_entry, gradient_in_the_outputs_of_one_class
from derivations.softmax_jacobian import jacobian
from derivations.softplus import positive as softplus_positive
from derivations.softplus import slope as softplus_slope
from derivations.softplus import softplus

from derive import (
    D,
    ShapeError,
    Sum,
    array,
    cite,
    claim,
    delta,
    diag,
    eq,
    erratum,
    exp,
    has_shape,
    identity,
    index,
    indices,
    log,
    lt,
    natural,
    one_hot,
    original,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
d, d_h, m = natural("d d_h m")  # numbers of inputs, hidden units and classes
i = index("i", upto=d)
j, p = indices("j p", upto=d_h)
k, l = indices("k l", upto=m)
y = index("y", upto=m)  # the true class
x = real_vector("x", d)
W1 = real_matrix("W1", d_h, d)
b1 = real_vector("b1", d_h)
W2 = real_matrix("W2", m, d_h)
b2 = real_vector("b2", m)
a = real_vector("a", d_h)  # hidden pre-activations, taken as variables
h = real_vector("h", d_h)  # hidden outputs, taken as variables
o = real_vector("o", m)  # output pre-activations, taken as variables


def softmax(z):
    return array(m, lambda at: exp(z[at]) / Sum(exp(z)), name=f"s({z.tex})")


def loss(z):
    """The loss as a function of the output pre-activations."""
    return -log(softmax(z)[y])


def dL_do(z):
    """Its gradient at z: -log s_y through the softmax Jacobian."""
    s = softmax(z)
    return array(m, lambda at: -1 / s[y] * (s[y] * (delta(at, y) - s[at])), name=r"\partial L / \partial o")


def activate(z):
    return array(d_h, lambda at: softplus(z[at]), name=rf"\operatorname{{softplus}}({z.tex})")


def sigmoid(z):
    return array(d_h, lambda at: sigma(z[at]), name=rf"\sigma({z.tex})")


onehot = one_hot(y, m)
hidden = W1 @ x + b1  # hidden pre-activations, from the input
output = W2 @ h + b2  # output pre-activations, from the hidden outputs
s = softmax(output)
through = W2 @ activate(a) + b2  # output pre-activations, from the hidden pre-activations
network = W2 @ activate(hidden) + b2  # output pre-activations, from the input

# Forward
b1_shape = claim(has_shape(b1, d_h, 1), source=cite("002", "HW 2, network, a"), covers=["002.hw2.mlp.a.b1-shape"])
hidden_shape = claim(has_shape(hidden, d_h), source=cite("002", "HW 2, network, a"), covers=["002.hw2.mlp.a.preactivation"])
hidden_component = claim(
    hidden[j],
    eq(W1[j, :].T @ x + b1[j], why="row j times x"),
    eq(Sum(W1[j, i] * x[i], i) + b1[j]),
    source=cite("002", "HW 2, network, a"),
    covers=["002.hw2.mlp.a.preactivation-component"],
)
activation_shape = claim(has_shape(activate(a), d_h), source=cite("002", "HW 2, network, a"), covers=["002.hw2.mlp.a.activation"])
activation_positive = claim(0, lt(activate(a)[j], by=softplus_positive), source=cite("002", "HW 2, network, a"))
W2_shape = claim(has_shape(W2, m, d_h), source=cite("002", "HW 2, network, b"), covers=["002.hw2.mlp.b.w2-shape"])
b2_shape = claim(has_shape(b2, m), source=cite("002", "HW 2, network, b"), covers=["002.hw2.mlp.b.b2-shape"])
output_shape = claim(has_shape(output, m), source=cite("002", "HW 2, network, b"), covers=["002.hw2.mlp.b.preactivation"])
output_component = claim(
    output[k],
    eq(W2[k, :].T @ h + b2[k], why="row k times h"),
    eq(Sum(W2[k, j] * h[j], j) + b2[k]),
    source=[cite("002", "HW 2, network, b"), cite("002", "HW 2, network, o")],
    covers=["002.hw2.mlp.b.preactivation-component", "002.hw2.mlp.o.preactivation"],
)

# The output layer, weight by weight
loss_in_the_logits = claim(
    D(loss(o), o),
    eq(dL_do(o), why="derivative of a logarithm, then the softmax Jacobian", by=jacobian),
    eq(softmax(o) - onehot, by=gradient_entry),
    source=original,
)
chain_rule_W2 = claim(
    D(loss(output), W2[k, j]),
    eq(dL_do(output)[k] * D(output[k], W2[k, j]), why="row k acts on o_k alone", by=loss_in_the_logits),
    source=cite("002", "HW 2, network, m"),
    covers=["002.hw2.mlp.m.chain-w2"],
)
chain_rule_b2 = claim(
    D(loss(output), b2[k]),
    eq(dL_do(output)[k] * D(output[k], b2[k]), why="b_k acts on o_k alone", by=loss_in_the_logits),
    source=cite("002", "HW 2, network, m"),
    covers=["002.hw2.mlp.m.chain-b2"],
)
logit_in_a_weight = claim(
    D(output[k], W2[k, j]),
    eq(D(W2[k, :].T @ h + b2[k], W2[k, j]), why="row k times h"),
    eq(D(W2[k, :].T @ h, W2[k, j]) + D(b2[k], W2[k, j])),
    eq(h[j], why="w_kj occurs in one term"),
    source=cite("002", "HW 2, network, m"),
    covers=["002.hw2.mlp.m.do-dw"],
    reads_as="the subscript kj,: is row k of the matrix",
)
logit_in_its_bias = claim(
    D(output[k], b2[k]),
    eq(1),
    source=cite("002", "HW 2, network, m"),
    covers=["002.hw2.mlp.m.do-db"],
)
W2_entry = claim(
    D(loss(output), W2[k, j]),
    eq(dL_do(output)[k] * h[j], by=[chain_rule_W2, logit_in_a_weight]),
    eq((s[k] - onehot[k]) * h[j], by=loss_in_the_logits),
    source=cite("002", "HW 2, network, m"),
    covers=["002.hw2.mlp.m.dl-dw2"],
    reads_as="onehot(y) stands for its k-th entry",
)
b2_entry = claim(
    D(loss(output), b2[k]),
    eq(dL_do(output)[k] * 1, by=[chain_rule_b2, logit_in_its_bias]),
    eq(dL_do(output)[k]),
    eq(s[k] - onehot[k], by=loss_in_the_logits),
    source=cite("002", "HW 2, network, m"),
    covers=["002.hw2.mlp.m.dl-db2"],
    reads_as="onehot(y) stands for its k-th entry",
)

# The output layer, as matrices
W2_gradient = claim(
    D(loss(output), W2),
    eq(array((m, d_h), lambda row, at: Sum(dL_do(output)[l] * D(output[l], W2[row, at]), l)), why="chain rule"),
    eq((s - onehot) @ h.T, why="a column times a row", by=W2_entry),
    source=cite("002", "HW 2, network, n"),
    covers=["002.hw2.mlp.n.dl-dw2"],
    reads_as="do/dW has three indices, and the product sums over that of o",
    layout="denominator",
)
b2_gradient = claim(
    D(loss(output), b2),
    eq(array(m, lambda at: Sum(dL_do(output)[l] * D(output[l], b2[at]), l)), why="chain rule"),
    eq(dL_do(output), why="do/db is the identity"),
    eq(s - onehot, by=loss_in_the_logits),
    source=cite("002", "HW 2, network, n"),
    covers=["002.hw2.mlp.n.dl-db2"],
    reads_as="the product sums over the index of o",
)
W2_gradient_shape = claim(
    has_shape((s - onehot) @ h.T, m, d_h),
    source=cite("002", "HW 2, network, n"),
    covers=["002.hw2.mlp.n.dimensions"],
)
b2_gradient_shape = claim(has_shape(s - onehot, m, 1), source=cite("002", "HW 2, network, n"), covers=["002.hw2.mlp.n.dimensions"])

# The hidden layer
chain_rule_h = claim(
    D(loss(output), h[j]),
    eq(Sum(-delta(k, y) / s[y] * D(s[k], h[j]), k), why="through the outputs of the softmax", by=gradient_in_the_outputs_of_one_class),
    eq(Sum(dL_do(output)[k] * D(output[k], h[j]), k), why="through its pre-activations"),
    source=cite("002", "HW 2, network, o"),
    covers=["002.hw2.mlp.o.chain-rule"],
)
logit_in_a_hidden_output = claim(
    D(output[k], h[j]),
    eq(W2[k, j], why="h_j occurs in one term"),
    source=cite("002", "HW 2, network, o"),
    covers=["002.hw2.mlp.o.do-dh"],
    reads_as="o^S is o^a",
)
output_in_a_hidden_output = claim(
    D(s[k], h[j]),
    eq(s[k] * (W2[k, j] - Sum(s[l] * W2[l, j], l)), by=jacobian),
    source=cite("002", "HW 2, network, o"),
    covers=["002.hw2.mlp.o.do-dh"],
)
h_entry = claim(
    D(loss(output), h[j]),
    eq(Sum(dL_do(output)[k] * W2[k, j], k), by=[chain_rule_h, logit_in_a_hidden_output]),
    eq(Sum((s[k] - onehot[k]) * W2[k, j], k), by=loss_in_the_logits),
    source=cite("002", "HW 2, network, o"),
    covers=["002.hw2.mlp.o.dl-dh"],
    reads_as="the outer subscript k belongs to the one-hot vector",
)
h_gradient = claim(
    D(loss(output), h),
    eq(array(d_h, lambda at: Sum((s[k] - delta(k, y)) * W2[k, at], k)), by=h_entry),
    eq(array(d_h, lambda at: Sum(s[k] * W2[k, at], k)) - array(d_h, lambda at: Sum(delta(k, y) * W2[k, at], k))),
    eq(W2.T @ s - W2.T @ onehot),
    eq(W2.T @ (s - onehot)),
    source=cite("002", "HW 2, network, p"),
    covers=["002.hw2.mlp.p.vector-form"],
    reads_as="the left side is the whole vector of derivatives, the rows go from 1 to d_h, and o is o^s",
)
h_gradient_shape = claim(
    has_shape(W2.T @ (s - onehot), d_h, 1),
    source=cite("002", "HW 2, network, p"),
    covers=["002.hw2.mlp.p.dimensions"],
    reads_as="h^(1) and o^(1) are h^s and o^s",
)
error = softmax(through) - onehot
chain_rule_a = claim(
    D(loss(through), a[j]),
    eq(Sum(error[k] * W2[k, j], k) * D(softplus(a[j]), a[j]), why="a_j acts on h_j alone", by=h_entry),
    source=cite("002", "HW 2, network, q"),
    covers=["002.hw2.mlp.q.chain-rule"],
)
a_entry = claim(
    D(loss(through), a[j]),
    eq(Sum(error[k] * W2[k, j], k) * D(softplus(a[j]), a[j]), by=chain_rule_a),
    eq(Sum(error[k] * W2[k, j], k) * (1 / (1 + exp(-a[j]))), by=softplus_slope),
    source=cite("002", "HW 2, network, q"),
    covers=["002.hw2.mlp.q.dl-dha"],
    reads_as="o^(1) is o^s",
)
a_stacked = claim(
    D(loss(through), a),
    eq(array(d_h, lambda at: Sum(error[k] * W2[k, at], k) * (1 / (1 + exp(-a[at])))), by=a_entry),
    source=cite("002", "HW 2, network, r"),
    covers=["002.hw2.mlp.r.vector-display"],
)
a_gradient = claim(
    D(loss(through), a),
    eq((W2.T @ error) * sigmoid(a), why="entry by entry", by=a_stacked),
    eq(diag(sigmoid(a)) @ (W2.T @ error)),
    source=cite("002", "HW 2, network, r"),
    covers=["002.hw2.mlp.r.matrix-form"],
    reads_as="the dot is the product entry by entry, and y_1 is y",
)
a_gradient_shape = claim(
    has_shape((W2.T @ error) * sigmoid(a), d_h),
    source=cite("002", "HW 2, network, r"),
    covers=["002.hw2.mlp.r.dimensions"],
    reads_as="the second product goes entry by entry, and y_1 is y",
)

# All seven gradients of the whole network
e = softmax(network) - onehot  # the error of the outputs
e_h = (W2.T @ e) * sigmoid(hidden)  # the error, brought back to the hidden pre-activations
W1_entry = claim(
    D(loss(network), W1[j, i]),
    eq(e_h[j] * D(hidden[j], W1[j, i]), why="row j acts on a_j alone", by=a_gradient),
    eq(e_h[j] * x[i], why="w_ji occurs in one term"),
    source=original,
)
b1_entry = claim(
    D(loss(network), b1[j]),
    eq(e_h[j] * D(hidden[j], b1[j]), why="b_j acts on a_j alone", by=a_gradient),
    eq(e_h[j]),
    source=original,
)
x_entry = claim(
    D(loss(network), x[i]),
    eq(Sum(e_h[j] * D(hidden[j], x[i]), j), why="x_i acts on every a_j", by=a_gradient),
    eq(Sum(e_h[j] * W1[j, i], j)),
    source=original,
)
network_W2_gradient = claim(D(loss(network), W2), eq(e @ activate(hidden).T, by=W2_gradient), source=original, layout="denominator")
network_b2_gradient = claim(D(loss(network), b2), eq(e, by=b2_gradient), source=original)
network_W1_gradient = claim(D(loss(network), W1), eq(e_h @ x.T, by=W1_entry), source=original, layout="denominator")
network_b1_gradient = claim(D(loss(network), b1), eq(e_h, by=b1_entry), source=original)
network_x_gradient = claim(D(loss(network), x), eq(W1.T @ e_h, by=x_entry), source=original)
W1_gradient_shape = claim(has_shape(e_h @ x.T, d_h, d), source=original)
b1_gradient_shape = claim(has_shape(e_h, d_h, 1), source=original)
x_gradient_shape = claim(has_shape(W1.T @ e_h, d, 1), source=original)

# Errata
softmax_called_affine = erratum(
    cite("002", "HW 2, network, o"),
    printed=claim(
        s[k],
        eq(W2[k, j] * h[j] + b2[k], why="as typed: one term, with j free"),
        eq(Sum(W2[k, p] * h[p], p) + b2[k]),
        reads_as="the bias b_kj is b_k",
    ),
    refuted_at={m: 2, d_h: 1, k: 0, j: 0, W2: ((1,), (0,)), b2: (0, 0), h: (1,)},
    instead=output_component,
    covers=["002.hw2.mlp.o.preactivation"],
    note="the left side is the output of the softmax, where its pre-activation is meant",
)
output_for_logit = erratum(
    cite("002", "HW 2, network, o"),
    printed=claim(D(s[k], h[j]), eq(W2[k, j])),
    refuted_at={m: 2, d_h: 1, k: 0, j: 0, W2: ((1,), (0,)), b2: (0, 0), h: (1,)},
    instead=logit_in_a_hidden_output,
    covers=["002.hw2.mlp.o.do-dh"],
    note="true of the pre-activation o^a, typed for the output o^S",
)
stacked_as_typed = erratum(
    cite("002", "HW 2, network, r"),
    printed=lambda: claim(D(loss(through), a[j]), eq(array(d_h, lambda at: Sum(error[k] * W2[k, at], k) * sigma(a[at])))),
    raises=ShapeError,
    readings=[
        ("row j of the column is entry j, for all j", a_stacked),
        (
            "every row is entry j",
            claim(D(loss(through), a), eq(array(d_h, lambda at: Sum(error[k] * W2[k, j], k) * sigma(a[j])))),
        ),
    ],
    instead=a_stacked,
    covers=["002.hw2.mlp.r.vector-display"],
    note="the derivative in one pre-activation is a number, and no column",
)
columns_do_not_multiply = erratum(
    cite("002", "HW 2, network, r"),
    printed=lambda: claim(D(loss(through), a), eq((W2.T @ error) @ sigmoid(a))),
    raises=ShapeError,
    instead=a_gradient,
    note="the dot of the box, taken as a matrix product",
)
column_times_identity = erratum(
    cite("002", "HW 2, network, n"),
    printed=lambda: claim(D(loss(output), b2), eq((s - onehot) @ identity(m))),
    raises=ShapeError,
    instead=b2_gradient,
    note="the product of the middle, taken as a matrix product",
)
