"""Random questions: what identities make of a term is never refuted, what differs at some point is never proved.

FUZZ_CASES=5000 pytest tests/kernel/test_fuzz.py     runs that many cases of each test, new ones each time
"""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from enclosures import Numbers, Unsure, ball, closed, gap, value
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from random_terms import CHANGES, HAIRS, SETTINGS, SLOPES, ZEROS, Change, Setting, Values, X, Y, changed_node, expressions, rewritten

from derive.kernel import points
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Stuck
from derive.kernel.decide import prove
from derive.kernel.derivative import Unsupported
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.recheck.compare import compare
from derive.statement.term import HALF, ONE, Term, Tied, add, fn, make, mul, neg, num, power, sub

CASES = int(os.environ.get("FUZZ_CASES", "0"))
fuzz = settings(
    max_examples=CASES or 60,
    derandomize=not CASES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
    phases=(Phase.generate, Phase.shrink),
)
seeds = st.integers(0, 2**30)
terms = st.booleans().flatmap(lambda partial: expressions(partial=partial))


def proved(question: Question) -> bool:
    try:
        prove(question, Budget(3_000, 1.0))
    except (Stuck, Beyond, Undefined, Unsupported, Split, Tied, Exhausted, RecursionError):
        return False
    return True


def refuted(question: Question) -> bool:
    for effort in (0, 1):
        try:
            if points.search(question, Budget(60, 1.0), effort) is not None:
                return True
        except Exhausted:
            continue
    return False


def contradicted(question: Question) -> bool:
    """Whether the second checker would veto a proof of this."""
    return compare(question.sides, [question.relation], question.given).status == "DISAGREES"


def admitted_points(setting: Setting, rng: Random, at: Values, count: int = 4) -> list[Numbers]:
    """Random points at which the hypotheses hold."""
    drawn = (Numbers.drawn(rng, at) for _ in range(count))
    fitted = [Numbers(p.n, setting.fit(p.values, p.n)) for p in drawn]
    return [p for p in fitted if all(map(p.allows, setting.given))]


def differ(lhs: Term, rhs: Term, rng: Random, setting: Setting = SETTINGS[0], at: Values = {}, count: int = 4) -> bool:  # noqa: B006
    """Whether two terms certainly differ at one of a few points."""
    return any(gap(lhs, rhs, p, SLOPES) is not None for p in admitted_points(setting, rng, at, count))


@fuzz
@given(terms, st.sampled_from(SETTINGS), seeds)
def test_what_an_identity_makes_of_it_is_not_refuted(t: Term, setting: Setting, seed: int) -> None:
    rng = Random(seed)
    question = Question(t, rewritten(t, rng, setting.identities), "eq", setting.given)
    assert not differ(t, question.rhs, rng, setting), "the identity is wrong"
    asked = [
        question,
        question,
        replace(question, relation="le"),
        Question(make("lt", t, X), make("lt", question.rhs, X), "iff", setting.given),
    ]
    assert not refuted(rng.choice(asked))
    assert not contradicted(question)


@fuzz
@given(terms, st.sampled_from(SETTINGS), seeds)
def test_what_differs_at_a_node_is_not_proved(t: Term, setting: Setting, seed: int) -> None:
    rng = Random(seed)
    wrong = changed_node(rewritten(t, rng, setting.identities), rng)
    assume(differ(t, wrong, rng, setting))
    assert not proved(Question(t, wrong, "eq", setting.given))
    assert not proved(Question(wrong, t, "eq", setting.given))


@fuzz
@given(terms, st.sampled_from(SETTINGS), st.sampled_from(CHANGES), st.sampled_from(HAIRS), seeds)
def test_what_differs_by_a_hair_is_not_proved(t: Term, setting: Setting, change: Change, hair: int, seed: int) -> None:
    rng = Random(seed)
    wrong = add(rewritten(t, rng, setting.identities), mul(num(Fraction(1, 10**hair)), change.amount))
    assume(differ(t, wrong, rng, setting, change.at))
    assert not proved(Question(t, wrong, "eq", setting.given))
    assert not proved(Question(wrong, t, "le", setting.given))  # every change adds


@fuzz
@given(terms, seeds)
def test_what_holds_by_a_hypothesis_alone_is_not_proved_without_it(t: Term, seed: int) -> None:
    rng = Random(seed)
    setting = SETTINGS[rng.randrange(1, len(SETTINGS))]
    other = rewritten(t, rng, setting.identities, 4)
    assume(differ(t, other, rng))
    assert not proved(Question(t, other))


@fuzz
@given(expressions(2, partial=True), seeds)
def test_an_order_that_fails_somewhere_is_not_proved(t: Term, seed: int) -> None:
    rng = Random(seed)
    other = rewritten(t, rng, times=1)
    wrong = rng.choice(
        [
            sub(other, num(Fraction(1, 10**6))),
            mul(other, HALF),
            neg(other),
            fn("min", other, X),
            fn("tanh", other),
            changed_node(other, rng),
        ]
    )
    gaps = [gap(t, wrong, p, SLOPES) for p in admitted_points(SETTINGS[0], rng, {}, 8)]
    assume(any(g is not None and g > 0 for g in gaps))
    assert not proved(Question(t, wrong, "le"))
    assert not proved(Question(t, wrong, "lt"))


@fuzz
@given(terms, seeds)
def test_what_is_equal_is_not_proved_to_differ(t: Term, seed: int) -> None:
    rng = Random(seed)
    other = rewritten(t, rng)
    assume(any(has_value(t, p) for p in admitted_points(SETTINGS[0], rng, {})))
    for relation in ("ne", "lt"):
        assert not proved(Question(t, other, relation))


def has_value(t: Term, point: Numbers) -> bool:
    try:
        return value(closed(t, SLOPES), point) is not None
    except Unsure:
        return False


# The fuzzer itself is seen to fail


def test_the_numbers_are_seen_to_differ() -> None:
    tanh = sub(mul(num(2), power(add(ONE, fn("exp", mul(num(-2), X))), -1)), ONE)
    assert differ(X, add(X, num(Fraction(1, 10**20))), Random(0))
    assert differ(fn("log", X), fn("log", fn("abs", X)), Random(0), count=20), "one side alone has a value"
    assert not differ(fn("tanh", X), tanh, Random(0))
    assert not proved(Question(X, fn("abs", X)))
    assert proved(Question(power(X, 2), mul(X, X)))
    assert refuted(Question(X, fn("abs", X)))
    assert contradicted(Question(X, fn("abs", X)))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: str(change.amount))
def test_every_change_shows_where_it_says(change: Change) -> None:
    for hair in HAIRS:
        assert differ(X, add(X, mul(num(Fraction(1, 10**hair)), change.amount)), Random(1), at=change.at)


@pytest.mark.parametrize("setting", SETTINGS[1:], ids=lambda setting: str(setting.given[0]))
def test_every_hypothesis_is_met_and_needed(setting: Setting) -> None:
    assert len(admitted_points(setting, Random(0), {}, 20)) == 20
    for rule in setting.identities:
        t = add(X, Y, ONE)
        changed = rule(t, Random(0))
        assert not differ(t, changed, Random(2), setting, count=20)
        assert differ(t, changed, Random(2), count=60)


@pytest.mark.parametrize("zero", ZEROS, ids=str)
def test_what_is_added_as_zero_is_zero(zero: Term) -> None:
    for p in admitted_points(SETTINGS[0], Random(3), {}, 20):
        assert gap(zero, num(0), p, SLOPES) is None


@pytest.mark.parametrize("derivative", SLOPES, ids=str)
def test_the_closed_forms_of_slopes_are_those_of_difference_quotients(derivative: Term) -> None:
    body, variable = derivative.args
    h = Fraction(1, 10**20)
    for p in admitted_points(SETTINGS[0], Random(4), {}, 10):
        key = "x" if variable is X else ("u", int(p.values["i"]))
        right, left = (value(body, Numbers(p.n, p.values | {key: p.values[key] + s})) for s in (h, -h))
        quotient = (ball(right) - ball(left)) / ball(2 * h)
        assert abs(quotient - ball(value(SLOPES[derivative], p))) < 1e-15
