"""Gathered: what is written out entry by entry, written as one sum, product or maximum along the axis.

    the question with sum_l t(l) for t(0) + ... + t(K-1), prod_l t(l) for t(0) * ... * t(K-1)
    -----------------------------------------------------------------------------------------  (rule `gathered`)
    the question

    the question with M for max(t(0), ..., t(K-1)), where t(l) <= M for every l and M = t(i) at some place i; or with t(i)
    ---------------------------------------------------------------------------------------------------------------------- (rule `gathered`)
    the question

Scalars x1, ..., xK of one sort are taken for the entries of an array first: both stand for any K numbers. K hypotheses of one form are
one about every place. Side conditions: putting 0, ..., K-1 for the index gives the terms that were there, which is checked; for a
maximum, every argument has a value everywhere, and it stands in no sum and in no derivative, where what is around the point counts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace as changed

from derive.kernel.hypothesis import for_all
from derive.kernel.indexed import is_total
from derive.kernel.largest import extremes
from derive.kernel.question import Question
from derive.kernel.sizes import in_range, indices
from derive.statement.term import BINDERS, Term, add, entry, index, make, mul, num, rebuild, replace, show, subterms

LEAST, MOST = 4, 200  # entries of an axis
NUMBERED = re.compile(r"(.*\D)(\d+)")


def gathered(question: Question) -> list[Question]:
    """The question along its axes, with M and with t(i) for a maximum; none where nothing in it is written out entry by entry."""
    named = _with_arrays(question)
    lengths = sorted({d for _, _, shape in named.arrays for d in shape if d.op == "num" and LEAST <= d.args[0] <= MOST}, key=show)
    along = named
    for length in lengths:
        along = _along(along, length)
    found = []
    for by_place in (False, True):
        out = along
        for length in lengths:
            out = _without_extremes(out, length, by_place)
        if out != named and out not in found:
            found.append(out)
    return found


def _with_arrays(question: Question) -> Question:
    """The question with an array for scalars x1, ..., xK of one sort, by their numbers."""
    families: dict[tuple[str, str], list[tuple[int, Term]]] = defaultdict(list)
    for v in question.symbols:
        match = NUMBERED.fullmatch(v.args[0])
        if match:
            families[match[1], v.args[1]].append((int(match[2]), v))
    table: dict[Term, Term] = {}
    for (stem, sort), members in families.items():
        if LEAST <= len(members) <= MOST:
            shape = (num(len(members)),)
            table |= {v: entry(f"→{stem} {sort}", sort, shape, (num(k),)) for k, (_, v) in enumerate(sorted(members, key=lambda m: m[0]))}
    bound = {u.args[1] for u in question.parts if u.op in BINDERS} if table else set()
    table = {} if bound & table.keys() else table
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            done[u] = table[u] if u in table else rebuild(u, go)
        return done[u]

    return question.rewritten(go) if table else question


def _along(question: Question, length: Term) -> Question:
    """The question with one sum or product for terms that differ in their place on an axis of that length alone."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            v = rebuild(u, go)
            done[u] = _folded(v, length) if v.op in ("add", "mul") else v
        return done[u]

    return _gathered_facts(question.rewritten(go), length)


def _folded(t: Term, length: Term) -> Term:
    whole, others = _patterns(t.args, length)
    if not whole:
        return t
    binder, join = ("sum", add) if t.op == "add" else ("prod", mul)
    return join(*(make(binder, pattern, _over(pattern, length)) for pattern in whole), *others)


def _gathered_facts(question: Question, length: Term) -> Question:
    facts = [h for h in question.given if h not in question.schematic]
    whole, others = _patterns(facts, length)
    if not whole:
        return question
    return changed(question, given=(*whole, *others, *question.schematic))


def _without_extremes(question: Question, length: Term, by_place: bool) -> Question:
    """The question with a number for each maximum or minimum over an axis, or with the term at its place."""
    facts = tuple(h for h in question.given if h not in question.schematic)
    orders: list[Term] = []
    places: list[Term] = []
    for t in extremes(question):
        whole, others = _patterns(t.args, length)
        if len(whole) != 1 or not all(is_total(a) and in_range(a, facts) for a in t.args):
            continue
        (pattern,) = whole
        places.append(index(f"→place of {show(t)}", length))
        there = replace(pattern, {_over(pattern, length): places[-1]})
        new = there if by_place else make("sym", f"→{show(t)}", "real")
        lhs, rhs = (replace(side, {t: make(t.op, new, *others) if others else new}) for side in question.sides)
        question = changed(question, lhs=lhs, rhs=rhs)
        if not by_place:
            order, letter = make("le", *((pattern, new) if t.op == "max" else (new, pattern))), _over(pattern, length)
            orders.append(order)
            own: tuple[Term, ...] = (make("eq", new, there),)
            if set(indices(order)) != {letter}:  # at every place along the axis, but at the question's own other indices
                order = for_all(letter, order)
                own = (order, *own)
            question = changed(question, given=(*question.given, *dict.fromkeys((order, *own))), schematic=(*question.schematic, *own))
    # What holds at every place holds at the other ones' places.
    there_too = tuple(replace(h, {_over(h, length): place}) for h in orders for place in places) if len(orders) > 1 else ()
    return changed(question, given=(*question.given, *there_too), schematic=(*question.schematic, *there_too))


def _patterns(terms: Iterable[Term], length: Term) -> tuple[list[Term], list[Term]]:
    """What stands among the terms once for each place on an axis, as terms of an index along it; and all the others."""
    places: dict[Term, dict[int, Term]] = defaultdict(dict)
    others = []
    for t in terms:
        found = _pattern(t, length)
        if found is None or found[1] in places[found[0]]:
            others.append(t)
        else:
            places[found[0]][found[1]] = t
    whole = []
    for pattern, at in places.items():
        letter = _over(pattern, length)
        if len(at) == length.args[0] and all(replace(pattern, {letter: num(k)}) is t for k, t in at.items()):
            whole.append(pattern)
        else:
            others += at.values()
    return whole, others


def _pattern(t: Term, length: Term) -> tuple[Term, int] | None:
    """t as a term of an index, and the one place on axes of that length at which it looks."""
    looked = (pair for u in subterms(t) if u.op == "entry" for pair in zip(u.args[3], u.args[2], strict=True))
    used = {at for at, size in looked if size is length and at.op == "num"}
    if len(used) != 1 or any(u.op == "deriv" for u in subterms(t)):
        return None
    (place,) = used
    letter = _over(t, length)
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            if u.op == "entry":
                at = tuple(letter if p is place and size is length else go(p) for p, size in zip(u.args[3], u.args[2], strict=True))
                done[u] = make("entry", *u.args[:3], at)
            else:
                done[u] = rebuild(u, go)
        return done[u]

    return go(t), int(place.args[0])


def _over(t: Term, length: Term) -> Term:
    """The index along an axis for a term, named after how many sums and products stand in it; its pattern has the same."""
    return index(f"→{sum(1 for u in subterms(t) if u.op in BINDERS)} along {show(length)}", length)
