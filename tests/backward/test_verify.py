"""Backward passes held against proofs: right ones pass, and every way to be wrong that we know of is seen."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import derive
from derive.backward import Mismatch, Report
from derive.backward import verify_backward as verify_at_many_points
from derive.backward.call import library_of
from derive.backward.source import gradient_from
from derive.code import Gradient
from derive.errors import DeriveError
from derive.statement.claim import Claim, Link
from derive.statement.term import ONE, ZERO, Term, add, delta, div, entry, fn, index, make, mul, neg, power, sub, sym, total

verify_backward = functools.partial(verify_at_many_points, points=24)
n = sym("n", "positive integer")
i, j, k = (index(name, n) for name in "ijk")
x, a = sym("x"), sym("a")
Backward = Callable[..., Any]


def u(at: Term) -> Term:
    return entry("u", "real", (n,), (at,))


def stated(primal: Term, variable: Term, slope: Term, *given: Term) -> Gradient:
    return gradient_from(Claim("page.claim", "page.py", 1, make("deriv", primal, variable), (Link("eq", slope),), given=given))


s_i, s_j = (div(fn("exp", u(at)), total(fn("exp", u(k)), k)) for at in (i, j))
sigma = power(add(ONE, fn("exp", neg(x))), -1)
SOFTMAX = stated(s_i, u(j), mul(s_i, sub(delta(i, j), s_j)))
SIGMOID = stated(sigma, x, mul(sigma, sub(ONE, sigma)))
SOFTPLUS = stated(fn("log", add(ONE, fn("exp", x))), x, sigma)
LEAKY = stated(
    fn("max", x, mul(a, x)), x, make("piecewise", ONE, make("le", ZERO, x), a, make("true")), make("lt", a, ONE), make("ne", x, ZERO)
)


def softmax(u: Any) -> Any:
    e = np.exp(u - u.max())
    return e / e.sum()


def right(u: Any, g: Any) -> Any:
    s = softmax(u)
    return s * (g - (s * g).sum())


def sign_flip(u: Any, g: Any) -> Any:
    return -right(u, g)


def dropped_term(u: Any, g: Any) -> Any:
    return softmax(u) * g


def naive(u: Any, g: Any) -> Any:
    s = np.exp(u) / np.exp(u).sum()
    return s * (g - (s * g).sum())


def wrong_at_ties(u: Any, g: Any) -> Any:
    e = np.where(u == u.max(), 1, np.exp(u - u.max()))
    e = np.where((u == u.max()) & (np.arange(len(u)) > np.argmax(u)), 0, e).astype(u.dtype)  # only the first largest one counts
    s = e / e.sum()
    return s * (g - (s * g).sum())


def wrong_for_one(u: Any, g: Any) -> Any:
    return right(u, g) if len(u) > 1 else g


def wrong_for_many(u: Any, g: Any) -> Any:
    return right(u, g) if len(u) < 8 else 0 * g


def slightly_off(u: Any, g: Any) -> Any:
    return right(u, g) * (1 + (1e-3 if u.dtype == np.float32 else 0))


def off_in_bfloat16(u: Any, g: Any) -> Any:
    """Right in every other dtype; in this one wrong by less than half a unit in the last place, and always upwards."""
    exact = right(u.astype("float64"), g.astype("float64"))
    return (exact * (1 if u.dtype.itemsize > 2 else 1.001)).astype(u.dtype)


def not_a_number(u: Any, g: Any) -> Any:
    return right(u, g) + (np.nan if u[0] == 0 else 0)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float64", "float16"])
def test_a_right_one_passes(dtype: str) -> None:
    report = verify_backward(right, SOFTMAX, dtype)
    assert report.check() is report
    assert report.components > 150
    assert report.sizes == ["n = 1", "n = 3", "n = 2", "n = 17"]


@pytest.mark.parametrize(
    ("wrong", "dtype", "words"),
    [
        (sign_flip, "float32", "off by more than"),
        (sign_flip, "bfloat16", "off by more than"),
        (dropped_term, "float32", "off by more than"),
        (naive, "float32", "no finite numbers"),
        (naive, "float64", "no finite numbers"),
        (wrong_at_ties, "float32", "off by more than"),
        (wrong_for_one, "float32", "off by more than"),
        (wrong_for_many, "float32", "off by more than"),
        (slightly_off, "float32", "off by more than"),
        (off_in_bfloat16, "bfloat16", "bias"),
        (not_a_number, "float32", "no finite numbers"),
    ],
)
def test_a_wrong_one_is_seen(wrong: Backward, dtype: str, words: str) -> None:
    report = verify_backward(wrong, SOFTMAX, dtype)
    assert not report
    assert any(words in trouble for trouble in report.troubles)
    with pytest.raises(Mismatch, match=words):
        report.check()


@pytest.mark.parametrize("seed", range(3))
def test_a_small_error_in_one_dtype_alone_is_seen_there_and_nowhere_else(seed: int) -> None:
    found = verify_backward(off_in_bfloat16, SOFTMAX, ["float32", "bfloat16", "float64"], seed=seed)
    assert [r.passed for r in found] == [True, False, True]
    assert not found
    with pytest.raises(Mismatch):
        found.check()


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_one_in_low_precision_has_no_bias(seed: int) -> None:
    assert verify_backward(right, SOFTMAX, "bfloat16", seed=seed)
    assert verify_backward(lambda u, g: right(u.astype("float32"), g.astype("float32")).astype(u.dtype), SOFTMAX, "bfloat16", seed=seed)


def test_the_worst_input_can_be_pasted() -> None:
    report = verify_backward(wrong_for_one, SOFTMAX)
    text = str(report)
    assert text.startswith("FAILED: page.claim in float32")
    assert "n = 1; u = [" in text
    assert "component 0" in text
    assert "exact 0" in text
    assert "&quot;" not in report._repr_html_()
    assert report._repr_html_().startswith("<pre>FAILED")


def test_a_number_is_handed_over_as_an_array_of_all_points() -> None:
    assert verify_backward(lambda x: 1 / (1 + np.exp(-x)), SOFTPLUS)
    report = verify_backward(lambda x: np.exp(x) / (1 + np.exp(x)), SOFTPLUS)
    assert "no finite numbers" in report.troubles[0]
    assert not verify_backward(lambda x: np.tanh(x), SOFTPLUS)


def test_cancellation_is_allowed_for_and_told() -> None:
    """y (1 - y) loses all of its last places in the right tail, as everywhere in use; the report says how many."""
    report = verify_backward(lambda x: (y := 1 / (1 + np.exp(-x))) * (1 - y), SIGMOID)
    assert report
    assert not verify_backward(lambda x: (y := 1 / (1 + np.exp(-x))) * (1 - y) + np.float32(1e-5), SIGMOID)


def test_at_a_kink_any_slope_between_both_sides_passes() -> None:
    def leaky(x: Any, a: Any, g: Any, at_0: float = 1.0) -> Any:
        return g * np.where(x > 0, 1, np.where(x < 0, a, at_0 + (1 - at_0) * a))

    assert verify_backward(leaky, LEAKY).kinks > 0
    assert verify_backward(lambda x, a, g: leaky(x, a, g, 0.5), LEAKY)
    outside = verify_backward(lambda x, a, g: leaky(x, a, g, 7.0), LEAKY)
    assert "at a kink" in outside.troubles[0]
    assert not verify_backward(lambda x, a, g: leaky(x, a, g, np.nan), LEAKY)


def test_beside_a_kink_the_slope_is_exact() -> None:
    def blunt(x: Any, a: Any, g: Any) -> Any:
        return g * np.where(x > 1e-6, 1, a)

    assert not verify_backward(blunt, LEAKY)


def test_arguments_go_by_name_or_in_order() -> None:
    assert verify_backward(lambda g, u: right(u, g), SOFTMAX)
    assert verify_backward(lambda first, second: right(first, second), SOFTMAX)
    assert verify_backward(lambda *both: right(*both), SOFTMAX)
    assert verify_backward(lambda x, a: np.where(x >= 0, 1 + 0 * x, a), LEAKY)  # the value is one number: no cotangent
    with pytest.raises(DeriveError, match="expected u and a cotangent"):
        verify_backward(softmax, SOFTMAX)
    with pytest.raises(DeriveError, match="the function takes u, g, h"):
        verify_backward(lambda u, g, h: u, SOFTMAX)


def test_a_tuple_of_gradients_is_taken_apart() -> None:
    assert verify_backward(lambda x, a, g: (g * np.where(x >= 0, 1, a), None), LEAKY)
    with pytest.raises(DeriveError, match="returned 3 gradients"):
        verify_backward(lambda x, a, g: (x, a, g), LEAKY)


def test_a_wrong_shape_and_an_exception_name_the_input() -> None:
    with pytest.raises(ValueError, match=r"has shape \(1, 1\), expected \(1,\), at n = 1"):
        verify_backward(lambda u, g: np.outer(u, g), SOFTMAX)

    def breaks(u: Any, g: Any) -> Any:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError) as caught:
        verify_backward(breaks, SOFTMAX)
    assert "n = 1; u = [" in caught.value.__notes__[0]


def test_a_claim_that_is_not_proved_is_refused() -> None:
    false = Claim("page.false", "page.py", 1, make("deriv", sigma, x), (Link("eq", sigma),))
    with pytest.raises(DeriveError, match=r"page\.false is REFUTED"):
        verify_backward(right, false)
    with pytest.raises(DeriveError, match="no line of it is a derivative"):
        verify_backward(right, Claim("page.other", "page.py", 1, x, (Link("eq", x),)))
    with pytest.raises(DeriveError, match="is no claim"):
        verify_backward(right, 7)
    with pytest.raises(DeriveError, match="names no claim"):
        verify_backward(right, "softmax_jacobian")
    with pytest.raises(DeriveError, match="states no claim jakobian; did you mean"):
        verify_backward(right, "softmax_jacobian::jakobian")


def test_an_expression_and_its_variable() -> None:
    y = sp.Symbol("y", real=True)
    assert verify_backward(lambda y: 1 / (1 + np.exp(-y)), (sp.log(1 + sp.exp(y)), y))
    assert not verify_backward(lambda y: 1 / (1 + np.exp(y)), (sp.log(1 + sp.exp(y)), y))


def test_a_claim_as_a_page_writes_it() -> None:
    from derive import D, claim, eq, exp, log, real

    z = real("z")
    draft = claim(D(log(1 + exp(z)), z), eq(1 / (1 + exp(-z))))
    assert derive.verify_backward(lambda z: 1 / (1 + np.exp(-z)), draft)
    wrong = claim(D(log(1 + exp(z)), z), eq(1 / (1 + exp(z))))
    with pytest.raises(DeriveError, match="REFUTED"):
        derive.verify_backward(lambda z: 1 / (1 + np.exp(-z)), wrong)


def test_jax_functions() -> None:
    import jax
    import jax.numpy as jnp

    def fused(u: Any, g: Any) -> Any:
        return jax.vjp(jax.nn.softmax, u)[1](g)[0]

    assert library_of(fused) == library_of(jax.jit(fused)) == "jax"
    assert verify_backward(jax.jit(fused), SOFTMAX, ["float32", "float64"])
    assert not verify_backward(lambda x: jnp.exp(x) / (1 + jnp.exp(x)), SOFTPLUS)


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch is not installed")
def test_torch_functions() -> None:
    import torch

    def kernel(u: Any, g: Any) -> Any:
        s = torch.softmax(u, -1)
        return s * (g - (s * g).sum())

    assert library_of(kernel) == "torch"
    assert verify_backward(kernel, SOFTMAX, ["float32", "bfloat16"])
    assert not verify_backward(lambda u, g: torch.softmax(u, -1) * g, SOFTMAX)


def test_nothing_compared_is_no_pass() -> None:
    report = Report("page.claim", "", "float32", 16.0)
    assert not report
    assert "that is no pass" in str(report)


def test_two_runs_say_the_same() -> None:
    assert str(verify_backward(right, SOFTMAX)) == str(verify_backward(right, SOFTMAX))
