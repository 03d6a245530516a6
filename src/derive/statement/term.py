"""Terms: the kernel's own expressions, immutable and shared.

A term is a node `op` with `args`. Two terms that are built alike are the same object, so `is` and `==` agree
and every table can be keyed by terms. Nothing here simplifies beyond folding exact numbers and units.

Leaves
    num(q)                         an exact rational, a `Fraction`
    const(name)                    "pi", "euler_gamma", "catalan", "oo" (only as a limit of integration or of `tends_to`)
    sym(name, sort)                a scalar variable; `sort` is one of SORTS
    index(name, dim)               an index that runs over 0 .. dim-1; as a number it is its position
    entry(array, sort, shape, at)  one entry of an array: shape and at are tuples of terms of equal length
Arithmetic: add, mul (any number of arguments), pow (base, exponent)
Functions: one op per name in FUNCTIONS, arguments are terms; max and min take any number
Binders: sum(body, index), prod(body, index); deriv(body, variable); integral(body, sym, low, high)
Indices: delta(a, b)               1 where a = b, else 0
Cases: piecewise(v1, c1, v2, c2, ...)  first true condition wins; undefined where none is true
Propositions: lt, le, eq, ne (two terms), and, or, not, true, false
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from math import prod
from typing import Any
from weakref import ref

SORTS = (
    "real", "positive", "negative", "nonnegative", "nonpositive", "nonzero",
    "integer", "positive integer", "nonnegative integer",
)  # fmt: skip

FUNCTIONS = {
    # name: number of arguments (None: any)
    "exp": 1, "log": 1, "abs": 1, "sign": 1, "heaviside": 1, "max": None, "min": None, "floor": 1, "ceiling": 1, "mod": 2,
    "sin": 1, "cos": 1, "tan": 1, "asin": 1, "acos": 1, "atan": 1, "sinh": 1, "cosh": 1, "tanh": 1, "asinh": 1, "acosh": 1, "atanh": 1,
    "erf": 1, "erfc": 1, "erfinv": 1, "gamma": 1, "loggamma": 1, "polygamma": 2, "besseli": 2,
}  # fmt: skip

PROPOSITIONS = ("lt", "le", "eq", "ne", "and", "or", "not", "true", "false")
KINKS = ("abs", "sign", "heaviside", "max", "min", "piecewise", "floor", "ceiling", "mod")


class Term:
    """One node; build it with the functions of this module, never directly."""

    __slots__ = ("__weakref__", "args", "kept", "op")
    op: str
    args: tuple[Any, ...]
    kept: dict[str, Any]  # what was computed once of this term, such as its free variables

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a term never changes")

    def __repr__(self) -> str:
        return show(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return (make, (self.op, *self.args))


class _Reference(ref[Term]):
    """A weak reference that knows where it stands."""

    __slots__ = ("key",)
    key: tuple[Any, ...]


# Weak: a term lives as long as somebody holds it. A WeakValueDictionary does the same, at some ten times the time.
_shared: dict[tuple[Any, ...], _Reference] = {}


def make(op: str, *args: Any) -> Term:
    """The one node with this op and these arguments."""
    key = (op, *args)
    reference = _shared.get(key)
    found = reference() if reference is not None else None
    if found is None:
        found = object.__new__(Term)
        _set(found, "op", op)
        _set(found, "args", args)
        _set(found, "kept", {})
        reference = _shared[key] = _Reference(found, _forget)
        reference.key = key
    return found


_set = object.__setattr__


def _forget(reference: _Reference) -> None:
    # Another node may stand there by now.
    if _shared.get(reference.key) is reference:
        del _shared[reference.key]


def num(value: int | Fraction | str) -> Term:
    exact = value if type(value) is Fraction or type(value) is int else Fraction(value)
    # To look a fraction up by itself takes long.
    found = _SMALL.get(exact.numerator) if exact.denominator == 1 else None
    return found or make("num", exact if type(exact) is Fraction else Fraction(exact))


_SMALL = {k: make("num", Fraction(k)) for k in range(-64, 65)}


ZERO, ONE, TWO, HALF, MINUS_ONE = num(0), num(1), num(2), num(Fraction(1, 2)), num(-1)
TRUE, FALSE = make("true"), make("false")
PI, EULER_GAMMA, OO = make("const", "pi"), make("const", "euler_gamma"), make("const", "oo")


def sym(name: str, sort: str = "real") -> Term:
    return make("sym", name, sort)


def index(name: str, dim: Term) -> Term:
    return make("index", name, dim)


def entry(array: str, sort: str, shape: tuple[Term, ...], at: tuple[Term, ...]) -> Term:
    return make("entry", array, sort, shape, at)


def add(*terms: Term) -> Term:
    numbers, rest = _parted("add", terms)
    if numbers:
        constant = numbers[0] if len(numbers) == 1 else num(sum(n.args[0] for n in numbers))
        if constant is not ZERO:
            rest.append(constant)
    return make("add", *rest) if len(rest) > 1 else rest[0] if rest else ZERO


def mul(*terms: Term) -> Term:
    numbers, rest = _parted("mul", terms)
    if numbers:
        constant = numbers[0] if len(numbers) == 1 else num(prod(n.args[0] for n in numbers))
        if constant is ZERO:
            return ZERO
        if constant is not ONE:
            rest.insert(0, constant)
    return make("mul", *rest) if len(rest) > 1 else rest[0] if rest else ONE


def _parted(op: str, terms: Iterable[Term]) -> tuple[list[Term], list[Term]]:
    """The numbers among these terms and among the arguments of those that are sums, or products, themselves; and the other terms."""
    numbers: list[Term] = []
    rest: list[Term] = []
    for t in terms:
        for u in t.args if t.op == op else (t,):
            (numbers if u.op == "num" else rest).append(u)
    return numbers, rest


def neg(t: Term) -> Term:
    return mul(MINUS_ONE, t)


def sub(a: Term, b: Term) -> Term:
    return add(a, neg(b))


def power(base: Term, exponent: Term | int | Fraction) -> Term:
    e = exponent if isinstance(exponent, Term) else num(exponent)
    if e is ONE:
        return base
    if base.op == "num" and e.op == "num" and e.args[0].denominator == 1 and (base.args[0] or e.args[0] > 0) and abs(e.args[0]) <= 64:
        return num(base.args[0] ** int(e.args[0]))
    return make("pow", base, e)


def div(a: Term, b: Term) -> Term:
    return mul(a, power(b, -1))


def fn(name: str, *args: Term) -> Term:
    if name not in FUNCTIONS:
        raise ValueError(f"unknown function {name}")
    return make(name, *args)


def total(body: Term, over: Term) -> Term:
    """The sum of body over an index."""
    return make("sum", body, over)


def delta(a: Term, b: Term) -> Term:
    return ONE if a is b else make("delta", a, b)


def children(t: Term) -> Iterator[Term]:
    """Every term directly inside t, shapes and index ranges included."""
    for a in t.args:
        if type(a) is Term:
            yield a
        elif type(a) is tuple:
            yield from a


def subterms(t: Term) -> Iterator[Term]:
    """t and everything inside it, each once."""
    seen, todo = {t}, [t]
    while todo:
        u = todo.pop()
        yield u
        for a in u.args:
            # As `children` has it, without a generator inside this one.
            for c in (a,) if type(a) is Term else a if type(a) is tuple else ():
                if c not in seen:
                    seen.add(c)
                    todo.append(c)


BINDERS = ("sum", "prod", "integral")


def free(t: Term) -> frozenset[Term]:
    """The free variables of t: sym, index, and the sym inside sizes; entries are not variables, their indices are."""
    found: frozenset[Term] | None = t.kept.get("free")
    if found is None:
        if t.op == "sym":
            return frozenset((t,))  # not kept: a term that holds itself would never go
        if t.op == "index":
            return free(t.args[1]) | {t}
        found = frozenset().union(*(free(c) for c in children(t)))
        if t.op in BINDERS:
            found = found - {t.args[1]} | (free(t.args[1].args[1]) if t.args[1].op == "index" else frozenset())
            if t.op == "integral":
                found |= free(t.args[2]) | free(t.args[3])
        t.kept["free"] = found
    return found


def named(t: Term) -> tuple[Term, ...]:
    """The free variables of t in the order of their names."""
    found: tuple[Term, ...] | None = t.kept.get("named")
    if found is None:
        found = tuple(sorted(free(t), key=show))
        if t.op not in ("sym", "index"):
            t.kept["named"] = found  # a term that holds itself would never go
    return found


def rebuild(t: Term, change: Callable[[Term], Term]) -> Term:
    """t with `change` applied to each direct child; arithmetic is folded again."""
    args: tuple[Any, ...] = tuple(
        [change(a) if type(a) is Term else tuple([change(b) for b in a]) if type(a) is tuple else a for a in t.args]
    )
    if args == t.args:
        return t
    if t.op == "add":
        return add(*args)
    if t.op == "mul":
        return mul(*args)
    if t.op == "pow":
        return power(*args)
    if t.op == "delta":
        return delta(*args)
    return make(t.op, *args)


class Tied(Exception):
    """A derivative's own variable cannot be given a value: carry the derivative out first."""


def replace(t: Term, table: dict[Term, Term]) -> Term:
    """t with each key replaced by its value, all at once; bound variables are renamed where they would capture.

    Raises Tied where a derivative is taken in a variable that would be replaced by anything but another name for it.
    """
    table = {k: v for k, v in table.items() if k is not v}
    if not table:
        return t
    incoming = frozenset().union(*(free(v) for v in table.values()))
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        found = done.get(u)
        if found is None:
            if u in table:
                found = table[u]
            elif u.op in BINDERS:
                found = _replace_under(u, table, incoming)
            else:
                found = rebuild(u, go)
                if u.op == "deriv" and found.op == "deriv":
                    _check_variable(u, found.args[1])
            done[u] = found
        return found

    return go(t)


def _check_variable(t: Term, new: Term) -> None:
    body, old = t.args
    same_array = old.op == new.op == "entry" and old.args[:1] == new.args[:1]
    if not (new is old or same_array or new.op == "sym" and old.op == "sym" and new not in free(body)):
        raise Tied(f"the derivative in {show(old)} is taken before {show(old)} gets a value")


def _replace_under(t: Term, table: dict[Term, Term], incoming: frozenset[Term]) -> Term:
    body, var, *limits = t.args
    inner = {k: v for k, v in table.items() if k is not var}
    new_var = var
    if var.op == "index":
        new_var = index(var.args[0], replace(var.args[1], table))
    if any(v.args[0] == new_var.args[0] for v in incoming if v.op in ("index", "sym")):
        taken = {v.args[0] for v in incoming | free(body) if v.op in ("index", "sym")}
        new_var = make(new_var.op, fresh(new_var.args[0], taken), *new_var.args[1:])
    if new_var is not var:
        inner[var] = new_var
    return make(t.op, replace(body, inner), new_var, *(replace(x, table) for x in limits))


def fresh(name: str, taken: Iterable[str]) -> str:
    """A name like `name` that is not taken."""
    taken, stem, k = set(taken), name.rstrip("'0123456789") or name, 1
    while f"{stem}{k}" in taken:
        k += 1
    return f"{stem}{k}"


_INFIX = {"lt": "<", "le": "<=", "eq": "=", "ne": "!="}


def show(t: Term) -> str:
    """t as one line of plain text, for messages and stable ids."""
    op, a = t.op, t.args
    if op == "num":
        return str(a[0])
    if op in ("const", "sym", "index"):
        return str(a[0])
    if op == "entry":
        return f"{a[0]}[{', '.join(map(show, a[3]))}]"
    if op == "add":
        return "(" + " + ".join(map(show, a)) + ")"
    if op == "mul":
        return "*".join(map(show, a))
    if op == "pow":
        base = f"({show(a[0])})" if a[0].op in ("mul", "pow") else show(a[0])
        exponent = show(a[1])
        plain = a[1].op in ("num", "sym") and not set("/-") & set(exponent)
        return f"{base}**{exponent}" if plain else f"{base}**({exponent})"
    if op in ("sum", "prod"):
        return f"{op}({show(a[0])}, {a[1].args[0]} < {show(a[1].args[1])})"
    if op in _INFIX:
        return f"{show(a[0])} {_INFIX[op]} {show(a[1])}"
    return f"{op}({', '.join(map(show, a))})" if a else op
