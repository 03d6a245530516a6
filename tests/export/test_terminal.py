"""Terminal: the table and the failure text, letter by letter."""

from __future__ import annotations

from derive.export import terminal


def test_table(library) -> None:
    shown = terminal.table(library.outcomes, width=120, colour=False)
    lines = shown.splitlines()
    assert lines[0].split() == ["claim", "verdict", "for", "witness", "outcome"]
    assert lines[2].split() == ["softmax_jacobian.jacobian", "PROVED", "all", "n", "agrees", "verified"]
    assert any(line.startswith("sigmoid_tanh.corner") and "off kinks" in line for line in lines)
    assert "10 PROVED, 2 REFUTED, 1 UNKNOWN, 1 ADMITTED, 1 CONFLICT, 1 ILL-POSED" in shown
    assert "2 not witnessed" in shown
    assert "3 not as expected" in shown
    assert "\x1b" not in shown


def test_colour_is_asked_for(library) -> None:
    assert "\x1b[32mPROVED" in terminal.table(library.outcomes, width=120, colour=True)


def test_nothing_decided_is_said_aloud() -> None:
    assert terminal.table([], colour=False) == "no claims: nothing was decided"


def test_narrow_terminals_lose_no_word(library) -> None:
    shown = terminal.table(library.outcomes, width=70, colour=False)
    assert max(len(line) for line in shown.splitlines()) <= 70
    assert shown.count("PROVED") == terminal.table(library.outcomes, width=120, colour=False).count("PROVED")


def test_a_refuted_link(library) -> None:
    assert terminal.failure(library.find("softmax_jacobian.cross_entropy")) == (
        "derivations/softmax_jacobian.py:48  softmax_jacobian.cross_entropy, link 1 of 2: REFUTED\n"
        "  from     −log(e^{x_i} / (Σ_k e^{x_k}))\n"
        "  eq       log(Σ_k e^{x_k}) − 2 x_i   why: logarithm of a quotient\n"
        "  at       n = 1, i = 0, x = (1):   0 ≠ −1   (exact)\n"
        "derivations/softmax_jacobian.py:48  softmax_jacobian.cross_entropy, link 2 of 2: REFUTED\n"
        "  from     log(Σ_k e^{x_k}) − 2 x_i\n"
        "  eq       log(Σ_k e^{x_k}) − x_i   why: logarithm of a quotient\n"
        "  at       n = 1, i = 0, x = (1/3):   −1/3 ≠ 0   (left minus right in [−0.333333333333333 +/- 3.34e−16])\n"
        "  jax      agrees with the claim (float64, 4096 points)\n"
        "  next     python -m derive derivations/softmax_jacobian.py::cross_entropy --explain"
    )


def test_an_unknown(library) -> None:
    assert terminal.failure(library.find("sigmoid_tanh.arctangent")) == (
        "derivations/sigmoid_tanh.py:46  sigmoid_tanh.arctangent: UNKNOWN\n"
        "  from     arctan(x)\n"
        "  le       |x|   why: concave on the right\n"
        "  tried    field: the forms differ; balls: 200 points, none refutes; 2000 rule steps\n"
        "  jax      did not run: ModuleNotFoundError: No module named 'jax'\n"
        "  next     python -m derive derivations/sigmoid_tanh.py::arctangent --explain"
    )


def test_a_conflict(library) -> None:
    assert terminal.failure(library.find("sigmoid_tanh.clash")) == (
        "derivations/sigmoid_tanh.py:58  sigmoid_tanh.clash: CONFLICT\n"
        "  finding  CONFLICT: it is PROVED, and JAX disagrees: at x = 3\n"
        "  next     python -m derive derivations/sigmoid_tanh.py::clash --explain"
    )


def test_a_printed_formula_that_should_have_been_refuted(library, make_outcome) -> None:
    erratum = library.find("softmax_jacobian.sign").item
    proved = library.find("softmax_jacobian.jacobian").verdict
    outcome = make_outcome(erratum, proved, result="unexpected", messages=("the printed formula should be REFUTED, and it is PROVED",))
    shown = terminal.failure(outcome)
    assert "softmax_jacobian.sign: PROVED" in shown
    assert "  printed  ∂/∂x_j (e^{x_i} / (Σ_k e^{x_k})) = e^{x_i} (δ_ij + e^{x_j} / (Σ_k e^{x_k})) / (Σ_k e^{x_k})" in shown
    assert "  finding  the printed formula should be REFUTED, and it is PROVED" in shown
