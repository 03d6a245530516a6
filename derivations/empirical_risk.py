"""The empirical risk is the mean loss over the examples; its gradient is the mean of their gradients.

The network is one hidden layer of leaky rectifiers with a softmax, and the loss is minus the log of the output of the true class. The
gradient is a mean wherever every example has one: at kinks that cancel the risk can have a derivative that its examples lack.
"""

from derivations.mlp_backprop_softplus import W1, W2, b1, b2, d, d_h, i, k, m, p
from derivations.step_functions import leaky

from derive import (
    D,
    Ne,
    ShapeError,
    Sum,
    array,
    cite,
    claim,
    definition,
    eq,
    erratum,
    exp,
    half,
    iff,
    index,
    integer_vector,
    le,
    log,
    lt,
    natural,
    ones,
    oo,
    original,
    positive,
    positive_vector,
    real,
    real_matrix,
    real_vector,
    tends_to,
)  # fmt: skip

# Given
n = natural("n")  # number of examples
r = index("r", upto=n)
l = index("l", upto=n)
X = real_matrix("X", n, d)  # the inputs, one in each row
y = integer_vector("y", n)  # the labels, classes counted from 0
labels = [y >= 0, y <= (m - 1) * ones(n)]
alpha = real("alpha")  # the slope of the leaky rectifier below 0
losses = real_vector("losses", n)  # the losses of the examples, at given parameters
rivals = real_vector("rivals", n)  # the losses at other parameters
outputs = positive_vector("outputs", n)  # the outputs of the true classes
rival_outputs = positive_vector("rival_outputs", n)  # those at other parameters
A = real_matrix("A", n, d_h)  # the hidden pre-activations of each example, b1 + W1 x
E = real_matrix("E", n, d_h)  # their derivatives in one parameter
theta = real("theta")  # that parameter
moved = A + theta * E
t = positive("t")  # the difference of two logits
z = real_vector("z", m)  # logits
q = index("q", upto=d_h)
g = index("g", upto=m)
eta = positive("eta")  # the learning rate
whole_batch = "the batch is all n examples, and (x, y) is example i"


def activate(v):
    return array(d_h, lambda at: leaky(v[at]))


def softmax(v):
    return array(m, lambda at: exp(v[at]) / Sum(exp(v)))


def logits(at, pre=A):
    return b2 + W2 @ activate(pre[at, :])


def loss(at, *parameters):
    """The loss of an example."""
    return -log(softmax(logits(at, *parameters))[y[at]])


def risk(*parameters):
    return 1 / n * Sum(loss(r, *parameters), r)


h = activate(A[r, :])  # the hidden outputs of an example

# The risk
mean_loss = definition(
    1 / n * Sum(losses),
    source=cite("002", "HW 2, network, i"),
    covers=["002.hw2.mlp.i.empirical-risk"],
    runs_as="jnp.mean(losses)",
)
expanded = claim(
    risk(),
    eq(-(1 / n * Sum(log(softmax(logits(r))[y[r]]), r)), why="definition of the loss"),
    eq(-(1 / n * Sum(logits(r)[y[r]] - log(Sum(exp(logits(r)[k]), k)), r)), why="log of a quotient of positive numbers"),
    eq(
        -(1 / n * Sum(b2[y[r]] + W2[y[r], :].T @ h - log(Sum(exp(b2[k] + W2[k, :].T @ h), k)), r)),
        why="the rows of the output layer",
    ),
    eq(
        -(1 / n * Sum(b2[y[r]] + W2[y[r], :].T @ h, r)) + 1 / n * Sum(log(Sum(exp(b2[k] + W2[k, :].T @ h), k)), r),
        why="the mean taken term by term",
    ),
    given=labels,
    source=cite("003", "2e"),
    covers=["003.2e.risk"],
)
same_logit_for_every_class = claim(
    -(1 / n * Sum(losses)) + 1 / n * Sum(log(Sum(exp(losses[r]), k)), r),
    eq(log(m), why="m equal terms in each sum"),
    source=original,
    reads_as="the third and fourth lines as typed, with any n numbers for the logits of the true classes",
)
pre_activation_of_an_example = claim((b1 + W1 @ X[r, :])[q], eq(b1[q] + Sum(W1[q, i] * X[r, i], i)), source=cite("003", "2e"))
training = claim(
    1 / n * Sum(losses) <= 1 / n * Sum(rivals),
    iff(Sum(losses) / n <= Sum(rivals) / n, why="the two objectives are one function, and so are their minimisers"),
    iff(Sum(losses) <= Sum(rivals), why="n is positive"),
    source=cite("002", "HW 2, network, i"),
    covers=["002.hw2.mlp.i.argmin"],
)
minimiser = claim(
    1 / n * Sum(-log(outputs)) <= 1 / n * Sum(-log(rival_outputs)),
    iff(-(1 / n * Sum(log(outputs))) <= -(1 / n * Sum(log(rival_outputs))), why="the risk is minus the mean of the logarithms"),
    iff(Sum(log(rival_outputs)) <= Sum(log(outputs)), why="n is positive: the likelihood is largest"),
    source=cite("003", "2e"),
    covers=["003.2e.argmin"],
    reads_as="the outputs of the true classes at a minimiser, where one exists, against those at any other parameters",
)
loss_is_positive = claim(0, lt(-log(softmax(z)[g]), why="another class has a positive output"), given=m >= 2, source=original)
separable_data_have_no_minimiser = claim(
    tends_to(log(1 + exp(-t)), t, oo, 0),
    source=cite("003", "2e"),
    covers=["003.2e.argmin"],
    reads_as="the loss of two classes whose logits differ by t in the right direction: it is positive, and tends to 0 as the weights grow",
)

# Its gradient
gradient_in_W2 = claim(
    D(risk(), W2[k, q]),
    eq(1 / n * Sum(D(loss(r), W2[k, q]), r), why="the derivative of a finite sum"),
    given=labels,
    source=cite("003", "2g"),
    covers=["003.2g.riskgrad"],
)
gradient_in_b2 = claim(
    D(risk(), b2[k]),
    eq(1 / n * Sum(D(loss(r), b2[k]), r), why="the derivative of a finite sum"),
    given=labels,
    source=cite("003", "2g"),
    covers=["003.2g.riskgrad"],
)
gradient_in_a_weight_below = claim(
    D(risk(moved), theta),
    eq(1 / n * Sum(D(loss(r, moved), theta), r), why="the derivative of a finite sum"),
    given=[*labels, alpha < 1, Ne(moved[l, p], 0)],
    source=cite("003", "2g"),
    covers=["003.2g.riskgrad"],
    reads_as="theta is any entry of W1 or b1: the pre-activations depend on it as A + theta E",
)


# A step against it
def log_output(at, *parameters):
    """The logarithm of the output of an example's class."""
    return log(softmax(logits(at, *parameters))[y[at]])


step_in_W2 = claim(
    W2[k, q] - eta * D(risk(), W2[k, q]),
    eq(W2[k, q] - eta * (-(1 / n * Sum(D(log_output(r), W2[k, q]), r))), why="a mean of steps"),
    given=labels,
    source=cite("003", "2f"),
    covers=["003.2f.update"],
    reads_as=whole_batch,
)
step_in_b2 = claim(
    b2[k] - eta * D(risk(), b2[k]),
    eq(b2[k] - eta * (-(1 / n * Sum(D(log_output(r), b2[k]), r))), why="a mean of steps"),
    given=labels,
    source=cite("003", "2f"),
    covers=["003.2f.update"],
    reads_as=whole_batch,
)
step_in_a_weight_below = claim(
    theta - eta * D(risk(moved), theta),
    eq(theta - eta * (-(1 / n * Sum(D(log_output(r, moved), theta), r))), why="a mean of steps"),
    given=[*labels, alpha < 1, Ne(moved[l, p], 0)],
    source=cite("003", "2f"),
    covers=["003.2f.update"],
    reads_as=f"{whole_batch}; theta is any entry of W1 or b1",
)

# Errata
class_for_every_class = erratum(
    cite("003", "2e"),
    printed=claim(
        risk(),
        eq(-(1 / n * Sum(log(softmax(logits(r))[y[r]]), r)), why="definition of the loss"),
        eq(-(1 / n * Sum(logits(r)[y[r]] - log(Sum(exp(logits(r)[k]), k)), r)), why="log of a quotient of positive numbers"),
        eq(
            -(1 / n * Sum(b2[y[r]] + W2[y[r], :].T @ h - log(Sum(exp(b2[y[r]] + W2[y[r], :].T @ h), k)), r)),
            why="as typed: the class y where the sum runs over all",
        ),
        given=labels,
    ),
    refuted_at={n: 1, d_h: 1, m: 2, alpha: half, y: (0,), A: ((1,),), W2: ((1,), (0,)), b2: (0, 0)},
    instead=expanded,
    covers=["003.2e.risk"],
    note="the third line is log m, whatever the network",
)
unit = leaky(b1[y[r]] + W1[y[r], :].T @ X[r, :])  # a number: the hidden unit that the class names
class_for_hidden_unit = erratum(
    cite("003", "2e"),
    printed=lambda: claim(
        risk(),
        eq(-(1 / n * Sum(b2[y[r]] + W2[y[r], :].T @ unit, r)) + 1 / n * Sum(log(Sum(exp(b2[y[r]] + W2[y[r], :].T @ unit), k)), r)),
    ),
    raises=ShapeError,
    instead=expanded,
    covers=["003.2e.risk"],
    note="the fourth line: one number, the unit that the class names, where the row of W2 wants all hidden units",
)
logit_of_the_unit = b2[y[r]] + Sum(W2[y[r], q] * unit, q)
unit_for_every_unit = erratum(
    cite("003", "2e"),
    printed=claim(
        1 / n * Sum(-log(softmax(b2 + W2 @ activate(b1 + W1 @ X[r, :]))[y[r]]), r),
        eq(-(1 / n * Sum(logit_of_the_unit, r)) + 1 / n * Sum(log(Sum(exp(logit_of_the_unit), k)), r)),
        given=labels,
        reads_as="the number stands for every hidden unit, as broadcasting has it; the left side is the risk",
    ),
    refuted_at={n: 1, d: 1, d_h: 1, m: 2, alpha: half, y: (0,), X: ((1,),), W1: ((1,),), b1: (0,), W2: ((1,), (0,)), b2: (0, 0)},
    instead=expanded,
    note="the fourth line, read so: it is log m as the third is, log 2 at this point, where the risk is log(1 + e) - 1",
)
any_parameters = erratum(
    cite("003", "2e"),
    printed=claim(-(1 / n * Sum(log(outputs))), le(-(1 / n * Sum(log(rival_outputs))))),
    refuted_at={n: 1, outputs: (half,), rival_outputs: (1,)},
    instead=minimiser,
    note="without a minimiser on the left",
)
kinks_that_cancel = erratum(
    cite("003", "2g"),
    printed=claim(
        D((leaky(theta) + (t - leaky(theta))) / 2, theta),
        eq((D(leaky(theta), theta) + D(t - leaky(theta), theta)) / 2),
        given=alpha < 1,
    ),
    refuted_at={theta: 0, alpha: half, t: 1},
    instead=gradient_in_a_weight_below,
    note="two losses that kink against each other: the risk has the slope 0, its two examples have none",
)
