#!/usr/bin/env python3
"""Run the same pages in different ways, without a cache, and compare what is reported.

usage: determinism.py [PAGE ...] [--ways WAY,...]     exit 1 where two reports differ; no page = the whole library
One job and two, two hash seeds, five seeds of the witness, a machine on which busy loops run beside: the JSON is to be the same, but for
`seconds` and `worst_error`. Another seed adds points for the witness to those of every run: they may speak against a claim, and then the
reports differ, as they should.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Way:
    """How the pages are run."""

    jobs: int = 1
    hashes: int = 1  # PYTHONHASHSEED
    seed: int = 0
    loops: int = 0  # busy loops beside it


WAYS = {
    "one job": Way(),
    "two jobs": Way(jobs=2, hashes=2),
    "busy": Way(jobs=2, hashes=3, loops=2),
    **{f"seed {k}": Way(jobs=2, seed=k) for k in range(1, 5)},
}


@contextmanager
def busy(loops: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes that do nothing but take the time of others, for as long as this lasts."""
    with ExitStack() as stack:
        running = []
        for _ in range(loops):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", "while True: pass"]))
            stack.callback(process.kill)
            running.append(process)
        yield running


def report(pages: Sequence[str], way: Way) -> dict[str, Any]:
    """What one run says of the pages."""
    arguments = ["-j", str(way.jobs), "--seed", str(way.seed), "--no-cache", "--json"]
    environment = os.environ | {"PYTHONHASHSEED": str(way.hashes), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "derive", *pages, *arguments]
    with busy(way.loops):
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def steady(found: dict[str, Any]) -> dict[str, Any]:
    """A report without what may differ."""
    claims = []
    for claim in found["claims"]:
        witness = {k: v for k, v in claim["witness"].items() if k != "worst_error"}
        claims.append({k: v for k, v in claim.items() if k != "seconds"} | {"witness": witness})
    return found | {"claims": claims}


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Where two reports differ: the claim, the field, and both values."""
    out = []
    for a, b in zip(one["claims"], other["claims"], strict=False):
        out += [f"{a['id']}: {field}: {a.get(field)!r} against {b.get(field)!r}" for field in {**a, **b} if a.get(field) != b.get(field)]
    return out or ([] if one == other else ["the reports hold other claims, counts or errors"])


def compare(pages: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each other way, with what differs between the first one and it."""
    first = report(pages, WAYS[names[0]])
    for name in names[1:]:
        other = report(pages, WAYS[name])
        yield name, [f"{names[0]} against {name}: {line}" for line in differences(*map(steady, (first, other)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="*")
    parser.add_argument("--ways", default=",".join(WAYS), help=f"some of: {', '.join(WAYS)}")
    args = parser.parse_args()
    total = 0
    for name, found in compare(args.page, args.ways.split(",")):
        print(*found, f"{name}: {len(found)} differences", sep="\n", flush=True)  # at once: the whole library takes long
        total += len(found)
    return bool(total)


if __name__ == "__main__":
    sys.exit(main())
