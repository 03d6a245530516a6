"""Sample pages and outcomes, made by hand: the exports are tested on what the kernel may say, not on what it says today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from derive.kernel.verdict import Counterexample, Status, Verdict, mint
from derive.outcome import LinkOutcome, Outcome, Witness
from derive.statement.claim import Claim, Erratum, Form, Link, Page, Source
from derive.statement.term import (
    ONE,
    OO,
    TRUE,
    ZERO,
    Term,
    add,
    delta,
    div,
    entry,
    fn,
    index,
    make,
    mul,
    neg,
    num,
    power,
    show,
    sub,
    sym,
    total,
)


@dataclass(frozen=True)
class Library:
    """Three pages and their outcomes."""

    pages: tuple[Page, ...]
    outcomes: tuple[Outcome, ...]

    def of(self, page: Page) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes if o.item.id.startswith(page.name + "."))

    def page(self, name: str) -> Page:
        return next(p for p in self.pages if p.name == name)

    def find(self, identifier: str) -> Outcome:
        return next(o for o in self.outcomes if o.item.id == identifier)


def d(body: Term, variable: Term) -> Term:
    return make("deriv", body, variable)


def proved(scope: str = "", *, rules: tuple[str, ...] = ("ring",), region: str = "everywhere", **more: tuple[str, ...]) -> Verdict:
    return mint(Status.PROVED, scope=scope, rules=rules, region=region, **more)


def refuted(at: tuple[tuple[str, str], ...], lhs: str, rhs: str, ball: str) -> Verdict:
    return mint(Status.REFUTED, scope="n = 2", counterexample=Counterexample(at, lhs, rhs, ball), rules=())


AGREES = Witness("AGREES", 4096, 11.7, "softmax, whole Jacobian by jacfwd and jacrev")


def outcome(
    item: Claim | Erratum, *verdicts: Verdict, ends: Verdict | None = None, witness: Witness = AGREES, result: str = "", **more: object
) -> Outcome:
    """An outcome from the verdicts of the links; the first that is not PROVED speaks for the chain."""
    worst = next((v for v in verdicts if v.name != "PROVED"), verdicts[0])
    claim = item.printed if isinstance(item, Erratum) else item
    relations = (
        [(link.relation, link.why) for link in claim.links]
        if claim and claim.links
        else [(claim.form.name, "")]
        if claim and claim.form
        else []
    )
    links = tuple(LinkOutcome(r, why, v) for (r, why), v in zip(relations, verdicts, strict=True))
    if not result:
        result = (
            "expected" if isinstance(item, Erratum) else {"PROVED": "verified", "REFUTED": "refuted"}.get(worst.name, worst.name.lower())
        )
    return Outcome(item, worst, links, ends, witness, "NOT_RUN", result, 0.25, **more)  # type: ignore[arg-type]


def softmax_page() -> tuple[Page, list[Outcome]]:
    n = sym("n", "positive integer")
    i, j, k = (index(a, n) for a in "ijk")
    x = lambda a: entry("x", "real", (n,), (a,))  # noqa: E731
    v = lambda a: entry("v", "real", (n,), (a,))  # noqa: E731
    exp = lambda t: fn("exp", t)  # noqa: E731
    z = total(exp(x(k)), k)
    s = lambda a: div(exp(x(a)), z)  # noqa: E731
    file = "derivations/softmax_jacobian.py"
    entries = d(s(i), x(j))
    last = mul(s(i), sub(delta(i, j), s(j)))
    general = proved("all n", rules=("quotient rule", "derivative of a sum", "delta contracts a sum", "ring"))
    jacobian = Claim(
        "softmax_jacobian.jacobian",
        file,
        20,
        entries,
        (
            Link("eq", div(sub(mul(d(exp(x(i)), x(j)), z), mul(exp(x(i)), d(z, x(j)))), power(z, 2)), "quotient rule, Z > 0"),
            Link("eq", div(sub(mul(delta(i, j), exp(x(i)), z), mul(exp(x(i)), exp(x(j)))), power(z, 2)), "x_j occurs in one term of Z"),
            Link("eq", last, "definition of s"),
        ),
        source=(Source("003", "1j"),),
        covers=("003.1j.chain",),
        runs_as="jax.nn.softmax",
        display=r"\frac{\partial s}{\partial x} = \operatorname{diag}\left(s\right) - s s^\top",
        layout="numerator",
    )
    rows = Claim(
        "softmax_jacobian.rows_sum_to_zero",
        file,
        30,
        total(entries, j),
        (Link("eq", ZERO, "the $s_j$ sum to one", by=("softmax_jacobian.jacobian",)),),
        source=(Source("original"),),
    )
    shift = Claim(
        "softmax_jacobian.zero_mean_direction",
        file,
        36,
        total(mul(v(i), s(i)), i),
        (Link("le", total(mul(fn("abs", v(i)), s(i)), i), "each term is at most its absolute value"),),
        given=(make("eq", total(v(k), k), ZERO), make("lt", ZERO, v(i)), make("ne", i, j)),
        reads_as="c is the vector c 1, added to each logit",
    )
    wrong_middle = Claim(
        "softmax_jacobian.cross_entropy",
        file,
        48,
        neg(fn("log", s(i))),
        (
            Link("eq", sub(fn("log", z), mul(num(2), x(i))), "logarithm of a quotient"),
            Link("eq", sub(fn("log", z), x(i)), "logarithm of a quotient"),
        ),
        source=(Source("003", "2, second line"),),
    )
    printed = Claim(
        "softmax_jacobian.sign.printed",
        file,
        60,
        entries,
        (Link("eq", mul(s(i), add(delta(i, j), s(j))), "definition of s"),),
        printed=True,
    )
    sign = Erratum(
        "softmax_jacobian.sign",
        file,
        60,
        printed,
        instead="softmax_jacobian.jacobian",
        source=(Source("003", "1j"),),
        covers=("003.1j.chain",),
        note="A sign slip: the row sums would be $2 s_i$.",
    )
    ill = Erratum(
        "softmax_jacobian.times",
        file,
        70,
        None,
        reason="ill-posed",
        source=(Source("001", "p. 4"),),
        readings=(
            ("`*` is the entrywise product", "softmax_jacobian.jacobian"),
            ("`*` is the matrix product", "softmax_jacobian.cross_entropy"),
        ),
    )
    point = (("n", "2"), ("i", "0"), ("j", "1"), ("x", "(0, 0)"))
    r = refuted((("n", "1"), ("i", "0"), ("x", "(1)")), "0", "-1", "1")
    ill_outcome = Outcome(
        ill,
        None,
        (LinkOutcome("reading", "entrywise", general), LinkOutcome("reading", "matrix", r)),
        None,
        Witness("NOT_APPLICABLE"),
        "NOT_RUN",
        "expected",
        0.0,
        (
            ("`*` is the entrywise product", "PROVED", "softmax_jacobian.jacobian"),
            ("`*` is the matrix product", "REFUTED", "softmax_jacobian.cross_entropy"),
        ),
    )
    page = Page(
        "softmax_jacobian",
        file,
        "Softmax Jacobian: raising one logit lowers every other output.",
        "As a matrix: diag(s) - s s^T. Symmetric, and each row sums to zero.\n\nHere 100% of the mass stays: naïve “quotes” & λ ≤ 3.",
        (jacobian, rows, shift, wrong_middle),
        (sign, ill),
        ("sigmoid_tanh",),
        (("n", "number of classes"), ("x", "logits"), ("s", "the softmax of $x$")),
    )
    outcomes = [
        outcome(jacobian, general, general, general, ends=general),
        outcome(rows, proved("all n", rules=("delta contracts a sum", "cite softmax_jacobian.jacobian"))),
        outcome(shift, proved("all n", oracles=("z3",), hypotheses=(show(shift.given[0]), "n >= 1"))),
        outcome(
            wrong_middle,
            r,
            refuted((("n", "1"), ("i", "0"), ("x", "(1/3)")), "-1/3", "0", "[-0.333333333333333 +/- 3.34e-16]"),
            ends=proved("all n"),
            messages=("link 1 of 2 is REFUTED at n = 1, i = 0, x = (1): 0 ≠ -1",),
        ),
        outcome(
            sign,
            refuted(point, "-1/4", "1/4", "-1/2"),
            witness=Witness("DISAGREES", 4096, 3.1e15, "", "as it should: the formula is refuted"),
        ),
        ill_outcome,
    ]
    return page, outcomes


def scalar_page() -> tuple[Page, list[Outcome]]:
    x, lam, beta = sym("x"), sym("lambda", "positive"), sym("beta", "positive")
    exp = lambda t: fn("exp", t)  # noqa: E731
    file = "derivations/sigmoid_tanh.py"
    sigma = lambda t: div(ONE, add(ONE, exp(neg(t))))  # noqa: E731
    tanh = lambda t: fn("tanh", t)  # noqa: E731
    slope = Claim(
        "sigmoid_tanh.derivative",
        file,
        12,
        d(sigma(x), x),
        (Link("eq", mul(exp(neg(x)), power(add(ONE, exp(neg(x))), -2)), "chain rule"), Link("eq", mul(sigma(x), sub(ONE, sigma(x))), "")),
        source=(Source("003", "1a"),),
    )
    half = Claim(
        "sigmoid_tanh.half_angle",
        file,
        20,
        sigma(x),
        (Link("eq", mul(num(Fraction(1, 2)), add(tanh(mul(num(Fraction(1, 2)), x)), ONE)), "halve the argument"),),
    )
    leaky = Claim(
        "sigmoid_tanh.leaky",
        file,
        26,
        fn("max", x, mul(lam, x)),
        (Link("eq", make("piecewise", x, make("lt", ZERO, x), mul(lam, x), TRUE), "cases"),),
        given=(make("lt", lam, ONE),),
    )
    limit = Claim(
        "sigmoid_tanh.steep",
        file,
        33,
        form=Form(
            "tends_to",
            (
                ("expression", mul(fn("log", add(ONE, exp(mul(beta, x)))), power(beta, -1))),
                ("variable", beta),
                ("point", OO),
                ("value", fn("max", x, ZERO)),
                ("side", ""),
            ),
        ),
    )
    kink = Claim(
        "sigmoid_tanh.corner",
        file,
        40,
        form=Form(
            "differentiable_at",
            (
                ("expression", fn("max", x, ZERO)),
                ("variable", x),
                ("point", ZERO),
                ("left", ZERO),
                ("right", ONE),
                ("chosen", (("jax.nn.relu", ZERO), ("jnp.maximum(x, 0)", num(Fraction(1, 2))))),
            ),
        ),
    )
    open_claim = Claim("sigmoid_tanh.arctangent", file, 46, fn("atan", x), (Link("le", fn("abs", x), "concave on the right"),))
    gap = Claim(
        "sigmoid_tanh.gap",
        file,
        52,
        fn("gamma", add(lam, ONE)),
        (Link("eq", mul(lam, fn("gamma", lam)), "integrate by parts", admits="Fubini for the inner integral"),),
        unknown="Fubini is not in the kernel",
    )
    clash = Claim("sigmoid_tanh.clash", file, 58, power(x, 2), (Link("eq", mul(x, x), ""),))
    page = Page("sigmoid_tanh", file, "Sigmoid and tanh", "", (slope, half, leaky, limit, kink, open_claim, gap, clash), ())
    off = Witness("NOT_RUN", note="ModuleNotFoundError: No module named 'jax'")
    outcomes = [
        outcome(slope, proved(rules=("chain rule",)), proved(), ends=proved(), witness=replace(AGREES, primal="")),
        outcome(half, proved(rules=("field",))),
        outcome(leaky, proved(rules=("cells", "field"), oracles=("z3",), hypotheses=("lambda < 1",))),
        outcome(limit, proved(rules=("dominance",)), witness=Witness("NOT_APPLICABLE")),
        outcome(kink, proved(rules=("one-sided derivatives",), region="off kinks")),
        outcome(
            open_claim,
            mint(Status.UNKNOWN, tried=("field: the forms differ", "balls: 200 points, none refutes", "2000 rule steps")),
            witness=off,
            messages=("it is UNKNOWN (field: the forms differ; balls: 200 points)",),
        ),
        outcome(gap, mint(Status.ADMITTED, admits=("Fubini for the inner integral",)), witness=off, result="expected"),
        outcome(
            clash,
            proved(rules=("ring",)),
            witness=Witness("DISAGREES", 64, float("inf"), "x**2", "at x = 3"),
            result="conflict",
            messages=("CONFLICT: it is PROVED, and JAX disagrees: at x = 3",),
        ),
    ]
    return page, outcomes


def mlp_page() -> tuple[Page, list[Outcome]]:
    """A chain too long for a line, so that its repeated parts get letters."""
    d_in, hidden, m = (sym(a, "positive integer") for a in ("d", "d_h", "m"))
    j, a, b, c, h, l = index("j", d_in), index("a", hidden), index("b", m), index("c", m), index("h", hidden), index("l", d_in)
    x = lambda p: entry("x", "real", (d_in,), (p,))  # noqa: E731
    y = lambda p: entry("y", "real", (m,), (p,))  # noqa: E731
    w1 = lambda p, q: entry("W1", "real", (hidden, d_in), (p, q))  # noqa: E731
    w2 = lambda p, q: entry("W2", "real", (m, hidden), (p, q))  # noqa: E731
    exp, log = (lambda t: fn("exp", t)), (lambda t: fn("log", t))
    pre = lambda p: add(total(mul(w1(p, l), x(l)), l), entry("b1", "real", (hidden,), (p,)))  # noqa: E731
    unit = lambda p: log(add(ONE, exp(pre(p))))  # noqa: E731
    out = lambda p: add(total(mul(w2(p, h), unit(h)), h), entry("b2", "real", (m,), (p,)))  # noqa: E731
    s = lambda p: div(exp(out(p)), total(exp(out(c)), c))  # noqa: E731
    first = d(neg(total(mul(y(b), log(s(b))), b)), w1(a, j))
    error = lambda p: sub(s(p), y(p))  # noqa: E731
    last = mul(total(mul(error(b), w2(b, a)), b), div(ONE, add(ONE, exp(neg(pre(a))))), x(j))
    w1_claim = Claim(
        "mlp_backprop.first_weights",
        "derivations/mlp_backprop.py",
        20,
        first,
        (
            Link("eq", total(mul(error(b), d(out(b), w1(a, j))), b), "chain rule through the logits"),
            Link("eq", total(mul(error(b), w2(b, a), d(unit(a), w1(a, j))), b), "only unit a depends on its own weights"),
            Link(
                "eq",
                last,
                "softplus has the derivative sigma, and the pre-activation depends on W1_aj through one term, whose other factor is x_j",
            ),
        ),
        given=(make("eq", total(y(b), b), ONE),),
    )
    wide = Claim(
        "mlp_backprop.wide",
        "derivations/mlp_backprop.py",
        40,
        power(add(*(mul(num(p), entry("x", "real", (d_in,), (num(p),)), fn("tanh", x(num(p)))) for p in range(1, 9))), 3),
        (Link("eq", mul(sym("q"), add(*(mul(num(p), x(num(p)), fn("tanh", x(num(p)))) for p in range(1, 9)))), ""),),
    )
    general = proved(
        "all d, d_h, m", rules=("chain rule", "derivative of a sum", "delta contracts a sum", "ring"), hypotheses=(show(w1_claim.given[0]),)
    )
    page = Page("mlp_backprop", "derivations/mlp_backprop.py", "Backpropagation through one hidden layer", "", (w1_claim, wide))
    return page, [outcome(w1_claim, general, general, general, ends=general), outcome(wide, proved("all d"))]


@pytest.fixture(scope="session")
def library() -> Library:
    softmax, first = softmax_page()
    scalar, second = scalar_page()
    mlp, third = mlp_page()
    return Library((softmax, scalar, mlp), (*first, *second, *third))


@pytest.fixture(scope="session")
def make_outcome() -> Callable[..., Outcome]:
    return outcome
