"""Statements that are no chains: what each form says, at points of the checker's own. docs/trust.md says what this cannot see.

exists, not_always     the proposition at the very point
rounds_to              the decimal, to 60 digits
member                 the element lies in the set, at admissible points
minimises              the point is feasible, and no admissible point is better
convex                 the value in the middle of two points is at most the mean of their values
differentiable_at      the slope next to the point, on both sides
tends_to               the value near the point, or far out
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from derive.recheck.compare import NOTHING, Recheck, compare
from derive.recheck.look import DIGITS, FAILURES, Look, longest
from derive.recheck.place import Place
from derive.recheck.reals import context
from derive.recheck.setting import setting, shapes
from derive.recheck.writing import Indices
from derive.statement.claim import Form
from derive.statement.term import HALF, OO, TRUE, Term, Tied, add, make, mul, neg, rebuild, replace

SHORT = 8  # digits of the numbers in a statement about what is near, or far out: longer ones may hide where it changes
STILL, APART = Decimal("1e-40"), Decimal("1e-30")  # a value that stands still, and one that is another


def look_at_form(form: Form, given: Sequence[Term]) -> Recheck:
    """What the second checker says of a statement of this form."""
    rule = _RULES.get(form.name)
    try:
        return rule(dict(form.parts), given) if rule else NOTHING
    except (*FAILURES, Tied):
        return NOTHING


def _terms(value: Any) -> tuple[Term, ...]:
    return (value,) if isinstance(value, Term) else tuple(value)


def _all(looks: Sequence[Recheck]) -> Recheck:
    """The worst of several looks."""
    order = ("DISAGREES", "NOT_APPLICABLE", "AGREES")
    return min(looks, key=lambda look: order.index(look.status))


# At one point, and of one number


def _at_point(wanted: bool) -> Callable[[dict[str, Any], Sequence[Term]], Recheck]:
    def rule(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
        s = setting([parts["proposition"]], given)
        integers, at, values = dict[Term, int](), dict[Term, int](), dict[Any, Decimal]()
        with decimal.localcontext(context(2 * DIGITS)):
            for variable, value in parts["point"]:
                q = value.args[0]
                if variable.op == "index":
                    at[variable] = int(q)
                elif variable in s.sizes or variable in s.whole:
                    integers[variable] = int(q)
                elif variable.op == "entry":
                    values[variable.args[0], tuple(int(k.args[0]) for k in variable.args[3])] = Decimal(q.numerator) / q.denominator
                else:
                    values[variable, ()] = Decimal(q.numerator) / q.denominator
            place = Place(Random(0), integers, s.sorts, _nothing_drawn, values)
            place.rounded = bool(decimal.getcontext().flags[decimal.Inexact])
            holds = Look(s, [], [], Random(0)).reals(place).holds(parts["proposition"], at)
        return Recheck("AGREES") if holds is wanted else Recheck("DISAGREES", f"at its point it is {'true' if holds else 'false'}")

    return rule


def _nothing_drawn(sort: str, random: Random) -> Decimal:
    raise decimal.InvalidOperation("the point leaves a variable open")


def _rounds_to(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
    printed = Decimal(parts["printed"])
    half = Decimal(1).scaleb(int(printed.as_tuple().exponent)) / 2
    s = setting([parts["expression"]], ())
    with decimal.localcontext(context(DIGITS)):
        value = Look(s, [], [], Random(0)).reals(Place(Random(0), {}, s.sorts, _nothing_drawn)).value(parts["expression"], {})
        gap = value - printed
        if abs(abs(gap) - half) < STILL and decimal.getcontext().flags[decimal.Inexact]:
            return NOTHING  # what cannot be told from a half
        return Recheck("AGREES") if -half <= gap < half else Recheck("DISAGREES", f"its value is {value:.30g}")


# By looking at lines


def _member(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
    of = parts["set"]
    options = [of] if isinstance(of, Term) else [make("eq", parts["element"], v) for v in of]
    return compare([TRUE, options[0] if len(options) == 1 else make("or", *options)], ["implies"], given)


def _minimises(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
    objective, subject = parts["objective"], _terms(parts.get("subject_to", ()))
    best = dict(zip(_terms(parts["over"]), _terms(parts["point"]), strict=True))
    feasible = [compare([TRUE, moved(condition, best)], ["implies"], given) for condition in subject]
    return _all([compare([moved(objective, best), objective], ["le"], [*given, *subject]), *feasible])


def _convex(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
    f, over = parts["expression"], _terms(parts["over"])
    other = {v: _twin(v) for v in over}
    middle = moved(f, {v: mul(HALF, add(v, w)) for v, w in other.items()})
    return compare([middle, mul(HALF, add(f, moved(f, other)))], ["le"], [*given, *(moved(h, other) for h in given)])


def _twin(v: Term) -> Term:
    return make(v.op, f"{v.args[0]} too", *v.args[1:])


def moved(t: Term, table: dict[Term, Term]) -> Term:
    """t with other values for its variables; x[i] stands for the whole array, with a value that speaks of i."""
    t = replace(t, {v: w for v, w in table.items() if v.op != "entry"})
    arrays = {v.args[0]: (v.args[3], w) for v, w in table.items() if v.op == "entry"}

    def go(u: Term) -> Term:
        here = rebuild(u, go)
        if here.op == "entry" and here.args[0] in arrays:
            places, value = arrays[here.args[0]]
            return replace(value, dict(zip(places, here.args[3], strict=True)))
        return here

    return go(t) if arrays else t


# Near a point


def _differentiable_at(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
    slope = make("deriv", parts["expression"], parts["variable"])
    sides = [
        _near(slope, parts["variable"], parts["point"], parts[name], given, side, ("1e-20", "1e-28", "1e-36"))
        for name, side in (("left", -1), ("right", 1))
    ]
    return _all(sides)


def _tends_to(parts: dict[str, Any], given: Sequence[Term]) -> Recheck:
    point, side = parts["point"], parts["side"]
    sides = {"+": (1,), "-": (-1,)}.get(side, (1,) if point in _INFINITE else (1, -1))
    looks = []
    for way in sides:
        # What is too large to follow so far is followed a shorter way.
        for steps in _FAR if point in _INFINITE else _NEAR:
            look = _near(parts["expression"], parts["variable"], point, parts["value"], given, way, steps)
            if look.status != "NOT_APPLICABLE":
                break
        looks.append(look)
    return _all(looks)


_INFINITE = (OO, neg(OO))
_FAR = (("1e3", "1e6", "1e8"), ("20", "200", "2000"))
_NEAR = (("1e-10", "1e-20", "1e-30"), ("1e-2", "1e-3", "1e-4"))


def _near(t: Term, variable: Term, point: Term, value: Term, given: Sequence[Term], side: int, steps: Sequence[str]) -> Recheck:
    """Whether t goes to the value as its variable goes to the point from this side, step by step."""
    if variable.op != "sym":
        return NOTHING
    finite = [u for u in (t, point, value) if u not in _INFINITE]
    way = -1 if point is _INFINITE[1] else side
    seen = False
    for look, at, place in _places(finite, given):
        if variable in look.setting.sizes:
            return NOTHING
        with decimal.localcontext(context(2 * DIGITS)):
            try:
                middle = Decimal(0) if point in _INFINITE else look.reals(place).value(point, at)
                found = _followed(look, at, place, t, variable, [middle + way * Decimal(step) for step in steps])
                goal = None if value in _INFINITE else look.reals(place).value(value, at)
            except FAILURES:
                continue
        first, second, third = found
        stands = abs(third - second) <= STILL * (1 + abs(third))
        if goal is None:
            up = 1 if value is OO else -1
            reached = up * first < up * second < up * third and abs(third) > 10
            wrong = stands
        else:
            gap = abs(third - goal)
            reached = gap <= Decimal("1e-6") * (1 + abs(goal)) or gap * 100 < abs(first - goal)
            wrong = stands and gap > APART * (1 + abs(goal))
        if wrong and longest(finite) <= SHORT:
            return Recheck("DISAGREES", f"it goes to {third:.20g}" + ("" if goal is None else f", not to {goal:.20g}"))
        seen = seen or bool(reached and not wrong)
    return Recheck("AGREES") if seen else NOTHING


def _followed(look: Look, at: Indices, place: Place, t: Term, variable: Term, path: Sequence[Decimal]) -> list[Decimal]:
    """The values of t along the path of its variable."""
    found = []
    for x in path:
        if variable in place.integers:
            place.integers[variable] = int(x)
        else:
            place.values[variable, ()] = x
        found.append(look.reals(place).value(t, at))
    return found


def _places(terms: Sequence[Term], given: Sequence[Term]) -> Iterator[tuple[Look, Indices, Place]]:
    """Admissible points of the other variables."""
    random = Random(len(terms))
    s = setting(terms, given)
    look = Look(s, [], shapes(s, random), random)
    for kind in (0, 1, 3):
        for shape in look.shapes[-2:]:
            numbers = look.admissible(shape, kind, 2 * DIGITS)
            if numbers is not None:
                yield look, shape.at, numbers.place


_RULES: dict[str, Callable[[dict[str, Any], Sequence[Term]], Recheck]] = {
    "exists": _at_point(True), "not_always": _at_point(False), "rounds_to": _rounds_to, "member": _member, "minimises": _minimises,
    "convex": _convex, "differentiable_at": _differentiable_at, "tends_to": _tends_to,
}  # fmt: skip
