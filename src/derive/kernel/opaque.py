"""Opaque: what stands inside a function, nested sums above all, taken for any numbers at all.

    t with z for the arguments of functions, one array for arguments that differ in their indices alone, is 0 for all arrays z
    --------------------------------------------------------------------------------------------------------------------------
    t is 0 wherever it has a value                                                                          (rule `any-values`)

The layers of a network are such arguments: written out, each holds all the layers below it. A factor that depends on one entry of one
such array is taken for any number as well, one letter for factors that have one normal form. Side conditions: an argument depends on
nothing that is bound but indices whose ranges are fixed; the arrays' names are names that nothing else has.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from fractions import Fraction
from itertools import count

from derive.kernel.sizes import linear
from derive.statement.term import BINDERS, FUNCTIONS, Term, add, children, free, index, make, mul, num, rebuild, replace, show, subterms

PLACEHOLDER = make("sym", "→entry", "real")


class Opaque:
    """Arrays that stand for arguments and factors, by names that nothing else has."""

    def __init__(self, taken: Iterable[Term]) -> None:
        known = {v.args[0] for t in taken for v in subterms(t) if v.op in ("entry", "sym")}
        self.names = (name for k in count() if (name := f"z{k}") not in known)
        self.arrays: dict[tuple[str, Hashable], str] = {}
        self.letters: set[Term] = set()

    def letter(self, of: str, pattern: Hashable, places: tuple[Term, ...]) -> Term:
        """What stands for this pattern, of this array, at these places."""
        if (of, pattern) not in self.arrays:
            self.arrays[of, pattern] = next(self.names)
        name = self.arrays[of, pattern]
        found = make("entry", name, "real", tuple(i.args[1] for i in places), places) if places else make("sym", name, "real")
        self.letters.add(found)
        return found

    def arguments(self, t: Term) -> Term:
        """t with entries for the functions' arguments that hold a sum."""
        done: dict[Term, Term] = {}

        def go(u: Term) -> Term:
            if u not in done:
                inside = u.op in ("integral", "deriv")  # what is bound there is no index
                done[u] = make(u.op, *map(argument, u.args)) if u.op in FUNCTIONS else u if inside else rebuild(u, go)
            return done[u]

        def argument(u: Term) -> Term:
            indices = {v for v in free(u) if v.op == "index"}
            if not any(v.op == "sum" for v in linear(u)) or any(v.op == "index" for i in indices for v in free(i.args[1])):
                return go(u)
            pattern, places = _pattern(u, indices)
            scale, pattern = _scaled(pattern)
            return mul(num(scale), self.letter("", pattern, places))

        return go(t)

    def factors(self, t: Term, normal: Callable[[Term], Hashable]) -> Term:
        """t, of which the arguments are entries, with entries for the factors that depend on one of them alone."""
        done: dict[Term, Term] = {}

        def go(u: Term) -> Term:
            if u not in done:
                done[u] = factor(u) if u.op != "mul" else product(u)
            return done[u]

        def factor(u: Term) -> Term:
            letter = self._only(u)
            return u if u is letter else named(u, letter) if letter is not None else rebuild(u, go)

        def product(u: Term) -> Term:
            alike: dict[Term | None, list[Term]] = {}
            for v in u.args:
                alike.setdefault(self._only(v), []).append(v)
            rest = map(go, alike.pop(None, []))
            return mul(*rest, *(named(mul(*parts), letter) for letter, parts in alike.items() if letter is not None))

        def named(u: Term, letter: Term) -> Term:
            places = letter.args[3] if letter.op == "entry" else ()
            return self.letter(letter.args[0], normal(replace(u, {letter: PLACEHOLDER})), places)

        return go(t)

    def _only(self, u: Term) -> Term | None:
        """The one letter of which u is a function; None where it depends on anything else."""
        if u.op == "num" or any(v.op in (*BINDERS, "deriv") for v in subterms(u)):
            return None
        leaves = {v for v in subterms(u) if v.op in ("entry", "sym")} & self.letters
        letter = leaves.pop() if len(leaves) == 1 else None
        return letter if letter is not None and _leaves(u) == _leaves(letter) else None


def _leaves(u: Term) -> frozenset[Term]:
    return free(u) | {v for v in subterms(u) if v.op == "entry"}


def layered(t: Term) -> bool:
    """Whether a function of t has an argument in which a sum holds a function of a sum."""
    arguments = {c for u in subterms(t) if u.op in FUNCTIONS for c in u.args}
    summed = {v for c in arguments for s in subterms(c) if s.op == "sum" for v in subterms(s.args[0]) if v.op in FUNCTIONS}
    return any(w.op == "sum" for v in summed for w in subterms(v))


def _pattern(u: Term, indices: set[Term]) -> tuple[Term, tuple[Term, ...]]:
    """u with its indices named by where they stand, and the indices that were free, in that order."""
    places = tuple(v for v in in_order(u) if v in indices)
    named = replace(u, {v: index(f"→place {k}", v.args[1]) for k, v in enumerate(places)})

    def go(v: Term, level: int) -> Term:
        if v.op in ("sum", "prod"):
            inner = index(f"κ{level}", v.args[1].args[1])
            return make(v.op, go(replace(v.args[0], {v.args[1]: inner}), level + 1), inner)
        return rebuild(v, lambda w: go(w, level))

    return go(named, 0), places


def in_order(u: Term) -> list[Term]:
    """The indices of u in the order in which they are met."""
    found: dict[Term, None] = {}
    seen: set[Term] = set()

    def go(v: Term) -> None:
        if v not in seen:
            seen.add(v)
            if v.op == "index":
                found[v] = None
            for w in children(v):
                go(w)

    go(u)
    return list(found)


def _scaled(pattern: Term) -> tuple[Fraction, Term]:
    """(c, p) with pattern = c p, where patterns that are multiples of each other have one p."""
    form = linear(pattern)
    atoms = sorted(form, key=show)
    lead = form[atoms[0]]
    return lead, add(*(mul(num(form[a] / lead), a) for a in atoms))
