"""Instances: a term with its sizes and indices written out as numbers, so that no sum, product or delta is left."""

from __future__ import annotations

from fractions import Fraction

from derive.recheck.setting import Shape
from derive.statement.term import ONE, PROPOSITIONS, ZERO, Term, add, make, mul, num, power, rebuild

SMOOTH = ("exp", "log", "sinh", "cosh", "tanh", "erf", "erfc")
SPECIAL = (
    "gamma", "loggamma", "polygamma", "besseli", "erfinv", "sin", "cos", "tan", "asin", "acos", "atan", "asinh", "acosh", "atanh", "const",
)  # fmt: skip
LARGEST = 2000  # nodes of one side


class Outside(Exception):
    """What the audit does not speak of, in a word or two."""


def instance(t: Term, shape: Shape) -> Term:
    """t at this shape; raises Outside where something else than a smooth function is left."""
    return _Expansion({**shape.sizes}).of(t, {**shape.at})


class _Expansion:
    def __init__(self, sizes: dict[Term, int]) -> None:
        self.sizes, self.left = sizes, LARGEST

    def of(self, t: Term, at: dict[Term, int]) -> Term:
        self.left -= 1
        if self.left < 0:
            raise Outside("too large")
        op, a = t.op, t.args
        if op == "sym":
            return num(self.sizes[t]) if t in self.sizes else t
        if op == "index":
            return num(at[t])
        if op in ("num", "true", "false") or op == "const" and a[0] in ("pi", "euler_gamma"):
            return t
        if op == "entry":
            places = [self.number(i, at) for i in a[3]]
            ends = [self.number(n, at) for n in a[2]]
            if not all(0 <= k < n for k, n in zip(places, ends, strict=True)):
                raise Outside("an index out of range")
            return make("entry", a[0], a[1], (), tuple(map(num, places)))
        if op in ("sum", "prod"):
            terms = [self.of(a[0], {**at, a[1]: k}) for k in range(self.number(a[1].args[1], at))]
            return add(*terms) if op == "sum" else mul(*terms)
        if op == "delta":
            return ONE if self.number(a[0], at) == self.number(a[1], at) else ZERO
        if op == "pow":
            base, exponent = self.of(a[0], at), self.of(a[1], at)
            return ONE if exponent is ZERO else power(base, exponent)
        if op == "deriv":
            variable = self.of(a[1], at)
            return make("deriv", self.of(a[0], at), variable)
        if op in ("add", "mul", *SMOOTH, *PROPOSITIONS):
            return rebuild(t, lambda u: self.of(u, at))
        raise Outside("integrals" if op == "integral" else "special functions" if op in SPECIAL else "kinks and rounding")

    def number(self, t: Term, at: dict[Term, int]) -> int:
        value = self.of(t, at)
        if value.op != "num" or value.args[0].denominator != 1:
            raise Outside("labels that are indices" if value.op == "entry" else "an index that is no number")
        return int(value.args[0])


# Signs that are plain from the form of a term


def positive(t: Term) -> bool:
    """Whether t is plainly above 0."""
    op, a = t.op, t.args
    if op == "num":
        return bool(a[0] > 0)
    if op in ("sym", "entry"):
        return a[1] in ("positive", "positive integer")
    if op in ("exp", "cosh", "const"):
        return True
    if op == "add":
        return all(map(nonnegative, a)) and any(map(positive, a))
    if op == "mul":
        return all(map(positive, a))
    return op == "pow" and (positive(a[0]) or a[1].op != "num")


def nonnegative(t: Term) -> bool:
    """Whether t is plainly not below 0."""
    op, a = t.op, t.args
    if positive(t):
        return True
    if op == "num":
        return bool(a[0] >= 0)
    if op in ("sym", "entry"):
        return str(a[1]).startswith("nonnegative")
    if op in ("add", "mul"):
        return all(map(nonnegative, a))
    return op == "pow" and a[1].op == "num" and (a[1].args[0] % 2 == 0 or a[1].args[0].denominator == 2 or nonnegative(a[0]))


def whole(t: Term) -> int | None:
    """The whole number that t is."""
    return int(t.args[0]) if t.op == "num" and t.args[0].denominator == 1 else None


def half(t: Term) -> int | None:
    """The odd number of halves that t is."""
    return int(2 * t.args[0]) if t.op == "num" and t.args[0].denominator == 2 else None


def negative_number(t: Term) -> Fraction | None:
    """The number that t is, or that it starts with as a product, where that is below 0."""
    q: Fraction | None = t.args[0] if t.op == "num" else t.args[0].args[0] if t.op == "mul" and t.args[0].op == "num" else None
    return q if q is not None and q < 0 else None
