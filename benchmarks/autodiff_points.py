"""A formula against autodiff at very many points: derive's witness against `check_grads` and `gradcheck`, and the faults each sees.

usage: python benchmarks/autodiff_points.py [--all]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Rational, Sum, Symbol, exp, log

from derive.kernel.question import Question
from derive.kernel.read import read_question
from frame import (
    FALSE,
    OPEN,
    TRUE,
    Answer,
    Bar,
    Child,
    Comparison,
    Goal,
    Tool,
    at_least,
    at_most,
    main,
    missing_notes,
    own_peak,
    seconds,
    times,
    versions,
)

FORMULAS = ("sigmoid", "log-sum-exp", "softmax")
POINTS, MOST = (10**4, 10**5, 10**6), 10**7
PATIENT = 300.0  # seconds of work for all points of one formula
FAULTS = (1e-2, 1e-3, 1e-4, 1e-6, 1e-9, 1e-12)  # relative, in one coefficient of the claimed derivative
WIDTH = 8  # entries of the vectors that the checkers get
CALLS = 40
MEMORY = 1 << 30


def softmax(a: Any, x: Any, k: Any) -> Any:
    return exp(x[a]) / Sum(exp(x[k]), k)


def question(name: str, fault: float = 0.0) -> Question:
    """The claim, with one of its coefficients off by a relative fault."""
    n, t = Symbol("n", integer=True, positive=True), Symbol("t", real=True)
    i, j, k = (Idx(letter, n) for letter in "ijk")
    x = IndexedBase("x", shape=(n,), real=True)
    off = 1 + Rational(fault).limit_denominator(10**13)
    sigmoid = 1 / (1 + exp(-t))
    sides = {
        "sigmoid": (Derivative(sigmoid, t), sigmoid * (1 - off * sigmoid)),
        "log-sum-exp": (Derivative(log(Sum(exp(x[k]), k)), x[j]), off * softmax(j, x, k)),
        "softmax": (Derivative(softmax(i, x, k), x[j]), softmax(i, x, k) * (KroneckerDelta(i, j) - off * softmax(j, x, k))),
    }
    return read_question(*sides[name])


def witness(asked: tuple[Question, int, int]) -> str:
    """What the witness says, at how many points, and the bytes that this process came to hold."""
    from derive.witness.compare import witness_question

    found = witness_question(*asked[:1], seed=asked[2], points=asked[1])
    return f"{found.status} {found.points} {own_peak()}"


def load_jax(asked: Any) -> Any:
    import jax

    jax.devices()
    return asked


def at_points(asked: Question, count: int, most: int) -> tuple[Answer, int, str, int]:
    """The witness at so many points, in pieces of at most so many: its answer, the points, what it says, the memory."""
    pieces = [(asked, min(most, count - done), done) for done in range(0, count, most)]
    child = Child(Tool("witness", witness, prepare=load_jax), pieces, PATIENT)
    answers = [child.ask(k) for k in range(len(pieces))]
    child.close()
    parts = [a.said.split() for a in answers if a.said]
    said = "AGREES" if len(parts) == len(pieces) and all(p[0] == "AGREES" for p in parts) else answers[-1].trouble or parts[-1][0]
    return Answer(said, sum(a.seconds for a in answers)), sum(int(p[1]) for p in parts), said, max((int(p[2]) for p in parts), default=0)


# The checkers: a function with a derivative of its own, at one point a call


def jax_function(name: str, fault: float) -> Any:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    off = 1 + fault

    def slope(x: Any) -> Any:
        s = jax.nn.sigmoid(x) if name == "sigmoid" else jax.nn.softmax(x)
        if name == "sigmoid":
            return s * (1 - off * s)
        return off * s if name == "log-sum-exp" else s[:, None] * (jnp.eye(WIDTH) - off * s[None, :])

    @jax.custom_jvp
    def function(x: Any) -> Any:
        named: dict[str, Any] = {"sigmoid": jax.nn.sigmoid, "log-sum-exp": jax.nn.logsumexp, "softmax": jax.nn.softmax}
        return named[name](x)

    @function.defjvp
    def tangent(primals: Any, tangents: Any) -> Any:
        (x,), (dx,) = primals, tangents
        return function(x), (slope(x) * dx if name == "sigmoid" else slope(x) @ dx)

    return function


def torch_function(name: str, fault: float) -> Any:
    import torch

    off = 1 + fault

    class Claimed(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return {"sigmoid": torch.sigmoid, "log-sum-exp": lambda v: torch.logsumexp(v, 0), "softmax": lambda v: torch.softmax(v, 0)}[
                name
            ](x)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            (x,) = ctx.saved_tensors
            s = torch.softmax(x, 0) if name != "sigmoid" else torch.sigmoid(x)
            if name == "sigmoid":
                return g * s * (1 - off * s)
            return g * off * s if name == "log-sum-exp" else g @ (s[:, None] * (torch.eye(WIDTH, dtype=x.dtype) - off * s[None, :]))

    return Claimed.apply


def at_inputs(name: str) -> Iterator[Any]:
    import numpy as np

    rng = np.random.default_rng(0)
    while True:
        yield rng.standard_normal(() if name == "sigmoid" else WIDTH)


def by_jax(asked: tuple[str, float]) -> Callable[[], bool]:
    import jax.numpy as jnp
    from jax.test_util import check_grads

    function, inputs = jax_function(*asked), at_inputs(asked[0])

    def passes() -> bool:
        try:
            check_grads(function, (jnp.asarray(next(inputs)),), order=1)
        except AssertionError:
            return False
        return True

    return passes


def by_torch(asked: tuple[str, float]) -> Callable[[], bool]:
    import torch

    function, inputs = torch_function(*asked), at_inputs(asked[0])

    def passes() -> bool:
        x = torch.tensor(next(inputs), dtype=torch.float64, requires_grad=True)
        return bool(torch.autograd.gradcheck(function, (x,), raise_exception=False))

    return passes


def rate(passes: Callable[[], bool]) -> str:
    """Seconds of work of one point, warm; a mean, since the clock of a process with several threads ticks slowly."""
    for _ in range(3):
        passes()
    start = time.process_time()
    for _ in range(CALLS):
        passes()
    return str((time.process_time() - start) / CALLS)


def sees(passes: Callable[[], bool]) -> str:
    """Whether a fault is seen at one of so many points."""
    return TRUE if all(passes() for _ in range(CALLS)) else FALSE


CHECKERS = {"check_grads": (by_jax, ("jax",)), "gradcheck": (by_torch, ("torch",))}


def compare(every: bool) -> Comparison:
    tools = [Tool(name, rate, needs, prepare) for name, (prepare, needs) in CHECKERS.items()]
    rows, best, gains = [], dict[str, float](), dict[str, list[float]]()
    peaks: list[tuple[int, str]] = []
    for name in FORMULAS:
        for count in (*POINTS, *((MOST,) if every or name == "sigmoid" else ())):
            found, points, said, peak = at_points(question(name), count, max(POINTS))
            rows.append(
                [name, "derive", f"{points:,}", seconds(found.seconds), f"{points / found.seconds:,.0f}", f"{peak / 2**20:,.0f} MiB", said]
            )
            best[name] = max(best.get(name, 0.0), points / found.seconds)
            peaks.append((peak, f"{name} at {count:,} points"))
        for tool in tools:
            if tool.missing:
                continue
            child = Child(tool, [(name, 0.0)], PATIENT)
            answer = child.ask(0)
            child.close()
            one = float(answer.said) if answer.said else float("inf")
            rows.append([name, tool.name, "1", seconds(one), f"{1 / one:,.0f}", "", answer.trouble])
            gains.setdefault(tool.name, []).append(best[name] * one)
    # Faults
    seen: dict[str, list[str]] = {"derive": [], **{tool.name: [] for tool in tools if not tool.missing}}
    asked = [(name, fault) for name in FORMULAS for fault in FAULTS]
    for name, fault in asked:
        said = at_points(question(name, fault), 2048, 2048)[2]
        seen["derive"].append(FALSE if said == "DISAGREES" else TRUE if said == "AGREES" else OPEN)
    for tool in tools:
        if not tool.missing:
            child = Child(Tool(tool.name, sees, tool.needs, tool.prepare), asked, PATIENT)
            seen[tool.name] = [child.ask(k).said for k in range(len(asked))]
            child.close()
    width = len(FAULTS)
    for tool_name, answers in seen.items():
        cells = [f"{fault:g}: {sum(answers[k * width + at] == FALSE for k in range(len(FORMULAS)))}" for at, fault in enumerate(FAULTS)]
        rows.append(["faults seen", tool_name, "", "", "", "", ", ".join(cells) + f" of {len(FORMULAS)}"])
    least = min(gains["check_grads"]) if "check_grads" in gains else None
    worst = max(peaks)
    fine = all(seen["derive"][k * width + FAULTS.index(1e-9)] == FALSE for k in range(len(FORMULAS)))
    return Comparison(
        name="autodiff_points",
        title="6. Points against autodiff",
        text=f"The claimed derivative against JAX's, in float64, compiling included: derive's witness at {POINTS[0]:,} to {MOST:,} "
        f"points (more than {max(POINTS):,} in pieces), each number in a fresh process that has JAX loaded. The checkers: a function "
        f"with the claimed derivative as its own, at one point of {WIDTH} numbers a call, mean of {CALLS} after three. Faults: a "
        "coefficient of the claimed derivative off by this much.",
        head=["formula", "tool", "points", "seconds of work", "points a second", "memory", "says"],
        rows=rows,
        goals=[
            at_least("10,000x more points a second than check_grads, at the best number of points of each formula", least, 1e4),
            Goal(
                "faults of 1e-9 seen",
                f"in {sum(seen['derive'][k * width + FAULTS.index(1e-9)] == FALSE for k in range(len(FORMULAS)))} of {len(FORMULAS)}",
                fine,
            ),
            at_most("memory under 1 GiB", float(worst[0]), MEMORY, lambda b: f"{b / 2**20:,.0f} MiB, {worst[1]}"),
        ],
        tools=versions("jax", "torch", "numpy"),
        bars=[Bar(f"points a second, least: {name}", min(found), 1e4 * (name == "check_grads")) for name, found in gains.items()],
        notes=[
            *(
                f"Against {name}: {', '.join(f'{formula} {times(g)}' for formula, g in zip(FORMULAS, found, strict=True))}."
                for name, found in gains.items()
            ),
            *missing_notes(tools),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
