"""Functions of arrays: a vector function with two entries followed along a line, and Jacobians as grids of numbers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace as changed
from fractions import Fraction

from flint import fmpq

from derive.figures.figure import Curve, Figure, Graph, Grid
from derive.figures.functions import PARAMETERS, is_constant
from derive.figures.line import Line, Mover, Run, at_words, steps, to_float
from derive.kernel.balls import Trial, admissible
from derive.kernel.evaluator import Evaluator, Key, Point
from derive.kernel.question import Question
from derive.kernel.questions import ask
from derive.statement.claim import Claim
from derive.statement.term import Term, entry, free, fresh, index, make, num, subterms

WIDTH = Fraction(5)  # on either side of a tie
SIDES = (6, 5, 4, 3, 2, 7)  # different numbers of rows and columns, as far as the names of the sizes differ
LARGEST = 12  # sizes of a grid that can be read
TRIES = 64  # ways to fill the arrays that are tried until the hypotheses hold


def figures(claims: Sequence[Claim]) -> Iterator[Figure]:
    """The figures of what these claims differentiate in the entries of an array, each function once."""
    seen: set[tuple[str, Term]] = set()
    for claim in claims:
        derivative = _first_derivative(claim)
        if derivative is None:
            continue
        body, variable = derivative.args
        for kind, key, make_figure in (("entries", body, entries), ("jacobian", derivative, jacobian)):
            if (kind, key) not in seen and (found := make_figure(claim, body, variable)) is not None:
                seen.add((kind, key))
                yield found


def _first_derivative(claim: Claim) -> Term | None:
    """The derivative in an entry that is the claim's first line."""
    first = claim.first
    if first is None or first.op != "deriv" or first.args[1].op != "entry":
        return None
    return first if not any(u.op == "deriv" for u in subterms(first.args[0])) else None


def entries(claim: Claim, body: Term, variable: Term) -> Figure | None:
    """The function at x = (t, 0), and its derivatives; None where it is of another shape or where hypotheses bind it."""
    array, sort, shape, _ = variable.args
    if len(shape) != 1 or sort != "real" or shape[0].op != "sym" or not _only(body, array, shape[0]):
        return None
    own = [v for v in free(body) if v.op == "index"]
    if variable.args[3][0] in own:  # a diagonal entry, which is no function of its own
        return None
    symbols = [v for v in free(body) if v.op == "sym" and v is not shape[0]]
    if len(own) > 1 or symbols or any(p.op == "eq" for p in claim.given):
        return None
    beside = index(fresh("j", {v.args[0] for v in subterms(body) if v.op == "index"}), shape[0])
    slope = make("deriv", body, entry(array, sort, shape, (beside,)))
    mover = Mover(variable, (0,))
    indices = {beside: 0} | dict.fromkeys(own, 0)
    point = Point({shape[0]: 2}, {}, indices, {array: {(0,): Fraction(0), (1,): Fraction(0)}})
    line = Line(Evaluator((body, slope)), point, mover)
    at = steps(-WIDTH, WIDTH)
    breaks = line.breaks([body], at)
    value_run, slope_run = line.evaluator.compile(body), line.evaluator.compile(slope)
    # A function with entries moves in its own index; a number moves in what it is differentiated in.
    values: list[Curve] = []
    slopes: list[Curve] = []
    for k in (0, 1):
        for over in own or [beside]:
            line.evaluator.place(over, k)
        if own or k == 0:
            values.append(line.curve(f"[{k}]" if own else "the function", value_run, at, breaks))
        slopes.append(line.curve(f"[{k}]", slope_run, at, breaks))
    if not breaks and all(map(is_constant, slopes)):
        return None
    places = tuple(map(float, breaks))
    panels = tuple(
        Graph(mover.name, tuple(curves), breaks=places, title=title) for curves, title in ((values, "values"), (slopes, "derivatives"))
    )
    return Figure(claim.id, "entries", panels, (body, variable), at_words(point, mover), tuple(map(str, breaks)))


def _only(body: Term, array: str, size: Term) -> bool:
    """Whether the body speaks of this array alone, and its indices run over all of it."""
    seen = list(subterms(body))
    return {u.args[0] for u in seen if u.op == "entry"} == {array} and all(u.args[1] is size for u in seen if u.op == "index")


def jacobian(claim: Claim, body: Term, variable: Term) -> Figure | None:
    """The derivatives of a vector function, at a point that the hypotheses allow; None where it is of another shape."""
    array, _, shape, at = variable.args
    derivative = make("deriv", body, variable)
    question = ask(derivative, num(0), "eq", claim)
    if len(shape) != 1 or at[0].op != "index" or [a[0] for a in question.arrays] != [array]:
        return None
    if any(u.op == "integral" for u in subterms(body)):
        return None
    # Of i and of m, where z_m is the largest entry, it is i that numbers the rows: no hypothesis speaks of it.
    rows = [v for v in free(body) if v.op == "index" and v is not at[0] and not any(v in free(p) for p in claim.given)]
    if len(rows) != 1:
        return None
    point = _place(question, {rows[0], at[0]})
    if point is None:
        return None
    evaluator = Evaluator((derivative,))
    run, counts = evaluator.compile(derivative), []
    evaluator.load(point)
    for over in (rows[0], at[0]):
        size = evaluator.attempt(evaluator.compile(over.args[1]))
        counts.append(int(size.p) if type(size) is fmpq else 0)
    values = tuple(tuple(_at(evaluator, run, {rows[0]: p, at[0]: q}) for q in range(counts[1])) for p in range(counts[0]))
    if not any(v for row in values for v in row if not math.isnan(v)):
        return None
    indices = {v: k for v, k in point.indices.items() if v not in (rows[0], at[0])}
    grid = Grid(str(rows[0].args[0]), str(at[0].args[0]), values)
    return Figure(claim.id, "jacobian", (grid,), (derivative,), changed(point, indices=indices).printed())


def _at(evaluator: Evaluator, run: Run, positions: dict[Term, int]) -> float:
    for over, k in positions.items():
        evaluator.place(over, k)
    return to_float(evaluator.attempt(run))


def _place(question: Question, axes: set[Term]) -> Point | None:
    """A point that the question speaks of, its numbers and arrays chosen in the first way that the hypotheses allow.

    Hypotheses on the axes, such as i != j, choose entries of the grid; they do not choose the point.
    """
    sizes: dict[Term, int] = dict(zip(question.sizes, SIDES, strict=False))
    trial = Trial(question)
    tests = [t for h, t in zip(trial.hypotheses, trial.given, strict=True) if h not in question.schematic or not axes & free(h)]
    ((array, sort, shape),) = question.arrays
    evaluator = trial.evaluator
    evaluator.load(Point(sizes=sizes))
    size = evaluator.attempt(evaluator.compile(shape[0]))
    if type(size) is not fmpq or size.q != 1 or not 1 < size.p <= LARGEST:
        return None
    for numbers in itertools.islice(itertools.product(PARAMETERS, repeat=len(question.symbols)), TRIES):
        for entries in _fillings(sort, int(size.p)):
            scalars = dict(zip(question.symbols, numbers, strict=True))
            point = Point(sizes, dict(scalars), dict.fromkeys(question.indices, 0), {array: entries})
            evaluator.load(point)
            if admissible(question, evaluator, point) and all(evaluator.attempt(t) is True for t in tests):
                return point
    return None


def _fillings(sort: str, count: int) -> Iterator[dict[Key, Fraction]]:
    """Ways to fill a vector: falling numbers, equal ones that sum to 1, a one among zeros."""
    falling = [2 - Fraction(3 * k, 7) for k in range(count)]
    if "integer" in sort:
        falling = [Fraction(1 + k % 3) for k in range(count)]
    elif sort != "real":
        falling = [(-1 if sort in ("negative", "nonpositive") else 1) * (abs(q) or Fraction(1)) for q in falling]
    for numbers in (falling, [Fraction(1, count)] * count, [Fraction(k == 0) for k in range(count)]):
        yield {(k,): q for k, q in enumerate(numbers)}
