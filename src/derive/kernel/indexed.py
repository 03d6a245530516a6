"""The index calculus: sums over symbolic ranges in normal form, so that equality holds for ALL sizes.

Rules
    sum-linear     sum_i (a f_i + g_i) = a sum_i f_i + sum_i g_i for a without i; sum_i 1 = n
    sum-delta      sum_i [i = j] f_i = f_j where j is a place in the range of i, and 0 where it is none
    sum-product    sum_i sum_j f_i g_j = (sum_i f_i)(sum_j g_j); nested sums are flattened, bound names do not matter
    power-sum      sum_{k < n} k^p is Faulhaber's polynomial in n
    triangle       sum_{i < n} sum_{k < i} f(k) = sum_{k < n} (n - 1 - k) f(k); of f(i, k) and f(k, i) one stands, the other is the square
                   less its diagonal and that one; for a symmetric f it is half of what is left
    geometric-sum  sum_{k < n} r^k = (1 - r^n)/(1 - r) where r is surely not 1
    binomial-sum   sum_{k <= n} C(n, k) r^k = (1 + r)^n; with k, k^2 beside C(n, k) its derivatives, where r is surely not -1
    indicators     |g|, max, sign ... through [g > 0] and [g < 0], which are idempotent and exclude each other
    partial-fractions  the summand's denominators are split, so that x/(1+x) and 1 - 1/(1+x) agree

Bound indices are `#k` while a sum is open, for a k that stands for nothing else inside it, and canonical (`·level.k`) once it is closed;
the level is above every level inside. Both prevent capture.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count, permutations
from math import comb

from flint import fmpq, fmpq_mpoly

from derive.kernel.atoms import ONE_POLY, Atom, Beyond, Frozen, Quotient, atoms_within, bound, canonical_place, order_of, shape_of
from derive.kernel.field import NormalForm, coefficient
from derive.kernel.sizes import linear, never_negative, whole
from derive.statement.term import HALF, ONE, ZERO, Term, add, fn, free, index, make, mul, neg, num, power, replace, sub, subterms

MAX_EXPANDED = 200  # a sum over a number of terms up to this is written out

Factors = list[tuple[Atom, int]]


def close_sum(f: NormalForm, body: Term, i: Term, env: Mapping[Term, Term]) -> Quotient:
    """The normal form of sum(body, i)."""
    f.rules["sum-linear"] = None
    picked = _picked(body, i)
    if picked is not None:
        f.rules["sum-delta"] = None
        return f.normal(picked, env)
    b = open_index(f, body, i, env)
    if _is_short(b.args[1]):
        total = f.constant(0)
        for k in _range(b.args[1]):
            total = f.plus(total, f.normal(body, {**env, i: num(k)}))
        return total
    return sum_over(f, f.reduced(f.normal(body, {**env, i: b})), b)


def _picked(body: Term, i: Term) -> Term | None:
    """The sum of body over i where a factor says [i = j] for an index j of the same range; None where none does."""
    if body.op == "add":
        parts = [_picked(u, i) for u in body.args]
        return add(*(make("sum", u, i) if p is None else p for u, p in zip(body.args, parts, strict=True))) if any(parts) else None
    factors = body.args if body.op == "mul" else (body,)
    for d in factors:
        for j in d.args if d.op == "delta" and i in d.args else ():
            if j is not i and j.op == "index" and j.args[1] is i.args[1]:
                return replace(mul(*(u for u in factors if u is not d)), {i: j})
    return None


def open_index(f: NormalForm, body: Term, i: Term, env: Mapping[Term, Term]) -> Term:
    """A bound index under a name that means nothing else in the body: the first such, so that alike sums open alike."""
    taken = {u.args[0] for v in free(body) for u in free(env.get(v, v))}
    return index(_unopened(taken), f.place(i.args[1], env))


def _unopened(taken: Container[str]) -> str:
    return next(name for k in count(1) if (name := f"#{k}") not in taken)


def _range(dim: Term) -> range:
    if dim.args[0].denominator != 1:
        raise Beyond(f"a range of size {dim}")
    return range(max(0, int(dim.args[0])))


def _is_short(dim: Term) -> bool:
    """Whether a sum over this range is written out; a longer one is treated as one over any range."""
    return bool(dim.op == "num" and dim.args[0] <= MAX_EXPANDED)


def close_product(f: NormalForm, body: Term, i: Term, env: Mapping[Term, Term]) -> Quotient:
    """The normal form of prod(body, i): through exp of a sum of logs where the factors are positive."""
    f.rules["product"] = None
    b = open_index(f, body, i, env)
    if _is_short(b.args[1]):
        out = f.constant(1)
        for k in _range(b.args[1]):
            out = f.times(out, f.normal(body, {**env, i: num(k)}))
        return out
    q = f.reduced(f.normal(body, {**env, i: b}))
    if q.num.is_zero():
        return f._zero_to(f.term(f.normal(b.args[1])))  # 1 over an empty range
    out = f.constant(1)
    for poly, side in ((q.num, 1), (q.den, -1)):
        content, parts = f.factors(poly)
        if content != 1:
            parts = [*parts, (f.ctx.constant(_fmpq(content)), 1)]
        for p, e in parts:
            if f.sign(p) == "+":
                log = f.times(f.constant(side * e), f.logarithm(Quotient(p, f.one)))
                out = f.times(out, f.exponential(sum_over(f, f.reduced(log), b)))
            else:
                frozen = f.freeze_poly(p)
                if not any(b in a.indices for m, _ in frozen for a, _ in m):
                    base = Quotient(p, f.one)
                    n = f.normal(b.args[1])
                    out = f.times(out, f.to_power(f._integer_power(base, n), side * e))
                else:
                    out = f.times(out, f.to_power(_canonical(f, [b], [(f.atom("poly", frozen), 1)], "prod"), side * e))
    return out


def _fmpq(q: Fraction) -> fmpq:

    return fmpq(q.numerator, q.denominator)


def sum_over(f: NormalForm, q: Quotient, b: Term) -> Quotient:
    """The sum of an open summand over b."""
    outside, bottoms = f.one, []
    if not q.den.is_one():
        _, parts = f.factors(q.den)
        for p, e in parts:
            if any(b in a.indices for m, _ in f.freeze_poly(p) for a, _ in m):
                bottoms.append((p, e))
            else:
                outside = outside * p**e
    total = f.constant(0)
    for top, below in _partial_fractions(f, q.num, bottoms, b):
        for mono, c in f.freeze_poly(top):
            total = f.plus(total, f.times(f.constant(c), close_monomial(f, [*mono, *below], [b])))
    return f.quotient(total.num, total.den * outside)


def _partial_fractions(f: NormalForm, top: fmpq_mpoly, bottoms: list[tuple[fmpq_mpoly, int]], b: Term) -> list[tuple[fmpq_mpoly, Factors]]:
    """top / prod p^e as a sum of (polynomial, inverse factors), split as far as the rules reach."""
    simple: Factors = []  # single atoms: their inverse powers are monomials
    hard: list[tuple[fmpq_mpoly, int]] = []
    for p, e in bottoms:
        frozen = f.freeze_poly(p)
        if len(frozen) == 1 and len(frozen[0][0]) == 1:
            simple.append((frozen[0][0][0][0], -e * frozen[0][0][0][1]))
        else:
            hard.append((p, e))
    if len(hard) == 1 and len(simple) == 1:
        split = _split_pair(f, top, simple[0], hard[0])
        if split is not None:
            f.rules["partial-fractions"] = None
            return split
    if len(hard) == 1:
        f.rules["partial-fractions"] = None
        return [(r, [*simple, *inv]) for r, inv in _adic(f, top, *hard[0], b)]
    return [(top, [*simple, *((f.atom("poly", f.freeze_poly(p)), -e) for p, e in hard)])]


def _split_pair(
    f: NormalForm, top: fmpq_mpoly, simple: tuple[Atom, int], hard: tuple[fmpq_mpoly, int]
) -> list[tuple[fmpq_mpoly, Factors]] | None:
    """Separates 1/(v^a p^e) where p is a nonzero number at v = 0."""
    (atom, minus_a), (p, e) = simple, hard
    k = f.number[atom]
    v = f.gens[k]
    at_zero = p.compose(*[f.zero if j == k else g for j, g in enumerate(f.gens)])
    if not at_zero.is_constant() or at_zero.is_zero():
        return None
    c0 = at_zero.leading_coefficient()
    over_v = divmod(p - at_zero, v)[0]
    pending = {(-minus_a, e): top}
    out: list[tuple[fmpq_mpoly, Factors]] = []
    while pending:
        key = max(pending)
        a, m = key
        n = pending.pop(key)
        f.budget.spend()
        if a <= 0 or m <= 0:
            if m > 0:
                out += _adic(f, n * v ** (-a), p, m, next(iter(sorted(atom.indices, key=str))))
            elif a > 0:
                out.append((n, [(atom, -a)]))
            else:
                out.append((n * v ** (-a), []))
            continue
        for spot, part in (((a, m - 1), n / c0), ((a - 1, m), -n * over_v / c0)):
            pending[spot] = pending.get(spot, f.zero) + part
    return out


def _adic(f: NormalForm, top: fmpq_mpoly, p: fmpq_mpoly, e: int, b: Term) -> list[tuple[fmpq_mpoly, Factors]]:
    """top/p^e = sum r_k p^(k-e), each r_k of lower degree than p in p's main atom."""
    inverse = f.atom("poly", f.freeze_poly(p))
    depends = [a for m, _ in f.freeze_poly(p) for a, _ in m if b in a.indices]
    main = max(set(depends), key=lambda a: (shape_of(a), a.order))
    k = f.number[main]
    degree = int(p.degrees()[k])
    lead = coefficient(f, p, k, degree)
    if not lead.is_constant():
        return [(top, [(inverse, -e)])]
    lead_value = lead.leading_coefficient()
    v, out, rest = f.gens[k], [], top
    for step in range(e, 0, -1):
        quotient = f.zero
        while not rest.is_zero() and int(rest.degrees()[k]) >= degree:
            d = int(rest.degrees()[k])
            part = coefficient(f, rest, k, d) * v ** (d - degree) / lead_value
            quotient += part
            rest = f._check(rest - part * p)
        if not rest.is_zero():
            out.append((rest, [(inverse, -step)]))
        rest = quotient
    if not rest.is_zero():
        out.append((rest, []))
    return out


def close_monomial(f: NormalForm, factors: Factors, bounds: list[Term]) -> Quotient:
    """The sum over all of `bounds` of one product of atoms."""
    f.budget.spend()
    powers: dict[Atom, int] = {}
    for a, e in factors:
        powers[a] = powers.get(a, 0) + e
    factors = sorted(((a, e) for a, e in powers.items() if e), key=lambda p: p[0].order)
    bounds = list(bounds)

    # A sum inside the product is opened, once for each power, under fresh names.
    flat: Factors = []
    side = 1
    taken = {i.args[0] for i in bounds}.union(i.args[0] for a, _ in factors for i in a.indices)
    for a, e in factors:
        if a.kind == "sum" and e > 0 and any(b in a.indices for b in bounds):
            if e > 6:
                raise Beyond("a high power of a sum inside a sum")
            for _ in range(e):
                fresh = {}
                for i in a.data[0]:
                    fresh[i] = index(_unopened(taken), i.args[1])
                    taken.add(fresh[i].args[0])
                for inner, k in a.data[1]:
                    pieces, s = _renamed(f, inner, k, fresh)
                    flat += pieces
                    side *= s
                bounds += fresh.values()
        else:
            flat.append((a, e))
    if len(flat) != len(factors) or flat != factors:
        return f.times(f.constant(side), close_monomial(f, flat, bounds))

    for a, _ in factors:
        if a.kind == "delta":
            p, q = a.data
            for b, target in solved(p, q, bounds):
                if _misses(f, b, target):
                    f.rules["sum-delta"] = None
                    return f.constant(0)
                if _same_range(f, b, target):
                    f.rules["sum-delta"] = None
                    # ranges that end at b end at its target
                    table = {x: index(x.args[0], f.place(x.args[1], {b: target})) for x in bounds if b in free(x.args[1])} | {b: target}
                    rest = f.constant(1)
                    for c, k in factors:
                        if c is not a:
                            rest = f.times(rest, f.to_power(rename(f, c, table), k))
                    return sum_all(f, f.reduced(rest), [table.get(x, x) for x in bounds if x is not b])

    for b in bounds:
        found = _by_pattern(f, factors, b)
        if found is not None:
            value, others = found
            for c, k in others:
                value = f.times(value, f.to_power(rename(f, c, {}), k))
            return sum_all(f, f.reduced(value), [x for x in bounds if x is not b])

    for b in bounds:
        inner = [x for x in bounds if b in free(x.args[1])]
        apart = [x for x in bounds if x is not b and x not in inner]
        if len(inner) == 1 and inner[0].args[1] is b:
            halved = _triangle(f, factors, bounds, b, inner[0])
            if halved is not None:
                return sum_all(f, f.reduced(halved), apart)

    for b in bounds:
        cancelled = _over_its_total(f, factors, bounds, b)
        if cancelled is not None:
            return sum_all(f, cancelled, [x for x in bounds if x is not b])

    out, left = f.constant(1), list(factors)
    for a, e in factors:
        if not any(b in a.indices for b in bounds):
            out = f.times(out, f.to_power(rename(f, a, {}), e))
            left.remove((a, e))
    while bounds:
        group, inside = [bounds.pop(0)], []
        grew = True
        while grew:
            grew = False
            for pair in list(left):
                if any(b in pair[0].indices for b in group):
                    left.remove(pair)
                    inside.append(pair)
                    joined = [b for b in bounds if b in pair[0].indices]
                    group += joined
                    bounds = [b for b in bounds if b not in joined]
                    grew = True
            # the range of one bound index may depend on another
            linked = [b for b in bounds if any(b in free(g.args[1]) or g in free(b.args[1]) for g in group)]
            if linked:
                group += linked
                bounds = [b for b in bounds if b not in linked]
                grew = True
        if not inside and len(group) == 1:
            out = f.times(out, _size(f, group[0]))
        elif len(group) == 1 and len(inside) == 1 and inside[0][0].kind == "position" and 0 < inside[0][1] <= 12:
            out = f.times(out, _power_sum(f, _size(f, group[0]), inside[0][1]))
        else:
            closed = _geometric(f, group[0], inside) or _binomial(f, group[0], inside) if len(group) == 1 else None
            out = f.times(out, _canonical(f, group, inside, "sum") if closed is None else closed)
    return out


def _over_its_total(f: NormalForm, factors: Factors, bounds: list[Term], b: Term) -> Quotient | None:
    """The product with its sum over b carried out first, where that is what a factor divides by: sum_i sum_b f(i, b) / sum_b f(i, b)."""
    totals = [a for a, e in factors if a.kind in ("poly", "sum") and e < 0 and any(x in a.indices for x in bounds)]
    if not totals or any(b in a.indices for a in totals) or any(b in free(x.args[1]) for x in bounds):
        return None
    out = close_monomial(f, [(a, e) for a, e in factors if b in a.indices], [b])
    for a, e in factors:
        if b not in a.indices:
            out = f.times(out, f.to_power(rename(f, a, {}), e))
    out = f.reduced(out)
    return out if out.den.is_one() else None


def _triangle(f: NormalForm, factors: Factors, bounds: list[Term], i: Term, k: Term) -> Quotient | None:
    """sum_{i < n} sum_{k < i} of a product (rule triangle): the places k alone, each as often as an i is above it, or the square without
    its diagonal and the triangle on its other side, of which the one with the lesser text stands; where i and k play one part, half."""
    if any(not _is_total_atom(a) or e < 0 and a.kind != "exp" for a, e in factors if k in a.indices or i in a.indices):
        return None
    taken = {b.args[0] for b in bounds}.union(j.args[0] for a, _ in factors for j in a.indices)
    names = (name for c in count(1) if (name := f"#{c:09}") not in taken)  # their text has their order, by which a triangle is chosen
    first, second = index(next(names), i.args[1]), index(next(names), i.args[1])

    def at(table: Mapping[Term, Term]) -> Quotient:
        out = f.constant(1)
        for a, e in factors:
            out = f.times(out, f.to_power(rename(f, a, table), e))
        return f.reduced(out)

    alone = at({k: first})
    if not any(i in a.indices for part in (alone.num, alone.den) for m, _ in f.freeze_poly(part) for a, _ in m):
        above = f.normal(add(i.args[1], num(-1), mul(num(-1), first)))
        f.rules["triangle"] = None
        return sum_over(f, f.reduced(f.times(above, alone)), first)
    square, turned = at({i: first, k: second}), at({i: second, k: first})
    frozen, other = f.freeze(square), f.freeze(turned)
    if frozen != other and (len(frozen.num) != 1 or len(other.num) != 1 or order_of(frozen) < order_of(other)):
        return None
    f.rules["triangle"] = None
    diagonal = sum_over(f, at({i: first, k: first}), first)
    whole = sum_over(f, f.reduced(sum_over(f, square, second)), first)
    rest = f.plus(whole, f.times(f.constant(-1), diagonal))
    if frozen == other:
        return f.times(f.constant(Fraction(1, 2)), rest)
    below = index(second.args[0], first)
    mirrored = sum_over(f, f.reduced(sum_over(f, at({i: below, k: first}), below)), first)
    return f.plus(rest, f.times(f.constant(-1), mirrored))


def _is_total_atom(a: Atom) -> bool:
    if a.kind == "exp":
        return a.data[1] == ONE_POLY and not any(b.indices for b in atoms_within(a.data) if b.kind in ("log", "root", "power", "call"))
    return a.kind in ("entry", "position", "delta", "above", "below")


def _by_pattern(f: NormalForm, factors: Factors, b: Term) -> tuple[Quotient, Factors] | None:
    """What a hypothesis says of the sum over b of the factors that hold it, and the other factors."""
    mine = [(a, e) for a, e in factors if b in a.indices]
    flat = [a for a, e in mine for _ in range(max(e, 0))]
    for bound_index, every, pattern, value in f.sum_patterns:
        wanted = [a for a, e in pattern for _ in range(e)]
        if len(wanted) != len(flat) or any(e < 0 for _, e in mine) or b.args[1] is not bound_index.args[1]:
            continue
        for order in permutations(flat) if len(flat) <= 4 else ():
            table = _unify(wanted, order, {bound_index: b}, every)
            if table is not None:
                f.rules["substitution"] = None
                return f.normal(value, table), [p for p in factors if p not in mine]
    return None


def _unify(wanted: list[Atom], given: tuple[Atom, ...], table: dict[Term, Term], every: tuple[Term, ...]) -> dict[Term, Term] | None:
    """Values for the pattern's indices under which it is the given product."""
    summed = set(table.values())
    table = dict(table)
    for p, g in zip(wanted, given, strict=True):
        if g.kind != "entry" or g.data[0] != p.data[0]:
            return None
        for u, v in zip(p.data[2], g.data[2], strict=True):
            if u in table:
                if table[u] is not v:
                    return None
            elif u in every and v.op == "index" and v.args[1] is u.args[1] and v not in summed:
                table[u] = v
            elif u is not v:
                return None
    return {u: v for u, v in table.items() if u in every} if all(u in table for u in every) else None


def sum_all(f: NormalForm, q: Quotient, bounds: list[Term]) -> Quotient:
    for b in bounds:
        q = f.reduced(sum_over(f, q, b))
    return q


def _size(f: NormalForm, b: Term) -> Quotient:
    """sum_b 1: the size of the range, which must not be negative."""
    n = f.normal(b.args[1])
    if f.sign(n.num) in ("+", ">=0", "0") and n.den.is_one():
        return n
    raise Beyond(f"a range whose size {b.args[1]} may be negative")


def _power_sum(f: NormalForm, n: Quotient, p: int) -> Quotient:
    """sum_{k < n} k^p = sum_j C(p+1, j) B_j n^(p+1-j) / (p + 1), with B_1 = -1/2 (rule power-sum)."""
    f.rules["power-sum"] = None
    bernoulli = [Fraction(1)]
    for m in range(1, p + 1):
        bernoulli.append(-sum((comb(m + 1, j) * bernoulli[j] for j in range(m)), Fraction(0)) / (m + 1))
    total = f.constant(0)
    for j in range(p + 1):
        total = f.plus(total, f.times(f.constant(comb(p + 1, j) * bernoulli[j] / (p + 1)), f.to_power(n, p + 1 - j)))
    return total


def _geometric(f: NormalForm, b: Term, inside: Factors) -> Quotient | None:
    """sum_{k < n} c r^k = c (1 - r^n)/(1 - r) where r is surely not 1 (rule geometric-sum)."""
    if any(a.kind not in ("exp", "power", "sign power") for a, _ in inside):
        return None
    body = mul(*(power(f.atom_term(a), e) for a, e in inside))
    if any(u.op == "entry" and b in free(u) for u in subterms(body)):
        return None
    k = make("sym", b.args[0], "nonnegative integer")
    now, after = f.normal(replace(body, {b: k})), f.normal(replace(body, {b: add(k, ONE)}))
    ratio = f.reduced(f.times(after, f.to_power(now, -1)))
    if k in free(f.term(ratio)):
        return None
    gap = f.reduced(f.plus(f.constant(1), f.times(f.constant(-1), ratio)))
    if f.sign(gap.num) not in ("+", "-"):
        return None
    f.rules["geometric-sum"] = None
    _size(f, b)
    last = f.power(f.term(ratio), b.args[1], {})
    first = f.normal(replace(body, {b: ZERO}))
    return f.times(first, f.times(f.plus(f.constant(1), f.times(f.constant(-1), last)), f.to_power(gap, -1)))


def _binomial(f: NormalForm, b: Term, inside: Factors) -> Quotient | None:
    """sum_{k <= n} k^j c r^k/(k! (n - k)!) = c S_j/n!,  S_0 = (1 + r)^n,  S_1 = n r (1 + r)^(n-1),  S_2 = n r (1 + r)^(n-2) (1 + n r)."""
    n = sub(b.args[1], ONE)
    if sum(a.kind == "call" and a.data[0] == "gamma" and b in a.indices for a, _ in inside) < 2 or not (whole(n) and never_negative(n)):
        return None
    j = next((e for a, e in inside if a.kind == "position"), 0)
    body = mul(*(power(f.atom_term(a), e) for a, e in inside if a.kind != "position"), *(fn("gamma", add(t, ONE)) for t in (b, sub(n, b))))
    if not 0 <= j <= 2 or any(u.op == "entry" and b in free(u) for u in subterms(body)):
        return None
    k = make("sym", b.args[0], "nonnegative integer")
    now, after = f.normal(replace(body, {b: k})), f.normal(replace(body, {b: add(k, ONE)}))
    ratio = f.reduced(f.times(after, f.to_power(now, -1)))
    if k in free(f.term(ratio)):
        return None
    if f.sign(ratio.den) not in ("+", "-", "!=0"):
        raise f.split(ratio.den)
    r = f.term(ratio)
    base = f.reduced(f.plus(f.constant(1), ratio))
    if j and f.sign(base.num) not in ("+", "-", "!=0"):
        return None
    f.rules["binomial-sum"] = None
    moment = {0: ONE, 1: mul(n, r), 2: mul(n, r, add(ONE, mul(n, r)))}[j]
    value = mul(replace(body, {b: ZERO}), moment, power(fn("gamma", add(n, ONE)), -1))
    return f.times(f.normal(value), f.power(f.term(base), sub(n, num(j)), {}))


def solved(p: Term, q: Term, bounds: Sequence[Term]) -> list[tuple[Term, Term]]:
    """(b, t) for the bound indices b that p = q puts at one place t."""
    found = [(b, target) for b, target in ((p, q), (q, p)) if b in bounds and b not in free(target)]
    if not found:  # or one that turns about: k = n - 1 - k puts k at no one place
        found = _alone(linear(sub(p, q)), bounds)
    for around, place in ((p, q), (q, p)):
        # mod(k + c, n) = j for k and j on one axis of n places: k = mod(j - c, n)
        if around.op == "mod" and place.op == "index" and place not in bounds and place.args[1] is around.args[1]:
            size = around.args[1]
            turned = _alone(linear(sub(around.args[0], place)), [b for b in bounds if b.args[1] is size])
            found += [(b, canonical_place(make("mod", t, size))) for b, t in turned]
    return found


def _alone(gap: Mapping[Term, Fraction], bounds: Iterable[Term]) -> list[tuple[Term, Term]]:
    """(b, t) where the gap is 0 at b = t alone."""
    found = []
    for b in bounds:
        rest = {u: c for u, c in gap.items() if u is not b}
        if gap.get(b) in (1, -1) and not any(b in free(u) for u in rest):
            found.append((b, canonical_place(add(*(mul(num(-gap[b] * c), u) for u, c in rest.items())))))
    return found


def _same_range(f: NormalForm, b: Term, target: Term) -> bool:
    """Whether target surely takes one of b's values."""
    if target.op in ("index", "mod") and target.args[1] is b.args[1]:
        return True
    if target.op == "num" and whole(target) and target.args[0] >= 0:
        return f.sign(f.normal(sub(b.args[1], target)).num) == "+"
    return whole(target) and all(is_not_negative(f, t) for t in (target, sub(sub(b.args[1], ONE), target)))


def _misses(f: NormalForm, b: Term, target: Term) -> bool:
    """Whether target is surely none of b's values."""
    return whole(target) and any(is_not_negative(f, sub(t, ONE)) for t in (neg(target), sub(add(target, ONE), b.args[1])))


def is_not_negative(f: NormalForm, t: Term) -> bool:
    """Whether t >= 0 by the ranges of its indices, or by a fact."""
    q = f.normal(t)
    return never_negative(t) or bool(q.den.is_one()) and f.sign(q.num) in ("+", ">=0", "0")


def _renamed(f: NormalForm, a: Atom, e: int, table: Mapping[Term, Term]) -> tuple[Factors, int]:
    """An atom under a renaming to fresh names, which keeps an atom an atom, up to a sign where an array is skew."""
    if a.kind == "poly":
        poly = f.freeze_poly(f.reduced(f.normal(f.poly_term(a.data[0]), table)).num)
        flip = poly[0][1] * a.data[0][0][1] < 0
        return [(f.atom("poly", tuple((m, -c) for m, c in poly) if flip else poly), e)], -1 if flip and e % 2 else 1
    if a.kind in ("above", "below"):
        # the same kink under another name, whatever has become known of its sign
        content, parts = f.factors(f.reduced(f.normal(f.poly_term(a.data[0]), table)).num)
        if len(parts) != 1 or parts[0][1] != 1:
            raise Beyond("a kink that falls apart under another name")
        poly = f.freeze_poly(parts[0][0])
        flip = (poly[0][1] < 0) != (content < 0)
        kind = {"above": "below", "below": "above"}[a.kind] if flip else a.kind
        return [(f.atom(kind, f._positive_lead(poly)), e)], 1
    frozen = f.freeze(rename(f, a, table))
    out: Factors = []
    sign = 1
    for poly, side in ((frozen.num, e), (frozen.den, -e)):
        if len(poly) != 1 or abs(poly[0][1]) != 1:
            raise Beyond("a renaming that is no monomial")
        if poly[0][1] < 0 and side % 2:
            sign = -sign
        out += [(c, k * side) for c, k in poly[0][0]]
    return out, sign


def rename(f: NormalForm, a: Atom, table: Mapping[Term, Term]) -> Quotient:
    """An atom with some of its indices replaced, in normal form again."""
    if a.kind == "poly" and not any(i in table for i in a.indices):
        return Quotient(f.thaw_poly(a.data[0]), f.one)
    if not any(i in table for i in a.indices):
        return f.gen(a)
    if a.kind == "log":
        return f.logarithm(f.normal(f.poly_term(a.data[0]), table))
    if a.kind in ("above", "below"):
        up, down = indicators(f, f.reduced(f.normal(f.poly_term(a.data[0]), table)))
        return up if a.kind == "above" else down
    return f.normal(f.atom_term(a), table)


def _canonical(f: NormalForm, group: list[Term], inside: Factors, kind: str) -> Quotient:
    """The atom of a connected sum: the least text over all namings of its bound indices."""
    level = 1 + max((int(i.args[0][1:].split(".")[0]) for i in _closed(inside)), default=0)
    marks = {b: sorted((_marked(a, b, f.symmetric), e) for a, e in inside if b in a.indices) for b in group}
    ranked = sorted(group, key=lambda b: (order_of(b.args[1]), str(marks[b])))
    classes: list[list[Term]] = []
    for b in ranked:
        if classes and marks[classes[-1][0]] == marks[b] and classes[-1][0].args[1] is b.args[1]:
            classes[-1].append(b)
        else:
            classes.append([b])
    best: tuple[str, tuple[Term, ...], tuple[tuple[Atom, int], ...], int] | None = None
    for naming in _namings(classes):
        table = {b: index(f"·{level}.{k}", b.args[1]) for k, b in enumerate(naming)}
        # ranges that depend on a renamed index follow it
        table = {b: index(i.args[0], f.place(b.args[1], table)) for b, i in table.items()}
        renamed: Factors = []
        side = 1
        for a, e in inside:
            pieces, s = _renamed(f, a, e, table)
            renamed += pieces
            side *= s
        body = tuple(sorted(renamed, key=lambda p: (p[0].order, p[1])))
        key = " ".join(f"{a.order}^{e}" for a, e in body)
        if best is None or key < best[0]:
            best = (key, tuple(table[b] for b in naming), body, side)
        elif key == best[0] and side != best[3] and kind == "sum":
            return f.constant(0)  # a renaming of bound indices turns the sum into its negative
    if best is None:
        raise Beyond("a sum without indices")
    return f.times(f.constant(best[3]), f.gen(f.atom(kind, best[1], best[2])))


def _namings(classes: list[list[Term]]) -> list[tuple[Term, ...]]:
    out: list[tuple[Term, ...]] = [()]
    for group in classes:
        if len(group) > 5:
            raise Beyond("more than five interchangeable bound indices")
        out = [(*head, *p) for head in out for p in permutations(group)]
        if len(out) > 720:
            raise Beyond("too many namings of bound indices")
    return out


def _closed(inside: Factors) -> list[Term]:
    found: set[Term] = set()
    for a, _ in inside:
        _collect_closed(a, found)
    return sorted(found, key=str)


def _collect_closed(data: object, found: set[Term]) -> None:
    if isinstance(data, Term):
        found |= {i for i in free(data) | {data} if i.op == "index" and i.args[0][0] == "·"}
    elif isinstance(data, Atom):
        _collect_closed(data.data, found)
    elif isinstance(data, Frozen):
        _collect_closed((data.num, data.den), found)
    elif isinstance(data, tuple):
        for d in data:
            _collect_closed(d, found)


def _marked(data: object, b: Term, symmetric: Mapping[str, int]) -> str:
    """The shape of an atom with every place of b marked: equal for indices that play the same part."""
    if isinstance(data, Term):
        if data.op == "index":
            return "*" if data is b else "#"
        if any(v.op == "index" for v in free(data)):
            return "*~" if b in free(data) else "#~"
        return str(data)
    if isinstance(data, Frozen):
        return f"{_marked(data.num, b, symmetric)}/{_marked(data.den, b, symmetric)}"
    if isinstance(data, Atom):
        parts = [_marked(d, b, symmetric) for d in data.data]
        if data.kind == "entry" and data.data[0] in symmetric or data.kind == "delta":
            parts[-1:] = [str(sorted(_marked(u, b, symmetric) for u in (data.data if data.kind == "delta" else data.data[2])))]
            parts = parts[:1] + parts[-1:] if data.kind == "entry" else parts[-1:]
        return data.kind + "(" + ",".join(parts) + ")"
    if isinstance(data, tuple):
        parts = [_marked(d, b, symmetric) for d in data]
        return "(" + " ".join(parts if data and isinstance(data[0], Term) else sorted(parts)) + ")"
    return str(data)


# --- kinks inside sums -----------------------------------------------------------------------------------------------------


def indicators(f: NormalForm, g: Quotient) -> tuple[Quotient, Quotient]:
    """([g > 0], [g < 0])."""
    s, square = sign_of(f, g)
    half = f.constant(Fraction(1, 2))
    minus = f.times(f.constant(-1), s)
    return f.reduced(f.times(half, f.plus(square, s))), f.reduced(f.times(half, f.plus(square, minus)))


def sign_of(f: NormalForm, g: Quotient) -> tuple[Quotient, Quotient]:
    """(sign g, (sign g)^2) as polynomials in indicators."""
    f.rules["indicators"] = None
    g = f.reduced(g)
    if g.num.is_zero():
        return f.constant(0), f.constant(0)
    s, square = f.constant(1), f.constant(1)
    for poly in (g.num, g.den):
        content, parts = f.factors(poly)
        if content < 0:
            s = f.times(f.constant(-1), s)
        for p, e in parts:
            known = f.sign(p)
            if known == "0":
                return f.constant(0), f.constant(0)
            if known in ("+", "-"):
                if known == "-" and e % 2:
                    s = f.times(f.constant(-1), s)
                continue
            frozen = f.freeze_poly(p)
            if not any(bound(i) for m, _ in frozen for a, _ in m for i in a.indices):
                raise f.split(p)
            flip = frozen[0][1] < 0
            frozen = f._positive_lead(frozen)
            up, down = f.gen(f.atom("above", frozen)), f.gen(f.atom("below", frozen))
            if known == "!=0":
                down = f.plus(f.constant(1), f.times(f.constant(-1), up))
            elif known in (">=0", "<=0"):
                up, down = (f.constant(0), down) if (known == ">=0") == flip else (up, f.constant(0))
            nonzero = f.plus(up, down)
            one = f.plus(up, f.times(f.constant(-1), down))
            square = f.times(square, nonzero)
            s = f.times(s, nonzero if e % 2 == 0 else f.times(f.constant(-1 if flip else 1), one))
    return f.reduced(s), f.reduced(square)


_TOTAL = frozenset(
    ("num", "const", "sym", "index", "entry", "delta", "add", "mul", "sum", "exp", "abs", "sign", "heaviside", "max", "min", "floor",
    "ceiling",
     "sin", "cos", "sinh", "cosh", "tanh", "asinh", "atan", "erf", "erfc", "lt", "le", "eq", "ne", "and", "or", "not", "true", "false")
)  # fmt: skip


def is_total(t: Term) -> bool:
    """Whether t has a value everywhere that its entries have a place (sizes.in_range), by its form alone."""
    if t.op == "pow":
        base, e = t.args
        if base.op == "sym" and base.args[1].startswith("positive"):
            return is_total(e)
        return is_total(base) and e.op == "num" and e.args[0].denominator == 1 and e.args[0] >= 0
    if t.op == "piecewise":
        return t.args[-1].op == "true" and all(map(is_total, t.args))
    if t.op == "sum":
        return is_total(t.args[0])
    return t.op in _TOTAL and all(is_total(a) for a in t.args if isinstance(a, Term))


def kink(f: NormalForm, t: Term, env: Mapping[Term, Term]) -> Quotient:
    """A kink through indicators."""
    op, a = t.op, t.args
    if op == "abs":
        g = f.normal(a[0], env)
        return f.reduced(f.times(g, sign_of(f, g)[0]))
    if op == "sign":
        return sign_of(f, f.normal(a[0], env))[0]
    if op == "heaviside":
        return f.times(f.constant(Fraction(1, 2)), f.plus(f.constant(1), sign_of(f, f.normal(a[0], env))[0]))
    if op in ("max", "min"):
        first, rest = a[0], a[1:]
        if not rest:
            return f.normal(first, env)
        second = rest[0] if len(rest) == 1 else make(op, *rest)
        gap = mul(num(1 if op == "max" else -1), make("abs", sub(first, second)))
        return f.normal(mul(HALF, add(first, second, gap)), env)
    if op == "piecewise":
        if not is_total(t):
            raise Beyond("cases inside a sum with a branch that is not defined everywhere")
        total, before = f.constant(0), f.constant(1)
        for value, condition in zip(a[::2], a[1::2], strict=True):
            holds = indicator(f, condition, env)
            total = f.plus(total, f.times(f.times(before, holds), f.normal(value, env)))
            before = f.times(before, f.plus(f.constant(1), f.times(f.constant(-1), holds)))
        return f.reduced(total)
    raise Beyond(f"{op} inside a sum")


def indicator(f: NormalForm, condition: Term, env: Mapping[Term, Term]) -> Quotient:
    """1 where a condition holds, else 0."""
    op, a = condition.op, condition.args
    one, minus = f.constant(1), f.constant(-1)
    if op == "true":
        return one
    if op == "false":
        return f.constant(0)
    if op in ("eq", "ne") and all(u.op in ("index", "num") for u in a):
        same = f.normal(make("delta", *a), env) if a[0] is not a[1] else one
        return same if op == "eq" else f.plus(one, f.times(minus, same))
    if op in ("lt", "le", "eq", "ne"):
        up, down = indicators(f, f.reduced(f.normal(sub(a[1], a[0]), env)))
        if op == "lt":
            return up
        if op == "le":
            return f.plus(one, f.times(minus, down))
        away = f.plus(up, down)
        return away if op == "ne" else f.plus(one, f.times(minus, away))
    if op == "not":
        return f.plus(one, f.times(minus, indicator(f, a[0], env)))
    if op == "and":
        out = one
        for u in a:
            out = f.times(out, indicator(f, u, env))
        return f.reduced(out)
    if op == "or":
        return f.plus(one, f.times(minus, indicator(f, make("and", *(make("not", u) for u in a)), env)))
    raise Beyond(f"{op} as a condition")
