"""Sines and cosines as variables, by the rules alone: along a sum, an integral or a hypothesis for every index they are no one number."""

from __future__ import annotations

import pytest
from sympy import Abs, Derivative, Idx, IndexedBase, Integral, Rational, Sum, cos, pi, sin, symbols, tan

from derive.kernel.circular import Circular
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question
from derive.statement import term

n = symbols("n", integer=True, positive=True)
x, y, t = symbols("x y t", real=True)
i, j, k, l = (Idx(name, n) for name in "ijkl")
u, v = (IndexedBase(name, shape=(n,), real=True) for name in "uv")
w, a = IndexedBase("w", shape=(3,), real=True), Idx("a", 3)
sines, cosines = Sum(sin(u[k]), k), Sum(cos(u[k]), k)

FALSE = {
    "the mean square is the square of the mean": (n * Sum(sin(u[k]) ** 2, k), sines**2, ()),
    "so for products": (n * Sum(sin(u[k]) * cos(u[k]), k), sines * cosines, ()),
    "from above": (sines * cosines, n * Sum(sin(u[k]) * cos(u[k]), k), ()),
    "phases never cancel": (n, sines**2 + cosines**2, ()),
    "nor differences of phases": (n, Sum(cos(u[k] - u[l]), k, l), ()),
    "three terms are three times one": (Sum(sin(w[a]) ** 2, a), 3 * sin(w[0]) ** 2, ()),
    "a sum is n times a term": (Sum(tan(u[k]), k), n * tan(u[j]), ()),
    "so for integrals": (Integral(sin(x * t**3) ** 2, (t, 0, 1)), Integral(sin(x * t**3), (t, 0, 1)) ** 2, ()),
    "a sine has no slope": (Derivative(sin(x), x), 0, ()),
    "nor has a sum of them": (Derivative(sines, u[j]), 0, ()),
    "a square has a slope": (Derivative(sin(x) ** 2, x), 2 * sin(x), ()),
    "angles that meet where another does not": (Abs(sin(x) - sin(2 * y)), 2 * Abs(x - y), ()),
    "angles that are opposite": (Abs(sin(x) + sin(y)), Abs(x - y), ()),
    "one bound for all": (u[j], sin(u[k]), (sin(u[i]) >= u[i],)),
    "one bound for all, along a sum": (Sum(u[k], k), n * sin(u[j]), (sin(u[i]) >= u[i],)),
}
TRUE = {
    "phases": (sines**2 + cosines**2, n**2, ()),
    "squares": (sines**2, n * Sum(sin(u[k]) ** 2, k), ()),
    "sum of squares": (Sum(sin(u[k]) ** 2, k) + Sum(cos(u[k]) ** 2, k), n, ()),
    "three terms": (Sum(sin(w[a]), a), 3, ()),
    "products": (Sum(sin(u[k]) * cos(v[k]), k), n, ()),
    "slope": (0, Derivative(sin(x) + 2 * x, x), ()),
    "slope of a sum": (Derivative(sines, u[j]), 1, ()),
    "each its own bound": (u[k], sin(u[k]), (sin(u[i]) >= u[i],)),
    "each its own bound, along a sum": (Sum(u[k], k), sines, (sin(u[i]) >= u[i],)),
    "half a turn": (0, sin(x) * (1 + cos(y)), (x >= 0, x <= pi)),
    "tangent": (tan(x) ** 2, 1, (cos(x) ** 2 >= Rational(1, 2),)),
    "angles that meet": (Abs(sin(x) - sin(y)), Abs(x - y), ()),
    "angles that meet, twice as fast": (Abs(cos(2 * x) - cos(2 * y)), 2 * Abs(x - y), ()),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_changes_along_a_binder_is_no_number(name: str) -> None:
    lhs, rhs, given = FALSE[name]
    with pytest.raises(GIVES_UP):
        prove(read_question(lhs, rhs, "le", given), Budget(20_000, seconds=2.0))


@pytest.mark.parametrize("name", TRUE)
def test_what_is_known_of_each_is_used(name: str) -> None:
    lhs, rhs, given = TRUE[name]
    prove(read_question(lhs, rhs, "le", given), Budget(40_000, seconds=5.0))


def test_what_is_hidden_can_be_shown() -> None:
    size = term.sym("n", "positive integer")
    a, b = (term.index(name, size) for name in "ab")

    def entry(at: term.Term) -> term.Term:
        return term.entry("u", "real", (size,), (at,))

    circular = Circular()
    whole = term.mul(term.total(term.fn("sin", term.sub(entry(a), entry(b))), a), term.fn("cos", entry(b)))
    hidden = circular.hide(whole)
    assert not any(u.op in ("sin", "cos") for u in term.subterms(hidden))
    assert circular.show(hidden) is whole
    assert circular.hide(whole) is hidden
    assert circular.entries_in(hidden)
    assert {f.every for f in circular.known(hidden)} != {()}
