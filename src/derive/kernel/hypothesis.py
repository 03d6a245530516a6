"""Hypotheses with free indices: do they hold for every index, or for the question's own?

i != j, i < j                  no array: the question's own indices
z[i] > 0, B[i, j] = B[j, i]    one entry (or sum, or delta) holds all the indices: every index, the whole array
x[i] < x[j]                    entries at different indices, all in the question: the question's own
x[j] <= x[i]                   the same where the question has i but no j: every j for the question's own i,
                               said as "the number of j where it fails is 0"
i != j beside x[i] != x[j]     the question has no j: the first says for which i and j the second holds
"""

from __future__ import annotations

from collections.abc import Iterable

from derive.errors import ReadError
from derive.kernel.sizes import indices
from derive.statement.term import ONE, TRUE, ZERO, Term, free, make, replace, show, subterms, total


def sort_out(given: Iterable[Term], lines: Iterable[Term]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The hypotheses, and those of them that speak of the question's own indices."""
    given, own = tuple(given), {v for line in lines for v in indices(line)}
    comparisons = [h for h in given if _compares_indices(h)]
    limits = [c for c in comparisons if len(indices(c)) > 1 and not own.issuperset(indices(c))]
    used, said, schematic = set(), [], []
    for h in given:
        if h in comparisons:
            continue
        every = indices(h)
        for c in limits:
            if set(indices(c)) <= set(every):
                h = make("or", make("not", c), h)
                used.add(c)
        if len(every) > 1 and not _ties(h):
            if own.intersection(every):
                for j in every:
                    h = h if j in own else for_all(j, h)
                schematic.append(h)
            else:
                _refuse_contradiction(h)
        said.append(h)
    schematic += (c for c in comparisons if c not in used)
    return tuple(dict.fromkeys((*said, *schematic))), tuple(dict.fromkeys(schematic))


def _compares_indices(h: Term) -> bool:
    """Whether h speaks of indices and whole numbers alone."""
    return bool(indices(h)) and all(
        u.op not in ("entry", "sum", "prod", "integral", "deriv") and (u.op != "sym" or u.args[1].endswith("integer")) for u in subterms(h)
    )


def _ties(h: Term) -> bool:
    """Whether some entry, sum or delta of h holds every free index of h."""
    every = set(indices(h))
    return any(u.op in ("entry", "sum", "prod", "delta") and every <= free(u) for u in subterms(h))


def for_all(j: Term, h: Term) -> Term:
    """h for every j, in words that leave j bound: the number of j where h fails is 0."""
    return make("eq", total(make("piecewise", ZERO, h, ONE, TRUE), j), ZERO)


def _refuse_contradiction(h: Term) -> None:
    """x[i] < x[j] for all i and j fails at i = j; whoever writes it means i != j."""
    if h.op not in ("lt", "ne"):
        return
    first, *others = indices(h)
    for other in others:
        a, b = (replace(side, {other: first}) for side in h.args)
        if a is b:
            i, j = first.args[0], other.args[0]
            raise ReadError(f"{show(h)} for all {i} and {j} cannot hold at {i} = {j}; write Or(Eq({i}, {j}), ...) to leave that case out")
