"""Numerically stable forms: a term rewritten so that floats neither overflow nor cancel where its value does not.

    sum_k r_k e^(p_k)        = e^c sum_k r_k e^(p_k - c)           for every c; the code takes the largest p_k
    e^p + e^q + ...          = e^m (e^(p-m) + e^(q-m) + ...)       m = max(p, q, ...)
    e^p / (e^p + e^q)        = 1 / (1 + e^(q-p))
    1 - 1 / (1 + e^u)        = 1 / (1 + e^(-u))
    1 - tanh(u)^2            = 4 / ((1 + e^(2u)) (1 + e^(-2u)))
    log(e^p + e^q)           = max(p, q) + log(1 + e^(-|p-q|))
    log(e^a b)               = a + log b

A sigmoid, and an exponential over the sum that normalises it, get a name of their own: what is computed once, and what a product is
better not spread over. Each line above is an equation between real numbers, used inside a larger term; nothing here is trusted:
`pullback` puts what comes out before the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from derive.code.canon import canonical
from derive.code.sums import merged
from derive.gradients import factored
from derive.statement.term import (
    ONE,
    TWO,
    ZERO,
    Term,
    add,
    entry,
    fn,
    free,
    fresh,
    index,
    mul,
    neg,
    num,
    power,
    rebuild,
    replace,
    show,
    subterms,
    sym,
    total,
)

Linear = dict[Term, Fraction]  # a sum of terms with rational coefficients; ONE stands for the number


@dataclass
class Product:
    """A product taken apart: e^exponent, times (e^p + e^q)^m for each pair, times the other factors."""

    exponent: Linear = field(default_factory=dict)
    pairs: list[tuple[Linear, Linear, int]] = field(default_factory=list)
    rest: list[Term] = field(default_factory=list)
    divides: bool = False  # whether an exponential sum stands below


@dataclass
class Stable:
    """Rewrites terms; remembers for each shift the exponents whose largest it is."""

    taken: frozenset[str] = frozenset()  # names that are not free
    shifts: dict[Term, tuple[Term, Term]] = field(default_factory=dict)  # shift -> (exponent, the index that it runs over)
    defined: dict[Term, Term] = field(default_factory=dict)  # name -> what it stands for
    lemmas: bool = False  # whether a name stands for something whose stable form rests on `lemma`
    _names: dict[Term, str] = field(default_factory=dict)
    _meant: dict[str, Term] = field(default_factory=dict)  # name -> the canonical term that it stands for, before it was made stable
    _scaled: dict[Term, Term] = field(default_factory=dict)  # a sum that was scaled -> its shift
    _done: dict[Term, Term] = field(default_factory=dict)

    def rewrite(self, t: Term) -> Term:
        """t in a stable form."""
        found = self._done.get(t)
        if found is None:
            found = self._done[t] = self._rewrite(t)
        return found

    def _rewrite(self, t: Term) -> Term:
        if t.op == "add":
            return self._complement(add(*map(self.rewrite, t.args)))
        if t.op in ("mul", "pow"):
            product = self._product(t)
            return self._joined(product) if product.divides else rebuild(t, self.rewrite)
        if t.op == "log":
            return self._log(t)
        if t.op == "sum":
            return total(self.rewrite(t.args[0]), t.args[1])
        if t.op in ("entry", "index", "delta", "sym", "num", "const"):
            return t
        return rebuild(t, self.rewrite)

    def polished(self, t: Term) -> Term:
        """A stable form with what the terms of a sum share taken in front, and then no difference that can be avoided."""
        return _in_order(self._without_complements(factored(merged(t))))

    def finish(self) -> None:
        """Bring what names and shifts stand for into the order in which products are written."""
        self.shifts = {shift: (_in_order(exponent), i) for shift, (exponent, i) in self.shifts.items()}
        self.defined = {name: _in_order(t) for name, t in self.defined.items()}

    def _without_complements(self, t: Term) -> Term:
        return self._complement(rebuild(t, self._without_complements))

    def _complement(self, t: Term) -> Term:
        """1 - 1 / (1 + e^u) and 1 - tanh(u)^2 without the difference, wherever they are all of a sum."""
        if t.op != "add" or len(t.args) != 2 or all(u.op != "num" for u in t.args):
            return t
        one = next(u for u in t.args if u.op == "num")
        other = mul(power(one, -1), num(-1), *(u for u in t.args if u is not one))
        if other.op == "pow" and other.args[0].op == "tanh" and other.args[1] is TWO:
            u = linear(other.args[0].args[0])
            return mul(num(4), one, self._sigmoid(_scaled(u, 2)), self._sigmoid(_scaled(u, -2)))
        if other in self.defined and (base := self.defined[other]).op == "pow":
            exponential = next(v for v in base.args[0].args if v.op == "exp")
            return mul(one, self._sigmoid(linear(exponential.args[0])))
        return t

    # Products

    def _product(self, t: Term) -> Product:
        """t taken apart; its other factors are stable."""
        out = Product()
        if t.op == "exp":
            out.exponent = linear(self.rewrite(t.args[0]))
        elif t in self.defined and self.defined[t].op == "pow":
            out = self._product(self.defined[t])
        elif t.op == "mul":
            for factor in t.args:
                part = self._product(factor)
                _add_to(out.exponent, part.exponent)
                out.pairs += part.pairs
                out.rest += part.rest
                out.divides |= part.divides
        elif t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0].denominator == 1:
            e, part = int(t.args[1].args[0]), self._product(t.args[0])
            _add_to(out.exponent, part.exponent, Fraction(e))
            out.pairs = [(p, q, e * m) for p, q, m in part.pairs]
            out.rest = [power(r, e) if r.op != "pow" else power(r.args[0], mul(r.args[1], num(e))) for r in part.rest]
            out.divides = (e < 0 and (bool(part.pairs) or any(r in self._scaled for r in part.rest))) or (part.divides and e > 0)
        elif t.op == "add":
            self._exponential_add(t, out)
        elif t.op == "sum":
            self._exponential_sum(t, out)
        elif t is not ONE:
            out.rest = [rebuild(t, self.rewrite) if t.op == "pow" else self.rewrite(t)]
        return out

    def _exponential_add(self, t: Term, out: Product) -> None:
        parts = [self._coefficient_and_exponent(u) for u in t.args]
        known = [p for p in parts if p is not None]
        if len(known) < len(parts) or not any(p for _, p in known):
            whole = self.rewrite(t)
            if whole.op == "add":
                out.rest = [whole]
            else:
                part = self._product(whole)
                out.exponent, out.pairs, out.rest, out.divides = part.exponent, part.pairs, part.rest, part.divides
        elif len(known) == 2 and all(c == 1 for c, _ in known):
            out.pairs = [(known[0][1], known[1][1], 1)]
        else:
            largest = fn("max", *dict.fromkeys(written(p) for _, p in known))
            out.exponent = linear(largest)
            scaled = add(*(mul(num(c), fn("exp", written(_less(p, out.exponent)))) for c, p in known))
            self._scaled[scaled] = largest
            out.rest = [scaled]

    def _coefficient_and_exponent(self, u: Term) -> tuple[Fraction, Linear] | None:
        if u.op == "num":
            return u.args[0], {}
        coefficient, exponent = Fraction(1), Linear()
        for factor in u.args if u.op == "mul" else (u,):
            if factor.op == "num":
                coefficient *= factor.args[0]
            elif factor.op == "exp":
                _add_to(exponent, linear(self.rewrite(factor.args[0])))
            else:
                return None
        return coefficient, exponent

    def _exponential_sum(self, t: Term, out: Product) -> None:
        body, i = t.args
        part = self._product(body)
        inside = {u: q for u, q in part.exponent.items() if i in free(u)}
        if not inside:
            out.rest = [self.rewrite(t)]
            return
        shift = self._shift(written(inside), i)
        out.exponent = _sum({shift: Fraction(1)}, {u: q for u, q in part.exponent.items() if u not in inside})
        part.exponent = _less(inside, {shift: Fraction(1)})
        scaled = total(self._joined(part), i)
        self._scaled[scaled] = shift
        out.rest = [scaled]

    def _shift(self, exponent: Term, i: Term) -> Term:
        """The shift of a sum over i: one symbol, or one entry for each value of the other indices of the exponent."""
        found = self._named("shift", total(exponent, i))
        self.shifts.setdefault(found, (exponent, i))
        return found

    def _named(self, stem: str, t: Term, meant: Term | None = None) -> Term:
        """A symbol for t, or an entry at its free indices; the same name for the same array."""
        key, axes = canonical(t)
        if key not in self._names:
            self._names[key] = fresh(stem, {*self.taken, *self._names.values()})
        name = self._names[key]
        self._meant[name] = key if meant is None else replace(meant, {a: index(f"#{k}", a.args[1]) for k, a in enumerate(axes)})
        return entry(name, "real", tuple(a.args[1] for a in axes), axes) if axes else sym(name)

    def _define(self, stem: str, t: Term, meant: Term | None = None) -> Term:
        found = self._named(stem, t, meant)
        self.defined.setdefault(found, t)
        return found

    def _sigmoid(self, u: Linear) -> Term:
        """1 / (1 + e^(-u))"""
        return self._define("sigmoid", power(add(ONE, fn("exp", written(_scaled(u, -1)))), -1))

    def argument(self, t: Term) -> Linear | None:
        """The u of a name that stands for 1 / (1 + e^(-u))."""
        if t.op not in ("sym", "entry") or (meant := self.expanded(t)) is t or meant.op != "pow" or meant.args[0].op != "add":
            return None
        one, exponential = sorted(meant.args[0].args, key=lambda v: v.op == "exp")
        return _scaled(linear(exponential.args[0]), -1) if one is ONE else None

    def _softplus(self, p: Linear, q: Linear) -> Term:
        """log(e^p + e^q)"""
        self.lemmas = True
        return self._define("softplus", *reversed(lemma(written(p), written(q), written(_less(p, q)))))

    def expanded(self, t: Term) -> Term:
        """t with every name replaced by what it stands for; shifts stay."""
        stands = {u.args[0] for u in self.defined}

        def go(u: Term) -> Term:
            if u.op in ("sym", "entry") and u.args[0] in stands:
                at = u.args[3] if u.op == "entry" else ()
                return go(replace(self._meant[u.args[0]], {index(f"#{k}", i.args[1]): i for k, i in enumerate(at)}))
            return rebuild(u, go)

        return go(t)

    def _joined(self, product: Product) -> Term:
        """The product put together again."""
        exponent, factors = dict(product.exponent), []
        for p, q, m in product.pairs:
            # e^(ap + bq) / (e^p + e^q)^(a+b) is a product of sigmoids: take the split that leaves the least
            choices = [(a, -m - a) for a in range(-m, -1, -1)] if m < 0 else []
            left = [
                (len(r), k)
                for k, (a, b) in enumerate(choices)
                if len(r := _less(exponent, _sum(_scaled(p, a), _scaled(q, b)))) <= len(exponent)
            ]
            if left:
                a, b = choices[min(left)[1]]
                exponent = _less(exponent, _sum(_scaled(p, a), _scaled(q, b)))
                factors += [power(self._sigmoid(_less(*sides)), e) for sides, e in (((p, q), a), ((q, p), b)) if e]
            else:
                _add_to(exponent, linear(_larger(p, q)), Fraction(m))
                factors.append(power(add(ONE, fn("exp", neg(_gap(p, q)))), m))
        exponents: Linear = {}
        for factor in product.rest:
            base, e = factor.args if factor.op == "pow" and factor.args[1].op == "num" else (factor, ONE)
            _add_to(exponents, {base: e.args[0]})
        factors += [power(base, e) for base, e in exponents.items()]
        if exponent:
            factors.insert(0, fn("exp", written(exponent)))
        return mul(*self._normalised(factors))

    def _normalised(self, factors: list[Term]) -> list[Term]:
        """The factors with each exponential put over the sum that normalises it, inside another sum where it stands there."""
        for d in [f for f in factors if f.op == "pow" and f.args[0] in self._scaled and f.args[1].op == "num"]:
            shift, m = self._scaled[d.args[0]], -int(d.args[1].args[0])
            above = next((f for f in factors if f.op == "exp"), ZERO)
            groups = _by_indices(linear(above.args[0]), shift) if above is not ZERO else []
            if m >= 1 and len(groups) == m:
                ratios = [
                    self._define("ratio", mul(fn("exp", written(_less(p, {shift: Fraction(1)}))), power(d.args[0], -1))) for p in groups
                ]
                factors = [*ratios, *(f for f in factors if f not in (above, d))]
                continue
            for k, f in enumerate(factors):
                if m == 1 and f.op == "sum" and f.args[1] not in free(d) and shift in subterms(f):
                    inside = f.args[0].args if f.args[0].op == "mul" else (f.args[0],)
                    factors[k] = total(mul(*self._normalised([*inside, d])), f.args[1])
                    factors = [f for f in factors if f is not d]
                    break
        return factors

    # Logarithms

    def _log(self, t: Term) -> Term:
        product = self._product(t.args[0])
        if not product.exponent and not product.pairs:
            return fn("log", self.rewrite(t.args[0]))
        terms = [written(product.exponent)]
        terms += [mul(num(m), self._softplus(p, q)) for p, q, m in product.pairs]
        others = []
        for factor in product.rest:
            base, e = factor.args if factor.op == "pow" else (factor, ONE)
            if base in self._scaled and _positive(base):
                terms.append(mul(e, fn("log", base)))
            else:
                others.append(factor)
        if others:
            terms.append(fn("log", mul(*others)))
        return add(*terms)


def lemma(p: Term, q: Term, gap: Term) -> tuple[Term, Term]:
    """log(e^p + e^q), and its stable form; gap is p - q."""
    plain = fn("log", add(fn("exp", p) if p is not ZERO else ONE, fn("exp", q) if q is not ZERO else ONE))
    return plain, add(fn("max", p, q), fn("log", add(ONE, fn("exp", neg(fn("abs", gap))))))


def _in_order(t: Term) -> Term:
    """t with factors in an order that the letters of indices do not change, so that equal products are seen to be equal."""
    t = rebuild(t, _in_order)
    return mul(*sorted(t.args, key=lambda f: (RANK.get(f.op, 2), show(canonical(f)[0])))) if t.op == "mul" else t


RANK = {"num": 0, "sym": 1, "entry": 1}


def _by_indices(exponent: Linear, shift: Term) -> list[Linear]:
    """The exponent without its shift, in parts that speak of different indices; [] where the shift does not stand in each part once."""
    groups: dict[frozenset[Term], Linear] = {}
    for t, q in exponent.items():
        if t is not shift:
            groups.setdefault(frozenset(v for v in free(t) if v.op == "index"), {})[t] = q
    return list(groups.values()) if exponent.get(shift) == -len(groups) else []


def _positive(scaled: Term) -> bool:
    """Whether a scaled sum is one of exponentials with positive numbers before them."""
    body = scaled.args[0] if scaled.op == "sum" else scaled
    parts = body.args if body.op == "add" else (body,)
    return all(f.op == "exp" or f.op == "num" and f.args[0] > 0 for u in parts for f in (u.args if u.op == "mul" else (u,)))


# Linear forms


def linear(t: Term) -> Linear:
    """t as a sum of terms with rational coefficients."""
    out: Linear = {}
    for u in t.args if t.op == "add" else (t,):
        if u.op == "num":
            _add_to(out, {ONE: u.args[0]})
        elif u.op == "mul" and u.args[0].op == "num":
            coefficient, inner = u.args[0].args[0], mul(*u.args[1:])
            _add_to(out, linear(inner) if inner.op == "add" else {inner: Fraction(1)}, coefficient)
        else:
            _add_to(out, {u: Fraction(1)})
    return out


def written(u: Linear) -> Term:
    """The term of a linear form; what is added stands before what is taken away."""
    return add(*(mul(num(q), t) for t, q in sorted(u.items(), key=lambda item: item[1] < 0))) if u else ZERO


def _add_to(out: Linear, more: Linear, times: Fraction = Fraction(1)) -> None:
    for t, q in more.items():
        out[t] = out.get(t, Fraction(0)) + times * q
        if not out[t]:
            del out[t]


def _sum(a: Linear, b: Linear) -> Linear:
    out = dict(a)
    _add_to(out, b)
    return out


def _less(a: Linear, b: Linear) -> Linear:
    out = dict(a)
    _add_to(out, b, Fraction(-1))
    return out


def _scaled(a: Linear, times: int) -> Linear:
    return {t: times * q for t, q in a.items()} if times else {}


def _larger(p: Linear, q: Linear) -> Term:
    return fn("max", written(p), written(q))


def _gap(p: Linear, q: Linear) -> Term:
    """|p - q|"""
    d = _less(p, q)
    return fn("abs", written(d if next(iter(d.values()), 1) > 0 else _scaled(d, -1)))
