"""What the witness does with statements that are no chains: it turns them into questions, or measures them, or does not apply.

Form, and what is done:
    tends_to, has_shape, costs           NOT_APPLICABLE: a limit, a shape or a count has no points to compare at
    exists, not_always                   NOT_APPLICABLE: the kernel evaluates one exact point; sampling adds nothing
    member                               every drawn value meets the condition; NOT_APPLICABLE where the set is a list of values
    minimises                            no drawn point, far or near, has a smaller objective; the minimiser is feasible
    convex                               at two drawn points, the value in the middle is at most the mean of the values
    differentiable_at                    one-sided difference quotients, extrapolated, agree with the one-sided derivatives to 1e-5,
                                         and where a JAX function is named, its derivative at the kink is the value that is claimed
    rounds_to                            the float64 value lies within half a unit of the last printed digit
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from typing import Any, cast

import numpy as np

from derive.kernel.question import Question
from derive.outcome import Witness
from derive.statement.claim import Form
from derive.statement.term import BINDERS, HALF, ONE, TRUE, Term, add, free, make, mul, num, rebuild, replace, show, subterms
from derive.witness.device import float64
from derive.witness.library import ROOTS, library_call
from derive.witness.lower import ArrayKey, Lowering, Unlowered, jax_ops, numpy_ops
from derive.witness.roundoff import EPS
from derive.witness.sampling import flatten, region, sample, settings

NOT_APPLICABLE = ("tends_to", "has_shape", "costs", "exists", "not_always")


def applies(form: Form) -> bool:
    """Whether the form has points to compare at."""
    return form.name not in NOT_APPLICABLE and not (form.name == "member" and not isinstance(form["set"], Term))


def questions_of(form: Form, given: tuple[Term, ...]) -> list[tuple[str, Question]]:
    """The form as questions to sample, each with what it asks in words; every one must agree."""
    if form.name == "minimises":
        return _minimises(form, given)
    if form.name == "convex":
        return _convex(form, given)
    if form.name == "member":
        return [_stands("the value lies in the set", p, given) for p in flatten((cast(Term, form["set"]),))]
    raise Unlowered(f"the form {form.name} has no numerical check")


def _terms(value: object) -> tuple[Term, ...]:
    return (value,) if isinstance(value, Term) else tuple(cast("Sequence[Term]", value or ()))


def _minimises(form: Form, given: tuple[Term, ...]) -> list[tuple[str, Question]]:
    objective, over, point = cast(Term, form["objective"]), _terms(form["over"]), _terms(form["point"])
    subject = _terms(dict(form.parts).get("subject_to"))
    here = dict(zip(over, point, strict=True))
    feasible = [_stands("the minimiser is feasible", move(p, here), given) for p in subject]
    return [*feasible, ("no other point is better", Question(move(objective, here), objective, "le", given + subject))]


def _stands(words: str, p: Term, given: tuple[Term, ...]) -> tuple[str, Question]:
    """A proposition as a question."""
    if p.op in ("eq", "ne", "le", "lt"):
        return words, Question(p.args[0], p.args[1], p.op, given)
    return words, Question(TRUE, p, "implies", given)


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


def measure(form: Form, given: tuple[Term, ...], seed: int) -> Witness:
    """The witness of a form that names its own point: one-sided derivatives, and printed decimals."""
    return _one_sided(form, given, seed) if form.name == "differentiable_at" else _rounds_to(form)


def _number(t: Term, values: dict[Hashable, Any]) -> float:
    return float(_numbers(t, (), {}, values))


def _numbers(t: Term, axes: tuple[Term, ...], sizes: dict[Term, int], values: dict[Hashable, Any]) -> Any:
    """The values of t at all places of these free indices, one axis for each."""
    if unknown := sorted(show(v) for v in free(t) if v not in values and v not in sizes and v not in axes):
        raise Unlowered(f"{', '.join(unknown)} has no fixed value")
    if not any(u.op == "deriv" for u in subterms(t)):
        lowering = Lowering(numpy_ops(), sizes, values)
        return lowering.array(lowering.value(t), axes)
    import jax

    with float64():
        lowering = Lowering(jax_ops(), sizes, {k: jax.numpy.asarray(v, dtype="float64") for k, v in values.items()})
        return np.asarray(lowering.array(lowering.value(t), axes))


def _one_sided(form: Form, given: tuple[Term, ...], seed: int) -> Witness:
    """The one-sided derivatives at a few values of the other variables, for all places of the free indices."""
    f, x, point = cast(Term, form["expression"]), cast(Term, form["variable"]), cast(Term, form["point"])
    parts = [f, point, cast(Term, form["left"]), cast(Term, form["right"])]
    where = region(parts, given, tame=True)
    if x.op != "sym":
        raise Unlowered("a one-sided derivative is measured in a symbol")
    large, smallest = settings(where)
    fitting = [
        (sizes, drawn) for sizes in (*large[:1], *([smallest] if smallest is not None else [])) if (drawn := sample(where, sizes, 8, 0))
    ]
    if not fitting:
        raise Unlowered("no point was found that satisfies the hypotheses")
    sizes, drawn = fitting[0]
    axes = tuple(sorted({v for t in parts for v in free(t) if v.op == "index"}, key=show))
    more = sample(where, sizes, 8, seed) if seed and drawn.values else None
    worst = 0.0
    for points, row in [(s, row) for s in (drawn, more) if s is not None for row in range(s.count)]:
        values: dict[Hashable, Any] = {s: points.number(s, row) for s in where.symbols if s is not x}
        values |= {key: points.values[key][row] for key in where.arrays}
        for words, found, want, tolerance in _measured(form, axes, sizes, values):
            error = abs(found - want) / (1.0 + abs(want))
            worst = max(worst, float(np.max(error)) / EPS)
            if not np.all(error <= tolerance):
                others = "".join(f", {show(k) if isinstance(k, Term) else cast(ArrayKey, k)[0]} = {v!r}" for k, v in values.items())
                at = _numbers(point, axes, sizes, values)
                note = f"at {show(x)} = {_plain(at)!r}{others}: {words} is {_plain(found)!r}, not {_plain(want)!r}"
                return Witness("DISAGREES", row + 1 if points is drawn else drawn.count, worst, show(f), note)
    return Witness("AGREES", drawn.count, worst, f"one-sided quotients of {show(f)}")


def _plain(values: Any) -> Any:
    """A number as a number, several as lists."""
    return np.asarray(values).tolist()


def _measured(
    form: Form, axes: tuple[Term, ...], sizes: dict[Term, int], values: dict[Hashable, Any]
) -> Iterator[tuple[str, Any, Any, float]]:
    """(what it is, found, claimed, tolerance): quotients at h, h/2, h/4 extrapolated to h = 0, and what JAX chooses at the point."""
    f, x, parts = cast(Term, form["expression"]), cast(Term, form["variable"]), dict(form.parts)

    def number(t: object, moved: dict[Hashable, Any] = values) -> Any:
        return _numbers(cast(Term, t), axes, sizes, moved)

    at = number(form["point"])
    if at.size > 1 and np.ptp(at) > 0:
        raise Unlowered("the point of a one-sided derivative is another at each place")
    at = float(at.flat[0])
    here = number(f, values | {x: at})
    for side, way in (("left", -1.0), ("right", 1.0)):
        q = [way * (number(f, values | {x: at + way * h}) - here) / h for h in (2.0**-9, 2.0**-10, 2.0**-11)]
        yield f"the derivative from the {side}", q[0] / 3.0 - 2.0 * q[1] + 8.0 / 3.0 * q[2], number(parts[side]), 1e-5
    for text, value in cast("tuple[tuple[str, Term], ...]", parts.get("chosen") or ()):
        if text.startswith(tuple(ROOTS)):  # what another library chooses is for its own users to check
            named = {x.args[0]: at} | {v.args[0]: n for v, n in values.items() if isinstance(v, Term)}
            yield f"the derivative of {text}", np.float64(_slope(text, named, x.args[0])), number(value), 1e-12


def _slope(text: str, named: dict[str, float], variable: str) -> float:
    """The derivative that JAX gives a library function at a point, in float64."""
    import jax
    import jax.numpy as jnp

    with float64():
        call = library_call(text, list(named))
        return float(jax.grad(lambda v: jnp.asarray(call(named | {variable: v}), dtype="float64"))(jnp.float64(named[variable])))


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
