"""Gradients of SymPy expressions for all sizes: several forms are proposed, the kernel proves one, the shortest is handed back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any

import sympy as sp

from derive.errors import DeriveError
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.cell import Cell
from derive.kernel.cells import Cells
from derive.kernel.decide import decide
from derive.kernel.defined import open_needs
from derive.kernel.derivative import Unsupported, differentiate
from derive.kernel.hypothesis import sort_out
from derive.kernel.indexed import solved
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.question import Question
from derive.kernel.read import read_lines
from derive.kernel.signs import Contradiction
from derive.kernel.sizes import linear, never_negative
from derive.kernel.verdict import Status, Verdict
from derive.statement.term import ONE, TRUE, ZERO, Term, add, free, make, mul, num, power, rebuild, replace, show, sub, subterms
from derive.write import write


def gradient(expr: Any, x: Any, *, given: Any = (), timeout: float = 10.0) -> Any:
    """The derivative of expr in x, a Symbol, an entry u[j], or a whole IndexedBase (then its entry at fresh indices), as SymPy.

    `given`: relations that may be taken for granted, as for `decide`. Where expr has kinks the result holds off them, with Heaviside and
    sign at the kink itself; where expr, or the formula for its slope, has no value, nothing is said: 1/x of log(x) is for x > 0. Raises
    DeriveError where no rule differentiates expr, or where the kernel proves none of the forms found.
    """
    variable = _entry_of(x, expr) if isinstance(x, sp.IndexedBase) else x
    reading = read_lines((expr, variable), given)
    body, v = reading.lines

    def as_written(t: Term) -> Term:
        """What SymPy makes of t, which is what is proved."""
        return read_lines((expr, variable, write(t, reading.names)), given).lines[2]

    slope, _, _ = proved_slope(body, v, sort_out(reading.given, reading.lines), timeout=timeout, as_written=as_written)
    return write(slope, reading.names)


Given = tuple[tuple[Term, ...], tuple[Term, ...]]


def proved_slope(
    body: Term, v: Term, given: Given = ((), ()), *, timeout: float = 10.0, as_written: Callable[[Term], Term] = lambda t: t
) -> tuple[Term, tuple[Term, ...], Verdict]:
    """The derivative of body in v in the shortest form found, what it takes for granted, and the verdict that proves it.

    What is granted keeps v off the kinks, and where no form is proved so, wherever the derivative has a value by the table.
    `given`: the hypotheses, and those of them that speak of the indices of body and v. Of each form, `as_written(form)` is proved.
    """
    owed: list[tuple[Term, Term]] = []
    try:
        slope = differentiate(body, v, owed)
    except Unsupported as error:
        raise DeriveError(f"cannot differentiate: {error}") from error
    here = {i for i in free(body) | free(v) if i.op == "index"}
    off_kinks = tuple(dict.fromkeys(_apart(gap, here) for gap, _ in owed))
    kinks_here = tuple(h for h in off_kinks if {i for i in free(h) if i.op == "index"} <= here)
    names = [i.args[0] for u in subterms(body) if u.op == "sum" for i in u.args[1:]]
    forms = [
        _named(t, sorted(set(names)), frozenset(i.args[0] for i in free(body) | free(v)))
        for form in _forms(slope, Budget(seconds=timeout / 2))
        for t in (form, _in_place(form, v))
    ]
    ways: list[tuple[tuple[Term, ...], Given]] = [(off_kinks, ((), ()))]
    if domain := _domain(body, v):
        ways.append(((*off_kinks, *domain), sort_out(domain, (body, v))))
    last = ""
    for candidate in sorted(dict.fromkeys(forms), key=_length):
        try:
            stated = as_written(candidate)
        except DeriveError as error:
            last = error.message
            continue
        for granted, (where, own) in ways:
            hypotheses = (*given[0], *off_kinks, *where), (*given[1], *kinks_here, *own)
            verdict = decide(Question(make("deriv", body, v), stated, "eq", *hypotheses), Budget(seconds=timeout))
            if verdict.status is Status.PROVED:
                return candidate, granted, verdict
            last = "; ".join(verdict.tried) or f"it fails at {_spelled(verdict)}"
    raise DeriveError(f"no form of the derivative was proved: {last}")


def _apart(gap: Term, here: set[Term]) -> Term:
    """That a kink is not met, but for indices of sums at which it always is, as |u_i - u_j| is for i = j."""
    moving = sorted((i for i in free(gap) if i.op == "index" and i not in here), key=show)
    met = [(i, j) for i, j in combinations(moving, 2) if i.args[1] is j.args[1] and _is_nothing(replace(gap, {j: i}))]
    apart = make("ne", gap, ZERO)
    return make("or", *(make("eq", i, j) for i, j in met), apart) if met else apart


def _is_nothing(t: Term) -> bool:
    try:
        return bool(Cells(Budget(20_000), solver=False).context(Cell())[0].start(t).num.is_zero())
    except (Beyond, Split, Undefined, Contradiction, Exhausted):
        return False


_AS_FACTS = {"+": lambda t: make("lt", ZERO, t), ">=0": lambda t: make("le", ZERO, t), "!=0": lambda t: make("ne", t, ZERO)}


def _domain(body: Term, v: Term) -> tuple[Term, ...]:
    """What gives the derivative a value by the table, as far as it says so in signs: x > 0 for log x."""
    wanted = open_needs(Cells(Budget(20_000), solver=False), make("deriv", body, v), Cell())
    return tuple(dict.fromkeys(_AS_FACTS[n.sign](n.term) for n in wanted if n.sign in _AS_FACTS and not n.guards))


def _spelled(verdict: Verdict) -> str:
    found = verdict.counterexample
    return ", ".join(f"{name} = {value}" for name, value in found.at) if found is not None else "no point that was found"


def _entry_of(x: sp.IndexedBase, expr: Any) -> Any:
    """x at fresh indices, named j, k, ... as far as these are free."""
    if x.shape is None:
        raise DeriveError(f"{x} has no shape; write IndexedBase({str(x)!r}, shape=(n,))")
    taken = {str(s) for s in getattr(expr, "free_symbols", ())} | {str(s) for s in sp.sympify(expr, strict=True).atoms(sp.Idx, sp.Symbol)}
    names = [c for c in ("j", "k", "l", "r", "s", "t", "j1", "k1", "l1") if c not in taken]
    return x[tuple(sp.Idx(name, size) for name, size in zip(names, x.shape, strict=False))]


def _forms(slope: Term, budget: Budget) -> list[Term]:
    """Forms of one derivative, cheapest rewriting first."""
    cells = Cells(budget, solver=False)
    form, _ = cells.context(Cell())

    def without_nothing(t: Term) -> Term:
        """t with every sum that is 0 left out."""
        t = rebuild(t, without_nothing)
        try:
            return ZERO if t.op in ("sum", "add") and form.start(t).num.is_zero() else t
        except (Beyond, Split, Undefined, Contradiction):
            return t

    plain = contract(slope)
    out = [plain, factored(plain), factored(without_steps(plain)), picked(slope), slope]
    try:
        lean = without_nothing(plain)
        out += [lean, factored(lean)]
        q = form.start(plain)
        flat = form.term(q)
        out += [flat, factored(flat)]
        parts = [
            power(form.term(form.quotient(p, form.one)), side * e)
            for poly, side in ((q.num, 1), (q.den, -1))
            for p, e in form.factors(poly)[1]
        ]
        content = form.factors(q.num)[0] / form.factors(q.den)[0] if parts else 0
        if parts:
            out.append(mul(num(content), *parts))
    except (Beyond, Split, Undefined, Contradiction, Exhausted):
        pass  # the plain form is enough
    return out


def _named(t: Term, names: list[str], taken: frozenset[str]) -> Term:
    """t with each canonical bound index under a name that its author would use."""
    done: dict[tuple[Term, frozenset[str]], Term] = {}

    def go(u: Term, taken: frozenset[str]) -> Term:
        if (u, taken) not in done:
            done[u, taken] = (
                summed(u, taken) if u.op in ("sum", "prod") and u.args[1].args[0][0] == "·" else rebuild(u, lambda v: go(v, taken))
            )
        return done[u, taken]

    def summed(u: Term, taken: frozenset[str]) -> Term:
        body, i = u.args
        inner = {
            v.args[0] for w in subterms(body) for v in (w, *w.args[1:2]) if isinstance(v, Term) and v.op == "index" and v.args[0][0] != "·"
        }
        new = next(c for c in (*names, *"lkrstabc", *(f"l{k}" for k in range(1, 99))) if c not in taken and c not in inner)
        j = make("index", new, i.args[1])
        return make(u.op, go(replace(body, {i: j}), taken | {new}), j)

    return go(t, taken)


def picked(t: Term) -> Term:
    """t with each sum that a delta alone cuts down to one term replaced by that term; nothing is spread."""
    t = rebuild(t, picked)
    if t.op == "sum" and (t.args[0].op == "delta" or t.args[0].op == "mul" and any(f.op == "delta" for f in t.args[0].args)):
        return _close(*t.args)
    return t


def contract(t: Term) -> Term:
    """t with sums over deltas carried out, factors without the index taken out of their sum, and products of sums spread."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            inner = rebuild(u, go)
            done[u] = ways[inner.op](inner) if inner.op in ways else inner
        return done[u]

    ways = {"sum": lambda s: _close(*s.args), "mul": _powers, "piecewise": _deltas_in_front}

    return go(t)


def _close(body: Term, i: Term) -> Term:
    if body.op == "add":
        return add(*(_close(u, i) for u in body.args))
    if _is_cut(body) and body.args[0].op == "add" and any(u.op == "delta" and i in u.args for u in subterms(body.args[0])):
        return add(*(_close(_deltas_in_front(make("piecewise", u, *body.args[1:])), i) for u in body.args[0].args))
    factors = list(body.args) if body.op == "mul" else [body]
    for d in factors:
        place = _place_of(i, d) if d.op == "delta" else None
        if place is not None:
            met = contract(replace(mul(*(f for f in factors if f is not d)), {i: place}))
            return _cut_to(met, place, i.args[1])
    for k, f in enumerate(factors):
        if f.op == "add" and any(u.op == "delta" and i in u.args for u in subterms(f)):
            rest = factors[:k] + factors[k + 1 :]
            return add(*(_close(mul(*rest, u), i) for u in f.args))
        if f.op == "sum" and any(u.op == "delta" and i in u.args for u in subterms(f)):
            # the outer sum goes inside, where its delta is, and ends there
            inner = _close(mul(*factors[:k], *factors[k + 1 :], f.args[0]), i)
            if all(u.op != "sum" or u.args[1] is not i for u in subterms(inner)):
                return contract(make("sum", inner, f.args[1]))
    outside = [f for f in factors if i not in free(f)]
    inside = [f for f in factors if i in free(f)]
    cuts = [f for f in inside if _is_cut(f)]
    if len(cuts) == 1:
        value, condition, *rest = cuts[0].args
        parts = [f for f in inside if f is not cuts[0]] + list(value.args if value.op == "mul" else (value,))
        outside += [f for f in parts if i not in free(f)]
        inside = [make("piecewise", mul(*(f for f in parts if i in free(f))), condition, *rest)]
    if not inside:
        return mul(i.args[1], *outside)
    return mul(*outside, make("sum", mul(*inside), i))


def _place_of(i: Term, d: Term) -> Term | None:
    """The place at which a delta is 1 as i runs, where there is one whatever the sizes."""
    found = [place for b, place in solved(d.args[0], d.args[1], [i]) if b is i]
    return found[0] if found else None


def _cut_to(value: Term, place: Term, size: Term) -> Term:
    """value where the place is one of an axis, else 0."""
    if place.op in ("index", "mod") and place.args[1] is size:
        return value
    ends = (make("le", ZERO, place), place), (make("lt", place, size), sub(sub(size, ONE), place))
    said = _conditions(value.args[1]) if _is_cut(value) else ()
    slack = [ZERO, *(sub(c.args[1], c.args[0]) for c in said if c.op == "le")]
    inside = [condition for condition, room in ends if not any(never_negative(sub(room, s)) for s in slack)]
    if not inside or value is ZERO:
        return value
    return make("piecewise", value, inside[0] if len(inside) == 1 else make("and", *inside), ZERO, TRUE)


def _conditions(c: Term) -> tuple[Term, ...]:
    return c.args if c.op == "and" else (c,)


def _in_place(t: Term, v: Term) -> Term:
    """t without the cases where v has no place on its axes: there is no slope in v."""
    if v.op != "entry":
        return t
    known = {c for p, size in zip(v.args[3], v.args[2], strict=True) for c in (make("le", ZERO, p), make("lt", p, size))}

    def go(u: Term) -> Term:
        u = rebuild(u, go)
        if not _is_cut(u):
            return u
        open_ = [c for c in _conditions(u.args[1]) if c not in known]
        return make("piecewise", u.args[0], open_[0] if len(open_) == 1 else make("and", *open_), ZERO, TRUE) if open_ else u.args[0]

    return go(t)


def _is_cut(t: Term) -> bool:
    """Whether t is one case and 0 else: as a summand, the part of a sum where its condition holds."""
    return t.op == "piecewise" and t.args[2:] == (ZERO, TRUE)


def _deltas_in_front(t: Term) -> Term:
    """Cases of which each holds the same delta, or is 0, as that delta times the cases."""
    values = [set(u.args if u.op == "mul" else (u,)) for u in t.args[::2] if u is not ZERO]
    shared = sorted((d for d in set.intersection(*values) if d.op == "delta"), key=str) if values else []
    if not shared:
        return t
    table = dict.fromkeys(shared, ONE)
    return mul(*shared, make("piecewise", *(replace(u, table) if k % 2 == 0 else u for k, u in enumerate(t.args))))


def _powers(t: Term) -> Term:
    """A product with equal bases gathered into powers."""
    exponents: dict[Term, Term] = {}
    for f in t.args:
        base, e = (f.args[0], f.args[1]) if f.op == "pow" else (f, ONE)
        exponents[base] = add(exponents[base], e) if base in exponents else e
    return mul(*(ONE if e is ZERO else power(b, e) for b, e in exponents.items()))


def without_steps(t: Term) -> Term:
    """t with max(0, g) for step(g) max(0, g), |g| for sign(g) g, and like terms collected."""
    t = rebuild(t, without_steps)
    if t.op == "add":
        return add(*(mul(num(c), u) for u, c in linear(t).items()))
    if t.op != "mul":
        return t
    factors = list(t.args)
    for step in t.args:
        if step.op == "heaviside" and make("max", ZERO, step.args[0]) in factors:
            factors.remove(step)
        elif step.op == "sign" and step.args[0] in factors:
            factors.remove(step)
            factors[factors.index(step.args[0])] = make("abs", step.args[0])
    return mul(*factors)


def factored(t: Term) -> Term:
    """t with what all terms of a sum of terms share taken in front."""
    t = rebuild(t, factored)
    if t.op != "add":
        return t
    split = [_split(u) for u in t.args]
    shared = {b: min(c[b] for _, c in split) for b in split[0][1] if all(b in c for _, c in split)}
    if not any(shared.values()):
        return t
    rest = [mul(num(q), *(power(b, e - shared.get(b, 0)) for b, e in c.items() if e != shared.get(b, 0))) for q, c in split]
    return mul(*(power(b, e) for b, e in shared.items()), add(*rest))


def _split(u: Term) -> tuple[Any, Counter[Term]]:
    q, found = ONE.args[0], Counter[Term]()
    for f in u.args if u.op == "mul" else (u,):
        if f.op == "num":
            q *= f.args[0]
        elif f.op == "pow" and f.args[1].op == "num":
            found[f.args[0]] += f.args[1].args[0]
        else:
            found[f] += 1
    return q, found


def _length(t: Term) -> tuple[bool, int, int, str]:
    """Whether a sum still runs past a delta that picks one of its terms; the nodes of the written-out expression, and its signs.

    A number inside a sum counts for more than it would in front.
    """
    sizes: dict[Term, int] = {}

    def go(u: Term) -> int:
        if u not in sizes:
            sizes[u] = 1 + sum(go(c) for c in u.args if isinstance(c, Term))
        return sizes[u]

    nodes = go(t) + 3 * sum(u.op == "sum" and u.args[0].op == "mul" and u.args[0].args[0].op == "num" for u in sizes)
    runs_past = any(d.op == "delta" and u.args[1] in free(d) for u in sizes if u.op == "sum" for d in subterms(u.args[0]))
    return runs_past, nodes, str(t).count("-"), str(t)
