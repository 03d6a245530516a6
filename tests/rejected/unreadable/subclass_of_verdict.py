"""A verdict of the page's own making."""

from derive import claim, eq, original, real
from derive.kernel.verdict import Verdict


class Mine(Verdict):
    """Always PROVED."""

    name = "PROVED"


x = real("x")

half_is_whole = claim(x / 2, eq(x), source=original)
