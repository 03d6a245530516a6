"""The lines of a claim, each against the line before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from derive.recheck.look import Look
from derive.recheck.points import Points
from derive.recheck.setting import Setting, has, setting, shapes
from derive.statement.term import PI, Term, show, subterms

BRANCHES = ("abs", "sign", "heaviside", "max", "min", "floor", "ceiling", "mod", "piecewise", "integral")


@dataclass(frozen=True)
class Recheck:
    """AGREES, DISAGREES or NOT_APPLICABLE, and where it disagrees."""

    status: str
    note: str = ""


NOTHING = Recheck("NOT_APPLICABLE", "nothing to evaluate")


def compare(lines: Sequence[Term], relations: Sequence[str], given: Sequence[Term], points: Points | None = None) -> Recheck:
    """Whether each line stands in its relation to the line before. `points` comes to hold where that was looked at."""
    try:
        words = "\n".join((*map(show, lines), *relations, *map(show, given)))
        # The points follow from what the claim says, so that a second look is the same look.
        random = Random(int.from_bytes(blake2b(words.encode(), digest_size=8).digest()))
        s = setting(lines, given)
        points = points or Points()
        points.random = random
        points.shapes = shapes(s, random)
        return _compared(Look(s, list(relations), points.shapes, random, points=points))
    except RecursionError:
        return Recheck("NOT_APPLICABLE", "nested too deeply")


def _compared(look: Look) -> Recheck:
    links = set(range(len(look.relations)))
    exact = look.settled()
    seen: set[int] = set()
    open_ = links - exact
    for wanted in (sorted(open_), [k for k in sorted(exact) if _branches(look.setting, look.setting.lines[k : k + 2])]):
        new, fault = look.sampled(wanted, thorough=wanted[0] in open_) if wanted else (set(), "")
        seen |= new
        if fault:
            return Recheck("DISAGREES", fault)
    if not look.setting.given and not look.setting.filters:
        for k in exact | seen:
            look.points.see(look.relations[k], *look.setting.lines[k : k + 2])
    return Recheck("AGREES") if exact | seen >= links else NOTHING


def _branches(s: Setting, pair: Sequence[Term]) -> bool:
    """Whether two lines hold what residues read in one way only: a kink, or a root, a logarithm, a division that needs a sign."""
    known: dict[Term, bool] = {}
    return any(has(t, BRANCHES) or any(_partial(s, u, known) for u in subterms(t)) for t in pair)


def _partial(s: Setting, u: Term, known: dict[Term, bool]) -> bool:
    """Whether a power or a logarithm may lack a value, or have a root of two signs."""
    if u.op == "log":
        return not _positive(s, u.args[0], known)
    if u.op != "pow":
        return False
    base, e = u.args
    return bool(e.op != "num" or e.args[0].denominator != 1 or e.args[0] < 0) and not _positive(s, base, known)


def _positive(s: Setting, t: Term, known: dict[Term, bool]) -> bool:
    """Whether t is positive wherever it has a value, at a glance."""
    found = known.get(t)
    if found is None:
        op, a = t.op, t.args
        if op in ("sym", "entry"):
            found = (s.sorts.get(t if op == "sym" else a[0]) or a[1]).startswith("positive")
        elif op in ("add", "mul"):
            found = all(_positive(s, u, known) for u in a)
        elif op == "sum":
            found = _positive(s, a[1].args[1], known) and _positive(s, a[0], known)  # the range has a term, and each is positive
        elif op in ("pow", "prod"):
            found = _positive(s, a[0], known)
        else:
            found = op in ("exp", "cosh") or t is PI or (op == "num" and a[0] > 0)
        known[t] = found
    return found
