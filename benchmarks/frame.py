"""The frame of every comparison: tools are asked in turn, answers are counted, figures become goals that are met or not.

A comparison is a file with a function that gives a `Comparison`; `python benchmarks/NAME.py` runs it and prints it, and
`python benchmarks/bench.py` runs all of them. A tool may hang or take its process with it, so each lives in a child of its own that is
killed after LIMIT seconds of work; what it was asked then counts as not decided. Seconds are those of the processor, which other work
on the machine does not lengthen, unless a table says otherwise.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import importlib.util
import json
import multiprocessing
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 10.0  # seconds of work that a tool may spend on one question
PATIENCE = 12  # by the clock on the wall, it may take this many times longer: the machine may be busy
TRUE, FALSE, OPEN = "true", "false", ""  # what a tool says of a question


# Asking


@dataclass(frozen=True)
class Tool:
    """Something that answers questions; `ask` gets one and says TRUE, FALSE or OPEN, `prepare` what is not to be timed."""

    name: str
    ask: Callable[[Any], str]
    needs: tuple[str, ...] = ()  # modules that must be installed
    prepare: Callable[[Any], Any] = lambda question: question

    @property
    def missing(self) -> str:
        """The first module that it needs and that is not installed."""
        return next((name for name in self.needs if importlib.util.find_spec(name) is None), "")


@dataclass(frozen=True)
class Answer:
    """What a tool said of one question, and the seconds of work that it took."""

    said: str
    seconds: float
    trouble: str = ""  # why it said nothing: "limit", or the error that it raised


class Child:
    """A process that asks one tool, and that is started anew when it was killed."""

    def __init__(self, tool: Tool, questions: Sequence[Any], limit: float = LIMIT) -> None:
        self.tool, self.questions, self.limit = tool, questions, limit
        self.process: Any = None

    def ask(self, place: int) -> Answer:
        if self.process is None:
            self._start()
        self.pipe.send(place)
        if not self.pipe.poll(self.limit * PATIENCE):
            self.close()
            return Answer(OPEN, self.limit, "limit")
        try:
            said, seconds, trouble = self.pipe.recv()
        except EOFError:
            self.process.join()
            over = self.process.exitcode == -signal.SIGPROF
            self.close()
            return Answer(OPEN, self.limit, "limit" if over else "its process died")
        return Answer(said, seconds, trouble)

    def _start(self) -> None:
        # A fork has everything loaded: starting anew costs no import, and a question needs no pickling.
        context = multiprocessing.get_context("fork")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_answer, args=(self.tool, self.questions, self.limit, other), daemon=True)
        self.process.start()
        other.close()

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
        self.process = None


def _answer(tool: Tool, questions: Sequence[Any], limit: float, pipe: Connection) -> None:
    # The system ends the process when its work is spent, even while it is deep in C.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    while True:
        try:
            question = questions[pipe.recv()]
        except EOFError:
            return
        said, trouble, start = OPEN, "", clocks()
        try:
            prepared = tool.prepare(question)
            signal.setitimer(signal.ITIMER_PROF, limit)
            start = clocks()
            said = tool.ask(prepared)
        except Exception as error:  # whatever a tool raises, it has not decided
            trouble = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        worked = work_since(start)
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        pipe.send((said, worked, trouble))


def clocks() -> tuple[float, float]:
    """The work so far of this process, and of this thread."""
    return time.process_time(), time.thread_time()


def work_since(start: tuple[float, float]) -> float:
    """Seconds of work: where a process has several threads, the clock of all ticks slowly, so the one of this thread may have seen more."""
    return max(now - then for now, then in zip(clocks(), start, strict=True))


def ask_in_turn(tools: Sequence[Tool], questions: Sequence[Any], limit: float = LIMIT) -> dict[str, list[Answer]]:
    """The answers of every tool that is installed; each question goes to all of them before the next does."""
    children = [Child(tool, questions, limit) for tool in tools if not tool.missing]
    found: dict[str, list[Answer]] = {child.tool.name: [] for child in children}
    for place in range(len(questions)):
        for child in children:
            found[child.tool.name].append(child.ask(place))
    for child in children:
        child.close()
    return found


def seconds_in_turn(runs: Sequence[Callable[[], Any]], times: int) -> list[list[float]]:
    """Seconds of work of each run, taking turns, after one run of each that is not counted."""
    spent: list[list[float]] = [[] for _ in runs]
    for run in runs:
        run()
    for _ in range(times):
        for run, mine in zip(runs, spent, strict=True):
            start = clocks()
            run()
            mine.append(work_since(start))
    return spent


def least(runs: Sequence[Callable[[], Any]], times: int = 25) -> list[float]:
    """The shortest time of each run by the wall, taking turns: what else the machine does slows all of them."""
    spent: list[list[float]] = [[] for _ in runs]
    for run in runs:
        run()
    for _ in range(times):
        for run, mine in zip(runs, spent, strict=True):
            start = time.perf_counter()
            run()
            mine.append(time.perf_counter() - start)
    return [min(mine) for mine in spent]


def sample(items: Sequence[Any], most: int, key: Callable[[Any], str]) -> list[Any]:
    """At most so many of the items (0: all), the same in every run, in their own order."""
    if not most or len(items) <= most:
        return list(items)
    kept = sorted(range(len(items)), key=lambda k: hashlib.sha256(key(items[k]).encode()).hexdigest())[:most]
    return [items[k] for k in sorted(kept)]


# Counting


@dataclass(frozen=True)
class Score:
    """How a tool did on questions whose truth is known."""

    right: int
    wrong: int
    undecided: int
    over: int  # of the undecided: those that ran into the limit
    median: float
    total: float

    @property
    def cells(self) -> list[str]:
        """Right, wrong, not decided, median and total as the cells of a table."""
        late = f"{self.undecided} ({self.over} at the limit)" if self.over else str(self.undecided)
        return [str(self.right), str(self.wrong), late, seconds(self.median), seconds(self.total)]


def score(answers: Sequence[Answer], truths: Sequence[str]) -> Score:
    """Right, wrong and undecided; a truth of "" is not known, and an answer there is neither right nor wrong."""
    pairs = [(a.said, truth) for a, truth in zip(answers, truths, strict=True)]
    spent = [a.seconds for a in answers]
    return Score(
        right=sum(said == truth != OPEN for said, truth in pairs),
        wrong=sum(OPEN not in (said, truth) and said != truth for said, truth in pairs),
        undecided=sum(said == OPEN for said, _ in pairs),
        over=sum(a.trouble == "limit" for a in answers),
        median=statistics.median(spent) if spent else 0.0,
        total=sum(spent),
    )


def ratio(theirs: float, ours: float) -> float:
    """How many times less ours is."""
    return theirs / ours if ours else float("inf")


def seconds(value: float) -> str:
    """A time in three digits and the unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{float(f'{value / size:.3g}'):g} {unit}"
    return "0 s" if value == 0 else f"{float(f'{value / 1e-6:.2g}'):g} µs"


def times(value: float) -> str:
    """A ratio in words: 12x, 1.35x."""
    return f"{value:,.0f}x" if value >= 100 else f"{value:.3g}x"


# Commands, as a user starts them


@dataclass(frozen=True)
class Run:
    """One run of a command: by the clock on the wall, by the processor in all its processes, and the memory of its largest process."""

    wall: float
    work: float
    peak: int  # bytes
    code: int
    out: str


def run_command(arguments: Sequence[str], cwd: Path = ROOT, **environment: str) -> Run:
    """Run a command to its end in a fresh process."""
    from tempfile import TemporaryFile

    with TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(arguments, cwd=cwd, stdout=out, stderr=subprocess.STDOUT, env=os.environ | environment)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode(errors="replace")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit, process.returncode, text)


def commands_in_turn(commands: Sequence[Sequence[str]], times: int, cwd: Path = ROOT, **environment: str) -> list[list[Run]]:
    """Each command so many times, taking turns, after one run of each that is not counted."""
    runs: list[list[Run]] = [[] for _ in commands]
    for turn in range(times + 1):
        for arguments, mine in zip(commands, runs, strict=True):
            run = run_command(arguments, cwd, **environment)
            if turn:
                mine.append(run)
    return runs


def own_peak() -> int:
    """Bytes that this process has held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


# What a comparison says


@dataclass(frozen=True)
class Goal:
    """What was wanted, what was measured, and whether that is met; `met` is None where nothing could be measured."""

    words: str
    measured: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "NOT met", None: "not measured"}[self.met]


@dataclass(frozen=True)
class Bar:
    """One bar of the plot: how many times less time than another tool takes, and the ratio that is the goal (0: none)."""

    label: str
    ratio: float
    goal: float = 0.0


@dataclass
class Comparison:
    """What one comparison found, ready to print."""

    name: str  # of its file
    title: str
    text: str  # what was put to whom, one paragraph
    head: list[str]
    rows: list[list[str]]
    goals: list[Goal]
    tools: dict[str, str]  # versions
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # one sentence each: where another tool wins, what is missing, how many of how many
    memory: dict[str, int] = field(default_factory=dict)  # command: bytes of its largest process
    took: float = 0.0

    def written(self) -> str:
        """As Markdown."""
        parts = [f"## {self.title}", self.text, table(self.head, self.rows)]
        if self.goals:
            parts.append(table(["goal", "measured", ""], [[g.words, g.measured, g.verdict] for g in self.goals]))
        if self.notes:
            parts.append("\n".join(f"- {note}" for note in self.notes))
        tools = ", ".join(f"{name} {version}" for name, version in self.tools.items())
        parts.append(f"`python benchmarks/{self.name}.py`, {self.took:.0f} s, with {tools}.")
        return "\n\n".join(parts) + "\n"

    def data(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1)

    @staticmethod
    def read(text: str) -> Comparison:
        """What `data` wrote."""
        found = json.loads(text)
        found["goals"] = [Goal(**g) for g in found["goals"]]
        found["bars"] = [Bar(**b) for b in found["bars"]]
        return Comparison(**found)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its columns as wide as what stands in them."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    padded = [f"| {' | '.join(cell.ljust(w) for cell, w in zip(line, widths, strict=True))} |" for line in lines]
    return "\n".join([padded[0], f"|{'|'.join('-' * (w + 2) for w in widths)}|", *padded[1:]])


def at_least(words: str, value: float | None, goal: float, show: Callable[[float], str] = times) -> Goal:
    """A goal that a figure is no less than another; a figure of None could not be measured."""
    return Goal(words, "-" if value is None else show(value), None if value is None else value >= goal)


def at_most(words: str, value: float | None, goal: float, show: Callable[[float], str] = times) -> Goal:
    """A goal that a figure is no more than another."""
    return Goal(words, "-" if value is None else show(value), None if value is None else value <= goal)


def versions(*distributions: str) -> dict[str, str]:
    """The version of each distribution, and of what runs it."""
    found = {"derive": _derive(), "Python": sys.version.split()[0]}
    for name in distributions:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "(not installed)"
    return found


def _derive() -> str:
    from derive import __version__

    return __version__


def missing_notes(tools: Iterable[Tool]) -> list[str]:
    """A sentence for each tool that could not be asked."""
    return [f"{tool.name} was not asked: {tool.missing} is not installed (`pip install -e '.[bench]'`)." for tool in tools if tool.missing]


def main(compare: Callable[[bool], Comparison]) -> int:
    """Run one comparison as a command and print it; exit 0 whether its goals are met or not."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="put every question, not a sample: this may take hours")
    parser.add_argument("--data", type=Path, metavar="FILE", help="also write what was found to this file, for bench.py")
    args = parser.parse_args()
    start = time.perf_counter()
    found = compare(args.all)
    found.took = time.perf_counter() - start
    print(found.written())
    if args.data:
        from derive.files import write_whole

        args.data.parent.mkdir(parents=True, exist_ok=True)
        write_whole(args.data, found.data() + "\n")
    return 0
