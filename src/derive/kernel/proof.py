"""Proofs and budgets: what a rule returns when it succeeds, and how it is stopped when it does not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from derive.statement.term import Term


@dataclass(frozen=True)
class Proof:
    """That a question holds, with the rules applied and all that they rest on. None stands for no proof."""

    rules: tuple[str, ...]  # in order, each once
    region: str = "everywhere"
    used: tuple[Term, ...] = ()  # the hypotheses used
    assumed: tuple[str, ...] = ()  # other facts that travel with the verdict, in words
    oracles: tuple[str, ...] = ()  # outside code that it rests on: "z3"
    steps: tuple[str, ...] = field(default=(), compare=False)  # the numbered steps that --explain prints

    def then(self, other: Proof) -> Proof:
        """Both proofs, one after the other."""
        rules = tuple(dict.fromkeys(self.rules + other.rules))
        region = "off kinks" if "off kinks" in (self.region, other.region) else "everywhere"
        return Proof(
            rules, region, tuple(dict.fromkeys(self.used + other.used)), tuple(dict.fromkeys(self.assumed + other.assumed)),
            tuple(dict.fromkeys(self.oracles + other.oracles)), self.steps + other.steps,
        )  # fmt: skip


class Exhausted(Exception):
    """The budget is spent: the answer is UNKNOWN, with what was tried."""


class Budget:
    """Rule steps that may still be taken, and a wall-clock safety net."""

    def __init__(self, steps: int = 200_000, seconds: float = 10.0) -> None:
        self.steps, self.spent, self.seconds = steps, 0, seconds
        self.deadline = time.monotonic() + seconds
        self.timed_out = False

    def spend(self, steps: int = 1) -> None:
        self.spent += steps
        if self.spent > self.steps:
            raise Exhausted(f"{self.steps} rule steps")
        if time.monotonic() > self.deadline:
            self.timed_out = True
            raise Exhausted(f"{self.seconds:g} s")
