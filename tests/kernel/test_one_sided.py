"""Slopes on both sides of a point: of a piece that has no value there, nothing is taken from what it folds to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.kernel.forms import decide_form
from derive.kernel.proof import Budget
from derive.kernel.verdict import Verdict
from derive.statement.claim import Form
from derive.statement.term import HALF, ONE, TRUE, ZERO, Term, add, fn, make, mul, num, power, sym

X = sym("x")
SQUARE = power(X, 2)
FOLDED = mul(SQUARE, power(add(SQUARE, power(X, 3)), -1))  # 1/(1 + x), and 0 times 1/0 at 0


def right(piece: Term) -> Term:
    """A piece for x > 0, and 0 elsewhere."""
    return make("piecewise", piece, make("lt", ZERO, X), ZERO, TRUE)


def verdict(f: Term, left: Term, slope: Term) -> Verdict:
    parts = (("expression", f), ("variable", X), ("point", ZERO), ("left", left), ("right", slope))
    return decide_form(Form("differentiable_at", parts), (), Budget(seconds=10.0))


WRONG = {
    "a jump to 1": (right(FOLDED), ZERO, ZERO),
    "a pole": (right(mul(SQUARE, fn("exp", power(X, -1)))), ZERO, ZERO),
    "a root in two factors": (right(mul(SQUARE, power(X, Fraction(-3, 2)))), ZERO, ZERO),
    "a root": (right(power(X, HALF)), ZERO, ZERO),
    "no value at the point": (FOLDED, num(-1), num(-1)),
    "a line without its middle": (mul(SQUARE, power(X, -1)), ONE, ONE),
}
RIGHT = {
    "a power in two factors": (right(mul(X, power(X, HALF))), ZERO, ZERO),
    "a corner": (fn("abs", X), num(-1), ONE),
    "a straight piece": (right(mul(power(X, 3), power(add(SQUARE, power(X, 3)), -1))), ZERO, ONE),
}
SLOPE_WITHOUT_A_FORMULA = power(fn("sin", power(X, HALF)), 2)  # its slope at 0 is 1, where the formula for it is 0/0


@pytest.mark.parametrize("name", WRONG)
def test_a_slope_that_is_not_there_is_not_proved(name: str) -> None:
    assert verdict(*WRONG[name]).name != "PROVED"


@pytest.mark.parametrize("name", RIGHT)
def test_a_slope_that_is_there_is_proved(name: str) -> None:
    found = verdict(*RIGHT[name])
    assert found.name == "PROVED", found.tried


def test_a_formula_without_a_value_refutes_nothing() -> None:
    assert verdict(right(SLOPE_WITHOUT_A_FORMULA), ZERO, ONE).name != "REFUTED"


def test_a_slope_without_bound_refutes() -> None:
    assert verdict(right(power(X, HALF)), ZERO, ONE).name == "REFUTED"
