"""A Greek letter that looks like a Latin one."""

from derive import claim, eq, original, positive, real

o = real("o")
omicron = positive("\N{GREEK SMALL LETTER OMICRON}")

same = claim(o * omicron, eq(o**2), source=original)
