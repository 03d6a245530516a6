"""What the library's proofs must survive: fixed sizes, other names, and small faults."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

import pytest

from derive import catalogue
from derive.kernel.decide import decide
from derive.kernel.hypothesis import sort_out
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.verdict import Status, Verdict
from derive.pages import load
from derive.statement.claim import Page
from derive.statement.term import ZERO, Term, free, make, mul, num, rebuild, replace, show, subterms

PAGES = ("sigmoid_tanh", "softplus", "softmax_jacobian", "softmax_cross_entropy", "mlp_backprop_softplus")
SETTINGS = ((2, 3, 4), (3, 2, 1), (1, 1, 1))  # sizes that differ show a transposed index, n = 1 is an edge of its own


@cache
def page(name: str) -> Page:
    loaded = load(catalogue.library() / f"{name}.py")
    assert isinstance(loaded, Page), loaded
    return loaded


def links(name: str) -> Iterator[tuple[str, Question]]:
    """(claim, question) of every equation on a page that its page holds to be true without citing others."""
    for claim in page(name).claims:
        left = claim.first
        for link in claim.links if not claim.printed else ():
            if left is not None and link.relation == "eq" and not link.by:
                given, own = sort_out(claim.given, (left, link.right))
                yield claim.id, Question(left, link.right, "eq", given, own)
            left = link.right


def verdict(question: Question) -> Verdict:
    return decide(question, Budget(seconds=60.0))


def at_sizes(question: Question, sizes: tuple[int, ...]) -> Question:
    table: dict[Term, Term] = {n: num(k) for n, k in zip(question.sizes, sizes, strict=False)}

    def put(t: Term) -> Term:
        return replace(t, table)

    given = tuple(map(put, question.given))
    return Question(put(question.lhs), put(question.rhs), "eq", given, tuple(map(put, question.schematic)))


@pytest.mark.parametrize("name", PAGES)
def test_what_is_proved_for_all_sizes_is_proved_at_small_ones(name: str) -> None:
    asked = 0
    for claim, question in links(name):
        if not question.sizes or verdict(question).status is not Status.PROVED:
            continue
        for sizes in SETTINGS:
            small = at_sizes(question, sizes)
            if any(h.op == "ne" and len(set(h.args)) == 1 for h in small.given):
                continue
            found = verdict(small)
            assert found.status is not Status.REFUTED, f"{claim} at sizes {sizes}: {found.counterexample}"
            asked += found.status is Status.PROVED
    assert asked or name in ("softplus",)


def test_a_transposed_index_shows_at_small_sizes() -> None:
    """The check above is seen to fail: at sizes that differ, B[r, t] and B[t, r] are told apart."""
    n, m = make("sym", "n", "positive integer"), make("sym", "m", "positive integer")
    i, r = make("index", "i", n), make("index", "r", n)
    b = [make("entry", "B", "real", (n, n), at) for at in ((i, r), (r, i))]
    assert verdict(at_sizes(Question(b[0], b[1]), (2,))).status is Status.REFUTED
    assert m not in free(b[0])


# --- names -------------------------------------------------------------------------------------------------------------------------


def renamed(t: Term, names: dict[str, str]) -> Term:
    def go(u: Term) -> Term:
        u = rebuild(u, go)
        if u.op in ("sym", "index", "entry"):
            return make(u.op, names.setdefault(u.args[0], f"q{len(names)}"), *u.args[1:])
        return u

    return go(t)


@pytest.mark.parametrize("name", PAGES[:4])
@pytest.mark.parametrize("seed", [1, 2])
def test_verdicts_do_not_hang_on_names(name: str, seed: int) -> None:
    shuffle = random.Random(seed)
    for claim, question in links(name):
        letters = [f"{c}{k}" for c in "abcuvwxyz" for k in range(6)]
        shuffle.shuffle(letters)
        old = sorted({u.args[0] for t in question.everything for u in subterms(t) if u.op in ("sym", "index", "entry")})
        names = dict(zip(old, letters, strict=False))
        other = Question(
            *(renamed(t, names) for t in question.sides),
            "eq",
            *(tuple(renamed(h, names) for h in hs) for hs in (question.given, question.schematic)),
        )
        assert verdict(other).status is verdict(question).status, claim


# --- faults ------------------------------------------------------------------------------------------------------------------------


def faults(question: Question) -> Iterator[tuple[str, Question]]:
    """The question with one fault on its right side, or with a hypothesis dropped."""
    lhs, rhs, given, own = question.lhs, question.rhs, question.given, question.schematic
    yield "sign", Question(lhs, mul(num(-1), rhs), "eq", given, own)
    yield "factor", Question(lhs, mul(num(2), rhs), "eq", given, own)
    for a in sorted((v for v in free(rhs) if v.op == "index"), key=show):
        for b in sorted((v for v in free(rhs) if v.op == "index" and v.args[1] is a.args[1] and v is not a), key=show):
            yield "index", Question(lhs, replace(rhs, {a: b, b: a}), "eq", given, own)
    for h in given:
        rest, mine = tuple(g for g in given if g is not h), tuple(g for g in own if g is not h)
        yield "hypothesis", Question(lhs, rhs, "eq", rest, mine)


@pytest.mark.parametrize("name", PAGES)
def test_a_small_fault_is_refuted(name: str) -> None:
    counts: dict[str, int] = {}
    for claim, question in links(name):
        if verdict(Question(question.rhs, ZERO, "eq", question.given, question.schematic)).status is Status.PROVED:
            continue  # 0 has no wrong sign
        for kind, wrong in faults(question):
            found = verdict(wrong).status
            if kind in ("sign", "factor"):
                assert found is Status.REFUTED, f"{claim}: {kind} is {found.value}"
            else:
                assert found is not Status.UNKNOWN, f"{claim}: {kind} is {found.value}"
            counts[f"{kind} {found.value}"] = counts.get(f"{kind} {found.value}", 0) + 1
    assert counts.get("sign REFUTED", 0) > 3, counts
