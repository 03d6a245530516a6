"""Differentiation: our own table of structural rules, with what each needs to hold.

`differentiate(body, variable)` is valid wherever body is defined in a neighbourhood and every obligation holds.
An obligation is a pair (g, d): off the set g = 0 the rule for a kink is right, and so it is where d, the derivative of g, is
identically 0. Floors oblige their argument to be no integer; they are written as the pair (sin(pi g), d).
Nothing here decides anything; slope.py discharges the obligations or refuses.
"""

from __future__ import annotations

from derive.statement.term import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    Term,
    add,
    children,
    delta,
    div,
    fn,
    free,
    fresh,
    make,
    mul,
    neg,
    power,
    rebuild,
    replace,
    sub,
    subterms,
    total,
)  # fmt: skip

Obligation = tuple[Term, Term]

_SQRT_PI = power(PI, HALF)


def _table(name: str, u: Term) -> Term | None:
    """f'(u) for a smooth function of one argument."""
    if name == "exp":
        return fn("exp", u)
    if name == "log":
        return power(u, -1)
    if name == "sin":
        return fn("cos", u)
    if name == "cos":
        return neg(fn("sin", u))
    if name == "tan":
        return add(ONE, power(fn("tan", u), 2))
    if name in ("asin", "acos"):
        slope = power(sub(ONE, power(u, 2)), -HALF.args[0])
        return slope if name == "asin" else neg(slope)
    if name == "atan":
        return power(add(ONE, power(u, 2)), -1)
    if name == "sinh":
        return fn("cosh", u)
    if name == "cosh":
        return fn("sinh", u)
    if name == "tanh":
        return sub(ONE, power(fn("tanh", u), 2))
    if name == "asinh":
        return power(add(ONE, power(u, 2)), -HALF.args[0])
    if name == "acosh":
        return power(sub(power(u, 2), ONE), -HALF.args[0])
    if name == "atanh":
        return power(sub(ONE, power(u, 2)), -1)
    if name in ("erf", "erfc"):
        slope = mul(TWO, power(_SQRT_PI, -1), fn("exp", neg(power(u, 2))))
        return slope if name == "erf" else neg(slope)
    if name == "erfinv":
        return mul(HALF, _SQRT_PI, fn("exp", power(fn("erfinv", u), 2)))
    if name == "gamma":
        return mul(fn("gamma", u), fn("polygamma", ZERO, u))
    if name == "loggamma":
        return fn("polygamma", ZERO, u)
    return None


class Unsupported(Exception):
    """No rule differentiates this term; the answer is UNKNOWN."""


def depends(t: Term, variable: Term) -> bool:
    """Whether t can change with the variable: a sym, or any entry of the variable's array."""
    if variable.op == "sym":
        return variable in free(t)
    return variable.args[0] in arrays_in(t)


def arrays_in(t: Term) -> frozenset[str]:
    """Names of the arrays of which t has entries."""
    found: frozenset[str] | None = t.kept.get("arrays")
    if found is None:
        found = frozenset().union(*(arrays_in(u) for u in children(t)))
        if t.op == "entry":
            found |= {t.args[0]}
        t.kept["arrays"] = found
    return found


def differentiate(body: Term, variable: Term, obligations: list[Obligation] | None = None) -> Term:
    """The derivative of body in a sym or an array entry; kinks add to `obligations`."""
    owed: list[Obligation] = [] if obligations is None else obligations
    done: dict[Term, Term] = {}

    def go(t: Term) -> Term:
        if not depends(t, variable):
            return ZERO
        found = done.get(t)
        if found is None:
            found = done[t] = rule(t)
        return found

    def rule(t: Term) -> Term:
        op, a = t.op, t.args
        if t is variable:
            return ONE
        if op == "entry":
            if a[:3] != variable.args[:3]:
                raise Unsupported(f"two arrays named {a[0]}")
            if any(depends(u, variable) for u in a[3]):
                raise Unsupported("an index that depends on the variable")
            return mul(*(delta(p, q) for p, q in zip(a[3], variable.args[3], strict=True)))
        if op == "add":
            return add(*map(go, a))
        if op == "mul":
            return add(*(mul(*a[:k], go(u), *a[k + 1 :]) for k, u in enumerate(a) if go(u) is not ZERO))
        if op == "pow":
            return _power_rule(t, go(a[0]), go(a[1]))
        if op in ("sum", "prod", "integral"):
            return binder(t)
        if op == "deriv":
            # Mixed partials: differentiate the inner derivative first.
            return go_again(differentiate(a[0], a[1], owed))
        if op == "abs":
            owed.append((a[0], go(a[0])))
            return mul(fn("sign", a[0]), go(a[0]))
        if op in ("max", "min"):
            return extremum(op, a)
        if op in ("sign", "heaviside"):
            owed.append((a[0], go(a[0])))
            return ZERO
        if op in ("floor", "ceiling"):
            owed.append((fn("sin", mul(PI, a[0])), go(a[0])))
            return ZERO
        if op == "mod":
            return go(sub(a[0], mul(a[1], fn("floor", div(a[0], a[1])))))
        if op == "piecewise":
            for condition in a[1::2]:
                boundary(condition)
            return make("piecewise", *(go(u) if k % 2 == 0 else u for k, u in enumerate(a)))
        if op == "polygamma" and a[0].op == "num":
            return mul(fn("polygamma", add(a[0], ONE), a[1]), go(a[1]))
        if op == "besseli" and not depends(a[0], variable):
            up, down = fn("besseli", add(a[0], ONE), a[1]), fn("besseli", add(a[0], MINUS_ONE), a[1])
            return mul(HALF, add(up, down), go(a[1]))
        if len(a) == 1 and isinstance(a[0], Term):
            slope = _table(op, a[0])
            if slope is not None:
                return mul(slope, go(a[0]))
        raise Unsupported(f"no rule differentiates {op}")

    def go_again(t: Term) -> Term:
        return differentiate(t, variable, owed)

    def extremum(op: str, args: tuple[Term, ...]) -> Term:
        first, *rest = args
        if not rest:
            return go(first)
        second = rest[0] if len(rest) == 1 else make(op, *rest)
        gap = sub(first, second) if op == "max" else sub(second, first)
        d1, d2 = go(first), go(second)
        owed.append((gap, sub(d1, d2)))
        if d1 is ZERO:
            return mul(d2, fn("heaviside", neg(gap)))
        return add(d2, mul(sub(d1, d2), fn("heaviside", gap)))

    def boundary(condition: Term) -> None:
        if condition.op in ("lt", "le", "eq", "ne"):
            gap = sub(condition.args[0], condition.args[1])
            if depends(gap, variable):
                owed.append((gap, go(gap)))
        for u in condition.args:
            if isinstance(u, Term) and u.op in ("and", "or", "not", "lt", "le", "eq", "ne"):
                boundary(u)

    def binder(t: Term) -> Term:
        inner, var, *limits = t.args
        if var in free(variable) or var is variable:
            taken = {v.args[0] for v in free(variable) | free(inner)}
            new = make(var.op, fresh(var.args[0], taken), *var.args[1:])
            inner, var = replace(inner, {var: new}), new
        if var.op == "index" and depends(var.args[1], variable):
            raise Unsupported("a range that depends on the variable")
        if t.op == "sum":
            return total(differentiate(inner, variable, owed), var)
        if t.op == "prod":
            return mul(t, total(div(differentiate(inner, variable, owed), inner), var))
        low, high = limits
        if low.op == "const" or high.op == "const":
            if any(depends(u, variable) for u in (low, high)):
                raise Unsupported("an infinite limit")
        if depends(inner, variable):
            # Leibniz' rule needs a finite range and a continuous partial derivative.
            if "oo" in (low.args[0], high.args[0]) or neg(high) is low and high.op == "const":
                raise Unsupported("differentiation under an infinite integral")
            under = make("integral", differentiate(inner, variable, owed), var, low, high)
        else:
            under = ZERO
        for end in (low, high):
            if depends(end, variable):
                jumps(replace(inner, {var: end}), go(end))
        return add(under, mul(replace(inner, {var: high}), go(high)), neg(mul(replace(inner, {var: low}), go(low))))

    def jumps(at_end: Term, slope: Term) -> None:
        """The fundamental theorem needs an integrand that is continuous at the moving limit."""
        for u in subterms(at_end):
            if u.op in ("sign", "heaviside"):
                owed.append((u.args[0], slope))
            elif u.op in ("floor", "ceiling", "mod"):
                owed.append((fn("sin", mul(PI, u.args[0] if u.op != "mod" else div(*u.args))), slope))
            elif u.op in ("lt", "le", "eq", "ne"):
                owed.append((sub(u.args[0], u.args[1]), slope))

    return go(body)


def _power_rule(t: Term, d_base: Term, d_exponent: Term) -> Term:
    base, exponent = t.args
    if d_exponent is ZERO:
        return mul(exponent, power(base, add(exponent, MINUS_ONE)), d_base)
    slope = mul(d_exponent, fn("log", base))
    if d_base is not ZERO:
        slope = add(slope, mul(exponent, power(base, -1), d_base))
    return mul(t, slope)


def expand(t: Term, obligations: list[Obligation] | None = None) -> Term:
    """t with every `deriv` carried out, innermost first."""
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        found = done.get(u)
        if found is None:
            found = rebuild(u, go)
            if found.op == "deriv":
                found = differentiate(found.args[0], found.args[1], obligations)
            done[u] = found
        return found

    return go(t)
