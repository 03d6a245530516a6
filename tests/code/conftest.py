"""Gradients for the tests of code: claims stated in kernel terms, and put before the kernel."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.code import Gradient, gradient_of
from derive.kernel.claims import clock, decide_claim
from derive.statement.claim import Claim, Link
from derive.statement.term import Term, make

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def proved() -> Callable[..., Gradient]:
    """The gradient `deriv(primal, variable) = slope`, decided here."""

    def state(primal: Term, variable: Term, slope: Term, *given: Term, name: str = "claim") -> Gradient:
        claim = Claim(f"page.{name}", "page.py", 1, make("deriv", primal, variable), (Link("eq", slope),), given=given)
        return gradient_of(claim, decide_claim(claim, {}, clock(20.0))[0][0])

    return state
