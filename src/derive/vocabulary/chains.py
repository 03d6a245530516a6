"""Claims, links and errata as an author writes them: drafts, in SymPy, which the child process then reads into statements.

Every call of `claim` and `erratum` notes itself on the sheet. A draft's name is the variable that it is bound to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.parameters import evaluate
from sympy.printing.latex import LatexPrinter

from derive.errors import DeriveError, PageError
from derive.statement.claim import Source
from derive.vocabulary import sheet
from derive.vocabulary.arrays import Array, ShapeError, same_shape
from derive.vocabulary.binding import private, put, settle
from derive.vocabulary.forms import DraftForm, name_of
from derive.vocabulary.symbols import expression, proposition, range_of, short

MOST_COVERED = 8  # statements of one formula that an item may settle

original = Source("original")


def cite(key: str, locator: str = "") -> Source:
    """A place in a source: `cite("003", "1j")`."""
    if not isinstance(key, str) or not key or not isinstance(locator, str):
        raise PageError(f'cite wants a key of the bibliography and a place, as in cite("003", "1j"); got {key!r}, {locator!r}')
    return Source(key, locator)


@dataclass(frozen=True, eq=False)
class Step:
    """One link as written: a relation, the next line, and how it follows."""

    relation: str
    right: Any
    why: str = ""
    by: tuple[Draft, ...] = ()
    admits: str = ""


def _step(relation: str, right: Any, why: str, by: Any, admits: str) -> Step:
    for word, value in (("why", why), ("admits", admits)):
        if not isinstance(value, str):
            raise PageError(f"{word}= is prose for the reader, got {value!r}")
    cited = () if by is None else tuple(by) if isinstance(by, (list, tuple)) else (by,)
    for item in cited:
        if not isinstance(item, Draft):
            raise PageError(f"by= cites claims, got {item!r}; pass the claim itself, imported from its page where need be")
    if isinstance(right, bool):
        raise PageError(f"{relation}(...) got {right}: `==` compares structure and `!=` likewise; give the next line of the chain alone")
    if isinstance(right, Array):
        return Step(relation, right, why, cited, admits)
    return Step(relation, (proposition if relation in _BETWEEN_PROPOSITIONS else expression)(right), why, cited, admits)


_BETWEEN_PROPOSITIONS = ("iff", "implies")
_SIGNS = {"eq": "=", "ne": r"\ne", "le": r"\le", "lt": "<", "iff": r"\iff", "implies": r"\implies"}


def eq(right: Any, why: str = "", by: Any = None, admits: str = "") -> Step:
    """The line before equals this one."""
    return _step("eq", right, why, by, admits)


def ne(right: Any, why: str = "", by: Any = None, admits: str = "") -> Step:
    """The line before differs from this one, wherever the hypotheses hold."""
    return _step("ne", right, why, by, admits)


def le(right: Any, why: str = "", by: Any = None, admits: str = "") -> Step:
    """The line before is at most this one."""
    return _step("le", right, why, by, admits)


def lt(right: Any, why: str = "", by: Any = None, admits: str = "") -> Step:
    """The line before is less than this one."""
    return _step("lt", right, why, by, admits)


def iff(right: Any, why: str = "", by: Any = None, admits: str = "") -> Step:
    """The proposition before holds exactly where this one does."""
    return _step("iff", right, why, by, admits)


def implies(right: Any, why: str = "", by: Any = None, admits: str = "") -> Step:
    """Where the proposition before holds, so does this one."""
    return _step("implies", right, why, by, admits)


class _Notebook(LatexPrinter):  # type: ignore[misc]
    """SymPy's own LaTeX, with an index as its letter alone: its range is known."""

    def _print_Idx(self, index: Any) -> str:
        return str(self._print(index.label))


@dataclass(eq=False)
class Draft:
    """A claim as written. `lines` are the first line and the right sides of the links, in SymPy, arrays already at one entry."""

    file: str
    line: int
    lines: tuple[Any, ...]
    steps: tuple[Step, ...]
    form: DraftForm | None
    given: tuple[Any, ...]
    words: dict[str, Any]  # the other fields of a Claim
    page: str = ""
    name: str = ""
    printed: bool = False

    @property
    def id(self) -> str:
        return f"{self.page}.{self.name}" if self.name else ""

    @property
    def first(self) -> Any:
        """The first line."""
        return self.lines[0]

    @property
    def last(self) -> Any:
        """The last line."""
        return self.lines[-1]

    @property
    def covers(self) -> tuple[str, ...]:
        return tuple(self.words["covers"])

    def _repr_latex_(self) -> str:
        """All lines, as a notebook shows them: in the notation of arrays where every line has one."""
        if self.words["display"]:
            return f"$\\displaystyle {self.words['display']}$"
        if self.form is not None:
            return ""
        lines, _ = settle(self.lines, self.given)
        first, *rest = map(_Notebook().doprint, lines)
        return f"$\\displaystyle {' '.join([first, *(f'{_SIGNS[s.relation]} {line}' for s, line in zip(self.steps, rest, strict=True))])}$"

    def __bool__(self) -> bool:
        raise PageError("a claim is neither true nor false until it is decided")


def claim(
    first: Any,
    *links: Step,
    given: Any = (),
    source: Any = (),
    covers: Sequence[str] = (),
    runs_as: str = "",
    reads_as: str = "",
    layout: str = "",
    unknown: str = "",
    title: str = "",
    display: str = "",
) -> Draft:
    """A chain: a first line and links to further lines. Its statement is its first and last line. Or another form, alone."""
    words = {"runs_as": runs_as, "reads_as": reads_as, "layout": layout, "unknown": unknown, "title": title, "display": display}
    return _state(first, links, given, source, covers, words, definition=False)


def definition(
    first: Any,
    *links: Step,
    given: Any = (),
    source: Any = (),
    covers: Sequence[str] = (),
    runs_as: str = "",
    reads_as: str = "",
    layout: str = "",
    title: str = "",
    display: str = "",
) -> Draft:
    """A claim that is true because a symbol was defined so; it is tied to a library function, or to a property."""
    words = {"runs_as": runs_as, "reads_as": reads_as, "layout": layout, "unknown": "", "title": title, "display": display}
    if not links:
        if not runs_as:
            raise PageError("a definition names the library function that it is (runs_as=), or says in links what characterises it")
        links = (eq(first, why="by definition"),)
    return _state(first, links, given, source, covers, words, definition=True)


def _state(
    first: Any, links: tuple[Any, ...], given: Any, source: Any, covers: Sequence[str], words: dict[str, Any], *, definition: bool
) -> Draft:
    file, line = sheet.place()
    for word, value in words.items():
        if not isinstance(value, str):
            raise PageError(f"{word}= is text, got {value!r}")
    if isinstance(first, bool):
        raise PageError(f"claim got {first}: `==` compares structure and `!=` likewise; write claim(left, eq(right))")
    for link in links:
        if not isinstance(link, Step):
            links_are = "write eq(...), le(...), lt(...), ne(...), iff(...) or implies(...)"
            raise PageError(f"the lines after the first are links, got {short(link)}; {links_are}")
    form = first if isinstance(first, DraftForm) else None
    if form is not None and links:
        raise PageError(f"{form.name}(...) is a whole statement and takes no links")
    if form is None and not links:
        raise PageError("a claim has at least one link: write claim(left, eq(right))")
    lines = () if form is not None else _lines(first, links)
    if form is None and not words["display"]:
        words["display"] = _display(first, links)
    if isinstance(first, Array) and len(first.shape) > 1 and first.body.has(sympy.Derivative) and not words["layout"]:
        raise PageError('a claim between matrices of derivatives names its layout: layout="numerator" (as D makes it) or "denominator"')
    words |= {"source": _sources(source), "covers": _ledger_ids(covers), "definition": definition}
    draft = Draft(file, line, lines, links, form, tuple(map(proposition, _listed(given))), words)
    page = sheet.current()
    if page is not None:
        draft.page = page.name
        page.stated.append(draft)
    return draft


def _lines(first: Any, links: tuple[Step, ...]) -> tuple[Any, ...]:
    """All lines as expressions or propositions; a claim between arrays speaks of the entry at general places."""
    if not isinstance(first, Array):
        arrays = [s for s in links if isinstance(s.right, Array)]
        if arrays:
            raise ShapeError(f"the first line is a number and a later one an array, {arrays[0].right.size}")
        wants = proposition if links[0].relation in _BETWEEN_PROPOSITIONS else expression
        return (wants(first), *(s.right for s in links))
    rights = [s.right for s in links]
    fitted = iter(same_shape("the lines of the claim", first, *(r for r in rights if isinstance(r, Array))))
    next(fitted)
    bodies = []
    for step, right in zip(links, rights, strict=True):
        if step.relation in _BETWEEN_PROPOSITIONS:
            raise PageError(f"{step.relation} stands between propositions, got an array")
        if not isinstance(right, Array) and right != 0:
            raise ShapeError(f"the first line is an array, {first.size}, and a later one the number {right}; write {right}*ones(...)")
        bodies.append(next(fitted).body if isinstance(right, Array) else right)
    fresh = {a: private(range_of(a)) for a in first.axes}
    return tuple(put(body, fresh) for body in (first.body, *bodies))


def _display(first: Any, links: tuple[Step, ...]) -> str:
    """The statement in matrix notation, where every line has one."""
    if not isinstance(first, Array):
        return ""
    shown = [first.tex] + [s.right.tex if isinstance(s.right, Array) else "0" for s in links]
    if not all(shown):
        return ""
    return " ".join([shown[0], *(f"{_SIGNS[s.relation]} {tex}" for s, tex in zip(links, shown[1:], strict=True))])


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _sources(source: Any) -> tuple[Source, ...]:
    for s in _listed(source):
        if not isinstance(s, Source):
            raise PageError(f'source= is cite("key", "place") or original, got {s!r}')
    return _listed(source)


def _ledger_ids(covers: Any) -> tuple[str, ...]:
    if isinstance(covers, str) or not all(isinstance(c, str) for c in covers):
        raise PageError(f"covers= is a list of ledger ids, got {covers!r}")
    if len(set(covers)) != len(covers):
        raise PageError(f"covers= names an id twice: {list(covers)}")
    if len(covers) > MOST_COVERED:
        raise PageError(f"one claim covers at most {MOST_COVERED} ledger ids, those that state the same formula; got {len(covers)}")
    return tuple(covers)


@dataclass(eq=False)
class DraftErratum:
    """An erratum as written."""

    file: str
    line: int
    printed: Draft | None
    instead: Draft | None
    reason: str
    refuted_at: tuple[tuple[str, str], ...]
    readings: tuple[tuple[str, Draft], ...]
    raises: str
    source: tuple[Source, ...]
    covers: tuple[str, ...]
    note: str
    page: str = ""
    name: str = ""
    others: tuple[Draft, ...] = field(default=())  # readings that are written in place

    @property
    def id(self) -> str:
        return f"{self.page}.{self.name}" if self.name else ""


def erratum(
    source: Any,
    *,
    printed: Draft | Callable[[], Any] | None = None,
    refuted_at: Mapping[Any, Any] | None = None,
    instead: Draft | None = None,
    reason: str = "",
    readings: Iterable[tuple[str, Draft]] = (),
    raises: type[DeriveError] | None = None,
    covers: Sequence[str] = (),
    note: str = "",
) -> DraftErratum:
    """A formula as printed, which must be refuted, and the claim that corrects it; or one that is ill-posed.

    Ill-posed is what has no verdict of its own: `readings` are sensible meanings with different verdicts, or `raises` is the error that
    building the formula raises; `printed` is then a function that builds it.
    """
    file, line = sheet.place()
    readings = tuple(readings)
    reason = reason or ("ill-posed" if raises or (readings and printed is None) else "refuted")
    if reason not in ("refuted", "ill-posed"):
        raise PageError(f'reason= is "refuted" or "ill-posed", got {reason!r}')
    if instead is not None and not isinstance(instead, Draft):
        raise PageError(f"instead= is the claim that corrects the formula, got {short(instead)}")
    raised = ""
    if raises is not None:
        raised, printed = _build(printed, raises), None
    if printed is not None and (not isinstance(printed, Draft) or printed.printed):
        raise PageError(f"printed= is a claim written in place, got {short(printed)}")
    if reason == "refuted" and printed is None:
        raise PageError("an erratum shows the formula as printed: printed=claim(...)")
    if reason == "ill-posed" and not raised and len(readings) < 2:
        raise PageError("an ill-posed formula wants two readings with different verdicts, or the error that building it raises (raises=)")
    ids = _ledger_ids(covers)
    if instead is not None and (missing := [c for c in ids if c not in instead.covers]):
        raise PageError(f"the correction covers the same ledger ids: add {', '.join(missing)} to covers= of the claim in instead=")
    for reading in readings:
        if not isinstance(reading, tuple) or len(reading) != 2 or not isinstance(reading[0], str) or not isinstance(reading[1], Draft):
            raise PageError(f"readings= are pairs (words, claim), got {reading!r}")
    point = () if refuted_at is None else _point(refuted_at)
    made = DraftErratum(file, line, printed, instead, reason, point, readings, raised, _sources(source), ids, note)
    page = sheet.current()
    if page is not None:
        made.page = page.name
        # The printed formula belongs to the erratum; it is no claim of the page.
        page.stated = [d for d in page.stated if d is not printed]
        page.stated.append(made)
    if printed is not None:
        printed.printed = True
    return made


def _build(printed: Any, raises: type[DeriveError]) -> str:
    """The error that building a formula raises, in words; raises PageError where it builds."""
    if not (isinstance(raises, type) and issubclass(raises, DeriveError)) or not callable(printed):
        raise PageError("with raises=ShapeError, printed= is a function that builds the formula: printed=lambda: claim(...)")
    page = sheet.current()
    stated = len(page.stated) if page is not None else 0
    try:
        printed()
    except raises as error:
        return f"{type(error).__name__}: {error.message}"
    finally:
        if page is not None:
            del page.stated[stated:]
    raise PageError(f"the formula was to raise {raises.__name__}, but it builds; state it as a claim")


def _point(at: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    """An exact point as names and values: numbers, and nested tuples for arrays."""
    return tuple((name_of(key), _value(value)) for key, value in at.items())


def _value(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_value, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Fraction):
        return str(value)
    with evaluate(True):
        number = expression(value).doit()
    if not number.is_Rational:
        raise PageError(f"a point is exact: whole numbers and Rational, got {value}")
    return str(number)
