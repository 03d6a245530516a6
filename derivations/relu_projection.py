"""ReLU: the nearest point without negative entries.

The squared distance is a sum over the coordinates, so each of them is minimised alone: a positive one stays, a negative one goes to zero.
The distance itself is no such sum, though it has the same minimiser.
"""

from derive import (
    Abs,
    D,
    Eq,
    Implies,
    Max,
    Ne,
    Not,
    Or,
    Sum,
    cases,
    cite,
    claim,
    definition,
    eq,
    erratum,
    iff,
    implies,
    indices,
    le,
    lt,
    minimises,
    natural,
    not_always,
    original,
    real,
    real_vector,
    sqrt,
)  # fmt: skip

# Given
d = natural("d")  # number of coordinates
i, j, k = indices("i j k", upto=d)
z = real_vector("z", d)  # the point to project
y = real_vector("y", d)  # any point, as a candidate
r = real_vector("r", d)  # another one
a = real("a")  # one coordinate of z
t, w = real("t w")  # one coordinate of y, as it varies
p, q = real("p q")  # coordinates of a vector with two of them


def relu(x):
    return Max(x, 0)


def f(x):
    """The squared distance in one coordinate."""
    return (x - a) ** 2


def norm(u, v):
    return sqrt(u**2 + v**2)


# The function
defined = definition(
    relu(z),
    eq(Max(0, z)),
    source=cite("000", "3.1"),
    covers=["000.3.1.relu-def"],
    runs_as="jax.nn.relu",
)

# The distance, coordinate by coordinate
squared_distance = claim(
    (y - z).T @ (y - z),
    eq(Sum((y[i] - z[i]) ** 2, i), why="one term for each coordinate"),
    source=[cite("000", "3.1"), cite("001", "3.1, step 1")],
    covers=["000.3.1.decomposition", "001.3.1.decomposition", "000.3.1.norm-separable"],
)
squared_distance_is_separable = claim(
    D((y - z).T @ (y - z), y[i], y[j]),
    eq(0, why="no term holds two coordinates"),
    given=Ne(i, j),
    source=cite("000", "3.1"),
)
best_in_each_coordinate_is_best = claim(
    Sum((r - z) ** 2),
    le(Sum((y - z) ** 2), why="term by term"),
    given=(r[i] - z[i]) ** 2 <= (y[i] - z[i]) ** 2,
    source=[cite("000", "3.1"), cite("001", "3.1, step 1")],
    covers=["000.3.1.subproblems", "001.3.1.separation"],
)
best_is_best_in_each_coordinate = claim(
    Sum((r[k] - z[k]) ** 2, k) <= Sum(cases(((t - z[k]) ** 2, Eq(k, i)), ((r[k] - z[k]) ** 2, True)), k),
    iff((r[i] - z[i]) ** 2 <= (t - z[i]) ** 2, why="only coordinate i has moved, to t"),
    source=[cite("000", "3.1"), cite("001", "3.1, step 1")],
    covers=["000.3.1.subproblems", "001.3.1.separation"],
)
unsquared_distance_grows_with_each_term = claim(
    Abs(p) < Abs(q),
    iff(norm(p, t) < norm(q, t), why="so the distance, too, is minimised coordinate by coordinate"),
    source=cite("000", "3.1"),
)

# One coordinate
slope = claim(
    D(f(t), t),
    eq(2 * (t - a)),
    source=[cite("000", "3.1"), cite("001", "3.1, step 2")],
    covers=["000.3.1.derivative", "001.3.1.derivative"],
)
stationary = claim(
    Eq(2 * (t - a), 0),
    iff(Eq(t, a)),
    source=[cite("000", "3.1"), cite("001", "3.1, step 2")],
    covers=["000.3.1.stationary", "001.3.1.stationary"],
)
strictly_convex = claim(0, lt(D(f(t), t, t)), source=original)
nearest_of_all = claim(
    minimises(a, f(t), over=t),
    source=[cite("000", "3.1"), cite("001", "3.1, step 2")],
    covers=["000.3.1.stationary", "001.3.1.stationary"],
)
positive_coordinate_stays = claim(
    minimises(a, f(t), over=t, subject_to=t >= 0),
    given=a >= 0,
    source=[cite("000", "3.1"), cite("001", "3.1, case 1")],
    covers=["000.3.1.case-nonneg", "001.3.1.case1"],
)
negative_coordinate_is_infeasible = claim(
    Eq(t, a),
    implies(Not(t >= 0), why="t = a < 0"),
    given=a < 0,
    source=cite("000", "3.1"),
    covers=["000.3.1.case-neg"],
)
infeasible_or_on_the_boundary = claim(
    a <= 0,
    iff(Or(Not(a >= 0), Eq(a, 0))),
    source=cite("001", "3.1, case 2"),
    covers=["001.3.1.case2-infeasible"],
    reads_as="a violates t >= 0, or lies on the boundary",
)
the_boundary_is_feasible = claim(
    not_always(Implies(a <= 0, Not(a >= 0)), at={a: 0}),
    source=cite("001", "3.1, case 2"),
    reads_as="a violates t >= 0 for every a <= 0",
)
strictness_is_violated = claim(
    a <= 0,
    implies(Not(a > 0)),
    source=cite("001", "3.1, case 2"),
    reads_as="a violates t > 0 for every a <= 0",
)
negative_unless_zero = claim(
    a <= 0,
    implies(a < 0),
    given=Ne(a, 0),
    source=cite("001", "3.1, case 2"),
    covers=["001.3.1.case2-negative"],
)
zero_is_not_negative = claim(not_always(Implies(a <= 0, a < 0), at={a: 0}), source=cite("001", "3.1, case 2"))
farther_is_worse = claim(
    Abs(t - a) < Abs(w - a),
    iff(f(t) < f(w), why="squares of numbers that are not negative"),
    source=cite("000", "3.1"),
    covers=["000.3.1.increasing"],
    reads_as="the difference is the distance |t - a|",
)
larger_is_worse = claim(
    f(t),
    lt(f(w), why="(w - t)(w + t - 2a) > 0"),
    given=[a <= 0, t >= 0, t < w],
    source=[cite("001", "3.1, case 2"), cite("000", "3.1")],
    covers=["001.3.1.case2-increasing"],
)
signed_difference_does_not_tell = claim(
    not_always(Implies(t - a < w - a, f(t) < f(w)), at={a: 1, t: 0, w: 1}),
    source=cite("000", "3.1"),
    reads_as="the difference is the signed t - a, for any a",
)
negative_coordinate_goes_to_zero = claim(
    minimises(0, f(t), over=t, subject_to=t >= 0),
    given=a <= 0,
    source=[cite("000", "3.1"), cite("001", "3.1, case 2")],
    covers=["000.3.1.case-neg-minimum", "001.3.1.case2"],
)
both_cases = claim(
    t,
    eq(cases((a, a >= 0), (0, a < 0)), why="case by case", by=[positive_coordinate_stays, negative_coordinate_goes_to_zero]),
    eq(Max(0, a), why="the larger of the two"),
    eq(relu(a), why="definition of relu", by=defined),
    given=[t >= 0, 2 * (t - a) >= 0, Eq(t * (t - a), 0)],
    source=cite("000", "3.1"),
    covers=["000.3.1.piecewise"],
    reads_as="t is the minimiser: feasible, the slope there not negative, and zero where t > 0",
)
both_cases_with_zero_below = claim(
    t,
    eq(cases((a, a > 0), (0, a <= 0)), why="case by case", by=[positive_coordinate_stays, negative_coordinate_goes_to_zero]),
    eq(Max(0, a), why="the larger of the two"),
    given=[t >= 0, 2 * (t - a) >= 0, Eq(t * (t - a), 0)],
    source=cite("001", "3.1, step 3"),
    covers=["001.3.1.piecewise"],
    reads_as="t is the minimiser: feasible, the slope there not negative, and zero where t > 0",
)

# All coordinates
projection = claim(
    minimises(relu(z), Sum((y - z) ** 2), over=y, subject_to=y >= 0),
    source=[cite("000", "3.1"), cite("001", "3.1")],
    covers=["000.3.1.argmin", "001.3.1.relu-argmin"],
)

# Errata
norm_as_a_sum = erratum(
    cite("000", "3.1"),
    printed=claim(norm(p, q) + norm(t, w), eq(norm(p, w) + norm(t, q)), reads_as="the norm is g(first coordinate) + h(second coordinate)"),
    refuted_at={p: 1, q: 1, t: 0, w: 0},
    instead=squared_distance,
    covers=["000.3.1.norm-separable"],
    note="the square of the norm is separable, the norm is not",
)
