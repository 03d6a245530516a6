"""Domains: what a term needs to have a value, and whether both sides of an equation have one at the same points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.sizes import never_negative, whole
from derive.statement.term import BINDERS, HALF, ONE, ZERO, Term, fn, make, mul, num, rebuild, sub, subterms


@dataclass(frozen=True)
class Need:
    """`term` must be "+" (positive), ">=0", "!=0", "index" (inside a range) or "smooth" (no rule known), under `guards`.

    An exact need fails only where there is no value. One that is not exact is enough for a value, and may ask for too much; with
    `along` it is exact where its term crosses 0 as that variable moves. Under a square root the term may touch 0 from above: `body` is
    what is differentiated then.
    """

    sign: str
    term: Term
    guards: tuple[Term, ...] = ()
    exact: bool = True
    along: Term | None = None
    body: Term | None = None


@lru_cache(maxsize=2048)
def needs(t: Term) -> tuple[Need, ...]:
    """Every need of t, bound indices left as they are: they hold for all values in their range."""
    out: dict[Need, None] = {}
    _collect(t, (), out, None)
    return tuple(out)


def placed(t: Term, i: Term, at: Term) -> Term:
    """t with a number for an index, or for a part of it, and no product folded away: 0 times what has no value has none."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            done[u] = change(u)
        return done[u]

    def change(u: Term) -> Term:
        if u is i:
            return at
        if u.op in BINDERS and u.args[1] is i:
            return u
        if u.op != "mul":
            return rebuild(u, go)
        factors = tuple(map(go, u.args))
        return make("mul", *factors) if any(f is ZERO or f.op == "mul" and ZERO in f.args for f in factors) else mul(*factors)

    return go(t)


def _collect(t: Term, guards: tuple[Term, ...], out: dict[Need, None], strict: tuple[Term, Term] | None, exact: bool = True) -> None:
    """`strict`, a body and a variable, asks for a neighbourhood along the variable, as a derivative does."""

    def need(sign: str, term: Term, exact: bool = exact, rooted: bool = False) -> None:
        if strict is not None and sign == ">=0" and depends(term, strict[1]):
            out[Need("+", term, guards, exact, strict[1], strict[0] if rooted else None)] = None
        else:
            out[Need(sign, term, guards, exact)] = None

    op, a = t.op, t.args
    if op == "piecewise":
        before = guards
        for value, condition in zip(a[::2], a[1::2], strict=True):
            _collect(condition, before, out, strict, exact)
            here = before if condition.op == "true" else (*before, condition)
            _collect(value, here, out, strict, exact)
            if condition.op == "true":
                return
            before = (*before, make("not", condition))
        out[Need("case", t, guards)] = None
        return
    if op == "deriv":
        body, variable = a
        _collect(variable, guards, out, None, exact)
        _collect(body, guards, out, (body, variable), exact)
        try:
            # The formula has to have a value here, and may ask for more than the derivative itself.
            _collect(differentiate(body, variable, []), guards, out, strict, False)
        except Unsupported:
            need("smooth", body)
        return
    if op in ("sum", "prod") and a[1].args[1].op == "num" and a[1].args[1].args[0] <= 64:
        for k in range(int(a[1].args[1].args[0])):
            _collect(placed(a[0], a[1], num(k)), guards, out, strict, exact)
        return
    if op == "integral":
        body, _, low, high = a
        if not _bounded_total(body):
            need("integral", t)
        else:  # nothing but entries may lack a value there
            _collect(body, guards, out, strict, exact and not any(u.op == "piecewise" for u in subterms(body)))
        for u in (low, high):
            if "oo" not in str(u):
                _collect(u, guards, out, strict, exact)
            else:
                need("integral", t)
        return
    if op in ("sum", "prod") and not (a[1].args[1].op == "sym" and a[1].args[1].args[1] == "positive integer" or a[1].args[1].op == "num"):
        exact = False  # an empty range asks for nothing
    for u in a:
        for v in (u,) if isinstance(u, Term) else u if isinstance(u, tuple) else ():
            if isinstance(v, Term) and not (op in BINDERS and v is a[1]):
                _collect(v, guards, out, strict, exact)
    if op == "pow":
        base, e = a
        if e.op == "num":
            r = e.args[0]
            if r.denominator != 1 and not (_never_below(base) and (strict is None and r > 0 or r > 1)):  # |t|^(3/2) is flat at t = 0
                need(">=0" if r > 0 else "+", base, exact, r == HALF.args[0])
            elif r < 0:
                need("!=0", base)
        elif whole(e):
            if not never_negative(e):  # 0^0 = 1
                need("!=0", base, False)
        else:
            need("+", base, False)
    elif op == "log":
        need("+", a[0])
    elif op in ("asin", "acos"):
        need(">=0", sub(ONE, make("pow", a[0], num(2))))
    elif op == "acosh":
        need(">=0", sub(a[0], ONE))
    elif op in ("atanh", "erfinv"):
        need("+", sub(ONE, make("pow", a[0], num(2))))
    elif op == "tan":
        need("!=0", fn("cos", a[0]))
    elif op in ("gamma", "loggamma"):
        need("+" if op == "loggamma" else "pole", a[0])
    elif op == "polygamma":
        need("pole", a[1])
    elif op == "besseli":
        if a[0].op != "num" or a[0].args[0].denominator != 1:
            need("+", a[1], False)
    elif op == "mod":
        need("!=0", a[1])
    elif op == "entry":
        for place, dim in zip(a[3], a[2], strict=True):
            inside = place.op == "index" and place.args[1] is dim or place.op == dim.op == "num" and 0 <= place.args[0] < dim.args[0]
            if not inside:
                need("index", make("and", make("le", num(0), place), make("lt", place, dim)))


def _never_below(t: Term) -> bool:
    """Whether t >= 0 wherever it has a value, by its form, and goes to 0 no slower than in a straight line."""
    return t.op == "abs" or t.op == "max" and ZERO in t.args


def _bounded_total(body: Term) -> bool:
    from derive.kernel.indexed import is_total

    return is_total(body)
