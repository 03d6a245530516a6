"""Evaluation: lines of claims, traced by JAX, and evaluated at sampled points.

Each line is lowered as it stands; `deriv(body, variable)` in it is jacfwd and, once more, jacrev of the lowered body. What JAX makes of
it runs primitive by primitive on the CPU, at some thousand points at once: compiling takes longer than that, and what it gives is no
faster. On an accelerator one compiled call evaluates a whole page.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from derive.kernel.question import Question
from derive.statement.term import Term, free, show, subterms
from derive.witness import primitives
from derive.witness.device import device, on_host
from derive.witness.library import Unresolved, library_call
from derive.witness.lower import Lowering, Unlowered, constant, inexact, jax_ops, kinks
from derive.witness.roundoff import Compiled, Pointwise, run
from derive.witness.sampling import Array, Region, Sample, region, sample, settings, split

FEWER = 256  # points at the smallest sizes
PIECE = 50_000  # points that are evaluated at a time
CHUNK = 4_096  # of them that go through one primitive after another without leaving the processor's own memory
NODES = (289, 201)  # of a quadrature, and of a coarser one that shows its error


@dataclass(frozen=True)
class Line:
    """One side of a comparison: a term, or the library function that it is, called on its own variables."""

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
            return tuple(("fwd", nodes) for nodes in NODES)
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
    given: tuple[Term, ...] = ()  # hypotheses that hold for all values of their indices
    own: tuple[Term, ...] = ()  # hypotheses on the comparison's own indices, such as i != j: they choose components
    near: tuple[Term, ...] = ()  # terms whose zeros are worth a visit

    @property
    def question(self) -> Question:
        return Question(self.left.term, self.right.term, self.relation, self.given + self.own, self.own)

    @property
    def integrates(self) -> bool:
        return any(u.op == "integral" for line in (self.left, self.right) for u in subterms(line.term))


@dataclass
class Tally:
    """What was found of one comparison over all settings of the sizes."""

    points: int = 0  # at which a component was decided
    open: int = 0  # at which one was not
    kinks: int = 0  # skipped
    worst: float = 0.0
    by_scale: dict[int, float] = field(default_factory=dict)  # the worst at inputs of each size, in steps of half a power of ten
    only: str = ""  # the smallest sizes, where no others have points
    against: str = ""  # the point that speaks against it
    further: str = ""  # the same, among the points that only this seed draws
    trouble: str = ""  # why it could not be evaluated


@dataclass
class Group:
    """Comparisons with one region: they share their points."""

    region: Region
    tallies: dict[Comparison, Tally] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        return list(dict.fromkeys(line for c in self.tallies for line in (c.left, c.right)))


def region_of(asked: Sequence[Comparison]) -> Region:
    """Where comparisons of one claim, under the same hypotheses, are sampled."""
    terms = [*dict.fromkeys(line.term for c in asked for line in (c.left, c.right)), *(p for c in asked for p in c.own)]
    bends = [k for t in terms for k in kinks(t) if not any(u.op == "deriv" for u in subterms(k))]
    # Where one integrates, only tame points: a quadrature must meet the integrand's bulk.
    own = [p for c in asked for p in c.own]
    return region(terms, asked[0].given, [*bends, *(n for c in asked for n in c.near)], asked[0].integrates, own)


def is_sum(t: Term) -> bool:
    """Whether t may cancel: a sum, or a product with one."""
    return t.op in ("add", "sum", "integral") or (t.op == "mul" and any(map(is_sum, t.args)))


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
    smallest: bool = False  # a second look at the smallest sizes: one mode of differentiation is enough there
    more: Sample | None = None  # points that another seed adds
    further: bool = False  # whether the sample of this part is of those: they may speak against a claim, and count for nothing else
    traced: dict[tuple[Line, str, int], Any] = field(default_factory=dict)
    troubles: dict[Line, str] = field(default_factory=dict)
    found: dict[tuple[Line, str, int], Found] = field(default_factory=dict)

    def variants(self, line: Line) -> tuple[tuple[str, int], ...]:
        return tuple(v for v in line.variants if not self.smallest or v[0] == "fwd")

    def pieces(self) -> list[Batch]:
        """The batch in parts of at most PIECE points, so that what is held at a time does not grow with their number."""
        parts = -(-self.sample.count // PIECE)
        out = [self] if parts < 2 else [replace(self, sample=part, found={}) for part in split(self.sample, parts)]
        if self.more is not None:
            out += replace(self, sample=self.more, more=None, found={}, further=True).pieces()
        return out


def batches_of(group: Group, seed: int, points: int) -> list[Batch]:
    """The group's points at each setting of its sizes, with all lines traced; raises Unlowered where there is no point.

    Every run looks at the points of seed 0, so that what is reported of them is the same for every seed; another one adds its own.
    """
    where, out = group.region, []
    large, smallest = settings(where)
    if smallest is None:
        raise Unlowered("no sizes satisfy the hypotheses")
    for sizes in large:
        drawn = sample(where, sizes, min(points, FEWER) if where.tame else points, 0)
        if drawn is not None:
            out.append(Batch(group, drawn))
            break
    drawn = sample(where, smallest, min(points, FEWER), 0) if not out or smallest != out[0].sample.sizes else None
    if drawn is not None:
        out.append(Batch(group, drawn, smallest=bool(out)))
    if not out:
        raise Unlowered("no point was found that satisfies the hypotheses")
    for batch in out:
        if seed and batch.sample.values:
            batch.more = sample(where, batch.sample.sizes, batch.sample.count, seed)
        for line in group.lines():
            try:
                batch.traced |= {(line, *variant): _trace(line, *variant, batch.sample) for variant in batch.variants(line)}
            except (Unlowered, Unresolved) as error:
                batch.troubles[line] = str(error)
    return out


def _trace(line: Line, mode: str, nodes: int, drawn: Sample) -> Any:
    """The jaxpr of one line at one point: from the constants that are not exact and the point's values to the line's value.

    Where the line is a sum, which may cancel, the sum of its |terms| is a second output.
    """
    import jax
    import jax.numpy as jnp

    keys, constants = list(drawn.values), inexact([line.term])

    def at_point(written: list[Any], values: list[Any]) -> list[Any]:
        table: dict[Hashable, Any] = dict(zip(constants, written, strict=True)) | dict(zip(keys, values, strict=True))
        lowering = Lowering(jax_ops(), drawn.sizes, table, mode=mode, nodes=nodes)
        out = lowering.array(lowering.value(line.term), line.axes)
        if line.library:
            spoken = {u if u.op == "sym" else u.args[:3] for u in in_order(line.term) if u.op in ("sym", "entry")}
            found = _called(line, {k.args[0] if isinstance(k, Term) else k[0]: v for k, v in table.items() if k in spoken})
            if found.shape != out.shape:
                raise Unlowered(f"{line.library} has shape {found.shape}, and the primal has shape {out.shape}")
            return [found]
        if out.dtype == bool:
            return [out]
        terms = [lowering.array(lowering.magnitude(line.term), line.axes)] if is_sum(line.term) else []
        return [jnp.asarray(out, dtype="float64"), *terms]

    point = [jnp.zeros(v.shape[1:]) for v in drawn.values.values()]
    return jax.make_jaxpr(at_point)([jnp.zeros(())] * len(constants), point)


def _called(line: Line, named: dict[str, Any]) -> Any:
    import jax.numpy as jnp

    try:
        return jnp.asarray(library_call(line.library, names(line.term))(named), dtype="float64")
    except (TypeError, ValueError) as error:
        raise Unresolved(f"{line.library} cannot be called on {', '.join(names(line.term))}: {error}".splitlines()[0]) from None


# compile time dominates, so XLA is asked for quick compilation rather than for fast code: on the CPU, whose options these are
QUICK: dict[str, str | bool] = {
    "xla_backend_optimization_level": "0",
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_prefer_vector_width": "128",
}


def evaluate(batches: Sequence[Batch]) -> Iterator[Batch]:
    """Every batch, or a piece of it, with the values of its lines."""
    left = []
    for batch in batches:
        first, *others = batch.pieces()
        if on_host() and evaluate_here(first):
            yield first
            for part in others:
                if evaluate_here(part):
                    yield part
                else:
                    left.append(replace(part, more=None))
        else:
            left.append(batch)
    yield from evaluate_compiled(left)


def evaluate_here(batch: Batch) -> bool:
    """Fills in the values of the lines, primitive by primitive. False where that fails: JAX may know better."""
    parts = split(batch.sample, -(-batch.sample.count // CHUNK))
    for (line, mode, nodes), jaxpr in batch.traced.items():
        try:
            found = [_here(jaxpr, line, part) for part in parts]
        except Exception:
            return False
        batch.found[line, mode, nodes] = Found(*(np.concatenate(arrays) for arrays in zip(*found, strict=True)))
    return True


def _here(jaxpr: Any, line: Line, points: Sample) -> tuple[Array, ...]:
    written = [primitives.lift(constant(t)) for t in inexact([line.term])]
    values, errors = [*written, *points.values.values()], [*map(abs, written), *points.errors.values()]
    (value, error), *terms = run(Pointwise(), jaxpr, values, errors)
    count = points.count if points.values else 1  # a line without variables has one value
    every = (value, np.zeros_like(value) if error is None else error, terms[0][0] if terms else abs(value))
    return tuple(np.broadcast_to(a, (count, *value.shape[1:])) for a in every)


def evaluate_compiled(batches: Sequence[Batch]) -> Iterator[Batch]:
    """The same, in one compiled call as far as the batches have pieces."""
    import jax

    def everything(parts: Sequence[Batch], values: list[list[Any]], errors: list[list[Any]]) -> list[Any]:
        out = []
        for batch, points, spreads in zip(parts, values, errors, strict=True):
            for (line, _, _), jaxpr in batch.traced.items():
                try:
                    out.append((*_at_every_point(jaxpr, line, points, spreads),))
                except Exception as error:  # what one line stumbles over must not lose the page
                    batch.troubles[line] = f"{type(error).__name__}: {error}".splitlines()[0]
                    out.append(())
        return out

    compiled: dict[tuple[tuple[int, int], ...], Any] = {}  # by the places and the lengths of what runs
    for row in zip_longest(*(batch.pieces() for batch in batches)):
        parts = [part for part in row if part is not None]
        values = [list(b.sample.values.values()) for b in parts]
        errors = [list(b.sample.errors.values()) for b in parts]
        key = tuple((k, part.sample.count) for k, part in enumerate(row) if part is not None)
        if key not in compiled:
            compiled[key] = compile_quickly(jax.jit(partial(everything, parts)).lower(values, errors))
        answers = iter(compiled[key](values, errors))
        for batch in parts:
            for traced in batch.traced:
                if answer := [np.asarray(a) for a in next(answers)]:
                    batch.found[traced] = Found(answer[0], answer[1], answer[2] if len(answer) > 2 else abs(answer[0]))
        yield from parts


def compile_quickly(lowered: Any) -> Any:
    """The compiled call; options are for speed alone, so one that this version of XLA does not know is left out."""
    import jax

    options = dict(QUICK) if device().platform == "cpu" else {}
    while True:
        try:
            return lowered.compile(compiler_options=options)
        except jax.errors.JaxRuntimeError as error:
            unknown = re.search(r"No such compile option: '(\w+)'", str(error))
            if unknown is None or options.pop(unknown[1], None) is None:
                raise


def _at_every_point(jaxpr: Any, line: Line, points: list[Any], spreads: list[Any]) -> Any:
    import jax
    import jax.numpy as jnp

    written = [jnp.asarray(constant(t)) for t in inexact([line.term])]

    def at_point(values: list[Any], errors: list[Any]) -> tuple[Any, Any, Any]:
        (value, error), *terms = run(Compiled(), jaxpr, [*written, *values], [*map(abs, written), *errors])
        return value, jnp.zeros_like(value) if error is None else jnp.broadcast_to(error, value.shape), *(t for t, _ in terms)

    if not points:  # a line without variables
        return tuple(a[None] for a in at_point([], []))
    return jax.vmap(at_point)(points, spreads)


def in_order(t: Term) -> Iterator[Term]:
    yield t
    for a in t.args:
        for u in a if isinstance(a, tuple) else (a,):
            if isinstance(u, Term):
                yield from in_order(u)


def names(primal: Term) -> list[str]:
    """Names of the variables and arrays of the primal, in the order in which it speaks of them."""
    sizes = Question(primal, primal).sizes
    return list(dict.fromkeys(u.args[0] for u in in_order(primal) if u.op == "entry" or (u.op == "sym" and u not in sizes)))
