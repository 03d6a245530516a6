"""Integrals: rigorous quadrature over an interval or a half-line, of integrands that are analytic but for kinks.

A limit that moves with the variable of a derivative adds what it sweeps over. Before it is integrated the integrand is shown to
have a real value on the whole interval, piece by piece. Raises Unsure where any of this does not work out; it never guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flint import acb, arb, ctx, fmpq

from derive.kernel.jets import ZERO, Frame, Jet, Undefined, Unsure, Value, coefficient, finite, times
from derive.kernel.tails import split
from derive.statement.term import OO, Term, neg, subterms

if TYPE_CHECKING:
    from derive.kernel.evaluator import Evaluator

ACCURACY = 72  # bits to which an integral is wanted, whatever the precision


def integral(evaluator: Evaluator, t: Term) -> Callable[[], Value]:
    """The closure that computes an integral at the evaluator's current point."""
    body, variable, low, high = t.args
    slot, run = evaluator.slot(variable), evaluator.compile(body)
    ends = [_infinite(u) for u in (low, high)]
    if -1 in ends[1:] or 1 in ends[:1] or any(not end and OO in subterms(u) for u, end in zip((low, high), ends, strict=True)):
        return _unsure
    start, stop = (None if end else evaluator.compile(u) for u, end in zip((low, high), ends, strict=True))

    def at(x: Value) -> Value:
        evaluator.burn(5)
        evaluator.ticks += 1
        evaluator.values[slot], evaluator.stamps[slot] = x, -evaluator.ticks
        return run()

    def compute() -> Value:
        a, b = start() if start else None, stop() if stop else None
        held = evaluator.values[slot], evaluator.stamps[slot]
        try:
            moving = _frames((a, b))
            inside = _frames(v for k in parts for v in _entries(evaluator.values[k]))
            # _swept wants an integrand that stands still, but for a first order in the one frame that there is
            if moving and inside and (len(moving | inside) > 1 or any(frame.order > 1 for frame in moving)):
                return substituted(a, b)
            return over(a, b)
        finally:
            evaluator.values[slot], evaluator.stamps[slot] = held

    def over(a: Value, b: Value) -> Value:
        """From where the limits start, and what the innermost of their moves sweeps over."""
        deepest = max((x.frame.depth for x in (a, b) if type(x) is Jet), default=0)
        if not deepest:
            return between(a, b)
        moving = [(x, sign) for x, sign in ((a, -1), (b, 1)) if type(x) is Jet and x.frame.depth == deepest]
        if any(x.pole for x, _ in moving):
            raise Unsure
        a0, b0 = (x.coefs[0] if any(x is m for m, _ in moving) else x for x in (a, b))
        total = over(a0, b0)
        for x, sign in moving:
            total = total + sign * _swept(at(x), x)
        return total

    def substituted(a: Value, b: Value) -> Value:
        """Over 0..1, where the limits stand still and only the integrand moves."""
        if a is None or b is None:
            raise Unsure
        return _integrate(evaluator, lambda z: at(a + (b - a) * z) * (b - a), arb(0), arb(1))

    def between(a: Value, b: Value) -> Value:
        key = (t, a, b, *[evaluator.stamps[k] for k in parts]) if type(a) in exact and type(b) in exact else None
        found = evaluator.memo.get(key)
        if found is None:
            found = bounded(a, b)
            if key and type(found) is not Jet:
                evaluator.memo[key] = found
        return found

    def bounded(a: Value, b: Value) -> Value:
        if type(a) is fmpq and type(b) is fmpq and a == b:
            return ZERO
        rest = arb(0)
        if a is None:
            a, bound = split(evaluator, body, variable, -1, arb(0 if b is None else b), min(ctx.prec, ACCURACY))
            rest += bound
        if b is None:
            b, bound = split(evaluator, body, variable, 1, arb(a), min(ctx.prec, ACCURACY))
            rest += bound
        low_ball, high_ball = arb(a), arb(b)
        if low_ball.overlaps(high_ball):
            raise Unsure
        total = _integrate(evaluator, at, low_ball, high_ball, rest / 16)
        if rest.is_zero():
            return total
        if type(total) is Jet:
            raise Unsure
        return total + (-rest).union(rest)

    parts, exact = sorted(evaluator.parts(body) - {slot}), (fmpq, type(None))
    return compute


def _frames(values: Iterable[Value]) -> set[Frame]:
    """The frames of all jets among these values, and of the jets inside those."""
    found: set[Frame] = set()
    for v in values:
        if type(v) is Jet:
            found |= {v.frame} | _frames(v.coefs)
    return found


def _entries(value: Value) -> Iterable[Value]:
    """The values that a slot holds: all entries of an array, else its one value."""
    return value.values() if isinstance(value, dict) else (value,)


def _integrate(evaluator: Evaluator, f: Callable[[Value], Value], low: arb, high: arb, error: arb | int = 0) -> Value:
    """The integral of f, one coefficient at a time where f is a jet; an error of the size given does no harm."""
    _sweep(evaluator, f, low, high, 8)
    middle = f((low + high) / 2)
    if type(middle) is not Jet:
        return _quadrature(evaluator, f, low, high, error)
    frame = middle.frame

    def part(k: int) -> Value:
        return _integrate(evaluator, lambda z: coefficient(f(z), frame, k), low, high)

    return Jet(frame, [part(k) for k in range(frame.order + 1)])


def _sweep(evaluator: Evaluator, f: Callable[[Value], Value], low: arb, high: arb, depth: int) -> None:
    """Make sure that f has real values on all of low..high, on smaller and smaller pieces."""
    before, evaluator.enclosing = evaluator.enclosing, True
    try:
        value = f(low.union(high))
        if type(value) is arb:
            finite(value)
    except Unsure:
        if not depth:
            raise
        evaluator.enclosing = before
        middle = ((low + high) / 2).mid()
        _sweep(evaluator, f, low, middle, depth - 1)
        _sweep(evaluator, f, middle, high, depth - 1)
    finally:
        evaluator.enclosing = before


def _quadrature(evaluator: Evaluator, f: Callable[[Value], Value], low: arb, high: arb, error: arb | int) -> Value:
    before = evaluator.analytic, evaluator.enclosing

    def g(z: acb, analytic: bool) -> acb:
        evaluator.analytic, evaluator.enclosing = bool(analytic), not analytic
        try:
            value = f(z)
        except (Undefined, Unsure):
            return acb("nan")
        finally:
            evaluator.analytic, evaluator.enclosing = before
        return acb("nan") if type(value) is Jet else acb(value)

    goal = arb(2) ** -min(ctx.prec, ACCURACY) + error
    result = finite(acb.integral(g, acb(low), acb(high), rel_tol=goal, abs_tol=goal, eval_limit=8000))
    if not result.imag.contains(0):
        raise Unsure
    return result.real


def _swept(f: Value, limit: Jet) -> Value:
    """What an integral gains as its limit moves: f at the moving limit, times its speed, summed up.

    Where f itself moves as well, only the first coefficient is right.
    """
    frame = limit.frame
    speed = Jet(frame, [times(fmpq(k), c) for k, c in enumerate(limit.coefs)][1:] or [ZERO], 0, limit.exact)
    rate = f * speed
    if type(rate) is not Jet or rate.frame.depth < frame.depth:
        return Jet(frame, [ZERO, rate], 0, True)
    if rate.pole or rate.frame is not frame:
        raise Unsure
    return Jet(frame, [ZERO, *(times(c, fmpq(1, k + 1)) for k, c in enumerate(rate.coefs))][: frame.order + 1], 0, False)


def _infinite(t: Term) -> int:
    """1 or -1 where a limit of integration is oo or -oo, else 0."""
    return 1 if t is OO else -1 if t is neg(OO) else 0


def _unsure() -> Value:
    raise Unsure
