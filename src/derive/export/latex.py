"""LaTeX: a complete document per page, and a book of all pages. pdflatex with the recommended collections is enough.

Every value that a template prints is escaped, unless a filter has made it TeX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined

from derive.contents import URL, Contents, Reference
from derive.export.account import MARKS, PageAccount, page_account, source_words
from derive.export.plots import Plot
from derive.export.prose import tex, tex_code, tex_prose
from derive.outcome import Outcome
from derive.statement.claim import Page, Source

NOTHING = Contents()
LONGEST = 64  # letters of a title in the head of a page


class Tex(str):
    """Text that is TeX already."""

    __slots__ = ()


def document(page: Page, outcomes: Iterable[Outcome], plots: Sequence[Plot] = (), *, contents: Contents = NOTHING) -> str:
    """One page as a complete LaTeX document; the PDFs of its plots lie in the folder `plots` beside it."""
    shown = page_account(page, outcomes, plots)
    works = contents.cited(shown.documents, [page.name])
    return (
        _environment()
        .get_template("document.tex.j2")
        .render(page=shown, known=_known([shown]), works=works, reading=_reading(page, contents))
    )


def book(
    pages: Iterable[tuple[Page, Sequence[Outcome]]],
    plots: Mapping[str, Sequence[Plot]] = MappingProxyType({}),
    *,
    contents: Contents = NOTHING,
    version: str = "",
) -> str:
    """All pages as one book: contents, a part for each topic, a chapter for each page, the errata, the bibliography.

    `plots` are those of each page, by its name.
    """
    every = {page.name: (page, page_account(page, outcomes, plots.get(page.name, ()))) for page, outcomes in pages}
    parts = [(topic.title, [every[name][1] for name in topic.pages]) for topic in contents.arranged(list(every))]
    shown = [page for _, chapters in parts for page in chapters]
    totals = [(mark, sum(page.counts_of(mark) for page in shown)) for mark in MARKS]
    totals = [(mark, count) for mark, count in totals if count]
    works = contents.cited({key for page in shown for key in page.documents}, list(every), general=True)
    return _environment().get_template("book.tex.j2").render(
        parts=parts, pages=shown, known=_known(shown), totals=totals, marks=[mark for mark, _ in totals], version=version,
        reading={name: _reading(page, contents) for name, (page, _) in every.items()},
        works=[(work, [page for page in shown if work.key in page.documents]) for work in works],
    )  # fmt: skip


def _reading(page: Page, contents: Contents) -> list[Reference]:
    """Works that the page is about, besides those that it cites line by line."""
    return [r for r in contents.references if page.name in r.pages]


def _known(pages: Sequence[PageAccount]) -> list[str]:
    return [a.id for page in pages for a in page.items]


def _escape(value: object) -> str:
    return value if isinstance(value, Tex) else tex(str(value))


def _pieces(parts: Sequence[str]) -> Tex:
    return Tex("".join(rf"\piece{{{part}}}" for part in parts))


def _defined(parts: Sequence[str]) -> Tex:
    return _pieces((f"= {parts[0]}", *parts[1:]))


def _label(identifier: str) -> Tex:
    """An id as a label: letters, digits, dots, and a dash for anything else."""
    return Tex("".join(c if c.isascii() and (c.isalnum() or c == ".") else "-" for c in identifier))


def _outline(words: str) -> Tex:
    """A heading for a page, and without its formulas for the outline that a reader of the PDF shows."""
    return Tex(rf"\texorpdfstring{{{tex_prose(words)}}}{{{_bare(words)}}}")


def _bare(words: str) -> str:
    return " ".join("".join(c if c.isascii() and c.isalnum() else " " for c in words).split())


def _entry(page: PageAccount) -> Tex:
    """A chapter in the contents: its title, and in italics what it says."""
    title, subtitle = tex_prose(page.title), tex_prose(page.subtitle)
    shown = rf"{title}: \textit{{{subtitle}}}" if subtitle else title
    return Tex(rf"\texorpdfstring{{{shown}}}{{{_bare(page.title)}}}")


def _cited(source: Source) -> Tex:
    """Where a formula was printed, as a link to the bibliography."""
    if source.key == "original":
        return Tex("original")
    return Tex(rf"\incite{{{_label(source.key)}}}{{{tex(source_words(source))}}}")


def _address(url: str) -> Tex:
    """An address as a link, if it is one."""
    shown, escaped = tex_code(url), url.replace("&", "\\&")
    return Tex(rf"\href{{{escaped}}}{{{shown}}}" if URL.fullmatch(url) else shown)


def _running(words: str) -> Tex:
    """A heading that fits the head of a page, cut between words."""
    return Tex(tex_prose(words if len(words) <= LONGEST else (words[:LONGEST].rpartition(" ")[0] or words[:LONGEST]).rstrip(" ,;:") + " …"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("derive.export"), undefined=StrictUndefined, finalize=_escape, trim_blocks=True, lstrip_blocks=True,
        block_start_string="<%", block_end_string="%>", variable_start_string="<<", variable_end_string=">>",
        comment_start_string="<#", comment_end_string="#>",
    )  # fmt: skip
    environment.filters |= {
        "prose": lambda words: Tex(tex_prose(words)),
        "code": lambda words: Tex(tex_code(words).removeprefix(r"\texttt{").removesuffix("}")),
        "math": Tex, "raw": Tex, "pieces": _pieces, "defined": _defined, "label": _label, "outline": _outline, "running": _running,
        "entry": _entry, "cited": _cited, "address": _address,
    }  # fmt: skip
    return environment
