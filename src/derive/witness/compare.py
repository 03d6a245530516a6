"""Comparison: the claims of a page as pairs of lines, evaluated by JAX in one compiled call, and what the numbers say of each claim.

Each line of a chain is compared with the next, at every sampled point and for all values of its free indices; where the claim names a
library function, what it differentiates (its primal) is compared with that function first.

AGREES: every comparison was decided at one point at least, and no point speaks against it.
DISAGREES: one point speaks against it; the note gives it, with both values.
NOT_RUN: a comparison was decided at no point, or cannot be evaluated. It is no pass.
NOT_APPLICABLE: the claim is of a form that has no points (see forms).

An equation is judged by its error against its scale (see judge). `le` fails where left - right exceeds that tolerance, `lt` also where
both are the same exact float, `ne` only there; `iff` and `implies` compare truth values that rounding cannot have flipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from derive.kernel.hypothesis import sort_out
from derive.kernel.question import Question
from derive.outcome import Witness
from derive.statement.claim import Claim
from derive.statement.term import Term, show, subterms
from derive.witness import forms
from derive.witness.device import float64
from derive.witness.evaluate import Batch, Comparison, Group, Line, Tally, batches_of, evaluate, in_order, names, region_of
from derive.witness.judge import judge
from derive.witness.library import Unresolved, library_call
from derive.witness.lower import Unlowered
from derive.witness.sampling import Region, flatten

POINTS = 2048


def witness_page(claims: Sequence[Claim], seed: int = 0, points: int = POINTS) -> dict[str, Witness]:
    """What JAX says of each claim, by id; all of them are compiled together, and none has a say in what is said of another."""
    found: dict[str, Witness] = {}
    asked: dict[str, list[Comparison]] = {}
    for claim in claims:
        try:
            if claim.form is not None and not forms.applies(claim.form):
                found[claim.id] = Witness("NOT_APPLICABLE", note=f"{claim.form.name} has no points to compare at")
            elif claim.form is not None and claim.form.name in ("differentiable_at", "rounds_to"):
                found[claim.id] = forms.measure(claim.form, claim.given, seed)
            else:
                asked[claim.id] = comparisons(claim)
        except (Unlowered, Unresolved) as error:
            found[claim.id] = Witness("NOT_RUN", note=str(error))
    # JAX takes a second to load: a page of shapes and counts does without.
    tallies = compare_all(list(asked.values()), seed, points) if asked else []
    primals = {c.id: primal_words(c) for c in claims}
    found |= {name: _summary(mine, primals[name]) for name, mine in zip(asked, tallies, strict=True)}
    return {c.id: found[c.id] for c in claims}


def witness_question(question: Question, seed: int = 0, points: int = POINTS) -> Witness:
    """What JAX says of one question."""
    try:
        given, own = flatten(p for p in question.given if p not in question.schematic), flatten(question.schematic)
        asked = Comparison("it", Line(question.lhs), Line(question.rhs), question.relation, given, own)
        return _summary(compare_all([[asked]], seed, points)[0], show(_primal(question.lhs)))
    except Unlowered as error:
        return Witness("NOT_RUN", note=str(error))


def comparisons(claim: Claim) -> list[Comparison]:
    """What must hold of a claim: its primal is the library function that it names, and each link stands."""
    if claim.form is not None:
        near = forms.near(claim.form)
        return [
            _asked(words, Line(q.lhs), Line(q.rhs), q.relation, q.given, q.sides, near)
            for words, q in forms.questions_of(claim.form, claim.given)
        ]
    if claim.first is None:
        raise Unlowered("the claim has no first line")
    lines, out = [claim.first, *(link.right for link in claim.links)], []
    if claim.runs_as:
        primal = _primal(claim.first)
        library_call(claim.runs_as, names(primal))  # refuses a name that is no function of JAX before anything runs
        out.append(_asked(f"the primal against {claim.runs_as}", Line(primal), Line(primal, claim.runs_as), "eq", claim.given, [primal]))
    for k, (left, link) in enumerate(zip(lines, claim.links, strict=False), 1):
        words = f"link {k} of {len(claim.links)}"
        out.append(_asked(words, Line(left), Line(link.right), link.relation, claim.given, lines))
    return out


def _asked(
    words: str, left: Line, right: Line, relation: str, given: Sequence[Term], lines: Sequence[Term], near: tuple[Term, ...] = ()
) -> Comparison:  # fmt: skip
    """A comparison, its hypotheses told apart: those that hold for all their indices, and those on the claim's own."""
    every, own = sort_out(given, lines)
    return Comparison(words, left, right, relation, flatten(p for p in every if p not in own), flatten(own), near)


def primal_words(claim: Claim) -> str:
    """What was differentiated or evaluated, in words."""
    if claim.first is None:
        return ""
    primal = show(_primal(claim.first))
    return f"{primal}, as {claim.runs_as}" if claim.runs_as else primal


def _primal(first: Term) -> Term:
    """What the first line differentiates, innermost; the line itself where it differentiates nothing."""
    for u in in_order(first):
        if u.op == "deriv" and not any(v.op == "deriv" for v in subterms(u.args[0])):
            return u.args[0]  # type: ignore[no-any-return]
    return first


def _summary(found: Mapping[Comparison, Tally], primal: str) -> Witness:
    tallies = list(found.values())
    worst, points = max((t.worst for t in tallies), default=0.0), min((t.points for t in tallies), default=0)
    # A point of every run comes before one that only this seed draws: the note is the same for all seeds.
    speaks = [(c, t.against) for c, t in found.items() if t.against] or [(c, t.further) for c, t in found.items() if t.further]
    if speaks:
        c, point = speaks[0]
        return Witness("DISAGREES", points, worst, primal, f"{c.words}: {point}", _by_scale(tallies))
    for c, t in found.items():
        if t.trouble or not t.points:
            return Witness("NOT_RUN", points, worst, primal, f"{c.words}: {t.trouble or 'no point was decided'}")
    skipped = max((t.kinks for t in tallies), default=0)
    left_open = max((t.open for t in tallies), default=0)
    notes = ["only at " + ", ".join(sorted({t.only for t in tallies if t.only}))] if any(t.only for t in tallies) else []
    notes += [f"{skipped} points on a kink skipped: a derivative there is a convention"] if skipped else []
    notes += [f"{left_open} points left open, in part or whole, by cancellation or overflow"] if left_open else []
    return Witness("AGREES", points, worst, primal, "; ".join(notes), _by_scale(tallies))


def _by_scale(tallies: Sequence[Tally]) -> tuple[tuple[float, float], ...]:
    """The worst error of all comparisons at each size of the input."""
    worst: dict[int, float] = {}
    for t in tallies:
        for step, error in t.by_scale.items():
            worst[step] = max(worst.get(step, 0.0), error)
    return tuple((10.0 ** (step / 2), worst[step]) for step in sorted(worst))


def compare_all(asked: Sequence[Sequence[Comparison]], seed: int = 0, points: int = POINTS) -> list[dict[Comparison, Tally]]:
    """The tallies of each claim's comparisons; one compiled call evaluates all lines of all of them at all points.

    The region of a claim follows from that claim alone. Claims that happen to have the same one share its points.
    """
    groups: dict[Region, Group] = {}
    found: list[dict[Comparison, Tally]] = []
    for comparisons in asked:
        mine: dict[Comparison, Tally] = {}
        for together in _under_the_same(comparisons):
            where = region_of(together)
            group = groups.setdefault(where, Group(where))
            mine |= {c: group.tallies.setdefault(c, Tally()) for c in together}
        found.append({c: mine[c] for c in comparisons})
    batches: list[Batch] = []
    with float64(), np.errstate(all="ignore"):
        for group in groups.values():
            try:
                batches += batches_of(group, seed, points)
            except Unlowered as error:
                for tally in group.tallies.values():
                    tally.trouble = str(error)
        for batch in evaluate(batches):
            for c, tally in batch.group.tallies.items():
                try:
                    judge(c, batch, tally)
                except Unlowered as error:
                    tally.trouble = str(error)
    return found


def _under_the_same(asked: Iterable[Comparison]) -> list[list[Comparison]]:
    """Comparisons, those under the same hypotheses together."""
    found: dict[tuple[tuple[Term, ...], bool], list[Comparison]] = {}
    for c in asked:
        found.setdefault((tuple(sorted(c.given, key=show)), c.integrates), []).append(c)
    return list(found.values())
