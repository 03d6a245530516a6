"""docs/coverage.md: the source's words beside what is stated, and what nothing states named."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from derive.errors import DeriveError
from derive.export.coverage import FILE, Sources, Words, coverage, read_sources, sources_beside

LIBRARY = Path(__file__).parents[2] / "derivations"


@pytest.fixture
def pages(library):
    return [(page, library.of(page)) for page in library.pages]


def rows(text: str) -> list[list[str]]:
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]


def test_each_entry_stands_beside_its_items(pages) -> None:
    sources = Sources({"003": "A homework"}, {"003.1j.chain": Words("1(j), answer", r"\|x\|_2 = |x|")})
    text = coverage(pages, sources)
    assert "## 003: A homework" in text
    entry, words, said, verdict = next(row for row in rows(text) if "**003.1j.chain**" in row[0])
    assert entry.strip() == "**003.1j.chain**<br>1(j), answer"
    assert words.strip() == r"$\Vert x\Vert _2 = \vert x\vert$", "a bar inside a formula would end its cell"
    assert said.strip().startswith("[softmax_jacobian.jacobian](../derivations/softmax_jacobian.py#L20)<br>$")
    assert verdict.strip() == "claim<br>**PROVED**"


def test_every_row_has_four_cells(pages) -> None:
    found = rows(coverage(pages))
    assert len(found) > 2
    assert {len(row) for row in found} == {4}


def test_a_chain_shows_its_broken_line(pages) -> None:
    said = next(row[2] for row in rows(coverage(pages)) if "softmax_jacobian.sign]" in row[2])
    assert "fails at $n = 2$" in said
    assert "correct: softmax_jacobian.jacobian" in said


def test_an_entry_that_nothing_covers_is_named(pages) -> None:
    sources = Sources({}, {"003.1j.chain": Words("", "x"), "999.lost": Words("", "y")})
    text = coverage(pages, sources)
    assert "1 is left out" in text
    assert text.rstrip().endswith("## Left out\n\n999.lost")
    assert "Left out" not in coverage(pages)


def test_sources_lie_beside_the_pages(pages, tmp_path: Path) -> None:
    page = replace(pages[0][0], file=str(tmp_path / "page.py"))
    assert sources_beside([page]).words == {}
    good = '[titles]\n1 = "A book"\n[entries."1.a"]\nwhere = "here"\nwords = "x"\n'
    bad = tmp_path / FILE
    bad.write_text(good, encoding="utf-8")
    assert sources_beside([page]) == Sources({"1": "A book"}, {"1.a": Words("here", "x")})
    bad.write_text('[titles]\n[entries."1.a"]\nwhere = "here"\n', encoding="utf-8")
    with pytest.raises(DeriveError, match=r"expected \[titles\] and \[entries.ID\] with where and words"):
        read_sources(bad)
    bad.write_text("[titles", encoding="utf-8")
    with pytest.raises(DeriveError, match="expected"):
        read_sources(bad)


def test_the_library_covers_entries_of_its_sources_alone() -> None:
    known = read_sources(LIBRARY / FILE).words
    texts = [page.read_text(encoding="utf-8") for page in LIBRARY.glob("*.py")]
    lists = [block for text in texts for block in re.findall(r"covers=\[(.*?)\]", text, re.DOTALL)]
    named = {entry for block in lists for entry in re.findall(r'"([^"]+)"', block)}
    assert named
    assert named <= set(known)
