"""Sparsemax: the nearest point of the probability simplex, which is relu(z - tau) with unit sum.

The threshold tau moves with its argument, so a constant added to every entry changes nothing. Unlike softmax it reaches zeros and ones.
With two classes it is a straight ramp from 0 to 1.
"""

from derivations.relu_projection import relu
from derivations.softmax_jacobian import shift_invariant as softmax_invariant

from derive import (
    And,
    D,
    Eq,
    Min,
    Ne,
    Sum,
    cases,
    cite,
    claim,
    eq,
    erratum,
    exp,
    half,
    iff,
    implies,
    indices,
    kink,
    le,
    log,
    minimises,
    natural,
    not_always,
    ones,
    original,
    positive,
    real,
    real_vector,
    sqrt,
    vector,
)  # fmt: skip

# Given
K = natural("K")  # number of classes
i, j, k, l, m = indices("i j k l m", upto=K)
z, w = real_vector("z", K), real_vector("w", K)  # logits
p, q = real_vector("p", K), real_vector("q", K)  # points of the simplex
v = real_vector("v", K)  # a normal vector
c = real("c")  # a shift
tau, sigma, rho = real("tau sigma rho")  # thresholds
rise = positive("e")  # by how much a threshold rises
a, b = real("a b")  # single entries
t = real("t")  # the second of two logits, the first being 0
x = real("x")


def sparsemax(logits, threshold):
    """relu(z - tau): sparsemax where tau is such that the entries sum to one."""
    return relu(logits - threshold * ones(K))


def unit_sum(logits, threshold):
    return Eq(Sum(sparsemax(logits, threshold)), 1)


def distance(u, to):
    """The squared distance of two points."""
    return Sum((u - to) ** 2)


S = sparsemax(z, tau)
c1 = c * ones(K)
raised, lowered = sparsemax(z + c1, sigma), sparsemax(z - c1, rho)  # of shifted logits, at thresholds of their own
middle = sparsemax((z + w) / 2, (tau + sigma) / 2)  # of the mean of two vectors, at the mean of their thresholds
midpoint = [unit_sum(z, tau), unit_sum(w, sigma), unit_sum((z + w) / 2, rho)]
simplex = [p >= 0, Eq(Sum(p), 1)]


def squared(gap, above, below, by):
    """The lines that make a gap zero: it is the threshold of `above` less that of `below`, moved along with the logits."""
    return (
        gap**2,
        eq(Sum(relu(gap) ** 2 * above + relu(-gap) ** 2 * below), why="both sum to one"),
        le(Sum(gap * (below - above)), why="entry by entry: an active entry moves by the gap, and none is above 1", by=by),
        eq(0, why="both sum to one"),
    )


# The simplex
uniform_point = claim(
    Sum(ones(K) / K),
    eq(1),
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.simplex"],
    reads_as="the simplex is not empty: it holds (1/K, ..., 1/K)",
)
entries_at_most_one = claim(
    p[i],
    le(1, why="no other entry is negative"),
    given=simplex,
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.simplex"],
    reads_as="the simplex is bounded; it is closed because its relations are weak",
)
mixtures_sum_to_one = claim(
    Sum(x * p + (1 - x) * q),
    eq(1),
    given=[Eq(Sum(p), 1), Eq(Sum(q), 1)],
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.simplex"],
    reads_as="the simplex is convex",
)
mixtures_not_negative = claim(
    0,
    le(x * p[i] + (1 - x) * q[i]),
    given=[p >= 0, q >= 0, x >= 0, x <= 1],
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.simplex"],
    reads_as="the simplex is convex",
)
normal_is_constant = claim(
    D(Sum(p), p),
    eq(ones(K), why="the gradient of the constraint"),
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.normal-vector"],
    layout="denominator",
)
normal_to_every_difference = claim(
    ones(K).T @ (p - q),
    eq(0),
    given=[Eq(Sum(p), 1), Eq(Sum(q), 1)],
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.normal-vector"],
)

# The projection
entry_of_the_minimiser = claim(
    x,
    eq(relu(a - tau), why="it stays where positive, and goes to 0 elsewhere"),
    given=[x >= 0, x - a + tau >= 0, Eq(x * (x - a + tau), 0)],
    source=cite("001", "3.2.3"),
    reads_as="x is an entry of the minimiser: feasible, its slope not below that of the constraint, and equal to it where x > 0",
)
minimiser_at_the_price_tau = claim(
    minimises(S, distance(p, z) + 2 * tau * (Sum(p) - 1), over=p, subject_to=p >= 0),
    source=cite("001", "3.2.3"),
)
certificate = claim(
    distance(S, z) + distance(p, S),
    le(distance(p, z) + 2 * tau * (Sum(p) - Sum(S)), why="entry by entry: (relu(z - tau) - (z - tau)) (p - relu(z - tau)) is not negative"),
    given=p >= 0,
    source=cite("001", "3.2.3"),
)
projection = claim(
    0,
    le(2 * Sum((S - z + tau * ones(K)) * (p - S)), why="no factor is negative where p >= 0, entry by entry"),
    eq(distance(p, z) - distance(S, z) - distance(p, S), why="p and relu(z - tau) have the same sum"),
    given=[*simplex, unit_sum(z, tau)],
    source=[cite("001", "3.1, part 2"), cite("001", "3.2.3"), cite("000", "3.2")],
    covers=[
        "001.3.1.sparsemax-def",
        "001.3.2.3.threshold-form",
        "000.3.2.sparsemax-threshold-form",
        "000.3.2.sparsemax-form",
        "000.3.3.sparsemax-def",
        "001.3.1.normalized-relu",
    ],
    reads_as="relu(z - tau) is nearer to z than any other p of the simplex is, by at least the squared distance of the two",
)
one_constraint_more = claim(
    minimises(relu(z), distance(p, z), over=p, subject_to=simplex),
    given=Eq(Sum(relu(z)), 1),
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.constraints"],
    reads_as="where relu(z) meets the one constraint that sparsemax adds, it is sparsemax(z)",
)
entries_sum_to_one = claim(
    S[i],
    eq(S[i] / Sum(S), why="the sum is one"),
    given=unit_sum(z, tau),
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.normalized-relu"],
    reads_as="relu is normalised by the shift tau inside it",
)
relu_over_its_sum_is_another_function = claim(
    not_always(
        Eq(relu(z[i]) / Sum(relu(z)), S[i]),
        at={K: 2, i: 0, z: (1, half), tau: half / 2},
    ),
    given=unit_sum(z, tau),
    source=cite("001", "3.1, part 2"),
    covers=["001.3.1.normalized-relu"],
    reads_as="relu is normalised by its sum",
)

# The threshold exists: it is the largest (sum of z over A, less 1) / |A| over the sets A, which are finitely many
weights_below_the_sum = claim(
    Sum(v * (z - tau * ones(K))),
    le(Sum(S), why="term by term"),
    given=[v >= 0, v <= 1],
    source=cite("001", "3.2.3"),
    reads_as="v is the indicator of any set",
)
active_set_attains_it = claim(
    Sum(cases((z[k] - tau, z[k] > tau), (0, True)), k),
    eq(Sum(S)),
    source=cite("001", "3.2.3"),
)
threshold_exists = claim(
    1,
    le(Sum(S), why="the best set gives 1, and no set gives more than the sum", by=weights_below_the_sum),
    le(1, why="the set of entries above tau does no better", by=active_set_attains_it),
    given=[v >= 0, v <= 1, Eq(Sum(v * (z - tau * ones(K))), 1), Sum(cases((z[k] - tau, z[k] > tau), (0, True)), k) <= 1],
    source=[cite("001", "3.2.3"), cite("000", "3.2")],
    covers=["000.3.2.sparsemax-form", "000.3.2.sparsemax-threshold-form", "001.3.2.3.threshold-form", "001.3.1.sparsemax-def"],
    reads_as="v is the indicator of a set A for which (sum of z over A, less 1) / |A| is largest, and tau is that value: one of finitely "
    "many numbers is the largest, so that there is such a tau for every z",
)
sum_falls_as_its_entries_do = claim(
    S[m] - sparsemax(z, tau + rise)[m],
    le(Sum(relu(S - sparsemax(z, tau + rise))), why="one of these terms, none negative"),
    eq(Sum(S) - Sum(sparsemax(z, tau + rise)), why="no entry rises"),
    source=[cite("001", "3.2.3"), cite("000", "3.2")],
    covers=["000.3.2.sparsemax-form", "000.3.2.sparsemax-threshold-form", "001.3.2.3.threshold-form"],
)
active_entry_falls = claim(
    S[m] > 0,
    implies(S[m] > sparsemax(z, tau + rise)[m]),
    source=[cite("001", "3.2.3"), cite("000", "3.2")],
    covers=["000.3.2.sparsemax-form", "000.3.2.sparsemax-threshold-form", "001.3.2.3.threshold-form"],
    reads_as="where the sum is positive some entry m is, so that the sum falls strictly",
)
other_threshold = unit_sum(z, sigma)
no_entry_above_one = claim(S[i], le(Sum(S), why="no other entry is negative"), le(1), given=unit_sum(z, tau), source=original)
nor_at_the_other = claim(sparsemax(z, sigma)[i], le(1), given=other_threshold, source=original)
thresholds_at_no_distance = claim(
    *squared(sigma - tau, sparsemax(z, sigma), S, [no_entry_above_one, nor_at_the_other]),
    given=[unit_sum(z, tau), other_threshold],
    source=original,
)
threshold_is_one = claim(
    sigma,
    eq(tau, why="they lie at no distance", by=thresholds_at_no_distance),
    given=[unit_sum(z, tau), other_threshold],
    source=[cite("001", "3.2.3"), cite("000", "3.2")],
    covers=["000.3.2.sparsemax-form", "000.3.2.sparsemax-threshold-form", "001.3.2.3.threshold-form", "001.3.1.sparsemax-def"],
)
sum_falls_with_the_threshold = claim(
    Sum(sparsemax(z, sigma)),
    le(Sum(S)),
    given=tau <= sigma,
    source=cite("001", "3.2.3"),
)
active_entry_gives_the_threshold = claim(
    tau,
    eq(a - x, why="the entry is not clipped"),
    given=[Eq(x, relu(a - tau)), x > 0],
    source=[cite("001", "3.2.3"), cite("000", "3.2")],
    reads_as="the minimiser has a positive entry x, and it has one value: so has tau",
)
some_entry_is_active = claim(
    Sum(S),
    eq(0, why="no entry reaches the threshold"),
    given=z[l] <= tau,
    source=original,
    reads_as="so at unit sum the threshold is below the largest entry",
)
sum_at_the_mean_threshold = claim(
    Sum(middle),
    le((Sum(S) + Sum(sparsemax(w, sigma))) / 2, why="relu is convex"),
    source=original,
)
middle_at_most_one = claim(sparsemax((z + w) / 2, rho)[i], le(1), given=unit_sum((z + w) / 2, rho), source=original)
excess = relu(rho - (tau + sigma) / 2)
threshold_is_not_above = claim(
    excess**2,
    eq(Sum(excess**2 * sparsemax((z + w) / 2, rho)), why="the entries sum to one"),
    le(Sum(excess * (middle - sparsemax((z + w) / 2, rho))), why="at the lower threshold an active entry is larger", by=middle_at_most_one),
    eq(excess * (Sum(middle) - 1)),
    le(0, why="the sum there is at most one", by=sum_at_the_mean_threshold),
    given=midpoint,
    source=original,
)
threshold_is_convex = claim(
    rho,
    le((tau + sigma) / 2, by=threshold_is_not_above),
    given=midpoint,
    source=cite("000", "3.5"),
    covers=["000.3.5.nonconvex"],
    reads_as="tau is the threshold of z, sigma that of w, and rho that of their mean",
)
log_loss_is_convex = claim(
    And(z[i] - tau > 0, w[i] - sigma > 0),
    implies(
        -log((z[i] + w[i]) / 2 - rho) <= (-log(z[i] - tau) - log(w[i] - sigma)) / 2,
        why="the entry at the mean is at least the mean of the entries, and -log is convex and falls",
        by=threshold_is_convex,
    ),
    given=midpoint,
    source=cite("000", "3.5"),
    covers=["000.3.5.nonconvex"],
    reads_as="where entry i of sparsemax(z) and of sparsemax(w) is positive, it is z_i - tau and w_i - sigma",
)

# A constant added to every entry
objective_moves_by_a_constant = claim(
    distance(p, z + c1),
    eq(distance(p, z) - 2 * c * Sum(p - z) + K * c**2, why="binomial formula, entry by entry"),
    eq(distance(p, z) - 2 * c * (1 - Sum(z)) + K * c**2, why="p sums to one"),
    eq(distance(p, z) + (K * c**2 - 2 * c * (1 - Sum(z))), why="what is added does not depend on p"),
    given=Eq(Sum(p), 1),
    source=cite("000", "3.2"),
    covers=["000.3.2.sparsemax-chain"],
    reads_as="c is the vector c 1, and z - c stands for z + c",
)
same_minimiser = claim(
    distance(p, z - (-c) * ones(K)) <= distance(q, z - (-c) * ones(K)),
    iff(distance(p - z, c1) <= distance(q - z, c1), why="the same vector"),
    iff(distance(p, z) <= distance(q, z), why="both sides move by the same constant", by=objective_moves_by_a_constant),
    given=[Eq(Sum(p), 1), Eq(Sum(q), 1)],
    source=[cite("000", "3.2"), cite("001", "3.2.1")],
    covers=["001.3.2.1.sparsemax-invariant"],
    reads_as="p is as near as q to z + c 1 exactly when it is as near to z",
)
raised_at_most_one = claim(raised[i], le(1), given=unit_sum(z + c1, sigma), source=original)
lowered_at_most_one = claim(lowered[i], le(1), given=unit_sum(z - c1, rho), source=original)
raised_at_no_distance = claim(
    *squared(sigma - c - tau, raised, S, [no_entry_above_one, raised_at_most_one]),
    given=[unit_sum(z, tau), unit_sum(z + c1, sigma)],
    source=original,
)
lowered_at_no_distance = claim(
    *squared(rho + 2 * c - sigma, lowered, raised, [raised_at_most_one, lowered_at_most_one]),
    given=[unit_sum(z + c1, sigma), unit_sum(z - c1, rho)],
    source=original,
)
threshold_rises_by_c = claim(
    sigma,
    eq(tau + c, why="tau + c, too, is a threshold, and there is one alone", by=raised_at_no_distance),
    given=[unit_sum(z, tau), unit_sum(z + c1, sigma)],
    source=[cite("000", "3.2"), cite("001", "3.2.1")],
    covers=["001.3.2.1.sparsemax-invariant"],
)
thresholds_differ_by_2c = claim(
    rho,
    eq(sigma - 2 * c, by=lowered_at_no_distance),
    given=[unit_sum(z + c1, sigma), unit_sum(z - c1, rho)],
    source=original,
)
shift_invariant = claim(
    raised[i],
    eq(S[i], why="the threshold moves with the entries", by=threshold_rises_by_c),
    given=[unit_sum(z, tau), unit_sum(z + c1, sigma)],
    source=[cite("000", "3.2"), cite("001", "3.2.1")],
    covers=["001.3.2.1.sparsemax-invariant"],
)
all_one_projection = claim(
    lowered[i],
    eq(raised[i], why="either threshold moves with the entries", by=thresholds_differ_by_2c),
    eq(S[i], why="so does this one", by=threshold_rises_by_c),
    eq(S[i] / Sum(S), why="the nearest point of the simplex, with unit sum", by=projection),
    given=[unit_sum(z, tau), unit_sum(z + c1, sigma), unit_sum(z - c1, rho)],
    source=cite("000", "3.2"),
    covers=["000.3.2.sparsemax-invariant"],
    reads_as="c is the vector c 1; each is the nearest point, its threshold the one with unit sum",
)
shifted_objective = claim(
    distance(p, w),
    eq(distance(p, z + c1), why="w = z + c 1"),
    eq(distance(p - c1, z), why="c moves to the other side"),
    given=Eq(w[k], z[k] + c),
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.sparsemax-rewrite"],
    reads_as="w is z'; the two problems have the same objective for every p",
)
translated_simplex = claim(
    Sum(p - c1),
    eq(1 - K * c),
    given=Eq(Sum(p), 1),
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.translation"],
)
normal_shift_keeps_the_projection = claim(
    distance(p, z + v) <= distance(q, z + v),
    iff(distance(p, z) <= distance(q, z), why="v is orthogonal to p - q"),
    given=Eq(v.T @ (p - q), 0),
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.normal-general"],
    reads_as="p and q lie in C, and C lies in a hyperplane with normal v",
)
half_line = claim(minimises(Min(a, 0), (x - a) ** 2, over=x, subject_to=x <= 0), source=original)
normal_cone_is_not_enough = claim(
    not_always(Eq(Min(a + b, 0), Min(a, 0)), at={a: -1, b: half}),
    source=cite("001", "3.2.1"),
    covers=["001.3.2.1.normal-general"],
    reads_as="C is the half-line y <= 0, and v = 1/2 lies in its normal cone at 0",
)
both_shift_invariant = claim(
    vector(exp(z[i] + c) / Sum(exp(z + c1)), raised[i]),
    eq(vector(exp(z[i]) / Sum(exp(z)), S[i]), why="one after the other", by=[softmax_invariant, threshold_rises_by_c]),
    given=[unit_sum(z, tau), unit_sum(z + c1, sigma)],
    source=cite("001", "3.2.3"),
    covers=["001.3.2.3.both-invariant"],
)

# Two classes, at z = (0, t)
P1, P2 = relu(0 - tau), relu(t - tau)
ramp = cases((0, t <= -1), ((t + 1) / 2, t < 1), (1, True))

second_entry_zero = claim(
    And(Eq(P1 + P2, 1), Eq(P2, 0)),
    implies(And(Eq(P1, 1), t - tau <= 0), why="the sum is one"),
    implies(And(Eq(tau, -1), t - tau <= 0), why="relu(-tau) = 1"),
    iff(And(Eq(tau, -1), t + 1 <= 0)),
    iff(And(Eq(tau, -1), t <= -1)),
    source=cite("001", "3.3, B, case 1"),
    covers=["001.3.3.sparsemax-case1"],
)
both_positive = claim(
    Eq((-tau) + (t - tau), 1),
    implies(Eq(t - 2 * tau, 1)),
    implies(Eq(tau, (t - 1) / 2)),
    source=cite("001", "3.3, B, case 2"),
    covers=["001.3.3.sparsemax-case2-tau"],
)
second_of_two_positive = claim(
    P2,
    eq(t - (t - 1) / 2, why="it is not clipped", by=both_positive),
    eq((2 * t - t + 1) / 2),
    eq((t + 1) / 2),
    given=[Eq(tau, (t - 1) / 2), t > -1],
    source=cite("001", "3.3, B, case 2"),
    covers=["001.3.3.sparsemax-case2-p2"],
)
where_both_are_positive = claim(
    And(0 - tau > 0, t - tau > 0),
    iff(And(t < 1, t > -1)),
    given=Eq(tau, (t - 1) / 2),
    source=cite("001", "3.3, B, case 2"),
    covers=["001.3.3.sparsemax-case2-valid"],
)
first_entry_zero = claim(
    And(Eq(P2, 1), 0 - tau <= 0),
    implies(And(Eq(t - tau, 1), 0 - tau <= 0), why="relu(t - tau) = 1"),
    implies(And(Eq(tau, t - 1), tau >= 0)),
    implies(And(Eq(tau, t - 1), t - 1 >= 0)),
    implies(t >= 1),
    source=cite("001", "3.3, B, case 3"),
    covers=["001.3.3.sparsemax-case3"],
)
two_classes = claim(
    P2,
    eq(ramp),
    given=Eq(P1 + P2, 1),
    source=[cite("001", "3.3, B"), cite("000", "3.3")],
    covers=["001.3.3.sparsemax-p2", "000.3.3.sparsemax"],
)
slope_of_two_classes = claim(
    D(ramp, t),
    eq(cases((0, t < -1), (half, And(t > -1, t < 1)), (0, t > 1)), why="a straight line in each region", by=two_classes),
    given=[Ne(t, -1), Ne(t, 1)],
    source=[cite("001", "3.3, B"), cite("000", "3.3")],
    covers=["001.3.3.sparsemax-derivative", "000.3.3.sparsemax-derivative"],
)
kink_at_minus_one = claim(
    kink(ramp, t, at=-1, left=0, right=half),
    source=cite("001", "3.3, B"),
    covers=["001.3.3.sparsemax-kinks"],
)
kink_at_one = claim(
    kink(ramp, t, at=1, left=half, right=0),
    source=cite("001", "3.3, B"),
    covers=["001.3.3.sparsemax-kinks"],
)

# Errata
objective_as_typed = erratum(
    cite("000", "3.2"),
    printed=claim(
        distance(p, z + c1),
        eq(distance(p, z) - 2 * (c1.T @ (p - z)) + c1.T @ c1, why="binomial formula"),
        eq(distance(p, z) + ones(K).T @ p, why="as typed: the constant and the factor -2c are lost"),
        eq(sqrt(distance(p, z)) + 1, why="as typed: the square is lost"),
        given=Eq(Sum(p), 1),
        reads_as="c is the vector c 1",
    ),
    refuted_at={K: 2, p: (half, half), z: (0, 0), c: 1},
    instead=objective_moves_by_a_constant,
    covers=["000.3.2.sparsemax-chain"],
    note="what is added does not depend on p, so that the conclusion stands",
)
