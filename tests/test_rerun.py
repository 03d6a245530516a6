"""A command given again: the same answer without work, never an old answer to a new question; whatever ends a run, the next is right."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from derive import confine
from derive.check import check_pages
from derive.pages import load
from derive.reports import Report, render

pytestmark = pytest.mark.skipif(not confine.available(), reason="this system has no Landlock; derive keeps no cache on it")

# Statements without points: JAX need not be loaded for them.
PAGE = '''"""Small."""

from derive import Eq, claim, exists, exp, not_always, original, real

x = real("x")
somewhere = claim(exists(exp(x) > 2, at={x: 1}), source=original)
no_rule = claim(not_always(Eq(x * x, 2 * x), at={x: 1}), source=original)
'''

WITNESSED = '''"""Witnessed."""

from derive import D, claim, eq, erratum, exp, original, real

x = real("x")
slope = claim(D(exp(2 * x), x), eq(2 * exp(2 * x)), source=original)
wrong = erratum(original, printed=claim(exp(x), eq(exp(2 * x))), refuted_at={x: 1}, instead=slope)
'''

# The command, and in the end whether anything was decided.
CODE = """
import sys
from derive.cli import main
try:
    main()
finally:
    print("ran" if "derive.check" in sys.modules else "repeated", file=open(sys.argv[0], "w"))
"""


class Place:
    """A folder of pages, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark = folder, folder / "mark"
        (folder / "derivations").mkdir()
        self.state("small", PAGE)

    def state(self, name: str, text: str) -> None:
        (self.folder / "derivations" / f"{name}.py").write_text(text)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-c", f"import sys; sys.argv[0] = {str(self.mark)!r}\n{CODE}", *arguments]

    def run(self, *arguments: str, **environment: str) -> tuple[str, subprocess.CompletedProcess[str]]:
        """Whether anything was decided, and what the command said."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return self.mark.read_text().strip(), done

    def answer(self, *arguments: str) -> tuple[str, int, str, str]:
        how, done = self.run(*arguments)
        return how, done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A place where the whole was run once, with reports."""
    place = Place(tmp_path_factory.mktemp("shared"))
    assert place.run(*REPORTS)[0] == "ran"
    return place


REPORTS = ("-j", "1", "--html", "--json", "-o", "out/")


def test_the_same_command_is_only_repeated(shared: Place) -> None:
    first = shared.answer("--json")
    second = shared.answer("--json")
    assert (first[0], second[0]) == ("ran", "repeated")
    assert first[1:] == second[1:]
    assert first[1] == 0
    assert json.loads(first[2])["counts"]["PROVED"] == 2


def test_a_list_is_repeated_too(shared: Place) -> None:
    lists = [shared.run("--list")[1].stdout for _ in range(2)]
    assert lists[0] == lists[1]
    assert "small: Small." in lists[0]
    shared.state("another", PAGE.replace("Small", "Another"))
    assert "another: Another." in shared.run("--list")[1].stdout
    (shared.folder / "derivations" / "another.py").unlink()


def test_reports_are_written_only_where_they_differ(shared: Place) -> None:
    out = shared.folder / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    for path in out.iterdir():
        os.utime(path, (1, 1))
    (out / "summary.json").write_text("changed by hand")
    (out / "index.html").unlink()
    assert shared.run(*REPORTS)[0] == "repeated"
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert {path.name for path in out.iterdir() if path.stat().st_mtime != 1} == {"summary.json", "index.html"}


def test_no_cache_means_no_cache(shared: Place) -> None:
    file = next((shared.folder / ".derive-cache").glob("*.sqlite"))
    before = file.stat().st_mtime_ns
    assert shared.run("--no-cache", "--json")[0] == "ran"
    assert file.stat().st_mtime_ns == before


def test_another_question_is_no_repetition(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert place.answer()[:2] == ("ran", 0)
    assert place.answer()[:2] == ("repeated", 0)
    place.state("small", PAGE.replace("2 * x), at={x: 1}", "2 * x), at={x: 2}"))
    how, code, _, _ = place.answer()
    assert (how, code) == ("ran", 1)
    how, code, out, _ = place.answer()
    assert (how, code) == ("repeated", 1), "what is not as expected is repeated as well"
    assert "small.no_rule: it is " in out
    (tmp_path / "derivations" / "contents.toml").write_text("")
    assert place.answer()[0] == "ran"
    place.state("broken", "1 / 0\n")
    assert place.answer()[:2] == ("ran", 2)
    assert place.answer()[:2] == ("ran", 2), "an error is looked at again"


def test_a_damaged_answer_is_no_answer(tmp_path: Path) -> None:
    place = Place(tmp_path)
    first = place.answer("--json")
    file = next((tmp_path / ".derive-cache").glob("*.sqlite"))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    how, code, out, err = place.answer("--json")
    assert (how, code) == ("ran", 0)
    assert "damaged" in err
    assert steady(out) == steady(first[2])
    assert place.answer("--json")[0] == "repeated"


# Crash and interrupt

SLOW = "import time\nfrom derive import *\nx = real('x')\ntime.sleep({})\nit = claim(exists(x > 0, at={{x: 1}}), source=original)\n"


def waited_for(place: Place, process: subprocess.Popen[str]) -> None:
    """Until the first page is kept, while the second one takes its time."""
    deadline = time.monotonic() + 60
    while not list((place.folder / ".derive-cache").glob("*.sqlite*")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill", "interrupt"])
def test_a_run_that_is_ended_leaves_nothing_wrong(tmp_path: Path, how: signal.Signals) -> None:
    place = Place(tmp_path)
    place.state("z_slow", SLOW.format(600))
    process = subprocess.Popen(place.command(*REPORTS), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    waited_for(place, process)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    if how is signal.SIGINT:
        assert (process.returncode, err.strip()) == (130, "interrupted")
    assert not (tmp_path / "out").exists()
    place.state("z_slow", SLOW.format(0))
    done = place.run(*REPORTS)[1]
    assert (done.returncode, done.stderr) == (0, ""), "the cache is whole"
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["counts"]["PROVED"] == 3


# The command, ended by a signal of its own at a place that no clock could find.
BROKEN = """
import multiprocessing, os, signal, sys
from pathlib import Path
from derive.cache import Cache
from derive.memory import Memory

def end():
    os.kill(os.getpid(), signal.{signal})

def after(place, name, action=end):
    whole = getattr(place, name)
    def once(*arguments):
        setattr(place, name, whole)
        whole(*arguments)
        action()
    setattr(place, name, once)

def kill_workers():
    for worker in multiprocessing.active_children():
        worker.kill()

def half_written(path, data, whole=Path.write_bytes):
    whole(path, data[: len(data) // 2])
    end()

{broken}
{command}
"""
COMMAND = "from derive.cli import main\nmain()"
TESTS = "import pytest\nsys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', 'derivations']))"
BREAKS = {
    "after the first proof": "after(Memory, 'keep_decision')",
    "after the first witness": "after(Memory, 'keep_witness')",
    "in the middle of a report": "Path.write_bytes = half_written",
    "before a report takes its place": "Path.replace = lambda path, target: end()",
    "while the answer of the command is kept": "import derive.rerun\nderive.rerun.keys.outside = lambda paths: end()",
}


def broken(place: Place, where: str, how: str, command: str = COMMAND) -> subprocess.CompletedProcess[str]:
    code = BROKEN.format(signal=how, broken=BREAKS.get(where, where), command=command)
    run = [sys.executable, "-c", code, *(REPORTS if command == COMMAND else ())]
    return subprocess.run(run, cwd=place.folder, capture_output=True, text=True, timeout=120, check=False)


def decisions(place: Place) -> int:
    """How many decisions are kept."""
    (file,) = (place.folder / ".derive-cache").glob("*.sqlite")
    with closing(sqlite3.connect(file)) as base:
        return int(base.execute("SELECT count(*) FROM entries WHERE kind = 'decision'").fetchone()[0])


def written(folder: Path) -> dict[str, Any]:
    """Every file of a folder of reports, and nothing beside them; JSON without what may differ."""
    files = {path.name: path.read_text() for path in folder.iterdir()} if folder.exists() else {}
    return {name: steady(text) if name.endswith(".json") else text for name, text in files.items()}


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
@pytest.mark.parametrize("where", BREAKS)
def test_wherever_a_run_is_ended_no_report_is_half_and_the_next_is_right(shared: Place, tmp_path: Path, where: str, how: str) -> None:
    place, whole = Place(tmp_path), written(shared.folder / "out")
    done = broken(place, where, how)
    if how == "SIGKILL":
        assert done.returncode == -signal.SIGKILL
    else:
        assert (done.returncode, done.stderr.strip()) == (130, "interrupted")
    found = {name: text for name, text in written(tmp_path / "out").items() if name[0] != "."}
    assert found.items() <= whole.items()
    assert decisions(place) >= (2 if "report" in where or "answer" in where else where == "after the first proof"), "what is done is kept"
    done = place.run(*REPORTS)[1]
    assert (done.returncode, done.stderr) == (0, "")
    assert written(tmp_path / "out") == whole


def test_a_worker_that_is_killed_costs_nothing(shared: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = broken(place, "after(Memory, 'keep_decision', kill_workers)\nafter(Memory, 'keep_witness', kill_workers)", "SIGKILL")
    assert (done.returncode, done.stderr) == (0, "")
    assert written(tmp_path / "out") == written(shared.folder / "out")


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_tests_that_are_ended_leave_nothing_wrong(tmp_path: Path, how: str) -> None:
    place = Place(tmp_path)
    done = broken(place, "after the first proof", how, TESTS)
    assert done.returncode == (-signal.SIGKILL if how == "SIGKILL" else pytest.ExitCode.INTERRUPTED), done.stdout
    assert decisions(place) >= 1, "what is done is kept"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "derivations"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_a_full_disk_leaves_no_half_written_report(tmp_path: Path) -> None:
    place = Place(tmp_path)
    done = subprocess.run(
        place.command(*REPORTS), cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000)),
    )  # fmt: skip
    assert done.returncode == 2
    assert "error: out/small.html: File too large" in done.stderr
    assert list((tmp_path / "out").iterdir()) == []
    how, done = place.run(*REPORTS)
    assert (how, done.returncode, done.stderr) == ("ran", 0, "")
    assert (tmp_path / "out" / "small.html").read_text().rstrip().endswith("</html>")


# Determinism


def steady(text: str) -> Any:
    """A report without what may differ between runs."""
    report = json.loads(text)
    for claim in report["claims"]:
        del claim["seconds"], claim["witness"]["worst_error"]
    return report


def test_workers_and_hash_seeds_change_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.state("small", WITNESSED)
    one, two = (
        steady(place.run("--no-cache", "-j", jobs, "--json", PYTHONHASHSEED=seed)[1].stdout) for jobs, seed in (("1", "1"), ("2", "2"))
    )
    assert one == two
    assert [c["outcome"] for c in one["claims"]] == ["verified", "expected"]


def test_seeds_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "small.py"
    file.write_text(WITNESSED)
    page, found = load(file), []
    for seed in range(5):
        report = steady(render(Report([page], check_pages([page], seed=seed).outcomes), "json"))
        assert "is not" in report["claims"][1]["witness"]["note"]
        found.append(report)
    assert all(report == found[0] for report in found)
    assert found[0]["claims"][0]["witness"]["status"] == "AGREES"


CITED = '''"""Cited."""

from derive import claim, eq, exp, original, real

x = real("x")
doubled = claim(exp(2 * x), eq(exp(x) ** 2), source=original)
tripled = claim(exp(3 * x), eq(exp(x) * exp(2 * x)), eq(exp(x) ** 3, by=doubled), source=original)
halved = claim(exp(x), eq(exp(x / 2) ** 2), source=original)
'''

# The command, with every claim that a worker is asked about written where no later command repeats it.
COUNTED = """
import sys
from derive import cli, jobs

run = jobs.Pool.run

def counted(pool, calls, *rest):
    calls = list(calls)
    for call in calls:
        asked = call.args[0] if isinstance(call.args[0], list) else [call.args[0]]
        print(*(f"{call.function.__name__} {claim.id}" for claim in asked), sep="\\n", file=sys.__stderr__)
    return run(pool, calls, *rest)

jobs.Pool.run = counted
cli.main()
"""


def test_one_changed_claim_costs_itself_and_what_cites_it(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.state("cited", CITED)

    def asked() -> set[str]:
        command = [sys.executable, "-c", COUNTED, "-j", "1", "--json", "-o", "out/"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return set(done.stderr.splitlines())

    names = ("cited.doubled", "cited.tripled", "cited.halved", "small.somewhere", "small.no_rule")
    assert asked() == {f"{question} {name}" for name in names for question in ("decide_item", "witness_claims")}
    assert asked() == set()
    place.state("cited", CITED.replace("exp(2 * x), eq(exp(x) ** 2)", "exp(x) ** 2, eq(exp(2 * x))"))
    assert asked() == {"decide_item cited.doubled", "decide_item cited.tripled", "witness_claims cited.doubled"}
