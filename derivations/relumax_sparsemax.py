"""Relumax is sparsemax at b = max z - tau: for each vector of logits there is a b, but no b serves all of them.

The largest entry of sparsemax is that b, so it is positive. No b makes relumax softmax where three logits differ by equal steps.
"""

from derivations.relu_projection import relu
from derivations.relumax import K, M, P, S, b, i, relumax, t, tau, z
from derivations.sparsemax import projection, unit_sum

from derive import And, Eq, Ne, Sum, array, cite, claim, eq, erratum, exp, half, iff, implies, index, lt, not_always, ones, real, vector

# Given
a = real("a")  # one logit
e = index("e", upto=3)
steps = vector(0, 1, 2)
left = array(3, lambda at: relu(steps[at] - 2 + b))  # what relumax leaves of these three logits
three, soft = left / Sum(left[e], e), exp(steps) / Sum(exp(steps))

# The right b
b_from_the_largest = claim(
    Eq(relu(M - M + b), relu(M - tau)),
    implies(Eq(b, M - tau), why="b > 0, so that the right side is not clipped"),
    implies(Eq(relu(a - M + b), relu(a - tau)), why="then the arguments agree for every logit a"),
    source=cite("000", "3.2"),
    covers=["000.3.2.b-tau"],
    reads_as="asked of every logit, and first of the largest, M",
)
unit_denominator = claim(
    Sum(relu(z - M * ones(K) + b * ones(K))),
    eq(Sum(relu(z - tau * ones(K))), why="b = M - tau"),
    eq(1, why="tau is the threshold"),
    given=[Eq(b, M - tau), Eq(Sum(S) - 1, 0)],
    source=cite("000", "3.2"),
    covers=["000.3.2.unit-sum"],
)
equals_sparsemax = claim(
    relumax(z, M, M - tau)[i],
    eq(relu(z[i] - M + (M - tau)) / 1, why="the denominator is one", by=unit_denominator),
    eq(relu(z[i] - tau), why="M cancels"),
    eq(S[i], why="the entry of sparsemax", by=projection),
    given=unit_sum(z, tau),
    source=cite("000", "3.2"),
    covers=["000.3.2.equality", "000.3.2.exists-b", "000.3.2.conclusion", "000.3.2.match-softmax"],
    reads_as="b is M - tau, which depends on z",
)
b_is_positive = claim(
    relu(a - tau) > 0,
    implies(a - tau > 0, why="a clipped entry is 0"),
    implies(And(tau < a, a <= M), why="no logit is above the largest"),
    implies(M - tau > 0, why="this is b"),
    given=a <= M,
    source=cite("000", "3.2"),
    covers=["000.3.2.positive"],
    reads_as="a is the logit of a positive entry; there is one, as the entries sum to one",
)
no_b_for_all = claim(
    not_always(Eq(relumax(z, M, b)[i], S[i]), at={K: 2, i: 0, z: (0, half / 2), M: half / 2, tau: -3 * half / 4, b: 3 * half / 2}),
    given=unit_sum(z, tau),
    source=cite("000", "3.2"),
    covers=["000.3.2.conclusion"],
    reads_as="one b for all z: here the b that z = (0, 1/2) requires",
)
b_for_a_half = claim(
    Eq(P.subs(t, half), 3 * half / 2),
    iff(Eq(b, 3 * half / 2)),
    source=cite("000", "3.2"),
    covers=["000.3.2.conclusion"],
    reads_as="z = (0, 1/2), where sparsemax is (1/4, 3/4)",
)
b_for_a_quarter = claim(
    Eq(P.subs(t, half / 2), 5 * half / 4),
    iff(Eq(b, 5 * half / 4)),
    source=cite("000", "3.2"),
    covers=["000.3.2.conclusion"],
    reads_as="z = (0, 1/4), where sparsemax is (3/8, 5/8): it wants another b",
)
no_b_for_softmax = claim(
    three[1] > 0,
    implies(b > 1),
    implies(Ne(three[1] ** 2, three[0] * three[2]), why="b > 1: (b - 1)^2 > b (b - 2)"),
    source=cite("000", "3.2"),
    covers=["000.3.2.match-softmax"],
    reads_as="relumax of z = (0, 1, 2), for any b > 0",
)
softmax_of_three = claim(
    0,
    lt(soft[1] ** 2, why="it has no zeros"),
    eq(soft[0] * soft[2], why="the logits differ by equal steps"),
    source=cite("000", "3.2"),
    covers=["000.3.2.match-softmax"],
    reads_as="softmax of z = (0, 1, 2)",
)

# Errata
softmax_for_sparsemax = erratum(
    cite("000", "3.2"),
    printed=claim(
        relumax(z, M, M - tau)[i],
        eq(exp(z[i]) / Sum(exp(z)), why="as typed: softmax"),
        given=[z[i] <= M, unit_sum(z, tau)],
    ),
    refuted_at={K: 3, i: 0, z: (0, 1, 2), M: 2, tau: 1},
    instead=equals_sparsemax,
    covers=["000.3.2.match-softmax"],
    note="softmax is written for sparsemax",
)
