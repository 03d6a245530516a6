"""Claims, links and errata: what an author may write, and what is refused with advice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sympy.core.parameters import evaluate

from derive.errors import PageError
from derive.statement.claim import Source
from derive.vocabulary import (
    D,
    Ne,
    Rational,
    ShapeError,
    Sum,
    cite,
    claim,
    definition,
    diag,
    eq,
    erratum,
    half,
    iff,
    index,
    le,
    lt,
    natural,
    original,
    real,
    real_matrix,
    real_vector,
    sheet,
)
from derive.vocabulary.binding import settle
from derive.vocabulary.chains import Draft

n = natural("n")
i = index("i", upto=n)
x, y = real("x y")
v = real_vector("v", n)
W = real_matrix("W", n, n)


@pytest.fixture(autouse=True)
def page() -> Iterator[sheet.Sheet]:
    with sheet.turn_to(sheet.Sheet("page", __file__)) as open_sheet, evaluate(False):
        yield open_sheet


def test_a_chain_keeps_its_lines_as_written(page: sheet.Sheet) -> None:
    made = claim(x * 1 - x, eq(0, why="they cancel"), lt(1), given=x > 0, source=cite("book", "eq. 1"), covers=["a.b"])
    assert made.lines == (x * 1 - x, 0, 1)
    assert [s.relation for s in made.steps] == ["eq", "lt"]
    assert made.steps[0].why == "they cancel"
    assert made.given == (x > 0,)
    assert made.words["source"] == (Source("book", "eq. 1"),)
    assert made.covers == ("a.b",)
    assert (made.first, made.last) == (x * 1 - x, 1)
    assert page.stated == [made]


def test_a_claim_knows_where_it_stands() -> None:
    made = claim(
        x,
        eq(x),
    )
    assert made.file == __file__
    assert made.line == test_a_claim_knows_where_it_stands.__code__.co_firstlineno + 1


def test_a_claim_between_arrays_is_about_every_entry() -> None:
    made = claim(W @ v, eq(W @ v))
    first, right = settle(made.lines, ())[0]
    assert first == right == settle([(W @ v)[i]], ())[0][0]
    assert made.words["display"] == "W v = W v"
    assert claim(v - v, eq(0)).lines[1] == 0


def test_a_definition_is_tied_to_something() -> None:
    made = definition(x + 1, runs_as="jax.nn.relu")
    assert made.lines == (x + 1, x + 1)
    assert made.words["definition"]
    assert not claim(x, eq(x)).words["definition"]
    with pytest.raises(PageError, match="runs_as="):
        definition(x + 1)


def test_outside_a_page_a_claim_is_just_a_draft(page: sheet.Sheet) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheet, "_open", [])
        assert isinstance(claim(x, eq(x)), Draft)
    assert page.stated == []


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "bare bool as first line": (lambda: claim(x == y), r"write claim\(left, eq\(right\)\)"),
    "bare bool in a link": (lambda: claim(x, eq(x == y)), "compares structure"),
    "bare bool as hypothesis": (lambda: claim(x, eq(x), given=x == y), r"write Eq\(a, b\)"),
    "float": (lambda: claim(x, eq(0.5)), r"Rational\(1, 3\)"),
    "no link": (lambda: claim(x), "at least one link"),
    "no link but an expression": (lambda: claim(x, y), "write eq"),
    "expression as hypothesis": (lambda: claim(x, eq(x), given=x), "expected a proposition"),
    "proposition as line": (lambda: claim(x > 0, eq(x)), "expected an expression"),
    "expression as proposition": (lambda: claim(x, iff(x > 0)), "expected a proposition"),
    "expression under iff": (lambda: claim(x > 0, iff(x)), "expected a proposition"),
    "why that is no text": (lambda: eq(x, why=3), "prose"),
    "by that is no claim": (lambda: eq(x, by="jacobian"), "pass the claim itself"),
    "covers that is no list": (lambda: claim(x, eq(x), covers="a.b"), "list of ledger ids"),
    "covers twice": (lambda: claim(x, eq(x), covers=["a", "a"]), "twice"),
    "covers too much": (lambda: claim(x, eq(x), covers=list("abcdefghi")), "at most 8"),
    "source that is no source": (lambda: claim(x, eq(x), source="book"), "cite"),
    "layout missing": (lambda: claim(D(v, v), eq(diag(v))), "layout"),
    "truth of a claim": (lambda: bool(claim(x, eq(x))), "neither true nor false"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_misuse_is_refused_with_advice(name: str) -> None:
    build, message = REFUSED[name]
    with pytest.raises(PageError, match=message):
        build()


def test_lines_of_different_shapes_do_not_make_a_chain() -> None:
    with pytest.raises(ShapeError, match="n × 1 and n × n"):
        claim(v, eq(W))
    with pytest.raises(ShapeError, match="a later one the number 1"):
        claim(v, eq(1))
    with pytest.raises(ShapeError, match="a later one an array"):
        claim(x, eq(v))


def test_an_erratum_takes_over_its_printed_formula(page: sheet.Sheet) -> None:
    right = claim(D(x**2, x), eq(2 * x), covers=["a"])
    wrong = erratum(cite("book"), printed=claim(D(x**2, x), eq(x)), refuted_at={x: Rational(1, 2)}, instead=right, covers=["a"])
    assert page.stated == [right, wrong]
    assert wrong.printed is not None
    assert wrong.printed.printed
    assert wrong.refuted_at == (("x", "1/2"),)
    assert wrong.reason == "refuted"


def test_a_point_is_exact_and_gives_arrays_as_tuples() -> None:
    def at(point: dict[object, object]) -> tuple[tuple[str, str], ...]:
        return erratum(original, printed=claim(x, eq(y)), refuted_at=point).refuted_at

    assert at({n: 2, i: 0, v: (1, half), W: ((1, 2), (3, -4))}) == (("n", "2"), ("i", "0"), ("v", "(1, 1/2)"), ("W", "((1, 2), (3, -4))"))
    assert at({x: -half / 2, v: (1,)}) == (("x", "-1/4"), ("v", "(1,)"))
    with pytest.raises(PageError, match="exact"):
        at({x: 0.5})
    with pytest.raises(PageError, match="exact"):
        at({x: y})
    with pytest.raises(PageError, match="values to symbols"):
        at({"x": 1})


def test_an_ill_posed_formula_raises_the_error_that_its_page_names(page: sheet.Sheet) -> None:
    made = erratum(original, printed=lambda: claim(v[i, i], eq(0)), raises=ShapeError)
    assert made.reason == "ill-posed"
    assert made.raises == "ShapeError: v is n × 1, it takes 1 index; 2 came"
    assert page.stated == [made]
    with pytest.raises(PageError, match="it builds"):
        erratum(original, printed=lambda: claim(v[i], eq(0)), raises=ShapeError)
    with pytest.raises(PageError, match="printed=lambda"):
        erratum(original, printed=claim(v[i], eq(0)), raises=ShapeError)


WRONG_ERRATA: dict[str, tuple[Callable[[], object], str]] = {
    "nothing printed": (lambda: erratum(original), "as printed"),
    "one reading": (lambda: erratum(original, readings=[("as x", claim(x, eq(x)))]), "two readings"),
    "unknown reason": (lambda: erratum(original, printed=claim(x, eq(y)), reason="typo"), "ill-posed"),
    "correction that is no claim": (lambda: erratum(original, printed=claim(x, eq(y)), instead="x"), "instead="),  # type: ignore[arg-type]
    "correction that covers less": (
        lambda: erratum(original, printed=claim(x, eq(y)), instead=claim(x, le(x)), covers=["a"]),
        "add a to covers=",
    ),
    "readings that are no pairs": (lambda: erratum(original, readings=[claim(x, eq(x)), claim(x, eq(y))]), "pairs"),  # type: ignore[list-item]
    "printed that is no claim": (lambda: erratum(original, printed=Ne(x, y)), "written in place"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRONG_ERRATA)
def test_an_erratum_that_shows_nothing_is_refused(name: str) -> None:
    build, message = WRONG_ERRATA[name]
    with pytest.raises(PageError, match=message):
        build()


def test_a_number_in_an_array_claim_is_read_entry_by_entry() -> None:
    made = claim(Sum(v), eq(Sum(v[i], i)))
    assert len(made.lines) == 2
