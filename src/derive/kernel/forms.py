"""Statements that are no chains: each form's own rule of proof and its own way to be refuted.

tends_to           limits.py
minimises          p is feasible, and f(y) - f(p) >= c |y - p|^2 for every feasible y and some c > 0: p is the one minimiser
convex             the second derivative along every direction is not negative; with kinks, the midpoint inequality and continuity
differentiable_at  the pieces on both sides of the point, their values and their slopes there, by continuity or as limits
exists             true at an exact point;  not_always: false at an exact point
has_shape          the sizes of the axes, one by one
member             as a proposition
rounds_to          a ball, against half a unit of the last printed place; halves go up
costs              operations counted on the expression tree, as a polynomial in the sizes
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace as changed
from fractions import Fraction
from itertools import islice, product
from typing import Any

from derive.kernel import balls, defined, points
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.balls import Point
from derive.kernel.cell import SORT_SIGNS, Cell, Stuck, cells_of
from derive.kernel.cells import Cells
from derive.kernel.derivative import Unsupported, depends, differentiate
from derive.kernel.hypothesis import sort_out
from derive.kernel.limits import INFINITE, limit
from derive.kernel.proof import Budget, Exhausted, Proof, bounded
from derive.kernel.question import Question, renaming
from derive.kernel.signs import Contradiction, Fact
from derive.kernel.verdict import Counterexample, Status, Verdict, mint
from derive.statement.claim import Form
from derive.statement.step import Step
from derive.statement.term import (
    HALF,
    KINKS,
    MINUS_ONE,
    ONE,
    OO,
    TRUE,
    TWO,
    ZERO,
    Term,
    Tied,
    add,
    entry,
    free,
    index,
    make,
    mul,
    num,
    power,
    rebuild,
    replace,
    show,
    sub,
    subterms,
    total,
)  # fmt: skip

# Values of the parameters of a limit that no rule finds, by sort, and how many of their combinations are looked at
SMALL = {
    "real": (ZERO, ONE, MINUS_ONE), "nonzero": (ONE, MINUS_ONE), "positive": (ONE, TWO), "negative": (MINUS_ONE, num(-2)),
    "nonnegative": (ZERO, ONE), "nonpositive": (ZERO, MINUS_ONE),
}  # fmt: skip
MOST_VALUES = 32


def decide_form(form: Form, given: tuple[Term, ...], budget: Budget) -> Verdict:
    """The verdict on a statement that is no chain."""
    rule = _RULES.get(form.name)
    form, given = _parted(form, Given(*sort_out(given, _all_terms(form.parts))))
    if rule is None:
        return mint(Status.UNKNOWN, tried=(f"no rule for {form.name}",))
    trouble = _about_its_own_variable(form, given)
    if trouble:
        return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(trouble,))
    try:
        return rule(form, given, budget)
    except (Stuck, Beyond, Undefined, Unsupported, Split, Contradiction, Tied) as error:
        return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(f"proof: {error}",))
    except Exhausted as spent:
        return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(f"stopped after {spent}",))


class Given(tuple[Term, ...]):
    """The hypotheses of a form; `own` are those that speak of its own indices."""

    own: tuple[Term, ...]

    def __new__(cls, given: Iterable[Term], own: tuple[Term, ...] = ()) -> Given:
        made = super().__new__(cls, given)
        made.own = own
        return made

    def ask(self, lhs: Term, rhs: Term, relation: str = "eq", more: tuple[Term, ...] = ()) -> Question:
        """A question under these hypotheses and more; the latter hold for all values of their indices."""
        return Question(lhs, rhs, relation, (*self, *more), self.own)


def _parted(form: Form, given: Given) -> tuple[Form, Given]:
    """The statement and its hypotheses with other names for what they bind under the name of a free variable."""
    patterns = ("over", "point") if form.name == "minimises" else ("over",)  # x[i] says there what happens at every place
    stated = [t for name, part in form.parts if name not in patterns for t in _all_terms(part)]
    own = {v for t in (*stated, *given.own) for v in free(t)} | {v for h in given for v in free(h) if v.op == "sym"}
    change = renaming(own, (*_all_terms(form.parts), *given))
    if change is None:
        return form, given

    def go(part: Any) -> Any:
        return change(part) if isinstance(part, Term) else tuple(map(go, part)) if isinstance(part, tuple) else part

    return changed(form, parts=go(form.parts)), Given(map(change, given), tuple(map(change, given.own)))


# The variable of these forms is theirs alone: a hypothesis about it would hold where the form looks, or not, and prove anything.
_OWN_VARIABLE = {
    "minimises": ("over", "a condition on what is minimised belongs to the set: subject_to=..."),
    "tends_to": ("variable", "a limit from one side is side='+' or side='-'"),
    "differentiable_at": ("variable", "the point is at=..., and both sides of it count"),
}


def _about_its_own_variable(form: Form, given: Iterable[Term]) -> str:
    """Why a hypothesis is none of this form's, where it speaks of the variable that the form lets run; "" where all may stay."""
    part, advice = _OWN_VARIABLE.get(form.name, ("", ""))
    for variable in _terms(form[part]) if part else ():
        name = variable.args[0]
        for h in given:
            if any(u is variable or u.op == variable.op == "entry" and u.args[0] == name for u in subterms(h)):
                return f"the hypothesis {show(h)} speaks of {name}, which is bound here; {advice}"
    return ""


def _all_terms(parts: object) -> list[Term]:
    if isinstance(parts, Term):
        return [parts]
    return [t for p in parts for t in _all_terms(p)] if isinstance(parts, tuple) else []


def _terms(value: Any) -> tuple[Term, ...]:
    return (value,) if isinstance(value, Term) else tuple(value or ())


def _proved(form: Form, given: Given, proof: Proof, budget: Budget, *terms: Term) -> Verdict:
    from derive.kernel.decide import hypotheses, scope

    question = given.ask(terms[0] if terms else ZERO, terms[1] if len(terms) > 1 else ZERO)
    point = points.satisfying(question, Budget(20_000, 5.0)) if given else Point()
    if point is None:
        return _impossible(given)
    return mint(
        Status.PROVED, scope=scope(question), region=proof.region, hypotheses=hypotheses(question, proof.assumed), oracles=proof.oracles,
        rules=(form.name, *proof.rules), steps=bounded((Step((form.name,), None, (), proof.steps),)),
        satisfied_at=point.printed() if given else (),
    )  # fmt: skip


def _impossible(given: Given) -> Verdict:
    from derive.kernel.decide import IMPOSSIBLE

    return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(IMPOSSIBLE,))


# --- limits -------------------------------------------------------------------------------------------------------------------


def _tends_to(form: Form, given: Given, budget: Budget) -> Verdict:
    """The limit for all values of the parameters; where no rule finds it, a refutation at small values of them.

    not f -> v under G and p = c, at a point
    ----------------------------------------
    not f -> v under G
    """
    try:
        return _limits(form, given, budget)
    except (Beyond, Split) as error:
        for values in _small_values(form, given):
            try:
                found = _limits(form, Given((*given, *values), given.own), budget)
            except (Stuck, Beyond, Undefined, Unsupported, Split, Contradiction, Tied):
                continue  # other values
            if found.status is Status.REFUTED:
                return mint(Status.REFUTED, hypotheses=tuple(map(show, given)), counterexample=found.counterexample)
        raise error


def _small_values(form: Form, given: Given) -> Iterable[tuple[Term, ...]]:
    """Small values for the parameters of a limit, as hypotheses; all entries of an array have the same."""
    question = given.ask(form["expression"], ZERO)  # type: ignore[arg-type]
    parameters = [v for v in question.symbols if v is not form["variable"]]
    for array in question.arrays:
        parameters.append(entry(*array, tuple(index(f"κ{k}", size) for k, size in enumerate(array[2]))))
    parameters = [v for v in parameters if v.args[1] in SMALL]
    for values in islice(product(*(SMALL[v.args[1]] for v in parameters)), MOST_VALUES):
        yield tuple(make("eq", v, value) for v, value in zip(parameters, values, strict=True))


def _limits(form: Form, given: Given, budget: Budget) -> Verdict:
    """The limit from each side that counts, by limits.py. Figures of refutation, at a point of the case:

        f -> w from a side, w != v      f -> oo or -oo from a side, v is a number      f -> w, a number, v is oo or -oo
        --------------------------      ---------------------------------------------  --------------------------------
        not f -> v                      not f -> v                                     not f -> v

    Two sides that differ refute a limit from both. A side on which the variable has no values refutes nothing.
    """
    parts: dict[str, Any] = dict(form.parts)
    t, variable, point, value, side = (parts[k] for k in ("expression", "variable", "point", "value", "side"))
    cells = Cells(budget)
    question = given.ask(t, value if value not in INFINITE else ZERO)
    own = {*question.symbols, *question.sizes, *question.indices} - {variable}
    ways = ("+", "-") if side == "" and point not in INFINITE else (side,)
    todo = [(way, cell, 0) for way in ways[::-1] for cell in cells.settled(cells_of(question))]
    while todo:
        way, cell, depth = todo.pop()
        try:
            found = limit(t, variable, point, way, cells, cell)
        except (Beyond, Split) as error:
            gap = getattr(error, "gap", None) or _unsigned(t, variable, cells, cell)
            # What a sum binds has no one sign: of its terms some may be positive, others negative.
            if gap is None or not free(gap) <= own or depth >= 3:
                raise
            cells.rules["case-split"] = None
            todo += [(way, cell.with_fact(Fact(gap, s)), depth + 1) for s in cells.signs_of(gap, cell)]
            continue
        if found is value:
            continue
        if not _comes_near(variable, point, way):
            if not {found, value}.isdisjoint(INFINITE):
                away = {"+": "above", "-": "below"}.get(way, "there")
                return mint(
                    Status.UNKNOWN, hypotheses=tuple(map(show, given)),
                    tried=(f"{show(variable)} does not come near {show(point)} from {away}, where the limit would be {_end(found)}",),
                )  # fmt: skip
            cells.vanish(sub(found, value), cell)
        elif found in INFINITE or value in INFINITE:
            return _other_end(found, value, given, cell, variable)
        elif verdict := _same_value(found, value, given, cells, cell, variable):
            return verdict
    return _proved(form, given, cells.proof(), budget, t, *(v for v in (value,) if v not in INFINITE))


def _comes_near(variable: Term, point: Term, way: str) -> bool:
    """Whether the variable, by its sort, has values as near to the point as one likes, on this side of it."""
    sort = variable.args[1]
    above, below = sort not in ("negative", "nonpositive"), sort in ("real", "nonzero", "integer", "negative", "nonpositive")
    if point in INFINITE:
        return above if point is OO else below
    if sort in ("real", "nonzero"):
        return True
    if "integer" in sort or point.op != "num":
        return False
    at = point.args[0] if above else -point.args[0]
    return bool(at > 0 or at == 0 and way == ("+" if above else "-"))


def _other_end(found: Term, value: Term, given: Given, cell: Cell, variable: Term) -> Verdict:
    """One of two limits is infinite, and the other is not: refuted at a point of the case at which a finite one has a value."""
    finite = next((u for u in (found, value) if u not in INFINITE), ZERO)
    # The two sides of this question differ wherever they have a value.
    counter = points.search(given.ask(finite, add(finite, ONE), more=_propositions(cell)), Budget(5000, 3.0), 0)
    if counter is None:
        return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(f"the limit found is {_end(found)}",))
    at = tuple((name, at) for name, at in counter.at if name != variable.args[0])
    lhs, rhs = (_end(u) if u in INFINITE else counter.lhs for u in (found, value))
    return mint(Status.REFUTED, hypotheses=tuple(map(show, given)), counterexample=Counterexample(at, lhs, rhs, ""))


def _end(found: Term) -> str:
    return "-oo" if found is INFINITE[1] else show(found)


def _unsigned(t: Term, variable: Term, cells: Cells, cell: Cell) -> Term | None:
    """A parameter whose sign is not known: the limit may depend on it."""
    return next(
        (v for v in sorted(free(t), key=show) if v.op == "sym" and v is not variable and cells.sign(v, cell) not in ("+", "-", "0")), None
    )


def _same_value(found: Term, value: Term, given: Given, cells: Cells, cell: Cell, gone: Term | None = None) -> Verdict | None:
    """None where found = value is proved; a refutation where two proved values differ at an exact point. `gone`: what they do not hold."""
    try:
        cells.vanish(sub(found, value), cell)
    except Stuck:
        for effort in (0, 1):
            counter = points.search(given.ask(found, value, more=_propositions(cell)), Budget(5000, 3.0), effort)
            if counter is not None:
                at = tuple((name, at) for name, at in counter.at if gone is None or name != gone.args[0])
                return mint(Status.REFUTED, hypotheses=tuple(map(show, given)), counterexample=changed(counter, at=at))
        raise
    return None


def _propositions(cell: Cell) -> tuple[Term, ...]:
    """The facts of a cell as hypotheses; those for every index are among the hypotheses already."""
    relations = {"+": ("lt", 1), "-": ("lt", -1), ">=0": ("le", 1), "<=0": ("le", -1), "0": ("eq", 1), "!=0": ("ne", 1)}
    out = []
    for fact in cell.facts:
        if not fact.every and not fact.apart:
            op, side = relations[fact.sign]
            out.append(make(op, *((ZERO, fact.gap) if side > 0 else (fact.gap, ZERO))))
    return tuple(out)


# --- optima -------------------------------------------------------------------------------------------------------------------


def move(t: Term, table: dict[Term, Term]) -> Term:
    """t with each variable replaced; for an array, given as an entry x[i], every entry takes the value at its own place."""
    t = replace(t, {v: w for v, w in table.items() if v.op != "entry"})
    for pattern, value in table.items():
        if pattern.op == "entry":
            t = _move_array(t, pattern, value)
    return t


def _move_array(t: Term, pattern: Term, value: Term) -> Term:
    done: dict[Term, Term] = {}

    def go(u: Term) -> Term:
        if u not in done:
            here = rebuild(u, go)
            if here.op == "entry" and here.args[0] == pattern.args[0]:
                here = replace(value, dict(zip(pattern.args[3], here.args[3], strict=True)))
            done[u] = here
        return done[u]

    return go(t)


def _minimises(form: Form, given: Given, budget: Budget) -> Verdict:
    from derive.kernel.decide import decide, prove, prove_proposition

    objective, over, point = form["objective"], _terms(form["over"]), _terms(form["point"])
    subject = _terms(dict(form.parts).get("subject_to"))
    here = dict(zip(over, point, strict=True))
    best = move(objective, here)  # type: ignore[arg-type]
    better = given.ask(best, objective, "le", subject)  # type: ignore[arg-type]
    counter = points.search(better, Budget(2000, 2.0), 0) or points.search(better, Budget(4000, 3.0), 1)
    if counter is not None:
        return mint(Status.REFUTED, hypotheses=tuple(map(show, given)), counterexample=counter)
    proof = Proof(("feasible",))
    for v, value in here.items():
        sort = v.args[1]
        if sort == "real":
            continue
        if "integer" in sort or not all(
            Cells(budget).sign_in_every_case(value, cell, _WANTED[SORT_SIGNS[sort]]) for cell in cells_of(better)
        ):
            raise Beyond(f"{show(value)} may be no {sort} value of {show(v)}")
    for condition in subject:
        target = move(condition, here)
        verdict = decide(given.ask(TRUE, target, "implies"), Budget(seconds=5.0)) if target.op not in ("le", "lt", "eq") else None
        if verdict is not None and verdict.status is not Status.PROVED:
            return verdict
        if verdict is None:
            proof = proof.then(prove_proposition(target, tuple(given), given.ask(TRUE, target, "implies"), budget))
    distance = add(*(_squared(v, p) for v, p in here.items()))
    last: Exception | None = None
    for c in (Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)):
        try:
            stronger = given.ask(add(best, mul(num(c), distance)), objective, "le", subject)  # type: ignore[arg-type]
            proof = proof.then(prove(stronger, Budget(budget.steps, budget.seconds / 4)))
            return _proved(form, given, proof, budget, objective, best)  # type: ignore[arg-type]
        except (Stuck, Beyond, Undefined, Unsupported, Split, Exhausted) as error:
            last = error
    raise Beyond(f"no certificate: {last}")


def _squared(variable: Term, value: Term) -> Term:
    gap = power(sub(variable, value), 2)
    for i in variable.args[3] if variable.op == "entry" else ():
        if i.op == "index":
            gap = total(gap, i)
    return gap


def _convex(form: Form, given: Given, budget: Budget) -> Verdict:
    from derive.kernel.decide import prove

    f, over = form["expression"], _terms(form["over"])
    other = {v: _twin(v) for v in over}
    middle = move(f, {v: mul(HALF, add(v, w)) for v, w in other.items()})  # type: ignore[arg-type]
    mean = mul(HALF, add(f, move(f, other)))  # type: ignore[arg-type]
    midpoint = given.ask(middle, mean, "le", tuple(p for p in (move(p, other) for p in given) if p not in given))
    counter = points.search(midpoint, Budget(2000, 2.0), 0) or points.search(midpoint, Budget(6000, 4.0), 1)
    if counter is not None:
        return mint(Status.REFUTED, hypotheses=tuple(map(show, given)), counterexample=counter)
    cells = Cells(budget)
    if any("nonzero" in v.args[1] or "integer" in v.args[1] for v in over):
        raise Beyond("variables whose values are no interval")
    if not all(_affine(h, over) for h in given):
        raise Beyond("hypotheses that may cut a hole into the region")
    for cell in cells.settled(cells_of(midpoint)):
        for need in defined.open_needs(cells, f, cell):  # type: ignore[arg-type]
            raise Beyond(f"a region on which {show(need.term)} may fail to be {need.sign}")
    if not any(u.op in KINKS for u in subterms(f)):  # type: ignore[arg-type]
        curvature = ZERO
        directions = {v: _direction(v) for v in over}
        for v, d in directions.items():
            for w, e in directions.items():
                w2, e2 = _apart(w, e)
                second = differentiate(differentiate(f, v), w2)  # type: ignore[arg-type]
                curvature = add(curvature, _summed(_summed(mul(d, e2, second), v), w2))
        proof = prove(given.ask(ZERO, curvature, "le"), budget)
        return _proved(form, given, Proof(("curvature",)).then(proof), budget, f)  # type: ignore[arg-type]
    if any(u.op in ("sign", "heaviside", "floor", "ceiling", "mod", "piecewise") for u in subterms(f)):  # type: ignore[arg-type]
        raise Beyond("convexity of a function that may jump")
    proof = prove(midpoint, budget)
    return _proved(form, given, Proof(("midpoint",)).then(proof), budget, f)  # type: ignore[arg-type]


def _affine(h: Term, over: tuple[Term, ...]) -> bool:
    """Whether a hypothesis describes a convex region: an order or an equation between affine terms."""
    if h.op not in ("le", "lt", "eq") or any(u.op in KINKS for u in subterms(h)):
        return not any(depends(h, v) for v in over)
    cells = Cells(Budget(5000, 2.0), solver=False)
    for v in over:
        for w in over:
            try:
                cells.vanish(differentiate(differentiate(sub(*h.args), v), _apart(w, w)[0]), Cell())
            except (Stuck, Beyond, Undefined, Unsupported):
                return False
    return True


def _twin(v: Term) -> Term:
    return make(v.op, v.args[0] + "'", *v.args[1:])


def _direction(v: Term) -> Term:
    if v.op == "entry":
        return make("entry", "→direction " + v.args[0], "real", v.args[2], v.args[3])
    return make("sym", "→direction " + v.args[0], "real")


def _apart(v: Term, d: Term) -> tuple[Term, Term]:
    """The same entry and its direction at indices of their own."""
    if v.op != "entry":
        return v, d
    table = {i: index(i.args[0] + "''", i.args[1]) for i in v.args[3] if i.op == "index"}
    return replace(v, table), replace(d, table)


def _summed(t: Term, v: Term) -> Term:
    for i in v.args[3] if v.op == "entry" else ():
        if i.op == "index":
            t = total(t, i)
    return t


# --- kinks --------------------------------------------------------------------------------------------------------------------


def _differentiable_at(form: Form, given: Given, budget: Budget) -> Verdict:
    f, variable, point = form["expression"], form["variable"], form["point"]
    cells = Cells(budget)
    for cell in cells.settled(cells_of(given.ask(f, ZERO))):  # type: ignore[arg-type]
        at = {variable: point}
        if not defined.has_value_at(cells, f, at, cell):  # type: ignore[arg-type]
            raise Beyond("a function that may have no value at the point")
        value = cells.resolve(replace(f, at), cell)  # type: ignore[arg-type]
        for side, name in (("-", "left"), ("+", "right")):
            piece, near = one_sided(f, variable, point, side, cells, cell)  # type: ignore[arg-type]
            for need in defined.open_needs(cells, piece, near):
                raise Beyond(f"{show(need.term)} may fail to be {need.sign} next to the point")
            owed: list[tuple[Term, Term]] = []
            slope = differentiate(piece, variable, owed)  # type: ignore[arg-type]
            if owed:
                raise Beyond("a kink inside a sum")
            start, speed = (_from_side(t, variable, point, side, cells, cell, near) for t in (piece, slope))  # type: ignore[arg-type]
            if start in INFINITE:
                raise Beyond("a function that grows towards the point")
            cells.vanish(sub(start, value), cell)
            if speed in INFINITE:
                return _other_end(speed, form[name], given, cell, variable)  # type: ignore[arg-type]
            verdict = _same_value(speed, form[name], given, cells, cell)  # type: ignore[arg-type]
            if verdict is not None:
                return verdict
    cells.rules["one-sided"] = None
    return _proved(form, given, cells.proof(), budget, f)  # type: ignore[arg-type]


def _from_side(t: Term, variable: Term, point: Term, side: str, cells: Cells, cell: Cell, near: Cell) -> Term:
    """What a smooth piece is at a point, or tends to there from its side, on which it has one value with its normal form.

    Where the slope of a piece tends to a number, and the piece to its value, that number is the slope at the point.
    """
    at = {variable: point}
    form, _ = cells.context(near)
    for u in (t, form.term(form.start(t))):
        if defined.has_value_at(cells, u, at, cell):
            return replace(u, at)
    return limit(t, variable, point, side, cells, cell)


def one_sided(f: Term, variable: Term, point: Term, side: str, cells: Cells, cell: Cell) -> tuple[Term, Cell]:
    """The smooth piece of f on one side of a point, and what holds there: each kink takes the sign of its argument at the point, or of
    the argument's slope."""
    if any(u.op in ("floor", "ceiling", "mod") and depends(u, variable) for u in subterms(f)):
        raise Beyond("a function that jumps")
    near = cell.with_fact(Fact(sub(variable, point), side))
    for _ in range(20):
        try:
            return cells.resolve(f, near), near
        except Split as split:
            gap = split.gap
        at = {variable: point}
        there = cells.sign(replace(gap, at), cell)
        if there == "0":
            slope = cells.sign(replace(differentiate(gap, variable), at), cell)
            there = slope if side == "+" else {"+": "-", "-": "+"}.get(slope, slope)
        if there not in ("+", "-"):
            raise Beyond(f"the sign of {show(gap)} next to the point is not known")
        near = near.with_fact(Fact(gap, there))
    raise Beyond("too many kinks at one point")


# --- points -------------------------------------------------------------------------------------------------------------------


def _exists(form: Form, given: Given, budget: Budget) -> Verdict:
    return _at_point(form, given, True)


def _not_always(form: Form, given: Given, budget: Budget) -> Verdict:
    return _at_point(form, given, False)


def _at_point(form: Form, given: Given, wanted: bool) -> Verdict:
    proposition = form["proposition"]
    trouble = misfit(form["point"])
    if trouble:
        return mint(Status.UNKNOWN, tried=(trouble,))
    point = point_of(form["point"], (proposition, *given))  # type: ignore[arg-type]
    for h in given:
        if balls.truth(h, point, 256) is not True:
            return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(f"the point does not surely satisfy {show(h)}",))
    for precision in (64, 256, 1024, 4096):
        holds = balls.truth(proposition, point, precision)  # type: ignore[arg-type]
        if holds is wanted:
            words = ", ".join(f"{name} = {value}" for name, value in point.printed())
            return mint(
                Status.PROVED, hypotheses=tuple(map(show, given)), rules=(form.name, f"at {words}"), steps=(Step((form.name,)),),
                satisfied_at=point.printed() if given else (),
            )  # fmt: skip
        if holds is not None:
            return mint(Status.UNKNOWN, tried=(f"the proposition is {holds} at that point",))
    return mint(Status.UNKNOWN, tried=("balls cannot tell at that point",))


def misfit(pairs: Any) -> str:
    """Why a point is none: a value outside the sort of its variable, or an index outside its range; "" where all fit."""
    values: dict[Term, Term] = dict(pairs)
    for variable, value in values.items():
        if value.op != "num":
            return f"a point wants rational values, got {show(value)}"
        q = value.args[0]
        if variable.op == "index":
            size = replace(variable.args[1], values)
            if q.denominator != 1 or size.op != "num" or not 0 <= q < size.args[0]:
                return f"{show(variable)} = {q} is outside its range of size {show(size)}"
        elif not balls.fits(variable.args[1], q):
            return f"{show(variable)} = {q} is not {variable.args[1]}"
    return ""


def point_of(pairs: Any, terms: tuple[Term, ...]) -> Point:
    """An exact point from pairs (variable, value)."""
    probe = Question(ZERO, ZERO, "eq", terms)
    sizes: dict[Term, int] = {}
    scalars: dict[Term, Fraction | Term] = {}
    indices: dict[Term, int] = {}
    arrays: dict[str, dict[tuple[int, ...], Fraction]] = {}
    for variable, value in pairs:
        if value.op != "num":
            raise Beyond(f"a point wants rational values, got {show(value)}")
        q = value.args[0]
        if variable.op == "entry":
            place = tuple(int(k.args[0]) for k in variable.args[3])
            arrays.setdefault(variable.args[0], {})[place] = q
        elif variable.op == "index":
            indices[variable] = int(q)
        elif variable in probe.sizes:
            sizes[variable] = int(q)
        else:
            scalars[variable] = q
    return Point(sizes, scalars, indices, arrays)


_WANTED = {"+": ("+",), "-": ("-",), ">=0": ("+", "0", ">=0"), "<=0": ("-", "0", "<=0"), "!=0": ("+", "-", "!=0")}


# --- shapes, sets, decimals, counts -----------------------------------------------------------------------------------------------


def _has_shape(form: Form, given: Given, budget: Budget) -> Verdict:
    over, shape = _terms(form["over"]), _terms(form["shape"])
    sizes = tuple(i.args[1] for i in over)
    cells = Cells(budget)
    same = len(sizes) == len(shape)
    for a, b in zip(sizes, shape, strict=False):
        try:
            for cell in cells.settled(cells_of(given.ask(a, b))):
                cells.vanish(sub(a, b), cell)
        except Stuck:
            same = False
    words = (" x ".join(map(show, sizes)), " x ".join(map(show, shape)))
    if same:
        return _proved(form, given, Proof(("axes",)), budget, form["expression"])  # type: ignore[arg-type]
    values = {v: num(k + 2) for k, v in enumerate(sorted({v for t in (*sizes, *shape) for v in free(t)}, key=show))}
    numbers = [" x ".join(show(replace(d, values)) for d in dims) for dims in (sizes, shape)]
    here = given.ask(add(*sizes), add(*shape), more=tuple(make("eq", v, value) for v, value in values.items()))
    if numbers[0] == numbers[1] or given and points.satisfying(here, Budget(20_000, 5.0)) is None:
        return mint(Status.UNKNOWN, hypotheses=tuple(map(show, given)), tried=(f"{words[0]} against {words[1]}",))
    at = tuple((str(v.args[0]), show(value)) for v, value in values.items())
    return mint(Status.REFUTED, hypotheses=tuple(map(show, given)), counterexample=Counterexample(at, numbers[0], numbers[1], ""))


def _member(form: Form, given: Given, budget: Budget) -> Verdict:
    from derive.kernel.decide import decide

    element, values = form["element"], form["set"]
    if isinstance(values, Term):
        goal = values
    else:
        options = [make("eq", element, v) for v in _terms(values)]
        goal = options[0] if len(options) == 1 else make("or", *options)
    return decide(given.ask(TRUE, goal, "implies"), budget)


def _rounds_to(form: Form, given: Given, budget: Budget) -> Verdict:
    t, printed = form["expression"], str(form["printed"])
    if free(t):  # type: ignore[arg-type]
        names = ", ".join(sorted(str(v.args[0]) for v in free(t)))  # type: ignore[arg-type]
        raise Beyond(f"only a number has a decimal, and {names} may be any: put numbers in their place")
    if given and points.satisfying(given.ask(ZERO, ZERO), Budget(20_000, 5.0)) is None:
        return _impossible(given)
    value, places = Fraction(printed), len(printed.partition(".")[2])
    half = Fraction(1, 2) / 10**places
    low, high = num(value - half), num(value + half)
    # Halves go up: the printed decimal stands for [value - half, value + half).
    for side in (Question(low, t, "le"), Question(t, high, "lt")):  # type: ignore[arg-type]
        counter = balls.compare(side, Point({}, {}, {}, {}))
        if counter is not None:
            return mint(Status.REFUTED, counterexample=counter)
    inside = make("and", make("le", low, t), make("lt", t, high))
    for precision in (64, 256, 1024):
        if balls.truth(inside, Point({}, {}, {}, {}), precision) is True:
            return _proved(form, given, Proof(("ball", "halves go up")), budget)
    return mint(Status.UNKNOWN, tried=("balls cannot tell",))


def _costs(form: Form, given: Given, budget: Budget) -> Verdict:
    t, over, count, of = form["expression"], _terms(form["over"]), form["count"], str(form["of"])
    found = cost(t, over, of)  # type: ignore[arg-type]
    cells = Cells(budget)
    for cell in cells.settled(cells_of(given.ask(found, count))):  # type: ignore[arg-type]
        verdict = _same_value(found, count, given, cells, cell)  # type: ignore[arg-type]
        if verdict is not None:
            return verdict
    return _proved(form, given, Proof(("operation-count",)).then(cells.proof()), budget, t)  # type: ignore[arg-type]


def cost(t: Term, over: tuple[Term, ...], of: str = "operations") -> Term:
    """How many operations it takes to evaluate t for every value of the indices `over`: each shared part once for each value of the
    indices that it depends on; a sum over n terms takes n - 1 additions; a sign costs nothing, a quotient is one multiplication."""
    counts: list[Term] = []
    seen: set[Term] = set()

    def go(u: Term, scope: tuple[Term, ...]) -> None:
        if u in seen or u.op in ("num", "const", "sym", "index", "entry"):
            return
        seen.add(u)
        mine = [i for i in scope if i in free(u)]
        times = mul(*(i.args[1] for i in mine))
        adds = mults = 0
        if u.op == "sum":
            body, i = u.args
            go(body, (*scope, i))
            if of != "multiplications":
                counts.append(mul(times, sub(i.args[1], ONE)))
            return
        if u.op == "add":
            adds = len(u.args) - 1
        elif u.op == "mul":
            mults = len([f for f in u.args if f not in (num(-1), ONE)]) - 1
        elif u.op == "pow" and u.args[1].op == "num" and u.args[1].args[0].denominator == 1:
            e = u.args[1].args[0]
            mults = int(abs(e)) - 1  # a^-1 as a factor is a division, counted by the product
        elif u.op in ("deriv", "integral", "piecewise"):
            raise Beyond(f"the cost of {u.op}")
        else:
            mults = 1  # a function value counts as one operation
        for c in u.args:
            if isinstance(c, Term):
                go(c, scope)
        amount = {"operations": adds + mults, "additions": adds, "multiplications": mults}[of]
        if amount:
            counts.append(mul(num(amount), times))

    go(t, over)
    return add(*counts)


_RULES = {
    "tends_to": _tends_to, "minimises": _minimises, "convex": _convex, "differentiable_at": _differentiable_at, "exists": _exists,
    "not_always": _not_always, "has_shape": _has_shape, "member": _member, "rounds_to": _rounds_to, "costs": _costs,
}  # fmt: skip
