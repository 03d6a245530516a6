"""Antiderivatives: proposals only. integrals.py differentiates each and keeps none that does not give the integrand back.

`propose(body, t, ...)` takes an integrand without kinks. It is written as a sum of products first; in each product stand
    P(t)          a polynomial with coefficients that do not hold t
    (c t + d)^e   powers of linear terms, e without t
    exp(Q(t))     Q a polynomial
    f(c t + d)    one other function
and each product is looked up. What is no such sum may still be a rational function of t, or of exp(c t): by partial fractions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial, gcd, lcm

from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.field import NormalForm
from derive.statement.term import (
    HALF,
    ONE,
    PI,
    TWO,
    ZERO,
    Term,
    add,
    div,
    fn,
    mul,
    neg,
    num,
    power,
    rebuild,
    replace,
    show,
    sub,
    subterms,
    sym,
)

Poly = list[Term]  # coefficients, the constant first
MOST_PRODUCTS, MOST_DEGREE = 60, 12
U = sym("exp of ∫", "positive")


@dataclass
class Product:
    """coefficient * P(t) * prod (c t + d)^e * exp(Q(t)) * others."""

    coefficient: list[Term] = field(default_factory=list)
    poly: Poly = field(default_factory=lambda: [ONE])
    powers: dict[tuple[Term, Term], Term] = field(default_factory=dict)  # (c, d) -> e
    exponent: Poly = field(default_factory=lambda: [ZERO])
    others: list[Term] = field(default_factory=list)


class Proposer:
    """Proposals in one cell. `log_of` gives log|u| as a term, by the sign that u has there."""

    def __init__(self, t: Term, form: NormalForm, log_of: Callable[[Term], Term]) -> None:
        self.t, self.form, self.log_of = t, form, log_of

    def propose(self, body: Term) -> list[Term]:
        """Antiderivatives that may be right, best first."""
        body = _in_erf(body)
        out = []
        for shape in dict.fromkeys((body, self.logs_apart(body))):
            for way in (self._by_products, self._by_substitution, self._by_fractions):
                try:
                    found = way(shape)
                except (Beyond, Split, Undefined, Unsupported):
                    continue
                if found is not None:
                    out += list(dict.fromkeys((found, _together(found))))
        return out

    def logs_apart(self, u: Term) -> Term:
        """u with logarithms of products, powers and exponentials as sums, as they would be if all factors were positive."""
        v = rebuild(u, self.logs_apart)
        if v.op != "log":
            return v
        factors = v.args[0].args if v.args[0].op == "mul" else (v.args[0],)
        if any(f.op == "num" and f.args[0] < 0 for f in factors):
            return v
        parts = []
        for f in factors:
            base, e = f.args if f.op == "pow" and not depends(f.args[1], self.t) else (f, ONE)
            parts.append(mul(e, base.args[0] if base.op == "exp" else self.log_of(base)))
        return add(*parts)

    def products(self, body: Term) -> list[Product] | None:
        """body as a sum of products; None where it has too many."""
        spread = self.spread(body)
        return None if spread is None else [self._product(factors) for factors in spread]

    # --- sums of products ----------------------------------------------------------------------------------------------

    def spread(self, u: Term) -> list[list[Term]] | None:
        """u multiplied out, as far as its factors hold t."""
        if not depends(u, self.t):
            return [[u]]
        if u.op == "add":
            parts = [self.spread(v) for v in u.args]
        elif u.op == "mul":
            return self._times([self.spread(v) for v in u.args])
        elif u.op == "pow" and u.args[0].op == "mul" and not depends(u.args[1], self.t):
            return self.spread(mul(*(power(v, u.args[1]) for v in u.args[0].args)))
        elif u.op == "pow" and u.args[0].op == "add" and u.args[1].op == "num" and u.args[1].args[0] in range(2, MOST_DEGREE):
            return self._times([self.spread(u.args[0])] * int(u.args[1].args[0]))
        else:
            return [[u]]
        return None if None in parts else [p for part in parts for p in part or ()]

    def _times(self, parts: list[list[list[Term]] | None]) -> list[list[Term]] | None:
        out: list[list[Term]] = [[]]
        for part in parts:
            if part is None or len(out) * len(part) > MOST_PRODUCTS:
                return None
            out = [a + b for a in out for b in part]
        return out

    def _product(self, factors: list[Term]) -> Product:
        p = Product()
        for u in factors:
            self._factor(u, p)
        return p

    def _factor(self, u: Term, p: Product) -> None:
        if not depends(u, self.t):
            p.coefficient.append(u)
            return
        poly = self.polynomial(u)
        if poly is not None:
            p.poly = _multiply(p.poly, poly)
        elif u.op == "exp" and (q := self.polynomial(u.args[0])) is not None:
            p.exponent = _plus(p.exponent, q)
        elif u.op == "pow" and u.args[0].op == "exp" and not depends(u.args[1], self.t):
            self._factor(fn("exp", mul(u.args[1], u.args[0].args[0])), p)
        elif u.op == "pow" and u.args[0].op == "pow" and u.args[1].op == "num" and u.args[1].args[0].denominator == 1:
            self._factor(power(u.args[0].args[0], mul(u.args[1], u.args[0].args[1])), p)
        elif u.op == "pow" and not depends(u.args[0], self.t) and (q := self.polynomial(u.args[1])) is not None:
            p.exponent = _plus(p.exponent, [mul(c, fn("log", u.args[0])) for c in q])
        elif u.op == "pow" and not depends(u.args[1], self.t) and (line := self.linear(u.args[0])) is not None:
            p.powers[line] = add(p.powers.get(line, ZERO), u.args[1])
        else:
            p.others.append(u)

    def polynomial(self, u: Term) -> Poly | None:
        """The coefficients of u as a polynomial in t."""
        if u is self.t:
            return [ZERO, ONE]
        if not depends(u, self.t):
            return [u]
        if u.op in ("add", "mul"):
            out: Poly = [ZERO] if u.op == "add" else [ONE]
            for v in u.args:
                part = self.polynomial(v)
                if part is None or len(part) + len(out) > 2 * MOST_DEGREE:
                    return None
                out = _plus(out, part) if u.op == "add" else _multiply(out, part)
            return self.trimmed(out)
        if u.op == "pow" and u.args[1].op == "num" and u.args[1].args[0] in range(1, MOST_DEGREE):
            base = self.polynomial(u.args[0])
            out = [ONE]
            for _ in range(int(u.args[1].args[0])):
                if base is None:
                    return None
                out = _multiply(out, base)
            return self.trimmed(out)
        return None

    def linear(self, u: Term) -> tuple[Term, Term] | None:
        """(c, d) where u = c t + d."""
        poly = self.polynomial(u)
        return (poly[1], poly[0]) if poly is not None and len(poly) == 2 else None

    def trimmed(self, poly: Poly) -> Poly:
        out = [self.tidy(c) for c in poly]
        while len(out) > 1 and out[-1] is ZERO:
            out.pop()
        return out

    def tidy(self, u: Term) -> Term:
        """u by its normal form, where it has one."""
        try:
            return self.form.term(self.form.start(u))
        except (Beyond, Split, Undefined):
            return u

    # --- the table -----------------------------------------------------------------------------------------------------

    def _by_products(self, body: Term) -> Term | None:
        spread = self.spread(body)
        if spread is None:
            return None
        out = []
        for factors in spread:
            p = self._product(factors)
            found = self._of_product(p)
            whole = mul(*p.coefficient, found) if found is not None else self._by_substitution(mul(*factors)) if len(spread) > 1 else None
            if whole is None:
                return None
            out.append(whole)
        return add(*out)

    def _of_product(self, p: Product) -> Term | None:
        exponent = self.trimmed(p.exponent)
        if p.others and not p.powers and len(exponent) < 3 and (len(p.others) + len(exponent) > 2 or _is_power(p.others[0])):
            return self._of_waves(p, exponent)
        if len(p.others) > 1 or len(p.powers) > 1 or len(exponent) > 3:
            return None
        if len(exponent) > 1:
            if p.powers or p.others:
                return None
            moving = self._exponential(p.poly, exponent) if len(exponent) == 2 else self._gaussian(p.poly, exponent)
            return mul(fn("exp", exponent[0]), moving)
        found: Term | None
        if p.others:
            found = self._of_function(p, p.others[0])
        elif p.powers:
            ((line, e),) = p.powers.items()
            found = add(*(mul(a, self._power(line, add(e, num(k)))) for k, a in self._in_line(p.poly, line)))
        else:
            found = add(*(mul(a, div(power(self.t, k + 1), num(k + 1))) for k, a in enumerate(p.poly)))
        return found and mul(fn("exp", exponent[0]), found)

    def _line(self, line: tuple[Term, Term]) -> Term:
        return add(mul(line[0], self.t), line[1])

    def _in_line(self, poly: Poly, line: tuple[Term, Term]) -> list[tuple[int, Term]]:
        """A polynomial in t as one in v = c t + d."""
        c, d = line
        out: Poly = [ZERO]
        for a in reversed(poly):
            out = _plus(_multiply(out, [div(neg(d), c), power(c, -1)]), [a])
        return [(k, a) for k, a in enumerate(self.trimmed(out)) if a is not ZERO]

    def _power(self, line: tuple[Term, Term], e: Term) -> Term:
        """The antiderivative of v^e for v = c t + d."""
        v, up = self._line(line), self.tidy(add(e, ONE))
        return div(self.log_of(v), line[0]) if up is ZERO else div(power(v, up), mul(up, line[0]))

    def _exponential(self, poly: Poly, exponent: Poly) -> Term:
        """P exp(c t), by parts: exp(c t) (P/c - P'/c^2 + ...)."""
        c, out, sign = exponent[1], [], 1
        for k in range(len(poly)):
            out.append(mul(num(sign), self.value(poly), power(c, -k - 1)))
            poly, sign = [mul(num(j), a) for j, a in enumerate(poly)][1:], -sign
        return mul(fn("exp", mul(c, self.t)), add(*out))

    def value(self, poly: Poly) -> Term:
        return add(*(mul(a, power(self.t, k)) for k, a in enumerate(poly)))

    def _gaussian(self, poly: Poly, exponent: Poly) -> Term:
        """P exp(b t - a t^2): the error function for degree 0, by parts above it."""
        _, b, minus_a = exponent
        a, t = neg(minus_a), self.t
        bell = fn("exp", add(mul(b, t), mul(minus_a, power(t, 2))))
        root = power(a, HALF)
        middle = fn("exp", div(power(b, 2), mul(num(4), a)))
        known = [mul(HALF, power(PI, HALF), power(root, -1), middle, fn("erf", sub(mul(root, t), div(b, mul(TWO, root)))))]
        for k in range(1, len(poly)):
            rest = mul(b, known[k - 1])
            if k > 1:
                rest = add(rest, mul(num(k - 1), known[k - 2]))
            known.append(mul(power(mul(TWO, a), -1), sub(rest, mul(power(t, k - 1), bell))))
        return add(*(mul(c, f) for c, f in zip(poly, known, strict=False)))

    def _of_function(self, p: Product, u: Term) -> Term | None:
        line = self.linear(u.args[0]) if len(u.args) == 1 else None
        if line is None:
            return None
        c, v = line[0], self._line(line)
        if u.op == "log":
            ((base, e),) = p.powers.items() or {line: ZERO}.items()
            if base != line:
                return None
            return add(*(mul(a, self._log_power(line, add(e, num(k)))) for k, a in self._in_line(p.poly, line)))
        if p.powers:
            return None
        if u.op in _PRIMITIVES:
            # P f = (P f1 - P' f2 + P'' f3 - ...)
            poly, out, sign, f = p.poly, [], 1, u.op
            for k in range(len(poly)):
                s, f = _PRIMITIVES[f]
                sign *= s
                out.append(mul(num(sign * (-1) ** k), self.value(poly), power(c, -k - 1), fn(f, v)))
                poly = [mul(num(j), a) for j, a in enumerate(poly)][1:]
            return add(*out)
        if len(p.poly) > 1 or u.op not in ("tanh", "atan", "erf"):
            return None
        if u.op == "tanh":
            whole = fn("log", fn("cosh", v))
        elif u.op == "atan":
            whole = sub(mul(v, fn("atan", v)), mul(HALF, fn("log", add(ONE, power(v, 2)))))
        else:
            whole = add(mul(v, fn("erf", v)), mul(power(PI, -HALF.args[0]), fn("exp", neg(power(v, 2)))))
        return mul(p.poly[0], div(whole, c))

    def _of_waves(self, p: Product, exponent: Poly) -> Term | None:
        """P exp(c t) times sines and cosines of lines: the product of these as a sum, 2 cos a cos b = cos(a - b) + cos(a + b)."""
        waves = _multiplied([u for u in p.others for u in ([u.args[0]] * int(u.args[1].args[0]) if _is_power(u) else [u])])
        if waves is None or len(waves) > MOST_PRODUCTS:
            return None
        out = []
        for factor, name, angle in waves:
            angle = self.tidy(angle)
            line, c = self.linear(angle), (*exponent, ZERO)[1]
            if line is None and depends(angle, self.t):
                return None
            if c is ZERO:
                found = self._of_product(Product(poly=p.poly, exponent=[ZERO], others=[fn(name, angle)] if line is not None else []))
                found = found if line is not None or found is None else mul(fn(name, angle), found)
            elif line is None or len(p.poly) > 1:
                return None
            else:
                w, (turn, sign) = line[0], {"cos": ("sin", 1), "sin": ("cos", -1)}[name]
                above = add(mul(c, fn(name, angle)), mul(num(sign), w, fn(turn, angle)))
                found = mul(p.poly[0], fn("exp", mul(c, self.t)), div(above, add(power(c, 2), power(w, 2))))
            if found is None:
                return None
            out.append(mul(num(factor), found))
        return mul(fn("exp", exponent[0]), add(*out))

    def _log_power(self, line: tuple[Term, Term], e: Term) -> Term:
        """The antiderivative of v^e log v."""
        v, up = self._line(line), self.tidy(add(e, ONE))
        if up is ZERO:
            return div(mul(HALF, power(fn("log", v), 2)), line[0])
        return div(mul(power(v, up), sub(div(fn("log", v), up), power(up, -2))), line[0])

    # --- substitution --------------------------------------------------------------------------------------------------

    def _by_substitution(self, body: Term) -> Term | None:
        """k f(g) g' for a function f of the table, k without t."""
        met = {u for u in subterms(body) if u.op in ("pow", *_OUTER) and depends(u.args[0], self.t)}
        met |= {fn("exp", v) for u in met if u.op == "exp" and u.args[0].op == "add" for v in u.args[0].args if depends(v, self.t)}
        for u in sorted(met, key=show):
            g = u.args[0]
            inner = ((u, self._outer(u, g), g), (g, mul(HALF, power(g, 2)), g), (ONE, g, g), (u, mul(HALF, power(u, 2)), u))
            for f, whole, moving in inner:
                if whole is None or u.op == "pow" and depends(u.args[1], self.t):
                    continue
                k = self.tidy(div(body, mul(f, differentiate(moving, self.t))))
                if not depends(k, self.t):
                    return mul(k, whole)
        return None

    def _outer(self, u: Term, g: Term) -> Term | None:
        """The antiderivative of u = f(g) as a function of g."""
        if u.op == "pow":
            up = self.tidy(add(u.args[1], ONE))
            return self.log_of(g) if up is ZERO else div(power(g, up), up)
        if u.op == "exp":
            return u
        if u.op in _PRIMITIVES:
            sign, f = _PRIMITIVES[u.op]
            return mul(num(sign), fn(f, g))
        return None

    # --- partial fractions ---------------------------------------------------------------------------------------------

    def _by_fractions(self, body: Term) -> Term | None:
        """A rational function of t, or of u = exp(c t), where dt = du/(c u)."""
        moving = {a for a in self._atoms(body) if depends(a, self.t)}
        if moving == {self.t}:
            return self._rational(body, self.t)
        if len(moving) != 1:
            return None
        e = moving.pop()
        line = self.linear(e.args[0]) if e.op == "exp" else None
        if line is None:
            return None
        q = self.form.start(body)
        parts = [self.form.poly_term(self.form.freeze_poly(p)) for p in (q.num, q.den)]
        inner = Proposer(U, self.form, self.log_of)
        above, below = (inner.polynomial(replace(p, {e: U})) for p in parts)
        if above is None or below is None or any(depends(c, self.t) for c in (*above, *below)):
            return None
        g = gcd(*(k for poly in (above, below) for k, c in enumerate(poly) if c is not ZERO)) or 1  # a function of u^g
        slope = mul(num(g), line[0])
        found = self._rational(div(inner.value(above[::g]), mul(inner.value(below[::g]), slope, U)), U)
        return found and replace(found, {U: fn("exp", mul(num(g), e.args[0]))})

    def _atoms(self, body: Term) -> list[Term]:
        q = self.form.start(body)
        return [self.form.atom_term(a) for poly in (q.num, q.den) for m, _ in self.form.freeze_poly(poly) for a, _ in m]

    def _rational(self, body: Term, v: Term) -> Term | None:
        """N/D in v: a polynomial, c log|p| and powers for linear factors p of D, log and atan for one quadratic factor."""
        form = self.form
        q = form.start(body)
        factors = [(form.poly_term(form.freeze_poly(p)), e) for p, e in form.factors(q.den)[1]]
        moving = [(p, e) for p, e in factors if depends(p, v)]
        above, below = (form.poly_term(form.freeze_poly(p)) for p in (q.num, q.den))  # q is void once the form begins again
        inner = Proposer(v, form, self.log_of)
        top, bottom = inner.polynomial(above), inner.polynomial(below)
        if top is None or bottom is None:
            return None
        whole, out = [], []
        while len(top) >= len(bottom):
            lead, k = self.tidy(div(top[-1], bottom[-1])), len(top) - len(bottom)
            whole.append(mul(lead, div(power(v, k + 1), num(k + 1))))
            top = [self.tidy(u) for u in _plus(top, [ZERO] * k + [neg(mul(lead, b)) for b in bottom])][:-1]
        rest = div(inner.value(top or [ZERO]), inner.value(bottom))
        done = []
        for p, e in moving:
            line = inner.linear(p)
            if line is None:
                continue
            c, d = line
            root = div(neg(d), c)
            regular = self.tidy(mul(rest, power(p, e)))
            for k in range(e):
                # the coefficient of (v - root)^k in `regular`
                a = self.tidy(replace(regular, {v: root}))
                a = mul(a, power(c, -k), num(Fraction(1, factorial(k))))
                done.append(mul(a, power(p, k - e)))
                out.append(mul(a, inner._power(line, num(k - e))))
                regular = self.tidy(differentiate(regular, v))
        curved = [(p, e) for p, e in moving if inner.linear(p) is None]
        if curved:
            found = self._quadratic(inner, curved, sub(rest, add(*done)), v)
            if found is None:
                return None
            out.append(found)
        return add(*whole, *out)

    def _quadratic(self, inner: Proposer, curved: list[tuple[Term, int]], rest: Term, v: Term) -> Term | None:
        """(m v + l)/(a v^2 + b v + c) as log and atan; the discriminant must be negative."""
        (p, e), *more = curved
        poly = inner.polynomial(p)
        if more or e > 1 or poly is None or len(poly) != 3:
            return None
        c, b, a = poly
        line = inner.polynomial(self.tidy(mul(rest, p)))
        if line is None or len(line) > 2:
            return None
        l, m = (*line, ZERO)[:2]
        gap = power(sub(mul(num(4), a, c), power(b, 2)), HALF)
        angle = mul(TWO, power(gap, -1), fn("atan", div(add(mul(TWO, a, v), b), gap)))
        half = div(m, mul(TWO, a))
        return add(mul(half, self.log_of(p)), mul(sub(l, mul(half, b)), angle))


_OUTER = ("exp", "sin", "cos", "sinh", "cosh", "tanh", "log", "erf", "atan")
_PRIMITIVES = {"sin": (-1, "cos"), "cos": (1, "sin"), "sinh": (1, "cosh"), "cosh": (1, "sinh")}


def _in_erf(u: Term) -> Term:
    return sub(ONE, fn("erf", _in_erf(u.args[0]))) if u.op == "erfc" else rebuild(u, _in_erf)


def _is_power(u: Term) -> bool:
    return u.op == "pow" and u.args[1].op == "num" and u.args[1].args[0] in range(2, MOST_DEGREE)


def _multiplied(factors: list[Term]) -> list[tuple[Fraction, str, Term]] | None:
    """A product of sines and cosines as a sum of (factor, name, angle)."""
    waves = [(Fraction(1), "cos", ZERO)]
    for u in factors:
        if u.op not in ("sin", "cos"):
            return None
        grown = []
        for factor, name, a in waves:
            b, half = u.args[0], factor / 2
            if name == "sin" and u.op == "cos":  # sin a cos b
                grown += [(half, "sin", add(a, b)), (half, "sin", sub(a, b))]
            elif name == "cos" and u.op == "sin":
                grown += [(half, "sin", add(a, b)), (-half, "sin", sub(a, b))]
            else:  # cos a cos b, sin a sin b
                grown += [(half, "cos", sub(a, b)), (half if name == "cos" else -half, "cos", add(a, b))]
        waves = grown
    return waves


def _together(u: Term) -> Term:
    """u with the logarithms in it that have rational factors as one: log p - log q has a limit where p/q has one."""
    logs, rest = [], []
    for part in u.args if u.op == "add" else (u,):
        factor, f = part.args if part.op == "mul" and len(part.args) == 2 else (ONE, part)
        if f.op == "log" and factor.op == "num":
            logs.append((factor.args[0], f.args[0]))
        else:
            rest.append(part)
    if len(logs) < 2:
        return u
    fine = lcm(*(c.denominator for c, _ in logs))
    return add(*rest, mul(num(Fraction(1, fine)), fn("log", mul(*(power(p, c * fine) for c, p in logs)))))


def _plus(a: Poly, b: Poly) -> Poly:
    n = max(len(a), len(b))
    return [add(*(p[k] for p in (a, b) if k < len(p))) for k in range(n)]


def _multiply(a: Poly, b: Poly) -> Poly:
    out: Poly = [ZERO] * (len(a) + len(b) - 1)
    for j, p in enumerate(a):
        for k, q in enumerate(b):
            out[j + k] = add(out[j + k], mul(p, q))
    return out
