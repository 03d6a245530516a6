"""Lemmas: facts that hold at every point of a cell, added to its own; and the solver that puts facts together.

f(l) >= 0 for every l,  i, j, ... different places in the range
---------------------------------------------------------------  one-of-its-terms
sum_l f(l) - f(i) - f(j) - ... >= 0        (> 0 where f > 0 and the range has a place more)

f(l) >= 0,  g(l) >= 0 for every l
---------------------------------  summed-products
sum_l f(l) g(l) >= 0

z3 finds no point where the facts hold and the sign fails
---------------------------------------------------------  polynomial-arithmetic (oracle)
the sign holds
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from derive.kernel.atoms import bound
from derive.kernel.cell import Cell
from derive.kernel.signs import Fact
from derive.statement.term import BINDERS, ONE, Term, add, free, index, mul, neg, num, replace, show, sub, subterms, total

if TYPE_CHECKING:
    from derive.kernel.inequality import Goal, Order

MET = {"+": ("+",), ">=0": ("+", "0", ">=0"), "!=0": ("+", "-", "!=0")}  # the signs that meet a wanted one
FAILS = {"+": "<=0", ">=0": "-", "!=0": "0"}
MOST_GAPS = 3
RESOURCES = 200_000  # of z3, for one goal of many


def by_known_terms(order: Order, goal: Goal) -> bool:
    """The sign, once one-of-its-terms is added to the facts."""
    lemmas = one_of_its_terms(order, goal)
    order.rule("one-of-its-terms")
    return bool(lemmas) and order.sign(goal.term, goal.cell.with_fact(*lemmas)) in MET[goal.want]


def by_solver(order: Order, goal: Goal) -> bool:
    """polynomial-arithmetic, with lemmas."""
    order.budget.spend(100)
    lemmas = {
        "one-of-its-terms": one_of_its_terms(order, goal),
        "summed-products": summed_products(goal) if goal.fuel > 0 else [],
        "place-in-range": places_in_range(goal.term),
    }
    facts = (*order.facts(goal.term, goal.cell), *chain(*lemmas.values()), Fact(goal.term, FAILS[goal.want]))
    if not order.cells.contradictory(facts, goal.cell, RESOURCES):
        return False
    for name in ("polynomial-arithmetic", *(name for name, found in lemmas.items() if found)):
        order.rule(name)
    order.cells.used.update(dict.fromkeys(goal.cell.facts))
    return True


def one_of_its_terms(order: Order, goal: Goal) -> list[Fact]:
    """The lemma for each sum in the goal or in a fact, at the goal's own indices."""
    key = goal.term, goal.cell
    if key not in order.lemmas:
        order.lemmas[key] = _one_of_its_terms(order, goal)
    return order.lemmas[key]


def _one_of_its_terms(order: Order, goal: Goal) -> list[Fact]:
    places = sorted((v for v in free(goal.term) if v.op == "index"), key=show)
    terms = (goal.term, *(f.gap for f in order.facts(goal.term, goal.cell))) if places else ()
    sums = {u: None for t in terms for u in sorted(subterms(t), key=show) if u.op == "sum" and not any(map(bound, free(u)))}
    out: dict[Fact, None] = {}
    for whole in sums:
        body, i = whole.args
        here = [p for p in places if p.args[1] is i.args[1]]
        sign = order.sign(replace(body, {i: index(f"κ{next(order.names)}", i.args[1])}), goal.cell) if here else "?"
        if sign not in ("+", ">=0"):
            continue
        for group in _apart(here, goal.cell):
            rest = sub(whole, add(*(replace(body, {i: p}) for p in group)))
            more = sign == "+" and order.sign(sub(i.args[1], num(len(group) + 1)), goal.cell) in MET[">=0"]
            out[Fact(rest, "+" if more else ">=0")] = None
    return list(out)


def _apart(places: list[Term], cell: Cell) -> list[list[Term]]:
    """Each place alone, and the largest groups of places that are known to differ."""
    out = [[p] for p in places]
    for p in places:
        group = [p]
        for other in places:
            if other not in group and all(frozenset((other, member)) in cell.distinct for member in group):
                group.append(other)
        if len(group) > 1 and set(group) not in [set(g) for g in out]:
            out.append(group)
    return out


def places_in_range(t: Term) -> list[Fact]:
    """The lemma for the indices that stand in t as numbers."""
    places, todo = set(), [t]
    while todo:
        u = todo.pop()
        if u.op == "index":
            places.add(u)
        elif u.op not in ("entry", "delta", *BINDERS):
            todo += (c for c in u.args if isinstance(c, Term))
    return [Fact(gap, ">=0") for i in sorted(places, key=show) for gap in (i, sub(sub(i.args[1], ONE), i))]


def summed_products(goal: Goal) -> list[Fact]:
    """The lemma for the facts that hold for every index over the range of some sum in the goal, and for each two of them."""
    ranges = {u.args[1].args[1] for u in subterms(goal.term) if u.op == "sum"}
    gaps: dict[Term, list[Term]] = {}
    for fact in goal.cell.facts:
        if len(fact.every) == 1 and not fact.apart and fact.sign in ("+", ">=0", "-", "<=0") and fact.every[0].args[1] in ranges:
            size = fact.every[0].args[1]
            gap = replace(fact.gap, {fact.every[0]: index("κ0", size)})
            gaps.setdefault(size, []).append(gap if fact.sign in ("+", ">=0") else neg(gap))
    bodies = [(f, size) for size, found in gaps.items() for f in found[:MOST_GAPS]]
    bodies += [(mul(f, g), size) for size, found in gaps.items() for n, f in enumerate(found[:MOST_GAPS]) for g in found[: n + 1]]
    return [Fact(total(body, index("κ0", size)), ">=0") for body, size in bodies]
