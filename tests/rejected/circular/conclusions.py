"""Hypotheses that are the conclusion, in other words or the same: nothing is proved."""

from derive import Eq, Ne, Sum, claim, eq, indices, lt, natural, ne, original, positive, real, real_matrix, real_vector

x, y = real("x y")
p, q = positive("p q")
n = natural("n")
i, j, k, l = indices("i j k l", upto=n)
u, v = real_vector("u", n), real_vector("v", n)
A = real_matrix("A", n, n)

word_for_word = claim(x, eq(y), given=Eq(x, y), source=original)
turned_round = claim(y, eq(x), given=Eq(x, y), source=original)
with_a_sum_renamed = claim(Sum(u[k], k), eq(1), given=Eq(Sum(u[l], l), 1), source=original)
order_word_for_word = claim(x, lt(y), given=x < y, source=original)
order_turned_round = claim(x, lt(y), given=y > x, source=original)
apart_word_for_word = claim(x, ne(y), given=Ne(y, x), source=original)
one_entry_for_all = claim(u[i], eq(v[i]), given=Eq(u[i], v[i]), source=original)
another_letter = claim(u[i], eq(v[i]), given=Eq(u[k], v[k]), source=original)
terms_in_another_order = claim(x + y, eq(1), given=Eq(y + x, 1), source=original)
one_part_of_a_conjunction = claim(x, eq(y), given=(Eq(x, y) & (x > 0)), source=original)
first_line_to_last_line = claim(x * y, eq(y * x), eq(p), given=Eq(x * y, p), source=original)
