"""Jobs: calls spread over spawned worker processes, each with a time limit that really kills.

A call that runs past its limit or takes its process with it comes back as `Lost`; every other call still gets its answer, in the
order in which the calls were given. What is lost never depends on what ran beside it: after a crash each call that was running is
tried once more, alone in a fresh process.
"""

from __future__ import annotations

import faulthandler
import gc
import math
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for_objects
from types import TracebackType
from typing import Any

WAITING = 5  # times its limit that a call may take by the clock on the wall: a machine that is busy with other things loses nothing
LEAST = 4 << 30  # bytes that a worker may always take


@dataclass(frozen=True)
class Call:
    """A function of some module, its arguments, and the seconds of work it may take."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    limit: float


@dataclass(frozen=True)
class Lost:
    """What comes back for a call whose process was killed or died."""

    why: str


READY = 60.0  # seconds that a worker may take to get ready

Report = Callable[[int, int], None]  # (done, of)
Keep = Callable[[int, Any], None]  # (place of the call, its answer)


def _say_nothing(done: int, of: int) -> None:
    pass


def _keep_nothing(place: int, answer: Any) -> None:
    pass


class Pool:
    """Worker processes, started when first needed and kept until `close`."""

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"a pool has at least 1 worker, got {workers}")
        self.workers = workers
        self._executor: Executor | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close(at_once=kind is not None)

    def run(self, calls: Iterable[Call], report: Report = _say_nothing, keep: Keep = _keep_nothing) -> list[Any]:
        """The answer of each call, or `Lost`; after each come `keep(place, answer)` and `report(done, of)`."""
        calls = list(calls)
        answers: list[Any] = [None] * len(calls)
        waiting = deque(range(len(calls)))
        running: dict[Future[Any], int] = {}
        suspects: list[int] = []
        done = 0
        report(done, len(calls))
        while waiting or running or suspects:
            while waiting and not suspects and self._room(len(running)):
                k = waiting.popleft()
                running[self._submit(calls[k])] = k
            for future in self._first_done(running):
                k = running.pop(future)
                try:
                    answers[k] = self._result(future)
                except BrokenProcessPool:
                    suspects.append(k)
                else:
                    done += 1
                    keep(k, answers[k])
                    report(done, len(calls))
            if suspects and not running:
                # Everything that ran is lost with the pool; which call broke it shows when each runs alone.
                self.close(at_once=True)
                for k in sorted(suspects):
                    answers[k] = _run_alone(calls[k])
                    done += 1
                    keep(k, answers[k])
                    report(done, len(calls))
                suspects.clear()
        return answers

    def prepare(self, make_ready: Callable[[], None], most: int) -> None:
        """Start at most so many of the workers, each with this; nobody waits for the answers."""
        for _ in range(min(self.workers, most)):
            self._submit(Call(make_ready, (), READY))

    def close(self, *, at_once: bool = False) -> None:
        """End the workers, `at_once` without waiting for what they run."""
        executor, self._executor = self._executor, None
        if executor is not None:
            _close(executor, at_once)

    def _executor_now(self) -> Executor:
        self._executor = self._executor or self._start()
        return self._executor

    # What another executor does in its own way (see cluster.py)

    def _start(self) -> Executor:
        return _executor(self.workers)

    def _room(self, running: int) -> bool:
        return running <= self.workers  # one call more than workers, so that none idles between two

    def _first_done(self, running: Iterable[Future[Any]]) -> set[Future[Any]]:
        return wait(running, return_when=FIRST_COMPLETED).done

    def _result(self, future: Future[Any]) -> Any:
        return future.result()

    def _submit(self, call: Call) -> Future[Any]:
        for _ in range(2):
            try:
                return self._executor_now().submit(_run, call)
            except BrokenProcessPool:
                self.close(at_once=True)
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("no worker process could be started"))
        return future


def run_here(calls: Iterable[Call], report: Report = _say_nothing, keep: Keep = _keep_nothing) -> list[Any]:
    """The answer of each call, made in this process, where no limit can kill."""
    calls = list(calls)
    answers: list[Any] = []
    for call in calls:
        report(len(answers), len(calls))
        answers.append(call.function(*call.args))
        keep(len(answers) - 1, answers[-1])
    report(len(calls), len(calls))
    return answers


def _executor(workers: int) -> Executor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(share_of_memory(workers),))


def share_of_memory(workers: int) -> int:
    """The bytes that each of so many workers may take: what is asked without end ends there, and the machine goes on."""
    return max(LEAST, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // workers)


def _close(executor: Executor, at_once: bool) -> None:
    if at_once:
        workers = getattr(executor, "_processes", None) or {}
        for worker in list(workers.values()):
            worker.kill()
    executor.shutdown(wait=True, cancel_futures=True)


def _run_alone(call: Call) -> Any:
    executor = _executor(1)
    try:
        return executor.submit(_run, call).result()
    except BrokenProcessPool:
        return Lost(f"stopped: it ran past {call.limit:g} s or its process died")
    finally:
        _close(executor, at_once=True)


def _start_worker(memory: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    # Proofs make many short-lived terms and few circles among them: looking for these less often saves some 6 % of the time.
    gc.set_threshold(20_000, 20, 20)
    # Ctrl-C is the parent's to handle, and a worker never outlives its parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    wait_for_objects([sentinel])
    os._exit(1)


def _run(call: Call) -> Any:
    # The system counts work and ends the process; for a call that waits there is a watchdog in C. Both work while foreign code holds
    # the interpreter lock.
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = math.ceil(time.process_time() + call.limit)
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(WAITING * call.limit, exit=True, file=nowhere)
        try:
            return call.function(*call.args)
        finally:
            faulthandler.cancel_dump_traceback_later()
            resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
