"""The audit by Coq: it accepts what is true, rejects what is false, and hides nothing behind a failure."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import coq_audit
from derive.coq.lemma import Lemma, lemma
from derive.recheck.setting import Shape, setting
from derive.statement.term import HALF, ONE, TWO, Term, add, div, entry, fn, index, make, mul, neg, power, sub, sym, total

X, P, Q, C = sym("x"), sym("p", "positive"), sym("q", "positive"), sym("c")
N = sym("n", "positive integer")
J, K = index("j", N), index("k", N)
SIGMA = power(add(ONE, fn("exp", neg(X))), -1)


def u(i: Term) -> Term:
    return entry("u", "real", (N,), (i,))


def slope(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


Z = total(fn("exp", u(K)), K)

# (left, right, the same with a fault, hypotheses)
PAIRS = [
    (slope(fn("log", Z), u(J)), div(fn("exp", u(J)), Z), fn("exp", u(J)), ()),
    (slope(SIGMA, X), mul(SIGMA, sub(ONE, SIGMA)), mul(SIGMA, sub(TWO, SIGMA)), ()),
    (slope(slope(fn("log", P), P), P), neg(power(P, -2)), power(P, -2), ()),
    (slope(fn("erf", div(X, power(TWO, HALF))), X), div(fn("exp", neg(div(power(X, 2), TWO))), power(mul(HALF, make("const", "pi")), HALF)),
     fn("exp", neg(power(X, 2))), ()),
    (fn("log", add(ONE, fn("exp", X))), add(X, fn("log", add(ONE, fn("exp", neg(X))))), fn("log", add(ONE, fn("exp", neg(X)))), ()),
    (power(mul(P, power(Q, 2)), HALF), mul(Q, power(P, HALF)), mul(P, power(Q, HALF)), ()),
    (power(P, add(X, ONE)), mul(P, power(P, X)), mul(P, power(P, add(X, ONE))), ()),
    (slope(power(total(power(u(K), 2), K), HALF), u(J)), div(u(J), power(total(power(u(K), 2), K), HALF)), u(J), ()),
    (total(mul(u(K), C), K), C, mul(TWO, C), (make("eq", total(u(K), K), ONE),)),
    (fn("tanh", neg(X)), neg(fn("tanh", X)), fn("tanh", X), ()),
]  # fmt: skip


def written(name: str, left: Term, right: Term, given: tuple[Term, ...] = ()) -> Lemma:
    s = setting([left, right], given)
    return lemma(name, s, left, right, Shape(dict.fromkeys(s.sizes, 2), dict.fromkeys(s.own, 1)))


def needs_coq() -> None:
    if shutil.which("coqc") is None:
        pytest.skip("coqc is missing; on Debian: apt-get install coq")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    needs_coq()
    folder = tmp_path_factory.mktemp("coq")
    coq_audit.prepare(folder)
    return folder


def test_coq_accepts_the_true_and_only_those(build: Path) -> None:
    """Each false sibling stands among the true ones: a failure hides neither what is before it nor what is after."""
    lemmas = []
    for k, (left, right, wrong, given) in enumerate(PAIRS):
        lemmas += [written(f"true_{k}", left, right, given), written(f"false_{k}", left, wrong, given)]
    said = coq_audit.not_accepted("pairs", lemmas, build)
    assert [re.split(r"[.:]", words)[1] for words in said] == [f"false_{k}" for k in range(len(PAIRS))], said


def test_a_file_is_read_again_where_its_text_has_changed(build: Path) -> None:
    left, right, wrong, _ = PAIRS[1]
    for _ in range(2):
        assert coq_audit.not_accepted("again", [written("it", left, right)], build) == []
        assert len(coq_audit.not_accepted("again", [written("it", left, wrong)], build)) == 1
    assert coq_audit.not_accepted("again", [written("it", left, right)], build) == []
    assert coq_audit.stands(build / "again.v", (build / "again.v").read_text())
    assert not coq_audit.stands(build / "again.v", "")


def test_a_mutant_is_rejected_at_its_equation(build: Path) -> None:
    trials = []
    for k, (left, right, wrong, given) in enumerate(PAIRS):
        trials.append(coq_audit.Trial(f"case_{k}", "sign", written("it", left, wrong, given), written("it", left, right, given)))
    assert coq_audit.try_mutants("trials", trials, build) == {"rejected": len(PAIRS)}


def test_a_mutant_that_is_true_after_all_is_said_to_be_accepted(build: Path) -> None:
    left, right, wrong, _ = PAIRS[1]
    true, false = written("it", left, right), written("it", left, wrong)
    (said,) = coq_audit.try_mutants("true", [coq_audit.Trial("case", "sign", true, true)], build)
    assert said.startswith("ACCEPTED case")
    (said,) = coq_audit.try_mutants("false", [coq_audit.Trial("case", "sign", true, false)], build)
    assert said.startswith("NOT TRIED")


def test_what_coq_cannot_read_is_no_rejection(build: Path) -> None:
    right = written("it", X, X)
    broken = Lemma("it", "forall x : R, x = = x", right.tactics)
    with pytest.raises(SystemExit, match="trials"):
        coq_audit.try_mutants("trials", [coq_audit.Trial("case", "sign", broken, right)], build)


def test_the_prelude_takes_nothing_for_granted() -> None:
    text = coq_audit.PRELUDE.read_text()
    assert not re.search(r"\b(Axiom|Parameter|Hypothesis|Conjecture|Variable|Admitted|admit|Abort)\b", text)
    assert text.count("\nLemma ") == text.count("Qed.")


def test_a_lemma_rests_on_the_axioms_of_the_real_numbers_alone(build: Path) -> None:
    file = build / "axioms.v"
    left, right, _, _ = PAIRS[0]
    file.write_text(f"{coq_audit.HEAD}{written('it', left, right)}\nPrint Assumptions it.\n")
    said = coq_audit.coqc(file).stdout
    assert set(re.findall(r"^([\w.]+)", said.partition("Axioms:")[2], re.MULTILINE)) == {
        "Classical_Prop.classic",
        "ClassicalDedekindReals.sig_not_dec",
        "ClassicalDedekindReals.sig_forall_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
    }


def test_without_coq_the_audit_says_that_it_was_skipped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(coq_audit.shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["coq_audit.py"])
    assert coq_audit.main() == 0
    assert capsys.readouterr().out.startswith("SKIPPED: coqc is missing")


def test_a_page_is_asked_about_what_is_proved_there() -> None:
    (page,) = coq_audit.changes.library(["sigmoid_tanh"])
    trusted = coq_audit.proved()
    asked = coq_audit.ask(page, trusted)
    assert asked.claims == {c.id for c in page.claims} & trusted
    assert asked.lines["exported"] > 20
    assert len({x.name for x in asked.lemmas}) == len(asked.lemmas)
    assert coq_audit.ask(page, set()).lemmas == []
    words = coq_audit.table([asked])
    assert f"| lemmas that Coq accepts | {len(asked.lemmas)} |" in words
    asked.open = ["sigmoid_tanh.it: not a valid field equation."]
    assert f"| lemmas that Coq accepts | {len(asked.lemmas) - 1} |" in coq_audit.table([asked])


def test_mutants_are_written_out_where_they_fail() -> None:
    (page,) = coq_audit.changes.library(["log_sum_exp"])
    trials = coq_audit.trials([page], coq_audit.proved(), 20)["log_sum_exp"]
    assert 10 < len(trials) <= 20
    assert len({t.kind for t in trials}) > 3
    assert all(t.changed.statement != t.before.statement for t in trials)
    assert coq_audit.trials([page], set(), 20) == {}
