"""`derive.decide` and `derive.gradient`: two lines of SymPy in, an outcome out."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sympy import (
    Abs,
    Add,
    Derivative,
    Eq,
    Expr,
    Heaviside,
    Idx,
    IndexedBase,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Or,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    exp,
    factorial,
    log,
    nan,
    oo,
    sign,
    sin,
    sqrt,
    symbols,
    zoo,
)

import derive
from derive import decide, gradient
from derive.errors import DeriveError, ReadError
from derive.outcome import Outcome

x, y = symbols("x y", real=True)
p = Symbol("p", positive=True)
n = Symbol("n", integer=True, positive=True)
i, j, k, l = (Idx(name, n) for name in "ijkl")
u, v = (IndexedBase(name, shape=(n,), real=True) for name in "uv")
A = IndexedBase("A", shape=(n, n), real=True)


def softmax(a: Idx) -> object:
    return exp(u[a]) / Sum(exp(u[k]), (k, 0, n - 1))


def test_a_proof_says_what_it_holds_for_and_rests_on() -> None:
    outcome = decide(Derivative(softmax(i), u[j]), softmax(i) * (KroneckerDelta(i, j) - softmax(j)))
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict.name, outcome.name, outcome.scope) == ("PROVED", "PROVED", "all n")
    assert "n positive integer" in outcome.hypotheses
    assert (outcome.oracles, outcome.counterexample) == ((), None)
    assert outcome.seconds >= 0
    assert repr(outcome) == "<PROVED for all n>"


def test_a_refutation_has_an_exact_point() -> None:
    outcome = decide(Derivative(softmax(i), u[j]), softmax(i) * (KroneckerDelta(i, j) + softmax(j)))
    assert outcome.name == "REFUTED"
    assert outcome.counterexample is not None
    assert dict(outcome.counterexample.at)["n"] == "1"
    assert "is REFUTED at n = 1" in outcome.messages[0]


def test_hypotheses_and_relations() -> None:
    assert decide(p, p**2, relation="lt", given=(p > 1,)).name == "PROVED"
    assert decide(p, p**2, relation="lt").name == "REFUTED"
    assert decide(log(x**2), 2 * log(x), given=(x > 0,)).name == "PROVED"


@pytest.mark.parametrize(
    ("rhs", "status", "result"), [(1 / (1 + exp(-x)), "AGREES", "verified"), (1 / (1 + exp(x)), "DISAGREES", "refuted")]
)
def test_the_witness_answers_when_asked(rhs: object, status: str, result: str) -> None:
    outcome = decide(Derivative(log(1 + exp(x)), x), rhs)
    assert (outcome.witness.status, outcome.result) == (status, result)


def test_the_witness_is_not_asked_before() -> None:
    script = "import sys; from sympy import Symbol as S; from derive import decide; decide(S('x'), 1).name; print('jax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(("lhs", "rhs", "relation"), [(0.5 * x, x, "eq"), (x, "x", "eq"), (x, x, "resembles"), (x, True, "eq")])
def test_what_cannot_be_read_is_an_error(lhs: object, rhs: object, relation: str) -> None:
    with pytest.raises(ReadError):
        decide(lhs, rhs, relation)


def test_a_gradient_is_one_that_decide_proves() -> None:
    loss = log(Sum(exp(u[k]), (k, 0, n - 1)))
    found = gradient(loss, u[j])
    assert decide(Derivative(loss, u[j]), found).name == "PROVED"
    assert decide(Derivative(loss, u[j]), found + 1).name == "REFUTED"


@pytest.mark.parametrize(
    ("loss", "form"),
    [
        (Sum(Max(u[k], 0), k), Heaviside(u[j])),
        (Sum(Piecewise((u[k] ** 2 / 2, Abs(u[k]) <= 1), (Abs(u[k]) - Rational(1, 2), True)), k), None),
        (Sum(v[k] * u[n - 1 - k], (k, 0, n - 1)), v[n - 1 - j]),
        (Sum(v[i] * (u[i] - Sum(u[k], k) / n) / sqrt(1 + Sum((u[k] - Sum(u[l], l) / n) ** 2, k) / n), i), None),
    ],
    ids=["ReLU", "Huber", "reversed", "LayerNorm"],
)
def test_no_sum_of_a_gradient_runs_past_a_delta(loss: Expr, form: Expr | None) -> None:
    found = gradient(loss, u[j])
    assert form is None or found == form
    assert not any(s.has(KroneckerDelta) for s in found.atoms(Sum))


@pytest.mark.parametrize(
    ("loss", "form"),
    [
        (Sum(1 / u[k], k), -1 / u[j] ** 2),
        (Sum(Max(u[k], 0) ** 2, k), 2 * Max(u[j], 0)),
        (Abs(u[i]) * u[i], 2 * Abs(u[i]) * KroneckerDelta(i, j)),
        (Sum(Min(Max(u[k], 0), 6), k), Heaviside(u[j]) * Heaviside(6 - Max(u[j], 0))),
        (Abs(u[i] - u[l]), (KroneckerDelta(i, j) - KroneckerDelta(j, l)) * sign(u[i] - u[l])),
        (Sum((Sum(A[k, l] * u[l], l) - v[k]) ** 2, k), 2 * Sum((Sum(A[k, l] * u[l], l) - v[k]) * A[k, j], k)),
    ],
    ids=["reciprocal", "ReLU squared", "|u|u", "ReLU6", "distance", "least squares"],
)
def test_a_gradient_has_the_form_that_one_would_write(loss: Expr, form: Expr) -> None:
    assert gradient(loss, u[j]) == form


def test_a_distance_of_pairs_has_no_kink_where_they_are_one() -> None:
    """Of |u_i - u_l| summed over all pairs, those of one place are 0 and stay 0."""
    loss, apart = Sum(Abs(u[i] - u[l]), i, l), Or(Eq(i, l), Ne(u[i], u[l]))
    right = 2 * Sum(sign(u[j] - u[k]), k)
    assert decide(Derivative(loss, u[j]), right, given=(apart,)).name == "PROVED"
    assert decide(Derivative(loss, u[j]), right / 2, given=(apart,)).name == "REFUTED"
    assert decide(Derivative(loss, u[j]), right).name == "REFUTED"  # where two entries are equal
    other = Derivative(Sum(Abs(2 * u[i] - u[l]), i, l), u[j])  # for i = l it has one
    assert decide(other, 2 * Sum(sign(2 * u[j] - u[k]), k) - Sum(sign(2 * u[k] - u[j]), k), given=(apart,)).name == "REFUTED"


def test_a_fact_about_every_place_excludes_a_case_at_one() -> None:
    clipped = Derivative(Sum(v[k] * Max(-1, Min(1, u[k])), k), u[j])
    assert decide(clipped, 0, given=(u[j] ** 2 > 1,)).name == "PROVED"
    assert decide(clipped, 0, given=(u[j] ** 2 >= 1,)).name == "REFUTED"
    assert decide(clipped, v[j], given=(u[j] ** 2 > 1,)).name == "REFUTED"


def test_a_gradient_may_take_relations_for_granted() -> None:
    assert gradient(u[0] * u[1], u[0], given=(n >= 2,)) == u[1]
    with pytest.raises(DeriveError, match="n >= 2"):
        gradient(u[0] * u[1], u[0])


def test_a_gradient_is_claimed_where_the_function_has_a_value() -> None:
    assert gradient(log(x), x) == 1 / x
    assert gradient(Sum(log(u[k]), k), u[j]) == 1 / u[j]
    assert gradient(Product(u[k], k), u[j]) == Product(u[k], (k, 0, n - 1)) / u[j]
    assert decide(Derivative(log(x), x), 1 / x).name == "REFUTED"  # at -1
    assert decide(Derivative(log(x), x), 1 / x, given=(x > 0,)).name == "PROVED"


a = Symbol("a", integer=True)


@pytest.mark.parametrize(
    ("loss", "form"),
    [
        (Sum(Sum(u[a], (a, 0, l)) ** 2, l), 2 * Sum(Sum(u[a], (a, 0, l)), (l, j, n - 1))),
        (Sum(Sum(u[a], (a, l, n - 1)) ** 2, l), 2 * Sum(Sum(u[a], (a, l, n - 1)), (l, 0, j))),
        (Sum(log(Sum(exp(u[a]), (a, 0, l))), l), exp(u[j]) * Sum(1 / Sum(exp(u[a]), (a, 0, l)), (l, j, n - 1))),
        (Sum(Sum(u[l] * u[a], (a, 0, l)), l), Sum(u[a], (a, 0, j)) + Sum(u[l], (l, j, n - 1))),
    ],
    ids=["squares of prefixes", "squares of suffixes", "logarithms of prefixes", "pairs"],
)
def test_the_gradient_of_sums_up_to_an_index_keeps_its_indices_in_their_sums(loss: Expr, form: Expr) -> None:
    found = gradient(loss, u[j])
    assert found == form
    assert decide(Derivative(loss, u[j]), found).name == "PROVED"
    assert decide(Derivative(loss, u[j]), found + u[j]).name == "REFUTED"


def test_using_gradient_does_not_lose_its_name() -> None:
    # A submodule called gradient would take the place of the function.
    gradient(x**2, x)
    assert callable(derive.gradient)


def _nested(depth: int) -> object:
    e = x
    for _ in range(depth):
        e = sin(e, evaluate=False)
    return e


class Agreeable(Symbol):
    """It equals whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = Symbol.__hash__


class Unhashable(Symbol):
    def __hash__(self) -> int:
        raise RuntimeError("no hash")


class Endless(Expr):
    """It holds itself."""

    @property
    def args(self) -> tuple[Expr, ...]:
        return (self,)


class Dressed(Add):
    """A sum that shows other terms than it has."""

    @property
    def args(self) -> tuple[Expr, ...]:
        return (x,)


class Turned:
    """It would run code on being read."""

    def _sympy_(self) -> object:
        raise SystemExit(3)


STRANGE: dict[str, tuple[object, object, str]] = {
    "a symbol that equals anything": (Agreeable("x", real=True), y, "made from Symbol"),
    "a symbol without a hash": (Unhashable("x", real=True), y, "made from Symbol"),
    "an expression that holds itself": (Endless(), x, "nested more than 400 deep"),
    "a sum of somebody else's": (Dressed(x, y, evaluate=False), x, "Dressed is not supported"),
    "an object that turns into SymPy": (Turned(), x, "expected a SymPy expression"),
    "an empty range that runs backwards": (Sum(i, (Symbol("k", integer=True), 5, 2)), 0, "runs backwards, from 5 to 2"),
    "a bound of a half": (Sum(x, (Symbol("k", integer=True), Rational(1, 2), 3)), 0, "are not integers"),
    "a size below 1": (IndexedBase("w", shape=(-3,), real=True)[Symbol("k", integer=True)], 0, "a size is at least 1"),
    "another rank": (IndexedBase("w", shape=(), real=True)[i], 0, "has 1 indices, but w has 0 axes"),
    "a string": ("x", x, "got the string 'x'; write a SymPy expression"),
    "a bool": (x == y, x, "== compares structure"),
    "a float": (0.1 * x, x, "write Rational(1, 10)"),
    "not a number": (x, nan, "nan is not a number"),
    "Python's not a number": (x, float("nan"), "nan is not a number"),
    "infinity": (x, oo, "only as the bound of an integral"),
    "complex infinity": (x, zoo, "divided by 0"),
    "the imaginary unit": (x * sqrt(-1), x, "I is complex"),
    "a complex symbol": (Symbol("z", complex=True), x, "declare it with real=True"),
    "two assumptions": (Symbol("x", positive=True), x, "two symbols named x"),
    "a Cyrillic letter": (Symbol("\u0445", real=True), x, "look alike in print"),
    "a Greek letter": (Symbol("\u03bf", real=True), Symbol("o", real=True), "look alike in print"),
    "a mathematical letter": (Symbol("\U0001d465", real=True), x, "look alike in print"),
    "no name": (Symbol("", real=True), x, "cannot be printed"),
    "a huge exponent": (x ** (10**9), x, "the exponent is too large"),
    "a huge number": (x + 10**100000, x, "digits; derive reads up to 60000"),
    "a tower": (Pow(2, Pow(2, Pow(2, 6, evaluate=False), evaluate=False), evaluate=False), x, "the exponent is too large"),
    "a deep expression": (_nested(450), x, "nested more than 400 deep"),
    "a wide expression": (Add(*(k * x for k in range(25000)), evaluate=False), x, "more than 20000 nodes"),
    "a long derivative": (Derivative(exp(x), (x, 100)), x, "a number up to 6"),
    "an infinite sum": (Sum(1 / Symbol("k", integer=True) ** 2, (Symbol("k", integer=True), 1, oo)), x, "infinite sums are not supported"),
    "out of range": (u[n], x, "out of range"),
    "nothing": (None, x, "expected a SymPy expression"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_input_is_an_error_with_advice(name: str) -> None:
    lhs, rhs, words = STRANGE[name]
    with pytest.raises(ReadError) as caught:
        decide(lhs, rhs)
    assert words in caught.value.message


@pytest.mark.parametrize("timeout", ["1", None, float("nan"), -1.0, 1j])
def test_a_limit_that_is_none_is_an_error(timeout: object) -> None:
    for call in (lambda: decide(x, x, timeout=timeout), lambda: gradient(x**2, x, timeout=timeout)):
        with pytest.raises(DeriveError, match="timeout is a number of seconds"):
            call()


@pytest.mark.parametrize("name", ["exp", "print", "None", "__import__", "lambda", "E", "\\input{x}", "a b", "1"])
def test_a_symbol_may_have_any_name(name: str) -> None:
    s = Symbol(name, real=True)
    assert decide(exp(s) * exp(-s), 1).name == "PROVED"
    assert decide(exp(s), exp(x)).name == "REFUTED"


@pytest.mark.parametrize(
    ("lhs", "rhs"),
    [(_nested(300), x), (Pow(10, 10**6, evaluate=False), x), (factorial(10**6, evaluate=False), x), ((x + y + 1) ** 200, (x + y) ** 200)],
)
def test_what_is_large_but_readable_gets_a_verdict(lhs: object, rhs: object) -> None:
    assert decide(lhs, rhs).name in ("UNKNOWN", "REFUTED")
