r"""Relumax Jacobian: the column of the largest logit makes up for all others, so that every row sums to zero.

Off the kinks and with one largest logit, entry (i, j) is $1_S(i)\, \delta_{ij} - p_i\, 1_S(j)$, less $1_S(i) - \lvert S\rvert\, p_i$ in
the column of the largest, over Z. Here S is the set of the logits within b of the largest, |S| its size, and Z the sum of what is left of
them.
"""

from derivations.relu_projection import relu
from derivations.relumax import K, b, denominator_at_least_b, i, j, k, l, largest, m, r, relumax, shift_invariant, w, z

from derive import (
    Abs,
    And,
    D,
    Eq,
    Implies,
    Max,
    Ne,
    Or,
    Sum,
    array,
    cases,
    cite,
    claim,
    delta,
    diag,
    eq,
    erratum,
    half,
    iff,
    implies,
    le,
    lt,
    matrix,
    not_always,
    one_hot,
    ones,
    original,
    outer,
    positive,
    real,
    vector,
)  # fmt: skip

# Given
p = relumax(z, z[m], b)  # m is the place of the largest logit
z1, z2 = real("z1 z2")  # two logits
h = positive("h")  # half of the gap below the largest


def u(e):
    """The argument of the rectifier."""
    return z[e] - z[m] + b


def on(e):
    """1 on the active set S, 0 off it."""
    return cases((1, u(e) > 0), (0, True))


N = array(K, lambda e: relu(u(e)))
Z = Sum(relu(u(k)), k)
size = Sum(on(k), k)  # the size of S
on_S = array(K, on)
off_kinks = Ne(u(l), 0)
one_largest = Or(Eq(l, m), z[l] < z[m])  # near z, too, the largest is z_m
smooth = [off_kinks, one_largest]

# The largest of all entries is z_m not only at the point, but around it: there relumax is p, and has the derivatives of p
largest_around_the_point = claim(
    Ne(l, m),
    implies(z[l] + 2 * h <= z[m], why="all other entries lie 2 h below"),
    implies(w[l] + h <= z[m], why="w_l is at most z_l + h"),
    implies(w[l] <= w[m], why="w_m is at least z_m - h"),
    given=[Or(Eq(r, m), z[r] + 2 * h <= z[m]), w[r] <= z[r] + h, z[r] - h <= w[r]],
    source=[cite("000", "3.4"), cite("001", "3.4")],
    covers=["001.3.4.setup", "001.3.4.entries"],
    reads_as="w is any point near z, where z_m is the one largest entry, 2 h above all others: max w is w_m, so max may be put as entry m",
)
two_largest_part = claim(
    not_always(
        Implies(And(z[l] <= z[m], Abs(w[l] - z[l]) <= h, Abs(w[m] - z[m]) <= h), w[l] <= w[m]),
        at={K: 2, l: 1, m: 0, h: 2, z: (0, 0), w: (0, 1)},
    ),
    source=original,
    reads_as="the largest entry of z may be shared by l and m",
)

# The active set
distinct_entries_have_one_largest = claim(
    Ne(z[i], z[m]),
    implies(z[i] < z[m], why="it is at most z_m"),
    given=largest,
    source=cite("000", "3.4"),
    covers=["000.3.4.setup"],
    reads_as="K is any number of components; K = 2 is treated afterwards",
)
denominator = claim(
    b,
    le(Z, why="the largest logit leaves b", by=denominator_at_least_b),
    source=cite("000", "3.4"),
    covers=["000.3.4.names"],
)
active = claim(
    u(i) > 0,
    iff(Ne(p[i], 0), why="Z is positive"),
    given=largest,
    source=cite("000", "3.4"),
    covers=["000.3.4.S"],
)
never_empty = claim(
    0,
    lt(size, why="it contains m, as u_m = b > 0"),
    source=[cite("001", "3.4"), cite("000", "3.4")],
    covers=["001.3.4.S", "000.3.4.S"],
)
inactive = claim(
    z[i] - z[m] <= -b,
    iff(Eq(p[i], 0), why="relu(x) = 0 exactly for x <= 0"),
    given=largest,
    source=cite("001", "3.4"),
    covers=["001.3.4.zero-prob"],
)
on_and_off = claim(
    p[i],
    eq(cases((u(i) / Z, u(i) > 0), (0, True)), why="what the rectifier leaves"),
    given=largest,
    source=cite("000", "3.4"),
    covers=["000.3.4.p"],
)
numerator = claim(relu(u(i)), eq(p[i] * Z), given=largest, source=cite("001", "3.4"), covers=["001.3.4.npd"])

# The Jacobian
denominator_slope = claim(D(Z, z[j]), eq(on(j) - delta(j, m) * size, why="z_m stands in every term"), given=smooth, source=original)
jacobian = claim(
    D(p[i], z[j]),
    eq((D(N[i], z[j]) * Z - N[i] * D(Z, z[j])) / Z**2, why="quotient rule"),
    eq(
        ((on(i) * delta(i, j) - delta(j, m) * on(i)) * Z - p[i] * Z * (on(j) - delta(j, m) * size)) / Z**2,
        by=[denominator_slope, numerator],
    ),
    eq((on(i) * delta(i, j) - p[i] * on(j) - delta(j, m) * (on(i) - size * p[i])) / Z),
    given=smooth,
    source=[cite("000", "3.4"), cite("001", "3.4")],
    covers=["000.3.4.jacobian-def", "001.3.4.setup", "001.3.4.entries", "001.3.5.jacobian-entry"],
    reads_as="max z is z_m around the point, as m is the one place of the largest entry",
)
rows_sum_to_zero = claim(Sum(D(p[i], z[j]), j), eq(0, by=shift_invariant), given=smooth, source=original)

as_a_matrix = claim(
    D(p, z),
    eq((diag(on_S) - outer(p, on_S) - outer(on_S - size * p, one_hot(m, K))) / Z, why="entry by entry", by=jacobian),
    given=smooth,
    source=cite("001", "3.4"),
    covers=["001.3.4.matrix"],
    layout="numerator",
)

# Case by case; what follows holds for every m, and where z_m is the one largest logit p is relumax near z
inactive_column = claim(
    D(p[i], z[j]),
    eq(0, why="a logit too far below the largest has no effect"),
    given=[u(j) < 0, Ne(j, m)],
    source=cite("000", "3.4, case 1"),
    covers=["000.3.4.case1"],
    reads_as="j is not m, as u_m = b > 0",
)
column_diagonal = claim(
    D(p[j], z[j]),
    eq((1 - p[j]) / Z, why="Z and u_j grow at the rate 1"),
    given=[Ne(j, m), u(j) > 0],
    source=cite("000", "3.4, case 2"),
    covers=["000.3.4.case2-diagonal"],
)
column = claim(
    D(p[i], z[j]),
    eq(-p[i] / Z, why="only Z grows"),
    given=[Ne(j, m), Ne(i, j), u(j) > 0],
    source=cite("000", "3.4, case 2"),
    covers=["000.3.4.case2-active"],
)
column_inactive_row = claim(
    (1 - on(i)) * D(p[i], z[j]),
    eq(0, why="u_i does not depend on z_j"),
    given=[Ne(j, m), u(j) > 0],
    source=cite("000", "3.4, case 2"),
    covers=["000.3.4.case2-inactive"],
    reads_as="1 - 1_S(i) is 1 in an inactive row, u_i = 0 included",
)
largest_diagonal = claim(
    D(p[m], z[m]),
    eq(b * (size - 1) / Z**2, why="u_m stays b, and Z falls at the rate |S| - 1"),
    eq((size - 1) * p[m] / Z, why="p_m = b/Z"),
    given=off_kinks,
    source=cite("000", "3.4, case 3"),
    covers=["000.3.4.case3-diagonal"],
)
largest_column = claim(
    D(p[i], z[m]),
    eq((-on(i) * Z + N[i] * (size - 1)) / Z**2, why="u_i falls at the rate 1, and Z at the rate |S| - 1"),
    eq(((size - 1) * p[i] - on(i)) / Z),
    given=[off_kinks, Ne(i, m)],
    source=cite("000", "3.4, case 3"),
    covers=["000.3.4.case3-active"],
)
largest_column_inactive_row = claim(
    D(p[i], z[m]),
    eq(0, why="u_i stays negative"),
    given=u(i) < 0,
    source=cite("000", "3.4, case 3"),
    covers=["000.3.4.case3-inactive"],
)
diagonal = claim(
    D(p[i], z[i]),
    eq((on(i) * (1 - p[i]) - delta(i, m) * (1 - size * p[i])) / Z, by=jacobian),
    eq(cases(((size - 1) * p[m] / Z, Eq(i, m)), (on(i) * (1 - p[i]) / Z, True)), why="u_m = b > 0: m is active"),
    given=smooth,
    source=cite("001", "3.4"),
    covers=["001.3.4.diag-algebra", "001.3.4.jacobian-diag"],
)
off_diagonal = claim(
    D(p[i], z[j]),
    eq(-p[i] / Z * on(j) + delta(j, m) * (size * p[i] - on(i)) / Z),
    eq(cases((((size - 1) * p[i] - on(i)) / Z, Eq(j, m)), (-p[i] / Z * on(j), True)), why="m is active"),
    given=[off_kinks, Ne(i, j)],
    source=cite("001", "3.4"),
    covers=["001.3.4.jacobian-offdiag"],
)

# Shifted logits, taken as independent variables w
G = array(K, lambda e: relu(w[e] + b))
H = Sum(relu(w[k] + b), k)
q = array(K, lambda e: G[e] / H)


def up(e):
    """1 where the shifted logit is active."""
    return cases((1, w[e] > -b), (0, True))


w_off_kinks = Ne(w[l] + b, 0)
w_is_shifted = Eq(w[l], z[l] - z[m])
shifted = claim(
    p[i],
    eq(relumax(z - z[m] * ones(K), 0, b)[i], why="shift invariance: the largest is now 0", by=shift_invariant),
    eq(relu((z[i] - z[m]) + b) / Sum(relu((z[k] - z[m]) + b), k), why="definition of relumax"),
    given=largest,
    source=cite("001", "3.4"),
    covers=["001.3.4.u", "001.3.4.setup-repeat"],
)
numerator_in_w = claim(
    D(G[i], w[j]),
    eq(up(i) * delta(i, j), why="a ramp"),
    given=Or(Ne(i, j), Ne(w[i] + b, 0)),
    source=cite("001", "3.4"),
    covers=["001.3.4.dN"],
)
denominator_in_w = claim(
    D(H, w[j]),
    eq(Sum(D(G[l], w[j]), l), why="term by term"),
    eq(Sum(up(l) * delta(l, j), l), by=numerator_in_w),
    eq(up(j), why="delta picks one term"),
    given=Ne(w[k] + b, 0),
    source=cite("001", "3.4"),
    covers=["001.3.4.dD"],
)
quotient_in_w = claim(
    D(q[i], w[j]),
    eq((D(G[i], w[j]) * H - G[i] * D(H, w[j])) / H**2, why="quotient rule"),
    given=[w_off_kinks, H > 0],
    source=cite("001", "3.4"),
    covers=["001.3.4.quotient"],
)
jacobian_in_w = claim(
    D(q[i], w[j]),
    eq((up(i) * delta(i, j) * H - G[i] * up(j)) / H**2, by=[quotient_in_w, numerator_in_w, denominator_in_w]),
    eq((up(i) * delta(i, j) * H - q[i] * H * up(j)) / H**2, why="the numerator is q_i H"),
    eq((up(i) * delta(i, j) - q[i] * up(j)) / H),
    given=[w_off_kinks, H > 0],
    source=cite("001", "3.4"),
    covers=["001.3.4.entries-chain"],
)
chain_rule = claim(
    D(p[i], z[j]),
    eq(D(q[i], w[j]) - delta(j, m) * Sum(D(q[i], w[r]), r), why="every w_l holds z_m"),
    given=[off_kinks, w_is_shifted, H > 0],
    source=cite("001", "3.4"),
    covers=["001.3.4.z-equals-u"],
)

# Two logits, the first the larger
U1, U2 = z1 - Max(z1, z2) + b, z2 - Max(z1, z2) + b
Z12 = relu(U1) + relu(U2)
P1, P2 = relu(U1) / Z12, relu(U2) / Z12
first_is_larger = [z1 > z2, z1 - z2 < b]

names_for_two = claim(
    vector(Max(z1, z2), U1, U2),
    eq(vector(z1, z1 - Max(z1, z2) + b, U2), why="m = 1"),
    eq(vector(z1, b, U2), why="u_1 = b > 0"),
    eq(vector(z1, b, z2 - z1 + b)),
    given=z1 > z2,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-u"],
)
both_active = claim(
    And(U1 > 0, U2 > 0),
    iff(z1 - z2 < b, why="u_1 = b > 0"),
    given=z1 > z2,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-active"],
)
sum_for_two = claim(
    Z12,
    eq(U1 + U2, why="both are active", by=both_active),
    eq(2 * b + z2 - z1),
    given=first_is_larger,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-Z"],
)
probabilities_of_two = claim(
    vector(P1, P2),
    eq(vector(U1 / Z12, U2 / Z12), why="both are active"),
    eq(vector(b / Z12, 1 - P1), why="Z = u_1 + u_2"),
    given=first_is_larger,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-p"],
)
first_probability = claim(
    P1,
    eq(b / (2 * b + z2 - z1), by=[probabilities_of_two, sum_for_two]),
    given=first_is_larger,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-p1"],
)
J12 = matrix((D(P1, z1), D(P1, z2)), (D(P2, z1), D(P2, z2)))
jacobian_of_two = claim(
    J12,
    eq(matrix((P1, -P1), (P2 - 1, 1 - P2)) / (2 * b + z2 - z1), why="derivative of b/(2b + z_2 - z_1)", by=first_probability),
    eq(matrix((1, -1), (-1, 1)) * (P1 / (2 * b + z2 - z1)), why="P_2 = 1 - P_1"),
    given=first_is_larger,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-matrix", "000.3.4.k2-simplified"],
    layout="numerator",
    reads_as="Z is u_1 + u_2",
)
jacobian_of_two_swapped = claim(
    J12,
    eq(matrix((1, -1), (-1, 1)) * (P2 / (2 * b + z1 - z2)), why="the logits change places"),
    eq(matrix((1, -1), (-1, 1)) * (b / (2 * b + z1 - z2) / (2 * b + z1 - z2))),
    given=[z2 > z1, z2 - z1 < b],
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-swapped"],
    layout="numerator",
)
jacobian_of_two_far_apart = claim(
    J12,
    eq(matrix((0, 0), (0, 0)), why="the outputs are 0 and 1 near z"),
    given=Abs(z1 - z2) > b,
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-zero"],
    layout="numerator",
)
only_the_largest = claim(
    Abs(z1 - z2) > b,
    implies(Or(And(Eq(P2, 0), Ne(P1, 0)), And(Eq(P1, 0), Ne(P2, 0))), why="the maximum leaves b > 0: one is always active"),
    source=cite("000", "3.4, K = 2"),
    covers=["000.3.4.k2-none"],
)
pS = cases((p[i], u(i) > 0), (0, True))  # the active probabilities, zeros elsewhere
active_probabilities = claim(
    pS, eq(p[i], why="an inactive probability is 0"), given=largest, source=cite("001", "3.4"), covers=["001.3.4.pS"]
)

# Errata
diagonal_of_the_largest_as_typed = erratum(
    cite("000", "3.4, case 3"),
    printed=claim(D(p[m], z[m]), eq(p[m] * (size - 1)), given=smooth),
    refuted_at={K: 2, m: 0, z: (half, 0), b: 1},
    instead=largest_diagonal,
    covers=["000.3.4.case3-diagonal"],
    note="a factor 1/Z is missing",
)
column_of_the_largest_as_typed = erratum(
    cite("000", "3.4, case 3"),
    printed=claim(D(p[i], z[m]), eq(p[i] * (size - 1) - 1 / Z), given=[*smooth, Ne(i, m), u(i) > 0]),
    refuted_at={K: 2, i: 1, m: 0, z: (half, 0), b: 1},
    instead=largest_column,
    covers=["000.3.4.case3-active"],
    note="a factor 1/Z is missing from the first term",
)
sum_for_two_as_typed = erratum(
    cite("000", "3.4, K = 2"),
    printed=claim(Z12, eq(U1 + U2), eq(2 * b + z1 - z2, why="as typed: the difference has the wrong sign"), given=first_is_larger),
    refuted_at={z1: half, z2: 0, b: 1},
    instead=sum_for_two,
    covers=["000.3.4.k2-Z"],
)
numerator_without_the_maximum = erratum(
    cite("001", "3.4, repeat after the page break"),
    printed=claim(p[i], eq(relu(z[i] + b) / Z), given=largest),
    refuted_at={K: 2, i: 0, m: 0, z: (1, 0), b: 1},
    instead=shifted,
    covers=["001.3.4.setup-repeat"],
    note="right for the shifted logits, whose maximum is 0",
)
derivatives_equated = erratum(
    cite("001", "3.4"),
    printed=claim(D(p[i], z[j]), eq(D(q[i], w[j])), given=[off_kinks, w_is_shifted]),
    refuted_at={K: 2, i: 0, j: 0, m: 0, z: (0, -half), w: (0, -half), b: 1},
    instead=chain_rule,
    covers=["001.3.4.z-equals-u"],
    note="right in every column but that of the largest logit",
)
entries_chain_as_typed = erratum(
    cite("001", "3.4"),
    printed=claim(
        D(p[i], z[j]),
        eq((on(i) * delta(i, j) * Z - N[i] * on(j)) / Z**2, why="wrong in the column of the largest"),
        eq((on(i) * delta(i, j) - p[i] * Z * on(j)) / Z**2, why="as typed: a factor D is lost"),
        given=smooth,
    ),
    refuted_at={K: 2, i: 1, j: 1, m: 0, z: (0, -half), b: 1},
    instead=jacobian_in_w,
    covers=["001.3.4.entries-chain"],
)
entries_as_typed = erratum(
    cite("001", "3.4"),
    printed=claim(D(p[i], z[j]), eq((on(i) * delta(i, j) - p[i] * on(j)) / Z), given=smooth),
    refuted_at={K: 2, i: 0, j: 0, m: 0, z: (0, -half), b: 1},
    instead=jacobian,
    covers=["001.3.4.entries"],
    note="its rows do not sum to zero, as shift invariance demands",
)
diagonal_algebra_as_typed = erratum(
    cite("001", "3.4"),
    printed=claim(
        D(p[i], z[i]),
        eq((on(i) - p[i] * on(i)) / Z, why="wrong for the largest"),
        eq(on(i) * (1 - p[i]) / Z),
        given=smooth,
    ),
    refuted_at={K: 2, i: 0, m: 0, z: (0, -half), b: 1},
    instead=diagonal,
    covers=["001.3.4.diag-algebra"],
)
diagonal_as_typed = erratum(
    cite("001", "3.4"),
    printed=claim(D(p[i], z[i]), eq(cases(((1 - p[i]) / Z, u(i) > 0), (0, True))), given=smooth),
    refuted_at={K: 4, i: 0, m: 0, z: (1, half, 0, -1), b: 3 * half},
    instead=diagonal,
    covers=["001.3.4.jacobian-diag"],
)
off_diagonal_as_typed = erratum(
    cite("001", "3.4"),
    printed=claim(
        D(p[i], z[j]),
        eq(-p[i] / Z * on(j), why="wrong in the column of the largest"),
        eq(cases((-p[i] / Z, u(j) > 0), (0, True))),
        given=[*smooth, Ne(i, j)],
    ),
    refuted_at={K: 2, i: 1, j: 0, m: 0, z: (0, -half), b: 1},
    instead=off_diagonal,
    covers=["001.3.4.jacobian-offdiag"],
)
matrix_as_typed = erratum(
    cite("001", "3.4"),
    printed=claim(D(p, z), eq((diag(p) - outer(p, p)) / Z), given=smooth, layout="numerator", reads_as="p_S is p, zeros outside S"),
    refuted_at={K: 2, i: 1, j: 1, m: 0, z: (0, -half), b: 1},
    instead=as_a_matrix,
    covers=["001.3.4.matrix"],
    note="it is symmetric, which neither the entries before it nor the Jacobian are",
)
scaled_by_D = erratum(
    cite("001", "3.4"),
    readings=[
        ("p_S is p, zeros outside S", active_probabilities),
        ("p_S is D p", claim(pS, eq(Z * p[i]), given=largest)),
        ("p_S is p / D", claim(pS, eq(p[i] / Z), given=largest)),
    ],
    reason="ill-posed",
    covers=["001.3.4.pS"],
)
