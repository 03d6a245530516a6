"""A look at some lines: whether each stands in its relation to the line before, at places of the checker's own.

Equations between smooth terms are compared modulo primes; what residues do not settle, and every other relation, by decimals at
admissible points. Decimals alone may find a fault, and only where twice the digits confirm it. docs/trust.md says what this cannot see.
"""

from __future__ import annotations

import decimal
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, partial
from random import Random

from derive.recheck.place import Place
from derive.recheck.points import Points
from derive.recheck.reals import Reals, context
from derive.recheck.residues import BITS, MODULI, Residues, Unlucky, depth
from derive.recheck.setting import Numbers, Setting, Shape, counts, equations, exactly, instances, solve
from derive.recheck.writing import Indices, Node, Undefined, Unsure, Writing
from derive.statement.term import Term, subterms

STEPS = 6_000  # values written out at one place
DIGITS = 60
MORE_DIGITS = 120  # far out
LUCK = 12  # points drawn modulo primes until every root is one
DRAWS = 8  # points drawn at one place before it is given up
MOST_VAIN = 2  # places given up before a step of a proof is


Cases = list[tuple[Term, Indices]]
FAILURES = (Unsure, Undefined, decimal.DecimalException, RecursionError)


@dataclass
class Look:
    """Lines, the relations between them, and where to look at them."""

    setting: Setting
    relations: list[str]
    shapes: list[Shape]
    random: Random
    hypotheses: dict[Shape, tuple[Cases, Cases]] = field(default_factory=dict)
    written: dict[tuple[Shape, Writing], list[Node]] = field(default_factory=dict)
    lenient: bool = False  # whether the lines claim something only where both have a value
    points: Points = field(default_factory=Points)  # where this and others of the same claim have looked

    # modulo primes

    @cached_property
    def levels(self) -> int:
        """How many levels of residues a value may be needed at."""
        return 2 + max((depth(t) for t in self.setting.lines), default=0)

    @cached_property
    def entries(self) -> bool:
        """Whether there are arrays of whole numbers, which may say at which place something stands."""
        return any(isinstance(name, str) and sort.endswith("integer") for name, sort in self.setting.sorts.items())

    @cached_property
    def digits(self) -> int:
        return DIGITS + longest(self.setting.lines)

    def cases(self, shape: Shape) -> tuple[Cases, Cases]:
        """The hypotheses at each value of their indices; and the equations among them."""
        found = self.hypotheses.get(shape)
        if found is None:
            every = instances(self.setting, shape)
            found = self.hypotheses[shape] = every, equations(every)
        return found

    def settled(self) -> set[int]:
        """The links whose sides are equal modulo primes at a place of every shape."""
        found = {k for k, r in enumerate(self.relations) if r == "eq"}
        for shape in self.shapes:
            if found:
                found &= self.equal_at(shape, found)
        return found if self.shapes else set()

    def equal_at(self, shape: Shape, links: set[int]) -> set[int]:
        for known in self.points.residues_at(self.setting, shape):
            try:
                if self.fulfilled(shape, known):
                    found = self.equal(known, shape.at, links)
                    if found == links or not known.loose:
                        return found
            except (Unlucky, Undefined, Unsure, RecursionError):
                continue
        small = False  # a whole number may be a position, which wants to be small
        for draw in range(LUCK):
            whole = {v: self.random.randint(0, 2) if small else self.random.getrandbits(BITS) | 1 for v in self.setting.whole}
            place = Place(self.random, shape.sizes | whole, self.setting.sorts, _residue)
            make = partial(self.residues, loose=draw >= LUCK // 2)
            try:
                numbers = self.fulfil(shape, place, make)
                if numbers is None:
                    return set()
                found = self.equal(numbers, shape.at, links)
                self.points.modular.append(numbers)
                return found
            except Unlucky:
                continue
            except Undefined:
                small = not small
            except (Unsure, RecursionError):
                return set()
        return set()

    def equal(self, numbers: Residues, at: Indices, links: set[int]) -> set[int]:
        """The links whose sides are equal there."""
        found = set()
        for k in sorted(links):
            numbers.writing.left = STEPS
            left, right = self.setting.lines[k : k + 2]
            with suppress(Unsure):
                if numbers.value(left, at) == numbers.value(right, at):
                    found.add(k)
        return found

    def fulfilled(self, shape: Shape, numbers: Residues) -> bool:
        """Whether the equations among the hypotheses hold there already."""
        writing = numbers.writing
        writing.left = STEPS
        levels = range(min(self.levels, len(MODULI)))
        return all(
            counts(h)
            and exactly(h, numbers.place.integers, at)
            or not any(numbers.of(writing.difference(h.args[0], h.args[1], at), n) for n in levels)
            for h, at in self.cases(shape)[1]
        )

    def writing(self, place: Place) -> Writing:
        found = self.points.writing(place, self.entries)
        found.left = STEPS
        return found

    def residues(self, place: Place, loose: bool = False) -> Residues:
        return Residues(place, self.writing(place), loose, self.levels)

    def reals(self, place: Place) -> Reals:
        return Reals(place, self.writing(place), partial(is_zero, self.random, self.levels))

    def fulfil(self, shape: Shape, place: Place, numbers: Callable[[Place], Numbers]) -> Numbers | None:
        """Make the equations among the hypotheses true: the values then. Orders and inequations are left to decimals."""
        place.solved.clear()
        found: Numbers | None = numbers(place)
        for h, at in self.cases(shape)[1]:
            if found is not None and not (counts(h) and exactly(h, place.integers, at)):
                found = solve(h, at, found, numbers)
        return found

    # by decimals

    def looks(self, thorough: bool) -> list[tuple[Shape, int]]:
        """Every palette in some shape; where it is to be thorough, every shape near 0 too, and some more."""
        near = [(shape, 0) for shape in reversed(self.shapes)]
        special = [(self.shapes[kind % len(self.shapes)], kind) for kind in range(1, len(_PALETTES)) if self.shapes]
        return [*near, *special, *(near * 3)[len(near) : 4]] if thorough else near[:1] + special

    def sampled(self, links: Sequence[int], *, thorough: bool = True) -> tuple[set[int], str]:
        """The links that some point confirms, and what a point says against one."""
        seen: set[int] = set()
        used: list[Reals] = []
        for shape, kind in self.looks(thorough):
            digits = self.digits + (MORE_DIGITS if kind == FAR else 0)
            numbers = next(self.known(shape, digits, kind, used), None) or self.admissible(shape, kind, digits)
            if numbers is not None:
                used.append(numbers)
                fault = self.look_at(shape, numbers, links, seen)
                if fault:
                    return seen, fault
        return seen, ""

    def sampled_anywhere(self, most: int) -> tuple[bool, str]:
        """The same of a single link, at so many points of any kind, those that are known first."""
        seen: set[int] = set()
        turns = itertools.zip_longest(*([(shape, n) for n in self.known(shape, self.digits)] for shape in reversed(self.shapes)))
        known = [pair for turn in turns for pair in turn if pair is not None]
        for shape, numbers in itertools.islice(itertools.chain(known, self.drawn()), most):
            fault = self.look_at(shape, numbers, [0], seen)
            if fault:
                return bool(seen), fault
        return bool(seen), ""

    def drawn(self) -> Iterator[tuple[Shape, Reals]]:
        """New points, until they are drawn in vain."""
        vain = 0
        for shape, kind in self.looks(thorough=True):
            numbers = self.admissible(shape, kind, self.digits)
            if numbers is not None:
                yield shape, numbers
            else:
                vain += 1
                if vain == MOST_VAIN:
                    return

    def look_at(self, shape: Shape, numbers: Reals, links: Sequence[int], seen: set[int]) -> str:
        """What this point says against one of the links; those that it tells something of become `seen`."""
        for k, holds in self.at_point(shape, numbers, links).items():
            seen.add(k)
            if not holds and self.at_point(shape, self.finer(shape, numbers), [k]).get(k) is False:
                return f"link {k + 1} fails at {_words(shape, numbers.place)}"
        return ""

    def known(self, shape: Shape, digits: int, kind: int | None = None, used: Sequence[Reals] = ()) -> Iterator[Reals]:
        """Other points that were looked at before, of this kind if one is wanted, at which every hypothesis holds."""
        for numbers in self.points.reals_at(self.setting, shape, digits, kind):
            if numbers in used:
                continue
            numbers.writing.left = STEPS
            admitted = False
            with numbers.within(), suppress(*FAILURES):
                admitted = self.admitted(shape, numbers)
            if admitted:
                yield numbers

    def admissible(self, shape: Shape, kind: int, digits: int) -> Reals | None:
        """A new point of this shape at which every hypothesis holds."""
        with decimal.localcontext(context(digits)) as own:
            for draw in range(DRAWS):
                own.clear_flags()
                try:
                    numbers = self.drawn_of(shape, _PALETTES[(kind + draw) % len(_PALETTES)], own)
                except FAILURES:
                    continue
                if numbers is not None:
                    self.points.decimal.append((kind, numbers))
                    return numbers
        return None

    def drawn_of(self, shape: Shape, palette: Sequence[int], own: decimal.Context) -> Reals | None:
        """A point of these numbers, if every hypothesis holds there."""
        integers = {v: int(_of_sort(v.args[1], self.random, palette)) for v in self.setting.whole} | shape.sizes
        place = Place(self.random, integers, self.setting.sorts, partial(_of_sort, palette=palette))
        numbers = self.fulfil(shape, place, self.reals)
        if numbers is None:
            return None
        place.rounded = bool(place.solved) and bool(own.flags[decimal.Inexact])
        if place.rounded:
            own.clear_flags()
            numbers = self.reals(place)
        return numbers if self.admitted(shape, numbers) else None

    def admitted(self, shape: Shape, numbers: Reals) -> bool:
        every, refused = self.conditions(shape, numbers.writing), self.points.refused
        for k, condition in enumerate(every):
            holds = False
            try:
                holds = numbers.of(condition)
            finally:
                if not holds:
                    # What keeps one point out is asked of the next one first.
                    every.insert(0, every.pop(k))
                    refused[condition] = refused.get(condition, 0) + 1
            if not holds:
                return False
        return self.in_sorts(numbers.place)

    def conditions(self, shape: Shape, writing: Writing) -> list[Node]:
        """The hypotheses, written out."""
        found = self.written.get((shape, writing))
        if found is None:
            found = [writing.write(h, at) for h, at in self.cases(shape)[0]]
            found.sort(key=lambda condition: -self.points.refused.get(condition, 0))
            self.written[shape, writing] = found
        return found

    def finer(self, shape: Shape, numbers: Reals) -> Reals | None:
        """The same point with more than twice the digits; None where that fails."""
        place = replace(numbers.place, values=dict(numbers.place.values))
        with decimal.localcontext(context(2 * numbers.digits + 10)), suppress(*FAILURES):
            # What was solved to fewer digits has no more of them.
            if not place.rounded or self.fulfil(shape, place, self.reals) is not None:
                found = self.reals(place)
                found.careful = True
                return found
        return None

    def in_sorts(self, place: Place) -> bool:
        """Whether what an equation fixed is of the sort that was to be drawn."""
        return all(_fits(place.values[key], key[0].args[1] if isinstance(key[0], Term) else place.sorts[key[0]]) for key in place.solved)

    def at_point(self, shape: Shape, numbers: Reals | None, links: Sequence[int]) -> dict[int, bool]:
        """Which links hold here, as far as that can be told."""
        found: dict[int, bool] = {}
        if numbers is None:
            return found
        numbers.writing.left = STEPS
        with numbers.within():
            for k in links:
                with suppress(*FAILURES):
                    holds = self.holds(numbers, shape, k)
                    if holds is not None and not numbers.lost:
                        found[k] = holds
        return found

    def holds(self, numbers: Reals, shape: Shape, k: int) -> bool | None:
        left, right = self.setting.lines[k : k + 2]
        relation = self.relations[k]
        if relation in ("iff", "implies"):
            p, q = numbers.holds(left, shape.at), numbers.holds(right, shape.at)
            return p == q if relation == "iff" else q or not p
        x, y = (_defined(numbers, t, shape.at) for t in (left, right))
        if x is None or y is None:
            # Both without a value: nothing to compare. An order wants only what is defined.
            return False if (x is None) != (y is None) and relation == "eq" and not self.lenient else None
        gap = x - y
        close = abs(gap) <= Decimal(10) ** (-numbers.digits * 3 // 4) * (1 + abs(x) + abs(y))
        if relation in ("eq", "le") and close:
            return True
        if relation in ("lt", "ne") and close:
            return False if numbers.is_zero(numbers, numbers.writing.difference(left, right, shape.at)) else None
        return relation == "ne" or (relation in ("le", "lt") and gap < 0)

    def admits(self) -> str:
        """A point at which every hypothesis holds and every line has a value, in words; "" where none is found."""
        for kind, shape in enumerate(self.shapes):
            numbers = self.admissible(shape, kind, DIGITS)
            if numbers is not None and self.all_defined(shape, numbers):
                return _words(shape, numbers.place)
        return ""

    def all_defined(self, shape: Shape, numbers: Reals) -> bool:
        numbers.writing.left = STEPS
        with numbers.within(), suppress(*FAILURES):
            for t in self.setting.lines:
                numbers.value(t, shape.at)
            return True
        return False


def is_zero(random: Random, levels: int, numbers: Reals, t: Node) -> bool:
    """Whether t is 0 at this very point, by residues: what decimals cannot tell from 0 may be none. False where that is not certain."""
    place = numbers.place
    if place.rounded:
        return False
    whole = math.prod(MODULI)
    values = {key: _modulo(Fraction(v), whole) for key, v in place.values.items()}
    there = Place(random, place.integers, place.sorts, place.draw, values)
    try:
        return Residues(there, numbers.writing, levels=levels).of(t) == 0  # type: ignore[no-any-return]
    except (Unlucky, Unsure, Undefined, RecursionError):
        return False


def _defined(numbers: Reals, t: Term, at: Indices) -> Decimal | None:
    try:
        return numbers.value(t, at)
    except Undefined:
        return None


def _modulo(q: Fraction, modulus: int) -> int:
    return q.numerator * pow(q.denominator, -1, modulus) % modulus


def longest(lines: Sequence[Term]) -> int:
    """Digits of the longest number in some terms."""
    return min(400, max(map(_bits, lines), default=0) * 3 // 10)


def _bits(t: Term) -> int:
    """Of the longest number in t."""
    found: int | None = t.kept.get("recheck bits")
    if found is None:
        numbers = (u.args[0] for u in subterms(t) if u.op == "num")
        found = t.kept["recheck bits"] = max((q.denominator.bit_length() + q.numerator.bit_length() for q in numbers), default=0)
    return found


# Drawing

# Eighths to draw from; () stands for anything near 0
_PALETTES: tuple[tuple[int, ...], ...] = (
    (),
    (0, 0, 8, -8, 4, 16, -4),  # ties and zeros
    (0,),
    (),
    (8 * 10**8, -(8 * 10**7), 8 * 10**9, 0),
    (8,),
    (1, -1, 3, -24, 80, -80, 8),
    (-8, -3, 8),
)
FAR = 4  # the palette beyond what constants hide


def _residue(sort: str, random: Random) -> int:
    """A number for every modulus; what is not negative is a square, which has roots, and what is whole may be a position."""
    if sort.endswith("integer"):
        return random.randint(0, 2)
    x = random.getrandbits(BITS)
    return x * x if sort.startswith(("positive", "nonneg")) else x


def _of_sort(sort: str, random: Random, palette: Sequence[int]) -> Decimal:
    """A number of this sort that decimals hold exactly."""
    whole = sort.endswith("integer")
    x = Decimal(palette[int(random.random() * len(palette))]) / 8 if palette else Decimal(int(random.random() * 6000) - 3000) / 1024
    if whole:
        x = Decimal(random.randint(0 if palette else 1, 7)) * (1 if "itive" in sort or "neg" in sort or random.random() < 0.6 else -1)
    if sort == "real":
        return x
    if sort.startswith("positive"):
        return abs(x) or Decimal(1)
    if sort.startswith("negative"):
        return -abs(x) or Decimal(-1)
    if sort.startswith("nonneg"):
        return abs(x)
    if sort.startswith("nonpos"):
        return -abs(x)
    return x or Decimal(1) if sort == "nonzero" else x


def _fits(v: Decimal, sort: str) -> bool:
    tests = {"positive": v > 0, "negative": v < 0, "nonnegative": v >= 0, "nonpositive": v <= 0, "nonzero": v != 0}
    return tests.get(sort.removesuffix(" integer"), True) and (not sort.endswith("integer") or v == v.to_integral_value())


def _words(shape: Shape, place: Place) -> str:
    """The point in words."""
    parts = [f"{t.args[0]} = {k}" for t, k in (*place.integers.items(), *shape.at.items())]
    for (name, at), v in place.values.items():
        parts.append(f"{name.args[0] if isinstance(name, Term) else name + str(list(at))} = {v:.20g}")
    return ", ".join(parts) or "every point"
