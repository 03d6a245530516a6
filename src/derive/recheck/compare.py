"""The recheck of a claim: every line again at places of its own, by arithmetic that shares nothing with the kernel.

A chain of equations between smooth terms is compared modulo primes; what residues do not settle, and every other relation, by decimals
at admissible points. Decimals alone may disagree, and only where twice the digits confirm it. docs/trust.md says what this cannot see.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from hashlib import blake2b
from random import Random
from typing import Any

from derive.recheck.evaluator import Evaluator, Indices, Knowledge, Undefined, Unsure
from derive.recheck.place import Place
from derive.recheck.reals import Reals, context
from derive.recheck.residues import BITS, MODULI, Residues, Unlucky
from derive.recheck.setting import Setting, Shape, equations, exactly, has, instances, setting, shapes, solve
from derive.statement.claim import Claim
from derive.statement.term import Term, show, sub, subterms

STEPS = 6_000  # values written out at one place
DIGITS = 60
MORE_DIGITS = 120  # far out
LUCK = 12  # points drawn modulo primes until every root is one
DRAWS = 8  # points drawn at one place before it is given up
BRANCHES = ("abs", "sign", "heaviside", "max", "min", "floor", "ceiling", "mod", "piecewise", "log", "integral")


@dataclass(frozen=True)
class Recheck:
    """AGREES, DISAGREES or NOT_APPLICABLE, and where it disagrees."""

    status: str
    note: str = ""


NOTHING = Recheck("NOT_APPLICABLE", "nothing to evaluate")


def recheck(claim: Claim) -> Recheck:
    """What the second checker says of a claim that the kernel proved."""
    if claim.first is None:
        return NOTHING
    return compare([claim.first, *(link.right for link in claim.links)], [link.relation for link in claim.links], claim.given)


def compare(lines: Sequence[Term], relations: Sequence[str], given: Sequence[Term]) -> Recheck:
    """Whether each line stands in its relation to the line before."""
    try:
        words = "\n".join((*map(show, lines), *relations, *map(show, given)))
        # The points follow from what the claim says, so that a second look is the same look.
        random = Random(int.from_bytes(blake2b(words.encode(), digest_size=8).digest()))
        s = setting(lines, given)
        return _Look(s, list(relations), shapes(s, random), random, {}).result()
    except RecursionError:
        return Recheck("NOT_APPLICABLE", "nested too deeply")


@dataclass
class _Look:
    setting: Setting
    relations: list[str]
    shapes: list[Shape]
    random: Random
    knowledge: Knowledge

    def result(self) -> Recheck:
        exact = self.settled()
        wanted = [k for k in range(len(self.relations)) if k not in exact or self.branches(k)]
        if not wanted:
            return Recheck("AGREES")
        seen, fault = self.sampled(wanted)
        if fault:
            return Recheck("DISAGREES", fault)
        return Recheck("AGREES") if exact | seen >= set(range(len(self.relations))) else NOTHING

    def branches(self, k: int) -> bool:
        """Whether the two lines hold what residues read in one way only: a root, a logarithm, a division by what may be 0."""
        pair = self.setting.lines[k : k + 2]
        return any(has(t, BRANCHES) or any(_partial(u) for u in subterms(t)) for t in pair)

    # modulo primes

    def settled(self) -> set[int]:
        """The links whose sides are equal modulo primes at a place of every shape."""
        found = {k for k, r in enumerate(self.relations) if r == "eq"}
        for shape in self.shapes:
            if found:
                found &= self.equal_at(shape, found)
        return found if self.shapes else set()

    def equal_at(self, shape: Shape, links: set[int]) -> set[int]:
        small = False  # a whole number may be a position, which wants to be small
        for draw in range(LUCK):
            whole = {v: self.random.randint(0, 2) if small else self.random.getrandbits(BITS) | 1 for v in self.setting.whole}
            place = Place(self.random.getrandbits(64), shape.sizes | whole, self.setting.sorts, _residue)
            numbers = partial(self.residues, loose=draw >= LUCK // 2)
            try:
                return {k for k in links if self.equal(numbers(place), shape.at, k)} if self.fulfil(shape, place, numbers) else set()
            except Unlucky:
                continue
            except Undefined:
                small = not small
            except (Unsure, RecursionError):
                return set()
        return set()

    def equal(self, numbers: Residues, at: Indices, k: int) -> bool:
        try:
            return bool(numbers.value(self.setting.lines[k], at) == numbers.value(self.setting.lines[k + 1], at))
        except Unsure:
            return False

    def residues(self, place: Place, loose: bool = False) -> Residues:
        return Residues(place, self.knowledge, STEPS, loose)

    def reals(self, place: Place) -> Reals:
        return Reals(place, self.knowledge, STEPS, partial(self.is_zero, place))

    def fulfil(self, shape: Shape, place: Place, numbers: Callable[[Place], Evaluator[Any]]) -> bool:
        """Make the equations among the hypotheses true; orders and inequations are left to decimals."""
        place.solved.clear()
        todo = [(h, at) for h, at in equations(instances(self.setting, shape)) if not (_whole(h) and exactly(h, place.integers, at))]
        return all(solve(h, at, numbers, place) for h, at in todo)

    # by decimals

    def sampled(self, links: Sequence[int]) -> tuple[set[int], str]:
        """The links that some point confirms, and what a point says against one."""
        seen: set[int] = set()
        # Every shape near 0, and every palette in some shape.
        looks = [(shape, 0) for shape in self.shapes]
        looks += [(self.shapes[kind % len(self.shapes)], kind) for kind in range(1, len(_PALETTES)) if self.shapes]
        for shape, kind in looks:
            digits = DIGITS + _longest(self.setting.lines) + (MORE_DIGITS if kind == FAR else 0)
            place = self.admissible(shape, kind, digits)
            if place is None:
                continue
            for k in links:
                verdict = self.at_point(shape, place, k, digits)
                if verdict is not None:
                    seen.add(k)
                if verdict is False and self.at_point(shape, place, k, 2 * digits + 10, again=True) is False:
                    return seen, f"link {k + 1} fails at {_words(shape, place)}"
        return seen, ""

    def admissible(self, shape: Shape, kind: int, digits: int) -> Place | None:
        """A point of this shape at which every hypothesis holds."""
        cases = instances(self.setting, shape)
        with decimal.localcontext(context(digits)):
            for draw in range(DRAWS):
                palette = _PALETTES[(kind + draw) % len(_PALETTES)]
                integers = shape.sizes | {v: int(_of_sort(v.args[1], self.random, palette)) for v in self.setting.whole}
                place = Place(self.random.getrandbits(64), integers, self.setting.sorts, partial(_of_sort, palette=palette))
                try:
                    if not self.fulfil(shape, place, self.reals):
                        continue
                    place.rounded = bool(place.solved) and bool(decimal.getcontext().flags[decimal.Inexact])
                    numbers = self.reals(place)
                    if all(numbers.holds(h, at) for h, at in cases) and self.in_sorts(place):
                        return place
                except (Unsure, Undefined, decimal.DecimalException, RecursionError):
                    continue
        return None

    def in_sorts(self, place: Place) -> bool:
        return all(_fits(v, key[0].args[1] if isinstance(key[0], Term) else self.setting.sorts[key[0]]) for key, v in place.values.items())

    def at_point(self, shape: Shape, place: Place, k: int, digits: int, again: bool = False) -> bool | None:
        """Whether the link holds here; None where that cannot be told. `again`: with more digits than the point was found with."""
        with decimal.localcontext(context(digits)):
            left, right = self.setting.lines[k : k + 2]
            relation = self.relations[k]
            try:
                if again and place.rounded and not self.fulfil(shape, place, self.reals):
                    return None  # what was solved to fewer digits has no more of them
                numbers = self.reals(place)
                if relation in ("iff", "implies"):
                    p, q = numbers.holds(left, shape.at), numbers.holds(right, shape.at)
                    return p == q if relation == "iff" else q or not p
                sides = [_defined(numbers, t, shape.at) for t in (left, right)]
            except (Unsure, Undefined, decimal.DecimalException, RecursionError):
                return None
            x, y = sides
            if x is None or y is None:
                # Both without a value: nothing to compare. An order wants only what is defined.
                return False if (x is None) != (y is None) and relation == "eq" else None
            gap = x - y
            close = abs(gap) <= Decimal(10) ** (-digits * 3 // 4) * (1 + abs(x) + abs(y))
            if relation in ("eq", "le") and close:
                return True
            if relation in ("lt", "ne") and close:
                return False if self.is_zero(place, sub(left, right), shape.at) else None
            return relation == "ne" or (relation in ("le", "lt") and gap < 0)

    def is_zero(self, place: Place, t: Term, at: Indices) -> bool:
        """Whether t is 0 at this very point, by residues: what decimals cannot tell from 0 may be none. False where that is not certain."""
        if place.rounded:
            return False
        whole = math.prod(MODULI)
        values = {key: _modulo(Fraction(v), whole) for key, v in place.values.items()}
        try:
            return self.residues(Place(place.seed, place.integers, place.sorts, place.draw, values)).value(t, at) == 0
        except (Unlucky, Unsure, Undefined, RecursionError):
            return False


def _defined(numbers: Reals, t: Term, at: Indices) -> Decimal | None:
    try:
        return numbers.value(t, at)
    except Undefined:
        return None


def _modulo(q: Fraction, modulus: int) -> int:
    return q.numerator * pow(q.denominator, -1, modulus) % modulus


def _whole(h: Term) -> bool:
    return not any(u.op in ("entry", "deriv") or (u.op == "sym" and not u.args[1].endswith("integer")) for u in subterms(h))


def _partial(u: Term) -> bool:
    """Whether a power may lack a value, or have a root of two signs."""
    if u.op != "pow":
        return False
    e = u.args[1]
    return bool(e.op != "num" or e.args[0].denominator != 1 or e.args[0] < 0)


def _longest(lines: Sequence[Term]) -> int:
    """Digits of the longest number in the lines."""
    numbers = (u.args[0] for t in lines for u in subterms(t) if u.op == "num")
    return min(400, max((q.denominator.bit_length() + q.numerator.bit_length() for q in numbers), default=0) * 3 // 10)


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
    x = Decimal(random.choice(palette)) / 8 if palette else Decimal(random.randint(-3000, 3000)) / 1024
    if whole:
        x = Decimal(random.randint(0 if palette else 1, 7)) * (1 if "itive" in sort or "neg" in sort or random.random() < 0.6 else -1)
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
