"""What the second checker says of a claim that the kernel proved: every line looked at, and the log of every proof replayed."""

from __future__ import annotations

from collections.abc import Sequence

from derive.recheck.compare import NOTHING, Recheck, compare
from derive.recheck.forms import look_at_form
from derive.recheck.points import Points
from derive.recheck.replay import replay
from derive.statement.claim import Claim
from derive.statement.step import Step, claimed
from derive.statement.term import Term


def recheck(claim: Claim, logs: Sequence[Sequence[Step]]) -> Recheck:
    """`logs` holds the steps of each line's proof, or those of the one form."""
    points = Points()
    goals: list[Term | None]
    if claim.first is None:
        found = look_at_form(claim.form, claim.given) if claim.form is not None else NOTHING
        goals = [None] * len(logs)
    else:
        lines = [claim.first, *(link.right for link in claim.links)]
        found = compare(lines, [link.relation for link in claim.links], claim.given, points)
        goals = [claimed(link.relation, left, link.right) for left, link in zip(lines, claim.links, strict=False)]
    replays = [replay(log, goal, points) for log, goal in zip(logs, goals, strict=True)]
    for k, one in enumerate(replays, 1):
        if one.fault and found.status != "DISAGREES":
            return Recheck("DISAGREES", f"link {k}, {one.fault}")
    if found.status == "NOT_APPLICABLE" and all(one.seen and not one.unseen for one in replays):
        return Recheck("AGREES", "every leaf of the proof was looked at")
    return found
