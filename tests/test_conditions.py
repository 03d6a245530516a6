"""Conditions of the sources: where one is left out, what they say is refuted at an exact point.

Below stand the entries of the sources that hold under a condition. A condition that is a hypothesis is left out; one that is the sort of a
symbol is widened to all real numbers; the premise of an implication is put as true. One that is a reading is checked by the other reading:
a claim of the pages in `conditions/`, or one of the library that says so. What no point refutes is listed with the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from derive import catalogue
from derive.kernel.forms import decide_form
from derive.kernel.point import refute_at
from derive.kernel.points import search
from derive.kernel.proof import Budget, Exhausted
from derive.kernel.questions import ends_of, questions_of
from derive.kernel.verdict import Status
from derive.pages import load_all
from derive.statement.claim import Claim, Erratum, Link, Page
from derive.statement.term import TRUE, ZERO, Term, fn, make, rebuild, show, sym

HERE = Path(__file__).parent / "conditions"
OTHER_READINGS = [file for file in sorted(HERE.glob("*.py")) if file.stem != "conftest"]

# Every hypothesis of every claim that covers one of these is left out, and every premise; other readings are asked, if any.
ENTRIES = (HERE / "entries.txt").read_text(encoding="utf-8").split()

# Symbols that are positive by condition.
SORTS = {
    "000.3.5.loss": [("relumax_loss.argument_positive", "epsilon")],
    "000.3.5.perturbed": [("relumax_loss.smoothed_positive", "epsilon")],
    "000.3.5.split": [("relumax_loss.split", "epsilon")],
    "000.3.5.gradient": [("relumax_loss.gradient", "epsilon")],
    "001.3.2.1.relumax-def": [("relumax.defined", "b")],
    "001.3.2.2.relumax-num-i": [("temperature_limits.numerator_is_zero", "b")],
    "001.3.2.2.relumax-denominator": [("temperature_limits.denominator_at_low_temperature", "b")],
    "001.3.5.chain-rule": [("relumax_loss.chain_rule", "epsilon")],
    "002.hw2.mlp.g.mse-normal-model": [("likelihood_losses.same_minimisers", "s")],
    "004.9.eq15": [("soft_threshold.subgradient_is_enough", "t"), ("soft_threshold.minimiser_has_a_subgradient", "t")],
    "004.9.sign2": [("soft_threshold.same_sign", "t")],
}

# Items of the library that are what the other reading says, refuted, or a point at which it fails.
BESIDE = {
    "000.2.2c.bayes": ["bayes_error.always_positive"],
    "000.2.3a.rise-and-drop": ["mlp_training.deeper_is_better"],
    "000.3.4.jacobian-def": ["relumax_jacobian.two_largest_part"],
    "000.3.4.k2-p": ["relumax_jacobian.sum_for_two_as_typed"],
    "000.3.4.k2-matrix": ["relumax_jacobian.sum_for_two_as_typed"],
    "000.3.4.k2-simplified": ["relumax_jacobian.sum_for_two_as_typed"],
    "000.3.5.loss": ["relumax_loss.argument_not_always_positive"],
    "000.3.5.perturbed": ["relumax_loss.smoothed_not_always_positive"],
    "000.3.5.split": ["relumax_loss.not_split_for_every_epsilon"],
    "001.1.2b.shift-robustness": ["pooling.shift_across_a_border"],
    "001.1.2c.best": ["logistic_regression.one_best_with_the_overlap"],
    "001.2.2.val-saturates": ["mlp_training.validation_stalls"],
    "001.2.3.hyperparameters": ["mlp_training.optimal_for_32"],
    "001.2.3.harm": ["mlp_training.gap_grows"],
    "001.3.2.2.argmax": ["temperature_limits.maximiser_is_not_always_one"],
    "001.3.2.2.softmax-term-zero": ["temperature_limits.no_term_is_zero"],
    "001.3.2.2.relumax-num-i": ["temperature_limits.numerator_is_not_always_zero"],
    "001.3.4.setup": ["relumax_jacobian.two_largest_part"],
    "002.hw2.mlp.c.softmax-component": ["softmax_simplex.of_two_numbers_is_not_one"],
    "002.hw2.mlp.e.mse-derivative": ["mse_sigmoid.slope_needs_the_half"],
    "002.hw2.mlp.g.mse-normal-model": ["likelihood_losses.variance_is_the_same_for_both"],
    "002.hw2.mlp.g.concave-one-side": ["mse_sigmoid.soft_label_bends_twice"],
    "002.hw2.mlp.j.blockwise": ["gradient_descent.one_block_after_the_other"],
    "002.hw2.mlp.n.dl-db2": ["mlp_backprop_softplus.column_times_identity"],
    "002.hw2.mlp.r.matrix-form": ["mlp_backprop_softplus.columns_do_not_multiply"],
    "002.hw2.mlp.r.dimensions": ["mlp_backprop_softplus.columns_do_not_multiply"],
    "002.hw3.1i.spiky": ["softmax_invariance.largest_output_falls_with_a_negative_factor"],
    "003.2c.os_k": ["softmax_simplex.of_two_numbers_is_not_one"],
    "003.2e.argmin": ["empirical_risk.any_parameters"],
    "003.2f.update": ["gradient_descent.batch_divided_by_all", "gradient_descent.one_example_for_all"],
    "003.2g.riskgrad": ["empirical_risk.kinks_that_cancel"],
    "003.2l.ha": ["mlp_backprop_leaky_relu.value_for_slope", "mlp_backprop_leaky_relu.slope_at_the_kink"],
    "003.2m.ha": ["mlp_backprop_leaky_relu.one_case_for_the_vector"],
    "003.2n.W1": ["mlp_backprop_leaky_relu.weight_at_the_kink"],
    "003.2p.x": ["mlp_backprop_leaky_relu.input_at_the_kink"],
    "003.2q.penalty": ["elastic_net.operator_one_norm", "elastic_net.operator_two_norm"],
    "003.2q.W1": ["elastic_net.zero_weight_by_sign"],
    "003.3.bars": ["experiment_protocol.either_denominator"],
    "004.9.sign1": ["soft_threshold.threshold_of_another_size"],
}

# Exact points for what a short search does not find.
POINTS = {
    ("bayes_error.positive_where_the_label_is_open", "0 <= P[i]"): {"X": "2", "k": "0", "P": "(2, -1)", "M": "(1/2, -1)"},
    ("bayes_error.positive_where_the_label_is_open", "M[i] <= 1"): {"X": "2", "k": "0", "P": "(1/2, 1/2)", "M": "(1/2, 3)"},
    ("vanishing_gradient.product_is_the_derivative", "sum(abs(J[t, a, e]), a < n) <= q"): {
        "L": "2", "n": "1", "l": "2", "epsilon": "1", "q": "1", "V": "(1)", "J": "(((5)), ((5)))", "R": "((1), (6))",
        "Delta": "((1), (6), (36))", "Q": "((1), (5), (25))",
    },
}  # fmt: skip

MAXIMUM = "says that z_m is max z; what is claimed holds for any m"
AROUND = "says that max z is z_m around the point; two largest entries are asked by another reading"
LARGEST = "says that z_m is max z; where it is not, no rule finds the limit"
SMALL = "says that the move is small; a short look finds no point where a larger one leaves out too much"
GAP = "the gap says so, too"
CLASS = "says that the label is a class; elsewhere neither side has a value"
CANCEL = "two losses whose kinks cancel are asked beside empirical_risk.gradient_in_a_weight_below"
LEAKY = "the range of alpha in the leaky rectifier; above 1 it is another function with the same formula"
UNDEFINED = "without it neither side has a value; the other reading is multiplied out"

# Hypotheses that no point shows to be needed, and why they stand there.
SPARED = {
    ("log_softmax_gradient.it_is_the_jacobian", "M[l] <= 1"): SMALL,
    ("log_softmax_gradient.it_is_the_jacobian", "epsilon <= 1"): SMALL,
    ("temperature_limits.denominator_of_softmax", "z[l] <= z[m]"): LARGEST,
    ("temperature_limits.softmax_limit", "z[l] <= z[m]"): LARGEST,
    ("temperature_limits.sparsemax_limit", "z[l] <= z[m]"): LARGEST,
    ("temperature_limits.relumax_limit", "z[l] <= z[m]"): LARGEST,
    ("temperature_limits.threshold_at_low_temperature", "z[l] <= z[m]"): GAP,
    ("temperature_limits.sparsemax_at_low_temperature", "z[l] <= z[m]"): GAP,
    ("temperature_limits.denominator_at_low_temperature", "z[l] <= z[m]"): GAP,
    ("bayes_error.most_probable_label_attains_it", "0 <= label[k]"): CLASS,
    ("bayes_error.most_probable_label_attains_it", "label[k] <= (C + -1)"): CLASS,
    ("relumax_jacobian.jacobian", "or(l = m, z[l] < z[m])"): AROUND,
    ("relumax_jacobian.inactive_column", "j != m"): "u_j < 0 says so, too, as u_m = b > 0",
    ("relumax_loss.gradient", "or(l = m, z[l] < z[m])"): AROUND,
    ("relumax_loss.chain_rule", "or(l = m, z[l] < z[m])"): AROUND,
    ("relumax_loss.chain_rule", "(z[l] + -1*z[m] + b) != 0"): "where p_i has no derivative the loss has none: neither side has a value",
    ("relumax_loss.argument_positive", "z[l] <= z[m]"): MAXIMUM,
    ("relumax_loss.smoothed_positive", "z[l] <= z[m]"): MAXIMUM,
    ("relumax_loss.smoothed_sums_to_one", "z[l] <= z[m]"): MAXIMUM,
    ("relumax_loss.split", "z[l] <= z[m]"): MAXIMUM,
    ("relumax.defined", "z[l] <= z[m]"): MAXIMUM,
    ("softmax_sigmoid_reduction.quotient_rule", "sum(e[l]*exp(h[l]*t), l < q) != 0"): UNDEFINED,
    ("relumax_jacobian.quotient_in_w", "0 < sum(max(0, (w[k] + b)), k < K)"): UNDEFINED,
    ("relumax_loss.loss_at_zero", "0 < t"): "where t is not positive its logarithm, and so the premise, has no value",
    ("empirical_risk.gradient_in_W2", "0 <= y[l]"): CLASS,
    ("empirical_risk.gradient_in_W2", "y[l] <= (m + -1)"): CLASS,
    ("empirical_risk.gradient_in_b2", "0 <= y[l]"): CLASS,
    ("empirical_risk.gradient_in_b2", "y[l] <= (m + -1)"): CLASS,
    ("empirical_risk.gradient_in_a_weight_below", "0 <= y[i]"): CLASS,
    ("empirical_risk.gradient_in_a_weight_below", "y[i] <= (m + -1)"): CLASS,
    ("empirical_risk.gradient_in_a_weight_below", "alpha < 1"): LEAKY,
    ("empirical_risk.gradient_in_a_weight_below", "(A[l, p] + theta*E[l, p]) != 0"): CANCEL,
    ("empirical_risk.step_in_W2", "0 <= y[l]"): CLASS,
    ("empirical_risk.step_in_W2", "y[l] <= (m + -1)"): CLASS,
    ("empirical_risk.step_in_b2", "0 <= y[l]"): CLASS,
    ("empirical_risk.step_in_b2", "y[l] <= (m + -1)"): CLASS,
    ("empirical_risk.step_in_a_weight_below", "0 <= y[i]"): CLASS,
    ("empirical_risk.step_in_a_weight_below", "y[i] <= (m + -1)"): CLASS,
    ("empirical_risk.step_in_a_weight_below", "alpha < 1"): LEAKY,
    ("empirical_risk.step_in_a_weight_below", "(A[l, p] + theta*E[l, p]) != 0"): CANCEL,
}

# Entries whose condition only says what a letter stands for: there is nothing to leave out.
NAMES = {
    "002.hw2.mlp.e.output": "delta is the sigmoid, and theta^a its argument",
    "002.hw2.mlp.p.dimensions": "h^(1) and o^(1) are h^s and o^s; h^a and o^a have the same sizes",
}


@cache
def library() -> dict[str, Claim | Erratum]:
    """The items of the pages that cover one of the entries or stand beside it, and those of the other readings, by id."""
    named = {f'"{entry}"' for entry in ENTRIES}
    stems = {item.partition(".")[0] for items in BESIDE.values() for item in items}
    files = sorted(catalogue.library().glob("*.py"))
    files = [f for f in files if f.stem in stems or any(name in f.read_text(encoding="utf-8") for name in named)]
    pages = load_all([*files, *OTHER_READINGS])
    assert all(isinstance(p, Page) for p in pages), pages
    return {item.id: item for p in pages if isinstance(p, Page) for item in (*p.claims, *p.errata)}


@cache
def covering() -> dict[str, tuple[list[Claim], list[Claim | Erratum]]]:
    """For each entry the claims of the library that cover it, and its other readings."""
    other = {file.stem for file in OTHER_READINGS}
    found: dict[str, tuple[list[Claim], list[Claim | Erratum]]] = {entry: ([], []) for entry in ENTRIES}
    for item in library().values():
        for entry in (e for e in item.covers if e in found):
            if item.id.partition(".")[0] in other:
                found[entry][1].append(item)
            elif isinstance(item, Claim):
                found[entry][0].append(item)
    return found


@cache
def refuted(claim: Claim, looks: int = 2) -> bool:
    """Whether an exact point refutes a line of the claim, or its ends; proofs are left out, as they take long to fail."""
    if claim.form is not None:
        return decide_form(claim.form, claim.given, Budget(20_000, 30.0)).status is Status.REFUTED
    questions = questions_of(claim)
    ends = ends_of(claim) if len(claim.links) > 1 else None
    for effort in range(looks):
        for question in (*questions, *([ends] if ends is not None else [])):
            try:
                if search(question, Budget(3_000, 30.0), effort) is not None:
                    return True
            except Exhausted:
                pass  # the next line
    return False


def refuted_at(claim: Claim, point: Iterable[tuple[str, str]]) -> bool:
    """Whether this point refutes a line of the claim, or its ends."""
    ends = ends_of(claim)
    return any(refute_at(q, tuple(point)).status is Status.REFUTED for q in (*questions_of(claim), *([ends] if ends is not None else [])))


def without(claim: Claim, hypothesis: Term) -> Claim:
    return replace(claim, given=tuple(h for h in claim.given if h is not hypothesis))


def without_premise(claim: Claim) -> Claim:
    return replace(claim, first=TRUE)


def widened(claim: Claim, name: str) -> Claim:
    """The claim with one symbol any real number."""

    def go(t: Term) -> Term:
        t = rebuild(t, go)
        return make("sym", name, "real") if t.op == "sym" and t.args[0] == name else t

    links = tuple(replace(link, right=go(link.right)) for link in claim.links)
    return replace(claim, first=go(claim.first) if claim.first is not None else None, links=links, given=tuple(map(go, claim.given)))


def is_example(claim: Claim) -> bool:
    """Whether a claim speaks of one point: what it says there needs no condition."""
    return claim.form is not None and claim.form.name in ("not_always", "exists")


def fails(item: Claim | Erratum) -> bool:
    """Whether an item says that something does not hold: refuted, an error, or a point at which it fails."""
    if isinstance(item, Erratum):
        if item.printed is None:
            return bool(item.raises)
        return refuted_at(item.printed, item.refuted_at)
    if is_example(item):
        return item.form is not None and decide_form(item.form, item.given, Budget()).status is Status.PROVED
    return refuted(item)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_condition_is_needed(entry: str) -> None:
    claims, readings = covering()[entry]
    assert claims, "no claim covers it"
    shown = 0
    for claim in claims:
        if is_example(claim):
            continue
        for h in claim.given:
            key = (claim.id, show(h))
            if key in SPARED:
                assert not refuted(without(claim, h), 1), f"{key} is needed"
                continue
            wider = without(claim, h)
            assert refuted_at(wider, POINTS[key].items()) if key in POINTS else refuted(wider), (
                f"not refuted without {key}: leave it out, give a point, or say in SPARED why it stands"
            )
            shown += 1
        if any(link.relation == "implies" for link in claim.links):
            assert refuted(without_premise(claim)), f"{claim.id} is not refuted without its premise"
            shown += 1
    for name, symbol in SORTS.get(entry, ()):
        claim = library()[name]
        assert isinstance(claim, Claim)
        assert entry in claim.covers
        assert refuted(widened(claim, symbol)), f"{name} is not refuted for every {symbol}"
        shown += 1
    for item in (*readings, *(library()[name] for name in BESIDE.get(entry, ()))):
        assert fails(item), item.id
        shown += 1
    assert bool(shown) != (entry in NAMES), "nothing is left out" if not shown else "it is not only a name"


def test_what_is_listed_is_there() -> None:
    given = {(claim.id, show(h)) for claims, _ in covering().values() for claim in claims for h in claim.given}
    assert {*SPARED, *POINTS} <= given
    assert {*SORTS, *BESIDE, *NAMES} <= set(ENTRIES)
    assert len(ENTRIES) == len(set(ENTRIES)) == 129


X, Y, B = sym("x"), sym("y"), sym("b", "positive")
NEEDED, OTHER = make("le", ZERO, X), make("lt", Y, X)
UNDER = Claim("page.c", "page.py", 1, fn("abs", X), (Link("eq", X),), given=(NEEDED, OTHER))


def test_a_condition_that_is_not_needed_shows() -> None:
    """The looks above are seen to fail: |x| = x wants nothing of y, e^b > 0 nothing of b, and what is true does not fail."""
    assert refuted(without(UNDER, NEEDED))
    assert not refuted(without(UNDER, OTHER))
    assert refuted(widened(Claim("page.c", "page.py", 1, ZERO, (Link("lt", B),)), "b"))
    assert not refuted(widened(Claim("page.c", "page.py", 1, ZERO, (Link("lt", fn("exp", B)),)), "b"))
    assert not fails(UNDER)


def test_a_hypothesis_without_a_reason_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "SPARED", {})
    with pytest.raises(AssertionError, match="not refuted without"):
        test_a_condition_is_needed("000.3.5.split")


def test_a_reason_for_what_is_needed_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "SPARED", {("step_functions.abs_slope", "x != 0"): "it is not"})
    with pytest.raises(AssertionError, match="is needed"):
        test_a_condition_is_needed("003.1f")
