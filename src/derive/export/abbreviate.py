"""Abbreviations: letters for what is long and comes again, so that a chain of long formulas can be read.

A subterm counts as coming again when it is the same up to the names of its indices: the pre-activation of unit h and that of
unit a share one letter. Only the chain is abbreviated, and every letter is spelled out above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from derive.export import arrange, names
from derive.export.notation import Box, Notation
from derive.statement.term import Term

WIDE = 36.0  # ems of a line above which abbreviations are looked for
MOST = 5  # letters for one chain
GAIN = 2.0  # ems that a letter must save
LETTERS = "ABCEFGHKPQRTUVZ"
OPS = ("add", "mul", "pow", "sum", "prod", "exp", "log", "tanh", "max", "abs")

# A term up to the names of its indices, and its free indices in order of appearance.
Shape = tuple[object, ...]
Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Letter:
    """A letter for all terms of one shape, with one of them as its definition."""

    letter: str
    shape: Shape
    meaning: Term


class Short(dict[Shape, str]):
    """Shapes and their letters; `box` is how the notation asks for them."""

    def box(self, t: Term) -> Box | None:
        if not self or not any(shape[0] == t.op for shape in self):
            return None
        shape, free = shape_of(t)
        letter = self.get(shape)
        if letter is None:
            return None
        below = "".join(names.read(i.args[0]).latex() for i in free)
        return Box(letter + names.script("_", below), width=0.9 + 0.6 * len(free))


def abbreviate(lines: Sequence[Term], notation: Notation) -> tuple[Notation, Where]:
    """The notation with its abbreviations, and each with what it stands for; none where every line is short."""
    if max(notation.box(t).width for t in lines) <= WIDE:
        return notation, ()
    lines = list(dict.fromkeys(lines))  # a line that only names what stands above it is not printed again
    taken = _taken(lines)
    letters = [a for a in LETTERS if a not in taken]
    found: list[Letter] = []
    while len(found) < MOST and letters:
        best = _best(lines, found, notation)
        if best is None:
            break
        found.append(Letter(letters.pop(0), *best))
    if not found:
        return notation, ()
    ordered = _relettered(found)
    short = replace(notation, short=_table(ordered))
    return short, tuple(_definition(a, ordered, notation) for a in ordered)


def name_long(terms: Sequence[Term], notation: Notation, most: float) -> tuple[Notation, Where]:
    """Letters for those terms that are too long for a line of text, and what they stand for."""
    long = [t for t in dict.fromkeys(terms) if notation.box(t).width > most]
    inner, where = abbreviate(long, notation) if long else (notation, ())
    taken = _taken(terms) | {name.partition("_")[0] for name, _ in where}
    free = [a for a in LETTERS if a not in taken]
    named = [Letter(letter, shape_of(t)[0], t) for letter, t in zip(free, long, strict=False)]
    table = _table(named)
    spelled = tuple((box.text, inner.pieces(a.meaning)) for a in named if (box := table.box(a.meaning)))
    return replace(notation, short=table), (*where, *spelled)


def _taken(terms: Sequence[Term]) -> set[str]:
    """The letters that the formulas use already."""
    return {names.read(u.args[0]).head for t in terms for u in arrange.printed(t) if u.op in ("sym", "index", "entry")}


def _best(lines: Sequence[Term], found: Sequence[Letter], notation: Notation) -> tuple[Shape, Term] | None:
    """The shape whose letter would save most, larger shapes first where two save the same."""
    shown = replace(notation, short=_table(found))
    count: Counter[Shape] = Counter()
    example: dict[Shape, Term] = {}
    for t in (*lines, *(a.meaning for a in found)):
        for u in _visible(t, shown, top=t not in lines):
            shape, _ = shape_of(u)
            count[shape] += 1
            example.setdefault(shape, u)
    # A letter for a whole side would leave A = A of a definition.
    whole = {shape_of(lines[0])[0], shape_of(lines[-1])[0]}
    scored = []
    for order, (shape, times) in enumerate(count.items()):
        width = shown.box(example[shape]).width
        gain = (times - 1) * (width - 2.0) - 4.0
        if times > 1 and width > 5.0 and gain > GAIN and shape not in whole:
            scored.append((gain, -order, shape))
    if not scored:
        return None
    shape = max(scored)[2]
    return shape, example[shape]


def _visible(t: Term, notation: Notation, top: bool) -> Iterator[Term]:
    """The subterms of t that would be printed, each as often as it is; what has a letter already hides its inside."""
    todo = [(t, top)]
    while todo:
        u, whole = todo.pop()
        if u.op in OPS and not whole:
            if notation.short and notation.short.box(u):
                continue
            yield u
        if u.op == "entry":
            continue
        todo.extend((a, False) for a in reversed(u.args) if isinstance(a, Term) and a.op != "index")


def _table(found: Sequence[Letter]) -> Short:
    return Short({a.shape: a.letter for a in found})


def _relettered(found: Sequence[Letter]) -> list[Letter]:
    """The letters in an order in which each uses only those before it, named in that order."""
    ordered: list[Letter] = []
    waiting = list(found)
    while waiting:
        for a in waiting:
            uses = {shape_of(u)[0] for u in arrange.printed(a.meaning) if u is not a.meaning and u.op in OPS}
            if not any(b.shape in uses for b in waiting if b is not a):
                ordered.append(a)
                waiting.remove(a)
                break
    alphabet = sorted(a.letter for a in found)
    return [Letter(letter, a.shape, a.meaning) for letter, a in zip(alphabet, ordered, strict=True)]


def _definition(a: Letter, ordered: Sequence[Letter], notation: Notation) -> tuple[str, tuple[str, ...]]:
    name = _table([a]).box(a.meaning)
    inside = replace(notation, short=_table([b for b in ordered if b is not a]))
    return name.text if name else a.letter, inside.pieces(a.meaning)


def shape_of(t: Term) -> tuple[Shape, tuple[Term, ...]]:
    """The shape of a term and its free indices, in order of appearance."""
    found = _shapes.get(t)
    if found is None:
        free: list[Term] = []
        found = _shapes[t] = (_shape(t, (), free), tuple(free))
    return found


_shapes: dict[Term, tuple[Shape, tuple[Term, ...]]] = {}


def _shape(t: Term, bound: tuple[Term, ...], free: list[Term]) -> Shape:
    if t.op == "index":
        if t in bound:
            return ("bound", bound[::-1].index(t))
        if t not in free:
            free.append(t)
        return ("free", free.index(t), t.args[1])
    if t.op in ("sum", "prod"):
        return (t.op, t.args[1].args[1], _shape(t.args[0], (*bound, t.args[1]), free))
    return (t.op, *(_part(a, bound, free) for a in t.args))


def _part(a: object, bound: tuple[Term, ...], free: list[Term]) -> object:
    if isinstance(a, Term):
        return _shape(a, bound, free)
    if isinstance(a, tuple):
        return tuple(_part(b, bound, free) for b in a)
    return a
