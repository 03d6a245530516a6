"""HTML: static pages that need neither network nor script to be read, and whose links lead somewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.export import html
from derive.export.mathml import mathml
from derive.export.notation import notation_for
from derive.export.prose import is_safe
from derive.statement.claim import Page
from derive.statement.term import Term, add, div, entry, fn, index, make, mul, power, sym, total

VOID = {"meta", "link", "input", "wbr", "br", "hr", "img"}


class Outline(HTMLParser):
    """What a page holds: its tags in balance, ids, links and visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        if got.get("id"):
            self.ids.append(str(got["id"]))
        if tag == "a":
            self.links.append(str(got.get("href")))
        self.sources += [str(got[a]) for a in ("src", "data", "action") if got.get(a)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text += data


@pytest.fixture(scope="module")
def site(library) -> dict[str, str]:
    names = [page.name for page in library.pages]
    pages = {
        f"{page.name}.html": html.page(page, library.of(page), source="x = 1\n" * 80, pages=names, index=True, version="0.1.0")
        for page in library.pages
    }
    return pages | {"index.html": html.index([(page, library.of(page)) for page in library.pages], version="0.1.0")}


def test_every_link_leads_somewhere(site: dict[str, str]) -> None:
    outlines = {name: Outline(text) for name, text in site.items()}
    for name, outline in outlines.items():
        assert len(set(outline.ids)) == len(outline.ids), name
        for link in outline.links:
            file, _, anchor = link.partition("#")
            assert (file or name) in site, link
            assert not anchor or anchor in outlines[file or name].ids, f"{name}: {link}"


def test_nothing_comes_from_outside(site: dict[str, str]) -> None:
    for name, text in site.items():
        outline = Outline(text)
        assert outline.sources == []
        assert not re.findall(r"(?:https?:)?//(?!www\.w3\.org/1998)[a-z]", re.sub(r"//.*", "", text)), name
        assert "default-src 'none'" in text


def test_mathematics_is_mathml_and_needs_no_script(site: dict[str, str]) -> None:
    for name, text in site.items():
        quiet = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
        assert "<math" in quiet, name
        assert 'class="latex"' not in quiet, "a formula that the converter could not read"
        assert "\\frac" not in Outline(quiet).text
    # The controls are useless without script, so they are hidden until it runs.
    assert re.search(r'<form class="controls" id="controls" hidden>', site["index.html"])


def test_a_page_says_what_the_outcome_says(site: dict[str, str]) -> None:
    text = " ".join(Outline(site["softmax_jacobian.html"]).text.split())
    for words in (
        "PROVED",
        "REFUTED, as expected",
        "ILL-POSED, as expected",
        "quotient rule",
        "rests also on z3",
        "As printed:",
        "Correct, and PROVED",
        "Fails at",
        "left minus right is",
        "JAX agrees at 4 096 points",
        "worst scaled error 11.7",
        "Raising one logit",
        "003, 1j",
        "line 20",
        "naïve “quotes” & λ ≤ 3.",
        "jax.nn.softmax",
        "numerator layout",
        "JAX contradicts the printed formula too",
    ):
        assert words in text, words


def test_the_index_can_be_filtered(site: dict[str, str], library) -> None:
    text = site["index.html"]
    rows = re.findall(r'<li data-verdict="([^"]+)" data-kind="([^"]+)" data-document="([^"]*)" data-words="([^"]+)"', text)
    assert len(rows) == len(library.outcomes)
    assert {"PROVED", "REFUTED", "UNKNOWN", "ADMITTED", "CONFLICT", "ILL-POSED"} == {verdict for verdict, *_ in rows}
    assert ("REFUTED", "erratum", "003") in {row[:3] for row in rows}


def test_text_from_a_page_is_never_markup(library) -> None:
    evil = '<script>alert(1)</script> & "quotes" </title><img src=x onerror=alert(1)> $<b>$ `<i>`'
    page = library.page("softmax_jacobian")
    outcome = library.find("softmax_jacobian.rows_sum_to_zero")
    claim = replace(
        outcome.item,
        title=evil,
        reads_as=evil,
        runs_as=evil,
        layout=evil,
        display=f"x {evil}",
        links=tuple(replace(link, why=evil) for link in outcome.item.links),
    )
    shown = Page(page.name, evil, evil, evil, (claim,), notes=(("<b>", evil),))
    for text in (html.page(shown, [replace(outcome, item=claim)], source=evil), html.index([(shown, [replace(outcome, item=claim)])])):
        outline = Outline(text)
        assert "img" not in outline.tags
        assert "b" not in outline.tags - {"b"} or text.count("<b>") == text.count("<b>PROVED</b>") + text.count(
            "<b>REFUTED</b>"
        ) + text.count("<b>UNKNOWN</b>") + text.count("<b>ADMITTED</b>")
        assert "alert(1)" in outline.text


n = sym("n", "positive integer")
k, i = index("k", n), index("i", n)
LEAVES = st.sampled_from(
    [sym("x"), sym("beta", "positive"), entry("x", "real", (n,), (k,)), entry("W1", "real", (n, n), (i, k)), make("delta", i, k)]
)


def grow(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda p: add(*p)),
        pair.map(lambda p: mul(*p)),
        pair.map(lambda p: div(*p)),
        inner.map(lambda t: power(t, 2)),
        inner.map(lambda t: total(t, k)),
        st.tuples(st.sampled_from(["exp", "log", "abs", "floor", "sign", "erf", "asinh"]), inner).map(lambda p: fn(*p)),
        inner.map(lambda t: make("deriv", t, sym("x"))),
        pair.map(lambda p: make("piecewise", p[0], make("lt", sym("x"), p[1]), p[1], make("true"))),
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.recursive(LEAVES, grow, max_leaves=10))
def test_every_formula_becomes_mathml(term: Term) -> None:
    """In one piece and in pieces, whatever is nested in what."""
    notation = notation_for(term)
    for latex in (notation.latex(term), *notation.pieces(term)):
        assert mathml(latex).startswith("<math"), latex
        assert is_safe(latex), latex


def test_limits_stand_under_their_sum_and_functions_apart() -> None:
    assert "<munderover>" in mathml(r"\biggl(\sum_{k=1}^n x_k\biggr)")
    assert '<mi>log</mi><mspace width="0.167em" /><mi>x</mi>' in mathml(r"\log x")
    assert 'mathvariant="normal"' in mathml(r"\frac{\mathrm{d}}{\mathrm{d}x} f")
    assert mathml(r"\unknowncommand{").startswith("<code")


def test_arrows_have_room_and_slashes_none() -> None:
    arrow = mathml(r"a \iff b")
    assert '<mo lspace="0.556em" rspace="0.556em">⟺</mo>' in arrow
    assert '<mo lspace="0" rspace="0">/</mo>' in mathml("x/2")


def test_no_line_begins_with_what_closes_a_formula() -> None:
    shown = html._prose("as large as x, or (k - 1)/2; and s")
    assert '<span class="whole"><math' in shown
    assert "</math>,</span> or " in shown
    assert '<span class="whole">(<math' in shown
    assert "</math>)/</span>2; and <math" in shown
    words = re.sub(r"<math.*?</math>", "x", shown).replace('<span class="whole">', "").replace("</span>", "")
    assert words == "as large as x, or (x)/2; and x"
