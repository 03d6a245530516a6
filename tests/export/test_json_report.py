"""The report for programs: schema 1, links never empty, the same on every run."""

from __future__ import annotations

import json
import random
from dataclasses import replace

from derive.errors import PageError
from derive.export.json_report import report

FIELDS = {
    "id",
    "file",
    "line",
    "kind",
    "covers",
    "statement",
    "verdict",
    "scope",
    "region",
    "hypotheses",
    "oracles",
    "links",
    "counterexample",
    "witness",
    "recheck",
    "ends",
    "reads_as",
    "readings",
    "raises",
    "outcome",
    "seconds",
    "reason",
    "instead",
}


def test_every_field_of_the_schema_is_there(library) -> None:
    got = report(library.outcomes, [PageError("no such name", file="a.py", line=3)], "0.1.0")
    assert (got["schema"], got["version"]) == (1, "0.1.0")
    assert got["errors"] == [{"file": "a.py", "line": 3, "message": "no such name"}]
    assert len(got["claims"]) == len(library.outcomes)
    for claim in got["claims"]:
        assert set(claim) >= FIELDS
        assert set(claim["witness"]) >= {"status", "points", "worst_error", "primal"}
        assert set(claim["recheck"]) == {"status"}
        assert claim["links"], claim["id"]
        for link in claim["links"]:
            assert set(link) == {"relation", "why", "verdict", "counterexample"}
        for found in [claim["counterexample"], *(link["counterexample"] for link in claim["links"])]:
            assert found is None or set(found) == {"at", "lhs", "rhs", "ball"}
            assert found is None or all(isinstance(v, str) for v in (*found["at"].values(), found["lhs"], found["rhs"], found["ball"]))


def test_a_refuted_chain_shows_which_link_and_that_its_ends_hold(library) -> None:
    claims = {c["id"]: c for c in report(library.outcomes, [], "")["claims"]}
    chain = claims["softmax_jacobian.cross_entropy"]
    assert chain["verdict"] == "REFUTED"
    assert chain["ends"] == "PROVED"
    assert [link["verdict"] for link in chain["links"]] == ["REFUTED", "REFUTED"]
    assert chain["links"][0]["counterexample"]["at"] == {"n": "1", "i": "0", "x": "(1)"}


def test_errata(library) -> None:
    claims = {c["id"]: c for c in report(library.outcomes, [], "")["claims"]}
    sign, times = claims["softmax_jacobian.sign"], claims["softmax_jacobian.times"]
    assert (sign["kind"], sign["verdict"], sign["reason"], sign["instead"], sign["outcome"]) == (
        "erratum",
        "REFUTED",
        "refuted",
        "softmax_jacobian.jacobian",
        "expected",
    )
    assert sign["counterexample"]["ball"] == "-1/2"
    assert (times["verdict"], times["reason"], times["instead"]) == (None, "ill-posed", None)
    assert [r["verdict"] for r in times["readings"]] == ["PROVED", "REFUTED"]


def test_links_are_never_empty(library) -> None:
    """Not even for what is no chain, or for an ill-posed formula of which nothing was built."""
    bare = [replace(o, links=()) for o in library.outcomes]
    for claim in report(bare, [], "")["claims"]:
        assert len(claim["links"]) == 1
        assert claim["links"][0]["verdict"] == claim["verdict"]
        assert claim["links"][0]["relation"]


def test_it_does_not_depend_on_who_was_decided_first(library) -> None:
    mixed = list(library.outcomes)
    random.Random(3).shuffle(mixed)
    errors = [PageError("b", file="b.py", line=1), PageError("a", file="a.py", line=2)]
    assert json.dumps(report(mixed, errors, "1")) == json.dumps(report(library.outcomes, errors[::-1], "1"))


def test_it_is_json(library) -> None:
    """An infinite error is no number of JSON."""
    text = json.dumps(report(library.outcomes, [], "1"), allow_nan=False)
    clash = next(c for c in json.loads(text)["claims"] if c["id"] == "sigmoid_tanh.clash")
    assert clash["witness"]["worst_error"] is None
    assert clash["witness"]["status"] == "DISAGREES"


def test_counts(library) -> None:
    got = report(library.outcomes, [], "1")["counts"]
    assert got["claims"] + got["errata"] == len(library.outcomes)
    assert sum(got[v] for v in ("PROVED", "REFUTED", "UNKNOWN", "ADMITTED", "ILL-POSED")) == len(library.outcomes)
    assert got["conflict"] == 1
    empty = report([], [], "1")["counts"]
    assert empty["claims"] == empty["PROVED"] == 0
