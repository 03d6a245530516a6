"""Which claims say what a derivative is, and why the others do not."""

from __future__ import annotations

import pytest
from code_terms import ONE, add, delta, exp, i, j, log, mul, n, neg, num, power, sigma, softmax, sub, u, x, y

from derive.code import NoGradient, gradient_of
from derive.code.gradient import is_gradient
from derive.kernel.claims import clock, decide_claim
from derive.statement.claim import Claim, Link
from derive.statement.term import Term, entry, index, make, show, total


def stated(first: Term, *lines: tuple[str, Term], given: tuple[Term, ...] = ()) -> Claim:
    return Claim("page.claim", "page.py", 7, first, tuple(Link(r, t) for r, t in lines), given=given)


FIRST = entry("u", "real", (n,), (num(0),))
APART = make("ne", i, j)
SLOPE = mul(sigma(x), sub(ONE, sigma(x)))


def test_a_proved_chain_is_a_gradient(proved) -> None:
    found = proved(softmax(i), u(j), mul(softmax(i), sub(delta(i, j), softmax(j))))
    assert (found.outputs, found.axes) == ((i,), (j,))
    assert show(found.pulled_back).startswith("sum(g[i]*")


def test_lines_after_another_relation_do_not_count() -> None:
    claim = stated(make("deriv", sigma(x), x), ("eq", SLOPE), ("lt", ONE))
    verdict = decide_claim(claim, {}, clock(10.0))[0][0]
    assert gradient_of(claim, verdict).slope is SLOPE


def test_a_derivative_may_stand_on_a_later_line() -> None:
    d = make("deriv", sigma(x), x)
    assert is_gradient(stated(add(d, y, mul(num(-1), y)), ("eq", d), ("eq", SLOPE)))


def test_an_elementwise_function_may_name_its_entry_twice() -> None:
    assert is_gradient(stated(make("deriv", sigma(u(i)), u(i)), ("eq", mul(sigma(u(i)), sub(ONE, sigma(u(i)))))))


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        (stated(sigma(x), ("eq", sigma(x))), "no line of it is a derivative"),
        (stated(make("deriv", sigma(x), x), ("lt", ONE)), "still holds a derivative"),
        (stated(make("deriv", softmax(i), u(j)), ("eq", make("deriv", softmax(j), u(i)))), "still holds a derivative"),
        (stated(make("deriv", make("deriv", power(x, 2), x), x), ("eq", num(2))), "itself a derivative"),
        (stated(make("deriv", softmax(i), u(j)), ("eq", neg(mul(softmax(i), softmax(j)))), given=(APART,)), "only the entries where i !="),
        (stated(make("deriv", log(softmax(i)), u(i)), ("eq", sub(ONE, softmax(i)))), "in the entry u[i] alone"),
        (stated(make("deriv", sigma(x), y), ("eq", num(0))), "does not depend on y"),
        (stated(make("deriv", sigma(x), u(j)), ("eq", num(0))), "does not depend on u[j]"),
        (stated(make("deriv", power(FIRST, 2), FIRST), ("eq", x)), "one entry alone, u[0]"),
    ],
)  # fmt: skip
def test_other_claims_are_refused_with_the_reason(claim: Claim, why: str) -> None:
    proof = decide_claim(stated(x, ("eq", x)), {}, clock(1.0))[0][0]
    assert not is_gradient(claim)
    with pytest.raises(NoGradient, match=why.replace("[", r"\[")):
        gradient_of(claim, proof)


def test_what_is_not_proved_is_refused() -> None:
    claim = stated(make("deriv", sigma(x), x), ("eq", sigma(x)))
    refuted = decide_claim(claim, {}, clock(10.0))[0][0]
    with pytest.raises(NoGradient, match=r"page\.claim is REFUTED"):
        gradient_of(claim, refuted)
    with pytest.raises(NoGradient, match="undecided"):
        gradient_of(claim, None)


def test_a_sum_hides_its_index() -> None:
    k = index("k", n)
    claim = stated(make("deriv", total(exp(u(k)), k), u(j)), ("eq", exp(u(j))))
    assert is_gradient(claim)
