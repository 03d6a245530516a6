"""Generated files: they keep to the formatter, their own tests pass, and these tests see a wrong gradient."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from code_terms import ONE, W, a, add, delta, exp, fn, i, j, l, log, mul, n, neg, num, p, power, q, sigma, softmax, sub, total, u, x

from derive.code import Gradient, code_of
from derive.code.lines import Unwritten
from derive.code.module import module
from derive.statement.term import ZERO, Term, entry, make, sym

LIBRARIES = [
    "numpy",
    "jax",
    pytest.param("torch", marks=pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch is not installed")),
]
h = log(add(ONE, exp(total(mul(W(p, l), u(l)), l))))  # a layer of softplus units
State = Callable[..., Gradient]


def v(at: Term) -> Term:
    return entry("v", "real", (n,), (at,))


def leaky(t: Term) -> Term:
    return fn("max", t, mul(a, t))


def examples(proved: State) -> dict[str, list[Gradient]]:
    slope_of_h = mul(sigma(total(mul(W(q, l), u(l)), l)), u(j))
    weighted, norm = total(mul(v(l), power(u(l), 2)), l), power(total(power(u(l), 2), l), "1/2")
    step = make("piecewise", ONE, make("le", ZERO, x), a, make("true"))
    return {
        "softmax": [proved(softmax(i), u(j), mul(softmax(i), sub(delta(i, j), softmax(j))))],
        "log-softmax": [proved(log(softmax(i)), u(j), sub(delta(i, j), softmax(j)))],
        "sigmoid": [proved(sigma(x), x, sub(sigma(x), power(sigma(x), 2)))],
        "softplus": [proved(log(add(ONE, exp(x))), x, sigma(x))],
        "tanh": [proved(fn("tanh", x), x, sub(ONE, power(fn("tanh", x), 2)))],
        "elementwise": [proved(sigma(u(i)), u(i), mul(sigma(u(i)), sub(ONE, sigma(u(i)))))],
        "layer": [proved(h, W(q, j), mul(delta(p, q), slope_of_h))],
        "leaky": [proved(leaky(x), x, step, make("lt", a, ONE), make("ne", x, ZERO))],
        "two arguments": [
            proved(weighted, u(j), mul(num(2), v(j), u(j)), name="in_u"),
            proved(weighted, v(j), power(u(j), 2), name="in_v"),
        ],
        "norm": [proved(norm, u(j), mul(u(j), power(norm, -1)), make("lt", ZERO, total(power(u(l), 2), l)))],
    }


def load(text: str, folder: Path) -> ModuleType:
    path = folder / "generated.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location("generated", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def run_tests(found: ModuleType) -> int:
    tests = [f for name, f in vars(found).items() if name.startswith("test_")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for test in tests:
            test()
    return len(tests)


@pytest.mark.parametrize("library", LIBRARIES)
def test_generated_tests_pass(library: str, proved: State, tmp_path: Path) -> None:
    found = examples(proved)
    for name in found if library == "numpy" else ("softmax", "layer", "leaky", "two arguments"):  # the others compile much and add little
        text, left_out = module(found[name], library)
        assert not left_out
        assert run_tests(load(text, tmp_path)) == 1, name


@pytest.mark.parametrize("library", LIBRARIES)
def test_generated_files_are_formatted(library: str, proved: State, tmp_path: Path) -> None:
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    if not Path(ruff).exists():
        pytest.skip("ruff is not installed")
    for number, gradients in enumerate(examples(proved).values()):
        (tmp_path / f"code{number}.py").write_text(module(gradients, library)[0])
    for command in (["check", "--select", "E,F,I,W,B,UP,SIM,C4,PIE,RET"], ["format", "--check", "--diff"]):
        done = subprocess.run([ruff, *command, "--isolated", "--no-cache", str(tmp_path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", LIBRARIES)
def test_generated_tests_see_a_wrong_gradient(library: str, proved: State, tmp_path: Path) -> None:
    text, _ = module(examples(proved)["softmax"], library)
    wrong = re.sub(r"\(g - ", "(g + ", text)
    assert wrong != text
    with pytest.raises(AssertionError):
        run_tests(load(wrong, tmp_path))


def test_the_text_is_the_same_every_time(proved: State) -> None:
    assert module(examples(proved)["layer"], "jax") == module(examples(proved)["layer"], "jax")


def test_jax_may_differentiate_the_gradient_again_at_0(proved: State, tmp_path: Path) -> None:
    import jax

    for name, (at_0, far) in {"softplus": (0.25, 0.0), "sigmoid": (0.0, 0.0), "tanh": (0.0, 0.0)}.items():
        code = load(module(examples(proved)[name], "jax")[0], tmp_path)
        second = jax.grad(jax.grad(code.claim_primal))
        assert float(second(0.0)) == pytest.approx(at_0, abs=1e-6), name
        assert float(second(-90.0)) == pytest.approx(far, abs=1e-6), name


def test_far_out_nothing_overflows(proved: State, tmp_path: Path) -> None:
    code = load(module(examples(proved)["softmax"] + examples(proved)["softplus"], "numpy")[0], tmp_path)
    softmax_forward, softmax_backward = code.claim_primal_forward, code.claim_primal_backward
    with np.errstate(all="raise", under="ignore"):
        value, saved = softmax_forward(np.array([500.0, -500.0, 499.0], dtype="float32"))
        back = softmax_backward(saved, np.ones(3, dtype="float32"))
        far, kept = code.claim_primal_of_claim_forward(np.array([-200.0, 200.0], dtype="float32"))
        slope = code.claim_primal_of_claim_backward(kept, np.ones(2, dtype="float32"))
    assert value.dtype == back.dtype == far.dtype == slope.dtype == np.float32
    np.testing.assert_allclose(value, [0.7310586, 0.0, 0.26894143], rtol=1e-6)
    np.testing.assert_allclose(far, [0.0, 200.0], atol=1e-30)
    np.testing.assert_allclose(slope, [0.0, 1.0], atol=1e-30)


def test_leading_axes_are_batch_axes(proved: State, tmp_path: Path) -> None:
    code = load(module(examples(proved)["two arguments"], "numpy")[0], tmp_path)
    rng = np.random.default_rng(0)
    weights, rows = rng.normal(size=3), rng.normal(size=(5, 3))
    value, saved = code.in_u_primal_forward(weights, rows)
    back_v, back_u = _by_name(code, saved, np.ones(5))
    assert value.shape == (5,)
    np.testing.assert_allclose(back_u, 2 * weights * rows)
    np.testing.assert_allclose(back_v, (rows**2).sum(axis=0))


def _by_name(code: ModuleType, saved: object, g: object) -> tuple[object, object]:
    """The gradients in v and u, whatever the order of the arguments."""
    first, second = code.in_u_primal_backward(saved, g)
    return (first, second) if first.ndim == 1 else (second, first)


def test_jax_refuses_an_argument_without_a_proved_gradient(proved: State, tmp_path: Path) -> None:
    import jax

    code = load(module(examples(proved)["leaky"], "jax")[0], tmp_path)
    assert float(jax.grad(code.claim_primal)(-2.0, 0.25)) == 0.25
    assert float(jax.grad(jax.jit(code.claim_primal))(2.0, 0.25)) == 1.0
    with pytest.raises(TypeError, match="no gradient in a is proved"):
        jax.grad(code.claim_primal, argnums=1)(-2.0, 0.25)


def test_the_docstring_tells_hypotheses_scope_and_convention(proved: State) -> None:
    text, _ = module(examples(proved)["leaky"], "numpy")
    assert "Hypotheses: a < 1; x ≠ 0" in text
    assert "page.claim, PROVED" in text
    assert "at x = 0 the formula gives 1, a convention" in text


def test_a_branch_not_taken_is_guarded(proved: State, tmp_path: Path) -> None:
    body = make("piecewise", log(x), make("lt", ONE, x), sub(x, ONE), make("true"))
    slope = make("piecewise", power(x, -1), make("lt", ONE, x), ONE, make("true"))
    code = load(module([proved(body, x, slope)], "jax")[0], tmp_path)
    import jax

    # Differentiated twice, the branch that is not taken at 0 would make 0 * inf.
    assert float(jax.grad(jax.grad(code.claim_primal))(0.0)) == 0.0
    assert float(jax.grad(jax.grad(code.claim_primal))(2.0)) == -0.25


def test_what_has_no_array_code_is_a_clear_error(proved: State) -> None:
    moved = entry("u", "real", (n,), (add(i, neg(ONE)),))
    with pytest.raises(Unwritten, match="at a place that is computed"):
        module([proved(mul(x, moved), x, moved)], "numpy")
    with pytest.raises(Unwritten, match="gamma"):
        module([proved(mul(x, fn("gamma", sym("c", "positive"))), x, fn("gamma", sym("c", "positive")))], "torch")


def test_a_page_without_gradients_says_so() -> None:
    from derive.errors import DeriveError

    with pytest.raises(DeriveError, match="no claim that was asked for is a proved gradient"):
        code_of([], [], [], "jax")
