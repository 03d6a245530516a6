"""The independent recheck of the library's proofs, alone: every proved claim and the logs of its proofs, in a process that knows no kernel.

usage: python benchmarks/rechecked.py [--all]
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from derive.check import TIMEOUT, decide_item
from derive.kernel.verdict import Status
from derive.statement.claim import Claim
from derive.statement.step import Step
from frame import ROOT, Bar, Comparison, Goal, at_most, main, ratio, run_command, seconds, versions
from library import claims, pages

PROOFS = ROOT / "build" / "bench" / "proofs.pickle"
DEEP = 100_000  # a log is deeper than what pickle takes otherwise
# What was read is told from what is made: a collection of the garbage would look through all of it again and again.
RECHECK = f"""
import gc, pickle, sys, time
from collections import Counter
from pathlib import Path
sys.setrecursionlimit({DEEP})
from derive.recheck import recheck
proofs = pickle.loads(Path({str(PROOFS)!r}).read_bytes())
gc.collect()
gc.freeze()
start = time.process_time()
found = Counter(recheck(claim, logs).status for claim, logs in proofs)
spent = time.process_time() - start
print(spent, found["AGREES"], found["NOT_APPLICABLE"], found["DISAGREES"], "derive.kernel" in sys.modules)
"""


def proofs() -> list[tuple[Claim, list[tuple[Step, ...]]]]:
    """The proved claims of the library, each with the logs of its lines."""
    out, cited = [], claims()
    for page in pages():
        for claim in page.claims:
            verdicts = [link.verdict for link in decide_item(claim, cited, TIMEOUT).links]
            if verdicts and all(v.status is Status.PROVED for v in verdicts):
                out.append((claim, [v.steps for v in verdicts]))
    return out


def compare(every: bool) -> Comparison:
    sys.setrecursionlimit(DEEP)
    PROOFS.parent.mkdir(parents=True, exist_ok=True)
    found = proofs()
    Path(PROOFS).write_bytes(pickle.dumps(found))
    runs = [run_command([sys.executable, "-c", RECHECK], PYTHONPATH=str(ROOT / "src")) for _ in range(3)]
    if any(r.code for r in runs):
        raise RuntimeError(runs[0].out[-500:])
    spent, agrees, silent, against, kernel = min((r.out.split() for r in runs), key=lambda said: float(said[0]))
    return Comparison(
        name="rechecked",
        title="13. The recheck",
        text=f"The {len(found)} proved claims of the library, with the logs of their proofs, looked at again in a process of its own: the "
        f"shortest of {len(runs)} runs.",
        head=["claims", "agrees", "does not apply", "disagrees", "work"],
        rows=[[str(len(found)), agrees, silent, against, seconds(float(spent))]],
        goals=[
            at_most("the whole library in under 1 s", float(spent), 1, seconds),
            Goal("no disagreement", against, against == "0"),
            Goal("without the kernel", "loaded" if kernel == "True" else "not loaded", kernel == "False"),
        ],
        tools=versions(),
        bars=[Bar("recheck of the library: the goal over the time", ratio(1, float(spent)), 1.0)],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
