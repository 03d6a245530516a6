"""Atoms: what the generators of a normal form stand for, quotients of polynomials in them, and the ways a normal form can stop."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq_mpoly

from derive.kernel.sizes import linear, whole
from derive.statement.term import ONE, ZERO, Term, add, free, make, mul, num, show

if TYPE_CHECKING:
    from derive.kernel.field import NormalForm


class Split(Exception):
    """The sign of `gap` must be known to go on: the caller tries each sign in turn."""

    def __init__(self, gap: Term) -> None:
        super().__init__(show(gap))
        self.gap = gap


class Undefined(Exception):
    """The term cannot be written in the cell: a division by 0, the log of 0. `sure` where it is shown that it has no value there."""

    def __init__(self, why: str, sure: bool = False) -> None:
        super().__init__(why)
        self.sure = sure


class Beyond(Exception):
    """Outside the fragment of this normal form, in words."""


class Restart(Exception):
    """A finer exponent or a larger pool is needed: whoever holds no quotient of this form resets it and begins again."""

    def __init__(self, form: NormalForm) -> None:
        super().__init__()
        self.form = form


class Atom:
    """One generator's meaning. `kind` and `data` identify it; `order` is a text that sorts atoms the same way in every run."""

    __slots__ = ("data", "indices", "kind", "order")

    def __init__(self, kind: str, data: tuple[Any, ...], order: str, indices: frozenset[Term]) -> None:
        self.kind, self.data, self.order, self.indices = kind, data, order, indices

    def __repr__(self) -> str:
        return self.order


Monomial = tuple[tuple[Atom, int], ...]


FrozenPoly = tuple[tuple[Monomial, Fraction], ...]


@dataclass(frozen=True)
class Frozen:
    """A quotient of polynomials in atoms, as hashable data in a fixed order."""

    num: FrozenPoly
    den: FrozenPoly

    @property
    def atoms(self) -> list[Atom]:
        return [a for poly in (self.num, self.den) for m, _ in poly for a, _ in m]


class Quotient:
    """num/den with coprime polynomials over Q."""

    __slots__ = ("den", "num")

    def __init__(self, num: fmpq_mpoly, den: fmpq_mpoly) -> None:
        self.num, self.den = num, den


ONE_POLY: FrozenPoly = (((), Fraction(1)),)


def whole_valued(a: Atom) -> bool:
    if a.kind == "position":
        return True
    if a.kind == "sym":
        return "integer" in a.data[0].args[1]
    if a.kind == "entry":
        return "integer" in a.data[1][0]
    return a.kind in ("delta", "above", "below") or a.kind == "call" and a.data[0] == "floor"


def indices_in(data: Any) -> frozenset[Term]:
    """Free indices inside an atom's data."""
    if isinstance(data, Term):
        found: frozenset[Term] | None = data.kept.get("indices")
        if found is None:
            found = frozenset(v for v in free(data) if v.op == "index")
            if data.op != "index":  # not kept: a term that holds itself would never go
                data.kept["indices"] = found
        return found
    if isinstance(data, Frozen):
        return frozenset().union(*(a.indices for a in data.atoms)) if data.atoms else frozenset()
    if isinstance(data, Atom):
        return data.indices
    if isinstance(data, tuple):
        return frozenset().union(*map(indices_in, data)) if data else frozenset()
    return frozenset()


def atoms_within(data: Any) -> list[Atom]:
    """Every atom inside some data, at any depth."""
    if isinstance(data, Frozen):
        return atoms_within((data.num, data.den))
    if isinstance(data, Atom):
        return [data, *atoms_within(data.data)]
    if isinstance(data, tuple):
        return [a for d in data for a in atoms_within(d)]
    return []


def order_of(data: Any) -> str:
    if isinstance(data, Term):
        return show(data) if data.op != "index" else f"{data.args[0]}<{show(data.args[1])}"
    if isinstance(data, Frozen):
        return f"{order_of(data.num)}/{order_of(data.den)}"
    if isinstance(data, Atom):
        return data.order
    if isinstance(data, tuple):
        return "(" + " ".join(map(order_of, data)) + ")"
    return str(data)


def shape_of(data: Any) -> str:
    """`order_of` with the names of indices taken out, so that atoms that differ in an index share one scale."""
    if isinstance(data, Term):
        return "#" if data.op in ("index",) or any(v.op == "index" for v in free(data)) or data.op == "num" else show(data)
    if isinstance(data, Frozen):
        return f"{shape_of(data.num)}/{shape_of(data.den)}"
    if isinstance(data, Atom):
        return data.kind + "(" + ",".join(map(shape_of, data.data)) + ")"
    if isinstance(data, tuple):
        return "(" + " ".join(sorted(map(shape_of, data))) + ")"
    return str(data)


def canonical_place(u: Term) -> Term:
    """A linear index expression, like terms collected and in a fixed order; what goes round an axis is reduced."""
    const = Fraction(0)
    parts: dict[Term, Fraction] = {}
    todo = [(u, Fraction(1))]
    while todo:
        t, c = todo.pop()
        if t.op == "num":
            const += c * t.args[0]
        elif t.op == "add":
            todo += [(v, c) for v in t.args]
        elif t.op == "mul" and t.args[0].op == "num":
            todo.append((mul(*t.args[1:]), c * t.args[0].args[0]))
        elif t.op == "mod" and (round_ := _around(*t.args)).op != "mod":
            todo.append((round_, c))
        else:
            if t.op == "mod":
                t = _around(*t.args)
            parts[t] = parts.get(t, Fraction(0)) + c
    kept = sorted(((t, c) for t, c in parts.items() if c), key=lambda p: show(p[0]))
    return add(*(mul(num(c), t) for t, c in kept), num(const))


def _around(place: Term, size: Term) -> Term:
    """mod(place, size), with whole multiples of the size left out, and no mod where the place is an index of that axis."""
    form = linear(canonical_place(place))
    if not all(whole(u) and c.denominator == 1 for u, c in form.items()) or size.op == "num" and (not whole(size) or size is ZERO):
        return make("mod", place, size)
    for u in [u for u in form if u.op == "mod" and u.args[1] is size]:  # it differs from its own place by such a multiple
        c = form.pop(u)
        for v, k in linear(u.args[0]).items():
            form[v] = form.get(v, Fraction(0)) + c * k
    form.pop(size, None)
    if size.op == "num":
        form = {u: c % size.args[0] for u, c in form.items()}
    inner = canonical_place(add(*(mul(num(c), u) for u, c in form.items() if c)))
    at_home = inner.op == "index" and inner.args[1] is size or inner is ZERO and size.op == "num"
    return inner if at_home else make("mod", inner, size)


def solved_places(gap: Term) -> tuple[Term, Term] | None:
    """Two places that are equal where the gap, a canonical one, is 0: an index and a place without it where that can be.

    None where no whole numbers make it 0, as in 9 - 2 i.
    """
    form = linear(gap)
    rest = form.pop(ONE, Fraction(0))
    if not form:
        return None if rest else (ZERO, ZERO)
    if all(c.denominator == 1 and whole(u) for u, c in form.items()):
        step = math.gcd(*(int(c) for c in form.values()))
        if rest % step:
            return None
        form = {u: c / step for u, c in form.items()}
        rest /= step
    for u in sorted((u for u, c in form.items() if u.op == "index" and abs(c) == 1), key=show):
        others = {v: c for v, c in form.items() if v is not u}
        if not any(u in free(v) for v in others):
            return u, canonical_place(add(*(mul(num(-form[u] * c), v) for v, c in others.items()), num(-form[u] * rest)))
    if not rest and sorted(form.values()) == [-1, 1]:
        return next(u for u, c in form.items() if c > 0), next(u for u, c in form.items() if c < 0)
    return canonical_place(add(*(mul(num(c), v) for v, c in form.items()), num(rest))), ZERO


def bound(i: Term) -> bool:
    """Whether an index is one that a sum has opened or closed; users' names hold no such characters."""
    return i.args[0][0] in "#·"
