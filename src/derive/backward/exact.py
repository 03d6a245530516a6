"""The exact value of a proved formula at an input, in an Arb ball, and what rounding may do to it there.

An error is allowed in units in the last place of the largest of three numbers: the value; the sum of |terms| that it is made of, which may
cancel; and the sum over the inputs of |input * derivative of the value by it|, which is what rounding an input, or a step near it, moves.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from derive.backward.inputs import Batch
from derive.code.gradient import Gradient
from derive.kernel import balls
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.question import Question
from derive.statement.term import ZERO, Term, add, entry, fn, index, mul, total
from derive.witness.lower import size_of

PRECISIONS = (128, 512, 2048)
NEARBY = Fraction(1, 2**40)
DIRECTIONS = 6  # around a kink


@dataclass
class Formula:
    """A proved formula that is evaluated exactly at inputs."""

    gradient: Gradient

    @cached_property
    def term(self) -> Term:
        return self.gradient.pulled_back

    @cached_property
    def question(self) -> Question:
        return Question(self.gradient.primal, self.term, "eq", self.gradient.given)

    @cached_property
    def _trials(self) -> tuple[balls.Trial, balls.Trial]:
        """All hypotheses; and those that do not keep a point off a kink. Equations were solved for, and hold up to rounding."""
        exact = tuple(p for p in self.gradient.given if p.op != "eq")
        return tuple(
            balls.Trial(Question(self.gradient.primal, self.term, "eq", given))
            for given in (exact, tuple(p for p in exact if p.op != "ne"))
        )  # type: ignore[return-value]

    def place(self, batch: Batch, row: int, moved: Sequence[int] = ()) -> balls.Point:
        """An input as an exact point; with `moved`, each number shifted a little in one direction or the other."""
        directions = itertools.cycle(moved or (0,))

        def exactly(x: float) -> Fraction:
            q = Fraction(x)
            return q + next(directions) * NEARBY * max(abs(q), Fraction(1, 1024))

        scalars: dict[Term, Fraction | Term] = {s: exactly(float(batch.values[s][row])) for s in self.question.symbols}
        arrays = {}
        cotangent = self.gradient.cotangent.args[0]
        for key in self.question.arrays:
            if key[0] != cotangent:
                arrays[key[0]] = {at: exactly(float(x)) for at, x in np.ndenumerate(batch.values[key][row].astype("float64"))}
        arrays[cotangent] = {at: Fraction(float(x)) for at, x in np.ndenumerate(batch.cotangent[row].astype("float64"))}
        sizes = {s: n for s, n in batch.sizes.items() if s in self.question.sizes}
        return balls.Point(sizes, scalars, {}, arrays)

    def at(self, point: balls.Point, component: tuple[int, ...]) -> balls.Point:
        """The point with the indices of one component of the gradient."""
        free = dict.fromkeys(self.question.indices, 0)
        return balls.Point(point.sizes, point.scalars, free | dict(zip(self.gradient.axes, component, strict=True)), point.arrays)

    def region(self, point: balls.Point) -> str:
        """Whether the point is "inside" the claim's region, on a "kink" that a hypothesis excludes, or "outside"."""
        every, tame = self._trials
        there = self.at(point, (0,) * len(self.gradient.axes))
        for trial, word in ((every, "inside"), (tame, "kink")):
            trial.evaluator.load(there)
            if trial.holds() is True and balls.admissible(trial.question, trial.evaluator, there):
                return word
        return "outside"

    def value(self, t: Term, point: balls.Point) -> tuple[Any, float] | None:
        """The value of a term: a narrow ball and its middle as a float; None where it has no value or the ball stays wide."""
        from flint import arb

        for precision in PRECISIONS:
            found = balls.value(t, point, precision)
            if found is balls.UNDEFINED:
                return None
            if isinstance(found, balls.Answer):
                continue
            ball = arb(found)
            if float(ball.rad()) <= 2.0**-80 * float(abs(ball.mid())) or float(ball.rad()) < 1e-300:
                return ball, float(ball.mid())
        return None

    def exact(self, point: balls.Point, component: tuple[int, ...]) -> tuple[Any, float] | None:
        return self.value(self.term, self.at(point, component))

    def scale(self, point: balls.Point, component: tuple[int, ...]) -> float:
        """The largest number whose last place an honest computation may miss by a few units."""
        there = self.at(point, component)
        found = [self.value(t, there) for t in self._scales]
        return max((abs(v[1]) for v in found if v is not None), default=0.0)

    @cached_property
    def _scales(self) -> tuple[Term, ...]:
        return magnitude(self.term), self._condition

    @cached_property
    def _condition(self) -> Term:
        """The sum of |input * derivative by the input| over all inputs."""
        parts = [ZERO]
        inputs = [*self.question.symbols]
        for name, sort, shape in self.question.arrays:
            if name != self.gradient.cotangent.args[0]:
                inputs.append(entry(name, sort, shape, tuple(index(f"near{k}", s) for k, s in enumerate(shape))))
        for v in inputs:
            try:
                part = fn("abs", mul(v, differentiate(self.term, v)))
            except Unsupported:
                continue
            for i in reversed(v.args[3] if v.op == "entry" else ()):
                part = total(part, i)
            parts.append(part)
        return add(*parts)

    def around(self, point_of: Any, component: tuple[int, ...]) -> tuple[float, float] | None:
        """The least and the largest value near a kink: what lies between them is a legal choice."""
        rng = np.random.default_rng(0)
        directions = [[1], [-1], *(rng.choice([-1, 1], 16).tolist() for _ in range(DIRECTIONS))]
        found = [self.exact(point_of(moved), component) for moved in directions]
        values = [v[1] for v in found if v is not None]
        return (min(values), max(values)) if values else None


def magnitude(t: Term) -> Term:
    """The sum of the absolute values of the terms of t, through sums and products."""
    if t.op == "num":
        return fn("abs", t)
    if t.op in ("add", "mul"):
        return (add if t.op == "add" else mul)(*map(magnitude, t.args))
    if t.op == "sum":
        return total(magnitude(t.args[0]), t.args[1])
    return fn("abs", t)


def shape_of(gradient: Gradient, sizes: dict[Term, int]) -> tuple[int, ...]:
    """The shape of the gradient."""
    return tuple(size_of(i.args[1], sizes) for i in gradient.axes)
