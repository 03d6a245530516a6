"""Steps: how a proof came about, as data. Goals and what closes them, with the cases that a goal was split into."""

from __future__ import annotations

from dataclasses import dataclass

from derive.statement.term import Term, make


@dataclass(frozen=True)
class Known:
    """A proposition that may be used, for all values of the indices in `every`."""

    proposition: Term
    every: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Step:
    """That `goal` holds wherever `known` does, by these rules from these parts; `case` is what it settles of the step around it."""

    rules: tuple[str, ...]
    goal: Term | None = None
    known: tuple[Known, ...] = ()
    parts: tuple[Step, ...] = ()
    case: Term | None = None


def claimed(relation: str, left: Term, right: Term) -> Term:
    """A line of a claim as one proposition: the goal of its proof."""
    if relation == "implies":
        return make("or", make("not", left), right)
    if relation == "iff":
        return make("and", claimed("implies", left, right), claimed("implies", right, left))
    return make(relation, left, right)
