"""The other half of a circle."""

from derivations.circle_of_citations import here

from derive import claim, eq, original, real

x = real("x")

other = claim(x, eq(x + 1, by=here), source=original)
