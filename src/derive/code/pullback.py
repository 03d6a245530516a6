"""Pullbacks: the forward and the backward pass of a function in stable forms, each put before the kernel.

The backward pass is asked as a question of its own: the sum of cotangent times the claim's formula equals the form that is written, for
every value of the shifts, under the claim's hypotheses. A form that the kernel does not prove is not written; a plainer one stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from derive.code.canon import canonical
from derive.code.gradient import Gradient, over
from derive.code.kept import by_kept
from derive.code.stable import Stable, lemma
from derive.code.sums import spread
from derive.gradients import contract, factored
from derive.kernel.decide import decide
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.verdict import Status
from derive.statement.term import KINKS, ZERO, Term, entry, make, mul, rebuild, sub, subterms, sym

STEPS, SECONDS = 20_000, 60.0  # what one question may take; the second is a safety net
BY_DERIVATIVE, BY_CLAIM, AS_STATED = (
    "proved from the derivative itself",
    "proved equal to the claim's formula",
    "the claim's formula, written out",
)


@dataclass(frozen=True)
class Backward:
    """The gradient in one variable."""

    gradient: Gradient
    form: Term
    proof: str  # how the form is known to be right


@dataclass(frozen=True)
class Pullback:
    """A function of arrays and its backward passes, one for each variable in which a claim proves the derivative."""

    gradients: tuple[Gradient, ...]
    stable: Stable
    forward: Term
    backward: tuple[Backward, ...]

    @property
    def primal(self) -> Term:
        return self.gradients[0].primal

    @cached_property
    def question(self) -> Question:
        """All that the function speaks of."""
        first = self.gradients[0]
        return Question(first.primal, first.slope, "eq", first.given)

    @property
    def arguments(self) -> tuple[Term, ...]:
        """The symbols, and one entry of each array, of which the function is one, in the order in which it speaks of them."""
        found: dict[str, Term] = {}
        for u in in_order(self.primal):
            if u.op == "entry" or u.op == "sym" and u not in self.question.sizes:
                found.setdefault(u.args[0], u)
        for gradient in self.gradients:  # a constant function still has its variable
            found.setdefault(gradient.variable.args[0], gradient.variable)
        return tuple(found.values())


def in_order(t: Term) -> Iterator[Term]:
    """Every symbol and entry of t in the order in which a reader meets them."""
    if t.op in ("sym", "entry"):
        yield t
    for a in t.args:
        for u in a if isinstance(a, tuple) else (a,):
            if isinstance(u, Term) and t.op != "index":
                yield from in_order(u)


def grouped(gradients: Sequence[Gradient]) -> list[tuple[Gradient, ...]]:
    """Gradients of one function together, the first of each variable; the letters of indices do not matter."""
    groups: dict[Term, dict[str, Gradient]] = {}
    for gradient in gradients:
        groups.setdefault(canonical(gradient.primal)[0], {}).setdefault(gradient.variable.args[0], gradient)
    return [tuple(group.values()) for group in groups.values()]


def pullback(gradients: Sequence[Gradient]) -> Pullback:
    """The passes of one function; the gradients are of the same primal, each in a variable of its own."""
    names = {
        u.args[0] for g in gradients for t in (g.primal, g.slope, g.cotangent) for u in subterms(t) if u.op in ("sym", "entry", "index")
    }
    stable = Stable(frozenset(names))
    first = gradients[0]
    forward = stable.polished(contract(stable.rewrite(first.primal)))
    if stable.lemmas and not lemma_holds() or not _proved(first.primal, stable.expanded(forward), first):
        forward = first.primal
    backward = tuple(_backward(g, forward, stable) for g in gradients)
    stable.finish()
    return Pullback(tuple(gradients), stable, forward, backward)


@cache
def lemma_holds() -> bool:
    """Whether the kernel proves log(e^p + e^q) = max(p, q) + log(1 + e^(-|p-q|)) for all p and q, and so wherever it is used."""
    p, q = sym("p"), sym("q")
    return all(
        decide(Question(*lemma(a, b, sub(a, b))), Budget(STEPS, SECONDS)).status is Status.PROVED for a, b in ((p, q), (p, ZERO), (ZERO, q))
    )


def _backward(gradient: Gradient, forward: Term, stable: Stable) -> Backward:
    summed = [i for i in gradient.outputs if i not in gradient.axes]
    derivative = over(mul(gradient.cotangent, make("deriv", gradient.primal, gradient.variable)), summed)

    def pulled(slope: Term) -> Term:
        return stable.polished(contract(spread(contract(over(mul(gradient.cotangent, slope), summed)), gradient.cotangent.args[0])))

    slope = stable.polished(stable.rewrite(gradient.slope))
    best = pulled(slope)
    for form in dict.fromkeys(
        (
            by_kept(best, forward, stable),
            best,
            stable.polished(stable.rewrite(contract(gradient.pulled_back))),
            factored(contract(gradient.pulled_back)),
        )
    ):
        if stable.lemmas and not lemma_holds():
            continue
        right = stable.expanded(form)
        if _equal(gradient.pulled_back, right, gradient):
            return Backward(gradient, form, BY_CLAIM)
        if _proved(derivative, right, gradient):
            return Backward(gradient, form, BY_DERIVATIVE)
    return Backward(gradient, gradient.pulled_back, AS_STATED)


def _equal(left: Term, right: Term, gradient: Gradient) -> bool:
    """Whether left = right is proved, first with each function that bends replaced by any array: what holds for all holds for these."""
    names: dict[Term, str] = {}
    apart = Question(_generalised(left, names), _generalised(right, names), "eq", gradient.given)
    # That it fails for some array says nothing of these.
    if names and decide(apart, Budget(STEPS, SECONDS)).status is Status.PROVED:
        return True
    return _proved(left, right, gradient)


def _proved(left: Term, right: Term, gradient: Gradient) -> bool:
    """Whether the kernel proves left = right; raises RuntimeError where it refutes it."""
    if left is right:
        return True
    verdict = decide(Question(left, right, "eq", gradient.given), Budget(STEPS, SECONDS))
    if verdict.status is Status.REFUTED:
        raise RuntimeError(f"a stable form of {gradient.claim.id} is wrong: {left} is not {right} at {verdict.counterexample}")
    return verdict.status is Status.PROVED


def _generalised(t: Term, names: dict[Term, str]) -> Term:
    """t with every function that bends, outermost first, replaced by an array of its own."""
    if t.op in KINKS:
        key, axes = canonical(t)
        name = names.setdefault(key, f"bend {len(names)}")  # no symbol of a page has a space in its name
        return entry(name, "real", tuple(i.args[1] for i in axes), axes) if axes else sym(name)
    return rebuild(t, lambda u: _generalised(u, names))
