"""Axes of a fixed size as axes of any size: proved at once, false siblings refuted, and the letter put back gives the question."""

from __future__ import annotations

import pytest
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Max, Rational, Sum, Symbol, exp, log

import derive
from derive.kernel.anysize import at_any_size
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.read import read_question
from derive.statement.term import ZERO, add, index, make, num, sub, subterms, total

N = 12
i, j, l = (Idx(name, N) for name in "ijl")
u, v = (IndexedBase(name, shape=(N,), real=True) for name in "uv")
W = IndexedBase("W", shape=(7, N), real=True)
r = Idx("r", 7)


def softmax(a):
    return exp(u[a]) / Sum(exp(u[l]), l)


TRUE = {
    "jacobian": (Derivative(softmax(i), u[j]), softmax(j) * (KroneckerDelta(i, j) - softmax(i))),
    "at a place": (Derivative(log(Sum(exp(u[l]), l)), u[3]), softmax(3)),
    "last place": (Derivative(Sum(u[l] ** 2, l), u[N - 1]), 2 * u[N - 1]),
    "count": (Sum(u[l] + 1, l), Sum(u[l], l) + N),
    "mean": (Sum((u[l] - Sum(u[i], i) / N) ** 2, l), Sum(u[l] ** 2, l) - Sum(u[i], i) ** 2 / N),
    "kinks": (Derivative(Sum(Max(u[l], 0) ** 2, l), u[j]), 2 * Max(u[j], 0)),
    "two sizes": (Derivative(Sum(Sum(W[r, l] * u[l], l) ** 2, r), u[j]), 2 * Sum(W[r, j] * Sum(W[r, l] * u[l], l), r)),
    "shorter range": (Sum(u[l + 1] - u[l], (l, 0, N - 2)), u[N - 1] - u[0]),
}
FALSE = {
    "jacobian": (Derivative(softmax(i), u[j]), softmax(j) * (KroneckerDelta(i, j) + softmax(i))),
    "at a place": (Derivative(log(Sum(exp(u[l]), l)), u[3]), softmax(4)),
    "last place": (Derivative(Sum(u[l] ** 2, l), u[N - 1]), 2 * u[N - 2]),
    "count": (Sum(u[l] + 1, l), Sum(u[l], l) + N - Rational(1, 10**30)),
    "mean": (Sum((u[l] - Sum(u[i], i) / N) ** 2, l), Sum(u[l] ** 2, l) - Sum(u[i], i) ** 2 / (N - 1)),
    "kinks": (Derivative(Sum(Max(u[l], 0) ** 2, l), u[j]), 2 * Max(u[j], -Rational(1, 10**30))),
    "two sizes": (Derivative(Sum(Sum(W[r, l] * u[l], l) ** 2, r), u[j]), 2 * Sum(W[r, j] * Sum(W[r, l] * u[l], (l, 0, N - 2)), r)),
    "shorter range": (Sum(u[l + 1] - u[l], (l, 0, N - 2)), u[N - 1] - u[1]),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_claim_is_proved(name: str) -> None:
    verdict = derive.decide(*TRUE[name]).verdict
    assert verdict.name == "PROVED", verdict.tried
    assert verdict.scope.startswith("size ")


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_is_refuted(name: str) -> None:
    assert derive.decide(*FALSE[name]).verdict.name == "REFUTED"


def test_the_letter_is_no_name_of_the_question() -> None:
    """A symbol of the question that is called as the letter would be is another one."""
    size = num(5)
    k = index("k", size)
    entry = make("entry", "u", "real", (size,), (k,))
    mine = make("sym", "size 5", "positive integer")
    general = at_any_size(Question(total(entry, k), add(mine, ZERO)))
    assert general is not None
    assert [s.args[0] for s in general.sizes] == ["size 5'"]


def test_small_sizes_are_written_out() -> None:
    k = index("k", num(3))
    assert at_any_size(Question(total(make("entry", "u", "real", (num(3),), (k,)), k), ZERO)) is None


def test_a_number_that_is_no_size_stays_a_number() -> None:
    """12 in a formula is not n, so what holds at twelve entries alone is asked of twelve entries alone."""
    general = at_any_size(read_question(Sum(u[l], l), N * u[0]))
    assert general is not None
    assert num(N) in set(subterms(general.rhs))
    assert general.held == (sub(general.sizes[0], num(N)),)


def test_facts_that_lead_to_each_other_come_to_an_end() -> None:
    w = Symbol("w", nonnegative=True)
    given = (u[i] >= w, Sum(u[l], l) <= (N + 1) * w)
    with pytest.raises(GIVES_UP):
        prove(read_question(Sum(u[l], l), N * w, "eq", given), Budget(12_000, seconds=2.0))
