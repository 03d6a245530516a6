"""The child process that runs a page and hands back what it states, as data.

Pages are code; this is the only place that executes one, and it never makes a verdict. It writes one line of JSON to a private file
descriptor, so that a page may print what it likes. The process is a fork of the nursery, with SymPy loaded (see nursery.py).
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import os
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from sympy import oo
from sympy.core.parameters import evaluate

from derive import __all__ as vocabulary
from derive import keys
from derive.catalogue import PACKAGE, Outline, nearest, outline, show_path, syntax_words
from derive.errors import DeriveError, PageError
from derive.kernel.read import read_lines
from derive.statement import codec
from derive.statement.claim import Claim, Erratum, Form, Link, Page
from derive.statement.term import OO, Term, entry, neg, num
from derive.vocabulary import sheet
from derive.vocabulary.binding import all_symbols, settle
from derive.vocabulary.chains import Draft, DraftErratum, Step
from derive.vocabulary.forms import Cell, DraftForm


class Shelf(importlib.abc.MetaPathFinder):
    """Finds pages as modules of the package `derivations`: in the folder of the pages, then in the library."""

    def __init__(self, folders: Sequence[str], page: str) -> None:
        self.folders, self.page = list(dict.fromkeys(folders)), page
        self.stated: Page | None = None
        self.broken: dict[str, PageError] = {}

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname == PACKAGE:
            spec = importlib.machinery.ModuleSpec(PACKAGE, None, is_package=True)
            spec.submodule_search_locations = self.folders
            return spec
        if not fullname.startswith(f"{PACKAGE}."):
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, self.folders)
        if found is None or not isinstance(found.loader, importlib.machinery.SourceFileLoader):
            return None
        return importlib.util.spec_from_file_location(fullname, found.origin, loader=PageLoader(self, fullname, str(found.origin)))

    def load(self, file: str) -> Page:
        """The page in a file of the first folder; raises PageError."""
        try:
            importlib.import_module(f"{PACKAGE}.{self.page}")
        except ModuleNotFoundError as error:
            raise PageError(str(error), file=file) from error
        if self.stated is None:
            raise PageError("the page was not run", file=file)
        return self.stated


class PageLoader(importlib.machinery.SourceFileLoader):
    """Runs a page with nothing evaluated and a fresh sheet, then reads what it stated."""

    def __init__(self, shelf: Shelf, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self.shelf, self.page_name = shelf, fullname.rpartition(".")[2]

    def exec_module(self, module: ModuleType) -> None:
        if self.page_name in self.shelf.broken:
            raise self.shelf.broken[self.page_name]
        try:
            # Unevaluated, log(exp(x)) stays log(exp(x)): the page states what it says.
            with sheet.turn_to(sheet.Sheet(self.page_name, self.path)) as page, evaluate(False):
                super().exec_module(module)
                plan = outline(Path(self.path))
                _name_drafts(page, module, {item.line: item.name for item in plan.items})
                # Of a page that is only imported, the names are enough: it is read when it is run for itself.
                if self.page_name == self.shelf.page:
                    self.shelf.stated = _read_page(page, plan)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self.shelf.broken[self.page_name] = _page_error(error, self.path)
            raise self.shelf.broken[self.page_name] from error


# What went wrong, and where


def _page_error(error: BaseException, path: str) -> PageError:
    """Any exception of a page as a PageError with file and line."""
    line = _line_in(path, error)
    if isinstance(error, PageError) and error.file:
        if os.path.realpath(error.file) == os.path.realpath(path) or not line:
            return error
        return PageError(f"it imports {Path(error.file).stem}, which does not load: {error.message}", file=path, line=line)
    if isinstance(error, SyntaxError):
        # A syntax error of another file shows at the import here.
        line = (error.lineno or 1) if error.filename == path else line
        return PageError(syntax_words(error), file=path, line=line)
    if isinstance(error, DeriveError):
        kind = "" if isinstance(error, PageError) else f"{type(error).__name__}: "
        return PageError(f"{kind}{error.message}", file=error.file or path, line=error.line or line)
    if isinstance(error, NameError) and error.name:
        advice = (
            "; import it from derive" if error.name in vocabulary else nearest(error.name, vocabulary) or "; define it above its first use"
        )
        return PageError(f"unknown name {error.name}{advice}", file=path, line=line)
    if isinstance(error, ImportError) and error.name == "derive":
        missing = re.search(r"cannot import name '(\w+)'", str(error))
        if missing:
            advice = nearest(missing[1], vocabulary) or "; write its formula, or import it from the page that defines it"
            return PageError(f"derive has no {missing[1]}{advice}", file=path, line=line)
    if isinstance(error, ImportError) and "partially initialized" in str(error):
        return PageError("pages import each other in a circle; state what both need on a third page", file=path, line=line)
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith(f"{PACKAGE}."):
        name = str(error.name).rpartition(".")[2]
        pages = [p.stem for folder in sys.modules[PACKAGE].__path__ for p in Path(folder).glob("*.py")]
        return PageError(f"there is no page {name}{nearest(name, pages)}", file=path, line=line)
    if isinstance(error, SystemExit):
        return PageError(f"the page ended the process (exit {error.code}); a page only states", file=path, line=line)
    if isinstance(error, RecursionError | MemoryError):
        return PageError(
            f"{type(error).__name__}: too deep or too large; a page states claims about formulas in parts", file=path, line=line
        )
    advice = _advice(error)
    words = str(error).strip().splitlines() or ["no message"]
    # Newer versions of Python guess, too: one guess is enough.
    said = re.sub(r"\. Did you mean '\w+'\?$", "", words[0]) if advice else words[0]
    return PageError(f"{type(error).__name__}: {said}{advice}", file=path, line=line)


# What an exception of Python or SymPy means on a page, and what to write instead.
_ADVICE = (
    (
        TypeError,
        "truth value",
        "a condition is neither true nor false yet: write And(a < b, b < c) for a < b < c, and cases(...) for an if",
    ),
    (TypeError, "Cannot convert expression", "a formula is no number: use exp, log, ... of derive, not those of math or numpy"),
    (PermissionError, "", "a page may write no file: it only states"),
)


def _advice(error: BaseException) -> str:
    unexpected = re.search(r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", str(error))
    if unexpected and unexpected[1] in vocabulary:
        known = inspect.signature(getattr(importlib.import_module("derive.vocabulary"), unexpected[1])).parameters
        return nearest(unexpected[2], known) or f"; it takes {', '.join(known)}"
    return next((f"; {words}" for kind, part, words in _ADVICE if isinstance(error, kind) and part in str(error)), "")


def _line_in(path: str, error: BaseException) -> int:
    """The innermost line of the page that an exception passed through; 0 where there is none."""
    lines = [frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return lines[-1] if lines else 0


# From drafts to statements


def _read_page(page: sheet.Sheet, plan: Outline) -> Page:
    file = show_path(page.file)
    claims, errata = [], []
    for draft in page.stated:
        if isinstance(draft, Draft):
            claims.append(_read_claim(draft, file))
        else:
            claims += [_read_claim(reading, file) for reading in draft.others]
            errata.append(_read_erratum(draft, file))
    _check_names(page)
    return Page(page.name, file, plan.title, plan.text, tuple(claims), tuple(errata), plan.cites, plan.notes)


def _name_drafts(page: sheet.Sheet, module: ModuleType, written: dict[int, str]) -> None:
    """Give each draft the name of its variable; raises PageError where it has none, two, or lost it."""
    names: dict[int, list[str]] = {}
    for name, value in vars(module).items():
        if isinstance(value, (Draft, DraftErratum)):
            names.setdefault(id(value), []).append(name)
    errata = [d for d in page.stated if isinstance(d, DraftErratum)]
    for erratum in errata:
        _place_readings(erratum, page, names)
    for draft in page.stated:
        found = names.get(id(draft), [])
        kind = "claim" if isinstance(draft, Draft) else "erratum"
        if len(found) == 1:
            draft.name = found[0]
        elif found:
            raise PageError(f"one {kind} has the names {' and '.join(found)}; give it one", file=draft.file, line=draft.line)
        elif draft.line in written:
            message = f"{written[draft.line]} is bound again further down, so this {kind} is lost; use another name"
            raise PageError(message, file=draft.file, line=draft.line)
        else:
            raise PageError(f"this {kind} has no name: write name = {kind}(...)", file=draft.file, line=draft.line)
    for erratum in errata:
        for k, reading in enumerate(erratum.others):
            reading.name = f"{erratum.name}.reading_{k + 1}"
        if erratum.printed is not None:
            erratum.printed.name = erratum.name
            if id(erratum.printed) in names:
                message = "the formula of an erratum is written in place: printed=claim(...), without a name of its own"
                raise PageError(message, file=erratum.file, line=erratum.line)


def _place_readings(draft: DraftErratum, page: sheet.Sheet, names: dict[int, list[str]]) -> None:
    """A reading that is written in place belongs to its erratum: it is one that fails."""
    draft.others = tuple(r for _, r in draft.readings if id(r) not in names and not r.name)
    page.stated = [d for d in page.stated if not any(d is r for r in draft.others)]
    for reading in draft.others:
        reading.printed = True


def _check_names(page: sheet.Sheet) -> None:
    """Raises PageError where one name stands for two symbols on a page."""
    known: dict[str, Any] = {name: thing for name, (thing, _) in page.declared.items()}
    for draft in page.stated:
        inner = [draft] if isinstance(draft, Draft) else [d for d in (draft.printed, *draft.others) if d is not None]
        for d in inner:
            for name, thing in all_symbols([*d.lines, *d.given, *_expressions(d.form)]):
                if not name.startswith("#") and known.setdefault(name, thing) != thing:
                    message = f"{name} stands for two symbols with different assumptions or ranges; use two names"
                    raise PageError(message, file=d.file, line=d.line)


def _read_claim(draft: Draft, file: str) -> Claim:
    try:
        if draft.form is None:
            (first, *rights), given = _read_all(draft.lines, draft.given)
            links = tuple(map(_read_link, draft.steps, rights))
            return Claim(draft.id, file, draft.line, first, links, given=given, printed=draft.printed, **draft.words)
        form, given = _read_form(draft.form, draft.given)
        return Claim(draft.id, file, draft.line, form=form, given=given, printed=draft.printed, **draft.words)
    except DeriveError as error:
        raise PageError(error.message, file=error.file or draft.file, line=error.line or draft.line) from error
    except RecursionError as error:
        raise PageError(
            "a formula of this claim is nested too deeply; claim its parts one by one", file=draft.file, line=draft.line
        ) from error


def _read_all(lines: Sequence[Any], given: Sequence[Any]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Lines and hypotheses as terms; infinity, which is a limit and no number, is read here."""
    settled, hypotheses = settle(lines, given)
    with evaluate(True):
        reading = read_lines([e for e in settled if e not in _INFINITE], hypotheses)
    finite = iter(reading.lines)
    return tuple(_INFINITE[e] if e in _INFINITE else next(finite) for e in settled), reading.given


_INFINITE = {oo: OO, -oo: neg(OO)}


def _read_link(step: Step, right: Term) -> Link:
    for cited in step.by:
        if not cited.id:
            raise PageError("by= cites a claim that has no name")
    return Link(step.relation, right, step.why, tuple(c.id for c in step.by), step.admits)


def _read_form(draft: DraftForm, given: Sequence[Any]) -> tuple[Form, tuple[Term, ...]]:
    """A form with its parts read; all its expressions share their letters."""
    terms, hypotheses = _read_all(_expressions(draft), given)
    remaining = iter(terms)

    def read(part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(read(p) for p in part)
        if isinstance(part, Cell):
            array, sort, shape, _ = next(remaining).args
            return entry(array, sort, shape, tuple(map(num, part.place)))
        return part if isinstance(part, str) else next(remaining)

    return Form(draft.name, tuple((name, read(part)) for name, part in draft.parts)), hypotheses


def _expressions(form: DraftForm | None) -> list[Any]:
    """The expressions among the parts of a form, in order."""

    def go(part: Any) -> Iterator[Any]:
        if isinstance(part, tuple):
            for p in part:
                yield from go(p)
        elif isinstance(part, Cell):
            yield part.entry
        elif not isinstance(part, str):
            yield part

    return [] if form is None else [e for _, part in form.parts for e in go(part)]


def _read_erratum(draft: DraftErratum, file: str) -> Erratum:
    printed = None
    if draft.printed is not None:
        draft.printed.words |= {"source": draft.source, "covers": draft.covers}
        printed = _read_claim(draft.printed, file)
    return Erratum(
        draft.id, file, draft.line, printed, draft.reason, draft.refuted_at, draft.instead.id if draft.instead is not None else None,
        tuple((words, reading.id) for words, reading in draft.readings), draft.raises, draft.source, draft.covers, draft.note,
    )  # fmt: skip


# The process


def state(file: str, folders: Sequence[str], memory: int, channel: int) -> None:
    """Run the page in a file and write what it states, or why it does not load, to a file descriptor, as one line."""
    if memory:
        _limit_memory(memory)
    opened: set[str] = set()
    sys.addaudithook(lambda event, arguments: opened.add(arguments[0]) if event == "open" and isinstance(arguments[0], str) else None)
    shelf = Shelf(folders, Path(file).stem)
    sys.meta_path.insert(0, shelf)
    try:
        answer = {"page": codec.encode(shelf.load(file)), "read": keys.outside(opened)}
    except PageError as error:
        answer = {"error": error.message, "file": show_path(error.file or file), "line": error.line}
    with open(channel, "w", encoding="utf-8") as out:
        print(json.dumps(answer), file=out)


def _limit_memory(bytes_: int) -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (bytes_, hard))
