"""Induction on a size, by the rules alone: bounds of sums, products and factorials for every n, and bounds that fail somewhere."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Abs, Product, Rational, Sum, Symbol, binomial, factorial, log, sign, sqrt

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

n = Symbol("n", integer=True, positive=True)
N = Symbol("N", integer=True, nonnegative=True)
k = Symbol("k", integer=True)
p = Symbol("p", positive=True)
harmonic, roots = Sum(1 / k, (k, 1, n)), Sum(1 / sqrt(k), (k, 1, n))

TRUE = {
    "harmonic, from below": (log(n + 1), harmonic, "le", ()),
    "harmonic, from above": (harmonic, 1 + log(n), "le", ()),
    "steps of a root": (roots, 2 * sqrt(n) - 1, "le", ()),
    "roots": (Rational(2, 3) * n * sqrt(n), Sum(sqrt(k), (k, 1, n)), "le", ()),
    "squares": (Sum(1 / k**2, (k, 1, n)), 2 - 1 / n, "le", ()),
    "a bound without n": (Sum(1 / k**2, (k, 1, n)), 2, "lt", ()),
    "a limit that is not reached": (Sum(1 / (k**2 + k), (k, 1, n)), 1, "lt", ()),
    "a power below a factorial": (2 ** (n - 1), factorial(n), "le", ()),
    "three terms of a power": ((1 - p) ** n, 1 - n * p + n * (n - 1) * p**2 / 2, "le", (p < 1,)),
    "a step that holds only after a few": (n**3, 3**n, "le", ()),
    "Stirling, roughly": (n * log(n) - n + 1, Sum(log(k), (k, 1, n)), "le", ()),
    "a product": (Product(1 + 1 / k, (k, 1, n)), n + 1, "eq", ()),
    "a product from 2": (Product(1 - 1 / k**2, (k, 2, n)), (n + 1) / (2 * n), "eq", (n >= 2,)),
    "a product, from below": (1 + p, Product(1 + p / k, (k, 1, n)), "le", ()),
}
FALSE = {
    "the first one fails": (harmonic, Rational(999, 1000) + log(n), "le", ()),
    "and is no less": (harmonic, 1 + log(n), "lt", ()),
    "it fails in the end": (harmonic, 10, "lt", ()),
    "it fails at 2": (roots, 2 * sqrt(n) - 1 - Rational(1, 10**3) * (n - 1), "le", ()),
    "it fails by little": (roots, 2 * sqrt(n) - 1 - Rational(1, 10**30), "le", ()),
    "the sum of squares is more": (Sum(1 / k**2, (k, 1, n)), Rational(16, 10), "lt", ()),
    "a power above a factorial": (2**n, factorial(n), "le", ()),
    "where nothing starts": (n**2, 2**n, "le", ()),
    "what fails before the step holds": (n**2, 2**n, "le", (n >= 3,)),
    "what holds at the first few alone": (2**n, n**2 + 2, "le", ()),
    "two terms of a power are not enough": ((1 - p) ** n, 1 - n * p, "le", (p < 1,)),
    "a range that may be empty": (Product(1 - 1 / k**2, (k, 2, N)), (N + 1) / (2 * N + 2), "eq", ()),
    "a jump on the way": (Sum(1 / k**2, (k, 1, n)) + sign(n - 8), 2, "lt", ()),
    "no value on the way": (Sum(k, (k, 0, n - 1)) + Abs(n - 3) / (n - 3), n * (n - 1) / 2 - (n - 3) / (n - 3), "eq", ()),
    "a sum of binomials": (Sum(binomial(n, k), (k, 0, n)), 2**n - 1, "le", ()),
    "a sum whose terms change": (Sum(1 / (n + k), (k, 1, n)), Rational(69, 100), "le", ()),
}


def rules(claim: tuple[Any, ...], steps: int) -> tuple[str, ...]:
    lhs, rhs, relation, given = claim
    return prove(read_question(lhs, rhs, relation, given), Budget(steps, seconds=10.0)).rules


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_from_each_size_to_the_next_holds_for_all(name: str) -> None:
    assert "induction" in rules(TRUE[name], 60_000)


@pytest.mark.parametrize("name", FALSE)
def test_what_fails_at_one_size_is_not_proved(name: str) -> None:
    with pytest.raises(GIVES_UP):
        rules(FALSE[name], 10_000)
