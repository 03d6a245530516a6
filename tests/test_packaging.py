"""The wheel: it carries the library, the templates and the marks of a typed package, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from derive.version import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    (path,) = folder.iterdir()
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_package_and_the_library(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    pages = {path.name for path in (ROOT / "derivations").glob("*.py")}
    assert {f"derive/derivations/{name}" for name in pages} <= names
    source = ROOT / "src" / "derive"
    ours = {f"derive/{p.relative_to(source)}" for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert ours <= names
    assert "derive/py.typed" in names


def test_it_is_called_otherwise_but_commands_and_plugin_keep_the_name(wheel: zipfile.ZipFile) -> None:
    info = f"derive_proofs-{__version__}.dist-info"
    metadata = wheel.read(f"{info}/METADATA").decode()
    assert "Name: derive-proofs" in metadata
    assert "License-Expression: MIT" in metadata
    entries = wheel.read(f"{info}/entry_points.txt").decode()
    assert "derive = derive.cli:main" in entries
    assert "derive = derive.pytest_plugin" in entries


def test_it_proves_and_prints_in_an_empty_folder(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    site, empty = tmp_path / "site", tmp_path / "empty"
    wheel.extractall(site)
    empty.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def derive(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "derive", *arguments], cwd=empty, env=environment, capture_output=True, text=True)

    listed = derive("--list", "softmax_jacobian")
    assert str(site / "derive" / "derivations" / "softmax_jacobian.py") in listed.stdout, listed.stderr
    done = derive("softmax_jacobian", "--latex", "-k", "shift_invariant")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(r"\documentclass")
    # A page of one's own cites the library that came with the wheel.
    (empty / "mine.py").write_text(
        '"""Mine."""\nfrom derive import Sum, claim, eq\nfrom derivations.softmax_jacobian import i, outputs_sum_to_one, s\n'
        "doubled = claim(2 * Sum(s[i], i), eq(2, by=outputs_sum_to_one))\n"
    )
    mine = derive("mine.py")
    assert mine.returncode == 0, mine.stdout + mine.stderr
    assert list(empty.iterdir()) == [empty / "mine.py"], "nothing is left behind"


def test_the_lock_file_pins_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {w.split(">")[0].split("=")[0].strip().lower() for w in wanted}
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if line and not line.startswith("#")]
    assert all("==" in line for line in lines)
    assert names <= {line.split("==")[0].lower() for line in lines}


def test_the_change_log_speaks_of_this_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()
