"""The log of a proof: every goal that was reached, none that was given up, and never too long."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from sympy import Abs, Derivative, Idx, IndexedBase, Max, Piecewise, StrictLessThan, Sum, Symbol, exp, log, symbols

from derive import decide
from derive.kernel.proof import MOST_STEPS, Log, bounded
from derive.statement.step import Step
from derive.statement.term import make, num, sym

x, y = symbols("x y", real=True)
p = symbols("p", positive=True)
n = Symbol("n", integer=True, positive=True)
i, j, l = (Idx(name, n) for name in "ijl")
u = IndexedBase("u", shape=(n,), real=True)
s = lambda a: exp(u[a]) / Sum(exp(u[l]), l)  # noqa: E731
GOALS = [make("eq", sym("x"), num(k)) for k in range(4)]


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from walk(step.parts)


@pytest.mark.parametrize(
    ("lhs", "rhs", "relation"),
    [
        (Derivative(log(1 + exp(x)), x), 1 / (1 + exp(-x)), "eq"),
        (Max(x, 0) - Max(-x, 0), x, "eq"),
        (Derivative(s(i), u[i]), s(i) * (1 - s(i)), "eq"),
        (1 - 1 / p, log(p), "le"),
        (Abs(x + y), Abs(x) + Abs(y), "le"),
        (0, Sum(u[l] ** 2, l), "le"),
        (u[i] ** 2, -1, "ne"),
    ],
)
def test_every_proof_has_a_log_that_starts_with_its_statement(lhs: object, rhs: object, relation: str) -> None:
    decision = decide(lhs, rhs, relation)
    (root,) = decision.verdict.steps
    assert root.goal is make(relation, *decision.question.sides)
    steps = list(walk(decision.verdict.steps))
    assert all(step.rules for step in steps)
    assert all(step.goal is not None for step in steps)
    assert pickle.loads(pickle.dumps(decision.verdict)).steps == decision.verdict.steps


def test_a_case_split_has_a_part_for_each_case() -> None:
    split = next(step for step in walk(decide(Max(x, 0) - Max(-x, 0), x).verdict.steps) if step.rules == ("case-split",))
    zero, name = num(0), sym("x")
    assert [part.case for part in split.parts] == [make("lt", zero, name), make("lt", name, zero), make("eq", zero, name)]


def test_what_is_not_proved_has_no_log() -> None:
    assert decide(Piecewise((1, x > 0), (0, True)), 1).verdict.steps == ()
    assert decide(Max(x, 0), x).verdict.steps == ()


def test_a_step_that_is_taken_back_leaves_nothing() -> None:
    log = Log()
    log.close(0, ("ring",), GOALS[0])
    mark = log.mark()
    log.close(mark, ("ring",), GOALS[1])
    log.close(mark + 1, ("ring",), GOALS[2])
    log.drop(mark)
    assert [step.goal for step in log.steps] == GOALS[:1]
    log.close(0, ("squares",), GOALS[3])
    assert [(step.rules, len(step.parts)) for step in log.steps] == [(("squares",), 1)]


def test_a_long_log_is_cut_and_says_so() -> None:
    wide = Step(("case-split",), GOALS[0], (), (Step(("ring",), GOALS[1]),) * 1000)
    deep = Step(("ring",), GOALS[1])
    for _ in range(20):
        deep = Step(("case-split",), GOALS[0], (), (deep, deep))  # shared: a million leaves when written out
    for steps in (wide, deep):
        kept = list(walk(bounded((steps,))))
        assert len(kept) <= 3 * MOST_STEPS
        assert ("cut",) in {step.rules for step in kept}
    assert bounded((Step(("ring",), GOALS[1]),)) == (Step(("ring",), GOALS[1]),)


def test_a_goal_is_written_down_before_its_atoms_are_counted_again() -> None:
    # The proof of the summand starts the normal form anew; what was noted of the whole before must not be read in its atoms.
    total = Sum(exp(u[l]), l)
    slope = 2 * (-Derivative(u[j], u[i]) + Sum(exp(u[l]) * Derivative(u[l], u[i]), l) / total)
    impossible = StrictLessThan(total, 0, evaluate=False)
    assert decide(Derivative(log(total) - u[j], u[i]), slope, given=(impossible,)).name == "UNKNOWN"
