"""Comparison: the sign of a polynomial in roots, logarithms and exponentials through a monotone function of both its sides.

    u >= 0,  (u r)^k - (-v)^k >= 0                 v >= 0,  v^k - (-u r)^k >= 0
    -------------------------------  compare-powers  -------------------------------   (r a root; any signs where k is odd)
    u r + v >= 0                                   u r + v >= 0

    exp(t) - 1 >= 0                                a > 0,  b > 0,  log a - log b >= 0
    ---------------  compare-exponentials          ----------------------------------  compare-logarithms
    t >= 0                                         a - b >= 0

All of them hold with > 0 as well, premise and conclusion alike.
"""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from derive.kernel.field import Atom, FrozenPoly, NormalForm
from derive.statement.term import ONE, Term, fn, mul, neg, num, power, sub

if TYPE_CHECKING:
    from derive.kernel.inequality import Goal, Order


def monomials(order: Order, goal: Goal) -> tuple[NormalForm, FrozenPoly]:
    """The goal's term as a polynomial in atoms, times a positive number."""
    form, _ = order.cells.context(goal.cell)
    q = form.start(order.cells.resolve(goal.term, goal.cell))
    return form, form.freeze_poly(q.num) if q.den.is_one() else ()


def by_roots(order: Order, goal: Goal) -> bool:
    """compare-powers: the part with a root against the rest."""
    form, frozen = monomials(order, goal)
    roots = sorted({a for m, _ in frozen for a, _ in m if a.kind == "root"}, key=lambda a: (-len(a.order), a.order))
    pieces = [_around(form, frozen, a) for a in roots]
    order.rule("compare-powers")
    for left, right, k in pieces:
        for first, second in ((left, right), (right, left)):
            # first + second >= 0 where first >= -second
            if k % 2 == 0 and order.sign(first, goal.cell) not in ("+", ">=0"):
                if order.sign(first, goal.cell) != "?" or not order.proves(goal.about(first, ">=0")):
                    continue
            difference = sub(power(first, k), power(neg(second), k))
            if order.proves(goal.about(difference)):
                return True
    return False


def _around(form: NormalForm, frozen: FrozenPoly, root: Atom) -> tuple[Term, Term, int]:
    """(the monomials with the root, the others, the least power that makes the root a polynomial)."""
    having = tuple((m, c) for m, c in frozen if any(a is root for a, _ in m))
    others = tuple((m, c) for m, c in frozen if not any(a is root for a, _ in m))
    k = 1
    for m, _ in having:
        for a, e in m:
            if a.kind == "root":
                k = lcm(k, a.data[1] // _gcd(a.data[1], e))
    return form.poly_term(having), form.poly_term(others), k


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def by_exponentials(order: Order, goal: Goal) -> bool:
    """compare-exponentials: logarithms with rational coefficients become powers."""
    _, frozen = monomials(order, goal)
    logs = [(m, c) for m, c in frozen if any(a.kind == "log" for a, _ in m)]
    if not logs or any(len(m) > 1 or m[0][1] > 1 for m, _ in logs):
        return False
    scale = lcm(*(c.denominator for _, c in logs))
    if max(abs(c * scale) for _, c in logs) > 12:
        return False
    order.rule("compare-exponentials")
    return order.proves(goal.about(sub(fn("exp", mul(num(scale), goal.term)), ONE)))


def by_logarithms(order: Order, goal: Goal) -> bool:
    """compare-logarithms: what is added against what is taken away, where one of them is a single product."""
    form, frozen = monomials(order, goal)
    if not any(a.kind in ("exp", "power") for m, _ in frozen for b, _ in m for a in _exponentials(b)):
        return False
    sides: dict[bool, list[tuple[tuple[tuple[Atom, int], ...], object]]] = {True: [], False: []}
    for m, c in frozen:
        sign = form.sign(form.thaw_poly(((m, c),)))
        if sign not in ("+", "-"):
            return False
        sides[sign == "+"].append((m, c))
    if min(map(len, sides.values())) != 1 or max(map(len, sides.values())) > 4:
        return False
    above, below = (form.poly_term(tuple(sides[side])) for side in (True, False))  # type: ignore[arg-type]
    order.rule("compare-logarithms")
    return order.proves(goal.about(sub(fn("log", above), fn("log", neg(below)))))


def _exponentials(a: Atom) -> list[Atom]:
    return [a] if a.kind != "sum" else [b for b, _ in a.data[1]]
