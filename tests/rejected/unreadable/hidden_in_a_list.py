"""A false claim that gets no name, so that nobody sees it."""

from derive import claim, eq, original, real

x = real("x")

kept = [claim(x / 2, eq(x), source=original)]
