"""False limits, where the rules for limits find no value at all."""

from derive import Sum, claim, floor, index, natural, oo, original, positive, real, sin, tends_to

b = positive("b")
n = natural("n")
x = real("x")
k = index("k", upto=n)

limit_and_sum_exchanged = claim(tends_to(Sum(b / n, k), b, oo, 0), source=original)
terms_of_a_growing_sum = claim(tends_to(Sum(1 / n, k), n, oo, 0), source=original)
steps_all_the_way = claim(tends_to(floor(x) - x, x, oo, 0), source=original)
waves_all_the_way = claim(tends_to(sin(x), x, oo, 0), source=original)
pole_that_a_positive_number_sees_from_one_side = claim(tends_to(1 / b, b, 0, oo), source=original)
sum_of_terms_that_vanish = claim(tends_to(Sum(x**2 / n, k), n, oo, 0), source=original)
