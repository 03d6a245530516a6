"""The whole library cold on two processes: its proofs with their recheck, then the command with witnesses, too.

usage: python benchmarks/whole_library.py [--all]
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

from frame import ROOT, Bar, Comparison, Run, at_most, main, ratio, run_command, seconds, versions

JOBS = 2
FOLDER = ROOT / "build" / "bench" / "library"  # a copy of the library with a cache of its own; verify_again.py goes on from there
MEMORY = 1 << 30
PROVE = f"""
import sys, time
sys.path.insert(0, {str(Path(__file__).parent)!r})
from collections import Counter
from library import pages, prove_all
pages()
start = time.perf_counter()
found = prove_all({JOBS})
spent = time.perf_counter() - start
results = Counter(o.verdict.name if o.verdict else "ILL-POSED" for o in found.outcomes)
slow = sorted(found.outcomes, key=lambda o: -o.seconds)[:12]
print("\\n", spent, len(found.outcomes), *(f"{{o.item.id}}={{o.seconds:.3f}}" for o in slow))
"""


def copy(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "derivations", folder / "derivations", ignore=shutil.ignore_patterns("__pycache__"))


def in_copy(*arguments: str, folder: Path = FOLDER) -> Run:
    """The command in the copy, with its cache."""
    own = {"DERIVE_CACHE": str(folder / "cache"), "PYTHONPATH": str(ROOT / "src")}
    return run_command([sys.executable, "-m", "derive", "-j", str(JOBS), *arguments], folder, **own)


class Watch:
    """The most memory that all processes of this session have held together, as far as looking twice a second sees."""

    def __init__(self) -> None:
        self.most, self.over = 0, threading.Event()

    def __enter__(self) -> Watch:
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(0.5):
            self.most = max(self.most, family())


def family() -> int:
    """Bytes that this process and all below it hold, shared pages counted once for each that shares them in equal parts."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(entry.joinpath("stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    total, waiting = 0, [*children.get(os.getpid(), [])]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            text = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))
    return total


def compare(every: bool) -> Comparison:
    proofs = run_command([sys.executable, "-c", PROVE], PYTHONPATH=str(ROOT / "src"))
    if proofs.code:
        raise RuntimeError(proofs.out[-500:])
    spent, count, *slow = proofs.out.split("\n ")[-1].split()
    copy(FOLDER)
    with Watch() as watch:
        cold = in_copy()
    if cold.code == 2:
        raise RuntimeError(cold.out[-500:])
    rows = [
        ["proofs and recheck", seconds(float(spent)), f"{seconds(proofs.work)} with loading the pages", f"{proofs.peak / 2**20:,.0f} MiB"],
        ["the command, cold", seconds(cold.wall), seconds(cold.work), f"{cold.peak / 2**20:,.0f} MiB"],
    ]
    together = f"; all processes together {watch.most / 2**20:,.0f} MiB" if watch.most else ""
    return Comparison(
        name="whole_library",
        title="8. The whole library",
        text=f"All {count} claims and errata with {JOBS} processes, nothing cached: the proofs and their recheck, once the pages are "
        f"loaded; then `python -m derive -j {JOBS}` from its start to its end, with the witnesses.",
        head=["", "wall", "work of all processes", "memory of the largest process"],
        rows=rows,
        goals=[
            at_most("proofs in under 10 s", float(spent), 10, seconds),
            at_most("proofs and witnesses in under 90 s", cold.wall, 90, seconds),
            at_most("memory under 1 GiB", float(cold.peak), MEMORY, lambda b: f"{b / 2**20:,.0f} MiB in the largest process{together}"),
        ],
        tools=versions("sympy", "jax", "z3-solver", "python-flint"),
        bars=[
            Bar("whole library: proofs, the goal over the time", ratio(10, float(spent)), 1.0),
            Bar("whole library: all, the goal over the time", ratio(90, cold.wall), 1.0),
        ],
        notes=[
            f"Slowest claims: {', '.join(f'{name} {seconds(float(value))}' for name, _, value in (s.partition('=') for s in slow))}.",
            *([f"The command ended with {cold.code}."] if cold.code else []),
        ],
        memory={f"derive -j {JOBS}, cold": cold.peak, f"proofs, -j {JOBS}": proofs.peak},
    )


if __name__ == "__main__":
    sys.exit(main(compare))
