"""Memory: what comes back is what was kept, and nothing else comes back as a verdict."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from typing import Any

import pytest

from derive.cache import Cache
from derive.errors import DeriveError
from derive.judgement import Decided
from derive.kernel.record import record, restore
from derive.kernel.verdict import Counterexample, Status, mint
from derive.memory import Memory
from derive.outcome import LinkOutcome, Witness
from derive.statement import codec
from derive.statement.claim import Claim, Link
from derive.statement.step import Known, Step
from derive.statement.term import ONE, make, sym

PROVED = mint(
    Status.PROVED, scope="all n", region="off kinks", hypotheses=("0 < x",), oracles=("z3",), admits=("tau exists",), rules=("ring", "sum"),
    steps=(Step(("ring",), make("eq", sym("x"), ONE), (Known(make("lt", ONE, sym("x"))),), (Step(("sum",)),)),),
)  # fmt: skip
REFUTED = mint(Status.REFUTED, counterexample=Counterexample((("n", "2"), ("x", "1/2")), "1/4", "-1/4", "[1/2 +/- 0]"))
UNKNOWN = mint(Status.UNKNOWN, tried=("400 exact points",))
CLAIM = Claim("page.it", "page.py", 1, sym("x"), (Link("eq", ONE, why="so"), Link("le", ONE)))
DECIDED = Decided((LinkOutcome("eq", "so", PROVED), LinkOutcome("le", "", UNKNOWN)), REFUTED, 1.5)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def memory(tmp_path: Path, said: list[str]) -> Memory:
    return Memory(Cache(tmp_path, said.append))


@pytest.mark.parametrize("verdict", [PROVED, REFUTED, UNKNOWN], ids=lambda v: v.name)
def test_a_verdict_comes_back_as_it_was(verdict: Any) -> None:
    assert restore(json.loads(json.dumps(record(verdict)))) == verdict


FORGED = {
    "a list": lambda d: [d],
    "a field too many": lambda d: d | {"sure": "yes"},
    "a field too few": lambda d: {k: v for k, v in d.items() if k != "oracles"},
    "an unknown status": lambda d: d | {"status": "TRUE"},
    "a proof without rules": lambda d: d | {"status": "PROVED", "rules": [], "counterexample": None},
    "a refutation without a point": lambda d: d | {"status": "REFUTED", "counterexample": None},
    "a proof with a counterexample": lambda d: d | {"status": "PROVED", "rules": ["ring"]},
    "a number among the rules": lambda d: d | {"rules": [1]},
    "an object among the hypotheses": lambda d: d | {"hypotheses": [{}]},
    "a log of words": lambda d: d | {"steps": ["ring"]},
    "a log that is a term": lambda d: d | {"steps": codec.encode(ONE)},
    "half a counterexample": lambda d: d | {"counterexample": {"at": []}},
    "a status that is no word": lambda d: d | {"status": ["PROVED"]},
}


@pytest.mark.parametrize("what", FORGED)
def test_what_was_never_recorded_is_no_verdict(what: str) -> None:
    with pytest.raises(DeriveError):
        restore(FORGED[what](json.loads(json.dumps(record(REFUTED)))))


def test_a_decision_comes_back_as_it_was(memory: Memory) -> None:
    memory.keep_decision("key", DECIDED)
    assert memory.decision(CLAIM, "key") == DECIDED
    assert memory.decision(CLAIM, "another") is None


def test_reasons_are_those_of_the_claim_that_asks(memory: Memory) -> None:
    memory.keep_decision("key", DECIDED)
    found = memory.decision(Claim("page.new", "page.py", 1, sym("x"), (Link("eq", ONE, why="another"), Link("le", ONE))), "key")
    assert found is not None
    assert [link.why for link in found.links] == ["another", ""]


@pytest.mark.parametrize("decided", [Decided((), settled=False), Decided((), fault="internal error")], ids=["clock", "fault"])
def test_what_a_clock_or_a_fault_decided_is_not_kept(memory: Memory, decided: Decided) -> None:
    memory.keep_decision("key", decided)
    assert memory.decision(CLAIM, "key") is None


def test_a_decision_of_another_shape_is_made_anew(memory: Memory, said: list[str]) -> None:
    memory.keep_decision("key", DECIDED)
    one_line = Claim("page.it", "page.py", 1, sym("x"), (Link("eq", ONE),))
    assert memory.decision(one_line, "key") is None
    assert "page.it" in said[0]
    memory.cache.put("decision", "key", {"links": "all good"})
    assert memory.decision(CLAIM, "key") is None


WITNESS = Witness("AGREES", 24, 3.5, "exp(x)", "only at n = 1", ((0.1, 0.25), (10.0, math.inf)))


@pytest.mark.parametrize(
    "witness",
    [WITNESS, Witness("DISAGREES", 1, math.inf), Witness("NOT_APPLICABLE"), Witness("NOT_RUN", note="no point")],
    ids=lambda w: w.status,
)
def test_a_witness_comes_back_as_it_was(memory: Memory, witness: Witness) -> None:
    memory.keep_witness("key", witness)
    assert memory.witness(CLAIM, "key") == witness


@pytest.mark.parametrize("place", range(6))
def test_a_witness_that_was_never_kept_is_none(memory: Memory, said: list[str], place: int) -> None:
    answer: list[Any] = ["AGREES", 24, 3.5, "exp(x)", "", [[0.1, 3.5]]]
    forged = copy.copy(answer)
    forged[place] = ["a list"]
    for data in (forged, [], [answer], ["SURE", *answer[1:]]):
        memory.cache.put("witness", "key", data)
        assert memory.witness(CLAIM, "key") is None
    memory.cache.put("witness", "key", answer)
    assert memory.witness(CLAIM, "key") is not None
    assert len(said) == 4
