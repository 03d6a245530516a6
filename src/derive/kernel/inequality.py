"""Inequalities: `lhs <= rhs`, `lhs < rhs` and `lhs != rhs`, from the sign of rhs - lhs, cell by cell.

A goal says that a term is "+", ">=0" or "!=0" wherever it is defined and the facts of a cell hold. Its normal form is factored: what
has a known sign goes, what is left is closed by the first rule that reaches it. A rule asks for smaller goals, with less fuel; a goal
that fails at an exact point is dropped at once. Points veto, they never prove.

Rules of this file
    case-split         t has the sign if it has it for each sign of g
    equal-indices      t has the sign if it has it for i = j and for i != j
    factors            a product has the sign of its factors, each known by a rule of its own
    constant           a term without variables, by a ball that excludes 0
    zero-to-a-power    0^p = 0 for p > 0; a base that may be 0 is taken apart from one that is not
Those of lemmas.py, comparison.py, summation.py, calculus.py and enclosure.py are described there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import replace as changed
from itertools import product
from math import prod

from derive.kernel import calculus, comparison, defined, enclosure, lemmas, summands, summation
from derive.kernel.atoms import Beyond, Quotient, Restart, Split, Undefined, bound
from derive.kernel.cell import Cell, Stuck, at_place, case, cells_of, stated
from derive.kernel.cells import Cells
from derive.kernel.circular import Circular
from derive.kernel.derivative import Unsupported, arrays_in
from derive.kernel.domain import Need, placed
from derive.kernel.equality import instances, substituted
from derive.kernel.field import NormalForm
from derive.kernel.lemmas import MET
from derive.kernel.proof import Budget, Exhausted, Proof
from derive.kernel.question import Question
from derive.kernel.sample import Sample
from derive.kernel.signs import Contradiction, Fact
from derive.statement.step import Step
from derive.statement.term import (
    BINDERS,
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    ZERO,
    Term,
    add,
    free,
    make,
    mul,
    neg,
    num,
    replace,
    show,
    sub,
    subterms,
)

FUELS = (1, 2, 4, 6)  # how many rules may follow one another, in each round of the search
RAW_FUEL = 2  # and how many after a rule that was used on a term as it stands
MOST_STEPS = 50_000  # of one question
MOST_PLACES = 64  # a fact about every place in a range is said of each, up to so many
_RELATION = {"+": "lt", "-": "gt", ">=0": "le", "<=0": "ge", "0": "eq", "!=0": "ne"}


@dataclass(frozen=True)
class Goal:
    """`term` has the sign `want` ("+", ">=0" or "!=0") wherever it is defined and the facts of the cell hold."""

    term: Term
    want: str
    cell: Cell
    fuel: int
    splits: int = 12

    def about(self, term: Term, want: str = "", *facts: Fact) -> Goal:
        """The goal of a next step: less fuel, another term, perhaps more facts."""
        cell = self.cell.with_fact(*facts) if facts else self.cell
        return changed(self, term=term, want=want or self.want, cell=cell, fuel=self.fuel - 1)


Rule = Callable[["Order", Goal], bool]
Ledger = tuple[dict[str, None], dict[str, None], dict[Fact, None]]


class Order:
    """Proves goals, and keeps account of the rules, oracles and hypotheses that the proofs rest on."""

    def __init__(self, budget: Budget, cells: Cells | None = None) -> None:
        self.budget = budget
        self.last = budget.spent + MOST_STEPS
        self.cells = cells or Cells(budget)
        self.proved: dict[tuple[Term, str, Cell], tuple[Ledger, Step]] = {}
        self.named: list[str] = []  # the rules that were applied to the goal at hand, without those of the goals inside it
        self.failed: dict[tuple[Term, str, Cell], int] = {}
        self.false: dict[tuple[Term, str, Cell], bool] = {}
        self.asking: set[tuple[Term, str, Cell]] = set()
        self.lemmas: dict[tuple[Term, Cell], list[Fact]] = {}  # one-of-its-terms, which several rules ask for
        self.circular = Circular()
        self.sample = Sample(self.known)
        self.names = self.cells.names  # one counter, so that no fresh index is ever met twice
        self.stuck: Cell | None = None  # where the search failed first

    # --- goals

    def proves(self, goal: Goal) -> bool:
        """Whether the rules reach the goal; on failure the account is as before."""
        goal = self._hidden(goal)
        key = (goal.term, goal.want, goal.cell)
        known = self.proved.get(key)
        if known is not None:
            self._enter(*known)
            return True
        if self.budget.spent > self.last:
            raise Exhausted(f"{MOST_STEPS} steps of the search for an inequality")
        if goal.fuel < 0 or self.failed.get(key, -1) >= goal.fuel or key in self.asking:
            return False
        self.asking.add(key)
        try:
            return self._entered(goal, self._restarting)
        finally:
            self.asking.discard(key)

    def _entered(self, goal: Goal, step: Callable[[Goal], bool]) -> bool:
        """Whether the step reaches the goal, with an account of its own that is kept and entered, or dropped."""
        before, named, mark = self.ledger(), self.named, self.cells.log.mark()
        self.restore(({}, {}, {}))
        self.named = []
        done = False
        try:
            done = step(goal)
        finally:
            own = self.ledger()
            self.restore(before)
            rules, self.named = tuple(dict.fromkeys(self.named)), named
            if not done:
                self.cells.log.drop(mark)
        if done:
            stated_cell = changed(goal.cell, facts=tuple(changed(f, gap=self.circular.show(f.gap)) for f in goal.cell.facts))
            self.cells.log.close(mark, rules or ("sign",), case(self.circular.show(goal.term), goal.want), stated(stated_cell))
            found = self.proved[goal.term, goal.want, goal.cell] = own, self.cells.log.steps.pop()
            self._enter(*found)
        else:
            self.failed[goal.term, goal.want, goal.cell] = goal.fuel
            self.stuck = self.stuck or goal.cell
        return done

    def _hidden(self, goal: Goal) -> Goal:
        """The goal with sines and cosines as variables, and what is known of these; an angle that is equal to another is that one."""
        term = goal.term
        for fact in goal.cell.facts if self.circular.meaning else ():
            for v, value in () if fact.sign != "0" or fact.every or fact.apart else _solved(fact.gap):
                shown = self.circular.show(term)
                if self.circular.is_angle(v, shown) and not free(value) & self.circular.meaning.keys():
                    term = replace(shown, {v: value})
                    break
        term = self.circular.hide(term)
        said = self._said_here(self.circular.show(term), goal.cell) if self.circular.arrays else ()
        facts = (*said, *self.circular.known(term), *self.circular.chords(term), *self._on_half_turn(term, goal.cell))
        known = [f for f in facts if f not in goal.cell.facts]
        return changed(goal, term=term, cell=goal.cell.with_fact(*known)) if known or term is not goal.term else goal

    def _said_here(self, shown: Term, cell: Cell) -> tuple[Fact, ...]:
        """What facts say of sines and cosines at every place, at the places of a term."""
        here = [f for f in self.facts(shown, cell) if self.circular.entries_in(f.gap)]
        return self.circular.of_facts(changed(f, gap=self.circular.show(f.gap)) for f in here)

    def _on_half_turn(self, t: Term, cell: Cell) -> Iterator[Fact]:
        """sin u >= 0 for 0 <= u <= pi, cos u >= 0 for -pi/2 <= u <= pi/2, and > 0 inside."""
        for v in sorted((v for v in free(t) if v in self.circular.meaning), key=show):
            name, (u,) = self.circular.meaning[v].op, self.circular.meaning[v].args
            ends = (u, sub(PI, u)) if name == "sin" else (add(u, mul(HALF, PI)), sub(mul(HALF, PI), u))
            signs = {self.sign(self.circular.hide(end), cell) for end in ends}
            if signs <= {"+", ">=0", "0"}:
                yield Fact(v, "+" if signs == {"+"} else ">=0")

    def _restarting(self, goal: Goal) -> bool:
        for _ in range(40):
            try:
                return self._decide(goal)
            except Restart as restart:
                restart.form.reset()
            except Contradiction:
                self.rule("empty-cell")
                return True
        return False

    def rule(self, name: str) -> None:
        self.cells.rules[name] = None
        self.named.append(name)

    def ledger(self) -> Ledger:
        return dict(self.cells.rules), dict(self.cells.oracles), dict(self.cells.used)

    def restore(self, ledger: Ledger) -> None:
        self.cells.rules, self.cells.oracles, self.cells.used = (dict(part) for part in ledger)  # type: ignore[assignment]

    def _enter(self, ledger: Ledger, step: Step) -> None:
        self.cells.log.steps.append(step)
        self.cells.rules.update(ledger[0])
        self.cells.oracles.update(ledger[1])
        self.cells.used.update(ledger[2])

    def _decide(self, goal: Goal) -> bool:
        self.budget.spend(5)
        cells, cell = self.cells, goal.cell
        if self._is_constant(goal):
            return True
        form, known = cells.context(cell)
        try:
            resolved = cells.resolve(goal.term, cell)
            if self.circular.hide(resolved) is not resolved:  # slopes come out with circular functions of their own
                self.named.append("resolve")
                return self.proves(changed(goal, term=resolved))
            if cells.sign(resolved, cell) in MET[goal.want]:
                cells.keep(form, known)
                return True
            q = form.start(resolved)
        except Split as split:
            return self.by_cases(goal, split.gap)
        except (Undefined, Unsupported):
            return cells.empty(cell)
        except Beyond:
            return cells.empty(cell) or any(self.attempt(rule, goal) for rule in BEYOND)
        if q.num.is_zero():
            return goal.want == ">=0" or cells.empty(cell)
        pair = summands.free_delta(form, q)
        if pair is not None:
            return self._by_places(goal, pair)
        gap = summands.free_indicator(form, q)
        if gap is not None:
            return self.by_cases(goal, gap)
        raw = changed(goal, term=resolved, fuel=min(goal.fuel, RAW_FUEL))
        if goal.fuel > 0 and goal.want != "!=0" and not self.vetoed(raw):
            changes = not q.den.is_one() or any(u.op in REWRITTEN for u in subterms(resolved))
            if any(self.attempt(rule, raw) for rule in (RAW if changes else RAW[:2])):
                return True
            q = form.start(resolved)
        return self._by_factors(goal, form, q)

    def _is_constant(self, goal: Goal) -> bool:
        """constant: a term without variables, of the wanted sign."""
        t = self.circular.show(goal.term)
        if free(t) or arrays_in(t) or enclosure.constant_sign(t) not in MET[goal.want]:
            return False
        self.rule("constant")
        return True

    def by_cases(self, goal: Goal, gap: Term) -> bool:
        """case-split: the goal holds if it does for each sign that gap can have."""
        if goal.splits <= 0:
            return False
        self.rule("case-split")
        for sign in self.cells.signs_of(gap, goal.cell):
            if not self.in_case(changed(goal, cell=goal.cell.with_fact(Fact(gap, sign)), splits=goal.splits - 1), case(gap, sign)):
                return False
        return True

    def in_case(self, goal: Goal, which: Term) -> bool:
        """Whether the rules reach a goal that is one case of the goal around it."""
        mark = self.cells.log.mark()
        if not self.proves(goal):
            return False
        self.cells.log.label(mark, self.circular.show(which))
        return True

    def _by_places(self, goal: Goal, pair: tuple[Term, Term]) -> bool:
        """equal-indices: the goal holds if it does for two places that are equal and for two that differ."""
        if goal.splits <= 0:
            return False
        self.rule("equal-indices")
        place, drop = pair
        apart = changed(goal, cell=changed(goal.cell, distinct=goal.cell.distinct | {frozenset(pair)}), splits=goal.splits - 1)
        equal = changed(goal, term=replace(goal.term, {drop: place}), cell=at_place(goal.cell, drop, place), splits=goal.splits - 1)
        return self.in_case(apart, make("ne", *pair)) and self.in_case(equal, make("eq", *pair))

    def _by_factors(self, goal: Goal, form: NormalForm, q: Quotient) -> bool:
        """factors: every factor has a sign of its own; in the denominator it is not 0."""
        side, parts = _factored(goal.want, form, q)
        if not side:
            return goal.want == ">=0" or self.cells.empty(goal.cell)
        wants = [(t, want) for t, want in parts if want in MET]
        turning = sorted((t for t, want in parts if want == "?"), key=lambda t: (len(show(t)), show(t)))
        if len(turning) == 1:
            wants.append((turning[0] if side > 0 else neg(turning[0]), goal.want))
            side = 1
        else:
            for t in turning:
                up, down = (self.vetoed(changed(goal, term=u, want=">=0")) for u in (t, neg(t)))
                if up and down:
                    return self.by_cases(goal, self._turning_point(goal, turning) or t)
                wants.append((neg(t) if up else t, goal.want))
                side = -side if up else side
        if side < 0 and goal.want != "!=0":  # at most 0: nothing is left but 0 itself
            return self.cells.empty(goal.cell) or goal.want == ">=0" and self.attempt(lemmas.by_solver, goal)
        if len(wants) != 1:
            self.rule("factors")
        return all(self._part(goal, t, want) for t, want in wants)

    def _turning_point(self, goal: Goal, terms: list[Term]) -> Term | None:
        """v - c, where on each side of c every term seems to keep one sign."""
        variables = sorted({v for t in terms for v in free(t) if v.op == "sym"}, key=show)
        entries = sorted({u for t in terms for u in subterms(t) if u.op == "entry" and not any(map(bound, free(u)))}, key=show)
        for v in (*variables, *entries):
            for c in (ZERO, ONE, *(w for w in (*variables, *entries) if w is not v)):
                gap = sub(v, c)
                sides = [goal.cell.with_fact(Fact(gap, s)) for s in ("+", "-")]
                if all(
                    any(not self.vetoed(changed(goal, term=u, want=">=0", cell=cell)) for u in (t, neg(t))) for t in terms for cell in sides
                ):
                    return gap
        return None

    def _part(self, goal: Goal, term: Term, want: str) -> bool:
        """One factor: a goal of its own, closed at once where it is the goal itself."""
        part = changed(goal, term=term, want=want)
        key = (term, want, goal.cell)
        if key in self.asking:
            return self.close(part)
        known = self.proved.get(key)
        if known is not None:
            self._enter(*known)
            return True
        if self.failed.get(key, -1) >= goal.fuel:
            return False
        return self._entered(part, self.close)

    # --- what closes a goal

    def close(self, goal: Goal) -> bool:
        """The first rule that reaches an irreducible goal."""
        if goal.want == "!=0":
            return self._apart(goal)
        if self._is_constant(goal):
            return True
        if self.vetoed(goal):
            return False
        return any(self.attempt(rule, goal) for rule, fuel in RULES if goal.fuel >= fuel)

    def _apart(self, goal: Goal) -> bool:
        """t != 0 because t > 0, or t < 0, or by the solver."""
        for term in (goal.term, neg(goal.term)):
            if self.proves(changed(goal, term=term, want="+")):
                return True
        return self.attempt(lemmas.by_solver, goal)

    def attempt(self, rule: Rule, goal: Goal) -> bool:
        """Whether a rule reaches a goal."""
        return self.tries(lambda: rule(self, goal))

    def tries(self, step: Callable[[], bool]) -> bool:
        """Whether a step succeeds; it leaves no trace where it does not."""
        before, named, mark = self.ledger(), len(self.named), self.cells.log.mark()
        try:
            if step():
                return True
        except (Beyond, Undefined, Unsupported, Split, Contradiction):
            pass
        self.restore(before)
        del self.named[named:]
        self.cells.log.drop(mark)
        return False

    def vetoed(self, goal: Goal) -> bool:
        """Whether the goal fails at one of a few exact points."""
        key = (goal.term, goal.want, goal.cell)
        found = self.false.get(key)
        if found is None:
            found = self.sample.refutes(self.circular.show(goal.term), _RELATION[goal.want], goal.cell)
            self.budget.spend(20 + 40 * sum(f.sign == "0" for f in goal.cell.facts) + sum(1 for _ in subterms(goal.term)) // 4)
            self.false[key] = found
        return found

    def known(self, cell: Cell) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """What is known in a cell, as propositions, and which of these speak of the question's own indices."""
        given = [(f, self.circular.show(proposition(f))) for f in cell.facts if not self.circular.own(f)]
        apart = sorted((make("ne", *sorted(pair, key=show)) for pair in cell.distinct), key=show)
        return (*(p for _, p in given), *apart), (*(p for f, p in given if not f.every), *apart)

    # --- small questions

    def sign(self, t: Term, cell: Cell) -> str:
        """The sign of a kink-free term by the rules for signs alone, "?" where they do not tell."""
        try:
            return self.cells.sign(t, cell)
        except (Beyond, Undefined, Unsupported, Split, Contradiction):
            return "?"

    def vanishes(self, t: Term, cell: Cell) -> bool:
        before = self.ledger()
        try:
            self.cells.vanish(t, cell)
            return True
        except (Stuck, Beyond, Undefined, Unsupported, Split):
            self.restore(before)
            return False

    def defined(self, t: Term, cell: Cell) -> bool:
        """Whether t has a value throughout the cell."""
        before = self.ledger()
        try:
            if not defined.open_needs(self.cells, self.circular.show(t), cell):
                return True
        except (Beyond, Undefined, Unsupported, Split, Contradiction):
            pass
        self.restore(before)
        return False

    def meets_all(self, sides: tuple[Term, Term], cell: Cell) -> bool:
        """Whether both sides have a value throughout the cell, by these rules, where signs alone do not tell."""
        return all(self.meets(need, cell) for side in sides for need in defined.open_needs(self.cells, side, cell))

    def meets(self, need: Need, cell: Cell) -> bool:
        """Whether a need without guards holds throughout the cell, by these rules."""
        if need.guards or need.sign not in MET:
            return False
        hidden = changed(cell, facts=self.circular.of_facts(cell.facts))
        return self.proves(Goal(need.term, need.sign, hidden, 1))

    def facts(self, t: Term, cell: Cell) -> list[Fact]:
        """The facts of a cell, those for all indices at the free indices of t, as far as their places are known to differ."""
        places = sorted((v for v in free(t) if v.op == "index"), key=show)
        out: dict[Fact, None] = {}
        for fact in cell.facts:
            for choice in product(*([p for p in places if p.args[1] is i.args[1]] for i in fact.every)):
                table = dict(zip(fact.every, choice, strict=True))
                if all(frozenset((table.get(p, p), table.get(q, q))) in cell.distinct for p, q in fact.apart):
                    out[Fact(replace(fact.gap, table), fact.sign)] = None
        return list(out)


def _solved(gap: Term) -> Iterator[tuple[Term, Term]]:
    """v and t where gap = 0 says v = t, for a symbol v that stands in gap alone, by itself or with a minus."""
    parts = gap.args if gap.op == "add" else (gap,)
    for k, part in enumerate(parts):
        sign, v = part.args if part.op == "mul" and len(part.args) == 2 and part.args[0] is MINUS_ONE else (ONE, part)
        rest = add(*parts[:k], *parts[k + 1 :], ZERO)
        if v.op == "sym" and v not in free(rest):
            yield v, neg(rest) if sign is ONE else rest


def _factored(wanted: str, form: NormalForm, q: Quotient) -> tuple[int, list[tuple[Term, str]]]:
    """The sign of what is known of q's factors (0 where one is 0), and what is wanted of the others: a sign, or "?" for any."""
    side = 1
    parts: list[tuple[Term, str]] = []
    for poly, below in ((q.num, False), (q.den, True)):
        content, factors = form.factors(poly)
        side = -side if content < 0 else side
        for p, e in factors:
            sign, frozen = form.sign(p), form.freeze_poly(p)
            if sign == "0":
                return 0, []
            if sign in ("-", "<=0"):
                side = -side if e % 2 else side
                sign, frozen = {"-": "+", "<=0": ">=0"}[sign], tuple((m, -c) for m, c in frozen)
            want = _wanted(wanted, sign, e, below)
            if want:
                parts.append((form.poly_term(frozen), want))
    return side, parts


def _wanted(wanted: str, sign: str, e: int, below: bool) -> str:
    """What is wanted of a factor with a sign and an exponent, so that the product has the wanted sign: "" for nothing more."""
    nonzero = below or wanted == ">=0" or sign in ("+", "!=0")
    if sign in ("+", ">=0") or e % 2 == 0:
        return "" if nonzero else "+" if sign == ">=0" else "!=0"
    if wanted == "!=0":
        return "" if nonzero else "!=0"
    return "?"


def proposition(fact: Fact) -> Term:
    """A fact as a relation with 0, or as one of the equalities of places under which it says nothing."""
    op = _RELATION[fact.sign]
    relation = make({"gt": "lt", "ge": "le"}[op], fact.gap, ZERO) if op in ("gt", "ge") else make(op, ZERO, fact.gap)
    return make("or", *(make("eq", p, q) for p, q in fact.apart), relation) if fact.apart else relation


RULES: tuple[tuple[Rule, int], ...] = (
    (lemmas.by_known_terms, 0),
    (lemmas.by_solver, 0),
    (calculus.by_bisection, 0),
    (comparison.by_roots, 1),
    (comparison.by_exponentials, 1),
    (comparison.by_logarithms, 1),
    (comparison.by_tangents, 1),
    (summation.by_summands, 1),
    (summation.by_tuples, 1),
    (summation.by_bounds, 1),
    (summation.by_part, 1),
    (comparison.by_known_bounds, 1),
    (comparison.by_whole, 1),
    (calculus.by_monotony, 1),
    (calculus.by_far_bisection, 1),
)


# What is tried on a term as it stands, the last where its normal form looks otherwise.
RAW: tuple[Rule, ...] = (summation.by_shape, lemmas.by_known_terms, calculus.by_monotony)
REWRITTEN = ("tanh", "asinh", "acosh", "atanh", "loggamma", "polygamma")

# What is tried where a term has no normal form.
BEYOND: tuple[Rule, ...] = (summation.by_shape, calculus.by_bisection, calculus.by_monotony)


def prove_order(question: Question, budget: Budget) -> Proof:
    """lhs <= rhs, lhs < rhs or lhs != rhs wherever the hypotheses hold; raises Stuck, Exhausted."""
    order = Order(budget)
    goal = make(question.relation, question.lhs, question.rhs)
    for part in instances(substituted(question)):
        for cell in order.cells.settled(cells_of(part)):
            for lhs, rhs, piece in _based(order, part.lhs, part.rhs, _spelt_out(cell)):
                _prove_in_cell(order, lhs, rhs, question.relation, piece)
    order.cells.log.close(0, ("cases",), goal)
    return order.cells.proof()


def _prove_in_cell(order: Order, lhs: Term, rhs: Term, relation: str, cell: Cell) -> None:
    trouble = defined.same_domain(order.cells, lhs, rhs, cell)
    if trouble and not order.meets_all((lhs, rhs), cell):
        raise Stuck(cell, f"one side may be undefined where the other is not: {trouble}")
    order.stuck = None
    cell = cell.with_fact(*_domain(order, (lhs, rhs), cell))
    hidden = changed(cell, facts=order.circular.of_facts(cell.facts))
    goal = Goal(sub(rhs, lhs), {"le": ">=0", "lt": "+", "ne": "!=0"}[relation], hidden, 0)
    if not any(order.proves(changed(goal, fuel=fuel)) for fuel in FUELS):
        raise Stuck(order.stuck or cell, "no rule reaches the inequality")


def _domain(order: Order, sides: tuple[Term, Term], cell: Cell) -> list[Fact]:
    """What logarithms, roots and quotients in the sides need, as facts: where one of them has no value, neither has its side."""
    out: dict[Fact, None] = {}
    todo: list[tuple[Term, tuple[Term, ...]]] = [(t, ()) for t in sides]
    while todo:
        u, every = todo.pop()
        if u.op in ("piecewise", "deriv", "integral"):
            continue
        if u.op in ("sum", "prod"):
            every = (*every, u.args[1])
        todo += [(c, every) for c in u.args if isinstance(c, Term) and c not in every]
        sign = {"log": "+", "pow": _needed(u)}.get(u.op, "")
        if sign and not _is_plain(order, u.args[0], cell):
            out[Fact(u.args[0], sign, tuple(v for v in every if v in free(u.args[0])))] = None
    return list(out)


def _is_plain(order: Order, t: Term, cell: Cell) -> bool:
    """Whether the normal form of t shows that t > 0."""
    form, _ = order.cells.context(cell)
    try:
        q = form.start(t)
        return form.sign(q.num) == form.sign(q.den) == "+"
    except (Beyond, Undefined, Unsupported, Split, Contradiction, Restart):
        return False


def _needed(t: Term) -> str:
    """The sign that the base of a power with a number for exponent needs; "" where it needs none."""
    if t.op != "pow" or t.args[1].op != "num":
        return ""
    e = t.args[1].args[0]
    if e.denominator == 1:
        return "!=0" if e < 0 else ""
    return "+" if e < 0 else ">=0"


def _spelt_out(cell: Cell) -> Cell:
    """The cell with what it says of every place in a range of known size said of each place, and kinks that bound something undone."""
    more: dict[Fact, None] = {Fact(gap, f.sign, f.every, f.apart): None for f in cell.facts if f.every for gap in _unfolded(f)}
    for fact in (*cell.facts, *more):
        sizes = [i.args[1].args[0] if i.args[1].op == "num" else MOST_PLACES + 1 for i in fact.every]
        if fact.every and not fact.apart and prod(sizes) <= MOST_PLACES:
            for places in product(*(range(int(size)) for size in sizes)):
                more[Fact(replace(fact.gap, dict(zip(fact.every, map(num, places), strict=True))), fact.sign)] = None
    return cell.with_fact(*more)


def _unfolded(fact: Fact) -> list[Term]:
    """c - t and c + t from c - |t|, c - s and c - t from c - max(s, t), where those are not negative."""
    parts = fact.gap.args if fact.gap.op == "add" else (fact.gap,)
    for part in parts if fact.sign in ("+", ">=0") else ():
        factor, kink = part.args if part.op == "mul" and len(part.args) == 2 and part.args[0].op == "num" else (ONE, part)
        falls = factor.args[0] < 0
        if kink.op == ("max" if falls else "min") or kink.op == "abs" and falls:
            choices = (kink.args[0], neg(kink.args[0])) if kink.op == "abs" else kink.args
            rest = add(*(u for u in parts if u is not part))
            return [add(rest, mul(factor, u)) for u in choices]
    return []


def _based(order: Order, lhs: Term, rhs: Term, cell: Cell) -> list[tuple[Term, Term, Cell]]:
    """zero-to-a-power: where a base may be 0 and its exponent is positive, base > 0 and base = 0 apart; there the power is 0.

    What stands beside such a power keeps its needs: 0 times log 0 has no value. A base that changes along a sum has no one sign.
    """
    if any(u.op in ("deriv", "integral") for t in (lhs, rhs) for u in subterms(t)):
        return [(lhs, rhs, cell)]  # a power under a derivative is 0 at the point alone
    for t in (lhs, rhs):
        for u in sorted(_unbound(t), key=show):
            if u.op != "pow" or u.args[1].op != "sym" or u.args[1].args[1] not in ("positive", "positive integer"):
                continue
            kink = u.args[0].op == "abs"
            base = u.args[0].args[0] if kink else u.args[0]
            sides = {">=0": ("+",), **({"?": ("+", "-"), "<=0": ("-",), "0": ()} if kink else {})}.get(order.sign(base, cell))
            if sides is not None:
                order.rule("zero-to-a-power")
                pieces = [p for sign in sides for p in _based(order, lhs, rhs, cell.with_fact(Fact(base, sign)))]
                there = cell.with_fact(Fact(base, "0"))
                return [*pieces, *_based(order, placed(lhs, u, ZERO), placed(rhs, u, ZERO), there)]
    return [(lhs, rhs, cell)]


def _unbound(t: Term) -> set[Term]:
    """The subterms of t in which nothing is bound by what is around them."""
    bound_here = frozenset(u.args[1] for u in subterms(t) if u.op in BINDERS)
    return {u for u in subterms(t) if not free(u) & bound_here}
