"""Cells: a claim with kinks is decided sign by sign, the boundary g = 0 included, so that a proof holds everywhere.

In a cell the sign of each kink's argument is a fact; there the kink is one of its branches (its derivative: slope.py). Inside a sum
over a symbolic range kinks stay, through indicators (indexed.py). What the normal form leaves over is for summands.py.

Rules: case-split, equal-indices, empty-cell, both-undefined, residues, squares, zero-slope, integers, z3-cell (oracle).
"""

from __future__ import annotations

from dataclasses import replace as changed
from fractions import Fraction
from functools import lru_cache
from itertools import count, product
from math import lcm

from flint import fmpq_mpoly

from derive.kernel import defined, signs, slope, summands
from derive.kernel.atoms import Beyond, Restart, Split, Undefined, canonical_place, solved_places
from derive.kernel.cell import MAX_DEPTH, SCALAR_KINKS, Cell, Stuck, at_place, case, renamed, stated, words
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.domain import needs, placed
from derive.kernel.field import NormalForm, atoms_of
from derive.kernel.indexed import is_total
from derive.kernel.opaque import Opaque, layered
from derive.kernel.proof import Budget, Exhausted, Log, Proof
from derive.kernel.signs import Contradiction, Fact, Signs
from derive.kernel.sizes import indices, is_never_empty, is_size, whole
from derive.statement.term import (
    BINDERS,
    HALF,
    KINKS,
    ONE,
    ZERO,
    Term,
    add,
    div,
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
)


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
                    self._compare_domains(cell)
                    self.rules["empty-cell"] = None
                    self.log.drop(mark)
                    self._log(mark, "empty-cell", t, cell)
                    return
            raise Stuck(cell, "exponents that keep getting finer")
        except Exception:
            self.log.drop(mark)
            raise

    def _compare_domains(self, cell: Cell) -> None:
        """Where the two sides' domains are compared cell by cell: raises Stuck where they may differ in this one."""
        if not (self.sides and self.leaves):
            return
        try:
            trouble = defined.same_domain(self, *self.sides, cell)
        except Contradiction:
            trouble = "" if self.empty(cell) else "the signs found contradict each other, which may be for want of a value"
        if trouble:
            raise Stuck(cell, trouble)

    def _log(self, mark: int, rule: str, t: Term, cell: Cell) -> None:
        """That t is 0 in a cell, by this rule from what was done since the mark."""
        self.log.close(mark, (rule,), make("eq", t, ZERO), stated(cell))

    def equal(self, lhs: Term, rhs: Term, cell: Cell) -> None:
        """Proves lhs = rhs in a cell: their difference vanishes, or another rule reaches it; raises Stuck."""
        trouble = defined.same_domain(self, lhs, rhs, cell)
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
        if not (isinstance(error, Undefined) and self.sides):
            return False
        sides, self.sides = self.sides, ()
        try:
            return all(self._surely_undefined(side, cell) for side in sides)
        finally:
            self.sides = sides

    def _surely_undefined(self, side: Term, cell: Cell) -> bool:
        """Whether a side has no value: it needs what fails here, or has a slope at a corner.

        That its normal form cannot be written says nothing: a sum of no terms asks for nothing, nor does every slope for its formula.
        """
        if defined.fails(self, side, cell):
            self.rules["both-undefined"] = None
            return True
        if any(v.op in ("deriv", "piecewise") for u in subterms(side) if u.op in BINDERS for v in subterms(u)):
            return False
        try:
            self.resolve(side, cell)
        except Undefined as none:
            self.rules["both-undefined"] = None
            return none.sure
        except (Split, Beyond, Unsupported):
            pass
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
        q = make("sym", f"→quotient of {n.args[0]}", "integer")
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

    def _by_slope(self, lhs: Term, rhs: Term, cell: Cell, depth: int = 0) -> bool:
        """zero-slope: d = 0 on an interval where d is defined, d' = 0 and d = 0 at one point; in every case on its own."""
        try:
            difference = self.resolve(sub(lhs, rhs), cell)
        except Split as split:
            return depth < 4 and self._by_slopes(lhs, rhs, split.gap, cell, depth)
        except (Beyond, Undefined, Unsupported):
            return False
        if not any(u.op in _INVERSE for u in subterms(difference)) or any(u.op in KINKS or u.op == "deriv" for u in subterms(difference)):
            return False
        everything, whole_difference = cell, difference
        for v in sorted((v for v in free(difference) if v.op == "sym" and "integer" not in v.args[1]), key=show):
            # What leaves x no interval is not used, nor is a sort that does not.
            x = make("sym", f"→{v.args[0]}", "real") if v.args[1] == "nonzero" else v
            known, difference = renamed(everything, {v: x}), replace(whole_difference, {v: x})
            cell = changed(known, facts=tuple(f for f in known.facts if not depends(f.gap, x) or _convex_in(f, x)))
            if any(not defined.met(self, need, cell) for need in needs(difference) if depends(need.term, x)):
                continue
            for c in (0, 1, -1, 2, Fraction(1, 2)):
                at = {x: num(c)}
                wider = changed(cell, facts=tuple(self._to_its_end(f, at) for f in cell.facts))
                if wider != cell and any(not defined.met(self, need, wider) for need in needs(difference) if depends(need.term, x)):
                    continue
                there = renamed(wider, at)
                mark = self.log.mark()
                try:
                    if any(self.sign(f.gap, Cell()) not in _ALLOWED[f.sign] for f in there.facts if not free(f.gap)):
                        continue
                    if any(depends(f.gap, x) and free(f.gap) != {x} for f in cell.facts):
                        continue
                    self.vanish(differentiate(difference, x), wider)
                    self.vanish(replace(difference, at), there)
                except (Stuck, Unsupported, Undefined, Beyond, Split):
                    self.log.drop(mark)
                    continue
                self.rules["zero-slope"] = None
                self._log(mark, "zero-slope", whole_difference, everything)
                return True
        return False

    def _to_its_end(self, fact: Fact, at: dict[Term, Term]) -> Fact:
        """A fact that leaves out a point, said so that the point is its end."""
        weak = {"+": ">=0", "-": "<=0"}.get(fact.sign)
        here = replace(fact.gap, at)
        return changed(fact, sign=weak) if weak and here is not fact.gap and not free(here) and self.sign(here, Cell()) == "0" else fact

    def _by_slopes(self, lhs: Term, rhs: Term, gap: Term, cell: Cell, depth: int) -> bool:
        """zero-slope, case by case."""
        mark = self.log.mark()
        for sign in self.signs_of(gap, cell):
            here, case_ = self.log.mark(), cell.with_fact(Fact(gap, sign))
            try:
                self.vanish(sub(lhs, rhs), case_, depth + 4)
            except Stuck:
                if not self._by_slope(lhs, rhs, case_, depth + 1):
                    self.log.drop(mark)
                    return False
            self.log.label(here, case(gap, sign))
        self.rules["case-split"] = None
        self._log(mark, "case-split", sub(lhs, rhs), cell)
        return True

    def _vanish(self, t: Term, cell: Cell, depth: int) -> None:
        self.budget.spend(5)
        if depth > MAX_DEPTH:
            raise Stuck(cell, "too many cases")
        form, known = self.context(cell)
        mark = self.log.mark()
        try:
            resolved = self.resolve(t, cell)
            if self._by_any_values(resolved, cell):
                if resolved is not t:
                    self._log(mark, "resolve", t, cell)
                return
            q = form.start(resolved)
            if form.vanishes(q):
                self._compare_domains(cell)
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
            if isinstance(error, Beyond) and depth <= 3 and summands.by_summands(self, resolved_or(t, locals()), cell, depth):
                return
            raise Stuck(cell, str(error)) from error
        pair = summands.free_delta(form, q)
        if pair is not None:
            self.rules["equal-indices"] = None
            place, drop = pair
            self._apart(resolved, pair, cell, depth)
            self.log.label(mark, make("ne", *pair))
            second = self.log.mark()
            self.vanish(replace(resolved, {drop: place}), at_place(cell, drop, place), depth + 1)
            self.log.label(second, make("eq", *pair))
            self._log(mark, "equal-indices", t, cell)
            return
        gap = summands.free_indicator(form, q) or summands.open_place(form, q)
        if gap is not None:
            self._split(resolved, gap, cell, depth)
            return
        rounded = any(a.kind == "call" and a.data[0] == "floor" for a in atoms_of(form, q))
        if depth <= 6 and summands.by_summand(self, form, q, cell, depth):
            return
        if depth <= 3 and any(v.op in SCALAR_KINKS for v in subterms(resolved)) and summands.by_summands(self, resolved, cell, depth):
            return
        if self.empty(cell):
            self._log(mark, "z3-cell", t, cell)
            return
        if self.sign(resolved, cell) == "0":  # two weak signs that meet
            self._compare_domains(cell)
            self.keep(form, known)
            self.rules["squeeze"] = None
            self._log(mark, "sign", t, cell)
            return
        if rounded and self._rounded(resolved, cell):
            self._compare_domains(cell)
            self._log(mark, "integers", t, cell)
            return
        if self._off_the_axes(cell):
            self._log(mark, "both-undefined", t, cell)
            return
        raise Stuck(cell, "the difference is not 0 by the rules" + (f", {words(cell)}" if cell.facts else ""))

    def _apart(self, t: Term, pair: tuple[Term, Term], cell: Cell, depth: int) -> None:
        """t vanishes where two places differ, which they may do nowhere in the cell."""
        apart = changed(cell, distinct=cell.distinct | {frozenset(pair)})
        gap = sub(*pair)
        known = self.sign(gap, cell)
        if known != "0":
            self.vanish(t, apart.with_fact(*(_signed(gap, _STRICT[known]) if known in _STRICT else ())), depth + 1)
            return
        self.keep(*self.context(cell))
        self.rules["empty-cell"] = None
        self._log(self.log.mark(), "empty-cell", t, apart)

    def _off_the_axes(self, cell: Cell) -> bool:
        """Whether both sides name a place that no entry has, so that neither has a value in the cell."""

        def off(side: Term) -> bool:
            inside = [c for n in needs(side) if n.sign == "index" and n.exact and not n.guards for c in n.term.args]
            return any(self.sign(sub(c.args[1], c.args[0]), cell) in (("-", "0") if c.op == "lt" else ("-",)) for c in inside)

        if not self.sides or not all(map(off, self.sides)):
            return False
        self.rules["both-undefined"] = None
        return True

    def _by_any_values(self, t: Term, cell: Cell) -> bool:
        """any-values: t vanishes whatever stands inside its functions."""
        if self.sides and self.leaves or not layered(t):
            return False
        form, known = self.context(cell)
        opaque = Opaque((t, *(f.gap for f in cell.facts)))
        plain = opaque.arguments(t)
        try:
            simpler = opaque.factors(plain, lambda u: form.freeze(form.reduced(form.normal(u))))
            if not any(form.vanishes(form.start(u)) for u in (simpler, plain)):
                return False
        except (Split, Undefined, Unsupported, Beyond):
            return False
        self.keep(form, known)
        self.rules["any-values"] = None
        self._log(self.log.mark(), "any-values", t, cell)
        return True

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
        plainly = Cells(self.budget, solver=False)
        told = tuple(f for f in facts if not _may_ask_nothing(f.gap) or not defined.open_needs(plainly, f.gap, cell))
        try:
            if not solver.contradictory(form, told, self.budget, resources or solver.RESOURCES):
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
        """t vanishes if it does for each sign that gap can have.

        A point at which gap has no value lies in none of the cells. Where these have to cover every point, because the domains of the
        two sides are compared in them, what gap needs is split on first.
        """
        if self.sides and self.leaves and (open_ := defined.open_needs(self, gap, cell)):
            need = open_[0]
            if need.guards or need.sign not in ("+", ">=0", "!=0") or self.sign(need.term, cell) not in ("?", ">=0", "<=0", "!=0"):
                raise Stuck(cell, f"{show(need.term)} may fail to be {need.sign}")
            self._split(t, need.term, cell, depth)
            return
        self.rules["case-split"] = None
        pair = _places(gap)
        mark = self.log.mark()
        for sign in self.signs_of(gap, cell):
            here = self.log.mark()
            if pair is None:
                self.vanish(t, cell.with_fact(*_signed(gap, sign)), depth + 1)
            elif sign == "0":
                self.rules["equal-indices"] = None
                self.vanish(replace(t, dict([pair])), at_place(cell, *pair), depth + 1)
            else:
                apart = changed(cell, distinct=cell.distinct | {frozenset(pair)})
                self.vanish(t, apart.with_fact(*_signed(gap, sign)), depth + 1)
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
        if found & (found - 1) and _waves(t):
            found &= self._by_waves(t, cell)
            if not found:
                raise Contradiction
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

    def _by_waves(self, t: Term, cell: Cell) -> int:
        """The signs that facts leave to a term with sines: by its quotient with a fact's term, or as a factor of what is not 0."""
        found = signs.ANY
        for fact in cell.facts:
            if not fact.every and not fact.apart and _waves(fact.gap):
                found &= self._against_wave(t, fact, cell)
        return found

    def _against_wave(self, t: Term, fact: signs.Fact, cell: Cell) -> int:
        form, _ = self.context(cell)
        strict = fact.sign in ("+", "-", "!=0")
        for _ in range(40):
            found = signs.ANY
            try:
                q = form.start(div(t, fact.gap))
                if strict or form.constant_value(q):
                    ratio = sign_of_product([(p, 1) for p in (q.num, q.den)], form)
                    found = signs.times(ratio, signs.MASKS[fact.sign])
                mine, other = form.start(t), form.normal(fact.gap)
                if strict and found & signs.NULL and not mine.num.is_zero() and not divmod(other.num, mine.num)[1]:
                    found &= ~signs.NULL
                return found
            except (Beyond, Split, Undefined):
                return found
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

    def sign_by_form(self, t: Term, cell: Cell) -> str:
        """The sign that a term has by its form alone, or "?": cheap where the normal form is large."""
        try:
            found = signs.NAMES.get(self._by_structure(t, cell), "?")
        except (Contradiction, Beyond, Undefined, Unsupported, Split, Restart):
            return "?"
        self.keep(*self.context(cell))
        return found

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
        # One fact more may be one too many for the solver, so it is asked without those at places first.
        for more in dict.fromkeys(((), tuple(_at_places(cell)))) if self.solver and cell.facts else ():
            if self.contradictory((*cell.facts, *more), cell):
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
        if not _needs_expanding(t):
            return t
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
                return slope.derivative(self, u.args[0], u.args[1], cell, inside)
            if u.op in BINDERS and u.op != "integral" and u.args[1].args[1].op == "num" and _needs_expanding(u.args[0]):
                size = u.args[1].args[1].args[0]
                if size.denominator == 1 and size <= 64:
                    parts = [placed(u.args[0], u.args[1], num(k)) for k in range(max(0, int(size)))]
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
            raise Undefined("no case applies", sure=True)

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
                    raise _split(form, p, gap)
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


def _split(form: NormalForm, p: fmpq_mpoly, gap: Term) -> Exception:
    """The exception that asks for the sign of a factor, or of the whole where the factor is no real term: sines are split over i."""
    try:
        return form.split(p)
    except Beyond:
        return Split(gap)


@lru_cache(maxsize=2048)
def _waves(t: Term) -> bool:
    """Whether a sine or a cosine stands in a term: over i, its normal form has no sign."""
    return any(u.op in ("sin", "cos", "tan") for u in subterms(t))


_INVERSE = ("atan", "asin", "acos", "erf", "erfc", "erfinv", "log", "integral", "gamma", "loggamma", "polygamma", "asinh", "acosh", "atanh")
_STRICT = {">=0": "+", "<=0": "-"}


def _at_places(cell: Cell) -> list[Fact]:
    """What the facts for every place say at the places of which another fact of the cell speaks."""
    places = sorted({i for f in cell.facts if not f.every for i in free(f.gap) if i.op == "index"}, key=show)
    out: dict[Fact, None] = {}
    for fact in cell.facts:
        for choice in (
            product(*([p for p in places if p.args[1] is i.args[1]] for i in fact.every)) if fact.every and not fact.apart else ()
        ):
            out[Fact(replace(fact.gap, dict(zip(fact.every, choice, strict=True))), fact.sign)] = None
    return list(out)[:MOST_PLACED]


MOST_PLACED = 12  # facts about every place that are said of places at hand, for z3
_ALLOWED = {"+": ("+",), "-": ("-",), "0": ("0",), ">=0": ("+", "0"), "<=0": ("-", "0"), "!=0": ("+", "-")}


@lru_cache(maxsize=4096)
def _may_ask_nothing(t: Term) -> bool:
    """Whether a sum of no terms may stand in t, which has a value whatever its terms need: the solver takes it that all needs are met."""
    return any(u.op in ("sum", "prod") and not is_never_empty(u.args[1].args[1]) and not is_total(u.args[0]) for u in subterms(t))


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


def resolved_or(t: Term, scope: dict[str, object]) -> Term:
    found = scope.get("resolved")
    return found if isinstance(found, Term) else t


def _opposite(s: str) -> str:
    return {"+": "-", "-": "+"}.get(s, s)


def _places(gap: Term) -> tuple[Term, Term] | None:
    """(i, p) where a whole gap is 0 if the index i is at the place p, and there alone."""
    found = solved_places(canonical_place(gap)) if whole(gap) and is_size(replace(gap, dict.fromkeys(indices(gap), ZERO))) else None
    return found if found is not None and found[0].op == "index" else None


def _signed(gap: Term, sign: str) -> tuple[Fact, ...]:
    """That a gap has a sign; a whole one is at least 1, or at most -1; logarithms are in the order of their arguments."""
    fact = Fact(gap, sign)
    above, below = ([u for u in gap.args if u.op == "log"], [neg(u) for u in gap.args if u.op == "mul"]) if gap.op == "add" else ([], [])
    if len(above) == len(below) == 1 and len(gap.args) == 2 and below[0].op == "log":
        return (fact, Fact(sub(above[0].args[0], below[0].args[0]), sign))
    if sign not in ("+", "-") or not whole(gap):
        return (fact,)
    return (fact, Fact(sub(gap, ONE), ">=0")) if sign == "+" else (fact, Fact(add(gap, ONE), "<=0"))


@lru_cache(maxsize=4096)
def _needs_expanding(body: Term) -> bool:
    return any(u.op in SCALAR_KINKS or u.op == "deriv" for u in subterms(body))
