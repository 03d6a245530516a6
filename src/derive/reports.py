"""Reports: outcomes as documents, for stdout, a file, or page by page in a folder. A file is written whole or not at all."""

from __future__ import annotations

import json
import os
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.errors import DeriveError
from derive.export import html, json_report, junit, latex, markdown
from derive.outcome import Outcome
from derive.statement.claim import Page
from derive.version import __version__


@dataclass(frozen=True)
class Report:
    """The pages of one run with their outcomes, and the errors on the way."""

    pages: Sequence[Page]
    outcomes: Sequence[Outcome]
    errors: Sequence[DeriveError] = ()

    def by_page(self) -> list[tuple[Page, list[Outcome]]]:
        """Each page with its own outcomes."""
        return [(page, [o for o in self.outcomes if o.item.id.partition(".")[0] == page.name]) for page in self.pages]


def render(report: Report, form: str) -> str:
    """One document of all pages: "latex", "html" (of one page), "markdown", "junit" or "json"."""
    pages = report.by_page()
    if form == "json":
        return json.dumps(json_report.report(report.outcomes, report.errors, __version__), indent=2, ensure_ascii=False) + "\n"
    if form == "latex":
        return (latex.document(*pages[0]) if len(pages) == 1 else latex.book(pages, version=__version__)).rstrip() + "\n"
    if form == "junit":
        return junit.report(report.outcomes, report.errors)
    if form == "markdown":
        return markdown.status(pages) + "\n"
    ((page, outcomes),) = pages
    return html.page(page, outcomes, source=_source(page), version=__version__)


def write(report: Report, forms: Iterable[str], output: str) -> list[Path]:
    """The files written: `output` itself, or in a folder a document per page and one for all of them."""
    forms = tuple(forms)
    if not output.endswith("/") and not Path(output).is_dir():
        (form,) = forms
        return [write_whole(Path(output), render(report, form))]
    folder, pages, written = Path(output), report.by_page(), []
    folder.mkdir(parents=True, exist_ok=True)
    if "latex" in forms:
        written += [write_whole(folder / f"{page.name}.tex", latex.document(page, outcomes)) for page, outcomes in pages]
        written.append(write_whole(folder / "book.tex", latex.book(pages, version=__version__)))
    if "html" in forms:
        names = [page.name for page in report.pages]
        for page, outcomes in pages:
            text = html.page(page, outcomes, source=_source(page), pages=names, index=True, version=__version__)
            written.append(write_whole(folder / f"{page.name}.html", text))
        written.append(write_whole(folder / "index.html", html.index(pages, version=__version__)))
    if "markdown" in forms:
        for name, make in (("status", markdown.status), ("errata", markdown.errata), ("coverage", markdown.coverage)):
            written.append(write_whole(folder / f"{name}.md", make(pages).rstrip() + "\n"))
    if "junit" in forms:
        written.append(write_whole(folder / "junit.xml", render(report, "junit")))
    if "json" in forms:
        # Last, so that a summary speaks only of documents that are there.
        written.append(write_whole(folder / "summary.json", render(report, "json")))
    return written


def write_whole(path: Path, text: str) -> Path:
    """Put a text in a file; whoever reads the file meanwhile, or after a crash, sees the old text or the new one."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return path


def _source(page: Page) -> str:
    try:
        with tokenize.open(page.file) as file:
            return file.read()
    except (OSError, SyntaxError):  # it changed under our hands
        return ""
