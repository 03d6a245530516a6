"""The way back: what was read and written is the user's own expression, and is read as the same term."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import (
    Derivative,
    Eq,
    Idx,
    IndexedBase,
    Integral,
    KroneckerDelta,
    MatrixSymbol,
    Ne,
    Or,
    Piecewise,
    Product,
    Sum,
    Symbol,
    exp,
    log,
    oo,
)

from derive.errors import DeriveError
from derive.kernel.read import read_lines, read_proposition, read_term
from derive.statement.term import SORTS, TRUE, ZERO, Term, add, delta, entry, fn, index, make, mul, num, power, sym, total
from derive.write import write

x, y = sp.symbols("x y", real=True)
p = Symbol("p", positive=True)
n, m = (Symbol(s, integer=True, positive=True) for s in "nm")
i, j, l = (Idx(a, n) for a in "ijl")
r = Idx("r", m)
u = IndexedBase("u", shape=(n,), real=True)
B = IndexedBase("B", shape=(m, n), positive=True)
k, N, plain = Symbol("k", integer=True), Symbol("N", integer=True), Symbol("z")
A, w = MatrixSymbol("A", m, n), IndexedBase("w")


def softmax(a: sp.Expr) -> sp.Expr:
    return exp(u[a]) / Sum(exp(u[l]), l)


DECLARED = [
    sp.Integer(3),
    sp.Rational(-2, 3) * sp.pi + sp.EulerGamma - sp.Catalan,
    x**2 / y - sp.sqrt(p) * exp(-x) + log(p, 3),
    Derivative(softmax(i), u[j]),
    softmax(i) * (KroneckerDelta(i, j) - softmax(j)),
    Derivative(Sum(u[i] * Sum(B[r, l] * u[l], l), i), B[r, j]),
    Derivative(x * exp(x * y), x, (y, 2)),
    Integral(exp(-(x**2)) * y, (x, -oo, y), (y, 0, 1)),
    Product(u[l] ** 2, l) + i,
    Sum(Piecewise((u[l], l < i), (1, Eq(l, i)), (0, True)), l),
    Piecewise((x, x > 0), (y, Or(Ne(x, -1), y >= 2))),
    sp.Max(x, y, 0) - sp.Min(x, p) + abs(x) * sp.sign(y) + sp.Heaviside(x) + sp.floor(x) - sp.ceiling(y) + sp.Mod(k, 3),
    sp.sin(x) + sp.cos(x) * sp.tan(y) - sp.asin(x) + sp.acos(x) - sp.atan(x) + sp.sinh(x) - sp.cosh(x) + sp.tanh(x),
    sp.asinh(x) + sp.acosh(p) + sp.atanh(x) + sp.erf(x) - sp.erfc(y) + sp.erfinv(x) + sp.gamma(p) * sp.loggamma(p),
    sp.polygamma(2, p) + sp.besseli(1, x) + sp.digamma(p),
    u[0] + u[n - 1] + u[i - j],
]

NAMED = [
    plain**2 + sp.sqrt(plain**2) + log(exp(plain)),
    u[k] + k,
    Sum(u[k] ** k, (k, 0, n - 1)),
    Sum(w[k], (k, 1, n)) - w[N] + N,
    Derivative(Sum(w[k] ** 2, (k, 1, n)), w[N]),
    Sum(A[r, i] * A[r, j], r),
    Sum(Idx("t", (1, n)) ** 2, Idx("t", (1, n))),
    Sum(B[r, k] * u[k], (k, 0, n - 1), (r, 0, m - 1)),
]


@pytest.mark.parametrize("expr", DECLARED, ids=str)
def test_what_is_declared_in_full_comes_back_from_the_term_alone(expr: sp.Expr) -> None:
    t = read_term(expr)
    assert write(t) == expr
    assert read_term(write(t)) is t


@pytest.mark.parametrize("expr", DECLARED + NAMED, ids=str)
def test_with_the_names_of_its_reading_an_expression_comes_back_equal(expr: sp.Expr) -> None:
    reading = read_lines([expr])
    assert write(reading.lines[0], reading.names) == expr


def test_names_make_the_difference() -> None:
    for expr in (plain + 1, u[k], A[r, i], Sum(w[k], (k, 1, n))):
        assert write(read_lines([expr]).lines[0]) != expr


def test_a_name_is_used_only_for_what_it_names() -> None:
    reading = read_lines([Sum(u[l], l) + x])
    other = total(num(1), index("l", sym("m", "positive integer")))
    assert write(other, reading.names) == Sum(1, Idx("l", m))
    assert write(sym("l"), reading.names) == Symbol("l", real=True)
    assert write(entry("x", "real", (num(2),), (ZERO,)), reading.names) == IndexedBase("x", shape=(2,), real=True)[0]


@pytest.mark.parametrize("sort", SORTS)
def test_each_sort_comes_back(sort: str) -> None:
    for t in (sym("s", sort), entry("s", sort, (num(3),), (num(1),))):
        assert read_term(write(t)) is t


CONDITIONS = [
    x < 0, x <= y, Eq(x, y), Ne(x, y), sp.And(x < 1, y < 1), Or(x < 0, y <= x), sp.Not(Or(x < 0, Eq(y, 1))), i < j, sp.true, sp.false,
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_propositions_come_back(condition: sp.Basic) -> None:
    t = read_proposition(condition)
    assert write(t) == condition
    assert read_proposition(write(t)) is t


def test_a_renamed_index_is_written_under_its_new_name() -> None:
    t = read_term(Sum(u[i] * Sum(u[i], i), i))
    back = write(t)
    assert read_term(back) is t
    assert Idx("i1", n) in back.atoms(Idx)


def test_a_large_shared_term_is_written_once() -> None:
    t = sym("x")
    for _ in range(60):
        t = add(fn("sin", t), mul(num(2), t))
    assert isinstance(write(t), sp.Add)


def test_a_deep_term_is_written() -> None:
    t: Term = sym("x")
    for _ in range(90):
        t = fn("sin", t)
    assert read_term(write(t)) is t


def test_an_unknown_op_is_refused() -> None:
    with pytest.raises(DeriveError, match="cannot write"):
        write(make("mystery", sym("x")))


def test_terms_made_elsewhere_are_written() -> None:
    size = sym("n", "positive integer")
    a, b = index("i", size), index("j", size)
    cases = make("piecewise", delta(a, b), make("lt", a, b), power(num(2), a), TRUE)
    assert write(cases) == Piecewise((KroneckerDelta(i, j), i < j), (2**i, True))


def test_cases_stay_in_the_sum_whose_index_they_speak_of() -> None:
    # SymPy itself pulls them out: Sum(Sum(Piecewise(.., l), l)**2, r) speaks of l outside of the inner sum.
    at = index("l", num(3))
    here = entry("u", "real", (num(3),), (at,))
    t = total(power(total(make("piecewise", here, make("lt", ZERO, here), num(2), TRUE), at), num(2)), index("r", num(2)))
    written = write(t)
    assert Idx("l", 3) not in written.free_symbols
    assert read_term(written) is t


@pytest.mark.parametrize("expression", [Sum(u[k], (k, 0, i)), Sum(u[k], (k, i, n - 1)), Sum(u[k], (k, 0, i - 1)), Product(u[k], (k, 0, i))])
def test_a_sum_up_to_an_index_is_written_with_that_limit(expression: sp.Expr) -> None:
    reading = read_lines((expression,))
    assert write(reading.lines[0], reading.names) == expression


def test_a_case_that_is_no_end_of_the_range_stays_a_case() -> None:
    expression = Sum(Piecewise((u[k], k <= j + 1), (0, True)), (k, 0, n - 1))
    reading = read_lines((expression,))
    assert write(reading.lines[0], reading.names) == expression
