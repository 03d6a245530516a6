"""Other forms than chains: each is seen to agree with what is true, and to disagree with what is not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from derive.recheck.forms import look_at_form
from derive.statement.claim import Form
from derive.statement.term import (
    HALF,
    MINUS_ONE,
    ONE,
    OO,
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

n, L = sym("n", "positive integer"), sym("L", "positive integer")
x, y, a, b = sym("x"), sym("y"), sym("a"), sym("b", "positive")
i, j, k = (index(name, n) for name in "ijk")


def v(at: Term) -> Term:
    return entry("v", "real", (n,), (at,))


def w(at: Term) -> Term:
    return entry("w", "real", (n,), (at,))


def absolute(t: Term) -> Term:
    return fn("abs", t)


def distance(of: Any) -> Term:
    return total(power(sub(of(k), w(k)), 2), k)


sigma = power(add(ONE, fn("exp", neg(x))), -1)
half_square = mul(HALF, power(x, 2))
AT_TWO: tuple[tuple[Term, Term], ...] = ((n, num(2)), (v(ZERO), ONE), (v(ONE), num(Fraction(1, 3))))


def limit(f: Term, variable: Term, point: Term, value: Term, side: str = "") -> Form:
    return Form("tends_to", (("expression", f), ("variable", variable), ("point", point), ("value", value), ("side", side)))


def kink(f: Term, left: Term, right: Term, point: Term = ZERO) -> Form:
    return Form(
        "differentiable_at", (("expression", f), ("variable", x), ("point", point), ("left", left), ("right", right), ("chosen", ()))
    )


def least(point: Term, objective: Term, over: Term, *subject: Term) -> Form:
    return Form("minimises", (("point", (point,)), ("objective", objective), ("over", (over,)), ("subject_to", subject)))


def at(name: str, proposition: Term, *pairs: tuple[Term, Term]) -> Form:
    return Form(name, (("proposition", proposition), ("point", pairs)))


def rounds(t: Term, printed: str) -> Form:
    return Form("rounds_to", (("expression", t), ("printed", printed)))


def convex(f: Term, over: Term) -> Form:
    return Form("convex", (("expression", f), ("over", (over,))))


def member(t: Term, of: Any) -> Form:
    return Form("member", (("element", t), ("set", of)))


sum_of_v = total(v(k), k)
TRUE: dict[str, tuple[Form, tuple[Term, ...]]] = {
    "it exists": (at("exists", make("lt", x, power(x, 2)), (x, num(2))), ()),
    "it exists in an array": (at("exists", make("lt", ONE, sum_of_v), *AT_TWO), ()),
    "it is not always so": (at("not_always", make("eq", power(x, 2), x), (x, num(2))), ()),
    "a third": (rounds(num(Fraction(1, 3)), "0.33"), ()),
    "half goes up": (rounds(num(Fraction(5, 2)), "3"), ()),
    "half of the negative goes up": (rounds(num(Fraction(-5, 2)), "-2"), ()),
    "a root": (rounds(power(num(2), HALF), "1.4142135624"), ()),
    "an interval": (member(sigma, make("and", make("lt", ZERO, sigma), make("lt", sigma, ONE))), ()),
    "a list": (member(fn("sign", x), (MINUS_ONE, ZERO, ONE)), ()),
    "a projection": (least(fn("max", w(i), ZERO), distance(v), v(i), make("le", ZERO, v(j))), ()),
    "a parabola": (least(a, power(sub(x, a), 2), x), ()),
    "convex": (convex(fn("log", add(ONE, fn("exp", x))), x), ()),
    "convex in an array": (convex(distance(v), v(i)), ()),
    "a corner": (kink(absolute(x), MINUS_ONE, ONE), ()),
    "a smooth point": (kink(mul(x, absolute(x)), ZERO, ZERO), ()),
    "a limit": (limit(sigma, x, OO, ONE), ()),
    "a limit on the other side": (limit(sigma, x, neg(OO), ZERO), ()),
    "a limit that is algebraic": (limit(div(x, add(x, b)), x, OO, ONE), ()),
    "a limit that is infinite": (limit(power(x, -1), x, ZERO, neg(OO), "-"), ()),
    "a limit of powers": (limit(power(HALF, L), L, OO, ZERO), ()),
    "a difference quotient": (limit(div(sub(fn("exp", x), ONE), x), x, ZERO, ONE), ()),
    "under a hypothesis": (limit(fn("tanh", mul(a, x)), x, OO, ONE), (make("lt", ZERO, a),)),
}  # fmt: skip
FALSE: dict[str, tuple[Form, tuple[Term, ...]]] = {
    "it does not exist": (at("exists", make("lt", power(x, 2), x), (x, num(2))), ()),
    "it does not exist in an array": (at("exists", make("lt", num(2), sum_of_v), *AT_TWO), ()),
    "here it is so": (at("not_always", make("eq", power(x, 2), x), (x, ONE)), ()),
    "another decimal": (rounds(num(Fraction(1, 3)), "0.34"), ()),
    "half does not go down": (rounds(num(Fraction(5, 2)), "2"), ()),
    "a digit": (rounds(power(num(2), HALF), "1.4142135623"), ()),
    "outside the interval": (member(sigma, make("lt", sigma, HALF)), ()),
    "not in the list": (member(fn("sign", x), (MINUS_ONE, ONE)), ()),
    "no projection": (least(absolute(w(i)), distance(v), v(i), make("le", ZERO, v(j))), ()),
    "not feasible": (least(w(i), distance(v), v(i), make("le", ZERO, v(j))), ()),
    "off the vertex": (least(add(a, num(Fraction(1, 1000))), power(sub(x, a), 2), x), ()),
    "not convex": (convex(power(x, 3), x), ()),
    "another slope": (kink(absolute(x), MINUS_ONE, add(ONE, num(Fraction(1, 1000)))), ()),
    "sides exchanged": (kink(absolute(x), ONE, MINUS_ONE), ()),
    "another limit": (limit(sigma, x, OO, ZERO), ()),
    "a finite limit": (limit(sigma, x, OO, OO), ()),
    "a limit on the wrong side": (limit(fn("sign", x), x, ZERO, ONE), ()),
    "a limit of powers": (limit(power(HALF, L), L, OO, ONE), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_agrees(name: str) -> None:
    assert look_at_form(*TRUE[name]).status == "AGREES"


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_disagrees(name: str) -> None:
    assert look_at_form(*FALSE[name]).status == "DISAGREES"


@pytest.mark.parametrize(
    "form",
    [
        Form("has_shape", (("expression", v(i)), ("over", (i,)), ("shape", (n,)))),
        limit(fn("tanh", sub(x, num(10**12))), x, OO, ONE),  # it looks far out, and not as far as this
        limit(total(HALF, index("l", L)), L, OO, OO),  # a size stays small
        at("exists", make("lt", x, y), (x, ONE)),  # y is left open
    ],
)
def test_where_it_cannot_look_it_says_so(form: Form) -> None:
    assert look_at_form(form, ()).status == "NOT_APPLICABLE"


def test_a_value_may_be_an_interval_of_a_square() -> None:
    assert look_at_form(member(half_square, make("le", ZERO, half_square)), ()).status == "AGREES"
