"""A float, which is no third."""

from derive import claim, eq, original, real

x = real("x")

third = claim(1 / 3 * x, eq(x / 3), source=original)
