"""A question: two terms, a relation and hypotheses. What every rule of the kernel is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from derive.statement.term import BINDERS, Term, children, free, fresh, make, rebuild, show, subterms
from derive.statement.term import replace as put


@dataclass(frozen=True)
class Question:
    """Does `lhs relation rhs` hold wherever `given` holds? Relations: eq, ne, le, lt, iff, implies.

    For iff and implies both sides are propositions. A hypothesis holds for all values of its free indices, except for those
    in `schematic`: there its indices are the question's own (such as i != j).
    """

    lhs: Term
    rhs: Term
    relation: str = "eq"
    given: tuple[Term, ...] = ()
    schematic: tuple[Term, ...] = ()  # those of `given` that speak of the question's own free indices
    ranges: tuple[str, ...] = ()  # what the reader took for granted of sizes and indices, in words: "0 <= i < n"
    held: tuple[Term, ...] = ()  # differences n - 10 that are 0, of sizes that are known as numbers and kept as letters

    @property
    def sides(self) -> tuple[Term, Term]:
        return self.lhs, self.rhs

    def rewritten(self, change: Callable[[Term], Term]) -> Question:
        """The question with `change` applied to both sides and to every hypothesis."""
        given = {h: change(h) for h in self.given}
        schematic = tuple(given.get(h, h) for h in self.schematic)
        return replace(self, lhs=change(self.lhs), rhs=change(self.rhs), given=tuple(given[h] for h in self.given), schematic=schematic)

    def parted(self) -> Question:
        """The question with another name for what is bound at one place and free at another: no fact about one is about the other."""
        own = {v for t in (*self.sides, *self.schematic) for v in free(t)} | {v for h in self.given for v in free(h) if v.op == "sym"}
        change = renaming(own, self.everything)
        return self.rewritten(change) if change is not None else self

    @cached_property
    def everything(self) -> tuple[Term, ...]:
        """Both sides and every hypothesis."""
        return (self.lhs, self.rhs, *self.given)

    @cached_property
    def parts(self) -> tuple[Term, ...]:
        """Everything inside both sides and every hypothesis, each once."""
        return tuple(dict.fromkeys(u for t in self.everything for u in subterms(t)))

    @cached_property
    def ops(self) -> frozenset[str]:
        """The ops of all parts: what does not stand here needs not be looked for."""
        return frozenset(u.op for u in self.parts)

    @cached_property
    def symbols(self) -> tuple[Term, ...]:
        """Free scalar variables, sizes excluded, by name."""
        return _by_name(v for t in self.everything for v in free(t) if v.op == "sym" and v not in self.sizes)

    @cached_property
    def sizes(self) -> tuple[Term, ...]:
        """Symbols that stand in a shape or in the range of an index, by name."""
        return _by_name(v for t in self.everything for v in _speaks_of(t)[0])

    @cached_property
    def indices(self) -> tuple[Term, ...]:
        """Free indices of the two sides and of schematic hypotheses, by name."""
        return _by_name(v for t in (*self.sides, *self.schematic) for v in free(t) if v.op == "index")

    @cached_property
    def arrays(self) -> tuple[tuple[str, str, tuple[Term, ...]], ...]:
        """(name, sort, shape) of each array, by name."""
        found = {array for t in self.everything for array in _speaks_of(t)[1]}
        return tuple(sorted(found, key=lambda a: (a[0], str(a))))


def renaming(own: Iterable[Term], everything: Iterable[Term]) -> Callable[[Term], Term] | None:
    """How to rename in terms what they bind under the name of one of these free variables; None where there is nothing to rename."""
    everything = tuple(everything)
    taken = {v.args[0] for v in own}
    bound = {u.args[1].args[0] for t in everything for u in subterms(t) if u.op in BINDERS}
    if taken.isdisjoint(bound):
        return None
    names: dict[str, str] = {}
    used = {v.args[0] for t in everything for v in subterms(t) if v.op in ("sym", "index", "entry")} | taken
    for name in sorted(taken & bound):
        names[name] = fresh(name, used)
        used.add(names[name])
    done: dict[Term, Term] = {}

    def change(t: Term) -> Term:
        if t not in done:
            done[t] = renamed(rebuild(t, change))
        return done[t]

    def renamed(t: Term) -> Term:
        if t.op not in BINDERS or t.args[1].args[0] not in names:
            return t
        body, variable, *limits = t.args
        new = make(variable.op, names[variable.args[0]], *variable.args[1:])
        return make(t.op, put(body, {variable: new}), new, *limits)

    return change


def _speaks_of(t: Term) -> tuple[frozenset[Term], frozenset[tuple[str, str, tuple[Term, ...]]]]:
    """The symbols that stand in a shape or in the range of an index of t, and the (name, sort, shape) of its arrays."""
    found: tuple[frozenset[Term], frozenset[Any]] | None = t.kept.get("speaks of")
    if found is None:
        inside = [_speaks_of(c) for c in children(t)]
        lengths = t.args[1:2] if t.op == "index" else t.args[2] if t.op == "entry" else ()
        sizes = frozenset(v for s in lengths for v in subterms(s) if v.op == "sym")
        arrays = frozenset((t.args[:3],) if t.op == "entry" else ())
        found = t.kept["speaks of"] = sizes.union(*(a for a, _ in inside)), arrays.union(*(b for _, b in inside))
    return found


def _by_name(terms: object) -> tuple[Term, ...]:
    return tuple(sorted(set(terms), key=lambda t: (str(t.args[0]), show(t))))  # type: ignore[call-overload]
