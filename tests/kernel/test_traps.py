"""False claims written to fool one rule each: none is proved. The bad point is irrational where the search would find a rational one."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Derivative,
    Eq,
    Heaviside,
    Idx,
    IndexedBase,
    KroneckerDelta,
    Max,
    Mod,
    Or,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    acos,
    ceiling,
    exp,
    floor,
    log,
    sign,
    sqrt,
    symbols,
)  # fmt: skip

from derive import decide
from derive.kernel.forms import decide_form
from derive.kernel.proof import Budget
from derive.statement.claim import Form
from derive.statement.term import HALF, MINUS_ONE, ONE, OO, ZERO, add, div, fn, make, mul, num, power, sub, sym

x, y, c = symbols("x y c", real=True)
p = symbols("p", positive=True)
k0 = Symbol("k0", integer=True)
n = Symbol("n", integer=True, positive=True)
m0 = Symbol("m0", integer=True, nonnegative=True)
i, j, k, l = (Idx(s, n) for s in "ijkl")
c0 = Symbol("c0", integer=True)
a, b = Idx("a", n - 1), Idx("b", n - 1)
u = IndexedBase("u", shape=(n,), real=True)
v = IndexedBase("v", shape=(n,), real=True)
B = IndexedBase("B", shape=(n, n), real=True)
g = x**3 - 2  # 0 at an irrational point alone
s2 = 18 * x**4 + 12 * x * g
half = Rational(1, 2)


gu = u[l] ** 3 - 2
step = Derivative(Sum(floor(-(gu**2) / (1 + gu**2)), l), u[j])  # 0, but for u[j] where g is 0: there it has no value


def hidden(lhs: object, rhs: object) -> object:
    """lhs - rhs where g = 0, else 0: claimed to be 0 everywhere."""
    return Piecewise((lhs - rhs, Eq(g, 0)), (0, True))  # type: ignore[operator]


FALSE = {
    "an entry whose square is 2 is not its own square": (u[0] ** 2, u[0], "eq", (Or(Eq(u[0] ** 2, 2), Eq(u[0], 1)),)),
    "a floor jumps where its argument touches a whole number": (hidden(Derivative(floor(-(g**2)), x), 0), 0, "eq", ()),
    "so does a remainder": (hidden(Derivative(Mod(-(g**2), 1), x), 0), 0, "eq", ()),
    "a product of zeros is not 1": (hidden(Product(g, (c0, 0, n - 1)), 1), 0, "eq", ()),
    "and has no sign 1": (hidden(sign(Product(g**2, (c0, 0, n - 1))), 1), 0, "eq", ()),
    "a floor has no value where its argument has none": (0, floor(1 / (1 + exp(-p / g**2))), "eq", ()),
    "nor has a kink": (0, Abs(floor(1 / g) - half) - Max(floor(1 / g) - half, half - floor(1 / g)), "eq", ()),
    "nor has a sign": (x, x + sign(floor(1 / g) - half) ** 4 - sign(floor(1 / g) - half) ** 2, "eq", ()),
    "and a sign inside a sum": (hidden(Derivative(Sum(sign(g**2 * v[l]), l), x), 0), 0, "eq", ()),
    "|g| g has no second derivative at 0": (Derivative(Abs(g) * g, x, x), Piecewise((s2, g >= 0), (-s2, True)), "eq", ()),
    "nor has relu(g) squared": (Derivative(Max(g, 0) ** 2, x, x), Piecewise((s2, g >= 0), (0, True)), "eq", ()),
    "a ceiling jumps past the kink": (Derivative(Heaviside(ceiling(x - sqrt(2)) - half), x), 0, "eq", ()),
    "below its jump too": (Derivative(Max(ceiling(x - sqrt(2)), half), x), 0, "eq", (x <= sqrt(2),)),
    "a power has no slope at 0": (0, Derivative(x**p, x), "le", (x >= 0,)),
    "an arc at its edge": (Derivative(acos(x / (x + c)), x), -c / (x + c) ** 2 / sqrt(1 - x**2 / (x + c) ** 2), "eq", (x > 0, c >= 0)),
    "a slope that is not everywhere is not at most 0": (step, 0, "le", ()),
    "its square is not at least 0": (0, step**2, "le", ()),
    "nor is it below 1": (step, 1, "lt", ()),
    "nor other than 1": (step, 1, "ne", ()),
    "0 times a slope where one instance is 0": ((n - 1) * hidden(Derivative(Abs(g), x), 0), 0, "eq", (n <= 1,)),
    "0 times a logarithm in a short sum": (Sum((k0 - 1) * log(x + k0), (k0, 1, 2)), log(x + 2), "eq", ()),
    "an empty sum asks for nothing": (Sum(log(g**2), (Symbol("q", integer=True), 0, m0 - 1)), m0 * log(g**2), "eq", ()),
    "rows that sum to one say nothing of the trace": (hidden(Sum(B[l, l], l), 1), 0, "eq", (Eq(Sum(B[i, l], l), 1),)),
    "nor do orthogonal rows": (hidden(Sum(B[l, l] ** 2, l), 1), 0, "eq", (Eq(Sum(B[i, l] * B[j, l], l), KroneckerDelta(i, j)),)),
    "all but the last entry are 0": (hidden(Sum(u[l], l), 0), 0, "eq", (Eq(u[a], 0), n >= 2)),
    "symmetric but for the last row": (hidden(B[i, j], B[j, i]), 0, "eq", (Eq(B[a, b], B[b, a]), n >= 2)),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_claim_is_not_proved(name: str) -> None:
    lhs, rhs, relation, given = FALSE[name]
    assert decide(lhs, rhs, relation=relation, given=given).verdict.name != "PROVED"


X, Y, Q, N = sym("x"), sym("y"), sym("q", "positive"), sym("N", "integer")
ROOT = power(X, HALF)
FORMS = {
    "a point outside the sort is no minimiser": Form(
        "minimises", (("point", (ZERO,)), ("objective", power(Q, 2)), ("over", (Q,)), ("subject_to", ()))
    ),
    "nor one between integers": Form(
        "minimises", (("point", (HALF,)), ("objective", power(sub(N, HALF), 2)), ("over", (N,)), ("subject_to", ()))
    ),
    "no positive number is negative": Form("exists", (("proposition", make("lt", Q, ZERO)), ("point", ((Q, MINUS_ONE),)))),
    "no integer is a half": Form("exists", (("proposition", make("eq", mul(num(2), N), ONE)), ("point", ((N, HALF),)))),
    "a root of a negative number has no limit": Form(
        "tends_to", (("expression", power(div(MINUS_ONE, Q), HALF)), ("variable", Q), ("point", OO), ("value", ZERO), ("side", ""))
    ),
    "nor has a sum that is nowhere defined": Form(
        "tends_to", (("expression", add(fn("log", Y), X)), ("variable", X), ("point", OO), ("value", OO), ("side", ""))
    ),
    "a root has no two-sided limit at 0": Form(
        "tends_to", (("expression", ROOT), ("variable", X), ("point", ZERO), ("value", ZERO), ("side", ""))
    ),
    "nor a two-sided slope": Form(
        "differentiable_at",
        (("expression", mul(X, ROOT)), ("variable", X), ("point", ZERO), ("left", ZERO), ("right", ZERO), ("chosen", ())),
    ),
    "a ceiling jumps at 0": Form(
        "differentiable_at",
        (
            ("expression", fn("max", sub(fn("ceiling", X), HALF), ZERO)),
            ("variable", X),
            ("point", ZERO),
            ("left", ZERO),
            ("right", ZERO),
            ("chosen", ()),
        ),
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_false_statement_is_not_proved(name: str) -> None:
    assert decide_form(FORMS[name], (), Budget(seconds=10.0)).name != "PROVED"


def test_what_is_no_number_has_no_decimal() -> None:
    found = decide_form(Form("rounds_to", (("expression", fn("tanh", sym("x"))), ("printed", "0.38"))), (), Budget(seconds=10.0))
    assert found.name == "UNKNOWN"
    assert "x may be any" in found.tried[0]
