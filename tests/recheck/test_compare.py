"""The second checker agrees with what is true and is seen to disagree with what is false, however small or well hidden the fault."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derive.recheck.compare import compare
from derive.recheck.residues import BASE, MODULI, power_of_base
from derive.statement.term import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Term,
    add,
    delta,
    div,
    entry,
    fn,
    index,
    make,
    mul,
    neg,
    num,
    power,
    sub,
    sym,
    total,
)

n, m = sym("n", "positive integer"), sym("m", "positive integer")
x, y, c = sym("x"), sym("y"), sym("c")
p, q = sym("p", "positive"), sym("q", "positive")
i, j, k, l = (index(name, n) for name in "ijkl")
r, t = index("r", m), index("t", m)
h = index("h", sub(n, ONE))  # none where n = 1


def u(a: Term) -> Term:
    return entry("u", "real", (n,), (a,))


def B(a: Term, b: Term) -> Term:
    return entry("B", "real", (m, n), (a, b))


def C(a: Term, b: Term) -> Term:
    return entry("C", "real", (n, n), (a, b))


def v(a: Term) -> Term:
    return entry("v", "real", (sub(n, ONE),), (a,))


def exp(a: Term) -> Term:
    return fn("exp", a)


def log(a: Term) -> Term:
    return fn("log", a)


def D(f: Term, v: Term) -> Term:
    return make("deriv", f, v)


def relu(a: Term) -> Term:
    return fn("max", a, ZERO)


def s(a: Term) -> Term:
    return div(exp(u(a)), total(exp(u(k)), k))


def sigma(a: Term) -> Term:
    return power(add(ONE, exp(neg(a))), -1)


def status(left: Term, right: Term, relation: str = "eq", *given: Term) -> str:
    return compare([left, right], [relation], given).status


softmax = D(s(i), u(j)), mul(s(i), sub(delta(i, j), s(j)))
product = D(total(mul(entry("a", "real", (m,), (t,)), B(t, l), u(l)), l), u(j)), mul(entry("a", "real", (m,), (t,)), B(t, j))
hair = num(Fraction(1, 10**30))

# name: left, right, relation, hypotheses
TRUE = {
    "softmax": (*softmax, "eq"),
    "softmax, one logit": (D(s(i), u(i)), mul(s(i), sub(ONE, s(i))), "eq"),
    "a product of matrix and vector": (*product, "eq"),
    "sigmoid": (D(sigma(x), x), mul(sigma(x), sub(ONE, sigma(x))), "eq"),
    "softplus is odd but for x": (sub(log(add(ONE, exp(x))), log(add(ONE, exp(neg(x))))), x, "eq"),
    "log of a softmax": (log(s(i)), sub(u(i), log(total(exp(u(k)), k))), "eq"),
    "powers of a positive number": (mul(power(p, x), power(p, sub(ONE, x))), p, "eq"),
    "a power as an exponential": (exp(mul(x, log(p))), power(p, x), "eq"),
    "roots": (mul(power(p, HALF), power(q, HALF)), power(mul(p, q), HALF), "eq"),
    "second derivative": (D(D(exp(mul(x, y)), x), y), mul(add(ONE, mul(x, y)), exp(mul(x, y))), "eq"),
    "tanh": (fn("tanh", x), sub(mul(TWO, sigma(mul(TWO, x))), ONE), "eq"),
    "a constant over a range": (total(c, l), mul(n, c), "eq"),
    "a delta": (total(mul(delta(i, l), u(l)), l), u(i), "eq"),
    "exponents nested": (D(exp(exp(exp(x))), x), mul(exp(exp(exp(x))), exp(exp(x)), exp(x)), "eq"),
    "a hypothesis that is an equation": (total(mul(c, u(l)), l), c, "eq", make("eq", total(u(l), l), ONE)),
    "the absolute value of a square root": (power(power(x, 2), HALF), fn("abs", x), "eq"),
    "relu": (sub(relu(x), relu(neg(x))), x, "eq"),
    "the slope of relu": (D(relu(x), x), fn("heaviside", x), "eq", make("ne", x, ZERO)),
    "sine": (D(fn("sin", x), x), fn("cos", x), "eq"),
    "erf": (D(fn("erf", x), x), div(mul(TWO, exp(neg(power(x, 2)))), power(make("const", "pi"), HALF)), "eq"),
    "floor": (fn("floor", add(x, ONE)), add(fn("floor", x), ONE), "eq"),
    "tangent line": (add(ONE, x), exp(x), "le"),
    "an order between indices": (delta(i, j), ZERO, "eq", make("lt", i, j)),
    "equal where both are undefined": (log(x), mul(TWO, log(power(x, HALF))), "eq"),
    "truth": (make("lt", x, y), make("lt", exp(x), exp(y)), "iff"),
    "what is lost beside a large number": (
        add(mul(power(x, 2), add(p, make("prod", exp(u(k)), k), neg(exp(total(u(k), k))))), fn("abs", u(i))),
        add(mul(power(x, 2), p), fn("abs", u(i))), "eq",
    ),
}  # fmt: skip
FALSE = {
    "a coefficient wrong by 1e-30": (softmax[0], mul(add(ONE, hair), softmax[1]), "eq"),
    "a term of 1e-30": (fn("tanh", x), add(fn("tanh", x), hair), "eq"),
    "wrong only at n = 1": (total(u(k), k), mul(total(u(k), k), add(ONE, neg(total(delta(k, l), k)), ONE, neg(delta(n, ONE)))), "eq"),
    "wrong only at n > 2": (total(power(u(k), 2), k), mul(total(power(u(k), 2), k), add(ONE, mul(sub(n, ONE), sub(n, TWO)))), "eq"),
    "wrong only on the diagonal": (softmax[0], mul(neg(s(i)), s(j)), "eq"),
    "wrong only off the diagonal": (softmax[0], mul(s(i), sub(ONE, s(j))), "eq"),
    "an index swapped": (softmax[0], mul(s(j), sub(delta(i, j), s(j))), "eq"),
    "a transpose": (C(i, j), C(j, i), "eq"),
    "a transpose under a derivative": (D(total(mul(C(i, l), u(l)), l), u(j)), C(j, i), "eq"),
    "a sign": (D(sigma(x), x), neg(mul(sigma(x), sub(ONE, sigma(x)))), "eq"),
    "a factor": (D(power(x, 3), x), mul(TWO, power(x, 2)), "eq"),
    "the sum of squares": (power(total(u(k), k), 2), total(power(u(k), 2), k), "eq"),
    "a root without its sign": (power(power(x, 2), HALF), x, "eq"),
    "a logarithm of a square": (log(power(x, 2)), mul(TWO, log(x)), "eq"),
    "undefined at one point": (div(x, x), ONE, "eq"),
    "undefined at one size": (div(total(exp(v(h)), h), total(exp(v(h)), h)), ONE, "eq"),
    "a logarithm of what may be negative": (log(mul(p, power(x, 2))), add(log(p), mul(TWO, log(x))), "eq"),
    "the derivative of a logarithm on the wrong side": (D(log(x), x), power(x, -1), "eq"),
    "tanh is not 2 sigma - 1": (fn("tanh", x), sub(mul(TWO, sigma(x)), ONE), "eq"),
    "relu is not the identity": (relu(x), x, "eq"),
    "sign times sign": (power(fn("sign", x), 2), ONE, "eq"),
    "a far kink": (sub(relu(x), relu(sub(x, num(10**7)))), relu(x), "eq"),
    "floor of minus": (fn("floor", neg(x)), neg(fn("floor", x)), "eq"),
    "a tangent too steep": (add(ONE, mul(TWO, x)), exp(x), "le"),
    "a bound that is attained": (s(i), ONE, "lt"),
    "strict at 0": (add(ONE, x), exp(x), "lt"),
    "different though equal at a tie": (u(i), u(j), "ne", make("ne", i, j)),
    "one direction alone": (make("lt", ZERO, x), make("le", ZERO, x), "iff"),
    "an implication": (make("le", ZERO, x), make("lt", ZERO, x), "implies"),
    "a hypothesis too few": (total(mul(c, u(l)), l), c, "eq"),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_agrees(name: str) -> None:
    assert status(*TRUE[name]) == "AGREES"


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_disagrees(name: str) -> None:
    assert status(*FALSE[name]) == "DISAGREES"


@pytest.mark.parametrize("level", range(len(MODULI)))
def test_powers_by_table_are_powers(level: int) -> None:
    for e in (0, 1, 255, 256, MODULI[level] - 1, MODULI[level] // 3):
        assert power_of_base(e, level) == pow(BASE, e, MODULI[level])


def test_a_chain_is_looked_at_line_by_line() -> None:
    good, bad = power(add(x, y), 2), add(power(x, 2), power(y, 2))
    found = compare([good, add(power(x, 2), mul(TWO, x, y), power(y, 2)), bad], ["eq", "eq"], ())
    assert (found.status, found.note[:12]) == ("DISAGREES", "link 2 fails")
    assert "x = " in found.note, "it names the point"


def test_the_same_claim_is_looked_at_at_the_same_points() -> None:
    assert len({compare([x, add(x, hair)], ["eq"], ()) for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        (make("integral", x, x, ZERO, ONE), HALF, ()),  # no rule
        (fn("besseli", ZERO, x), fn("besseli", ONE, x), ()),  # no digits
        (x, y, (make("lt", x, ZERO), make("lt", ZERO, x))),  # no point
        (x, y, (make("eq", power(x, 2), TWO),)),  # no point that it can find
        (total(u(k), k), ZERO, (make("lt", num(100), n),)),  # no small size
    ],
)
def test_where_it_cannot_look_it_says_so(left: Term, right: Term, given: tuple[Term, ...]) -> None:
    assert compare([left, right], ["eq"], given).status == "NOT_APPLICABLE"


def test_a_floor_of_what_has_more_digits_than_are_known_is_left_alone() -> None:
    # At u = 10^8 the exponential has 43 million digits before its point.
    assert status(fn("floor", exp(fn("floor", u(i)))), fn("floor", mul(exp(y), exp(sub(fn("floor", u(i)), y)))), "eq") == "AGREES"


def test_what_is_too_large_to_write_out_is_left_alone() -> None:
    huge = index("z", num(10**9))
    assert status(total(entry("w", "real", (num(10**9),), (huge,)), huge), ZERO) == "NOT_APPLICABLE"
    deep = x
    for _ in range(3000):
        deep = fn("sin", deep)
    assert status(deep, add(deep, ONE)) == "NOT_APPLICABLE"


@pytest.mark.parametrize("strict", [False, True])
def test_numbers_close_to_each_other_are_not_equal(strict: bool) -> None:
    # 1 - tanh 40 is smaller than 1e-34, and 1 - tanh(10^9) than any number of digits that it looks at.
    assert status(fn("tanh", x), ONE, "lt" if strict else "le") == "AGREES"
    assert status(MINUS_ONE, fn("tanh", x), "ne") == "AGREES"
