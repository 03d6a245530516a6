"""Bound indices: sums, substitution that never captures, and good names for indices that no one named.

An index made by the array algebra is private until its claim is stated: its name starts with `#`. `settle` then gives it a
letter that nothing in the claim uses.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sympy

from derive.errors import PageError
from derive.vocabulary import sheet
from derive.vocabulary.symbols import make_index, range_of, same_size

LETTERS = ("i", "j", "k", "l", "r", "s", "t", "p", "q", "a", "b", "c", "d", "e", "f", "g", "h")
BOUND_LETTERS = ("k", "l", "r", "t", "p", "q", "a", "b", "i", "j", "s", "c", "d", "e", "f", "g", "h")

_count = itertools.count()


def private(size: Any) -> Any:
    """An index over size values that differs from every other."""
    return make_index(f"#{next(_count):09d}", size)


def is_private(index: Any) -> bool:
    return bool(index.name.startswith("#"))


def bind(binder: Any, body: Any, *limits: Any) -> Any:
    """A Sum, Product or Integral over limits (variable, first, last), or a Derivative in (variable, order), with the body as it stands."""
    # SymPy's own constructors rewrite: they fold cases, join nested sums, sort nested derivatives, and multiply by 1.
    made = sympy.Expr.__new__(binder, body, *(sympy.Tuple(*limit) for limit in limits))
    if binder is not sympy.Derivative:
        made.is_commutative = True
    return made


_BINDERS = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Derivative)


def rebuild(expr: Any, args: Sequence[Any]) -> Any:
    """The outermost node of expr over other arguments, with nothing evaluated."""
    if all(a is b for a, b in zip(args, expr.args, strict=True)):
        return expr
    if isinstance(expr, _BINDERS):
        return bind(expr.func, *args)
    if isinstance(expr, (sympy.Max, sympy.Min)):
        return expr.func(*args, evaluate=False)
    return expr.func(*args)


def sum_over(body: Any, index: Any) -> Any:
    """The sum of body over all values of an index."""
    return bind(sympy.Sum, body, (index, 0, index.upper))


def product_over(body: Any, index: Any) -> Any:
    """The product of body over all values of an index."""
    return bind(sympy.Product, body, (index, 0, index.upper))


_OVER_INDEX = (sympy.Sum, sympy.Product)


def bound_in(expr: Any) -> tuple[Any, ...]:
    """The indices that the outermost node of expr binds."""
    return tuple(limit[0] for limit in expr.limits if isinstance(limit[0], sympy.Idx)) if isinstance(expr, _OVER_INDEX) else ()


def free_indices(expr: Any) -> dict[Any, None]:
    """The indices of expr that no sum binds, in order of appearance."""
    return {i: None for i, bound in _walk(expr, ()) if i not in bound}


def _walk(expr: Any, bound: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Each index inside expr, with the indices bound around it."""
    if isinstance(expr, sympy.Idx):
        yield expr, bound
        for inner in expr.args[1:]:
            yield from _walk(inner, bound)
    elif not isinstance(expr, sympy.IndexedBase):
        names = bound_in(expr)
        if names:
            yield from _walk(expr.function, bound + names)
            for limit in expr.limits:
                for end in limit[1:]:
                    yield from _walk(end, bound)
        else:
            for inner in expr.args:
                yield from _walk(inner, bound)


def put(expr: Any, table: Mapping[Any, Any]) -> Any:
    """expr with indices replaced; a bound index that would capture a new one is renamed."""
    table = {old: new for old, new in table.items() if old != new}
    if not table:
        return expr
    return _put(expr, table, {i for new in table.values() for i in free_indices(new)})


def _put(expr: Any, table: Mapping[Any, Any], incoming: set[Any]) -> Any:
    if expr in table:
        return table[expr]
    if not expr.args or isinstance(expr, sympy.IndexedBase):
        return expr
    bound = bound_in(expr)
    if not bound:
        return rebuild(expr, [_put(a, table, incoming) for a in expr.args])
    inner = {old: new for old, new in table.items() if old not in bound}
    renamed = {k: private(range_of(k)) for k in bound if k in incoming}
    if not inner and not renamed:
        return expr
    return _rebind(expr, _put(expr.function, {**inner, **renamed}, incoming | set(renamed.values())), renamed)


def _rebind(expr: Any, body: Any, renamed: Mapping[Any, Any]) -> Any:
    """The sum or product expr over another body, with some of its indices renamed."""
    return bind(expr.func, body, *((renamed.get(limit[0], limit[0]), *limit[1:]) for limit in expr.limits))


def settle(lines: Sequence[Any], given: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Lines and hypotheses of one claim with a letter for each private index; raises PageError where one index does two jobs."""
    page = sheet.current()
    declared = page.declared if page is not None else {}
    names = _names(itertools.chain(lines, given))

    def letter(index: Any, taken: Iterable[str], letters: Sequence[str]) -> str:
        size, taken = range_of(index), set(taken)
        fitting = [n for n, (thing, _) in declared.items() if isinstance(thing, sympy.Idx) and same_size(range_of(thing), size)]
        new = (n for n in itertools.chain(letters, (f"{a}{k}" for k in itertools.count(1) for a in letters[:3])) if n not in declared)
        return next(n for n in itertools.chain(fitting, new) if n not in taken)

    table: dict[Any, Any] = {}
    for index in {i: None for line in lines for i in free_indices(line) if is_private(i)}:
        table[index] = make_index(letter(index, names, LETTERS), range_of(index))
        names.add(table[index].name)
    lines = [put(line, table) for line in lines]
    free = {i.name for line in lines for i in free_indices(line)}
    kept = names - {i.name for line in lines for i in _bound_indices(line)} | free

    def name_bound(expr: Any, around: frozenset[str] = frozenset()) -> Any:
        if not expr.args or isinstance(expr, (sympy.Idx, sympy.IndexedBase)):
            return expr
        bound = bound_in(expr)
        if not bound:
            return rebuild(expr, [name_bound(a, around) for a in expr.args])
        around |= {k.name for k in bound}
        body, renamed = name_bound(expr.function, around), {}
        for k in bound:
            if is_private(k):
                renamed[k] = make_index(letter(k, {*kept, *around, *_names([body])}, BOUND_LETTERS), range_of(k))
                body = put(body, {k: renamed[k]})
                around |= {renamed[k].name}
        return _rebind(expr, body, renamed)

    lines = [name_bound(line) for line in lines]
    for line in lines:
        _check_one_job(line, free)
    return lines, [_settle_hypothesis(p, names, letter, name_bound) for p in given]


def _settle_hypothesis(p: Any, names: set[str], letter: Any, name_bound: Any) -> Any:
    # Its free private indices stand for all values: they may share no letter with the lines.
    taken, table = set(names), {}
    for index in free_indices(p):
        if is_private(index):
            table[index] = make_index(letter(index, taken, LETTERS), range_of(index))
            taken.add(table[index].name)
    return name_bound(put(p, table))


def _bound_indices(expr: Any) -> Iterator[Any]:
    for node in sympy.preorder_traversal(expr):
        yield from bound_in(node)


def _names(exprs: Iterable[Any]) -> set[str]:
    """Names of all symbols, arrays and indices in these expressions, private ones left out."""
    return {name for name, _ in all_symbols(exprs) if not name.startswith("#")}


def all_symbols(exprs: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Each symbol, array and index in these expressions with its name; an index or array hides the symbol that it is labelled with."""
    todo = list(exprs)
    while todo:
        e = todo.pop()
        if isinstance(e, sympy.Idx):
            yield e.name, e
            todo += e.args[1:]
        elif isinstance(e, sympy.IndexedBase):
            yield str(e.label), e
            todo += e.args[1:]
        elif isinstance(e, sympy.Symbol):
            yield e.name, e
        else:
            todo += e.args


def _check_one_job(line: Any, free: set[str]) -> None:
    def go(expr: Any, around: tuple[str, ...]) -> None:
        if not expr.args or isinstance(expr, (sympy.Idx, sympy.IndexedBase)):
            return
        names = tuple(i.name for i in bound_in(expr))
        for k, name in enumerate(names):
            if name in around or name in names[:k]:
                raise PageError(f"a sum over {name} stands inside another sum over {name}; sum over another index in one of them")
            if name in free:
                raise PageError(f"index {name} is summed over in one place and free in another; sum over another index")
        for inner in expr.args:
            go(inner, around + names)

    go(line, ())
