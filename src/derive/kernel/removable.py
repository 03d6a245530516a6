"""The value and the slope that a quotient takes on where its denominator is 0: sin x / x at 0.

    N = N_m t^m + N_(m+1) t^(m+1) + ...,  D = D_m t^m + D_(m+1) t^(m+1) + ...,  D_m != 0
    ------------------------------------------------------------------------------------  removable
    N/D = c + s t + ...    with c = N_m / D_m,  s = (N_(m+1) - c D_(m+1)) / D_m

Side conditions: N and D are smooth around the point, for every need of theirs holds there and goes on holding; the quotient that is written
out as N/D has a value around the point, but perhaps at it: whatever must not be 0 there is not 0, or 0 at this point alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from derive.kernel import defined
from derive.kernel.atoms import Beyond
from derive.kernel.cell import Cell, Stuck
from derive.kernel.derivative import depends, differentiate
from derive.kernel.domain import Need, needs
from derive.statement.term import BINDERS, KINKS, ONE, Term, add, div, mul, num, power, sub, subterms

if TYPE_CHECKING:
    from derive.kernel.cells import Cells

MOST_ORDER = 3  # of the zero that is lifted
DEPTH = 8  # of the cases that a zero may be split into
ROUGH = (*KINKS, *BINDERS, "deriv", "delta")


def lifted(cells: Cells, piece: Term, variable: Term, cell: Cell) -> tuple[Term, Term]:
    """The limit of a piece at the points of a cell, and its slope there; raises Beyond where no rule gives them."""
    top, bottom = _fraction(piece)
    if any(u.op in ROUGH and depends(u, variable) for t in (piece, top, bottom) for u in subterms(t)):
        raise Beyond("a quotient that is not smooth")
    if not all(_goes_on(cells, n, cell) for t in (top, bottom) for n in needs(t)):
        raise Beyond("a quotient of what may have no value")
    if not all(_goes_on(cells, n, cell) or _parts(cells, n, variable, cell) for n in needs(piece)):
        raise Beyond("a quotient that may have no value around the point")
    order = _order(cells, bottom, variable, cell)
    tops, bottoms = _slopes(top, variable, order + 1), _slopes(bottom, variable, order + 1)
    if not all(_is_zero(cells, t, cell) for t in tops[:order]):
        raise Beyond("a quotient without a limit")
    cells.rules["removable"] = None
    value = div(tops[order], bottoms[order])
    return value, div(sub(tops[order + 1], mul(value, bottoms[order + 1])), mul(num(order + 1), bottoms[order]))


def _fraction(t: Term) -> tuple[Term, Term]:
    """t as a quotient without quotients in sums, products and powers: equal to it wherever t has a value."""
    if t.op == "add":
        top, bottom = _fraction(t.args[0])
        for u in t.args[1:]:
            more, under = _fraction(u)
            top, bottom = (add(top, more), bottom) if under is bottom else (add(mul(top, under), mul(more, bottom)), mul(bottom, under))
        return top, bottom
    if t.op == "mul":
        parts = [_fraction(u) for u in t.args]
        return mul(*(top for top, _ in parts)), mul(*(bottom for _, bottom in parts))
    if t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0].denominator == 1:
        (top, bottom), k = _fraction(t.args[0]), t.args[1].args[0]
        return (power(top, k), power(bottom, k)) if k >= 0 else (power(bottom, -k), power(top, -k))
    return t, ONE


def _goes_on(cells: Cells, need: Need, cell: Cell) -> bool:
    """Whether a need is met at every point of the cell and, being open, around it."""
    if need.guards or need.sign not in ("+", ">=0", "!=0", "index"):
        return False
    return cells.sign_in_every_case(need.term, cell, ("+",)) if need.sign == ">=0" else defined.met(cells, need, cell)


def _parts(cells: Cells, need: Need, variable: Term, cell: Cell) -> bool:
    """Whether what must not be 0 is 0 at the points of the cell alone, as the variable moves."""
    if need.guards or need.sign != "!=0":
        return False
    try:
        return _order(cells, need.term, variable, cell) > 0
    except Beyond:
        return False


def _order(cells: Cells, t: Term, variable: Term, cell: Cell) -> int:
    """How many of t and its slopes are 0 before the first that surely is not."""
    for order in range(MOST_ORDER + 1):
        if cells.sign_in_every_case(t, cell, ("+", "-", "!=0")):
            return order
        if not _is_zero(cells, t, cell):
            break
        t = differentiate(t, variable)
    raise Beyond("a zero of unknown order")


def _slopes(t: Term, variable: Term, order: int) -> list[Term]:
    """t and its slopes up to this order."""
    found = [t]
    for _ in range(order):
        found.append(differentiate(found[-1], variable))
    return found


def _is_zero(cells: Cells, t: Term, cell: Cell) -> bool:
    mark = cells.log.mark()
    try:
        cells.vanish(t, cell, DEPTH)
        return True
    except Stuck:
        return False
    finally:
        cells.log.drop(mark)
