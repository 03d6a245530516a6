"""Decide: one question to one verdict. First a few exact points, then a proof, then a longer search.

PROVED needs a proof, hypotheses that some exact point satisfies, and no hypothesis that states the conclusion itself.
REFUTED needs an exact point. Everything else is UNKNOWN, with what was tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as replaced
from fractions import Fraction
from itertools import count

from derive.kernel import defined, points
from derive.kernel.anysize import at_any_size
from derive.kernel.atoms import Beyond, Split, Undefined
from derive.kernel.balls import Point, compare
from derive.kernel.cell import Cell, Stuck, cells_of, flat
from derive.kernel.cells import Cells
from derive.kernel.conclusion import circular
from derive.kernel.derivative import Unsupported
from derive.kernel.equality import instances, prove_equal
from derive.kernel.gathered import gathered
from derive.kernel.induction import candidates, prove_by_induction, tighter
from derive.kernel.integrals import closed_forms, has_integral, prove_done
from derive.kernel.kinks import by_bounds
from derive.kernel.largest import by_the_largest
from derive.kernel.proof import Budget, Exhausted, Proof, bounded, note_overrun, now
from derive.kernel.question import Question
from derive.kernel.ranges import straightened
from derive.kernel.recursion import axes, prove_by_recursion
from derive.kernel.shifted import along_a_step
from derive.kernel.sizes import is_never_empty
from derive.kernel.verdict import Counterexample, Status, Verdict, mint
from derive.statement.step import claimed
from derive.statement.term import Term, Tied, add, make, mul, replace, show, subterms

IMPOSSIBLE = "no exact point was found that satisfies the hypotheses: they may contradict each other"
QUICK, SEARCH = 400, 20_000  # points of the first look and of the long search
SHORT = 500  # steps for a way of proving before another has its turn
SQUEEZE = 20_000  # steps for each half of a squeeze
Way = Callable[[Question, Budget], Proof]
GIVES_UP = (Stuck, Beyond, Undefined, Unsupported, Split, Tied, Exhausted)  # how a proof ends that does not get there


def decide(question: Question, budget: Budget, proved: Verdict | None = None, *, long: bool = True) -> Verdict:
    """The verdict on one question. Raises nothing but programming errors.

    `proved` is a verdict from elsewhere, which stands where the first few points do not refute the question. The long search for
    a counterexample is left out if so asked.
    """
    tried: list[str] = []
    try:
        found = _search(question, budget, 0, QUICK, tried)
        if found is not None:
            return _refuted(question, found)
        if proved is not None:
            return proved
        proof, stuck = _prove(question, budget, tried)
        if proof is not None:
            return _proved(question, proof, budget, tried)
        if stuck is not None:
            found = _from_cell(question, stuck, budget)
            if found is not None:
                return _refuted(question, found)
        found = _from_closed_forms(question, budget, tried)
        if found is not None:
            return _refuted(question, found)
        for effort in (1, 2) if long else ():
            found = _search(question, budget, effort, SEARCH, tried)
            if found is not None:
                return _refuted(question, found)
    except Exhausted as spent:
        tried.append(f"stopped after {spent}" + (" (wall clock)" if budget.timed_out else ""))
    except (RecursionError, MemoryError) as error:
        if isinstance(error, MemoryError):
            note_overrun()  # how much there is depends on the machine
        tried.append("an expression too deep or too large")
    except ValueError as error:
        if "digits" not in str(error):
            raise
        tried.append("a number with too many digits to print")
    if question.given and not budget.timed_out and not _possible(question, budget):
        tried.append(IMPOSSIBLE)
    return mint(Status.UNKNOWN, scope=scope(question), tried=tuple(tried))


def _remaining(budget: Budget) -> float:
    return max(0.05, budget.deadline - now())


def _search(question: Question, budget: Budget, effort: int, steps: int, tried: list[str]) -> Counterexample | None:
    """A counterexample, within a share of the budget; running out of points is no answer."""
    share = Budget(steps, _remaining(budget) * (0.5 if effort < 2 else 1.0))
    try:
        found = points.search(question, share, effort)
    except Exhausted:
        found = None
    if share.timed_out:
        budget.timed_out = True
    if found is None:
        tried.append(f"{share.spent} exact points" if effort == 0 else f"{share.spent} more exact points, effort {effort}")
    return found


def _prove(question: Question, budget: Budget, tried: list[str]) -> tuple[Proof | None, Stuck | None]:
    share = Budget(budget.steps - budget.spent, _remaining(budget) * 0.6)
    try:
        proof = prove(question, share)
        budget.proved = share.spent
        return proof, None
    except Stuck as stuck:
        tried.append(f"proof: {stuck}")
        return None, stuck
    except (Beyond, Undefined, Unsupported, Split, Tied) as error:
        tried.append(f"proof: {error}")
    except Exhausted as spent:
        tried.append(f"proof stopped after {spent}")
        budget.timed_out = budget.timed_out or share.timed_out
    except RecursionError:
        tried.append("proof: an expression nested too deeply")
    return None, None


def prove(question: Question, budget: Budget) -> Proof:
    """A proof of the question; raises Stuck where no rule reaches it."""
    question = question.parted()
    if question.relation not in ("eq", "ne", "le", "lt"):
        return prove_integrals(question, budget)
    goal = claimed(question.relation, *question.sides)
    bounded = by_bounds(question)
    proof = _at_first(lambda _, share: _every(bounded, share), question, budget) if bounded is not None else None
    if proof is not None:
        return proof.within("kinks-bounded", goal)
    along = gathered(question)
    cases = by_the_largest(question) if not along else None
    proof = _at_first(lambda _, share: _every(cases, share), question, budget) if cases is not None else None
    if proof is not None:
        return proof.within("largest", goal)
    for written in along or [question]:
        general = at_any_size(written)
        proof = _at_first(prove, general, budget) if general is not None else None
        if proof is not None:
            proof = proof.within("any-size", goal)
            return proof.within("gathered", goal) if along else proof
    straight = straightened(question)
    if straight is None:
        return prove_integrals(question, budget)
    proof = _at_first(prove_integrals, question, budget)
    if proof is None:
        other, rules = straight
        proof = prove_integrals(other, budget)
        for rule in rules:
            proof = proof.within(rule, goal)
    return proof


def _every(cases: list[Question], budget: Budget) -> Proof:
    """All of these questions, one after the other."""
    proof = Proof(())
    for case in cases:
        proof = proof.then(prove(case, budget))
    return proof


def _at_first(way: Way, question: Question, budget: Budget) -> Proof | None:
    """What a way of proving reaches within a part of the budget, before the question is written otherwise."""
    return _first_of(question, budget, (way, (budget.steps - budget.spent) // 4))


def _first_of(question: Question, budget: Budget, *ways: tuple[Way, int]) -> Proof | None:
    """The proof by the first of these ways that reaches one within its steps."""
    for way, steps in ways:
        try:
            return way(question, Budget(min(steps, budget.steps - budget.spent), _remaining(budget) / 3))
        except GIVES_UP:
            pass  # the next way
    return None


def prove_integrals(question: Question, budget: Budget) -> Proof:
    """A proof of the question, with its integrals as they are or carried out; raises Stuck where no rule reaches it."""
    if question.relation not in ("eq", "ne", "le", "lt") or not has_integral(question):
        return prove_as_it_is(question, budget)
    return _at_first(prove_as_it_is, question, budget) or prove_done(question, budget, prove_as_it_is)


def prove_as_it_is(question: Question, budget: Budget) -> Proof:
    """A proof of the question with its integrals, if any, left as they are; raises Stuck where no rule reaches it."""
    if not axes(question):
        return prove_here(question, budget)
    # What a recursion builds is seldom known but by induction, which ends soon; a search for anything else takes long.
    half = (budget.steps - budget.spent) // 2
    return _first_of(question, budget, (prove_here, SHORT), (_prove_along, half)) or prove_here(question, budget)


def _prove_along(question: Question, budget: Budget) -> Proof:
    return prove_by_recursion(question, budget, prove_here)


def prove_here(question: Question, budget: Budget) -> Proof:
    """A proof of the question at its places as they are, by no induction along an axis; raises Stuck where no rule reaches it."""
    goal = claimed(question.relation, *question.sides)
    moved = along_a_step(question)
    along = _first_of(moved, budget, (prove_equal, budget.steps // 4)) if moved is not None else None
    if along is not None:
        return along.within("same-function", goal)
    if question.relation == "eq":
        try:
            return prove_equal(question, budget)
        except (Stuck, Beyond):
            if candidates(question):
                return prove_by_induction(question, budget, _at_this_size)
            squeezed = _squeezed(question, budget)
            if squeezed is None:
                raise
            return squeezed
    if question.relation in ("le", "lt", "ne"):
        from derive.kernel.inequality import prove_order

        for smaller in one_term(question):
            try:
                proof = prove_order(smaller, Budget(budget.steps // 8, _remaining(budget) / 8))
                return proof.within("one-of-its-terms", goal)
            except GIVES_UP:
                pass  # another term, or another rule
        if summands(question) is not None:
            # The sums may hold what their terms do not: no long turn for either way before both had a short one.
            short = ((_by_their_terms, SHORT), (prove_order, 4 * SHORT)) if budget.steps > 8 * SHORT else ()
            found = _first_of(question, budget, *short, (_by_their_terms, budget.steps // 4))
            if found is not None:
                return found
        if question.relation != "ne" and candidates(question):
            found = _first_of(question, budget, (prove_order, 4 * SHORT), (_from_size_to_size, budget.steps // 2))
            for bound in tighter(question) if found is None else ():
                closer = _first_of(bound, budget, (_from_size_to_size, budget.steps // 8))
                found = closer.within("tighter-bound", goal) if closer is not None else found
            if found is not None:
                return found
        return prove_order(question, budget)
    if question.relation == "implies":
        proof = Proof(("logic",))
        for part in instances(question):
            proof = proof.then(prove_proposition(part.rhs, (*part.given, part.lhs), part, budget))
        return proof.within("logic", goal)
    if question.relation == "iff":
        forth = prove_proposition(question.rhs, (*question.given, question.lhs), question, budget)
        back = prove_proposition(question.lhs, (*question.given, question.rhs), question, budget)
        _same_truth_domain(question, budget)
        return forth.then(back).within("logic", goal)
    raise ValueError(f"unknown relation {question.relation}")


def _from_size_to_size(question: Question, budget: Budget) -> Proof:
    return prove_by_induction(question, budget, _at_this_size)


def _at_this_size(question: Question, budget: Budget) -> Proof:
    """A part of an induction, by no other one; raises Stuck where no rule reaches it."""
    from derive.kernel.inequality import prove_order

    try:
        share = Budget((budget.steps - budget.spent) // 3, _remaining(budget) / 3)
        return prove_equal(question, share) if question.relation == "eq" else prove_order(question, share)
    except GIVES_UP as error:
        raise Stuck(Cell(), str(error)) from error


def _squeezed(question: Question, budget: Budget) -> Proof | None:
    """squeeze: `lhs <= rhs` and `rhs <= lhs` give `lhs = rhs`, where the hypotheses leave no more than an edge."""
    from derive.kernel.inequality import prove_order

    if not any(h.op in ("le", "eq") for h in flat(question.given)):
        return None
    proof = Proof(())
    try:
        for lhs, rhs in (question.sides, question.sides[::-1]):
            share = Budget(min(SQUEEZE, budget.steps - budget.spent), _remaining(budget) / 4)
            proof = proof.then(prove_order(replaced(question, lhs=lhs, rhs=rhs, relation="le"), share))
    except GIVES_UP:
        return None
    return proof.within("squeeze", claimed("eq", *question.sides))


def _same_truth_domain(question: Question, budget: Budget) -> None:
    """Raises Beyond where one side of an equivalence might have no truth value while the other has one."""
    cells = Cells(budget)
    for cell in cells.settled(cells_of(question)):
        trouble = defined.same_domain(cells, *question.sides, cell)
        if trouble:
            raise Beyond(f"one side may be undefined where the other is not: {trouble}")


def one_term(question: Question) -> list[Question]:
    """A sum of terms that are not negative is at least each of them: what is left to show with a term in its place.

    Side conditions: the sum stands alone on the right, or as a part of it; every term has a value and is not negative.
    """
    if question.relation not in ("le", "lt"):
        return []
    parts = question.rhs.args if question.rhs.op == "add" else (question.rhs,)
    out = []
    cells = Cells(Budget(20_000, 2.0), solver=False)
    for s in (u for u in parts if u.op == "sum"):
        body, i = s.args
        never_below = all(cells.sign_by_form(body, cell) in ("+", "0", ">=0") for cell in cells_of(question))
        if not never_below or any(defined.open_needs(cells, body, cell) for cell in cells_of(question)):
            continue
        for k in (v for v in question.indices if v.args[1] is i.args[1]):
            rhs = add(*(u for u in parts if u is not s), replace(body, {i: k}))
            out.append(replaced(question, rhs=rhs))
    return out


def summands(question: Question) -> tuple[Question, Term] | None:
    """Sums over one range are ordered if their terms are, one by one (rule summand-by-summand): the question of one term, and the range.

    Side conditions: both sides are sums over that range and nothing else; for a strict order the range is not empty. Where it may be
    empty, what stands before a sum may lack a value that no term lacks.
    """
    if question.relation not in ("le", "lt"):
        return None
    sides = [_as_summand(t) for t in question.sides]
    ranges = {size for side in sides if side is not None for size, _ in side}
    if None in sides or len(ranges) != 1:
        return None
    size = ranges.pop()
    if question.relation == "lt" and not is_never_empty(size):
        return None
    taken = {u.args[0] for t in question.everything for u in subterms(t) if u.op == "index"}
    name = make("index", next(word for k in count() if (word := "κ" + "'" * k) not in taken), size)
    lhs, rhs = (add(*(replace(body, {_summed(size): name}) for _, body in side or ())) for side in sides)
    return replaced(question, lhs=lhs, rhs=rhs), size


def _by_their_terms(question: Question, budget: Budget) -> Proof:
    """summand-by-summand: the order of two sums from that of their terms; raises Stuck where that does not reach it."""
    each = summands(question)
    if each is None:
        raise Stuck(Cell(), "no sums over one range")
    if not is_never_empty(each[1]):
        _same_truth_domain(question, Budget(budget.steps // 2, _remaining(budget) / 2))
    return prove_here(each[0], budget).within("summand-by-summand", claimed(question.relation, *question.sides))


def _summed(size: Term) -> Term:
    return make("index", "κ of a sum", size)


def _as_summand(t: Term) -> list[tuple[Term, Term]] | None:
    """t as a sum of sums: (range, summand) of each, with one common name for the index; None where something else stands beside them."""
    out: list[tuple[Term, Term]] = []
    for part in t.args if t.op == "add" else (t,):
        if part.op == "num" and part.args[0] == 0:
            continue
        factors = part.args if part.op == "mul" else (part,)
        inner = [f for f in factors if f.op == "sum"]
        if len(inner) != 1:
            return None
        body, i = inner[0].args
        summand = mul(*(f for f in factors if f is not inner[0]), replace(body, {i: _summed(i.args[1])}))
        out.append((i.args[1], summand))
    return out


def prove_proposition(goal: Term, given: tuple[Term, ...], question: Question, budget: Budget) -> Proof:
    """goal from given; `and` part by part, `not` pushed inwards, `or` from the negations of its other parts."""
    op, a = goal.op, goal.args
    if op == "true":
        return Proof(()).within("logic", goal)
    if op == "and":
        proof = Proof(("logic",))
        for part in a:
            proof = proof.then(prove_proposition(part, given, question, budget))
        return proof.within("logic", goal)
    if op == "or":
        region = Question(goal, goal, "implies", given, question.schematic)
        cells = Cells(budget)
        if any(defined.open_needs(cells, goal, cell) for cell in cells.settled(cells_of(region))):
            raise Beyond("an alternative that may be undefined")
        last = a[-1]
        return prove_proposition(last, (*given, *(negation(u) for u in a[:-1])), question, budget).within("logic", goal)
    if op == "not":
        return prove_proposition(negation(a[0]), given, question, budget)
    if op in ("lt", "le", "eq", "ne"):
        # hypotheses taken from the question's own lines speak of its own indices
        own = tuple(h for h in given if h not in question.given)
        return prove(Question(a[0], a[1], op, given, (*question.schematic, *own)), budget)
    raise Beyond(f"{op} as a goal")


def negation(p: Term) -> Term:
    """The negation of a proposition about values that are defined."""
    op, a = p.op, p.args
    if op in ("lt", "le"):
        return make("le" if op == "lt" else "lt", a[1], a[0])
    if op in ("eq", "ne"):
        return make("ne" if op == "eq" else "eq", *a)
    if op in ("and", "or"):
        return make("or" if op == "and" else "and", *map(negation, a))
    if op == "not":
        inside: Term = a[0]
        return inside
    return make({"true": "false", "false": "true"}[op])


def _proved(question: Question, proof: Proof, budget: Budget, tried: list[str]) -> Verdict:
    """A proof counts if its hypotheses, and the premise of an implication, can hold and do not state the conclusion."""
    trouble, point = "", None
    asked = under_premise(question)
    if asked.given:
        if circular(question):
            trouble = "circular: a hypothesis states the conclusion"
        else:
            what = "hypotheses" if asked is question else "hypotheses and the premise"
            try:
                point = points.satisfying(asked, Budget(SEARCH, _remaining(budget)))
                if point is None:
                    trouble = IMPOSSIBLE.replace("hypotheses", what)
            except Exhausted:
                trouble = f"no exact point was found in time that satisfies the {what}"
    if trouble:
        return mint(Status.UNKNOWN, scope=scope(question), hypotheses=hypotheses(question), tried=(*tried, trouble))
    return mint(
        Status.PROVED, scope=scope(question), region=proof.region, hypotheses=hypotheses(question, proof.assumed), oracles=proof.oracles,
        rules=proof.rules, steps=bounded(proof.steps), satisfied_at=point.printed() if point is not None else (),
    )  # fmt: skip


def _possible(question: Question, budget: Budget) -> bool:
    """Whether a point satisfies the hypotheses, as far as a short look can tell."""
    try:
        return points.satisfying(question, Budget(QUICK, _remaining(budget))) is not None
    except (Exhausted, RecursionError, MemoryError, ValueError):
        return True


def under_premise(question: Question) -> Question:
    """The question with the premise of an implication among its hypotheses: what no point satisfies proves nothing."""
    if question.relation != "implies" or question.lhs.op == "true":
        return question
    return replaced(question, given=(*question.given, question.lhs), schematic=(*question.schematic, question.lhs))


def _refuted(question: Question, found: Counterexample) -> Verdict:
    return mint(Status.REFUTED, scope=scope(question), hypotheses=hypotheses(question), counterexample=found)


def _from_cell(question: Question, stuck: Stuck, budget: Budget) -> Counterexample | None:
    """An exact point in the cell where the proof failed, from a model of its facts; balls decide."""
    if question.arrays or question.sizes or question.indices or not stuck.cell.facts:
        return None
    from derive.kernel import solver

    form, _ = Cells(budget).context(stuck.cell)
    try:
        model = solver.model(form, stuck.cell.facts, budget)
    except (Beyond, Split, Undefined):
        return None
    scalars = {a.data[0]: v for a, v in model.items() if a.kind == "sym"}
    values: dict[Term, Fraction | Term] = {v: scalars.get(v, Fraction(0 if "positive" not in v.args[1] else 1)) for v in question.symbols}
    return compare(question, Point({}, values, {}, {}), deep=1024)


def _from_closed_forms(question: Question, budget: Budget, tried: list[str]) -> Counterexample | None:
    """A counterexample to the question with its integrals carried out: where no ball encloses these, their values are known."""
    if not has_integral(question):
        return None
    try:
        for done in closed_forms(question, Budget(SEARCH, _remaining(budget) / 4)):
            found = _search(done, budget, 1, SEARCH, tried)
            # Of a side without a value the closed form tells nothing.
            if found is not None and found.ball and set(question.arrays) == set(done.arrays):
                others = [(v.args[0], "-1" if v.args[1] in ("negative", "nonpositive") else "1") for v in question.symbols]
                met = {name for name, _ in found.at}
                return replaced(found, at=(*found.at, *(at for at in others if at[0] not in met)))
    except Exhausted:
        pass  # and the search goes on with the integrals as they are
    return None


def scope(question: Question) -> str:
    """For which sizes the verdict speaks: "all n, m", or the sizes as numbers, or "" where there are none."""
    if question.sizes:
        return "all " + ", ".join(str(v.args[0]) for v in question.sizes)
    shapes = sorted({" x ".join(map(show, shape)) for _, _, shape in question.arrays})
    return "size " + ", ".join(shapes) if shapes else ""


def hypotheses(question: Question, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Every hypothesis in words: what was given, the ranges of indices, the sorts of variables."""
    out = [show(h) for h in question.given] + list(getattr(question, "ranges", ())) + list(more)
    out += [f"{v.args[0]} {v.args[1]}" for v in (*question.sizes, *question.symbols) if v.args[1] != "real"]
    out += [f"{name} {sort}" for name, sort, _ in question.arrays if sort != "real"]
    return tuple(dict.fromkeys(out))
