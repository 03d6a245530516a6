"""Markdown: tables and files that are made, never written by hand."""

from __future__ import annotations

import pytest

from derive.export import markdown


@pytest.fixture
def pages(library):
    return [(page, library.of(page)) for page in library.pages]


def test_status(pages) -> None:
    rows = markdown.status(pages).splitlines()
    assert rows[0] == "| Page | What it says | proved | refuted | unknown | admitted | conflict | ill-posed | as expected |"
    assert rows[2] == "| [softmax_jacobian](derivations/softmax_jacobian.py) | Softmax Jacobian | 3 | 2 |  |  |  | 1 | 5 of 6 |"
    assert rows[-1] == "| **all** |  | 10 | 2 | 1 | 1 | 1 | 1 | 13 of 16 |"


def test_documents(pages) -> None:
    rows = markdown.documents(pages, {"003": "Derivatives | functions"}).splitlines()
    assert rows[0] == "| Document | What it is | proved | refuted | ill-posed | unknown | admitted | as expected |"
    assert rows[2].startswith("| 003 | Derivatives \\| functions | ")
    assert rows[-1].startswith("| beyond | what people look up, and lemmas | ")


def test_errata(pages) -> None:
    text = markdown.errata(pages)
    assert text.startswith("# Errata\n")
    assert "[softmax_jacobian.sign](derivations/softmax_jacobian.py#L60), 003, 1j: **REFUTED**" in text
    assert "Fails at $n = 2$, $i = 1$, $j = 2$, $x = (0, 0)$: $-1/4 \\ne 1/4$" in text
    assert "Correct (softmax_jacobian.jacobian):" in text
    assert "- `*` is the entrywise product: PROVED (softmax_jacobian.jacobian)" in text


def test_put_replaces_only_its_own_block() -> None:
    text = "a\n<!-- status: made by x -->\nold\nlines\n<!-- end of status -->\nb\n"
    once = markdown.put(text, "status", "new \\1\n")
    assert once == "a\n<!-- status: made by x -->\nnew \\1\n<!-- end of status -->\nb\n"
    assert markdown.put(once, "status", "new \\1") == once
    empty = "<!-- status -->\n<!-- end of status -->"
    assert markdown.put(empty, "status", "x") == "<!-- status -->\nx\n<!-- end of status -->"


def test_put_wants_its_marks() -> None:
    with pytest.raises(ValueError, match="expected the lines <!-- status -->"):
        markdown.put("nothing here", "status", "x")
