"""Lowering: a Term becomes an array expression, in JAX to be differentiated and compiled or in NumPy to filter samples.

Nothing here knows a rule of calculus: `deriv(body, variable)` is the forward or reverse mode Jacobian of the lowered body, by JAX.
Every lowered value carries named axes, one per index that is free in its term, so a sum over an index reduces one axis and a claim
with free indices is evaluated for all of them at once. An index is its position, 0 .. size-1. What has no real value is NaN.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.statement.term import OO, PI, Term, fn, mul, power, show, sub, subterms
from derive.witness.integers import whole

BATCH = "point"  # the axis of the sampled points, first in every NumPy value; JAX values have none, they are vmapped
SERIES = 80  # terms of the power series of a Bessel function, enough for |x| <= 40
ArrayKey = tuple[str, str, tuple[Term, ...]]  # name, sort, shape of an array, as in Question.arrays


class Unlowered(Exception):
    """A term that the witness cannot evaluate; the claim's witness is NOT_RUN and the message says why."""


@dataclass(frozen=True)
class Axed:
    """An array whose axes are named: by an index, by the variable of an integral, or BATCH."""

    array: Any
    axes: tuple[Hashable, ...] = ()


def size_of(t: Term, sizes: dict[Term, int]) -> int:
    """The value of a size, an integer."""

    def go(u: Term) -> Fraction:
        if u.op == "num":
            return u.args[0]  # type: ignore[no-any-return]
        if u.op == "sym" and u in sizes:
            return Fraction(sizes[u])
        if u.op in ("add", "mul", "max", "min"):
            parts = [go(a) for a in u.args]
            return {"add": sum, "mul": math.prod, "max": max, "min": min}[u.op](parts)  # type: ignore[operator, no-any-return]
        if u.op in ("floor", "ceiling"):
            return Fraction(math.floor(go(u.args[0])) if u.op == "floor" else math.ceil(go(u.args[0])))
        if u.op == "pow" and u.args[1].op == "num" and u.args[1].args[0].denominator == 1:
            base, exponent = go(u.args[0]), int(u.args[1].args[0])
            if base or exponent >= 0:
                return base**exponent
        raise Unlowered(f"the size {show(t)} has no value")

    value = go(t)
    if value.denominator != 1 or value < 0:
        raise Unlowered(f"the size {show(t)} is {value}, expected a whole number that is not negative")
    return int(value)


def inexact(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The constants among these terms that float64 does not hold exactly; they carry a rounding error of their own."""
    every = {u for t in terms for u in subterms(t) if u.op in ("num", "const") and u is not OO}
    return tuple(sorted((u for u in every if u.op == "const" or Fraction(_float(u)) != u.args[0]), key=show))


def constant(t: Term) -> float:
    """The float nearest to a number or a named constant."""
    named = {"pi": math.pi, "euler_gamma": 0.57721566490153286, "catalan": 0.91596559417721902}
    if t.op == "const":
        return named[t.args[0]]
    return _float(t)


def _float(t: Term) -> float:
    try:
        return float(t.args[0])
    except OverflowError:
        raise Unlowered(f"{show(t)[:12]}... is too large for a float") from None


def kinks(body: Term, within: Callable[[Term], bool] = lambda _: True) -> list[Term]:
    """Terms that vanish exactly at the kinks of body, of those subterms that `within` accepts.

    A floor jumps where its argument is an integer, written sin(pi a); of a maximum every pair of arguments counts.
    """
    found: list[Term] = []
    for u in subterms(body):
        if u.op in ("abs", "sign", "heaviside"):
            found.append(u.args[0])
        elif u.op in ("max", "min"):
            found += [sub(a, b) for k, a in enumerate(u.args) for b in u.args[:k]]
        elif u.op in ("floor", "ceiling"):
            found.append(fn("sin", mul(PI, u.args[0])))
        elif u.op == "mod":
            found.append(fn("sin", mul(PI, u.args[0], power(u.args[1], -1))))
        elif u.op == "piecewise":
            found += [sub(*c.args) for test in u.args[1::2] for c in subterms(test) if c.op in ("lt", "le", "eq", "ne")]
    return sorted({f for f in found if within(f)}, key=show)


def depends(t: Term, variable: Term) -> bool:
    """Whether t speaks of the variable: a sym, or any entry of the variable's array."""
    if variable.op == "sym":
        return any(u is variable for u in subterms(t))
    return any(u.op == "entry" and u.args[:3] == variable.args[:3] for u in subterms(t))


class Lowering:
    """Evaluates terms at given sizes and values.

    `values` holds an array for each sym (keyed by the term) and each array (keyed by name, sort, shape), and for the constants
    that are not exact. `mode` says how JAX differentiates, "fwd" or "rev"; `nodes` how many points an integral is sampled at.
    """

    def __init__(
        self, ops: Ops, sizes: dict[Term, int], values: dict[Hashable, Any], *, mode: str = "fwd", nodes: int = 289, batched: bool = False
    ) -> None:  # fmt: skip
        self.ops, self.sizes, self.mode, self.nodes, self.batched = ops, sizes, mode, nodes, batched
        self.lead: tuple[Hashable, ...] = (BATCH,) if batched else ()
        self.values = {k: v if isinstance(v, Axed) or isinstance(k, tuple) else Axed(v, self._lead_of(k)) for k, v in values.items()}
        self.done: dict[Term, Axed] = {}

    def _lead_of(self, key: Hashable) -> tuple[Hashable, ...]:
        return self.lead if isinstance(key, Term) and key.op == "sym" else ()

    def with_values(self, changes: dict[Hashable, Any]) -> Lowering:
        return Lowering(self.ops, self.sizes, self.values | changes, mode=self.mode, nodes=self.nodes, batched=self.batched)

    def value(self, t: Term) -> Axed:
        found = self.done.get(t)
        if found is None:
            found = self.done[t] = self._lower(t)
        return found

    def array(self, found: Axed, axes: tuple[Hashable, ...]) -> Any:
        """The array of a value with exactly these axes, in this order."""
        array, missing = self.ops.xp.asarray(found.array), [a for a in axes if a not in found.axes]
        array = self.ops.xp.reshape(array, (1,) * len(missing) + tuple(array.shape))
        array = self.ops.xp.transpose(array, [(*missing, *found.axes).index(a) for a in axes])
        return self.ops.xp.broadcast_to(array, tuple(self._length(a, n) for a, n in zip(axes, array.shape, strict=True)))

    def _length(self, axis: Hashable, found: int) -> int:
        return size_of(axis.args[1], self.sizes) if isinstance(axis, Term) and axis.op == "index" else found

    def magnitude(self, t: Term) -> Axed:
        """The sum of the absolute values of the terms of t, through sums and products: how large t is before it cancels."""
        if t.op in ("add", "mul"):
            return functools.reduce(functools.partial(self.apply, self.ops.binary[t.op]), [self.magnitude(a) for a in t.args])
        if t.op == "sum":
            return self.sum_over(self.magnitude(t.args[0]), t.args[1])
        if t.op == "integral":
            return self._integral(fn("abs", t.args[0]), *t.args[1:])
        return self.apply(abs, self.value(t))

    # Axes

    def _align(self, *parts: Axed) -> tuple[list[Any], tuple[Hashable, ...]]:
        """The arrays with their axes in one common order, absent ones of length 1."""
        axes = tuple(dict.fromkeys(a for p in parts for a in p.axes))
        arrays = []
        for p in parts:
            array, order = p.array, p.axes
            if order != axes:
                wanted = tuple(a for a in axes if a in order)
                if wanted != order:
                    array = self.ops.xp.transpose(array, [order.index(a) for a in wanted])
                if wanted:
                    lengths = dict(zip(wanted, array.shape, strict=True))
                    array = self.ops.xp.reshape(array, tuple(lengths.get(a, 1) for a in axes))
            arrays.append(array)
        return arrays, axes

    def apply(self, function: Callable[..., Any], *parts: Axed) -> Axed:
        arrays, axes = self._align(*parts)
        return Axed(function(*arrays), axes)

    def _reduce(self, name: str, part: Axed, axis: Hashable) -> Axed:
        k = part.axes.index(axis)
        return Axed(getattr(self.ops.xp, name)(part.array, axis=k), part.axes[:k] + part.axes[k + 1 :])

    def _pick(self, array: Any, lead: tuple[Hashable, ...], at: tuple[Term, ...]) -> Axed:
        """The entries at the positions `at` of the trailing axes; a position outside the array has no value."""
        lengths = array.shape[len(lead) :]
        # A whole number picks at once; any other position by being compared with all that there are.
        fixed = {k: int(p.args[0]) for k, p in enumerate(at) if p.op == "num" and p.args[0] in range(lengths[k])}
        array = array[(..., *(fixed.get(k, slice(None)) for k in range(len(at))))]
        at = tuple(p for k, p in enumerate(at) if k not in fixed)
        axes, slots = list(lead), []
        for k, position in enumerate(at):
            size = array.shape[len(lead) + k]
            if position.op == "index" and position not in axes and size_of(position.args[1], self.sizes) == size:
                axes.append(position)
            else:
                slots.append((("slot", k), position, size))
                axes.append(("slot", k))
        out = Axed(array, tuple(axes))
        xp = self.ops.xp
        for slot, position, size in slots:
            hit = self.apply(lambda p, s: p == s, self.value(position), Axed(xp.arange(size, dtype="float64"), (slot,)))
            chosen = self.apply(lambda h, v: xp.where(h, v, 0.0), hit, out)
            found = self._reduce("any", hit, slot)
            out = self.apply(lambda f, v: xp.where(f, v, math.nan), found, self._reduce("sum", chosen, slot))
        return out

    # Terms

    def _lower(self, t: Term) -> Axed:
        op, args, xp = t.op, t.args, self.ops.xp
        if op in ("num", "const"):
            return self.values[t] if t in self.values else Axed(constant(t))
        if op == "sym":
            if t in self.sizes:
                return Axed(float(self.sizes[t]))
            if t not in self.values:
                raise Unlowered(f"{show(t)} has no value")
            return self.values[t]
        if op == "index":
            return Axed(xp.arange(size_of(args[1], self.sizes), dtype="float64"), (t,))
        if op == "entry":
            if args[:3] not in self.values:
                raise Unlowered(f"{args[0]} has no value")
            return self._pick(self.values[args[:3]], self.lead, args[3])
        if (exact := whole(self, t)) is not None:
            return exact
        if op in ("add", "mul", "max", "min", "and", "or"):
            return functools.reduce(functools.partial(self.apply, self.ops.binary[op]), [self.value(a) for a in args])
        if op == "pow":
            return self._power(*args)
        if op in ("true", "false"):
            return Axed(xp.asarray(op == "true"))
        if op in ("lt", "le", "eq", "ne", "mod"):
            return self.apply(self.ops.binary[op], self.value(args[0]), self.value(args[1]))
        if op == "delta":
            same = self.apply(self.ops.binary["eq"], self.value(args[0]), self.value(args[1]))
            return Axed(xp.where(same.array, 1.0, 0.0), same.axes)
        if op == "piecewise":
            return self._cases(args)
        if op in ("sum", "prod"):
            return (self.sum_over if op == "sum" else self._product_over)(self.value(args[0]), args[1])
        if op == "deriv":
            return self._derivative(*args)
        if op == "integral":
            return self._integral(*args)
        if op == "polygamma":
            return self._polygamma(*args)
        if op == "besseli":
            return self._bessel(*args)
        if op in self.ops.unary:
            return self.apply(self.ops.unary[op], self.value(args[0]))
        raise Unlowered(f"{op} is not lowered")

    def _power(self, base: Term, exponent: Term) -> Axed:
        xp, b = self.ops.xp, self.value(base)
        if exponent.op == "num":
            e = exponent.args[0]
            if e.denominator == 1 and abs(e) <= 64:
                return Axed(self.ops.integer_power(b.array, int(e)), b.axes)
            if abs(e) == Fraction(1, 2):
                return Axed(xp.sqrt(b.array) if e > 0 else 1.0 / xp.sqrt(b.array), b.axes)
        return self.apply(self.ops.power, b, self.value(exponent))

    def _cases(self, args: tuple[Term, ...]) -> Axed:
        out = Axed(math.nan)
        for value, test in reversed(list(zip(args[0::2], args[1::2], strict=True))):
            out = self.value(value) if test.op == "true" else self.apply(self.ops.xp.where, self.value(test), self.value(value), out)
        return out

    def sum_over(self, body: Axed, over: Term) -> Axed:
        if over in body.axes:
            return self._reduce("sum", body, over)
        size = size_of(over.args[1], self.sizes)
        return self.apply(lambda b: b * self.ops.xp.asarray(size, dtype=b.dtype), Axed(self.ops.xp.asarray(body.array), body.axes))

    def _product_over(self, body: Axed, over: Term) -> Axed:
        if over in body.axes:
            return self._reduce("prod", body, over)
        return Axed(self.ops.integer_power(body.array, size_of(over.args[1], self.sizes)), body.axes)

    def _derivative(self, body: Term, variable: Term) -> Axed:
        if not self.ops.differentiates:
            raise Unlowered("a derivative is evaluated by JAX alone")
        import jax

        key: Hashable = variable if variable.op == "sym" else variable.args[:3]
        if variable.op not in ("sym", "entry"):
            raise Unlowered(f"a derivative by {show(variable)}, expected a variable or an entry of an array")
        if variable in self.sizes or key not in self.values:
            raise Unlowered(f"{show(variable)} has no value to differentiate by")
        axes: list[tuple[Hashable, ...]] = []

        def primal(x: Any) -> Any:
            inner = self.with_values({key: Axed(x, at.axes) if variable.op == "sym" else x}).value(body)
            axes.append(inner.axes)
            return jax.numpy.asarray(inner.array, dtype="float64")

        at = self.values[key] if variable.op == "sym" else Axed(self.values[key])
        if variable.op == "sym" and at.axes:  # the variable of an integral: one derivative per node
            slope = jax.jvp(primal, (at.array,), (jax.numpy.ones_like(at.array),))[1]
            return Axed(slope, axes[-1])
        jacobian = (jax.jacrev if self.mode == "rev" else jax.jacfwd)(primal)(jax.numpy.asarray(at.array, dtype="float64"))
        return Axed(jacobian, axes[-1]) if variable.op == "sym" else self._pick(jacobian, axes[-1], variable.args[3])

    def _integral(self, body: Term, over: Term, low: Term, high: Term) -> Axed:
        """Double exponential quadrature; its error is estimated by the caller, who lowers twice with other `nodes`."""
        import numpy as np

        xp, infinite = self.ops.xp, (low.op == "mul" and "oo" in show(low), high.op == "const" and high.args[0] == "oo")
        u = np.linspace(-4.0, 4.0, self.nodes)
        step, s = u[1] - u[0], math.pi / 2 * np.sinh(u)
        ds = math.pi / 2 * np.cosh(u)
        if infinite == (True, True):  # two half lines, so that a kink at 0 does no harm
            node = Axed(np.concatenate([-np.exp(s), np.exp(s)]), (over,))
            weight = Axed(np.tile(np.exp(s) * ds * step, 2), (over,))
        elif infinite == (False, False):
            a, b = self.value(low), self.value(high)
            half = self.apply(lambda p, q: 0.5 * (q - p), a, b)
            # near the ends the distance to the end is formed first, so that no node lands on it by rounding
            left, right = (Axed(np.exp(-s) / np.cosh(s), (over,)), Axed(np.exp(s) / np.cosh(s), (over,)))
            node = self.apply(lambda p, q, h, e, f, k: xp.where(k, p + h * f, q - h * e), a, b, half, left, right, Axed(u < 0, (over,)))
            weight = self.apply(lambda h, w: h * w, half, Axed(ds * step / np.cosh(s) ** 2, (over,)))
        else:
            end, way = (self.value(low), 1.0) if infinite[1] else (self.value(high), -1.0)
            node = self.apply(lambda p, e: p + way * e, end, Axed(np.exp(s), (over,)))
            weight = Axed(np.exp(s) * ds * step, (over,))
        inside = self.with_values({over: node}).value(body)
        terms = self.apply(lambda f, w: xp.where(xp.isfinite(f * w), f * w, 0.0), inside, weight)
        return self._reduce("sum", terms, over)

    def _polygamma(self, order: Term, at: Term) -> Axed:
        if order.op != "num" or order.args[0].denominator != 1 or order.args[0] < 0:
            raise Unlowered("a polygamma function of an order that is no fixed whole number is not lowered")
        x, n = self.value(at), int(order.args[0])
        if n == 0:
            return Axed(self.ops.unary["digamma"](x.array), x.axes)
        return Axed(self.ops.xp.where(x.array > 0.0, self.ops.polygamma(n, x.array), math.nan), x.axes)

    def _bessel(self, order: Term, at: Term) -> Axed:
        """The power series of I_n, n = 0, 1, 2, ...: all terms of one sign, so no cancellation; no value for |x| > 40."""
        import numpy as np

        if order.op != "num" or order.args[0].denominator != 1 or order.args[0] < 0:
            raise Unlowered("a Bessel function of an order that is no fixed whole number is not lowered")
        n, axis, x, xp = int(order.args[0]), ("series",), self.value(at), self.ops.xp
        coefficients = np.array([math.exp(-math.lgamma(k + 1) - math.lgamma(k + n + 1)) for k in range(SERIES)])
        half = Axed(0.5 * x.array, x.axes)
        orders = Axed(np.arange(SERIES) * 1.0, (axis,))
        terms = self.apply(lambda h, k, c: self.ops.power(h * h, k) * c, half, orders, Axed(coefficients, (axis,)))
        series = self._reduce("sum", terms, axis)
        return self.apply(lambda h, s: xp.where(abs(h) <= 20.0, self.ops.integer_power(h, n) * s, math.nan), half, series)


@dataclass(frozen=True)
class Ops:
    """The elementary operations of one array library."""

    xp: Any
    unary: dict[str, Callable[[Any], Any]]
    binary: dict[str, Callable[[Any, Any], Any]]
    power: Callable[[Any, Any], Any]
    integer_power: Callable[[Any, int], Any]
    polygamma: Callable[[int, Any], Any]
    differentiates: bool


def _ops(
    xp: Any, special: Any, gamma: Callable[[Any], Any], integer_power: Callable[[Any, int], Any], polygamma: Callable[[int, Any], Any]
) -> Ops:
    def heaviside(x: Any) -> Any:
        return xp.where(x > 0, 1.0, xp.where(x < 0, 0.0, 0.5 + 0.0 * x))

    def larger(wins: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
        """The one that wins, by a comparison: JAX then differentiates the one that was chosen. A NaN differs from itself."""
        return xp.where(a != a, a, xp.where(wins(a, b), a, b))

    unary = {
        "exp": xp.exp, "log": xp.log, "abs": abs, "sign": xp.sign, "heaviside": heaviside, "floor": xp.floor, "ceiling": xp.ceil,
        "not": operator.invert, "sin": xp.sin, "cos": xp.cos, "tan": xp.tan, "asin": xp.arcsin, "acos": xp.arccos, "atan": xp.arctan,
        "sinh": xp.sinh, "cosh": xp.cosh, "tanh": xp.tanh, "asinh": xp.arcsinh, "acosh": xp.arccosh, "atanh": xp.arctanh,
        "erf": special.erf, "erfc": special.erfc, "erfinv": special.erfinv, "gamma": gamma, "digamma": special.digamma,
        "loggamma": lambda x: xp.where(x > 0, special.gammaln(x), math.nan),
    }  # fmt: skip
    binary: dict[str, Callable[[Any, Any], Any]] = {
        "add": operator.add, "mul": operator.mul, "max": functools.partial(larger, operator.ge),
        "min": functools.partial(larger, operator.le), "and": operator.and_, "or": operator.or_, "lt": operator.lt, "le": operator.le,
        "eq": operator.eq, "ne": operator.ne, "mod": lambda a, b: a - b * xp.floor(a / b),
    }  # fmt: skip
    return Ops(xp, unary, binary, xp.power, integer_power, polygamma, xp.__name__.startswith("jax"))


@functools.cache
def numpy_ops() -> Ops:
    import numpy as np
    from scipy import special  # type: ignore[import-untyped]

    return _ops(np, special, special.gamma, lambda x, n: np.asarray(x, dtype="float64") ** n, special.polygamma)


@functools.cache
def jax_ops() -> Ops:
    import jax.numpy as jnp
    from jax import lax
    from jax.scipy import special

    def gamma(x: Any) -> Any:
        up = jnp.where(x > 0.0, x, 1.0 - x)  # the reflection formula left of 0; at a pole its rounding error is infinite
        size = jnp.exp(lax.lgamma(up))
        return jnp.where(x > 0.0, size, math.pi / (jnp.sin(math.pi * x) * size))

    def polygamma(n: int, x: Any) -> Any:
        return lax.polygamma(jnp.full(jnp.shape(x), float(n)), jnp.asarray(x, dtype="float64"))

    return _ops(jnp, special, gamma, lambda x, n: lax.integer_pow(jnp.asarray(x, dtype="float64"), n), polygamma)
