"""docs/trust.md and SECURITY.md state figures: each is counted again here, and what is said to be UNKNOWN is asked."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent / "corpus"))
sys.path.insert(0, str(Path(__file__).parent / "rejected"))

import test_rejected
from test_truth import load

import second_solver
from derive import decide

ROOT = Path(__file__).parent.parent
TRUST = (ROOT / "docs" / "trust.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()
SLACK = 0.05  # of a number of lines: "about"


def lines(room: str) -> int:
    """The lines of a room that are not blank."""
    texts = (file.read_text() for file in (ROOT / "src" / "derive" / room).glob("*.py"))
    return sum(bool(line.strip()) for text in texts for line in text.splitlines())


def close(stated: str, counted: int) -> bool:
    return abs(int(stated.replace(",", "")) - counted) <= SLACK * counted


@pytest.mark.parametrize("room", ["kernel", "statement", "export", "recheck", "witness"])
def test_the_lines_of_each_room_are_about_what_is_stated(room: str) -> None:
    (stated,) = re.findall(rf"^\| `src/derive/{room}/`[^|]*\| about ([\d,]+)", TRUST, re.MULTILINE)
    assert close(stated, lines(room)), f"docs/trust.md says about {stated} lines of {room}/; there are {lines(room)}"
    for other in re.findall(rf"`src/derive/{room}`, about ([\d,]+)", SECURITY):
        assert close(other, lines(room)), f"SECURITY.md says about {other} lines of {room}/; there are {lines(room)}"


def test_a_figure_that_is_off_would_be_seen() -> None:
    assert close("1,000", 1040)
    assert not close("1,000", 1100)
    assert not close("1,000", 900)


def test_the_verdicts_rest_on_what_is_stated() -> None:
    proved = [line for line in (ROOT / "docs" / "trust.txt").read_text().splitlines() if ": PROVED" in line]
    on_z3, admitted = (sum(f"; {word}" in line for line in proved) for word in ("oracles z3", "admits"))
    said = f"Of the library's {len(proved)} proved claims {len(proved) - on_z3} rest on the kernel and FLINT alone"
    assert f"{said}, {on_z3} on z3 as well, and {admitted} on an admitted gap." in TRUST
    assert ": UNKNOWN" not in (ROOT / "docs" / "trust.txt").read_text()


def test_the_figures_of_the_mutants_are_those_of_their_table() -> None:
    table = (ROOT / "docs" / "mutants.md").read_text()
    (row,) = re.findall(r"^\| all \| (.*) \|$", table, re.MULTILINE)
    refuted, agrees, unchecked, unknown, wrong = map(int, row.split(" | "))
    total = refuted + agrees + unchecked + unknown + wrong
    said = f"{total} mutants: {refuted} refuted, {agrees} proved and the recheck agrees, {unchecked} proved out of its reach"
    assert f"{said}, {unknown} unknown ({100 * unknown / total:.2f} %), {wrong} proved and false" in TRUST
    (row,) = re.findall(r"^\| bound off by one \| (.*) \|$", table, re.MULTILINE)
    assert f"Of the {unknown} mutants that are UNKNOWN, {row.split(' | ')[3]} are sums without their last term." in TRUST
    assert f"{total} mutants" in SECURITY


def test_the_figures_of_the_second_solver_are_those_of_its_table() -> None:
    text = (ROOT / "docs" / "second-solver.md").read_text()
    (row,) = re.findall(r"^\| all \| (.*) \|$", text, re.MULTILINE)
    questions, unsat, unknown, sat = map(int, row.split(" | "))
    claims = len(second_solver.stated(text))
    said = (
        f"{questions} questions of {claims} claims, all that rest on z3: {unsat} confirmed, {unknown} unknown to cvc5, {sat} contradicted;"
    )
    assert said in TRUST
    assert claims == len(second_solver.rests_on_z3()), "some claims are not yet put to cvc5"


def test_the_figures_of_coq_are_those_of_its_table() -> None:
    found = (ROOT / "docs" / "coq.md").read_text()
    rows = dict(re.findall(r"^\| ([^|]+) \| (\d+) \|$", found, re.MULTILINE))
    lines, lemmas, accepted = (rows[w] for w in ("of these put to Coq", "lemmas, one for each line and shape", "lemmas that Coq accepts"))
    mutants, rejected = re.findall(r"^(\d+) mutants of these lines.*: (\d+) rejected", found, re.MULTILINE)[0]
    assert f"{lines} lines in {lemmas} lemmas, {accepted} accepted; {mutants} mutants, {rejected} rejected;" in TRUST
    assert (accepted, rejected) == (lemmas, mutants)


def test_the_derivations_that_are_rejected_are_as_many_as_stated() -> None:
    counts = [len(test_rejected.claims(kind)) for kind in ("refuted", "unproved", "contradictory", "circular")]
    counts.append(len(test_rejected.REASONS))
    said = "{}: {} refuted, {} not proved, {} under hypotheses that contradict each other, {} circular, {} pages that do not load"
    assert said.format(sum(counts), *counts) in TRUST
    assert f"{sum(counts)} derivations" in SECURITY


UNKNOWN = re.findall(r"`(edges|improper|traps|values|laws)\.(\w+)`", TRUST)


@pytest.mark.parametrize(("family", "name"), UNKNOWN)
def test_what_is_said_to_be_unknown_is(family: str, name: str) -> None:
    (claim,) = [c for c in load(family).CLAIMS if c[0] == name]
    _, lhs, rhs, relation, given, _ = claim
    found = decide(lhs, rhs, relation=relation, given=given, timeout=5.0).verdict.name
    assert found == "UNKNOWN", f"{family}.{name} is {found} now: take it out of the list in docs/trust.md"


def test_every_class_has_a_claim() -> None:
    assert len(UNKNOWN) >= 10
