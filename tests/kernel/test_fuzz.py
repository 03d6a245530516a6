"""Random questions: what identities make of an expression is never refuted, what differs at some point is never proved.

FUZZ_CASES=5000 pytest tests/kernel/test_fuzz.py     runs that many cases of each test, new ones each time
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import mpmath
import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derive import catalogue
from derive.errors import DeriveError
from derive.kernel import points
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Stuck
from derive.kernel.decide import prove
from derive.kernel.derivative import Unsupported
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.kernel.read import read_question
from derive.pages import load
from derive.statement import codec
from derive.statement.claim import Page
from derive.statement.term import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    Term,
    add,
    div,
    entry,
    fn,
    free,
    index,
    make,
    mul,
    neg,
    num,
    power,
    rebuild,
    replace,
    show,
    sub,
    sym,
    total,
)

CASES = int(os.environ.get("FUZZ_CASES", "0"))
fuzz = settings(
    max_examples=CASES or 100,
    derandomize=not CASES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)

X, Y, P, N = sym("x"), sym("y"), sym("p", "positive"), sym("n", "positive integer")
I, J, K = (index(name, N) for name in "ijk")


def at(name: str, i: Term, sort: str = "real") -> Term:
    return entry(name, sort, (N,), (i,))


SCALARS = (X, Y, P, num(2), num(-3), HALF, num(Fraction(-2, 3)))
ENTRIES = (at("u", I), at("v", I), at("q", I, "positive"), at("u", J))


# Expressions: everything has a value everywhere, so that no identity moves a domain


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3, over: Term | None = None) -> Term:
    """A number in scalars and entries of vectors; inside a sum over `over`, the entries there as well."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        inner = (at("u", over), at("q", over, "positive")) if over is not None else ()
        return draw(st.sampled_from((*SCALARS, *ENTRIES, *inner, *inner)))
    part = expressions(depth - 1, over)
    kind = draw(
        st.sampled_from(
            ("add", "add", "mul", "mul", "neg", "square", "abs", "max", "min", "tanh", "sigmoid", "log", "root", "sum", "sin", "sign")
        )
    )
    if kind in ("add", "mul"):
        return (add if kind == "add" else mul)(draw(part), draw(part))
    if kind in ("max", "min"):
        return fn(kind, draw(part), draw(part))
    if kind == "sum":
        return total(draw(expressions(depth - 1, K)), K) if over is None else draw(part)
    t = draw(part)
    return {
        "neg": lambda: neg(t),
        "square": lambda: power(t, 2),
        "sigmoid": lambda: power(add(ONE, fn("exp", neg(t))), -1),
        "log": lambda: fn("log", add(ONE, power(t, 2))),
        "root": lambda: power(add(ONE, power(t, 2)), HALF),
    }.get(kind, lambda: fn(kind, t))()


# Identities, each valid wherever both of its sides stand


def rewritten(t: Term, rng: Random, times: int = 3) -> Term:
    """t, changed a few times by identities at nodes of their choice."""
    for _ in range(times):
        nodes = sorted(set(_numbers(t)), key=show)
        u = rng.choice(nodes)
        t = _exchange(t, u, rng.choice(IDENTITIES)(u, rng))
    return t


def _numbers(t: Term) -> list[Term]:
    """The nodes that may be exchanged: none that a bound index hides from view."""
    out = [t]
    if t.op != "sum":
        for a in t.args if t.op in ("add", "mul", "pow", "max", "min", "abs", "tanh", "exp", "log", "sin", "sign") else ():
            if a.op != "num" or t.op != "pow":
                out += _numbers(a)
    return out


def _exchange(t: Term, old: Term, new: Term) -> Term:
    return new if t is old else t if t.op in ("sum", "entry", "sym", "index") else rebuild(t, lambda a: _exchange(a, old, new))


def _shuffled(t: Term, rng: Random) -> Term:
    return (add if t.op == "add" else mul)(*rng.sample(t.args, len(t.args))) if t.op in ("add", "mul") else t


def _expanded(t: Term, rng: Random) -> Term:
    if t.op == "mul" and (sums := [f for f in t.args if f.op == "add"]):
        rest = list(t.args)
        rest.remove(sums[0])
        return add(*(mul(u, *rest) for u in sums[0].args))
    return t


def _by_parts(t: Term, rng: Random) -> Term:
    """Linearity of a sum, and another name for its index."""
    if t.op != "sum":
        return t
    body, k = t.args
    if body.op == "add":
        return add(*(total(u, k) for u in body.args))
    if body.op == "mul" and (outside := [f for f in body.args if k not in free(f)]):
        return mul(*outside, total(mul(*(f for f in body.args if f not in outside)), k))
    other = index("l", N)
    return total(replace(body, {k: other}), other)


def _special(t: Term, rng: Random) -> Term:
    op, a = t.op, t.args
    if op == "abs":
        return rng.choice([fn("max", a[0], neg(a[0])), mul(a[0], fn("sign", a[0])), power(power(a[0], 2), HALF)])
    if op == "max" and len(a) == 2:
        return rng.choice([mul(HALF, add(*a, fn("abs", sub(*a)))), make("piecewise", a[0], make("lt", a[1], a[0]), a[1], make("true"))])
    if op == "min":
        return neg(fn("max", *map(neg, a)))
    if op == "tanh":
        return sub(div(TWO, add(ONE, fn("exp", mul(num(-2), a[0])))), ONE)
    if op == "pow" and a[1] is TWO:
        return mul(a[0], a[0])
    if op == "pow" and a[1] is MINUS_ONE:
        return div(mul(TWO, ONE), mul(TWO, a[0]))
    if op == "log":
        return sub(fn("log", mul(P, a[0])), fn("log", P))
    if op == "sin":
        half = mul(HALF, a[0])
        return mul(TWO, fn("sin", half), fn("cos", half))
    return fn("log", fn("exp", t))


IDENTITIES: tuple[Callable[[Term, Random], Term], ...] = (
    _shuffled,
    _expanded,
    _by_parts,
    _special,
    _special,
    lambda t, rng: neg(neg(t)),
    lambda t, rng: sub(add(t, X), X),
    lambda t, rng: mul(t, add(power(fn("sin", Y), 2), power(fn("cos", Y), 2))),
    lambda t, rng: mul(P, t, power(P, -1)),
)


# Numbers: 60 digits, no code of the kernel's


@dataclass
class Numbers:
    """Values of all variables at one point."""

    n: int
    values: dict[object, Fraction]

    @classmethod
    def drawn(cls, rng: Random) -> Numbers:
        n = rng.choice((1, 2, 3))
        values: dict[object, Fraction] = {}
        for name in ("x", "y", *((a, k) for a in "uv" for k in range(n))):
            values[name] = Fraction(rng.randint(-40, 40), rng.choice((1, 3, 7, 16)))
        for name in ("p", *(("q", k) for k in range(n))):
            values[name] = Fraction(rng.randint(1, 40), rng.choice((1, 3, 7, 16)))
        return cls(n, values | {name: Fraction(rng.randrange(n)) for name in "ij"})

    def of(self, t: Term, bound: dict[Term, int]) -> mpmath.mpf:
        op, a = t.op, t.args
        if op == "num":
            return _number(a[0])
        if op == "sym":
            return _number(self.values[a[0]])
        if op == "entry":
            return _number(self.values[a[0], bound[a[3][0]] if a[3][0] in bound else int(self.values[a[3][0].args[0]])])
        if op == "sum":
            return mpmath.fsum(self.of(a[0], {**bound, a[1]: k}) for k in range(self.n))
        if op == "piecewise":
            cases = zip(a[::2], a[1::2], strict=True)
            return next(self.of(v, bound) for v, c in cases if c.op == "true" or _sign(self.of(sub(*c.args), bound)) < 0)
        v = [self.of(u, bound) for u in a]
        plain = {
            "abs": abs,
            "max": max,
            "min": min,
            "sign": _sign,
            "add": lambda *w: mpmath.fsum(w),
            "mul": lambda *w: mpmath.fprod(w),
        }
        return plain[op](*v) if op in plain else (v[0] ** v[1] if op == "pow" else getattr(mpmath, op)(v[0]))


class Close(Exception):
    """A number too close to 0 for its sign to be believed."""


def _number(q: Fraction) -> mpmath.mpf:
    return mpmath.mpf(q.numerator) / q.denominator


def _sign(v: mpmath.mpf) -> mpmath.mpf:
    """A sign jumps at 0: what is 0 there may be rounding alone."""
    if abs(v) < mpmath.mpf(10) ** -15:
        raise Close
    return mpmath.sign(v)


def gaps(lhs: Term, rhs: Term, point: Numbers) -> list[mpmath.mpf]:
    """lhs - rhs to 60 and to 120 digits; [] where that cannot be believed."""
    out, scale = [], mpmath.mpf(0)
    for digits in (60, 120):
        with mpmath.workdps(digits):
            try:
                a, b = point.of(lhs, {}), point.of(rhs, {})
            except Close:
                return []
            out.append(a - b)
            scale = 1 + abs(a) + abs(b)
    steady = abs(out[0] - out[1]) <= abs(out[1]) / 1000
    return out if steady and abs(out[1]) > mpmath.mpf(10) ** -40 * scale else []


def differ(lhs: Term, rhs: Term, rng: Random) -> bool:
    """Whether two terms certainly differ at one of a few points."""
    return any(gaps(lhs, rhs, Numbers.drawn(rng)) for _ in range(4))


def proved(question: Question) -> bool:
    try:
        prove(question, Budget(3_000, 1.0))
    except (Stuck, Beyond, Undefined, Unsupported, Split, Exhausted, RecursionError):
        return False
    return True


def refuted(question: Question) -> bool:
    for effort in (0, 1):
        try:
            if points.search(question, Budget(60, 1.0), effort) is not None:
                return True
        except Exhausted:
            continue
    return False


@fuzz
@given(expressions(), st.integers(0, 2**30))
def test_what_an_identity_makes_of_it_is_not_refuted(t: Term, seed: int) -> None:
    assert not refuted(Question(t, rewritten(t, Random(seed))))


@fuzz
@given(expressions(), st.integers(0, 2**30))
def test_what_differs_somewhere_is_not_proved(t: Term, seed: int) -> None:
    rng = Random(seed)
    other = rewritten(t, rng)
    u = rng.choice(sorted(set(_numbers(other)), key=show))
    hair = num(Fraction(1, 10 ** rng.choice((0, 3, 20))))
    wrong = _exchange(
        other, u, rng.choice([add(u, hair), mul(add(ONE, hair), u), neg(u), fn("abs", u), fn("max", u, X), fn("sin", u), power(u, 2)])
    )
    assume(differ(t, wrong, rng))
    question = Question(t, wrong)
    assert not proved(question)
    assert not proved(Question(wrong, t, "eq"))


def test_the_numbers_are_seen_to_differ() -> None:
    assert differ(X, add(X, num(Fraction(1, 10**20))), Random(0))
    assert not differ(fn("tanh", X), sub(div(TWO, add(ONE, fn("exp", mul(num(-2), X)))), ONE), Random(0))
    assert not proved(Question(X, fn("abs", X)))
    assert proved(Question(power(X, 2), mul(X, X)))
    assert refuted(Question(X, fn("abs", X)))


@fuzz
@given(expressions(2), st.integers(0, 2**30))
def test_an_order_that_fails_somewhere_is_not_proved(t: Term, seed: int) -> None:
    rng = Random(seed)
    other = rewritten(t, rng, 1)
    wrong = rng.choice([sub(other, num(Fraction(1, 10**6))), mul(other, HALF), neg(other), fn("min", other, X), fn("tanh", other)])
    fails = any(found[1] > 0 for _ in range(8) if (found := gaps(t, wrong, Numbers.drawn(rng))))
    assume(fails)
    assert not proved(Question(t, wrong, "le"))


# Readers: what comes from outside raises our own errors, or is read

x, n = sympy.Symbol("x", real=True), sympy.Symbol("n", integer=True, positive=True)
i = sympy.Idx("i", n)
u = sympy.IndexedBase("u", shape=(n,), real=True)
STRANGE = (
    x,
    n,
    u[i],
    u[0],
    u[n],
    u,
    i,
    1.5,
    float("nan"),
    float("inf"),
    sympy.nan,
    sympy.zoo,
    sympy.oo,
    sympy.I,
    sympy.Integer(10) ** 400,
    10**30,
    "x",
    b"x",
    None,
    (),
    [],
    {},
    True,
    sympy.true,
    sympy.Function("f")(x),
    sympy.Matrix([[x]]),
    sympy.Symbol("x"),
    sympy.Symbol("x", positive=True),
    sympy.Symbol("exec"),
    sympy.Symbol("__import__"),
    sympy.Symbol("ｘ"),
    sympy.Symbol(""),
    sympy.Symbol("lambda x: x"),
    sympy.Wild("w"),
    sympy.Dummy("x"),
    x < 1,
    sympy.Eq(x, x),
    sympy.Derivative(x, x),
    sympy.Integral(x, x),
    sympy.Sum(u[i], i),
    sympy.Sum(x, (x, 0, n)),
    sympy.Piecewise((x, x > 0)),
    sympy.MatrixSymbol("A", 2, 2),
    sympy.Interval(0, 1),
    object(),
    sympy.Rational(1, 3),
    sympy.KroneckerDelta(i, 7),
    sympy.DiracDelta(x),
    sympy.LambertW(x),
    lambda: x,
)
JOINED = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a**b,
    lambda a, b: sympy.Max(a, b),
    lambda a, b: sympy.Derivative(a, b),
    lambda a, b: a,
)


@fuzz
@given(
    st.lists(st.sampled_from(STRANGE), min_size=4, max_size=4),
    st.sampled_from(JOINED),
    st.sampled_from(("eq", "le", "lt", "ne", "is", "", None)),
)
def test_the_reader_raises_our_own_errors_only(parts: list[object], join: Callable[[object, object], object], relation: object) -> None:
    a, b, c, d = parts
    try:
        lhs, rhs = join(a, b), join(c, d)
    except Exception:
        return  # SymPy or Python refuses to build it
    with suppress(DeriveError):
        read_question(lhs, rhs, relation, (d,) if d is not a else ())


@pytest.fixture(scope="module")
def encoded() -> str:
    page = load(catalogue.library() / "softmax_jacobian.py")
    assert isinstance(page, Page)
    return json.dumps(codec.encode(page))


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(("sum", "num", "1/0", "deriv", "index", "page")),
)
JSON = st.recursive(
    ATOMS, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)), max_leaves=12
)


@fuzz
@given(data=st.data())
def test_the_codec_raises_our_own_errors_only(data: st.DataObject, encoded: str) -> None:
    value = json.loads(encoded)
    for _ in range(data.draw(st.integers(1, 3))):
        spot, key = None, None
        here = value
        # walk to some place of the statement, and put something else there
        while isinstance(here, (dict, list)) and here:
            spot, key = here, data.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            here = here[key]
            if data.draw(st.integers(0, 3)) == 0:
                break
        if spot is not None:
            spot[key] = data.draw(JSON)
    for statement in (value, data.draw(JSON)):
        with suppress(DeriveError):
            codec.decode(statement)
