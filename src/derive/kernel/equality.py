"""An equation: proved at each instance of its bounded indices and sizes, in every cell of its hypotheses."""

from __future__ import annotations

from dataclasses import replace as changed

from derive.kernel import defined
from derive.kernel.cell import cells_of, flat, is_whole
from derive.kernel.cells import Cells
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.domain import Need, needs
from derive.kernel.proof import Budget, Exhausted, Proof
from derive.kernel.question import Question
from derive.kernel.signs import Contradiction
from derive.statement.term import ZERO, Term, free, make, num, replace, subterms


def prove_equal(question: Question, budget: Budget) -> Proof:
    """lhs = rhs wherever the hypotheses hold; raises Stuck, Exhausted."""
    cells = Cells(budget)
    for part in instances(substituted(question)):
        for cell in cells.settled(cells_of(part)):
            cells.equal(part.lhs, part.rhs, cell)
    cells.log.close(0, ("cases",), make("eq", question.lhs, question.rhs))
    return cells.proof()


def substituted(question: Question) -> Question:
    """The question with its equations between sizes and between its own indices carried out: Eq(n, 1), Eq(i, j)."""
    for h in question.given:
        if h.op != "eq":
            continue
        for old, new in (h.args, h.args[::-1]):
            plain = (
                old.op == "index"
                and new.op in ("index", "num")
                and h in question.schematic
                or old in question.sizes
                and old not in free(new)
                and is_whole(new)
            )
            table = {old: new}
            if plain and not any(_hides(t, table, question) for t in question.sides):
                rest = tuple(replace(g, table) for g in question.given if g is not h)
                schematic = tuple(replace(g, table) for g in question.schematic if g is not h)
                if old.op == "sym":
                    rest = (*rest, make("le", ZERO, new))
                return substituted(
                    changed(question, lhs=replace(question.lhs, table), rhs=replace(question.rhs, table), given=rest, schematic=schematic)
                )
    return question


def instances(question: Question) -> list[Question]:
    """The question at each value of its free indices over ranges of known size, and of its sizes that are bounded by a small
    number; itself where there are none."""
    for n in (*question.sizes, *(v for v in question.symbols if "integer" in v.args[1])):
        bottoms = [k for h in flat(question.given) if (k := _bound(h, n, 1)) is not None]
        bottoms += {"positive integer": [1], "nonnegative integer": [0]}.get(n.args[1], [])
        tops = [k for h in flat(question.given) if (k := _bound(h, n, -1)) is not None]
        if tops and bottoms and min(tops) - max(bottoms) < 12:
            if any(_hides(t, {n: num(k)}, question) for t in question.sides for k in range(max(bottoms), min(tops) + 1)):
                return [question]
            bounded: list[Question] = []
            for k in range(max(bottoms), min(tops) + 1):
                table = {n: num(k)}
                given = tuple(g for g in (replace(h, table) for h in question.given) if not _plainly_true(g))
                if any(_plainly_false(g) for g in given):
                    continue
                schematic = tuple(replace(g, table) for g in question.schematic)
                bounded += instances(_at(question, table, given, schematic))
            return bounded
    for i in question.indices:
        size = i.args[1]
        if size.op == "num" and size.args[0] <= 8:
            if any(_hides(t, {i: num(k)}, question) for t in question.sides for k in range(int(size.args[0]))):
                return [question]
            out: list[Question] = []
            for k in range(int(size.args[0])):
                table = {i: num(k)}
                given = tuple(replace(g, table) if g in question.schematic else g for g in question.given)
                schematic = tuple(replace(g, table) for g in question.schematic)
                if any(g.op in ("ne", "lt") and g.args[0] is g.args[1] for g in schematic):
                    continue  # the hypothesis excludes this value
                out += instances(_at(question, table, given, schematic))
            return out
    return [question]


def _at(question: Question, table: dict[Term, Term], given: tuple[Term, ...], schematic: tuple[Term, ...]) -> Question:
    return changed(question, lhs=replace(question.lhs, table), rhs=replace(question.rhs, table), given=given, schematic=schematic)


def _bound(h: Term, n: Term, side: int) -> int | None:
    """k where h says n >= k (side 1) or n <= k (side -1) for a number k."""
    low, high = (h.args[0], h.args[1]) if h.op in ("le", "lt") else (None, None)
    if low is None or high is None:
        return None
    value, variable = (low, high) if side > 0 else (high, low)
    if variable is not n or value.op != "num":
        return None
    q = value.args[0]
    if side > 0:
        return int(q // 1) + 1 if h.op == "lt" else -int(-q // 1)
    return -int(-q // 1) - 1 if h.op == "lt" else int(q // 1)


def _numbers(h: Term) -> tuple[object, object] | None:
    return (h.args[0].args[0], h.args[1].args[0]) if h.op in ("le", "lt", "ne", "eq") and all(u.op == "num" for u in h.args) else None


def _plainly_true(h: Term) -> bool:
    n = _numbers(h)
    return n is not None and {"le": n[0] <= n[1], "lt": n[0] < n[1], "eq": n[0] == n[1], "ne": n[0] != n[1]}[h.op]  # type: ignore[operator]


def _plainly_false(h: Term) -> bool:
    return _numbers(h) is not None and not _plainly_true(h)


def _hides(t: Term, table: dict[Term, Term], question: Question) -> bool:
    """Whether a value would fold away a part of t that may be undefined: 0 times log 0 becomes 0, and so does 0 times a slope."""
    left = set(subterms(replace(t, table)))
    if any(replace(u, table) not in left for u in subterms(t) if u.op == "deriv" and not _is_smooth(u)):
        return True
    after = {(n.sign, n.term) for n in needs(replace(t, table))}
    met = {"+": lambda q: q > 0, ">=0": lambda q: q >= 0, "!=0": lambda q: q != 0}
    for need in needs(t):
        term = replace(need.term, table)
        if term.op == "num" and need.sign in met and met[need.sign](term.args[0]) or need.sign in ("index", "case"):
            continue
        if (need.sign, term) not in after and not _always_met(need, question):
            return True
    return False


def _is_smooth(t: Term) -> bool:
    """Whether a derivative exists wherever its needs are met, for want of kinks."""
    owed: list[tuple[Term, Term]] = []
    body, variable = t.args
    try:
        differentiate(body, variable, owed)
    except Unsupported:
        return False
    return not owed


def _always_met(need: Need, question: Question) -> bool:
    cells = Cells(Budget(5_000, 2.0), solver=False)
    try:
        return all(defined.met(cells, need, cell) for cell in cells.settled(cells_of(question)))
    except (Exhausted, Contradiction):
        return False
