"""Shown: what draws itself in a notebook. The one arrow that runs back to the exports, taken only when a notebook asks."""

from __future__ import annotations


class Shown:
    """A statement or an outcome that Jupyter shows as mathematics."""

    def _repr_latex_(self) -> str:
        from derive.export.notebook import latex

        return latex(self)

    def _repr_html_(self) -> str:
        from derive.export.notebook import html

        return html(self)
