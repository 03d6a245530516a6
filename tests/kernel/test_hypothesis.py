"""Whose indices a hypothesis speaks of, on terms. tests/kernel/test_read.py has the same from SymPy."""

from __future__ import annotations

import pytest

from derive.errors import ReadError
from derive.kernel.hypothesis import sort_out
from derive.statement.term import ONE, TRUE, ZERO, Term, delta, entry, index, make, sym, total

n, c, t = sym("n", "positive integer"), sym("c"), sym("t", "integer")
i, j, k = (index(name, n) for name in "ijk")


def u(at: Term) -> Term:
    return entry("u", "real", (n,), (at,))


def A(*at: Term) -> Term:
    return entry("A", "real", (n, n), at)


EVERY = [
    make("lt", ZERO, u(i)),
    make("eq", A(i, j), A(j, i)),
    make("le", u(i), A(i, j)),
    make("lt", ZERO, c),
    make("lt", i, c),
    make("lt", ZERO, u(k)),
]
OWN = [make("ne", i, j), make("lt", i, t), make("eq", delta(i, j), ZERO), make("lt", u(i), u(j)), make("ne", i, k)]


@pytest.mark.parametrize("h", EVERY, ids=str)
def test_hypotheses_for_every_index(h: Term) -> None:
    assert sort_out([h], [u(i), u(j)]) == ((h,), ())


@pytest.mark.parametrize("h", OWN, ids=str)
def test_hypotheses_for_the_question_s_own_indices(h: Term) -> None:
    assert sort_out([h], [u(i), u(j)]) == ((h,), (h,))


def test_bound_indices_are_not_the_question_s_own() -> None:
    h = make("le", u(i), u(j))
    assert sort_out([h], [total(u(i), i), total(u(j), j)]) == ((h,), ())


def test_an_index_that_the_question_has_not_takes_every_value() -> None:
    h = make("le", u(j), u(i))
    every = make("eq", total(make("piecewise", ZERO, h, ONE, TRUE), j), ZERO)
    assert sort_out([h], [u(i)]) == ((every,), (every,))


def test_a_comparison_with_such_an_index_says_where_its_neighbour_holds() -> None:
    apart, differ = make("ne", j, k), make("ne", u(j), u(k))
    beside = make("or", make("not", apart), differ)
    assert sort_out([apart, differ], [c]) == ((beside,), ())
    assert sort_out([apart, make("lt", ZERO, u(j))], [c])[1] == (apart,)


def test_a_hypothesis_that_cannot_hold_is_refused() -> None:
    for h in (make("ne", u(i), u(j)), make("lt", u(i), u(j))):
        with pytest.raises(ReadError, match="cannot hold at i = j"):
            sort_out([h], [c])
    assert sort_out([make("le", u(i), u(j))], [c])[1] == ()
