"""Statements that are no chains: limits, optima, convexity, kinks, points, shapes, counts. Each goes alone into `claim(...)`.

A draft's parts become the parts of a `Form`, under these names:

    tends_to           expression, variable, point, value, side ("+", "-" or "")
    minimises          point, objective, over, subject_to: point and over are equally long; an entry with a free index stands for all
    convex             expression, over
    differentiable_at  expression, variable, point, left, right, chosen: pairs (library function, its value there)
    exists, not_always proposition, point: pairs (variable, value)
    has_shape          expression, over (the indices, one per axis), shape
    member             element, set: a tuple of terms, or a proposition about the element
    rounds_to          expression, printed
    costs              expression, over (the indices of the result), count, of ("operations", "additions", "multiplications")
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from derive.errors import PageError
from derive.vocabulary.arrays import Array, ShapeError, same_shape
from derive.vocabulary.binding import private, put
from derive.vocabulary.symbols import dimension, expression, proposition, range_of, short


@dataclass(frozen=True, eq=False)
class DraftForm:
    """A statement as written: its name and its parts, in SymPy; tuples and texts stand for themselves."""

    name: str
    parts: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell of an array of symbols, which a point gives a value: the entry at a general place, and the place."""

    entry: Any
    place: tuple[int, ...]


def _form(name: str, **parts: Any) -> DraftForm:
    return DraftForm(name, tuple(parts.items()))


def name_of(key: Any) -> str:
    """The name under which a point knows a symbol, an index or an array."""
    if isinstance(key, Array) and key.base is not None:
        return str(key.base.label)
    if isinstance(key, (sympy.Idx, sympy.Symbol)):
        return str(key.name)
    raise PageError(f"a point gives values to symbols, indices and arrays of symbols, got {short(key)}")


def _variable(x: Any) -> Any:
    found = expression(x)
    if not isinstance(found, (sympy.Symbol, sympy.Indexed)):
        raise PageError(f"expected a variable, got {x}")
    return found


def tends_to(expr: Any, variable: Any, point: Any, value: Any, *, side: str = "") -> DraftForm:
    """expr tends to value as the variable goes to point, from above ("+"), from below ("-"), or both. `oo` is a point and a value."""
    if side not in ("", "+", "-"):
        raise PageError(f'side= is "+" (from above), "-" (from below) or "", got {side!r}')
    if isinstance(expr, Array):
        # An array tends to a value when every entry does.
        target = value if isinstance(value, Array) else None
        fitted = same_shape("the array and its limit", expr, *([target] if target is not None else []))
        expr, value = fitted[0].body, fitted[1].body if target is not None else value
    return _form(
        "tends_to", expression=expression(expr), variable=_variable(variable), point=expression(point), value=expression(value), side=side
    )  # fmt: skip


def minimises(point: Any, objective: Any, *, over: Any, subject_to: Any = ()) -> DraftForm:
    """point is the one minimiser of the objective in the variables `over`, among all that meet the conditions `subject_to`."""
    conditions = tuple(map(proposition, subject_to if isinstance(subject_to, (list, tuple)) else (subject_to,)))
    points, variables = _pairs(point, over)
    return _form("minimises", point=points, objective=expression(objective), over=variables, subject_to=conditions)


def _pairs(point: Any, over: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Values and variables one by one; an array becomes its entry at a free index."""
    values, variables = (v if isinstance(v, (list, tuple)) else (v,) for v in (point, over))
    if len(values) != len(variables):
        raise PageError(f"{len(variables)} variables and {len(values)} values; give one value for each variable")
    found = []
    for value, variable in zip(values, variables, strict=True):
        if isinstance(variable, Array):
            if not isinstance(value, Array):
                raise ShapeError(f"{variable.words} is an array, {variable.size}, and its value is not: {short(value)}")
            a, b = same_shape("a variable and its value", variable, value)
            fresh = {axis: private(range_of(axis)) for axis in a.axes}
            found.append((put(b.body, fresh), _variable(put(a.body, fresh))))
        else:
            found.append((expression(value), _variable(variable)))
    return tuple(v for v, _ in found), tuple(x for _, x in found)


def convex(expr: Any, *, over: Any) -> DraftForm:
    """expr is a convex function of the variables `over`."""
    variables = []
    for x in over if isinstance(over, (list, tuple)) else (over,):
        variables.append(_variable(x[tuple(private(s) for s in x.shape)] if isinstance(x, Array) else x))
    return _form("convex", expression=expression(expr), over=tuple(variables))


def kink(expr: Any, variable: Any, *, at: Any, left: Any, right: Any, chosen: Mapping[str, Any] | None = None) -> DraftForm:
    """The derivatives of expr from the left and from the right of a point, and the value that each library function chooses there."""
    choices = tuple((_text(name, "a library function"), expression(value)) for name, value in (chosen or {}).items())
    return _form(
        "differentiable_at", expression=expression(expr), variable=_variable(variable), point=expression(at),
        left=expression(left), right=expression(right), chosen=choices,
    )  # fmt: skip


def differentiable_at(expr: Any, variable: Any, *, at: Any, value: Any) -> DraftForm:
    """expr has this derivative at a point: the same from the left and from the right."""
    return kink(expr, variable, at=at, left=value, right=value)


def exists(prop: Any, at: Mapping[Any, Any]) -> DraftForm:
    """The proposition holds somewhere: at this point."""
    return _form("exists", proposition=proposition(prop), point=_point(at))


def not_always(prop: Any, at: Mapping[Any, Any]) -> DraftForm:
    """The proposition does not hold everywhere: it fails at this point."""
    return _form("not_always", proposition=proposition(prop), point=_point(at))


def _point(at: Mapping[Any, Any]) -> tuple[tuple[Any, Any], ...]:
    """Pairs (variable, value): an array is given entry by entry, as nested tuples."""
    pairs: list[tuple[Any, Any]] = []
    for key, value in at.items():
        name_of(key)
        if isinstance(key, Array):
            for place, cell in _cells(value):
                if len(place) != len(key.shape):
                    raise ShapeError(f"{key.words} is {key.size}; its value {value} has {len(place)} axes")
                pairs.append((Cell(key.body, place), expression(cell)))
        else:
            pairs.append((key, expression(value)))
    return tuple(pairs)


def _cells(value: Any) -> Sequence[tuple[tuple[int, ...], Any]]:
    if not isinstance(value, (list, tuple)):
        return [((), value)]
    lengths = {len(v) if isinstance(v, (list, tuple)) else -1 for v in value}
    if len(lengths) > 1:
        raise ShapeError(f"the rows of {value} differ in length")
    return list(itertools.chain.from_iterable([((k, *place), cell) for place, cell in _cells(v)] for k, v in enumerate(value)))


def has_shape(a: Any, *shape: Any) -> DraftForm:
    """The array has this shape: `has_shape(W @ x, m)`, or `has_shape(W @ x, m, 1)` for the column as a matrix."""
    if not isinstance(a, Array):
        raise PageError(f"has_shape wants an array, got {short(a)}")
    sizes = list(map(dimension, shape))
    axes = [put(axis, {axis: private(range_of(axis))}) for axis in a.axes]
    body = put(a.body, dict(zip(a.axes, axes, strict=True)))
    if len(axes) == 1 and len(sizes) == 2:
        # A column has one column and a row one row.
        axes.insert(0 if a.row else 1, private(sympy.Integer(1)))
    return _form("has_shape", expression=body, over=tuple(axes), shape=tuple(sizes))


def member(element: Any, of: Any) -> DraftForm:
    """element lies in a set: an `Interval`, or a list of values."""
    value = expression(element)
    if isinstance(of, sympy.Interval):
        low = sympy.StrictGreaterThan if of.left_open else sympy.GreaterThan
        high = sympy.StrictLessThan if of.right_open else sympy.LessThan
        ends = [low(value, of.start, evaluate=False)] if of.start.is_finite else []
        ends += [high(value, of.end, evaluate=False)] if of.end.is_finite else []
        if not ends:
            raise PageError("every real number lies in that interval")
        return _form("member", element=value, set=ends[0] if len(ends) == 1 else sympy.And(*ends, evaluate=False))
    if not isinstance(of, (list, tuple)) or not of:
        raise PageError(f"member wants an Interval or a list of values, got {short(of)}")
    return _form("member", element=value, set=tuple(map(expression, of)))


def rounds_to(expr: Any, printed: str) -> DraftForm:
    """expr, rounded to as many places as are printed, gives the printed decimal: `rounds_to(tanh(1) / 2, "0.3808")`."""
    if not isinstance(printed, str) or not re.fullmatch(r"[+-]?\d+(\.\d+)?", printed):
        raise PageError(f'rounds_to wants the decimal as printed, such as "0.3808", got {printed!r}')
    return _form("rounds_to", expression=expression(expr), printed=printed)


def costs(expr: Any, count: Any, *, of: str = "operations") -> DraftForm:
    """Evaluating expr as written takes this many operations. What does not depend on an index is computed once."""
    if of not in ("operations", "additions", "multiplications"):
        raise PageError(f'of= is "operations", "additions" or "multiplications", got {of!r}')
    over: tuple[Any, ...] = ()
    if isinstance(expr, Array):
        over = tuple(private(s) for s in expr.shape)
        expr = expr[over]
    return _form("costs", expression=expression(expr), over=over, count=expression(count), of=of)


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise PageError(f"{what} is named by a text such as jax.nn.relu, got {value!r}")
    return value
