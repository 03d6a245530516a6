"""Two derivatives of one function: equal at kinks, too; another function, another variable or another place is another derivative."""

from __future__ import annotations

import pytest

from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.shifted import along_a_step
from derive.statement.term import ONE, ZERO, Term, add, delta, entry, fn, index, make, mul, num, power, sub, sym, total

X, Y, B, U, C = (sym(name) for name in "xybuc")
N = sym("n", "positive integer")
K = sym("k", "integer")
I, J, L = (index(name, N) for name in "ijl")


def at(name: str, place: Term) -> Term:
    return entry(name, "real", (N,), (place,))


def leaky(t: Term) -> Term:
    return fn("max", t, mul(C, t))


def D(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


def eq(a: Term, b: Term) -> Term:
    return make("eq", a, b)


SHIFT = eq(Y, add(U, B))
ENTRIES = eq(at("y", L), add(at("u", L), at("b", L)))
SQUARES = total(fn("abs", at("y", I)), I), total(fn("abs", add(at("u", I), at("b", I))), I)

SAME = {
    "a kink": (D(leaky(add(U, B)), B), D(leaky(Y), Y), (SHIFT,)),
    "a kink that the loss may hide": (D(mul(X, leaky(add(U, B))), B), D(mul(X, leaky(Y)), Y), (SHIFT,)),
    "a derivative that is 1": (D(leaky(add(U, B)), B), mul(D(leaky(Y), Y), D(add(U, B), B)), (SHIFT,)),
    "an end of the domain": (D(power(add(U, B), num("1/2")), B), D(power(Y, num("1/2")), Y), (SHIFT,)),
    "an entry": (D(SQUARES[1], at("b", J)), D(SQUARES[0], at("y", J)), (ENTRIES,)),
}

OTHER = {
    "a factor": (D(leaky(add(U, mul(num(2), B))), B), D(leaky(Y), Y), (eq(Y, add(U, mul(num(2), B))),)),
    "another place of the line": (D(leaky(add(U, B)), B), D(leaky(Y), Y), (eq(Y, add(U, B, ONE)),)),
    # x y and y^2 are equal where y = x, and go on otherwise.
    "equal at the point alone": (D(mul(X, Y), X), D(power(Y, 2), Y), (eq(X, Y),)),
    "a constant by a hypothesis": (D(X, X), D(power(Y, 2), Y), (eq(X, power(Y, 2)),)),
    "another entry": (D(SQUARES[1], at("b", J)), D(SQUARES[0], at("y", I)), (ENTRIES, make("ne", I, J))),
    "a derivative that is 2": (D(leaky(add(U, B)), B), mul(D(leaky(Y), Y), D(add(U, mul(num(2), B)), B)), (SHIFT,)),
    "one side has a kink": (D(fn("abs", add(U, B)), B), D(add(Y, U), Y), (SHIFT,)),
}


def verdict(lhs: Term, rhs: Term, given: tuple[Term, ...]) -> str:
    own = tuple(h for h in given if h.op == "ne")
    return decide(Question(lhs, rhs, "eq", given, own), Budget(seconds=10.0)).name


@pytest.mark.parametrize("name", SAME)
def test_one_function_has_one_derivative(name: str) -> None:
    assert verdict(*SAME[name]) == "PROVED"


@pytest.mark.parametrize("name", OTHER)
def test_another_function_has_another(name: str) -> None:
    assert verdict(*OTHER[name]) == "REFUTED"


@pytest.mark.parametrize(
    "side",
    [
        D(D(mul(X, X), X), X),  # a derivative inside
        D(mul(K, K), K),  # a whole number does not move a little
        D(total(mul(at("y", J), delta(I, J)), J), at("y", J)),  # a place that is bound
        mul(num(2), D(X, X)),
        mul(D(leaky(Y), Y), D(add(B, at("u", K)), B)),  # an entry that may not be there
        X,
    ],
)
def test_what_the_rule_leaves_alone(side: Term) -> None:
    assert along_a_step(Question(side, D(Y, Y))) is None
    assert along_a_step(Question(D(sub(Y, ZERO), Y), D(X, X))) is not None
