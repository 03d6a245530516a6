"""The evaluator: terms compiled to closures over one exact point, run at any precision, in exact rationals or in balls.

Nothing symbolic happens here. Derivatives are read off Taylor jets that leave the point to either side, so they share nothing with
the rules of differentiation by which claims are proved.

Conventions: 0**0 = 1, heaviside(0) = 1/2, sign(0) = 0, an empty sum is 0, an empty product is 1, an index is its position from 0.
A piecewise looks only at the branches up to the first true condition. A proposition about a value that does not exist is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from derive.kernel.exact import equal, value_of
from derive.kernel.jets import (
    ONE,
    ZERO,
    Frame,
    Jet,
    NoDerivative,
    Short,
    Undefined,
    Unsure,
    Value,
    coefficient,
    finite,
    is_nil,
    short_enough,
    sign,
    times,
)
from derive.kernel.quadrature import integral
from derive.kernel.values import FUNCTIONS, integer_power, inverse, maximum, minimum, power
from derive.statement.term import BINDERS, Term, children, free, show, subterms

Run = Callable[[], Any]
Key = tuple[int, ...]

PRECISIONS = (64, 256, 1024, 4096, 16384)
ORDERS = (1, 2, 4, 8)  # how many coefficients of a jet are tried
LOOPS = 200_000  # steps of sums, products and integrals in one evaluation
_NUMBERS = (fmpq, arb)
_REAL = {
    "abs": "real_abs", "sign": "real_sgn", "heaviside": "real_heaviside", "floor": "real_floor", "ceiling": "real_ceil",
}  # fmt: skip


class Answer(Enum):
    """What an evaluation says when it has no value to give."""

    UNDEFINED = "undefined"  # surely no real value
    UNSURE = "unsure"  # the balls cannot tell


UNDEFINED, UNSURE = Answer.UNDEFINED, Answer.UNSURE


@dataclass(frozen=True)
class Point:
    """An exact point: sizes, scalars, the question's own free indices, and arrays entry by entry.

    A scalar is a fraction, or a closed term where it is none, such as 2**(1/2).
    """

    sizes: dict[Term, int] = field(default_factory=dict)
    scalars: dict[Term, Fraction | Term] = field(default_factory=dict)
    indices: dict[Term, int] = field(default_factory=dict)
    arrays: dict[str, dict[Key, Fraction]] = field(default_factory=dict)

    def printed(self) -> tuple[tuple[str, str], ...]:
        """The point as the `at` of a Counterexample: sizes, indices, scalars, arrays, each by name."""
        parts: tuple[dict[Term, Any], ...] = (self.sizes, self.indices, self.scalars)
        named = [sorted((str(t.args[0]), show(v) if isinstance(v, Term) else str(v)) for t, v in part.items()) for part in parts]
        arrays = [(name, _nested(entries)) for name, entries in sorted(self.arrays.items())]
        return (*named[0], *named[1], *named[2], *arrays)


def _nested(entries: dict[Key, Fraction]) -> str:
    """The entries of an array as nested tuples."""
    if () in entries:
        return str(entries[()])
    rows: dict[int, dict[Key, Fraction]] = {}
    for key, value in sorted(entries.items()):
        rows.setdefault(key[0], {})[key[1:]] = value
    return "(" + ", ".join(_nested(row) for row in rows.values()) + ")"


class Evaluator:
    """Terms compiled to closures over one mutable point: load a point, then run any of them at any precision.

    Every closure returns a value or raises Undefined or Unsure. What repeats inside one evaluation is computed once: a result is
    kept under the stamps of all that may move during the evaluation (bound indices, variables of derivatives and of integrals).
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        terms = tuple(terms)
        self.values: list[Any] = []  # by slot: the value of a sym, the position of an index, the entries of an array
        self.stamps: list[int] = []
        self.slots: dict[Term | str, int] = {}
        self.loaded: set[int] = set()  # slots of the current point
        self.owner: object = None  # who placed the current point, for those who place many
        self.memo: dict[Any, Any] = {}
        self.depth = 0
        self.precision = 0
        self.at_kink = False  # whether the last UNDEFINED was a derivative that does not exist
        self.exact = False  # relations between values that no ball can tell apart are settled by their forms
        self.analytic = False  # a ball inside an integral must not meet a kink
        self.enclosing = False  # a ball may lie across a kink: all that it may give is wanted
        self.left = LOOPS
        self.steps = 0  # evaluations and loop steps, ever
        self.ticks = 0
        self._runs: dict[Term, Run] = {}
        self._tests: dict[Term, Run] = {}
        self._moving_parts: dict[Term, frozenset[int]] = {}
        self._moving = {self.slot(v) for t in terms for v in _movers(t)}
        self._kept = self._worth_keeping(terms)

    # --- the point

    def load(self, point: Point) -> None:
        """Make `point` the current one."""
        for slot in self.loaded:
            self.values[slot] = None
        self.loaded.clear()
        self.owner = None
        for t, n in point.sizes.items():
            self.place(t, fmpq(n))
        for t, q in point.scalars.items():
            self.place(t, q if isinstance(q, Term) else fmpq(q.numerator, q.denominator))
        for t, n in point.indices.items():
            self.place(t, n)
        for name, entries in point.arrays.items():
            self.place(name, {key: fmpq(q.numerator, q.denominator) for key, q in entries.items()})

    def place(self, key: Term | str, value: Any) -> None:
        """Give a scalar, an index or an array another value."""
        slot = self.slot(key)
        self.values[slot] = value
        self.stamps[slot] = value if isinstance(key, Term) and key.op == "index" else 0
        self.loaded.add(slot)
        self.memo.clear()

    def turn(self, index: Term, position: int) -> None:
        """Give an index another position: what is kept under positions stays."""
        slot = self.slot(index)
        self.values[slot] = self.stamps[slot] = position
        self.loaded.add(slot)

    def attempt(self, run: Run, precision: int = 64, exact: bool = False) -> Any:
        """What `run` gives at the current point: a value or a truth, or an Answer."""
        self.left, self.exact = LOOPS, exact
        self.steps += 1
        if precision != self.precision:
            self.memo.clear()
            self.precision = precision
        before, ctx.prec = ctx.prec, precision
        try:
            return run()
        except Undefined as stop:
            self.at_kink = isinstance(stop, NoDerivative)
            return UNDEFINED
        except (Unsure, RecursionError, OverflowError):
            return UNSURE
        finally:
            ctx.prec = before
            self.steps += LOOPS - self.left

    def slot(self, key: Term | str) -> int:
        """Where the value of a sym, an index or an array stands."""
        slot = self.slots.get(key)
        if slot is None:
            slot = self.slots[key] = len(self.values)
            self.values.append(None)
            self.stamps.append(0)
        return slot

    def burn(self, loops: int) -> None:
        """Count steps of a loop; Unsure where there are too many."""
        self.left -= loops
        if self.left < 0:
            raise Unsure

    # --- what to keep

    def parts(self, t: Term) -> frozenset[int]:
        """Slots of all that t depends on and that may move during an evaluation."""
        found = self._moving_parts.get(t)
        if found is None:
            if t.op in ("sym", "index"):
                found = frozenset((self.slot(t),)) & self._moving
            elif t.op == "entry":
                own = frozenset((self.slot(t.args[0]),)) & self._moving
                found = own.union(*map(self.parts, t.args[3]))
            elif t.op in BINDERS:
                body, var, *limits = t.args
                limits = [var.args[1]] if var.op == "index" else limits
                found = (self.parts(body) - {self.slot(var)}).union(*map(self.parts, limits))
            else:
                found = frozenset().union(*map(self.parts, children(t)))
            self._moving_parts[t] = found
        return found

    def _worth_keeping(self, terms: tuple[Term, ...]) -> set[Term]:
        """Compound terms that occur twice, or inside a loop that they do not depend on."""
        seen: dict[Term, int] = {}
        kept = set()
        for t in dict.fromkeys(u for term in terms for u in subterms(term)):
            around = self.parts(t) | ({self.slot(t.args[1])} if t.op in BINDERS else frozenset())
            for c in children(t):
                seen[c] = seen.get(c, 0) + 1
                if seen[c] > 1 or self.parts(c) < around:
                    kept.add(c)
        return {t for t in kept if not _cheap(t)}

    # --- compiling

    def compile(self, t: Term) -> Run:
        """The closure that computes t at the current point."""
        found = self._runs.get(t)
        if found is None:
            found = self._compile(t)
            if t in self._kept:
                found = self._keep(t, found)
            self._runs[t] = found
        return found

    def _keep(self, t: Term, run: Run) -> Run:
        memo, stamps, slots = self.memo, self.stamps, sorted(self.parts(t))
        number = len(self._runs)

        def kept() -> Any:
            key = (number, *[stamps[s] for s in slots])
            value = memo.get(key)
            if value is None:
                value = memo[key] = run()
            return value

        return kept

    def _compile(self, t: Term) -> Run:
        op, a = t.op, t.args
        if op == "num":
            number = fmpq(a[0].numerator, a[0].denominator)
            return lambda: number
        if op == "const":
            return _constant(a[0])
        if op in ("sym", "index"):
            return self._variable(t)
        if op == "entry":
            return self._entry(t)
        if op == "add":
            return self._sum_of([self.compile(u) for u in a])
        if op == "mul":
            return self._product_of([self.compile(u) for u in a])
        if op == "pow":
            return self._power(t)
        if op in ("max", "min"):
            return self._extreme(op, [self.compile(u) for u in a])
        if op in FUNCTIONS:
            return self._function(t)
        if op in ("sum", "prod"):
            return self._loop(op, *a)
        if op == "delta":
            return self._delta(*a)
        if op == "piecewise":
            return self._piecewise(a)
        if op == "deriv":
            return self._derivative(*a)
        if op == "integral":
            return integral(self, t)
        raise ValueError(f"{show(t)} is no value: {op} is no operation on numbers")

    def _variable(self, t: Term) -> Run:
        values, slot, whole = self.values, self.slot(t), t.op == "index"

        def read() -> Value:
            value = values[slot]
            if value is None:
                raise ValueError(f"the point gives no value to {show(t)}")
            if whole:
                return fmpq(value)
            return self.compile(value)() if type(value) is Term else value

        return read

    def _whole(self, t: Term) -> Callable[[], int]:
        """The closure that computes t as an int: Undefined where it is no integer."""
        if t.op == "num" and t.args[0].denominator == 1:
            number = int(t.args[0])
            return lambda: number
        if t.op == "index":
            values, slot = self.values, self.slot(t)
            return lambda: values[slot]
        run = self.compile(t)

        def whole() -> int:
            value = run()
            if type(value) is not fmpq:
                raise Unsure
            if value.q != 1:
                raise Undefined
            return int(value.p)

        return whole

    def _entry(self, t: Term) -> Run:
        name, _, _, at = t.args
        values, slot, key = self.values, self.slot(name), self._key(at)

        def read() -> Value:
            entries = values[slot]
            if entries is None:
                raise ValueError(f"the point gives no value to the array {name}")
            value = entries.get(key())
            if value is None:
                raise Undefined
            return value

        return read

    def _key(self, at: tuple[Term, ...]) -> Callable[[], Key]:
        """The closure that computes the place of an entry."""
        values = self.values
        if all(u.op == "index" for u in at) and len(at) in (1, 2):
            first, last = self.slot(at[0]), self.slot(at[-1])
            return (lambda: (values[first],)) if len(at) == 1 else lambda: (values[first], values[last])
        wholes = [self._whole(u) for u in at]
        return lambda: tuple([w() for w in wholes])

    def _sum_of(self, runs: list[Run]) -> Run:
        first, *rest = runs

        def run() -> Value:
            total = first()
            for r in rest:
                total = total + r()
            return short_enough(total)

        return run

    def _product_of(self, runs: list[Run]) -> Run:
        first, *rest = runs

        def run() -> Value:
            result = first()
            for r in rest:
                result = result * r()
            return ZERO if is_nil(result) else short_enough(result)

        return run

    def _power(self, t: Term) -> Run:
        base, exponent = t.args
        if exponent.op == "num" and exponent.args[0].denominator == 1:
            n = int(exponent.args[0])
            return self._applied(t, inverse if n == -1 else lambda v: integer_power(v, n), [self.compile(base)])
        return self._applied(t, power, [self.compile(base), self.compile(exponent)])

    def _applied(self, t: Term, f: Callable[..., Value], runs: list[Run]) -> Run:
        """f at the values of its arguments; by its form where no ball can tell and `exact` asks for it."""
        if len(runs) == 2:
            first, second = runs

            def apply_two() -> Value:
                u, v = first(), second()
                try:
                    return f(u, v)
                except Unsure:
                    if self.exact and type(u) in _NUMBERS and type(v) in _NUMBERS:
                        return value_of(self, t)
                    raise

            return apply_two
        (inner,) = runs

        def apply() -> Value:
            v = inner()
            try:
                return f(v)
            except Unsure:
                if self.exact and type(v) in _NUMBERS:
                    return value_of(self, t)
                raise

        return apply

    def _function(self, t: Term) -> Run:
        f, runs = FUNCTIONS[t.op], [self.compile(u) for u in t.args]
        if t.op not in _REAL:
            return self._applied(t, f, runs)
        method = _REAL[t.op]

        def real(v: Value) -> Value:
            kind = type(v)
            if kind is acb or kind is arb and self.enclosing:
                result = getattr(acb(v), method)(self.analytic)
                return result if kind is acb else finite(result.real)
            return f(v)

        return self._applied(t, real, runs)

    def _extreme(self, name: str, runs: list[Run]) -> Run:
        first, *rest = runs
        f, method = (maximum, acb.real_max) if name == "max" else (minimum, acb.real_min)

        def run() -> Value:
            best = first()
            for r in rest:
                v = r()
                if type(best) is acb and type(v) is not Jet or type(v) is acb and type(best) is not Jet:
                    best = method(acb(best), acb(v), self.analytic)
                else:
                    best = f(best, v)
            return best

        return run

    def _loop(self, op: str, body: Term, over: Term) -> Run:
        values, stamps, slot, count, run = self.values, self.stamps, self.slot(over), self._whole(over.args[1]), self.compile(body)
        adds = op == "sum"

        def loop() -> Value:
            result = ZERO if adds else ONE
            n = count()
            self.burn(max(n, 0))
            held = values[slot], stamps[slot]
            try:
                for k in range(n):
                    values[slot] = stamps[slot] = k
                    value = run()
                    result = result + value if adds else times(result, value)
            finally:
                values[slot], stamps[slot] = held
            return short_enough(result)

        return loop

    def _delta(self, a: Term, b: Term) -> Run:
        if a.op == b.op == "index":
            first, second = self._whole(a), self._whole(b)
            return lambda: ONE if first() == second() else ZERO
        left, right = self.compile(a), self.compile(b)
        return lambda: ONE if sign(left() - right()) == 0 else ZERO

    def _piecewise(self, a: tuple[Term, ...]) -> Run:
        branches = [(self.compile(v), self.test(c)) for v, c in zip(a[::2], a[1::2], strict=True)]

        def run() -> Value:
            possible = []
            for value, condition in branches:
                try:
                    if not condition():
                        continue
                except Unsure:
                    if not self.enclosing:
                        raise
                    possible.append(value())
                    continue
                return _union([*possible, value()]) if possible else value()
            raise Unsure if possible else Undefined

        return run

    # --- propositions

    def test(self, t: Term) -> Callable[[], bool]:
        """The closure that decides a proposition at the current point; it raises Unsure where it cannot."""
        found = self._tests.get(t)
        if found is None:
            found = self._tests[t] = self._test(t)
        return found

    def _test(self, t: Term) -> Callable[[], bool]:
        op, a = t.op, t.args
        if op in ("true", "false"):
            return lambda: op == "true"
        if op == "not":
            inner = self.test(a[0])
            return lambda: not inner()
        if op in ("and", "or"):
            return _all([self.test(u) for u in a], op == "and")
        if op not in ("lt", "le", "eq", "ne"):
            raise ValueError(f"{show(t)} is no proposition")
        left, right = self.compile(a[0]), self.compile(a[1])

        def relation() -> bool:
            try:
                gap = right() - left()
            except Undefined:
                raise Unsure from None
            try:
                return _decide(op, gap)
            except Unsure:
                if self.exact and type(gap) is arb and equal(self, a[0], a[1]):
                    return op in ("le", "eq")
                raise

        return relation

    def test_all(self, t: Term) -> Callable[[], bool]:
        """The closure that decides whether a proposition holds for all values of its free indices."""
        test = self.test(t)
        for over in _inner_first(v for v in free(t) if v.op == "index"):
            test = self._for_all(test, over)
        return test

    def _for_all(self, test: Callable[[], bool], over: Term) -> Callable[[], bool]:
        values, stamps, slot, count = self.values, self.stamps, self.slot(over), self._whole(over.args[1])

        def holds() -> bool:
            doubt = False
            n = count()
            self.burn(max(n, 0))
            held = values[slot], stamps[slot]
            try:
                for k in range(n):
                    values[slot] = stamps[slot] = k
                    try:
                        if not test():
                            return False
                    except Unsure:
                        doubt = True
            finally:
                values[slot], stamps[slot] = held
            if doubt:
                raise Unsure
            return True

        return holds

    # --- derivatives

    def _derivative(self, body: Term, variable: Term) -> Run:
        run = self.compile(body)
        by_entry = variable.op == "entry"
        slot = self.slot(variable.args[0] if by_entry else variable)
        key = self._key(variable.args[3]) if by_entry else None
        if "integer" in variable.args[1]:
            return raise_unsure
        read = self.compile(variable)

        def derivative() -> Value:
            base = read()
            cells, cell = (self.values[slot], key()) if key else (self.values, slot)
            for order in ORDERS:
                self.burn(order)
                frame = Frame(self.depth + 1, order)
                try:
                    return self._slope(run, slot, cells, cell, base, frame)
                except Short as short:
                    if short.frame is not frame:
                        raise
            raise Unsure

        return derivative

    def _slope(self, run: Run, slot: int, cells: Any, cell: Any, base: Value, frame: Frame) -> Value:
        """The derivative from the jets to the right and, where the side matters, to the left."""

        def moved(direction: fmpq) -> Value | Exception:
            self.ticks += 1
            held, stamp, self.stamps[slot] = cells[cell], self.stamps[slot], -self.ticks
            self.depth += 1
            cells[cell] = Jet(frame, [base, direction], 0, True)
            try:
                return run()
            except (Undefined, Unsure) as stop:
                return stop
            finally:
                cells[cell], self.stamps[slot] = held, stamp
                self.depth -= 1

        right = moved(ONE)
        if not frame.forked:
            if isinstance(right, Exception):
                raise right
            return coefficient(right, frame, 1)
        value = run()  # Undefined here: the body has no value at the point itself
        left = moved(-ONE)
        sides = (right, left)
        if any(isinstance(s, Undefined) for s in sides):
            raise NoDerivative
        for s in sides:
            if isinstance(s, Exception):
                raise s
        doubt: Unsure | None = None
        slopes = []
        for s, direction in zip(sides, (1, -1), strict=True):
            try:
                if sign(coefficient(s, frame, 0) - value):
                    raise NoDerivative
            except Unsure as unsure:
                doubt = unsure
            try:
                slopes.append(direction * coefficient(coefficient(s, frame, 1), frame.slow, 0))
            except Unsure as unsure:
                doubt = unsure
        if len(slopes) == 2 and sign(slopes[0] - slopes[1]):
            raise NoDerivative
        if doubt is not None:
            raise doubt
        return slopes[0]


def _union(values: list[Value]) -> Value:
    """One ball that holds all these values."""
    if any(type(v) is Jet for v in values):
        raise Unsure
    kind: Any = acb if any(type(v) is acb for v in values) else arb
    result: Value = kind(values[0])
    for v in values[1:]:
        result = result.union(kind(v))
    return finite(result)


def _movers(t: Term) -> Iterator[Term | str]:
    """All that may move during one evaluation of t: bound and universal indices, variables of derivatives and of integrals."""
    for u in subterms(t):
        if u.op == "index":
            yield u
        elif u.op in ("integral", "deriv"):
            yield u.args[1].args[0] if u.args[1].op == "entry" else u.args[1]


def _cheap(t: Term) -> bool:
    """Whether t is as quickly computed as looked up."""
    return t.op in ("num", "const", "sym", "index", "entry", "delta", *("lt", "le", "eq", "ne", "and", "or", "not", "true", "false"))


def _constant(name: str) -> Run:
    makers = {"pi": arb.pi, "euler_gamma": arb.const_euler, "catalan": arb.const_catalan}
    if name not in makers:
        return raise_unsure
    return makers[name]


def raise_unsure() -> Any:
    raise Unsure


def _all(tests: list[Callable[[], bool]], wanted: bool) -> Callable[[], bool]:
    """`and` (wanted is True) and `or` (wanted is False): one decided part may settle it, whatever the others are."""

    def run() -> bool:
        doubt = False
        for test in tests:
            try:
                if test() is not wanted:
                    return not wanted
            except Unsure:
                doubt = True
        if doubt:
            raise Unsure
        return wanted

    return run


def _decide(op: str, gap: Value) -> bool:
    """Whether left `op` right, given right - left."""
    if type(gap) is arb:
        # a ball may touch 0 from one side
        if op == "lt" and gap <= 0:
            return False
        if op == "le" and gap >= 0:
            return True
    s = sign(gap)
    return {"lt": s > 0, "le": s >= 0, "eq": s == 0, "ne": s != 0}[op]


def _inner_first(indices: Iterable[Term]) -> list[Term]:
    """Indices in an order in which each range depends only on later ones."""
    left = sorted(indices, key=show)
    order: list[Term] = []
    while left:
        used = {v for t in left for v in free(t.args[1])}
        ready = [t for t in left if t not in used]
        if not ready:
            raise ValueError(f"the ranges of {', '.join(map(show, left))} depend on each other in a circle")
        order += ready
        left = [t for t in left if t in used]
    return order
