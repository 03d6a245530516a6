"""Budgets: steps end a search, and work past the safety net does; waiting does not, and what the net stopped is known."""

from __future__ import annotations

import time

import pytest

from derive.kernel.proof import Budget, Exhausted, now, overruns


def work(seconds: float) -> None:
    end = now() + seconds
    while now() < end:
        pass


def test_steps_end_a_search() -> None:
    budget, before = Budget(steps=3), overruns()
    budget.spend(3)
    with pytest.raises(Exhausted, match="3 rule steps"):
        budget.spend()
    assert not budget.timed_out
    assert overruns() == before


def test_work_past_the_net_ends_a_search_and_is_known() -> None:
    budget, before = Budget(seconds=0.02), overruns()
    work(0.03)
    with pytest.raises(Exhausted, match=r"s$"):
        budget.spend()
    assert budget.timed_out
    assert overruns() == before + 1


def test_a_machine_that_is_busy_with_other_things_stops_nothing() -> None:
    budget = Budget(seconds=0.02)
    time.sleep(0.05)
    budget.spend()
    assert not budget.timed_out
