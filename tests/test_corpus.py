"""A sample of the practice corpus: no verdict contradicts the stated truth, and most claims are decided."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from derive import decide
from derive.kernel.decide import GIVES_UP, prove
from derive.kernel.proof import Budget
from derive.kernel.read import read_question

CORPUS = Path(__file__).parent / "corpus"
FAMILIES = (
    "activations", "bounds", "contraction", "fixed", "inequalities", "integers", "kinks", "laws", "layers", "networks", "probability",
    "softmax",
)  # fmt: skip
ALONE = ("nearby", "prefixes", "squeezes", "hidden", "corners")  # whose false claims are put to the rules without a look at points
EVERY = 9  # one claim in so many; `make corpus` puts all of them


def load(family: str) -> ModuleType:
    sys.path.insert(0, str(CORPUS))
    try:
        spec = importlib.util.spec_from_file_location(f"sample_{family}", CORPUS / f"{family}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(CORPUS))


@pytest.mark.parametrize("family", FAMILIES)
def test_no_verdict_contradicts_the_truth(family: str) -> None:
    claims = load(family).CLAIMS[::EVERY]
    decided = 0
    for name, lhs, rhs, relation, given, truth in claims:
        verdict = decide(lhs, rhs, relation=relation, given=given).verdict.name
        assert verdict != ("REFUTED" if truth else "PROVED"), f"{family}.{name} is {verdict}"
        decided += verdict != "UNKNOWN"
    assert decided >= 0.9 * len(claims), f"{decided} of {len(claims)} decided"


@pytest.mark.parametrize("family", ALONE)
def test_the_rules_alone_prove_nothing_false(family: str) -> None:
    for name, lhs, rhs, relation, given, truth in load(family).CLAIMS:
        if not truth:
            question = read_question(lhs, rhs, relation, given)
            with pytest.raises(GIVES_UP):
                pytest.fail(f"{family}.{name}: {prove(question, Budget(20_000, seconds=2.0)).rules}")


def test_the_rules_alone_prove_what_is_true() -> None:
    name, lhs, rhs, relation, given, truth = next(c for c in load(ALONE[0]).CLAIMS if c[5])
    prove(read_question(lhs, rhs, relation, given), Budget(20_000, seconds=2.0))
    assert truth, name


def test_a_stated_truth_that_is_wrong_is_noticed() -> None:
    name, lhs, rhs, relation, given, truth = next(c for c in load("softmax").CLAIMS if c[5])
    assert decide(lhs, rhs, relation=relation, given=given).verdict.name == "PROVED", name
    assert truth, "the sample holds true claims"
