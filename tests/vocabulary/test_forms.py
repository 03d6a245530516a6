"""Statements that are no chains, as drafts: their parts, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sympy
from sympy.core.parameters import evaluate

from derive.errors import PageError
from derive.vocabulary import (
    Abs,
    Interval,
    Max,
    Ne,
    ShapeError,
    Sum,
    claim,
    convex,
    costs,
    differentiable_at,
    eq,
    exists,
    has_shape,
    index,
    kink,
    member,
    minimises,
    natural,
    not_always,
    ones,
    oo,
    original,
    real,
    real_matrix,
    real_vector,
    rounds_to,
    tanh,
    tends_to,
)
from derive.vocabulary.forms import Cell, DraftForm
from derive.vocabulary.symbols import range_of

n, m = natural("n m")
i = index("i", upto=n)
x, c = real("x c")
v, p = real_vector("v", n), real_vector("p", n)
W = real_matrix("W", m, n)


@pytest.fixture(autouse=True)
def _unevaluated() -> Iterator[None]:
    with evaluate(False):
        yield


def parts(form: DraftForm) -> dict[str, object]:
    return dict(form.parts)


def test_limits() -> None:
    found = parts(tends_to(tanh(x), x, oo, 1))
    assert (found["point"], found["value"], found["side"]) == (sympy.oo, 1, "")
    assert parts(tends_to(tanh(x) * v, x, 0, 0 * v, side="+"))["side"] == "+"


def test_a_minimiser_in_an_array_is_given_by_its_entry() -> None:
    found = parts(minimises(Max(v, 0), Sum((p - v) ** 2), over=p, subject_to=p >= 0))
    ((variable,), (value,)) = found["over"], found["point"]  # type: ignore[misc, attr-defined]
    assert variable.base == p.base
    assert value == Max(v[variable.indices[0]], 0)
    assert len(found["subject_to"]) == 1  # type: ignore[arg-type]


def test_points_give_arrays_cell_by_cell() -> None:
    found = parts(not_always(Ne(v[i], 0), at={n: 2, i: 1, v: (1, 0)}))
    keys = [(k.place if isinstance(k, Cell) else k, value) for k, value in found["point"]]  # type: ignore[attr-defined]
    assert keys == [(n, 2), (i, 1), ((0,), 1), ((1,), 0)]
    assert parts(exists(Ne(W[0, 0], 0), at={W: ((1, 2), (3, 4))}))["point"][3][0].place == (1, 1)  # type: ignore[index]


def test_a_column_is_a_vector_or_a_matrix_of_one_column() -> None:
    assert len(parts(has_shape(W @ v, m))["over"]) == 1  # type: ignore[arg-type]
    over = parts(has_shape(W @ v, m, 1))["over"]
    assert [range_of(a) for a in over] == [m, 1]  # type: ignore[attr-defined]
    assert [range_of(a) for a in parts(has_shape(v.T, 1, n))["over"]] == [1, n]  # type: ignore[attr-defined]


def test_sets_are_lists_or_intervals() -> None:
    assert parts(member(x, Interval(0, 1)))["set"] == sympy.And(x >= 0, x <= 1)
    assert parts(member(x, Interval.open(0, 1)))["set"] == sympy.And(x > 0, x < 1)
    assert parts(member(x, Interval(0, oo)))["set"] == (x >= 0)
    assert parts(member(x, [1, 2]))["set"] == (1, 2)


def test_kinks_costs_and_decimals() -> None:
    found = parts(kink(Abs(x), x, at=0, left=-1, right=1, chosen={"jnp.abs": 1}))
    assert (found["left"], found["right"], found["chosen"]) == (-1, 1, (("jnp.abs", 1),))
    smooth = parts(differentiable_at(x * Abs(x), x, at=0, value=0))
    assert smooth["left"] == smooth["right"] == 0
    assert parts(costs(v * (p - (v.T @ p) * ones(n)), 4 * n - 1))["of"] == "operations"
    assert parts(rounds_to(tanh(1) / 2, "0.3808"))["printed"] == "0.3808"
    assert len(parts(convex(Sum(v**2), over=v))["over"]) == 1  # type: ignore[arg-type]


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "side": (lambda: tends_to(x, x, 0, 0, side="left"), "side="),
    "no variable": (lambda: tends_to(x, x + 1, 0, 0), "expected a variable"),
    "fewer values": (lambda: minimises(x, x**2, over=(x, c)), "2 variables and 1 value"),
    "number for an array": (lambda: minimises(x, Sum(v), over=v), "its value is not"),
    "shape of a number": (lambda: has_shape(x, 1), "wants an array"),
    "set of nothing": (lambda: member(x, []), "list of values"),
    "all numbers": (lambda: member(x, Interval(-oo, oo)), "every real number"),
    "no decimal": (lambda: rounds_to(x, "1e-3"), "as printed"),
    "what is counted": (lambda: costs(x, 1, of="divisions"), "of="),
    "library function": (lambda: kink(Abs(x), x, at=0, left=-1, right=1, chosen={3: 1}), "named by a text"),  # type: ignore[dict-item]
    "point of the wrong depth": (lambda: exists(Ne(x, 0), at={W: (1, 2)}), "has 1 axes"),
    "ragged point": (lambda: exists(Ne(x, 0), at={W: ((1, 2), (3,))}), "differ in length"),
    "point for an expression": (lambda: exists(Ne(x, 0), at={x + 1: 0}), "gives values to symbols"),
    "links after a form": (lambda: claim(convex(x**2, over=x), eq(x)), "takes no links"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_misuse_is_refused(name: str) -> None:
    build, message = REFUSED[name]
    with pytest.raises((PageError, ShapeError), match=message):
        build()


def test_a_form_is_a_whole_claim() -> None:
    made = claim(convex(x**2, over=x), source=original)
    assert made.form is not None
    assert made.lines == ()
