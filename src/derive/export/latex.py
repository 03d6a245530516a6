"""LaTeX: a complete document per page, and a book of all pages. pdflatex with the recommended collections is enough.

Every value that a template prints is escaped, unless a filter has made it TeX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from derive.export.account import MARKS, PageAccount, page_account
from derive.export.prose import tex, tex_code, tex_prose
from derive.outcome import Outcome
from derive.statement.claim import Page

LONGEST = 64  # letters of a title in the head of a page


class Tex(str):
    """Text that is TeX already."""

    __slots__ = ()


def document(page: Page, outcomes: Iterable[Outcome]) -> str:
    """One page as a complete LaTeX document."""
    shown = page_account(page, outcomes)
    return _environment().get_template("document.tex.j2").render(page=shown, known=_known([shown]))


def book(pages: Iterable[tuple[Page, Sequence[Outcome]]], *, version: str = "", bibliography: Mapping[str, str] | None = None) -> str:
    """All pages as one book: contents, a chapter for each page, the errata, the sources. `bibliography` names the keys of the sources."""
    shown = [page_account(page, outcomes) for page, outcomes in pages]
    totals = [(mark, sum(page.counts_of(mark) for page in shown)) for mark in MARKS]
    totals = [(mark, count) for mark, count in totals if count]
    return _environment().get_template("book.tex.j2").render(
        pages=shown, known=_known(shown), totals=totals, marks=[mark for mark, _ in totals], version=version,
        errata=[a for page in shown for a in page.errata], sources=list(_sources(shown, bibliography or {})),
    )  # fmt: skip


def _sources(pages: Sequence[PageAccount], bibliography: Mapping[str, str]) -> Iterable[tuple[str, str, list[PageAccount]]]:
    """Each source that is cited, what it is, and the pages that cite it."""
    keys = sorted({key for page in pages for a in page.items for key in a.documents} - {"original"})
    for key in keys:
        yield key, bibliography.get(key, ""), [page for page in pages if any(key in a.documents for a in page.items)]


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


def _running(words: str) -> Tex:
    """A heading that fits the head of a page."""
    return Tex(tex_prose(words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"))


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
        "entry": _entry,
    }  # fmt: skip
    return environment
