"""Bodies: the formulas of a claim, its statement and its chain, in pieces between which a line may break."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from derive.export import arrange, forms
from derive.export.abbreviate import abbreviate, name_long
from derive.export.mathml import can_read
from derive.export.notation import RELATIONS, Notation, notation_for
from derive.export.prose import is_safe
from derive.export.values import Point, point
from derive.kernel.verdict import Counterexample, Verdict
from derive.outcome import Outcome
from derive.statement.claim import Claim
from derive.statement.term import Term, subterms

Pieces = tuple[str, ...]
INLINE = 18.0  # ems of a formula in a line of text


@dataclass(frozen=True)
class Line:
    """One line of a chain; the first has no relation and no verdict. Without pieces it is the line above, by another name."""

    relation: str
    pieces: Pieces
    why: str = ""
    by: tuple[str, ...] = ()
    verdict: str = ""
    note: str = ""
    point: Point | None = None


@dataclass(frozen=True)
class Body:
    """What is printed of a claim's mathematics."""

    statement: Pieces = ()
    display: Pieces = ()  # the author's own notation, such as matrices
    words: str = ""  # the statement where it is no chain
    why: str = ""  # the reason of the one link, where there is only one
    by: tuple[str, ...] = ()
    chain: tuple[Line, ...] = ()
    where: tuple[tuple[str, Pieces], ...] = ()  # abbreviations and what they stand for
    point: Point | None = None


def body(outcome: Outcome, claim: Claim) -> Body:
    """Statement, chain, abbreviations and counterexample of a claim."""
    # The author's own LaTeX is shown where both TeX and MathML can read it.
    display = cut(claim.display) if claim.display and is_safe(claim.display) and can_read(claim.display) else ()
    terms = terms_of(claim)
    base = arrange.counts_from(terms)

    def at(found: Counterexample | None, relation: str) -> Point | None:
        return point(found, terms, base, relation) if found else None

    final = outcome.verdict.counterexample if outcome.verdict else None
    if claim.form is not None:
        statement = forms.pieces(claim.form, Notation(base))
        if statement:
            return Body(statement, display, point=at(final, claim.form.name))
        notation, where = name_long(list(forms.values(claim.form)), Notation(base), most=INLINE)
        return Body(display=display, words=forms.words(claim.form, notation), where=where, point=at(final, claim.form.name))
    if claim.first is None:
        return Body(display=display)
    lines = (claim.first, *(link.right for link in claim.links))
    short, where = abbreviate(lines, Notation(base, ranges=not _each_letter_has_one_range(lines)))
    statement = _statement(claim, short if where else Notation(base))
    if len(claim.links) == 1:
        only = claim.links[0]
        why = f"by definition: `{claim.runs_as}`" if claim.definition and claim.runs_as and only.right is claim.first else only.why
        return Body(statement, display, why=why, by=only.by, where=where, point=at(final, only.relation))
    chain = [Line("", short.pieces(lines[0]))]
    links = outcome.links if len(outcome.links) == len(claim.links) else ()
    for k, link in enumerate(claim.links):
        own = links[k].verdict if links else None
        mark, note = (own.name, _because(own)) if own else ("", "")
        # Where a line only names what stands above it, the kernel's terms are the same.
        pieces = () if link.right is lines[k] else short.pieces(link.right)
        chain.append(
            Line(
                RELATIONS[link.relation],
                pieces,
                link.why,
                link.by,
                mark,
                note,
                at(own.counterexample if own else None, link.relation),
            )
        )
    return Body(statement, display, chain=tuple(chain), where=where)


def milestones(claim: Claim) -> tuple[Term, tuple[tuple[str, Term], ...]]:
    """The first line, and the lines that a reader needs to see after it: steps by equality are left out, unless they end the chain.

    a = b < c = d is stated as a < d, and 0 < a <= 1 with all three.
    """
    if claim.first is None:
        raise ValueError(f"{claim.id} is no chain")
    shown: list[tuple[str, Term]] = []
    for link in claim.links:
        if link.relation == "eq" and shown:
            shown[-1] = (shown[-1][0], link.right)
        elif link.relation == "eq" and any(k.relation != "eq" for k in claim.links):
            continue
        else:
            shown.append((link.relation, link.right))
    return claim.first, tuple(shown)


def _statement(claim: Claim, notation: Notation) -> Pieces:
    """First line and milestones, in pieces."""
    first, rest = milestones(claim)
    # What only names change in is no equation to be read.
    if all(right is first for _, right in rest):
        return notation.pieces(first)
    out = list(notation.closed(first))
    for k, (relation, right) in enumerate(rest, 1):
        head, *tail = notation.pieces(right) if k == len(rest) else notation.closed(right)
        out += [f"{{}}{RELATIONS[relation]} {head}", *tail]
    return tuple(out)


def statement_latex(claim: Claim) -> str:
    """The statement on one line, in the kernel's own terms: what --json and the tables print."""
    notation = notation_for(*terms_of(claim))
    if claim.form is not None:
        return forms.latex(claim.form, notation)
    if claim.first is None:
        return ""
    first, rest = milestones(claim)
    lines = [first, *(right for _, right in rest)]
    texts = ["".join(notation.closed(t)) if t.op == "piecewise" and t is not lines[-1] else notation.latex(t) for t in lines]
    return " ".join([texts[0], *(f"{RELATIONS[relation]} {text}" for (relation, _), text in zip(rest, texts[1:], strict=True))])


def terms_of(claim: Claim) -> tuple[Term, ...]:
    """Every term that is printed with a claim."""
    chain = () if claim.first is None else (claim.first, *(link.right for link in claim.links))
    return (*chain, *forms.terms(claim.form), *claim.given)


def _each_letter_has_one_range(terms: Iterable[Term]) -> bool:
    indices = {u for t in terms for u in subterms(t) if u.op == "index"}
    return len({u.args[0] for u in indices}) == len(indices)


def cut(display: str) -> Pieces:
    """The author's own notation in pieces, cut before each relation at the top level."""
    pieces, depth, start = [], 0, 0
    for token in re.finditer(r"\\(?:left|right|begin|end)(?![a-z])|\\[A-Za-z]+|\\.|[{}()\[\]=<>]", display):
        word = token.group()
        if word in ("{", "(", "[", r"\left", r"\begin"):
            depth += 1
        elif word in ("}", ")", "]", r"\right", r"\end"):
            depth -= 1
        elif depth == 0 and word in ("=", "<", ">", r"\le", r"\ge", r"\ne", r"\iff", r"\implies") and token.start() > start:
            pieces.append(display[start : token.start()])
            start = token.start()
    return tuple(p.strip() if k == 0 else "{}" + p.strip() for k, p in enumerate([*pieces, display[start:]]))


def _because(verdict: Verdict) -> str:
    return "; ".join(verdict.tried if verdict.name == "UNKNOWN" else verdict.admits if verdict.name == "ADMITTED" else ())
