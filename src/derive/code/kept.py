"""Slopes by what the forward pass keeps, so that no exponential is taken twice.

    sigma(-u)             = 1 - sigma(u)            where the forward pass has sigma(u)
    sigma(2u) sigma(-2u)  = (1 - tanh(u)^2) / 4     where it has tanh(u)

The difference is as good as the value that it is made of: its error is one rounding of 1, wherever u lies, as in plain autodiff. An
exponential beside it could make much of that error, so a form that holds one stays as it is. Nothing here is trusted, as in `stable`.
"""

from __future__ import annotations

from fractions import Fraction

from derive.code.canon import canonical
from derive.code.stable import Linear, Stable, written
from derive.statement.term import ONE, TWO, Term, add, fn, mul, neg, num, power, rebuild, replace, sub, subterms

GROW = ("exp", "sinh", "cosh")


def by_kept(form: Term, forward: Term, stable: Stable) -> Term:
    """The form with sigmoids and slopes of tanh written by values that the forward pass has."""
    if any(u.op in GROW for u in subterms(form)):
        return form
    # What the forward pass has, up to the letters of indices -> as it stands there, and its indices.
    there: dict[Term, tuple[Term, tuple[Term, ...]]] = {}
    for u in subterms(forward):
        if u.op == "tanh" or stable.argument(u) is not None:
            key, axes = canonical(stable.expanded(u))
            there.setdefault(key, (u, axes))

    def kept(t: Term) -> Term | None:
        key, axes = canonical(t)
        if key not in there:
            return None
        found, own = there[key]
        return replace(found, dict(zip(own, axes, strict=True)))

    def go(t: Term) -> Term:
        if t.op == "mul":
            t = _slopes_of_tanh(t)
        u = stable.argument(t)
        if u is None or kept(stable.expanded(t)) is not None:
            return rebuild(t, go)
        other = kept(_sigmoid(_times(u, -1)))
        return t if other is None else sub(ONE, other)

    def _slopes_of_tanh(t: Term) -> Term:
        factors = list(t.args)
        for f in t.args:
            u = stable.argument(f)
            value = None if u is None else kept(fn("tanh", written(_times(u, Fraction(1, 2)))))
            mirrored = next((v for v in factors if u is not None and stable.argument(v) == _times(u, -1)), None)
            if value is not None and mirrored is not None:
                factors.remove(f)
                factors.remove(mirrored)
                factors += [num(Fraction(1, 4)), add(ONE, neg(power(value, TWO)))]
        return mul(*factors)

    return go(form)


def _sigmoid(u: Linear) -> Term:
    return power(add(ONE, fn("exp", written(_times(u, -1)))), -1)


def _times(u: Linear, q: int | Fraction) -> Linear:
    return {t: q * c for t, c in u.items()}
