"""What a one-liner states: names, sorts, ranges, and the verdict it gets."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import ReadError
from derive.formula.meaning import read_formula
from derive.kernel.claims import clock, decide_claim
from derive.statement.term import show


def verdicts(text: str, *hypotheses: str) -> str:
    links, _ = decide_claim(read_formula(text, hypotheses).claims[0], {}, clock(10))
    return " ".join(link.name for link in links)


TRUE = "PROVED"
FALSE = "REFUTED"


@pytest.mark.parametrize(
    ("text", "hypotheses", "verdict"),
    [
        ("diff(log(1+exp(x)),x) == 1/(1+exp(-x))", (), TRUE),
        ("diff(log(1+exp(x)),x) == 1/(1+exp(x))", (), FALSE),
        ("D(x**3, x, 2) == 6*x", (), TRUE),
        ("D(x**3, x, 2) == 3*x**2", (), FALSE),
        ("D(x*y**2, x, y) == 2*y", (), TRUE),
        ("log(x**2) == 2*log(x)", (), FALSE),
        ("log(x**2) == 2*log(x)", ("x > 0",), TRUE),
        ("log(x**2) == 2*log(x)", ("positive(x)",), TRUE),
        ("log(x**2) == 2*log(x)", ("negative(x)",), FALSE),
        ("x**2 != 0", ("nonzero(x)",), TRUE),
        ("x**2 != 0", (), FALSE),
        ("0.1 + 0.2 == 0.3", (), TRUE),
        ("0.1 + 0.2 == 0.30000000000000004", (), FALSE),
        ("0 < exp(x) <= exp(x) + 1", (), f"{TRUE} {TRUE}"),
        ("3 > 2 >= 2", (), f"{TRUE} {TRUE}"),
        ("0 > exp(x)", (), FALSE),
        ("x < y iff exp(x) < exp(y)", (), TRUE),
        ("x**2 == y**2 implies x == y", (), FALSE),
        ("x < y and y < z implies x < z", (), TRUE),
        ("max(x, 0) == cases((x, x > 0), (0, True))", (), TRUE),
        ("max(x, 0) == cases((x, x < 0), (0, True))", (), FALSE),
        ("Integral(exp(-x**2), (x, -oo, oo)) == sqrt(pi)", (), TRUE),
        ("Integral(x, x, 0, 1) == 1/2", (), TRUE),
        ("floor((N - k)/s) + 1 == ceil((N - k + 1)/s)", ("integer(N, k, s)", "s >= 1"), TRUE),
        ("Sum(i, i, n) == n*(n - 1)/2", (), TRUE),
        ("Sum(i, (i, 1, n)) == n*(n + 1)/2", (), TRUE),
        ("Sum(i, i, n) == n*(n + 1)/2", (), FALSE),
        ("D(log(Sum(exp(u[k]), k, n)), u[j]) == exp(u[j])/Sum(exp(u[k]), k, n)", (), TRUE),
        ("D(log(Sum(exp(u[k]), k, n)), u[j]) == exp(u[j])*Sum(exp(u[k]), k, n)", (), FALSE),
        ("D(Sum(Sum(A[r, k]*u[k], k, n)*v[r], r, m), A[i, j]) == v[i]*u[j]", (), TRUE),
        ("D(u[i], u[j]) == delta(i, j)", ("index(i, j, n)",), TRUE),
        ("D(u[i], u[j]) == 1", ("index(i, j, n)",), FALSE),
        ("Product(exp(u[i]), i, n) == exp(Sum(u[i], i, n))", (), TRUE),
        ("λ*(x + y) == lambda*x + lambda*y", (), TRUE),
        ("lambda*print == print*lambda", (), TRUE),
        ("x/y == z", ("x == y*z", "y != 0"), TRUE),
    ],
)  # fmt: skip
def test_one_line_gets_its_verdict(text: str, hypotheses: tuple[str, ...], verdict: str) -> None:
    assert verdicts(text, *hypotheses) == verdict


def test_nothing_is_evaluated_on_the_way() -> None:
    (claim,) = read_formula("log(exp(x)) == x").claims
    assert claim.first is not None
    assert show(claim.first) == "log(exp(x))"


@pytest.mark.parametrize(
    ("text", "hypotheses", "words"),
    [
        ("x", (), "a formula states something: write left == right"),
        ("x < y > z", (), "point one way"),
        ("(a == b) iff (c == d) iff (e == f)", (), "write left == right"),
        ("f(x) == 1", (), "unknown function f"),
        ("sigmod(x) == 1", (), "did you mean"),
        ("exp == 1", (), "exp is a function; write exp(x)"),
        ("exp(x, y) == 1", (), "exp takes 1 argument, got 2"),
        ("e**x == 1", (), "write exp(1)"),
        ("oo == 1", (), "only as the bound of an integral"),
        ("nan == 1", (), "it is no number"),
        ("True == 1", (), "expected a number"),
        ("(x == 1) + 1 == 2", (), "expected a number here, got a condition"),
        ("(x, 1) == 2", (), "a pair stands only inside"),
        ("x[i] == 1", (), "nothing says how long x is; sum over it, or add --given 'index(i, n)'"),
        ("Sum(A[i, j]*x[j], j, n) == 1", (), "nothing says how long axis 1 of A is"),
        ("Sum(x[i] + x, i, n) == 1", (), "x is an array elsewhere; write an entry"),
        ("Sum(x[i] + x[i, i], i, n) == 1", (), "x has 1 indices elsewhere and 2 here"),
        ("Sum(x[i], i) == 1", (), "expected Sum(x[i], i, n)"),
        ("Sum(x[i], i, n) == 1", ("index(i, n)",), "i is summed over here, and --given declares it"),
        ("D(x**2) == 1", (), "expected D(f, x)"),
        ("D(x**2, x, 99) == 1", (), "an order from 1 to 6"),
        ("D(x**2, 2) == 1", (), "expected a variable to differentiate in"),
        ("cases(x, y) == 1", (), "expected cases((a, condition), (b, True))"),
        ("positive(x) == 1", (), "goes into --given by itself"),
        ("x == 1", ("x",), "expected a relation, such as x > 0, or one of real, positive"),
        ("x == 1", ("positive(y)",), "y does not occur in the formula"),
        ("x == 1", ("positive(2)",), "positive declares names"),
        ("x == 1", ("positive(x)", "negative(x)"), "x is declared twice"),
        ("x == 1", ("x >",), "expected a number"),
        ("x**(10**9) == 0", (), "the exponent is too large"),
        ("10**10**10 == 0", (), "the exponent is too large"),
        ("sqrt(-1) == 1", (), "is complex"),
        ("Sum(x[i + 1], i, n) == Sum(x[i], i, n)", (), "out of range inside its sum"),
        ("Integral(x, x) == 1", (), "expected Integral(f, (x, low, high))"),
    ],
)
def test_what_cannot_be_read_is_an_error(text: str, hypotheses: tuple[str, ...], words: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_formula(text, hypotheses)
    assert words in caught.value.message
    assert caught.value.file in ("-c", "--given")


@pytest.mark.parametrize("text", ["2**1000000 == 1", "factorial(10**5) == 1", "exp(exp(exp(100))) == 1", "x" + "+x" * 4900 + " == 4901*x"])
def test_what_is_large_is_decided_or_left_open(text: str) -> None:
    assert verdicts(text) in (TRUE, FALSE, "UNKNOWN")


_pieces = st.sampled_from(
    [
        "x",
        "y",
        "n",
        "i",
        "u[i]",
        "exp(",
        "log(",
        "Sum(",
        "D(",
        "cases(",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "**",
        "==",
        "<",
        "2",
        "0",
        "-1",
        "and",
        "oo",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_pieces, max_size=12).map(" ".join), st.lists(st.lists(_pieces, max_size=5).map(" ".join), max_size=1))
def test_no_text_raises_anything_but_our_own_error(text: str, hypotheses: list[str]) -> None:
    with suppress(ReadError):
        read_formula(text, hypotheses)
