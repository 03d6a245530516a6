"""SymPy's == compares structure: the claim is a bare True."""

from derive import claim, original, real

x = real("x")

equal = claim(x == x, source=original)
