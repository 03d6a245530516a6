"""Relumax: what remains of each logit within a distance b of the largest, divided by its sum.

It does not change when a constant is added to every logit. At the right b, which depends on the logits, it is sparsemax; at b = 1 it
is not. With two classes it is made of two hyperbolas between two constants.
"""

from derivations.relu_projection import relu
from derivations.softmax_jacobian import shift_invariant as softmax_invariant
from derivations.sparsemax import raised, ramp, sigma, sparsemax, tau, threshold_rises_by_c, unit_sum

from derive import (
    Abs,
    And,
    D,
    Eq,
    Max,
    Min,
    Ne,
    Or,
    Sum,
    array,
    cases,
    cite,
    claim,
    definition,
    differentiable_at,
    eq,
    erratum,
    exp,
    half,
    iff,
    indices,
    kink,
    le,
    natural,
    not_always,
    ones,
    original,
    positive,
    real,
    real_vector,
    tends_to,
    vector,
)  # fmt: skip

# Given
K = natural("K")  # number of classes
i, j, k, l, m, r = indices("i j k l m r", upto=K)
z = real_vector("z", K)  # logits
w = real_vector("w", K)  # the logits with c added to each
b = positive("b")  # how far below the largest a logit may lie before it counts for nothing
beta = real("beta")  # the same, of either sign
c = real("c")  # a shift
lam = positive("lambda")  # a scale
t = real("t")  # the second of two logits, the first being 0
M = real("M")  # the largest logit
x = real("x")


def weights(logits, top, width):
    """What is left of each logit, top being the largest."""
    return relu(logits - top * ones(K) + width * ones(K))


def relumax(logits, top, width):
    return array(K, lambda e: weights(logits, top, width)[e] / Sum(weights(logits, top, width)))


R = relumax(z, z[m], b)
c1 = c * ones(K)
largest = z[l] <= z[m]  # m is the place of the largest logit: max z is z_m
S = sparsemax(z, tau)
shifted = Eq(w[k], z[k] + c)
largest_of_w = w[l] <= w[r]  # r is the place of the largest entry of w

# The function
denominator_at_least_b = claim(
    b,
    le(Sum(weights(z, z[m], b)), why="the largest logit leaves b"),
    source=[cite("001", "3.2.1"), cite("000", "3.4")],
    covers=["001.3.2.1.relumax-def", "000.3.2.relumax-form", "000.3.4.relumax-def"],
)
defined = definition(
    R[i] * Sum(weights(z, z[m], b)),
    eq(relu(z[i] - z[m] + b), why="in proportion to what is left of each logit"),
    given=largest,
    source=[cite("001", "3.2.1"), cite("000", "3.2"), cite("000", "3.4")],
    covers=["001.3.2.1.relumax-def", "000.3.2.relumax-form", "000.3.4.relumax-def"],
)
sums_to_one = claim(Sum(R[i], i), eq(1), given=largest, source=original)
not_negative = claim(0, le(R[i]), given=largest, source=original)
nothing_is_left = claim(
    Sum(weights(z, z[m], beta)),
    eq(0, why="no logit lies above the largest"),
    given=[largest, beta <= 0],
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.relumax-def"],
    reads_as="without b > 0 relumax would be 0/0",
)

# A constant added to every logit
largest_moves_along = claim(
    w[r],
    eq(z[m] + c, why="no entry of w is above z_m + c, and this is one of them"),
    given=[largest, largest_of_w, shifted],
    source=[cite("000", "3.2"), cite("001", "3.2.1")],
    covers=["000.3.2.max-shift", "001.3.2.1.max-shift"],
    reads_as="w is z + c 1; its largest entry is w_r, that of z is z_m",
)
argument = claim(
    w[i] - w[r] + b,
    eq((z[i] + c) - (z[m] + c) + b, why="the maximum moves along"),
    eq(z[i] - z[m] + b),
    given=[largest, largest_of_w, shifted],
    source=[cite("000", "3.2"), cite("001", "3.2.1")],
    covers=["000.3.2.relumax-argument", "001.3.2.1.relumax-argument"],
    reads_as="w is z'",
)
shift_invariant = claim(
    relumax(z + c1, z[m] + c, b)[i],
    eq(
        relu((z[i] + c) - (z[m] + c) + b) / Sum(relu((z[k] + c) - (z[m] + c) + b), k), why="the maximum moves along", by=largest_moves_along
    ),
    eq(relu(z[i] - z[m] + b) / Sum(relu(z[k] - z[m] + b), k), why="same numerator and denominator"),
    eq(R[i], why="definition of relumax"),
    given=largest,
    source=[cite("000", "3.2"), cite("001", "3.2.1")],
    covers=["000.3.2.relumax-invariant", "001.3.2.1.relumax-invariant"],
)
all_three_shift_invariant = claim(
    vector(exp(z[i] + c) / Sum(exp(z + c1)), raised[i], relumax(z + c1, z[m] + c, b)[i]),
    eq(vector(exp(z[i]) / Sum(exp(z)), S[i], R[i]), why="one by one", by=[softmax_invariant, threshold_rises_by_c, shift_invariant]),
    given=[largest, unit_sum(z, tau), unit_sum(z + c1, sigma)],
    source=cite("000", "3.2"),
    covers=["000.3.2.translation"],
    reads_as="tau is the threshold of z, and sigma that of z + c 1",
)
scaled_together = claim(
    relumax(lam * z, lam * z[m], lam * b)[i],
    eq(R[i], why="lambda > 0 cancels"),
    given=largest,
    source=cite("000", "3.2"),
    covers=["000.3.2.scale"],
)

# The right b makes it sparsemax
b_is_the_largest_entry = claim(
    Eq(b, relu(M - tau)),
    iff(Eq(tau, M - b), why="the largest entry of sparsemax is positive, hence not clipped"),
    source=cite("001", "3.2.3"),
    covers=["001.3.2.3.b-tau"],
    reads_as="b is the largest entry of sparsemax(z)",
)
squares_sum_to_one_over_K = claim(
    0,
    le(Sum((S - ones(K) / K) ** 2)),
    eq(Sum(S**2) - 1 / K, why="the entries sum to one"),
    given=unit_sum(z, tau),
    source=original,
)
b_is_positive = claim(
    1 / K,
    le(Sum(S**2), why="least where all are equal", by=squares_sum_to_one_over_K),
    le(Sum((z[m] - tau) * S), why="no entry is above z_m - tau"),
    eq(z[m] - tau, why="they sum to one"),
    le(S[m]),
    le(Sum(S), why="no entry is negative"),
    le(1),
    given=[largest, unit_sum(z, tau)],
    source=[cite("001", "3.2.3"), cite("000", "3.2")],
    covers=[
        "001.3.2.3.b-tau",
        "001.3.2.3.unique-claim",
        "001.3.2.3.same-output",
        "001.3.2.3.conclusion",
        "000.3.2.exists-b",
        "000.3.2.conclusion",
    ],
    reads_as="b = max z - tau, the largest entry of sparsemax(z), lies between 1/K and 1",
)
maximum_cancels = claim(
    relumax(z, M, b)[i],
    eq(relu(z[i] - M + (M - tau)) / Sum(relu(z[k] - M + (M - tau)), k), why="b = M - tau"),
    eq(relu(z[i] - tau) / Sum(relu(z[k] - tau), k)),
    given=Eq(b, M - tau),
    source=cite("001", "3.2.3"),
    covers=["001.3.2.3.substitution"],
    reads_as="M is max z",
)
denominator_is_one = definition(
    Sum(relu(z[k] - tau), k),
    eq(1, why="tau is the threshold"),
    given=Eq(Sum(S) - 1, 0),
    source=cite("001", "3.2.3"),
    covers=["001.3.2.3.denominator-one"],
)
equals_sparsemax = claim(
    relumax(z, z[m], z[m] - tau)[i],
    eq(relu(z[i] - tau), why="the maximum cancels, and the denominator is one", by=[maximum_cancels, denominator_is_one]),
    eq(S[i], why="the entry of sparsemax"),
    given=unit_sum(z, tau),
    source=cite("001", "3.2.3"),
    covers=["001.3.2.3.equality", "001.3.2.3.same-output", "001.3.2.3.unique-claim", "001.3.2.3.conclusion"],
    reads_as="b is z_m - tau, which depends on z",
)

# Two classes, at z = (0, t)
top = Max(0, t)
N1, N2 = relu(0 - top + b), relu(t - top + b)
P = N2 / (N1 + N2)

denominator_of_two = claim(
    b,
    le(N1 + N2, why="the larger of the two leaves b"),
    source=[cite("001", "3.3, C"), cite("000", "3.3")],
    covers=["001.3.3.relumax-def", "000.3.3.relumax-def"],
)
entries_of_two = claim(
    N1 / (N1 + N2) + P,
    eq(1),
    source=[cite("001", "3.3, C"), cite("000", "3.3")],
    covers=["001.3.3.relumax-def", "000.3.3.relumax-def"],
)
largest_of_two = claim(
    top,
    eq(cases((0, t <= -b), (0, And(t > -b, t < 0)), (t, And(t >= 0, t <= b)), (t, t > b)), why="the four cases cover every t"),
    source=cite("001", "3.3, C"),
    covers=["001.3.3.relumax-max"],
)
far_below = claim(
    P,
    eq(relu(t + b) / (N1 + N2), why="the maximum is 0"),
    eq(0, why="t + b is not positive"),
    given=t <= -b,
    source=cite("001", "3.3, C, case 1"),
    covers=["001.3.3.relumax-case1"],
)
below = claim(
    P,
    eq((t + b) / (N1 + N2), why="the maximum is 0, and t + b > 0"),
    eq((t + b) / (b + (t + b)), why="both are active"),
    eq((t + b) / (2 * b + t)),
    given=[t > -b, t < 0],
    source=cite("001", "3.3, C, case 2"),
    covers=["001.3.3.relumax-case2"],
)
above = claim(
    P,
    eq(b / (N1 + N2), why="the maximum is t"),
    eq(b / (relu(b - t) + b), why="relu(0 - t + b) + relu(t - t + b)"),
    eq(b / ((b - t) + b), why="b - t is not negative"),
    eq(b / (2 * b - t)),
    given=[t >= 0, t <= b],
    source=cite("001", "3.3, C, case 3"),
    covers=["001.3.3.relumax-case3"],
)
far_above = claim(
    P,
    eq(b / (0 + b), why="b - t < 0: the first is not active"),
    eq(1),
    given=t > b,
    source=cite("001", "3.3, C, case 4"),
    covers=["001.3.3.relumax-case4"],
)
hyperbolas = cases((0, t <= -b), ((t + b) / (2 * b + t), t <= 0), (b / (2 * b - t), t < b), (1, True))
in_four_pieces = claim(
    P,
    eq(hyperbolas, why="case by case", by=[far_below, below, above, far_above]),
    source=[cite("000", "3.3"), cite("001", "3.3, C")],
    covers=["000.3.3.relumax"],
)

# Its slope
slope_below = claim(
    D((t + b) / (t + 2 * b), t),
    eq((1 * (t + 2 * b) - (t + b) * 1) / (t + 2 * b) ** 2, why="quotient rule"),
    eq(b / (t + 2 * b) ** 2),
    given=[t > -b, t < 0],
    source=cite("001", "3.3, C"),
    covers=["001.3.3.relumax-derivative-left"],
)
slope_above = claim(
    D(b / (2 * b - t), t),
    eq((0 * (2 * b - t) - b * (-1)) / (2 * b - t) ** 2, why="quotient rule"),
    eq(b / (2 * b - t) ** 2),
    given=[t > 0, t < b],
    source=cite("001", "3.3, C"),
    covers=["001.3.3.relumax-derivative-right"],
)
slope = claim(
    D(P, t),
    eq(
        cases(
            (0, t < -b),
            (b / (t + 2 * b) ** 2, And(t > -b, t < 0)),
            (b / (2 * b - t) ** 2, And(t > 0, t < b)),
            (0, t > b),
        ),
        why="region by region",
        by=[in_four_pieces, slope_below, slope_above],
    ),
    given=[Ne(t, -b), Ne(t, 0), Ne(t, b)],
    source=cite("001", "3.3, C"),
    covers=["001.3.3.relumax-derivative"],
)
slope_at_zero = claim(
    differentiable_at(P, t, at=0, value=1 / (4 * b)),
    source=[cite("000", "3.3"), cite("001", "3.3, C")],
    covers=["000.3.3.relumax-derivative", "001.3.3.relumax-derivative"],
)
kink_at_minus_b = claim(
    kink(P, t, at=-b, left=0, right=1 / b),
    source=[cite("000", "3.3"), cite("001", "3.3, C")],
    covers=["000.3.3.relumax-derivative", "001.3.3.relumax-derivative"],
)
kink_at_b = claim(
    kink(P, t, at=b, left=1 / b, right=0),
    source=[cite("000", "3.3"), cite("001", "3.3, C")],
    covers=["000.3.3.relumax-derivative", "001.3.3.relumax-derivative"],
)

# Against sparsemax, at b = 1
P1 = relu(t - top + 1) / (relu(0 - top + 1) + relu(t - top + 1))

limit_in_b = claim(
    tends_to(P, b, 1, cases((0, t <= -1), ((t + 1) / (2 + t), t < 0), (1 / (2 - t), t <= 1), (1, True))),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.limit-substitution"],
)
where_it_is_sparsemax = claim(
    Eq(P1, ramp),
    iff(Or(t <= -1, Eq(t, 0), t >= 1), why="between, the difference is t (t + 1) / 2 (t + 2) or its mirror image"),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.limit-claim", "001.3.3.limit-conclusion"],
)
limit_where_it_is_sparsemax = claim(
    tends_to(P, b, 1, ramp),
    given=Or(t <= -1, Eq(t, 0), t >= 1),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.limit-claim"],
)
b_for_two_classes = claim(
    P,
    eq((t + 1) / 2, why="both entries are active"),
    given=[Eq(b, (1 + Abs(t)) / 2), t > -1, t < 1],
    source=cite("001", "3.3, D"),
    covers=["001.3.3.limit-claim"],
)
zero_in_the_same_region = claim(
    Eq(P1, 0),
    iff(t <= -1),
    iff(Eq(ramp, 0)),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.regions-align"],
    reads_as="the two middle pieces of relumax count as one region",
)
one_in_the_same_region = claim(
    Eq(P1, 1),
    iff(t >= 1),
    iff(Eq(ramp, 1)),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.regions-align"],
    reads_as="the two middle pieces of relumax count as one region",
)
lower_piece_is_no_line = claim(
    Eq((t + 1) / (2 + t), (t + 1) / 2),
    iff(Or(Eq(t, -1), Eq(t, 0)), why="the difference is -t (t + 1) / 2 (t + 2)"),
    given=t > -2,
    source=cite("001", "3.3, D"),
    covers=["001.3.3.not-identical"],
)
upper_piece_is_no_line = claim(
    Eq(1 / (2 - t), (t + 1) / 2),
    iff(Or(Eq(t, 0), Eq(t, 1)), why="the difference is t (1 - t) / 2 (t - 2)"),
    given=t < 2,
    source=cite("001", "3.3, D"),
    covers=["001.3.3.not-identical"],
)
continuous = claim(
    tends_to(P1, t, x, relu(x - Max(0, x) + 1) / (relu(0 - Max(0, x) + 1) + relu(x - Max(0, x) + 1))),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.continuous"],
)
clipped = claim(ramp, eq(Max(0, Min(1, (t + 1) / 2))), source=original)
limit_at_minus_one = claim(
    tends_to(P1 - Max(0, Min(1, (t + 1) / 2)), t, -1, 0),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.same-boundary-limits"],
    reads_as="both functions tend to one value at -1",
)
limit_at_one = claim(
    tends_to(P1 - Max(0, Min(1, (t + 1) / 2)), t, 1, 0),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.same-boundary-limits"],
    reads_as="both functions tend to one value at 1",
)
values_at_the_ends = claim(
    vector(P1.subs(t, -1), P1.subs(t, 1)),
    eq(vector(0, 1)),
    source=cite("001", "3.3, D"),
    covers=["001.3.3.same-boundary-limits"],
)

# Errata
scale_in_the_heading = erratum(
    cite("000", "3.2, heading"),
    printed=claim(relumax(lam * z, lam * z[m], b)[i], eq(R[i]), given=largest),
    refuted_at={K: 2, i: 0, m: 1, z: (0, half), b: 1, lam: 2},
    instead=scaled_together,
    covers=["000.3.2.scale"],
    note="what is proved below the heading is invariance under adding a constant",
)
for_a_fixed_b = erratum(
    cite("001", "3.2.3"),
    printed=claim(
        R[i],
        eq(sparsemax(z - z[m] * ones(K), tau - z[m])[i]),
        given=[largest, unit_sum(z, tau)],
    ),
    refuted_at={K: 2, i: 0, m: 0, z: (0, -half), b: 1, tau: -half - half / 2},
    instead=equals_sparsemax,
    covers=["001.3.2.3.same-output"],
    note="nor is it softmax, which has no zeros",
)
softmax_of_shifted_logits = claim(
    not_always(Eq(R[i], exp(z[i] - z[m]) / Sum(exp(z - z[m] * ones(K)))), at={K: 2, i: 0, m: 0, z: (0, -half), b: 1}),
    source=cite("001", "3.2.3"),
    covers=["001.3.2.3.same-output"],
    reads_as="nor is it softmax at a fixed b",
)
one_b_alone = erratum(
    cite("001", "3.2.3"),
    printed=claim(
        b,
        eq(z[m] - tau),
        given=[largest, unit_sum(z, tau), Eq(R[i], S[i])],
        reads_as="no other b gives the same output",
    ),
    refuted_at={K: 2, m: 0, z: (2, 0), b: half, tau: 1},
    instead=equals_sparsemax,
    covers=["001.3.2.3.unique-claim"],
)
one_b_alone_in_the_conclusion = erratum(
    cite("001", "3.2.3"),
    printed=claim(
        b,
        eq(z[m] - tau),
        given=[largest, unit_sum(z, tau), Eq(R[i], S[i])],
        reads_as="no other b gives the same output",
    ),
    refuted_at={K: 2, m: 0, z: (0, 0), b: 3, tau: -half},
    instead=equals_sparsemax,
    covers=["001.3.2.3.conclusion"],
)
limit_is_sparsemax = erratum(
    cite("001", "3.3, D"),
    printed=claim(tends_to(P, b, 1, ramp)),
    refuted_at={t: -half},
    instead=where_it_is_sparsemax,
    covers=["001.3.3.limit-claim"],
)
regions_match_so_limits_match = erratum(
    cite("001", "3.3, D"),
    printed=claim(tends_to(P, b, 1, ramp)),
    refuted_at={t: half},
    instead=where_it_is_sparsemax,
    covers=["001.3.3.limit-conclusion"],
    note="the same regions, with the same values at their ends, do not make the same function between",
)
