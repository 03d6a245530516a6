"""Claims: chains of links with their hypotheses and sources, and errata. Frozen data, no proofs."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.shown import Shown
from derive.statement.term import Term

RELATIONS = ("eq", "ne", "le", "lt", "iff", "implies")

FORMS = (
    "chain",  # first, then links
    "tends_to",  # expression, variable, point, side ("+", "-", ""), value
    "minimises",  # point (tuple of terms), objective, over (the variables), subject_to
    "convex",  # expression, over
    "differentiable_at",  # expression, variable, point, left, right (one-sided derivatives)
    "exists",  # proposition, point
    "not_always",  # proposition, point
    "has_shape",  # matrix expression, shape
    "member",  # element, set
    "rounds_to",  # expression, printed decimal
    "costs",  # expression, operation count
)


@dataclass(frozen=True)
class Source:
    """Where a formula was printed: a key of the bibliography and a place in it."""

    key: str
    locator: str = ""


@dataclass(frozen=True)
class Link:
    """One line of a chain and how it follows from the line before."""

    relation: str
    right: Term
    why: str = ""
    by: tuple[str, ...] = ()  # ids of the claims that it cites
    admits: str = ""  # an author's named gap


@dataclass(frozen=True)
class Form:
    """A statement of another shape than a chain: `name` is in FORMS, `parts` its named terms and words."""

    name: str
    parts: tuple[tuple[str, object], ...]  # values: Term, str, or a tuple of these

    def __getitem__(self, key: str) -> object:
        return dict(self.parts)[key]


@dataclass(frozen=True)
class Claim(Shown):
    """One claim of a page. `first` and `links` make a chain; `form` is set for any other shape."""

    id: str  # page.name
    file: str
    line: int
    first: Term | None = None
    links: tuple[Link, ...] = ()
    form: Form | None = None
    given: tuple[Term, ...] = ()  # propositions; a free index holds for all its values
    source: tuple[Source, ...] = ()
    covers: tuple[str, ...] = ()  # ledger ids
    reads_as: str = ""
    runs_as: str = ""  # the library function that the primal is, such as jax.nn.softmax
    layout: str = ""
    unknown: str = ""  # what was tried, where the page declares the claim open
    definition: bool = False  # true because a symbol was defined so
    title: str = ""
    display: str = ""  # LaTeX of the statement in the author's notation, shown beside the kernel's own
    printed: bool = False  # the formula of an erratum: expected to be refuted


@dataclass(frozen=True)
class Erratum(Shown):
    """A printed formula that is refuted, or ill-posed, and the claim that corrects it."""

    id: str
    file: str
    line: int
    printed: Claim | None
    reason: str = "refuted"  # or "ill-posed"
    refuted_at: tuple[tuple[str, str], ...] = ()
    instead: str | None = None
    readings: tuple[tuple[str, str], ...] = ()  # (words, claim id)
    raises: str = ""
    source: tuple[Source, ...] = ()
    covers: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Page:
    """One file of the library, as data."""

    name: str
    file: str
    title: str = ""
    text: str = ""  # the docstring after its first line
    claims: tuple[Claim, ...] = ()
    errata: tuple[Erratum, ...] = ()
    cites: tuple[str, ...] = ()  # pages that it imports
    notes: tuple[tuple[str, str], ...] = field(default=())  # (symbol, meaning) from the page's comments
