"""The loss of relumax: smoothed, because relumax has zeros, and not convex.

With epsilon added to each entry the loss is finite; its gradient is the row of the Jacobian over p_i + epsilon, and it vanishes where the
target is inactive. Softmax has a convex loss, and so has sparsemax where it is positive: zeros are not what destroys convexity.
"""

from derivations.relu_projection import relu
from derivations.relumax import K, P, S, b, i, j, k, largest, m, t, tau, z
from derivations.relumax_jacobian import Z, denominator, jacobian, on, p, size, smooth, u
from derivations.sparsemax import log_loss_is_convex

from derive import (
    And,
    D,
    Eq,
    Rational,
    Sum,
    array,
    cite,
    claim,
    convex,
    delta,
    eq,
    erratum,
    exists,
    exp,
    half,
    iff,
    implies,
    le,
    log,
    lt,
    not_always,
    oo,
    original,
    positive,
    real,
    tends_to,
)  # fmt: skip

# Given
epsilon = positive("epsilon")  # what is added to each entry
e = real("e")  # the same, of either sign
x, y = real("x y")  # a bound, and a loss

softmax = array(K, lambda s: exp(z[s]) / Sum(exp(z)))
L = -log((p[i] + epsilon) / (1 + K * epsilon))
smoothed = array(K, lambda s: (epsilon + p[s]) / (1 + K * epsilon))
J = array((K, K), lambda s, q: (on(s) * delta(s, q) - p[s] * on(q) - delta(q, m) * (on(s) - size * p[s])) / Z)

# Cross-entropy
softmax_loss = claim(
    0,
    le(-log(softmax[i]), why="0 < softmax(z)_i <= 1: the logarithm has a value for every z"),
    source=[cite("000", "3.5"), cite("001", "3.5, part 1")],
    covers=["000.3.5.softmax-positive", "001.3.5.ce"],
)
softmax_positive = claim(
    0,
    lt(softmax[i], why="no exponential is 0"),
    le(1, why="it is one of terms that sum to one"),
    source=cite("000", "3.5"),
    covers=["000.3.5.softmax-positive"],
)
softmax_below_one = claim(
    softmax[i],
    lt(1, why="there is another term"),
    given=K >= 2,
    source=cite("000", "3.5"),
    covers=["000.3.5.softmax-positive"],
)
softmax_loss_is_convex = claim(
    convex(-log(softmax[i]), over=z),
    source=cite("000", "3.5"),
    covers=["000.3.5.softmax-convex"],
)
zeros = claim(
    exists(And(Eq(p[i], 0), Eq(S[i], 0)), at={K: 2, i: 1, m: 0, z: (2, 0), b: 1, tau: 1}),
    given=Eq(Sum(S), 1),
    source=cite("000", "3.5"),
    covers=["000.3.5.zeros"],
    reads_as="both relumax and sparsemax are 0 there, and the logarithm is undefined",
)
where_sparsemax_is_zero = claim(
    z[i] <= tau,
    iff(Eq(S[i], 0), why="relu(x) = 0 exactly for x <= 0"),
    source=cite("001", "3.5, part 1"),
    covers=["001.3.5.when-sparsemax"],
)
where_relumax_is_zero = claim(
    z[i] <= z[m] - b,
    iff(Eq(p[i], 0), why="relu(x) = 0 exactly for x <= 0, and the denominator is positive"),
    given=largest,
    source=cite("001", "3.5, part 1"),
    covers=["001.3.5.when-relumax"],
)
loss_at_zero = claim(
    And(Eq(y, -log(t)), t < exp(-x)),
    implies(And(Eq(y, -log(t)), log(t) < -x), why="the logarithm rises"),
    implies(And(Eq(y, -log(t)), -log(t) > x)),
    implies(y > x, why="whatever the bound x"),
    given=t > 0,
    source=cite("001", "3.5, part 1"),
    covers=["001.3.5.log-zero"],
    reads_as="-log 0 = oo is a limit: as the entry t tends to 0 from above, the loss y passes every bound x",
)
limit_at_zero = claim(
    tends_to(-log(t), t, 0, oo, side="+"),
    source=cite("001", "3.5, part 1"),
    covers=["001.3.5.log-zero"],
    reads_as="-log 0 = oo is a limit",
)

# Not convex
P0, P_half, P1 = (P.subs({b: 1, t: at}) for at in (0, half, 1))
relumax_loss_is_not_convex = claim(
    (-log(P0) - log(P1)) / 2,
    lt(-log(P_half), why="9/4 > 2: at the midpoint the loss is above the mean of its ends"),
    source=cite("000", "3.5"),
    covers=["000.3.5.nonconvex"],
    reads_as="b = 1, the second entry at z = (0, 0), (0, 1/2) and (0, 1)",
)
smoothed_loss_is_not_convex = claim(
    (-log(P.subs({b: 1, t: -2}) + Rational(1, 10)) - log(P0 + Rational(1, 10))) / 2,
    lt(-log(P.subs({b: 1, t: -1}) + Rational(1, 10))),
    source=original,
    reads_as="b = 1, epsilon = 1/10 without its constant, the second entry at z = (0, -2), (0, -1) and (0, 0)",
)

# The smoothed loss
argument_positive = claim(
    0,
    lt(epsilon / (1 + K * epsilon)),
    le((p[i] + epsilon) / (1 + K * epsilon), why="p_i is not negative"),
    given=largest,
    source=[cite("000", "3.5"), cite("001", "3.5, parts 1 and 2")],
    covers=["000.3.5.loss", "001.3.5.positive-argument", "001.3.5.loss"],
    reads_as="the loss has a value for every z",
)
argument_not_always_positive = claim(
    not_always((p[i] + e) / (1 + K * e) > 0, at={K: 2, i: 1, m: 0, z: (2, 0), b: 1, e: 0}),
    source=cite("000", "3.5"),
    reads_as="without epsilon > 0",
)
smoothed_positive = claim(0, lt(smoothed[i]), given=largest, source=cite("000", "3.5"), covers=["000.3.5.perturbed"])
smoothed_sums_to_one = claim(
    Sum(smoothed[i], i),
    eq(1, why="the entries of relumax do"),
    given=largest,
    source=cite("000", "3.5"),
    covers=["000.3.5.perturbed"],
)
smoothed_not_always_positive = claim(
    not_always((e + p[i]) / (1 + K * e) > 0, at={K: 2, i: 1, m: 0, z: (2, 0), b: 1, e: -half / 2}),
    source=cite("000", "3.5"),
    reads_as="without epsilon > 0",
)
entry_of_the_vector = claim(
    p[i],
    eq(relu(u(i)) / Z, why="entry i of relumax of the vector"),
    given=largest,
    source=cite("000", "3.5"),
    covers=["000.3.5.p-scalar"],
)
split = claim(
    L,
    eq(-log(smoothed[i]), why="definition of the perturbed entry"),
    eq(-log((epsilon + p[i]) / (1 + K * epsilon))),
    eq(-log(epsilon + p[i]) + log(1 + K * epsilon), why="logarithm of a quotient of positive numbers"),
    given=largest,
    source=[cite("000", "3.5"), cite("001", "3.5, step 1")],
    covers=["000.3.5.split", "001.3.5.simplify"],
)
not_split_for_every_epsilon = claim(
    not_always((half + e > 0) & (1 + 2 * e > 0), at={e: -2}),
    source=cite("000", "3.5"),
    reads_as="without epsilon > 0: K = 2 and p_i = 1/2, where the quotient is 1/2",
)
constant = claim(
    D(log(1 + K * epsilon), z[j]),
    eq(0, why="it does not depend on z"),
    source=[cite("000", "3.5"), cite("001", "3.5, step 2")],
    covers=["000.3.5.constant", "001.3.5.const"],
)
denominator_of_p = claim(
    b,
    le(Sum(relu((z[k] - z[m]) + b), k), why="the largest leaves b", by=denominator),
    source=cite("001", "3.5, step 2"),
    covers=["001.3.5.D"],
)

# Its gradient
chain_rule = claim(
    D(L, z[j]),
    eq(-1 / (p[i] + epsilon) * D(p[i] + epsilon, z[j]), why="derivative of a logarithm", by=[split, constant]),
    eq(-1 / (p[i] + epsilon) * D(p[i], z[j]), why="epsilon is constant"),
    given=smooth,
    source=cite("001", "3.5, step 2"),
    covers=["001.3.5.chain-rule"],
)
gradient = claim(
    D(L, z[j]),
    eq(-1 / (epsilon + p[i]) * D(p[i], z[j]), by=chain_rule),
    eq(-1 / (epsilon + p[i]) * J[i, j], why="row i of the Jacobian", by=jacobian),
    given=smooth,
    source=[cite("000", "3.5"), cite("001", "3.5, step 3")],
    covers=["000.3.5.gradient", "001.3.5.gradient"],
    reads_as="the left side is component j of the gradient",
)
sums_to_zero = claim(Sum(D(L, z[j]), j), eq(0, why="the loss is shift invariant"), given=smooth, source=original)
inactive_target_has_no_gradient = claim((1 - on(i)) * D(L, z[j]), eq(0), given=smooth, source=original)

# Errata
not_convex = erratum(
    cite("000", "3.5"),
    readings=[
        (
            "with relumax the loss is convex where it is finite: it is not",
            claim(-log(P.subs(t, (t + x) / 2)), le((-log(P) - log(P.subs(t, x))) / 2), given=[t > -b, x > -b]),
        ),
        ("with sparsemax the loss is convex where it is finite: it is", log_loss_is_convex),
    ],
    reason="ill-posed",
    covers=["000.3.5.nonconvex"],
    note="so zeros are not the reason",
)
relumax_of_a_number = erratum(
    cite("000", "3.5"),
    printed=claim(p[i], eq(relu(z[i] - z[i] + b) / relu(z[i] - z[i] + b), why="relumax of the single number z_i"), given=largest),
    refuted_at={K: 2, i: 1, m: 0, z: (half, 0), b: 1},
    instead=entry_of_the_vector,
    covers=["000.3.5.p-scalar"],
    note="relumax of one number is 1",
)
jacobian_entry_as_typed = erratum(
    cite("001", "3.5, step 2"),
    printed=claim(D(p[i], z[j]), eq((on(i) * delta(i, j) - p[i] * on(j)) / Z), given=smooth),
    refuted_at={K: 2, i: 1, j: 0, m: 0, z: (0, -half), b: 1},
    instead=jacobian,
    covers=["001.3.5.jacobian-entry"],
    note="wrong in the column of the largest logit",
)
gradient_as_typed = erratum(
    cite("001", "3.5, step 3"),
    printed=claim(D(L, z[j]), eq(-1 / (p[i] + epsilon) * ((on(i) * delta(i, j) - p[i] * on(j)) / Z)), given=smooth),
    refuted_at={K: 2, i: 0, j: 0, m: 0, z: (0, -half), b: 1, epsilon: Rational(1, 3)},
    instead=gradient,
    covers=["001.3.5.gradient"],
    note="its sum over j is not zero",
)
