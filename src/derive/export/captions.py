"""Captions: what a figure shows, as prose with its formulas, and in plain words for those who cannot see it."""

from __future__ import annotations

from derive.export import names
from derive.export.notation import SCRIPT, Notation, notation_for
from derive.export.values import value_latex
from derive.figures.figure import Figure, Graph
from derive.statement.term import Term, subterms

LONGEST = 26.0  # ems of a formula in a caption


def caption(figure: Figure) -> str:
    """The caption as prose (see prose.py)."""
    return " ".join(part for part in (_shows(figure), _breaks(figure)) if part)


def _shows(figure: Figure) -> str:
    at = _at(figure)
    if figure.kind == "function":
        function, variable = figure.terms
        moving = names.read(str(variable.args[0])).latex()
        return f"{_named(function, 'The function')} and its derivative in ${moving}${', at ' + at if at else ''}."
    if figure.kind == "entries":
        body, variable = figure.terms
        what = _named(body, "The function")
        return f"{what} for two entries: its values, and its derivatives in {_moving(figure)}, at {_line(figure)}."
    if figure.kind == "jacobian":
        return f"{_named(figure.terms[0], 'The derivatives')} for all {_axes(figure)}, at {at}."
    if figure.kind == "failure":
        # Both sides stand beside the figure already.
        return f"Both sides along {_moving(figure)}{', at ' + at if at else ''}; the dots are the counterexample."
    return "How far the witness' two sides lie apart at inputs of each size, in units of rounding, a line for each claim."


def description(figure: Figure) -> str:
    """One plain sentence."""
    panel = figure.panels[0]
    if figure.kind == "jacobian":
        return "Heat map of a matrix of derivatives; its numbers stand in its squares"
    if figure.kind == "error":
        return "Curves of the witness' error over the size of the input"
    across = panel.across if isinstance(panel, Graph) else ""
    what = {"function": "Curves of a function and of its derivative", "entries": "Curves of a function's entries and of their derivatives"}
    bends = f"; it bends at {', '.join(figure.breaks)}" if figure.breaks and figure.kind != "failure" else ""
    return f"{what.get(figure.kind, 'Curves of both sides of a formula that does not hold')} over {across}{bends}"


def _named(t: Term, otherwise: str) -> str:
    """The term where a line of text has room for it, else these words."""
    box = Notation(notation_for(t).base, ranges=False).box(t, SCRIPT)
    return f"${box.text}$" if box.width < LONGEST and box.height < 3 else otherwise


def _at(figure: Figure) -> str:
    """Where everything stands that does not move, as prose; sizes of the line itself are said elsewhere."""
    return ", ".join(f"${_name(figure, name)} = {_value(figure, name, value)}$" for name, value in figure.at)


def _name(figure: Figure, name: str) -> str:
    return names.read(name, name in _arrays(figure)).latex()


def _value(figure: Figure, name: str, value: str) -> str:
    """A value; positions count from 1, and the entry that moves is shown by its name."""
    if name in _indices(figure) and value.isdigit():
        return str(int(value) + 1)
    return value_latex(value)


def _moving(figure: Figure) -> str:
    panel = figure.panels[0]
    stem, _, at = (panel.across if isinstance(panel, Graph) else "").partition("[")
    positions = [str(int(k) + 1) for k in at.rstrip("]").split(",")] if at else []
    return f"${names.read(stem, bool(at)).latex(*positions)}$"


def _line(figure: Figure) -> str:
    """The line x = (x_1, 0) of a function of two entries."""
    array = figure.terms[1].args[0]
    return f"${names.read(array, True).latex()} = ({_moving(figure).strip('$')}, 0)$"


def _axes(figure: Figure) -> str:
    panel = figure.panels[0]
    if isinstance(panel, Graph):
        raise ValueError("a graph has no rows and columns")
    return f"${names.read(panel.down).latex()}$ and ${names.read(panel.across).latex()}$"


def _breaks(figure: Figure) -> str:
    if figure.kind not in ("function", "entries") or not figure.breaks:
        return ""
    panel = figure.panels[0]
    values = ", ".join(value_latex(b) for b in figure.breaks if len(b) < 12)
    across = _moving(figure).strip("$") if isinstance(panel, Graph) else ""
    return f"It bends at ${across} = {values}$." if values else ""


def _arrays(figure: Figure) -> set[str]:
    return {u.args[0] for t in figure.terms for u in subterms(t) if u.op == "entry"}


def _indices(figure: Figure) -> set[str]:
    return {u.args[0] for t in figure.terms for u in subterms(t) if u.op == "index"}
