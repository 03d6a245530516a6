"""Tails: how much an integral over a half-line may still hold beyond a point.

A majorant (c, d, p) of f says |f| <= c y**d exp(p(y)) for all y >= start >= 1, where y is the variable or its negative and p a
polynomial. Where p falls at least as fast as a straight line from `start` on, or does not rise and d < -1, the tail has a closed
bound. A majorant also shows that f has a value on all of the tail. Raises Unsure where no rule gives one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from derive.kernel.jets import ONE, ZERO, Unsure, sign
from derive.kernel.values import integer_power, power
from derive.statement.term import Term, free

if TYPE_CHECKING:
    from derive.kernel.evaluator import Evaluator

Polynomial = list[Any]  # coefficients, constant first: rationals or balls
Majorant = tuple[arb, fmpq, Polynomial]


_BOUNDED = {"tanh": 1, "sin": 1, "cos": 1, "erf": 1, "sign": 1, "heaviside": 1, "erfc": 2, "atan": 2}


class Tail:
    """The half-line y >= start of one variable, where y = side * variable."""

    def __init__(self, evaluator: Evaluator, variable: Term, side: int, start: fmpq) -> None:
        self.evaluator, self.variable, self.side, self.start = evaluator, variable, side, start

    def bound(self, body: Term) -> arb:
        """An upper bound of the integral of |body| over the half-line.

        With p(start + s) <= p(start) - a s, and (1 + s/start)**d <= exp(d s/start) for d > 0, it is at most
        c start**d exp(p(start)) / (a - max(d, 0)/start); with a = 0 and d < -1 at most c start**(d + 1) exp(p(start)) / (-d - 1).
        """
        c, d, p = self.majorant(body)
        shifted = self._shifted(p) or [ZERO]
        if not all(k <= 0 for k in shifted[1:]):
            raise Unsure
        head = c * arb(shifted[0]).exp()
        rate = arb(-shifted[1] if len(shifted) > 1 else 0) - max(d, ZERO) / self.start
        if rate > 0:
            return arb(head * power(self.start, d) / rate)
        if d < -1:
            return arb(head * power(self.start, d + 1) / (-d - 1))
        raise Unsure

    def majorant(self, t: Term) -> Majorant:
        op, a = t.op, t.args
        p = self.polynomial(t)
        if p is not None:
            return sum((abs(arb(k)) for k in p), arb(0)), fmpq(len(p) - 1), []
        if op == "add" or op in ("max", "min"):
            return self._largest([self.majorant(u) for u in a])
        if op == "mul":
            c, d, p = arb(1), ZERO, []
            for u in a:
                cu, du, pu = self.majorant(u)
                c, d, p = c * cu, d + du, _plus(p, pu)
            return c, d, p
        if op == "pow":
            return self._power(a[0], self._exponent(a[1]))
        if op == "exp":
            p = self.polynomial(a[0])
            if p is not None:
                return arb(1), ZERO, p
        if op in _BOUNDED:
            self.majorant(a[0])  # it has a value
            return arb(_BOUNDED[op]), ZERO, []
        if op == "abs":
            return self.majorant(a[0])
        if op == "log" and self.least(a[0]) >= 1:
            return self.majorant(a[0])  # 0 <= log(u) <= u
        if op == "piecewise" and a[-1].op == "true" and all(self._decidable(c) for c in a[1::2]):
            return self._largest([self.majorant(u) for u in a[::2]])
        raise Unsure

    def _decidable(self, condition: Term) -> bool:
        """Whether both sides of a condition have values on the tail."""
        if condition.op in ("and", "or", "not"):
            return all(map(self._decidable, condition.args))
        for u in condition.args:
            self.majorant(u)
        return True

    def _exponent(self, t: Term) -> fmpq:
        """An exponent that does not depend on the variable."""
        value = None if self.variable in free(t) else self.evaluator.compile(t)()
        if type(value) is not fmpq or abs(value) > 100:
            raise Unsure
        return value

    def _power(self, base: Term, e: fmpq) -> Majorant:
        c, d, p = self.majorant(base)
        if e.q == 1 and e >= 0:
            return integer_power(c, int(e.p)), d * e, [k * e for k in p]
        if e > 0:
            if not self.least(base) > 0:
                raise Unsure
            return arb(power(c, e)), d * e, [k * e for k in p]
        c, d, p = self._minorant(base)
        return arb(power(c, e)), d * e, [k * e for k in p]

    def _minorant(self, t: Term) -> Majorant:
        """(c, d, p) such that t >= c y**d exp(p(y)) > 0 on the tail."""
        p = self.polynomial(t)
        if p is not None and len(p) > 1 and p[-1] > 0 and all(k >= 0 for k in p):
            return arb(p[-1]), fmpq(len(p) - 1), []
        if t.op == "pow":
            e = self._exponent(t.args[1])
            if e > 0:
                c, d, p = self._minorant(t.args[0])
                return arb(power(c, e)), d * e, [k * e for k in p]
        if t.op == "mul":
            c, d, p = arb(1), ZERO, []
            for u in t.args:
                cu, du, pu = self._minorant(u)
                c, d, p = c * cu, d + du, _plus(p, pu)
            return c, d, p
        if t.op == "exp":
            p = self.polynomial(t.args[0])
            if p is not None:
                return arb(1), ZERO, p
        if t.op == "add":
            for u in t.args:
                if u.op == "exp":
                    p = self.polynomial(u.args[0])
                    if p is not None and all(k >= 0 for k in self._shifted(p)) and all(self.least(v) >= 0 for v in t.args):
                        return arb(1), ZERO, p
        least = self.least(t)
        if not least > 0:
            raise Unsure
        return arb(least), ZERO, []

    def least(self, t: Term) -> Any:
        """A number that t never falls below on the tail, 0 or more."""
        op, a = t.op, t.args
        p = self.polynomial(t)
        if p is not None:
            shifted = self._shifted(p)
            if all(k >= 0 for k in shifted):
                return shifted[0]
            raise Unsure
        if op == "add":
            return sum((self.least(u) for u in a), ZERO)
        if op == "mul":
            result = ONE
            for u in a:
                result = result * self.least(u)
            return result
        if op == "exp" or op == "abs" or op == "pow" and a[1].op == "num" and a[1].args[0].denominator == 1 and a[1].args[0] % 2 == 0:
            self.majorant(t)
            return ZERO
        raise Unsure

    def polynomial(self, t: Term) -> Polynomial | None:
        """t as a polynomial in y on the tail, if it is one."""
        op, a = t.op, t.args
        if self.variable not in free(t):
            value = self.evaluator.compile(t)()
            if type(value) not in (fmpq, arb):
                raise Unsure
            return [value]
        if t is self.variable:
            return [ZERO, fmpq(self.side)]
        if op in ("add", "mul"):
            result = self.polynomial(a[0])
            for u in a[1:]:
                p = self.polynomial(u)
                if result is None or p is None:
                    return None
                result = _plus(result, p) if op == "add" else _product(result, p)
            return result
        if op == "pow":
            e, p = self._exponent(a[1]), self.polynomial(a[0])
            if p is None or e.q != 1 or not 0 <= e <= 16:
                return None
            result = [ONE]
            for _ in range(int(e.p)):
                result = _product(result, p)
            return result
        if op == "abs":
            p = self.polynomial(a[0])
            if p is not None:
                shifted = self._shifted(p)
                if all(k >= 0 for k in shifted):
                    return p
                if all(k <= 0 for k in shifted):
                    return [-k for k in p]
        return None

    def _shifted(self, p: Polynomial) -> Polynomial:
        """The coefficients of p(start + s) in s."""
        result: Polynomial = []
        for k in reversed(p):
            result = _plus(_product(result, [self.start, ONE]), [k])
        return result

    def _largest(self, parts: list[Majorant]) -> Majorant:
        """One majorant of a sum: the exponent that is nowhere below the others on the tail."""
        for _, _, top in parts:
            gaps = [self._shifted(_plus(top, [-k for k in p])) for _, _, p in parts]
            if all(not gap or all(k >= 0 for k in gap) for gap in gaps):
                return sum((c for c, _, _ in parts), arb(0)), max(d for _, d, _ in parts), top
        raise Unsure


def _plus(p: Polynomial, q: Polynomial) -> Polynomial:
    length = max(len(p), len(q))
    return [x + y for x, y in zip(p + [ZERO] * (length - len(p)), q + [ZERO] * (length - len(q)), strict=True)]


def _product(p: Polynomial, q: Polynomial) -> Polynomial:
    result = [ZERO] * (len(p) + len(q) - 1) if p and q else []
    for i, x in enumerate(p):
        for k, y in enumerate(q):
            result[i + k] = result[i + k] + x * y
    return result


def split(evaluator: Evaluator, body: Term, variable: Term, side: int, beyond: arb, precision: int) -> tuple[fmpq, arb]:
    """A place on the half-line, past `beyond`, and a small bound of the integral of |body| from there on."""
    least = fmpq(int(max(0, (side * beyond).ceil().upper().unique_fmpz() or 0)))
    best: tuple[fmpq, arb] | None = None
    for far in (3, 6, 12, 24, 48, 96, 200, 500, 2000, 10**9):
        start = least + far
        try:
            bound = Tail(evaluator, variable, side, start).bound(body)
        except Unsure:
            continue
        if bound.is_finite() and (best is None or bound < best[1]):
            best = start, bound
            if bound < arb(2) ** -(precision + 8):
                break
    if best is None or sign(best[1]) < 0:
        raise Unsure
    return fmpq(side) * best[0], best[1]
