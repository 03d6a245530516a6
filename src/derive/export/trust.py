"""Trust: what every verdict rests on, a line per claim, made to be compared with the list of yesterday."""

from __future__ import annotations

from collections.abc import Iterable

from derive.outcome import Outcome


def trust_list(outcomes: Iterable[Outcome]) -> str:
    """Each claim with its verdict, the rules that made it, the oracles asked and the gaps admitted."""
    return "\n".join(sorted(_line(outcome) for outcome in outcomes))


def _line(outcome: Outcome) -> str:
    verdict = outcome.verdict
    if verdict is None:
        return f"{outcome.item.id}: ill-posed"
    parts = [f"{outcome.item.id}: {verdict.name}"]
    for label, words in (("rules", verdict.rules), ("oracles", verdict.oracles), ("admits", verdict.admits)):
        if words:
            parts.append(f"{label} {', '.join(words)}")
    return "; ".join(parts)
