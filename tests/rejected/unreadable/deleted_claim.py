"""A false claim, deleted again."""

from derive import claim, eq, original, real

x = real("x")

half_is_whole = claim(x / 2, eq(x), source=original)
del half_is_whole
