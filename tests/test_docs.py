"""The documentation keeps its word: its pages get the verdicts that it prints, its links lead somewhere, every dependency has its row."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.formula.meaning import read_formula
from derive.kernel.claims import clock, decide_claim

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

Derive = Callable[..., subprocess.CompletedProcess[str]]


def text(name: str) -> str:
    return (DOCS / f"{name}.md").read_text()


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text(name), re.DOTALL)


def rows(output: str) -> list[str]:
    """The table of an output: a line for each claim, and the count."""
    lines = output.splitlines()
    start = next(k for k, line in enumerate(lines) if line.startswith("claim "))
    stop = next(k for k, line in enumerate(lines) if " in all: " in line)
    return [" ".join(line.split()) for line in (*lines[start + 2 : stop], lines[stop])]


def test_the_guides_print_what_their_pages_get(derive: Derive, tmp_path: Path) -> None:
    guides = {"verdicts": "four", "cite": "cited", "kinks": "hardtanh"}
    for guide, name in guides.items():
        (tmp_path / f"{name}.py").write_text(blocks(guide, "python")[0])
    found = rows(derive(*(f"{name}.py" for name in guides.values()), cwd=tmp_path).stdout)
    for guide in ("verdicts", "cite"):
        *printed, _ = rows(blocks(guide, "console")[0])
        assert set(printed) <= set(found), found
    assert "hardtanh.corner PROVED agrees verified" in found


def test_the_guide_to_kinks_is_right_about_both_mistakes(derive: Derive, tmp_path: Path) -> None:
    page = blocks("kinks", "python")[0]
    mistaken = page.replace("    given=away_from(x, -1, 1),\n", "").replace('"jax.nn.hard_tanh": 1', '"jax.nn.hard_tanh": 0')
    (tmp_path / "hardtanh.py").write_text(mistaken)
    said = derive("hardtanh.py", cwd=tmp_path).stdout
    assert "hardtanh.slope: it is REFUTED at x = 1: undefined ≠ 0" in said
    assert "hardtanh.corner: CONFLICT" in said


def test_the_tutorial_finds_its_wrong_line_and_ends_well(derive: Derive, tmp_path: Path) -> None:
    page, repair, erratum, script = blocks("tutorial", "python")
    printed = [b for b in blocks("tutorial", "console") if b.startswith("$ derive rms_norm.py")]
    file = tmp_path / "rms_norm.py"
    file.write_text(page)
    first = derive("rms_norm.py", cwd=tmp_path)
    assert first.returncode == 1
    assert rows(first.stdout) == rows(printed[0])
    assert "rms_norm.py:20: error: rms_norm.backward: link 2 of 2 is REFUTED" in first.stdout
    wrong = '    eq((g[j] - y[j] * Sum(g * y)) / r, why="quotient rule"),\n    source=original,\n'
    assert page.count(wrong) == 1
    file.write_text(page.replace(wrong, repair) + "\n" + erratum)
    last = derive("rms_norm.py", cwd=tmp_path)
    assert last.returncode == 0, last.stdout
    assert rows(last.stdout) == rows(printed[1])
    (tmp_path / "hold.py").write_text(script)
    held = subprocess.run([sys.executable, "hold.py"], cwd=tmp_path, capture_output=True, text=True)
    assert f"$ python hold.py\n{held.stdout}" in text("tutorial"), held.stderr


def test_each_formula_of_the_guide_to_the_command_gets_its_verdict() -> None:
    table = re.findall(r"^\| `([^`]+)` \|([^|]*)\| (PROVED|REFUTED) \|$", text("command"), re.MULTILINE)
    assert len(table) == 12
    for formula, given, verdict in table:
        (claim,) = read_formula(formula, re.findall(r"`([^`]+)`", given)).claims
        assert {v.name for v in decide_claim(claim, {}, clock(10))[0]} == {verdict}, formula


def test_the_guide_to_the_command_shows_an_error_as_it_is(derive: Derive) -> None:
    (shown,) = blocks("command", "console")
    assert derive("-c", "x^2 == 1").stderr == shown.partition("\n")[2]


def test_what_the_documents_link_to_exists() -> None:
    for file in (*DOCS.glob("*.md"), ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md"):
        for place in re.findall(r"\]\(([^)#]+)\)", file.read_text()):
            assert place.startswith("http") or (file.parent / place).exists(), f"{file.name}: {place}"


def test_every_dependency_has_its_row() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [w for wanted in project["optional-dependencies"].values() for w in wanted]
    shown = text("dependencies")
    names = [re.split(r"[><=\[]", w)[0] for w in (*project["dependencies"], *extras)]
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", shown)] == []
    assert not re.search(r"\bno-such-package\b", shown)


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    for module in ("sphinx", "myst_parser", "furo"):
        if subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode:
            pytest.skip(f"{module} is not installed; it comes with the extra [docs]")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "reference.html").is_file()
