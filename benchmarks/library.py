"""What the comparisons are made of: the library's lines as questions, their mutants, and the library proved without a witness."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

import mutants  # noqa: E402
from derive.check import Checked, check_pages  # noqa: E402
from derive.jobs import Pool  # noqa: E402
from derive.judgement import Decided  # noqa: E402
from derive.kernel.question import Question  # noqa: E402
from derive.memory import Memory  # noqa: E402
from derive.outcome import Witness  # noqa: E402
from derive.statement.claim import Claim, Erratum, Page  # noqa: E402
from derive.statement.term import subterms  # noqa: E402


@dataclass(frozen=True)
class Asked:
    """One question, where it comes from, and what is known of its truth: a line of the library is true."""

    name: str
    question: Question
    mutant: bool = False
    kind: str = ""  # of the change that made a mutant


@cache
def pages() -> tuple[Page, ...]:
    """Every page of the library, as data."""
    return tuple(mutants.library([]))


def claims() -> dict[str, Claim]:
    return {c.id: c for page in pages() for c in page.claims}


def lines() -> list[Asked]:
    """Every line of the library that stands by itself."""
    return [Asked(f"{claim}, link {k + 1}", question) for page in pages() for claim, k, question in mutants.links(page)]


def mutants_of(asked: Sequence[Asked], each: int) -> Iterator[Asked]:
    """At most so many mutants of each line, one of every kind before the second of any."""
    for line in asked:
        for m in mutants.sample(mutants.changed(line.name, 0, line.question), each):
            yield Asked(f"{line.name}, {m.kind} {m.key[:6]}", m.question, True, m.kind)


def is_fixed(question: Question) -> bool:
    """Whether it speaks of numbers alone: no symbolic size, no free index."""
    return not question.sizes and not question.indices


def ops(question: Question) -> set[str]:
    return {u.op for t in question.everything for u in subterms(t)}


class NoWitness(Memory):
    """A memory that knows no decision and says of every witness that it did not run: what is left is the proofs."""

    def __init__(self) -> None:
        pass  # no cache is read or written

    def decision(self, item: Claim | Erratum, key: str) -> Decided | None:
        return None

    def keep_decision(self, key: str, found: Decided) -> None:
        pass

    def witness(self, claim: Claim, key: str) -> Witness:
        return Witness("NOT_RUN")

    def keep_witness(self, key: str, found: Witness) -> None:
        pass


def prove_all(jobs: int, names: Sequence[str] = ()) -> Checked:
    """Every claim and erratum decided and rechecked in so many processes, without a witness."""
    chosen = [p for p in pages() if not names or p.name in names]
    with Pool(jobs) as pool:
        return check_pages(chosen, pages(), pool=pool, memory=NoWitness())
