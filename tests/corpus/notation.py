"""The words in which the corpus is written: plain SymPy, the symbols of a textbook, a few shorthands."""

from __future__ import annotations

from sympy import (  # noqa: F401
    Abs,
    And,
    Derivative,
    Eq,
    EulerGamma,
    Heaviside,
    Idx,
    IndexedBase,
    Integral,
    KroneckerDelta,
    Max,
    Min,
    Mod,
    Ne,
    Or,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    besseli,
    ceiling,
    cos,
    cosh,
    digamma,
    erf,
    erfc,
    erfinv,
    exp,
    factorial,
    floor,
    gamma,
    log,
    loggamma,
    oo,
    pi,
    polygamma,
    sign,
    sin,
    sinh,
    sqrt,
    symbols,
    tan,
    tanh,
)  # fmt: skip

d = KroneckerDelta
D = Derivative
Q = Rational

x, y, c, a, b, e = symbols("x y c a b epsilon", real=True)
p, q, lam, tau, beta, alpha, mu, nu, s1, s2 = symbols("p q lambda tau beta alpha mu nu sigma1 sigma2", positive=True)
m1, m2, th = symbols("m1 m2 theta", real=True)
n, m, K, dk, h = (Symbol(name, integer=True, positive=True) for name in ("n", "m", "K", "d", "h"))
N, k, s, pad, dil = symbols("N k s P D", integer=True)
i, j, l, g, f = (Idx(name, n) for name in "ijlgf")
r, t, r2 = Idx("r", m), Idx("t", m), Idx("r2", m)
kk, kl = Idx("kk", K), Idx("kl", K)
da, db = Idx("da", dk), Idx("db", dk)
ha, hb = Idx("ha", h), Idx("hb", h)


def V(name: str, *shape: object) -> IndexedBase:
    """A real array."""
    return IndexedBase(name, shape=shape, real=True)


u, v, w, z, yy, pp, qq, bias, gam = (V(name, n) for name in ("u", "v", "w", "z", "y", "p", "q", "b", "g"))
B, o, A, G = V("B", m, n), V("o", m), V("A", n, n), V("G", n, n)


def sigma(t: object) -> object:
    """The logistic sigmoid."""
    return 1 / (1 + exp(-t))


def softplus(t: object) -> object:
    return log(1 + exp(t))


def S(t: object) -> object:
    """Softmax of u."""
    return exp(u[t]) / Sum(exp(u[l]), l)
