"""Lowering: every kind of term gives the number that hand computation gives."""

from __future__ import annotations

import math
from fractions import Fraction

import jax
import numpy as np
import pytest
from witness_pages import (
    HALF,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    D,
    add,
    array,
    cases,
    delta,
    div,
    entry,
    exp,
    fn,
    i,
    index,
    j,
    k,
    l,
    lt,
    make,
    mul,
    n,
    neg,
    num,
    power,
    square,
    sub,
    sym,
    total,
    x,
    y,
)  # fmt: skip

from derive.statement.term import EULER_GAMMA, OO, Term
from derive.witness.lower import Lowering, Unlowered, constant, inexact, jax_ops, kinks, numpy_ops, size_of

A, U = array("A", n, n), array("u", n)
MATRIX, VECTOR = np.array([[1.0, 2.0, -3.0], [0.5, -1.0, 4.0], [2.0, 7.0, 0.25]]), np.array([0.5, -2.0, 3.0])
VALUES = {x: 0.75, y: -1.5, ("A", "real", (n, n)): MATRIX, ("u", "real", (n,)): VECTOR}


def lowered(t: Term, axes: tuple[Term, ...] = (), mode: str = "fwd") -> np.ndarray:
    with jax.enable_x64(True):
        values = {key: jax.numpy.asarray(v) for key, v in VALUES.items()} | {c: constant(c) for c in inexact([t])}
        lowering = Lowering(jax_ops(), {n: 3}, values, mode=mode, nodes=289)
        return np.asarray(lowering.array(lowering.value(t), axes))


SCALARS = [
    (add(x, y, num(2)), 1.25),
    (mul(x, y, num(2)), -2.25),
    (power(x, -2), 0.75**-2),
    (power(x, Fraction(1, 2)), 0.75**0.5),
    (power(x, Fraction(-1, 3)), 0.75 ** (-1 / 3)),
    (power(y, Fraction(1, 2)), math.nan),
    (power(y, Fraction(1, 3)), math.nan),
    (power(x, y), 0.75**-1.5),
    (fn("log", y), math.nan),
    (fn("sign", y), -1.0),
    (fn("heaviside", ZERO), 0.5),
    (fn("heaviside", y), 0.0),
    (fn("max", x, y, num(Fraction(1, 8))), 0.75),
    (fn("min", x, y, num(Fraction(1, 8))), -1.5),
    (fn("floor", y), -2.0),
    (fn("ceiling", y), -1.0),
    (fn("mod", y, num(2)), 0.5),
    (fn("acosh", num(3)), math.acosh(3)),
    (fn("erf", x), math.erf(0.75)),
    (fn("erfc", x), math.erfc(0.75)),
    (fn("erf", fn("erfinv", x)), 0.75),
    (fn("gamma", num(5)), 24.0),
    (fn("gamma", y), math.gamma(-1.5)),
    (fn("loggamma", num(5)), math.log(24)),
    (fn("loggamma", y), math.nan),
    (fn("polygamma", ZERO, ONE), -0.57721566490153286),
    (fn("polygamma", ONE, ONE), math.pi**2 / 6),
    (fn("besseli", ZERO, ONE), 1.2660658777520082),
    (fn("besseli", TWO, neg(x)), 0.07366688049487),
    (fn("besseli", ONE, num(100)), math.nan),
    (PI, math.pi),
    (EULER_GAMMA, 0.57721566490153286),
    (cases(ONE, lt(x, ZERO), TWO, lt(ZERO, x)), 2.0),
    (cases(ONE, lt(x, ZERO)), math.nan),
    (cases(ONE, lt(x, ZERO), num(7), TRUE), 7.0),
    (total(ONE, i), 3.0),
    (total(i, i), 3.0),
    (total(U(i), i), 1.5),
    (make("prod", U(i), i), -3.0),
    (make("prod", TWO, i), 8.0),
    (total(A(i, i), i), 0.25),
    (total(total(mul(A(i, j), U(j)), j), i), float((MATRIX @ VECTOR).sum())),
    (U(num(2)), 3.0),
    (A(num(1), num(2)), 4.0),
    (U(sub(n, ONE)), 3.0),
    (U(num(3)), math.nan),
    (total(mul(delta(i, num(1)), U(i)), i), -2.0),
    (make("integral", square(x), x, ZERO, TWO), 8 / 3),
    (make("integral", exp(neg(x)), x, ONE, OO), math.exp(-1)),
    (make("integral", exp(x), x, neg(OO), y), math.exp(-1.5)),
    (make("integral", exp(mul(neg(HALF), square(x))), x, neg(OO), OO), math.sqrt(2 * math.pi)),
    (make("integral", power(x, Fraction(-1, 2)), x, ZERO, ONE), 2.0),
    (make("integral", exp(neg(fn("abs", x))), x, neg(OO), OO), 2.0),
    (D(square(x), x), 1.5),
    (D(D(power(x, 4), x), x), 12 * 0.75**2),
    (D(mul(x, y), y), 0.75),
    (D(total(mul(U(i), U(i)), i), U(num(1))), -4.0),
    (D(make("integral", exp(mul(x, y)), y, ZERO, ONE), x), (0.75 * math.exp(0.75) - math.exp(0.75) + 1) / 0.75**2),
    (total(D(mul(U(i), U(i), U(i)), U(i)), i), float((3 * VECTOR**2).sum())),
]  # fmt: skip


@pytest.mark.parametrize("mode", ["fwd", "rev"])
@pytest.mark.parametrize(("t", "want"), SCALARS, ids=lambda v: str(v)[:40])
def test_scalars(t: Term, want: float, mode: str) -> None:
    assert lowered(t, mode=mode) == pytest.approx(want, rel=1e-7, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("mode", ["fwd", "rev"])
def test_whole_jacobians(mode: str) -> None:
    image = total(mul(A(i, k), square(U(k))), k)
    assert lowered(D(image, U(j)), (i, j), mode) == pytest.approx(2 * MATRIX * VECTOR)
    assert lowered(D(image, U(j)), (j, i), mode) == pytest.approx((2 * MATRIX * VECTOR).T)
    assert lowered(D(image, U(i)), (i,), mode) == pytest.approx(np.diag(2 * MATRIX * VECTOR))
    assert lowered(D(image, A(j, l)), (i, j, l), mode) == pytest.approx(np.einsum("ij,l->ijl", np.eye(3), VECTOR**2))
    assert lowered(D(D(total(mul(U(i), A(i, j), U(j)), j), U(k)), U(l)), (i, k, l), mode)[0] == pytest.approx(
        np.outer(np.eye(3)[0], MATRIX[0]) + np.outer(MATRIX[0], np.eye(3)[0])
    )


def test_free_indices_become_axes_in_the_order_asked_for() -> None:
    assert lowered(A(j, i), (i, j)) == pytest.approx(MATRIX.T)
    assert lowered(U(j), (i, j)) == pytest.approx(np.tile(VECTOR, (3, 1)))
    assert lowered(mul(U(i), U(j)), (i, j)) == pytest.approx(np.outer(VECTOR, VECTOR))
    assert lowered(i, (i,)) == pytest.approx([0, 1, 2])
    assert lowered(U(add(i, ONE)), (i,)) == pytest.approx([-2.0, 3.0, math.nan], nan_ok=True)
    assert lowered(delta(i, add(j, ONE)), (i, j)) == pytest.approx(np.eye(3, k=-1))


def test_a_bound_index_hides_a_free_one_of_its_name() -> None:
    assert lowered(add(U(i), total(U(i), i)), (i,)) == pytest.approx(VECTOR + VECTOR.sum())


def test_both_libraries_lower_alike() -> None:
    for t, want in SCALARS:
        if not any(u.op in ("deriv",) for u in _inside(t)):
            values = {key: np.asarray(v) for key, v in VALUES.items()}
            lowering = Lowering(numpy_ops(), {n: 3}, values, nodes=289)
            with np.errstate(all="ignore"):
                assert float(lowering.array(lowering.value(t), ())) == pytest.approx(want, rel=1e-7, abs=1e-12, nan_ok=True), t


def _inside(t: Term) -> list[Term]:
    from derive.statement.term import subterms

    return list(subterms(t))


@pytest.mark.parametrize(
    ("t", "says"),
    [
        (sym("unknown"), "unknown has no value"),
        (fn("besseli", x, y), "Bessel"),
        (fn("polygamma", x, y), "polygamma"),
        (D(x, add(x, y)), "derivative by"),
        (num(Fraction(10**400)), "too large"),
        (entry("w", "real", (n,), (i,)), "w has no value"),
    ],
)
def test_what_cannot_be_lowered_says_so(t: Term, says: str) -> None:
    with pytest.raises(Unlowered, match=says):
        lowered(t, (i,) if t.op == "entry" else ())


def test_sizes() -> None:
    m = sym("m", "positive integer")
    assert size_of(add(mul(TWO, n), neg(ONE)), {n: 3}) == 5
    assert size_of(fn("floor", div(n, TWO)), {n: 3}) == 1
    assert size_of(power(TWO, 3), {}) == 8
    for wrong in (sub(ONE, n), div(n, TWO), m):
        with pytest.raises(Unlowered, match="the size"):
            size_of(wrong, {n: 3})


def test_constants_that_floats_do_not_hold() -> None:
    assert inexact([mul(num(Fraction(1, 3)), x, PI), add(HALF, x)]) == (num(Fraction(1, 3)), PI)


def test_kinks_are_where_a_term_bends() -> None:
    relu = fn("max", x, ZERO)
    assert kinks(relu) == [neg(x)]
    assert kinks(fn("abs", sub(x, y))) == [sub(x, y)]
    assert kinks(cases(x, lt(x, ONE), y, TRUE)) == [sub(x, ONE)]
    assert kinks(fn("floor", x)) == [fn("sin", mul(PI, x))]
    assert kinks(mul(exp(x), y)) == []
    assert index("i", n) is i
