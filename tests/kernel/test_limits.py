"""Limits: those that are infinite or differ from side to side refute what is claimed; a side that the variable never sees does not."""

from __future__ import annotations

import pytest
import sympy

from derive import decide
from derive.errors import ReadError
from derive.kernel.forms import decide_form
from derive.kernel.proof import Budget
from derive.kernel.verdict import Verdict
from derive.statement.claim import Form
from derive.statement.term import (
    HALF,
    ONE,
    OO,
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

X, A = sym("x"), sym("a")
P, Q, N = sym("p", "positive"), sym("q", "positive"), sym("n", "positive integer")
M = sym("m", "nonpositive")
FIVE = num(5)
I = index("i", N)
W, V = entry("w", "nonpositive", (N,), (I,)), entry("v", "real", (N,), (I,))
RAMP = fn("max", add(mul(W, X), P), ZERO)  # p where w_i is 0, else 0 in the end
STEADY = make("eq", W, ZERO)
LOG = fn("log", P)
K = index("k", N)
U = entry("u", "real", (N,), (K,))


def verdict(t: Term, variable: Term, point: Term, value: Term, side: str = "", given: tuple[Term, ...] = ()) -> Verdict:
    parts = (("expression", t), ("variable", variable), ("point", point), ("value", value), ("side", side))
    return decide_form(Form("tends_to", parts), given, Budget(seconds=10.0))


REFUTED = {
    "a number, where it grows": ((X, X, OO, FIVE), (), ("oo", "5")),
    "a number, where a quotient grows": ((div(power(X, 2), add(X, ONE)), X, OO, ONE), (), ("oo", "1")),
    "a number, where it falls": ((neg(fn("exp", X)), X, OO, ZERO), (), ("-oo", "0")),
    "the other infinity": ((neg(X), X, OO, OO), (), ("-oo", "oo")),
    "an infinity, where it is a number": ((fn("tanh", X), X, OO, OO), (), ("1", "oo")),
    "a number at a pole": ((div(ONE, X), X, ZERO, FIVE), (), ("oo", "5")),
    "a pole of two signs": ((div(ONE, X), X, ZERO, OO), (), ("-oo", "oo")),
    "a pole at a parameter": ((div(ONE, sub(X, A)), X, A, ZERO), (), ("oo", "0")),
    "one side alone": ((power(X, HALF), X, ZERO, FIVE), (), ("0", "5")),
    "a logarithm at 0": ((LOG, P, ZERO, FIVE, "+"), (), ("-oo", "5")),
    "a power before a logarithm": ((mul(P, power(LOG, 3)), P, OO, ZERO), (), ("oo", "0")),
    "a logarithm before its inverse": ((div(LOG, add(ONE, power(LOG, 2))), P, OO, ONE), (), ("0", "1")),
    "a growing sequence": ((power(N, 2), N, OO, FIVE), (), ("oo", "5")),
    "a parameter of one sign": ((mul(P, X), X, OO, mul(FIVE, P)), (), ("oo", None)),
    "a parameter by a hypothesis": ((mul(A, X), X, OO, FIVE), (make("lt", ZERO, A),), ("oo", "5")),
    "a value that is defined at some points": ((X, X, OO, fn("log", A)), (), ("oo", None)),
    "a parameter of any sign": ((fn("exp", mul(A, X)), X, OO, ZERO), (), ("1", "0")),
    "a power of unknown order": ((div(power(add(P, ONE), Q), power(P, 2)), P, OO, OO), (), ("0", "oo")),
    "a base that may be 1": ((power(Q, X), X, OO, ZERO), (), ("1", "0")),
    "terms that may all be alike": ((total(fn("exp", mul(U, X)), K), X, OO, ZERO), (), (None, "0")),
    "a ramp of any slope": ((fn("max", mul(A, X), ZERO), X, OO, ZERO), (), ("oo", "0")),
    "a ramp of unknown slope": ((fn("max", mul(V, X), ZERO), X, OO, ZERO), (), ("oo", "0")),
    "a ramp that goes away for some slopes": ((RAMP, X, OO, P), (), ("0", "1")),
    "a ramp that stays for slope 0": ((RAMP, X, OO, ZERO), (), ("1", "0")),
    "a ramp that stays at half its height": ((RAMP, X, OO, make("piecewise", mul(HALF, P), STEADY, ZERO, TRUE)), (), ("1", "1/2")),
    "half of a quotient of slopes": ((div(fn("sin", X), X), X, ZERO, HALF), (), ("1", "1/2")),
    "a quotient of second slopes": ((div(sub(ONE, fn("cos", X)), power(X, 2)), X, ZERO, ONE), (), ("1/2", "1")),
    "a power that is one more the closer": ((power(add(ONE, div(A, P)), P), P, OO, ONE), (), (None, "1")),
    "a logarithm that grows as a line": ((sub(fn("log", fn("cosh", X)), X), X, OO, ZERO), (), (None, "0")),
    "a kink of two sides": ((div(fn("abs", X), X), X, ZERO, ONE), (), ("-1", "1")),
    "a jump that is neither side": ((fn("sign", X), X, ZERO, ZERO, "+"), (), ("1", "0")),
    "negative numbers from below": ((div(ONE, M), M, ZERO, OO, "-"), (), ("-oo", "oo")),
}

PROVED = {
    "it grows": ((X, X, OO, OO), ()),
    "a pole of one sign": ((div(ONE, power(X, 2)), X, ZERO, OO), ()),
    "a pole from above": ((div(ONE, X), X, ZERO, OO, "+"), ()),
    "a parameter of one sign": ((mul(P, X), X, OO, OO), ()),
    "a parameter by a hypothesis": ((mul(A, X), X, OO, OO), (make("lt", ZERO, A),)),
    "a parameter that is 0": ((mul(A, X), X, OO, ZERO), (make("eq", A, ZERO),)),
    "an exponential before a power": ((mul(power(P, 7), fn("exp", neg(P))), P, OO, ZERO), ()),
    "a power before a logarithm": ((mul(P, power(LOG, 3)), P, ZERO, ZERO, "+"), ()),
    "a power before powers of logarithms": ((div(power(LOG, 7), P), P, OO, ZERO), ()),
    "logarithms of two rates": ((div(fn("log", mul(TWO, P)), LOG), P, OO, ONE), ()),
    "a logarithm after all": ((div(mul(P, LOG), add(P, LOG)), P, OO, OO), ()),
    "an exponential before logarithms": ((mul(power(LOG, 7), fn("exp", neg(P))), P, OO, ZERO), ()),
    "the exponential of a root before a power": ((mul(power(P, 7), fn("exp", neg(power(P, HALF)))), P, OO, ZERO), ()),
    "a ramp that goes away but for slope 0": ((RAMP, X, OO, make("piecewise", P, STEADY, ZERO, TRUE)), ()),
    "the smaller of a number and a line": (
        (fn("min", neg(mul(W, X)), P), X, OO, make("piecewise", ZERO, STEADY, P, TRUE)),
        (),
    ),
    "both sides": ((fn("tanh", X), X, ZERO, ZERO), ()),
    "two ramps of any weak slope": ((fn("max", mul(W, X), mul(TWO, W, X), ZERO), X, OO, ZERO), ()),
    "a quotient of slopes": ((div(fn("sin", X), X), X, ZERO, ONE), ()),
    "a quotient of second slopes": ((div(sub(ONE, fn("cos", X)), power(X, 2)), X, ZERO, HALF), ()),
    "a power that is one more the closer": ((power(add(ONE, div(A, P)), P), P, OO, fn("exp", A)), ()),
    "what swings beside what vanishes": ((mul(power(X, 2), fn("sin", div(ONE, X))), X, ZERO, ZERO), ()),
    "a kink on one side": ((div(fn("abs", X), X), X, ZERO, ONE, "+"), ()),
    "a logarithm that grows as a line": ((sub(fn("log", add(ONE, fn("exp", X))), X), X, OO, ZERO), ()),
    "two that grow alike": ((sub(X, mul(X, fn("erf", X))), X, OO, ZERO), ()),
}

UNKNOWN = {
    # True, but of a sign that no rule sees: no value of a refutes it.
    "an exponent of one sign": ((fn("exp", mul(neg(add(ONE, fn("exp", A), fn("sin", A))), X)), X, OO, ZERO), ()),
    # True where p runs: it never comes from below.
    "a pole on a side that is not there": ((div(ONE, P), P, ZERO, OO), ()),
    "a point that is not near": ((div(ONE, P), P, neg(ONE), ZERO), ()),
    "an end that is not there": ((P, P, neg(OO), ZERO), ()),
    "an integer comes near to no point": ((mul(N, N), N, ONE, FIVE), ()),
    "hypotheses that contradict each other": ((mul(A, X), X, OO, FIVE), (make("lt", num(2), A), make("lt", A, ONE))),
    "a side without a value": ((power(X, HALF), X, ZERO, ZERO), ()),
    # log s, and what grows no faster, is outgrown by every power of s: no exponential of it leads before one.
    "the exponential of a root of a logarithm": ((div(P, fn("exp", power(fn("log", add(P, ONE)), HALF))), P, OO, ZERO), ()),
    "the exponential of a square of a double logarithm": ((div(fn("exp", power(fn("log", LOG), 2)), P), P, OO, OO), ()),
    "a value without a value": ((X, X, OO, fn("log", neg(P))), ()),
}


@pytest.mark.parametrize("name", REFUTED)
def test_another_limit_refutes(name: str) -> None:
    stated, given, (lhs, rhs) = REFUTED[name]
    found = verdict(*stated, given=given)
    assert found.name == "REFUTED", found.tried
    assert found.counterexample is not None
    assert lhs is None or found.counterexample.lhs == lhs
    assert rhs is None or found.counterexample.rhs == rhs
    assert all(at != stated[1].args[0] for at, _ in found.counterexample.at), "the variable of the limit is at no point"


@pytest.mark.parametrize("name", PROVED)
def test_the_limit_itself_is_proved(name: str) -> None:
    stated, given = PROVED[name]
    assert verdict(*stated, given=given).name == "PROVED"


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_approached_refutes_nothing(name: str) -> None:
    stated, given = UNKNOWN[name]
    found = verdict(*stated, given=given)
    assert found.name == "UNKNOWN"
    assert found.tried


def test_the_point_satisfies_the_hypotheses() -> None:
    found = verdict(mul(A, X), X, OO, A, given=(make("lt", num(3), A),))
    assert found.name == "REFUTED"
    assert found.counterexample is not None
    assert float(dict(found.counterexample.at)["a"]) > 3


def test_an_equation_with_a_limit_of_sympy_is_a_statement_of_its_own() -> None:
    x, p = sympy.Symbol("x", real=True), sympy.Symbol("p", positive=True)
    swelling = sympy.Limit(sympy.log(1 + sympy.exp(p * x)) / p, p, sympy.oo)
    ratio = sympy.Limit(sympy.sin(x) / x, x, 0)
    for lhs, rhs, name in (
        (swelling, sympy.Max(x, 0), "PROVED"),
        (swelling, x, "REFUTED"),
        (1, ratio, "PROVED"),
        (ratio, 1 + sympy.Rational(1, 10**30), "REFUTED"),
        (sympy.Limit(1 / x, x, 0, "+"), sympy.oo, "PROVED"),
        (sympy.Limit(1 / x, x, 0, "+-"), sympy.oo, "REFUTED"),
    ):
        found = decide(lhs, rhs)
        assert found.name == name, found.verdict.tried
        assert found.witness.status == "NOT_APPLICABLE"
    with pytest.raises(ReadError, match="Limit"):
        decide(2 * ratio, 2)


def test_the_terms_of_a_sum_may_differ_in_their_signs() -> None:
    size, s = sym("n", "positive integer"), sym("s")
    i = index("i", size)
    z = entry("z", "real", (size,), (i,))
    steps = power(total(fn("tanh", mul(z, s)), i), 2)
    stated = (steps, s, OO, power(size, 2))  # 0 for z = (1, -1)
    assert verdict(*stated, given=(make("ne", z, ZERO),)).name != "PROVED"
    assert verdict(*stated, given=(make("lt", ZERO, z),)).name == "PROVED"
