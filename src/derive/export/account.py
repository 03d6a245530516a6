"""Accounts: an outcome as a reader meets it, ready for a page in LaTeX or HTML.

Formulas are LaTeX math in pieces (a line may break between two), words are prose as prose.py reads it. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from derive.export import names
from derive.export.body import Body, body, terms_of
from derive.export.facts import Fact, facts
from derive.export.plots import Plot
from derive.outcome import Outcome
from derive.statement.claim import Claim, Erratum, Page, Source
from derive.statement.term import subterms

MARKS = ("PROVED", "REFUTED", "UNKNOWN", "ADMITTED", "CONFLICT", "ILL-POSED")


@dataclass(frozen=True)
class Reading:
    """One sensible meaning of an ill-posed formula, with the verdict it gets."""

    words: str
    verdict: str
    claim: str


@dataclass(frozen=True)
class Account:
    """One claim or erratum as a reader meets it."""

    id: str
    kind: str  # "claim" or "erratum"
    title: str
    mark: str  # the verdict on the badge, one of MARKS
    result: str
    good: bool  # the outcome is as the page expects
    line: int
    body: Body
    facts: tuple[Fact, ...]
    messages: tuple[str, ...]
    sources: tuple[Source, ...]
    readings: tuple[Reading, ...] = ()
    raises: str = ""
    instead: str = ""
    correction: Account | None = None
    note: str = ""
    plots: tuple[Plot, ...] = ()

    @property
    def name(self) -> str:
        return self.id.rpartition(".")[2]

    @property
    def documents(self) -> tuple[str, ...]:
        """The keys of what it cites."""
        return tuple(dict.fromkeys(s.key for s in self.sources if s.key != "original"))


@dataclass(frozen=True)
class PageAccount:
    """One page of the library: its words, its symbols and its items."""

    name: str
    file: str
    title: str
    subtitle: str
    paragraphs: tuple[str, ...]
    symbols: tuple[tuple[str, str], ...]
    items: tuple[Account, ...]
    cites: tuple[str, ...]
    plots: tuple[Plot, ...] = ()  # of the whole page

    @property
    def claims(self) -> tuple[Account, ...]:
        return tuple(a for a in self.items if a.kind == "claim")

    @property
    def errata(self) -> tuple[Account, ...]:
        return tuple(a for a in self.items if a.kind == "erratum")

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(s for a in self.items for s in a.sources))

    @property
    def documents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for a in self.items for key in a.documents))

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many items bear each verdict, in a fixed order, those that occur."""
        marks = [a.mark for a in self.items]
        return tuple((mark, marks.count(mark)) for mark in MARKS if mark in marks)

    def counts_of(self, mark: str) -> int:
        return dict(self.counts).get(mark, 0)


def page_account(page: Page, outcomes: Iterable[Outcome], plots: Sequence[Plot] = ()) -> PageAccount:
    """A page, its outcomes in the order of its lines, and its plots where they belong."""
    ordered = sorted(outcomes, key=lambda o: (o.item.line, o.item.id))
    readings = {
        claim: words for o in ordered if isinstance(o.item, Erratum) for words, claim in o.item.readings if claim.startswith(o.item.id)
    }
    claims = {o.item.id: account(o) for o in ordered if isinstance(o.item, Claim)}
    claims |= {k: replace(a, title=f"Reading: {readings[k]}") for k, a in claims.items() if k in readings}
    drawn = {name: tuple(p for p in plots if p.item == name) for name in dict.fromkeys(p.item for p in plots)}
    arrays = {u.args[0] for claim in page.claims for t in terms_of(claim) for u in subterms(t) if u.op == "entry"}
    return PageAccount(
        page.name, page.file, *_headings(page), tuple(_paragraphs(page.text)),
        tuple((_symbols(symbols, arrays), words) for symbols, words in page.notes),
        tuple(replace(claims.get(o.item.id) or account(o, claims), plots=drawn.get(o.item.id, ())) for o in ordered), page.cites,
        drawn.get(page.name, ()),
    )  # fmt: skip


def _symbols(written: str, arrays: set[str]) -> str:
    """The names of one or more symbols, as "p, q", in the notation of the formulas."""
    return ", ".join(names.read(name, name in arrays).latex() for name in re.split(r",\s*", written.strip()))


def _headings(page: Page) -> tuple[str, str]:
    """Title and subtitle from the first line of the docstring, "Title: what it says."."""
    title, _, rest = page.title.rstrip(".").partition(": ")
    return title or in_words(page.name), _capital(rest)


def account(outcome: Outcome, claims: Mapping[str, Account] | None = None) -> Account:
    """The account of one outcome; `claims` holds those that an erratum on the same page may point to."""
    item, mark = outcome.item, outcome.verdict.name if outcome.verdict else "UNKNOWN"
    shown = item.printed if isinstance(item, Erratum) else item
    title = (shown.title if shown else "") or in_words(item.id.rpartition(".")[2])
    if isinstance(item, Claim):
        return Account(
            item.id, "claim", title, "CONFLICT" if outcome.result == "conflict" else mark, outcome.result,
            outcome.result in ("verified", "expected"), item.line, body(outcome, item), tuple(facts(outcome, item)), outcome.messages,
            item.source,
        )  # fmt: skip
    ill_posed = item.reason == "ill-posed"
    return Account(
        item.id, "erratum", title, "ILL-POSED" if ill_posed else mark, outcome.result, outcome.result == "expected", item.line,
        body(outcome, shown) if shown else Body(), tuple(facts(outcome, shown)) if shown and not ill_posed else (), outcome.messages,
        item.source, tuple(Reading(*r) for r in outcome.readings), item.raises,
        item.instead or "", (claims or {}).get(item.instead or ""), as_sentence(item.note),
    )  # fmt: skip


# Words that a Python name cannot spell.
SPELLED = {
    word.lower(): word
    for word in (
        "ReLU",
        "GELU",
        "SiLU",
        "Jacobian",
        "Hessian",
        "Gaussian",
        "Gauss",
        "Bernoulli",
        "Poisson",
        "Huber",
        "Moreau",
        "Bayes",
        "JAX",
        "MSE",
    )
}


def in_words(name: str) -> str:
    """rows_sum_to_zero as "Rows sum to zero", below_relu as "Below ReLU"; a symbol such as x or b1 stays as it is; grid2 is "Grid 2"."""
    words = " ".join(SPELLED.get(word, word) for word in name.split("_") if word)
    first, _, rest = words.partition(" ")
    if first == "a" and rest or len(first) > 1 and first.isalpha():
        return words[:1].upper() + words[1:]
    return re.sub(r"^([a-z]{3,})(\d+)$", lambda found: f"{found[1].capitalize()} {found[2]}", words)


def as_sentence(words: str) -> str:
    """A note with a capital and a full stop; one that begins with a formula or with code keeps its first letter."""
    begin = _capital(words.strip())
    return begin if not begin or begin[-1] in ".!?:" else f"{begin}."


def _capital(words: str) -> str:
    """The words with a capital, unless they begin with a formula or with code."""
    first = words.split(" ", 1)[0].rstrip(",;:'’")
    return words[:1].upper() + words[1:] if len(first) > 1 and first.replace("-", "").isalpha() or first == "a" else words


def source_words(source: Source) -> str:
    return "original" if source.key == "original" else f"{source.key}, {source.locator}" if source.locator else source.key


def _paragraphs(text: str) -> Iterable[str]:
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.strip():
            yield " ".join(block.split())
