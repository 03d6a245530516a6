"""Terminal: a verdict table and what a failure says. Positions count from 0 here, as in the page that its author edits."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from derive.export import forms
from derive.export.account import MARKS
from derive.export.plain import CONSTANTS, SIGNS, text
from derive.kernel.verdict import Counterexample, Verdict
from derive.outcome import Outcome, Repair
from derive.statement.claim import Claim, Erratum
from derive.statement.term import Term

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES = {
    "PROVED": "green", "REFUTED": "red", "UNKNOWN": "yellow", "ADMITTED": "yellow", "CONFLICT": "bold magenta", "ILL-POSED": "yellow",
    "verified": "green", "expected": "green", "refuted": "red", "conflict": "bold magenta", "unexpected": "red",
    "AGREES": "green", "DISAGREES": "red",
}  # fmt: skip
INFINITE = {"oo": CONSTANTS["oo"], "-oo": f"-{CONSTANTS['oo']}"}  # limits
MOST = 110  # letters of a line that has its reason beside it
BROKEN = {"eq": "≠", "le": ">", "lt": "≥", "ne": "=", "minimises": ">", "convex": ">", "rounds_to": "≥"}


def table(outcomes: Iterable[Outcome], *, width: int | None = None, colour: bool | None = None) -> str:
    """One row for each claim and erratum, and the counts below. Colour only where standard output is a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    outcomes = list(outcomes)
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    shown.add_column("claim", overflow="fold")
    shown.add_column("verdict", no_wrap=True)
    shown.add_column("for", overflow="fold")
    shown.add_column("witness", no_wrap=True)
    shown.add_column("outcome", no_wrap=True)
    for o in outcomes:
        kind = " (erratum)" if isinstance(o.item, Erratum) else ""
        shown.add_row(
            Text(o.item.id) + Text(kind, style="dim"), _styled(mark(o)), _scope(o.verdict),
            _styled(o.witness.status.lower().replace("_", " "), o.witness.status), _styled(o.result),
        )  # fmt: skip
    console = _console(width, colour)
    if outcomes:
        console.print(shown)
    console.print(_counts(outcomes))
    return _written(console)


def failure(outcome: Outcome) -> str:
    """What is wrong with an outcome: where, each broken line with its exact point, what the witness says, and what to run next."""
    item, verdict = outcome.item, outcome.verdict
    rows = list(_broken_links(outcome, item)) if isinstance(item, Claim) else []
    broken = bool(rows)
    if not broken:
        rows.append(f"{item.file}:{item.line}  {item.id}: {mark(outcome)}")
    if isinstance(item, Erratum) and item.printed is not None:
        rows.append(_row("printed", statement(item.printed)))
    # What the blocks of the links say already is not said again.
    if not broken or outcome.result in ("conflict", "unexpected", "unwitnessed"):
        rows += [_row("finding", message) for message in outcome.messages]
    if isinstance(item, Erratum) and verdict is not None and verdict.counterexample is not None:
        rows.append(_row("at", _point(verdict.counterexample, "eq")))
    rows += [_row("repair", f"{repaired(repair)}   (PROVED)") for repair in outcome.repairs]
    witness = _witness(outcome)
    if witness:
        rows.append(_row("jax", witness))
    if item.file.endswith(".py"):
        rows.append(_row("next", f"python -m derive {item.file}::{item.id.partition('.')[2]} --explain"))
    return "\n".join(rows)


def repaired(repair: Repair) -> str:
    """A change in words, and the line that it makes; where a hypothesis was missing, the line stays as it was."""
    if repair.given is not None:
        return repair.change
    return f"{repair.change}:   {statement(repair.claim)}"


def _row(label: str, words: str) -> str:
    return f"  {label:8} {words}"


def mark(outcome: Outcome) -> str:
    """The word that stands for an outcome's verdict."""
    if outcome.result == "conflict":
        return "CONFLICT"
    return outcome.verdict.name if outcome.verdict else "ILL-POSED"


def _broken_links(outcome: Outcome, claim: Claim) -> Iterator[str]:
    """The links that are not PROVED, with the line before, the line itself and the point where it fails."""
    lines = (claim.first, *(link.right for link in claim.links))
    for k, link in enumerate(outcome.links):
        if link.verdict.name == "PROVED":
            continue
        which = f", link {k + 1} of {len(outcome.links)}" if len(outcome.links) > 1 else ""
        yield f"{claim.file}:{claim.line}  {claim.id}{which}: {link.verdict.name}"
        if claim.form is not None:
            yield _row("states", forms.plain(claim.form))
        elif k + 1 < len(lines):
            left, right = (text(t, base=0) if t else "" for t in lines[k : k + 2])
            why = f"why: {link.why}" if link.why else ""
            gap = "   " if len(right) + len(why) < MOST else "\n" + _row("", "")
            yield _row("from", left)
            yield _row(link.relation, right + (gap + why if why else ""))
        if link.verdict.counterexample is not None:
            yield _row("at", _point(link.verdict.counterexample, link.relation))
        if link.verdict.tried:
            yield _row("tried", "; ".join(link.verdict.tried))
        if link.verdict.admits:
            yield _row("admits", "; ".join(link.verdict.admits))


def _point(found: Counterexample, relation: str) -> str:
    at = ", ".join(f"{name} = {value}" for name, value in found.at) or "both sides are numbers"
    exact = (
        "exact"
        if "+/-" not in found.ball and found.ball
        else f"left minus right in {found.ball}"
        if found.ball
        else "exact"
        if not INFINITE.keys().isdisjoint({found.lhs, found.rhs})
        else "one side is defined, the other is not"
    )
    lhs, rhs = (
        value if len(value) <= MOST else f"{value[: MOST - 3]}..." for value in (INFINITE.get(v, v) for v in (found.lhs, found.rhs))
    )
    return f"{at}:   {lhs} {BROKEN.get(relation, '≠')} {rhs}   ({exact})".replace("-", "−").replace("+/−", "+/-")


def _witness(outcome: Outcome) -> str:
    w = outcome.witness
    points = f"float64, {w.points} point{'' if w.points == 1 else 's'}"
    if w.status == "AGREES":
        return f"agrees with the claim ({points})"
    if w.status == "DISAGREES" and outcome.result != "conflict":
        return f"does not agree with it ({points}){': ' if w.note else ''}{w.note}"
    return f"did not run: {w.note}" if w.status == "NOT_RUN" and w.note else ""


def statement(claim: Claim) -> str:
    """All lines of a claim, one behind the other."""
    if claim.form is not None:
        return forms.plain(claim.form)
    lines: list[Term] = [claim.first] if claim.first is not None else []
    line = "".join(text(t, base=0) for t in lines)
    return line + "".join(f" {SIGNS[link.relation]} {text(link.right, base=0)}" for link in claim.links)


def _scope(verdict: Verdict | None) -> str:
    if verdict is None or verdict.name != "PROVED":
        return ""
    return ", ".join(filter(None, (verdict.scope, "off kinks" if verdict.region == "off kinks" else "")))


def _styled(word: str, key: str = "") -> Text:
    from rich.text import Text

    return Text(word, style=STYLES.get(key or word, ""))


def _counts(outcomes: list[Outcome]) -> Text:
    """How many there are of each verdict, and how many are not as their page expects; an empty run says so."""
    from rich.text import Text

    if not outcomes:
        return Text("no claims: nothing was decided", style="red")
    marks = Counter(mark(o) for o in outcomes)
    line = Text(", ").join(Text(f"{marks[m]} {m}", style=STYLES[m]) for m in MARKS if marks[m])
    not_run = sum(o.witness.status == "NOT_RUN" for o in outcomes)
    wrong = sum(o.result not in ("verified", "expected") for o in outcomes)
    line = Text(f"{len(outcomes)} in all: ") + line
    if not_run:
        line += Text(f"; {not_run} not witnessed", style="yellow")
    return line + (Text(f"; {wrong} not as expected", style="red") if wrong else Text("; all as expected", style="green"))


def _console(width: int | None, colour: bool | None) -> Console:
    """A console that writes to memory, as wide as the terminal; piped output is never cut."""
    from rich.console import Console

    tty = sys.stdout.isatty()
    colour = (tty and "NO_COLOR" not in os.environ) if colour is None else colour
    width = width or (shutil.get_terminal_size().columns if tty else 160)
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
        legacy_windows=False,
    )


def _written(console: Console) -> str:
    if not isinstance(console.file, io.StringIO):
        raise TypeError("this console writes to memory")
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())
