"""Limits by dominance: what a term tends to as one variable goes to a point, for all sizes, ties included.

The variable is first replaced by one that goes to +oo. Rules
    continuity    lim f(u) = f(lim u) where f is continuous at the finite limit of u; sums over a fixed range term by term
    dominance     exp(g s) -> 0, 1 or oo as s -> oo for g < 0, g = 0, g > 0; so exp(g s) -> [g = 0] where g <= 0;
                  max(g s + h, a) -> max(h, a) or a for g = 0 or g < 0
    degrees       a quotient of polynomials in s tends to the quotient of its leading terms; exponentials lead before powers of s
                  where their exponents grow at least as a power of s does, and powers of s before those of log s
    shift         a quotient keeps its value when every exponent is lowered by the largest one
    bounded       u v -> 0 where u stays between two numbers and v -> 0
    l-hopital     f/g tends to what f'/g' tends to, where f and g tend to 0, or g to an infinity, and g' is never 0 on the way
A limit that no rule reaches is unknown, never absent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace as changed
from fractions import Fraction

from flint import fmpq_mpoly

from derive.kernel import defined
from derive.kernel.atoms import Beyond, Quotient, Split, Undefined
from derive.kernel.cell import Cell, Stuck
from derive.kernel.cells import Cells
from derive.kernel.derivative import Unsupported, depends, differentiate, expand
from derive.kernel.domain import Need
from derive.kernel.field import NormalForm, coefficient
from derive.kernel.signs import Fact
from derive.statement.term import (
    HALF,
    KINKS,
    MINUS_ONE,
    ONE,
    OO,
    PI,
    TRUE,
    ZERO,
    Term,
    add,
    div,
    fn,
    free,
    make,
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
    total,
)  # fmt: skip

INFINITE = (OO, neg(OO))
BOUNDED = ("sin", "cos", "tanh", "erf", "atan", "sign", "heaviside")
MOST_SLOPES = 3  # times that numerator and denominator are differentiated
S = sym("s→∞", "positive")
LOG_S = fn("log", S)

Degree = tuple[Fraction, int]  # in s and in log s; tuples are compared as growth is
EVEN = (Fraction(0), 0)


class NoLimit(Beyond):
    """No rule finds the limit; `gap` is what its sign would help."""

    def __init__(self, why: str, gap: Term | None = None) -> None:
        super().__init__(why)
        self.gap = gap


def limit(t: Term, variable: Term, point: Term, side: str, cells: Cells, cell: Cell) -> Term:
    """The limit of t, a finite term or one of INFINITE; raises Beyond where no rule reaches it, or where the sides differ."""
    owed: list[tuple[Term, Term]] = []
    t = expand(t, owed)
    if owed:
        raise NoLimit("a derivative with a kink")
    if point in INFINITE:
        return _at_infinity(replace(t, {variable: S if point is OO else neg(S)}), cells, cell)
    found = []
    for direction in ("+", "-") if side == "" else (side,):
        near = add(point, power(S, -1)) if direction == "+" else sub(point, power(S, -1))
        found.append(_at_infinity(replace(t, {variable: near}), cells, _moved(cell, variable, near)))
    if len(found) == 2 and found[0] is not found[1]:
        cells.vanish(sub(*found), cell)
    return found[0]


def _moved(cell: Cell, variable: Term, near: Term) -> Cell:
    return Cell(tuple(changed(f, gap=replace(f.gap, {variable: near})) for f in cell.facts), cell.distinct)


def _at_infinity(t: Term, cells: Cells, cell: Cell) -> Term:
    """The limit as S grows; every fact may be used as long as it does not restrict S from above."""
    calm = Cell(tuple(f for f in cell.facts if not depends(f.gap, S)), cell.distinct)
    calm = calm.with_fact(Fact(S, "+"))
    finder = _Limit(cells, calm)
    for need in defined.open_needs(cells, t, calm):
        if not finder.ensures(need):
            raise NoLimit(f"{show(need.term)} may fail to be {need.sign} on the way")
    with suppress(Beyond, Split, Undefined, Unsupported):
        t = cells.resolve(t, calm)  # a kink whose side is known all the way
    return finder.of(t)


class _Limit:
    def __init__(self, cells: Cells, cell: Cell, shifted: bool = False, slopes: int = 0) -> None:
        self.cells, self.cell, self.shifted, self.slopes = cells, cell, shifted, slopes
        self.done: dict[Term, Term] = {}

    def ensures(self, need: Need) -> bool:
        """Whether a need is met once S is large: its term tends to something that meets it strictly."""
        if need.sign not in ("+", ">=0", "!=0") or need.guards:
            return False
        try:
            end = self.of(need.term)
        except Beyond:
            return False
        sign = {OO: "+", INFINITE[1]: "-"}.get(end) or self._sign(end)
        return sign == "+" or need.sign == "!=0" and sign in ("-", "!=0")

    def of(self, t: Term) -> Term:
        if not depends(t, S):
            return t
        if t not in self.done:
            self.cells.budget.spend(5)
            self.done[t] = self._rule(t)
        return self.done[t]

    def _rule(self, t: Term) -> Term:
        op, a = t.op, t.args
        if t is S:
            return OO
        if op in ("add", "mul"):
            try:
                return self._add([self.of(u) for u in a]) if op == "add" else self._multiply([self.of(u) for u in a])
            except NoLimit as first:
                return self._indeterminate(t, first)
        if op == "pow":
            return self._power(t)
        if op == "exp":
            return self._exp(a[0])
        if op == "sum":
            return self._sum(t)
        if op == "log":
            return self._log(t)
        if op in ("max", "min"):
            return self._extreme(op, a)
        inner = [self.of(u) for u in a if isinstance(u, Term)]
        if op == "abs":
            return OO if inner[0] in INFINITE else fn("abs", inner[0])
        if op in ("tanh", "erf", "atan") and inner[0] in INFINITE:
            end = mul(HALF, PI) if op == "atan" else ONE
            return end if inner[0] is OO else neg(end)
        if op in ("sinh", "asinh") and inner[0] in INFINITE or op == "cosh" and inner[0] in INFINITE:
            return OO if op == "cosh" else inner[0]
        if op in ("sign", "heaviside"):
            return self._step(op, a[0], inner[0])
        if op == "piecewise":
            return self._cases(t)
        if any(u in INFINITE for u in inner):
            raise NoLimit(f"{op} at infinity")
        if op in ("sin", "cos", "tanh", "sinh", "cosh", "asinh", "atan", "erf", "erfc"):
            self.cells.rules["continuity"] = None
            return fn(op, inner[0])
        raise NoLimit(f"the limit of {op}")

    def _indeterminate(self, t: Term, first: NoLimit) -> Term:
        """What a sum or a product tends to where its parts do not say it."""
        gap = first.gap
        for way in (self._degrees, self._shifted, self._squeezed, self._by_slopes, self._collected, self._as_logarithm):
            try:
                return way(t)
            except (Beyond, Split) as error:
                gap = gap or getattr(error, "gap", None)
        raise NoLimit(str(first), gap)

    def _squeezed(self, t: Term) -> Term:
        """0, for a product of what is bounded and what tends to 0."""
        swinging = [u for u in t.args if t.op == "mul" and _bounded(u)]
        if not swinging or not self._is_zero(self.of(mul(*(u for u in t.args if u not in swinging)))):
            raise NoLimit("nothing that is bounded beside what tends to 0")
        self.cells.rules["bounded"] = None
        return ZERO

    def _by_slopes(self, t: Term) -> Term:
        """The limit of f'/g' for t = f/g. Side conditions: f and g smooth; both tend to 0, or g to an infinity; g' is not 0 for any s."""
        if self.slopes >= MOST_SLOPES or any(u.op in (*KINKS, "sum", "prod", "integral") for u in _inside(t)):
            raise NoLimit("an indeterminate form")
        gap = None
        inner = _Limit(self.cells, self.cell, shifted=True, slopes=self.slopes + 1)
        for above, below in self._as_quotients(t):
            try:
                end = inner.of(below)
                if end not in INFINITE and not (inner._is_zero(end) and inner._is_zero(inner.of(above))):
                    continue
                rise, run = differentiate(above, S), differentiate(below, S)
                open_needs = (n for u in (rise, run) for n in defined.open_needs(self.cells, u, self.cell))
                if not all(map(self.ensures, open_needs)) or self._sign(run) not in ("+", "-", "!=0"):
                    continue
                found = inner.of(self._tidied(div(rise, run)))
                self.cells.rules["l-hopital"] = None
                return found
            except (Beyond, Split, Undefined, Unsupported) as error:
                gap = gap or getattr(error, "gap", None)
        raise NoLimit("an indeterminate form", gap)

    def _collected(self, t: Term) -> Term:
        """A sum by what stands before each power of s: s - s erf(s) is s (1 - erf(s))."""
        groups: dict[Term, list[Term]] = {}
        parts = _spread(t) if t.op == "add" else []
        for factors in parts:
            powers = [u for u in factors if u is S or u.op == "pow" and u.args[0] is S]
            groups.setdefault(mul(*powers), []).append(mul(*(u for u in factors if u not in powers)))
        if len(groups) == len(parts) or set(groups) == {ONE}:
            raise NoLimit("an indeterminate form")
        return self._add([self.of(mul(power, add(*rest))) for power, rest in groups.items()])

    def _as_logarithm(self, t: Term) -> Term:
        """r + log p as log(p exp r), p > 0, for a rational r."""
        logs = [u for u in (t.args if t.op == "add" else ()) if u.op == "log" and depends(u, S)]
        others = [u for u in (t.args if t.op == "add" else ()) if u not in logs]
        rational = all(u.op in ("add", "mul", "pow", "sym") for v in others for u in _inside(v))
        if len(logs) != 1 or not rational or self._sign(logs[0].args[0]) != "+":
            raise NoLimit("an indeterminate form")
        form, _ = self.cells.context(self.cell)
        rest = fn("exp", add(*others))
        return self._log(fn("log", form.term(form.start(mul(logs[0].args[0], rest)))))

    def _as_quotients(self, t: Term) -> Iterator[tuple[Term, Term]]:
        """t as f/g in a few ways: what vanishes over one by what grows, the other way round, and by its normal form."""
        if t.op == "mul":
            small, large, rest = list[Term](), list[Term](), list[Term]()
            for u in t.args:
                try:
                    end = self.of(u)
                except NoLimit:
                    end = None
                (rest if end is None else large if end in INFINITE else small if self._is_zero(end) else rest).append(u)
            if small and large:
                yield mul(*small, *rest), power(mul(*large), -1)
                yield mul(*large, *rest), power(mul(*small), -1)
        above, below = self._fraction(t)
        if below is not ONE:
            yield above, below

    def _is_zero(self, t: Term) -> bool:
        """Whether a limit is 0 by its normal form."""
        if t is ZERO or t in INFINITE:
            return t is ZERO
        try:
            return self.cells.context(self.cell)[0].start(t).num.is_zero()
        except (Beyond, Split, Undefined):
            return False

    def _tidied(self, t: Term) -> Term:
        return div(*self._fraction(t))

    def _fraction(self, t: Term) -> tuple[Term, Term]:
        """Numerator and denominator of the normal form; sines and cosines are letters in it."""
        waves = sorted({u for u in subterms(t) if u.op in ("sin", "cos") and depends(u, S)}, key=show)
        letters = {u: sym(f"→wave {k}") for k, u in enumerate(waves)}
        form, _ = self.cells.context(self.cell)
        frozen = form.freeze(form.start(replace(t, letters)))
        back = {v: u for u, v in letters.items()}
        above, below = (replace(form.poly_term(p), back) for p in (frozen.num, frozen.den))
        return above, below

    def _sign(self, t: Term) -> str:
        return self.cells.sign(self.cells.resolve(t, self.cell), self.cell)

    def _add(self, parts: list[Term]) -> Term:
        infinite = {p for p in parts if p in INFINITE}
        if len(infinite) == 2:
            raise NoLimit("oo - oo")
        self.cells.rules["continuity"] = None
        return infinite.pop() if infinite else add(*parts)

    def _multiply(self, parts: list[Term]) -> Term:
        if not any(p in INFINITE for p in parts):
            self.cells.rules["continuity"] = None
            return mul(*parts)
        sign = 1
        for p in parts:
            s = {OO: "+", INFINITE[1]: "-"}.get(p) or self._sign(p)
            if s not in ("+", "-"):
                raise NoLimit("0 times oo", None if s == "0" else p)
            sign *= 1 if s == "+" else -1
        return OO if sign > 0 else INFINITE[1]

    def _power(self, t: Term) -> Term:
        base, e = t.args
        if depends(e, S):
            return self.of(fn("exp", mul(e, fn("log", base))))
        inner = self.of(base)
        if inner in INFINITE:
            s = self._sign(e)
            if s == "-":
                return ZERO
            whole = e.op == "num" and e.args[0].denominator == 1
            if s == "+" and (inner is OO or whole):
                return OO if inner is OO or e.args[0] % 2 == 0 else inner
            raise NoLimit("a power at infinity")
        s = self._sign(inner)
        whole = e.op == "num" and e.args[0].denominator == 1
        rising = e.op == "num" and e.args[0] > 0
        if s == "+" or rising and (whole or s in (">=0", "0")) or whole and s == "-":
            self.cells.rules["continuity"] = None
            return power(inner, e)
        if s == "0" and self._sign(e) == "-" and self._sign(base) == "+":
            return OO
        return self._degrees(t)

    def _exp(self, u: Term) -> Term:
        self.cells.rules["dominance"] = None
        try:
            inner = self.of(u)
        except NoLimit as error:
            inner, gap = None, error.gap
        if inner is not None:
            return OO if inner is OO else ZERO if inner is INFINITE[1] else fn("exp", inner)
        try:
            slope, rest = self._line(u)
        except NoLimit as error:
            raise NoLimit(str(error), error.gap or gap) from error
        return make("piecewise", fn("exp", rest), make("eq", slope, ZERO), ZERO, TRUE)

    def _line(self, u: Term) -> tuple[Term, Term]:
        """(g, h) with u = g s + h and g <= 0: what u tends to depends on whether g is 0."""
        form, _ = self.cells.context(self.cell)
        q = form.start(u)
        k = _number(form)
        if k is None or not q.den.is_one() and int(q.den.degrees()[k]):
            raise NoLimit("the exponent is a quotient")
        if int(q.num.degrees()[k]) != 1:
            raise NoLimit("the exponent has a higher power")
        slope = Quotient(coefficient(form, q.num, k, 1), q.den)
        rest = form.term(Quotient(coefficient(form, q.num, k, 0), q.den))
        g = form.term(form.quotient(slope.num, slope.den))
        if depends(g, S) or depends(rest, S):
            raise NoLimit("a mixed exponent")
        if self._sign(g) not in ("<=0",):
            raise NoLimit("an exponent whose sign is not known")
        return g, rest

    def _sum(self, t: Term) -> Term:
        """A sum over a range that does not grow, term by term."""
        body, i = t.args
        if depends(i.args[1], S):
            raise NoLimit("a range that grows")
        inner = self.of(body)
        if inner in INFINITE:
            raise NoLimit("a sum of terms that grow")
        self.cells.rules["continuity"] = None
        return total(inner, i)

    def _log(self, t: Term) -> Term:
        (u,) = t.args
        inner = self.of(u)
        if inner is OO:
            return OO
        if inner in INFINITE:
            raise NoLimit("log of a negative number")
        if self._sign(inner) == "+":
            self.cells.rules["continuity"] = None
            return fn("log", inner)
        if self._sign(inner) == "0" and self._sign(u) == "+":
            return INFINITE[1]
        raise NoLimit("log of a limit that may be 0")

    def _extreme(self, op: str, args: tuple[Term, ...]) -> Term:
        high, low = (OO, INFINITE[1]) if op == "max" else (INFINITE[1], OO)
        kept: list[Term] = []
        lines: list[tuple[Term, Term]] = []
        for u in args:
            try:
                kept.append(self.of(u))
            except NoLimit:
                slope, rest = self._line(u if op == "max" else neg(u))
                lines.append((slope, rest if op == "max" else neg(rest)))
        if high in kept:
            return high
        kept = [p for p in kept if p is not low]
        if not kept and not lines:
            return low
        if not kept or len(lines) > 1:
            raise NoLimit("several arguments of unknown order")
        self.cells.rules["dominance" if lines else "continuity"] = None
        found = kept[0] if len(kept) == 1 else fn(op, *kept)
        for slope, rest in lines:
            # Where the slope is 0 the argument stays, else it goes away from the others.
            found = make("piecewise", fn(op, *kept, rest), make("eq", slope, ZERO), found, TRUE)
        return found

    def _step(self, op: str, u: Term, inner: Term) -> Term:
        s = {OO: "+", INFINITE[1]: "-"}.get(inner) or self._sign(inner)
        if s not in ("+", "-"):
            s = self._sign(u)
        if s not in ("+", "-"):
            raise NoLimit("a step at its jump")
        return ONE if s == "+" else (MINUS_ONE if op == "sign" else ZERO)

    def _cases(self, t: Term) -> Term:
        """Cases whose conditions settle: each condition's gap tends to something of a strict sign."""
        for value, condition in zip(t.args[::2], t.args[1::2], strict=True):
            if self._settles(condition):
                return self.of(value)
        raise NoLimit("no case applies")

    def _settles(self, c: Term) -> bool:
        if c.op in ("true", "false"):
            return c.op == "true"
        if c.op in ("and", "or", "not"):
            parts = [self._settles(u) for u in c.args]
            return not parts[0] if c.op == "not" else all(parts) if c.op == "and" else any(parts)
        gap = sub(c.args[1], c.args[0])
        at = self.of(gap)
        s = {OO: "+", INFINITE[1]: "-"}.get(at) or self._sign(at)
        if s not in ("+", "-"):
            raise NoLimit("a case that does not settle")
        return {"lt": s == "+", "le": s == "+", "eq": False, "ne": True}[c.op]

    def _degrees(self, t: Term) -> Term:
        """A quotient by its terms of highest order: exponentials before powers of s, these before powers of log s."""
        if any(u.op in KINKS for u in _inside(t)):
            raise NoLimit("a kink in an indeterminate form")
        form, _ = self.cells.context(self.cell)
        q = form.start(t)
        if q.num.is_zero():
            return ZERO
        self.cells.rules["degrees"] = None
        above, order, degree = self._leading(form, q.num)
        below, other, less = self._leading(form, q.den)
        sign = self._sign(below)
        if sign not in ("+", "-"):
            raise NoLimit("a leading coefficient below that may be 0", below)
        order, degree = sub(order, other), (degree[0] - less[0], degree[1] - less[1])
        if not form.start(order).num.is_zero():
            grows = self.of(order)
            if grows not in INFINITE:
                raise NoLimit("an exponent of unknown order", grows)
            if (degree < EVEN if grows is OO else degree > EVEN) and not self._outgrows(order):
                raise NoLimit("an exponent that may grow no faster than a logarithm")
        else:
            grows = OO if degree > EVEN else INFINITE[1] if degree < EVEN else ZERO
        if grows is ZERO:
            return div(above, below)
        if grows is INFINITE[1]:
            return ZERO
        top = self._sign(above)
        if top not in ("+", "-"):
            raise NoLimit("a leading coefficient of unknown sign", above)
        return OO if top == sign else INFINITE[1]

    def _shifted(self, t: Term) -> Term:
        """A quotient that does not change when every exponent is lowered by the largest one: that of a free index, by a fact."""
        if self.shifted:
            raise NoLimit("an indeterminate form")
        exponents = [u.args[0] for u in subterms(t) if u.op == "exp" and depends(u, S)]
        named = sorted({v for f in self.cell.facts for v in free(f.gap) if v.op == "index" and v not in f.every}, key=show)
        for u in exponents:
            for k in named:
                for i in sorted((v for v in free(u) if v.op == "index" and v is not k and v.args[1] is k.args[1]), key=show):
                    top = replace(u, {i: k})
                    moved = _lowered(t, top)
                    if moved is t:
                        continue
                    try:
                        self.cells.vanish(sub(t, moved), self.cell)
                    except Stuck:
                        continue
                    self.cells.rules["shift"] = None
                    return _Limit(self.cells, self.cell, shifted=True).of(moved)
        raise NoLimit("an indeterminate form")

    def _leading(self, form: NormalForm, poly: fmpq_mpoly) -> tuple[Term, Term, Degree]:
        """(coefficient, exponent, degree) of the terms of highest order; every other term is of a provably lower order."""
        coefficients: dict[tuple[Term, Degree], list[Term]] = {}
        for mono, c in form.freeze_poly(poly):
            order, degree, logs, rest = ZERO, Fraction(0), 0, num(c)
            for a, e in mono:
                u = form.atom_term(a)
                if u is S:
                    degree += e
                elif u.op == "pow" and u.args[0] is S and u.args[1].op == "num":
                    degree += e * u.args[1].args[0]
                elif u is LOG_S:
                    logs += e
                elif a.kind == "exp" and depends(u, S):
                    order = add(order, mul(num(e), u.args[0]))
                elif depends(u, S):
                    raise NoLimit("an opaque atom that grows")
                else:
                    rest = mul(rest, power(u, e))
            coefficients.setdefault((order, (degree, logs)), []).append(rest)
        best = next(iter(coefficients))
        for key in coefficients:
            if key is not best and self._higher(key, best):
                best = key
        for key in coefficients:
            if key != best and not self._higher(best, key):
                raise NoLimit("terms whose order is not known")
        return add(*coefficients[best]), *best

    def _higher(self, one: tuple[Term, Degree], other: tuple[Term, Degree]) -> bool:
        gap = sub(one[0], other[0])
        form, _ = self.cells.context(self.cell)
        if form.start(gap).num.is_zero():
            return one[1] > other[1]
        return _Limit(self.cells, self.cell, slopes=self.slopes).of(gap) is OO and (one[1] >= other[1] or self._outgrows(gap))

    def _outgrows(self, order: Term) -> bool:
        """Whether an exponent is more than every multiple of log s in the end: it grows at least as a power of s does."""
        for e in (ONE, HALF):
            try:
                rate = self.of(div(order, power(S, e)))
            except NoLimit:
                continue
            if rate in INFINITE or self._sign(rate) in ("+", "-"):
                return True
        return False


def _number(form: NormalForm) -> int | None:
    return next((k for k, a in enumerate(form.atoms) if a.kind == "sym" and a.data[0] is S), None)


def _bounded(t: Term) -> bool:
    """Whether a term stays between two numbers as s grows, by its form, wherever it has a value."""
    if not depends(t, S):
        return True
    if t.op in ("add", "mul"):
        return all(map(_bounded, t.args))
    whole = t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0].denominator == 1 and t.args[1].args[0] > 0
    return t.op in BOUNDED or whole and _bounded(t.args[0])


def _spread(t: Term) -> list[tuple[Term, ...]]:
    """The factors of each part of a sum that is multiplied out once."""
    if t.op == "add":
        return [factors for u in t.args for factors in _spread(u)]
    if t.op == "mul":
        inner = next((u for u in t.args if u.op == "add"), None)
        if inner is not None:
            rest = tuple(u for u in t.args if u is not inner)
            return [(*rest, *factors) for factors in _spread(inner)]
        return [t.args]
    return [(t,)]


def _inside(t: Term) -> list[Term]:
    return [u for u in subterms(t) if depends(u, S)]


def _lowered(t: Term, top: Term) -> Term:
    """t with `top`, which no sum binds, taken from every growing exponent."""
    if not depends(t, S):
        return t
    if t.op == "exp":
        return fn("exp", sub(t.args[0], top))
    return rebuild(t, lambda u: _lowered(u, top))
