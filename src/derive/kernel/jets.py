"""Jets: what becomes of a value when one variable moves a little to one side. Also what all values share.

A value is an exact rational (`fmpq`) wherever it can be, else a ball that surely holds it (`arb`, and `acb` inside an integral),
else a `Jet` of these. Undefined is raised where there surely is no real value, Unsure where the balls cannot tell.
"""

from __future__ import annotations

from typing import Any

from flint import acb, arb, fmpq

Value = Any  # fmpq | arb | acb | Jet

ZERO, ONE, TWO, HALF, MINUS_ONE = fmpq(0), fmpq(1), fmpq(2), fmpq(1, 2), fmpq(-1)
BITS = 100_000  # exact numbers longer than this become balls before they are computed


class Undefined(Exception):
    """There is no real value here."""


class NoDerivative(Undefined):
    """The derivative does not exist: the one-sided ones differ, or the body jumps or ends here."""


class Unsure(Exception):
    """The balls cannot tell."""


class Short(Unsure):
    """A jet is cut off before the coefficient that would tell."""

    def __init__(self, frame: Frame) -> None:
        super().__init__("more coefficients are needed")
        self.frame = frame


class Frame:
    """One evaluation of a derivative on one side: how deep it is nested, how many coefficients, and whether that side mattered.

    `slow` is the frame of s = -1/log(t): it goes to 0 as t does, but t is infinitely smaller.
    """

    __slots__ = ("_slow", "depth", "forked", "order")

    def __init__(self, depth: float, order: int) -> None:
        self.depth, self.order, self.forked = depth, order, False
        self._slow: Frame | None = None

    @property
    def slow(self) -> Frame:
        if self._slow is None:
            self._slow = Frame(self.depth - 0.5, self.order)
        return self._slow


class Jet:
    """The sum of coefs[k] * t**(k - pole) for t -> 0 from above, exactly, or up to a remainder of smaller order than the last term.

    Coefficients are values of lower depth, so jets nest: the inner t is infinitely smaller than the outer one.
    """

    __slots__ = ("coefs", "exact", "frame", "pole")

    def __init__(self, frame: Frame, coefs: list[Value], pole: int = 0, exact: bool = False) -> None:
        self.frame, self.coefs, self.pole, self.exact = frame, coefs, pole, exact

    def __add__(self, other: Value) -> Value:
        if type(other) is not Jet or other.frame.depth < self.frame.depth:
            coefs = self.coefs.copy()
            if len(coefs) <= self.pole:
                if not self.exact:
                    raise Short(self.frame)
                coefs += [ZERO] * (self.pole + 1 - len(coefs))
            coefs[self.pole] = coefs[self.pole] + other
            return trim(self.frame, coefs, self.pole, self.exact)
        if other.frame.depth > self.frame.depth:
            return other + self
        pole = max(self.pole, other.pole)
        a, b = [ZERO] * (pole - self.pole) + self.coefs, [ZERO] * (pole - other.pole) + other.coefs
        # only the inexact one ends the sum: an exact one goes on with zeros
        length = min((len(c) for c, j in ((a, self), (b, other)) if not j.exact), default=max(len(a), len(b)))
        a += [ZERO] * (length - len(a))
        b += [ZERO] * (length - len(b))
        coefs = [x + y for x, y in zip(a[:length], b[:length], strict=True)]
        return trim(self.frame, coefs, pole, self.exact and other.exact)

    __radd__ = __add__

    def __neg__(self) -> Value:
        return Jet(self.frame, [-c for c in self.coefs], self.pole, self.exact)

    def __sub__(self, other: Value) -> Value:
        return self + -other

    def __rsub__(self, other: Value) -> Value:
        return -self + other

    def __mul__(self, other: Value) -> Value:
        if type(other) is not Jet or other.frame.depth < self.frame.depth:
            if is_nil(other):
                return ZERO
            return trim(self.frame, [times(c, other) for c in self.coefs], self.pole, self.exact)
        if other.frame.depth > self.frame.depth:
            return other * self
        a, b = self.coefs, other.coefs
        length = min((len(j.coefs) for j in (self, other) if not j.exact), default=len(a) + len(b) - 1)
        coefs = [ZERO] * length
        for i, x in enumerate(a[:length]):
            if not is_nil(x):
                for k, y in enumerate(b[: length - i]):
                    if not is_nil(y):
                        coefs[i + k] = coefs[i + k] + times(x, y)
        return trim(self.frame, coefs, self.pole + other.pole, self.exact and other.exact)

    __rmul__ = __mul__


def trim(frame: Frame, coefs: list[Value], pole: int, exact: bool) -> Value:
    """The jet without leading zeros, cut to its order; a plain value where it is constant."""
    while pole and len(coefs) > 1 and is_nil(coefs[0]):
        coefs, pole = coefs[1:], pole - 1
    limit = frame.order + 1 + pole
    if len(coefs) > limit:
        exact = exact and all(map(is_nil, coefs[limit:]))
        coefs = coefs[:limit]
    if exact:
        while len(coefs) > pole + 1 and is_nil(coefs[-1]):
            coefs.pop()
        if len(coefs) == 1 and not pole:
            return coefs[0]
    return Jet(frame, coefs, pole, exact)


def is_nil(v: Value) -> bool:
    """Whether v is exactly zero (a ball that merely contains 0 is not)."""
    kind = type(v)
    return not v if kind is fmpq else v.is_zero() if kind is arb or kind is acb else False


def times(a: Value, b: Value) -> Value:
    """a*b, with an exact zero where one of them is."""
    return ZERO if is_nil(a) or is_nil(b) else a * b


def finite(v: Value) -> Value:
    """v itself; Unsure where its ball is unbounded."""
    if v.is_finite():
        return v
    raise Unsure


def short_enough(v: Value) -> Value:
    """v itself, as a ball where it is too long a rational."""
    return arb(v) if type(v) is fmpq and v.height_bits() > BITS else v


def sign(v: Value) -> int:
    """-1, 0 or 1: the sign of v; of a jet, the sign that it has for all small t > 0."""
    kind = type(v)
    if kind is fmpq:
        return 0 if not v else 1 if v > 0 else -1
    if kind is arb:
        if v > 0:
            return 1
        if v < 0:
            return -1
        if v.is_zero():
            return 0
        raise Unsure
    if kind is acb:
        real = v.real
        if real.contains(0):
            raise Unsure
        return sign(real)
    if v.pole:
        v.frame.forked = True
    for c in v.coefs:
        s = sign(c)
        if s:
            return s
        v.frame.forked = True
    if v.exact:
        return 0
    raise Short(v.frame)


def coefficient(v: Value, frame: Frame, k: int) -> Value:
    """The coefficient of t**k in a jet of this frame; anything else is constant."""
    if type(v) is not Jet or v.frame is not frame:
        return ZERO if k else v
    if v.pole and sign(v.coefs[0]):
        raise NoDerivative
    if k + v.pole < len(v.coefs):
        return v.coefs[k + v.pole]
    if v.exact:
        return ZERO
    raise Short(frame)
