"""Induction on a size: what holds of sums, products and factorials for every n.

    C(n0), .., C(m)      the step from n to n + 1, for n >= m
    ---------------------------------------------------------        (rule `induction`)
    C(n) for all n >= n0

C(n) says l(n) = r(n), l(n) <= r(n) or l(n) < r(n). The step is either l(n + 1) - l(n) = r(n + 1) - r(n), or <= for an order; or it is
C(n + 1) with C(n) for a hypothesis.

Side conditions: n is an integer symbol whose least value n0 is known, from its sort or from a hypothesis, and no other hypothesis speaks
of it; it occurs as a number and as the size of ranges, never as the size of an array, nor of the range of a free index: there C(n + 1)
speaks of other ones. Both sides have a value for every n, so that C(n) may be used.
sum_{k < s + 1} f(k) = sum_{k < s} f(k) + f(s) for s >= 0, and the same for products.

    l(n) <= r - t,  t > 0
    ---------------------        (rule `tighter-bound`), for t = 1/n and 1/(n + 1): what a bound without n leaves to an induction
    l(n) < r
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed

from derive.kernel import defined
from derive.kernel.cell import Cell, Stuck, cells_of, flat
from derive.kernel.cells import Cells
from derive.kernel.proof import Budget, Proof
from derive.kernel.question import Question
from derive.kernel.sizes import linear, tidy
from derive.statement.step import claimed
from derive.statement.term import ONE, Term, add, free, index, make, mul, num, power, rebuild, replace, show, sub, subterms

LEAST = {"positive integer": 1, "nonnegative integer": 0}
LATER = 3  # the first few sizes of an order one by one, where the step holds only after them

Way = Callable[[Question, Budget], Proof]


def prove_by_induction(question: Question, budget: Budget, way: Way) -> Proof:
    """The question by induction on one of its sizes, each part in this way; raises Stuck where none of them works."""
    last: Stuck | None = None
    for n in candidates(question):
        try:
            return _over(n, question, budget, way)
        except Stuck as stuck:
            last = stuck
    raise last or Stuck(Cell(), "no size to induct on")


def candidates(question: Question) -> list[Term]:
    """Sizes of ranges, and of an order also what stands in factorials and exponents, that are no array's size, by name."""
    inside = {u for t in question.sides for u in subterms(t)}
    ranges = {v for u in inside if u.op in ("sum", "prod") for v in free(u.args[1].args[1])}
    if question.relation != "eq":
        ranges |= {v for u in inside if u.op == "gamma" for v in free(u)}
        ranges |= {v for u in inside if u.op == "pow" for v in free(u.args[1])}
    shapes = {v for u in inside if u.op == "entry" for d in u.args[2] for v in free(d)}
    fixed = {v for h in (*question.held, *(h for h in flat(question.given) if _bottom(h) is None)) for v in free(h)}
    fixed |= {v for i in question.indices for v in free(i.args[1])}
    return sorted((v for v in ranges - shapes - fixed if v.op == "sym" and v.args[1] in LEAST), key=show)


def _bottom(h: Term) -> tuple[Term, int] | None:
    """n and c where a hypothesis says n >= c, for a whole number c."""
    if h.op != "le" or h.args[0].op != "num" or h.args[1].op != "sym" or h.args[0].args[0].denominator != 1:
        return None
    return h.args[1], int(h.args[0].args[0])


def tighter(question: Question) -> list[Question]:
    """Bounds by less than a number, where a sum grows toward it without an end."""
    out = []
    for n in candidates(question) if question.relation != "eq" else ():
        if n not in free(question.rhs) and n.args[1] == "positive integer":
            out += [changed(question, rhs=sub(question.rhs, power(t, -1)), relation="le") for t in (n, add(n, ONE))]
    return out


def _over(n: Term, question: Question, budget: Budget, way: Way) -> Proof:
    have_values(question, budget)
    bottoms = [found[1] for h in flat(question.given) if (found := _bottom(h)) is not None and found[0] is n]
    start = max(LEAST[n.args[1]], *bottoms, 0)
    lhs, rhs = question.sides
    kept = tuple(h for h in flat(question.given) if n not in free(h))

    def at(k: int) -> Proof:
        first = changed(question, lhs=replace(lhs, {n: num(k)}), rhs=replace(rhs, {n: num(k)}), given=kept)
        return way(first, budget).labelled(make("eq", n, num(k)))

    proof = at(start)
    try:
        proof = proof.then(_step(n, start, question, budget, way))
    except Stuck:
        if question.relation == "eq":
            raise
        later = start + LATER
        for k in range(start + 1, later + 1):
            proof = proof.then(at(k))
        far = changed(question, given=(*question.given, make("le", num(later), n)))
        proof = proof.then(_step(n, later, far, budget, way))
    return proof.within("induction", claimed(question.relation, lhs, rhs))


def _step(n: Term, start: int, question: Question, budget: Budget, way: Way) -> Proof:
    """From n to n + 1: by what either side grows, or else with the claim at n for a hypothesis."""
    lhs, rhs = question.sides
    down = _shortest(n, start, question)
    now = [unrolled(side, n, down) for side in (lhs, rhs)]
    after = [unrolled(replace(side, {n: add(n, ONE)}), n, down) for side in (lhs, rhs)]
    grows = changed(question, lhs=sub(after[0], now[0]), rhs=sub(after[1], now[1]), relation="eq" if question.relation == "eq" else "le")
    try:
        return way(grows, budget)
    except Stuck:
        if question.indices:
            raise
        return way(changed(question, lhs=after[0], rhs=after[1], given=(*question.given, make(question.relation, *now))), budget)


def _shortest(n: Term, start: int, question: Question) -> int:
    """The least c of the ranges of n + c, 2 n + c, ..., where none of them is negative from the start on; else 0."""
    forms = [linear(u.args[1].args[1]) for t in question.sides for u in subterms(t) if u.op in ("sum", "prod")]
    mine = [form for form in forms if form.get(n, 0) > 0 and not set(form) - {n, ONE}]
    down = min((int(form.get(ONE, 0)) for form in mine), default=0)
    return min(0, down) if all(form[n] * start + down >= 0 for form in mine) else 0


def have_values(question: Question, budget: Budget) -> None:
    """Raises Stuck where a side may be without a value somewhere."""
    cells = Cells(budget)
    for cell in cells.settled(cells_of(question)):
        for side in question.sides:
            if defined.open_needs(cells, side, cell):
                raise Stuck(cell, f"{show(side)} may have no value at some place of the induction")


def unrolled(t: Term, n: Term, down: int = 0) -> Term:
    """t with every sum and product over a range of n + c, c > down, opened until its range is n + down or smaller."""
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
        shorter = _one_less(size, n, down)
        if shorter is None:
            return make(u.op, go(body), i)
        rest = index(i.args[0], shorter)
        head = make(u.op, replace(body, {i: rest}), rest)
        tail = replace(body, {i: shorter})
        return go(add(head, tail) if u.op == "sum" else mul(head, tail))

    return go(t)


def _one_less(size: Term, n: Term, down: int) -> Term | None:
    """size - 1 where size is a positive multiple of n plus a number above this one."""
    form = linear(size)
    rest = form.get(ONE, 0)
    if form.get(n, 0) <= 0 or set(form) - {n, ONE} or any(c.denominator != 1 for c in form.values()) or rest <= down:
        return None
    return tidy(sub(size, ONE))
