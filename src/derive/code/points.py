"""Points for generated tests: a few short numbers inside a claim's region, away from its kinks."""

from __future__ import annotations

from dataclasses import replace as changed

import numpy as np

from derive.code.pullback import Pullback
from derive.statement.term import Term, free
from derive.witness.lower import BATCH, Lowering, kinks, numpy_ops
from derive.witness.sampling import Sample, region, sample, settings, varies

GRID = 64.0  # numbers are multiples of 1 / GRID, so that they print short and are exact in every float
APART = 0.05  # how far from a kink
SETTINGS, EACH = 2, 2  # sizes, and points at each

Nested = float | list["Nested"]


def points_of(pullback: Pullback) -> list[tuple[Nested, ...]]:
    """Values for the arguments of a function, in order, at its smallest sizes and at larger ones."""
    first = pullback.gradients[0]
    given = tuple(dict.fromkeys(p for g in pullback.gradients for p in g.given))
    bends = [k for k in kinks(first.primal) if free(k)]
    where = region([first.primal, first.slope], given, tame=True)
    large, smallest = settings(where)
    out: list[tuple[Nested, ...]] = []
    tried = [s for s in (smallest, *large) if s is not None]
    for sizes in [s for k, s in enumerate(tried) if s not in tried[:k]][:SETTINGS]:
        drawn = sample(where, sizes, 200, 0)
        if drawn is not None:
            out += _chosen(_on_grid(drawn, where.given), bends, pullback, SETTINGS * EACH if not sizes else EACH)
    return out


def _on_grid(drawn: Sample, given: tuple[Term, ...]) -> Sample:
    """The sample in short numbers, where no equation was solved for them."""
    if any(p.op == "eq" and varies(p, drawn.sizes) for p in given):
        return drawn
    return changed(drawn, values={k: np.round(v * GRID) / GRID for k, v in drawn.values.items()})


def _chosen(drawn: Sample, bends: list[Term], pullback: Pullback, count: int) -> list[tuple[Nested, ...]]:
    lowering = Lowering(numpy_ops(), drawn.sizes, dict(drawn.values), batched=True)
    keep = np.ones(drawn.count, dtype=bool)
    with np.errstate(all="ignore"):
        for t in (*bends, *_checked(pullback, drawn)):
            found = lowering.value(t)
            if BATCH in found.axes:
                fine = np.moveaxis(found.array, found.axes.index(BATCH), 0).reshape(drawn.count, -1)
                keep &= (fine if fine.dtype == bool else abs(fine) > APART).all(axis=1)
        for u in pullback.arguments:
            keep &= _of_sort(drawn.values[_key(u)], u.args[1]).reshape(drawn.count, -1).all(axis=1)
    rows = np.flatnonzero(keep)
    spread = rows[np.linspace(0, len(rows) - 1, count).astype(int)] if len(rows) else rows
    return [tuple(drawn.values[_key(u)][row].tolist() for u in pullback.arguments) for row in dict.fromkeys(spread.tolist())]


def _checked(pullback: Pullback, drawn: Sample) -> list[Term]:
    """The hypotheses that moving to the grid may have broken."""
    return [p for g in pullback.gradients for p in g.given if p.op != "eq" and varies(p, drawn.sizes)]


def _key(u: Term) -> object:
    return u if u.op == "sym" else u.args[:3]


def _of_sort(values: np.ndarray, sort: str) -> np.ndarray:
    tests = {"positive": values > 0, "negative": values < 0, "nonzero": values != 0}
    return np.asarray(tests.get(sort, np.isfinite(values)))
