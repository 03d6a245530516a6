"""Keys: what changes an answer changes its key, and what does not, does not."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from derive import keys
from derive.statement.claim import Claim, Erratum, Link, Source
from derive.statement.term import ONE, TWO, make, num, sym

X, Y = sym("x"), sym("y")
CLAIM = Claim("page.it", "page.py", 3, X, (Link("eq", Y, why="a reason"),), given=(make("lt", num(0), X),))
CITED = Claim("page.base", "page.py", 1, Y, (Link("eq", ONE),))
ERRATUM = Erratum("page.wrong", "page.py", 9, replace(CLAIM, printed=True), refuted_at=(("x", "1"),), instead="page.base")


def citing(claim: Claim = CITED, **changes: object) -> str:
    item = replace(CLAIM, links=(replace(CLAIM.links[0], by=(claim.id,)),), **changes)  # type: ignore[arg-type]
    return keys.of_decision(item, {claim.id: claim}, 60.0)


SAME = {
    "its name": {"id": "page.other"},
    "its place": {"file": "elsewhere.py", "line": 30},
    "its words": {"title": "A title", "display": "x", "reads_as": "as it is", "source": (Source("003", "1"),), "covers": ("003.1",)},
    "its reasons": {"links": (Link("eq", Y, why="another reason"),)},
}
OTHER = {
    "a formula": {"first": TWO},
    "a line": {"links": (Link("eq", X),)},
    "a relation": {"links": (Link("le", Y),)},
    "another line": {"links": (Link("eq", Y), Link("eq", Y))},
    "a gap": {"links": (Link("eq", Y, admits="trust me"),)},
    "a hypothesis": {"given": ()},
    "a sort": {"first": sym("x", "positive")},
    "a library function": {"runs_as": "jax.nn.relu"},
}


@pytest.mark.parametrize("what", SAME)
def test_words_and_places_change_no_key(what: str) -> None:
    changed = replace(CLAIM, **SAME[what])  # type: ignore[arg-type]
    assert keys.of_decision(changed, {}, 60.0) == keys.of_decision(CLAIM, {}, 60.0)
    assert keys.of_witness(changed, 0) == keys.of_witness(CLAIM, 0)


@pytest.mark.parametrize("what", OTHER)
def test_mathematics_changes_the_key(what: str) -> None:
    changed = replace(CLAIM, **OTHER[what])  # type: ignore[arg-type]
    assert keys.of_decision(changed, {}, 60.0) != keys.of_decision(CLAIM, {}, 60.0)
    assert keys.of_witness(changed, 0) != keys.of_witness(CLAIM, 0)


def test_options_that_matter_change_the_key() -> None:
    assert keys.of_decision(CLAIM, {}, 60.0) != keys.of_decision(CLAIM, {}, 61.0)
    assert keys.of_witness(CLAIM, 0) != keys.of_witness(CLAIM, 1)


def test_what_is_cited_changes_the_key() -> None:
    assert citing() == citing(replace(CITED, id="page.renamed", line=7))
    assert citing() != citing(replace(CITED, first=X))
    assert citing() != citing(replace(CITED, given=(make("lt", num(0), X),)))
    assert citing() != keys.of_decision(CLAIM, {}, 60.0)


def test_an_erratum_depends_on_its_formula_and_its_point() -> None:
    key = keys.of_decision(ERRATUM, {}, 60.0)
    assert key == keys.of_decision(replace(ERRATUM, id="page.renamed", note="a note"), {}, 60.0)
    assert key != keys.of_decision(replace(ERRATUM, refuted_at=(("x", "2"),)), {}, 60.0)
    assert key != keys.of_decision(replace(ERRATUM, printed=replace(CLAIM, first=TWO)), {}, 60.0)
    assert key != keys.of_decision(CLAIM, {}, 60.0)


def test_parts_do_not_run_into_each_other() -> None:
    assert keys.digest("ab", "c") != keys.digest("a", "bc")
    assert keys.digest(["a"], "b") != keys.digest("a", ["b"])


def test_a_changed_file_changes_its_hash(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    missing = keys.of_files([file])
    file.write_text("x = 1\n")
    first = keys.of_files([file])
    file.write_text("x = 2\n")
    assert len({str(h) for h in (missing, first, keys.of_files([file]))}) == 3


def test_a_changed_source_changes_the_hash_of_its_room_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "decide.py").write_text("1\n")
    (tmp_path / "cli.py").write_text("1\n")
    monkeypatch.setattr(keys, "PACKAGE", tmp_path)
    hashes = keys.sources.__wrapped__
    before = hashes(("kernel",)), hashes(("cli",)), hashes()
    (tmp_path / "kernel" / "decide.py").write_text("2\n")
    after = hashes(("kernel",)), hashes(("cli",)), hashes()
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, True, False]


def test_every_dependency_is_among_the_distributions() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    names = {re.split("[^a-z0-9-]", d)[0].replace("-", "_") for d in project["dependencies"]}
    assert names <= set(keys.DISTRIBUTIONS)


def test_versions_are_those_that_are_installed() -> None:
    from importlib import metadata

    found = keys.installed()
    for name in ("sympy", "jax", "python_flint", "z3_solver", "numpy", "latex2mathml"):
        assert found[name] == metadata.version(name)


@pytest.mark.parametrize(
    ("rooms", "modules"),
    [
        (keys.DECIDES, "derive.check, derive.kernel.claims, derive.kernel.decide, derive.kernel.inequality, derive.kernel.record"),
        (keys.WITNESSES, "derive.check, derive.witness, derive.witness.forms, derive.witness.integers"),
        (keys.STATES, "derive.nursery, derive.vocabulary, derive.kernel.read"),
    ],
)
def test_no_room_that_an_answer_depends_on_is_left_out(rooms: tuple[str, ...], modules: str) -> None:
    code = f"import sys, {modules}\nprint(*(m for m in sys.modules if m.startswith('derive.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # What keeps answers, carries and shows them has no say in them.
    carries = {"cache", "catalogue", "keys", "memory", "jobs", "version", "confine", "nursery", "shown"}
    assert {m.split(".")[1] for m in done.stdout.split()} - carries <= set(rooms)


def test_it_is_quick_to_ask() -> None:
    code = "import sys, derive.cache, derive.keys\nprint(*(m for m in ('sympy', 'jax', 'numpy', 'flint', 'z3') if m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
