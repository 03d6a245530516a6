"""Pages of claims as terms, for the witness's tests: each true claim has a false sibling beside it."""

from __future__ import annotations

from fractions import Fraction

from derive.statement.claim import Claim, Link
from derive.statement.term import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TRUE,
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
)  # fmt: skip

n, m, d, h = (sym(a, "positive integer") for a in "nmdh")
x, y, c, t = (sym(a) for a in "xyct")
a, b = sym("a", "positive"), sym("b", "positive")
i, j, k, l = (index(s, n) for s in "ijkl")


def claim(name: str, first: Term, *rights: Term | tuple[str, Term], given: tuple[Term, ...] = (), runs_as: str = "") -> Claim:
    links = tuple(Link(*r) if isinstance(r, tuple) else Link("eq", r) for r in rights)
    return Claim(f"page.{name}", "page.py", 1, first, links, given=given, runs_as=runs_as)


def array(name: str, *shape: Term, sort: str = "real"):
    return lambda *at: entry(name, sort, shape, at)


def D(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


def exp(u: Term) -> Term:
    return fn("exp", u)


def log(u: Term) -> Term:
    return fn("log", u)


def square(u: Term) -> Term:
    return power(u, 2)


def lt(u: Term, v: Term) -> Term:
    return make("lt", u, v)


def le(u: Term, v: Term) -> Term:
    return make("le", u, v)


def eq(u: Term, v: Term) -> Term:
    return make("eq", u, v)


def cases(*parts: Term) -> Term:
    return make("piecewise", *parts)


def sigmoid(u: Term) -> Term:
    return power(add(ONE, exp(neg(u))), -1)


def softplus(u: Term) -> Term:
    return log(add(ONE, exp(u)))


X, V, Y, W = array("x", n), array("v", n), array("y", n), array("w", n)
Z = total(exp(X(k)), k)


def s(at: Term) -> Term:
    return div(exp(X(at)), Z)


J = D(s(i), X(j))
quotient_rule = div(sub(mul(delta(i, j), exp(X(i)), Z), mul(exp(X(i)), exp(X(j)))), square(Z))
entry_form = mul(s(i), sub(delta(i, j), s(j)))
mean = total(mul(s(k), V(k)), k)

SOFTMAX = (
    claim("jacobian", J, quotient_rule, entry_form, runs_as="jax.nn.softmax"),
    claim("matrix", J, sub(mul(delta(i, j), s(i)), mul(s(i), s(j)))),
    claim("sums_to_one", total(s(i), i), ONE),
    claim("rows", total(J, j), ZERO),
    claim("symmetric", J, D(s(j), X(i))),
    claim("positive", ZERO, ("lt", s(i))),
    claim("at_most_one", s(i), ("le", ONE)),
    claim("shift", div(exp(add(X(i), c)), total(exp(add(X(k), c)), k)), s(i)),
    claim("variance", total(total(mul(V(i), J, V(j)), j), i), total(mul(s(i), square(sub(V(i), mean))), i)),
    claim("vjp", total(mul(V(i), J), i), mul(s(j), sub(V(j), mean))),
    claim("not_negative", ZERO, ("le", total(mul(s(i), square(sub(V(i), mean))), i))),
    claim("logsumexp", D(log(Z), X(j)), s(j), runs_as="jax.nn.logsumexp"),
    claim("log_softmax", D(sub(X(i), log(Z)), X(j)), sub(delta(i, j), s(j)), runs_as="jax.nn.log_softmax"),
    claim("cross_entropy", D(neg(total(mul(Y(i), log(s(i))), i)), X(j)), sub(s(j), Y(j)), given=(eq(total(Y(i), i), ONE),)),
    claim("hessian", D(D(log(Z), X(i)), X(j)), entry_form),
)  # fmt: skip

FALSE_SOFTMAX = (
    claim("jacobian", J, mul(s(i), add(delta(i, j), s(j)))),
    claim("transposed", total(mul(V(i), J), i), mul(s(j), sub(V(j), total(mul(s(k), X(k)), k)))),
    claim("rows", total(J, j), s(i)),
    claim("one", total(s(i), i), add(ONE, num(Fraction(1, 10**10)))),
    claim("cross_entropy", D(neg(total(mul(Y(i), log(s(i))), i)), X(j)), sub(s(j), Y(j))),
    claim("hessian", D(D(log(Z), X(i)), X(j)), neg(entry_form)),
    claim("wrong_library", J, entry_form, runs_as="jax.nn.log_softmax"),
    claim("bound", s(i), ("lt", HALF)),
    claim("strict", s(i), ("lt", ONE)),
)

r, q = index("r", m), index("q", m)
i_d, j_d = index("i", d), index("j", d)
i_h, j_h = index("p", h), index("u", h)
B1, B2 = array("b1", h), array("b2", m)
W1, W2 = array("W1", h, d), array("W2", m, h)
IN, T = array("x", d), array("t", m)


def pre(at: Term) -> Term:
    return add(total(mul(W1(at, i_d), IN(i_d)), i_d), B1(at))


def out(at: Term) -> Term:
    return add(total(mul(W2(at, j_h), softplus(pre(j_h))), j_h), B2(at))


def loss() -> Term:
    return mul(HALF, total(square(sub(out(q), T(q))), q))


fault = sub(out(r), T(r))
back = mul(total(mul(W2(r, i_h), fault), r), sigmoid(pre(i_h)))
MLP = (
    claim("W2", D(loss(), W2(r, i_h)), mul(fault, softplus(pre(i_h)))),
    claim("b2", D(loss(), B2(r)), fault),
    claim("b1", D(loss(), B1(i_h)), back),
    claim("W1", D(loss(), W1(i_h, i_d)), mul(back, IN(i_d))),
    claim("x", D(loss(), IN(i_d)), total(mul(back, W1(i_h, i_d)), i_h)),
)
FALSE_MLP = (
    claim("W2", D(loss(), W2(r, i_h)), mul(fault, pre(i_h))),
    claim("b2", D(loss(), B2(r)), mul(TWO, fault)),
    claim("W1", D(loss(), W1(i_h, i_d)), mul(total(mul(W2(r, i_h), fault), r), IN(i_d))),
    claim("x", D(loss(), IN(i_d)), mul(total(mul(back, W1(i_h, i_d)), i_h), num(Fraction(10**9 + 1, 10**9)))),
)

tanh = fn("tanh", x)
relu = fn("max", x, ZERO)
SCALAR = (
    claim("tanh", sigmoid(x), mul(HALF, add(fn("tanh", mul(HALF, x)), ONE)), runs_as="jax.nn.sigmoid"),
    claim("slope", D(sigmoid(x), x), mul(sigmoid(x), sub(ONE, sigmoid(x)))),
    claim("log", log(sigmoid(x)), neg(softplus(neg(x)))),
    claim("softplus", sub(softplus(x), softplus(neg(x))), x),
    claim("sech", sub(ONE, square(tanh)), power(fn("cosh", x), -2)),
    claim("relu", D(relu, x), cases(ONE, lt(ZERO, x), ZERO, lt(x, ZERO)), runs_as="jax.nn.relu"),
    claim("leaky", fn("max", x, mul(a, x)), cases(x, lt(ZERO, x), mul(a, x), TRUE), given=(lt(a, ONE),), runs_as="jax.nn.leaky_relu(x, a)"),
    claim("abs", fn("abs", sub(x, y)), sub(fn("max", x, y), fn("min", x, y))),
    claim("log_bound", log(a), ("le", sub(a, ONE))),
    claim("erf", D(mul(x, fn("erf", x)), x), add(fn("erf", x), mul(TWO, x, exp(neg(square(x))), power(PI, Fraction(-1, 2))))),
    claim("gamma", fn("gamma", add(a, ONE)), mul(a, fn("gamma", a))),
    claim("loggamma", D(fn("loggamma", a), a), fn("polygamma", ZERO, a)),
    claim("second", D(D(exp(mul(c, x)), x), x), mul(square(c), exp(mul(c, x)))),
    claim("gauss", make("integral", exp(neg(square(t))), t, neg(make("const", "oo")), make("const", "oo")), power(PI, HALF)),
    claim("third", mul(num(Fraction(1, 3)), sub(mul(num(3), x), ONE)), sub(x, num(Fraction(1, 3)))),
)
FALSE_SCALAR = (
    claim("tanh", sigmoid(x), mul(HALF, add(fn("tanh", x), ONE))),
    claim("slope", D(sigmoid(x), x), mul(sigmoid(x), add(ONE, sigmoid(x)))),
    claim("tail", D(softplus(x), x), cases(sigmoid(x), lt(x, num(20)), num(Fraction(1001, 1000)), TRUE)),
    claim("sech", sub(ONE, square(tanh)), power(fn("cosh", x), -1)),
    claim("relu", D(relu, x), cases(ONE, lt(ZERO, x), MINUS_ONE, lt(x, ZERO))),
    claim("leaky", fn("max", x, mul(a, x)), cases(x, lt(ZERO, x), mul(a, x), TRUE)),
    claim("log_bound", log(a), ("le", sub(mul(HALF, a), HALF))),
    claim("sign", square(fn("sign", x)), ONE),
    claim("far", sub(relu, fn("max", sub(x, num(300)), ZERO)), relu),
    claim("tiny", tanh, add(tanh, mul(num(Fraction(1, 10**9)), tanh))),
    claim("floor", add(fn("floor", x), fn("floor", neg(x))), MINUS_ONE),
)
