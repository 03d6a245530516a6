#!/usr/bin/env python3
"""Put the corpus to `derive.decide` and count right, unknown and WRONG verdicts, family by family.

usage: run.py [family | family.claim ...] [--jobs N] [--timeout S] [--quiet] [--slow S] [--prover]     exit 1 on any WRONG
--prover asks the rules of proof alone, without any look for a counterexample: whatever they prove of a false claim is WRONG.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection, wait
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "src")]

from test_truth import families, load  # noqa: E402

Task = tuple[str, int]  # family, place
Answer = tuple[str, float]  # verdict or exception, seconds


def ask_all(lhs: object, rhs: object, relation: str, given: tuple, timeout: float) -> str:
    from derive import decide

    return decide(lhs, rhs, relation=relation, given=given, timeout=timeout).verdict.name


def ask_prover(lhs: object, rhs: object, relation: str, given: tuple, timeout: float) -> str:
    from derive.kernel.decide import prove
    from derive.kernel.proof import Budget
    from derive.kernel.read import read_question

    prove(read_question(lhs, rhs, relation, given), Budget(seconds=timeout))
    return "PROVED"


def work(pipe: Connection, timeout: float, prover: bool) -> None:
    """A child: answers tasks until it is told to stop."""
    ask = ask_prover if prover else ask_all
    modules = {}
    while (task := pipe.recv()) is not None:
        family, place = task
        if family not in modules:
            modules[family] = load(family)
        _, lhs, rhs, relation, given, _ = modules[family].CLAIMS[place]
        start = time.monotonic()
        try:
            got = ask(lhs, rhs, relation, given, timeout)
        except Exception as error:
            got = f"{type(error).__name__}: {' '.join(str(error).split())[:150]}"
        pipe.send((got, time.monotonic() - start))


class Child:
    """A process that decides one claim at a time and can be killed."""

    def __init__(self, timeout: float, prover: bool) -> None:
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=work, args=(other, timeout, prover), daemon=True)
        self.process.start()
        other.close()
        self.task: Task | None = None
        self.since = 0.0

    def ask(self, task: Task) -> None:
        self.task, self.since = task, time.monotonic()
        self.pipe.send(task)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()


def decide_all(tasks: list[Task], jobs: int, timeout: float, prover: bool) -> dict[Task, Answer]:
    """The answer to each task; a child that overruns its limit by far is killed."""
    waiting, answers = list(reversed(tasks)), {}
    children = [Child(timeout, prover) for _ in range(min(jobs, len(tasks)))]
    while len(answers) < len(tasks):
        for place, child in enumerate(children):
            if child.task is not None and time.monotonic() - child.since > 3 * timeout + 20:
                answers[child.task] = ("killed: far over its time limit", time.monotonic() - child.since)
                child.stop()
                child = children[place] = Child(timeout, prover)
            if child.task is None and waiting:
                child.ask(waiting.pop())
        for pipe in wait([child.pipe for child in children if child.task is not None], timeout=1.0):
            place = next(at for at, child in enumerate(children) if child.pipe is pipe)
            child = children[place]
            try:
                answers[child.task] = child.pipe.recv()
                child.task = None
            except EOFError:
                answers[child.task] = ("died", time.monotonic() - child.since)
                child.stop()
                if sum(answer[0] == "died" for answer in answers.values()) > 20:
                    raise RuntimeError("children keep dying: run one claim with --jobs 1 and read its message above") from None
                children[place] = Child(timeout, prover)
    for child in children:
        child.stop()
    return answers


def judge(got: str, truth: bool) -> str:
    if got not in ("PROVED", "REFUTED"):
        return "unknown"
    return "right" if (got == "PROVED") == truth else "WRONG"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="*", help="family or family.claim; none: all")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--quiet", action="store_true", help="do not list the unknown ones")
    parser.add_argument("--prover", action="store_true", help="rules of proof alone")
    parser.add_argument("--slow", type=float, default=0.0, metavar="S", help="also list claims that took S seconds or more")
    args = parser.parse_args()
    names = args.target or families()
    tasks: list[Task] = []
    for name in names:
        family, _, claim = name.partition(".")
        tasks += [(family, at) for at, item in enumerate(load(family).CLAIMS) if claim in ("", item[0])]
    start = time.monotonic()
    totals = {"right": 0, "unknown": 0, "WRONG": 0}
    for family in dict.fromkeys(family for family, _ in tasks):
        own = [task for task in tasks if task[0] == family]
        answers, claims = decide_all(own, args.jobs, args.timeout, args.prover), load(family).CLAIMS
        rows = [(claims[task[1]], *answers[task]) for task in own]
        kinds = [judge(got, claim[5]) for claim, got, _ in rows]
        seconds = [spent for _, _, spent in rows]
        for kind in kinds:
            totals[kind] += 1
        counts = ", ".join(f"{kinds.count(kind):4} {kind}" for kind in ("right", "unknown", "WRONG"))
        print(f"{family:14} {len(rows):4} claims: {counts}"
              f"   median {statistics.median(seconds):.3f} s, max {max(seconds):.2f} s")  # fmt: skip
        for (claim, got, spent), kind in zip(rows, kinds, strict=True):
            if kind == "WRONG" or (kind == "unknown" and not args.quiet) or (args.slow and spent >= args.slow):
                print(f"    {kind:7} {family}.{claim[0]} ({'true' if claim[5] else 'false'}): {got}, {spent:.2f} s")
        sys.stdout.flush()
    print(
        f"{len(tasks)} claims in {time.monotonic() - start:.0f} s: "
        f"{totals['right']} right, {totals['unknown']} unknown, {totals['WRONG']} WRONG"
    )
    return bool(totals["WRONG"])


if __name__ == "__main__":
    sys.exit(main())
