"""Primitives of JAX, computed by NumPy at all points of a batch at once: what runs once at a few thousand points need not be compiled.

Every array has the points as its first axis, of length 1 where it is the same at all of them; a jaxpr knows nothing of that axis. What
JAX made of a formula and of its derivatives is carried out as it stands. A primitive that is not here raises Unsupported.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

Array = Any
Bind = Callable[..., Any]


class Unsupported(Exception):
    """This primitive is left to JAX."""


def lift(constant: Any) -> Array:
    """A number or array that is the same at all points."""
    return np.asarray(constant)[None]


def aligned(parts: Sequence[Array | None]) -> list[Array | None]:
    """Arrays with as many axes as the longest: those of a scalar are put behind its points."""
    most = max((p.ndim for p in parts if p is not None), default=0)
    return [p if p is None or p.ndim == most else p.reshape(len(p), *(1,) * (most - 1)) if p.ndim == 1 else p for p in parts]


def bind(name: str, params: dict[str, Any]) -> Bind:
    """The primitive with its parameters."""
    if name in ELEMENTWISE:
        return lambda *parts: ELEMENTWISE[name](*aligned(parts))
    if name in STRUCTURAL:
        return partial(STRUCTURAL[name], params)
    raise Unsupported(name)


def slope(name: str, values: Sequence[Array], out: Array, k: int) -> Array:
    """The derivative of an elementwise function by its k-th operand."""
    if name not in SLOPES or (k and name not in ("pow", "rem")):
        raise Unsupported(f"the slope of {name}")
    return SLOPES[name](k, out, *values)


# Numbers by numbers


def _special(name: str, *parts: Any) -> Array:
    from scipy import special  # type: ignore[import-untyped]

    return getattr(special, name)(*parts)


def _quotient(a: Array, b: Array) -> Array:
    """Of whole numbers, the part before the point."""
    return a / b if a.dtype.kind == "f" else np.sign(a) * np.sign(b) * (abs(a) // abs(b))


def _sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


ELEMENTWISE: dict[str, Callable[..., Array]] = {
    "add": np.add, "add_any": np.add, "sub": np.subtract, "mul": np.multiply, "div": _quotient, "rem": np.fmod, "neg": np.negative,
    "abs": np.abs, "max": np.maximum, "min": np.minimum, "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "square": np.square,
    "pow": np.power, "sqrt": np.sqrt, "rsqrt": lambda x: 1.0 / np.sqrt(x), "exp": np.exp, "log": np.log, "log1p": np.log1p,
    "expm1": np.expm1, "logistic": _sigmoid, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "erf": partial(_special, "erf"), "erfc": partial(_special, "erfc"), "erf_inv": partial(_special, "erfinv"),
    "lgamma": partial(_special, "gammaln"), "digamma": partial(_special, "digamma"),
    "is_finite": np.isfinite, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal,
    "ne": np.not_equal, "and": np.bitwise_and, "or": np.bitwise_or, "not": np.invert, "stop_gradient": lambda x: x, "copy": lambda x: x,
    "copy_p": lambda x: x,
}  # fmt: skip

_TWO_OVER_ROOT_PI = 2.0 / np.sqrt(np.pi)

# By the place of the operand, the result and the operands
SLOPES: dict[str, Callable[..., Array]] = {
    "sqrt": lambda k, out, x: 0.5 / out,
    "rsqrt": lambda k, out, x: -0.5 * out / x,
    "square": lambda k, out, x: 2.0 * x,
    "rem": lambda k, out, x, y: np.ones_like(out) if k == 0 else -np.trunc(x / y),
    "pow": lambda k, out, x, y: y * np.power(x, y - 1.0) if k == 0 else out * np.log(x),
    "log1p": lambda k, out, x: 1.0 / (1.0 + x),
    "expm1": lambda k, out, x: out + 1.0,
    "logistic": lambda k, out, x: out * (1.0 - out),
    "sin": lambda k, out, x: np.cos(x),
    "cos": lambda k, out, x: -np.sin(x),
    "tan": lambda k, out, x: 1.0 + out * out,
    "asin": lambda k, out, x: 1.0 / np.sqrt(1.0 - x * x),
    "acos": lambda k, out, x: -1.0 / np.sqrt(1.0 - x * x),
    "atan": lambda k, out, x: 1.0 / (1.0 + x * x),
    "sinh": lambda k, out, x: np.cosh(x),
    "cosh": lambda k, out, x: np.sinh(x),
    "tanh": lambda k, out, x: 1.0 - out * out,
    "asinh": lambda k, out, x: 1.0 / np.sqrt(x * x + 1.0),
    "acosh": lambda k, out, x: 1.0 / np.sqrt(x * x - 1.0),
    "atanh": lambda k, out, x: 1.0 / (1.0 - x * x),
    "erf": lambda k, out, x: _TWO_OVER_ROOT_PI * np.exp(-x * x),
    "erfc": lambda k, out, x: -_TWO_OVER_ROOT_PI * np.exp(-x * x),
    "erf_inv": lambda k, out, x: np.exp(out * out) / _TWO_OVER_ROOT_PI,
    "lgamma": lambda k, out, x: _special("digamma", x),
    "digamma": lambda k, out, x: _special("polygamma", 1, x),
}


# Arrays by arrays: the axes that a jaxpr counts from 0 are counted from 1 here


def _behind(axes: Sequence[int]) -> tuple[int, ...]:
    return tuple(k + 1 for k in axes)


def _reduced(function: Callable[..., Array]) -> Callable[..., Array]:
    return lambda params, x: function(x, axis=_behind(params["axes"]))


def _integer_power(params: dict[str, Any], x: Array) -> Array:
    """By squaring, as XLA does it."""
    n = params["y"]
    found, square, rest = None, x, abs(n)
    while rest:
        if rest & 1:
            found = square if found is None else found * square
        rest >>= 1
        square = square * square if rest else square
    if found is None:
        return np.ones_like(x)
    return found if n > 0 else 1.0 / found


def _broadcast(params: dict[str, Any], x: Array) -> Array:
    shape, at = params["shape"], params["broadcast_dimensions"]
    inner = [1] * len(shape)
    for k, length in zip(at, x.shape[1:], strict=True):
        inner[k] = length
    return np.broadcast_to(x.reshape(len(x), *inner), (len(x), *shape))


def _reshape(params: dict[str, Any], x: Array) -> Array:
    if params.get("dimensions") is not None:
        raise Unsupported("a reshape in another order")
    return x.reshape(len(x), *params["new_sizes"])


def _slice(params: dict[str, Any], x: Array) -> Array:
    strides = params["strides"] or (1,) * len(params["start_indices"])
    return x[(slice(None), *map(slice, params["start_indices"], params["limit_indices"], strides))]


def _pad(params: dict[str, Any], x: Array, filling: Array) -> Array:
    config = params["padding_config"]
    if any(low < 0 or high < 0 or inner for low, high, inner in config):
        raise Unsupported("a pad between entries")
    shape = [low + length + high for (low, high, _), length in zip(config, x.shape[1:], strict=True)]
    out = np.empty((max(len(x), len(filling)), *shape), dtype=x.dtype)
    out[...] = filling.reshape(len(filling), *(1,) * len(shape))
    out[(slice(None), *(slice(low, low + length) for (low, _, _), length in zip(config, x.shape[1:], strict=True)))] = x
    return out


def _concatenate(params: dict[str, Any], *parts: Array) -> Array:
    points = max(map(len, parts))
    return np.concatenate([np.broadcast_to(p, (points, *p.shape[1:])) for p in parts], axis=params["dimension"] + 1)


def _split(params: dict[str, Any], x: Array) -> list[Array]:
    return np.split(x, np.cumsum(params["sizes"])[:-1], axis=params["axis"] + 1)


def _iota(params: dict[str, Any]) -> Array:
    shape, k = params["shape"], params["dimension"]
    line = np.arange(shape[k], dtype=params["dtype"]).reshape([-1 if at == k else 1 for at in range(len(shape))])
    return np.broadcast_to(line, shape)[None]


def _dot(params: dict[str, Any], a: Array, b: Array) -> Array:
    (sum_a, sum_b), (same_a, same_b) = params["dimension_numbers"]
    of_a, of_b = list(range(1, a.ndim)), list(range(a.ndim, a.ndim + b.ndim - 1))
    for k, j in zip((*sum_a, *same_a), (*sum_b, *same_b), strict=True):
        of_b[j] = of_a[k]
    free_a = [x for k, x in enumerate(of_a) if k not in (*sum_a, *same_a)]
    free_b = [x for k, x in enumerate(of_b) if k not in (*sum_b, *same_b)]
    return np.einsum(a, [0, *of_a], b, [0, *of_b], [0, *(of_a[k] for k in same_a), *free_a, *free_b])


def _select(params: dict[str, Any], which: Array, *cases: Array) -> Array:
    if len(cases) != 2 or which.dtype != bool:
        raise Unsupported("a choice of many")
    test, no, yes = aligned([which, *cases])
    return np.where(test, yes, no)  # type: ignore[arg-type]


def _round(params: dict[str, Any], x: Array) -> Array:
    return np.round(x) if int(params["rounding_method"]) == 1 else np.trunc(x + np.copysign(0.5, x))


STRUCTURAL: dict[str, Callable[..., Any]] = {
    "broadcast_in_dim": _broadcast,
    "reshape": _reshape,
    "transpose": lambda params, x: x.transpose(0, *_behind(params["permutation"])),
    "squeeze": lambda params, x: x.squeeze(_behind(params["dimensions"])),
    "rev": lambda params, x: np.flip(x, _behind(params["dimensions"])),
    "slice": _slice,
    "pad": _pad,
    "concatenate": _concatenate,
    "split": _split,
    "iota": _iota,
    "reduce_sum": _reduced(np.sum),
    "reduce_prod": _reduced(np.prod),
    "reduce_max": _reduced(np.max),
    "reduce_min": _reduced(np.min),
    "reduce_or": _reduced(np.any),
    "reduce_and": _reduced(np.all),
    "dot_general": _dot,
    "select_n": _select,
    "integer_pow": _integer_power,
    "convert_element_type": lambda params, x: x.astype(params["new_dtype"]),
    "round": _round,
}
