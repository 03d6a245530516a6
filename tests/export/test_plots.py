"""Plots: vector graphics that are the same in every run, that stand inside a page, and whose captions speak its notation."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from markupsafe import escape

from derive.export import html, latex
from derive.export.plots import VARIABLES, draw_all, label_of
from derive.figures.figure import Figure, Graph
from derive.figures.page import page_figures


@pytest.fixture(scope="module")
def figures(library) -> list[Figure]:
    return [f for page in library.pages for f in page_figures(page, library.of(page))]


def test_every_kind_is_drawn_the_same_twice(figures: list[Figure]) -> None:
    some = list({f.kind: f for f in figures}.values())
    assert {f.kind for f in some} == {"function", "entries", "jacobian", "failure"}
    plots = draw_all(some)
    assert plots == draw_all(some)
    for plot in plots:
        root = ET.fromstring(plot.svg.replace("href=", "ref="))
        assert root.tag == "svg"
        ids = [e.get("id") for e in root.iter() if e.get("id")]
        assert len(set(ids)) == len(ids)
        assert all(str(i).startswith(plot.name) for i in ids)
        # No colour that only one of light and dark can show, no time, no picture made of dots.
        assert not any(colour in plot.svg for colour in VARIABLES)
        assert "var(--ink)" in plot.svg
        assert "<image" not in plot.svg
        assert plot.pdf.startswith(b"%PDF")
        assert b"/CreationDate" not in plot.pdf


def test_two_figures_of_a_claim_have_two_names(figures: list[Figure]) -> None:
    first = next(f for f in figures if f.kind == "function")
    names = [p.name for p in draw_all([first, first])]
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", name) for name in names)


def test_captions_speak_the_notation_of_the_page(figures: list[Figure]) -> None:
    captions = {(f.item, f.kind): plot.caption for f, plot in zip(figures, draw_all(figures), strict=True)}
    # Positions count from 1, as in the formulas.
    assert "its derivatives in $x_1$, at $x = (x_1, 0)$" in captions["softmax_jacobian.jacobian", "entries"]
    assert "for all $i$ and $j$, at $n = 6$, $x = (2, " in captions["softmax_jacobian.jacobian", "jacobian"]
    assert "Both sides along $x_1$, at $n = 2$, $i = 1$, $j = 2$" in captions["softmax_jacobian.sign", "failure"]
    assert "It bends at $x = 0$." in captions["sigmoid_tanh.corner", "function"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("x", "$x$"),
        ("x[0]", "$x_1$"),
        ("lambda", r"$\lambda$"),
        ("W1[0, 1]", "$W^{(1)}_{12}$"),
        ("[1]", "entry 2"),
        ("left side", "left side"),
    ],
)
def test_labels(name: str, label: str) -> None:
    assert label_of(name) == label


def test_plots_stand_beside_their_claims(library, figures: list[Figure]) -> None:
    page = library.page("softmax_jacobian")
    plots = draw_all([f for f in figures if f.item.startswith("softmax_jacobian")])
    text = latex.document(page, library.of(page), plots)
    assert (
        text.index(r"\label{softmax-jacobian.jacobian}")
        < text.index(rf"\plot{{{plots[0].name}}}")
        < text.index(r"\label{softmax-jacobian.rows-sum")
    )
    shown = html.page(page, library.of(page), plots)
    assert shown.count("<figure") == len(plots)
    assert all(escape(plot.description) in shown for plot in plots)


def test_an_empty_graph_can_be_drawn() -> None:
    (plot,) = draw_all([Figure("page.it", "failure", (Graph("x", ()),))])
    assert plot.svg.startswith("<svg")
