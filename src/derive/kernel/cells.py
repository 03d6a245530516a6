"""Cells: a claim with kinks is decided sign by sign, the boundary g = 0 included, so that a proof holds everywhere.

In a cell the sign of each kink's argument is a fact; there the kink is one of its branches. A derivative in a cell where the
argument is 0 exists if all branches agree there in value and in derivative (rule `agree-at-kink`); else nothing is proved.
Inside a sum over a symbolic range kinks stay, through indicators (indexed.py); the derivative of such a kink owes that its argument
is not 0 where the derivative does not vanish, and that debt is paid by a fact or the claim is not proved.

Rules: case-split, agree-at-kink, equal-indices, summand (sums over one range are equal if their summands are), z3-cell (oracle).
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as changed
from fractions import Fraction
from itertools import count
from math import lcm

from flint import fmpq_mpoly

from derive.kernel import signs
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.domain import Need, needs
from derive.kernel.field import Atom, Beyond, NormalForm, Quotient, Restart, Split, Undefined, bound
from derive.kernel.proof import Budget, Exhausted, Log, Proof
from derive.kernel.question import Question
from derive.kernel.signs import Contradiction, Fact, Signs
from derive.kernel.sizes import linear, never_negative, whole
from derive.statement.step import Known
from derive.statement.term import (
    BINDERS,
    HALF,
    KINKS,
    ONE,
    TRUE,
    ZERO,
    Term,
    Tied,
    add,
    free,
    index,
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
)  # fmt: skip

SCALAR_KINKS = ("abs", "sign", "heaviside", "max", "min", "piecewise")
MAX_DEPTH = 14


class Stuck(Exception):
    """No proof in this cell. `cell` holds the facts where it failed, for the search of a counterexample."""

    def __init__(self, cell: Cell, why: str) -> None:
        super().__init__(why)
        self.cell = cell


@dataclass(frozen=True)
class Cell:
    """What is known: facts on signs, pairs of places that differ, places made equal."""

    facts: tuple[Fact, ...] = ()
    distinct: frozenset[frozenset[Term]] = frozenset()

    def with_fact(self, *facts: Fact) -> Cell:
        return changed(self, facts=self.facts + facts)


class Cells:
    """Proves that terms vanish, cell by cell, and that signs are what they are said to be."""

    def __init__(self, budget: Budget, *, solver: bool = True) -> None:
        self.budget = budget
        self.solver = solver
        self.rules: dict[str, None] = {}
        self.oracles: dict[str, None] = {}
        self.used: dict[Fact, None] = {}
        self.contexts: dict[Cell, tuple[NormalForm, Signs]] = {}
        self.names = count(1)
        self.sides: tuple[Term, Term] | tuple[()] = ()  # of the equation being proved
        self.log = Log()
        self.leaves = False  # whether the two sides' domains are compared cell by cell

    def proof(self, region: str = "everywhere") -> Proof:
        return Proof(
            tuple(self.rules) or ("ring",), region, tuple(f.gap for f in self.used), (), tuple(self.oracles), tuple(self.log.steps)
        )

    # --- zero in every cell -----------------------------------------------------------------------------------------------

    def vanish(self, t: Term, cell: Cell, depth: int = 0) -> None:
        """Proves that t is 0 wherever it is defined and the facts of the cell hold; raises Stuck."""
        mark = self.log.mark()
        try:
            for _ in range(40):
                try:
                    self._vanish(t, cell, depth)
                    return
                except Restart as restart:
                    restart.form.reset()
                    self.log.drop(mark)
                except Contradiction:
                    self.rules["empty-cell"] = None
                    self.log.drop(mark)
                    self._log(mark, "empty-cell", t, cell)
                    return
            raise Stuck(cell, "exponents that keep getting finer")
        except Exception:
            self.log.drop(mark)
            raise

    def _log(self, mark: int, rule: str, t: Term, cell: Cell) -> None:
        """That t is 0 in a cell, by this rule from what was done since the mark."""
        self.log.close(mark, (rule,), make("eq", t, ZERO), stated(cell))

    def equal(self, lhs: Term, rhs: Term, cell: Cell) -> None:
        """Proves lhs = rhs in a cell: their difference vanishes, or another rule reaches it; raises Stuck."""
        trouble = self.same_domain(lhs, rhs, cell)
        if trouble and self._defined(lhs, rhs, cell):
            trouble = ""
        self.sides, self.leaves = (lhs, rhs), bool(trouble)
        try:
            self.vanish(sub(lhs, rhs), cell)
        except Stuck as stuck:
            self.sides = ()
            if trouble:
                raise Stuck(stuck.cell, f"one side may be undefined where the other is not: {trouble}") from stuck
            if not (self._by_residues(lhs, rhs, cell) or self._by_squares(lhs, rhs, cell) or self._by_slope(lhs, rhs, cell)):
                raise stuck
        finally:
            self.sides = ()

    def _defined(self, lhs: Term, rhs: Term, cell: Cell) -> bool:
        """Whether the rules for inequalities show that both sides have a value throughout the cell."""
        from derive.kernel.inequality import Order  # which rests on cells itself

        mark = self.log.mark()
        order = Order(Budget(min(4000, self.budget.steps - self.budget.spent), 5.0), self)
        try:
            return order.meets_all((lhs, rhs), cell)
        except (Beyond, Undefined, Unsupported, Split, Exhausted, Stuck):
            return False
        finally:
            self.log.drop(mark)

    def _both_undefined(self, error: Exception, cell: Cell) -> bool:
        """Where neither side has a value, nothing is claimed."""
        if not (isinstance(error, Undefined) and error.sure and self.sides):
            return False
        sides, self.sides = self.sides, ()
        try:
            return all(self._surely_undefined(side, cell) for side in sides)
        finally:
            self.sides = sides

    def _surely_undefined(self, side: Term, cell: Cell) -> bool:
        try:
            self.context(cell)[0].start(self.resolve(side, cell))
        except Undefined as none:
            self.rules["both-undefined"] = None
            return none.sure
        except (Split, Beyond, Unsupported):
            return False
        return False

    def _by_residues(self, lhs: Term, rhs: Term, cell: Cell) -> bool:
        """residues: an integer N is m q + r for one of r = 0 .. m-1, where m divides in a floor or a mod."""
        moduli = {
            (v, lcm(*(c.denominator for _, c in _linear_numbers(u))))
            for t in (lhs, rhs) for u in subterms(t) if u.op in ("floor", "ceiling", "mod")
            for v in free(u) if v.op == "sym" and "integer" in v.args[1]
        }  # fmt: skip
        names = sorted({v for v, _ in moduli}, key=show)
        if len(names) != 1:
            return False
        n, m = names[0], lcm(*(k for _, k in moduli))
        if not 2 <= m <= 12:
            return False
        q = make("sym", f"quotient of {n.args[0]}", "integer")
        mark = self.log.mark()
        try:
            for r in range(m):
                table = {n: add(mul(num(m), q), num(r))}
                here = self.log.mark()
                self.vanish(replace(sub(lhs, rhs), table), renamed(cell, table))
                self.log.label(here, make("eq", n, table[n]))
        except Stuck:
            self.log.drop(mark)
            return False
        self.rules["residues"] = None
        self._log(mark, "residues", sub(lhs, rhs), cell)
        return True

    def _by_squares(self, lhs: Term, rhs: Term, cell: Cell) -> bool:
        """squares: a = b where a >= 0, b >= 0 and a^2 = b^2."""
        if not any(u.op == "pow" and u.args[1].op == "num" and u.args[1].args[0].denominator > 1 for t in (lhs, rhs) for u in subterms(t)):
            return False
        if not all(self.sign_in_every_case(t, cell, ("+", ">=0", "0")) for t in (lhs, rhs)):
            return False
        mark = self.log.mark()
        try:
            self.vanish(sub(power(lhs, 2), power(rhs, 2)), cell)
        except Stuck:
            return False
        self.rules["squares"] = None
        self._log(mark, "squares", sub(lhs, rhs), cell)
        return True

    def _by_slope(self, lhs: Term, rhs: Term, cell: Cell) -> bool:
        """zero-slope: d = 0 on an interval where d is defined, d' = 0 and d = 0 at one point."""
        try:
            difference = self.resolve(sub(lhs, rhs), cell)
        except (Split, Beyond, Undefined, Unsupported):
            return False
        if not any(u.op in _INVERSE for u in subterms(difference)) or any(u.op in KINKS or u.op == "deriv" for u in subterms(difference)):
            return False
        for x in sorted((v for v in free(difference) if v.op == "sym" and "integer" not in v.args[1]), key=show):
            if not all(_convex_in(f, x) for f in cell.facts if depends(f.gap, x)):
                continue
            if any(not self.met(need, cell) for need in needs(difference) if depends(need.term, x)):
                continue
            for c in (0, 1, -1, 2, Fraction(1, 2)):
                at = {x: num(c)}
                there = renamed(cell, at)
                mark = self.log.mark()
                try:
                    if any(self.sign(f.gap, Cell()) not in _ALLOWED[f.sign] for f in there.facts if not free(f.gap)):
                        continue
                    if any(depends(f.gap, x) and free(f.gap) != {x} for f in cell.facts):
                        continue
                    self.vanish(differentiate(difference, x), cell)
                    self.vanish(replace(difference, at), there)
                except (Stuck, Unsupported, Undefined, Beyond, Split):
                    self.log.drop(mark)
                    continue
                self.rules["zero-slope"] = None
                self._log(mark, "zero-slope", difference, cell)
                return True
        return False

    def _vanish(self, t: Term, cell: Cell, depth: int) -> None:
        self.budget.spend(5)
        if depth > MAX_DEPTH:
            raise Stuck(cell, "too many cases")
        form, known = self.context(cell)
        mark = self.log.mark()
        try:
            resolved = self.resolve(t, cell)
            q = form.start(resolved)
            if form.vanishes(q):
                if self.sides and self.leaves and (trouble := self.same_domain(*self.sides, cell)):
                    raise Stuck(cell, trouble)
                self.keep(form, known)
                self.log.close(mark, tuple(form.rules) or ("ring",), make("eq", resolved, ZERO), stated(cell))
                if resolved is not t:
                    self._log(mark, "resolve", t, cell)
                return
        except Split as split:
            self._split(t, split.gap, cell, depth)
            return
        except (Undefined, Unsupported, Beyond) as error:
            if self.empty(cell):
                self._log(mark, "z3-cell", t, cell)
                return
            if self._both_undefined(error, cell):
                self._log(mark, "both-undefined", t, cell)
                return
            if isinstance(error, Beyond) and depth <= 3 and self._summands(resolved_or(t, locals()), cell, depth):
                return
            raise Stuck(cell, str(error)) from error
        pair = self.free_delta(form, q)
        if pair is not None:
            self.rules["equal-indices"] = None
            p, other = pair
            self.vanish(resolved, changed(cell, distinct=cell.distinct | {frozenset(pair)}), depth + 1)
            self.log.label(mark, make("ne", *pair))
            second = self.log.mark()
            keep, drop = (p, other) if p.op == "num" else (other, p)
            self.vanish(replace(resolved, {drop: keep}), renamed(cell, {drop: keep}), depth + 1)
            self.log.label(second, make("eq", *pair))
            self._log(mark, "equal-indices", t, cell)
            return
        gap = self.free_indicator(form, q)
        if gap is not None:
            self._split(resolved, gap, cell, depth)
            return
        rounded = any(a.kind == "call" and a.data[0] == "floor" for a in _atoms_of(form, q))
        if depth <= 6 and self._summand(form, q, cell, depth):
            return
        if depth <= 3 and any(v.op in SCALAR_KINKS for v in subterms(resolved)) and self._summands(resolved, cell, depth):
            return
        if self.empty(cell):
            self._log(mark, "z3-cell", t, cell)
            return
        if rounded and self._rounded(resolved, cell):
            self._log(mark, "integers", t, cell)
            return
        raise Stuck(cell, "the difference is not 0 by the rules" + (f", {_words(cell)}" if cell.facts else ""))

    def _rounded(self, t: Term, cell: Cell) -> bool:
        """A claim about floors: z3 finds no point where it fails."""
        if self.solver and self.contradictory((*cell.facts, Fact(t, "!=0")), cell):
            self.rules["integers"] = None
            return True
        return False

    def contradictory(self, facts: tuple[Fact, ...], cell: Cell, resources: int = 0) -> bool:
        """Whether z3 shows that no point has these signs; equations stay constraints there, they rewrite nothing."""
        from derive.kernel import solver

        plain = changed(cell, facts=tuple(f for f in cell.facts if f.sign != "0" or f.every))
        form, _ = self.context(plain)
        try:
            if not solver.contradictory(form, facts, self.budget, resources or solver.RESOURCES):
                return False
        except Contradiction:
            return True
        except Restart as restart:
            restart.form.reset()
            return False
        self.oracles["z3"] = None
        return True

    def keep(self, form: NormalForm, known: Signs) -> None:
        self.rules.update(form.rules)
        self.used.update(known.used)
        if form.equations:
            self.used.update({f: None for f in known.facts if f.sign == "0"})

    def _split(self, t: Term, gap: Term, cell: Cell, depth: int) -> None:
        """t vanishes if it does for each sign that gap can have."""
        self.rules["case-split"] = None
        pair = _places(gap)
        mark = self.log.mark()
        for sign in self.signs_of(gap, cell):
            here = self.log.mark()
            if pair is None:
                self.vanish(t, cell.with_fact(Fact(gap, sign)), depth + 1)
            elif sign == "0":
                self.rules["equal-indices"] = None
                self.vanish(replace(t, dict([pair])), renamed(cell, dict([pair])), depth + 1)
            else:
                apart = changed(cell, distinct=cell.distinct | {frozenset(pair)})
                self.vanish(t, apart.with_fact(Fact(gap, sign)), depth + 1)
            self.log.label(here, case(gap, sign))
        self._log(mark, "case-split", t, cell)

    def signs_of(self, gap: Term, cell: Cell) -> tuple[str, ...]:
        known = self.sign(gap, cell)
        return {"+": ("+",), "-": ("-",), "0": ("0",), ">=0": ("+", "0"), "<=0": ("-", "0"), "!=0": ("+", "-")}.get(known, ("+", "-", "0"))

    def context(self, cell: Cell) -> tuple[NormalForm, Signs]:
        found = self.contexts.get(cell)
        if found is None:
            known = Signs(cell.facts)
            equations = tuple((f.gap, f.every) for f in cell.facts if f.sign == "0" and not f.apart)
            found = self.contexts[cell] = (NormalForm(self.budget, known, equations, cell.distinct), known)
        return found

    def sign(self, t: Term, cell: Cell) -> str:
        """The sign of a kink-free term in a cell, or "?"."""
        found = self._by_normal_form(t, cell)
        if found in (signs.PLUS, signs.MINUS, signs.NULL) or t.op not in ("add", "mul", "pow", "sum", "max"):
            return signs.NAMES[found]
        both = found & self._by_structure(t, cell)
        if not both:
            raise Contradiction
        return signs.NAMES[both]

    def _by_normal_form(self, t: Term, cell: Cell) -> int:
        form, _ = self.context(cell)
        for _ in range(40):
            try:
                q = form.start(t)
                return signs.NULL if q.num.is_zero() else sign_of_product([(p, 1) for p in (q.num, q.den)], form)
            except Split:
                return signs.ANY
            except Restart as restart:
                restart.form.reset()
        return signs.ANY

    def _by_structure(self, t: Term, cell: Cell) -> int:
        """The signs that a term can have by its own form: squares keep theirs, which the normal form multiplies out."""
        op, a = t.op, t.args
        if op == "add":
            mask = self._by_structure(a[0], cell)
            for u in a[1:]:
                mask = signs.plus(mask, self._by_structure(u, cell))
            return mask & self._by_normal_form(t, cell) if mask == signs.ANY else mask
        if op == "mul":
            mask = signs.PLUS
            for u in a:
                mask = signs.times(mask, self._by_structure(u, cell))
            return mask
        if op == "pow" and a[1].op == "num":
            e = a[1].args[0]
            if e.denominator == 1:
                return signs.to_power(self._by_structure(a[0], cell), int(e))
            return signs.PLUS if e < 0 or self._by_structure(a[0], cell) == signs.PLUS else signs.PLUS | signs.NULL
        if op == "sum":
            inner = self._by_structure(a[0], cell)
            size = self._by_normal_form(a[1].args[1], cell)
            if inner & signs.PLUS and inner & signs.MINUS:
                return signs.ANY
            if not inner & signs.MINUS and self._some_term_positive(t, cell):
                return signs.PLUS
            return inner if size == signs.PLUS else inner | signs.NULL
        if op == "exp" or op == "const":
            return signs.PLUS
        if op == "max":
            masks = [self._by_structure(u, cell) for u in a]
            if signs.PLUS in masks:
                return signs.PLUS
            return signs.PLUS | signs.NULL if any(not m & signs.MINUS for m in masks) else signs.ANY
        if op == "abs":
            return signs.PLUS | signs.NULL
        if op == "piecewise":
            mask = 0
            for u in a[::2]:
                mask |= self._by_structure(u, cell)
            return mask
        return self._by_normal_form(t, cell) if op in ("num", "sym", "entry", "index") else signs.ANY

    def not_negative(self, t: Term, cell: Cell) -> bool:
        """Whether t is never negative, by its form."""
        try:
            return not self._by_structure(t, cell) & signs.MINUS
        except (Contradiction, Beyond, Undefined, Unsupported, Split, Restart):
            return False

    def _some_term_positive(self, t: Term, cell: Cell) -> bool:
        """Whether a sum has a positive term at one of the free indices."""
        body, i = t.args
        for k in sorted((v for v in free(t) if v.op == "index" and v.args[1] is i.args[1]), key=show):
            try:
                if self._by_normal_form(self.resolve(replace(body, {i: k}), cell), cell) == signs.PLUS:
                    return True
            except (Split, Beyond, Undefined, Unsupported):
                continue
        return False

    def empty(self, cell: Cell) -> bool:
        """Whether no point satisfies the facts, by z3."""
        if self.solver and cell.facts and self.contradictory(cell.facts, cell):
            self.rules["z3-cell"] = None
            return True
        return False

    def settled(self, cells: list[Cell], depth: int = 0) -> list[Cell]:
        """The cells with every kink in their own facts resolved; a fact that stays out of reach is kept as it is."""
        out: list[Cell] = []
        for cell in cells:
            for n, fact in enumerate(cell.facts):
                parts = self._alternatives(fact)
                if len(parts) > 1:
                    self.rules["case-split"] = None
                    others = cell.facts[:n] + cell.facts[n + 1 :]
                    out += self.settled([changed(cell, facts=(*others, Fact(u, "0"))) for u in parts], depth + 1)
                    break
                if fact.every or not _needs_expanding(fact.gap):
                    continue
                rest = changed(cell, facts=cell.facts[:n] + cell.facts[n + 1 :])
                try:
                    plain = self.resolve(fact.gap, rest)
                except Split as split:
                    if depth < 6:
                        self.rules["case-split"] = None
                        out += self.settled([cell.with_fact(Fact(split.gap, s)) for s in self.signs_of(split.gap, rest)], depth + 1)
                        break
                    continue
                except (Beyond, Undefined, Unsupported):
                    continue
                if plain is not fact.gap:
                    out += self.settled([changed(rest, facts=(*rest.facts, Fact(plain, fact.sign)))], depth)
                    break
            else:
                out.append(cell)
        return out

    def _alternatives(self, fact: Fact) -> list[Term]:
        """The factors of an equation's gap: the equation holds where one of them is 0."""
        if fact.sign != "0" or fact.every or _needs_expanding(fact.gap):
            return []
        form, _ = self.context(Cell())
        try:
            return [form.poly_term(form.freeze_poly(p)) for p, _ in form.factors(form.start(fact.gap).num)[1]]
        except (Split, Beyond, Undefined, Unsupported, Restart):
            return []

    # --- kinks and derivatives in a cell -------------------------------------------------------------------------------------

    def resolve(self, t: Term, cell: Cell) -> Term:
        """t with each kink outside sums replaced by its branch in this cell, and each derivative carried out."""
        done: dict[Term, Term] = {}

        def go(u: Term, inside: frozenset[Term]) -> Term:
            key = u
            if key in done and not inside:
                return done[key]
            found = rule(u, inside)
            if not inside:
                done[key] = found
            return found

        def rule(u: Term, inside: frozenset[Term]) -> Term:
            if u.op == "deriv":
                return self._derivative(u.args[0], u.args[1], cell, inside)
            if u.op in BINDERS and u.op != "integral" and u.args[1].args[1].op == "num" and _needs_expanding(u.args[0]):
                size = u.args[1].args[1].args[0]
                if size.denominator == 1 and size <= 64:
                    parts = [replace(u.args[0], {u.args[1]: num(k)}) for k in range(max(0, int(size)))]
                    return go(add(*parts) if u.op == "sum" else mul(*parts), inside)
            if u.op in BINDERS:
                body, var, *limits = u.args
                return make(u.op, go(body, inside | {var}), var, *(go(x, inside) for x in limits))
            if u.op == "delta":
                return u
            if u.op == "piecewise" and not free(u) & inside:
                return cases(u, inside)
            u = rebuild(u, lambda c: go(c, inside))
            if u.op in SCALAR_KINKS and not free(u) & inside:
                return self.branch(u, cell)
            return u

        def cases(u: Term, inside: frozenset[Term]) -> Term:
            for value, condition in zip(u.args[::2], u.args[1::2], strict=True):
                if self.holds(go(condition, inside), cell):
                    return go(value, inside)
            raise Undefined("no case applies")

        return go(t, frozenset())

    def branch(self, u: Term, cell: Cell) -> Term:
        """What a kink with kink-free arguments is in this cell."""
        op, a = u.op, u.args
        if op in ("max", "min"):
            winner: Term = a[0]
            if len(a) == 1:
                return winner
            gap = sub(a[0], a[1]) if op == "max" else sub(a[1], a[0])
            winner = a[1] if self.definite(gap, cell, weak="-") in ("-", "<=0") else a[0]
            return self.branch(make(op, winner, *a[2:]), cell)
        if op == "abs":
            known = self.definite(a[0], cell, weak="-")
            return a[0] if known in ("+", ">=0") else neg(a[0]) if known in ("-", "<=0") else ZERO
        if op == "sign":
            return {"+": ONE, "-": num(-1), "0": ZERO}[self.definite(a[0], cell)]
        if op == "heaviside":
            return {"+": ONE, "-": ZERO, "0": HALF}[self.definite(a[0], cell)]
        raise Beyond(f"{op} is no kink")

    def definite(self, gap: Term, cell: Cell, weak: str = "") -> str:
        """The sign of gap as "+", "-" or "0" (or ">=0", "<=0" where weak); raises Split on a factor of unknown sign."""
        known = self.sign(gap, cell)
        if known in ("+", "-", "0") or weak and known in (">=0", "<=0"):
            return known
        form, _ = self.context(cell)
        q = form.start(gap)
        product = "+"
        for poly in (q.num, q.den):
            content, parts = form.factors(poly)
            if content < 0:
                product = _opposite(product)
            for p, e in parts:
                s = form.sign(p)
                if s == "0":
                    return "0"
                if s not in ("+", "-"):
                    raise form.split(p)
                if s == "-" and e % 2:
                    product = _opposite(product)
        return product

    def holds(self, condition: Term, cell: Cell) -> bool:
        """The truth of a condition in this cell; raises Split where it is open."""
        op, a = condition.op, condition.args
        if op in ("true", "false"):
            return op == "true"
        if op == "not":
            return not self.holds(a[0], cell)
        if op == "and":
            return all([self.holds(u, cell) for u in a])  # noqa: C419  each is asked, so that each can call for its split
        if op == "or":
            return any([self.holds(u, cell) for u in a])  # noqa: C419
        gap = sub(a[1], a[0])
        known = self.sign(gap, cell)
        if op == "le" and known in ("+", "0", ">=0") or op == "lt" and known == "+":
            return True
        if op == "lt" and known in ("-", "0", "<=0") or op == "le" and known == "-":
            return False
        if op in ("eq", "ne") and known in ("+", "-", "!=0"):
            return op == "ne"
        s = self.definite(gap, cell)
        return {"lt": s == "+", "le": s in ("+", "0"), "eq": s == "0", "ne": s != "0"}[op]

    def _derivative(self, body: Term, variable: Term, cell: Cell, inside: frozenset[Term]) -> Term:
        """The derivative in this cell; agree-at-kink where a kink's argument is 0."""
        if inside:
            return self._slope(body, variable, cell)
        if self._kink_at_zero(body, variable, cell):
            return self._agreed(body, variable, cell)
        plain = self.resolve(body, cell)
        try:
            return self.resolve(self._slope(plain, variable, cell), cell)
        except (Beyond, Split) as why:
            if isinstance(why, Split) and not any(v.op == "index" for v in free(why.gap) - free(plain) - free(variable)):
                raise
            own = self._own_terms(plain, variable)
            if own:
                return self._beside(plain, variable, cell, own)
            named, fresh = self._term_by_term(plain, variable, cell)
            if not fresh:
                raise
            return self.resolve(self._slope(named, variable, cell, fresh), cell)

    def _slope(self, body: Term, variable: Term, cell: Cell, paid: frozenset[Term] = frozenset()) -> Term:
        """The derivative by the table, with every debt paid in this cell; those of an index in `paid` are paid already."""
        self.rules["derivative"] = None
        owed: list[tuple[Term, Term]] = []
        slope = differentiate(body, variable, owed)
        for gap, d in owed:
            if not free(gap) & paid:
                self._pay(gap, d, cell)
        return slope

    def _own_terms(self, body: Term, variable: Term) -> dict[Term, tuple[Term, Term]]:
        """own-term: for each sum with kinks of which one term alone depends on the variable, that term and a name for the rest."""
        found: dict[Term, tuple[Term, Term]] = {}
        if variable.op != "entry" or not all(p.op == "index" for p in variable.args[3]):
            return found
        for u in _sums_with_kinks(body):
            term, k = u.args
            places = {v.args[3] for v in subterms(term) if v.op == "entry" and v.args[0] == variable.args[0]}
            if len(places) != 1:
                continue
            (place,) = places
            spots = [n for n, p in enumerate(place) if k in free(p)]
            if len(spots) == 1 and place[spots[0]] is k and variable.args[3][spots[0]].args[1] is k.args[1]:
                found[u] = replace(term, {k: variable.args[3][spots[0]]}), make("sym", f"the rest of {show(u)}", "real")
        return found

    def _beside(self, body: Term, variable: Term, cell: Cell, own: dict[Term, tuple[Term, Term]]) -> Term:
        """The derivative of the terms that depend on the variable, beside the rest of their sums."""
        self.rules["own-term"] = None
        back = {rest: sub(u, term) for u, (term, rest) in own.items()}
        try:
            slope = self._derivative(replace(body, {u: add(term, rest) for u, (term, rest) in own.items()}), variable, cell, frozenset())
        except Split as split:
            raise Split(replace(split.gap, back)) from split
        return replace(slope, back)

    def _term_by_term(self, body: Term, variable: Term, cell: Cell) -> tuple[Term, frozenset[Term]]:
        """term-by-term: a sum has the derivative that the table says if each of its terms has, its kinks included.

        Returns the body with such sums under fresh indices, and these.
        """
        table: dict[Term, Term] = {}
        sides, self.sides = self.sides, ()
        mark = self.log.mark()
        try:
            for u in _sums_with_kinks(body):
                if depends(u, variable):
                    k = index(f"κ{next(self.names)}", u.args[1].args[1])
                    term = replace(u.args[0], {u.args[1]: k})
                    self.vanish(sub(make("deriv", term, variable), differentiate(term, variable)), cell, 2)
                    table[u] = make("sum", term, k)
        except (Stuck, Beyond, Undefined, Unsupported, Split, Tied):
            return body, frozenset()
        finally:
            self.sides = sides
            self.log.drop(mark)
        self.rules["term-by-term"] = None
        return replace(body, table), frozenset(named.args[1] for named in table.values())

    def _agreed(self, body: Term, variable: Term, cell: Cell) -> Term:
        """agree-at-kink: near the point, body is one of finitely many smooth pieces along the variable; if all of them have the same
        value and the same derivative at the point, that is the derivative of body."""
        self.rules["agree-at-kink"] = None
        sides, self.sides = self.sides, ()
        mark = self.log.mark()
        try:
            return self._agreed_slope(body, variable, cell)
        finally:
            self.sides = sides
            self.log.drop(mark)  # a part of writing the term out, which is one step

    def _agreed_slope(self, body: Term, variable: Term, cell: Cell) -> Term:
        weak = ("0", ">=0", "<=0")
        near = changed(cell, facts=tuple(f for f in cell.facts if f.every or f.sign not in weak or not depends(f.gap, variable)))
        here = self.resolve(body, cell)
        slopes = []
        pieces = self._pieces(body, variable, near, cell, 0)
        crossing = len(pieces) == 2  # one argument, and it changes its sign at the point
        for piece in pieces:
            slopes.append(self._slope(piece, variable, cell))
            for difference in (sub(piece, here), sub(slopes[-1], slopes[0])):
                try:
                    self.vanish(difference, cell, MAX_DEPTH - 4)
                except Stuck as stuck:
                    # Both pieces are met next to the point where the kink's argument crosses 0: two slopes, or a jump.
                    apart = self.sign(self.resolve(difference, cell), cell) in ("+", "-") and crossing
                    raise Undefined("no derivative at a kink", sure=apart) from stuck
        if not slopes:
            raise Undefined("no derivative at a kink", sure=False)
        return self.resolve(slopes[0], cell)

    def _pieces(self, body: Term, variable: Term, near: Cell, cell: Cell, depth: int) -> list[Term]:
        """Every form that body takes near a point of the cell as the variable moves."""
        if depth > 5:
            raise Beyond("too many kinks at one point")
        try:
            return [self.resolve(body, near)]
        except Split as split:
            gap = split.gap
        except Contradiction:
            return []
        there = self.sign(gap, cell)
        if there in ("+", "-"):
            possible: tuple[str, ...] = (there,)  # by continuity
        elif depends(gap, variable) and there == "0" and self.sign(differentiate(gap, variable), cell) in ("+", "-", "!=0"):
            possible = ("+", "-")  # the argument crosses 0 at once
        else:
            possible = ("+", "-", "0")
        out: list[Term] = []
        for sign in possible:
            part = near.with_fact(Fact(gap, sign))
            if len(possible) == 1 or not self.empty(part):
                out += self._pieces(body, variable, part, cell, depth + 1)
        return out

    def _kink_at_zero(self, body: Term, variable: Term, cell: Cell) -> bool:
        """Whether a kink outside sums has an argument that is 0 in this cell and changes with the variable."""

        def go(u: Term, within: frozenset[Term]) -> bool:
            if not depends(u, variable):
                return False
            if u.op in BINDERS:
                return go(u.args[0], within | {u.args[1]})
            if any(go(c, within) for c in (u.args[:1] if u.op == "deriv" else u.args) if isinstance(c, Term)):
                return True
            if free(u) & within or u.op not in SCALAR_KINKS:
                return False
            if any(depends(v, variable) for gap in _gaps(u) for v in subterms(gap) if v.op in ("floor", "ceiling", "mod")):
                raise Beyond("a kink whose argument jumps")
            return any(
                depends(gap, variable) and self.definite(self.resolve(gap, cell), cell, weak="0") in ("0", ">=0", "<=0") for gap in _gaps(u)
            )

        return go(body, frozenset())

    def _pay(self, gap: Term, d: Term, cell: Cell) -> None:
        """A kink inside a sum has a derivative if its argument is not 0, or does not change with the variable."""
        # d must be 0 around the point, not only at it: the cell's equations do not count
        form, known = self.context(changed(cell, facts=tuple(f for f in cell.facts if f.sign != "0" or f.every)))
        q = form.start(d)
        if q.num.is_zero():
            return
        # Where d holds [i = j] as a factor for a bound i, only the entry at j matters.
        deltas = {a for a in _common_atoms(form, q) if a.kind == "delta"}
        table: dict[Term, Term] = {}
        for a in sorted(deltas, key=lambda a: a.order):
            p, r = a.data
            if p.op == "index" and r.op == "index" and p.args[1] is r.args[1] and p not in table and r not in table.values():
                table[p] = r
        for candidate in (gap, replace(gap, table), replace(gap, {v: k for k, v in table.items()})):
            s = self.sign(candidate, cell)
            if s in ("+", "-", "!=0"):
                self.used.update(known.used)
                return
        raise Beyond(f"the derivative needs {show(gap)} != 0")

    # --- what is left over -----------------------------------------------------------------------------------------------------

    def free_delta(self, form: NormalForm, q: Quotient) -> tuple[Term, Term] | None:
        for a in _atoms_of(form, q):
            if a.kind == "delta" and not any(bound(i) for i in a.indices):
                p, r = a.data
                if all(u.op in ("index", "num") for u in (p, r)):
                    return p, r
        return None

    def free_indicator(self, form: NormalForm, q: Quotient) -> Term | None:
        for a in _atoms_of(form, q):
            if a.kind in ("above", "below") and not any(bound(i) for i in a.indices):
                return form.poly_term(a.data[0])
        return None

    def _summand(self, form: NormalForm, q: Quotient, cell: Cell, depth: int) -> bool:
        """Sums over one range: equal if their summands are, index by index."""
        mark = self.log.mark()
        bodies = self._merged(form, q)
        # Written out first: what is done below may start the form again, and then q speaks of other atoms.
        whole = form.term(q) if bodies else ZERO
        for body in bodies:
            try:
                self.vanish(body, cell, depth + 4)
            except Stuck:
                continue
            self.rules["summand"] = None
            self._log(mark, "summand", whole, cell)
            return True
        return False

    def _merged(self, form: NormalForm, q: Quotient) -> list[Term]:
        """For each range: the whole difference as the summand of one sum over it, where it is linear in such sums."""
        sums = [a for a in _atoms_of(form, q) if a.kind == "sum"]
        out = []
        for dims in sorted({tuple(i.args[1] for i in a.data[0]) for a in sums}, key=str):
            group = [a for a in sums if tuple(i.args[1] for i in a.data[0]) == dims]
            if any(v.op == "index" for d in dims for v in free(d)) or not all(form.sign(form.normal(d).num) == "+" for d in dims):
                continue
            fresh = tuple(index(f"κ{next(self.names)}", d) for d in dims)
            numbers = {form.number[a] for a in group}
            body: list[Term] = []
            for exps, c in q.num.to_dict().items():
                hit = [k for k in numbers if exps[k]]
                if len(hit) > 1 or hit and exps[hit[0]] > 1:
                    break
                outside = form.term(
                    Quotient(form.ctx.from_dict({tuple(0 if k in numbers else e for k, e in enumerate(exps)): c}), form.one)
                )
                if hit:
                    atom = form.atoms[hit[0]]
                    inner = form.poly_term(((atom.data[1], _ONE),))
                    body.append(mul(outside, replace(inner, dict(zip(atom.data[0], fresh, strict=True)))))
                else:
                    body.append(mul(outside, *(power(d, -1) for d in dims)))
            else:
                out.append(add(*body))
        return out

    def _summands(self, t: Term, cell: Cell, depth: int) -> bool:
        """A difference of sums, at the level of terms: one sum over the difference of the summands."""
        parts = list(t.args) if t.op == "add" else [t]
        groups: dict[Term, list[Term]] = {}
        for part in parts:
            factors = list(part.args) if part.op == "mul" else [part]
            inner = [u for u in factors if u.op == "sum"]
            if len(inner) != 1:
                return False
            s = inner[0]
            groups.setdefault(s.args[1].args[1], []).append(
                mul(*(u for u in factors if u is not s), replace(s.args[0], {s.args[1]: index("κ0", s.args[1].args[1])}))
            )
        if any(not group for group in groups.values()) or len(groups) != 1:
            return False
        ((dim, bodies),) = groups.items()
        name = index(f"κ{next(self.names)}", dim)
        mark = self.log.mark()
        try:
            self.vanish(replace(add(*bodies), {index("κ0", dim): name}), cell, depth + 4)
        except Stuck:
            return False
        self.rules["summand"] = None
        self._log(mark, "summand", t, cell)
        return True

    # --- domains -------------------------------------------------------------------------------------------------------------------

    def same_domain(self, lhs: Term, rhs: Term, cell: Cell) -> str:
        """ "" where both sides are defined at the same points, else what could not be shown."""
        left = self.open_needs(lhs, cell)
        right = self.open_needs(rhs, cell)
        if not left and not right:
            return ""
        for side in (left, right):
            surely = {self._key(n, cell) for n in side if self._exact(n, cell)}
            for need in side:
                if self._key(need, cell) not in surely:
                    return f"{show(need.term)} may fail to be {need.sign}"
        for mine, other in ((left, right), (right, left)):
            granted = cell
            for need in mine:
                if need.sign in ("+", ">=0", "!=0") and not need.guards:
                    granted = granted.with_fact(Fact(need.term, need.sign))
            have = {self._key(n, cell) for n in mine}
            for need in other:
                if self._key(need, cell) not in have and not self.met(need, granted):
                    return f"{show(need.term)} may fail to be {need.sign}"
        self.rules["same-domain"] = None
        return ""

    def _exact(self, need: Need, cell: Cell) -> bool:
        """Whether there is no value wherever the need fails."""
        if not need.exact or need.along is None:
            return need.exact
        try:
            crossing = differentiate(need.term, need.along)
            border = cell.with_fact(Fact(need.term, "0"), *(f for g in need.guards for f in facts_of(g)))
            around = self.settled([border])
            if need.rooted and not any(t.op == "deriv" for t in subterms(crossing)):
                # sqrt(t^2) has a kink at 0
                bend = differentiate(crossing, need.along)
                if all(self.sign(bend, part) == "+" or self.sign(crossing, part) in ("+", "-", "!=0") for part in around):
                    return True
            return all(self.sign(crossing, part) in ("+", "-", "!=0") for part in around)
        except Contradiction:
            return True
        except (Unsupported, Beyond, Undefined, Split):
            return False

    def open_needs(self, t: Term, cell: Cell) -> list[Need]:
        return [n for n in needs(t) if not self.met(n, cell)]

    def _key(self, need: Need, cell: Cell) -> tuple[str, str, str]:
        form, _ = self.context(cell)
        try:
            q = form.start(self.resolve(need.term, cell)) if need.sign in ("+", ">=0", "!=0") else None
        except (Split, Beyond, Undefined, Unsupported):
            q = None
        if q is None:
            return need.sign, show(need.term), str(need.guards)
        parts = []
        for poly in (q.num, q.den) if not q.num.is_zero() else ():
            content, factors = form.factors(poly)
            sign = -1 if content < 0 else 1
            names = []
            for p, e in factors:
                s = form.sign(p)
                if s == "-" and e % 2:
                    sign = -sign
                if s not in ("+", "-"):
                    names.append(f"{form.freeze_poly(p)}^{1 if need.sign == '!=0' else 2 - e % 2}")
            parts.append(f"{1 if need.sign == '!=0' else sign}:{sorted(names)}")
        return need.sign, "/".join(parts), str(need.guards)

    def met(self, need: Need, cell: Cell) -> bool:
        """Whether a need holds throughout a cell."""
        for guard in need.guards:
            for fact in facts_of(guard):
                cell = cell.with_fact(fact)
        if need.sign == "case":
            return self._some_case(need.term, cell)
        if need.sign == "pole":
            return self.sign_in_every_case(need.term, cell, ("+",)) or self._no_integer(need.term, cell)
        if need.sign == "index":
            return all(self._met_condition(c, cell) for c in need.term.args)
        if need.sign in ("smooth", "integral"):
            return False
        want = {"+": ("+",), ">=0": ("+", ">=0", "0"), "!=0": ("+", "-", "!=0")}[need.sign]
        return self.sign_in_every_case(need.term, cell, want)

    def _no_integer(self, t: Term, cell: Cell) -> bool:
        return t.op == "num" and (t.args[0].denominator != 1 or t.args[0] > 0)

    def _met_condition(self, c: Term, cell: Cell) -> bool:
        gap = sub(c.args[1], c.args[0])
        if whole(gap) and never_negative(sub(gap, ONE) if c.op == "lt" else gap):
            return True
        return self.sign_in_every_case(gap, cell, ("+",) if c.op == "lt" else ("+", ">=0", "0"))

    def _some_case(self, t: Term, cell: Cell) -> bool:
        """Whether one of the conditions of a piecewise always holds: their negations contradict each other."""
        if t.args[-1].op == "true":
            return True
        try:
            return self._cover(list(t.args[1::2]), cell, 0)
        except (Beyond, Undefined, Unsupported):
            return False

    def _cover(self, conditions: list[Term], cell: Cell, depth: int) -> bool:
        if depth > 8:
            return False
        try:
            return any([self.holds(c, cell) for c in conditions])  # noqa: C419
        except Split as split:
            return all(self._cover(conditions, cell.with_fact(Fact(split.gap, s)), depth + 1) for s in self.signs_of(split.gap, cell))

    def sign_in_every_case(self, t: Term, cell: Cell, want: tuple[str, ...], depth: int = 0) -> bool:
        """Whether t has one of the wanted signs throughout a cell, kinks resolved case by case, z3 last."""
        try:
            form, known = self.context(cell)
            resolved = self.resolve(t, cell)
            got = self.sign(resolved, cell)
            if got in want:
                self.keep(form, known)
                return True
            if self.solver and all(self.contradictory((*cell.facts, Fact(resolved, no)), cell) for no in _REFUTES[want]):
                self.rules["z3-cell"] = None
                return True
            return False
        except Contradiction:
            return True
        except Restart as restart:
            restart.form.reset()
            return depth <= 6 and self.sign_in_every_case(t, cell, want, depth + 1)
        except Split as split:
            if depth > 6:
                return False
            return all(
                self.sign_in_every_case(t, cell.with_fact(Fact(split.gap, s)), want, depth + 1) for s in self.signs_of(split.gap, cell)
            )
        except (Beyond, Undefined, Unsupported):
            return False


def sign_of_product(parts: list[tuple[fmpq_mpoly, int]], form: NormalForm) -> int:
    """The signs of a product of powers, factor by factor where a whole has no known sign."""
    mask = signs.PLUS
    for p, e in parts:
        one = signs.MASKS[form.sign(p)]
        if one == signs.ANY and len(p) > 1:
            content, factors = form.factors(p)
            one = signs.PLUS if content > 0 else signs.MINUS
            if len(factors) > 1 or factors[0][1] > 1:
                for q, k in factors:
                    one = signs.times(one, signs.to_power(signs.MASKS[form.sign(q)], k))
            else:
                one = signs.ANY
        mask = signs.times(mask, signs.to_power(one, e))
    return mask


_REFUTES = {("+",): ("-", "0"), ("+", ">=0", "0"): ("-",), ("+", "-", "!=0"): ("0",)}
_ONE = ONE.args[0]
_INVERSE = ("atan", "asin", "acos", "erf", "erfc", "erfinv", "log", "integral", "gamma", "loggamma", "polygamma", "asinh", "acosh", "atanh")
_ALLOWED = {"+": ("+",), "-": ("-",), "0": ("0",), ">=0": ("+", "0"), "<=0": ("-", "0"), "!=0": ("+", "-")}


def _sums_with_kinks(t: Term) -> list[Term]:
    """The sums of t that stand in no other binder and hold a kink, by their text."""
    found: dict[Term, None] = {}
    seen: set[Term] = set()

    def go(u: Term) -> None:
        if u in seen:
            return
        seen.add(u)
        if u.op == "sum" and any(v.op in SCALAR_KINKS for v in subterms(u.args[0])):
            found[u] = None
        elif u.op not in BINDERS:
            for v in u.args:
                if isinstance(v, Term):
                    go(v)

    go(t)
    return sorted(found, key=show)


def _convex_in(fact: Fact, x: Term) -> bool:
    """Whether a fact leaves an interval of values for x: an order between affine terms."""
    if fact.every or fact.sign in ("!=0", "0") or any(u.op in KINKS for u in subterms(fact.gap)):
        return False
    try:
        return not depends(differentiate(fact.gap, x), x) and not any(u.op not in ("add", "mul", "num", "sym") for u in subterms(fact.gap))
    except Unsupported:
        return False


def _linear_numbers(u: Term) -> list[tuple[Term, Fraction]]:
    """The rational coefficients inside an argument, and a literal modulus."""
    out = [(v, v.args[0]) for v in subterms(u) if v.op == "num"]
    if u.op == "mod" and u.args[1].op == "num":
        out.append((u, 1 / u.args[1].args[0]) if u.args[1].args[0] else (u, u.args[1].args[0]))
    return out


SORT_SIGNS = {"positive": "+", "negative": "-", "nonnegative": ">=0", "nonpositive": "<=0", "nonzero": "!=0", "nonnegative integer": ">=0"}


def _words(cell: Cell) -> str:
    """The facts of a cell, for a message."""
    return "where " + ", ".join(f"{show(f.gap)} is {f.sign}" for f in cell.facts[:6])[:300]


_CASES = {"+": ("lt", 1), "-": ("lt", -1), "0": ("eq", 1), ">=0": ("le", 1), "<=0": ("le", -1), "!=0": ("ne", 1)}


def case(gap: Term, sign: str) -> Term:
    """That a term has a sign, as a proposition."""
    op, side = _CASES[sign]
    return make(op, ZERO, gap) if side > 0 else make(op, gap, ZERO)


def stated(cell: Cell) -> tuple[Known, ...]:
    """The facts of a cell as a step of the log states them."""
    found = []
    for f in cell.facts:
        fact = case(f.gap, f.sign)
        found.append(Known(make("or", *(make("eq", p, q) for p, q in f.apart), fact) if f.apart else fact, f.every))
    pairs = sorted((tuple(sorted(pair, key=show)) for pair in cell.distinct), key=str)
    return (*found, *(Known(make("ne", *pair)) for pair in pairs))


def resolved_or(t: Term, scope: dict[str, object]) -> Term:
    found = scope.get("resolved")
    return found if isinstance(found, Term) else t


def _opposite(s: str) -> str:
    return {"+": "-", "-": "+"}.get(s, s)


def _places(gap: Term) -> tuple[Term, Term] | None:
    """(p, q) where the gap is p - q or q - p for an index p and an index or a position q."""
    if gap.op == "index":
        return gap, ZERO
    if gap.op != "add" or len(gap.args) != 2:
        return None
    for minus, plus in (gap.args, gap.args[::-1]):
        if minus.op == "mul" and minus.args[0] is num(-1) and minus.args[1:] and minus.args[1].op == "index" and len(minus.args) == 2:
            if plus.op == "index" and plus.args[1] is minus.args[1].args[1] or plus.op == "num":
                return minus.args[1], plus
        if plus.op == "index" and minus.op == "num":
            return plus, num(-minus.args[0])
    return None


def renamed(cell: Cell, table: dict[Term, Term]) -> Cell:
    facts = tuple(changed(f, gap=replace(f.gap, {k: v for k, v in table.items() if k not in f.every})) for f in cell.facts)
    distinct = frozenset(frozenset(table.get(p, p) for p in pair) for pair in cell.distinct)
    return Cell(facts, frozenset(pair for pair in distinct if len(pair) == 2))


def _gaps(u: Term) -> list[Term]:
    """The arguments at whose zeros a kink can break."""
    if u.op in ("abs", "sign", "heaviside"):
        return [u.args[0]]
    if u.op in ("max", "min"):
        return [sub(u.args[0], b) for b in u.args[1:2]]
    return [sub(c.args[1], c.args[0]) for c in _relations(u)]


def _relations(u: Term) -> list[Term]:
    out, todo = [], list(u.args[1::2])
    while todo:
        c = todo.pop(0)
        if c.op in ("lt", "le", "eq", "ne"):
            out.append(c)
        elif c.op in ("and", "or", "not"):
            todo += c.args
    return out


def _needs_expanding(body: Term) -> bool:
    return any(u.op in SCALAR_KINKS or u.op == "deriv" for u in subterms(body))


def _atoms_of(form: NormalForm, q: Quotient) -> list[Atom]:
    found = {a for poly in (q.num,) for m, _ in form.freeze_poly(poly) for a, _ in m}
    return sorted(found, key=lambda a: a.order)


def _common_atoms(form: NormalForm, q: Quotient) -> set[Atom]:
    monos = [{a for a, _ in m} for m, _ in form.freeze_poly(q.num)]
    return set.intersection(*monos) if monos else set()


def facts_of(proposition: Term, every: tuple[Term, ...] = ()) -> tuple[Fact, ...]:
    """A proposition as facts; what cannot be said as facts is left out, which only weakens it."""
    op, a = proposition.op, proposition.args
    if op == "and":
        return tuple(f for u in a for f in facts_of(u, every))
    if op == "eq" and a[1] is ZERO and a[0].op == "sum" and a[0].args[0].op == "piecewise":
        # "the number of j where h fails is 0": h for every j
        body, j = a[0].args
        if body.args[0] is ZERO and body.args[2:] == (ONE, TRUE):
            return facts_of(body.args[1], (*every, j))
    if op == "or" and every:
        # "i = j or h": h for every i other than j
        same = [u for u in a if u.op == "eq" and all(v.op in ("index", "num") for v in u.args) or u.op == "not" and u.args[0].op == "ne"]
        rest = [u for u in a if u not in same]
        if len(rest) == 1 and same:
            pairs = tuple((u.args[0].args if u.op == "not" else u.args)[:2] for u in same)
            return tuple(changed(f, apart=f.apart + pairs) for f in facts_of(rest[0], every))
    if op == "not":
        flipped = {"lt": ("le", a[0].args[::-1]), "le": ("lt", a[0].args[::-1]), "eq": ("ne", a[0].args), "ne": ("eq", a[0].args)}.get(
            a[0].op
        )
        if flipped:
            return facts_of(make(flipped[0], *flipped[1]), every)
        return facts_of(make("and", *(make("not", u) for u in a[0].args)), every) if a[0].op == "or" else ()
    sign = {"lt": "+", "le": ">=0", "eq": "0", "ne": "!=0"}.get(op)
    if sign is None:
        return ()
    gap = sub(a[1], a[0])
    if sign == "+" and is_whole(gap):
        # an integer above 0 is at least 1
        return Fact(gap, sign, every), Fact(sub(gap, ONE), ">=0", every)
    return (Fact(gap, sign, every), *_without_magnitude(gap, sign, every))


def _without_magnitude(gap: Term, sign: str, every: tuple[Term, ...]) -> tuple[Fact, ...]:
    """c >= 0 from |u(i)| <= c for every i, where there is some i."""
    if not every or sign not in ("+", ">=0") or not all(i.args[1].op == "sym" and i.args[1].args[1] == "positive integer" for i in every):
        return ()
    form = linear(gap)
    kept = {u: c for u, c in form.items() if u.op != "abs" or c > 0}
    rest = add(*(mul(num(c), u) for u, c in kept.items()))
    return () if kept == form or free(rest) & set(every) else (Fact(rest, sign),)


def is_whole(t: Term) -> bool:
    """Whether a term is an integer by its form."""
    if t.op == "num":
        return bool(t.args[0].denominator == 1)
    if t.op == "sym":
        return "integer" in t.args[1]
    if t.op in ("index", "floor", "ceiling"):
        return True
    if t.op in ("add", "mul", "max", "min", "abs"):
        return all(map(is_whole, t.args))
    return t.op == "pow" and is_whole(t.args[0]) and t.args[1].op == "num" and t.args[1].args[0] >= 0 and t.args[1].args[0].denominator == 1


def cells_of(question: Question) -> list[Cell]:
    """The hypotheses as cells: one, or one for each alternative of an `or`."""
    counted = sorted(
        {v for t in question.everything for v in free(t) if v.op == "sym" and v.args[1] == "positive integer"} | set(question.sizes),
        key=show,
    )
    start = [Fact(sub(n, ONE), ">=0") for n in counted if n.args[1] == "positive integer"]
    start += [Fact(v, SORT_SIGNS[v.args[1]]) for v in question.symbols if v.args[1] in SORT_SIGNS]
    alternatives: list[tuple[Fact, ...]] = [tuple(start)]
    distinct: set[frozenset[Term]] = set()
    for h, schematic in [(u, given in question.schematic) for given in question.given for u in _flat((given,))]:
        every = () if schematic else tuple(sorted((v for v in free(h) if v.op == "index"), key=show))
        if h.op == "ne" and all(u.op in ("index", "num") for u in h.args):
            distinct.add(frozenset(h.args))
        if h.op == "or" and not every:
            alternatives = [old + facts_of(u) for old in alternatives for u in h.args]
        else:
            alternatives = [old + facts_of(h, every) for old in alternatives]
    return [Cell(facts, frozenset(distinct)) for facts in alternatives]


def substituted(question: Question) -> Question:
    """The question with its equations between sizes and between its own indices carried out: Eq(n, 1), Eq(i, j)."""
    for h in question.given:
        if h.op != "eq":
            continue
        for old, new in (h.args, h.args[::-1]):
            plain = (
                old.op == "index"
                and new.op in ("index", "num")
                and h in question.schematic
                or old in question.sizes
                and old not in free(new)
                and is_whole(new)
            )
            if plain:
                table = {old: new}
                rest = tuple(replace(g, table) for g in question.given if g is not h)
                schematic = tuple(replace(g, table) for g in question.schematic if g is not h)
                if old.op == "sym":
                    rest = (*rest, make("le", ZERO, new))
                return substituted(
                    Question(
                        replace(question.lhs, table), replace(question.rhs, table), question.relation, rest, schematic, question.ranges
                    )
                )
    return question


def prove_equal(question: Question, budget: Budget) -> Proof:
    """lhs = rhs wherever the hypotheses hold; raises Stuck, Exhausted."""
    cells = Cells(budget)
    for part in instances(substituted(question)):
        for cell in cells.settled(cells_of(part)):
            cells.equal(part.lhs, part.rhs, cell)
    cells.log.close(0, ("cases",), make("eq", question.lhs, question.rhs))
    return cells.proof()


def _flat(given: tuple[Term, ...]) -> list[Term]:
    return [u for h in given for u in (_flat(h.args) if h.op == "and" else [h])]


def _bound(h: Term, n: Term, side: int) -> int | None:
    """k where h says n >= k (side 1) or n <= k (side -1) for a number k."""
    low, high = (h.args[0], h.args[1]) if h.op in ("le", "lt") else (None, None)
    if low is None or high is None:
        return None
    value, variable = (low, high) if side > 0 else (high, low)
    if variable is not n or value.op != "num":
        return None
    q = value.args[0]
    if side > 0:
        return int(q // 1) + 1 if h.op == "lt" else -int(-q // 1)
    return -int(-q // 1) - 1 if h.op == "lt" else int(q // 1)


def _numbers(h: Term) -> tuple[object, object] | None:
    return (h.args[0].args[0], h.args[1].args[0]) if h.op in ("le", "lt", "ne", "eq") and all(u.op == "num" for u in h.args) else None


def _plainly_true(h: Term) -> bool:
    n = _numbers(h)
    return n is not None and {"le": n[0] <= n[1], "lt": n[0] < n[1], "eq": n[0] == n[1], "ne": n[0] != n[1]}[h.op]  # type: ignore[operator]


def _plainly_false(h: Term) -> bool:
    return _numbers(h) is not None and not _plainly_true(h)


def _hides(t: Term, table: dict[Term, Term], question: Question) -> bool:
    """Whether a value would fold away a part of t that may be undefined: 0 times log 0 becomes 0."""
    after = {(n.sign, n.term) for n in needs(replace(t, table))}
    met = {"+": lambda q: q > 0, ">=0": lambda q: q >= 0, "!=0": lambda q: q != 0}
    for need in needs(t):
        term = replace(need.term, table)
        if term.op == "num" and need.sign in met and met[need.sign](term.args[0]) or need.sign in ("index", "case"):
            continue
        if (need.sign, term) not in after and not _always_met(need, question):
            return True
    return False


def _always_met(need: Need, question: Question) -> bool:
    cells = Cells(Budget(5_000, 2.0), solver=False)
    try:
        return all(cells.met(need, cell) for cell in cells.settled(cells_of(question)))
    except (Exhausted, Contradiction):
        return False


def instances(question: Question) -> list[Question]:
    """The question at each value of its free indices over ranges of known size, and of its sizes that are bounded by a small
    number; itself where there are none."""
    for n in (*question.sizes, *(v for v in question.symbols if "integer" in v.args[1])):
        bottoms = [k for h in _flat(question.given) if (k := _bound(h, n, 1)) is not None]
        bottoms += {"positive integer": [1], "nonnegative integer": [0]}.get(n.args[1], [])
        tops = [k for h in _flat(question.given) if (k := _bound(h, n, -1)) is not None]
        if tops and bottoms and min(tops) - max(bottoms) < 12:
            if any(_hides(t, {n: num(k)}, question) for t in question.sides for k in range(max(bottoms), min(tops) + 1)):
                return [question]
            bounded: list[Question] = []
            for k in range(max(bottoms), min(tops) + 1):
                table = {n: num(k)}
                given = tuple(g for g in (replace(h, table) for h in question.given) if not _plainly_true(g))
                if any(_plainly_false(g) for g in given):
                    continue
                schematic = tuple(replace(g, table) for g in question.schematic)
                sides = (replace(question.lhs, table), replace(question.rhs, table))
                bounded += instances(Question(*sides, question.relation, given, schematic, question.ranges))
            return bounded
    for i in question.indices:
        size = i.args[1]
        if size.op == "num" and size.args[0] <= 8:
            if any(_hides(t, {i: num(k)}, question) for t in question.sides for k in range(int(size.args[0]))):
                return [question]
            out: list[Question] = []
            for k in range(int(size.args[0])):
                table = {i: num(k)}
                given = tuple(replace(g, table) if g in question.schematic else g for g in question.given)
                schematic = tuple(replace(g, table) for g in question.schematic)
                if any(g.op in ("ne", "lt") and g.args[0] is g.args[1] for g in schematic):
                    continue  # the hypothesis excludes this value
                sides = (replace(question.lhs, table), replace(question.rhs, table))
                out += instances(Question(*sides, question.relation, given, schematic, question.ranges))
            return out
    return [question]
