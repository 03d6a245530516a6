"""Terms -> SymPy: the way back, for results that are handed to a user. What was read and is written back is read as the same term."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from derive.errors import DeriveError
from derive.kernel.sizes import linear, never_negative, tidy, whole
from derive.statement.term import ONE, TRUE, ZERO, Term, add, children, free, mul, num, sub

ASSUMPTIONS = {
    "real": {"real": True}, "positive": {"positive": True}, "negative": {"negative": True}, "nonnegative": {"nonnegative": True},
    "nonpositive": {"nonpositive": True}, "nonzero": {"nonzero": True}, "integer": {"integer": True},
    "positive integer": {"integer": True, "positive": True}, "nonnegative integer": {"integer": True, "nonnegative": True},
}  # fmt: skip

_CONSTANTS = {"pi": sp.pi, "euler_gamma": sp.EulerGamma, "catalan": sp.Catalan, "oo": sp.oo}

_OPS: dict[str, Callable[..., Any]] = {
    "add": sp.Add, "mul": sp.Mul, "pow": sp.Pow, "exp": sp.exp, "log": sp.log, "abs": sp.Abs, "sign": sp.sign, "heaviside": sp.Heaviside,
    "max": sp.Max, "min": sp.Min, "floor": sp.floor, "ceiling": sp.ceiling, "mod": sp.Mod, "sin": sp.sin, "cos": sp.cos, "tan": sp.tan,
    "asin": sp.asin, "acos": sp.acos, "atan": sp.atan, "sinh": sp.sinh, "cosh": sp.cosh, "tanh": sp.tanh, "asinh": sp.asinh,
    "acosh": sp.acosh, "atanh": sp.atanh, "erf": sp.erf, "erfc": sp.erfc, "erfinv": sp.erfinv, "gamma": sp.gamma, "loggamma": sp.loggamma,
    "polygamma": sp.polygamma, "besseli": sp.besseli, "delta": sp.KroneckerDelta, "deriv": sp.Derivative,
    "lt": sp.StrictLessThan, "le": sp.LessThan, "eq": sp.Eq, "ne": sp.Ne, "and": sp.And, "or": sp.Or, "not": sp.Not,
    "true": lambda: sp.true, "false": lambda: sp.false,
    "piecewise": lambda *parts: sp.Piecewise(*zip(parts[::2], parts[1::2], strict=True)),
}  # fmt: skip


def write(t: Term, names: Mapping[str, object] | None = None) -> Any:
    """t as a SymPy expression.

    `names` maps a name to the object that its author used: a symbol, or a tuple of an index or array and its first position on
    each axis, as `Reading.names` has them. Anything else is made anew from its name, sort and range.
    """
    return _Writer(names or {}).write(t)


def _cut(body: Term, k: Term, unit: Term) -> tuple[Term, Term, Term]:
    """A summand and the first and last place of k, where cases at most say where the sum starts or ends."""
    last = tidy(sub(k.args[1], ONE))
    whole_range = body, ZERO, last
    if body.op != "piecewise" or body.args[2:] != (unit, TRUE):
        return whole_range
    value, condition = body.args[:2]
    low, high = ZERO, last
    for c in condition.args if condition.op == "and" else (condition,):
        gap = linear(sub(c.args[1], c.args[0])) if c.op in ("le", "lt") else {}
        side = gap.pop(k, 0)
        end = tidy(add(*(mul(num(-side * q), u) for u, q in gap.items()), num(side if c.op == "lt" else 0)))
        if abs(side) != 1 or not whole(end) or any(k in free(u) for u in gap):
            return whole_range
        if side > 0 and low is ZERO and never_negative(end):
            low = end
        elif side < 0 and high is last and never_negative(sub(last, end)):
            high = end
        else:
            return whole_range
    # SymPy turns a sum around that ends before it starts: the range may be empty, and no more than that.
    return (value, low, high) if never_negative(add(sub(high, low), ONE)) else whole_range


def _unfolded(kind: Any, body: Any, limit: tuple[Any, ...]) -> Any:
    """A sum as it is written: SymPy would pull the cases of a sum inside it out, past the index that their conditions speak of."""
    if not any(inner.has(sp.Piecewise) for inner in body.atoms(sp.Sum, sp.Product)):
        return kind(body, limit)
    made = sp.Basic.__new__(kind, body, sp.Tuple(*limit))
    made.is_commutative = True
    return made


class _Writer:
    def __init__(self, names: Mapping[str, object]) -> None:
        self.names = names
        self.done: dict[Term, Any] = {}

    def write(self, t: Term) -> Any:
        """t and all inside it, from the leaves up."""
        todo = [t]
        while todo:
            u = todo[-1]
            missing = [c for c in children(u) if c not in self.done]
            if missing:
                todo += missing
            else:
                self.done[todo.pop()] = self._build(u)
        return self.done[t]

    def _build(self, t: Term) -> Any:
        op, args = t.op, t.args
        if op == "num":
            return sp.Rational(args[0].numerator, args[0].denominator)
        if op == "const":
            return _CONSTANTS[args[0]]
        if op == "sym":
            known = self.names.get(args[0])
            return known if isinstance(known, sp.Symbol) else sp.Symbol(args[0], **ASSUMPTIONS[args[1]])
        if op == "index":
            variable, first = self._index(t)
            return variable - first
        if op == "entry":
            return self._entry(t)
        if op in ("sum", "prod"):
            variable, first = self._index(args[1])
            kind, unit = (sp.Sum, ZERO) if op == "sum" else (sp.Product, ONE)
            body, low, high = _cut(args[0], args[1], unit)
            return _unfolded(kind, self.write(body), (variable, first + self.write(low), first + self.write(high)))
        if op == "integral":
            body, *limit = (self.done[a] for a in args)
            return sp.Integral(body, tuple(limit))
        if op not in _OPS:
            raise DeriveError(f"cannot write the op {op!r} in SymPy")
        return _OPS[op](*(self.done[a] for a in args))

    def _index(self, t: Term) -> tuple[Any, Any]:
        """The SymPy variable of an index, and its first value."""
        name, dim = t.args[0], self.done[t.args[1]]
        known = self.names.get(name)
        if isinstance(known, tuple) and len(known) == 2 and isinstance(known[0], (sp.Symbol, sp.Idx)):
            variable, first = known[0], self.write(known[1])
            ends = variable.args[1:] and tuple(variable.args[1])
            if not ends or ends == (first, first + dim - 1):
                return variable, first
        return sp.Idx(name, dim), self.write(ZERO)

    def _entry(self, t: Term) -> Any:
        name, sort, shape, at = t.args
        positions = [self.done[p] for p in at]
        known = self.names.get(name)
        if isinstance(known, tuple) and isinstance(known[0], (sp.IndexedBase, sp.MatrixSymbol)) and len(known) == len(at) + 1:
            base, *first = known
            positions = [p + self.write(low) for p, low in zip(positions, first, strict=True)]
        else:
            base = sp.IndexedBase(name, shape=tuple(self.done[d] for d in shape), **ASSUMPTIONS[sort])
        return base[tuple(positions)]
