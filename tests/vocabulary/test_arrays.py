"""Arrays: entries, shapes that fit, and shapes that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sympy
from sympy.core.parameters import evaluate

from derive.errors import PageError
from derive.vocabulary import (
    Abs,
    Array,
    D,
    Max,
    ShapeError,
    Sum,
    array,
    delta,
    diag,
    entry,
    exp,
    identity,
    index,
    indices,
    matrix,
    natural,
    one_hot,
    ones,
    outer,
    real,
    real_array,
    real_matrix,
    real_vector,
    vector,
    zeros,
)

n, m, d = natural("n m d")
i, j, k = indices("i j k", upto=n)
r = index("r", upto=m)
x, y = real_vector("x", n), real_vector("y", n)
b = real_vector("b", m)
W, V = real_matrix("W", m, n), real_matrix("V", n, d)
c = real("c")


@pytest.fixture(autouse=True)
def _unevaluated() -> Iterator[None]:
    with evaluate(False):
        yield


def value(expr: sympy.Expr) -> sympy.Expr:
    """expr with every sum and delta over numbers carried out."""
    with evaluate(True):
        return sympy.simplify(expr.doit())


def numbers(a: Array) -> sympy.Matrix:
    """An array of numeric shape as a SymPy matrix."""
    shape = [int(s) for s in a.shape]
    cell = (lambda p, q: value(a[p, q])) if len(shape) == 2 else (lambda p, q: value(a[p]))
    with evaluate(True):
        return sympy.Matrix(shape[0], shape[1] if len(shape) == 2 else 1, cell)


def test_an_entry_is_plain_sympy() -> None:
    assert isinstance(x[i], sympy.Indexed)
    assert x[i].base == sympy.IndexedBase("x", shape=(n,), real=True)
    assert entry(W, r, i) == W[r, i]
    assert (x + y)[i] == x[i] + y[i]
    assert exp(x)[j] == exp(x[j])


def test_shapes_follow_the_algebra() -> None:
    assert (W @ x).shape == (m,)
    assert (W @ V).shape == (m, d)
    assert (W.T @ b).shape == (n,)
    assert (x @ b.T).shape == (n, m)
    assert D(W @ x, x).shape == (m, n)
    assert D(Sum(x * y), x).shape == (n,)
    assert D(c * x, c).shape == (n,)
    assert D(x, W).shape == (n, m, n)
    assert isinstance(x.T @ y, sympy.Expr)
    assert (b.T @ W).row
    assert (W @ x).size == "m × 1"
    assert (b.T @ W).size == "1 × n"


def test_the_algebra_is_that_of_matrices() -> None:
    a, g = sympy.Matrix([[1, 2, 3], [4, 5, 6]]), sympy.Matrix([[7, 8], [9, 10], [11, 12]])
    left, right = matrix((1, 2, 3), (4, 5, 6)), matrix((7, 8), (9, 10), (11, 12))
    u = vector(1, -2, 3)
    with evaluate(True):
        expected = {"product": a * g, "transpose": a.T, "applied": a * sympy.Matrix([1, -2, 3]), "twice": a + a, "minus": -a}
    assert numbers(left @ right) == expected["product"]
    assert numbers(left.T) == expected["transpose"]
    assert numbers(left @ u) == expected["applied"]
    assert numbers(left + left) == expected["twice"]
    assert numbers(-left) == expected["minus"]
    assert value(u.T @ u) == 14
    assert numbers(outer(u, u))[0, 1] == -2
    assert numbers(diag(u)) == sympy.diag(1, -2, 3)
    assert numbers(identity(3)) == sympy.eye(3)
    assert numbers(diag(u) @ u) == sympy.Matrix([1, 4, 9])
    assert [int(e) for e in u] == [1, -2, 3]
    assert numbers(2 * u / 4 - ones(3)) == sympy.Matrix([sympy.Rational(-1, 2), -2, sympy.Rational(1, 2)])


def test_a_table_is_also_an_array_at_a_general_place() -> None:
    a = matrix((1, 2), (3, 4))
    p, q = indices("p q", upto=2)
    with evaluate(True):
        assert [[a[p, q].subs({p: s, q: t}) for t in (0, 1)] for s in (0, 1)] == [[1, 2], [3, 4]]


def test_columns_and_one_hot_vectors() -> None:
    assert W[:, i].shape == (m,)
    assert W[r, :][i] == W[r, i]
    assert one_hot(j, n)[i] == delta(i, j)
    assert zeros(n)[i] == 0


def test_a_sum_over_an_array_is_over_all_its_entries() -> None:
    ones_everywhere = Sum(ones(2, 3))
    assert value(ones_everywhere) == 6
    with pytest.raises(PageError, match="an index to sum over"):
        Sum(x[i], 3)
    with pytest.raises(PageError, match="wants an index"):
        Sum(x[i])


def test_nothing_is_captured() -> None:
    """The index that a function is called with may be the one that its sum binds."""
    h = array(m, lambda a: Sum(W[a, k] * x[k], k))
    square = real_matrix("S", n, n)
    g = array(n, lambda a: Sum(square[a, k] * x[k], k))
    inside = g[k]
    assert k in inside.free_symbols
    (bound,) = inside.variables
    assert bound != k
    assert h[r].free_symbols >= {r}
    assert (square @ square)[k, k].function.args[0].args[1] == k


MISFITS: dict[str, tuple[Callable[[], object], str]] = {
    "product": (lambda: W @ b, "W @ b: m × n times m × 1 does not fit"),
    "two columns": (lambda: x @ y, "x.T @ y is the inner product"),
    "sum": (lambda: x + b, "n × 1 and m × 1"),
    "column and row": (lambda: x + y.T, "n × 1 and 1 × n"),
    "number added": (lambda: x + 1, r"write 1\*ones\(n\)"),
    "product with a number": (lambda: W @ c, "no array"),
    "number from the left": (lambda: c @ W, "no array"),
    "one index too many": (lambda: x[i, j], "takes 1 index; 2 came"),
    "an index of another axis": (lambda: W[i, r], "index i runs over n values, but that axis of W has m"),
    "outside": (lambda: vector(1, 2)[2], "outside"),
    "below": (lambda: x[-1], "outside"),
    "no whole number": (lambda: x[c], "a whole number"),
    "delta": (lambda: delta(i, r), "i runs over n values and r over m"),
    "one hot": (lambda: one_hot(r, n), "runs over m values"),
    "rows": (lambda: matrix((1, 2), (3,)), "one length"),
    "diag of a matrix": (lambda: diag(W), "wants a vector"),
    "outer of a matrix": (lambda: outer(x, W), "two vectors"),
    "elementwise": (lambda: Max(x, b), "n × 1 and m × 1"),
    "derivative in expressions": (lambda: D(c, x + y), "made of expressions"),
    "transpose": (lambda: real_array("T", n, n, n).T, "only vectors and matrices"),
    "function of two indices": (lambda: array(n, lambda p, q: 0), "1 axis"),
    "part of an axis": (lambda: x[0:2], "whole axis"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_fit_raises_shape_error_with_both_shapes(name: str) -> None:
    build, message = MISFITS[name]
    with pytest.raises(ShapeError, match=message):
        build()


def test_other_misuse_is_refused() -> None:
    with pytest.raises(PageError, match="entry by entry"):
        Max(x)
    with pytest.raises(PageError, match="use an index"):
        list(x)
    with pytest.raises(PageError, match="write vector or matrix"):
        array(3, [1, 2, 3])
    with pytest.raises(PageError, match="taken in a variable"):
        D(c, c + 1)


def test_notation_follows_the_algebra() -> None:
    s = array(n, lambda a: exp(x[a]), name="s")
    assert (diag(s) - s @ s.T).tex == r"\operatorname{diag}\left(s\right) - s s^\top"
    assert ((W @ x + b) * b).tex == r"\left(W x + b\right) \odot b"
    assert D(s, x).T.tex == r"\left(\frac{\partial s}{\partial x}\right)^\top"
    assert (c * Abs(x)).tex == r"c \operatorname{abs}\left(x\right)"
    assert (x - (y - x)).tex == r"x - \left(y - x\right)"
    assert array(n, lambda a: x[a]).tex == ""
    assert ((x.T @ y) * x).tex == ""


def test_a_comparison_of_an_array_holds_for_every_entry() -> None:
    relation = x > 0
    assert isinstance(relation, sympy.StrictGreaterThan)
    assert relation.lhs.base == x.base
    assert isinstance(x <= y, sympy.LessThan)
