"""A folder of reports: every link leads somewhere, two runs write the same, and no plot of yesterday stays."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from derive.errors import DeriveError
from derive.jobs import Lost, Pool
from derive.reports import Report, write

FORMS = ("latex", "html", "markdown", "json")


class Links(HTMLParser):
    """The ids of a page and where its links lead; an id that comes twice is kept twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.to: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        self.ids += [got["id"]] if got.get("id") else []  # type: ignore[list-item]
        self.to += [got["href"]] if tag == "a" and got.get("href") else []  # type: ignore[list-item]


@pytest.fixture(scope="module")
def site(library, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    write(Report(library.pages, library.outcomes), FORMS, f"{folder}/", draws=True)
    return folder


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {f.name: Links(f.read_text(encoding="utf-8")) for f in site.glob("*.html")}
    assert len(pages) == 4
    for name, page in pages.items():
        assert len(set(page.ids)) == len(page.ids), name
        for target in page.to:
            if not target.startswith("http"):
                file, _, place = target.partition("#")
                assert place in pages[file or name].ids if place else file in pages, (name, target)
    assert sum(len(page.to) for page in pages.values()) > 20


def test_every_plot_that_a_document_shows_is_there(site: Path) -> None:
    shown = {name for f in site.glob("*.tex") for name in re.findall(r"\\plot\{([^}]+)\}", f.read_text(encoding="utf-8"))}
    assert shown == {f.stem for f in (site / "plots").glob("*.pdf")}
    assert shown


def test_two_runs_write_the_same(library, site: Path) -> None:
    before = {f: f.read_bytes() for f in site.rglob("*") if f.is_file()}
    (site / "plots" / "softmax_jacobian-gone-function.pdf").write_bytes(b"old")
    (site / "plots" / "another_page-it-function.pdf").write_bytes(b"kept")
    write(Report(library.pages, library.outcomes), FORMS, f"{site}/", draws=True)
    (site / "plots" / "another_page-it-function.pdf").unlink()
    assert {f: f.read_bytes() for f in site.rglob("*") if f.is_file()} == before


def test_without_plots_none_is_drawn(library, tmp_path: Path) -> None:
    write(Report(library.pages, library.outcomes), FORMS, f"{tmp_path}/")
    assert not (tmp_path / "plots").exists()
    assert "<figure" not in (tmp_path / "softmax_jacobian.html").read_text(encoding="utf-8")


def test_a_drawing_that_is_lost_is_an_error(library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pool, "run", lambda self, calls, report: [Lost("stopped: it ran past 300 s") for _ in calls])
    with pytest.raises(DeriveError, match="its plots were not drawn: stopped: it ran past 300 s; leave out --plots"):
        write(Report(library.pages, library.outcomes), ("html",), f"{tmp_path}/", draws=True)
