"""Lines: terms as statements over whole arrays, each shared part computed once.

A value's axes are named by indices; the array behind it has them last, in that order, and any number of batch axes before them. An index
that is summed is an axis that is summed, a product of different axes under a sum is an `einsum`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import count

from derive.code.canon import canonical
from derive.code.libraries import Library
from derive.code.stable import Stable, linear, written
from derive.code.sums import factors_of
from derive.errors import DeriveError
from derive.statement.term import MINUS_ONE, ONE, TWO, ZERO, Term, add, fn, free, index, make, mul, neg, num, power, rebuild, show, sub

WIDTH = 88
# Functions of a number of Python: an array library would make an array of its own dtype of it.
OF_NUMBERS = {
    "abs": "abs", "ceiling": "math.ceil", "loggamma": "math.lgamma", "asin": "math.asin", "acos": "math.acos", "atan": "math.atan",
    **{name: f"math.{name}" for name in ("exp", "log", "sqrt", "log1p", "expm1", "floor", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: f"math.{name}" for name in ("asinh", "acosh", "atanh", "erf", "erfc", "gamma")},
}  # fmt: skip
CHAIN = re.compile(r"\{0\}( [-+*/] \{\d+\})+")
TEST, OR, COMPARE, SUM, PRODUCT, UNARY, ATOM = range(7)  # how tightly an expression holds together


class Unwritten(DeriveError):
    """A term that has no array code."""


@dataclass(frozen=True)
class Node:
    """One operation: `form` with a place {0}, {1}, ... for each part, and how tightly each part must hold together there."""

    form: str
    parts: tuple[tuple[Node, str, int], ...] = ()  # node, the view of it such as "[..., None]", level wanted
    level: int = ATOM
    stem: str = "t"  # what a variable for it is called

    @property
    def is_plain(self) -> bool:
        """Whether it is a name or a number: nothing to compute."""
        return not self.parts

    @cached_property
    def is_number(self) -> bool:
        """Whether it is a number of Python, and no array: made of numbers and sizes alone."""
        if self.stem == "size" or not self.parts:
            return self.stem == "size" or _is_number(self.form)
        return all(node.is_number for node in self.inside())

    def inside(self) -> Iterable[Node]:
        return (part[0] for part in self.parts)


@dataclass(frozen=True)
class Value:
    """A node and the names of its last axes."""

    node: Node
    axes: tuple[Term, ...] = ()


@dataclass
class Lines:
    """Turns terms into nodes, for one library; equal terms become one node."""

    library: Library
    stable: Stable
    names: dict[str, str]  # argument -> the name that it has in the code
    sizes: dict[Term, tuple[str, str]]  # size symbol -> an argument that has it, and where: ".shape[-1]"
    like: str  # an argument whose dtype new arrays take
    _done: dict[Term, Value] = field(default_factory=dict)
    _nodes: dict[Node, Node] = field(default_factory=dict)

    def value(self, t: Term) -> Value:
        """The array of a term."""
        key, axes = canonical(t)
        found = self._done.get(key)
        if found is None:
            made = self._value(t)
            found = self._done[key] = Value(made.node, tuple(index(f"#{axes.index(i)}", i.args[1]) for i in made.axes))
        back = {index(f"#{k}", i.args[1]): i for k, i in enumerate(axes)}
        return Value(found.node, tuple(back[i] for i in found.axes))

    def array(self, t: Term, axes: Sequence[Term], like: str = "") -> Node:
        """The array of a term with exactly these axes; where it lacks one, it is stretched to the shape of `like`."""
        if t is ZERO:
            return self._node(f"{self.library.module}.zeros_like({{0}})", [(self.argument(like), "", TEST)])
        found = self.value(t)
        view = self._view(found.axes, axes)
        if set(found.axes) != set(axes):
            parts = [(found.node, view, TEST), (self.argument(like), "", ATOM)]
            return self._node(f"{self.library.module}.broadcast_to({{0}}, {{1}}.shape)", parts)
        return found.node if not view else self._node("{0}", [(found.node, view, ATOM)])

    def argument(self, name: str) -> Node:
        return self._node(self.names[name])

    def shaped_like(self, node: Node, name: str) -> Node:
        """A gradient summed over the batch axes that its argument does not have."""
        form = "{0}.sum_to_size({1}.shape)" if self.library.name == "torch" else "_sum_to({0}, {1}.shape)"
        return self._node(form, [(node, "", ATOM if self.library.name == "torch" else TEST), (self.argument(name), "", ATOM)])

    def _node(self, form: str, parts: Sequence[tuple[Node, str, int]] = (), level: int = ATOM, stem: str = "t") -> Node:
        node = Node(form, tuple(parts), level, stem)
        return self._nodes.setdefault(node, node)

    # Axes

    def _view(self, axes: tuple[Term, ...], wanted: Sequence[Term]) -> str:
        """How an array with some axes is indexed to stand beside one with the wanted axes."""
        order = tuple(a for a in wanted if a in axes)
        out = ""
        if order != axes:
            if len(axes) != 2:
                raise Unwritten(
                    f"axes {', '.join(a.args[0] for a in axes)} in the order {', '.join(a.args[0] for a in order)} are not written"
                )
            out = ".swapaxes(-1, -2)"
        if len(order) < len(wanted):
            out += "[..., " + ", ".join(":" if a in axes else "None" for a in wanted) + "]"
        return out

    def _aligned(self, values: Sequence[Value], levels: Sequence[int]) -> tuple[list[tuple[Node, str, int]], tuple[Term, ...]]:
        """The parts of an operation that goes entry by entry, with views that bring them together, and its axes."""
        axes: tuple[Term, ...] = max((v.axes for v in values), key=len, default=())
        for v in values:
            axes = (*(a for a in v.axes if a not in axes), *axes)
        return [(v.node, "" if v.node.is_number else self._view(v.axes, axes), at) for v, at in zip(values, levels, strict=True)], axes

    def _entrywise(self, form: str, terms: Sequence[Term], levels: Sequence[int], level: int, stem: str = "t") -> Value:
        parts, axes = self._aligned([self.value(t) for t in terms], levels)
        return Value(self._node(form, parts, level, stem), axes)

    # Terms

    def _value(self, t: Term) -> Value:
        op, a = t.op, t.args
        if op in ("num", "const"):
            return Value(self._node(_number(t), level=SUM if "/" in _number(t) or _number(t)[0] == "-" else ATOM))
        if op == "sym":
            return self._symbol(t)
        if op == "entry":
            return self._entry(t)
        if op == "add":
            return self._add(t)
        if op == "mul":
            return self._mul(t)
        if op == "pow":
            return self._pow(*a)
        if op == "sum":
            return self._sum(t)
        if op == "delta":
            return Value(self._eye(*a), (a[0], a[1]))
        if op == "piecewise":
            return self._cases(a)
        if op in ("max", "min"):
            return self._extreme(op, a)
        if op == "log" and _one_plus(a[0]) is not None:
            return self._call("log1p", _one_plus(a[0]) or ONE)
        if op == "heaviside":
            x = a[0]
            return self.value(make("piecewise", ONE, make("lt", ZERO, x), ZERO, make("lt", x, ZERO), num(Fraction(1, 2)), make("true")))
        if op == "polygamma" and a[0] is ZERO:
            return self._call("digamma", a[1])
        if op in ("lt", "le", "eq", "ne"):
            sign = {"lt": "<", "le": "<=", "eq": "==", "ne": "!="}[op]
            if a[0].op in ("num", "const"):  # the number goes to the right
                a, sign = a[::-1], sign.replace("<", ">")
            return self._entrywise(f"{{0}} {sign} {{1}}", a, (SUM, SUM), COMPARE)
        if op in ("and", "or"):
            sign = " & " if op == "and" else " | "
            return self._entrywise(sign.join(f"({{{k}}})" for k in range(len(a))), a, (TEST,) * len(a), OR)
        if op == "not":
            return self._entrywise("~({0})", a, (TEST,), UNARY)
        if self.library.call(op) and len(a) == 1:
            return self._call(op, a[0])
        raise Unwritten(f"{show(t)} has no code in {self.library.name}")

    def _call(self, name: str, t: Term) -> Value:
        call = self.library.call(name) if not self.value(t).node.is_number else OF_NUMBERS.get(name, "")
        if not call:
            raise Unwritten(f"{name} has no code in {self.library.name}")
        return self._entrywise(call + "({0})", (t,), (TEST,), ATOM, {"exp": "e", "sigmoid": "s"}.get(name, "t"))

    def _symbol(self, t: Term) -> Value:
        if t in self.stable.shifts:
            return self._largest(t)
        if t in self.stable.defined:
            return self.value(self.stable.defined[t])
        if t in self.sizes:
            name, place = self.sizes[t]
            return Value(self._node("{0}", [(self.argument(name), place, ATOM)], stem="size"))
        if t.args[0] in self.names:
            return Value(self._node(self.names[t.args[0]]))
        raise Unwritten(f"{show(t)} is a size, and no argument has it")

    def _entry(self, t: Term) -> Value:
        name, _, shape, at = t.args
        if t.args[0] not in self.names:
            for kept, build in ((self.stable.shifts, self._largest), (self.stable.defined, None)):
                for known in kept:
                    if known.op == "entry" and known.args[0] == name:
                        if known is not t:  # the same array at other indices
                            there = self.value(known)
                            moved = dict(zip(known.args[3], at, strict=True))
                            return Value(there.node, tuple(moved[i] for i in there.axes))
                        return build(t) if build else self.value(self.stable.defined[t])
            raise Unwritten(f"{show(t)} is no argument")
        axes = tuple(i for i in at if i.op == "index")
        if any(i.op not in ("index", "num") or i.op == "index" and i.args[1] is not s for i, s in zip(at, shape, strict=True)):
            raise Unwritten(f"{show(t)} is at a place that is computed")
        if len(set(axes)) < len(axes):
            raise Unwritten(f"{show(t)} is on a diagonal")
        view = "" if len(axes) == len(at) else "[..., " + ", ".join(":" if i.op == "index" else str(i.args[0]) for i in at) + "]"
        node = self._node(self.names[name])
        return Value(self._node("{0}", [(node, view, ATOM)]) if view else node, axes)

    def _largest(self, shift: Term) -> Value:
        """A shift: the largest exponent over the index that is summed."""
        exponent, i = self.stable.shifts[shift]
        found = self.value(exponent)
        return self._reduced(found, [i], self.library.largest, "shift")

    def _reduced(self, found: Value, over: Sequence[Term], method: str, stem: str) -> Value:
        places = [found.axes.index(i) - len(found.axes) for i in over]
        at = str(places[0]) if len(places) == 1 else f"({', '.join(map(str, sorted(places)))})"
        node = self._node(f"{{0}}.{method}({self.library.axis}={at})", [(found.node, "", ATOM)], ATOM, stem)
        return Value(node, tuple(i for i in found.axes if i not in over))

    def _add(self, t: Term) -> Value:
        if len(t.args) == 2 and num(-1) in t.args and any(u.op == "exp" for u in t.args):
            return self._call("expm1", next(u for u in t.args if u.op == "exp").args[0])
        if self.library.logaddexp and (sides := _softplus(t)):
            found = [u for u in sides if u is not ZERO]
            form = "({0}, {1})" if len(found) == 2 else "({0}, {0}.new_zeros(()))"
            return self._entrywise(self.library.logaddexp + form, found, (ATOM,) * len(found), ATOM)
        ordered = sorted(t.args, key=lambda u: _sign(u) < 0)
        form = "".join((" - " if _sign(u) < 0 else " + ") * bool(k) + f"{{{k}}}" for k, u in enumerate(ordered))
        terms = [u if k == 0 or _sign(u) > 0 else neg(u) for k, u in enumerate(ordered)]
        return self._entrywise(form, terms, [SUM if k == 0 else PRODUCT for k in range(len(terms))], SUM)

    def _mul(self, t: Term) -> Value:
        if _sign(t) < 0:
            return self._entrywise("-{0}", (neg(t),), (UNARY,), UNARY)
        for name, call in self.library.slopes.items():
            if (found := self._slope(name, t)) is not None and found[1] is not ONE:
                return self._entrywise(call + "({1}, {0})", found, (TEST, TEST), ATOM)
        below = [u for u in t.args if u.op == "pow" and _sign(u.args[1]) < 0 and _one_over_sigmoid(u) is None]
        above = [u for u in t.args if u not in below]
        if above and above[0].op == "num" and above[0].args[0].denominator > 1 and _number(above[0]).count("/"):
            below.append(power(num(above[0].args[0].denominator), -1))
            above[0] = num(above[0].args[0].numerator)
        above = [u for u in above if u is not ONE] or [ONE]
        factors = [*above, *(power(u.args[0], neg(u.args[1])) if u.args[0].op != "num" else power(u, -1) for u in below)]
        form = "{0}"
        for k in range(1, len(factors)):
            form += f" * {{{k}}}" if k < len(above) else f" / {{{k}}}"
        levels = [PRODUCT if k == 0 else UNARY for k in range(len(factors))]
        return self._entrywise(form, factors, levels, PRODUCT, "p" if below else "t")

    def _slope(self, name: str, t: Term) -> tuple[Term, Term] | None:
        """The value s and the other factors of a product that holds s (1 - s), s a sigmoid, or 1 - s^2, s a tanh."""
        for f in t.args:
            s = (
                next((u.args[1] for u in f.args if u.op == "mul" and u.args[0] is MINUS_ONE and len(u.args) == 2), ONE)
                if f.op == "add"
                else ONE
            )
            if f is not sub(ONE, s):
                continue
            if name == "sigmoid" and s in t.args and self.stable.argument(s) is not None:
                return s, mul(*(u for u in t.args if u not in (f, s)))
            if name == "tanh" and s.op == "pow" and s.args[1] is TWO and s.args[0].op == "tanh":
                return s.args[0], mul(*(u for u in t.args if u is not f))
        return None

    def _pow(self, base: Term, e: Term) -> Value:
        whole = power(base, e)
        if (u := _one_over_sigmoid(whole)) is not None:
            return self._call("sigmoid", written({t: -q for t, q in linear(u).items()}))
        if e.op != "num":
            return self._entrywise("{0} ** {1}", (base, e), (ATOM, ATOM), UNARY)
        q = e.args[0]
        if q < 0:
            return self._entrywise("1 / {0}", (power(base, -q),), (UNARY,), PRODUCT)
        if q == Fraction(1, 2):
            return self._call("sqrt", base)
        exponent = _number(e)
        return self._entrywise(f"{{0}} ** {exponent if '/' not in exponent else f'({exponent})'}", (base,), (ATOM,), UNARY)

    def _sum(self, t: Term) -> Value:
        over: list[Term] = []
        while t.op == "sum":
            over.append(t.args[1])
            t = t.args[0]
        idle = [i for i in over if i not in free(t)]
        if idle:
            return self.value(mul(*(i.args[1] for i in idle), _summed(t, [i for i in over if i not in idle])))
        factors = factors_of(t)
        coefficient = mul(*(f for f in factors if f.op == "num"))
        if coefficient is not ONE:
            return self.value(mul(coefficient, _summed(mul(*(f for f in factors if f.op != "num")), over)))
        groups: dict[frozenset[Term], list[Term]] = {}
        for f in factors:
            groups.setdefault(frozenset(self.value(f).axes), []).append(f)
        if len(groups) == 1 or sum(bool(axes.intersection(over)) for axes in groups) == 1:
            return self._reduced(self.value(t), over, "sum", "total")
        return self._einsum([self.value(mul(*group)) for group in groups.values()], over)

    def _einsum(self, values: list[Value], over: list[Term]) -> Value:
        every = list(dict.fromkeys(i for v in values for i in v.axes))
        letters = dict(zip(every, "ijklmnopqrstuvwxyz", strict=False))
        out = tuple(i for i in every if i not in over)
        spell = ", ".join("..." + "".join(letters[i] for i in v.axes) for v in values)
        places = ", ".join(f"{{{k}}}" for k in range(len(values)))
        call = f'{self.library.module}.einsum("{spell} -> ...{"".join(letters[i] for i in out)}", {places})'
        return Value(self._node(call.replace(", ...", ",..."), [(v.node, "", TEST) for v in values]), out)

    def _extreme(self, op: str, terms: tuple[Term, ...]) -> Value:
        if len(terms) > 2:
            return self._extreme(op, (fn(op, *terms[:-1]), terms[-1]))
        numbers = [u for u in terms if u.op == "num"]
        if self.library.name == "torch" and numbers:
            (other,) = [u for u in terms if u.op != "num"]
            bound = {"max": "min", "min": "max"}[op]
            return self._entrywise(f"{{0}}.clamp({bound}={_number(numbers[0])})", (other,), (ATOM,), ATOM)
        return self._entrywise(f"{self.library.module}.{op}imum({{0}}, {{1}})", terms, (TEST, TEST), ATOM)

    def _cases(self, args: tuple[Term, ...]) -> Value:
        """Cases by `where`; what is chosen away is evaluated at 1, so that it makes no NaN on the way back either."""
        rows: list[tuple[Term, Term]] = []
        before: list[Term] = []
        for value, test in zip(args[::2], args[1::2], strict=True):
            here = make("and", *before, test) if before and test.op != "true" else _all(before) if test.op == "true" else test
            rows.append((_guarded(value, here), test))
            before.append(make("not", test))
        last = rows[-1][0] if rows[-1][1].op == "true" else None
        out = self.value(last) if last is not None else Value(self._node('float("nan")'))
        for value, test in reversed(rows if last is None else rows[:-1]):
            parts, axes = self._aligned([self.value(test), self.value(value), out], (TEST, TEST, TEST))
            form = f"{self.library.module}.where({{0}}, {{1}}, {{2}})"
            if self.library.name == "numpy" and all(node.is_number for node, *_ in parts[1:]):
                # two numbers would make an array of float64
                form, parts = form + ".astype({3}.dtype)", [*parts, (self.argument(self.like), "", ATOM)]
            out = Value(self._node(form, parts, ATOM), axes)
        return out

    def _eye(self, i: Term, j: Term) -> Node:
        if i.op != "index" or j.op != "index" or i.args[1] is not j.args[1]:
            raise Unwritten(f"a delta between {show(i)} and {show(j)}")
        size = self.value(i.args[1]).node
        more = ", device={1}.device" if self.library.name == "torch" else ""
        parts = [(size, "", TEST), (self.argument(self.like), "", ATOM)]
        return self._node(f"{self.library.module}.eye({{0}}, dtype={{1}}.dtype{more})", parts, ATOM, "eye")


def _summed(t: Term, over: list[Term]) -> Term:
    for i in reversed(over):
        t = make("sum", t, i)
    return t


def _all(tests: list[Term]) -> Term:
    return tests[0] if len(tests) == 1 else make("and", *tests) if tests else make("true")


def _guarded(t: Term, test: Term) -> Term:
    """t with the argument of each function that has no value everywhere replaced by 1 where the test fails."""
    if test.op == "true":
        return t

    def go(u: Term) -> Term:
        inner = rebuild(u, go)
        risky = (
            inner.op == "log"
            or inner.op == "pow"
            and inner.args[1].op == "num"
            and (inner.args[1].args[0] < 0 or inner.args[1].args[0].denominator > 1)
        )
        if not risky or inner.args[0].op == "num" or inner.op == "pow" and _one_over_sigmoid(inner) is not None:
            return inner
        return make(inner.op, make("piecewise", inner.args[0], test, ONE, make("true")), *inner.args[1:])

    return go(t)


def _softplus(t: Term) -> tuple[Term, Term] | None:
    """The p and q of max(p, q) + log(1 + e^-|p-q|), a number last."""
    for largest in t.args:
        if largest.op == "max" and len(largest.args) == 2:
            p, q = sorted(largest.args, key=lambda u: u is ZERO)
            gaps = (sub(p, q), sub(q, p))
            if any(t is add(largest, fn("log", add(ONE, fn("exp", neg(fn("abs", d)))))) for d in gaps):
                return p, q
    return None


def _one_plus(t: Term) -> Term | None:
    """u where t is 1 + u."""
    if t.op == "add" and ONE in t.args and len(t.args) == 2:
        other: Term = next(u for u in t.args if u is not ONE)
        return other
    return None


def _one_over_sigmoid(t: Term) -> Term | None:
    """u where t is 1 / (1 + e^u)."""
    if t.op == "pow" and t.args[1] is num(-1):
        inner = _one_plus(t.args[0])
        if inner is not None and inner.op == "exp":
            return inner.args[0]  # type: ignore[no-any-return]
    return None


def _sign(t: Term) -> int:
    q = t.args[0] if t.op == "num" else t.args[0].args[0] if t.op == "mul" and t.args[0].op == "num" else 1
    return -1 if q < 0 else 1


def _number(t: Term) -> str:
    """A number as Python writes it: exact where it can be, else a quotient."""
    if t.op == "const":
        return {"pi": "math.pi", "euler_gamma": "0.5772156649015329", "catalan": "0.915965594177219"}[t.args[0]]
    q: Fraction = t.args[0]
    if q.denominator == 1:
        return str(q.numerator)
    return repr(float(q)) if Fraction(repr(float(q))) == q else f"{q.numerator} / {q.denominator}"


def _is_number(text: str) -> bool:
    return not text[0].isalpha() or text.startswith(("math.", "float("))


# Statements


@dataclass
class Statements:
    """Nodes as statements: what is used twice, or would make a line too long, becomes a variable."""

    known: dict[Node, str]  # nodes that have a name already
    taken: set[str]
    indent: int
    out: list[str] = field(default_factory=list)
    _uses: dict[Node, int] = field(default_factory=dict)

    def count(self, roots: Iterable[Node]) -> None:
        """Take note of all that these nodes use."""
        todo = list(roots)
        for root in todo:
            self._uses[root] = self._uses.get(root, 0) + 1
        seen: set[Node] = set()
        while todo:
            node = todo.pop()
            if node in seen or node in self.known:
                continue
            seen.add(node)
            for inner in node.inside():
                self._uses[inner] = self._uses.get(inner, 0) + 1
                todo.append(inner)

    def name(self, node: Node, *, always: bool = False) -> str:
        """The text of a node at the loosest level, after the statements that it needs; with `always`, the name of a variable."""
        if node in self.known or node.is_plain:
            return self.known.get(node, node.form)
        if always or self._uses.get(node, 0) > 1:
            return self._assign(node)
        return self._form(node, WIDTH - self.indent - len("return (),"))

    def _assign(self, node: Node) -> str:
        name = next(n for k in count(1) if (n := node.stem if k == 1 and len(node.stem) > 1 else f"{node.stem}{k}") not in self.taken)
        self.taken.add(name)
        text = self._form(node, WIDTH - self.indent - len(name) - len(" = "))
        self.out.append(f"{name} = {text}")
        self.known[node] = name
        return name

    def _text(self, node: Node, level: int, room: int, view: str = "") -> str:
        if node in self.known:
            return self.known[node] + view
        if node.is_plain:
            return f"({node.form})" if node.level < level else node.form + view
        if self._uses.get(node, 0) > 1 and node.form != "{0}":
            return self._assign(node) + view
        text = self._form(node, room)
        if len(text) > 44:
            return self._assign(node) + view
        return (f"({text})" if node.level < (ATOM if view else level) else text) + view

    def _form(self, node: Node, room: int) -> str:
        texts = [self._text(inner, level, room, view) for inner, view, level in node.parts]
        text = _filled(node.form, texts)
        if len(text) > room:
            texts = [
                self._assign(inner) + view if inner not in self.known and not inner.is_plain else old
                for (inner, view, _), old in zip(node.parts, texts, strict=True)
            ]
            text = _filled(node.form, texts)
        if len(text) > room and len(texts) > 2 and CHAIN.fullmatch(node.form):
            # a long product or sum of names: all but the last of them first
            last = node.form.rindex(" {")
            head = Node(node.form[: last - 2], node.parts[:-1], node.level)
            return f"{self._assign(head)} {node.form[last - 1]} {texts[-1]}"
        return text


def _filled(form: str, texts: Sequence[str]) -> str:
    """The text of an operation; a power of a name is written without spaces, as formatters have it."""
    if " ** " in form and all(text.isidentifier() for text in texts):
        form = form.replace(" ** ", "**")
    return form.format(*texts)
