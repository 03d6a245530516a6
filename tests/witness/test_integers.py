"""Whole numbers: exact where floats are not, and left to floats where 62 bits do not suffice."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from witness_pages import ONE, TWO, ZERO, add, array, div, fn, i, make, mul, n, neg, num, power, sub, sym, total, x

from derive.statement.term import Term
from derive.witness.integers import bits, fraction, is_integral
from derive.witness.lower import Lowering, numpy_ops

N, K = sym("N", "integer"), sym("K", "positive integer")
M = array("M", n, sort="integer")


def at(t: Term, **values: int) -> float:
    return float(
        Lowering(
            numpy_ops(),
            {n: 3},
            {N: float(values.get("N", 7)), K: float(values.get("K", 2)), ("M", "integer", (n,)): np.array([1.0, 5.0, -2.0])},
        )
        .value(t)
        .array
    )


def test_what_is_integral() -> None:
    for t in (
        N,
        i,
        n,
        num(3),
        add(N, K),
        mul(N, K),
        power(N, 3),
        fn("floor", div(N, K)),
        fn("ceiling", div(N, TWO)),
        fn("mod", N, K),
        total(M(i), i),
        fn("max", N, K),
    ):
        assert is_integral(t), t
    for t in (x, num(Fraction(1, 2)), div(N, K), power(N, -1), fn("floor", x), mul(N, x), fn("exp", N)):
        assert not is_integral(t), t


def test_fractions() -> None:
    assert fraction(div(N, K)) == (N, K)
    assert fraction(add(div(N, K), ONE)) == (add(N, K), K)
    assert fraction(num(Fraction(2, 3))) == (num(2), num(3))
    assert fraction(div(x, K)) is None


@pytest.mark.parametrize(
    ("t", "want"),
    [
        (fn("floor", div(N, K)), 3),
        (fn("floor", div(neg(N), K)), -4),
        (fn("ceiling", div(N, K)), 4),
        (fn("floor", div(N, neg(K))), -4),
        (fn("mod", neg(N), K), 1),
        (fn("floor", add(div(N, num(3)), num(Fraction(2, 3)))), 3),
        (fn("floor", mul(num(Fraction(1, 49)), num(49), N)), 7),
        (total(M(i), i), 4),
        (total(power(add(i, ONE), 3), i), 36),
        (sub(power(N, 2), mul(N, N)), 0),
    ],
    ids=str,
)
def test_values(t: Term, want: int) -> None:
    assert at(t) == want


def test_a_floor_that_floats_get_wrong() -> None:
    """In floats 3 (1/10 + 2/10) falls short of or passes 9/10 by a rounding."""
    tenths = add(mul(num(Fraction(1, 10)), K), mul(num(Fraction(2, 10)), K))
    for k in range(1, 400):
        assert at(fn("floor", mul(num(10), tenths)), K=k) == 3 * k


def test_no_value_where_a_denominator_is_zero() -> None:
    assert np.isnan(at(fn("floor", div(N, sub(K, TWO)))))
    assert np.isnan(at(add(ONE, fn("mod", N, sub(K, TWO)))))


def test_what_might_not_fit_is_left_to_floats() -> None:
    assert bits(power(N, 6)) == 60
    assert bits(power(N, 7)) > 62
    assert at(power(N, 30)) == pytest.approx(7.0**30)
    assert make("sum", ZERO, i)
