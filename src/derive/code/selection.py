"""Which outcomes code is written from: the proved gradients among those that were asked for, or a word on why there is none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from derive.code.gradient import Gradient, NoGradient, gradient_of, is_gradient
from derive.code.lines import Unwritten
from derive.code.module import module
from derive.outcome import Outcome
from derive.statement.claim import Claim, Page


def code_of(outcomes: Sequence[Outcome], pages: Sequence[Page], named: Collection[str], library: str) -> tuple[str, list[str]]:
    """The Python file for these outcomes, and a line for each gradient that is left out.

    `named` holds the ids of claims that were asked for one by one: each of these must be a gradient that can be written, of a whole page
    one at least. Raises DeriveError otherwise, with the claims of the pages that are gradients.
    """
    gradients: list[Gradient] = []
    for outcome in outcomes:
        if isinstance(outcome.item, Claim):
            try:
                gradients.append(_agreed(outcome, gradient_of(outcome.item, outcome.verdict)))
            except NoGradient as error:
                if outcome.item.id in named:
                    raise NoGradient(f"{error.message}; {_gradients_of(pages)}", file=error.file, line=error.line) from error
    if not gradients:
        raise NoGradient(f"no claim that was asked for is a proved gradient; {_gradients_of(pages)}")
    text, left_out = module(gradients, library)
    if named and left_out:
        raise Unwritten("; ".join(left_out))
    return text, left_out


def _agreed(outcome: Outcome, gradient: Gradient) -> Gradient:
    """The gradient, unless numbers or the second checker speak against its proof."""
    if "DISAGREES" in (outcome.witness.status, outcome.recheck):
        claim = gradient.claim
        raise NoGradient(f"{claim.id} is PROVED, but the witness or the recheck disagrees", file=claim.file, line=claim.line)
    return gradient


def _gradients_of(pages: Sequence[Page]) -> str:
    found = [
        f"{page.name}::{c.id.partition('.')[2]}"
        for page in pages
        for c in page.claims
        if "." not in c.id.partition(".")[2] and is_gradient(c)
    ]
    return (
        f"code can be written from {', '.join(found)}"
        if found
        else f"{', '.join(p.name for p in pages)} has none from which code can be written"
    )
