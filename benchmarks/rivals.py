"""The tools that a user would otherwise take for a question: SymPy's `simplify` and `equals`, and z3, each asked as its manual says.

A question is put to all of them, and to `derive.decide`, as the same SymPy expressions. What a tool is given beside the bare question is
what helps it: derivatives and sums are carried out first (`doit`), symbols carry their assumptions, and z3 gets the hypotheses, the
denominators that are not 0, and the facts about exp, log, roots and erf that a user would write down.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import sympy as sp
import z3

from derive.kernel.question import Question
from derive.write import write
from frame import FALSE, LIMIT, OPEN, TRUE, Tool


@dataclass(frozen=True)
class Sides:
    """A question as SymPy expressions."""

    lhs: Any
    rhs: Any
    relation: str
    given: tuple[Any, ...] = ()

    @property
    def difference(self) -> Any:
        return (self.lhs - self.rhs).doit()


def sides(question: Question) -> Sides:
    return Sides(write(question.lhs), write(question.rhs), question.relation, tuple(map(write, question.given)))


# derive


def ask_derive(asked: Sides) -> str:
    """The verdict, the reading of the expressions included."""
    from derive import decide

    name = decide(asked.lhs, asked.rhs, asked.relation, asked.given, timeout=LIMIT).verdict.name
    return {"PROVED": TRUE, "REFUTED": FALSE}.get(name, OPEN)


def ask_derive_and_recheck(asked: Sides) -> str:
    """The same, and a proof counts only where the second checker has gone over it."""
    from derive import decide

    found = decide(asked.lhs, asked.rhs, asked.relation, asked.given, timeout=LIMIT)
    if found.verdict.name == "PROVED" and found.recheck == "DISAGREES":
        return OPEN
    return {"PROVED": TRUE, "REFUTED": FALSE}.get(found.verdict.name, OPEN)


# SymPy


def untold(asked: Sides, said: str) -> str:
    """SymPy cannot be told hypotheses: that something is false without them is no answer to what was asked."""
    return OPEN if asked.given and said == FALSE else said


RELATIONS = {"le": sp.Le, "lt": sp.Lt, "ne": sp.Ne}


def ask_simplify(asked: Sides) -> str:
    """`simplify(l - r) == 0`; of an inequality whether `simplify` makes it true or false. Any other number than 0 is an answer, too."""
    if asked.relation != "eq":
        found = sp.simplify(RELATIONS[asked.relation](asked.lhs.doit(), asked.rhs.doit()))
        return untold(asked, TRUE if found is sp.true else FALSE if found is sp.false else OPEN)
    left = sp.simplify(asked.difference)
    return untold(asked, TRUE if left == 0 else FALSE if left.is_number and left.is_zero is False else OPEN)


def ask_equals(asked: Sides) -> str:
    """`l.equals(r)`; it knows equations alone."""
    if asked.relation not in ("eq", "ne"):
        return OPEN
    found = asked.lhs.doit().equals(asked.rhs.doit())
    said = untold(asked, {True: TRUE, False: FALSE}.get(found, OPEN))
    return said if asked.relation == "eq" else {TRUE: FALSE, FALSE: TRUE}.get(said, OPEN)


# z3


class Unwritable(Exception):
    """What has no place in the language of a solver."""


class Formula:
    """SymPy expressions as formulas of z3, and the facts that go with what z3 does not know."""

    def __init__(self) -> None:
        self.facts: list[Any] = []
        self.known: dict[Any, Any] = {}
        self.opaque = False  # whether a function stands in it that z3 does not know: then a model of it refutes nothing
        self.fresh = itertools.count()
        self.exponentials: list[tuple[Any, Any]] = []

    def real(self, e: Any) -> Any:
        """A term of sort Real, or Int where the expression is a whole symbol."""
        if e not in self.known:
            self.known[e] = self._real(e)
        return self.known[e]

    def _new(self) -> Any:
        return z3.Real(f"t!{next(self.fresh)}")

    def _real(self, e: Any) -> Any:
        if e.is_Rational:
            return z3.Q(int(e.p), int(e.q)) if e.q != 1 else z3.RealVal(int(e.p))
        if e.is_Symbol:
            return self._symbol(e)
        if isinstance(e, sp.Indexed):
            return self._symbol(sp.Symbol(str(e), **{k: v for k, v in e.base.assumptions0.items() if k in ("real", "positive") and v}))
        if e.is_Add:
            return z3.Sum([self.real(a) for a in e.args])
        if e.is_Mul:
            return z3.Product([self.real(a) for a in e.args])
        if e.is_Pow:
            return self._power(*e.as_base_exp())
        if isinstance(e, sp.exp):
            return self._exp(e.args[0])
        if isinstance(e, sp.log):
            return self._log(e.args[0])
        if isinstance(e, sp.Max | sp.Min):
            first, *rest = map(self.real, e.args)
            for other in rest:
                first = z3.If(first >= other if isinstance(e, sp.Max) else first <= other, first, other)
            return first
        if isinstance(e, sp.Abs):
            a = self.real(e.args[0])
            return z3.If(a >= 0, a, -a)
        if isinstance(e, sp.sign):
            a = self.real(e.args[0])
            return z3.If(a > 0, z3.RealVal(1), z3.If(a < 0, z3.RealVal(-1), z3.RealVal(0)))
        if isinstance(e, sp.Heaviside):
            a = self.real(e.args[0])
            return z3.If(a > 0, z3.RealVal(1), z3.If(a < 0, z3.RealVal(0), z3.Q(1, 2)))
        if isinstance(e, sp.floor):
            return self._floor(self.real(e.args[0]))
        if isinstance(e, sp.ceiling):
            return -self._floor(-self.real(e.args[0]))
        if isinstance(e, sp.Mod):
            a, m = map(self.real, e.args)
            return a - m * self._floor(a / m)
        if isinstance(e, sp.Piecewise):
            value = self._new()
            for part, condition in reversed(e.args):
                value = z3.If(self.truth(condition), self.real(part), value)
            return value
        if e is sp.pi:
            self.opaque = True
            value = z3.Real("pi")
            self.facts += [value > z3.Q(314159, 100000), value < z3.Q(314160, 100000)]
            return value
        if isinstance(e, sp.KroneckerDelta):
            a, b = map(self.real, e.args)
            return z3.If(a == b, z3.RealVal(1), z3.RealVal(0))
        if isinstance(e, sp.tanh | sp.erf):
            return self._bounded(e)
        if isinstance(e, sp.sinh | sp.cosh):
            return self.real(e.rewrite(sp.exp))
        raise Unwritable(f"{type(e).__name__} has no place in z3")

    def _symbol(self, e: Any) -> Any:
        value = z3.ToReal(z3.Int(e.name)) if e.is_integer else z3.Real(e.name)
        for holds, fact in (
            (e.is_positive, value > 0), (e.is_negative, value < 0), (e.is_nonnegative, value >= 0), (e.is_nonpositive, value <= 0),
            (e.is_nonzero, value != 0),
        ):  # fmt: skip
            if holds:
                self.facts.append(fact)
        return value

    def _power(self, base: Any, exponent: Any) -> Any:
        if not exponent.is_Rational:
            return self._exp(sp.log(base) * exponent)
        b = self.real(base)
        if exponent.q != 1:
            root = self._new()
            self.facts += [b >= 0, root >= 0, z3.Product([root] * int(exponent.q)) == b]
            b = root
        value = z3.Product([b] * abs(int(exponent.p)))
        if exponent < 0:
            self.facts.append(b != 0)
            return 1 / value
        return value

    def _floor(self, value: Any) -> Any:
        """By a whole number next to it: z3 is quicker with that than with its own ToInt."""
        whole = z3.ToReal(z3.Int(f"q!{next(self.fresh)}"))
        self.facts += [whole <= value, value < whole + 1]
        return whole

    def _exp(self, exponent: Any) -> Any:
        """exp by its product over the terms of the exponent, and each as a number that is positive."""
        whole, value = [], z3.RealVal(1)
        self.opaque = True
        for term in sp.Add.make_args(sp.expand(exponent)):
            factor, rest = term.as_coeff_Mul()
            if factor.is_Integer and rest is not sp.S.One:
                whole.append((int(factor), rest))
            else:
                whole.append((1, term))
        for times, term in whole:
            if ("exp", term) not in self.known:
                e = self.known["exp", term] = self._new()
                a = self.real(term)
                self.facts += [e > 0, e >= 1 + a, z3.Implies(a > 0, e > 1), z3.Implies(a < 0, e < 1)]
                for b, other in self.exponentials:
                    self.facts += [(a < b) == (e < other), (a == b) == (e == other)]
                self.exponentials.append((a, e))
            factor = z3.Product([self.known["exp", term]] * abs(times))
            value = value * factor if times > 0 else value / factor
        return value

    def _log(self, argument: Any) -> Any:
        argument = sp.factor(argument) if argument.is_Add else argument
        self.opaque = True
        value = z3.RealVal(0)
        for factor in sp.Mul.make_args(argument):
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sp.exp):
                value = value + self.real(factor.args[0])
                continue
            if ("log", base) not in self.known:
                x, a = self._new(), self.real(base)
                self.facts += [a > 0, x <= a - 1, (x > 0) == (a > 1), (x == 0) == (a == 1)]
                self.known["log", base] = x
            value = value + self.real(exponent) * self.known["log", base]
        return value

    def _bounded(self, e: Any) -> Any:
        self.opaque = True
        if isinstance(e, sp.tanh):
            return self.real(e.rewrite(sp.exp))
        x, a = self._new(), self.real(e.args[0])
        self.facts += [x > -1, x < 1, (x > 0) == (a > 0), (x == 0) == (a == 0)]
        return x

    def truth(self, p: Any) -> Any:
        if p in (sp.true, sp.false):
            return z3.BoolVal(p is sp.true)
        if isinstance(p, sp.And | sp.Or):
            return (z3.And if isinstance(p, sp.And) else z3.Or)(*map(self.truth, p.args))
        if isinstance(p, sp.Not):
            return z3.Not(self.truth(p.args[0]))
        if isinstance(p, sp.core.relational.Relational):
            a, b = self.real(p.lhs), self.real(p.rhs)
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[p.rel_op]
        raise Unwritable(f"{type(p).__name__} has no place in z3")


def ask_z3(asked: Sides) -> str:
    """Whether z3 finds no point at which the hypotheses hold and the relation fails; the writing of the formula included."""
    formula = Formula()
    a, b = formula.real(asked.lhs.doit()), formula.real(asked.rhs.doit())
    given = [formula.truth(p.doit()) for p in asked.given]
    goal = {"eq": a == b, "ne": a != b, "le": a <= b, "lt": a < b}[asked.relation]
    solver = z3.Solver()
    solver.add(*formula.facts, *given, z3.Not(goal))
    answer = solver.check()
    if answer == z3.unsat:
        return TRUE
    # A model of a formula with unknown functions is no point of the real ones.
    return FALSE if answer == z3.sat and not formula.opaque else OPEN


DERIVE = Tool("derive", ask_derive, prepare=sides)
SIMPLIFY = Tool("simplify", ask_simplify, prepare=sides)
EQUALS = Tool("equals", ask_equals, prepare=sides)
Z3 = Tool("z3", ask_z3, prepare=sides)
