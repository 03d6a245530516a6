"""What a claim's truth is, by numbers alone: brute expansion of sums, difference quotients, quadrature, at 60 digits and more.

Shares no code with the package. A value is an exact Fraction where arithmetic stays rational, else an mpf; where a real function has no
value, Undefined is raised. Each comparison is made at two precisions: a difference that vanishes as digits are added is zero.
"""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise, product
from math import isqrt

import sympy
from mpmath import mp, mpf
from sympy.tensor.indexed import Idx, Indexed, IndexedBase


class Undefined(Exception):
    """No real value."""


class Skip(Exception):
    """This point is beyond what the evaluator can compute."""


GIVEN = 600  # digits from which a vanishing number is taken for zero: only given points, exact to 1600 digits, are compared so

Env = dict  # Symbol or Idx -> number; IndexedBase name -> {position: number}
Value = object  # Fraction or mpf


def as_mpf(a: Value) -> mpf:
    return mpf(a.numerator) / a.denominator if isinstance(a, Fraction) else a


def trim(a: Value) -> Value:
    """An exact number too long to carry becomes an mpf."""
    if isinstance(a, Fraction) and a.numerator.bit_length() + a.denominator.bit_length() > 60_000:
        return as_mpf(a)
    return a


def plus(a: Value, b: Value) -> Value:
    return trim(a + b) if isinstance(a, Fraction) and isinstance(b, Fraction) else as_mpf(a) + as_mpf(b)


def times(a: Value, b: Value) -> Value:
    return trim(a * b) if isinstance(a, Fraction) and isinstance(b, Fraction) else as_mpf(a) * as_mpf(b)


def minus(a: Value, b: Value) -> Value:
    return plus(a, -b)


def power(a: Value, e: Value) -> Value:
    whole = isinstance(e, Fraction) and e.denominator == 1
    if whole:
        if a == 0 and e < 0:
            raise Undefined
        if isinstance(a, Fraction) and abs(e) <= 64:
            return trim(a ** int(e))
        if a == 0:
            return Fraction(int(e == 0))
        return mp.power(as_mpf(a), int(e))
    if a < 0:
        raise Undefined
    if a == 0:
        if e > 0:
            return Fraction(0)
        raise Undefined
    if isinstance(a, Fraction) and e == Fraction(1, 2):
        top, low = isqrt(a.numerator), isqrt(a.denominator)
        if top * top == a.numerator and low * low == a.denominator:
            return Fraction(top, low)
    big = as_mpf(e) * mp.log(as_mpf(a))
    if abs(big) > mpf(2) ** 40:
        raise Skip
    return mp.power(as_mpf(a), as_mpf(e))


def close(a: Value, b: Value, scale: Value) -> bool:
    """a = b up to the rounding of the current precision."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    return abs(as_mpf(a) - as_mpf(b)) <= mpf(10) ** (15 - mp.dps) * abs(as_mpf(scale))


def order(a: Value, b: Value) -> int:
    """-1, 0 or 1."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    if close(a, b, max(abs(as_mpf(a)), abs(as_mpf(b)))):
        return 0
    gap = as_mpf(a) - as_mpf(b)
    if mpf(10) ** -1700 < abs(gap) < mpf(10) ** -1500:  # the trace of an irrational point, given to 1600 digits
        return 0
    return 1 if gap > 0 else -1


def round_down(a: Value, scale: Value) -> Fraction:
    if isinstance(a, Fraction):
        return Fraction(a.numerator // a.denominator)
    near = mp.nint(a)
    if close(a, near, scale):
        return Fraction(int(near))
    return Fraction(int(mp.floor(a)))


def _settled(choose: Callable[[], Fraction]) -> Fraction:
    """A choice that does not change when digits are added."""
    with mp.workdps(max(mp.dps, min(5 * mp.dps, 1500))):
        return choose()


def _exp(a: mpf) -> mpf:
    if abs(a) > mpf(2) ** 40:
        raise Skip
    return mp.exp(a)


def _guard(test: Callable[[Value], bool], f: Callable[[mpf], mpf]) -> Callable[[Value], Value]:
    def run(a: Value) -> Value:
        if not test(a):
            raise Undefined
        return f(as_mpf(a))

    return run


def _erf(a: mpf) -> mpf:
    return mp.sign(a) * mpf(1) if a * a > 3 * mp.dps else mp.erf(a)


def _tan(a: mpf) -> mpf:
    if abs(mp.cos(a)) < mpf(10) ** -1500:
        raise Undefined
    return mp.tan(a)


def _pole(a: Value) -> bool:
    return a > 0 or not (isinstance(a, Fraction) and a.denominator == 1)


def _grow(f: Callable[[mpf], mpf]) -> Callable[[Value], Value]:
    def run(a: Value) -> Value:
        if abs(as_mpf(a)) > mpf(2) ** 34:
            raise Skip
        return f(as_mpf(a))

    return run


AT_ZERO = {"exp": 1, "sin": 0, "cos": 1, "tan": 0, "sinh": 0, "cosh": 1, "tanh": 0, "asin": 0, "atan": 0, "asinh": 0, "atanh": 0, "erf": 0, "erfc": 1, "erfinv": 0}

UNARY: dict[str, Callable[[Value], Value]] = {
    "exp": lambda a: _exp(as_mpf(a)),
    "log": _guard(lambda a: a > 0, lambda a: mp.log(a)),
    "sin": _grow(mp.sin), "cos": _grow(mp.cos), "tan": _grow(_tan), "sinh": _grow(mp.sinh), "cosh": _grow(mp.cosh), "tanh": _grow(mp.tanh),
    "asin": _guard(lambda a: abs(a) <= 1, mp.asin), "acos": _guard(lambda a: abs(a) <= 1, mp.acos), "atan": lambda a: mp.atan(as_mpf(a)),
    "asinh": lambda a: mp.asinh(as_mpf(a)), "acosh": _guard(lambda a: a >= 1, mp.acosh), "atanh": _guard(lambda a: abs(a) < 1, mp.atanh),
    "erf": lambda a: _erf(as_mpf(a)), "erfc": lambda a: mp.erfc(as_mpf(a)), "erfinv": _guard(lambda a: abs(a) < 1, mp.erfinv),
    "gamma": _guard(_pole, _grow(mp.gamma)), "loggamma": _guard(lambda a: a > 0, _grow(mp.loggamma)),
    "factorial": _guard(lambda a: _pole(a + 1), _grow(mp.factorial)),
}  # fmt: skip


def unary(name: str, a: Value) -> Value:
    if a == 0 and name in AT_ZERO:
        return Fraction(AT_ZERO[name])
    if name == "log" and a == 1:
        return Fraction(0)
    if name == "factorial" and isinstance(a, Fraction) and a.denominator == 1 and 0 <= a < 200:
        return Fraction(int(mp.factorial(int(a)))) if a < 15 else Fraction(int(sympy.factorial(int(a))))
    return UNARY[name](a)


Run = Callable[[Env], Value]
_compiled: dict[object, Run] = {}


def compile_(e: object) -> Run:
    """A function from an environment to the value of e."""
    if e not in _compiled:
        _compiled[e] = _compile(e)
    return _compiled[e]


def _scale(e: object) -> Run:
    """How large the terms of e are, cancellation aside: what rounding in e is relative to."""
    parts = [_scale(a) for a in e.args] if isinstance(e, (sympy.Add, sympy.Mul)) else []
    if isinstance(e, sympy.Add):
        return lambda env: sum((run(env) for run in parts), mpf(0))
    if isinstance(e, sympy.Mul):
        return lambda env: mp.fprod(run(env) for run in parts)
    if isinstance(e, sympy.Sum):
        return _compile_sum(e, _scale(e.function))
    if isinstance(e, sympy.Pow) and e.exp.is_Integer and e.exp > 0:
        base, exponent = _scale(e.base), int(e.exp)
        return lambda env: base(env) ** exponent
    value = compile_(e)
    floor = mpf(1) if isinstance(e, sympy.Derivative) else mpf(0)
    return lambda env: abs(as_mpf(value(env))) + floor


def _firm(e: object) -> Run:
    """The value of e, computed again with more digits where all that is left of its terms is rounding."""
    run, scale = compile_(e), _scale(e)

    def go(env: Env) -> Value:
        value = run(env)
        if isinstance(value, Fraction) or not close(value, mpf(0), scale(env)):
            return value
        with mp.workdps(max(mp.dps, min(4 * mp.dps, 1500))):
            return run(env)

    return go


def _signed(e: object) -> Callable[[Env], int]:
    """The sign of e."""
    run, scale = compile_(e), _scale(e)

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
        scale = _scale(e.args[0])
        return lambda env: _settled(lambda: round_down(args[0](env), scale(env)))
    if name == "ceiling":
        scale = _scale(e.args[0])
        return lambda env: -_settled(lambda: round_down(-args[0](env), scale(env)))
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
            if not _pole(at):
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
    breaks = [compile_(kink) for kink in sorted(_kinks(e.function), key=str) if var in kink.free_symbols]

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
        cuts += [cut for cut in inside if min(first, last) < cut < max(first, last) and not any(close(cut, end, 1 + abs(cut)) for end in (first, last))]
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


# Comparing the two sides at one point


def side(run: Run, env: Env) -> Value | None:
    try:
        return run(env)
    except (Undefined, ZeroDivisionError):
        return None


def compare(problem: Problem, env: Env, digits: tuple[int, ...]) -> str:
    """'<', '=' (exactly), '~' (to all digits), '>', 'neither' or 'one' (side defined)."""
    before: mpf | None = None
    lhs, rhs = problem.lhs, problem.rhs
    last = 0
    for dps in digits:
        with mp.workdps(dps):
            left, right = side(lhs, env), side(rhs, env)
            if (left is None) != (right is None):
                return "one"
            if left is None:
                return "neither"
            if isinstance(left, Fraction) and isinstance(right, Fraction):
                return "=" if left == right else "<" if left < right else ">"
            gap = as_mpf(left) - as_mpf(right)
            scale = max(problem.scales[0](env), problem.scales[1](env), key=lambda a: abs(as_mpf(a)))
        if not mp.isfinite(gap):
            raise Skip
        if gap == 0 and before is not None:
            return "~"
        if before is not None:
            if abs(gap) < max(abs(before), mpf(10) ** (-digits[0]) * abs(as_mpf(scale))) * mpf(10) ** ((-0.6 if problem.digits[0] == 40 else -0.4) * (dps - last)):
                return "~"
            if abs(gap - before) < abs(gap) * mpf(10) ** -3 and abs(gap) > mpf(10) ** (-dps * 0.7) * abs(as_mpf(scale)):
                return "<" if gap < 0 else ">"
        before, last = gap, dps
    raise Skip


HOLDS = {"eq": ("=", "~", "neither"), "le": ("<", "=", "~", "neither"), "lt": ("<", "neither"), "ne": ("<", ">", "neither")}


# Points


def kind(sym: object) -> str:
    if sym.is_integer:
        return "integer"
    return "real"


def dims(e: object) -> set[tuple[str, tuple[object, ...]]]:
    return {(a.base.name, tuple(a.base.shape)) for a in e.atoms(Indexed)}


class Problem:
    """One claim made ready: its variables, sizes, arrays, hypotheses."""

    def __init__(self, lhs: object, rhs: object, given: tuple[object, ...]) -> None:
        lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
        self.lhs, self.rhs = compile_(lhs), compile_(rhs)
        self.digits = (20, 42) if lhs.has(sympy.Integral) or rhs.has(sympy.Integral) else (40, 90, 200)
        self.scales = _scale(lhs), _scale(rhs)
        self.given = tuple(g for g in given if g is not sympy.true)
        everything = [lhs, rhs, *self.given]
        self.arrays = sorted({a for e in everything for a in dims(e)}, key=str)
        self.positive = {a.base.name for e in everything for a in e.atoms(Indexed) if a.is_positive}
        names = {a.base.label for e in everything for a in e.atoms(Indexed)}
        syms = {a for e in everything for a in e.free_symbols if isinstance(a, sympy.Symbol) and a not in names}
        syms |= {a for e in everything for node in e.atoms(sympy.Derivative) for a in node.variables if isinstance(a, sympy.Symbol)}
        syms |= {b for e in everything for ix in e.atoms(Idx) for b in ix.free_symbols if isinstance(b, sympy.Symbol)}
        syms |= {b for _, shape in self.arrays for dim in shape for b in sympy.sympify(dim).free_symbols}
        labels = {ix.label for e in everything for ix in e.atoms(Idx)}
        syms = {a for a in syms if a not in labels}
        self.sizes = {b for _, shape in self.arrays for dim in shape for b in sympy.sympify(dim).free_symbols}
        self.sizes |= {b for e in everything for ix in e.atoms(Idx) if ix.upper is not None for b in (ix.upper.free_symbols | ix.lower.free_symbols) if b not in labels}
        limits = {b for e in everything for total in e.atoms(sympy.Sum) for lim in total.limits for b in (lim[1].free_symbols | lim[2].free_symbols)}
        self.sizes |= {b for b in limits if isinstance(b, sympy.Symbol) and b in syms}
        self.free_indices = sorted({b for e in (lhs, rhs) for b in _free_indices(e, frozenset())}, key=str)
        self.positions = self._index_symbols(everything)  # free integer symbols that index an array
        bound = {v for e in everything for v in _bound(e)}
        self.symbols = sorted((a for a in syms if a not in self.sizes and a not in self.positions and not (a in bound and a not in _really_free(everything))), key=str)
        own = set(self.free_indices)
        self.tests = []  # (condition, indices that it holds for all values of)
        self.equations = []
        for cond in self.given:
            inside = _free_indices(cond, frozenset())
            schematic = not cond.atoms(Indexed) and inside <= own
            over = () if schematic else tuple(sorted(inside, key=str))
            self.tests.append((compile_condition(cond), over))
            for part in cond.args if isinstance(cond, sympy.And) else (cond,):
                if isinstance(part, sympy.Eq) and (part.atoms(Indexed) or not all(s.is_integer for s in part.free_symbols)):
                    self.equations.append((part.lhs - part.rhs, over))
        self.kinks = sorted({k for e in everything for k in _kinks(e)}, key=str)
        numbers = {a for e in everything for a in e.atoms(sympy.Rational)}
        self.constants = sorted({Fraction(int(a.p), int(a.q)) for a in numbers})
        self.limits = limits

    def _index_symbols(self, everything: list[object]) -> dict[object, object]:
        out = {}
        for e in everything:
            for entry in e.atoms(Indexed):
                for at, dim in zip(entry.indices, entry.base.shape, strict=False):
                    if isinstance(at, sympy.Symbol) and not isinstance(at, Idx) and at in _really_free([e]):
                        out[at] = dim
        return out

    def ranges(self, env: Env, over: tuple[object, ...]) -> Iterator[Env]:
        spans = [range(int(compile_(ix.lower)(env)), int(compile_(ix.upper)(env)) + 1) for ix in over]
        for at in product(*spans):
            yield env | {ix: Fraction(a) for ix, a in zip(over, at, strict=True)}

    def allowed(self, env: Env) -> bool:
        try:
            with mp.workdps(120):
                for test, over in self.tests:
                    if not all(test(inner) for inner in self.ranges(env, over)):
                        return False
        except (Undefined, ZeroDivisionError):
            return False
        return True

    # sampling

    def sample(self, rng: random.Random) -> Env | None:
        env: Env = {}
        top = rng.choice((1, 2, 2, 3, 3, 4))
        for size in sorted(self.sizes, key=str):
            env[size] = Fraction(rng.choice((1, 2, 2, 3, top)) if size not in self.limits or self.arrays else rng.choice((1, 2, 3, 4, 5, 8, 11)))
            if size.is_positive is None and size.is_nonnegative:
                env[size] = rng.choice((env[size], Fraction(0)))
        pool = self.pool(rng)
        shared = rng.choice(pool)
        for sym in self.symbols:
            value = shared if rng.random() < 0.2 else rng.choice(pool)
            if sym.is_integer:
                value = Fraction(rng.choice([*range(-2, 6), *range(0, 25), rng.randint(0, 60), rng.randint(-40, -1), rng.randint(-9, -1), rng.choice((10**6, 10**7 + 3, 97)) if not self.sizes else 7]))
            if not fits(sym, value):
                value = -value if fits(sym, -value) else abs(value) + 1
            if sym.is_negative:
                value = -abs(value)
            env[sym] = value
        modes = ("any", "any", "any", "positive", "positive", "unit", "equal", "ties", "hot", "increasing", "zero", "same")
        alike = rng.choice(modes) if rng.random() < 0.4 else ""
        for name, shape in self.arrays:
            spans = [range(int(compile_(sympy.sympify(dim))(env))) for dim in shape]
            env[name] = self.fill(rng, alike or rng.choice(modes), list(product(*spans)), pool)
            if name in self.positive:
                env[name] = {at: abs(value) or Fraction(1) for at, value in env[name].items()}
        for ix in self.free_indices:
            low, high = int(compile_(ix.lower)(env)), int(compile_(ix.upper)(env))
            if high < low:
                return None
            env[ix] = Fraction(rng.randint(low, high))
        for at, dim in self.positions.items():
            env[at] = Fraction(rng.randrange(int(compile_(sympy.sympify(dim))(env))))
        if rng.random() < 0.5 and self.kinks:
            self.to_kink(env, rng)
        if self.equations and not self.solve(env, rng):
            return None
        if self.digits[0] < 40 and any(sym.is_positive and not sym.is_integer and not 1 <= env[sym] <= 50 or abs(env[sym]) > 50 for sym in self.symbols):
            return None  # quadrature is not to be trusted there
        return env if self.allowed(env) and all(fits(sym, env[sym]) for sym in self.symbols) and self.positive_arrays(env) else None

    def positive_arrays(self, env: Env) -> bool:
        return all(value > 0 for name in self.positive for value in env[name].values())

    def pool(self, rng: random.Random) -> list[Fraction]:
        scale = rng.choice((1, 1, 1, 3, 10))
        base = [Fraction(rng.randint(-40, 40), rng.randint(7, 19)) * scale for _ in range(6)]
        base += [Fraction(rng.randint(1, 12), 13) for _ in range(3)]
        if rng.random() < 0.35:
            base = [Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(-1, 2), Fraction(2), Fraction(-2), Fraction(3), Fraction(1, 10**9), Fraction(-1, 10**9)]
            base += [value for value in self.constants if value.denominator < 10**6 and abs(value) < 10**5]
        elif rng.random() < 0.25:
            base += [Fraction(30), Fraction(-30), Fraction(100), Fraction(-100), Fraction(1, 10**6), Fraction(-1, 10**6)]
            extra = [value * q for value in self.constants if value for q in (1, -1, Fraction(11, 10), 2)]
            base += extra
            if rng.random() < 0.5:
                base += [Fraction(10**4), Fraction(-(10**4)), Fraction(10**7), Fraction(-(10**7)) - 1, Fraction(10**9)]
        return base

    def fill(self, rng: random.Random, mode: str, cells: list[tuple[int, ...]], pool: list[Fraction]) -> dict[tuple[int, ...], Value]:
        values = [rng.choice(pool) for _ in cells]
        if mode == "any":
            values = [a + Fraction(rng.randint(-9, 9), 23) for a in values]
        if mode == "positive":
            values = [abs(a) + Fraction(rng.randint(1, 9), 23) for a in values]
        if mode == "unit":
            values = [Fraction(rng.randint(1, 22), 23) for _ in cells]
        if mode == "equal":
            values = [values[0]] * len(cells)
        if mode == "same":  # as in every other array of this mode
            values = [pool[at % len(pool)] for at in range(len(cells))]
        if mode == "zero":
            values = [Fraction(0)] * len(cells)
        if mode == "ties":
            values = [rng.choice(values[:2]) for _ in cells]
        if mode == "hot":
            at = rng.choice(cells)
            values = [Fraction(int(cell == at)) for cell in cells]
        if mode == "increasing":
            values = sorted(values)
        return dict(zip(cells, values, strict=True))

    def spots(self, env: Env) -> list[object]:
        """Everything that may be moved: (symbol) or (array, position)."""
        return [*[sym for sym in self.symbols if not sym.is_integer], *[(name, at) for name, _ in self.arrays for at in env[name]]]

    def to_kink(self, env: Env, rng: random.Random) -> None:
        """Move one variable so that one kink lies exactly here."""
        run, bound = rng.choice(self.kinks), dict(env)
        for ix in _free_indices(run, frozenset()):
            if ix not in bound:
                bound[ix] = Fraction(rng.randint(int(compile_(ix.lower)(env)), int(compile_(ix.upper)(env))))
        names = {s for s in run.free_symbols} | {a.base.name for a in run.atoms(Indexed)}
        spots = [spot for spot in self.spots(env) if (spot[0] if isinstance(spot, tuple) else spot) in names]
        rng.shuffle(spots)
        for spot in spots:
            try:
                zero = compile_(run)(bound)
                one = compile_(run)(shifted(bound, spot, Fraction(1)))
                two = compile_(run)(shifted(bound, spot, Fraction(2)))
                if not (isinstance(zero, Fraction) and isinstance(two, Fraction) and two - one == one - zero != 0):
                    continue
            except (Undefined, Skip, ZeroDivisionError, KeyError, ValueError):
                continue
            for key, value in shifted(env, spot, -zero / (one - zero)).items():
                env[key] = value
            return

    def solve(self, env: Env, rng: random.Random) -> bool:
        """Move variables until every equation among the hypotheses holds: exact where affine, else Newton's method."""
        spots = self.spots(env)
        names = {s for eqn, _ in self.equations for s in eqn.free_symbols} | {a.base.name for eqn, _ in self.equations for a in eqn.atoms(Indexed)}
        spots = [spot for spot in spots if (spot[0] if isinstance(spot, tuple) else spot) in names]
        rng.shuffle(spots)

        def residuals(at: Env) -> list[Value]:
            return [compile_(eqn)(inner) for eqn, over in self.equations for inner in self.ranges(at, over)]

        exact = True
        with mp.workdps(700):
            for _ in range(60):
                try:
                    now = residuals(env)
                    if all(a == 0 if isinstance(a, Fraction) else abs(a) < mpf(10) ** -650 for a in now):
                        for spot in spots:
                            snap(env, spot)
                        values = [env[spot[0]][spot[1]] if isinstance(spot, tuple) else env[spot] for spot in spots]
                        return not any(a != 0 and not mpf(10) ** -15 < abs(as_mpf(a)) < mpf(10) ** 15 for a in values if not isinstance(a, Fraction))
                    step = Fraction(1) if exact else Fraction(1, 10**330)
                    moved = [residuals(shifted(env, spot, step)) for spot in spots]
                    rows = [[times(minus(moved[col][row], now[row]), 1 / step) for col in range(len(spots))] for row in range(len(now))]
                    move = eliminate(rows, [-a for a in now])
                    if move is None:
                        return False
                    trial = env
                    for spot, by in zip(spots, move, strict=True):
                        if by != 0:
                            trial = shifted(trial, spot, by)
                    if exact:
                        after = residuals(trial)
                        if not all(isinstance(a, Fraction) and a == 0 for a in after):
                            exact = False
                            continue
                    env.update(trial)
                except (Undefined, Skip, ZeroDivisionError, OverflowError):
                    if not exact:
                        return False
                    exact = False
        return False


def fits(sym: object, value: Value) -> bool:
    """value meets the assumptions of sym."""
    return not (
        (sym.is_positive and value <= 0) or (sym.is_nonnegative and value < 0) or (sym.is_negative and value >= 0)
        or (sym.is_nonpositive and value > 0) or (sym.is_nonzero and value == 0) or (sym.is_integer and (not isinstance(value, Fraction) or value.denominator != 1))
    )  # fmt: skip


def shifted(env: Env, spot: object, by: Value) -> Env:
    out = dict(env)
    if isinstance(spot, tuple):
        table = dict(env[spot[0]])
        table[spot[1]] = plus(table[spot[1]], by)
        out[spot[0]] = table
    else:
        out[spot] = plus(env[spot], by)
    return out


def snap(env: Env, spot: object) -> None:
    """A number that Newton's method brought next to a simple fraction becomes that fraction."""
    table, key = (env[spot[0]], spot[1]) if isinstance(spot, tuple) else (env, spot)
    if not isinstance(table[key], Fraction):
        near = Fraction(int(mp.nint(table[key] * 720720)), 720720)
        if abs(table[key] - as_mpf(near)) < mpf(10) ** -300:
            table[key] = near


def eliminate(rows: list[list[Value]], right: list[Value]) -> list[Value] | None:
    """One solution of rows * x = right, or None."""
    tiny = mpf(10) ** -200
    rows = [[*row, value] for row, value in zip(rows, right, strict=True)]
    width, pivots, top = len(rows[0]) - 1, [], 0
    for col in range(width):
        best = max(range(top, len(rows)), key=lambda at: abs(as_mpf(rows[at][col])), default=None)
        if best is None or abs(as_mpf(rows[best][col])) <= tiny:
            continue
        rows[top], rows[best] = rows[best], rows[top]
        scale = power(rows[top][col], Fraction(-1))
        rows[top] = [times(a, scale) for a in rows[top]]
        for at in range(len(rows)):
            if at != top and rows[at][col] != 0:
                factor = rows[at][col]
                rows[at] = [minus(a, times(factor, b)) for a, b in zip(rows[at], rows[top], strict=True)]
        pivots.append(col)
        top += 1
        if top == len(rows):
            break
    if any(abs(as_mpf(row[-1])) > tiny for row in rows[top:]):
        return None
    out: list[Value] = [Fraction(0)] * width
    for row, col in zip(rows, pivots, strict=False):
        out[col] = row[-1]
    return out


def _bound(e: object) -> set[object]:
    return {lim[0] for total in e.atoms(sympy.Sum, sympy.Integral) for lim in total.limits}


def _really_free(everything: list[object]) -> set[object]:
    out: set[object] = set()

    def go(e: object, bound: frozenset[object]) -> None:
        if isinstance(e, (sympy.Sum, sympy.Integral)):
            inner = bound
            for lim in e.limits:
                for part in lim[1:]:
                    go(part, bound)
                inner = inner | {lim[0]}
            go(e.function, inner)
        elif isinstance(e, Idx):
            for part in e.args[1:]:
                go(part, bound)
        elif isinstance(e, sympy.Symbol):
            if e not in bound:
                out.add(e)
        elif isinstance(e, Indexed):
            for part in e.indices:
                go(part, bound)
        else:
            for part in e.args:
                go(part, bound)

    for e in everything:
        go(e, frozenset())
    return out


def _free_indices(e: object, bound: frozenset[object]) -> set[object]:
    if isinstance(e, Idx):
        return set() if e in bound else {e}
    if isinstance(e, IndexedBase):
        return set()
    if isinstance(e, (sympy.Sum, sympy.Integral)):
        inner = bound | {lim[0] for lim in e.limits}
        return _free_indices(e.function, inner) | {a for lim in e.limits for part in lim[1:] for a in _free_indices(part, bound)}
    return {a for part in e.args for a in _free_indices(part, bound)}


def _kinks(e: object) -> set[object]:
    """Expressions whose zeros are worth a visit."""
    out: set[object] = set()
    for node in sympy.preorder_traversal(e):
        name = type(node).__name__
        if name in ("Abs", "sign", "Heaviside"):
            out.add(node.args[0])
        elif name in ("Max", "Min"):
            out |= {one - two for at, one in enumerate(node.args) for two in node.args[:at]}
        elif isinstance(node, sympy.core.relational.Relational):
            out.add(node.lhs - node.rhs)
        elif isinstance(node, sympy.Pow) and (node.exp.is_negative or not node.exp.is_integer):
            out.add(node.base)
        elif name == "log":
            out.add(node.args[0] - 1)
    return {k for k in out if k.free_symbols and not k.atoms(sympy.Derivative, sympy.Integral)}


def point_from(problem: Problem, words: dict[str, object]) -> Env:
    """An environment from names and plain numbers; arrays are nested lists."""
    env: Env = {}
    for sym in {*problem.symbols, *problem.sizes, *problem.free_indices, *problem.positions}:
        name = str(sym)
        if name not in words:
            raise KeyError(f"the point does not say {name}")
        env[sym] = exact(words[name])
    for name, shape in problem.arrays:
        table: dict[tuple[int, ...], Value] = {}

        def spread(value: object, at: tuple[int, ...]) -> None:
            if isinstance(value, list):
                for place, part in enumerate(value):
                    spread(part, (*at, place))
            else:
                table[at] = exact(value)

        spread(words[name], ())
        env[name] = table
    return env


def exact(value: object) -> Value:
    if isinstance(value, float):
        raise TypeError("a float in an exact point")
    if isinstance(value, sympy.Rational):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, tuple):  # (expression, symbol, guess): a root
        run, var, guess = compile_(value[0]), value[1], value[2]
        with mp.workdps(1600):
            return mp.findroot(lambda at: as_mpf(run({var: at})), as_mpf(exact(guess)), tol=mpf(10) ** -1590, maxsteps=200)
    if isinstance(value, sympy.Expr):  # an irrational point, to more digits than any comparison has
        with mp.workdps(1600):
            return compile_(value)({})
    return Fraction(value)


def show(env: Env) -> str:
    def number(a: Value) -> str:
        return str(a) if isinstance(a, Fraction) else mp.nstr(a, 12)

    parts = []
    for key, value in sorted(env.items(), key=lambda item: str(item[0])):
        parts.append(f"{key}={[number(a) for a in value.values()] if isinstance(value, dict) else number(value)}")
    return " ".join(parts)


def examine(claim: tuple, at: dict[str, object] | None = None, points: int = 40, seconds: float = 20.0) -> tuple[bool, str]:
    """Whether the stated truth of a claim is borne out, and how."""
    name, lhs, rhs, relation, given, truth = claim
    problem = Problem(lhs, rhs, given)
    rng = random.Random(zlib.crc32(name.encode()))
    start, good, tried, neither = time.monotonic(), 0, 0, 0
    enough = 5 if problem.digits[0] == 40 else 2
    places: Iterator[Env | None]
    if at is not None:
        env = point_from(problem, at)
        if not problem.allowed(env) or not all(fits(sym, env[sym]) for sym in [*problem.symbols, *problem.sizes]):
            return False, f"the given point breaks a hypothesis: {show(env)}"
        got = compare(problem, env, (GIVEN, 1500) if problem.digits[0] == 40 else problem.digits)
        refuted = got not in HOLDS[relation] and not (got == "one" and relation != "eq")
        if truth is False:
            return refuted, f"{got} at {show(env)}"
        if refuted:
            return False, f"{got} at {show(env)}"
        good = enough = 1
    points = points if truth else max(points, 500)
    while good < points and tried < 400 * points and time.monotonic() - start < (seconds if good >= enough else 6 * seconds):
        tried += 1
        try:
            env = problem.sample(rng)
            if env is None:
                continue
            got = compare(problem, env, problem.digits)
        except (Skip, OverflowError, mp.NoConvergence):
            continue
        except ValueError as error:  # a special function of mpmath that did not converge
            if "convergence" not in str(error):
                raise
            continue
        if truth and got == "~" and relation in ("lt", "ne"):
            continue  # too close to tell
        if got == "one" and relation != "eq":
            if truth:
                return False, f"one side is undefined at {show(env)}"
            continue
        if got not in HOLDS[relation]:
            return (not truth), f"{got} at {show(env)}"
        if got == "neither":
            neither += 1
            if neither > 40 and not good:
                return False, "neither side is defined anywhere that was tried"
            continue
        good += 1
    if not truth:
        return False, f"no counterexample at {good} points"
    return good >= min(points, enough), f"held at {good} points"
