"""Contents: topics and bibliography are read whole or refused with what is wrong; those of the library name pages that there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive import catalogue
from derive.contents import OTHER, Contents, Reference, Topic, read_contents
from derive.errors import DeriveError


def written(folder: Path, text: str) -> list[Path]:
    (folder / "contents.toml").write_text(text, encoding="utf-8")
    return [folder]


def test_pages_by_topic_and_the_rest_last() -> None:
    contents = Contents((Topic("Softmax", ("b", "a", "missing")), Topic("Nothing", ("missing",))))
    assert contents.arranged(["a", "b", "c"]) == [Topic("Softmax", ("b", "a")), Topic(OTHER, ("c",))]


def test_works_that_are_cited_or_about_a_page() -> None:
    cited, about, general = Reference("1", "One"), Reference("2", "Two", "A", pages=("a",)), Reference("3", "Three", "B")
    contents = Contents(references=(cited, about, general))
    assert contents.cited(["1"], ["a"]) == [cited, about]
    assert contents.cited(["9"], []) == [Reference("9", "")]
    assert contents.cited([], [], general=True) == [general]


def test_a_folder_adds_to_another(tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    one = written(tmp_path, '[[reference]]\nkey = "1"\ntitle = "One"\n[[topic]]\ntitle = "T"\npages = ["a"]\n')
    two = written(more, '[[reference]]\nkey = "1"\ntitle = "Uno"\n')
    found = read_contents([*one, *two, tmp_path / "no such folder"])
    assert found == Contents((Topic("T", ("a",)),), (Reference("1", "Uno"),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= nothing", "it is no TOML"),
        ('[[chapter]]\ntitle = "x"', "expected [[topic]] and [[reference]], got chapter"),
        ('[[topic]]\npages = ["a"]', "a topic has no title"),
        ('[[reference]]\ntitle = "x"', "a reference has no key"),
        ('[[reference]]\nkey = "1"\ntitle = "x"\nyear = "2"', "it has no year"),
        ('[[topic]]\ntitle = "x"\npages = "a"', "pages of a topic is a list of names"),
        ('[[reference]]\nkey = "1"\ntitle = 3', "title of a reference is text"),
        ('[[reference]]\nkey = "1"\ntitle = "x"\nurl = "javascript:alert(1)"', "a url begins with https://"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DeriveError) as caught:
        read_contents(written(tmp_path, text))
    assert message in caught.value.message
    assert caught.value.file.endswith("contents.toml")


def test_the_library_names_pages_that_there_are() -> None:
    """No page stands under two topics, and no topic or work names a page that is not there."""
    contents = read_contents([catalogue.library()])
    pages = {f.stem for f in catalogue.files_in(catalogue.library())}
    named = [name for topic in contents.topics for name in topic.pages]
    assert len(named) == len(set(named))
    assert {name for r in contents.references for name in r.pages} | set(named) <= pages


def test_a_bibliography_is_in_the_order_of_its_keys() -> None:
    works = tuple(Reference(key, key, author="A") for key in ("Zou 2005", "000", "van 2018", "Ba 2016", "de 2008"))
    assert [r.key for r in Contents((), works).cited([], [], general=True)] == ["000", "Ba 2016", "de 2008", "van 2018", "Zou 2005"]
