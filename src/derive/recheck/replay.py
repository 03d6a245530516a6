"""The log of a proof, step by step: its rules are known, no case is left out, and what closes a goal is true where it is looked at.

    a rule that is not in RULES, or with fewer parts than it needs       the log is no proof
    a split of which a case is missing                                   ... unless no point is found in it at which the goal has a value
    a leaf: its goal, at places of the checker's own                     ... unless the goal holds there
    an empty case                                                        ... unless no such point is found in it

A leaf that cannot be looked at is counted as not seen. What a rule makes of its parts is not proved again: the whole line is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derive.recheck.look import Look
from derive.recheck.points import Points
from derive.recheck.setting import alike, setting_of_step, shapes
from derive.recheck.writing import Unsure
from derive.statement.claim import FORMS
from derive.statement.step import Known, Step
from derive.statement.term import ZERO, Term, make, show

MOST_LEAVES = 40  # of one proof that are looked at
SHAPES, LOOKS = 2, 3  # sizes and indices at which a leaf is looked at; points of it where residues do not settle it
CUT = "cut"
EMPTY = ("empty-cell", "z3-cell")
RELATIONS = ("eq", "ne", "le", "lt")

# How many parts a rule needs; a goal without parts is a leaf
RULES: dict[str, int] = {
    "cases": 1, "case-split": 1, "equal-indices": 2, "resolve": 1, "summand": 1, "summand-by-summand": 1, "residues": 2, "squares": 1,
    "squeeze": 2, "zero-slope": 2, "induction": 2, "tighter-bound": 1, "kinks-bounded": 1, "recursion": 2, "integrals": 1,
    "any-size": 1, "gathered": 1, "any-values": 0, "largest": 2, "reversed-sum": 1, "shifted-sum": 1, "cut-sum": 1,
    "same-function": 1,
}  # fmt: skip
RULES |= dict.fromkeys((CUT, *EMPTY, *FORMS, "both-undefined", "integers", "sign", "factors", "logic"), 0)
NORMAL_FORM = (
    "ring", "exp-laws", "log-laws", "roots", "hyperbolic", "trigonometry", "special", "rounding", "sum-linear", "sum-delta",
    "power-sum", "triangle", "geometric-sum", "binomial-sum",
    "partial-fractions", "indicators", "product", "substitution", "symmetry", "term-by-term", "own-term", "removable",
)  # fmt: skip
ORDER = (
    "constant", "zero-to-a-power", "one-of-its-terms", "summed-products", "place-in-range", "polynomial-arithmetic", "compare-powers",
    "compare-exponentials", "compare-logarithms", "tangent-of-exp", "known-bounds", "whole-number", "sum-of-nonnegatives",
    "integral-of-nonnegative", "sum-over-tuples", "square-of-a-sum", "part-of-a-sum", "supporting-line",
    "bounded-summand", "monotony", "isolated-zeros", "concavity", "limit-at-end", "interval-bisection",
)  # fmt: skip
RULES |= dict.fromkeys(NORMAL_FORM + ORDER, 0)


@dataclass
class Replay:
    """What was found in one log: a fault in words, and how many leaves were and were not seen."""

    fault: str = ""
    seen: int = 0
    unseen: int = 0
    looked: int = field(default=0, repr=False)
    points: Points = field(default_factory=Points, repr=False)


def replay(steps: Sequence[Step], goal: Term | None, points: Points | None = None) -> Replay:
    """What is wrong with the log of a proof of this goal; None for a statement of another form, which its rule reduces to goals.

    `points`: where the claim was looked at; goals are looked at there, and elsewhere where what is known to them does not hold there.
    """
    found = Replay(points=points or Points())
    if len(steps) != 1:
        found.fault = "the proof has no log" if not steps else "the log starts with several goals"
    elif goal is not None and steps[0].goal is not goal:
        found.fault = "the log is of another statement"
    for step, number in _walk(steps) if not found.fault else ():
        try:
            _look_at(step, found)
        except (Unsure, RecursionError):
            found.unseen += 1
        if found.fault:
            found.fault = f"step {number} of the log: {found.fault}"
            break
    return found


def _walk(steps: Sequence[Step], place: str = "") -> Iterator[tuple[Step, str]]:
    for k, step in enumerate(steps, 1):
        yield step, f"{place}{k}"
        yield from _walk(step.parts, f"{place}{k}.")


def _look_at(step: Step, found: Replay) -> None:
    strange = [rule for rule in step.rules if rule not in RULES]
    if strange or not step.rules:
        found.fault = f"no rule is called {strange[0]}" if strange else "no rule"
        return
    if CUT in step.rules:
        found.unseen += 1
        return
    if any(CUT in part.rules for part in step.parts):
        return  # which of its parts are missing is not known
    if len(step.parts) < max(RULES[rule] for rule in step.rules):
        found.fault = f"{step.rules[0]} has too few parts"
    elif step.rules == ("case-split",):
        found.fault = _missing_case(step, found.points)
    elif step.rules == ("equal-indices",):
        found.fault = "" if _covers_places(step) else "the indices may be equal, and may differ"
    if found.fault or step.parts or step.goal is None:
        return
    found.looked += 1
    if found.looked > MOST_LEAVES:
        found.unseen += 1
    elif step.rules[0] in EMPTY:
        point = _look(_sides(step.goal), [], step.known, found.points).admits()
        found.fault = f"a case that is said to be empty holds {point}" if point else ""
    else:
        _check_leaf(step.goal, step.known, found)


def _check_leaf(goal: Term, known: Sequence[Known], found: Replay) -> None:
    """Whether a goal holds wherever it has a value and this is known."""
    if goal.op not in RELATIONS:
        found.unseen += goal.op != "true"
        return
    if goal in found.points.seen:
        found.seen += 1
        return
    look = _look(goal.args, [goal.op], known, found.points)
    if look.settled():
        found.seen += 1
        return
    seen, fault = look.sampled_anywhere(LOOKS)
    found.seen += seen
    found.unseen += not seen
    if fault:
        found.fault = f"{show(goal)[:200]}: {fault}"


def _sides(goal: Term | None) -> tuple[Term, ...]:
    """What has to have a value for a goal to say something: the point of a case that is left out has to be such."""
    return goal.args if goal is not None and goal.op in RELATIONS else ()


def _look(lines: Sequence[Term], relations: list[str], known: Sequence[Known], points: Points) -> Look:
    s = setting_of_step(lines, known)
    chosen = (alike(s, points.shapes) or shapes(s, points.random))[-SHAPES:]
    return Look(s, relations, chosen, points.random, lenient=True, points=points)


# Splits


def _missing_case(step: Step, points: Points) -> str:
    """A case that no part settles though a point lies in it, in words."""
    cases = [part.case for part in step.parts]
    gaps = [_gap(case) for case in cases if case is not None]
    if None in cases or len(gaps) != len(cases) or len({gap for gap, _ in gaps}) != 1:
        return "its parts are no cases of one term"
    gap = gaps[0][0]
    for sign in sorted({"+", "-", "0"} - {sign for _, sign in gaps}):
        missing = {"+": make("lt", ZERO, gap), "-": make("lt", gap, ZERO), "0": make("eq", gap, ZERO)}[sign]
        point = _look([gap, *_sides(step.goal)], [], [*step.known, Known(missing)], points).admits()
        if point:
            return f"no part settles {show(missing)}, which holds at {point}"
    return ""


def _gap(case: Term) -> tuple[Term, str]:
    """t and the sign that a case says it has."""
    a, b = case.args if len(case.args) == 2 else (case, case)
    if case.op == "lt":
        return (b, "+") if a is ZERO else (a, "-")
    return (b if a is ZERO else a, "0")


def _covers_places(step: Step) -> bool:
    """Whether the parts are two places that are equal, and two that differ."""
    cases = [part.case for part in step.parts if part.case is not None]
    return {case.op for case in cases} == {"eq", "ne"} and len({frozenset(case.args) for case in cases}) == 1
