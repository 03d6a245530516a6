"""Meaning: the tree of a formula to a claim, through SymPy with nothing evaluated and the kernel's own reader.

A name is a real variable unless a hypothesis says otherwise: `positive(p)`, `integer(k)`. A name with brackets is an array; its length is
the range of the indices in its brackets, which a sum or `index(j, n)` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.parameters import evaluate

from derive.catalogue import nearest
from derive.errors import ReadError
from derive.formula.grammar import Node, fault, parse
from derive.kernel.read import read_lines
from derive.statement.claim import Claim, Link, Page
from derive.vocabulary import functions
from derive.vocabulary.binding import bind
from derive.vocabulary.symbols import assumptions, make_index

NAME = "formula"
WHERE, WHERE_GIVEN = "-c", "--given"

SORTS = ("real", "positive", "negative", "nonnegative", "nonpositive", "nonzero", "integer", "natural", "nonnegative_integer")
FUNCTIONS = {
    # name: how many arguments (None: one or more)
    **dict.fromkeys(("exp", "log", "sqrt", "Abs", "sign", "Heaviside", "floor", "ceiling", "sin", "cos", "tan", "asin", "acos", "atan"), 1),
    **dict.fromkeys(("sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "erfinv"), 1),
    **dict.fromkeys(("factorial", "gamma", "loggamma", "digamma"), 1),
    "polygamma": 2, "besseli": 2, "Mod": 2, "Max": None, "Min": None,
}  # fmt: skip
ALIASES = {
    "abs": "Abs", "max": "Max", "min": "Min", "ln": "log", "ceil": "ceiling", "mod": "Mod", "diff": "D", "Derivative": "D", "sum": "Sum",
    "KroneckerDelta": "delta", "Piecewise": "cases", "integrate": "Integral", "prod": "Product", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "sgn": "sign",
}  # fmt: skip
FORMS = {
    "D": "D(f, x), or D(f, x, 2) for the second derivative", "Sum": "Sum(x[i], i, n) for i from 0 to n - 1, or Sum(x[i], (i, low, high))",
    "Product": "Product(x[i], i, n)", "Integral": "Integral(f, (x, low, high))", "delta": "delta(i, j)",
    "cases": "cases((a, condition), (b, True))",
}  # fmt: skip
CONSTANTS = {"pi": sympy.pi, "EulerGamma": sympy.EulerGamma, "Catalan": sympy.Catalan}
INFINITE = {"oo": sympy.oo}
NOT_NAMES = {
    "e": "write exp(1), or give the symbol another name", "E": "write exp(1), or give the symbol another name",
    "nan": "it is no number", "NaN": "it is no number", "inf": "write oo, as the bound of an integral", "zoo": "it is no number",
    "None": "it is no number",
}  # fmt: skip
RELATIONS = {"==": "eq", "!=": "ne", "<=": "le", "<": "lt", ">=": "le", ">": "lt"}
COMPARISONS = {
    "==": sympy.Eq, "!=": sympy.Ne, "<=": sympy.LessThan, "<": sympy.StrictLessThan, ">=": sympy.GreaterThan, ">": sympy.StrictGreaterThan,
}  # fmt: skip
MOST_ORDER = 6


def read_formula(text: str, given: Sequence[str] = ()) -> Page:
    """A page that states one claim, the formula, under these hypotheses; raises ReadError with a caret where it cannot be read."""
    tree = parse(text, WHERE)
    meaning = _Meaning([(text, tree, WHERE), *((h, parse(h, WHERE_GIVEN), WHERE_GIVEN) for h in given)])
    try:
        with evaluate(False):
            relations, lines = meaning.chain(tree)
            hypotheses = meaning.hypotheses()
        reading = read_lines(lines, hypotheses)
    except ReadError as error:
        raise ReadError(error.message, file=error.file or WHERE, line=1) from error
    first, *rights = reading.lines
    links = tuple(Link(relation, right) for relation, right in zip(relations, rights, strict=True))
    claim = Claim(f"{NAME}.claim", WHERE, 1, first, links, given=reading.given)
    return Page(NAME, WHERE, "A formula", text.strip(), (claim,))


class _Meaning:
    """What the names of some formulas stand for, and their trees in SymPy."""

    def __init__(self, said: Sequence[tuple[str, Node, str]]) -> None:
        self.said = said
        self.text, self.where = said[0][0], said[0][2]  # what is being looked at, for errors
        self.sorts: dict[str, str] = {}
        self.sizes: dict[str, Node] = {}  # index declared in a hypothesis -> its length
        self.ranks: dict[str, int] = {}
        self.ranged: set[tuple[str, int]] = set()  # axes that some index with a range stands in
        self.scalars: dict[str, Node] = {}
        self.whole: set[str] = set()  # names that stand for integers because of where they are
        self._survey()

    # What the names are

    def _survey(self) -> None:
        for tree in self._each():
            if self._declares(tree):
                self._declare(tree)
        for tree in self._each():
            if not self._declares(tree):
                self._look(tree, frozenset(self.sizes))
        known = {*self.ranks, *self.scalars}
        for tree in self._each():
            if not self._declares(tree):
                self._check_axes(tree)
            elif unused := [node for node in tree.parts if node.kind == "name" and node.value not in known]:
                raise self._fault(f"{unused[0].value} does not occur in the formula", unused[0])

    def _each(self) -> Iterator[Node]:
        """The tree of the formula, then that of each hypothesis, each while errors point into its text."""
        for text, tree, where in self.said:
            self.text, self.where = text, where
            yield tree

    def _declares(self, tree: Node) -> bool:
        return self.where == WHERE_GIVEN and tree.kind == "call" and (tree.value in SORTS or tree.value == "index")

    def _declare(self, tree: Node) -> None:
        names = tree.parts[:-1] if tree.value == "index" else tree.parts
        for node in names:
            if node.kind != "name":
                example = "index(i, n)" if tree.value == "index" else f"{tree.value}(x)"
                raise self._fault(f"{tree.value} declares names, as in {example}", node)
            if node.value in self.sorts or node.value in self.sizes:
                raise self._fault(f"{node.value} is declared twice", node)
            if tree.value == "index":
                self.sizes[node.value] = tree.parts[-1]
            else:
                self.sorts[node.value] = tree.value
        if tree.value == "index":
            if not names:
                raise self._fault("index wants a name and a length, as in index(i, n)", tree)
            self.whole |= {n.value for n in _names(tree)}
            self._look(tree.parts[-1], frozenset())

    def _look(self, node: Node, ranged: frozenset[str]) -> None:
        """Notes which names are arrays, and which are whole numbers."""
        if node.kind == "name":
            self.scalars.setdefault(node.value, node)
        if node.kind == "entry":
            if self.ranks.setdefault(node.value, len(node.parts)) != len(node.parts):
                raise self._fault(f"{node.value} has {self.ranks[node.value]} indices elsewhere and {len(node.parts)} here", node)
            self.whole |= {n.value for part in node.parts for n in _names(part)}
            self.ranged |= {(node.value, k) for k, part in enumerate(node.parts) if part.kind == "name" and part.value in ranged}
        if node.kind == "call":
            name = ALIASES.get(node.value, node.value)
            if name == "delta":
                self.whole |= {n.value for n in _names(node)}
            if name in ("Sum", "Product"):
                limits = self._limits(node)
                self.whole |= {n.value for variable, *ends in limits for part in (variable, *ends) for n in _names(part)}
                ranged |= {variable.value for variable, *_ in limits}
        for part in node.parts:
            self._look(part, ranged)

    def _check_axes(self, node: Node) -> None:
        """The reader would ask for a shape in SymPy's words; here it is a range that is missing."""
        for k, part in enumerate(node.parts if node.kind == "entry" else ()):
            if (node.value, k) not in self.ranged:
                index = part.value if part.kind == "name" else "i"
                which = f"axis {k + 1} of {node.value}" if len(node.parts) > 1 else node.value
                raise self._fault(f"nothing says how long {which} is; sum over it, or add --given 'index({index}, n)'", node)
        for part in node.parts:
            self._check_axes(part)

    def _limits(self, node: Node) -> list[tuple[Node, ...]]:
        """The index and the bounds of each sum: a length alone stands for 0 to length - 1."""
        limits = node.parts[1:]
        if all(p.kind == "tuple" and len(p.parts) in (2, 3) and p.parts[0].kind == "name" for p in limits) and limits:
            return [p.parts for p in limits]
        if len(limits) == 2 and limits[0].kind == "name" and limits[1].kind != "tuple":
            return [tuple(limits)]
        raise self._misused(ALIASES.get(node.value, node.value), node)

    # Lines

    def chain(self, tree: Node) -> tuple[list[str], list[Any]]:
        """The relations and the lines of the claim, in the order in which they are decided."""
        self.text, self.where = self.said[0][0], self.said[0][2]
        if tree.kind == "arrow" and len(tree.parts) == 2:
            return [tree.value], [self._proposition(part) for part in tree.parts]
        if tree.kind != "chain":
            raise self._fault("a formula states something: write left == right, or another of != <= < >= > iff implies", tree)
        signs, parts = tree.value.split(), list(tree.parts)
        if {"<", "<="} & {*signs} and {">", ">="} & {*signs}:
            raise self._fault("the relations of one chain point one way; ask about each part by itself", tree)
        if {">", ">="} & {*signs}:
            signs, parts = signs[::-1], parts[::-1]
        return [RELATIONS[s] for s in signs], [self._number(part) for part in parts]

    def hypotheses(self) -> list[Any]:
        return [self._proposition(tree) for tree in self._each() if self.where == WHERE_GIVEN and not self._declares(tree)]

    def _proposition(self, node: Node) -> Any:
        if node.kind == "chain":
            sides = [self._number(part) for part in node.parts]
            signs = node.value.split()
            made = [COMPARISONS[s](a, b, evaluate=False) for s, a, b in zip(signs, sides, sides[1:], strict=False)]
            return made[0] if len(made) == 1 else sympy.And(*made, evaluate=False)
        if node.kind == "unary" and node.value == "not":
            return sympy.Not(self._proposition(node.parts[0]), evaluate=False)
        if node.kind in ("and", "or") or node.kind == "arrow" and len(node.parts) == 2:
            joined = {"and": sympy.And, "or": sympy.Or, "implies": sympy.Implies, "iff": sympy.Equivalent}[node.value.split()[0]]
            return joined(*map(self._proposition, node.parts), evaluate=False)
        if node.kind == "arrow":
            raise self._fault("one arrow at a time; put brackets around a part", node)
        if node.kind == "name" and node.value == "True":
            return sympy.true
        known = f"{', '.join(SORTS)} and index" if self.where == WHERE_GIVEN else ""
        raise self._fault(f"expected a relation, such as x > 0{f', or one of {known}, as in positive(x)' if known else ''}", node)

    # Expressions

    def _number(self, node: Node) -> Any:
        if node.kind == "number":
            return _exact(node.value)
        if node.kind == "name":
            return self._name(node)
        if node.kind == "entry":
            array = sympy.IndexedBase(node.value, **assumptions(self.sorts.get(node.value, "real")))
            return sympy.Indexed(array, *(self._number(part) for part in node.parts))
        if node.kind == "call":
            return self._call(node)
        if node.kind == "unary" and node.value in ("-", "+"):
            value = self._number(node.parts[0])
            return value if node.value == "+" else _negative(value)
        if node.kind == "sum":
            return sympy.Add(*self._row(node, "-", _negative), evaluate=False)
        if node.kind == "product":
            return sympy.Mul(*self._row(node, "/", lambda value: sympy.Pow(value, -1, evaluate=False)), evaluate=False)
        if node.kind == "power":
            return sympy.Pow(*map(self._number, node.parts), evaluate=False)
        what = "a pair stands only inside Sum, Integral and cases" if node.kind == "tuple" else "expected a number here, got a condition"
        raise self._fault(what, node)

    def _row(self, node: Node, inverse: str, invert: Callable[[Any], Any]) -> Iterator[Any]:
        """The parts of a sum or product, inverted behind a minus or a slash."""
        for sign, part in zip(["", *node.value.split()], node.parts, strict=True):
            yield invert(self._number(part)) if sign == inverse else self._number(part)

    def _name(self, node: Node) -> Any:
        name = node.value
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in INFINITE:
            raise self._fault(f"{name} stands only as the bound of an integral", node)
        if name in NOT_NAMES:
            raise self._fault(f"{name} stands for no variable: {NOT_NAMES[name]}", node)
        if name in ("True", "False"):
            raise self._fault(f"{name} is a condition; expected a number", node)
        if name in self.ranks:
            raise self._fault(f"{name} is an array elsewhere; write an entry, such as {name}[{', '.join('ijk'[: self.ranks[name]])}]", node)
        if name in FUNCTIONS or name in FORMS or name in ALIASES and name not in ("mod", "sum", "prod"):
            use = FORMS.get(ALIASES.get(name, name), f"{name}(x)")
            raise self._fault(f"{name} is a function; write {use}, or give the symbol another name", node)
        if name in self.sizes:
            return make_index(name, self._number(self.sizes[name]))
        return sympy.Symbol(name, **assumptions(self.sorts.get(name, "integer" if name in self.whole else "real")))

    def _call(self, node: Node) -> Any:
        name = ALIASES.get(node.value, node.value)
        if name in FUNCTIONS:
            wants = FUNCTIONS[name]
            if wants is not None and len(node.parts) != wants:
                raise self._fault(f"{node.value} takes {wants} argument{'s' * (wants > 1)}, got {len(node.parts)}", node)
            return getattr(functions, name)(*map(self._number, node.parts))
        build: dict[str, Callable[[Node], Any]] = {
            "D": self._derivative, "Sum": self._sum, "Product": self._sum, "Integral": self._integral, "delta": self._delta,
            "cases": self._cases,
        }  # fmt: skip
        if name in build:
            return build[name](node)
        if node.value in SORTS or node.value == "index":
            raise self._fault(f"{node.value}(...) declares a name; it goes into --given by itself", node)
        known = nearest(node.value, [*FUNCTIONS, *FORMS, *ALIASES])
        raise self._fault(f"unknown function {node.value}{known or '; write its formula, or * for a product'}", node)

    def _derivative(self, node: Node) -> Any:
        body, *rest = node.parts
        orders: list[tuple[Any, int]] = []
        for part in rest:
            if part.kind == "number" and orders and part.value.isdigit() and 0 < int(part.value[:6]) <= MOST_ORDER:
                variable, _ = orders.pop()
                orders.append((variable, int(part.value)))
            elif part.kind in ("name", "entry"):
                orders.append((self._number(part), 1))
            else:
                raise self._fault(f"expected a variable to differentiate in, or an order from 1 to {MOST_ORDER}; write {FORMS['D']}", part)
        if not orders:
            raise self._misused("D", node)
        made = self._number(body)
        for variable, order in orders:
            for _ in range(order):
                made = bind(sympy.Derivative, made, (variable, 1))
        return made

    def _sum(self, node: Node) -> Any:
        made, binder = self._number(node.parts[0]), sympy.Sum if ALIASES.get(node.value, node.value) == "Sum" else sympy.Product
        # Written as in SymPy, the first index is the innermost.
        for variable, *ends in self._limits(node):
            if variable.value in self.sizes:
                raise self._fault(f"{variable.value} is summed over here, and --given declares it; use another index", variable)
            symbol = sympy.Symbol(variable.value, integer=True)
            *low, high = map(self._number, ends)
            first, last = (low[0], high) if low else (sympy.Integer(0), sympy.Add(high, -1, evaluate=False))
            made = bind(binder, made, (symbol, first, last))
        return made

    def _integral(self, node: Node) -> Any:
        body, *limits = node.parts
        if len(limits) == 3 and all(p.kind != "tuple" for p in limits):
            limits = [Node("tuple", "", tuple(limits), node.at)]
        if not limits or any(p.kind != "tuple" or len(p.parts) != 3 or p.parts[0].kind != "name" for p in limits):
            raise self._misused("Integral", node)
        made = self._number(body)
        for limit in limits:
            variable, low, high = limit.parts
            made = bind(sympy.Integral, made, (self._name(variable), self._bound(low), self._bound(high)))
        return made

    def _bound(self, node: Node) -> Any:
        if node.kind == "name" and node.value in INFINITE:
            return INFINITE[node.value]
        if node.kind == "unary" and node.value == "-" and node.parts[0].value in INFINITE:
            return -INFINITE[node.parts[0].value]
        return self._number(node)

    def _delta(self, node: Node) -> Any:
        if len(node.parts) != 2:
            raise self._misused("delta", node)
        return sympy.Expr.__new__(sympy.KroneckerDelta, *map(self._number, node.parts))

    def _cases(self, node: Node) -> Any:
        if any(p.kind != "tuple" or len(p.parts) != 2 for p in node.parts):
            raise self._misused("cases", node)
        pairs = [(self._number(p.parts[0]), self._proposition(p.parts[1])) for p in node.parts]
        return sympy.Piecewise(*pairs, evaluate=False)

    # Errors

    def _misused(self, name: str, node: Node) -> ReadError:
        return self._fault(f"expected {FORMS[name]}", node)

    def _fault(self, message: str, node: Node) -> ReadError:
        return fault(message, self.text, node.at, self.where)


def _names(node: Node) -> Iterator[Node]:
    """Every name in a tree, names of functions and arrays left out."""
    if node.kind == "name":
        yield node
    for part in node.parts:
        yield from _names(part)


def _negative(value: Any) -> Any:
    return -value if value.is_Number else sympy.Mul(-1, value, evaluate=False)


def _exact(written: str) -> Any:
    """The number that a decimal stands for, exactly: 0.1 is one tenth."""
    value = Fraction(written)
    return sympy.Rational(value.numerator, value.denominator)
