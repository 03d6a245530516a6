"""Induction along an axis: what a recursion builds holds at every place, and no sibling of it that is false is proved."""

from __future__ import annotations

import pytest

from derive.kernel.cell import Stuck
from derive.kernel.decide import decide, prove_here
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.recursion import axes, prove_by_recursion
from derive.kernel.verdict import Status
from derive.recheck.replay import replay
from derive.statement.step import claimed
from derive.statement.term import ONE, TWO, ZERO, Term, add, entry, fn, index, make, mul, num, power, sub, sym, total

N = sym("L", "positive integer")  # steps
LONG = add(N, ONE)  # places
t, l, m = index("t", N), index("l", LONG), index("m", LONG)
a, q = sym("a"), sym("q", "positive")


def h(place: Term) -> Term:
    return entry("h", "real", (LONG,), (place,))


def eq(left: Term, right: Term) -> Term:
    return make("eq", left, right)


NEXT = add(t, ONE)
DOUBLED = (eq(h(ZERO), ONE), eq(h(NEXT), mul(TWO, h(t))))


def asked(lhs: Term, rhs: Term, *given: Term, relation: str = "eq", schematic: tuple[Term, ...] = ()) -> Question:
    return Question(lhs, rhs, relation, (*given, *schematic), schematic)


TRUE_ONES = {
    "a power": asked(h(l), power(TWO, l), *DOUBLED),
    "a sum": asked(h(l), mul(a, l), eq(h(ZERO), ZERO), eq(h(NEXT), add(h(t), a))),
    "a sum of places": asked(h(l), mul(num("1/2"), l, sub(l, ONE)), eq(h(ZERO), ZERO), eq(h(NEXT), add(h(t), t))),
    "an order": asked(h(l), power(q, l), eq(h(ZERO), ONE), make("le", fn("abs", h(NEXT)), mul(q, h(t))), relation="le"),
    "a strict order": asked(ZERO, h(l), eq(h(ZERO), ONE), eq(h(NEXT), mul(q, h(t))), relation="lt"),
}
FALSE_ONES = {
    "a wrong base": asked(h(l), power(TWO, l), eq(h(ZERO), TWO), DOUBLED[1]),
    "no base": asked(h(l), power(TWO, l), DOUBLED[1]),
    "a step that fails": asked(h(l), power(TWO, l), DOUBLED[0], eq(h(NEXT), mul(num(3), h(t)))),
    # h = (1, 2, 5, ...): the first step is as it should be, the next is not
    "a step that fails later": asked(h(l), add(l, ONE), eq(h(ZERO), ONE), eq(h(NEXT), add(h(t), power(TWO, t)))),
    # h = (0, 0, 2, 6, ...) - h + l: it holds at 0, and is off from 1 on
    "a step that fails at once": asked(h(l), l, eq(h(ZERO), ZERO), eq(h(NEXT), add(h(t), t))),
    "an order the wrong way": asked(h(l), ONE, *DOUBLED, relation="le"),
    "a strict order that begins equal": asked(h(ZERO), h(l), *DOUBLED, relation="lt"),
}


@pytest.mark.parametrize("name", TRUE_ONES)
def test_what_a_recursion_builds_is_proved_for_every_place(name: str) -> None:
    question = TRUE_ONES[name]
    assert axes(question) == [l]
    proof = prove_by_recursion(question, Budget(), prove_here)
    assert proof.rules[0] == "recursion"
    found = replay(proof.steps, claimed(question.relation, *question.sides))
    assert not found.fault
    assert found.seen


@pytest.mark.parametrize("name", FALSE_ONES)
def test_what_it_does_not_build_is_refuted(name: str) -> None:
    with pytest.raises(Stuck):
        prove_by_recursion(FALSE_ONES[name], Budget(), prove_here)
    assert decide(FALSE_ONES[name], Budget()).status is Status.REFUTED


def test_a_power_is_proved_from_end_to_end() -> None:
    verdict = decide(TRUE_ONES["a power"], Budget())
    assert verdict.status is Status.PROVED
    assert verdict.scope == "all L"
    assert "recursion" in verdict.rules


def test_a_hypothesis_about_the_index_itself_is_no_base() -> None:
    # h = (2, 4, ...), and at the one place where l = 0 a hypothesis says 1: it speaks of l, so nothing goes along l
    captured = asked(h(l), power(TWO, l), DOUBLED[1], schematic=(make("le", ONE, l),))
    assert axes(captured) == []
    # an index of another name keeps its hypothesis, and what is said of it is not said of all
    other = asked(mul(h(l), m), mul(power(TWO, l), m), *DOUBLED, schematic=(make("le", ONE, m),))
    assert axes(other) == [l]
    assert decide(other, Budget()).status is Status.PROVED


def test_what_is_said_of_place_t_alone_is_no_step() -> None:
    # h is free: a hypothesis on every place, but none on the next
    assert axes(asked(h(l), power(TWO, l), eq(h(ZERO), ONE), make("le", h(l), TWO))) == []


def test_a_step_that_uses_its_own_conclusion_proves_nothing() -> None:
    # h[t + 1] = h[t + 1] says nothing, and 2 h[t + 1] - h[t + 1] = h[t + 1] no more
    empty = asked(h(l), power(TWO, l), DOUBLED[0], eq(h(NEXT), sub(mul(TWO, h(NEXT)), h(NEXT))))
    with pytest.raises(Stuck):
        prove_by_recursion(empty, Budget(), prove_here)
    assert decide(empty, Budget()).status is Status.REFUTED


def test_a_side_without_a_value_gives_nothing_to_go_on() -> None:
    # where h[l] = 0 neither side has a value, so S(t) is no fact there
    below = asked(power(h(l), num(-1)), power(h(l), num(-1)), *DOUBLED)
    with pytest.raises(Stuck):
        prove_by_recursion(below, Budget(), prove_here)


def test_nothing_is_put_inside_a_derivative() -> None:
    # the entries are variables of their own: d h[l] / d h[0] is 0 for l > 0, whatever equations hold between their values
    slope = asked(make("deriv", h(l), h(ZERO)), power(TWO, l), *DOUBLED)
    with pytest.raises(Stuck):
        prove_by_recursion(slope, Budget(), prove_here)


def test_what_holds_along_an_axis_holds_along_the_start_of_it() -> None:
    # a fact for every place l = 0 .. L speaks of each t = 0 .. L - 1, and of no more than these
    long, short = (make("le", h(place), power(q, place)) for place in (l, t))
    assert prove_here(Question(h(t), power(q, t), "le", (long,)), Budget()).rules
    other = Question(h(l), power(q, l), "le", (short,))
    with pytest.raises(Stuck):
        prove_here(other, Budget())
    assert decide(other, Budget()).status is Status.REFUTED


n = sym("n", "positive integer")
i, k = index("i", n), index("k", n)


def moved(place: Term, unit: Term) -> Term:
    return entry("M", "real", (LONG, n), (place, unit))


def product(place: Term, unit: Term) -> Term:
    return entry("P", "real", (LONG, n), (place, unit))


def jacobian(unit: Term, of: Term) -> Term:
    return entry("J", "real", (N, n, n), (t, unit, of))


left_out, start = entry("R", "real", (N, n), (t, i)), entry("V", "real", (n,), (i,))
s = sym("s", "positive")
SIZE = total(fn("abs", start), i)
ERROR = total(fn("abs", sub(moved(l, i), product(l, i))), i)
LAYERS = (
    eq(moved(ZERO, i), start),
    eq(moved(NEXT, i), add(total(mul(jacobian(i, k), moved(t, k)), k), left_out)),
    eq(product(ZERO, i), start),
    eq(product(NEXT, i), total(mul(jacobian(i, k), product(t, k)), k)),
)
ONE_LAYER = make(
    "le",
    total(fn("abs", add(total(mul(jacobian(i, k), sub(moved(t, k), product(t, k))), k), left_out)), i),
    add(mul(q, total(fn("abs", sub(moved(t, i), product(t, i))), i)), total(fn("abs", left_out), i)),
)
SMALL = make("le", total(fn("abs", left_out), i), mul(s, power(add(q, s), t), SIZE))


def test_a_product_of_jacobians_is_the_derivative_for_every_depth() -> None:
    bound = mul(sub(power(add(q, s), l), power(q, l)), SIZE)
    assert "recursion" in prove_by_recursion(asked(ERROR, bound, *LAYERS, ONE_LAYER, SMALL, relation="le"), Budget(), prove_here).rules


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        ((*LAYERS, ONE_LAYER), sub(power(add(q, s), l), power(q, l))),
        ((*LAYERS[1:], ONE_LAYER, SMALL), sub(power(add(q, s), l), power(q, l))),
        ((*LAYERS, ONE_LAYER, SMALL), mul(s, l)),
    ],
    ids=["what is left out is not small", "the input does not move by V", "a bound that forgets the layers between"],
)
def test_no_sibling_of_it_that_is_false_is_proved(given: tuple[Term, ...], bound: Term) -> None:
    with pytest.raises(Stuck):
        prove_by_recursion(asked(ERROR, mul(bound, SIZE), *given, relation="le"), Budget(), prove_here)
