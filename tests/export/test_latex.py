"""LaTeX: documents compile without a complaint, whatever text stands on a page, and say what the outcome says."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from derive.contents import Contents, Reference, Topic
from derive.export import latex
from derive.export.plots import draw_all
from derive.figures.page import page_figures
from derive.kernel.verdict import Counterexample, Status, mint
from derive.outcome import Outcome, Witness
from derive.statement.claim import Claim, Erratum, Link, Page, Source
from derive.statement.term import add, entry, fn, mul, num, power, sym

HOSTILE = r"100% of $x_1$ & #1 \input{/etc/passwd} {~^} <|> naïve Ångström λ ≤ ∞ 日本 “q” x_1 $\write18{rm}$ `a_b\c` \end{document}"
TROUBLE = re.compile(r"^!|Overfull|Missing character|undefined|Warning: (?!.*Rerun)", re.MULTILINE)


def compiled(text: str, folder: Path, name: str = "page") -> str:
    """What pdflatex says of a document, after as many runs as its references need."""
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is missing; on Debian: apt-get install texlive-latex-recommended texlive-fonts-recommended")
    (folder / f"{name}.tex").write_text(text, encoding="utf-8")
    for _ in range(2):
        run = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if run.returncode:
            return run.stdout
    return (folder / f"{name}.log").read_text(errors="replace")


def complaints(log: str) -> list[str]:
    return [line for line in log.splitlines() if TROUBLE.search(line)]


@pytest.mark.parametrize("name", ["softmax_jacobian", "sigmoid_tanh", "mlp_backprop"])
def test_a_page_compiles(library, tmp_path: Path, name: str) -> None:
    page = library.page(name)
    assert complaints(compiled(latex.document(page, library.of(page)), tmp_path)) == []


def test_the_book_compiles(library, tmp_path: Path) -> None:
    pages = [(page, library.of(page)) for page in library.pages]
    text = latex.book(pages, version="0.1.0", contents=Contents(references=(Reference("003", "Homework on softmax & co."),)))
    assert complaints(compiled(text, tmp_path)) == []
    assert r"\chapter*{Errata}" in text
    assert "Homework on softmax" in text


def test_a_document_with_plots_compiles(library, tmp_path: Path) -> None:
    page = library.page("softmax_jacobian")
    plots = draw_all(page_figures(page, library.of(page)))
    (tmp_path / "plots").mkdir()
    for plot in plots:
        (tmp_path / "plots" / f"{plot.name}.pdf").write_bytes(plot.pdf)
    assert plots
    assert complaints(compiled(latex.document(page, library.of(page), plots), tmp_path)) == []


def test_no_text_from_a_page_is_a_command(library, tmp_path: Path) -> None:
    """Hostile text in every field that holds text: it compiles, and is set as it was written."""
    outcome = library.find("softmax_jacobian.cross_entropy")
    claim = replace(
        outcome.item,
        id=f"softmax_jacobian.{HOSTILE}",
        title=HOSTILE,
        reads_as=HOSTILE,
        runs_as=HOSTILE,
        layout=HOSTILE,
        unknown=HOSTILE,
        display=HOSTILE,
        source=(Source(HOSTILE, HOSTILE),),
        links=tuple(replace(link, why=HOSTILE, by=(HOSTILE,)) for link in outcome.item.links),
        given=(fn("exp", sym(HOSTILE)),),
    )
    bad = Witness("DISAGREES", 1, float("nan"), HOSTILE, HOSTILE)
    nasty = replace(outcome, item=claim, witness=bad, result="conflict", messages=(HOSTILE,), recheck="DISAGREES")
    erratum = Erratum(
        "softmax_jacobian.e", "f", 3, replace(claim, printed=True), instead=HOSTILE, raises=HOSTILE, source=claim.source, note=HOSTILE
    )
    readings = ((HOSTILE, "UNKNOWN", HOSTILE),)
    page = Page("softmax_jacobian", HOSTILE, HOSTILE, f"{HOSTILE}\n\n{HOSTILE}", (claim,), (erratum,), notes=((HOSTILE[:12], HOSTILE),))
    outcomes = [nasty, replace(outcome, item=erratum, messages=(HOSTILE,), result="unexpected", readings=readings)]
    hostile = Contents((Topic(HOSTILE, (page.name,)),), (Reference(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, (page.name,)),))
    for text in (latex.document(page, outcomes, contents=hostile), latex.book([(page, outcomes)], contents=hostile)):
        assert r"\input{/etc" not in text
        assert r"\write" not in text.replace(r"\textbackslash{}write", "")
        assert text.count(r"\end{document}") == 1
        assert complaints(compiled(text, tmp_path)) == []


def test_compiling_notices_an_overfull_line(library, tmp_path: Path) -> None:
    """The check above can fail."""
    page = library.page("sigmoid_tanh")
    text = latex.document(page, library.of(page)).replace(r"\end{document}", r"\noindent\hbox to 2\linewidth{wide\hfil}\end{document}")
    assert any("Overfull" in line for line in complaints(compiled(text, tmp_path)))


def test_a_formula_without_a_place_to_break_is_made_smaller(make_outcome, tmp_path: Path, library) -> None:
    deep = sym("x")
    for k in range(2, 26):
        deep = fn("max", add(mul(num(k), deep), sym("y")), entry("W1", "real", (sym("n", "positive integer"),) * 2, (num(k), num(k))))
    claim = Claim("page.deep", "page.py", 3, power(deep, 2), (Link("eq", mul(deep, deep), ""),))
    outcome = make_outcome(claim, library.outcomes[0].verdict)
    assert complaints(compiled(latex.document(Page("page", "page.py", "Deep", "", (claim,)), [outcome]), tmp_path)) == []


def test_a_document_says_what_the_outcome_says(library) -> None:
    page = library.page("softmax_jacobian")
    text = latex.document(page, library.of(page))
    for words in (
        r"\badge{proved}{PROVED}",
        r"quotient rule, $Z > 0$",
        "for all $n$, everywhere",
        "rests also on z3",
        r"$\sum_{k=1}^n v_k = 0$",
        "Not needed",
        "jax.\\allowbreak{}nn.\\allowbreak{}softmax",
        "worst scaled error 11.7",
        r"\badge{proved}{REFUTED, AS EXPECTED}",
        "As printed:",
        r"\piece{{}= \frac{e^{x_i}}{\sum_{k=1}^n e^{x_k}} \biggl(\delta_{ij} + \frac{e^{x_j}}{\sum_{k=1}^n e^{x_k}}\biggr)}",
        "-1/4 \\ne 1/4",
        "left minus right is $-1/2$",
        "ILL-POSED, AS EXPECTED",
        "the entrywise product",
        r"\incite{001}{001, p. 4}",
        r"\work{001}{001}{}",
        "numerator layout",
        r"\operatorname{diag}\left(s\right) - s s^\top",
        "first and last line compared directly: PROVED",
        "Fails at $n = 2,",
    ):
        assert words in text, words


def test_positions_count_from_one_beside_formulas_that_do(library) -> None:
    """The kernel's point i = 0, j = 1 stands beside formulas whose sums run from 1 to n."""
    page = library.page("softmax_jacobian")
    text = latex.document(page, library.of(page))
    assert r"n = 2,\ \allowbreak i = 1,\ \allowbreak j = 2,\ \allowbreak x = (0, 0)" in text


def test_each_verdict_shows_on_its_badge(library) -> None:
    page = library.page("sigmoid_tanh")
    text = latex.document(page, library.of(page))
    for badge in (r"\badge{open}{UNKNOWN}", r"\badge{open}{ADMITTED}", r"\badge{quiet}{DECLARED OPEN}", r"\badge{conflict}{CONFLICT}"):
        assert badge in text
    assert "CONFLICT: it is PROVED, and JAX disagrees" in text
    assert "field: the forms differ; balls: 200 points, none refutes" in text
    assert r"\piece{\lim_{\beta \to \infty} \frac{\log(1 + e^{\beta x})}{\beta}}\piece{{}= \max(x, 0)}" in text


def test_long_chains_get_letters(library) -> None:
    page = library.page("mlp_backprop")
    text = latex.document(page, library.of(page))
    assert "With, for short," in text
    assert r"\keep\chainline{A_a}{\piece{= \sum_l W^{(1)}_{al} x_l}\piece{{}+ b^{(1)}_a}}{}" in text
    assert r"\sum_b W^{(2)}_{ba} E_b \frac{\partial}{\partial W^{(1)}_{aj}} B_a" in text


def test_two_runs_give_the_same_document(library) -> None:
    page = library.page("softmax_jacobian")
    outcomes: list[Outcome] = list(library.of(page))
    assert latex.document(page, outcomes) == latex.document(page, outcomes[::-1])


def test_two_numbers_that_differ_need_no_point(make_outcome, tmp_path: Path) -> None:
    claim = Claim("page.sum", "page.py", 3, add(sym("n", "positive integer"), num(2)), (Link("eq", num(64), ""), Link("eq", num(66), "")))
    wrong = mint(Status.REFUTED, counterexample=Counterexample((), "66", "64", "2"))
    text = latex.document(Page("page", "page.py", "Sum", "", (claim,)), [make_outcome(claim, wrong, wrong)])
    assert "The two sides differ:\\quad $66 \\ne 64$" in text
    assert complaints(compiled(text, tmp_path)) == []
