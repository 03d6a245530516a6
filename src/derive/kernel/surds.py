"""Surds: exact names for numbers that are no fractions, guessed from many digits. A guess is only a point to be tried."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb, ctx, fmpq

from derive.kernel.jets import ZERO
from derive.statement.term import HALF, PI, Term, add, fn, mul, num, power

CONSTANTS = (PI, mul(num(Fraction(1, 2)), PI), fn("exp", num(1)), fn("exp", num(-1)), power(num(2), HALF), fn("log", num(2)))
CLOSE = fmpq(1, 10**25)


def names(v: fmpq) -> Iterator[Term]:
    """Square and cube roots, exponentials, logarithms, multiples of pi and angles that agree with v to 25 digits."""
    before, ctx.prec = ctx.prec, 200
    try:
        x, s = arb(v), fmpq(-1 if v < 0 else 1)
        yield from (_times(s, power(_num(q), HALF)) for q in _near(x * x, 1000) if not _is_square(q))
        yield from (_times(s, power(_num(q), Fraction(1, 3))) for q in _near(abs(x) ** 3, 1000) if not _is_cube(q))
        yield from (_times(q, PI) for q in _near(x / arb.pi(), 60) if q)
        if v:
            yield from (_times(s, fn("exp", _num(q))) for q in _near(abs(x).log(), 60) if q)
        if abs(v) < 20:
            yield from (fn("log", _num(q)) for q in _near(x.exp(), 1000) if q > 0 and q != 1)
            yield from (_times(fmpq(1, 2), fn("log", _num(q))) for q in _near((2 * x).exp(), 1000) if q > 0 and q != 1)
        if abs(v) < 4:
            for name, value in (("asin", x.sin()), ("acos", x.cos()), ("atan", x.tan())):
                yield from (fn(name, _num(q)) for q in _near(value, 100) if q not in (-1, 0, 1))
    finally:
        ctx.prec = before


def roots(square: fmpq, linear: fmpq, constant: fmpq) -> list[Term]:
    """The irrational zeros of square x**2 + linear x + constant."""
    if not square:
        return []
    middle, inner = -linear / (2 * square), (linear * linear - 4 * square * constant) / (4 * square * square)
    if inner < 0 or _is_square(inner):
        return []
    root = power(_num(inner), HALF)
    return [add(_num(middle), root), add(_num(middle), mul(num(-1), root))]


def _near(x: arb, limit: int) -> list[fmpq]:
    """The fraction with denominator up to the limit that x very nearly is, if there is one."""
    middle = x.mid()
    if not abs(middle) < 10**6:
        return []
    found = Fraction(str(middle.fmpq())).limit_denominator(limit) if abs(middle) > arb(2) ** -300 else Fraction(0)
    q = fmpq(found.numerator, found.denominator)
    return [q] if abs(x - q) < CLOSE else []


def _is_square(q: fmpq) -> bool:
    return bool(q >= ZERO) and fmpq(q.p.root(2), q.q.root(2)) ** 2 == q


def _is_cube(q: fmpq) -> bool:
    return bool(fmpq(q.p.root(3), q.q.root(3)) ** 3 == q)


def _num(q: fmpq) -> Term:
    return num(Fraction(int(q.p), int(q.q)))


def _times(q: fmpq, t: Term) -> Term:
    return mul(_num(q), t)
