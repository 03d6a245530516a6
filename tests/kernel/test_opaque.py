"""Deep networks: the layers inside are taken for any numbers; false siblings, and arguments that only look alike, are not proved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sympy import Derivative, Expr, Idx, IndexedBase, Rational, Sum, Symbol, cos, exp, log, sin, tanh

from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Stuck
from derive.kernel.decide import prove
from derive.kernel.derivative import Unsupported
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

Map = Callable[[Expr], Expr]
ACTIVATIONS: dict[str, tuple[Map, Map]] = {
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + exp(-z)), lambda z: 1 / (1 + exp(-z)) - 1 / (1 + exp(-z)) ** 2),
    "softplus": (lambda z: log(1 + exp(z)), lambda z: 1 / (1 + exp(-z))),
    "sine": (sin, cos),
}


def network(depth: int, act: Map, slope: Map, *, break_at: int = 0) -> tuple[Expr, Expr]:
    """The gradient of a loss in the first weights, and backpropagation; one layer of it wrong where `break_at` says."""
    sizes = [Symbol(f"n{k}", integer=True, positive=True) for k in range(depth + 1)]
    weights = [IndexedBase(f"W{k}", shape=(sizes[k], sizes[max(k - 1, 0)]), real=True) for k in range(depth + 1)]
    x, o = IndexedBase("x", shape=sizes[:1], real=True), IndexedBase("o", shape=sizes[-1:], real=True)

    def z(k: int, a: Idx) -> Expr:
        b = Idx(f"k{k}", sizes[k - 1])
        return Sum(weights[k][a, b] * (act(z(k - 1, b)) if k > 1 else x[b]), b)

    def error(k: int, a: Idx) -> Expr:
        c = Idx(f"c{k}", sizes[min(k + 1, depth)])
        above = o[a] if k == depth else Sum(error(k + 1, c) * weights[k + 1][c, a], c)
        return above * slope(z(k, a)) + (Rational(1, 10**30) * o[a] if k == break_at else 0)

    t, r, c = Idx("t", sizes[depth]), Idx("r", sizes[1]), Idx("c", sizes[0])
    return Derivative(Sum(o[t] * act(z(depth, t)), t), weights[1][r, c]), error(1, r) * x[c]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("depth", [3, 7])
def test_backpropagation_is_proved_at_any_depth(name: str, depth: int) -> None:
    proof = prove(read_question(*network(depth, *ACTIVATIONS[name])), Budget())
    assert "any-values" in proof.rules


def test_steps_grow_with_the_depth_and_not_with_its_power() -> None:
    spent = []
    for depth in (4, 8):
        budget = Budget()
        prove(read_question(*network(depth, *ACTIVATIONS["tanh"])), budget)
        spent.append(budget.spent)
    assert spent[1] < 4 * spent[0]


def refused(lhs: Expr, rhs: Expr) -> bool:
    try:
        prove(read_question(lhs, rhs), Budget(seconds=5))
    except (Stuck, Beyond, Split, Undefined, Unsupported):
        return True
    return False


def test_one_wrong_layer_is_not_proved() -> None:
    assert refused(*network(3, *ACTIVATIONS["tanh"], break_at=3))
    assert refused(*network(3, tanh, lambda z: 1 - tanh(z) ** 3))


n = Symbol("n", integer=True, positive=True)
i, j, k = (Idx(name, n) for name in "ijk")
A, B = (IndexedBase(name, shape=(n, n), real=True) for name in "AB")
u, z0 = (IndexedBase(name, shape=(n,), real=True) for name in ("u", "z0"))


def layer(matrix: IndexedBase, a: Idx, *, turned: bool = False) -> Expr:
    b = Idx("b", n)
    inner = Sum(A[b, k] * u[k], k)
    return Sum((matrix[b, a] if turned else matrix[a, b]) * tanh(inner), b)


ALIKE = {
    "transposed": (tanh(layer(A, i)), tanh(layer(A, i, turned=True))),
    "another matrix": (tanh(layer(A, i)), tanh(layer(B, i))),
    "another index": (tanh(layer(A, i)), tanh(layer(A, j))),
    "one index twice": (
        tanh(Sum(A[i, j] * tanh(Sum(A[k, i] * u[i], i)), k)),
        tanh(Sum(A[i, i] * tanh(Sum(A[k, i] * u[i], i)), k)),
    ),
    "an array called z0": (tanh(layer(A, i)), tanh(z0[i] + 0 * layer(A, i))),
    "one place": (tanh(layer(A, i)), tanh(Sum(A[0, k] * tanh(Sum(A[k, j] * u[j], j)), k))),
    "a sum of all": (Sum(tanh(layer(A, i)), i), n * tanh(Sum(layer(A, i), i) / n)),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
def test_arguments_that_only_look_alike_are_kept_apart(name: str) -> None:
    assert refused(*ALIKE[name])


def test_arguments_that_are_alike_are_one() -> None:
    b = Idx("b", n)
    renamed = tanh(Sum(A[i, b] * tanh(Sum(A[b, j] * u[j], j)), b))
    proof = prove(read_question(tanh(layer(A, i)) * u[i] - u[i] * renamed, 0), Budget())
    assert "any-values" in proof.rules


def test_what_needs_the_inside_is_proved_by_what_is_inside() -> None:
    """exp(a) exp(b) = exp(a + b): for any values of the arguments it is false, and it holds."""
    one, two = layer(A, i), layer(B, i)
    assert "any-values" not in prove(read_question(exp(one) * exp(two), exp(one + two)), Budget()).rules
