"""Indices: letters for private ones, and one job for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sympy
from sympy.core.parameters import evaluate

from derive.errors import PageError
from derive.vocabulary import (
    D,
    Eq,
    Integral,
    Max,
    Sum,
    array,
    cases,
    delta,
    exp,
    index,
    indices,
    log,
    natural,
    positive_vector,
    real,
    real_matrix,
    real_vector,
    sheet,
)  # fmt: skip
from derive.vocabulary.binding import free_indices, put, settle

n, m = natural("n m")
i, j, k = indices("i j k", upto=n)
x = real_vector("x", n)
W = real_matrix("W", m, n)


@pytest.fixture(autouse=True)
def _unevaluated() -> Iterator[None]:
    with evaluate(False):
        yield


def test_a_sum_keeps_its_body_as_it_stands() -> None:
    body = cases((x[k], x[k] > 0), (0, True)) * Max(x[k], 0)
    assert Sum(body, k).function is body
    nested = Sum(Sum(x[i] * x[j], i), j)
    assert isinstance(nested.function, sympy.Sum)


def test_a_derivative_keeps_its_order() -> None:
    f = Sum(x[i] ** 2, i)
    assert D(f, x[j], x[k]) != D(f, x[k], x[j])
    assert D(D(f, x[j]), x[k]) == D(f, x[j], x[k])
    moved = put(D(f, x[j], x[k]), {j: k, k: j})
    assert moved == D(f, x[k], x[j])


def test_put_evaluates_nothing() -> None:
    p = positive_vector("p", n)
    t = real("t")
    for expr, there in (
        (Max(p[i], 0), Max(p[j], 0)),
        (Integral(cases((t * x[i], t > 0), (0, True)), t, 0, p[i]), Integral(cases((t * x[j], t > 0), (0, True)), t, 0, p[j])),
        (delta(i, k), delta(j, k)),
        (log(exp(x[i])) * exp(-x[i]) * exp(x[i]), log(exp(x[j])) * exp(-x[j]) * exp(x[j])),
        (Eq(x[i], x[i]), Eq(x[j], x[j])),
    ):
        assert put(expr, {i: j}) == there
        assert put(expr, {i: i}) is expr


def test_put_renames_what_it_would_capture() -> None:
    inner = Sum(W[index("r", upto=m), k] * x[i], k)
    moved = put(inner, {i: k})
    (bound,) = moved.variables
    assert bound != k
    assert list(free_indices(moved)) == [index("r", upto=m), k]
    assert put(Sum(x[k], k), {k: j}) == Sum(x[k], k)


def names(expr: sympy.Expr) -> set[str]:
    return {a.name for a in expr.atoms(sympy.Idx)}


def test_private_indices_get_letters_that_nothing_uses() -> None:
    (line,), _ = settle([(W @ x)[index("k", upto=m)]], [])
    assert names(line) == {"k", "l"}
    (line,), _ = settle([Sum(exp(x[i]) * (x.T @ x), i)], [])
    assert names(line) == {"i", "k"}


def test_letters_declared_on_the_page_come_first() -> None:
    with sheet.turn_to(sheet.Sheet("page", "page.py")):
        p, q = indices("p q", upto=n)
        v = real_vector("v", n)
        entries = array(n, lambda a: v[a])
        line = put(entries.body, {})
        (settled,), _ = settle([line], [])
        assert names(settled) == {"p"}
        assert names(settle([v[p] * (v.T @ v)], [])[0][0]) == {"p", "q"}
        del q


def test_every_run_gives_the_same_letters() -> None:
    first = settle([(W.T @ (W @ x))[i]], [x > 0])
    assert settle([(W.T @ (W @ x))[i]], [x > 0]) == first


def test_a_hypothesis_on_an_array_is_about_all_its_entries() -> None:
    _, (p,) = settle([x[i]], [x > 0])
    assert names(p)
    assert "i" not in names(p)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (lambda: Sum(Sum(x[k], k) * x[i], i) * x[k], "summed over in one place and free in another"),
        (lambda: Sum(Sum(x[k], k), k), "inside another sum over k"),
    ],
)
def test_an_index_has_one_job_in_a_claim(line: object, message: str) -> None:
    with pytest.raises(PageError, match=message):
        settle([line()], [])  # type: ignore[operator]


def test_one_job_across_the_lines_of_a_claim() -> None:
    with pytest.raises(PageError, match="index k is summed over in one place and free in another"):
        settle([x[k], Sum(x[k], k)], [])
    settle([x[i], Sum(x[k], k)], [x[k] > 0])  # a hypothesis stands for itself
