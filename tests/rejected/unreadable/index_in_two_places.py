"""One index, summed over and free in one claim."""

from derive import Sum, claim, eq, indices, natural, original, real_vector

n = natural("n")
i, j = indices("i j", upto=n)
u = real_vector("u", n)

captured = claim(u[i] * Sum(u[i], i), eq(Sum(u[i] ** 2, i)), source=original)
