"""The derivative of a term in one cell, its kinks included.

Where a kink's argument is 0, the derivative exists if all branches agree there in value and in derivative (rule `agree-at-kink`);
else nothing is proved. A kink inside a sum over a symbolic range stays; its derivative owes that the kink's argument is not 0 where the
derivative does not vanish, and that debt is paid by a fact of the cell or the claim is not proved.

Rules: derivative, agree-at-kink, own-term, term-by-term; removable is removable.py's.
"""

from __future__ import annotations

from dataclasses import replace as changed
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from derive.kernel import defined
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import MAX_DEPTH, SCALAR_KINKS, Cell, Stuck
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.domain import needs
from derive.kernel.field import NormalForm, common_atoms
from derive.kernel.removable import lifted
from derive.kernel.signs import Contradiction, Fact
from derive.kernel.sizes import linear
from derive.statement.term import (
    BINDERS,
    PI,
    Term,
    Tied,
    add,
    entry,
    fn,
    free,
    index,
    make,
    mul,
    neg,
    rebuild,
    replace,
    show,
    sub,
    subterms,
)

if TYPE_CHECKING:
    from derive.kernel.cells import Cells

_ENDS = {"nonnegative": ">=0", "nonpositive": "<=0"}  # sorts with an end, and what they say of the variable
_STRICT = ("+", "-", "!=0")
_MAYBE_ZERO = ("0", ">=0", "<=0")
_JUMPS = ("floor", "ceiling", "mod", "sign", "heaviside", "piecewise", "delta", "deriv", "integral")


def derivative(cells: Cells, body: Term, variable: Term, cell: Cell, inside: frozenset[Term]) -> Term:
    """The derivative in this cell; agree-at-kink where a kink's argument is 0."""
    if variable.args[1] in _ENDS:
        return _past_the_end(cells, body, variable, cell, inside)
    if inside:
        return _by_table(cells, body, variable, cell)
    if _kink_at_zero(cells, body, variable, cell):
        return _agreed(cells, body, variable, cell)
    plain = cells.resolve(body, cell)
    try:
        return cells.resolve(_by_table(cells, plain, variable, cell), cell)
    except (Beyond, Split) as why:
        if isinstance(why, Split) and not any(v.op == "index" for v in free(why.gap) - free(plain) - free(variable)):
            raise
        own = _own_terms(cells, plain, variable)
        if own:
            return _beside(cells, plain, variable, cell, own)
        named, fresh = _term_by_term(cells, plain, variable, cell)
        if not fresh:
            raise
        return cells.resolve(_by_table(cells, named, variable, cell, fresh), cell)


def _past_the_end(cells: Cells, body: Term, variable: Term, cell: Cell, inside: frozenset[Term]) -> Term:
    """The derivative in a variable whose sort has an end: it moves on both sides of 0, and the sort is a fact of the point alone."""
    op, name, sort = variable.op, *variable.args[:2]
    at = tuple(index(f"κ{next(cells.names)}", size) for size in variable.args[2]) if op == "entry" else ()
    anywhere = entry(name, "real", variable.args[2], at) if at else make("sym", name, "real")
    facts = (*(changed(f, gap=_of_sort(f.gap, op, name, "real")) for f in cell.facts), Fact(anywhere, _ENDS[sort], at))
    body, variable = (_of_sort(t, op, name, "real") for t in (body, variable))
    try:
        return _of_sort(derivative(cells, body, variable, changed(cell, facts=facts), inside), op, name, sort)
    except Split as split:
        raise Split(_of_sort(split.gap, op, name, sort)) from split


def _of_sort(t: Term, op: str, name: str, sort: str) -> Term:
    """t with its symbol, or its array, of this name in another sort."""

    def go(u: Term) -> Term:
        u = rebuild(u, go)
        return make(op, name, sort, *u.args[2:]) if u.op == op and u.args[0] == name else u

    return go(t)


def near(cells: Cells, cell: Cell, variable: Term) -> Cell:
    """What stays true as the variable moves a little: what does not speak of it, and strict signs of what goes on without a jump."""
    still = changed(cell, facts=tuple(f for f in cell.facts if not depends(f.gap, variable)))

    def stays(f: Fact) -> bool:
        return f in still.facts or f.sign in _STRICT and not _jumps(f.gap) and _goes_on(cells, f.gap, variable, cell, still)

    return changed(cell, facts=tuple(filter(stays, cell.facts)))


def _jumps(t: Term) -> bool:
    return any(u.op in _JUMPS for u in subterms(t))


def _goes_on(cells: Cells, t: Term, variable: Term, cell: Cell, still: Cell) -> bool:
    """Whether t, which has a value at the point, has one around it: no root of what is 0 there and may become negative."""
    closed = (n for n in needs(t) if n.sign not in ("+", "!=0") and depends(n.term, variable))
    return all(n.sign == ">=0" and (cells.sign_by_form(n.term, cell) == "+" or defined.met(cells, n, still)) for n in closed)


def _by_table(cells: Cells, body: Term, variable: Term, cell: Cell, paid: frozenset[Term] = frozenset()) -> Term:
    """The derivative by the table, with every debt paid in this cell; those of an index in `paid` are paid already."""
    cells.rules["derivative"] = None
    owed: list[tuple[Term, Term]] = []
    slope = differentiate(body, variable, owed)
    for gap, d in owed:
        if not free(gap) & paid:
            _pay(cells, gap, d, variable, cell)
    return slope


def _own_terms(cells: Cells, body: Term, variable: Term) -> dict[Term, tuple[Term, Term]]:
    """own-term: for each sum with kinks of which one term alone depends on the variable, that term and a name for the rest."""
    found: dict[Term, tuple[Term, Term]] = {}
    if variable.op != "entry" or not all(p.op == "index" for p in variable.args[3]):
        return found
    for u in _sums_with_kinks(body):
        term, k = u.args
        places = {v.args[3] for v in subterms(term) if v.op == "entry" and v.args[0] == variable.args[0]}
        if len(places) != 1:
            continue
        (place,) = places
        spots = [n for n, p in enumerate(place) if k in free(p)]
        if len(spots) == 1 and place[spots[0]] is k and variable.args[3][spots[0]].args[1] is k.args[1]:
            found[u] = replace(term, {k: variable.args[3][spots[0]]}), make("sym", f"→rest of {show(u)}", "real")
    return found


def _beside(cells: Cells, body: Term, variable: Term, cell: Cell, own: dict[Term, tuple[Term, Term]]) -> Term:
    """The derivative of the terms that depend on the variable, beside the rest of their sums."""
    cells.rules["own-term"] = None
    back = {rest: sub(u, term) for u, (term, rest) in own.items()}
    try:
        slope = derivative(cells, replace(body, {u: add(term, rest) for u, (term, rest) in own.items()}), variable, cell, frozenset())
    except Split as split:
        raise Split(replace(split.gap, back)) from split
    return replace(slope, back)


def _term_by_term(cells: Cells, body: Term, variable: Term, cell: Cell) -> tuple[Term, frozenset[Term]]:
    """term-by-term: a sum has the derivative that the table says if each of its terms has, its kinks included.

    Returns the body with such sums under fresh indices, and these.
    """
    table: dict[Term, Term] = {}
    sides, cells.sides = cells.sides, ()
    mark = cells.log.mark()
    try:
        for u in _sums_with_kinks(body):
            if depends(u, variable):
                k = index(f"κ{next(cells.names)}", u.args[1].args[1])
                term = replace(u.args[0], {u.args[1]: k})
                cells.vanish(sub(make("deriv", term, variable), differentiate(term, variable)), cell, 2)
                table[u] = make("sum", term, k)
    except (Stuck, Beyond, Undefined, Unsupported, Split, Tied):
        return body, frozenset()
    finally:
        cells.sides = sides
        cells.log.drop(mark)
    cells.rules["term-by-term"] = None
    return replace(body, table), frozenset(named.args[1] for named in table.values())


def _agreed(cells: Cells, body: Term, variable: Term, cell: Cell) -> Term:
    """agree-at-kink: near the point, body is one of finitely many smooth pieces along the variable; if all of them have the same
    value and the same derivative at the point, that is the derivative of body."""
    cells.rules["agree-at-kink"] = None
    sides, cells.sides = cells.sides, ()
    mark = cells.log.mark()
    try:
        return _agreed_slope(cells, body, variable, cell)
    finally:
        cells.sides = sides
        cells.log.drop(mark)  # a part of writing the term out, which is one step


def _agreed_slope(cells: Cells, body: Term, variable: Term, cell: Cell) -> Term:
    here = cells.resolve(body, cell)
    slopes = []
    pieces = _pieces(cells, body, variable, near(cells, cell, variable), cell, 0)
    crossing = len(pieces) == 2 and all(met for _, met in pieces)  # one argument, and it changes its sign at the point
    for piece, _ in pieces:
        if _is_lost(cells, piece, cell):
            value, slope = lifted(cells, piece, variable, cell)
        else:
            value, slope = piece, _by_table(cells, piece, variable, cell)
        slopes.append(slope)
        for difference in (sub(value, here), sub(slope, slopes[0])):
            try:
                cells.vanish(difference, cell, MAX_DEPTH - 4)
            except Stuck as stuck:
                # Both pieces are met next to the point where the kink's argument crosses 0, and smooth: two slopes, or a jump.
                apart = cells.sign(cells.resolve(difference, cell), cell) in ("+", "-") and crossing
                smooth = all(not defined.open_needs(cells, make("deriv", p, variable), cell) for p, _ in pieces)
                raise Undefined("no derivative at a kink", sure=apart and smooth) from stuck
    if not slopes:
        raise Undefined("no derivative at a kink")
    return cells.resolve(slopes[0], cell)


def _is_lost(cells: Cells, piece: Term, cell: Cell) -> bool:
    """Whether a piece has no value at the point itself, for want of a denominator that is not 0."""
    try:
        cells.context(cell)[0].start(piece)
    except Undefined:
        return True
    except (Beyond, Split):
        return False
    return False


def _pieces(cells: Cells, body: Term, variable: Term, around: Cell, cell: Cell, depth: int) -> list[tuple[Term, bool]]:
    """Every form that body may take near a point of the cell as the variable moves, and whether it surely does."""
    if depth > 5:
        raise Beyond("too many kinks at one point")
    try:
        return [(cells.resolve(body, around), True)]
    except Split as open_sign:
        split = open_sign
    except Contradiction:
        return []
    gap = split.gap
    there = cells.sign(gap, cell)
    if there in (">=0", "<=0"):
        raise split  # at 0 and off it are two cases
    if there in ("+", "-"):
        possible: tuple[str, ...] = (there,)  # by continuity
    elif depends(gap, variable) and there == "0" and cells.sign(differentiate(gap, variable), cell) in ("+", "-", "!=0"):
        possible = ("+", "-")  # the argument crosses 0 at once
    else:
        possible = ("+", "-", "0")
    out: list[tuple[Term, bool]] = []
    for sign in possible:
        part = around.with_fact(Fact(gap, sign))
        if len(possible) == 1 or not cells.empty(part):
            out += ((t, met and len(possible) < 3) for t, met in _pieces(cells, body, variable, part, cell, depth + 1))
    return out


def _kink_at_zero(cells: Cells, body: Term, variable: Term, cell: Cell) -> bool:
    """Whether a kink outside sums has an argument that is 0 in this cell and changes with the variable; none may have one that jumps."""

    def go(u: Term, within: frozenset[Term]) -> bool:
        if not depends(u, variable):
            return False
        if u.op in BINDERS:
            return go(u.args[0], within | {u.args[1]})
        if any(go(c, within) for c in (u.args[:1] if u.op == "deriv" else u.args) if isinstance(c, Term)):
            return True
        if free(u) & within or u.op not in SCALAR_KINKS:
            return False
        if u.op in ("max", "min"):
            return tied(u)
        return any(depends(gap, variable) and signed(gap) in _MAYBE_ZERO for gap in _gaps(u))

    def tied(u: Term) -> bool:
        """Whether the largest argument may be as large as another that changes otherwise, next by next."""
        largest, *others = u.args
        for other in others:
            gap = sub(largest, other) if u.op == "max" else sub(other, largest)
            found = signed(gap)
            if depends(gap, variable) and found in _MAYBE_ZERO:
                return True
            largest = other if found in ("-", "<=0") else largest
        return False

    def signed(gap: Term) -> str:
        return cells.definite(cells.resolve(gap, cell), cell, weak="0")

    if _has_jumping_kink(body, variable, frozenset()):
        raise Beyond("a kink whose argument jumps")
    return go(body, frozenset())


def _has_jumping_kink(u: Term, variable: Term, within: frozenset[Term]) -> bool:
    """Whether a kink outside sums has an argument that holds a rounding of the variable, by which it can change its sign at once."""
    if not depends(u, variable):
        return False
    if u.op in BINDERS:
        return _has_jumping_kink(u.args[0], variable, within | {u.args[1]})
    if u.op in SCALAR_KINKS and not free(u) & within:
        if any(v.op in ("floor", "ceiling", "mod") and depends(v, variable) for gap in _gaps(u) for v in subterms(gap)):
            return True
    return any(_has_jumping_kink(v, variable, within) for v in (u.args[:1] if u.op == "deriv" else u.args) if isinstance(v, Term))


def _pay(cells: Cells, gap: Term, d: Term, variable: Term, cell: Cell) -> None:
    """A kink inside a sum has a derivative if its argument is not 0, or does not change with the variable."""
    form, known = cells.context(near(cells, cell, variable))  # d must be 0 around the point, not only at it
    q = form.start(d)
    if q.num.is_zero():
        return
    # Where d holds [i = j] as a factor for a bound i, only the entry at j matters.
    deltas = {a for a in common_atoms(form, q) if a.kind == "delta"}
    table: dict[Term, Term] = {}
    for a in sorted(deltas, key=lambda a: a.order):
        p, r = a.data
        if p.op == "index" and r.op == "index" and p.args[1] is r.args[1] and p not in table and r not in table.values():
            table[p] = r
    # Where two places meet, d may be 0 by itself: |u_i - u_j| is no kink for i = j.
    moving = sorted((i for i in free(gap) if i.op == "index"), key=show)
    apart = frozenset(frozenset(pair) for pair in combinations(moving, 2) if _agrees(form, d, *pair))
    for candidate in (gap, replace(gap, table), replace(gap, {v: k for k, v in table.items()})):
        if _is_not_zero(cells, candidate, cell, apart):
            cells.used.update(known.used)
            return
    raise Beyond(f"the derivative needs {show(gap)} != 0")


def _agrees(form: NormalForm, d: Term, i: Term, j: Term) -> bool:
    """Whether d is 0 where two places of one axis meet."""
    return i.args[1] is j.args[1] and bool(form.start(replace(d, {j: i})).num.is_zero())


def _is_not_zero(cells: Cells, gap: Term, cell: Cell, apart: frozenset[frozenset[Term]] = frozenset()) -> bool:
    """Whether a debt is paid: by its sign, by a fact that says so, or where it is that of a rounding, by what is rounded.

    Nothing is owed where two places `apart` meet.
    """
    if cells.sign(gap, cell) in _STRICT:
        return True
    for fact in cell.facts:
        places = [i for i in free(gap) if i.op == "index" and [i.args[1]] == [k.args[1] for k in fact.every]]
        if fact.sign in _STRICT and fact.apart:
            for choice in permutations(sorted((i for i in free(gap) if i.op == "index"), key=show), len(fact.every)):
                at = dict(zip(fact.every, choice, strict=True))
                stated = replace(fact.gap, at)
                if (
                    all(i.args[1] is k.args[1] for i, k in at.items())
                    and all(frozenset((at.get(p, p), at.get(q, q))) in apart for p, q in fact.apart)
                    and any(linear(u) == linear(stated) for u in (gap, neg(gap)))
                ):
                    cells.used[fact] = None
                    return True
        if fact.sign in _STRICT and not fact.apart:
            said = [replace(fact.gap, {fact.every[0]: i}) for i in places] if fact.every else [fact.gap]
            if any(f is gap or f is neg(gap) for f in said):
                cells.used[fact] = None
                return True
    if gap.op != "sin" or gap.args[0].op != "mul" or gap.args[0].args[0] is not PI:
        return False
    rounded = mul(*gap.args[0].args[1:])
    return cells.sign(sub(rounded, fn("floor", rounded)), cell) in _STRICT


def _sums_with_kinks(t: Term) -> list[Term]:
    """The sums of t that stand in no other binder and hold a kink, by their text."""
    found: dict[Term, None] = {}
    seen: set[Term] = set()

    def go(u: Term) -> None:
        if u in seen:
            return
        seen.add(u)
        if u.op == "sum" and any(v.op in SCALAR_KINKS for v in subterms(u.args[0])):
            found[u] = None
        elif u.op not in BINDERS:
            for v in u.args:
                if isinstance(v, Term):
                    go(v)

    go(t)
    return sorted(found, key=show)


def _gaps(u: Term) -> list[Term]:
    """The arguments at whose zeros a kink can break."""
    if u.op in ("abs", "sign", "heaviside"):
        return [u.args[0]]
    if u.op in ("max", "min"):
        return [sub(a, b) for a, b in combinations(u.args, 2)]
    return [sub(c.args[1], c.args[0]) for c in _relations(u)]


def _relations(u: Term) -> list[Term]:
    out, todo = [], list(u.args[1::2])
    while todo:
        c = todo.pop(0)
        if c.op in ("lt", "le", "eq", "ne"):
            out.append(c)
        elif c.op in ("and", "or", "not"):
            todo += c.args
    return out
