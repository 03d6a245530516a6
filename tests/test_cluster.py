"""The cluster: a real scheduler and two workers answer as this machine does, also where one is killed; other programs are refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import derive
from derive import cluster
from derive.errors import DeriveError
from derive.jobs import Call, Lost
from test_jobs import die, double, end_parent, fail, is_alive, sleep

pytest.importorskip("distributed", reason="dask.distributed is missing: pip install 'derive-proofs[dask]'")

HERE, SRC = Path(__file__).parent, Path(derive.__file__).parent.parent
Started = tuple[subprocess.Popen[bytes], str]


class Place:
    """A scheduler with its workers, each a process of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.environment, self.running = folder, environment, ExitStack()
        self.scheduler, self.address = self._start("scheduler", "Scheduler at:", "--port", "0", "--host", "127.0.0.1")

    def worker(self, *options: str, path: Path = SRC) -> Started:
        return self._start("worker", "Start worker at:", self.address, "--nthreads", "1", *options, path=path)

    def _start(self, what: str, says: str, *options: str, path: Path = SRC) -> Started:
        log = self.folder / f"{what}-{len(list(self.folder.iterdir()))}"
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *options]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (path, HERE)))} | self.environment
        with log.open("wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=self.folder)
        self.running.callback(_end, process)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            for line in log.read_text().splitlines():
                if says in line:
                    return process, line.rpartition(" ")[2]
            time.sleep(0.05)
        raise AssertionError(log.read_text())


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


Start = Callable[..., Place]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a scheduler without workers; all that was started is ended."""
    with ExitStack() as stack:

        def begin(**environment: str) -> Place:
            place = Place(tmp_path, **environment)
            stack.enter_context(place.running)
            return place

        yield begin


@pytest.fixture
def pair(start: Start) -> tuple[Place, list[Started]]:
    """Two workers, one of which would be started again by its nanny."""
    place = start()
    return place, [place.worker("--no-nanny"), place.worker()]


def calls_of(count: int) -> list[Call]:
    return [Call(double, (k,), 10) for k in range(count)]


def test_a_call_is_lost_as_it_would_be_here(pair: tuple[Place, list[Started]]) -> None:
    place, _ = pair
    kept: dict[int, Any] = {}
    calls = calls_of(6)
    calls[2], calls[4] = Call(die, (), 10), Call(sleep, (60,), 0.5)
    with cluster.Cluster(place.address) as pool:
        answers = pool.run(calls, keep=kept.__setitem__)
        assert [answers[k] for k in (0, 1, 3, 5)] == [0, 2, 6, 10]
        assert answers[2] == Lost("stopped: it ran past 10 s or its process died")
        assert answers[4] == Lost("stopped: it ran past 0.5 s or its process died")
        assert kept == dict(enumerate(answers))
        with pytest.raises(KeyError, match="own error"):
            pool.run([Call(fail, (), 10)])


PAGE = """from derive import D, claim, eq, erratum, exp, original, real

x = real("x")
"""
SLOPES = "\n".join(f"slope_{k} = claim(D(exp({k} * x), x), eq({k} * exp({k} * x)), source=original)" for k in range(2, 8))
WRONG = (
    "\nwrong = erratum(original, printed=claim(exp(x), eq(exp(2 * x))), refuted_at={x: 1}, instead=slope_2)\nopen_ = claim(x, eq(2 * x))\n"
)


COMMAND = [sys.executable, "-m", "derive", "--json", "--no-cache"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(SRC)}


def steady(report: str) -> Any:
    """A report without what may differ between two runs."""
    found = json.loads(report)
    for item in found["claims"]:
        item["seconds"] = item["witness"]["worst_error"] = 0
    return found


def test_a_worker_that_is_killed_takes_nothing_with_it(pair: tuple[Place, list[Started]], tmp_path: Path) -> None:
    place, [(victim, address), _] = pair
    pages = tmp_path / "derivations"
    pages.mkdir()
    (pages / "slopes.py").write_text(f'"""Slopes."""\n\n{PAGE}{SLOPES}{WRONG}')
    here = subprocess.run([*COMMAND, "-j", "1"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=100, check=False)
    assert steady(here.stdout)["counts"]["PROVED"] == 6

    from distributed import Client

    with Client(place.address, set_as_default=False) as watch, (tmp_path / "out").open("w") as out:
        with subprocess.Popen([*COMMAND, "--scheduler", place.address], cwd=tmp_path, stdout=out, env=ENVIRONMENT) as process:
            while not watch.processing().get(address) and process.poll() is None:
                time.sleep(0.01)
            victim.kill()
            process.wait(100)
        assert address not in watch.nthreads()
    assert process.returncode == here.returncode == 1
    assert steady((tmp_path / "out").read_text()) == steady(here.stdout)


def test_a_call_that_ends_its_worker_again_and_again_is_lost(start: Start) -> None:
    place = start(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    place.worker()
    with cluster.Cluster(place.address) as pool:
        assert pool.run([Call(end_parent, (), 10)]) == [Lost("stopped: its worker died, and so did every other one that was given it")]
        assert pool.run(calls_of(1)) == [0], "its nanny has started another one"


def test_what_runs_on_a_worker_ends_with_it(pair: tuple[Place, list[Started]]) -> None:
    place, [(victim, _), _] = pair
    with cluster.Cluster(place.address) as pool:
        processes = set(pool.run([Call(os.getpid, (), 10)] * 12))
    assert victim.pid not in processes, "a call never runs in the worker itself"
    victim.kill()
    for _ in range(200):
        if sum(map(is_alive, processes)) < len(processes):
            return
        time.sleep(0.05)
    raise AssertionError(f"one of {processes} outlived its worker")


def test_without_any_worker_left_it_stops(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    place = start()
    worker, _ = place.worker("--no-nanny")
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    with (
        pytest.raises(DeriveError, match="has had no worker for 1 s; start one with `dask worker tcp://"),
        cluster.Cluster(place.address) as pool,
    ):
        pool.run([*calls_of(1), Call(sleep, (60,), 90)], keep=lambda place, answer: worker.kill())


def test_a_scheduler_that_goes_away_is_named(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    place = start()
    place.worker("--no-nanny")
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    with pytest.raises(DeriveError, match="went away; what was decided is kept"), cluster.Cluster(place.address) as pool:
        pool.run([*calls_of(1), Call(sleep, (60,), 90)], keep=lambda at, answer: place.scheduler.kill())


# What is refused


def refusal(address: str) -> str:
    with pytest.raises(DeriveError) as error:
        cluster.Cluster(address)
    return error.value.message


def test_a_scheduler_without_workers_is_refused(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    place = start()
    assert (
        refusal(place.address)
        == f"the scheduler at {place.address} has had no worker for 0.5 s; start one with `dask worker {place.address}`"
    )


def test_a_worker_that_is_another_program_is_refused(start: Start, tmp_path: Path) -> None:
    place = start()
    other = tmp_path / "other"
    shutil.copytree(SRC / "derive", other / "derive", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "derive" / "kernel" / "proof.py").open("a") as kernel:
        kernel.write("# one line more\n")
    place.worker("--no-nanny", path=other)
    said = refusal(place.address)
    assert "is another program, and its verdicts are not ours: the sources of derive (" in said
    assert "Python" not in said
    place.worker("--no-nanny")
    assert refusal(place.address) == said, "one that fits is not enough"


def test_a_worker_that_comes_later_is_asked_too() -> None:
    other = cluster.program() | {"z3_solver": "1.0"}
    with pytest.raises(DeriveError, match=r"a worker is another program, and its verdicts are not ours: z3_solver \(.* there, 1.0 here\)"):
        cluster._answer_here(other, b"not even looked at")


def test_a_worker_without_derive_is_refused(start: Start, tmp_path: Path) -> None:
    place = start()
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "derive.py").write_text("raise ModuleNotFoundError(\"No module named 'derive'\", name='derive')\n")
    place.worker("--no-nanny", path=tmp_path / "none")
    assert "has no derive, or one that takes no calls (ModuleNotFoundError(\"No module named 'derive'\")); install" in refusal(
        place.address
    )


def test_an_address_where_nobody_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        said = refusal(address)
        assert said.startswith(f"no scheduler at {address} answered within 0.5 s (")
        assert "start it with `dask scheduler`" in said


def test_without_distributed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert refusal("tcp://127.0.0.1:8786") == "--scheduler wants dask.distributed, which is missing; pip install 'derive-proofs[dask]'"
