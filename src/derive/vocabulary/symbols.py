"""Scalar symbols, indices, exact numbers and propositions: the words of the first lines of a page."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from typing import Any

import sympy
from sympy.core.parameters import evaluate
from sympy.logic.boolalg import Boolean

from derive.errors import PageError
from derive.vocabulary import sheet

_NAME = re.compile(r"[A-Za-z]\w*'*", re.ASCII)

_SORTS: dict[str, dict[str, bool]] = {
    "real": {"real": True},
    "positive": {"positive": True},
    "negative": {"negative": True},
    "nonnegative": {"nonnegative": True},
    "nonpositive": {"nonpositive": True},
    "nonzero": {"real": True, "nonzero": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "positive": True},
    "nonnegative_integer": {"integer": True, "nonnegative": True},
}


def assumptions(sort: str) -> dict[str, bool]:
    """What SymPy is told of a symbol of this sort."""
    return _SORTS[sort]


def names_in(names: str) -> list[str]:
    """The names in a string such as "x y" or "x, y"; raises PageError where one is no name."""
    found = names.replace(",", " ").split() if isinstance(names, str) else []
    for name in found:
        if not _NAME.fullmatch(name):
            # In ASCII, so that a letter that only looks like a Latin one shows what it is.
            raise PageError(
                f"{name!a} is no name for a symbol: write a letter from a to z, then such letters, digits or _; Greek letters by name"
            )
    if not found:
        raise PageError(f'expected the names of symbols, such as "x" or "x y", got {names!r}')
    return found


def _symbols(names: str, sort: str) -> Any:
    made = []
    for name in names_in(names):
        symbol = sympy.Symbol(name, **assumptions(sort))
        sheet.declare(name, symbol, sort.replace("_", " "))
        made.append(symbol)
    return made[0] if len(made) == 1 else tuple(made)


def real(names: str) -> Any:
    """Real variables: `x = real("x")`, `x, y = real("x y")`."""
    return _symbols(names, "real")


def positive(names: str) -> Any:
    """Variables greater than 0."""
    return _symbols(names, "positive")


def negative(names: str) -> Any:
    """Variables less than 0."""
    return _symbols(names, "negative")


def nonnegative(names: str) -> Any:
    """Variables at least 0."""
    return _symbols(names, "nonnegative")


def nonpositive(names: str) -> Any:
    """Variables at most 0."""
    return _symbols(names, "nonpositive")


def nonzero(names: str) -> Any:
    """Real variables other than 0."""
    return _symbols(names, "nonzero")


def integer(names: str) -> Any:
    """Whole numbers of either sign."""
    return _symbols(names, "integer")


def natural(names: str) -> Any:
    """Whole numbers from 1 on: sizes and counts."""
    return _symbols(names, "natural")


def nonnegative_integer(names: str) -> Any:
    """Whole numbers from 0 on."""
    return _symbols(names, "nonnegative_integer")


def indices(names: str, *, upto: Any) -> tuple[Any, ...]:
    """Indices that run over upto values, counted from 0: `i, j = indices("i j", upto=n)`."""
    size = dimension(upto)
    made = []
    for name in names_in(names):
        made.append(make_index(name, size))
        sheet.declare(name, made[-1], f"an index over {size} values")
    return tuple(made)


def index(name: str, *, upto: Any) -> Any:
    """One index that runs over upto values, counted from 0."""
    found = indices(name, upto=upto)
    if len(found) != 1:
        raise PageError(f"index makes one index, got the names {name!r}; write indices")
    return found[0]


# SymPy empties its own tables each time that evaluation is switched on or off, so what is asked again and again is kept here.
@cache
def make_index(name: str, size: Any) -> Any:
    """An index that no sheet notes."""
    with evaluate(True):
        return sympy.Idx(sympy.Symbol(name, integer=True), (0, size - 1))


def dimension(size: Any) -> Any:
    """A size: a positive number or an integer expression. Raises PageError for anything else."""
    found = expression(size)
    if found.is_integer is not True or found.is_nonpositive:
        raise PageError(f'a size is a natural number or symbol, got {size}; write natural("n")')
    return found


@cache
def range_of(index: Any) -> Any:
    """How many values an index runs over."""
    with evaluate(True):
        return index.upper + 1


@cache
def same_size(a: Any, b: Any) -> bool:
    """Whether two sizes are equal whatever their symbols stand for."""
    if a == b:
        return True
    with evaluate(True):
        return bool(sympy.expand(a - b) == 0)


def within(a: Any, b: Any) -> bool:
    """Whether a range of a values surely fits an axis of b: of that size, or of a smaller one."""
    with evaluate(True):
        longest = range_of(a) - 1 if isinstance(a, sympy.Idx) else a
        return a == b or bool(sympy.expand(b - longest).is_nonnegative)


def expression(value: Any) -> Any:
    """A value as a SymPy expression; raises PageError for a float, a bare bool, and whatever is no expression."""
    if isinstance(value, bool):
        raise PageError(f"got {value}: `==` compares structure and `!=` likewise; write eq(...), ne(...), Eq(a, b) or Ne(a, b)")
    if isinstance(value, int):
        return sympy.Integer(value)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if isinstance(value, float):
        raise PageError(f"got the float {value}, which is not exact; write Rational(1, 3) or decimal({str(value)!r})")
    if isinstance(value, sympy.Expr):
        return value
    if isinstance(value, Boolean):
        raise PageError(f"expected an expression, got the proposition {value}")
    raise PageError(f"expected an expression, got {short(value)}")


def proposition(value: Any) -> Any:
    """A value as a SymPy proposition; raises PageError for a bare bool and whatever is no proposition."""
    if isinstance(value, bool):
        raise PageError(f"got {value}: `==` compares structure and `!=` likewise; write Eq(a, b) or Ne(a, b)")
    if isinstance(value, Boolean) and not isinstance(value, sympy.Symbol):  # SymPy takes a symbol for a truth value, too
        return value
    raise PageError(f"expected a proposition, such as x > 0 or Ne(x, 0), got {short(value)}")


def short(value: Any) -> str:
    """A value and its type, for a message."""
    shown = repr(value)
    return f"{shown if len(shown) <= 60 else shown[:57] + '...'} of type {type(value).__name__}"


def decimal(printed: str) -> Any:
    """The exact number that a printed decimal stands for: `decimal("0.71995")`."""
    if not isinstance(printed, str):
        raise PageError(f'decimal takes a string, such as "0.71995", got {printed!r}')
    try:
        return sympy.Rational(printed)
    except (TypeError, ValueError):
        raise PageError(f"{printed!r} is no decimal number") from None


def away_from(variable: Any, *points: Any) -> Any:
    """The open region where a variable is none of these points; goes into `given`."""
    off = [sympy.Ne(expression(variable), expression(point), evaluate=False) for point in points]
    if not off:
        raise PageError("away_from wants at least one point, such as away_from(x, 0)")
    return off[0] if len(off) == 1 else sympy.And(*off, evaluate=False)
