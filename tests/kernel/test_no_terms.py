"""A sum of no terms is 0, whatever its terms need; what stands before it needs a value still."""

from __future__ import annotations

import pytest
from sympy import Abs, Idx, IndexedBase, Sum, log, sqrt, symbols

from derive import decide
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question
from derive.kernel.verdict import Status

n = symbols("n", integer=True, positive=True)
x = symbols("x", real=True)
j, l = Idx("j", n), Idx("l", n)
u = IndexedBase("u", shape=(n,), real=True)
before = (l, 0, j - 1)

FALSE = {
    "logarithm": (log(x) * Sum(u[l], before), Sum(log(x) * u[l], before), "le"),
    "turned": (Sum(log(x) * u[l], before), log(x) * Sum(u[l], before), "le"),
    "from 1 on": (Sum(u[l] * log(x), (l, 1, n - 1)), log(x) * Sum(u[l], (l, 1, n - 1)), "le"),
    "quotient": (Sum(u[l], before) / x, Sum(u[l] / x, before), "le"),
    "root": (Sum(Abs(u[l]), before) * sqrt(x), Sum(sqrt(x) * Abs(u[l]), before), "le"),
    "strict": (Sum(u[l] ** 2, before), Sum(u[l] ** 2 + 1, before), "lt"),
}
TRUE = {
    "positive": (log(x) * Sum(u[l], before), Sum(log(x) * u[l], before), "le", (x > 0,)),
    "some terms": (log(x) * Sum(u[l], l), Sum(log(x) * u[l], l), "le", ()),
    "weak": (Sum(u[l] ** 2, before), Sum(u[l] ** 2 + 1, before), "le", ()),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_has_no_value_is_not_lost(name: str) -> None:
    with pytest.raises(GIVES_UP):
        prove(read_question(*FALSE[name]), Budget(20_000, seconds=2.0))
    assert decide(*FALSE[name]).verdict.status is Status.REFUTED


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_is_proved(name: str) -> None:
    assert prove(read_question(*TRUE[name]), Budget(20_000, seconds=2.0)).rules
