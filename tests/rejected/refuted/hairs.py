"""False by very little, on very little, or very far out."""

from derive import (
    Abs,
    Eq,
    Max,
    Min,
    Rational,
    Sum,
    cases,
    claim,
    eq,
    erf,
    exp,
    floor,
    indices,
    integer,
    le,
    log,
    lt,
    natural,
    nonnegative_integer,
    original,
    pi,
    positive,
    real,
    real_vector,
    sin,
    sqrt,
    tanh,
)  # fmt: skip

x, y = real("x y")
p = positive("p")
n = natural("n")
N = integer("N")
m = nonnegative_integer("m")
i, k = indices("i k", upto=n)
u = real_vector("u", n)

hair = Rational(1, 10**40)

constant_error = claim(x + hair, eq(x), source=original)
coefficient_error = claim((1 + hair) * x**2, eq(x**2), source=original)
coefficient_error_in_an_exponent = claim(exp((1 + hair) * x), eq(exp(x)), source=original)
coefficient_error_inside_a_sum = claim(Sum((1 + hair) * u[k], k), eq(Sum(u[k], k)), source=original)
strict_by_a_hair = claim(x**2 - 2 * x + 1, lt((x - 1) ** 2 + hair * x**2), source=original)
beyond_a_million = claim(Max(x - 10**6, 0), eq(0), source=original)
far_below = claim(Min(x + 10**12, 0), eq(0), source=original)
large_and_bounded = claim(x**2, le(10**30), source=original)
tanh_is_sign_far_out = claim(tanh(x), eq(1), given=x > 500, source=original)
erf_is_one_far_out = claim(erf(x), eq(1), given=x > 40, source=original)
bump_on_a_tiny_interval = claim(Max(0, Rational(1, 10**9) - Abs(x - Rational(1, 3))), eq(0), source=original)
bump_at_an_irrational_place = claim(Max(0, Rational(1, 10**9) - Abs(x - sqrt(2))), eq(0), source=original)
bump_between_two_kinks = claim(Max(0, x - 17) * Max(0, 17 + Rational(1, 10**12) - x), eq(0), source=original)
large_term_added_and_taken_away = claim((x + 10**40) - 10**40 + Rational(1, 10**20), eq(x), source=original)
large_exponential_added_and_taken_away = claim((exp(x) * 10**60 + x) - 10**60 * exp(x), eq(x + hair), source=original)
almost_an_integer = claim(exp(pi * sqrt(163)), eq(640320**3 + 744), source=original)
almost_pi = claim(pi, eq(Rational(355, 113)), source=original)
right_up_to_three = claim(Sum(k**2, k), eq(n * (n - 1) * (2 * n - 1) / 6 + (n - 1) * (n - 2) * (n - 3)), source=original)
cubes_right_up_to_three = claim(m**3, eq(6 * m**2 - 11 * m + 6), given=[m >= 1, m <= 4], source=original)
primes_for_a_while = claim(floor((N**2 + N + 41) / 41) * 41, lt(N**2 + N + 41), given=[N >= 0, N <= 41], source=original)
power_beats_square_early = claim(m**2, le(2**m), source=original)
logarithm_beats_root = claim(log(p), le(p ** Rational(1, 3)), given=p >= 1, source=original)
sine_below_its_line = claim(sin(x), le(x), source=original)
one_large_size = claim(n, le(1000), source=original)
right_up_to_six = claim((n - 1) * (n - 2) * (n - 3) * (n - 4) * (n - 5) * (n - 6), eq(0), source=original)
cut_off_far_out = claim(Min(exp(x), 10**100), eq(exp(x)), source=original)
floor_of_a_small_share = claim(floor(x / 10**7), eq(0), given=x >= 0, source=original)
hair_beyond_a_million = claim(x + hair * Max(0, x - 10**6), eq(x), source=original)
sine_by_its_first_terms = claim(sin(x), eq(x - x**3 / 6), given=[x > 0, x < Rational(1, 10**12)], source=original)
one_value_that_is_irrational = claim(cases((1, Eq(x**2, 2)), (0, True)), eq(0), source=original)
two_integers_far_out = claim(cases((1, Eq(N**2, 1000001**2)), (0, True)), eq(0), source=original)
