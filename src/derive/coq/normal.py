"""Normal forms: which exponentials, logarithms and roots of a lemma are products of others, as hints for Coq.

Nothing here is believed. A hint is an equation such as `exp (2 * x) = exp x ^ 2` or `ln (x * y) = ln x + ln y`; Coq proves each before it
uses it, and a wrong one makes its lemma fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from derive.coq.instance import Outside, half, positive, whole
from derive.coq.ring import Quotient, Ring, Vector, coordinates, fraction, held, lattice, primes
from derive.coq.text import ATOM, CALL, POWER, Text
from derive.statement.term import Term, fn, mul, neg, power, sub

Factor = tuple[str, Quotient, int]  # the text and the value of what is raised to a power


@dataclass(frozen=True)
class Hint:
    """An equation that Coq proves by itself, and how: "h" rewrites a function, "r" is for the tactic field, "v" puts in a
    variable, "f" is known from then on."""

    kind: str
    goal: str
    proof: str


@dataclass
class Normal(Ring):
    """Normal forms of the terms of one lemma, and the hints that were found on the way."""

    text: Text = field(default_factory=Text)
    premises: Sequence[str] = ()
    hints: list[Hint] = field(default_factory=list)
    done: dict[Term, Quotient] = field(default_factory=dict)
    powers: dict[Term, list[tuple[Quotient, int]]] = field(default_factory=dict)  # exp of a term, as a product
    solved: dict[int, fmpq_mpoly] = field(default_factory=dict)  # by the equations among the hypotheses

    # Quotients

    def of(self, t: Term) -> Quotient:
        """t as a quotient of polynomials in the generators."""
        found = self.done.get(t)
        if found is None:
            found = self.done[t] = self._of(t)
        return found

    def _of(self, t: Term) -> Quotient:
        op, a = t.op, t.args
        if op == "num":
            return self.constant(a[0]), self.one
        if op in ("sym", "entry", "const", "deriv"):
            k = self.generator(t, self.text.of(t, CALL), positive(t))
            return (self.solved[k], self.one) if k in self.solved else self.gen(k)
        if op == "add":
            n, d = self.of(a[0])
            for u in a[1:]:
                m, e = self.of(u)
                n, d = self.reduced(n * e + m * d, d * e)
            return n, d
        if op == "mul":
            return self.product((self.of(u), 1) for u in a)
        if op == "pow":
            times, halves = whole(a[1]), half(a[1])
            if times is not None:
                return self.product([(self.of(a[0]), times)])
            return self.product([(self.root(a[0]), halves)] if halves is not None else self.power_of_exp(exponent(t)))
        if op == "exp":
            return self.product(self.power_of_exp(a[0]))
        if op in ("sinh", "cosh", "tanh"):
            (n, d), (m, e) = (self.product(self.power_of_exp(u)) for u in (a[0], neg(a[0])))
            s, c = self.reduced(n * e - m * d, 2 * d * e), self.reduced(n * e + m * d, 2 * d * e)
            return s if op == "sinh" else c if op == "cosh" else self.product([(s, 1), (c, -1)])
        if op == "log":
            return self.logarithm(a[0])
        if op in ("erf", "erfc"):
            n, d = self.error_function(a[0])
            return (n, d) if op == "erf" else (d - n, d)
        raise Outside(op)

    # Exponentials

    def power_of_exp(self, u: Term) -> list[tuple[Quotient, int]]:
        found = self.powers.get(u)
        if found is None:
            raise Outside("an exponential that came about late")
        return found

    def prepare(self, terms: Sequence[Term]) -> None:
        """Choose the exponentials of which all others are products, those inside of others first."""
        levels: dict[int, dict[tuple[Term, str], None]] = {}
        depths: dict[Term, int] = {}

        def depth(t: Term) -> int:
            if t not in depths:
                depths[t] = max((depth(c) for c in t.args if isinstance(c, Term)), default=0)
                for u, said in exponents(t, self.text):
                    below = depth(u)
                    levels.setdefault(below, {})[u, said] = None
                    depths[t] = max(depths[t], below + 1)
            return depths[t]

        for t in terms:
            depth(t)
        for k in sorted(levels):
            self._choose(list(levels[k]))

    def _choose(self, arguments: list[tuple[Term, str]]) -> None:
        quotients = [self.of(u) for u, _ in arguments]
        common = self.one
        for _, d in quotients:
            common = common / common.gcd(d) * d
        logs = {k for key, k in self.keys.items() if isinstance(key, tuple) and key[0] == "ln"} if common.is_one() else set()
        vectors: list[Vector] = []
        logarithms: list[dict[int, int]] = []
        for n, d in quotients:
            vector, whole_logs = self._parts(n * (common / d), logs)
            vectors.append(vector)
            logarithms.append(whole_logs)
        basis = lattice(vectors)
        chosen: list[tuple[str, int]] = []
        for b in basis:
            poly = self.ctx.from_dict({m: fmpq(q.numerator, q.denominator) for m, q in b.items()})
            value = self.reduced(poly, common)
            same = (self.text.of(u) for (u, _), v, w in zip(arguments, vectors, logarithms, strict=True) if v == b and not w)
            text = next(same, "") or self.written(value)
            k = self.generator(("exp", *map(str, value)), f"exp {held(text)}", True)
            self.inside[k] = text, value
            chosen.append((text, k))
        for (u, said), v, w in zip(arguments, vectors, logarithms, strict=True):
            factors = [(f"exp {held(text)}", text, self.gen(k), e) for (text, k), e in zip(chosen, coordinates(v, basis), strict=True) if e]
            factors += [(held(self.inside[k][0]), self.texts[k], self.inside[k][1], e) for k, e in w.items()]
            self.powers[u] = [(value, e) for _, _, value, e in factors]
            left, right = f"exp {held(said)}", " * ".join(_power(base, e) for base, _, _, e in factors) or "1"
            if right != left:
                whole_sum = " + ".join(_multiple(inner, e) for _, inner, _, e in factors) or "0"
                self.say("h", f"{left} = {right}", f"transitivity (exp ({whole_sum})); [f_equal; {self.finish()} | exponents]")

    def _parts(self, p: fmpq_mpoly, logs: set[int]) -> tuple[Vector, dict[int, int]]:
        """An exponent as a vector of its monomials, and apart from it whole multiples of logarithms."""
        vector: Vector = {}
        whole_logs: dict[int, int] = {}
        for monomial, c in zip(p.monoms(), p.coeffs(), strict=True):
            m, q = tuple(map(int, monomial)), fraction(c)
            if sum(m) == 1 and m.index(1) in logs and q.denominator == 1:
                whole_logs[m.index(1)] = int(q)
            else:
                vector[m] = q
        return vector, whole_logs

    # Logarithms and roots

    def factors(self, t: Term) -> tuple[list[Factor], bool]:
        """What t > 0 is a product of, each positive; False where that is not known of some factor."""
        n, d = self.of(t)
        q, found = self.factored((n, d))
        unknown = [i for i, (p, _) in enumerate(found) if not self.surely(p)]
        if len(unknown) == 1 and found[unknown[0]][1] in (1, -1):
            # t > 0, so what is left of it is positive too.
            p, k = found[unknown[0]]
            if q < 0:
                found[unknown[0]], p, q = (-p, k), -p, -q
            own, whole_text = self.polynomial(p), self.text.of(t)
            if k == 1 and q == 1 and len(found) == 1 and d.is_one():
                own = whole_text
            else:
                rest = self.reduced(p * d, n) if k == 1 else self.reduced(p * n, d)
                other = f"({whole_text}) * ({self.written(rest)})" if k == 1 else f"({self.written(rest)}) / ({whole_text})"
                self.say("f", f"0 < {own}", f"replace ({own}) with ({other}); [pos | {self.finish()}]")
            texts = [own if i == unknown[0] else self.polynomial(p) for i, (p, _) in enumerate(found)]
        elif unknown or q <= 0:
            return [], False
        else:
            texts = [self.polynomial(p) for p, _ in found]
        numbers = [(str(p), (self.constant(Fraction(p)), self.one), e) for p, e in primes(q)]
        return [*numbers, *((text, (p, self.one), k) for text, (p, k) in zip(texts, found, strict=True))], True

    def logarithm(self, t: Term) -> Quotient:
        factors, plain = self.factors(t)
        text = self.text.of(t)
        if not plain:
            return self.gen(self.named("ln", text, self.of(t), False))
        n, d = self.ctx.constant(0), self.one
        left, right = [], []
        for own, value, k in factors:
            g = self.single(value[0])
            kind = next((key[0] for key, i in self.keys.items() if i == g and isinstance(key, tuple)), "") if g is not None else ""
            if kind == "exp":
                inner, part = self.inside[g]  # type: ignore[index]
                base = f"exp {held(inner)}"
            elif kind == "sqrt":
                inner_text, inner_value = self.inside[g]  # type: ignore[index]
                m = self.named("ln", inner_text, inner_value, False)
                base, inner, part = f"sqrt {held(inner_text)}", f"/ 2 * {self.texts[m]}", (self.ctx.gen(m) / 2, self.one)
            else:
                m = self.named("ln", own, value, False)
                base, inner, part = held(self.inside[m][0]), self.texts[m], self.gen(m)
            left.append(_power(base, k))
            right.append(_multiple(inner, k))
            n, d = self.reduced(n * part[1] + k * part[0] * d, d * part[1])
        said = " + ".join(right) or "0"
        if said != f"ln {held(text)}":
            proof = f"transitivity (ln ({' * '.join(left) or '1'})); [f_equal; {self.finish()} | logarithms]"
            self.say("h", f"ln {held(text)} = {said}", proof)
        return n, d

    def root(self, t: Term) -> Quotient:
        """The root of t: what is plainly positive comes out of it, the rest stays in one."""
        text, value = self.text.of(t), self.of(t)
        q, factors = self.factored(value)
        sure = [(str(p), (self.constant(Fraction(p)), self.one), e) for p, e in primes(abs(q))] if q else []
        sure += [(self.polynomial(p), (p, self.one), k) for p, k in factors if self.surely(p)]
        rest = self.product([(value, 1), *((v, -k) for _, v, k in sure)])
        plain = rest == (self.one, self.one)
        if plain and len(sure) == 1 and sure[0][2] == 1:
            sure, rest, plain = [], value, False
        if not sure:
            return self.gen(self._root_of(text, value, self.surely(value[0]) and self.surely(value[1])))
        said: list[str] = []
        found: list[tuple[Quotient, int]] = []
        for own, v, k in sure:
            if k // 2:
                said.append(_power(held(own), k // 2))
                found.append((v, k // 2))
            if k % 2:
                g = self._root_of(own, v, True)
                said.append(self.texts[g])
                found.append((self.gen(g), 1))
        if not plain:
            own = self.written(rest)
            other = self.product((v, -k) for _, v, k in sure)
            sign = "<" if positive(t) or f"0 < {text}" in self.premises else "<="
            self.say("f", f"0 {sign} {own}", f"replace ({own}) with (({text}) * ({self.written(other)})); [pos | {self.finish()}]")
            g = self._root_of(own, rest, False)
            said.append(self.texts[g])
            found.append((self.gen(g), 1))
        self.say("h", f"sqrt {held(text)} = {' * '.join(said)}", f"apply root_is; [pos | {self.finish()}]")
        return self.product(found)

    def _root_of(self, text: str, value: Quotient, above: bool) -> int:
        known = ("sqrt", *map(str, value)) in self.keys
        k = self.named("sqrt", text, value, above)
        if not known:
            self.say("r", f"{self.texts[k]} ^ 2 = {self.written(value)}", f"rewrite pow2_sqrt; [{self.finish()} | pos]")
        elif self.inside[k][0] != text:
            self.say("h", f"sqrt {held(text)} = {self.texts[k]}", f"f_equal; {self.finish()}")
        return k

    def error_function(self, u: Term) -> Quotient:
        """erf is odd; of the rest nothing is known here."""
        n, d = self.of(u)
        minus = bool(n.leading_coefficient() < 0) if not n.is_zero() else False
        text = self.text.of(neg(u) if minus else u)
        k = self.generator(("erf", str(-n if minus else n), str(d)), f"erf {held(text)}", False)
        said = f"- {self.texts[k]}" if minus else self.texts[k]
        if said != f"erf {self.text.of(u, ATOM)}":
            how = "rewrite <- erf_odd; " if minus else ""
            self.say("r", f"erf {self.text.of(u, ATOM)} = {said}", f"{how}f_equal; {self.finish()}")
        return (-self.ctx.gen(k), self.one) if minus else self.gen(k)

    # Hypotheses

    def equation(self, name: str, left: Term, right: Term) -> None:
        """Solve an equation for a generator that stands in it alone, with a number before it."""
        n, d = self.of(sub(left, right))
        for k in reversed(range(len(self.texts))):
            inside = [(m, c) for m, c in zip(n.monoms(), n.coeffs(), strict=True) if m[k]]
            if len(inside) == 1 and sum(inside[0][0]) == 1:
                c = inside[0][1]
                solution = self.ctx.gen(k) - n / c
                gap = f"{self.written(self.reduced(d / c, self.one))} * ({self.text.of(left)} - ({self.text.of(right)}))"
                atom = self.texts[k]
                proof = f"transitivity ({atom} - {gap}); [rewrite (Rminus_diag_eq _ _ {name}); ring | {self.finish()}]"
                self.say("v" if re.fullmatch(r"\w+", atom) else "r", f"{atom} = {self.polynomial(solution)}", proof)
                self.solved[k] = solution
                self.done.clear()
                return

    # Hints

    def say(self, kind: str, goal: str, proof: str) -> None:
        self.hints.append(Hint(kind, goal, proof))

    def finish(self) -> str:
        """The tactic that closes an equation between quotients, with the equations that are known by now."""
        known = [f"r{k}" for k, hint in enumerate(self.hints) if hint.kind == "r"]
        field = f"field [{' '.join(known)}]" if known else "field"
        replaced = "".join(f"subst {hint.goal.split()[0]}; " for hint in self.hints if hint.kind == "v")
        return f"hinted; {replaced}{field}; side" if known or replaced else "finish"


def exponent(t: Term) -> Term:
    """What e is raised to, where t is a power of another kind."""
    return mul(t.args[1], fn("log", t.args[0]))


def exponents(t: Term, text: Text) -> Iterator[tuple[Term, str]]:
    """What exp is taken of at the top of t, once t is written out or differentiated, and as Coq has it then."""
    if t.op in ("exp", "sinh", "cosh", "tanh"):
        yield t.args[0], text.of(t.args[0])
    if t.op in ("sinh", "cosh", "tanh"):
        yield neg(t.args[0]), f"- {text.of(t.args[0], POWER)}"
    if t.op in ("erf", "erfc"):
        yield neg(power(t.args[0], 2)), f"- {text.of(t.args[0], CALL)} ^ 2"
    if t.op == "pow" and whole(t.args[1]) is None and half(t.args[1]) is None:
        yield exponent(t), text.of(exponent(t))


def _power(base: str, k: int) -> str:
    text = f"{held(base, True)} ^ {abs(k)}" if abs(k) > 1 else held(base, True)
    return text if k > 0 else f"/ {text}"


def _multiple(text: str, k: int) -> str:
    said = f"INR {abs(k)} * {held(text, True)}" if abs(k) > 1 else held(text, True)
    return said if k > 0 else f"- ({said})" if abs(k) > 1 else f"- {said}"
