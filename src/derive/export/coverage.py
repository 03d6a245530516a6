"""docs/coverage.md: the source's words and, side by side, what the library states and what became of it, made from outcomes.

The words of the sources lie in `sources.toml` beside the pages, so that a page cannot bend them. Nothing is decided here.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.errors import DeriveError
from derive.export.account import Account, page_account
from derive.export.markdown import escape, table
from derive.export.prose import parse
from derive.outcome import Outcome
from derive.statement.claim import Page

FILE = "sources.toml"
SHOWN = ("Reads as", "Given", "Not needed", "Where", "Holds", "Oracles", "Admits", "Tried", "Open")
HEAD = ("Entry", "The source's words", "The statement, from the kernel's terms", "Verdict")


@dataclass(frozen=True)
class Words:
    """What a source says: the place, and the formula as it stands there."""

    where: str
    formula: str


@dataclass(frozen=True)
class Sources:
    """The documents by key, and their entries by id, in the order of the documents."""

    titles: Mapping[str, str]
    words: Mapping[str, Words]


NO_SOURCES = Sources({}, {})


def sources_beside(pages: Iterable[Page]) -> Sources:
    """The sources whose words lie beside the pages; none where there is no such file. Raises DeriveError where it cannot be read."""
    for folder in dict.fromkeys(Path(page.file).parent for page in pages):
        if (path := folder / FILE).is_file():
            return read_sources(path)
    return NO_SOURCES


def read_sources(path: Path) -> Sources:
    """The sources of one file."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        words = {entry: Words(said["where"], said["words"]) for entry, said in data["entries"].items()}
        return Sources(data["titles"], words)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DeriveError(f"expected [titles] and [entries.ID] with where and words; got {error!r}", file=str(path)) from error


def coverage(pages: Iterable[tuple[Page, Sequence[Outcome]]], sources: Sources = NO_SOURCES) -> str:
    """Every entry with the items that settle it and what they say, to be read by eye; a whole file."""
    found: dict[str, list[tuple[Page, Account]]] = defaultdict(list)
    for page, outcomes in pages:
        covers = {o.item.id: o.item.covers for o in outcomes}
        for item in page_account(page, outcomes).items:
            for entry in covers[item.id]:
                found[entry].append((page, item))
    entries = [*(e for e in sources.words if e in found), *sorted(set(found) - set(sources.words))]
    missing = [e for e in sources.words if e not in found]
    out = [
        "# Coverage",
        "What no program can see is whether a claim says what its source says. Here each entry stands beside the statements that settle "
        "it, printed from the kernel's own terms: lines with their verdicts, readings, hypotheses. Indices count from 1 unless they are "
        "used as numbers. Made from the outcomes of the pages and the words in `derivations/sources.toml`.",
        f"{len(entries)} entries; of those in `{FILE}`, {len(missing) or 'none'} {'is' if len(missing) == 1 else 'are'} left out.",
    ]
    for key in dict.fromkeys(e.partition(".")[0] for e in entries):
        title = sources.titles.get(key, "")
        out.append(f"## {key}{': ' + title if title else ''}")
        rows: list[tuple[str, ...]] = [HEAD]
        for entry in (e for e in entries if e.partition(".")[0] == key):
            rows += _rows(entry, sources.words.get(entry), found[entry])
        out.append(table(rows))
    if missing:
        out.append("## Left out\n\n" + ", ".join(missing))
    return "\n\n".join(out) + "\n"


def _rows(entry: str, words: Words | None, items: Sequence[tuple[Page, Account]]) -> Iterator[tuple[str, ...]]:
    """One row for each item; the entry and its words stand in the first."""
    head = (f"**{entry}**" + (f"<br>{escape(words.where)}" if words else ""), _math(words.formula) if words else "")
    for page, item in items:
        verdict = f"{'erratum' if item.kind == 'erratum' else 'claim'}<br>**{item.mark}**"
        yield (*head, "<br>".join((f"[{item.id}](../{page.file}#L{item.line})", *said(item))), verdict)
        head = ("", "")


def said(a: Account) -> Iterator[str]:
    """The statement of an item in lines: a chain line by line, other statements in words, then what belongs to them."""
    body = a.body
    if body.chain:
        for line in body.chain:
            mark = f" **{line.verdict}**" if line.verdict not in ("", "PROVED") else ""
            shown = _math(" ".join((line.relation, *line.pieces))) + ("" if line.pieces else " the same, by another name")
            yield shown + mark
    elif body.statement:
        yield _math(" ".join(body.statement))
    if body.words:
        yield _prose(body.words)
    for letter, pieces in body.where:
        yield f"where {_math(' '.join((letter, '=', *pieces)))}"
    for point in [p for p in (body.point, *(line.point for line in body.chain)) if p][:1]:
        at = ", ".join(_math(f"{name} = {value}") for name, value in point.at)
        yield f"fails{' at ' + at if at else ''}: {_math(f'{point.lhs} {point.sign} {point.rhs}')}"
    for reading in a.readings:
        yield f"reading {_prose(reading.words)}: {reading.verdict} ({reading.claim})"
    if a.raises:
        yield f"building it raises `{a.raises}`"
    for fact in a.facts:
        if fact.label in SHOWN:
            yield f"*{fact.label.lower()}* {_prose(fact.words)}"
    if a.instead:
        yield f"correct: {a.instead}"
    if a.note:
        yield _prose(a.note)


def _math(latex: str) -> str:
    """LaTeX on one line whose bars do not end the cell; the empty groups at which a line may break are left out."""
    bars = latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
    return f"${' '.join(word.removeprefix('{}') for word in bars.split())}$"


def _prose(words: str) -> str:
    """Prose for a cell: only its plain text is escaped."""
    shown: dict[str, Callable[[str], str]] = {"math": _math, "code": lambda text: f"`{text}`".replace("|", chr(92) + "|")}
    return "".join(shown.get(k.kind, escape)(k.text) for k in parse(words)).replace("\n", " ")
