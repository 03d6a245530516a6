"""JUnit XML and the annotations of GitHub, on outcomes of every kind."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from derive.errors import PageError
from derive.export import junit
from derive.export.annotations import annotate


def test_each_claim_is_a_case_with_its_properties(library) -> None:
    root = Xml.fromstring(junit.report(library.outcomes, ()))
    cases = {f"{c.get('classname')}.{c.get('name')}": c for c in root.iter("testcase")}
    assert set(cases) == {o.item.id for o in library.outcomes}
    jacobian = cases["softmax_jacobian.jacobian"]
    kept = {p.get("name"): p.get("value") for p in jacobian.iter("property")}
    assert (kept["verdict"], kept["scope"], kept["witness"]) == ("PROVED", "all n", "AGREES")
    assert (jacobian.get("file"), jacobian.find("failure")) == ("derivations/softmax_jacobian.py", None)
    broken = cases["softmax_jacobian.cross_entropy"]
    assert {p.get("name"): p.get("value") for p in broken.iter("property")}["counterexample"] == "n = 1, i = 0, x = (1)"
    failure = broken.find("failure")
    assert failure is not None
    assert "link 1 of 2: REFUTED" in (failure.text or "")


def test_the_counts_are_those_of_the_cases(library) -> None:
    root = Xml.fromstring(junit.report(library.outcomes, [PageError("unknown name eqq", file="derivations/a.py", line=4)]))
    for node in (root, *root.iter("testsuite")):
        assert int(node.get("tests", "")) == len(list(node.iter("testcase")))
        assert int(node.get("failures", "")) == len(list(node.iter("failure")))
        assert int(node.get("errors", "")) == len(list(node.iter("error")))
        assert int(node.get("skipped", "")) == len(list(node.iter("skipped")))
    (error,) = root.iter("error")
    assert error.get("message") == "unknown name eqq"
    assert len(list(root.iter("failure"))) == sum(o.result not in ("verified", "expected") for o in library.outcomes)


def test_what_xml_cannot_write_is_left_out() -> None:
    (case,) = Xml.fromstring(junit.report((), [PageError("a\x00b\x1b[0m & <c> \ud800", file="a.py", line=1)])).iter("error")
    assert case.get("message") == "ab[0m & <c> "


def test_an_annotation_is_one_line_with_its_place(library) -> None:
    lines = list(annotate(library.outcomes, [PageError("two\nlines, 100 %", file="a,b:c.py", line=0), PageError("no place")]))
    assert lines[-2] == "::error file=a%2Cb%3Ac.py,line=1,title=derive::two%0Alines, 100 %25"
    assert lines[-1] == "::error title=derive::no place"
    assert len(lines) - 2 == sum(len(o.messages) for o in library.outcomes)
    assert not any("\n" in line for line in lines)
