"""Corners: ties of maxima under a derivative, sizes held at a number, what has no value beside what is 0."""

# One claim a line.

from notation import *

NN = Symbol("NN", integer=True)
u5, v9 = V("u5", 5), V("v9", 9)
i8, i9 = Idx("i8", 8), Idx("i9", 9)

CLAIMS = [
    # a tie with any argument of a maximum
    ("tie_last", D(Max(x, a, b), x), 1, "eq", (x >= a, x >= b), False),
    ("tie_last_strict", D(Max(x, a, b), x), 1, "eq", (x > a, x > b), True),
    ("tie_below", D(Max(x, a, b), x), 0, "eq", (x <= a,), False),
    ("tie_below_strict", D(Max(x, a, b), x), 0, "eq", (x < a,), True),
    ("tie_one_strict", D(Max(x, a, b), x), 1, "eq", (x > a, x >= b), False),
    ("tie_min", D(Min(x, a, b), x), 1, "eq", (x <= a, x <= b), False),
    ("tie_four", D(Max(x, a, b, c), x), 1, "eq", (x >= a, x >= b, x >= c), False),
    ("tie_four_strict", D(Max(x, a, b, c), x), 1, "eq", (x > a, x > b, x > c), True),
    ("tie_in_a_sum", D(Sum(Max(u[l], a, b), l), u[j]), 1, "eq", (u[j] >= a, u[j] >= b), False),
    ("tie_in_a_sum_strict", D(Sum(Max(u[l], a, b), l), u[j]), 1, "eq", (u[j] > a, u[j] > b), True),
    ("tie_around", Sum(D(Max(x, a, b), x), l), n, "eq", (x >= a, x >= b), False),
    ("tie_inside_integral", Integral(D(Max(x, a, b), x), (y, 0, 1)), 1, "eq", (x >= a, x >= b), False),
    ("tie_square", D(Max(0, b, x)**2, x), 2 * x, "eq", (x >= 0, x >= b, b <= 0), True),
    ("tie_square_high", D(Max(a, b, x)**2, x), 2 * x, "eq", (x >= a, x >= b), False),
    ("tie_nested", D(Max(Min(x, a), b), x), 0, "eq", (x >= a,), False),
    ("tie_nested_strict", D(Max(Min(x, a), b), x), 0, "eq", (x > a,), True),
    ("tie_five", D(Max(*(u5[k] for k in range(5))), u5[0]), 1, "eq", tuple(u5[0] >= u5[k] for k in range(1, 5)), False),
    ("tie_five_strict", D(Max(*(u5[k] for k in range(5))), u5[0]), 1, "eq", tuple(u5[0] > u5[k] for k in range(1, 5)), True),
    ("tie_equal_places", D(Max(u[i], u[j], x), u[i]), 1, "eq", (u[i] > x, u[i] >= u[j]), False),
    # a sum of as many terms as a number says
    ("held_product", Sum(NN * (NN - 10), (NN, 0, 9)), 0, "eq", (), False),
    ("held_product_value", Sum(NN * (NN - 10), (NN, 0, 9)), -165, "eq", (), True),
    ("held_exp", Sum(NN * (NN - 10) * exp(NN**2), (NN, 0, 9)), 0, "eq", (), False),
    ("held_log", Sum(NN * (NN - 10) * log(NN + 1), (NN, 0, 9)), 0, "eq", (), False),
    ("held_longer", Sum((NN - 40) * NN, (NN, 0, 39)), 0, "eq", (), False),
    ("held_eight", Sum(exp(-x * NN) * (NN - 8) * NN, (NN, 0, 7)), 0, "eq", (), False),
    ("held_shorter", Sum(i8 * v9[i8], i8), Sum(i9 * v9[i9], i9) - 8 * v9[8], "eq", (), True),
    ("held_shorter_false", Sum(i8 * v9[i8], i8), Sum(i9 * v9[i9], i9) - 9 * v9[8], "eq", (), False),
    # an edge that leaves 0, times what may have no value
    ("zero_log", y * log(x), 0, "eq", (y >= 0, y <= 0), False),
    ("zero_log_inside", y * log(x), 0, "eq", (y >= 0, y <= 0, x > 0), True),
    ("zero_product_log", x * y * log(a), 0, "eq", (x >= 0, y >= 0, x + y <= 0), False),
    ("zero_product_quotient", x * y / a, 0, "eq", (x >= 0, y >= 0, x + y <= 0), False),
    ("zero_product", x * y, 0, "eq", (x >= 0, y >= 0, x + y <= 0), True),
    ("zero_own_log", x * log(x), 0, "eq", (x >= 0, x <= 0), False),
]
