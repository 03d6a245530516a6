"""Values: exact points, exact numbers and balls, from the kernel's strings to LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derive.export import names
from derive.kernel.verdict import Counterexample
from derive.statement.term import Term, subterms

# What stands between both sides where a relation or a form fails.
BROKEN = {
    "eq": r"\ne", "le": ">", "lt": r"\ge", "ne": "=", "iff": r"\not\Leftrightarrow", "implies": r"\not\Rightarrow",
    "minimises": ">", "convex": ">", "rounds_to": r"\ge", "member": r"\not\Rightarrow",
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """An exact point where a formula fails: names and values, both sides there, and the ball around their difference."""

    at: tuple[tuple[str, str], ...]
    lhs: str
    rhs: str
    sign: str
    ball: str
    exact: bool  # the ball is one number


def point(found: Counterexample, terms: Sequence[Term], base: int, relation: str) -> Point:
    """A counterexample in the notation of its claim: positions count from `base`, as in the formulas beside it."""
    indices = {u.args[0] for t in terms for u in subterms(t) if u.op == "index"}
    arrays = {u.args[0] for t in terms for u in subterms(t) if u.op == "entry"}
    at = tuple(
        (names.read(name, name in arrays).latex(), str(int(value) + base) if name in indices and value.isdigit() else value_latex(value))
        for name, value in found.at
    )
    return Point(
        at,
        value_latex(found.lhs),
        value_latex(found.rhs),
        BROKEN.get(relation, r"\ne"),
        value_latex(found.ball),
        bool(_NUMBER.match(found.ball)),
    )


_NUMBER = re.compile(r"-?\d+(?:/\d+)?$")
_DECIMAL = re.compile(r"(-?[\d.]+)(?:e([+-]?\d+))?$")
_BALL = re.compile(r"\[?\s*(-?[\d.]+)(?:e([+-]?\d+))?\s*\+/-\s*([\d.]+)(?:e([+-]?\d+))?\s*\]?$")
INFINITE = {"oo": r"\infty", "-oo": r"-\infty"}  # limits
DIGITS = 12  # of a decimal value that are shown


def value_latex(value: str) -> str:
    """An exact value, a nested tuple of them, a decimal or a ball, as LaTeX; anything else upright."""
    value = value.strip()
    if not value or _NUMBER.match(value):
        return value
    if value.startswith("(") and value.endswith(")"):
        return f"({', '.join(value_latex(v) for v in _split(value[1:-1]))})"
    if value in INFINITE:
        return INFINITE[value]
    decimal, ball = _DECIMAL.match(value), _BALL.match(value)
    if decimal:
        return _decimal(*decimal.groups())
    if ball:
        middle, power, radius, small = ball.groups()
        return rf"{_scaled(middle, power)} \pm {_scaled(radius, small)}"
    return rf"\text{{{''.join(c for c in value if c.isascii() and (c.isalnum() or c in ' .,-+/*=()[]'))}}}"


def _decimal(digits: str, power: str | None) -> str:
    """A decimal cut after some digits; one that shows no digit but 0 is known only to be that small."""
    if not digits.strip("-0."):
        return rf"0 \pm 10^{{{int(power)}}}" if power else "0"
    whole, _, after = digits.partition(".")
    kept = max(DIGITS - len(whole.lstrip("-0")), 1)
    return _scaled(f"{whole}.{after[:kept]}\\ldots" if len(after) > kept else digits, power)


def _scaled(digits: str, power: str | None) -> str:
    return digits if power is None else rf"{digits} \cdot 10^{{{int(power)}}}"


def _split(inside: str) -> list[str]:
    """The parts of a tuple, split at commas outside inner tuples."""
    parts, depth = [""], 0
    for c in inside:
        depth += (c in "([") - (c in ")]")
        if c == "," and not depth:
            parts.append("")
        else:
            parts[-1] += c
    return [p.strip() for p in parts if p.strip()]
