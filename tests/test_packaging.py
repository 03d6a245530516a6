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


TYPED = '''"""A user's script."""

from derive import D, Sum, claim, decide, eq, exp, indices, log, natural, original, real_vector
from derive.check import Decision

n = natural("n")
j, k = indices("j k", upto=n)
x = real_vector("x", n)
gradient = claim(D(log(Sum(exp(x[k]), k)), x[j]), eq(exp(x[j]) / Sum(exp(x[k]), k), why="chain rule"), source=original)


def settle(left: object, right: object) -> str:
    found: Decision = decide(left, right)
    if found.counterexample is not None:
        return ", ".join(f"{name} = {value}" for name, value in found.counterexample.at)
    return f"{found.name} {found.scope} {found.witness.status}"
'''


def test_a_users_script_passes_mypy_strict_against_the_installed_package(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    wheel.extractall(site)
    script = tmp_path / "script.py"

    def complaints(text: str) -> list[str]:
        script.write_text(text)
        command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "--config-file", os.devnull]
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MYPYPATH")}
        python = ["--python-executable", str(tmp_path / "venv" / "bin" / "python"), script.name]
        done = subprocess.run([*command, *python], cwd=tmp_path, env=environment, capture_output=True, text=True)
        return [line for line in done.stdout.splitlines() if ": error: " in line]

    assert complaints(TYPED) == []
    # Seen to fail: an argument and a result of the wrong type, then a package that no longer says that it is typed.
    assert len(complaints(TYPED + "\n\nwrong: int = decide(1, 1, given=(), timeout='ten').name\n")) == 2
    (site / "derive" / "py.typed").unlink()
    assert any("import-untyped" in line for line in complaints(TYPED))
