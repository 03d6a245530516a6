"""Relumax is sparsemax at b = max z - tau: for each vector of logits there is a b, but no b serves all of them.

The largest entry of sparsemax is that b, so it is positive. No b makes relumax softmax where three logits differ by equal steps.
"""

from derivations.relu_projection import relu
from derivations.relumax import K, M, S, b, i, relumax, tau, z
from derivations.sparsemax import projection, unit_sum

from derive import And, Eq, Sum, cite, claim, eq, erratum, exp, half, implies, ne, not_always, ones, real

# Given
a = real("a")  # one logit

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
    reads_as="one b for all z: here the b that z = (0, 1/2) requires",
)
no_b_for_softmax = claim(
    exp(1) / (exp(1) - 1),
    ne(2 * exp(2) / (exp(2) - 1), why="the b that the second entry requires is not the one that the first requires"),
    source=cite("000", "3.2"),
    reads_as="z = (0, 1, 2): (b - 1)/b = 1/e for the second entry, (b - 2)/b = 1/e^2 for the first",
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
