"""Edits of a question: of its relation, of its hypotheses, of one of its sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from derive.export.plain import text
from derive.kernel.question import Question
from derive.repairs.changes import changes_of, is_root
from derive.repairs.edit import HYPOTHESIS, INDEX, LAYOUT, ORDER, RELATION, Edit
from derive.statement.term import ONE, TWO, ZERO, Term, free, fresh, index, make, show, sub, subterms


def of_relation(question: Question) -> Iterator[Edit]:
    if question.relation == "lt":
        yield Edit(RELATION, "≤ for <", replace(question, relation="le"))
    if question.relation in ("lt", "le"):
        yield Edit(RELATION, "the other way round", replace(question, lhs=question.rhs, rhs=question.lhs))


def of_hypotheses(question: Question) -> Iterator[Edit]:
    """One more hypothesis: the sign of a variable or of what a function takes, unequal or equal indices, a size from 2 on."""

    def given(h: Term, about: Term | None = None, signs: str = "", own: bool = False, words: str = "") -> Edit:
        schematic = (*question.schematic, h) if own else question.schematic
        more = replace(question, given=(*question.given, h), schematic=schematic)
        return Edit(HYPOTHESIS, f"given {words or text(h, base=0)}", more, h, about, signs)

    terms = [u for t in question.sides for u in subterms(t)]
    scalars = [v for v in question.symbols if not v.args[1].startswith(("positive", "negative"))]
    for t in _divisors(terms):
        yield given(make("ne", t, ZERO))
    for t in (*scalars, *_watched(terms, scalars)):
        yield given(make("ne", t, ZERO), t, "-+1")
        # At 0 itself a logarithm or a quotient has no value, and nothing is said there.
        if not any(t in subterms(u) for u in terms if u.op == "log" or _divides(u)):
            yield given(make("le", ZERO, t), t, "0+1")
            yield given(make("le", t, ZERO), t, "-0")
        yield given(make("lt", ZERO, t), t, "+1")
        yield given(make("lt", t, ZERO), t, "-")
        yield given(make("le", ONE, t), t, "1")
    if len(scalars) > 1:
        yield given(make("and", *(make("le", ZERO, v) for v in scalars)), scalars[0], "0+1")
        yield given(make("and", *(make("lt", ZERO, v) for v in scalars)), scalars[0], "+1")
    for a, b in combinations((v for v in question.symbols if not v.args[1].endswith("integer")), 2):
        for h in (make("ne", a, b), make("le", a, b), make("le", b, a)):
            yield given(h)
    for i, j in combinations(question.indices, 2):
        if i.args[1] is j.args[1]:
            yield given(make("ne", i, j), own=True)
            yield given(make("eq", i, j), own=True)
    for n in question.sizes:
        yield given(make("le", TWO, n))
    for name, sort, shape in question.arrays:
        if not sort.startswith(("positive", "negative")):
            entry = _any_entry(question, name, sort, shape)
            if not any(u.op == "entry" and u.args[0] == name for t in terms if t.op == "log" or _divides(t) for u in subterms(t)):
                yield given(make("le", ZERO, entry), entry, "0+1", words=f"every entry of {name} ≥ 0")
            yield given(make("lt", ZERO, entry), entry, "+1", words=f"every entry of {name} > 0")


def _watched(terms: Iterable[Term], known: Iterable[Term]) -> list[Term]:
    """What logarithms, roots and kinks look at, besides variables."""
    found = {u.args[0] for u in terms if u.op in ("log", "abs", "sign", "heaviside") or is_root(u) and u.args[0].op == "add"}
    found |= {sub(*u.args) for u in terms if u.op in ("max", "min") and len(u.args) == 2}
    return _scalar(t for t in found if t not in known and free(t))


def _divisors(terms: Iterable[Term]) -> list[Term]:
    """The sums that something is divided by, besides those that an index runs through."""
    return _scalar({u.args[0] for u in terms if _divides(u) and u.args[0].op == "add"})


def _scalar(terms: Iterable[Term]) -> list[Term]:
    """The first few, by their text, of those in which no index runs."""
    return sorted((t for t in terms if not any(u.op in ("entry", "index", "sum") for u in subterms(t))), key=show)[:4]


def _any_entry(question: Question, name: str, sort: str, shape: tuple[Term, ...]) -> Term:
    """An entry of an array at indices that the question does not use: a hypothesis about it holds for all of them."""
    taken = {v.args[0] for t in question.everything for v in subterms(t) if v.op in ("index", "sym")}
    at: list[Term] = []
    for letter, dim in zip("ijklrst", shape, strict=False):
        at.append(index(fresh(letter, taken) if letter in taken else letter, dim))
        taken.add(at[-1].args[0])
    return make("entry", name, sort, shape, tuple(at))


def _divides(t: Term) -> bool:
    return t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0] < 0


def of_side(question: Question, side: int) -> Iterator[Edit]:
    """The changes of one side: first those of the whole, then those inside."""
    # Almost any change that makes a side larger mends an inequality; those say nothing.
    kinds = ORDER if question.relation == "eq" else (LAYOUT, INDEX)
    for kind, words, new in changes_of(question, question.sides[side]):
        sides = (question.lhs, new) if side else (new, question.rhs)
        if kind in kinds and sides != question.sides:
            yield Edit(kind, words, replace(question, lhs=sides[0], rhs=sides[1]))
