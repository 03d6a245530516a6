"""A named point: does a question fail exactly where an author says that it fails?

    every hypothesis holds at p,   lhs relation rhs fails at p
    ----------------------------------------------------------
    REFUTED at p

Anything else is UNKNOWN with the reason; a point where a question holds proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from derive.kernel.balls import Key, Point, compare
from derive.kernel.question import Question
from derive.kernel.verdict import Status, Verdict, mint

DEEP = 4096  # bits: the author chose the point, so it is worth a close look


def refute_at(question: Question, at: Sequence[tuple[str, str]]) -> Verdict:
    """REFUTED where the question certainly fails at the point, given as (name, value) with exact values; else UNKNOWN."""
    where = ", ".join(f"{name} = {value}" for name, value in at)
    point = named_point(question, at)
    if point is None:
        return mint(Status.UNKNOWN, tried=(f"the point {where}, which is not exact",))
    named = {*question.sizes, *question.symbols, *question.indices}
    missing = sorted(str(t.args[0]) for t in named if t not in {**point.sizes, **point.scalars, **point.indices})
    missing += [name for name, _, _ in question.arrays if name not in point.arrays]
    if missing:
        return mint(Status.UNKNOWN, tried=(f"the point {where}, which leaves {', '.join(missing)} open",))
    found = compare(question, point, DEEP)
    if found is None:
        return mint(Status.UNKNOWN, tried=(f"the point {where}, where a hypothesis fails or nothing fails for certain",))
    return mint(Status.REFUTED, counterexample=found, rules=("balls",))


def named_point(question: Question, at: Sequence[tuple[str, str]]) -> Point | None:
    """The point of (name, value) pairs, as far as the question speaks of it; None where a value is not exact."""
    try:
        return _point(question, {name: _read_value(text) for name, text in at})
    except (ValueError, ZeroDivisionError, IndexError):
        return None


def _read_value(text: str) -> dict[Key, Fraction]:
    """A number, or an array as nested tuples of numbers, by position; the position of a number is ()."""
    entries: dict[Key, Fraction] = {}
    at: list[int] = []
    for token in re.findall(r"[(),]|[^(),\s]+", text):
        if token == "(":
            at.append(0)
        elif token == ",":
            at[-1] += 1
        elif token == ")":
            at.pop()
        else:
            entries[tuple(at)] = Fraction(token)
    return entries


def _point(question: Question, values: Mapping[str, dict[Key, Fraction]]) -> Point:
    """What of the values the question speaks of; a size that nobody names is as long as the arrays that have it."""
    numbers = {name: entries[()] for name, entries in values.items() if () in entries}
    arrays = {name: values[name] for name, _, _ in question.arrays if name in values and () not in values[name]}
    for name, _, shape in question.arrays:
        for axis, size in enumerate(shape):
            if size.op == "sym" and name in arrays:
                numbers.setdefault(
                    size.args[0], Fraction(1 + max((key[axis] for key in arrays[name] if len(key) == len(shape)), default=-1))
                )
    return Point(
        {t: int(q) for t in question.sizes if (q := numbers.get(t.args[0])) is not None and q.denominator == 1},
        {t: numbers[t.args[0]] for t in question.symbols if t.args[0] in numbers},
        {t: int(q) for t in question.indices if (q := numbers.get(t.args[0])) is not None and q.denominator == 1},
        arrays,
    )
