"""Comparison: the claims of a page, evaluated by JAX in one compiled call, and what the numbers say of each.

Each line of a chain is lowered as it stands; `deriv(body, variable)` in it is jacfwd and jacrev of the lowered body. Two neighbouring
lines are compared at every point and for all values of their free indices by

    error / (eps * scale),   scale = the sum of |terms| that were rounded on the way to both (see roundoff)

below 1e3 they agree, above 1e4 they do not. In between, where rounding may hide more than 1e-9 of the value (cancellation), and where a
float overflows or is no number, floats decide nothing: a few such points go to exact balls, the others do not count. Where both lines
have no value the point is skipped, and so is a point on a kink of what is differentiated, where the derivative is a convention.

    AGREES          every link was decided at one point at least, and no point speaks against it
    DISAGREES       one point speaks against it; the note gives it, with both values
    NOT_RUN         a link was decided at no point, or cannot be evaluated
    NOT_APPLICABLE  a form that has no points (see forms)

Relations: eq as above; le fails where left - right exceeds the tolerance, lt also where both are exactly equal, ne where they are;
iff and implies compare truth values that rounding cannot have flipped.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from derive.kernel.question import Question
from derive.outcome import Witness
from derive.statement.claim import Claim
from derive.statement.term import ZERO, Term, free, show, subterms
from derive.witness import forms
from derive.witness.exact import decide_at
from derive.witness.library import Unresolved, library_call
from derive.witness.lower import BATCH, Axed, Lowering, Unlowered, constant, depends, inexact, jax_ops, kinks, numpy_ops, size_of
from derive.witness.roundoff import EPS, run
from derive.witness.sampling import Array, Region, Sample, about_indices, flatten, region, sample, settings

ACCEPT, REJECT = 1e3, 1e4
HIDDEN = 1e-9  # a component counts as cancelled where rounding may hide more than this part of its value
SMALLEST = 1e-250  # below this, values may have lost bits to underflow
EXACT_POINTS = 4  # points per link that exact balls are asked about
EXACT_COMPONENTS = 4  # components of each of them
POINTS = 2048
FEWER = 256  # points at the smallest sizes
UNDECIDED, AGREES, DISAGREES, SKIPPED = 0, 1, 2, 3


@dataclass(frozen=True)
class Line:
    """One side of a comparison: a term, or a library function called on the term's own variables."""

    term: Term
    library: str = ""

    @property
    def axes(self) -> tuple[Term, ...]:
        return tuple(sorted((v for v in free(self.term) if v.op == "index"), key=lambda v: (v.args[0], show(v))))

    @property
    def variants(self) -> tuple[tuple[str, int], ...]:
        """The ways to evaluate it: (mode of differentiation, nodes of a quadrature)."""
        ops = {u.op for u in subterms(self.term)} if not self.library else set()
        if "integral" in ops:
            return (("fwd", 96), ("fwd", 64))
        return (("fwd", 0), ("rev", 0)) if "deriv" in ops else (("fwd", 0),)

    @property
    def words(self) -> str:
        return self.library or show(self.term)


@dataclass(frozen=True)
class Comparison:
    """Two lines of a claim that must stand in a relation wherever the hypotheses hold."""

    words: str  # "link 2 of 3"
    left: Line
    right: Line
    relation: str
    given: tuple[Term, ...]
    near: tuple[Term, ...] = ()

    @property
    def question(self) -> Question:
        return Question(self.left.term, self.right.term, self.relation, self.given, self.own)

    @property
    def own(self) -> tuple[Term, ...]:
        """Hypotheses on the comparison's own indices, such as i != j."""
        return tuple(p for p in self.given if about_indices(p))

    @property
    def shared(self) -> tuple[Term, ...]:
        return tuple(p for p in self.given if not about_indices(p))


@dataclass
class Tally:
    """What was found of one comparison over all settings of the sizes."""

    points: int = 0
    undecided: int = 0
    kinks: int = 0
    worst: float = 0.0
    against: str = ""  # the point that speaks against it
    trouble: str = ""  # why it could not be evaluated


# Pages


def witness_page(claims: Sequence[Claim], seed: int = 0, points: int = POINTS) -> dict[str, Witness]:
    """What JAX says of each claim, by id; all of them are compiled together."""
    found: dict[str, Witness] = {}
    asked: dict[str, list[Comparison]] = {}
    for claim in claims:
        try:
            if claim.form is not None and claim.form.name in forms.NOT_APPLICABLE:
                found[claim.id] = Witness("NOT_APPLICABLE", note=f"{claim.form.name} has no points to compare at")
            elif claim.form is not None and claim.form.name in ("differentiable_at", "rounds_to"):
                found[claim.id] = forms.measure(claim.form)
            else:
                asked[claim.id] = comparisons(claim)
        except (Unlowered, Unresolved) as error:
            found[claim.id] = Witness("NOT_RUN", note=str(error))
    tallies = compare_all([c for many in asked.values() for c in many], seed, points)
    primals = {c.id: primal_words(c) for c in claims}
    found |= {name: _summary(many, [tallies[c] for c in many], primals[name]) for name, many in asked.items()}
    return {c.id: found[c.id] for c in claims}


def witness_question(question: Question, seed: int = 0, points: int = POINTS) -> Witness:
    """What JAX says of one question."""
    try:
        asked = Comparison("it", Line(question.lhs), Line(question.rhs), question.relation, flatten(question.given))
        return _summary([asked], [compare_all([asked], seed, points)[asked]], show(_primal(question.lhs)))
    except Unlowered as error:
        return Witness("NOT_RUN", note=str(error))


def comparisons(claim: Claim) -> list[Comparison]:
    """What must hold of a claim: its primal is the library function that it names, and each link stands."""
    given = flatten(claim.given)
    if claim.form is not None:
        near = forms.near(claim.form)
        asked = forms.questions_of(claim.form, claim.given)
        return [Comparison(words, Line(q.lhs), Line(q.rhs), q.relation, flatten(q.given), near) for words, q in asked]
    if claim.first is None:
        raise Unlowered("the claim has no first line")
    out = []
    if claim.runs_as:
        primal = _primal(claim.first)
        library_call(claim.runs_as, _names(primal))  # refuses a name that is no function of JAX before anything runs
        out.append(Comparison(f"the primal against {claim.runs_as}", Line(primal), Line(primal, claim.runs_as), "eq", given))
    left = claim.first
    for k, link in enumerate(claim.links, 1):
        out.append(Comparison(f"link {k} of {len(claim.links)}", Line(left), Line(link.right), link.relation, given))
        left = link.right
    return out


def primal_words(claim: Claim) -> str:
    """What was differentiated or evaluated, in words."""
    if claim.first is None:
        return ""
    primal = show(_primal(claim.first))
    return f"{primal}, as {claim.runs_as}" if claim.runs_as else primal


def _primal(first: Term) -> Term:
    """What the first line differentiates, innermost; the line itself where it differentiates nothing."""
    for u in _in_order(first):
        if u.op == "deriv" and not any(v.op == "deriv" for v in subterms(u.args[0])):
            return u.args[0]  # type: ignore[no-any-return]
    return first


def _in_order(t: Term) -> Iterable[Term]:
    yield t
    for a in t.args:
        for u in a if isinstance(a, tuple) else (a,):
            if isinstance(u, Term):
                yield from _in_order(u)


def _names(primal: Term) -> list[str]:
    """Names of the variables and arrays of the primal, in the order in which it speaks of them."""
    sizes = Question(primal, primal).sizes
    return list(dict.fromkeys(u.args[0] for u in _in_order(primal) if u.op == "entry" or u.op == "sym" and u not in sizes))


def _summary(asked: Sequence[Comparison], tallies: Sequence[Tally], primal: str) -> Witness:
    worst, points = max((t.worst for t in tallies), default=0.0), min((t.points for t in tallies), default=0)
    for c, t in zip(asked, tallies, strict=True):
        if t.against:
            return Witness("DISAGREES", points, worst, primal, f"{c.words}: {t.against}")
    for c, t in zip(asked, tallies, strict=True):
        if t.trouble or not t.points:
            return Witness("NOT_RUN", points, worst, primal, f"{c.words}: {t.trouble or 'no point was decided'}")
    skipped = max((t.kinks for t in tallies), default=0)
    undecided = max((t.undecided for t in tallies), default=0)
    notes = [f"{skipped} points on a kink skipped: a derivative there is a convention"] if skipped else []
    notes += [f"{undecided} points not decided by floats"] if undecided else []
    return Witness("AGREES", points, worst, primal, "; ".join(notes))


# Evaluation


@dataclass
class Group:
    """Comparisons under the same hypotheses: they share their points."""

    given: tuple[Term, ...]
    members: list[Comparison] = field(default_factory=list)

    def lines(self) -> list[Line]:
        return list(dict.fromkeys(line for c in self.members for line in (c.left, c.right)))

    def cancelling(self) -> set[Line]:
        """Lines that are compared with 0: what they cancel from must be known."""
        return {line for c in self.members for line, other in ((c.left, c.right), (c.right, c.left)) if other.term is ZERO}

    def region(self) -> Region:
        terms = [line.term for line in self.lines()]
        bends = [k for t in terms for k in kinks(t) if not any(u.op == "deriv" for u in subterms(k))]
        return region(terms, self.given, [*bends, *(n for c in self.members for n in c.near)])


@dataclass
class Found:
    """A line at every point of a batch: values, scales of their rounding errors, and the sums of |terms| where it may cancel."""

    value: Array
    scale: Array
    terms: Array


@dataclass
class Batch:
    """A group at fixed sizes: its points, every line traced, and in the end every line's values."""

    group: Group
    sample: Sample
    traced: dict[tuple[Line, str, int], Any] = field(default_factory=dict)
    troubles: dict[Line, str] = field(default_factory=dict)
    found: dict[tuple[Line, str, int], Found] = field(default_factory=dict)


def compare_all(asked: Sequence[Comparison], seed: int = 0, points: int = POINTS) -> dict[Comparison, Tally]:
    """The tally of every comparison; one compiled call evaluates all lines at all points."""
    import jax

    groups: dict[tuple[Term, ...], Group] = {}
    for c in asked:
        groups.setdefault(tuple(sorted(c.shared, key=show)), Group(c.shared)).members.append(c)
    tallies = {c: Tally() for c in asked}
    batches: list[Batch] = []
    with jax.enable_x64(True):
        for group in groups.values():
            batches += _batches(group, seed, points, tallies)
        _evaluate(batches)
    with np.errstate(all="ignore"):
        for batch in batches:
            for c in batch.group.members:
                _judge(c, batch, tallies[c])
    return tallies


def _batches(group: Group, seed: int, points: int, tallies: dict[Comparison, Tally]) -> list[Batch]:
    """The group's points at each setting of its sizes, with all lines traced."""
    out: list[Batch] = []
    trouble = "no sizes satisfy the hypotheses"
    try:
        where = group.region()
        for k, sizes in enumerate(settings(where)):
            trouble = "no point was found that satisfies the hypotheses"
            drawn = sample(where, sizes, points if k == 0 else min(points, FEWER), seed)
            if drawn is not None:
                out.append(Batch(group, drawn))
    except Unlowered as error:
        out, trouble = [], str(error)
    if not out:
        for c in group.members:
            tallies[c].trouble = trouble
    cancelling = group.cancelling()
    for batch in out:
        for line in group.lines():
            try:
                traced = {(line, *variant): _trace(line, *variant, batch.sample, line in cancelling) for variant in line.variants}
            except (Unlowered, Unresolved) as error:
                batch.troubles[line] = str(error)
            else:
                batch.traced |= traced
    return out


def _trace(line: Line, mode: str, nodes: int, drawn: Sample, cancels: bool) -> Any:
    """The jaxpr of one line at one point: from the constants that are not exact and the point's values to the line's value.

    Where the line may cancel, the sum of its |terms| is a second output.
    """
    import jax
    import jax.numpy as jnp

    keys, constants = list(drawn.values), inexact([line.term])

    def at_point(written: list[Any], values: list[Any]) -> list[Any]:
        table: dict[Hashable, Any] = dict(zip(constants, written, strict=True)) | dict(zip(keys, values, strict=True))
        lowering = Lowering(jax_ops(), drawn.sizes, table, mode=mode, nodes=nodes)
        out = lowering.array(lowering.value(line.term), line.axes)
        if line.library:
            named = {k.args[0] if isinstance(k, Term) else k[0]: v for k, v in zip(keys, values, strict=True)}  # type: ignore[index]
            found = _called(line, named)
            if found.shape != out.shape:
                raise Unlowered(f"{line.library} has shape {found.shape}, and the primal has shape {out.shape}")
            return [found]
        if out.dtype == bool:
            return [out]
        terms = [lowering.array(lowering.magnitude(line.term), line.axes)] if cancels else []
        return [jnp.asarray(out, dtype="float64"), *terms]

    point = [jax.ShapeDtypeStruct(v.shape[1:], "float64") for v in drawn.values.values()]
    return jax.make_jaxpr(at_point)([jax.ShapeDtypeStruct((), "float64")] * len(constants), point)


def _called(line: Line, named: dict[str, Any]) -> Any:
    import jax.numpy as jnp

    try:
        return jnp.asarray(library_call(line.library, _names(line.term))(named), dtype="float64")
    except (TypeError, ValueError) as error:
        raise Unresolved(f"{line.library} cannot be called on {', '.join(_names(line.term))}: {error}".splitlines()[0]) from None


# compile time dominates, so XLA is asked for quick compilation rather than for fast code
QUICK = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_prefer_vector_width": 128,
}


def _evaluate(batches: Sequence[Batch]) -> None:
    """Runs every traced line of every batch at every point, in one compiled call."""
    import jax

    def everything(values: list[list[Any]], errors: list[list[Any]]) -> list[Any]:
        return [
            _at_every_point(jaxpr, line, points, spreads)
            for batch, points, spreads in zip(batches, values, errors, strict=True)
            for (line, _, _), jaxpr in batch.traced.items()
        ]

    values = [list(b.sample.values.values()) for b in batches]
    errors = [list(b.sample.errors.values()) for b in batches]
    compiled = jax.jit(everything).lower(values, errors).compile(compiler_options=QUICK)
    answers = iter(compiled(values, errors))
    for batch in batches:
        for key in batch.traced:
            value, scale, *terms = (np.asarray(a) for a in next(answers))
            batch.found[key] = Found(value, scale, terms[0] if terms else abs(value))


def _at_every_point(jaxpr: Any, line: Line, points: list[Any], spreads: list[Any]) -> Any:
    import jax
    import jax.numpy as jnp

    written = [jnp.asarray(constant(t)) for t in inexact([line.term])]

    def at_point(values: list[Any], errors: list[Any]) -> tuple[Any, Any, Any]:
        (value, error), *terms = run(jaxpr, [*written, *values], [*map(abs, written), *errors])
        return value, jnp.zeros_like(value) if error is None else jnp.broadcast_to(error, value.shape), *(t for t, _ in terms)

    if not points:  # a line without variables
        return tuple(a[None] for a in at_point([], []))
    return jax.vmap(at_point)(points, spreads)


# Judgement


def _judge(c: Comparison, batch: Batch, tally: Tally) -> None:
    """Adds what one batch says of a comparison to its tally."""
    for line in (c.left, c.right):
        if line in batch.troubles:
            tally.trouble = batch.troubles[line]
            return
    axes = tuple(sorted({*c.left.axes, *c.right.axes}, key=lambda v: (v.args[0], show(v))))
    lefts, rights = _variants(c.left, batch, axes), _variants(c.right, batch, axes)
    count = batch.sample.count
    codes, ratios = [], []
    for k in range(max(len(lefts), len(rights))):
        left, right = lefts[min(k, len(lefts) - 1)], rights[min(k, len(rights) - 1)]
        code, ratio = _codes(c, left, right)
        codes.append(code.reshape(count, -1))
        ratios.append(ratio.reshape(count, -1))
        scales = np.broadcast_to(left.scale + right.scale, code.shape).reshape(count, -1)
    # either mode of differentiation may decide a component, and either may speak against it
    code, ratio = np.max(codes, axis=0), np.max(ratios, axis=0)
    code = np.where((np.array(codes) == SKIPPED).any(axis=0) & (code != DISAGREES), SKIPPED, code)
    mine = _allowed(c, batch, axes).reshape(count, -1)
    kinked = _on_kinks(c, batch)
    tally.kinks += int((kinked & mine.any(axis=1)).sum())
    code = np.where(mine & ~kinked[:, None], code, SKIPPED)
    _decide_exactly(c, batch, axes, code, ratio, scales)
    against = (code == DISAGREES).any(axis=1)
    open_ = (code == UNDECIDED).any(axis=1)
    decided = (code == AGREES).any(axis=1) & ~open_ | against
    tally.points += int(decided.sum())
    tally.undecided += int((open_ & ~against).sum())
    seen = np.where((code == AGREES) | (code == DISAGREES), ratio, 0.0)
    tally.worst = max(tally.worst, float(seen.max(initial=0.0)))
    if against.any() and not tally.against:
        point, place = _plainest(batch.sample, code == DISAGREES)
        tally.against = _in_words(c, batch.sample, point, _place(axes, batch, place), lefts, rights)


def _place(axes: tuple[Term, ...], batch: Batch, component: int) -> dict[Term, int]:
    """The values of the free indices at a component."""
    at = np.unravel_index(component, tuple(size_of(a.args[1], batch.sample.sizes) for a in axes)) if axes else ()
    return dict(zip(axes, map(int, at), strict=True))


def _decide_exactly(c: Comparison, batch: Batch, axes: tuple[Term, ...], code: Array, ratio: Array, scales: Array) -> None:
    """Asks exact balls about a few of the points that floats left open, those next to the threshold first; the answers go into code."""
    rows = np.flatnonzero((code == UNDECIDED).any(axis=1))
    if not len(rows) or c.left.library or c.right.library:
        return
    worst = np.where(code == UNDECIDED, ratio, 0.0).max(axis=1)[rows]
    first = rows[np.argsort(-worst, kind="stable")][: EXACT_POINTS // 2]
    spread = rows[np.linspace(0, len(rows) - 1, EXACT_POINTS - len(first)).astype(int)]
    for row in dict.fromkeys([*first.tolist(), *spread.tolist()]):
        for component in np.flatnonzero(code[row] == UNDECIDED)[:EXACT_COMPONENTS].tolist():
            scale = float(scales[row, component])
            answer = decide_at(c.question, batch.sample, row, _place(axes, batch, component), scale if np.isfinite(scale) else 0.0)
            if answer is not None:
                code[row, component] = AGREES if answer else DISAGREES


def _variants(line: Line, batch: Batch, axes: tuple[Term, ...]) -> list[Found]:
    """The line's values by each way to evaluate it; two quadratures make one value with their difference as error."""
    found = [batch.found[line, mode, nodes] for mode, nodes in line.variants]
    if line.variants[0][1]:
        fine, coarse = found
        found = [Found(fine.value, fine.scale + 16.0 * abs(fine.value - coarse.value) / EPS, fine.terms)]
    spread = tuple(k + 1 for k, a in enumerate(axes) if a not in line.axes)
    return [Found(*(np.expand_dims(a, spread) for a in (f.value, f.scale, f.terms))) for f in found]


def _codes(c: Comparison, left: Found, right: Found) -> tuple[Array, Array]:
    """What each component says, and |error| / (eps * scale)."""
    if left.value.dtype == bool or right.value.dtype == bool:
        return _truths(c.relation, left, right)
    a, b = np.broadcast_arrays(left.value, right.value)
    scale = left.scale + right.scale
    ratio = np.where(a == b, 0.0, abs(a - b) / (EPS * scale))
    both, one = np.isfinite(a) & np.isfinite(b), np.isfinite(a) | np.isfinite(b)
    ratio = np.where(both & np.isfinite(scale), ratio, 0.0)
    size = np.maximum(abs(a), abs(b))
    if c.left.term is ZERO or c.right.term is ZERO:
        size = np.maximum(left.terms, right.terms)  # a sum that is claimed to cancel is measured by its terms
    sound = np.isfinite(scale) & ((size > SMALLEST) | (scale == 0.0))
    far, near = sound & (ratio > REJECT), sound & (ratio < ACCEPT) & (EPS * scale <= HIDDEN * size)
    exact = (scale == 0.0) & (a == b)
    if c.relation == "eq":
        agrees, fails = near, far
    elif c.relation == "le":
        agrees, fails = near | (far & (a < b)), far & (a > b)
    elif c.relation == "lt":
        agrees, fails = sound & (ratio > ACCEPT) & (a < b), far & (a > b) | exact
    elif c.relation == "ne":
        agrees, fails = far, exact
    else:
        raise Unlowered(f"{c.relation} relates propositions, and these are numbers")
    code = np.where(fails, DISAGREES, np.where(agrees, AGREES, UNDECIDED))
    if c.relation != "eq":  # what counts as an error is how far a bound is overstepped
        ratio = np.where((a > b) & (c.relation != "ne"), ratio, 0.0)
    return np.where(both, code, np.where(one, UNDECIDED, SKIPPED)), ratio


def _truths(relation: str, left: Found, right: Found) -> tuple[Array, Array]:
    """iff and implies of truth values; a value that rounding could have flipped decides nothing."""
    a, b = np.broadcast_arrays(left.value, right.value)
    sure_a, sure_b = ~left.scale.astype(bool), ~right.scale.astype(bool)
    if relation == "implies":
        agrees, fails = (sure_a & ~a) | (sure_b & b), sure_a & sure_b & a & ~b
    else:
        agrees, fails = sure_a & sure_b & (a == b), sure_a & sure_b & (a != b)
    return np.where(fails, DISAGREES, np.where(agrees, AGREES, UNDECIDED)), np.zeros(a.shape)


def _allowed(c: Comparison, batch: Batch, axes: tuple[Term, ...]) -> Array:
    """Which components the hypotheses on the comparison's own indices admit."""
    lowering = Lowering(numpy_ops(), batch.sample.sizes, dict(batch.sample.values), batched=True)
    out: Array = np.ones((batch.sample.count, *(lowering.array(lowering.value(a), (a,)).size for a in axes)), dtype=bool)
    for p in c.own:
        found = lowering.value(p)
        if BATCH not in found.axes:
            found = Axed(np.asarray(found.array)[None], (BATCH, *found.axes))
        for extra in [a for a in found.axes if a is not BATCH and a not in axes]:
            k = found.axes.index(extra)
            found = Axed(found.array.all(axis=k), found.axes[:k] + found.axes[k + 1 :])
        out = out & lowering.array(found, (BATCH, *axes))
    return out


def _on_kinks(c: Comparison, batch: Batch) -> Array:
    """Points where something that a line differentiates bends, up to rounding."""
    lowering = Lowering(numpy_ops(), batch.sample.sizes, dict(batch.sample.values), batched=True)
    out = np.zeros(batch.sample.count, dtype=bool)
    for line in (c.left, c.right):
        for u in subterms(line.term) if not line.library else ():
            if u.op != "deriv":
                continue
            for bend in kinks(u.args[0], lambda k, v=u.args[1]: depends(k, v)):  # type: ignore[misc]
                try:
                    value, terms = lowering.value(bend), lowering.magnitude(bend)
                except Unlowered:
                    continue
                hit = lowering.apply(lambda a, m: abs(a) <= 64 * EPS * m, value, terms)
                if BATCH in hit.axes:
                    out |= np.moveaxis(hit.array, hit.axes.index(BATCH), 0).reshape(len(out), -1).any(axis=1)
    return out


# Points in words


def _plainest(drawn: Sample, against: Array) -> tuple[int, int]:
    """The point that speaks against the claim with the shortest numbers, and the component that does."""
    rows = np.flatnonzero(against.any(axis=1))
    lengths = [sum(len(repr(float(x))) for v in drawn.values.values() for x in np.ravel(v[r])) for r in rows[:64]]
    row = int(rows[int(np.argmin(lengths))]) if len(lengths) else 0
    return row, int(np.flatnonzero(against[row])[0])


SIGNS = {
    "eq": "is not", "le": "is not at most", "lt": "is not below", "ne": "is equal to", "iff": "is not equivalent to", "implies": "does not imply",
}  # fmt: skip


def _in_words(c: Comparison, drawn: Sample, row: int, at: dict[Term, int], lefts: list[Found], rights: list[Found]) -> str:
    """A point that speaks against the claim, to be put in by hand, and both lines there."""
    asked = c.question
    parts = [f"{s.args[0]} = {n}" for s, n in drawn.sizes.items() if s in asked.sizes]
    parts += [f"{i.args[0]} = {k}" for i, k in at.items()]
    parts += [f"{s.args[0]} = {float(drawn.values[s][row])!r}" for s in asked.symbols]
    parts += [f"{key[0]} = {drawn.values[key][row].tolist()!r}" for key in asked.arrays]
    where = (row, *at.values())
    sides = [
        " or ".join(dict.fromkeys(repr(f.value[tuple(min(k, n - 1) for k, n in zip(where, f.value.shape, strict=True))].item()) for f in side))
        for side in (lefts, rights)
    ]
    return f"at {', '.join(parts) or 'the only point'}: {sides[0]} {SIGNS[c.relation]} {sides[1]}"
