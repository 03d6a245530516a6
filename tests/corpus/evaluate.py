"""The value of a SymPy expression at a point: sums term by term, derivatives by difference quotients, integrals by quadrature."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import sympy
from mpmath import mp, mpf
from quantities import *
from structure import kinks_in
from sympy.tensor.indexed import Idx, Indexed

Run = Callable[[Env], Value]
_compiled: dict[object, Run] = {}


def compile_(e: object) -> Run:
    """A function from an environment to the value of e."""
    if e not in _compiled:
        _compiled[e] = _compile(e)
    return _compiled[e]


def scale_of(e: object) -> Run:
    """How large the terms of e are, cancellation aside: what rounding in e is relative to."""
    parts = [scale_of(a) for a in e.args] if isinstance(e, (sympy.Add, sympy.Mul)) else []
    if isinstance(e, sympy.Add):
        return lambda env: sum((run(env) for run in parts), mpf(0))
    if isinstance(e, sympy.Mul):
        return lambda env: mp.fprod(run(env) for run in parts)
    if isinstance(e, sympy.Sum):
        return _compile_sum(e, scale_of(e.function))
    if isinstance(e, sympy.Pow) and e.exp.is_Integer and e.exp > 0:
        base, exponent = scale_of(e.base), int(e.exp)
        return lambda env: base(env) ** exponent
    value = compile_(e)
    floor = mpf(1) if isinstance(e, sympy.Derivative) else mpf(0)
    return lambda env: abs(as_mpf(value(env))) + floor


def _firm(e: object) -> Run:
    """The value of e, computed again with more digits where all that is left of its terms is rounding."""
    run, scale = compile_(e), scale_of(e)

    def go(env: Env) -> Value:
        value = run(env)
        if isinstance(value, Fraction) or not close(value, mpf(0), scale(env)):
            return value
        with mp.workdps(max(mp.dps, min(4 * mp.dps, 1500))):
            return run(env)

    return go


def _signed(e: object) -> Callable[[Env], int]:
    """The sign of e."""
    run, scale = compile_(e), scale_of(e)

    def sign(env: Env) -> int:
        value = run(env)
        if isinstance(value, Fraction):
            return (value > 0) - (value < 0)
        if close(value, mpf(0), scale(env)):
            with mp.workdps(max(mp.dps, min(4 * mp.dps, 1500))):
                value = run(env)
                if close(value, mpf(0), scale(env)):
                    return 0
        if mpf(10) ** -1700 < abs(value) < mpf(10) ** -1500:
            return 0
        return 1 if value > 0 else -1

    return sign


def _compile(e: object) -> Run:
    if isinstance(e, sympy.Rational):
        value = Fraction(int(e.p), int(e.q))
        return lambda env: value
    if isinstance(e, sympy.Float):
        raise TypeError(f"a float: {e}")
    if isinstance(e, sympy.NumberSymbol):
        return lambda env: {"Exp1": mp.e, "Pi": mp.pi, "EulerGamma": mp.euler, "Catalan": mp.catalan}[type(e).__name__] + mpf(0)
    if e in (sympy.oo, -sympy.oo):
        return lambda env: mpf("inf") if e is sympy.oo else mpf("-inf")
    if isinstance(e, (sympy.Symbol, Idx)):
        return lambda env: env[e]
    if isinstance(e, Indexed):
        name, at = e.base.name, [compile_(a) for a in e.indices]
        return lambda env: _entry(env, name, tuple(int(run(env)) for run in at))
    if isinstance(e, (sympy.Add, sympy.Mul)):
        parts, step = [compile_(a) for a in e.args], plus if isinstance(e, sympy.Add) else times

        def fold(env: Env) -> Value:
            values = [run(env) for run in parts]
            out = values[0]
            for value in values[1:]:
                out = step(out, value)
            return out

        return fold
    if isinstance(e, sympy.Pow):
        return _compile_power(e)
    if isinstance(e, sympy.Sum):
        return _compile_sum(e)
    if isinstance(e, sympy.Derivative):
        return _compile_derivative(e.expr, e.variables)
    if isinstance(e, sympy.Integral):
        return _compile_integral(e)
    if isinstance(e, sympy.Piecewise):
        branches = [(compile_condition(cond), compile_(value)) for value, cond in e.args]

        def choose(env: Env) -> Value:
            for cond, run in branches:
                if cond(env):
                    return run(env)
            raise Undefined

        return choose
    return _compile_function(e)


def _compile_power(e: sympy.Pow) -> Run:
    base, exponent, signed = _firm(e.base), compile_(e.exp), _signed(e.base)

    def go(env: Env) -> Value:
        under, over = base(env), exponent(env)
        whole = isinstance(over, Fraction) and over.denominator == 1
        if not isinstance(under, Fraction) and (over < 0 or not whole) and not signed(env):  # zero up to rounding
            if over < 0:
                raise Undefined if mp.dps >= GIVEN else Skip
            under = Fraction(0)
        return power(under, over)

    return go


def _entry(env: Env, name: str, at: tuple[int, ...]) -> Value:
    try:
        return env[name][at]
    except KeyError:
        raise Skip from None


def _compile_function(e: object) -> Run:
    name = type(e).__name__
    args = [compile_(a) for a in e.args]
    if name == "KroneckerDelta":
        return lambda env: Fraction(int(args[0](env) == args[1](env)))
    if name == "Abs":
        signed = _signed(e.args[0])
        return lambda env: args[0](env) * signed(env)
    if name == "sign":
        signed = _signed(e.args[0])
        return lambda env: Fraction(signed(env))
    if name == "Heaviside":
        signed = _signed(e.args[0])
        return lambda env: (Fraction(0), args[1](env), Fraction(1))[1 + signed(env)]
    if name in ("Max", "Min"):
        want = 1 if name == "Max" else -1

        def extreme(env: Env) -> Value:
            values = [run(env) for run in args]
            out = values[0]
            for value in values[1:]:
                if order(value, out) == want:
                    out = value
            return out

        return extreme
    if name == "floor":
        scale = scale_of(e.args[0])
        return lambda env: settled(lambda: round_down(args[0](env), scale(env)))
    if name == "ceiling":
        scale = scale_of(e.args[0])
        return lambda env: -settled(lambda: round_down(-args[0](env), scale(env)))
    if name == "Mod":

        def mod(env: Env) -> Value:
            top, low = args[0](env), args[1](env)
            if low == 0:
                raise Undefined
            quotient = times(top, power(low, Fraction(-1)))
            return minus(top, times(low, round_down(quotient, quotient)))

        return mod
    if name == "polygamma":

        def poly(env: Env) -> Value:
            at = args[1](env)
            if not off_poles(at):
                raise Undefined
            return mp.psi(int(args[0](env)), as_mpf(at))

        return poly
    if name == "besseli":

        def bessel(env: Env) -> Value:
            rank, at = args[0](env), args[1](env)
            if at < 0 and not (isinstance(rank, Fraction) and rank.denominator == 1):
                raise Undefined
            if abs(at) > 10**5:
                raise Skip
            return mp.besseli(as_mpf(rank), as_mpf(at))

        return bessel
    if name == "log":
        signed, firm = _signed(e.args[0]), _firm(e.args[0])

        def logarithm(env: Env) -> Value:
            value = firm(env)
            if not isinstance(value, Fraction) and not signed(env):
                raise Skip
            return unary(name, value)

        return logarithm
    if name in ("atanh", "erfinv", "asin", "acos", "acosh"):

        def edged(env: Env) -> Value:
            value = args[0](env)
            if not isinstance(value, Fraction) and close(abs(value), mpf(1), mpf(1)):
                if name in ("atanh", "erfinv"):
                    raise Skip
                value = mpf(1) if value > 0 else mpf(-1)
            return unary(name, value)

        return edged
    if name in UNARY:
        return lambda env: unary(name, args[0](env))
    raise TypeError(f"no value known for {name}")


def _compile_sum(e: sympy.Sum, body: Run | None = None) -> Run:
    run = body or compile_(e.function)
    for limit in e.limits:
        run = _over(run, limit[0], compile_(limit[1]), compile_(limit[2]))
    return run


def _over(run: Run, var: object, low: Run, high: Run) -> Run:
    def go(env: Env) -> Value:
        first, last = int(low(env)), int(high(env))
        if last - first > 400:
            raise Skip
        if last < first - 1:  # Karr's convention, as SymPy has it
            raise Skip
        out: Value = Fraction(0)
        inner = dict(env)
        for at in range(first, last + 1):
            inner[var] = Fraction(at)
            out = plus(out, run(inner))
        return out

    return go


def _moved(env: Env, var: object, step: Fraction) -> Env:
    """env with var raised by step."""
    out = dict(env)
    if isinstance(var, Indexed):
        name, at = var.base.name, tuple(int(compile_(a)(env)) for a in var.indices)
        table = dict(env[name])
        table[at] = plus(table[at], step)
        out[name] = table
    else:
        out[var] = plus(env[var], step)
    return out


def _compile_derivative(body: object, variables: tuple[object, ...]) -> Run:
    run = compile_(body)
    for var in variables:
        run = _difference(run, var, body.has(sympy.Integral))
    return run


def _difference(run: Run, var: object, rough: bool) -> Run:
    """The derivative by difference quotients; undefined where the one-sided ones differ or diverge."""

    def slopes(env: Env, digits: int) -> tuple[mpf, mpf, mpf]:
        h = Fraction(1, 10**digits)
        here, up, down = (as_mpf(run(_moved(env, var, q * h))) for q in (0, 1, -1))
        return (up - here) * 10**digits, (here - down) * 10**digits, abs(here)

    def go(env: Env) -> Value:
        digits = mp.dps
        with mp.workdps(3 * digits + 20 if not rough else 2 * digits + 20):
            reach = digits + 10 if not rough else digits // 2
            right, left, size = slopes(env, reach)
            gap, top = abs(right - left), max(abs(right), abs(left))
            noise = mpf(10) ** (-2 * digits if not rough else -digits) * max(size, 1)
            if size > mpf(10) ** (digits // 2) * max(top, 1):
                raise Skip  # the quotient would be all rounding
            smooth = gap <= mpf(10) ** (-digits // 2) * top or gap <= noise
            if not smooth or top > 1000 * (1 + size):
                right2, left2, _ = slopes(env, reach + 6)
                gap2 = abs(right2 - left2)
                if gap > noise and gap > mpf(10) ** (-digits // 2) * top and gap2 > gap * mpf("0.6"):
                    raise Undefined
                if top > noise and max(abs(right2), abs(left2)) > top * mpf("1.05"):
                    raise Undefined
            out = (right + left) / 2
        return +out

    return go


def _compile_integral(e: sympy.Integral) -> Run:
    if len(e.limits) != 1 or len(e.limits[0]) != 3:
        raise TypeError(f"only definite single integrals: {e}")
    var, low, high = e.limits[0]
    run, lo, hi = compile_(e.function), compile_(low), compile_(high)
    breaks = [compile_(kink) for kink in sorted(kinks_in(e.function), key=str) if var in kink.free_symbols]

    def go(env: Env) -> Value:
        first, last = as_mpf(lo(env)), as_mpf(hi(env))
        inner, endless = dict(env), mp.isinf(first) or mp.isinf(last)

        def body(at: mpf) -> mpf:
            inner[var] = at
            try:
                return as_mpf(run(inner))
            except Skip:  # so far out that the integrand has died away
                if endless:
                    return mpf(0)
                raise

        cuts = [first, last]
        inside = {mpf(0), mpf(1), mpf(-1)}
        for kink in breaks:  # where it is affine in the variable
            try:
                zero, one, two = (as_mpf(kink(env | {var: Fraction(k)})) for k in range(3))
            except (Undefined, Skip):
                continue
            if close(two - one, one - zero, one) and not close(one, zero, one):
                inside.add(zero / (zero - one))
        cuts += [
            cut
            for cut in inside
            if min(first, last) < cut < max(first, last) and not any(close(cut, end, 1 + abs(cut)) for end in (first, last))
        ]
        cuts = sorted(cuts)
        if cuts[0] == cuts[-1]:
            return Fraction(0)
        value = mpf(0)
        for piece in pairwise(cuts):
            whole = mp.quad(body, piece)
            with mp.workdps(mp.dps // 2 + 5):
                part = mp.quad(body, piece)
            if not mp.isfinite(whole) or abs(whole - part) > mpf(10) ** -4 * (1 + abs(whole)):
                raise Undefined  # it grows with the digits: divergent
            value += whole
        return value if first < last else -value

    return go


def compile_condition(e: object) -> Callable[[Env], bool]:
    if e in (sympy.true, True):
        return lambda env: True
    if e in (sympy.false, False):
        return lambda env: False
    if isinstance(e, sympy.And):
        parts = [compile_condition(a) for a in e.args]
        return lambda env: all(run(env) for run in parts)
    if isinstance(e, sympy.Or):
        parts = [compile_condition(a) for a in e.args]
        return lambda env: any(run(env) for run in parts)
    if isinstance(e, sympy.Not):
        part = compile_condition(e.args[0])
        return lambda env: not part(env)
    if isinstance(e, sympy.logic.boolalg.ITE):
        test_, yes, no = (compile_condition(a) for a in e.args)
        return lambda env: yes(env) if test_(env) else no(env)
    low, high = compile_(e.lhs), compile_(e.rhs)
    test = {
        "Equality": lambda o: o == 0, "Unequality": lambda o: o != 0, "StrictLessThan": lambda o: o < 0, "LessThan": lambda o: o <= 0,
        "StrictGreaterThan": lambda o: o > 0, "GreaterThan": lambda o: o >= 0,
    }[type(e).__name__]  # fmt: skip
    return lambda env: test(order(low(env), high(env)))
