"""Values of terms at a point: fractions as far as they go, enclosed by balls from there on. No code of the kernel's.

A sign, a floor or a domain is believed only where a ball settles it: anything else is `Unsure`, and says nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

from flint import arb, ctx, fmpq

from derive.statement.term import Term, rebuild, subterms

Number = Fraction | arb
BITS = 600  # of a ball
LONGEST = 20_000  # bits of a fraction


class Unsure(Exception):
    """A ball around an edge, or too large a number."""


class Missing(Exception):
    """There is certainly no value here."""


class Numbers:
    """Values of all variables at one point."""

    def __init__(self, n: int, values: dict[Any, Fraction]) -> None:
        self.n, self.values = n, values

    @classmethod
    def drawn(cls, rng: Random, at: dict[Any, Fraction]) -> Numbers:
        """A random point; `at` fixes some of its values. Numbers are often 0, 1 or equal."""
        n = int(at.get("n", rng.choice((1, 2, 3))))

        def number(positive: bool = False) -> Fraction:
            if rng.random() < 0.3:
                return Fraction(rng.choice((1, 2) if positive else (0, 1, 2, -1)))
            return Fraction(rng.randint(1 if positive else -40, 40), rng.choice((1, 3, 7, 16)))

        names = ["x", "y", *((a, k) for a in "uv" for k in range(n)), *(("A", k, l) for k in range(n) for l in range(n))]
        values: dict[Any, Fraction] = {name: number() for name in names}
        values |= {name: number(positive=True) for name in ("p", *(("q", k) for k in range(n)))}
        values |= {name: Fraction(rng.randrange(n)) for name in "ij"}
        return cls(n, values | {k: v for k, v in at.items() if not isinstance(k, tuple) or k[1] < n})

    def position(self, t: Term, bound: dict[Term, int]) -> int:
        return int(bound[t] if t in bound else self.values[t.args[0]] if t.op == "index" else self.of(t, bound))

    def of(self, t: Term, bound: dict[Term, int]) -> Number:
        """The value of a number; raises Missing where it has none, Unsure where that cannot be told."""
        op, a = t.op, t.args
        if op == "num":
            return a[0]
        if op == "sym":
            return Fraction(self.n) if a[0] == "n" else self.values[a[0]]
        if op == "index":
            return Fraction(self.position(t, bound))
        if op == "entry":
            return self.values[(a[0], *(self.position(i, bound) for i in a[3]))]
        if op == "delta":
            return Fraction(self.position(a[0], bound) == self.position(a[1], bound))
        if op in ("sum", "prod"):
            parts = [self.of(a[0], {**bound, a[1]: k}) for k in range(int(self.of(a[1].args[1], {})))]
            return plus(*parts) if op == "sum" else times(*parts)
        if op == "piecewise":
            for value, condition in zip(a[::2], a[1::2], strict=True):
                if self.holds(condition, bound):
                    return self.of(value, bound)
            raise Missing
        return FUNCTIONS[op](*(self.of(u, bound) for u in a))

    def holds(self, p: Term, bound: dict[Term, int]) -> bool:
        op, a = p.op, p.args
        if op == "true":
            return True
        sign = sign_of(plus(self.of(a[0], bound), times(Fraction(-1), self.of(a[1], bound))))
        return {"lt": sign < 0, "le": sign <= 0, "eq": sign == 0, "ne": sign != 0}[op]

    def allows(self, given: Term) -> bool:
        """Whether a hypothesis holds here, for all positions of its free index, if it has one."""
        parts = list(subterms(given))
        loose = [] if any(u.op == "sum" for u in parts) else [u for u in parts if u.op == "index"][:1]
        try:
            return all(self.holds(given, dict.fromkeys(loose, k)) for k in (range(self.n) if loose else (0,)))
        except (Unsure, Missing):
            return False


def ball(v: Number) -> arb:
    return v if isinstance(v, arb) else arb(fmpq(v.numerator, v.denominator))


def whole(v: arb) -> arb:
    if not v.is_finite():
        raise Unsure
    return v


def plus(*parts: Number) -> Number:
    exact = sum((v for v in parts if isinstance(v, Fraction)), Fraction(0))
    rest = [v for v in parts if isinstance(v, arb)]
    return whole(sum(rest, ball(exact))) if rest else exact


def times(*parts: Number) -> Number:
    exact, rest = Fraction(1), [v for v in parts if isinstance(v, arb)]
    for v in parts:
        if isinstance(v, Fraction):
            exact *= v
    if exact.numerator.bit_length() + exact.denominator.bit_length() > LONGEST:
        raise Unsure
    if not rest:
        return exact
    result = ball(exact)
    for v in rest:
        result = result * v
    return whole(result)


def sign_of(v: Number) -> int:
    if isinstance(v, Fraction):
        return (v > 0) - (v < 0)
    if v.contains(0) and not v.is_zero():
        raise Unsure
    return int(v > 0) - int(v < 0)


def power(base: Number, e: Number) -> Number:
    if isinstance(e, Fraction) and e.denominator == 1 and abs(e) <= 64:
        side = sign_of(base) if e < 0 else 1
        if not side:
            raise Missing
        return base ** int(e) if isinstance(base, Fraction) else whole(base ** int(e))
    side = sign_of(base)
    if side < 0 and isinstance(e, Fraction) and e.denominator > 1:
        raise Missing
    if side <= 0:
        raise Unsure
    return whole((ball(e) * ball(base).log()).exp())


def log(v: Number) -> Number:
    if sign_of(v) <= 0:
        raise Missing
    return whole(ball(v).log())


def floor_of(v: Number) -> Fraction:
    if isinstance(v, Fraction):
        return Fraction(floor(v))
    found = v.floor().unique_fmpz()
    if found is None:
        raise Unsure
    return Fraction(int(found))


def remainder(a: Number, b: Number) -> Number:
    return plus(a, times(Fraction(-1), b, floor_of(times(a, power(b, Fraction(-1))))))


def largest(*values: Number) -> Number:
    if all(isinstance(v, Fraction) for v in values):
        return max(values)
    best = ball(values[0])
    for v in values[1:]:
        best = best.max(ball(v))
    return best


def negative(v: Number) -> Number:
    return times(Fraction(-1), v)


def smooth(run: Callable[[arb], arb]) -> Callable[[Number], Number]:
    return lambda v: whole(run(ball(v)))


FUNCTIONS: dict[str, Callable[..., Number]] = {
    "add": plus,
    "mul": times,
    "pow": power,
    "abs": abs,
    "sign": lambda v: Fraction(sign_of(v)),
    "heaviside": lambda v: Fraction(1 + sign_of(v), 2),
    "max": largest,
    "min": lambda *v: negative(largest(*map(negative, v))),
    "floor": floor_of,
    "ceiling": lambda v: -floor_of(negative(v)),
    "mod": remainder,
    "log": log,
    **{name: smooth(getattr(arb, name)) for name in ("exp", "sin", "cos", "tanh", "erf", "erfc", "atan", "gamma")},
}


def value(t: Term, point: Numbers) -> Number | None:
    """The value of t there, None where it certainly has none; raises Unsure where that cannot be told."""
    ctx.prec = BITS
    try:
        return point.of(t, {})
    except Missing:
        return None


def gap(lhs: Term, rhs: Term, point: Numbers, slopes: dict[Term, Term]) -> float | None:
    """lhs - rhs at the point, where it is certainly not 0; infinite where one side alone has a value; None where nothing is certain.

    Derivatives are put in closed form, by `slopes`.
    """
    try:
        a, b = (value(closed(t, slopes), point) for t in (lhs, rhs))
        if a is None or b is None:
            return None if a is b else float("inf")
        difference = plus(a, negative(b))
        return float(sign_of(difference)) or None
    except Unsure:
        return None


def closed(t: Term, slopes: dict[Term, Term]) -> Term:
    """t with its derivatives in closed form."""
    return slopes[t] if t.op == "deriv" else rebuild(t, lambda a: closed(a, slopes)) if t.op not in ("entry", "index", "sym", "num") else t
