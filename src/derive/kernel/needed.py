"""Which hypotheses of a proved question it stands without: one after the other is left out, and the question is asked again.

h needed        an exact point refutes the question without h, or no short proof goes through without it
h not needed    the question without h, and without those left out before, is proved
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Stuck
from derive.kernel.decide import prove
from derive.kernel.derivative import Unsupported
from derive.kernel.forms import decide_form
from derive.kernel.points import search
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.kernel.verdict import Status
from derive.statement.claim import Form
from derive.statement.term import Term, Tied, show

POINTS, STEPS = 150, 4_000  # how far a look and a proof without the hypothesis may go
SECONDS = 2.0  # a safety net


def unneeded(question: Question) -> tuple[str, ...]:
    """The hypotheses, in words, without all of which the question is proved as well."""

    def stands(given: tuple[Term, ...]) -> bool:
        return _stands(replace(question, given=given, schematic=tuple(g for g in question.schematic if g in given)))

    return _spared(question.given, stands)


def unneeded_by_form(form: Form, given: tuple[Term, ...]) -> tuple[str, ...]:
    """The same for a statement that is no chain."""
    return _spared(given, lambda rest: decide_form(form, rest, _budget()).status is Status.PROVED)


def _spared(given: tuple[Term, ...], stands: Callable[[tuple[Term, ...]], bool]) -> tuple[str, ...]:
    spared = []
    for h in given:
        rest = tuple(g for g in given if g is not h and g not in spared)
        if stands(rest):
            spared.append(h)
    return tuple(map(show, spared))


def _budget() -> Budget:
    return Budget(STEPS, SECONDS)


def _stands(question: Question) -> bool:
    try:
        if search(question, Budget(POINTS, SECONDS), 0) is not None:
            return False
    except Exhausted:
        pass  # no point so far: let the rules try
    try:
        prove(question, _budget())
    except (Stuck, Beyond, Undefined, Unsupported, Split, Tied, Exhausted, RecursionError, MemoryError):
        return False
    return True
