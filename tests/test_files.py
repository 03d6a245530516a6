"""Files: whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from derive.files import write_whole


def test_a_file_is_written(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "report.md", "é\n")
    assert path.read_bytes() == "é\n".encode()
    write_whole(path, b"\x00")
    assert path.read_bytes() == b"\x00"
    assert os.listdir(tmp_path) == ["report.md"]


def test_a_file_that_says_the_same_keeps_its_date(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "report.md", "one\n")
    os.utime(path, (1, 1))
    write_whole(path, "one\n")
    assert path.stat().st_mtime == 1
    write_whole(path, "two\n")
    assert path.stat().st_mtime != 1


FULL = """
import resource, sys
from pathlib import Path
from derive.files import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_whole(Path(sys.argv[1]), "x" * 2000)
except OSError as error:
    print(error.filename)
"""


def test_a_full_disk_leaves_the_old_text_and_nothing_else(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "report.md", "old\n")
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == f"{path}\n", "the error names the file"
    assert path.read_text() == "old\n"
    assert os.listdir(tmp_path) == ["report.md"]


KILLED = """
import os, signal, sys
from pathlib import Path
from derive.files import write_whole
Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
write_whole(Path(sys.argv[1]), "new")
"""


def test_a_killed_writer_leaves_the_old_text_and_the_next_one_clears_up(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "report.md", "old\n")
    assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == -9
    assert path.read_text() == "old\n"
    assert len(os.listdir(tmp_path)) == 2
    other = tmp_path / f".report.md.{os.getppid()}"
    other.write_text("a writer that is still at work")
    write_whole(path, "new")
    assert sorted(os.listdir(tmp_path)) == sorted([other.name, "report.md"])
    assert path.read_text() == "new"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"missing/report\.md"):
        write_whole(tmp_path / "missing" / "report.md", "text")
