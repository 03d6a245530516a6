"""The lines of a claim, each against the line before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from derive.recheck.look import Look
from derive.recheck.setting import has, setting, shapes
from derive.statement.term import Term, show, subterms

BRANCHES = ("abs", "sign", "heaviside", "max", "min", "floor", "ceiling", "mod", "piecewise", "log", "integral")


@dataclass(frozen=True)
class Recheck:
    """AGREES, DISAGREES or NOT_APPLICABLE, and where it disagrees."""

    status: str
    note: str = ""


NOTHING = Recheck("NOT_APPLICABLE", "nothing to evaluate")


def compare(lines: Sequence[Term], relations: Sequence[str], given: Sequence[Term]) -> Recheck:
    """Whether each line stands in its relation to the line before."""
    try:
        words = "\n".join((*map(show, lines), *relations, *map(show, given)))
        # The points follow from what the claim says, so that a second look is the same look.
        random = Random(int.from_bytes(blake2b(words.encode(), digest_size=8).digest()))
        s = setting(lines, given)
        return _compared(Look(s, list(relations), shapes(s, random), random))
    except RecursionError:
        return Recheck("NOT_APPLICABLE", "nested too deeply")


def _compared(look: Look) -> Recheck:
    links = set(range(len(look.relations)))
    exact = look.settled()
    seen: set[int] = set()
    open_ = links - exact
    for wanted in (sorted(open_), [k for k in sorted(exact) if _branches(look.setting.lines[k : k + 2])]):
        new, fault = look.sampled(wanted, thorough=wanted[0] in open_) if wanted else (set(), "")
        seen |= new
        if fault:
            return Recheck("DISAGREES", fault)
    return Recheck("AGREES") if exact | seen >= links else NOTHING


def _branches(pair: Sequence[Term]) -> bool:
    """Whether two lines hold what residues read in one way only: a root, a logarithm, a division by what may be 0."""
    return any(has(t, BRANCHES) or any(_partial(u) for u in subterms(t)) for t in pair)


def _partial(u: Term) -> bool:
    """Whether a power may lack a value, or have a root of two signs."""
    if u.op != "pow":
        return False
    e = u.args[1]
    return bool(e.op != "num" or e.args[0].denominator != 1 or e.args[0] < 0)
