"""The Jacobian of a softmax of n numbers, all n x n entries, n = 2 to 64: derive against SymPy and against python-flint by hand.

usage: python benchmarks/explicit_softmax.py [--all]
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from typing import Any

import flint
import sympy as sp
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Sum, Symbol, exp

from frame import (
    OPEN,
    TRUE,
    Answer,
    Bar,
    Child,
    Comparison,
    Goal,
    Tool,
    at_most,
    main,
    ratio,
    sample,
    seconds,
    seconds_in_turn,
    times,
    versions,
)
from rivals import Sides, ask_derive, ask_equals, ask_simplify

SIZES = (2, 4, 8, 16, 32, 64)
ENTRIES = 4  # entries that are asked of a tool that takes them one by one, where not all are
TURNS = 5


def at_once(n: Any) -> Sides:
    """All entries as one question, over indices that run over n values."""
    i, j, k = (Idx(name, n) for name in "ijk")
    x = IndexedBase("x", shape=(n,), real=True)
    total = Sum(exp(x[k]), (k, 0, n - 1))
    s, other = exp(x[i]) / total, exp(x[j]) / total
    return Sides(Derivative(s, x[j]), s * (KroneckerDelta(i, j) - other), "eq")


def entries(n: int, most: int) -> list[Sides]:
    """One question for each entry, in n symbols."""
    x = sp.symbols(f"x0:{n}", real=True)
    total = sp.Add(*map(exp, x))

    def entry(i: int, j: int) -> Sides:
        s = exp(x[i]) / total
        return Sides(Derivative(s, x[j]), s * ((1 if i == j else 0) - exp(x[j]) / total), "eq")

    places = [(i, j) for i in range(n) for j in range(n)]
    chosen = sample(places, most, str) if n * n > most > 0 else places
    # One on the diagonal at least, since those are the longer ones.
    return [entry(i, j) for i, j in {(0, 0): None, **dict.fromkeys(chosen)}]


def raw(n: int) -> Callable[[], bool]:
    """The same over polynomials in E_k = exp(x_k), written for this one identity: d/dx_j is E_j d/dE_j, and Z is multiplied out."""
    context = flint.fmpz_mpoly_ctx.get([f"E{k}" for k in range(n)], "lex")

    def holds() -> bool:
        e = context.gens()
        total = sum(e[1:], e[0])
        return all(
            (e[i].derivative(j) * e[j]) * total - e[i] * (total.derivative(j) * e[j]) == e[i] * ((total if i == j else 0) - e[j])
            for i in range(n)
            for j in range(n)
        )

    return holds


def whole(answers: list[Answer], n: int) -> tuple[str, float]:
    """What a tool says of all entries, and the seconds for all of them, by those that it was asked."""
    said = TRUE if all(a.said == TRUE for a in answers) else OPEN
    return said, statistics.mean(a.seconds for a in answers) * n * n


def compare(every: bool) -> Comparison:
    symbolic = at_once(Symbol("n", integer=True, positive=True))
    rows: list[list[str]] = []
    flat: list[float] = []
    against: dict[int, float] = {}  # by n: our time over that by hand
    others: dict[str, tuple[int, float]] = {"simplify": (0, 0.0), "equals": (0, 0.0)}  # at the largest n that derive decides
    open_: dict[str, list[int]] = {}
    for n in SIZES:
        holds = raw(n)
        if not holds():
            raise RuntimeError(f"python-flint does not find the identity for n = {n}")
        by_hand, for_all = (statistics.median(spent) for spent in seconds_in_turn([holds, lambda: ask_derive(symbolic)], TURNS))
        flat.append(for_all)
        one = Child(Tool("derive", ask_derive), [at_once(sp.Integer(n))])
        once = one.ask(0)
        if once.said == TRUE:
            once = min((one.ask(0) for _ in range(3)), key=lambda a: a.seconds)
        one.close()
        asked = entries(n, 0 if every else ENTRIES)
        cells: dict[str, tuple[str, float]] = {}
        for name, ask in (("derive", ask_derive), ("simplify", ask_simplify), ("equals", ask_equals)):
            child = Child(Tool(name, ask), asked)
            child.ask(0)  # the first question loads what is loaded once
            cells[name] = whole([child.ask(k) for k in range(len(asked))], n)
            child.close()
        decided = [spent for said, spent in ((once.said, once.seconds), cells["derive"]) if said == TRUE]
        if decided:
            against[n] = ratio(min(decided), by_hand)
            for name in others:
                others[name] = (n, ratio(cells[name][1], min(decided)))
        for way, said in (("as one question", once.said), ("entry by entry", cells["derive"][0])):
            if said != TRUE:
                open_.setdefault(way, []).append(n)
        rows.append(
            [
                str(n),
                seconds(by_hand),
                seconds(for_all),
                seconds(once.seconds) + ("" if once.said == TRUE else " (open)"),
                *(seconds(spent) + ("" if said == TRUE else " (open)") for said, spent in cells.values()),
            ]
        )
    never = [n for n in SIZES if n not in against]
    measured = ", ".join(f"{times(found)} at {n}" for n, found in against.items())
    measured += f", not decided for n = {', '.join(map(str, never))}" if never else ""
    return Comparison(
        name="explicit_softmax",
        title="3. An explicit softmax",
        text="ds_i/dx_j = s_i ([i = j] - s_j) for all i and j. By hand: python-flint's polynomials, written for this identity alone. "
        "All n: one question with a symbolic size, which settles every n. One question: the size is the number n. Entry by entry: n x "
        "n questions in n symbols, "
        f"{'all of them asked' if every else f'for which {ENTRIES} or 5 are asked and the time is that of all'}.",
        head=["n", "flint, by hand", "derive, all n", "derive, one question", "derive, by entry", "simplify, by entry", "equals, by entry"],
        rows=rows,
        goals=[
            Goal(
                "within 2x of python-flint by hand at every n, in one question or by entry",
                measured,
                not never and max(against.values()) <= 2,
            ),
            at_most("the proof for all n costs the same beside every n (largest over least median)", ratio(max(flat), min(flat)), 1.5),
        ],
        tools=versions("sympy", "python-flint"),
        bars=[Bar(f"explicit softmax, n = {n}: {name}", found) for name, (n, found) in others.items()]
        + [Bar(f"explicit softmax, n = {n}: flint by hand", ratio(1, found), 0.5) for n, found in against.items() if n in (2, 8, 64)],
        notes=[
            "python-flint by hand is faster at every n: it knows that exp is what is looked at, and reads nothing.",
            *(f"Asked {way}, derive leaves n = {', '.join(map(str, sizes))} open." for way, sizes in open_.items()),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
