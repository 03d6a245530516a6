"""Equivalences one side of which has no value where the other has one: true or false is a matter of taste, so they are not proved."""

from derive import claim, iff, log, original, real, sqrt

x = real("x")

root_defined_on_one_side = claim(sqrt(x) >= 0, iff(x >= 0), source=original)
log_defined_on_one_side = claim(log(x) <= 0, iff(x <= 1), source=original)
