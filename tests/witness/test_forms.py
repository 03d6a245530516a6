"""Statements of other shapes than a chain: what is sampled, what is measured, and what does not apply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from witness_pages import (
    HALF,
    ONE,
    TRUE,
    TWO,
    ZERO,
    D,
    Term,
    add,
    array,
    cases,
    eq,
    exp,
    fn,
    i,
    index,
    j,
    le,
    lt,
    make,
    mul,
    n,
    neg,
    num,
    power,
    square,
    sub,
    sym,
    total,
    x,
    y,
)  # fmt: skip

from derive.outcome import Witness
from derive.statement.claim import Claim, Form
from derive.witness import forms, witness_page
from derive.witness.forms import move
from derive.witness.lower import Unlowered
from derive.witness.sampling import Region, Sample, sample

a = sym("a", "positive")
P, Z, U = array("p", n), array("z", n), array("u", n)
relu = fn("max", x, ZERO)


def witness(name: str, *given: Term, **parts: object) -> Witness:
    return witness_page([Claim("page.form", "page.py", 1, form=Form(name, tuple(parts.items())), given=given)])["page.form"]


def soft(threshold: Term) -> Term:
    return mul(fn("sign", y), fn("max", sub(fn("abs", y), threshold), ZERO))


def prox(threshold: Term) -> dict[str, object]:
    return {
        "point": (soft(threshold),),
        "objective": add(mul(HALF, square(sub(x, y))), mul(a, fn("abs", x))),
        "over": (x,),
        "subject_to": (),
    }


def test_minimises() -> None:
    assert witness("minimises", **prox(a)).status == "AGREES"
    found = witness("minimises", **prox(mul(num("1001/1000"), a)))
    assert found.status == "DISAGREES"
    assert found.note.startswith("no other point is better: at ")


def test_minimises_over_an_array() -> None:
    mean = mul(power(n, -1), total(Z(j), j))
    objective = total(square(sub(P(i), Z(i))), i)
    centred = sub(Z(i), sub(mean, power(n, -1)))
    simplex = (eq(total(P(i), i), ONE),)
    assert witness("minimises", point=(centred,), objective=objective, over=(P(i),), subject_to=simplex).status == "AGREES"
    off = witness("minimises", point=(add(centred, num("1/10")),), objective=objective, over=(P(i),), subject_to=simplex)
    assert off.status == "DISAGREES"
    assert off.note.startswith("the minimiser is feasible")
    box = (le(ZERO, P(i)), le(P(i), ONE))
    clip = fn("min", fn("max", Z(i), ZERO), ONE)
    assert witness("minimises", point=(clip,), objective=objective, over=(P(i),), subject_to=box).status == "AGREES"
    assert witness("minimises", point=(mul(HALF, clip),), objective=objective, over=(P(i),), subject_to=box).status == "DISAGREES"


def test_convex() -> None:
    lse = fn("log", total(exp(U(i)), i))
    assert witness("convex", expression=lse, over=(U(i),)).status == "AGREES"
    assert witness("convex", expression=neg(lse), over=(U(i),)).status == "DISAGREES"
    assert witness("convex", lt(ZERO, x), expression=power(x, 3), over=(x,)).status == "AGREES"
    assert witness("convex", expression=power(x, 3), over=(x,)).status == "DISAGREES"
    assert witness("convex", expression=mul(y, y, neg(exp(x))), over=(y,)).status == "DISAGREES"


def kink(
    f: Term, left: Term, right: Term, at: Term = ZERO, chosen: tuple[tuple[str, Term], ...] = (), given: tuple[Term, ...] = ()
) -> Witness:
    return witness("differentiable_at", *given, expression=f, variable=x, point=at, left=left, right=right, chosen=chosen)


def test_one_sided_derivatives() -> None:
    assert kink(relu, ZERO, ONE).status == "AGREES"
    assert kink(relu, ZERO, ZERO).status == "DISAGREES"
    assert kink(fn("abs", sub(x, ONE)), neg(ONE), ONE, at=ONE).status == "AGREES"
    assert kink(cases(square(x), lt(x, ZERO), mul(y, x), TRUE), ZERO, y).status == "AGREES"
    assert kink(cases(square(x), lt(x, ZERO), mul(y, x), TRUE), ZERO, ONE).status == "DISAGREES"
    leaky = fn("max", x, mul(a, x))
    assert kink(leaky, a, ONE, given=(lt(a, ONE),)).status == "AGREES"
    assert kink(leaky, a, ONE, given=(lt(ONE, a),)).status == "DISAGREES"
    assert kink(D(mul(x, fn("abs", x)), x), neg(TWO), TWO).status == "AGREES"
    assert kink(D(mul(x, fn("abs", x)), x), neg(TWO), ONE).status == "DISAGREES"


def test_a_seed_adds_points_to_those_at_which_slopes_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds at the points of every run may fail at one that only a seed draws; that point counts for nothing else."""
    form = Form(
        "differentiable_at", tuple({"expression": mul(y, fn("abs", x)), "variable": x, "point": ZERO, "left": neg(y), "right": y}.items())
    )
    bent = Form("differentiable_at", (*form.parts[:4], ("right", fn("min", y, num(10**6)))))

    def far(where: Region, sizes: dict[Term, int], count: int, seed: int) -> Sample | None:
        found = sample(where, sizes, count, 0)
        return replace(found, values={y: found.values[y] + 10.0**7}) if seed and found else found

    monkeypatch.setattr(forms, "sample", far)
    page = [Claim(f"page.{name}", "page.py", 1, form=f) for name, f in (("form", form), ("bent", bent))]
    first, other = (list(witness_page(page, seed).values()) for seed in (0, 7))
    assert [w.status for w in first] == ["AGREES", "AGREES"]
    assert [w.status for w in other] == ["AGREES", "DISAGREES"]
    assert [w.points for w in first] == [w.points for w in other]


def test_one_sided_derivatives_of_a_function_of_arrays() -> None:
    weighted = total(mul(U(i), fn("abs", sub(x, a))), i)
    slope = total(U(i), i)
    assert kink(weighted, neg(slope), slope, at=a).status == "AGREES"
    wrong = kink(weighted, neg(slope), total(square(U(i)), i), at=a)
    assert wrong.status == "DISAGREES"
    assert "the derivative from the right" in wrong.note
    # at every place of a free index
    assert kink(mul(U(i), relu), ZERO, U(i)).status == "AGREES"
    assert kink(mul(U(i), relu), ZERO, mul(TWO, U(i))).status == "DISAGREES"
    assert "another at each place" in kink(fn("abs", sub(x, U(i))), neg(ONE), ONE, at=U(i)).note


def test_what_a_library_chooses_at_a_kink() -> None:
    choices = (("jax.nn.relu", ZERO), ("jnp.maximum(x, 0)", HALF), ("torch.relu", num(3)))
    assert kink(relu, ZERO, ONE, chosen=choices).status == "AGREES"
    wrong = kink(relu, ZERO, ONE, chosen=(("jax.nn.relu", HALF),))
    assert wrong.status == "DISAGREES"
    assert "the derivative of jax.nn.relu is 0.0, not 0.5" in wrong.note


@pytest.mark.parametrize(
    ("expression", "printed", "status"),
    [
        (power(TWO, HALF), "1.41", "AGREES"),
        (power(TWO, HALF), "1.42", "DISAGREES"),
        (power(TWO, HALF), "1", "AGREES"),
        (neg(exp(ONE)), "-2.718", "AGREES"),
        (num("5/2"), "3", "NOT_RUN"),
        (x, "1", "NOT_RUN"),
    ],
)
def test_rounds_to(expression: Term, printed: str, status: str) -> None:
    assert witness("rounds_to", expression=expression, printed=printed).status == status


def test_member() -> None:
    bounded = make("and", lt(neg(ONE), x), lt(x, ONE))
    tanh = fn("tanh", y)
    table = {x: tanh}
    assert witness("member", element=tanh, set=move(bounded, table)).status == "AGREES"
    assert witness("member", element=tanh, set=make("and", lt(ZERO, tanh), lt(tanh, ONE))).status == "DISAGREES"
    assert witness("member", element=ONE, set=(ONE, TWO)).status == "NOT_APPLICABLE"


@pytest.mark.parametrize("name", ["tends_to", "has_shape", "costs", "exists", "not_always"])
def test_forms_without_points(name: str) -> None:
    assert witness(name, expression=x, proposition=lt(x, ONE), point=()).status == "NOT_APPLICABLE"


def test_a_value_moves_into_every_entry_of_its_array() -> None:
    assert move(total(mul(U(i), U(num(0))), i), {U(j): mul(TWO, Z(j))}) is total(mul(mul(TWO, Z(i)), mul(TWO, Z(num(0)))), i)
    assert move(add(x, y), {x: y, y: x}) is add(y, x)
    with pytest.raises(Unlowered, match="is bound where"):
        move(total(mul(U(i), U(i)), i), {U(j): Z(index("i", n))})
