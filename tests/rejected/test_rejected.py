"""Derivations written to fool the kernel: the name of the folder is the verdict that every claim in it must get.

refuted         an exact point
unproved        anything but PROVED
contradictory   UNKNOWN, and the hypotheses are named as the reason
circular        UNKNOWN, and the hypothesis that is the conclusion is named as the reason
unreadable      the page does not load, for the reason in REASONS
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from derive.check import decide_item
from derive.errors import PageError
from derive.kernel import chain
from derive.kernel.verdict import Status, Verdict
from derive.pages import load_all
from derive.statement.claim import Claim, Page

HERE = Path(__file__).parent
KINDS = ("refuted", "unproved", "contradictory", "circular")
WORDS = {"contradictory": ("contradict each other", "is bound here"), "circular": ("circular",)}
ANY_REASON = ("contradictions.optimum_in_an_empty_set",)  # there is no hypothesis to blame: the set itself is empty

REASONS = {
    "another_channel": "private channel",
    "bare_comparison": "`==` compares structure",
    "circle_of_citations": "import each other in a circle",
    "complex_number": "real numbers only",
    "deleted_claim": "is lost",
    "ends_its_process": "a page only states",
    "float_for_a_fraction": "is a float",
    "hidden_in_a_list": "has no name",
    "index_in_two_places": "summed over in one place and free in another",
    "index_of_another_range": "runs over m values",
    "index_past_the_end": "out of range",
    "infinity_as_a_number": "oo stands only",
    "letters_that_look_alike": "is no name for a symbol",
    "nested_without_end": "nested too deeply",
    "not_a_number": "is not a number",
    "one_name_two_symbols": "declared twice",
    "rebound_name": "is bound again",
    "shapes_that_do_not_fit": "does not fit",
    "subclass_of_verdict": "Verdict is final",
}


@cache
def pages(kind: str) -> tuple[Page, ...]:
    loaded = load_all(sorted((HERE / kind).glob("*.py")))
    assert all(isinstance(p, Page) for p in loaded), loaded
    return tuple(p for p in loaded if isinstance(p, Page))


def claims(kind: str) -> list[str]:
    """Names from the syntax alone, so that collecting runs no page."""
    from derive.catalogue import outline

    return [f"{file.stem}.{item.name}" for file in sorted((HERE / kind).glob("*.py")) for item in outline(file).items]


def verdict(claim: Claim) -> Verdict:
    found = decide_item(claim, {}, 20.0)
    assert not found.fault, found.fault
    return chain.chain([link.verdict for link in found.links])


def find(kind: str, name: str) -> Claim:
    return next(c for page in pages(kind) for c in page.claims if c.id == name)


@pytest.mark.parametrize("name", claims("refuted"))
def test_a_false_claim_is_refuted(name: str) -> None:
    assert verdict(find("refuted", name)).status is Status.REFUTED


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS[1:] for name in claims(kind)])
def test_what_must_not_be_proved_is_not(kind: str, name: str) -> None:
    found = verdict(find(kind, name))
    assert found.status is Status.UNKNOWN
    if kind in WORDS and name not in ANY_REASON:
        assert any(word in reason for reason in found.tried for word in WORDS[kind]), found.tried


def test_there_are_enough_of_them() -> None:
    assert sum(len(claims(kind)) for kind in KINDS) + len(REASONS) >= 60


def test_unreadable_pages_say_why() -> None:
    files = sorted((HERE / "unreadable").glob("[a-z]*.py"))
    assert [f.stem for f in files] == sorted(REASONS)
    for file, error in zip(files, load_all(files, memory=4 << 30), strict=True):
        assert isinstance(error, PageError), f"{file.stem} loads"
        assert REASONS[file.stem] in error.message, error.message


def test_the_checks_are_seen_to_fail() -> None:
    """A claim that is true, in the place of a false one, is proved: the tests above are no test of the page's folder."""
    false = find("refuted", "hairs.constant_error")
    assert false.first is not None
    true = Claim(false.id, false.file, false.line, false.first, (type(false.links[0])("eq", false.first),))
    assert verdict(true).status is Status.PROVED
