"""A new page: it verifies as it stands, and nothing of its author's is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import catalogue
from derive.check import check_page
from derive.errors import DeriveError
from derive.pages import load
from derive.start import start_page


def test_a_new_page_verifies(tmp_path: Path) -> None:
    path = start_page(str(tmp_path / "gelu_slope.py"))
    page = load(path)
    assert page.title.startswith("Gelu slope: ")
    outcomes = check_page(page)
    assert [(o.item.id.partition(".")[2], o.result) for o in outcomes] == [
        ("slope", "verified"), ("positive", "verified"), ("gradient", "verified"), ("slope_as_printed", "expected"),
    ]  # fmt: skip


def test_a_name_goes_into_derivations_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert start_page("first") == Path("first.py")
    Path("derivations").mkdir()
    assert start_page("first") == Path("derivations/first.py")
    assert start_page("./second.py") == Path("second.py")
    assert catalogue.outline(Path("second.py")).title.startswith("Second: ")


@pytest.mark.parametrize("name", ["My-Page", "2d", "a.b", "x y", "_hidden", "página", "", "new.txt"])
def test_what_is_no_name_is_an_error(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DeriveError, match="is no name for a page"):
        start_page(name)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x")
    with pytest.raises(DeriveError, match="is there already"):
        start_page(str(tmp_path / "mine.py"))
    assert (tmp_path / "mine.py").read_text() == "x"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeriveError, match="there is no folder"):
        start_page(str(tmp_path / "no" / "page.py"))
