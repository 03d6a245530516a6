"""JUnit: outcomes as an XML report that continuous integration shows: a suite for each page, a test case for each claim and erratum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree as Xml

from derive.errors import DeriveError
from derive.export.terminal import failure
from derive.outcome import Outcome

GOOD = ("verified", "expected")


def report(outcomes: Iterable[Outcome], errors: Iterable[DeriveError]) -> str:
    """The whole report as text."""
    root = Xml.Element("testsuites", name="derive")
    for page, found in groupby(outcomes, key=lambda o: o.item.id.partition(".")[0]):
        _suite(root, page, list(found))
    broken = list(errors)
    if broken:
        suite = Xml.SubElement(root, "testsuite", name="pages", tests=str(len(broken)), failures="0", errors=str(len(broken)), skipped="0")
        for error in broken:
            place = {"file": error.file, "line": str(error.line or 1)}
            case = Xml.SubElement(suite, "testcase", {"classname": "pages", "name": f"{error.file or 'derive'} loads", **place})
            Xml.SubElement(case, "error", message=_legal(error.message), type="PageError").text = _legal(error.message)
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def properties(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """What a report keeps of an outcome beside passed or failed, as pairs of words."""
    verdict = outcome.verdict
    yield "verdict", verdict.name if verdict is not None else "ILL-POSED"
    yield "outcome", outcome.result
    yield "witness", outcome.witness.status
    if verdict is None:
        return
    for name, words in (("scope", verdict.scope), ("oracles", ", ".join(verdict.oracles)), ("hypotheses", "; ".join(verdict.hypotheses))):
        if words:
            yield name, words
    if verdict.region != "everywhere":
        yield "region", verdict.region
    if (found := verdict.counterexample) is not None:
        yield "counterexample", ", ".join(f"{name} = {value}" for name, value in found.at) or "every point"
        yield "sides", f"{found.lhs} against {found.rhs}"


def _suite(root: Xml.Element, page: str, outcomes: Sequence[Outcome]) -> None:
    failures = sum(o.result not in GOOD for o in outcomes)
    skipped = sum(_open(o) for o in outcomes)
    seconds = f"{sum(o.seconds for o in outcomes):.3f}"
    numbers = {"tests": len(outcomes), "failures": failures, "errors": 0, "skipped": skipped}
    suite = Xml.SubElement(root, "testsuite", {"name": page, **{k: str(v) for k, v in numbers.items()}, "time": seconds})
    for o in outcomes:
        place = {"file": o.item.file, "line": str(o.item.line), "time": f"{o.seconds:.3f}"}
        case = Xml.SubElement(suite, "testcase", {"classname": page, "name": o.item.id.partition(".")[2], **place})
        kept = Xml.SubElement(case, "properties")
        for name, value in properties(o):
            Xml.SubElement(kept, "property", name=name, value=_legal(value))
        if o.result not in GOOD:
            Xml.SubElement(case, "failure", message=_legal("; ".join(o.messages)), type=o.result).text = _legal(failure(o))
        elif _open(o):
            Xml.SubElement(case, "skipped", message="its page declares it open")


def _open(outcome: Outcome) -> bool:
    """What a page declares open passes, but it is no proof."""
    return outcome.result == "expected" and outcome.verdict is not None and outcome.verdict.name in ("UNKNOWN", "ADMITTED")


def _legal(words: str) -> str:
    """Words without the control characters that XML has no way to write."""
    return "".join(c for c in words if c in "\n\t" or c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
