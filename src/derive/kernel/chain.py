"""Verdicts made of verdicts: a chain from its links, a line that cites others, an admitted gap, a claim that was stopped.

    l_1 PROVED ... l_k PROVED        l PROVED   cited claims PROVED
    --------------------------       -------------------------------
    chain PROVED                     l PROVED, resting on all of them

Where a premise has a worse verdict, so has the conclusion: REFUTED before UNKNOWN before ADMITTED before PROVED. What is cited can
never refute the line that cites it; it can only leave it UNKNOWN or ADMITTED. Oracles and admits travel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derive.kernel.verdict import ORDER, Status, Verdict, mint


def chain(links: Sequence[Verdict]) -> Verdict:
    """The verdict of a chain: its worst link's, resting on all that the links rest on. Raises ValueError without links."""
    if not links:
        raise ValueError("a chain has at least one link")
    worst = min((v.status for v in links), key=ORDER.index)
    if worst is Status.REFUTED:
        return next(v for v in links if v.status is worst)
    return mint(
        worst,
        scope=join_scopes(v.scope for v in links),
        region=_worst_region(links),
        hypotheses=_union(v.hypotheses for v in links),
        oracles=_union(v.oracles for v in links),
        admits=_union(v.admits for v in links),
        tried=_union(v.tried for v in links if v.status is worst),
        rules=_union(v.rules for v in links),
        satisfied_at=next((v.satisfied_at for v in links if v.satisfied_at), ()),
        unused=_unused(links),
    )


@dataclass(frozen=True)
class Citation:
    """A claim that a line cites: its id, its verdict, and its statement as the kernel words it among hypotheses."""

    claim: str
    verdict: Verdict
    words: str = ""


def rest_on(line: Verdict, cited: Sequence[Citation]) -> Verdict:
    """The verdict of a line that cites these claims; a refuted line stays refuted, whatever it cites.

    The line may have used a cited statement as a hypothesis: the citation discharges it.
    """
    if not cited or line.status is Status.REFUTED:
        return line
    open_claims = [c for c in cited if c.verdict.status in (Status.REFUTED, Status.UNKNOWN)]
    status = Status.UNKNOWN if open_claims else min((line.status, *(c.verdict.status for c in cited)), key=ORDER.index)
    verdicts = (line, *(c.verdict for c in cited))
    return mint(
        status,
        scope=line.scope,
        region=_worst_region(verdicts),
        hypotheses=tuple(h for h in line.hypotheses if h not in {c.words for c in cited}),
        oracles=_union(v.oracles for v in verdicts),
        admits=_union(v.admits for v in verdicts),
        tried=(*line.tried, *(f"it cites {c.claim}, which is {c.verdict.name}" for c in open_claims)),
        rules=(*line.rules, *(f"cite {c.claim}" for c in cited)),
        steps=line.steps,
        satisfied_at=line.satisfied_at,
        unused=_unused(verdicts),
    )


def spare(link: Verdict, unused: tuple[str, ...]) -> Verdict:
    """The verdict of a proved link that also goes through without these hypotheses."""
    if link.status is not Status.PROVED or not unused:
        return link
    return mint(
        link.status, scope=link.scope, region=link.region, hypotheses=link.hypotheses, oracles=link.oracles, admits=link.admits,
        tried=link.tried, rules=link.rules, steps=link.steps, satisfied_at=link.satisfied_at, unused=unused,
    )  # fmt: skip


def admit(reason: str, link: Verdict) -> Verdict:
    """The verdict of a link whose author admits a gap: what the kernel refutes stays refuted, anything else is ADMITTED."""
    if link.status is Status.REFUTED:
        return link
    return mint(Status.ADMITTED, scope=link.scope, region=link.region, hypotheses=link.hypotheses, oracles=link.oracles, admits=(reason,))


def stop(why: str) -> Verdict:
    """The verdict of a claim that was stopped from outside: past its time, or lost with its process."""
    return mint(Status.UNKNOWN, tried=(why,))


def join_scopes(scopes: Iterable[str]) -> str:
    """One scope for several: "all m" and "all n" make "all m, n"."""
    found = [s for s in dict.fromkeys(scopes) if s]
    general = sorted({size for s in found if s.startswith("all ") for size in s.removeprefix("all ").split(", ")})
    special = [s for s in found if not s.startswith("all ")]
    return "; ".join((["all " + ", ".join(general)] if general else []) + special)


def _unused(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """The hypotheses that no proof among these needs."""
    needed = {h for v in verdicts for h in v.hypotheses if h not in v.unused}
    return tuple(h for h in _union(v.unused for v in verdicts) if h not in needed)


def _worst_region(verdicts: Iterable[Verdict]) -> str:
    return "off kinks" if any(v.region == "off kinks" for v in verdicts) else "everywhere"


def _union(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in parts for word in words))
