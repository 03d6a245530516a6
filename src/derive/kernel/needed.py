"""Which hypotheses of a proved claim it stands without: one after the other is left out, and its lines are asked again.

h needed        an exact point refutes a line without h, or no short proof of a line goes through without it
h not needed    every line without h, and without those left out before, is proved
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.forms import decide_form
from derive.kernel.points import search
from derive.kernel.proof import Budget, Exhausted, note_overrun
from derive.kernel.question import Question
from derive.kernel.verdict import Status
from derive.statement.claim import Form
from derive.statement.term import Term, show

POINTS, STEPS = 150, 4_000  # how far a look and a proof without the hypothesis may go
LONGER = 8  # how many times longer than the proof with it, as long as that is a short one
SECONDS = 2.0  # a safety net


def unneeded(proofs: Sequence[tuple[Question, int]]) -> tuple[str, ...]:
    """The hypotheses, in words, without all of which each of these questions, the lines of one claim, is proved as well.

    With each question come the steps of its proof.
    """
    lines = list(proofs)

    def stands(given: tuple[Term, ...]) -> bool:
        without = [(replace(q, given=given, schematic=tuple(g for g in q.schematic if g in given)), steps) for q, steps in lines]
        # A point is found sooner than a proof fails, and the line that failed last fails first.
        if any(_refuted(question) for question, _ in without):
            return False
        for k, (question, steps) in enumerate(without):
            if not _proved(question, max(5 * steps // 4, min(STEPS, LONGER * (steps + 150)))):
                lines.insert(0, lines.pop(k))
                return False
        return True

    return _spared(lines[0][0].given, stands)


def unneeded_by_form(form: Form, given: tuple[Term, ...]) -> tuple[str, ...]:
    """The same for a statement that is no chain."""
    return _spared(given, lambda rest: decide_form(form, rest, Budget(STEPS, SECONDS)).status is Status.PROVED)


def _spared(given: tuple[Term, ...], stands: Callable[[tuple[Term, ...]], bool]) -> tuple[str, ...]:
    spared = []
    for h in given:
        rest = tuple(g for g in given if g is not h and g not in spared)
        if stands(rest):
            spared.append(h)
    return tuple(map(show, spared))


def _refuted(question: Question) -> bool:
    # Where the ranges of the free indices are numbers, the line may fail at a place that only a longer look comes to.
    places = bool(question.indices) and not question.sizes
    for effort in (0, 1) if places else (0,):
        try:
            if search(question, Budget(POINTS, SECONDS), effort) is not None:
                return True
        except Exhausted:
            pass  # no point so far: let the rules try
    return False


def _proved(question: Question, steps: int) -> bool:
    try:
        prove(question, Budget(steps, SECONDS))
    except MemoryError:  # how much there is depends on the machine
        note_overrun()
        return False
    except (*GIVES_UP, RecursionError):
        return False
    return True
