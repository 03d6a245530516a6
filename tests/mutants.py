#!/usr/bin/env python3
"""Change each claim of the library at one place, and ask the kernel about what comes out: it is refuted, or it is true as well.

usage: mutants.py [PAGE ...] [--each N] [--results FILE] [--seconds S] [--again] [--summary FILE] [-j N] [--scheduler ADDRESS]
Each link of each claim, as its page handed it over, is changed at every place where a kind of change applies (--each N: at N places at
most, shared among the kinds). A mutant that is PROVED is held against the recheck, which shares no code with the kernel; if that
disagrees, the mutant is WRONG, and so is the kernel: exit 1. FILE keeps one line per mutant: a run that was broken off goes on where it
stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from dataclasses import replace as replaced
from itertools import islice, zip_longest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from derive import catalogue  # noqa: E402
from derive.cluster import Cluster  # noqa: E402
from derive.jobs import Call, Lost, Pool, run_here  # noqa: E402
from derive.kernel import points  # noqa: E402
from derive.kernel.atoms import Beyond, Split, Undefined  # noqa: E402
from derive.kernel.cell import Stuck  # noqa: E402
from derive.kernel.decide import prove  # noqa: E402
from derive.kernel.derivative import Unsupported  # noqa: E402
from derive.kernel.proof import Budget, Exhausted  # noqa: E402
from derive.kernel.question import Question  # noqa: E402
from derive.kernel.questions import questions_of  # noqa: E402
from derive.pages import load_all  # noqa: E402
from derive.recheck.compare import compare  # noqa: E402
from derive.statement.claim import Page  # noqa: E402
from derive.statement.term import (  # noqa: E402
    BINDERS,
    HALF,
    MINUS_ONE,
    ONE,
    PROPOSITIONS,
    TWO,
    ZERO,
    Term,
    Tied,
    add,
    delta,
    fn,
    index,
    make,
    mul,
    neg,
    num,
    power,
    replace,
    show,
    sub,
)  # fmt: skip

Path_ = tuple[int, ...]
LONGEST = 4000  # places that are looked at in one claim

KINDS = (
    "sign", "factor dropped", "factor doubled", "term dropped", "index renamed", "index shifted", "transposed", "bound off by one",
    "hypothesis dropped", "branch at a kink", "function swapped", "constant", "relation",
)  # fmt: skip


# The changes: each takes a node and the indices in scope there, and gives other nodes for its place


def signs(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    if t.op not in ("num", "index", "mul", *PROPOSITIONS) or t.op == "mul" and t.args[0] is not MINUS_ONE:
        yield neg(t)


def dropped_factors(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    if t.op == "mul":
        for k, factor in enumerate(t.args):
            if factor is not MINUS_ONE:
                yield mul(*t.args[:k], *t.args[k + 1 :])
    if t.op == "pow":
        yield t.args[0]


def doubled(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    if t.op not in ("num", "index", *PROPOSITIONS):
        yield mul(TWO, t)


def dropped_terms(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    if t.op == "add":
        for k in range(len(t.args)):
            yield add(*t.args[:k], *t.args[k + 1 :])


def renamed(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    places = t.args[3] if t.op == "entry" else t.args if t.op == "delta" else ()
    for k, i in enumerate(places):
        for j in scope if i.op == "index" else ():
            if j is not i and j.args[1] is i.args[1]:
                at = (*places[:k], j, *places[k + 1 :])
                yield make("entry", *t.args[:3], at) if t.op == "entry" else delta(*at)


def shifted(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    """An index that counts, one too far; the neighbour of an entry at a fixed place."""
    if t.op == "entry":
        for k, (i, size) in enumerate(zip(t.args[3], t.args[2], strict=True)):
            if i.op == "num" and size.op == "num":
                for step in (1, -1):
                    if 0 <= i.args[0] + step < size.args[0]:
                        yield make("entry", *t.args[:3], (*t.args[3][:k], num(i.args[0] + step), *t.args[3][k + 1 :]))
    elif t.op == "index":
        yield add(t, ONE)


def transposed(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    if t.op == "entry" and len(t.args[3]) == 2 and t.args[2][0] is t.args[2][1] and t.args[3][0] is not t.args[3][1]:
        yield make("entry", *t.args[:3], t.args[3][::-1])


def shorter(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    """A sum or product without its last term."""
    if t.op in ("sum", "prod"):
        body, i = t.args
        short = index(i.args[0], sub(i.args[1], ONE))
        yield make(t.op, replace(body, {i: short}), short)


def branches(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    op, a = t.op, t.args
    if op == "piecewise" and len(a) >= 4:
        yield make("piecewise", a[2], a[1], a[0], *a[3:])
        yield a[0]
        yield a[2]
    if op in ("max", "min"):
        yield make({"max": "min", "min": "max"}[op], *a)
        yield a[0]
    if op == "abs":
        yield a[0]
    if op == "sign":
        yield make("piecewise", ONE, make("le", ZERO, a[0]), MINUS_ONE, make("true"))
    if op == "heaviside":
        yield make("piecewise", ONE, make("le", ZERO, a[0]), ZERO, make("true"))
        yield fn("heaviside", neg(a[0]))


def swapped(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    op, a = t.op, t.args
    if op == "tanh":
        yield power(add(ONE, fn("exp", neg(a[0]))), -1)
    if op == "pow" and a[1] is MINUS_ONE and a[0].op == "add" and len(a[0].args) == 2 and any(u.op == "exp" for u in a[0].args):
        yield fn("tanh", neg(next(u for u in a[0].args if u.op == "exp").args[0]))
    pairs = {
        "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "floor": "ceiling", "ceiling": "floor", "erf": "tanh", "exp": "cosh",
        "atan": "tanh",
    }  # fmt: skip
    if op in pairs:
        yield fn(pairs[op], *a)
    if op == "log":
        yield fn("log", add(ONE, a[0]))
    if op == "abs":
        yield power(a[0], 2)


def constants(t: Term, scope: tuple[Term, ...]) -> Iterator[Term]:
    if t.op == "num":
        yield num(t.args[0] + 1)
        if t is HALF:
            yield ONE


NODES: dict[str, Callable[[Term, tuple[Term, ...]], Iterator[Term]]] = {
    "sign": signs, "factor dropped": dropped_factors, "factor doubled": doubled, "term dropped": dropped_terms, "index renamed": renamed,
    "index shifted": shifted, "transposed": transposed, "bound off by one": shorter, "branch at a kink": branches,
    "function swapped": swapped, "constant": constants,
}  # fmt: skip


# Places


def places(t: Term, scope: tuple[Term, ...], at: Path_ = ()) -> Iterator[tuple[Path_, Term, tuple[Term, ...]]]:
    """Every node of t that is a number or a truth, with the way to it and the indices in scope there."""
    yield at, t, scope
    inner = (*scope, t.args[1]) if t.op in BINDERS and t.args[1].op == "index" else scope
    skip = (1,) if t.op in BINDERS or t.op == "deriv" else ()
    for k, a in enumerate(t.args):
        if isinstance(a, Term) and k not in skip and t.op not in ("entry", "delta", "index", "sym"):
            yield from places(a, inner, (*at, k))


def put(t: Term, at: Path_, new: Term) -> Term:
    """t with another node at the end of this way."""
    if not at:
        return new
    args = [put(a, at[1:], new) if k == at[0] else a for k, a in enumerate(t.args)]
    fold = {"add": add, "mul": mul, "pow": power, "delta": delta}.get(t.op)
    return fold(*args) if fold is not None else make(t.op, *args)


@dataclass(frozen=True)
class Mutant:
    """One change of one link."""

    claim: str
    link: int
    kind: str
    question: Question

    @property
    def key(self) -> str:
        q = self.question
        words = f"{self.claim} {self.link} {self.kind} {show(q.lhs)} {q.relation} {show(q.rhs)} {'; '.join(map(show, q.given))}"
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def changed(claim: str, link: int, question: Question) -> dict[str, Iterator[Mutant]]:
    """All mutants of one question, kind by kind; the right side first, since what a claim says stands there."""
    scope = tuple(question.indices)

    def at_nodes(kind: str) -> Iterator[Mutant]:
        seen = {question.lhs, question.rhs}
        for side in ("rhs", "lhs"):
            whole = getattr(question, side)
            for at, node, inner in islice(places(whole, scope), LONGEST):
                for other in NODES[kind](node, inner):
                    try:
                        new = put(whole, at, other)
                    except (Tied, ZeroDivisionError, ValueError):
                        continue
                    if new not in seen:
                        seen.add(new)
                        yield Mutant(claim, link, kind, replaced(question, **{side: new}))

    def hypotheses() -> Iterator[Mutant]:
        for h in question.given:
            rest = tuple(g for g in question.given if g is not h)
            schematic = tuple(g for g in question.schematic if g is not h)
            yield Mutant(claim, link, "hypothesis dropped", replaced(question, given=rest, schematic=schematic))

    def relations() -> Iterator[Mutant]:
        for relation in {"le": ("lt", "eq"), "lt": ("eq",), "eq": (), "ne": ("eq",)}.get(question.relation, ()):
            yield Mutant(claim, link, "relation", replaced(question, relation=relation))
        if question.relation in ("le", "lt"):
            yield Mutant(claim, link, "relation", replaced(question, lhs=question.rhs, rhs=question.lhs))

    found = {kind: at_nodes(kind) for kind in NODES}
    return {**found, "hypothesis dropped": hypotheses(), "relation": relations()}


def sample(mutants: dict[str, Iterator[Mutant]], each: int) -> Iterator[Mutant]:
    """At most `each` of them (0: all), one of every kind before the second of any."""
    rounds = (m for row in zip_longest(*mutants.values()) for m in row if m is not None)
    yield from islice(rounds, each or None)


def links(page: Page) -> Iterator[tuple[str, int, Question]]:
    """Every line that its page holds to be true without citing others."""
    for claim in page.claims:
        if claim.form is None and not claim.printed and not claim.unknown:
            for k, (link, question) in enumerate(zip(claim.links, questions_of(claim), strict=True)):
                if not link.by and not link.admits and question.relation in ("eq", "le", "lt", "ne"):
                    yield claim.id, k, question


def library(names: list[str]) -> list[Page]:
    files = [f for f in sorted(catalogue.library().glob("*.py")) if not f.name.startswith("_") and (not names or f.stem in names)]
    loaded = load_all(files)
    broken = [p for p in loaded if not isinstance(p, Page)]
    if broken:
        raise SystemExit(f"{broken[0]}")
    return [p for p in loaded if isinstance(p, Page)]


# Verdicts


def judge(question: Question, seconds: float) -> str:
    """REFUTED, PROVED, UNCHECKED (proved, and out of the recheck's reach), WRONG or UNKNOWN.

    Points come first, since a mutant is false as a rule; then a proof, then more points.
    """
    budget = Budget(60_000, seconds)
    for effort, steps in ((0, 400), (1, 4_000), (None, 0), (2, 20_000)):
        try:
            if effort is not None:
                if points.search(question, Budget(steps, seconds / 2), effort) is not None:
                    return "REFUTED"
            elif _proved(question, budget):
                status = compare([question.lhs, question.rhs], [question.relation], question.given).status
                return {"AGREES": "PROVED", "DISAGREES": "WRONG"}.get(status, "UNCHECKED")
        except Exhausted:
            continue
        except (RecursionError, MemoryError, ValueError):
            return "UNKNOWN"
    return "UNKNOWN"


def _proved(question: Question, budget: Budget) -> bool:
    try:
        prove(question, budget)
    except (Stuck, Beyond, Undefined, Unsupported, Split, Tied):
        return False
    return True


def timed(question: Question, seconds: float) -> tuple[str, float]:
    """The answer, and the seconds that it took."""
    start = time.monotonic()
    return judge(question, seconds), round(time.monotonic() - start, 2)


def run(mutants: Iterable[Mutant], results: Path, seconds: float, again: bool = False, pool: Pool | None = None) -> list[dict[str, object]]:
    """The answer to each mutant, from the results of an earlier run where it has one; `again` asks anew where that was UNKNOWN."""
    mutants = list(mutants)
    known = {line["key"]: line for line in map(json.loads, results.read_text().splitlines())} if results.is_file() else {}
    known = {key: line for key, line in known.items() if not again or line["answer"] != "UNKNOWN"}
    asked = list({m.key: m for m in mutants if m.key not in known}.values())
    with results.open("a") as out:

        def keep(place: int, found: tuple[str, float] | Lost) -> None:
            m = asked[place]
            answer, spent = ("UNKNOWN", 0.0) if isinstance(found, Lost) else found
            known[m.key] = {"key": m.key, "claim": m.claim, "link": m.link, "kind": m.kind, "answer": answer, "seconds": spent}
            if answer != "REFUTED":
                q = m.question
                known[m.key]["mutant"] = f"{show(q.lhs)}  {q.relation}  {show(q.rhs)}  given {'; '.join(map(show, q.given))}"
            print(json.dumps(known[m.key]), file=out, flush=True)

        calls = [Call(timed, (m.question, seconds), 10 * seconds) for m in asked]
        if pool is None:
            run_here(calls, keep=keep)
        else:
            pool.run(calls, keep=keep)
    return [known[m.key] for m in mutants]


def table(answers: list[dict[str, object]]) -> str:
    """What became of the mutants, kind by kind."""
    counts = Counter((str(a["kind"]), str(a["answer"])) for a in answers)
    words = ("REFUTED", "PROVED", "UNCHECKED", "UNKNOWN", "WRONG")
    rows = [[kind, *(counts[kind, w] for w in words)] for kind in KINDS if any(counts[kind, w] for w in words)]
    rows.append(["all", *(sum(counts[kind, w] for kind in KINDS) for w in words)])
    head = "| change | refuted | proved, and the recheck agrees | proved, out of its reach | unknown | proved, and false |\n"
    head += "|---|---|---|---|---|---|\n"
    total = max(1, sum(rows[-1][1:]))
    return (
        head
        + "".join(f"| {' | '.join(map(str, r))} |\n" for r in rows)
        + f"\n{total} mutants, {100 * rows[-1][4] / total:.2f} % unknown.\n"
    )


INTRODUCTION = """# Mutants

Each link of each claim of the library, as its page hands it over, changed at one place: is it refuted at an exact point? A mutant that is
proved instead has to be true: the independent recheck compares both of its sides. This page is generated by `make mutants`.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="*")
    parser.add_argument("--each", type=int, default=12)
    parser.add_argument("--results", type=Path, default=ROOT / ".derive-cache" / "mutants.jsonl")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--again", action="store_true", help="ask anew about mutants that were UNKNOWN, perhaps with more --seconds")
    parser.add_argument("--summary", type=Path)
    parser.add_argument("-j", "--jobs", type=int, default=1, help="worker processes")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="ask on the workers of this dask.distributed scheduler")
    args = parser.parse_args()
    args.results.parent.mkdir(exist_ok=True)
    mutants = (m for page in library(args.page) for at in links(page) for m in sample(changed(*at), args.each))
    with Cluster(args.scheduler) if args.scheduler else Pool(args.jobs) if args.jobs > 1 else nullcontext() as pool:
        answers = run(mutants, args.results, args.seconds, args.again, pool)
    print(table(answers))
    for a in answers:
        if a["answer"] in ("WRONG", "UNKNOWN"):
            print(f"{a['answer']} {a['claim']} link {a['link']}, {a['kind']}: {a.get('mutant', '')}"[:400])
    if args.summary:
        args.summary.write_text(INTRODUCTION + table(answers))
    return any(a["answer"] == "WRONG" for a in answers)


if __name__ == "__main__":
    sys.exit(main())
