"""Summation: the sign of a polynomial in sums over a range of any size, from the sign of summands.

    body(l) >= 0 for every l                          body(l, k) >= 0 for all l, k
    ------------------------  sum-of-nonnegatives     ----------------------------  sum-over-pairs
    sum_l body(l) >= 0                                sum_l sum_k body(l, k) >= 0

The body is found by spreading what stands outside the sums over the range: with weights 1/n, or with weights w that a hypothesis
gives the sum 1; and a product of two sums over pairs, symmetrised, single sums with weights or on the diagonal alone. A strict sign of
the body gives a strict sign of the sum, since the range is not empty; over pairs it is enough on the diagonal, or off it where n >= 2.

    c(l) >= 0,  sum_l c(l) (1 - exp(-a(l))) >= 0
    --------------------------------------------  tangent-of-exp       since a >= 1 - exp(-a)
    sum_l c(l) a(l) >= 0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.kernel.comparison import monomials
from derive.kernel.field import Atom, Beyond, FrozenPoly, NormalForm, Split, Undefined
from derive.statement.term import HALF, ONE, Term, add, fn, free, index, make, mul, neg, num, power, replace, sub

if TYPE_CHECKING:
    from derive.kernel.inequality import Goal, Order

One = Fraction(1)


def by_summands(order: Order, goal: Goal) -> bool:
    """sum-of-nonnegatives and tangent-of-exp."""
    bodies = list(_spread(order, goal))
    for body, places in bodies:
        if all(_nonempty(order, goal, p) for p in places) and order.proves(goal.about(body)):
            order.rule("sum-of-nonnegatives")
            return True
    return any(len(places) == 1 and _by_tangent(order, goal, body, places[0]) for body, places in bodies)


def _nonempty(order: Order, goal: Goal, place: Term) -> bool:
    return order.sign(place.args[1], goal.cell) == "+"


def _spread(order: Order, goal: Goal) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """The goal as one sum: its summand and the fresh indices, for each range and each choice of weights."""
    form, frozen = monomials(order, goal)
    weights = _weights(order, goal)
    found = []
    for dims in _ranges(frozen):
        places = tuple(index(f"κ{next(order.names)}", d) for d in dims)
        inside, outside = [], []
        for m, c in frozen:
            sums = [(a, e) for a, e in m if _sums_over(a, dims)]
            if sum(e for _, e in sums) > 1:
                break
            rest = form.poly_term(((tuple(p for p in m if p not in sums), c),))
            if sums:
                inside.append(mul(rest, _summand(form, sums[0][0], places)))
            else:
                outside.append(rest)
        else:
            shares = [mul(*(power(d, -1) for d in dims))]
            if len(dims) == 1 and outside:
                shares = [replace(w, {i: places[0]}) for w, i in weights if i.args[1] is dims[0]] + shares
            found += [(add(*inside, *(mul(share, u) for u in outside)), places) for share in shares]
    yield from found


def _ranges(frozen: FrozenPoly) -> list[tuple[Term, ...]]:
    """The ranges of the sums in a polynomial, those alone that depend on no index."""
    found = {tuple(i.args[1] for i in a.data[0]) for m, _ in frozen for a, _ in m if a.kind == "sum"}
    return sorted((d for d in found if not any(v.op == "index" for t in d for v in free(t))), key=str)


def _sums_over(a: Atom, dims: tuple[Term, ...]) -> bool:
    return a.kind == "sum" and tuple(i.args[1] for i in a.data[0]) == dims


def _summand(form: NormalForm, a: Atom, places: tuple[Term, ...]) -> Term:
    return replace(form.poly_term(((a.data[1], One),)), dict(zip(a.data[0], places, strict=True)))


def _weights(order: Order, goal: Goal) -> list[tuple[Term, Term]]:
    """(w, i): weights whose sum over the range of i is 1, by a hypothesis sum w = c."""
    form, _ = order.cells.context(type(goal.cell)())
    out = []
    for fact in goal.cell.facts:
        if fact.sign != "0" or fact.every:
            continue
        try:
            q = form.start(fact.gap)
        except (Beyond, Split, Undefined):
            continue
        frozen = form.freeze_poly(q.num)
        sums = [(m, c) for m, c in frozen if m]
        if len(sums) != 1 or len(sums[0][0]) != 1 or sums[0][0][0][1] != 1 or not q.den.is_one():
            continue
        ((a, _),), c = sums[0]
        constant = sum(k for m, k in frozen if not m)
        if a.kind == "sum" and len(a.data[0]) == 1 and constant:
            body = form.poly_term(((a.data[1], -c / constant),))
            out.append((body, a.data[0][0]))
    return out


# --- pairs ---------------------------------------------------------------------------------------------------------------


def by_pairs(order: Order, goal: Goal) -> bool:
    """sum-over-pairs: a polynomial of degree 2 in sums over one range."""
    for on_pair, on_diagonal, places in list(_paired(order, goal)):
        i, j = places
        if not _nonempty(order, goal, i):
            continue
        off = goal.about(on_pair, ">=0")
        off = _apart(off, i, j)
        strict = goal.want == "+"
        same = replace(on_pair, {j: i}) if on_diagonal is None else add(replace(on_pair, {j: i}), on_diagonal)
        diagonal = goal.about(same, ">=0")
        if not strict:
            done = order.proves(off) and order.proves(diagonal)
        else:
            many = order.sign(sub(i.args[1], num(2)), goal.cell) in ("+", ">=0", "0")
            done = many and order.proves(changed(off, want="+")) and order.proves(diagonal) or order.proves(off) and order.proves(changed(diagonal, want="+"))
        if done:
            order.rule("sum-over-pairs")
            return True
    return False


def _apart(goal: Goal, i: Term, j: Term) -> Goal:
    return changed(goal, cell=changed(goal.cell, distinct=goal.cell.distinct | {frozenset((i, j))}))


def _paired(order: Order, goal: Goal) -> Iterator[tuple[Term, Term | None, tuple[Term, Term]]]:
    """The goal as a double sum: its summand, what the diagonal has beside it, and the two fresh indices."""
    form, frozen = monomials(order, goal)
    weights = _weights(order, goal)
    found: list[tuple[Term, Term | None, tuple[Term, Term]]] = []
    for dims in _ranges(frozen):
        if len(dims) != 1:
            continue
        i, j = (index(f"κ{next(order.names)}", dims[0]) for _ in range(2))
        twice, once, never = [], [], []
        for m, c in frozen:
            sums = [a for a, e in m if _sums_over(a, dims) for _ in range(e)]
            rest = form.poly_term(((tuple(p for p in m if not _sums_over(p[0], dims)), c),))
            if len(sums) > 2:
                break
            if len(sums) == 2:
                f, g = sums
                both = [mul(_summand(form, f, (p,)), _summand(form, g, (q,))) for p, q in ((i, j), (j, i))]
                twice.append(mul(HALF, rest, add(*both)))
            elif sums:
                once.append((rest, _summand(form, sums[0], (i,)), _summand(form, sums[0], (j,))))
            else:
                never.append(rest)
        else:
            if not twice and not never:
                continue
            shares = [(replace(w, {k: i}), replace(w, {k: j})) for w, k in weights if k.args[1] is dims[0]]
            shares.append((power(dims[0], -1), power(dims[0], -1)))
            for at_i, at_j in shares:
                even = [mul(HALF, rest, add(mul(f, at_j), mul(g, at_i))) for rest, f, g in once]
                constant = [mul(rest, at_i, at_j) for rest in never]
                if twice or once and weights:
                    found.append((add(*twice, *even, *constant), None, (i, j)))
                if once:
                    found.append((add(*twice, *constant), add(*(mul(rest, f) for rest, f, _ in once)), (i, j)))
    yield from found


# --- the tangent of exp ------------------------------------------------------------------------------------------------------


def _by_tangent(order: Order, goal: Goal, body: Term, place: Term) -> bool:
    """tangent-of-exp, for a body that is a product of one factor with logarithms and others of known sign."""
    form, _ = order.cells.context(goal.cell)
    q = form.start(order.cells.resolve(body, goal.cell))
    content, parts = form.factors(q.num)
    _, below = form.factors(q.den)
    side, others, steep = (1 if content > 0 else -1), [num(content)], []
    for p, e in [*parts, *((p, -e) for p, e in below)]:
        frozen = form.freeze_poly(p)
        sign = form.sign(p)
        if e % 2 == 0 or sign in ("+", ">=0", "-", "<=0"):
            others.append(power(form.poly_term(frozen), e))
            side = -side if e % 2 and sign in ("-", "<=0") else side
        elif e == 1 and any(a.kind == "log" for m, _ in frozen for a, _ in m):
            steep.append(form.poly_term(frozen))
        else:
            return False
    if len(steep) != 1:
        return False
    c, a = (mul(*others), steep[0]) if side > 0 else (neg(mul(*others)), neg(steep[0]))
    least = make("sum", mul(c, sub(ONE, fn("exp", neg(a)))), place)
    order.rule("tangent-of-exp")
    return goal.want == ">=0" and order.vanishes(least, goal.cell) or order.proves(goal.about(least))
