"""Words: what stands in a generated function's docstring, from the claims that it was written from."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from derive.code.canon import canonical
from derive.code.pullback import Pullback
from derive.export.plain import text as spelt
from derive.statement.term import FALSE, TRUE, ZERO, Term, make, num, rebuild, replace, show


def docstring(pullback: Pullback, arguments: Sequence[str], width: int) -> str:
    """The docstring of a function, as the indented lines of a file."""
    first = pullback.gradients[0]
    text = ["The function whose gradient is proved, with that gradient.", ""]
    text += _item("Value", spelt(pullback.primal))
    for back in pullback.backward:
        gradient = back.gradient
        text += _item(f"Derivative in {spelt(gradient.variable)}", spelt(gradient.slope))
        verdict, claim = gradient.verdict, gradient.claim
        scope = f" for {verdict.scope}" if verdict.scope else ""
        oracles = f", resting on {', '.join(verdict.oracles)}" if verdict.oracles else ""
        text += _item("  Claim", f"{claim.id}, {verdict.name}{scope}, {verdict.region}{oracles}")
        text += _item("  Written form", back.proof)
    given = [spelt(p) for p in dict.fromkeys(p for g in pullback.gradients for p in g.given)]
    text += _item("Hypotheses", "; ".join(given) if given else "none")
    sorts = [f"{u.args[0]} is {u.args[1]}" for u in pullback.arguments if u.args[1] != "real"]
    text += _item("Arguments", "; ".join([_shape(u, name) for u, name in zip(pullback.arguments, arguments, strict=True)] + sorts))
    text += _item("Value's axes", ", ".join(f"{i.args[0]} < {show(i.args[1])}" for i in first.outputs) or "none")
    text += ["Axes before these are batch axes, the same for all arguments or absent."]
    for line in _conventions(pullback):
        text += _item("At a kink", line)
    lines: list[str] = []
    for line in text:
        lines += textwrap.wrap(line, width, subsequent_indent="    ", break_long_words=False) or [""]
    body = "\n".join(f"    {line}".rstrip() for line in lines).strip()
    return f'    """{body}\n    """\n'


def _item(name: str, words: str) -> list[str]:
    return [f"{name}: {words}"]


def _shape(u: Term, name: str) -> str:
    shape = u.args[2] if u.op == "entry" else ()
    return f"{name} ({', '.join(map(show, shape))})" if shape else f"{name} ()"


def _conventions(pullback: Pullback) -> list[str]:
    """What the backward pass returns where a hypothesis keeps the variable off a number."""
    out = []
    for gradient in pullback.gradients:
        kinked = [p for p in gradient.given if p.op == "ne"]
        for p in kinked:
            for side, value in (p.args, p.args[::-1]):
                if value.op == "num" and side.op == gradient.variable.op and canonical(side)[0] is canonical(gradient.variable)[0]:
                    there = settled(replace(gradient.slope, {gradient.variable: value}))
                    words = "nothing (NaN)" if there is None else spelt(there)
                    out.append(
                        f"at {spelt(gradient.variable)} = {spelt(value)} the formula gives {words}, a convention: there is no derivative"
                    )
    if not out and any(g.given for g in pullback.gradients):
        out.append("where a hypothesis fails, the value is that of the formula: a convention, no derivative")
    return list(dict.fromkeys(out))


def settled(t: Term) -> Term | None:
    """t with what compares two numbers carried out; None where no case of it holds."""
    if t.op == "piecewise":
        kept: list[Term] = []
        for value, test in zip(t.args[::2], t.args[1::2], strict=True):
            known = settled(test) or test
            if known is FALSE:
                continue
            kept += [value, known]
            if known is TRUE:
                break
        if not kept:
            return None
        return settled(kept[0]) if kept[1] is TRUE else make("piecewise", *kept)
    parts: dict[Term, Term | None] = {a: settled(a) for a in t.args if isinstance(a, Term)}
    if any(p is None for p in parts.values()):
        return None
    t = rebuild(t, lambda a: parts.get(a) or a)
    if all(isinstance(a, Term) and a.op == "num" for a in t.args) and t.args:
        values = [a.args[0] for a in t.args]
        if t.op in ("lt", "le", "eq", "ne"):
            a, b = values
            return TRUE if {"lt": a < b, "le": a <= b, "eq": a == b, "ne": a != b}[t.op] else FALSE
        if t.op in ("sign", "heaviside", "abs"):
            (v,) = values
            signed = (v > 0) - (v < 0)
            return num({"sign": signed, "heaviside": type(v)(1 + signed, 2), "abs": abs(v)}[t.op])
        if t.op in ("max", "min"):
            return num(max(values) if t.op == "max" else min(values))
    if t.op == "and" and any(a is FALSE for a in t.args):
        return FALSE
    if t.op in ("and", "or") and all(a is TRUE for a in t.args):
        return TRUE
    return ZERO if t is ZERO else t
