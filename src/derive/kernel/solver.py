"""z3 as an oracle: do some signs contradict each other? Atoms become real variables, with facts about exp, log, roots and floors.

Only `unsat` is used, and tagged. "unknown" counts as no contradiction. The limit is z3's own resource count, so answers do not depend
on the machine's speed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.kernel.field import Atom, Beyond, FrozenPoly, NormalForm, Split, Undefined, _ONE_POLY
from derive.kernel.proof import Budget
from derive.kernel.signs import Fact

RESOURCES = 1_500_000


def contradictory(form: NormalForm, facts: tuple[Fact, ...], budget: Budget) -> bool:
    """Whether no point has all these signs."""
    budget.spend(50)
    built = _build(form, facts)
    if built is None:
        return False
    import z3

    solver, _ = built
    return bool(solver.check() == z3.unsat)


def model(form: NormalForm, facts: tuple[Fact, ...], budget: Budget) -> dict[Atom, Fraction]:
    """A guess at a point with these signs: values of atoms, to be checked by balls. Empty where there is none."""
    budget.spend(50)
    built = _build(form, facts)
    if built is None:
        return {}
    import z3

    solver, variables = built
    if solver.check() != z3.sat:
        return {}
    found, out = solver.model(), {}
    for atom, v in variables.items():
        value = found.eval(v, model_completion=True)
        if z3.is_algebraic_value(value):
            value = value.approx(20)
        if z3.is_rational_value(value) or z3.is_int_value(value):
            out[atom] = Fraction(value.as_fraction()) if z3.is_rational_value(value) else Fraction(value.as_long())
    return out


def _build(form: NormalForm, facts: tuple[Fact, ...]) -> tuple[Any, dict[Atom, Any]] | None:
    import z3

    variables: dict[Atom, Any] = {}
    constraints: list[Any] = []

    def var(a: Atom) -> Any:
        if a not in variables:
            integral = a.kind == "call" and a.data[0] == "floor" or a.kind == "position" or a.kind == "sym" and "integer" in a.data[0].args[1]
            name = f"v{len(variables)}"
            variables[a] = z3.Int(name) if integral else z3.Real(name)
        return variables[a]

    def poly(p: FrozenPoly) -> Any:
        total: Any = z3.RealVal(0)
        for m, c in p:
            term: Any = z3.RealVal(f"{c.numerator}/{c.denominator}")
            for a, e in m:
                if a.kind in ("i", "cis"):
                    raise Beyond("complex")
                v = var(a)
                v = z3.ToReal(v) if z3.is_int(v) else v
                if e > 12:
                    raise Beyond("a high power")
                for _ in range(e):
                    term = term * v
            total = total + term
        return total

    try:
        for fact in facts:
            if fact.every:
                continue
            q = form.start(fact.gap)
            top, bottom = poly(form.freeze_poly(q.num)), poly(form.freeze_poly(q.den))
            constraints.append(bottom != 0)
            signed = top if q.den.is_one() else top * bottom
            constraints.append({"+": signed > 0, "-": signed < 0, "0": top == 0, ">=0": signed >= 0, "<=0": signed <= 0, "!=0": top != 0}[fact.sign])
        done: set[Atom] = set()
        while True:
            pending = [a for a in list(variables) if a not in done]
            if not pending:
                break
            for a in pending:
                done.add(a)
                constraints += _facts(form, a, var, poly)
        exps = sorted((a for a in variables if a.kind == "exp"), key=lambda a: a.order)
        for n, a in enumerate(exps[:6]):
            for b in exps[n + 1 : 6]:
                if a.data[1] == b.data[1] == _ONE_POLY:
                    u, v = poly(((a.data[0], Fraction(1, a.data[2])),)), poly(((b.data[0], Fraction(1, b.data[2])),))
                    constraints.append((u < v) == (var(a) < var(b)))
    except (Beyond, Split, Undefined):
        return None
    solver = z3.Solver()
    solver.set("rlimit", RESOURCES)
    solver.set("timeout", 4000)
    solver.add(*constraints)
    return solver, variables


def _facts(form: NormalForm, a: Atom, var: Any, poly: Any) -> list[Any]:
    """What is true of an atom, as z3 constraints."""
    import z3

    v, kind, d = var(a), a.kind, a.data
    if kind == "exp":
        out = [v > 0]
        if d[1] == _ONE_POLY:
            arg = poly(((d[0], Fraction(1, d[2])),))
            out += [v >= 1 + arg, (arg > 0) == (v > 1), (arg < 0) == (v < 1)]
        return out
    if kind == "log":
        p = poly(d[0])
        return [z3.Implies(p > 0, z3.And(v <= p - 1, (v > 0) == (p > 1), (v < 0) == (p < 1), v * p >= p - 1))]
    if kind == "root":
        p = poly(d[0])
        power = v
        for _ in range(d[1] - 1):
            power = power * v
        return [v >= 0, power == p]
    if kind == "call" and d[0] == "floor" and d[1][0].den:
        top, bottom = poly(d[1][0].num), poly(d[1][0].den)
        q = z3.ToReal(v)
        return [z3.If(bottom > 0, z3.And(q * bottom <= top, top < (q + 1) * bottom), z3.And(q * bottom >= top, top > (q + 1) * bottom))]
    if kind == "call" and d[0] == "erf":
        arg = poly(d[1][0].num)
        sign = [(arg > 0) == (v > 0), (arg < 0) == (v < 0)] if d[1][0].den == _ONE_POLY else []
        return [v > -1, v < 1, *sign]
    if kind in ("delta", "above", "below"):
        return [z3.Or(v == 0, v == 1)]
    if kind == "const":
        low, high = {"pi": ("3.14159265358979", "3.14159265358980"), "euler_gamma": ("0.57721566490153", "0.57721566490154")}.get(d[0], ("0", "2"))
        return [v > z3.RealVal(low), v < z3.RealVal(high)]
    mask = form.ask_sign.atom(form, a) if form.ask_sign is not None and hasattr(form.ask_sign, "atom") else 7
    return {1: [v > 0], 2: [v == 0], 4: [v < 0], 3: [v >= 0], 6: [v <= 0], 5: [v != 0]}.get(mask, [])
