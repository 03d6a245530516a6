r"""Backpropagation through one hidden layer of leaky rectifiers and a softmax.

x goes to $a = W^{(1)} x + b^{(1)}$, to $h = \max(a, \alpha a)$, to $o = W^{(2)} h + b^{(2)}$, to softmax(o); the loss is minus the log of
the output of the true class. The output layer is that of a softplus network. In a hidden pre-activation the loss has a kink at 0; there
the backward pass of most libraries takes the slope 1, that of the right side. A bias only shifts its pre-activation: the two derivatives
are one, and exist together, at the kink too. What else lies below it is claimed where no hidden pre-activation is 0.
"""

from derivations.mlp_backprop_softplus import (
    W1,
    W2,
    a,
    b1,
    b2,
    d,
    d_h,
    dL_do,
    h,
    i,
    j,
    k,
    logit_in_a_hidden_output,
    logit_in_a_weight,
    loss,
    loss_in_the_logits,
    m,
    o,
    onehot,
    output,
    p,
    softmax,
    x,
    y,
)
from derivations.step_functions import leaky, leaky_rectifier, leaky_slope

from derive import (
    Abs,
    D,
    Eq,
    Ne,
    ShapeError,
    Sum,
    array,
    away_from,
    cases,
    cite,
    claim,
    eq,
    erratum,
    half,
    has_shape,
    index,
    indices,
    kink,
    natural,
    original,
    outer,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
alpha = real("alpha")  # the slope of the leaky rectifier below 0
n = natural("n")  # number of examples
r = index("r", upto=n)
q, t = indices("q t", upto=d_h)
X = real_matrix("X", n, d)  # the inputs of the examples, one in each row
g = real_vector("g", d_h)  # any gradient in the hidden pre-activations
z = real("z")  # one hidden pre-activation
others = real_vector("others", m)  # what the bias and the other hidden units bring to the output pre-activations
u = real("u")  # the weighted inputs of one hidden unit
beta = real("beta")  # its bias
w, v = real("w v")  # one of its weights, and the input that this weight goes with


def activate(v):
    return array(d_h, lambda at: leaky(v[at]), name=rf"\operatorname{{leaky}}({v.tex})")


def slope(v):
    """The slope of the leaky rectifier, with the convention at 0."""
    return cases((1, v >= 0), (alpha, True))


def slopes(v):
    return array(d_h, lambda at: slope(v[at]), name=rf"\operatorname{{leaky}}'({v.tex})")


hidden = b1 + W1 @ x  # hidden pre-activations, from the input
through = b2 + W2 @ activate(a)  # output pre-activations, from the hidden pre-activations
network = b2 + W2 @ activate(hidden)  # output pre-activations, from the input


def dL_dh(v):
    """The gradient in the hidden outputs, at hidden pre-activations v."""
    return W2.T @ (softmax(b2 + W2 @ activate(v)) - onehot)


def dL_da(v):
    """The gradient in the hidden pre-activations, at v."""
    return dL_dh(v) * slopes(v)


def true_dL_da(v, at):
    """The same, undefined at a kink, where the loss has no derivative."""
    return dL_dh(v)[at] * cases((1, v[at] > 0), (alpha, v[at] < 0))


def beside_others(v):
    """The output pre-activations, as hidden unit j alone moves."""
    return array(m, lambda at: others[at] + W2[at, j] * leaky(v))


def dL_dh_alone(v):
    """The gradient in the output of that unit."""
    return Sum(W2[k, j] * (softmax(beside_others(v))[k] - onehot[k]), k)


# The data
example = claim(has_shape(X[r, :], d, 1), source=cite("003", "2"), covers=["003.2.0.data"])
label = claim(
    Sum(onehot),
    eq(1, why="the label is one of the m classes"),
    source=cite("003", "2"),
    covers=["003.2.0.data"],
    reads_as="classes are counted from 0 here",
)

# Forward
b1_shape = claim(has_shape(b1, d_h), source=cite("003", "2a"), covers=["003.2a.dim_b1"])
hidden_shape = claim(has_shape(hidden, d_h), source=cite("003", "2a"), covers=["003.2a.ha"])
hidden_component = claim(
    hidden[j],
    eq(b1[j] + W1[j, :].T @ x, why="row j times x"),
    eq(b1[j] + Sum(W1[j, i] * x[i], i)),
    source=cite("003", "2a"),
    covers=["003.2a.ha_j"],
)
activation = claim(
    activate(a)[j],
    eq(cases((a[j], a[j] >= 0), (alpha * a[j], True)), why="entry by entry", by=leaky_rectifier),
    given=alpha < 1,
    source=cite("003", "2a"),
    covers=["003.2a.hs"],
)
activation_shape = claim(has_shape(activate(hidden), d_h), source=cite("003", "2a"), covers=["003.2a.hs"])
W2_shape = claim(has_shape(W2, m, d_h), source=cite("003", "2b"), covers=["003.2b.dim_W2"])
b2_shape = claim(has_shape(b2, m), source=cite("003", "2b"), covers=["003.2b.dim_b2"])
output_shape = claim(has_shape(b2 + W2 @ h, m), source=cite("003", "2b"), covers=["003.2b.oa"])
output_component = claim(
    (b2 + W2 @ h)[k],
    eq(b2[k] + W2[k, :].T @ h, why="row k times h"),
    eq(b2[k] + Sum(W2[k, j] * h[j], j)),
    source=cite("003", "2b"),
    covers=["003.2b.oa_k"],
)

# The output layer
row = W2[k, :].T @ h + b2[k]
chain_rule_W2 = claim(
    D(loss(output), W2[k, j]),
    eq(dL_do(output)[k] * D(output[k], W2[k, j]), why="row k acts on o_k alone", by=loss_in_the_logits),
    source=cite("003", "2h"),
    covers=["003.2h.chain_W"],
)
chain_rule_b2 = claim(
    D(loss(output), b2[k]),
    eq(dL_do(output)[k] * D(output[k], b2[k]), why="b_k acts on o_k alone", by=loss_in_the_logits),
    source=cite("003", "2h"),
    covers=["003.2h.chain_b"],
)
weight = claim(
    D(loss(output), W2[k, j]),
    eq(dL_do(output)[k] * D(output[k], W2[k, j]), by=chain_rule_W2),
    eq(dL_do(output)[k] * D(row, W2[k, j]), why="row k times h"),
    eq(dL_do(output)[k] * h[j], why="w_kj occurs in one term", by=logit_in_a_weight),
    source=cite("003", "2h"),
    covers=["003.2h.W2"],
)
bias = claim(
    D(loss(output), b2[k]),
    eq(dL_do(output)[k] * D(output[k], b2[k]), by=chain_rule_b2),
    eq(dL_do(output)[k] * D(row, b2[k]), why="row k times h"),
    eq(dL_do(output)[k] * 1),
    source=cite("003", "2h"),
    covers=["003.2h.b2"],
)
weights = claim(
    D(loss(output), W2),
    eq(dL_do(output) @ h.T, why="a column times a row", by=weight),
    source=cite("003", "2i"),
    covers=["003.2i.W2"],
    layout="denominator",
)
biases = claim(D(loss(output), b2), eq(dL_do(output), by=bias), source=cite("003", "2i"), covers=["003.2i.b2"])
weights_shape = claim(has_shape(D(loss(output), W2), m, d_h), source=cite("003", "2i"), covers=["003.2i.shapes"])
biases_shape = claim(has_shape(D(loss(output), b2), m), source=cite("003", "2i"), covers=["003.2i.shapes"])
logits_shape = claim(has_shape(D(loss(o), o), m), source=cite("003", "2i"), covers=["003.2i.shapes", "003.2k.shapes"])
hidden_outputs_shape = claim(has_shape(h, d_h), source=cite("003", "2i"), covers=["003.2i.shapes"])

# The hidden outputs
chain_rule_h = claim(
    D(loss(output), h[j]),
    eq(Sum(dL_do(output)[k] * D(output[k], h[j]), k), why="every logit depends on h_j", by=loss_in_the_logits),
    source=cite("003", "2j"),
    covers=["003.2j.chain"],
)
hidden_output = claim(
    D(loss(output), h[j]),
    eq(Sum(dL_do(output)[k] * D(output[k], h[j]), k), by=chain_rule_h),
    eq(Sum(dL_do(output)[k] * D(row, h[j]), k), why="row k times h"),
    eq(Sum(dL_do(output)[k] * W2[k, j], k), by=logit_in_a_hidden_output),
    source=cite("003", "2j"),
    covers=["003.2j.hs"],
)
hidden_outputs = claim(D(loss(output), h), eq(W2.T @ dL_do(output), by=hidden_output), source=cite("003", "2k"), covers=["003.2k.hs"])
hidden_gradient_shape = claim(has_shape(D(loss(output), h), d_h), source=cite("003", "2k"), covers=["003.2k.shapes", "003.2m.shapes"])

# The kink
chain_rule_a = claim(
    D(loss(through), a[j]),
    eq(dL_dh(a)[j] * D(leaky(a[j]), a[j]), why="a_j acts on h_j alone", by=hidden_output),
    given=Ne(a[j], 0),
    source=cite("003", "2l"),
    covers=["003.2l.chain"],
)
pre_activation = claim(
    D(loss(through), a[j]),
    eq(dL_dh(a)[j] * D(leaky(a[j]), a[j]), by=chain_rule_a),
    eq(dL_dh(a)[j] * (leaky(a[j]) / a[j]), why="value over argument is the slope: max(a, alpha a) scales with a"),
    eq(cases((dL_dh(a)[j], a[j] >= 0), (dL_dh(a)[j] * alpha, True)), by=leaky_slope),
    given=[alpha < 1, Ne(a[j], 0)],
    source=cite("003", "2l"),
    covers=["003.2l.ha"],
    reads_as="z is h_j^a",
)
chain_rule_of_one_unit = claim(
    D(loss(beside_others(z)), z),
    eq(dL_dh_alone(z) * D(leaky(z), z), why="z acts on leaky(z) alone"),
    given=away_from(z, 0),
    source=cite("003", "2l"),
    covers=["003.2l.chain"],
    reads_as="z is h_j^a, off its own kink; the other hidden units may be at theirs",
)
pre_activation_of_one_unit = claim(
    D(loss(beside_others(z)), z),
    eq(dL_dh_alone(z) * D(leaky(z), z), by=chain_rule_of_one_unit),
    eq(dL_dh_alone(z) * (leaky(z) / z), why="value over argument is the slope: max(z, alpha z) scales with z"),
    eq(cases((dL_dh_alone(z), z >= 0), (dL_dh_alone(z) * alpha, True)), by=leaky_slope),
    given=[alpha < 1, away_from(z, 0)],
    source=cite("003", "2l"),
    covers=["003.2l.ha"],
    reads_as="z is h_j^a, off its own kink; the other hidden units may be at theirs",
)
pre_activations = claim(
    D(loss(through), a),
    eq(array(d_h, lambda at: cases((dL_dh(a)[at] * 1, a[at] >= 0), (dL_dh(a)[at] * alpha, True))), why="entry by entry", by=pre_activation),
    eq(dL_dh(a) * slopes(a)),
    given=[alpha < 1, Ne(a[p], 0)],
    source=cite("003", "2m"),
    covers=["003.2m.ha"],
    reads_as="the cases are taken entry by entry",
)
slopes_shape = claim(has_shape(slopes(a), d_h), source=cite("003", "2m"), covers=["003.2m.shapes"])
convention = claim(
    kink(leaky(z), z, at=0, left=alpha, right=1, chosen={"jax.nn.leaky_relu(z, alpha)": 1}), given=alpha < 1, source=original
)

one_unit_moves = claim(
    (b2 + W2 @ activate(a))[k],
    eq(b2[k] + Sum(cases((0, Eq(t, j)), (W2[k, t] * leaky(a[t]), True)), t) + W2[k, j] * leaky(a[j]), why="the sum, split at j"),
    source=original,
    reads_as="with the first two terms for others, the output pre-activations are those beside_others",
)
loss_at_the_kink = claim(
    kink(loss(beside_others(z)), z, at=0, left=alpha * dL_dh_alone(0), right=dL_dh_alone(0)),
    given=alpha < 1,
    source=original,
    reads_as="dL/dh_j^a from both sides; the slope 1 at 0 takes the right one",
)

# The input layer
hidden_row = W1[j, :].T @ x + b1[j]
off_kinks = [alpha < 1, Ne(hidden[p], 0)]
input_weight = claim(
    D(loss(network), W1[j, i]),
    eq(dL_da(hidden)[j] * D(hidden[j], W1[j, i]), why="row j acts on a_j alone", by=pre_activations),
    eq(dL_da(hidden)[j] * D(hidden_row, W1[j, i]), why="row j times x"),
    eq(dL_da(hidden)[j] * x[i], why="w_ji occurs in one term"),
    given=off_kinks,
    source=cite("003", "2n"),
    covers=["003.2n.W1"],
)
one_row = u + w * v
input_weight_of_one_unit = claim(
    D(loss(beside_others(one_row)), w),
    eq(dL_dh_alone(one_row) * slope(one_row) * D(one_row, w), why="the weight acts on its own unit alone", by=pre_activation_of_one_unit),
    eq(dL_dh_alone(one_row) * slope(one_row) * v),
    given=[alpha < 1, Ne(one_row, 0)],
    source=cite("003", "2n"),
    covers=["003.2n.W1"],
    reads_as="w is W_kj, v is x_j and u what else h_k^a consists of; the other hidden units may be at their kinks",
)
input_bias_of_one_unit = claim(
    D(loss(beside_others(u + beta)), beta),
    eq(dL_dh_alone(u + beta) * slope(u + beta)),
    given=[alpha < 1, Ne(u + beta, 0)],
    source=original,
    reads_as="off the kink of this unit; the other hidden units may be at theirs",
)
pre_activations_of_the_input = Eq(a[q], hidden[q])
bias_shifts_its_pre_activation = claim(
    D(loss(network), b1[j]),
    eq(D(loss(through), a[j]) * D(hidden[j], b1[j]), why="b_j acts on a_j alone, and only shifts it"),
    eq(D(loss(through), a[j]) * D(hidden_row, b1[j]), why="row j times x"),
    eq(D(loss(through), a[j]), why="the slope of the shift is 1"),
    given=pre_activations_of_the_input,
    source=cite("003", "2n"),
    covers=["003.2n.b1"],
    reads_as="both sides exist together: at a kink neither does, but where the gradient in h_j is 0",
)
shift_by_the_bias = claim(
    D(hidden[j], b1[j]),
    eq(D(hidden_row, b1[j]), why="row j times x"),
    eq(1),
    source=cite("003", "2n"),
)
bias_at_the_kink = claim(
    kink(loss(beside_others(u + beta)), beta, at=-u, left=alpha * dL_dh_alone(0), right=dL_dh_alone(0)),
    given=alpha < 1,
    source=cite("003", "2n"),
    covers=["003.2n.b1", "003.2o.b1"],
    reads_as="from both sides what loss_at_the_kink says of the pre-activation; the slope 1 at 0 takes the right one for both",
)
input_bias = claim(
    D(loss(network), b1[j]),
    eq(dL_da(hidden)[j] * D(hidden[j], b1[j]), why="b_j acts on a_j alone", by=pre_activations),
    eq(dL_da(hidden)[j] * D(hidden_row, b1[j]), why="row j times x"),
    eq(dL_da(hidden)[j]),
    given=off_kinks,
    source=cite("003", "2n"),
)
input_weights = claim(
    D(loss(network), W1),
    eq(outer(dL_da(hidden), x), why="entry by entry", by=input_weight),
    eq(dL_da(hidden) @ x.T),
    given=off_kinks,
    source=cite("003", "2o"),
    covers=["003.2o.W1"],
    layout="denominator",
    reads_as="the tensor sign is the outer product",
)
input_biases = claim(
    D(loss(network), b1),
    eq(D(loss(through), a), why="each bias only shifts its own pre-activation"),
    given=pre_activations_of_the_input,
    source=cite("003", "2o"),
    covers=["003.2o.b1"],
    reads_as="both sides exist together",
)
input_biases_off_kinks = claim(
    D(loss(network), b1), eq(dL_da(hidden), why="entry by entry", by=input_bias), given=off_kinks, source=cite("003", "2o")
)
input_weights_shape = claim(has_shape(D(loss(network), W1), d_h, d), source=cite("003", "2o"), covers=["003.2o.dim_dW1"])
input_biases_shape = claim(has_shape(D(loss(network), b1), d_h), source=cite("003", "2o"), covers=["003.2o.dim_db1"])
pre_activations_shape = claim(has_shape(D(loss(through), a), d_h), source=cite("003", "2o"), covers=["003.2o.dim_dha"])
input_shape = claim(has_shape(x, d), source=cite("003", "2o"), covers=["003.2o.dim_x"])

# The input
hidden_in_an_input = claim(
    D(hidden[j], x[i]),
    eq(D(hidden_row, x[i]), why="row j times x"),
    eq(W1[j, i], why="x_i occurs in one term"),
    source=cite("003", "2p"),
    covers=["003.2p.x_i"],
    reads_as="k is j, and x_i inside the row is x",
)
weighed_by_any_gradient = claim(
    Sum(g[t] * D(hidden[t], x[i]), t),
    eq(Sum(g[t] * W1[t, i], t), by=hidden_in_an_input),
    source=cite("003", "2p"),
    covers=["003.2p.x_i"],
    reads_as="g is the gradient in the hidden pre-activations",
)
chain_rule_x = claim(
    D(loss(network), x[i]),
    eq(Sum(dL_da(hidden)[t] * D(hidden[t], x[i]), t), why="x_i acts on every a_j", by=pre_activations),
    given=off_kinks,
    source=cite("003", "2p"),
    covers=["003.2p.x_i"],
)
input_entry = claim(
    D(loss(network), x[i]),
    eq(
        Sum(dL_da(hidden)[t] * W1[t, i], t),
        why="the chain rule, and w_ji for each derivative of a pre-activation; two finite sums change places",
        by=[chain_rule_x, weighed_by_any_gradient],
    ),
    given=off_kinks,
    source=cite("003", "2p"),
    covers=["003.2p.x_i"],
)
inputs = claim(
    D(loss(network), x),
    eq(W1.T @ dL_da(hidden), why="entry by entry", by=input_entry),
    given=off_kinks,
    source=cite("003", "2p"),
    covers=["003.2p.x"],
)

# Errata
point = {d: 1, d_h: 1, m: 2, alpha: half, W2: ((1,), (0,)), b2: (0, 0), b1: (0,), y: 0}
slope_at_the_kink = erratum(
    cite("003", "2l"),
    printed=claim(
        D(loss(through), a[j]),
        eq(cases((dL_dh(a)[j], a[j] >= 0), (dL_dh(a)[j] * alpha, True))),
        given=alpha < 1,
    ),
    refuted_at={d_h: 1, m: 2, alpha: half, W2: ((1,), (0,)), b2: (0, 0), y: 0, j: 0, a: (0,)},
    instead=pre_activation,
    note="at 0 the loss has no derivative: the right side is the convention there",
)
value_for_slope = erratum(
    cite("003", "2l"),
    printed=claim(
        D(loss(through), a[j]),
        eq(dL_dh(a)[j] * (leaky(z) / a[j])),
        given=[alpha < 1, Ne(a[j], 0)],
    ),
    refuted_at={d_h: 1, m: 2, alpha: half, W2: ((1,), (0,)), b2: (0, 0), y: 0, j: 0, a: (1,), z: 2},
    instead=pre_activation,
    note="the differentials are lost, and z is free; with z = h_j^a it holds",
)
one_case_for_the_vector = erratum(
    cite("003", "2m"),
    printed=claim(
        D(loss(through), a[j]),
        eq(cases((dL_dh(a)[j], Sum(Abs(a)) <= Sum(a)), (dL_dh(a)[j] * alpha, True))),
        given=[alpha < 1, Ne(a[q], 0)],
    ),
    refuted_at={d_h: 2, m: 2, alpha: half, W2: ((1, 1), (0, 0)), b2: (0, 0), y: 0, j: 0, a: (1, -1)},
    instead=pre_activations,
    note="one case for the whole vector, which is nonnegative where its entries add up to its 1-norm; the cases go entry by entry",
)
weight_at_the_kink = erratum(
    cite("003", "2n"),
    printed=claim(D(loss(network), W1[j, i]), eq(true_dL_da(hidden, j) * x[i]), given=alpha < 1),
    refuted_at={**point, W1: ((1,),), x: (0,), j: 0, i: 0},
    instead=input_weight,
    note="the weight does not move a_j, which stays at its kink: the left side is 0, and the loss has no derivative in a_j",
)
input_at_the_kink = erratum(
    cite("003", "2p"),
    printed=claim(D(loss(network), x[i]), eq(Sum(true_dL_da(hidden, j) * W1[j, i], j)), given=alpha < 1),
    refuted_at={**point, W1: ((0,),), x: (1,), i: 0},
    note="the same, with the weight 0 in place of the input",
)
square_weights = erratum(
    cite("003", "2o"),
    printed=claim(has_shape(D(loss(network), W1), d_h, d_h)),
    refuted_at={d: 2, d_h: 3, m: 1},
    instead=input_weights_shape,
    covers=["003.2o.dim_dW1"],
    note="d_h typed for d",
)
input_as_long_as_the_hidden_layer = erratum(
    cite("003", "2o"),
    printed=claim(has_shape(x, d_h)),
    refuted_at={d: 2, d_h: 3},
    instead=input_shape,
    covers=["003.2o.dim_x"],
    note="d_h typed for d",
)
row_times_one_input = erratum(
    cite("003", "2p"),
    printed=lambda: claim(Sum(dL_da(hidden)[j] * D(W1[p, :].T * x[i] + b1[j], x[i]), j), eq(D(loss(network), x[i]))),
    raises=ShapeError,
    readings=[
        ("k is j, and x_i is x", input_entry),
        (
            "the row is entry i of row k, with k free",
            claim(
                D(loss(network), x[i]),
                eq(Sum(dL_da(hidden)[j] * D(W1[q, i] * x[i] + b1[j], x[i]), j)),
                given=off_kinks,
            ),
        ),
    ],
    instead=input_entry,
    covers=["003.2p.x_i"],
    note="a row times one number is a row, and no bias can be added to it; k is not bound",
)
