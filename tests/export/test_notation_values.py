"""What is printed is what was meant: the LaTeX of random terms is read back and evaluated.

The reader is a recursive descent over the conventions of a textbook: juxtaposition multiplies, a sum takes the whole product
on its right, a function without parentheses takes one atom.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.export.notation import latex, notation_for
from derive.statement.term import TRUE, ZERO, Term, add, delta, div, entry, fn, index, make, mul, neg, num, power, sym, total

TOKEN = re.compile(r"\s*(\\[A-Za-z]+\*?|\\,|\\\\|\d|[A-Za-z]|.)")
SKIP = {rf"\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("l", "r")} | {r"\,", r"\left", r"\right"}
ENDS = {"", "+", "-", ")", "}", "&", r"\\", r"\end", ",", r"\rvert", r"\rfloor", "<", ">", r"\le", r"\ge", "=", r"\text"}
FUNCTIONS = {
    "log": math.log, "sin": math.sin, "cos": math.cos, "tanh": math.tanh, "exp": math.exp, "max": max, "min": min,
    "sgn": lambda v: (v > 0) - (v < 0), "Gamma": math.gamma, "erf": math.erf,
}  # fmt: skip


class Reader:
    """Evaluates one formula; `values` maps names such as x, x_1, W^{(1)}_{12} to numbers, indices and sizes among them."""

    def __init__(self, latex: str, values: dict[str, float]) -> None:
        self.tokens = [t for t in TOKEN.findall(latex.replace(r"\\[5pt]", r"\\")) if t not in SKIP and t.strip()]
        self.at, self.values = 0, values

    @property
    def here(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        token = self.here
        if expected and token != expected:
            raise ValueError(f"expected {expected}, got {token!r} after {' '.join(self.tokens[: self.at])}")
        self.at += 1
        return token

    def value(self) -> float:
        got = self.sum()
        if self.here:
            raise ValueError(f"left over: {' '.join(self.tokens[self.at :])}")
        return got

    def sum(self) -> float:
        negative = self.here == "-"
        if negative:
            self.take()
        total = self.product() * (-1 if negative else 1)
        while self.here in ("+", "-"):
            sign = -1 if self.take() == "-" else 1
            total += sign * self.product()
        return total

    def product(self) -> float:
        total = self.factor()
        while self.here not in (
            "",
            "+",
            "-",
            ")",
            "}",
            "&",
            r"\\",
            r"\end",
            ",",
            r"\rvert",
            r"\rfloor",
            "<",
            ">",
            r"\le",
            r"\ge",
            "=",
            r"\ne",
            r"\text",
        ):
            if self.here == r"\cdot":
                self.take()
            if self.here == "/":
                self.take()
                total /= self.factor()
            else:
                total *= self.factor()
        return total

    def group(self) -> str:
        """The tokens of a braced group, or the next token, as one string."""
        if self.here != "{":
            return self.take()
        start, depth = self.at, 0
        while True:
            depth += {"{": 1, "}": -1}.get(self.take(), 0)
            if not depth:
                return " ".join(self.tokens[start + 1 : self.at - 1])

    def inner(self, latex: str) -> float:
        return Reader(latex, self.values).value()

    def factor(self) -> float:
        base = self.atom()
        if self.here == "^":
            self.take()
            base = base ** self.inner(self.group())
        return base

    def atom(self) -> float:
        token = self.take()
        if token.isdigit():
            while self.here.isdigit() or self.here == "." and "." not in token:
                token += self.take()
            return float(token)
        if token == "(":
            got = self.sum()
            self.take(")")
            return got
        if token == r"\lvert":
            got = abs(self.sum())
            self.take(r"\rvert")
            return got
        if token == r"\lfloor":
            got = math.floor(self.sum())
            self.take(r"\rfloor")
            return got
        if token == r"\frac":
            return self.inner(self.group()) / self.inner(self.group())
        if token == r"\sqrt":
            order = 2
            if self.here == "[":
                self.take()
                order = int(self.take())
                self.take("]")
            return self.inner(self.group()) ** (1 / order)
        if token == r"\delta":
            self.take("_")
            a, b = self.positions(self.group())
            return float(a == b)
        if token == r"\begin":
            return self.cases()
        if token in (r"\sum", r"\prod"):
            return self.big(token)
        if token == r"\operatorname":
            return self.call(self.group().replace(" ", ""))
        if token.startswith("\\") and token[1:] in FUNCTIONS:
            return self.call(token[1:])
        if token == "e" and self.here == "^":
            self.take()
            return math.exp(self.inner(self.group()))
        return self.name(token)

    def call(self, name: str) -> float:
        power = 1.0
        if self.here == "^":
            self.take()
            power = self.inner(self.group())
        if self.here == "(":
            self.take()
            arguments = [self.sum()]
            while self.here == ",":
                self.take()
                arguments.append(self.sum())
            self.take(")")
        else:
            arguments = [self.factor()]
        return float(FUNCTIONS[name](*arguments)) ** power

    def big(self, token: str) -> float:
        self.take("_")
        letter, low = self.group().replace(" ", "").split("=")
        self.take("^")
        high = int(self.inner(self.group()))
        start, old, got = self.at, self.values.get(letter), []
        for k in range(int(low), high + 1):
            self.at, self.values[letter] = start, float(k)
            got.append(self.product())
        if old is not None:
            self.values[letter] = old
        return math.fsum(got) if token == r"\sum" else math.prod(got)

    def cases(self) -> float:
        self.group()
        got: float | None = None
        while True:
            value = self.sum()
            self.take("&")
            if self.here == r"\text":
                self.take()
                self.group()
                holds = True
            else:
                left, sign, right = self.sum(), self.take(), self.sum()
                holds = {"<": left < right, ">": left > right, r"\le": left <= right, r"\ge": left >= right}[sign]
            if holds and got is None:
                got = value
            if self.take() == r"\end":
                self.group()
                if got is None:
                    raise ValueError("no case holds")
                return got

    def positions(self, below: str) -> list[int]:
        parts = below.split(",") if "," in below else below.split()
        return [int(self.inner(p)) for p in parts]

    def name(self, token: str) -> float:
        """A symbol or an entry, its positions evaluated."""
        name = token
        if self.here == "^" and self.tokens[self.at + 1 : self.at + 3] == ["{", "("]:
            self.take()
            name += f"^{{{self.group().replace(' ', '')}}}"
        if self.here == "_":
            self.take()
            below = self.group()
            if name in self.values.get("arrays", ()):  # type: ignore[operator]
                return self.values[f"{name}_{','.join(map(str, self.positions(below)))}"]
            name += f"_{below.replace(' ', '')}"
        if name not in self.values:
            raise ValueError(f"unknown name {name}")
        return self.values[name]


n = sym("n", "positive integer")
i, j, k = (index(a, n) for a in "ijk")
X, Y, lam = sym("x"), sym("y"), sym("lambda", "positive")


def v(name: str, *at: Term) -> Term:
    return entry(name, "real", (n,) * len(at), at)


# What is printed has the value that was meant

SIZE = 2
VALUES: dict[str, float] = {"x": 0.7, "y": 1.3, r"\lambda": 0.4, "n": SIZE, "i": 1, "j": 2}
ENTRIES = {("u", a): 0.3 + 0.9 * a for a in range(SIZE)}
ENTRIES |= {("W1", a, b): 1.7 - 0.8 * a + 0.35 * b for a in range(SIZE) for b in range(SIZE)}
for at, value in ENTRIES.items():
    name = {"u": "u", "W1": "W^{(1)}"}[str(at[0])]
    VALUES[f"{name}_{','.join(str(int(a) + 1) for a in at[1:])}"] = value
VALUES["arrays"] = {"u", "W^{(1)}"}  # type: ignore[assignment]


def measure(t: Term, at: dict[Term, float]) -> float:
    """The value of a term, straight from its definition; indices count from 0."""
    a = t.args
    go = lambda u: measure(u, at)  # noqa: E731
    if t.op == "num":
        return float(a[0])
    if t.op in ("sym", "index"):
        return at[t]
    if t.op == "entry":
        return ENTRIES[(a[0], *(int(go(p)) for p in a[3]))]
    if t.op == "add":
        return sum(map(go, a))
    if t.op == "mul":
        return math.prod(map(go, a))
    if t.op == "pow":
        return float(go(a[0]) ** go(a[1]))
    if t.op in ("sum", "prod"):
        got = [measure(a[0], at | {a[1]: c}) for c in range(SIZE)]
        return sum(got) if t.op == "sum" else math.prod(got)
    if t.op == "delta":
        return float(go(a[0]) == go(a[1]))
    if t.op == "piecewise":
        return next(go(value) for value, when in zip(a[::2], a[1::2], strict=True) if go(when))
    if t.op == "lt":
        return go(a[0]) < go(a[1])
    if t.op == "true":
        return True
    table = {"exp": math.exp, "log": math.log, "sin": math.sin, "tanh": math.tanh, "abs": abs, "max": max, "min": min, "floor": math.floor}
    return float(table[t.op](*map(go, a)))


def leaves() -> st.SearchStrategy[Term]:
    numbers = st.fractions(min_value=-9, max_value=12, max_denominator=7).map(num)
    names_ = st.sampled_from([X, Y, lam, v("u", i), v("u", j), v("u", k), v("W1", i, k), v("W1", k, j), delta(i, j), delta(i, k), n])
    return st.one_of(numbers, names_)


def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda ts: add(*ts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda ts: mul(*ts)),
        pair.map(lambda p: div(p[0], p[1])),
        st.tuples(inner, st.sampled_from([2, 3, -1, -2, Fraction(1, 2), Fraction(-1, 2)])).map(lambda p: power(*p)),
        pair.map(lambda p: power(*p)),
        inner.map(neg),
        inner.map(lambda t: total(t, k)),
        inner.map(lambda t: make("prod", t, k)),
        st.tuples(st.sampled_from(["exp", "log", "sin", "tanh", "abs", "floor"]), inner).map(lambda p: fn(*p)),
        pair.map(lambda p: fn("max", *p)),
        st.tuples(inner, inner, inner).map(lambda p: make("piecewise", p[0], make("lt", p[1], ZERO), p[2], TRUE)),
    )


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.recursive(leaves(), grow, max_leaves=9))
def test_the_printed_formula_has_the_value_that_was_meant(body: Term) -> None:
    t = total(body, k)
    at = {X: 0.7, Y: 1.3, lam: 0.4, n: SIZE, i: 0, j: 1}
    try:
        wanted = measure(t, at)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return
    if isinstance(wanted, complex) or not math.isfinite(wanted):
        return
    printed = latex(t)
    try:
        got = Reader(printed, dict(VALUES)).value()
    except (ZeroDivisionError, OverflowError):
        return
    assert got == pytest.approx(wanted, rel=1e-6, abs=1e-6), printed


def test_a_decimal_has_its_value() -> None:
    assert Reader(latex(num(Fraction(1, 125))), dict(VALUES)).value() == 0.008


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.recursive(leaves(), grow, max_leaves=14))
def test_pieces_joined_are_the_formula(body: Term) -> None:
    """Line breaks change no value either."""
    t = add(total(body, k), mul(X, add(body, Y)))
    at = {X: 0.7, Y: 1.3, lam: 0.4, n: SIZE, i: 0, j: 1, k: 0}
    try:
        wanted = measure(t, at)
    except (ValueError, ZeroDivisionError, OverflowError, TypeError):
        return
    if isinstance(wanted, complex) or not math.isfinite(wanted):
        return
    printed = " ".join(notation_for(t).pieces(t)).replace("{}", "")
    try:
        got = Reader(printed, dict(VALUES, k=1)).value()
    except (ZeroDivisionError, OverflowError):
        return
    assert got == pytest.approx(wanted, rel=1e-6, abs=1e-6), printed


def test_the_reader_sees_a_missing_parenthesis() -> None:
    """The check above can fail: the same formula without its parentheses has another value."""
    right, wrong = r"(x + y)^2", r"x + y^2"
    assert Reader(right, dict(VALUES)).value() != pytest.approx(Reader(wrong, dict(VALUES)).value())
