"""Two symbols that print alike: one of them is positive."""

from derive import Abs, claim, eq, original, positive, real

x = real("x")
also_x = positive("x")

size = claim(Abs(also_x), eq(also_x), source=original)
size_of_the_other = claim(Abs(x), eq(also_x), source=original)
