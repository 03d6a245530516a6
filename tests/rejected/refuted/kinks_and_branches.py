"""False because a kink, a branch of a logarithm, or a single point was passed over."""

from derive import (
    Abs,
    D,
    Eq,
    Heaviside,
    Max,
    Min,
    Mod,
    Ne,
    Rational,
    atan,
    away_from,
    cases,
    ceiling,
    claim,
    cos,
    differentiable_at,
    eq,
    exp,
    floor,
    half,
    integer,
    le,
    log,
    natural,
    nonnegative,
    original,
    positive,
    real,
    sign,
    sin,
    sqrt,
    tan,
)  # fmt: skip

x, y = real("x y")
p = positive("p")
q = nonnegative("q")
N = integer("N")
n = natural("n")

# A set of measure zero
floor_of_both_signs = claim(floor(x) + floor(-x), eq(-1), source=original)
sign_has_size_one = claim(Abs(sign(x)), eq(1), source=original)
heaviside_squares = claim(Heaviside(x) ** 2, eq(Heaviside(x)), source=original)
quotient_by_itself = claim(x / x, eq(1), source=original)
ceiling_is_floor_plus_one = claim(ceiling(x), eq(floor(x) + 1), source=original)
a_tie_is_neither = claim(cases((1, x > y), (0, x < y)) + cases((1, y > x), (0, y < x)), eq(1), source=original)
one_bad_integer = claim(cases((0, Ne(N, 57)), (1, True)), eq(0), source=original)

# Differentiability assumed at a kink
slope_of_relu = claim(D(Max(x, 0), x), eq(Heaviside(x)), source=original)
slope_of_size = claim(D(Abs(x), x), eq(sign(x)), source=original)
slope_of_relu_off_the_wrong_point = claim(D(Max(x, 0), x), eq(Heaviside(x)), given=away_from(x, 1), source=original)
slope_of_leaky_relu = claim(D(Max(x, x / 10), x), eq(cases((1, x >= 0), (Rational(1, 10), True))), source=original)
slope_of_huber_with_a_gap = claim(D(cases((x**2 / 2, Abs(x) <= 1), (Abs(x), True)), x), eq(Max(-1, Min(1, x))), source=original)
slope_of_relu_at_zero = claim(differentiable_at(Max(x, 0), x, at=0, value=half), source=original)
slope_of_a_root_at_its_end = claim(D(sqrt(q), q), eq(1 / (2 * sqrt(q))), le(1 / (2 * sqrt(q)) + 1), le(q + 5), source=original)
second_slope_of_x_size = claim(D(x * Abs(x), x, x), eq(2 * sign(x)), source=original)

# Branches of logarithms and roots
log_of_a_square = claim(log(x**2), eq(2 * log(x)), source=original)
root_of_a_square = claim(sqrt(x**2), eq(x), source=original)
log_of_a_product = claim(log(x * y), eq(log(x) + log(y)), source=original)
log_of_minus = claim(log(-x), eq(-log(x)), source=original)
cube_root_of_a_sixth_power = claim((x**6) ** Rational(1, 3), eq(x**3 / x), source=original)
root_of_a_product = claim(sqrt(x * y), eq(sqrt(x) * sqrt(y)), source=original)
arctangent_undoes_tangent = claim(atan(tan(x)), eq(x), source=original)
exponential_undoes_log = claim(exp(log(x)), eq(x), source=original)
power_of_a_power = claim((x**2) ** (p / 2), eq(x**p), source=original)

# 0^0 and what stands near it
zero_to_any_power = claim(0**q, eq(0), source=original)
anything_to_zero_is_zero = claim(x**0, eq(cases((1, Ne(x, 0)), (0, True))), source=original)
sine_over_its_argument = claim(sin(x) / x * x, eq(sin(x)), source=original)
tangent_everywhere = claim(tan(x) * cos(x), eq(sin(x)), source=original)
sine_at_an_approximate_pi = claim(sin(Rational(314159265358979323846264338327950288, 10**35)), eq(0), source=original)
zero_to_a_size = claim(0 ** (n - 1), eq(0), source=original)
power_divided = claim(x**n / x, eq(x ** (n - 1)), source=original)
size_less_one_divided = claim((n - 1) / (n - 1), eq(1), source=original)

# Slopes where there is none
slope_of_floor = claim(D(floor(x), x), eq(0), source=original)
slope_of_sign = claim(D(sign(x), x), eq(0), source=original)
slope_across_a_hole = claim(D(cases((0, Eq(x, 0)), (1, True)), x), eq(0), source=original)
slope_across_a_step = claim(D(cases((x**2 + 1, x > 0), (0, True)), x), eq(2 * Max(x, 0)), source=original)
slope_of_a_cubed_size = claim(D(Abs(x) ** 3, x), eq(3 * x**2), source=original)

# Falsity on the integers alone
remainders_of_both_signs = claim(Mod(x, 1) + Mod(-x, 1), eq(1), source=original)
ceiling_less_floor = claim(ceiling(x) - floor(x), eq(1), source=original)
