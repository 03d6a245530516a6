"""Progress: drawn on a terminal, and nowhere else."""

from __future__ import annotations

import io

import pytest

from derive.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "drawn"), [(Terminal(), True), (io.StringIO(), False)])
def test_it_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, drawn: bool) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    with progress("deciding") as report:
        for done in range(4):
            report(done, 3)
    assert ("deciding" in stream.getvalue()) is drawn
