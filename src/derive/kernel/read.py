"""SymPy expression -> terms: the one door in. Walks `.args`, computes nothing, and refuses what it cannot read exactly.

Two passes. The survey notes which symbols, indices and arrays the lines speak of, and how they are used: a free symbol that
indexes an axis takes the range of that axis, an array without a shape takes its shape from the ranges that index it.
The reader then builds the terms. Every failure is a ReadError that says what was expected, what came, and what to do.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core import numbers
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.matrices.expressions.matexpr import MatrixElement

from derive.errors import ReadError
from derive.kernel import functions
from derive.kernel.hypothesis import sort_out
from derive.kernel.question import Question
from derive.kernel.sizes import extreme, indices, is_size, linear, never_negative, spell, tidy, whole
from derive.statement import term
from derive.statement.claim import RELATIONS, Form
from derive.statement.term import (
    EULER_GAMMA,
    FALSE,
    HALF,
    MINUS_ONE,
    ONE,
    OO,
    PI,
    PROPOSITIONS,
    TRUE,
    TWO,
    ZERO,
    Term,
    add,
    div,
    fn,
    make,
    mul,
    neg,
    num,
    power,
    sub,
)

MOST_NODES, MOST_DEPTH, MOST_ORDER, MOST_BITS = 20_000, 400, 6, 200_000
SWAPPED = {"ge": "le", "gt": "lt"}
SUPPORTED = (
    "exp log sqrt Abs sign Max Min Heaviside Piecewise floor ceiling frac Mod factorial binomial, "
    "sin cos tan sec csc cot and sinh cosh tanh sech csch coth with their inverses, "
    "erf erfc erfinv erfcinv gamma loggamma digamma trigamma polygamma beta besseli, "
    "Derivative Integral Sum Product KroneckerDelta Indexed, and a Limit as one side of an equation"
)


def read_question(lhs: object, rhs: object, relation: str = "eq", given: object = ()) -> Question:
    """The question whether `lhs relation rhs` holds wherever `given` does, for SymPy expressions that we did not write."""
    if type(relation) is not str or relation not in (*RELATIONS, *SWAPPED):
        raise ReadError(f"unknown relation {relation!r}; choose one of {', '.join((*RELATIONS, *SWAPPED))}")
    wants = "proposition" if relation in ("iff", "implies") else "term"
    reading = _read_all([(lhs, wants), (rhs, wants)], given)
    left, right = reading.lines
    if relation in SWAPPED:
        left, right, relation = right, left, SWAPPED[relation]
    given, schematic = sort_out(reading.given, reading.lines)
    return Question(left, right, relation, given, schematic, reading.ranges)


def read_limit(lhs: object, rhs: object, relation: str = "eq", given: object = ()) -> tuple[Form, tuple[Term, ...]] | None:
    """`Limit(f, x, a)` on one side of an equation as the statement that f tends to the other side; None where there is no such side."""
    left, right = (type(side) is sp.Limit for side in (lhs, rhs))
    if relation != "eq" or left == right:
        return None
    limit, value = (lhs, rhs) if left else (rhs, lhs)
    if not isinstance(value, (int, float, Fraction, sp.Basic)):
        return None
    body, variable, point, side = limit.args  # type: ignore[attr-defined]
    ends: dict[object, Term] = {sp.oo: OO, sp.S.NegativeInfinity: neg(OO)}
    reading = _read_all([(t, "term") for t in (body, variable, point, value) if t not in ends], given)
    read = iter(reading.lines)
    t, x, at, end = (next(read) if part not in ends else ends[part] for part in (body, variable, point, value))
    way = str(side) if at not in ends.values() and str(side) in ("+", "-") else ""
    return Form("tends_to", (("expression", t), ("variable", x), ("point", at), ("value", end), ("side", way))), reading.given


def read_term(expr: object) -> Term:
    """One expression as a term."""
    return _read_one(expr, "term")


def read_proposition(expr: object) -> Term:
    """One relation, or several joined by And, Or, Not, as a proposition."""
    return _read_one(expr, "proposition")


def read_lines(lines: Iterable[object], given: object = ()) -> Reading:
    """Several lines that share their symbols, such as the lines of a chain: expressions and relations."""
    return _read_all([(line, "proposition" if _is_condition(line) else "term") for line in lines], given)


@dataclass(frozen=True)
class Reading:
    """Lines that were read together, their hypotheses, and what was taken for granted."""

    lines: tuple[Term, ...]
    given: tuple[Term, ...] = ()  # as stated; hypothesis.sort_out says which of them speak of the lines' own indices
    ranges: tuple[str, ...] = ()  # sizes and index ranges that no line states, in words
    names: Mapping[str, object] = field(default_factory=dict)  # name -> the SymPy object, with its first position: for derive.write


def _read_one(expr: object, wants: str) -> Term:
    return _read_all([(expr, wants)], (), alone=True).lines[0]


def _is_condition(line: object) -> bool:
    return isinstance(line, sp.logic.boolalg.Boolean) and not isinstance(line, sp.Symbol)  # a Symbol is a Boolean too


def _read_all(lines: list[tuple[object, str]], given: object, alone: bool = False) -> Reading:
    try:
        sides = [(_admit(line, wants), wants) for line, wants in lines]
        hypotheses = list(_split(given))
        survey = _Survey()
        for line in (*(side for side, _ in sides), *hypotheses):
            survey.visit(line)
        return _Reader(survey).read_lines(sides, hypotheses, alone)
    except ReadError:
        raise
    except Exception as error:  # one door, one kind of error: nothing that a stranger hands in may come out as a crash
        raise ReadError(f"the expression could not be read ({type(error).__name__}: {error})") from error


# ---- what may come in


def _admit(line: object, wants: str) -> sp.Basic:
    """A SymPy object of reasonable size, from exact types only."""
    if type(line) is bool:
        raise ReadError(f"got {line}; == compares structure in SymPy; write eq(...) between the two sides, or Eq(...) for a condition")
    if type(line) is int:
        line = sp.Integer(line)
    if type(line) is Fraction:
        line = sp.Rational(line.numerator, line.denominator)
    if type(line) is float:
        raise ReadError(_float_advice(line))
    if type(line) is str:
        raise ReadError(f"got the string {line[:60]!r}; write a SymPy expression, with its symbols declared")
    if type(line) is complex:
        raise ReadError(f"{line} is complex; derive reads real numbers only")
    if not isinstance(line, sp.Basic):
        hint = "; write the claim about its entries" if "Matrix" in type(line).__name__ else ""
        raise ReadError(f"expected a SymPy expression, got {type(line).__module__}.{type(line).__name__}{hint}")
    if line in (sp.true, sp.false) and wants == "term":
        raise ReadError(f"got {line}: SymPy decided the comparison before derive saw it; give both sides, lhs and rhs")
    _measure(line)
    return line


def _split(given: object) -> Iterator[sp.Basic]:
    """Each hypothesis of `given` on its own: true ones dropped, And taken apart."""
    todo: list[Any] = list(given)[::-1] if isinstance(given, (tuple, list, sp.Tuple)) else [given]
    while todo:
        h = todo.pop()
        if h is True or h == sp.true:
            continue
        if h is False or h == sp.false:
            raise ReadError("the hypotheses are contradictory: one of them is False; where it was written with ==, write Eq(...)")
        if type(h) is sp.And:
            _measure(h)
            todo += h.args[::-1]
            continue
        if isinstance(h, sp.Basic) and not _is_condition(h):
            raise ReadError(f"expected a relation such as x > 0 as a hypothesis, got {_brief(h)}")
        yield _admit(h, "proposition")


def _rational(p: int, q: int) -> Term:
    bits = max(abs(p).bit_length(), q.bit_length())
    if bits > MOST_BITS:
        raise ReadError(f"a number of about {bits * 3 // 10} digits; derive reads up to {MOST_BITS * 3 // 10}")
    return num(Fraction(p, q))


def _float_advice(value: float) -> str:
    if not math.isfinite(value):
        return f"{value} is not a number to compute with; write sympy.oo as the bound of an integral"
    exact = Fraction(repr(value))
    near = exact.limit_denominator(1000)
    best = near if abs(near - exact) <= abs(exact) * Fraction(1, 10**12) else exact
    return f"{value!r} is a float; write Rational({best.numerator}, {best.denominator})"


def _measure(e: sp.Basic) -> None:
    """Refuses what is too large or too deep, before anything walks it by recursion."""
    nodes, todo = 0, [(e, 1)]
    seen = set()  # arrays and indices count once, with their shapes and ranges
    while todo:
        e, depth = todo.pop()
        nodes += 1
        if nodes > MOST_NODES:
            raise ReadError(f"the expression has more than {MOST_NODES} nodes; name its parts and ask about those")
        if depth > MOST_DEPTH:
            raise ReadError(f"the expression is nested more than {MOST_DEPTH} deep; name its parts and ask about those")
        if not isinstance(e, sp.Basic):
            raise ReadError(f"expected SymPy expressions all the way down, got {type(e).__name__}")
        if type(e) in (sp.Idx, sp.IndexedBase, sp.MatrixSymbol):
            if e in seen:
                continue
            seen.add(e)
        todo += ((a, depth + 1) for a in e.args)


def _brief(e: object) -> str:
    """e in a few words, for messages; never a page of it."""
    label: Any = getattr(e, "label", e) if type(e) is sp.Idx else e
    if type(label) is sp.Symbol:
        return str(label.name)[:120]  # which a printer takes long for
    size, todo = 0, [e]
    while todo and size < 60:
        size += 1
        todo += getattr(todo.pop(), "args", ())
    try:
        text = str(e) if size < 60 else ""
    except Exception:  # printers of strangers' classes
        text = ""
    return text if 0 < len(text) <= 120 else f"{type(e).__name__}(...)"


# ---- symbols and their assumptions

_SIGNS: dict[str, Callable[[Term], Term]] = {
    "positive": lambda v: make("lt", ZERO, v),
    "negative": lambda v: make("lt", v, ZERO),
    "nonnegative": lambda v: make("le", ZERO, v),
    "nonpositive": lambda v: make("le", v, ZERO),
    "nonzero": lambda v: make("ne", v, ZERO),
    "even": lambda v: make("eq", fn("mod", v, TWO), ZERO),
    "odd": lambda v: make("eq", fn("mod", v, TWO), ONE),
}


def _sorts() -> dict[frozenset[tuple[str, bool]], tuple[str, tuple[str, ...]]]:
    """SymPy's closure of assumptions -> the sort that says it, and the signs that the sort leaves unsaid."""
    table = {}
    for parity in ("odd", "even", ""):
        for sign in ("nonzero", "nonpositive", "nonnegative", "negative", "positive", ""):
            said = f"{sign} integer" if sign in ("positive", "nonnegative") else "integer"
            unsaid = tuple(s for s in (sign, parity) if s and s not in said)
            facts = {s: True for s in ("integer", sign, parity) if s}
            table[_facts(sp.Symbol("x", **facts))] = (said, unsaid)
    for sort in term.SORTS[:6]:
        table[_facts(sp.Symbol("x", **{sort: True}))] = (sort, ())
    table[_facts(sp.Symbol("x"))] = table[_facts(sp.Symbol("x", finite=True))] = ("real", ())
    return table


def _facts(e: sp.Basic) -> frozenset[tuple[str, bool]]:
    return frozenset((k, v) for k, v in e.assumptions0.items() if v is not None)


_SORT_OF = _sorts()


def _sort(e: sp.Basic, name: str) -> tuple[str, tuple[str, ...]]:
    found = _SORT_OF.get(_facts(e))
    if found is None:
        facts = e.assumptions0
        if facts.get("commutative") is False:
            raise ReadError(f"{name} does not commute; derive reads real numbers only")
        if facts.get("real") is False or (facts.get("complex") and facts.get("real") is None):
            raise ReadError(f"{name} is complex; derive reads real numbers only: declare it with real=True")
        raise ReadError(f"the assumptions of {name} go beyond what derive reads: none, {', '.join(term.SORTS[:7])}, even, odd")
    return found


# ---- first pass

_VARIABLES = (sp.Symbol, sp.Dummy, sp.Idx)
_ENTRIES = (sp.Indexed, MatrixElement)
_BINDERS = (sp.Sum, sp.Product, sp.Integral)

Bound = Mapping[sp.Basic, tuple[sp.Basic, ...]]  # bound variable -> its limits


class _Survey:
    """What the lines speak of, in order of appearance."""

    def __init__(self) -> None:
        self.roles: dict[sp.Basic, set[str]] = {}  # free symbol or index -> where it stands: size, limit, index, or ""
        self.axes: dict[sp.Basic, list[tuple[sp.Basic, int]]] = {}  # free symbol or index without range -> axes that it indexes alone
        self.arrays: dict[sp.Basic, list[list[tuple[sp.Basic, ...]]]] = {}  # array -> for each axis, ranges that index it
        self.names: dict[sp.Basic, str] = {}
        self._owners: dict[str, sp.Basic] = {}
        self._folded: dict[str, str] = {}

    def visit(self, line: sp.Basic) -> None:
        todo: list[tuple[Any, Bound, str]] = [(line, {}, "")]
        while todo:
            todo += reversed(list(self._look(*todo.pop())))

    def _look(self, e: Any, bound: Bound, role: str) -> Iterator[tuple[Any, Bound, str]]:
        """Notes what e is, and gives what stands inside it."""
        if type(e) in _VARIABLES:
            if e not in bound:
                if self._own(e, bound):
                    yield from ((end, {}, "size") for end in _ends(e))
                self.roles.setdefault(e, set()).add(role)
        elif type(e) in _ENTRIES:
            yield from self._look_at_entry(e, bound)
        elif type(e) in _BINDERS:
            for limit in reversed(e.limits):
                inner = "" if type(e) is sp.Integral else "size" if type(limit[0]) is sp.Idx else "limit"
                yield from ((end, bound, inner) for end in limit[1:])
                self._fold(_label(limit[0]).name)
                bound = {**bound, limit[0]: tuple(limit[1:])}
            yield e.function, bound, ""
        elif type(e) is sp.Subs:
            yield from ((point, bound, "") for point in e.point)
            yield e.expr, {**bound, **dict.fromkeys(e.variables, ())}, ""
        elif type(e) is sp.Derivative:
            yield e.expr, bound, ""
            yield from ((v, bound, "") for v, _ in e.variable_count)
        else:
            yield from ((a, bound, role if type(e) in (sp.Add, sp.Mul) else "") for a in e.args)

    def _look_at_entry(self, e: Any, bound: Bound) -> Iterator[tuple[Any, Bound, str]]:
        array, *positions = e.args
        if type(array) not in (sp.IndexedBase, sp.MatrixSymbol):
            raise ReadError(f"{_brief(e)}: {_brief(array)} is no IndexedBase or MatrixSymbol; write the claim about entries of those")
        if self._own(array, bound):
            yield from ((dim, {}, "size") for dim in array.shape or ())
        axes = self.arrays.setdefault(array, [[] for _ in positions])
        rank = len(axes) if array.shape is None else len(array.shape)
        if rank != len(positions) or rank != len(axes):
            raise ReadError(f"{_brief(e)} has {len(positions)} indices, but {array.name} has {rank} axes")
        for axis, at in enumerate(positions):
            if type(at) in _VARIABLES:
                limits = bound[at] if at in bound else _ends(at)
                if at not in bound and not limits:
                    self.axes.setdefault(at, []).append((array, axis))
                elif array.shape is None and len(limits) == 2 and not any(_mentions(end, bound) for end in limits):
                    axes[axis].append(limits)
                    yield from ((end, {}, "size") for end in limits)
            yield at, bound, "index"

    def _own(self, e: sp.Basic, bound: Bound) -> bool:
        """Gives e its name, which nothing else may have; whether e is new."""
        label = e if type(e) is sp.MatrixSymbol else _label(e)
        text = label.name
        if type(e) in _VARIABLES and type(label) is not sp.Dummy:
            for b in bound:
                if _label(b).name == text and type(_label(b)) is not sp.Dummy:
                    raise ReadError(f"two symbols named {text}: a sum or integral binds one, the other is free inside it; use one object")
        if e in self.names:
            return False
        if type(label) is sp.Dummy:
            text = f"_{text}"
            text = term.fresh(text, self._owners) if text in self._owners else text
        other = self._owners.setdefault(text, e)
        if other != e:
            raise ReadError(_clash(text, other, e))
        self._fold(text)
        self.names[e] = text
        return True

    def _fold(self, text: str) -> None:
        """Refuses a name that cannot be told from another in print."""
        if not text or not text.isprintable() or text.isspace():
            raise ReadError(f"the name {text!r} cannot be printed; rename the symbol")
        if text[0] in _OWN or any(c in _OWN_WITHIN for c in text):
            raise ReadError(f"proofs give names like {text!r}; use none of {_OWN_WITHIN} in a name, begin none with {_OWN}")
        other = self._folded.setdefault(unicodedata.normalize("NFKC", text).translate(_LATIN), text)
        if other != text:
            raise ReadError(f"the names {other!a} and {text!a} look alike in print; rename one of them")


_OWN, _OWN_WITHIN = "κ", "#·∫→"  # how the names begin, and what they hold, that rules give to what is fresh or bound

# Cyrillic and Greek letters that print as Latin ones.
_LATIN = str.maketrans("АВЕЅІЈКМНОРСТУХаеоѕіјрсухԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaeosijpcyxdhABEZHIKMNOPTYXo")


def _label(e: Any) -> Any:
    """The symbol that names e."""
    label = e.label if type(e) in (sp.Idx, sp.IndexedBase) else e
    if type(label) not in (sp.Symbol, sp.Dummy):
        raise ReadError(f"expected a symbol, got {_brief(label)}")
    return label


def _ends(e: Any) -> tuple[sp.Basic, ...]:
    """The first and last value of an Idx; nothing for a symbol or an Idx without a range."""
    return tuple(e.args[1]) if type(e) is sp.Idx and len(e.args) > 1 else ()


def _mentions(e: sp.Basic, variables: Iterable[sp.Basic]) -> bool:
    todo, variables = [e], set(variables)
    while todo:
        e = todo.pop()
        if e in variables:
            return True
        todo += e.args
    return False


def _clash(name: str, a: Any, b: Any) -> str:
    kinds = {type(x) for x in (a, b)}
    if kinds <= {sp.IndexedBase, sp.MatrixSymbol}:
        if a.shape != b.shape:
            return f"the array {name} has two shapes, {a.shape} and {b.shape}; give it one"
        return f"two arrays named {name} with different assumptions; use one object"
    if kinds & {sp.IndexedBase, sp.MatrixSymbol}:
        return f"{name} names both an array and a symbol; rename one of them"
    if kinds == {sp.Idx}:
        return f"two indices named {name} with different ranges, {_ends(a) or 'none'} and {_ends(b) or 'none'}; rename one of them"
    if sp.Idx in kinds:
        return f"{name} names both an Idx and a symbol; use one object, or rename one of them"
    return f"two symbols named {name} with different assumptions; use one object, or rename one of them"


# ---- what each SymPy class reads as


def _named(name: str) -> Callable[..., Term]:
    return lambda *args: fn(name, *args)


_OF_TERMS: dict[type, Callable[..., Term]] = {
    sp.Add: add, sp.Mul: mul, sp.Pow: functions.raised, sp.UnevaluatedExpr: lambda x: x,
    sp.exp: _named("exp"), sp.log: _named("log"), sp.Abs: _named("abs"), sp.sign: _named("sign"), sp.Heaviside: functions.heaviside,
    sp.Max: _named("max"), sp.Min: _named("min"), sp.Mod: _named("mod"),
    sp.floor: _named("floor"), sp.ceiling: _named("ceiling"), sp.frac: lambda x: sub(x, fn("floor", x)),
    sp.sin: _named("sin"), sp.cos: _named("cos"), sp.tan: _named("tan"), sp.asin: _named("asin"), sp.acos: _named("acos"),
    sp.atan: _named("atan"), sp.sinh: _named("sinh"), sp.cosh: _named("cosh"), sp.tanh: _named("tanh"), sp.asinh: _named("asinh"),
    sp.acosh: _named("acosh"), sp.atanh: _named("atanh"),
    sp.sec: functions.one_over("cos"), sp.csc: functions.one_over("sin"), sp.cot: lambda x: div(fn("cos", x), fn("sin", x)),
    sp.sech: functions.one_over("cosh"), sp.csch: functions.one_over("sinh"), sp.coth: lambda x: div(fn("cosh", x), fn("sinh", x)),
    sp.asec: functions.of_reciprocal("acos"), sp.acsc: functions.of_reciprocal("asin"), sp.acot: functions.acot,
    sp.asech: functions.of_reciprocal("acosh"), sp.acsch: functions.of_reciprocal("asinh"), sp.acoth: functions.of_reciprocal("atanh"),
    sp.erf: _named("erf"), sp.erfc: _named("erfc"), sp.erfinv: _named("erfinv"), sp.erfcinv: lambda x: fn("erfinv", sub(ONE, x)),
    sp.gamma: _named("gamma"), sp.loggamma: _named("loggamma"), sp.polygamma: _named("polygamma"), sp.besseli: _named("besseli"),
    sp.digamma: lambda x: fn("polygamma", ZERO, x), sp.trigamma: lambda x: fn("polygamma", ONE, x),
    sp.factorial: functions.factorial, sp.binomial: functions.binomial, sp.beta: functions.beta, sp.KroneckerDelta: functions.kronecker,
    sp.StrictLessThan: functions.relation("lt"), sp.LessThan: functions.relation("le"), sp.Eq: functions.relation("eq"),
    sp.StrictGreaterThan: functions.relation("lt", swap=True), sp.GreaterThan: functions.relation("le", swap=True),
    sp.Ne: functions.relation("ne"),
}  # fmt: skip

_OF_PROPOSITIONS: dict[type, Callable[..., Term]] = {
    sp.And: functions.both, sp.Or: functions.either, sp.Not: functions.opposite, sp.Implies: functions.implies,
    sp.Equivalent: functions.equivalent, sp.ITE: functions.if_then_else,
}  # fmt: skip

_CONSTANTS: dict[type, Term] = {
    numbers.Pi: PI, numbers.Exp1: fn("exp", ONE), numbers.EulerGamma: EULER_GAMMA, numbers.Catalan: make("const", "catalan"),
    numbers.GoldenRatio: mul(HALF, add(ONE, power(num(5), HALF))), sp.logic.boolalg.BooleanTrue: TRUE, sp.logic.boolalg.BooleanFalse: FALSE,
}  # fmt: skip

_RATIONALS = (sp.Integer, sp.Rational, numbers.Zero, numbers.One, numbers.NegativeOne, numbers.Half)

_REFUSALS: dict[type, str] = {
    numbers.ImaginaryUnit: "I is complex; derive reads real numbers only",
    numbers.NaN: "nan is not a number; some step before this one was undefined",
    numbers.ComplexInfinity: "zoo (complex infinity) is not a number; some step before this one divided by 0",
    numbers.Infinity: "oo stands only as the bound of an integral",
    numbers.NegativeInfinity: "-oo stands only as the bound of an integral",
}


def _refuse(e: Any) -> ReadError:
    """Why e cannot be read, and what to write instead."""
    name = type(e).__name__
    if type(e) in _REFUSALS:
        return ReadError(_REFUSALS[type(e)])
    if type(e) is sp.Float:
        return ReadError(_float_advice(float(e)))
    if isinstance(e, sp.core.function.AppliedUndef):
        return ReadError(f"unknown function {name} in {_brief(e)}; write its formula, or an array or symbol for its value")
    if isinstance(e, (sp.re, sp.im, sp.conjugate, sp.arg)):
        return ReadError(f"{_brief(e)} is of complex numbers; derive reads real numbers only: declare symbols with real=True")
    if isinstance(e, (sp.MatrixBase, sp.MatrixExpr, sp.NDimArray)) or type(e) in (sp.IndexedBase, sp.Trace, sp.Determinant):
        return ReadError(f"{_brief(e)} is a matrix or array expression; write the claim about its entries, such as A[i, j]")
    if isinstance(e, sp.Symbol):
        return ReadError(f"{_brief(e)} is a {name}, which is made from Symbol; write it as a Symbol")
    if isinstance(e, sp.logic.boolalg.Boolean):
        return ReadError(f"the condition {_brief(e)} cannot be read; write it with <, <=, Eq, Ne, And, Or, Not")
    return ReadError(f"{name} is not supported, in {_brief(e)}; supported: {SUPPORTED}")


# ---- second pass


@dataclass(frozen=True)
class _Array:
    name: str
    sort: str
    shape: tuple[Term, ...]
    first: tuple[Term, ...]  # the position that SymPy gives to the first entry, by axis: 0 where a shape is declared


@dataclass(frozen=True)
class _Scope:
    """What stands around an expression: variables bound there, names in use, whether a case decides if it is reached."""

    bound: Mapping[sp.Basic, Term]
    taken: frozenset[str]
    over: tuple[Term, ...] = ()  # the indices of the sums around it
    guarded: bool = False

    def bind(self, variable: sp.Basic, value: Term, name: str, over: tuple[Term, ...] = ()) -> _Scope:
        return replace(self, bound={**self.bound, variable: value}, taken=self.taken | {name}, over=self.over + over)


@dataclass(frozen=True)
class _Place:
    """One position in an entry, to be checked against its axis once the hypotheses are known."""

    entry: Any  # as SymPy has it: put into words where it is refused
    array: _Array
    axis: int
    at: Term
    alone: bool  # a single index, not arithmetic
    over: tuple[Term, ...]

    @property
    def holds(self) -> str:
        first, dim = self.array.first[self.axis], self.array.shape[self.axis]
        return f"axis {self.axis + 1} of {self.array.name} holds {_span(first, dim)}"


def _span(first: Term, dim: Term) -> str:
    return f"{spell(first)}..{spell(add(first, dim, MINUS_ONE))}"


Reads = Generator[tuple[Any, _Scope, str], Term, Term]


class _Reader:
    """Builds the terms. A method that returns `Reads` yields (expression, scope, kind) to have that read: no input is too deep."""

    def __init__(self, survey: _Survey) -> None:
        self.survey = survey
        self.values: dict[sp.Basic, Term] = {}  # free symbol or index -> its term
        self.arrays: dict[sp.Basic, _Array] = {}
        self.sizes: set[Term] = set()
        self.given: list[Term] = []  # what the assumptions of symbols say beyond their sorts
        self.words: list[str] = []
        self.places: list[_Place] = []
        self.lengths: list[tuple[Term, bool]] = []  # lengths that must not be negative, and whether that may be assumed
        self.written: dict[str, object] = {}
        self.closed = _Scope({}, frozenset(survey.names.values()))

    def read_lines(self, lines: list[tuple[sp.Basic, str]], hypotheses: list[sp.Basic], alone: bool) -> Reading:
        """All lines in one reading; `alone` for one expression that takes no hypotheses with it."""
        self._settle()
        own = self._names_in(*(line for line, _ in lines))
        terms = tuple(self.read(line, _Scope({}, own), wants) for line, wants in lines)
        said = [self.read(h, _Scope({}, own | self._names_in(h)), "proposition") for h in hypotheses]
        if alone and self.given:
            raise ReadError(f"{term.show(self.given[0])} is assumed of a symbol; drop that assumption and state it as a hypothesis")
        facts = [*said, *self.given]
        facts += self._check_ranges(facts)
        return Reading(terms, tuple(dict.fromkeys(facts)), tuple(dict.fromkeys(self.words)), self.written)

    def _names_in(self, *lines: sp.Basic) -> frozenset[str]:
        """The names that are free in these lines."""
        survey = _Survey()
        for line in lines:
            survey.visit(line)
        return frozenset(self.survey.names[e] for e in survey.names)

    # -- symbols, arrays, indices

    def _settle(self) -> None:
        """Fixes the term of every free symbol and index, and the shape of every array."""
        roles, axes = self.survey.roles, self.survey.axes
        lone = [e for e in axes if "size" not in roles[e]]
        for e in roles:
            if type(e) is not sp.Idx and e not in lone:
                self._settle_symbol(e, roles[e])
        for base, ranges in self.survey.arrays.items():
            self.arrays[base] = array = self._array(base, ranges)
            self.written[array.name] = (base, *array.first)
        for e in roles:
            if ends := _ends(e):
                self._settle_index(e, *self._range(ends[0], ends[1], self.survey.names[e]))
        for e in lone:
            found = dict.fromkeys((self.arrays[base].first[axis], self.arrays[base].shape[axis]) for base, axis in axes[e])
            if len(found) > 1:
                name, spans = self.survey.names[e], " and ".join(_span(*r) for r in found)
                raise ReadError(f"{name} indexes axes of different ranges, {spans}; give it one, such as Idx({name!r}, n)")
            first, dim = next(iter(found))
            self._settle_index(e, first, dim)
            self._tell_range(self.survey.names[e], first, dim)

    def _settle_symbol(self, e: sp.Basic, roles: set[str]) -> None:
        name = self.survey.names[e]
        sort, unsaid = _sort(e, name)
        if roles - {""}:
            sort = self._promote(name, sort, unsaid, "size" in roles)
        self.values[e] = v = term.sym(name, sort)
        self.given += (_SIGNS[s](v) for s in unsaid)
        self.written[name] = e
        if "size" in roles:
            self.sizes.add(v)

    def _promote(self, name: str, sort: str, unsaid: tuple[str, ...], size: bool) -> str:
        """The sort of a symbol that must be whole because of where it stands; what that adds is told."""
        if sort in ("negative", "nonpositive", "nonzero") or (size and set(unsaid) - {"even", "odd"}):
            raise ReadError(f"{name} is a size, an index or the limit of a sum; declare it with integer=True, positive=True")
        best = sort if sort.endswith("integer") else f"{sort} integer".removeprefix("real ")
        if size:
            best = "nonnegative integer" if best.startswith("nonnegative") else "positive integer"
        if best != sort:
            self.words.append(f"1 <= {name}" if sort == "integer" else f"{name} is {'an' if best == 'integer' else 'a'} {best}")
        return best

    def _array(self, base: Any, ranges: list[list[tuple[sp.Basic, ...]]]) -> _Array:
        name = self.survey.names[base]
        sort, unsaid = _sort(base, name) if type(base) is sp.IndexedBase else ("real", ())
        if unsaid:
            raise ReadError(f"the entries of {name} are assumed {' and '.join(unsaid)} integers; state that as a hypothesis instead")
        if base.shape is not None:
            shape = tuple(self._length(self.read(dim, self.closed, "term"), f"the shape of {name}") for dim in base.shape)
            return _Array(name, sort, shape, (ZERO,) * len(shape))
        axes: list[tuple[Term, Term]] = []
        for axis, seen in enumerate(ranges):
            found = list(dict.fromkeys(self._range(low, high, name) for low, high in seen))
            if len(found) != 1:
                over = f"it is indexed over {' and '.join(_span(*r) for r in found)}" if found else "no range indexes it"
                raise ReadError(f"axis {axis + 1} of {name} has no one length: {over}; write IndexedBase({name!r}, shape=(n,))")
            axes += found
        return _Array(name, sort, tuple(dim for _, dim in axes), tuple(first for first, _ in axes))

    def _range(self, low: sp.Basic, high: sp.Basic, where: str) -> tuple[Term, Term]:
        """The first value and the length of a range that depends on sizes alone."""
        if {type(low), type(high)} & _INFINITE:
            raise ReadError(f"{where} runs without end; derive reads finite ranges only")
        first, last = (tidy(self.read(end, self.closed, "term")) for end in (low, high))
        return first, self._length(add(last, neg(first), ONE), where)

    def _length(self, length: Term, where: str) -> Term:
        length = tidy(length)
        if not is_size(length):
            raise ReadError(f"{where}: {spell(length)} is not a size; write it with numbers and symbols with integer=True, positive=True")
        if length.op == "num" and length.args[0] < 1:
            raise ReadError(f"{where}: {spell(length)} is not a size; a size is at least 1")
        self.lengths.append((length, True))
        return length

    def _settle_index(self, e: sp.Basic, first: Term, dim: Term) -> None:
        """The index that e stands for; what its assumptions say of its position goes to the hypotheses."""
        name = self.survey.names[e]
        self.values[e] = value = tidy(add(term.index(name, dim), first))
        self.written[name] = (e, first)
        sort, unsaid = _sort(_label(e), name)
        for sign in (sort.split()[0], *unsaid):
            excess = {"positive": sub(value, ONE), "nonnegative": value}.get(sign)
            if sign in _SIGNS and (excess is None or not never_negative(excess)):
                self.given.append(_SIGNS[sign](value))

    def _tell_range(self, name: str, first: Term, dim: Term) -> None:
        last = f"< {spell(dim)}" if first is ZERO else f"<= {spell(add(first, dim, MINUS_ONE))}"
        self.words.append(f"{spell(first)} <= {name} {last}")

    # -- expressions

    def read(self, e: sp.Basic, scope: _Scope, wants: str) -> Term:
        """e as a term; runs the generators below on a stack of its own."""
        stack: list[Reads] = [self._one(e, scope, wants)]
        value: Any = None
        while stack:
            try:
                request = stack[-1].send(value)
            except StopIteration as done:
                stack.pop()
                value = done.value
            else:
                stack.append(self._one(*request))
                value = None
        found: Term = value
        return found

    def _one(self, e: Any, scope: _Scope, wants: str) -> Reads:
        kind = type(e)
        if kind in _OF_TERMS:
            found = _OF_TERMS[kind](*(yield from self._each(e.args, scope, "term")))
        elif kind in _OF_PROPOSITIONS:
            found = _OF_PROPOSITIONS[kind](*(yield from self._each(e.args, scope, "proposition")))
        elif kind in _RATIONALS:
            found = _rational(int(e.p), int(e.q))
        elif kind in _CONSTANTS:
            found = _CONSTANTS[kind]
        elif kind in _VARIABLES:
            found = self._variable(e, scope)
        elif kind in _WALKS:
            found = yield from _WALKS[kind](self, e, scope)
        else:
            raise _refuse(e)
        if (found.op in PROPOSITIONS) != (wants == "proposition"):
            if wants == "proposition":
                raise ReadError(f"expected a relation such as x > 0, got the expression {_brief(e)}")
            raise ReadError(f"expected an expression, got the condition {_brief(e)}; conditions are related by iff or implies")
        return found

    def _each(self, parts: Iterable[Any], scope: _Scope, wants: str) -> Generator[tuple[Any, _Scope, str], Term, list[Term]]:
        found = []
        for part in parts:
            found.append((yield part, scope, wants))
        return found

    def _variable(self, e: Any, scope: _Scope) -> Term:
        found: Term | None = scope.bound.get(e) or self.values.get(e)
        if found is None:
            name = _label(e).name
            raise ReadError(f"the index {name} has no range here; write Idx({name!r}, n), and use no index in a size")
        return found

    def _entry(self, e: Any, scope: _Scope) -> Reads:
        if e.args[0] not in self.arrays:
            raise ReadError(f"{_brief(e)} stands in a size; a size is made of numbers and symbols")
        array, at = self.arrays[e.args[0]], []
        for axis, position in enumerate(e.args[1:]):
            value = yield position, scope, "term"
            value = tidy(sub(value, array.first[axis]))
            if not whole(value):
                raise ReadError(f"{_brief(e)}: the index {_brief(position)} is not an integer; declare its symbols with integer=True")
            if not scope.guarded:
                self.places.append(_Place(e, array, axis, value, type(position) in _VARIABLES, scope.over))
            at.append(value)
        return term.entry(array.name, array.sort, array.shape, tuple(at))

    def _sum(self, e: Any, scope: _Scope) -> Reads:
        op, unit = ("prod", ONE) if type(e) is sp.Product else ("sum", ZERO)
        layers = []
        for limit in reversed(e.limits):
            index, condition, scope = yield from self._bind(type(e).__name__, limit, scope)
            layers.append((index, condition))
        body = yield e.function, scope, "term"
        for index, condition in reversed(layers):
            if condition:
                body = make("piecewise", body, functions.both(*condition), unit, TRUE)
            body = unit if index.args[1] is ZERO else make(op, body, index)
        return body

    def _bind(self, kind: str, limit: Any, scope: _Scope) -> Generator[tuple[Any, _Scope, str], Term, tuple[Term, list[Term], _Scope]]:
        """The index of one limit, the condition that cuts its range where a bound is itself an index, and the scope inside.

        Sum over j = 0..i with i < n runs over all j < n and takes the terms with j <= i, so that no length depends on an index.
        """
        variable, *ends = limit
        where = f"{kind} over {_brief(variable)}"
        if type(variable) not in _VARIABLES:
            raise ReadError(f"{where}: expected a symbol or an Idx to sum over")
        if {type(end) for end in ends} & _INFINITE:
            raise ReadError(f"{where}: infinite sums are not supported; sum to a symbol n")
        if len(ends) != 2:
            raise ReadError(f"{where} has no range; write ({_brief(variable)}, 0, n - 1)")
        low, high = (tidy(end) for end in (yield from self._each(ends, scope, "term")))
        if not (whole(low) and whole(high)):
            raise ReadError(f"{where}: its limits {spell(low)} and {spell(high)} are not integers; declare their symbols with integer=True")
        least, most = extreme(low, indices(low), -1), extreme(high, indices(high), 1)
        length = ZERO if least is None or most is None else tidy(add(most, neg(least), ONE))
        if least is None or most is None or not is_size(length):
            raise ReadError(f"{where}: its limits {spell(low)} and {spell(high)} must be linear in the indices, with sizes beside them")
        if length.op == "num" and length.args[0] < 0:
            raise ReadError(f"{where} runs backwards, from {spell(low)} to {spell(high)}")
        name = self._bound_name(variable, scope)
        index = term.index(name, length)
        value = tidy(add(index, least))
        condition = [make("le", low, value)] * bool(indices(low)) + [make("le", value, high)] * bool(indices(high))
        self.lengths.append((length, True))
        if condition:
            self.lengths.append((tidy(add(high, neg(low), ONE)), False))
        if name == _label(variable).name:
            self.written.setdefault(name, (variable, least))
        inside = scope.bind(variable, value, name, (index,))
        return index, condition, replace(inside, guarded=scope.guarded or length is ZERO)

    def _bound_name(self, variable: Any, scope: _Scope) -> str:
        label = _label(variable)
        name = f"_{label.name}" if type(label) is sp.Dummy else label.name
        return term.fresh(name, scope.taken) if name in scope.taken else name

    def _integral(self, e: Any, scope: _Scope) -> Reads:
        layers = []
        for variable, *ends in reversed(e.limits):
            if type(variable) not in (sp.Symbol, sp.Dummy):
                raise ReadError(f"expected a symbol to integrate over, got {_brief(variable)}")
            if len(ends) != 2:
                raise ReadError(f"the integral over {variable.name} is indefinite; write its bounds, ({variable.name}, a, b)")
            if _sort(variable, variable.name)[0].endswith("integer"):
                raise ReadError(f"{variable.name} is an integer; an integral runs over a real symbol")
            bounds = []
            for end in ends:
                if type(end) in _INFINITE:
                    bounds.append(OO if type(end) is numbers.Infinity else neg(OO))
                else:
                    bounds.append((yield end, scope, "term"))
            name = self._bound_name(variable, scope)
            if name == variable.name:
                self.written.setdefault(name, variable)
            layers.append((term.sym(name), *bounds))  # real whatever its assumptions: only the bounds say where it runs
            scope = scope.bind(variable, layers[-1][0], name)
        body = yield e.function, scope, "term"
        for layer in reversed(layers):
            body = make("integral", body, *layer)
        return body

    def _derivative(self, e: Any, scope: _Scope) -> Reads:
        body = yield e.expr, scope, "term"
        order = 0
        for variable, count in e.variable_count:
            if type(count) not in _RATIONALS or (order := order + int(count)) > MOST_ORDER:
                raise ReadError(f"{_brief(e)}: the order of a derivative is a number up to {MOST_ORDER}")
            v = yield variable, scope, "term"
            if v.op not in ("sym", "entry") or whole(v):
                raise ReadError(f"{_brief(e)}: expected a derivative with respect to a real symbol or an entry, got {_brief(variable)}")
            for _ in range(int(count)):
                body = make("deriv", body, v)
        return body

    def _piecewise(self, e: Any, scope: _Scope) -> Reads:
        cases: list[Term] = []
        inside = replace(scope, guarded=True)
        for pair in e.args:
            if type(pair) is not ExprCondPair:
                raise ReadError(f"expected pairs (value, condition) in a Piecewise, got {_brief(pair)}")
            condition = yield pair.args[1], inside if cases else scope, "proposition"
            value = yield pair.args[0], scope if condition is TRUE and not cases else inside, "term"
            cases += (value, condition)
        return cases[0] if cases[1] is TRUE else make("piecewise", *cases)

    def _subs(self, e: Any, scope: _Scope) -> Reads:
        """Reads the body with its variables bound to the points. A derivative at a point is read where that is a renaming."""
        points = yield from self._each(e.point, scope, "term")
        if _holds(e.expr, sp.Derivative):
            new = all(type(p) in (sp.Symbol, sp.Dummy) and not _mentions(e.expr, [p]) for p in e.point)
            if not new or len(set(e.point)) != len(e.point):
                raise ReadError(f"{_brief(e)}: a derivative at a point is read only where the point is a new symbol; apply .doit() first")
        bound = dict(scope.bound)
        for variable, point in zip(e.variables, points, strict=True):
            if type(variable) not in (sp.Symbol, sp.Dummy):
                raise ReadError(f"{_brief(e)}: expected to substitute for a symbol, got {_brief(variable)}")
            bound[variable] = point
        body = yield e.expr, replace(scope, bound=bound), "term"
        return body

    # -- ranges

    def _check_ranges(self, facts: list[Term]) -> list[Term]:
        """Refuses what is out of range; gives what is assumed of sizes and positions."""
        assumed: list[Term] = []
        for length, may_assume in dict.fromkeys(self.lengths):
            if not never_negative(length, (*facts, *assumed)):
                if not may_assume:
                    raise ReadError(f"a sum may run backwards: its length {spell(length)} may be negative; state in given that it is not")
                assumed.append(self._assume(length))
        for place in dict.fromkeys(self.places):
            assumed += self._check_place(place, (*facts, *assumed))
        return assumed

    def _assume(self, t: Term) -> Term:
        """The hypothesis t >= 0, what t subtracts on the left and what it adds on the right."""
        form = linear(t)
        low, high = (tidy(add(ZERO, *(mul(num(sign * c), u) for u, c in form.items() if sign * c > 0))) for sign in (-1, 1))
        self.words.append(f"{spell(low)} <= {spell(high)}")
        return make("le", low, high)

    def _check_place(self, place: _Place, facts: tuple[Term, ...]) -> list[Term]:
        at, dim = place.at, place.array.shape[place.axis]
        if at.op == "index" and at.args[1] is dim:
            return []  # an index of this very axis
        below, above = tidy(sub(MINUS_ONE, at)), tidy(sub(at, dim))  # either of them >= 0: out of range
        inside = [tidy(at), tidy(sub(dim, add(at, ONE)))]
        if all(never_negative(t, facts) for t in inside):
            return []
        if at.op == "num":
            ask = "" if dim.op == "num" or at.args[0] < 0 else f"; state {spell(dim)} >= {at.args[0] + 1} in given"
            raise ReadError(f"{_brief(place.entry)} may be out of range: {place.holds}{ask}")
        if not indices(at):
            if never_negative(below, facts) or never_negative(above, facts):
                raise ReadError(f"{_brief(place.entry)} is out of range: {place.holds}")
            loose = any(v.op == "sym" and v not in self.sizes for v in term.free(at))
            return [self._assume(t) for t in inside if not never_negative(t, facts)] if loose else []
        low, high = (extreme(at, indices(at) if place.alone else place.over, sign) for sign in (-1, 1))
        if place.alone and low is not None and high is not None:
            first = place.array.first[place.axis]
            raise ReadError(
                f"{_brief(place.entry)} reaches from {spell(add(low, first))} to {spell(add(high, first))}, but {place.holds}; "
                "use an index of that range (an array with a shape starts at 0: sum over 0..n - 1)"
            )
        if place.over and any(t is not None and never_negative(t, facts) for t in (low and sub(MINUS_ONE, low), high and sub(high, dim))):
            text = f"{_brief(place.entry)} runs out of range inside its sum: {place.holds}"
            raise ReadError(f"{text}; guard it with a Piecewise, or shorten the sum")
        return []


def _holds(e: sp.Basic, kind: type) -> bool:
    todo = [e]
    while todo:
        e = todo.pop()
        if type(e) is kind:
            return True
        todo += e.args
    return False


_INFINITE = {numbers.Infinity, numbers.NegativeInfinity}
_WALKS: dict[type, Callable[[_Reader, Any, _Scope], Reads]] = {
    sp.Indexed: _Reader._entry, MatrixElement: _Reader._entry, sp.Sum: _Reader._sum, sp.Product: _Reader._sum,
    sp.Integral: _Reader._integral, sp.Derivative: _Reader._derivative, sp.Piecewise: _Reader._piecewise, sp.Subs: _Reader._subs,
}  # fmt: skip
