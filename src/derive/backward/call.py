"""Calls of a user's function: arrays of its own library in, float64 arrays of NumPy out."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from derive.errors import DeriveError

DTYPES = ("float64", "float32", "float16", "bfloat16")


def numpy_dtype(name: str) -> Any:
    """The dtype of a name; bfloat16 comes with JAX."""
    if name == "bfloat16":
        import ml_dtypes

        return np.dtype(ml_dtypes.bfloat16)
    if name not in DTYPES:
        raise DeriveError(f"dtype {name!r} is none of {', '.join(DTYPES)}")
    return np.dtype(name)


@dataclass(frozen=True)
class Call:
    """How a function is called: on which library's arrays, with which arguments by name or in order, and where its cotangent goes."""

    function: Callable[..., Any]
    library: str
    arguments: tuple[str, ...]
    by_name: bool
    cotangent: str  # the name of the parameter, "" for the last position, "-" for none
    wanted: int  # which part of a tuple of gradients

    def __call__(self, values: Sequence[Any], cotangent: Any, dtype: str) -> tuple[Any, str]:
        """The gradient as a float64 array, and the dtype in which it came."""
        given = [self._own(v, dtype) for v in values]
        g = self._own(cotangent, dtype)
        with self._settings(dtype):
            if self.by_name:
                named = dict(zip(self.arguments, given, strict=True))
                out = self.function(**named, **({} if self.cotangent == "-" else {self.cotangent: g}))
            else:
                out = self.function(*given, *([] if self.cotangent == "-" else [g]))
        if isinstance(out, (tuple, list)):
            if len(out) not in (1, len(self.arguments)):
                raise DeriveError(
                    f"the function returned {len(out)} gradients; expected one, or one for each of {', '.join(self.arguments)}"
                )
            out = out[self.wanted if len(out) > 1 else 0]
        if out is None:
            raise DeriveError("the function returned None where a gradient was expected")
        return self._back(out)

    def _own(self, value: Any, dtype: str) -> Any:
        if self.library == "torch":
            import torch

            return torch.tensor(np.asarray(value, dtype="float64"), dtype=getattr(torch, dtype))
        if self.library == "jax":
            import jax.numpy as jnp

            with self._settings(dtype):
                return jnp.asarray(value)
        return value

    def _settings(self, dtype: str) -> Any:
        if self.library == "jax" and dtype == "float64":
            import jax

            return jax.enable_x64(True)
        return contextlib.nullcontext()

    def _back(self, out: Any) -> tuple[Any, str]:
        if hasattr(out, "detach"):
            return out.detach().cpu().double().numpy(), str(out.dtype).removeprefix("torch.")
        array = np.asarray(out)
        return array.astype("float64"), str(array.dtype)


def library_of(function: Callable[..., Any]) -> str:
    """The library whose arrays a function works on, told by what its code speaks of; NumPy where nothing tells."""
    inner = inspect.unwrap(function)
    roots = {
        (getattr(type(function), "__module__", "") or "").partition(".")[0],
        (getattr(function, "__module__", "") or "").partition(".")[0],
    }
    code, spoken = getattr(inner, "__code__", None), dict(getattr(inner, "__globals__", {}))
    if code is not None:
        cells = zip(code.co_freevars, getattr(inner, "__closure__", None) or (), strict=False)
        for name, cell in cells:
            with contextlib.suppress(ValueError):
                spoken[name] = cell.cell_contents
        for name in (*code.co_names, *code.co_freevars):
            thing = spoken.get(name)
            roots.add((getattr(thing, "__module__", "") or getattr(thing, "__name__", "") or "").partition(".")[0])
    if "torch" in roots:
        return "torch"
    return "jax" if roots & {"jax", "jaxlib"} else "numpy"


def plan(function: Callable[..., Any], arguments: tuple[str, ...], variable: str, library: str | None, outputs: int) -> Call:
    """How to call a function: by names where its parameters have the arguments' names, else in order, the cotangent last."""
    spoken = library or library_of(function)
    if spoken not in ("numpy", "jax", "torch"):
        raise DeriveError(f"library {spoken!r} is none of numpy, jax, torch")
    wanted = arguments.index(variable)
    try:
        parameters = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    except (TypeError, ValueError):
        return Call(function, spoken, arguments, False, "", wanted)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return Call(function, spoken, arguments, False, "", wanted)
    names = [p.name for p in parameters]
    extra = [n for n in names if n not in arguments]
    if len(names) not in (len(arguments), len(arguments) + 1) or (len(names) == len(arguments) and outputs):
        expected = f"{', '.join(arguments)}{' and a cotangent' if outputs else ''}"
        raise DeriveError(f"the function takes {', '.join(names) or 'nothing'}; expected {expected}, by these names or in this order")
    takes = len(names) == len(arguments) + 1
    if set(arguments) <= set(names):
        return Call(function, spoken, arguments, True, extra[0] if takes else "-", wanted)
    return Call(function, spoken, arguments, False, "" if takes else "-", wanted)
