"""Soft threshold: the proximal operator of the 1-norm moves every entry towards 0 by t.

An entry within t of 0 goes to 0. The minimiser is unique, since the objective is strongly convex; 0 lies in its subdifferential there.
"""

from derive import (
    Abs,
    And,
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
    definition,
    eq,
    iff,
    implies,
    indices,
    le,
    minimises,
    natural,
    not_always,
    original,
    positive,
    real,
    real_vector,
    sign,
)  # fmt: skip

# Given
n = natural("n")  # number of entries
i, j = indices("i j", upto=n)
x = real_vector("x", n)  # the point
z = real_vector("z", n)  # any candidate
t = positive("t")  # the step, which is the threshold
lam = real("lambda")  # the threshold as the source's sign argument calls it
a, b, u = real("a b u")  # one entry of the point, the minimiser's entry there, any number
g = real("g")  # a subgradient of the absolute value at 0
p, G = real_vector("p", n), real_vector("G", n)  # another point, and a subgradient of h at z
h_z, h_p, h_m = real("h_z h_p h_m")  # values of any convex h, at z, at p and between the two
c = positive("c")  # a part of the way from z to p


def shrink(v):
    return sign(v) * Max(Abs(v) - t, 0)


def objective(v):
    """The objective in one entry."""
    return (v - a) ** 2 / 2 + t * Abs(v)


def near(v):
    """Half the squared distance from x."""
    return Sum((v - x) ** 2) / 2


S = array(n, lambda at: shrink(x[at]), name="S_t(x)")
part_way, half_way = z + c * (p - z), (p + z) / 2

# The map
soft_threshold = definition(
    shrink(a),
    eq(cases((a - t, a > t), (0, And(a >= -t, a <= t)), (a + t, a < -t))),
    source=cite("004", "9"),
    covers=["004.9.name"],
)
two_forms = claim(
    Max(a - t, 0) - Max(-a - t, 0),
    eq(shrink(a)),
    source=original,
)

# Any convex h
one_minimiser = claim(
    Sum((p - z) ** 2) / 4,
    eq(near(p) + near(z) - 2 * near(half_way), why="parallelogram law"),
    le(t * (2 * h_m - h_p - h_z), why="p and z are both minimisers"),
    le(0, why="h is convex"),
    given=[h_m <= (h_p + h_z) / 2, near(p) + t * h_p <= near(half_way) + t * h_m, near(z) + t * h_z <= near(half_way) + t * h_m],
    source=cite("004", "9, eq. 14"),
    covers=["004.9.eq14"],
    reads_as="h is any convex function, h_m its value half way from z to p: two minimisers of the objective are one",
)
subgradient_is_enough = claim(
    near(z) + t * h_z + Sum((p - z) ** 2) / 2,
    eq(near(p) + t * h_z - Sum((z[i] - x[i]) * (p[i] - z[i]), i), why="the square is expanded about z"),
    eq(near(p) + t * (h_z + Sum(G[i] * (p[i] - z[i]), i)), why="0 = z - x + t G"),
    le(near(p) + t * h_p, why="G is a subgradient of h at z"),
    given=[Eq(z[j] - x[j] + t * G[j], 0), h_z + Sum(G[i] * (p[i] - z[i]), i) <= h_p],
    source=cite("004", "9, eq. 15"),
    covers=["004.9.eq15"],
    reads_as="h is any function with the subgradient G at z: then z is the one minimiser",
)
minimiser_has_a_subgradient = claim(
    c * Sum((x[i] - z[i]) * (p[i] - z[i]), i),
    eq(near(z) - near(part_way) + c**2 * Sum((p - z) ** 2) / 2, why="the square is expanded about z"),
    le(t * (h_m - h_z) + c**2 * Sum((p - z) ** 2) / 2, why="z is a minimiser"),
    le(c * (t * (h_p - h_z) + c * Sum((p - z) ** 2) / 2), why="h is convex"),
    given=[h_m <= (1 - c) * h_z + c * h_p, near(z) + t * h_z <= near(part_way) + t * h_m],
    source=cite("004", "9, eq. 15"),
    covers=["004.9.eq15"],
    reads_as="h is any convex function: divided by c t, and as c falls to 0, this says that (x - z)/t is a subgradient of h "
    "at the minimiser z",
)
stationary_is_not_enough = claim(
    not_always(near(z) - t * Sum(z**2) <= near(p) - t * Sum(p**2), at={n: 1, t: 1, x: (1,), z: (-1,), p: (5,)}),
    source=cite("004", "9, eq. 15"),
    reads_as="h is -|z|^2, which is not convex, at the z where 0 = z - x - 2 t z",
)

# The minimiser
proximal_operator = claim(
    minimises(S, Sum((z - x) ** 2) / 2 + t * Sum(Abs(z)), over=z),
    source=cite("004", "9, eq. 14"),
    covers=["004.9.eq14"],
    reads_as="h is the 1-norm, for which the page computes the operator; the minimiser exists and is unique",
)
optimality = claim(
    minimises(b, objective(u), over=u),
    given=Or(And(Ne(b, 0), Eq(b - a + t * sign(b), 0)), And(Eq(b, 0), -t <= a, a <= t)),
    source=cite("004", "9, eq. 15"),
    covers=["004.9.eq15"],
    reads_as="h is the absolute value of one entry; 0 lies in b - a + t d|b|, where d|b| is sign(b), or [-1, 1] at 0",
)
fixed_point = claim(
    shrink(a),
    eq(a - t * sign(shrink(a)), why="0 lies in the subdifferential, which is one number off 0"),
    given=Ne(shrink(a), 0),
    source=cite("004", "9, eq. 17"),
    covers=["004.9.eq17"],
    reads_as="an entry of the minimiser z*",
)
no_fixed_point_at_0 = claim(
    not_always(Eq(shrink(a), a - t * sign(shrink(a))), at={a: 1, t: 2}),
    source=cite("004", "9, eq. 17"),
    reads_as="an entry of z* that is 0",
)
sign_argument = claim(
    And(Eq(b, a - t * sign(b)), b < 0),
    implies(And(Eq(b, a + t), b < 0), why="the sign is -1"),
    implies(a < -t, why="a = b - t"),
    source=cite("004", "9"),
    covers=["004.9.sign1"],
    reads_as="lambda is t",
)
positive_sign_argument = claim(
    And(Eq(b, a - t * sign(b)), b > 0),
    implies(And(Eq(b, a - t), b > 0), why="the sign is 1"),
    implies(a > t, why="a = b + t"),
    source=cite("004", "9"),
    covers=["004.9.sign1"],
    reads_as="lambda is t",
)
threshold_of_another_size = claim(
    not_always(Implies(And(Eq(b, a - t * sign(b)), b > 0), a > lam), at={a: 3, b: 1, t: 2, lam: 4}), source=original
)
same_sign = claim(
    And(Eq(b, a - t * sign(b)), Ne(b, 0)),
    implies(And(Abs(a) > t, Eq(sign(b), sign(a)))),
    source=cite("004", "9"),
    covers=["004.9.sign2"],
    reads_as="lambda is t",
)
moved_entry = claim(
    shrink(a),
    eq(a - t * sign(a)),
    given=Abs(a) > t,
    source=cite("004", "9, eq. 18"),
    covers=["004.9.eq18"],
)
stays_at_0 = claim(
    And(g >= -1, g <= 1, Eq(0, -a + t * g)),
    implies(And(a >= -t, a <= t)),
    implies(Abs(a) <= t),
    source=cite("004", "9, eq. 19"),
    covers=["004.9.eq19"],
)
stays_at_0_only_there = claim(
    And(a >= -t, a <= t),
    iff(Abs(a) <= t),
    iff(And(a / t >= -1, a / t <= 1, Eq(0, -a + t * (a / t)))),
    source=original,
)
closed_form = claim(
    minimises(cases((0, Abs(a) <= t), (a - t * sign(a), Abs(a) > t)), objective(u), over=u),
    source=cite("004", "9, eq. 20"),
    covers=["004.9.eq20"],
    reads_as="one entry; the objective is a sum over the entries",
)
closed_form_of_every_entry = claim(
    minimises(
        array(n, lambda at: cases((0, Abs(x[at]) <= t), (x[at] - t * sign(x[at]), Abs(x[at]) > t))),
        Sum((z - x) ** 2) / 2 + t * Sum(Abs(z)),
        over=z,
    ),
    source=cite("004", "9, eq. 20"),
    covers=["004.9.eq20"],
)
compact_form = claim(
    cases((0, Abs(a) <= t), (a - t * sign(a), Abs(a) > t)),
    eq(shrink(a), why="S_t"),
    eq(Max(Abs(a) - t, 0) * sign(a)),
    source=cite("004", "9, eq. 21"),
    covers=["004.9.eq21"],
    reads_as="the left side is the proximal operator, by the closed form",
)
