"""Whatever comes from outside is read, or refused by our own errors: expressions, formulas, pages, statements, and what a cache holds.

FUZZ_CASES=5000 pytest tests/test_strange_input.py     runs that many cases of each test, new ones each time
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from derive import catalogue, pages
from derive.cache import Cache
from derive.check import decide_item
from derive.errors import DeriveError
from derive.formula.meaning import read_formula
from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.read import read_question, read_term
from derive.kernel.record import record, restore
from derive.memory import Memory
from derive.outcome import Witness
from derive.statement import codec
from derive.statement.claim import Claim, Page

CASES = int(os.environ.get("FUZZ_CASES", "0"))
fuzz = settings(
    max_examples=CASES or 60,
    derandomize=not CASES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    phases=(Phase.generate, Phase.shrink),
)

# SymPy objects that nobody asked for

x, y, n = sympy.Symbol("x", real=True), sympy.Symbol("y", real=True), sympy.Symbol("n", integer=True, positive=True)
c = sympy.Symbol("c", commutative=False)
i, m = sympy.Idx("i", n), sympy.Symbol("m", integer=True)
u = sympy.IndexedBase("u", shape=(n,), real=True)
f = sympy.Function("f")
A = sympy.MatrixSymbol("A", 2, 2)


class Own(sympy.Function):
    """A function that somebody else defines."""

    nargs = 1

    @classmethod
    def eval(cls, t: Any) -> Any:
        return sympy.Integer(0) if t == 0 else None


class Exp(sympy.exp):
    """It looks like exp, and is none."""


class Loud(sympy.Symbol):
    """A symbol that cannot be printed."""

    def __str__(self) -> str:
        raise RuntimeError("no name")

    __repr__ = __str__


class Number(sympy.Integer):
    """An integer of somebody else's."""


STRANGE: tuple[Any, ...] = (
    x, y, n, u[i], u[0], u[n], u[-1], u[m], u, i, 1.5, float("nan"), float("inf"), sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I,
    sympy.Integer(10) ** 400, 10**30, x ** (10**9), x ** (10**30), sympy.Integer(2) ** (10**5) * x, sympy.Rational(1, 10**400), "x",
    b"x", None, (), [], {}, True, sympy.true, sympy.false, object(), lambda: x, int, sympy, range(3), {x}, 1j, f(x), f, Own(x), Own,
    Exp(x, evaluate=False), Loud("x"), Number(3), sympy.Function("exp")(x), sympy.Lambda(x, x), sympy.Lambda(x, x)(y),
    sympy.Matrix([[x]]), A, A[0, 1], A * A, A.T, sympy.Trace(A), sympy.Determinant(A), sympy.Inverse(A), sympy.Identity(2),
    sympy.ZeroMatrix(2, 2), sympy.Symbol("x"), sympy.Symbol("x", positive=True), sympy.Symbol("x", zero=True),
    sympy.Symbol("x", real=False), sympy.Symbol("x", infinite=True), sympy.Symbol("x", even=True), sympy.Symbol("x", prime=True),
    sympy.Symbol("x", transcendental=True), sympy.Symbol("x", integer=False, real=True), sympy.Symbol("n", real=True), c,
    c * sympy.Symbol("d", commutative=False), sympy.Symbol("exec"), sympy.Symbol("__import__"), sympy.Symbol("ｘ"), sympy.Symbol("х"),
    sympy.Symbol(""), sympy.Symbol("lambda x: x"), sympy.Symbol("a\nb"), sympy.Symbol("x" * 10_000), sympy.Symbol("i"), sympy.Wild("w"),
    sympy.Dummy("x"), sympy.Dummy("x", real=True), sympy.Dummy("x", real=True) - sympy.Dummy("x", real=True), x < 1,
    sympy.Eq(x, x, evaluate=False), sympy.Ne(x, y), sympy.Contains(x, sympy.S.Reals), sympy.Derivative(x, x), sympy.Derivative(f(x), x),
    sympy.Derivative(x**2, (x, 3)), sympy.Derivative(x**2, (x, n)), sympy.Derivative(x**y, x, y, x),
    sympy.Subs(sympy.Derivative(f(y), y), y, x), sympy.Subs(y**2, y, x), sympy.Derivative(u[i] ** 2, u[0]), sympy.Integral(x, x),
    sympy.Integral(x, (x, 0, x)), sympy.Integral(x, (x, 0, sympy.oo)), sympy.Integral(x, (x, y, sympy.zoo)),
    sympy.Integral(1, (x, 0, sympy.nan)), sympy.Integral(x * y, (x, 0, 1), (y, 0, x)), sympy.Integral(1 / x, (x, -1, 1)),
    sympy.Integral(x, (x, y)), sympy.Sum(u[i], i), sympy.Sum(x, (x, 0, n)), sympy.Sum(x, (x, 0, sympy.oo)),
    sympy.Sum(u[i], (i, 0, n - 1)), sympy.Sum(x, (m, 5, 2)), sympy.Sum(1, (m, 0, 10**9)), sympy.Sum(1, (m, x, y)),
    sympy.Sum(m, (m, n, 0)), sympy.Sum(u[m], (m, 0, n)), sympy.Sum(sympy.Sum(m, (m, 0, m)), (m, 0, n)), sympy.Product(x, (x, 0, n)),
    sympy.Product(u[i], (i, 0, n - 1)), sympy.Limit(x, x, 0), sympy.Order(x), sympy.Order(x, (x, sympy.oo)), sympy.Piecewise((x, x > 0)),
    sympy.Piecewise((x, x > 0), (y, True)), sympy.Piecewise((1, sympy.Eq(x, y)), (sympy.nan, True)),
    sympy.Piecewise((x, sympy.And(x > 0, y < 1)), (2, sympy.Not(sympy.Symbol("b")))), sympy.ITE(x > 0, y > 0, y < 0),
    sympy.Interval(0, 1), sympy.FiniteSet(x), sympy.EmptySet, sympy.Tuple(x, y), sympy.Dict({x: y}), sympy.Rational(1, 3),
    sympy.Float("0.1"), sympy.KroneckerDelta(i, 7), sympy.KroneckerDelta(x, y), sympy.KroneckerDelta(i, n), sympy.DiracDelta(x),
    sympy.LambertW(x), sympy.zeta(x), sympy.Mod(x, 0, evaluate=False), sympy.Pow(0, -1, evaluate=False), sympy.Pow(-1, x),
    sympy.Pow(0, x), sympy.log(0, evaluate=False), sympy.log(-2, evaluate=False), sympy.floor(x), sympy.Max(x, y), sympy.Min(x, 3),
    sympy.Abs(x), sympy.sign(x), sympy.Heaviside(x), sympy.Heaviside(x, 7), sympy.re(x), sympy.conjugate(sympy.Symbol("z")),
    sympy.gamma(-3, evaluate=False), sympy.polygamma(x, y), sympy.besselj(0, x), sympy.factorial(n), sympy.binomial(n, m),
    sympy.UnevaluatedExpr(x), sympy.MatMul(A, sympy.MatrixSymbol("b", 2, 1)), sympy.Array([x, y]), sympy.Poly(x**2, x),
    sympy.RootOf(x**5 - x - 1, 0), sympy.Add(x, x, evaluate=False), sympy.Mul(x, 0, evaluate=False), sympy.Add(evaluate=False),
    sympy.exp(sympy.exp(sympy.exp(10**6))), sympy.pi, sympy.E, sympy.GoldenRatio, sympy.TribonacciConstant, sympy.S.EmptySet,
    sympy.S.Half, sympy.AccumBounds(0, 1), sympy.Quaternion(0, 1, 2, 3),
)  # fmt: skip
JOINED: tuple[Callable[[Any, Any], Any], ...] = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a**b,
    lambda a, b: a / b,
    lambda a, b: sympy.Max(a, b),
    lambda a, b: sympy.Derivative(a, b),
    lambda a, b: sympy.Integral(a, (x, 0, b)),
    lambda a, b: sympy.Sum(a, (m, 0, b)),
    lambda a, b: sympy.Piecewise((a, b > 0), (b, True)),
    lambda a, b: sympy.Mul(a, b, evaluate=False),
    lambda a, b: sympy.Pow(a, b, evaluate=False),
    lambda a, b: u[a] + b,
    lambda a, b: f(a, b),
    lambda a, b: [a, b],
    lambda a, b: a,
)
some = st.sampled_from(STRANGE)


def built(join: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """What SymPy makes of two things; the first where it refuses them."""
    try:
        return join(a, b)
    except Exception:
        return a


@fuzz
@given(
    st.lists(some, min_size=5, max_size=5),
    st.sampled_from(JOINED),
    st.sampled_from(JOINED),
    st.sampled_from(("eq", "eq", "le", "lt", "ne", "implies", "iff", "is", "", None, ["eq"])),
    st.booleans(),
)
def test_expressions(
    parts: list[Any], join: Callable[[Any, Any], Any], again: Callable[[Any, Any], Any], relation: Any, many: bool
) -> None:
    a, b, c, d, e = parts
    lhs, rhs = built(again, built(join, a, b), e), built(join, c, d)
    with suppress(DeriveError):
        read_term(lhs)
    with suppress(DeriveError):
        question = read_question(lhs, rhs, relation, (d, e) if many else d)
        decide(question, Budget(300, 0.5))


@pytest.mark.parametrize("thing", STRANGE, ids=lambda thing: type(thing).__name__)
def test_each_strange_thing_alone(thing: Any) -> None:
    for lhs, rhs, hypotheses in ((thing, x, ()), (x, thing, ()), (x, x, thing), (x, x, (thing,))):
        with suppress(DeriveError):
            read_question(lhs, rhs, "eq", hypotheses)


def test_a_function_of_somebody_elses_is_not_taken_for_ours() -> None:
    for thing in (Own(x), Exp(x, evaluate=False), sympy.Function("exp")(x), f(x), Number(3), c, sympy.Order(x), sympy.nan, sympy.zoo):
        with pytest.raises(DeriveError):
            read_term(thing)


# Text

LETTERS = st.text(alphabet=st.sampled_from("xyniukfA0123456789.()[]+-*/^<>=!, \n\t'\"\\;:#@ｘ∑≤λé\x00\u202e"), max_size=40)
WORDS = st.lists(
    st.sampled_from(
        [
            "x", "y", "n", "i", "u[i]", "A[i,j]", "1", "2.5", "1e9", "1e999", ".5", "(", ")", "[", "]", ",", "+", "-", "*", "/", "**",
            "==", "!=", "<=", "<", ">=", ">", "and", "or", "not", "implies", "iff", "exp(", "log(", "max(", "Sum(", "Sum(u[i],i,n)",
            "D(", "D(x**2,x)", "Abs(x)", "cases(", "oo", "pi", "floor(", "sqrt(", "delta(i,j)", "__import__(", "exec", "lambda", "x.y",
            "x!", "λ", "0", "10**9", "))", "((", "x**x**x**x",
        ]
    ),
    max_size=14,
).map(" ".join)  # fmt: skip
TEXTS = st.one_of(LETTERS, WORDS, st.text(max_size=30))


@fuzz
@given(TEXTS, st.lists(TEXTS, max_size=1))
def test_formulas(text: str, hypotheses: list[str]) -> None:
    with suppress(DeriveError):
        read_formula(text, hypotheses)


DEEP = (
    "(" * 100_000,
    "-" * 100_000 + "1",
    "not " * 100_000 + "x",
    "x" + "**x" * 100_000,
    "[" * 150 + "]" * 150,
    "x" + ".x" * 100_000,
    "1" * 100_000,
    "x=" * 100_000 + "1",
    "f(" * 5_000 + ")" * 5_000,
)


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:6])
def test_what_is_nested_without_end(text: str, tmp_path: Path) -> None:
    with suppress(DeriveError):
        read_formula(text)
    file = tmp_path / "page.py"
    file.write_text(text)
    with suppress(DeriveError):
        catalogue.outline(file)
    assert len(catalogue.list_pages([file])) == 1


PIECES = st.lists(
    st.sampled_from(
        [
            b'"""A title.', b'"""', b"from derive import *\n", b"from . import other\n", b"import other\n", b"a = claim(",
            b"b = erratum(original, covers=", b")", b"[", b"x = real('x')  # the input\n", b"# coding: utf-7\n", b"# coding: nonsense\n",
            b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\n", b"    ", b"f'{x!r}'", b"covers=['003.1']", b"source=original", b"lambda: 0",
            b"\\", b"'", b"\xc3\xa9", b"=", b"1_0", b"match x:\n", b"async ",
        ]
    ),
    max_size=12,
).map(b"".join)  # fmt: skip


@fuzz
@given(st.one_of(PIECES, st.binary(max_size=40)))
def test_pages(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = Path(tmp_path_factory.getbasetemp()) / "strange.py"
    file.write_bytes(content)
    with suppress(DeriveError):
        catalogue.outline(file)
    catalogue.list_pages([file])


# Data


@pytest.fixture(scope="module")
def page() -> Page:
    return pages.load(catalogue.library() / "softmax_jacobian.py")


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.just(10**4000),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(("sum", "num", "1/0", "1e9", "deriv", "index", "page", "real", "PROVED", "REFUTED", "AGREES")),
)
JSON = st.recursive(
    ATOMS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)), max_leaves=12
)


def damaged(data: st.DataObject, value: Any) -> Any:
    """The value with something else at a few of its places."""
    value = json.loads(json.dumps(value))
    for _ in range(data.draw(st.integers(1, 3))):
        spot, key, here = None, None, value
        while isinstance(here, (dict, list)) and here:
            spot, key = here, data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            here = here[key]
            if data.draw(st.integers(0, 3)) == 0:
                break
        if spot is None:
            return data.draw(JSON)
        way = data.draw(st.integers(0, 5))
        if way == 0:
            del spot[key]
        elif way == 1 and isinstance(spot, list):
            spot.insert(key, data.draw(JSON))
        else:
            spot[key] = data.draw(JSON)
    return value


@fuzz
@given(data=st.data())
def test_statements(data: st.DataObject, page: Page) -> None:
    for statement in (damaged(data, codec.encode(page)), data.draw(JSON)):
        with suppress(DeriveError):
            codec.decode(statement)
        for answer in ({"page": statement}, statement):
            line = json.dumps(answer).encode()
            found = pages._page(pages._parse(line), page.file, 1.0)
            assert isinstance(found, (Page, DeriveError))


@fuzz
@given(st.binary(max_size=30))
def test_messages_of_a_page(line: bytes) -> None:
    for message in (line, line * 3_000):
        assert isinstance(pages._parse(message), dict)


@pytest.mark.parametrize("piece", [b"[", b'{"a":', b"1", b"-", b'"'])
def test_messages_without_end(piece: bytes) -> None:
    assert pages._parse(piece * 100_000) == {}


class Shelf(Cache):
    """A cache that holds one thing, whatever is asked for, and says nothing."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def get(self, kind: str, key: str) -> Any:
        return self.held

    def report(self, message: str) -> None:
        pass


@fuzz
@given(data=st.data())
def test_what_a_cache_holds(data: st.DataObject, page: Page) -> None:
    claim = page.claims[0]
    kept = decided(claim)
    spoilt = damaged(data, kept)
    memory = Memory(Shelf(spoilt))
    found = memory.decision(claim, "key")
    assert found is None or len(found.links) == len(claim.links)
    with suppress(DeriveError):
        restore(damaged(data, kept["links"][0]))
    witness = ["AGREES", 3, 0.5, "primal", "", [[1.0, 0.5]]]
    found_there = Memory(Shelf(damaged(data, witness))).witness(claim, "key")
    assert found_there is None or isinstance(found_there, Witness)
    assert pages._recall(Shelf(damaged(data, {"read": [], "page": codec.encode(page)})), "key") is None or spoilt is not None


@pytest.mark.parametrize("seconds", [10**400, "1", None, float("nan"), float("inf")])
def test_seconds_that_are_none(seconds: Any, page: Page) -> None:
    claim = page.claims[0]
    assert Memory(Shelf(decided(claim) | {"seconds": seconds})).decision(claim, "key") is None


KEPT: dict[str, Any] = {}


def decided(claim: Claim) -> Any:
    """What is kept of a claim that was decided."""
    if claim.id not in KEPT:
        found = decide_item(claim, {}, 10.0)
        KEPT[claim.id] = {"links": [record(link.verdict) for link in found.links], "ends": None, "at": None, "seconds": 1.0}
    return KEPT[claim.id]


def test_what_is_whole_is_read(page: Page) -> None:
    """The tests above would not notice a reader that refuses everything."""
    assert codec.decode(json.loads(json.dumps(codec.encode(page)))) == page
    claim = page.claims[0]
    found = Memory(Shelf(json.loads(json.dumps(decided(claim))))).decision(claim, "key")
    assert found is not None
    assert [link.verdict.name for link in found.links] == ["PROVED"] * len(claim.links)
    assert Memory(Shelf(["AGREES", 3, 0.5, "", "", []])).witness(claim, "key") is not None
    assert len(read_formula("x + x == 2*x").claims) == 1
    assert decide(read_question(x + x, 2 * x), Budget(300, 1.0)).name == "PROVED"
