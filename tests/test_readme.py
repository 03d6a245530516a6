"""The README keeps its word: its page is proved, its examples answer so, its pictures and links exist, its table has its marks."""

from __future__ import annotations

import doctest
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from derive.export.markdown import put

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()


def test_the_examples_answer_as_printed() -> None:
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried > 0
    assert failed == 0


def test_the_page_in_ten_lines_is_proved(derive: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    (page,) = re.findall(r'```python\n(""".*?)```', TEXT, re.DOTALL)
    assert len([line for line in page.splitlines() if line]) <= 11
    (tmp_path / "my_page.py").write_text(page)
    done = derive("my_page.py", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "my_page.gradient" in done.stdout


def test_what_it_links_to_exists() -> None:
    for place in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / place).exists(), place


def test_the_status_table_can_be_put_in_its_place() -> None:
    assert "| new table |" in put(TEXT, "status", "| new table |")


def test_it_fits_one_screen() -> None:
    assert len([line for line in TEXT.splitlines() if line]) <= 90
