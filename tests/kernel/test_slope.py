"""Slopes at kinks by the rules alone: what holds at a point alone says nothing of the points around it."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Derivative,
    Eq,
    Heaviside,
    Idx,
    IndexedBase,
    Max,
    Ne,
    Rational,
    Sum,
    atan,
    cos,
    floor,
    log,
    pi,
    sign,
    sin,
    sqrt,
    symbols,
)

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

n = symbols("n", integer=True, positive=True)
x, y, c = symbols("x y c", real=True)
j, l = Idx("j", n), Idx("l", n)
u, v = (IndexedBase(name, shape=(n,), real=True) for name in "uv")
norm, other = sqrt(Sum(u[l] ** 2, l)), sqrt(Sum((u[l] - v[l]) ** 2, l))
long = sqrt(x**2 + y**2)
t = symbols("t", real=True, nonzero=True)
half = Rational(1, 2)
step = Heaviside(floor(x) + half)  # jumps at 0

FALSE = {
    "a root ends where its argument is 0": (Derivative(Abs(x), x), 1, "eq", (sqrt(x) < 1,)),
    "and so does what it differs from": (Derivative(Abs(x), x), 1, "eq", (Ne(sqrt(x), 1),)),
    "on the other side": (Derivative(Max(x - y, 0), x), 0, "eq", (sqrt(y - x) < 1,)),
    "a jump beside a kink without a corner": (Derivative(x * Abs(x) + step, x), 0, "eq", (Eq(x, 0),)),
    "squeezed": (Derivative(Max(x, 0) ** 2 + step, x), 0, "eq", (x >= 0, x <= 0)),
    "a factor that is 0 takes the corner of a root away": (Derivative(c * norm, u[j]), c * u[j] / norm, "eq", ()),
    "and one that is 0 there alone": (Derivative(x * long, x), x**2 / long + long, "eq", ()),
    "so does an even function": (Derivative(cos(norm), u[j]), -sin(norm) * u[j] / norm, "eq", ()),
    "and another root": (Derivative(norm - other, u[j]), u[j] / norm - (u[j] - v[j]) / other, "eq", ()),
    "or a kink": (Derivative(norm - Abs(u[j]), u[j]), u[j] / norm - sign(u[j]), "eq", (Eq(n, 1),)),
    "a slope of 0 on both sides of a gap": (atan(t) + atan(1 / t), pi / 2, "eq", ()),
}
TRUE = {
    "a slope of 0 on each side of a gap": (atan(t) + atan(1 / t), pi / 2 * sign(t), "eq", ()),
    "a root has a corner": (Derivative(norm, u[j]), u[j] / norm, "eq", ()),
    "and keeps it in what rises with it": (Derivative(log(1 + norm), u[j]), u[j] / norm / (1 + norm), "eq", ()),
    "two roots keep theirs": (Derivative(norm + other, u[j]), u[j] / norm + (u[j] - v[j]) / other, "eq", ()),
    "a root of what does not move asks for no more than a value": (Derivative(x * sqrt(y), x), sqrt(y), "eq", ()),
    "a root goes on where its argument is positive": (Derivative(Abs(x), x), 1, "eq", (sqrt(x) < 1, x > 0)),
    "and where it is never negative": (Derivative(x * Abs(x), x), 2 * Abs(x), "eq", (sqrt(1 + x**2) < 3,)),
    "kinks without a corner": (Derivative(x * Abs(x) + Max(x, 0) ** 2, x), 0, "eq", (Eq(x, 0),)),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_holds_at_the_point_alone_gives_no_slope(name: str) -> None:
    with pytest.raises(GIVES_UP):
        prove(read_question(*FALSE[name]), Budget(20_000, seconds=2.0))


@pytest.mark.parametrize("name", TRUE)
def test_what_goes_on_around_the_point_does(name: str) -> None:
    prove(read_question(*TRUE[name]), Budget(20_000, seconds=5.0))
