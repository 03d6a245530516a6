"""Sums in normal form: alike sums open alike, and a name that is used again captures nothing."""

from __future__ import annotations

import pytest

from derive.kernel.decide import GIVES_UP, decide, prove
from derive.kernel.field import NormalForm
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.statement.term import ONE, ZERO, Term, add, delta, entry, fn, index, make, mul, num, power, sub, sym, total

n = sym("n", "positive integer")
i, j, k, l = (index(name, n) for name in "ijkl")


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


def matrix(a: Term, b: Term) -> Term:
    return entry("A", "real", (n, n), (a, b))


def atoms(*terms: Term) -> int:
    form = NormalForm(Budget())
    for t in terms:
        form.start(t)
    return len(form.atoms)


def share(a: Term, over: Term) -> Term:
    return mul(fn("exp", u(a)), power(total(fn("exp", u(over)), over), -1))


def image(a: Term, over: Term) -> Term:
    return total(mul(matrix(a, over), u(over)), over)


def quartic(left: Term) -> Term:
    return total(total(total(mul(left, matrix(i, k), u(j), u(k)), k), j), i)


def test_alike_sums_take_no_generators_of_their_own() -> None:
    one = total(mul(u(i), share(i, k)), i)
    many = [total(mul(u(a), share(a, b)), a) for a, b in ((i, k), (j, k), (k, l), (l, i))]
    assert atoms(*many) == atoms(one)


def test_generators_do_not_grow_with_the_terms_of_a_sum_of_sums() -> None:
    sums = [total(mul(num(c), u(i), total(mul(matrix(i, j), u(j)), j)), i) for c in range(1, 9)]
    assert atoms(*sums) == atoms(sums[0])


@pytest.mark.parametrize(
    ("lhs", "rhs", "status"),
    [
        (total(mul(u(i), total(u(i), i)), i), power(total(u(k), k), 2), "PROVED"),
        (total(total(mul(u(i), u(j)), j), i), power(total(u(k), k), 2), "PROVED"),
        (total(total(mul(u(i), u(i)), j), i), power(total(u(k), k), 2), "REFUTED"),
        # an inner sum that holds the outer index, opened inside a third sum
        (total(power(image(i, j), 2), i), quartic(matrix(i, j)), "PROVED"),
        (total(power(image(i, j), 2), i), quartic(matrix(j, i)), "REFUTED"),
        (total(power(image(i, j), 2), i), total(power(total(mul(matrix(i, j), u(j)), i), 2), j), "REFUTED"),
        # cubes open one sum three times
        (power(total(u(i), i), 3), total(total(total(mul(u(i), u(j), u(k)), k), j), i), "PROVED"),
        (total(mul(u(i), power(image(i, j), 3)), i), total(mul(u(l), power(image(l, k), 2), image(l, i)), l), "PROVED"),
        (sub(total(share(i, k), i), num(1)), num(0), "PROVED"),
        (total(mul(share(i, k), share(i, k)), i), num(1), "REFUTED"),
    ],
)
def test_no_name_is_captured(lhs: Term, rhs: Term, status: str) -> None:
    assert decide(Question(lhs, rhs), Budget()).name == status


@pytest.mark.parametrize(
    ("place", "size"),
    [
        (sub(n, add(k, ONE)), ONE),  # of k = n - 1 - k, which holds in the middle, if there is one
        (sub(n, add(k, ONE)), n),
    ],
)
def test_a_delta_that_puts_no_index_at_one_place_is_kept(place: Term, size: Term) -> None:
    question = Question(total(delta(k, place), k), size)
    with pytest.raises(GIVES_UP):
        prove(question, Budget(20_000, seconds=2.0))


def test_a_delta_puts_an_index_at_its_place() -> None:
    place = sub(n, add(j, ONE))
    assert prove(Question(total(mul(delta(k, place), u(k)), k), u(place)), Budget(20_000)).rules


def test_a_place_is_a_number_like_any() -> None:
    last = total(mul(k, delta(k, sub(n, ONE))), k)  # n - 1
    assert prove(Question(last, sub(n, ONE)), Budget(20_000)).rules
    assert prove(Question(last, n, "lt"), Budget(20_000)).rules
    with pytest.raises(GIVES_UP):
        prove(Question(n, last, "lt"), Budget(20_000, seconds=2.0))
    N = sym("N", "integer")
    inside = (make("le", ZERO, N), make("lt", N, n))
    assert prove(Question(total(mul(k, delta(k, N)), k), N, given=inside), Budget(20_000)).rules
