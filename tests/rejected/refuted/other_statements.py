"""False limits, optima, bounds, counts and decimals, and equivalences that hold in one direction."""

from derive import (
    Abs,
    Eq,
    Interval,
    Max,
    Mod,
    Ne,
    Sum,
    claim,
    convex,
    costs,
    differentiable_at,
    eq,
    exp,
    half,
    iff,
    implies,
    indices,
    integer,
    kink,
    le,
    member,
    minimises,
    natural,
    oo,
    original,
    pi,
    positive,
    real,
    real_vector,
    rounds_to,
    sign,
    sin,
    sqrt,
    tanh,
    tends_to,
)  # fmt: skip

x, y, c = real("x y c")
b, p = positive("b p")
n = natural("n")
N = integer("N")
i, k, l = indices("i k l", upto=n)
u, v = real_vector("u", n), real_vector("v", n)

limit_of_what_grows = claim(tends_to(x**2 / (1 + b), x, oo, 5), source=original)
limits_of_two_signs = claim(tends_to(1 / x, x, 0, oo), source=original)
limit_of_the_wrong_sign = claim(tends_to(tanh(b * x), b, oo, 1), source=original)
limit_at_a_tie = claim(tends_to(exp(b * u[i]) / Sum(exp(b * u[k]), k), b, oo, 1), source=original)
maximiser_as_minimiser = claim(minimises(1, x * (2 - x), over=x), source=original)
not_the_only_point = claim(minimises(2, (x**2 - 1) ** 2, over=x), source=original)
outside_its_set = claim(minimises(0, (x + 1) ** 2, over=x, subject_to=x >= -half), source=original)
convex_in_one_direction = claim(convex(x * y, over=(x, y)), source=original)
convex_but_for_one_point = claim(convex(x**4 - x**2, over=x), source=original)
concave = claim(convex(sqrt(p), over=p), source=original)
wrong_corner = claim(kink(Max(x, 2 * x), x, at=0, left=2, right=1), source=original)
open_interval = claim(member(sin(x), Interval.open(-1, 1)), source=original)
values_of_sign = claim(member(sign(x), [-1, 1]), source=original)
rounded_down = claim(rounds_to(pi, "3.1415"), source=original)
count_of_additions = claim(costs(Sum(u * v), 2 * n), source=original)
squares_tell_numbers_apart = claim(Eq(x**2, y**2), iff(Eq(x, y)), source=original)
product_is_zero = claim(Eq(x * y, 0), implies(Eq(x, 0)), source=original)
order_under_a_square = claim(x < y, implies(x**2 < y**2), source=original)
order_under_an_inverse = claim(x < y, implies(1 / y < 1 / x), given=[Ne(x, 0), Ne(y, 0)], source=original)
division_by_what_may_vanish = claim(Eq(c * x, c * y), implies(Eq(x, y)), source=original)
weak_and_strict = claim(x <= y, implies(x < y), source=original)
arithmetic_and_geometric_mean = claim((p + b) / 2, le(sqrt(p * b)), source=original)
first_line_right_last_line_wrong = claim((x + 1) ** 2, eq(x**2 + 2 * x + 1), eq(x**2 + 1), source=original)
least_value_seen_near_by = claim(minimises(0, Abs(x) - 2 * Max(0, Abs(x) - 10**7), over=x), source=original)
convex_up_to_a_hair = claim(convex(Max(x, 0) - x**2 / 10**40, over=x), source=original)
remainder_left_out = claim(member(Mod(N, 3), [0, 1]), source=original)
zero_is_not_positive = claim(x > 0, iff(x >= 0), source=original)
slope_of_a_root_of_a_size = claim(differentiable_at(sqrt(Abs(x)), x, at=0, value=0), source=original)
