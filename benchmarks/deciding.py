"""Deciding every line of the library that speaks of numbers alone, and mutants of it: `derive.decide` against SymPy and z3.

usage: python benchmarks/deciding.py [--all]
"""

from __future__ import annotations

import sys

import sympy as sp

from frame import (
    FALSE,
    LIMIT,
    OPEN,
    TRUE,
    Bar,
    Comparison,
    Goal,
    Tool,
    ask_in_turn,
    at_least,
    main,
    missing_notes,
    ratio,
    sample,
    score,
    versions,
)
from library import is_fixed, lines, mutants_of
from rivals import DERIVE, EQUALS, SIMPLIFY, Z3, Sides, sides

LINES, MUTANTS = 110, 110  # of the questions, where not all are asked
CONVENTION, CONFLICT = "convention", "conflict"
DIGITS = 40


def truth_of(asked: Sides) -> str:
    """What is true of a mutant: proved, and the second checker agrees; or false at a point where SymPy's own numbers say so, too.

    Where exactly one side has a real value the question is one of convention: SymPy calculates with complex numbers, z3 with 1/0.
    """
    from derive import decide

    found = decide(asked.lhs, asked.rhs, asked.relation, asked.given, timeout=LIMIT)
    if found.counterexample is None:
        return TRUE if found.verdict.name == "PROVED" and found.recheck == "AGREES" else OPEN
    at = {name: sp.Rational(value) for name, value in found.counterexample.at if "(" not in value}
    symbols = {s: at[s.name] for s in asked.lhs.free_symbols | asked.rhs.free_symbols if s.name in at}
    left, right = (sp.N(side.doit().subs(symbols), DIGITS) for side in (asked.lhs, asked.rhs))
    if "undefined" in (found.counterexample.lhs, found.counterexample.rhs) or not (left.is_Float or left.is_Rational) or not right.is_real:
        return CONVENTION
    gap = left - right
    small = abs(gap) < sp.Float(10) ** (10 - DIGITS) * (1 + abs(left) + abs(right))
    fails = {"eq": not small, "le": gap > 0 and not small, "lt": gap > 0 or small, "ne": small}[asked.relation]
    return FALSE if fails else CONFLICT


def compare(every: bool) -> Comparison:
    true = [line for line in lines() if is_fixed(line.question)]
    false = list(mutants_of(true, 0 if every else 4))
    asked = sample(true, 0 if every else LINES, lambda a: a.name) + sample(false, 0 if every else MUTANTS, lambda a: a.name)
    questions = [a.question for a in asked]
    tools = [DERIVE, Tool("truth", truth_of, prepare=sides), SIMPLIFY, EQUALS, Z3]
    answers = ask_in_turn(tools, questions)
    truths = [found.said if a.mutant else TRUE for a, found in zip(asked, answers.pop("truth"), strict=True)]
    conflicts = truths.count(CONFLICT)
    truths = [t if t in (TRUE, FALSE) else OPEN for t in truths]
    scores = {name: score(found, truths) for name, found in answers.items()}
    ours, simplify = scores["derive"], scores["simplify"]
    equations = [k for k, q in enumerate(questions) if q.relation == "eq"]
    of_equations = {name: score([found[k] for k in equations], [truths[k] for k in equations]) for name, found in answers.items()}
    rows = [["all", name, *s.cells] for name, s in scores.items() if name != "equals"]  # it knows equations alone
    rows += [["equations", name, *s.cells] for name, s in of_equations.items()]
    wrong = [
        f"{name} says {found[k].said} of {asked[k].name}, which is {truths[k]}."
        for name, found in answers.items()
        for k in range(len(asked))
        if OPEN not in (found[k].said, truths[k]) and found[k].said != truths[k]
    ]
    others = [name for name in answers if name != "derive"]
    lost = [
        asked[k].name
        for k in range(len(asked))
        if answers["derive"][k].said == OPEN and any(answers[n][k].said == truths[k] != OPEN for n in others)
    ]
    slower = sum(
        any(answers[n][k].said == truths[k] != OPEN and answers[n][k].seconds < answers["derive"][k].seconds for n in others)
        for k in range(len(asked))
    )
    return Comparison(
        name="deciding",
        title="1. Deciding claims about numbers",
        text=f"{len(asked)} questions of the library that hold no symbolic size: {sum(not a.mutant for a in asked)} of its {len(true)} "
        f"lines, all true, and {sum(a.mutant for a in asked)} of {len(false)} mutants, most of them false. All tools get the same SymPy "
        f"expressions, with {LIMIT:g} s of work for each. A mutant is false where SymPy's own numbers, to {DIGITS} digits, say so at "
        "the exact point that was found.",
        head=["questions", "tool", "right", "wrong", "not decided", "median", "total"],
        rows=rows,
        goals=[
            at_least("median time at least 100x less than simplify", ratio(simplify.median, ours.median), 100),
            at_least("total time at least 100x less than simplify", ratio(simplify.total, ours.total), 100),
            Goal("more decided than simplify", f"{ours.right} against {simplify.right}", ours.right > simplify.right),
            Goal("none wrong", str(ours.wrong + conflicts), ours.wrong + conflicts == 0),
        ],
        tools=versions("sympy", "z3-solver", "python-flint"),
        bars=[Bar(f"equations, median: {n}", ratio(of_equations[n].median, of_equations["derive"].median)) for n in others]
        + [Bar("deciding, median: simplify", ratio(simplify.median, ours.median), 100)]
        + [Bar("deciding, total: simplify", ratio(simplify.total, ours.total), 100)],
        notes=[
            f"{truths.count(OPEN)} questions have a truth that depends on a convention, or none that is known: no answer to them counts "
            "as right or wrong.",
            f"Another tool is right and faster on {slower} questions.",
            *(f"derive leaves {a.name} open." for a, found in zip(asked, answers["derive"], strict=True) if found.said == OPEN),
            *([f"Another tool decides, and derive does not: {', '.join(lost)}."] if lost else []),
            *wrong,
            *missing_notes(tools),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
