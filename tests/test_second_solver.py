"""What z3 finds contradictory, cvc5 finds contradictory; and what we tell a solver of exp, log, roots and floors is true."""

from __future__ import annotations

import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest
from flint import arb, ctx

sys.path.insert(0, str(Path(__file__).parent))

import second_solver
from derive.cache import Cache
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
    texts = second_solver.Asked().questions(RESTS_ON_Z3[name], {})
    assert texts, "z3 was not asked"
    assert {second_solver.ask(text, 20.0) for text in texts} == {"unsat"}


def test_cvc5_is_seen_to_disagree() -> None:
    assert second_solver.ask("(declare-fun x () Real)(assert (> (* x x) 2.0))(check-sat)", 20.0) == "sat"
    assert second_solver.ask("(declare-fun x () Real)(assert (< (* x x) 0.0))(check-sat)", 20.0) == "unsat"
    with pytest.raises(RuntimeError, match="cannot read"):
        second_solver.ask("(assert y)(check-sat)", 20.0)


def test_a_question_without_end_is_killed() -> None:
    # a^3 + b^3 = c^3 has no solution, and no solver knows.
    cubes = "(declare-fun a () Int)(declare-fun b () Int)(declare-fun c () Int)(assert (and (> a 0) (> b 0) (> c 0)))"
    start = time.monotonic()
    assert second_solver.ask(cubes + "(assert (= (+ (* a a a) (* b b b)) (* c c c)))(check-sat)", 0.5) == "unknown"
    assert time.monotonic() - start < 30


def test_what_was_confirmed_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = second_solver.Asked(Cache(tmp_path))
    one, other = RESTS_ON_Z3["a premise"], RESTS_ON_Z3["a floor and a ceiling"]
    texts = asked.questions(one, {})
    put: list[str] = []
    monkeypatch.setattr(second_solver, "ask", lambda text, seconds: put.append(text) or ("unknown" if "hard" in text else "unsat"))
    monkeypatch.setattr(second_solver, "decide_item", lambda *a: pytest.fail("it was decided again"))
    assert asked.questions(one, {}) == texts
    with pytest.raises(pytest.fail.Exception):
        asked.questions(other, {})
    for text in ("easy", "easy", "hard", "hard"):
        asked.answer(text, 1.0)
    assert put == ["easy", "hard", "hard"], "only what cvc5 confirmed is kept"
    assert second_solver.Asked(Cache(tmp_path)).answer("easy", 1.0) == "unsat"
    assert put == ["easy", "hard", "hard"]
    second_solver.Asked().answer("easy", 1.0)
    assert put == ["easy", "hard", "hard", "easy"], "without a cache everything is asked"


def test_the_summary_speaks_of_every_claim_that_rests_on_z3() -> None:
    text = (second_solver.ROOT / "docs" / "second-solver.md").read_text()
    answers = second_solver.stated(text)
    assert set(answers) <= set(second_solver.rests_on_z3()), "make second-solver writes it anew"
    assert text == second_solver.INTRODUCTION + second_solver.table(answers, second_solver.rests_on_z3())


def test_the_summary_names_what_rests_on_z3_alone() -> None:
    answers = {"a.b": {"unsat": 2, "unknown": 1}, "a.c": {"unsat": 1}, "d.e": {"sat": 1}, "gone.now": {"unsat": 9}}
    text = second_solver.table(answers, ["a.b", "a.c", "a.new", "d.e"])
    assert "| a.b | 3 | 2 | 1 | 0 |" in text
    assert "| all | 5 | 3 | 1 | 1 |" in text
    assert "On z3 alone: a.b, d.e." in text
    assert "Not yet put to cvc5: a.new." in text
    assert "gone" not in text
    assert second_solver.stated(text) == {
        name: {word: answers[name].get(word, 0) for word in second_solver.ANSWERS} for name in ("a.b", "a.c", "d.e")
    }


def test_a_part_of_the_claims_can_be_named() -> None:
    names = second_solver.rests_on_z3()
    assert second_solver.chosen([]) == names
    page = names[0].partition(".")[0]
    assert second_solver.chosen([page, names[-1]]) == [name for name in names if name.startswith(f"{page}.") or name == names[-1]]
    with pytest.raises(SystemExit, match="no claim there rests on z3"):
        second_solver.chosen(["softmax_jacobian"])


def form_of(t: Term) -> NormalForm:
    form, _ = Cells(Budget(20_000, 5.0)).context(Cell())
    form.start(t)
    return form


QUOTIENTS = (div(ONE, X), div(X, sub(Y, X)), div(fn("exp", X), add(X, Y)), div(fn("floor", div(Y, add(X, Y))), sub(X, ONE)))
WITHIN = ("exp", "erf", "floor")  # functions whose argument is part of the question


@pytest.mark.parametrize("t", QUOTIENTS, ids=str)
def test_every_denominator_in_a_question_is_not_0(t: Term) -> None:
    import z3

    form = form_of(t)
    built = solver._build(form, (Fact(t, "0"),))
    assert built is not None
    asked, variables = built
    # Where the denominator is 0 the question has no solution, whatever else it says.
    encoder = solver._Encoder([form.freeze_poly(form.start(t).den)])
    encoder.variables, encoder.context = variables, asked.ctx
    asked.add(encoder.poly(form.freeze_poly(form.start(t).den)) == 0)
    assert asked.check() == z3.unsat


@pytest.mark.parametrize("name", WITHIN)
@pytest.mark.parametrize("bottom", [X, sub(Y, X), add(ONE, mul(X, Y))], ids=str)
def test_every_denominator_inside_a_function_is_not_0(name: str, bottom: Term) -> None:
    import z3

    form = form_of(fn(name, div(ONE, bottom)))
    built = solver._build(form, (Fact(fn(name, div(ONE, bottom)), "!=0"),))
    assert built is not None
    asked, variables = built
    assert asked.check() == z3.sat, "elsewhere the question has a solution"
    encoder = solver._Encoder([form.freeze_poly(form.start(bottom).num)])
    encoder.variables, encoder.context, encoder.integers = variables, asked.ctx, False
    asked.add(encoder.poly(form.freeze_poly(form.start(bottom).num)) == 0)
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
    "Euler's constant": mul(make("const", "euler_gamma"), X),
    "Catalan's constant": mul(make("const", "catalan"), X),
    "exp of exp": fn("exp", mul(num(Fraction(1, 20)), fn("exp", mul(num(Fraction(1, 20)), X)))),
    "log of exp": fn("log", add(ONE, fn("exp", X))),
    "root of a small number": power(P, Fraction(1, 7)),
    "root that is no power for z3": power(P, Fraction(1, 13)),
    "erf of a quotient": fn("erf", div(ONE, add(ONE, power(X, 2)))),
    "floor of a quotient": fn("floor", div(X, add(ONE, power(X, 2)))),
    "tanh": fn("tanh", X),
    "gamma": fn("gamma", P),
    "loggamma": fn("loggamma", P),
    "digamma": make("polygamma", num(0), P),
    "cosh": fn("cosh", X),
    "atan": fn("atan", X),
}


def facts_hold(t: Term, v: Term, q: Fraction, moved: Fraction = Fraction(0)) -> bool:
    """Whether the facts that we add about the atoms of t leave room for its true value at v = q; `moved` puts another in its place."""
    import z3

    form = form_of(t)
    found = form.start(t)
    encoder = solver._Encoder([form.freeze_poly(found.num), form.freeze_poly(found.den)])
    gap = encoder.poly(form.freeze_poly(found.num)), encoder.poly(form.freeze_poly(found.den))
    asked, done = z3.Solver(ctx=encoder.context), set()
    while pending := [a for a in encoder.variables if a not in done]:
        for a in pending:
            done.add(a)
            asked.add(*solver._facts(form, a, encoder))
            if a.kind == "sym":
                asked.add(encoder.var(a) == z3.RealVal(str(q), encoder.context))
    ctx.prec = 200
    ball = arb(value(replace(t, {v: num(q)}), Point(), 200))
    low, high = (Fraction(str((ball - d).mid().str(40, radius=False))) + moved for d in (arb(10) ** -30, -(arb(10) ** -30)))
    asked.add(gap[0] >= z3.RealVal(str(low), encoder.context) * gap[1], gap[0] <= z3.RealVal(str(high), encoder.context) * gap[1])
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
    assert not facts_hold(FUNCTIONS["erf"], X, Fraction(1), Fraction(1))
    assert not facts_hold(FUNCTIONS["exp of exp"], X, Fraction(1), Fraction(-2))
    assert not facts_hold(FUNCTIONS["Euler's constant"], X, Fraction(1), Fraction(1, 100))


def test_what_is_said_of_two_floors_holds_at_their_true_values() -> None:
    # c - 1 < floor(r t + c) - r floor(t) < c + r
    for r, c in ((1, Fraction(1, 2)), (2, Fraction(0)), (3, Fraction(-7, 3)), (1, Fraction(5))):
        below = fn("floor", mul(num(Fraction(1, 3)), X))
        above = fn("floor", add(mul(num(Fraction(r, 3)), X), num(c)))
        for q in VALUES:
            values = {t: true_value(t, {X: q}) for t in (above, below)}
            assert room(list(values.items()), {X: q}), f"{r}, {c} at {q}"
        assert not room([(above, true_value(above, {X: ONE.args[0]}) + 1)], {X: ONE.args[0]})


def room(terms: list[tuple[Term, Fraction]], at: dict[Term, Fraction]) -> bool:
    """Whether a whole question leaves room for these values of terms, to 30 digits, at this point."""
    import z3

    form = form_of(add(*(t for t, _ in terms)))
    near = Fraction(1, 10**30)
    facts = [Fact(sub(v, num(q)), "0") for v, q in at.items()]
    facts += [f for t, q in terms for f in (Fact(sub(t, num(q - near)), ">=0"), Fact(sub(num(q + near), t), ">=0"))]
    built = solver._build(form, tuple(facts))
    assert built is not None
    return bool(built[0].check() != z3.unsat)


def true_value(t: Term, at: dict[Term, Fraction]) -> Fraction:
    ctx.prec = 300
    return Fraction(str(arb(value(replace(t, {v: num(q) for v, q in at.items()}), Point(), 300)).mid().str(60, radius=False)))


PAIRS = [(fn("exp", X), fn("exp", Y)), (fn("exp", X), fn("exp", mul(num(2), Y))), (fn("exp", sub(X, Y)), fn("exp", Y))]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_what_is_said_of_two_exponentials_holds_at_their_true_values(pair: tuple[Term, Term]) -> None:
    for q, r in ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(2)), (Fraction(2), Fraction(1)), (Fraction(-3), Fraction(1, 3))):
        at = {X: q, Y: r}
        assert room([(t, true_value(t, at)) for t in pair], at), f"at {q}, {r}"


def test_two_exponentials_in_the_wrong_order_contradict_them() -> None:
    at = {X: Fraction(1), Y: Fraction(2)}
    big, small = (true_value(t, at) for t in (PAIRS[0][1], PAIRS[0][0]))
    assert not room([(PAIRS[0][0], big), (PAIRS[0][1], small)], at)
