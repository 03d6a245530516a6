"""Projection onto the simplex: subtract one threshold from every entry and clip at 0; the threshold is that of the support.

The simplex holds the vectors with no negative entry and sum r. The projection is unique and brings no two points further apart. Where the
support does not change its Jacobian is the centring matrix of the support. For r = 1 the projection is sparsemax.
"""

from derivations.relu_projection import relu

from derive import (
    D,
    Eq,
    Rational,
    Sum,
    array,
    cases,
    cite,
    claim,
    delta,
    eq,
    erratum,
    half,
    indices,
    le,
    natural,
    ones,
    original,
    positive,
    real,
    real_vector,
)  # fmt: skip

# Given
n = natural("n")  # number of entries
i, j, k, l = indices("i j k l", upto=n)
z, w = real_vector("z", n), real_vector("w", n)  # points
p, q = real_vector("p", n), real_vector("q", n)  # points of the simplex
r = positive("r")  # the sum of the entries
tau, sigma = real("tau sigma")  # thresholds of z and of w
c = real("c")  # a shift
x = real("x")  # one entry
v = real_vector("v", n)  # a direction

x1 = relu(z - tau * ones(n))  # the projection of z, where its sum is r
x2 = relu(w - sigma * ones(n))  # the projection of w
simplex = [p >= 0, Eq(Sum(p), r)]
A = array(n, lambda at: cases((1, z[at] > tau), (0, True)))  # the support of z: 1 where the entry stays


# The projection
nearest = claim(
    0,
    le(2 * Sum((x1 - z + tau * ones(n)) * (p - x1)), why="no factor is negative where p >= 0, entry by entry"),
    eq(Sum((p - z) ** 2) - Sum((x1 - z) ** 2) - Sum((p - x1) ** 2), why="p and the projection have the same sum"),
    given=[*simplex, Eq(Sum(x1), r)],
    source=cite("Duchi 2008"),
    reads_as="the projection is nearer to z than any other p of the simplex is, by at least the squared distance of the two",
)
threshold_of_the_support = claim(
    tau,
    eq((Sum(A * z) - Sum(A * (z - tau * ones(n)))) / Sum(A), why="tau is the same for every entry"),
    eq((Sum(A * z) - r) / Sum(A), why="the entries that stay sum to r"),
    given=[Eq(Sum(x1), r), z[i] > tau],
    source=cite("Duchi 2008"),
    reads_as="entry i stays; some entry does, since r > 0",
)
larger_entries_stay_larger = claim(x1[j], le(x1[i]), given=z[j] <= z[i], source=cite("Duchi 2008"))
of_a_point_of_the_simplex = claim(relu(p)[i], eq(p[i], why="its threshold is 0"), given=p >= 0, source=original)
shift = claim(relu(z[i] + c - (tau + c)), eq(relu(z[i] - tau), why="the threshold moves with the entries"), source=original)
points_do_not_part = claim(
    Sum((x1 - x2) ** 2),
    le(Sum((x1 - x2) * (z - w - (tau - sigma) * ones(n))), why="relu is monotone and brings no two numbers further apart"),
    eq(Sum((x1 - x2) * (z - w)), why="both projections have sum r"),
    given=[Eq(Sum(x1), r), Eq(Sum(x2), r)],
    source=cite("Parikh 2014"),
)

# Its derivative, where the support does not change: the threshold is that of the support
m = natural("m")  # how many entries stay
u = real_vector("u", m)  # the entries that stay
a, b, e = indices("a b e", upto=m)
theta = (Sum(u) - r) / m
kept = array(m, lambda at: u[at] - theta)
kept_sum = claim(Sum(kept), eq(Sum(u) - m * theta), eq(r), source=original)
threshold_moves = claim(D(theta, u[b]), eq(1 / m, why="u_b occurs in one term of m"), source=original)
jacobian = claim(
    D(kept[a], u[b]),
    eq(delta(a, b) - D(theta, u[b]), why="the threshold moves with every entry that stays"),
    eq(delta(a, b) - 1 / m, by=threshold_moves),
    source=cite("Martins 2016"),
)
rows_sum_to_zero = claim(Sum(D(kept[a], u[b]), b), eq(0, by=jacobian), source=cite("Martins 2016"))
in_the_radius = claim(D(kept[a], r), eq(1 / m, why="what is added is shared among the entries that stay"), source=original)

# Errata
clipped_and_scaled = erratum(
    original,
    printed=claim(
        Sum((p - z) ** 2),
        le(Sum((q - z) ** 2), why="clipped at 0 and divided by the sum, taken for the projection"),
        given=[p >= 0, Eq(p[k], relu(z[k]) / Sum(relu(z))), q >= 0, Eq(Sum(q), 1)],
    ),
    refuted_at={n: 2, z: (1, half), p: (Rational(2, 3), Rational(1, 3)), q: (Rational(3, 4), Rational(1, 4))},
    instead=nearest,
)
threshold_held_fixed = erratum(
    original,
    printed=claim(D(kept[a], u[b]), eq(delta(a, b), why="the threshold taken for a constant")),
    refuted_at={m: 1, a: 0, b: 0, u: (1,), r: 1},
    instead=jacobian,
)
