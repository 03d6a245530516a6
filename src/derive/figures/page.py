"""All figures of a page, in the order of its claims."""

from __future__ import annotations

from collections.abc import Sequence

from derive.figures import arrays, functions
from derive.figures.errors import error_figure
from derive.figures.failures import failure
from derive.figures.figure import Figure
from derive.outcome import Outcome
from derive.statement.claim import Claim, Page


def page_figures(page: Page, outcomes: Sequence[Outcome]) -> list[Figure]:
    """The figures of the claims that have an outcome, then the one of the whole page."""
    claims = [o.item for o in outcomes if isinstance(o.item, Claim)]
    found = [*functions.figures(claims), *arrays.figures(claims), *(f for o in outcomes if (f := failure(o)) is not None)]
    whole = error_figure(page.name, outcomes)
    return [*found, *([whole] if whole else [])]
