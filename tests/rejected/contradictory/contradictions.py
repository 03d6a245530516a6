"""Hypotheses that nothing satisfies: whatever is claimed under them is not proved, true or false."""

from derive import (
    Abs,
    Eq,
    Max,
    Ne,
    Sum,
    claim,
    convex,
    costs,
    delta,
    differentiable_at,
    eq,
    erf,
    exp,
    floor,
    half,
    has_shape,
    iff,
    implies,
    indices,
    integer,
    log,
    lt,
    member,
    minimises,
    natural,
    negative,
    nonnegative,
    oo,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
    rounds_to,
    sign,
    sin,
    sqrt,
    tanh,
    tends_to,
)  # fmt: skip

x, y, c = real("x y c")
p = positive("p")
q = negative("q")
z = nonnegative("z")
N, M = integer("N M")
n, m = natural("n m")
i, j, k, l = indices("i j k l", upto=n)
u = real_vector("u", n)
A = real_matrix("A", n, n)

true_under_nothing = claim(x + x, eq(2 * x), given=[x < 0, x > 0], source=original)
false_under_nothing = claim(x, eq(x + 1), given=[x < 0, x > 0], source=original)
against_its_sort = claim(p, eq(2 * p), given=p < 0, source=original)
against_another_sort = claim(0, lt(q), given=q > 1, source=original)
square_below_zero = claim(x, eq(y), given=x**2 < 0, source=original)
square_is_minus_one = claim(x, eq(y), given=Eq(x**2, -1), source=original)
exponential_is_zero = claim(x, eq(y), given=Eq(exp(x), 0), source=original)
two_values_at_once = claim(x, eq(7), given=[Eq(x, 1), Eq(x, 2)], source=original)
three_in_a_ring = claim(x, lt(x - 1), given=[x < y, y < c, c < x], source=original)
no_integer_between = claim(N, eq(2 * N + 5), given=[N > 0, N < 1], source=original)
half_an_integer = claim(N, eq(0), given=Eq(2 * N, 1), source=original)
size_below_one = claim(n, eq(7), given=n < 1, source=original)
size_of_a_half = claim(n, eq(7), given=Eq(2 * n, 3), source=original)
sine_above_one = claim(x, eq(0), given=sin(x) > 1, source=original)
circle_and_line_apart = claim(x, eq(y), given=[Eq(x**2 + y**2, 1), x + y > 2], source=original)
entries_positive_sum_negative = claim(u[i], eq(0), given=[u[k] > 0, Sum(u[k], k) < 0], source=original)
every_entry_at_once = claim(u[i], eq(0), given=[Eq(u[k], 1), Eq(Sum(u[k], k), n + 1)], source=original)
equal_and_apart = claim(u[i], eq(u[j]), given=[Eq(i, j), Ne(i, j)], source=original)
apart_in_one_place = claim(u[i], eq(-u[j]), given=[Ne(i, j), Eq(n, 1)], source=original)
norm_below_an_entry = claim(u[i], eq(0), given=Sum(u[k] ** 2, k) < u[i] ** 2, source=original)
defined_nowhere = claim(x, eq(0), given=sqrt(-1 - x**2) >= 0, source=original)
logarithm_of_what_is_negative = claim(q, eq(0), given=log(q) > 0, source=original)
rounding_away = claim(x, eq(0), given=Ne(floor(floor(x)), floor(x)), source=original)
symmetric_and_not = claim(A[i, j], eq(0), given=[Eq(A[i, j], A[j, i]), Eq(A[i, j], -A[j, i]), Eq(A[i, i], 1)], source=original)
between_two_steps = claim(x, eq(7), given=Eq(floor(x), x + half), source=original)
hyperbolic_tangent_above_one = claim(x, eq(7), given=tanh(x) > 1, source=original)
error_function_at_one = claim(x, eq(7), given=erf(x) >= 1, source=original)
sign_above_one = claim(x, eq(7), given=sign(x) > 1, source=original)
even_and_odd = claim(N, eq(7), given=[Eq(N, 2 * M), Eq(N, 2 * M + 1)], source=original)
every_entry_and_the_first = claim(u[i], eq(7), given=[u[k] > 0, Eq(u[0], -1)], source=original)
no_squares_and_an_entry = claim(u[i], eq(7), given=[Eq(Sum(u[k] ** 2, k), 0), Ne(u[i], 0)], source=original)
trace_of_the_identity = claim(A[i, j], eq(7), given=[Eq(A[k, l], delta(k, l)), Eq(Sum(A[k, k], k), n + 1)], source=original)
exponential_below_its_argument = claim(x, eq(7), given=exp(x) < x, source=original)
inverse_is_zero = claim(x, eq(7), given=Eq(1 / x, 0), source=original)

# Other statements
limit_under_nothing = claim(tends_to(x * p, p, oo, oo), given=[x > 0, x < 0], source=original)
limit_of_what_does_not_get_there = claim(tends_to(Max(x, 5), x, oo, 5), given=x < 5, source=original)
optimum_under_nothing = claim(minimises(y, (x - y) ** 2 + y, over=x), given=[y > 1, y < 0], source=original)
optimum_with_its_variable_bound = claim(minimises(0, (x - 1) ** 2, over=x), given=x <= 0, source=original)
optimum_outside_its_hypothesis = claim(minimises(1, (x - 1) ** 2, over=x), given=x <= 0, source=original)
optimum_in_an_empty_set = claim(minimises(0, x**2, over=x, subject_to=x**2 < 0), source=original)
convex_on_nothing = claim(convex(-(x**2), over=x), given=[x > 1, x < 0], source=original)
convex_beside_a_contradiction = claim(convex(y * x**2, over=x), given=[y > 1, y < 0], source=original)
slope_from_one_side = claim(differentiable_at(Abs(x), x, at=0, value=1), given=x > 0, source=original)
decimal_under_nothing = claim(rounds_to(half, "0.5"), given=[x > 0, x < 0], source=original)
wrong_decimal_under_nothing = claim(rounds_to(half, "0.7"), given=[x > 0, x < 0], source=original)
shape_under_nothing = claim(has_shape(A @ u, n, 1), given=n < 1, source=original)
count_under_nothing = claim(costs(x * y, 1), given=[x > 0, x < 0], source=original)
member_under_nothing = claim(member(x, [7]), given=[x > 0, x < 0], source=original)
implication_under_nothing = claim(x > 0, implies(x > 1), given=[x > 0, x < 0], source=original)
equivalence_under_nothing = claim(x > 0, iff(x > 1), given=[x > 0, x < 0], source=original)

# Premises of an implication that never hold
premise_that_never_holds = claim(x**2 < 0, implies(Eq(x, 1)), source=original)
premise_against_a_hypothesis = claim(x > 1, implies(Eq(x, y)), given=x < 0, source=original)
