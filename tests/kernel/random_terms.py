"""Random terms, identities that hold wherever both of their sides stand, and changes that show at a point that is known.

An identity keeps the domain: it has a value exactly where the term has one. So what it makes of a term is equal to it everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import strategies as st

from derive.statement.term import (
    BINDERS,
    HALF,
    MINUS_ONE,
    ONE,
    PROPOSITIONS,
    TRUE,
    TWO,
    ZERO,
    Term,
    add,
    div,
    entry,
    fn,
    free,
    index,
    make,
    mul,
    neg,
    num,
    power,
    rebuild,
    replace,
    show,
    sub,
    subterms,
    sym,
    total,
)

X, Y, P, N = sym("x"), sym("y"), sym("p", "positive"), sym("n", "positive integer")
I, J, K, L = (index(name, N) for name in "ijkl")


def at(name: str, i: Term, sort: str = "real") -> Term:
    return entry(name, sort, (N,), (i,))


def row(i: Term, j: Term) -> Term:
    """An entry of a square matrix."""
    return entry("A", "real", (N, N), (i, j))


SCALARS = (X, Y, P, num(2), num(-3), HALF, num(Fraction(-2, 3)))
ENTRIES = (at("u", I), at("v", I), at("q", I, "positive"), at("u", J), row(I, J), make("delta", I, J))
KINDS = (
    "add", "add", "add", "mul", "mul", "mul", "neg", "square", "abs", "max", "min", "tanh", "sigmoid", "log", "root", "exp",
    "symbolic power", "sum", "sum", "sin", "sign", "heaviside", "floor", "mod", "piecewise", "size", "prod", "erf", "atan",
)  # fmt: skip
PARTIAL = ("quotient", "any log", "any root", "negative power")  # these have no value at some points


def cases(first: Term, condition: Term, otherwise: Term) -> Term:
    return make("piecewise", first, condition, otherwise, TRUE)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3, over: tuple[Term, ...] = (), partial: bool = False) -> Term:
    """A number in scalars and entries of arrays; inside sums over `over`, the entries there as well."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        inner = tuple(u for k in over for u in (at("u", k), at("q", k, "positive"), row(I, k), make("delta", I, k)))
        inner += (row(*over), make("delta", *over)) if len(over) == 2 else ()
        return draw(st.sampled_from((*SCALARS, *ENTRIES, *inner, *inner)))
    part = expressions(depth - 1, over, partial)
    kind = draw(st.sampled_from(KINDS + PARTIAL if partial else KINDS))
    if kind in ("add", "mul"):
        return (add if kind == "add" else mul)(draw(part), draw(part))
    if kind in ("max", "min"):
        return fn(kind, draw(part), draw(part))
    if kind in ("sum", "prod"):
        if len(over) == 2:
            return draw(part)
        k = (K, L)[len(over)]
        return make(kind, draw(expressions(depth - 1, (*over, k), partial)), k)
    if kind == "piecewise":
        return cases(draw(part), make(draw(st.sampled_from(("lt", "le", "eq"))), draw(part), draw(part)), draw(part))
    if kind == "size":
        return mul(draw(part), N)
    t = draw(part)
    return {
        "neg": lambda: neg(t),
        "square": lambda: power(t, 2),
        "sigmoid": lambda: power(add(ONE, fn("exp", neg(t))), -1),
        "log": lambda: fn("log", add(ONE, power(t, 2))),
        "root": lambda: power(add(ONE, power(t, 2)), HALF),
        "symbolic power": lambda: power(P, t),
        "mod": lambda: fn("mod", t, TWO),
        "quotient": lambda: power(t, -1),
        "any log": lambda: fn("log", t),
        "any root": lambda: power(t, HALF),
        "negative power": lambda: power(t, Fraction(-3, 2)),
    }.get(kind, lambda: fn(kind, t))()


# Identities

Identity = Callable[[Term, Random], Term]


def places(t: Term) -> list[Term]:
    """The nodes that may be exchanged for equal ones: numbers, not the exponents that must stay what they are."""
    return sorted(dict.fromkeys(_places(t)), key=show)


def _places(t: Term) -> Iterator[Term]:
    if t.op not in PROPOSITIONS:
        yield t
    if t.op in BINDERS:
        yield from _places(t.args[0])
    elif t.op == "pow":
        yield from _places(t.args[0])
        if t.args[0] is P:
            yield from _places(t.args[1])
    elif t.op not in ("num", "sym", "index", "entry", "delta", "deriv", "true"):
        for a in t.args:
            yield from _places(a)


def exchange(t: Term, old: Term, new: Term) -> Term:
    """t with one node in the place of another, wherever that stands as a number."""
    if t is old:
        return new
    if t.op in ("num", "sym", "index", "entry", "delta", "deriv"):
        return t
    if t.op in BINDERS:
        return make(t.op, exchange(t.args[0], old, new), *t.args[1:])
    if t.op == "pow" and t.args[0] is not P:
        return power(exchange(t.args[0], old, new), t.args[1])
    return rebuild(t, lambda a: exchange(a, old, new))


def rewritten(t: Term, rng: Random, identities: tuple[Identity, ...] = (), times: int = 3) -> Term:
    """t, changed a few times by identities at nodes of their choice; those that are given come as often as all others."""
    for _ in range(times):
        u = rng.choice(places(t))
        rule = rng.choice(identities) if identities and rng.random() < 0.5 else rng.choice(IDENTITIES)
        t = exchange(t, u, rule(u, rng))
    return t


def _shuffled(t: Term, rng: Random) -> Term:
    return (add if t.op == "add" else mul)(*rng.sample(t.args, len(t.args))) if t.op in ("add", "mul") else t


def _expanded(t: Term, rng: Random) -> Term:
    if t.op == "mul" and (sums := [f for f in t.args if f.op == "add"]):
        rest = list(t.args)
        rest.remove(sums[0])
        return add(*(mul(u, *rest) for u in sums[0].args))
    return t


def _fresh(t: Term) -> Term:
    """An index that stands nowhere in t."""
    taken = {u.args[0] for u in subterms(t) if u.op == "index"}
    return next(index(name, N) for name in ("k", "l", "a", "b", "c", "d", "e", "f", "g") if name not in taken)


def _summed(t: Term, rng: Random) -> Term:
    """Linearity of a sum, another name for its index, its terms backwards, two sums the other way round, a product of sums."""
    if t.op == "mul" and len(sums := [f for f in t.args if f.op == "sum"]) == 2:
        rest = [f for f in t.args if f.op != "sum"]
        (a, k), (b, l) = (f.args for f in sums)
        m = _fresh(t)
        return mul(*rest, total(total(mul(a, replace(b, {l: m})), m), k))
    if t.op != "sum":
        return t
    body, k = t.args
    other = _fresh(t)
    way = rng.randrange(4)
    if way == 0:
        return total(replace(body, {k: other}), other)
    if way == 1 and body.op == "sum":
        inner, l = body.args
        return total(total(inner, k), l)
    if way == 2 and not any(u.op == "delta" for u in subterms(body)):
        return total(replace(body, {k: sub(sub(N, ONE), other)}), other)
    if body.op == "add":
        return add(*(total(u, k) for u in body.args))
    if k not in free(body):
        return mul(N, body)
    if body.op == "mul" and (outside := [f for f in body.args if k not in free(f)]):
        return mul(*outside, total(mul(*(f for f in body.args if f not in outside)), k))
    return t


def _picked(t: Term, rng: Random) -> Term:
    """A number at a free index as the one term of a sum that a delta picks; the square of a delta."""
    if t.op == "delta":
        return rng.choice([power(t, 2), make("delta", *reversed(t.args))])
    k = _fresh(t)
    here = [i for i in (I, J) if i in free(t)]
    # A sum has a value only where all of its terms have one, so what is picked must have one everywhere.
    if here and not any(u.op in (*BINDERS, "delta", "deriv", "pow", "log", "mod", "piecewise") for u in subterms(t)):
        return total(mul(make("delta", here[0], k), replace(t, {here[0]: k})), k)
    return t


def _special(t: Term, rng: Random) -> Term:
    op, a = t.op, t.args
    if op == "abs":
        return rng.choice([fn("max", a[0], neg(a[0])), mul(a[0], fn("sign", a[0])), power(power(a[0], 2), HALF)])
    if op == "max" and len(a) == 2:
        return rng.choice([mul(HALF, add(*a, fn("abs", sub(*a)))), cases(a[0], make("lt", a[1], a[0]), a[1])])
    if op == "min":
        return neg(fn("max", *map(neg, a)))
    if op == "sign":
        return sub(mul(TWO, fn("heaviside", a[0])), ONE)
    if op == "heaviside":
        return sub(ONE, fn("heaviside", neg(a[0])))
    if op == "floor":
        return rng.choice([sub(fn("floor", add(a[0], num(3))), num(3)), neg(fn("ceiling", neg(a[0])))])
    if op == "mod":
        return sub(a[0], mul(a[1], fn("floor", div(*a))))
    if op == "tanh":
        return sub(div(TWO, add(ONE, fn("exp", mul(num(-2), a[0])))), ONE)
    if op == "exp":
        return rng.choice([power(fn("exp", mul(HALF, a[0])), 2), mul(fn("exp", add(a[0], Y)), fn("exp", neg(Y)))])
    if op == "prod":
        return make("prod", replace(a[0], {a[1]: (k := _fresh(t))}), k)
    if op == "piecewise" and len(a) == 4 and a[1].op in ("lt", "le"):
        return cases(a[2], make("le" if a[1].op == "lt" else "lt", *reversed(a[1].args)), a[0])
    if op == "pow" and a[0] is P and a[1].op != "num":
        return rng.choice([fn("exp", mul(a[1], fn("log", a[0]))), mul(power(a[0], add(a[1], X)), power(a[0], neg(X)))])
    if op == "pow" and a[1] is TWO:
        return mul(a[0], a[0])
    if op == "pow" and a[1] is MINUS_ONE:
        return div(mul(TWO, ONE), mul(TWO, a[0]))
    if op == "pow" and a[1] is HALF:
        return mul(power(P, Fraction(-1, 2)), power(mul(P, a[0]), HALF))
    if op == "log":
        return sub(fn("log", mul(P, a[0])), fn("log", P))
    if op == "sin":
        half = mul(HALF, a[0])
        return mul(TWO, fn("sin", half), fn("cos", half))
    if op == "erf":
        return rng.choice([neg(fn("erf", neg(a[0]))), sub(ONE, fn("erfc", a[0]))])
    if op == "atan":
        return neg(fn("atan", neg(a[0])))
    return fn("log", fn("exp", t))


def _by_zero(t: Term, rng: Random) -> Term:
    """Something that is 0 wherever it stands, and stands everywhere, added."""
    return add(t, rng.choice(ZEROS))


_S = power(add(ONE, fn("exp", neg(X))), -1)
_SOFTMAX = div(fn("exp", at("u", I)), total(fn("exp", at("u", K)), K))
SLOPES: dict[Term, Term] = {
    make("deriv", fn("tanh", X), X): sub(ONE, power(fn("tanh", X), 2)),
    make("deriv", power(fn("max", X, ZERO), 2), X): mul(TWO, fn("max", X, ZERO)),
    make("deriv", _S, X): mul(_S, sub(ONE, _S)),
    make("deriv", fn("log", add(ONE, fn("exp", X))), X): _S,
    make("deriv", total(power(at("u", K), 2), K), at("u", I)): mul(TWO, at("u", I)),
    make("deriv", fn("log", total(fn("exp", at("u", K)), K)), at("u", I)): _SOFTMAX,
}
ZEROS: tuple[Term, ...] = (
    *(sub(derivative, closed) for derivative, closed in SLOPES.items()),
    sub(make("prod", fn("exp", at("u", K)), K), fn("exp", total(at("u", K), K))),
    sub(fn("gamma", add(P, ONE)), mul(P, fn("gamma", P))),
    sub(power(power(MINUS_ONE, N), 2), ONE),
    sub(total(mul(make("delta", I, K), make("delta", K, J)), K), make("delta", I, J)),
    mul(make("delta", I, J), sub(at("u", I), at("u", J))),
    sub(power(power(X, 2), Fraction(3, 2)), power(fn("abs", X), 3)),
    sub(power(fn("exp", Y), X), power(fn("exp", X), Y)),
    sub(total(index("k", N), index("k", N)), mul(HALF, N, sub(N, ONE))),
)
IDENTITIES: tuple[Identity, ...] = (
    _shuffled,
    _expanded,
    _summed,
    _summed,
    _picked,
    _special,
    _special,
    _special,
    _by_zero,
    lambda t, rng: neg(neg(t)),
    lambda t, rng: sub(add(t, X), X),
    lambda t, rng: mul(t, add(power(fn("sin", Y), 2), power(fn("cos", Y), 2))),
    lambda t, rng: mul(P, t, power(P, -1)),
    lambda t, rng: cases(t, make("lt", X, Y), t),
)


# Hypotheses, and what holds under them

Values = dict[Any, Fraction]


@dataclass(frozen=True)
class Setting:
    """Some hypotheses, identities that hold under them, and how a point is moved to where they hold."""

    given: tuple[Term, ...] = ()
    identities: tuple[Identity, ...] = ()
    fit: Callable[[Values, int], Values] = lambda values, n: values


def _ordered(values: Values, n: int) -> Values:
    low, high = sorted((values["x"], values["y"]))
    return values | {"x": low, "y": high + (1 if low == high else 0)}


def _to_one(values: Values, n: int) -> Values:
    whole = sum(values["q", k] for k in range(n))
    return values | {("q", k): values["q", k] / whole for k in range(n)}


def _renamed(t: Term, rng: Random) -> Term:
    """One of two equal numbers in the place of the other; a derivative's own variable stays."""
    return t if any(u.op == "deriv" for u in subterms(t)) else replace(t, {X: Y})


Q_SUM = total(at("q", K, "positive"), K)
SETTINGS = (
    Setting(),
    Setting(
        (make("lt", X, Y),),
        (lambda t, rng: add(t, sub(fn("max", X, Y), Y)), lambda t, rng: mul(t, fn("sign", sub(Y, X)))),
        _ordered,
    ),
    Setting(
        (make("le", ZERO, at("u", K)),),
        (lambda t, rng: add(t, sub(fn("abs", at("u", I)), at("u", I))), lambda t, rng: sub(add(t, fn("min", at("u", J), ZERO)), ZERO)),
        lambda values, n: values | {("u", k): abs(values["u", k]) for k in range(n)},
    ),
    Setting((make("eq", Q_SUM, ONE),), (lambda t, rng: mul(t, Q_SUM), lambda t, rng: sub(add(t, Q_SUM), ONE)), _to_one),
    Setting(
        (make("ne", X, ZERO),),
        (lambda t, rng: mul(X, t, power(X, -1)), lambda t, rng: mul(t, power(fn("sign", X), 2))),
        lambda values, n: values if values["x"] else values | {"x": Fraction(1)},
    ),
    Setting(
        (make("eq", X, Y),),
        (_renamed,),
        lambda values, n: values | {"x": values["y"]},
    ),
)


# Changes

HAIRS = (0, 3, 20, 30)  # by how many orders of magnitude a change is less than 1


@dataclass(frozen=True)
class Change:
    """What is added to a term, and where that shows."""

    amount: Term
    at: Values


def _where(condition: Term) -> Term:
    return cases(ONE, condition, ZERO)


def F(*q: int) -> Fraction:
    return Fraction(*q)


MILLION = num(10**6)
CHANGES = (
    Change(ONE, {}),
    Change(make("delta", I, J), {"i": F(0), "j": F(0)}),
    Change(sub(ONE, make("delta", I, J)), {"n": F(2), "i": F(0), "j": F(1)}),
    Change(_where(make("eq", N, ONE)), {"n": F(1), "i": F(0), "j": F(0)}),
    Change(_where(make("eq", N, TWO)), {"n": F(2), "i": F(0), "j": F(1)}),
    Change(_where(make("lt", num(3), N)), {"n": F(4)}),
    Change(sub(ONE, power(fn("sign", X), 2)), {"x": F(0)}),
    Change(sub(ONE, fn("abs", fn("sign", sub(X, Y)))), {"x": F(1, 3), "y": F(1, 3)}),
    Change(add(fn("floor", X), fn("floor", neg(X)), ONE), {"x": F(2)}),
    Change(fn("max", ZERO, sub(X, MILLION)), {"x": F(10**6 + 5)}),
    Change(fn("max", ZERO, sub(div(ONE, MILLION), fn("abs", sub(X, num(F(1, 3)))))), {"x": F(1, 3)}),
    Change(fn("max", ZERO, sub(div(ONE, MILLION), P)), {"p": F(1, 10**7)}),
    Change(total(fn("max", ZERO, sub(at("u", K), MILLION)), K), {("u", 0): F(10**6 + 5)}),
    Change(_where(make("eq", at("u", I), ZERO)), {("u", 0): F(0), "i": F(0)}),
    Change(_where(make("eq", at("u", I), at("v", J))), {("u", 0): F(1), ("v", 0): F(1), "i": F(0), "j": F(0)}),
)


def changed_node(t: Term, rng: Random) -> Term:
    """t with one node put otherwise."""
    u = rng.choice(places(t))
    hair = num(Fraction(1, 10 ** rng.choice(HAIRS)))
    ways: list[Term] = [
        add(u, hair),
        mul(add(ONE, hair), u),
        neg(u),
        fn("abs", u),
        fn("max", u, X),
        fn("sin", u),
        power(u, 2),
        fn("floor", u),
        mul(u, fn("heaviside", X)),
        mul(u, fn("abs", fn("sign", Y))),
        mul(u, X, power(X, -1)),
    ]
    if I in free(u):
        ways.append(replace(u, {I: J}) if not any(v.op == "deriv" for v in subterms(u)) else neg(u))
    if u.op == "sum":
        k = u.args[1]
        short = index(k.args[0], sub(N, ONE))
        ways.append(total(replace(u.args[0], {k: short}), short))
    if u.op in ("add", "mul"):
        ways.append((add if u.op == "add" else mul)(*u.args[1:]))
    return exchange(t, u, rng.choice(ways))
