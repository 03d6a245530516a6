"""Statements <-> JSON: how the process that runs a page hands back what the page says.

Terms travel as one list of nodes, each naming earlier nodes by number, so a shared part is written once. `decode` reads data from a
process that ran a stranger's code: it trusts nothing, rebuilds every node and object from checked parts, and raises DeriveError on
anything that `encode` would not have written.
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NoReturn

from derive.errors import DeriveError
from derive.statement.claim import FORMS, RELATIONS, Claim, Erratum, Form, Link, Page, Source
from derive.statement.step import Known, Step
from derive.statement.term import FUNCTIONS, ONE, PROPOSITIONS, SORTS, ZERO, Term, children, make

CLASSES = {c.__name__: c for c in (Claim, Erratum, Form, Known, Link, Page, Source, Step)}
CONSTANTS = ("pi", "euler_gamma", "catalan", "oo")
MOST_NODES, MOST_DEPTH, MOST_DIGITS, LONGEST_NAME = 200_000, 2_000, 50_000, 200
DEEPEST_PART = 4  # lists inside lists in a part of a Form
FOLDED = 64  # powers of numbers up to this exponent are numbers: see term.power

Data = Any  # what json.dumps takes and json.loads gives


def encode(thing: Any) -> Data:
    """A term or statement as data for json.dumps."""
    writer = _Writer()
    value = writer.value(thing)
    return {"nodes": writer.nodes, "value": value}


def decode(data: Data) -> Any:
    """The term or statement that `encode` made this data from; DeriveError where there is none."""
    if type(data) is not dict or set(data) != {"nodes", "value"} or type(data["nodes"]) is not list:
        _refuse("expected an object with nodes and value")
    reader = _Reader(data["nodes"])
    value = data["value"]
    name = value.get("is", "") if type(value) is dict else None
    if type(name) is not str or (name and name not in CLASSES):
        _refuse("expected a term or a statement")
    return reader.value(value, CLASSES[name] if name else Term)


def _refuse(what: str) -> NoReturn:
    raise DeriveError(f"malformed statement: {what}")


# ---- writing


class _Writer:
    def __init__(self) -> None:
        self.nodes: list[list[Data]] = []
        self.places: dict[Term, int] = {}

    def value(self, thing: Any) -> Data:
        if isinstance(thing, Term):
            return {"term": self.place(thing)}
        if type(thing) in CLASSES.values():
            return {"is": type(thing).__name__} | {f.name: self.value(getattr(thing, f.name)) for f in dataclasses.fields(thing)}
        if type(thing) is tuple:
            return [self.value(part) for part in thing]
        if thing is None or type(thing) in (str, int, bool):
            return thing
        raise DeriveError(f"a statement is made of terms, words and numbers, not of {type(thing).__name__}")

    def place(self, t: Term) -> int:
        """The number of t in the list of nodes, which it joins after all inside it."""
        todo = [t]
        while todo:
            u = todo[-1]
            missing = [c for c in children(u) if c not in self.places]
            if u in self.places:
                todo.pop()
            elif missing:
                todo += missing
            else:
                self.places[todo.pop()] = len(self.nodes)
                self.nodes.append([u.op, *map(self.argument, u.args)])
        return self.places[t]

    def argument(self, a: Any) -> Data:
        if isinstance(a, Term):
            return self.places[a]
        if isinstance(a, tuple):
            return [self.places[part] for part in a]
        if isinstance(a, Fraction):
            return f"{a.numerator:x}/{a.denominator:x}"  # hexadecimal: Python limits the length of decimal numbers
        return a


# ---- reading

_NUMBER = re.compile(r"(-?[0-9a-f]{1,%d})/([0-9a-f]{1,%d})" % (MOST_DIGITS, MOST_DIGITS))  # noqa: UP031


class _Reader:
    def __init__(self, nodes: list[Data]) -> None:
        if len(nodes) > MOST_NODES:
            _refuse(f"more than {MOST_NODES} nodes")
        self.terms: list[Term] = []
        self.depths: list[int] = []
        for node in nodes:
            if type(node) is not list or not node or type(node[0]) is not str:
                _refuse("a node is a list that starts with its op")
            self.terms.append(self.node(node[0], node[1:]))
            self.depths.append(1 + max((self.depths[k] for k in _numbers(node[1:])), default=0))
            if self.depths[-1] > MOST_DEPTH:
                _refuse(f"terms nested more than {MOST_DEPTH} deep")

    # -- terms

    def node(self, op: str, args: list[Data]) -> Term:
        if op == "num":
            return make(op, self.number(*_exactly(op, args, 1)))
        if op == "const":
            (name,) = _exactly(op, args, 1)
            return make(op, name) if name in CONSTANTS else _refuse(f"unknown constant {name!r}")
        if op == "sym":
            name, sort = _exactly(op, args, 2)
            return make(op, _name(name), _sort(sort))
        if op == "index":
            name, dim = _exactly(op, args, 2)
            return make(op, _name(name), self.term(dim))
        if op == "entry":
            name, sort, shape, at = _exactly(op, args, 4)
            axes = [
                tuple(map(self.term, part)) if type(part) is list else _refuse("an entry has lists of sizes and places")
                for part in (shape, at)
            ]
            if not axes[0] or len(axes[0]) != len(axes[1]):
                _refuse("an entry has one place for each axis")
            return make(op, _name(name), _sort(sort), *axes)
        parts = [self.part(a) for a in args]
        _CHECKS.get(op, _check_function)(op, parts)
        return make(op, *parts)

    def number(self, text: Data) -> Fraction:
        found = _NUMBER.fullmatch(text) if type(text) is str else None
        numerator, denominator = (int(digits, 16) for digits in found.groups()) if found else (0, 0)
        if not denominator or f"{(q := Fraction(numerator, denominator)).numerator:x}/{q.denominator:x}" != text:
            _refuse("a number is a fraction in lowest terms")
        return q

    def part(self, place: Data) -> Term:
        """The term or proposition with this number, which must be an earlier one."""
        if type(place) is not int or not 0 <= place < len(self.terms):
            _refuse("a node names only earlier nodes")
        return self.terms[place]

    def term(self, place: Data) -> Term:
        found = self.part(place)
        _want([found], "term", "a size or place")
        return found

    # -- statements

    def value(self, data: Data, hint: Any) -> Any:
        """data as a value of this type."""
        if hint is object:
            return self.free_value(data)
        if hint is Term:
            if type(data) is not dict or set(data) != {"term"}:
                _refuse("expected a term")
            return self.part(data["term"])
        if hint in (str, int, bool, type(None)):
            return data if type(data) is hint else _refuse(f"expected {hint.__name__}, got {type(data).__name__}")
        if dataclasses.is_dataclass(hint):
            return self.statement(data, hint)
        if typing.get_origin(hint) is types.UnionType:
            present = [h for h in typing.get_args(hint) if h is not type(None)]
            return None if data is None else self.value(data, present[0])
        if typing.get_origin(hint) is tuple and type(data) is list:
            inner = typing.get_args(hint)
            if inner[-1] is Ellipsis:
                return tuple(self.value(d, inner[0]) for d in data)
            if len(inner) == len(data):
                return tuple(self.value(d, h) for d, h in zip(data, inner, strict=True))
        return _refuse("a list of another length or kind was expected")

    def free_value(self, data: Data, depth: int = 0) -> Any:
        """A part of a Form: a term, a string, or a list of these."""
        if type(data) is list and depth < DEEPEST_PART:
            return tuple(self.free_value(part, depth + 1) for part in data)
        return self.value(data, str if type(data) is str else Term)

    def statement(self, data: Data, kind: Any) -> Any:
        hints = typing.get_type_hints(kind)
        if type(data) is not dict or data.get("is") != kind.__name__ or set(data) != {"is", *hints}:
            _refuse(f"expected the fields of {kind.__name__}")
        found = kind(**{name: self.value(data[name], hint) for name, hint in hints.items()})
        _SENSE.get(kind, lambda _: None)(found)
        return found


def _numbers(args: list[Data]) -> Iterator[int]:
    """The nodes that a checked node names."""
    for a in args:
        if type(a) is int:
            yield a
        elif type(a) is list:
            yield from a


def _exactly(op: str, args: list[Data], count: int) -> list[Data]:
    return args if len(args) == count else _refuse(f"{op} takes {count} arguments, got {len(args)}")


def _name(text: Data) -> str:
    if type(text) is not str or not 0 < len(text) <= LONGEST_NAME or not text.isprintable():
        _refuse("a name is a printable string")
    return text


def _sort(text: Data) -> str:
    return text if type(text) is str and text in SORTS else _refuse("unknown sort")


def _want(parts: list[Term], kind: str, what: str) -> None:
    """Raises where one of these is a proposition and a term is wanted, or the other way."""
    if any((p.op in PROPOSITIONS) != (kind == "proposition") for p in parts):
        _refuse(f"{what} takes a {kind}")


def _check_terms(count: int) -> Callable[[str, list[Term]], None]:
    def check(op: str, parts: list[Term]) -> None:
        _exactly(op, parts, count)
        _want(parts, "term", op)

    return check


def _check_function(op: str, parts: list[Term]) -> None:
    if op not in FUNCTIONS:
        _refuse(f"unknown op {op[:40]!r}")
    count = FUNCTIONS[op]
    if not parts or count not in (None, len(parts)):
        _refuse(f"{op} takes {count or 'some'} arguments, got {len(parts)}")
    _want(parts, "term", op)


def _check_sum(op: str, parts: list[Term]) -> None:
    """add and mul as their own functions leave them: flat, with at most one number, which stands last or first."""
    _want(parts, "term", op)
    unit, place = (ZERO, -1) if op == "add" else (ONE, 0)
    numbers = [p for p in parts if p.op == "num"]
    folded = all(p.op != op for p in parts) and len(numbers) <= 1 and (not numbers or parts[place] is numbers[0])
    if len(parts) < 2 or not folded or unit in numbers or (op == "mul" and ZERO in numbers):
        _refuse(f"an {op} that is not folded")


def _check_power(op: str, parts: list[Term]) -> None:
    base, exponent = _exactly(op, parts, 2)
    _want(parts, "term", op)
    if base.op == "num" and exponent.op == "num":
        b, e = base.args[0], exponent.args[0]
        if e.denominator == 1 and (b or e > 0) and abs(e) <= FOLDED:
            _refuse("a power that is not folded")
    if exponent is ONE:
        _refuse("a power that is not folded")


def _check_delta(op: str, parts: list[Term]) -> None:
    a, b = _exactly(op, parts, 2)
    _want(parts, "term", op)
    if a is b:
        _refuse("a delta that is not folded")


def _check_over_index(op: str, parts: list[Term]) -> None:
    body, over = _exactly(op, parts, 2)
    _want([body], "term", op)
    if over.op != "index":
        _refuse(f"a {op} runs over an index")


def _check_derivative(op: str, parts: list[Term]) -> None:
    body, variable = _exactly(op, parts, 2)
    _want([body], "term", op)
    if variable.op not in ("sym", "entry"):
        _refuse("a derivative is with respect to a symbol or an entry")


def _check_integral(op: str, parts: list[Term]) -> None:
    _exactly(op, parts, 4)
    _want(parts, "term", op)
    if parts[1].op != "sym":
        _refuse("an integral runs over a symbol")


def _check_cases(op: str, parts: list[Term]) -> None:
    if not parts or len(parts) % 2:
        _refuse("a piecewise is made of pairs")
    _want(parts[::2], "term", op)
    _want(parts[1::2], "proposition", op)


def _check_connective(op: str, parts: list[Term]) -> None:
    if not parts:
        _refuse(f"an {op} of nothing")
    _want(parts, "proposition", op)


def _check_not(op: str, parts: list[Term]) -> None:
    _want(_exactly(op, parts, 1), "proposition", op)


_CHECKS: dict[str, Callable[[str, list[Term]], None]] = {
    "add": _check_sum, "mul": _check_sum, "pow": _check_power, "delta": _check_delta, "sum": _check_over_index, "prod": _check_over_index,
    "deriv": _check_derivative, "integral": _check_integral, "piecewise": _check_cases, "and": _check_connective, "or": _check_connective,
    "not": _check_not, "true": _check_terms(0), "false": _check_terms(0), "lt": _check_terms(2), "le": _check_terms(2),
    "eq": _check_terms(2), "ne": _check_terms(2),
}  # fmt: skip


# ---- what a statement of the right shape must also say


def _check_link(link: Link) -> None:
    if link.relation not in RELATIONS:
        _refuse(f"unknown relation {link.relation[:40]!r}")
    _want([link.right], "proposition" if link.relation in ("iff", "implies") else "term", f"a link by {link.relation}")


def _check_form(form: Form) -> None:
    if form.name not in FORMS or len({name for name, _ in form.parts}) != len(form.parts):
        _refuse("a form has a known name and parts with names of their own")


def _check_claim(claim: Claim) -> None:
    if claim.line < 0 or (claim.form is None) != (claim.first is not None) or (claim.form is None) != bool(claim.links):
        _refuse("a claim is a chain of links or a form")
    _want(list(claim.given), "proposition", "given")
    for link in claim.links:
        _want([t for t in (claim.first,) if t is not None], "proposition" if link.relation in ("iff", "implies") else "term", "a chain")


def _check_erratum(erratum: Erratum) -> None:
    if erratum.line < 0 or erratum.reason not in ("refuted", "ill-posed"):
        _refuse("an erratum is refuted or ill-posed")


def _check_known(known: Known) -> None:
    _want([known.proposition], "proposition", "what is known")
    if any(i.op != "index" for i in known.every):
        _refuse("a proposition holds for all values of indices")


def _check_step(step: Step) -> None:
    _want([t for t in (step.goal, step.case) if t is not None], "proposition", "a step")


_SENSE: dict[type, Callable[[Any], None]] = {
    Link: _check_link, Form: _check_form, Claim: _check_claim, Erratum: _check_erratum, Known: _check_known, Step: _check_step,
}  # fmt: skip
