"""A question: two terms, a relation and hypotheses. What every rule of the kernel is asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from derive.statement.term import Term, free, show, subterms


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

    @cached_property
    def everything(self) -> tuple[Term, ...]:
        """Both sides and every hypothesis."""
        return (self.lhs, self.rhs, *self.given)

    @cached_property
    def symbols(self) -> tuple[Term, ...]:
        """Free scalar variables, sizes excluded, by name."""
        return _by_name(v for t in self.everything for v in free(t) if v.op == "sym" and v not in self.sizes)

    @cached_property
    def sizes(self) -> tuple[Term, ...]:
        """Symbols that stand in a shape or in the range of an index, by name."""
        found = set()
        for t in self.everything:
            for u in subterms(t):
                if u.op == "index":
                    found |= {v for v in subterms(u.args[1]) if v.op == "sym"}
                elif u.op == "entry":
                    found |= {v for s in u.args[2] for v in subterms(s) if v.op == "sym"}
        return _by_name(found)

    @cached_property
    def indices(self) -> tuple[Term, ...]:
        """Free indices of the two sides and of schematic hypotheses, by name."""
        return _by_name(v for t in (*self.sides, *self.schematic) for v in free(t) if v.op == "index")

    @cached_property
    def arrays(self) -> tuple[tuple[str, str, tuple[Term, ...]], ...]:
        """(name, sort, shape) of each array, by name."""
        found = {u.args[:3] for t in self.everything for u in subterms(t) if u.op == "entry"}
        return tuple(sorted(found, key=lambda a: (a[0], str(a))))


def _by_name(terms: object) -> tuple[Term, ...]:
    return tuple(sorted(set(terms), key=lambda t: (str(t.args[0]), show(t))))  # type: ignore[call-overload]
