"""Notebooks: claims and outcomes as Jupyter shows them. Nothing is computed to be shown: a witness that nobody asked is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derive.export.body import Body, body, statement_latex, terms_of
from derive.export.facts import Fact, hypotheses, hypothesis, repair_words, verdict_facts, witness_words
from derive.export.html import render
from derive.export.notation import notation_for
from derive.export.prose import parse
from derive.export.terminal import mark
from derive.outcome import Outcome, Repair, Witness
from derive.statement.claim import Claim, Erratum

COLOURS = {"PROVED": "#1a7f37", "REFUTED": "#cf222e", "CONFLICT": "#cf222e"}
OPEN = "#9a6700"


def latex(shown: Any) -> str:
    """A statement as one formula, and the verdict on it where there is one."""
    if isinstance(shown, Repair):
        return f"$\\displaystyle {_repaired(shown)}$"
    item = shown.item if isinstance(shown, Outcome) else shown
    claim = _claim(item)
    formula = statement_latex(claim) if claim is not None else rf"\texttt{{{_plain(item.id)}}}"
    if isinstance(shown, Outcome):
        verdict = shown.verdict
        scope = f" for {verdict.scope}" if verdict is not None and verdict.name == "PROVED" and verdict.scope else ""
        formula += rf" \qquad \text{{{_word(shown)}{_plain(scope)}}}"
    return f"$\\displaystyle {formula}$"


def html(shown: Any) -> str:
    """A statement with its verdict, its point and what it rests on, in colours of its own: a notebook has no style sheet of ours."""
    if isinstance(shown, Repair):
        return render(
            "notebook.html.j2", statement=(_repaired(shown),), words="", body=Body(), mark="PROVED", colour=COLOURS["PROVED"], facts=()
        )
    item, outcome = (shown.item, shown) if isinstance(shown, Outcome) else (shown, None)
    claim = _claim(item)
    drawn = body(outcome or _undecided(item), claim) if claim is not None else Body()
    word = _word(outcome) if outcome is not None else "erratum" if isinstance(item, Erratum) else "claim"
    facts = _facts(outcome, claim) if outcome is not None else _hypotheses(claim)
    # Abbreviations serve a page; a notebook shows the whole formula.
    statement = drawn.statement if not drawn.where else (statement_latex(claim),) if claim is not None and claim.form is None else ()
    words = drawn.words or (f"`{item.id}` {item.note or item.raises}" if isinstance(item, Erratum) and claim is None else "")
    return render("notebook.html.j2", statement=statement, words=words, body=drawn, mark=word, colour=COLOURS.get(word, OPEN), facts=facts)


def _word(outcome: Outcome) -> str:
    """The verdict in one word; a conflict shows only where the witness was asked."""
    if "witness" in vars(outcome) or outcome.verdict is None:
        return mark(outcome)
    return outcome.verdict.name


def _claim(item: Claim | Erratum) -> Claim | None:
    return item.printed if isinstance(item, Erratum) else item


def _undecided(item: Claim | Erratum) -> Outcome:
    """An outcome that says nothing, to draw a statement that was not decided."""
    return Outcome(item, None, (), None, Witness("NOT_RUN"), "NOT_RUN", "", 0.0)


def _facts(outcome: Outcome, claim: Claim | None) -> Sequence[Fact]:
    """What is known already: of the witness and of repairs nothing where they wait to be asked."""
    if claim is None or outcome.verdict is None:
        return [Fact("Reading", f"{words}: {name}") for words, name, _ in outcome.readings]
    notation = notation_for(*terms_of(claim))
    found = list(verdict_facts(outcome.verdict, hypotheses(claim, notation), claim))
    known = vars(outcome)
    found += [Fact("Would hold", repair_words(repair, notation)) for repair in known.get("repairs", ())]
    if "witness" in known:
        found.append(Fact("Witness", witness_words(outcome.witness, "", claim.printed)))
    return found


def _hypotheses(claim: Claim | None) -> Sequence[Fact]:
    if claim is None or not claim.given:
        return ()
    notation = notation_for(*terms_of(claim))
    return [Fact("Given", "; ".join(hypothesis(t, notation) for t in claim.given))]


def _repaired(repair: Repair) -> str:
    line, notation = statement_latex(repair.claim), notation_for(*terms_of(repair.claim))
    return line if repair.given is None else rf"{line} \quad \text{{where}} \quad {notation.latex(repair.given)}"


def _plain(words: str) -> str:
    """Words inside \\text: nothing there is a command."""
    return "".join(segment.text for segment in parse(words)).replace("_", r"\_").replace("$", "")
