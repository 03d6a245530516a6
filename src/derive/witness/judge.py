"""Judgement: what the numbers say of a comparison, component by component and point by point.

The error of a component is measured against its scale, the sum of |terms| that were rounded on the way to both lines (see roundoff):

    error / (eps * scale)     below 1e3 the lines agree, above 1e4 they do not

In between, where rounding may hide more than 1e-9 of the value (cancellation), and where a float overflows or is no number, floats
decide nothing: a few such points go to exact balls, the others do not count. Where both lines are sums that cancel, or one is 0, they are
measured against the sum of their |terms| instead, and a few such points go to the balls too. Where neither line has a value the component
is skipped, and so is a point on a kink of what is differentiated, where the derivative is a convention.
"""

from __future__ import annotations

import numpy as np

from derive.statement.term import ZERO, Term, show, subterms
from derive.witness.evaluate import Batch, Comparison, Found, Line, Tally
from derive.witness.exact import decide_at
from derive.witness.lower import BATCH, Axed, Lowering, Unlowered, depends, kinks, numpy_ops, size_of
from derive.witness.roundoff import EPS
from derive.witness.sampling import Array, Sample, varies

ACCEPT, REJECT = 1e3, 1e4
HIDDEN = 1e-9  # a component counts as cancelled where rounding may hide more than this part of its value
SMALLEST = 1e-250  # below this, values may have lost bits to underflow
EXACT_POINTS = 8  # points per comparison and setting of sizes that exact balls are asked about
EXACT_FIRST = 3  # of them the most suspicious ones; the others are spread from tail to tail
EXACT_COMPONENTS = 4  # components of each of them
# What a component says; of two modes the later one counts. LIKELY: both lines cancel, and agree up to what they cancel from.
SKIPPED, UNDECIDED, LIKELY, AGREES, DISAGREES = range(5)


def judge(c: Comparison, batch: Batch, tally: Tally) -> None:
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
    suspect = (code == DISAGREES) & c.integrates  # two quadratures may miss the same peak: only balls may say that an integral is wrong
    code = np.where(suspect, UNDECIDED, code)
    mine = _allowed(c, batch, axes).reshape(count, -1)
    kinked = _on_kinks(c, batch)
    code = np.where(mine & ~kinked[:, None], code, SKIPPED)
    _decide_exactly(c, batch, axes, code, ratio, scales)
    if (suspect & (code == UNDECIDED)).any():
        tally.trouble = "a quadrature differs from the other side, and exact balls cannot tell whether it is right"
    against = (code == DISAGREES).any(axis=1)
    open_ = (code == UNDECIDED).any(axis=1)
    if batch.sample.sizes and max(batch.sample.sizes.values()) == 1 and not batch.smallest:
        tally.only = ", ".join(f"{s.args[0]} = 1" for s in batch.sample.sizes)
    distinct = count if any(varies(line.term, batch.sample.sizes) for line in (c.left, c.right)) else 1  # a constant has one point
    if not batch.further:
        tally.points += min(int((code >= LIKELY).any(axis=1).sum()), distinct)
        tally.open += min(int((open_ & ~against).sum()), distinct)
        tally.kinks += int((kinked & mine.any(axis=1)).sum())
    seen = np.where(code >= LIKELY, ratio, 0.0)
    tally.worst = max(tally.worst, float(seen.max(initial=0.0)))
    if distinct > 1 and c.relation == "eq":  # of an inequality the distance of both sides tells nothing
        decided = np.asarray(np.any(code >= LIKELY, axis=1))
        _note_scales(batch.sample, decided, np.asarray(seen.max(axis=1, initial=0.0)), tally.by_scale)
    if against.any() and not (tally.further if batch.further else tally.against):
        point, place = _plainest(batch.sample, code == DISAGREES)
        words = _in_words(c, batch.sample, point, _place(axes, batch, place), lefts, rights)
        if batch.further:
            tally.further = words
        else:
            tally.against = words


def _note_scales(drawn: Sample, decided: Array, worst: Array, by_scale: dict[int, float]) -> None:
    """Adds the worst error of each point to that of points whose largest number is as large."""
    sizes = [abs(v.reshape(len(worst), -1)).max(axis=1, initial=0.0) for v in drawn.values.values()]
    if not sizes or len(sizes[0]) != len(worst):
        return
    largest = np.max(sizes, axis=0)
    use = decided & (largest > 0.0) & np.isfinite(largest) & ~np.isnan(worst)
    steps, errors = np.round(2.0 * np.log10(largest[use])).astype(int), worst[use]
    for step in np.unique(steps).tolist():
        by_scale[step] = max(by_scale.get(step, 0.0), float(errors[steps == step].max()))


def _place(axes: tuple[Term, ...], batch: Batch, component: int) -> dict[Term, int]:
    """The values of the free indices at a component."""
    at = np.unravel_index(component, tuple(size_of(a.args[1], batch.sample.sizes) for a in axes)) if axes else ()
    return dict(zip(axes, map(int, at), strict=True))


def _decide_exactly(c: Comparison, batch: Batch, axes: tuple[Term, ...], code: Array, ratio: Array, scales: Array) -> None:
    """Asks exact balls about a few of the points that floats left open, the suspicious ones first; the answers go into code."""
    doubtful = (code == UNDECIDED) | (code == LIKELY)
    rows = np.flatnonzero(doubtful.any(axis=1))
    if not len(rows) or c.left.library or c.right.library:
        return
    numbers = np.concatenate([np.zeros((len(code), 1)), *(v.reshape(len(code), -1) for v in batch.sample.values.values())], axis=1)
    if c.relation in ("lt", "ne"):  # a strict inequality fails, if at all, where numbers are plain and both sides equal
        rank = ((numbers != 0.0) + 2.0 * (numbers != np.round(numbers))).sum(axis=1)
    else:
        rank = -np.where(doubtful, ratio, 0.0).max(axis=1)
    first = rows[np.argsort(rank[rows], kind="stable")][:EXACT_FIRST]
    across = rows[np.argsort(numbers.sum(axis=1)[rows], kind="stable")]  # from one tail to the other
    spread = across[np.linspace(0, len(across) - 1, EXACT_POINTS - EXACT_FIRST).astype(int)]
    elsewhere = (code == AGREES).any(axis=0)  # components that floats decide at some point can wait
    for row in dict.fromkeys([*first.tolist(), *spread.tolist()]):
        waiting = np.flatnonzero(doubtful[row])
        for component in waiting[np.argsort(elsewhere[waiting], kind="stable")][:EXACT_COMPONENTS].tolist():
            scale = float(scales[row, component])
            answer = decide_at(c.question, batch.sample, row, _place(axes, batch, component), scale if np.isfinite(scale) else 0.0)
            if answer is not None:
                code[row, component] = AGREES if answer else DISAGREES
                ratio[row, component] = 0.0 if answer else ratio[row, component]


def _variants(line: Line, batch: Batch, axes: tuple[Term, ...]) -> list[Found]:
    """The line's values by each way to evaluate it; two quadratures make one value with their difference as error."""
    found = [batch.found[line, mode, nodes] for mode, nodes in batch.variants(line)]
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
    # where both lines are sums that cancel, or one is 0: the size of what is left of the other one's terms
    zero = c.left.term is ZERO or c.right.term is ZERO
    before = np.maximum(size, (np.maximum if zero else np.minimum)(left.terms, right.terms))
    finite = np.isfinite(scale)
    exact = (scale == 0.0) & (a == b)
    nothing = (a == 0.0) & (b == 0.0) & (scale <= SMALLEST)  # 0 on either side, but for what underflow may have taken
    far = (finite & (before > SMALLEST) & (ratio > REJECT)) | ((scale == 0.0) & (a != b))
    close = finite & (ratio < ACCEPT)
    near = (close & (size > SMALLEST) & (EPS * scale <= HIDDEN * size)) | nothing | exact
    likely = close & (before > SMALLEST) & (EPS * scale <= HIDDEN * before)
    sound = finite & (size > SMALLEST)
    below = sound & (ratio > ACCEPT) & (a < b)
    if c.relation == "eq":
        agrees, fails = near, far
    elif c.relation == "le":
        agrees, fails = near | below, far & (a > b)
    elif c.relation == "lt":
        agrees, fails = below, far & (a > b) | exact
    elif c.relation == "ne":
        agrees, fails = far, exact
    else:
        raise Unlowered(f"{c.relation} relates propositions, and these are numbers")
    code = np.where(fails, DISAGREES, np.where(agrees, AGREES, np.where(likely & (c.relation in ("eq", "le")), LIKELY, UNDECIDED)))
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
        # an index that the lines do not speak of may take any value that is admitted
        for extra in [a for a in found.axes if a is not BATCH and a not in axes]:
            k = found.axes.index(extra)
            found = Axed(found.array.any(axis=k), found.axes[:k] + found.axes[k + 1 :])
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
    "eq": "is not", "le": "is not at most", "lt": "is not below", "ne": "is equal to", "iff": "is not equivalent to",
    "implies": "does not imply",
}  # fmt: skip


def _in_words(c: Comparison, drawn: Sample, row: int, at: dict[Term, int], lefts: list[Found], rights: list[Found]) -> str:
    """A point that speaks against the claim, to be put in by hand, and both lines there."""
    asked = c.question
    parts = [f"{s.args[0]} = {n}" for s, n in drawn.sizes.items() if s in asked.sizes]
    parts += [f"{i.args[0]} = {k}" for i, k in at.items()]
    parts += [f"{s.args[0]} = {drawn.number(s, row)!r}" for s in asked.symbols]
    parts += [f"{key[0]} = {drawn.values[key][row].tolist()!r}" for key in asked.arrays]
    where = (row, *at.values())
    left, right = (" or ".join(dict.fromkeys(repr(_at(f.value, where)) for f in side)) for side in (lefts, rights))
    return f"at {', '.join(parts) or 'the only point'}: {left} {SIGNS[c.relation]} {right}"


def _at(values: Array, where: tuple[int, ...]) -> object:
    """One number of an array; an axis of length 1 stands for all values of its index."""
    return values[tuple(min(k, length - 1) for k, length in zip(where, values.shape, strict=True))].item()
