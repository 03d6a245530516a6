"""Calculus: the sign of a function of one real variable v, the others held fixed, along the interval that the facts leave to v.

    h(c) >= 0,   h' >= 0 for v > c,   h' <= 0 for v < c            h'' <= 0,  h(a) >= 0,  h(b) >= 0
    ---------------------------------------------------  monotony  --------------------------------  concavity on [a, b]
    h(v) >= 0                                                      h(v) >= 0

    h -> 0 at an open end,  h' moves away from 0               t holds for v < c, v = c, v > c
    -------------------------------------------  limit-at-end  -------------------------------  case-split
    h(v) >= 0                                                  t holds

With > 0 for >= 0: where h(c) > 0, or where v is not c and the slope is strict, if only off isolated zeros. Side conditions, all checked:
    the interval: facts that are linear in v are kept, facts without v are kept, any other fact is dropped; c lies in its closure;
    h is defined at c, and h and h' are defined and differentiable throughout the interval between c and v.
Sums, entries and roundings are variables of their own here: what holds for all values of them holds for theirs. So are integers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import fmpq_mpoly

from derive.kernel import defined
from derive.kernel.atoms import Atom, Beyond, FrozenPoly, Split, Undefined
from derive.kernel.cell import SORT_SIGNS, Cell, Stuck, case
from derive.kernel.circular import CIRCULAR
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.enclosure import Bisection, bounds
from derive.kernel.field import NormalForm, coefficient
from derive.kernel.lemmas import one_of_its_terms
from derive.kernel.limits import INFINITE, limit
from derive.kernel.signs import Contradiction, Fact
from derive.statement.term import (
    HALF,
    MINUS_ONE,
    ONE,
    OO,
    TWO,
    ZERO,
    Term,
    add,
    children,
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
)

if TYPE_CHECKING:
    from derive.kernel.inequality import Goal, Order

OPAQUE = ("sum", "prod", "entry", "index", "delta", "floor", "ceiling", "mod", "integral", "besseli")
SMOOTH_SORTS = ("real", "positive", "negative", "nonnegative", "nonpositive")
MOST_VARIABLES, MOST_ANCHORS = 3, 10
FAR = Fraction(8)  # near the origin: up to here
QUICK_PARTS, MOST_PARTS = 100, 3000
NUMBERS = (ZERO, ONE, MINUS_ONE, HALF, TWO)


# --- the scalar goal -----------------------------------------------------------------------------------------------------------


def scalar(order: Order, goal: Goal) -> Goal:
    """The goal with real variables in place of sums, entries, roundings and integers, and the facts about them."""
    if any(u.op == "deriv" for u in subterms(goal.term)):
        raise Beyond("a derivative, of which nothing is known until it is carried out")
    facts = [
        f for f in (*order.facts(goal.term, goal.cell), *one_of_its_terms(order, goal)) if not any(u.op == "deriv" for u in subterms(f.gap))
    ]
    table: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u.op in OPAQUE or u.op == "sym" and u.args[1] not in SMOOTH_SORTS:
            if u not in table:
                table[u] = _stand_in(order, goal, u)
            return table[u]
        return rebuild(u, go)

    term = go(goal.term)
    if not table:
        plain = tuple(facts)
        return goal if plain == goal.cell.facts else changed(goal, cell=Cell(plain))
    known = [Fact(go(f.gap), f.sign) for f in facts]
    known += [Fact(v, SORT_SIGNS[v.args[1]]) for v in table.values() if v.args[1] in SORT_SIGNS]
    return changed(goal, term=term, cell=Cell(tuple(dict.fromkeys(known))))


def _variables(t: Term) -> set[Term]:
    """What `scalar` makes variables of, found without a look at any sign."""
    found: set[Term] = set()
    seen, todo = {t}, [t]
    while todo:
        u = todo.pop()
        if u.op in OPAQUE or u.op == "sym":
            found.add(u)
            continue
        new = [c for c in children(u) if c not in seen]
        seen.update(new)
        todo += new
    return found


def _stand_in(order: Order, goal: Goal, u: Term) -> Term:
    sign = "?" if u.op == "integral" else order.sign(u, goal.cell)
    sort = {"+": "positive", ">=0": "nonnegative", "-": "negative", "<=0": "nonpositive"}.get(sign, "real")
    return sym(f"τ{next(order.names)}", sort)


# --- the interval of one variable ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Interval:
    """What the facts leave to a variable: gaps that are linear in it, with the ends that they set; and the facts without it."""

    variable: Term
    facts: tuple[Fact, ...]  # those linear in the variable, "+" or ">=0"
    lows: tuple[Term, ...]
    highs: tuple[Term, ...]
    fixed: tuple[Fact, ...]

    def cell(self, *more: Fact) -> Cell:
        return Cell((*self.fixed, *self.facts, *more))


def interval(order: Order, cell: Cell, v: Term) -> Interval:
    """The interval of v in a cell."""
    form, _ = order.cells.context(Cell())
    linear: dict[Fact, None] = {}
    lows: dict[Term, None] = {}
    highs: dict[Term, None] = {}
    moving = {f: v in free(order.circular.show(f.gap)) and not order.circular.own(f) for f in cell.facts}
    fixed = tuple(f for f in cell.facts if not moving[f])
    asked = [f for f in cell.facts if moving[f]]
    if v.args[1] in SORT_SIGNS:
        asked.append(Fact(v, SORT_SIGNS[v.args[1]]))
    for fact in asked:
        gap, sign = (neg(fact.gap), {"-": "+", "<=0": ">=0"}[fact.sign]) if fact.sign in ("-", "<=0") else (fact.gap, fact.sign)
        if sign not in ("+", ">=0", "0"):
            continue
        parts = _linear(form, gap, v)
        if parts is None:
            continue
        a, b = parts
        rising = a > 0
        end = mul(num(-1 / a), b)
        for up in (True, False) if sign == "0" else (rising,):
            (lows if up else highs)[end] = None
            linear[Fact(sub(v, end) if up else sub(end, v), ">=0" if sign == "0" else sign)] = None
    return Interval(v, tuple(linear), tuple(lows), tuple(highs), fixed)


def _linear(form: NormalForm, gap: Term, v: Term) -> tuple[Fraction, Term] | None:
    """(a, b) with gap = a v + b, a a number that is not 0 and b without v."""
    try:
        q = form.start(gap)
    except (Beyond, Undefined, Split):
        return None
    atom = form.atom("sym", v)
    if not q.den.is_one() or atom not in form.number:
        return None
    k = form.number[atom]
    a = coefficient(form, q.num, k, 1)
    rest = form.poly_term(form.freeze_poly(coefficient(form, q.num, k, 0)))
    if int(q.num.degrees()[k]) != 1 or not a.is_constant() or v in free(rest):
        return None
    c = a.leading_coefficient()
    return Fraction(int(c.p), int(c.q)), rest


# --- monotony ----------------------------------------------------------------------------------------------------------------------


def by_monotony(order: Order, goal: Goal) -> bool:
    """monotony, concavity, limit-at-end, and cases at the zeros of a slope, for each variable in turn."""
    goal = scalar(order, changed(goal, term=order.circular.show(goal.term)))
    variables = sorted((v for v in free(goal.term) if v.op == "sym"), key=lambda v: (-_weight(goal.term, v), show(v)))
    for v in variables[:MOST_VARIABLES]:
        span = interval(order, goal.cell, v)
        for h in _variants(order, goal, v):
            if order.tries(lambda h=h, span=span: _along(order, goal, h, span)):  # type: ignore[misc]
                return True
    return False


def _weight(t: Term, v: Term) -> int:
    """How often a variable stands inside a function: these first."""
    count = 0
    todo = [(t, False)]
    while todo:
        u, inside = todo.pop()
        count += u is v and inside
        todo += [(c, inside or u.op not in ("add", "mul")) for c in u.args if isinstance(c, Term)]
    return count


def _variants(order: Order, goal: Goal, v: Term) -> Iterator[Term]:
    """The term, and the term over a coefficient of known sign, whose slope may be simpler."""
    yield goal.term
    if any(u.op in CIRCULAR for u in subterms(goal.term)):
        return
    form, _ = order.cells.context(goal.cell)
    q = form.start(order.cells.resolve(goal.term, goal.cell))
    if not q.den.is_one():
        return
    frozen = form.freeze_poly(q.num)
    steep = {a for m, _ in frozen for a, _ in m if a.kind in ("log", "call", "exp") and v in free(form.atom_term(a))}
    found = []
    for a in sorted(steep, key=lambda a: a.order):
        k = form.number[a]
        degree = int(q.num.degrees()[k])
        if a.kind == "exp":
            found.append(div(goal.term, power(form.atom_term(a), degree)))
            continue
        lead = coefficient(form, q.num, k, 1)
        if degree != 1 or lead.is_constant():
            continue
        sign = form.sign(lead)
        if sign in ("+", "-"):
            lead_term = form.poly_term(form.freeze_poly(lead))
            rest = form.poly_term(form.freeze_poly(coefficient(form, q.num, k, 0)))
            whole = add(form.atom_term(a), div(rest, lead_term))
            found.append(whole if sign == "+" else neg(whole))
    yield from found[:4]


def _along(order: Order, goal: Goal, h: Term, span: Interval) -> bool:
    v = span.variable
    owed: list[tuple[Term, Term]] = []
    slope = differentiate(h, v, owed)
    if owed:
        return False
    line = Line(order, changed(goal, term=h), span, slope)
    if any(order.tries(lambda c=c: line.from_anchor(c)) for c in line.anchors()):  # type: ignore[misc]
        return True
    return any(map(order.tries, (line.is_concave, line.from_end, line.in_pieces)))


@dataclass(frozen=True)
class Line:
    """A goal along one variable."""

    order: Order
    goal: Goal
    span: Interval
    slope: Term

    @property
    def v(self) -> Term:
        return self.span.variable

    # --- anchors

    def anchors(self) -> list[Term]:
        """Points from which h might grow to both sides, the likeliest first."""
        out: dict[Term, None] = dict.fromkeys((*self.span.lows, *self.span.highs))
        out.update(dict.fromkeys(zeros(self.order, self.slope, self.v, self.goal.cell)))
        out.update(dict.fromkeys(NUMBERS[:3]))
        others = sorted((w for w in free(self.goal.term) if w.op == "sym" and w is not self.v), key=show)
        out.update(dict.fromkeys(others))
        out.update(dict.fromkeys(map(neg, others)))
        out.update(dict.fromkeys(NUMBERS[3:]))
        return [c for c in list(out) if self.v not in free(c)][:MOST_ANCHORS]

    def from_anchor(self, c: Term) -> bool:
        """monotony from c."""
        order, goal, v = self.order, self.goal, self.v
        side = order.sign(sub(v, c), goal.cell)
        if side == "0":
            return False
        strict = goal.want == "+"
        value = goal.about(replace(goal.term, {v: c}), ">=0")
        if order.vetoed(value):
            return False
        sides = [s for s in ("+", "-") if side in (s, "?", "!=0") or side == (">=0" if s == "+" else "<=0")]
        slopes = [changed(value, term=self.slope if s == "+" else neg(self.slope), cell=self.span.cell(Fact(sub(v, c), s))) for s in sides]
        if any(map(order.vetoed, slopes)) or not order.defined(c, goal.cell) or self._leaves(c):
            return False
        if not self._defined_at(c) or not all(self._smooth(slope.cell) for slope in slopes):
            return False
        high = strict and order.proves(changed(value, want="+"))
        if not high and (strict and side not in ("+", "-", "!=0") or not order.proves(value)):
            return False
        order.rule("monotony")
        if strict and not high:
            if all(order.proves(changed(slope, want="+")) for slope in slopes):
                return True
            if not self._is_never_flat():
                return False
            order.rule("isolated-zeros")
        return all(map(order.proves, slopes))

    def _is_never_flat(self) -> bool:
        """isolated-zeros: h' is analytic on a whole line or half-line, and not 0 at some point of it."""
        line = Cell(self.span.fixed)
        points = {"real": (ZERO, ONE), "positive": (ONE,), "nonnegative": (ONE,)}.get(self.v.args[1], (MINUS_ONE,))
        slopes = [changed(self.goal.about(replace(self.slope, {self.v: d}), "!=0"), cell=line) for d in points]
        return self._smooth(line) and any(map(self.order.proves, slopes))

    def _smooth(self, cell: Cell, times: int = 1) -> bool:
        """Whether h has a derivative, or a second one, throughout a cell."""
        t = self.goal.term
        for _ in range(times):
            t = make("deriv", t, self.v)
        return self.order.defined(t, cell)

    def _leaves(self, c: Term) -> bool:
        """Whether c may lie outside the closure of the interval."""
        order, goal = self.order, self.goal
        return not all(order.proves(goal.about(replace(f.gap, {self.v: c}), ">=0")) for f in self.span.facts)

    def _defined_at(self, c: Term) -> bool:
        """Whether every need of h is met at v = c, so that h is continuous there."""
        try:
            return defined.has_value_at(self.order.cells, self.goal.term, {self.v: c}, self.goal.cell)
        except (Beyond, Undefined, Unsupported, Split):
            return False

    # --- other ways

    def is_concave(self) -> bool:
        """concavity: h'' <= 0 between two ends where h >= 0."""
        order, goal, v = self.order, self.goal, self.v
        if not self.span.lows or not self.span.highs:
            return False
        owed: list[tuple[Term, Term]] = []
        bend = changed(goal.about(neg(differentiate(self.slope, v, owed)), ">=0"), cell=self.span.cell())
        if owed or order.vetoed(bend) or not self._smooth(bend.cell, 2):
            return False
        for low in self.span.lows:
            for high in self.span.highs:
                ends = [goal.about(replace(goal.term, {v: c})) for c in (low, high)]
                if any(map(order.vetoed, ends)) or any(not order.defined(c, goal.cell) or self._leaves(c) for c in (low, high)):
                    continue
                order.rule("concavity")
                if self._defined_at(low) and self._defined_at(high) and all(map(order.proves, ends)) and order.proves(bend):
                    return True
        return False

    def from_end(self) -> bool:
        """limit-at-end: h falls towards an open end, to a limit that is not negative."""
        order, goal, v = self.order, self.goal, self.v
        for end, side in self._open_ends():
            away = "+" if side == "-" else "-"  # from v towards the end
            fall = goal.about(neg(self.slope) if away == "+" else self.slope, ">=0")
            fall = changed(fall, cell=self.span.cell())
            if order.vetoed(fall) or not self._smooth(fall.cell):
                continue
            least = self._limit(end, "" if end in INFINITE else side)
            if least is None or not order.defined(least, goal.cell):
                continue
            order.rule("limit-at-end")
            strict, value = goal.want == "+", goal.about(least, ">=0")
            if strict and order.proves(changed(value, want="+")) and order.proves(fall):
                return True
            inside = not strict or end in INFINITE or order.sign(sub(v, end), goal.cell) in ("+", "-", "!=0")  # at a closed end h may be 0
            if inside and order.proves(value) and order.proves(changed(fall, want="+" if strict else ">=0")):
                return True
        return False

    def _limit(self, end: Term, side: str) -> Term | None:
        """The limit of h at an end, with its logarithms in one; None where no rule finds a finite one."""
        order, cell = self.order, Cell(self.span.fixed)
        for whole in (True, False):
            try:
                parts = [self.goal.term] if whole else self._gathered()
                found = [limit(part, self.v, end, side, order.cells, cell) for part in parts]
            except (Beyond, Stuck, Contradiction, Split, Undefined):
                continue
            if not any(t in INFINITE for t in found):
                return add(*found)
        return None

    def _gathered(self) -> list[Term]:
        """h as the logarithm of one product, which takes up powers of v as their exponentials, and a rest."""
        form, _ = self.order.cells.context(self.span.cell())
        q = form.start(self.goal.term)
        frozen, inside, rest = form.freeze_poly(q.num), [], [self.goal.term]
        for a in sorted({a for m, _ in frozen for a, _ in m if a.kind == "log"}, key=lambda a: a.order):
            k = form.number[a]
            c = form.constant_value(form.quotient(coefficient(form, q.num, k, 1), q.den)) if int(q.num.degrees()[k]) == 1 else None
            if c is not None and c.denominator == 1 and form.sign_of_frozen(a.data[0]) == "+":
                inside.append(power(form.poly_term(a.data[0]), c))
                rest.append(mul(num(-c), form.atom_term(a)))
        parts = self.goal.term.args if self.goal.term.op == "add" else (self.goal.term,)
        powers = [t for t in parts if inside and self.v in free(t) and all(u.op in ("sym", "num", "mul", "pow") for u in subterms(t))]
        inside += [fn("exp", t) for t in powers]
        rest += map(neg, powers)
        product = form.term(form.start(mul(*inside))) if inside else ONE
        return [fn("log", product), form.term(form.start(add(*rest)))]

    def _open_ends(self) -> list[tuple[Term, str]]:
        """Where the interval ends: (end, side from which v comes)."""
        lows, highs = list(self.span.lows), list(self.span.highs)
        ends = [(c, "+") for c in lows] if len(lows) == 1 else [(neg(OO), "+")] if not lows else []
        return ends + ([(c, "-") for c in highs] if len(highs) == 1 else [(OO, "-")] if not highs else [])

    def in_pieces(self) -> bool:
        """case-split at a zero of the slope inside the interval, beyond which the slope has another sign."""
        order, goal, v = self.order, self.goal, self.v
        for c in zeros(order, self.slope, v, goal.cell)[:3]:
            if order.sign(sub(v, c), goal.cell) != "?" or not order.defined(c, goal.cell):
                continue
            sides = [self.span.cell(Fact(sub(v, c), s)) for s in ("+", "-")]
            slopes = [[changed(goal, term=t, want=">=0", cell=cell) for t in (self.slope, neg(self.slope))] for cell in sides]
            if any(all(map(order.vetoed, both)) for both in slopes):
                continue
            order.rule("case-split")
            cases = [
                (goal.about(replace(goal.term, {v: c})), "0"),
                *((goal.about(goal.term, "", Fact(sub(v, c), s)), s) for s in ("+", "-")),
            ]
            if all(order.in_case(part, case(sub(v, c), s)) for part, s in cases):
                return True
        return False


# --- where a function may vanish ---------------------------------------------------------------------------------------------------


def zeros(order: Order, t: Term, v: Term, cell: Cell) -> list[Term]:
    """Terms without v at which t may vanish, found by solving its factors for v; guesses, to be checked."""
    form, _ = order.cells.context(cell)
    try:
        q = form.start(order.cells.resolve(t, cell))
        _, parts = form.factors(q.num)
        out: dict[Term, None] = {}
        for p, _ in parts:
            for root in _solve(form, p, v):
                out[root] = None
        return [c for c in out if v not in free(c)]
    except (Beyond, Undefined, Split, Unsupported):
        return []


def _solve(form: NormalForm, p: fmpq_mpoly, v: Term) -> list[Term]:
    frozen = form.freeze_poly(p)
    moving = {a for m, _ in frozen for a, _ in m if v in free(form.atom_term(a))}
    if len(moving) != 1:
        return []
    (a,) = moving
    k = form.number[a]
    degree = int(p.degrees()[k])
    cs = [form.poly_term(form.freeze_poly(coefficient(form, p, k, e))) for e in range(degree + 1)]
    if degree == 1:
        values = [neg(div(cs[0], cs[1]))]
    elif degree == 2 and a.kind == "sym":
        root = power(sub(power(cs[1], 2), mul(num(4), cs[2], cs[0])), HALF)
        values = [div(add(neg(cs[1]), side), mul(TWO, cs[2])) for side in (root, neg(root))]
    elif cs[0] is not ZERO and all(c is ZERO for c in cs[1:-1]) and a.kind == "exp":
        values = [power(neg(div(cs[0], cs[-1])), num(Fraction(1, degree)))]
    else:
        return []
    return [w for value in values for w in _invert(form, a, value, v)]


def _invert(form: NormalForm, a: Atom, value: Term, v: Term) -> list[Term]:
    """What v is where the atom has this value."""
    if a.kind == "sym":
        return [value]
    if a.kind == "exp":
        inner: FrozenPoly = ((a.data[0], Fraction(1, a.data[2])),)
        return _solve_for(form, form.poly_term(inner), form.poly_term(a.data[1]), fn("log", value), v)
    if a.kind == "log":
        return _solve_for(form, form.poly_term(a.data[0]), ONE, fn("exp", value), v)
    return []


def _solve_for(form: NormalForm, top: Term, bottom: Term, value: Term, v: Term) -> list[Term]:
    """v with top / bottom = value, where that is linear in v."""
    if v in free(bottom):
        return []
    slope = differentiate(top, v)
    if v in free(slope) or slope is ZERO:
        return []
    return [div(sub(mul(value, bottom), replace(top, {v: ZERO})), slope)]


# --- bisection ---------------------------------------------------------------------------------------------------------------------


def by_bisection(order: Order, goal: Goal) -> bool:
    """interval-bisection on a bounded box of one or two variables."""
    if not 1 <= len(_variables(order.circular.show(goal.term))) <= 2:
        return False
    goal = scalar(order, changed(goal, term=order.circular.show(goal.term)))
    box = {v: _ends(order, goal.cell, v) for v in sorted(free(goal.term), key=show)}
    if not 1 <= len(box) <= 2 or any(None in ends for ends in box.values()):
        return False
    return _bisected(order, goal, box, QUICK_PARTS if goal.fuel == 0 else MOST_PARTS)  # type: ignore[arg-type]


def by_far_bisection(order: Order, goal: Goal) -> bool:
    """interval-bisection near the origin, the other rules beyond it."""
    if len(_variables(order.circular.show(goal.term))) != 1:
        return False
    goal = scalar(order, changed(goal, term=order.circular.show(goal.term)))
    if len(free(goal.term)) != 1:
        return False
    (v,) = free(goal.term)
    low, high = _ends(order, goal.cell, v)
    near = (-FAR if low is None else low, FAR if high is None else high)
    if low is not None and high is not None or near[0] >= near[1] or not _bisected(order, goal, {v: near}, MOST_PARTS):
        return False
    beyond = [sub(v, num(near[1]))] if high is None else []
    beyond += [sub(num(near[0]), v)] if low is None else []
    return all(order.proves(goal.about(goal.term, "", Fact(gap, "+"))) for gap in beyond)


def _ends(order: Order, cell: Cell, v: Term) -> tuple[Fraction | None, Fraction | None]:
    """Numbers between which v lies by the facts; None where there is no such number."""
    span = interval(order, cell, v)
    low = max((b[0] for t in span.lows if (b := bounds(t))), default=None)
    high = min((b[1] for t in span.highs if (b := bounds(t))), default=None)
    return low, high


def _bisected(order: Order, goal: Goal, box: dict[Term, tuple[Fraction, Fraction]], parts: int) -> bool:
    if any(low > high for low, high in box.values()) or not Bisection(goal.term, box, goal.cell.facts, order.budget).positive(parts):
        return False
    order.rule("interval-bisection")
    order.cells.used.update(dict.fromkeys(goal.cell.facts))
    return True
