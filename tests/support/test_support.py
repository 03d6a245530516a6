"""docs/support.md says what the kernel does today, fragment by fragment."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("support_table", HERE / "table.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(generator: ModuleType) -> None:
    made = generator.table()
    assert made == generator.FILE.read_text(encoding="utf-8"), "run: python tests/support/table.py"
    before, after = made.split("## Open")
    assert "UNKNOWN**" not in before
    assert "**PROVED**" not in after


def test_what_is_outside_is_refused_in_words(generator: ModuleType) -> None:
    messages = dict(generator.refusals())
    assert len(messages) == len(generator.OUTSIDE)
    for words, message in messages.items():
        assert not message.startswith(("PROVED", "REFUTED")), words
