"""The conclusion among the hypotheses: a claim that assumes, word for word, what it says is circular.

The order of terms and factors, the names of bound indices and of those for which a hypothesis holds throughout, and which side stands
left of an equation make no difference. Anything that takes a step of algebra is no longer word for word, and is a derivation.
"""

from __future__ import annotations

from derive.kernel.question import Question
from derive.kernel.sizes import indices
from derive.statement.term import BINDERS, Term, make, replace, show

_UNORDERED = ("add", "mul", "max", "min", "and", "or", "eq", "ne", "delta")


def circular(question: Question) -> bool:
    """Whether some hypothesis states the conclusion."""
    goal = question.rhs if question.relation == "implies" and question.lhs.op == "true" else make(question.relation, *question.sides)
    wanted = canonical(goal)
    return any(
        spelling == wanted for h in question.given for part in _parts(h) for spelling in _spellings(part, goal, h in question.schematic)
    )


def _parts(h: Term) -> tuple[Term, ...]:
    return tuple(p for u in h.args for p in _parts(u)) if h.op == "and" else (h,)


def _spellings(h: Term, goal: Term, own: bool) -> list[str]:
    """The hypothesis as it stands, and with its universal indices named as those of the goal, in the order in which they appear."""
    out = [canonical(h)]
    mine, theirs = indices(h), indices(goal)
    if not own and mine and len(mine) == len(theirs):
        # two universal indices may be named either way round
        for names in (theirs, theirs[::-1]) if len(mine) == 2 else (theirs,):
            if all(a.args[1] is b.args[1] for a, b in zip(mine, names, strict=True)):
                out.append(canonical(replace(h, dict(zip(mine, names, strict=True)))))
    return out


def canonical(t: Term, bound: tuple[Term, ...] = ()) -> str:
    """t in words that do not depend on the order of what commutes, nor on the names of bound variables."""
    if t in bound:
        return f"#{len(bound) - 1 - bound[::-1].index(t)}"
    if t.op in BINDERS:
        body, variable, *limits = t.args
        size = canonical(variable.args[1], bound) if variable.op == "index" else ""
        return f"{t.op}({canonical(body, (*bound, variable))}; {size}; {', '.join(canonical(u, bound) for u in limits)})"
    if t.op in ("num", "const", "sym"):
        return show(t) if t.op != "sym" else f"{t.args[0]}:{t.args[1]}"
    parts = [_words(a, bound) for a in t.args]
    return f"{t.op}({', '.join(sorted(parts) if t.op in _UNORDERED else parts)})"


def _words(part: object, bound: tuple[Term, ...]) -> str:
    if isinstance(part, Term):
        return canonical(part, bound)
    return f"({', '.join(_words(p, bound) for p in part)})" if isinstance(part, tuple) else str(part)
