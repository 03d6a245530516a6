"""A proof under hypotheses says where they hold and which of them it does without; and it says what was proved, not what it was called."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from derive import catalogue
from derive.check import check_page
from derive.export.body import statement_latex, terms_of
from derive.export.notation import notation_for
from derive.pages import load
from derive.recheck.compare import compare
from derive.reports import Report, render
from derive.statement.claim import Claim, Link, Page
from derive.statement.term import HALF, ONE, ZERO, Term, add, fn, index, make, mul, num, power, sub, sym, total
from derive.statement.term import entry as entry_of
from derive.statement.term import replace as put

X, Y, P, N = sym("x"), sym("y"), sym("p", "positive"), sym("n", "positive integer")
I, K, SHORT = index("i", N), index("k", N), index("k", sub(N, ONE))


def u(k: Term) -> Term:
    return entry_of("u", "real", (N,), (k,))


def chain(left: Term, relation: str, right: Term, *given: Term) -> Claim:
    return Claim("page.c", "page.py", 1, left, (Link(relation, right),), given=given)


def lt(a: Term, b: Term) -> Term:
    return make("lt", a, b)


UNDER = {
    "a sign": chain(fn("abs", X), "eq", X, lt(ZERO, X)),
    "an order": chain(fn("max", X, Y), "eq", Y, lt(X, Y)),
    "two of which one is not needed": chain(fn("abs", X), "eq", X, lt(ZERO, X), lt(Y, ZERO)),
    "an equation": chain(power(X, 4), "eq", num(4), make("eq", power(X, 2), num(2))),
    "a far place": chain(fn("max", X, num(10**9)), "eq", X, lt(num(10**9), X), lt(X, num(10**9 + 1))),
    "a small place": chain(fn("abs", X), "eq", X, lt(ZERO, X), lt(X, num("1/1000000000"))),
    "a premise": chain(lt(num(3), X), "implies", lt(num(9), power(X, 2))),
    "every entry": chain(fn("abs", u(I)), "eq", u(I), make("le", ZERO, u(K))),
    "a sum": chain(mul(X, total(u(K), K)), "eq", X, make("eq", total(u(K), K), ONE)),
}


@pytest.fixture(scope="module")
def decided() -> dict[str, dict]:
    """The JSON of each claim, by name."""
    out = {}
    for name, claim in UNDER.items():
        page = Page("page", "page.py", claims=(claim,))
        (out[name],) = json.loads(render(Report([page], check_page(page)), "json"))["claims"]
    return out


def holds(h: Term, at: dict[str, str]) -> bool:
    """Whether a hypothesis about scalars holds at a point, as the second checker sees it."""
    values = {v: exact(at[v.args[0]]) for v in (X, Y, P) if v.args[0] in at}
    left, right = (put(t, values) for t in h.args)
    return compare((left, right), [h.op], ()).status == "AGREES"


def exact(text: str) -> Term:
    return power(num(2), HALF) if text == "2**(1/2)" else num(text)


@pytest.mark.parametrize("name", UNDER)
def test_a_proof_names_a_point_at_which_its_hypotheses_hold(name: str, decided: dict[str, dict]) -> None:
    found, claim = decided[name], UNDER[name]
    assert found["verdict"] == "PROVED"
    assert found["satisfied_at"], "a proof under hypotheses without a point is vacuous for all we know"
    premise = [claim.first] if claim.links[0].relation == "implies" else []
    for h in (*claim.given, *premise):
        if h is not None and not any(v in str(h) for v in ("u[", "sum")):
            assert holds(h, found["satisfied_at"])


def test_the_point_would_be_seen_to_miss() -> None:
    assert not holds(lt(ZERO, X), {"x": "-1"})
    assert not holds(make("eq", power(X, 2), num(2)), {"x": "141/100"})
    assert holds(make("eq", power(X, 2), num(2)), {"x": "2**(1/2)"})


def test_entries_at_the_point_are_not_negative_and_sum_to_one(decided: dict[str, dict]) -> None:
    entries = decided["every entry"]["satisfied_at"]["u"].strip("()").split(", ")
    assert all(not v.startswith("-") for v in entries)
    whole = [num(v) for v in decided["a sum"]["satisfied_at"]["u"].strip("()").split(", ")]
    assert add(*whole, ZERO) is ONE


def test_what_is_not_needed_is_said_and_what_is_needed_is_not(decided: dict[str, dict]) -> None:
    assert {name: found["unused"] for name, found in decided.items() if found["unused"]} == {
        "two of which one is not needed": ["y < 0"],
        "a far place": ["x < 1000000001"],
        "a small place": ["x < 1/1000000000"],
    }


FALSE = {
    "no number": chain(X, "eq", Y, lt(X, ZERO), lt(ZERO, X)),
    "no square": chain(X, "eq", Y, make("eq", power(X, 2), num(-1))),
    "no premise": chain(lt(fn("exp", X), ZERO), "implies", make("eq", X, Y)),
    "false though its hypothesis holds": chain(fn("abs", X), "eq", X, lt(num(-1), X)),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_holds_nowhere_proves_nothing(name: str) -> None:
    (outcome,) = check_page(Page("page", "page.py", claims=(FALSE[name],)))
    assert outcome.verdict is not None
    assert outcome.verdict.name == ("REFUTED" if name.startswith("false") else "UNKNOWN")
    assert outcome.verdict.satisfied_at == ()


# What is printed is what was proved


def statement(claim: Claim) -> str:
    page = Page("page", "page.py", claims=(claim,))
    (found,) = json.loads(render(Report([page], check_page(page)), "json"))["claims"]
    return found["statement"]


def test_the_statement_follows_the_terms_and_nothing_else() -> None:
    honest = chain(power(fn("sin", X), 2), "eq", sub(ONE, power(fn("cos", X), 2)))
    dressed = replace(honest, title="The Riemann hypothesis", display=r"\zeta(s) = 0", reads_as="more than it is", id="page.riemann")
    assert statement(dressed) == statement(honest)
    assert r"\sin" in statement(honest)
    assert r"\zeta" not in statement(dressed)
    # A weak statement under a strong name shows that it is weak.
    weak = replace(dressed, first=X, links=(Link("eq", X),))
    assert statement(weak) != statement(honest)
    assert r"\sin" not in statement(weak)


CHANGED = (
    (chain(X, "le", add(X, ONE)), chain(X, "lt", add(X, ONE))),
    (chain(total(u(K), K), "eq", total(u(K), K)), chain(total(u(K), K), "eq", total(put(u(K), {K: SHORT}), SHORT))),
    (chain(mul(num(2), X), "eq", add(X, X)), chain(mul(num("20000000001/10000000000"), X), "eq", add(X, X))),
    (chain(u(I), "eq", u(I)), chain(u(I), "eq", u(K))),
)


@pytest.mark.parametrize(("one", "other"), CHANGED)
def test_another_statement_is_printed_otherwise(one: Claim, other: Claim) -> None:
    assert statement(one) != statement(other)


PAGES = ("softmax_jacobian", "conv_output_size", "huber_moreau", "temperature_limits", "simplex_projection")


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_claims_stands_in_what_is_printed(name: str) -> None:
    """Both ends of every chain, from the kernel's own terms, spaces and the size of brackets aside."""
    claims = [c for c in load(catalogue.library() / f"{name}.py").claims if c.first is not None and c.links]
    assert len(claims) >= 4
    for claim in claims:
        notation, printed = notation_for(*terms_of(claim)), plain(statement_latex(claim))
        for end in (claim.first, claim.links[-1].right):
            assert plain(notation.latex(end)) in printed, claim.id
        if claim.links[-1].relation in ("eq", "le", "lt"):
            assert plain(notation.latex(add(num(1234567), claim.links[-1].right))) not in printed


def plain(latex: str) -> str:
    return re.sub(r"\s|\\left|\\right|\\[,! ]", "", latex)
