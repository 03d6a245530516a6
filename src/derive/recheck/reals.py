"""Decimal numbers of many digits: both sides at one point, where there is an order, a kink, a floor, or a law that residues lack.

What lies closer to a kink than the digits can tell is left alone: Unsure. The digits are not rigorous by themselves; `compare` asks
again with twice as many before it believes in a difference.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

from derive.recheck.evaluator import Evaluator
from derive.recheck.place import Place
from derive.recheck.writing import ORDERS, Exact, Key, Node, Undefined, Unsure, Writing, below_one

LARGEST = Decimal(10) ** 8  # of an exponent
NOUGHT, UNIT = Decimal(0), Decimal(1)


def power(x: Decimal, e: int) -> Decimal:
    """x^e; 0^0 is 1."""
    found: Decimal = x**e if e else UNIT
    return found


@cache
def _tiny(digits: int) -> Decimal:
    """What may be a rounded 0."""
    return Decimal(10) ** -(digits * 2 // 3)


@cache
def context(digits: int) -> decimal.Context:
    traps = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
    return decimal.Context(prec=digits, rounding=decimal.ROUND_HALF_EVEN, Emin=-(10**8), Emax=10**8, traps=traps)


class Reals(Evaluator[Decimal]):
    """Values in the current decimal context."""

    strict = True

    def __init__(self, place: Place, writing: Writing, is_zero: IsZero) -> None:
        super().__init__(place, writing)
        self.context = decimal.getcontext()
        self.digits = self.context.prec
        self.is_zero = is_zero
        self.tiny = _tiny(self.digits)
        self.careful = False  # whether to note what is lost
        self.lost = False  # whether a number was too small to show beside another

    @contextmanager
    def within(self) -> Iterator[None]:
        """Work in the context that these values were computed in: what was rounded before is not forgotten."""
        outside = decimal.getcontext()
        decimal.setcontext(self.context)
        try:
            yield
        finally:
            decimal.setcontext(outside)

    def number(self, q: Exact, level: int) -> Decimal:
        return Decimal(q.numerator) if q.denominator == 1 else Decimal(q.numerator) / q.denominator

    def plus(self, parts: Sequence[Decimal], level: int) -> Decimal:
        if not self.careful:
            return sum(parts, NOUGHT)
        found = sum(parts, NOUGHT)
        sizes = [part.adjusted() for part in (*parts, found) if part]
        self.lost |= bool(sizes) and max(sizes) - min(sizes) >= decimal.getcontext().prec
        return found

    def times(self, parts: Sequence[Decimal], level: int) -> Decimal:
        found = UNIT
        for part in parts:
            found *= part
        return found

    def gap(self, t: Node, level: int) -> Decimal:
        found: Decimal = self.of(t)
        return found if abs(found) > self.tiny else NOUGHT

    def root(self, old: Decimal, gaps: Sequence[tuple[int, Decimal, Decimal]]) -> Decimal | None:
        ((_, gap, slope),) = gaps
        return None if abs(slope) < self.tiny else old - gap / slope

    def variable(self, key: Key, level: int) -> Decimal:
        return Decimal(self.place.of(key))

    def sign(self, x: Decimal, t: Node) -> int:
        """The sign of t, whose value is x. What is close to 0 is 0 only if that is certain, and Unsure otherwise."""
        if abs(x) >= self.tiny:
            return 1 if x > 0 else -1
        if (not x and not decimal.getcontext().flags[decimal.Inexact]) or self.is_zero(self, t):
            return 0
        raise Unsure("too close to 0")

    # functions

    def raised(self, base: Node, exponent: Node, level: int) -> Decimal:
        b: Decimal = self.of(base)
        if exponent.op != "num":
            if self.sign(b, base) <= 0:
                raise Unsure("a power of what is not positive")
            return self.exp(self.of(exponent) * b.ln())
        e = exponent.args[0]
        if e >= 0 and e.denominator == 1:
            return power(b, int(e))
        side = self.sign(b, base)
        if not side and e < 0:
            raise Undefined("division by 0")
        if e.denominator == 1:
            return 1 / power(b, -int(e))
        if side < 0:
            raise Undefined("a root of a negative number")
        if not side:
            return NOUGHT
        if e.denominator == 2:
            root = power(b.sqrt(), abs(e.numerator))
            return root if e > 0 else 1 / root
        return self.exp(b.ln() * e.numerator / e.denominator)

    def exp(self, x: Decimal) -> Decimal:
        if abs(x) > LARGEST:
            raise Unsure("too large")
        found: Decimal = x.exp()
        return found

    def function(self, t: Node, level: int) -> Decimal:
        op, a = t.op, t.args
        if op == "const":
            return constant(a[0], decimal.getcontext().prec)
        x: list[Decimal] = [self.of(u) for u in a]
        if op in ("max", "min"):
            return max(x) if op == "max" else min(x)
        if len(x) > 1:
            raise Unsure(f"no numbers for {op}")
        return self.of_one(op, x[0], a[0])

    def of_one(self, op: str, v: Decimal, u: Node) -> Decimal:
        """The function of u, whose value is v."""
        if op == "exp":
            return self.exp(v)
        if op == "log":
            if self.sign(v, u) <= 0:
                raise Undefined("log of what is not positive")
            return v.ln()
        if op == "abs":
            return abs(v)
        if op == "sign":
            return Decimal(self.sign(v, u))
        if op == "heaviside":
            return Decimal(self.sign(v, u) + 1) / 2
        if op in ("floor", "ceiling"):
            self.from_whole(v, u)
            return v.to_integral_value(rounding=decimal.ROUND_FLOOR if op == "floor" else decimal.ROUND_CEILING)
        if op in ("sinh", "cosh", "tanh"):
            e, f = self.exp(v), self.exp(-v)
            difference, whole = self.plus((e, -f), 0), self.plus((e, f), 0)
            return difference / whole if op == "tanh" else (difference if op == "sinh" else whole) / 2
        if op in ("sin", "cos", "tan"):
            return sine(v) if op == "sin" else cosine(v) if op == "cos" else sine(v) / cosine(v)
        if op in ("erf", "erfc"):
            self.lost |= v * v > decimal.getcontext().prec  # 1 - erf v is about exp(-v^2)
            return erf(v) if op == "erf" else 1 - erf(v)
        if op in ("atan", "asin", "acos"):
            return self.inverse_circle(op, v, u)
        if op in ("asinh", "acosh", "atanh"):
            return self.inverse_hyperbola(op, v, u)
        raise Unsure(f"no numbers for {op}")

    def from_whole(self, v: Decimal, u: Node) -> int:
        """The sign of what u, whose value is v, is above the nearest whole number."""
        if v.adjusted() >= decimal.getcontext().prec:
            raise Unsure("too large for its whole part to be known")
        nearest = v.to_integral_value(rounding=decimal.ROUND_HALF_EVEN)
        if abs(v - nearest) >= self.tiny:
            return 1 if v > nearest else -1
        side = self.sign(v - nearest, self.writing.sub(u, self.writing.number(int(nearest))))
        if not side and v != nearest:
            raise Unsure("a whole number but for rounding")
        return side

    def inverse_circle(self, op: str, v: Decimal, u: Node) -> Decimal:
        if op == "atan":
            return arctangent(v)
        if self.sign(1 - v * v, below_one(self.writing, u)) < 0:
            raise Undefined(f"{op} beyond 1")
        root = (1 - v * v).sqrt()
        angle = arctangent(v / root) if root else v * constant("pi", decimal.getcontext().prec) / 2
        return angle if op == "asin" else constant("pi", decimal.getcontext().prec) / 2 - angle

    def inverse_hyperbola(self, op: str, v: Decimal, u: Node) -> Decimal:
        if op == "asinh":
            return (abs(v) + (v * v + 1).sqrt()).ln().copy_sign(v)
        if op == "acosh":
            if self.sign(v - 1, self.writing.sub(u, self.writing.one)) < 0:
                raise Undefined("acosh below 1")
            return (v + (v * v - 1).sqrt()).ln()
        if self.sign(1 - v * v, below_one(self.writing, u)) <= 0:
            raise Undefined("atanh beyond 1")
        return ((1 + v) / (1 - v)).ln() / 2

    # kinks

    def kink(self, t: Node, slopes: Sequence[Node]) -> Decimal:
        op, a = t.op, t.args
        if op in ("max", "min"):
            values = [self.of(u) for u in a]
            best = max(values) if op == "max" else min(values)
            first = values.index(best)
            near = [(u, v - best) for u, v in zip(a, values, strict=True) if u is not a[first] and abs(v - best) < self.tiny]
            if any(not self.sign(gap, self.writing.sub(u, a[first])) for u, gap in near):
                raise Unsure("at a kink")
            return self.of(slopes[first])  # type: ignore[no-any-return]
        v = self.of(a[0])
        side = self.from_whole(v, a[0]) if op in ("floor", "ceiling") else self.sign(v, a[0])
        if not side:
            raise Unsure("at a kink")
        return side * self.of(slopes[0]) if op == "abs" else NOUGHT

    def compare(self, t: Node) -> bool:
        a, b = t.args[:2]
        x = self.of(a) - self.of(b)
        side = (1 if x > 0 else -1) if abs(x) >= self.tiny else self.sign(x, self.writing.sub(a, b))
        if not side and len(t.args) > 2:
            raise Unsure("at a kink")
        return ORDERS[t.op](side, 0)


IsZero = Callable[[Reals, Node], bool]  # whether a node is exactly 0 at this point; False where that is not certain


# Functions that decimal lacks, to its current number of digits


@cache
def constant(name: str, digits: int) -> Decimal:
    if name != "pi":
        raise Unsure(f"no numbers for {name}")
    with decimal.localcontext(context(digits + 10)):
        return 16 * _small_arctangent(Decimal(1) / 5) - 4 * _small_arctangent(Decimal(1) / 239)


def _series(first: Decimal, ratio: Any) -> Decimal:
    """first + first ratio(1) + first ratio(1) ratio(2) + ... until it stands still."""
    total, term, k = first, first, 0
    while term and (abs(term) > abs(total) * Decimal(10) ** -(decimal.getcontext().prec + 3)):
        k += 1
        if k > 4000:
            raise Unsure("too large")
        term = term * ratio(k)
        total += term
    return total


def _small_arctangent(x: Decimal) -> Decimal:
    square, power_, total, k = x * x, x, x, 1
    while abs(power_) > Decimal(10) ** -(decimal.getcontext().prec + 5):
        power_, k = -power_ * square, k + 2
        total += power_ / k
    return total


def arctangent(x: Decimal) -> Decimal:
    """Halved until it is small: atan x = 2 atan(x / (1 + sqrt(1 + x^2)))."""
    with decimal.localcontext(context(decimal.getcontext().prec + 10)):
        halvings = 0
        while abs(x) > Decimal("0.1"):
            x, halvings = x / (1 + (1 + x * x).sqrt()), halvings + 1
        return _small_arctangent(x) * (1 << halvings)


def sine(x: Decimal) -> Decimal:
    digits = decimal.getcontext().prec
    if abs(x) > 10**6:
        raise Unsure("too large")
    with decimal.localcontext(context(digits + 20)):
        turn = 2 * constant("pi", digits + 20)
        x = x - (x / turn).to_integral_value(rounding=decimal.ROUND_HALF_EVEN) * turn
        square = x * x
        return _series(x, lambda k: -square / (2 * k * (2 * k + 1)))


def cosine(x: Decimal) -> Decimal:
    with decimal.localcontext(context(decimal.getcontext().prec + 10)):
        return sine(x + constant("pi", decimal.getcontext().prec) / 2)


def erf(x: Decimal) -> Decimal:
    """2 x exp(-x^2) / sqrt(pi) times the sum of (2 x^2)^k / (1 3 ... (2k + 1)): every term is positive."""
    if abs(x) > 30:
        raise Unsure("too large")
    square = x * x
    return (
        2 * x * (-square).exp() / constant("pi", decimal.getcontext().prec).sqrt() * _series(Decimal(1), lambda k: 2 * square / (2 * k + 1))
    )
