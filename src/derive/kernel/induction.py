"""Induction on a size: closed forms of sums and products over a range.

    d(n0) = 0      d(n + 1) = d(n) for n >= n0
    ------------------------------------------        (rule `induction`)
    d(n) = 0 for all n >= n0

Side conditions: n is an integer symbol whose least value n0 is known (1 for a positive, 0 for a nonnegative one), and it
occurs as a number and as the size of ranges, never as the size of an array: there d(n + 1) speaks of another array.
sum_{k < n + 1} f(k) = sum_{k < n} f(k) + f(n), and the same for products.
"""

from __future__ import annotations

from derive.kernel import defined
from derive.kernel.cell import Cell, Stuck, cells_of
from derive.kernel.cells import Cells
from derive.kernel.proof import Budget, Proof
from derive.kernel.question import Question
from derive.kernel.sizes import linear, tidy
from derive.statement.term import ONE, Term, add, free, index, make, mul, num, rebuild, replace, show, sub, subterms

LEAST = {"positive integer": 1, "nonnegative integer": 0}


def prove_by_induction(question: Question, budget: Budget) -> Proof:
    """lhs = rhs by induction on one of its sizes; raises Stuck where none of them works."""
    difference = sub(question.lhs, question.rhs)
    last: Stuck | None = None
    for n in candidates(difference, question):
        try:
            return _over(n, difference, question, budget)
        except Stuck as stuck:
            last = stuck
    raise last or Stuck(Cell(), "no size to induct on")


def candidates(difference: Term, question: Question) -> list[Term]:
    """Sizes of ranges that are no array's size, by name."""
    ranges = {v for u in subterms(difference) if u.op in ("sum", "prod") for v in free(u.args[1].args[1])}
    shapes = {v for u in subterms(difference) if u.op == "entry" for d in u.args[2] for v in free(d)}
    fixed = {v for h in (*question.given, *question.held) for v in free(h)}
    return sorted((v for v in ranges - shapes - fixed if v.op == "sym" and v.args[1] in LEAST), key=show)


def _over(n: Term, difference: Term, question: Question, budget: Budget) -> Proof:
    start = num(LEAST[n.args[1]])
    step = sub(unrolled(replace(difference, {n: add(n, ONE)}), n), unrolled(difference, n))
    cells = Cells(budget)
    for cell in cells.settled(cells_of(question)):
        mark = cells.log.mark()
        cells.vanish(replace(difference, {n: start}), _without(cell, n))
        cells.log.label(mark, make("eq", n, start))
        cells.vanish(step, cell)
        trouble = defined.same_domain(cells, question.lhs, question.rhs, cell)
        if trouble:
            raise Stuck(cell, f"one side may be undefined where the other is not: {trouble}")
    cells.rules["induction"] = None
    cells.log.close(0, ("induction",), make("eq", question.lhs, question.rhs))
    return cells.proof()


def _without(cell: Cell, n: Term) -> Cell:
    return Cell(tuple(f for f in cell.facts if n not in free(f.gap)), cell.distinct)


def unrolled(t: Term, n: Term) -> Term:
    """t with every sum and product over a range of n + c, c > 0, opened until its range is n or smaller."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u in done:
            return done[u]
        found = rebuild(u, go) if u.op not in ("sum", "prod") else unroll(u)
        done[u] = found
        return found

    def unroll(u: Term) -> Term:
        body, i = u.args
        size = i.args[1]
        shorter = _one_less(size, n)
        if shorter is None:
            return make(u.op, go(body), i)
        rest = index(i.args[0], shorter)
        head = make(u.op, replace(body, {i: rest}), rest)
        tail = replace(body, {i: shorter})
        return go(add(head, tail) if u.op == "sum" else mul(head, tail))

    return go(t)


def _one_less(size: Term, n: Term) -> Term | None:
    """size - 1 where size is a positive multiple of n plus a positive number."""
    form = linear(size)
    rest = form.get(ONE, 0)
    if form.get(n, 0) <= 0 or set(form) - {n, ONE} or any(c.denominator != 1 for c in form.values()) or rest <= 0:
        return None
    return tidy(sub(size, ONE))
