"""Primitives by NumPy: at all points at once they give what JAX gives at each, values and errors, and what is not known is left to JAX."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from derive.kernel.question import Question
from derive.statement.term import ONE, TWO, add, fn, make, mul, neg, power, sym
from derive.witness import evaluate, primitives, witness_question
from derive.witness.primitives import ELEMENTWISE, SLOPES, STRUCTURAL, Unsupported
from derive.witness.roundoff import EPS, Compiled, Pointwise, run

WIDTH = 3
POINTS = WIDTH  # as many points as entries: what takes one for the other gives wrong numbers and no error
RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((2, POINTS, WIDTH))
M = RNG.standard_normal((POINTS, WIDTH, WIDTH))

# of x and y, three numbers each, and m, three by three; every primitive occurs
FUNCTIONS: dict[str, Any] = {
    "arithmetic": lambda x, y, m: (x + y) * (x - y) / (1.5 + y * y) - abs(-x),
    "a number beside an array": lambda x, y, m: (jnp.sum(x) * y + 0.1) * jnp.sum(m) + jnp.max(y),
    "a choice by one truth": lambda x, y, m: lax.select_n(x[0] < y[0], x, y),
    "choices": lambda x, y, m: jnp.where((x < y) & ~(x > 0.1) | (y >= 0.5), x, jnp.where((x <= 0) == (y != 0), y, x * y)),
    "maxima": lambda x, y, m: jnp.maximum(x, y) + jnp.minimum(x, 0.2) + jnp.min(m, axis=0),
    "jumps": lambda x, y, m: jnp.floor(3 * x) + jnp.ceil(2 * y) + jnp.sign(x) + lax.round(x) + jnp.round(5 * y) + jnp.fmod(x, 0.7),
    "powers": lambda x, y, m: x**3 + y**-2 + x**0 + jnp.sqrt(x * x) + lax.rsqrt(y * y) + lax.square(x) + (x * x + 0.1) ** y,
    "exponentials": lambda x, y, m: jnp.exp(x) + jnp.log(y * y) + jnp.log1p(x * x) + jnp.expm1(y) + jax.nn.sigmoid(x),
    "circular": lambda x, y, m: jnp.sin(x) + jnp.cos(y) + jnp.tan(x) + jnp.arcsin(x / 4) + jnp.arccos(y / 4) + jnp.arctan(x),
    "hyperbolic": lambda x, y, m: jnp.sinh(x) + jnp.cosh(y) + jnp.tanh(x) + jnp.arcsinh(x) + jnp.arccosh(2 + y * y) + jnp.arctanh(y / 4),
    "special": lambda x, y, m: (
        lax.erf(x) + lax.erfc(y) + lax.erf_inv(x / 4) + lax.lgamma(1 + x * x) + lax.digamma(1 + y * y) + jnp.where(jnp.isfinite(x), x, y)
    ),
    "shapes": lambda x, y, m: (
        jnp.concatenate([x[::-1], y[1:]])[2:] + jnp.transpose(m)[0] + jnp.reshape(m, (9,))[3:6] + jnp.pad(x[:2], (1, 0)) + m.T @ y
    ),
    "more shapes": lambda x, y, m: jnp.expand_dims(x, 0) + jnp.split(m, 3)[1] + lax.expand_dims(y, (0,)) + lax.stop_gradient(m),
    "sums": lambda x, y, m: m.sum(0) + m.prod(1) + m.max(0) + jnp.where(jnp.any(m > 1, 0) | jnp.all(m < 1, 1), x, y) + jnp.arange(3.0),
    "whole numbers": lambda x, y, m: (
        lax.div(jnp.int64(9 * x), jnp.int64(3)) * jnp.int64(5 * y) - lax.rem(jnp.int64(9 * y), jnp.int64(4)) + abs(jnp.int64(7 * m[0]))
    ).astype("float64"),
    "copies": lambda x, y, m: jnp.copy(x) + lax.bitcast_convert_type(y, jnp.float64),
    "a product of three indices": lambda x, y, m: jnp.einsum("ij,ik,k->ij", m, m, y),
    "forward": lambda x, y, m: jax.jacfwd(lambda v: jax.nn.softmax(v) * jnp.log(jnp.sum(jnp.exp(v * y))))(x),
    "reverse": lambda x, y, m: jax.jacrev(lambda v: jnp.tanh(m @ v) / jnp.sum(jnp.exp(v)))(x),
    "twice": lambda x, y, m: jax.jacfwd(jax.jacrev(lambda v: jnp.log(jnp.sum(jnp.exp(m @ v)))))(x),
}  # fmt: skip
LEFT = {"copies"}  # for bitcast_convert_type


def traced(name: str) -> Any:
    return jax.make_jaxpr(FUNCTIONS[name])(X[0], Y[0], M[0])


def names(jaxpr: Any) -> set[str]:
    inner = [getattr(p, "jaxpr", p) for e in jaxpr.eqns for p in e.params.values() if hasattr(getattr(p, "jaxpr", p), "eqns")]
    return {e.primitive.name for e in jaxpr.eqns}.union(*map(names, inner))


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - LEFT))
@pytest.mark.parametrize("exact", [True, False])
def test_values_and_errors_are_those_of_jax_at_each_point(name: str, exact: bool) -> None:
    with jax.enable_x64(True), np.errstate(all="ignore"):
        jaxpr = traced(name)
        errors = [None] * 3 if exact else [abs(v) for v in (X, Y, M)]
        ((found, scale),) = run(Pointwise(), jaxpr, [X, Y, M], errors)

        def at_point(values: list[Any], errors: list[Any]) -> Any:
            ((value, error),) = run(Compiled(), jaxpr, values, errors)
            return value, jnp.inf if error is None else error

        value, error = evaluate.compile_quickly(jax.jit(jax.vmap(at_point)).lower([X, Y, M], errors))([X, Y, M], errors)
        bound = 0.0 if scale is None else 4 * EPS * scale
        assert (abs(found - value) <= bound).all()
        np.testing.assert_allclose(np.broadcast_to(np.inf if scale is None else scale, error.shape), error, rtol=0.1)


def test_every_primitive_here_is_compared_with_jax() -> None:
    with jax.enable_x64(True):
        seen = set().union(*(names(traced(name).jaxpr) for name in FUNCTIONS))
    assert (ELEMENTWISE.keys() | STRUCTURAL.keys() | SLOPES.keys()) - seen <= {"copy_p"}


def test_what_is_not_here_is_left_to_jax() -> None:
    with jax.enable_x64(True), pytest.raises(Unsupported):
        run(Pointwise(), traced("copies"), [X, Y, M], [None] * 3)
    with pytest.raises(Unsupported):
        primitives.slope("atan2", [X, Y], X, 0)


def test_a_page_with_such_a_primitive_is_compiled_and_gets_the_same_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    x = sym("x")
    sigmoid = power(add(ONE, fn("exp", neg(x))), -1)
    asked = [Question(make("deriv", sigmoid, x), right) for right in (mul(sigmoid, add(ONE, neg(sigmoid))), mul(TWO, sigmoid))]
    here = [witness_question(q) for q in asked]
    assert [w.status for w in here] == ["AGREES", "DISAGREES"]
    compiled, calls = evaluate.compile_quickly, []
    monkeypatch.setattr(evaluate, "compile_quickly", lambda lowered: calls.append(1) or compiled(lowered))
    monkeypatch.delitem(primitives.ELEMENTWISE, "exp")
    there = [witness_question(q) for q in asked]
    assert len(calls) == 2
    assert [(w.status, w.points) for w in there] == [(w.status, w.points) for w in here]
