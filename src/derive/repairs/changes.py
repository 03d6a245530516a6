"""Changes: every single change to a term, near ones first: a sign, an index, a number, a factor, a term, a function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain, combinations

from derive.export.plain import text
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.question import Question
from derive.repairs.edit import FACTOR, FUNCTION, INDEX, LAYOUT, MISSING, NUMBER, QUOTIENT, SIGN, TERM
from derive.statement.term import (
    FUNCTIONS,
    HALF,
    MINUS_ONE,
    ONE,
    PROPOSITIONS,
    TWO,
    Term,
    add,
    delta,
    div,
    fn,
    free,
    make,
    mul,
    neg,
    num,
    power,
    show,
    sub,
    subterms,
)
from derive.statement.term import replace as substitute

MOST_FACTORS = 12  # factors to try

SWAPPED = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "max": "min", "min": "max", "floor": "ceiling", "ceiling": "floor",
    "erf": "erfc", "erfc": "erf", "exp": "log", "log": "exp", "tanh": "tan", "tan": "tanh", "asin": "acos", "acos": "asin",
}  # fmt: skip

Change = tuple[str, str, Term]  # what is changed, how in words, and the new term


def changes_of(question: Question, t: Term) -> Iterator[Change]:
    """The changes of a term that stands alone in a question: first those of the whole, then those inside."""
    if t.op in PROPOSITIONS:
        return
    for i, j in combinations(question.indices, 2):
        if i.args[1] is j.args[1]:
            yield LAYOUT, f"{i.args[0]} and {j.args[0]} exchanged: right in the other layout", substitute(t, {i: j, j: i})
    for name, _, shape in question.arrays:
        if len(shape) == 2 and shape[0] is shape[1]:
            table = {u: make("entry", *u.args[:3], u.args[3][::-1]) for u in subterms(t) if u.op == "entry" and u.args[0] == name}
            yield LAYOUT, f"{name} transposed", substitute(t, table)
    for factor in (TWO, *question.sizes, *question.symbols[:4], *_entries(question)):
        yield FACTOR, f"times {brief(factor)}", mul(factor, t)
        yield FACTOR, f"divided by {brief(factor)}", div(t, factor)
    yield TERM, "plus 1", add(t, ONE)
    yield TERM, "minus 1", sub(t, ONE)
    yield QUOTIENT, "upside down", power(t, -1)
    if t.op != "num":
        yield FUNCTION, "its absolute value", fn("abs", t)
    yield from _changes(t, question.indices, True, _factors(question))


def _factors(question: Question) -> tuple[Term, ...]:
    """What may be missing as a factor: inner derivatives, which a chain rule forgot, then what stands as one elsewhere."""
    terms = [u for t in question.sides for u in subterms(t)]
    found = {f for u in terms if u.op == "mul" for f in u.args if f.op != "num" and not any(v.op == "deriv" for v in subterms(f))}
    found |= {u for u in terms if u.op in ("sym", "entry") and u not in question.sizes}
    return tuple([*_inner_slopes(terms), *sorted(found, key=lambda f: (len(show(f)), show(f)))][:MOST_FACTORS])


def _inner_slopes(terms: Iterable[Term]) -> list[Term]:
    """The derivatives of what stands inside functions and powers that are differentiated; whether they are right, the kernel will see."""
    found: dict[Term, None] = {}
    for d in terms:
        for u in subterms(d.args[0]) if d.op == "deriv" else ():
            if (u.op in FUNCTIONS or u.op == "pow") and u.args[0] is not d.args[1]:
                with suppress(Unsupported):
                    slope = differentiate(u.args[0], d.args[1], [])
                    if slope.op != "num":
                        found[slope] = None
    return sorted(found, key=lambda f: (len(show(f)), show(f)))[: MOST_FACTORS // 2]


def _entries(question: Question) -> list[Term]:
    """Entries of vectors at the free indices."""
    vectors = [(name, sort, shape) for name, sort, shape in question.arrays if len(shape) == 1]
    return [make("entry", *v, (i,)) for v in vectors for i in question.indices if i.args[1] is v[2][0]][:6]


def _changes(t: Term, scope: tuple[Term, ...], whole: bool, factors: tuple[Term, ...]) -> Iterator[Change]:
    """Every single change inside t, outermost first; `scope` holds the indices that are free or bound there, `factors` what may be missing.

    `whole` says that t stands alone: as a side, a summand, an argument or an exponent, where a sign of its own can be wrong.
    """
    op, a = t.op, t.args
    if whole and op != "num":
        yield SIGN, f"the sign of {brief(t)}", neg(t)
    if whole:
        yield from _multiplied(t, scope, factors)
    if op == "num":
        yield from _numbers(a[0])
        return
    if op in ("index", "sym", "const", "true", "false"):
        return
    if op == "deriv":
        return  # what is differentiated is the claim's subject, not its answer
    if op in ("entry", "delta"):
        yield from _indices(t, scope)
        return
    if op not in ("pow", "add", "mul", "integral", "piecewise") and whole or op in FUNCTIONS:
        yield NUMBER, f"{brief(t)} squared", power(t, 2)
    if op == "add":
        for k, u in enumerate(a):
            for i, j in combinations(scope if u is ONE else (), 2):
                if i.args[1] is j.args[1]:
                    yield INDEX, f"{brief(delta(i, j))} for 1", add(*a[:k], delta(i, j), *a[k + 1 :])
            yield TERM, f"without the term {brief(u)}", add(*a[:k], *a[k + 1 :])
            if u.op != "num":
                yield QUOTIENT, f"the term {brief(u)} upside down", add(*a[:k], power(u, -1), *a[k + 1 :])
                yield FACTOR, f"twice the term {brief(u)}", add(*a[:k], mul(TWO, u), *a[k + 1 :])
                yield FACTOR, f"half the term {brief(u)}", add(*a[:k], mul(HALF, u), *a[k + 1 :])
    if op == "mul":
        for k, u in enumerate(a):
            rest = (*a[:k], *a[k + 1 :])
            yield FACTOR, f"without the factor {brief(u)}", mul(*rest)
            if u.op != "num":
                yield FACTOR, f"divided by {brief(u)}, not times", mul(*rest, power(u, -1)) if u.op != "pow" else mul(*rest, _inverse(u))
            if u.op != "num" and u.op != "pow":
                yield NUMBER, f"{brief(u)} squared", mul(*rest, power(u, 2))
    if op in SWAPPED:
        yield FUNCTION, f"{SWAPPED[op]} for {op}", fn(SWAPPED[op], *a)
    if op == "log" or is_root(t):
        yield FUNCTION, f"the absolute value of {brief(a[0])}", make(op, fn("abs", a[0]), *a[1:])
    if op == "abs":
        yield FUNCTION, f"{brief(a[0])} without bars", a[0]
    yield from _inside(t, scope, factors)


def _multiplied(t: Term, scope: tuple[Term, ...], factors: Iterable[Term]) -> Iterator[Change]:
    """t times a factor that was dropped; one that speaks of an index fits only where that index is known."""
    for f in factors:
        if all(v in scope for v in free(f) if v.op == "index"):
            yield MISSING, f"{brief(t)} times {brief(f)}", mul(t, f)


def _inside(t: Term, scope: tuple[Term, ...], factors: tuple[Term, ...]) -> Iterator[Change]:
    """The changes of each part of t, put back in its place."""
    op, a = t.op, t.args
    if op in ("sum", "prod"):
        scope = (*scope, a[1])
    for k, u in enumerate(a):
        if not isinstance(u, Term) or (op in ("sum", "prod", "integral") and k > 0):
            continue
        if op == "piecewise" and k % 2:
            changes: Iterable[Change] = _conditions(u)
        else:
            alone = op in ("add", "piecewise") or op in FUNCTIONS or op == "pow" and k == 1
            changes = _changes(u, scope, alone, factors)
            if op in ("sum", "integral"):
                changes = chain(_multiplied(u, scope, factors), changes)
        for kind, words, new in changes:
            yield kind, words, _build(op, (*a[:k], new, *a[k + 1 :]))


def _build(op: str, args: tuple[Term, ...]) -> Term:
    """A node over new parts, folded as the term's own functions fold it."""
    if op == "add":
        return add(*args)
    if op == "mul":
        return mul(*args)
    if op == "pow":
        return power(*args)
    return make(op, *args)


def _numbers(q: Fraction) -> Iterator[Change]:
    yield SIGN, f"{-q} for {q}", num(-q)
    for new in (q + 1, q - 1, 2 * q, q / 2):
        if new and new != q:
            yield NUMBER, f"{new} for {q}", num(new)


def _inverse(u: Term) -> Term:
    """A power turned upside down."""
    base, exponent = u.args
    return power(base, mul(MINUS_ONE, exponent))


def _indices(t: Term, scope: tuple[Term, ...]) -> Iterator[Change]:
    """Another index of the same range in one place of an entry or a delta; the places of a square array exchanged."""
    places = t.args[3] if t.op == "entry" else t.args

    def build(at: tuple[Term, ...]) -> Term:
        return make("entry", *t.args[:3], at) if t.op == "entry" else delta(*at)

    if t.op == "entry" and len(places) == 2 and t.args[2][0] is t.args[2][1]:
        yield LAYOUT, f"{brief(t)} transposed", build(places[::-1])
    for k, i in enumerate(places):
        for j in scope:
            if i.op == "index" and j is not i and j.args[1] is i.args[1]:
                yield INDEX, f"{j.args[0]} for {i.args[0]} in {brief(t)}", build((*places[:k], j, *places[k + 1 :]))


def _conditions(t: Term) -> Iterator[Change]:
    if t.op in ("lt", "le"):
        yield SIGN, f"{text(t, base=0)} the other way round", make(t.op, *t.args[::-1])


def brief(t: Term) -> str:
    """A term in a few letters."""
    words = text(t, base=0)
    return words if len(words) <= 40 else f"{words[:37]}..."


def is_root(t: Term) -> bool:
    return t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0].denominator > 1
