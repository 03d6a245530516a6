"""Exact zeros: ties between transcendental numbers that no ball can show, and near ties that are none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.kernel.evaluator import UNDEFINED, Evaluator, Point
from derive.kernel.exact import equal
from derive.statement.term import (
    HALF,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    Term,
    add,
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

x, n = sym("x"), sym("n", "positive integer")
k, m = index("k", n), index("m", n)


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


def log(t: Term | int) -> Term:
    return fn("log", t if isinstance(t, Term) else num(t))


def exp(t: Term | int) -> Term:
    return fn("exp", t if isinstance(t, Term) else num(t))


def at(term: Term, other: Term) -> bool:
    evaluator = Evaluator((term, other))
    evaluator.load(Point({n: 2}, {x: Fraction(0)}, {}, {"u": {(0,): Fraction(2), (1,): Fraction(2)}}))
    return equal(evaluator, term, other)


SAME = [
    (log(12), add(mul(TWO, log(2)), log(3))),
    (log(add(ONE, exp(x))), log(2)),
    (power(num(8), HALF), mul(TWO, power(TWO, HALF))),
    (mul(power(TWO, HALF), power(TWO, HALF)), TWO),
    (mul(exp(2), exp(-1)), exp(1)),
    (exp(mul(num(3), log(2))), num(8)),
    (exp(mul(HALF, log(2))), power(TWO, HALF)),
    (log(mul(num(3), exp(5))), add(log(3), num(5))),
    (power(mul(num(4), exp(2)), HALF), mul(TWO, exp(1))),
    (log(exp(PI)), PI),
    (fn("tanh", num(-1)), neg(fn("tanh", ONE))),
    (fn("cos", num(-1)), fn("cos", ONE)),
    (fn("erf", add(x, ONE)), fn("erf", ONE)),
    (fn("max", log(2), log(3)), log(3)),
    (fn("abs", neg(PI)), PI),
    (make("piecewise", PI, make("lt", log(3), log(2)), exp(1), TRUE), exp(1)),
    (log(total(exp(u(k)), k)), add(log(2), num(2))),
    (total(mul(div(exp(u(k)), total(exp(u(m)), m)), PI), k), PI),
    (make("prod", exp(u(k)), k), exp(4)),
    (mul(fn("gamma", num(Fraction(1, 3))), power(fn("gamma", num(Fraction(1, 3))), -1)), ONE),
]

OTHER = [
    (log(12), add(mul(TWO, log(2)), log(5))),
    (log(add(ONE, exp(x))), log(num(Fraction(2000000001, 10**9)))),
    (power(num(8), HALF), mul(num(3), power(TWO, HALF))),
    (mul(exp(2), exp(-1)), exp(2)),
    (exp(mul(HALF, log(2))), power(num(3), HALF)),
    (fn("tanh", num(-1)), fn("tanh", ONE)),
    (fn("max", log(2), log(3)), log(2)),
    (log(total(exp(u(k)), k)), add(log(3), num(2))),
    (PI, num(Fraction(22, 7))),
    (power(sub(ONE, PI), HALF), ZERO),
]


@pytest.mark.parametrize(("lhs", "rhs"), SAME)
def test_equal_numbers_are_found_equal(lhs: Term, rhs: Term) -> None:
    assert at(lhs, rhs)


@pytest.mark.parametrize(("lhs", "rhs"), OTHER)
def test_different_numbers_are_not(lhs: Term, rhs: Term) -> None:
    assert not at(lhs, rhs)


def test_a_power_too_long_to_be_written_out_is_left_alone() -> None:
    # No library takes 2 to the power of 2**(10**9), and what it does instead may end the process.
    tower = power(TWO, power(TWO, num(10**9)))
    assert not at(mul(power(TWO, HALF), tower), mul(power(num(3), HALF), tower))
    assert not at(power(TWO, num(Fraction(10**30 + 1, 2))), power(TWO, num(Fraction(10**30 + 3, 2))))


def test_0_to_an_irrational_power() -> None:
    gone = add(fn("log", num(2)), fn("log", num(3)), neg(fn("log", num(6))))
    evaluator = Evaluator((power(gone, power(TWO, HALF)), power(gone, neg(power(TWO, HALF)))))
    evaluator.load(Point())
    risen, fallen = (evaluator.attempt(evaluator.compile(power(gone, e)), 64, True) for e in (power(TWO, HALF), neg(power(TWO, HALF))))
    assert risen == 0
    assert fallen is UNDEFINED
