"""The normal form of functions of one number, each true claim with false ones beside it."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import And, Derivative, Integral, Ne, Rational, Sum, Symbol, symbols

from derive import decide

x, y, t = symbols("x y t", real=True)
p, q = symbols("p q", positive=True)
n, m = (Symbol(s, integer=True, positive=True) for s in "nm")
k, whole = symbols("k N", integer=True)
floor, ceiling, gamma, psi, log, sin, cos, tan, pi, oo = (
    sp.floor, sp.ceiling, sp.gamma, sp.digamma, sp.log, sp.sin, sp.cos, sp.tan, sp.pi, sp.oo
)  # fmt: skip
half = Rational(1, 2)
binomial = sp.binomial(n, k)
bell = sp.exp(-(t**2) / 2) / sp.sqrt(2 * pi)

TRUE = [
    (sp.tanh(x), 1, "ne", ()),
    (sin(x), Rational(4, 3), "ne", ()),
    (sp.cosh(x), half, "ne", ()),
    (floor(floor(x) / n), floor(x / n), "eq", ()),
    (floor((floor(x) + whole) / n), floor((x + whole) / n), "eq", ()),
    (ceiling(ceiling(x) / n), ceiling(x / n), "eq", ()),
    (floor(floor(x / m) / n), floor(x / (n * m)), "eq", ()),
    (n * floor(x), floor(n * x), "le", ()),
    (floor(n * x), n * floor(x) + n - 1, "le", ()),
    (gamma(p) * gamma(p + half), 2 ** (1 - 2 * p) * sp.sqrt(pi) * gamma(2 * p), "eq", ()),
    (psi(2 * p), log(2) + psi(p) / 2 + psi(p + half) / 2, "eq", ()),
    (gamma(p) * gamma(1 - p), pi / sin(pi * p), "eq", p < 1),
    (psi(1 - p) - psi(p), pi * sp.cot(pi * p), "eq", p < 1),
    (sp.polygamma(1, p) + sp.polygamma(1, 1 - p), pi**2 / sin(pi * p) ** 2, "eq", p < 1),
    (sp.asin(sin(x)), x, "eq", sp.Abs(x) <= pi / 2),
    (sp.acos(cos(x)), x, "eq", And(x >= 0, x <= pi)),
    (sp.atan(tan(x)), x, "eq", sp.Abs(x) < pi / 2),
    (tan(x / 2), (1 - cos(x)) / sin(x), "eq", Ne(sin(x), 0)),
    (Derivative(log(sp.Abs(sin(x))), x), sp.cot(x), "eq", Ne(sin(x), 0)),
    (sp.Abs(sin(x) - sin(y)), sp.Abs(x - y), "le", ()),
    (sin(x) ** 2, x**2, "le", ()),
    (Sum(binomial, (k, 0, n)), 2**n, "eq", ()),
    (Sum(k * binomial, (k, 0, n)), n * 2 ** (n - 1), "eq", ()),
    (Sum((-1) ** k * binomial, (k, 0, n)), 0, "eq", ()),
    (Sum(binomial * p**k * q ** (n - k), (k, 0, n)), (p + q) ** n, "eq", ()),
    (Sum(binomial * x**k * y ** (n - k), (k, 0, n)), (x + y) ** n, "eq", ()),
    (Sum(k * binomial * p**k * (1 - p) ** (n - k), (k, 0, n)), n * p, "eq", p < 1),
    (sp.asin(sin(x)), pi - x, "eq", And(x >= pi / 2, x <= 3 * pi / 2)),
    (sp.acos(cos(x)), -x, "eq", And(x >= -pi, x <= 0)),
    ((2 * x) ** n, 2**n * x**n, "eq", ()),
    (Sum(k**2 * binomial * p**k * (1 - p) ** (n - k), (k, 0, n)), n * p * (1 - p) + n**2 * p**2, "eq", p < 1),
    (sp.Abs(x) ** p, 1, "le", sp.Abs(x) <= 1),
    (Integral(sin(t) ** 2, (t, 0, 2 * pi)), pi, "eq", ()),
    (Integral(sin(n * t) * sin(m * t), (t, 0, 2 * pi)), 0, "eq", Ne(n, m)),
    (Integral(sp.exp(-p * t) * cos(q * t), (t, 0, oo)), p / (p**2 + q**2), "eq", ()),
    (Integral(sp.erfc(t), (t, 0, oo)), 1 / sp.sqrt(pi), "eq", ()),
    (Integral(sp.exp(p * cos(t)), (t, 0, 2 * pi)), 2 * pi * sp.besseli(0, p), "eq", ()),
    (Integral(cos(t - x) * sp.exp(y * cos(t - x)), (t, -pi, pi)), 2 * pi * sp.besseli(1, y), "eq", ()),
    (Integral(bell * (1 + sp.erf(t / sp.sqrt(2))) / 2, (t, -oo, oo)), half, "eq", ()),
    (2 * sp.atan(x), sp.atan(2 * x / (1 - x**2)), "eq", sp.Abs(x) < 1),
    (Integral((1 + sp.erf(t / sp.sqrt(2))) / 2, (t, -oo, x)), x * (1 + sp.erf(x / sp.sqrt(2))) / 2 + bell.subs(t, x), "eq", ()),
    (Derivative(Integral(log(1 + sp.exp(t)), (t, 0, x)), x), log(1 + sp.exp(x)), "eq", ()),
]

FALSE = [
    (sp.tanh(x), half, "ne", ()),
    (sin(x), Rational(1, 3), "ne", ()),
    (tan(x), 2, "ne", x >= 0),
    (sp.cosh(x), Rational(5, 4), "ne", ()),
    (sp.sign(sp.tanh(x) - half) ** 2, 1, "eq", ()),
    (sp.exp(2 * x), 3, "ne", ()),
    (floor(floor(x) / p), floor(x / p), "eq", ()),
    (floor(2 * floor(x) / n), floor(2 * x / n), "eq", ()),
    (floor((floor(x) + y) / n), floor((x + y) / n), "eq", ()),
    (floor(ceiling(x) / n), floor(x / n), "eq", ()),
    (floor(floor(x) / k), floor(x / k), "eq", k <= -1),
    (floor(n * x), n * floor(x), "le", ()),
    (gamma(p) * gamma(p + half), 2 ** (1 - 2 * p) * sp.sqrt(pi) * gamma(2 * p) + Rational(1, 10**30), "eq", ()),
    (psi(2 * p), psi(p) / 2 + psi(p + half) / 2, "eq", ()),
    (gamma(p) * gamma(1 - p), pi / cos(pi * p), "eq", p < 1),
    (psi(1 - p) - psi(p), pi * tan(pi * p), "eq", p < 1),
    (sp.asin(sin(x)), x, "eq", sp.Abs(x) <= 2),
    (sp.acos(cos(x)), x, "eq", And(x >= -1, x <= pi)),
    (sp.atan(tan(x)), x, "eq", sp.Abs(x) < 2),
    (tan(x / 2), (1 - cos(x)) / sin(x), "eq", ()),
    (Derivative(log(sp.Abs(sin(x))), x), sp.tan(x), "eq", Ne(sin(x), 0)),
    (sp.Abs(sin(x) - sin(y)), sp.Abs(x - y) * Rational(99, 100), "le", ()),
    (Sum(binomial, (k, 0, n)), 2**n - 1, "eq", ()),
    (Sum(binomial, (k, 0, n - 1)), 2**n, "eq", ()),
    (Sum(k * binomial, (k, 0, n)), n * 2**n, "eq", ()),
    (Sum(binomial * x**k * y ** (n - k), (k, 0, n)), (x - y) ** n, "eq", ()),
    (Sum(binomial * x**k * y ** (n - k), (k, 1, n)), (x + y) ** n, "eq", ()),
    (sp.asin(sin(x)), pi - x, "eq", And(x >= 1, x <= 3 * pi / 2)),
    ((-2 * x) ** n, 2**n * x**n, "eq", ()),
    (Sum((-1) ** k * binomial, (k, 0, n)), 1, "eq", ()),
    (Sum(binomial * p**k * q ** (n - k), (k, 0, n)), (p - q) ** n, "eq", ()),
    (sp.Abs(x) ** p, 1, "le", sp.Abs(x) <= 2),
    (sp.Abs(x) ** p, 1, "lt", sp.Abs(x) <= 1),
    (Integral(sin(t) ** 2, (t, 0, 2 * pi)), 2 * pi, "eq", ()),
    (Integral(sin(n * t) * sin(m * t), (t, 0, 2 * pi)), 0, "eq", ()),
    (Integral(sp.exp(-p * t) * cos(q * t), (t, 0, oo)), q / (p**2 + q**2), "eq", ()),
    (Integral(sp.erfc(t), (t, 0, oo)), 2 / sp.sqrt(pi), "eq", ()),
    (Integral(sp.exp(p * cos(t)), (t, 0, 2 * pi)), pi * sp.besseli(0, p), "eq", ()),
    (Integral(sp.exp(p * cos(t)), (t, 0, pi)), 2 * pi * sp.besseli(0, p), "eq", ()),
    (Integral(cos(t - x) * sp.exp(y * cos(t - x)), (t, -pi, pi)), 2 * pi * sp.besseli(0, y), "eq", ()),
    (2 * sp.atan(x), sp.atan(2 * x / (1 - x**2)), "eq", And(x > 0, Ne(x, 1))),
    (Derivative(Integral(log(1 + sp.exp(t)), (t, 0, x)), x), log(1 + sp.exp(x)) - log(2), "eq", ()),
]


@pytest.mark.parametrize("claim", TRUE, ids=lambda claim: f"{claim[0]} {claim[2]} {claim[1]}"[:80])
def test_what_is_so_is_proved(claim: tuple[object, object, str, object]) -> None:
    lhs, rhs, relation, given = claim
    found = decide(lhs, rhs, relation=relation, given=given).verdict
    assert found.name == "PROVED", found.tried


@pytest.mark.parametrize("claim", FALSE, ids=lambda claim: f"{claim[0]} {claim[2]} {claim[1]}"[:80])
def test_what_is_not_so_is_refuted(claim: tuple[object, object, str, object]) -> None:
    lhs, rhs, relation, given = claim
    found = decide(lhs, rhs, relation=relation, given=given).verdict
    assert found.name == "REFUTED", found.tried
