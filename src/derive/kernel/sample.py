"""Samples: exact points at which the facts of a cell hold, found once and asked of every goal there.

To meet equations and inequalities exactly takes much longer than to evaluate a goal. A cell with one fact more keeps those of its
points at which that fact holds too. Points veto, they never prove.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from derive.kernel.balls import Point, Trial
from derive.kernel.cell import Cell
from derive.kernel.points import satisfying_points
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.statement.term import ZERO, Term

MOST = 20  # points of a cell that a goal is asked at
ENOUGH = 6  # points that a cell may take from a cell with fewer facts, to need none of its own
STEPS = 400  # of the search for points, for one goal

Names = frozenset[Term | str]


class Sample:
    """The points of every cell, as far as they have been found."""

    def __init__(self, given: Callable[[Cell], tuple[tuple[Term, ...], tuple[Term, ...]]]) -> None:
        """`given` says what is known in a cell: all of it, and what of it speaks of the question's own indices."""
        self.given = given
        self.points: dict[Cell, list[Point]] = {}
        self.more: dict[tuple[Cell, Names], Iterator[Point]] = {}  # what is still to be found, for goals with these names

    def refutes(self, term: Term, relation: str, cell: Cell) -> bool:
        """Whether 0 `relation` term fails at a point of the cell."""
        given, own = self.given(cell)
        question = Question(ZERO, term, relation, given, own)
        try:
            trial = Trial(Question(ZERO, term, relation))
            for k, point in enumerate(islice(self._at(cell, question), MOST)):
                trial.evaluator.load(point)
                # two points are looked at closely: a term may be as small as 1e-80
                if trial.refuted(1024 if k < 2 else 256):
                    return True
        except (Exhausted, RecursionError):
            pass
        return False

    def _at(self, cell: Cell, question: Question) -> Iterator[Point]:
        names = _names(question)
        if cell not in self.points:
            self.points[cell] = list(self._inherited(cell))
        found = self.points[cell]
        known = [p for p in found if names <= _given(p)]
        yield from known
        key = cell, names
        if key not in self.more:
            self.more[key] = iter(()) if len(known) >= ENOUGH else satisfying_points(question, Budget(STEPS))
        for point in self.more[key]:
            found.append(point)
            yield point

    def _inherited(self, cell: Cell) -> Iterator[Point]:
        """The points of the same cell with fewer facts at which the others hold too."""
        for k in range(len(cell.facts) - 1, -1, -1):
            fewer = Cell(cell.facts[:k], cell.distinct)
            if fewer in self.points:
                given, own = self.given(Cell(cell.facts[k:]))
                trial = Trial(Question(ZERO, ZERO, "eq", given, own))
                names = _names(trial.question)
                for point in self.points[fewer]:
                    if names <= _given(point):
                        trial.evaluator.load(point)
                        if trial.holds():
                            yield point
                return


def _names(question: Question) -> Names:
    return frozenset((*question.sizes, *question.symbols, *question.indices, *(name for name, _, _ in question.arrays)))


def _given(point: Point) -> Names:
    return frozenset((*point.sizes, *point.scalars, *point.indices, *point.arrays))
