"""Hypotheses that leave an edge, a point, or nothing: weak orders that meet, sums of squares, integers between, ranges of size one."""

# One claim a line.

from notation import *

NN, MM = symbols("NN MM", integer=True)
su = Sum(u[l], l)

CLAIMS = [
    ("edge_pair", x, 1, "eq", (x >= 1, x <= 1), True),
    ("edge_pair_open", x, 1, "eq", (x >= 1, x <= 1 + Q(1, 10**12)), False),
    ("edge_three", x, c, "eq", (x <= y, y <= c, c <= x), True),
    ("edge_three_broken", x, c, "eq", (x <= y, y <= c, x <= c), False),
    ("edge_circle", x, y, "eq", (x**2 + y**2 <= 2, x * y >= 1), True),
    ("edge_circle_value", x, 1, "eq", (x**2 + y**2 <= 2, x * y >= 1), False),
    ("edge_circle_positive", x, 1, "eq", (x**2 + y**2 <= 2, x * y >= 1, x > 0), True),
    ("edge_circle_product", x * y, 1, "eq", (x**2 + y**2 <= 2, x * y >= 1), True),
    ("edge_norm", x, 0, "eq", (x**2 + y**2 <= 0,), True),
    ("edge_norm_ball", x, 0, "eq", (x**2 + y**2 <= Q(1, 10**9),), False),
    ("edge_square", x, 2, "eq", ((x - 2)**2 <= 0,), True),
    ("edge_cube", x, 2, "eq", ((x - 2)**3 <= 0,), False),
    ("edge_sum_of_squares", u[j], 0, "eq", (Sum(u[l]**2, l) <= 0,), True),
    ("edge_sum", u[j], 0, "eq", (Sum(u[l], l) <= 0,), False),
    ("edge_reciprocal", p, 1, "eq", (p + 1 / p <= 2,), True),
    ("edge_reciprocal_real", x, 1, "eq", (x + 1 / x <= 2, Ne(x, 0)), False),
    ("edge_means", p, q, "eq", (p * q >= ((p + q) / 2)**2,), True),
    ("edge_means_false", p, q, "eq", (p * q >= ((p + q) / 2)**2 - Q(1, 10**6),), False),
    ("edge_product", x, 0, "eq", (x * (x - 1) <= 0, x < Q(1, 2), Eq(x * (x - 1), 0)), True),
    ("edge_max", Max(x, y, c, a), b, "eq", (x <= b, y <= b, c <= b, a <= b, Eq(y, b)), True),
    ("edge_max_false", Max(x, y, c, a), b, "eq", (x <= b, y <= b, c <= b, a <= b), False),
    ("edge_max_other", Max(x, y, c, a), x, "eq", (x <= b, y <= b, c <= b, a <= b, Eq(y, b)), False),
    ("edge_clip", Max(-1, Min(1, x)), 1, "eq", (x >= 1,), True),
    ("edge_clip_false", Max(-1, Min(1, x)), 1, "eq", (x >= 1 - Q(1, 10**15),), False),
    ("edge_slope", D(Abs(x) * x, x), 0, "eq", (x >= 0, x <= 0), True),
    ("edge_slope_none", D(Abs(x), x), 0, "eq", (x >= 0, x <= 0), False),
    ("integers_between", NN, 0, "eq", (NN > -1, NN < 1), True),
    ("integers_between_false", NN, 0, "eq", (NN >= -1, NN < 1), False),
    ("integers_square", NN, 3, "eq", (Eq(NN**2, 9), NN > 0), True),
    ("integers_square_false", NN, 3, "eq", (Eq(NN**2, 9),), False),
    ("integers_pair", NN * MM, 1, "eq", (Eq(NN + MM, 2),), False),
    ("size_one_entries", u[i], u[j], "eq", (n < 2,), True),
    ("size_two_entries", u[i], u[j], "eq", (n <= 2,), False),
    ("size_one_sum", su, u[0], "eq", (n <= 1,), True),
    ("size_one_softmax", S(i), 1, "eq", (n <= 1,), True),
    ("size_one_delta", d(i, j), 1, "eq", (n <= 1,), True),
    ("two_shares", u[i] * u[j], Q(1, 4), "le", (u[l] >= 0, Eq(su, 1), Ne(i, j)), True),
    ("two_shares_false", u[i] * u[j], Q(1, 4), "le", (u[l] >= 0, Eq(su, 1)), False),
    ("one_share", u[j], su, "lt", (u[i] > 0, n >= 2), True),
    ("one_share_false", u[j], su, "lt", (u[i] > 0,), False),
]
