"""Whole pages: true claims agree, their false siblings do not, whatever the seed."""

from __future__ import annotations

from dataclasses import replace

import jax
import pytest
from witness_pages import (
    FALSE_MLP,
    FALSE_SCALAR,
    FALSE_SOFTMAX,
    MLP,
    ONE,
    SCALAR,
    SOFTMAX,
    ZERO,
    D,
    J,
    X,
    Y,
    a,
    add,
    array,
    claim,
    div,
    entry_form,
    eq,
    fn,
    i,
    index,
    j,
    k,
    l,
    le,
    lt,
    make,
    mul,
    n,
    neg,
    num,
    s,
    sub,
    sym,
    total,
    x,
    y,
)  # fmt: skip

from derive.kernel.question import Question
from derive.outcome import Witness
from derive.statement.claim import Claim
from derive.statement.term import Term
from derive.witness import evaluate, witness_page, witness_question
from derive.witness.sampling import Region, Sample, sample


@pytest.fixture(scope="module")
def witnesses() -> dict[str, Witness]:
    pages = {
        "softmax": SOFTMAX,
        "mlp": MLP,
        "scalar": SCALAR,
        "false softmax": FALSE_SOFTMAX,
        "false mlp": FALSE_MLP,
        "false scalar": FALSE_SCALAR,
    }
    return {f"{page}: {c.id}": w for page, claims in pages.items() for c, w in zip(claims, witness_page(claims).values(), strict=True)}


def named(page: str, claims: tuple[Claim, ...]) -> list[str]:
    return [f"{page}: {c.id}" for c in claims]


@pytest.mark.parametrize("name", named("softmax", SOFTMAX) + named("mlp", MLP) + named("scalar", SCALAR))
def test_a_true_claim_agrees(witnesses: dict[str, Witness], name: str) -> None:
    w = witnesses[name]
    assert w.status == "AGREES", w.note
    assert w.points > 200 or "gauss" in name  # a constant has one point
    assert w.worst_error < 100


@pytest.mark.parametrize(
    "name", named("false softmax", FALSE_SOFTMAX) + named("false mlp", FALSE_MLP) + named("false scalar", FALSE_SCALAR)
)
def test_a_false_claim_disagrees_at_a_point(witnesses: dict[str, Witness], name: str) -> None:
    w = witnesses[name]
    assert w.status == "DISAGREES"
    assert ": at " in w.note


def test_another_seed_adds_points_and_takes_none_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds at the points of every run may fail at one that only a seed draws; what they show is said first."""
    page = {c.id: c for c in (claim("bound", x, ("le", num(10**6))), claim("wrong", x, ("le", num(0))))}

    def further(where: Region, sizes: dict[Term, int], count: int, seed: int) -> Sample | None:
        found = sample(where, sizes, count, 0)
        return replace(found, values={x: found.values[x] + 10.0**7}) if seed and found else found

    monkeypatch.setattr(evaluate, "sample", further)
    first, other = (witness_page(list(page.values()), seed) for seed in (0, 7))
    assert [w.status for w in first.values()] == ["AGREES", "DISAGREES"]
    assert [w.status for w in other.values()] == ["DISAGREES", "DISAGREES"]
    assert [w.points for w in first.values()] == [w.points for w in other.values()]
    assert first["page.wrong"].note == other["page.wrong"].note


@pytest.mark.parametrize("seed", range(1, 5))
def test_no_status_depends_on_the_seed(witnesses: dict[str, Witness], seed: int) -> None:
    for page, claims in (("softmax", SOFTMAX), ("false softmax", FALSE_SOFTMAX), ("scalar", SCALAR), ("false scalar", FALSE_SCALAR)):
        for c, w in zip(claims, witness_page(claims, seed).values(), strict=True):
            assert w.status == witnesses[f"{page}: {c.id}"].status, (seed, c.id, w.note)


def test_a_run_repeats_itself(witnesses: dict[str, Witness]) -> None:
    again = witness_page(FALSE_SCALAR)
    assert [again[c.id] for c in FALSE_SCALAR] == [witnesses[f"false scalar: {c.id}"] for c in FALSE_SCALAR]


def test_the_order_of_the_claims_changes_nothing(witnesses: dict[str, Witness]) -> None:
    again = witness_page(FALSE_SOFTMAX[::-1])
    assert [again[c.id].status for c in FALSE_SOFTMAX] == [witnesses[f"false softmax: {c.id}"].status for c in FALSE_SOFTMAX]
    assert list(again) == [c.id for c in FALSE_SOFTMAX[::-1]]


def test_no_claim_has_a_say_in_what_is_said_of_another() -> None:
    """The others bring kinks, numbers and symbols: all that points are chosen by."""
    mine = claim("mine", D(fn("abs", x), x), fn("sign", x))
    kinked, longer = fn("abs", sub(x, num(7))), sub(mul(num(2), x), y)
    others = [claim("kinked", kinked, fn("abs", sub(num(7), x))), claim("longer", longer, longer)]
    alone, among = (replace(witness_page(page)["page.mine"], worst_error=0.0, by_scale=()) for page in ([mine], [*others, mine]))
    assert alone == among
    assert "points on a kink skipped" in alone.note


@pytest.mark.parametrize("host", [False, True])
def test_a_page_is_compiled_once_and_on_the_cpu_never(host: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compilation is what costs: 15 claims take about 1.5 s of an idle core, and as many compilations would take ten times that."""
    monkeypatch.setattr(evaluate, "on_host", lambda: host)
    compilations, compile_ = [], jax.stages.Lowered.compile
    monkeypatch.setattr(jax.stages.Lowered, "compile", lambda self, **options: compilations.append(options) or compile_(self, **options))
    witness_page(SOFTMAX)
    assert len(compilations) == (0 if host else 1)


def test_the_point_of_a_disagreement_can_be_put_in_by_hand() -> None:
    w = witness_page([claim("c", mul(x, y), mul(x, x, y))])["page.c"]
    at, _, values = w.note.partition(": at ")[2].partition(": ")
    point = dict(part.split(" = ") for part in at.split(", "))
    x0, y0 = float(point["x"]), float(point["y"])
    assert values == f"{x0 * y0!r} is not {x0 * x0 * y0!r}"
    assert x0 * y0 != x0 * x0 * y0


def test_the_link_that_breaks_is_named() -> None:
    w = witness_page([claim("c", x, add(x, ZERO), mul(num(2), x), mul(num(2), x))])["page.c"]
    assert w.note.startswith("link 2 of 3: at x = ")


@pytest.mark.parametrize(
    "given",
    [
        (lt(x, ZERO), lt(ZERO, x)),
        (lt(n, num(1)),),
        (eq(fn("sin", x), num(2)),),
        (eq(mul(num(2), sym("N", "integer")), ONE),),
    ],
)
def test_no_points_is_not_a_pass(given: tuple[object, ...]) -> None:
    w = witness_page([claim("c", mul(x, s(i)), mul(s(i), x), given=given)])["page.c"]  # type: ignore[arg-type]
    assert w.status == "NOT_RUN"
    assert w.points == 0
    assert w.note


def test_nothing_defined_is_not_a_pass() -> None:
    undefined = fn("log", sub(neg(mul(x, x)), ONE))
    assert witness_question(Question(undefined, undefined)).status == "NOT_RUN"


def test_a_term_that_cannot_be_lowered_leaves_the_others_alone() -> None:
    odd = fn("besseli", a, x)
    found = witness_page([claim("odd", odd, odd), claim("fine", x, x), claim("unreal", odd, add(odd, ONE))])
    assert [w.status for w in found.values()] == ["NOT_RUN", "AGREES", "NOT_RUN"]
    assert "Bessel" in found["page.odd"].note


def test_hypotheses_on_the_claims_own_indices_choose_its_components() -> None:
    ne = lambda u, v: make("ne", u, v)  # noqa: E731
    off = claim("off", mul(s(i), sub(ZERO, s(j))), entry_form, given=(ne(i, j),))
    on = claim("on", mul(s(i), sub(ONE, s(j))), entry_form, given=(eq(i, j),))
    bare = claim("bare", mul(s(i), sub(ZERO, s(j))), entry_form)
    assert [w.status for w in witness_page([off, on, bare]).values()] == ["AGREES", "AGREES", "DISAGREES"]


def test_an_index_of_the_wrong_range_is_seen_because_sizes_differ() -> None:
    m = sym("m", "positive integer")
    r = index("r", m)
    A, V = array("A", n, m), array("v", m)
    square = array("B", n, n)
    right = claim("right", total(mul(A(i, r), V(r)), r), total(mul(V(r), A(i, r)), r))
    wrong = claim("wrong", total(total(A(i, r), i), r), total(total(A(i, j), i), j))
    transposed = claim("transposed", square(i, j), square(j, i))
    assert [w.status for w in witness_page([right, wrong, transposed]).values()] == ["AGREES", "DISAGREES", "DISAGREES"]


def test_integer_claims_are_exact() -> None:
    N, k, q = sym("N", "integer"), sym("k", "positive integer"), sym("q", "positive integer")
    floor, ceiling = lambda u: fn("floor", u), lambda u: fn("ceiling", u)
    page = [
        claim("ceiling", floor(div(N, k)), sub(ceiling(div(add(N, ONE), k)), ONE)),
        claim("nested", floor(div(floor(div(N, k)), q)), floor(div(N, mul(k, q)))),
        claim("off_by_one", floor(div(N, k)), sub(ceiling(div(N, k)), ONE)),
        claim("bound", fn("mod", N, k), ("lt", k)),
        claim("tight", fn("mod", N, k), ("lt", sub(k, ONE))),
        claim("not_equal", add(mul(num(2), N), ONE), ("ne", mul(num(2), k))),
        claim("equal_somewhere", N, ("ne", k)),
    ]
    found = witness_page(page)
    assert [w.status for w in found.values()] == ["AGREES", "AGREES", "DISAGREES", "AGREES", "DISAGREES", "AGREES", "DISAGREES"]
    assert found["page.nested"].worst_error == 0.0


def test_propositions() -> None:
    positive, square = lt(ZERO, x), lt(ZERO, mul(x, x))
    page = [
        claim("weaker", positive, ("implies", square)),
        claim("stronger", square, ("implies", positive)),
        claim("same", positive, ("iff", lt(neg(x), ZERO))),
        claim("other", positive, ("iff", le(ZERO, x))),
    ]
    assert [w.status for w in witness_page(page).values()] == ["AGREES", "DISAGREES", "AGREES", "DISAGREES"]


def test_relations_between_numbers() -> None:
    e = fn("exp", x)
    page = [
        claim("le", add(x, ONE), ("le", e)),
        claim("le_false", add(x, ONE), ("le", sub(e, num("1/1000")))),
        claim("lt", x, ("lt", e)),
        claim("lt_false", add(x, ONE), ("lt", e)),
        claim("le_equal", mul(x, y), ("le", mul(y, x))),
        claim("ne", e, ("ne", ZERO)),
        claim("ne_false", x, ("ne", fn("abs", x))),
    ]
    assert [w.status for w in witness_page(page).values()] == [
        "AGREES",
        "DISAGREES",
        "AGREES",
        "DISAGREES",
        "AGREES",
        "AGREES",
        "DISAGREES",
    ]


def test_the_primal_is_the_library_function() -> None:
    page = [
        claim("right", J, entry_form, runs_as="jax.nn.softmax"),
        claim("other", J, entry_form, runs_as="jax.nn.sigmoid"),
        claim("shape", J, entry_form, runs_as="jax.nn.logsumexp"),
        claim("unknown", J, entry_form, runs_as="jax.nn.sofmax"),
        claim("hidden", J, entry_form, runs_as="jax.numpy._softmax"),
        claim("foreign", J, entry_form, runs_as="os.system"),
        claim("call", D(fn("max", x, ZERO), x), fn("heaviside", x), runs_as="jnp.maximum(x, 0)"),
        claim("called_wrongly", D(fn("max", x, ZERO), x), fn("heaviside", x), runs_as="jnp.maximum(x, 1)"),
    ]
    found = witness_page(page)
    assert [w.status for w in found.values()] == [
        "AGREES", "DISAGREES", "NOT_RUN", "NOT_RUN", "NOT_RUN", "NOT_RUN", "AGREES", "DISAGREES",
    ]  # fmt: skip
    assert found["page.right"].primal == "exp(x[i])*sum(exp(x[k]), k < n)**(-1), as jax.nn.softmax"
    assert found["page.other"].note.startswith("the primal against jax.nn.sigmoid: at n = ")
    assert "shape" in found["page.shape"].note


def test_hypotheses_between_entries_choose_components_too() -> None:
    below = make("or", eq(i, j), lt(X(i), X(j)))  # every other entry lies below the one at j
    largest = claim("largest", ZERO, ("lt", sub(s(j), mul(num("1/2"), s(i)))), given=(below,))
    found = witness_page([largest, claim("bare", ZERO, ("lt", sub(s(j), mul(num("1/2"), s(i)))))])
    assert [w.status for w in found.values()] == ["AGREES", "DISAGREES"]
    assert found["page.largest"].points > 1000


def test_what_holds_where_an_array_is_another_one_shifted_is_told_from_what_does_not() -> None:
    """Few points that are drawn freely are such: a fault in one column of the slopes would hide at them."""

    def square(entry: Term) -> Term:
        return mul(entry, entry)

    shifted = eq(Y(k), sub(X(k), X(l)))  # for every k
    slope = D(square(sub(X(i), X(l))), X(j))
    true = claim("true", slope, D(square(Y(i)), Y(j)), given=(shifted, make("ne", j, l)))
    wrong = claim("wrong", slope, D(square(Y(i)), Y(j)), given=(shifted,))
    for seed in range(3):
        found = witness_page([true, wrong], seed)
        assert (found["page.true"].status, found["page.wrong"].status) == ("AGREES", "DISAGREES")
        assert min(w.points for w in found.values()) > 1000


def test_only_the_smallest_sizes_is_said() -> None:
    w = witness_page([claim("one", s(i), ONE, given=(le(n, ONE),))])["page.one"]
    assert w.status == "AGREES"
    assert "only at n = 1" in w.note
