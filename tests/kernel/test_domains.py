"""Two sides with values at different points: no rule proves them equal or ordered, whatever else cancels; the true siblings are proved."""

from __future__ import annotations

import pytest
from sympy import Expr, Idx, IndexedBase, Sum, gamma, log, sqrt, symbols

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

n, m, t = symbols("n m t", integer=True, positive=True)
k = symbols("k", integer=True)
x = symbols("x", real=True)
p = symbols("p", positive=True)
w0 = symbols("w0", nonnegative=True)
i = Idx("i", n)
u = IndexedBase("u", shape=(m,), real=True)
w = IndexedBase("w", shape=(n,), nonnegative=True)
some, more = (k, 0, n - 1), (k, 0, t - 1)


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
    "roots one place on": (Sum(nil(sqrt(u[k + 1])), some), Sum(nil(sqrt(u[k + 1])), more), "eq", (n < m, t < m)),
}
TRUE = {
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
