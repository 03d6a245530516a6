"""Numbers of the truth check: exact fractions while arithmetic stays rational, else mpmath's; Undefined where no real value is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

import sympy
from mpmath import mp, mpf


class Undefined(Exception):
    """No real value."""


class Skip(Exception):
    """This point is beyond what the evaluator can compute."""


GIVEN = 600  # digits from which a vanishing number is taken for zero: only given points, exact to 1600 digits, are compared so

Env = dict  # Symbol or Idx -> number; IndexedBase name -> {position: number}
Value = object  # Fraction or mpf


def as_mpf(a: Value) -> mpf:
    return mpf(a.numerator) / a.denominator if isinstance(a, Fraction) else a


def trim(a: Value) -> Value:
    """An exact number too long to carry becomes an mpf."""
    if isinstance(a, Fraction) and a.numerator.bit_length() + a.denominator.bit_length() > 60_000:
        return as_mpf(a)
    return a


def plus(a: Value, b: Value) -> Value:
    return trim(a + b) if isinstance(a, Fraction) and isinstance(b, Fraction) else as_mpf(a) + as_mpf(b)


def times(a: Value, b: Value) -> Value:
    return trim(a * b) if isinstance(a, Fraction) and isinstance(b, Fraction) else as_mpf(a) * as_mpf(b)


def minus(a: Value, b: Value) -> Value:
    return plus(a, -b)


def power(a: Value, e: Value) -> Value:
    whole = isinstance(e, Fraction) and e.denominator == 1
    if whole:
        if a == 0 and e < 0:
            raise Undefined
        if isinstance(a, Fraction) and abs(e) <= 64:
            return trim(a ** int(e))
        if a == 0:
            return Fraction(int(e == 0))
        return mp.power(as_mpf(a), int(e))
    if a < 0:
        raise Undefined
    if a == 0:
        if e > 0:
            return Fraction(0)
        raise Undefined
    if isinstance(a, Fraction) and e == Fraction(1, 2):
        top, low = isqrt(a.numerator), isqrt(a.denominator)
        if top * top == a.numerator and low * low == a.denominator:
            return Fraction(top, low)
    big = as_mpf(e) * mp.log(as_mpf(a))
    if abs(big) > mpf(2) ** 40:
        raise Skip
    return mp.power(as_mpf(a), as_mpf(e))


def close(a: Value, b: Value, scale: Value) -> bool:
    """a = b up to the rounding of the current precision."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    return abs(as_mpf(a) - as_mpf(b)) <= mpf(10) ** (15 - mp.dps) * abs(as_mpf(scale))


def order(a: Value, b: Value) -> int:
    """-1, 0 or 1."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    if close(a, b, max(abs(as_mpf(a)), abs(as_mpf(b)))):
        return 0
    gap = as_mpf(a) - as_mpf(b)
    if mpf(10) ** -1700 < abs(gap) < mpf(10) ** -1500:  # the trace of an irrational point, given to 1600 digits
        return 0
    return 1 if gap > 0 else -1


def round_down(a: Value, scale: Value) -> Fraction:
    if isinstance(a, Fraction):
        return Fraction(a.numerator // a.denominator)
    near = mp.nint(a)
    if close(a, near, scale):
        return Fraction(int(near))
    return Fraction(int(mp.floor(a)))


def settled(choose: Callable[[], Fraction]) -> Fraction:
    """A choice that does not change when digits are added."""
    with mp.workdps(max(mp.dps, min(5 * mp.dps, 1500))):
        return choose()


def _exp(a: mpf) -> mpf:
    if abs(a) > mpf(2) ** 40:
        raise Skip
    return mp.exp(a)


def _guard(test: Callable[[Value], bool], f: Callable[[mpf], mpf]) -> Callable[[Value], Value]:
    def run(a: Value) -> Value:
        if not test(a):
            raise Undefined
        return f(as_mpf(a))

    return run


def _erf(a: mpf) -> mpf:
    return mp.sign(a) * mpf(1) if a * a > 3 * mp.dps else mp.erf(a)


def _tan(a: mpf) -> mpf:
    if abs(mp.cos(a)) < mpf(10) ** -1500:
        raise Undefined
    return mp.tan(a)


def off_poles(a: Value) -> bool:
    return a > 0 or not (isinstance(a, Fraction) and a.denominator == 1)


def _grow(f: Callable[[mpf], mpf]) -> Callable[[Value], Value]:
    def run(a: Value) -> Value:
        if abs(as_mpf(a)) > mpf(2) ** 34:
            raise Skip
        return f(as_mpf(a))

    return run


AT_ZERO = {
    "exp": 1,
    "sin": 0,
    "cos": 1,
    "tan": 0,
    "sinh": 0,
    "cosh": 1,
    "tanh": 0,
    "asin": 0,
    "atan": 0,
    "asinh": 0,
    "atanh": 0,
    "erf": 0,
    "erfc": 1,
    "erfinv": 0,
}

UNARY: dict[str, Callable[[Value], Value]] = {
    "exp": lambda a: _exp(as_mpf(a)),
    "log": _guard(lambda a: a > 0, lambda a: mp.log(a)),
    "sin": _grow(mp.sin), "cos": _grow(mp.cos), "tan": _grow(_tan), "sinh": _grow(mp.sinh), "cosh": _grow(mp.cosh), "tanh": _grow(mp.tanh),
    "asin": _guard(lambda a: abs(a) <= 1, mp.asin), "acos": _guard(lambda a: abs(a) <= 1, mp.acos), "atan": lambda a: mp.atan(as_mpf(a)),
    "asinh": lambda a: mp.asinh(as_mpf(a)), "acosh": _guard(lambda a: a >= 1, mp.acosh), "atanh": _guard(lambda a: abs(a) < 1, mp.atanh),
    "erf": lambda a: _erf(as_mpf(a)), "erfc": lambda a: mp.erfc(as_mpf(a)), "erfinv": _guard(lambda a: abs(a) < 1, mp.erfinv),
    "gamma": _guard(off_poles, _grow(mp.gamma)), "loggamma": _guard(lambda a: a > 0, _grow(mp.loggamma)),
    "factorial": _guard(lambda a: off_poles(a + 1), _grow(mp.factorial)),
}  # fmt: skip


def unary(name: str, a: Value) -> Value:
    if a == 0 and name in AT_ZERO:
        return Fraction(AT_ZERO[name])
    if name == "log" and a == 1:
        return Fraction(0)
    if name == "factorial" and isinstance(a, Fraction) and a.denominator == 1 and 0 <= a < 200:
        return Fraction(int(mp.factorial(int(a)))) if a < 15 else Fraction(int(sympy.factorial(int(a))))
    return UNARY[name](a)
