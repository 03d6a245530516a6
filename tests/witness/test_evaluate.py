"""Evaluation: what is compiled for speed compiles with every version of XLA."""

from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest

from derive.kernel.question import Question
from derive.statement.term import TWO, entry, fn, index, make, mul, power, sym, total
from derive.witness import evaluate, witness_question
from derive.witness.sampling import Sample, split


def test_an_option_that_xla_does_not_know_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(evaluate.QUICK, "xla_of_another_year", True)
    lowered = jax.jit(lambda x: x + 1).lower(1.0)
    with pytest.raises(jax.errors.JaxRuntimeError, match="No such compile option"):
        lowered.compile(compiler_options=dict(evaluate.QUICK))
    assert float(evaluate.compile_quickly(lowered)(1.0)) == 2


def test_any_other_error_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(evaluate.QUICK, "xla_backend_optimization_level", "no number")
    with pytest.raises(jax.errors.JaxRuntimeError):
        evaluate.compile_quickly(jax.jit(lambda x: x + 1).lower(1.0))


@pytest.mark.parametrize("wrong", [False, True])
def test_many_points_go_piece_by_piece_and_say_the_same(wrong: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    n = sym("n", "positive integer")
    j, k = index("j", n), index("k", n)
    x, y = (entry("x", "real", (n,), (i,)) for i in (j, k))
    softmax = mul(fn("exp", x), power(total(fn("exp", y), k), -1))
    question = Question(make("deriv", fn("log", total(fn("exp", y), k)), x), mul(TWO, softmax) if wrong else softmax)
    monkeypatch.setattr(evaluate, "on_host", lambda: False)
    at_once = witness_question(question, points=1000)
    calls = []
    monkeypatch.setattr(evaluate, "PIECE", 300)
    compiled = evaluate.compile_quickly
    monkeypatch.setattr(evaluate, "compile_quickly", lambda lowered: calls.append(1) or compiled(lowered))
    in_pieces = witness_question(question, points=1000)
    assert in_pieces.status == ("DISAGREES" if wrong else "AGREES")
    assert replace(in_pieces, note="") == replace(at_once, note="")
    assert len(calls) == 2  # four pieces: those of one length are compiled once, the first together with the smallest sizes


def test_a_sample_is_split_into_parts_that_hold_all_of_it() -> None:
    whole = Sample({}, {"x": np.arange(10.0)}, {"x": None}, 10)
    parts = split(whole, 3)
    assert [p.count for p in parts] == [4, 3, 3]
    assert np.concatenate([p.values["x"] for p in parts]).tolist() == list(range(10))
