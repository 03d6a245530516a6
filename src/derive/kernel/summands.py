"""What is left of an equation when its normal form does not vanish: equal places, signs of indicators, sums over one range.

Rule: summand (sums over one range are equal if their summands are).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel.atoms import Quotient, bound
from derive.kernel.cell import Cell, Stuck
from derive.kernel.field import NormalForm, atoms_of
from derive.kernel.indexed import is_not_negative, solved
from derive.statement.term import ONE, ZERO, Term, add, free, index, mul, power, replace, sub

if TYPE_CHECKING:
    from derive.kernel.cells import Cells


def free_delta(form: NormalForm, q: Quotient) -> tuple[Term, Term] | None:
    """A place and an index that may be equal, and nothing says which: in this order."""
    for a in atoms_of(form, q):
        if a.kind == "delta" and not any(bound(i) for i in a.indices):
            for place, drop in (a.data, a.data[::-1]):
                if drop.op == "index" and drop not in free(place):
                    return place, drop
    return None


def open_place(form: NormalForm, q: Quotient) -> Term | None:
    """What decides whether a sum over a delta meets the delta's place: how far that is from an end of the range."""
    for s in atoms_of(form, q):
        for a, _ in s.data[1] if s.kind == "sum" else ():
            if a.kind == "delta":
                for b, target in solved(a.data[0], a.data[1], s.data[0]):
                    if not any(bound(i) for i in (*free(target), *free(b.args[1])) if i.op == "index"):
                        for gap in (target, sub(sub(b.args[1], ONE), target)):
                            if not is_not_negative(form, gap):
                                return gap
    return None


def free_indicator(form: NormalForm, q: Quotient) -> Term | None:
    for a in atoms_of(form, q):
        if a.kind in ("above", "below") and not any(bound(i) for i in a.indices):
            return form.poly_term(a.data[0])
    return None


def by_summand(cells: Cells, form: NormalForm, q: Quotient, cell: Cell, depth: int) -> bool:
    """Sums over one range: equal if their summands are, index by index."""
    mark = cells.log.mark()
    bodies = _merged(cells, form, q)
    # Written out first: what is done below may start the form again, and then q speaks of other atoms.
    whole = form.term(q) if bodies else ZERO
    for body in bodies:
        try:
            cells.vanish(body, cell, depth + 4)
        except Stuck:
            continue
        cells.rules["summand"] = None
        cells._log(mark, "summand", whole, cell)
        return True
    return False


def _merged(cells: Cells, form: NormalForm, q: Quotient) -> list[Term]:
    """For each range: the whole difference as the summand of one sum over it, where it is linear in such sums."""
    sums = [a for a in atoms_of(form, q) if a.kind == "sum"]
    out = []
    for dims in sorted({tuple(i.args[1] for i in a.data[0]) for a in sums}, key=str):
        group = [a for a in sums if tuple(i.args[1] for i in a.data[0]) == dims]
        if any(v.op == "index" for d in dims for v in free(d)) or not all(form.sign(form.normal(d).num) == "+" for d in dims):
            continue
        fresh = tuple(index(f"κ{next(cells.names)}", d) for d in dims)
        numbers = {form.number[a] for a in group}
        body: list[Term] = []
        for exps, c in q.num.to_dict().items():
            hit = [k for k in numbers if exps[k]]
            if len(hit) > 1 or hit and exps[hit[0]] > 1:
                break
            outside = form.term(Quotient(form.ctx.from_dict({tuple(0 if k in numbers else e for k, e in enumerate(exps)): c}), form.one))
            if hit:
                atom = form.atoms[hit[0]]
                inner = form.poly_term(((atom.data[1], ONE.args[0]),))
                body.append(mul(outside, replace(inner, dict(zip(atom.data[0], fresh, strict=True)))))
            else:
                body.append(mul(outside, *(power(d, -1) for d in dims)))
        else:
            out.append(add(*body))
    return out


def by_summands(cells: Cells, t: Term, cell: Cell, depth: int) -> bool:
    """A difference of sums, at the level of terms: one sum over the difference of the summands."""
    parts = list(t.args) if t.op == "add" else [t]
    groups: dict[Term, list[Term]] = {}
    for part in parts:
        factors = list(part.args) if part.op == "mul" else [part]
        inner = [u for u in factors if u.op == "sum"]
        if len(inner) != 1:
            return False
        s = inner[0]
        groups.setdefault(s.args[1].args[1], []).append(
            mul(*(u for u in factors if u is not s), replace(s.args[0], {s.args[1]: index("κ0", s.args[1].args[1])}))
        )
    if any(not group for group in groups.values()) or len(groups) != 1:
        return False
    ((dim, bodies),) = groups.items()
    name = index(f"κ{next(cells.names)}", dim)
    mark = cells.log.mark()
    try:
        cells.vanish(replace(add(*bodies), {index("κ0", dim): name}), cell, depth + 4)
    except Stuck:
        return False
    cells.rules["summand"] = None
    cells._log(mark, "summand", t, cell)
    return True
