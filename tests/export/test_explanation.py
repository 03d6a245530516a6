"""Explanations and the trust list: every rule, oracle and gap of a verdict is named."""

from __future__ import annotations

from dataclasses import replace

from derive.export.explanation import explanation
from derive.export.trust import trust_list
from derive.kernel.verdict import Counterexample, Status, mint
from derive.outcome import LinkOutcome, Outcome, Witness
from derive.statement.claim import Claim, Erratum, Link
from derive.statement.step import Known, Step
from derive.statement.term import Term, add, entry, fn, index, make, num, power, show, sym

X = sym("x")
PROVED = mint(Status.PROVED, rules=("ring", "cite a.b"), oracles=("z3",), scope="all n", hypotheses=("x positive",))
REFUTED = mint(Status.REFUTED, counterexample=Counterexample((("x", "1/2"),), "1/4", "5/4", "-1"))
CHAIN = Claim(
    "page.c", "page.py", 7, power(X, 2), (Link("eq", power(X, 2), why="trivial"), Link("eq", add(power(X, 2), num(1)), why="careless"))
)
BROKEN = Outcome(
    CHAIN, REFUTED, (LinkOutcome("eq", "trivial", PROVED), LinkOutcome("eq", "careless", REFUTED)), REFUTED, Witness("DISAGREES", 9),
    "NOT_RUN", "refuted", 0.1,
)  # fmt: skip


def test_each_line_is_shown_with_the_rules_that_decided_it() -> None:
    lines = explanation([BROKEN]).splitlines()
    assert lines == [
        "page.py:7  page.c: REFUTED",
        "  1. x² = x²   why: trivial",
        "     PROVED",
        "     step 1: ring",
        "     step 2: cite a.b",
        "     given: x positive",
        "     oracles: z3",
        "  2. x² = x² + 1   why: careless",
        "     REFUTED",
        "     at x = 1/2: 1/4 against 5/4",
        "     their difference lies in -1",
        "  first line against last: REFUTED",
        "  witness: DISAGREES, 9 points",
        "  recheck: NOT_RUN",
    ]


def test_a_proof_is_shown_as_numbered_steps() -> None:
    above, below = make("lt", num(0), X), make("le", X, num(0))
    goal = make("eq", fn("max", X, num(0)), fn("max", X, num(0)))
    leaf = Step(("ring", "exp-laws"), make("eq", X, X), (Known(above),))
    log = Step(("cases",), goal, (), (Step(("case-split",), goal, (), (replace(leaf, case=above), Step(("cut",), case=below))),))
    verdict = mint(Status.PROVED, rules=("case-split", "ring", "cite a.b"), steps=(log,))
    outcome = Outcome(CHAIN, verdict, (LinkOutcome("eq", "", verdict),) * 2, None, Witness("AGREES"), "AGREES", "verified", 0.1)
    assert explanation([outcome]).splitlines()[3:8] == [
        "     step 1: case-split: max(x, 0) = max(x, 0)",
        "     step 1.1, case x > 0: ring, exp-laws: x = x",
        "     step 1.2, case x ≤ 0: cut",
        "     and: cite a.b",
        "  2. x² = x² + 1",
    ]


def test_a_hypothesis_about_every_entry_says_so() -> None:
    n = sym("n", "positive integer")
    i, k = index("i", n), index("k", n)

    def said(h: Term, line: Term) -> str:
        verdict = mint(Status.PROVED, rules=("ring",), hypotheses=(show(h),), unused=(show(h),), satisfied_at=(("n", "1"),))
        claim = Claim("page.c", "page.py", 7, line, (Link("eq", line),), given=(h,))
        outcome = Outcome(claim, verdict, (LinkOutcome("eq", "", verdict),), None, Witness("AGREES"), "AGREES", "verified", 0.1)
        given, not_needed = explanation([outcome]).splitlines()[4:6]
        assert not_needed.removeprefix("     not needed: ") == given.removeprefix("     given: ")
        return given.removeprefix("     given: ")

    u = [entry("u", "real", (n,), (v,)) for v in (i, k)]
    assert said(make("le", num(0), u[0]), u[0]) == "0 <= u[i] for every i"
    assert said(make("le", num(0), u[0]), u[1]) == "0 <= u[i] for every i"
    assert said(make("lt", i, k), u[0]) == "i < k"
    assert said(make("le", num(0), X), u[0]) == "0 <= x"


def test_an_ill_posed_erratum_shows_its_readings() -> None:
    erratum = Erratum("page.e", "page.py", 9, None, "ill-posed", readings=(("as a sum", "page.a"),))
    outcome = Outcome(
        erratum, None, (LinkOutcome("reading", "as a sum", REFUTED),), None, Witness("NOT_APPLICABLE"), "NOT_RUN", "expected", 0.0
    )
    assert explanation([outcome]).splitlines()[:3] == ["page.py:9  page.e: ill-posed", "  1. as a sum", "     REFUTED"]


def test_the_trust_list_is_sorted_and_free_of_figures() -> None:
    proved = Outcome(CHAIN, PROVED, (), None, Witness("AGREES", 9, 0.3), "NOT_RUN", "verified", 0.1)
    other = Outcome(
        Claim("page.b", "page.py", 3), mint(Status.ADMITTED, admits=("tau exists",)), (), None, Witness("AGREES"), "", "admitted", 0.2
    )
    assert trust_list([proved, other]).splitlines() == [
        "page.b: ADMITTED; admits tau exists",
        "page.c: PROVED; rules ring, cite a.b; oracles z3",
    ]
