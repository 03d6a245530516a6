"""Statements of other shapes than a chain, in words: limits, optima, kinks, points, shapes, counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from derive.export.arrange import position
from derive.export.plain import text
from derive.statement.claim import Form
from derive.statement.term import PROPOSITIONS, Term


class Writer(Protocol):
    """Whatever turns a term into a formula."""

    @property
    def base(self) -> int: ...

    def latex(self, t: Term) -> str: ...

    def closed(self, t: Term) -> tuple[str, ...]: ...


class Cutter(Writer, Protocol):
    """A writer of formulas in pieces, between which a line may break."""

    def pieces(self, t: Term) -> tuple[str, ...]: ...

    def opened(self, before: str, inside: Term) -> tuple[str, ...]: ...


def words(form: Form, notation: Writer) -> str:
    """The statement as prose with its formulas between dollar signs."""
    p = dict(form.parts)

    def m(part: Any, closed: bool = False) -> str:
        formula = "".join(notation.closed(part)) if closed else _latex(part, notation)
        return rf"$\displaystyle {formula}$" if r"\frac" in formula or r"\sum" in formula else f"${formula}$"

    if form.name == "minimises":
        among = f" among all that satisfy {_listed(p.get('subject_to', ()), notation)}" if p.get("subject_to") else ""
        values = ", ".join(
            f"${_latex(v, notation)} = {_latex(x, notation)}$" for v, x in zip(_tuple(p["over"]), _tuple(p["point"]), strict=True)
        )
        return f"{m(p['objective'])} has its one minimum over {_listed(p['over'], notation)} at {values}{among}"
    if form.name == "convex":
        return f"{m(p['expression'])} is convex in {_listed(p['over'], notation)}"
    if form.name == "differentiable_at":
        return _kink(p, notation)
    if form.name == "exists":
        return f"{m(p['proposition'])} holds at {_at(p['point'], notation)}"
    if form.name == "not_always":
        return f"{m(p['proposition'])} does not always hold: it fails at {_at(p['point'], notation)}"
    if form.name == "has_shape":
        return f"the array with entries {m(p['expression'])} has shape ${_sizes(p['shape'], notation)}$"
    if form.name == "member":
        inside = p["set"]
        if isinstance(inside, Term):
            return f"{m(p['element'])} lies in the interval, that is {m(inside)}"
        return f"{m(p['element'], closed=True)} is one of {_listed(inside, notation)}"
    if form.name == "rounds_to":
        return f"{m(p['expression'])} rounds to ${p['printed']}$"
    if form.name == "costs":
        return f"evaluating {m(p['expression'])} as written takes {m(p['count'])} {p.get('of', 'operations')}"
    return f"{form.name}: " + ", ".join(f"{name} {m(part)}" for name, part in form.parts)


def formula(form: Form, notation: Writer) -> str:
    """The statement as a formula without words, where it is one; else ""."""
    return _limit(dict(form.parts), notation) if form.name == "tends_to" else ""


def pieces(form: Form, notation: Cutter) -> tuple[str, ...]:
    """The statement as a formula in pieces, where it is one without words; else nothing."""
    if form.name != "tends_to":
        return ()
    p: dict[str, Any] = dict(form.parts)
    body, before = p["expression"], _under(p, notation) + " "
    head, *rest = notation.opened(before, body) if body.op == "add" else notation.pieces(body)
    return (head if body.op == "add" else before + head, *rest, f"{{}}= {_latex(p['value'], notation)}")


def latex(form: Form, notation: Writer) -> str:
    """The statement as one LaTeX formula."""
    out = []
    if formula(form, notation):
        return formula(form, notation)
    for k, part in enumerate(words(form, notation).split("$")):
        if part:
            out.append(part if k % 2 else rf"\text{{{part}}}")
    return "".join(out)


def plain(form: Form) -> str:
    """The statement as one line of text; positions count from 0, as in the page."""
    p: dict[str, Any] = dict(form.parts)
    if form.name == "tends_to":
        variable, point, expression, value = (_Plain().latex(p[name]) for name in ("variable", "point", "expression", "value"))
        return f"{expression} → {value} as {variable} → {point}{p.get('side', '')}"
    return words(form, _Plain()).replace("$", "").replace("`", "").replace(r" \times ", " × ")


class _Plain:
    """A notation that writes plain text."""

    base = 0

    def latex(self, t: Term) -> str:
        return text(t, base=0)

    def closed(self, t: Term) -> tuple[str, ...]:
        return (self.latex(t),)


def terms(form: Form | None) -> tuple[Term, ...]:
    """Every term inside a form."""
    return tuple(_inside(form.parts)) if form is not None else ()


def values(form: Form) -> Iterator[Term]:
    """The terms of a form that have a value: of a proposition the sides that it compares."""
    todo = [t for t in terms(form) if t.op != "index"][::-1]
    while todo:
        t = todo.pop()
        if t.op in PROPOSITIONS:
            todo.extend(reversed(t.args))
        else:
            yield t


def _inside(part: object) -> Iterable[Term]:
    if isinstance(part, Term):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from _inside(inner)


def _tuple(part: Any) -> tuple[Any, ...]:
    return part if isinstance(part, tuple) else (part,)


def _latex(part: Any, notation: Writer) -> str:
    if isinstance(part, Term):
        return notation.latex(part)
    if isinstance(part, tuple):
        return f"({', '.join(_latex(x, notation) for x in part)})"
    return rf"\text{{{part}}}"


def _listed(part: Any, notation: Writer) -> str:
    return ", ".join(f"${_latex(x, notation)}$" for x in _tuple(part))


def _limit(p: dict[str, Any], notation: Writer) -> str:
    expression = _latex(p["expression"], notation)
    if isinstance(p["expression"], Term) and p["expression"].op == "add":
        expression = rf"\left( {expression} \right)"
    return f"{_under(p, notation)} {expression} = {_latex(p['value'], notation)}"


def _under(p: dict[str, Any], notation: Writer) -> str:
    """The limit with what goes where below it."""
    side = f"^{{{p['side']}}}" if p.get("side") else ""
    return rf"\lim_{{{_latex(p['variable'], notation)} \to {_latex(p['point'], notation)}{side}}}"


def _kink(p: dict[str, Any], notation: Writer) -> str:
    at = f"{_latex(p['variable'], notation)} = {_latex(p['point'], notation)}"
    left, right = p["left"], p["right"]
    if left is right:
        line = f"${_latex(p['expression'], notation)}$ has the derivative ${_latex(left, notation)}$ at ${at}$, from both sides"
    else:
        line = (
            f"${_latex(p['expression'], notation)}$ has at ${at}$ the derivative ${_latex(left, notation)}$ from the left "
            f"and ${_latex(right, notation)}$ from the right"
        )
    chosen = ", ".join(f"`{name}` gives ${_latex(value, notation)}$" for name, value in p.get("chosen", ()))
    return f"{line}; there {chosen}" if chosen else line


def _at(point: Any, notation: Writer) -> str:
    return "$" + ", ".join(f"{_latex(x, notation)} = {_latex(_counted(x, value, notation), notation)}" for x, value in point) + "$"


def _counted(variable: Any, value: Any, notation: Writer) -> Any:
    """The value of an index as it is printed beside formulas whose positions count from `base`."""
    return position(value, notation.base) if isinstance(variable, Term) and variable.op == "index" else value


def _sizes(shape: Any, notation: Writer) -> str:
    return r" \times ".join(_latex(s, notation) for s in _tuple(shape))
