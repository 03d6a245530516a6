"""Running error analysis: the scale bounds the true error, does not exceed it wildly, and is infinite where nothing is known."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flint import arb, ctx

from derive.witness.roundoff import EPS, Compiled, Pointwise, run

POINTS = np.random.default_rng(7).standard_normal((400, 2)) * np.array([[3.0, 0.7]])


def analysed(f, *values):
    """(value, scale) of f, with the values as given, exact."""
    with jax.enable_x64(True):
        values = [jnp.asarray(v) for v in values]
        ((out, error),) = run(Compiled(), jax.make_jaxpr(f)(*values), values, [None] * len(values))
        return np.asarray(out), np.zeros_like(out) if error is None else np.asarray(error)


# the same formula for floats and for balls
FORMULAS = {
    "cancel": (lambda x, y: (x + y) * (x - y) - x * x, lambda x, y: (x + y) * (x - y) - x * x),
    "sigmoid": (lambda x, y: 1.0 / (1.0 + jnp.exp(-x)) - y, lambda x, y: 1 / (1 + (-x).exp()) - y),
    "tanh": (lambda x, y: 1.0 - jnp.tanh(x) ** 2, lambda x, y: 1 - x.tanh() ** 2),
    "softplus": (lambda x, y: jnp.log(1.0 + jnp.exp(x)) - x, lambda x, y: (1 + x.exp()).log() - x),
    "power": (lambda x, y: (x * x + 1.0) ** y, lambda x, y: (x * x + 1) ** y),
    "root": (lambda x, y: jnp.sqrt(x * x + 1.0) - jnp.abs(x), lambda x, y: (x * x + 1).sqrt() - abs(x)),
    "sine": (lambda x, y: jnp.sin(10.0 * x) / (2.0 + jnp.cos(y)), lambda x, y: (10 * x).sin() / (2 + y.cos())),
    "quotient": (lambda x, y: (x - y) / (x + y), lambda x, y: (x - y) / (x + y)),
    "integer power": (lambda x, y: (x - y) ** 3 * (x + y) ** -2, lambda x, y: (x - y) ** 3 * (x + y) ** -2),
    "slope": (jax.grad(lambda x, y: jnp.log(1.0 + jnp.exp(x)) * y), lambda x, y: y / (1 + (-x).exp())),
    "curvature": (jax.grad(jax.grad(lambda x, y: jnp.tanh(x * y))), lambda x, y: -2 * y**2 * (x * y).tanh() * (1 - (x * y).tanh() ** 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_the_scale_bounds_the_error_and_is_no_wild_guess(name: str) -> None:
    f, exact = FORMULAS[name]
    found = [analysed(f, x, y) for x, y in POINTS[:60]]
    ctx.prec = 200
    try:
        errors = np.array([abs(float(arb(float(v)) - exact(arb(x), arb(y)))) for (v, _), (x, y) in zip(found, POINTS, strict=False)])
    finally:
        ctx.prec = 53
    scales = np.array([float(e) for _, e in found])
    ratio = errors / (EPS * scales)
    assert ratio.max() < 2
    assert ratio.max() > 0.01


@pytest.mark.parametrize(
    "f",
    [
        lambda x: jnp.where(x > 0.5, x, -x),
        lambda x: -jnp.abs(x),
        lambda x: jnp.floor(x) + jnp.sign(x),
        lambda x: 4.0 * x,
        lambda x: jnp.maximum(x, 1.0),
        lambda x: jnp.sum(jnp.where(jnp.arange(3) == 1, x, 0.0)) * 0.0,
    ],
)
def test_what_rounds_nothing_has_no_error(f) -> None:
    _, error = analysed(f, 0.75)
    assert error <= 0.75  # at most the one addition


def test_a_comparison_that_rounding_could_flip_makes_its_choice_uncertain() -> None:
    def choose(x: float) -> float:
        return jnp.where(x * x * x > 0.001, 1.0, 0.0)

    assert analysed(choose, 0.1)[1] >= 1 / EPS
    assert analysed(choose, 0.2)[1] == 0.0


def test_a_floor_that_rounding_could_push_over_is_unknown() -> None:
    assert np.isinf(analysed(lambda x: jnp.floor(x * 10.0), 0.3)[1])
    assert analysed(lambda x: jnp.floor(x * 10.0), 0.35)[1] == 0.0


def test_a_divisor_that_may_be_zero_makes_the_scale_infinite() -> None:
    assert np.isinf(analysed(lambda x: 1.0 / ((x + 0.1) - x - 0.1), 0.3)[1])


def test_an_overflow_makes_the_scale_infinite_or_undefined() -> None:
    assert not np.isfinite(analysed(lambda x: 1.0 / (1.0 + jnp.exp(x)), 1000.0)[1])


def test_a_product_that_underflows_is_known_up_to_what_was_lost() -> None:
    with jax.enable_x64(True):
        small = np.array([[1e-200, 1e-115, 1.0], [1e-200, 1e-200, 1e100]])  # as a float the second is 0
        ((out, error),) = run(Pointwise(), jax.make_jaxpr(jnp.prod)(small[0]), [small], [None])
        assert (abs(out - [1e-315, 1e-300]) <= EPS * error).all()
        assert (EPS * error >= 0.01 * np.array([1e-315, 1e-300])).all()


def test_underflow_is_carried_to_where_it_matters() -> None:
    value, error = analysed(lambda x: jnp.exp(-3.0 * x) * jnp.exp(2.0 * x), 300.0)
    assert abs(value - np.exp(-300.0)) <= EPS * error


def test_a_primitive_without_a_rule_decides_nothing() -> None:
    assert np.isinf(analysed(lambda x: jnp.sort(x)[0] * 2.0, np.array([2.0, 1.0]))[1])
    assert np.isinf(analysed(lambda x: jax.lax.fori_loop(0, 3, lambda k, v: v * x, 1.0), 1.5)[1])


def test_errors_of_the_inputs_reach_the_outputs() -> None:
    with jax.enable_x64(True):
        x = jnp.asarray(3.0)
        ((_, error),) = run(Compiled(), jax.make_jaxpr(lambda v: v * v - v)(x), [x], [jnp.asarray(5.0)])
        assert float(error) >= 25.0
