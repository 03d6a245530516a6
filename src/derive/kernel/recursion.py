"""Induction along an axis: what a recursion among the hypotheses builds, place by place, for every length of the axis.

    S(0)      S(t), for all values of its other indices, gives S(t + 1) for t < N - 1
    ---------------------------------------------------------------------------------        (rule `recursion`)
    S(l) for all l < N

Side conditions: l is a free index of the statement and runs over the N places of an axis; a hypothesis that holds for every t < N - 1
speaks of place t + 1 of that axis; no hypothesis is about l itself; both sides of S have a value at every l, so that S(t) may be used as
a fact. An index that a hypothesis of its own speaks of (i != j) stays what it is in S(t).

Equations for every entry, H[t + 1, i] = f(t, i), H[0, i] = g(i) and S(t) if it is one, are put in the place of the entry, and are then
no facts any more. Nothing is put inside a derivative: there an entry is a variable of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed

from derive.kernel.cell import Cell, Stuck
from derive.kernel.hypothesis import for_all
from derive.kernel.induction import Way, have_values, unrolled
from derive.kernel.proof import Budget, Proof
from derive.kernel.question import Question
from derive.kernel.sizes import step_of, tidy
from derive.statement.step import Step, claimed
from derive.statement.term import ONE, ZERO, Term, add, free, fresh, index, make, rebuild, replace, show, sub, subterms


@dataclass(frozen=True)
class Equation:
    """That an entry has this value, for all values of the indices in `every`."""

    entry: Term
    value: Term
    every: frozenset[Term]

    def at(self, u: Term) -> Term | None:
        """The value of another entry of the same array, if the equation speaks of it."""
        if u.op != "entry" or u.args[:3] != self.entry.args[:3]:
            return None
        table: dict[Term, Term] = {}
        for mine, theirs in zip(self.entry.args[3], u.args[3], strict=True):
            if mine in self.every:
                table[mine] = theirs
            elif tidy(mine) is not tidy(theirs):
                return None
        return replace(self.value, table)


def prove_by_recursion(question: Question, budget: Budget, way: Way) -> Proof:
    """The question by induction along one of its indices; raises Stuck where none of them works."""
    last: Stuck | None = None
    for along in axes(question):
        try:
            return _along(along, question, budget, way)
        except Stuck as stuck:
            last = stuck
    raise last or Stuck(Cell(), "no axis to go along")


def axes(question: Question) -> list[Term]:
    """The free indices along which a hypothesis speaks of the next place, and no hypothesis of the index itself."""
    if question.relation not in ("eq", "le", "lt"):
        return []
    lengths = {axis for h in _universal(question) for _, axis in _next_places(h)}
    fixed = frozenset().union(*(free(h) for h in question.schematic))
    return [v for v in question.indices if v.args[1] in lengths and v not in fixed]


def _universal(question: Question) -> list[Term]:
    return [h for h in question.given if h not in question.schematic]


def _next_places(h: Term) -> Iterator[tuple[Term, Term]]:
    """(t, length of the axis) of every entry at a place t + 1 where t runs up to the last place but one."""
    for u in sorted((u for u in subterms(h) if u.op == "entry"), key=show):
        for place, axis in zip(u.args[3], u.args[2], strict=True):
            t = step_of(place)
            if t is not None and t in free(h) and tidy(sub(axis, t.args[1])) is ONE:
                yield t, axis


def _along(along: Term, question: Question, budget: Budget, way: Way) -> Proof:
    have_values(question, budget)
    names = {u.args[0] for s in question.everything for u in subterms(s) if u.op in ("index", "sym")}
    t = index(fresh("t", names), tidy(sub(along.args[1], ONE)))
    fixed = frozenset().union(*(free(h) for h in question.schematic))
    others = [v for v in question.indices if v is not along and v not in fixed]
    table = {h: found for h in _universal(question) if (found := _equations(h, t))}
    kept = tuple(h for h in question.given if h not in table)

    def put(place: Term, more: Sequence[Equation] = ()) -> Question:
        """The question at a place of the axis, with what is known of the entries there in their place."""
        lhs, rhs = (unrolled(replace(side, {along: place}), t) for side in question.sides)
        for equations in ([e for found in table.values() for e in found], more):
            lhs, rhs = _applied(lhs, equations), _applied(rhs, equations)
        return changed(question, lhs=lhs, rhs=rhs, given=kept)

    first = way(put(ZERO), budget)
    here = make(question.relation, *(replace(side, {along: t}) for side in question.sides))
    equations = _equations(here, t, frozenset(others))
    after = put(add(t, ONE), equations)
    if not equations:
        fact = here
        for v in others:
            fact = for_all(v, fact)
        after = changed(after, given=(*kept, fact), schematic=(*question.schematic, fact))
    then = way(after, budget)
    both = Proof(("recursion",)).then(first.labelled(make("eq", along, ZERO))).then(then)
    goal = claimed(question.relation, *question.sides)
    return changed(both, steps=(Step(("recursion",), goal, (), both.steps),))


def _equations(h: Term, t: Term, every: frozenset[Term] | None = None) -> list[Equation]:
    """What an equation says of each entry at place t + 1, at place 0 or, for the indices in `every`, at place t.

    The other places of the entry are different indices, each of which runs along its whole axis, and the value holds no others.
    """
    if h.op != "eq":
        return []
    found = []
    for head, value in (h.args, h.args[::-1]):
        if head.op != "entry":
            continue
        moving = [v for v in map(step_of, head.args[3]) if v is not None]
        if every is None and len(moving) == 1 and moving[0].args[1] is t.args[1]:
            head, value = replace(head, {moving[0]: t}), replace(value, {moving[0]: t})
        elif every is None and (moving or ZERO not in head.args[3]):
            continue
        plain = [(p, axis) for p, axis in zip(head.args[3], head.args[2], strict=True) if p.op == "index" and p is not t]
        mine = frozenset(p for p, _ in plain)
        whole = all(p.args[1] is axis for p, axis in plain) and len(mine) == len(plain)
        strange = {v for v in free(head) | free(value) if v.op == "index"} - mine - {t}
        if whole and not strange and (every is None or mine <= every):
            found.append(Equation(head, value, mine))
    return found


def _applied(s: Term, equations: Sequence[Equation]) -> Term:
    """s with the values in the place of entries, once; nothing changes inside a derivative or an integral."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            values = (e.at(u) for e in equations)
            found = next((v for v in values if v is not None), None)
            done[u] = found if found is not None else u if u.op in ("deriv", "integral") else rebuild(u, go)
        return done[u]

    return go(s)
