"""The catalogue: pages found and outlined by their syntax alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive import catalogue
from derive.catalogue import Item, Outline
from derive.errors import DeriveError, PageError

PAGE = '''"""A page: with a title.

And a text.
"""
from derive import claim, eq, erratum, real
from derivations.other import given

x = real("x")  # a number
y, z = real("y z")  # two more

first = claim(
    x, eq(x), covers=["a.1", "a.2"],
)
typed: object = claim(y, eq(y))
wrong = erratum(None, printed=claim(x, eq(y)), covers=("a.3",))
other = [claim(x, eq(x))]
'''


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "page.py").write_text(PAGE)
    (tmp_path / "other.py").write_text('"""Other."""\ngiven = claim(1, eq(1))\n')
    (tmp_path / "_shared.py").write_text("")
    (tmp_path / "conftest.py").write_text("")
    return tmp_path


def test_an_outline_tells_what_the_syntax_tells(pages: Path) -> None:
    found = catalogue.outline(pages / "page.py")
    assert (found.name, found.title, found.text) == ("page", "A page: with a title.", "And a text.")
    assert found.items == (
        Item("first", 11, "claim", ("a.1", "a.2")),
        Item("typed", 14, "claim"),
        Item("wrong", 15, "erratum", ("a.3",)),
    )
    assert found.cites == ("other",)
    assert found.notes == (("x", "a number"), ("y, z", "two more"))


def test_an_outline_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    catalogue.outline(tmp_path / "page.py")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [(b"x = (\n", 1, "syntax error"), (b"x = 1\ny = = 2\n", 2, "syntax error"), (b"x\0y", 1, "."), (b"# coding: utf-8\n\xff", 1, ".")],
)
def test_broken_syntax_is_an_error_with_its_line(tmp_path: Path, text: bytes, line: int, words: str) -> None:
    (tmp_path / "page.py").write_bytes(text)
    with pytest.raises(PageError, match=words) as error:
        catalogue.outline(tmp_path / "page.py")
    assert error.value.line == line
    assert error.value.file.endswith("page.py")


def test_cited_pages_come_first_and_broken_ones_last(pages: Path) -> None:
    (pages / "alpha.py").write_text("from derivations.page import first\n")
    (pages / "broken.py").write_text("(")
    found = catalogue.list_pages([pages])
    assert [p.name for p in found if isinstance(p, Outline)] == ["other", "page", "alpha"]
    assert isinstance(found[-1], PageError)


def test_a_circle_of_citations_ends(pages: Path) -> None:
    (pages / "other.py").write_text("import derivations.page\n")
    assert len(catalogue.list_pages([pages])) == 2
    assert len(catalogue.with_cited([pages / "page.py"])) == 2


def test_citations_are_followed_into_the_library(pages: Path) -> None:
    (pages / "mine.py").write_text("from derivations.softplus import log_sigmoid\nfrom derivations.page import first\n")
    found = catalogue.with_cited([pages / "mine.py"])
    assert [p.stem for p in found] == ["sigmoid_tanh", "softplus", "other", "page", "mine"]
    assert found[1].parent == catalogue.library()


def test_a_page_is_found_by_name_or_path(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(pages)
    assert catalogue.find("softmax_jacobian") == catalogue.library() / "softmax_jacobian.py"
    assert catalogue.find("page.py") == Path("page.py")
    (pages / "derivations").mkdir()
    (pages / "derivations" / "mine.py").write_text("")
    assert catalogue.find("mine") == Path("derivations/mine.py")
    assert catalogue.folder() == Path("derivations")
    with pytest.raises(DeriveError, match="there is no derivation softmax_jacobain; did you mean softmax_jacobian"):
        catalogue.find("softmax_jacobain")
    with pytest.raises(DeriveError, match=r"no file pag\.py; did you mean page"):
        catalogue.find("pag.py")
    with pytest.raises(DeriveError, match=r"for the file beside you write page\.py"):
        catalogue.find("page")
    Path("notes.md").write_text("no page")
    for target in ("notes.md", "./notes.md"):
        with pytest.raises(DeriveError, match="is no page; a page is a file of Python"):
            catalogue.find(target)


def test_the_nearest_words_are_named_once() -> None:
    assert catalogue.nearest("pag", ["page", "page", "pages", "pagan"]) == "; did you mean page, pages or pagan?"
    assert catalogue.nearest("pag", ["page", "other"]) == "; did you mean page?"
    assert catalogue.nearest("pag", ["other"]) == ""


def test_a_path_is_shown_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert catalogue.show_path(tmp_path / "a" / "b.py") == os.path.join("a", "b.py")
    assert catalogue.show_path("/elsewhere/b.py") == "/elsewhere/b.py"


def test_every_page_of_the_library_has_a_title_and_names_its_items() -> None:
    for page in catalogue.list_pages([catalogue.library()]):
        assert isinstance(page, Outline), page
        assert page.title.endswith("."), page.name
        assert page.items, page.name
