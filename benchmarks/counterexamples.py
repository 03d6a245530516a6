"""Mutants of the library: the time to an exact counterexample, and how many of them each tool lets pass.

usage: python benchmarks/counterexamples.py [--all]
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.statement.term import Term, free, subterms
from frame import (
    FALSE,
    LIMIT,
    OPEN,
    TRUE,
    Bar,
    Comparison,
    Goal,
    Score,
    Tool,
    ask_in_turn,
    at_most,
    main,
    missing_notes,
    ratio,
    sample,
    score,
    seconds,
    versions,
)
from library import Asked, is_fixed, lines, mutants_of
from rivals import ask_equals, sides

EACH = 4  # mutants of a line
MUTANTS, NUMBERS, GRADIENTS = 900, 60, 30  # of the mutants, where not all are asked


def ask_kernel(question: Question) -> str:
    """The verdict on a line as its page hands it over; REFUTED stands on an exact point, and a proof on the second checker."""
    name = decide(question, Budget(seconds=LIMIT)).name
    return {"PROVED": TRUE, "REFUTED": FALSE}.get(name, OPEN)


# What the checkers of gradients are asked: a function, and its gradient as the mutant has it


@dataclass(frozen=True)
class Gradient:
    """A line that says what the derivative of `body` in an entry, or a symbol, is."""

    name: str
    question: Question
    body: Term
    variable: Term
    claimed: Term
    mutant: bool

    @property
    def axes(self) -> tuple[Term, ...]:
        return tuple(sorted((v for v in free(self.body) if v.op == "index"), key=str))

    @property
    def at(self) -> tuple[Term, ...]:
        return tuple(self.variable.args[3]) if self.variable.op == "entry" else ()


def gradients(asked: Sequence[Asked]) -> Iterator[Gradient]:
    """The lines among these that a checker of gradients can be asked about."""
    for a in asked:
        q = a.question
        if q.lhs.op != "deriv" or q.relation != "eq" or q.schematic:
            continue
        body, variable = q.lhs.args
        found = Gradient(a.name, q, body, variable, q.rhs, a.mutant)
        inner = {u.op for t in (body, q.rhs) for u in subterms(t)}
        distinct = len({*found.at, *found.axes}) == len(found.at) + len(found.axes)
        if "deriv" not in inner and "integral" not in inner and distinct and all(i.op == "index" for i in found.at):
            yield found


def point_of(g: Gradient) -> tuple[dict[Any, Any], dict[Term, int], Any]:
    """One point of the region where the line is claimed: values by variable, sizes, and the key of what moves."""
    from derive.witness.sampling import flatten, region, sample, settings

    where = region([g.body, g.claimed, g.variable], flatten(g.question.given), [])
    for sizes in settings(where)[0]:
        drawn = sample(where, sizes, 64, 0)
        if drawn is not None:
            key = g.variable if g.variable.op == "sym" else g.variable.args[:3]
            return {k: v[min(3, len(v) - 1)] for k, v in drawn.values.items()}, drawn.sizes, key
    raise ValueError("no point satisfies the hypotheses")


def for_jax(g: Gradient) -> Any:
    """The function with the claimed derivative as its own, and where to check it."""
    import jax
    import jax.numpy as jnp

    from derive.witness.lower import Lowering, jax_ops

    jax.config.update("jax_enable_x64", True)
    values, sizes, key = point_of(g)

    def lowered(term: Term, x: Any, axes: tuple[Term, ...]) -> Any:
        lowering = Lowering(jax_ops(), sizes, values | {key: x})
        return jnp.asarray(lowering.array(lowering.value(term), axes), dtype="float64")

    @jax.custom_jvp
    def function(x: Any) -> Any:
        return lowered(g.body, x, g.axes)

    @function.defjvp
    def tangent(primals: Any, tangents: Any) -> Any:
        slope = lowered(g.claimed, primals[0], (*g.axes, *g.at))
        return function(primals[0]), jnp.tensordot(slope, tangents[0], axes=len(g.at))

    return function, jnp.asarray(values[key], dtype="float64")


def ask_check_grads(prepared: Any) -> str:
    from jax.test_util import check_grads

    function, x = prepared
    try:
        check_grads(function, (x,), order=1)
    except AssertionError:
        return FALSE
    return TRUE


def for_torch(g: Gradient) -> Any:
    import numpy as np
    import torch

    from derive.witness.lower import Lowering, numpy_ops

    values, sizes, key = point_of(g)

    def lowered(term: Term, x: Any, axes: tuple[Term, ...]) -> Any:
        with np.errstate(all="ignore"):
            lowering = Lowering(numpy_ops(), sizes, values | {key: x.detach().numpy()})
            return torch.from_numpy(np.array(lowering.array(lowering.value(term), axes), dtype="float64"))

    class Claimed(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return lowered(g.body, x, g.axes)

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            (x,) = ctx.saved_tensors
            slope = lowered(g.claimed, x, (*g.axes, *g.at))
            return torch.tensordot(upstream, slope, dims=len(g.axes))

    return Claimed.apply, torch.tensor(np.asarray(values[key]), dtype=torch.float64, requires_grad=True)


def ask_gradcheck(prepared: Any) -> str:
    import torch

    function, x = prepared
    return TRUE if torch.autograd.gradcheck(function, (x,), raise_exception=False) else FALSE


KERNEL = Tool("derive", ask_kernel)
CHECKERS = [
    Tool("derive", lambda g: ask_kernel(g.question)),
    Tool("check_grads", ask_check_grads, ("jax",), for_jax),
    Tool("gradcheck", ask_gradcheck, ("torch",), for_torch),
]


def killed(s: Score) -> str:
    return f"{s.right} of {s.right + s.wrong + s.undecided}"


def compare(every: bool) -> Comparison:
    true = lines()
    pool = list(mutants_of(true, 0 if every else EACH))
    asked = sample(pool, 0 if every else MUTANTS, lambda a: a.name)
    answers = ask_in_turn([KERNEL], [a.question for a in asked])["derive"]
    false = [a for a in answers if a.said != TRUE]
    found = score(false, [FALSE] * len(false))
    middle = statistics.median(a.seconds for a in false if a.said == FALSE)
    rows = [["all mutants", "derive", killed(found), seconds(middle), ""]]

    # Those that other tools can be asked: what derive finds to be true as well is left out.
    numbers = [
        a for a, said in zip(asked, answers, strict=True) if said.said != TRUE and is_fixed(a.question) and a.question.relation == "eq"
    ]
    numbers = sample(numbers, 0 if every else NUMBERS, lambda a: a.name)
    duel = ask_in_turn([KERNEL, Tool("equals", ask_equals, prepare=sides)], [a.question for a in numbers])
    scores = {name: score(given, [FALSE] * len(numbers)) for name, given in duel.items()}
    rows += [[f"{len(numbers)} equations between numbers", name, killed(s), seconds(s.median), ""] for name, s in scores.items()]

    slopes = sample(list(gradients(true)), 0 if every else GRADIENTS, lambda g: g.name)
    wrong = list(
        gradients([a for a in pool if a.name.split(", ")[0] in {g.name.split(", ")[0] for g in slopes} and a.question.lhs.op == "deriv"])
    )
    wrong = sample([g for g in wrong if ask_kernel(g.question) == FALSE], 0 if every else GRADIENTS, lambda g: g.name)
    checked = ask_in_turn(CHECKERS, [*slopes, *wrong])
    judged = {name: score(given[len(slopes) :], [FALSE] * len(wrong)) for name, given in checked.items()}
    for name, s in judged.items():
        alarms = sum(a.said == FALSE for a in checked[name][: len(slopes)])
        rows.append([f"{len(wrong)} gradients", name, killed(s), seconds(s.median), f"{alarms} of {len(slopes)}"])
    passed = {name: [g.name for g, a in zip(wrong, given[len(slopes) :], strict=True) if a.said == TRUE] for name, given in checked.items()}
    return Comparison(
        name="counterexamples",
        title="5. Counterexamples",
        text=f"{len(asked)} of {len(pool)} mutants (at most {EACH} of each line of the library, one of every kind of change before a "
        f"second), as the pages hand them over. {sum(a.said == TRUE for a in answers)} of them are proved, so they are true as well, "
        "and are not counted. `check_grads` and `gradcheck` get the function and the mutant as its derivative, in float64, at one "
        "point of the region, with their own tolerances.",
        head=["mutants", "tool", "killed", "median", "true ones that it refuses"],
        rows=rows,
        goals=[
            at_most("an exact counterexample in under 1 ms (median)", middle, 1e-3, seconds),
            Goal("100 % killed", killed(found), found.right == len(false)),
        ],
        tools=versions("sympy", "jax", "torch", "python-flint"),
        bars=[
            Bar("counterexample, median: equals", ratio(scores["equals"].median, scores["derive"].median)),
            *(
                Bar(f"counterexample, median: {name}", ratio(s.median, judged["derive"].median))
                for name, s in judged.items()
                if name != "derive"
            ),
        ],
        notes=[
            *(f"Not killed: {a.name} ({seconds(said.seconds)})." for a, said in zip(asked, answers, strict=True) if said.said == OPEN),
            *(f"{name} lets pass: {'; '.join(names)}." for name, names in passed.items() if names),
            *(
                f"{name} could not be asked about {sum(bool(a.trouble) for a in given)} of the gradients, such as: "
                f"{next(a.trouble for a in given if a.trouble)}."
                for name, given in checked.items()
                if any(a.trouble for a in given)
            ),
            *missing_notes(CHECKERS),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
