"""Library functions by name: only JAX's public ones, and nothing is ever evaluated as text."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import pytest

from derive.witness.library import Unresolved, library_call, resolve


def test_names() -> None:
    assert resolve("jax.nn.softmax") is jax.nn.softmax
    assert resolve("jnp.maximum") is jnp.maximum
    assert resolve("lax.exp") is jax.lax.exp


@pytest.mark.parametrize(
    "text",
    [
        "os.system", "jax", "jax.nn", "jax.nn.nothing", "jax.nn._src", "jax.numpy.linalg", "jax.random.normal", "jax.experimental.x",
        "softmax", "jnp.maximum(x, 0", "jnp.maximum(z, 0)", "jnp.maximum(x, [1])", "jnp.maximum(x, (lambda: 0)())", "x.__class__",
        "__import__('os').system('x')", "jnp.maximum(x, 'a')", "jnp.load(open('x'))", "(jnp.exp if x else jnp.log)(x)",
    ],
)  # fmt: skip
def test_what_is_refused(text: str) -> None:
    with pytest.raises(Unresolved):
        library_call(text, ["x", "y"])


def test_calls() -> None:
    values = {"x": jnp.asarray([1.0, -2.0]), "y": 3.0}
    for text, want in [
        ("jnp.maximum", [3.0, 3.0]),
        ("jnp.maximum(x, 0)", [1.0, 0.0]),
        ("jnp.maximum(-x + 1, y / 2)", [1.5, 3.0]),
        ("jax.nn.leaky_relu(x, negative_slope=0.5)", [1.0, -1.0]),
        ("jnp.exp(jnp.log(jnp.abs(x)))", [1.0, 2.0]),
        ("jnp.sum(x, axis=None)", -1.0),
    ]:
        assert library_call(text, ["x", "y"])(values) == pytest.approx(want, rel=1e-6), text
