"""Check: a claim goes to the kernel and to the witness, and comes back as an outcome.

`decide` takes two SymPy expressions; `check_page` and `check_pages` take pages as data. Nothing here mints a verdict.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from derive.errors import DeriveError
from derive.jobs import Call, Lost, Pool, run_here
from derive.judgement import Decided, Judge, claim_result, compose, findings_of_claim, statement
from derive.kernel import chain
from derive.kernel.hypothesis import sort_out
from derive.kernel.proof import Budget
from derive.kernel.question import Question
from derive.kernel.verdict import Counterexample, Status, Verdict
from derive.outcome import LinkOutcome, Outcome, Witness
from derive.statement.claim import Claim, Erratum, Link, Page
from derive.statement.term import Term

TIMEOUT = 60.0  # seconds a claim may take; a safety net, far above what rule steps allow
GRACE = 5.0  # seconds past the timeout before a process is killed
WITNESS_LIMIT = 300.0  # seconds that the witness of one page may take


# The kernel's part, claim by claim


def decide_item(item: Claim | Erratum, cited: Mapping[str, Claim], seconds: float) -> Decided:
    """What the kernel says of a claim, or of the formula that an erratum printed; an error becomes a fault, never an exception."""
    claim = item.printed if isinstance(item, Erratum) else item
    if claim is None:
        return Decided(())
    start = time.monotonic()
    budgets = _Budgets(start + seconds)
    try:
        links, ends = _decide_chain(claim, cited, budgets) if claim.form is None else _decide_form(claim, budgets)
        at = _decide_at(claim, item.refuted_at) if isinstance(item, Erratum) and item.refuted_at else None
    except DeriveError as error:
        return _faulty(claim, error.message, time.monotonic() - start)
    except Exception as error:  # a bug of ours in one claim must not lose the others
        trace = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{trace.filename.rpartition('/')[2]}:{trace.lineno}"
        return _faulty(claim, f"internal error: {type(error).__name__}: {error} ({where})", time.monotonic() - start)
    return Decided(links, ends, time.monotonic() - start, at)


@dataclass
class _Budgets:
    """A fresh count of rule steps for each question, under one deadline for the claim."""

    deadline: float

    def next(self) -> Budget:
        return Budget(seconds=max(self.deadline - time.monotonic(), 0.01))


def _decide_chain(claim: Claim, cited: Mapping[str, Claim], budgets: _Budgets) -> tuple[tuple[LinkOutcome, ...], Verdict | None]:
    links = []
    for link, question in zip(claim.links, questions_of(claim), strict=True):
        verdict = _decide_line(question, claim, [cited[name] for name in link.by if name in cited], budgets)
        if link.admits:
            verdict = chain.admit(link.admits, verdict)
        links.append(LinkOutcome(link.relation, link.why, verdict))
    ends = ends_of(claim) if len(links) > 1 else None
    return tuple(links), _decide_line(ends, claim, [], budgets) if ends is not None else None


def _decide_line(question: Question, claim: Claim, cited: Sequence[Claim], budgets: _Budgets) -> Verdict:
    # Imported here, as below: the process that asks for outcomes loads no rule of the kernel, its workers do.
    from derive.kernel.decide import decide as decide_question

    verdict = decide_question(question, budgets.next())
    # What a line cites may be used, but only where the line does not stand by itself.
    lemmas = tuple(p for c in cited if (p := statement(c)) is not None and set(c.given) <= set(claim.given))
    if not lemmas or verdict.status is not Status.UNKNOWN:
        return verdict
    return decide_question(_question(question.lhs, question.rhs, question.relation, claim, lemmas), budgets.next())


def _decide_at(claim: Claim, at: tuple[tuple[str, str], ...]) -> Verdict | None:
    """Whether a printed chain fails at the point that its erratum names: in some line, or between its ends."""
    from derive.kernel.point import refute_at

    ends = ends_of(claim)
    asked = [*questions_of(claim), *([ends] if ends is not None else [])]
    verdicts = [refute_at(question, at) for question in asked]
    return next((v for v in verdicts if v.status is Status.REFUTED), verdicts[-1] if verdicts else None)


def _decide_form(claim: Claim, budgets: _Budgets) -> tuple[tuple[LinkOutcome, ...], None]:
    from derive.kernel.forms import decide_form

    if claim.form is None:
        raise TypeError("a chain is not a form")
    return (LinkOutcome(claim.form.name, "", decide_form(claim.form, claim.given, budgets.next())),), None


def _faulty(claim: Claim, message: str, seconds: float) -> Decided:
    return Decided(_stopped_links(claim, message), None, seconds, fault=message)


def _stopped_links(claim: Claim, why: str) -> tuple[LinkOutcome, ...]:
    verdict = chain.stop(why)
    if claim.form is not None:
        return (LinkOutcome(claim.form.name, "", verdict),)
    return tuple(LinkOutcome(link.relation, link.why, verdict) for link in claim.links)


def questions_of(claim: Claim) -> list[Question]:
    """Each link of a chain as a question: the line before, against its own."""
    lefts = [claim.first, *(link.right for link in claim.links)]
    return [_question(left, link.right, link.relation, claim) for left, link in zip(lefts, claim.links, strict=False) if left is not None]


def ends_of(claim: Claim) -> Question | None:
    """The first line of a chain against its last; None where its relations do not compose."""
    relation = compose([link.relation for link in claim.links])
    if claim.first is None or relation is None or not claim.links:
        return None
    return _question(claim.first, claim.links[-1].right, relation, claim)


def _question(left: Term, right: Term, relation: str, claim: Claim, lemmas: tuple[Term, ...] = ()) -> Question:
    # Whether a hypothesis speaks of the claim's own indices is the same for all of its lines.
    lines = [t for t in (claim.first, *(link.right for link in claim.links)) if t is not None]
    given, schematic = sort_out(claim.given + lemmas, lines)
    return Question(left, right, relation, given, schematic)


# Whole pages


@dataclass(frozen=True)
class Checked:
    """The outcomes of some pages, and the errors that claims raised while they were decided."""

    outcomes: list[Outcome]
    errors: list[DeriveError]


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
) -> Checked:
    """The outcomes of the wanted claims and errata of these pages, in the order of pages and lines.

    What they cite is decided too, on whatever page it stands. Without a pool everything runs in this process, where a time limit
    cannot kill.
    """
    claims = {c.id: c for page in (*library, *pages) for c in page.claims}
    items = [i for page in pages for i in items_of(page) if wanted(i)]
    needed = _with_citations(items, claims)
    groups = [group for page in pages if (group := _to_witness(page, items))]
    calls = [Call(witness_claims, (group, seed), WITNESS_LIMIT) for group in groups]
    for item in needed:
        cited = {name: claims[name] for name in _cites(item) if name in claims}
        calls.append(Call(decide_item, (item, cited, timeout), timeout + GRACE))
    answers = pool.run(calls, report) if pool else run_here(calls, report)
    witnesses: dict[str, Witness] = {}
    for group, answer in zip(groups, answers, strict=False):
        witnesses |= {c.id: Witness("NOT_RUN", note=answer.why) for c in group} if isinstance(answer, Lost) else answer
    decided = {i.id: _found(i, answer) for i, answer in zip(needed, answers[len(groups) :], strict=True)}
    judge = Judge(claims, decided, witnesses)
    errors = [DeriveError(found.fault, file=item.file, line=item.line) for item in needed if (found := decided[item.id]).fault]
    return Checked([judge.outcome(item) for item in items], errors)


def items_of(page: Page) -> list[Claim | Erratum]:
    """The claims and errata of a page in the order of its lines."""
    items: list[Claim | Erratum] = [*page.claims, *page.errata]
    return sorted(items, key=lambda item: (item.line, item.id))


def witness_claims(claims: Sequence[Claim], seed: int) -> dict[str, Witness]:
    """What JAX says of the claims of one page, compiled together; an error of the witness is no answer, never an exception."""
    try:
        from derive.witness import witness_page

        return dict(witness_page(claims, seed))
    except Exception as error:  # JAX missing, or a bug in the witness: not a pass, and no reason to lose the proofs
        note = f"{type(error).__name__}: {error}".splitlines()[0]
        return {c.id: Witness("NOT_RUN", note=note) for c in claims}


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


def _found(item: Claim | Erratum, answer: Decided | Lost) -> Decided:
    if isinstance(answer, Decided):
        return answer
    claim = item.printed if isinstance(item, Erratum) else item
    return Decided(_stopped_links(claim, answer.why) if claim else ())


# Two expressions that we did not write


class Decision(Outcome):
    """The outcome of `decide`: the verdict at once; the witness, and with it the result, only when somebody asks."""

    item: Claim
    verdict: Verdict
    question: Question

    def __init__(self, question: Question, verdict: Verdict, seconds: float) -> None:
        claim = Claim("decide.claim", "", 0, question.lhs, (Link(question.relation, question.rhs),), given=question.given)
        links = (LinkOutcome(question.relation, "", verdict),)
        for name, value in (
            ("question", question), ("item", claim), ("verdict", verdict), ("links", links), ("ends", None),
            ("recheck", "NOT_RUN"), ("seconds", seconds), ("readings", ()),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<{self.name}{f' for {self.scope}' if self.scope else ''}>"

    @cached_property
    def witness(self) -> Witness:
        from derive.witness import witness_question

        return witness_question(self.question)

    @property
    def result(self) -> str:
        return claim_result(self.item, self.verdict, None, self.witness)

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(findings_of_claim(self.result, self.links, None, self.witness))

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

    `relation` is eq, ne, le or lt. Raises `ReadError` for what cannot be read: a float, an unknown function, an index out of range.
    """
    from derive.kernel.decide import decide as decide_question
    from derive.kernel.read import read_question

    start = time.monotonic()
    question = read_question(lhs, rhs, relation, given)
    verdict = decide_question(question, Budget(seconds=timeout))
    return Decision(question, verdict, time.monotonic() - start)


def gradient(expr: object, x: object) -> object:
    """The gradient of a SymPy expression for all sizes, as a SymPy expression that `decide` proves, in the shortest form found."""
    # The module is not called gradient: it would take this function's name in the package.
    from derive.gradients import gradient as find

    return find(expr, x)
