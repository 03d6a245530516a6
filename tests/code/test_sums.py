"""Sums in the order in which they are cheap: no axis that is summed away later, no difference taken apart, and each form proved."""

from __future__ import annotations

from code_terms import W, add, delta, div, i, j, k, l, mul, n, neg, p, power, sub, total, u

from derive.code.pullback import pullback
from derive.code.sums import merged, spread
from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.statement.term import ZERO, Term, entry, free, make, show, subterms

mean = div(total(u(k), k), n)
spread_of_u = power(div(total(power(sub(u(l), mean), 2), l), n), "1/2")
g_i, g_p = entry("g", "real", (n,), (i,)), entry("h", "real", (W(p, j).args[2][0],), (p,))


def proved_equal(left: Term, right: Term) -> bool:
    return decide(Question(left, right), Budget(seconds=20.0)).name == "PROVED"


def test_a_vector_is_not_spread_over_a_matrix() -> None:
    whole = total(mul(g_p, sub(u(j), W(p, j))), p)
    found = spread(whole, "h")
    assert show(found) == "(u[j]*sum(h[p], p < m) + -1*sum(h[p]*W[p, j], p < m))"
    assert proved_equal(whole, found)


def test_a_product_of_two_matrices_is_done_from_the_vector() -> None:
    B = entry("B", "real", (n, n), (j, k))
    whole = total(mul(g_p, total(mul(B, W(p, k)), k)), p)
    found = spread(whole, "h")
    assert show(found) == "sum(B[j, k]*sum(h[p]*W[p, k], p < m), k < n)"
    assert proved_equal(whole, found)


def test_a_difference_that_may_cancel_stays_together() -> None:
    whole = total(mul(g_i, sub(u(i), mean)), i)
    assert spread(whole, "g") is whole


def test_sums_over_one_array_are_one_pass() -> None:
    two = sub(total(mul(W(p, j), g_p), p), total(mul(W(p, j), power(g_p, 2)), p))
    found = merged(two)
    assert len([t for t in subterms(found) if t.op == "sum"]) == 1
    assert proved_equal(two, found)


def test_sums_are_not_merged_into_a_matrix() -> None:
    two = add(total(g_i, i), mul(u(j), total(mul(g_i, u(i)), i)))
    assert merged(two) is two


def test_layer_norm_needs_no_matrix(proved) -> None:
    centred = [sub(u(at), mean) for at in (i, j)]
    slope = mul(power(spread_of_u, -1), add(delta(i, j), neg(power(n, -1)), neg(mul(power(n, -1), power(spread_of_u, -2), *centred))))
    found = pullback([proved(mul(centred[0], power(spread_of_u, -1)), u(j), slope, _positive())])
    sums = [t for t in subterms(found.backward[0].form) if t.op == "sum" and any(s.op == "entry" and s.args[0] == "g" for s in subterms(t))]
    assert len(sums) == 2
    assert all(not free(t) & {i, j} for t in sums)  # each is one number


def _positive() -> Term:
    return make("lt", ZERO, total(power(sub(u(l), mean), 2), l))
