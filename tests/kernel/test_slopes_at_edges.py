"""Slopes at edges: flat powers at 0, roundings off whole numbers, logarithms summed up to a place, constants on each side of a pole."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Derivative,
    Expr,
    Heaviside,
    Idx,
    IndexedBase,
    Max,
    Mod,
    Ne,
    Piecewise,
    Rational,
    Sum,
    atan,
    floor,
    log,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
)  # fmt: skip

from derive import decide
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question
from derive.recheck import recheck
from derive.statement.claim import Claim, Link

x, y = symbols("x y", real=True)
n = symbols("n", integer=True, positive=True)
a = symbols("a", integer=True)
i, j, k, l = (Idx(name, n) for name in "ijkl")
u = IndexedBase("u", shape=(n,), real=True)
flat = Rational(3, 2)

# name: (one side, the other, a false one, hypotheses)
CASES: dict[str, tuple[Expr, Expr, Expr, tuple[object, ...]]] = {
    "flat at 0": (Derivative(Abs(x) ** flat, x), flat * sqrt(Abs(x)) * sign(x), flat * sqrt(Abs(x)), ()),
    "flat from one side": (Derivative(Max(x, 0) ** flat, x), flat * sqrt(Max(x, 0)) * Heaviside(x), flat * sqrt(Max(x, 0)) + 1, ()),
    "flat in a sum": (Derivative(Sum(Abs(u[l]) ** flat, l), u[j]), flat * sqrt(Abs(u[j])) * sign(u[j]), flat * sqrt(Abs(u[j])), ()),
    "a root, off 0": (Derivative(sqrt(Abs(x)), x), sign(x) / (2 * sqrt(Abs(x))), 1 / (2 * sqrt(Abs(x))), (Ne(x, 0),)),
    "a rounding": (Derivative(x * floor(x), x), floor(x), x, (Ne(sin(pi * x), 0),)),
    "a rounding, said by itself": (Derivative(x * floor(x), x), floor(x), 2 * floor(x), (Ne(floor(x), x),)),
    "a rounding, said by its rest": (Derivative(floor(x) ** 2, x), 0 * x, 2 * floor(x), (Ne(Mod(x, 1), 0),)),
    "roundings in a sum": (
        Derivative(Sum((u[l] - floor(u[l])) ** 2, l), u[j]), 2 * (u[j] - floor(u[j])), 2 * u[j], (Ne(sin(pi * u[k]), 0),),
    ),
    "logarithms up to a place": (
        Derivative(Sum(log(u[a]), (a, 0, i)), u[j]), Piecewise((1 / u[j], j <= i), (0, True)), Piecewise((1 / u[j], j < i), (0, True)),
        (u[k] > 0,),
    ),
    "inverses up to a place": (
        Derivative(Sum(1 / u[a], (a, 0, i)), u[j]), Piecewise((-1 / u[j] ** 2, j <= i), (0, True)), -1 / u[j] ** 2, (Ne(u[k], 0),),
    ),
    "constant on each side": (atan(x) + atan(1 / x), pi / 2 * sign(x), pi / 2 + 0 * x, (Ne(x, 0),)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_holds_is_proved_and_rechecked(name: str) -> None:
    lhs, rhs, _, given = CASES[name]
    outcome = decide(lhs, rhs, given=given)
    assert outcome.name == "PROVED", outcome.verdict.tried
    question = read_question(lhs, rhs, "eq", given)
    claim = Claim("page.claim", "", 1, question.lhs, (Link("eq", question.rhs),), given=question.given)
    assert recheck(claim, [outcome.verdict.steps]).status in ("AGREES", "NOT_RUN")


@pytest.mark.parametrize("name", CASES)
def test_what_fails_is_refuted(name: str) -> None:
    lhs, _, wrong, given = CASES[name]
    assert decide(lhs, wrong, given=given).name == "REFUTED"


FALSE: dict[str, tuple[Expr, Expr, tuple[object, ...]]] = {
    "another rounding": (Derivative(floor(2 * x), x), 0 * x, (Ne(floor(x), x),)),
    "a rounding of another": (Derivative(floor(x), x), 0 * x, (Ne(sin(pi * y), 0),)),
    "a rounding nowhere whole but at 1": (Derivative(floor(x), x), 0 * x, (Ne(x, 1),)),
    "one logarithm too few": (Derivative(Sum(log(u[a]), (a, 0, i)), u[j]), Piecewise((1 / u[j], j <= i), (0, True)), (u[0] > 0,)),
    "constant where the sides meet": (atan(x) + atan(1 / x), pi / 2 * sign(x), ()),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_fails_at_an_edge_is_refuted(name: str) -> None:
    lhs, rhs, given = FALSE[name]
    assert decide(lhs, rhs, given=given).name == "REFUTED"


def test_a_root_has_no_slope_at_0() -> None:
    slope = Piecewise((0, x <= 0), (1 / (2 * sqrt(x)), True))
    with pytest.raises(GIVES_UP):
        prove(read_question(Derivative(sqrt(Abs(x)), x), slope, "eq", (x >= 0,)), Budget(20_000, seconds=2.0))
