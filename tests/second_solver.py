#!/usr/bin/env python3
"""Put every question that z3 answered for a proof to cvc5 as well.

usage: second_solver.py [PAGE ...] [--seconds S]     exit 1 where cvc5 finds a point that z3 says is not there
The claims are decided anew, and what z3 found contradictory is written down as SMT-LIB. Each question goes to a process of its own, which
is killed when its time is over: then, and where cvc5 says "unknown", the answer rests on z3 alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from derive import catalogue  # noqa: E402
from derive.check import decide_item  # noqa: E402
from derive.kernel import solver  # noqa: E402
from derive.pages import load_all  # noqa: E402
from derive.statement.claim import Claim, Page  # noqa: E402

ASK = """
import sys, cvc5
solver = cvc5.Solver(cvc5.TermManager())
for option in sys.argv[1:]:
    solver.setOption(*option.split("="))
parser = cvc5.InputParser(solver)
parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.stdin.read(), "question")
while not (command := parser.nextCommand()).isNull():
    print(str(command.invoke(solver, parser.getSymbolManager())).strip())
"""
WAYS: tuple[tuple[str, ...], ...] = ((), ("nl-ext-tplanes=true",), ("nl-cov=true",))


@contextmanager
def recorded() -> Iterator[list[str]]:
    """What z3 finds contradictory from here on, as SMT-LIB."""
    texts: list[str] = []
    original = solver.contradictory

    def contradictory(form: Any, facts: Any, budget: Any, *more: Any) -> bool:
        found = original(form, facts, budget, *more)
        built = solver._build(form, facts, *more) if found else None
        if built is not None:
            texts.append(built[0].to_smt2())
        return found

    solver.contradictory = contradictory
    try:
        yield texts
    finally:
        solver.contradictory = original


def ask(text: str, seconds: float) -> str:
    """What cvc5 says: "unsat", "sat", or "unknown" where it does not know in time."""
    for options in WAYS:
        try:
            command = [sys.executable, "-c", ASK, *options]
            done = subprocess.run(command, input="(set-logic ALL)\n" + text, capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
        if done.returncode != 0:
            raise RuntimeError(f"cvc5 cannot read the question: {done.stderr.strip().splitlines()[-1:]}")
        answer = next((line for line in done.stdout.split() if line in ("sat", "unsat")), "unknown")
        if answer != "unknown":
            return answer
    return "unknown"


def questions(claim: Claim, library: dict[str, Claim]) -> list[str]:
    """The questions that z3 answered while this claim was decided, each once."""
    with recorded() as texts:
        decide_item(claim, library, 60.0)
    return list(dict.fromkeys(texts))


def pages() -> list[Page]:
    files = [f for f in sorted(catalogue.library().glob("*.py")) if not f.name.startswith("_")]
    return [p for p in load_all(files) if isinstance(p, Page)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="*")
    parser.add_argument("--seconds", type=float, default=5.0)
    args = parser.parse_args()
    loaded = pages()
    library = {c.id: c for p in loaded for c in p.claims}
    counts: Counter[str] = Counter()
    known: dict[str, str] = {}
    for page in loaded:
        for claim in page.claims if not args.page or page.name in args.page else ():
            answers = []
            for text in questions(claim, library):
                if text not in known:
                    known[text] = ask(text, args.seconds)
                    counts[known[text]] += 1
                answers.append(known[text])
            if set(answers) - {"unsat"}:
                print(f"{claim.id}: {dict(Counter(answers))}", flush=True)
    print(f"{sum(counts.values())} questions that z3 calls contradictory; cvc5: {dict(counts)}")
    return bool(counts["sat"])


if __name__ == "__main__":
    sys.exit(main())
