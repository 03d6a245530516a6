"""`make verify` again: with nothing changed, and with one claim changed that others cite.

usage: python benchmarks/verify_again.py [--all]
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import sys
from collections import Counter
from pathlib import Path

from frame import ROOT, Bar, Comparison, Goal, Run, at_most, main, ratio, seconds, versions
from library import pages
from whole_library import FOLDER, copy, in_copy

VERIFY = ("--latex", "--html", "--markdown", "--json", "-o", "reports/")  # what `make verify` says
TURNS = 5
PAGE, CLAIM = "sigmoid_tanh", "sigmoid_slope"
OLD, NEW = "eq(sigma(x) * (1 - sigma(x)), why", "eq((1 - sigma(x)) * sigma(x), why"  # the claim's last line, in another order


def entries() -> set[tuple[str, str]]:
    """Kind and key of all that is in the cache of the copy."""
    found: set[tuple[str, str]] = set()
    for file in (FOLDER / "cache").glob("*.sqlite"):
        base = sqlite3.connect(file)
        found |= set(base.execute("SELECT kind, key FROM entries"))
        base.close()
    return found


def change() -> str:
    """Change the claim in the copy; the page's name."""
    page = FOLDER / "derivations" / f"{PAGE}.py"
    before, start, rest = page.read_text().partition(f"\n{CLAIM} = claim(")
    if OLD not in rest:
        raise RuntimeError(f"{page} no longer says {OLD!r} in {CLAIM}; choose another change in {Path(__file__).name}")
    page.write_text(before + start + rest.replace(OLD, NEW, 1))
    return page.stem


def rests_on(claim: str) -> list[str]:
    """What cites a claim, errata that it corrects included."""
    found = [c.id for page in pages() for c in page.claims if any(claim in link.by for link in c.links)]
    return found + [e.id for page in pages() for e in page.errata if e.instead == claim or any(name == claim for _, name in e.readings)]


def sound(run: Run) -> Run:
    if run.code == 2:
        raise RuntimeError(run.out[-500:])
    return run


def compare(every: bool) -> Comparison:
    # The copy of whole_library.py is as good as new if what it holds is what the checkout holds.
    same = all(
        (FOLDER / "derivations" / f.name).is_file() and (FOLDER / "derivations" / f.name).read_bytes() == f.read_bytes()
        for f in (ROOT / "derivations").glob("*.py")
    )
    if not same or not (FOLDER / "cache").is_dir():
        copy(FOLDER)
    shutil.rmtree(FOLDER / "reports", ignore_errors=True)
    first = sound(in_copy(*VERIFY))
    again = [sound(in_copy(*VERIFY)) for _ in range(TURNS)]
    before = entries()
    page = change()
    changed = sound(in_copy(*VERIFY))
    new = entries() - before
    copy_back(page)
    kinds = Counter(kind for kind, _ in new)
    citing = rests_on(f"{PAGE}.{CLAIM}")
    unchanged = statistics.median(run.wall for run in again)
    only = kinds["decision"] <= 1 + len(citing) and kinds["witness"] <= 1
    return Comparison(
        name="verify_again",
        title="9. Verify again",
        text=f"`make verify` in a copy of the library whose claims are in its cache: writing the reports, then {TURNS} times with "
        f"nothing changed, then with {PAGE}.{CLAIM} changed in its last line, which {len(citing)} others cite. What runs is counted by "
        "what is new in the cache.",
        head=["", "wall", "work of all processes", "memory of the largest process"],
        rows=[
            [name, seconds(wall), seconds(run.work), f"{run.peak / 2**20:,.0f} MiB"]
            for name, wall, run in (
                ("with every claim in the cache", first.wall, first),
                ("again, nothing changed", unchanged, again[-1]),
                ("one claim changed", changed.wall, changed),
            )
        ],
        goals=[
            at_most("nothing changed: under 0.5 s", unchanged, 0.5, seconds),
            Goal(
                "one claim changed: only that claim and what cites it runs",
                f"{kinds['decision']} decided of 1 + {len(citing)} expected, {kinds['witness']} witnessed of 1",
                only,
            ),
        ],
        tools=versions("sympy", "jax"),
        bars=[Bar("verify again, nothing changed: the goal over the time", ratio(0.5, unchanged), 1.0)],
        notes=[
            f"With one claim changed it took {seconds(changed.wall)}: {', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))} "
            "new in the cache.",
        ],
        memory={"make verify, claims in the cache": first.peak, "make verify, nothing changed": max(run.peak for run in again)},
    )


def copy_back(page: str) -> None:
    shutil.copy(ROOT / "derivations" / f"{page}.py", FOLDER / "derivations" / f"{page}.py")


if __name__ == "__main__":
    sys.exit(main(compare))
