"""Where a proved formula comes from: an id of the library, a claim of a page, or an expression and its variable."""

from __future__ import annotations

from typing import Any

from derive import catalogue
from derive.check import check_pages, decide_item
from derive.code import Gradient, gradient_of
from derive.errors import DeriveError
from derive.kernel.read import read_lines
from derive.pages import load_all
from derive.statement.claim import Claim, Link, Page
from derive.statement.term import make


def gradient_from(claim: Any) -> Gradient:
    """The proved gradient that a claim states; raises DeriveError where it is not PROVED, or is no gradient."""
    if isinstance(claim, Gradient):
        return claim
    if isinstance(claim, str):
        return _by_id(claim)
    if isinstance(claim, Claim):
        decided = decide_item(claim, {}, 60.0)
        return gradient_of(claim, _worst([link.verdict for link in decided.links]))
    if isinstance(claim, tuple) and len(claim) == 2:
        return _by_expression(*claim)
    if hasattr(claim, "steps") and hasattr(claim, "lines"):
        return _by_draft(claim)
    raise DeriveError(f"{claim!r} is no claim; pass 'page::claim', a claim of a page, or a pair (function, variable) of SymPy")


def _by_id(name: str) -> Gradient:
    page, mark, claim = name.partition("::") if "::" in name else name.partition(".")
    if not mark or not claim:
        raise DeriveError(f"{name} names no claim; write page::claim")
    file = catalogue.find(page).resolve()
    files = catalogue.with_cited([file])
    loaded = load_all(files)
    for found in loaded:
        if not isinstance(found, Page):
            raise found
    pages = {found.name: found for found in loaded if isinstance(found, Page)}
    if all(c.id != f"{file.stem}.{claim}" for c in pages[file.stem].claims):
        known = [c.id.partition(".")[2] for c in pages[file.stem].claims]
        raise DeriveError(f"{page} states no claim {claim}{catalogue.nearest(claim, known)}")
    checked = check_pages([pages[file.stem]], list(pages.values()), wanted=lambda item: item.id == f"{file.stem}.{claim}")
    (outcome,) = checked.outcomes
    if outcome.witness.status == "DISAGREES":
        raise DeriveError(f"{name} is a conflict: it is PROVED and JAX disagrees")
    return gradient_of(outcome.item, outcome.verdict)  # type: ignore[arg-type]


def _by_expression(function: Any, variable: Any) -> Gradient:
    from derive.gradients import proved_slope

    body, v = read_lines((function, variable)).lines
    slope, off_kinks, verdict = proved_slope(body, v)
    claim = Claim("expression.derivative", "", 0, make("deriv", body, v), (Link("eq", slope),), given=off_kinks)
    return gradient_of(claim, verdict)


def _by_draft(draft: Any) -> Gradient:
    """A claim as it was written, in this process or in the page that it was imported from."""
    from derive.vocabulary.binding import settle

    lines, given = settle(draft.lines, draft.given)
    reading = read_lines(lines, given)
    first, *rights = reading.lines
    links = tuple(Link(step.relation, right, admits=step.admits) for step, right in zip(draft.steps, rights, strict=True))
    return gradient_from(Claim(draft.id or "claim.unnamed", draft.file, draft.line, first, links, given=reading.given))


def _worst(verdicts: list[Any]) -> Any:
    """The first verdict that is not PROVED, else the last one."""
    return next((v for v in verdicts if v.name != "PROVED"), verdicts[-1] if verdicts else None)
