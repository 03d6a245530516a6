"""What is written out at a place: alike terms are one node, and derivatives are those of the terms."""

from __future__ import annotations

from typing import Any

import pytest

from derive.recheck.writing import Node, Undefined, Unsure, Writing
from derive.statement.term import ONE, TRUE, ZERO, Term, add, delta, entry, fn, index, make, mul, num, power, sub, sym, total

n, x, y = sym("n", "positive integer"), sym("x"), sym("y")
i, j = index("i", n), index("j", n)


def v(at: Term) -> Term:
    return entry("v", "real", (n,), (at,))


def label(at: Term) -> Term:
    return entry("label", "nonnegative integer", (n,), (at,))


def at(size: int, entries: Any = None) -> Writing:
    return Writing({n: size}, entries)


def D(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


def slope(w: Writing, t: Term, places: dict[Term, int] | None = None) -> Node:
    """What a derivative is, wherever the function has a value."""
    found = w.write(t, places or {})
    assert found.op == "where"
    return found.args[1]


def test_what_is_written_alike_is_one_node() -> None:
    w = at(3)
    assert w.write(total(fn("exp", v(i)), i), {}) is w.write(total(fn("exp", v(j)), j), {})
    assert w.write(v(i), {i: 1}) is w.write(v(j), {j: 1})
    assert w.write(v(i), {i: 1}) is not w.write(v(i), {i: 2})
    assert w.write(power(n, 2), {}) is w.number(9)


def test_sums_and_deltas_are_written_out() -> None:
    w = at(2)
    found = w.write(total(mul(delta(i, j), v(i)), i), {j: 1})
    assert [u.args[0] for u in found.args] == [w.zero, w.one]
    assert at(1).write(total(v(i), i), {}).op == "var"
    assert w.write(total(x, i), {}).args[0] is w.number(2)


def test_a_derivative_in_an_entry_is_one_in_that_entry_alone() -> None:
    w = at(3)
    square = total(power(v(i), 2), i)
    assert slope(w, D(square, v(num(1)))) is w.mul(w.number(2), w.write(v(num(1)), {}))
    assert slope(w, D(fn("abs", v(num(0))), v(num(1)))) is w.zero
    assert slope(w, D(fn("abs", v(num(1))), v(num(1)))).op == "kink"
    assert slope(w, D(D(mul(x, y), x), y)).args[1] is w.one  # where the first derivative has a value


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (power(x, 3), lambda w, u: w.mul(w.number(3), w.power(u, 2))),
        (fn("exp", x), lambda w, u: w.node("exp", u)),
        (fn("log", x), lambda w, u: w.power(u, -1)),
        (fn("sin", x), lambda w, u: w.node("cos", u)),
        (fn("gamma", x), lambda w, u: w.mul(w.node("gamma", u), w.node("polygamma", w.zero, u))),
        (fn("polygamma", ZERO, x), lambda w, u: w.node("polygamma", w.one, u)),
    ],
)
def test_slopes(function: Term, derivative: Any) -> None:
    w = at(1)
    assert slope(w, D(function, x)) is derivative(w, w.write(x, {}))


def test_a_case_that_cannot_be_written_is_a_fault_only_for_whoever_asks_for_it() -> None:
    w = at(2)
    beyond = v(add(i, ONE))
    with pytest.raises(Undefined):
        w.write(beyond, {i: 1})
    assert w.write(make("piecewise", beyond, make("lt", i, ONE), x, TRUE), {i: 1}) is w.write(x, {})
    found = w.write(make("piecewise", beyond, make("lt", x, ZERO), x, TRUE), {i: 1})
    assert (found.op, found.args[0].op, found.args[0].args[0]) == ("cases", "fault", Undefined)


def test_a_condition_of_what_is_differentiated_has_to_hold_around_the_point() -> None:
    w = at(1)
    found = slope(w, D(make("piecewise", x, make("lt", x, y), ONE, TRUE), x))
    assert found.args[1].args[2] == "near"
    other = slope(w, D(make("piecewise", x, make("lt", y, ONE), ONE, TRUE), x))
    assert len(other.args[1].args) == 2


def test_whole_numbers_say_where_something_stands_where_they_may_be_looked_at() -> None:
    w = at(3, lambda key: 2)
    assert w.write(v(label(i)), {i: 0}) is w.write(v(num(2)), {})
    with pytest.raises(Unsure):
        at(3).write(v(label(i)), {i: 0})


def test_what_is_too_large_is_not_written() -> None:
    w = at(3)
    w.left = 10
    with pytest.raises(Unsure):
        w.write(total(total(mul(v(i), v(j)), i), j), {})


def test_a_derivative_in_a_whole_number_is_none() -> None:
    with pytest.raises(Unsure):
        at(3).write(D(mul(n, x), n), {})
    assert slope(at(3), D(sub(mul(n, x), y), x)).op in ("num", "mul")
