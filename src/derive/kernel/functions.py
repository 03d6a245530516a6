"""Functions and relations that terms have no op for, said in those that they have; with the values that SymPy gives them everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from derive.errors import ReadError
from derive.kernel.sizes import indices, linear, never_negative, tidy, whole
from derive.statement.term import HALF, MINUS_ONE, ONE, PI, TRUE, ZERO, Term, add, delta, div, fn, make, mul, neg, num, power, sub

MOST_EXPONENT, MOST_CHOSEN = 10**6, 64


def raised(base: Term, exponent: Term) -> Term:
    """base ** exponent, where that is real and of a size to compute with."""
    if exponent.op == "num":
        e = exponent.args[0]
        if e.denominator == 1 and abs(e) > MOST_EXPONENT:
            raise ReadError(f"the exponent is too large: more than {MOST_EXPONENT} in size")
        if e.denominator != 1 and base.op == "num" and base.args[0] < 0:
            raise ReadError(f"a negative number to the power {e} is complex; derive reads real numbers only")
    return power(base, exponent)


def one_over(name: str) -> Callable[[Term], Term]:
    """sec from cos: the reciprocal of the value."""
    return lambda x: power(fn(name, x), -1)


def of_reciprocal(name: str) -> Callable[[Term], Term]:
    """asec from acos: the value at the reciprocal."""
    return lambda x: fn(name, power(x, -1))


def acot(x: Term) -> Term:
    """The odd one, with pi/2 at 0."""
    return make("piecewise", mul(HALF, PI), make("eq", x, ZERO), fn("atan", power(x, -1)), TRUE)


def heaviside(x: Term, at_zero: Term) -> Term:
    if at_zero is HALF:
        return fn("heaviside", x)
    return make("piecewise", ZERO, make("lt", x, ZERO), at_zero, make("eq", x, ZERO), ONE, TRUE)


def factorial(x: Term) -> Term:
    return fn("gamma", add(x, ONE))


def beta(a: Term, b: Term) -> Term:
    """A product where one argument is a small whole number: there gamma has poles that cancel."""
    for x, k in ((a, b), (b, a)):
        if k.op == "num" and whole(k) and 0 < k.args[0] <= MOST_CHOSEN:
            size = int(k.args[0])
            return mul(num(math.factorial(size - 1)), power(mul(*(add(x, num(i)) for i in range(size))), -1))
    return div(mul(fn("gamma", a), fn("gamma", b)), fn("gamma", add(a, b)))


def binomial(n: Term, k: Term) -> Term:
    """0 for negative k and for 0 <= n < k; (-1)^k (k - n - 1 over k) for negative n; a polynomial in n where k is a number."""
    if k.op == "num" and whole(k) and k.args[0] <= MOST_CHOSEN:
        falling = [sub(n, num(i)) for i in range(int(k.args[0]))]
        return mul(num(Fraction(1, math.factorial(len(falling)))), *falling) if k.args[0] >= 0 else ZERO
    if not (whole(n) and whole(k)):
        raise ReadError("binomial(n, k) is read for a small number k or for integers n and k; declare them integer=True, or write gamma")
    chosen = div(factorial(n), mul(factorial(k), factorial(sub(n, k))))
    if never_negative(k) and never_negative(sub(n, k)):
        return chosen
    cases = [] if never_negative(k) else [ZERO, make("lt", k, ZERO)]
    cases += [chosen, make("le", k, n)]
    if never_negative(n):
        return make("piecewise", *cases, ZERO, TRUE)
    mirrored = mul(power(MINUS_ONE, k), fn("gamma", sub(k, n)), power(mul(factorial(k), fn("gamma", neg(n))), -1))
    return make("piecewise", *cases, ZERO, make("le", ZERO, n), mirrored, TRUE)


def kronecker(a: Term, b: Term, *more: Term) -> Term:
    if more or not (whole(a) and whole(b)):
        raise ReadError("expected KroneckerDelta(i, j) of two integers, without a range; declare them Idx or integer=True")
    return delta(*_level(a, b))


def relation(op: str, swap: bool = False) -> Callable[[Term, Term], Term]:
    return lambda a, b: make(op, *(_level(b, a) if swap else _level(a, b)))


def _level(a: Term, b: Term) -> tuple[Term, Term]:
    """Both sides less their common constant where they speak of indices: i + 1 and j + 1 become i and j."""
    if indices(a) or indices(b):
        shift = linear(a).get(ONE)
        if shift and linear(b).get(ONE):
            return tidy(sub(a, num(shift))), tidy(sub(b, num(shift)))
    return a, b


def both(*parts: Term) -> Term:
    return parts[0] if len(parts) == 1 else make("and", *parts)


def either(*parts: Term) -> Term:
    return parts[0] if len(parts) == 1 else make("or", *parts)


def opposite(p: Term) -> Term:
    return make("not", p)


def implies(a: Term, b: Term) -> Term:
    return make("or", opposite(a), b)


def equivalent(first: Term, *others: Term) -> Term:
    return both(*(both(implies(first, p), implies(p, first)) for p in others))


def if_then_else(condition: Term, a: Term, b: Term) -> Term:
    return make("or", both(condition, a), both(opposite(condition), b))
