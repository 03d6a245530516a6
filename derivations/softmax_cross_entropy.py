"""Cross-entropy of a softmax: its gradient in the logits is softmax minus one-hot.

The loss is log-sum-exp less the logit of the true class. For a linear layer $a = W x + b$ its gradient in W is the outer product of the
error with the input; a chain rule that follows the true class alone misses every other row.
"""

from derivations.softmax_jacobian import Z, c, i, j, k, n, s, softmax, x

from derive import (
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
    entry,
    eq,
    erratum,
    exp,
    half,
    has_shape,
    index,
    indices,
    log,
    lt,
    natural,
    one_hot,
    oo,
    original,
    positive_vector,
    real_matrix,
    real_vector,
    tends_to,
    vector,
    zeros,
)  # fmt: skip

# Given
y = index("y", upto=n)  # the true class
q = positive_vector("q", n)  # outputs, taken as independent variables
t = real_vector("t", n)  # a target: one-hot, or any weights that sum to one
d = natural("d")  # number of inputs of a linear layer
l, r = indices("l r", upto=d)
W = real_matrix("W", n, d)
b = real_vector("b", n)
u = real_vector("u", d)  # the input of the layer
a = W @ u + b  # its logits


def softmax_of(z):
    """Softmax of any vector of logits."""
    return exp(z) / Sum(exp(z))


def cross_entropy(target, outputs):
    return -Sum(target[k] * log(outputs[k]), k)


L = cross_entropy(one_hot(y, n), s)  # the loss, as a function of the logits
f = softmax_of(a)  # the outputs, as functions of W, u and b

# The loss
defined = definition(
    cross_entropy(t, q),
    source=cite("004", "2.1, (6)"),
    covers=["004.2.1.eq6"],
    runs_as="jnp.vdot(t, -jnp.log(q))",
)
term_by_term = claim(
    -(t.T @ log(q)),
    eq(cross_entropy(t, q), why="the inner product written out"),
    eq(-(t[i] * log(q[i]) + Sum((1 - delta(i, k)) * t[k] * log(q[k]), k)), why="term i and all others"),
    source=cite("004", "2.1, (8)"),
    covers=["004.2.1.eq8"],
)
loss_of_the_true_class = claim(
    L,
    eq(-log(s[y]), why="the one-hot vector picks one term"),
    eq(-log(exp(x[y]) / Z), why="definition of s", by=softmax),
    eq(-x[y] + log(Z), why="log of a quotient of positive numbers"),
    source=cite("003", "2d"),
    covers=["003.2d"],
)
loss_through_the_logits = claim(
    L,
    eq(-log(s[y]), why="the one-hot vector picks one term"),
    eq(-log(softmax_of(x)[y]), why="s is the softmax of the logits"),
    eq(-log(exp(x[y]) / Z), why="definition of softmax"),
    source=[cite("002", "HW 2, network, l"), cite("002", "HW 2, network, h")],
    covers=["002.hw2.mlp.l.nll", "002.hw2.mlp.h.nll"],
    reads_as="softmax(o_y) is entry y of softmax(o)",
)

# Its gradient in the logits
gradient_by_log_sum_exp = claim(
    D(L, x[i]),
    eq(D(-x[y] + log(Z), x[i]), by=loss_of_the_true_class),
    eq(-D(x[y], x[i]) + 1 / Z * Sum(exp(x[j]) * D(x[j], x[i]), j), why="chain rule"),
    eq(-D(x[y], x[i]) + 1 / Z * exp(x[i]), why="the logits are independent variables"),
    eq(-D(x[y], x[i]) + s[i], why="definition of s"),
    source=cite("003", "2g, the chain"),
    covers=["003.2g.chain"],
)
gradient_of_another_class = claim(
    D(L, x[i]),
    eq(-0 + s[i], why="x_y does not depend on x_i", by=gradient_by_log_sum_exp),
    eq(s[i]),
    given=Ne(i, y),
    source=cite("003", "2g, case i"),
    covers=["003.2g.neq"],
)
gradient_of_the_true_class = claim(
    D(L, x[y]),
    eq(-1 + s[y], why="x_y has slope 1", by=gradient_by_log_sum_exp),
    eq(s[y] - 1),
    source=cite("003", "2g, case ii"),
    covers=["003.2g.eq"],
)
gradient_entry = claim(
    D(L, x[i]),
    eq(s[i] - entry(one_hot(y, n), i), why="both cases in one formula", by=[gradient_of_another_class, gradient_of_the_true_class]),
    source=[cite("002", "HW 2, network, m"), cite("002", "HW 2, network, o")],
    covers=["002.hw2.mlp.m.dl-do", "002.hw2.mlp.o.dl-do"],
    reads_as="onehot(y) stands for its k-th entry, and o^S in the denominator for the logits o^a",
)
gradient = claim(
    D(L, x),
    eq(s - one_hot(y, n), why="entry by entry", by=gradient_entry),
    source=[cite("003", "2g"), cite("002", "HW 2, network, l, closing array")],
    covers=["003.2g.stmt", "003.2g.concl", "002.hw2.mlp.l.grad-vector"],
)
gradient_of_another_class_by_quotient_rule = claim(
    D(L, x[i]),
    eq(-Z / exp(x[y]) * D(exp(x[y]) / Z, x[i]), why="derivative of a logarithm"),
    eq(exp(x[i]) * exp(x[y]) / Z**2 * (Z / exp(x[y])), why="quotient rule; x_i is not in the numerator"),
    eq(exp(x[i]) / Z),
    eq(s[i], why="definition of s"),
    given=Ne(i, y),
    source=cite("002", "HW 2, network, l, case k != y"),
    covers=["002.hw2.mlp.l.grad-other-class"],
)
gradient_of_the_true_class_by_quotient_rule = claim(
    D(L, x[y]),
    eq(-Z / exp(x[y]) * D(exp(x[y]) / Z, x[y]), why="derivative of a logarithm"),
    eq(-(exp(x[y]) * Z - exp(x[y]) ** 2) / Z**2 * (Z / exp(x[y])), why="quotient rule"),
    eq(-exp(x[y]) * (Z - exp(x[y])) / Z * (1 / exp(x[y]))),
    eq(-(1 - exp(x[y]) / Z)),
    eq(-1 + s[y], why="definition of s"),
    source=cite("002", "HW 2, network, l, case k = y"),
    covers=["002.hw2.mlp.l.grad-true-class"],
)
gradient_of_any_target = claim(
    D(cross_entropy(t, s), x),
    eq(Sum(t) * s - t),
    source=original,
)
sums_to_zero = claim(Sum(D(L, x[i]), i), eq(Sum(s[i] - delta(i, y), i), by=gradient_entry), eq(0), source=original)

# Its gradient in the outputs
gradient_in_the_outputs = claim(
    D(cross_entropy(t, q), q[i]),
    eq(-t[i] / q[i], why="q_i occurs in one term"),
    source=cite("004", "2.1, (9)"),
    covers=["004.2.1.eq9"],
    reads_as="the outputs are independent positive variables",
)
gradient_in_the_outputs_of_one_class = claim(
    D(cross_entropy(one_hot(y, n), q), q[i]),
    eq(-delta(i, y) / q[y]),
    source=cite("002", "HW 2, network, o"),
    covers=["002.hw2.mlp.o.dl-do"],
)

# A linear layer
layer_shape = claim(
    has_shape(f, n),
    source=cite("004", "2, (4)"),
    covers=["004.2.eq4"],
    reads_as="f = softmax(W u + b)",
)
C = Sum(cases((0, Eq(k, i)), (exp(x[k]), True)), k)  # all exponentials but one
one_exponential_apart = claim(
    s[i],
    eq(exp(x[i]) / Z, why="definition of s"),
    eq(exp(x[i]) / (C + exp(x[i])), why="one term taken out of the sum"),
    source=cite("004", "2.1, (10)"),
    covers=["004.2.1.eq10"],
)
the_rest_is_constant = claim(D(C, x[i]), eq(0), source=cite("004", "2.1, (10)"))
weight_moves_one_logit = claim(
    D(a[j], W[i, l]),
    eq(delta(i, j) * u[l], why="W_il stands in row i alone"),
    source=cite("004", "2.1, before (7)"),
    covers=["004.2.1.affect"],
    reads_as="said of the logits",
)
weight_moves_every_output = claim(
    D(f[j], W[i, l]),
    eq(f[j] * (delta(i, j) - f[i]) * u[l], why="through the denominator"),
    source=cite("004", "2.1, before (7)"),
    covers=["004.2.1.affect"],
    reads_as="said of the outputs",
)
exponential_in_a_weight = claim(
    D(exp(a[i]), W[i, l]),
    eq(exp(a[i]) * D(a[i], W[i, l]), why="chain rule"),
    eq(u[l] * exp(a[i]), by=weight_moves_one_logit),
    source=cite("004", "2.1, (11)"),
    covers=["004.2.1.eq11"],
)
output_in_a_weight = claim(
    D(f[i], W[i, l]),
    eq(u[l] * f[i] * (1 - f[i]), by=weight_moves_every_output),
    source=cite("004", "2.1, (12)"),
    covers=["004.2.1.eq12"],
)
chain_rule = claim(
    D(cross_entropy(t, f), W[i, l]),
    eq(Sum(-t[k] / f[k] * D(f[k], W[i, l]), k), why="every output depends on W_il", by=gradient_in_the_outputs),
    source=cite("004", "2.1, (7)"),
    covers=["004.2.1.eq7"],
)
weight_gradient = claim(
    D(cross_entropy(t, f), W[i, l]),
    eq(Sum(-t[k] / f[k] * D(f[k], W[i, l]), k), by=chain_rule),
    eq(Sum(-t[k] * (delta(i, k) - f[i]) * u[l], k), by=weight_moves_every_output),
    eq((f[i] - t[i]) * u[l], why="the targets sum to one"),
    given=Eq(Sum(t), 1),
    source=cite("004", "2.1, (13)"),
    covers=["004.2.1.eq13"],
)
weight_gradient_is_an_outer_product = claim(
    D(cross_entropy(t, f), W),
    eq((f - t) @ u.T, by=weight_gradient),
    given=Eq(Sum(t), 1),
    source=cite("004", "2.1, (13)"),
    covers=["004.2.1.eq13"],
    layout="denominator",
)

# A confident mistake
mistake = exp(vector(0, 0, c)) / (exp(0) + exp(0) + exp(c))  # the softmax of (0, 0, c), where class 0 is true
certainty_is_a_limit = claim(
    tends_to((mistake - vector(0, 0, 1)).T @ (mistake - vector(0, 0, 1)), c, oo, 0),
    source=cite("004", "2.2, example"),
    covers=["004.2.2.example"],
    reads_as="the output (0, 0, 1) is a limit, not a value: the distance to it tends to 0",
)
no_output_is_certain = claim(
    s[i], lt(1, why="another exponential is positive"), given=n >= 2, source=cite("004", "2.2, example"), covers=["004.2.2.example"]
)
log_of_a_vanishing_output = claim(
    tends_to(log(c), c, 0, -oo, side="+"),
    source=cite("004", "2.2"),
    covers=["004.2.2.log"],
)
other_terms_vanish = claim(
    tends_to(exp(-c) * log(exp(-c)), c, oo, 0), source=cite("004", "2.2"), covers=["004.2.2.log"], reads_as="0 log 0 is the limit 0"
)
loss_of_a_confident_mistake = claim(
    tends_to(-log(mistake[0]), c, oo, oo),
    source=cite("004", "2.2"),
    covers=["004.2.2.log"],
)

# Errata
softmax_taken_twice = erratum(
    cite("002", "HW 2, network, h"),
    printed=claim(
        L,
        eq(-log(s[y]), why="the one-hot vector picks one term"),
        eq(-log(softmax_of(s)[y]), why="as typed: softmax of the outputs"),
        eq(-log(exp(s[y]) / Sum(exp(s[k]), k)), why="definition of softmax"),
        reads_as="softmax(o_y) is entry y of softmax(o)",
    ),
    refuted_at={n: 2, y: 1, x: (0, 1)},
    instead=loss_through_the_logits,
    covers=["002.hw2.mlp.h.nll"],
    note="at equal logits the two agree; elsewhere they do not",
)
another_class_as_typed = erratum(
    cite("002", "HW 2, network, l, case k != y"),
    printed=claim(
        D(L, x[i]),
        eq(Z / exp(x[y]) * D(exp(x[y]) / Z, x[i]), why="as typed: the minus of -log is lost"),
        eq(exp(x[i]) * exp(x[y]) / Z**2 * (exp(x[y]) / exp(x[i])), why="as typed: the last factor should be Z / exp(x_y)"),
        eq(exp(x[i]) / Z),
        eq(s[i], why="definition of s"),
        given=Ne(i, y),
    ),
    refuted_at={n: 3, y: 0, i: 1, x: (0, 1, 2)},
    instead=gradient_of_another_class_by_quotient_rule,
    covers=["002.hw2.mlp.l.grad-other-class"],
)
true_class_as_typed = erratum(
    cite("002", "HW 2, network, l, case k = y"),
    printed=claim(
        D(L, x[y]),
        eq(-Z / exp(x[y]) * D(exp(x[y]) / Z, x[y]), why="derivative of a logarithm"),
        eq(-(exp(x[y]) * Z - exp(x[y]) ** 2 * Z) / Z**2 * (exp(x[y]) / exp(x[y])), why="as typed: Z has slid into the numerator"),
        eq(-exp(x[y]) * (Z - exp(x[y])) / Z * (1 / exp(x[y]))),
        eq(-(1 - exp(x[y]) / Z)),
        eq(-1 + s[y], why="definition of s"),
    ),
    refuted_at={n: 3, y: 0, x: (1, 0, 2)},
    instead=gradient_of_the_true_class_by_quotient_rule,
    covers=["002.hw2.mlp.l.grad-true-class"],
)
gradient_as_an_array = erratum(
    cite("002", "HW 2, network, l, closing array"),
    printed=lambda: claim(D(L, x[y]), eq(array((n, n), lambda row, column: s[row] - delta(row, y)))),
    raises=ShapeError,
    readings=[
        ("the gradient in all logits is o^s - onehot", gradient),
        ("the gradient in all logits is 0 - onehot", claim(D(L, x), eq(zeros(n) - one_hot(y, n)))),
    ],
    instead=gradient,
    covers=["002.hw2.mlp.l.grad-vector"],
    note="the derivative in one logit is a number, and the array is a wreck of the column of all of them",
)
gradient_in_the_wrong_variable = erratum(
    cite("002", "HW 2, network, o"),
    printed=claim(D(cross_entropy(one_hot(y, n), q), q[i]), eq(q[i] - delta(i, y))),
    refuted_at={n: 2, y: 0, i: 0, q: (half, half)},
    instead=gradient_in_the_outputs_of_one_class,
    covers=["002.hw2.mlp.o.dl-do"],
    note="the right side is the derivative in the logit, not in the output",
)
chain_rule_cut_short = erratum(
    cite("004", "2.1, (7)"),
    printed=claim(
        D(cross_entropy(t, f), W[i, l]),
        eq(-t[i] / f[i] * D(f[i], W[i, l])),
        given=Eq(Sum(t), 1),
        reads_as="dl/df_i is -t_i / f_i, as in (9)",
    ),
    refuted_at={n: 2, d: 1, i: 0, l: 0, W: ((0,), (0,)), b: (0, 0), u: (1,), t: (0, 1)},
    instead=chain_rule,
    covers=["004.2.1.eq7"],
    note="every output depends on W_il, through the denominator",
)
exponential_with_the_weight = erratum(
    cite("004", "2.1, (11)"),
    printed=claim(D(exp(a[i]), W[i, l]), eq(W[i, l] * exp(a[i]))),
    refuted_at={n: 1, d: 1, i: 0, l: 0, W: ((2,),), b: (-2,), u: (1,)},
    instead=exponential_in_a_weight,
    covers=["004.2.1.eq11"],
    note="the inner derivative is the input, not the weight",
)
output_with_the_weight = erratum(
    cite("004", "2.1, (12)"),
    printed=claim(D(f[i], W[i, l]), eq(W[i, l] * f[i] * (1 - f[i]))),
    refuted_at={n: 2, d: 1, i: 0, l: 0, W: ((2,), (2,)), b: (-2, -2), u: (1,)},
    instead=output_in_a_weight,
    covers=["004.2.1.eq12"],
    note="the inner derivative is the input, not the weight",
)
weight_gradient_as_printed = erratum(
    cite("004", "2.1, (13)"),
    printed=claim(
        D(cross_entropy(t, f), W[i, l]),
        eq(-t[i] / f[i] * D(f[i], W[i, l]), why="as printed: the chain rule cut short"),
        eq(-u[l] * t[i] * (1 - f[i]), why="with the true derivative of f_i"),
        given=Eq(Sum(t), 1),
    ),
    refuted_at={n: 2, d: 1, i: 0, l: 0, W: ((0,), (0,)), b: (0, 0), u: (1,), t: (0, 1)},
    instead=weight_gradient,
    covers=["004.2.1.eq13"],
    note="right in the row of the true class, and 0 in all others",
)
