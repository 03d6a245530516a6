"""A false claim, hidden by binding its name again."""

from derive import claim, eq, original, real

x = real("x")

half_is_whole = claim(x / 2, eq(x), source=original)
half_is_whole = claim(x / 2 + x / 2, eq(x), source=original)
