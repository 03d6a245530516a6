"""docs/pages.md is itself a page: its blocks, read as one file, load and state what the text says."""

from __future__ import annotations

import re
from pathlib import Path

from derive import catalogue
from derive.pages import load
from derive.statement.claim import FORMS

TEXT = (Path(__file__).parent.parent / "docs" / "pages.md").read_text()


def test_the_blocks_of_the_how_to_are_a_page(tmp_path: Path) -> None:
    file = tmp_path / "how_to.py"
    file.write_text("\n\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)))
    page = load(file)
    assert {c.form.name for c in page.claims if c.form} | {"chain"} == set(FORMS)
    assert {e.reason for e in page.errata} == {"refuted", "ill-posed"}
    assert len(page.errata) + sum(not c.printed for c in page.claims) == len(catalogue.outline(file).items)
