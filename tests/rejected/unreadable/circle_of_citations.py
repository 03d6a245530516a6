"""A claim that cites itself, through a page that imports this one."""

from derivations._circle import other

from derive import claim, eq, original, real

x = real("x")

here = claim(x, eq(x + 1, by=other), source=original)
