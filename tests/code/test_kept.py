"""Slopes by the value that is kept: written where the forward pass has it, proved like any form, left alone where accuracy would go."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable

import pytest
from code_terms import ONE, add, exp, fn, i, j, log, mul, neg, num, power, sigma, sub, u, x

from derive.code import Gradient
from derive.code.kept import by_kept
from derive.code.module import module
from derive.code.pullback import pullback
from derive.code.stable import Stable
from derive.statement.term import Term, show

State = Callable[..., Gradient]
tanh = fn("tanh", x)
slope = mul(sigma(x), sub(ONE, sigma(x)))


def form(gradient: Gradient) -> str:
    """The backward pass as it is written, with the names of the forward pass."""
    found = pullback([gradient])
    assert found.backward[0].proof == "proved equal to the claim's formula"
    return show(found.backward[0].form).replace("[]", "")


def test_a_sigmoid_that_is_there_is_used_again(proved: State) -> None:
    assert form(proved(sigma(x), x, slope)) == "g*sigmoid1*(-1*sigmoid1 + 1)"
    assert form(proved(sub(ONE, sigma(x)), x, neg(slope))) == "-1*g*(-1*sigmoid2 + 1)*sigmoid2"


def test_so_is_a_tanh(proved: State) -> None:
    assert form(proved(tanh, x, sub(ONE, power(tanh, 2)))) == "g*(-1*tanh(x)**2 + 1)"
    at_3x = fn("tanh", mul(num(3), x))
    assert form(proved(at_3x, x, mul(num(3), sub(ONE, power(at_3x, 2))))) == "3*g*(-1*tanh(3*x)**2 + 1)"


def test_entries_are_those_of_the_other_axis(proved: State) -> None:
    assert form(proved(sigma(u(i)), u(i), mul(sigma(u(i)), sub(ONE, sigma(u(i)))))) == "g[i]*sigmoid1[i]*(-1*sigmoid1[i] + 1)"


def test_what_the_forward_pass_has_not_is_computed(proved: State) -> None:
    assert form(proved(log(add(ONE, exp(x))), x, sigma(x))) == "g*sigmoid1"
    assert "tanh" not in form(proved(mul(sigma(x), num(2)), x, mul(num(2), slope)))


@pytest.mark.parametrize("beside", [exp(x), fn("sinh", x), fn("cosh", x)])
def test_an_exponential_beside_it_makes_no_error_large(beside: Term) -> None:
    stable = Stable()
    forward, back = stable.rewrite(sigma(x)), stable.rewrite(sigma(neg(x)))
    assert by_kept(mul(x, back), forward, stable) is mul(x, sub(ONE, forward))
    assert by_kept(mul(beside, back), forward, stable) is mul(beside, back)


def test_a_symbol_that_is_called_so_is_no_sigmoid() -> None:
    from derive.statement.term import sym

    stable = Stable()
    own = sym("sigmoid1")
    assert by_kept(mul(own, x), own, stable) is mul(own, x)
    assert stable.argument(own) is None


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch is not installed")
def test_torch_takes_it_in_one_pass(proved: State) -> None:
    both = [proved(mul(sigma(u(j)), tanh), u(j), mul(sigma(u(j)), sub(ONE, sigma(u(j))), tanh), name="in_u")]
    both += [proved(mul(sigma(u(j)), tanh), x, mul(sigma(u(j)), sub(ONE, power(tanh, 2))), name="in_x")]
    text, _ = module(both, "torch")
    assert "torch.ops.aten.sigmoid_backward(g * t1[..., None], s1)" in text
    assert "torch.ops.aten.tanh_backward((g * s1).sum(dim=-1), t1)" in text
    stated = re.search(r"def _plain_(?s:.*?)return .*", text)
    assert stated is not None
    assert "aten" not in stated.group()


@pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch is not installed")
def test_torch_has_softplus_in_one_pass(proved: State) -> None:
    one, _ = module([proved(log(add(ONE, exp(x))), x, sigma(x))], "torch")
    two, _ = module([proved(log(add(exp(x), exp(u(j)))), x, sigma(sub(x, u(j))))], "torch")
    assert "return torch.logaddexp(x, x.new_zeros(()))" in one
    assert "return torch.logaddexp(x[..., None], u)" in two
