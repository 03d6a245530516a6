"""Sampling: every point satisfies its hypotheses, and the hard points are there."""

from __future__ import annotations

import numpy as np
import pytest
from witness_pages import (
    ONE,
    TRUE,
    TWO,
    ZERO,
    Term,
    add,
    array,
    eq,
    fn,
    i,
    index,
    j,
    le,
    lt,
    make,
    mul,
    n,
    num,
    square,
    sub,
    sym,
    total,
    x,
    y,
)  # fmt: skip

from derive.witness.sampling import Region, Sample, region, sample, settings

U, V, P = array("u", n), array("v", n), array("p", n, sort="positive")
U_KEY, V_KEY, P_KEY = ("u", "real", (n,)), ("v", "real", (n,)), ("p", "positive", (n,))
N, K = sym("N", "integer"), sym("K", "positive integer")


def drawn(where: Region, count: int = 1000, seed: int = 0) -> Sample:
    found = sample(where, (*settings(where)[0], settings(where)[1])[0], count, seed)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sort", "holds"),
    [
        ("real", np.isfinite),
        ("positive", lambda v: v > 0),
        ("negative", lambda v: v < 0),
        ("nonnegative", lambda v: v >= 0),
        ("nonpositive", lambda v: v <= 0),
        ("nonzero", lambda v: v != 0),
        ("integer", lambda v: v == np.round(v)),
        ("positive integer", lambda v: (v == np.round(v)) & (v > 0)),
        ("nonnegative integer", lambda v: (v == np.round(v)) & (v >= 0)),
    ],
)
def test_sorts(sort: str, holds) -> None:
    a = sym("a", sort)
    values = drawn(region([a], [])).values[a]
    assert holds(values).all()
    assert len(np.unique(values)) > 30
    assert abs(values).max() > 50
    if sort in ("real", "nonnegative", "nonpositive", "integer", "nonnegative integer"):
        assert (values == 0).any()


GIVEN = [
    ((lt(ZERO, x), lt(x, ONE)), lambda s: (s[x] > 0) & (s[x] < 1)),
    ((le(ZERO, x), le(x, ONE)), lambda s: (s[x] >= 0) & (s[x] <= 1)),
    ((lt(x, num(-1000)),), lambda s: s[x] < -1000),
    ((lt(x, y),), lambda s: s[x] < s[y]),
    ((lt(add(x, y), num(-3)), make("ne", x, y)), lambda s: (s[x] + s[y] < -3) & (s[x] != s[y])),
    ((make("or", lt(x, num(-5)), lt(num(5), x)),), lambda s: abs(s[x]) > 5),
    ((make("not", le(x, y)),), lambda s: s[x] > s[y]),
    ((lt(ZERO, U(i)),), lambda s: (s[U_KEY] > 0).all(axis=1)),
    ((make("ne", U(i), ZERO),), lambda s: (s[U_KEY] != 0).all(axis=1)),
    ((lt(U(num(0)), U(num(1))),), lambda s: s[U_KEY][:, 0] < s[U_KEY][:, 1]),
    ((eq(total(U(i), i), ONE),), lambda s: np.isclose(s[U_KEY].sum(axis=1), 1, atol=1e-11)),
    ((eq(total(P(i), i), ONE),), lambda s: np.isclose(s[P_KEY].sum(axis=1), 1) & (s[P_KEY] > 0).all(axis=1)),
    ((eq(total(U(i), i), ONE), le(ZERO, U(i))), lambda s: np.isclose(s[U_KEY].sum(axis=1), 1) & (s[U_KEY] >= 0).all(axis=1)),
    ((eq(total(square(U(i)), i), TWO),), lambda s: np.isclose((s[U_KEY] ** 2).sum(axis=1), 2)),
    (
        (eq(total(U(i), i), ZERO), eq(total(square(U(i)), i), n)),
        lambda s: np.isclose(s[U_KEY].sum(axis=1), 0, atol=1e-7) & np.isclose((s[U_KEY] ** 2).sum(axis=1), 3),
    ),
    ((eq(V(i), mul(TWO, U(i))),), lambda s: np.isclose(s[V_KEY], 2 * s[U_KEY], rtol=1e-9, atol=1e-9).all(axis=1)),
    ((eq(x, ZERO),), lambda s: s[x] == 0),
    ((eq(mul(x, y), ONE),), lambda s: np.isclose(s[x] * s[y], 1)),
    ((eq(N, add(mul(TWO, K), ONE)),), lambda s: s[N] == 2 * s[K] + 1),
    ((le(K, N), lt(N, num(9))), lambda s: (s[K] <= s[N]) & (s[N] < 9)),
]  # fmt: skip


@pytest.mark.parametrize(("given", "holds"), GIVEN, ids=lambda g: " ".join(map(str, g)) if isinstance(g, tuple) else "")
def test_hypotheses(given: tuple[Term, ...], holds) -> None:
    for seed in range(3):
        found = drawn(region([add(x, y, N, K, U(i), V(i), P(i))], given), seed=seed)
        assert found.count >= 200
        assert holds(found.values).all()


def test_no_point_lies_beside_a_kink_from_which_there_is_no_way_to_the_equation() -> None:
    """max(x - y, 0) = 2^-52 has no solution near x - y = -10^-11, though the difference is as small as any rounding."""
    a = sym("a", "positive")
    for seed in range(12):
        found = drawn(region([x, y, a], [eq(fn("max", sub(x, y), ZERO), a)]), 2000, seed).values
        assert (found[x] >= found[y]).all()


def test_what_was_solved_for_carries_its_error_and_the_rest_does_not() -> None:
    found = drawn(region([add(x, U(i))], [eq(total(U(i), i), ONE)]))
    errors = found.errors[U_KEY]
    assert found.errors[x] is None
    assert errors is not None
    assert errors.max() < 1e5
    assert (abs(found.values[U_KEY].sum(axis=1) - 1) <= 2.0**-52 * errors.sum(axis=1) * 3).all()


def test_an_array_that_is_defined_at_a_place_of_the_claims_own_is_what_it_says_there() -> None:
    defined = eq(total(make("piecewise", ZERO, eq(V(i), sub(U(i), U(j))), ONE, TRUE), i), ZERO)  # V[i] = U[i] - U[j] for every i
    found = drawn(region([add(U(i), V(i))], [], own=[defined]))
    u, v = found.values[U_KEY], found.values[V_KEY]
    places = (v[:, :, None] == u[:, :, None] - u[:, None, :]).all(axis=1)  # point, place j
    assert places.any(axis=1).all()
    assert (np.count_nonzero(places, axis=0) > 250).all()  # each place in turn
    errors = found.errors[V_KEY]
    assert errors is not None
    assert (errors >= abs(v)).all()
    assert found.errors[U_KEY] is None


@pytest.mark.parametrize("other", [eq(total(V(i), i), ONE), eq(V(i), mul(TWO, U(i)))])
def test_what_an_equation_fixes_is_not_given_another_value(other: Term) -> None:
    own = eq(V(i), sub(U(i), U(j)))
    with_own, without = (drawn(region([add(U(i), V(i))], [other], own=hypotheses)) for hypotheses in ([own], []))
    assert (with_own.values[V_KEY] == without.values[V_KEY]).all()


def test_contradictions_have_no_points() -> None:
    for given in ([lt(x, ZERO), lt(ZERO, x)], [eq(square(x), num(-1))], [eq(mul(TWO, N), ONE)], [lt(n, ONE)], [make("ne", x, x)]):
        where = region([add(x, N, U(i))], given)
        assert all(sample(where, s, 100, 0) is None for s in settings(where)[0]), given


def test_sizes_differ_pairwise_and_come_down_to_one() -> None:
    m = sym("m", "positive integer")
    A = array("A", n, m)
    r = index("r", m)

    def first_and_smallest(*given: Term) -> tuple[dict[Term, int] | None, dict[Term, int] | None]:
        large, smallest = settings(region([A(i, r)], given))
        return (large[0] if large else None), smallest

    assert first_and_smallest() == ({m: 3, n: 2}, {m: 1, n: 1})
    assert first_and_smallest(le(TWO, n), lt(n, m)) == ({m: 3, n: 2}, {m: 3, n: 2})
    assert first_and_smallest(eq(n, m)) == ({m: 2, n: 2}, {m: 1, n: 1})
    assert first_and_smallest(eq(n, ONE)) == (None, {m: 1, n: 1})
    assert first_and_smallest(lt(n, ZERO)) == (None, None)
    assert settings(region([U(i)], [lt(num(12), n)])) == ([{n: 13}, {n: 14}, {n: 15}, {n: 16}], {n: 13})
    assert settings(region([x], [])) == ([{}], {})


def test_ties_zeros_and_equal_arrays_are_drawn() -> None:
    values = drawn(region([add(U(i), x, y)], [])).values
    u = values[U_KEY]
    assert (u == 0).all(axis=1).sum() > 5
    assert ((u[:, 0] == u[:, 1]) & (u[:, 1] == u[:, 2]) & (u[:, 0] != 0)).sum() > 20
    assert ((u[:, 0] == u[:, 1]) & (u[:, 1] != u[:, 2])).sum() > 20
    assert ((values[x] == values[y]) & (values[x] != 0)).sum() > 20
    near = abs(values[x] - values[y])
    assert ((near > 0) & (near < 1e-5)).sum() > 5
    assert not (np.signbit(u) & (u == 0)).any()


def test_points_lie_on_and_beside_the_kinks() -> None:
    bend = sub(mul(num(3), x), add(y, num(7)))
    values = drawn(region([fn("abs", bend)], [], [bend])).values
    distance = 3 * values[x] - values[y] - 7
    assert (distance == 0).sum() > 5
    assert ((distance != 0) & (abs(distance) < 1e-5)).sum() > 20
    inner = sub(total(mul(U(j), U(j)), j), U(i))
    u = drawn(region([total(fn("abs", inner), i)], [], [inner])).values[U_KEY]
    assert (abs((u**2).sum(axis=1, keepdims=True) - u).min(axis=1) < 1e-5).sum() > 50


def test_a_position_stays_within_its_array() -> None:
    label = sym("label", "integer")
    values = drawn(region([U(label)], [])).values[label]
    assert set(values) == {0.0, 1.0, 2.0}


def test_numbers_that_a_formula_names_are_drawn() -> None:
    values = drawn(region([mul(num("7/3"), x)], [])).values[x]
    assert (values == 7 / 3).any()
    assert (values == -7 / 3).any()


def test_the_seed_decides() -> None:
    where = region([add(U(i), x)], [lt(x, U(i))])
    first, again, other = (drawn(where, seed=s).values[U_KEY] for s in (3, 3, 4))
    assert (first == again).all()
    assert not (first == other).all()


def test_a_tame_region_has_no_tails() -> None:
    p = sym("p", "positive")
    values = sample(region([add(p, x)], [], tame=True), {}, 1000, 0)
    assert values is not None
    assert abs(values.values[x]).max() <= 6
    assert values.values[p].min() > 0.1
