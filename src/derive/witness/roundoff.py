"""Running error analysis: how much rounding can have moved each result of a traced JAX function.

`run(jaxpr, values, errors)` evaluates a jaxpr and, beside every number, a scale: the sum of the absolute values of the terms that were
rounded on the way to it, each times its effect on the result (Wilkinson's running error). A float64 result lies within about eps times
its scale of the true value, whatever was cancelled, in the formula as in the code that JAX made to differentiate it. An error of None
stands for a number known exactly; of a truth value the error says whether rounding could have flipped it. A primitive without a rule
makes the scale infinite: its results decide nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

EPS = 2.0**-52
UNDERFLOW = 1e-292  # what a result flushed to zero lost, in units of eps
Pair = tuple[Any, Any]  # value, error

# these move numbers about and round nothing: the error moves the same way
MOVES = (
    "broadcast_in_dim", "reshape", "transpose", "squeeze", "expand_dims", "slice", "rev", "copy", "copy_p", "stop_gradient", "real", "pad",
    "concatenate", "stack", "dynamic_slice", "gather", "reduce_max", "reduce_min", "reduce_precision", "optimization_barrier",
)  # fmt: skip
NESTED = {
    "pjit": "jaxpr", "jit": "jaxpr", "closed_call": "call_jaxpr", "core_call": "call_jaxpr", "custom_jvp_call": "call_jaxpr",
    "custom_vjp_call": "call_jaxpr", "remat": "jaxpr", "checkpoint": "jaxpr",
}  # fmt: skip
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
# accurate to some roundings of 1 only, not of a small result
ROUGH = ("lgamma", "digamma", "polygamma", "zeta", "erf_inv", "igamma", "igammac", "bessel_i0e", "bessel_i1e")


def run(jaxpr: Any, values: Sequence[Any], errors: Sequence[Any]) -> list[Pair]:
    """The outputs of a closed jaxpr, each with the scale of its rounding error."""
    known: dict[Any, Pair] = {}

    def read(v: Any) -> Pair:
        return (v.val, _written(v.val)) if hasattr(v, "val") else known[v]

    known.update((v, (c, _written(c))) for v, c in zip(jaxpr.jaxpr.constvars, jaxpr.consts, strict=True))
    known.update(zip(jaxpr.jaxpr.invars, zip(values, errors, strict=True), strict=True))
    for equation in jaxpr.jaxpr.eqns:
        outs = _step(equation, [read(v) for v in equation.invars])
        known.update(zip(equation.outvars, outs, strict=True))
    return [read(v) for v in jaxpr.jaxpr.outvars]


def _written(c: Any) -> Any:
    """The error of a number written in the code: None for a short binary fraction, one rounding for any other."""
    import jax
    import numpy as np

    if isinstance(c, jax.core.Tracer) or not _is_float(c):
        return None
    array = np.asarray(c)
    short = (array * 1024.0 == np.round(array * 1024.0)) | ~np.isfinite(array)
    return None if short.all() else np.where(short, 0.0, abs(array))


def _step(equation: Any, parts: list[Pair]) -> list[Pair]:
    import jax.numpy as jnp
    from jax.extend.core import ClosedJaxpr

    primitive, params, name = equation.primitive, equation.params, equation.primitive.name
    if name in NESTED:
        inner = params[NESTED[name]]
        closed = inner if hasattr(inner, "consts") else ClosedJaxpr(inner, ())
        return run(closed, [v for v, _ in parts], [e for _, e in parts])
    values = [v for v, _ in parts]
    errors = [e for _, e in parts]
    bind = functools.partial(primitive.bind, **params)
    out = bind(*values)
    if name == "split":
        return [(o, e) for o, e in zip(out, [None] * len(out) if errors[0] is None else bind(errors[0]), strict=True)]
    if primitive.multiple_results:
        return [(o, _unknown(o)) for o in out]
    rule = RULES.get(name)
    if rule is not None:
        return [(out, rule(bind, out, values, errors, params))]
    if all(e is None for e in errors) and (name in MOVES or not parts or not _is_float(out)):
        return [(out, None)]
    if name in MOVES and (_is_float(out) or out.dtype == bool):
        return [(out, bind(*[_fill(e, v) if v.dtype == out.dtype else v for v, e in parts]))]
    if not _is_float(out):
        return [(out, _flag(out, errors))]
    if any(jnp.shape(v) not in ((), jnp.shape(out)) for v in values) or not all(_is_float(v) for v in values):
        return [(out, _unknown(out))]
    return [(out, _smooth(bind, out, values, errors, 8.0 * (1.0 + abs(out)) if name in ROUGH else _rounded(out, 2.0)))]


def _smooth(bind: Callable[..., Any], out: Any, values: list[Any], errors: list[Any], own: Any) -> Any:
    """An elementwise function: each operand's error times the slope there, and the function's own rounding."""
    import jax
    import jax.numpy as jnp

    total = own
    for k, e in enumerate(errors):
        if e is not None:
            at = [jnp.broadcast_to(v, jnp.shape(out)) for v in values]
            one = jnp.ones_like(at[k])
            slope = jax.jvp(lambda x, k=k, at=at: bind(*at[:k], x, *at[k + 1 :]), (at[k],), (one,))[1]
            sure = EPS * e <= 1e-3 * jnp.maximum(abs(at[k]), 1.0)  # else the slope here says nothing of the slope nearby
            total = total + jnp.where(sure, _times(slope, e), jnp.inf)
    return total


def _times(slope: Any, error: Any) -> Any:
    """|slope| times error, 0 where the error is 0 even if the slope is infinite."""
    import jax.numpy as jnp

    return jnp.where(error == 0.0, 0.0, abs(slope) * error)


def _rounded(out: Any, times: float = 1.0) -> Any:
    """The error of so many roundings of a result, and of its being flushed to zero."""
    from jax import lax

    size = lax.abs(out)
    return lax.add(size if times == 1.0 else lax.mul(times, size), UNDERFLOW)


def _is_float(v: Any) -> bool:
    import jax.numpy as jnp

    return bool(jnp.issubdtype(jnp.result_type(v), jnp.floating))


def _fill(error: Any, value: Any) -> Any:
    import jax.numpy as jnp

    return jnp.zeros_like(value) if error is None else jnp.broadcast_to(error, jnp.shape(value))


def _unknown(out: Any) -> Any:
    import jax.numpy as jnp

    return jnp.full(jnp.shape(out), jnp.inf) if _is_float(out) else jnp.full(jnp.shape(out), True)


def _flag(out: Any, errors: list[Any]) -> Any:
    """A truth value or an integer made from uncertain ones is uncertain."""
    import jax.numpy as jnp

    flags = [e if e.dtype == bool else e > 0 for e in errors if e is not None]
    if not flags:
        return None
    if any(jnp.shape(f) != jnp.shape(out) for f in flags):
        return jnp.full(jnp.shape(out), functools.reduce(lambda a, b: a | b, [jnp.any(f) for f in flags]))
    return functools.reduce(lambda a, b: a | b, flags)


def _sum_of(*errors: Any) -> Any:
    from jax import lax

    kept = [e for e in errors if e is not None]
    return functools.reduce(lax.add, kept) if kept else None


def _plus(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    if not _is_float(out):
        return _flag(out, errors)
    if any(_is_zero(v) for v in values):
        return _sum_of(*errors)
    return _sum_of(*errors, lax.abs(out))


def _is_zero(v: Any) -> bool:
    """Whether v is the literal 0."""
    import jax

    return not isinstance(v, jax.core.Tracer) and getattr(v, "size", 1) == 1 and float(v) == 0.0


def _is_power_of_two(v: Any) -> bool:
    """Whether v is a literal +-2^k: multiplying by it rounds nothing."""
    import math

    import jax

    if isinstance(v, jax.core.Tracer) or getattr(v, "size", 1) != 1:
        return False
    return math.frexp(abs(float(v)))[0] == 0.5


def _product(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    if not _is_float(out):
        return _flag(out, errors)
    (a, b), (ea, eb) = values, errors
    exact = any(_is_power_of_two(v) or _is_zero(v) for v in values)
    size_b = lax.abs(b) if eb is None else lax.add(lax.abs(b), lax.mul(EPS, eb))  # where both are uncertain, so is their product
    by_a, by_b = None if ea is None else lax.mul(size_b, ea), None if eb is None else lax.mul(lax.abs(a), eb)
    return _sum_of(None if exact else _rounded(out), by_a, by_b)


def _quotient(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    if not _is_float(out):
        return _flag(out, errors)
    (_, b), (ea, eb) = values, errors
    own, least = None if _is_power_of_two(b) else _rounded(out), _least(b, eb)
    return _sum_of(own, None if ea is None else lax.div(ea, least), None if eb is None else lax.mul(lax.div(lax.abs(out), least), eb))


def _least(v: Any, error: Any) -> Any:
    """The least that |v| can be; 0 where the error may have hidden a zero."""
    from jax import lax

    return lax.abs(v) if error is None else lax.max(lax.sub(lax.abs(v), lax.mul(EPS, error)), 0.0)


def _same(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    return errors[0]


def _extreme(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    import jax.numpy as jnp

    if not _is_float(out):
        return _flag(out, errors)
    if all(e is None for e in errors):
        return None
    (a, b), (ea, eb) = values, [_fill(e, out) for e in errors]
    tied = abs(a - b) <= 4.0 * EPS * (ea + eb)
    return jnp.where(tied, jnp.maximum(ea, eb), jnp.where(out == a, ea, eb))


def _jump(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    """floor, ceil, round, sign: exact, or no answer where rounding could have crossed the jump."""
    import jax.numpy as jnp

    (a,), (e,) = values, errors
    if e is None:
        return None
    margin = 4.0 * EPS * e
    return jnp.where((bind(a - margin) == out) & (bind(a + margin) == out), 0.0, jnp.inf)


def _compare(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    if not _is_float(values[0]):
        return _flag(out, errors)
    if values[0] is values[1]:  # x != x asks whether x is a number
        return None
    width = _sum_of(*errors)
    return None if width is None else lax.le(lax.abs(lax.sub(*values)), lax.mul(4.0 * EPS, width))


def _select(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    """The chosen case's error; where rounding could have chosen another case, the distance between the cases as well."""
    import jax.numpy as jnp

    test, cases = values[0], values[1:]
    if not _is_float(out):
        return _flag(out, [jnp.any(e) for e in errors if e is not None])
    each = [_fill(e, v) for v, e in zip(cases, errors[1:], strict=True)]
    chosen = None if all(e is None for e in errors[1:]) else bind(test, *each)
    if errors[0] is None:
        return chosen
    spread = (functools.reduce(jnp.maximum, cases) - functools.reduce(jnp.minimum, cases)) / EPS
    return jnp.where(errors[0], spread + functools.reduce(jnp.maximum, each), 0.0 if chosen is None else chosen)


def _reduce_sum(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    if not _is_float(out):
        return _flag(out, errors)
    own = bind(lax.abs(values[0]))
    return own if errors[0] is None else lax.add(own, bind(errors[0]))


def _reduce_prod(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    import jax.numpy as jnp

    if not _is_float(out):
        return _flag(out, errors)
    relative = 1.0 if errors[0] is None else 1.0 + errors[0] / abs(values[0])
    return abs(out) * jnp.sum(jnp.broadcast_to(relative, jnp.shape(values[0])), axis=params["axes"])


def _dot(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    (a, b), (ea, eb) = values, errors
    return _sum_of(bind(abs(a), abs(b)), None if ea is None else bind(ea, abs(b)), None if eb is None else bind(abs(a), eb))


def _scatter_add(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    target, where, updates = values
    return bind(abs(target), where, abs(updates)) + bind(_fill(errors[0], target), where, _fill(errors[2], updates))


def _power(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    return _smooth(bind, out, values, errors, _rounded(out, 2.0))


def _integer_power(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    n = params["y"]
    (a,), (e,) = values, errors
    own = None if n in (0, 1) else _rounded(out, float(abs(n)))
    if e is None or n == 0:
        return own
    extreme = _least(a, e) if n < 0 else lax.add(lax.abs(a), lax.mul(EPS, e))
    return _sum_of(own, _times(lax.mul(float(n), lax.integer_pow(extreme, n - 1)), e))


def _log(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    own = _rounded(out, 2.0)
    return own if errors[0] is None else lax.add(own, lax.div(errors[0], _least(values[0], errors[0])))


def _polygamma(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    """The order is a whole number, known exactly."""
    return _smooth(bind, out, values, [None, errors[1]], 8.0 * (1.0 + abs(out)))


def _convert(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    """Between float64 and whole numbers nothing is lost; an uncertain truth value becomes an uncertain 0 or 1."""
    import jax.numpy as jnp

    e = errors[0]
    if e is None:
        return None
    if _is_float(out) == _is_float(values[0]):
        return e
    if _is_float(out):
        return jnp.where(e, jnp.inf, 0.0)
    return e > 0


def _and(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    """Uncertain only where no operand is certainly false."""
    if all(e is None for e in errors) or out.dtype != bool:
        return _flag(out, errors)
    flags = [_fill(e, v) for v, e in zip(values, errors, strict=True)]
    return (flags[0] | flags[1]) & (flags[0] | values[0]) & (flags[1] | values[1])


def _or(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    return _and(bind, out, [~v for v in values], errors, params)


def _reduce_truth(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    import jax.numpy as jnp

    return None if errors[0] is None else jnp.any(errors[0], axis=params["axes"])


def _is_finite(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    return None


def _exp(bind: Any, out: Any, values: list[Any], errors: list[Any], params: Any) -> Any:
    from jax import lax

    own = _rounded(out, 2.0)
    return own if errors[0] is None else lax.add(own, lax.mul(lax.abs(out), errors[0]))


RULES: dict[str, Callable[..., Any]] = {
    "add": _plus, "add_any": _plus, "sub": _plus, "mul": _product, "div": _quotient, "neg": _same, "abs": _same, "max": _extreme,
    "min": _extreme, "floor": _jump, "ceil": _jump, "round": _jump, "sign": _jump, "select_n": _select, "reduce_sum": _reduce_sum,
    "reduce_prod": _reduce_prod, "dot_general": _dot, "scatter-add": _scatter_add, "scatter_add": _scatter_add, "cumsum": _reduce_sum,
    "pow": _power, "integer_pow": _integer_power, "exp": _exp, "log": _log, "polygamma": _polygamma, "and": _and, "or": _or,
    "reduce_or": _reduce_truth, "reduce_and": _reduce_truth, "convert_element_type": _convert, "is_finite": _is_finite,
    **dict.fromkeys(COMPARISONS, _compare),
}  # fmt: skip
