"""Running error analysis: how much rounding can have moved each result of a traced JAX function.

`run(way, jaxpr, values, errors)` evaluates a jaxpr and, beside every number, a scale: the sum of the absolute values of the terms that were
rounded on the way to it, each times its effect on the result (Wilkinson's running error). A float64 result lies within about eps times
its scale of the true value, whatever was cancelled, in the formula as in the code that JAX made to differentiate it. An error of None
stands for a number known exactly; of a truth value the error says whether rounding could have flipped it. A primitive without a rule
makes the scale infinite: its results decide nothing.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from derive.witness import primitives

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


class Compiled:
    """Arrays of one point, traced by JAX: for what runs on an accelerator, or at very many points."""

    def __init__(self) -> None:
        import jax.numpy as jnp

        self.xp: Any = jnp

    def lift(self, constant: Any) -> Any:
        return constant

    def bind(self, equation: Any) -> Callable[..., Any]:
        return functools.partial(equation.primitive.bind, **equation.params)

    def slope(self, equation: Any, values: list[Any], out: Any, k: int) -> Any:
        import jax

        at = [self.xp.broadcast_to(v, out.shape) for v in values]
        apply = self.bind(equation)
        return jax.jvp(lambda x: apply(*at[:k], x, *at[k + 1 :]), (at[k],), (self.xp.ones_like(at[k]),))[1]

    def shape(self, v: Any) -> tuple[int, ...]:
        """The shape at one point."""
        return tuple(self.xp.shape(v))

    def aligned(self, values: list[Any], errors: list[Any]) -> tuple[list[Any], list[Any]]:
        """Values and errors that can be combined entry by entry."""
        return values, errors

    def spread(self, error: Any, like: Any) -> Any:
        """The error in the shape of this value."""
        return self.xp.broadcast_to(error, self.shape(like))

    def anywhere(self, flag: Any) -> Any:
        """Whether it is so at any entry."""
        return self.xp.any(flag)

    def over(self, axes: Sequence[int]) -> tuple[int, ...]:
        return tuple(axes)


class Pointwise(Compiled):
    """Arrays of all points, computed by NumPy at once (see primitives)."""

    def __init__(self) -> None:
        import numpy as np

        self.xp = np

    def lift(self, constant: Any) -> Any:
        return primitives.lift(constant)

    def bind(self, equation: Any) -> Callable[..., Any]:
        return primitives.bind(equation.primitive.name, equation.params)

    def slope(self, equation: Any, values: list[Any], out: Any, k: int) -> Any:
        return primitives.slope(equation.primitive.name, values, out, k)

    def shape(self, v: Any) -> tuple[int, ...]:
        return tuple(v.shape[1:])

    def aligned(self, values: list[Any], errors: list[Any]) -> tuple[list[Any], list[Any]]:
        found = primitives.aligned([*values, *errors])
        return found[: len(values)], found[len(values) :]

    def spread(self, error: Any, like: Any) -> Any:
        error, like = primitives.aligned([error, like])
        return self.xp.broadcast_to(error, (max(len(error), len(like)), *like.shape[1:]))

    def anywhere(self, flag: Any) -> Any:
        return flag.reshape(len(flag), -1).any(axis=1)

    def over(self, axes: Sequence[int]) -> tuple[int, ...]:
        return tuple(k + 1 for k in axes)


def run(way: Compiled, jaxpr: Any, values: Sequence[Any], errors: Sequence[Any]) -> list[Pair]:
    """The outputs of a closed jaxpr, each with the scale of its rounding error."""
    known: dict[Any, Pair] = {}

    def read(v: Any) -> Pair:
        return _constant(way, v.val) if hasattr(v, "val") else known[v]

    known.update((v, _constant(way, c)) for v, c in zip(jaxpr.jaxpr.constvars, jaxpr.consts, strict=True))
    known.update(zip(jaxpr.jaxpr.invars, zip(values, errors, strict=True), strict=True))
    for equation in jaxpr.jaxpr.eqns:
        outs = _step(way, equation, [read(v) for v in equation.invars])
        known.update(zip(equation.outvars, outs, strict=True))
    return [read(v) for v in jaxpr.jaxpr.outvars]


def _constant(way: Compiled, c: Any) -> Pair:
    """A number written in the code, with its error: None for a short binary fraction, one rounding for any other."""
    import jax
    import numpy as np

    value = way.lift(c)
    if isinstance(c, jax.core.Tracer) or not _is_float(c):
        return value, None
    array = np.asarray(c)
    short = (array * 1024.0 == np.round(array * 1024.0)) | ~np.isfinite(array)
    return value, None if short.all() else way.lift(np.where(short, 0.0, abs(array)))


def _step(way: Compiled, equation: Any, parts: list[Pair]) -> list[Pair]:
    from jax.extend.core import ClosedJaxpr

    primitive, params, name = equation.primitive, equation.params, equation.primitive.name
    if name in NESTED:
        inner = params[NESTED[name]]
        closed = inner if hasattr(inner, "consts") else ClosedJaxpr(inner, ())
        return run(way, closed, [v for v, _ in parts], [e for _, e in parts])
    values = [v for v, _ in parts]
    errors = [e for _, e in parts]
    bind = way.bind(equation)
    out = bind(*values)
    if name == "split":
        return [(o, e) for o, e in zip(out, [None] * len(out) if errors[0] is None else bind(errors[0]), strict=True)]
    if primitive.multiple_results:
        return [(o, _unknown(way, o)) for o in out]
    rule = RULES.get(name)
    if rule is not None:
        if name in ALIGNED:
            values, errors = way.aligned(values, errors)
        return [(out, rule(way, bind, out, values, errors, equation))]
    if all(e is None for e in errors) and (name in MOVES or not parts or not _is_float(out)):
        return [(out, None)]
    if name in MOVES and (_is_float(out) or out.dtype == bool):
        return [(out, bind(*[_fill(way, e, v) if v.dtype == out.dtype else v for v, e in parts]))]
    if not _is_float(out):
        return [(out, _flag(way, out, errors))]
    if any(way.shape(v) not in ((), way.shape(out)) for v in values) or not all(_is_float(v) for v in values):
        return [(out, _unknown(way, out))]
    own = 8.0 * (1.0 + abs(out)) if name in ROUGH else _rounded(out, 2.0)
    return [(out, _smooth(way, out, *way.aligned(values, errors), own, equation))]


def _smooth(way: Compiled, out: Any, values: list[Any], errors: list[Any], own: Any, equation: Any) -> Any:
    """An elementwise function: each operand's error times the slope there, and the function's own rounding."""
    total = own
    for k, e in enumerate(errors):
        if e is not None:
            sure = EPS * e <= 1e-3 * way.xp.maximum(abs(values[k]), 1.0)  # else the slope here says nothing of the slope nearby
            total = total + way.xp.where(sure, _times(way, way.slope(equation, values, out, k), e), way.xp.inf)
    return total


def _times(way: Compiled, slope: Any, error: Any) -> Any:
    """|slope| times error, 0 where the error is 0 even if the slope is infinite."""
    return way.xp.where(error == 0.0, 0.0, abs(slope) * error)


def _rounded(out: Any, times: float = 1.0) -> Any:
    """The error of so many roundings of a result, and of its being flushed to zero."""
    size = abs(out)
    return (size if times == 1.0 else times * size) + UNDERFLOW


def _is_float(v: Any) -> bool:
    import numpy as np

    dtype = getattr(v, "dtype", None)
    return isinstance(v, float) if dtype is None else bool(np.issubdtype(dtype, np.floating))


def _fill(way: Compiled, error: Any, value: Any) -> Any:
    return way.xp.zeros_like(value) if error is None else way.spread(error, value)


def _unknown(way: Compiled, out: Any) -> Any:
    return way.xp.full(out.shape, way.xp.inf) if _is_float(out) else way.xp.full(out.shape, True)


def _flag(way: Compiled, out: Any, errors: list[Any]) -> Any:
    """A truth value or an integer made from uncertain ones is uncertain."""
    flags = [e if e.dtype == bool else e > 0 for e in errors if e is not None]
    if not flags:
        return None
    if any(way.shape(f) != way.shape(out) for f in flags):
        return way.spread(functools.reduce(operator.or_, map(way.anywhere, flags)), out)
    return functools.reduce(operator.or_, flags)


def _sum_of(*errors: Any) -> Any:
    kept = [e for e in errors if e is not None]
    return functools.reduce(operator.add, kept) if kept else None


def _plus(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(out):
        return _flag(way, out, errors)
    if any(_is_zero(v) for v in values):
        return _sum_of(*errors)
    return _sum_of(*errors, abs(out))


def _literal(v: Any) -> float | None:
    """The one number that v is; None where it is more, or not known yet."""
    import jax

    if isinstance(v, jax.core.Tracer) or getattr(v, "size", 1) != 1:
        return None
    return float(v.item() if hasattr(v, "item") else v)


def _is_zero(v: Any) -> bool:
    """Whether v is the literal 0."""
    return _literal(v) == 0.0


def _is_power_of_two(v: Any) -> bool:
    """Whether v is a literal +-2^k: multiplying by it rounds nothing."""
    found = _literal(v)
    return found is not None and math.frexp(abs(found))[0] == 0.5


def _product(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(out):
        return _flag(way, out, errors)
    (a, b), (ea, eb) = values, errors
    exact = any(_is_power_of_two(v) or _is_zero(v) for v in values)
    size_b = abs(b) if eb is None else abs(b) + EPS * eb  # where both are uncertain, so is their product
    by_a, by_b = None if ea is None else size_b * ea, None if eb is None else abs(a) * eb
    return _sum_of(None if exact else _rounded(out), by_a, by_b)


def _quotient(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(out):
        return _flag(way, out, errors)
    (_, b), (ea, eb) = values, errors
    own, least = None if _is_power_of_two(b) else _rounded(out), _least(way, b, eb)
    return _sum_of(own, None if ea is None else ea / least, None if eb is None else abs(out) / least * eb)


def _least(way: Compiled, v: Any, error: Any) -> Any:
    """The least that |v| can be; 0 where the error may have hidden a zero."""
    return abs(v) if error is None else way.xp.maximum(abs(v) - EPS * error, 0.0)


def _same(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    return errors[0]


def _extreme(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(out):
        return _flag(way, out, errors)
    if all(e is None for e in errors):
        return None
    (a, b), (ea, eb) = values, [_fill(way, e, out) for e in errors]
    tied = abs(a - b) <= 4.0 * EPS * (ea + eb)
    return way.xp.where(tied, way.xp.maximum(ea, eb), way.xp.where(out == a, ea, eb))


def _jump(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    """floor, ceil, round, sign: exact, or no answer where rounding could have crossed the jump."""
    (a,), (e,) = values, errors
    if e is None:
        return None
    margin = 4.0 * EPS * e
    return way.xp.where((bind(a - margin) == out) & (bind(a + margin) == out), 0.0, way.xp.inf)


def _compare(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(values[0]):
        return _flag(way, out, errors)
    if values[0] is values[1]:  # x != x asks whether x is a number
        return None
    width = _sum_of(*errors)
    return None if width is None else abs(values[0] - values[1]) <= 4.0 * EPS * width


def _select(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    """The chosen case's error; where rounding could have chosen another case, the distance between the cases as well."""
    test, cases = values[0], values[1:]
    if not _is_float(out):
        return _flag(way, out, [way.anywhere(e) for e in errors if e is not None])
    each = [_fill(way, e, v) for v, e in zip(cases, errors[1:], strict=True)]
    chosen = None if all(e is None for e in errors[1:]) else bind(test, *each)
    if errors[0] is None:
        return chosen
    spread = (functools.reduce(way.xp.maximum, cases) - functools.reduce(way.xp.minimum, cases)) / EPS
    return way.xp.where(errors[0], spread + functools.reduce(way.xp.maximum, each), 0.0 if chosen is None else chosen)


def _reduce_sum(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(out):
        return _flag(way, out, errors)
    own = bind(abs(values[0]))
    return own if errors[0] is None else own + bind(_fill(way, errors[0], values[0]))


def _reduce_prod(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    if not _is_float(out):
        return _flag(way, out, errors)
    relative = way.xp.ones_like(values[0]) if errors[0] is None else way.spread(1.0 + errors[0] / abs(values[0]), values[0])
    axes = way.over(equation.params["axes"])
    lost = UNDERFLOW * way.xp.prod(way.xp.maximum(abs(values[0]), 1.0), axis=axes)  # where a product of some entries was flushed
    return abs(out) * way.xp.sum(relative, axis=axes) + lost


def _dot(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    (a, b), (ea, eb) = values, errors
    return _sum_of(bind(abs(a), abs(b)) + UNDERFLOW, None if ea is None else bind(ea, abs(b)), None if eb is None else bind(abs(a), eb))


def _scatter_add(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    target, where, updates = values
    return bind(abs(target), where, abs(updates)) + bind(_fill(way, errors[0], target), where, _fill(way, errors[2], updates))


def _power(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    return _smooth(way, out, values, errors, _rounded(out, 2.0), equation)


def _integer_power(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    n = equation.params["y"]
    (a,), (e,) = values, errors
    own = None if n in (0, 1) else _rounded(out, float(abs(n)))
    if e is None or n == 0:
        return own
    extreme = _least(way, a, e) if n < 0 else abs(a) + EPS * e
    return _sum_of(own, _times(way, float(n) * extreme ** (n - 1), e))


def _log(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    own = _rounded(out, 2.0)
    return own if errors[0] is None else own + errors[0] / _least(way, values[0], errors[0])


def _polygamma(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    """The order is a whole number, known exactly."""
    return _smooth(way, out, values, [None, errors[1]], 8.0 * (1.0 + abs(out)), equation)


def _convert(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    """Between float64 and whole numbers nothing is lost; an uncertain truth value becomes an uncertain 0 or 1."""
    e = errors[0]
    if e is None:
        return None
    if _is_float(out) == _is_float(values[0]):
        return e
    if _is_float(out):
        return way.xp.where(e, way.xp.inf, 0.0)
    return e > 0


def _and(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    """Uncertain only where no operand is certainly false."""
    if all(e is None for e in errors) or out.dtype != bool:
        return _flag(way, out, errors)
    flags = [_fill(way, e, v) for v, e in zip(values, errors, strict=True)]
    return (flags[0] | flags[1]) & (flags[0] | values[0]) & (flags[1] | values[1])


def _or(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    return _and(way, bind, out, [~v for v in values], errors, equation)


def _reduce_truth(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    return None if errors[0] is None else way.xp.any(_fill(way, errors[0], values[0]), axis=way.over(equation.params["axes"]))


def _is_finite(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    return None


def _exp(way: Compiled, bind: Any, out: Any, values: list[Any], errors: list[Any], equation: Any) -> Any:
    own = _rounded(out, 2.0)
    return own if errors[0] is None else own + abs(out) * errors[0]


# rules that combine their operands entry by entry
ALIGNED = (
    "add", "add_any", "sub", "mul", "div", "max", "min", "pow", "select_n", "and", "or", "polygamma", *COMPARISONS,
)  # fmt: skip
RULES: dict[str, Callable[..., Any]] = {
    "add": _plus, "add_any": _plus, "sub": _plus, "mul": _product, "div": _quotient, "neg": _same, "abs": _same, "max": _extreme,
    "min": _extreme, "floor": _jump, "ceil": _jump, "round": _jump, "sign": _jump, "select_n": _select, "reduce_sum": _reduce_sum,
    "reduce_prod": _reduce_prod, "dot_general": _dot, "scatter-add": _scatter_add, "scatter_add": _scatter_add, "cumsum": _reduce_sum,
    "pow": _power, "integer_pow": _integer_power, "exp": _exp, "log": _log, "polygamma": _polygamma, "and": _and, "or": _or,
    "reduce_or": _reduce_truth, "reduce_and": _reduce_truth, "convert_element_type": _convert, "is_finite": _is_finite,
    **dict.fromkeys(COMPARISONS, _compare),
}  # fmt: skip
