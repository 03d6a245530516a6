"""The figures of the benchmarks are right: medians, ratios, what is counted as wrong, as undecided, as missing. Nothing here is timed."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
import sympy as sp

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import bench
import deciding
import depth
import frame
import rivals
from frame import FALSE, OPEN, TRUE, Answer, Bar, Comparison, Goal, Tool
from rivals import Sides

HERE = Path(bench.__file__).parent
x, y = sp.symbols("x y", real=True)
p = sp.Symbol("p", positive=True)
k = sp.Symbol("k", integer=True)


def answers(*said: str) -> list[Answer]:
    return [Answer(word, seconds, "limit" if seconds == 10 else "") for seconds, word in zip((1.0, 2.0, 4.0, 10.0), said, strict=True)]


def test_answers_are_counted_by_what_is_true() -> None:
    found = frame.score(answers(TRUE, FALSE, TRUE, OPEN), [TRUE, TRUE, OPEN, TRUE])
    assert (found.right, found.wrong, found.undecided, found.over) == (1, 1, 1, 1)
    assert (found.median, found.total) == (3.0, 17.0)
    assert found.cells == ["1", "1", "1 (1 at the limit)", "3 s", "17 s"]


def test_saying_false_of_a_true_question_is_wrong_and_saying_nothing_is_not() -> None:
    assert frame.score(answers(FALSE, FALSE, TRUE, TRUE), [TRUE, FALSE, TRUE, FALSE]).wrong == 2
    assert frame.score(answers(OPEN, OPEN, OPEN, OPEN), [TRUE, FALSE, TRUE, FALSE]).wrong == 0


def test_no_answers_are_no_figures() -> None:
    assert frame.score([], []).cells == ["0", "0", "0", "0 s", "0 s"]


def test_a_ratio_says_how_many_times_less_ours_is() -> None:
    assert frame.ratio(30.0, 2.0) == 15.0
    assert frame.times(15.0) == "15x"
    assert frame.times(1234.5) == "1,234x"
    assert [frame.seconds(s) for s in (12.34, 0.0123, 4.56e-5, 0.0)] == ["12.3 s", "12.3 ms", "45.6 µs", "0 s"]


def test_goals_are_met_or_not_or_not_measured() -> None:
    assert [frame.at_least("", v, 2).verdict for v in (2.0, 1.9, None)] == ["met", "NOT met", "not measured"]
    assert [frame.at_most("", v, 2).verdict for v in (2.0, 2.1, None)] == ["met", "NOT met", "not measured"]


def test_a_sample_is_the_same_in_every_run_and_keeps_the_order() -> None:
    items = [f"claim {n}" for n in range(100)]
    chosen = frame.sample(items, 10, str)
    assert chosen == frame.sample(items, 10, str)
    assert len(chosen) == 10
    assert chosen == sorted(chosen, key=items.index)
    assert frame.sample(items, 0, str) == items


TOOLS = f"""
import os, sys, time
sys.path.insert(0, {str(HERE)!r})
from frame import FALSE, TRUE, Tool, ask_in_turn


def odd(n):
    if n == 1:
        while True: pass
    if n == 2:
        time.sleep(60)
    if n == 3:
        os._exit(1)
    if n == 4:
        raise ValueError("four is too much")
    return TRUE


tools = [Tool("odd", odd), Tool("even", lambda n: FALSE), Tool("absent", odd, ("no_such_module",))]
found = ask_in_turn(tools, range(6), limit=0.1)
print(sorted(found), tools[2].missing)
for a in found["odd"]: print(repr(a.said), a.seconds >= 0.1, a.trouble)
print({{a.said for a in found["even"]}})
"""


def test_a_tool_that_hangs_sleeps_dies_or_raises_has_not_decided_and_the_next_question_is_asked() -> None:
    # In a process of its own: the frame forks, and a process of pytest may hold threads.
    out = subprocess.run([sys.executable, "-c", TOOLS], capture_output=True, text=True, timeout=60, check=True).stdout
    assert out.splitlines() == [
        "['even', 'odd'] no_such_module",
        "'true' False ",
        "'' True limit",
        "'' True limit",
        "'' True its process died",
        "'' False ValueError: four is too much",
        "'true' False ",
        "{'false'}",
    ]


def test_a_tool_that_is_not_installed_is_said_to_be_missing() -> None:
    absent = Tool("absent", lambda question: TRUE, ("no_such_module",))
    assert frame.missing_notes([absent, Tool("here", lambda question: TRUE, ("json",))]) == [
        "absent was not asked: no_such_module is not installed (`pip install -e '.[bench]'`)."
    ]


@pytest.mark.parametrize(
    ("lhs", "rhs", "relation", "given", "said"),
    [
        (sp.Max(x, 0) - sp.Max(-x, 0), x, "eq", (), TRUE),
        (sp.Max(x, 0) + sp.Max(-x, 0), x, "eq", (), FALSE),
        (sp.Abs(x), sp.sign(x) * x, "eq", (), TRUE),
        (sp.Abs(x), x, "eq", (x >= 0,), TRUE),
        (sp.floor(x), x, "le", (), TRUE),
        (sp.floor(k / 2), k / 2, "eq", (), FALSE),
        (sp.exp(x + y), sp.exp(x) * sp.exp(y), "eq", (), TRUE),
        (sp.Derivative(sp.log(1 + sp.exp(x)), x), 1 / (1 + sp.exp(-x)), "eq", (), TRUE),
        (sp.exp(x), sp.Integer(2), "eq", (), OPEN),  # a model that takes exp for another function refutes nothing
        (x, sp.exp(x), "lt", (), TRUE),
        (sp.sqrt(p) ** 2, p, "eq", (), TRUE),
    ],
)  # fmt: skip
def test_z3_is_asked_what_is_meant(lhs: sp.Expr, rhs: sp.Expr, relation: str, given: tuple[sp.Rel, ...], said: str) -> None:
    assert rivals.ask_z3(Sides(lhs, rhs, relation, given)) == said


def test_sympy_is_asked_what_is_meant() -> None:
    true, false = Sides(sp.sin(x) ** 2, 1 - sp.cos(x) ** 2, "eq"), Sides(sp.Derivative(x**2, x), 2 * x + 1, "eq")
    assert [ask(true) for ask in (rivals.ask_simplify, rivals.ask_equals, rivals.ask_derive)] == [TRUE] * 3
    assert [ask(false) for ask in (rivals.ask_simplify, rivals.ask_equals, rivals.ask_derive)] == [FALSE] * 3
    # What SymPy says without a hypothesis that it cannot be told is no answer.
    assert [ask(Sides(sp.Abs(x), -x, "eq", (x <= 0,))) for ask in (rivals.ask_equals, rivals.ask_derive)] == [OPEN, TRUE]
    order = Sides(x, x + 1, "lt")
    assert (rivals.ask_simplify(order), rivals.ask_equals(order)) == (TRUE, OPEN)


def test_a_mutant_is_false_only_where_numbers_say_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert deciding.truth_of(Sides(x**2, x, "eq")) == FALSE
    assert deciding.truth_of(Sides((x + 1) ** 2, x**2 + 2 * x + 1, "eq")) == TRUE
    assert deciding.truth_of(Sides(sp.log(x**2), 2 * sp.log(x), "eq")) == deciding.CONVENTION
    # A counterexample that is none would be a wrong verdict, and is seen.
    real = sp.N
    monkeypatch.setattr(deciding.sp, "N", lambda value, digits: real(1, digits))
    assert deciding.truth_of(Sides(x**2, x, "eq")) == deciding.CONFLICT


def comparison(**changes: object) -> Comparison:
    fields: dict[str, object] = {
        "name": "deciding", "title": "1. Deciding", "text": "What was asked.", "head": ["tool", "right"], "rows": [["derive", "3"]],
        "goals": [Goal("fast", "2x", False), Goal("right", "3", True)], "tools": {"sympy": "1"}, "bars": [Bar("deciding", 2.0, 100.0)],
        "notes": ["absent was not asked."], "memory": {"derive --list": 2 << 30},
    }  # fmt: skip
    return Comparison(**(fields | changes))  # type: ignore[arg-type]


def test_what_is_found_is_read_as_it_was_written() -> None:
    assert Comparison.read(comparison().data()) == comparison()


def test_the_page_says_what_is_met_what_is_not_and_what_is_missing() -> None:
    text = bench.page([comparison()])
    assert "1 of 2 goals are met." in text
    assert "| 1. Deciding | fast  | 2x       | NOT met |" in text
    assert "| 1. Deciding | right | 3        | met     |" in text
    assert "- absent was not asked." in text
    assert "| derive --list | 2,048 MiB | NOT met |" in text
    assert "Nothing was found of: all_sizes," in text


def test_the_plot_is_the_same_in_every_run(tmp_path: Path) -> None:
    for name in ("a", "b"):
        bench.draw([Bar("fast", 120.0, 100.0), Bar("slow", 0.25, 1.0), Bar("open", float("inf"))], tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_comparison_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(bench, "HERE", tmp_path)
    monkeypatch.setattr(bench, "FOUND", tmp_path)
    assert bench.run(["broken"], every=False) == ["broken"]


def test_every_comparison_is_run() -> None:
    files = {f.stem for f in HERE.glob("*.py") if "main(compare)" in f.read_text()}
    assert files == set(bench.ORDER)


def test_a_time_that_grows_with_a_power_is_seen() -> None:
    assert depth.steepness({1: 3.0, 2: 6.0, 4: 12.0, 8: 24.0}) == pytest.approx(1.0)
    assert depth.steepness({1: 1.0, 2: 4.0, 4: 16.0}) == pytest.approx(2.0)


def test_a_network_of_depth_two_is_proved_and_a_wrong_gradient_is_not() -> None:
    layers = depth.Network(2).each_layer()
    assert len(layers) == 7
    claim = layers[1]
    assert rivals.ask_derive(claim) == TRUE
    assert rivals.ask_derive(Sides(claim.lhs, claim.rhs * sp.Rational(*Fraction(1, 2).as_integer_ratio()), "eq")) == FALSE
