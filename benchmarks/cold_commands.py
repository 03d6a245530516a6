"""The command started cold, in units of `import sympy`: `--version`, `--list`, a page from the cache, a page decided anew.

usage: python benchmarks/cold_commands.py [--all]
"""

from __future__ import annotations

import statistics
import sys
import tempfile

from frame import ROOT, Bar, Comparison, at_most, commands_in_turn, main, ratio, seconds, versions

TURNS = 7
PAGE = "softmax_jacobian"
PY = sys.executable
COMMANDS = {
    "python -c pass": [PY, "-c", "pass"],
    "import sympy": [PY, "-c", "import sympy"],
    "import jax": [PY, "-c", "import jax"],
    "derive --version": [PY, "-m", "derive", "--version"],
    "derive --list": [PY, "-m", "derive", "--list"],
    f"derive {PAGE}, cached": [PY, "-m", "derive", PAGE],
    f"derive {PAGE} --no-cache": [PY, "-m", "derive", PAGE, "--no-cache"],
}
GOALS = {  # command: (unit, at most)
    "derive --version": ("import sympy", 0.3),
    "derive --list": ("import sympy", 0.3),
    f"derive {PAGE}, cached": ("import sympy", 0.5),
    f"derive {PAGE} --no-cache": ("import jax", 1.5),
}


def compare(every: bool) -> Comparison:
    with tempfile.TemporaryDirectory() as cache:
        runs = commands_in_turn(list(COMMANDS.values()), TURNS, DERIVE_CACHE=cache, PYTHONPATH=str(ROOT / "src"))
    broken = [
        f"{name} ended with {run.code}: {run.out[-300:]}" for name, mine in zip(COMMANDS, runs, strict=True) for run in mine if run.code
    ]
    if broken:
        raise RuntimeError(broken[0])
    wall = {name: statistics.median(run.wall for run in mine) for name, mine in zip(COMMANDS, runs, strict=True)}
    work = {name: statistics.median(run.work for run in mine) for name, mine in zip(COMMANDS, runs, strict=True)}
    peak = {name: max(run.peak for run in mine) for name, mine in zip(COMMANDS, runs, strict=True)}
    units = {name: ratio(wall[name], wall[unit]) for name, (unit, _) in GOALS.items()}
    return Comparison(
        name="cold_commands",
        title="7. Cold commands",
        text=f"Each command in a fresh process, {TURNS} times in turn after one run that is not counted; medians. A cached page is "
        "decided in that first run.",
        head=["command", "wall", "work of all its processes", "in units of import sympy", "memory of its largest process"],
        rows=[
            [
                name,
                seconds(wall[name]),
                seconds(work[name]),
                f"{ratio(wall[name], wall['import sympy']):.2f}",
                f"{peak[name] / 2**20:,.0f} MiB",
            ]
            for name in COMMANDS
        ],
        goals=[at_most(f"{name}: at most {most}x `{unit}`", units[name], most) for name, (unit, most) in GOALS.items()],
        tools=versions("sympy", "jax"),
        bars=[Bar(f"{name}: {unit}", ratio(1, units[name]), ratio(1, most)) for name, (unit, most) in GOALS.items()],
        memory={name: peak[name] for name in COMMANDS if name.startswith("derive")},
    )


if __name__ == "__main__":
    sys.exit(main(compare))
