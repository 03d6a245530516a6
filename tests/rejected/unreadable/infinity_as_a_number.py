"""Infinity, used as a number."""

from derive import claim, eq, oo, original, real

x = real("x")

infinite = claim(x + oo, eq(oo), source=original)
