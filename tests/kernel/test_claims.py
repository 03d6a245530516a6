"""What a line may use of what it cites: only a statement that speaks at every point of the claim."""

from __future__ import annotations

import importlib
from dataclasses import replace as changed

import pytest

from derive.judgement import Decided, Judge
from derive.kernel import claims as kernel_claims
from derive.kernel.claims import clock, decide_claim, refute_claim_at, usable
from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.verdict import Status, Verdict, mint
from derive.outcome import LinkOutcome
from derive.statement.claim import Claim, Form, Link
from derive.statement.term import Term, add, delta, div, entry, fn, index, make, mul, num, power, sym, total

kernel_decide = importlib.import_module("derive.kernel.decide")
x, positive, n = sym("x"), sym("p", "positive"), sym("n", "positive integer")
i, j, k = (index(name, n) for name in "ijk")
ABOVE = make("lt", num(0), x)
APART = make("ne", i, j)


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


LARGEST = make("le", u(j), u(i))


def claim(left: Term, *rights: Term, given: tuple[Term, ...] = (), name: str = "c", by: tuple[str, ...] = ()) -> Claim:
    return Claim(f"page.{name}", "page.py", 1, left, tuple(Link("eq", right, by=by) for right in rights), given=given)


ANY = claim(x, x)


@pytest.mark.parametrize(
    ("cited", "citing", "answer"),
    [
        (claim(fn("exp", x), fn("exp", x)), ANY, True),
        (claim(total(u(i), i), total(u(k), k)), ANY, True),
        (claim(div(num(1), add(num(1), power(x, 2))), x), ANY, True),
        # log x = log x says nothing for x <= 0.
        (claim(fn("log", x), fn("log", x)), ANY, False),
        (claim(x, fn("log", x)), ANY, False),
        (claim(fn("log", positive), fn("log", positive)), ANY, True),
        (claim(fn("log", x), fn("log", x), given=(ABOVE,)), claim(x, x, given=(ABOVE,)), True),
        (claim(div(num(1), x), div(num(1), x)), ANY, False),
        (claim(div(num(1), x), div(num(1), x), given=(ABOVE,)), claim(x, x, given=(ABOVE,)), True),
        # Its hypotheses must hold here too.
        (claim(x, fn("abs", x), given=(ABOVE,)), ANY, False),
        (claim(x, fn("abs", x), given=(ABOVE,)), claim(x, x, given=(ABOVE,)), True),
        # Proved for i != j only: as a hypothesis it would be read for all i and j.
        (claim(mul(u(i), delta(i, j)), num(0), given=(APART,)), claim(mul(u(i), u(j)), u(i), given=(APART,)), False),
        # u_j <= u_i for all i and j makes u constant; of one i it says that u_i is the largest.
        (claim(total(u(k), k), total(u(k), k), given=(LARGEST,)), claim(x, x, given=(LARGEST,)), True),
        (claim(total(u(k), k), total(u(k), k), given=(LARGEST,)), claim(u(i), u(i), given=(LARGEST,)), False),
        # The name of a bound index is no part of a hypothesis.
        (claim(x, x, given=(make("eq", total(u(i), i), x),)), claim(x, x, given=(make("eq", total(u(k), k), x),)), True),
        (claim(x, x, given=(make("eq", total(u(i), i), x),)), claim(x, x, given=(make("eq", total(u(k), k), n),)), False),
        (Claim("page.f", "page.py", 1, form=Form("convex", (("expression", x), ("over", x)))), ANY, False),
    ],
)
def test_which_statements_may_be_used(cited: Claim, citing: Claim, answer: bool) -> None:
    assert usable(cited, citing, Budget()) is answer


def test_every_link_is_decided_by_itself() -> None:
    square = power(add(x, num(1)), 2)
    right = add(power(x, 2), mul(num(2), x), num(1))
    links, ends = decide_claim(claim(square, right, add(right, num(1)), square), {}, clock(10))
    assert [v.status for v in links] == [Status.PROVED, Status.REFUTED, Status.REFUTED]
    assert ends is not None
    assert ends.status is Status.PROVED, "a broken middle line leaves the ends as they are"


def test_the_ends_of_proved_lines_follow_from_them(monkeypatch: pytest.MonkeyPatch) -> None:
    proofs = []
    prove = kernel_decide.prove
    monkeypatch.setattr(kernel_decide, "prove", lambda question, budget: proofs.append(question) or prove(question, budget))
    square = power(add(x, num(1)), 2)
    chain = claim(square, mul(add(x, num(1)), add(x, num(1))), add(power(x, 2), mul(num(2), x), num(1)))
    links, ends = decide_claim(chain, {}, clock(10))
    assert [v.status for v in (*links, ends) if v is not None] == [Status.PROVED] * 3
    assert len(proofs) == 2


def test_points_may_refute_what_is_said_to_follow() -> None:
    proved = mint(Status.PROVED, rules=("ring",))
    assert decide(Question(x, x), Budget(), proved) is proved
    assert decide(Question(x, add(x, num(1))), Budget(), proved).status is Status.REFUTED


def test_ends_are_decided_directly_between_propositions(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def fake(question: Question, budget: Budget, proved: Verdict | None = None, *, long: bool = True) -> Verdict:
        asked.append(proved)
        return decide(question, budget)

    monkeypatch.setattr(kernel_claims, "decide", fake)
    above, square = make("lt", num(1), x), make("lt", num(1), power(x, 2))
    decide_claim(Claim("page.d", "page.py", 1, above, (Link("implies", square), Link("iff", square))), {}, clock(10))
    assert asked == [None] * 3


def test_ends_rest_on_what_a_line_takes_from_a_cited_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_rules(question: Question, budget: Budget, proved: Verdict | None = None, *, long: bool = True) -> Verdict:
        return proved or (decide(question, budget) if question.given else mint(Status.UNKNOWN))

    monkeypatch.setattr(kernel_claims, "decide", without_rules)
    cited = claim(fn("exp", x), fn("exp", x))
    line = claim(add(x, x), mul(num(2), x), add(x, x), by=("page.c",))
    _, ends = decide_claim(line, {"page.c": cited}, clock(10))
    assert ends is not None
    assert (ends.status, ends.hypotheses) == (Status.PROVED, ("exp(x) = exp(x)",))
    proved = mint(Status.PROVED, rules=("ring",))
    for status, of_cited in ((Status.PROVED, proved), (Status.UNKNOWN, mint(Status.UNKNOWN))):
        own, other = (LinkOutcome("eq", "", proved),), (LinkOutcome("eq", "", of_cited),)
        decided = {"page.line": Decided(own * 2, ends), "page.c": Decided(other)}
        line = changed(line, id="page.line")
        found = Judge({"page.line": line, "page.c": cited}, decided, {}).outcome(line).ends
        assert found is not None
        assert (found.status, found.hypotheses) == (status, ())


def test_a_point_is_held_against_every_line() -> None:
    chain = claim(power(x, 2), power(x, 2), mul(num(2), x))
    nothing = [mint(Status.UNKNOWN)] * 2
    for at, status in (("1", Status.REFUTED), ("2", Status.UNKNOWN)):
        found, lines = refute_claim_at(chain, nothing, (("x", at),))
        assert found is not None
        assert found.status is status
        assert [v.status for v in lines] == [Status.UNKNOWN, status], "the first line holds everywhere"


def test_hypotheses_on_indices_are_the_claims_own() -> None:
    links, _ = decide_claim(claim(delta(i, j), num(0), given=(APART,)), {}, clock(10))
    assert [v.status for v in links] == [Status.PROVED]
    links, _ = decide_claim(claim(delta(i, j), num(0)), {}, clock(10))
    assert [v.status for v in links] == [Status.REFUTED]


def test_what_does_not_stand_alone_stands_on_what_it_cites() -> None:
    # Nothing is known of u, so only the cited statement can say that its sum is one.
    base = claim(total(u(k), k), num(1), name="base")
    line = claim(mul(num(2), total(u(k), k)), num(2), by=("page.base",))
    links, _ = decide_claim(line, {"page.base": base}, clock(10))
    assert [v.status for v in links] == [Status.REFUTED], "a false statement is refuted before anything is cited"


def test_the_author_s_point_refutes_a_line_that_the_search_left_open() -> None:
    line, unknown = claim(x, power(x, 2)), mint(Status.UNKNOWN, tried=("little",))
    _, (at,) = refute_claim_at(line, [unknown], [("x", "7")])
    assert at.status is Status.REFUTED
    _, (nowhere,) = refute_claim_at(line, [unknown], [("x", "1")])
    assert nowhere is unknown
