"""`derive.decide` and `derive.gradient`: two lines of SymPy in, an outcome out."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Sum, Symbol, exp, log, symbols

import derive
from derive import decide, gradient
from derive.errors import ReadError
from derive.outcome import Outcome

x, y = symbols("x y", real=True)
p = Symbol("p", positive=True)
n = Symbol("n", integer=True, positive=True)
i, j, k = (Idx(name, n) for name in "ijk")
u = IndexedBase("u", shape=(n,), real=True)


def softmax(a: Idx) -> object:
    return exp(u[a]) / Sum(exp(u[k]), (k, 0, n - 1))


def test_a_proof_says_what_it_holds_for_and_rests_on() -> None:
    outcome = decide(Derivative(softmax(i), u[j]), softmax(i) * (KroneckerDelta(i, j) - softmax(j)))
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict.name, outcome.name, outcome.scope) == ("PROVED", "PROVED", "all n")
    assert "n positive integer" in outcome.hypotheses
    assert (outcome.oracles, outcome.counterexample) == ((), None)
    assert outcome.seconds >= 0
    assert repr(outcome) == "<PROVED for all n>"


def test_a_refutation_has_an_exact_point() -> None:
    outcome = decide(Derivative(softmax(i), u[j]), softmax(i) * (KroneckerDelta(i, j) + softmax(j)))
    assert outcome.name == "REFUTED"
    assert outcome.counterexample is not None
    assert dict(outcome.counterexample.at)["n"] == "1"
    assert "is REFUTED at n = 1" in outcome.messages[0]


def test_hypotheses_and_relations() -> None:
    assert decide(p, p**2, relation="lt", given=(p > 1,)).name == "PROVED"
    assert decide(p, p**2, relation="lt").name == "REFUTED"
    assert decide(log(x**2), 2 * log(x), given=(x > 0,)).name == "PROVED"


@pytest.mark.parametrize(
    ("rhs", "status", "result"), [(1 / (1 + exp(-x)), "AGREES", "verified"), (1 / (1 + exp(x)), "DISAGREES", "refuted")]
)
def test_the_witness_answers_when_asked(rhs: object, status: str, result: str) -> None:
    outcome = decide(Derivative(log(1 + exp(x)), x), rhs)
    assert (outcome.witness.status, outcome.result) == (status, result)


def test_the_witness_is_not_asked_before() -> None:
    script = "import sys; from sympy import Symbol as S; from derive import decide; decide(S('x'), 1).name; print('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(("lhs", "rhs", "relation"), [(0.5 * x, x, "eq"), (x, "x", "eq"), (x, x, "resembles"), (x, True, "eq")])
def test_what_cannot_be_read_is_an_error(lhs: object, rhs: object, relation: str) -> None:
    with pytest.raises(ReadError):
        decide(lhs, rhs, relation)


def test_a_gradient_is_one_that_decide_proves() -> None:
    loss = log(Sum(exp(u[k]), (k, 0, n - 1)))
    found = gradient(loss, u[j])
    assert decide(Derivative(loss, u[j]), found).name == "PROVED"
    assert decide(Derivative(loss, u[j]), found + 1).name == "REFUTED"


def test_using_gradient_does_not_lose_its_name() -> None:
    # A submodule called gradient would take the place of the function.
    gradient(x**2, x)
    assert callable(derive.gradient)
