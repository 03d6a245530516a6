"""What a claim's truth is, by numbers alone: brute expansion of sums, difference quotients, quadrature, at 60 digits and more.
Shares no code with the package. A value is an exact Fraction where arithmetic stays rational, else an mpf; where a real function has no
value, Undefined is raised. Each comparison is made at two precisions: a difference that vanishes as digits are added is zero.
"""

from __future__ import annotations

import random
import time
import zlib
from fractions import Fraction

from evaluate import Run
from mpmath import mp, mpf
from quantities import *
from sample import Problem, fits, point_from


def side(run: Run, env: Env) -> Value | None:
    try:
        return run(env)
    except (Undefined, ZeroDivisionError):
        return None


def compare(problem: Problem, env: Env, digits: tuple[int, ...]) -> str:
    """'<', '=' (exactly), '~' (to all digits), '>', 'neither' or 'one' (side defined)."""
    before: mpf | None = None
    lhs, rhs = problem.lhs, problem.rhs
    last = 0
    for dps in digits:
        with mp.workdps(dps):
            left, right = side(lhs, env), side(rhs, env)
            if (left is None) != (right is None):
                return "one"
            if left is None:
                return "neither"
            if isinstance(left, Fraction) and isinstance(right, Fraction):
                return "=" if left == right else "<" if left < right else ">"
            gap = as_mpf(left) - as_mpf(right)
            scale = max(problem.scales[0](env), problem.scales[1](env), key=lambda a: abs(as_mpf(a)))
        if not mp.isfinite(gap):
            raise Skip
        if gap == 0 and before is not None:
            return "~"
        if before is not None:
            if abs(gap) < max(abs(before), mpf(10) ** (-digits[0]) * abs(as_mpf(scale))) * mpf(10) ** (
                (-0.6 if problem.digits[0] == 40 else -0.4) * (dps - last)
            ):
                return "~"
            if abs(gap - before) < abs(gap) * mpf(10) ** -3 and abs(gap) > mpf(10) ** (-dps * 0.7) * abs(as_mpf(scale)):
                return "<" if gap < 0 else ">"
        before, last = gap, dps
    raise Skip


HOLDS = {"eq": ("=", "~", "neither"), "le": ("<", "=", "~", "neither"), "lt": ("<", "neither"), "ne": ("<", ">", "neither")}


def show(env: Env) -> str:
    def number(a: Value) -> str:
        return str(a) if isinstance(a, Fraction) else mp.nstr(a, 12)

    parts = []
    for key, value in sorted(env.items(), key=lambda item: str(item[0])):
        parts.append(f"{key}={[number(a) for a in value.values()] if isinstance(value, dict) else number(value)}")
    return " ".join(parts)


def examine(claim: tuple, at: dict[str, object] | None = None, points: int = 40, seconds: float = 20.0) -> tuple[bool, str]:
    """Whether the stated truth of a claim is borne out, and how."""
    name, lhs, rhs, relation, given, truth = claim
    problem = Problem(lhs, rhs, given)
    rng = random.Random(zlib.crc32(name.encode()))
    start, good, tried, neither = time.monotonic(), 0, 0, 0
    enough = 5 if problem.digits[0] == 40 else 2
    if at is not None:
        env = point_from(problem, at)
        if not problem.allowed(env) or not all(fits(sym, env[sym]) for sym in [*problem.symbols, *problem.sizes]):
            return False, f"the given point breaks a hypothesis: {show(env)}"
        got = compare(problem, env, (GIVEN, 1500) if problem.digits[0] == 40 else problem.digits)
        refuted = got not in HOLDS[relation] and not (got == "one" and relation != "eq")
        if truth is False:
            return refuted, f"{got} at {show(env)}"
        if refuted:
            return False, f"{got} at {show(env)}"
        good = enough = 1
    points = points if truth else max(points, 500)
    while good < points and tried < 400 * points and time.monotonic() - start < (seconds if good >= enough else 6 * seconds):
        tried += 1
        try:
            env = problem.sample(rng)
            if env is None:
                continue
            got = compare(problem, env, problem.digits)
        except (Skip, OverflowError, mp.NoConvergence):
            continue
        except ValueError as error:  # a special function of mpmath that did not converge
            if "convergence" not in str(error):
                raise
            continue
        if truth and got == "~" and relation in ("lt", "ne"):
            continue  # too close to tell
        if got == "one" and relation != "eq":
            if truth:
                return False, f"one side is undefined at {show(env)}"
            continue
        if got not in HOLDS[relation]:
            return (not truth), f"{got} at {show(env)}"
        if got == "neither":
            neither += 1
            if neither > 40 and not good:
                return False, "neither side is defined anywhere that was tried"
            continue
        good += 1
    if not truth:
        return False, f"no counterexample at {good} points"
    return good >= min(points, enough), f"held at {good} points"
