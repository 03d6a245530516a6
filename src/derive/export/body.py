"""Bodies: the formulas of a claim, its statement and its chain, in pieces between which a line may break."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from derive.export import arrange, forms
from derive.export.abbreviate import abbreviate
from derive.export.notation import RELATIONS, Notation, notation_for
from derive.export.prose import is_safe
from derive.export.values import Point, point
from derive.kernel.verdict import Counterexample, Verdict
from derive.outcome import Outcome
from derive.statement.claim import Claim
from derive.statement.term import Term, subterms

Pieces = tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of a chain; the first has no relation and no verdict."""

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
    display = cut(claim.display) if claim.display and is_safe(claim.display) else ()
    terms = terms_of(claim)
    base = arrange.counts_from(terms)

    def at(found: Counterexample | None, relation: str) -> Point | None:
        return point(found, terms, base, relation) if found else None

    final = outcome.verdict.counterexample if outcome.verdict else None
    if claim.form is not None:
        formula = forms.formula(claim.form, Notation(base))
        words = "" if formula else forms.words(claim.form, Notation(base))
        return Body((formula,) if formula else (), display, words, point=at(final, "ne"))
    if claim.first is None:
        return Body(display=display)
    lines = (claim.first, *(link.right for link in claim.links))
    short, where = abbreviate(lines, Notation(base, ranges=not _each_letter_has_one_range(lines)))
    full, relation = short if where else Notation(base), _relation(claim)
    statement = (*full.pieces(lines[0]), *_related(relation, full.pieces(lines[-1]))) if relation else ()
    if len(claim.links) == 1 and relation:
        only = claim.links[0]
        return Body(statement, display, why=only.why, by=only.by, where=where, point=at(final, only.relation))
    chain = [Line("", short.pieces(lines[0]))]
    links = outcome.links if len(outcome.links) == len(claim.links) else ()
    for k, link in enumerate(claim.links):
        own = links[k].verdict if links else None
        mark, note = (own.name, _because(own)) if own else ("", "")
        chain.append(
            Line(
                RELATIONS[link.relation],
                short.pieces(link.right),
                link.why,
                link.by,
                mark,
                note,
                at(own.counterexample if own else None, link.relation),
            )
        )
    return Body(statement, display, chain=tuple(chain), where=where)


def _related(relation: str, pieces: Pieces) -> Pieces:
    return (f"{{}}{RELATIONS[relation]} {pieces[0]}", *pieces[1:])


def _relation(claim: Claim) -> str:
    """The relation between first and last line, for the statement; "" where the relations do not compose."""
    kinds = {link.relation for link in claim.links}
    for order in (("eq",), ("eq", "le"), ("eq", "le", "lt"), ("iff",), ("iff", "implies")):
        if kinds <= set(order):
            return order[-1]
    return "ne" if kinds <= {"eq", "ne"} and [link.relation for link in claim.links].count("ne") == 1 else ""


def statement_latex(claim: Claim) -> str:
    """The statement on one line, in the kernel's own terms: what --json and the tables print."""
    notation = notation_for(*terms_of(claim))
    if claim.form is not None:
        return forms.latex(claim.form, notation)
    if claim.first is None:
        return ""
    relation = _relation(claim)
    if relation:
        return f"{notation.latex(claim.first)} {RELATIONS[relation]} {notation.latex(claim.links[-1].right)}"
    return " ".join([notation.latex(claim.first), *(f"{RELATIONS[k.relation]} {notation.latex(k.right)}" for k in claim.links)])


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
