"""Integrals: each one in a question is replaced by a closed form that is proved, or by a name that equal integrals share.

An integral is done only where its integrand f is shown to have a value on all of the open interval, so that nothing is lost of where
the claim is defined. At an end of the interval where f has no value, and at an infinite end, the integral is the limit from inside.
What is asked of the order of its limits, or of the place of a kink, is a case split of the question. Rules

    antiderivative    int_a^b f = F(b) - F(a)              F' = f on (a, b) by the normal form, f and F defined and without kinks there,
                                                           F defined at a and b; b < a too, where this holds between b and a
    improper          F(a), F(b) are limits from inside    that limits.py finds, and finite
    split-at-kink     int_a^b f = int_a^r f + int_r^b f    r the root of a kink's linear argument, a < r < b, f defined at r
    empty-interval    int_a^a f = 0                        f defined at a
    gamma-integral    int_0^oo t^e exp(-b t^m) dt = gamma((e+1)/m) b^(-(e+1)/m) / m      m = 1, 2; e > -1, b > 0
    beta-integral     int_0^1 t^e (1-t)^g dt = gamma(e+1) gamma(g+1) / gamma(e+g+2)      e > -1, g > -1
    bessel-integral   int over one turn of exp(a cos(t + d)) dt = 2 pi I_0(a), with cos(t + d) beside it 2 pi I_1(a)
    same-integral     int_a^b (k f + g) = k (I_f(b) - I_f(a)) + I_g(b) - I_g(a)          f, g continuous on the whole line, I_f(0) = 0

`same-integral` names integrals that nobody can do: I_f(u) = int_0^u f, one name for each integrand and limit in normal form; where f is
continuous between the limits only, the whole integral has a name. A name holds at the point only, so none is given where a derivative
is taken or an index is bound. Under a derivative in x, nothing is used of x but facts that stay true next to the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as changed

from derive.kernel import defined, limits
from derive.kernel.antiderivative import Product, Proposer
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Cell, Stuck, cells_of
from derive.kernel.cells import Cells
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.domain import needs
from derive.kernel.proof import Budget, Proof
from derive.kernel.question import Question
from derive.kernel.signs import Contradiction, Fact
from derive.statement.step import claimed
from derive.statement.term import (
    BINDERS,
    KINKS,
    ONE,
    OO,
    PI,
    TWO,
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
)  # fmt: skip

BELOW = neg(OO)
MOST_SPLITS = 4  # of a question, one inside the other
CONTINUOUS = ("abs", "max", "min")  # kinks without a jump
OPEN_SORTS = ("real", "positive", "negative", "nonzero")  # each point of these has a neighbourhood inside
FAILURES = (Stuck, Beyond, Undefined, Unsupported, Split, Contradiction)


class NoForm(Beyond):
    """No rule does the integral."""


class Open(Exception):
    """The sign of `gap` must be known to go on."""

    def __init__(self, gap: Term) -> None:
        super().__init__(show(gap))
        self.gap = gap


@dataclass(frozen=True)
class Place:
    """Where an integral stands: what is known there, and whether a name for it would be the same for all that is around it."""

    cell: Cell
    plain: bool = True


def has_integral(question: Question) -> bool:
    return "integral" in question.ops and any(u.op == "integral" for side in question.sides for u in subterms(side))


def variables(question: Question) -> frozenset[Term]:
    return frozenset((*question.symbols, *question.sizes, *question.indices))


def prove_done(question: Question, budget: Budget, prove: Callable[[Question, Budget], Proof], depth: int = 0) -> Proof:
    """A proof of the question with its integrals done, case by case; raises Stuck or Beyond where one cannot be."""
    try:
        return _with_integrals(question, budget, prove, depth, naming=False)
    except FAILURES:
        return _with_integrals(question, budget, prove, depth, naming=True)


def _with_integrals(question: Question, budget: Budget, prove: Callable[[Question, Budget], Proof], depth: int, naming: bool) -> Proof:
    cells = Cells(budget)
    goal = claimed(question.relation, *question.sides)
    try:
        done = Integrals(question, cells, naming).question()
    except Open as split:
        if depth >= MOST_SPLITS or not free(split.gap) <= variables(question):
            raise NoForm(f"the sign of {show(split.gap)} is not known") from split
        if any(defined.open_needs(cells, split.gap, cell) for cell in cells_of(question)):
            raise NoForm(f"{show(split.gap)} may be undefined") from split
        proof = Proof(())
        for case, narrower in _by_sign(question, split.gap):
            proof = proof.then(_with_integrals(narrower, budget, prove, depth + 1, naming).labelled(case))
        return proof.within("case-split", goal)
    except FAILURES:
        if not depth:
            raise
        empty = Cells(budget)
        for cell in cells_of(question):
            empty.vanish(ONE, cell)  # 1 = 0 holds in an empty case, and in no other
        return empty.proof()
    return cells.proof().then(prove(done, budget)).within("integrals", goal)


def _by_sign(question: Question, gap: Term) -> Iterator[tuple[Term, Question]]:
    """The cases gap > 0, gap < 0 and gap = 0, and the question in each."""
    for case in (make("lt", ZERO, gap), make("lt", gap, ZERO), make("eq", gap, ZERO)):
        yield case, changed(question, given=(*question.given, case), schematic=(*question.schematic, case))


def closed_forms(question: Question, budget: Budget, depth: int = 0) -> Iterator[Question]:
    """The question with all its integrals carried out, in each case of those that this takes, as far as the rules reach.

    Under the hypotheses of such a question the sides of either one have the same values: what refutes it refutes the other.
    """
    try:
        yield Integrals(question, Cells(budget), naming=False).question()
    except Open as split:
        if depth < MOST_SPLITS and free(split.gap) <= variables(question):
            for _, narrower in _by_sign(question, split.gap):
                yield from closed_forms(narrower, budget, depth + 1)
    except FAILURES:
        pass  # no rule does an integral here


class Integrals:
    """Does the integrals of one question; with `naming`, those that nobody can do get a name."""

    def __init__(self, asked: Question, cells: Cells, naming: bool) -> None:
        self.asked, self.cells, self.naming = asked, cells, naming
        self.names: dict[tuple[Term, Term, Term], Term] = {}
        self.count = 0

    def question(self) -> Question:
        """The question without integrals that could be done."""
        known = cells_of(self.asked)
        common = tuple(f for f in known[0].facts if all(f in other.facts for other in known)) if known else ()
        place = Place(Cell(common, known[0].distinct if known else frozenset()))
        lhs, rhs = (self._done(self._differentiated(side, place.cell), place) for side in self.asked.sides)
        return changed(self.asked, lhs=lhs, rhs=rhs)

    def _differentiated(self, side: Term, cell: Cell) -> Term:
        """The side with derivatives of integrals carried out, where all of it is shown to be defined."""
        if not any(u.op == "deriv" and any(v.op == "integral" for v in subterms(u)) for u in subterms(side)):
            return side
        try:
            open_needs = [n for n in defined.open_needs(self.cells, side, cell) if n.sign != "integral" or not self._exists(n.term)]
            return self.cells.resolve(side, cell) if not open_needs else side
        except FAILURES:
            return side

    def _exists(self, t: Term) -> bool:
        """Whether an integral with finite limits has a smooth integrand on the whole line, whatever else it depends on."""
        body, variable, *ends = t.args
        s = sym("∫")
        body = replace(body, {variable: s})
        if any(u in (OO, BELOW) for u in ends) or any(u.op in (*KINKS, "deriv", "integral", "entry") for u in subterms(body)):
            return False
        if any(u.op == "sym" and u.args[1] not in OPEN_SORTS for u in subterms(body)):
            return False  # the end of a sort is left as the variable moves
        return not defined.open_needs(self.cells, body, Cell())

    def _done(self, t: Term, place: Place) -> Term:
        """t with every integral in it replaced; raises NoForm."""
        if not any(u.op == "integral" for u in subterms(t)):
            return t
        if t.op == "integral":
            return self._integral(t, place)
        if t.op == "deriv":
            return make("deriv", self._done(t.args[0], changed(place, cell=self._near(place.cell, t.args[1]), plain=False)), t.args[1])
        if t.op in BINDERS:
            return make(t.op, self._done(t.args[0], Place(_without(place.cell, t.args[1]), plain=False)), *t.args[1:])
        done = rebuild(t, lambda u: self._done(u, place))
        if done is ZERO and any(defined.open_needs(self.cells, u, place.cell) for u in t.args if u.op != "integral"):
            raise NoForm("an integral that is 0 beside a factor that may be undefined")
        return done

    def _near(self, cell: Cell, x: Term) -> Cell:
        """What stays true as x moves a little: strict signs of polynomials in x."""
        if x.args[1] not in OPEN_SORTS:
            raise NoForm("a derivative in a variable that cannot move both ways")
        calm = ("add", "mul", "num", "sym", "entry", "index", "const")
        strict = (
            f for f in cell.facts
            if not depends(f.gap, x) or not f.every and f.sign in ("+", "-", "!=0") and all(u.op in calm for u in subterms(f.gap))
        )  # fmt: skip
        return changed(cell, facts=tuple(strict))

    # --- one integral ------------------------------------------------------------------------------------------------------------

    def _integral(self, t: Term, place: Place) -> Term:
        body, variable, low, high = t.args
        low, high = (u if u in (OO, BELOW) else self._done(u, place) for u in (low, high))
        if low is OO or high is BELOW or any(OO in subterms(u) and u not in (OO, BELOW) for u in (low, high)):
            raise NoForm("limits of integration that are in no order")
        if any(u.op == "integral" for end in (low, high) for u in subterms(end)):
            raise NoForm("an integral as a limit of integration")
        for end in (low, high):
            if end not in (OO, BELOW) and defined.open_needs(self.cells, end, place.cell):
                raise NoForm("a limit of integration that may be undefined")
        self.count += 1
        s = sym(f"∫{self.count}")  # real, whatever the sort of the bound variable: that says nothing of the range
        body = replace(body, {variable: s})
        if any(u.op == "integral" for u in subterms(body)):
            body = self._inner(body, s, low, high, place)
        return self._over(body, s, low, high, place)

    def _inner(self, body: Term, s: Term, low: Term, high: Term, place: Place) -> Term:
        """The integrand with the integrals in it done, for all values of s, or for those between the limits where their order is known."""
        cell = place.cell
        if self._order(low, high, cell) == "+":
            cell = cell.with_fact(*_inside(s, low, high))
        return self._done(body, Place(cell, plain=False))

    def _over(self, body: Term, s: Term, low: Term, high: Term, place: Place) -> Term:
        cell = place.cell
        if low is not BELOW and high is not OO:
            with suppress(*FAILURES):
                return self._piece(body, s, low, high, cell, None)
            with suppress(*FAILURES):
                return self._named(body, s, low, high, place)
        sign = self._order(low, high, cell)
        if sign == "+":
            return self._ordered(body, s, low, high, place)
        if sign == "-":
            return neg(self._ordered(body, s, high, low, place))
        if sign == "0":
            if not defined.has_value_at(self.cells, body, {s: low}, cell):
                raise NoForm("an integrand that may be undefined on an empty interval")
            self.cells.rules["empty-interval"] = None
            return ZERO
        raise Open(sub(high, low))

    def _ordered(self, body: Term, s: Term, low: Term, high: Term, place: Place) -> Term:
        """The integral where low < high, done or named."""
        try:
            return self._piece(body, s, low, high, place.cell, _inside(s, low, high))
        except FAILURES:
            if low is BELOW or high is OO:
                raise
            return self._named_whole(body, s, low, high, place)

    def _order(self, low: Term, high: Term, cell: Cell) -> str:
        """The sign of high - low."""
        return "+" if low is BELOW or high is OO else self._sign(sub(high, low), cell)

    def _sign(self, t: Term, cell: Cell) -> str:
        try:
            return self.cells.sign(self.cells.resolve(t, cell), cell)
        except Split as split:
            raise Open(split.gap) from split

    def _piece(self, body: Term, s: Term, low: Term, high: Term, cell: Cell, facts: tuple[Fact, ...] | None) -> Term:
        """The integral where low < s < high by `facts`; for limits in any order where they are None."""
        inside = cell.with_fact(*facts or ())
        try:
            plain = self.cells.resolve(body, inside)
        except Split as split:
            if not depends(split.gap, s):
                raise Open(split.gap) from split
            if facts is None:
                raise NoForm("a kink somewhere") from split
            return self._at_kink(body, s, low, high, cell, facts, split.gap)
        if any(u.op in (*KINKS, "deriv", "integral") and depends(u, s) for u in subterms(plain)):
            raise NoForm("an integrand with a kink that is not taken apart")
        if defined.open_needs(self.cells, body, inside) or defined.open_needs(self.cells, plain, inside):
            raise NoForm("an integrand that may be undefined inside the interval")
        proposer = Proposer(s, self.cells.context(inside)[0], lambda u: self._log(u, inside))
        known = None if facts is None else self._definite(plain, s, low, high, inside, cell, proposer)
        if known is not None:
            return known
        for candidate in proposer.propose(plain):
            try:
                if self._differentiates_to(candidate, plain, s, inside):
                    value = sub(self._end(candidate, s, high, "-", cell), self._end(candidate, s, low, "+", cell))
                    self.cells.rules["antiderivative"] = None
                    return value
            except FAILURES:
                continue
        raise NoForm(f"no antiderivative of {show(plain)}")

    def _log(self, u: Term, cell: Cell) -> Term:
        """log|u|, without the bars where the sign of u is known."""
        try:
            sign = self.cells.sign(u, cell)
        except FAILURES:
            sign = "?"
        return fn("log", u if sign == "+" else neg(u) if sign == "-" else fn("abs", u))

    def _differentiates_to(self, candidate: Term, body: Term, s: Term, inside: Cell) -> bool:
        """Whether the candidate has the derivative `body` at each point of the cell."""
        if any(u.op in (*KINKS, "deriv", "integral") and depends(u, s) for u in subterms(candidate)):
            return False
        slope = differentiate(candidate, s)
        if any(not defined.met(self.cells, need, inside) for need in needs(make("deriv", candidate, s))):
            return False
        try:
            self.cells.vanish(sub(slope, body), inside)
        except FAILURES:
            return False
        return True

    def _end(self, whole: Term, s: Term, end: Term, side: str, cell: Cell) -> Term:
        """What an antiderivative is at one end of the interval, or tends to there from inside."""
        if end not in (OO, BELOW):
            if defined.has_value_at(self.cells, whole, {s: end}, cell):
                return replace(whole, {s: end})
        value = limits.limit(whole, s, end, side, self.cells, cell)
        if any(OO in subterms(u) for u in (value,)) or defined.open_needs(self.cells, value, cell):
            raise NoForm("an antiderivative without a finite limit")
        self.cells.rules["improper"] = None
        return value

    # --- kinks ---------------------------------------------------------------------------------------------------------------------

    def _at_kink(self, body: Term, s: Term, low: Term, high: Term, cell: Cell, facts: tuple[Fact, ...], gap: Term) -> Term:
        """The integral on both sides of the root of a kink's argument c s + d, or on the one that the interval lies on."""
        start = replace(gap, {s: ZERO})
        slope = sub(replace(gap, {s: ONE}), start)
        self.cells.vanish(sub(gap, add(mul(slope, s), start)), cell)
        if defined.open_needs(self.cells, start, cell) or defined.open_needs(self.cells, slope, cell):
            raise NoForm("a kink that may be undefined")
        rising = self._sign(slope, cell)
        if rising not in ("+", "-"):
            raise Open(slope)
        root, falling = neg(div(start, slope)), "-" if rising == "+" else "+"
        left, right = self._order(low, root, cell), self._order(root, high, cell)
        if left in ("-", "0", "<=0"):
            return self._piece(body, s, low, high, cell, (*facts, Fact(gap, rising)))
        if right in ("-", "0", "<=0"):
            return self._piece(body, s, low, high, cell, (*facts, Fact(gap, falling)))
        for sign, between in ((left, (low, root)), (right, (root, high))):
            if sign != "+":
                raise Open(sub(between[1], between[0]))
        if not defined.has_value_at(self.cells, body, {s: root}, cell):
            raise NoForm("an integrand that may be undefined at a kink")
        before = self._piece(body, s, low, root, cell, (*facts, *_inside(s, low, root), Fact(gap, falling)))
        after = self._piece(body, s, root, high, cell, (*facts, *_inside(s, root, high), Fact(gap, rising)))
        self.cells.rules["split-at-kink"] = None
        return add(before, after)

    # --- known definite integrals ----------------------------------------------------------------------------------------------------

    def _definite(self, body: Term, s: Term, low: Term, high: Term, inside: Cell, cell: Cell, proposer: Proposer) -> Term | None:
        """The gamma or the beta integral, if body is a sum of their integrands; each part of it has a finite integral then."""
        if low is not ZERO or high not in (OO, ONE):
            return self._circle(body, s, low, high, inside, cell, proposer)
        products = proposer.products(body)
        if not products or all(not p.powers for p in products):
            return None
        known = self._gamma if high is OO else self._beta
        integrands, values = [], []
        for p in products:
            if p.others:
                return None
            for k, a in enumerate(p.poly):
                if a is ZERO:
                    continue
                found = known(p, k, s, cell, proposer)
                if found is None:
                    return None
                factor = mul(*p.coefficient, a)
                integrands.append(mul(factor, found[0]))
                values.append(mul(factor, found[1]))
        value = add(*values)
        try:
            self.cells.vanish(sub(body, add(*integrands)), inside)
        except FAILURES:
            return None
        if defined.open_needs(self.cells, add(*integrands), inside) or defined.open_needs(self.cells, value, cell):
            return None
        self.cells.rules["gamma-integral" if high is OO else "beta-integral"] = None
        return value

    def _circle(self, body: Term, s: Term, low: Term, high: Term, inside: Cell, cell: Cell, proposer: Proposer) -> Term | None:
        """The Bessel integral over one turn, of k exp(a cos(t + d) + b), or of that times cos(t + d)."""
        powers = sorted({u for u in subterms(body) if u.op == "exp" and depends(u, s)}, key=show)
        waves = sorted({u for u in subterms(body) if u.op == "cos" and depends(u, s)}, key=show)
        if len(powers) != 1 or len(waves) != 1 or proposer.tidy(sub(high, low)) is not proposer.tidy(mul(TWO, PI)):
            return None
        ((exponent,), (angle,)) = powers[0].args, waves[0].args
        letter = sym("→wave")
        line = Proposer(letter, proposer.form, proposer.log_of).linear(replace(exponent, {waves[0]: letter}))
        d = proposer.tidy(sub(angle, s))
        if line is None or any(depends(u, s) for u in (*line, d)):
            return None
        for order, wave in ((ZERO, ONE), (ONE, waves[0])):
            k = proposer.tidy(div(body, mul(powers[0], wave)))
            if depends(k, s):
                continue
            a, b = line
            try:
                self.cells.vanish(sub(body, mul(k, wave, fn("exp", add(mul(a, fn("cos", add(s, d))), b)))), inside)
            except FAILURES:
                return None
            value = mul(TWO, PI, k, fn("exp", b), make("besseli", order, a))
            if any(defined.open_needs(self.cells, u, cell) for u in (value, k, a, b, d)):
                return None
            self.cells.rules["bessel-integral"] = None
            return value
        return None

    def _gamma(self, p: Product, k: int, s: Term, cell: Cell, proposer: Proposer) -> tuple[Term, Term] | None:
        """(t^e exp(-b t^m), its integral over the positive numbers)."""
        exponent = proposer.trimmed(p.exponent)
        m = len(exponent) - 1
        if m not in (1, 2) or any(c is not ZERO for c in exponent[1:-1]) or any(c is not ONE or d is not ZERO for c, d in p.powers):
            return None
        rate, e = neg(exponent[m]), proposer.tidy(add(num(k), *p.powers.values()))
        up = proposer.tidy(div(add(e, ONE), num(m)))
        if self._sign(rate, cell) != "+" or self._sign(up, cell) != "+":
            return None
        start = fn("exp", exponent[0])
        value = mul(start, fn("gamma", up), power(rate, neg(up)), power(num(m), -1))
        return mul(start, power(s, e), fn("exp", neg(mul(rate, power(s, m))))), value

    def _beta(self, p: Product, k: int, s: Term, cell: Cell, proposer: Proposer) -> tuple[Term, Term] | None:
        """(t^e (1-t)^g, its integral from 0 to 1)."""
        exponent = proposer.trimmed(p.exponent)
        if len(exponent) > 1:
            return None
        ends = {(ONE, ZERO): num(k), (num(-1), ONE): ZERO}
        for line, e in p.powers.items():
            if line not in ends:
                return None
            ends[line] = add(ends[line], e)
        e, g = (proposer.tidy(u) for u in ends.values())
        if any(self._sign(add(u, ONE), cell) != "+" for u in (e, g)):
            return None
        start = fn("exp", exponent[0])
        value = mul(start, fn("gamma", add(e, ONE)), fn("gamma", add(g, ONE)), power(fn("gamma", add(e, g, num(2))), -1))
        return mul(start, power(s, e), power(sub(ONE, s), g)), value

    # --- integrals that stay ---------------------------------------------------------------------------------------------------------

    def _named(self, body: Term, s: Term, low: Term, high: Term, place: Place) -> Term:
        """The difference of two values of an integral from 0, each under a name of its own."""
        cell = place.cell
        self._nameable(body, s, low, high, place, cell)
        common = sym("∫")
        out = []
        for part, factors in self._parts(replace(body, {s: common}), common, cell).items():
            try:
                value = self._piece(part, common, low, high, cell, None)
            except FAILURES:
                value = sub(self._name(part, ZERO, high, cell), self._name(part, ZERO, low, cell))
            out.append(mul(add(*factors), value))
        self.cells.rules["same-integral"] = None
        return add(*out)

    def _parts(self, body: Term, s: Term, cell: Cell) -> dict[Term, list[Term]]:
        """body as a sum of k f, with k free of s, where each f is defined on the whole line: {f: its k}; else body itself."""
        proposer = Proposer(s, self.cells.context(cell)[0], lambda u: self._log(u, cell))
        grouped: dict[Term, list[Term]] = {}
        for product in proposer.spread(body) or [[body]]:
            moving = proposer.tidy(mul(*sorted((u for u in product if depends(u, s)), key=show)))
            factors = moving.args if moving.op == "mul" else (moving,)
            still = [u for u in (*product, *factors) if not depends(u, s)]
            grouped.setdefault(mul(*(u for u in factors if depends(u, s))), []).append(mul(*still))
        if all(_continuous(f) and not defined.open_needs(self.cells, f, cell) for f in grouped):
            return grouped
        return {body: [ONE]}

    def _named_whole(self, body: Term, s: Term, low: Term, high: Term, place: Place) -> Term:
        """A name for an integral whose integrand is continuous on the closed interval from low to high."""
        closed = place.cell.with_fact(Fact(sub(s, low), ">=0"), Fact(sub(high, s), ">=0"))
        self._nameable(body, s, low, high, place, closed)
        body = Proposer(s, self.cells.context(closed)[0], lambda u: u).tidy(body)
        self.cells.rules["same-integral"] = None
        return self._name(replace(body, {s: sym("∫")}), low, high, place.cell)

    def _nameable(self, body: Term, s: Term, low: Term, high: Term, place: Place, cell: Cell) -> None:
        """Raises NoForm unless the integral surely exists, and is one number at each point of the question."""
        if not self.naming or not place.plain or not (free(body) - {s}) | free(low) | free(high) <= variables(self.asked):
            raise NoForm("an integral that depends on what is bound around it")
        if not _continuous(body):
            raise NoForm("an integrand that may jump")
        if defined.open_needs(self.cells, body, cell):
            raise NoForm(f"no antiderivative of {show(body)}, which may be undefined")

    def _name(self, part: Term, low: Term, high: Term, cell: Cell) -> Term:
        tidy = Proposer(sym("∫"), self.cells.context(cell)[0], lambda u: u).tidy
        low, high = tidy(low), tidy(high)
        if low is high:
            return ZERO
        return self.names.setdefault((part, low, high), sym(f"∫ no. {len(self.names) + 1}, {show(low)} to {show(high)}, of {show(part)}"))


def _continuous(body: Term) -> bool:
    """Whether a term is continuous wherever it is defined, by its form."""
    return not any(u.op in KINKS and u.op not in CONTINUOUS or u.op in ("deriv", "integral") for u in subterms(body))


def _without(cell: Cell, variable: Term) -> Cell:
    """What is known that does not speak of a free variable of this name: one that is bound is another."""
    facts = tuple(f for f in cell.facts if variable not in free(f.gap) or variable in f.every)
    return Cell(facts, frozenset(pair for pair in cell.distinct if all(variable not in free(u) for u in pair)))


def _inside(s: Term, low: Term, high: Term) -> tuple[Fact, ...]:
    """low < s < high."""
    return tuple(Fact(gap, "+") for end, gap in ((low, sub(s, low)), (high, sub(high, s))) if end not in (OO, BELOW))
