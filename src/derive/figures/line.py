"""A line: terms followed through exact points that differ in one number only.

Every value is a ball of the kernel's evaluator, rounded to a float only in the end; where there is no value, or no ball can tell, the
float is nan.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from derive.figures.figure import Curve
from derive.kernel.balls import fits
from derive.kernel.evaluator import PRECISIONS, UNSURE, Evaluator, Key, Point
from derive.kernel.sizes import indices
from derive.statement.term import Term
from derive.witness.lower import depends, kinks

STEPS = 240  # between the ends of a line
BESIDE = Fraction(1, 2**30)  # how far from a breakpoint its one-sided values are taken
HALVINGS = 44
Run = Callable[[], Any]


@dataclass(frozen=True)
class Mover:
    """The one number that moves: a symbol, or an entry of an array at fixed positions."""

    term: Term
    key: Key = ()

    @property
    def sort(self) -> str:
        return str(self.term.args[1])

    @property
    def whole(self) -> bool:
        return "integer" in self.sort

    @property
    def name(self) -> str:
        """The symbol's name, with the positions of an entry: x[0, 1]."""
        at = f"[{', '.join(map(str, self.key))}]" if self.term.op == "entry" else ""
        return f"{self.term.args[0]}{at}"


class Line:
    """An evaluator on a line through a point; `run` of it gives floats."""

    def __init__(self, evaluator: Evaluator, point: Point, mover: Mover) -> None:
        self.evaluator, self.point, self.mover = evaluator, point, mover
        evaluator.load(point)
        self._entries = {k: fmpq(q.numerator, q.denominator) for k, q in point.arrays.get(str(mover.term.args[0]), {}).items()}

    def go(self, to: Fraction) -> None:
        """Give the number that moves another value."""
        value = fmpq(to.numerator, to.denominator)
        if self.mover.term.op == "entry":
            self.evaluator.place(self.mover.term.args[0], self._entries | {self.mover.key: value})
        else:
            self.evaluator.place(self.mover.term, value)

    def value(self, run: Run) -> float:
        """What `run` gives here."""
        for precision in PRECISIONS[:2]:
            found = self.evaluator.attempt(run, precision, exact=precision > PRECISIONS[0])
            if found is not UNSURE:
                return to_float(found)
        return math.nan

    def values(self, run: Run, at: Iterable[Fraction]) -> Iterator[float]:
        for q in at:
            self.go(q)
            yield self.value(run)

    # Where formulas bend

    def breaks(self, terms: Sequence[Term], at: Sequence[Fraction]) -> list[Fraction]:
        """Zeros, between the first and the last of these numbers, of what bends in the terms as the number moves."""
        found: set[Fraction] = set()
        for bend in dict.fromkeys(k for t in terms for k in kinks(t, lambda k: depends(k, self.mover.term))):
            run = self.evaluator.compile(bend)
            for positions in self._positions(bend):
                for over, k in positions.items():
                    self.evaluator.place(over, k)
                found |= set(self._zeros(run, at))
        self.evaluator.load(self.point)
        return sorted(found)

    def _positions(self, t: Term) -> Iterator[dict[Term, int]]:
        """Every value of the indices that are bound around t."""
        inner = [i for i in indices(t) if i not in self.point.indices]
        counts = []
        for i in inner:
            size = self.evaluator.attempt(self.evaluator.compile(i.args[1]))
            counts.append(int(size.p) if type(size) is fmpq and size.q == 1 else 0)
        for at in itertools.product(*map(range, counts)):
            yield dict(zip(inner, at, strict=True))

    def _zeros(self, run: Run, at: Sequence[Fraction]) -> Iterator[Fraction]:
        signs = [(q, math.copysign(1.0, v) if v else 0.0) for q, v in zip(at, self.values(run, at), strict=True)]
        for k, (q, s) in enumerate(signs):
            if s == 0.0 and any(r != 0.0 for _, r in signs[max(k - 1, 0) : k + 2]):
                yield q
        for (low, before), (high, after) in itertools.pairwise(signs):
            if before * after < 0:
                yield self._bisect(run, low, high, before)

    def _bisect(self, run: Run, low: Fraction, high: Fraction, sign: float) -> Fraction:
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            self.go(middle)
            v = self.value(run)
            if v == 0.0:
                return middle
            low, high = (middle, high) if v * sign > 0 else (low, middle)
        # The simplest fraction nearby, if it is a zero and not only close to one.
        simple = ((low + high) / 2).limit_denominator(1000)
        self.go(simple)
        return simple if self.value(run) == 0.0 else (low + high) / 2

    # Curves

    def curve(self, name: str, run: Run, at: Sequence[Fraction], breaks: Iterable[Fraction] = (), **more: bool) -> Curve:
        """The values of `run` along the line, broken off where they jump at a breakpoint."""
        xs: list[float] = []
        ys: list[float] = []
        inner = [b for b in breaks if at[0] < b < at[-1]]
        stops = sorted({q for q in at if q not in inner} | {b + e for b in inner for e in (-BESIDE, BESIDE)})
        for q, y in zip(stops, self.values(run, stops), strict=True):
            jumps = q - BESIDE in inner and abs(y - ys[-1]) > 1e-6 * max(1.0, abs(y))
            if jumps:
                xs.append(xs[-1])
                ys.append(math.nan)
            xs.append(float(q))
            ys.append(y)
        return Curve(name, tuple(xs), tuple(ys), dots=self.mover.whole, **more)


def to_float(v: Any) -> float:
    """A float near an exact or a ball value; nan for what is no number."""
    if type(v) is fmpq:
        return int(v.p) / int(v.q)
    if type(v) is arb:
        middle = float(v.mid())
        # A ball as wide as its value says nothing.
        return middle if float(v.rad()) <= 1e-6 * max(1.0, abs(middle)) else math.nan
    return math.nan


def steps(low: Fraction, high: Fraction, count: int = STEPS) -> list[Fraction]:
    """Numbers from low to high, evenly spaced."""
    return [low + (high - low) * k / count for k in range(count + 1)]


def within(sort: str, numbers: Iterable[Fraction]) -> list[Fraction]:
    """Those that are of the sort."""
    return [q for q in numbers if fits(sort, q)]


def at_words(point: Point, mover: Mover) -> tuple[tuple[str, str], ...]:
    """What stands still, by name; the array whose entry moves is shown with the mover's own name in its place."""
    if mover.term.op != "entry":
        scalars = {t: v for t, v in point.scalars.items() if t is not mover.term}
        return replace(point, scalars=scalars, sizes={t: v for t, v in point.sizes.items() if t is not mover.term}).printed()
    return point.printed()
