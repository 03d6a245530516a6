"""The catalogue: derivations found on disk and in the installed package, in citation order. It parses pages and runs none.

Pages are modules of one package, `derivations`: a page cites another with `from derivations.softmax_jacobian import jacobian`. The name is
looked up in the folder of the page itself and then in the library, so the same line works in a checkout, from the wheel and in
anyone's folder.
"""

from __future__ import annotations

import ast
import difflib
import io
import os
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from derive.errors import DeriveError, PageError

PACKAGE = "derivations"

_STATES = {"claim": "claim", "definition": "claim", "erratum": "erratum"}


@dataclass(frozen=True)
class Item:
    """A claim or erratum as it stands in the source: nothing is known of its mathematics."""

    name: str
    line: int
    kind: str  # "claim" or "erratum"
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outline:
    """What the syntax of a page tells."""

    name: str
    file: str
    title: str
    text: str
    items: tuple[Item, ...]
    cites: tuple[str, ...]  # pages that it imports
    notes: tuple[tuple[str, str], ...]  # (variable, comment behind its assignment)


# Places


def library() -> Path:
    """The folder of the library: inside the installed package, or in the checkout that this code lies in."""
    here = Path(__file__).resolve().parent
    packaged = here / PACKAGE
    return packaged if packaged.is_dir() else here.parent.parent / PACKAGE


def folder() -> Path:
    """The folder that is meant when nobody names one: ./derivations where there is one, else the library."""
    local = Path(PACKAGE)
    return local if local.is_dir() else library()


def files_in(folder: Path) -> list[Path]:
    """The pages of a folder by name; a file whose name starts with an underscore or a dot, or is conftest.py, is none."""
    return sorted(f for f in folder.glob("*.py") if f.name[0] not in "._" and f.name != "conftest.py")


NO_PAGE = "is no page; a page is a file of Python, such as my_page.py"


def find(target: str) -> Path:
    """The file of a page: a path, or a name in ./derivations or the library. Raises DeriveError with the nearest names."""
    if target.endswith(".py") or os.sep in target:
        path = Path(target)
        if not path.is_file():
            raise DeriveError(f"there is no file {target}{nearest(path.stem, [f.stem for f in files_in(path.parent)])}")
        if path.suffix != ".py":
            raise DeriveError(f"{target} {NO_PAGE}")
        return path
    for place in (folder(), library()):
        if (path := place / f"{target}.py").is_file():
            return path
    if Path(f"{target}.py").is_file():
        raise DeriveError(f"there is no derivation {target} in {show_path(folder())}; for the file beside you write {target}.py")
    if Path(target).is_file():
        raise DeriveError(f"{target} {NO_PAGE}")
    names = {f.stem for place in (folder(), library()) for f in files_in(place)}
    raise DeriveError(f"there is no derivation {target}{nearest(target, names)}; python -m derive --list shows all")


def nearest(name: str, names: Iterable[str]) -> str:
    """A question naming the words that are nearest to a name; "" where none is near."""
    found = difflib.get_close_matches(name, sorted(set(names)), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join([', '.join(found[:-1]), found[-1]] if found[1:] else found)}?" if found else ""


def show_path(path: str | Path) -> str:
    """A path for a reader: relative where it lies below the current folder."""
    full = os.path.abspath(path)
    here = os.getcwd()
    return os.path.relpath(full, here) if full.startswith(here + os.sep) else full


# Outlines


def outline(file: Path) -> Outline:
    """The outline of a page; raises PageError where its syntax is broken."""
    try:
        # Reading as tokenize does obeys an encoding line and a byte order mark.
        with tokenize.open(file) as stream:
            source = stream.read()
        return _outlined(file.stem, str(file), show_path(file), source)
    except OSError as error:
        raise PageError(f"the page cannot be read: {error.strerror}", file=show_path(file)) from error
    except SyntaxError as error:
        raise PageError(syntax_words(error), file=show_path(file), line=error.lineno or 1) from error
    except ValueError as error:  # a null byte, or bytes that are no text
        raise PageError(f"the page is no Python text: {error}", file=show_path(file), line=1) from error
    except (RecursionError, MemoryError) as error:  # how the parser ends where its stack does
        raise PageError("an expression of the page is nested too deeply for Python; split it", file=show_path(file), line=1) from error


@lru_cache(maxsize=1024)
def _outlined(name: str, path: str, shown: str, source: str) -> Outline:
    """The outline of a text. A run asks several times for each page, and parsing is most of what `--list` does."""
    tree = ast.parse(source, filename=path)
    title, _, text = (ast.get_docstring(tree) or "").partition("\n")
    items = tuple(item for node in tree.body if (item := _item(node)))
    return Outline(name, shown, title.strip(), text.strip(), items, _cites(tree), _notes(tree, source))


def syntax_words(error: SyntaxError) -> str:
    """A syntax error with the line that it is about."""
    written = (error.text or "").strip()
    return f"syntax error: {error.msg}{f', in `{written[:80]}`' if written else ''}"


def _item(node: ast.stmt) -> Item | None:
    """The claim or erratum that a statement of a page binds to a name."""
    target, value = _assignment(node)
    if target is None or not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name) or value.func.id not in _STATES:
        return None
    covers = next((k.value for k in value.keywords if k.arg == "covers"), None)
    return Item(target, value.lineno, _STATES[value.func.id], _texts(covers))


def _assignment(node: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id, node.value
    return None, None


def _texts(node: ast.expr | None) -> tuple[str, ...]:
    """The strings of a literal list; other expressions are left to whoever runs the page."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return ()
    return tuple(e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str))


def _cites(tree: ast.Module) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            package, _, name = node.module.partition(".")
            if package == PACKAGE:
                found |= {name: None} if name else {alias.name: None for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[2]: None for alias in node.names if alias.name.startswith(f"{PACKAGE}.")}
    return tuple(found)


def _notes(tree: ast.Module, source: str) -> tuple[tuple[str, str], ...]:
    """The comment behind each assignment that fills one line: what the author says of a symbol."""
    comments = {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    notes = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.lineno == node.end_lineno and comments.get(node.lineno):
            targets = [t for target in node.targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
            name = ", ".join(t.id for t in targets if isinstance(t, ast.Name))
            if name:
                notes.append((name, comments[node.lineno]))
    return tuple(notes)


# Lists


def list_pages(places: Sequence[Path | str] = ()) -> list[Outline | PageError]:
    """Outlines of the pages in these files and folders (none: `folder()`), each after the pages that it cites.

    A page with broken syntax is in the list as the error that says so.
    """
    files: dict[Path, None] = {}
    for place in map(Path, places or [folder()]):
        files |= dict.fromkeys(files_in(place) if place.is_dir() else [place])
    found: list[Outline | PageError] = []
    for file in files:
        try:
            found.append(outline(file))
        except PageError as error:
            found.append(error)
    return in_citation_order(found)


def in_citation_order(pages: Sequence[Outline | PageError]) -> list[Outline | PageError]:
    """Cited pages before those that cite them, otherwise by name; broken pages last."""
    known = {p.name: p for p in pages if isinstance(p, Outline)}
    ordered: dict[str, Outline] = {}
    open_: list[str] = []

    def visit(name: str) -> None:
        if name in ordered or name in open_:  # a circle of imports shows when the pages are run
            return
        open_.append(name)
        for cited in known[name].cites:
            if cited in known:
                visit(cited)
        open_.pop()
        ordered[name] = known[name]

    for name in sorted(known):
        visit(name)
    # Two files of one name, from two folders, stay side by side.
    twins = [p for p in pages if isinstance(p, Outline) and ordered[p.name] is not p]
    return [*ordered.values(), *twins, *(p for p in pages if isinstance(p, PageError))]


def with_cited(files: Sequence[Path]) -> list[Path]:
    """These files and every page that they cite, directly or not, cited pages first."""
    found: dict[Path, None] = {}

    def visit(file: Path, around: tuple[Path, ...]) -> None:
        if file in found or file in around:
            return
        for name in _cites_of(file):
            if cited := _beside(file, name):
                visit(cited, (*around, file))
        found[file] = None

    for file in files:
        visit(file, ())
    return list(found)


def _cites_of(file: Path) -> tuple[str, ...]:
    try:
        return outline(file).cites
    except PageError:
        return ()


def _beside(file: Path, name: str) -> Path | None:
    """The page that a file means by a name: in its own folder, else in the library."""
    for place in (file.parent, library()):
        if (path := place / f"{name}.py").is_file():
            return path
    return None
