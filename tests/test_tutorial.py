"""The tutorial notebook: every cell runs, and prints what the stored outputs say.

After a change that is meant: jupyter execute --inplace docs/tutorial.ipynb
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

TUTORIAL = Path(__file__).parent.parent / "docs" / "tutorial.ipynb"


def outputs(notebook: Any) -> list[list[str]]:
    """What each code cell prints and gives, as plain text; warnings on stderr left out."""
    return [
        [o.text if o.output_type == "stream" else o.data["text/plain"] for o in cell.outputs if o.get("name") != "stderr"]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.filterwarnings("default")
def test_every_cell_prints_what_is_stored(tmp_path: Path) -> None:
    stored, run = nbformat.read(TUTORIAL, 4), nbformat.read(TUTORIAL, 4)
    NotebookClient(run, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    assert outputs(run) == outputs(stored)


def test_the_stored_outputs_show_mathematics() -> None:
    cells = [c for c in nbformat.read(TUTORIAL, 4).cells if c.cell_type == "code"]
    drawn = [o.data for c in cells for o in c.outputs if o.output_type == "execute_result" and "text/latex" in o.data]
    assert len(drawn) >= 5
    assert all("<math" in data["text/html"] for data in drawn if "text/html" in data)
