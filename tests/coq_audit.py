#!/usr/bin/env python3
"""Put the proved equations of the library to Coq, and mutants of them: it has to accept the first and reject the second.

usage: coq_audit.py [PAGE ...] [--jobs N] [--mutants N] [--build FOLDER] [--summary FILE]     exit 1 where Coq does otherwise
Each line of a PROVED claim that is an equation of smooth terms is written out at small sizes: an instance of the claim, not the claim.
Coq knows nothing of the kernel. A mutant is a changed line that the kernel refutes at a point where both sides have a value; it is
written out at the sizes of that point, beside the line as it was, which has to be accepted.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

import derive.coq
import mutants as changes
from derive.coq.instance import Outside
from derive.coq.lemma import Lemma, lemma
from derive.kernel import points
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.recheck.setting import Setting, Shape, exactly, setting, shapes
from derive.statement.claim import Claim, Page

ROOT = changes.ROOT
PRELUDE = Path(derive.coq.__file__).with_name("prelude.v")
HEAD = "Require Import prelude.\nOpen Scope R_scope.\n\n"
SECONDS = 600  # of work that Coq may spend on one file: a safety net
MUTANT = 120  # seconds for a mutant, by the clock on the wall


# What is asked


@dataclass
class Asked:
    """What became of the lines of one page: lemmas, and the reasons why others are left out."""

    page: str
    claims: set[str] = field(default_factory=set)
    lines: Counter[str] = field(default_factory=Counter)  # "exported", or why a line is not
    lemmas: list[Lemma] = field(default_factory=list)
    whole: int = 0  # claims every line of which is exported
    open: list[str] = field(default_factory=list)  # lemmas that Coq did not accept, with its words


def proved() -> set[str]:
    """The claims that are PROVED, as the committed list says."""
    found = (line.partition(": ") for line in (ROOT / "docs" / "trust.txt").read_text().splitlines())
    return {name for name, _, words in found if words.split(";")[0] == "PROVED"}


def equations(claim: Claim) -> Iterator[tuple[int, Question]]:
    """The lines of a chain that are equations, as questions without the kernel's reading of the hypotheses."""
    lefts = [claim.first, *(link.right for link in claim.links)]
    for k, (left, link) in enumerate(zip(lefts, claim.links, strict=False)):
        if left is not None and link.relation == "eq":
            yield k, Question(left, link.right, "eq", claim.given)


def setting_of(claim: Claim) -> Setting:
    return setting([t for t in (claim.first, *(link.right for link in claim.links)) if t is not None], claim.given)


def small_shapes(claim: Claim, s: Setting) -> list[Shape]:
    """Sizes of 1, 2, 3, with indices that differ and that meet; the same in every run."""
    return shapes(s, Random(int.from_bytes(blake2b(claim.id.encode(), digest_size=8).digest())))


def ask(page: Page, trusted: set[str]) -> Asked:
    """The lemmas of one page."""
    found = Asked(page.name)
    for claim in page.claims:
        if claim.id not in trusted:
            continue
        found.claims.add(claim.id)
        s, whole = setting_of(claim), bool(claim.links)
        for k, q in equations(claim):
            word = "no instance"
            for i, shape in enumerate(small_shapes(claim, s)):
                try:
                    found.lemmas.append(lemma(f"{claim.id.partition('.')[2]}_{k + 1}_{i + 1}", s, q.lhs, q.rhs, shape))
                    word = "exported"
                except Outside as reason:
                    word = word if word == "exported" else str(reason)
            found.lines[word] += 1
            whole = whole and word == "exported"
        found.whole += whole and all(link.relation == "eq" for link in claim.links)
    return found


# Coq


def coqc(file: Path) -> subprocess.CompletedProcess[str]:
    """Coq on one file, in the folder of that file; a limit counts its work, not its waiting."""
    limited = ["sh", "-c", f"ulimit -t {SECONDS}; exec coqc -q {file.name}"]
    return subprocess.run(limited, cwd=file.parent, capture_output=True, text=True)


def prepare(build: Path) -> None:
    """The prelude, compiled."""
    build.mkdir(parents=True, exist_ok=True)
    shutil.copy(PRELUDE, build / "prelude.v")
    done = coqc(build / "prelude.v")
    if done.returncode:
        raise SystemExit(f"Coq does not accept the prelude: {done.stderr.strip()}")


def not_accepted(name: str, lemmas: Sequence[Lemma], build: Path) -> list[str]:
    """The lemmas that Coq does not accept, each with what it says; after one of those it goes on with the next."""
    rest, found = list(lemmas), []
    while rest:
        file = build / f"{name}.v"
        file.write_text(HEAD + "\n".join(map(str, rest)))
        done = coqc(file)
        if not done.returncode:
            break
        place = re.search(r"line (\d+), ", done.stderr)
        if place is None:
            raise SystemExit(f"coqc {file}: {done.stderr.strip() or 'it ran out of time'}")
        line, k = int(place[1]) - HEAD.count("\n"), 0
        while line > (height := str(rest[k]).count("\n") + 1):
            line, k = line - height, k + 1
        words = " ".join(done.stderr.partition("Error:")[2].split())
        found.append(f"{name}.{rest[k].name}: {words[:200]}")
        rest = rest[k + 1 :]
    return found


# Mutants


@dataclass(frozen=True)
class Trial:
    """One changed line at the point that refutes it, and the line as it was at the same shape."""

    name: str
    kind: str
    changed: Lemma
    before: Lemma

    def __str__(self) -> str:
        return "\n".join(_goal(f"{self.name} {word}", x) for word, x in (("changed", self.changed), ("before", self.before)))


def _goal(name: str, asked: Lemma) -> str:
    """A goal that Coq tries to prove, and says what came of it; its statement has to be one, or the file fails."""
    *start, last = asked.tactics
    steps = ";\n    ".join(f"({t})" for t in start)
    return (
        f"Goal {asked.statement}.\nProof.\n  tryif timeout {MUTANT} ({steps})\n"
        f'  then tryif solve [timeout {MUTANT} ({last})] then idtac "{name}: accepted" else idtac "{name}: rejected"\n'
        f'  else idtac "{name}: rejected early".\nAbort.\n'
    )


def trials(page: Page, trusted: set[str]) -> Iterator[Trial]:
    """A mutant of each exported line, another kind of change for each; those that fail for want of a value are passed over."""
    turn = 0
    for claim in page.claims:
        if claim.id not in trusted:
            continue
        s = setting_of(claim)
        for k, q in equations(claim):
            every = list(changes.sample(changes.changed(claim.id, k, q), 3 * len(changes.KINDS)))
            for m in every[turn % len(every) :] + every[: turn % len(every)]:
                shape = _refuted_at(m.question, s) if m.kind != "relation" else None
                if shape is None or not all(exactly(h, shape.sizes, shape.at) for h in s.filters):
                    continue
                mine = setting([m.question.lhs, m.question.rhs], m.question.given)
                try:
                    name = f"{claim.id}.{k + 1}"
                    yield Trial(name, m.kind, lemma(name, mine, *m.question.sides, shape), lemma(name, s, q.lhs, q.rhs, shape))
                except Outside:
                    continue
                break
            turn += 1


def _refuted_at(q: Question, s: Setting) -> Shape | None:
    """The shape of a point at which both sides have values that differ."""
    try:
        found = points.search(q, Budget(400, 2.0), 0)
    except Exhausted:
        return None
    if found is None or "undefined" in (found.lhs, found.rhs):
        return None
    at = dict(found.at)
    sizes = {t: int(at[t.args[0]]) for t in (*s.sizes, *q.sizes) if t.args[0] in at}
    own = {t: int(at[t.args[0]]) for t in (*s.own, *q.indices) if t.args[0] in at}
    return Shape(sizes, own)


def try_mutants(name: str, asked: Sequence[Trial], build: Path) -> Counter[str]:
    """How many were rejected, and what else came out, in words."""
    file = build / f"{name}_mutants.v"
    file.write_text(HEAD + "\n".join(map(str, asked)))
    done = coqc(file)
    if done.returncode:
        raise SystemExit(f"coqc {file}: {done.stderr.strip() or 'it ran out of time'}")
    said = dict(line.rsplit(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    found: Counter[str] = Counter()
    for t in asked:
        if said[f"{t.name} before"] != "accepted":
            found[f"NOT TRIED, since the line as it was is not accepted there: {t.name}"] += 1
        elif said[f"{t.name} changed"] == "accepted":
            found[f"ACCEPTED {t.name}, {t.kind}: {t.changed.statement}"] += 1
        else:
            found[said[f"{t.name} changed"]] += 1
    return found


# Reports


INTRODUCTION = """# What Coq says

The proved equations of the library, each line written out at small sizes and put to [Coq](https://coq.inria.fr), which has a kernel of its
own and knows nothing of ours. What that shows, and what it does not, stands in [trust.md](trust.md). This page is generated by `make coq`.

"""


def table(pages: Sequence[Asked]) -> str:
    """Pages, lines and lemmas, and why lines were left out."""
    total: Counter[str] = sum((p.lines for p in pages), Counter())
    lemmas, open_ = sum(len(p.lemmas) for p in pages), sum(len(p.open) for p in pages)
    rows = [
        ("pages with lemmas", sum(bool(p.lemmas) for p in pages)),
        ("claims that are PROVED", sum(len(p.claims) for p in pages)),
        ("claims of which every line is put to Coq", sum(p.whole for p in pages)),
        ("lines that are equations", total.total()),
        ("of these put to Coq", total["exported"]),
        *((f"left out: {word}", n) for word, n in total.most_common() if word != "exported"),
        ("lemmas, one for each line and shape", lemmas),
        ("lemmas that Coq accepts", lemmas - open_),
        ("lemmas that Coq does not close", open_),
    ]
    return "| | |\n|---|---|\n" + "".join(f"| {words} | {n} |\n" for words, n in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="*")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--mutants", type=int, default=300)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "coq")
    parser.add_argument("--summary", type=Path)
    args = parser.parse_args()
    if shutil.which("coqc") is None:
        print("SKIPPED: coqc is missing, so Coq was asked nothing; on Debian: apt-get install coq")
        return 0
    prepare(args.build)
    trusted, pages = proved(), changes.library(args.page)
    asked = [ask(p, trusted) for p in pages]
    with ThreadPoolExecutor(args.jobs) as pool:
        for p, found in zip(asked, pool.map(lambda p: not_accepted(p.page, p.lemmas, args.build), asked), strict=True):
            p.open = found
            if p.lemmas:
                print(f"{p.page:34} {len(p.lemmas):4} lemmas, {len(p.lemmas) - len(found):4} accepted", *found, sep="\n    ", flush=True)
        every = [(p.name, list(trials(p, trusted))) for p in pages] if args.mutants else []
        kept = _thinned(every, args.mutants)
        answers: Counter[str] = sum(pool.map(lambda a: try_mutants(*a, args.build), kept), Counter())
    said = table(asked)
    rejected = answers["rejected"] + answers["rejected early"]
    if args.mutants:
        said += f"\n{answers.total()} mutants of these lines, each false at the sizes where it was written out: {rejected} rejected, "
        said += f"{answers['rejected']} of them at the equation itself and {answers['rejected early']} on the way to it.\n"
    print(f"\n{said}")
    print(*(word for word in answers if not word.startswith("rejected")), sep="\n")
    if args.summary:
        args.summary.write_text(INTRODUCTION + said)
    return bool(any(p.open for p in asked) or any(word.startswith("ACCEPTED") for word in answers))


def _thinned(every: list[tuple[str, list[Trial]]], most: int) -> list[tuple[str, list[Trial]]]:
    """Of all trials as many as are wanted, evenly over the pages."""
    step = max(1, -(-sum(len(t) for _, t in every) // max(1, most)))
    flat = [(name, t) for name, mine in every for t in mine]
    kept = list(islice(flat, 0, None, step))
    return [(name, mine) for name, _ in every if (mine := [t for n, t in kept if n == name])]


if __name__ == "__main__":
    sys.exit(main())
