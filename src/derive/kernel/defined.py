"""Where a term of a cell has a value: its needs, met by the cell's facts or left open.

Rule: same-domain (two sides have a value at the same points).
"""

from __future__ import annotations

from dataclasses import replace as changed
from typing import TYPE_CHECKING

from derive.kernel.atoms import Beyond, Split, Undefined, indices_in
from derive.kernel.cell import Cell, facts_of
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.domain import Need, needs
from derive.kernel.indexed import is_total
from derive.kernel.signs import Contradiction, Fact
from derive.kernel.sizes import never_negative, whole
from derive.statement.term import BINDERS, HALF, KINKS, ONE, Term, free, make, replace, show, sub, subterms

if TYPE_CHECKING:
    from derive.kernel.cells import Cells


def same_domain(cells: Cells, lhs: Term, rhs: Term, cell: Cell) -> str:
    """ "" where both sides are defined at the same points, else what could not be shown."""
    left = open_needs(cells, lhs, cell)
    right = open_needs(cells, rhs, cell)
    if not left and not right:
        return ""
    for side in (left, right):
        surely = {_key(cells, n, cell) for n in side if _exact(cells, n, cell)}
        for need in side:
            if _key(cells, need, cell) not in surely:
                return f"{show(need.term)} may fail to be {need.sign}"
    for mine, other in ((left, right), (right, left)):
        granted = cell
        for need in mine:
            if need.sign in ("+", ">=0", "!=0") and not need.guards:
                granted = granted.with_fact(Fact(need.term, need.sign))
        have = {_key(cells, n, cell) for n in mine}
        for need in other:
            if _key(cells, need, cell) not in have and not met(cells, need, granted):
                return f"{show(need.term)} may fail to be {need.sign}"
    cells.rules["same-domain"] = None
    return ""


def _exact(cells: Cells, need: Need, cell: Cell) -> bool:
    """Whether there is no value wherever the need fails."""
    if not need.exact or need.along is None:
        return need.exact
    try:
        crossing = differentiate(need.term, need.along)
        border = cell.with_fact(Fact(need.term, "0"), *(f for g in need.guards for f in facts_of(g)))
        around = cells.settled([border])
        if need.body is not None and not any(t.op == "deriv" for t in subterms(crossing)) and _has_corner(cells, need, around):
            # sqrt(t^2) has a kink at 0
            bend = differentiate(crossing, need.along)
            if all(cells.sign(bend, part) == "+" or cells.sign(crossing, part) in ("+", "-", "!=0") for part in around):
                return True
        return all(cells.sign(crossing, part) in ("+", "-", "!=0") for part in around)
    except Contradiction:
        return True
    except (Unsupported, Beyond, Undefined, Split):
        return False


def _has_corner(cells: Cells, need: Need, around: list[Cell]) -> bool:
    """Whether a body has no slope where one of the square roots in it has a corner: nothing else in it may make up for that.

    The body is smooth in the variable and in its roots, and rises, or falls, with all of them, and strictly with the one at hand. A root
    of what is smooth and not negative has slopes on both sides, that after the point no less than that before it.
    """
    body, variable = need.body, need.along
    if body is None or variable is None or any(u.op in ("deriv", "integral") for u in subterms(body)):
        return False
    inside = frozenset(u.args[1] for u in subterms(body) if u.op in BINDERS)
    roots = sorted((u for u in subterms(body) if u.op == "pow" and u.args[1] is HALF and depends(u, variable)), key=show)
    if any(free(u) & inside or not is_total(u.args[0]) or any(v.op in KINKS for v in subterms(u)) for u in roots):
        return False
    letters = {u: make("sym", f"→root {k}", "nonnegative") for k, u in enumerate(roots)}
    smooth, owed = replace(body, letters), list[tuple[Term, Term]]()
    slopes = {u: differentiate(smooth, r, owed) for u, r in letters.items()}
    asked = [n for t in (smooth, differentiate(smooth, variable, owed), *slopes.values()) for n in needs(t)]
    moving = [n.term for n in asked if n.sign not in ("+", "!=0")]
    if owed or any(depends(t, v) for t in moving for v in (variable, *letters.values())):
        return False
    for cell in around:
        known = cell.with_fact(*(Fact(r, "0") for u, r in letters.items() if u.args[0] is need.term))
        own = {cells.sign(slope, known) for u, slope in slopes.items() if u.args[0] is need.term}
        alike = {"+": ("+", ">=0", "0"), "-": ("-", "<=0", "0")}.get(own.pop(), ()) if len(own) == 1 else ()
        if not all(cells.sign(slope, known) in alike for slope in slopes.values()) or not all(met(cells, n, known) for n in asked):
            return False
    return True


def fails(cells: Cells, t: Term, cell: Cell) -> bool:
    """Whether t has no value anywhere in the cell: something that it surely needs is not so."""
    return any(_exact(cells, n, cell) and _is_not_so(cells, n, cell) for n in needs(t))


def _is_not_so(cells: Cells, need: Need, cell: Cell) -> bool:
    """Whether a need fails throughout a cell, and its guards hold there."""
    never = {"+": ("-", "<=0", "0"), ">=0": ("-",), "!=0": ("0",)}.get(need.sign, ())
    try:
        term = cells.resolve(need.term, cell)
        if need.sign == "pole":
            form, _ = cells.context(cell)
            value = form.constant_value(form.start(term))
            so = value is None or value.denominator != 1 or value > 0
        else:
            so = cells.sign(term, cell) not in never
        return not so and all(cells.holds(g, cell) for g in need.guards)
    except (Split, Beyond, Undefined, Unsupported):
        return False


def open_needs(cells: Cells, t: Term, cell: Cell) -> list[Need]:
    return [n for n in needs(t) if not met(cells, n, cell)]


def _key(cells: Cells, need: Need, cell: Cell) -> tuple[object, ...]:
    """What two needs have in common where the one holds just where the other does: for a bound index they speak of one range."""
    form, _ = cells.context(cell)
    try:
        q = form.start(cells.resolve(need.term, cell)) if need.sign in ("+", ">=0", "!=0") else None
    except (Split, Beyond, Undefined, Unsupported):
        q = None
    if q is None:
        return need.sign, need.term, need.guards
    parts, places = [], set[Term]()
    for poly in (q.num, q.den) if not q.num.is_zero() else ():
        content, factors = form.factors(poly)
        sign = -1 if content < 0 else 1
        names = []
        for p, e in factors:
            s, frozen = form.sign(p), form.freeze_poly(p)
            if s == "-" and e % 2:
                sign = -sign
            if s not in ("+", "-"):
                names.append(f"{frozen}^{1 if need.sign == '!=0' else 2 - e % 2}")
                places |= indices_in(frozen)
        parts.append(f"{1 if need.sign == '!=0' else sign}:{sorted(names)}")
    return need.sign, "/".join(parts), frozenset(places), need.guards


def met(cells: Cells, need: Need, cell: Cell) -> bool:
    """Whether a need holds throughout a cell."""
    for guard in need.guards:
        for fact in facts_of(guard):
            cell = cell.with_fact(fact)
    if need.sign == "case":
        return _some_case(cells, need.term, cell)
    if need.sign == "pole":
        return cells.sign_in_every_case(need.term, cell, ("+",)) or _no_integer(need.term)
    if need.sign == "index":
        return all(_met_condition(cells, c, cell) for c in need.term.args)
    if need.sign in ("smooth", "integral"):
        return False
    want = {"+": ("+",), ">=0": ("+", ">=0", "0"), "!=0": ("+", "-", "!=0")}[need.sign]
    return cells.sign_by_form(need.term, cell) in want or cells.sign_in_every_case(need.term, cell, want)


def has_value_at(cells: Cells, t: Term, place: dict[Term, Term], cell: Cell) -> bool:
    """Whether t has a value where variables take these values. Its needs are asked for before anything is replaced: 0 log 0 folds to 0."""
    there = (changed(n, term=replace(n.term, place), guards=tuple(replace(g, place) for g in n.guards)) for n in needs(t))
    return all(_never_asked(cells, n, cell) or met(cells, n, cell) for n in there)


def _never_asked(cells: Cells, need: Need, cell: Cell) -> bool:
    """Whether a guard of a need surely fails."""
    try:
        return not all(cells.holds(g, cell) for g in need.guards)
    except (Split, Beyond, Undefined, Unsupported):
        return False


def _no_integer(t: Term) -> bool:
    return t.op == "num" and (t.args[0].denominator != 1 or t.args[0] > 0)


def _met_condition(cells: Cells, c: Term, cell: Cell) -> bool:
    gap = sub(c.args[1], c.args[0])
    if whole(gap) and never_negative(sub(gap, ONE) if c.op == "lt" else gap):
        return True
    return cells.sign_in_every_case(gap, cell, ("+",) if c.op == "lt" else ("+", ">=0", "0"))


def _some_case(cells: Cells, t: Term, cell: Cell) -> bool:
    """Whether one of the conditions of a piecewise always holds: their negations contradict each other."""
    if t.args[-1].op == "true":
        return True
    try:
        return _cover(cells, list(t.args[1::2]), cell, 0)
    except (Beyond, Undefined, Unsupported):
        return False


def _cover(cells: Cells, conditions: list[Term], cell: Cell, depth: int) -> bool:
    if depth > 8:
        return False
    try:
        return any([cells.holds(c, cell) for c in conditions])  # noqa: C419
    except Split as split:
        return all(_cover(cells, conditions, cell.with_fact(Fact(split.gap, s)), depth + 1) for s in cells.signs_of(split.gap, cell))
