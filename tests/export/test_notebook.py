"""What Jupyter shows of claims and outcomes: well-formed markup, the verdict, the point; and nothing is computed for it."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest
from sympy import Derivative, Symbol, exp, log

from derive import Sum, array, claim, decide, eq, indices, natural, real_vector
from derive.statement.claim import Claim, Erratum

x = Symbol("x", real=True)


def parsed(html: str) -> str:
    """The text of some markup, which must be well-formed."""
    root = Xml.fromstring(f"<root>{html.replace('<wbr>', '')}</root>")
    return " ".join(" ".join(root.itertext()).split())


def test_every_outcome_is_drawn(library) -> None:
    for outcome in library.outcomes:
        words = parsed(outcome._repr_html_())
        name = "CONFLICT" if outcome.result == "conflict" else outcome.verdict.name if outcome.verdict else "ILL-POSED"
        assert name in words
        drawn = outcome._repr_latex_()
        assert drawn.startswith(r"$\displaystyle ")
        assert drawn.endswith("$")
        assert drawn.count("{") == drawn.count("}")


def test_every_statement_is_drawn_without_a_verdict(library) -> None:
    for outcome in library.outcomes:
        assert isinstance(outcome.item, Claim | Erratum)
        words = parsed(outcome.item._repr_html_())
        assert not any(name in words for name in ("PROVED", "REFUTED", "UNKNOWN"))
        assert outcome.item._repr_latex_().startswith(r"$\displaystyle ")


def test_a_proof_says_for_what_it_holds(library) -> None:
    assert "Holds: for all n" in parsed(library.find("softmax_jacobian.jacobian")._repr_html_())
    assert library.find("softmax_jacobian.jacobian")._repr_latex_().endswith(r"\qquad \text{PROVED for all n}$")


def test_a_refutation_shows_its_point_and_what_was_asked_of_it() -> None:
    outcome = decide(Derivative(log(1 + exp(x)), x), 1 / (1 + exp(x)))
    words = parsed(outcome._repr_html_())
    assert "REFUTED at x = 1 :" in words
    assert "Would hold" not in words
    assert not {"witness", "repairs"} & set(vars(outcome))
    (repair,) = outcome.repairs
    assert "Would hold: with a sign changed" in parsed(outcome._repr_html_())
    assert repair._repr_latex_() == r"$\displaystyle \frac{\mathrm{d}}{\mathrm{d}x} \log(1 + e^x) = \frac{1}{1 + e^{-x}}$"
    assert "PROVED" in parsed(repair._repr_html_())
    assert repr(repair) == "<the sign of x: PROVED>"


@pytest.mark.parametrize("name", ["<b>x", 'a"b&c'])
def test_names_from_outside_are_escaped(name: str) -> None:
    y = Symbol(name, real=True)
    outcome = decide(y, y + 1)
    assert "REFUTED" in parsed(outcome._repr_html_())
    assert "<b>x" not in outcome._repr_html_().replace('<b style="', "")


def test_a_draft_is_drawn_as_its_author_wrote_it() -> None:
    draft = claim(log(exp(x, evaluate=False), evaluate=False), eq(x))
    assert draft._repr_latex_() == r"$\displaystyle \log{\left(e^{x} \right)} = x$"


def test_a_draft_shows_an_index_as_its_letter() -> None:
    n = natural("n")
    j, k = indices("j k", upto=n)
    u = real_vector("u", n)
    assert claim(Sum(u[k], k), eq(u[j]))._repr_latex_() == r"$\displaystyle \sum_{k=0}^{n - 1} {u}_{k} = {u}_{j}$"
    s = array(n, lambda t: exp(u[t]), name="s")
    assert claim(s, eq(s))._repr_latex_() == r"$\displaystyle s = s$"
