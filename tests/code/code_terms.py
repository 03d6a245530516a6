"""Short names for terms, for the tests of code."""

from __future__ import annotations

from derive.statement.term import ONE, Term, add, delta, div, entry, fn, index, mul, neg, num, power, sub, sym, total

n, m = sym("n", "positive integer"), sym("m", "positive integer")
i, j, k, l = (index(name, n) for name in "ijkl")
p, q = index("p", m), index("q", m)
x, y, t, a = sym("x"), sym("y"), sym("t"), sym("a")


def u(at: Term) -> Term:
    return entry("u", "real", (n,), (at,))


def W(row: Term, column: Term) -> Term:
    return entry("W", "real", (m, n), (row, column))


def exp(z: Term) -> Term:
    return fn("exp", z)


def log(z: Term) -> Term:
    return fn("log", z)


def sigma(z: Term) -> Term:
    return power(add(ONE, exp(neg(z))), -1)


def softmax(at: Term) -> Term:
    return div(exp(u(at)), total(exp(u(k)), k))


__all__ = [
    "ONE", "W", "a", "add", "delta", "div", "exp", "fn", "i", "j", "k", "l", "log", "m", "mul", "n", "neg", "num", "p", "power", "q",
    "sigma", "softmax", "sub", "t", "total", "u", "x", "y",
]  # fmt: skip
