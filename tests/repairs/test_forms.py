"""Repairs of statements that are no chains: one case for each kind of change, and for each form one that no single change mends."""

from __future__ import annotations

import pytest

from derive import pages
from derive.check import repairs_of
from derive.export import facts, json_report, terminal
from derive.export.notation import Notation
from derive.kernel.claims import clock, decide_claim
from derive.outcome import LinkOutcome, Repair
from derive.repairs import MOST

PAGE = '''"""Slips in statements of other shapes."""
from sympy import Interval, oo

from derive import (
    Abs, Sum, claim, convex, costs, differentiable_at, exp, has_shape, indices, kink, log, member, minimises, natural, positive, real,
    real_matrix, real_vector, rounds_to, sign, sqrt, tanh, tends_to,
)

n, m = natural("n"), natural("m")
i, j = indices("i j", upto=n)
x, a = real("x"), real("a")
p = positive("p")
W = real_matrix("W", m, n)
v, z = real_vector("v", n), real_vector("z", n)

'''

# A statement of each shape that is false, and the changes that make it true, the closest first.
CASES = [
    ("tends_to(tanh(x), x, oo, 0)", ["a number", "1 for 0"]),
    ("tends_to(tanh(x), x, oo, -1)", ["a sign", "the sign of ∞", "a sign", "1 for -1"]),
    ('tends_to(sign(x), x, 0, -1, side="+")', ["a sign", "1 for -1", "the side", "from below"]),
    ("tends_to(tanh(x), x, oo, 7)", []),
    ("tends_to(x**2, x, oo, 7)", ["a number", "∞ for 7"]),
    ("tends_to(1 / x, x, 0, oo)", ["the side", "from above"]),
    ("tends_to(1 - exp(-x), x, oo, oo)", ["a number", "1 for ∞"]),
    ("minimises(-a, (x - a)**2 + 3, over=x)", ["a sign", "the sign of −a"]),
    ("minimises(a, 3 - (x - a)**2, over=x)", ["a sign", "the sign of the objective, which has a maximum there"]),
    ("minimises(2 * v, Sum((z[i] - v[i])**2, i), over=z)", ["a number", "1 for 2"]),
    ("minimises(a**5 + 7 * a, (x - a)**2, over=x)", []),
    ("convex(log(p), over=p)", ["a sign", "the sign of log(p), which is concave"]),
    ("convex(x**3, over=x)", ["a hypothesis", "given x ≥ 0"]),
    ("convex(x**3 - 3 * x**5 + 2 * tanh(x), over=x)", []),
    ("differentiable_at(x**2, x, at=3, value=3)", ["a number", "6 for 3"]),
    ("kink(Abs(x), x, at=0, left=1, right=-1)", ["the side", "left and right exchanged"]),
    ("kink(Abs(x), x, at=0, left=1, right=1)", ["a sign", "-1 for 1, from the left"]),
    ("kink(Abs(x), x, at=0, left=5, right=-5)", []),
    ("has_shape(W, n, m)", ["the layout", "transposed: right in the other layout"]),
    ("has_shape(W, n, n)", ["a size", "m for n"]),
    ("has_shape(v, n, n)", ["a size", "1 for n"]),
    ("has_shape(W, n + 1, n + 1)", []),
    ("member(tanh(x)**2, Interval(0, 1, left_open=True))", ["the relation", "the end 0 belongs to it", "a hypothesis", "given x ≠ 0"]),
    ("member(x / Abs(x), [1, 0]), given=x < 0", ["a sign", "-1 for 1, in the list", "a number", "-1 for 0, in the list"]),
    ("member(exp(x), Interval(7, 8))", []),
    ('rounds_to(sqrt(2), "1.415")', ["a digit", "1.414 for 1.415"]),
    ('rounds_to(exp(1), "2.178")', ["a digit", "2.718 for 2.178"]),
    ('rounds_to(-sqrt(2), "1.41")', ["a sign", "-1.41 for 1.41"]),
    ('rounds_to(exp(1), "9.99")', []),
    ("costs(W @ v, m * n)", ["what is counted", "multiplications for operations"]),
    ('costs(W @ v, m * (n - 2), of="additions")', ["a number", "-1 for -2"]),
    ("costs(W @ v, m**3)", []),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Repair, ...]]:
    """The repairs of all cases; every case is refuted."""
    path = tmp_path_factory.mktemp("pages") / "slips.py"
    path.write_text(PAGE + "\n".join(f"c{k} = claim({text})" for k, (text, _) in enumerate(CASES)) + "\n")
    out = []
    for claim in pages.load(path).claims:
        (verdict,), _ = decide_claim(claim, {}, clock(10))
        assert verdict.name == "REFUTED", claim.id
        repairs, settled = repairs_of(claim, [LinkOutcome("", "", verdict)])
        assert settled
        out.append(repairs)
    return out


@pytest.mark.parametrize("k", range(len(CASES)), ids=[text for text, _ in CASES])
def test_the_closest_repairs(found: list[tuple[Repair, ...]], k: int) -> None:
    assert [words for r in found[k] for words in (r.kind, r.change)] == CASES[k][1]
    assert len(found[k]) <= MOST


def test_each_is_proved_and_keeps_what_was_not_changed(found: list[tuple[Repair, ...]]) -> None:
    for repairs in found:
        for r in repairs:
            (again,), _ = decide_claim(r.claim, {}, clock(10))
            assert (again.name, r.verdict.name) == ("PROVED", "PROVED")


def test_every_report_shows_what_would_hold(found: list[tuple[Repair, ...]]) -> None:
    (shape,) = found[next(k for k, (text, _) in enumerate(CASES) if text == "has_shape(W, n, m)")]
    assert terminal.repaired(shape) == "transposed: right in the other layout:   the array with entries W_ki has shape m × n"
    words = facts.repair_words(shape, Notation(1))
    assert words.startswith("right in the other layout: the array with entries")
    assert words.endswith(r"has shape $m \times n$")
    (limit,) = found[0]
    assert facts.repair_words(limit, Notation(1)) == r"with a number changed: $\lim_{x \to \infty} \tanh x = 1$"
    assert r"\lim_{x \to \infty} \tanh x = 1" in limit._repr_latex_()
    assert json_report._repair(limit)["statement"] == r"\lim_{x \to \infty} \tanh x = 1"
