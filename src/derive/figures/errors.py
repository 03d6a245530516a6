"""The witness' error over the size of its input: a curve for each claim of a page."""

from __future__ import annotations

from collections.abc import Sequence

from derive.figures.figure import Curve, Figure, Graph
from derive.outcome import Outcome

EXACT, BEYOND = 1e-3, 1e18  # where an error of 0, and one beyond all bounds, is drawn
# What the witness takes for rounding, and for an error.
LEVELS = ((1e3, "rounding below"), (1e4, "wrong above"))


def error_figure(page: str, outcomes: Sequence[Outcome]) -> Figure | None:
    """The worst scaled error of each claim at each size of the input; None where the witness measured nothing."""
    curves = []
    for outcome in outcomes:
        measured = outcome.witness.by_scale
        if len(measured) > 1:
            xs, ys = zip(*measured, strict=True)
            refuted = outcome.verdict is not None and outcome.verdict.name == "REFUTED"
            heights = tuple(min(max(y, EXACT), BEYOND) for y in ys)
            curves.append(Curve("refuted" if refuted else "not refuted", xs, heights, wrong=refuted))
    if not curves:
        return None
    return Figure(page, "error", (Graph("", tuple(dict.fromkeys(curves)), levels=LEVELS, logarithmic=True),))
