"""Signs: what is known of the sign of a polynomial in atoms, from the sorts of variables, the form, and the facts of a cell.

A sign is "+", "-", "0", ">=0", "<=0", "!=0" or "?". The rules are interval arithmetic on sets of signs, and one comparison
with each fact: p = c h + r with c > 0, where h has a known sign and r one that agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from math import lcm
from typing import Any

from derive.kernel.atoms import ONE_POLY, Atom, Beyond, Frozen, FrozenPoly, Monomial, Quotient, Split, Undefined, atoms_within
from derive.kernel.field import NormalForm
from derive.kernel.sizes import never_negative
from derive.statement.term import ONE, Term, free, replace, show, sub, subterms

DEEP = 6  # questions inside each other from which on each is a step
PLUS, NULL, MINUS = 1, 2, 4
ANY = PLUS | NULL | MINUS
NAMES = {PLUS: "+", NULL: "0", MINUS: "-", PLUS | NULL: ">=0", MINUS | NULL: "<=0", PLUS | MINUS: "!=0", ANY: "?"}
MASKS = {name: mask for mask, name in NAMES.items()}
_SORTS = {
    "positive": PLUS, "negative": MINUS, "nonnegative": PLUS | NULL, "nonpositive": MINUS | NULL, "nonzero": PLUS | MINUS,
    "positive integer": PLUS, "nonnegative integer": PLUS | NULL,
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """The sign of a term, for all values of the indices in `every`, where each pair of places in `apart` differs."""

    gap: Term
    sign: str
    every: tuple[Term, ...] = ()
    apart: tuple[tuple[Term, Term], ...] = ()


class Contradiction(Exception):
    """The facts leave a polynomial no sign: no point satisfies them."""


class Signs:
    """Answers NormalForm's questions about signs from a list of facts."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self.facts = facts
        self.asking: set[FrozenPoly] = set()
        self.busy: set[Fact] = set()
        self.used: dict[Fact, None] = {}
        self.plain: dict[Fact, list[tuple[FrozenPoly, str]]] = {}  # facts without indices, in the present state of the form
        self.state = -1

    def __call__(self, f: NormalForm, poly: FrozenPoly) -> str:
        return NAMES[self.mask(f, poly)]

    def mask(self, f: NormalForm, poly: FrozenPoly) -> int:
        """The set of signs that poly can have."""
        found = self._by_form(f, poly)
        if found in (PLUS, MINUS, NULL) or poly in self.asking:
            return found
        found &= self._by_facts(f, poly)
        if found & PLUS and found & MINUS:
            found &= self._by_monotony(f, poly)
        if not found:
            raise Contradiction
        return found

    def _by_monotony(self, f: NormalForm, poly: FrozenPoly) -> int:
        """sum c_k log p_k has the sign of prod p_k^c_k - 1; a exp(u) - a exp(v) that of a (u - v)."""
        if all(len(m) == 1 and m[0][1] == 1 and m[0][0].kind == "log" for m, _ in poly):
            scale = lcm(*(c.denominator for _, c in poly))
            top = bottom = f.one
            for m, c in poly:
                base, k = m[0][0].data[0], int(c * scale)
                if self.mask(f, base) != PLUS or abs(k) > 8:
                    return ANY
                p = f.thaw_poly(base)
                top, bottom = (top * p**k, bottom) if k > 0 else (top, bottom * p**-k)
            return self.mask(f, f.freeze_poly(top - bottom))
        if len(poly) == 2 and poly[0][1] == -poly[1][1]:
            (first, c), (second, _) = poly
            if (
                all(len(m) == 1 and m[0][1] == 1 and m[0][0].kind == "root" for m in (first, second))
                and first[0][0].data[1] == second[0][0].data[1]
            ):
                gap = f.thaw_poly(first[0][0].data[0]) - f.thaw_poly(second[0][0].data[0])
                sign = self.mask(f, f.freeze_poly(gap))
                return sign if c > 0 else _flip(sign)
            if all(a.kind == "exp" for m in (first, second) for a, _ in m):
                apart = f.constant(0)
                for m, side in ((first, 1), (second, -1)):
                    for a, e in m:
                        mono, den, fine = a.data
                        apart = f.plus(apart, f.thaw(Frozen(((mono, Fraction(side * e, fine)),), den)))
                sign = times(self.mask(f, f.freeze_poly(apart.num)), self.mask(f, f.freeze_poly(apart.den)))
                return sign if c > 0 else _flip(sign)
        return ANY

    def _by_facts(self, f: NormalForm, poly: FrozenPoly) -> int:
        found = ANY
        if len(self.asking) > DEEP:  # facts that lead to each other take ever more ways
            f.budget.spend()
        self.asking.add(poly)
        about = names_in(poly)
        try:
            for fact in self.facts:
                if about and not self._may_speak(f, fact, about):
                    continue
                for h, sign in self._instances(f, fact, poly):
                    got = self._against(f, poly, h, MASKS[sign])
                    if got & found != found:
                        found &= got
                        self.used[fact] = None
                    if found in (PLUS, MINUS, NULL):
                        return found
            for place in sorted({a.data[0] for m, _ in poly for a, _ in m if a.kind == "position"}, key=show):
                room = f.freeze_poly(f.normal(sub(sub(place.args[1], ONE), place)).num)  # an index ends before its range does
                found &= self._against(f, poly, room, PLUS | NULL)
        finally:
            self.asking.discard(poly)
        return found

    def _may_speak(self, f: NormalForm, fact: Fact, about: frozenset[str]) -> bool:
        """Whether a fact shares a name with a polynomial, as it stands or by the equations; else its normal form does not tell anything."""
        own = names_in(fact.gap)
        if not own.isdisjoint(about):
            return True
        joined = frozenset().union(*(names_in(gap) for gap, _ in f.equations))
        return not (own.isdisjoint(joined) or about.isdisjoint(joined))

    def _by_form(self, f: NormalForm, poly: FrozenPoly) -> int:
        total = 0
        for mono, c in poly:
            sign = PLUS if c > 0 else MINUS
            for a, e in mono:
                if a.kind in ("i", "cis"):
                    return ANY  # not real on its own
                sign = times(sign, to_power(self.atom(f, a), e))
                if sign == ANY:
                    return ANY
            total = sign if total == 0 else plus(total, sign)
            if total == ANY:
                return ANY
        return total or NULL

    def atom(self, f: NormalForm, a: Atom) -> int:
        """The signs that an atom can have, by its kind and by the facts."""
        found = self._by_kind(f, a)
        if found in (PLUS, MINUS, NULL) or a.kind not in ("sym", "entry", "sum", "call", "log"):
            return found
        alone: FrozenPoly = ((((a, 1),), Fraction(1)),)
        if alone not in self.asking:
            found &= self._by_facts(f, alone)
        if not found:
            raise Contradiction
        return found

    def _by_kind(self, f: NormalForm, a: Atom) -> int:
        kind, d = a.kind, a.data
        if kind == "exp" or kind == "const":
            return PLUS
        if kind == "sym":
            return _SORTS.get(d[0].args[1], ANY)
        if kind == "entry":
            return self._entry(f, a)
        if kind in ("delta", "above", "below", "position"):
            return PLUS | NULL
        if kind == "root":
            return PLUS if self.mask(f, d[0]) == PLUS else PLUS | NULL
        if kind == "power":
            return PLUS if self.mask(f, d[0]) == PLUS else ANY
        if kind in ("sum", "prod"):
            sign = PLUS
            for b, e in d[1]:
                sign = times(sign, to_power(self.atom(f, b) if b.kind != "poly" else self.mask(f, b.data[0]), e))
            if kind == "prod":
                return sign if sign in (PLUS, PLUS | NULL) else ANY
            if sign in (PLUS, MINUS) and not all(self._nonempty(f, i) for i in d[0]):
                return sign | NULL
            return self._squared(f, *d) if sign & PLUS and sign & MINUS else sign
        if kind == "log":
            return self._difference(f, d[0])
        if kind == "call":
            return self._call(f, d[0], d[1])
        return ANY

    def _entry(self, f: NormalForm, a: Atom) -> int:
        return _SORTS.get(a.data[1][0], ANY)

    def _squared(self, f: NormalForm, over: tuple[Term, ...], body: Monomial) -> int:
        """sum_{i, j, r} h(i, r) h(j, r) g(r) is a sum of squares sum_r g(r) (sum_i h(i, r))^2."""
        for i, j in combinations(over, 2):
            if i.args[1] is not j.args[1] or any(free(v.args[1]) & {i, j} for v in over):
                continue
            first, second = ([(a, e) for a, e in body if v in a.indices] for v in (i, j))
            others = [(a, e) for a, e in body if not a.indices & {i, j}]
            if len(first) + len(second) + len(others) != len(body):
                continue  # one factor holds both
            here, there = (sorted((show(replace(f.atom_term(a), {v: i})), e) for a, e in part) for v, part in ((i, first), (j, second)))
            if here == there:
                sign = PLUS | NULL
                for a, e in others:
                    sign = times(sign, to_power(self.atom(f, a) if a.kind != "poly" else self.mask(f, a.data[0]), e))
                if not sign & PLUS or not sign & MINUS:
                    return sign
        return ANY

    def _nonempty(self, f: NormalForm, i: Term) -> bool:
        n = f.normal(i.args[1])
        return n.den.is_one() and self.mask(f, f.freeze_poly(n.num)) == PLUS

    def _difference(self, f: NormalForm, p: FrozenPoly) -> int:
        """log p has the sign of p - 1 where p is positive."""
        if self.mask(f, p) != PLUS:
            return ANY
        return self.mask(f, _minus_one(p))

    def _call(self, f: NormalForm, name: str, args: tuple[Frozen, ...]) -> int:
        if name in ("erf", "erfinv", "asin", "atan") and args[0].den == ONE_POLY:
            return self.mask(f, args[0].num)
        if name == "gamma" and args[0].den == ONE_POLY:
            return PLUS if self.mask(f, args[0].num) == PLUS else ANY
        if name == "besseli" and args[0].den == args[1].den == ONE_POLY:
            if args[0].num == ():
                return PLUS  # I_0 >= 1
            if self.mask(f, args[0].num) & ~(PLUS | NULL) == 0 and self.mask(f, args[1].num) == PLUS:
                return PLUS
        if name == "polygamma" and args[0].den == ONE_POLY and args[1].den == ONE_POLY and self.mask(f, args[1].num) == PLUS:
            order = args[0].num[0][1] if args[0].num else Fraction(0)
            if order >= 1:
                return PLUS if order % 2 else MINUS
        return ANY

    def _instances(self, f: NormalForm, fact: Fact, poly: FrozenPoly) -> list[tuple[FrozenPoly, str]]:
        """The fact at every choice of its indices among those of poly, as polynomials with a sign."""
        if fact in self.busy:
            return []  # its own normal form asks for signs, and would go on to ask
        if not _holds_sum(fact.gap):
            return self._stated(f, fact, poly)
        self.busy.add(fact)
        try:
            return self._stated(f, fact, poly)
        finally:
            self.busy.discard(fact)

    def _stated(self, f: NormalForm, fact: Fact, poly: FrozenPoly) -> list[tuple[FrozenPoly, str]]:
        if not fact.every and not fact.apart:
            if self.state != f.state:
                self.plain, self.state = {}, f.state
            if fact not in self.plain:
                self.plain[fact] = self._instance(f, fact, {})
            return self.plain[fact]
        here = sorted({i for m, _ in poly for a, _ in m for i in a.indices}, key=show)
        if len(here) > 4:
            return []
        first = _numbered(poly)
        choices = [[*(k for k in here if _within(k, i)), *(p for p, size in first if size is i.args[1])] for i in fact.every]
        out = []
        for choice in product(*choices):
            table = dict(zip(fact.every, choice, strict=True))
            if all(frozenset((table.get(p, p), table.get(q, q))) in f.distinct for p, q in fact.apart):
                out += self._instance(f, fact, table)
        return out

    def _instance(self, f: NormalForm, fact: Fact, table: dict[Term, Term]) -> list[tuple[FrozenPoly, str]]:
        try:
            q = f.normal(fact.gap, table)
        except (Beyond, Undefined, Split):
            return []
        den = self._by_form(f, f.freeze_poly(q.den))
        if den == MINUS:
            q = Quotient(-q.num, -q.den)
        return [(f.freeze_poly(f.reduced(q).num), fact.sign)] if den in (PLUS, MINUS) else []

    def _against(self, f: NormalForm, p: FrozenPoly, h: FrozenPoly, sign: int) -> int:
        """The signs that p can have when h has one of `sign`: p = c h + r."""
        if not h:
            return ANY
        by_mono = dict(p)
        found = ANY
        for mono, c in h:
            if not mono or mono not in by_mono:
                continue
            ratio = by_mono[mono] / c
            rest = _subtract(p, h, ratio)
            got = sign if ratio > 0 else _flip(sign)
            if rest:
                got = plus(got, self._by_form(f, rest))
            found &= got
            if found in (PLUS, MINUS, NULL):
                return found
        # p may be a factor of h whose other factors have a known sign
        if found == ANY and len(h) > len(p) and {a for m, _ in p for a, _ in m} <= {a for m, _ in h for a, _ in m}:
            top, bottom = f.thaw_poly(h), f.thaw_poly(p)
            quotient, rest_poly = divmod(top, bottom)
            if rest_poly.is_zero():
                other = self._by_form(f, f.freeze_poly(quotient))
                if other == PLUS:
                    found = sign
                elif other == MINUS:
                    found = _flip(sign)
                elif not sign & NULL:
                    found = PLUS | MINUS
        return found


def _numbered(poly: FrozenPoly) -> list[tuple[Term, Term]]:
    """(place, length of its axis) of the entries that stand at no index: u[0] and u[n - 1] are among the u[i]."""
    entries = {a for m, _ in poly for b, _ in m for a in atoms_within(b) if a.kind == "entry"}
    found = {(p, size) for a in entries for p, size in zip(a.data[2], a.data[1][1], strict=True) if p.op != "index"}
    return sorted(found, key=str)


@lru_cache(maxsize=4096)
def _within(k: Term, i: Term) -> bool:
    """Whether every value of index k is one of index i: what holds for all i then holds for k."""
    return k.args[1] is i.args[1] or never_negative(sub(i.args[1], k.args[1]))


@lru_cache(maxsize=4096)
def _holds_sum(t: Term) -> bool:
    return any(u.op == "sum" for u in subterms(t))


def names_in(data: Any) -> frozenset[str]:
    """The names of symbols and arrays in a term or in an atom's data; all indices, as positions, have one."""
    if isinstance(data, Term):
        found: frozenset[str] | None = data.kept.get("names")
        if found is None:
            found = data.kept["names"] = frozenset(
                "#" if u.op == "index" else str(u.args[0]) for u in subterms(data) if u.op in ("sym", "entry", "index")
            )
        return found
    if isinstance(data, Atom):
        if data.kind == "entry":
            return frozenset((str(data.data[0]),))
        return names_in(data.data)
    if isinstance(data, Frozen):
        return names_in(data.num) | names_in(data.den)
    return frozenset().union(*map(names_in, data)) if isinstance(data, tuple) else frozenset()


def _minus_one(p: FrozenPoly) -> FrozenPoly:
    table = dict(p)
    table[()] = table.get((), Fraction(0)) - 1
    return tuple((m, c) for m, c in table.items() if c)


def _subtract(p: FrozenPoly, h: FrozenPoly, ratio: Fraction) -> FrozenPoly:
    table = dict(p)
    for m, c in h:
        table[m] = table.get(m, Fraction(0)) - ratio * c
    return tuple((m, c) for m, c in table.items() if c)


def _flip(s: int) -> int:
    return (s & NULL) | (MINUS if s & PLUS else 0) | (PLUS if s & MINUS else 0)


def times(a: int, b: int) -> int:
    out = NULL if (a | b) & NULL else 0
    if (a & PLUS and b & PLUS) or (a & MINUS and b & MINUS):
        out |= PLUS
    if (a & PLUS and b & MINUS) or (a & MINUS and b & PLUS):
        out |= MINUS
    return out


def to_power(a: int, e: int) -> int:
    if e % 2:
        return a
    return (PLUS if a & (PLUS | MINUS) else 0) | (a & NULL)


def plus(a: int, b: int) -> int:
    if a == NULL:
        return b
    if b == NULL:
        return a
    out = 0
    if a & PLUS or b & PLUS:
        out |= PLUS
    if a & MINUS or b & MINUS:
        out |= MINUS
    if a & NULL and b & NULL or a & PLUS and b & MINUS or a & MINUS and b & PLUS:
        out |= NULL
    return out
