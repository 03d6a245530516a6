"""The normal form of each function: exp and log, trigonometric and hyperbolic, gamma and its kin, rounding, kinks.

Rules: hyperbolic, trigonometry, special, rounding (docs/kernel.md has them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING

from flint import fmpq

from derive.kernel.atoms import (
    ONE_POLY,
    Atom,
    Beyond,
    Frozen,
    Monomial,
    Quotient,
    shape_of,
    whole_valued,
)
from derive.statement.term import HALF, ONE, PI, TWO, Term, add, div, fn, make, mul, neg, num, power, sub

if TYPE_CHECKING:
    from derive.kernel.field import NormalForm


Rule = Callable[["NormalForm", Term, Mapping[Term, Term]], Quotient]


def _exp(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    return f.exponential(f.normal(t.args[0], env))


def _log(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    return f.logarithm(f.normal(t.args[0], env))


def _through(build: Callable[[Term], Term], rule: str) -> Rule:
    def apply(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
        f.rules[rule] = None
        return f.normal(build(t.args[0]), env)

    return apply


def _e(t: Term) -> Term:
    return fn("exp", t)


def _ratio(top: Term, bottom: Term) -> Term:
    return div(top, bottom)


def _cis(f: NormalForm, arg: Quotient) -> tuple[Quotient, Quotient]:
    """(exp(i a), exp(-i a))."""
    f.rules["trigonometry"] = None
    unit = f.gen(f.atom("i"))
    arg = f.reduced(arg)
    den = f.freeze_poly(arg.den)
    plus = minus = f.constant(1)
    for mono, c in f.freeze_poly(arg.num):
        if (
            den == ONE_POLY
            and len(mono) == 1
            and mono[0][1] == 1
            and mono[0][0].kind == "const"
            and mono[0][0].data[0] == "pi"
            and (12 * c).denominator == 1
        ):
            a, b = _root_of_unity(f, unit, int(12 * c)), _root_of_unity(f, unit, -int(12 * c))
        elif den == ONE_POLY and c.denominator == 1 and (rest := _beside_pi(mono)) and all(whole_valued(u) for u, _ in rest):
            a = b = f.gen(f.atom("sign power", rest)) if c.numerator % 2 else f.constant(1)  # exp(i pi k) = (-1)^k
        elif (
            den == ONE_POLY
            and len(mono) == 1
            and mono[0][1] == 1
            and mono[0][0].kind == "call"
            and c.denominator == 1
            and mono[0][0].data[0] in ("asin", "atan")
        ):
            name, (inner,) = mono[0][0].data
            x = f.thaw(inner)
            square = f.times(x, x)
            if name == "asin":
                real, imag = f.root(f.plus(f.constant(1), f.times(f.constant(-1), square)), Fraction(1, 2)), x
            else:
                real = f.root(f.plus(f.constant(1), square), Fraction(-1, 2))
                imag = f.times(x, real)
            a = f.to_power(f.plus(real, f.times(unit, imag)), abs(int(c)))
            b = f.to_power(f.plus(real, f.times(f.constant(-1), f.times(unit, imag))), abs(int(c)))
            if c < 0:
                a, b = b, a
        else:
            shape = "cis:" + shape_of((mono, den))
            a = f.fine(lambda scale, mono=mono, den=den: f.atom("cis", mono, den, scale), shape, c)  # type: ignore[misc]
            b = f.inverse(a)
        plus, minus = f.reduced(f.times(plus, a)), f.reduced(f.times(minus, b))
    return plus, minus


def _beside_pi(mono: Monomial) -> Monomial:
    """What stands beside pi in a monomial; nothing where pi is not there once."""
    rest = tuple((a, e) for a, e in mono if not (a.kind == "const" and a.data[0] == "pi" and e == 1))
    return rest if len(rest) == len(mono) - 1 else ()


def _root_of_unity(f: NormalForm, unit: Quotient, twelfths: int) -> Quotient:
    """exp(i pi k/12)."""
    k = twelfths % 24
    half = f.constant(Fraction(1, 2))
    sixth = f.plus(f.times(half, f.root(f.constant(3), Fraction(1, 2))), f.times(half, unit))  # pi/6
    quarter = f.times(f.times(half, f.root(f.constant(2), Fraction(1, 2))), f.plus(f.constant(1), unit))  # pi/4
    out = f.constant(1)
    whole, rest = divmod(k, 6)
    for _ in range(whole):
        out = f.times(out, unit)
    # pi/12 = pi/4 - pi/6, and the conjugate inverts a number of modulus 1
    conj = f.plus(f.times(half, f.root(f.constant(3), Fraction(1, 2))), f.times(f.constant(Fraction(-1, 2)), unit))
    steps = {0: [], 1: [quarter, conj], 2: [sixth], 3: [quarter], 4: [sixth, sixth], 5: [quarter, sixth]}[rest]
    for s in steps:
        out = f.times(out, s)
    return f.reduced(out)


def _sin(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    return _sine(f, f.normal(t.args[0], env))


def _sine(f: NormalForm, arg: Quotient) -> Quotient:
    plus, minus = _cis(f, arg)
    unit = f.gen(f.atom("i"))
    return f.reduced(f.times(f.plus(plus, f.times(f.constant(-1), minus)), f.times(f.constant(Fraction(-1, 2)), unit)))


def _cos(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    return _cosine(f, f.normal(t.args[0], env))


def _cosine(f: NormalForm, arg: Quotient) -> Quotient:
    plus, minus = _cis(f, arg)
    return f.reduced(f.times(f.plus(plus, minus), f.constant(Fraction(1, 2))))


def _gamma(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    """gamma(x + k) = x (x+1) ... (x+k-1) gamma(x), constant part brought into [1, 2)."""
    f.rules["special"] = None
    return _gamma_of(f, f.reduced(f.normal(t.args[0], env)))


def _gamma_of(f: NormalForm, arg: Quotient) -> Quotient:
    k, rest = _shift(f, arg)
    out = _gamma_base(f, rest)
    for j in range(abs(k)):
        out = f.times(out, f.plus(rest, f.constant(j))) if k > 0 else f.times(out, f.inverse(f.plus(rest, f.constant(-1 - j))))
    return out


def _gamma_base(f: NormalForm, rest: Quotient) -> Quotient:
    value = f.constant_value(rest)
    if value == 1:
        return f.constant(1)
    if value == Fraction(3, 2):
        return f.times(f.constant(Fraction(1, 2)), f.root(f.gen(f.atom("const", "pi")), Fraction(1, 2)))
    half = _half(f, rest)
    if half is not None:
        # gamma(2 u) = 2^(2 u - 1) gamma(u) gamma(u + 1/2) / sqrt(pi)
        over = f.root(f.gen(f.atom("const", "pi")), Fraction(-1, 2))
        two = f.exponential(f.times(f.plus(rest, f.constant(-1)), f.logarithm(f.constant(2))))
        return f.times(f.times(over, two), f.times(_gamma_of(f, half), _gamma_of(f, f.plus(half, f.constant(Fraction(1, 2))))))
    if _turns(f, rest):
        # gamma(z) gamma(1 - z) = pi / sin(pi z), where z is no integer
        other = f.plus(f.constant(1), f.times(f.constant(-1), rest))
        angle = f.times(f.gen(f.atom("const", "pi")), rest)
        return f.times(f.gen(f.atom("const", "pi")), f.inverse(f.times(_sine(f, angle), _gamma_of(f, other))))
    return f.opaque("gamma", rest)


def _half(f: NormalForm, a: Quotient) -> Quotient | None:
    """a/2, where a is a polynomial whose terms but the constant all have even coefficients; None where it is not, or a number."""
    frozen = f.freeze_poly(a.num)
    moving = [c for m, c in frozen if m]
    if not a.den.is_one() or not moving or any(c.denominator != 1 or c.numerator % 2 for c in moving):
        return None
    return f.times(a, f.constant(Fraction(1, 2)))


def _turns(f: NormalForm, a: Quotient) -> bool:
    """Whether a is one of the pair a, 1 - a that stands for the other, and lies between two integers by the facts of the case."""
    moving = [c for m, c in f.freeze_poly(a.num) if m]
    if not a.den.is_one() or not moving or moving[-1] > 0:
        return False
    ends = [f.sign(f.plus(a, f.constant(-k)).num) for k in range(3)]
    return any(low == "+" and high == "-" for low, high in pairwise(ends))


def _shift(f: NormalForm, arg: Quotient) -> tuple[int, Quotient]:
    """(k, rest) with arg = rest + k and the constant part of rest in [1, 2)."""
    if not arg.den.is_one():
        n, d = arg.num, arg.den
        quotient = divmod(n, d)[0]
        c = dict(quotient.to_dict()).get((0,) * f.pool, fmpq(0))
    else:
        c = dict(arg.num.to_dict()).get((0,) * f.pool, fmpq(0))
    value = Fraction(int(fmpq(c).p), int(fmpq(c).q))
    k = value.numerator // value.denominator - 1
    if abs(k) > 200:
        raise Beyond("gamma of a large number")
    return k, f.plus(arg, f.constant(-k))


def _loggamma(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    return f.logarithm(_gamma(f, t, env))


def _polygamma(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    """psi_m(x + 1) = psi_m(x) + (-1)^m m! / x^(m+1)."""
    f.rules["special"] = None
    order = f.constant_value(f.normal(t.args[0], env))
    arg = f.reduced(f.normal(t.args[1], env))
    if order is None or order.denominator != 1 or not 0 <= order <= 20:
        return f.opaque("polygamma", f.normal(t.args[0], env), arg)
    return _polygamma_of(f, int(order), arg)


def _polygamma_of(f: NormalForm, m: int, arg: Quotient) -> Quotient:
    k, rest = _shift(f, arg)
    value = f.constant_value(rest)
    factorial = 1
    for j in range(2, m + 1):
        factorial *= j
    c = f.constant((-1) ** m * factorial)
    if m == 0 and value == 1:
        out = f.times(f.constant(-1), f.gen(f.atom("const", "euler_gamma")))
    elif m == 0 and value == Fraction(3, 2):
        out = f.normal(add(neg(make("const", "euler_gamma")), mul(num(-2), fn("log", TWO)), TWO), {})
    elif m == 1 and value == 1:
        out = f.normal(div(power(PI, 2), num(6)), {})
    elif (half := _half(f, rest)) is not None:
        # the logarithm of the duplication formula, differentiated
        both = f.plus(_polygamma_of(f, m, half), _polygamma_of(f, m, f.plus(half, f.constant(Fraction(1, 2)))))
        out = f.times(f.constant(Fraction(1, 2 ** (m + 1))), both)
        out = f.plus(out, f.logarithm(f.constant(2))) if m == 0 else out
    elif m < 2 and _turns(f, rest):
        # that of the reflection formula: psi(z) = psi(1 - z) - pi cot(pi z), and its derivative
        other = _polygamma_of(f, m, f.plus(f.constant(1), f.times(f.constant(-1), rest)))
        pi = f.gen(f.atom("const", "pi"))
        sine, cosine = _sine(f, f.times(pi, rest)), _cosine(f, f.times(pi, rest))
        turned = f.times(pi, f.inverse(sine))
        out = f.plus(f.times(f.constant((-1) ** m), other), f.times(turned, turned if m else f.times(f.constant(-1), cosine)))
    else:
        out = f.opaque("polygamma", f.constant(m), rest)
    for j in range(abs(k)):
        step = f.plus(rest, f.constant(j if k > 0 else -1 - j))
        term = f.times(c, f.to_power(step, -(m + 1)))
        out = f.plus(out, term if k > 0 else f.times(f.constant(-1), term))
    return out


def _besseli(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    """I_(v+1)(z) = I_(v-1)(z) - (2 v / z) I_v(z), integer orders brought to 0 and 1."""
    f.rules["special"] = None
    order, z = f.reduced(f.normal(t.args[0], env)), f.reduced(f.normal(t.args[1], env))
    k = f.constant_value(order)
    if k is None or k.denominator != 1 or abs(k) > 60 or z.num.is_zero():
        return f.opaque("besseli", order, z)
    n = abs(int(k))
    flip = f.leads_negative(z)
    if flip:
        z = f.times(f.constant(-1), z)
    low, high = f.opaque("besseli", f.constant(0), z), f.opaque("besseli", f.constant(1), z)
    if n == 0:
        return low
    for v in range(1, n):
        low, high = high, f.plus(low, f.times(f.times(f.constant(-2 * v), f.inverse(z)), high))
    return f.times(f.constant(-1), high) if flip and n % 2 else high


def _odd(name: str) -> Rule:
    """f(-x) = -f(x), f(0) = 0, and f(f^-1(x)) = x."""

    def apply(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
        f.rules["special"] = None
        back = _back(f, name, t.args[0], env)
        if back is not None:
            return back
        arg = f.reduced(f.normal(t.args[0], env))
        if arg.num.is_zero():
            return f.constant(0)
        if f.leads_negative(arg):
            return f.times(f.constant(-1), apply_positive(f, f.times(f.constant(-1), arg)))
        return apply_positive(f, arg)

    def apply_positive(f: NormalForm, arg: Quotient) -> Quotient:
        partner = {"erf": "erfinv", "erfinv": "erf"}.get(name)
        frozen = f.freeze(arg)
        if partner and frozen.den == ONE_POLY and len(frozen.num) == 1 and frozen.num[0][1] == 1 and len(frozen.num[0][0]) == 1:
            atom, e = frozen.num[0][0][0]
            if e == 1 and atom.kind == "call" and atom.data[0] == partner:
                return f.thaw(atom.data[1][0])
        if name == "atan" and f.constant_value(arg) == 1:
            return f.normal(div(PI, num(4)), {})
        if name == "asin" and f.constant_value(arg) in (1, Fraction(1, 2)):
            return f.normal(div(PI, num(2 if f.constant_value(arg) == 1 else 6)), {})
        return f.opaque(name, arg)

    return apply


def _back(f: NormalForm, name: str, of: Term, env: Mapping[Term, Term]) -> Quotient | None:
    """asin(sin a), asin(cos a), atan(tan a): the angle of that sine or tangent that is known to lie between -pi/2 and pi/2, if any is."""
    if not (name == "asin" and of.op in ("sin", "cos") or name == "atan" and of.op == "tan"):
        return None
    a, minus = f.normal(of.args[0], env), f.constant(-1)
    pi = f.gen(f.atom("const", "pi"))
    right = f.times(pi, f.constant(Fraction(1, 2)))
    if of.op == "tan":
        angles = [f.plus(a, f.times(pi, f.constant(k))) for k in (0, 1, -1)]
    elif of.op == "cos":
        angles = [f.plus(right, f.times(minus, a)), f.plus(right, a)]
    else:
        angles = [a, *(f.plus(f.times(pi, f.constant(k)), f.times(minus, a)) for k in (1, -1))]
    for angle in angles if a.den.is_one() else ():
        signs = [f.sign(f.plus(right, side).num) for side in (angle, f.times(minus, angle))]
        if all(s == "+" or s in (">=0", "0") and name == "asin" for s in signs):
            return angle
    return None


def _floor(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    f.rules["rounding"] = None
    return _floor_of(f, f.reduced(f.normal(t.args[0], env)))


def _floor_of(f: NormalForm, arg: Quotient) -> Quotient:
    inside = _without_floor(f, arg)
    if inside is not None:
        return _floor_of(f, inside)
    if not arg.den.is_one():
        return f.opaque("floor", arg)
    whole, rest = f.constant(0), f.constant(0)
    for m, c in f.freeze_poly(arg.num):
        piece = f.thaw(Frozen(((m, Fraction(1)),), ONE_POLY))
        integral = all(whole_valued(a) for a, _ in m)
        k = c.numerator // c.denominator if integral and m else (c if integral and c.denominator == 1 else 0)
        if not m:
            k = c.numerator // c.denominator
        whole = f.plus(whole, f.times(f.constant(k), piece))
        rest = f.plus(rest, f.times(f.constant(c - k), piece))
    value = f.constant_value(rest)
    if value is not None:
        return f.plus(whole, f.constant(value.numerator // value.denominator))
    return f.plus(whole, f.opaque("floor", rest))


def _without_floor(f: NormalForm, arg: Quotient) -> Quotient | None:
    """(u + k)/d for (floor u + k)/d, with whole k and a whole d > 0: the floor of both is the same."""
    fine = lcm(*(c.denominator for _, c in f.freeze_poly(arg.num)))
    whole, over = Quotient(arg.num * fine, f.one), Quotient(arg.den * fine, f.one)
    parts = f.freeze_poly(whole.num)
    floors = [m[0][0] for m, c in parts if c == 1 and len(m) == 1 and m[0][1] == 1 and _is_floor(m[0][0])]
    if over.num.is_one() or len(floors) != 1 or not f.is_integer(whole) or not f.is_integer(over) or f.sign(over.num) != "+":
        return None
    rest = f.plus(whole, f.times(f.constant(-1), f.gen(floors[0])))
    return f.times(f.plus(f.thaw(floors[0].data[1][0]), rest), f.inverse(over))


def _is_floor(a: Atom) -> bool:
    return a.kind == "call" and a.data[0] == "floor"


def _ceiling(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    f.rules["rounding"] = None
    arg = f.reduced(f.normal(t.args[0], env))
    return f.times(f.constant(-1), _floor_of(f, f.times(f.constant(-1), arg)))


def _mod(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    a, b = t.args
    return f.normal(sub(a, mul(b, fn("floor", div(a, b)))), env)


def _kink(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    """A kink whose argument holds a bound index: through [g > 0] and [g < 0]."""
    from derive.kernel import indexed

    return indexed.kink(f, t, env)


RULES: dict[str, Rule] = {
    "exp": _exp,
    "log": _log,
    "sinh": _through(lambda u: mul(HALF, sub(_e(u), _e(neg(u)))), "hyperbolic"),
    "cosh": _through(lambda u: mul(HALF, add(_e(u), _e(neg(u)))), "hyperbolic"),
    "tanh": _through(lambda u: _ratio(sub(_e(mul(TWO, u)), ONE), add(_e(mul(TWO, u)), ONE)), "hyperbolic"),
    "asinh": _through(lambda u: fn("log", add(u, power(add(power(u, 2), ONE), HALF))), "hyperbolic"),
    "acosh": _through(lambda u: fn("log", add(u, power(sub(power(u, 2), ONE), HALF))), "hyperbolic"),
    "atanh": _through(lambda u: mul(HALF, sub(fn("log", add(ONE, u)), fn("log", sub(ONE, u)))), "hyperbolic"),
    "sin": _sin,
    "cos": _cos,
    "tan": _through(lambda u: _ratio(fn("sin", u), fn("cos", u)), "trigonometry"),
    "asin": _odd("asin"),
    "acos": _through(lambda u: sub(mul(HALF, PI), fn("asin", u)), "trigonometry"),
    "atan": _odd("atan"),
    "erf": _odd("erf"),
    "erfc": _through(lambda u: sub(ONE, fn("erf", u)), "special"),
    "erfinv": _odd("erfinv"),
    "gamma": _gamma,
    "loggamma": _loggamma,
    "polygamma": _polygamma,
    "besseli": _besseli,
    "floor": _floor,
    "ceiling": _ceiling,
    "mod": _mod,
    **dict.fromkeys(("abs", "sign", "heaviside", "max", "min", "piecewise"), _kink),
}
