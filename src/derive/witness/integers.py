"""Whole numbers: terms in integers are evaluated in exact int64 arithmetic, so that a floor is never off by a rounding.

`whole(lowering, t)` is the value of an integral term, or None where t is not one, or where its values might not fit in 62 bits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from derive.statement.term import ONE, ZERO, Term, add, mul, num, power

if TYPE_CHECKING:
    from derive.witness.lower import Axed, Lowering

LARGEST = 1024  # no integer variable is sampled beyond this, in size
BITS = 62
INTEGERS = ("integer", "positive integer", "nonnegative integer")


def fraction(t: Term) -> tuple[Term, Term] | None:
    """t as numerator and denominator, both integral; None where it is no such quotient."""
    if t.op == "num":
        return num(t.args[0].numerator), num(t.args[0].denominator)
    if t.op in ("add", "mul"):
        parts = [fraction(a) for a in t.args]
        p, q = (ZERO, ONE) if t.op == "add" else (ONE, ONE)
        for part in parts:
            if part is None:
                return None
            if t.op == "mul":
                p, q = mul(p, part[0]), mul(q, part[1])
            elif part[1] is q:
                p = add(p, part[0])
            else:
                p, q = add(mul(p, part[1]), mul(part[0], q)), mul(q, part[1])
        return p, q
    if t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0].denominator == 1:
        base, e = fraction(t.args[0]), int(t.args[1].args[0])
        if base is None:
            return None
        top, bottom = base if e >= 0 else base[::-1]
        return power(top, abs(e)), power(bottom, abs(e))
    return (t, ONE) if is_integral(t) else None


def is_integral(t: Term) -> bool:
    """Whether every value of t is a whole number that `whole` can compute."""
    op, a = t.op, t.args
    if op == "num":
        return bool(a[0].denominator == 1)
    if op in ("sym", "entry"):
        return a[1] in INTEGERS
    if op in ("index", "delta"):
        return True
    if op in ("add", "mul", "max", "min", "abs", "sign"):
        return all(map(is_integral, a))
    if op == "pow":
        return is_integral(a[0]) and a[1].op == "num" and a[1].args[0].denominator == 1 and a[1].args[0] >= 0
    if op in ("floor", "ceiling"):
        return fraction(a[0]) is not None
    if op == "mod":
        return is_integral(a[0]) and is_integral(a[1])
    return op == "sum" and is_integral(a[0])


def bits(t: Term) -> float:
    """log2 of a bound on |t|."""
    op, a = t.op, t.args
    if op == "num":
        return math.log2(max(abs(a[0]), 1))
    if op == "add":
        return max(map(bits, a)) + math.log2(len(a))
    if op == "mul":
        return sum(map(bits, a))
    if op == "pow":
        return bits(a[0]) * float(abs(a[1].args[0]))
    if op in ("floor", "ceiling"):
        return max(map(bits, fraction(a[0]) or a)) + 1.0
    if op in ("max", "min", "mod"):
        return max(map(bits, a))
    if op == "abs":
        return bits(a[0])
    return bits(a[0]) + 4.0 if op == "sum" else math.log2(LARGEST)


def whole(lowering: Lowering, t: Term) -> Axed | None:
    """The value of an integral term, exact, as floats; NaN where a denominator is 0."""
    from derive.witness.lower import Axed

    if t.op not in ("add", "mul", "pow", "floor", "ceiling", "mod", "sum") or not is_integral(t) or bits(t) > BITS:
        return None
    xp, zeros = lowering.ops.xp, []

    def divide(quotient: tuple[Term, Term], up: bool) -> Axed:
        top, bottom = map(go, quotient)
        zeros.append(lowering.apply(lambda n: n == 0, bottom))
        return lowering.apply(lambda n, d: -(-n // xp.where(d == 0, 1, d)) if up else n // xp.where(d == 0, 1, d), top, bottom)

    def go(u: Term) -> Axed:
        if u.op == "num":
            return Axed(xp.asarray(int(u.args[0]), dtype="int64"))
        if u.op in ("add", "mul", "max", "min"):
            out = go(u.args[0])
            for a in u.args[1:]:
                out = lowering.apply(lowering.ops.binary[u.op], out, go(a))
            return out
        if u.op == "pow":
            base, e = go(u.args[0]), int(u.args[1].args[0])
            return Axed(math.prod([base.array] * e, start=xp.asarray(1, dtype="int64")), base.axes)
        if u.op in ("floor", "ceiling"):
            return divide(fraction(u.args[0]) or (u, ONE), u.op == "ceiling")
        if u.op == "mod":
            return lowering.apply(lambda a, b, f: a - b * f, go(u.args[0]), go(u.args[1]), divide(u.args, False))
        if u.op == "abs":
            return lowering.apply(abs, go(u.args[0]))
        if u.op == "sum":
            return lowering.sum_over(go(u.args[0]), u.args[1])
        return lowering.apply(_to_whole(xp), lowering.value(u))

    out = lowering.apply(lambda v: xp.asarray(v, dtype="float64"), go(t))
    for zero in zeros:
        out = lowering.apply(lambda z, v: xp.where(z, math.nan, v), zero, out)
    return out


def _to_whole(xp: Any) -> Any:
    return lambda v: xp.asarray(v).astype("int64")
