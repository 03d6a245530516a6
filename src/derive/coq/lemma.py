"""Lemmas: one line of a claim at one shape, as a statement about real numbers and a proof that Coq has to check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.coq.instance import Outside, half, instance, nonnegative, positive, whole
from derive.coq.normal import Normal
from derive.coq.text import Text
from derive.recheck.setting import Setting, Shape, instances
from derive.statement.term import Term, subterms

SORTS = {
    "positive": "0 < {}", "negative": "{} < 0", "nonnegative": "0 <= {}", "nonpositive": "{} <= 0", "nonzero": "{} <> 0",
    "positive integer": "1 <= {}", "nonnegative integer": "0 <= {}",
}  # fmt: skip
FUNCTIONS = ("exp", "log", "erf", "erfc", "sinh", "cosh", "tanh", "pow")
# The standard library has no erf: a lemma speaks of any odd function with this derivative.
ERF = (
    "forall erf : R -> R, (forall x, derivable_pt_lim erf x (2 / sqrt PI * exp (- x ^ 2))) -> (forall x, erf (- x) = - erf x) ->",
    "intros erf erf_slope erf_odd",
)


@dataclass(frozen=True)
class Lemma:
    """What Coq is asked: a statement, and the tactics that have to prove it, the last of which closes the equation."""

    name: str
    statement: str
    tactics: tuple[str, ...]

    def __str__(self) -> str:
        return f"Lemma {self.name} :\n  {self.statement}.\nProof.\n" + "".join(f"{t}.\n" for t in self.tactics) + "Qed.\n"


def lemma(name: str, s: Setting, left: Term, right: Term, shape: Shape) -> Lemma:
    """left = right at a shape, under the hypotheses of s and wherever both sides have a value; raises Outside."""
    sides = instance(left, shape), instance(right, shape)
    given = [instance(h, Shape(shape.sizes, dict(at))) for h, at in instances(s, shape)]
    return _Writer(name, sides, [h for h in given if h.op != "true"]).lemma()


class _Writer:
    """The text of one lemma."""

    def __init__(self, name: str, sides: tuple[Term, Term], given: Sequence[Term]) -> None:
        self.name, self.sides, self.given = name, sides, given
        self.everything = (*sides, *given)
        self.text = Text()
        self.slopes: list[tuple[str, str]] = []  # each derivative: its name and type, and what it has to satisfy
        for t in self.everything:
            self._name_slopes(t, ())

    def lemma(self) -> Lemma:
        equation = " = ".join(map(self.text.of, self.sides))
        hypotheses = list(map(self.text.proposition, self.given))
        domain = [p for t in self.everything for p in self._domain(t, strict=False)]
        premises = list(dict.fromkeys([*self._sorts(self.text.names), *domain, *hypotheses]))
        erf = any(u.op in ("erf", "erfc") for t in self.everything for u in subterms(t))
        parts = [ERF[0]] if erf else []
        parts += [f"forall {' '.join(self.text.names.values())} : R,"] if self.text.names else []
        parts += [f"{p} ->" for p in premises]
        conclusion = "".join(f"exists {d}, {fact} /\\\n  " for d, fact in self.slopes) + equation
        statement = " ".join(parts) + ("\n  " if parts else "") + conclusion
        return Lemma(self.name, statement, (*([ERF[1]] if erf else []), *self._tactics(premises)))

    # Statements

    def _name_slopes(self, t: Term, around: tuple[Term, ...]) -> None:
        """Name every derivative in t; one inside of others is a function of the variables in which those are taken."""
        if t.op != "deriv":
            for c in t.args:
                if isinstance(c, Term):
                    self._name_slopes(c, around)
            return
        body, variable = t.args
        if variable.op not in ("sym", "entry"):
            raise Outside("derivatives in a number")
        self._name_slopes(body, (*around, variable) if variable not in around else around)
        own = tuple(v for v in around if v in subterms(t))
        if t in self.text.slopes:
            if own or " " in self.text.slopes[t]:
                raise Outside("a derivative inside and outside of another")
            return
        name = f"d{len(self.slopes) + 1}"
        self.text.slopes[t] = " ".join([name, *map(self.text.name, own)])
        x = self.text.name(variable)
        fact = f"derivable_pt_lim (fun {x} => {self.text.of(body)}) {x} {f'({self.text.slopes[t]})' if own else name}"
        if own:
            names = {v: self.text.name(v) for v in own}
            local = [p for p in self._domain(body, strict=True) if any(n in re.split(r"\W+", p) for n in names.values())]
            premises = "".join(f"{p} -> " for p in dict.fromkeys([*self._sorts(names), *local]))
            fact = f"(forall {' '.join(names.values())} : R, {premises}{fact})"
        self.slopes.append((f"{name} : {'R -> ' * len(own)}R", fact))

    def _sorts(self, names: dict[Term, str]) -> list[str]:
        return [SORTS[v.args[1]].format(n) for v, n in names.items() if v.op in ("sym", "entry") and v.args[1] in SORTS]

    def _domain(self, t: Term, strict: bool) -> list[str]:
        """Where t has a value, as far as its form does not show that; `strict` where it is differentiated."""
        found = [p for c in t.args if isinstance(c, Term) for p in self._domain(c, strict or t.op == "deriv")]
        if t.op == "log" and not positive(t.args[0]):
            found.append(f"0 < {self.text.of(t.args[0])}")
        if t.op == "pow":
            base, e = t.args
            k, h = whole(e), half(e)
            if k is not None and k < 0 and not positive(base):
                found.append(f"{self.text.of(base)} <> 0")
            elif k is None and not positive(base):
                closed = h is not None and h > 0 and not strict
                if not (closed and nonnegative(base)):
                    found.append(f"0 {'<=' if closed else '<'} {self.text.of(base)}")
        return found

    # Proofs

    def _tactics(self, premises: Sequence[str]) -> list[str]:
        forms = Normal(text=self.text, premises=premises)
        # Equations between variables come first: they count inside of functions too.
        equations = [h for h in self.given if h.op == "eq"]
        for inside in (False, True):
            if inside:
                forms.prepare(self.everything)
                for t in self.everything:
                    self._meet(forms, t)
            for h in equations:
                if inside == any(u.op in FUNCTIONS for u in subterms(h)):
                    forms.equation(f"p{premises.index(self.text.proposition(h))}", *h.args)
        names = [*self.text.names.values(), *(f"p{k}" for k in range(len(premises)))]
        found = [" ".join(["intros", *names])]
        ops = {u.op for t in self.everything for u in subterms(t)}
        if ops & {"tanh", "sinh", "cosh"}:
            found.append("unfold tanh, sinh, cosh")
        found += [f"assert ({hint.kind}{k} : {hint.goal}) by ({hint.proof})" for k, hint in enumerate(forms.hints)]
        found += ["eexists; split; [intros; slope |]"] * len(self.slopes)
        return [*found, forms.finish()]

    def _meet(self, forms: Normal, t: Term) -> None:
        """Meet every function in t, so that its hints are said; those inside first."""
        for c in t.args:
            if isinstance(c, Term):
                self._meet(forms, c)
        if t.op in FUNCTIONS:
            forms.of(t)
