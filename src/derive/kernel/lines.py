"""Lines through a point on which a claim is likely to break: across its kinks and poles, and down to where it is tight.

Kinks lie where a critical expression vanishes or is whole. On a line that is solved exactly where the expression is affine or
quadratic, and by bisection otherwise. All that comes out are exact points to be tried; nothing here decides anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq

from derive.kernel.balls import Trial
from derive.kernel.jets import HALF, ONE, ZERO, Frame, Jet, Undefined, Unsure, Value
from derive.kernel.question import Question
from derive.kernel.stage import Direction, Stage, Values, exact_zeros
from derive.kernel.surds import names, roots
from derive.statement.term import Term, add, div, free, num, show, sub, subterms

FAR = tuple(fmpq(s * k) for k in (1, 10**3, 10**7, 10**12, 10**40) for s in (1, -1))
GRID = tuple(fmpq(s * k) for k in (0, fmpq(1, 10**6), fmpq(1, 1000), fmpq(1, 10), fmpq(1, 2), 1, 3, 10, 100, 10**4, 10**7) for s in (1, -1))


class Critical(NamedTuple):
    """An expression at whose zeros (or, `whole`, at whose integers) something may break; `over` are its bound indices."""

    run: Callable[[], Value]
    over: tuple[Term, ...]
    whole: bool


def criticals(question: Question, trial: Trial) -> list[Critical]:
    """The critical expressions of a question: arguments of kinks, boundaries of conditions, poles and ends of domains."""
    found: dict[tuple[Term, bool], None] = {}
    for side in question.everything:
        for t in subterms(side):
            for u in _breaks(t):
                found[u, False] = None
            if t.op in ("floor", "ceiling"):
                found[t.args[0], True] = None
            elif t.op == "mod":
                found[div(*t.args), True] = None
    if question.relation in ("ne", "lt"):
        found[sub(question.lhs, question.rhs), False] = None
    own = set(question.indices)
    syms = {*question.symbols, *question.sizes}
    result = []
    for t, whole in found:
        if all(v in syms for v in free(t) if v.op == "sym"):
            over = tuple(sorted((v for v in free(t) if v.op == "index" and v not in own), key=show))
            result.append(Critical(trial.evaluator.compile(t), over, whole))
    return result


def _breaks(t: Term) -> Iterator[Term]:
    """Expressions whose zeros matter to t."""
    op, a = t.op, t.args
    if op in ("abs", "sign", "heaviside", "log", "loggamma"):
        yield a[0]
    elif op in ("max", "min"):
        for k, u in enumerate(a):
            for v in a[:k]:
                yield sub(u, v)
    elif op in ("lt", "le", "eq", "ne"):
        yield sub(a[0], a[1])
    elif op == "pow" and not (a[1].op == "num" and a[1].args[0].denominator == 1 and a[1].args[0] >= 0):
        yield a[0]
    elif op in ("asin", "acos", "atanh", "erfinv"):
        yield add(a[0], num(1))
        yield sub(a[0], num(1))
    elif op == "acosh":
        yield sub(a[0], num(1))


class Line:
    """The points values + t * direction of a stage."""

    def __init__(self, stage: Stage, values: Values, direction: Direction) -> None:
        self.stage, self.values, self.direction = stage, values, direction

    def at(self, t: fmpq) -> Values:
        moved = list(self.values)
        for k, speed in self.direction.items():
            moved[k] = moved[k] + t * speed
        return moved

    @property
    def grid(self) -> list[fmpq]:
        """Parameters at which the leading coordinate takes plain values from tiny to huge."""
        k, speed = next(iter(self.direction.items()))
        return sorted({(g - self.values[k]) / speed for g in GRID})

    def kinks(self, found: list[Critical]) -> list[fmpq]:
        """The parameters at which a critical expression breaks, in order."""
        zeros: set[fmpq] = set()
        for c in found:
            for at in self.stage.choices(list(c.over)):
                zeros.update(Curve(self, c.run, at).breaks(c.whole))
        return sorted(zeros)


class Curve:
    """One expression along a line."""

    def __init__(self, line: Line, run: Callable[[], Value], at: tuple[tuple[Term, int], ...] = ()) -> None:
        self.line, self.run, self.over = line, run, at

    def at(self, t: fmpq) -> Any:
        self.line.stage.put(self.line.at(t))
        return self.line.stage.run(self.run, self.over)

    def breaks(self, whole: bool) -> list[fmpq]:
        """Where the expression vanishes, or is whole or half-way between: exactly where it is a parabola, else nearly."""
        samples = [self.at(fmpq(t)) for t in (0, 1, -1, 3)]
        if type(samples[0]) is fmpq and all(type(g) is fmpq and g == samples[0] for g in samples[1:]):
            return []
        levels = [ZERO]
        if whole:
            start = samples[0].floor() if type(samples[0]) is fmpq else 0
            levels = sorted({fmpq(k) + h for k in (start - 1, start, start + 1, start + 2, 0, 1) for h in (ZERO, HALF)})
        zeros = [z for level in levels for z in exact_zeros([g - level if type(g) is fmpq else g for g in samples])]
        if zeros or whole or _is_parabola(samples):
            return zeros or _irrational_zeros(samples)
        return self._by_bisection()

    def surds(self) -> list[Term]:
        """Values of the leading coordinate that are no fractions, at which the expression vanishes or touches 0."""
        samples = [self.at(fmpq(t)) for t in (0, 1, -1, 3)]
        k, speed = next(iter(self.line.direction.items()))
        start = self.line.values[k]
        if _is_parabola(samples):
            g, one, minus, _ = samples
            square, linear = ((one + minus) / 2 - g) / speed**2, (one - minus) / 2 / speed
            return roots(square, linear - 2 * square * start, square * start**2 - linear * start + g)
        found: dict[Term, None] = {}
        for t in self._by_bisection():
            found.update(dict.fromkeys(names(start + speed * self._refined(t))))
        return list(found)

    def _refined(self, t: fmpq) -> fmpq:
        """A zero near t to about 40 digits, by Newton's method; t itself where that does not work."""
        for _ in range(5):
            taylor = self._taylor(t)
            if taylor is None or taylor[0].contains(0) and taylor[1].contains(0) or not abs(taylor[1]) > 0:
                break
            move = simple(taylor[0] / taylor[1], 170)
            if abs(move) > ONE or not move:
                break
            t = simple(t - move, 170)
        return t

    def _by_bisection(self) -> list[fmpq]:
        """Rationals at, or closely to both sides of, each change of sign on a grid, and of each dip towards 0 between its points."""
        grid = self.line.grid
        values = [self.at(t) for t in grid]
        signs = [_sign(g) for g in values]
        zeros = [t for t, s in zip(grid, signs, strict=True) if s == 0]
        steps = list(zip(grid, signs, strict=True))
        for k in range(1, len(grid) - 1):
            s = signs[k]
            if s and signs[k - 1] == s == signs[k + 1] and abs(values[k]) <= min(abs(values[k - 1]), abs(values[k + 1]), key=approximate):
                low = self.lowest(approximate(grid[k - 1]), approximate(grid[k + 1]), partial(self.height, side=s))
                t = self.polished(exactly(low), 6, s)
                if grid[k - 1] < t < grid[k + 1]:
                    steps.append((t, _sign(self.at(t))))
                    zeros += [t, *self._plain(t)]
        steps = sorted(dict(steps).items())
        for (a, s), (b, r) in pairwise(steps):
            if s and r and s != r:
                zeros += self._bisected(a, b, s)
        return zeros

    def brackets(self) -> list[tuple[fmpq, fmpq]]:
        """Short intervals at whose ends the expression has opposite signs."""
        grid = self.line.grid
        steps = [(t, _sign(self.at(t))) for t in grid]
        pairs = [self._bisected(a, b, s) for (a, s), (b, r) in pairwise(steps) if s and r and s != r]
        return [(p[0], p[1]) for p in pairs if len(p) == 2 and p[0] < p[1]]

    def _bisected(self, a: fmpq, b: fmpq, s: int) -> list[fmpq]:
        """A zero between a, where the sign is s, and b; or rationals closely to both sides of it."""
        for _ in range(48):
            middle = (a + b) / 2
            m = _sign(self.at(middle))
            if not m:
                return [middle, *self._plain(middle)]
            a, b = (middle, b) if m == s else (a, middle)
        return self._plain(a) or [a, b]

    def _plain(self, t: fmpq) -> list[fmpq]:
        """A plain fraction near t at which the expression vanishes exactly."""
        return next(([q] for limit in (12, 1000) if _sign(self.at(q := nearest(t, limit))) == 0), [])

    def height(self, t: float, side: int = 1) -> float:
        """The expression as a float, turned over where side is -1; infinite where it has no value."""
        g = self.at(exactly(t))
        return side * approximate(g) if type(g) in (fmpq, arb) else math.inf

    def lowest(self, a: float, b: float, height: Callable[[float], float], steps: int = 44) -> float:
        """Where a function with one valley between a and b is lowest: golden section."""
        ratio = (math.sqrt(5) - 1) / 2
        x, y = b - ratio * (b - a), a + ratio * (b - a)
        fx, fy = height(x), height(y)
        for _ in range(steps):
            if fx <= fy:
                b, y, fy = y, x, fx
                x = b - ratio * (b - a)
                fx = height(x)
            else:
                a, x, fx = x, y, fy
                y = a + ratio * (b - a)
                fy = height(y)
        return x if fx <= fy else y

    def polished(self, t: fmpq, steps: int, side: int = 1) -> fmpq:
        """A lowest point near t to about 40 digits: Newton's method on the slope, in balls; t itself where that does not work."""
        for _ in range(steps):
            taylor = self._taylor(t)
            if taylor is None or not side * taylor[2] > 0:
                break
            move = simple(-taylor[1] / (2 * taylor[2]), 170)
            t = simple(t + move, 170)
            if not move:
                break
        return t

    def _taylor(self, t: fmpq) -> tuple[arb, arb, arb] | None:
        """The first three coefficients of the expression around t."""
        stage, frame = self.line.stage, Frame(1, 2)
        evaluator, values = stage.evaluator, self.line.at(t)
        stage.put(values)
        for over, position in self.over:
            evaluator.place(over, position)
        for k, speed in self.line.direction.items():
            key, at, _ = stage.coordinates[k]
            jet, slot = Jet(frame, [values[k], speed], 0, True), evaluator.slot(key)
            if at is None:
                evaluator.values[slot] = jet
            else:
                evaluator.values[slot][at] = jet
        before, ctx.prec, evaluator.depth = ctx.prec, 256, 1
        try:
            gap = self.run()
            if type(gap) is not Jet or gap.pole or len(gap.coefs) < 3 or any(type(c) not in (fmpq, arb) for c in gap.coefs):
                return None
            return arb(gap.coefs[0]), arb(gap.coefs[1]), arb(gap.coefs[2])
        except (Undefined, Unsure):
            return None
        finally:
            ctx.prec, evaluator.depth = before, 0
            evaluator.owner = None
            evaluator.memo.clear()


def _is_parabola(samples: list[Any]) -> bool:
    """Whether exact values at 0, 1, -1 and 3 lie on a parabola."""
    if any(type(g) is not fmpq for g in samples):
        return False
    g, one, minus, three = samples
    return bool(9 * ((one + minus) / 2 - g) + 3 * (one - minus) / 2 + g == three)


def _irrational_zeros(samples: list[Any]) -> list[fmpq]:
    """Rationals to both sides of the irrational zeros of a parabola, and its lowest point."""
    if not _is_parabola(samples):
        return []
    g, one, minus, _ = samples
    square, linear = (one + minus) / 2 - g, (one - minus) / 2
    if not square:
        return []
    vertex, inner = -linear / (2 * square), linear * linear - 4 * square * g
    if inner <= 0:
        return [vertex]
    half = simple(arb(inner).sqrt() / arb(2 * abs(square)), 60)
    tiny = max(abs(vertex), half) / 2**40
    return [vertex - half - tiny, vertex - half + tiny, vertex, vertex + half - tiny, vertex + half + tiny]


def _sign(g: Any) -> int | None:
    if type(g) is fmpq:
        return (g > 0) - (g < 0)
    if type(g) is arb:
        return 1 if g > 0 else -1 if g < 0 else None
    return None


def around(zeros: list[fmpq]) -> list[fmpq]:
    """Zeros on a line, what lies between them, and what lies beyond them, near and far."""
    if not zeros:
        return list(FAR)
    between = [(a + b) / 2 for a, b in pairwise(zeros)]
    beside = [z + side * fmpq(1, 10**30) for z in zeros[:8] for side in (1, -1)]  # a jump has its worst case just beside it
    beyond = [end + side * k for k in (ONE, *map(fmpq, (10**3, 10**7, 10**12, 10**40))) for end, side in ((zeros[0], -1), (zeros[-1], 1))]
    return list(dict.fromkeys([*zeros, *between, *beside, *beyond]))


# --- where an inequality is tight


class Valley:
    """rhs - lhs of an order claim, made small by moving along one direction at a time."""

    def __init__(self, stage: Stage, lhs: Callable[[], Value], rhs: Callable[[], Value]) -> None:
        self.stage = stage
        self.gap = lambda: rhs() - lhs()

    def descend(self, values: Values, directions: list[Direction], sweeps: int) -> Values:
        """Values near a lowest point, to about the accuracy of floats."""
        for _ in range(sweeps):
            for d in directions:
                t = self._lowest(Line(self.stage, values, d))
                if t:
                    values = [simple(v, 60) for v in Line(self.stage, values, d).at(exactly(t))]
        return values

    def _lowest(self, line: Line) -> float:
        """The parameter of a lowest point: the best of a grid, then between its neighbours."""
        curve = Curve(line, self.gap)

        def height(t: float) -> float:
            moved = line.at(exactly(t))
            if not self.stage.inside(moved):
                return math.inf
            self.stage.put(moved)
            return curve.height(t) if not self.stage.trial.given or self.stage.trial.holds() else math.inf

        grid = sorted({*map(approximate, line.grid), 0.0})
        heights = [height(t) for t in grid]
        best = min(range(len(grid)), key=heights.__getitem__)
        if not math.isfinite(heights[best]):
            return 0.0
        t = curve.lowest(grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)], height)
        return t if height(t) < heights[best] else grid[best]

    def polish(self, values: Values, directions: list[Direction], sweeps: int) -> Values:
        """A lowest point to about 40 digits, one direction after the other."""
        for _ in range(sweeps):
            before = values
            for d in directions:
                line = Line(self.stage, values, d)
                moved = line.at(Curve(line, self.gap).polished(ZERO, 4))
                if self.stage.inside(moved):
                    values = [simple(v, 170) if k in d else v for k, v in enumerate(moved)]
            if values == before:
                break
        return values


def simple(v: fmpq | arb, bits: int) -> fmpq:
    """A rational within about 2**-bits of v, relative to max(1, |v|), with a power of two below.

    0 where a ball lies at a number such as exp(10**40) or exp(-10**40), which nobody can write down.
    """
    if isinstance(v, arb):
        middle = v.mid()
        if not arb(2) ** -1000 < abs(middle) < arb(2) ** 1000:
            return ZERO
        q = middle.fmpq()
    else:
        q = v
    if q.height_bits() <= bits:
        return q
    scale = fmpq(2) ** bits
    return fmpq((q * scale + HALF).floor()) / scale


def nearest(v: fmpq, limit: int) -> fmpq:
    """The fraction nearest to v whose denominator is at most `limit`."""
    q = Fraction(int(v.p), int(v.q)).limit_denominator(limit)
    return fmpq(q.numerator, q.denominator)


def exactly(t: float) -> fmpq:
    """A float as the rational that it is."""
    return fmpq(*t.as_integer_ratio())


def approximate(v: fmpq | arb) -> float:
    """v as a float, infinite where it is too large."""
    return float(arb(v).mid())
