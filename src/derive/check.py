"""Check: a claim goes to the kernel and to the witness, and comes back as an outcome.

`decide` takes two SymPy expressions; `check_page` and `check_pages` take pages as data. Nothing here mints a verdict.
"""

from __future__ import annotations

import contextlib
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from derive import keys
from derive.errors import DeriveError
from derive.jobs import Call, Lost, Pool, run_here
from derive.judgement import Decided, Judge, claim_result, findings_of_claim
from derive.kernel import chain
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.verdict import Counterexample, Status, Verdict
from derive.memory import Memory, lines
from derive.outcome import LinkOutcome, Outcome, Repair, Witness
from derive.statement.claim import Claim, Erratum, Link, Page
from derive.statement.term import Term, subterms

TIMEOUT = 60.0  # seconds of work a claim may take; a safety net, far above what rule steps allow
SLOWER, GRACE = 3, 5.0  # a process is killed after this many times the timeout, and some seconds, of work
REPAIR_LIMIT = 60.0  # seconds that the search for repairs of one claim may take
WITNESS_LIMIT = 300.0  # seconds that the witness of one page may take


# One claim


def decide_item(item: Claim | Erratum, cited: Mapping[str, Claim], seconds: float) -> Decided:
    """What the kernel says of a claim, or of the formula that an erratum printed; an error becomes a fault, never an exception."""
    # Imported here: the process that asks for outcomes loads no rule of the kernel, its workers do.
    from derive.kernel.claims import clock, decide_claim, refute_claim_at
    from derive.kernel.proof import overruns

    claim = item.printed if isinstance(item, Erratum) else item
    if claim is None:
        return Decided(())
    start, before = time.monotonic(), overruns()
    try:
        verdicts, ends = decide_claim(claim, cited, clock(seconds))
        at = None
        if isinstance(item, Erratum) and item.refuted_at:
            at, verdicts = refute_claim_at(claim, verdicts, item.refuted_at)
    except DeriveError as error:
        return _stopped(claim, error.message, time.monotonic() - start, fault=True)
    except Exception as error:  # a bug of ours in one claim must not lose the others
        trace = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{trace.filename.rpartition('/')[2]}:{trace.lineno}"
        return _stopped(claim, f"internal error: {type(error).__name__}: {error} ({where})", time.monotonic() - start, fault=True)
    links = tuple(LinkOutcome(relation, why, v) for (relation, why), v in zip(lines(claim), verdicts, strict=True))
    again, note = recheck_claim(claim, verdicts)
    return Decided(links, ends, time.monotonic() - start, at, recheck=again, recheck_note=note, settled=overruns() == before)


def recheck_claim(claim: Claim, verdicts: Sequence[Verdict]) -> tuple[str, str]:
    """What the second checker says of a claim that is proved, and why; an error of it is no answer, never an exception."""
    if any(v.status is not Status.PROVED for v in verdicts):
        return "NOT_RUN", "there is no proof"
    from derive.recheck import recheck

    try:
        found = recheck(claim, [v.steps for v in verdicts])
    except Exception as error:  # a bug of the second checker is no pass, and no reason to lose the proof
        return "NOT_RUN", f"{type(error).__name__}: {error}".splitlines()[0]
    return found.status, found.note


def _stopped(claim: Claim | None, why: str, seconds: float = 0.0, *, fault: bool = False) -> Decided:
    """A claim that got no answer: every line of it is UNKNOWN."""
    links = tuple(LinkOutcome(relation, reason, chain.stop(why)) for relation, reason in (lines(claim) if claim else ()))
    return Decided(links, None, seconds, fault=why if fault else "", settled=False)


# Whole pages


@dataclass(frozen=True)
class Checked:
    """The outcomes of some pages, the errors that claims raised while they were decided, and whether all of it was settled."""

    outcomes: list[Outcome]
    errors: list[DeriveError]
    settled: bool = True  # no clock had a hand in it, nothing was lost: another run would say the same


def check_page(page: Page, library: Sequence[Page] = (), *, seed: int = 0, timeout: float = TIMEOUT) -> list[Outcome]:
    """The outcomes of one page, decided in this process; `library` holds the pages that it cites."""
    return check_pages([page], library, seed=seed, timeout=timeout).outcomes


def check_pages(
    pages: Sequence[Page],
    library: Sequence[Page] = (),
    *,
    pool: Pool | None = None,
    seed: int = 0,
    timeout: float = TIMEOUT,
    wanted: Callable[[Claim | Erratum], bool] = lambda item: True,
    report: Callable[[int, int], None] = lambda done, of: None,
    memory: Memory | None = None,
    repair: bool = False,
) -> Checked:
    """The outcomes of the wanted claims and errata of these pages, in the order of pages and lines.

    What they cite is decided too, on whatever page it stands. What is in memory is not asked again. Without a pool everything runs in
    this process, where a time limit cannot kill. `repair` looks for what would make a refuted claim true.
    """
    claims = {c.id: c for page in (*library, *pages) for c in page.claims}
    items = [i for page in pages for i in items_of(page) if wanted(i)]
    needed = _with_citations(items, claims)
    witnesses, decided = dict[str, Witness](), dict[str, Decided]()
    asked: list[_Asked] = []
    for page in pages:
        group = _Witnessing(_to_witness(page, items), seed)
        witnesses |= group.recall(memory) if memory else {}
        if rest := [c for c in group.claims if c.id not in witnesses]:
            asked.append(replace(group, claims=rest))
    for item in needed:
        one = _Deciding(item, {name: claims[name] for name in _cites(item) if name in claims}, timeout)
        if memory and (known := one.recall(memory)):
            decided[item.id] = known
        else:
            asked.append(one)

    # What is long comes first, so that no worker is left with it in the end.
    asked.sort(key=lambda a: a.size, reverse=True)

    def keep(place: int, answer: Any) -> None:
        if memory is not None and not isinstance(answer, Lost):
            asked[place].keep(memory, answer)

    calls = [a.call() for a in asked]
    answers = pool.run(calls, report, keep) if pool else run_here(calls, report, keep)
    for a, answer in zip(asked, answers, strict=True):
        if isinstance(a, _Witnessing):
            witnesses |= a.found(answer)
        else:
            decided[a.item.id] = a.found(answer)
    settled = all(found.settled for found in decided.values()) and not any(isinstance(answer, Lost) for answer in answers)
    judge = Judge(claims, decided, witnesses)
    errors = [DeriveError(found.fault, file=item.file, line=item.line) for item in needed if (found := decided[item.id]).fault]
    checked = Checked([judge.outcome(item) for item in items], errors, settled)
    return _with_repairs(checked, pool) if repair else checked


def _with_repairs(checked: Checked, pool: Pool | None) -> Checked:
    """The same, and with each claim that is refuted and should not be what makes it true. An erratum states its correction."""
    outcomes = checked.outcomes
    broken = [o for o in outcomes if o.result == "refuted" and isinstance(o.item, Claim)]
    calls = [Call(repairs_of, (o.item, o.links), REPAIR_LIMIT) for o in broken]
    answers = pool.run(calls) if pool else run_here(calls)
    found = {o.item.id: ((), False) if isinstance(answer, Lost) else answer for o, answer in zip(broken, answers, strict=True)}
    outcomes = [replace(o, repairs=found[o.item.id][0]) if o.item.id in found else o for o in outcomes]
    return replace(checked, outcomes=outcomes, settled=checked.settled and all(settled for _, settled in found.values()))


def repairs_of(claim: Claim, links: Sequence[LinkOutcome]) -> tuple[tuple[Repair, ...], bool]:
    """What makes the first refuted link of a claim true, and whether no clock had a hand in it; an error is never an exception."""
    from derive.kernel.proof import overruns
    from derive.repairs import repair_claim

    before = overruns()
    try:
        return repair_claim(claim, links), overruns() == before
    except Exception:  # a suggestion is no part of the verdict: whatever goes wrong there, the verdict stays
        return (), False


def items_of(page: Page) -> list[Claim | Erratum]:
    """The claims and errata of a page in the order of its lines."""
    items: list[Claim | Erratum] = [*page.claims, *page.errata]
    return sorted(items, key=lambda item: (item.line, item.id))


def witness_claims(claims: Sequence[Claim], seed: int) -> dict[str, Witness] | Lost:
    """What JAX says of the claims of one page, compiled together; an error of the witness is no answer, never an exception."""
    # Several workers may share an accelerator: none takes all its memory before it needs it, as JAX would.
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    try:
        from derive.witness import witness_page

        return dict(witness_page(claims, seed))
    except Exception as error:  # JAX missing, or a bug in the witness: not a pass, and no reason to lose the proofs
        return Lost(f"{type(error).__name__}: {error}".splitlines()[0])


def make_ready() -> None:
    """Load what deciding and witnessing takes, before there is anything to decide."""
    import derive.kernel.claims  # noqa: F401

    with contextlib.suppress(ImportError):  # without JAX there are proofs all the same
        from derive.witness.device import load

        load()


def _with_citations(items: Iterable[Claim | Erratum], claims: Mapping[str, Claim]) -> list[Claim | Erratum]:
    """These items and all that they rest on, each once."""
    found: dict[str, Claim | Erratum] = {}
    waiting = list(items)[::-1]
    while waiting:
        item = waiting.pop()
        if item.id not in found:
            found[item.id] = item
            waiting += [claims[name] for name in reversed(_cites(item)) if name in claims]
    return list(found.values())


def _cites(item: Claim | Erratum) -> tuple[str, ...]:
    if isinstance(item, Claim):
        return tuple(name for link in item.links for name in link.by)
    return (*((item.instead,) if item.instead else ()), *(claim for _, claim in item.readings))


def _to_witness(page: Page, items: Sequence[Claim | Erratum]) -> list[Claim]:
    chosen = {i.id for i in items}
    return [c for c in page.claims if c.id in chosen] + [e.printed for e in page.errata if e.id in chosen and e.printed]


def _size(claim: Claim) -> int:
    """How many different subterms a claim has: about as long as it will take."""
    form = [part for _, part in claim.form.parts] if claim.form is not None else []
    terms = [claim.first, *(link.right for link in claim.links), *claim.given, *form]
    return len({u for t in terms if isinstance(t, Term) for u in subterms(t)})


@dataclass(frozen=True)
class _Deciding:
    """One item, to be decided."""

    item: Claim | Erratum
    cited: dict[str, Claim]
    timeout: float

    @property
    def claim(self) -> Claim | None:
        return self.item.printed if isinstance(self.item, Erratum) else self.item

    @property
    def size(self) -> int:
        return _size(self.claim) if self.claim is not None else 0

    @cached_property
    def key(self) -> str:
        return keys.of_decision(self.item, self.cited, self.timeout)

    def recall(self, memory: Memory) -> Decided | None:
        found = memory.decision(self.item, self.key)
        if found is None or self.claim is None:
            return found
        # A proof that was kept counts only where the second checker, asked again, has nothing against the claim.
        again, note = recheck_claim(self.claim, [link.verdict for link in found.links])
        if again == "DISAGREES":
            memory.cache.report(f"a proof of {self.item.id} was kept, and the second checker disagrees: {note}; it is decided anew")
            return None
        return replace(found, recheck=again, recheck_note=note)

    def call(self) -> Call:
        return Call(decide_item, (self.item, self.cited, self.timeout), SLOWER * self.timeout + GRACE)

    def keep(self, memory: Memory, answer: Decided) -> None:
        memory.keep_decision(self.key, answer)

    def found(self, answer: Decided | Lost) -> Decided:
        if isinstance(answer, Decided):
            return answer
        return _stopped(self.claim, answer.why)


@dataclass(frozen=True)
class _Witnessing:
    """The claims of one page, to be witnessed together."""

    claims: list[Claim]
    seed: int

    @property
    def size(self) -> int:
        return sum(map(_size, self.claims))

    @cached_property
    def key_of(self) -> dict[str, str]:
        return {c.id: keys.of_witness(c, self.seed) for c in self.claims}

    def recall(self, memory: Memory) -> dict[str, Witness]:
        """What is known of some of them: none has a say in what is said of another."""
        return {c.id: found for c in self.claims if (found := memory.witness(c, self.key_of[c.id])) is not None}

    def call(self) -> Call:
        return Call(witness_claims, (self.claims, self.seed), WITNESS_LIMIT)

    def keep(self, memory: Memory, answer: dict[str, Witness]) -> None:
        for c in self.claims:
            memory.keep_witness(self.key_of[c.id], answer[c.id])

    def found(self, answer: dict[str, Witness] | Lost) -> dict[str, Witness]:
        return {c.id: Witness("NOT_RUN", note=answer.why) for c in self.claims} if isinstance(answer, Lost) else answer


_Asked = _Deciding | _Witnessing


# Two expressions that we did not write


class Decision(Outcome):
    """The outcome of `decide`: the verdict at once; witness, recheck, result and repairs only when somebody asks."""

    item: Claim
    verdict: Verdict
    question: Question | None  # none for a limit

    def __init__(self, claim: Claim, verdict: Verdict, seconds: float, question: Question | None = None) -> None:
        ((relation, why),) = lines(claim)
        links = (LinkOutcome(relation, why, verdict),)
        for name, value in (
            ("question", question), ("item", claim), ("verdict", verdict), ("links", links), ("ends", None),
            ("seconds", seconds), ("readings", ()),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<{self.name}{f' for {self.scope}' if self.scope and self.name == 'PROVED' else ''}>"

    @cached_property
    def witness(self) -> Witness:
        from derive.witness import witness_page, witness_question

        return witness_question(self.question) if self.question is not None else witness_page([self.item])[self.item.id]

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        return repairs_of(self.item, self.links)[0] if self.verdict.name == "REFUTED" else ()

    @cached_property
    def _again(self) -> tuple[str, str]:
        return recheck_claim(self.item, [self.verdict])

    @property
    def recheck(self) -> str:
        return self._again[0]

    @property
    def result(self) -> str:
        return claim_result(self.item, self.verdict, None, self.witness, self.recheck)

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(findings_of_claim(self.result, self.links, None, self.witness, self._again))

    @property
    def name(self) -> str:
        return self.verdict.name

    @property
    def scope(self) -> str:
        return self.verdict.scope

    @property
    def hypotheses(self) -> tuple[str, ...]:
        return self.verdict.hypotheses

    @property
    def oracles(self) -> tuple[str, ...]:
        return self.verdict.oracles

    @property
    def counterexample(self) -> Counterexample | None:
        return self.verdict.counterexample


def decide(lhs: object, rhs: object, relation: str = "eq", given: object = (), timeout: float = 10.0) -> Decision:
    """The outcome of `lhs relation rhs` for two SymPy expressions, under the hypotheses `given`.

    `relation` is eq, ne, le or lt; an equation may have a `Limit` for one of its sides. Raises `ReadError` for what cannot be read:
    a float, an unknown function, an index out of range.
    """
    from derive.kernel.decide import decide as decide_question
    from derive.kernel.forms import decide_form
    from derive.kernel.read import read_limit, read_question

    _check_seconds(timeout)
    start = time.monotonic()
    limit = read_limit(lhs, rhs, relation, given)
    if limit is not None:
        form, facts = limit
        verdict = decide_form(form, facts, Budget(seconds=timeout))
        return Decision(Claim("decide.claim", "", 0, form=form, given=facts), verdict, time.monotonic() - start)
    question = read_question(lhs, rhs, relation, given)
    verdict = decide_question(question, Budget(seconds=timeout))
    claim = Claim("decide.claim", "", 0, question.lhs, (Link(question.relation, question.rhs),), given=question.given)
    return Decision(claim, verdict, time.monotonic() - start, question)


def gradient(expr: object, x: object, *, given: object = (), timeout: float = 10.0) -> object:
    """The gradient of a SymPy expression for all sizes, as a SymPy expression that `decide` proves, in the shortest form found.

    x: a Symbol, an entry `u[j]`, or a whole IndexedBase (then its entry at fresh indices). `given`: relations taken for granted.
    Off kinks where expr has any. Raises DeriveError where no form of it is proved.
    """
    # The module is not called gradient: it would take this function's name in the package.
    from derive.gradients import gradient as find

    _check_seconds(timeout)
    return find(expr, x, given=given, timeout=timeout)


def _check_seconds(timeout: object) -> None:
    """A limit that is no number would be none."""
    if not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise DeriveError(f"timeout is a number of seconds, got {timeout!r}")
