"""Edits of statements that are no chains: of a limit, a minimiser, a shape, a printed decimal.

tends_to           the side, the value, the sign of the point, a hypothesis
minimises          the sign of the objective (a maximum), the point, a hypothesis
convex             the sign (concave), a hypothesis
differentiable_at  the sides exchanged, the slopes, a hypothesis
has_shape          the other layout, one size
member             an end that belongs to the interval, one value of a list, a hypothesis
rounds_to          the last place, one digit, two digits exchanged, the sign
costs              the count, what is counted

exists and not_always are never refuted: at another point they may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from derive.export.plain import text
from derive.kernel.limits import INFINITE
from derive.kernel.question import Question
from derive.repairs.changes import brief, changes_of
from derive.repairs.edit import COUNTED, DIGIT, LAYOUT, NUMBER, RELATION, SIDE, SIGN, SIZE, Edit, Stated
from derive.repairs.questions import of_hypotheses
from derive.statement.claim import Form
from derive.statement.term import ONE, TRUE, ZERO, Term, make, neg, show, subterms

OPERATIONS = ("operations", "additions", "multiplications")


def edits_of(stated: Stated) -> Iterator[Edit]:
    """The single changes of a statement that is no chain."""
    edits = _EDITS.get(stated.form.name)
    if edits is not None:
        yield from edits(stated)


def _put(stated: Stated, kind: str, words: str, **parts: object) -> Iterator[Edit]:
    """The edit that gives parts of the form other values; none where nothing changes."""
    form = Form(stated.form.name, tuple((name, parts.get(name, value)) for name, value in stated.form.parts))
    if form != stated.form:
        yield Edit(kind, words, replace(stated, form=form))


def _term(stated: Stated, part: str) -> Term:
    value = stated.form[part]
    if not isinstance(value, Term):
        raise TypeError(f"{part} of {stated.form.name} is no term")
    return value


def _terms(stated: Stated, part: str) -> tuple[Term, ...]:
    value: Any = stated.form[part]
    return (value,) if isinstance(value, Term) else tuple(value)


def _of_part(stated: Stated, part: str, *others: str, against: Term = ZERO, bound: tuple[Term, ...] = ()) -> Iterator[Edit]:
    """The changes of a part that is a term; `others` hold the same term and change with it, what is bound stays out."""
    old = _term(stated, part)
    for kind, words, new in changes_of(_question(stated, old, against), old):
        if not any(_speaks_of(new, v) and not _speaks_of(old, v) for v in bound):
            yield from _put(stated, kind, words, **dict.fromkeys((part, *others), new))


def _question(stated: Stated, left: Term, right: Term) -> Question:
    return Question(left, right, "eq", stated.given)


def _of_given(stated: Stated, left: Term, right: Term, *bound: Term) -> Iterator[Edit]:
    """One more hypothesis, which says nothing of what the form lets run."""
    for edit in of_hypotheses(_question(stated, left, right)):
        h = edit.given
        if h is not None and not any(_speaks_of(h, v) for v in bound):
            yield replace(edit, statement=replace(stated, given=(*stated.given, h)))


def _speaks_of(t: Term, v: Term) -> bool:
    """Whether t holds the variable v, or any entry of the array that v is an entry of."""
    return any(u is v or u.op == v.op == "entry" and u.args[0] == v.args[0] for u in subterms(t))


def _tends_to(stated: Stated) -> Iterator[Edit]:
    f, x, point = (_term(stated, part) for part in ("expression", "variable", "point"))
    for other, words in (("+", "from above"), ("-", "from below")):
        yield from _put(stated, SIDE, words, side=other)
    if point is not ZERO:
        yield from _put(stated, SIGN, f"the sign of {brief(point)}", point=neg(point))
    value = _term(stated, "value")
    for end in (ZERO, ONE) if value in INFINITE else INFINITE:
        yield from _put(stated, NUMBER, f"{brief(end)} for {brief(value)}", value=end)
    yield from _of_part(stated, "value", against=f, bound=(x,))
    yield from _of_given(stated, f, value, x)


def _minimises(stated: Stated) -> Iterator[Edit]:
    objective, over, values = _term(stated, "objective"), _terms(stated, "over"), _terms(stated, "point")
    yield from _put(stated, SIGN, "the sign of the objective, which has a maximum there", objective=neg(objective))
    for k, (v, old) in enumerate(zip(over, values, strict=True)):
        for kind, words, new in changes_of(_question(stated, old, objective), old):
            if not any(_speaks_of(new, w) for w in over):
                where = f" in the value of {brief(v)}" if len(over) > 1 else ""
                yield from _put(stated, kind, words + where, point=(*values[:k], new, *values[k + 1 :]))
    yield from _of_given(stated, objective, values[0], *over)


def _convex(stated: Stated) -> Iterator[Edit]:
    f = _term(stated, "expression")
    yield from _put(stated, SIGN, f"the sign of {brief(f)}, which is concave", expression=neg(f))
    yield from _of_given(stated, f, ZERO)


def _differentiable_at(stated: Stated) -> Iterator[Edit]:
    f, x, left, right = (_term(stated, part) for part in ("expression", "variable", "left", "right"))
    yield from _put(stated, SIDE, "left and right exchanged", left=right, right=left)
    if left is right:
        yield from _of_part(stated, "left", "right", against=f, bound=(x,))
    for part in ("left", "right"):
        for edit in _of_part(stated, part, against=f, bound=(x,)):
            yield replace(edit, words=f"{edit.words}, from the {part}")
    yield from _of_given(stated, f, left, x)


def _has_shape(stated: Stated) -> Iterator[Edit]:
    over, shape = _terms(stated, "over"), _terms(stated, "shape")
    yield from _put(stated, LAYOUT, "transposed: right in the other layout", shape=shape[::-1])
    sizes = sorted({*(i.args[1] for i in over), *shape, ONE}, key=show)
    for k, old in enumerate(shape):
        for new in sizes:
            yield from _put(stated, SIZE, f"{text(new, base=0)} for {text(old, base=0)}", shape=(*shape[:k], new, *shape[k + 1 :]))
        yield from _put(stated, SIZE, f"without the axis of size {text(old, base=0)}", shape=(*shape[:k], *shape[k + 1 :]))
    for k in range(len(shape) + 1):
        for new in sizes:
            yield from _put(stated, SIZE, f"with an axis of size {text(new, base=0)} more", shape=(*shape[:k], new, *shape[k:]))


def _member(stated: Stated) -> Iterator[Edit]:
    element, inside = _term(stated, "element"), stated.form["set"]
    if isinstance(inside, Term):
        conditions = inside.args if inside.op == "and" else (inside,)
        for k, c in enumerate(conditions):
            if c.op == "lt":
                wider, end = make("le", *c.args), c.args[0] if c.args[1] is element else c.args[1]
                whole = make("and", *conditions[:k], wider, *conditions[k + 1 :]) if len(conditions) > 1 else wider
                yield from _put(stated, RELATION, f"the end {brief(end)} belongs to it", set=whole)
    else:
        values = _terms(stated, "set")
        for k, old in enumerate(values):
            for kind, words, new in changes_of(_question(stated, old, element), old):
                yield from _put(stated, kind, f"{words}, in the list", set=(*values[:k], new, *values[k + 1 :]))
    yield from _of_given(stated, element, TRUE)


def _rounds_to(stated: Stated) -> Iterator[Edit]:
    printed = str(stated.form["printed"])
    last = Decimal(1).scaleb(-len(printed.partition(".")[2]))

    def put(kind: str, new: str) -> Iterator[Edit]:
        return _put(stated, kind, f"{new} for {printed}", printed=new)

    for step in (last, -last):
        yield from put(DIGIT, f"{Decimal(printed) + step:f}")
    for k in range(len(printed) - 1, -1, -1):
        if printed[k].isdigit():
            for d in "0123456789":
                yield from put(DIGIT, printed[:k] + d + printed[k + 1 :])
    for k in range(len(printed) - 1):
        if printed[k : k + 2].isdigit():
            yield from put(DIGIT, printed[:k] + printed[k + 1] + printed[k] + printed[k + 2 :])
    yield from put(SIGN, printed[1:] if printed[0] == "-" else "-" + printed.removeprefix("+"))


def _costs(stated: Stated) -> Iterator[Edit]:
    for of in OPERATIONS:
        yield from _put(stated, COUNTED, f"{of} for {stated.form['of']}", of=of)
    yield from _of_part(stated, "count")


_EDITS: dict[str, Callable[[Stated], Iterator[Edit]]] = {
    "tends_to": _tends_to, "minimises": _minimises, "convex": _convex, "differentiable_at": _differentiable_at,
    "has_shape": _has_shape, "member": _member, "rounds_to": _rounds_to, "costs": _costs,
}  # fmt: skip
