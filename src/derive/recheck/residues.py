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

from derive.recheck.evaluator import SLOPES, Evaluator, Exact, Indices, Undefined, Unsure
from derive.recheck.place import Place
from derive.statement.term import HALF, MINUS_ONE, ONE, Term, add, fn, mul, neg, power

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
    found: dict[Term, int] = {}

    def go(u: Term) -> int:
        if u not in found:
            inner = max((go(v) for v in u.args if isinstance(v, Term)), default=0)
            found[u] = inner + (u.op in _IN_EXP or u.op == "exp" or (u.op == "pow" and u.args[1].op != "num"))
        return found[u]

    return go(t)


# Functions that are said in exponentials
_IN_EXP: dict[str, Callable[[Term], Term]] = {
    "sinh": lambda u: mul(HALF, add(fn("exp", u), neg(fn("exp", neg(u))))),
    "cosh": lambda u: mul(HALF, add(fn("exp", u), fn("exp", neg(u)))),
    "tanh": lambda u: mul(add(fn("exp", add(u, u)), MINUS_ONE), power(add(fn("exp", add(u, u)), ONE), -1)),
    "erfc": lambda u: add(ONE, neg(fn("erf", u))),
}


class Residues(Evaluator[int]):
    """Values modulo MODULI[level]; a level more for each exponent that encloses them."""

    kept_as = tuple(f"residue {level}" for level in range(len(MODULI)))

    def __init__(self, place: Place, steps: int, loose: bool = False, levels: int = 1) -> None:
        super().__init__(place, steps)
        self.loose, self.levels = loose, range(min(levels, len(MODULI)))
        self.exponents: dict[int, tuple[Term, Indices]] = {}  # what was raised to: exp(u), and -exp(u), to u
        self.logs: dict[Term, bool] = {}

    def number(self, q: Exact, level: int) -> int:
        if q.denominator == 1:
            return q.numerator % MODULI[level]
        return q.numerator * pow(q.denominator, -1, MODULI[level]) % MODULI[level]

    def plus(self, parts: Sequence[int], level: int) -> int:
        return sum(parts) % MODULI[level]

    def times(self, parts: Sequence[int], level: int) -> int:
        found, modulus = 1, MODULI[level]
        for part in parts:
            found = found * part % modulus
        return found

    def less(self, x: int, y: int, level: int) -> int:
        return (x - y) % MODULI[level]

    def root(self, old: int, gaps: Sequence[tuple[int, ...]]) -> int | None:
        new, product = old, 1
        for level, first, second, third in gaps:
            modulus = MODULI[level]
            slope = (second - first) % modulus
            if (third - second - slope) % modulus or not slope:
                return None
            goal = old - first * self.invert(slope, level)
            # The moduli have no common factor: a step by the product of the earlier ones leaves those as they are.
            new += (goal - new) * pow(product, -1, modulus) % modulus * product
            product *= modulus
        return new

    def symbol(self, t: Term, level: int) -> int:
        return self.place.symbol(t) % MODULI[level]  # type: ignore[no-any-return]

    def entry(self, name: str, at: tuple[int, ...], level: int) -> int:
        return self.place.entry(name, at) % MODULI[level]  # type: ignore[no-any-return]

    def holds(self, p: Term, at: Indices, seeds: object = ()) -> bool:
        op, a = p.op, p.args
        if op in ("and", "or"):
            return (all if op == "and" else any)(self.holds(u, at) for u in a)
        if op == "not":
            return not self.holds(a[0], at)
        if op in ("true", "false"):
            return op == "true"
        left, right = self.exact(a[0], at), self.exact(a[1], at)
        return {"lt": left < right, "le": left <= right, "eq": left == right, "ne": left != right}[op]

    def function(self, t: Term, at: Indices, level: int) -> int:
        op, a = t.op, t.args
        if op == "exp":
            return self.exponential(a[0], at, level)
        if op == "log":
            return self.logarithm(a[0], at, level)
        if op in _IN_EXP:
            return self.value(_IN_EXP[op](a[0]), at, (), level)
        if op == "const" and a[0] != "oo":
            return self.noise("const", a[0], level) ** 2 % MODULI[level]  # positive: a square
        if op in SLOPES or op in ("polygamma", "besseli"):
            return self.noise(op, tuple(self.value(u, at) for u in a), level)
        return self.number(self.exact(t, at), level)

    def noise(self, kind: str, key: object, level: int) -> int:
        """A random number that belongs to this key."""
        digest = blake2b(repr((self.place.seed, kind, key, level)).encode(), digest_size=48).digest()
        return int.from_bytes(digest) % MODULI[level]

    # exponents

    def deeper(self, level: int) -> int:
        if level + 1 == len(MODULI):
            raise Unsure("exponents nested too deeply")
        return level + 1

    def raised(self, base: Term, exponent: Term, at: Indices, level: int) -> int:
        b = self.value(base, at, (), level)
        if self.loose and not self.is_exact(exponent, at):
            return power_of_base(self.value(mul(exponent, fn("log", base)), at, (), self.deeper(level)), level)
        return self.to_power(b, exponent, at, level)

    def to_power(self, b: int, exponent: Term, at: Indices, level: int) -> int:
        try:
            e = self.exact(exponent, at)
        except Unsure:
            return pow(self.square(b, level), self.value(exponent, at, (), self.deeper(level)), MODULI[level])
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

    def exponential(self, u: Term, at: Indices, level: int) -> int:
        """exp(u); a logarithm that is added in u becomes a factor."""
        op, a = u.op, u.args
        if self.has_log(u):
            if op == "log":
                return self.value(a[0], at, (), level)
            if op == "add":
                return self.times([self.exponential(v, at, level) for v in a], level)
            if op == "sum":
                return self.times([self.exponential(a[0], {**at, a[1]: k}, level) for k in self.range(a[1], at)], level)
            logs = [v for v in a if self.has_log(v)] if op == "mul" else []
            if len(logs) == 1 and logs[0].op in ("log", "add", "sum"):
                rest = mul(*(v for v in a if v is not logs[0]))
                if not self.loose or self.is_exact(rest, at):
                    return self.to_power(self.exponential(logs[0], at, level), rest, at, level)
        found = power_of_base(self.value(u, at, (), self.deeper(level)), level)
        if not level:
            self.exponents[found] = self.exponents[MODULI[0] - found] = (u, at)
        return found

    def is_exact(self, t: Term, at: Indices) -> bool:
        try:
            self.exact(t, at)
        except Unsure:
            return False
        return True

    def has_log(self, u: Term) -> bool:
        found = self.logs.get(u)
        if found is None:
            found = self.logs[u] = u.op == "log" or any(self.has_log(v) for v in u.args if isinstance(v, Term))
        return found

    # logarithms

    def logarithm(self, t: Term, at: Indices, level: int) -> int:
        """log |t|: a sum over the factors of t."""
        op, a = t.op, t.args
        modulus = MODULI[level]
        if op == "exp":
            return self.value(a[0], at, (), level)
        if op == "mul":
            return sum(self.logarithm(u, at, level) for u in a) % modulus
        if op == "prod":
            return sum(self.logarithm(a[0], {**at, a[1]: k}, level) for k in self.range(a[1], at)) % modulus
        if op == "pow":
            return self.value(a[1], at, (), level) * self.logarithm(a[0], at, level) % modulus
        try:
            q = self.exact(t, at)
        except Unsure:
            return self.log_of_sum(t, at, level)
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

    def log_of_sum(self, t: Term, at: Indices, level: int) -> int:
        """log t = log(t/a) + log a for that addend a of t for which t/a is least.

        What t/a are there for the addends a does not change when t is multiplied by a number or a monomial, and so neither does the least.
        """
        whole = self.value(t, at)
        if not whole:
            raise Undefined("log 0")
        found: list[tuple[int, Term, Indices]] = []
        for part, where in self.addends(t, at) if t.op in ("add", "sum") else ():
            size = self.value(part, where)
            if size:
                ratio = whole * self.invert(size, 0) % MODULI[0]
                if ratio in (1, MODULI[0] - 1):
                    return self.logarithm(part, where, level)
                if ratio in self.exponents:
                    u, there = self.exponents[ratio]
                    return (self.value(u, there, (), level) + self.logarithm(part, where, level)) % MODULI[level]
                found.append((ratio, part, where))
        if not found:
            return self.noise("log", whole, level)
        ratio, part, where = min(found, key=lambda f: f[0])
        return (self.noise("log", ratio, level) + self.logarithm(part, where, level)) % MODULI[level]

    def addends(self, t: Term, at: Indices) -> Iterator[tuple[Term, Indices]]:
        if t.op == "add":
            for u in t.args:
                yield from self.addends(u, at)
        elif t.op == "sum":
            body, i = t.args
            for k in self.range(i, at):
                yield from self.addends(body, {**at, i: k})
        else:
            yield t, at
