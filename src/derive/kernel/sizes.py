"""Linear arithmetic of sizes and positions: is this whole, is that never negative. Answers only what it can prove."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from derive.statement.term import ONE, ZERO, Term, add, free, mul, neg, num, show, sub, subterms

_WHOLE_OPS = ("add", "mul", "max", "min", "abs", "mod")  # whole where every argument is
_SIZE_OPS = ("num", "sym", "floor", "ceiling", "pow", *_WHOLE_OPS)
_WHOLE = Fraction(1)
_LEAST = {"positive integer": Fraction(1), "nonnegative integer": Fraction(0), "positive": Fraction(0), "nonnegative": Fraction(0)}


def linear(t: Term) -> dict[Term, Fraction]:
    """t as a sum of rational multiples of terms that are no sums; the constant stands under ONE."""
    form: dict[Term, Fraction] = {}
    todo = [(t, _WHOLE)]
    while todo:
        u, factor = todo.pop()
        if u.op == "add":
            todo += [(v, factor) for v in u.args]
            continue
        if u.op == "mul" and u.args[0].op == "num":
            todo.append((mul(*u.args[1:]), factor * u.args[0].args[0]))
            continue
        if u.op == "num":
            u, factor = ONE, u.args[0] if factor is _WHOLE else factor * u.args[0]
        form[u] = form[u] + factor if u in form else factor
    return {u: c for u, c in form.items() if c}


def tidy(t: Term) -> Term:
    """t with like terms collected, in one order."""
    if t.op not in ("add", "mul"):
        return t  # one term alone; most sizes and places are
    form = linear(t)
    atoms = sorted((u for u in form if u is not ONE), key=show)
    return add(*(mul(num(form[u]), u) for u in atoms), num(form.get(ONE, Fraction(0))))


def whole(t: Term) -> bool:
    """Whether t is an integer wherever it is defined, as far as its form shows."""
    if t.op == "num":
        return bool(t.args[0].denominator == 1)
    if t.op in ("sym", "entry"):
        return bool(t.args[1].endswith("integer"))
    if t.op in ("index", "floor", "ceiling", "sign", "delta"):
        return True
    if t.op in _WHOLE_OPS:
        return all(map(whole, t.args))
    if t.op == "pow":
        return whole(t.args[0]) and t.args[1].op == "num" and t.args[1].args[0] >= 0 and whole(t.args[1])
    if t.op in ("sum", "prod"):
        return whole(t.args[0])
    return t.op == "piecewise" and all(map(whole, t.args[::2]))


def is_size(t: Term) -> bool:
    """Whether t can be the length of an axis: whole, and made of integer symbols and numbers alone."""
    return whole(t) and all(u.op in _SIZE_OPS and (u.op != "sym" or whole(u)) for u in subterms(t))


def step_of(place: Term) -> Term | None:
    """The index t where a place is t + 1, the next one along its axis."""
    form = linear(place)
    found = [v for v in form if v.op == "index"]
    return found[0] if len(found) == 1 and form == {found[0]: 1, ONE: 1} else None


def indices(t: Term) -> tuple[Term, ...]:
    """The free indices of t, by name."""
    return tuple(sorted((v for v in free(t) if v.op == "index"), key=lambda v: (v.args[0], show(v.args[1]))))


def extreme(t: Term, over: Iterable[Term], sign: int) -> Term | None:
    """The least (sign -1) or greatest (+1) value of t as these indices run; None where t is not linear in them."""
    form, over, parts = linear(t), set(over), [ZERO]
    for u, c in form.items():
        if u in over:
            parts.append(mul(num(c), sub(u.args[1], ONE)) if c * sign > 0 else ZERO)
        elif free(u) & over:
            return None
        else:
            parts.append(mul(num(c), u))
    return tidy(add(*parts))


def never_negative(t: Term, facts: Iterable[Term] = ()) -> bool:
    """Whether t >= 0 for all values of its indices, by the sorts of its symbols and at most one fact."""
    least: Term | None = t
    while least is not None and indices(least):  # a range may end at another index
        least = extreme(least, indices(least), -1)
    if least is None:
        return False
    facts = [f for f in facts if not indices(f)]
    ends = _ends(facts)
    return any(_bounded(sub(least, slack), ends) for slack in (ZERO, *_slacks(facts)))


def is_never_empty(size: Term) -> bool:
    """Whether a range of this size is surely not empty."""
    return whole(size) and never_negative(sub(size, ONE))


def in_range(t: Term, facts: Iterable[Term] = ()) -> bool:
    """Whether every entry of t surely stands within its axes, wherever the indices stand within their ranges."""
    facts = tuple(facts)
    places = {(at, size) for u in subterms(t) if u.op == "entry" for at, size in zip(u.args[3], u.args[2], strict=True)}
    return all(whole(at) and never_negative(at, facts) and never_negative(sub(sub(size, ONE), at), facts) for at, size in places)


def _bounded(t: Term, ends: Mapping[tuple[Term, int], Fraction]) -> bool:
    """Whether t >= 0 when each atom stands at the end of its range that is worst for t."""
    value = Fraction(0)
    for u, c in linear(t).items():
        side = 1 if c > 0 else -1
        end = Fraction(1) if u is ONE else ends.get((u, side), _least(u) if side > 0 else None)
        if end is None:
            return False
        value += c * end
    return value >= 0


def _least(u: Term) -> Fraction | None:
    """A number that u is never below, where the sorts of its symbols say one."""
    if u.op == "sym":
        return _LEAST.get(u.args[1])
    if u.op == "mul":
        parts = [p for p in map(_least, u.args) if p is not None]
        return math.prod(parts, start=Fraction(1)) if len(parts) == len(u.args) else None
    return None


def _ends(facts: Iterable[Term]) -> dict[tuple[Term, int], Fraction]:
    """The greatest lower (+1) and the least upper (-1) end that facts such as 2 <= n give to a symbol."""
    ends: dict[tuple[Term, int], Fraction] = {}
    for slack in _slacks(facts):
        form = linear(slack)
        constant = form.pop(ONE, Fraction(0))
        if len(form) == 1:
            ((u, c),) = form.items()
            side, end = (1 if c > 0 else -1), -constant / c
            known = [e for e in (end, ends.get((u, side)), _least(u) if side > 0 else None) if e is not None]
            ends[u, side] = max(known) if side > 0 else min(known)
    return ends


def _slacks(facts: Iterable[Term]) -> list[Term]:
    """Terms that the facts say are at least 0: b - a for a <= b, one less for whole a < b."""
    found = []
    for f in facts:
        if f.op in ("le", "lt", "eq"):
            gap = sub(f.args[1], f.args[0])
            found.append(sub(gap, ONE) if f.op == "lt" and whole(gap) else gap)
            if f.op == "eq":
                found.append(neg(gap))
    return found


def spell(t: Term) -> str:
    """A size or position as a reader writes it: n - 1, not (n + -1)."""
    form = linear(t)
    words = ""
    for u in sorted((u for u in form if u is not ONE), key=show) + ([ONE] if ONE in form else []):
        c = form[u]
        size = str(abs(c)) if u is ONE else show(u) if abs(c) == 1 else f"{abs(c)}*{show(u)}"
        words += f" {'-' if c < 0 else '+'} {size}" if words else f"{'-' if c < 0 else ''}{size}"
    return words or "0"
