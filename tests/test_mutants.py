"""A sample of the mutants of the library, and every kind of change seen at work; `make mutants` asks about all of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import mutants
from derive.kernel.question import Question
from derive.statement.term import ONE, TRUE, ZERO, add, delta, entry, fn, index, make, mul, num, power, sym, total

PAGES = ("sigmoid_tanh", "softmax_jacobian", "softplus", "norms")
EACH = 3


def test_a_sample_of_mutants_is_refuted_or_true() -> None:
    answers = []
    for page in mutants.library(list(PAGES)):
        for at in mutants.links(page):
            answers += [(m, mutants.judge(m.question, 4.0)) for m in mutants.sample(mutants.changed(*at), EACH)]
    assert len(answers) > 100
    assert [m for m, answer in answers if answer == "WRONG"] == []
    assert sum(answer == "UNKNOWN" for _, answer in answers) <= len(answers) / 100
    assert sum(answer == "REFUTED" for _, answer in answers) > len(answers) / 2


X, N = sym("x"), sym("n", "positive integer")
I, J = index("i", N), index("j", N)
B = entry("B", "real", (N, N), (I, J))
V = entry("v", "real", (N,), (I,))

CHANGES = {
    "sign": (fn("exp", X), fn("exp", mul(num(-1), X))),
    "factor dropped": (mul(X, fn("exp", X)), X),
    "factor doubled": (add(X, B), add(X, mul(num(2), B))),
    "term dropped": (add(X, B), B),
    "index renamed": (mul(V, delta(I, J)), mul(entry("v", "real", (N,), (J,)), delta(I, J))),
    "index shifted": (mul(I, B), mul(add(I, ONE), B)),
    "transposed": (B, entry("B", "real", (N, N), (J, I))),
    "bound off by one": (total(V, I), total(entry("v", "real", (N,), (index("i", add(N, num(-1))),)), index("i", add(N, num(-1))))),
    "branch at a kink": (make("piecewise", X, make("lt", ZERO, X), ZERO, TRUE), make("piecewise", ZERO, make("lt", ZERO, X), X, TRUE)),
    "function swapped": (fn("tanh", X), power(add(ONE, fn("exp", mul(num(-1), X))), -1)),
    "constant": (mul(num(2), X), mul(num(3), X)),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_each_kind_of_change_is_made(kind: str) -> None:
    right, wanted = CHANGES[kind]
    found = [m.question.rhs for m in mutants.changed("claim", 0, Question(sym("y"), right))[kind]]
    assert wanted in found


def test_hypotheses_are_dropped_and_relations_changed() -> None:
    question = Question(X, ONE, "le", (make("lt", X, ZERO),))
    kinds = mutants.changed("claim", 0, question)
    assert [m.question.given for m in kinds["hypothesis dropped"]] == [()]
    assert {m.question.relation for m in kinds["relation"]} == {"lt", "eq", "le"}


def test_a_wrong_proof_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that proves everything, and finds no point: the recheck says WRONG."""
    monkeypatch.setattr(mutants, "_proved", lambda question, budget: True)
    monkeypatch.setattr(mutants.points, "search", lambda question, budget, effort: None)
    assert mutants.judge(Question(power(X, 2), add(power(X, 2), ONE)), 1.0) == "WRONG"
    assert mutants.judge(Question(power(X, 2), mul(X, X)), 1.0) == "PROVED"
