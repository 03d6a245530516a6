"""What is put to Coq, letter by letter: no Coq is needed here."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from derive.coq.instance import Outside, instance, nonnegative, positive
from derive.coq.lemma import Lemma, lemma
from derive.coq.text import Text
from derive.recheck.setting import Shape, setting, shapes
from derive.statement.term import (
    HALF,
    ONE,
    PI,
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

X, Y, P, Q = sym("x"), sym("y"), sym("p", "positive"), sym("q", "positive")
N = sym("n", "positive integer")
I, J, K = (index(name, N) for name in "ijk")


def u(i: Term) -> Term:
    return entry("u", "real", (N,), (i,))


Z = total(fn("exp", u(K)), K)


def asked(left: Term, right: Term, n: int = 1, given: tuple[Term, ...] = (), **at: int) -> Lemma:
    s = setting([left, right], given)
    places = {i: at[i.args[0]] for i in s.own}
    return lemma("it", s, left, right, Shape(dict.fromkeys(s.sizes, n), places))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (add(X, mul(num(-2), Y)), "x - 2 * y"),
        (neg(add(X, Y)), "- (x + y)"),
        (div(X, mul(TWO, Y)), "x / (2 * y)"),
        (power(add(X, ONE), -2), "1 / (x + 1) ^ 2"),
        (power(neg(X), 2), "(- x) ^ 2"),
        (mul(X, power(P, Fraction(-3, 2))), "x / sqrt p ^ 3"),
        (fn("exp", neg(div(power(X, 2), TWO))), "exp (- ((1 / 2) * x ^ 2))"),
        (power(P, X), "exp (x * ln p)"),
        (fn("log", fn("exp", X)), "ln (exp x)"),
        (fn("erfc", X), "1 - erf x"),
        (mul(PI, num(Fraction(-1, 3))), "- ((1 / 3) * PI)"),
        (sub(X, mul(Y, fn("tanh", X))), "x - y * tanh x"),
    ],
)
def test_terms_are_written_as_coq_reads_them(term: Term, text: str) -> None:
    assert Text().of(term) == text


def test_names_are_those_of_coq_and_differ() -> None:
    text = Text()
    names = [sym("exp"), sym("x_1"), entry("x", "real", (), (ZERO,)), sym("β"), sym("2nd"), sym("a b")]
    assert [text.of(t) for t in names] == ["exp_", "x_1", "x_1_", "v", "v2nd", "a_b"]


def test_an_instance_has_no_sums_and_no_deltas() -> None:
    shape = Shape({N: 2}, {I: 0, J: 1})
    a, b = (entry("u", "real", (), (num(k),)) for k in (0, 1))
    assert instance(Z, shape) is add(fn("exp", a), fn("exp", b))
    assert instance(add(delta(I, J), mul(N, delta(J, K))), Shape({N: 2}, {I: 0, J: 1, K: 1})) is TWO
    assert instance(make("deriv", Z, u(J)), shape) is make("deriv", add(fn("exp", a), fn("exp", b)), b)
    assert instance(total(mul(K, u(K)), K), shape) is b


@pytest.mark.parametrize(
    ("term", "reason"),
    [
        (fn("max", X, ZERO), "kinks and rounding"),
        (fn("gamma", X), "special functions"),
        (u(add(J, ONE)), "an index out of range"),
        (make("integral", X, X, ZERO, ONE), "integrals"),
    ],
)
def test_what_is_outside_says_so(term: Term, reason: str) -> None:
    with pytest.raises(Outside, match=reason):
        instance(term, Shape({N: 2}, {J: 1}))


def test_signs_are_those_that_the_form_shows() -> None:
    assert all(map(positive, (add(ONE, fn("exp", X)), mul(P, power(Q, -2)), add(P, power(X, 2)))))
    assert not any(map(positive, (sub(P, ONE), power(X, 2), mul(num(-1), P))))
    assert nonnegative(power(X, 2))
    assert not nonnegative(power(X, 3))


def test_a_gradient_is_a_statement_about_a_limit() -> None:
    left, right = make("deriv", fn("log", Z), u(J)), div(fn("exp", u(J)), Z)
    assert str(asked(left, right, n=2, j=1)) == (
        "Lemma it :\n"
        "  forall u_2 u_1 : R,\n"
        "  exists d1 : R, derivable_pt_lim (fun u_2 => ln (exp u_1 + exp u_2)) u_2 d1 /\\\n"
        "  d1 = exp u_2 / (exp u_1 + exp u_2).\n"
        "Proof.\n"
        "intros u_2 u_1.\n"
        "eexists; split; [intros; slope |].\n"
        "finish.\n"
        "Qed.\n"
    )


def test_a_derivative_inside_of_another_is_a_function() -> None:
    inner = make("deriv", mul(fn("log", P), power(X, 3)), P)
    assert "exists d1 : R -> R, (forall p : R, 0 < p -> derivable_pt_lim (fun p => ln p * x ^ 3) p (d1 p)) /\\\n" in str(
        asked(make("deriv", inner, P), neg(div(power(X, 3), power(P, 2))))
    )


def test_where_a_side_has_a_value_is_a_premise() -> None:
    said = asked(div(fn("log", X), sub(X, ONE)), mul(power(Y, HALF), power(P, -1))).statement
    assert said.startswith("forall x y p : R, 0 < p -> 0 < x -> x - 1 <> 0 -> 0 <= y ->")
    strict = asked(make("deriv", power(Y, HALF), Y), ONE).statement
    assert strict.startswith("forall y : R, 0 < y ->")


def test_hypotheses_are_premises_for_every_index() -> None:
    given = (make("lt", ZERO, u(I)), make("eq", total(u(K), K), ONE))
    said = asked(total(u(K), K), ONE, n=2, given=given)
    assert said.statement == "forall u_1 u_2 : R, 0 < u_1 -> 0 < u_2 -> u_1 + u_2 = 1 ->\n  u_1 + u_2 = 1"
    assert said.tactics[-1] == "hinted; subst u_2; field; side"


@pytest.mark.parametrize(
    ("left", "hint"),
    [
        (add(fn("exp", X), fn("exp", mul(num(-2), X))), "exp (- (2 * x)) = / exp x ^ 2"),
        (add(fn("exp", X), fn("exp", Y), fn("exp", sub(X, Y))), "exp (x - y) = exp x * / exp y"),
        (fn("exp", add(X, mul(TWO, fn("log", P)))), "exp (x + 2 * ln p) = exp x * p ^ 2"),
        (fn("log", mul(P, power(Q, -2))), "ln (p / q ^ 2) = ln p + - (INR 2 * ln q)"),
        (fn("log", div(fn("exp", X), P)), "ln (exp x / p) = x + - ln p"),
        (power(mul(TWO, PI, power(P, 2)), HALF), "sqrt (2 * PI * p ^ 2) = sqrt 2 * sqrt PI * p"),
        (add(fn("erf", X), fn("erf", neg(X))), "erf (- x) = - erf x"),
    ],
)
def test_hints_reduce_functions_to_a_few(left: Term, hint: str) -> None:
    said = str(asked(left, ZERO))
    assert hint in said, said


def test_what_changes_the_claim_changes_the_statement() -> None:
    left, right = make("deriv", fn("log", Z), u(J)), div(fn("exp", u(J)), Z)
    assert asked(left, right, n=2, j=1).statement != asked(left, neg(right), n=2, j=1).statement


def test_the_shapes_of_a_claim_are_small() -> None:
    s = setting([delta(I, J), u(I)], ())
    assert {shape.sizes[N] for shape in shapes(s, Random(1))} == {1, 2, 3}
