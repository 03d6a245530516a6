"""What a claim speaks of: its sizes, its own indices, its hypotheses; and the places at which to look at it.

A hypothesis holds for all values of its free indices, except for those that stand in its lines, where it compares indices (i != j) or
entries at different indices (x[i] < x[j]). Where one may be read in two ways, the stronger is taken: that only leaves points out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from derive.recheck.evaluator import Evaluator
from derive.recheck.place import Place
from derive.recheck.writing import ORDERS, Indices, Undefined, Unsure, Whole, about_term
from derive.statement.step import Known
from derive.statement.term import ZERO, Term, free, make, named, show, subterms

Numbers = TypeVar("Numbers", bound=Evaluator[Any])

MOST_CASES = 200  # values of the indices of one hypothesis, or of a claim
LARGEST_SIZE = 6


@dataclass(frozen=True, eq=False)
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
    plain = [k.proposition for k in known if not k.every and counts(k.proposition)]
    return _setting(goal, given, own, plain, [(k.proposition, k.every) for k in known if k.proposition not in plain])


def _setting(
    lines: Sequence[Term], given: Sequence[Term], own: set[Term], filters: Sequence[Term], rest: Sequence[tuple[Term, tuple[Term, ...]]]
) -> Setting:
    sizes: set[Term] = set()
    whole: set[Term] = set()
    sorts: dict[Any, str] = {}
    for t in (*lines, *given):
        its_sizes, its_whole, its_sorts = _spoken(t)
        sizes |= its_sizes
        whole |= its_whole
        sorts |= its_sorts
    whole -= sizes
    for h, every in rest:
        key, sort = _narrower(h, every)
        if sort and (sorts.get(key, "real") if isinstance(key, str) else key.args[1]) == "real":
            sorts[key] = sort
    return Setting(tuple(lines), _named(sizes), _named(whole), _named(own), sorts, tuple(filters), tuple(rest))


def _spoken(t: Term) -> tuple[set[Term], set[Term], dict[Any, str]]:
    """The sizes of which t speaks, its symbols that are whole numbers, and the sorts of its arrays; found once."""
    found: tuple[set[Term], set[Term], dict[Any, str]] | None = t.kept.get("recheck spoken")
    if found is None:
        sizes, whole, sorts = set[Term](), set[Term](), dict[Any, str]()
        for u in subterms(t):
            if u.op == "sym" and u.args[1].endswith("integer"):
                whole.add(u)
            elif u.op == "index":
                sizes |= {v for v in subterms(u.args[1]) if v.op == "sym"}
            elif u.op == "entry":
                sorts[u.args[0]] = u.args[1]
                sizes |= {v for s in u.args[2] for v in subterms(s) if v.op == "sym"}
        found = sizes, whole, sorts
        if t.op not in ("sym", "index"):
            t.kept["recheck spoken"] = found  # a term that holds itself would never go
    return found


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
    return tuple(v for v in named(t) if v.op == "index")


def _sort_out(given: Sequence[Term], own: set[Term]) -> tuple[list[Term], list[tuple[Term, tuple[Term, ...]]]]:
    plain = [h for h in given if counts(h)]
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


def counts(h: Term) -> bool:
    """Whether h speaks of indices and whole numbers alone."""
    found: bool | None = h.kept.get("recheck counts")
    if found is None:
        arrays = ("entry", "sum", "prod", "integral", "deriv")
        found = all(u.op not in arrays and (u.op != "sym" or u.args[1].endswith("integer")) for u in subterms(h))
        h.kept["recheck counts"] = found
    return found


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
    found: list[Shape] = []
    for other in others:
        sizes = {v: other.sizes[v] for v in s.sizes if v in other.sizes}
        if len(sizes) == len(s.sizes) and all(exactly(h, sizes, {}) for h in _about_sizes(s)):
            at = next(iter(_index_values(s, sizes, other.at)), None)
            if at is not None and all((sizes, at) != (shape.sizes, shape.at) for shape in found):
                found.append(Shape(sizes, at))
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


def _size(i: Term, sizes: dict[Term, int]) -> int:
    try:
        return Whole(sizes).size(i, {})
    except Undefined as error:
        raise Unsure(*error.args) from None


def exactly(p: Term, sizes: dict[Term, int], at: Indices) -> bool:
    """Whether a proposition about whole numbers holds; what it cannot tell passes."""
    op, a = p.op, p.args
    if op in ("and", "or"):
        return (all if op == "and" else any)(exactly(u, sizes, at) for u in a)
    if op == "not":
        return not exactly(a[0], sizes, at)
    if op in ("true", "false"):
        return op == "true"
    numbers = Whole(sizes)
    try:
        left, right = numbers.exact(a[0], at), numbers.exact(a[1], at)
    except (Unsure, Undefined):
        return True
    return ORDERS[op](left, right)


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
    place, levels, writing = start.place, start.levels, start.writing
    left, right = equation.args

    def gaps(n: Numbers) -> list[Any]:
        difference = n.writing.difference(left, right, at)
        return [n.gap(difference, level) for level in levels]

    first = gaps(start)
    if not any(first):
        return start
    names, difference = about_term(equation).names, writing.difference(left, right, at)
    for key in [k for k in reversed(place.values) if k[0] in names and k not in place.solved]:
        slope = writing.slope(difference, key)
        bend = writing.slope(slope, key)
        old = place.values[key]
        with suppress(Unsure, Undefined):
            if slope is writing.zero or any(start.gap(bend, level) for level in levels):
                continue
            new = start.root(old, [(level, gap, start.of(slope, level)) for level, gap in zip(levels, first, strict=True)])
            if new is not None:
                place.values[key] = new
                found = numbers(place)  # anew: the place has changed
                if not any(gaps(found)):
                    place.solved.add(key)
                    return found
        place.values[key] = old
    return None


def has(t: Term, ops: Sequence[str]) -> bool:
    """Whether t has any of these ops inside."""
    return any(u.op in ops for u in subterms(t))
