"""Ranges: a sum that runs backwards, from a later place, or not to the end, as one over the whole range and what is missing.

Rules
    reversed-sum   sum_{k < n} f(n - 1 - k) = sum_{k < n} f(k)
    shifted-sum    sum_{k < m} f(k + c) = sum_{k < N} f(k) - (the terms at k < c) - (the terms at k >= m + c)

    cut-sum        sum_{k < N} [k <= i] f(k) = sum_{k < i} f(k) + f(i), for a position i < N

where in the second N is the length of the axis that k runs along, and all but a few of its places are met. Its side conditions: m is
never negative, the summand has a value everywhere, and c and N - m - c are small numbers, so that every term that is added exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed

from derive.kernel.indexed import is_total
from derive.kernel.question import Question
from derive.kernel.sizes import linear, never_negative, tidy
from derive.statement.term import ONE, TRUE, ZERO, Term, add, free, index, make, neg, num, rebuild, replace, sub, subterms, total

MOST_ENDS = 4


def straightened(question: Question) -> tuple[Question, tuple[str, ...]] | None:
    """The question with its sums over whole ranges, and the rules used; None where nothing changes."""
    rules: dict[str, None] = {}
    facts = tuple(h for h in question.given if h not in question.schematic)
    lhs, rhs = (_straight(t, facts, rules) for t in question.sides)
    given = tuple(_straight(h, (), rules) for h in question.given)
    if not rules:
        return None
    moved = dict(zip(question.given, given, strict=True))
    schematic = tuple(moved.get(h, h) for h in question.schematic)
    return changed(question, lhs=lhs, rhs=rhs, given=given, schematic=schematic), tuple(rules)


def _straight(t: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term:
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            made = rebuild(u, go)
            done[u] = _sum(made, facts, rules) if made.op == "sum" else made
        return done[u]

    return go(t)


def _sum(t: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term:
    body, k = t.args
    if body.op == "add" and is_total(body):
        return add(*(_sum(total(part, k), facts, rules) for part in body.args))
    if body.op == "piecewise":
        return _cut(body, k, facts, rules) or t
    steps = {linear(place).get(k) for place, _ in _places(body, k)} or {
        linear(u.args[1]).get(k) for u in subterms(body) if u.op == "pow" and k in free(u.args[1])
    }
    if steps == {-1}:
        rules["reversed-sum"] = None
        return _sum(total(_put(body, k, tidy(sub(sub(k.args[1], ONE), k))), k), facts, rules)
    return _whole(body, k, facts, rules) or t


def _cut(body: Term, k: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term | None:
    """The sum up to the position that an only condition names."""
    value, condition, *rest = body.args
    if rest != [ZERO, TRUE] or condition.op not in ("le", "lt") or condition.args[0] is not k:
        return None
    last = condition.args[1]
    if last.op != "index" or last.args[1] is not k.args[1]:
        return None
    rules["cut-sum"] = None
    short = index(k.args[0], last)
    before = _sum(total(replace(value, {k: short}), short), facts, rules)
    return add(before, replace(value, {k: last})) if condition.op == "le" else before


def _whole(body: Term, k: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term | None:
    """The sum over the whole axis and what is missing, where that is little."""
    places = list(_places(body, k))
    starts = {tidy(sub(place, k)) for place, _ in places}
    axes = {axis for _, axis in places}
    if len(starts) != 1 or len(axes) != 1 or not is_total(body):
        return None
    start, axis, size = starts.pop(), axes.pop(), k.args[1]
    missing = tidy(sub(sub(axis, size), start))
    ends = (start, missing)
    if not all(e.op == "num" and e.args[0].denominator == 1 and e.args[0] >= 0 for e in ends):
        return None
    low, high = (int(e.args[0]) for e in ends)
    if not 0 < low + high <= MOST_ENDS or not never_negative(size, facts):
        return None
    rules["shifted-sum"] = None
    whole = index(k.args[0], axis)
    spots = [*(num(c) for c in range(low)), *(tidy(sub(axis, num(c + 1))) for c in range(high))]
    moved = [total(_put(body, k, tidy(sub(whole, start))), whole)]
    return add(*moved, *(neg(_put(body, k, tidy(sub(spot, start)))) for spot in spots))


def _places(body: Term, k: Term) -> Iterator[tuple[Term, Term]]:
    """(place, length of its axis) of every entry's place that moves with k."""
    for u in subterms(body):
        if u.op == "entry":
            yield from ((place, axis) for place, axis in zip(u.args[3], u.args[2], strict=True) if k in free(place))


def _put(body: Term, k: Term, at: Term) -> Term:
    """body with k replaced, its places tidied."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            if u.op == "entry":
                done[u] = make(
                    "entry",
                    *u.args[:3],
                    tuple(tidy(p) if k in free(p0) else p for p, p0 in zip(replace(u, {k: at}).args[3], u.args[3], strict=True)),
                )
            elif u is k:
                done[u] = at
            else:
                done[u] = rebuild(u, go) if k in free(u) else u
        return done[u]

    return go(body)
