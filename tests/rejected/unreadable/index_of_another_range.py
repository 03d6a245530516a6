"""An index that runs further than its array."""

from derive import Sum, claim, eq, index, natural, original, real_vector

n, m = natural("n m")
r = index("r", upto=m)
u = real_vector("u", n)

total = claim(Sum(u[r], r), eq(Sum(u[r], r)), source=original)
