"""The value of a term at a place, and its derivatives in forward mode, for any kind of number.

A place gives every size and index a whole number, so sums and deltas are written out. A derivative is the same walk with a tuple of
seeds, the variables in which it is taken: `value(t, at, seeds)` is the mixed partial of t in all of them. `Residues` and `Reals` say
what a number is. Nothing here knows how the kernel proves anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Generic, TypeVar

from derive.recheck.place import Place
from derive.statement.term import HALF, MINUS_ONE, ONE, PI, TWO, ZERO, Term, add, children, div, fn, mul, neg, num, power, sub

Indices = Mapping[Term, int]
Exact = int | Fraction
Seed = tuple[Any, tuple[int, ...]]  # a sym, or the name of an array; and the position in the array
Seeds = tuple[Seed, ...]

N = TypeVar("N")  # a kind of number

MOST_RANGE = 600  # terms of one sum


class About:
    """What a term speaks of: its variables (syms, names of arrays), its free indices, and whether it may have an exact value."""

    __slots__ = ("exact", "indices", "names")

    def __init__(self, names: frozenset[Any], indices: tuple[Term, ...], exact: bool) -> None:
        self.names, self.indices, self.exact = names, indices, exact


def about_term(t: Term) -> About:
    """What t speaks of, found once."""
    found: About | None = t.kept.get("recheck")
    if found is None:
        names: set[Any] = set()
        indices: dict[Term, None] = {}
        if t.op == "sym":
            return About(frozenset((t,)), (), t.args[1].endswith("integer"))  # not kept: a term that holds itself would never go
        exact = t.op in EXACT or t.op == "num"
        if t.op == "index":
            indices[t] = None
            exact = True
        elif t.op == "entry":
            names.add(t.args[0])
            exact = t.args[1].endswith("integer")
        for c in children(t):
            inner = about_term(c)
            names |= inner.names
            indices |= dict.fromkeys(inner.indices)
            exact &= inner.exact or t.op in ("index", "entry")
        if t.op in ("sum", "prod"):
            indices.pop(t.args[1], None)
        found = About(frozenset(names), tuple(indices), exact)
        if t.op != "index":
            t.kept["recheck"] = found
    return found


class Unsure(Exception):
    """This kind of number cannot tell: no order, too close to a kink, too large."""


class Undefined(Exception):
    """There is no value here."""


class Evaluator(Generic[N]):
    """Values at one place, each computed once; `steps` bounds how many."""

    strict = False  # whether what is multiplied by 0 must have a value
    levels: Sequence[int] = (0,)  # how deep in exponents a number may stand, where that matters
    kept_as: Sequence[str]  # at each level, the name under which a num keeps what it is here

    def __init__(self, place: Place, steps: int) -> None:
        self.place, self.steps = place, steps
        self.known: dict[tuple[Any, ...], N] = {}
        self.slopes: dict[Term, tuple[Term, Term]] = {}  # of each function: its argument u, and f'(u)
        self.zero, self.one = self.number(0, 0), self.number(1, 0)

    # what a number is

    def number(self, q: Exact, level: int) -> N:
        raise NotImplementedError

    def plus(self, parts: Sequence[N], level: int) -> N:
        raise NotImplementedError

    def times(self, parts: Sequence[N], level: int) -> N:
        raise NotImplementedError

    def raised(self, base: Term, exponent: Term, at: Indices, level: int) -> N:
        raise NotImplementedError

    def function(self, t: Term, at: Indices, level: int) -> N:
        """A function's value; kinks included."""
        raise NotImplementedError

    def kink(self, t: Term, at: Indices, seeds: Seeds, level: int) -> N:
        """A derivative of abs, sign, heaviside, max, min, floor, ceiling or mod."""
        raise Unsure(f"{t.op} has an order")

    def holds(self, p: Term, at: Indices, seeds: Seeds = ()) -> bool:
        """Whether a proposition is true; with seeds, in a whole neighbourhood."""
        raise NotImplementedError

    def less(self, x: N, y: N, level: int) -> N:
        """x - y; 0 where they are the same number."""
        raise NotImplementedError

    def root(self, old: N, gaps: Sequence[tuple[Any, ...]]) -> N | None:
        """Where a variable makes an equation true whose sides differ by (level, gap, gap, gap) at old, old + 1, old + 2.

        None where that is not linear.
        """
        raise NotImplementedError

    def symbol(self, t: Term, level: int) -> N:
        raise NotImplementedError

    def entry(self, name: str, at: tuple[int, ...], level: int) -> N:
        raise NotImplementedError

    # the walk

    def value(self, t: Term, at: Indices, seeds: Seeds = (), level: int = 0) -> N:
        """The mixed partial derivative of t in the seeds; with none, its value."""
        op = t.op
        if op == "num":
            if seeds:
                return self.zero
            name = self.kept_as[level]
            number: N | None = t.kept.get(name)
            if number is None:
                number = t.kept[name] = self.number(t.args[0], level)
            return number
        if op == "index":
            return self.zero if seeds else self.number(at[t], level)
        if op == "sym":
            if seeds:
                return self.one if seeds == ((t, ()),) else self.zero
            return self.symbol(t, level)
        if op == "entry" and not seeds:
            return self.entry(t.args[0], self.position(t, at), level)
        about = t.kept.get("recheck") or about_term(t)
        indices = about.indices
        for name, _ in seeds:
            if name not in about.names:
                return self.zero
        key: tuple[Any, ...]
        if not indices:
            key = (t, level, seeds)
        elif len(indices) == 1:
            key = (t, level, seeds, at[indices[0]])
        else:
            key = (t, level, seeds, *[at[i] for i in indices])
        found = self.known.get(key)
        if found is None:
            self.steps -= 1
            if self.steps < 0:
                raise Unsure("too large to write out")
            found = self.known[key] = self.compute(t, op, at, seeds, level)
        return found

    def compute(self, t: Term, op: str, at: Indices, seeds: Seeds, level: int) -> N:
        a = t.args
        if op == "mul":
            if seeds:
                return self.product([(u, at) for u in a], seeds, level)
            return self.times([self.value(u, at, (), level) for u in a], level)
        if op == "entry":
            return self.one if seeds == ((a[0], self.position(t, at)),) else self.zero
        if op == "add":
            return self.plus([self.value(u, at, seeds, level) for u in a], level)
        if op == "pow":
            return self.slope_of_power(t, at, seeds, level) if seeds else self.raised(a[0], a[1], at, level)
        if op == "sum":
            body, i = a
            if i not in about_term(body).indices:
                return self.times([self.number(self.size(i, at), level), self.value(body, at, seeds, level)], level)
            return self.plus([self.value(body, {**at, i: k}, seeds, level) for k in self.range(i, at)], level)
        if op == "prod":
            body, i = a
            return self.product([(body, {**at, i: k}) for k in self.range(i, at)], seeds, level)
        if op == "deriv":
            return self.derivative(a[0], a[1], at, seeds, level)
        if op == "delta":
            return self.zero if seeds or self.exact(a[0], at) != self.exact(a[1], at) else self.one
        if op == "piecewise":
            for branch, condition in zip(a[::2], a[1::2], strict=True):
                if self.holds(condition, at, seeds):
                    return self.value(branch, at, seeds, level)
            raise Undefined("no case applies")
        if not seeds:
            return self.function(t, at, level)
        if op in ("abs", "sign", "heaviside", "max", "min", "floor", "ceiling", "mod"):
            return self.kink(t, at, seeds, level)
        found = self.slopes.get(t)
        if found is None:
            found = self.slopes[t] = self.slope(t, op, a)
        return self.chain(found[1], found[0], at, seeds, level)

    def size(self, i: Term, at: Indices) -> int:
        size = self.exact(i.args[1], at)
        if size.denominator != 1 or size < 0:
            raise Undefined("a range that is no count")
        return int(size)

    def range(self, i: Term, at: Indices) -> range:
        size = self.size(i, at)
        if size > MOST_RANGE:
            raise Unsure("too large to write out")
        return range(size)

    def position(self, t: Term, at: Indices) -> tuple[int, ...]:
        found = []
        for place, size in zip(t.args[3], t.args[2], strict=True):
            k = at[place] if place.op == "index" else self.exact(place, at)
            most = self.place.integers.get(size)
            if not 0 <= k < (self.exact(size, at) if most is None else most) or k.denominator != 1:
                raise Undefined("an index out of range")
            found.append(int(k))
        return tuple(found)

    def exact(self, t: Term, at: Indices) -> Exact:
        """The rational value of a term of numbers, indices and whole symbols alone."""
        op, a = t.op, t.args
        if op == "index":
            return at[t]
        if op == "num":
            q: Exact | None = t.kept.get("exact")
            if q is None:
                q = t.kept["exact"] = a[0] if a[0].denominator != 1 else int(a[0])  # whole numbers are quicker as such
            return q
        if op == "sym":
            if t not in self.place.integers:
                raise Unsure("no exact number")
            return self.place.integers[t]
        if op == "entry" and a[1].endswith("integer"):
            return int(self.place.entry(a[0], self.position(t, at)))
        if not about_term(t).exact:
            raise Unsure("no exact number")
        return EXACT[op]([self.exact(u, at) for u in a])

    # derivatives

    def derivative(self, body: Term, variable: Term, at: Indices, seeds: Seeds, level: int) -> N:
        seed = (variable, ()) if variable.op == "sym" else (variable.args[0], self.position(variable, at))
        if self.strict:
            self.value(body, at, (), level)
        try:
            return self.value(body, at, (*seeds, seed), level)
        except Undefined:
            # The body has a value, so it may have a derivative that this way of writing it hides.
            raise Unsure("a derivative at the edge of its rule") from None

    def product(self, factors: Sequence[tuple[Term, Indices]], seeds: Seeds, level: int) -> N:
        """Leibniz: each factor takes some of the seeds, in every way."""
        if not seeds:
            return self.times([self.value(u, at, (), level) for u, at in factors], level)
        if not factors:
            return self.zero
        if len(factors) == 1:
            return self.value(*factors[0], seeds, level)
        (first, at), rest = factors[0], factors[1:]
        parts = []
        for own, other in splits(seeds):
            x = self.value(first, at, own, level)
            if self.strict or x != self.zero:
                parts.append(self.times([x, self.product(rest, other, level)], level))
        return self.plus(parts, level)

    def chain(self, slope: Term, u: Term, at: Indices, seeds: Seeds, level: int) -> N:
        """f(u) in all seeds, where `slope` is the term f'(u)."""
        *rest, last = seeds
        parts = []
        for own, other in splits(tuple(rest)):
            x = self.value(u, at, (*other, last), level)
            if self.strict or x != self.zero:
                parts.append(self.times([x, self.value(slope, at, own, level)], level))
        return self.plus(parts, level)

    def slope_of_power(self, t: Term, at: Indices, seeds: Seeds, level: int) -> N:
        base, e = t.args
        if any(name in about_term(e).names for name, _ in seeds):
            return self.chain(t, mul(e, fn("log", base)), at, seeds, level)  # b^e = exp(e log b): both may change
        if e.op == "num" and e.args[0] == 0:
            return self.zero
        if t not in self.slopes:
            self.slopes[t] = base, mul(e, power(base, add(e, MINUS_ONE)))
        return self.chain(self.slopes[t][1], base, at, seeds, level)

    def slope(self, t: Term, op: str, a: tuple[Any, ...]) -> tuple[Term, Term]:
        """A function's argument u and f'(u), as terms."""
        if op in SLOPES:
            return a[0], SLOPES[op](a[0], t)
        if op == "polygamma":
            return a[1], fn("polygamma", add(a[0], ONE), a[1])
        if op == "besseli":
            return a[1], mul(HALF, add(fn("besseli", add(a[0], ONE), a[1]), fn("besseli", add(a[0], MINUS_ONE), a[1])))
        raise Unsure(f"no rule for the derivative of {op}")


def splits(seeds: Seeds) -> Iterator[tuple[Seeds, Seeds]]:
    """Every way to give some seeds to one factor and the others to the rest."""
    for mask in range(1 << len(seeds)):
        yield tuple(s for k, s in enumerate(seeds) if mask >> k & 1), tuple(s for k, s in enumerate(seeds) if not mask >> k & 1)


def _power(values: Sequence[Exact]) -> Exact:
    base, e = values
    if e.denominator != 1 or not -10_000 <= e <= 10_000:
        raise Unsure("no exact number")
    if not base and e < 0:
        raise Undefined("division by 0")
    return Fraction(base) ** int(e)


def _mod(values: Sequence[Exact]) -> Exact:
    if not values[1]:
        raise Undefined("division by 0")
    return values[0] % values[1]


EXACT: dict[str, Callable[[Sequence[Exact]], Exact]] = {
    "add": lambda v: sum(v),
    "mul": math.prod,
    "pow": _power,
    "floor": lambda v: math.floor(v[0]),
    "ceiling": lambda v: math.ceil(v[0]),
    "mod": _mod,
    "max": max,
    "min": min,
    "abs": lambda v: max(v[0], -v[0]),
    "sign": lambda v: (v[0] > 0) - (v[0] < 0),
    "delta": lambda v: int(v[0] == v[1]),
}

_ROOT_PI = power(PI, HALF)


def _square(u: Term) -> Term:
    return power(u, 2)


# f'(u) from u and f(u)
SLOPES: dict[str, Callable[[Term, Term], Term]] = {
    "exp": lambda u, f: f,
    "log": lambda u, f: power(u, -1),
    "sin": lambda u, f: fn("cos", u),
    "cos": lambda u, f: neg(fn("sin", u)),
    "tan": lambda u, f: power(fn("cos", u), -2),
    "asin": lambda u, f: power(sub(ONE, _square(u)), Fraction(-1, 2)),
    "acos": lambda u, f: neg(power(sub(ONE, _square(u)), Fraction(-1, 2))),
    "atan": lambda u, f: power(add(ONE, _square(u)), -1),
    "sinh": lambda u, f: fn("cosh", u),
    "cosh": lambda u, f: fn("sinh", u),
    "tanh": lambda u, f: sub(ONE, _square(f)),
    "asinh": lambda u, f: power(add(_square(u), ONE), Fraction(-1, 2)),
    "acosh": lambda u, f: power(sub(_square(u), ONE), Fraction(-1, 2)),
    "atanh": lambda u, f: power(sub(ONE, _square(u)), -1),
    "erf": lambda u, f: div(mul(TWO, fn("exp", neg(_square(u)))), _ROOT_PI),
    "erfc": lambda u, f: div(mul(num(-2), fn("exp", neg(_square(u)))), _ROOT_PI),
    "erfinv": lambda u, f: mul(HALF, _ROOT_PI, fn("exp", _square(f))),
    "gamma": lambda u, f: mul(f, fn("polygamma", ZERO, u)),
    "loggamma": lambda u, f: fn("polygamma", ZERO, u),
}
