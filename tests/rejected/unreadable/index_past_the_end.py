"""An entry past the end."""

from derive import claim, eq, indices, natural, original, real_vector

n = natural("n")
i, j = indices("i j", upto=n)
u = real_vector("u", n)

last = claim(u[n], eq(u[n]), source=original)
