"""Squared error of a sigmoid: bounded, not convex, and flat where the output is confidently wrong.

The cross-entropy of the same output is convex, grows without bound, and keeps its slope.
"""

from derivations.binary_cross_entropy import bce
from derivations.sigmoid_tanh import sigma, sigmoid_slope

from derive import (
    D,
    Eq,
    Equivalent,
    Or,
    Rational,
    cite,
    claim,
    convex,
    definition,
    differentiable_at,
    eq,
    exists,
    half,
    iff,
    le,
    log,
    lt,
    not_always,
    oo,
    original,
    real,
    tends_to,
)  # fmt: skip

# Given
t = real("t")  # the pre-activation
y = real("y")  # the label
c = real("c")  # the factor in front of the square
p = real("p")  # a prediction
v = real("v")  # the weight of a model with one weight


def mse(prediction, label):
    return half * (prediction - label) ** 2


E = mse(sigma(t), y)
E1 = D(E, t)
E2 = D(D(E, t), t)

# Slope and curvature
output = definition(
    sigma(t),
    source=cite("002", "HW 2, network, e"),
    covers=["002.hw2.mlp.e.output"],
    reads_as="delta and sigma are the sigmoid and the output, theta^a is o^a",
    runs_as="jax.nn.sigmoid",
)
slope = claim(
    D(c * (sigma(t) - y) ** 2, t),
    eq(D(c * (sigma(t) - y) ** 2, t) * D(t, t), why="as typed: the second factor is 1"),
    eq((sigma(t) - y) * (sigma(t) * (1 - sigma(t))), why="chain rule", by=sigmoid_slope),
    given=Eq(c, half),
    source=cite("002", "HW 2, network, e, box"),
    covers=["002.hw2.mlp.e.mse-derivative"],
    reads_as="the loss is c (sigma - Y)^2 as a function of the pre-activation",
)
slope_needs_the_half = claim(
    not_always(Eq(D(c * (sigma(t) - y) ** 2, t), (sigma(t) - y) * (sigma(t) * (1 - sigma(t)))), at={c: 1, t: 0, y: 1}),
    source=cite("002", "HW 2, network, e, box"),
)
curvature = claim(
    E2,
    eq(D((sigma(t) - y) * (sigma(t) * (1 - sigma(t))), t), by=slope),
    eq(sigma(t) * (1 - sigma(t)) * (sigma(t) * (1 - sigma(t)) + (sigma(t) - y) * (1 - 2 * sigma(t)))),
    source=original,
)

# Not convex
not_convex_for_low_labels = claim(
    E2,
    lt(0),
    given=[y <= half, t >= 3],
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.mse-nonconvex"],
)
not_convex_for_high_labels = claim(
    E2,
    lt(0),
    given=[y >= half, t <= -3],
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.mse-nonconvex"],
)
convex_in_the_prediction = claim(convex(mse(p, y), over=p), source=cite("002", "HW 2, network, g"))
convex_below_log_2 = claim(
    E2 >= 0,
    iff(t <= log(2)),
    given=Eq(y, 0),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.concave-one-side"],
)
convex_above_minus_log_2 = claim(
    E2 >= 0,
    iff(t >= -log(2)),
    given=Eq(y, 1),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.concave-one-side"],
)
soft_label_bends_twice = claim(
    not_always(Equivalent(E2 >= 0, t <= log(2)), at={y: half, t: -5}),
    source=cite("002", "HW 2, network, g"),
)

# No minimum
no_stationary_point_at_0 = claim(
    0,
    lt(E1, why="the loss rises everywhere"),
    given=Eq(y, 0),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.no-clear-minimum"],
)
no_stationary_point_at_1 = claim(
    E1,
    lt(0, why="the loss falls everywhere"),
    given=Eq(y, 1),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.no-clear-minimum"],
)
infimum_is_not_attained = claim(
    0,
    lt(E),
    given=Or(Eq(y, 0), Eq(y, 1)),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.no-clear-minimum"],
)
infimum_at_0 = claim(
    tends_to(mse(sigma(t), 0), t, -oo, 0),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.no-clear-minimum"],
)
infimum_at_1 = claim(
    tends_to(mse(sigma(t), 1), t, oo, 0),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.no-clear-minimum"],
)
minimum_of_a_soft_label = claim(
    mse(sigma(log(y / (1 - y))), y),
    eq(0, why="the output can meet a label between 0 and 1"),
    le(E),
    given=[y > 0, y < 1],
    source=original,
)

# Weak punishment of a confident mistake, at label 1 and t to minus infinity
loss_is_bounded = claim(
    mse(sigma(t), 1),
    lt(half),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.weak-penalty"],
)
slope_vanishes = claim(
    tends_to(D(mse(sigma(t), 1), t), t, -oo, 0),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.weak-penalty"],
)
cross_entropy_grows = claim(
    tends_to(bce(sigma(t), 1), t, -oo, oo),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.weak-penalty"],
)
cross_entropy_keeps_its_slope = claim(
    tends_to(D(bce(sigma(t), 1), t), t, -oo, -1),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.weak-penalty"],
)

# A false minimum: input 4 with label 1, and four times input 1 with label 0
R = mse(sigma(4 * v), 1) + 4 * mse(sigma(v), 0)  # the risk, times five
false_minimum_is_stationary = claim(
    differentiable_at(R, v, at=0, value=0),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.not-guaranteed"],
)
false_minimum_is_strict = claim(
    0,
    lt(D(D(R, v), v), why="convex nearby"),
    given=[v >= -Rational(1, 10), v <= Rational(1, 10)],
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.not-guaranteed"],
)
false_minimum_is_not_least = claim(
    exists(mse(half, 1) + 4 * mse(half, 0) > R, at={v: -10}),
    source=cite("002", "HW 2, network, g"),
    covers=["002.hw2.mlp.g.not-guaranteed"],
)
