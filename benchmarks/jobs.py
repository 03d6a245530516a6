"""Proofs with two processes against one: the time, and whether the report is the same.

usage: python benchmarks/jobs.py [--all]
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from derive.export.json_report import report
from frame import Bar, Comparison, Goal, at_least, main, ratio, sample, seconds, versions
from library import pages, prove_all

PAGES = 20  # of the library, where not all are proved
TIMED = ("seconds", "worst_error")


def proved(jobs: int, names: list[str]) -> tuple[float, str, int]:
    """Seconds by the wall, the report without its times, and the claims in it."""
    start = time.perf_counter()
    checked = prove_all(jobs, names)
    spent = time.perf_counter() - start
    found = report(checked.outcomes, checked.errors, "")
    return spent, json.dumps(without_times(found), sort_keys=True), len(found["claims"])


def without_times(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: without_times(v) for k, v in data.items() if k not in TIMED}
    return [without_times(v) for v in data] if isinstance(data, list) else data


def compare(every: bool) -> Comparison:
    names = [p.name for p in sample(pages(), 0 if every else PAGES, lambda p: p.name)]
    alone, one, count = proved(1, names)
    together, two, _ = proved(2, names)
    again, three, _ = proved(1, names)
    gain = ratio(min(alone, again), together)
    return Comparison(
        name="jobs",
        title="11. Two processes",
        text=f"The proofs and the recheck of {count} claims, on {len(names)} of {len(pages())} pages: one process, two, one again (the "
        "shorter counts). Starting the processes is part of it.",
        head=["processes", "wall"],
        rows=[["1", seconds(min(alone, again))], ["2", seconds(together)]],
        goals=[
            at_least("at least 1.8x with two processes", gain, 1.8),
            Goal("the same report", "the same" if one == two == three else "another", one == two == three),
        ],
        tools=versions("z3-solver", "python-flint"),
        bars=[Bar("proofs with two processes: one", gain, 1.8)],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
