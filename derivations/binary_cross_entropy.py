"""Binary cross-entropy: through a sigmoid, its slope is the output less the label."""

from derivations.sigmoid_tanh import sigma, sigmoid_slope
from derivations.softplus import log_sigmoid, softplus

from derive import D, cite, claim, convex, definition, eq, erratum, half, log, original, positive, real

# Given
t = real("t")  # the pre-activation
p = positive("p")  # a prediction, below 1
y = real("y")  # the label: 0, 1, or anything


def bce(prediction, label):
    return -(label * log(prediction) + (1 - label) * log(1 - prediction))


defined = definition(
    bce(p, y),
    given=p < 1,
    source=cite("002", "HW 2, network, f"),
    covers=["002.hw2.mlp.f.bce"],
    runs_as="jnp.negative(jnp.add(jnp.multiply(y, jnp.log(p)), jnp.multiply(1 - y, jnp.log1p(-p))))",
)
in_the_prediction = claim(
    D(bce(p, y), p),
    eq(-(y / p - (1 - y) / (1 - p)), why="derivative of a logarithm"),
    eq((p - y) / (p * (1 - p))),
    given=p < 1,
    source=original,
)
chain_rule = claim(
    D(bce(sigma(t), y), t),
    eq(-(y / sigma(t) - (1 - y) / (1 - sigma(t))) * D(sigma(t), t), by=in_the_prediction),
    source=cite("002", "HW 2, network, f"),
    covers=["002.hw2.mlp.f.chain-rule"],
)
slope = claim(
    D(bce(sigma(t), y), t),
    eq(-(y / sigma(t) - (1 - y) / (1 - sigma(t))) * (sigma(t) * (1 - sigma(t))), by=[chain_rule, sigmoid_slope]),
    eq(-(y * (1 - sigma(t)) - (1 - y) * sigma(t)), why="the factors cancel"),
    eq(sigma(t) - y),
    source=cite("002", "HW 2, network, f, box"),
    covers=["002.hw2.mlp.f.bce-derivative"],
)
through_softplus = claim(
    bce(sigma(t), y),
    eq(y * softplus(-t) + (1 - y) * softplus(t), by=log_sigmoid),
    eq(softplus(t) - y * t),
    source=original,
)
is_convex = claim(convex(bce(sigma(t), y), over=t), source=original)

# Errata
in_the_wrong_variable = erratum(
    cite("002", "HW 2, network, f, box"),
    printed=claim(D(bce(p, y), p), eq(-(y / p - (1 - y) / (1 - p)) * (p * (1 - p))), given=p < 1),
    refuted_at={p: half, y: 1},
    instead=slope,
    covers=["002.hw2.mlp.f.bce-derivative"],
    note="the right side is the derivative in the pre-activation",
)
