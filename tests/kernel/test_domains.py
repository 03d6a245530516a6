"""Two sides with values at different points: no rule proves them equal or ordered, whatever else cancels; the true siblings are proved."""

from __future__ import annotations

import pytest
from sympy import Abs, Derivative, Eq, Expr, Idx, IndexedBase, Max, Sum, gamma, log, sign, sqrt, symbols

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

n, m, t = symbols("n m t", integer=True, positive=True)
k = symbols("k", integer=True)
m0 = symbols("m0", integer=True, nonnegative=True)
x, y = symbols("x y", real=True)
p = symbols("p", positive=True)
w0 = symbols("w0", nonnegative=True)
i, r = Idx("i", n), Idx("r", m)
u = IndexedBase("u", shape=(m,), real=True)
w = IndexedBase("w", shape=(n,), nonnegative=True)
some, more, before = (k, 0, n - 1), (k, 0, t - 1), (k, 0, i - 1)


def nil(e: Expr) -> Expr:
    """0 where e has a value."""
    return (e + 1) ** 2 - e**2 - 2 * e - 1


FALSE = {
    "poles along two ranges": (Sum(nil(gamma(u[k])), some), Sum(nil(gamma(u[k])), more), "eq", (n <= m, t <= m)),
    "poles at two ends": (Sum(nil(gamma(x - k)), some), Sum(nil(gamma(x - k)), more), "eq", ()),
    "logarithms one place on": (Sum(nil(log(u[k + 1])), some), Sum(nil(log(u[k + 1])), more), "eq", (n < m, t < m)),
    "quotients one place on": (Sum(nil(1 / u[k + 1]), some), Sum(nil(1 / u[k + 1]), more), "eq", (n < m, t < m)),
    "0 times a logarithm": (w0**p * log(w0), w0**p * (w0 - 1), "le", ()),
    "0 times a logarithm, below": (w0**p * log(w0) / (1 + w0**p), 5 + w0**2, "le", ()),
    "0 times logarithms along a sum": (Sum(w[i] ** p * log(w[i]), i), Sum(w[i] ** p * (w[i] - 1), i), "le", ()),
    "no terms of no value": (Sum(w[k] / x, before), 1 / x, "eq", (Eq(x, 0),)),
    "no terms of no value, and a number": (Sum(log(x), (k, 0, m0 - 1)), log(x), "eq", (Eq(x, 0),)),
    "no terms that are roots": (Sum(sqrt(x) * w[k], before), sqrt(x), "eq", (Eq(x, -1),)),
    "a slope whose formula has no value": (Derivative(sqrt(x**4 + x**2 * y**2), x), 1 / x, "eq", (Eq(x, 0), Eq(y, 0))),
    "and along a sum": (Derivative(sqrt(Sum(u[k] ** 4, (k, 0, m - 1))), u[0]), 1 / u[0], "eq", (Eq(u[r], 0),)),
    "a hypothesis about no roots": (Max(x, 0), x, "eq", (Sum(sqrt(x), (k, 0, m0 - 1)) <= 5,)),
    "and its sign": (Abs(x) * sign(x) ** 2, x, "eq", (Sum(sqrt(x), (k, 0, m0 - 1)) <= 5,)),
    "roots one place on": (Sum(nil(sqrt(u[k + 1])), some), Sum(nil(sqrt(u[k + 1])), more), "eq", (n < m, t < m)),
}
TRUE = {
    "a hypothesis about roots": (Max(x, 0), x, "eq", (Sum(sqrt(x), (k, 0, n - 1)) <= 5,)),
    "quotients by 0": (Sum(w[k] / x, (k, 0, n - 1)), 1 / x, "eq", (Eq(x, 0),)),
    "a logarithm of 0, and a pole": (log(x), gamma(x), "eq", (Eq(x, 0),)),
    "a corner": (Derivative(Abs(x), x), 1 / x, "eq", (Eq(x, 0),)),
    "an edge": (Derivative(sqrt(x), x), 1 / x, "eq", (Eq(x, 0),)),
    "0 to a power": (0, w0**p * (1 + x**2), "le", ()),
    "0 to a power, beside a logarithm": (w0**p * log(2 + w0), w0**p * (w0 + 1), "le", ()),
    "poles": (Sum(nil(gamma(u[k])), some), Sum(nil(gamma(u[k])) + u[k], some) - Sum(u[k], some), "eq", (n <= m,)),
    "logarithms one place on": (Sum(nil(log(u[k + 1])), some), Sum(nil(1 / sqrt(u[k + 1])), some), "eq", (n < m,)),
    "quotients one place on": (Sum(nil(1 / u[k + 1]), some), Sum(nil(2 / u[k + 1]), some), "eq", (n < m,)),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_value_on_one_side_alone_is_seen(name: str) -> None:
    with pytest.raises(GIVES_UP):
        prove(read_question(*FALSE[name]), Budget(20_000, seconds=2.0))


@pytest.mark.parametrize("name", TRUE)
def test_values_at_the_same_points_are_seen(name: str) -> None:
    prove(read_question(*TRUE[name]), Budget(20_000, seconds=5.0))
