"""An author's own point: it refutes only where the question surely fails there."""

from __future__ import annotations

import pytest

from derive.kernel.point import refute_at
from derive.kernel.question import Question
from derive.kernel.verdict import Status
from derive.statement.term import Term, add, delta, entry, fn, index, make, mul, num, power, sub, sym, total

x, n = sym("x"), sym("n", "positive integer")
i, j, k = (index(name, n) for name in "ijk")


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


def softmax(a: Term) -> Term:
    return mul(fn("exp", u(a)), power(total(fn("exp", u(k)), k), -1))


WRONG = Question(make("deriv", softmax(i), u(j)), mul(softmax(i), add(delta(i, j), softmax(j))))
RIGHT = Question(make("deriv", softmax(i), u(j)), mul(softmax(i), sub(delta(i, j), softmax(j))))
AT = (("n", "2"), ("i", "0"), ("j", "1"), ("u", "(0, 0)"))


def test_a_false_statement_falls_at_the_point() -> None:
    verdict = refute_at(WRONG, AT)
    assert verdict.status is Status.REFUTED
    assert verdict.counterexample is not None
    assert dict(verdict.counterexample.at) == {"n": "2", "i": "0", "j": "1", "u": "(0, 0)"}


def test_a_true_statement_stands_at_every_point() -> None:
    assert refute_at(RIGHT, AT).status is Status.UNKNOWN


def test_a_size_is_read_off_the_arrays() -> None:
    assert refute_at(WRONG, AT[1:]).status is Status.REFUTED


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ((("n", "2"), ("u", "(0, 0)"), ("i", "0")), "leaves j open"),
        ((("n", "2"), ("i", "0"), ("j", "1")), "leaves u open"),
        ((("n", "2"), ("i", "0"), ("j", "1"), ("u", "0")), "leaves u open"),
        ((("n", "3"), ("i", "0"), ("j", "1"), ("u", "(0, 0)")), "nothing fails for certain"),
        ((("n", "2"), ("i", "0"), ("j", "2"), ("u", "(0, 0)")), "nothing fails for certain"),
        ((("n", "2"), ("i", "0"), ("j", "1"), ("u", "(0, pi)")), "not exact"),
        ((("n", "2"), ("i", "0"), ("j", "1"), ("u", "0, 0)")), "not exact"),
        ((("n", "2"), ("i", "1/2"), ("j", "1"), ("u", "(0, 0)")), "leaves i open"),
    ],
)
def test_a_point_that_does_not_fit_refutes_nothing(at: tuple[tuple[str, str], ...], why: str) -> None:
    verdict = refute_at(WRONG, at)
    assert verdict.status is Status.UNKNOWN
    assert why in verdict.tried[0]


def test_hypotheses_must_hold_at_the_point() -> None:
    question = Question(power(x, 2), x, given=(make("lt", num(1), x),))
    assert refute_at(question, (("x", "2"),)).status is Status.REFUTED
    assert refute_at(question, (("x", "1/2"),)).status is Status.UNKNOWN


def test_the_point_of_a_false_statement_may_still_satisfy_it() -> None:
    assert refute_at(Question(power(x, 2), x), (("x", "1"),)).status is Status.UNKNOWN
