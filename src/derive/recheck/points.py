"""The points of one claim: where its lines were looked at, and its proof may be, with all that was computed there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derive.recheck.place import Place
from derive.recheck.reals import Reals
from derive.recheck.residues import Residues
from derive.recheck.setting import Setting, Shape
from derive.statement.term import ZERO, Term, make, sub


@dataclass
class Points:
    """Values at places; each keeps what was computed there."""

    shapes: list[Shape] = field(default_factory=list)
    modular: list[Residues] = field(default_factory=list)
    decimal: list[tuple[int, Reals]] = field(default_factory=list)  # with the kind of numbers that were drawn
    seen: set[Term] = field(default_factory=set)  # goals that hold wherever that was looked at, whatever is known

    def see(self, relation: str, left: Term, right: Term) -> None:
        """Two lines that stand in this relation without any hypothesis, and what a proof says of their difference."""
        self.seen.add(make(relation, left, right))
        self.seen.add(make(relation, ZERO, sub(right, left)) if relation in ("le", "lt") else make(relation, sub(left, right), ZERO))

    def residues_at(self, s: Setting, shape: Shape) -> Iterator[Residues]:
        return (numbers for numbers in list(self.modular) if _serves(numbers.place, s, shape))

    def reals_at(self, s: Setting, shape: Shape, kind: int, digits: int) -> Iterator[Reals]:
        for drawn, numbers in list(self.decimal):
            if drawn == kind and numbers.digits >= digits and _serves(numbers.place, s, shape):
                yield numbers


def _serves(place: Place, s: Setting, shape: Shape) -> bool:
    """Whether these lines can be looked at there; what they speak of besides is drawn when it is asked for."""
    if not (shape.sizes.items() <= place.integers.items() and all(v in place.integers for v in s.whole)):
        return False
    place.sorts = {**s.sorts, **place.sorts}
    return True
