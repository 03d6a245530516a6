"""Faults that a numerical check must see, and truths that it must not call faults."""

from __future__ import annotations

from fractions import Fraction

import jax
import numpy as np
import pytest
from witness_pages import (
    ONE,
    TRUE,
    ZERO,
    D,
    Term,
    add,
    cases,
    claim,
    delta,
    div,
    entry,
    exp,
    fn,
    index,
    lt,
    mul,
    neg,
    num,
    power,
    sigmoid,
    softplus,
    square,
    sub,
    sym,
    total,
    x,
)  # fmt: skip

from derive.witness import witness_page
from derive.witness.evaluate import Batch, Comparison, Group, Line, Tally, _trace, evaluate, region_of
from derive.witness.judge import judge
from derive.witness.sampling import Sample

EIGHT = num(8)
i, j, k = (index(name, EIGHT) for name in "ijk")


def X(at: Term) -> Term:
    return entry("x", "real", (EIGHT,), (at,))


def s(at: Term) -> Term:
    return div(exp(X(at)), total(exp(X(k)), k))


def tally_at(lhs: Term, rhs: Term, values: np.ndarray) -> Tally:
    """The witness of lhs = rhs at these very points."""
    c = Comparison("it", Line(lhs), Line(rhs), "eq")
    drawn = Sample({}, {("x", "real", (EIGHT,)): values}, {("x", "real", (EIGHT,)): None}, len(values))
    batch, tally = Batch(Group(region_of([c])), drawn), Tally()
    with jax.enable_x64(True), np.errstate(all="ignore"):
        for line in (c.left, c.right):
            for variant in line.variants:
                batch.traced[(line, *variant)] = _trace(line, *variant, batch.sample)
        for part in evaluate([batch]):
            judge(c, part, tally)
    return tally


@pytest.mark.parametrize("scale", [1.0, 5.0, 20.0])
def test_a_coefficient_wrong_by_one_part_in_a_thousand_million_is_seen(scale: float) -> None:
    jacobian = D(s(i), X(j))
    true = mul(s(i), sub(delta(i, j), s(j)))
    faulty = mul(s(i), sub(delta(i, j), mul(num(Fraction(10**9 + 1, 10**9)), s(j))))
    points = np.random.default_rng(0).standard_normal((2000, 8)) * scale
    assert not tally_at(jacobian, true, points).against
    assert tally_at(jacobian, true, points).worst < 10
    found = tally_at(jacobian, faulty, points)
    assert found.against
    assert found.worst > 1e4


def test_a_derivative_that_is_wrong_in_the_tail_alone_is_seen() -> None:
    for start in (20, 50, 150):
        wrong = cases(sigmoid(x), lt(x, num(start)), mul(sigmoid(x), num(Fraction(1001, 1000))), TRUE)
        found = witness_page([claim("tail", D(softplus(x), x), wrong), claim("true", D(softplus(x), x), sigmoid(x))])
        assert found["page.tail"].status == "DISAGREES"
        assert found["page.true"].status == "AGREES"


def test_a_fault_behind_cancellation_is_left_to_balls() -> None:
    """1 - tanh^2 has lost every digit beyond x = 19, so floats cannot tell 1.001 sech^2 there from sech^2; balls can."""
    tanh, sech = fn("tanh", x), power(fn("cosh", x), -1)
    true = claim("true", sub(ONE, square(tanh)), square(sech))
    wrong = claim("wrong", sub(ONE, square(tanh)), mul(square(sech), cases(ONE, lt(x, num(25)), num(Fraction(1001, 1000)), TRUE)))
    for seed in range(5):
        found = witness_page([true, wrong], seed)
        assert found["page.true"].status == "AGREES"
        assert found["page.wrong"].status == "DISAGREES"


def test_overflow_is_no_fault() -> None:
    page = [
        claim("sigmoid", div(exp(mul(num(4), x)), add(ONE, exp(mul(num(4), x)))), sigmoid(mul(num(4), x))),
        claim("underflow", mul(exp(mul(num(-3), x)), exp(mul(num(4), x))), exp(x)),
    ]
    for seed in range(3):
        assert {w.status for w in witness_page(page, seed).values()} == {"AGREES"}


def test_numbers_beyond_any_exponent_take_no_time() -> None:
    tower = exp(exp(mul(num(2), x)))
    found = witness_page([claim("tower", power(tower, 2), exp(mul(num(2), exp(mul(num(2), x))))), claim("wrong", tower, exp(exp(x)))])
    assert [w.status for w in found.values()] == ["AGREES", "DISAGREES"]


def test_a_constant_that_floats_do_not_hold_is_no_fault() -> None:
    third = num(Fraction(1, 3))
    page = [claim("third", fn("max", sub(x, third), ZERO), mul(third, fn("max", sub(mul(num(3), x), ONE), ZERO)))]
    for seed in range(5):
        assert witness_page(page, seed)["page.third"].status == "AGREES"


def test_a_difference_at_one_tie_is_seen() -> None:
    y = sym("y")
    page = [claim("tie", cases(ZERO, lt(x, y), ONE, lt(y, x), num(7), TRUE), cases(ZERO, lt(x, y), ONE, TRUE))]
    assert witness_page(page)["page.tie"].status == "DISAGREES"


def test_a_difference_beside_a_kink_is_seen() -> None:
    """A bump a millionth wide where 2 x - 3 = 0."""
    place = sub(mul(num(2), x), num(3))
    bump = cases(ONE, lt(fn("abs", place), num(Fraction(1, 10**6))), ZERO, TRUE)
    assert witness_page([claim("bump", add(x, bump), x)])["page.bump"].status == "DISAGREES"


def test_the_convention_at_a_kink_is_skipped_and_counted() -> None:
    relu = fn("max", x, ZERO)
    w = witness_page([claim("relu", D(relu, x), cases(ONE, lt(ZERO, x), ZERO, TRUE))])["page.relu"]
    assert w.status == "AGREES"
    assert "points on a kink skipped" in w.note
    wrong = witness_page([claim("relu", D(relu, x), cases(ONE, lt(neg(ONE), x), ZERO, TRUE))])["page.relu"]
    assert wrong.status == "DISAGREES"


def test_a_jacobian_that_only_one_mode_can_compute_is_decided_by_it() -> None:
    """Reverse mode multiplies the slope of the branch that was not taken by 0, and that slope is infinite."""
    safe = cases(power(x, Fraction(1, 2)), lt(ZERO, x), ZERO, TRUE)
    w = witness_page([claim("safe", D(safe, x), cases(div(ONE, mul(num(2), power(x, Fraction(1, 2)))), lt(ZERO, x), ZERO, TRUE))])[
        "page.safe"
    ]
    assert w.status == "AGREES"
    assert w.points > 1500
