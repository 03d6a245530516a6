"""Numbers modulo primes: an identity between smooth terms, decided exactly at a random point.

A point is drawn modulo the product of three primes of 61 bits, which is the same as one independent point modulo each. Each prime heads
a chain p = 2 q + 1, q = 2 r + 1, ... of primes. The squares modulo p are a group with q elements, so for a fixed square g

    exp(u) = g^u,   u modulo q        b^e,  e modulo q,  for a square b

obey every law of exponentials and of powers of positive numbers: exp(a + b) = exp a exp b, (b^e)^f = b^(e f), exp(e log b) = b^e.
So each exponent is evaluated one step down the chain, and positive variables are squares. A logarithm that stands outside of an
exponent is a sum of random numbers, one for each factor of its argument; any other function is a random number for each argument.
Where too many bases would have to be squares, `loose` makes b^e = g^(e log b) with such a random logarithm for every e that is no number.

What is equal here is equal, up to a chance that docs/trust.md bounds, wherever the laws above hold. What differs may still be equal
by a law that is not built in: residues can agree, they never refute.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import blake2b

from derive.recheck.evaluator import Evaluator
from derive.recheck.place import Place
from derive.recheck.writing import SLOPES, Exact, Key, Node, Undefined, Unsure, Writing
from derive.statement.term import Term

CHAINS = (
    (2305843009188546239, 1152921504594273119, 576460752297136559, 288230376148568279, 144115188074284139),
    (2305843009155831359, 1152921504577915679, 576460752288957839, 288230376144478919, 144115188072239459),
    (2305843009096705439, 1152921504548352719, 576460752274176359, 288230376137088179, 144115188068544089),
)
MODULI = tuple(math.prod(level) for level in zip(*CHAINS, strict=True))
BITS = 960  # of a drawn number: independent of each other modulo every prime above
BASE = 4  # the g of exp: a square modulo every prime


def power_of_base(e: int, level: int) -> int:
    """BASE to the power e modulo MODULI[level], by a table of its powers for each byte of e."""
    found, modulus = 1, MODULI[level]
    for byte, powers in zip(e.to_bytes(LONGEST, "little"), _powers(level), strict=True):
        if byte:
            found = found * powers[byte] % modulus
    return found


LONGEST = (MODULI[0].bit_length() + 7) // 8  # bytes of a number


@cache
def _powers(level: int) -> tuple[tuple[int, ...], ...]:
    modulus, base, found = MODULI[level], BASE, []
    for _ in range(LONGEST):
        powers = [1]
        for _ in range(256):
            powers.append(powers[-1] * base % modulus)
        base = powers.pop()
        found.append(tuple(powers))
    return tuple(found)


class Unlucky(Exception):
    """This arithmetic has no value here, such as the root of what is no square: another point may do."""


def depth(t: Term) -> int:
    """How many steps down the chain a term may need: one for each exponent around a variable."""
    found: int | None = t.kept.get("recheck depth")
    if found is None:
        inner = max((depth(u) for u in t.args if isinstance(u, Term)), default=0)
        found = t.kept["recheck depth"] = inner + (t.op in _IN_EXP or t.op == "exp" or (t.op == "pow" and t.args[1].op != "num"))
    return found


# Functions that are said in exponentials
_IN_EXP: dict[str, Callable[[Writing, Node], Node]] = {
    "sinh": lambda w, u: w.mul(w.half, w.sub(w.node("exp", u), w.node("exp", w.mul(w.minus_one, u)))),
    "cosh": lambda w, u: w.mul(w.half, w.add(w.node("exp", u), w.node("exp", w.mul(w.minus_one, u)))),
    "tanh": lambda w, u: w.mul(w.add(_exp_twice(w, u), w.minus_one), w.power(w.add(_exp_twice(w, u), w.one), -1)),
    "erfc": lambda w, u: w.sub(w.one, w.node("erf", u)),
}


def _exp_twice(w: Writing, u: Node) -> Node:
    return w.node("exp", w.add(u, u))


class Residues(Evaluator[int]):
    """Values modulo MODULI[level]; a level more for each exponent that encloses them."""

    def __init__(self, place: Place, writing: Writing, loose: bool = False, levels: int = 1) -> None:
        self.loose, self.levels = loose, range(min(levels, len(MODULI)))
        super().__init__(place, writing)
        self.known += [{} for _ in range(len(self.levels), len(MODULI))]
        self.exponents: dict[int, Node] = {}  # what was raised to: exp(u), and -exp(u), to u
        self.logs: dict[Node, bool] = {}

    def number(self, q: Exact, level: int) -> int:
        if q.denominator == 1:
            return q.numerator % MODULI[level]
        return q.numerator * pow(q.denominator, -1, MODULI[level]) % MODULI[level]

    def variable(self, key: Key, level: int) -> int:
        return self.place.of(key) % MODULI[level]  # type: ignore[no-any-return]

    def plus(self, parts: Sequence[int], level: int) -> int:
        return sum(parts) % MODULI[level]

    def times(self, parts: Sequence[int], level: int) -> int:
        found, modulus = 1, MODULI[level]
        for part in parts:
            found = found * part % modulus
        return found

    def gap(self, t: Node, level: int) -> int:
        return self.of(t, level)  # type: ignore[no-any-return]

    def root(self, old: int, gaps: Sequence[tuple[int, int, int]]) -> int | None:
        new, product = old, 1
        for level, gap, slope in gaps:
            modulus = MODULI[level]
            if not slope:
                return None
            goal = old - gap * self.invert(slope, level)
            # The moduli have no common factor: a step by the product of the earlier ones leaves those as they are.
            new += (goal - new) * pow(product, -1, modulus) % modulus * product
            product *= modulus
        return new

    def function(self, t: Node, level: int) -> int:
        op, a = t.op, t.args
        if op == "exp":
            return self.exponential(a[0], level)
        if op == "log":
            return self.logarithm(a[0], level)
        if op in _IN_EXP:
            return self.of(_IN_EXP[op](self.writing, a[0]), level)  # type: ignore[no-any-return]
        if op == "const" and a[0] != "oo":
            return self.noise("const", a[0], level) ** 2 % MODULI[level]  # positive: a square
        if op in SLOPES or op in ("polygamma", "besseli"):
            return self.noise(op, tuple(self.of(u) for u in a), level)
        raise Unsure("no exact number")

    def noise(self, kind: str, key: object, level: int) -> int:
        """A random number that belongs to this key."""
        digest = blake2b(repr((self.place.seed, kind, key, level)).encode(), digest_size=48).digest()
        return int.from_bytes(digest) % MODULI[level]

    # exponents

    def deeper(self, level: int) -> int:
        if level + 1 == len(MODULI):
            raise Unsure("exponents nested too deeply")
        return level + 1

    def raised(self, base: Node, exponent: Node, level: int) -> int:
        b = self.of(base, level)
        if self.loose and exponent.op != "num":
            rest = self.writing.node("mul", exponent, self.writing.node("log", base))
            return power_of_base(self.of(rest, self.deeper(level)), level)
        return self.to_power(b, exponent, level)

    def to_power(self, b: int, exponent: Node, level: int) -> int:
        if exponent.op != "num":
            return pow(self.square(b, level), self.of(exponent, self.deeper(level)), MODULI[level])
        e = exponent.args[0]
        if e.denominator != 1:
            return pow(self.square(b, level), self.number(e, self.deeper(level)), MODULI[level])
        return self.invert(b, level, -int(e)) if e < 0 else pow(b, int(e), MODULI[level])

    def invert(self, b: int, level: int, e: int = 1) -> int:
        if not b:
            raise Undefined("division by 0")
        try:
            return pow(b, -e, MODULI[level])
        except ValueError:
            raise Unlucky from None

    def square(self, b: int, level: int) -> int:
        if pow(b, MODULI[self.deeper(level)], MODULI[level]) != 1:
            raise Unlucky
        return b

    def exponential(self, u: Node, level: int) -> int:
        """exp(u); a logarithm that is added in u becomes a factor."""
        op, a = u.op, u.args
        if self.has_log(u):
            if op == "log":
                return self.of(a[0], level)  # type: ignore[no-any-return]
            if op == "add":
                return self.times([self.exponential(v, level) for v in a], level)
            logs = [v for v in a if self.has_log(v)] if op == "mul" else []
            if len(logs) == 1 and logs[0].op in ("log", "add"):
                rest = self.writing.mul(*(v for v in a if v is not logs[0]))
                if not self.loose or rest.op == "num":
                    return self.to_power(self.exponential(logs[0], level), rest, level)
        found = power_of_base(self.of(u, self.deeper(level)), level)
        if not level:
            self.exponents[found] = self.exponents[MODULI[0] - found] = u
        return found

    def has_log(self, u: Node) -> bool:
        found = self.logs.get(u)
        if found is None:
            found = self.logs[u] = u.op == "log" or any(self.has_log(v) for v in u.args if isinstance(v, Node))
        return found

    # logarithms

    def logarithm(self, t: Node, level: int) -> int:
        """log |t|: a sum over the factors of t."""
        op, a = t.op, t.args
        modulus = MODULI[level]
        if op == "exp":
            return self.of(a[0], level)  # type: ignore[no-any-return]
        if op == "mul":
            return sum(self.logarithm(u, level) for u in a) % modulus
        if op == "pow":
            return self.of(a[1], level) * self.logarithm(a[0], level) % modulus  # type: ignore[no-any-return]
        if op != "num":
            return self.log_of_sum(t, level)
        q = a[0]
        if not q:
            raise Undefined("log 0")
        return (self.log_of_whole(abs(q.numerator), level) - self.log_of_whole(q.denominator, level)) % modulus

    def log_of_whole(self, n: int, level: int) -> int:
        found, d = 0, 2
        while d * d <= n and d < 1000:
            while n % d == 0:
                found, n = found + self.noise("log of", d, level), n // d
            d += 1
        return found + (self.noise("log of", n, level) if n > 1 else 0)

    def log_of_sum(self, t: Node, level: int) -> int:
        """log t = log(t/a) + log a for that addend a of t for which t/a is least.

        What t/a are there for the addends a does not change when t is multiplied by a number or a monomial, and so neither does the least.
        """
        whole = self.of(t)
        if not whole:
            raise Undefined("log 0")
        found: list[tuple[int, Node]] = []
        for part in _addends(t) if t.op == "add" else ():
            size = self.of(part)
            if size:
                ratio = whole * self.invert(size, 0) % MODULI[0]
                if ratio in (1, MODULI[0] - 1):
                    return self.logarithm(part, level)
                if ratio in self.exponents:
                    return (self.of(self.exponents[ratio], level) + self.logarithm(part, level)) % MODULI[level]  # type: ignore[no-any-return]
                found.append((ratio, part))
        if not found:
            return self.noise("log", whole, level)
        ratio, part = min(found, key=lambda f: f[0])
        return (self.noise("log", ratio, level) + self.logarithm(part, level)) % MODULI[level]


def _addends(t: Node) -> Iterator[Node]:
    if t.op == "add":
        for u in t.args:
            yield from _addends(u)
    else:
        yield t
