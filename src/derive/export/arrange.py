"""The order in which a textbook writes a sum or a product: signs, fractions, and which factor comes first.

Values never change here: the same terms and factors, in another order.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derive.statement.term import MINUS_ONE, ONE, Term, add, free, mul, num, power, subterms

# Operators whose right end is open: what follows would be read as their body.
OPEN = ("sum", "prod", "deriv", "integral", "piecewise")
BARE = ("log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh")
ATOMS = ("num", "const", "sym", "index", "entry", "delta")


def split_sign(t: Term) -> tuple[bool, Term]:
    """Whether t is written with a minus, and t without it."""
    if t.op == "num" and t.args[0] < 0:
        return True, num(-t.args[0])
    if t.op == "mul" and t.args[0].op == "num" and t.args[0].args[0] < 0:
        return True, mul(MINUS_ONE, t)
    return False, t


def summands(t: Term) -> list[tuple[bool, Term]]:
    """The signed terms of a sum: by degree where all are polynomial, else as they came; a positive one first."""
    terms = list(t.args) if t.op == "add" else [t]
    degrees = [degree(u) for u in terms]
    if all(d is not None for d in degrees):
        terms = [u for _, u in sorted(zip(degrees, terms, strict=True), key=lambda pair: -(pair[0] or 0))]
    elif terms[-1].op == "num" and terms[-1].args[0] > 0:
        terms.insert(0, terms.pop())  # 1 + e^x
    signed = [split_sign(u) for u in terms]
    first = next((k for k, (negative, _) in enumerate(signed) if not negative), 0)
    signed.insert(0, signed.pop(first))
    return signed


def degree(t: Term) -> int | None:
    """The degree of a polynomial in symbols and entries, sums over indices included; None for anything else."""
    if t.op in ("num", "const"):
        return 0
    if t.op in ("sym", "entry", "index"):
        return 1
    if t.op == "delta":
        return 0
    if t.op == "pow":
        inner, exponent = degree(t.args[0]), t.args[1]
        natural = exponent.op == "num" and exponent.args[0].denominator == 1 and exponent.args[0] >= 0
        return inner * int(exponent.args[0]) if natural and inner is not None else None
    if t.op == "sum":
        return degree(t.args[0])
    if t.op in ("mul", "add"):
        inside = [degree(u) for u in t.args]
        known = [d for d in inside if d is not None]
        if len(known) < len(inside):
            return None
        return sum(known) if t.op == "mul" else max(known)
    return None


@dataclass(frozen=True)
class Quotient:
    """A product as sign, rational coefficient, factors above the line and factors below it."""

    negative: bool
    coefficient: Fraction
    over: tuple[Term, ...]
    under: tuple[Term, ...]


def quotient(t: Term) -> Quotient:
    """The product t with its negative powers below the line, factors in reading order."""
    coefficient, over, under = Fraction(1), [], []
    for factor in t.args if t.op == "mul" else (t,):
        if factor.op == "num":
            coefficient *= factor.args[0]
        elif factor.op == "pow" and factor.args[1].op == "num" and factor.args[1].args[0] < 0:
            under.append(power(factor.args[0], -factor.args[1].args[0]))
        else:
            over.append(factor)
    return Quotient(coefficient < 0, abs(coefficient), tuple(sorted(over, key=_place)), tuple(sorted(under, key=_place)))


def is_open(t: Term) -> bool:
    """Whether what follows t would be read as a part of it; the derivative of a simple term is a closed fraction."""
    return t.op in OPEN and not (t.op == "deriv" and is_simple(derivatives(t)[0]))


def is_simple(t: Term) -> bool:
    """A symbol, an entry, or a power of one: what may stand in the numerator of a derivative."""
    return t.op in ("sym", "entry") or (t.op in ("exp", "pow") and all(a.op in ATOMS for a in t.args))


def _place(factor: Term) -> int:
    """Plain symbols come first, then sums in parentheses, then functions without parentheses, then open operators."""
    base = factor.args[0] if factor.op == "pow" else factor
    if is_open(factor):
        return 4
    if factor.op == "add":
        return 2
    if base.op in BARE:
        return 3
    if base.op == "add" or is_open(base):
        return 2
    return 1


def joined(t: Term) -> list[Term]:
    """The parts of a conjunction."""
    parts: list[Term] = []
    for part in t.args if t.op == "and" else (t,):
        parts.extend(joined(part) if part.op == "and" else [part])
    return parts


def derivatives(t: Term) -> tuple[Term, list[Term]]:
    """The body of a repeated derivative and its variables, the outermost first."""
    variables: list[Term] = []
    while t.op == "deriv":
        variables.append(t.args[1])
        t = t.args[0]
    return t, variables


def only_variable(body: Term, variable: Term) -> bool:
    """Whether body depends on this one scalar and on nothing else, so that a derivative is written with d."""
    if variable.op != "sym" or any(u.op == "entry" for u in subterms(body)):
        return False
    return {v for v in free(body) if v.op in ("sym", "index")} <= {variable}


def counts_from(terms: tuple[Term, ...]) -> int:
    """1 where indices only name positions, as in a textbook; 0 where an index is used as a number, so that its value shows."""
    return 0 if any(_index_as_number(t) for t in terms if t.op != "index") else 1


_pure: dict[Term, bool] = {}


def _index_as_number(t: Term) -> bool:
    found = _pure.get(t)
    if found is None:
        if t.op == "index":
            found = True
        elif t.op == "entry":
            found = any(shift(a) is None for a in t.args[3])
        elif t.op in ("delta", "lt", "le", "eq", "ne"):
            found = _mixed(t)
        elif t.op in ("sum", "prod"):
            found = _index_as_number(t.args[0])
        elif t.op == "deriv":
            found = any(_index_as_number(a) for a in t.args)
        else:
            found = any(_index_as_number(a) for a in t.args if isinstance(a, Term))
        _pure[t] = found
    return found


def _mixed(t: Term) -> bool:
    """Whether a comparison sets an index against something that is no position."""
    if not any(_holds_index(a) for a in t.args):
        return any(_index_as_number(a) for a in t.args)
    return any(shift(a) is None or any(u.op == "sym" and "integer" not in u.args[1] for u in subterms(a)) for a in t.args)


def _holds_index(t: Term) -> bool:
    """Whether an index stands in t by itself, not as the position of an entry."""
    return t.op == "index" or (t.op in ("add", "mul") and any(_holds_index(a) for a in t.args))


def shift(t: Term) -> int | None:
    """What a position needs when counting starts at 1 and not at 0: 0 for i + 1, 1 for n - 1, -1 for 2 i; None where it is not linear."""
    weight = Fraction(0)
    for part in t.args if t.op == "add" else (t,):
        if not any(u.op == "index" for u in subterms(part)):
            continue
        scale, *rest = part.args if part.op == "mul" else (ONE, part)
        if scale.op != "num" or len(rest) != 1 or rest[0].op != "index":
            return None
        weight += scale.args[0]
    return int(1 - weight) if weight.denominator == 1 else None


def less_one(size: Term) -> Term:
    """The last position of an index of this size, counting from 0."""
    return add(size, MINUS_ONE)


def position(t: Term, base: int) -> Term:
    """A position of an array as it is printed where counting starts at `base`."""
    return add(t, num(shift(t) or 0)) if base else t


def compared(t: Term, base: int) -> tuple[Term, Term]:
    """Both sides of a comparison; where positions are compared, both are printed from `base`."""
    left, right = t.args
    if any(_holds_index(side) for side in t.args):
        return position(left, base), position(right, base)
    return left, right


def printed(t: Term) -> list[Term]:
    """The terms that are printed when t is: all inside it, but not shapes and ranges."""
    out, todo = [], [t]
    while todo:
        u = todo.pop()
        out.append(u)
        if u.op == "entry":
            todo.extend(u.args[3])
        elif u.op not in ("index", "sym", "num", "const"):
            todo.extend(a for a in u.args if isinstance(a, Term))
    return out
