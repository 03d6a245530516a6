"""The replay of a proof's log: a log that is right passes, and one that is wrong in any place is seen to fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from derive.kernel.decide import decide
from derive.kernel.proof import Budget, bounded
from derive.kernel.question import Question
from derive.recheck import Recheck, recheck
from derive.recheck.replay import RULES, Replay
from derive.recheck.replay import replay as look_through
from derive.statement.claim import Claim, Form, Link
from derive.statement.step import Known, Step, claimed
from derive.statement.term import ONE, TWO, ZERO, Term, add, delta, div, entry, fn, index, make, mul, neg, num, power, sub, sym, total

KERNEL = Path(__file__).parents[2] / "src/derive/kernel"
n, x, y, p = sym("n", "positive integer"), sym("x"), sym("y"), sym("p", "positive")
N, L = sym("N", "integer"), sym("L", "positive integer")
h = index("h", L)
i, j, k = (index(name, n) for name in "ijk")


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


def relu(a: Term) -> Term:
    return fn("max", a, ZERO)


def absolute(a: Term) -> Term:
    return fn("abs", a)


PROVED: dict[str, tuple[Any, ...]] = {
    "a kink": (sub(relu(x), relu(neg(x))), x, "eq"),
    "two places": (make("deriv", total(power(u(k), 2), k), u(j)), mul(TWO, u(j)), "eq"),
    "a delta": (mul(delta(i, j), u(i)), mul(delta(i, j), u(j)), "eq"),
    "an order": (absolute(add(x, y)), add(absolute(x), absolute(y)), "le"),
    "one variable": (sub(ONE, power(p, -1)), fn("log", p), "le"),
    "a slope": (mul(x, fn("exp", neg(x))), fn("exp", num(-1)), "le"),
    "a sum of squares": (ZERO, total(power(u(k), 2), k), "le"),
    "two directions": (make("lt", x, y), make("lt", fn("exp", x), fn("exp", y)), "iff"),
    "residues": (fn("mod", sub(power(N, 3), N), num(6)), ZERO, "eq"),
    "induction": (total(div(ONE, mul(add(h, ONE), add(h, TWO))), h), div(L, add(L, ONE)), "eq"),
}  # fmt: skip


@cache
def proof(name: str) -> tuple[Step, ...]:
    left, right, relation, *given = PROVED[name]
    verdict = decide(Question(left, right, relation, tuple(given)), Budget(seconds=20))
    if verdict.name != "PROVED":
        raise AssertionError(f"{name} is {verdict}")
    return verdict.steps


def replay(name: str, steps: tuple[Step, ...]) -> Replay:
    left, right, relation = PROVED[name][:3]
    return look_through(steps, claimed(relation, left, right))


def change(steps: tuple[Step, ...], where: Callable[[Step], bool], how: Callable[[Step], Step | None]) -> tuple[Step, ...]:
    """The log with the first such step changed, or dropped."""
    done = False

    def walk(found: tuple[Step, ...]) -> tuple[Step, ...]:
        nonlocal done
        out = []
        for step in found:
            new: Step | None = step
            if not done and where(step):
                done, new = True, how(step)
            elif not done:
                new = replace(step, parts=walk(step.parts))
            if new is not None:
                out.append(new)
        return tuple(out)

    changed = walk(steps)
    if not done:
        raise AssertionError("the log has no such step")
    return changed


def walk(steps: tuple[Step, ...]) -> list[Step]:
    return [inner for step in steps for inner in (step, *walk(step.parts))]


def leaf(step: Step) -> bool:
    return not step.parts and step.goal is not None


def rule(name: str) -> Callable[[Step], bool]:
    return lambda step: name in step.rules


@pytest.mark.parametrize("name", PROVED)
def test_the_log_of_a_proof_passes(name: str) -> None:
    found = replay(name, proof(name))
    assert (found.fault, found.seen > 0) == ("", True)


Log = tuple[Step, ...]


def parts(of: Step, kept: slice) -> Step:
    return replace(of, parts=of.parts[kept])


def with_goal(goal: Callable[[Term], Term], *known: Known) -> Callable[[Step], Step]:
    return lambda step: replace(step, goal=goal(step.goal), known=known or step.known)  # type: ignore[arg-type]


def hair(goal: Term) -> Term:
    return make("eq", add(goal.args[0], num(Fraction(1, 10**30))), ZERO)


def renamed_case(step: Step) -> Step:
    return replace(step, parts=(replace(step.parts[0], case=make("lt", ZERO, y)), *step.parts[1:]))


TRUE = Known(make("le", ZERO, ONE))
# name: the proof, which of its steps is spoilt, how, and what is said of it
WRONG: dict[str, tuple[str, Callable[[Step], bool], Callable[[Step], Step | None], str]] = {
    "another statement": ("a kink", rule("cases"), with_goal(lambda g: make("eq", x, y)), "another statement"),
    "an unknown rule": ("a kink", leaf, lambda s: replace(s, rules=("magic",)), "no rule is called magic"),
    "no rule at all": ("a kink", leaf, lambda s: replace(s, rules=()), "no rule"),
    "a case that is missing": ("a kink", rule("case-split"), lambda s: parts(s, slice(1, 3)), "no part settles 0 < x"),
    "the case of equality": ("a kink", rule("case-split"), lambda s: parts(s, slice(2)), "no part settles x = 0"),
    "a case by another name": ("a kink", rule("case-split"), renamed_case, "no cases of one term"),
    "a leaf that is missing": ("a kink", rule("resolve"), lambda s: parts(s, slice(0)), "too few parts"),
    "a leaf that is altered": ("a kink", leaf, with_goal(hair), "fails at"),
    "another index": ("a delta", leaf, with_goal(lambda g: make("eq", sub(u(i), u(j)), ZERO), TRUE), "fails at"),
    "a place that is missing": ("a delta", rule("equal-indices"), lambda s: parts(s, slice(1)), "too few parts"),
    "an order that is altered": ("an order", leaf, with_goal(lambda g: make("lt", g.args[1], num(-1))), "fails at"),
    "a fact that is dropped": ("an order", leaf, with_goal(lambda g: make("lt", ZERO, x), TRUE), "fails at"),
    "an empty case that is none": ("a kink", leaf, lambda s: replace(s, rules=("z3-cell",)), "said to be empty holds"),
    "a residue too few": ("residues", rule("residues"), lambda s: parts(s, slice(1)), "too few parts"),
    "no start of an induction": ("induction", rule("induction"), lambda s: parts(s, slice(1, None)), "too few parts"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_log_is_seen(name: str) -> None:
    of, which, spoil, said = WRONG[name]
    assert said in replay(of, change(proof(of), which, spoil)).fault


def test_a_log_has_one_root() -> None:
    assert "no log" in replay("a kink", ()).fault
    assert "several goals" in replay("a kink", proof("a kink") * 2).fault


def test_a_log_that_was_cut_is_not_seen_in_full() -> None:
    found = replay("a kink", change(proof("a kink"), leaf, lambda step: Step(("cut",), case=step.case)))
    assert (found.fault, found.unseen) == ("", 1)
    split = change(proof("a kink"), rule("case-split"), lambda step: replace(step, parts=(step.parts[0], Step(("cut",)))))
    assert (replay("a kink", split).fault, replay("a kink", split).unseen) == ("", 1)


def test_the_longest_log_that_is_kept_passes() -> None:
    long = bounded(proof("a kink"), most=5)
    assert ("cut",) in {step.rules for step in walk(long)}
    assert replay("a kink", long).fault == ""


def line(name: str, right: Term | None = None) -> Claim:
    left, old, relation = PROVED[name]
    return Claim("page.c", "page.py", 1, left, (Link(relation, right or old),))


def test_a_claim_passes_with_its_log_and_not_with_another() -> None:
    assert recheck(line("a kink"), [proof("a kink")]).status == "AGREES"
    found = recheck(line("a kink"), [proof("an order")])
    assert found == Recheck("DISAGREES", "link 1, the log is of another statement")


def test_a_forged_log_saves_no_false_line() -> None:
    false = line("a kink", neg(x))
    forged = (Step(("cases",), make("eq", false.first, neg(x)), (), proof("a kink")[0].parts),)
    found = recheck(false, [forged])
    assert found.status == "DISAGREES"
    assert "fails at x = " in found.note


def test_a_false_goal_is_seen_at_the_points_of_its_line() -> None:
    left, right, _ = PROVED["a delta"]
    for goal in (make("eq", add(sub(left, right), ONE), ZERO), make("eq", sub(left, mul(TWO, right)), ZERO), make("lt", left, right)):
        forged = Step(("cases",), make("eq", left, right), (), (Step(("ring",), goal),))
        assert recheck(line("a delta"), [(forged,)]).status == "DISAGREES"


def test_where_the_line_cannot_be_looked_at_its_leaves_may_be() -> None:
    # No point of x^2 = 2 is found; what is proved of it, is.
    goal = make("eq", power(x, 2), TWO)
    claim = Claim("page.c", "page.py", 1, power(x, 2), (Link("eq", TWO),), given=(goal,))
    good = Step(("cases",), goal, (), (Step(("ring",), make("eq", sub(x, x), ZERO), (Known(make("lt", ZERO, x)),)),))
    assert recheck(claim, [(good,)]).status == "AGREES"
    assert recheck(claim, [(replace(good, parts=(Step(("integers",), goal),)),)]).status == "DISAGREES"
    assert (
        recheck(
            claim,
            [
                (
                    replace(
                        good,
                        parts=(
                            Step(
                                ("cut",),
                            ),
                        ),
                    ),
                )
            ],
        ).status
        == "NOT_APPLICABLE"
    )


def test_a_form_is_replayed_too() -> None:
    claim = Claim("page.c", "page.py", 1, form=Form("costs", (("expression", x),)))
    step = Step(("costs",), None, (), (Step(("ring",), make("eq", sub(x, x), ZERO)),))
    assert recheck(claim, [(step,)]).status == "AGREES"
    assert recheck(claim, [(Step(("costs",)),)]).status == "NOT_APPLICABLE"
    assert recheck(claim, [(replace(step, rules=("magic",)),)]).status == "DISAGREES"


def names_of_rules() -> set[str]:
    """Every name that the kernel's code gives to a step or to a rule of the normal form."""
    found = set()
    for file in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            parts: list[ast.expr] = []
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                places = {"rule": slice(1), "within": slice(1), "_log": slice(1, 2), "close": slice(1, 2), "_through": slice(1, 2)}
                parts = node.args[places[called]] if called in places else []
            elif isinstance(node, ast.Subscript) and file.stem in ("field", "indexed") and ast.unparse(node.value).endswith(".rules"):
                parts = [node.slice]
            found |= {c.value for part in parts for c in ast.walk(part) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
    return found


def test_every_rule_of_the_kernel_is_known() -> None:
    names = names_of_rules() - {"integral"}  # an op, compared with
    assert {"ring", "case-split", "monotony", "integrals", "hyperbolic"} <= names, "the search finds rules"
    assert names <= set(RULES)


def test_every_rule_is_in_the_account_of_the_kernel() -> None:
    account = (KERNEL.parents[2] / "docs" / "kernel.md").read_text()
    missing = [rule for rule in RULES if not re.search(rf"(?<![\w-]){re.escape(rule)}(?![\w-])", account)]
    assert not missing
