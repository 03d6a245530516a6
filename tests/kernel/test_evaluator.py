"""The evaluator: every kind of term at exact points, derivatives from both sides, and what has no value."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

from derive.kernel.balls import UNDEFINED, UNSURE, Point, truth, value
from derive.statement.term import (
    EULER_GAMMA,
    FALSE,
    HALF,
    MINUS_ONE,
    ONE,
    OO,
    PI,
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

x, y, t = sym("x"), sym("y"), sym("t")
n = sym("n", "positive integer")
i, j, k = (index(name, n) for name in "ijk")


def u(*at: Term) -> Term:
    return entry("u", "real", (n,) * len(at), at)


def at(**values: object) -> Point:
    return Point(scalars={sym(name): Fraction(v) for name, v in values.items()})


def vector(*entries: object, **indices: int) -> Point:
    named = {"i": i, "j": j, "k": k}
    return Point(
        {n: len(entries)}, {}, {named[name]: v for name, v in indices.items()}, {"u": {(m,): Fraction(e) for m, e in enumerate(entries)}}
    )


def D(body: Term, *variables: Term) -> Term:
    for v in variables:
        body = make("deriv", body, v)
    return body


def cases(*parts: Term) -> Term:
    return make("piecewise", *parts)


relu = fn("max", x, ZERO)

EXACT = [
    # term, point, value
    (add(x, HALF), at(x="1/3"), "5/6"),
    (div(x, y), at(x=1, y=3), "1/3"),
    (power(ZERO, x), at(x=0), "1"),
    (mul(x, fn("exp", y)), at(x=0, y=1), "0"),
    (fn("max", x, y, ONE), at(x=3, y=2), "3"),
    (fn("min", x, y), at(x=3, y=2), "2"),
    (cases(x, make("lt", ZERO, x), neg(x), TRUE), at(x=-2), "2"),
    (cases(div(ONE, x), make("ne", x, ZERO), ZERO, TRUE), at(x=0), "0"),
    (total(u(k), k), vector(1, 2, 3), "6"),
    (total(mul(u(k), k), k), vector(1, 2, 3), "8"),
    (make("prod", u(k), k), vector(1, 2, 3), "6"),
    (total(ONE, index("a", sub(n, num(5)))), vector(1, 2, 3), "0"),
    (make("prod", TWO, index("a", sub(n, num(5)))), vector(1, 2, 3), "1"),
    (u(sub(n, ONE)), vector(1, 2, 3), "3"),
    (delta(i, j), vector(1, 2, i=0, j=1), "0"),
    (delta(i, j), vector(1, 2, i=1, j=1), "1"),
    (delta(i, sub(n, ONE)), vector(1, 2, i=1), "1"),
    (total(delta(i, k), k), vector(1, 2, i=1), "1"),
    # derivatives
    (D(power(x, 3), x), at(x=2), "12"),
    (D(power(x, 3), x, x), at(x=2), "12"),
    (D(mul(power(x, 2), power(y, 3)), x, y), at(x=2, y=1), "12"),
    (D(power(relu, 2), x), at(x=0), "0"),
    (D(power(relu, 3), x, x), at(x=0), "0"),
    (D(relu, x), at(x=1), "1"),
    (D(relu, x), at(x=-1), "0"),
    (D(mul(x, fn("abs", x)), x), at(x=0), "0"),
    (D(power(fn("abs", x), Fraction(3, 2)), x), at(x=0), "0"),
    (D(cases(div(fn("sin", x), x), make("ne", x, ZERO), ONE, TRUE), x), at(x=0), "0"),
    (D(cases(div(fn("sin", x), x), make("ne", x, ZERO), ONE, TRUE), x, x), at(x=0), "-1/3"),
    (D(cases(fn("exp", div(MINUS_ONE, x)), make("lt", ZERO, x), ZERO, TRUE), x), at(x=0), "0"),
    (D(mul(fn("heaviside", x), power(x, 2)), x), at(x=0), "0"),
    (D(fn("floor", x), x), at(x="1/2"), "0"),
    (D(fn("max", y, num(3)), x), at(x=0, y=3), "0"),  # a tie that x does not touch
    (D(total(power(u(k), 2), k), u(j)), vector(1, 2, 3, j=1), "4"),
    (D(total(fn("max", u(k), ZERO), k), u(j)), vector(1, 0, 3, j=0), "1"),
    (D(make("prod", u(k), k), u(j)), vector(2, 0, 3, j=1), "6"),
    (total(D(total(power(u(k), 3), k), u(j)), j), vector(1, 2), "15"),
    (D(D(make("prod", u(k), k), u(i)), u(j)), vector(2, 5, 3, i=0, j=1), "3"),
]


@pytest.mark.parametrize(("term", "point", "expected"), EXACT)
def test_values_that_are_rational_are_exact(term: Term, point: Point, expected: str) -> None:
    found = value(term, point)
    assert type(found) is fmpq
    assert str(found) == expected


def test_a_range_may_depend_on_an_outer_index() -> None:
    a = index("a", add(k, ONE))
    assert str(value(total(total(u(a), a), k), vector(1, 2, 3))) == "10"


NOWHERE = [
    (fn("log", x), at(x=-1)),
    (div(ONE, x), at(x=0)),
    (power(x, HALF), at(x=-1)),
    (cases(x, make("lt", ZERO, x)), at(x=0)),
    (mul(x, fn("log", y)), at(x=0, y=0)),
    (u(n), vector(1, 2)),
    (u(sub(i, ONE)), vector(1, 2, i=0)),
    (fn("gamma", x), at(x=-2)),
    (total(fn("log", u(k)), k), vector(1, 0)),
    # derivatives that do not exist
    (D(relu, x), at(x=0)),
    (D(fn("abs", x), x), at(x=0)),
    (D(fn("sign", x), x), at(x=0)),
    (D(fn("floor", x), x), at(x=2)),
    (D(power(relu, 2), x, x), at(x=0)),
    (D(fn("log", x), x), at(x=-1)),
    (D(power(x, HALF), x), at(x=0)),
    (D(power(x, Fraction(3, 2)), x), at(x=0)),
    (D(fn("heaviside", x), x), at(x=0)),
    (D(cases(x, make("lt", x, ONE), add(x, ONE), TRUE), x), at(x=1)),
    (D(fn("max", x, y), x), at(x=2, y=2)),
    (D(fn("max", u(i), u(j)), u(i)), vector(1, 1, i=0, j=1)),
    (D(cases(div(ONE, x), make("ne", x, ZERO), ZERO, TRUE), x), at(x=0)),
    (D(add(relu, fn("exp", x)), x), at(x=0)),
    (D(fn("mod", x, ONE), x), at(x=3)),
    (D(power(total(power(u(k), 2), k), HALF), u(j)), vector(0, 0, j=0)),
]


@pytest.mark.parametrize(("term", "point"), NOWHERE)
def test_what_has_no_value_is_undefined(term: Term, point: Point) -> None:
    assert value(term, point) is UNDEFINED


UNSURE_AT = [
    (fn("sign", sub(fn("log", num(4)), mul(TWO, fn("log", TWO)))), at()),
    (make("integral", div(ONE, x), x, MINUS_ONE, ONE), at()),
    (div(ONE, sub(fn("sin", PI), mul(TWO, fn("sin", PI)))), at()),
    (total(ONE, index("a", num(10**9))), at()),
]


@pytest.mark.parametrize(("term", "point"), UNSURE_AT)
def test_what_the_balls_cannot_tell_is_unsure(term: Term, point: Point) -> None:
    assert value(term, point, 256) is UNSURE


def near(found: object, text: str, digits: int = 15) -> bool:
    before, ctx.prec = ctx.prec, 256
    try:
        return isinstance(found, arb | fmpq) and bool(abs(found - arb(text)) < arb(10) ** -digits * (1 + abs(arb(text))))
    finally:
        ctx.prec = before


@pytest.mark.parametrize(
    ("term", "point", "text"),
    [
        (PI, at(), "3.14159265358979324"),
        (EULER_GAMMA, at(), "0.577215664901532861"),
        (D(fn("erf", x), x), at(x=1), "0.415107497420594703"),
        (D(fn("exp", mul(x, y)), x, y), at(x=1, y=2), "22.1671682967919507"),
        (D(fn("besseli", ONE, x), x), at(x=1), "0.700906773759523"),
        (D(fn("gamma", x), x), at(x="1/2"), "-3.48023090691326202"),
        (D(fn("loggamma", x), x, x), at(x="1/2"), "4.93480220054467931"),
        (D(power(x, x), x), at(x=2), "6.77258872223978124"),
        (D(fn("log", total(fn("exp", u(k)), k)), u(j)), vector(0, 1, 2, j=1), "0.244728471054797652"),
    ],
)
def test_other_values_are_balls(term: Term, point: Point, text: str) -> None:
    assert near(value(term, point, 128), text)
    assert not near(value(add(term, num(Fraction(1, 10**9))), point, 128), text)


INTEGRALS = [
    (make("integral", fn("exp", neg(power(x, 2))), x, ZERO, y), at(y=1), "0.746824132812427025"),
    (D(make("integral", fn("exp", neg(power(x, 2))), x, ZERO, y), y), at(y=1), "0.367879441171442322"),
    (D(make("integral", fn("exp", neg(power(x, 2))), x, y, ONE), y, y), at(y=1), "0.735758882342884643"),
    (D(make("integral", fn("exp", mul(x, y)), x, y, power(y, 2)), y), at(y=2), "17044.9616629318849"),
    (D(make("integral", fn("cos", t), t, ZERO, mul(x, y)), x, y), at(x=1, y="1/2"), "0.637869792588271216"),
    (D(make("integral", fn("exp", t), t, x, y), x, y), at(x=1, y=2), "0"),
    (D(make("integral", mul(t, y), t, ZERO, x), y, x), at(x=3, y=2), "3"),
    (D(make("integral", fn("sin", mul(t, x)), t, ZERO, x), x, x), at(x="3/2"), "-3.84162903724018784"),
    (make("integral", fn("abs", sub(x, num(Fraction(1, 3)))), x, ZERO, ONE), at(), "0.277777777777777778"),
    (make("integral", fn("heaviside", x), x, MINUS_ONE, num(3)), at(), "3"),
    (make("integral", cases(x, make("lt", x, ONE), TWO, TRUE), x, ZERO, TWO), at(), "2.5"),
    (make("integral", fn("exp", neg(fn("abs", x))), x, neg(OO), OO), at(), "2"),
    (
        make("integral", mul(power(x, 2), fn("exp", mul(num(Fraction(-1, 2)), power(sub(x, y), 2)))), x, neg(OO), OO),
        at(y=3),
        "25.0662827463100050",
    ),
    (make("integral", div(fn("exp", neg(x)), power(add(ONE, fn("exp", neg(x))), 2)), x, neg(OO), OO), at(), "1"),
    (make("integral", mul(power(x, 3), fn("exp", neg(x))), x, ZERO, OO), at(), "6"),
    (make("integral", mul(fn("tanh", x), fn("exp", neg(x))), x, ZERO, OO), at(), "0.570796326794896619"),
]


@pytest.mark.parametrize(("term", "point", "text"), INTEGRALS)
def test_integrals_are_rigorous(term: Term, point: Point, text: str) -> None:
    assert near(value(term, point, 128), text, 12)
    assert not near(value(term, point, 128), text + "1" if "." in text else text + ".0001", 30)


def test_an_integral_with_a_heavy_tail_is_known_less_well() -> None:
    cauchy = make("integral", div(ONE, add(ONE, power(x, 2))), x, neg(OO), OO)
    found = value(cauchy, at())
    assert found.contains(arb.pi())
    assert found < 3.15


@pytest.mark.parametrize(
    ("term", "answer"),
    [
        (make("integral", fn("log", x), x, MINUS_ONE, ONE), (UNDEFINED, UNSURE)),
        (make("integral", power(x, HALF), x, num(-2), MINUS_ONE), (UNDEFINED,)),
        (make("integral", x, x, ZERO, OO), (UNSURE,)),
        (make("integral", div(ONE, x), x, ONE, OO), (UNSURE,)),
        (make("integral", fn("sin", x), x, ZERO, OO), (UNSURE,)),
        (make("integral", div(ONE, power(sub(x, ONE), 2)), x, ZERO, TWO), (UNSURE,)),
        (D(make("integral", fn("heaviside", x), x, MINUS_ONE, y), y), (UNDEFINED,)),
    ],
)
def test_integrals_that_diverge_or_leave_the_reals_have_no_value(term: Term, answer: tuple[object, ...]) -> None:
    assert value(term, at(y=0)) in answer


def test_propositions_are_decided_or_left_open() -> None:
    below, undefined = make("lt", x, ONE), make("lt", fn("log", x), ONE)
    assert truth(below, at(x=0)) is True
    assert truth(below, at(x=1)) is False
    assert truth(make("le", x, ONE), at(x=1)) is True
    assert truth(undefined, at(x=-1)) is None
    assert truth(make("not", undefined), at(x=-1)) is None
    assert truth(make("and", undefined, FALSE), at(x=-1)) is False
    assert truth(make("or", undefined, below), at(x=-1)) is True
    assert truth(make("and", undefined, TRUE), at(x=-1)) is None
    assert truth(make("eq", fn("log", num(4)), mul(TWO, fn("log", TWO))), at()) is True  # no ball shows it, its form does
    assert truth(make("eq", fn("gamma", num(Fraction(4, 3))), div(fn("gamma", num(Fraction(1, 3))), num(3))), at(), 256) is None
    assert truth(make("ne", fn("log", num(5)), mul(TWO, fn("log", TWO))), at()) is True


def test_a_point_must_give_what_is_asked() -> None:
    with pytest.raises(ValueError, match="no value to y"):
        value(add(x, y), at(x=1))
    with pytest.raises(ValueError, match="no value to the index i"):
        value(u(i), vector(1, 2))
    with pytest.raises(ValueError, match="no value to the array u"):
        value(total(u(k), k), Point({n: 2}))


def test_the_precision_of_the_caller_is_left_alone() -> None:
    before = ctx.prec
    value(fn("exp", x), at(x=1), 999)
    value(fn("log", x), at(x=-1), 999)
    assert ctx.prec == before


LN, ABS_LN = fn("log", x), fn("log", fn("abs", x))


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (cases(mul(x, LN), make("lt", ZERO, x), ZERO, TRUE), UNDEFINED),  # the slope goes to -oo
        (cases(mul(power(x, 2), LN), make("lt", ZERO, x), ZERO, TRUE), "0"),
        (cases(mul(power(x, 3), ABS_LN, ABS_LN), make("ne", x, ZERO), ZERO, TRUE), "0"),
        (cases(div(x, LN), make("lt", ZERO, x), ZERO, TRUE), "0"),
        (cases(power(LN, -1), make("lt", ZERO, x), ZERO, TRUE), UNDEFINED),  # continuous, but steeper than any line
        (cases(power(x, x), make("lt", ZERO, x), ONE, TRUE), UNDEFINED),
        (cases(LN, make("lt", ZERO, x), ZERO, TRUE), UNDEFINED),
    ],
)
def test_derivatives_where_a_logarithm_ends(body: Term, answer: object) -> None:
    found = value(D(body, x), at(x=0))
    assert found is answer or str(found) == answer


def test_a_scalar_may_be_named_by_a_closed_term() -> None:
    root = Point(scalars={x: power(TWO, HALF)})
    assert truth(make("eq", power(x, 2), TWO), root) is True
    assert truth(make("eq", power(x, 2), num(3)), root) is False
    assert near(value(D(power(x, 3), x), root, 128), "6")
    assert root.printed() == (("x", "2**(1/2)"),)
