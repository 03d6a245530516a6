"""Stages: a question at fixed sizes and indices, its coordinates, and how to make its hypotheses hold exactly.

A point on a stage is a list of exact rationals, one per coordinate (a scalar or one entry of an array). Equations among the
hypotheses are solved, never sampled: affine ones by elimination, curved ones along a line from a solution that is known.
A recursion along an axis is carried out place by place.
Inequalities are met by moving one coordinate at a time into the interval that they leave.
Nothing here decides anything: a point counts only once `Trial` has found that every hypothesis holds there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from random import Random
from typing import Any, NamedTuple

from flint import arb, fmpq

from derive.kernel.balls import Key, Point, Trial
from derive.kernel.evaluator import Evaluator
from derive.kernel.jets import HALF, ONE, TWO, ZERO, Value
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.sizes import step_of
from derive.statement.term import BINDERS, Term, free, make, show, subterms
from derive.statement.term import ZERO as FIRST

Values = list[fmpq]
Direction = dict[int, fmpq]  # coordinate number -> how fast it moves


@dataclass
class Range:
    """What may stand in a coordinate: an interval, whole numbers only or not, never 0 or not."""

    low: fmpq | None = None
    high: fmpq | None = None
    open_low: bool = False
    open_high: bool = False
    whole: bool = False
    nonzero: bool = False

    def narrow(self, low: fmpq | None = None, high: fmpq | None = None, strict: bool = False) -> None:
        if low is not None and (self.low is None or low > self.low or low == self.low and strict):
            self.low, self.open_low = low, strict
        if high is not None and (self.high is None or high < self.high or high == self.high and strict):
            self.high, self.open_high = high, strict

    def holds(self, v: fmpq) -> bool:
        return not (
            self.low is not None and (v < self.low or self.open_low and v == self.low)
            or self.high is not None and (v > self.high or self.open_high and v == self.high)
            or self.whole and v.q != 1
            or self.nonzero and not v
        )  # fmt: skip

    def fit(self, v: fmpq) -> fmpq:
        """A value in the range, v itself where it can be."""
        if self.holds(v):
            return v
        if self.whole:
            v = fmpq(v.floor())
        if self.low is not None and self.high is not None:
            if self.whole:
                first = fmpq(self.low.ceil()) + (1 if self.open_low and self.low.q == 1 else 0)
                last = fmpq(self.high.floor()) - (1 if self.open_high and self.high.q == 1 else 0)
                return first + (abs(v) - (abs(v) / (last - first + 1)).floor() * (last - first + 1)) if last >= first else first
            share = abs(v) / (1 + abs(v))
            return self.low + (self.high - self.low) * (share or HALF)
        if self.low is not None and not self.holds(v):
            v = TWO * self.low - v if v < self.low else v + 1
            if self.whole:
                v = fmpq(v.ceil())
        if self.high is not None and not self.holds(v):
            v = TWO * self.high - v if v > self.high else v - 1
            if self.whole:
                v = fmpq(v.floor())
        return v if self.holds(v) else v + 1


def range_of(sort: str) -> Range:
    """The range that a sort allows."""
    found = Range(whole="integer" in sort, nonzero=sort == "nonzero")
    if sort.startswith("positive"):
        found.narrow(low=ZERO, strict=True)
    elif sort.startswith("nonnegative"):
        found.narrow(low=ZERO)
    elif sort == "negative":
        found.narrow(high=ZERO, strict=True)
    elif sort == "nonpositive":
        found.narrow(high=ZERO)
    return found


def ranges(question: Question) -> dict[Term | str, Range]:
    """The range of each scalar and each array, from its sort and from the hypotheses that bound it by a number."""
    found: dict[Term | str, Range] = {t: range_of(t.args[1]) for t in (*question.symbols, *question.sizes)}
    found |= {name: range_of(sort) for name, sort, _ in question.arrays}
    for h in (*question.given, *question.schematic):
        for part in _conjuncts(h):
            if part.op not in ("lt", "le"):
                continue
            left, right = part.args
            for inner, bound, side in ((left, right, "high"), (right, left, "low")):
                key = _owner(inner, h not in question.schematic)
                if key is not None and bound.op == "num":
                    number = fmpq(bound.args[0].numerator, bound.args[0].denominator)
                    found[key].narrow(**{side: number}, strict=part.op == "lt")
    return found


def _owner(t: Term, universal: bool) -> Term | str | None:
    """The scalar, or the array all of whose entries, t stands for."""
    if t.op == "sym":
        return t
    if t.op == "entry" and universal and all(u.op == "index" for u in t.args[3]) and len(set(t.args[3])) == len(t.args[3]):
        return str(t.args[0])
    return None


def _conjuncts(t: Term) -> Iterator[Term]:
    if t.op == "and":
        for u in t.args:
            yield from _conjuncts(u)
    elif t.op == "not" and t.args[0].op in _OPPOSITE:
        u = t.args[0]
        yield make(_OPPOSITE[u.op], *(reversed(u.args) if u.op in ("lt", "le") else u.args))
    elif t.op == "not" and t.args[0].op == "or":
        for u in t.args[0].args:
            yield from _conjuncts(make("not", u))
    else:
        yield t


_OPPOSITE = {"lt": "le", "le": "lt", "eq": "ne", "ne": "eq"}


class Coordinate(NamedTuple):
    """A scalar, or one entry of an array."""

    key: Term | str
    at: Key | None
    range: Range


class Atom(NamedTuple):
    """One relation of a hypothesis, `right - left` compiled, at one choice of its universal indices."""

    op: str
    gap: Callable[[], Value]
    at: tuple[tuple[Term, int], ...]
    touches: frozenset[int]  # the coordinates that it may depend on
    head: Head | None = None


class Head(NamedTuple):
    """What an equation defines: the entry at place 0 or t + 1 of an axis, its coordinate, and the side of the equation it is on."""

    place: int
    coordinate: int
    side: int


class Stage:
    """A question at given sizes and indices; ValueError where a hypothesis about these alone fails, or a shape does not fit."""

    def __init__(
        self,
        trial: Trial,
        sizes: dict[Term, int],
        indices: dict[Term, int],
        allowed: dict[Term | str, Range],
        rng: Random,
        budget: Budget,
    ) -> None:
        self.trial, self.evaluator, self.sizes, self.indices = trial, trial.evaluator, sizes, indices
        self.rng, self.budget = rng, budget
        question = trial.question
        self.evaluator.load(Point(sizes, {}, indices))
        self.scalars = question.symbols
        self.arrays = [(name, list(product(*(range(self.length(s)) for s in shape)))) for name, _, shape in question.arrays]
        self.coordinates = [Coordinate(t, None, allowed[t]) for t in self.scalars]
        self.coordinates += [Coordinate(name, key, allowed[name]) for name, keys in self.arrays for key in keys]
        self._numbers = {(c.key, c.at): n for n, c in enumerate(self.coordinates)}
        self._cells: list[tuple[Any, Any]] = []  # where the value of each coordinate stands in the evaluator
        self._placed: list[Any] = []  # and what was put there last
        for h in (*question.given, *question.schematic):
            if not any(u.op == "entry" or u in self.scalars for u in subterms(h)):
                test = self.evaluator.test if h in question.schematic else self.evaluator.test_all
                if self.evaluator.attempt(test(h)) is not True:
                    raise ValueError(f"{show(h)} does not hold here")
        self._atoms: list[Atom] | None = None

    def length(self, dim: Term) -> int:
        """A size at this stage; ValueError where it is no whole number, or too many for a search."""
        n = self.evaluator.attempt(self.evaluator.compile(dim))
        if type(n) is not fmpq or n.q != 1 or not 0 <= n <= 64:
            raise ValueError(f"{show(dim)} is no size here")
        return int(n.p)

    # --- points

    def put(self, values: Values) -> None:
        """Make these values the evaluator's current point."""
        evaluator = self.evaluator
        if evaluator.owner is not self:
            self._take(evaluator)
        for k, (old, new) in enumerate(zip(self._placed, values, strict=True)):
            if new is not old:
                where, key = self._cells[k]
                where[key] = new
        self._placed = list(values)
        evaluator.memo.clear()

    def _take(self, evaluator: Evaluator) -> None:
        """Make this stage the one that places points."""
        evaluator.load(Point(self.sizes, {}, self.indices))
        for t in self.scalars:
            evaluator.place(t, ZERO)
        arrays: dict[Any, dict[Key, fmpq]] = {name: {} for name, _ in self.arrays}
        for name, entries in arrays.items():
            evaluator.place(name, entries)
        evaluator.owner = self
        self._cells = [(evaluator.values, evaluator.slot(c.key)) if c.at is None else (arrays[c.key], c.at) for c in self.coordinates]
        self._placed = [None] * len(self.coordinates)

    def point(self, values: Values) -> Point:
        """These values as a point."""
        exact = [Fraction(int(v.p), int(v.q)) for v in values]
        arrays, place = {}, len(self.scalars)
        for name, keys in self.arrays:
            arrays[name] = dict(zip(keys, exact[place:], strict=False))
            place += len(keys)
        return Point(self.sizes, dict(zip(self.scalars, exact, strict=False)), self.indices, arrays)

    def inside(self, values: Values) -> bool:
        """Whether each value is in the range of its coordinate."""
        return all(c.range.holds(v) for c, v in zip(self.coordinates, values, strict=True))

    def fit(self, raw: Iterable[fmpq]) -> Values:
        """Values in range, near the raw ones."""
        return [c.range.fit(v) for c, v in zip(self.coordinates, raw, strict=True)]

    # --- hypotheses

    @property
    def atoms(self) -> list[Atom]:
        """The relations of all hypotheses, for every value of their universal indices; of an `or`, one part drawn by lot."""
        if self._atoms is None:
            question = self.trial.question
            self._atoms = []
            for h in dict.fromkeys((*question.given, *question.schematic)):
                universal = h not in question.schematic
                for part in self._drawn(h):
                    if part.op in ("lt", "le", "eq", "ne"):
                        run = self._gap_of(part)
                        over = sorted((v for v in free(part) if v.op == "index"), key=show) if universal else []
                        for at in islice(self.choices(over), 81):
                            self._atoms.append(Atom(part.op, run, at, self._touched(part, at), self._head(part, at) if universal else None))
        return self._atoms

    def _touched(self, part: Term, at: tuple[tuple[Term, int], ...]) -> frozenset[int]:
        """The coordinates that stand in a relation: all of an array where a place in it is not plain."""
        places = {**self.indices, **dict(at)}
        for u in subterms(part):
            if u.op in BINDERS:
                places.pop(u.args[1], None)
        found: set[int] = set()
        for u in subterms(part):
            if u.op == "sym":
                found |= {n for n in (self._numbers.get((u, None)),) if n is not None}
            elif u.op == "entry":
                key: Any = tuple(int(p.args[0]) if p.op == "num" else places.get(p) for p in u.args[3])
                n = self._numbers.get((u.args[0], key))
                found |= {n} if n is not None else {n for n, c in enumerate(self.coordinates) if c.key == u.args[0]}
        return frozenset(found)

    def _drawn(self, h: Term) -> Iterator[Term]:
        for part in _conjuncts(h):
            if part.op == "or":
                yield from self._drawn(self.rng.choice(part.args))
            else:
                yield part

    def _gap_of(self, part: Term) -> Callable[[], Value]:
        left, right = (self.evaluator.compile(u) for u in part.args)
        return lambda: right() - left()

    def _head(self, part: Term, at: tuple[tuple[Term, int], ...]) -> Head | None:
        """The entry that an equation defines along an axis, where it does."""
        places = {**self.indices, **dict(at)}
        for side, head in enumerate(part.args if part.op == "eq" else ()):
            if head.op != "entry" or head in subterms(part.args[1 - side]):
                continue
            steps = [step_of(p) for p in head.args[3]]
            key = [places.get(p if t is None else t, 0) + (t is not None) for p, t in zip(head.args[3], steps, strict=True)]
            moving = [k for p, t, k in zip(head.args[3], steps, key, strict=True) if t is not None or p is FIRST]
            plain = all(t is not None or p is FIRST or p in places for p, t in zip(head.args[3], steps, strict=True))
            found = self._numbers.get((head.args[0], tuple(key))) if plain and len(moving) == 1 else None
            if found is not None:
                return Head(moving[0], found, side)
        return None

    def choices(self, over: list[Term]) -> Iterator[tuple[tuple[Term, int], ...]]:
        """Every value of these indices, as far as their ranges are fixed at this stage."""
        try:
            lengths = [self.length(v.args[1]) for v in over]
        except ValueError:
            return
        for at in product(*map(range, lengths)):
            yield tuple(zip(over, at, strict=True))

    def gap(self, atom: Atom) -> Any:
        """right - left of a relation at the current point, or an Answer."""
        return self.run(atom.gap, atom.at)

    def run(self, run: Callable[[], Value], at: tuple[tuple[Term, int], ...], precision: int = 64) -> Any:
        """What `run` gives at the current point with these indices."""
        self.budget.spend(0)  # no step, but it ends where time is up
        for key, k in at:
            self.evaluator.turn(key, k)
        try:
            return self.evaluator.attempt(run, precision)
        finally:
            for key, _ in at:
                if key in self.indices:
                    self.evaluator.turn(key, self.indices[key])

    def gaps(self, values: Values, atoms: Iterable[Atom]) -> list[Any]:
        self.put(values)
        return [self.gap(a) for a in atoms]

    def miss(self, values: Values, equations: Iterable[Atom]) -> bool:
        """Whether some of these equations are not met exactly."""
        self.put(values)
        return any(map(self.gap, equations))

    def hold(self, values: Values, atoms: Iterable[Atom]) -> bool:
        """Whether these relations certainly hold at these values."""
        self.put(values)
        return all(_met(a.op, self.gap(a)) for a in atoms)

    def repair(self, values: Values) -> Values | None:
        """Values near these at which all hypotheses hold, left as the current point; None where none was found."""
        self.put(values)
        if not self.trial.given or self.trial.holds():
            return values
        atoms = self.atoms
        curved = False
        before: Values = []
        gaps: list[Any] = []
        for _ in range(4 + 2 * len(self.coordinates)):
            gaps, before = self._gaps_after(before, values, gaps), values
            bad = [a for a, g in zip(atoms, gaps, strict=True) if not _met(a.op, g)]
            if not bad:
                return values if self.inside(values) and self.trial.holds() else None
            equations = [a for a in atoms if a.op == "eq"]
            if any(a.op == "eq" for a in bad):
                solved = self._carry_out(values, equations)
                if solved is None and not curved:
                    solved = self._scale(values, equations) or self._solve(values, equations)
                if solved is None:
                    curved = True
                    solved = self._bend(values, equations)
                if solved is None:
                    return None
                values = solved
                continue
            if all(a.head is not None for a in equations):
                equations = []  # they are carried out again afterwards
            moved = self._push(values, self.rng.choice(bad), [a for a in atoms if a not in bad and a.op in ("lt", "le")], equations)
            if moved is None:
                return None
            values = moved
        return None

    def _gaps_after(self, before: Values, values: Values, gaps: list[Any]) -> list[Any]:
        """The gaps of all relations, given what they were before some coordinates moved."""
        if not gaps:
            return self.gaps(values, self.atoms)
        moved = {k for k, (old, new) in enumerate(zip(before, values, strict=True)) if old != new}
        self.put(values)
        return [g if a.touches.isdisjoint(moved) else self.gap(a) for a, g in zip(self.atoms, gaps, strict=True)]

    # --- equations

    def _carry_out(self, values: Values, equations: list[Atom]) -> Values | None:
        """Each entry that a recursion defines as it says, from place 0 on; None where that does not meet every equation."""
        defining = sorted((a for a in equations if a.head is not None), key=lambda a: a.head.place if a.head else 0)
        if not defining:
            return None
        solved = list(values)
        for a in defining:
            (gap,) = self.gaps(solved, [a])
            if type(gap) is not fmpq or a.head is None:
                return None
            solved[a.head.coordinate] += -gap if a.head.side else gap
        return solved if not self.miss(solved, equations) else None

    def _scale(self, values: Values, equations: list[Atom]) -> Values | None:
        """Meet each equation by scaling a row of an array, an array, or all scalars: signs and proportions stay."""
        groups: dict[object, list[int]] = {}
        for k, c in enumerate(self.coordinates):
            groups.setdefault("" if c.at is None else c.key, []).append(k)
            if c.at is not None and len(c.at) > 1:
                groups.setdefault((c.key, c.at[:-1]), []).append(k)
        good: list[Atom] = []
        for a in equations:
            if not _met("eq", self.gaps(values, [a])[0]):
                for group in groups.values():
                    d = {k: values[k] for k in group if values[k]}
                    if a.touches.isdisjoint(d):
                        continue
                    moved = next((_moved(values, d, t) for t in self.zeros(values, d, a.gap, a.at) if t != -1), None)
                    if moved is not None and self.inside(moved) and not self.miss(moved, [a, *good]):
                        values = moved
                        break
                else:
                    return None
            good.append(a)
        return values

    def _slopes(self, values: Values, atoms: list[Atom]) -> list[list[fmpq | None]]:
        """For each coordinate, how fast each gap grows along it; None where that is no exact constant."""
        start = self.gaps(values, atoms)
        table: list[list[fmpq | None]] = []
        for k in range(len(values)):
            row: list[fmpq | None] = [ZERO if type(g) is fmpq else None for g in start]
            touched = [n for n, a in enumerate(atoms) if k in a.touches]
            if not touched:
                table.append(row)
                continue
            one, three = (self.gaps(_moved(values, {k: ONE}, fmpq(t)), [atoms[n] for n in touched]) for t in (1, 3))
            for n, b, c in zip(touched, one, three, strict=True):
                row[n] = _slope(start[n], b, c)
            table.append(row)
        return table

    def _eliminate(self, values: Values, equations: list[Atom]) -> tuple[list[Direction], list[Direction]]:
        """The affine equations solved for some coordinates, the pivots: how they answer to each gap, and to each other coordinate.

        Pivot p is -(sum over equations e of first[e][p] * gap e) - (sum over the other coordinates k of second[k][p] * move of k).
        """
        table = self._slopes(values, equations)
        order = [k for k in range(len(values)) if not self.coordinates[k].range.whole]
        self.rng.shuffle(order)
        order += [k for k in range(len(values)) if self.coordinates[k].range.whole]
        rows: list[tuple[int, dict[int, fmpq], Direction]] = []
        for e in range(len(equations)):
            # the row of this equation over the coordinates, cleared of the pivots so far
            row = {k: s for k in order if (s := table[k][e]) is not None and s}
            mix: dict[int, fmpq] = {e: ONE}
            for pivot, other, other_mix in rows:
                factor = row.get(pivot)
                if factor:
                    for k, s in other.items():
                        row[k] = row.get(k, ZERO) - factor * s
                    for k, s in other_mix.items():
                        mix[k] = mix.get(k, ZERO) - factor * s
            chosen = next((k for k in order if row.get(k)), None)
            if chosen is None:
                continue
            scale = 1 / row[chosen]
            row = {k: s * scale for k, s in row.items() if s}
            mix = {k: s * scale for k, s in mix.items() if s}
            cleared = []
            for pivot, other, other_mix in rows:
                factor = other.get(chosen)
                if factor:
                    other = {k: other.get(k, ZERO) - factor * row.get(k, ZERO) for k in {**other, **row}}
                    other_mix = {k: other_mix.get(k, ZERO) - factor * mix.get(k, ZERO) for k in {**other_mix, **mix}}
                cleared.append((pivot, other, other_mix))
            rows = [*cleared, (chosen, row, mix)]
        to_gaps: list[Direction] = [{} for _ in equations]
        to_moves: list[Direction] = [{} for _ in values]
        for pivot, row, mix in rows:
            for e, s in mix.items():
                to_gaps[e][pivot] = s
            for k, s in row.items():
                to_moves[k][pivot] = s
        return to_gaps, to_moves

    def _solve(self, values: Values, equations: list[Atom]) -> Values | None:
        """Solve the equations that are affine, all at once."""
        gaps = self.gaps(values, equations)
        if any(type(g) is not fmpq for g in gaps):
            return None
        solved = list(values)
        for g, answer in zip(gaps, self._eliminate(values, equations)[0], strict=True):
            solved = _moved(solved, answer, -g)
        if self.miss(solved, equations):
            return None
        return solved

    def directions(self, values: Values) -> list[Direction]:
        """Directions along which all equations that hold keep holding: the coordinate axes where there are none."""
        axes: list[Direction] = [{k: ONE} for k in range(len(values))]
        equations = [a for a in self.atoms if a.op == "eq"] if self.trial.given else []
        if not equations:
            return axes
        found = []
        open_ = [a for a, g in zip(equations, self.gaps(values, equations), strict=True) if not _met("eq", g)]
        for k, answer in enumerate(self._eliminate(values, equations)[1]):
            if answer.get(k) != ONE:  # a pivot answers to itself alone
                d = {k: ONE, **{p: -s for p, s in answer.items() if s}}
                touched = _touching(equations, d)
                if set(open_) <= set(touched) and all(self.hold(_moved(values, d, fmpq(t)), touched) for t in (1, 3)):
                    found.append(d)
        return found

    def _bend(self, values: Values, equations: list[Atom]) -> Values | None:
        """Solve curved equations one by one: along an axis where that works out exactly, else on a line through a known solution."""
        for a in equations:
            (g,) = self.gaps(values, [a])
            if _met("eq", g):
                continue
            if type(g) is not fmpq:
                return None
            others = [b for b in equations if b is not a and _met("eq", self.gaps(values, [b])[0])]
            solved = self._along_axes(values, a, others) or self._through_known(values, a, others)
            if solved is None:
                return None
            values = solved
        return values if not self.miss(values, equations) else None

    def _along_axes(self, values: Values, a: Atom, others: list[Atom]) -> Values | None:
        axes = list(range(len(values)))
        self.rng.shuffle(axes)
        for k in (k for k in axes if k in a.touches):
            for t in self.zeros(values, {k: ONE}, a.gap, a.at):
                moved = _moved(values, {k: ONE}, t)
                if self.coordinates[k].range.holds(moved[k]) and not self.miss(moved, [a, *_touching(others, {k: ONE})]):
                    return moved
        return None

    def _through_known(self, values: Values, a: Atom, others: list[Atom]) -> Values | None:
        """Where a line from a simple solution towards these values meets the equation again."""
        support = [k for k in sorted(a.touches) if self.gaps(values, [a]) != self.gaps(_moved(values, {k: ONE}, ONE), [a])]
        for pattern in islice(product((ZERO, ONE, -ONE, HALF, TWO), repeat=len(support)), 700):
            known = list(values)
            for k, v in zip(support, pattern, strict=True):
                known[k] = self.coordinates[k].range.fit(v)
            if self.miss(known, [a, *others]):
                continue
            toward = {k: values[k] - known[k] for k in support if values[k] != known[k]}
            for t in self.zeros(known, toward, a.gap, a.at):
                moved = _moved(known, toward, t)
                if t and self.inside(moved) and not self.miss(moved, [a, *others]):
                    return moved
            return known
        return None

    def zeros(self, values: Values, d: Direction, run: Callable[[], Value], at: tuple[tuple[Term, int], ...]) -> list[fmpq]:
        """The exact rational t at which an affine or quadratic function of t vanishes on the line values + t d."""
        samples = []
        for t in (0, 1, -1, 3):
            self.put(_moved(values, d, fmpq(t)))
            samples.append(self.run(run, at))
        return exact_zeros(samples)

    # --- inequalities

    def _push(self, values: Values, bad: Atom, good: list[Atom], equations: list[Atom]) -> Values | None:
        """Move along one direction so that `bad` is met, or comes nearer, while all that hold go on holding."""
        directions = self.directions(values) if equations else [{k: ONE} for k in range(len(values))]
        self.rng.shuffle(directions)
        best: Values | None = None
        for d in directions:
            if not _touching([bad], d):
                continue
            start, one, three = (self.gaps(_moved(values, d, fmpq(t)), [bad])[0] for t in (0, 1, 3))
            slope = _slope(start, one, three)
            if slope is None or bad.op == "ne":
                if one != start or bad.op == "ne":
                    found = self._scan(values, d, bad, good, equations)
                    if found is not None:
                        return found
                continue
            if not slope:
                continue
            span = self._span(values, d, good)
            edge = -start / slope
            up = slope > 0
            reached, t = _pick(span, edge, up, bad.op == "lt", self.rng)
            if t is None or not t:
                continue
            if any(self.coordinates[k].range.whole for k in d):
                t = fmpq(t.ceil()) if up else fmpq(t.floor())
            moved = _moved(values, d, t)
            if reached:
                return moved
            best = best or moved
        return best

    def _scan(self, values: Values, d: Direction, bad: Atom, good: list[Atom], equations: list[Atom]) -> Values | None:
        axis, atoms = next(iter(d)), [bad, *_touching([*good, *equations], d)]  # what holds and is not touched goes on holding
        for target in (0, 1, -1, fmpq(1, 2), 2, -2, fmpq(-1, 2), fmpq(1, 10), 5, -5, 100, -100, fmpq(1, 1000)):
            moved = _moved(values, d, target - values[axis])
            if self.inside(moved) and self.hold(moved, atoms):
                return moved
        return None

    def _span(self, values: Values, d: Direction, good: list[Atom]) -> tuple[fmpq | None, fmpq | None]:
        """The t for which the ranges and all affine ones of `good` go on holding along the line."""
        low: fmpq | None = None
        high: fmpq | None = None
        touched = _touching(good, d)
        zero, one, three = (self.gaps(_moved(values, d, fmpq(t)), touched) for t in (0, 1, 3))
        lines = [(g, s) for g, h, i in zip(zero, one, three, strict=True) if (s := _slope(g, h, i))]
        for k, speed in d.items():
            r = self.coordinates[k].range
            if r.low is not None:
                lines.append((values[k] - r.low, speed))
            if r.high is not None:
                lines.append((r.high - values[k], -speed))
        for gap, slope in lines:
            edge = -gap / slope
            if slope > 0:
                low = edge if low is None else max(low, edge)
            else:
                high = edge if high is None else min(high, edge)
        return low, high


def _moved(values: Values, d: Direction, t: fmpq) -> Values:
    moved = list(values)
    for k, speed in d.items():
        moved[k] = moved[k] + t * speed
    return moved


def _touching(atoms: Iterable[Atom], d: Direction) -> list[Atom]:
    """Those relations that may change along a direction."""
    return [a for a in atoms if not a.touches.isdisjoint(d)]


def _slope(zero: Any, one: Any, three: Any) -> fmpq | None:
    """The slope of an exactly affine function, given its values at 0, 1 and 3."""
    if type(zero) is fmpq and type(one) is fmpq and type(three) is fmpq and three - zero == 3 * (one - zero):
        return one - zero
    return None


def exact_zeros(samples: list[Any]) -> list[fmpq]:
    """The rational zeros of an affine or quadratic function, given exactly at 0, 1, -1 and 3."""
    if any(type(g) is not fmpq for g in samples):
        return []
    g, one, minus, three = samples
    square, linear = (one + minus) / 2 - g, (one - minus) / 2
    if 9 * square + 3 * linear + g != three:
        return []
    if not square:
        return [-g / linear] if linear else []
    inner = linear * linear - 4 * square * g
    if inner < 0:
        return []
    root = fmpq(inner.p.root(2), inner.q.root(2))
    if root * root != inner:
        return []
    return sorted({(-linear + root) / (2 * square), (-linear - root) / (2 * square)})


def _met(op: str, gap: Any) -> bool:
    """Whether left `op` right certainly holds, given right - left."""
    if type(gap) is fmpq:
        return bool({"lt": gap > 0, "le": gap >= 0, "eq": not gap, "ne": bool(gap)}[op])
    if type(gap) is arb:
        return bool({"lt": gap > 0, "le": gap >= 0, "eq": False, "ne": not gap.contains(0)}[op])
    return False


def _pick(span: tuple[fmpq | None, fmpq | None], edge: fmpq, up: bool, strict: bool, rng: Random) -> tuple[bool, fmpq | None]:
    """A t beyond the edge and within the span, and True; else the nearest that the span allows, and False."""
    low, high = span
    if up:
        end = high
        if low is not None and low > edge:
            edge, strict = low, True
    else:
        end = low
        if high is not None and high < edge:
            edge, strict = high, True
    step = fmpq(rng.randint(1, 8), rng.choice((1, 2, 3)))
    if end is None:
        return True, edge + step if up else edge - step
    if end > edge if up else end < edge:
        return True, edge + (end - edge) * fmpq(rng.randint(1, 7), 8)
    if end == edge:
        return not strict, edge
    return False, end * fmpq(3, 4)
