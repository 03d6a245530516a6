"""Refutation at one point: every relation fails where it fails, and nothing that holds, or that cannot be told, is called false."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from derive.kernel.balls import Point, compare
from derive.kernel.question import Question
from derive.statement.term import (
    HALF,
    ONE,
    TRUE,
    TWO,
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

x, y = sym("x"), sym("y")
p = sym("p", "positive")
n = sym("n", "positive integer")
i, j, k = (index(name, n) for name in "ijk")


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


def at(**values: object) -> Point:
    return Point(scalars={{"x": x, "y": y, "p": p}[name]: Fraction(v) for name, v in values.items()})


def D(body: Term, v: Term) -> Term:
    return make("deriv", body, v)


def softmax(a: Term) -> Term:
    return div(fn("exp", u(a)), total(fn("exp", u(k)), k))


tanh = fn("tanh", x)
tanh_by_exp = sub(div(TWO, add(ONE, fn("exp", mul(num(-2), x)))), ONE)
log_square, twice_log = fn("log", power(x, 2)), mul(TWO, fn("log", x))

FAILS = [
    # lhs, relation, rhs, given, point, why it fails there
    (x, "eq", y, (), at(x=1, y=2), "-1"),
    (power(x, 2), "eq", x, (make("le", ZERO, x), make("le", x, ONE)), at(x="1/2"), "-1/4"),
    (tanh, "eq", neg(tanh_by_exp), (), at(x=1), None),
    (log_square, "eq", twice_log, (make("ne", x, ZERO),), at(x=-1), ""),
    (x, "le", y, (), at(x=2, y=1), "1"),
    (x, "lt", y, (), at(x=1, y=1), "0"),
    (x, "lt", y, (), at(x=2, y=1), "1"),
    (x, "ne", y, (), at(x=1, y=1), "0"),
    (fn("log", x), "le", x, (), at(x=-1), ""),
    (fn("log", num(4)), "lt", mul(TWO, fn("log", TWO)), (), at(), "0"),
    (make("lt", x, ONE), "implies", make("lt", x, ZERO), (), at(x="1/2"), ""),
    (make("lt", x, ONE), "iff", make("lt", x, TWO), (), at(x="3/2"), ""),
    (D(fn("abs", x), x), "eq", fn("sign", x), (), at(x=0), ""),
]


@pytest.mark.parametrize(("lhs", "relation", "rhs", "given", "point", "ball"), FAILS)
def test_a_relation_fails_where_it_fails(
    lhs: Term, relation: str, rhs: Term, given: tuple[Term, ...], point: Point, ball: str | None
) -> None:
    found = compare(Question(lhs, rhs, relation, given), point)
    assert found is not None
    assert found.at == point.printed()
    if ball is not None:
        assert found.ball == ball


HOLDS = [
    (x, "eq", y, (), at(x=1, y=1)),
    (tanh, "eq", tanh_by_exp, (), at(x=1)),
    (log_square, "eq", twice_log, (make("lt", ZERO, x),), at(x=-1)),  # a hypothesis fails
    (log_square, "eq", twice_log, (make("lt", fn("log", x), ONE),), at(x=-1)),  # a hypothesis has no value
    (fn("log", x), "eq", fn("log", power(x, 3)), (), at(x=-1)),  # both undefined
    (x, "le", y, (), at(x=1, y=1)),
    (x, "lt", y, (), at(x=1, y=2)),
    (x, "ne", y, (), at(x=1, y=2)),
    (fn("log", x), "ne", x, (), at(x=-1)),  # one side undefined: not equal
    (tanh, "le", tanh_by_exp, (), at(x=1)),
    (fn("log", num(4)), "ne", mul(num(3), fn("log", TWO)), (), at()),
    (make("lt", x, ONE), "implies", make("lt", x, TWO), (), at(x="1/2")),
    (make("lt", fn("log", x), ONE), "iff", make("lt", x, ONE), (), at(x=-1)),  # undecided
]


@pytest.mark.parametrize(("lhs", "relation", "rhs", "given", "point"), HOLDS)
def test_what_holds_or_is_open_is_not_refuted(lhs: Term, relation: str, rhs: Term, given: tuple[Term, ...], point: Point) -> None:
    assert compare(Question(lhs, rhs, relation, given), point, deep=1024) is None


def test_a_kink_may_be_left_out() -> None:
    question = Question(D(fn("abs", x), x), fn("sign", x))
    assert compare(question, at(x=0)) is not None
    assert compare(question, at(x=0), at_kinks=False) is None
    domain = Question(D(fn("log", x), x), div(ONE, x))
    assert compare(domain, at(x=-1), at_kinks=False) is not None  # outside its domain the body is undefined, kinks or not


def test_tiny_errors_are_seen_at_high_precision_only() -> None:
    question = Question(tanh, add(tanh_by_exp, num(Fraction(1, 10**80))))
    assert compare(question, at(x=1)) is None
    found = compare(question, at(x=1), deep=1024)
    assert found is not None
    assert found.ball.startswith("[-1.0000000e-80")
    assert compare(Question(tanh, tanh_by_exp), at(x=1), deep=1024) is None


def test_what_is_exactly_equal_stops_at_once() -> None:
    huge = power(add(x, ONE), 20)
    question = Question(huge, mul(power(add(x, ONE), 19), add(x, ONE)))
    start = time.process_time()
    assert compare(question, at(x="1/3"), deep=16384) is None
    assert time.process_time() - start < 0.05


def test_a_point_outside_its_sorts_refutes_nothing() -> None:
    question = Question(fn("abs", p), p)
    assert compare(question, at(p=-1)) is None
    assert compare(Question(fn("abs", x), x), at(x=-1)) is not None


def test_a_point_outside_its_ranges_refutes_nothing() -> None:
    question = Question(u(i), ZERO)
    good = Point({n: 2}, {}, {i: 1}, {"u": {(0,): Fraction(1), (1,): Fraction(2)}})
    assert compare(question, good) is not None
    for bad in (
        Point({n: 2}, {}, {i: 2}, good.arrays),
        Point({n: 2}, {}, {}, good.arrays),
        Point({n: 3}, {}, {i: 1}, good.arrays),
        Point({n: 0}, {}, {i: 1}, good.arrays),
    ):
        assert compare(question, bad) is None


def test_hypotheses_hold_for_all_values_of_their_indices_unless_schematic() -> None:
    point = Point({n: 2}, {}, {i: 1}, {"u": {(0,): Fraction(0), (1,): Fraction(1)}})
    positive = make("lt", ZERO, u(i))
    assert compare(Question(u(i), ZERO, "eq", (positive,)), point) is None
    assert compare(Question(u(i), ZERO, "eq", (positive,), (positive,)), point) is not None


def test_the_softmax_jacobian_stands_and_its_false_sibling_falls() -> None:
    jacobian = D(softmax(i), u(j))
    point = Point({n: 3}, {}, {i: 0, j: 1}, {"u": {(0,): Fraction(1), (1,): Fraction(1, 2), (2,): Fraction(0)}})
    assert compare(Question(jacobian, mul(softmax(j), sub(delta(i, j), softmax(i)))), point, deep=1024) is None
    found = compare(Question(jacobian, mul(softmax(j), sub(ONE, softmax(i)))), point)
    assert found is not None
    assert dict(found.at) == {"n": "3", "i": "0", "j": "1", "u": "(1, 1/2, 0)"}
    assert found.lhs == "-0.15558869232939307186"
    assert found.ball.startswith("[-0.30719589 +/- ")


def test_points_print_sizes_indices_scalars_and_arrays_in_turn() -> None:
    point = Point(
        {n: 2},
        {x: Fraction(1, 2)},
        {i: 1},
        {"B": {(0, 0): Fraction(1), (0, 1): Fraction(0), (1, 0): Fraction(0), (1, 1): Fraction(2)}, "c": {(): Fraction(3)}},
    )
    assert point.printed() == (("n", "2"), ("i", "1"), ("x", "1/2"), ("B", "((1, 0), (0, 2))"), ("c", "3"))


def test_values_are_printed_exactly_or_to_twenty_digits() -> None:
    found = compare(Question(div(x, num(3)), fn("exp", x)), at(x=1))
    assert found is not None
    assert (found.lhs, found.rhs) == ("1/3", "2.7182818284590452354")
    undefined = compare(Question(fn("log", x), ONE), at(x=0))
    assert undefined is not None
    assert (undefined.lhs, undefined.rhs, undefined.ball) == ("undefined", "1", "")


def test_a_true_claim_costs_little_at_a_point() -> None:
    question = Question(tanh, tanh_by_exp)
    seconds = []
    for m in range(100):
        start = time.process_time()
        assert compare(question, at(x=Fraction(m, 7))) is None
        seconds.append(time.process_time() - start)
    assert sorted(seconds)[50] < 0.001


def test_guarded_cases_are_lazy() -> None:
    safe = make("piecewise", fn("log", x), make("lt", ZERO, x), ZERO, TRUE)
    assert compare(Question(safe, ZERO), at(x=-1)) is None
    assert compare(Question(safe, ZERO), at(x=2)) is not None
    assert compare(Question(power(x, HALF), fn("abs", x)), at(x=-1)) is not None
