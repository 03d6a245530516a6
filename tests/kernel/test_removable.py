"""Quotients with a hole that is filled: their slope there, wrong slopes and wrong fillings, and quotients whose hole cannot be filled."""

from __future__ import annotations

import pytest
from sympy import Derivative, Expr, Idx, IndexedBase, Ne, Piecewise, Rational, cos, exp, log, sin, sqrt, symbols, tanh

from derive import decide
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

x, y = symbols("x y", real=True)
n = symbols("n", integer=True, positive=True)
j = Idx("j", n)
u = IndexedBase("u", shape=(n,), real=True)
half = Rational(1, 2)


def filled(quotient: Expr, value: Expr, at: Expr = x) -> Expr:
    return Piecewise((quotient, Ne(at, 0)), (value, True))


# name: (quotient, its value in the hole, its slope off it and in it, where the hole is, hypotheses)
CASES: dict[str, tuple[Expr, Expr, Expr, Expr, Expr, tuple[object, ...]]] = {
    "sinc": (sin(x) / x, 1, cos(x) / x - sin(x) / x**2, 0, x, ()),
    "sinc of an entry": (sin(u[j]) / u[j], 1, cos(u[j]) / u[j] - sin(u[j]) / u[j] ** 2, 0, u[j], ()),
    "expm1 x / x": ((exp(x) - 1) / x, 1, exp(x) / x - (exp(x) - 1) / x**2, half, x, ()),
    "its inverse": (x / (exp(x) - 1), 1, 1 / (exp(x) - 1) - x * exp(x) / (exp(x) - 1) ** 2, -half, x, ()),
    "log1p x / x": (log(1 + x) / x, 1, 1 / (x * (1 + x)) - log(1 + x) / x**2, -half, x, (x > -1,)),
    "a double zero": ((1 - cos(x)) / x**2, half, sin(x) / x**2 - 2 * (1 - cos(x)) / x**3, 0, x, ()),
    "tanh": (x / tanh(x), 1, 1 / tanh(x) - x * (1 - tanh(x) ** 2) / tanh(x) ** 2, 0, x, ()),
    "with a parameter": ((exp(x * y) - 1) / x, y, y * exp(x * y) / x - (exp(x * y) - 1) / x**2, y**2 / 2, x, ()),
    "two fractions": (
        sqrt(1 + x) / x - 1 / x, half, 1 / (2 * x * sqrt(1 + x)) - sqrt(1 + x) / x**2 + 1 / x**2, -Rational(1, 8), x, (x > -1,),
    ),
    "a mean slope": (
        (exp(x) - exp(y)) / (x - y), exp(y), exp(x) / (x - y) - (exp(x) - exp(y)) / (x - y) ** 2, exp(y) / 2, x - y, (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_slope_in_a_hole_is_proved(name: str) -> None:
    f, value, off, there, at, given = CASES[name]
    v = u[j] if at == u[j] else x
    outcome = decide(Derivative(filled(f, value, at), v), filled(off, there, at), given=given)
    assert outcome.name == "PROVED", outcome.verdict.tried
    assert "removable" in outcome.verdict.rules


@pytest.mark.parametrize("name", CASES)
def test_another_slope_or_value_in_the_hole_is_refuted(name: str) -> None:
    f, value, off, there, at, given = CASES[name]
    v = u[j] if at == u[j] else x
    assert decide(Derivative(filled(f, value, at), v), filled(off, there + 1, at), given=given).name == "REFUTED"
    assert decide(Derivative(filled(f, value + 1, at), v), filled(off, there, at), given=given).name == "REFUTED"


FALSE: dict[str, tuple[Expr, Expr]] = {
    "a pole": (1 / x, -1 / x**2),
    "no limit": (sin(1 / x), -cos(1 / x) / x**2),
    "a limit without a slope": (x * sin(1 / x), sin(1 / x) - cos(1 / x) / x),
    "a root that ends": (sqrt(x**2) / x * x, sqrt(x**2) / x),
    "one side alone": (tanh(1 / x), -(1 - tanh(1 / x) ** 2) / x**2),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_hole_that_cannot_be_filled_smoothly_is_not_proved(name: str) -> None:
    f, off = FALSE[name]
    question = read_question(Derivative(filled(f, 0), x), filled(off, 0), "eq", ())
    with pytest.raises(GIVES_UP):
        prove(question, Budget(20_000, seconds=2.0))
