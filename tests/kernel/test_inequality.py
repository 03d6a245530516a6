"""Inequalities, rule by rule: each true claim is proved by the rule that it is there for, and its false sibling is not proved.

The siblings come close: they fail by 1e-30, at one size, at one boundary point, or only once a hypothesis is gone.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import (
    Abs,
    Derivative,
    Eq,
    Idx,
    IndexedBase,
    Integral,
    KroneckerDelta,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    Sum,
    Symbol,
    acos,
    asin,
    atan,
    ceiling,
    cos,
    cosh,
    digamma,
    erf,
    erfc,
    exp,
    floor,
    log,
    loggamma,
    pi,
    polygamma,
    sign,
    sin,
    sinh,
    sqrt,
    symbols,
    sympify,
    tanh,
)  # fmt: skip

from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.balls import Point
from derive.kernel.cell import Stuck
from derive.kernel.evaluator import Evaluator
from derive.kernel.inequality import prove_order
from derive.kernel.proof import Budget, Exhausted, Proof
from derive.kernel.read import read_question, read_term
from derive.statement.term import sym

x, y, z, c, a, b = symbols("x y z c a b", real=True)
p, q, r, t, s = symbols("p q r t s", positive=True)
n, m = (Symbol(name, integer=True, positive=True) for name in "nm")
N, k, d = symbols("N k d", integer=True)
i, j, l, k1, k2 = (Idx(name, n) for name in ("i", "j", "l", "k1", "k2"))
g, h = (Idx(name, m) for name in "gh")
u, v, w = (IndexedBase(name, shape=(n,), real=True) for name in "uvw")
P, R = (IndexedBase(name, shape=(n,), real=True) for name in "PR")
B = IndexedBase("B", shape=(m, n), real=True)
C, E = (IndexedBase(name, shape=(n, n), real=True) for name in "CE")
rows = (C[k1, k2] >= 0, Eq(Sum(C[k1, k2], k2), 1))  # of a stochastic matrix
Z = Sum(exp(u[l]), l)
Q = Rational
HAIR = Q(1, 10**30)


def S(at: object) -> object:
    return exp(u[at]) / Z


def W(at: object) -> object:
    return exp(v[at]) / Sum(exp(v[l]), l)


def sigma(at: object) -> object:
    return 1 / (1 + exp(-at))


def softplus(at: object) -> object:
    return log(1 + exp(at))


huber = Piecewise((x**2 / 2, Abs(x) <= 1), (Abs(x) - Q(1, 2), True))
su, sv, su2, sv2, suv = Sum(u[l], l), Sum(v[l], l), Sum(u[l] ** 2, l), Sum(v[l] ** 2, l), Sum(u[l] * v[l], l)
dist = (P[i] > 0, Eq(Sum(P[l], l), 1))
dist2 = (*dist, R[i] > 0, Eq(Sum(R[l], l), 1))
kl = Sum(P[l] * log(P[l] / R[l]), l)

# rule: pairs of a true claim and a false sibling, each (lhs, relation, rhs, hypotheses)
CLAIMS = {
    "ring": [
        ((0, "le", x**2), (0, "lt", x**2)),
        ((0, "lt", x**2 + HAIR), (0, "lt", x**2 - HAIR)),
        ((0, "le", su2), (0, "lt", su2)),
        ((0, "lt", Z), (1, "lt", Z)),
        ((0, "lt", S(i)), (HAIR, "le", S(i))),
        ((0, "le", Sum((u[l] - c) ** 2, l)), (0, "lt", Sum((u[l] - c) ** 2, l))),
        ((0, "lt", Sum((u[l] - c) ** 2 + 1, l)), (1, "lt", Sum((u[l] - c) ** 2 + 1, l))),
        ((0, "le", x**4 * y**2), (0, "le", x**4 * y)),
        ((exp(x), "ne", 0), (exp(x), "ne", 1)),
        ((-exp(x), "lt", y**2), (-exp(x), "lt", y)),
        ((0, "le", x * y, (x >= 0, y >= 0)), (0, "lt", x * y, (x >= 0, y > 0))),
        ((0, "le", Sum(u[l] * v[l], l), (u[i] >= 0, v[i] >= 0)), (0, "le", Sum(u[l] * v[l], l), (u[i] >= 0,))),
    ],
    "case-split": [
        ((Abs(x + y), "le", Abs(x) + Abs(y)), (Abs(x + y), "lt", Abs(x) + Abs(y))),
        ((Abs(x + y), "lt", Abs(x) + Abs(y), (x * y < 0,)), (Abs(x + y), "lt", Abs(x) + Abs(y), (x * y <= 0,))),
        ((Abs(Abs(x) - Abs(y)), "le", Abs(x - y)), (Abs(x - y), "le", Abs(Abs(x) - Abs(y)))),
        ((Abs(Max(x, 0) - Max(y, 0)), "le", Abs(x - y)), (Abs(x - y), "le", Abs(Max(x, 0) - Max(y, 0)))),
        ((Max(x + y, 0), "le", Max(x, 0) + Max(y, 0)), (Max(x, 0) + Max(y, 0), "le", Max(x + y, 0))),
        ((Min(x, y), "le", (x + y) / 2), (Min(x, y), "lt", (x + y) / 2)),
        ((Min(x, y), "lt", (x + y) / 2, (Ne(x, y),)), (Min(x, y), "lt", (x + y) / 2 - HAIR, (Ne(x, y),))),
        ((x, "le", Abs(x)), (x, "lt", Abs(x), (x <= 0,))),
        ((x, "lt", Abs(x), (x < 0,)), (x, "lt", Abs(x))),
        ((sign(x) * x, "le", x**2 + 1), (sign(x) * x, "le", x**2 + Q(1, 5))),
        (
            (huber, "le", x**2 / 2),
            (huber, "lt", x**2 / 2),
        ),
        (
            (Abs(x) - Q(1, 2), "le", huber),
            (Abs(x) - Q(1, 4), "le", huber),
        ),
        ((Piecewise((1, x <= 0), (0, True)), "le", Max(0, 1 - x)), (Piecewise((1, x <= 0), (0, True)), "lt", Max(0, 1 - x))),
        ((Abs(sin(x)), "le", Abs(x)), (Abs(sin(x)), "lt", Abs(x))),
    ],
    "factors": [
        ((0, "le", (exp(x) - 1 - x) * (p - 1 - log(p))), (0, "lt", (exp(x) - 1 - x) * (p - 1 - log(p)))),
        ((0, "le", (x - 1) * (x**3 - 1)), (0, "lt", (x - 1) * (x**3 - 1))),
        ((0, "le", (x - y) * (exp(x) - exp(y))), (0, "lt", (x - y) * (exp(x) - exp(y)))),
        ((0, "lt", (x - y) * (exp(x) - exp(y)), (Ne(x, y),)), (0, "le", (x - y) * (exp(y) - exp(x)), (Ne(x, y),))),
        ((0, "le", (p - 1) * log(p)), (0, "lt", (p - 1) * log(p))),
        ((0, "lt", (p - 1) * log(p), (Ne(p, 1),)), (0, "lt", (p - 2) * log(p), (Ne(p, 1), Ne(p, 2)))),
    ],
    "equal-indices": [
        ((0, "le", KroneckerDelta(i, j) * u[i] * u[j]), (0, "lt", KroneckerDelta(i, j) * exp(u[i]))),
        ((S(i) * S(j), "le", S(i) * (1 - KroneckerDelta(i, j)) + KroneckerDelta(i, j)), (S(i), "le", 1 - KroneckerDelta(i, j))),
    ],
    "constant": [
        ((Q(69314718055994530941, 10**20), "lt", log(2)), (log(2), "lt", Q(69314718055994530941, 10**20))),
        ((sqrt(2) + sqrt(3), "lt", pi + Q(5, 1000)), (sqrt(2) + sqrt(3), "lt", pi)),
        ((exp(1), "ne", 3), (exp(log(3)), "ne", 3)),
        ((22 - 7 * pi, "lt", Q(9, 1000)), (22 - 7 * pi, "lt", Q(8, 1000))),
    ],
    "one-of-its-terms": [
        ((C[i, j], "le", 1, rows), (C[j, i] + C[l, i], "le", 1, (*rows, Ne(j, l)))),
        ((S(i), "le", 1), (S(i), "lt", 1)),
        ((S(i), "lt", 1, (n >= 2,)), (S(i), "lt", 1, (n >= 1,))),
        ((S(i) + S(j), "le", 1, (Ne(i, j),)), (S(i) + S(j), "le", 1)),
        ((S(i) + S(j), "lt", 1, (Ne(i, j), n >= 3)), (S(i) + S(j), "lt", 1, (Ne(i, j), n >= 2))),
        ((u[i] ** 2, "le", su2), (u[i] ** 2, "lt", su2, (n >= 2,))),
        ((P[i], "le", 1, dist), (P[i], "lt", 1, dist)),
        ((P[i], "lt", 1, (*dist, n >= 2)), (P[i], "le", 1, (Eq(Sum(P[l], l), 1),))),
        ((P[i] * P[j], "le", P[i], dist), (P[i] * P[j], "lt", P[i], dist)),
        ((u[i] ** 2 + u[j] ** 2, "le", su2, (Ne(i, j),)), (u[i] ** 2 + u[j] ** 2, "le", su2)),
        ((S(i), "ne", 1, (n > 1,)), (S(i), "ne", 1)),
        ((u[i], "le", su, (u[j] >= 0,)), (u[i], "le", su)),
    ],
    "polynomial-arithmetic": [
        ((x * y + y * z + z * x, "le", x**2 + y**2 + z**2), (x * y + y * z + z * x, "lt", x**2 + y**2 + z**2)),
        ((3 * p * q * r, "le", p**3 + q**3 + r**3), (3 * x * y * z, "le", x**3 + y**3 + z**3)),
        (((a * x + b * y) ** 2, "le", (a**2 + b**2) * (x**2 + y**2)), ((a * x + b * y) ** 2, "lt", (a**2 + b**2) * (x**2 + y**2))),
        ((x**2, "le", x, (x >= 0, x <= 1)), (x**2, "lt", x, (x >= 0, x <= 1))),
        ((x * (1 - x), "le", Q(1, 4)), (x * (1 - x), "le", Q(1, 4) - HAIR)),
        ((x / (1 + x**2), "le", Q(1, 2)), (x / (1 + x**2), "lt", Q(1, 2))),
        ((2 / (1 / p + 1 / q), "le", (p + q) / 2), (2 / (1 / p + 1 / q), "lt", (p + q) / 2)),
        ((4, "le", (p + q) * (1 / p + 1 / q)), (4, "lt", (p + q) * (1 / p + 1 / q))),
        ((n, "le", n**2), (n, "lt", n**2)),
        ((0, "lt", x**2 + y**2, (Ne(x, 0),)), (0, "lt", x**2 + y**2, (Ne(x + y, 1),))),
        ((1, "le", p + 1 / p - 1), (1, "lt", p + 1 / p - 1)),
        ((x**2 * y**2, "le", x**4 * y**2 + x**2 * y**4 + 1), (3 * x**2 * y**2 + HAIR, "le", x**4 * y**2 + x**2 * y**4 + 1)),
        ((floor(x), "le", x), (floor(x), "lt", x)),
        ((x - 1, "lt", floor(x)), (x - 1, "lt", floor(x) - HAIR)),
        ((x, "lt", floor(x) + 1), (x, "le", floor(x) + 1 - HAIR)),
        ((ceiling(x), "lt", x + 1), (ceiling(x), "le", x + 1 - HAIR)),
        ((floor(x) + floor(y), "le", floor(x + y)), (floor(x + y), "le", floor(x) + floor(y))),
        ((floor(N / k), "le", N, (k >= 1, N >= 0)), (floor(N / k), "le", N, (k >= 1,))),
        ((floor((N - k) / d) + 1, "le", N, (d >= 1, k >= 1, k <= N)), (floor((N - k) / d) + 1, "lt", N, (d >= 1, k >= 1, k <= N))),
        ((N * 2, "ne", 2 * k + 1), (N * 2, "ne", 2 * k)),
        ((N**2, "ne", 2), (N**2, "ne", 4)),
        ((N, "le", N**2), (x, "le", x**2)),
    ],
    "place-in-range": [
        ((i, "le", n - 1), (i, "lt", n - 1)),
        ((i * j, "lt", n**2), (i * j, "lt", n)),
    ],
    "summed-products": [
        (
            (Sum((u[l] - su / n) ** 2, l), "le", n / 4, (u[i] >= 0, u[i] <= 1)),
            (Sum((u[l] - su / n) ** 2, l), "lt", n / 4, (u[i] >= 0, u[i] <= 1)),
        ),
        ((su2, "le", su, (u[i] >= 0, u[i] <= 1)), (su2, "le", su, (u[i] <= 1,))),
    ],
    "compare-powers": [
        ((sqrt(p * q), "le", (p + q) / 2), (sqrt(p * q), "lt", (p + q) / 2)),
        ((sqrt(x**2 + y**2), "le", Abs(x) + Abs(y)), (sqrt(x**2 + y**2), "lt", Abs(x) + Abs(y))),
        ((x, "lt", sqrt(x**2 + 1)), (x + HAIR, "lt", sqrt(x**2 + 1))),
        ((sqrt(p + q), "lt", sqrt(p) + sqrt(q)), (sqrt(p) + sqrt(q), "le", sqrt(2) * sqrt(p + q) - HAIR)),
        ((sqrt(su2), "le", Sum(Abs(u[l]), l)), (sqrt(su2), "lt", Sum(Abs(u[l]), l))),
        ((Sum(Abs(u[l]), l), "le", sqrt(n) * sqrt(su2)), (Sum(Abs(u[l]), l), "lt", sqrt(n) * sqrt(su2))),
        ((suv, "le", sqrt(su2) * sqrt(sv2)), (suv, "lt", sqrt(su2) * sqrt(sv2))),
        ((sqrt(Sum((u[l] + v[l]) ** 2, l)), "le", sqrt(su2) + sqrt(sv2)), (sqrt(su2) + sqrt(sv2), "le", sqrt(Sum((u[l] + v[l]) ** 2, l)))),
        ((Abs(u[i]), "le", sqrt(su2)), (Abs(u[i]), "lt", sqrt(su2))),
    ],
    "compare-exponentials": [
        ((u[i], "le", log(Z)), (u[i], "lt", log(Z))),
        ((u[i], "lt", log(Z), (n >= 2,)), (u[i] + HAIR, "le", log(Z), (n >= 2,))),
        ((log(Z), "le", c + log(n), (u[i] <= c,)), (log(Z), "lt", c + log(n), (u[i] <= c,))),
        ((log(Z), "lt", c + log(n), (u[i] < c,)), (log(Z), "le", c, (u[i] < c,))),
        ((log(p) + log(q), "le", 2 * log((p + q) / 2)), (log(p) + log(q), "lt", 2 * log((p + q) / 2))),
        ((log(S(i)), "le", 0), (log(S(i)), "lt", 0)),
        ((0, "le", -Sum(S(i) * log(S(i)), i)), (0, "lt", -Sum(S(i) * log(S(i)), i))),
        ((0, "lt", -Sum(S(i) * log(S(i)), i), (n >= 2,)), (HAIR, "lt", -Sum(S(i) * log(S(i)), i), (n >= 2,))),
        ((log(1 + x**2), "le", 2 * log(1 + Abs(x))), (log(1 + x**2), "lt", 2 * log(1 + Abs(x)))),
    ],
    "compare-logarithms": [
        ((exp(x / 2 + y / 2), "le", (exp(x) + exp(y)) / 2), (exp(x / 2 + y / 2), "lt", (exp(x) + exp(y)) / 2)),
        ((exp(Sum(S(i) * v[i], i)), "le", Sum(S(i) * exp(v[i]), i)), (Sum(S(i) * exp(v[i]), i), "le", exp(Sum(S(i) * v[i], i)))),
        ((p**t * q ** (1 - t), "le", t * p + (1 - t) * q, (t < 1,)), (p**t * q ** (1 - t), "le", t * p + (1 - t) * q)),
    ],
    "sum-of-nonnegatives": [
        ((Abs(su), "le", Sum(Abs(u[l]), l)), (Abs(su), "lt", Sum(Abs(u[l]), l))),
        ((Sum(S(i) * v[i], i), "le", c, (v[i] <= c,)), (Sum(S(i) * v[i], i), "lt", c, (v[i] <= c,))),
        ((Sum(S(i) * v[i], i), "lt", c, (v[i] < c,)), (Sum(S(i) * v[i], i), "lt", c - HAIR, (v[i] < c,))),
        ((Sum(P[l] * u[l], l), "le", log(Z), dist), (Sum(P[l] * u[l], l), "le", log(Z), (P[i] > 0,))),
        ((su, "le", n * c, (u[i] <= c,)), (su, "lt", n * c, (u[i] <= c,))),
        ((Sum(sigma(u[l]), l), "lt", n), (Sum(sigma(u[l]), l), "lt", n - HAIR)),
        ((Sum(tanh(u[l]) ** 2, l), "le", su2), (Sum(tanh(u[l]) ** 2, l), "lt", su2)),
        ((Sum(sqrt(P[l] * R[l]), l), "le", 1, dist2), (Sum(sqrt(P[l] * R[l]), l), "lt", 1, dist2)),
        ((0, "le", Sum(sigma(u[l]) * (1 - sigma(u[l])) * v[l] ** 2, l)), (0, "lt", Sum(sigma(u[l]) * (1 - sigma(u[l])) * v[l] ** 2, l))),
    ],
    "integral-of-nonnegative": [
        ((0, "le", Integral(exp(-(t**2)), (t, 0, x)), (x >= 0,)), (0, "le", Integral(exp(-(t**2)), (t, 0, x)))),
        ((0, "lt", Integral(exp(-(t**2)), (t, x, y)), (x < y,)), (0, "lt", Integral(exp(-(t**2)), (t, x, y)), (x <= y,))),
    ],
    "sum-over-tuples": [
        ((suv**2, "le", su2 * sv2), (suv**2, "lt", su2 * sv2, (n >= 2,))),
        ((su**2, "le", n * su2), (su**2, "lt", n * su2, (n >= 2,))),
        ((Sum(S(i) * v[i], i) ** 2, "le", Sum(S(i) * v[i] ** 2, i)), (Sum(S(i) * v[i], i) ** 2, "lt", Sum(S(i) * v[i] ** 2, i))),
        (
            (Sum(P[l] * u[l], l) ** 2, "le", Sum(P[l] * u[l] ** 2, l), dist),
            (Sum(P[l] * u[l], l) ** 2, "le", Sum(P[l] * u[l] ** 2, l), (P[i] > 0,)),
        ),
        (
            (Sum(C[i, j] * u[j], j) ** 2, "le", Sum(C[i, j] * u[j] ** 2, j), rows),
            (Sum(C[j, i] * u[j], j) ** 2, "le", Sum(C[j, i] * u[j] ** 2, j), rows),
        ),
        ((Sum(S(i) ** 2, i), "le", 1), (Sum(S(i) ** 2, i), "lt", 1)),
        ((Sum(S(i) ** 2, i), "lt", 1, (n >= 2,)), (Sum(S(i) ** 2, i), "lt", 1 - HAIR, (n >= 2,))),
        ((1 / n, "le", Sum(S(i) ** 2, i)), (1 / n, "lt", Sum(S(i) ** 2, i), (n >= 2,))),
        ((Sum(P[l] ** 2, l), "le", 1, dist), (Sum(P[l] ** 2, l), "le", 1, (Eq(Sum(P[l], l), 1),))),
        ((1, "le", Sum(P[l] ** 2 / R[l], l), dist2), (1, "lt", Sum(P[l] ** 2 / R[l], l), dist2)),
        ((0, "le", Sum((S(i) - W(i)) * (u[i] - v[i]), i)), (0, "lt", Sum((S(i) - W(i)) * (u[i] - v[i]), i))),
        (
            (Sum(Sum(B[g, l] * u[l], l) ** 2, g), "le", Sum(B[g, l] ** 2, g, l) * su2),
            (Sum(Sum(B[g, l] * u[l], l) ** 2, g), "lt", Sum(B[g, l] ** 2, g, l) * su2, (n >= 2, m >= 2)),
        ),
        (
            (Sum(C[i, j] * E[i, j], i, j) ** 2, "le", Sum(C[i, j] ** 2, i, j) * Sum(E[i, j] ** 2, i, j)),
            (Sum(C[i, j] * E[j, i], i, j) ** 2, "le", Sum(C[i, j] * C[j, i], i, j) * Sum(E[i, j] * E[j, i], i, j)),
        ),
        ((n**2, "le", Sum(w[l], l) * Sum(1 / w[l], l), (w[i] > 0,)), (n**2, "lt", Sum(w[l], l) * Sum(1 / w[l], l), (w[i] > 0,))),
        ((Sum(w[l] ** 2, l), "le", Sum(w[l], l) ** 2, (w[i] >= 0,)), (Sum(w[l] ** 2, l), "le", Sum(w[l], l) ** 2)),
        (
            (Sum(w[l] ** 2, l), "lt", Sum(w[l], l) ** 2, (w[i] > 0, n >= 2)),
            (Sum(w[l] ** 2, l), "lt", Sum(w[l], l) ** 2, (w[i] >= 0, n >= 2)),
        ),
    ],
    "tangent-of-exp": [
        ((-Sum(S(i) * log(S(i)), i), "le", log(n)), (-Sum(S(i) * log(S(i)), i), "le", log(n) - HAIR)),
        ((-Sum(P[l] * log(P[l]), l), "le", log(n), dist), (-Sum(P[l] * log(P[l]), l), "lt", log(n), dist)),
        ((0, "le", Sum(S(i) * log(S(i) / W(i)), i)), (0, "lt", Sum(S(i) * log(S(i) / W(i)), i))),
        ((0, "le", kl, dist2), (0, "lt", kl, dist2)),
        ((0, "le", kl, dist2), (0, "le", kl, (*dist, R[i] > 0))),
        ((log(n) + su / n, "le", log(Z)), (log(n) + su / n, "lt", log(Z), (n >= 2,))),
        (
            (Sum(log(w[l]), l) / n, "le", log(Sum(w[l], l) / n), (w[i] > 0,)),
            (Sum(log(w[l]), l) / n, "lt", log(Sum(w[l], l) / n), (w[i] > 0,)),
        ),
        (
            (-p * log(p) - q * log(q) - r * log(r), "le", log(3), (Eq(p + q + r, 1),)),
            (-p * log(p) - q * log(q) - r * log(r), "lt", log(3), (Eq(p + q + r, 1),)),
        ),
        (
            (0, "le", p * log(p / r) + q * log(q / s), (Eq(p + q, 1), Eq(r + s, 1))),
            (0, "le", p * log(p / r) + q * log(q / s), (Eq(p + q, 1),)),
        ),
    ],
    "square-of-a-sum": [
        (
            (0, "le", Sum(v[i] * v[j] * Sum((B[g, i] - c) * (B[g, j] - c), g), i, j)),
            (0, "le", Sum(v[i] * w[j] * Sum((B[g, i] - c) * (B[g, j] - c), g), i, j)),
        ),
        (
            (0, "le", Sum(v[i] * v[j] * Sum(sigma(B[g, i]) * sigma(B[g, j]) * exp(c), g), i, j)),
            (0, "lt", Sum(v[i] * v[j] * Sum(sigma(B[g, i]) * sigma(B[g, j]) * exp(c), g), i, j)),
        ),
        (
            (0, "le", p * su2 + Sum(v[i] * v[j] * Sum(tanh(B[g, i]) * tanh(B[g, j]), g), i, j)),
            (0, "le", -p * su2 + Sum(v[i] * v[j] * Sum(tanh(B[g, i]) * tanh(B[g, j]), g), i, j)),
        ),
    ],
    "part-of-a-sum": [
        ((Sum(C[i, i], i) ** 2, "le", n * Sum(C[i, j] ** 2, i, j)), (Sum(C[i, i], i) ** 2, "le", Sum(C[i, j] ** 2, i, j))),
        (
            (Sum(B[g, l] * u[l], l) ** 2, "le", Sum(B[h, l] ** 2, h, l) * su2),
            (Sum(B[g, l] * u[l], l) ** 2, "lt", Sum(B[h, l] ** 2, h, l) * su2, (n >= 2, m >= 2)),
        ),
    ],
    "supporting-line": [
        ((Sum(w[l], l) ** 3, "le", n**2 * Sum(w[l] ** 3, l), (w[i] > 0,)), (Sum(w[l], l) ** 3, "le", n**2 * Sum(w[l] ** 3, l))),
        ((log(1 + exp(su / n)), "le", Sum(softplus(u[l]), l) / n), (log(1 + exp(su / n)), "lt", Sum(softplus(u[l]), l) / n)),
        ((Sum((P[l] - R[l]) ** 2, l) / 2, "le", kl, dist2), (Sum((P[l] - R[l]) ** 2, l) * 2, "le", kl, dist2)),
    ],
    "monotony": [
        ((p - 1, "le", p * log(p)), (p - 1, "lt", p * log(p))),
        ((p - 1, "lt", p * log(p), (p < 1,)), (p * log(p), "le", p - 1, (p < 1,))),
        ((1 - 1 / p, "le", log(p)), (1 - 1 / p, "lt", log(p))),
        ((log(p), "le", p - 1), (log(p), "le", p - 1 - HAIR)),
        ((1 + x, "le", exp(x)), (1 + x, "lt", exp(x))),
        ((1 + x, "lt", exp(x), (Ne(x, 0),)), (1 + x + HAIR, "le", exp(x))),
        ((1 + x + x**2 / 2, "le", exp(x), (x >= 0,)), (1 + x + x**2 / 2, "le", exp(x))),
        ((1 + x + x**2 / 2 + x**3 / 6, "le", exp(x)), (1 + x + x**2 / 2 + x**3 / 5, "le", exp(x))),
        ((x / (1 + x), "le", log(1 + x), (x > -1,)), (x / (1 + x), "lt", log(1 + x), (x > -1,))),
        ((2 * x / (2 + x), "le", log(1 + x), (x >= 0,)), (2 * x / (2 + x), "le", log(1 + x), (x > -1,))),
        ((Abs(tanh(x)), "le", Abs(x)), (Abs(tanh(x)), "lt", Abs(x))),
        ((x - x**3 / 3, "le", tanh(x), (x >= 0,)), (x - x**3 / 4, "le", tanh(x), (x >= 0,))),
        ((Max(x, 0), "lt", softplus(x)), (Max(x, 0) + HAIR, "lt", softplus(x))),
        ((softplus(x), "le", Max(x, 0) + log(2)), (softplus(x), "lt", Max(x, 0) + log(2))),
        ((sigma(x) * (1 - sigma(x)), "le", Q(1, 4)), (sigma(x) * (1 - sigma(x)), "lt", Q(1, 4))),
        ((Derivative(sigma(x), x), "le", Q(1, 4)), (Derivative(sigma(x), x), "le", Q(1, 4) - HAIR)),
        ((cosh(x), "le", exp(x**2 / 2)), (cosh(x), "le", exp(x**2 * Q(499, 1000)))),
        ((1 + x**2 / 2, "le", cosh(x)), (1 + x**2 / 2, "lt", cosh(x))),
        ((x, "le", sinh(x), (x >= 0,)), (x, "le", sinh(x))),
        ((-exp(-1), "le", p * log(p)), (-exp(-1) + HAIR, "le", p * log(p))),
        ((erf(x), "le", 2 * x / sqrt(pi), (x >= 0,)), (erf(x), "le", 2 * x / sqrt(pi))),
        ((1 + p * x, "le", (1 + x) ** p, (x > -1, p >= 1)), (1 + p * x, "le", (1 + x) ** p, (x > -1,))),
        ((1 + n * x, "le", (1 + x) ** n, (x >= -1,)), (1 + n * x, "lt", (1 + x) ** n, (x >= -1,))),
        ((Abs(sigma(x) - sigma(y)), "le", Abs(x - y) / 4), (Abs(sigma(x) - sigma(y)), "le", Abs(x - y) / 5)),
        ((Abs(tanh(x) - tanh(y)), "le", Abs(x - y)), (Abs(tanh(x) - tanh(y)), "lt", Abs(x - y))),
        ((sin(x), "le", x, (x >= 0,)), (sin(x), "lt", x, (x >= 0,))),
        ((1 - x**2 / 2, "le", cos(x)), (1 - x**2 / 3, "le", cos(x))),
        ((atan(x), "le", x, (x >= 0,)), (atan(x), "le", x)),
        ((x * y, "le", exp(x) + y * log(y) - y, (y > 0,)), (x * y, "lt", exp(x) + y * log(y) - y, (y > 0,))),
        ((-Q(28, 100), "lt", x * sigma(x)), (-Q(27, 100), "lt", x * sigma(x))),
    ],
    "isolated-zeros": [
        ((x + sin(x), "lt", y + sin(y), (x < y,)), (x + 2 * sin(x), "lt", y + 2 * sin(y), (x < y,))),
        ((Abs(sin(x) - sin(y)), "lt", Abs(x - y), (Ne(x, y),)), (Abs(sin(x) - sin(y)), "lt", Abs(x - y))),
    ],
    "concavity": [
        ((x, "le", sin(pi * x / 2), (x >= 0, x <= 1)), (x, "lt", sin(pi * x / 2), (x >= 0, x <= 1))),
        ((log(2) * x, "le", log(1 + x), (x >= 0, x <= 1)), (log(2) * x, "le", log(1 + x), (x >= 0, x <= 1 + HAIR))),
    ],
    "limit-at-end": [
        ((erfc(x), "le", exp(-(x**2)), (x >= 0,)), (erfc(x), "lt", exp(-(x**2)), (x >= 0,))),
        ((atan(x), "lt", pi / 2), (atan(x), "lt", pi / 2 - HAIR)),
        ((1 / (1 + p), "lt", log(1 + 1 / p)), (1 / (1 + p) + HAIR, "lt", log(1 + 1 / p))),
        ((digamma(p), "lt", log(p)), (log(p) - 1 / (2 * p), "lt", digamma(p))),
    ],
    "known-bounds": [
        ((log(p) - 1 / p, "lt", digamma(p)), (log(p), "lt", digamma(p))),
        ((1 / p, "lt", polygamma(1, p)), (1 / p + 1 / (2 * p**2) + Q(1, 6) / p**3, "lt", polygamma(1, p))),
        (
            (loggamma(p + 1), "lt", (p + Q(1, 2)) * log(p + 1) - p, (p > 1,)),
            (loggamma(p + 1), "lt", (p + Q(1, 2)) * log(p + 1) - p - Q(1, 10)),
        ),
    ],
    "interval-bisection": [
        ((x**2, "lt", exp(x), (x >= 0, x <= 2)), (3 * x**2, "lt", exp(x), (x >= 0, x <= 2))),
        (
            (sin(x) + cos(2 * x), "lt", Q(9, 8) + Q(1, 10**9), (x >= 0, x <= 3)),
            (sin(x) + cos(2 * x), "lt", Q(9, 8) - Q(1, 10**9), (x >= 0, x <= 3)),
        ),
        ((exp(x * y), "lt", 3, (x >= 0, x <= 1, y >= 0, y <= 1)), (exp(x * y), "lt", Q(27, 10), (x >= 0, x <= 1, y >= 0, y <= 1))),
        ((asin(x) + acos(x) ** 2, "lt", 3, (x >= 0, x <= 1)), (asin(x) + acos(x) ** 2, "lt", 2, (x >= 0, x <= 1))),
        ((cos(x), "ne", x, (x >= 1, x <= 3)), (cos(x), "ne", x, (x >= 0, x <= 3))),
    ],
    "zero-to-a-power": [
        ((0, "le", x**p, (x >= 0,)), (0, "lt", x**p, (x >= 0,))),
        ((1 + p * x, "le", (1 + x) ** p, (x >= -1, p >= 1)), (1 + p * x, "lt", (1 + x) ** p, (x >= -1, p >= 1))),
    ],
    "same-domain": [
        ((log(x), "le", log(2 * x)), (log(x), "le", x - 1)),
        ((0, "le", 1 / x**2, (Ne(x, 0),)), (0, "le", 1 / x**2)),
        ((sqrt(x), "le", sqrt(x) + 1), (0, "le", sqrt(x))),
    ],
}  # fmt: skip


def prove(claim: tuple) -> Proof | None:
    """The proof of a claim, or None."""
    lhs, relation, rhs, *given = claim
    question = read_question(lhs, rhs, relation, given[0] if given else ())
    try:
        return prove_order(question, Budget(100_000, 20.0))
    except (Stuck, Exhausted, Beyond, Split, Undefined):
        return None


PAIRS = [(*pair,) for pairs in CLAIMS.values() for pair in pairs]
NAMES = [f"{rule}-{number}" for rule, pairs in CLAIMS.items() for number, _ in enumerate(pairs)]


@pytest.mark.parametrize(("true", "false"), PAIRS, ids=NAMES)
def test_true_claim_is_proved_and_its_false_sibling_is_not(true: tuple, false: tuple) -> None:
    proof = prove(true)
    assert proof is not None
    assert proof.region == "everywhere"
    assert prove(false) is None


@pytest.mark.parametrize("rule", CLAIMS)
def test_every_rule_is_seen_at_work(rule: str) -> None:
    assert any(rule in proof.rules for true, _ in CLAIMS[rule] if (proof := prove(true)))


def test_a_proof_says_what_it_rests_on() -> None:
    by_solver = prove((x * y + y * z + z * x, "le", x**2 + y**2 + z**2))
    by_ball = prove((sqrt(2) + sqrt(3), "lt", pi + Q(5, 1000)))
    assert by_solver is not None
    assert by_ball is not None
    assert by_solver.oracles == ("z3",)
    assert by_ball.oracles == ()
    assert by_ball.rules == ("constant",)


def test_the_hypotheses_that_a_proof_used_are_named() -> None:
    proof = prove((log(p), "lt", p - 1, (p < 1,)))
    assert proof is not None
    assert any("p" in str(gap) for gap in proof.used)


@pytest.mark.parametrize("power", [2, 4])
def test_a_bound_of_an_entry_is_none_of_its_even_powers(power: int) -> None:
    least = Q(1, 10**9)  # so near to 0 that no plain point lies between -least and least
    given = (u[i] >= -least, Ne(u[i], 0))
    assert prove((n * least**power, "le", Sum(u[i] ** power, (i, 0, n - 1)), given)) is None
    assert prove((-n * least, "le", Sum(u[i], (i, 0, n - 1)), given)) is not None


def test_a_search_ends_within_its_budget() -> None:
    question = read_question(x**7 - 3 * x**2, exp(x / 1000) + 10**30, "le", ())
    with pytest.raises((Stuck, Exhausted)):
        prove_order(question, Budget(2_000, 20.0))


# Facts that the rules add from a table, held against balls.

KNOWN = [
    (log(p) - 1 / p, digamma(p)), (digamma(p), log(p) - 1 / (2 * p)),
    (1 / p + 1 / (2 * p**2), polygamma(1, p)), (polygamma(1, p), 1 / p + 1 / (2 * p**2) + 1 / (6 * p**3)),
    ((p - Q(1, 2)) * log(p) - p + log(2 * pi) / 2, loggamma(p)), (loggamma(p), (p - Q(1, 2)) * log(p) - p + log(2 * pi) / 2 + 1 / (12 * p)),
    (atan(p), pi / 2), (-pi / 2, atan(-p)), (erf(p), sympify(1)), (sympify(-1), erf(-p)),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(KNOWN)))
def test_a_known_bound_holds_at_many_points(number: int) -> None:
    low, high = (read_term(side) for side in KNOWN[number])
    evaluator = Evaluator((low, high))
    first, second = evaluator.compile(low), evaluator.compile(high)
    for value in (Q(1, 1000), Q(1, 10), Q(1, 2), Q(1), Q(3, 2), Q(2), Q(5), Q(17), Q(100)):
        evaluator.load(Point({}, {sym("p", "positive"): Fraction(int(value.p), int(value.q))}, {}, {}))
        gap = evaluator.attempt(second, 16384) - evaluator.attempt(first, 16384)
        assert gap > 0, value
