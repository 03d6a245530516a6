"""Repairs: the single changes to a refuted line that make it true, or the hypothesis that it lacks. An untrusted proposer.

It edits terms: a sign, an index, a number, a factor, a term, a function, or one more hypothesis. Points discard what is false, a small
budget of rule steps what is hard; what is left goes to the kernel, and only what that calls PROVED is handed back, the closest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain, combinations

from derive.export.plain import text
from derive.kernel import points
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Stuck
from derive.kernel.decide import decide, prove
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.point import refute_at
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.kernel.questions import questions_of
from derive.kernel.verdict import Counterexample, Status
from derive.outcome import LinkOutcome, Repair
from derive.statement.claim import Claim
from derive.statement.term import (
    FUNCTIONS,
    HALF,
    MINUS_ONE,
    ONE,
    PROPOSITIONS,
    TWO,
    ZERO,
    Term,
    Tied,
    add,
    delta,
    div,
    fn,
    free,
    fresh,
    index,
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

MOST = 3  # repairs that are shown
MOST_EDITS, MOST_NODES = 1_000, 60_000  # changes that are looked at, and all their terms together
MOST_PROOFS, MOST_FACTORS = 24, 12  # changes that a proof is tried for, and factors to try
LOOK, STEPS, SECONDS = 200, 4_000, 5.0  # points and rule steps for each; the seconds are a safety net

# What is changed, nearest to what was written first.
SIGN, LAYOUT, INDEX, NUMBER, RELATION, FACTOR, HYPOTHESIS, TERM, FUNCTION, QUOTIENT, MISSING = ORDER = (
    "a sign", "the layout", "an index", "a number", "the relation", "a factor", "a hypothesis", "a term", "a function", "a quotient",
    "a missing factor",
)  # fmt: skip
FAR = (QUOTIENT, MISSING)  # looked at only where nothing nearer helps: too many of them rewrite what is right already

SWAPPED = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "max": "min", "min": "max", "floor": "ceiling", "ceiling": "floor",
    "erf": "erfc", "erfc": "erf", "exp": "log", "log": "exp", "tanh": "tan", "tan": "tanh", "asin": "acos", "acos": "asin",
}  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """One change: what it changes, how in words, and the question that it leaves."""

    kind: str
    words: str
    question: Question
    given: Term | None = None  # the hypothesis that it adds
    about: Term | None = None  # of which value that hypothesis gives the sign
    signs: str = ""  # the signs that it allows: "-", "0", "+", in this order; "1" beyond one


def repair_claim(claim: Claim, links: Iterable[LinkOutcome]) -> tuple[Repair, ...]:
    """What makes the first refuted link of a chain true."""
    if claim.form is not None:
        return ()
    for question, link in zip(questions_of(claim), links, strict=True):
        if link.verdict.counterexample is not None:
            return repair(question, link.verdict.counterexample)
    return ()


def repair(question: Question, found: Counterexample) -> tuple[Repair, ...]:
    """At most three changes after which the kernel proves the question, the closest first."""
    # The side without a derivative is the formula that was claimed; the other one is changed only where that leads nowhere.
    claimed, other = sorted((1, 0), key=lambda k: any(u.op == "deriv" for u in subterms(question.sides[k])))
    edits = [*_of_side(question, claimed), *_of_relation(question), *_of_hypotheses(question)]
    near, far = [e for e in edits if e.kind not in FAR], [e for e in edits if e.kind in FAR]
    beside = list(_of_side(question, other)) if question.sides[other].op != "deriv" else []
    # A point costs as much as the question is long, so a long one gets fewer changes.
    left = min(MOST_EDITS, max(MOST_NODES // sum(1 for t in question.everything for _ in subterms(t)), MOST_PROOFS))
    for tier in (near, far, beside):
        tier = sorted(tier, key=lambda e: ORDER.index(e.kind))[:left]
        left -= len(tier)
        if repairs := _proved(found, tier):
            return tuple(repairs)
    return ()


def _proved(found: Counterexample, edits: list[Edit]) -> list[Repair]:
    """The first few edits that the kernel proves, none of them a special case of another."""
    repairs: list[Repair] = []
    seen: set[Question] = set()
    kept: list[Edit] = []
    proofs = 0
    for edit in edits:
        if len(repairs) == MOST or proofs == MOST_PROOFS:
            break
        if edit.question in seen or any(e.about is edit.about and set(edit.signs) <= set(e.signs) for e in kept if e.about is not None):
            continue
        seen.add(edit.question)
        if not _survives(edit.question, found):
            continue
        proofs += 1
        if not _is_easy(edit.question):
            continue
        verdict = decide(edit.question, Budget(seconds=SECONDS))
        if verdict.status is Status.PROVED:
            lhs, rhs = edit.question.sides
            repairs.append(Repair(edit.kind, edit.words, lhs, edit.question.relation, rhs, edit.given, verdict))
            kept.append(edit)
    return repairs


def _survives(question: Question, found: Counterexample) -> bool:
    """Whether neither the point that refuted the line nor a few others refute the change."""
    try:
        if refute_at(question, found.at).status is Status.REFUTED:
            return False
        return points.search(question, Budget(LOOK, SECONDS)) is None
    except Exhausted:
        return True
    except (ValueError, RecursionError):
        return False


def _is_easy(question: Question) -> bool:
    """Whether a proof is found within few steps; it is only a hint, the kernel then decides for itself."""
    try:
        prove(question, Budget(STEPS, SECONDS))
    except (Stuck, Beyond, Undefined, Unsupported, Split, Tied, Exhausted, ValueError, RecursionError):
        return False
    return True


# Changes to a question


def _of_relation(question: Question) -> Iterator[Edit]:
    if question.relation == "lt":
        yield Edit(RELATION, "≤ for <", replace(question, relation="le"))
    if question.relation in ("lt", "le"):
        yield Edit(RELATION, "the other way round", replace(question, lhs=question.rhs, rhs=question.lhs))


def _of_hypotheses(question: Question) -> Iterator[Edit]:
    """One more hypothesis: the sign of a variable or of what a function takes, unequal or equal indices, a size from 2 on."""

    def given(h: Term, about: Term | None = None, signs: str = "", own: bool = False, words: str = "") -> Edit:
        schematic = (*question.schematic, h) if own else question.schematic
        more = replace(question, given=(*question.given, h), schematic=schematic)
        return Edit(HYPOTHESIS, f"given {words or text(h, base=0)}", more, h, about, signs)

    terms = [u for t in question.sides for u in subterms(t)]
    scalars = [v for v in question.symbols if not v.args[1].startswith(("positive", "negative"))]
    for t in _divisors(terms):
        yield given(make("ne", t, ZERO))
    for t in (*scalars, *_watched(terms, scalars)):
        yield given(make("ne", t, ZERO), t, "-+1")
        # At 0 itself a logarithm or a quotient has no value, and nothing is said there.
        if not any(t in subterms(u) for u in terms if u.op == "log" or _divides(u)):
            yield given(make("le", ZERO, t), t, "0+1")
            yield given(make("le", t, ZERO), t, "-0")
        yield given(make("lt", ZERO, t), t, "+1")
        yield given(make("lt", t, ZERO), t, "-")
        yield given(make("le", ONE, t), t, "1")
    if len(scalars) > 1:
        yield given(make("and", *(make("le", ZERO, v) for v in scalars)), scalars[0], "0+1")
        yield given(make("and", *(make("lt", ZERO, v) for v in scalars)), scalars[0], "+1")
    for a, b in combinations((v for v in question.symbols if not v.args[1].endswith("integer")), 2):
        for h in (make("ne", a, b), make("le", a, b), make("le", b, a)):
            yield given(h)
    for i, j in combinations(question.indices, 2):
        if i.args[1] is j.args[1]:
            yield given(make("ne", i, j), own=True)
            yield given(make("eq", i, j), own=True)
    for n in question.sizes:
        yield given(make("le", TWO, n))
    for name, sort, shape in question.arrays:
        if not sort.startswith(("positive", "negative")):
            entry = _any_entry(question, name, sort, shape)
            if not any(u.op == "entry" and u.args[0] == name for t in terms if t.op == "log" or _divides(t) for u in subterms(t)):
                yield given(make("le", ZERO, entry), entry, "0+1", words=f"every entry of {name} ≥ 0")
            yield given(make("lt", ZERO, entry), entry, "+1", words=f"every entry of {name} > 0")


def _watched(terms: Iterable[Term], known: Iterable[Term]) -> list[Term]:
    """What logarithms, roots and kinks look at, besides variables."""
    found = {u.args[0] for u in terms if u.op in ("log", "abs", "sign", "heaviside") or _is_root(u) and u.args[0].op == "add"}
    found |= {sub(*u.args) for u in terms if u.op in ("max", "min") and len(u.args) == 2}
    return _scalar(t for t in found if t not in known and free(t))


def _divisors(terms: Iterable[Term]) -> list[Term]:
    """The sums that something is divided by, besides those that an index runs through."""
    return _scalar({u.args[0] for u in terms if _divides(u) and u.args[0].op == "add"})


def _scalar(terms: Iterable[Term]) -> list[Term]:
    """The first few, by their text, of those in which no index runs."""
    return sorted((t for t in terms if not any(u.op in ("entry", "index", "sum") for u in subterms(t))), key=show)[:4]


def _any_entry(question: Question, name: str, sort: str, shape: tuple[Term, ...]) -> Term:
    """An entry of an array at indices that the question does not use: a hypothesis about it holds for all of them."""
    taken = {v.args[0] for t in question.everything for v in subterms(t) if v.op in ("index", "sym")}
    at: list[Term] = []
    for letter, dim in zip("ijklrst", shape, strict=False):
        at.append(index(fresh(letter, taken) if letter in taken else letter, dim))
        taken.add(at[-1].args[0])
    return make("entry", name, sort, shape, tuple(at))


def _divides(t: Term) -> bool:
    return t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0] < 0


def _is_root(t: Term) -> bool:
    return t.op == "pow" and t.args[1].op == "num" and t.args[1].args[0].denominator > 1


# Changes to a term


Change = tuple[str, str, Term]  # what is changed, how in words, and the new term


def _of_side(question: Question, side: int) -> Iterator[Edit]:
    """The changes of one side: first those of the whole, then those inside."""
    # Almost any change that makes a side larger mends an inequality; those say nothing.
    kinds = ORDER if question.relation == "eq" else (LAYOUT, INDEX)
    for kind, words, new in _changes_of(question, question.sides[side]):
        sides = (question.lhs, new) if side else (new, question.rhs)
        if kind in kinds and sides != question.sides:
            yield Edit(kind, words, replace(question, lhs=sides[0], rhs=sides[1]))


def _changes_of(question: Question, t: Term) -> Iterator[Change]:
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
        yield FACTOR, f"times {_brief(factor)}", mul(factor, t)
        yield FACTOR, f"divided by {_brief(factor)}", div(t, factor)
    yield TERM, "plus 1", add(t, ONE)
    yield TERM, "minus 1", sub(t, ONE)
    yield QUOTIENT, "upside down", power(t, -1)
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
        yield SIGN, f"the sign of {_brief(t)}", neg(t)
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
        yield NUMBER, f"{_brief(t)} squared", power(t, 2)
    if op == "add":
        for k, u in enumerate(a):
            for i, j in combinations(scope if u is ONE else (), 2):
                if i.args[1] is j.args[1]:
                    yield INDEX, f"{_brief(delta(i, j))} for 1", add(*a[:k], delta(i, j), *a[k + 1 :])
            yield TERM, f"without the term {_brief(u)}", add(*a[:k], *a[k + 1 :])
            if u.op != "num":
                yield QUOTIENT, f"the term {_brief(u)} upside down", add(*a[:k], power(u, -1), *a[k + 1 :])
                yield FACTOR, f"twice the term {_brief(u)}", add(*a[:k], mul(TWO, u), *a[k + 1 :])
                yield FACTOR, f"half the term {_brief(u)}", add(*a[:k], mul(HALF, u), *a[k + 1 :])
    if op == "mul":
        for k, u in enumerate(a):
            rest = (*a[:k], *a[k + 1 :])
            yield FACTOR, f"without the factor {_brief(u)}", mul(*rest)
            if u.op != "num":
                yield FACTOR, f"divided by {_brief(u)}, not times", mul(*rest, power(u, -1)) if u.op != "pow" else mul(*rest, _inverse(u))
            if u.op != "num" and u.op != "pow":
                yield NUMBER, f"{_brief(u)} squared", mul(*rest, power(u, 2))
    if op in SWAPPED:
        yield FUNCTION, f"{SWAPPED[op]} for {op}", fn(SWAPPED[op], *a)
    if op == "log" or _is_root(t):
        yield FUNCTION, f"the absolute value of {_brief(a[0])}", make(op, fn("abs", a[0]), *a[1:])
    if op == "abs":
        yield FUNCTION, f"{_brief(a[0])} without bars", a[0]
    yield from _inside(t, scope, factors)


def _multiplied(t: Term, scope: tuple[Term, ...], factors: Iterable[Term]) -> Iterator[Change]:
    """t times a factor that was dropped; one that speaks of an index fits only where that index is known."""
    for f in factors:
        if all(v in scope for v in free(f) if v.op == "index"):
            yield MISSING, f"{_brief(t)} times {_brief(f)}", mul(t, f)


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
        yield LAYOUT, f"{_brief(t)} transposed", build(places[::-1])
    for k, i in enumerate(places):
        for j in scope:
            if i.op == "index" and j is not i and j.args[1] is i.args[1]:
                yield INDEX, f"{j.args[0]} for {i.args[0]} in {_brief(t)}", build((*places[:k], j, *places[k + 1 :]))


def _conditions(t: Term) -> Iterator[Change]:
    if t.op in ("lt", "le"):
        yield SIGN, f"{text(t, base=0)} the other way round", make(t.op, *t.args[::-1])


def _brief(t: Term) -> str:
    """A term in a few letters."""
    words = text(t, base=0)
    return words if len(words) <= 40 else f"{words[:37]}..."
