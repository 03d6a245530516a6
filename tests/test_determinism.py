"""The same pages say the same, however they are run: a sample of what tests/determinism.py does with the library."""

from __future__ import annotations

import copy
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import determinism

PAGES = ("step_functions",)


@pytest.fixture(scope="module")
def first() -> dict:
    return determinism.report(PAGES, determinism.WAYS["one job"])


@pytest.mark.parametrize("name", ["busy", "seed 1"])
def test_pages_of_the_library_say_the_same(first: dict, name: str) -> None:
    other = determinism.report(PAGES, determinism.WAYS[name])
    assert not determinism.differences(*map(determinism.steady, (first, other)))
    assert len(first["claims"]) > 10


def test_a_difference_is_seen(first: dict) -> None:
    for field, value in (("verdict", "PROVED, perhaps"), ("hypotheses", ["x"]), ("links", [])):
        changed = copy.deepcopy(first)
        changed["claims"][3][field] = value
        (line,) = determinism.differences(*map(determinism.steady, (first, changed)))
        assert line.startswith(f"{first['claims'][3]['id']}: {field}: ")
    fewer = first | {"claims": first["claims"][:-1]}
    assert determinism.differences(first, fewer) == ["the reports hold other claims, counts or errors"]
    other = copy.deepcopy(first)
    other["claims"][0]["seconds"] = 1e9
    other["claims"][0]["witness"]["worst_error"] = 1e9
    assert not determinism.differences(*map(determinism.steady, (first, other)))
    other["claims"][0]["witness"]["points"] += 1
    assert determinism.differences(*map(determinism.steady, (first, other)))


def test_busy_loops_end() -> None:
    with determinism.busy(2) as loops:
        assert [loop.poll() for loop in loops] == [None, None]
    assert all(loop.poll() is not None for loop in loops)
