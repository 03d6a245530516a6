"""Claims: every line of a chain decided by itself, with what it may use of the claims that it cites.

    p PROVED under G wherever both sides have a value,   G among the line's hypotheses
    ----------------------------------------------------------------------------------
    the line may be proved with p as one more hypothesis

That holds at every point only if both sides of p have a value there, so `usable` wants that proved; and only if p was proved for all
values of its indices, so a claim whose own hypotheses pick indices out (i != j) is not used, nor one under hypotheses that hold for all
indices there and for the line's own here. `chain.rest_on` settles later whether the
cited claim is proved at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from derive.errors import ReadError
from derive.kernel import chain, defined
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Stuck, cells_of
from derive.kernel.cells import Cells
from derive.kernel.decide import decide
from derive.kernel.derivative import Unsupported
from derive.kernel.forms import decide_form
from derive.kernel.needed import unneeded, unneeded_by_form
from derive.kernel.point import refute_at
from derive.kernel.proof import Budget, Exhausted, now
from derive.kernel.question import Question
from derive.kernel.questions import ask, ends_of, questions_of, statement, throughout
from derive.kernel.recursion import axes
from derive.kernel.verdict import Status, Verdict
from derive.statement.claim import Claim

FIRST = 5_000  # rule steps for a line that cites claims, before it may use them
FIRST_ALONG = 1_000  # the same for a line about what a recursion builds, which is seldom known but by what it cites
Clock = Callable[[], Budget]  # a fresh count of rule steps for each question, under one deadline for the claim


def clock(seconds: float) -> Clock:
    """Budgets for the questions of one claim, which end together."""
    deadline = now() + seconds
    return lambda: Budget(seconds=max(deadline - now(), 0.01))


def decide_claim(claim: Claim, cited: Mapping[str, Claim], budgets: Clock) -> tuple[tuple[Verdict, ...], Verdict | None]:
    """The verdict of each link, or of the one form, before citations; and of the first line against the last where that says more."""
    if claim.form is not None:
        verdict = decide_form(claim.form, claim.given, budgets())
        if verdict.status is Status.PROVED and claim.given:
            verdict = chain.spare(verdict, unneeded_by_form(claim.form, claim.given))
        return (verdict,), None
    links, alone = [], True
    questions = questions_of(claim)
    lengths = []
    for link, question in zip(claim.links, questions, strict=True):
        lemmas = [cited[name] for name in link.by if name in cited]
        budget = budgets()
        if lemmas:
            budget = Budget(FIRST_ALONG if axes(question) else FIRST, budget.seconds / 2)
        verdict = decide(question, budget, long=not lemmas)
        lengths.append(budget.proved)
        # What a line cites is used only where the line does not stand by itself.
        if verdict.status is Status.UNKNOWN and lemmas:
            alone = False
            verdict = _with_lemmas(verdict, question, claim, lemmas, budgets)
            if verdict.status is Status.UNKNOWN:
                verdict = decide(question, budgets())
        links.append(chain.admit(link.admits, verdict) if link.admits else verdict)
    if claim.given and alone and all(v.status is Status.PROVED for v in links):
        unused = unneeded(list(zip(questions, lengths, strict=True)))
        links = [chain.spare(v, unused) for v in links]
    ends = ends_of(claim) if len(links) > 1 else None
    proved = _composed(claim, links)
    return tuple(links), decide(ends, budgets(), proved) if ends is not None else None


def _composed(claim: Claim, links: Sequence[Verdict]) -> Verdict | None:
    """What the lines say of the ends: at every point both sides of a line have a value, or neither has.

    None where one is not proved, and between propositions, where a premise may lack a truth value. It rests on what the lines use of
    the claims that they cite, which stands among its hypotheses.
    """
    proved = all(link.relation not in ("iff", "implies") and v.status is Status.PROVED for link, v in zip(claim.links, links, strict=True))
    return chain.chain(links) if proved else None


def refute_claim_at(claim: Claim, verdicts: Sequence[Verdict], at: Sequence[tuple[str, str]]) -> tuple[Verdict | None, tuple[Verdict, ...]]:
    """REFUTED where a chain fails at an author's point, in some line or between its ends; else UNKNOWN, and None for other forms.

    And the verdicts of its lines, with that point where a line fails there, be it refuted elsewhere or left open.
    """
    questions, ends = questions_of(claim), ends_of(claim)
    there = [refute_at(question, at) for question in questions]
    last = [refute_at(ends, at)] if ends is not None else []
    found = next((v for v in (*there, *last) if v.status is Status.REFUTED), [*there, *last][-1] if there else None)
    if claim.form is not None:
        return found, tuple(verdicts)
    pairs = zip(verdicts, there, strict=True)
    return found, tuple(mine if v.status is not Status.PROVED and mine.status is Status.REFUTED else v for v, mine in pairs)


def _with_lemmas(verdict: Verdict, question: Question, claim: Claim, cited: Sequence[Claim], budgets: Clock) -> Verdict:
    """The verdict with what the line may use of the claims that it cites; the old one where that is nothing."""
    lemmas = tuple(lemma for c in cited if (lemma := statement(c)) is not None and usable(c, claim, budgets()))
    if not lemmas:
        return verdict
    try:
        return decide(ask(question.lhs, question.rhs, question.relation, claim, lemmas), budgets())
    except ReadError:  # the statement, read as a hypothesis, would contradict itself
        return verdict


def usable(cited: Claim, claim: Claim, budget: Budget) -> bool:
    """Whether a cited statement, if proved, holds wherever this claim's hypotheses do."""
    ends = ends_of(cited)
    # z[j] <= z[i] of all i and j where no line of the cited claim has either, and of the claim's own i where one of its lines has it.
    if ends is None or ends.schematic or not throughout(cited) <= throughout(claim):
        return False
    cells = Cells(budget)
    try:
        region = cells.settled(cells_of(Question(ends.lhs, ends.rhs, ends.relation, ends.given)))
        return not any(defined.open_needs(cells, side, cell) for cell in region for side in ends.sides)
    except (Stuck, Beyond, Split, Undefined, Unsupported, Exhausted, RecursionError):
        return False
