"""The pool: order kept, a killed call lost alone, no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from derive import jobs
from derive.jobs import Call, Lost, Pool


def double(x: int) -> int:
    return 2 * x


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "woke up"


def hold_the_lock() -> None:
    # One long operation inside C code: no Python signal handler runs before it ends.
    pow(7, 10**9)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def end_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def fail() -> None:
    raise KeyError("the function's own error")


@pytest.mark.parametrize("workers", [1, 2])
def test_answers_come_in_the_order_of_the_calls(workers: int) -> None:
    with Pool(workers) as pool:
        assert pool.run(Call(double, (k,), 10) for k in range(20)) == [2 * k for k in range(20)]


@pytest.mark.parametrize(("bad", "limit"), [((sleep, (60,)), 0.5), ((hold_the_lock, ()), 0.5), ((die, ()), 10.0)])
def test_a_call_that_hangs_or_dies_is_lost_and_stops_nothing(bad: tuple, limit: float) -> None:
    calls = [Call(double, (k,), 10) for k in range(6)]
    calls.insert(3, Call(*bad, limit))
    with Pool(2) as pool:
        answers = pool.run(calls)
        assert isinstance(answers.pop(3), Lost)
        assert answers == [0, 2, 4, 6, 8, 10]
        assert pool.run([Call(double, (1,), 10)]) == [2], "the pool still works afterwards"


def test_an_error_of_the_function_reaches_the_caller() -> None:
    with Pool(1) as pool, pytest.raises(KeyError, match="own error"):
        pool.run([Call(fail, (), 10)])


def grow() -> None:
    held = []
    while True:
        held.append(bytearray(1 << 26))


def test_a_call_that_asks_for_memory_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    assert jobs.share_of_memory(10**6) == jobs.LEAST
    assert jobs.share_of_memory(1) >= jobs.LEAST
    monkeypatch.setattr(jobs, "share_of_memory", lambda workers: 1 << 30)
    with Pool(1) as pool:
        with pytest.raises(MemoryError):
            pool.run([Call(grow, (), 60)])
        assert pool.run([Call(double, (1,), 10)]) == [2], "and the pool still works"


@pytest.mark.parametrize("make_ready", [os.getpid, die, fail])
def test_workers_are_made_ready_and_what_becomes_of_that_loses_nothing(make_ready: Callable[[], object]) -> None:
    with Pool(2) as pool:
        pool.prepare(make_ready, 5)
        assert pool.run(Call(double, (k,), 10) for k in range(6)) == [0, 2, 4, 6, 8, 10]


def test_progress_is_reported_after_each_call() -> None:
    seen: list[tuple[int, int]] = []
    with Pool(1) as pool:
        pool.run([Call(double, (k,), 10) for k in range(3)], lambda done, of: seen.append((done, of)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_pool_wants_a_worker() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Pool(0)


PARENT = """
import os, sys
sys.path.insert(0, {here!r})
from derive.jobs import Call, Pool
import test_jobs
if __name__ == "__main__":
    with Pool(1) as pool:
        print(*pool.run([Call(os.getpid, (), 10)]), flush=True)
        pool.run([Call(test_jobs.sleep, (60,), 60)])
"""


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, blow: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT.format(here=os.path.dirname(__file__)))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as parent:
        if parent.stdout is None:
            raise AssertionError("the parent has no output")
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.send_signal(blow)
        parent.wait(20)
    for _ in range(200):
        if not is_alive(worker):
            return
        time.sleep(0.05)
    raise AssertionError(f"worker {worker} outlived its parent")
