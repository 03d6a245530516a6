"""The report for programs: schema 1 of docs/design.md. Fields are only added, exact numbers are strings, `links` is never empty.

Two runs give the same report but for `seconds` and `worst_error`. Positions in `at` count from 0, as in a page.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from derive.errors import DeriveError
from derive.export.account import in_words
from derive.export.body import statement_latex, terms_of
from derive.export.notation import notation_for
from derive.kernel.verdict import Counterexample, Verdict
from derive.outcome import Outcome, Repair
from derive.statement.claim import Claim, Erratum

SCHEMA = 1


def report(outcomes: Iterable[Outcome], errors: Iterable[DeriveError], version: str) -> dict[str, Any]:
    """The whole report, in an order that does not depend on who was decided first."""
    ordered = sorted(outcomes, key=lambda o: (o.item.file, o.item.line, o.item.id))
    found = [{"file": e.file, "line": e.line, "message": e.message} for e in errors]
    return {
        "schema": SCHEMA,
        "version": version,
        "counts": _counts(ordered, len(found)),
        "claims": [_item(o) for o in ordered],
        "errors": sorted(found, key=lambda e: (e["file"], e["line"], e["message"])),
    }


def _counts(outcomes: Sequence[Outcome], errors: int) -> dict[str, int]:
    """How many items there are, by kind, by verdict and by outcome."""
    kinds = Counter("errata" if isinstance(o.item, Erratum) else "claims" for o in outcomes)
    verdicts = Counter(o.verdict.name if o.verdict else "ILL-POSED" for o in outcomes)
    results = Counter(o.result for o in outcomes)
    return {
        "claims": kinds["claims"],
        "errata": kinds["errata"],
        "errors": errors,
        **{name: verdicts[name] for name in ("PROVED", "REFUTED", "UNKNOWN", "ADMITTED", "ILL-POSED")},
        **{name: results[name] for name in sorted(results)},
    }


def _item(outcome: Outcome) -> dict[str, Any]:
    item, verdict = outcome.item, outcome.verdict
    erratum = item if isinstance(item, Erratum) else None
    claim = item.printed if isinstance(item, Erratum) else item
    error = outcome.witness.worst_error
    return {
        "id": item.id,
        "file": item.file,
        "line": item.line,
        "kind": "erratum" if erratum else "claim",
        "title": (claim.title if claim else "") or in_words(item.id.rpartition(".")[2]),
        "source": [{"key": s.key, "locator": s.locator} for s in item.source],
        "covers": list(item.covers),
        "statement": statement_latex(claim) if claim else "",
        "display": claim.display if claim else "",
        "given": _given(claim),
        "verdict": verdict.name if verdict else None,
        "scope": verdict.scope if verdict else "",
        "region": verdict.region if verdict else "",
        "hypotheses": list(verdict.hypotheses) if verdict else [],
        "unused": list(verdict.unused) if verdict else [],
        "satisfied_at": dict(verdict.satisfied_at) if verdict else {},
        "oracles": list(verdict.oracles) if verdict else [],
        "admits": list(verdict.admits) if verdict else [],
        "rules": list(verdict.rules) if verdict else [],
        "tried": list(verdict.tried) if verdict else [],
        "links": _links(outcome, claim),
        "counterexample": _counterexample(verdict),
        "witness": {
            "status": outcome.witness.status,
            "points": outcome.witness.points,
            # JSON has no infinity; the note says where it comes from.
            "worst_error": error if math.isfinite(error) else None,
            "primal": outcome.witness.primal,
            "note": outcome.witness.note,
        },
        "repairs": [_repair(r) for r in outcome.repairs],
        "recheck": {"status": outcome.recheck},
        "ends": outcome.ends.name if outcome.ends else None,
        "reads_as": claim.reads_as if claim else "",
        "runs_as": claim.runs_as if claim else "",
        "layout": claim.layout if claim else "",
        "definition": claim.definition if claim else False,
        "unknown": claim.unknown if claim else "",
        "readings": [{"reading": words, "verdict": name, "claim": identifier} for words, name, identifier in outcome.readings],
        "raises": erratum.raises if erratum else "",
        "reason": erratum.reason if erratum else None,
        "instead": erratum.instead if erratum else None,
        "note": erratum.note if erratum else "",
        "outcome": outcome.result,
        "messages": list(outcome.messages),
        "seconds": outcome.seconds,
    }


def _links(outcome: Outcome, claim: Claim | None) -> list[dict[str, Any]]:
    """Each link with its verdict. What is no chain has one link, the statement itself."""
    if outcome.links:
        return [
            {"relation": k.relation, "why": k.why, "verdict": k.verdict.name, "counterexample": _counterexample(k.verdict)}
            for k in outcome.links
        ]
    relation = claim.form.name if claim and claim.form else "ill-posed" if outcome.verdict is None else "eq"
    return [
        {
            "relation": relation,
            "why": "",
            "verdict": outcome.verdict.name if outcome.verdict else None,
            "counterexample": _counterexample(outcome.verdict),
        }
    ]


def _repair(repair: Repair) -> dict[str, Any]:
    """A single change that makes the first refuted link true; `given` is the hypothesis that it adds, or null."""
    given = notation_for(*terms_of(repair.claim)).latex(repair.given) if repair.given is not None else None
    line = statement_latex(repair.claim)
    return {"kind": repair.kind, "change": repair.change, "statement": line, "given": given, "verdict": repair.verdict.name}


def _counterexample(verdict: Verdict | None) -> dict[str, Any] | None:
    found: Counterexample | None = verdict.counterexample if verdict else None
    return {"at": dict(found.at), "lhs": found.lhs, "rhs": found.rhs, "ball": found.ball} if found else None


def _given(claim: Claim | None) -> list[str]:
    if claim is None:
        return []
    notation = notation_for(*terms_of(claim))
    return [notation.latex(t) for t in claim.given]
