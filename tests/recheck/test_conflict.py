"""A kernel that proves what is false: the second checker says so, and the command fails."""

from __future__ import annotations

import sys
import types

import pytest

from derive import cli
from derive.check import check_page
from derive.kernel import claims
from derive.kernel.question import Question
from derive.kernel.verdict import Status, Verdict, mint
from derive.outcome import Witness
from derive.reports import Report
from derive.statement.claim import Claim, Link, Page
from derive.statement.step import Step, claimed
from derive.statement.term import ONE, ZERO, add, make, power, sub, sym

x = sym("x")
TRUE = Claim("page.c", "page.py", 3, power(add(x, ONE), 2), (Link("eq", add(power(x, 2), add(x, x), ONE)),))
FALSE = Claim("page.c", "page.py", 3, power(add(x, ONE), 2), (Link("eq", add(power(x, 2), ONE)),))


def credulous(question: Question, budget: object, *rest: object, **options: object) -> Verdict:
    """PROVED, with a log that looks like one."""
    goal = claimed(question.relation, *question.sides)
    leaf = Step(("ring",), make("eq", sub(x, x), ZERO))
    return mint(Status.PROVED, rules=("ring",), steps=(Step(("cases",), goal, (), (leaf,)),))


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    witness = types.ModuleType("derive.witness")
    witness.witness_page = lambda claims, seed: {c.id: Witness("AGREES", 24) for c in claims}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "derive.witness", witness)
    monkeypatch.setattr(claims, "decide", credulous)


def test_a_forged_proof_of_what_is_false_is_a_conflict() -> None:
    report = Report([], check_page(Page("page", "page.py", claims=(FALSE,))), [])
    (outcome,) = report.outcomes
    assert (outcome.verdict and outcome.verdict.name, outcome.recheck, outcome.result) == ("PROVED", "DISAGREES", "conflict")
    (line,) = cli.findings(report)
    assert line.startswith("page.py:3: error: page.c: CONFLICT: it is PROVED, and the second checker disagrees: link 1 fails at x = ")
    assert cli.exit_code(report, strict=False) == 1


def test_what_is_true_passes() -> None:
    report = Report([], check_page(Page("page", "page.py", claims=(TRUE,))), [])
    assert [o.recheck for o in report.outcomes] == ["AGREES"]
    assert list(cli.findings(report)) == []
    assert cli.exit_code(report, strict=False) == 0


def test_a_proof_without_a_log_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "decide", lambda question, budget, *rest, **options: mint(Status.PROVED, rules=("ring",)))
    (outcome,) = check_page(Page("page", "page.py", claims=(TRUE,)))
    assert outcome.result == "conflict"
    assert "the proof has no log" in outcome.messages[0]
