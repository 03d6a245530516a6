"""Symbols, indices, exact numbers: what an author may declare, and what is refused with advice."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from derive.errors import PageError
from derive.vocabulary import away_from, decimal, index, indices, integer, natural, nonnegative, positive, real, real_vector, sheet
from derive.vocabulary.symbols import expression, proposition


def test_a_sort_says_what_sympy_is_told() -> None:
    assert real("x") == sympy.Symbol("x", real=True)
    assert positive("b") == sympy.Symbol("b", positive=True)
    assert natural("n") == sympy.Symbol("n", integer=True, positive=True)
    assert natural("n") != integer("n")


def test_several_names_make_a_tuple() -> None:
    assert real("x y") == real("x, y") == (real("x"), real("y"))


def test_an_index_carries_its_range() -> None:
    n = natural("n")
    i, j = indices("i j", upto=n)
    assert (i.lower, i.upper) == (0, n - 1)
    assert i != j
    assert i != index("i", upto=natural("m"))


@pytest.mark.parametrize("name", ["", "2x", "x-y", "#1", 3])
def test_what_is_no_name_is_refused(name: object) -> None:
    with pytest.raises(PageError, match="name"):
        real(name)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, -1, 1.5, True, sympy.Symbol("x", real=True), "n"])
def test_what_is_no_size_is_refused(size: object) -> None:
    with pytest.raises(PageError):
        index("i", upto=size)


def test_index_makes_one() -> None:
    with pytest.raises(PageError, match="indices"):
        index("i j", upto=3)


@pytest.mark.parametrize(
    ("value", "advice"),
    [(0.5, r"Rational\(1, 3\)"), (False, "compares structure"), ("x", "expected an expression"), (sympy.Symbol("x") > 0, "proposition")],
)
def test_what_is_no_expression_is_refused_with_advice(value: object, advice: str) -> None:
    with pytest.raises(PageError, match=advice):
        expression(value)


def test_exact_numbers_are_expressions() -> None:
    assert expression(Fraction(1, 3)) == sympy.Rational(1, 3)
    assert decimal("0.71995") == sympy.Rational(71995, 100000)
    with pytest.raises(PageError, match="string"):
        decimal(0.71995)  # type: ignore[arg-type]
    with pytest.raises(PageError, match="no decimal"):
        decimal("nine")


def test_a_bare_bool_is_no_proposition() -> None:
    x = real("x")
    assert proposition(x > 0) == (x > 0)
    with pytest.raises(PageError, match=r"Eq\(a, b\)"):
        proposition(x == 0)
    with pytest.raises(PageError, match="x > 0"):
        proposition(x)


def test_a_region_leaves_out_its_points() -> None:
    x = real("x")
    assert away_from(x, 0) == sympy.Ne(x, 0)
    assert away_from(x, 0, 1) == sympy.And(sympy.Ne(x, 0), sympy.Ne(x, 1))
    with pytest.raises(PageError):
        away_from(x)


def test_one_name_stands_for_one_thing_on_a_page() -> None:
    with sheet.turn_to(sheet.Sheet("page", "page.py")):
        n = natural("n")
        assert natural("n") == n
        real("x")
        with pytest.raises(PageError, match="x is declared twice: first as real, then as positive"):
            positive("x")
        with pytest.raises(PageError, match="x is declared twice"):
            real_vector("x", n)
        index("i", upto=n)
        with pytest.raises(PageError, match="an index over n values, then as an index over 3 values"):
            index("i", upto=3)
    assert nonnegative("x")  # another page, another meaning
