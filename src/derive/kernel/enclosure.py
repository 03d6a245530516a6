"""Enclosures: what values a term can take on a box, in Arb balls, and positivity on a box by bisection.

    t > 0 on every part of a box, by balls that exclude 0
    ------------------------------------------------------   interval-bisection
    t > 0 on the box

A part is dropped where some fact certainly fails on it. A term that may be undefined on a part is not enclosed there, so nothing is
claimed of it. Beside the natural extension the mean value form is used: t(m) + t'(box) (box - m), which is tight on small parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from flint import arb, ctx, fmpq

from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.proof import Budget
from derive.kernel.signs import Fact
from derive.statement.term import Term, free

PRECISION = 128
SHALLOWEST = Fraction(1, 2**60)  # no part is cut below this share of the box

Box = Mapping[Term, tuple[Fraction, Fraction]]


class Outside(Exception):
    """The term may be undefined on the box, or has no enclosure."""


_RISING: dict[str, Callable[[arb], arb]] = {
    "exp": arb.exp, "sinh": arb.sinh, "tanh": arb.tanh, "asinh": arb.asinh, "atan": arb.atan, "erf": arb.erf,
    "log": arb.log, "asin": arb.asin, "atanh": arb.atanh, "erfinv": arb.erfinv, "acosh": arb.acosh,
}  # fmt: skip
_FALLING: dict[str, Callable[[arb], arb]] = {"acos": arb.acos, "erfc": arb.erfc}
_OTHER: dict[str, Callable[[arb], arb]] = {"sin": arb.sin, "cos": arb.cos, "tan": arb.tan, "gamma": arb.gamma}


def ball(low: Fraction, high: Fraction) -> arb:
    """A ball that holds the interval."""
    return exact(low).union(exact(high)) if low != high else exact(low)


def exact(q: Fraction) -> arb:
    return arb(fmpq(q.numerator, q.denominator))


def enclose(t: Term, box: Mapping[Term, arb]) -> arb:
    """A ball that holds every value of t on the box; raises Outside."""
    done: dict[Term, arb] = {}

    def go(u: Term) -> arb:
        found = done.get(u)
        if found is None:
            found = rule(u)
            if not found.is_finite():
                raise Outside
            done[u] = found
        return found

    def rule(u: Term) -> arb:
        op, a = u.op, u.args
        if op == "num":
            return exact(a[0])
        if op == "sym" and u in box:
            return box[u]
        if op == "const" and a[0] in _CONSTANTS:
            return _CONSTANTS[a[0]]()
        if op == "add":
            return sum((go(v) for v in a[1:]), go(a[0]))
        if op == "mul":
            out = go(a[0])
            for v in a[1:]:
                out = out * go(v)
            return out
        if op == "pow":
            return _power(go(a[0]), a[1], go)
        if op in ("max", "min"):
            out = go(a[0])
            for v in a[1:]:
                out = out.max(go(v)) if op == "max" else out.min(go(v))
            return out
        if op == "abs":
            return abs(go(a[0]))
        if op == "loggamma":
            v = go(a[0])
            return v.lgamma() if v > 0 else _outside()
        if op in _RISING or op in _FALLING:
            return _monotone(op, go(a[0]))
        if op in _OTHER:
            return _OTHER[op](go(a[0]))
        raise Outside

    return go(t)


_CONSTANTS: dict[str, Callable[[], arb]] = {"pi": arb.pi, "euler_gamma": arb.const_euler, "catalan": arb.const_catalan}


def _outside() -> arb:
    raise Outside


def _ends(v: arb) -> tuple[arb, arb]:
    return v.lower(), v.upper()


def _monotone(op: str, v: arb) -> arb:
    """The values between those at the ends; arb gives no number outside the domain."""
    f = _RISING.get(op) or _FALLING[op]
    if v.is_exact():
        return f(v)
    low, high = _ends(v)
    first, second = f(low), f(high)
    if not (first.is_finite() and second.is_finite()):
        raise Outside
    return first.union(second)


def _power(base: arb, exponent: Term, go: Callable[[Term], arb]) -> arb:
    if exponent.op == "num" and exponent.args[0].denominator == 1:
        n = int(exponent.args[0])
        if n < 0 and base.contains(0):
            raise Outside
        if n % 2 == 0 and base.contains(0):
            return arb(0).union(base.abs_upper() ** n)
        low, high = _ends(base)
        return (low**n).union(high**n)
    e = go(exponent)
    if exponent.op == "num" and e > 0 and base >= 0:
        low, high = _ends(base)
        low = low if low > 0 else arb(0)
        return _root(low, exponent.args[0]).union(_root(high, exponent.args[0]))
    if base > 0:
        return (base.log() * e).exp()
    raise Outside


def _root(v: arb, e: Fraction) -> arb:
    if v.is_zero():
        return v
    return v.sqrt() ** e.numerator if e.denominator == 2 else (v.log() * exact(e)).exp()


def constant_sign(t: Term) -> str:
    """The sign of a term without variables, "?" where balls cannot tell."""
    for bits in (64, 256, 1024):
        before, ctx.prec = ctx.prec, bits
        try:
            v = enclose(t, {})
            if v > 0 or v < 0:
                return "+" if v > 0 else "-"
            if v.is_zero():
                return "0"
        except Outside:
            return "?"
        finally:
            ctx.prec = before
    return "?"


def bounds(t: Term, bits: int = 64) -> tuple[Fraction, Fraction] | None:
    """Rational numbers that enclose a term without variables."""
    before, ctx.prec = ctx.prec, bits
    try:
        low, high = _ends(enclose(t, {}))
        return _fraction(low), _fraction(high)
    except Outside:
        return None
    finally:
        ctx.prec = before


def _fraction(v: arb) -> Fraction:
    q = v.fmpq() if hasattr(v, "fmpq") else fmpq(0)
    return Fraction(int(q.p), int(q.q))


class Bisection:
    """One term on one box, with its slopes where it has them."""

    def __init__(self, t: Term, box: Box, facts: Iterable[Fact], budget: Budget) -> None:
        self.t, self.budget = t, budget
        self.variables = sorted(box, key=lambda v: str(v.args[0]))
        self.box = box
        self.facts = [f for f in facts if not f.every and free(f.gap) <= set(self.variables)]
        self.slopes: list[Term] | None = []
        try:
            for v in self.variables:
                owed: list[tuple[Term, Term]] = []
                self.slopes.append(differentiate(t, v, owed))
                if owed:
                    raise Unsupported("a kink")
        except Unsupported:
            self.slopes = None

    def positive(self, parts: int) -> bool:
        """Whether balls show t > 0 on the whole box, facts granted, with at most so many parts."""
        before, ctx.prec = ctx.prec, PRECISION
        try:
            return self._positive(parts)
        finally:
            ctx.prec = before

    def _positive(self, parts: int) -> bool:
        todo = [tuple(self.box[v] for v in self.variables)]
        for _ in range(parts):
            if not todo:
                return True
            part = todo.pop()
            self.budget.spend(3)
            at = {v: ball(*ends) for v, ends in zip(self.variables, part, strict=True)}
            if self._excluded(at) or self._above_zero(part, at):
                continue
            middle = {v: exact((low + high) / 2) for v, (low, high) in zip(self.variables, part, strict=True)}
            if self._fails(middle):
                return False
            shares = [(high - low) / (self.box[v][1] - self.box[v][0] or 1) for v, (low, high) in zip(self.variables, part, strict=True)]
            k = max(range(len(part)), key=lambda n: shares[n])
            if shares[k] < SHALLOWEST:
                return False
            low, high = part[k]
            cut = (low + high) / 2
            todo += [(*part[:k], ends, *part[k + 1 :]) for ends in ((low, cut), (cut, high))]
        return False

    def _excluded(self, at: Mapping[Term, arb]) -> bool:
        for fact in self.facts:
            try:
                v = enclose(fact.gap, at)
            except Outside:
                continue
            if fact.sign in ("+", ">=0", "0") and v < 0 or fact.sign in ("-", "<=0", "0") and v > 0:
                return True
        return False

    def _above_zero(self, part: tuple[tuple[Fraction, Fraction], ...], at: Mapping[Term, arb]) -> bool:
        try:
            if enclose(self.t, at) > 0:
                return True
            if self.slopes is None:
                return False
            middle = {v: exact((low + high) / 2) for v, (low, high) in zip(self.variables, part, strict=True)}
            value = enclose(self.t, middle)
            for v, slope in zip(self.variables, self.slopes, strict=True):
                value = value + enclose(slope, at) * (at[v] - middle[v])
            return bool(value > 0)
        except Outside:
            return False

    def _fails(self, at: Mapping[Term, arb]) -> bool:
        """Whether t is certainly no more than 0 at a point: then nothing will show the contrary."""
        try:
            return bool(enclose(self.t, at) <= 0) and not self._excluded(at)
        except Outside:
            return False
