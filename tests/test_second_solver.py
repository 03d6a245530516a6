"""What z3 finds contradictory, cvc5 finds contradictory; and what we tell a solver of exp, log, roots and floors is true."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, ctx

sys.path.insert(0, str(Path(__file__).parent))

import second_solver
from derive.kernel import solver
from derive.kernel.balls import Point, value
from derive.kernel.cell import Cell
from derive.kernel.cells import Cells
from derive.kernel.field import NormalForm
from derive.kernel.proof import Budget
from derive.kernel.signs import Fact
from derive.statement.claim import Claim, Link
from derive.statement.term import HALF, MINUS_ONE, ONE, Term, add, div, fn, make, mul, num, power, replace, sub, sym

X, Y, P, N, M = sym("x"), sym("y"), sym("p", "positive"), sym("n", "integer"), sym("m", "positive integer")


def claim(left: Term, relation: str, right: Term, *given: Term) -> Claim:
    return Claim("page.claim", "page.py", 1, left, (Link(relation, right),), given=given)


RESTS_ON_Z3 = {
    "a floor and a ceiling": claim(fn("ceiling", div(N, M)), "eq", fn("floor", div(add(N, M, MINUS_ONE), M))),
    "a premise": claim(make("lt", add(power(X, 2), power(Y, 2)), ONE), "implies", make("lt", X, ONE)),
}


@pytest.mark.parametrize("name", RESTS_ON_Z3)
def test_cvc5_agrees(name: str) -> None:
    texts = second_solver.questions(RESTS_ON_Z3[name], {})
    assert texts, "z3 was not asked"
    assert {second_solver.ask(text, 20.0) for text in texts} == {"unsat"}


def test_cvc5_is_seen_to_disagree() -> None:
    assert second_solver.ask("(declare-fun x () Real)(assert (> (* x x) 2.0))(check-sat)", 20.0) == "sat"
    assert second_solver.ask("(declare-fun x () Real)(assert (< (* x x) 0.0))(check-sat)", 20.0) == "unsat"
    with pytest.raises(RuntimeError, match="cannot read"):
        second_solver.ask("(assert y)(check-sat)", 20.0)


def form_of(t: Term) -> NormalForm:
    form, _ = Cells(Budget(20_000, 5.0)).context(Cell())
    form.start(t)
    return form


QUOTIENTS = (div(ONE, X), div(X, sub(Y, X)), div(fn("exp", X), add(X, Y)))


@pytest.mark.parametrize("t", QUOTIENTS, ids=str)
def test_every_denominator_in_a_question_is_not_0(t: Term) -> None:
    import z3

    form = form_of(t)
    built = solver._build(form, (Fact(t, "0"),))
    assert built is not None
    asked, variables = built
    # Where the denominator is 0 the question has no solution, whatever else it says.
    encoder = solver._Encoder([form.freeze_poly(form.start(t).den)])
    encoder.variables = variables
    asked.add(encoder.poly(form.freeze_poly(form.start(t).den)) == 0)
    assert asked.check() == z3.unsat


VALUES = tuple(Fraction(*q) for q in ((-9, 1), (-3, 2), (-1, 1), (-1, 7), (0, 1), (1, 1000), (1, 3), (1, 1), (22, 7), (40, 1)))
FUNCTIONS = {
    "exp": fn("exp", X),
    "exp of a quotient": fn("exp", div(ONE, add(ONE, power(X, 2)))),
    "log": fn("log", add(ONE, power(X, 2))),
    "log of what may be small": fn("log", P),
    "root": power(add(ONE, power(X, 2)), HALF),
    "cube root": power(P, Fraction(1, 3)),
    "erf": fn("erf", X),
    "floor": fn("floor", mul(num(Fraction(2, 3)), X)),
    "pi": mul(make("const", "pi"), X),
}


def facts_hold(t: Term, v: Term, q: Fraction, moved: Fraction = Fraction(0)) -> bool:
    """Whether the facts that we add about the atoms of t leave room for its true value at v = q; `moved` puts another in its place."""
    import z3

    form = form_of(t)
    found = form.start(t)
    encoder = solver._Encoder([form.freeze_poly(found.num), form.freeze_poly(found.den)])
    gap = encoder.poly(form.freeze_poly(found.num)), encoder.poly(form.freeze_poly(found.den))
    asked, done = z3.Solver(), set()
    while pending := [a for a in encoder.variables if a not in done]:
        for a in pending:
            done.add(a)
            asked.add(*solver._facts(form, a, encoder))
            if a.kind == "sym":
                asked.add(encoder.var(a) == z3.RealVal(str(q)))
    ctx.prec = 200
    ball = arb(value(replace(t, {v: num(q)}), Point(), 200))
    low, high = (Fraction(str((ball - d).mid().str(40, radius=False))) + moved for d in (arb(10) ** -30, -(arb(10) ** -30)))
    asked.add(gap[0] >= z3.RealVal(str(low)) * gap[1], gap[0] <= z3.RealVal(str(high)) * gap[1])
    asked.set("timeout", 5000)
    return bool(asked.check() != z3.unsat)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_facts_of_a_function_hold_at_its_true_values(name: str) -> None:
    t = FUNCTIONS[name]
    v = P if "p" in str(t).replace("exp", "").replace("pi", "") else X
    for q in VALUES:
        if q > 0 or v is X:
            assert facts_hold(t, v, q), f"at {q}"


def test_a_value_that_is_wrong_contradicts_them() -> None:
    assert not facts_hold(FUNCTIONS["exp"], X, Fraction(1), Fraction(-2))
    assert not facts_hold(FUNCTIONS["log"], X, Fraction(1), Fraction(1))
    assert not facts_hold(FUNCTIONS["floor"], X, Fraction(40), Fraction(1))
