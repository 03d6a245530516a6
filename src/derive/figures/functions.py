"""Functions of one number, with the derivative and the kinks: what a page differentiates, defines, or calls a kink."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from derive.figures.figure import Curve, Dot, Figure, Graph
from derive.figures.line import BESIDE, Line, Mover, Run, at_words, steps, within
from derive.kernel.balls import fits, truth
from derive.kernel.evaluator import Evaluator, Point
from derive.statement.claim import Claim
from derive.statement.term import Term, free, make, replace, subterms, sym

WIDTHS = (Fraction(6), Fraction(3), Fraction(3, 2))  # on either side of 0; the first that shows function and derivative well
TALL = 4.0
PARAMETERS = tuple(map(Fraction, ("1", "1/2", "2", "1/10", "3", "0", "-1")))
MOST = 4  # parameters of a function that is drawn
EACH = 2  # functions of one claim
ARRAYS = ("sum", "prod", "integral", "deriv", "entry", "index", "delta")


def functions_of(claim: Claim) -> Iterator[tuple[Term, Term]]:
    """The functions of one number that the claim is about, each with its variable."""
    if claim.form is not None and claim.form.name == "differentiable_at":
        expression, variable = claim.form["expression"], claim.form["variable"]
        if isinstance(expression, Term) and isinstance(variable, Term):
            yield expression, variable
    if claim.first is None:
        return
    yield from itertools.islice(((u.args[0], u.args[1]) for u in subterms(claim.first) if u.op == "deriv"), EACH)
    if claim.definition:
        # Of x and a positive step t, x is what varies.
        symbols = [v for v in free(claim.first) if v.op == "sym" and "integer" not in v.args[1]]
        for choice in ([v for v in symbols if v.args[1] == "real"], symbols):
            if len(choice) == 1:
                yield claim.first, choice[0]
                return


def figures(claims: Sequence[Claim]) -> Iterator[Figure]:
    """A figure for each function of these claims, beside the first claim that is about it on the widest region."""
    found: dict[Term, list[tuple[Claim, Term, Term]]] = {}
    for claim in claims:
        for function, variable in functions_of(claim):
            if _is_plain(function, variable):
                found.setdefault(replace(function, {variable: sym("x")}), []).append((claim, function, variable))
    for many in found.values():
        drawn = (figure(*one) for one in sorted(many, key=lambda one: len(_bounds(one[0], one[2]))))
        yield from itertools.islice((f for f in drawn if f is not None), 1)


def _bounds(claim: Claim, variable: Term) -> list[Term]:
    """The hypotheses that keep the variable in a part of the line."""
    return [p for p in claim.given if p.op != "ne" and variable in free(p)]


def _is_plain(function: Term, variable: Term) -> bool:
    """Whether the function depends on numbers alone, few of them, and on its variable."""
    if variable.op != "sym" or "integer" in variable.args[1] or variable not in free(function):
        return False
    return not any(u.op in ARRAYS for u in subterms(function)) and len(free(function)) <= MOST + 1


def figure(claim: Claim, function: Term, variable: Term) -> Figure | None:
    """The function and its derivative; None where its parameters find no values, or where the function is a line."""
    held = _parameters(claim, function, variable)
    if held is None:
        return None
    bounds = [p for p in _bounds(claim, variable) if free(p) <= {variable, *held}]
    slope = make("deriv", function, variable)
    mover, point = Mover(variable), Point(scalars={variable: Fraction(1), **held})
    line = Line(Evaluator((function, slope)), point, mover)
    value_run, slope_run = line.evaluator.compile(function), line.evaluator.compile(slope)
    drawn: tuple[Curve, Curve] | None = None
    corners: list[Fraction] = []
    for width in WIDTHS:
        at = _where(bounds, point, variable, within(variable.args[1], steps(-width, width)))
        if len(at) < 2:
            continue
        breaks = line.breaks([function], at)
        curves = (line.curve("the function", value_run, at, breaks), line.curve("its derivative", slope_run, at, breaks))
        seen = [abs(y) for c in curves for y in c.ys if not math.isnan(y)]
        if not seen:
            continue
        fits_well = max(seen) <= TALL
        cut = corners and len(breaks) < len(corners)  # a closer look that loses a kink is no better
        if drawn is None or not cut:
            drawn, corners = curves, breaks
        if fits_well or cut:
            break
    if drawn is None or (not corners and is_constant(drawn[1])):
        return None
    bends = [b for b in corners if _bends(line, slope_run, b)]
    dots = [d for b in bends for d in _ends(line, value_run, slope_run, b)]
    graph = Graph(mover.name, drawn, tuple(dots), tuple(map(float, bends)))
    return Figure(claim.id, "function", (graph,), (function, variable), at_words(point, mover), tuple(map(str, bends)))


def _where(bounds: Sequence[Term], point: Point, variable: Term, at: Sequence[Fraction]) -> list[Fraction]:
    """Numbers between the first and the last at which the bounds hold."""
    if not bounds:
        return list(at)
    inside = [q for q in at if all(truth(p, Point(scalars={**point.scalars, variable: q})) for p in bounds)]
    return steps(inside[0], inside[-1]) if len(inside) > 1 else []


def _parameters(claim: Claim, function: Term, variable: Term) -> dict[Term, Fraction] | None:
    """Values of what else the function depends on, such that the hypotheses on these alone hold."""
    names = sorted((v for v in free(function) if v is not variable), key=lambda v: str(v.args[0]))
    given = [p for p in claim.given if free(p) <= set(names)]
    # A hypothesis that ties the variable to a parameter makes the latter no constant.
    if any(p.op == "eq" and variable in free(p) and free(p) & set(names) for p in claim.given):
        return None
    for values in itertools.product(PARAMETERS, repeat=len(names)):
        held = dict(zip(names, values, strict=True))
        if all(fits(v.args[1], q) for v, q in held.items()) and all(truth(p, Point(scalars=dict(held))) for p in given):
            return held
    return None


def is_constant(curve: Curve) -> bool:
    """Whether the curve is a horizontal line, or nothing."""
    seen = [y for y in curve.ys if not math.isnan(y)]
    return not seen or max(seen) - min(seen) <= 1e-9 * max(1.0, abs(max(seen)))


def _bends(line: Line, slope_run: Run, at: Fraction) -> bool:
    """Whether the derivative has no value here."""
    line.go(at)
    return math.isnan(line.value(slope_run))


def _ends(line: Line, value_run: Run, slope_run: Run, at: Fraction) -> Iterator[Dot]:
    """The function's value at a kink, and the one-sided slopes and limits as open dots."""
    line.go(at)
    here = line.value(value_run)
    if not math.isnan(here):
        yield Dot(float(at), here)
    for side in (-BESIDE, BESIDE):
        line.go(at + side)
        limit, slope = line.value(value_run), line.value(slope_run)
        if not math.isnan(limit) and abs(limit - here) > 1e-6:
            yield Dot(float(at), limit, filled=False)
        if not math.isnan(slope):
            yield Dot(float(at), slope, filled=False)
