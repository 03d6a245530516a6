"""Recursions: equations that say what stands at place 0 and at place t + 1 of an axis, carried out place by place.

Newton's method would solve them too, at the price of one unknown for each entry.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.kernel.sizes import step_of
from derive.statement.term import ZERO, Term, num, replace
from derive.witness.lower import BATCH, Lowering

Values = dict[Hashable, NDArray[Any]]
Stir = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]


@dataclass(frozen=True)
class Definition:
    """What the entries of an array are at place 0 of an axis, or, where `t` is an index, at place t + 1."""

    array: tuple[Any, ...]  # name, sort, shape
    axis: int
    places: tuple[Term, ...]  # of the other axes
    value: Term
    t: Term | None


def definitions(equations: Iterable[Term]) -> list[Definition]:
    """Those of the equations that define entries along an axis, in their order."""
    return [d for p in equations for head, value in (p.args, p.args[::-1]) if (d := _definition(head, value)) is not None]


def _definition(head: Term, value: Term) -> Definition | None:
    if head.op != "entry":
        return None
    at = head.args[3]
    axes = [k for k, place in enumerate(at) if place is ZERO or step_of(place) is not None]
    if len(axes) != 1:
        return None
    axis = axes[0]
    others = (*at[:axis], *at[axis + 1 :])
    plain = all(place.op == "index" for place in others) and len(set(others)) == len(others)
    return Definition(head.args[:3], axis, others, value, step_of(at[axis])) if plain else None


def carry_out(found: list[Definition], values: Values, lower: Callable[[Values], Lowering], stir: Stir | None = None) -> None:
    """Puts the values of what is defined into the arrays, from place 0 on; each array has the points along its first axis.

    What `stir` makes of a value and the size of its terms is kept in its place.
    """
    for place in range(max((values[d.array].shape[1 + d.axis] for d in found), default=0)):
        for d in found:
            array = values[d.array]
            if place >= array.shape[1 + d.axis] or (d.t is None) != (place == 0):
                continue
            value = d.value if d.t is None else replace(d.value, {d.t: num(place - 1)})
            lowering, axes = lower(values), (BATCH, *d.places)
            entries = lowering.array(lowering.value(value), axes)
            if stir is not None:
                entries = stir(entries, lowering.array(lowering.magnitude(value), axes))
            np.moveaxis(array, 1 + d.axis, 1)[:, place] = entries
