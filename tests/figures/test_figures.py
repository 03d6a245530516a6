"""Figures: what is drawn comes from the kernel's terms, by the shape of a statement."""

from __future__ import annotations

import math

import pytest

from derive.figures import arrays, functions
from derive.figures.errors import BEYOND, EXACT, error_figure
from derive.figures.failures import failure
from derive.figures.figure import Curve, Figure, Graph, Grid
from derive.kernel.claims import clock, decide_claim
from derive.outcome import LinkOutcome, Outcome, Witness
from derive.statement.claim import Claim, Form, Link
from derive.statement.term import HALF, ONE, ZERO, Term, add, div, entry, fn, index, make, mul, neg, num, power, sub, sym, total

X, B, P = sym("x"), sym("b", "positive"), sym("p", "positive integer")
N = sym("n", "positive integer")
I, J, K, M = (index(a, N) for a in "ijkm")


def z(at: Term) -> Term:
    return entry("z", "real", (N,), (at,))


def d(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


def stated(first: Term, *rights: Term, given: tuple[Term, ...] = (), **more: object) -> Claim:
    return Claim("page.it", "page.py", 3, first, tuple(Link("eq", r) for r in rights), given=given, **more)  # type: ignore[arg-type]


def decided(claim: Claim) -> Outcome:
    verdicts, ends = decide_claim(claim, {}, clock(10.0))
    links = tuple(LinkOutcome(link.relation, "", v) for link, v in zip(claim.links, verdicts, strict=False))
    return Outcome(claim, verdicts[0], links, ends, Witness("NOT_RUN"), "NOT_RUN", "refuted", 0.0)


def at(curve: Curve, x: float) -> float:
    """The height of a curve at the nearest number."""
    return min(((abs(a - x), b) for a, b in zip(curve.xs, curve.ys, strict=True) if not math.isnan(b)))[1]


def only(found: object) -> Figure:
    (figure,) = found  # type: ignore[misc]
    return figure


softmax = div(fn("exp", z(I)), total(fn("exp", z(K)), K))
clipped = fn("max", ZERO, sub(fn("abs", X), B))


# Functions


def test_a_function_its_derivative_and_its_kinks() -> None:
    figure = only(functions.figures([stated(d(clipped, X), ZERO)]))
    (graph,) = figure.panels
    assert isinstance(graph, Graph)
    value, slope = graph.curves
    assert (figure.kind, figure.at, figure.breaks) == ("function", (("b", "1"),), ("-1", "1"))  # at 0 |x| bends below the threshold
    assert at(value, 2.5) == 1.5
    assert (at(slope, 2.5), at(slope, 0.0), at(slope, -2.0)) == (1.0, 0.0, -1.0)
    assert {(round(dot.x), round(dot.y, 6)) for dot in graph.dots if not dot.filled} == {(-1, -1.0), (-1, 0.0), (1, 0.0), (1, 1.0)}


def test_a_curve_breaks_off_at_a_jump() -> None:
    figure = only(functions.figures([stated(fn("sign", X), definition=True)]))
    (graph,) = figure.panels
    assert isinstance(graph, Graph)
    assert any(map(math.isnan, graph.curves[0].ys))
    assert {(dot.y, dot.filled) for dot in graph.dots} >= {(0.0, True), (-1.0, False), (1.0, False)}


def test_a_function_is_drawn_where_the_claim_speaks_of_it_but_whole_where_any_claim_does() -> None:
    logarithm = fn("log", add(ONE, X))
    kept = stated(d(logarithm, X), ZERO, given=(make("lt", ZERO, X), make("lt", X, ONE)))
    (graph,) = only(functions.figures([kept])).panels
    assert isinstance(graph, Graph)
    assert min(graph.curves[0].xs) > 0.0
    assert max(graph.curves[0].xs) < 1.0
    whole = Claim("page.whole", "page.py", 9, d(logarithm, X), (Link("eq", ZERO),))
    assert only(functions.figures([kept, whole])).item == "page.whole"


@pytest.mark.parametrize(
    "claim",
    [
        stated(d(mul(num(3), X), X), num(3)),  # a line
        stated(d(power(P, 2), P), mul(num(2), P)),  # no real number
        stated(d(total(z(K), K), z(I)), ONE),  # an array
        stated(X, X),  # neither a derivative nor a definition
        stated(d(mul(B, X), X), B, given=(make("eq", B, add(X, num(4))),)),  # b is no constant
    ],
)
def test_what_is_no_function_of_one_number_is_not_drawn(claim: Claim) -> None:
    assert list(functions.figures([claim])) == []


def test_parameters_keep_to_the_hypotheses() -> None:
    claim = stated(d(fn("max", X, mul(B, X)), X), ONE, given=(make("lt", B, ONE),))
    assert only(functions.figures([claim])).at == (("b", "1/2"),)
    never = stated(d(fn("max", X, mul(B, X)), X), ONE, given=(make("lt", B, ZERO),))
    assert list(functions.figures([never])) == []


# Arrays


def test_softmax_of_two_and_its_jacobian() -> None:
    entries, jacobian = arrays.figures([stated(d(softmax, z(J)), ZERO)])
    values, slopes = entries.panels
    assert isinstance(values, Graph)
    assert isinstance(slopes, Graph)
    assert [at(c, 0.0) for c in values.curves] == [0.5, 0.5]
    assert [round(at(c, 0.0), 12) for c in slopes.curves] == [0.25, -0.25]
    (grid,) = jacobian.panels
    assert isinstance(grid, Grid)
    assert (grid.down, grid.across, len(grid.values), len(grid.values[0])) == ("i", "j", 6, 6)
    assert all(abs(sum(row)) < 1e-12 for row in grid.values)
    assert all(row[k] > 0 for k, row in enumerate(grid.values))


def test_the_row_of_a_jacobian_is_the_index_that_no_hypothesis_chooses() -> None:
    """The claim has two indices, of the entry and of the largest logit, which comes first in the vector that is drawn."""
    body = div(fn("max", ZERO, add(z(I), neg(z(M)), B)), total(fn("max", ZERO, add(z(K), neg(z(M)), B)), K))
    claim = stated(d(body, z(J)), ZERO, given=(make("or", make("eq", index("l", N), M), make("lt", z(index("l", N)), z(M))),))
    figure = only(arrays.figures([claim]))
    assert figure.kind == "jacobian"
    (grid,) = figure.panels
    assert isinstance(grid, Grid)
    assert grid.down == "i"
    assert dict(figure.at)["m"] == "0"
    assert all(abs(sum(row)) < 1e-12 for row in grid.values)


def test_a_vector_that_the_hypotheses_forbid_is_not_drawn() -> None:
    claim = stated(d(softmax, z(J)), ZERO, given=(make("lt", total(power(z(K), 2), K), num(-1)),))
    assert [f.kind for f in arrays.figures([claim])] == ["entries"]


# Failures


def test_both_sides_of_a_false_claim_through_its_counterexample() -> None:
    figure = failure(decided(stated(fn("exp", X), add(ONE, X))))
    assert figure is not None
    (graph,) = figure.panels
    assert isinstance(graph, Graph)
    left, right = graph.curves
    (place,) = graph.breaks
    assert not left.wrong
    assert right.wrong
    assert at(left, 1.0) == pytest.approx(math.e)
    assert at(right, 1.0) == 2.0
    assert {dot.x for dot in graph.dots} == {place}
    assert len({dot.y for dot in graph.dots}) == 2


def test_a_line_stays_where_the_hypotheses_hold() -> None:
    figure = failure(decided(stated(power(X, 2), X, given=(make("lt", num(2), X),))))
    assert figure is not None
    (graph,) = figure.panels
    assert isinstance(graph, Graph)
    assert min(x for x, y in zip(graph.curves[0].xs, graph.curves[0].ys, strict=True) if not math.isnan(y)) > 2.0


def test_integers_are_dots() -> None:
    figure = failure(decided(stated(fn("floor", mul(HALF, P)), mul(HALF, P))))
    assert figure is not None
    (graph,) = figure.panels
    assert isinstance(graph, Graph)
    assert all(curve.dots and all(float(x).is_integer() for x in curve.xs) for curve in graph.curves)


def test_a_property_that_does_not_hold_is_drawn_through_its_point() -> None:
    form = Form("not_always", (("proposition", make("eq", fn("abs", X), X)), ("point", ((X, num(-1)),))))
    figure = failure(decided(Claim("page.never", "page.py", 3, form=form)))
    assert figure is not None
    assert figure.breaks == ("-1",)


def test_what_holds_has_no_failure() -> None:
    assert failure(decided(stated(add(X, X), mul(num(2), X)))) is None


# The witness


def test_errors_over_the_size_of_the_input() -> None:
    def outcome(*measured: tuple[float, float]) -> Outcome:
        good = decided(stated(add(X, X), mul(num(2), X)))
        return Outcome(good.item, good.verdict, good.links, None, Witness("AGREES", 9, 1.0, "", "", measured), "NOT_RUN", "verified", 0.0)

    figure = error_figure("page", [outcome((0.1, 0.0), (1.0, 2.0), (10.0, 1e300)), outcome()])
    assert figure is not None
    (graph,) = figure.panels
    assert isinstance(graph, Graph)
    assert [(c.xs, c.ys) for c in graph.curves] == [((0.1, 1.0, 10.0), (EXACT, 2.0, BEYOND))]
    assert error_figure("page", [outcome()]) is None
