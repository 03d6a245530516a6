"""Evaluation: what is compiled for speed compiles with every version of XLA."""

from __future__ import annotations

import jax
import pytest

from derive.witness import evaluate


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
