"""Verdicts made of verdicts: the worst wins, what they rest on travels, a citation never refutes."""

from __future__ import annotations

import itertools

import pytest

from derive.kernel.chain import Citation, admit, chain, join_scopes, rest_on, stop
from derive.kernel.verdict import ORDER, Counterexample, Status, Verdict, mint

POINT = Counterexample((("n", "1"),), "0", "1", "[-1 +/- 0]")
PROVED = mint(Status.PROVED, rules=("field",), scope="all n", oracles=("z3",), hypotheses=("x > 0",))
PLAIN = mint(Status.PROVED, rules=("indexed",), scope="all m")
REFUTED = mint(Status.REFUTED, counterexample=POINT)
UNKNOWN = mint(Status.UNKNOWN, tried=("field", "cells"))
ADMITTED = mint(Status.ADMITTED, admits=("tau exists",))
ALL = (PROVED, REFUTED, UNKNOWN, ADMITTED)


@pytest.mark.parametrize("links", list(itertools.product(ALL, repeat=3)))
def test_a_chain_is_as_good_as_its_worst_link(links: tuple[Verdict, ...]) -> None:
    assert chain(links).status is min((v.status for v in links), key=ORDER.index)


def test_a_chain_rests_on_all_that_its_links_rest_on() -> None:
    whole = chain([PROVED, PLAIN])
    assert (whole.scope, whole.oracles, whole.hypotheses, whole.rules) == ("all m, n", ("z3",), ("x > 0",), ("field", "indexed"))


def test_a_refuted_chain_shows_the_first_point() -> None:
    second = mint(Status.REFUTED, counterexample=Counterexample((("n", "2"),), "0", "1", "[-1 +/- 0]"))
    assert chain([PROVED, REFUTED, second]).counterexample is POINT


def test_a_chain_off_kinks_stays_off_kinks() -> None:
    assert chain([PROVED, mint(Status.PROVED, rules=("cells",), region="off kinks")]).region == "off kinks"
    assert chain([PROVED, PLAIN]).region == "everywhere"


def test_no_links_no_verdict() -> None:
    with pytest.raises(ValueError, match="at least one link"):
        chain([])


@pytest.mark.parametrize(
    ("line", "cited", "status"),
    [
        (PROVED, PLAIN, Status.PROVED),
        (PROVED, ADMITTED, Status.ADMITTED),
        (PROVED, UNKNOWN, Status.UNKNOWN),
        (PROVED, REFUTED, Status.UNKNOWN),
        (ADMITTED, UNKNOWN, Status.UNKNOWN),
        (UNKNOWN, PROVED, Status.UNKNOWN),
        (REFUTED, PROVED, Status.REFUTED),
        (REFUTED, UNKNOWN, Status.REFUTED),
    ],
)
def test_a_line_is_no_better_than_what_it_cites(line: Verdict, cited: Verdict, status: Status) -> None:
    assert rest_on(line, [Citation("page.claim", cited)]).status is status


def test_admits_and_oracles_travel_through_citations() -> None:
    through = rest_on(rest_on(PLAIN, [Citation("a.b", ADMITTED)]), [Citation("c.d", PROVED)])
    assert (through.admits, through.oracles) == (("tau exists",), ("z3",))
    assert through.rules == ("indexed", "cite a.b", "cite c.d")


def test_a_line_says_which_citation_leaves_it_open() -> None:
    assert rest_on(PROVED, [Citation("a.b", UNKNOWN)]).tried == ("it cites a.b, which is UNKNOWN",)


def test_a_citation_discharges_its_own_statement_and_nothing_else() -> None:
    line = mint(Status.PROVED, rules=("indexed",), hypotheses=("sum(y) = 1", "x > 0"))
    assert rest_on(line, [Citation("a.b", PLAIN, "sum(y) = 1")]).hypotheses == ("x > 0",)
    assert rest_on(line, [Citation("a.b", PLAIN, "sum(z) = 1")]).hypotheses == line.hypotheses


def test_what_the_kernel_refutes_cannot_be_admitted() -> None:
    assert admit("trust me", REFUTED) is REFUTED
    assert admit("trust me", UNKNOWN).status is Status.ADMITTED
    assert admit("trust me", UNKNOWN).admits == ("trust me",)


def test_a_stopped_claim_is_unknown() -> None:
    assert (stop("60 s").status, stop("60 s").tried) == (Status.UNKNOWN, ("60 s",))


@pytest.mark.parametrize(
    ("scopes", "joined"),
    [((), ""), (("", ""), ""), (("all n", "all m, n"), "all m, n"), (("all n", "n = 3"), "all n; n = 3"), (("n = 3", "n = 3"), "n = 3")],
)
def test_scopes_join(scopes: tuple[str, ...], joined: str) -> None:
    assert join_scopes(scopes) == joined
