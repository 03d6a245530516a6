"""Accounts: what a reader is told of an outcome, and in which words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derive.export.abbreviate import abbreviate, shape_of
from derive.export.account import account, in_words, page_account
from derive.export.body import body, cut, milestones, statement_latex
from derive.export.facts import facts, holds_words
from derive.export.notation import Notation
from derive.export.values import value_latex
from derive.kernel.questions import questions_of
from derive.kernel.verdict import Counterexample, Status, mint
from derive.statement.claim import Claim, Erratum, Form, Link, Page
from derive.statement.term import ONE, ZERO, Term, add, entry, fn, index, make, mul, num, show, sub, sym, total

n, m = sym("n", "positive integer"), sym("m", "positive integer")
i, j, k = (index(a, n) for a in "ijk")
r = index("r", m)
x, a, b = sym("x"), sym("a"), sym("b")


def v(*at: Term) -> Term:
    return entry("v", "real", (n,) * len(at), at)


def chain(first: Term, *links: tuple[str, Term], **more: object) -> Claim:
    return Claim("page.name", "page.py", 3, first, tuple(Link(relation, right) for relation, right in links), **more)  # type: ignore[arg-type]


def proved(scope: str = "", region: str = "everywhere", **more: tuple[str, ...]):
    return mint(Status.PROVED, scope=scope, region=region, rules=("ring",), **more)


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        (chain(x, ("eq", a), ("eq", b)), "x = b"),
        (chain(ZERO, ("lt", x), ("le", ONE)), r"0 < x \le 1"),
        (chain(x, ("eq", a), ("le", b), ("eq", ONE)), r"x \le 1"),
        (chain(x, ("le", a), ("eq", b), ("lt", ONE)), r"x \le b < 1"),
        (chain(make("lt", x, a), ("iff", make("lt", b, a))), r"x < a \iff b < a"),
    ],
)
def test_the_statement_of_a_chain(claim: Claim, wanted: str) -> None:
    assert statement_latex(claim) == wanted


def test_milestones_want_a_chain() -> None:
    with pytest.raises(ValueError, match=r"page\.form is no chain"):
        milestones(Claim("page.form", "page.py", 3, form=Form("convex", (("expression", x), ("over", (x,))))))


def test_a_line_that_only_gives_a_name_is_not_printed_twice(make_outcome) -> None:
    claim = chain(x, ("eq", add(a, b)), ("eq", add(a, b)))
    lines = body(make_outcome(claim, proved(), proved()), claim).chain
    assert [bool(line.pieces) for line in lines] == [True, True, False]


def test_a_definition_shows_one_side(make_outcome) -> None:
    claim = chain(fn("exp", x), ("eq", fn("exp", x)), definition=True, runs_as="jnp.exp")
    shown = body(make_outcome(claim, proved()), claim)
    assert (shown.statement, shown.why) == (("e^x",), "by definition: `jnp.exp`")


def test_points_count_as_their_formulas_do(make_outcome) -> None:
    found = Counterexample((("n", "2"), ("i", "0"), ("v", "(1, 1/2)")), "1/2", "0.123456789012345678e-5", "[0.49 +/- 2.1e-12]")
    verdict = mint(Status.REFUTED, counterexample=found)
    pure, counted = chain(v(i), ("eq", x)), chain(mul(i, v(i)), ("eq", x))
    from_one, from_zero = (body(make_outcome(claim, verdict), claim).point for claim in (pure, counted))
    assert from_one is not None
    assert from_zero is not None
    assert dict(from_one.at) == {"n": "2", "i": "1", "v": "(1, 1/2)"}
    assert dict(from_zero.at)["i"] == "0"
    assert (from_one.lhs, from_one.sign, from_one.rhs) == ("1/2", r"\ne", r"0.123456789012\ldots \cdot 10^{-5}")
    assert (from_one.ball, from_one.exact) == (r"0.49 \pm 2.1 \cdot 10^{-12}", False)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("-3", "-3"), ("-2/3", "-2/3"), ("", ""), ("((1, 2), (3, -1/4))", "((1, 2), (3, -1/4))"), ("(1,)", "(1)"),
        ("0e-39", r"0 \pm 10^{-39}"), ("undefined", r"\text{undefined}"), ("-0.5", "-0.5"), ("1.5e-7", r"1.5 \cdot 10^{-7}"),
        ("12.345678901234567", r"12.3456789012\ldots"), ("[-1.5e+3 +/- 0.01]", r"-1.5 \cdot 10^{3} \pm 0.01"),
        (r"\input{x}", r"\text{inputx}"),
    ],
)  # fmt: skip
def test_values(value: str, wanted: str) -> None:
    assert value_latex(value) == wanted


def told(claim: Claim, outcome) -> dict[str, str]:
    return {f.label: f.words for f in facts(outcome, claim)}


def test_hypotheses(make_outcome) -> None:
    given = (make("eq", total(v(k), k), ONE), make("lt", ZERO, v(i)), make("ne", i, j))
    claim = chain(v(i), ("eq", mul(sym("lambda", "positive"), v(j))), given=given)
    used = ("sum(v[k], k < n) = 1", "lambda positive", "n >= 2")
    words = told(claim, make_outcome(claim, proved("all n", "off kinks", hypotheses=used, oracles=("z3",))))
    assert words["Given"] == r"$\sum_{k=1}^n v_k = 1$; $n \ge 2$"
    assert words["Not needed"] == r"$v_i > 0$ for every $i$; $i \ne j$"
    assert words["Where"] == r"$i, j, k = 1, \ldots, n$; $\lambda > 0$"
    assert words["Holds"] == "for all $n$, away from kinks"
    assert words["Oracles"] == "rests also on z3"


def test_a_hypothesis_is_known_in_the_kernels_words_for_it(make_outcome) -> None:
    """The claim speaks of m, not of l: the kernel says that no l fails, and a reader is told "for every l"."""
    l, m = index("l", n), index("m", n)
    zero = make("ne", sub(v(l), v(m)), ONE)
    given = (zero, make("or", make("eq", l, m), make("lt", v(l), v(m))), make("ne", l, m))
    claim = chain(v(m), ("eq", mul(ONE, v(m))), given=given)
    kernel = [show(h) for h in questions_of(claim)[0].given]
    words = told(claim, make_outcome(claim, proved("all n", hypotheses=tuple(kernel))))
    assert words["Given"] == (r"$v_l - v_m \ne 1$ for every $l$ with $l \ne m$; $l = m\text{ or }v_l < v_m$ for every $l$ with $l \ne m$")
    assert "Not needed" not in words


def test_scopes() -> None:
    assert holds_words(proved("all d_h, n; m = 3")) == "for all $d_h$, $n$; $m = 3$, everywhere"
    assert holds_words(proved()) == "everywhere"


def test_what_the_witness_differentiated_is_set_as_a_formula(make_outcome) -> None:
    claim = chain(make("deriv", fn("exp", v(i)), v(j)), ("eq", x))
    outcome = make_outcome(claim, proved())
    agrees = replace(outcome.witness, primal="exp(v[i]), as jnp.exp", points=12345)
    assert told(claim, replace(outcome, witness=agrees))["Witness"].startswith(
        "JAX agrees at 12\u202f345 points of $\\exp(v_i)$, as `jnp.exp` in float64"
    )
    number = replace(outcome.witness, primal="0", points=1)
    assert told(chain(ZERO, ("lt", x)), replace(outcome, witness=number))["Witness"].startswith("JAX agrees at 1 point in float64")


def test_readings_bear_their_words(make_outcome) -> None:
    reading = replace(chain(x, ("eq", a)), id="page.odd.reading_1", printed=True)
    erratum = Erratum("page.odd", "page.py", 2, None, reason="ill-posed", readings=(("as a sum", reading.id),))
    refuted = mint(Status.REFUTED, counterexample=Counterexample((("x", "1"),), "1", "0", "1"))
    outcomes = [
        make_outcome(reading, refuted, result="expected"),
        replace(
            make_outcome(reading, refuted),
            item=erratum,
            verdict=None,
            links=(),
            result="expected",
            readings=(("as a sum", "REFUTED", reading.id),),
        ),
    ]
    page = page_account(Page("page", "page.py", "Odd things: they happen.", "", (reading,), (erratum,)), outcomes)
    assert [item.title for item in page.items] == ["Odd", "Reading: as a sum"]
    assert (page.title, page.subtitle) == ("Odd things", "They happen")
    assert page.counts == (("REFUTED", 1), ("ILL-POSED", 1))


def test_symbols_of_a_page() -> None:
    weights = chain(entry("W1", "real", (n, n), (i, j)), ("eq", x))
    page = page_account(Page("page", "page.py", claims=(weights,), notes=(("beta, W1, c1", "parameters"), ("d_h", "width"))), [])
    assert page.symbols == ((r"\beta, W^{(1)}, c_1", "parameters"), ("d_h", "width"))


def test_good_and_bad_outcomes(library) -> None:
    good = {o.item.id: account(o).good for o in library.outcomes}
    assert [name for name, fine in good.items() if not fine] == [
        "softmax_jacobian.cross_entropy",
        "sigmoid_tanh.arctangent",
        "sigmoid_tanh.clash",
    ]
    assert account(library.find("sigmoid_tanh.clash")).mark == "CONFLICT"


def test_the_authors_notation_is_cut_at_its_relations() -> None:
    assert cut(r"A = \left(b = c\right) \le \begin{cases} 1 & x = 1 \end{cases}") == (
        "A", r"{}= \left(b = c\right)", r"{}\le \begin{cases} 1 & x = 1 \end{cases}",
    )  # fmt: skip


# Abbreviations


def test_a_shape_is_a_term_up_to_the_names_of_its_indices() -> None:
    same = [total(mul(v(i, k), v(k)), k), total(mul(v(j, k), v(k)), k), total(mul(v(k, i), v(i)), i)]
    assert len({shape_of(t)[0] for t in same}) == 1
    assert [shape_of(t)[1] for t in same] == [(i,), (j,), (k,)]
    assert shape_of(v(i, j))[1] == (i, j)
    different = [v(i, j), v(i, i), v(i), entry("w", "real", (n,), (i,)), v(ZERO), total(v(i, k), k), total(v(k, i), k)]
    assert len({shape_of(t)[0] for t in different}) == len(different)
    assert shape_of(fn("exp", i))[0] != shape_of(fn("exp", r))[0], "an index over another size is another term"


def test_letters_are_free_and_mean_what_they_stand_for() -> None:
    long = lambda p: fn("exp", add(*(mul(num(c), v(p), sym("A"), fn("tanh", v(num(c)))) for c in range(2, 7))))  # noqa: E731
    lines = (add(long(i), total(long(k), k)), mul(long(j), long(i)))
    notation, where = abbreviate(lines, Notation())
    assert len(where) == 1, "the argument alone would save less"
    ((name, meaning),) = where
    assert name == "B_i", "A is taken"
    assert "".join(meaning) == "".join(Notation().pieces(long(i)))
    assert notation.latex(lines[0]) == r"B_i + \sum_{k=1}^n B_k"
    assert notation.latex(lines[1]) == "B_j B_i"


def test_a_long_formula_in_words_gets_a_letter(make_outcome) -> None:
    long = add(*(mul(num(c), v(i), sym("A"), fn("tanh", v(num(c)))) for c in range(2, 9)))
    claim = Claim("page.shape", "page.py", 3, form=Form("has_shape", (("expression", long), ("over", (i,)), ("shape", (n,)))))
    shown = body(make_outcome(claim, proved()), claim)
    assert shown.words == "the array with entries $B_i$ has shape $n$"
    assert [name for name, _ in shown.where] == ["B_i"]
    assert "".join(shown.where[0][1]) == "".join(Notation().pieces(long))


def test_of_a_long_comparison_each_side_gets_its_letter(make_outcome) -> None:
    long = add(*(mul(num(c), v(i), fn("tanh", v(num(c)))) for c in range(2, 9)))
    parts = (("proposition", make("eq", long, x)), ("point", ((x, ONE),)))
    claim = Claim("page.not", "page.py", 3, form=Form("not_always", parts))
    shown = body(make_outcome(claim, proved()), claim)
    assert shown.words == "$A_i = x$ does not always hold: it fails at $x = 1$"
    assert [name for name, _ in shown.where] == ["A_i"]


def test_short_chains_have_no_letters() -> None:
    assert abbreviate((add(x, a), mul(x, a)), Notation()) == (Notation(), ())


def test_a_whole_side_gets_no_letter() -> None:
    """A definition that two long sides share would read A = A."""
    long = add(*(mul(num(k), v(num(k)), fn("tanh", v(num(k)))) for k in range(9)))
    _, where = abbreviate((long, mul(sym("c"), long), long), Notation())
    assert all("tanh" not in "".join(pieces) or len(pieces) < 9 for _, pieces in where)
    notation, where = abbreviate((fn("exp", long), mul(sym("c"), fn("exp", long)), fn("log", long)), Notation())
    assert [name for name, _ in where] == ["A"]
    assert notation.latex(fn("log", long)) == r"\log A"


def test_a_subtitle_that_begins_with_a_letter_keeps_it(make_outcome) -> None:
    title = lambda words: page_account(Page("p", "p.py", f"GELU: {words}."), []).subtitle  # noqa: E731
    assert title("x times a probability") == "x times a probability"
    assert title("a product") == "A product"
    assert title("self-made") == "Self-made"


def test_names_become_titles_spelled_as_people_do() -> None:
    titles = {
        "below_relu": "Below ReLU",
        "sigmoid_jacobian": "Sigmoid Jacobian",
        "gelu": "GELU",
        "b2_gradient": "b2 gradient",
        "a_rise": "A rise",
    }
    titles |= {"grid2": "Grid 2", "x1": "x1", "x": "x"}
    assert {name: in_words(name) for name in titles} == titles
