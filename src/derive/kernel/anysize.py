"""Any size: a question about axes of ten entries, asked about axes of n entries where n = 10.

    the question with n for the size, where n = 10 is known as a number and stays a letter as a range
    --------------------------------------------------------------------------------------------------  (rule `any-size`)
    the question

It is the same question, with its sums left as sums: the rules for a range of any length take one step where there would be ten, or
ten times ten. Side condition: putting the number back for the letter gives the question itself, which is checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as changed

from derive.kernel.question import Question
from derive.statement.term import Term, make, num, rebuild, show, sub

LEAST = 4  # a smaller axis is written out entry by entry
NEAR = 2  # a range this much shorter than an axis is taken for the axis without its ends


def at_any_size(question: Question) -> Question | None:
    """The question with a letter for each size of LEAST or more; None where there is none."""
    axes = _numbers(d for u in question.parts if u.op == "entry" for d in u.args[2])
    ranges = _numbers(u.args[1] for u in question.parts if u.op == "index")
    letters: dict[Term, Term] = {}
    for size in axes or ranges:
        letters[size] = make("sym", _fresh(f"size {show(size)}", question), "positive integer")
    table = dict(letters)
    for size in ranges:
        axis = next((a for a in letters if 0 < a.args[0] - size.args[0] <= NEAR), None)
        if size not in table and axis is not None:
            table[size] = sub(letters[axis], num(axis.args[0] - size.args[0]))
    if not table:
        return None
    named = _resized(question, table)
    if _resized(named, {new: old for old, new in table.items()}) != question:
        return None
    return changed(named, held=tuple(sub(letter, size) for size, letter in letters.items()))


def _numbers(sizes: Iterable[Term]) -> list[Term]:
    return sorted({d for d in sizes if d.op == "num" and d.args[0] >= LEAST}, key=lambda d: -d.args[0])


def _fresh(name: str, question: Question) -> str:
    """A name that nothing in the question has."""
    taken = {u.args[0] for u in question.parts if u.op in ("sym", "entry", "index")}
    while name in taken:
        name += "'"
    return name


def _resized(question: Question, table: dict[Term, Term]) -> Question:
    """The question with other lengths of axes and ranges; numbers that are no lengths stay."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            if u.op == "index":
                done[u] = make("index", u.args[0], table.get(u.args[1], u.args[1]))
            elif u.op == "entry":
                done[u] = make("entry", *u.args[:2], tuple(table.get(d, d) for d in u.args[2]), tuple(map(go, u.args[3])))
            else:
                done[u] = rebuild(u, go)
        return done[u]

    return question.rewritten(go)
