"""The value of what was written out at a place, for any kind of number: `Residues` and `Reals` say what a number is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from derive.recheck.place import Place
from derive.recheck.writing import Exact, Indices, Key, Node, Undefined, Unsure, Writing
from derive.statement.term import PROPOSITIONS, Term

N = TypeVar("N")  # a kind of number


class Evaluator(Generic[N]):
    """Values at one point, each computed once."""

    strict = False  # whether a derivative wants that the function has a value
    levels: Sequence[int] = (0,)  # how deep in exponents a number may stand, where that matters

    def __init__(self, place: Place, writing: Writing) -> None:
        self.place, self.writing = place, writing
        self.known: list[dict[Node, Any]] = [{} for _ in self.levels]

    # what a number is

    def number(self, q: Exact, level: int) -> N:
        raise NotImplementedError

    def variable(self, key: Key, level: int) -> N:
        raise NotImplementedError

    def plus(self, parts: Sequence[N], level: int) -> N:
        raise NotImplementedError

    def times(self, parts: Sequence[N], level: int) -> N:
        raise NotImplementedError

    def raised(self, base: Node, exponent: Node, level: int) -> N:
        raise NotImplementedError

    def function(self, t: Node, level: int) -> N:
        """A function's value; kinks included."""
        raise NotImplementedError

    def kink(self, t: Node, slopes: Sequence[Node]) -> N:
        """The derivative of abs, sign, heaviside, max, min, floor or ceiling from those of its arguments."""
        raise Unsure(f"{t.op} has an order")

    def compare(self, t: Node) -> bool:
        """Whether a comparison is true."""
        raise Unsure("numbers without an order")

    def gap(self, t: Node, level: int) -> N:
        """The value of a difference; 0 where its sides are the same number."""
        raise NotImplementedError

    def root(self, old: N, gaps: Sequence[tuple[int, N, N]]) -> N | None:
        """Where a variable makes an equation true whose sides differ by (level, gap, slope) at its old value, were it linear."""
        raise NotImplementedError

    # the walk

    def value(self, t: Term, at: Indices) -> N:
        return self.of(self.writing.write(t, at))  # type: ignore[no-any-return]

    def holds(self, p: Term, at: Indices) -> bool:
        return bool(self.of(self.writing.write(p, at)))

    def of(self, t: Node, level: int = 0) -> Any:
        """The value of a node; of a condition, whether it holds."""
        known = self.known[level]
        found = known.get(t)
        if found is None:
            found = known[t] = self._compute(t, t.op, t.args, level)
        return found

    def _compute(self, t: Node, op: str, a: tuple[Any, ...], level: int) -> Any:
        if op == "mul":
            return self.times([self.of(u, level) for u in a], level)
        if op == "add":
            return self.plus([self.of(u, level) for u in a], level)
        if op == "var":
            return self.variable(a[0], level)
        if op == "num":
            return self.number(a[0], level)
        if op == "pow":
            return self.raised(a[0], a[1], level)
        if op == "where":
            return self._derivative(a[0], a[1], level)
        if op == "cases":
            for branch, condition in zip(a[::2], a[1::2], strict=True):
                if self.of(condition):
                    return self.of(branch, level)
            raise Undefined("no case applies")
        if op in PROPOSITIONS:
            return self._holds(t, op, a)
        if op == "kink":
            return self.kink(a[0], a[1:])
        if op == "fault":
            raise a[0](a[1])
        return self.function(t, level)

    def _derivative(self, whole: Node, slope: Node, level: int) -> N:
        if self.strict:
            self.of(whole, level)
        try:
            return self.of(slope, level)  # type: ignore[no-any-return]
        except Undefined:
            # The function has a value, so it may have a derivative that this way of writing it hides.
            raise Unsure("a derivative at the edge of its rule") from None

    def _holds(self, t: Node, op: str, a: Sequence[Node]) -> bool:
        if op in ("and", "or"):
            found = [self.of(u) for u in a]
            return all(found) if op == "and" else any(found)
        if op == "not":
            return not self.of(a[0])
        return op == "true" if op in ("true", "false") else self.compare(t)
