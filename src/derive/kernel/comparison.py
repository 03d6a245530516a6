"""Comparison: the sign of a polynomial in roots, logarithms and exponentials through a monotone function of both its sides.

    u >= 0,  (u r)^k - (-v)^k >= 0                 v >= 0,  v^k - (-u r)^k >= 0
    -------------------------------  compare-powers  -------------------------------   (r a root; any signs where k is odd)
    u r + v >= 0                                   u r + v >= 0

    exp(t) - 1 >= 0                                a > 0,  b > 0,  log a - log b >= 0
    ---------------  compare-exponentials          ----------------------------------  compare-logarithms
    t >= 0                                         a - b >= 0

    a < f(x) < b,  t[f(x) := a] >= 0
    --------------------------------  known-bounds     (t linear in f(x) with a coefficient >= 0; b for a where it is <= 0)
    t >= 0

    c_k >= 0,  sum_k c_k (1 - exp(-a_k)) + r >= 0
    ---------------------------------------------  tangent-of-exp      (a >= 1 - exp(-a); a_k made of logarithms)
    sum_k c_k a_k + r >= 0

    u + k >= 0                       k + 1 - u > 0
    ----------------  whole-number   ----------------  (k whole; floor u + k > 0 is floor u + k - 1 >= 0, and so on)
    floor u + k >= 0                 k - floor u >= 0

All but the last of them hold with > 0 as well, premise and conclusion alike. Known bounds, for x > 0:
    log x - 1/x < digamma x < log x - 1/(2x),   1/x + 1/(2x^2) < trigamma x < 1/x + 1/(2x^2) + 1/(6x^3),
    0 < log gamma x - ((x - 1/2) log x - x + log(2 pi)/2) < 1/(12x),   and for all x:  -pi/2 < atan x < pi/2,  -1 < erf x < 1
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from derive.kernel.atoms import Atom, FrozenPoly, Quotient
from derive.kernel.field import NormalForm, coefficient
from derive.statement.term import HALF, ONE, PI, TWO, ZERO, Term, add, div, fn, make, mul, neg, num, power, sub

_ONE: FrozenPoly = (((), Fraction(1)),)

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
    """compare-exponentials: logarithms become powers, once their common coefficient is divided out."""
    form, frozen = monomials(order, goal)
    poly = form.thaw_poly(frozen)
    logs = sorted({a for m, _ in frozen for a, _ in m if a.kind == "log"}, key=lambda a: a.order)
    slopes = [coefficient(form, poly, form.number[a], 1) for a in logs]
    if not logs or any(
        int(poly.degrees()[form.number[a]]) != 1 or int(s.degrees()[form.number[b]])
        for a, s in zip(logs, slopes, strict=True)
        for b in logs
    ):
        return False
    common = slopes[0] / slopes[0].leading_coefficient()
    ratios = [s.leading_coefficient() for s in slopes]
    if any(s != common * r for s, r in zip(slopes, ratios, strict=True)) or form.sign(common) not in ("+", "-"):
        return False
    scale = lcm(*(int(r.q) for r in ratios)) * (1 if form.sign(common) == "+" else -1)
    if max(abs(int((r * scale).p)) for r in ratios) > 12:
        return False
    exponent = form.term(form.quotient(poly * scale, common))
    order.rule("compare-exponentials")
    return order.proves(goal.about(sub(fn("exp", exponent), ONE)))


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


def by_tangents(order: Order, goal: Goal) -> bool:
    """tangent-of-exp for logarithms gathered by their coefficients; a constant goes to each, where the coefficients add up to one."""
    form, frozen = monomials(order, goal)
    poly = rest = form.thaw_poly(frozen)
    logs = sorted({a for m, _ in frozen for a, _ in m if a.kind == "log"}, key=lambda a: a.order)
    groups: dict[FrozenPoly, list[Term]] = {}  # coefficient, which is not negative -> logarithms
    for a in logs:
        k = form.number[a]
        slope = coefficient(form, poly, k, 1)
        if int(poly.degrees()[k]) != 1 or any(int(slope.degrees()[form.number[b]]) for b in logs):
            return False
        rest -= slope * form.gens[k]
        lead = slope.leading_coefficient() * (-1 if form.sign(slope / slope.leading_coefficient()) in ("-", "<=0") else 1)
        slope, r = slope / lead, Fraction(int(lead.p), int(lead.q))
        if form.sign(slope) not in ("+", ">=0") or r.denominator != 1 or abs(r) > 6:
            return False
        groups.setdefault(form.freeze_poly(slope), []).append(mul(num(r), form.atom_term(a)))
    left = add(form.poly_term(form.freeze_poly(rest)), *groups.pop(_ONE, ()))
    whole = sum((form.thaw_poly(key) for key in groups), form.zero)
    bodies = [(form.poly_term(key), add(*found)) for key, found in groups.items()]
    if len(bodies) < 2:
        return False
    choices = [(ZERO, left)]
    parts = form.constant_value(Quotient(whole, form.one))
    if parts and form.constant_value(Quotient(rest, form.one)) is not None:
        choices.insert(0, (div(left, num(parts)), ZERO))
    order.rule("tangent-of-exp")
    for share, other in choices:
        least = (mul(c, sub(ONE, fn("exp", neg(add(t, share))))) for c, t in bodies)
        if order.proves(goal.about(add(other, *least))):
            return True
    return False


def by_known_bounds(order: Order, goal: Goal) -> bool:
    """known-bounds of one function value in which the term is linear."""
    form, frozen = monomials(order, goal)
    atoms = sorted({a for m, _ in frozen for a, _ in m if a.kind in ("call", "log")}, key=lambda a: a.order)
    steps = []
    for a in atoms:
        ends = _ends(form, order, goal, a)
        k = form.number[a]
        poly = form.thaw_poly(frozen)
        if ends is None or int(poly.degrees()[k]) != 1:
            continue
        slope = form.poly_term(form.freeze_poly(coefficient(form, poly, k, 1)))
        rest = form.poly_term(form.freeze_poly(coefficient(form, poly, k, 0)))
        sign = order.sign(slope, goal.cell)
        if sign in ("+", ">=0", "-", "<=0"):
            low, high, strict = ends
            least = add(mul(slope, low if sign in ("+", ">=0") else high), rest)
            steps.append(goal.about(least, ">=0" if strict and sign in ("+", "-") else goal.want))
    order.rule("known-bounds")
    return any(map(order.proves, steps))


def by_whole(order: Order, goal: Goal) -> bool:
    """whole-number: a rounding against a whole number, which is what it rounds against that number."""
    form, frozen = monomials(order, goal)
    for m, c in frozen:
        if len(m) != 1 or m[0][1] != 1 or m[0][0].kind != "call" or m[0][0].data[0] != "floor":
            continue
        rest = form.quotient(form.thaw_poly(tuple((n, k / abs(c)) for n, k in frozen if n != m)), form.one)
        if not form.is_integer(rest):
            continue
        u, k = form.atom_term(m[0][0]).args[0], form.term(rest)
        order.rule("whole-number")
        strict = ONE if goal.want == "+" else ZERO
        step = goal.about(sub(add(u, k), strict), ">=0") if c > 0 else goal.about(sub(sub(add(k, ONE), u), strict), "+")
        if order.proves(step):
            return True
    return False


def _ends(form: NormalForm, order: Order, goal: Goal, a: Atom) -> tuple[Term, Term, bool] | None:
    """Bounds of an atom and whether they are strict; None where none are known."""
    t = form.atom_term(a)
    if t.op in ("atan", "erf"):
        end = mul(HALF, PI) if t.op == "atan" else ONE
        return neg(end), end, True
    if t.op == "besseli" and t.args[0] is ZERO:
        return ONE, fn("cosh", t.args[1]), False
    if t.op == "besseli" and t.args[0] is ONE:
        # I_1 < I_0 for every positive argument
        return (ZERO, make("besseli", ZERO, t.args[1]), True) if order.sign(t.args[1], goal.cell) == "+" else None
    if t.op == "log" and t.args[0].op == "gamma":
        x = t.args[0].args[0]
        low = add(mul(sub(x, HALF), fn("log", x)), neg(x), mul(HALF, fn("log", mul(TWO, PI))))
        ends = low, add(low, div(ONE, mul(num(12), x)))
    elif t.op == "polygamma" and t.args[0] is ZERO:
        x = t.args[1]
        ends = sub(fn("log", x), div(ONE, x)), sub(fn("log", x), div(HALF, x))
    elif t.op == "polygamma" and t.args[0] is ONE:
        x = t.args[1]
        low = add(div(ONE, x), div(HALF, power(x, 2)))
        ends = low, add(low, div(ONE, mul(num(6), power(x, 3))))
    else:
        return None
    return (*ends, True) if order.sign(x, goal.cell) == "+" else None


def _exponentials(a: Atom) -> list[Atom]:
    return [a] if a.kind != "sum" else [b for b, _ in a.data[1]]
