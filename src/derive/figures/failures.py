"""Failures: both sides of a formula that does not hold, along a line through its counterexample."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from derive.figures.figure import Curve, Dot, Figure, Graph
from derive.figures.line import Line, Mover, at_words, steps, within
from derive.kernel.balls import Trial
from derive.kernel.evaluator import Point
from derive.kernel.forms import point_of
from derive.kernel.point import named_point
from derive.kernel.question import Question
from derive.kernel.questions import questions_of
from derive.outcome import Outcome
from derive.statement.claim import Claim, Erratum
from derive.statement.term import Term, entry, num

ENOUGH = 0.5  # of a line that must lie where the hypotheses hold and both sides have values
APART = 1e-6  # two sides that differ less than this, of what they are, are drawn as one
CLEAR = 0.9  # share of a line on which both sides are apart that is as good as all of it
ENTRIES = 4  # of an array that are moved
FAR = 30.0  # how much larger a side may be at the end of the line than at the counterexample


def failure(outcome: Outcome) -> Figure | None:
    """The first line of a claim that is refuted, drawn; None where it is about truth values, or fails at a point that has no line."""
    found = refuted_question(outcome)
    if found is None or found[0].relation not in ("eq", "le", "lt"):
        return None
    question, point = found
    trial = Trial(question)
    best: tuple[float, Figure] | None = None
    for mover in _movers(question, point):
        drawn = _along(outcome.item.id, question, trial, Line(trial.evaluator, point, mover))
        # The first line that shows both sides apart nearly everywhere, else the one that shows most.
        if drawn is not None and (best is None or drawn[0] > best[0]):
            best = drawn
        if best is not None and best[0] > CLEAR:
            break
    return best[1] if best else None


def refuted_question(outcome: Outcome) -> tuple[Question, Point] | None:
    """The first question of an outcome's claim that is refuted, and where."""
    claim = outcome.item.printed if isinstance(outcome.item, Erratum) else outcome.item
    if claim is None:
        return None
    if claim.form is not None:
        return _never(claim)
    for question, link in zip(questions_of(claim), outcome.links, strict=False):
        if link.verdict.counterexample is not None:
            point = named_point(question, link.verdict.counterexample.at)
            return (question, point) if point is not None else None
    return None


def _never(claim: Claim) -> tuple[Question, Point] | None:
    """What `not_always` says to fail, and where."""
    form = claim.form
    proposition = form["proposition"] if form is not None and form.name == "not_always" else None
    if form is None or not isinstance(proposition, Term) or proposition.op not in ("eq", "le", "lt"):
        return None
    left, right = proposition.args
    return Question(left, right, proposition.op, claim.given), point_of(form["point"], (proposition, *claim.given))


def _movers(question: Question, point: Point) -> list[Mover]:
    """What may move, the likeliest to show something first: real numbers, then entries, then parameters with a sign, then integers."""
    found = [Mover(t) for t in question.symbols if isinstance(point.scalars.get(t), Fraction)]
    for name, sort, shape in question.arrays:
        term = entry(name, sort, shape, tuple(num(0) for _ in shape))
        found += [Mover(term, key) for key in sorted(point.arrays.get(name, {}))[:ENTRIES]]
    return sorted(found, key=lambda m: (m.whole, m.sort != "real"))


def _along(item: str, question: Question, trial: Trial, line: Line) -> tuple[float, Figure] | None:
    """How much of the line shows both sides apart, and the figure."""
    mover, point = line.mover, line.point
    here = point.arrays[mover.term.args[0]][mover.key] if mover.term.op == "entry" else point.scalars[mover.term]
    if not isinstance(here, Fraction):
        return None
    width = Fraction(6) if mover.whole else Fraction(3)
    at = within(mover.sort, steps(here - width, here + width, 12 if mover.whole else 240))
    allowed = {}
    for q in at:
        line.go(q)
        allowed[q] = not trial.given or trial.holds() is True
    kept = [q for q in at if allowed[q]]
    if len(kept) < ENOUGH * len(at) or len(kept) < 3:
        return None
    breaks = [] if mover.whole else line.breaks(question.sides, kept)
    left, right = (_masked(line.curve(name, run, at, breaks, wrong=wrong), allowed)
                   for name, run, wrong in zip(("left side", "right side"), trial.sides, (False, True), strict=True))  # fmt: skip
    if not (_moves(left) or _moves(right)):
        return None
    line.go(here)
    ends = [line.value(run) for run in trial.sides]
    line.evaluator.load(point)
    largest = FAR * max((abs(v) for v in ends if not math.isnan(v)), default=1.0) + FAR
    left, right = _cut(left, largest), _cut(right, largest)
    apart = [abs(a - b) > APART * max(abs(a), abs(b)) for a, b in zip(left.ys, right.ys, strict=False) if not math.isnan(a + b)]
    share = sum(apart) / max(len(left.ys), 1)
    dots = tuple(Dot(float(here), v) for v in ends if not math.isnan(v))
    graph = Graph(mover.name, (left, right), dots, (float(here),))
    return share, Figure(item, "failure", (graph,), question.sides, at_words(point, mover), (str(here),))


def _masked(curve: Curve, allowed: dict[Fraction, bool]) -> Curve:
    """The curve without the numbers at which a hypothesis fails."""
    outside = {float(q) for q, fits in allowed.items() if not fits}
    ys = tuple(math.nan if x in outside else y for x, y in zip(curve.xs, curve.ys, strict=True))
    return replace(curve, ys=ys)


def _moves(curve: Curve) -> bool:
    seen = [y for y in curve.ys if not math.isnan(y)]
    return bool(seen) and max(seen) - min(seen) > APART * max(1.0, *map(abs, seen))


def _cut(curve: Curve, largest: float) -> Curve:
    """The curve without values that would flatten everything else."""
    return replace(curve, ys=tuple(math.nan if abs(y) > largest else y for y in curve.ys))
