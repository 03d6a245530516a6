"""Gradient descent: a step against the gradient of the mean loss, block by block, with a penalty, or over a mini-batch.

The network is one hidden layer of softplus units with a softmax; a step against the gradient of the mean is a mean of steps. A mini-batch
is divided by its own size, and every term has its own example.
"""

from derivations.mlp_backprop_softplus import W2, b2, d_h, k, m, p
from derivations.softplus import softplus

from derive import (
    D,
    Eq,
    Sum,
    array,
    cite,
    claim,
    eq,
    erratum,
    exp,
    half,
    iff,
    index,
    indices,
    integer_vector,
    log,
    natural,
    ones,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
n, N = natural("n N")  # numbers of examples and of parameters
r, q = indices("r q", upto=n)
j = index("j", upto=N)
y = integer_vector("y", n)  # the labels, classes counted from 0
labels = [y >= 0, y <= (m - 1) * ones(n)]
A, E = real_matrix("A", n, d_h), real_matrix("E", n, d_h)  # the hidden pre-activations are A + theta E
theta = real("theta")  # any entry of W1 or b1
eta, lam = positive("eta lambda")  # the learning rate, the factor of the penalty
v = real_vector("v", N)  # all parameters, one below the other
c = real("c")
g = real_vector("g", N)  # the gradient of the risk in them, at the old parameters
c1, c2, c3, c4 = (real_vector(name, N) for name in ("c1", "c2", "c3", "c4"))  # 1 at the places of a block, else 0
G = real_matrix("G", n, N)  # the gradients of the log outputs, one example in each row
u = real_vector("u", n)  # 1 for the examples of a mini-batch, else 0
w = real("w")


def logits(at):
    return b2 + W2 @ array(d_h, lambda unit: softplus(A[at, unit] + theta * E[at, unit]))


def loss(at):
    """The loss of an example."""
    o = logits(at)
    return -log(array(m, lambda out: exp(o[out]) / Sum(exp(o)))[y[at]])


risk = 1 / n * Sum(loss(r), r)

# The step
update = claim(
    theta - eta * D(risk, theta),
    eq(theta - eta * D(1 / n * Sum(loss(r), r), theta), why="definition of the risk"),
    eq(theta - eta / n * Sum(D(loss(r), theta), r), why="a mean of steps"),
    given=labels,
    source=cite("002", "HW 2, network, j"),
    covers=["002.hw2.mlp.j.update"],
    reads_as="theta is any entry of W1 or b1",
)
output_layer_update = claim(
    W2[k, p] - eta * D(risk, W2[k, p]),
    eq(W2[k, p] - eta * D(1 / n * Sum(loss(r), r), W2[k, p]), why="definition of the risk"),
    eq(W2[k, p] - eta / n * Sum(D(loss(r), W2[k, p]), r), why="a mean of steps"),
    given=labels,
    source=cite("002", "HW 2, network, j"),
    covers=["002.hw2.mlp.j.update"],
)
output_bias_update = claim(
    b2[k] - eta * D(risk, b2[k]),
    eq(b2[k] - eta * D(1 / n * Sum(loss(r), r), b2[k]), why="definition of the risk"),
    eq(b2[k] - eta / n * Sum(D(loss(r), b2[k]), r), why="a mean of steps"),
    given=labels,
    source=cite("002", "HW 2, network, j"),
    covers=["002.hw2.mlp.j.update"],
)
blocks = claim(
    v - eta * (c1 * g) - eta * (c2 * g) - eta * (c3 * g) - eta * (c4 * g),
    eq(v - eta * ((c1 + c2 + c3 + c4) * g), why="all blocks take the gradient at the old parameters"),
    eq(v - eta * g, why="every parameter lies in one block"),
    given=Eq(c1[j] + c2[j] + c3[j] + c4[j], 1),
    source=cite("002", "HW 2, network, j"),
    covers=["002.hw2.mlp.j.blockwise"],
    reads_as="the equals sign assigns",
)
as_an_equation = claim(Eq(w, w - eta * c), iff(Eq(c, 0), why="read as an equation, a line forces a zero gradient"), source=original)
penalised_update = claim(
    v - eta * D(c + Sum(g * v) + lam * Sum(v**2), v),
    eq(v - eta * D(c + Sum(g * v), v) - eta * D(lam * Sum(v**2), v), why="the gradient is linear"),
    eq((1 - 2 * eta * lam) * v - eta * g, why="the penalty shrinks the weights"),
    source=cite("002", "HW 2, network, k"),
    covers=["002.hw2.mlp.k.l2-update"],
    reads_as="all parameters at once, where the risk stands for its linear part at the point",
)
penalty = lam * (theta**2 + Sum(W2**2) + Sum(b2**2))
penalised_update_of_the_network = claim(
    theta - eta * D(risk + penalty, theta),
    eq(theta - eta * D(risk, theta) - eta * D(penalty, theta), why="the gradient is linear"),
    eq((1 - 2 * eta * lam) * theta - eta * D(risk, theta), why="of all squares in the penalty, one depends on theta"),
    given=labels,
    source=cite("002", "HW 2, network, k"),
    covers=["002.hw2.mlp.k.l2-update"],
    reads_as="theta is any entry of W1 or b1",
)
penalised_update_of_the_output_layer = claim(
    W2[k, p] - eta * D(risk + penalty, W2[k, p]),
    eq(W2[k, p] - eta * D(risk, W2[k, p]) - eta * D(penalty, W2[k, p]), why="the gradient is linear"),
    eq((1 - 2 * eta * lam) * W2[k, p] - eta * D(risk, W2[k, p]), why="of all squares in the penalty, one depends on this weight"),
    given=labels,
    source=cite("002", "HW 2, network, k"),
    covers=["002.hw2.mlp.k.l2-update"],
)
penalised_update_of_the_output_bias = claim(
    b2[k] - eta * D(risk + penalty, b2[k]),
    eq(b2[k] - eta * D(risk, b2[k]) - eta * D(penalty, b2[k]), why="the gradient is linear"),
    eq((1 - 2 * eta * lam) * b2[k] - eta * D(risk, b2[k]), why="of all squares in the penalty, one depends on this bias"),
    given=labels,
    source=cite("002", "HW 2, network, k"),
    covers=["002.hw2.mlp.k.l2-update"],
)
batch_step = claim(
    theta - eta * D(risk, theta),
    eq(theta - eta * (-(1 / n * Sum(D(log(exp(-loss(r))), theta), r))), why="the loss is minus the log of the output"),
    given=labels,
    source=original,
    reads_as="the batch is all n examples, and (x, y) is example i",
)
mini_batch_step = claim(
    v[j] + eta / Sum(u) * Sum(u[r] * G[r, j], r),
    eq(v[j] - eta * (-Sum(u[r] * G[r, j], r) / Sum(u)), why="the mean over the batch"),
    given=Sum(u) > 0,
    source=original,
)

# Errata
one_block_after_the_other = erratum(
    cite("002", "HW 2, network, j"),
    printed=claim(c - eta * (w - eta * c), eq(c - eta * w), reads_as="the risk is c w, and c takes its gradient at the new w"),
    refuted_at={c: 1, w: 1, eta: half},
    instead=blocks,
    note="the four lines are one step only where all gradients are taken at the old parameters",
)
batch_divided_by_all = erratum(
    cite("003", "2f"),
    printed=claim(v[j] - eta * (-(1 / n * Sum(u[r] * G[r, j], r))), eq(v[j] - eta * (-Sum(u[r] * G[r, j], r) / Sum(u))), given=Sum(u) > 0),
    refuted_at={n: 2, N: 1, j: 0, eta: 1, v: (0,), u: (1, 0), G: ((half,), (0,))},
    instead=mini_batch_step,
    note="1/n shrinks the mean over a smaller batch",
)
one_example_for_all = erratum(
    cite("003", "2f"),
    printed=claim(v[j] - eta * (-(1 / n * Sum(G[q, j], r))), eq(v[j] - eta * (-(1 / n * Sum(G[r, j], r))))),
    refuted_at={n: 2, N: 1, j: 0, q: 0, eta: 1, v: (0,), G: ((half,), (-half,))},
    instead=batch_step,
    note="without its index every term of the sum is the same",
)
