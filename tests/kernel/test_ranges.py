"""Sums that run backwards, from a later place or not to the end: each rule proves a true claim, and no false one beside it."""

import pytest
from sympy import Idx, IndexedBase, Piecewise, Sum, Symbol, exp

from derive.kernel.cell import Stuck
from derive.kernel.decide import prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

n = Symbol("n", integer=True, positive=True)
k = Symbol("k", integer=True)
x = Symbol("x", real=True)
i, j, l = (Idx(name, n) for name in "ijl")
u = IndexedBase("u", shape=(n,), real=True)
w = IndexedBase("w", shape=(n,), real=True)
z = IndexedBase("z", shape=(n + 1,), real=True)
A = IndexedBase("A", shape=(n, n), real=True)
g = Symbol("g", positive=True)
whole = Sum(u[l], l)

CASES = [
    ("reversed-sum", Sum(u[n - 1 - k], (k, 0, n - 1)), whole, Sum(u[n - 1 - k], (k, 0, n - 2))),
    ("shifted-sum", Sum(u[k], (k, 0, n - 2)) + u[n - 1], whole, Sum(u[k], (k, 0, n - 2)) + u[0]),
    ("shifted-sum", Sum(u[k + 1] - u[k], (k, 0, n - 2)), u[n - 1] - u[0], u[n - 1] - u[0] + x**2 * (n - 1)),
    ("cut-sum", Sum(Piecewise((x, j <= i), (0, True)), j), (i + 1) * x, i * x),
    ("cut-sum", Sum(u[k], (k, i, n - 1)) + Sum(u[k], (k, 0, i)), whole + u[i], whole + u[0]),
    ("cut-sum", Sum(u[k], (k, 0, i)) - Sum(u[k], (k, 0, i - 1)), u[i], u[0]),
    ("triangle", Sum(u[k], (k, 0, i), (i, 0, n - 1)), Sum((n - l) * u[l], l), Sum((n - 1 - l) * u[l], l)),
    ("triangle", Sum(u[i] * u[k], (k, i + 1, n - 1), (i, 0, n - 1)), (whole**2 - Sum(u[l] ** 2, l)) / 2, whole**2 / 2),
    ("triangle", Sum(w[i] * Sum(u[k], (k, 0, i)), i), Sum(u[j] * Sum(w[k], (k, j, n - 1)), j), Sum(u[j] * Sum(w[k], (k, j + 1, n - 1)), j)),
    (
        "triangle",
        Sum(A[i, k], (k, 0, i), (i, 0, n - 1)),
        Sum(A[k, j], (k, j, n - 1), (j, 0, n - 1)),
        Sum(A[j, k], (k, j, n - 1), (j, 0, n - 1)),
    ),
    (
        "triangle",
        Sum(w[j] * Sum(g ** (k - j) * u[k], (k, j, n - 1)), j),
        Sum(u[j] * Sum(g ** (j - k) * w[k], (k, 0, j)), j),
        Sum(u[j] * Sum(g**j * w[k], (k, 0, j)), j),
    ),
    ("reversed-sum", Sum(u[l] * w[n - 1 - l], l), Sum(u[n - 1 - l] * w[l], l), Sum(u[l] * w[l], l)),
    (
        "shifted-sum",
        Sum(u[k] * (w[k + 1] - w[k]) + w[k + 1] * (u[k + 1] - u[k]), (k, 0, n - 2)),
        u[n - 1] * w[n - 1] - u[0] * w[0],
        Sum(u[k] * (w[k + 1] - w[k]) + w[k] * (u[k + 1] - u[k]), (k, 0, n - 2)),
    ),
    ("shifted-sum", Sum(g**l * (u[l] + g * z[l + 1] - z[l]), l), Sum(g**l * u[l], l) + g**n * z[n] - z[0], Sum(g**l * u[l], l) - z[0]),
    ("geometric-sum", Sum(Piecewise((2**j, j <= i), (0, True)), j), 2 ** (i + 1) - 1, 2**i - 1),
]


@pytest.mark.parametrize(("rule", "lhs", "rhs", "wrong"), CASES)
def test_a_rule_proves_what_is_true_and_nothing_beside_it(rule: str, lhs: object, rhs: object, wrong: object) -> None:
    assert rule in prove(read_question(lhs, rhs, "eq", ()), Budget()).rules
    with pytest.raises(Stuck):
        prove(read_question(lhs if rule != "reversed-sum" else whole, wrong, "eq", ()), Budget())


def test_columns_of_shares_add_up_to_the_rows() -> None:
    """The sum over all rows stands inside, and each row is divided by its own total."""
    share = exp(A[i, j]) / Sum(exp(A[i, l]), l)
    assert prove(read_question(Sum(Sum(share * w[i], i), j), Sum(w[l], l), "eq", ()), Budget())
    with pytest.raises(Stuck):
        prove(read_question(Sum(Sum(share * w[j], i), j), Sum(w[l], l), "eq", ()), Budget())


def test_a_range_that_may_be_negative_is_left_alone() -> None:
    question = read_question(Sum(u[k], (k, 0, n - 3)), whole - u[n - 1], "eq", ())
    with pytest.raises(Stuck):
        prove(question, Budget())


def test_sums_within_sums_are_ordered_term_by_term() -> None:
    """Over two ranges of one length, so that an index of the outer sum is not taken for one of the inner."""
    size = Symbol("n", integer=True, positive=True)
    a, b = (Idx(name, size) for name in "ab")
    f, g = (IndexedBase(name, shape=(size, size), real=True) for name in "fg")
    less = Sum(Sum(f[a, b], b) ** 2, a)
    more = Sum(Sum(f[a, b], b) ** 2 + Sum((f[a, b] - g[b, a]) ** 2, b), a)
    question = read_question(less, more, "le", ())
    assert "summand-by-summand" in prove(question, Budget()).rules
    with pytest.raises(Stuck):
        prove(read_question(less, more, "lt", ()), Budget(seconds=3))
