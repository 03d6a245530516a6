"""A maximum of many arguments is one of them: proved case by case, and its false siblings are not."""

from __future__ import annotations

import pytest
from sympy import Derivative, Eq, Max, Min, Or, Rational, exp, log, symbols

import derive
from derive.kernel.largest import by_the_largest
from derive.kernel.read import read_question

u = symbols("a b c d e", real=True)  # no names with numbers, which are taken for entries of an array
M, m, total = Max(*u), Min(*u), sum(u)

TRUE = [
    (M, log(sum(exp(a) for a in u)), "lt"),
    (m, total / 5, "le"),
    (M - 1, Max(*[a - 1 for a in u]), "eq"),
    (Max(*[-a for a in u]), -m, "eq"),
]
FALSE = [
    (M + Rational(1, 10**30), log(sum(exp(a) for a in u)), "lt"),
    (m, total / 5, "lt"),
    (M - 1, Max(*[a - 1 for a in u[1:]], u[0]), "eq"),
    (Max(*[-a for a in u]), -M, "eq"),
    (Max(*u, log(u[0])), Max(*u), "eq"),  # has no value where a <= 0
]


@pytest.mark.parametrize("case", TRUE, ids=str)
def test_true_claim_is_proved(case: tuple) -> None:
    verdict = derive.decide(*case).verdict
    assert verdict.name == "PROVED", verdict.tried
    assert "largest" in verdict.rules


@pytest.mark.parametrize("case", FALSE, ids=str)
def test_false_claim_is_refuted(case: tuple) -> None:
    assert derive.decide(*case).verdict.name == "REFUTED"


@pytest.mark.parametrize(
    "lhs", [Max(*u, log(u[0])), Derivative(M, u[0]), Max(*u[:2])], ids=["a value missing", "a derivative", "two arguments"]
)
def test_side_conditions(lhs: object) -> None:
    """No case is made where an argument may have no value, or where what is around the point counts."""
    assert by_the_largest(read_question(lhs, 0)) is None


def test_the_cases_leave_no_point_out() -> None:
    """Where two arguments are largest, the first of them is: its case holds the tie, no other does."""
    cases = by_the_largest(read_question(M, 0))
    assert cases is not None
    assert [[h.op for h in case.schematic] for case in cases] == [["lt"] * k + ["le"] * (4 - k) for k in range(5)]


def test_what_the_cases_do_not_reach_is_tried_without_them() -> None:
    """One of four is w and none is above it: no single case knows which one."""
    w = symbols("w", positive=True)
    given = [*(a <= w for a in u[:4]), Or(*(Eq(a, w) for a in u[:4]))]
    assert derive.decide(Max(*u[:4]), w, "eq", given).verdict.name == "PROVED"
    assert derive.decide(Max(*u[:4]), w, "eq", given[:4]).verdict.name == "REFUTED"
