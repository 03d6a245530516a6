"""Stable forms: each is proved equal to what it stands for, holds no overflow where the value has none, and a wrong one is caught."""

from __future__ import annotations

import numpy as np
import pytest
from code_terms import ONE, add, delta, div, exp, fn, i, j, k, log, mul, neg, num, power, sigma, softmax, sub, t, total, u, x, y

from derive.code import pullback as passes
from derive.code.stable import Stable
from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.statement.term import Term, show, subterms

TERMS = {
    "sigmoid": sigma(x),
    "slope": mul(sigma(x), sub(ONE, sigma(x))),
    "slope, expanded": sub(sigma(x), power(sigma(x), 2)),
    "slope, by exponentials": mul(exp(neg(x)), power(add(ONE, exp(neg(x))), -2)),
    "softplus": log(add(ONE, exp(x))),
    "log-sigmoid": log(sigma(x)),
    "two classes": log(add(exp(x), exp(y))),
    "cross-entropy": neg(add(mul(y, log(sigma(t))), mul(sub(ONE, y), log(sub(ONE, sigma(t)))))),
    "tanh slope": sub(ONE, power(fn("tanh", x), 2)),
    "softmax": softmax(i),
    "log-softmax": log(softmax(i)),
    "log-sum-exp": log(total(exp(u(k)), k)),
    "jacobian": mul(softmax(i), sub(delta(i, j), softmax(j))),
    "product": mul(softmax(i), softmax(j)),
    "three classes": div(exp(x), add(exp(x), exp(y), exp(t))),
    "tanh by exponentials": div(sub(exp(x), exp(neg(x))), add(exp(x), exp(neg(x)))),
    "mean under softmax": mul(power(total(exp(u(k)), k), -1), total(mul(u(i), exp(u(i))), i)),
}


@pytest.mark.parametrize("name", TERMS)
def test_a_stable_form_is_proved_equal(name: str) -> None:
    stable = Stable()
    form = stable.polished(stable.rewrite(TERMS[name]))
    verdict = decide(Question(TERMS[name], stable.expanded(form)), Budget(seconds=20.0))
    assert verdict.name == "PROVED", show(form)


def test_the_lemma_is_proved() -> None:
    assert passes.lemma_holds()


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("slope", "sigmoid1*sigmoid2"),
        ("slope, expanded", "sigmoid1*sigmoid2"),
        ("slope, by exponentials", "sigmoid1*sigmoid2"),
        ("softmax", "ratio1[i]"),
        ("product", "ratio1[i]*ratio1[j]"),
        ("jacobian", "ratio1[i]*(delta(i, j) + -1*ratio1[j])"),
        ("mean under softmax", "sum(ratio1[i]*u[i], i < n)"),
    ],
)
def test_forms_that_are_known(name: str, form: str) -> None:
    stable = Stable()
    assert show(stable.polished(stable.rewrite(TERMS[name]))) == form


def test_a_form_without_exponentials_stays() -> None:
    plain = mul(num(2), x, add(x, y))
    assert Stable().rewrite(plain) is plain


def test_a_shift_is_the_largest_exponent() -> None:
    stable = Stable()
    stable.rewrite(softmax(i))
    ((exponent, over),) = stable.shifts.values()
    assert (exponent, over) == (u(k), k)


def test_a_wrong_form_is_caught(proved, monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = proved(sigma(x), x, mul(sigma(x), sub(ONE, sigma(x))))
    right = Stable.rewrite

    def wrong(self: Stable, term: Term) -> Term:
        return mul(num(2), right(self, term)) if term is gradient.slope else right(self, term)

    monkeypatch.setattr(Stable, "rewrite", wrong)
    with pytest.raises(RuntimeError, match="is wrong"):
        passes.pullback([gradient])


def test_an_unproved_form_is_not_written(proved, monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = proved(sigma(x), x, mul(sigma(x), sub(ONE, sigma(x))))
    monkeypatch.setattr(passes, "_proved", lambda left, right, gradient: False)
    found = passes.pullback([gradient])
    assert found.forward is gradient.primal
    assert found.backward[0].form is gradient.pulled_back
    assert found.backward[0].proof == passes.AS_STATED


def test_the_product_with_a_jacobian_costs_one_sum(proved) -> None:
    found = passes.pullback([proved(softmax(i), u(j), mul(softmax(i), sub(delta(i, j), softmax(j))))])
    sums = [s for s in subterms(found.backward[0].form) if s.op == "sum"]
    assert len(sums) == 1
    assert show(found.backward[0].form) == "ratio1[j]*(g[j] + -1*sum(g[i]*ratio1[i], i < n))"


def test_no_number_of_the_form_overflows() -> None:
    """The same formula overflows as it is written; the stable one does not."""
    far = np.float32(200.0)
    with np.errstate(over="ignore", invalid="ignore"):
        naive = np.exp(far) / (1 + np.exp(far))
    assert np.isnan(naive)
    stable = Stable()
    form = stable.expanded(stable.rewrite(div(exp(x), add(ONE, exp(x)))))
    assert form is sigma(x)
