"""Proofs and budgets: what a rule returns when it succeeds, and how it is stopped when it does not."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from derive.statement.step import Known, Step
from derive.statement.term import Term, children

MOST_STEPS, MOST_NODES = 150, 20_000  # of a log that travels with a verdict
CLOCK = 16  # the clock is read at every so many steps
CUT = "cut"  # the rule of a step whose parts, or whose goal, were too many to keep


class Log:
    """The steps of a search in the order in which they succeed; a step that is taken back leaves none."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def mark(self) -> int:
        return len(self.steps)

    def drop(self, mark: int) -> None:
        """Forget what was done since the mark."""
        del self.steps[mark:]

    def close(self, mark: int, rules: tuple[str, ...], goal: Term | None, known: tuple[Known, ...] = ()) -> None:
        """One step to the goal, of which everything since the mark is a part."""
        parts = tuple(self.steps[mark:])
        del self.steps[mark:]
        self.steps.append(Step(rules, goal, known, parts))

    def label(self, mark: int, case: Term) -> None:
        """The steps since the mark settle this case of what is around them."""
        self.steps[mark:] = [replace(step, case=case) for step in self.steps[mark:]]


def bounded(steps: tuple[Step, ...], most: int = MOST_STEPS) -> tuple[Step, ...]:
    """The steps, as far as they are few and small; where one is left out, a step says `cut`."""
    left, seen = most, set[Term]()

    def keep(step: Step) -> Step:
        nonlocal left
        left -= 1
        terms = [t for t in (step.goal, step.case, *(k.proposition for k in step.known)) if t is not None]
        new = _unseen(terms, seen) if left > 0 else set()
        if left <= 0 or len(seen) + len(new) > MOST_NODES:
            return Step((CUT,), case=step.case if step.case in seen else None)
        seen.update(new)
        parts = tuple(keep(part) for part in step.parts[: left + 1])
        return replace(step, parts=parts if len(parts) == len(step.parts) else (*parts, Step((CUT,))))

    return tuple(keep(step) for step in steps)


def _unseen(terms: list[Term], seen: set[Term]) -> set[Term]:
    """What is inside these terms and was not seen; what is inside of a term that was seen was seen, too."""
    found: set[Term] = set()
    todo = list(terms)
    while todo:
        u = todo.pop()
        if u not in seen and u not in found:
            found.add(u)
            todo += children(u)
    return found


@dataclass(frozen=True)
class Proof:
    """That a question holds, with the rules applied and all that they rest on. None stands for no proof."""

    rules: tuple[str, ...]  # in order, each once
    region: str = "everywhere"
    used: tuple[Term, ...] = ()  # the hypotheses used
    assumed: tuple[str, ...] = ()  # other facts that travel with the verdict, in words
    oracles: tuple[str, ...] = ()  # outside code that it rests on: "z3"
    steps: tuple[Step, ...] = field(default=(), compare=False)  # how the goals were reached: what --explain prints and recheck replays

    def then(self, other: Proof) -> Proof:
        """Both proofs, one after the other."""
        rules = tuple(dict.fromkeys(self.rules + other.rules))
        region = "off kinks" if "off kinks" in (self.region, other.region) else "everywhere"
        return Proof(
            rules, region, tuple(dict.fromkeys(self.used + other.used)), tuple(dict.fromkeys(self.assumed + other.assumed)),
            tuple(dict.fromkeys(self.oracles + other.oracles)), self.steps + other.steps,
        )  # fmt: skip

    def within(self, rule: str, goal: Term) -> Proof:
        """The proof of a goal that this rule leads back to what is proved here."""
        return replace(self, rules=tuple(dict.fromkeys((rule, *self.rules))), steps=(Step((rule,), goal, (), self.steps),))

    def labelled(self, case: Term) -> Proof:
        """The same proof, which settles this case of what is around it."""
        return replace(self, steps=tuple(replace(step, case=case) for step in self.steps))


class Exhausted(Exception):
    """The budget is spent: the answer is UNKNOWN, with what was tried."""


def now() -> float:
    """Seconds of work of this thread: a machine that is busy with other things stops nothing sooner."""
    return time.thread_time()


_overruns = 0


def overruns() -> int:
    """How often a clock has stopped something in this process: what is decided while this grows may depend on the machine's speed."""
    return _overruns


def note_overrun() -> None:
    global _overruns
    _overruns += 1


class Budget:
    """Rule steps that may still be taken, and a safety net of seconds."""

    def __init__(self, steps: int = 200_000, seconds: float = 10.0) -> None:
        self.steps, self.spent, self.seconds = steps, 0, seconds
        self.deadline = now() + seconds
        self.timed_out = False
        self.asked = 0
        self.proved = 0  # the steps of the proof that was found

    def spend(self, steps: int = 1) -> None:
        self.spent += steps
        if self.spent > self.steps:
            raise Exhausted(f"{self.steps} rule steps")
        self.asked += 1
        # To read the clock takes longer than most steps.
        if self.asked % CLOCK == 1 and now() > self.deadline:
            self.timed_out = True
            note_overrun()
            raise Exhausted(f"{self.seconds:g} s")
