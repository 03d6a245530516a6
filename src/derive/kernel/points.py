"""The search for a counterexample: which exact points to try, in which order, within a budget.

Three efforts, each with its own random numbers:
    0  some twenty plain points over small sizes and every pattern of equal indices
    1  special values, ties, every kink, pole and boundary along lines, far and tiny points, the lowest points of inequalities, integers
    2  more of the same, larger sizes, lines in two variables
The points depend on the question alone. Every point that is evaluated spends one step of the budget; Exhausted is never caught
here, so it ends the search and reaches the caller, for whom it means: nothing found within the budget.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice, pairwise, product
from math import prod
from random import Random

from flint import arb, fmpq

from derive.kernel.balls import Point, Trial, admissible, trial
from derive.kernel.jets import HALF, ONE, TWO, ZERO
from derive.kernel.lines import Critical, Curve, Line, Valley, around, criticals, nearest
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.stage import Direction, Range, Stage, Values, ranges
from derive.kernel.surds import CONSTANTS
from derive.kernel.verdict import Counterexample
from derive.statement.term import Term, free, subterms

Style = str | int | fmpq

QUICK: tuple[Style, ...] = ("small", "small", fmpq(1), "units", "zero", fmpq(100), fmpq(1, 100), "one", "small", fmpq(10), "units", "small")
TELLING: tuple[Style, ...] = (
    "zero", "one", "half", "minus", "equal", "pair", "first", "last", "rising", "falling", "units", "units",
    fmpq(1, 10**6), fmpq(1, 10**12), fmpq(10**3), fmpq(10**6), fmpq(10**8), fmpq(10**12), fmpq(10**40),
)  # fmt: skip
DEEP = {0: 1024, 1: 4096, 2: 16384}  # bits at a few points
STEPS = {0: 20_000, 1: 40_000, 2: 120_000}  # evaluations and loop steps of each effort, shared by its stages


def search(question: Question, budget: Budget, effort: int = 0, at_kinks: bool = True) -> Counterexample | None:
    """A counterexample, at the smallest sizes at which one was found; None where the search ends without one."""
    try:
        return next((found for found in Hunt(question, budget, effort, at_kinks).run() if found is not None), None)
    except RecursionError:
        return None  # nested too deeply to be looked at


def satisfying(question: Question, budget: Budget) -> Point | None:
    """A point at which every hypothesis holds, so that the question is not empty."""
    try:
        hunt = Hunt(question, budget, 1, True)
    except RecursionError:
        return None
    for stage in hunt.stages():
        for style in ("small", fmpq(1), "units", "one", "zero", "small", fmpq(10), "small", "units", "small", fmpq(1)):
            budget.spend(1)
            values = hunt.values(stage, style)
            if values is not None:
                point = stage.point(values)
                if hunt.trial.holds((64, 256, 1024)) and admissible(question, hunt.trial.evaluator, point):
                    return point
    return hunt.surd_satisfying()


def satisfying_points(question: Question, budget: Budget) -> Iterator[Point]:
    """Plain points at which every hypothesis holds, as far as a first look finds them."""
    hunt = Hunt(question, budget, 0, True)
    for stage, style, _ in hunt.plain():
        if hunt.spent:
            return
        budget.spend(1)
        hunt.trial.evaluator.steps += 4
        values = hunt.values(stage, style)
        if values is not None and stage.inside(values):
            yield stage.point(values)


def satisfiable(question: Question, budget: Budget) -> bool:
    """Whether some point satisfies every hypothesis: one that was found, or one that must lie where an equation changes sign."""
    if satisfying(question, budget) is not None:
        return True
    try:
        return Hunt(question, budget, 1, True).crossing()
    except RecursionError:
        return False


MOST_PLACES = 400  # of the free indices


class Hunt:
    """One search: the question compiled, its random numbers, and how much it may still try."""

    def __init__(self, question: Question, budget: Budget, effort: int, at_kinks: bool) -> None:
        self.question, self.budget, self.effort, self.at_kinks = question, budget, effort, at_kinks
        self.trial: Trial = trial(question)
        self.rng = Random(fingerprint(question) + effort)
        self.allowed = ranges(question)
        self.until = self.trial.evaluator.steps + STEPS[effort]
        self.seen: set[tuple[object, ...]] = set()

    def surd_satisfying(self) -> Point | None:
        """A point with one scalar that is no fraction, at which the hypotheses hold."""
        found = criticals(self.question, self.trial)
        for stage in islice(self.stages(), 2):
            for k in [k for k, c in enumerate(stage.coordinates) if c.at is None and not c.range.whole]:
                for style in ("small", "one", "small"):
                    values = stage.fit(self.drawn(style, len(stage.coordinates)))
                    for t in self._surds_along(stage, values, k, found):
                        self.budget.spend(1)
                        point = _with_surd(stage, values, k, t)
                        self.trial.evaluator.load(point)
                        if self.trial.holds() and admissible(self.question, self.trial.evaluator, point):
                            return point
        return None

    def crossing(self) -> bool:
        """Whether one scalar equation must hold somewhere on a short interval on which all other hypotheses hold.

        Its two sides have values on the whole interval, as a ball shows, so their difference is continuous there; it changes sign.
        """
        evaluator, trial = self.trial.evaluator, self.trial
        equations = [n for n, h in enumerate(trial.hypotheses) if h.op == "eq" and not any(v.op == "index" for v in free(h))]
        for stage in islice(self.stages(), 2):
            for n, k in product(equations, range(len(stage.scalars))):
                left, right = (evaluator.compile(u) for u in trial.hypotheses[n].args)
                for style in ("small", "one", "small"):
                    self.budget.spend(1)
                    values = stage.fit(self.drawn(style, len(stage.coordinates)))
                    line = Line(stage, values, {k: ONE})
                    gap = Curve(line, lambda left=left, right=right: right() - left())  # type: ignore[misc]
                    for a, b in gap.brackets():
                        ends = [line.at(t) for t in (a, b)]
                        if not all(map(stage.inside, ends)):
                            continue
                        stage.put(values)
                        evaluator.place(stage.scalars[k], arb(ends[0][k]).union(arb(ends[1][k])))
                        evaluator.owner = None
                        others = [test for m, test in enumerate(trial.given) if m != n]
                        if type(evaluator.attempt(gap.run)) is arb and all(evaluator.attempt(test) is True for test in others):
                            return True
        return False

    # --- trying

    def attempt(self, stage: Stage, values: Values | None, deep: int = 256) -> Counterexample | None:
        """The counterexample at these values, if they are one."""
        if values is None or self.spent:
            return None
        # FLINT hashes a fraction by making one of Python's.
        mark = (*stage.sizes.values(), *stage.indices.values(), *(part for v in values for part in (v.p, v.q)), deep)
        if mark in self.seen or not stage.inside(values):
            return None
        self.seen.add(mark)
        self.budget.spend(1)
        self.trial.evaluator.steps += 4
        stage.put(values)
        precision = self.trial.refuted(deep, self.at_kinks)
        if not precision:
            return None
        return self.trial.compare(stage.point(self._plainer(stage, values, precision)), precision, self.at_kinks)

    def _plainer(self, stage: Stage, values: Values, precision: int) -> Values:
        """Values that refute in the same way and are plainer to read, found one coordinate at a time."""
        one_sided, left = self.trial.one_sided, 120
        for k in range(len(values)):
            for v in plainer(values[k]):
                if left and stage.coordinates[k].range.holds(v):
                    left -= 1
                    self.budget.spend(0)
                    changed = [*values[:k], v, *values[k + 1 :]]
                    stage.put(changed)
                    if self.trial.refuted(precision, self.at_kinks) and self.trial.one_sided is one_sided:
                        values = changed
                        break
        return values

    @property
    def spent(self) -> bool:
        """Whether this stage has had its share."""
        return self.trial.evaluator.steps > self.until

    def values(self, stage: Stage, style: Style) -> Values | None:
        """Values of one style at which the hypotheses hold."""
        return stage.repair(stage.fit(self.drawn(style, len(stage.coordinates))))

    def drawn(self, style: Style, count: int) -> list[fmpq]:
        """Raw numbers of one style."""
        rng = self.rng
        if isinstance(style, fmpq):
            return [style * fmpq(rng.randint(-1000, 1000), rng.choice((1000, 997, 512))) for _ in range(count)]
        if style == "small":
            return [fmpq(rng.randint(-9, 9), rng.choice((1, 1, 2, 3, 4))) for _ in range(count)]
        if style == "units":
            return [rng.choice((ZERO, ONE, -ONE, HALF, -HALF, fmpq(2))) for _ in range(count)]
        if style == "equal":
            return [fmpq(rng.randint(-9, 9), rng.choice((1, 2, 3)))] * count
        if style == "pair":
            pair = [fmpq(rng.randint(-9, 9), rng.choice((1, 2))) for _ in range(max(1, count - 1))]
            return [rng.choice(pair) for _ in range(count)]
        if style in ("zero", "one", "half", "minus"):
            return [{"zero": ZERO, "one": ONE, "half": HALF, "minus": -ONE}[style]] * count
        if style in ("first", "last"):
            return [ONE if k == (0 if style == "first" else count - 1) else ZERO for k in range(count)]
        return [fmpq(k + 1 if style == "rising" else count - k) for k in range(count)]

    def run(self) -> Iterator[Counterexample | None]:
        """Everything that this effort tries, stage by stage."""
        yield from self._quick()
        stages = list(self.stages()) if self.effort else []
        kinds = [self._telling, self._whole_numbers, self._lines, self._surds]
        if self.question.relation in ("le", "lt"):
            kinds.append(self._lowest)
        for stage in stages:
            for kind in kinds:
                self.until = self.trial.evaluator.steps + STEPS[self.effort] // (len(kinds) * len(stages))
                for found in kind(stage):
                    yield found
                    if self.spent:
                        break
        if self.effort > 1:
            yield from self._large()

    # --- sizes and indices

    def stages(self) -> Iterator[Stage]:
        """Stages in order of size, at each size one for each kind of choice of the free indices."""
        return self._stages_at(self.sizes())

    def _stages_at(self, rows: list[dict[Term, int]]) -> Iterator[Stage]:
        for sizes in rows:
            # where every range is a number, each place has its turn
            most = (4, 4, 9)[self.effort] if self.question.sizes else (4, 64, MOST_PLACES)[self.effort]
            for indices in islice(self.indices(sizes), most):
                with suppress(ValueError):
                    yield Stage(self.trial, sizes, indices, self.allowed, self.rng, self.budget)

    def sizes(self) -> list[dict[Term, int]]:
        """Sizes to try, small ones first, at which the hypotheses about sizes alone hold."""
        names = self.question.sizes
        count = len(names)
        mixed = [tuple(range(2, 2 + count)), tuple(range(1 + count, 1, -1))] if count > 1 else []
        rows = [(1,) * count, (2,) * count, *mixed, (3,) * count]
        if self.effort >= 1:
            rows += [(4,) * count, *islice(product((1, 2, 3), repeat=count), 9)]
        if self.effort >= 2:
            rows += [(5,) * count, *islice(product((3, 5, 1, 4), repeat=count), 16)]
        if not self.question.symbols and not self.question.arrays and self.effort:
            rows += islice(product(range(1, 9), repeat=count), 200)
        least = [int(r.low.floor()) - 1 if (r := self.allowed[t]).low is not None and r.low > 1 else 0 for t in names]
        rows = sorted({tuple(n + m for n, m in zip(row, least, strict=True)) for row in rows}, key=lambda row: (sum(row), row))
        rows += [(0,) * count] if count else []
        chosen = [row for row in rows if self._possible(row)]
        if not chosen:
            # small sizes are ruled out: look further, for the first few that are not
            wide = islice(product(*(range(m + 1, m + 13) for m in least)), 3000)
            chosen = list(islice((row for row in wide if self._possible(row)), 4))
        return [dict(zip(names, row, strict=True)) for row in chosen]

    def _possible(self, row: tuple[int, ...]) -> bool:
        """Whether sizes are of their sort and meet the hypotheses about sizes alone."""
        names = self.question.sizes
        if not all(self.allowed[t].holds(fmpq(n)) for t, n in zip(names, row, strict=True)):
            return False
        evaluator = self.trial.evaluator
        evaluator.load(Point(dict(zip(names, row, strict=True))))
        return all(
            evaluator.attempt(evaluator.test(h)) is True
            for h in self.question.given
            if free(h) <= set(names) and not any(u.op == "entry" for u in subterms(h))
        )

    def indices(self, sizes: dict[Term, int]) -> Iterator[dict[Term, int]]:
        """Values of the free indices: one for each pattern of smaller, equal and larger, then all others at high effort."""
        found = list(islice(self._positions(sizes, list(self.question.indices)), MOST_PLACES))
        names = self.question.indices
        first: dict[tuple[object, ...], dict[Term, int]] = {}
        for at in found:
            pattern = tuple((at[a] > at[b]) - (at[a] < at[b]) for k, a in enumerate(names) for b in names[:k] if a.args[1] is b.args[1])
            first.setdefault(pattern, at)
        yield from first.values()
        if self.effort:
            rest = [at for at in found if at not in first.values()]
            self.rng.shuffle(rest)
            yield from rest

    def _positions(self, sizes: dict[Term, int], names: list[Term]) -> Iterator[dict[Term, int]]:
        if not names:
            yield {}
            return
        # an index whose range depends on others comes after them
        later = next(v for v in names if not any(v in free(u.args[1]) for u in names))
        for at in self._positions(sizes, [v for v in names if v is not later]):
            evaluator = self.trial.evaluator
            evaluator.load(Point(sizes, {}, at))
            n = evaluator.attempt(evaluator.compile(later.args[1]))
            if type(n) is fmpq and n.q == 1:
                for k in range(min(int(n.p), 64)):
                    yield {**at, later: k}

    # --- what is tried

    def _quick(self) -> Iterator[Counterexample | None]:
        for stage, style, close in self.plain():
            yield self.attempt(stage, self.values(stage, style), 1024 if close else 256)

    def plain(self) -> Iterator[tuple[Stage, Style, bool]]:
        """Some twenty times a stage and a style, and whether the point is to be looked at closely."""
        stages = list(self.stages())
        rounds = max(1, min(len(QUICK), 20 // max(1, len(stages))))
        styles = list(QUICK)
        for k, stage in enumerate(stages):
            for r in range(rounds):
                style = styles[(k + r) % len(styles)]
                # two points are looked at closely: an error may be as small as 1e-80
                close = r == 0 and k in (0, len(stages) - 1) or r == 1 == len(stages)
                yield stage, style, close

    def _large(self) -> Iterator[Counterexample | None]:
        """A few plain points at large sizes: a bound may hold up to some size only."""
        names = self.question.sizes
        bare = not self.question.arrays and not self.question.symbols
        sizes = (*range(6, 33), 50, 64, 83, 100, 150, 250, 500, 1000) if bare else (6, 7, 8, 9, 12, 16, 24, 32)
        rows = [dict.fromkeys(names, size) for size in sizes if names and self._possible((size,) * len(names))]
        self.until = self.trial.evaluator.steps + STEPS[self.effort] // 4
        for stage in self._stages_at(rows):
            if self.spent or len(stage.coordinates) > 200:
                return
            for style in ("one", "zero", "equal", "first", "small", "units")[: 1 if bare else 6]:
                yield self.attempt(stage, self.values(stage, style))

    def _telling(self, stage: Stage) -> Iterator[Counterexample | None]:
        """Special values, ties, huge and tiny points, and the constants of the question."""
        count = len(stage.coordinates)
        for style in TELLING:
            yield self.attempt(stage, self.values(stage, style))
        if 0 < count <= 3:
            for raw in product((ZERO, ONE, -ONE, HALF, fmpq(2)), repeat=count):
                yield self.attempt(stage, stage.repair(stage.fit(raw)))
        for k in range(20 * self.effort):
            yield self.attempt(stage, self.values(stage, ("small", fmpq(1), "pair", fmpq(30))[k % 4]), DEEP[self.effort] if k < 2 else 256)
        constants = self._constants()
        for k, c in enumerate(stage.coordinates):
            if c.at is None or k < 4:
                base = stage.fit(self.drawn("small", count))
                for q in constants:
                    yield self.attempt(stage, stage.repair([*base[:k], c.range.fit(q), *base[k + 1 :]]))

    def _constants(self) -> list[fmpq]:
        """Numbers that stand in the question, their neighbours, halves and doubles, with both signs."""
        numbers = {
            abs(fmpq(u.args[0].numerator, u.args[0].denominator)) for t in self.question.everything for u in subterms(t) if u.op == "num"
        }
        telling = sorted(q for q in numbers if q > 2 or q.q > 2)[:8]
        return [s * v for q in telling for v in (q, q + 1, q - 1, q / 2, 2 * q) for s in (1, -1)]

    def _whole_numbers(self, stage: Stage) -> Iterator[Counterexample | None]:
        """A grid, or a sample of it, for the scalars that are whole numbers."""
        whole = [k for k, c in enumerate(stage.coordinates) if c.range.whole]
        if not whole:
            return
        count = len(stage.coordinates)
        spans = [_span(stage.coordinates[k].range) for k in whole]
        if prod(map(len, spans)) <= 400:
            grid = list(product(*spans))
        else:
            grid = [tuple(self.rng.choice(span) for span in spans) for _ in range(400)]
        for k, at in enumerate(grid):
            raw = self.drawn("small", count)
            for place, n in zip(whole, at, strict=True):
                raw[place] = fmpq(n)
            yield self.attempt(stage, stage.repair(stage.fit(raw)), 256)
            if k % 6 == 0:
                scale = 10 ** self.rng.randint(1, 6)
                for place in whole:
                    raw[place] = fmpq(self.rng.randint(-scale // 10, scale))
                yield self.attempt(stage, stage.repair(stage.fit(raw)), 256)

    def _lines(self, stage: Stage) -> Iterator[Counterexample | None]:
        """Across every kink, along each direction from a few points."""
        found = criticals(self.question, self.trial)
        for style in ("small", "units", fmpq(10), "small", "one")[: 3 + self.effort]:
            values = self.values(stage, style)
            if values is None:
                continue
            for d in self._directions(stage, values):
                line = Line(stage, values, d)
                for t in around(line.kinks(found)):
                    for landed in _whole(stage, line.at(t), d):
                        yield self.attempt(stage, landed)

    def _surds(self, stage: Stage) -> Iterator[Counterexample | None]:
        """Square roots, exp(-1), multiples of pi: points that no fraction reaches, for one scalar at a time."""
        found = criticals(self.question, self.trial)
        scalars = [k for k, c in enumerate(stage.coordinates) if c.at is None and not c.range.whole]
        for style in ("small", "one") if scalars else ():
            values = stage.fit(self.drawn(style, len(stage.coordinates)))
            for k in scalars:
                for t in self._surds_along(stage, values, k, found):
                    self.budget.spend(1)
                    self.trial.evaluator.steps += 4
                    yield self.trial.compare(_with_surd(stage, values, k, t), 256, self.at_kinks)

    def _surds_along(self, stage: Stage, values: Values, k: int, found: list[Critical]) -> list[Term]:
        line, terms = Line(stage, values, {k: ONE}), dict.fromkeys(CONSTANTS)
        for c in found:
            for at in () if c.whole else stage.choices(list(c.over)):
                terms.update(dict.fromkeys(Curve(line, c.run, at).surds()))
        return list(terms)

    def _directions(self, stage: Stage, values: Values) -> list[Direction]:
        """The ways to leave a point: along each free coordinate, whole arrays at once, and at high effort two at a time."""
        directions = stage.directions(values)
        self.rng.shuffle(directions)
        directions = directions[: 6 * self.effort + 2]
        if self.effort > 1:
            for a, b in islice(pairwise(directions), 6):
                for s in (ONE, -ONE):
                    mixed = {k: a.get(k, ZERO) + s * b.get(k, ZERO) for k in {**a, **b}}
                    directions.append({k: v for k, v in mixed.items() if v})
        return [d for d in directions if d]

    def _lowest(self, stage: Stage) -> Iterator[Counterexample | None]:
        """Where rhs - lhs is smallest, to many digits, and the plain numbers near there."""
        valley = Valley(stage, *self.trial.sides)
        for style in ("small", "one", fmpq(10))[: 1 + self.effort]:
            values = self.values(stage, style)
            if values is None:
                continue
            directions = self._directions(stage, values)[:6]
            low = valley.descend(values, directions, 2)
            sharp = valley.polish(low, directions, 8)
            for limit in (1, 12, 1000):
                yield self.attempt(stage, stage.repair(stage.fit([nearest(v, limit) for v in sharp])), 1024)
            yield self.attempt(stage, low, 1024)
            yield self.attempt(stage, sharp, 1024)


def _whole(stage: Stage, values: Values, d: Direction) -> Iterator[Values]:
    """These values; where whole numbers move between whole numbers, the neighbours on both sides."""
    between = [k for k in d if stage.coordinates[k].range.whole and values[k].q != 1]
    if not between:
        yield values
        return
    for step in (0, 1):
        yield [fmpq(v.floor() + step) if k in between else v for k, v in enumerate(values)]


def _with_surd(stage: Stage, values: Values, k: int, t: Term) -> Point:
    """The point with these values, but for one scalar."""
    point = stage.point(values)
    return replace(point, scalars={**point.scalars, stage.scalars[k]: t})


def _span(r: Range) -> range:
    """Whole numbers to try for one coordinate: all that its range allows, or those near 0 and near its end."""
    low = int(r.low.ceil()) if r.low is not None else None
    high = int(r.high.floor()) if r.high is not None else None
    if low is not None and high is not None:
        return range(low, min(high, low + 60) + 1)
    if low is not None:
        return range(low, max(low + 7, 13))
    return range(-6, 13) if high is None else range(min(high - 7, -6), high + 1)


def plainer(v: fmpq) -> Iterator[fmpq]:
    """Numbers near v, or of its kind, that are shorter to write."""
    whole = 10 ** max(0, len(str(abs(v).floor())) - 1)
    near = [nearest(v, limit) for limit in (1, 4, 12, 1000, 10**6, 10**9)]
    for q in (ZERO, ONE, -ONE, TWO, -TWO, HALF, -HALF, fmpq((v / whole).ceil() * whole), fmpq((v / whole).floor() * whole), *near):
        if _length(q) < _length(v):
            yield q


def _length(v: fmpq) -> int:
    return len(str(v.p).rstrip("0")) + (len(str(v.q).rstrip("0")) if v.q != 1 else 0)


def fingerprint(question: Question) -> int:
    """A number that depends on what the question says, and on nothing else."""

    def of(part: object) -> bytes:
        if isinstance(part, Term):
            found: bytes | None = part.kept.get("digest")
            if found is None:
                found = part.kept["digest"] = _digest(part.op.encode(), *map(of, part.args))
            return found
        return _digest(*map(of, part)) if isinstance(part, tuple) else str(part).encode()

    whole = _digest(question.relation.encode(), of(question.sides), of(question.given), of(question.schematic))
    return int.from_bytes(whole[:8])


def _digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join([len(part).to_bytes(4) + part for part in parts])).digest()
