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
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
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
from derive.statement.term import KINKS, subterms

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
    equalities: int = 0  # claims all of whose lines are equations
    whole: int = 0  # of these, claims every line of which is exported
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
        s = setting_of(claim)
        equality = whole = bool(claim.links) and all(link.relation == "eq" for link in claim.links)
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
        found.equalities += equality
        found.whole += whole
    return found


# Coq


def coqc(file: Path) -> subprocess.CompletedProcess[str]:
    """Coq on one file, in the folder of that file; a limit counts its work, not its waiting."""
    limited = ["sh", "-c", f"ulimit -t {SECONDS}; exec coqc -q {file.name}"]
    return subprocess.run(limited, cwd=file.parent, capture_output=True, text=True)


def stands(file: Path, text: str) -> bool:
    """Whether Coq has accepted this very text already, and the prelude has not changed since."""
    made = file.with_suffix(".vo")
    if not made.exists() or file.read_text() != text:
        return False
    return made.stat().st_mtime >= max(file.stat().st_mtime, (file.parent / "prelude.vo").stat().st_mtime)


def prepare(build: Path) -> None:
    """The prelude, compiled."""
    build.mkdir(parents=True, exist_ok=True)
    if stands(build / "prelude.v", PRELUDE.read_text()):
        return
    shutil.copyfile(PRELUDE, build / "prelude.v")
    done = coqc(build / "prelude.v")
    if done.returncode:
        raise SystemExit(f"Coq does not accept the prelude: {done.stderr.strip()}")


def not_accepted(name: str, lemmas: Sequence[Lemma], build: Path) -> list[str]:
    """The lemmas that Coq does not accept, each with what it says; after one of those it goes on with the next."""
    rest, found = list(lemmas), []
    file = build / f"{name}.v"
    while rest:
        text = HEAD + "\n".join(map(str, rest))
        if stands(file, text):
            break
        file.write_text(text)
        done = coqc(file)
        if not done.returncode:
            break
        place = re.search(r"line (\d+), .*\nError", done.stderr)
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


def trials(pages: Sequence[Page], trusted: set[str], most: int) -> dict[str, list[Trial]]:
    """A mutant of every line, or of as many as are wanted, evenly over the pages; another kind of change for each."""
    lines = [(p, claim, k, q) for p in pages for claim in p.claims if claim.id in trusted for k, q in equations(claim) if smooth(q)]
    chosen = dict.fromkeys(i * len(lines) // most for i in range(most)) if lines else {}
    found: dict[str, list[Trial]] = {}
    for turn, i in enumerate(chosen):
        page, claim, k, q = lines[i]
        trial = next(mutants_of(claim, k, q, turn), None)
        if trial is not None:
            found.setdefault(page.name, []).append(trial)
    return found


def smooth(q: Question) -> bool:
    return not any(u.op in (*KINKS, "integral") for t in q.sides for u in subterms(t))


def mutants_of(claim: Claim, k: int, q: Question, turn: int) -> Iterator[Trial]:
    """The mutants of one line that fail where both sides have a value, starting at another kind of change each turn."""
    s = setting_of(claim)
    every = list(changes.sample(changes.changed(claim.id, k, q), 3 * len(changes.KINDS)))
    start = turn % max(1, len(every))
    for m in every[start:] + every[:start]:
        shape = _refuted_at(m.question, s)
        if shape is None or not all(exactly(h, shape.sizes, shape.at) for h in s.filters):
            continue
        mine = setting(m.question.sides, m.question.given)
        try:
            yield Trial(f"{claim.id}.{k + 1}", m.kind, lemma("it", mine, *m.question.sides, shape), lemma("it", s, *q.sides, shape))
        except Outside:
            continue


def _refuted_at(q: Question, s: Setting) -> Shape | None:
    """The shape of a point at which both sides have values that differ."""
    try:
        found = points.search(q, Budget(400, 2.0), 0)
    except Exhausted:
        return None
    if found is None or "undefined" in (found.lhs, found.rhs):
        return None
    at = dict(found.at)
    # What the change took out of the line has no value there: any will do for the line as it was.
    sizes = {t: int(at.get(t.args[0], 1)) for t in (*s.sizes, *q.sizes)}
    own = {t: int(at.get(t.args[0], 0)) for t in (*s.own, *q.indices)}
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
        ("of these, claims all of whose lines are equations", sum(p.equalities for p in pages)),
        ("of these, claims all of whose lines are put to Coq", sum(p.whole for p in pages)),
        ("lines of any claim that are equations", total.total()),
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
    parser.add_argument("--mutants", type=int, default=600)
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
        tried = trials(pages, trusted, args.mutants) if args.mutants else {}
        answers: Counter[str] = sum(pool.map(lambda a: try_mutants(*a, args.build), tried.items()), Counter())
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


if __name__ == "__main__":
    sys.exit(main())
