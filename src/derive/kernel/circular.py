"""Circular functions as variables: sin u and cos u hidden behind s and c with s^2 + c^2 = 1, |s| <= 1, |c| <= 1.

What holds for all such s and c holds for theirs. Whoever needs u again (to differentiate, to sample, to enclose) asks to be shown.
"""

from __future__ import annotations

from fractions import Fraction

from derive.kernel.signs import Fact
from derive.statement.term import ONE, PI, TWO, ZERO, Term, add, div, fn, num, power, rebuild, replace, sub, subterms, sym

CIRCULAR = ("sin", "cos", "tan")


class Circular:
    """The variables that stand for sines and cosines, and what is known of them."""

    def __init__(self) -> None:
        self.meaning: dict[Term, Term] = {}  # variable -> sin u or cos u
        self.variables: dict[Term, Term] = {}  # the other way
        self.facts: dict[Term, tuple[Fact, ...]] = {}  # variable -> what is known of it and its partner

    def hide(self, t: Term) -> Term:
        """t with every circular function behind a variable."""
        if not any(u.op in CIRCULAR for u in subterms(t)):
            return t
        if t.op == "tan" and not _is_twelfth(t.args[0]):
            s, c = (self.hide(fn(name, t.args[0])) for name in ("sin", "cos"))
            return div(s, c)
        if t.op in CIRCULAR:
            if _is_twelfth(t.args[0]):
                return t  # the normal form knows its value
            if t not in self.variables:
                self._meet(t.args[0])
            return self.variables[t]
        return rebuild(t, self.hide)

    def _meet(self, u: Term) -> None:
        k = len(self.meaning) // 2
        s, c = sym(f"sin·{k}"), sym(f"cos·{k}")
        circle = Fact(add(power(s, TWO), power(c, TWO), num(-1)), "0")
        for variable, name in ((s, "sin"), (c, "cos")):
            self.meaning[variable], self.variables[fn(name, u)] = fn(name, u), variable
            self.facts[variable] = (circle, *(Fact(gap, ">=0") for v in (s, c) for gap in (sub(ONE, v), add(ONE, v))))

    def show(self, t: Term) -> Term:
        """t with sines and cosines in place of their variables."""
        return replace(t, self.meaning)

    def known(self, *terms: Term) -> tuple[Fact, ...]:
        """What is known of the variables in these terms."""
        seen = sorted({u for t in terms for u in subterms(t) if u in self.meaning}, key=lambda v: str(v.args[0]))
        return tuple(dict.fromkeys(f for v in seen for f in self.facts[v]))

    def own(self, fact: Fact) -> bool:
        """Whether a fact is one of these, true whatever the hypotheses say."""
        return any(fact in facts for facts in self.facts.values())


def _is_twelfth(u: Term) -> bool:
    """Whether u is a whole multiple of pi/12."""
    c, rest = (u.args[0].args[0], u.args[1:]) if u.op == "mul" and u.args[0].op == "num" else (Fraction(1), (u,))
    return u is ZERO or rest == (PI,) and (12 * c).denominator == 1
