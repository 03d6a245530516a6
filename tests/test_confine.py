"""Confine: a process that gave up the right to write cannot take it back, and reads as before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from derive import confine

pytestmark = pytest.mark.skipif(not confine.available(), reason="this system has no Landlock; derive keeps no cache on it")

# Each line is tried twice, free and confined; `file` and `folder` are there, `parent` is another process.
FORBIDDEN = [
    "open(file, 'w').close()",
    "open(file, 'a').write('x')",
    "open(file, 'r+').write('x')",
    "os.truncate(file, 0)",
    "os.rename(file, file + '.moved')",
    "os.symlink(file, file + '.link')",
    "os.link(file, file + '.hard')",
    "os.unlink(file)",
    "os.mkdir(folder + '/inner')",
    "open(folder + '/new', 'w').close()",
    "__import__('sqlite3').connect(folder + '/base').execute('create table t (x)')",
    "os.kill(parent, 0)",
]
ALLOWED = ["open(file).read()", "open(os.devnull, 'w').write('x')", "os.listdir(folder)", "print('to a descriptor that is open')"]

TRY = """
import os, sys, subprocess
from derive import confine
file, folder, parent = sys.argv[1], sys.argv[2], os.getppid()
if sys.argv[3] == "confined":
    confine.confine()
{line}
"""


def tried(tmp_path: Path, line: str, how: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "file").write_text("content")
    command = [sys.executable, "-c", TRY.format(line=line), str(tmp_path / "file"), str(tmp_path), how]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("line", FORBIDDEN)
def test_what_a_confined_process_cannot_do(tmp_path: Path, line: str) -> None:
    if "kill" in line and confine.version() < 6:
        pytest.skip("this version of Landlock does not hold signals")
    done = tried(tmp_path, line, "confined")
    assert done.returncode == 1
    assert "PermissionError" in done.stderr or "OperationalError" in done.stderr
    assert (tmp_path / "file").read_text() == "content"
    assert tried(tmp_path, line, "free").returncode == 0, "the same is possible otherwise"


@pytest.mark.parametrize("line", ALLOWED)
def test_what_it_still_can(tmp_path: Path, line: str) -> None:
    assert tried(tmp_path, line, "confined").returncode == 0


def test_what_it_starts_is_confined_too(tmp_path: Path) -> None:
    line = "subprocess.run([sys.executable, '-c', 'import sys; open(sys.argv[1], chr(119))', file], check=True)"
    assert "PermissionError" in tried(tmp_path, line, "confined").stderr
    assert tried(tmp_path, line, "free").returncode == 0
