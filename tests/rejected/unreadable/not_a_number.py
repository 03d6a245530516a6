"""Not a number."""

from derive import claim, eq, original, real

x = real("x")

nothing = claim(x * float("nan"), eq(x * float("nan")), source=original)
