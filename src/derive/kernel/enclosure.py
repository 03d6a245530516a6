"""Enclosures: what values a term can take on a box, and positivity on a box by bisection.

    t > 0 on every part of a box, by Arb balls that exclude 0
    ----------------------------------------------------------   interval-bisection
    t > 0 on the box

A part is dropped where some fact certainly fails on it. A term that may be undefined on a part is not enclosed there, so nothing is
claimed of it. Beside the natural extension the mean value form is used: t(m) + t'(part) (part - m), which is tight on small parts.
A span is a pair of balls: every value lies between the least number of the first and the greatest of the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from flint import arb, ctx, fmpq

from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.proof import Budget
from derive.kernel.signs import Fact
from derive.statement.term import Term, free

PRECISION = 128
SHALLOWEST = Fraction(1, 2**60)  # no part is cut below this share of the box

Span: TypeAlias = tuple[arb, arb]
Ends: TypeAlias = tuple[Fraction, Fraction]

_RISING: dict[str, Callable[[arb], arb]] = {
    "exp": arb.exp, "sinh": arb.sinh, "tanh": arb.tanh, "asinh": arb.asinh, "atan": arb.atan, "erf": arb.erf,
    "log": arb.log, "asin": arb.asin, "atanh": arb.atanh, "erfinv": arb.erfinv, "acosh": arb.acosh,
}  # fmt: skip
_FALLING: dict[str, Callable[[arb], arb]] = {"acos": arb.acos, "erfc": arb.erfc}
_OTHER: dict[str, Callable[[arb], arb]] = {
    "sin": arb.sin, "cos": arb.cos, "cosh": arb.cosh, "tan": arb.tan, "gamma": arb.gamma, "loggamma": arb.lgamma,
}  # fmt: skip
_CONSTANTS: dict[str, Callable[[], arb]] = {"pi": arb.pi, "euler_gamma": arb.const_euler, "catalan": arb.const_catalan}


class Outside(Exception):
    """The term may be undefined on the box, or has no enclosure."""


def exact(q: Fraction) -> arb:
    return arb(fmpq(q.numerator, q.denominator))


def span(ends: Ends) -> Span:
    low, high = ends
    return exact(low), exact(high)


def enclose(t: Term, box: Mapping[Term, Span]) -> Span:
    """A span that holds every value of t on the box; raises Outside."""
    done: dict[Term, Span] = {}

    def go(u: Term) -> Span:
        found = done.get(u)
        if found is None:
            found = done[u] = rule(u)
            if not (found[0].is_finite() and found[1].is_finite()):
                raise Outside
        return found

    def rule(u: Term) -> Span:
        op, a = u.op, u.args
        if op == "num":
            return _point(exact(a[0]))
        if op == "sym" and u in box:
            return box[u]
        if op == "const" and a[0] in _CONSTANTS:
            return _point(_CONSTANTS[a[0]]())
        if op in ("add", "mul", "max", "min"):
            out = go(a[0])
            for v in a[1:]:
                out = _BINARY[op](out, go(v))
            return out
        if op == "pow":
            return _power(go(a[0]), a[1], go)
        if op == "abs":
            low, high = go(a[0])
            return (low, high) if low >= 0 else (-high, -low) if high <= 0 else (arb(0), (-low).max(high))
        if op in _RISING:
            low, high = go(a[0])
            return _RISING[op](low), _RISING[op](high)
        if op in _FALLING:
            low, high = go(a[0])
            return _FALLING[op](high), _FALLING[op](low)
        if op in _OTHER:
            low, high = go(a[0])
            if op == "loggamma" and not low > 0:
                raise Outside
            return _point(_OTHER[op](low.union(high) if low is not high else low))
        raise Outside

    return go(t)


def _point(v: arb) -> Span:
    return v, v


def _product(a: Span, b: Span) -> Span:
    if a[0] is a[1] and b[0] is b[1]:
        return _point(a[0] * b[0])
    products = [x * y for x in a for y in b]
    low = high = products[0]
    for p in products[1:]:
        low, high = low.min(p), high.max(p)
    return low, high


def _sum(a: Span, b: Span) -> Span:
    return _point(a[0] + b[0]) if a[0] is a[1] and b[0] is b[1] else (a[0] + b[0], a[1] + b[1])


_BINARY: dict[str, Callable[[Span, Span], Span]] = {
    "add": _sum,
    "mul": _product,
    "max": lambda a, b: (a[0].max(b[0]), a[1].max(b[1])),
    "min": lambda a, b: (a[0].min(b[0]), a[1].min(b[1])),
}


def _power(base: Span, exponent: Term, go: Callable[[Term], Span]) -> Span:
    low, high = base
    if exponent.op == "num" and exponent.args[0].denominator == 1:
        n = int(exponent.args[0])
        if n < 0 and not (low > 0 or high < 0):
            raise Outside
        if n % 2 == 0 and not (low >= 0 or high <= 0):
            return arb(0), (-low).max(high) ** n
        ends = low**n, high**n
        return ends if (n > 0) == (n % 2 == 1 or bool(low >= 0)) else ends[::-1]
    if exponent.op == "num" and exponent.args[0] > 0 and low >= 0:
        e = exponent.args[0]
        return _root(low, e), _root(high, e)
    if low > 0:
        logs = low.log(), high.log()
        low, high = _product(logs, go(exponent))
        return low.exp(), high.exp()
    raise Outside


def _root(v: arb, e: Fraction) -> arb:
    if v.is_zero():
        return v
    return v.sqrt() ** e.numerator if e.denominator == 2 else (v.log() * exact(e)).exp()


@contextmanager
def _precision(bits: int) -> Iterator[None]:
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def constant_sign(t: Term) -> str:
    """The sign of a term without variables, "?" where balls cannot tell."""
    for bits in (64, 512, 4096):
        with _precision(bits):
            try:
                low, high = enclose(t, {})
            except Outside:
                return "?"
            if low > 0 or high < 0:
                return "+" if low > 0 else "-"
            if low.is_zero() and high.is_zero():
                return "0"
    return "?"


def bounds(t: Term) -> Ends | None:
    """Rational numbers that enclose a term without variables."""
    with _precision(64):
        try:
            low, high = enclose(t, {})
        except Outside:
            return None
        return _fraction(low.lower()), _fraction(high.upper())


def _fraction(v: arb) -> Fraction:
    q = v.fmpq()
    return Fraction(int(q.p), int(q.q))


class Bisection:
    """One term on one box, with its slopes where it has them."""

    def __init__(self, t: Term, box: Mapping[Term, Ends], facts: Iterable[Fact], budget: Budget) -> None:
        self.t, self.box, self.budget = t, box, budget
        self.variables = sorted(box, key=lambda v: str(v.args[0]))
        self.facts = [f for f in facts if not f.every and free(f.gap) <= set(self.variables)]
        self.slopes: list[Term] = []
        try:
            for v in self.variables:
                owed: list[tuple[Term, Term]] = []
                self.slopes.append(differentiate(t, v, owed))
                if owed:
                    raise Unsupported("a kink")
        except Unsupported:
            self.slopes = []

    def positive(self, parts: int) -> bool:
        """Whether balls show t > 0 on the whole box, facts granted, with at most so many parts."""
        whole = tuple(self.box[v] for v in self.variables)
        todo = [whole]
        with _precision(PRECISION):
            for corner in product(*whole):
                at = {v: _point(exact(end)) for v, end in zip(self.variables, corner, strict=True)}
                if not self._excluded(at) and not self._above_zero(at, at):
                    return False  # the part at this corner will never be settled
            for _ in range(parts):
                if not todo:
                    return True
                part = todo.pop()
                self.budget.spend(3)
                at = {v: span(ends) for v, ends in zip(self.variables, part, strict=True)}
                middle = {v: _point(exact((low + high) / 2)) for v, (low, high) in zip(self.variables, part, strict=True)}
                if self._excluded(at) or self._above_zero(at, middle):
                    continue
                if self._fails(middle):
                    return False
                halves = self._halves(part)
                if not halves:
                    return False
                todo += halves
        return not todo

    def _halves(self, part: tuple[Ends, ...]) -> list[tuple[Ends, ...]]:
        """The part cut along the side that is longest beside the box; none where it is too small."""
        shares = [(high - low) / (self.box[v][1] - self.box[v][0] or 1) for v, (low, high) in zip(self.variables, part, strict=True)]
        share, k = max((share, -k) for k, share in enumerate(shares))
        low, high = part[-k]
        cut = (low + high) / 2
        return [(*part[:-k], ends, *part[-k + 1 :]) for ends in ((low, cut), (cut, high))] if share >= SHALLOWEST else []

    def _excluded(self, at: Mapping[Term, Span]) -> bool:
        """Whether some fact certainly fails there."""
        for fact in self.facts:
            try:
                low, high = enclose(fact.gap, at)
            except Outside:
                continue
            if fact.sign in ("+", ">=0", "0") and high < 0 or fact.sign in ("-", "<=0", "0") and low > 0:
                return True
        return False

    def _above_zero(self, at: Mapping[Term, Span], middle: Mapping[Term, Span]) -> bool:
        try:
            if enclose(self.t, at)[0] > 0:
                return True
            if not self.slopes:
                return False
            value = enclose(self.t, middle)
            for v, slope in zip(self.variables, self.slopes, strict=True):
                m = middle[v][0]
                value = _sum(value, _product(enclose(slope, at), (at[v][0] - m, at[v][1] - m)))
            return bool(value[0] > 0)
        except Outside:
            return False

    def _fails(self, at: Mapping[Term, Span]) -> bool:
        """Whether t is certainly no more than 0 at a point: then nothing will show the contrary."""
        try:
            return bool(enclose(self.t, at)[1] <= 0) and not self._excluded(at)
        except Outside:
            return False
