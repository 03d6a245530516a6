"""Slopes in entries that a sum meets at a shifted, turned or circular place, the ends of the axis included: true, and false next to it."""

from __future__ import annotations

import pytest
from sympy import Derivative, Eq, Expr, Idx, IndexedBase, KroneckerDelta, Mod, Ne, Piecewise, Sum, symbols

from derive import decide
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question
from derive.recheck import recheck
from derive.statement.claim import Claim, Link

n, m = symbols("n m", integer=True, positive=True)
k = symbols("k", integer=True)
i, j, l = (Idx(name, n) for name in "ijl")
r = Idx("r", m)
i9, i10 = Idx("i9", 9), Idx("i10", 10)
u, v = (IndexedBase(name, shape=(n,), real=True) for name in "uv")
w, x = IndexedBase("w", shape=(m,), real=True), IndexedBase("x", shape=(n + m - 1,), real=True)
c, q = IndexedBase("c", shape=(3,), real=True), IndexedBase("q", shape=(n + 2,), real=True)
a, b = IndexedBase("a", shape=(9,), real=True), IndexedBase("b", shape=(10,), real=True)
p, s = Idx("p", n + m - 1), Idx("s", n + 2)

pairs = Sum(u[k] * u[k + 1], (k, 0, n - 2))
steps = Sum((u[k + 1] - u[k]) ** 2, (k, 0, n - 2))
ring = Sum(u[k] * u[Mod(k + 1, n)], (k, 0, n - 1))
turned = Sum(v[k] * u[Mod(i - k, n)], (k, 0, n - 1))
window, loss = Sum(w[r] * x[i + r], r), Sum(v[l] * Sum(w[r] * x[l + r], r), l)
three = Sum(c[k] * q[i + k], (k, 0, 2))
squares = Sum(u[k] ** 2, (k, 0, n - 1))


def where(value: Expr, condition: object) -> Expr:
    return Piecewise((value, condition), (0, True))


# name: (what is differentiated, in what, the slope, a false one, hypotheses)
CASES: dict[str, tuple[Expr, Expr, Expr, Expr, tuple[object, ...]]] = {
    "neighbours": (
        pairs, u[j], where(u[j + 1], j < n - 1) + where(u[j - 1], j > 0), where(u[j + 1], j < n - 1) + where(u[j - 1], j > 1), (),
    ),
    "neighbours inside": (pairs, u[j], u[j + 1] + u[j - 1], u[j + 1], (j > 0, j < n - 1)),
    "neighbours at the first": (pairs, u[0], u[1], u[0] + u[1], (n >= 2,)),
    "neighbours at the last": (pairs, u[n - 1], u[n - 2], u[n - 2] / 2, (n >= 2,)),
    "neighbours, j the last": (pairs, u[j], u[j - 1], 2 * u[j - 1], (j > 0, Eq(j, n - 1))),
    "differences": (
        steps, u[j], where(2 * (u[j] - u[j + 1]), j < n - 1) + where(2 * (u[j] - u[j - 1]), j > 0),
        where(2 * (u[j] - u[j + 1]), j < n - 1) + 2 * u[j], (),
    ),
    "a window": (window, x[p], where(w[p - i], (p >= i) & (p < i + m)), where(w[p - i], (p > i) & (p < i + m)), ()),
    "windows in a sum": (
        loss, x[p], Sum(where(v[l] * w[p - l], (p >= l) & (p < l + m)), l), Sum(where(v[l] * w[p - l], (p > l) & (p < l + m)), l), (),
    ),
    "three weights": (three, q[s], where(c[s - i], (s >= i) & (s <= i + 2)), where(c[s - i], (s >= i) & (s <= i + 1)), ()),
    "a ring": (ring, u[j], u[Mod(j + 1, n)] + u[Mod(j - 1, n)], 2 * u[Mod(j + 1, n)], ()),
    "circular convolution": (turned, u[j], v[Mod(i - j, n)], v[Mod(j - i, n)], ()),
    "a palindrome": (u[i] * u[n - 1 - i], u[j], KroneckerDelta(i, j) * u[n - 1 - i] + KroneckerDelta(i, n - 1 - j) * u[i],
                     KroneckerDelta(i, j) * u[n - 1 - i], ()),
    "an even palindrome": (b[i10] * b[9 - i10], b[i10], b[9 - i10], 2 * b[9 - i10], ()),
    "an odd palindrome": (a[i9] * a[8 - i9], a[i9], (1 + KroneckerDelta(i9, 4)) * a[8 - i9], a[8 - i9], ()),
    "the next entry": (squares, u[j + 1], 2 * u[j + 1], 2 * u[j], ()),
    "the next entry, inside": (squares, u[j + 1], 2 * u[j + 1], u[j + 1], (j < n - 1,)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_slope_is_proved_with_its_ends(name: str) -> None:
    f, at, slope, _, given = CASES[name]
    outcome = decide(Derivative(f, at), slope, given=given)
    assert outcome.name == "PROVED", outcome.verdict.tried
    question = read_question(Derivative(f, at), slope, "eq", given)
    claim = Claim("page.claim", "", 1, question.lhs, (Link("eq", question.rhs),), given=question.given)
    assert recheck(claim, [outcome.verdict.steps]).status == "AGREES"


@pytest.mark.parametrize("name", CASES)
def test_a_slope_that_is_wrong_at_one_place_is_refuted(name: str) -> None:
    f, at, _, wrong, given = CASES[name]
    assert decide(Derivative(f, at), wrong, given=given).name == "REFUTED"


FALSE: dict[str, tuple[object, object, tuple[object, ...]]] = {
    "what is beside a place that is missed": (Sum(KroneckerDelta(k, j + n) * u[i + 1], (k, 0, n - 1)), 0, ()),
    "one side alone has no place": (Derivative(squares, u[j + 1]), where(2 * u[j + 1], j < n - 1), ()),
    "an index that is its own neighbour round a ring": (Sum(KroneckerDelta(k, Mod(k + 1, n)) * u[k], (k, 0, n - 1)), u[0], ()),
    "round a longer ring": (Sum(KroneckerDelta(Mod(k + 1, n + 1), j) * u[k], (k, 0, n - 1)), u[Mod(j - 1, n)], ()),
    "differing places that may be equal": (KroneckerDelta(i, j + 1), 0, (Ne(i, j),)),
    "twice an index": (Sum(KroneckerDelta(2 * k, j), (k, 0, n - 1)), 1, ()),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_holds_but_at_some_places_is_not_proved(name: str) -> None:
    lhs, rhs, given = FALSE[name]
    with pytest.raises(GIVES_UP):
        prove(read_question(lhs, rhs, "eq", given), Budget(20_000, seconds=2.0))


@pytest.mark.parametrize(
    ("lhs", "rhs", "given"),
    [
        (KroneckerDelta(i, j + 1), 0, (Ne(i, j + 1),)),
        (KroneckerDelta(i, j + 1), 0, (i <= j,)),
        (KroneckerDelta(2 * i + 1, 2 * j), 0, ()),
        (Sum(KroneckerDelta(k, j + n), (k, 0, n - 1)), 0, ()),
        (u[Mod(i + n, n)], u[i], ()),
    ],
)
def test_places_that_are_never_or_always_equal(lhs: object, rhs: object, given: tuple[object, ...]) -> None:
    found = decide(lhs, rhs, given=given)
    assert found.name == "PROVED", found.verdict.tried
