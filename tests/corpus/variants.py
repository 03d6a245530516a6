#!/usr/bin/env python3
"""Change the true claims of the corpus a little, decide what comes out, and hold each verdict against the numbers.

usage: variants.py [family ...] [--each N] [--seed S] [--timeout S] [--prover]     exit 1 where a verdict and the numbers disagree
A variant may be true or false. PROVED and a point where it fails is WRONG for certain; REFUTED and no such point is listed as doubtful.
--prover asks the rules of proof alone: what they prove without a look at points must hold all the same.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import sympy
from sympy import Eq, Ne, Rational
from sympy.core.relational import Relational
from sympy.tensor.indexed import Idx, Indexed

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "src")]

from run import ask_all, ask_prover  # noqa: E402
from test_truth import families, load  # noqa: E402
from truth import examine  # noqa: E402

SWAPS = {
    sympy.sin: sympy.cos, sympy.cos: sympy.sin, sympy.sinh: sympy.cosh, sympy.cosh: sympy.sinh, sympy.Max: sympy.Min, sympy.Min: sympy.Max,
    sympy.floor: sympy.ceiling, sympy.ceiling: sympy.floor, sympy.erf: sympy.erfc, sympy.tanh: sympy.atan, sympy.Abs: sympy.sign,
    sympy.sign: sympy.Abs, sympy.gamma: sympy.loggamma, sympy.exp: sympy.cosh,
}  # fmt: skip
HAIR = Rational(1, 10**24)


def places(e: object, at: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """The position of every node that may be changed."""
    out = [at]
    for k, part in enumerate(getattr(e, "args", ())):
        if (
            isinstance(e, Indexed)
            and k == 0
            or isinstance(e, Idx)
            or isinstance(part, sympy.Tuple)
            or isinstance(e, sympy.Derivative)
            and k > 0
        ):
            continue
        if isinstance(part, sympy.functions.elementary.piecewise.ExprCondPair):
            out += [p for inner in (0, 1) for p in places(part.args[inner], (*at, k, inner))]
            continue
        out += places(part, (*at, k))
    return out


def node(e: object, at: tuple[int, ...]) -> object:
    for k in at:
        e = e.args[k]
    return e


def put(e: object, at: tuple[int, ...], new: object) -> object:
    if not at:
        return new
    args = list(e.args)
    args[at[0]] = put(args[at[0]], at[1:], new)
    if isinstance(e, (sympy.Sum, sympy.Derivative, sympy.Integral)):
        return e.func(*args)
    return e.func(*args)


def change(t: object, rng: random.Random, indices: list[Idx], symbols: list[object]) -> object | None:
    """Another node in the place of t, or None."""
    if t is sympy.true or t is sympy.false:
        return None
    if isinstance(t, Relational):
        flip = {
            "StrictLessThan": sympy.Le,
            "LessThan": sympy.Lt,
            "StrictGreaterThan": sympy.Ge,
            "GreaterThan": sympy.Gt,
            "Equality": Ne,
            "Unequality": Eq,
        }
        return flip[type(t).__name__](t.lhs, t.rhs) if rng.random() < 0.7 else type(t)(t.rhs, t.lhs)
    if isinstance(t, sympy.logic.boolalg.BooleanFunction):
        return None
    if isinstance(t, Idx):
        near = [ix for ix in indices if ix != t and ix.upper == t.upper and ix.lower == t.lower]
        return rng.choice(near) if near else None
    if isinstance(t, sympy.Rational):
        return rng.choice(
            [t + 1, -t, t - 1, t * (1 + HAIR), t + HAIR, 2 * t] if not t.is_Integer or rng.random() < 0.5 else [t + 1, t - 1, -t]
        )
    if isinstance(t, Indexed):
        options = [-t, t + HAIR, t.func(t.base, *reversed(t.indices)) if len(t.indices) == 2 and len(set(t.base.shape)) == 1 else 2 * t]
        return rng.choice(options)
    if isinstance(t, sympy.KroneckerDelta):
        return rng.choice([sympy.Integer(1), sympy.Integer(0), 1 - t, -t])
    if isinstance(t, sympy.Symbol):
        near = [s for s in symbols if s != t and s.assumptions0 == t.assumptions0]
        return rng.choice([-t, t + 1, *(near[:3])])
    if isinstance(t, (sympy.Sum, sympy.Derivative, sympy.Integral)):
        return rng.choice([-t, 2 * t, t + HAIR])
    if isinstance(t, (sympy.Add, sympy.Mul)):
        args = list(t.args)
        k = rng.randrange(len(args))
        rest = [a for at, a in enumerate(args) if at != k]
        return rng.choice([t.func(*rest), t.func(*rest, -args[k]), t + 1, t * (1 + HAIR), sympy.Max(t, 0) if not t.atoms(Idx) else -t])
    if isinstance(t, sympy.Pow):
        return rng.choice([t.base ** (t.exp + 1), 1 / t, t.base])
    if type(t) in SWAPS and len(t.args) >= 1:
        return rng.choice([SWAPS[type(t)](*t.args), -t, t.args[0], t.func(*[-a for a in t.args])])
    if isinstance(t, sympy.Expr):
        return rng.choice([-t, 2 * t, t + HAIR])
    return None


def mutate(claim: tuple, rng: random.Random) -> tuple | None:
    name, lhs, rhs, relation, given, _ = claim
    lhs, rhs = sympy.sympify(lhs), sympy.sympify(rhs)
    everything = [lhs, rhs, *given]
    indices = sorted({ix for e in everything for ix in e.atoms(Idx)}, key=str)
    symbols = sorted({s for e in everything for s in e.free_symbols if type(s) is sympy.Symbol}, key=str)
    kind = rng.random()
    if kind < 0.12 and given:
        drop = rng.randrange(len(given))
        given = tuple(g for k, g in enumerate(given) if k != drop)
    elif kind < 0.22 and given:
        at = rng.randrange(len(given))
        if not isinstance(given[at], Relational):
            return None
        new = change(given[at], rng, indices, symbols)
        if new in (sympy.true, sympy.false, None):
            return None
        given = tuple(new if k == at else g for k, g in enumerate(given))
    elif kind < 0.3 and relation != "eq":
        relation = rng.choice([r for r in ("eq", "le", "lt", "ne") if r != relation])
    elif kind < 0.36:
        relation = rng.choice(["le", "lt"])
        if rng.random() < 0.5:
            lhs, rhs = rhs, lhs
    else:
        left = rng.random() < 0.4
        side = lhs if left else rhs
        at = rng.choice(places(side))
        new = change(node(side, at), rng, indices, symbols)
        if new is None:
            return None
        side = put(side, at, new)
        lhs, rhs = (side, rhs) if left else (lhs, side)
    for e in (lhs, rhs):
        if e.has(sympy.nan, sympy.zoo, sympy.I, sympy.DiracDelta) or not isinstance(e, sympy.Expr):
            return None
    if lhs == rhs and relation == "eq":
        return None
    return (name, lhs, rhs, relation, given, None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*")
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=3.0)
    parser.add_argument("--prover", action="store_true")
    parser.add_argument("--points", type=int, default=40)
    args = parser.parse_args()
    ask, wrong = ask_prover if args.prover else ask_all, 0
    for family in args.family or families():
        rng, start = random.Random(args.seed), time.monotonic()
        count = {"PROVED": 0, "REFUTED": 0, "UNKNOWN": 0, "errors": 0, "doubtful": 0, "WRONG": 0}
        for claim in load(family).CLAIMS:
            if not claim[5]:
                continue
            for _ in range(args.each):
                try:
                    variant = mutate(claim, rng)
                except (ArithmeticError, TypeError, ValueError, AttributeError, NotImplementedError, IndexError, RecursionError):
                    continue
                if variant is None:
                    continue
                name, lhs, rhs, relation, given, _ = variant
                try:
                    got = ask(lhs, rhs, relation, given, args.timeout)
                except Exception as error:
                    got, problem = "errors", f"{type(error).__name__}: {error}"
                    if not args.prover and type(error).__name__ != "ReadError":
                        print(f"    error {problem[:200]}   {lhs} {relation} {rhs} given {given}", flush=True)
                count[got] += 1
                if got not in ("PROVED", "REFUTED"):
                    continue
                try:
                    holds, words = examine((name, lhs, rhs, relation, given, True), None, args.points, 2.0)
                except Exception:
                    continue
                certain = not holds and " at " in words and not words.startswith(("held", "one side"))
                if got == "PROVED" and certain:
                    kind = "WRONG"
                elif got == "REFUTED" and holds:
                    kind = "doubtful"
                else:
                    continue
                count[kind] += 1
                wrong += kind == "WRONG"
                print(f"    {kind} {family}.{name}: {got}, but {words}\n        {lhs}   {relation}   {rhs}   given {given}", flush=True)
        print(f"{family:14} {count} {time.monotonic() - start:.0f} s", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
