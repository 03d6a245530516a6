"""Summation: the sign of a polynomial in sums over ranges of any size, from the sign of one summand.

    body(l) >= 0 for every l                          body(l, k) >= 0 for all l, k
    ------------------------  sum-of-nonnegatives     ----------------------------  sum-over-tuples
    sum_l body(l) >= 0                                sum_l sum_k body(l, k) >= 0

    low <= high,  body(v) >= 0 for low <= v <= high
    -----------------------------------------------  integral-of-nonnegative
    the integral of body from low to high >= 0

The body is found by spreading what stands outside the sums over their ranges: with weights 1/n, or with weights w of which a hypothesis
gives the sum, sum w = c; products of sums are spread over tuples of indices and made symmetric in indices that have one range; over
pairs, single sums can also stand on the diagonal. A strict sign of the body gives a strict sign of the sum, since no range is empty;
over pairs it is enough on the diagonal, or off it where n >= 2.

    c(l) >= 0,  sum_l c(l) (1 - exp(-a(l))) >= 0                       sum_l d(l) = 0,  body(l) + m d(l) >= 0
    --------------------------------------------  tangent-of-exp       --------------------------------------  supporting-line
    sum_l c(l) a(l) >= 0           (a >= 1 - exp(-a))                  sum_l body(l) >= 0             (m without l)

    g(r) >= 0
    --------------------------------------------  square-of-a-sum     (it is sum_r g(r) (sum_i h(i, r))^2)
    sum_{i, j, r} h(i, r) h(j, r) g(r) >= 0

    f(i, j) >= 0,  c >= 0,  c sum_i f(i, i) + r >= 0
    -------------------------------------------------  part-of-a-sum       (or a row or a column in place of the diagonal)
    c sum_i sum_j f(i, j) + r >= 0

    c(l) >= 0,  u(l) >= b(l) for every l,  a sum_l c(l) b(l) + r >= 0
    -----------------------------------------------------------------  bounded-summand    (and b above u where c <= 0)
    a sum_l c(l) u(l) + r >= 0                                         (a >= 0)

For the supporting line d is f(l) - w(l) sum f, and m is what makes the derivative of the body vanish where d does: a guess, not a claim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

from derive.kernel.atoms import Atom, Beyond, FrozenPoly, Split, Undefined, atoms_within, bound
from derive.kernel.comparison import monomials
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.field import NormalForm, coefficient
from derive.kernel.signs import Fact
from derive.kernel.sizes import linear
from derive.statement.term import (
    HALF,
    ONE,
    OO,
    Term,
    add,
    div,
    fn,
    free,
    index,
    make,
    mul,
    neg,
    num,
    power,
    replace,
    show,
    sub,
    subterms,
    sym,
    total,
)

if TYPE_CHECKING:
    from derive.kernel.inequality import Goal, Order

UNIT = Fraction(1)
MOST_PLACES, MOST_SHARES, MOST_LINES, MOST_PARTS = 4, 9, 8, 4
Place = tuple[Term, Term]  # a weight and its index


# --- spreading a polynomial over tuples of indices ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """One monomial: a factor without the indices that are spread, and the summands of its sums with their own indices."""

    factor: Term
    summands: tuple[tuple[Term, tuple[Term, ...]], ...]

    @property
    def indices(self) -> tuple[Term, ...]:
        return tuple(i for _, own in self.summands for i in own)


@dataclass(frozen=True)
class Spread:
    """A polynomial as a sum over places of one body, with what the diagonal of a pair has beside it."""

    body: Term
    places: tuple[Term, ...]
    diagonal: Term | None = None


def spreads(order: Order, goal: Goal, single: bool) -> list[Spread]:
    """The goal's term as one sum, in every way that is tried: over one index, or over several."""
    form, frozen = monomials(order, goal)
    weights = unit_weights(order, goal)
    found: list[Spread] = []
    for ranges in _targets(frozen, bool(weights)):
        if (len(ranges) == 1) != single:
            continue
        pieces = _pieces(form, frozen, ranges)
        if pieces is None and len(ranges) == 1:
            pieces = _pieces(form, frozen, ranges, linear_only=True)
        if pieces is None:
            continue
        places = tuple(index(f"κ{next(order.names)}", d) for d in ranges)
        if _in_blocks(pieces, ranges):
            found.append(Spread(add(*(_over_blocks(p, places) for p in pieces)), places))
        for some, none in _shares(weights, places, pieces):
            found.append(Spread(add(*(_over(p, places, none if not p.summands else some) for p in pieces)), places))
        if len(ranges) == 2 and ranges[0] is ranges[1]:
            found += _on_diagonal(weights, places, pieces)
    return found


def _targets(frozen: FrozenPoly, weighted: bool) -> list[tuple[Term, ...]]:
    """The tuples of ranges to spread over, the shortest first."""
    counts = [Counter(i.args[1] for a, e in m if a.kind == "sum" for _ in range(e) for i in a.data[0]) for m, _ in frozen]
    dims = sorted({d for c in counts for d in c if not any(v.op == "index" for v in free(d))}, key=show)
    found: dict[tuple[Term, ...], None] = {}
    for d in dims:
        most = max(c[d] for c in counts)
        found[(d,)] = found[(d,) * most] = None
        if most == 1 and weighted:
            found[(d, d)] = None
    whole = tuple(d for d in dims for _ in range(max(c[d] for c in counts)))
    found[whole] = None
    return sorted((t for t in found if 0 < len(t) <= MOST_PLACES), key=len)


def _pieces(form: NormalForm, frozen: FrozenPoly, ranges: tuple[Term, ...], linear_only: bool = False) -> list[Piece] | None:
    """The monomials, with the sums over these ranges taken apart; None where one has too many.

    With `linear_only`, sums that somewhere stand beside another one are left whole, as factors.
    """
    allowed, out = Counter(ranges), []
    inside = [[(a, e) for a, e in m if a.kind == "sum" and all(i.args[1] in allowed for i in a.data[0])] for m, _ in frozen]
    whole = {a for sums in inside if linear_only and sum(e for _, e in sums) > 1 for a, _ in sums}
    for (m, c), sums in zip(frozen, inside, strict=True):
        active = [(a, e) for a, e in sums if a not in whole]
        used = Counter(i.args[1] for a, e in active for _ in range(e) for i in a.data[0])
        if used - allowed:
            return None
        factor = form.poly_term(((tuple(p for p in m if p not in active), c),))
        out.append(Piece(factor, tuple((_summand(form, a), a.data[0]) for a, e in active for _ in range(e))))
    return out


def _summand(form: NormalForm, a: Atom) -> Term:
    return form.poly_term(((a.data[1], UNIT),))


def _shares(weights: list[Place], places: tuple[Term, ...], pieces: list[Piece]) -> list[tuple[dict[Term, Term], dict[Term, Term]]]:
    """Shares of each place for monomials with some sum and for those with none: each pair of choices that makes a difference."""
    plain = {i: power(i.args[1], -1) for i in places}
    choices = [plain]
    for w, k in weights:
        choices.insert(0, {i: replace(w, {k: i}) if i.args[1] is k.args[1] else plain[i] for i in places})
    if len(choices) == 3:
        choices.append({i: mul(HALF, add(choices[0][i], choices[1][i])) for i in places})
    some = choices if any(p.summands and len(p.indices) < len(places) for p in pieces) else [plain]
    none = choices if any(not p.summands for p in pieces) else [plain]
    return list(product(some, none))[:MOST_SHARES]


def _over(piece: Piece, places: tuple[Term, ...], shares: dict[Term, Term]) -> Term:
    """A monomial as a body over all places: the mean over the ways to put its indices on places with their ranges."""
    own = piece.indices
    ways = [w for w in permutations(places, len(own)) if all(p.args[1] is i.args[1] for p, i in zip(w, own, strict=True))]
    terms = []
    for way in ways:
        at, factors = iter(way), []
        for summand, indices in piece.summands:
            factors.append(replace(summand, {i: next(at) for i in indices}))
        terms.append(mul(*factors, *(shares[p] for p in places if p not in way)))
    return mul(num(Fraction(1, len(ways))), piece.factor, add(*terms))


def _in_blocks(pieces: list[Piece], ranges: tuple[Term, ...]) -> bool:
    """Whether every monomial is one product of so many sums over several indices, all with the same ranges, that these are the places."""
    blocks = {tuple(i.args[1] for i in own) for p in pieces for _, own in p.summands}
    return len(blocks) == 1 and len(min(blocks)) > 1 and all(len(p.indices) == len(ranges) for p in pieces)


def _over_blocks(piece: Piece, places: tuple[Term, ...]) -> Term:
    """A monomial as a body over all places, those of a sum side by side: the mean over the ways to give its sums their blocks of places."""
    size = len(piece.summands[0][1])
    ways = list(permutations(places[k : k + size] for k in range(0, len(places), size)))
    terms = [
        mul(*(replace(t, dict(zip(own, block, strict=True))) for (t, own), block in zip(piece.summands, w, strict=True))) for w in ways
    ]
    return mul(num(Fraction(1, len(ways))), piece.factor, add(*terms))


def _on_diagonal(weights: list[Place], places: tuple[Term, ...], pieces: list[Piece]) -> Iterator[Spread]:
    once = [p for p in pieces if len(p.indices) == 1]
    rest = [p for p in pieces if len(p.indices) != 1]
    if once and rest:
        for _, none in _shares(weights, places, rest):
            diagonal = add(*(_over(p, places[:1], {}) for p in once))
            yield Spread(add(*(_over(p, places, none) for p in rest)), places, diagonal)


def unit_weights(order: Order, goal: Goal) -> list[Place]:
    """Weights whose sum over the range of their index is 1, by a hypothesis sum w = c."""
    form, _ = order.cells.context(type(goal.cell)())
    out = []
    for fact in order.facts(goal.term, goal.cell):
        if fact.sign != "0":
            continue
        try:
            q = form.start(fact.gap)
        except (Beyond, Split, Undefined):
            continue
        frozen = form.freeze_poly(q.num)
        sums = [(m, c) for m, c in frozen if m]
        if len(sums) != 1 or len(sums[0][0]) != 1 or sums[0][0][0][1] != 1 or not q.den.is_one():
            continue
        ((a, _),), c = sums[0]
        constant = sum(k for m, k in frozen if not m)
        if a.kind == "sum" and len(a.data[0]) == 1 and constant:
            out.append((form.poly_term(((a.data[1], -c / constant),)), a.data[0][0]))
    return out[:3]


# --- rules -----------------------------------------------------------------------------------------------------------------------------


def by_shape(order: Order, goal: Goal) -> bool:
    """sum-of-nonnegatives, square-of-a-sum and integral-of-nonnegative, for a term that adds sums and integrals as they stand."""
    parts = goal.term.args if goal.term.op == "add" else (goal.term,)
    steps, squares = [], 0
    for part in parts:
        factors = part.args if part.op == "mul" else (part,)
        inner = next((u for u in factors if u.op in ("sum", "integral")), None)
        beside = order.sign(mul(*(u for u in factors if u is not inner)), goal.cell)
        if inner is None or beside != "+" and (beside != ">=0" or goal.want == "+") or inner.op == "integral" and _runs_back(inner):
            return False
        square = _square(order, goal, inner) if inner.op == "sum" and goal.want != "+" else None
        steps.append(square or _inside(order, goal, inner))
        squares += square is not None
    if any(order.vetoed(body) for body, _ in steps):
        return False
    if squares:
        order.rule("square-of-a-sum")
    order.rule("sum-of-nonnegatives" if parts[0].op != "integral" else "integral-of-nonnegative")
    wanted = enumerate(steps) if goal.want == "+" else ()
    strict = [n for n, pair in wanted if all(order.proves(changed(g, want="+")) for g in pair)]
    if goal.want == "+" and not strict:
        return False
    return all(order.proves(g) for n, pair in enumerate(steps) if n not in strict for g in pair)


def _square(order: Order, goal: Goal, t: Term) -> tuple[Goal, Goal] | None:
    """What must be >= 0 for a sum in which two indices play one part to be so: what stands beside the square, and one of the ranges."""
    factors, over = [t], list[Term]()
    while opened := next((u for u in factors if u.op == "sum" and (not over or any(i in free(u) for i in over))), None):
        factors.remove(opened)
        body, i = opened.args
        over.append(index(f"κ{next(order.names)}", i.args[1]))
        body = replace(body, {i: over[-1]})
        factors += body.args if body.op == "mul" else (body,)
        for i, j in combinations(over, 2):
            first, second = ([u for u in factors if v in free(u)] for v in (i, j))
            if i.args[1] is not j.args[1] or any(free(v.args[1]) & {i, j} for v in over) or set(first) & set(second):
                continue
            if order.vanishes(sub(replace(mul(*first), {i: j}), mul(*second)), goal.cell):
                beside = mul(*(u for u in factors if u not in first and u not in second))
                return goal.about(beside, ">=0"), goal.about(i.args[1], ">=0")
    return None


def _runs_back(t: Term) -> bool:
    """Whether an integral starts at +oo or ends at -oo."""
    return t.args[2] is OO or t.args[3] is neg(OO)


def _inside(order: Order, goal: Goal, t: Term) -> tuple[Goal, Goal]:
    """What must be >= 0 for a sum or an integral to be so: its body at any place, and the size of its range."""
    body, v, *ends = t.args
    if t.op == "sum":
        return goal.about(replace(body, {v: index(f"κ{next(order.names)}", v.args[1])}), ">=0"), goal.about(v.args[1], ">=0")
    low, high = ends
    at = sym(f"κ{next(order.names)}", v.args[1])
    known = [Fact(gap, ">=0") for end, gap in ((low, sub(at, low)), (high, sub(high, at))) if OO not in subterms(end)]
    return goal.about(replace(body, {v: at}), ">=0", *known), goal.about(sub(high, low) if len(known) == 2 else ONE, ">=0")


def by_summands(order: Order, goal: Goal) -> bool:
    """sum-of-nonnegatives, tangent-of-exp and supporting-line over one index."""
    found = [spread for spread in spreads(order, goal, single=True) if _inhabited(order, goal, spread)]
    for spread in found:
        if order.proves(goal.about(spread.body)):
            order.rule("sum-of-nonnegatives")
            return _counted(order, goal)
    for step in (_by_tangent, _by_line):
        if any(order.tries(lambda s=s, step=step: step(order, goal, s)) for s in found):  # type: ignore[misc]
            return _counted(order, goal)
    return False


def by_tuples(order: Order, goal: Goal) -> bool:
    """sum-over-tuples: products of sums, and single sums beside them."""
    for spread in spreads(order, goal, single=False):
        if not _inhabited(order, goal, spread):
            continue
        done = _by_pairs(order, goal, spread) if len(spread.places) == 2 else order.proves(goal.about(spread.body))
        if done:
            order.rule("sum-over-tuples")
            return _counted(order, goal)
    return False


def _linear_sums(order: Order, goal: Goal) -> list[tuple[Term, tuple[Term, ...], Term, Term]]:
    """(summand, its indices, slope, rest) of each sum in which the goal's term is slope * sum + rest."""
    form, frozen = monomials(order, goal)
    poly = form.thaw_poly(frozen)
    found = []
    for a in sorted({a for m, _ in frozen for a, _ in m if a.kind == "sum"}, key=lambda a: a.order):
        k = form.number[a]
        if int(poly.degrees()[k]) == 1:
            slope, rest = (form.poly_term(form.freeze_poly(coefficient(form, poly, k, e))) for e in (1, 0))
            found.append((_summand(form, a), a.data[0], slope, rest))
    return found


def by_part(order: Order, goal: Goal) -> bool:
    """part-of-a-sum: a double sum that is not less than its diagonal, nor than one of its rows or columns."""
    doubles = [part for part in _linear_sums(order, goal) if len(part[1]) == 2]
    order.rule("part-of-a-sum")
    for body, (i, j), slope, rest in doubles:
        anywhere = replace(body, {v: index(f"κ{next(order.names)}", v.args[1]) for v in (i, j)})
        if order.sign(anywhere, goal.cell) not in ("+", ">=0") or order.sign(slope, goal.cell) not in ("+", ">=0"):
            continue
        parts = [total(replace(body, {j: i}), i)] if i.args[1] is j.args[1] else []
        for v, other in ((i, j), (j, i)):
            places = sorted((p for p in free(goal.term) if p.op == "index" and p.args[1] is v.args[1]), key=show)
            parts += [total(replace(body, {v: p}), other) for p in places]
        if any(order.proves(goal.about(add(mul(slope, part), rest))) for part in parts[:MOST_PARTS]):
            return True
    return False


def by_bounds(order: Order, goal: Goal) -> bool:
    """bounded-summand: entries inside a sum moved to the end that a hypothesis gives them."""
    steps: dict[Goal, Fact] = {}
    for body, over, slope, rest in _linear_sums(order, goal):
        anywhere = {v: index(f"κ{next(order.names)}", v.args[1]) for v in over}
        for entry in sorted((u for u in subterms(body) if u.op == "entry" and free(u) & set(over)), key=show):
            factors = body.args if body.op == "mul" else (body,)
            others = [u for u in factors if u is not entry]
            if len(others) != len(factors) - 1 or any(entry in subterms(u) for u in others):
                continue  # what does not rise with the entry in a straight line need not rise with it at all
            sign = order.sign(replace(mul(slope, *others), anywhere), goal.cell)
            for fact, low, end in _ends_of(entry, goal.cell.facts):
                if sign in (("+", ">=0") if low else ("-", "<=0")):
                    summed = replace(body, {entry: end})
                    for v in reversed(over):
                        summed = total(summed, v)
                    steps[goal.about(add(mul(slope, summed), rest))] = fact
    order.rule("bounded-summand")
    for step, fact in list(steps.items())[:MOST_PARTS]:
        if order.proves(step):
            order.cells.used[fact] = None
            return True
    return False


def _ends_of(entry: Term, facts: Iterable[Fact]) -> Iterator[tuple[Fact, bool, Term]]:
    """(fact, whether it bounds from below, the bound) for every fact that says u >= b or u <= b of each such entry."""
    for fact in facts:
        if fact.apart or not fact.every or fact.sign not in ("+", ">=0"):
            continue
        form = linear(fact.gap)
        for u, c in form.items():
            if u.op != "entry" or u.args[0] != entry.args[0] or set(u.args[3]) != set(fact.every) or len(set(u.args[3])) != len(u.args[3]):
                continue
            rest = add(*(mul(num(e), v) for v, e in form.items() if v is not u))
            pairs = tuple(zip(u.args[3], entry.args[3], strict=True))
            if u not in subterms(rest) and all(q.op == "index" and p.args[1] is q.args[1] for p, q in pairs):
                yield fact, c > 0, replace(mul(num(-1 / c), rest), dict(pairs))


def _counted(order: Order, goal: Goal) -> bool:
    """Enters the hypotheses that may have given weights."""
    order.cells.used.update({f: None for f in goal.cell.facts if f.sign == "0"})
    return True


def _inhabited(order: Order, goal: Goal, spread: Spread) -> bool:
    """Whether no range is empty."""
    return all(order.sign(p.args[1], goal.cell) == "+" for p in spread.places)


def _by_pairs(order: Order, goal: Goal, spread: Spread) -> bool:
    """A body over pairs: apart where the indices have one range and differ, and where they are equal."""
    i, j = spread.places
    if i.args[1] is not j.args[1]:
        return order.proves(goal.about(spread.body))
    apart = goal.about(spread.body, ">=0")
    apart = changed(apart, cell=changed(apart.cell, distinct=apart.cell.distinct | {frozenset((i, j))}))
    same = replace(spread.body, {j: i})
    equal = goal.about(same if spread.diagonal is None else add(same, replace(spread.diagonal, {j: i})), ">=0")
    if goal.want != "+":
        return order.proves(apart) and order.proves(equal)
    several = order.sign(sub(i.args[1], num(2)), goal.cell) in ("+", "0", ">=0")
    if several and order.proves(changed(apart, want="+")) and order.proves(equal):
        return True
    return order.proves(apart) and order.proves(changed(equal, want="+"))


def _by_tangent(order: Order, goal: Goal, spread: Spread) -> bool:
    """tangent-of-exp, for a body that is a product of one factor with logarithms and others of known sign."""
    form, _ = order.cells.context(goal.cell)
    q = form.start(order.cells.resolve(spread.body, goal.cell))
    content, parts = form.factors(q.num)
    _, below = form.factors(q.den)
    side, others, steep = (1 if content > 0 else -1), [num(content)], []
    for p, e in [*parts, *((p, -e) for p, e in below)]:
        frozen = form.freeze_poly(p)
        sign = form.sign(p)
        if e % 2 == 0 or sign in ("+", ">=0", "-", "<=0"):
            others.append(power(form.poly_term(frozen), e))
            side = -side if e % 2 and sign in ("-", "<=0") else side
        elif e == 1 and any(a.kind == "log" for m, _ in frozen for a, _ in m):
            steep.append(form.poly_term(frozen))
        else:
            return False
    if len(steep) != 1:
        return False
    c, a = (mul(*others), steep[0]) if side > 0 else (neg(mul(*others)), neg(steep[0]))
    least = make("sum", mul(c, sub(ONE, fn("exp", neg(a)))), spread.places[0])
    order.rule("tangent-of-exp")
    return goal.want == ">=0" and order.vanishes(least, goal.cell) or order.proves(goal.about(least))


def _by_line(order: Order, goal: Goal, spread: Spread) -> bool:
    """supporting-line, for each sum in the goal and each weight."""
    order.rule("supporting-line")
    for d, m in _lines(order, goal, spread):
        if order.defined(m, goal.cell) and order.proves(goal.about(add(spread.body, mul(m, d)))):
            return True
    return False


def _lines(order: Order, goal: Goal, spread: Spread) -> list[tuple[Term, Term]]:
    """(d, m): terms d whose sum over the place is 0, and the factor that makes body + m d stationary where d = 0."""
    (place,) = spread.places
    form, frozen = monomials(order, goal)
    sums = {a: None for m, _ in frozen for b, _ in m for a in atoms_within(b) if _is_plain_sum(a, place)}
    wholes = [(replace(_summand(form, a), {a.data[0][0]: place}), form.atom_term(a)) for a in sorted(sums, key=lambda a: a.order)]
    shares = [replace(w, {k: place}) for w, k in unit_weights(order, goal) if k.args[1] is place.args[1]]
    own = [div(one, whole) for one, whole in wholes if order.sign(whole, goal.cell) == "+"]
    wholes += [(w, ONE) for w in shares]
    shares += [power(place.args[1], -1), *own]
    found: dict[tuple[Term, Term], None] = {}
    for one, whole in wholes:
        for share in shares:
            d = sub(one, mul(share, whole))
            for e in sorted({u for u in subterms(one) if u.op == "entry" and place in free(u)}, key=show):
                m = _slope(form, spread.body, d, e)
                if m is not None and place not in free(m) and len(found) < MOST_LINES:
                    found[d, m] = None
    return list(found)


def _is_plain_sum(a: Atom, place: Term) -> bool:
    return a.kind == "sum" and len(a.data[0]) == 1 and a.data[0][0].args[1] is place.args[1] and not any(bound(i) for i in a.indices)


def _slope(form: NormalForm, body: Term, d: Term, entry: Term) -> Term | None:
    """-(d body / d e) / (d d / d e) at the value of the entry where d is 0, for a d that is linear in it."""
    e = sym("ε·", "real" if entry.args[1] not in ("positive", "nonnegative") else entry.args[1])
    try:
        body, d = replace(body, {entry: e}), replace(d, {entry: e})
        steepness = differentiate(d, e)
        if e in free(steepness) or form.start(steepness).num.is_zero():
            return None
        at = neg(div(replace(d, {e: num(0)}), steepness))
        slope = neg(div(differentiate(body, e), steepness))
        return form.term(form.start(replace(slope, {e: at})))
    except (Beyond, Split, Undefined, Unsupported):
        return None
