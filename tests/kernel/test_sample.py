"""Points of a cell: they refute what is false there, never what is true, and a cell with one fact more takes over its share of them."""

from __future__ import annotations

import pytest

from derive.kernel import sample as kernel_sample
from derive.kernel.cell import Cell
from derive.kernel.inequality import Order
from derive.kernel.proof import Budget
from derive.kernel.sample import Sample
from derive.kernel.signs import Fact
from derive.statement.term import Term, add, entry, index, mul, num, power, sub, sym, total

x, y, n = sym("x"), sym("y"), sym("n", "positive integer")
i, j = index("i", n), index("j", n)
ABOVE = Cell((Fact(x, "+"),))
BOTH = ABOVE.with_fact(Fact(sub(y, x), ">=0"))
ENTRIES = Cell((Fact(sub(n, num(1)), ">=0"), Fact(entry("u", "real", (n,), (i,)), ">=0", (i,))))


def sample() -> Sample:
    return Order(Budget()).sample


@pytest.mark.parametrize(
    ("term", "relation", "cell", "fails"),
    [
        (x, "lt", ABOVE, False),
        (sub(x, num(1)), "lt", ABOVE, True),
        (sub(num(1), x), "le", ABOVE, True),
        (sub(power(y, 2), power(x, 2)), "le", BOTH, False),
        (sub(y, mul(num(2), x)), "le", BOTH, True),
        (sub(x, y), "ne", BOTH, True),
        (entry("u", "real", (n,), (j,)), "le", ENTRIES, False),
        (entry("u", "real", (n,), (j,)), "lt", ENTRIES, True),
        (sub(total(entry("u", "real", (n,), (i,)), i), entry("u", "real", (n,), (j,))), "le", ENTRIES, False),
        (power(add(x, num(-1)), -1), "lt", ABOVE, True),
    ],
)
def test_what_is_false_in_a_cell_fails_at_one_of_its_points(term: Term, relation: str, cell: Cell, fails: bool) -> None:
    assert sample().refutes(term, relation, cell) is fails


def test_the_points_of_a_cell_are_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searches = []
    search = kernel_sample.satisfying_points
    monkeypatch.setattr(kernel_sample, "satisfying_points", lambda question, budget: searches.append(question) or search(question, budget))
    points = sample()
    for k in range(5):
        assert not points.refutes(add(sub(y, x), num(k)), "le", BOTH)
    assert len(searches) == 1
    assert len(points.points[BOTH]) > 6
    cell = BOTH.with_fact(Fact(add(x, num(1)), "+"))
    assert not points.refutes(sub(y, x), "le", cell)
    assert points.points[cell] == points.points[BOTH]
    assert len(searches) == 1


def test_no_point_is_taken_over_where_the_new_fact_fails() -> None:
    points = sample()
    assert points.refutes(sub(x, num(2)), "le", ABOVE)
    assert not points.refutes(sub(x, num(2)), "le", ABOVE.with_fact(Fact(sub(x, num(2)), ">=0")))
