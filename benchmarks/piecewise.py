"""Piecewise, proximal and integer claims of the library: derive, reading and recheck included, against z3 asked directly.

usage: python benchmarks/piecewise.py [--all]
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from typing import Any

from derive.check import decide_item
from derive.kernel.question import Question
from derive.statement.claim import Claim
from derive.statement.term import KINKS, Term, replace
from frame import OPEN, TRUE, Bar, Comparison, Tool, ask_in_turn, at_most, main, ratio, score, seconds, times, versions
from library import claims, is_fixed, lines, ops
from rivals import Sides, ask_derive_and_recheck, ask_z3, sides

PLAIN = {*KINKS, "num", "sym", "add", "mul", "pow", "lt", "le", "eq", "ne", "and", "or", "not", "true", "false", "entry", "delta"}
TURNS = 3  # the least of so many counts, since z3's first question is slower


@dataclass(frozen=True)
class Case:
    """A line as its two sides; for an optimum also the claim, whose question to z3 is that no feasible point is better."""

    name: str
    sides: Sides
    claim: Claim | None = None


def optimum(claim: Claim) -> Case | None:
    """A claim that a point minimises, where it speaks of numbers alone."""
    form = claim.form
    if form is None or form.name != "minimises":
        return None
    objective, over, point, subject = (dict(form.parts).get(part) for part in ("objective", "over", "point", "subject_to"))
    variables: Any = over if isinstance(over, tuple) else (over,)
    points: Any = point if isinstance(point, tuple) else (point,)
    conditions: Any = subject if isinstance(subject, tuple) else (subject,) if isinstance(subject, Term) else ()
    if not isinstance(objective, Term) or any(v.op != "sym" for v in variables):
        return None
    best = replace(objective, dict(zip(variables, points, strict=True)))
    question = Question(best, objective, "le", (*claim.given, *conditions))
    return Case(claim.id, sides(question), claim) if is_fixed(question) and ops(question) <= PLAIN else None


def ask_ours(case: Case) -> str:
    if case.claim is None:
        return ask_derive_and_recheck(case.sides)
    found = decide_item(case.claim, {}, 10.0)
    return TRUE if all(link.verdict.name == "PROVED" for link in found.links) and found.recheck != "DISAGREES" else OPEN


def compare(every: bool) -> Comparison:
    bent = [a for a in lines() if is_fixed(a.question) and ops(a.question) <= PLAIN]
    bent = [a for a in bent if ops(a.question) & set(KINKS) or any("integer" in s.args[1] for s in a.question.symbols)]
    cases = [Case(a.name, sides(a.question)) for a in bent]
    optima = [case for c in claims().values() if (case := optimum(c)) is not None]
    tools = [Tool("derive", ask_ours), Tool("z3", lambda case: ask_z3(case.sides))]
    turns = [ask_in_turn(tools, cases + optima) for _ in range(TURNS)]
    answers = {name: [min(found, key=lambda a: a.seconds) for found in zip(*(t[name] for t in turns), strict=True)] for name in turns[0]}
    scores = {name: score(found, [TRUE] * len(found)) for name, found in answers.items()}
    both = [
        (a.seconds, b.seconds, case.name) for a, b, case in zip(*answers.values(), cases + optima, strict=True) if a.said == b.said == TRUE
    ]
    worst = sorted(both, key=lambda pair: pair[1] - pair[0])[:5]
    each = statistics.median(ratio(a, b) for a, b, _ in both)
    middle = ratio(statistics.median(a for a, _, _ in both), statistics.median(b for _, b, _ in both))
    total = ratio(sum(a for a, _, _ in both), sum(b for _, b, _ in both))
    return Comparison(
        name="piecewise",
        title="4. Kinks, optima and integers",
        text=f"All {len(cases)} lines of the library made of rational arithmetic with kinks, floors or whole numbers, and {len(optima)} "
        "claims that a point is a minimum. derive reads the SymPy expressions, decides, and has the second checker go over the proof. "
        f"z3 is asked whether the negation has a model; writing its formula counts. The least of {TURNS} turns.",
        head=["tool", "right", "wrong", "not decided", "median", "total"],
        rows=[[name, *s.cells] for name, s in scores.items()],
        goals=[
            at_most(f"within 2x of z3, median over the {len(both)} that both decide", middle, 2),
            at_most("within 2x of z3, total over the same", total, 2),
        ],
        tools=versions("z3-solver", "python-flint", "sympy"),
        bars=[Bar("kinks and integers, median: z3", ratio(1, middle), 0.5), Bar("kinks and integers, total: z3", ratio(1, total), 0.5)],
        notes=[
            f"z3 is faster on {sum(b < a for a, b, _ in both)} of the {len(both)}; the median of the single ratios is {times(each)}.",
            "Most time lost to z3: " + "; ".join(f"{name} {seconds(a)} against {seconds(b)}" for a, b, name in worst) + ".",
            *(
                f"{name} does not decide {case.name} ({found[k].trouble or 'open'})."
                for name, found in answers.items()
                for k, case in enumerate(cases + optima)
                if found[k].said == OPEN
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
