"""From claims to outcomes, with a kernel and a witness that say what each line asks them to say."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from derive.cache import Cache
from derive.check import check_page, check_pages
from derive.errors import ReadError
from derive.jobs import Call, Lost
from derive.kernel import claims, proof
from derive.kernel.question import Question
from derive.kernel.questions import compose, statement
from derive.kernel.verdict import Counterexample, Status, Verdict, mint
from derive.memory import Memory
from derive.outcome import Outcome, Witness
from derive.recheck import Recheck
from derive.statement.claim import Claim, Erratum, Form, Link, Page
from derive.statement.term import Term, make, num, sym

X = sym("x")
POINT = Counterexample((("x", "1/2"),), "1/4", "-1/4", "[1/2 +/- 0]")


def line(verdict: str, k: int = 0) -> Term:
    """A line on whose right side the fake kernel answers `verdict`."""
    return sym(f"{verdict} {k}" if k else verdict)


def fake_decide(question: Question, budget: object, *rest: object, **options: object) -> Verdict:
    word = question.rhs.args[0].split()[0]
    if word == "crash":
        raise ZeroDivisionError("a bug of the kernel")
    if word == "unreadable":
        raise ReadError("shape (2,) does not fit (3,)")
    if word == "lemma":  # proved only with a cited statement among the hypotheses
        word = "PROVED" if any(h.op == "eq" and h.args[0] is X for h in question.given) else "UNKNOWN"
        hypotheses = tuple(f"{h.args[0].args[0]} = {h.args[1].args[0]}" for h in question.given)
        return mint(Status[word], rules=("fake",), hypotheses=hypotheses) if word == "PROVED" else mint(Status.UNKNOWN, tried=("fake",))
    status = Status[word]
    return mint(
        status,
        rules=("fake",) if status is Status.PROVED else (),
        oracles=("z3",) if "z3" in question.rhs.args[0] else (),
        counterexample=POINT if status is Status.REFUTED else None,
        tried=("fake",) if status is Status.UNKNOWN else (),
    )


WITNESS: dict[str, Witness] = {}
RECHECK: dict[str, Recheck] = {}


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "decide", fake_decide)
    monkeypatch.setattr(claims, "decide_form", lambda form, given, budget: fake_decide(Question(X, form["value"]), budget))
    witness = types.ModuleType("derive.witness")
    witness.witness_page = lambda claims, seed: {c.id: WITNESS.get(c.id, Witness("AGREES", 24)) for c in claims}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "derive.witness", witness)
    WITNESS.clear()
    second = types.ModuleType("derive.recheck")
    second.recheck = lambda claim, logs: RECHECK.get(claim.id, Recheck("AGREES"))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "derive.recheck", second)
    RECHECK.clear()


def claim(name: str, *verdicts: str, by: tuple[str, ...] = (), admits: str = "", at: int = 1, **fields: object) -> Claim:
    links = tuple(Link("eq", line(v), by=by, admits=admits) for v in verdicts)
    return Claim(f"page.{name}", "page.py", at, X, links, **fields)  # type: ignore[arg-type]


def page(*items: Claim | Erratum, name: str = "page") -> Page:
    return Page(
        name, f"{name}.py", claims=tuple(c for c in items if isinstance(c, Claim)), errata=tuple(e for e in items if isinstance(e, Erratum))
    )


def only(*items: Claim | Erratum) -> Outcome:
    return check_page(page(*items))[-1]


@pytest.mark.parametrize(
    ("verdicts", "verdict", "result"),
    [
        (("PROVED",), "PROVED", "verified"),
        (("PROVED", "REFUTED", "PROVED"), "REFUTED", "refuted"),
        (("PROVED", "UNKNOWN"), "UNKNOWN", "unknown"),
        (("REFUTED", "UNKNOWN"), "REFUTED", "refuted"),
    ],
)
def test_a_chain_gets_its_worst_link(verdicts: tuple[str, ...], verdict: str, result: str) -> None:
    outcome = only(claim("c", *verdicts))
    assert outcome.verdict is not None
    assert (outcome.verdict.name, outcome.result) == (verdict, result)
    assert tuple(link.verdict.name for link in outcome.links) == verdicts


def test_the_ends_are_decided_directly() -> None:
    broken_middle = only(claim("c", "PROVED", "REFUTED", "PROVED"))
    assert broken_middle.ends is not None
    assert broken_middle.ends.name == "PROVED"
    assert only(claim("c", "PROVED")).ends is None, "one link is its own ends"


@pytest.mark.parametrize(
    ("relations", "whole"),
    [
        (("eq", "eq"), "eq"),
        (("eq", "le"), "le"),
        (("le", "lt", "eq"), "lt"),
        (("iff", "iff"), "iff"),
        (("iff", "implies"), "implies"),
        (("eq", "ne"), "ne"),
        (("ne", "ne"), None),
        (("le", "ne"), None),
        (("eq", "implies"), None),
    ],
)
def test_relations_compose(relations: tuple[str, ...], whole: str | None) -> None:
    assert compose(relations) == whole


def test_a_finding_says_which_link_and_where() -> None:
    (message,) = only(claim("c", "PROVED", "REFUTED")).messages[:1]
    assert message == "link 2 of 2 is REFUTED at x = 1/2: 1/4 ≠ -1/4"


def test_a_verified_claim_has_no_findings() -> None:
    assert only(claim("c", "PROVED", "PROVED")).messages == ()


@pytest.mark.parametrize(
    ("witness", "result"), [("AGREES", "verified"), ("NOT_APPLICABLE", "verified"), ("NOT_RUN", "unwitnessed"), ("DISAGREES", "conflict")]
)
def test_numbers_may_veto_a_proof(witness: str, result: str) -> None:
    WITNESS["page.c"] = Witness(witness, note="row 2")
    outcome = only(claim("c", "PROVED"))
    assert outcome.result == result
    assert bool(outcome.messages) == (result != "verified")


@pytest.mark.parametrize(
    ("again", "result"), [("AGREES", "verified"), ("NOT_APPLICABLE", "verified"), ("NOT_RUN", "unwitnessed"), ("DISAGREES", "conflict")]
)
def test_the_second_checker_may_veto_a_proof(again: str, result: str) -> None:
    RECHECK["page.c"] = Recheck(again, "link 1 fails at x = 0")
    outcome = only(claim("c", "PROVED"))
    assert (outcome.result, outcome.recheck) == (result, again)
    assert any("x = 0" in m for m in outcome.messages) == (result != "verified")
    assert any("CONFLICT" in m and "second checker" in m for m in outcome.messages) == (again == "DISAGREES")


@pytest.mark.parametrize("verdict", ["UNKNOWN", "REFUTED"])
def test_what_is_not_proved_is_not_rechecked(verdict: str) -> None:
    RECHECK["page.c"] = Recheck("DISAGREES")
    outcome = only(claim("c", "PROVED", verdict))
    assert (outcome.result, outcome.recheck) == (verdict.lower(), "NOT_RUN")


def test_a_broken_second_checker_loses_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(claim: Claim, logs: object) -> Recheck:
        raise ZeroDivisionError("a bug of the second checker")

    monkeypatch.setattr(sys.modules["derive.recheck"], "recheck", broken)
    outcome = only(claim("c", "PROVED"))
    assert (outcome.result, outcome.recheck) == ("unwitnessed", "NOT_RUN")
    assert "a bug of the second checker" in outcome.messages[0]


@pytest.mark.parametrize("witness", ["AGREES", "DISAGREES"])
@pytest.mark.parametrize("verdict", ["UNKNOWN", "REFUTED"])
def test_numbers_never_prove(witness: str, verdict: str) -> None:
    WITNESS["page.c"] = Witness(witness)
    assert only(claim("c", verdict)).result == verdict.lower()


def test_proved_links_with_refuted_ends_are_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    # Only the last line differs between the last link and the ends, so ask through a kernel that sees the left side.
    def decide(question: Question, budget: object, *rest: object, **options: object) -> Verdict:
        return mint(Status.REFUTED, counterexample=POINT) if question.lhs is X and question.rhs is line("PROVED", 2) else PROVED

    PROVED = mint(Status.PROVED, rules=("fake",))
    monkeypatch.setattr(claims, "decide", decide)
    outcome = only(Claim("page.c", "page.py", 1, X, (Link("eq", line("PROVED", 1)), Link("eq", line("PROVED", 2)))))
    assert outcome.result == "conflict"
    assert "CONFLICT" in outcome.messages[0]


def test_what_a_page_declares_open_is_expected() -> None:
    assert only(claim("c", "UNKNOWN", unknown="tried for a day")).result == "expected"
    assert only(claim("c", "REFUTED", unknown="tried for a day")).result == "refuted"
    proved = only(claim("c", "PROVED", unknown="tried for a day"))
    assert proved.result == "unexpected"
    assert "drop unknown" in proved.messages[0]


def test_a_gap_is_admitted_and_contagious() -> None:
    gap = claim("gap", "UNKNOWN", admits="tau exists", at=1)
    user = claim("user", "PROVED", by=("page.gap",), at=2)
    outcomes = check_page(page(gap, user))
    assert [o.result for o in outcomes] == ["admitted", "admitted"]
    assert outcomes[1].verdict is not None
    assert outcomes[1].verdict.admits == ("tau exists",)
    assert only(claim("c", "REFUTED", admits="trust me")).result == "refuted", "a gap that is false is refuted"


@pytest.mark.parametrize(("cited", "result"), [("PROVED", "verified"), ("UNKNOWN", "unknown"), ("REFUTED", "unknown")])
def test_a_cited_claim_must_itself_be_proved(cited: str, result: str) -> None:
    outcome = only(claim("base", cited, at=1), claim("user", "PROVED", by=("page.base",), at=2))
    assert outcome.result == result
    if result == "unknown":
        assert outcome.messages == (f"it is UNKNOWN (it cites page.base, which is {cited})",)


def test_citations_reach_across_pages() -> None:
    base = Page("base", "base.py", claims=(Claim("base.c", "base.py", 1, X, (Link("eq", line("UNKNOWN")),)),))
    user = page(claim("user", "PROVED", by=("base.c",)))
    assert [o.result for o in check_pages([user], [base]).outcomes] == ["unknown"]
    assert [o.result for o in check_pages([user]).outcomes] == ["unknown"], "a cited claim that nobody loaded proves nothing"


def test_a_line_may_use_what_it_cites() -> None:
    base = claim("base", "PROVED", at=1)
    user = claim("user", "lemma", by=("page.base",), at=2)
    outcome = only(base, user)
    assert outcome.result == "verified"
    assert outcome.verdict is not None
    assert outcome.verdict.hypotheses == (), "the citation discharges the hypothesis"
    assert outcome.verdict.rules == ("fake", "cite page.base")
    assert only(claim("base", "REFUTED", at=1), user).result == "unknown", "a false lemma proves nothing"
    assert only(base, claim("user", "lemma", at=2)).result == "unknown", "what is not cited is not used"


def test_a_lemma_under_other_hypotheses_is_not_used() -> None:
    base = claim("base", "PROVED", at=1, given=(make("lt", num(0), X),))
    assert only(base, claim("user", "lemma", by=("page.base",), at=2)).result == "unknown"


def test_the_statement_of_a_chain_is_its_ends() -> None:
    assert statement(claim("c", "PROVED", "UNKNOWN")) is make("eq", X, line("UNKNOWN"))
    assert statement(Claim("page.c", "page.py", 1, X, (Link("iff", line("PROVED")),))) is None


def test_other_forms_are_decided_by_their_rule() -> None:
    form = Form("tends_to", (("expression", X), ("value", line("PROVED"))))
    outcome = only(Claim("page.c", "page.py", 1, form=form))
    assert (outcome.result, outcome.ends) == ("verified", None)
    assert [link.relation for link in outcome.links] == ["tends_to"], "links are never empty"


def erratum(verdict: str = "REFUTED", **fields: object) -> Erratum:
    printed = claim("e", verdict, printed=True, at=9)
    return Erratum("page.e", "page.py", 9, printed, **fields)  # type: ignore[arg-type]


def test_an_erratum_is_expected_when_the_printed_formula_falls_and_its_correction_stands() -> None:
    right = claim("right", "PROVED")
    outcome = only(right, erratum(instead="page.right"))
    assert (outcome.result, outcome.messages) == ("expected", ())
    assert outcome.verdict is not None
    assert outcome.verdict.name == "REFUTED"


@pytest.mark.parametrize(
    ("printed", "instead", "word"),
    [("PROVED", "PROVED", "should be REFUTED"), ("UNKNOWN", "PROVED", "UNKNOWN"), ("REFUTED", "UNKNOWN", "correction")],
)
def test_an_erratum_fails_otherwise(printed: str, instead: str, word: str) -> None:
    outcome = only(claim("right", instead), erratum(printed, instead="page.right"))
    assert outcome.result == "unexpected"
    assert word in outcome.messages[0]


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        ("PROVED", "REFUTED", "expected"),
        ("PROVED", "PROVED", "unexpected"),
        ("PROVED", "UNKNOWN", "unexpected"),
        ("REFUTED", "REFUTED", "unexpected"),
    ],
)
def test_an_ill_posed_formula_has_readings_with_different_verdicts(first: str, second: str, result: str) -> None:
    readings = (("as a sum", "page.a"), ("as a mean", "page.b"))
    item = Erratum("page.e", "page.py", 9, None, "ill-posed", readings=readings)
    outcome = only(claim("a", first), claim("b", second, printed=True), item)
    assert outcome.result == result
    assert outcome.verdict is None
    assert outcome.readings == (("as a sum", first, "page.a"), ("as a mean", second, "page.b"))


def test_an_ill_posed_formula_may_raise_instead() -> None:
    assert only(Erratum("page.e", "page.py", 9, None, "ill-posed", raises="ShapeError")).result == "expected"


@pytest.mark.parametrize(("word", "said"), [("crash", "internal error: ZeroDivisionError"), ("unreadable", "shape (2,) does not fit")])
def test_an_error_in_one_claim_leaves_the_others(word: str, said: str) -> None:
    checked = check_pages([page(claim("bad", word, at=7), claim("good", "PROVED", at=8))])
    assert [o.result for o in checked.outcomes] == ["unknown", "verified"]
    assert said in checked.outcomes[0].messages[0]
    (error,) = checked.errors
    assert (error.file, error.line) == ("page.py", 7)
    assert said in error.message


class LosingPool:
    """A pool that loses the process of every call whose claim is named so."""

    def run(self, calls: list[Call], report: object, keep: object) -> list[object]:
        def answer(call: Call) -> object:
            names = [item.id for item in (call.args[0] if isinstance(call.args[0], list) else [call.args[0]])]
            return Lost("stopped: it ran past 65 s") if any("lost" in name for name in names) else call.function(*call.args)

        return [answer(call) for call in calls]


def test_a_claim_that_is_lost_is_unknown_and_stops_nothing() -> None:
    pages = [page(claim("lost", "PROVED", "PROVED", at=1), claim("good", "PROVED", at=2)), page(name="empty")]
    outcomes = check_pages(pages, pool=LosingPool()).outcomes  # type: ignore[arg-type]
    assert [(o.item.id, o.result) for o in outcomes] == [("page.lost", "unknown"), ("page.good", "unwitnessed")]
    assert [link.verdict.tried for link in outcomes[0].links] == [("stopped: it ran past 65 s",)] * 2
    assert "ran past 65 s" in outcomes[1].messages[0], "the witness of the page is lost with it"


class CountingPool:
    """A pool that runs everything here and writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def run(self, calls: list[Call], report: object, keep: Callable[[int, object], None]) -> list[object]:
        answers = []
        for k, call in enumerate(calls):
            witnessed = call.args[0] if isinstance(call.args[0], list) else []
            self.asked += [f"witness {c.id}" for c in witnessed] or [call.args[0].id]
            answers.append(call.function(*call.args))
            keep(k, answers[-1])
        return answers


def asked(memory: Memory, *items: Claim | Erratum, seed: int = 0) -> list[str]:
    """What is decided and witnessed when these items are checked with this memory; its outcomes are those without memory."""
    pool = CountingPool()
    remembered = check_pages([page(*items)], pool=pool, memory=memory, seed=seed).outcomes  # type: ignore[arg-type]
    fresh = check_pages([page(*items)], seed=seed).outcomes
    assert [replace(o, seconds=0.0) for o in remembered] == [replace(o, seconds=0.0) for o in fresh]
    return sorted(pool.asked)


def test_only_what_changed_and_what_cites_it_is_decided(tmp_path: Path) -> None:
    memory = Memory(Cache(tmp_path))
    base, user, other = claim("base", "PROVED"), claim("user", "lemma", by=("page.base",), at=2), claim("other", "REFUTED", at=3)
    assert asked(memory, base, user, other) == [
        *("page.base", "page.other", "page.user"),
        *("witness page.base", "witness page.other", "witness page.user"),
    ]
    assert asked(memory, base, user, other) == []
    assert asked(memory, base, user, replace(other, line=30, title="moved")) == []
    changed = claim("base", "PROVED 2")
    assert asked(memory, changed, user, other) == ["page.base", "page.user", "witness page.base"]
    assert asked(memory, base, user, other) == [], "what was decided before is still known"
    assert asked(memory, base, user, other, seed=1) == ["witness page.base", "witness page.other", "witness page.user"], (
        "a seed is the witness's"
    )


def test_a_claim_is_open_again_where_what_it_cites_is(tmp_path: Path) -> None:
    memory = Memory(Cache(tmp_path))
    user = claim("user", "PROVED", by=("page.base",), at=2)
    assert asked(memory, claim("base", "PROVED"), user) == ["page.base", "page.user", "witness page.base", "witness page.user"]
    # The comparison in `asked` holds its verdict against the one without memory.
    assert asked(memory, claim("base", "UNKNOWN"), user) == ["page.base", "page.user", "witness page.base"]


def test_what_a_clock_stopped_is_decided_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hurried(question: Question, budget: object, *rest: object) -> Verdict:
        proof.note_overrun()
        return fake_decide(question, budget)

    memory = Memory(Cache(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(claims, "decide", hurried)
        assert asked(memory, claim("c", "PROVED")) == ["page.c", "witness page.c"]
        assert asked(memory, claim("c", "PROVED")) == ["page.c"]
    assert asked(memory, claim("c", "PROVED")) == ["page.c"]
    assert asked(memory, claim("c", "PROVED")) == []


def test_a_witness_that_broke_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(claims: object, seed: int) -> dict[str, Witness]:
        raise ImportError("No module named 'jax'")

    memory = Memory(Cache(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["derive.witness"], "witness_page", broken)
        assert asked(memory, claim("c", "PROVED")) == ["page.c", "witness page.c"]
        assert not check_pages([page(claim("c", "PROVED"))], memory=memory).settled
    WITNESS["page.c"] = Witness("NOT_RUN", note="no point was decided")
    assert asked(memory, claim("c", "PROVED")) == ["witness page.c"]
    assert asked(memory, claim("c", "PROVED")) == [], "that there is no point is an answer"
    assert check_pages([page(claim("c", "PROVED"))], memory=memory).settled


def test_what_is_long_is_asked_first() -> None:
    pool, sizes = CountingPool(), {"short": ("PROVED",), "long": ("PROVED", "PROVED 2", "PROVED 3"), "middle": ("PROVED", "PROVED 2")}
    items = [claim(name, *verdicts, at=k) for k, (name, verdicts) in enumerate(sizes.items())]
    checked = check_pages([page(*items)], pool=pool)  # type: ignore[arg-type]
    assert [name for name in pool.asked if "witness" not in name] == ["page.long", "page.middle", "page.short"]
    assert [o.item.id for o in checked.outcomes] == ["page.short", "page.long", "page.middle"], "and reported as it stands on the page"


def test_what_was_done_before_an_interrupt_is_kept(tmp_path: Path) -> None:
    class InterruptedPool(CountingPool):
        def run(self, calls: list[Call], report: object, keep: Callable[[int, object], None]) -> list[object]:
            super().run(calls[:-1], report, keep)
            raise KeyboardInterrupt

    memory, items = Memory(Cache(tmp_path)), (claim("a", "PROVED"), claim("b", "PROVED 2", at=2))
    with pytest.raises(KeyboardInterrupt):
        check_pages([page(*items)], pool=InterruptedPool(), memory=memory)  # type: ignore[arg-type]
    assert asked(memory, *items) == ["page.b"]


def test_a_missing_witness_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(claims: object, seed: int) -> dict[str, Witness]:
        raise ImportError("No module named 'jax'")

    monkeypatch.setattr(sys.modules["derive.witness"], "witness_page", broken)
    outcome = only(claim("c", "PROVED"))
    assert outcome.result == "unwitnessed"
    assert "No module named 'jax'" in outcome.messages[0]


def test_only_what_is_wanted_is_reported_and_what_it_cites_is_decided() -> None:
    base, user = claim("base", "UNKNOWN", at=1), claim("user", "PROVED", by=("page.base",), at=2)
    outcomes = check_pages([page(base, user)], wanted=lambda item: item.id == "page.user").outcomes
    assert [(o.item.id, o.result) for o in outcomes] == [("page.user", "unknown")]


def test_outcomes_come_in_the_order_of_lines() -> None:
    outcomes = check_page(page(claim("b", "PROVED", at=5), claim("a", "PROVED", at=3), erratum()))
    assert [o.item.id for o in outcomes] == ["page.a", "page.b", "page.e"]
