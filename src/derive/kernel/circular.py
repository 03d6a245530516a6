"""Circular functions as variables: sin u and cos u hidden behind s and c with s^2 + c^2 = 1, |s| <= 1, |c| <= 1.

What holds for all such s and c holds for theirs. Along a sum they change with the index: there they are entries of two arrays. Nothing
is hidden along an integral, nor under a derivative. Whoever needs u again (to differentiate, to sample, to enclose) asks to be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as replaced
from fractions import Fraction

from derive.kernel.opaque import in_order
from derive.kernel.signs import Fact
from derive.statement.term import (
    BINDERS,
    ONE,
    PI,
    TWO,
    ZERO,
    Term,
    add,
    div,
    entry,
    fn,
    free,
    index,
    make,
    mul,
    num,
    power,
    rebuild,
    replace,
    sub,
    subterms,
    sym,
)  # fmt: skip

CIRCULAR = ("sin", "cos", "tan")
MOST_CHORDS = 4
MOST_TERMS = 8  # of a sum that is written out


class Circular:
    """The variables and entries that stand for sines and cosines, and what is known of them."""

    def __init__(self) -> None:
        self.meaning: dict[Term, Term] = {}  # variable, or entry at places of no name -> sin u or cos u
        self.variables: dict[Term, Term] = {}  # the other way
        self.arrays: dict[str, Term] = {}  # name of an array -> its entry at places of no name
        self.facts: dict[Term, tuple[Fact, ...]] = {}  # variable or entry -> what is known of it and its partner

    def hide(self, t: Term, bound: frozenset[Term] = frozenset()) -> Term:
        """t with its circular functions hidden; `bound` is what is bound around it."""
        if not any(u.op in CIRCULAR for u in subterms(t)) or t.op == "deriv":
            return t
        if t.op == "sum" and t.args[1].args[1].op == "num" and t.args[1].args[1].args[0] in range(MOST_TERMS + 1):
            body, i = t.args
            return self.hide(add(*(replace(body, {i: num(k)}) for k in range(int(i.args[1].args[0])))), bound)
        if t.op in BINDERS:
            bound |= {t.args[1]}
        moving = [v for v in in_order(t) if v in bound]
        if t.op in CIRCULAR and not _is_twelfth(t.args[0]) and free(t) & bound == set(moving) and all(map(_is_plain, moving)):
            if t.op == "tan":
                s, c = (self.hide(fn(name, t.args[0]), bound) for name in ("sin", "cos"))
                return div(s, c)
            nameless = tuple(index(f"→place {k}", v.args[1]) for k, v in enumerate(moving))
            u = replace(t.args[0], dict(zip(moving, nameless, strict=True)))
            if fn(t.op, u) not in self.variables:
                self._meet(u, nameless)
            found = self.variables[fn(t.op, u)]
            return make("entry", *found.args[:3], tuple(moving)) if moving else found
        return rebuild(t, lambda u: self.hide(u, bound))  # of twelfths of pi the normal form knows the value

    def of_facts(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Facts with their circular functions hidden; what holds for all indices speaks of entries."""
        return tuple(replaced(f, gap=self.hide(f.gap, frozenset(f.every))) for f in facts)

    def _meet(self, u: Term, places: tuple[Term, ...]) -> None:
        """Names for sin u and cos u, entries at these places where there are any."""
        k = len(self.meaning) // 2
        sizes = tuple(i.args[1] for i in places)
        s, c = (entry(f"{name}·{k}", "real", sizes, places) if places else sym(f"{name}·{k}") for name in ("sin", "cos"))
        circle = Fact(add(power(s, TWO), power(c, TWO), num(-1)), "0", places)
        for variable, name in ((s, "sin"), (c, "cos")):
            self.meaning[variable], self.variables[fn(name, u)] = fn(name, u), variable
            if places:
                self.arrays[variable.args[0]] = variable
            self.facts[variable] = (circle, *(Fact(gap, ">=0", places) for v in (s, c) for gap in (sub(ONE, v), add(ONE, v))))

    def show(self, t: Term) -> Term:
        """t with sines and cosines in place of their variables."""
        done: dict[Term, Term] = {}

        def entries(u: Term) -> Term:
            if u not in done:
                nameless = self.arrays.get(u.args[0]) if u.op == "entry" else None
                table = dict(zip(nameless.args[3], u.args[3], strict=True)) if nameless is not None else {}
                done[u] = rebuild(u, entries) if nameless is None else replace(self.meaning[nameless], table)
            return done[u]

        return replace(entries(t) if self.arrays else t, self.meaning)

    def known(self, *terms: Term) -> tuple[Fact, ...]:
        """What is known of the variables and entries in these terms."""
        inside = {u for t in terms for u in subterms(t)}
        seen = {u for u in inside if u in self.meaning} | {self.arrays[u.args[0]] for u in self.entries_in(*terms)}
        return tuple(dict.fromkeys(f for v in sorted(seen, key=lambda v: str(v.args[0])) for f in self.facts[v]))

    def chords(self, t: Term) -> tuple[Fact, ...]:
        """|sin u| <= |u| and |sin u - sin v| <= |u - v|, cosines alike, for the variables in a term in which u and v stand as well."""
        inside = subterms(t)
        seen = sorted((v for v in set(inside) if v in self.meaning and v.op == "sym"), key=lambda v: str(v.args[0]))
        seen = [v for v in seen if free(self.meaning[v].args[0]) and free(self.meaning[v].args[0]) <= free(t)]
        out = []
        for k, v in enumerate(seen[:MOST_CHORDS]):
            name, (u,) = self.meaning[v].op, self.meaning[v].args
            out.append(sub(power(u, TWO), power(v, TWO) if name == "sin" else mul(TWO, sub(ONE, v))))  # 1 - cos u <= u^2/2
            for w in seen[:k]:
                if self.meaning[w].op == name:
                    out.append(sub(power(sub(u, self.meaning[w].args[0]), TWO), power(sub(v, w), TWO)))
        return tuple(Fact(gap, ">=0") for gap in out)

    def entries_in(self, *terms: Term) -> list[Term]:
        """The entries that stand for sines and cosines."""
        return [u for t in terms for u in subterms(t) if u.op == "entry" and u.args[0] in self.arrays]

    def is_angle(self, v: Term, shown: Term) -> bool:
        """Whether a sine, cosine or tangent of v stands in a term in which none is hidden."""
        return any(u.op in CIRCULAR and v in free(u) for u in subterms(shown))

    def own(self, fact: Fact) -> bool:
        """Whether a fact is one of these, true whatever the hypotheses say."""
        return any(fact in facts for facts in self.facts.values())


def _is_plain(v: Term) -> bool:
    """Whether what is bound is an index whose range is fixed."""
    return v.op == "index" and not any(u.op == "index" for u in free(v.args[1]))


def _is_twelfth(u: Term) -> bool:
    """Whether u is a whole multiple of pi/12."""
    c, rest = (u.args[0].args[0], u.args[1:]) if u.op == "mul" and u.args[0].op == "num" else (Fraction(1), (u,))
    return u is ZERO or rest == (PI,) and (12 * c).denominator == 1
