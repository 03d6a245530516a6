"""docs/how-to-check-a-kernel.md: its test runs in a fresh pytest and passes, and fails without the shift."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "docs" / "how-to-check-a-kernel.md").read_text()


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "test_kernel.py"
    file.write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_the_example_passes_and_without_its_shift_fails(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert run(block, tmp_path).returncode == 0
    failed = run(block.replace(" - x.max()", ""), tmp_path)
    assert failed.returncode == 1
    assert "components are no finite numbers where the exact value is one" in failed.stdout
    assert "at n = 1; x = [" in failed.stdout
