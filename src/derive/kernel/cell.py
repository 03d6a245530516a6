"""A cell: what is known in one case of a question, and the hypotheses of a question as cells."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed
from functools import cached_property

from derive.kernel.atoms import canonical_place, solved_places
from derive.kernel.question import Question
from derive.kernel.signs import Fact
from derive.kernel.sizes import linear, never_negative, whole
from derive.statement.step import Known
from derive.statement.term import ONE, TRUE, ZERO, Term, add, free, make, mul, num, replace, show, sub

SCALAR_KINKS = ("abs", "sign", "heaviside", "max", "min", "piecewise")
MAX_DEPTH = 14


class Stuck(Exception):
    """No proof in this cell. `cell` holds the facts where it failed, for the search of a counterexample."""

    def __init__(self, cell: Cell, why: str) -> None:
        super().__init__(why)
        self.cell = cell


@dataclass(frozen=True)
class Cell:
    """What is known: facts on signs, pairs of places that differ, places made equal."""

    facts: tuple[Fact, ...] = ()
    distinct: frozenset[frozenset[Term]] = frozenset()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        # Every table of what was tried in a cell asks for it.
        return hash((self.facts, self.distinct))

    def with_fact(self, *facts: Fact) -> Cell:
        return changed(self, facts=self.facts + facts)


SORT_SIGNS = {"positive": "+", "negative": "-", "nonnegative": ">=0", "nonpositive": "<=0", "nonzero": "!=0", "nonnegative integer": ">=0"}
_CASES = {"+": ("lt", 1), "-": ("lt", -1), "0": ("eq", 1), ">=0": ("le", 1), "<=0": ("le", -1), "!=0": ("ne", 1)}


def case(gap: Term, sign: str) -> Term:
    """That a term has a sign, as a proposition."""
    op, side = _CASES[sign]
    return make(op, ZERO, gap) if side > 0 else make(op, gap, ZERO)


def stated(cell: Cell) -> tuple[Known, ...]:
    """The facts of a cell as a step of the log states them."""
    found = []
    for f in cell.facts:
        fact = case(f.gap, f.sign)
        found.append(Known(make("or", *(make("eq", p, q) for p, q in f.apart), fact) if f.apart else fact, f.every))
    pairs = sorted((tuple(sorted(pair, key=show)) for pair in cell.distinct), key=str)
    return (*found, *(Known(make("ne", *pair)) for pair in pairs))


def words(cell: Cell) -> str:
    """The facts of a cell, for a message."""
    return "where " + ", ".join(f"{show(f.gap)} is {f.sign}" for f in cell.facts[:6])[:300]


def renamed(cell: Cell, table: dict[Term, Term]) -> Cell:
    facts = tuple(changed(f, gap=replace(f.gap, {k: v for k, v in table.items() if k not in f.every})) for f in cell.facts)
    moved = [tuple(replace(p, table) for p in sorted(pair, key=show)) for pair in cell.distinct]
    return Cell(facts, frozenset(pair for a, b in moved if len(pair := apart(a, b)) == 2))


def apart(a: Term, b: Term) -> frozenset[Term]:
    """Two places as a cell keeps them that says that they differ; empty where they always do."""
    return frozenset(solved_places(canonical_place(sub(a, b))) or ())


def at_place(cell: Cell, i: Term, place: Term) -> Cell:
    """The cell with an index at a place, which is in the index's range."""
    ends = (place, sub(sub(i.args[1], ONE), place)) if place.op != "index" or place.args[1] is not i.args[1] else ()
    return renamed(cell, {i: place}).with_fact(*(Fact(end, ">=0") for end in ends if not never_negative(end)))


def facts_of(proposition: Term, every: tuple[Term, ...] = ()) -> tuple[Fact, ...]:
    """A proposition as facts; what cannot be said as facts is left out, which only weakens it."""
    op, a = proposition.op, proposition.args
    if op == "and":
        return tuple(f for u in a for f in facts_of(u, every))
    if op == "eq" and a[1] is ZERO and a[0].op == "sum" and a[0].args[0].op == "piecewise":
        # "the number of j where h fails is 0": h for every j
        body, j = a[0].args
        if body.args[0] is ZERO and body.args[2:] == (ONE, TRUE):
            return facts_of(body.args[1], (*every, j))
    if op == "or" and every:
        # "i = j or h": h for every i other than j
        same = [u for u in a if u.op == "eq" and all(v.op in ("index", "num") for v in u.args) or u.op == "not" and u.args[0].op == "ne"]
        rest = [u for u in a if u not in same]
        if len(rest) == 1 and same:
            pairs = tuple((u.args[0].args if u.op == "not" else u.args)[:2] for u in same)
            return tuple(changed(f, apart=f.apart + pairs) for f in facts_of(rest[0], every))
    if op == "not":
        flipped = {"lt": ("le", a[0].args[::-1]), "le": ("lt", a[0].args[::-1]), "eq": ("ne", a[0].args), "ne": ("eq", a[0].args)}.get(
            a[0].op
        )
        if flipped:
            return facts_of(make(flipped[0], *flipped[1]), every)
        return facts_of(make("and", *(make("not", u) for u in a[0].args)), every) if a[0].op == "or" else ()
    sign = {"lt": "+", "le": ">=0", "eq": "0", "ne": "!=0"}.get(op)
    if sign is None:
        return ()
    gap = sub(a[1], a[0])
    if sign == "+" and is_whole(gap):
        # an integer above 0 is at least 1
        return Fact(gap, sign, every), Fact(sub(gap, ONE), ">=0", every)
    return (Fact(gap, sign, every), *_without_magnitude(gap, sign, every))


def _without_magnitude(gap: Term, sign: str, every: tuple[Term, ...]) -> tuple[Fact, ...]:
    """c >= 0 from |u(i)| <= c for every i, where there is some i."""
    if not every or sign not in ("+", ">=0") or not all(i.args[1].op == "sym" and i.args[1].args[1] == "positive integer" for i in every):
        return ()
    form = linear(gap)
    kept = {u: c for u, c in form.items() if u.op != "abs" or c > 0}
    rest = add(*(mul(num(c), u) for u, c in kept.items()))
    return () if kept == form or free(rest) & set(every) else (Fact(rest, sign),)


def is_whole(t: Term) -> bool:
    """Whether a term is an integer by its form."""
    if t.op == "num":
        return bool(t.args[0].denominator == 1)
    if t.op == "sym":
        return "integer" in t.args[1]
    if t.op in ("index", "floor", "ceiling"):
        return True
    if t.op in ("add", "mul", "max", "min", "abs"):
        return all(map(is_whole, t.args))
    return t.op == "pow" and is_whole(t.args[0]) and t.args[1].op == "num" and t.args[1].args[0] >= 0 and t.args[1].args[0].denominator == 1


def cells_of(question: Question) -> list[Cell]:
    """The hypotheses as cells: one, or one for each alternative of an `or`."""
    counted = sorted(
        {v for t in question.everything for v in free(t) if v.op == "sym" and v.args[1] == "positive integer"} | set(question.sizes),
        key=show,
    )
    start = [Fact(sub(n, ONE), ">=0") for n in counted if n.args[1] == "positive integer"]
    start += [Fact(gap, "0") for gap in question.held]
    start += [Fact(v, SORT_SIGNS[v.args[1]]) for v in question.symbols if v.args[1] in SORT_SIGNS]
    alternatives: list[tuple[Fact, ...]] = [tuple(start)]
    distinct: set[frozenset[Term]] = set()
    for h, schematic in [(u, given in question.schematic) for given in question.given for u in flat((given,))]:
        every = () if schematic else tuple(sorted((v for v in free(h) if v.op == "index"), key=show))
        if h.op == "ne" and all(map(whole, h.args)):
            distinct.add(apart(*h.args))
        if h.op == "or" and not every:
            alternatives = [old + facts_of(u) for old in alternatives for u in h.args]
        else:
            alternatives = [old + facts_of(h, every) for old in alternatives]
    return [Cell(facts, frozenset(distinct)) for facts in alternatives]


def flat(given: tuple[Term, ...]) -> list[Term]:
    return [u for h in given for u in (flat(h.args) if h.op == "and" else [h])]
