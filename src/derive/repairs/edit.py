"""Edits: one change to a statement, and the kinds there are."""

from __future__ import annotations

from dataclasses import dataclass

from derive.kernel.question import Question
from derive.statement.claim import Form
from derive.statement.term import Term

# What is changed, nearest to what was written first.
SIGN, SIDE, LAYOUT, INDEX, SIZE, DIGIT, NUMBER, RELATION, COUNTED, FACTOR, HYPOTHESIS, TERM, FUNCTION, QUOTIENT, MISSING = ORDER = (
    "a sign", "the side", "the layout", "an index", "a size", "a digit", "a number", "the relation", "what is counted", "a factor",
    "a hypothesis", "a term", "a function", "a quotient", "a missing factor",
)  # fmt: skip
FAR = (QUOTIENT, MISSING)  # looked at only where nothing nearer helps: too many of them rewrite what is right already


@dataclass(frozen=True)
class Stated:
    """A statement that is no chain, under its hypotheses."""

    form: Form
    given: tuple[Term, ...]


@dataclass(frozen=True)
class Edit:
    """One change: what it changes, how in words, and the statement that it leaves."""

    kind: str
    words: str
    statement: Question | Stated
    given: Term | None = None  # the hypothesis that it adds
    about: Term | None = None  # of which value that hypothesis gives the sign
    signs: str = ""  # the signs that it allows: "-", "0", "+", in this order; "1" beyond one
