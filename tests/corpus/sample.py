"""Points for a claim: random ones, special ones, on kinks, and moved until the equations among the hypotheses hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import sympy
from evaluate import compile_, compile_condition, scale_of
from mpmath import mp, mpf
from quantities import *
from structure import bound_in, free_in, free_indices, kinks_in
from sympy.tensor.indexed import Idx, Indexed


def dims(e: object) -> set[tuple[str, tuple[object, ...]]]:
    return {(a.base.name, tuple(a.base.shape)) for a in e.atoms(Indexed)}


class Problem:
    """One claim made ready: its variables, sizes, arrays, hypotheses."""

    def __init__(self, lhs: object, rhs: object, given: tuple[object, ...]) -> None:
        lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
        self.lhs, self.rhs = compile_(lhs), compile_(rhs)
        self.digits = (20, 42) if lhs.has(sympy.Integral) or rhs.has(sympy.Integral) else (40, 90, 200)
        self.scales = scale_of(lhs), scale_of(rhs)
        self.given = tuple(g for g in given if g is not sympy.true)
        everything = [lhs, rhs, *self.given]
        self.arrays = sorted({a for e in everything for a in dims(e)}, key=str)
        self.positive = {a.base.name for e in everything for a in e.atoms(Indexed) if a.is_positive}
        names = {a.base.label for e in everything for a in e.atoms(Indexed)}
        syms = {a for e in everything for a in e.free_symbols if isinstance(a, sympy.Symbol) and a not in names}
        syms |= {a for e in everything for node in e.atoms(sympy.Derivative) for a in node.variables if isinstance(a, sympy.Symbol)}
        syms |= {b for e in everything for ix in e.atoms(Idx) for b in ix.free_symbols if isinstance(b, sympy.Symbol)}
        syms |= {b for _, shape in self.arrays for dim in shape for b in sympy.sympify(dim).free_symbols}
        labels = {ix.label for e in everything for ix in e.atoms(Idx)}
        syms = {a for a in syms if a not in labels}
        self.sizes = {b for _, shape in self.arrays for dim in shape for b in sympy.sympify(dim).free_symbols}
        self.sizes |= {
            b
            for e in everything
            for ix in e.atoms(Idx)
            if ix.upper is not None
            for b in (ix.upper.free_symbols | ix.lower.free_symbols)
            if b not in labels
        }
        limits = {
            b
            for e in everything
            for total in e.atoms(sympy.Sum)
            for lim in total.limits
            for b in (lim[1].free_symbols | lim[2].free_symbols)
        }
        self.sizes |= {b for b in limits if isinstance(b, sympy.Symbol) and b in syms}
        self.free_indices = sorted({b for e in (lhs, rhs) for b in free_indices(e, frozenset())}, key=str)
        self.positions = self._index_symbols(everything)  # free integer symbols that index an array
        bound = {v for e in everything for v in bound_in(e)}
        self.symbols = sorted(
            (a for a in syms if a not in self.sizes and a not in self.positions and not (a in bound and a not in free_in(everything))),
            key=str,
        )
        own = set(self.free_indices)
        self.tests = []  # (condition, indices that it holds for all values of)
        self.equations = []
        for cond in self.given:
            inside = free_indices(cond, frozenset())
            schematic = not cond.atoms(Indexed) and inside <= own
            over = () if schematic else tuple(sorted(inside, key=str))
            self.tests.append((compile_condition(cond), over))
            for part in cond.args if isinstance(cond, sympy.And) else (cond,):
                if isinstance(part, sympy.Eq) and (part.atoms(Indexed) or not all(s.is_integer for s in part.free_symbols)):
                    self.equations.append((part.lhs - part.rhs, over))
        self.kinks = sorted({k for e in everything for k in kinks_in(e)}, key=str)
        numbers = {a for e in everything for a in e.atoms(sympy.Rational)}
        self.constants = sorted({Fraction(int(a.p), int(a.q)) for a in numbers})
        self.limits = limits

    def _index_symbols(self, everything: list[object]) -> dict[object, object]:
        out = {}
        for e in everything:
            for entry in e.atoms(Indexed):
                for at, dim in zip(entry.indices, entry.base.shape, strict=False):
                    if isinstance(at, sympy.Symbol) and not isinstance(at, Idx) and at in free_in([e]):
                        out[at] = dim
        return out

    def ranges(self, env: Env, over: tuple[object, ...]) -> Iterator[Env]:
        spans = [range(int(compile_(ix.lower)(env)), int(compile_(ix.upper)(env)) + 1) for ix in over]
        for at in product(*spans):
            yield env | {ix: Fraction(a) for ix, a in zip(over, at, strict=True)}

    def allowed(self, env: Env) -> bool:
        try:
            with mp.workdps(120):
                for test, over in self.tests:
                    if not all(test(inner) for inner in self.ranges(env, over)):
                        return False
        except (Undefined, ZeroDivisionError):
            return False
        return True

    # sampling

    def sample(self, rng: random.Random) -> Env | None:
        env: Env = {}
        top = rng.choice((1, 2, 2, 3, 3, 4))
        for size in sorted(self.sizes, key=str):
            env[size] = Fraction(
                rng.choice((1, 2, 2, 3, top)) if size not in self.limits or self.arrays else rng.choice((1, 2, 3, 4, 5, 8, 11))
            )
            if size.is_positive is None and size.is_nonnegative:
                env[size] = rng.choice((env[size], Fraction(0)))
        pool = self.pool(rng)
        shared = rng.choice(pool)
        for sym in self.symbols:
            value = shared if rng.random() < 0.2 else rng.choice(pool)
            if sym.is_integer:
                value = Fraction(
                    rng.choice(
                        [
                            *range(-2, 6),
                            *range(25),
                            rng.randint(0, 60),
                            rng.randint(-40, -1),
                            rng.randint(-9, -1),
                            rng.choice((10**6, 10**7 + 3, 97)) if not self.sizes else 7,
                        ]
                    )
                )
            if not fits(sym, value):
                value = -value if fits(sym, -value) else abs(value) + 1
            if sym.is_negative:
                value = -abs(value)
            env[sym] = value
        modes = ("any", "any", "any", "positive", "positive", "unit", "equal", "ties", "hot", "increasing", "zero", "same")
        alike = rng.choice(modes) if rng.random() < 0.4 else ""
        for name, shape in self.arrays:
            spans = [range(int(compile_(sympy.sympify(dim))(env))) for dim in shape]
            env[name] = self.fill(rng, alike or rng.choice(modes), list(product(*spans)), pool)
            if name in self.positive:
                env[name] = {at: abs(value) or Fraction(1) for at, value in env[name].items()}
        for ix in self.free_indices:
            low, high = int(compile_(ix.lower)(env)), int(compile_(ix.upper)(env))
            if high < low:
                return None
            env[ix] = Fraction(rng.randint(low, high))
        for at, dim in self.positions.items():
            env[at] = Fraction(rng.randrange(int(compile_(sympy.sympify(dim))(env))))
        if rng.random() < 0.5 and self.kinks:
            self.to_kink(env, rng)
        if self.equations and not self.solve(env, rng):
            return None
        if self.digits[0] < 40 and any(
            sym.is_positive and not sym.is_integer and not 1 <= env[sym] <= 50 or abs(env[sym]) > 50 for sym in self.symbols
        ):
            return None  # quadrature is not to be trusted there
        return env if self.allowed(env) and all(fits(sym, env[sym]) for sym in self.symbols) and self.positive_arrays(env) else None

    def positive_arrays(self, env: Env) -> bool:
        return all(value > 0 for name in self.positive for value in env[name].values())

    def pool(self, rng: random.Random) -> list[Fraction]:
        scale = rng.choice((1, 1, 1, 3, 10))
        base = [Fraction(rng.randint(-40, 40), rng.randint(7, 19)) * scale for _ in range(6)]
        base += [Fraction(rng.randint(1, 12), 13) for _ in range(3)]
        if rng.random() < 0.35:
            base = [
                Fraction(0),
                Fraction(1),
                Fraction(-1),
                Fraction(1, 2),
                Fraction(-1, 2),
                Fraction(2),
                Fraction(-2),
                Fraction(3),
                Fraction(1, 10**9),
                Fraction(-1, 10**9),
            ]
            base += [value for value in self.constants if value.denominator < 10**6 and abs(value) < 10**5]
        elif rng.random() < 0.25:
            base += [Fraction(30), Fraction(-30), Fraction(100), Fraction(-100), Fraction(1, 10**6), Fraction(-1, 10**6)]
            extra = [value * q for value in self.constants if value for q in (1, -1, Fraction(11, 10), 2)]
            base += extra
            if rng.random() < 0.5:
                base += [Fraction(10**4), Fraction(-(10**4)), Fraction(10**7), Fraction(-(10**7)) - 1, Fraction(10**9)]
        return base

    def fill(self, rng: random.Random, mode: str, cells: list[tuple[int, ...]], pool: list[Fraction]) -> dict[tuple[int, ...], Value]:
        values = [rng.choice(pool) for _ in cells]
        if mode == "any":
            values = [a + Fraction(rng.randint(-9, 9), 23) for a in values]
        if mode == "positive":
            values = [abs(a) + Fraction(rng.randint(1, 9), 23) for a in values]
        if mode == "unit":
            values = [Fraction(rng.randint(1, 22), 23) for _ in cells]
        if mode == "equal":
            values = [values[0]] * len(cells)
        if mode == "same":  # as in every other array of this mode
            values = [pool[at % len(pool)] for at in range(len(cells))]
        if mode == "zero":
            values = [Fraction(0)] * len(cells)
        if mode == "ties":
            values = [rng.choice(values[:2]) for _ in cells]
        if mode == "hot":
            at = rng.choice(cells)
            values = [Fraction(int(cell == at)) for cell in cells]
        if mode == "increasing":
            values = sorted(values)
        return dict(zip(cells, values, strict=True))

    def spots(self, env: Env) -> list[object]:
        """Everything that may be moved: (symbol) or (array, position)."""
        return [*[sym for sym in self.symbols if not sym.is_integer], *[(name, at) for name, _ in self.arrays for at in env[name]]]

    def to_kink(self, env: Env, rng: random.Random) -> None:
        """Move one variable so that one kink lies exactly here."""
        run, bound = rng.choice(self.kinks), dict(env)
        for ix in free_indices(run, frozenset()):
            if ix not in bound:
                bound[ix] = Fraction(rng.randint(int(compile_(ix.lower)(env)), int(compile_(ix.upper)(env))))
        names = set(run.free_symbols) | {a.base.name for a in run.atoms(Indexed)}
        spots = [spot for spot in self.spots(env) if (spot[0] if isinstance(spot, tuple) else spot) in names]
        rng.shuffle(spots)
        for spot in spots:
            try:
                zero = compile_(run)(bound)
                one = compile_(run)(shifted(bound, spot, Fraction(1)))
                two = compile_(run)(shifted(bound, spot, Fraction(2)))
                if not (isinstance(zero, Fraction) and isinstance(two, Fraction) and two - one == one - zero != 0):
                    continue
            except (Undefined, Skip, ZeroDivisionError, KeyError, ValueError):
                continue
            for key, value in shifted(env, spot, -zero / (one - zero)).items():
                env[key] = value
            return

    def solve(self, env: Env, rng: random.Random) -> bool:
        """Move variables until every equation among the hypotheses holds: exact where affine, else Newton's method."""
        spots = self.spots(env)
        names = {s for eqn, _ in self.equations for s in eqn.free_symbols} | {
            a.base.name for eqn, _ in self.equations for a in eqn.atoms(Indexed)
        }
        spots = [spot for spot in spots if (spot[0] if isinstance(spot, tuple) else spot) in names]
        rng.shuffle(spots)

        def residuals(at: Env) -> list[Value]:
            return [compile_(eqn)(inner) for eqn, over in self.equations for inner in self.ranges(at, over)]

        exact = True
        with mp.workdps(700):
            for _ in range(60):
                try:
                    now = residuals(env)
                    if all(a == 0 if isinstance(a, Fraction) else abs(a) < mpf(10) ** -650 for a in now):
                        for spot in spots:
                            snap(env, spot)
                        values = [env[spot[0]][spot[1]] if isinstance(spot, tuple) else env[spot] for spot in spots]
                        return not any(
                            a != 0 and not mpf(10) ** -15 < abs(as_mpf(a)) < mpf(10) ** 15 for a in values if not isinstance(a, Fraction)
                        )
                    step = Fraction(1) if exact else Fraction(1, 10**330)
                    moved = [residuals(shifted(env, spot, step)) for spot in spots]
                    rows = [[times(minus(moved[col][row], now[row]), 1 / step) for col in range(len(spots))] for row in range(len(now))]
                    move = eliminate(rows, [-a for a in now])
                    if move is None:
                        return False
                    trial = env
                    for spot, by in zip(spots, move, strict=True):
                        if by != 0:
                            trial = shifted(trial, spot, by)
                    if exact:
                        after = residuals(trial)
                        if not all(isinstance(a, Fraction) and a == 0 for a in after):
                            exact = False
                            continue
                    env.update(trial)
                except (Undefined, Skip, ZeroDivisionError, OverflowError):
                    if not exact:
                        return False
                    exact = False
        return False


def fits(sym: object, value: Value) -> bool:
    """value meets the assumptions of sym."""
    return not (
        (sym.is_positive and value <= 0) or (sym.is_nonnegative and value < 0) or (sym.is_negative and value >= 0)
        or (sym.is_nonpositive and value > 0) or (sym.is_nonzero and value == 0) or (
            sym.is_integer and (not isinstance(value, Fraction) or value.denominator != 1)
        )
    )  # fmt: skip


def shifted(env: Env, spot: object, by: Value) -> Env:
    out = dict(env)
    if isinstance(spot, tuple):
        table = dict(env[spot[0]])
        table[spot[1]] = plus(table[spot[1]], by)
        out[spot[0]] = table
    else:
        out[spot] = plus(env[spot], by)
    return out


def snap(env: Env, spot: object) -> None:
    """A number that Newton's method brought next to a simple fraction becomes that fraction."""
    table, key = (env[spot[0]], spot[1]) if isinstance(spot, tuple) else (env, spot)
    if not isinstance(table[key], Fraction):
        near = Fraction(int(mp.nint(table[key] * 720720)), 720720)
        if abs(table[key] - as_mpf(near)) < mpf(10) ** -300:
            table[key] = near


def eliminate(rows: list[list[Value]], right: list[Value]) -> list[Value] | None:
    """One solution of rows * x = right, or None."""
    tiny = mpf(10) ** -200
    rows = [[*row, value] for row, value in zip(rows, right, strict=True)]
    width, pivots, top = len(rows[0]) - 1, [], 0
    for col in range(width):
        best = max(range(top, len(rows)), key=lambda at: abs(as_mpf(rows[at][col])), default=None)
        if best is None or abs(as_mpf(rows[best][col])) <= tiny:
            continue
        rows[top], rows[best] = rows[best], rows[top]
        scale = power(rows[top][col], Fraction(-1))
        rows[top] = [times(a, scale) for a in rows[top]]
        for at in range(len(rows)):
            if at != top and rows[at][col] != 0:
                factor = rows[at][col]
                rows[at] = [minus(a, times(factor, b)) for a, b in zip(rows[at], rows[top], strict=True)]
        pivots.append(col)
        top += 1
        if top == len(rows):
            break
    if any(abs(as_mpf(row[-1])) > tiny for row in rows[top:]):
        return None
    out: list[Value] = [Fraction(0)] * width
    for row, col in zip(rows, pivots, strict=False):
        out[col] = row[-1]
    return out


def point_from(problem: Problem, words: dict[str, object]) -> Env:
    """An environment from names and plain numbers; arrays are nested lists."""
    env: Env = {}
    for sym in {*problem.symbols, *problem.sizes, *problem.free_indices, *problem.positions}:
        name = str(sym)
        if name not in words:
            raise KeyError(f"the point does not say {name}")
        env[sym] = exact(words[name])
    for name, _ in problem.arrays:
        env[name] = dict(cells(words[name]))
    return env


def cells(value: object, at: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Value]]:
    """Each entry of nested lists with its position."""
    if isinstance(value, list):
        for place, part in enumerate(value):
            yield from cells(part, (*at, place))
    else:
        yield at, exact(value)


def exact(value: object) -> Value:
    if isinstance(value, float):
        raise TypeError("a float in an exact point")
    if isinstance(value, sympy.Rational):
        return Fraction(int(value.p), int(value.q))
    if isinstance(value, tuple):  # (expression, symbol, guess): a root
        run, var, guess = compile_(value[0]), value[1], value[2]
        with mp.workdps(1600):
            return mp.findroot(lambda at: as_mpf(run({var: at})), as_mpf(exact(guess)), tol=mpf(10) ** -1590, maxsteps=200)
    if isinstance(value, sympy.Expr):  # an irrational point, to more digits than any comparison has
        with mp.workdps(1600):
            return compile_(value)({})
    return Fraction(value)
