"""The one door in: what is read, as what, and what is refused with which words."""

from __future__ import annotations

import random
import subprocess
import sys
from fractions import Fraction

import pytest
import sympy as sp
from sympy import (
    Abs,
    And,
    Derivative,
    Dummy,
    Eq,
    Function,
    Heaviside,
    Idx,
    IndexedBase,
    Integral,
    KroneckerDelta,
    MatrixSymbol,
    Max,
    Min,
    Ne,
    Not,
    Or,
    Piecewise,
    Product,
    Rational,
    Subs,
    Sum,
    Symbol,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from derive.errors import ReadError
from derive.kernel.read import read_lines, read_proposition, read_question, read_term
from derive.statement.term import FALSE, ONE, TRUE, ZERO, Term, add, delta, entry, fn, free, index, make, mul, num, power, show, sym, total
from derive.write import write

x, y = symbols("x y", real=True)
p = Symbol("p", positive=True)
n, m = (Symbol(s, integer=True, positive=True) for s in "nm")
i, j, l = (Idx(a, n) for a in "ijl")
r = Idx("r", m)
u, v = (IndexedBase(a, shape=(n,), real=True) for a in "uv")
B = IndexedBase("B", shape=(m, n), real=True)
k, N = symbols("k N", integer=True)
bare = Symbol("x")

X, P, SIZE = sym("x"), sym("p", "positive"), sym("n", "positive integer")
I, J = index("i", SIZE), index("j", SIZE)


def u_at(*at: Term) -> Term:
    return entry("u", "real", (SIZE,), at)


# ---- expressions


@pytest.mark.parametrize(
    ("expr", "term"),
    [
        (3, num(3)),
        (Fraction(2, 3), num(Fraction(2, 3))),
        (Rational(-1, 7), num(Fraction(-1, 7))),
        (sp.E, fn("exp", ONE)),
        (sp.GoldenRatio, mul(num(Fraction(1, 2)), add(ONE, power(num(5), Fraction(1, 2))))),
        (sp.Catalan, make("const", "catalan")),
        (bare, X),
        (p**2, power(P, 2)),
        (x / 3, mul(num(Fraction(1, 3)), X)),
        (sqrt(p), power(P, Fraction(1, 2))),
        (Heaviside(x), fn("heaviside", X)),
        (sp.digamma(p), fn("polygamma", ZERO, P)),
        (sp.trigamma(p), fn("polygamma", ONE, P)),
        (sp.factorial(k), fn("gamma", add(sym("k", "integer"), ONE))),
        (log(x, 2), mul(power(fn("log", num(2)), -1), fn("log", X))),
        (sp.Mod(k, 3), fn("mod", sym("k", "integer"), num(3))),
        (sp.erfcinv(x), fn("erfinv", add(ONE, mul(num(-1), X)))),
        (sp.besseli(0, x), fn("besseli", ZERO, X)),
        (u[i], u_at(I)),
        (Sum(u[i], i), total(u_at(I), I)),
        (Product(u[i], i), make("prod", u_at(I), I)),
        (KroneckerDelta(i, j), delta(I, J)),
        (Derivative(x * y, x, (y, 2)), make("deriv", make("deriv", make("deriv", mul(X, sym("y")), X), sym("y")), sym("y"))),
        (Derivative(exp(u[i]), u[j]), make("deriv", fn("exp", u_at(I)), u_at(J))),
        (Piecewise((x, x > 0), (0, True)), make("piecewise", X, make("lt", ZERO, X), ZERO, TRUE)),
        (Subs(x**2, x, 3), num(9)),
        (Subs(Derivative(sin(x), x), x, p), make("deriv", fn("sin", P), P)),
        (sp.UnevaluatedExpr(x), X),
    ],
    ids=str,
)
def test_an_expression_is_read_as(expr: object, term: Term) -> None:
    assert read_term(expr) is term


def test_an_integral_runs_over_a_real_symbol_between_its_bounds() -> None:
    read = read_term(Integral(exp(-(p**2)), (p, -oo, 1)))
    over = sym("p", "real")  # p is positive outside, but the bounds alone say where the integral runs
    assert read is make("integral", fn("exp", mul(num(-1), power(over, 2))), over, mul(num(-1), make("const", "oo")), ONE)


def test_several_bounds_are_read_inside_out() -> None:
    read = read_term(Integral(x * y, (x, 0, y), (y, 0, 1)))
    assert read.args[1:] == (sym("y"), ZERO, ONE)
    assert read.args[0].args[1:] == (X, ZERO, sym("y"))


EVERYWHERE = [
    sp.sec,
    sp.csc,
    sp.cot,
    sp.sech,
    sp.csch,
    sp.coth,
    sp.asec,
    sp.acsc,
    sp.acot,
    sp.asech,
    sp.acsch,
    sp.acoth,
    sp.frac,
    sp.sin,
    sp.cos,
    sp.tan,
    sp.asin,
    sp.acos,
    sp.atan,
    sp.sinh,
    sp.cosh,
    sp.tanh,
    sp.asinh,
    sp.acosh,
    sp.atanh,
    sp.erf,
    sp.erfc,
    sp.erfinv,
    sp.gamma,
    sp.loggamma,
    sp.digamma,
    sp.factorial,
    sp.sign,
    sp.Abs,
    sp.floor,
    sp.ceiling,
    sp.Heaviside,
    lambda a: Heaviside(a, Rational(1, 3)),
    lambda a: sp.beta(a, 3),
    lambda a: sp.binomial(a, 3),
    lambda a: sp.binomial(a, 0),
    lambda a: sp.Mod(a, 3),
    lambda a: sp.besseli(1, a),
]


def _value(e: sp.Expr, point: object) -> sp.Expr:
    try:
        return sp.N(e.subs(x, point))
    except ValueError:  # mpmath's answer to erfinv(2)
        return sp.nan


@pytest.mark.parametrize("f", EVERYWHERE, ids=lambda f: getattr(f, "__name__", "f"))
def test_a_function_keeps_its_values_where_it_is_real(f: object) -> None:
    back = write(read_term(f(x)))
    compared = 0
    for point in (-3, -2, Rational(-3, 2), -1, Rational(-2, 5), 0, Rational(1, 3), Rational(1, 2), 1, Rational(9, 5), 2, 3):
        mine, theirs = (_value(e, point) for e in (back, f(x)))
        if theirs.is_real and theirs.is_finite:
            assert abs(mine - theirs) < 1e-9, point
            compared += 1
        else:
            assert not (mine.is_real and mine.is_finite), point
    assert compared


def test_a_binomial_keeps_its_values_at_all_integers() -> None:
    a, b = symbols("a b", integer=True)
    back = write(read_term(sp.binomial(a, b)), {"a": a, "b": b})
    for upper in range(-4, 6):
        for lower in range(-3, 7):
            assert back.subs({a: upper, b: lower}) == sp.binomial(upper, lower), (upper, lower)
    small = read_term(sp.binomial(n, Symbol("q", integer=True, nonnegative=True)))
    assert len(small.args) == 4  # neither a negative upper nor a negative lower number to speak of


# ---- refusals: what came, and what to do

a_matrix = sp.Matrix([[1, x], [0, 1]])

REFUSED = [
    (0.5, "write Rational(1, 2)"),
    (1 / 3 * x, "0.3333333333333333 is a float; write Rational(1, 3)"),
    (sp.Float("0.1") * x, "write Rational(1, 10)"),
    (float("nan"), "nan"),
    ("x**2", "string"),
    (True, "== compares structure"),
    (x == y, "== compares structure"),
    (sp.true, "SymPy decided"),
    (1j, "complex"),
    (sp.I * x, "complex"),
    (sp.sqrt(-2), "complex"),
    (sp.Pow(-8, Rational(1, 3), evaluate=False), "complex"),
    (sp.nan, "nan"),
    (sp.zoo, "zoo"),
    (oo, "bound of an integral"),
    (x - oo, "bound of an integral"),
    (None, "NoneType"),
    ([x], "list"),
    (Function("f")(x), "unknown function f"),
    (sp.LambertW(x), "LambertW is not supported"),
    (sp.LambertW(x), "Max Min Heaviside"),
    (sp.DiracDelta(x), "not supported"),
    (sp.re(Symbol("z")), "complex"),
    (Symbol("z", complex=True), "complex"),
    (Symbol("z", imaginary=True), "complex"),
    (Symbol("z", real=False), "complex"),
    (Symbol("z", commutative=False), "commute"),
    (Symbol("z", rational=True), "beyond"),
    (Symbol("z", prime=True), "beyond"),
    (Symbol("z", integer=True, negative=True), "state it as a hypothesis"),
    (a_matrix, "entries"),
    (sp.ImmutableMatrix(a_matrix), "entries"),
    (MatrixSymbol("A", n, n), "entries"),
    (sp.Trace(MatrixSymbol("A", n, n)), "entries"),
    (u[i] + Symbol("u", real=True), "names both an array and a symbol"),
    (u + 1, "entries"),
    (x > 0, "expected an expression, got the condition x > 0"),
    (Integral(x, x), "indefinite"),
    (Integral(k, (k, 0, 1)), "integer"),
    (Sum(x**k, (k, 0, oo)), "infinite sums"),
    (Sum(x**k, (k, 0, y / 2)), "declare"),
    (Sum(x**k, (k, 0, Symbol("q", negative=True))), "declare"),
    (Sum(1, (k, 5, 2)), "backwards"),
    (Derivative(sin(x), (x, 7)), "up to 6"),
    (Derivative(sin(x), (x, n)), "up to 6"),
    (Derivative(x**k, k), "real symbol or an entry"),
    (Subs(Derivative(x * y, x), x, y), "new symbol"),
    (Subs(Derivative(sin(x), x), x, 0), "new symbol"),
    (sp.Limit(sin(x) / x, x, 0), "not supported"),
    (KroneckerDelta(x, y), "two integers"),
    (sp.binomial(x, p), "binomial"),
    (sp.Pow(x, 10**6 + 1), "too large"),
    (sp.Pow(x, -(10**7)), "too large"),
    (Symbol("a\u200bb"), "cannot be printed"),
    (Symbol(" "), "cannot be printed"),
    (Symbol("→entry"), "names like"),
    (Sum(u[Idx("κ0", n)], Idx("κ0", n)), "begin none with"),
    (u[Idx("#1", n)], "names like '#1'"),
    (Symbol("\u03f5") + Symbol("\u03b5"), "look alike"),
    (x + Symbol("x"), "two symbols named x"),
    (i + Idx("i", m), "two indices named i with different ranges"),
    (i + Symbol("i", integer=True), "Idx and a symbol"),
    (Sum(u[Symbol("i", integer=True)] + i, (Symbol("i", integer=True), 0, n - 1)), "use one object"),
    (Idx("q") + 1, "no range"),
    (Idx("q", oo) + 1, "without end"),
    (sp.Tuple(x, y), "not supported"),
    (sp.Lambda(x, x), "not supported"),
    (sp.Interval(0, 1), "not supported"),
]


@pytest.mark.parametrize(("expr", "words"), REFUSED, ids=lambda e: str(e)[:40])
def test_what_cannot_be_read_is_refused(expr: object, words: str) -> None:
    with pytest.raises(ReadError) as error:
        read_term(expr)
    assert words in error.value.message
    assert "could not be read (" not in error.value.message


ARRAYS_REFUSED = [
    (u[r], "r" + "]"),
    (u[r], "reaches from 0 to m - 1, but axis 1 of u holds 0..n - 1"),
    (Sum(u[k], (k, 1, n)), "reaches from 1 to n, but axis 1 of u holds 0..n - 1"),
    (Sum(u[k + 1], (k, 0, n - 1)), "runs out of range"),
    (Sum(u[k], (k, 0, m)), "reaches from 0 to m"),
    (u[1], "state n >= 2 in given"),
    (u[-1], "out of range"),
    (u[n], "out of range"),
    (IndexedBase("w", shape=(3,))[3], "out of range"),
    (u[x / 2], "not an integer"),
    (u[k / 2], "not an integer"),
    (u[i] + IndexedBase("u", shape=(m,), real=True)[r], "two shapes"),
    (u[i] + IndexedBase("u", shape=(n,), positive=True)[j], "different assumptions"),
    (sp.Indexed(u, i, j), "2 indices, but u has 1 axes"),
    (u[k] + B[k, i], "different ranges"),
    (IndexedBase("w")[k], "no range indexes it"),
    (IndexedBase("w")[i] * IndexedBase("w")[r], "0..n - 1 and 0..m - 1"),
    (IndexedBase("w", shape=(0,))[k], "at least 1"),
    (IndexedBase("w", shape=(n / 2,))[0], "not a size"),
    (IndexedBase("w", shape=(Symbol("q", negative=True),))[k], "positive=True"),
    (IndexedBase("w", shape=(n,), integer=True, negative=True)[i], "hypothesis"),
    (Sum(u[k], (k, 0, u[0])), "not integers"),
    (Sum(Sum(u[k], (k, l + 2, n - 1)), l), "may run backwards"),
]


@pytest.mark.parametrize(("expr", "words"), ARRAYS_REFUSED, ids=lambda e: str(e)[:40])
def test_indices_that_do_not_fit_are_refused(expr: object, words: str) -> None:
    with pytest.raises(ReadError) as error:
        read_term(expr)
    assert words in error.value.message


def test_the_limits_on_size() -> None:
    deep, flat = x, sp.Add(*(Symbol(f"a{c}") for c in range(19_998)))
    for _ in range(399):
        deep = sin(deep, evaluate=False)
    assert read_term(deep).op == "sin"
    assert len(read_term(flat).args) == 19_998
    for expr, words in ((sin(deep, evaluate=False), "400 deep"), (sp.Add(flat, x, y), "20000 nodes")):
        with pytest.raises(ReadError, match=words):
            read_term(expr)


def test_a_shared_expression_that_is_large_when_written_out_is_refused_at_once() -> None:
    e = x
    for _ in range(200):
        e = sp.Add(sin(e, evaluate=False), e, evaluate=False)
    with pytest.raises(ReadError, match="nodes"):
        read_term(e)


def test_a_deep_expression_is_read_near_the_end_of_the_stack() -> None:
    e = x
    for _ in range(390):
        e = sin(e, evaluate=False)

    def descend(depth: int) -> Term:
        return read_term(e) if depth == 0 else descend(depth - 1)

    assert descend(800).op == "sin"


def test_an_integer_of_many_digits_is_left_as_it_is() -> None:
    assert read_term(sp.Integer(10**12_000) + x).args[1].args[0] == 10**12_000


# ---- symbols


@pytest.mark.parametrize(
    ("assumptions", "sort", "given"),
    [
        ({}, "real", []),
        ({"real": True}, "real", []),
        ({"positive": True}, "positive", []),
        ({"nonzero": True}, "nonzero", []),
        ({"nonpositive": True}, "nonpositive", []),
        ({"integer": True}, "integer", []),
        ({"integer": True, "positive": True}, "positive integer", []),
        ({"integer": True, "nonnegative": True}, "nonnegative integer", []),
        ({"integer": True, "negative": True}, "integer", ["s < 0"]),
        ({"integer": True, "nonzero": True}, "integer", ["s != 0"]),
        ({"even": True}, "integer", ["mod(s, 2) = 0"]),
        ({"odd": True, "positive": True}, "positive integer", ["mod(s, 2) = 1"]),
    ],
)
def test_assumptions_become_sorts_and_hypotheses(assumptions: dict[str, bool], sort: str, given: list[str]) -> None:
    question = read_question(Symbol("s", **assumptions), 0)
    assert question.lhs.args[1] == sort
    assert [show(h) for h in question.given] == given


def test_dummies_are_symbols_with_names_of_their_own() -> None:
    one, two = Dummy("x", positive=True), Dummy("x", positive=True)
    read = read_term(one + 2 * two + x)
    assert {(v.args[0], v.args[1]) for v in free(read)} == {("_x", "positive"), ("_x1", "positive"), ("x", "real")}
    assert read_term(one - one) is ZERO


def test_a_size_without_assumptions_is_read_as_one_and_told() -> None:
    for q, words in ((Symbol("q", integer=True), "1 <= q"), (Symbol("q"), "q is a positive integer")):
        w = IndexedBase("w", shape=(q,))
        question = read_question(Sum(w[Idx("t", q)], Idx("t", q)), 0)
        assert question.ranges == (words,)
        assert [s.args[1] for s in question.sizes] == ["positive integer"]
    question = read_question(Sum(x, (k, 1, N)), N * x)
    assert question.lhs.args[1].args[1] is sym("N", "integer")
    assert question.ranges == ("0 <= N",)
    assert [show(h) for h in question.given] == ["0 <= N"]


# ---- indices, arrays, sums


def test_a_free_integer_symbol_takes_the_range_of_the_axis_that_it_indexes() -> None:
    question = read_question(u[k] + k, v[k])
    assert show(question.lhs) == "(k + u[k])"
    assert question.indices == (index("k", SIZE),)
    assert question.ranges == ("0 <= k < n",)
    assert read_question(u[Idx("q")], 0).ranges == ("0 <= q < n",)


def test_a_positive_index_stays_positive() -> None:
    q = Symbol("q", integer=True, positive=True)
    question = read_question(u[q], v[q])
    assert [show(h) for h in question.schematic] == ["0 < q"]
    assert read_question(u[Symbol("q", integer=True, nonnegative=True)], 0).given == ()


def test_a_symbol_inside_index_arithmetic_stays_in_range_by_hypothesis() -> None:
    question = read_question(u[k - 1], 0)
    assert [show(h) for h in question.given] == ["1 <= k", "k <= n"]
    assert question.ranges == ("1 <= k", "k <= n")


def test_ranges_that_do_not_start_at_0_are_shifted() -> None:
    t = Idx("t", (1, n))
    assert show(read_term(Sum(t**2, t))) == "sum((t + 1)**2, t < n)"
    assert show(read_term(Sum(u[k - 1], (k, 1, n)))) == "sum(u[k], k < n)"
    assert show(read_term(Sum(u[k], (k, 1, n - 1)))) == "sum(u[(k + 1)], k < (n + -1))"
    assert show(read_term(KroneckerDelta(Idx("a", (1, n)), Idx("b", (1, n))))) == "delta(a, b)"


def test_an_array_without_a_shape_takes_it_from_its_sum() -> None:
    w = IndexedBase("w", real=True)
    question = read_question(Derivative(Sum(w[k] ** 2, (k, 1, n)), w[N]), 2 * w[N])
    assert question.arrays == (("w", "real", (SIZE,)),)
    assert show(question.lhs) == "deriv(sum(w[k]**2, k < n), w[N])"
    assert question.ranges == ("1 <= N <= n",)
    assert show(read_term(Sum(w[k], (k, 1, n)) - w[n])) == "(-1*w[(n + -1)] + sum(w[k], k < n))"
    assert show(read_term(Sum(w[i], i))) == "sum(w[i], i < n)"


def test_a_limit_that_is_an_index_becomes_a_condition() -> None:
    read = read_term(Sum(u[k], (k, 0, i)))
    inner = index("k", SIZE)
    assert read is total(make("piecewise", u_at(inner), make("le", inner, I), ZERO, TRUE), inner)
    assert show(read_term(Sum(Sum(u[k] * v[l], (k, l + 1, n - 1)), l))).startswith("sum(sum(piecewise(")
    assert show(read_term(Product(u[k], (k, 0, i)))).endswith("1, true), k < n)")
    assert show(read_term(Sum(B[r, k], (k, 0, l), (l, 0, n - 1)))) == "sum(sum(piecewise(B[r, k], k <= l, 0, true), k < n), l < n)"


def test_lengths_that_may_be_negative_are_assumed_not_to_be() -> None:
    question = read_question(Sum(u[k + 1], (k, 0, n - 3)), 0)
    assert question.ranges == ("2 <= n",)
    assert [show(h) for h in question.given] == ["2 <= n"]
    assert read_question(Sum(u[k + 1], (k, 0, n - 3)), 0, given=n >= 4).ranges == ()


def test_literal_indices_want_an_entry_to_be_there() -> None:
    assert read_term(u[0]) is u_at(ZERO)
    assert read_question(u[2], 0, given=(n >= 3,)).lhs is u_at(num(2))
    assert read_question(u[2], 0, given=(n > 2,)).lhs is u_at(num(2))
    assert read_term(u[n - 1]) is u_at(add(SIZE, num(-1)))
    assert show(read_term(u[i - j])) == "u[(i + -1*j)]"
    for given in ((), (n >= 2,), (x >= 3,)):
        with pytest.raises(ReadError, match="may be out of range"):
            read_question(u[2], 0, given=given)
    with pytest.raises(ReadError, match="may be out of range"):
        read_question(IndexedBase("w", shape=(Symbol("q", integer=True, nonnegative=True),))[0], 0)


def test_an_index_fits_a_longer_axis_where_a_hypothesis_says_so() -> None:
    assert show(read_question(u[r], 0, given=m <= n).lhs) == "u[r]"
    with pytest.raises(ReadError, match="reaches"):
        read_question(u[r], 0, given=n <= m)


def test_a_guard_permits_what_it_leaves_out() -> None:
    read = read_term(Sum(Piecewise((u[k + 1], k < n - 1), (0, True)), (k, 0, n - 1)))
    assert "u[(k + 1)]" in show(read)


def test_matrix_elements_are_entries() -> None:
    A = MatrixSymbol("A", m, n)
    question = read_question(Sum(A[r, i], r), 0)
    assert question.arrays == (("A", "real", (sym("m", "positive integer"), SIZE)),)
    assert read_term(MatrixSymbol("a", n, 1)[i, 0]).args[2] == (SIZE, ONE)


def test_entries_of_an_integer_array_are_indices() -> None:
    label = IndexedBase("y", shape=(m,), integer=True)
    assert show(read_term(Sum(u[label[r]], r))) == "sum(u[y[r]], r < m)"


def test_bound_names_never_capture() -> None:
    inner = Sum(u[l] * i, l)
    assert show(read_term(Sum(v[i] * Sum(u[i], i), i))) == "sum(v[i]*sum(u[i1], i1 < n), i < n)"
    assert show(read_term(u[l] + inner)) == "(u[l] + sum(i*u[l1], l1 < n))"
    same = read_question(Sum(u[l], l), Sum(u[l], l))
    assert same.lhs is same.rhs
    read = read_term(Subs(Sum(x * u[l], l), x, v[l]))
    assert show(read) == "sum(v[l]*u[l1], l1 < n)"
    both = read_term(Sum(Sum(u[i], i), i))  # SymPy folds this into one Sum with i twice: the inner i wins
    assert show(both) == "sum(sum(u[i1], i1 < n), i < n)"
    assert show(read_term(Sum(u[k], (k, 0, n - 1)) + Sum(k**2, (k, 1, 3)) + u[k])).count("u[k]") == 1


def test_a_bound_name_may_be_an_array_elsewhere() -> None:
    w = IndexedBase("l", shape=(n,), real=True)
    assert show(read_term(Sum(w[l], l))) == "sum(l[l1], l1 < n)"


# ---- questions and hypotheses


def test_relations() -> None:
    assert read_question(x, y, "le").relation == "le"
    turned = read_question(x, y, "gt")
    assert (turned.relation, turned.lhs, turned.rhs) == ("lt", sym("y"), X)
    assert read_question(x > 0, x >= 0, "implies").lhs is make("lt", ZERO, X)
    for relation in ("equals", "==", None, ["eq"]):
        with pytest.raises(ReadError, match="choose one of eq, ne, le, lt, iff, implies, ge, gt"):
            read_question(x, y, relation)  # type: ignore[arg-type]
    with pytest.raises(ReadError, match="expected a relation"):
        read_question(x, y, "iff")
    with pytest.raises(ReadError, match="got the condition"):
        read_question(x > 0, y > 0)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ((), []),
        (x > 0, ["0 < x"]),
        ([x >= 0, Ne(x, 1)], ["0 <= x", "x != 1"]),
        (And(x > 0, x < 1), ["0 < x", "x < 1"]),
        (Or(x > 0, x < -1), ["or(0 < x, x < -1)"]),
        (Not(Or(x > 0, Eq(x, -1))), ["not(or(x = -1, 0 < x))"]),
        ((True, sp.true, x > 0), ["0 < x"]),
        (sp.Implies(x > 0, y > 0), ["or(not(0 < x), 0 < y)"]),
        (sp.ITE(x > 0, y > 0, y < 0), None),
        (u[i] > 0, ["0 < u[i]"]),
        (Eq(Sum(u[l], l), 1), ["sum(u[l], l < n) = 1"]),
    ],
    ids=str,
)
def test_hypotheses(given: object, shown: list[str] | None) -> None:
    read = [show(h) for h in read_question(x + y, u[i], given=given).given]
    assert shown is None or sorted(read) == sorted(shown)
    assert read or shown == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (False, "contradictory"),
        ((x > 0, sp.false), "contradictory"),
        (p < 0, "contradictory"),
        (x == 1, "contradictory"),
        ("x > 0", "string"),
        (x, "expected a relation"),
        ((x + 1,), "expected a relation"),
        ({x > 0}, "set"),
        (None, "NoneType"),
        (sp.Q.positive(x), "cannot be read"),
        (sp.Contains(x, sp.Interval(0, 1), evaluate=False), "cannot be read"),
        (x > 0.5, "write Rational(1, 2)"),
        (Ne(v[i], v[j]), "write Or(Eq(i, j), ...)"),
        (v[i] < v[j], "cannot hold at i = j"),
    ],
    ids=str,
)
def test_hypotheses_that_cannot_be_read(given: object, words: str) -> None:
    with pytest.raises(ReadError) as error:
        read_question(x, Sum(v[l], l), given=given)
    assert words in error.value.message


@pytest.mark.parametrize(
    ("sides", "given", "schematic"),
    [
        (u[i] * v[j], (Ne(i, j),), ["i != j"]),
        (u[i] * v[j], (i < j, u[i] > 0), ["i < j"]),
        (u[i], (i < n - 1,), ["i < (n + -1)"]),
        (u[i] * v[j], (u[i] < u[j],), ["u[i] < u[j]"]),
        (u[i], (u[i] > 0,), []),
        (B[r, i], (B[r, i] > 0,), []),
        (u[i] * v[j], (Eq(Sum(B[r, i] * B[r, j], r), KroneckerDelta(i, j)),), []),
        (u[i], (x > 0,), []),
        (u[i], (u[j] <= u[i],), ["sum(piecewise(0, u[j] <= u[i], 1, true), j < n) = 0"]),
        (u[i], (Ne(i, j), u[j] < u[i]), ["sum(piecewise(0, or(not(i != j), u[j] < u[i]), 1, true), j < n) = 0"]),
        (Sum(u[l], l), (Ne(i, j), Ne(u[i], u[j])), []),
    ],
    ids=str,
)
def test_whose_indices_a_hypothesis_speaks_of(sides: object, given: tuple[object, ...], schematic: list[str]) -> None:
    question = read_question(sides, 0, given=given)
    assert [show(h) for h in question.schematic] == schematic
    assert set(question.schematic) <= set(question.given)


def test_a_comparison_of_indices_limits_the_hypothesis_beside_it() -> None:
    question = read_question(Sum(u[l], l), 0, given=(Ne(i, j), Ne(u[i], u[j])))
    assert [show(h) for h in question.given] == ["or(not(i != j), u[i] != u[j])"]


def test_propositions() -> None:
    assert read_proposition(And(x > 0, y <= 1)) is make("and", make("le", sym("y"), ONE), make("lt", ZERO, X))
    assert read_proposition(Eq(x, y)) is make("eq", X, sym("y"))
    assert read_proposition(sp.true) is TRUE
    assert read_proposition(sp.false) is FALSE
    for bad in (x, True, x == y, 1):
        with pytest.raises(ReadError):
            read_proposition(bad)


def test_lines_share_their_symbols() -> None:
    reading = read_lines([u[k], u[k] + 0 * x, Eq(x, 0)], given=x > 0)
    assert reading.lines[0] is reading.lines[1]
    assert reading.lines[2].op == "eq"
    assert reading.ranges == ("0 <= k < n",)
    with pytest.raises(ReadError, match="two symbols named x"):
        read_lines([x, bare])
    with pytest.raises(ReadError, match="two symbols named x"):
        read_question(x, 0, given=bare > 0)


# ---- the same whatever the hash seed, and never another error

SAME = """
from sympy import *
from derive.kernel.read import read_question
x, y, a, b, c = symbols("x y a b c", real=True)
n = Symbol("n", integer=True, positive=True)
i, j, k = (Idx(s, n) for s in "ijk")
u, v = IndexedBase("u", shape=(n,), real=True), IndexedBase("v", shape=(n,))
d, e = Dummy("d"), Dummy("e")
q = read_question(Max(x, y, a*b, c) + Min(sin(x), cos(y), a) + u[i]*v[j]*Sum(u[k]*v[k], k) + x*y*a*b*c + d*e + d,
                  Piecewise((x, Or(x > y, a > b, Eq(c, 1))), (y, True)), given=And(x > 0, y > 0, Ne(a, b), Or(c > 1, x > 1)))
print(q, q.ranges)
"""


def test_a_question_is_the_same_for_every_hash_seed() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", SAME], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src", "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
    assert "piecewise" in said.pop()


def _anything(rng: random.Random, depth: int) -> object:
    """A random SymPy object, often one that makes no sense."""
    leaves = [
        x,
        bare,
        p,
        n,
        m,
        k,
        N,
        i,
        j,
        r,
        Idx("q"),
        Idx("w", (1, n)),
        u[i],
        u[k],
        u[k + 1],
        B[r, i],
        B[k, k],
        u[0],
        u[n],
        IndexedBase("w")[k],
        sp.Integer(2),
        Rational(-1, 2),
        sp.Float(0.5),
        oo,
        sp.I,
        sp.nan,
        pi,
        sp.true,
        sp.false,
        x > 0,
        Ne(i, j),
        Function("f")(x),
        Dummy("x"),
        MatrixSymbol("A", n, n)[i, j],
        MatrixSymbol("A", n, n),
        sp.Symbol("z", complex=True),
        sp.Tuple(x, n),
        u,
        Symbol("n"),
        sp.core.symbol.Str("s"),
    ]
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(leaves)
    a, b, c = (_anything(rng, depth - 1) for _ in range(3))
    makers = [
        lambda: sp.Add(a, b),
        lambda: sp.Mul(a, b),
        lambda: sp.Pow(a, b),
        lambda: exp(a),
        lambda: log(a),
        lambda: Max(a, b),
        lambda: Min(a, b),
        lambda: Sum(a, i),
        lambda: Sum(a, (k, b, c)),
        lambda: Sum(a, (Idx("q"), 0, n - 1)),
        lambda: Product(a, (k, 1, n)),
        lambda: Integral(a, (x, b, c)),
        lambda: Integral(a, x),
        lambda: Derivative(a, x),
        lambda: Derivative(a, u[i]),
        lambda: Derivative(a, (x, 3)),
        lambda: Piecewise((a, b), (c, True)),
        lambda: KroneckerDelta(a, b),
        lambda: Subs(a, x, b),
        lambda: sp.floor(a),
        lambda: sp.binomial(a, b),
        lambda: a > b,
        lambda: Eq(a, b),
        lambda: And(a, b),
        lambda: Not(a),
        lambda: u[a],
        lambda: B[a, b],
        lambda: Heaviside(a, b),
        lambda: Abs(a),
        lambda: sp.ITE(a, b, c),
        lambda: sp.Mod(a, b),
        lambda: tanh(a),
        lambda: Sum(a, (k, 0, i), (i, 0, n - 1)),
        lambda: sp.factorial(a),
        lambda: IndexedBase("h", shape=(a,))[b],
        lambda: sp.Indexed(u, a, b),
        lambda: Sum(a, (k, 0, b), (N, 1, k)),
    ]
    try:
        return rng.choice(makers)()
    except Exception:  # SymPy refused to build it
        return a


@pytest.mark.filterwarnings("ignore")
def test_nothing_but_a_read_error_comes_out() -> None:
    rng, read = random.Random(1), 0
    for _ in range(400):
        a, b, c = (_anything(rng, rng.randrange(4)) for _ in range(3))
        try:
            question = read_question(a, b, rng.choice(["eq", "lt", "ge", "iff"]), given=rng.choice([(), c, (c, x > 0)]))
        except ReadError as error:
            assert "could not be read (" not in error.message, (a, b, c)  # noqa: PT017
        else:
            read += 1
            assert all(v.op in ("sym", "index") for v in free(question.lhs))
    assert read > 10
