"""What a proved claim says of a derivative: of which function, in which variable, and by which formula.

A claim has this shape where one of its lines is a derivative, the lines before it equal that one, and an equal line after it holds no
derivative. The free indices of what is differentiated are the axes of the function's value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derive.errors import DeriveError
from derive.kernel.hypothesis import sort_out
from derive.kernel.verdict import Status, Verdict
from derive.statement.claim import Claim
from derive.statement.term import Term, entry, fresh, mul, show, subterms, total


class NoGradient(DeriveError):
    """A claim that does not say, as a proved formula, what a derivative is."""


@dataclass(frozen=True)
class Gradient:
    """A proved formula `slope` for the derivative of `primal` in `variable`, under the hypotheses `given`."""

    claim: Claim
    verdict: Verdict
    primal: Term
    variable: Term  # a sym, or an entry at indices
    slope: Term
    given: tuple[Term, ...]

    @property
    def outputs(self) -> tuple[Term, ...]:
        """The indices that are the axes of the function's value, in the order in which the primal speaks of them."""
        return free_indices(self.primal)

    @property
    def axes(self) -> tuple[Term, ...]:
        """The indices of the variable."""
        return self.variable.args[3] if self.variable.op == "entry" else ()

    @property
    def cotangent(self) -> Term:
        """What the backward pass is handed: one number for each entry of the function's value."""
        taken = {u.args[0] for t in (self.primal, self.slope) for u in subterms(t) if u.op in ("sym", "entry")}
        name = fresh("g", taken) if "g" in taken else "g"
        return entry(name, "real", tuple(i.args[1] for i in self.outputs), self.outputs)

    @property
    def pulled_back(self) -> Term:
        """The gradient of the cotangent's product with the function's value: what a backward pass returns."""
        return over(mul(self.cotangent, self.slope), [i for i in self.outputs if i not in self.axes])


def over(body: Term, indices: list[Term]) -> Term:
    """The sum of body over all of these indices."""
    for i in reversed(indices):
        body = total(body, i)
    return body


def free_indices(t: Term) -> tuple[Term, ...]:
    """The free indices of t in the order in which it speaks of them."""
    found: dict[Term, None] = {}

    def go(u: Term, bound: tuple[Term, ...]) -> None:
        if u.op == "index":
            if u not in bound:
                found[u] = None
            return
        if u.op in ("sum", "prod"):
            go(u.args[0], (*bound, u.args[1]))
            return
        for a in u.args:
            for b in a if isinstance(a, tuple) else (a,):
                if isinstance(b, Term) and not (u.op == "entry" and a is u.args[2]):
                    go(b, bound)

    go(t, ())
    return tuple(found)


def lines_of(claim: Claim) -> tuple[Term, ...]:
    """The first line and all that are equal to it by the chain, up to the first other relation."""
    if claim.first is None:
        return ()
    out = [claim.first]
    for link in claim.links:
        if link.relation != "eq":
            break
        out.append(link.right)
    return tuple(out)


def is_gradient(claim: Claim) -> bool:
    """Whether a claim has the shape, whatever its verdict."""
    return next(_reasons(claim), "") == ""


def gradient_of(claim: Claim, verdict: Verdict | None) -> Gradient:
    """The derivative that a claim states; raises NoGradient with the reason where it states none, or is not PROVED."""
    if verdict is None or verdict.status is not Status.PROVED:
        found = verdict.name if verdict else "undecided"
        raise NoGradient(
            f"{claim.id} is {found}; code is written, and kernels are checked, from PROVED claims alone", file=claim.file, line=claim.line
        )
    why = next(_reasons(claim), "")
    if why:
        raise NoGradient(f"{claim.id}: {why}", file=claim.file, line=claim.line)
    derivative, slope = _ends(claim)
    primal, variable = derivative.args
    return Gradient(claim, verdict, primal, variable, slope, sort_out(claim.given, lines_of(claim))[0])


def _ends(claim: Claim) -> tuple[Term, Term]:
    """The derivative, and the last line that is equal to it."""
    lines = lines_of(claim)
    return next(t for t in lines if t.op == "deriv"), lines[-1]


def _reasons(claim: Claim) -> Iterator[str]:
    """Why a claim is no gradient."""
    lines = lines_of(claim)
    if not any(t.op == "deriv" for t in lines):
        yield "no line of it is a derivative"
        return
    derivative, slope = _ends(claim)
    primal, variable = derivative.args
    if any(u.op == "deriv" for u in subterms(primal)):
        yield "what it differentiates is itself a derivative"
    if slope is derivative or any(u.op == "deriv" for u in subterms(slope)):
        yield f"its last equal line still holds a derivative: {show(slope)}"
    schematic = sort_out(claim.given, lines)[1]
    if schematic:
        yield f"it covers only the entries where {', '.join(map(show, schematic))}"
    at = variable.args[3] if variable.op == "entry" else ()
    if any(i.op != "index" for i in at) or len(set(at)) != len(at):
        yield f"it is the derivative in one entry alone, {show(variable)}"
        return
    if all(u is not variable and u.args[:3] != variable.args[:3] for u in subterms(primal) if u.op == variable.op):
        yield f"what it differentiates does not depend on {show(variable)}"
    for k, i in enumerate(at):
        # An index of the value and of the variable at once is the whole gradient only where the function goes entry by entry.
        entries = [u for u in subterms(primal) if u.op == "entry" and u.args[:3] == variable.args[:3]]
        if i in free_indices(primal) and any(u.args[3][k] is not i for u in entries):
            yield f"it is the derivative in the entry {show(variable)} alone, and the function depends on others"
    extra = set(free_indices(slope)) - {*free_indices(primal), *at}
    if extra:
        yield f"its formula speaks of {', '.join(sorted(i.args[0] for i in extra))}, and the derivative does not"
