"""Figures as data: curves over one number that moves, grids of numbers, and which terms they show."""

from __future__ import annotations

from dataclasses import dataclass

from derive.statement.term import Term

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Curve:
    """A curve; where a number of `ys` is no number it breaks off. Over integers it is a row of dots."""

    name: str  # in words, or the Python name of a symbol with its positions: "x[0]"
    xs: Numbers
    ys: Numbers
    dots: bool = False
    wrong: bool = False  # it belongs to a formula that does not hold


@dataclass(frozen=True)
class Dot:
    """One point on a curve; an open one shows a limit that is not attained."""

    x: float
    y: float
    filled: bool = True


@dataclass(frozen=True)
class Graph:
    """Curves over one number: its name, and the breakpoints at which a formula bends."""

    across: str
    curves: tuple[Curve, ...]
    dots: tuple[Dot, ...] = ()
    breaks: Numbers = ()
    title: str = ""
    levels: tuple[tuple[float, str], ...] = ()  # horizontal lines and what they mean
    logarithmic: bool = False  # on both axes


@dataclass(frozen=True)
class Grid:
    """A matrix of numbers; rows and columns are positions of these indices."""

    down: str
    across: str
    values: tuple[Numbers, ...]


@dataclass(frozen=True)
class Figure:
    """One figure of a claim.

    kind: "function" (a function of one number and its derivative), "entries" (a function of a vector with two entries), "jacobian",
    "failure" (both sides of a formula that does not hold), "error" (of the witness, for a whole page).
    """

    item: str  # the id of the claim or erratum that it stands beside; the name of the page for a figure of the whole page
    kind: str
    panels: tuple[Graph | Grid, ...]
    terms: tuple[Term, ...] = ()  # what is drawn
    at: tuple[tuple[str, str], ...] = ()  # what stands still and where, as in a counterexample
    breaks: tuple[str, ...] = ()  # the breakpoints, exactly
