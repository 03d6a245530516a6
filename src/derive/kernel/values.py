"""Functions on values: signs and kinks, powers, and every function of a term, on rationals, balls and jets alike.

Exact wherever the result is a rational that is plain to see. The working precision is python-flint's own, `flint.ctx.prec`.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, arb, fmpq

from derive.kernel.jets import (
    BITS,
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Jet,
    Short,
    Undefined,
    Unsure,
    Value,
    finite,
    is_nil,
    sign,
    times,
    trim,
)

Function = Callable[[Value], Value]


# --- kinks


def floor(v: Value) -> Value:
    kind = type(v)
    if kind is fmpq:
        return fmpq(v.floor())
    if kind is arb:
        whole = v.floor().unique_fmpz()
        if whole is None:
            raise Unsure
        return fmpq(whole)
    if kind is acb or v.pole:
        raise Unsure
    whole = floor(v.coefs[0])
    if sign(v.coefs[0] - whole) > 0:
        return whole
    v.frame.forked = True
    return whole if sign(v - whole) >= 0 else whole - 1


def ceiling(v: Value) -> Value:
    return -floor(-v)


def modulo(a: Value, b: Value) -> Value:
    return a - times(b, floor(times(a, inverse(b))))


def heaviside(v: Value) -> Value:
    return (ZERO, HALF, ONE)[sign(v) + 1]


def absolute(v: Value) -> Value:
    kind = type(v)
    if kind is fmpq or kind is arb:
        return abs(v)
    try:
        return -v if sign(v) < 0 else v
    except Short as short:
        return _agree_so_far(v, v, short)


def maximum(a: Value, b: Value) -> Value:
    gap = a - b
    # Two jets may differ by a ball: which of them is the larger is then not known, and no ball holds both.
    if type(gap) is arb and Jet not in (type(a), type(b)) and gap.contains(0) and not gap.is_zero():
        return arb(a).max(arb(b))
    try:
        return b if sign(gap) < 0 else a
    except Short as short:
        return _agree_so_far(gap, b, short)


def minimum(a: Value, b: Value) -> Value:
    return -maximum(-a, -b)


def _agree_so_far(gap: Value, v: Value, short: Short) -> Value:
    """v up to the order where gap is known to vanish: there, both branches of a continuous kink are the same."""
    if type(gap) is not Jet or short.frame is not gap.frame or gap.pole:
        raise short
    known = Jet(gap.frame, [ZERO] * len(gap.coefs))
    return known if v is gap else known + v


# --- powers


def inverse(v: Value) -> Value:
    kind = type(v)
    if kind is fmpq:
        if not v:
            raise Undefined
        return 1 / v
    if kind is arb or kind is acb:
        if v.contains(0):
            raise Undefined if v.is_zero() else Unsure
        return 1 / v
    return _series_power(v, MINUS_ONE)


def power(base: Value, exponent: Value) -> Value:
    """base**exponent for real values: 0**0 is 1, a negative base wants an integer exponent."""
    if type(exponent) is fmpq:
        if exponent.q == 1:
            return integer_power(base, int(exponent.p))
        return root_power(base, exponent) if type(base) is not Jet else _series_power(base, exponent)
    if type(exponent) is acb or type(base) is acb:
        return finite(acb(base).pow(acb(exponent), analytic=True))
    if type(base) is Jet:
        if sign(base) <= 0:
            raise Unsure
        return exp(exponent * log(base))
    s = sign(base)
    if s > 0:
        return ONE if base == 1 else exp(exponent * log(base))
    if s == 0:
        e = sign(exponent)
        if e < 0:
            raise Undefined
        return ZERO if e else ONE
    if type(exponent) is arb and not exponent.contains_integer():
        raise Undefined
    raise Unsure


def integer_power(base: Value, n: int) -> Value:
    kind = type(base)
    if n == 0:
        return ONE
    if n == -1:
        return inverse(base)
    if kind is fmpq:
        if not base:
            if n < 0:
                raise Undefined
            return ZERO
        if abs(n) * base.height_bits() <= BITS or base == 1 or base == -1:
            return base**n if abs(n) < 2**62 else ONE if base == 1 or n % 2 == 0 else MINUS_ONE
        return finite(arb(base) ** n)
    if kind is Jet:
        if not 0 < n <= 8:
            return _series_power(base, fmpq(n))
        result = base
        for _ in range(n - 1):
            result = result * base
        return result
    if n < 0 and base.contains(0):
        raise Undefined if base.is_zero() else Unsure
    result = 1 / _ball_power(base, -n) if n < 0 else _ball_power(base, n)
    return result.nonnegative_part() if kind is arb and n % 2 == 0 else result


def _ball_power(base: Value, n: int) -> Value:
    """A ball to a positive power; python-flint's own power gives up on a ball around 0."""
    if n > 64:
        return finite(base**n)
    result = base
    for bit in bin(n)[3:]:
        result = result * result * base if bit == "1" else result * result
    return finite(result)


def root_power(base: Value, exponent: fmpq) -> Value:
    """base**exponent for an exponent that is no integer; exact where the root is."""
    if type(base) is acb:
        return finite(base.pow(acb(exponent), analytic=True))
    s = sign(base)
    if s < 0 or s == 0 and exponent < 0:
        raise Undefined
    if s == 0:
        return ZERO
    degree = int(exponent.q)
    if type(base) is fmpq and degree <= 64:
        top, bottom = base.p.root(degree), base.q.root(degree)
        if top**degree == base.p and bottom**degree == base.q:
            return integer_power(fmpq(top, bottom), int(exponent.p))
    ball = arb(base)
    if degree <= 64 and abs(exponent.p) <= 10**6:
        return finite(ball.root(degree) ** int(exponent.p)) if degree > 2 else finite(ball.sqrt() ** int(exponent.p))
    return finite((ball.log() * exponent).exp())


def _series_power(v: Jet, exponent: fmpq) -> Value:
    """v**exponent from its first coefficient that is not zero."""
    frame, first = v.frame, 0
    while first < len(v.coefs) and is_nil(v.coefs[first]):
        first += 1
    if first == len(v.coefs):
        v.frame.forked = True
        raise Short(frame)
    if first != v.pole:
        frame.forked = True
    lead = v.coefs[first]
    shift = exponent * (first - v.pole)
    head = power(lead, exponent)
    if shift.q != 1:
        # t**shift lies between two whole powers: all that is known is how many coefficients vanish
        if shift < 0:
            raise Unsure
        return Jet(frame, [ZERO] * min(int(shift.floor()) + 1, frame.order + 1))
    offset = int(shift.p)
    rest = v.coefs[first:]
    if v.exact and len(rest) == 1:
        coefs, exact = [head], True
    else:
        if v.exact:
            rest = rest + [ZERO] * max(0, frame.order + 1 - min(offset, 0) - len(rest))
        coefs, exact, recip = [head], False, inverse(lead)
        for m in range(1, len(rest)):
            s = ZERO
            for j in range(1, m + 1):
                if not is_nil(rest[j]):
                    s = s + times((exponent + 1) * j - m, times(rest[j], coefs[m - j]))
            coefs.append(times(times(s, recip), fmpq(1, m)))
    if offset > 0:
        return trim(frame, [ZERO] * min(offset, frame.order + 1) + coefs, 0, exact and offset <= frame.order)
    return trim(frame, coefs, -offset, exact)


# --- smooth functions


def _padded(v: Jet) -> list[Value]:
    """The coefficients of v from the constant one on; Unsure where v has a pole."""
    if v.pole:
        v.frame.forked = True
        raise Unsure
    return v.coefs + [ZERO] * (v.frame.order + 1 - len(v.coefs)) if v.exact else v.coefs


def _lift(v: Jet, f: Function, slope: Function) -> Jet:
    """f of a jet, given f and its derivative on values: integrate slope(v) v'."""
    a = _padded(v)
    if len(a) == 1:
        return Jet(v.frame, [f(a[0])])
    if len(a) == 2:
        return Jet(v.frame, [f(a[0]), times(slope(a[0]), a[1]) if not is_nil(a[1]) else ZERO])
    inner = Jet(v.frame, [times(fmpq(k), c) for k, c in enumerate(a)][1:])
    rate = inner * slope(Jet(v.frame, a[:-1]))
    coefs = rate.coefs if type(rate) is Jet else [rate]
    coefs = coefs + [ZERO] * (len(a) - 1 - len(coefs))
    return Jet(v.frame, [f(a[0]), *(times(c, fmpq(1, k + 1)) for k, c in enumerate(coefs))])


def _smooth(method: str, slope: Function, exact: dict[int, int]) -> Function:
    """A function that is analytic on the whole line, with its exact values."""

    def f(v: Value) -> Value:
        kind = type(v)
        if kind is Jet:
            return _lift(v, f, slope)
        if kind is fmpq:
            if v.q == 1 and v in table:
                return table[v]
            v = arb(v)
        return finite(getattr(v, method)())

    table = {fmpq(k): fmpq(x) for k, x in exact.items()}
    f.__name__ = method
    return f


def exp(v: Value) -> Value:
    kind = type(v)
    if kind is fmpq:
        return arb(v).exp() if v else ONE
    if kind is arb:
        return finite(v.exp())
    if kind is acb:
        return finite(v.exp())
    if v.pole:
        v.frame.forked = True
        if sign(v) > 0 or is_nil(v.coefs[0]):
            raise Unsure
        return Jet(v.frame, [ZERO] * (v.frame.order + 1))  # exp(-1/t) vanishes faster than every power
    a = _padded(v)
    coefs = [exp(a[0])]
    for m in range(1, len(a)):
        s = ZERO
        for j in range(1, m + 1):
            if not is_nil(a[j]):
                s = s + times(times(fmpq(j, m), a[j]), coefs[m - j])
        coefs.append(s)
    return Jet(v.frame, coefs)


def log(v: Value) -> Value:
    kind = type(v)
    if kind is acb:
        return finite(v.log(analytic=True))
    if kind is Jet:
        if not v.pole and sign(v.coefs[0]) > 0:
            return _lift(v, log, inverse)
        if sign(v) < 0:
            raise Undefined
        return _log_near_zero(v)
    if sign(v) <= 0:
        raise Undefined
    return ZERO if v == 1 else arb(v).log()


def _log_near_zero(v: Jet) -> Value:
    """log of c t**k (1 + ...), c > 0: that is log(c) + k log(t) + log(1 + ...), where log(t) = -1/s in the slow frame."""
    frame, first = v.frame, 0
    frame.forked = True
    while is_nil(v.coefs[first]):
        first += 1
    recip = inverse(v.coefs[first])
    rest = Jet(frame, [ONE, *(times(c, recip) for c in v.coefs[first + 1 :])], 0, v.exact)
    slow = Jet(frame.slow, [fmpq(v.pole - first)], 1, True) if v.pole != first else ZERO
    return slow + log(v.coefs[first]) + (_lift(rest, log, inverse) if len(rest.coefs) > 1 or not v.exact else ZERO)


def _between(method: str, slope: Function, low: int | None, high: int | None, *, closed: bool, root: int = 0) -> Function:
    """A function whose domain is an interval, with its ends where it is closed, and the exact point where it is zero."""

    def f(v: Value) -> Value:
        kind = type(v)
        if kind is acb:
            if (low is None or v.real > low) and (high is None or v.real < high):
                return finite(getattr(v, method)())
            raise Unsure
        if kind is Jet:
            _padded(v)
            for bound, side in ends:
                if sign(v.coefs[0] - bound) * side <= 0:
                    if sign(v - bound) * side < 0:
                        raise Undefined
                    raise Unsure
            return _lift(v, f, slope)
        for bound, side in ends:
            gap = (v - bound) * side
            if closed and kind is arb and gap >= 0:
                continue
            s = sign(gap)
            if s < 0 or s == 0 and not closed:
                raise Undefined
        if kind is fmpq and v == root:
            return ZERO
        return finite(getattr(arb(v), method)())

    ends = [(bound, side) for bound, side in ((low, 1), (high, -1)) if bound is not None]
    f.__name__ = method
    return f


sin: Function = _smooth("sin", lambda v: cos(v), {0: 0})
cos: Function = _smooth("cos", lambda v: -sin(v), {0: 1})
tan: Function = _smooth("tan", lambda v: ONE + power(tan(v), TWO), {0: 0})
sinh: Function = _smooth("sinh", lambda v: cosh(v), {0: 0})
cosh: Function = _smooth("cosh", lambda v: sinh(v), {0: 1})
tanh: Function = _smooth("tanh", lambda v: ONE - power(tanh(v), TWO), {0: 0})
erf: Function = _smooth("erf", lambda v: _gauss() * exp(-power(v, TWO)), {0: 0})
erfc: Function = _smooth("erfc", lambda v: -_gauss() * exp(-power(v, TWO)), {0: 1})
asin: Function = _between("asin", lambda v: power(ONE - power(v, TWO), -HALF), -1, 1, closed=True)
acos: Function = _between("acos", lambda v: -power(ONE - power(v, TWO), -HALF), -1, 1, closed=True, root=1)
acosh: Function = _between("acosh", lambda v: power(power(v, TWO) - ONE, -HALF), 1, None, closed=True, root=1)
atanh: Function = _between("atanh", lambda v: inverse(ONE - power(v, TWO)), -1, 1, closed=False)
erfinv: Function = _between("erfinv", lambda v: inverse(_gauss()) * exp(power(erfinv(v), TWO)), -1, 1, closed=False)


def _gauss() -> arb:
    return 2 / arb.const_sqrt_pi()


def _on_strip(method: str, slope: Function) -> Function:
    """atan and asinh: analytic on the line, with cuts on the imaginary axis."""
    plain = _smooth(method, slope, {0: 0})

    def f(v: Value) -> Value:
        if type(v) is acb and not (v.real > 0 or v.real < 0 or (v.imag < 1 and v.imag > -1)):
            raise Unsure
        return _lift(v, f, slope) if type(v) is Jet else plain(v)

    return f


atan: Function = _on_strip("atan", lambda v: inverse(ONE + power(v, TWO)))
asinh: Function = _on_strip("asinh", lambda v: power(ONE + power(v, TWO), -HALF))


def gamma(v: Value) -> Value:
    kind = type(v)
    if kind is Jet:
        return _lift(v, gamma, lambda u: gamma(u) * polygamma(ZERO, u))
    if kind is fmpq and v.q == 1:
        if v <= 0:
            raise Undefined
        if v <= 1000:
            product = ONE
            for k in range(2, int(v.p)):
                product *= k
            return product
    return finite(v.gamma() if kind is acb else arb(v).gamma())


def loggamma(v: Value) -> Value:
    kind = type(v)
    if kind is Jet:
        if v.pole or sign(v.coefs[0]) <= 0:
            if sign(v) < 0:
                raise Undefined
            raise Unsure
        return _lift(v, loggamma, lambda u: polygamma(ZERO, u))
    if kind is acb:
        if not v.real > 0:
            raise Unsure
        return finite(v.lgamma())
    if sign(v) <= 0:
        raise Undefined
    return ZERO if v == 1 or v == 2 else finite(arb(v).lgamma())


def polygamma(order: Value, v: Value) -> Value:
    if type(order) is not fmpq or order.q != 1 or not 0 <= order <= 50:
        raise Unsure
    kind = type(v)
    if kind is Jet:
        return _lift(v, lambda u: polygamma(order, u), lambda u: polygamma(order + 1, u))
    if kind is fmpq and v.q == 1 and v <= 0:
        raise Undefined
    if order and kind is not acb and not v > -500:
        raise Unsure  # it takes long there
    if kind is acb:
        return finite(v.polygamma(acb(order)) if order else v.digamma())
    return finite(acb(v).polygamma(acb(order)).real if order else arb(v).digamma())


def besseli(order: Value, v: Value) -> Value:
    if type(order) is Jet or type(order) is acb:
        raise Unsure
    kind = type(v)
    if kind is Jet:
        return _lift(v, lambda u: besseli(order, u), lambda u: HALF * (besseli(order - 1, u) + besseli(order + 1, u)))
    whole = type(order) is fmpq and order.q == 1
    if kind is acb:
        if not whole and not v.real > 0:
            raise Unsure
        return finite(v.bessel_i(acb(order)))
    s = sign(v) if not whole or kind is fmpq else 1
    if s < 0 and not whole:
        if type(order) is arb and order.contains_integer():
            raise Unsure
        raise Undefined
    if s == 0:
        if whole or sign(order) > 0:
            return ZERO if order != 0 else ONE
        if type(order) is arb and order.contains_integer():
            raise Unsure
        raise Undefined
    return finite(arb(v).bessel_i(arb(order)))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "exp": exp, "log": log, "abs": absolute, "heaviside": heaviside, "floor": floor, "ceiling": ceiling, "mod": modulo,
    "sin": sin, "cos": cos, "tan": tan, "asin": asin, "acos": acos, "atan": atan, "sinh": sinh, "cosh": cosh, "tanh": tanh,
    "asinh": asinh, "acosh": acosh, "atanh": atanh, "erf": erf, "erfc": erfc, "erfinv": erfinv,
    "gamma": gamma, "loggamma": loggamma, "polygamma": polygamma, "besseli": besseli, "sign": lambda v: fmpq(sign(v)),
}  # fmt: skip
