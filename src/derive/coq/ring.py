"""Quotients of polynomials in the generators of one lemma: its variables, and the functions that are left in its normal form."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz, fmpz_mat

from derive.coq.instance import Outside
from derive.coq.text import number

POOL = 48  # generators of one lemma

Quotient = tuple[fmpq_mpoly, fmpq_mpoly]
Vector = dict[tuple[int, ...], Fraction]  # a polynomial by its monomials


@dataclass
class Ring:
    """The generators, how Coq writes each, and which of them are positive."""

    texts: list[str] = field(default_factory=list)
    above: set[int] = field(default_factory=set)
    keys: dict[Any, int] = field(default_factory=dict)  # a variable, or a function with its argument
    inside: dict[int, tuple[str, Quotient]] = field(default_factory=dict)  # what an exp, ln or sqrt is taken of

    def __post_init__(self) -> None:
        self.ctx = fmpq_mpoly_ctx.get([f"g{k}" for k in range(POOL)], Ordering.lex)
        self.one = self.ctx.constant(1)

    def generator(self, key: Any, text: str, above: bool) -> int:
        k = self.keys.get(key)
        if k is None:
            k = self.keys[key] = len(self.texts)
            if k >= POOL:
                raise Outside("too large")
            self.texts.append(text)
            if above:
                self.above.add(k)
        return k

    def gen(self, k: int) -> Quotient:
        return self.ctx.gen(k), self.one

    def named(self, kind: str, text: str, value: Quotient, above: bool) -> int:
        """The generator for ln or sqrt of this value."""
        k = self.generator((kind, *map(str, value)), f"{kind} {held(text)}", above)
        self.inside.setdefault(k, (text, value))
        return k

    def single(self, p: fmpq_mpoly) -> int | None:
        """The generator that p is."""
        monoms = p.monoms()
        return list(monoms[0]).index(1) if len(monoms) == 1 and sum(monoms[0]) == 1 and p.leading_coefficient() == 1 else None

    def constant(self, q: Fraction) -> fmpq_mpoly:
        return self.ctx.constant(fmpq(q.numerator, q.denominator))

    def reduced(self, n: fmpq_mpoly, d: fmpq_mpoly) -> Quotient:
        for k in [k for key, k in self.keys.items() if isinstance(key, tuple) and key[0] == "sqrt"]:
            n, d = self._without_squares(k, n, d)
        if d.is_zero():
            raise Outside("a division by 0")
        g = n.gcd(d)
        if not g.is_one():
            n, d = n / g, d / g
        unit = d.leading_coefficient()
        return n / unit, d / unit

    def _without_squares(self, k: int, n: fmpq_mpoly, d: fmpq_mpoly) -> Quotient:
        """n/d with a root r taken once at most, and not in the denominator as a whole: r^2 is what it is a root of."""
        (p, q), r = self.inside[k][1], self.ctx.gen(k)
        if d.degrees()[k] and not divmod(d, r)[1]:
            n, d = n * r, d * r
        for _ in range(max(n.degrees()[k], d.degrees()[k]) // 2):
            (a, i), (b, j) = (self._lowered(k, u, p, q) for u in (n, d))
            n, d = a * q ** max(j - i, 0), b * q ** max(i - j, 0)
        return n, d

    def _lowered(self, k: int, u: fmpq_mpoly, p: fmpq_mpoly, q: fmpq_mpoly) -> tuple[fmpq_mpoly, int]:
        """v and j such that u = v / q^j, with p/q for r^2 once in every term that has it."""
        high = self.ctx.from_dict({m: c for m, c in u.to_dict().items() if m[k] > 1})
        if not high:
            return u, 0
        return (u - high) * q + high / self.ctx.gen(k) ** 2 * p, 1

    def product(self, factors: Iterable[tuple[Quotient, int]]) -> Quotient:
        n, d = self.one, self.one
        for (m, e), k in factors:
            if k < 0:
                m, e = e, m
            n, d = self.reduced(n * m ** abs(k), d * e ** abs(k))
        return n, d

    def written(self, quotient: Quotient) -> str:
        """A quotient as Coq writes it."""
        n, d = quotient
        return self.polynomial(n) if d.is_one() else f"({self.polynomial(n)}) / ({self.polynomial(d)})"

    def polynomial(self, p: fmpq_mpoly) -> str:
        parts = []
        for monomial, c in zip(p.monoms(), p.coeffs(), strict=True):
            q = fraction(c)
            factors = [f"{self.texts[k]} ^ {e}" if e > 1 else self.texts[k] for k, e in enumerate(map(int, monomial)) if e]
            if q != 1 or not factors:
                factors.insert(0, number(abs(q))[0] if q.denominator == 1 else f"({number(abs(q))[0]})")
                factors[0] = factors[0] if q > 0 else f"- {factors[0]}"
            parts.append(" * ".join(factors))
        return " + ".join(f"({part})" if part.startswith("-") and k else part for k, part in enumerate(parts)) or "0"

    def factored(self, value: Quotient) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """A quotient as a number times powers of polynomials that no other divides; one that is plainly negative turns its sign."""
        if value[0].is_zero():
            return Fraction(0), []
        (c, above), (b, below) = value[0].factor(), value[1].factor()
        q = fraction(c) / fraction(b)
        found: list[tuple[fmpq_mpoly, int]] = []
        for p, k in [*((p, int(k)) for p, k in above), *((p, -int(k)) for p, k in below)]:
            if not self.surely(p) and self.surely(-p):
                p, q = -p, -q if k % 2 else q
            found.append((p, k))
        return q, found

    def surely(self, p: fmpq_mpoly) -> bool:
        """Whether p is plainly positive: all of its coefficients and generators are."""
        own = [k for m in p.monoms() for k, e in enumerate(m) if e % 2]
        some = any(all(k in self.above for k, e in enumerate(m) if e) for m in p.monoms())
        return some and self.above.issuperset(own) and all(c > 0 for c in p.coeffs())


def held(text: str, call: bool = False) -> str:
    """The text as one operand; `call` lets the application of a function stand without brackets."""
    bare = re.sub(r"^(exp|ln|sqrt|erf) ", "", text) if call else text
    inner = bare[1:-1]
    closed = bare[:1] == "(" and bare[-1:] == ")" and all(inner[:k].count(")") <= inner[:k].count("(") for k in range(len(inner)))
    return text if closed or re.fullmatch(r"\w+", bare) else f"({text})"


def fraction(c: Any) -> Fraction:
    return Fraction(int(c.p), int(c.q))


def primes(q: Fraction) -> list[tuple[int, int]]:
    """q > 0 as a product of powers of primes."""
    return [(int(p), sign * int(e)) for n, sign in ((q.numerator, 1), (q.denominator, -1)) for p, e in fmpz(n).factor()]


def lattice(vectors: Sequence[Vector]) -> list[Vector]:
    """A basis for the whole combinations of these vectors, in echelon form; a vector of theirs rather than its negative."""
    monomials = sorted({m for v in vectors for m in v}, reverse=True)
    if not monomials:
        return []
    scale = math.lcm(*(q.denominator for v in vectors for q in v.values()))
    matrix = fmpz_mat([[int(v.get(m, Fraction(0)) * scale) for m in monomials] for v in vectors]).hnf()
    rows = [[int(matrix[r, c]) for c in range(len(monomials))] for r in range(len(vectors))]
    found = [{m: Fraction(x, scale) for m, x in zip(monomials, row, strict=True) if x} for row in rows if any(row)]
    turned = [{m: -q for m, q in b.items()} for b in found]
    return [t if t in vectors and b not in vectors else b for b, t in zip(found, turned, strict=True)]


def coordinates(v: Vector, basis: Sequence[Vector]) -> list[int]:
    """v as a whole combination of a basis in echelon form."""
    found, rest = [], dict(v)
    for b in basis:
        pivot = max(b)
        k = rest.get(pivot, Fraction(0)) / b[pivot]
        found.append(int(k))
        rest = {m: q for m in {**rest, **b} if (q := rest.get(m, Fraction(0)) - k * b.get(m, Fraction(0)))}
    if any(rest.values()) or any(Fraction(k).denominator != 1 for k in found):
        raise Outside("an exponential that is no product of the others")
    return found
