"""Sampling: thousands of points of the region where a claim is made, chosen to be hard.

A region is a set of hypotheses over symbols, arrays and sizes. Its points mix plain ones at scales from 0.3 to 20, tails up to a few
hundred, the small numbers at which formulas bend, exact zeros, ties, all-equal arrays, and points at and next to every kink and every
tie of the formulas. Bounds by a number are met by construction, equations by Newton's method in the variables that they name (log
variables for positive ones), which normalises a sum and solves an affine system alike; an array that a hypothesis defines at some place
of the claim's own, w[l] = z[l] - z[m] for every l, is what it says at a place that is drawn; every other hypothesis by rejection.

What Newton's method solved is exact only up to rounding: each such value carries its error, in units of eps, which the comparison
propagates. Everything is deterministic in the seed.
"""

from __future__ import annotations

import itertools
import math
import zlib
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from derive.statement.term import ONE, TRUE, ZERO, Term, free, show, sub, subterms
from derive.witness.integers import INTEGERS, LARGEST
from derive.witness.lower import BATCH, ArrayKey, Lowering, Unlowered, numpy_ops, size_of
from derive.witness.recursion import Definition, Stir, carry_out, definitions

Array = NDArray[Any]
FIRST_SIZES = (3, 2, 4, 5, 6, 7, 8, 9)  # pairwise different for different size symbols; equal sizes hide a transpose
LARGE = 4  # settings of larger sizes that are tried until one has points
ROUNDS = 24  # batches drawn before a region counts as too thin
TAME = 6.0  # the largest number of a tame region
STEPS = 12  # of Newton's method
EPS = 2.0**-52
LITTLE = 2.0**-26  # by which values are put off to see what becomes of their rounding


@dataclass(frozen=True)
class Region:
    """Where to sample: hypotheses that hold for all their indices, what varies, and the formulas whose kinks are sought."""

    given: tuple[Term, ...]
    symbols: tuple[Term, ...]
    arrays: tuple[ArrayKey, ...]
    sizes: tuple[Term, ...]
    kinks: tuple[Term, ...] = ()  # terms that vanish where a formula bends
    numbers: tuple[Fraction, ...] = ()  # numbers that the formulas name
    positions: tuple[tuple[Term, Term], ...] = ()  # (symbol used as a position, the size that it must stay below)
    tame: bool = False  # no tails, and nothing positive that is tiny
    assigned: tuple[tuple[Term, Term], ...] = ()  # an entry, for all its places, and what it is for some values of the other indices


@dataclass
class Sample:
    """Points of a region at fixed sizes: for each symbol and array the values, one row per point, and their errors in units of eps."""

    sizes: dict[Term, int]
    values: dict[Hashable, Array]
    errors: dict[Hashable, Array | None]
    count: int = 0

    def number(self, symbol: Term, row: int) -> float | int:
        """The value of a symbol at one point; a size is the same at all."""
        return self.sizes[symbol] if symbol in self.sizes else float(self.values[symbol][row])


def flatten(given: Iterable[Term]) -> tuple[Term, ...]:
    """The hypotheses with their conjunctions taken apart."""
    out: list[Term] = []
    for p in given:
        out += flatten(p.args) if p.op == "and" else [] if p.op == "true" else [p]
    return tuple(dict.fromkeys(out))


def region(
    terms: Sequence[Term], given: Sequence[Term], kinks: Sequence[Term] = (), tame: bool = False, own: Sequence[Term] = ()
) -> Region:  # fmt: skip
    """The region of these formulas under these hypotheses; `own`: those on the formulas' own indices, of which equations are met."""
    from derive.kernel.question import Question

    given = flatten(given)
    every = (*terms, *given)
    if not every:
        return Region((), (), (), ())
    asked = Question(every[0], every[0], "eq", every)
    numbers = {u.args[0] for t in every for u in subterms(t) if u.op == "num" and 0 < abs(u.args[0]) <= 1000}
    positions = {}
    for t in every:
        for u in subterms(t):
            if u.op == "entry":
                positions.update({p: s for p, s in zip(u.args[3], u.args[2], strict=True) if p.op == "sym"})
            elif u.op == "delta":
                for a, b in (u.args, u.args[::-1]):
                    if a.op == "sym" and b.op == "index":
                        positions.setdefault(a, b.args[1])
    return Region(
        given, asked.symbols, asked.arrays, asked.sizes, tuple(dict.fromkeys(kinks)), tuple(sorted(numbers)),
        tuple(sorted(((p, s) for p, s in positions.items() if p not in asked.sizes), key=lambda pair: show(pair[0]))),
        tame, _assigned(own, given),
    )  # fmt: skip


def _assigned(own: Iterable[Term], given: Iterable[Term]) -> tuple[tuple[Term, Term], ...]:
    """The arrays that hypotheses on own indices define, each once, as far as no other equation speaks of them."""
    found: dict[ArrayKey, tuple[Term, Term]] = {}
    spoken = {u.args[:3] for p in given if p.op == "eq" for u in subterms(p) if u.op == "entry"}
    for p in own:
        equation = _for_every_value(p)
        for head, value in (equation.args, equation.args[::-1]) if equation.op == "eq" else ():
            if head.op != "entry" or head.args[1] in INTEGERS or head.args[:3] in found or head.args[:3] in spoken:
                continue
            shape, at = head.args[2:]
            plain = len(set(at)) == len(at) and all(v.op == "index" and v.args[1] is size for v, size in zip(at, shape, strict=True))
            if plain and not any(u.op == "entry" and (u.args[:3] == head.args[:3] or u.args[:3] in found) for u in subterms(value)):
                found[head.args[:3]] = head, value
    return tuple(found.values())


def _for_every_value(p: Term) -> Term:
    """What a hypothesis says for every value of an index, where it says so by counting those at which it fails."""
    while p.op == "eq" and p.args[1] is ZERO and p.args[0].op == "sum":
        cases = p.args[0].args[0]
        if cases.op != "piecewise" or cases.args[::2] != (ZERO, ONE) or cases.args[3] is not TRUE:
            break
        p = cases.args[1]
    return p


# Sizes


def settings(where: Region) -> tuple[list[dict[Term, int]], dict[Term, int] | None]:
    """Sizes to sample at: a few larger ones, pairwise different first, and the smallest, such as 1 for all; None where no sizes fit."""
    names = where.sizes
    if not names:
        return [{}], {}
    hypotheses = [p for p in where.given if not varies(p, names)]
    found = [s for s in _candidates(names) if _fits(s, where, hypotheses)]
    if not found:
        return [], None
    large = sorted((s for s in found if min(s.values()) > 1), key=lambda s: len(set(s.values())) < len(names))
    return large[:LARGE], min(found, key=lambda s: (sum(s.values()), tuple(s.values())))


def _candidates(names: tuple[Term, ...]) -> list[dict[Term, int]]:
    k = len(names)
    every: list[tuple[int, ...]] = [FIRST_SIZES[:k], (1,) * k] if k <= len(FIRST_SIZES) else [(1,) * k]
    if k <= 4:
        every += sorted(itertools.product(range(1, 6), repeat=k), key=lambda s: (len(set(s)) < k, sum(s), s))
    every += [(s,) * k for s in range(2, 17)]
    return [dict(zip(names, s, strict=True)) for s in dict.fromkeys(every)]


def _fits(sizes: dict[Term, int], where: Region, hypotheses: list[Term]) -> bool:
    try:
        for _, _, shape in where.arrays:
            for s in shape:
                size_of(s, sizes)
        lowering = Lowering(numpy_ops(), sizes, {})
        return all(bool(np.all(lowering.value(p).array)) for p in hypotheses)
    except Unlowered:
        return False


# Points


def sample(where: Region, sizes: dict[Term, int], count: int, seed: int) -> Sample | None:
    """`count` points of the region at these sizes, or as many as were found; None where there is none."""
    key = " ".join(map(show, (*where.given, *where.symbols))) + str(sorted(sizes.values()))
    rng = np.random.default_rng([seed, zlib.crc32(key.encode())])
    drawing = _Drawing(where, sizes, rng)
    if not drawing.columns:
        empty = Sample(sizes, {}, {}, 1)
        return empty if drawing.holds(empty).all() else None
    kept: list[Sample] = []
    found = 0
    for attempt in range(ROUNDS):
        drawn = drawing.draw(count if attempt == 0 else 2 * count)
        drawn = _rows(drawn, drawing.holds(drawn))
        kept.append(drawn)
        found += drawn.count
        if found >= count or (attempt >= 5 and not found):
            break
    if not found:
        return None
    return _rows(_joined(kept), np.arange(found) < count)


def _rows(s: Sample, keep: Array) -> Sample:
    values = {k: v[keep] for k, v in s.values.items()}
    errors = {k: None if e is None else e[keep] for k, e in s.errors.items()}
    return Sample(s.sizes, values, errors, int(np.count_nonzero(keep)))


def split(s: Sample, parts: int) -> list[Sample]:
    """The points in so many parts, one after the other, as equal as can be."""
    ends = [-(-s.count * k // parts) for k in range(parts + 1)]  # the longer ones first
    return [_part(s, slice(*pair)) for pair in itertools.pairwise(ends)]


def _part(s: Sample, rows: slice) -> Sample:
    values = {k: v[rows] for k, v in s.values.items()}
    errors = {k: None if e is None else e[rows] for k, e in s.errors.items()}
    return Sample(s.sizes, values, errors, rows.stop - rows.start)


def _joined(parts: list[Sample]) -> Sample:
    first = parts[0]
    values = {k: np.concatenate([p.values[k] for p in parts]) for k in first.values}
    errors = {k: None if all(p.errors[k] is None for p in parts) else np.concatenate([_or_zero(p, k) for p in parts]) for k in first.errors}
    return Sample(first.sizes, values, errors, sum(p.count for p in parts))


def _or_zero(s: Sample, key: Hashable) -> Array:
    found = s.errors[key]
    return np.zeros_like(s.values[key]) if found is None else found


@dataclass(frozen=True)
class _Column:
    """One real number to draw: a symbol, or one entry of an array."""

    key: Hashable
    sort: str
    low: float = -math.inf
    high: float = math.inf
    strict: bool = False


@dataclass
class _Drawing:
    """Draws points of a region at fixed sizes."""

    where: Region
    sizes: dict[Term, int]
    rng: np.random.Generator
    columns: list[_Column] = field(default_factory=list)
    shapes: dict[Hashable, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bounds = self._bounds()
        positions = dict(self.where.positions)
        for s in self.where.symbols:
            low, high, strict = bounds.get(s, (-math.inf, math.inf, False))
            if s in positions:
                low, high, strict = max(low, 0.0), min(high, size_of(positions[s], self.sizes) - 1.0), False
            self.shapes[s] = ()
            self.columns.append(_Column(s, s.args[1], low, high, strict))
        for key in self.where.arrays:
            shape = tuple(size_of(n, self.sizes) for n in key[2])
            self.shapes[key] = shape
            self.columns += [_Column(key, key[1], *bounds.get(key, (-math.inf, math.inf, False)))] * math.prod(shape)
        self.spans: dict[Hashable, slice] = {}
        start = 0
        for k, shape in self.shapes.items():
            self.spans[k] = slice(start, start + math.prod(shape))
            start += math.prod(shape)
        self.equations = [p for p in self.where.given if p.op == "eq" and varies(p, self.sizes)]

    def _bounds(self) -> dict[Hashable, tuple[float, float, bool]]:
        """Bounds by a number: of a symbol, or of all entries of an array."""
        found: dict[Hashable, tuple[float, float, bool]] = {}
        for p in self.where.given:
            if p.op not in ("lt", "le"):
                continue
            for variable, bound, above in ((p.args[0], p.args[1], False), (p.args[1], p.args[0], True)):
                key = variable if variable.op == "sym" else variable.args[:3] if variable.op == "entry" else None
                at = variable.args[3] if variable.op == "entry" else ()
                plain = len({a for a in at if a.op == "index"}) == len(at)
                if key is None or not plain or any(u.op in ("sym", "entry", "index") and u not in self.sizes for u in subterms(bound)):
                    continue
                value = float(Lowering(numpy_ops(), self.sizes, {}).value(bound).array)
                low, high, strict = found.get(key, (-math.inf, math.inf, False))
                strict = strict or p.op == "lt"
                found[key] = (max(low, value), high, strict) if above else (low, min(high, value), strict)
        return found

    # Drawing

    def draw(self, count: int) -> Sample:
        raw = self._families(count)
        points = np.stack([self._fit(c, raw[:, k], k) for k, c in enumerate(self.columns)], axis=1)
        points = self._towards_kinks(points)
        errors = np.zeros_like(points)
        moved = np.zeros(len(self.columns), dtype=bool)
        self._solve_integers(points)
        if self.equations:
            found = definitions(self.equations)
            if len(found) == len(self.equations):
                points, errors = self._carried_out(points, found)
                moved = np.asarray(errors.any(axis=0))
            else:
                solver = _Newton(self, [sub(*p.args) for p in self.equations])
                points, errors, ok = solver.solve(points)
                points, errors = points[ok], errors[ok]
                moved = solver.moved
        points = np.where(abs(points) < 1e-290, 0.0, points)  # neither -0 nor a number that XLA takes for 0
        for key in self._assign(points, errors):
            moved[self.spans[key]] = True
        values = {k: points[:, span].reshape(-1, *self.shapes[k]) for k, span in self.spans.items()}
        spread: dict[Hashable, Array | None] = {
            k: errors[:, span].reshape(-1, *self.shapes[k]) if moved[span].any() else None for k, span in self.spans.items()
        }
        return Sample(self.sizes, values, spread, len(points))

    def _families(self, count: int) -> Array:
        """Rows of numbers before sorts and bounds: each row belongs to a family, plain, far, small, tied, equal or next to a tie."""
        rng, width = self.rng, len(self.columns)
        family = rng.permutation(np.arange(count) % 10)
        scale = rng.choice([0.3, 1.0, 1.0, 5.0, 20.0], size=(count, 1))
        x = rng.standard_normal((count, width)) * scale
        tails = 10.0 ** rng.uniform(-4, 2.45, (count, width)) * rng.choice([-1.0, 1.0], (count, width))
        mixed = rng.random((count, width)) < 0.5
        x = np.where((family == 4)[:, None], np.where(mixed, tails, x), x)
        pool = np.array(sorted({0.0, 0.5, 1.0, 2.0, 3.0} | {float(abs(q)) for q in self.where.numbers}))
        special = rng.choice(pool, (count, width)) * rng.choice([-1.0, 1.0], (count, width))
        x = np.where((family == 5)[:, None], special, x)
        tiny = rng.choice([EPS, 1e-12, 1e-9, 1e-6, 1e-3], (count, width)) * rng.choice([-1.0, 1.0], (count, width))
        x = np.where((family == 6)[:, None], np.where(mixed, special + tiny * np.maximum(abs(special), 1.0), special), x)
        tied = x[np.arange(count), rng.integers(0, width, count)][:, None] * np.ones((1, width))
        x = np.where((family == 7)[:, None] & mixed, tied, x)
        x = np.where((family == 8)[:, None] & mixed, tied + tiny * rng.integers(0, 2, (count, 1)), x)
        for k, span in self.spans.items():
            equal = (family == 9) & (rng.random(count) < 0.7)
            if self.shapes[k] and span.stop > span.start:
                x[equal, span] = x[equal, span.start][:, None]
        zeros = (rng.random((count, width)) < 0.15) | (rng.random((count, 1)) < 0.1)
        return np.where((family == 9)[:, None] & zeros, 0.0, x)

    def _fit(self, column: _Column, x: Array, k: int) -> Array:
        """Numbers of this column's sort and between its bounds, as far as possible those that came."""
        sort, low, high = column.sort, column.low, column.high
        if self.where.tame:
            x = np.where(abs(x) > TAME, np.fmod(x, TAME), x)
            x = np.where((abs(x) < 1 / TAME) & (sort in ("positive", "negative", "nonzero")), x + np.copysign(1.0 / TAME, x), x)
        if sort in INTEGERS:
            x = np.clip(np.round(x), -400, 400)
        if sort in ("positive", "positive integer", "nonzero"):
            x = np.where(x == 0.0, 1.0, x)
        if sort in ("positive", "nonnegative", "positive integer", "nonnegative integer"):
            x = abs(x)
        elif sort in ("negative", "nonpositive"):
            x = np.where((x == 0.0) & (sort == "negative"), -1.0, -abs(x))
        low = max(low, 0.0) if sort.startswith(("positive", "nonnegative")) else low
        high = min(high, 0.0) if sort in ("negative", "nonpositive") else high
        if not np.isfinite([low, high]).any():
            return x
        inside = (x > low) & (x < high) if column.strict else (x >= low) & (x <= high)
        if sort in INTEGERS:
            first, last = math.ceil(low) if low > -math.inf else -400, math.floor(high) if high < math.inf else 400
            first, last = first + (column.strict and first == low), last - (column.strict and last == high)
            span = self.rng.integers(0, max(last - first, 0) + 1, len(x))
            near = np.minimum(np.round(abs(x)), max(last - first, 0))
            other = first + np.where(math.isfinite(high), span, near)
            return np.where(inside, x, other if math.isfinite(low) else last - near)
        if math.isfinite(low) and math.isfinite(high):
            t = self.rng.random(len(x))
            edge = 10.0 ** self.rng.uniform(-9, 0, len(x)) / 2
            t = np.choose(self.rng.integers(0, 4, len(x)), [t, t, edge, 1.0 - edge])
            other = low + (high - low) * t
        else:
            other = low + abs(x) if math.isfinite(low) else high - abs(x)
        return np.where(inside, x, other)

    def _towards_kinks(self, points: Array) -> Array:
        """One row in four is moved onto a kink of the formulas, or just beside it, where that can be solved."""
        targets = [k for k in self.where.kinks if varies(k, self.sizes)]
        if not targets or not any(c.sort not in INTEGERS for c in self.columns):
            return points
        rows = np.flatnonzero(np.arange(len(points)) % 4 == 3)
        for k, target in enumerate(targets):
            chosen = rows[k :: len(targets)]
            shift = self.rng.choice([0.0, 0.0, 1e-12, -1e-12, 1e-6, -1e-6, 1e-2, -1e-2], len(chosen))
            try:
                moved, _, ok = _Newton(self, [target], shift, one=True).solve(points[chosen])
            except Unlowered:
                continue
            points[chosen[ok]] = moved[ok]
        return points

    def _solve_integers(self, points: Array) -> None:
        """Equations between whole numbers, each solved for the first symbol that stands in it with a constant whole coefficient."""
        whole = {k for k, c in enumerate(self.columns) if c.sort in INTEGERS}
        for p in self.equations:
            mine = [self.spans[v].start for v in sorted(free(p), key=show) if v in self.spans and v.op == "sym"]
            if not mine or not set(mine) <= whole:
                continue
            for k in mine:
                at = [self.numbers([sub(*p.args)], points + step * (np.arange(points.shape[1]) == k)) for step in (0.0, 1.0, 2.0)]
                slope = at[1] - at[0]
                if at[0].shape[1] == 1 and (slope == at[2] - at[1]).all() and (abs(slope) == 1).all():
                    points[:, k] -= (at[0] / slope)[:, 0]
                    break

    def _carried_out(self, points: Array, found: list[Definition]) -> tuple[Array, Array]:
        """The points with recursions carried out, and the errors of that: what comes of it where each value is off by a little."""

        def off(entries: Array, size: Array) -> Array:
            return np.asarray(entries + LITTLE * self.rng.choice([-1.0, 1.0], entries.shape) * size)

        def carried(stir: Stir | None) -> Array:
            values = {k: v.copy() for k, v in self.values_of(points).items()}
            with np.errstate(all="ignore"):
                carry_out(found, values, lambda now: Lowering(numpy_ops(), self.sizes, dict(now), batched=True), stir)
            return np.concatenate([v.reshape(len(points), -1) for v in values.values()], axis=1)

        exact = carried(None)
        errors = np.max([abs(carried(off) - exact) for _ in range(3)], axis=0) * 4.0 / LITTLE
        ok = np.isfinite(exact).all(axis=1) & np.isfinite(errors).all(axis=1)
        return exact[ok], errors[ok]

    def _assign(self, points: Array, errors: Array) -> Iterator[ArrayKey]:
        """Writes what is defined at own indices into the points, each at values of those that are drawn for it, with its rounding."""
        picks: dict[Term, Array] = {}
        for head, value in self.where.assigned:
            places = head.args[3]
            others = sorted((v for v in free(value) if v.op == "index" and v not in places), key=show)
            for v in others:
                if v not in picks:
                    picks[v] = self.rng.integers(0, size_of(v.args[1], self.sizes), len(points))
            lowering = Lowering(numpy_ops(), self.sizes, dict(self.values_of(points)), batched=True)
            at, axes, span = (np.arange(len(points)), *(picks[v] for v in others)), (BATCH, *others, *places), self.spans[head.args[:3]]
            points[:, span], errors[:, span] = (
                np.broadcast_to(np.asarray(found), (len(points), *found.shape[1:]))[at].reshape(len(points), -1)
                for found in (lowering.array(part, axes) for part in (lowering.value(value), lowering.magnitude(value)))
            )
            yield head.args[:3]

    # Hypotheses

    def values_of(self, points: Array) -> dict[Hashable, Array]:
        return {k: points[:, span].reshape(-1, *self.shapes[k]) for k, span in self.spans.items()}

    def numbers(self, terms: Sequence[Term], points: Array) -> Array:
        """The value of each term at each point, for all values of its indices."""
        lowering = Lowering(numpy_ops(), self.sizes, dict(self.values_of(points)), batched=True)
        return np.concatenate([_flat(lowering.value(t), len(points)) for t in terms], axis=1)

    def holds(self, s: Sample) -> Array:
        """Which points satisfy every hypothesis and sort; equations were solved, and hold up to their rounding."""
        keep = np.ones(s.count, dtype=bool)
        if not s.count:
            return keep
        with np.errstate(all="ignore"):
            lowering = Lowering(numpy_ops(), self.sizes, dict(s.values), batched=True)
            for p in self.where.given:
                if p not in self.equations:
                    keep &= _flat(lowering.value(p), s.count).all(axis=1)
                elif not any(u.op in ("sym", "entry") and _sort(u) not in INTEGERS for u in subterms(p) if u not in self.sizes):
                    keep &= (_flat(lowering.value(sub(*p.args)), s.count) == 0.0).all(axis=1)
            for c in dict.fromkeys(self.columns):
                keep &= _of_sort(s.values[c.key], c.sort).reshape(s.count, -1).all(axis=1)
            for symbol, size in self.where.positions:
                keep &= (s.values[symbol] >= 0) & (s.values[symbol] < size_of(size, self.sizes))
        return keep


def _sort(u: Term) -> str:
    return str(u.args[1])


def _of_sort(x: Array, sort: str) -> Array:
    fine = np.isfinite(x)
    if sort in INTEGERS:
        fine &= (x == np.round(x)) & (abs(x) <= LARGEST)
    if sort in ("positive", "positive integer"):
        return fine & (x > 0)
    if sort in ("nonnegative", "nonnegative integer"):
        return fine & (x >= 0)
    tests = {"negative": x < 0, "nonpositive": x <= 0, "nonzero": x != 0}
    return np.asarray(fine & tests.get(sort, True))


def varies(t: Term, sizes: Container[Term]) -> bool:
    """Whether t speaks of anything but sizes and indices."""
    return any(u.op == "entry" or (u.op == "sym" and u not in sizes) for u in subterms(t))


def _flat(found: Any, count: int) -> Array:
    """One row of a lowered value per point."""
    array = np.asarray(found.array)
    if BATCH not in found.axes:
        return np.broadcast_to(array.reshape(1, -1), (count, array.size))
    return np.moveaxis(array, found.axes.index(BATCH), 0).reshape(count, -1)


class _Newton:
    """Makes terms vanish from sampled starts by Gauss-Newton steps of least length, slopes by differences.

    Positive and negative variables move by their logarithm, so a simplex or a sphere is met without leaving the sort. With `one`, a
    single component of the terms, drawn per point, is solved for; `shift` is what is to be left of it. In every second point only
    some of the variables move, so that the others keep their zeros and ties.
    """

    def __init__(self, drawing: _Drawing, terms: list[Term], shift: Array | None = None, one: bool = False) -> None:
        self.drawing, self.terms, self.shift, self.one = drawing, terms, shift, one
        keys = {u if u.op == "sym" else u.args[:3] for t in terms for u in subterms(t) if u.op in ("sym", "entry")}
        self.moved = np.array([c.key in keys and c.sort not in INTEGERS for c in drawing.columns])
        self.logs = np.array([c.sort in ("positive", "negative") for c in drawing.columns])
        self.free = np.flatnonzero(self.moved)
        self.picks: Array = np.zeros(0)

    def solve(self, points: Array) -> tuple[Array, Array, Array]:
        """The solutions, their errors in units of eps, and which starts led to one."""
        points, errors = points.copy(), np.zeros_like(points)
        with np.errstate(all="ignore"):
            if not len(points):
                return points, errors, np.ones(0, dtype=bool)
            every, self.picks = np.arange(len(points)), self.drawing.rng.random(len(points))
            if not self.free.size:
                return points, errors, np.asarray((abs(self._residual(points, every)) <= 1e-12).all(axis=1))
            some = self.drawing.rng.random((len(points), len(self.free))) < 0.5
            weights = np.where(some | (every % 2 == 0)[:, None], 1.0, 0.0)
            rows = np.flatnonzero(weights.any(axis=1))
            for _ in range(STEPS):  # only the points that are not there yet
                here = points[rows]
                residual = self._residual(here, rows)
                slopes, _ = self._slopes(here, residual, rows)
                waiting = ~self._solved(here, residual, slopes)[0] & np.isfinite(residual).all(axis=1)
                if not waiting.any():
                    break
                rows, here = rows[waiting], here[waiting]
                step = -np.einsum("pkj,pj->pk", _inverse(slopes[waiting] * weights[rows][:, None, :]), residual[waiting])
                size = np.sqrt((step**2).sum(axis=1, keepdims=True))
                reach = 4.0 * (1.0 + abs(here[:, self.free]).max(axis=1, keepdims=True))
                points[rows] = self._move(here, np.nan_to_num(step * np.minimum(1.0, reach / np.maximum(size, 1e-300))))
            residual = self._residual(points, every)
            slopes, bent = self._slopes(points, residual, every)
            moving = slopes * weights[:, None, :]
            ok, terms = self._solved(points, residual, slopes)
            shift = np.einsum("pkj,pj->pk", abs(_inverse(moving)), 4.0 * terms + abs(residual) / EPS)
            errors[:, self.free] = np.nan_to_num(shift) * np.where(self.logs[self.free], abs(points[:, self.free]), 1.0)
            # a solution is near: what moved can move the residual, and no number is so small that its error leaves its sign open
            ok &= ((moving != 0.0).any(axis=2) | ~(slopes != 0.0).any(axis=2)).all(axis=1)
            ok &= ((points == 0.0) | (EPS * errors <= 1e-6 * abs(points))).all(axis=1)
            ok &= ~bent | (residual == 0.0).all(axis=1)  # beside a kink the slopes tell nothing of where a solution is
        return points, errors, ok

    def _solved(self, points: Array, residual: Array, slopes: Array) -> tuple[Array, Array]:
        """Which points solve the equations up to rounding, and the size of the terms that were rounded."""
        chart = np.where(self.logs[self.free], 1.0, abs(points[:, self.free]))
        terms = np.einsum("pjk,pk->pj", abs(slopes), chart) + EPS
        return (abs(residual) <= 64 * EPS * terms).all(axis=1) & np.isfinite(points).all(axis=1), terms

    def _residual(self, points: Array, rows: Array) -> Array:
        residual = self.drawing.numbers(self.terms, points)
        if self.one:
            residual = residual[np.arange(len(points)), (self.picks[rows] * residual.shape[1]).astype(int)][:, None]
        return residual if self.shift is None else residual - self.shift[rows][:, None]

    def _move(self, points: Array, step: Array) -> Array:
        points = points.copy()
        old = points[:, self.free]
        points[:, self.free] = np.where(self.logs[self.free], old * np.exp(np.clip(step, -20, 20)), old + step)
        return points

    def _slopes(self, points: Array, residual: Array, rows: Array) -> tuple[Array, Array]:
        """d residual / d variable by central differences (d by the logarithm where it moves by that): point, residual, variable.

        And the points at which there is a kink within a difference.
        """
        out, bent = [], np.zeros(len(points), dtype=bool)
        for k in range(len(self.free)):
            h = np.where(self.logs[self.free[k]], 1e-6, 1e-6 * (1.0 + abs(points[:, self.free[k]])))
            step = np.zeros((len(points), len(self.free)))
            step[:, k] = h
            ahead, behind = self._residual(self._move(points, step), rows), self._residual(self._move(points, -step), rows)
            out.append((ahead - behind) / (2 * h)[:, None])
            bent |= (abs(ahead + behind - 2.0 * residual) > 1e-3 * h[:, None]).any(axis=1)
        return np.asarray(np.nan_to_num(np.stack(out, axis=2))), bent


def _inverse(slopes: Array) -> Array:
    """The pseudo-inverse of each point's slopes, by the normal equations with a ridge against dependent ones."""
    square = np.einsum("pjk,pik->pji", slopes, slopes)
    ridge = 1e-13 * np.trace(square, axis1=1, axis2=2)[:, None, None] * np.eye(slopes.shape[1]) + 1e-300 * np.eye(slopes.shape[1])
    return np.asarray(np.swapaxes(slopes, 1, 2) @ np.linalg.inv(square + ridge))
