"""Statements as data: what comes back is what was sent, and nothing else comes back."""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from typing import Any

import pytest

from derive.errors import DeriveError
from derive.statement.claim import Claim, Erratum, Form, Link, Page, Source
from derive.statement.codec import decode, encode
from derive.statement.step import Known, Step
from derive.statement.term import (
    FALSE,
    HALF,
    ONE,
    OO,
    PI,
    SORTS,
    TRUE,
    TWO,
    ZERO,
    Term,
    add,
    delta,
    entry,
    fn,
    index,
    make,
    mul,
    num,
    power,
    sub,
    sym,
    total,
)

x, y, n = sym("x"), sym("y", "positive"), sym("n", "positive integer")
i, j = index("i", n), index("j", n)


def u(at: Term) -> Term:
    return entry("u", "real", (n,), (at,))


TERMS = [
    num(3),
    num(Fraction(-22, 7)),
    num(Fraction(10**9000 + 1, 3)),
    PI,
    OO,
    *(sym("x", sort) for sort in SORTS),
    add(x, y, ONE),
    mul(num(-2), x, power(y, HALF)),
    power(ZERO, -1),
    power(TWO, 100),
    power(x, y),
    total(mul(u(i), entry("A", "real", (n, n), (i, add(j, ONE)))), i),
    make("prod", u(i), i),
    make("deriv", fn("exp", u(i)), u(j)),
    make("integral", fn("exp", x), x, mul(num(-1), OO), y),
    delta(i, j),
    make("piecewise", x, make("lt", ZERO, x), ZERO, make("or", make("eq", x, ZERO), make("not", make("ne", x, y))), ONE, TRUE),
    make("and", make("le", x, y), FALSE),
    fn("max", x, y, ZERO),
    fn("polygamma", ONE, y),
]

CLAIM = Claim(
    "page.square",
    "page.py",
    12,
    first=make("deriv", power(x, 2), x),
    links=(Link("eq", mul(TWO, x), why="power rule", by=("page.other",)), Link("le", add(mul(TWO, x), ONE), admits="obvious")),
    given=(make("lt", ZERO, x),),
    source=(Source("book", "eq. 1"),),
    covers=("001.a",),
    definition=True,
)
FORMED = Claim(
    "page.limit", "page.py", 20, form=Form("tends_to", (("expression", x), ("side", "+"), ("over", (x, (y, "z"))), ("value", ZERO)))
)
IMPLIED = Claim("page.so", "page.py", 21, first=make("lt", ZERO, x), links=(Link("implies", make("le", ZERO, x)),))
ERRATUM = Erratum(
    "page.slip", "page.py", 30, printed=CLAIM, refuted_at=(("x", "1"),), instead="page.square", readings=(("as is", "page.a"),)
)
PAGE = Page(
    "page", "page.py", "A page", claims=(CLAIM, FORMED, IMPLIED), errata=(ERRATUM, Erratum("page.b", "page.py", 31, None, "ill-posed"))
)
STATEMENTS = [CLAIM, FORMED, IMPLIED, ERRATUM, PAGE, CLAIM.links[0], FORMED.form, CLAIM.source[0]]


def through_json(data: Any) -> Any:
    return json.loads(json.dumps(data))


@pytest.mark.parametrize("t", TERMS, ids=lambda t: t.op)
def test_a_term_comes_back_as_the_same_object(t: Term) -> None:
    assert decode(through_json(encode(t))) is t


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: type(s).__name__)
def test_a_statement_comes_back_equal(statement: object) -> None:
    assert decode(through_json(encode(statement))) == statement


def test_a_shared_part_is_written_once() -> None:
    t = x
    for _ in range(300):
        t = fn("max", fn("sin", t), fn("cos", t))
    data = encode(t)
    assert len(data["nodes"]) == 901
    assert decode(through_json(data)) is t


def test_what_is_no_statement_is_not_written() -> None:
    for thing in (1.5, {"a": 1}, [x], object(), Form("costs", (("operations", {}),))):
        with pytest.raises(DeriveError):
            encode(thing)


def nodes(*rows: list[Any]) -> dict[str, Any]:
    return {"nodes": list(rows), "value": {"term": len(rows) - 1}}


X, Y, P = ["sym", "x", "real"], ["sym", "y", "real"], ["true"]
ONE_, TWO_ = ["num", "1/1"], ["num", "2/1"]
INDEX = ["index", "i", 0]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"nodes": [], "value": 3},
        {"nodes": {}, "value": {"term": 0}},
        {"nodes": [X], "value": {"term": 1}},
        {"nodes": [X], "value": {"term": -1}},
        {"nodes": [X], "value": {"term": True}},
        {"nodes": [X], "value": {"term": 0}, "more": 1},
        {"nodes": [X], "value": {"term": 0, "more": 1}},
        {"nodes": [X], "value": {"is": "Verdict"}},
        {"nodes": [X], "value": {"is": ["Claim"]}},
        {"nodes": [X], "value": [0]},
        nodes("sym"),
        nodes([]),
        nodes([3]),
        nodes(["sym", "x"]),
        nodes(["sym", "x", "complex"]),
        nodes(["sym", "x", ["real"]]),
        nodes(["sym", "", "real"]),
        nodes(["sym", "a\nb", "real"]),
        nodes(["sym", 3, "real"]),
        nodes(["sym", "x" * 1000, "real"]),
        nodes(["num", 1]),
        nodes(["num", "1"]),
        nodes(["num", "2/4"]),
        nodes(["num", "1/0"]),
        nodes(["num", "1/-1"]),
        nodes(["num", "0x1/1"]),
        nodes(["num", " 1/1"]),
        nodes(["num", "-0/1"]),
        nodes(["num", "01/1"]),
        nodes(["num", "1_0/1"]),
        nodes(["num", "f" * 60_000 + "/1"]),
        nodes(["num", 1.5]),
        nodes(["const", "e"]),
        nodes(["const", ["pi"]]),
        nodes(["eval", "x"]),
        nodes(X, ["exp", 1]),
        nodes(X, ["exp", -1]),
        nodes(X, ["exp", True]),
        nodes(X, ["exp", 0.0]),
        nodes(X, ["exp", [0]]),
        nodes(X, ["exp", "x"]),
        nodes(X, ["exp", 0, 0]),
        nodes(X, ["exp"]),
        nodes(X, ["max"]),
        nodes(P, ["exp", 0]),
        nodes(X, ["polygamma", 0]),
        nodes(X, ["add", 0]),
        nodes(X, Y, ["add", 0, 1], ["add", 0, 2]),
        nodes(X, ONE_, ["add", 1, 0]),
        nodes(X, ["num", "0/1"], ["add", 0, 1]),
        nodes(ONE_, TWO_, ["add", 0, 1]),
        nodes(X, ONE_, ["mul", 1, 0]),
        nodes(X, ["num", "0/1"], ["mul", 1, 0]),
        nodes(X, TWO_, ["mul", 0, 1]),
        nodes(X, P, ["mul", 0, 1]),
        nodes(X, ONE_, ["pow", 0, 1]),
        nodes(TWO_, ["num", "3/1"], ["pow", 0, 1]),
        nodes(X, ["pow", 0]),
        nodes(X, P, ["pow", 0, 1]),
        nodes(X, ["delta", 0, 0]),
        nodes(X, ["sum", 0, 0]),
        nodes(X, INDEX, ["sum", 1]),
        nodes(P, ONE_, ["index", "i", 1], ["sum", 0, 2]),
        nodes(P, INDEX),
        nodes(X, ["deriv", 0, 0], ["deriv", 0, 1]),
        nodes(X, INDEX, ["deriv", 0, 1]),
        nodes(X, ["integral", 0, 0, 0]),
        nodes(X, ONE_, ["integral", 0, 1, 0, 0]),
        nodes(X, ["entry", "u", "real", [0], []]),
        nodes(X, ["entry", "u", "real", [], []]),
        nodes(X, ["entry", "u", "real", 0, 0]),
        nodes(X, ["entry", "u", "real", [0], [1]]),
        nodes(P, ["entry", "u", "real", [0], [0]]),
        nodes(X, ["piecewise", 0, 0]),
        nodes(X, P, ["piecewise", 0, 1, 0]),
        nodes(X, P, ["piecewise", 1, 1]),
        nodes(["piecewise"]),
        nodes(["and"]),
        nodes(X, ["and", 0]),
        nodes(X, ["not", 0]),
        nodes(P, ["not", 0, 0]),
        nodes(P, ["lt", 0, 0]),
        nodes(X, ["lt", 0]),
        nodes(["true", 0]),
        nodes(X, *(["sin", k] for k in range(2100))),
    ],
    ids=str,
)
def test_malformed_data_is_refused(data: Any) -> None:
    with pytest.raises(DeriveError, match="malformed"):
        decode(data)


@pytest.mark.parametrize(
    ("statement", "field", "value"),
    [
        (CLAIM, "line", "12"),
        (CLAIM, "line", True),
        (CLAIM, "line", -1),
        (CLAIM, "definition", 1),
        (CLAIM, "id", None),
        (CLAIM, "covers", "001.a"),
        (CLAIM, "covers", [1]),
        (CLAIM, "first", None),
        (CLAIM, "links", []),
        (CLAIM, "first", {"term": 10**9}),
        (CLAIM, "given", [{"term": 0}]),
        (CLAIM, "form", {"is": "Form", "name": "convex", "parts": []}),
        (CLAIM, "source", [{"is": "Link"}]),
        (IMPLIED, "first", {"term": 0}),
        (FORMED, "form", {"is": "Form", "name": "obvious", "parts": []}),
        (FORMED, "form", {"is": "Form", "name": "convex", "parts": [["over", 3]]}),
        (FORMED, "form", {"is": "Form", "name": "convex", "parts": [["over", "x"], ["over", "y"]]}),
        (FORMED, "form", {"is": "Form", "name": "convex", "parts": [["over", [[[[["x"]]]]]]]}),
        (FORMED, "form", None),
        (CLAIM.links[0], "relation", "equals"),
        (CLAIM.links[0], "relation", "implies"),
        (ERRATUM, "reason", "silly"),
        (ERRATUM, "refuted_at", [["x", "1", "2"]]),
        (ERRATUM, "refuted_at", [["x", 1]]),
        (ERRATUM, "instead", 3),
        (PAGE, "claims", [{"term": 0}]),
    ],
    ids=lambda v: str(v)[:30],
)
def test_a_statement_with_one_wrong_field_is_refused(statement: object, field: str, value: Any) -> None:
    data = through_json(encode(statement))
    assert decode(copy.deepcopy(data)) == statement
    for spoiled in (value, ...):
        changed = copy.deepcopy(data)
        if spoiled is ...:
            del changed["value"][field]
        else:
            changed["value"][field] = spoiled
        with pytest.raises(DeriveError, match="malformed"):
            decode(changed)


def test_data_spoiled_anywhere_gives_a_statement_or_a_derive_error() -> None:
    rng = random.Random(3)
    data = encode(PAGE)
    junk: list[Any] = [
        None,
        True,
        -1,
        0,
        1,
        7,
        10**30,
        1.5,
        "x",
        "",
        "real",
        "add",
        [],
        [0],
        {},
        {"term": 0},
        {"is": "Form"},
        ["num", "1/2"],
    ]
    refused = 0
    for _ in range(2000):
        spoiled = through_json(data)
        part: Any = spoiled
        while True:
            keys = list(part) if isinstance(part, dict) else range(len(part))
            if not keys:
                break
            key = rng.choice(list(keys))
            if not isinstance(part[key], (dict, list)) or rng.random() < 0.2:
                part[key] = rng.choice(junk)
                break
            part = part[key]
        try:
            decode(spoiled)
        except DeriveError:
            refused += 1
    assert refused > 1000


def test_a_number_that_would_explode_is_not_computed() -> None:
    rows = [["num", "f" * 40_000 + "/1"], ["num", "40/1"], *(["pow", k, 1] for k in [0, *range(2, 30)])]
    with pytest.raises(DeriveError, match="not folded"):
        decode(nodes(*rows))


def test_differences_decode_as_differences() -> None:
    t = sub(x, y)
    assert decode(encode(t)) is t


LOG = Step(
    ("case-split",), make("eq", x, x), (Known(make("lt", ZERO, u(i)), (i,)),),
    (Step(("ring",), make("eq", y, y), case=make("lt", ZERO, y)), Step(("cut",))),
)  # fmt: skip


def test_a_proofs_log_travels() -> None:
    assert decode(json.loads(json.dumps(encode(LOG)))) == LOG


def _with(**fields: Any) -> Any:
    data = json.loads(json.dumps(encode(LOG)))
    data["value"] |= fields
    return data


@pytest.mark.parametrize(
    "fields",
    [
        {"goal": encode(LOG)["value"]["known"][0]["every"][0]},  # a term is no goal
        {"rules": "ring"},
        {"parts": [{"is": "Known"}]},
        {"known": [{"is": "Known", "proposition": encode(LOG)["value"]["goal"], "every": [encode(LOG)["value"]["goal"]]}]},
    ],
)
def test_a_log_that_is_none_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(DeriveError, match="malformed statement"):
        decode(_with(**fields))
