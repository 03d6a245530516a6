"""z3 as an oracle: do some signs contradict each other? Atoms become real variables, with facts about exp, log, roots and floors.

Only `unsat` is used, and tagged. "unknown" counts as no contradiction. The limit is z3's own resource count, so answers do not depend
on the machine's speed.
"""

from __future__ import annotations

import time
from fractions import Fraction
from math import lcm
from typing import Any

from derive.kernel.atoms import ONE_POLY, Atom, Beyond, FrozenPoly, Split, Undefined, atoms_within
from derive.kernel.field import NormalForm
from derive.kernel.proof import Budget, note_overrun
from derive.kernel.signs import Fact

RESOURCES = 1_500_000
MEMORY = 600  # megabytes that one question may take
NET = 4.0  # seconds that one question may take
LARGEST = 400  # terms of a polynomial; a larger one is not asked about


def contradictory(form: NormalForm, facts: tuple[Fact, ...], budget: Budget, resources: int = RESOURCES) -> bool:
    """Whether no point has all these signs."""
    budget.spend(50)
    built = _build(form, facts, resources)
    if built is None:
        return False
    import z3

    solver, _ = built
    try:
        return bool(_answer(solver) == z3.unsat)
    except z3.Z3Exception:  # out of memory: no answer, and how much there is depends on the machine
        note_overrun()
        return False


def model(form: NormalForm, facts: tuple[Fact, ...], budget: Budget) -> dict[Atom, Fraction]:
    """A guess at a point with these signs: values of atoms, to be checked by balls. Empty where there is none."""
    budget.spend(50)
    built = _build(form, facts)
    if built is None:
        return {}
    import z3

    solver, variables = built
    try:
        if _answer(solver) != z3.sat:
            return {}
    except z3.Z3Exception:
        return {}
    found, out = solver.model(), {}
    for atom, v in variables.items():
        value = found.eval(v, model_completion=True)
        if z3.is_algebraic_value(value):
            value = value.approx(20)
        if z3.is_rational_value(value) or z3.is_int_value(value):
            out[atom] = Fraction(value.as_fraction()) if z3.is_rational_value(value) else Fraction(value.as_long())
    return out


def _answer(solver: Any) -> Any:
    """What z3 says; where the clock and not its count stopped it, that is noted."""
    import z3

    start = time.monotonic()
    found = solver.check()
    if found == z3.unknown and time.monotonic() - start > 0.9 * NET:
        note_overrun()
    return found


def _build(form: NormalForm, facts: tuple[Fact, ...], resources: int = RESOURCES) -> tuple[Any, dict[Atom, Any]] | None:
    import z3

    try:
        asked = []
        for fact in facts:
            if not fact.every and not fact.apart:
                q = form.start(fact.gap)
                asked.append((form.freeze_poly(q.num), form.freeze_poly(q.den), fact.sign))
        if any(len(p) > LARGEST for top, bottom, _ in asked for p in (top, bottom)):
            return None
        encoder = _Encoder([p for top, bottom, _ in asked for p in (top, bottom)])
        constraints: list[Any] = []
        for top, bottom, sign in asked:
            n, d = encoder.poly(top), encoder.poly(bottom)
            constraints.append(d != 0)
            signed = n if bottom == ONE_POLY else n * d
            apart = z3.Or(n >= 1, n <= -1) if _is_whole(top) else n != 0  # which spares z3 the search for the integers between
            constraints.append({"+": signed > 0, "-": signed < 0, "0": n == 0, ">=0": signed >= 0, "<=0": signed <= 0, "!=0": apart}[sign])
        done: set[Atom] = set()
        while pending := [a for a in encoder.variables if a not in done]:
            for a in pending:
                done.add(a)
                constraints += _facts(form, a, encoder)
        floors = sorted((a for a in encoder.variables if _is_floor(a) and a.data[1][0].den == ONE_POLY), key=lambda a: a.order)[:6]
        constraints += [c for n, a in enumerate(floors) for b in floors[:n] + floors[n + 1 :] for c in _side_by_side(a, b, encoder)]
        exps = sorted((a for a in encoder.variables if a.kind == "exp" and a.data[1] == ONE_POLY), key=lambda a: a.order)[:6]
        for n, a in enumerate(exps):
            for b in exps[n + 1 :]:
                u, v = (encoder.poly(((c.data[0], Fraction(1, c.data[2])),)) for c in (a, b))
                constraints.append((u < v) == (encoder.var(a) < encoder.var(b)))
    except (Beyond, Split, Undefined):
        return None
    solver = z3.Solver(ctx=encoder.context)
    solver.set("rlimit", resources)
    solver.set("timeout", int(1000 * NET))
    solver.set("max_memory", MEMORY)
    solver.add(*constraints)
    return solver, encoder.variables


def _is_floor(a: Atom) -> bool:
    return bool(a.kind == "call" and a.data[0] == "floor")


def _is_whole(p: FrozenPoly) -> bool:
    """Whether a polynomial takes integers alone, by its form."""
    return all(c.denominator == 1 and all(is_integral(a) for a, _ in m) for m, c in p)


def _side_by_side(a: Atom, b: Atom, encoder: _Encoder) -> list[Any]:
    """c - 1 < floor(r t + c) - r floor(t) < c + r for a positive integer r: what z3 would have to search for."""
    above, below = (dict(u.data[1][0].num) for u in (a, b))
    tops = [m for m in below if m]
    ratios = {above.get(m, Fraction(0)) / below[m] for m in tops}
    if len(ratios) != 1 or set(above) - {()} != set(tops):
        return []
    r = ratios.pop()
    if r.denominator != 1 or r < 1:
        return []
    c = above.get((), Fraction(0)) - r * below.get((), Fraction(0))
    gap = encoder.var(a) - int(r) * encoder.var(b)
    return [gap >= c.numerator // c.denominator, gap <= -(-c.numerator // c.denominator) + int(r) - 1]


def is_integral(a: Atom) -> bool:
    return _is_floor(a) or a.kind == "position" or a.kind == "sym" and "integer" in a.data[0].args[1]


class _Encoder:
    """Polynomials in atoms as z3 expressions: over the integers where every atom is one, else over the reals."""

    def __init__(self, polys: list[FrozenPoly]) -> None:
        import z3

        # One of its own for each question: in a shared one the answer would depend on what was asked before.
        self.context = z3.Context()
        self.variables: dict[Atom, Any] = {}
        self.integers = all(is_integral(a) for p in polys for m, _ in p for b, _ in m for a in atoms_within(b))

    def var(self, a: Atom) -> Any:
        import z3

        if a not in self.variables:
            name = f"v{len(self.variables)}"
            self.variables[a] = z3.Int(name, self.context) if is_integral(a) else z3.Real(name, self.context)
        return self.variables[a]

    def poly(self, p: FrozenPoly) -> Any:
        """p, times a positive integer where that clears its denominators over the integers."""
        return (
            self.scaled(p)[0]
            if self.integers
            else sum((self._monomial(m, self._real(f"{c.numerator}/{c.denominator}")) for m, c in p), self._real("0"))
        )

    def scaled(self, p: FrozenPoly) -> tuple[Any, int]:
        """(k p, k) over the integers."""
        import z3

        k = lcm(*(c.denominator for _, c in p)) if p else 1
        return sum((self._monomial(m, z3.IntVal(int(c * k), self.context)) for m, c in p), z3.IntVal(0, self.context)), k

    def _real(self, value: str) -> Any:
        import z3

        return z3.RealVal(value, self.context)

    def _monomial(self, m: Any, start: Any) -> Any:
        import z3

        for a, e in m:
            if a.kind in ("i", "cis") or e > 12:
                raise Beyond("out of the solver's reach")
            v = self.var(a)
            if not self.integers and z3.is_int(v):
                v = z3.ToReal(v)
            for _ in range(e):
                start = start * v
        return start


def _facts(form: NormalForm, a: Atom, encoder: _Encoder) -> list[Any]:
    """What is true of an atom, as z3 constraints."""
    import z3

    v, kind, d, poly = encoder.var(a), a.kind, a.data, encoder.poly
    if kind == "exp":
        out = [v > 0]
        arg = poly(((d[0], Fraction(1, d[2])),))
        if d[1] == ONE_POLY:
            out.append(v >= 1 + arg)
        else:
            bottom = poly(d[1])
            out.append(bottom != 0)
            arg = arg * bottom
        return [*out, (arg > 0) == (v > 1), (arg < 0) == (v < 1)]
    if kind == "log":
        p = poly(d[0])
        return [z3.Implies(p > 0, z3.And(v <= p - 1, (v > 0) == (p > 1), (v < 0) == (p < 1), v * p >= p - 1))]
    if kind == "root":
        p = poly(d[0])
        if d[1] > 12:  # as a power it is out of the solver's reach
            return [v >= 0, (v > 1) == (p > 1)]
        power = v
        for _ in range(d[1] - 1):
            power = power * v
        return [v >= 0, power == p]
    if _is_floor(a):
        if encoder.integers:
            (top, k), (bottom, j) = encoder.scaled(d[1][0].num), encoder.scaled(d[1][0].den)
            top, bottom, q = top * j, bottom * k, v
        else:
            top, bottom, q = poly(d[1][0].num), poly(d[1][0].den), z3.ToReal(v)
        return [
            bottom != 0,
            z3.If(bottom > 0, z3.And(q * bottom <= top, top < (q + 1) * bottom), z3.And(q * bottom >= top, top > (q + 1) * bottom)),
        ]
    if kind == "call" and d[0] == "erf":
        arg = poly(d[1][0].num)
        sign = [(arg > 0) == (v > 0), (arg < 0) == (v < 0)] if d[1][0].den == ONE_POLY else [poly(d[1][0].den) != 0]
        return [v > -1, v < 1, *sign]
    if kind in ("delta", "above", "below"):
        return [z3.Or(v == 0, v == 1)]
    if kind == "const":
        low, high = {"pi": ("3.14159265358979", "3.14159265358980"), "euler_gamma": ("0.57721566490153", "0.57721566490154")}.get(
            d[0], ("0", "2")
        )
        return [v > z3.RealVal(low, encoder.context), v < z3.RealVal(high, encoder.context)]
    mask = form.ask_sign.atom(form, a) if form.ask_sign is not None and hasattr(form.ask_sign, "atom") else 7
    return {1: [v > 0], 2: [v == 0], 4: [v < 0], 3: [v >= 0], 6: [v <= 0], 5: [v != 0]}.get(mask, [])
