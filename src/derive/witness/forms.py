"""What the witness does with statements that are no chains: it turns them into questions, or measures them, or does not apply.

Form, and what is done:
    tends_to, has_shape, member, costs   NOT_APPLICABLE: a limit, a shape, a membership or a count has no points to compare at
    exists, not_always                   NOT_APPLICABLE: the kernel evaluates one exact point; sampling adds nothing
    minimises                            no drawn point, far or near, has a smaller objective; the minimiser is feasible
    convex                               at two drawn points, the value in the middle is at most the mean of the values
    differentiable_at                    one-sided difference quotients, extrapolated, agree with the one-sided derivatives to 1e-5
    rounds_to                            the float64 value lies within half a unit of the last printed digit
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import Any, cast

from derive.kernel.question import Question
from derive.outcome import Witness
from derive.statement.claim import Form
from derive.statement.term import BINDERS, HALF, ONE, TRUE, Term, add, free, make, mul, num, rebuild, replace, show, subterms
from derive.witness.lower import Lowering, Unlowered, constant, numpy_ops

NOT_APPLICABLE = ("tends_to", "has_shape", "member", "costs", "exists", "not_always")


def questions_of(form: Form, given: tuple[Term, ...]) -> list[tuple[str, Question]]:
    """The form as questions to sample, each with what it asks in words; every one must agree."""
    if form.name == "minimises":
        return _minimises(form, given)
    if form.name == "convex":
        return _convex(form, given)
    raise Unlowered(f"the form {form.name} has no numerical check")


def _terms(value: object) -> tuple[Term, ...]:
    return (value,) if isinstance(value, Term) else tuple(cast("Sequence[Term]", value or ()))


def _minimises(form: Form, given: tuple[Term, ...]) -> list[tuple[str, Question]]:
    objective, over, point = cast(Term, form["objective"]), _terms(form["over"]), _terms(form["point"])
    subject = _terms(dict(form.parts).get("subject_to"))
    here = dict(zip(over, point, strict=True))
    asked = [("no other point is better", Question(move(objective, here), objective, "le", given + subject))]
    for p in subject:
        p = move(p, here)
        if p.op in ("eq", "le", "lt"):
            asked.append(("the minimiser is feasible", Question(p.args[0], p.args[1], p.op, given)))
        else:
            asked.append(("the minimiser is feasible", Question(TRUE, p, "implies", given)))
    return asked


def _convex(form: Form, given: tuple[Term, ...]) -> list[tuple[str, Question]]:
    f, over = cast(Term, form["expression"]), _terms(form["over"])
    other = {v: _renamed(v) for v in over}
    middle = {v: mul(HALF, add(v, w)) for v, w in other.items()}
    there = tuple(move(p, other) for p in given)
    mean = mul(HALF, add(f, move(f, other)))
    return [("the value in the middle is at most the mean", Question(move(f, middle), mean, "le", tuple(dict.fromkeys(given + there))))]


def _renamed(variable: Term) -> Term:
    return make(variable.op, variable.args[0] + "'", *variable.args[1:])


def near(form: Form) -> tuple[Term, ...]:
    """Terms that vanish at the minimiser: points near it are sampled on purpose."""
    if form.name != "minimises":
        return ()
    return tuple(add(v, mul(num(-1), p)) for v, p in zip(_terms(form["over"]), _terms(form["point"]), strict=True))


def move(t: Term, table: dict[Term, Term]) -> Term:
    """t with each variable of the table replaced; for an array, given as an entry x[i], every entry takes the value at its own place."""
    t = replace(t, {v: w for v, w in table.items() if v.op != "entry"})
    for pattern, value in table.items():
        if pattern.op == "entry":
            t = _move_array(t, pattern, value)
    return t


def _move_array(t: Term, pattern: Term, value: Term) -> Term:
    def go(u: Term) -> Term:
        if u.op == "entry" and u.args[:3] == pattern.args[:3]:
            return replace(value, dict(zip(pattern.args[3], map(go, u.args[3]), strict=True)))
        if u.op in BINDERS and u.args[1] in free(value) - set(pattern.args[3]):
            raise Unlowered(f"{show(u.args[1])} is bound where {show(pattern)} is replaced by {show(value)}")
        return rebuild(u, go)

    return go(t)


# Measured at one place


def measure(form: Form) -> Witness:
    """The witness of a form that names its own point: one-sided derivatives, and printed decimals."""
    return _one_sided(form) if form.name == "differentiable_at" else _rounds_to(form)


def _number(t: Term, values: dict[Hashable, Any]) -> float:
    if unknown := sorted(show(v) for v in free(t) if v not in values):
        raise Unlowered(f"{', '.join(unknown)} has no fixed value")
    exact = {u: constant(u) for u in subterms(t) if u.op in ("num", "const")}
    return float(Lowering(numpy_ops(), {}, values | exact).value(t).array)


def _one_sided(form: Form) -> Witness:
    """Quotients at h, h/2, h/4 extrapolated to h = 0 on either side."""
    f, x, point = cast(Term, form["expression"]), cast(Term, form["variable"]), cast(Term, form["point"])
    others = sorted((v for v in free(f) - {x}), key=show)
    values: dict[Hashable, Any] = {v: (1.25 if v.args[1].startswith("positive") else 0.75) for v in others}
    worst, compared, at = 0.0, 0, _number(point, values)
    for side, way in (("left", -1.0), ("right", 1.0)):
        claimed = dict(form.parts).get(side)
        if not isinstance(claimed, Term):
            continue
        want = _number(claimed, values)
        q = [way * (_number(f, values | {x: at + way * h}) - _number(f, values | {x: at})) / h for h in (2.0**-9, 2.0**-10, 2.0**-11)]
        found = q[0] / 3.0 - 2.0 * q[1] + 8.0 / 3.0 * q[2]
        error = abs(found - want) / (1.0 + abs(want))
        worst, compared = max(worst, error), compared + 1
        if not error <= 1e-5:
            note = f"at {show(x)} = {at!r} the derivative from the {side} is {found!r}, not {want!r}"
            return Witness("DISAGREES", 1, error / 2.0**-52, show(f), note)
    if not compared:
        return Witness("NOT_RUN", note="no one-sided derivative was claimed")
    return Witness("AGREES", compared, worst / 2.0**-52, f"one-sided quotients of {show(f)}")


def _rounds_to(form: Form) -> Witness:
    expression, printed = cast(Term, form["expression"]), form["printed"]
    text = show(printed) if isinstance(printed, Term) else str(printed)
    mantissa, _, exponent = text.lower().partition("e")
    unit = Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    value, wanted = _number(expression, {}), Fraction(text)
    distance = abs(Fraction(value) - wanted) / unit
    if abs(float(distance) - 0.5) * float(unit) < 1e-13 * abs(value):
        return Witness("NOT_RUN", note=f"{value!r} is too near the middle between two decimals for float64")
    status = "AGREES" if distance < ONE.args[0] / 2 else "DISAGREES"
    note = "" if status == "AGREES" else f"{show(expression)} is {value!r}, which does not round to {text}"
    return Witness(status, 1, float(distance), show(expression), note)
