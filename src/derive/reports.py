"""Reports: outcomes as documents, for stdout, a file, or page by page in a folder. A file is written whole or not at all."""

from __future__ import annotations

import json
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from derive import catalogue
from derive.contents import read_contents
from derive.errors import DeriveError
from derive.export import coverage, html, json_report, junit, latex, markdown
from derive.export.plots import Plot, draw_all
from derive.files import write_whole
from derive.jobs import Call, Lost, Pool
from derive.outcome import Outcome
from derive.progress import progress
from derive.statement.claim import Page
from derive.version import __version__

DRAWING = 300.0  # seconds that the plots of one page may take


@dataclass(frozen=True)
class Report:
    """The pages of one run with their outcomes, and the errors on the way."""

    pages: Sequence[Page]
    outcomes: Sequence[Outcome]
    errors: Sequence[DeriveError] = ()
    settled: bool = False  # another run would say the same: no clock had a hand in it, every witness ran, every page loaded

    def by_page(self) -> list[tuple[Page, list[Outcome]]]:
        """Each page with its own outcomes."""
        return [(page, [o for o in self.outcomes if o.item.id.partition(".")[0] == page.name]) for page in self.pages]


def render(report: Report, form: str) -> str:
    """One document of all pages: "latex", "html" (of one page), "markdown", "junit" or "json"."""
    pages = report.by_page()
    if form == "json":
        return json.dumps(json_report.report(report.outcomes, report.errors, __version__), indent=2, ensure_ascii=False) + "\n"
    contents = read_contents(_folders(report))
    if form == "latex":
        one = len(pages) == 1
        text = latex.document(*pages[0], contents=contents) if one else latex.book(pages, contents=contents, version=__version__)
        return text.rstrip() + "\n"
    if form == "junit":
        return junit.report(report.outcomes, report.errors)
    if form == "markdown":
        return markdown.status(pages) + "\n"
    ((page, outcomes),) = pages
    return html.page(page, outcomes, contents=contents, source=_source(page), version=__version__)


def write(report: Report, forms: Iterable[str], output: str, *, draws: bool = False, jobs: int = 1) -> list[Path]:
    """The files written: `output` itself, or in a folder a document per page and one for all of them, which `draws` gives plots."""
    forms = tuple(forms)
    if not output.endswith("/") and not Path(output).is_dir():
        (form,) = forms
        return [write_whole(Path(output), render(report, form))]
    folder, pages, written = Path(output), report.by_page(), []
    folder.mkdir(parents=True, exist_ok=True)
    contents = read_contents(_folders(report))
    plots = draw(pages, jobs) if draws else {}
    if "latex" in forms:
        if plots:
            written += _write_plots(folder / "plots", plots)
        for page, outcomes in pages:
            text = latex.document(page, outcomes, plots.get(page.name, ()), contents=contents)
            written.append(write_whole(folder / f"{page.name}.tex", text))
        written.append(write_whole(folder / "book.tex", latex.book(pages, plots, contents=contents, version=__version__)))
    if "html" in forms:
        names = [page.name for page in report.pages]
        for page, outcomes in pages:
            text = html.page(
                page, outcomes, plots.get(page.name, ()),
                contents=contents, source=_source(page), pages=names, index=True, version=__version__,
            )  # fmt: skip
            written.append(write_whole(folder / f"{page.name}.html", text))
        written.append(write_whole(folder / "index.html", html.index(pages, contents=contents, version=__version__)))
    if "markdown" in forms:
        sources = coverage.sources_beside(report.pages)
        made = {
            "status": markdown.documents(pages, sources.titles),
            "errata": markdown.errata(pages),
            "coverage": coverage.coverage(pages, sources),
        }
        for name, text in made.items():
            written.append(write_whole(folder / f"{name}.md", text.rstrip() + "\n"))
    if "junit" in forms:
        written.append(write_whole(folder / "junit.xml", render(report, "junit")))
    if "json" in forms:
        # Last, so that a summary speaks only of documents that are there.
        written.append(write_whole(folder / "summary.json", render(report, "json")))
    return written


def draw(pages: Sequence[tuple[Page, Sequence[Outcome]]], jobs: int) -> dict[str, list[Plot]]:
    """The plots of each page, by its name; pages are drawn side by side."""
    with Pool(jobs) as pool, progress("drawing") as watch:
        answers = pool.run([Call(draw_page, one, DRAWING) for one in pages], watch)
    plots = {}
    for (page, _), answer in zip(pages, answers, strict=True):
        if isinstance(answer, Lost):
            raise DeriveError(f"its plots were not drawn: {answer.why}; leave out --plots", file=page.file)
        plots[page.name] = answer
    return plots


def draw_page(page: Page, outcomes: Sequence[Outcome]) -> list[Plot]:
    """The plots of one page."""
    from derive.figures.page import page_figures

    return draw_all(page_figures(page, outcomes))


def _write_plots(folder: Path, plots: Mapping[str, Sequence[Plot]]) -> list[Path]:
    """The PDFs of the plots; those that these pages had before and have no longer are removed."""
    folder.mkdir(exist_ok=True)
    written = [write_whole(folder / f"{plot.name}.pdf", plot.pdf) for many in plots.values() for plot in many]
    for old in sorted(folder.glob("*.pdf")):
        if old not in written and old.name.partition("-")[0] in plots:
            old.unlink()
    return written


def _folders(report: Report) -> list[Path]:
    """Where a table of contents may lie: in the library, and beside the pages."""
    return [catalogue.library(), *dict.fromkeys(Path(page.file).parent for page in report.pages)]


def _source(page: Page) -> str:
    try:
        with tokenize.open(page.file) as file:
            return file.read()
    except (OSError, SyntaxError):  # it changed under our hands
        return ""
