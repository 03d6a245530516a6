"""What is written out entry by entry: along the axis the true ones are proved, and no false sibling is."""

from __future__ import annotations

import pytest
from sympy import Abs, Derivative, Idx, IndexedBase, Max, Min, Rational, Symbol, exp, log, sqrt, symbols

import derive
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.gathered import gathered
from derive.kernel.proof import Budget
from derive.kernel.read import read_question
from derive.statement.term import show

N = 6
U, W = (IndexedBase(name, shape=(N,), real=True) for name in "uw")
u, w = [U[k] for k in range(N)], [W[k] for k in range(N)]
xs, ys = symbols("x1:7", real=True), symbols("y1:7", real=True)
lam = symbols("lambda", positive=True)


def entropy(z):
    total = sum(exp(a) for a in z)
    return -sum(exp(a) / total * log(exp(a) / total) for a in z)


def dot(a, b):
    return sum(p * q for p, q in zip(a, b, strict=True))


TRUE = {
    "entropy": (entropy(u), log(N)),
    "entropy of scalars": (entropy(xs), log(N)),
    "products": (dot(xs, ys) ** 2, dot(xs, xs) * dot(ys, ys)),
    "norms": (sqrt(dot(u, u)), sum(map(Abs, u))),
    "triangle": (sqrt(sum((a + b) ** 2 for a, b in zip(u, w, strict=True))), sqrt(dot(u, u)) + sqrt(dot(w, w))),
    "largest above": (sqrt(dot(u, u)), sqrt(N) * Max(*map(Abs, u))),
    "largest below": (Max(*u), log(sum(exp(lam * a) for a in u)) / lam),
    "least": (N * Min(*u), sum(u)),
    "least and largest": (Min(*u), Max(*u)),
}
BENT = ("least", "least and largest")  # nothing but kinks: their bounds come first
FALSE = {
    "entropy": (entropy(u), log(N) - Rational(1, 10**30)),
    "entropy of scalars": (entropy(xs), log(N - 1)),
    "products": (dot(xs, ys) ** 2, (dot(xs, xs) - xs[5] ** 2) * dot(ys, ys)),
    "norms": (sum(map(Abs, u)), sqrt(dot(u, u))),
    "triangle": (sqrt(dot(u, u)) + sqrt(dot(w, w)), sqrt(sum((a + b) ** 2 for a, b in zip(u, w, strict=True)))),
    "largest above": (sqrt(dot(u, u)), sqrt(N - 1) * Max(*map(Abs, u))),
    "largest below": (Max(*u), log(sum(exp(a) for a in u[1:]))),
    "least": (sum(u), N * Min(*u)),
    "least and largest": (Max(*u), Min(*u) + 10**6),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_claim_is_proved(name: str) -> None:
    verdict = derive.decide(*TRUE[name], relation="le").verdict
    assert verdict.name == "PROVED", verdict.tried
    assert ("kinks-bounded" if name in BENT else "gathered") in verdict.rules


@pytest.mark.parametrize("name", FALSE)
def test_false_claim_is_refuted_and_the_rules_alone_do_not_reach_it(name: str) -> None:
    assert derive.decide(*FALSE[name], relation="le").verdict.name == "REFUTED"
    with pytest.raises(GIVES_UP):
        prove(read_question(*FALSE[name], "le"), Budget(5_000, 1.0))


def test_one_entry_that_differs_is_no_sum_along_the_axis() -> None:
    for odd in (sum(u[:-1]) + 2 * u[-1], sum(u[:-1]), sum(u) - u[0]):
        assert gathered(read_question(odd, lam)) == []
    assert [show(q.lhs) for q in gathered(read_question(sum(u) + u[0], lam))] == []


def test_hypotheses_of_one_form_are_one_for_every_place() -> None:
    (along,) = gathered(read_question(dot(u, u), lam, "le", tuple(a > 0 for a in u)))
    assert [show(h) for h in along.given] == ["0 < u[→0 along 6]"]
    some = gathered(read_question(dot(u, u), lam, "le", tuple(a > 0 for a in u[1:])))
    assert len(some[0].given) == N - 1


def test_a_maximum_under_a_derivative_or_of_what_may_have_no_value_stays() -> None:
    for extreme in (Max(*map(log, u)), Derivative(Max(*u), u[0])):
        assert not any("largest" in show(h) or "→max" in show(h) for q in gathered(read_question(extreme, sum(u))) for h in q.given)


def test_a_maximum_at_one_place_of_another_axis_bounds_nothing_at_the_next() -> None:
    m = Symbol("m", integer=True, positive=True)
    i, j = Idx("i", m), Idx("j", m)
    v = IndexedBase("v", shape=(m,), real=True)
    largest = Max(*(a + v[i] for a in u))
    assert derive.decide(u[0] + v[i], largest, relation="le").verdict.name == "PROVED"
    assert derive.decide(u[0] + v[j], largest, relation="le").verdict.name == "REFUTED"
    with pytest.raises(GIVES_UP):
        prove(read_question(u[0] + v[j], largest, "le"), Budget(5_000, 1.0))
