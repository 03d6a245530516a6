"""The points of one claim: where its lines were looked at, and its proof may be, with all that was computed there."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from random import Random

from derive.recheck.place import Place
from derive.recheck.reals import Reals
from derive.recheck.residues import Residues
from derive.recheck.setting import Setting, Shape
from derive.recheck.writing import Node, Writing
from derive.statement.term import ZERO, Term, make, sub


@dataclass
class Points:
    """Values at places; each keeps what was computed there."""

    shapes: list[Shape] = field(default_factory=list)
    modular: list[Residues] = field(default_factory=list)
    decimal: list[tuple[int, Reals]] = field(default_factory=list)  # with the kind of numbers that were drawn
    writings: dict[Hashable, Writing] = field(default_factory=dict)  # by the whole numbers of a place
    refused: dict[Node, int] = field(default_factory=dict)  # how many points a hypothesis kept out
    random: Random = field(default_factory=lambda: Random(0))
    seen: set[Term] = field(default_factory=set)  # goals that hold wherever that was looked at, whatever is known

    def writing(self, place: Place, own: bool) -> Writing:
        """What is written at such a place; `own`: at no other one, since what is written speaks of whole numbers that vary."""
        if own:
            return Writing(dict(place.integers), place.of)
        key = frozenset(place.integers.items())
        if key not in self.writings:
            self.writings[key] = Writing(dict(place.integers))
        return self.writings[key]

    def see(self, relation: str, left: Term, right: Term) -> None:
        """Two lines that stand in this relation without any hypothesis, and what a proof says of their difference."""
        self.seen.add(make(relation, left, right))
        self.seen.add(make(relation, ZERO, sub(right, left)) if relation in ("le", "lt") else make(relation, sub(left, right), ZERO))

    def residues_at(self, s: Setting, shape: Shape) -> Iterator[Residues]:
        return (numbers for numbers in list(self.modular) if _serves(numbers.place, s, shape))

    def reals_at(self, s: Setting, shape: Shape, digits: int, kind: int | None) -> Iterator[Reals]:
        for drawn, numbers in list(self.decimal):
            if kind in (drawn, None) and numbers.digits >= digits and _serves(numbers.place, s, shape):
                yield numbers


def _serves(place: Place, s: Setting, shape: Shape) -> bool:
    """Whether these lines can be looked at there; what they speak of besides is drawn when it is asked for."""
    if not (shape.sizes.items() <= place.integers.items() and all(v in place.integers for v in s.whole)):
        return False
    if not s.sorts.keys() <= place.sorts.keys():
        place.sorts = {**s.sorts, **place.sorts}
    return True
