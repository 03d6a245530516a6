"""Ranges: a sum that runs backwards, from a later place, or not to the end, as one over the whole range and what is missing.

Rules
    reversed-sum   sum_{k < n} f(n - 1 - k) = sum_{k < n} f(k); where f(k) runs both ways, the one with the lesser text stands
    shifted-sum    sum_{k < m} f(k + c) = sum_{k < N} f(k) - (the terms at k < c) - (the terms at k >= m + c)

    cut-sum        sum_{k < N} [k <= i] f(k) = sum_{k < i} f(k) + f(i), for a position i < N; the sum over k > i is what is left

where in the second N is the length of the axis that k runs along, and all but a few of its places are met. Its side conditions: m is
never negative, the summand has a value everywhere, and c and N - m - c are small numbers, so that every term that is added exists.
A product of sums is multiplied out first, as its parts run along different places.
Where m is a position, f(0), ..., f(c - 1) go and f(m), ..., f(m + c - 1) come: sum_{k < m} f(k) is met elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed
from fractions import Fraction
from math import prod

from derive.kernel.indexed import is_total
from derive.kernel.question import Question
from derive.kernel.sizes import in_range, linear, never_negative, tidy
from derive.statement.term import ONE, TRUE, ZERO, Term, add, free, index, make, mul, neg, num, rebuild, replace, show, sub, subterms, total

MOST_ENDS, MOST_TERMS = 4, 32
_SMALL = (num(2), num(3))  # powers that are multiplied out


def straightened(question: Question) -> tuple[Question, tuple[str, ...]] | None:
    """The question with its sums over whole ranges, and the rules used; None where nothing changes."""
    if all(_is_whole(*u.args) for u in question.parts if u.op == "sum"):
        return None
    rules: dict[str, None] = {}
    facts = tuple(h for h in question.given if h not in question.schematic)
    lhs, rhs = (_straight(t, facts, rules) for t in question.sides)
    given = tuple(_straight(h, (), rules) for h in question.given)
    if not rules:
        return None
    moved = dict(zip(question.given, given, strict=True))
    schematic = tuple(moved.get(h, h) for h in question.schematic)
    return changed(question, lhs=lhs, rhs=rhs, given=given, schematic=schematic), tuple(rules)


def _is_whole(body: Term, k: Term) -> bool:
    """Whether a sum plainly runs along whole axes, so that no rule here says anything of it."""
    if any(u.op == "piecewise" or u.op == "pow" and k in free(u.args[1]) for u in subterms(body)):
        return False
    return all(place is k and axis is k.args[1] for place, axis in _places(body, k))


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
    if not _is_whole(body, k) and is_total(body) and _many(body, k) <= MOST_TERMS:
        spread = _spread(body, k)
        if spread is not body:
            return _sum(total(spread, k), facts, rules)
    steps = {linear(place).get(k) for place, _ in _places(body, k)} or {
        linear(u.args[1]).get(k) for u in subterms(body) if u.op == "pow" and k in free(u.args[1])
    }
    if steps == {-1} or steps == {1, -1}:
        back = _put(body, k, tidy(sub(sub(k.args[1], ONE), k)))
        if steps == {-1} or show(back) < show(body):  # of the two ways through a range one stands
            rules["reversed-sum"] = None
            return _sum(total(back, k), facts, rules) if steps == {-1} else total(back, k)
    return _whole(body, k, facts, rules) or t


def _many(body: Term, k: Term) -> int:
    """How many terms `_spread` would make of it."""
    if body.op == "pow" and body.args[1] in _SMALL:
        return int(_many(body.args[0], k) ** int(body.args[1].args[0]))
    if body.op == "mul":
        return prod(_many(u, k) for u in body.args)
    return sum(_many(u, k) for u in body.args) if body.op == "add" and k in free(body) else 1


def _spread(body: Term, k: Term) -> Term:
    """A product or a small power of a sum in which k moves, multiplied out; a body of another form as it is."""
    if body.op == "pow" and body.args[0].op == "add" and body.args[1] in _SMALL and k in free(body):
        return _spread(make("mul", *[body.args[0]] * int(body.args[1].args[0])), k)
    if body.op != "mul":
        return body
    factors = [_spread(u, k) for u in body.args]
    wide = next((u for u in factors if u.op == "add" and k in free(u)), None)
    if wide is None:
        return body
    factors.remove(wide)
    return add(*(_spread(mul(*factors, u), k) for u in wide.args))


def _cut(body: Term, k: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term | None:
    """The sum up to the position that an only condition names, or from there on."""
    value, condition, *rest = body.args
    if rest != [ZERO, TRUE] or condition.op not in ("le", "lt"):
        return None
    low, high = condition.args
    gap = linear(sub(high, low) if condition.op == "le" else sub(sub(high, low), ONE))  # not negative where the condition holds
    side = gap.get(k, 0)
    if abs(side) != 1:
        return None
    stop = tidy(add(ONE, sub(high, low), k)) if side < 0 else tidy(sub(k, sub(high, low)))  # of k <= high - low, the first place past
    if condition.op == "lt":
        stop = tidy(sub(stop, ONE)) if side < 0 else tidy(add(stop, ONE))
    before = _before(value, k, stop, facts, rules)
    if before is None or side < 0:
        return before
    return add(_sum(total(value, k), facts, rules), neg(before)) if is_total(value) and in_range(value, facts) else None


def _before(value: Term, k: Term, stop: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term | None:
    """The sum over k < stop, a position or a place next to one."""
    form = linear(stop)
    past = form.pop(ONE, Fraction(0))
    if [u.op for u in form] != ["index"] or set(form.values()) != {1} or not -MOST_ENDS <= past <= MOST_ENDS or past.denominator != 1:
        return None
    (i,) = form
    last = i if past > 0 else stop
    spots = [tidy(add(i, num(c))) for c in range(int(past))]
    if not all(never_negative(t, facts) for t in (last, sub(k.args[1], last), *(sub(sub(k.args[1], ONE), spot) for spot in spots))):
        return None
    rules["cut-sum"] = None
    short = index(k.args[0], last)
    return add(_sum(total(_put(value, k, short), short), facts, rules), *(_put(value, k, spot) for spot in spots))


def _whole(body: Term, k: Term, facts: tuple[Term, ...], rules: dict[str, None]) -> Term | None:
    """The sum over the whole axis and what is missing, where that is little."""
    places = list(_places(body, k))
    starts = {tidy(sub(place, k)) for place, _ in places}
    axes = {axis for _, axis in places}
    if len(starts) != 1 or len(axes) != 1 or not is_total(body) or not in_range(body, facts):
        return None
    start, axis, size = starts.pop(), axes.pop(), k.args[1]
    if size.op == "index":
        return _from_zero(body, k, start, axis, rules)
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


def _from_zero(body: Term, k: Term, start: Term, axis: Term, rules: dict[str, None]) -> Term | None:
    """A sum of as many terms as a position says, from a later place on, as one from the first place on."""
    size = k.args[1]
    if start.op != "num" or start.args[0] not in range(1, MOST_ENDS + 1) or not never_negative(sub(sub(axis, size), start)):
        return None
    rules["shifted-sum"] = None
    come, go = [], []
    for c in range(int(start.args[0])):
        go.append(neg(_put(body, k, num(c - start.args[0]))))
        come.append(_put(body, k, tidy(sub(add(size, num(c)), start))))
    return add(total(_put(body, k, tidy(sub(k, start))), k), *come, *go)


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
