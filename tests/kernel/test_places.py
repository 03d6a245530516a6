"""A place past the end of an axis has no entry: no rule proves what is lost with one, and the true siblings are proved."""

from __future__ import annotations

import pytest
from sympy import Derivative, Eq, Idx, IndexedBase, Integral, Max, Piecewise, Sum, exp, symbols

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

n = symbols("n", integer=True, positive=True)
x, y, a, b, c = symbols("x y a b c", real=True)
i, j, l = (Idx(name, n) for name in "ijl")
i10, j10 = Idx("i10", 10), Idx("j10", 10)
u, v = IndexedBase("u", shape=(n,), real=True), IndexedBase("v", shape=(10,), real=True)
whole, low = Sum(u[l], l), (a > 0, u[j] <= 0)


def above(place: object) -> object:
    return Sum(Piecewise((u[l] * u[place], l > j), (0, True)), l)


FALSE = {
    "largest": (y * Max(u[i + 1], a, b, c), 0, (Eq(y, 0), *low)),
    "largest, lost": (Max(u[i + 1], a, b, c), Max(a, b, c), low),
    "largest, ten places": (y * Max(v[i10 + 1], a, b, c), 0, (Eq(y, 0), a > 0, v[j10] <= 0)),
    "from 1 on": (Sum(u[l] * u[i + 1], (l, 1, n - 1)), u[i + 1] * (whole - u[0]), ()),
    "up to the last": (Sum(u[l] * u[i - 1], (l, 0, n - 2)), u[i - 1] * (whole - u[n - 1]), ()),
    "prefix": (Sum(u[l] * u[i + 1], (l, 1, j)), u[i + 1] * (Sum(u[l], (l, 0, j)) - u[0]), ()),
    "cut": (above(i + 1), u[i + 1] * (whole - Sum(u[l], (l, 0, j))), ()),
    "slope": (y * Derivative(Sum(u[l] ** 2, l), u[j + 1]), 0, (Eq(y, 0),)),
    "integral": (y * Integral(u[i + 1] * exp(x), (x, 0, 1)), 0, (Eq(y, 0),)),
    "integral of a kink": (y * Integral(Max(u[i + 1], x), (x, 0, 1)), 0, (Eq(y, 0),)),
}
TRUE = {
    "largest": (y * Max(u[i + 1], a, b, c), 0, (Eq(y, 0), *low, i < n - 1)),
    "largest, sure": (Max(u[i], a, b, c) - Max(a, b, c, u[i]), 0, ()),
    "from 1 on": (Sum(u[l] * u[i], (l, 1, n - 1)), u[i] * (whole - u[0]), ()),
    "cut": (above(i), u[i] * (whole - Sum(u[l], (l, 0, j))), ()),
    "second place": (Max(u[0], u[1], a, b) * y, 0, (n >= 2, Eq(y, 0))),
    "slope": (y * Derivative(Sum(u[l] ** 2, l), u[n - 1 - j]), 0, (Eq(y, 0),)),
    "integral of a kink": (y * Integral(Max(u[i + 1], x), (x, 0, 1)), 0, (Eq(y, 0), i < n - 1)),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_lost_with_an_entry_is_not_proved(name: str) -> None:
    lhs, rhs, given = FALSE[name]
    with pytest.raises(GIVES_UP):
        prove(read_question(lhs, rhs, "eq", given), Budget(20_000, seconds=2.0))


@pytest.mark.parametrize("name", TRUE)
def test_what_stays_is_proved(name: str) -> None:
    lhs, rhs, given = TRUE[name]
    assert prove(read_question(lhs, rhs, "eq", given), Budget(20_000, seconds=2.0)).rules
