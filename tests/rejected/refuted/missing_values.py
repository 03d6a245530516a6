"""One side has no value at an irrational place, and no rule may close a case without looking there."""

from derive import Abs, Max, Product, claim, eq, exp, floor, index, natural, original, positive, real, sign

x = real("x")
p = positive("p")
n = natural("n")
k = index("k", upto=n)

g = x**3 - 2  # 0 at the cube root of 2 alone
step = floor(1 / g)

floor_of_what_is_missing = claim(floor(1 / (1 + exp(-p / g**2))), eq(0), source=original)
sign_of_what_is_missing = claim(x + sign(2 * step - 1) ** 4, eq(x + 1), source=original)
cases_of_what_is_missing = claim(Abs(2 * step - 1) - Max(2 * step - 1, 1 - 2 * step), eq(0), source=original)
zeros_multiplied = claim(sign(Product(g**2, k)), eq(1), source=original)
zero_factors_that_count = claim(Product(sign(g) ** 2, k), eq(1), source=original)
