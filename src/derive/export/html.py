"""HTML: a static page per derivation and an index. Mathematics is MathML: no network, and no script is needed to read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, String

from derive.contents import URL, Contents
from derive.export.account import MARKS, page_account, source_words
from derive.export.mathml import mathml
from derive.export.plots import Plot
from derive.export.prose import Segment, parse
from derive.outcome import Outcome
from derive.statement.claim import Page

NOTHING = Contents()
OPENING, CLOSING = "([‘", ".,;:!?)]’/"  # what ends no line before a formula, and begins none after it


def page(
    page: Page,
    outcomes: Iterable[Outcome],
    plots: Sequence[Plot] = (),
    *,
    contents: Contents = NOTHING,
    source: str = "",
    pages: Iterable[str] = (),
    index: bool = False,
    version: str = "",
) -> str:
    """One page of the library. `source` is its Python text, `pages` names the pages beside this one, `index` says that there is one."""
    shown = page_account(page, outcomes, plots)
    return _environment().get_template("page.html.j2").render(
        page=shown, lines=list(coloured(source)), known={page.name, *pages}, here=page.name, index=index, version=version,
        works=contents.cited(shown.documents, [page.name]),
    )  # fmt: skip


def index(pages: Iterable[tuple[Page, Sequence[Outcome]]], *, contents: Contents = NOTHING, version: str = "") -> str:
    """All pages and their claims by topic, with search and filters."""
    every = {page.name: page_account(page, outcomes) for page, outcomes in pages}
    topics = [(topic.title, [every[name] for name in topic.pages]) for topic in contents.arranged(list(every))]
    shown = [page for _, many in topics for page in many]
    totals = [(mark, sum(p.counts_of(mark) for p in shown)) for mark in MARKS]
    documents = sorted({key for p in shown for key in p.documents})
    works = contents.cited(documents, list(every), general=True)
    return _environment().get_template("index.html.j2").render(
        topics=topics, works=works, totals=[(mark, count) for mark, count in totals if count], documents=documents, version=version,
        count=sum(len(p.items) for p in shown), known={p.name for p in shown}, here="index",
    )  # fmt: skip


def coloured(source: str) -> Iterator[Markup]:
    """The lines of a Python file with their words in colours, one element of a class per kind of word."""
    classes = {Comment: "comment", String: "string", Number: "number", Keyword: "keyword", Name.Function: "called"}
    line = Markup()
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(source):
        name = next((name for parent, name in classes.items() if kind in parent), "")
        for k, part in enumerate(text.split("\n")):
            if k:
                yield line
                line = Markup()
            if part:
                line += Markup('<span class="{}">{}</span>').format(name, part) if name else escape(part)
    if line:
        yield line


def render(template: str, **values: object) -> str:
    """One of our templates, with the filters that set mathematics and prose."""
    return _environment().get_template(template).render(**values)


def _math(latex: str, display: bool = True) -> Markup:
    return Markup(mathml(latex, display))


def _pieces(parts: Sequence[str]) -> Markup:
    """A formula in pieces; between two of them a line may break."""
    return Markup("<wbr>").join(_math(part) for part in parts)


def _prose(words: str) -> Markup:
    out = Markup()
    segments = parse(words)
    for k, segment in enumerate(segments):
        if segment.kind == "math":
            tall = segment.text.startswith(r"\displaystyle ")
            formula = _math(segment.text.removeprefix(r"\displaystyle "), display=tall)
            before, after = _beside(segments, k)
            out += Markup('<span class="whole">{}{}{}</span>').format(before, formula, after) if before or after else formula
        elif segment.kind == "code":
            out += Markup("<code>{}</code>").format(segment.text)
        else:
            # What a formula beside it has taken stands there.
            start = len(_beside(segments, k - 1)[1]) if k and segments[k - 1].kind == "math" else 0
            end = len(_beside(segments, k + 1)[0]) if k + 1 < len(segments) and segments[k + 1].kind == "math" else 0
            out += escape(segment.text[start : len(segment.text) - end])
    return out


def _beside(segments: Sequence[Segment], k: int) -> tuple[str, str]:
    """The brackets and stops that touch a formula: no line may end between."""
    before = segments[k - 1].text if k and segments[k - 1].kind == "text" else ""
    after = segments[k + 1].text if k + 1 < len(segments) and segments[k + 1].kind == "text" else ""
    return before[len(before.rstrip(OPENING)) :], after[: len(after) - len(after.lstrip(CLOSING))]


def _anchor(identifier: str) -> str:
    """The part of an id after its page, which is the anchor on that page."""
    return identifier.partition(".")[2] or identifier


def _slug(key: str) -> str:
    """A key as part of an id."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in key)


@pass_context
def _link(context: Context, identifier: str) -> Markup:
    """A link to a claim, where its page is at hand."""
    place = identifier.partition(".")[0]
    if place not in context["known"]:
        return Markup("<code>{}</code>").format(identifier)
    file = "" if place == context["here"] else f"{place}.html"
    return Markup('<a href="{}#{}"><code>{}</code></a>').format(file, _anchor(identifier), identifier)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("derive.export"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "math": _math, "pieces": _pieces, "prose": _prose, "anchor": _anchor, "link": _link, "words": source_words,
        "svg": Markup, "slug": _slug,
    }  # fmt: skip
    environment.tests["address"] = lambda url: bool(URL.fullmatch(url))
    return environment
