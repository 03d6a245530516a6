"""Inputs for a backward pass: points of the claim's region in the dtype that is asked for, on purpose where formulas go wrong.

The witness's sampler gives plain points, tails, ties, zeros, all-equal arrays, kinks and what lies next to them. Here they are rounded to
the dtype, some are thrown further out and some moved by one last place; a cotangent goes with each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.code.gradient import Gradient
from derive.statement.term import Term
from derive.witness.lower import Unlowered, kinks
from derive.witness.sampling import Sample, region, sample, settings

Array = NDArray[Any]
LARGEST = 17  # one setting has all sizes as large as this: long sums lose more
FAR = (5.0, 25.0)  # how much further out some points are thrown: exp overflows beyond 88 in float32, beyond 709 in float64


@dataclass(frozen=True)
class Batch:
    """Points at one setting of the sizes: the values of each symbol and array, and of the cotangent, one row to a point."""

    sizes: dict[Term, int]
    values: dict[Hashable, Array]
    cotangent: Array

    @property
    def count(self) -> int:
        return len(self.cotangent)


def batches(gradient: Gradient, dtype: Any, points: int, seed: int) -> Iterator[Batch]:
    """The inputs at size 1, at a few other sizes and at a large one."""
    given = tuple(p for p in gradient.given if p.op != "ne")  # kinks are visited, and told apart later
    bends = kinks(gradient.primal) + [p.args[0] for p in gradient.given if p.op == "ne"]
    where = region([gradient.primal, gradient.slope], given, bends)
    large, smallest = settings(where)
    tried = [(s, points) for s in (smallest, *large[:2]) if s is not None]
    if where.sizes:
        tried.append((dict.fromkeys(where.sizes, LARGEST), max(points // 8, 4)))
    seen: list[dict[Term, int]] = []
    for sizes, count in tried:
        if sizes in seen:
            continue
        seen.append(sizes)
        try:
            drawn = sample(where, sizes, count, seed)
        except Unlowered:
            continue  # the large setting breaks a hypothesis on sizes
        if drawn is not None and drawn.count:
            yield _in_dtype(drawn, gradient, dtype, seed)


def _in_dtype(drawn: Sample, gradient: Gradient, dtype: Any, seed: int) -> Batch:
    rng = np.random.default_rng([seed, drawn.count, *drawn.sizes.values()])
    solved = any(p.op == "eq" for p in gradient.given)
    values: dict[Hashable, Array] = {}
    with np.errstate(over="ignore"):
        for key, v in drawn.values.items():
            rows = [v] if solved else [v, FAR[0] * v[::7], FAR[1] * v[3::7]]
            near = np.concatenate(rows).astype(dtype)
            # the last rows lie one place from the others: next to a kink, next to a tie
            beside = near[::5].copy()
            flat = beside.reshape(len(beside), -1)
            flat[:, :1] = np.nextafter(flat[:, :1], np.asarray(np.inf, dtype=dtype))
            values[key] = near if solved else np.concatenate([near, beside])
    count = len(next(iter(values.values()))) if values else drawn.count
    fine = np.ones(count, dtype=bool)
    for v in values.values():
        fine &= np.isfinite(v.astype("float64")).reshape(count, -1).all(axis=1)
    values = {key: v[fine] for key, v in values.items()}
    count = int(fine.sum())
    shape = tuple(_length(i, drawn.sizes) for i in gradient.outputs)
    return Batch(drawn.sizes, values, _cotangents(rng, count, shape).astype(dtype))


def _length(i: Term, sizes: dict[Term, int]) -> int:
    from derive.witness.lower import size_of

    return size_of(i.args[1], sizes)


def _cotangents(rng: np.random.Generator, count: int, shape: tuple[int, ...]) -> Array:
    """Ordinary ones, ones of all scales, all ones, and one entry alone."""
    g = rng.standard_normal((count, *shape))
    kind = np.arange(count) % 4
    g[kind == 1] *= (10.0 ** rng.uniform(-3, 3, count))[kind == 1].reshape(-1, *[1] * len(shape))
    g[kind == 2] = 1.0
    if shape:
        flat = g.reshape(count, -1)
        alone = np.flatnonzero(kind == 3)
        flat[alone] = 0.0
        flat[alone, rng.integers(0, flat.shape[1], len(alone))] = 1.0
    return g
