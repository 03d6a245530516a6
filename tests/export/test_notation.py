"""Notation: what is printed has the value that was meant, and reads like a textbook."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.export import names
from derive.export.notation import Notation, latex, notation_for
from derive.export.plain import text
from derive.statement.term import (
    ONE,
    OO,
    TRUE,
    ZERO,
    Term,
    add,
    delta,
    div,
    entry,
    fn,
    index,
    make,
    mul,
    neg,
    num,
    power,
    sub,
    sym,
    total,
)

n = sym("n", "positive integer")
i, j, k, l = (index(a, n) for a in "ijkl")
X, Y, sigma, lam = sym("x"), sym("y"), sym("sigma", "positive"), sym("lambda", "positive")


def v(name: str, *at: Term) -> Term:
    return entry(name, "real", (n,) * len(at), at)


def exp(t: Term) -> Term:
    return fn("exp", t)


def d(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


Z = total(exp(v("x", k)), k)


def s(a: Term) -> Term:
    return div(exp(v("x", a)), Z)


BOOK = [
    (d(s(i), v("x", j)), r"\frac{\partial}{\partial x_j} \frac{e^{x_i}}{\sum_{k=1}^n e^{x_k}}", "∂/∂x_j (e^{x_i} / (Σ_k e^{x_k}))"),
    (
        mul(s(i), sub(delta(i, j), s(j))),
        r"\frac{e^{x_i}}{\sum_{k=1}^n e^{x_k}} \biggl(\delta_{ij} - \frac{e^{x_j}}{\sum_{k=1}^n e^{x_k}}\biggr)",
        "e^{x_i} (δ_ij − e^{x_j} / (Σ_k e^{x_k})) / (Σ_k e^{x_k})",
    ),
    (add(num(1), mul(num(2), X), power(X, 2)), "x^2 + 2 x + 1", "x² + 2 x + 1"),
    (add(neg(X), ONE), "1 - x", "1 − x"),
    (sub(ONE, power(fn("tanh", X), 2)), r"1 - \tanh^2 x", "1 − tanh(x)²"),
    (div(ONE, add(ONE, exp(neg(X)))), r"\frac{1}{1 + e^{-x}}", "1 / (1 + e^{−x})"),
    (d(fn("log", add(ONE, exp(X))), X), r"\frac{\mathrm{d}}{\mathrm{d}x} \log(1 + e^x)", "d/dx log(1 + e^x)"),
    (d(mul(X, lam), X), r"\frac{\partial}{\partial x} (x \lambda)", "∂/∂x (x λ)"),
    (exp(div(neg(power(X, 2)), num(2))), "e^{-x^2/2}", "e^{−x²/2}"),
    (div(X, mul(num(2), power(sigma, 2))), r"\frac{x}{2 \sigma^2}", "x/(2 σ²)"),
    (power(v("W1", i, j), 2), "(W^{(1)}_{ij})^2", "W1[i, j]²"),
    (v("x", ZERO), "x_1", "x[1]"),
    (v("x", sub(n, ONE)), "x_n", "x_n"),
    (total(mul(k, v("x", k)), k), r"\sum_{k=0}^{n-1} k x_k", "Σ_k k x_k"),
    (div(total(v("x", k), k), n), r"\frac{1}{n} \sum_{k=1}^n x_k", "(Σ_k x_k) / n"),
    (mul(total(v("x", k), k), total(v("x", j), j)), r"\biggl(\sum_{k=1}^n x_k\biggr) \sum_{j=1}^n x_j", "(Σ_k x_k) Σ_j x_j"),
    (fn("max", X, ZERO), r"\max(x, 0)", "max(x, 0)"),
    (
        make("piecewise", X, make("lt", ZERO, X), ZERO, TRUE),
        r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        "{x if x > 0; otherwise 0}",
    ),
    (make("and", make("le", ZERO, X), make("lt", X, ONE)), r"0 \le x < 1", "x ≥ 0 and x < 1"),
    (make("lt", ZERO, v("x", i)), "x_i > 0", "x_i > 0"),
    (make("lt", i, j), "i < j", "i < j"),
    (make("eq", i, ZERO), "i = 1", "i = 1"),
    (make("lt", i, X), "i < x", "i < x"),
    (delta(i, ZERO), r"\delta_{i,1}", "δ[i, 1]"),
    (v("x", mul(num(2), i)), "x_{2 i-1}", "x[2 i − 1]"),
    (num(Fraction(29851923, 40000000)), "0.746298075", "29851923/40000000"),
    (num(Fraction(-7, 125)), "-0.056", "−7/125"),
    (num(Fraction(1, 128)), r"\frac{1}{128}", "1/128"),
    (num(Fraction(-1, 10**25)), "-10^{-25}", "−1/10000000000000000000000000"),
    (mul(num(3), power(num(2), X)), r"3 \cdot 2^x", "3 · 2^x"),
    (make("integral", exp(neg(power(X, 2))), X, neg(OO), OO), r"\int_{-\infty}^{\infty} e^{-x^2}\,\mathrm{d}x", "∫_{−∞}^∞ e^{−x²} dx"),
    (fn("polygamma", ZERO, X), r"\psi(x)", "ψ(x)"),
    (fn("sign", X), r"\operatorname{sgn}(x)", "sgn(x)"),
]


@pytest.mark.parametrize(("term", "wanted", "line"), BOOK, ids=[line for *_, line in BOOK])
def test_reads_like_a_textbook(term: Term, wanted: str, line: str) -> None:
    assert latex(term) == wanted
    assert text(term) == line


@pytest.mark.parametrize(
    ("name", "array", "wanted"),
    [
        ("W1", True, "W^{(1)}"), ("x1", False, "x_1"), ("h_a", True, "h_a"), ("d_h", False, "d_h"), ("lambda", False, r"\lambda"),
        ("beta_1", False, r"\beta_1"), ("xhat", False, r"\hat{x}"), ("x_hat", False, r"\hat{x}"), ("softplus", False, r"\mathrm{softplus}"),
        ("h_prev", False, r"h_{\mathrm{prev}}"), ("λ", False, r"\lambda"), ("x'", False, r"x^{\prime}"), ("that", False, r"\hat{t}"),
        ("what", False, r"\hat{w}"), ("chat", False, r"\hat{c}"), ("x_star", False, "x^*"), ("a#b", False, r"\mathrm{a\#b}"),
    ],
)  # fmt: skip
def test_names(name: str, array: bool, wanted: str) -> None:
    assert names.read(name, array).latex() == wanted


def test_no_name_can_break_latex() -> None:
    """A backslash, a brace or a foreign letter in a name never reaches TeX as such."""
    for name in ("a\\input{x}", "a}b", "日本", "$", "a^b", "~"):
        written = names.read(name).latex()
        assert "\\input" not in written
        assert written.isascii()
        assert written.replace(r"\{", "").replace(r"\}", "").count("{") == written.replace(r"\{", "").replace(r"\}", "").count("}")


def test_a_long_sum_is_cut_at_its_signs() -> None:
    terms = [mul(num(c), v("x", i), v("W1", i, j), fn("log", X)) for c in range(2, 12)]
    whole = mul(Y, add(*terms))
    parts = notation_for(whole).pieces(whole)
    assert len(parts) == 10
    assert parts[0].startswith(r"y\,\bigl(") or parts[0].startswith(r"y \bigl(")
    assert all(p.startswith("{}+ ") for p in parts[1:])
    assert parts[-1].endswith(r"\bigr)")


def test_short_sums_show_no_range() -> None:
    assert Notation(ranges=False).latex(Z) == r"\sum_k e^{x_k}"


def test_a_long_numerator_moves_beside_its_fraction() -> None:
    """So that a line can be broken inside it; the value is the same."""
    long = add(*(mul(num(k), v("x", num(k)), fn("tanh", v("x", num(k)))) for k in range(9)))
    pieces = Notation().pieces(div(mul(X, long), add(ONE, exp(X))))
    assert len(pieces) > 5
    assert pieces[0].startswith(r"\frac{x}{1 + e^x}\,\bigl(")
    assert pieces[-1].endswith(r"\bigr)")


def test_many_conditions_break_between_two_of_them() -> None:
    many = make("and", *(make("eq", v("x", num(k)), power(add(X, num(k)), 3)) for k in range(9)))
    pieces = Notation().pieces(many)
    assert len(pieces) == 9
    assert all(piece.startswith(r"\text{ and }") for piece in pieces[1:])
    assert len(Notation().pieces(make("and", make("eq", X, ZERO), make("lt", i, j)))) == 1


def test_cases_before_a_sign_stand_in_parentheses() -> None:
    """Else the sign would seem to belong to the row that stands beside it."""
    cases = make("piecewise", ONE, make("lt", ZERO, X), ZERO, TRUE)
    rows = r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}"
    assert latex(make("eq", cases, cases)) == rf"\left({rows}\right) = {rows}"
    assert latex(make("and", make("lt", X, cases), make("lt", cases, Y))) == rf"x < \left({rows}\right) < y"


def test_twentyfifths_are_decimals_beside_hundredths() -> None:
    assert latex(num(Fraction(22, 25))) == "0.88"
    assert latex(num(Fraction(1, 20))) == r"\frac{1}{20}"
