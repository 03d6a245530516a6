"""Repairs: the closest change first, each of them proved, none where no single change helps."""

from __future__ import annotations

import pytest
from sympy import Derivative, Symbol, exp, log

from derive import decide
from derive.check import check_page
from derive.formula.meaning import read_formula
from derive.kernel.claims import clock, decide_claim
from derive.outcome import LinkOutcome, Repair
from derive.repairs import MOST, repair_claim


def repairs(text: str, *given: str) -> tuple[Repair, ...]:
    (claim,) = read_formula(text, given).claims
    verdicts, _ = decide_claim(claim, {}, clock(10))
    assert any(v.name == "REFUTED" for v in verdicts)
    return repair_claim(claim, [LinkOutcome("", "", v) for v in verdicts])


S, T = "exp(u[i])/Sum(exp(u[l]), l, n)", "exp(u[j])/Sum(exp(u[l]), l, n)"


@pytest.mark.parametrize(
    ("text", "given", "changes"),
    [
        ("diff(log(1+exp(x)), x) == 1/(1+exp(x))", (), ["the sign of x"]),
        ("1/(1+exp(x)) == diff(log(1+exp(x)), x)", (), ["the sign of x"]),
        ("(x+1)**2 == x**2 + 2*x + 2", (), ["1 for 2"]),
        ("(x+1)**2 == x**2 + 2*x", (), ["plus 1"]),
        ("diff(tanh(x), x) == 1 - tanh(x)", (), ["tanh(x) squared"]),
        ("diff(sin(x)*cos(x), x) == cos(x)**2 + sin(x)**2", (), ["the sign of sin(x)²"]),
        ("diff(cosh(x), x) == cosh(x)", (), ["sinh for cosh"]),
        ("diff(log(x), x) == x", ("x > 0",), ["upside down"]),
        ("diff(sin(x)**2, x) == 2*sin(x)", (), ["2 sin(x) times cos(x)"]),
        ("diff(exp(-x**2), x) == exp(-x**2)", (), ["e^{−x²} times −2 x"]),
        ("max(x, 0) == cases((x, x < 0), (0, True))", (), ["x < 0 the other way round"]),
        ("log(x**2) == 2*log(x)", (), ["given x > 0", "the absolute value of x"]),
        ("(x**2-1)/(x-1) == x + 1", (), ["given x − 1 ≠ 0", "given x < 0"]),
        ("sqrt(x**2) == x", (), ["given x ≥ 0", "its absolute value"]),
        ("x/x == 1", (), ["given x ≠ 0"]),
        ("diff(Abs(x), x) == sign(x)", (), ["given x ≠ 0"]),
        ("x < y iff x**2 < y**2", (), ["given x ≥ 0 and y ≥ 0"]),
        ("p*log(p) <= p - 1", ("positive(p)",), ["the other way round"]),
        ("1/(1+x) < 1", ("x >= 0",), ["≤ for <", "given x ≠ 0"]),
        ("Sum(i, i, n) == n*(n+1)/2", (), ["-1 for 1"]),
        ("D(Sum(u[k]**2, k, n), u[j]) == u[j]", (), ["times 2"]),
        ("D(Sum(u[k]**2, k, n)/n, u[j]) == 2*u[j]", (), ["divided by n"]),
        ("D(Sum(Sum(A[r, k]*u[k], k, n)*v[r], r, m), A[i, j]) == v[i]", (), ["times u_j"]),
        ("D(Sum(A[i,k]*x[k], k, n), x[j]) == A[j,i]", ("index(i, j, n)",), ["i and j exchanged: right in the other layout", "given i = j"]),
        ("Sum(log(z[i]**2), i, n) == 2*Sum(log(z[i]), i, n)", (), ["given every entry of z > 0"]),
        (f"{S} < 1", (), ["≤ for <", "given n ≥ 2"]),
        (f"D({S}, u[j]) == {S}*(delta(i,j) + {T})", (), [f"the sign of {'e^{u_j} / (Σ_l e^{u_l})'}"]),
        (f"D({S}, u[j]) == {S}*(1 - {T})", (), ["δ_ij for 1", "given i = j"]),
    ],
)
def test_the_closest_repairs(text: str, given: tuple[str, ...], changes: list[str]) -> None:
    found = repairs(text, *given)
    assert [r.change for r in found] == changes
    assert all(r.verdict.name == "PROVED" for r in found)
    assert len(found) <= MOST


@pytest.mark.parametrize("text", ["x == y", "diff(x**x, x) == 7", "tanh(x/2+1)/2 == 1/(1+exp(-x))", "exp(x) == x**2", "0 < x"])
def test_where_no_single_change_helps_there_is_none(text: str) -> None:
    assert [r for r in repairs(text) if r.given is None] == []


def test_a_hypothesis_that_is_there_already_is_not_proposed() -> None:
    assert all(r.given is None for r in repairs("log(x**2) == 3*log(x)", "x > 0"))


def test_the_same_repairs_each_time() -> None:
    assert repairs("log(x**2) == 2*log(x)") == repairs("log(x**2) == 2*log(x)")


def test_only_the_first_refuted_link_is_repaired() -> None:
    found = repairs("(x+1)**2 == x**2 + 2*x + 1 == x**2 + 2*x + 2 == 7")
    assert [r.change for r in found] == ["1 for 2"]


def test_a_page_is_repaired_when_asked() -> None:
    page = read_formula("log(x**2) == 2*log(x)")
    assert check_page(page)[0].repairs == ()


def test_decide_repairs_when_asked() -> None:
    x = Symbol("x", real=True)
    outcome = decide(Derivative(log(1 + exp(x)), x), 1 / (1 + exp(x)))
    assert "repairs" not in vars(outcome)
    (repair,) = outcome.repairs
    assert (repair.kind, repair.change, repair.verdict.name) == ("a sign", "the sign of x", "PROVED")
    assert decide(log(exp(x)), x).repairs == ()
