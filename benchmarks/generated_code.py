"""Generated code against plain autodiff of the same function as the claim states it: time, memory and float32 error.

usage: python benchmarks/generated_code.py [--all]      with JAX, and with PyTorch where it is installed

Each number is that of the generated function over that of plain autodiff: below 1 is less time, memory or error. Time is the least of
many runs of a value and its gradient together, on one thread, compiled in JAX; memory is what the backward pass keeps of the forward one,
inputs included; error is the largest in float32 against float64, on ordinary inputs, and then on inputs thirty times as large, where plain
code may give no number at all.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from derive import catalogue
from derive.check import check_pages
from derive.code import code_of
from derive.pages import load_all
from derive.statement.claim import Page
from frame import Bar, Comparison, least, main, versions

# page, claim, shapes of the arguments, batch
ROWS, WIDTH = 512, 1024
CASES = [
    ("sigmoid_tanh", ("sigmoid_slope",), [(ROWS, WIDTH)]),
    ("sigmoid_tanh", ("tanh_slope",), [(ROWS, WIDTH)]),
    ("softplus", ("slope",), [(ROWS, WIDTH)]),
    ("softmax_jacobian", ("jacobian",), [(ROWS, WIDTH)]),
    ("softmax_cross_entropy", ("gradient_of_any_target",), [(ROWS, WIDTH), (ROWS, WIDTH)]),
    ("log_sum_exp", ("gradient",), [(ROWS, WIDTH)]),
    ("layer_norm_backward", ("jacobian",), [(ROWS, WIDTH), ()]),
]


def written(page: str, names: tuple[str, ...], library: str) -> tuple[ModuleType, str]:
    """The generated module of some claims, loaded, and the name of its function."""
    file = catalogue.find(page).resolve()
    pages = {p.name: p for p in load_all(catalogue.with_cited([file])) if isinstance(p, Page)}
    wanted = {f"{page}.{name}" for name in names}
    checked = check_pages([pages[page]], list(pages.values()), wanted=lambda item: item.id in wanted)
    text, _ = code_of(checked.outcomes, [pages[page]], wanted, library)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "generated.py"
        path.write_text(text)
        spec = importlib.util.spec_from_file_location("generated", path)
        if spec is None or spec.loader is None:
            raise RuntimeError(f"{path} does not load")
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
    return found, next(name.removeprefix("_plain_") for name in vars(found) if name.startswith("_plain_"))


def inputs(shapes: list[tuple[int, ...]], names: list[str], scale: float) -> list[Any]:
    rng = np.random.default_rng(0)
    values = [rng.standard_normal(shape) * scale if shape else np.asarray(1e-5) for shape in shapes]
    return [np.abs(v) / np.abs(v).sum(axis=-1, keepdims=True) if name == "t" else v for v, name in zip(values, names, strict=True)]


def error(found: Any, exact: Any) -> float:
    """The largest error, against the largest entry; infinite where there is no number."""
    found, exact = np.asarray(found, dtype="float64"), np.asarray(exact)
    return float(np.max(np.abs(found - exact)) / np.max(np.abs(exact))) if np.isfinite(found).all() else np.inf


def exact_gradient(code: ModuleType, name: str, at: int, values: list[Any], g: Any) -> Any:
    """The gradient in float64, by the generated code, which is held against autodiff in its own tests."""
    import jax
    import jax.numpy as jnp

    with jax.enable_x64(True):
        arrays = [jnp.asarray(v, dtype="float64") for v in values]
        pull = jax.vjp(lambda x: getattr(code, name)(*arrays[:at], x, *arrays[at + 1 :]), arrays[at])[1]
        return np.asarray(pull(jnp.asarray(g, dtype="float64"))[0])


def in_jax(code: ModuleType, name: str, at: int, values: list[Any], far: list[Any], g: Any) -> list[float]:
    import jax
    import jax.numpy as jnp

    def passes(function: Callable[..., Any]) -> Callable[..., Any]:
        def both(cotangent: Any, *xs: Any) -> Any:
            value, pull = jax.vjp(lambda x: function(*xs[:at], x, *xs[at + 1 :]), xs[at])
            return value, pull(cotangent)[0]

        return jax.jit(both)

    def kept(function: Callable[..., Any], xs: list[Any]) -> int:
        """Bytes that the backward pass keeps, inputs included."""
        pull = jax.vjp(lambda x: function(*xs[:at], x, *xs[at + 1 :]), xs[at])[1]
        return sum(leaf.nbytes for leaf in jax.tree.leaves(pull))

    ours, plain = getattr(code, name), getattr(code, f"_plain_{name}")
    arrays = [jnp.asarray(v, dtype="float32") for v in values]
    far_arrays = [jnp.asarray(v, dtype="float32") for v in far]
    cotangent = jnp.asarray(g, dtype="float32")
    fast, slow = passes(ours), passes(plain)
    found = least([lambda f=f: jax.block_until_ready(f(cotangent, *arrays)) for f in (fast, slow)])
    found += [kept(ours, arrays), kept(plain, arrays)]
    exact = exact_gradient(code, name, at, [np.asarray(a) for a in arrays], cotangent)
    exact_far = exact_gradient(code, name, at, [np.asarray(a) for a in far_arrays], cotangent)
    found += [error(f(cotangent, *arrays)[1], exact) for f in (fast, slow)]
    return [*found, *(error(f(cotangent, *far_arrays)[1], exact_far) for f in (fast, slow))]


def in_torch(code: ModuleType, name: str, at: int, values: list[Any], far: list[Any], g: Any, exact: Any, exact_far: Any) -> list[float]:
    import torch

    def passes(function: Callable[..., Any], xs: list[Any]) -> Callable[[], Any]:
        tensors = [torch.tensor(x, dtype=torch.float32) for x in xs]
        tensors[at].requires_grad_()
        cotangent = torch.tensor(np.asarray(g), dtype=torch.float32)
        return lambda: torch.autograd.grad(function(*tensors), tensors[at], cotangent)[0]

    def kept(function: Callable[..., Any], xs: list[Any]) -> int:
        storages: dict[int, int] = {}

        def pack(t: Any) -> Any:
            storages[t.untyped_storage().data_ptr()] = t.untyped_storage().nbytes()
            return t

        tensors = [torch.tensor(x, dtype=torch.float32) for x in xs]
        tensors[at].requires_grad_()
        held = []  # what is kept must live, or its address is used again
        with torch.autograd.graph.saved_tensors_hooks(lambda t: (held.append(t), pack(t))[1], lambda t: t):
            out = function(*tensors)
        del out
        return sum(storages.values())

    ours, plain = getattr(code, name), getattr(code, f"_plain_{name}")
    torch.set_num_threads(1)
    found = least([passes(f, values) for f in (ours, plain)]) + [kept(f, values) for f in (ours, plain)]
    found += [error(passes(f, values)().numpy(), exact) for f in (ours, plain)]
    return [*found, *(error(passes(f, far)().numpy(), exact_far) for f in (ours, plain))]


def ratio(a: float, b: float) -> str:
    return (
        "plain: NaN"
        if not np.isfinite(b)
        else "worse: NaN"
        if not np.isfinite(a)
        else "both 0"
        if a == b == 0
        else f"{a / b:.2f}"
        if b
        else "0 to a"
    )


def compare(every: bool) -> Comparison:
    rows = []
    bars: list[Bar] = []
    for page, names, shapes in CASES:
        code, name = written(page, names, "jax")
        arguments = list(code.__dict__[f"_plain_{name}"].__code__.co_varnames[: len(shapes)])
        moving = {"t": 1}.get(arguments[0], 0)
        values, far = inputs(shapes, arguments, 1.0), inputs(shapes, arguments, 30.0)
        with np.errstate(all="ignore"):
            value = np.asarray(code.__dict__[f"_plain_{name}"](*values))
        g = np.random.default_rng(1).standard_normal(value.shape)
        found = in_jax(code, name, moving, values, far, g)
        rows.append(_row("jax", f"{page}.{names[0]}", found))
        bars.append(Bar(f"generated code, {page}.{names[0]}: plain JAX", found[1] / found[0]))
        if importlib.util.find_spec("torch"):
            single = [np.asarray(v, dtype="float32") for v in values]
            single_far = [np.asarray(v, dtype="float32") for v in far]
            exact, exact_far = (exact_gradient(code, name, moving, v, np.asarray(g, dtype="float32")) for v in (single, single_far))
            code, name = written(page, names, "torch")
            rows.append(_row("torch", f"{page}.{names[0]}", in_torch(code, name, moving, single, single_far, g, exact, exact_far)))
    missing = [] if importlib.util.find_spec("torch") else ["torch is not installed (`pip install -e '.[bench]'`)."]
    return Comparison(
        name="generated_code",
        title="12. Generated code",
        text=f"The gradients that derive writes as code, over plain autodiff of the function as the claim states it: {ROWS} rows of "
        f"{WIDTH}, float32, one thread. Below 1 is less time (the least of many runs, by the wall), less memory kept for the backward "
        "pass, or a smaller error; far: inputs thirty times as large.",
        head=["library", "claim", "time", "memory", "error", "error, far"],
        rows=rows,
        goals=[],
        tools=versions("jax", "torch", "numpy"),
        bars=bars,
        notes=missing,
    )


def _row(library: str, claim: str, found: list[float]) -> list[str]:
    return [library, claim, *(ratio(*found[k : k + 2]) for k in range(0, 8, 2))]


if __name__ == "__main__":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    sys.exit(main(compare))
