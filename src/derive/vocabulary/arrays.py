"""Arrays with shapes: vectors, matrices and what is built from them, as entries in SymPy.

An array knows its shape and its entry at a general place; `A[i, j]` is plain SymPy. A vector is a column: `x.T` is a row, `x.T @ y` a
number, `x @ y.T` a matrix. Everything but `@` works entry by entry. Shapes that do not fit raise ShapeError: nothing is stretched.
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy

from derive.errors import DeriveError, PageError
from derive.vocabulary import sheet
from derive.vocabulary.binding import private, put, sum_over
from derive.vocabulary.symbols import assumptions, dimension, expression, names_in, range_of, same_size, within


class ShapeError(DeriveError):
    """Arrays, or an array and its index, that do not fit."""


SUM, PRODUCT, ATOM = 0, 1, 2  # how tightly a piece of notation binds


class Array:
    """An array of expressions. `row` marks a transposed vector; `tex` is its notation, "" where it has none."""

    __slots__ = ("axes", "base", "body", "cells", "level", "row", "shape", "tex")

    def __init__(
        self, axes: Sequence[Any], body: Any, *, row: bool = False, tex: str = "", level: int = ATOM, base: Any = None, cells: Any = None
    ) -> None:
        self.axes, self.body, self.row, self.tex, self.level, self.base, self.cells = tuple(axes), body, row, tex, level, base, cells
        self.shape = tuple(range_of(a) for a in self.axes)

    def __getitem__(self, at: Any) -> Any:
        at = at if isinstance(at, tuple) else (at,)
        if len(at) != len(self.shape):
            raise ShapeError(f"{self.words} is {self.size}, it takes {_count(len(self.shape), 'index', 'indices')}; {len(at)} came")
        subs, kept = [], []
        for size, sub in zip(self.shape, at, strict=True):
            if isinstance(sub, slice):
                if sub != slice(None):
                    raise ShapeError(f"only a whole axis can be taken, as in {self.words}[i, :]")
                kept.append(private(size))
            subs.append(kept[-1] if isinstance(sub, slice) else self._subscript(sub, size))
        found = self.at(tuple(subs))
        return Array(kept, found) if kept else found

    def at(self, subs: tuple[Any, ...]) -> Any:
        """The entry at a place that is known to fit."""
        if self.cells is not None and all(s.is_Integer for s in subs):
            return self.cells[tuple(map(int, subs))]
        return put(self.body, dict(zip(self.axes, subs, strict=True)))

    def _subscript(self, sub: Any, size: Any) -> Any:
        found = expression(sub)
        if isinstance(found, sympy.Idx):
            if not within(range_of(found), size):
                raise ShapeError(f"index {found.name} runs over {range_of(found)} values, but that axis of {self.words} has {size}")
        elif found.is_integer is not True:
            raise ShapeError(f"{self.words}[{sub}]: a place in an array is a whole number")
        elif found.is_negative or (found.is_Integer and size.is_Integer and found >= size):
            raise ShapeError(f"{self.words}[{sub}] lies outside {self.words}, which is {self.size}; places count from 0")
        return found

    @property
    def T(self) -> Array:
        """The transpose; a row of a column, and back."""
        tex = f"{wrap(self, ATOM)}^\\top"
        tex = tex if self.tex else ""
        if len(self.shape) == 1:
            return Array(self.axes, self.body, row=not self.row, tex=tex, cells=self.cells)
        if len(self.shape) != 2:
            raise ShapeError(f"{self.words} is {self.size}; only vectors and matrices have a transpose")
        cells = None if self.cells is None else {(j, i): cell for (i, j), cell in self.cells.items()}
        return Array(self.axes[::-1], self.body, tex=tex, cells=cells)

    @property
    def size(self) -> str:
        """The shape in words, a vector as the column or row that it is."""
        sizes = [str(s) for s in self.shape]
        return " × ".join(["1", *sizes] if self.row else [*sizes, "1"] if len(sizes) == 1 else sizes)

    @property
    def words(self) -> str:
        """The array in a message, as its page writes it."""
        return _spoken(self.tex) or "the array"

    def __repr__(self) -> str:
        return f"<{self.words}, {self.size}>"

    def __iter__(self) -> Any:
        if not all(s.is_Integer for s in self.shape):
            raise PageError(f"{self.words} has a symbolic size and cannot be gone through entry by entry; use an index")
        return (self[(k, *(slice(None),) * (len(self.shape) - 1))] for k in range(int(self.shape[0])))

    # Entry by entry

    def __add__(self, other: Any) -> Array:
        return _combine("+", lambda a, b: a + b, self, other)

    def __radd__(self, other: Any) -> Array:
        return _combine("+", lambda a, b: a + b, other, self)

    def __sub__(self, other: Any) -> Array:
        return _combine("-", lambda a, b: a - b, self, other)

    def __rsub__(self, other: Any) -> Array:
        return _combine("-", lambda a, b: a - b, other, self)

    def __mul__(self, other: Any) -> Array:
        return _combine("*", lambda a, b: a * b, self, other)

    def __rmul__(self, other: Any) -> Array:
        return _combine("*", lambda a, b: a * b, other, self)

    def __truediv__(self, other: Any) -> Array:
        return _combine("/", lambda a, b: a / b, self, other)

    def __rtruediv__(self, other: Any) -> Array:
        return _combine("/", lambda a, b: a / b, other, self)

    def __pow__(self, exponent: Any) -> Array:
        power = expression(exponent)
        return self.map(lambda a: a**power, f"{wrap(self, ATOM)}^{{\\circ {tex_of(power)}}}" if tex_of(power) else "")

    def __neg__(self) -> Array:
        return self.map(lambda a: -a, f"-{wrap(self, PRODUCT)}", level=SUM)

    def map(self, function: Callable[[Any], Any], tex: str = "", level: int = ATOM) -> Array:
        """The array with a function applied to each entry."""
        tex = tex if self.tex else ""
        if self.cells is not None:
            return _tabulate({at: function(cell) for at, cell in self.cells.items()}, row=self.row, tex=tex, level=level)
        return Array(self.axes, function(self.body), row=self.row, tex=tex, level=level)

    # Propositions that hold for every entry, for `given`

    def __gt__(self, other: Any) -> Any:
        return _relate(sympy.StrictGreaterThan, self, other)

    def __ge__(self, other: Any) -> Any:
        return _relate(sympy.GreaterThan, self, other)

    def __lt__(self, other: Any) -> Any:
        return _relate(sympy.StrictLessThan, self, other)

    def __le__(self, other: Any) -> Any:
        return _relate(sympy.LessThan, self, other)

    def __matmul__(self, other: Any) -> Any:
        if not isinstance(other, Array):
            raise ShapeError(f"{self.words} @ {_number(other)}: the right side is no array; write * for a multiple")
        if len(self.shape) > 2 or len(other.shape) > 2:
            raise ShapeError(f"@ multiplies vectors and matrices; {self.words} is {self.size}, {other.words} is {other.size}")
        tex = f"{wrap(self, PRODUCT)} {wrap(other, PRODUCT)}" if self.tex and other.tex else ""
        column_left, row_right = len(self.shape) == 1 and not self.row, other.row
        if column_left and row_right:
            return _product(self, other, tex, inner=False)
        if column_left or row_right or not same_size(self.shape[-1], other.shape[0]):
            advice = " (x.T @ y is the inner product, x @ y.T the outer one)" if column_left or row_right else ""
            raise ShapeError(f"{self.words} @ {other.words}: {self.size} times {other.size} does not fit{advice}")
        return _product(self, other, tex, inner=True)

    def __rmatmul__(self, other: Any) -> Any:
        raise ShapeError(f"{_number(other)} @ {self.words}: the left side is no array; write * for a multiple")


def _product(a: Array, b: Array, tex: str, *, inner: bool) -> Any:
    """The sum over the last axis of a and the first of b; not `inner`: every product of two entries."""
    left, right = (a.shape[:-1], b.shape[1:]) if inner else (a.shape, b.shape)
    row = inner and not left

    def at(place: tuple[Any, ...]) -> Any:
        before, after = place[: len(left)], place[len(left) :]
        if not inner:
            return a.at(before) * b.at(after)
        if a.cells is None and b.cells is None:
            k = private(a.shape[-1])
            return sum_over(a.at((*before, k)) * b.at((k, *after)), k)
        terms = [a.at((*before, k)) * b.at((k, *after)) for k in map(sympy.Integer, range(int(a.shape[-1])))]
        return sympy.Add(*terms, evaluate=False) if len(terms) > 1 else terms[0]

    if not left and not right:
        return at(())
    if a.cells is not None or b.cells is not None:
        if all(s.is_Integer for s in (*left, *right)):
            places = itertools.product(*(map(sympy.Integer, range(int(s))) for s in (*left, *right)))
            return _tabulate({tuple(map(int, p)): at(p) for p in places}, row=row, tex=tex, level=PRODUCT)
    axes = [private(s) for s in (*left, *right)]
    return Array(axes, at(tuple(axes)), row=row, tex=tex, level=PRODUCT)


def _tabulate(cells: Mapping[tuple[int, ...], Any], **words: Any) -> Array:
    """The array with these entries."""
    axes = [private(sympy.Integer(1 + max(places))) for places in zip(*cells, strict=True)]
    branches = []
    for at, cell in cells.items():
        here = [sympy.Eq(a, k, evaluate=False) for a, k in zip(axes, at, strict=True)]
        branches.append((cell, here[0] if len(here) == 1 else sympy.And(*here, evaluate=False)))
    return Array(axes, sympy.Piecewise(*branches, evaluate=False), cells=dict(cells), **words)


def wrap(a: Array, level: int) -> str:
    """The notation of a, in brackets where it binds less tightly than what stands around it."""
    return f"\\left({a.tex}\\right)" if a.level < level else a.tex


_SPOKEN = (
    (r"\\(left|right)(?![a-z])", ""), (r"\^\\top", ".T"), (r" \\odot ", " * "), (r" \\oslash ", " / "), (r"\\operatorname\{(\w+)\}", r"\1"),
    (r"_\{(\w+)\}", r"_\1"), (r"\^\{(\w+)\}", r"^\1"), (r"\\([A-Za-z]+)", r"\1"),
)  # fmt: skip


def _spoken(tex: str) -> str:
    """Notation as a line of text; "" where it is more than names, signs and calls."""
    for pattern, plain in _SPOKEN:
        tex = re.sub(pattern, plain, tex)
    return "" if re.search(r"[{}\\]|frac", tex) else tex


def _number(value: Any) -> str:
    """A number in a message; what is long, or holds an index that has no name, is only called one."""
    shown = str(value)
    return shown if len(shown) <= 40 and "#" not in shown else "a number"


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


_TEX: dict[str, tuple[str, int]] = {"+": (" + ", SUM), "-": (" - ", SUM), "*": (r" \odot ", PRODUCT), "/": (r" \oslash ", PRODUCT)}


def _combine(sign: str, operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Array:
    if isinstance(left, Array) and isinstance(right, Array):
        mark, level = _TEX[sign]
        tex = f"{wrap(left, level)}{mark}{wrap(right, max(level, PRODUCT))}" if left.tex and right.tex else ""
        return zip_entries(f"{left.words} {sign} {right.words}", operation, left, right, tex=tex, level=level)
    array = left if isinstance(left, Array) else right
    number = expression(right if isinstance(left, Array) else left)
    if sign in "+-":
        shape, said = ", ".join(map(str, array.shape)), _number(number)
        raise ShapeError(f"{array.words} is {array.size} and {said} is a number; for the constant array write {said}*ones({shape})")
    shown = tex_of(number)
    if sign == "*":
        tex = f"{shown} {wrap(array, PRODUCT)}" if shown else ""
    else:
        tex = f"\\frac{{{array.tex}}}{{{shown}}}" if isinstance(left, Array) else f"\\frac{{{shown}}}{{{array.tex}}}"
    return array.map(
        lambda a: operation(a, number) if isinstance(left, Array) else operation(number, a), tex if shown else "", PRODUCT
    )  # fmt: skip


def tex_of(number: Any) -> str:
    """The notation of a number or symbol; "" for anything longer, which would drown the matrices around it."""
    return sympy.latex(number) if number.is_Symbol or number.is_Rational or number.is_NumberSymbol else ""


def zip_entries(words: str, operation: Callable[..., Any], *arrays: Array, tex: str = "", level: int = ATOM) -> Array:
    """The array of operation(a, b, ...) over the entries of arrays of one shape."""
    fitted = same_shape(words, *arrays)
    tables = [a.cells for a in fitted if a.cells is not None]
    if tables:
        cells = {at: operation(*(a.at(tuple(map(sympy.Integer, at))) for a in fitted)) for at in tables[0]}
        return _tabulate(cells, row=fitted[0].row, tex=tex, level=level)
    return Array(fitted[0].axes, operation(*(a.body for a in fitted)), row=fitted[0].row, tex=tex, level=level)


def same_shape(words: str, *arrays: Array) -> list[Array]:
    """The arrays over the axes of the first; raises ShapeError, with both shapes, where they differ."""
    first, found = arrays[0], [arrays[0]]
    for other in arrays[1:]:
        sizes_fit = len(first.shape) == len(other.shape) and all(map(same_size, first.shape, other.shape))
        if not sizes_fit or first.row != other.row:
            raise ShapeError(f"{words}: {first.size} and {other.size} are different shapes")
        body = put(other.body, dict(zip(other.axes, first.axes, strict=True)))
        found.append(Array(first.axes, body, row=first.row, tex=other.tex, level=other.level, base=other.base, cells=other.cells))
    return found


def _relate(relation: Any, array: Array, other: Any) -> Any:
    if isinstance(other, Array):
        left, right = same_shape("the two sides", array, other)
        fresh = {a: private(range_of(a)) for a in left.axes}
        return relation(put(left.body, fresh), put(right.body, fresh), evaluate=False)
    return relation(put(array.body, {a: private(range_of(a)) for a in array.axes}), expression(other), evaluate=False)


# Arrays of symbols


def _symbol_array(name: str, shape: tuple[Any, ...], sort: str) -> Array:
    (found,) = names_in(name) if len(names_in(name)) == 1 else ("",)
    if not found:
        raise PageError(f"an array has one name, got {name!r}")
    sizes = tuple(dimension(s) for s in shape)
    base = sympy.IndexedBase(name, shape=sizes, **assumptions(sort))
    sheet.declare(name, base, f"a {sort} array of shape ({', '.join(map(str, sizes))})")
    axes = [private(s) for s in sizes]
    return Array(axes, base[tuple(axes)], tex=sympy.latex(sympy.Symbol(name)), base=base)


def real_vector(name: str, size: Any) -> Array:
    """A column of real variables: `x = real_vector("x", n)`; `x[i]` is one of them."""
    return _symbol_array(name, (size,), "real")


def positive_vector(name: str, size: Any) -> Array:
    """A column of variables greater than 0."""
    return _symbol_array(name, (size,), "positive")


def nonnegative_vector(name: str, size: Any) -> Array:
    """A column of variables at least 0."""
    return _symbol_array(name, (size,), "nonnegative")


def integer_vector(name: str, size: Any) -> Array:
    """A column of whole numbers."""
    return _symbol_array(name, (size,), "integer")


def real_matrix(name: str, rows: Any, columns: Any) -> Array:
    """A matrix of real variables: `W = real_matrix("W", m, n)`; `W[i, j]` stands in row i, column j."""
    return _symbol_array(name, (rows, columns), "real")


def positive_matrix(name: str, rows: Any, columns: Any) -> Array:
    """A matrix of variables greater than 0."""
    return _symbol_array(name, (rows, columns), "positive")


def real_array(name: str, *shape: Any) -> Array:
    """An array of real variables with any number of axes."""
    return _symbol_array(name, shape, "real")


# Arrays of expressions


def array(shape: Any, entries: Any, name: str = "") -> Array:
    """The array whose entry at i, j, ... is entries(i, j, ...): `s = array(n, lambda i: exp(x[i]) / Z, name="s")`."""
    sizes = tuple(dimension(s) for s in (shape if isinstance(shape, (tuple, list)) else (shape,)))
    if not callable(entries):
        wants = _count(len(sizes), "index", "indices")
        raise PageError(f"array wants a function of {wants}, got {entries}; write vector or matrix for a list of numbers")
    wanted = len(inspect.signature(entries).parameters)
    if wanted != len(sizes):
        raise ShapeError(f"an array of {_count(len(sizes), 'axis', 'axes')} wants a function of as many indices, got one of {wanted}")
    axes = [private(s) for s in sizes]
    return Array(axes, expression(entries(*axes)), tex=name)


def vector(*entries: Any, name: str = "") -> Array:
    """A column of given entries: `vector(1, 2, 3)`."""
    if not entries:
        raise PageError("a vector has at least one entry")
    return _tabulate({(k,): expression(e) for k, e in enumerate(entries)}, tex=name)


def matrix(*rows: Sequence[Any], name: str = "") -> Array:
    """A matrix of given entries, row by row: `matrix((1, 2), (3, 4))`."""
    lengths = [len(row) for row in rows]
    if not lengths or not lengths[0] or len(set(lengths)) > 1:
        raise ShapeError(f"the rows of a matrix have one length, got lengths {lengths}")
    return _tabulate({(i, j): expression(e) for i, row in enumerate(rows) for j, e in enumerate(row)}, tex=name)


def ones(*shape: Any) -> Array:
    """The array of ones."""
    return _constant(shape, sympy.S.One, r"\mathbf{1}")


def zeros(*shape: Any) -> Array:
    """The array of zeros."""
    return _constant(shape, sympy.S.Zero, r"\mathbf{0}")


def _constant(shape: tuple[Any, ...], value: Any, tex: str) -> Array:
    return Array([private(dimension(s)) for s in shape], value, tex=tex)


def identity(size: Any) -> Array:
    """The identity matrix."""
    i, j = private(dimension(size)), private(dimension(size))
    return Array([i, j], delta(i, j), tex="I")


def one_hot(y: Any, size: Any) -> Array:
    """The column with 1 at place y and 0 elsewhere."""
    i = private(dimension(size))
    if isinstance(y, sympy.Idx) and not same_size(range_of(y), range_of(i)):
        raise ShapeError(f"index {y.name} runs over {range_of(y)} values, but the vector has {size} entries")
    return Array([i], delta(i, expression(y)), tex=f"e_{{{sympy.latex(getattr(y, 'label', y))}}}")


def delta(i: Any, j: Any) -> Any:
    """1 where the indices are equal, else 0."""
    a, b = expression(i), expression(j)
    if isinstance(a, sympy.Idx) and isinstance(b, sympy.Idx) and not same_size(range_of(a), range_of(b)):
        raise ShapeError(f"delta({a.name}, {b.name}): {a.name} runs over {range_of(a)} values and {b.name} over {range_of(b)}")
    return sympy.KroneckerDelta(a, b, evaluate=False)


def diag(v: Array) -> Array:
    """The square matrix with the vector v on its diagonal."""
    if not isinstance(v, Array) or len(v.shape) != 1:
        raise ShapeError(f"diag wants a vector, got {v!r}")
    i, j = private(v.shape[0]), private(v.shape[0])
    return Array([i, j], v[i] * delta(i, j), tex=f"\\operatorname{{diag}}\\left({v.tex}\\right)" if v.tex else "")


def outer(u: Array, v: Array) -> Array:
    """The matrix with entries u[i]*v[j], the column u times the row of v."""
    for a in (u, v):
        if not isinstance(a, Array) or len(a.shape) != 1:
            raise ShapeError(f"outer wants two vectors, got {a!r}")
    column, row = (u.T if u.row else u), (v if v.row else v.T)
    return column @ row  # type: ignore[no-any-return]


def entry(a: Array, *at: Any) -> Any:
    """One entry: `entry(W @ x, i)` is `(W @ x)[i]`."""
    return a[at]


def elementwise(name: str, function: Callable[..., Any], *args: Any) -> Array:
    """A function of numbers at every place of arrays of one shape; plain numbers serve every place."""
    arrays = [a for a in args if isinstance(a, Array)]
    shown = [a.tex if isinstance(a, Array) else tex_of(expression(a)) for a in args]
    tex = f"{name}\\left({', '.join(shown)}\\right)" if all(shown) else ""

    def at(*entries: Any) -> Any:
        remaining = iter(entries)
        return function(*(next(remaining) if isinstance(a, Array) else expression(a) for a in args))

    return zip_entries(name, at, *arrays, tex=tex)
