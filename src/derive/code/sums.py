"""Sums in the order in which they are cheap: each one stands as far inside as it can, and shares its pass with others.

    sum_y g_y (a - b_y)              = a sum_y g_y - sum_y g_y b_y
    sum_y g_y sum_p w_p b_(y,p)      = sum_p w_p sum_y g_y b_(y,p)
    sum_y g_y {a_y if c, b_y}        = {sum_y g_y a_y if c, sum_y g_y b_y}
    a sum_l w_l r_l - sum_y w_y g_y  = sum_l w_l (a r_l - g_l)

The first three keep a product of matrices and vectors from growing an axis that is summed away later. Nothing here is trusted, as in
`stable`.
"""

from __future__ import annotations

from derive.gradients import factored
from derive.statement.term import Term, add, free, make, mul, rebuild, replace, subterms, total


def spread(t: Term, cotangent: str) -> Term:
    """t with every sum over entries of the cotangent as far inside as it goes."""
    inner = rebuild(t, lambda u: spread(u, cotangent))
    if inner.op != "sum" or all(u.args[0] != cotangent for u in subterms(inner.args[0]) if u.op == "entry"):
        return inner
    return _close(inner.args[0], inner.args[1])


def factors_of(t: Term) -> tuple[Term, ...]:
    return t.args if t.op == "mul" else (t,)


def _close(body: Term, i: Term) -> Term:
    """The sum of body over i."""
    if body.op == "add":
        return add(*(_close(u, i) for u in body.args))
    outside = [f for f in factors_of(body) if i not in free(f)]
    inside = [f for f in factors_of(body) if i in free(f)]
    for k, f in enumerate(inside):
        rest = inside[:k] + inside[k + 1 :]
        # x_i - mean stays together, whose parts may cancel; a_j - b_ij would be an array that nobody needs
        if f.op == "add" and any(i not in free(u) for u in f.args) and not indices_of(f) <= {i}.union(*map(indices_of, rest)):
            return mul(*outside, add(*(_close(mul(*rest, u), i) for u in f.args)))
        if f.op == "sum" and any(i not in free(u) for u in factors_of(f.args[0])):
            return mul(*outside, _pulled_out(_close(mul(*rest, f.args[0]), i), f.args[1]))
        if f.op == "piecewise" and all(i not in free(test) for test in f.args[1::2]):
            branches = [_close(mul(*rest, v), i) if k % 2 == 0 else v for k, v in enumerate(f.args)]
            return mul(*outside, make("piecewise", *branches))
    return mul(*outside, total(mul(*inside), i))


def _pulled_out(body: Term, i: Term) -> Term:
    """The sum of body over i, with the factors that do not speak of i before it."""
    if body.op == "add":
        return add(*(_pulled_out(u, i) for u in body.args))
    apart = [f for f in factors_of(body) if i not in free(f)]
    return mul(*apart, total(mul(*(f for f in factors_of(body) if f not in apart)), i))


def merged(t: Term) -> Term:
    """t with sums over one range that multiply by the same array made into one."""
    t = rebuild(t, merged)
    if t.op != "add":
        return t
    terms = list(t.args)
    for k, u in enumerate(terms):
        for m in range(k + 1, len(terms)):
            both = _together(u, terms[m])
            if both is not None:
                return merged(add(*terms[:k], both, *terms[k + 1 : m], *terms[m + 1 :]))
    return t


def _together(a: Term, b: Term) -> Term | None:
    """One sum for a + b, where each is a product with a sum in it, and the summands share an array."""
    for first in factors_of(a):
        for second in factors_of(b):
            if first.op == second.op == "sum" and first.args[1].args[1] is second.args[1].args[1]:
                i, before, other = first.args[1], _without(a, first), _without(b, second)
                if any(i in free(u) for u in (before, other, second)):
                    continue
                bodies = mul(before, first.args[0]), mul(other, replace(second.args[0], {second.args[1]: i}))
                common = [f for f in factors_of(bodies[0]) if f in factors_of(bodies[1]) and f.op == "entry" and i in f.args[3]]
                # What comes into the sum must not give it an axis that the shared array does not have.
                if any(indices_of(before) | indices_of(other) <= indices_of(f) for f in common):
                    return total(factored(add(*bodies)), i)
    return None


def indices_of(t: Term) -> frozenset[Term]:
    return frozenset(v for v in free(t) if v.op == "index")


def _without(product: Term, factor: Term) -> Term:
    return mul(*(f for f in factors_of(product) if f is not factor))
