"""A question whose sums bind the name of a free index: what is known of the one is not known of the other."""

from __future__ import annotations

import pytest
from sympy import Idx, IndexedBase, Integral, Sum, Symbol, log

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.forms import decide_form
from derive.kernel.proof import Budget
from derive.kernel.read import read_question
from derive.statement.claim import Form
from derive.statement.term import ONE, OO, ZERO, add, entry, index, make, mul, neg, num, power, show, sub, sym, total

n = Symbol("n", integer=True, positive=True)
i, k = Idx("i", n), Idx("k", n)
y = IndexedBase("y", shape=(n,), positive=True)
t = Symbol("t", real=True)
summed = Sum((2 * i - 1) * y[i], (i, 0, n - 1))  # below 0 for a large y[0]


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [(0, summed), (0, summed * y[i]), (0, Sum(i * y[i] + y[k], (i, 0, n - 1)) - n * y[k] - n * y[i]), (0, Integral(t - 1, (t, 0, 2)) - 1)],
)
def test_a_fact_about_a_free_variable_is_none_about_a_bound_one(lhs: object, rhs: object) -> None:
    with pytest.raises(GIVES_UP):
        prove(read_question(lhs, rhs, "le", (i >= 1, t >= 2)), Budget(20_000, 3.0))


def test_names_are_kept_apart_in_sides_and_hypotheses_alike() -> None:
    asked = read_question(summed * y[i], 0, "le", (Sum(log(y[i]), i) <= 1, i >= 1))
    assert [show(u) for u in asked.parted().everything] == [
        "y[i]*sum((2*i1 + -1)*y[i1], i1 < n)", "0", "sum(log(y[i1]), i1 < n) <= 1", "1 <= i"
    ]  # fmt: skip
    plain = read_question(Sum(y[k], k), Sum(y[i], i))
    assert plain.parted() is plain


def test_a_limit_keeps_names_apart() -> None:
    size, s = sym("n", "positive integer"), sym("s")
    at = index("i", size)
    z = entry("z", "real", (size,), (at,))
    # exp(-(i - 1/2) s) at i = 0 grows
    grows = total(make("exp", mul(num(-1), sub(at, num("1/2")), s)), at)
    parts = (("expression", add(grows, mul(z, power(s, -1)))), ("variable", s), ("point", OO), ("value", ZERO), ("side", ""))
    found = decide_form(Form("tends_to", parts), (make("le", ONE, at), make("lt", neg(z), at)), Budget(seconds=5.0))
    assert found.name != "PROVED"
