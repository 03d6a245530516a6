"""Plots: figures as vector graphics, PDF for LaTeX and SVG for HTML, the same bytes in every run.

An SVG has no colours of its own: it takes those of the page that it stands on, light or dark.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from derive.export import names
from derive.export.captions import caption, description
from derive.figures.figure import Curve, Figure, Graph, Grid

# A colour in a PDF, and its name in style.css, which an SVG asks for.
INK, QUIET, BLUE, RED, PALE = "#1c2126", "#59626c", "#1f4e8c", "#a8261f", "#dfe3e7"
VARIABLES = {INK: "ink", QUIET: "quiet", BLUE: "link", RED: "refuted", PALE: "line"}
STYLE: Any = {
    "mathtext.fontset": "cm", "font.family": "serif", "font.serif": ["cmr10", "DejaVu Serif"], "font.size": 9.0,
    "axes.formatter.use_mathtext": True, "axes.unicode_minus": False, "axes.edgecolor": QUIET, "axes.labelcolor": INK,
    "axes.linewidth": 0.5, "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 9.0, "axes.titlecolor": INK,
    "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "xtick.major.width": 0.5,
    "ytick.major.width": 0.5, "xtick.labelsize": 8.0, "ytick.labelsize": 8.0, "legend.frameon": False, "legend.fontsize": 8.5,
    "lines.linewidth": 1.3, "svg.fonttype": "path", "svg.hashsalt": "derive", "pdf.fonttype": 3, "path.simplify": True,
    "text.color": INK, "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
}  # fmt: skip
WIDE, NARROW, HIGH = 6.1, 4.2, 2.1  # inches
SHADES = 41  # of a grid; a scale with more than 50 is drawn as a picture
DASHES = ("-", (0, (5, 2)), (0, (1.2, 1.4)), (0, (5, 1.5, 1.2, 1.5)))


@dataclass(frozen=True)
class Plot:
    """A drawn figure: its file name without the ending, its caption as prose, and what it shows for those who cannot see it."""

    item: str
    name: str
    caption: str
    description: str
    svg: str
    pdf: bytes


def draw_all(figures: Sequence[Figure]) -> list[Plot]:
    """Each figure, drawn; names are unique."""
    count: dict[tuple[str, str], int] = {}
    plots = []
    for figure in figures:
        key = figure.item, figure.kind
        count[key] = count.get(key, 0) + 1
        stem = re.sub(r"[^A-Za-z0-9_.]", "_", figure.item).replace(".", "-")
        name = f"{stem}-{figure.kind}" + (f"-{count[key]}" if count[key] > 1 else "")
        plots.append(Plot(figure.item, name, caption(figure), description(figure), *draw(figure, name)))
    return plots


def draw(figure: Figure, name: str) -> tuple[str, bytes]:
    """The figure as SVG to stand inside a page, and as PDF."""
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    with mpl.rc_context(STYLE):
        grid = isinstance(figure.panels[0], Grid)
        width = WIDE if len(figure.panels) > 1 else NARROW
        canvas = Canvas(figsize=(width, HIGH + 0.5 * grid), layout="constrained")
        for k, panel in enumerate(figure.panels):
            axes = canvas.add_subplot(1, len(figure.panels), k + 1)
            if isinstance(panel, Grid):
                _draw_grid(canvas, axes, panel)
            else:
                _draw_graph(axes, panel)
        # Arranged once, for both forms.
        canvas.draw_without_rendering()
        canvas.set_layout_engine("none")
        svg, pdf = io.StringIO(), io.BytesIO()
        FigureCanvasSVG(canvas).print_figure(svg, format="svg", metadata={"Date": None, "Creator": None})
        FigureCanvasPdf(canvas).print_figure(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return _inline(svg.getvalue(), name), pdf.getvalue()


def _draw_graph(axes: Any, graph: Graph) -> None:
    several = len({c.name for c in graph.curves}) > 1
    seen: set[str] = set()
    if not graph.logarithmic:
        low, high = _span(graph)
        axes.set_ylim(low, high)
        if low < 0.0 < high:
            axes.axhline(0.0, color=PALE, linewidth=0.6, zorder=0)
    for x in graph.breaks:
        axes.axvline(x, color=QUIET, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)
    if not graph.logarithmic:
        _set_ticks(axes, whole=all(c.dots for c in graph.curves))
    styles: dict[str, Any] = {}
    for curve in graph.curves:
        line = styles.setdefault(curve.name, DASHES[len(styles) % len(DASHES)])
        colour = RED if curve.wrong else INK if len(styles) < 2 or graph.logarithmic else BLUE
        label = label_of(curve.name) if several and curve.name not in seen else "_"
        seen.add(curve.name)
        if curve.dots:
            _scatter(axes, curve, colour, label)
        elif graph.logarithmic:
            axes.plot(curve.xs, curve.ys, color=colour, linewidth=0.7, linestyle=line, marker=".", markersize=2.5, label=label)
        else:
            axes.plot(curve.xs, curve.ys, color=colour, linestyle=line, label=label)
    for dot in graph.dots:
        axes.plot(
            [dot.x], [dot.y], marker="o", markersize=3.4, color=INK, markerfacecolor=INK if dot.filled else "none", markeredgewidth=0.8,
            linestyle="none", zorder=5,
        )  # fmt: skip
    if graph.logarithmic:
        _set_logarithmic(axes, graph)
    axes.set_xlabel(label_of(graph.across) if graph.across else "largest number at a point")
    if graph.title:
        axes.set_title(graph.title)
    if several:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5)) if not graph.title else axes.legend(loc="best")


def _scatter(axes: Any, curve: Curve, colour: str, label: str) -> None:
    """Dots; the left side has rings, which can be seen around the squares of the right one."""
    shape = {"marker": "s", "markersize": 2.6} if curve.wrong else {"marker": "o", "markersize": 5.5, "markerfacecolor": "none"}
    axes.plot(curve.xs, curve.ys, linestyle="none", color=colour, markeredgewidth=0.9, label=label, **shape)


def _set_ticks(axes: Any, whole: bool) -> None:
    """A few round numbers on both axes. Setting mathematics takes time, so only a number that wants a minus sign is set as such."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for axis, integer in ((axes.xaxis, whole), (axes.yaxis, False)):
        axis.set_major_locator(MaxNLocator(5, integer=integer, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda v, _: _number(f"{v:.10g}")))


def _number(text: str) -> str:
    return f"${text.replace('-', '{-}', 1)}$" if text.startswith("-") else text


def _set_logarithmic(axes: Any, graph: Graph) -> None:
    from matplotlib.ticker import LogLocator

    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_ylabel("scaled error")
    for level, words in graph.levels:
        axes.axhline(level, color=QUIET, linewidth=0.5, linestyle=(0, (1, 2)), zorder=0)
        below = words.endswith("below")
        axes.annotate(
            words, (1.0, level), xycoords=("axes fraction", "data"), xytext=(-2, -2 if below else 2), textcoords="offset points",
            ha="right", va="top" if below else "bottom", fontsize=7.0, color=QUIET,
        )  # fmt: skip
    axes.minorticks_off()
    for axis, most in ((axes.xaxis, 7), (axes.yaxis, 6)):
        axis.set_major_locator(LogLocator(numticks=most))


def _span(graph: Graph) -> tuple[float, float]:
    """The heights that are shown: all of them, or the middle part of curves that shoot up."""
    seen = sorted(y for c in graph.curves for y in c.ys if not math.isnan(y))
    if not seen:
        return -1.0, 1.0
    low, high = seen[0], seen[-1]
    inner_low, inner_high = seen[len(seen) // 25], seen[-1 - len(seen) // 25]
    inner = max(inner_high - inner_low, 1e-9)
    if high - low > 6 * inner:
        low, high = max(low, inner_low - inner), min(high, inner_high + inner)
    for dot in graph.dots:
        low, high = min(low, dot.y), max(high, dot.y)
    room = 0.07 * (high - low) or 0.5
    return low - room, high + room


def _draw_grid(canvas: Any, axes: Any, grid: Grid) -> None:
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.ticker import FuncFormatter

    rows, columns = len(grid.values), len(grid.values[0])
    largest = max(abs(v) for row in grid.values for v in row if not math.isnan(v))
    colours = LinearSegmentedColormap.from_list("signs", ["#a8261f", "#ffffff", "#1f4e8c"], N=SHADES)
    # Rectangles, not a picture: what is vector stays sharp.
    mesh = axes.pcolormesh(grid.values, cmap=colours, vmin=-largest, vmax=largest, edgecolors="none", linewidth=0)
    axes.invert_yaxis()
    axes.set_aspect("equal")
    axes.set_xticks([k + 0.5 for k in range(columns)], [str(k + 1) for k in range(columns)])
    axes.set_yticks([k + 0.5 for k in range(rows)], [str(k + 1) for k in range(rows)])
    axes.tick_params(length=0)
    axes.set_xlabel(label_of(grid.across))
    axes.set_ylabel(label_of(grid.down), rotation=0, labelpad=8, va="center")
    for p, q in ((p, q) for p in range(rows) for q in range(columns)):
        v = grid.values[p][q]
        if not math.isnan(v):
            # Black or white, whichever can be read on the square; the square looks the same on a dark page.
            ink = "#ffffff" if abs(v) > 0.55 * largest else "#000000"
            axes.text(q + 0.5, p + 0.5, _short(v), ha="center", va="center", fontsize=6.2, color=ink)
    bar = canvas.colorbar(mesh, ax=axes, shrink=0.9, aspect=18)
    bar.outline.set_linewidth(0.4)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _number(f"{v:.10g}")))
    bar.solids.set_edgecolor("face")


def _short(v: float) -> str:
    """A number with two places at most."""
    text = f"{v:.2f}" if abs(v) < 10 else f"{v:.0f}"
    text = "0" if text.strip("-0.") == "" else text.rstrip("0").rstrip(".") if "." in text else text
    return _number(text)


def label_of(name: str) -> str:
    """A name for an axis or a curve: a symbol as mathematics, with positions from 1; words as they are."""
    found = re.fullmatch(r"([^\[\]\s]*)(?:\[([\d, ]+)\])?", name)
    if found is None:
        return name
    stem, at = found.groups()
    positions = [str(int(k) + 1) for k in at.split(",")] if at else []
    if not stem:
        return f"entry {', '.join(positions)}"
    return f"${names.read(stem, bool(at)).latex(*positions)}$"


def _inline(svg: str, name: str) -> str:
    """An SVG that can stand among others inside a page: no preamble, ids of its own, colours of the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\1{name}-", svg)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    for colour, variable in VARIABLES.items():
        svg = svg.replace(f": {colour}", f": var(--{variable})")
    return "\n".join(line for line in svg.splitlines() if line.strip())
