"""Canonical names of indices: two terms that are the same array, up to the letters of their axes, become the same term."""

from __future__ import annotations

from derive.code.gradient import free_indices
from derive.statement.term import Term, index, rebuild, replace, total


def canonical(t: Term) -> tuple[Term, tuple[Term, ...]]:
    """t with its free indices named #0, #1, ... in order of appearance and its bound ones by depth; and the free ones as they were."""
    found: tuple[Term, tuple[Term, ...]] | None = t.kept.get("canonical")
    if found is None:
        axes = free_indices(t)
        # Bound names go first: none of them may be taken for a free one.
        found = replace(_bind(t), {i: index(f"#{k}", i.args[1]) for k, i in enumerate(axes)}), axes
        if t.op not in ("sym", "index"):  # a term that holds itself would never go
            t.kept["canonical"] = found
    return found


def _bind(t: Term) -> Term:
    """t with each bound index named by how many binders lie below it."""
    return _named(t, {})[0]


def _named(t: Term, done: dict[Term, tuple[Term, int]]) -> tuple[Term, int]:
    found = done.get(t)
    if found is None:
        depth = 0

        def go(u: Term) -> Term:
            nonlocal depth
            inner, below = _named(u, done)
            depth = max(depth, below)
            return inner

        if t.op == "sum":
            body, i = go(t.args[0]), t.args[1]
            depth += 1
            bound = index(f"·{depth}", i.args[1])
            found = total(replace(body, {i: bound}), bound), depth
        else:
            found = rebuild(t, go), depth
        done[t] = found
    return found
