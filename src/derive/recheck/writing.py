"""Terms written out at a place: no index, sum, delta or derivative is left, only variables, numbers and functions of them.

A place gives every size and index a whole number. What is written alike is one node, so that whoever computes with nodes does so once
for each, at as many points as he likes: `Residues` and `Reals` do. Derivatives are written by forward rules. Nothing here knows how the
kernel proves anything.

    num(q), var(key), const(name)          key: a sym, or the name of an array, and the position
    add, mul, pow, exp, log, max, ...      as in terms
    cases(v1, c1, v2, c2, ...)             the first whose condition is true
    lt, le, eq, ne, and, or, not, true     conditions; a comparison with a third argument has no answer where its sides are equal
    kink(f, u', ...)                       the derivative of f = abs(u), max(u, ...), floor(u), ... from those of its arguments
    where(f, u)                            u wherever f has a value
    fault(error, words)                    what cannot be written, for whoever comes to need it
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derive.statement.term import PROPOSITIONS, Term, children

Indices = Mapping[Term, int]
Exact = int | Fraction
Key = tuple[Any, tuple[int, ...]]  # of a variable: a sym, or the name of an array; and the position in the array

MOST_RANGE = 600  # terms of one sum
KINKS = ("abs", "sign", "heaviside", "max", "min", "floor", "ceiling")


class Unsure(Exception):
    """This kind of number cannot tell: no order, too close to a kink, too large."""


class Undefined(Exception):
    """There is no value here."""


class About:
    """What a term speaks of: its variables (syms, names of arrays), its free indices, and whether it may have an exact value."""

    __slots__ = ("exact", "indices", "names", "plain")

    def __init__(self, names: frozenset[Any], indices: tuple[Term, ...], exact: bool, plain: bool) -> None:
        self.names, self.indices, self.exact = names, indices, exact
        self.plain = exact and plain  # without looking at an array


def about_term(t: Term) -> About:
    """What t speaks of, found once."""
    found: About | None = t.kept.get("recheck")
    if found is None:
        names: set[Any] = set()
        indices: dict[Term, None] = {}
        if t.op == "sym":
            return About(frozenset((t,)), (), t.args[1].endswith("integer"), True)  # not kept: a term that holds itself would never go
        exact = t.op in EXACT or t.op == "num"
        plain = t.op != "entry"
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
            plain &= inner.plain
        if t.op in ("sum", "prod"):
            indices.pop(t.args[1], None)
        found = About(frozenset(names), tuple(indices), exact, plain)
        if t.op != "index":
            t.kept["recheck"] = found
    return found


class Whole:
    """Exact values of terms of numbers, indices and whole symbols alone."""

    def __init__(self, integers: Mapping[Term, int], entry: Callable[[Key], Any] | None = None) -> None:
        self.integers = integers
        self.of_array = entry  # the entries of arrays of whole numbers; None where they are not to be looked at

    def exact(self, t: Term, at: Indices) -> Exact:
        op, a = t.op, t.args
        if op == "index":
            return at[t]
        if op == "num":
            q: Exact | None = t.kept.get("exact")
            if q is None:
                q = t.kept["exact"] = a[0] if a[0].denominator != 1 else int(a[0])  # whole numbers are quicker as such
            return q
        if op == "sym":
            if t not in self.integers:
                raise Unsure("no exact number")
            return self.integers[t]
        if op == "entry" and a[1].endswith("integer") and self.of_array is not None:
            return int(self.of_array((a[0], self.position(t, at))))
        if op not in EXACT or not about_term(t).exact:
            raise Unsure("no exact number")
        return EXACT[op]([self.exact(u, at) for u in a])

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
            most = self.integers.get(size)
            if not 0 <= k < (self.exact(size, at) if most is None else most) or k.denominator != 1:
                raise Undefined("an index out of range")
            found.append(int(k))
        return tuple(found)


class Node:
    """A number, a variable, a condition, or a function of other nodes."""

    __slots__ = ("args", "op")

    def __init__(self, op: str, args: tuple[Any, ...]) -> None:
        self.op, self.args = op, args


class Writing(Whole):
    """What was written at one place; `left` bounds how many nodes more."""

    def __init__(self, integers: Mapping[Term, int], entry: Callable[[Key], Any] | None = None) -> None:
        super().__init__(integers, entry)
        self.left = 1_000
        self.nodes: dict[tuple[Any, ...], Node] = {}
        self.known: dict[Any, Node] = {}
        self.slopes: dict[tuple[Node, Key], Node] = {}
        self.zero, self.one, self.minus_one, self.half = (self.number(q) for q in (0, 1, -1, Fraction(1, 2)))
        self.true, self.false = self.node("true"), self.node("false")

    # nodes

    def node(self, op: str, *args: Any) -> Node:
        """The one node with this op and these arguments."""
        key = (op, *args)
        found = self.nodes.get(key)
        if found is None:
            found = self.nodes[key] = Node(op, args)
            self.left -= 1
            if self.left < 0:
                raise Unsure("too large to write out")
        return found

    def number(self, q: Exact) -> Node:
        return self.node("num", q)

    def add(self, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else self.node("add", *parts) if parts else self.zero

    def mul(self, *factors: Node) -> Node:
        """A product, of which a factor 0 leaves nothing: for derivatives alone, whose terms have values where the function has one."""
        if self.zero in factors:
            return self.zero
        rest = [u for u in factors if u is not self.one]
        return rest[0] if len(rest) == 1 else self.node("mul", *rest) if rest else self.one

    def sub(self, a: Node, b: Node) -> Node:
        return a if b is self.zero else self.node("add", a, self.node("mul", self.minus_one, b))

    def power(self, base: Node, e: Exact) -> Node:
        return self.one if not e else base if e == 1 else self.node("pow", base, self.number(e))

    def fault(self, error: Exception) -> Node:
        return self.node("fault", type(error), str(error))

    # terms

    def write(self, t: Term, at: Indices) -> Node:
        """t where its indices have these values."""
        op = t.op
        if op == "index":
            return self.number(at[t])
        key: Any = t
        if op != "sym":
            indices = (t.kept.get("recheck") or about_term(t)).indices
            if len(indices) == 1:
                key = (t, at[indices[0]])
            elif indices:
                key = (t, *[at[i] for i in indices])
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._written(t, op, at)
        return found

    def difference(self, left: Term, right: Term, at: Indices) -> Node:
        return self.sub(self.write(left, at), self.write(right, at))

    def _written(self, t: Term, op: str, at: Indices) -> Node:
        a = t.args
        if op == "entry":
            return self.node("var", (a[0], self.position(t, at)))
        if op == "sym":
            return self.number(self.integers[t]) if t in self.integers else self.node("var", (t, ()))
        about = about_term(t)
        if about.plain or (about.exact and op not in ("add", "mul", "pow")):
            number = self._exactly(t, at)
            if number is not None:
                return number
        if op in ("add", "mul"):
            return self.node(op, *[self.write(u, at) for u in a])
        if op == "pow":
            exponent = self._exactly(a[1], at) if about_term(a[1]).exact else None
            return self.node("pow", self.write(a[0], at), exponent or self.write(a[1], at))
        if op in ("sum", "prod"):
            return self._series(op, a[0], a[1], at)
        if op == "deriv":
            return self._derivative(a[0], a[1], at)
        if op == "delta":
            return self.one if self.exact(a[0], at) == self.exact(a[1], at) else self.zero
        if op == "piecewise":
            return self._cases(a, at)
        if op in PROPOSITIONS:
            return self._condition(op, a, at)
        if op == "mod":
            x, y = self.write(a[0], at), self.write(a[1], at)
            return self.sub(x, self.node("mul", y, self.node("floor", self.node("mul", x, self.power(y, -1)))))
        if op == "integral":
            raise Unsure("an integral")
        return self.node(op, *([self.write(u, at) for u in a] if op != "const" else a))

    def _exactly(self, t: Term, at: Indices) -> Node | None:
        try:
            return self.number(self.exact(t, at))
        except Unsure:
            return None

    def _series(self, op: str, body: Term, i: Term, at: Indices) -> Node:
        if op == "sum" and i not in about_term(body).indices:
            return self.node("mul", self.number(self.size(i, at)), self.write(body, at))
        parts = [self.write(body, {**at, i: k}) for k in self.range(i, at)]
        if len(parts) == 1:
            return parts[0]
        return self.node("add" if op == "sum" else "mul", *parts) if parts else self.zero if op == "sum" else self.one

    def _derivative(self, body: Term, variable: Term, at: Indices) -> Node:
        if variable in self.integers:
            raise Unsure("a derivative in a whole number")
        key = (variable, ()) if variable.op == "sym" else (variable.args[0], self.position(variable, at))
        whole = self.write(body, at)
        return self.node("where", whole, self.slope(whole, key))

    def _cases(self, a: Sequence[Term], at: Indices) -> Node:
        found: list[Node] = []
        for branch, condition in zip(a[::2], a[1::2], strict=True):
            here = self._attempt(condition, at)
            if here is not self.false:
                found += self._attempt(branch, at), here
            if here is self.true:
                break
        return found[0] if len(found) > 1 and found[1] is self.true else self.node("cases", *found)

    def _attempt(self, t: Term, at: Indices) -> Node:
        """t, of which the value may not be asked for."""
        try:
            return self.write(t, at)
        except (Unsure, Undefined) as error:
            return self.fault(error)

    def _condition(self, op: str, a: Sequence[Term], at: Indices) -> Node:
        if op in ORDERS and all(about_term(u).exact for u in a):
            x, y = (self._exactly(u, at) for u in a)
            if x is not None and y is not None:
                return self.true if ORDERS[op](x.args[0], y.args[0]) else self.false
        return self.node(op, *[self.write(u, at) for u in a])

    # derivatives

    def slope(self, t: Node, key: Key) -> Node:
        """The derivative of a node in a variable."""
        if t.op == "var":
            return self.one if t.args[0] == key else self.zero
        if t.op in ("num", "const", "true", "false"):
            return self.zero
        found = self.slopes.get((t, key))
        if found is None:
            found = self.slopes[t, key] = self._slope(t, t.op, t.args, key)
        return found

    def _slope(self, t: Node, op: str, a: tuple[Any, ...], key: Key) -> Node:
        if op == "add":
            return self.add(*[d for u in a if (d := self.slope(u, key)) is not self.zero])
        if op == "mul":
            slopes = [(k, self.slope(u, key)) for k, u in enumerate(a)]
            return self.add(*[self.mul(*a[:k], d, *a[k + 1 :]) for k, d in slopes if d is not self.zero])
        if op == "pow":
            return self._slope_of_power(t, a[0], a[1], key)
        if op == "cases":
            found = [self._near(u, key) if k % 2 else self._try_slope(u, key) for k, u in enumerate(a)]
            constant = all(u is self.zero for u in found[::2]) and tuple(found[1::2]) == a[1::2]
            return self.zero if constant else self.node("cases", *found)
        if op == "where":
            inner = self.slope(a[1], key)
            return inner if inner is self.zero else self.node("where", a[0], inner)
        if op in KINKS or op == "kink":
            slopes_ = [self.slope(u, key) for u in (a[1:] if op == "kink" else a)]
            return self.node("kink", a[0] if op == "kink" else t, *slopes_) if any(d is not self.zero for d in slopes_) else self.zero
        if op == "fault":
            return t
        inner = self.slope(a[-1], key)
        return inner if inner is self.zero else self.mul(self._slope_of_function(t, op, a), inner)

    def _slope_of_power(self, t: Node, base: Node, e: Node, key: Key) -> Node:
        in_base, in_exponent = self.slope(base, key), self.slope(e, key)
        if in_exponent is not self.zero:
            return self.mul(t, self.slope(self.node("mul", e, self.node("log", base)), key))  # b^e = exp(e log b): both may change
        if in_base is self.zero or e is self.zero:
            return self.zero
        less = self.power(base, e.args[0] - 1) if e.op == "num" else self.node("pow", base, self.add(e, self.minus_one))
        return self.mul(e, less, in_base)

    def _slope_of_function(self, t: Node, op: str, a: tuple[Node, ...]) -> Node:
        """f'(u) for t = f(u)."""
        if op in SLOPES:
            return SLOPES[op](self, a[0], t)
        if a[0].op == "num" and op in ("polygamma", "besseli"):
            after, before = (self.node(op, self.number(a[0].args[0] + step), a[1]) for step in (1, -1))
            return after if op == "polygamma" else self.mul(self.half, self.add(after, before))
        raise Unsure(f"no rule for the derivative of {op}")

    def _try_slope(self, t: Node, key: Key) -> Node:
        try:
            return self.slope(t, key)
        except Unsure as error:
            return self.fault(error)

    def _near(self, t: Node, key: Key) -> Node:
        """A condition that is to hold in a neighbourhood: not only at the edge of where it does."""
        if t.op in ORDERS:
            tied = any(self._try_slope(u, key) is not self.zero for u in t.args[:2])
            return self.node(t.op, *t.args[:2], "near") if tied else t
        return self.node(t.op, *[self._near(u, key) for u in t.args]) if t.op in ("and", "or", "not") else t


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

ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda x, y: bool(x < y),
    "le": lambda x, y: bool(x <= y),
    "eq": lambda x, y: bool(x == y),
    "ne": lambda x, y: bool(x != y),
}


def below_one(w: Writing, u: Node) -> Node:
    """1 - u^2."""
    return w.sub(w.one, w.power(u, 2))


def _bell(w: Writing, u: Node, factor: Exact) -> Node:
    """The factor times exp(-u^2) / sqrt(pi)."""
    root = w.power(w.node("const", "pi"), Fraction(-1, 2))
    return w.mul(w.number(factor), w.node("exp", w.mul(w.minus_one, w.power(u, 2))), root)


# f'(u) from u and f(u)
SLOPES: dict[str, Callable[[Writing, Node, Node], Node]] = {
    "exp": lambda w, u, f: f,
    "log": lambda w, u, f: w.power(u, -1),
    "sin": lambda w, u, f: w.node("cos", u),
    "cos": lambda w, u, f: w.mul(w.minus_one, w.node("sin", u)),
    "tan": lambda w, u, f: w.power(w.node("cos", u), -2),
    "asin": lambda w, u, f: w.power(below_one(w, u), Fraction(-1, 2)),
    "acos": lambda w, u, f: w.mul(w.minus_one, w.power(below_one(w, u), Fraction(-1, 2))),
    "atan": lambda w, u, f: w.power(w.add(w.one, w.power(u, 2)), -1),
    "sinh": lambda w, u, f: w.node("cosh", u),
    "cosh": lambda w, u, f: w.node("sinh", u),
    "tanh": lambda w, u, f: below_one(w, f),
    "asinh": lambda w, u, f: w.power(w.add(w.power(u, 2), w.one), Fraction(-1, 2)),
    "acosh": lambda w, u, f: w.power(w.add(w.power(u, 2), w.minus_one), Fraction(-1, 2)),
    "atanh": lambda w, u, f: w.power(below_one(w, u), -1),
    "erf": lambda w, u, f: _bell(w, u, 2),
    "erfc": lambda w, u, f: _bell(w, u, -2),
    "erfinv": lambda w, u, f: w.mul(w.half, w.power(w.node("const", "pi"), Fraction(1, 2)), w.node("exp", w.power(f, 2))),
    "gamma": lambda w, u, f: w.mul(f, w.node("polygamma", w.zero, u)),
    "loggamma": lambda w, u, f: w.node("polygamma", w.zero, u),
}
