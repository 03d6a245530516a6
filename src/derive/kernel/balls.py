"""Refutation: does a question certainly fail at an exact point? Nothing is rounded without its error being kept.

`compare` gives a Counterexample only where every hypothesis certainly holds and the relation certainly fails: a ball around
lhs - rhs that excludes 0, two equal exact values where they must differ, or a value on exactly one side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from flint import arb, ctx, fmpq

from derive.kernel.evaluator import PRECISIONS, UNDEFINED, UNSURE, Answer, Evaluator, Key, Point
from derive.kernel.exact import equal
from derive.kernel.jets import Value, is_nil
from derive.kernel.question import Question
from derive.kernel.verdict import Counterexample
from derive.statement.term import Term, free, show, subterms

EVERYDAY = [64, 256]  # the precisions of most points

__all__ = ["UNDEFINED", "UNSURE", "Answer", "Key", "Point", "Trial", "admissible", "compare", "fits", "trial", "truth", "value"]


@lru_cache(maxsize=64)
def _alone(t: Term) -> Evaluator:
    return Evaluator((t,))


def value(t: Term, point: Point, precision: int = 64) -> fmpq | arb | Answer:
    """t at the point: an exact rational, else a ball that surely holds it, else UNDEFINED or UNSURE."""
    try:
        missing = [show(v) for v in free(t) if v.op == "index" and v not in point.indices]
        if missing:
            raise ValueError(f"the point gives no value to the index {min(missing)}")
        evaluator = _alone(t)
        run = evaluator.compile(t)
    except RecursionError:
        return UNSURE
    evaluator.load(point)
    found: fmpq | arb | Answer = evaluator.attempt(run, precision)
    return found


def truth(proposition: Term, point: Point, precision: int = 64) -> bool | None:
    """Whether the proposition holds at the point; None where that cannot be told. Free indices take the point's values."""
    try:
        evaluator = _alone(proposition)
        test = evaluator.test(proposition)
    except RecursionError:
        return None
    evaluator.load(point)
    for exact in (False, True):
        answer = evaluator.attempt(test, precision, exact)
        if isinstance(answer, bool):
            return answer
    return None


def compare(question: Question, point: Point, deep: int = 256, at_kinks: bool = True) -> Counterexample | None:
    """A Counterexample where the point certainly refutes the question: every hypothesis holds there and the relation fails.

    `deep` is the highest precision tried. Without `at_kinks` a derivative that does not exist refutes nothing.
    """
    try:
        return trial(question).compare(point, deep, at_kinks)
    except RecursionError:
        return None  # nested too deeply to be looked at


class Trial:
    """A question, compiled, to be tried at many points."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.evaluator = evaluator = Evaluator(question.everything)
        make = evaluator.test if question.relation in ("iff", "implies") else evaluator.compile
        self.sides = tuple(make(t) for t in question.sides)
        # an integral is known to some 70 bits, whatever the precision
        self.unsure = False  # whether the last failure to tell was that of a side
        self.one_sided = False  # whether the last failure was that exactly one side has a value
        self.most = 256 if any(u.op == "integral" for t in question.everything for u in subterms(t)) else PRECISIONS[-1]
        self.hypotheses = tuple(dict.fromkeys((*question.given, *question.schematic)))
        self.given = tuple(evaluator.test(h) if h in question.schematic else evaluator.test_all(h) for h in self.hypotheses)

    def holds(self, precisions: Iterable[int] = PRECISIONS[:2]) -> bool | None:
        """Whether every hypothesis holds at the current point; None where that cannot be told."""
        doubt = False
        tries = [*((p, False) for p in precisions), (64, True)]
        for test in self.given:
            for precision, exact in tries:
                answer = self.evaluator.attempt(test, precision, exact)
                if answer is False:
                    return False
                if answer is True:
                    break
            else:
                doubt = True
        return None if doubt else True

    def compare(self, point: Point, deep: int = 256, at_kinks: bool = True) -> Counterexample | None:
        """The counterexample at a point, if it is one."""
        self.evaluator.load(point)
        precision = self.refuted(deep, at_kinks)
        if not precision or not admissible(self.question, self.evaluator, point):
            return None
        return self._counterexample(point, max(2 * precision, 128))

    def refuted(self, deep: int = 256, at_kinks: bool = True) -> int:
        """The precision at which the current point refutes the question, if it is admissible; else 0."""
        precisions = [p for p in PRECISIONS if p <= min(deep, self.most)]
        if self.given and not self.holds(precisions):
            return 0
        if self.question.relation == "eq" and precisions == EVERYDAY and not self._fails(EVERYDAY[-1], exact=False)[0] and not self.unsure:
            return 0  # what the higher precision does not refute, the lower one does not
        for precision, exact in [*((p, False) for p in precisions), *((p, True) for p in precisions[-1:])]:
            if exact and not self.unsure:
                break
            fails, kink = self._fails(precision, exact)
            if fails is not None:
                return precision if fails and (at_kinks or not kink) else 0
        if precisions and self.question.relation in ("lt", "ne") and self._ties(precisions[-1]):
            return precisions[-1]
        return 0

    def _ties(self, precision: int) -> bool:
        """Whether both sides have values, and these are equal though no ball can show it."""
        lhs, rhs, _ = self._values(precision, exact=True)
        return isinstance(lhs, fmpq | arb) and isinstance(rhs, fmpq | arb) and equal(self.evaluator, *self.question.sides)

    def _values(self, precision: int, exact: bool = False) -> tuple[Any, Any, bool]:
        """Both sides, and whether one of them is undefined only because a derivative does not exist."""
        evaluator = self.evaluator
        evaluator.at_kink = False
        lhs, rhs = (evaluator.attempt(run, precision, exact) for run in self.sides)
        return lhs, rhs, evaluator.at_kink

    def _fails(self, precision: int, exact: bool) -> tuple[bool | None, bool]:
        """Whether the relation certainly fails (True), certainly does not (False), or cannot be told; and whether for a kink."""
        lhs, rhs, kink = self._values(precision, exact)
        relation = self.question.relation
        self.unsure = lhs is UNSURE or rhs is UNSURE
        if self.unsure:
            return None, False
        if relation in ("iff", "implies"):
            return (lhs and not rhs) or (relation == "iff" and rhs and not lhs), False
        self.one_sided = (lhs is UNDEFINED) is not (rhs is UNDEFINED)
        if lhs is UNDEFINED or rhs is UNDEFINED:
            return self.one_sided and relation != "ne", kink
        return _relation_fails(relation, _difference(lhs, rhs, precision)), False

    def _counterexample(self, point: Point, precision: int) -> Counterexample:
        lhs, rhs, _ = self._values(precision, exact=True)
        ball = ""
        if isinstance(lhs, (fmpq, arb)) and isinstance(rhs, (fmpq, arb)):
            gap = _difference(lhs, rhs, precision)
            if type(gap) is arb and gap.contains(0):
                # a tie, see _ties: what is exact on one side is exact on the other
                lhs, rhs, gap = rhs if type(rhs) is fmpq else lhs, lhs if type(lhs) is fmpq else rhs, fmpq(0)
            ball = _printed(gap, 8, radius=True)
        return Counterexample(point.printed(), _printed(lhs, 20), _printed(rhs, 20), ball)


@lru_cache(maxsize=16)
def trial(question: Question) -> Trial:
    return Trial(question)


def _difference(lhs: Value, rhs: Value, precision: int) -> Value:
    before, ctx.prec = ctx.prec, precision
    try:
        return lhs - rhs
    finally:
        ctx.prec = before


def _relation_fails(relation: str, gap: Value) -> bool | None:
    """Whether lhs `relation` rhs certainly fails, given lhs - rhs; None where the ball cannot tell."""
    if is_nil(gap):
        return relation in ("lt", "ne")
    if type(gap) is arb and gap.contains(0):
        if relation == "le" and gap <= 0:
            return False
        return None
    return relation == "eq" or relation != "ne" and bool(gap > 0)


def _printed(v: Any, digits: int, radius: bool = False) -> str:
    if isinstance(v, Answer):
        return v.value
    if isinstance(v, bool):
        return "true" if v else "false"
    if type(v) is fmpq:
        if v.height_bits() <= 400:
            return str(v)
        v = arb(v)
    return str(v.str(digits, radius=radius))


# --- what a point must be


_FITS: dict[str, Callable[[Fraction | int], bool]] = {
    "real": lambda q: True,
    "positive": lambda q: q > 0,
    "negative": lambda q: q < 0,
    "nonnegative": lambda q: q >= 0,
    "nonpositive": lambda q: q <= 0,
    "nonzero": lambda q: q != 0,
    "integer": lambda q: Fraction(q).denominator == 1,
    "positive integer": lambda q: q > 0 and Fraction(q).denominator == 1,
    "nonnegative integer": lambda q: q >= 0 and Fraction(q).denominator == 1,
}


def fits(sort: str, q: Fraction | int) -> bool:
    """Whether a number is of the sort."""
    return _FITS[sort](q)


def _surd_fits(sort: str, t: Term, evaluator: Evaluator) -> bool:
    """Whether a closed term surely has a value of the sort, which is no integer."""
    v = evaluator.attempt(evaluator.compile(t), 256)
    if not isinstance(v, arb):
        return False
    sure = {"real": True, "positive": v > 0, "negative": v < 0, "nonnegative": v >= 0, "nonpositive": v <= 0, "nonzero": not v.contains(0)}
    return bool(sure.get(sort, False))


def admissible(question: Question, evaluator: Evaluator, point: Point) -> bool:
    """Whether the loaded point is one that the question speaks of: every value of its sort, every index and array within its range."""
    scalars: dict[Term, Fraction | int | Term] = {**point.sizes, **point.scalars}
    if any(t not in scalars for t in (*question.sizes, *question.symbols)) or any(t not in point.indices for t in question.indices):
        return False
    if not all(_surd_fits(t.args[1], q, evaluator) if isinstance(q, Term) else fits(t.args[1], q) for t, q in scalars.items()):
        return False

    def size(t: Term) -> int:
        n = evaluator.attempt(evaluator.compile(t))
        return int(n.p) if type(n) is fmpq and n.q == 1 else -1

    if not all(0 <= k < size(t.args[1]) for t, k in point.indices.items()):
        return False
    for name, sort, shape in question.arrays:
        lengths = [size(s) for s in shape]
        entries = point.arrays.get(name, {})
        if min(lengths, default=0) < 0 or len(entries) != prod(lengths):
            return False
        if any(key not in entries for key in product(*map(range, lengths))) or not all(fits(sort, q) for q in entries.values()):
            return False
    return True
