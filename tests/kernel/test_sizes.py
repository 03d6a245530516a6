"""Linear arithmetic of sizes: what it proves is so, and it proves nothing else."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.kernel.sizes import extreme, in_range, is_size, never_negative, spell, tidy, whole
from derive.statement.term import ONE, TWO, ZERO, Term, add, div, entry, fn, index, make, mul, neg, num, power, sub, sym

n, m, q = sym("n", "positive integer"), sym("m", "positive integer"), sym("q", "nonnegative integer")
k, x, p = sym("k", "integer"), sym("x"), sym("p", "positive")
i, j = index("i", n), index("j", m)
HALF_N = mul(num(Fraction(1, 2)), n)


def test_like_terms_are_collected_in_one_order() -> None:
    assert tidy(add(n, m, neg(n), ONE)) is tidy(add(ONE, m)) is add(m, ONE)
    assert tidy(mul(num(2), add(n, ONE))) is add(mul(TWO, n), TWO)
    assert tidy(sub(n, n)) is ZERO
    assert tidy(add(m, n)) is tidy(add(n, m))


@pytest.mark.parametrize(
    "t", [num(3), n, k, i, fn("floor", x), add(n, k), mul(n, i), power(n, 2), fn("max", n, m), fn("mod", k, TWO)], ids=str
)
def test_whole(t: Term) -> None:
    assert whole(t)


@pytest.mark.parametrize("t", [num(Fraction(1, 2)), x, p, HALF_N, power(n, -1), add(n, x), fn("exp", n), div(n, m)], ids=str)
def test_not_known_to_be_whole(t: Term) -> None:
    assert not whole(t)


def test_a_size_is_made_of_integer_symbols() -> None:
    assert is_size(add(mul(TWO, n), m))
    assert is_size(fn("floor", HALF_N))
    for t in (i, x, HALF_N, fn("floor", x), entry("u", "integer", (n,), (i,)), make("sum", ONE, i)):
        assert not is_size(t)


@pytest.mark.parametrize(
    ("t", "facts"),
    [
        (sub(n, ONE), ()),
        (q, ()),
        (i, ()),
        (sub(sub(n, ONE), i), ()),
        (sub(add(n, m), num(2)), ()),
        (mul(n, m), ()),
        (sub(n, num(3)), (make("le", num(3), n),)),
        (sub(n, num(3)), (make("lt", TWO, n),)),
        (sub(n, num(3)), (make("eq", n, num(5)),)),
        (sub(num(5), n), (make("lt", n, num(6)),)),
        (sub(n, m), (make("le", m, n),)),
        (sub(sub(n, m), ONE), (make("lt", m, n),)),
        (sub(sub(n, ONE), j), (make("le", m, n),)),
        (k, (make("le", ZERO, k),)),
    ],
    ids=str,
)
def test_never_negative(t: Term, facts: tuple[Term, ...]) -> None:
    assert never_negative(t, facts)


@pytest.mark.parametrize(
    ("t", "facts"),
    [
        (sub(n, TWO), ()),
        (sub(q, ONE), ()),
        (k, ()),
        (neg(n), ()),
        (sub(sub(n, TWO), i), ()),
        (sub(n, m), ()),
        (sub(n, m), (make("le", n, m),)),
        (sub(sub(n, m), ONE), (make("le", m, n),)),
        (sub(n, num(3)), (make("ne", n, num(2)),)),
        (sub(n, num(3)), (make("or", make("le", num(3), n), make("le", num(9), n)),)),
        (mul(k, k), ()),
        (mul(n, k), ()),
        (sub(i, ONE), (make("le", ONE, i),)),
        (sub(x, ONE), (make("lt", ZERO, x),)),
    ],
    ids=str,
)
def test_not_known_to_be_never_negative(t: Term, facts: tuple[Term, ...]) -> None:
    assert not never_negative(t, facts)


def test_extremes() -> None:
    assert extreme(sub(i, j), (i, j), 1) is tidy(sub(n, ONE))
    assert extreme(sub(i, j), (i, j), -1) is tidy(sub(ONE, m))
    assert extreme(sub(i, j), (j,), 1) is i
    assert extreme(mul(i, j), (j,), 1) is None


def test_spelling() -> None:
    assert [spell(t) for t in (sub(n, ONE), add(m, mul(num(-2), n)), ZERO, neg(n), num(-3))] == ["n - 1", "m - 2*n", "0", "-n", "-3"]


def test_entries_within_their_axes() -> None:
    def at(place: Term) -> Term:
        return entry("u", "real", (n,), (place,))

    k = index("k", sub(n, ONE))
    assert all(in_range(at(place)) for place in (i, k, add(k, ONE), sub(n, ONE), sub(sub(n, ONE), i)))
    assert not any(in_range(at(place)) for place in (add(i, ONE), sub(i, ONE), n, ONE, sub(n, i)))
    assert in_range(at(ONE), (make("le", TWO, n),))
    assert not in_range(add(at(i), at(add(i, ONE))))
