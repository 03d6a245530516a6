"""Orders of many kinks, by the rules alone: each is bounded or is one of its arguments; siblings that fail somewhere are not proved."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Abs, Max, Min, Rational, log, symbols

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

x, y, z = symbols("x y z", real=True)
a, b, v = (symbols(f"{name}1:4", real=True) for name in "abv")
w = symbols("w1:7", real=True)
sums = Max(*(s + t for s, t in zip(a, b, strict=True)))
gaps = [Abs(s - t) for s, t in zip(a, b, strict=True)]

TRUE = {
    "maximum of sums": (sums, Max(*a) + Max(*b), "le"),
    "maximum of sums, from below": (Max(*a) + Min(*b), sums, "le"),
    "maxima of what is near": (Abs(Max(*a) - Max(*b)), Max(*gaps), "le"),
    "range of six": (Max(*w) - Min(*w), sum(map(Abs, w)), "le"),
    "clipping": (Abs(Max(-1, Min(1, x)) - Max(-1, Min(1, y))), Abs(x - y), "le"),
    "three pairs": (x + y + z + Max(x, y, z) - Min(x, y, z), Max(x, y) + Max(y, z) + Max(z, x), "le"),
    "a kink in a product too": (x * Max(y, z) + x + Min(y, z), x * Max(y, z) + Max(x, y) + Max(x, z), "le"),
    "strict": (Max(*v) - Min(*v), 1 + sum(map(Abs, v)), "lt"),
}
FALSE = {
    "maximum of sums, strict": (sums, Max(*a) + Max(*b), "lt"),
    "maximum of sums, upside down": (Max(*a) + Max(*b), sums, "le"),
    "one gap forgotten": (Abs(Max(*a) - Max(*b)), Max(*gaps[:2]), "le"),
    "range of six by the largest": (Max(*w) - Min(*w), Max(*map(Abs, w)), "le"),
    "clipping, strict": (Abs(Max(-1, Min(1, x)) - Max(-1, Min(1, y))), Abs(x - y), "lt"),
    "by a hair": (Max(*v) - Min(*v), Rational(10**30 - 1, 10**30) * sum(map(Abs, v)), "le"),
    "a side without a value": (Min(*v) - Max(*v), Max(log(x), log(x) ** 2), "le"),
}


def rules(claim: tuple[Any, ...]) -> tuple[str, ...]:
    return prove(read_question(*claim, ()), Budget(40_000, seconds=10.0)).rules


@pytest.mark.parametrize("name", TRUE)
def test_an_order_of_many_kinks_is_proved(name: str) -> None:
    assert "kinks-bounded" in rules(TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_a_false_sibling_is_not(name: str) -> None:
    with pytest.raises(GIVES_UP):
        rules(FALSE[name])
