"""The normal form: a term as a quotient of polynomials in named generators, over FLINT.

Each generator stands for an atom: a variable, an array entry, exp of a monomial, log|p| of an irreducible p, a root of one,
a sum over bound indices, an opaque function value. The form is exact: wherever the term is defined, its value is num/den, and den
is not 0 there, because den divides a product of the term's own denominators. So num = 0 proves that the term is 0 wherever it is
defined. The converse is not claimed: two atoms may depend on each other in ways that these rules do not see.

Rules (the names travel with the proof)
    ring          sums, products, integer powers, cancellation by gcd
    exp-laws      exp(a + b) = exp a exp b, exp(c log p) = p^c for p > 0
    log-laws      log(prod p_i^e_i) = sum e_i log|p_i| where the product is positive
    roots         (prod p_i^e_i)^r = prod |p_i|^(e_i r) where the product is positive
    trigonometry  sin, cos, tan through exp(i t), with i^2 = -1
    hyperbolic    sinh, cosh, tanh and their inverses through exp, log and sqrt
    special       recurrences of gamma, polygamma, besseli; parity and inverses of erf, erfinv
    rounding      floor(x + k) = floor x + k for an integer k
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz

from derive.kernel import elementary
from derive.kernel.atoms import (
    ONE_POLY,
    Atom,
    Beyond,
    Frozen,
    FrozenPoly,
    Monomial,
    Quotient,
    Restart,
    Split,
    Undefined,
    atoms_within,
    bound,
    canonical_place,
    indices_in,
    order_of,
    shape_of,
    solved_places,
    whole_valued,
)
from derive.kernel.proof import Budget
from derive.kernel.sizes import linear, never_negative, tidy, whole
from derive.statement.term import HALF, ONE, ZERO, Term, add, div, fn, free, make, mul, named, num, power, replace, show, sub

MAX_TERMS = 6_000  # a polynomial with more terms stops the normal form: the answer is UNKNOWN


@lru_cache(maxsize=16)
def _generators(count: int) -> tuple[list[str], fmpq_mpoly_ctx, tuple[fmpq_mpoly, ...], fmpq_mpoly, fmpq_mpoly]:
    """So many names, the polynomials over them, the generators, 1 and 0; a claim asks for them some four times."""
    names = [f"g{k}" for k in range(count)]
    ctx = fmpq_mpoly_ctx.get(names, Ordering.lex)
    return names, ctx, ctx.gens(), ctx.constant(1), ctx.constant(0)


class NormalForm:
    """One context of generators, with what is known of signs. Not shared between cells, since rules ask for signs."""

    def __init__(
        self,
        budget: Budget,
        signs: Callable[[NormalForm, FrozenPoly], str] | None = None,
        equations: tuple[tuple[Term, tuple[Term, ...]], ...] = (),
        distinct: frozenset[frozenset[Term]] = frozenset(),
    ) -> None:
        """`equations`: (gap, indices): gap = 0 for all values of the indices. `distinct`: pairs of places that differ."""
        self.budget = budget
        self.ask_sign = signs
        self.equations, self.distinct = equations, distinct
        self.scale: dict[str, int] = {}  # finest exponent so far, per shape of atom
        self.pool = 24
        self.rules: dict[str, None] = {}
        self.obligations: list[tuple[Term, Term]] = []
        self.state = 0  # changes whenever what was computed before is no longer valid
        self.reset()

    def reset(self) -> None:
        """Forgets every atom; the scale and the pool stay."""
        self.state += 1
        self.names, self.ctx, self.gens, self.one, self.zero = _generators(self.pool)
        self.atoms: list[Atom] = []
        self.number: dict[Atom, int] = {}
        self.shared: dict[tuple[Any, ...], Atom] = {}
        self.memo: dict[Any, Quotient] = {}
        self.relations: dict[int, tuple[int, Quotient]] = {}  # generator -> (degree, what that power is)
        self.sign_memo: dict[FrozenPoly, str] = {}
        self.factor_memo: dict[Any, tuple[Fraction, list[tuple[fmpq_mpoly, int]]]] = {}  # each is asked for some five times
        self.monomials: dict[tuple[int, ...], Monomial] = {}  # what exponents stand for, and back
        self.exponents: dict[Monomial, tuple[int, ...]] = {}
        self.falling: list[int] = []  # the generators with relations, last one first
        self.exclusive: list[tuple[int, int]] = []  # [g > 0] and [g < 0]
        self.rewrites: dict[Atom, Quotient] = {}  # what an atom equals, by an equation
        self.patterns: dict[str, tuple[tuple[Term, ...], Term]] = {}  # array -> (indices, term), for an equation on every entry
        self.symmetric: dict[str, int] = {}  # arrays equal to their transpose (1) or to its negative (-1)
        self.sum_patterns: list[tuple[Term, tuple[Term, ...], Monomial, Term]] = []  # (bound, indices, factors, what their sum equals)
        self.idempotent: set[str] = set()  # arrays whose entries equal their squares
        self.installed = False
        self.leftover: list[fmpq_mpoly] = []  # equations that could not be solved for an atom

    def forget(self) -> None:
        """After a new rule, what was computed before it is computed again."""
        self.memo.clear()
        self.sign_memo.clear()
        self.state += 1

    # --- atoms and generators -------------------------------------------------------------------------------------

    def atom(self, kind: str, *data: Any) -> Atom:
        found = self.shared.get((kind, *data))
        if found is None:
            indices = frozenset().union(*(indices_in(d) for d in data))
            if kind in ("sum", "prod"):
                indices -= frozenset(data[0])
            found = self.shared[(kind, *data)] = Atom(kind, data, f"{kind}({','.join(map(order_of, data))})", indices)
        return found

    def gen(self, atom: Atom) -> Quotient:
        if atom in self.rewrites:
            self.rules["substitution"] = None
            return self.rewrites[atom]
        if atom.kind == "entry" and atom.data[0] in self.patterns:
            self.rules["substitution"] = None
            indices, value = self.patterns[atom.data[0]]
            return self.normal(value, dict(zip(indices, atom.data[2], strict=True)))
        return Quotient(self.gens[self.gen_number(atom)], self.one)

    def gen_number(self, atom: Atom) -> int:
        k = self.number.get(atom)
        if k is None:
            k = len(self.atoms)
            if k >= self.pool:
                if self.pool > 400:
                    raise Beyond(f"more than {self.pool} atoms")
                self.pool *= 2
                raise Restart(self)
            self.atoms.append(atom)
            self.number[atom] = k
            if atom.kind == "root":
                base, degree = atom.data
                self.relations[k] = (degree, self.thaw(Frozen(base, ((((), Fraction(1)),)))))
            elif atom.kind == "i":
                self.relations[k] = (2, self.constant(-1))
            elif atom.kind in ("delta", "above", "below") or atom.kind == "entry" and atom.data[0] in self.idempotent:
                self.relations[k] = (2, self.gen(atom))
            if atom.kind in ("above", "below"):
                other = self.number.get(self.atom("below" if atom.kind == "above" else "above", *atom.data))
                if other is not None:
                    self.exclusive.append((k, other))
        return k

    def constant(self, q: int | Fraction) -> Quotient:
        q = Fraction(q)
        return Quotient(self.ctx.constant(fmpq(q.numerator, q.denominator)), self.one)

    # --- arithmetic ------------------------------------------------------------------------------------------------

    def _check(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        self.budget.spend()
        if len(poly) > MAX_TERMS:
            raise Beyond(f"a polynomial of more than {MAX_TERMS} terms")
        return poly

    def _product(self, a: fmpq_mpoly, b: fmpq_mpoly) -> fmpq_mpoly:
        if len(a) * len(b) > 20 * MAX_TERMS:
            raise Beyond("a product of large polynomials")
        return self._check(a * b)

    def plus(self, a: Quotient, b: Quotient) -> Quotient:
        if a.den == b.den:
            total = self._check(a.num + b.num)
            return Quotient(total, a.den) if a.den.is_one() else self.quotient(total, a.den)
        return self.quotient(self._product(a.num, b.den) + self._product(b.num, a.den), self._product(a.den, b.den))

    def times(self, a: Quotient, b: Quotient) -> Quotient:
        if a.den.is_one() and b.den.is_one():
            return Quotient(self._product(a.num, b.num), self.one)
        return self.quotient(self._product(a.num, b.num), self._product(a.den, b.den))

    def quotient(self, n: fmpq_mpoly, d: fmpq_mpoly) -> Quotient:
        if d.is_zero():
            raise Undefined("division by 0")
        if n.is_zero():
            return Quotient(self.zero, self.one)
        if d.is_one():
            return Quotient(n, self.one)
        if d.is_constant():
            return Quotient(n / d.leading_coefficient(), self.one)
        if len(n) * len(d) > 100 * MAX_TERMS:
            raise Beyond("a quotient of large polynomials")
        g = n.gcd(d)
        if not g.is_constant():
            n, d = divmod(n, g)[0], divmod(d, g)[0]
        c = d.leading_coefficient()
        return Quotient(n / c, d / c)

    def inverse(self, a: Quotient) -> Quotient:
        a = self.reduced(a)
        if a.num.is_zero():
            raise Undefined("division by 0")
        return self.quotient(a.den, a.num)

    def to_power(self, a: Quotient, k: int) -> Quotient:
        if k < 0:
            return self.to_power(self.inverse(a), -k)
        if max(len(a.num), len(a.den)) > 1 and k > 60 or k > 10**6:
            raise Beyond(f"a power of degree {k}")
        if len(a.num) ** min(k, 8) > 20 * MAX_TERMS:
            raise Beyond("a power of a large polynomial")
        return Quotient(self._check(a.num**k), self._check(a.den**k))

    def reduced(self, a: Quotient) -> Quotient:
        """a with every relation of its generators applied to the numerator, and simple roots moved out of the denominator."""
        if not self.relations:
            return a
        a = self._reduce_numerator(a)
        for _ in range(8):
            k = next(
                (k for k, (d, _) in self.relations.items() if d == 2 and self.atoms[k].kind in ("root", "i") and self._degree(a.den, k)),
                None,
            )
            if k is None:
                return a
            # (p + q R)(p - q R) = p^2 - q^2 R^2
            conj = a.den.compose(*[-g if j == k else g for j, g in enumerate(self.gens)])
            new_den = self._reduce_numerator(Quotient(self._product(a.den, conj), self.one))
            if new_den.num.is_zero():
                raise Beyond("a denominator that is a zero divisor")
            top = self._reduce_numerator(Quotient(self._product(a.num, conj), self.one))
            a = self._reduce_numerator(self.quotient(self._product(top.num, new_den.den), self._product(top.den, new_den.num)))
        return a

    def _degree(self, poly: fmpq_mpoly, k: int) -> int:
        d = poly.degrees()
        return int(d[k]) if d else 0

    def _is_idempotent(self, k: int) -> bool:
        atom = self.atoms[k]
        return atom.kind in ("delta", "above", "below") or atom.kind == "entry" and atom.data[0] in self.idempotent

    def _reduce_numerator(self, a: Quotient) -> Quotient:
        if a.den.is_one():
            # Most relations say that a square is what it is a square of: all of those at once.
            high = [g for g, d in enumerate(a.num.degrees()) if d > 1 and g in self.relations and self._is_idempotent(g)]
            if high:
                terms: dict[tuple[int, ...], Any] = {}
                for exps, coeff in a.num.to_dict().items():
                    lowered = list(exps)
                    for g in high:
                        lowered[g] = min(exps[g], 1)
                    key = tuple(lowered)
                    terms[key] = terms[key] + coeff if key in terms else coeff
                a = Quotient(self._check(self.ctx.from_dict(terms)), self.one)
        for _ in range(40):
            degrees = a.num.degrees()
            if len(self.falling) < len(self.relations):
                self.falling = sorted(self.relations, reverse=True)
            k = next((k for k in self.falling if degrees[k] >= self.relations[k][0]), None)
            if k is None:
                break
            degree, value = self.relations[k]
            total = Quotient(self.zero, self.one)
            buckets: dict[int, dict[tuple[int, ...], Any]] = {}
            idempotent = self._is_idempotent(k)
            for exps, coeff in a.num.to_dict().items():
                if idempotent:
                    e, q = min(exps[k], 1), 0
                else:
                    q, e = divmod(exps[k], degree)
                buckets.setdefault(q, {})
                key = (*exps[:k], e, *exps[k + 1 :])
                buckets[q][key] = buckets[q].get(key, 0) + coeff
            for q, terms in sorted(buckets.items()):
                part = Quotient(self.ctx.from_dict(terms), self.one)
                total = self.plus(total, self.times(part, self.to_power(value, q)) if q else part)
            a = self.quotient(total.num, self._product(total.den, a.den))
        return self._exclusive(a)

    def _exclusive(self, a: Quotient) -> Quotient:
        """Products of [g > 0] and [g < 0] are 0."""
        if not self.exclusive:
            return a
        degrees = a.num.degrees()
        pairs = [(i, j) for i, j in self.exclusive if degrees[i] and degrees[j]]
        if not pairs:
            return a
        terms = a.num.to_dict()
        kept = terms
        for i, j in pairs:
            kept = {e: c for e, c in kept.items() if not (e[i] and e[j])}
        if len(kept) == len(terms):
            return a
        return self.quotient(self.ctx.from_dict(kept), a.den)

    # --- freezing: from FLINT to hashable data and back ---------------------------------------------------------------

    def freeze_poly(self, poly: fmpq_mpoly) -> FrozenPoly:
        if poly.is_one():
            return ONE_POLY
        out = [(self._monomial(exps), _fraction(c)) for exps, c in zip(poly.monoms(), poly.coeffs(), strict=True)]
        if len(out) > 1:
            out.sort(key=lambda t: [(a.order, e) for a, e in t[0]])
        return tuple(out)

    def _monomial(self, exps: tuple[int, ...]) -> Monomial:
        found = self.monomials.get(exps)
        if found is None:
            powers = [(self.atoms[k], int(e)) for k, e in enumerate(exps) if e]
            found = self.monomials[exps] = tuple(sorted(powers, key=lambda p: (p[0].order, p[1])))
        return found

    def freeze(self, a: Quotient) -> Frozen:
        a = self.reduced(a)
        return Frozen(self.freeze_poly(a.num), self.freeze_poly(a.den))

    def thaw_poly(self, poly: FrozenPoly) -> fmpq_mpoly:
        return self.ctx.from_dict({self._exponents(mono): fmpq(c.numerator, c.denominator) for mono, c in poly})

    def _exponents(self, mono: Monomial) -> tuple[int, ...]:
        found = self.exponents.get(mono)
        if found is None:
            exps = [0] * self.pool
            for a, e in mono:
                exps[self.gen_number(a)] += e
            found = self.exponents[mono] = tuple(exps)
        return found

    def thaw(self, a: Frozen) -> Quotient:
        return self.quotient(self.thaw_poly(a.num), self.thaw_poly(a.den))

    def factors(self, poly: fmpq_mpoly) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        """Content and irreducible factors, each with leading coefficient 1, in a fixed order."""
        monoms = poly.monoms()
        if len(monoms) == 1:
            out = [(self.gens[k], int(e)) for k, e in enumerate(monoms[0]) if e]
            return _fraction(poly.leading_coefficient()), self._in_order(out)
        key = tuple(monoms), tuple((c.p, c.q) for c in poly.coeffs())
        known = self.factor_memo.get(key)
        if known is None:
            if len(poly) > 2000 or len(poly) > 1 and max(map(int, poly.degrees())) > 2000:
                raise Beyond("a polynomial too large to factor")
            known = self.factor_memo[key] = _linear(poly, monoms) or self._factored(poly)
        return known[0], list(known[1])

    def _factored(self, poly: fmpq_mpoly) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]]:
        # FLINT takes longer with every generator that it might meet.
        there = sorted(set(self.names) - set(poly.unused_gens()), key=lambda name: int(name[1:]))
        content, parts = poly.project_to_context(fmpq_mpoly_ctx.get(there, Ordering.lex)).factor()
        c, out = _fraction(content), []
        for p, e in parts:
            lead = p.leading_coefficient()
            c *= _fraction(lead) ** int(e)
            out.append(((p / lead).project_to_context(self.ctx), int(e)))
        return c, self._in_order(out)

    def _in_order(self, parts: list[tuple[fmpq_mpoly, int]]) -> list[tuple[fmpq_mpoly, int]]:
        return sorted(parts, key=lambda t: order_of(self.freeze_poly(t[0]))) if len(parts) > 1 else parts

    # --- signs -------------------------------------------------------------------------------------------------------

    def sign(self, poly: fmpq_mpoly) -> str:
        """ "+", "-", "0", or a weaker fact: ">=0", "<=0", "!=0", "?"."""
        if poly.is_zero():
            return "0"
        if poly.is_constant():
            return "+" if poly.leading_coefficient() > 0 else "-"
        frozen = self.freeze_poly(poly)
        found = self.sign_memo.get(frozen)
        if found is None:
            found = self.ask_sign(self, frozen) if self.ask_sign else "?"
            if found in ("+", "-", "0") or frozen not in getattr(self.ask_sign, "asking", ()):  # else a question about itself, cut short
                self.sign_memo[frozen] = found
        return found

    def absolute(self, poly: fmpq_mpoly) -> fmpq_mpoly:
        """|poly| as a polynomial; raises Split where the sign is unknown."""
        s = self.sign(poly)
        if s in ("+", ">=0"):
            return poly
        if s in ("-", "<=0"):
            return -poly
        if s == "0":
            return self.zero
        raise self.split(poly)

    def split(self, poly: fmpq_mpoly) -> Exception:
        """The exception that asks for the sign of poly; inside a sum nobody can answer."""
        frozen = self.freeze_poly(poly)
        if any(bound(i) for i in indices_in(frozen)):
            return Beyond("a sign that changes along a sum")
        return Split(self.poly_term(frozen))

    # --- from terms ------------------------------------------------------------------------------------------------------

    def normal(self, t: Term, env: Mapping[Term, Term] | None = None) -> Quotient:
        """The normal form of t; bound indices are looked up in env."""
        env = env or {}
        seen = tuple([(v, env[v]) for v in named(t) if v in env]) if env else ()
        key = (t, seen)
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = self._rule(t, env)
        return found

    def start(self, t: Term) -> Quotient:
        """`normal`, beginning again whenever a finer exponent or a larger pool is needed."""
        for _ in range(60):
            try:
                if not self.installed:
                    self._install()
                return self.reduced(self.normal(t))
            except Restart:
                self.reset()
        raise Beyond("exponents that keep getting finer")

    def _install(self) -> None:
        """Turns the equations into rewriting rules, one after the other."""
        self.installed = True
        for gap, every in self.equations:
            if every:
                self._install_pattern(gap, every)
                continue
            q = self.reduced(self.normal(gap))
            if not q.num.is_zero():
                self._install_equation(q.num)

    def _install_pattern(self, gap: Term, every: tuple[Term, ...]) -> None:
        q = self.reduced(self.normal(gap))
        frozen = self.freeze_poly(q.num)
        if self._install_sum(frozen, every):
            return
        whole = {a for m, _ in frozen for b, _ in m for a in atoms_within(b) if a.kind == "entry"}
        if any(
            i.op == "index" and i in every and i.args[1] is not size for a in whole for i, size in zip(a.data[2], a.data[1][1], strict=True)
        ):
            return  # it speaks of a part of the array
        if len(frozen) == 2 and len(every) == 2 and all(len(m) == 1 and m[0][1] == 1 and m[0][0].kind == "entry" for m, _ in frozen):
            (((a, _),), c), (((b, _),), d) = frozen
            if a.data[0] == b.data[0] and a.data[2] == b.data[2][::-1] and set(a.data[2]) == set(every) and abs(c) == abs(d):
                self.symmetric[a.data[0]] = 1 if c == -d else -1
                self.forget()
                return
        entries = {
            a for m, _ in frozen for a, _ in m if a.kind == "entry" and len(a.data[2]) == len(every) and set(a.data[2]) == set(every)
        }
        for a in sorted(entries, key=lambda a: a.order):
            array, powers = a.data[0], [dict(m).get(a, 0) for m, _ in frozen]
            others = {b.data[0] for m, _ in frozen for b in atoms_within(m) if b.kind == "entry" and b is not a}
            if array in others:
                continue
            if max(powers) == 1:
                k = self.number[a]
                lead = coefficient(self, q.num, k, 1)
                if lead.is_constant():
                    rest = coefficient(self, q.num, k, 0)
                    value = self.term(Quotient(-rest / lead.leading_coefficient(), self.one))
                    self.patterns[array] = (a.data[2], value)
                    self.forget()
                    return
            if {m for m, _ in frozen} == {((a, 1),), ((a, 2),)} and sum(c for _, c in frozen) == 0:
                self.idempotent.add(array)
                self.relations[self.number[a]] = (2, Quotient(self.gens[self.number[a]], self.one))
                self.forget()
                return

    def _install_sum(self, frozen: FrozenPoly, every: tuple[Term, ...]) -> bool:
        """sum_l prod f = value for all values of `every`: used wherever such a sum is closed."""
        for m, c in frozen:
            if len(m) == 1 and m[0][1] == 1 and m[0][0].kind == "sum" and len(m[0][0].data[0]) == 1:
                ((bound_index,), inside) = m[0][0].data
                if all(a.kind == "entry" and e > 0 for a, e in inside) and set(every) <= m[0][0].indices:
                    rest = tuple((n, -k / c) for n, k in frozen if n != m)
                    self.sum_patterns.append((bound_index, every, inside, self.poly_term(rest)))
                    self.forget()
                    return True
        return False

    def _install_equation(self, poly: fmpq_mpoly) -> None:
        frozen = self.freeze_poly(poly)
        inside = {b for m, _ in frozen for a, _ in m for b in atoms_within(a.data)}
        atoms = {a for m, _ in frozen for a, _ in m}
        ranked = sorted(atoms - inside, key=lambda a: (_SOLVE_ORDER.get(a.kind, 9), a.order))
        for want_constant in (True, False):
            for a in ranked:
                k = self.number[a]
                degree = int(poly.degrees()[k])
                if a.kind not in _SOLVE_ORDER or k in self.relations or degree > 1:
                    continue
                lead = coefficient(self, poly, k, degree)
                if lead.is_constant() if want_constant else self.sign(lead) in ("+", "-", "!=0"):
                    self.rewrites[a] = self.quotient(-coefficient(self, poly, k, 0), lead)
                    self.forget()
                    for b, value in list(self.rewrites.items()):
                        if b is not a:
                            self.rewrites[b] = self.reduced(self.normal(self.term(value)))
                    return
        for a in ranked:
            k = self.number[a]
            degree = int(poly.degrees()[k])
            lead = coefficient(self, poly, k, degree)
            if lead.is_constant() and k not in self.relations and a.kind in _SOLVE_ORDER and len(frozen) > 1:
                top = self.ctx.from_dict({(*[0] * k, degree, *[0] * (self.pool - k - 1)): lead.leading_coefficient()})
                self.relations[k] = (degree, Quotient((top - poly) / lead.leading_coefficient(), self.one))
                self.forget()
                return
        self.leftover.append(poly)

    def vanishes(self, a: Quotient) -> bool:
        """Whether a is 0 by the rules and the equations."""
        n = self.reduced(a).num
        for h in self.leftover:
            n = divmod(n, h)[1]
        return bool(n.is_zero()) or self._exponents_cancel(n)

    def _exponents_cancel(self, n: fmpq_mpoly) -> bool:
        """Whether n is 0 once the exponents of each monomial are added up: exp(1/x) exp(1/y) = exp((x + y)/(x y))."""
        frozen = self.freeze_poly(n)
        if not any(a.kind == "exp" and a.data[1] != ONE_POLY for m, _ in frozen for a, _ in m):
            return False
        groups: dict[tuple[Monomial, Frozen], Fraction] = {}
        for m, c in frozen:
            total = self.constant(0)
            for a, e in m:
                if a.kind == "exp":
                    mono, den, fine = a.data
                    total = self.plus(total, self.thaw(Frozen(((mono, Fraction(e, fine)),), den)))
            key = (tuple(p for p in m if p[0].kind != "exp"), self.freeze(total))
            groups[key] = groups.get(key, Fraction(0)) + c
        return not any(groups.values())

    def _rule(self, t: Term, env: Mapping[Term, Term]) -> Quotient:
        op, a = t.op, t.args
        if op == "num":
            return self.constant(a[0])
        if op == "const":
            return self.gen(self.atom("const", a[0]))
        if op == "sym":
            return self.gen(self.atom("sym", t))
        if op == "index":
            place = env.get(t, t)
            return self.gen(self.atom("position", place)) if place.op == "index" else self.normal(place)  # n - 1 is a number like any
        if op == "entry":
            return self.entry(t, tuple(self.place(u, env) for u in a[3]))
        if op == "delta":
            return self.delta(self.place(a[0], env), self.place(a[1], env))
        if op == "add":
            total = self.normal(a[0], env)
            for u in a[1:]:
                total = self.plus(total, self.normal(u, env))
            return total
        if op == "mul":
            total = self.normal(a[0], env)
            for u in a[1:]:
                total = self.times(total, self.normal(u, env))
            return total
        if op == "pow":
            return self.power(a[0], a[1], env)
        if op in ("sum", "prod"):
            from derive.kernel import indexed

            return indexed.close_sum(self, a[0], a[1], env) if op == "sum" else indexed.close_product(self, a[0], a[1], env)
        if op in elementary.RULES:
            return elementary.RULES[op](self, t, env)
        raise Beyond(f"{op} has no normal form")

    def place(self, u: Term, env: Mapping[Term, Term]) -> Term:
        """An index expression with bound indices renamed, as a canonical sum."""
        if u.op == "index":
            return env.get(u, u)
        if u.op == "num":
            return u
        return canonical_place(_rename(u, env))

    def entry(self, t: Term, places: tuple[Term, ...]) -> Quotient:
        """One entry; a (skew-)symmetric array keeps its two places in a fixed order."""
        swap = self.symmetric.get(t.args[0], 0)
        if swap and len(places) == 2:
            self.rules["symmetry"] = None
            if places[0] is places[1] and swap < 0:
                return self.constant(0)
            ordered = tuple(sorted(places, key=order_of))
            value = self.gen(self.atom("entry", t.args[0], t.args[1:3], ordered))
            return value if ordered == places or swap > 0 else self.times(self.constant(-1), value)
        return self.gen(self.atom("entry", t.args[0], t.args[1:3], places))

    def delta(self, p: Term, q: Term) -> Quotient:
        if p is q:
            return self.constant(1)
        if frozenset((p, q)) in self.distinct:
            return self.constant(0)
        gap = canonical_place(sub(p, q))
        if gap.op == "num":
            return self.constant(0 if gap.args[0] else 1)
        for inner, outer in ((p, q), (q, p)):
            # an index below its own range's size never equals a number beyond it
            if inner.op == "index" and inner.args[1].op == "num" and outer.op == "num" and not 0 <= outer.args[0] < inner.args[1].args[0]:
                return self.constant(0)
        if not any(v.op == "index" for v in free(gap)):
            apart = self.sign(self.reduced(self.normal(gap)).num)
            if apart in ("+", "-", "!=0"):
                return self.constant(0)
            if apart != "0":
                raise Split(gap)
            return self.constant(1)
        solved = solved_places(gap)
        if solved is None:
            return self.constant(0)
        if solved[0] is solved[1]:
            return self.constant(1)
        if frozenset(solved) in self.distinct:
            return self.constant(0)
        first, second = sorted(solved, key=show)
        return self.gen(self.atom("delta", first, second))

    # --- exp, log, powers ------------------------------------------------------------------------------------------------

    def exponential(self, arg: Quotient) -> Quotient:
        """exp of a quotient, monomial by monomial."""
        self.rules["exp-laws"] = None
        arg = self.reduced(arg)
        out = self.constant(1)
        for mono, c in self.freeze_poly(arg.num):
            lowest = self.freeze(self.quotient(self.thaw_poly(((mono, c),)), arg.den))
            for m, k in lowest.num:
                out = self.times(out, self._exp_monomial(m, lowest.den, k))
        return out

    def _exp_monomial(self, mono: Monomial, den: FrozenPoly, c: Fraction) -> Quotient:
        if len(mono) == 1 and mono[0][1] == 1 and mono[0][0].kind == "log" and den == ONE_POLY:
            return self.power_of(self.thaw_poly(mono[0][0].data[0]), c)
        shape = "exp:" + shape_of((mono, den))
        return self.fine(lambda scale: self.atom("exp", mono, den, scale), shape, c)

    def fine(self, make_atom: Callable[[int], Atom], shape: str, c: Fraction) -> Quotient:
        """atom^c, where the generator stands for the finest power of the atom seen so far."""
        scale = self.scale.get(shape, 1)
        if (c * scale).denominator != 1:
            self.scale[shape] = lcm(scale, c.denominator)
            raise Restart(self)
        return self.to_power(self.gen(make_atom(scale)), int(c * scale))

    def logarithm(self, arg: Quotient) -> Quotient:
        """log of a quotient that is positive wherever the term is defined."""
        self.rules["log-laws"] = None
        arg = self.reduced(arg)
        if arg.num.is_zero():
            raise Undefined("log of 0")
        out = self.constant(0)
        for poly, side in ((arg.num, 1), (arg.den, -1)):
            content, parts = self.factors(poly)
            for q, e in _prime_powers(abs(content)):
                out = self.plus(out, self.times(self.constant(side * e), self.log_atom(self.ctx.constant(q))))
            for p, e in parts:
                out = self.plus(out, self.times(self.constant(side * e), self.log_atom(p)))
        return out

    def log_atom(self, p: fmpq_mpoly) -> Quotient:
        """log|p| for an irreducible p."""
        frozen = self.freeze_poly(p)
        if len(frozen) == 1 and frozen[0][1] == 1 and len(frozen[0][0]) == 1 and frozen[0][0][0][1] == 1:
            atom = frozen[0][0][0][0]
            if atom.kind == "exp":
                mono, den, scale = atom.data
                return self.thaw(Frozen(((mono, Fraction(1, scale)),), den))
            if atom.kind == "power":
                base, mono, scale = atom.data
                return self.times(self.thaw(Frozen(((mono, Fraction(1, scale)),), ONE_POLY)), self.log_atom(self.thaw_poly(base)))
            if atom.kind == "root":
                return self.times(self.constant(Fraction(1, atom.data[1])), self.logarithm(self.thaw(Frozen(atom.data[0], ONE_POLY))))
            if atom.kind == "prod" and len(atom.data[0]) == 1:
                # log prod_i f_i = sum_i log|f_i|
                inner = fn("log", fn("abs", self.poly_term(((atom.data[1], Fraction(1)),))))
                return self.normal(make("sum", inner, atom.data[0][0]))
        conj = self._conjugate(p)
        if conj is not None:
            # log|a + b R| = log|a^2 - b^2 R^2| - log|a - b R|: keep the one of the pair that sorts first.
            other, norm = conj
            if order_of(self.freeze_poly(other)) < order_of(frozen):
                return self.plus(self.logarithm(norm), self.times(self.constant(-1), self.log_atom(other)))
        return self.gen(self.atom("log", self._positive_lead(frozen)))

    def _conjugate(self, p: fmpq_mpoly) -> tuple[fmpq_mpoly, Quotient] | None:
        roots = [k for k, (d, _) in self.relations.items() if d == 2 and self.atoms[k].kind == "root" and self._degree(p, k) == 1]
        if len(roots) != 1 or len(p) < 2:
            return None
        k = roots[0]
        other = p.compose(*[-g if j == k else g for j, g in enumerate(self.gens)])
        norm = self._reduce_numerator(Quotient(self._product(p, other), self.one))
        if norm.num.is_zero() or not norm.num.is_constant():
            return None
        lead = self.freeze_poly(other)[0][1]
        return (other if lead > 0 else -other), norm

    def _positive_lead(self, frozen: FrozenPoly) -> FrozenPoly:
        return frozen if frozen[0][1] > 0 else tuple((m, -c) for m, c in frozen)

    def power(self, base: Term, exponent: Term, env: Mapping[Term, Term]) -> Quotient:
        e = self.reduced(self.normal(exponent, env))
        if e.num.is_constant() and e.den.is_one():
            c = e.num.leading_coefficient() if not e.num.is_zero() else fmpq(0)
            r = Fraction(int(c.p), int(c.q))
            b = self.normal(base, env)
            return self.to_power(b, int(r)) if r.denominator == 1 else self.root(b, r)
        b = self.reduced(self.normal(base, env))
        if b.num.is_zero():
            return self._zero_to(self.term(e))
        if self.is_integer(e) and {self.sign(p) for p in (b.num, b.den)} not in ({"+"}, {"-"}):
            return self._integer_power(b, e)
        return self.exponential(self.times(e, self.logarithm(b)))

    def _zero_to(self, e: Term) -> Quotient:
        """0^e: 1 where a position e is 0, or a place i is n for e = n - i, and 0 where e is positive."""
        if e.op == "index":
            return self.delta(e, ZERO)
        if whole(e) and never_negative(e):
            for i, c in linear(e).items():
                if i.op == "index" and c == -1:
                    return self.delta(i, tidy(add(e, i)))
        if e.op == "sym" and e.args[1] == "positive" or whole(e) and never_negative(sub(e, ONE)):
            return self.constant(0)
        raise Beyond("0 to a symbolic power")

    def _integer_power(self, b: Quotient, e: Quotient) -> Quotient:
        """p^n for an integer n and a base that may be negative."""
        self.rules["ring"] = None
        out = self.constant(1)
        for poly, side in ((b.num, 1), (b.den, -1)):
            content, parts = self.factors(poly)
            pieces = [(self.ctx.constant(q), k) for q, k in _prime_powers(abs(content))] + parts
            if content < 0:
                pieces.append((self.ctx.constant(-1), 1))
            for p, k in pieces:
                if self.sign(p) == "+":
                    often = self.times(e, self.constant(k * side))
                    out = self.times(out, self.exponential(self.times(often, self.logarithm(Quotient(p, self.one)))))
                    continue
                for mono, c in self.freeze_poly(e.num):
                    c *= k * side
                    if not mono:
                        out = self.times(out, self.to_power(Quotient(p, self.one), int(c)))
                    elif p.is_constant() and p.leading_coefficient() == -1:
                        out = self.times(out, self.gen(self.atom("sign power", mono)) if int(c) % 2 else self.constant(1))
                    else:
                        base = self.freeze_poly(p)
                        out = self.times(out, self.to_power(self.gen(self.atom("power", base, mono, 1)), int(c)))
        return out

    def root(self, b: Quotient, r: Fraction) -> Quotient:
        """b^r for a fraction r, where b is positive (or 0 with r > 0) wherever the term is defined."""
        self.rules["roots"] = None
        b = self.reduced(b)
        if b.num.is_zero():
            if r > 0:
                return self.constant(0)
            raise Undefined("0 to a negative power")
        out = self.constant(1)
        pieces: list[tuple[fmpq_mpoly, int]] = []
        content = Fraction(1)
        for poly, side in ((b.num, 1), (b.den, -1)):
            c, parts = self.factors(poly)
            content *= c**side
            pieces += [(p, side * e) for p, e in parts]
        if not pieces and content < 0:
            raise Undefined("a root of a negative number")
        for q, e in _prime_powers(abs(content)):
            out = self.times(out, self.power_of(self.ctx.constant(q), e * r))
        unsure = [(p, e) for p, e in pieces if self.sign(p) not in ("+", "-", ">=0", "<=0")]
        for p, e in pieces:
            if unsure and p is unsure[0][0] and len(unsure) == 1 and e % 2:
                # The product is not negative, so the one factor of unknown sign has the sign of all the others together.
                side = 1 if content > 0 else -1
                for other, k in pieces:
                    if other is not p and self.sign(other) in ("-", "<=0") and k % 2:
                        side = -side
                out = self.times(out, self._root_of(p * side, e * r))
            else:
                out = self.times(out, self._root_of(self.absolute(p), e * r))
        return out

    def power_of(self, p: fmpq_mpoly, r: Fraction) -> Quotient:
        """|p|^r for an irreducible p."""
        return self._root_of(self.absolute(p), r)

    def _root_of(self, p: fmpq_mpoly, r: Fraction) -> Quotient:
        """p^r for p >= 0."""
        if r.denominator == 1:
            return self.to_power(Quotient(p, self.one), int(r))
        frozen = self.freeze_poly(p)
        if len(frozen) == 1 and frozen[0][1] == 1 and len(frozen[0][0]) == 1 and frozen[0][0][0][1] == 1:
            atom = frozen[0][0][0][0]
            if atom.kind == "exp":
                mono, den, scale = atom.data
                return self._exp_monomial(mono, den, Fraction(1, scale) * r)
            if atom.kind == "root":
                inner, degree = atom.data
                return self._root_of(self.thaw_poly(inner), r / degree)
        shape = "root:" + shape_of(frozen)
        whole, part = divmod(r.numerator, r.denominator)
        rest = self._fine_root(frozen, shape, Fraction(part, r.denominator))
        return self.times(self.to_power(Quotient(p, self.one), whole), rest) if whole else rest

    def _fine_root(self, base: FrozenPoly, shape: str, c: Fraction) -> Quotient:
        scale = self.scale.get(shape, c.denominator)
        if (c * scale).denominator != 1:
            self.scale[shape] = lcm(scale, c.denominator)
            raise Restart(self)
        self.scale[shape] = scale
        return self.to_power(self.gen(self.atom("root", base, scale)), int(c * scale))

    # --- functions -------------------------------------------------------------------------------------------------------

    def opaque(self, name: str, *args: Quotient) -> Quotient:
        """A function value that no rule takes apart."""
        return self.gen(self.atom("call", name, tuple(self.freeze(a) for a in args)))

    def is_integer(self, a: Quotient) -> bool:
        """Whether a is an integer wherever it is defined."""
        return a.den.is_one() and all(c.denominator == 1 and all(whole_valued(x) for x, _ in m) for m, c in self.freeze_poly(a.num))

    def constant_value(self, a: Quotient) -> Fraction | None:
        if a.den.is_one() and (a.num.is_zero() or a.num.is_constant()):
            c = fmpq(0) if a.num.is_zero() else a.num.leading_coefficient()
            return Fraction(int(c.p), int(c.q))
        return None

    def leads_negative(self, a: Quotient) -> bool:
        frozen = self.freeze_poly(a.num)
        return bool(frozen) and frozen[-1][1] < 0

    # --- back to terms ---------------------------------------------------------------------------------------------------

    def term(self, a: Quotient) -> Term:
        """a as a term again."""
        return self.frozen_term(self.freeze(a))

    def frozen_term(self, a: Frozen) -> Term:
        top, bottom = self.poly_term(a.num), self.poly_term(a.den)
        return top if bottom is ONE else div(top, bottom)

    def poly_term(self, poly: FrozenPoly) -> Term:
        return add(*(mul(num(c), *(power(self.atom_term(a), e) for a, e in m)) for m, c in poly)) if poly else ZERO

    def atom_term(self, a: Atom) -> Term:
        kind, d = a.kind, a.data
        if kind == "const":
            return make("const", d[0])
        if kind in ("sym", "position"):
            variable: Term = d[0]
            return variable
        if kind == "entry":
            return make("entry", d[0], d[1][0], d[1][1], d[2])
        if kind == "delta":
            return make("delta", *d)
        if kind == "exp":
            return fn("exp", div(mul(num(Fraction(1, d[2])), self.poly_term(((d[0], Fraction(1)),))), self.poly_term(d[1])))
        if kind == "log":
            inner = self.poly_term(d[0])
            return fn("log", inner if self.sign_of_frozen(d[0]) in ("+", ">=0") else fn("abs", inner))
        if kind == "root":
            return power(self.poly_term(d[0]), Fraction(1, d[1]))
        if kind == "power":
            return power(self.poly_term(d[0]), div(self.poly_term(((d[1], Fraction(1)),)), num(d[2])))
        if kind == "sign power":
            return power(num(-1), self.poly_term(((d[0], Fraction(1)),)))
        if kind == "call":
            return fn(d[0], *map(self.frozen_term, d[1]))
        if kind in ("sum", "prod"):
            body = self.poly_term(((d[1], Fraction(1)),))
            for i in reversed(d[0]):
                body = make(kind, body, i)
            return body
        if kind == "poly":
            return self.poly_term(d[0])
        if kind == "above":
            g = self.poly_term(d[0])
            return sub(mul(HALF, add(ONE, fn("sign", g))), mul(HALF, sub(ONE, power(fn("sign", g), 2))))
        if kind == "below":
            g = self.poly_term(d[0])
            return sub(mul(HALF, sub(ONE, fn("sign", g))), mul(HALF, sub(ONE, power(fn("sign", g), 2))))
        raise Beyond(f"{kind} is no term")

    def sign_of_frozen(self, poly: FrozenPoly) -> str:
        return self.sign(self.thaw_poly(poly))


# An equation is solved for a sum before a function value, for that before an entry, for that before a variable.
_SOLVE_ORDER = {"sum": 0, "call": 1, "entry": 2, "sym": 3, "exp": 4, "log": 5}


def _prime_powers(q: Fraction) -> list[tuple[int, int]]:
    """q as a product of prime powers; a number too large to factor stands for itself."""
    out: list[tuple[int, int]] = []
    for n, side in ((q.numerator, 1), (q.denominator, -1)):
        if n > 1:
            if n.bit_length() > 130:
                out += [(p, side * e) for p, e in _partly_factored(n)]
            else:
                out += [(int(p), side * int(e)) for p, e in fmpz(n).factor()]
    return out


def _partly_factored(n: int) -> list[tuple[int, int]]:
    """Small primes taken out; what is left stays whole, the same way each time."""
    out = []
    for p in range(2, 1000):
        e = 0
        while n % p == 0:
            n, e = n // p, e + 1
        if e:
            out.append((p, e))
    return [*out, (n, 1)] if n > 1 else out


def atoms_of(form: NormalForm, q: Quotient) -> list[Atom]:
    found = {a for poly in (q.num,) for m, _ in form.freeze_poly(poly) for a, _ in m}
    return sorted(found, key=lambda a: a.order)


def common_atoms(form: NormalForm, q: Quotient) -> set[Atom]:
    monos = [{a for a, _ in m} for m, _ in form.freeze_poly(q.num)]
    return set.intersection(*monos) if monos else set()


def _fraction(q: fmpq) -> Fraction:
    # A Fraction of one number is made much faster than one of two.
    return Fraction(int(q.p)) if q.q == 1 else Fraction(int(q.p), int(q.q))


def _linear(poly: fmpq_mpoly, monoms: list[tuple[int, ...]]) -> tuple[Fraction, list[tuple[fmpq_mpoly, int]]] | None:
    """A polynomial that is g + rest, up to a number, for a generator g that is not in the rest: it has no factors."""
    for n, exps in enumerate(monoms):
        if sum(exps) == 1:
            k = exps.index(1)
            if not any(other[k] for m, other in enumerate(monoms) if m != n):
                lead = poly.leading_coefficient()
                return _fraction(lead), [(poly / lead, 1)]
    return None


def coefficient(f: NormalForm, poly: fmpq_mpoly, k: int, degree: int) -> fmpq_mpoly:
    """The coefficient of the k-th generator's power, as a polynomial in the others."""
    return f.ctx.from_dict({(*e[:k], 0, *e[k + 1 :]): c for e, c in poly.to_dict().items() if e[k] == degree})


def _rename(u: Term, env: Mapping[Term, Term]) -> Term:
    return replace(u, {k: v for k, v in env.items() if k in free(u)})
