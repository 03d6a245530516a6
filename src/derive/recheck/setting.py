"""What a claim speaks of: its sizes, its own indices, its hypotheses; and the places at which to look at it.

A hypothesis holds for all values of its free indices, except for those that stand in its lines, where it compares indices (i != j) or
entries at different indices (x[i] < x[j]). Where one may be read in two ways, the stronger is taken: that only leaves points out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from derive.recheck.evaluator import Evaluator, Indices, Undefined, Unsure, about_term
from derive.recheck.place import Place
from derive.statement.step import Known
from derive.statement.term import ZERO, Term, children, free, make, show, subterms

Numbers = TypeVar("Numbers", bound=Evaluator[Any])

MOST_CASES = 200  # values of the indices of one hypothesis, or of a claim
LARGEST_SIZE = 6


@dataclass(frozen=True)
class Shape:
    """Sizes and index values; the values of variables are still open."""

    sizes: dict[Term, int]
    at: dict[Term, int]


@dataclass(frozen=True)
class Setting:
    """The variables and hypotheses of some lines."""

    lines: tuple[Term, ...]
    sizes: tuple[Term, ...]
    whole: tuple[Term, ...]  # other symbols that are integers
    own: tuple[Term, ...]  # the free indices of the lines
    sorts: dict[Any, str]  # of each array by its name, and of syms, as far as hypotheses say more than they do themselves
    filters: tuple[Term, ...]  # comparisons of the lines' own indices and of sizes
    given: tuple[tuple[Term, tuple[Term, ...]], ...]  # each with the indices for all of whose values it holds


def setting(lines: Sequence[Term], given: Sequence[Term]) -> Setting:
    """What these lines speak of under these hypotheses."""
    own = {v for line in lines for v in free(line) if v.op == "index"}
    return _setting(lines, given, own, *_sort_out(given, own))


def setting_of_step(goal: Sequence[Term], known: Sequence[Known]) -> Setting:
    """What a goal speaks of where this is known."""
    given = [k.proposition for k in known]
    own = {v for t in goal for v in free(t) if v.op == "index"}
    own |= {v for k in known for v in free(k.proposition) if v.op == "index" and v not in k.every}
    plain = [k.proposition for k in known if not k.every and _counts(k.proposition)]
    return _setting(goal, given, own, plain, [(k.proposition, k.every) for k in known if k.proposition not in plain])


def _setting(
    lines: Sequence[Term], given: Sequence[Term], own: set[Term], filters: Sequence[Term], rest: Sequence[tuple[Term, tuple[Term, ...]]]
) -> Setting:
    sizes: set[Term] = set()
    sorts: dict[Any, str] = {}
    seen: set[Term] = set()
    todo = [*lines, *given]
    while todo:
        u = todo.pop()
        if u not in seen:
            seen.add(u)
            todo += children(u)
            if u.op == "index":
                sizes |= {v for v in subterms(u.args[1]) if v.op == "sym"}
            elif u.op == "entry":
                sorts[u.args[0]] = u.args[1]
                sizes |= {v for s in u.args[2] for v in subterms(s) if v.op == "sym"}
    whole = {u for u in seen if u.op == "sym" and u.args[1].endswith("integer")} - sizes
    for h, every in rest:
        key, sort = _narrower(h, every)
        if sort and (sorts.get(key, "real") if isinstance(key, str) else key.args[1]) == "real":
            sorts[key] = sort
    return Setting(tuple(lines), _named(sizes), _named(whole), _named(own), sorts, tuple(filters), tuple(rest))


def _narrower(h: Term, every: tuple[Term, ...]) -> tuple[Any, str]:
    """The sym or array of which a hypothesis says the sign, and the sort that it has there; "" where it says none."""
    if h.op not in ("lt", "le") or ZERO not in h.args:
        return "", ""
    v = h.args[1] if h.args[0] is ZERO else h.args[0]
    sort = ("positive", "nonnegative")[h.op == "le"] if h.args[0] is ZERO else ("negative", "nonpositive")[h.op == "le"]
    if v.op == "entry" and set(v.args[3]) == set(every) and len(v.args[3]) == len(every):
        return v.args[0], sort
    return (v, sort) if v.op == "sym" else ("", "")


def _named(terms: set[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=show))


def _indices(t: Term) -> tuple[Term, ...]:
    return _named({v for v in free(t) if v.op == "index"})


def _sort_out(given: Sequence[Term], own: set[Term]) -> tuple[list[Term], list[tuple[Term, tuple[Term, ...]]]]:
    plain = [h for h in given if _counts(h)]
    filters = [h for h in plain if own.issuperset(_indices(h))]
    limits = [h for h in plain if h not in filters]
    rest = []
    for h in given:
        if h in plain:
            continue
        every = _indices(h)
        for limit in limits:
            if set(_indices(limit)) <= set(every):
                h = make("or", make("not", limit), h)
        tied = len(every) < 2 or any(u.op in ("entry", "sum", "prod", "delta") and free(u).issuperset(every) for u in subterms(h))
        rest.append((h, every if tied or not own.intersection(every) else tuple(i for i in every if i not in own)))
    return filters, rest


def _counts(h: Term) -> bool:
    """Whether h speaks of indices and whole numbers alone."""
    arrays = ("entry", "sum", "prod", "integral", "deriv")
    return all(u.op not in arrays and (u.op != "sym" or u.args[1].endswith("integer")) for u in subterms(h))


# Shapes


def shapes(s: Setting, random: Random) -> list[Shape]:
    """Small sizes, pairwise different, 1 among them, each with indices that differ and, where two can meet, with indices that do."""
    found = []
    for sizes in _sizes(s):
        places = _index_values(s, sizes, {})
        if not places:
            continue
        random.shuffle(places)
        apart = max(places, key=lambda at: len(set(at.values())))
        together = min(places, key=lambda at: len({(i.args[1], k) for i, k in at.items()}))
        found += [
            Shape(sizes, at)
            for at in ((apart,) if len({(i.args[1], k) for i, k in together.items()}) == len(together) else (apart, together))
        ]
    return found


def alike(s: Setting, others: Sequence[Shape]) -> list[Shape]:
    """These shapes, as far as they fit what is spoken of here; indices that are new take the first values that are allowed."""
    found = []
    for other in others:
        sizes = {v: other.sizes[v] for v in s.sizes if v in other.sizes}
        if len(sizes) == len(s.sizes) and all(exactly(h, sizes, {}) for h in _about_sizes(s)):
            shape = next((Shape(sizes, at) for at in _index_values(s, sizes, other.at)), None)
            if shape is not None and shape not in found:
                found.append(shape)
    return found


def _about_sizes(s: Setting) -> list[Term]:
    return [h for h in s.filters if h not in s.own and free(h) <= set(s.sizes) and free(h)]


def _sizes(s: Setting) -> Iterator[dict[Term, int]]:
    """Assignments of the sizes that the hypotheses on sizes alone allow."""
    count = len(s.sizes)
    if count == 0:
        yield {}
        return
    tests = _about_sizes(s)
    usual = [(1,), (2,), (3,)] if count == 1 else [(1, 2), (2, 1), (2, 3)] if count == 2 else [
        tuple((k + turn) % count + 1 for k in range(count)) for turn in range(3)
    ]  # fmt: skip
    good = [values for values in usual if _allowed(s, tests, values)]
    if len(good) < len(usual):
        more = itertools.product(range(1, LARGEST_SIZE + 1), repeat=count) if count <= 4 else iter(())
        other = sorted((v for v in more if v not in good and _allowed(s, tests, v)), key=lambda v: (count - len(set(v)), sum(v)))
        good += other[: len(usual) - len(good)]
    for values in good:
        yield dict(zip(s.sizes, values, strict=True))


def _allowed(s: Setting, tests: Sequence[Term], values: Sequence[int]) -> bool:
    table = dict(zip(s.sizes, values, strict=True))
    return all(exactly(h, table, {}) for h in tests)


def _index_values(s: Setting, sizes: dict[Term, int], fixed: Indices) -> list[dict[Term, int]]:
    """What the free indices of the lines may be; those that are fixed keep their values."""
    if not s.own:
        return [{}]
    try:
        ranges = [range(fixed[i], fixed[i] + 1) if i in fixed else range(_size(i, sizes)) for i in s.own]
    except Unsure:
        return []
    tests = [h for h in s.filters if _indices(h) and all(v.op == "index" or v in sizes for v in free(h))]
    # Far ends before the middle, should there be too many.
    every = itertools.islice(itertools.product(*map(_ends_first, ranges)), 4096)
    allowed = (dict(zip(s.own, values, strict=True)) for values in every)
    return list(itertools.islice((at for at in allowed if all(exactly(h, sizes, at) for h in tests)), MOST_CASES))


def _ends_first(r: range) -> list[int]:
    return sorted(r, key=lambda k: min(k - r.start, r.stop - 1 - k))


class _Whole(Evaluator[Fraction]):
    """Whole numbers alone, for `exact`."""

    def __init__(self, integers: dict[Term, int]) -> None:
        self.place = _Integers(integers)  # type: ignore[assignment]


@dataclass
class _Integers:
    integers: dict[Term, int]


def _size(i: Term, sizes: dict[Term, int]) -> int:
    size = _Whole(sizes).exact(i.args[1], {})
    if size.denominator != 1 or size < 0:
        raise Unsure("a range that is no count")
    return int(size)


def exactly(p: Term, sizes: dict[Term, int], at: Indices) -> bool:
    """Whether a proposition about whole numbers holds; what it cannot tell passes."""
    op, a = p.op, p.args
    if op in ("and", "or"):
        return (all if op == "and" else any)(exactly(u, sizes, at) for u in a)
    if op == "not":
        return not exactly(a[0], sizes, at)
    if op in ("true", "false"):
        return op == "true"
    numbers = _Whole(sizes)
    try:
        left, right = numbers.exact(a[0], at), numbers.exact(a[1], at)
    except (Unsure, Undefined):
        return True
    return {"lt": left < right, "le": left <= right, "eq": left == right, "ne": left != right}[op]


# Hypotheses at a place


def instances(s: Setting, shape: Shape) -> list[tuple[Term, Indices]]:
    """Every hypothesis for every value of its indices, as far as there are not too many; not those that the shape was chosen by."""
    found: list[tuple[Term, Indices]] = [(h, shape.at) for h in s.filters if not free(h) or not free(h).isdisjoint(s.whole)]
    for h, every in s.given:
        ranges = [range(_size(i, shape.sizes)) for i in every]
        for values in itertools.islice(itertools.product(*ranges), MOST_CASES):
            found.append((h, {**shape.at, **dict(zip(every, values, strict=True))}))
    return found


def equations(cases: Sequence[tuple[Term, Indices]]) -> list[tuple[Term, Indices]]:
    """The equations among hypotheses, with those that stand in a conjunction."""
    found = []
    for h, at in cases:
        if h.op == "and":
            found += equations([(u, at) for u in h.args])
        elif h.op == "eq":
            found.append((h, at))
    return found


def solve(equation: Term, at: Indices, start: Numbers, numbers: Callable[[Place], Numbers]) -> Numbers | None:
    """Give one variable of the equation, in which it is linear, the value that makes it true: the values then. None where none is found."""
    left, right = equation.args
    place, levels = start.place, start.levels

    def gaps(n: Numbers) -> list[Any]:
        return [n.less(n.value(left, at, (), level), n.value(right, at, (), level), level) for level in levels]

    first = gaps(start)
    if not any(first):
        return start
    names = about_term(equation).names
    for key in [k for k in reversed(place.values) if k[0] in names and k not in place.solved]:
        old = place.values[key]
        found = [first]
        for step in (1, 2):
            place.values[key] = old + step
            found.append(gaps(numbers(place)))  # anew: the place has changed
        place.values[key] = old
        new = start.root(old, list(zip(levels, *found, strict=True)))
        if new is not None:
            place.values[key] = new
            place.solved.add(key)
            return numbers(place)
    return None


def has(t: Term, ops: Sequence[str]) -> bool:
    """Whether t has any of these ops inside."""
    return any(u.op in ops for u in subterms(t))
