"""The pytest plugin: a derivation is a test file, each of its claims and errata a test.

Collecting parses a page and runs nothing; a page is loaded and checked, all its claims together, when its first test runs, in a
process of its own. A file is a page if it binds the result of a claim(...) or erratum(...) imported from derive, or lies in a folder
called derivations and imports from derive at all. No other file is touched, and nothing of SymPy or JAX is imported here. What the cache
holds is not asked again, as with the command.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from derive import catalogue
from derive.errors import DeriveError, PageError

if TYPE_CHECKING:
    from derive.cache import Cache
    from derive.jobs import Pool
    from derive.outcome import Outcome

IMPORTS_DERIVE = re.compile(rb"^\s*(from|import)\s+derive\b", re.MULTILINE)

pool_key: pytest.StashKey[Pool] = pytest.StashKey()
cache_key: pytest.StashKey[Cache | None] = pytest.StashKey()


def is_page(path: Path) -> bool:
    """Whether a file is a derivation; one whose syntax is broken is, in a folder called derivations."""
    if path.suffix != ".py" or path.name[0] in "._" or path.name == "conftest.py":
        return False
    try:
        source = path.read_bytes()
    except OSError:
        return False
    if not IMPORTS_DERIVE.search(source):
        return False
    if path.parent.name == catalogue.PACKAGE:
        return True
    try:
        return _takes_claims_from_derive(ast.parse(source)) and bool(catalogue.outline(path).items)
    except (SyntaxError, ValueError, PageError):
        return False


def _takes_claims_from_derive(tree: ast.Module) -> bool:
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "derive" and node.level == 0]
    return any(alias.name in ("claim", "definition", "erratum", "*") for node in imports for alias in node.names)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    """Collect a page as a page alone, even where its name is that of a test file."""
    found = yield
    return [PageFile.from_parent(parent, path=file_path)] if is_page(file_path) else found


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("derive", "derivations")
    group.addoption("--derive-strict", action="store_true", help="fail what a page declares UNKNOWN or ADMITTED, too")
    group.addoption("--derive-no-cache", action="store_true", help="decide and witness every claim anew")
    group.addoption("--derive-timeout", type=_seconds, metavar="SECONDS", help="what one claim may take; 60 unless said")
    group.addoption("--derive-seed", type=int, default=0, metavar="S", help="seed of further points for the witness; 0 adds none")


def _seconds(words: str) -> float:
    seconds = float(words)
    if not 0 < seconds < float("inf"):
        raise ValueError(words)
    return seconds


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "derive: a claim or an erratum of a derivation")
    config.addinivalue_line("markers", "erratum: a printed formula that a derivation corrects")


def pytest_unconfigure(config: pytest.Config) -> None:
    if pool_key in config.stash:
        config.stash[pool_key].close(at_once=True)
    if cache := config.stash.get(cache_key, None):
        cache.close()


class Unproved(Exception):
    """Outcomes that are not as their page expects."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__("; ".join(f"{o.item.id}: {o.result}" for o in outcomes))
        self.outcomes = outcomes


class PageFile(pytest.File):
    """A page: collected from its syntax, checked when its first claim is asked for."""

    _checked: dict[str, Outcome] | DeriveError | None = None

    def collect(self) -> Iterator[pytest.Item]:
        try:
            items = catalogue.outline(self.path).items
        except PageError:
            items = ()
        for item in items:
            yield PageItem.from_parent(self, name=item.name, line=item.line, kind=item.kind)
        if not items:
            # The one test of a page that cannot be parsed, or states nothing, says so.
            yield PageItem.from_parent(self, name="loads", line=1)

    def outcomes(self) -> dict[str, Outcome]:
        """The outcome of every claim and erratum by its name on the page; raises DeriveError where the page does not load."""
        if self._checked is None:
            try:
                self._checked = self._check()
            except DeriveError as error:
                self._checked = error
        if isinstance(self._checked, DeriveError):
            raise self._checked
        return self._checked

    def _check(self) -> dict[str, Outcome]:
        from derive.check import TIMEOUT, check_pages
        from derive.memory import Memory
        from derive.pages import load_all
        from derive.statement.claim import Page

        file, cache = self.path.resolve(), _cache(self.config)
        loaded = dict(zip(files := catalogue.with_cited([file]), load_all(files, cache=cache), strict=True))
        page = loaded[file]
        if isinstance(page, PageError):
            raise page
        library = [p for p in loaded.values() if isinstance(p, Page) and p is not page]
        seed, timeout = self.config.getoption("--derive-seed"), self.config.getoption("--derive-timeout") or TIMEOUT
        pool, memory = _pool(self.config), Memory(cache) if cache else None
        checked = check_pages([page], library, pool=pool, seed=seed, timeout=timeout, memory=memory, repair=True)
        found = {outcome.item.id.partition(".")[2]: outcome for outcome in checked.outcomes}
        # A claim that no test stands for would pass unseen.
        hidden = [name for name in found if name.partition(".")[0] not in {item.name for item in catalogue.outline(file).items}]
        if hidden:
            raise PageError(f"{', '.join(hidden)} stands inside another statement; bind each claim at the top of the page", file=page.file)
        if not found:
            raise PageError("the page states no claim", file=page.file)
        return found


def _pool(config: pytest.Config) -> Pool:
    """The worker that decides, started once for all pages."""
    from derive.jobs import Pool

    return config.stash.setdefault(pool_key, Pool(1))


def _cache(config: pytest.Config) -> Cache | None:
    """The cache, opened once for all pages; several processes may use it at once."""
    from derive.cache import open_cache

    if cache_key not in config.stash:
        config.stash[cache_key] = None if config.getoption("--derive-no-cache") else open_cache()
    return config.stash[cache_key]


class PageItem(pytest.Item):
    """One claim or erratum."""

    parent: PageFile

    def __init__(self, *, line: int, kind: str = "claim", **rest: Any) -> None:
        super().__init__(**rest)
        self.line = line
        self.add_marker("derive")
        if kind == "erratum":
            self.add_marker("erratum")

    def runtest(self) -> None:
        outcomes = self.parent.outcomes()
        if self.name not in outcomes:
            raise PageError(f"{self.name} was not stated when the page ran", file=str(self.path), line=self.line)
        # A reading that an erratum states in place belongs to it.
        own = [o for name, o in outcomes.items() if name == self.name or name.startswith(f"{self.name}.")]
        self._keep(outcomes[self.name])
        wrong = [o for o in own if o.result not in ("verified", "expected")]
        if wrong:
            raise Unproved(wrong)
        open_question = getattr(own[0].item, "unknown", "")
        if open_question:
            if self.config.getoption("--derive-strict"):
                raise Unproved(own)
            pytest.xfail(f"its page declares it open: {open_question}")

    def _keep(self, outcome: Outcome) -> None:
        """Put the verdict and what belongs to it into the reports of pytest, JUnit XML among them."""
        from derive.export.junit import properties

        self.user_properties += [(f"derive.{name}", value) for name, value in properties(outcome)]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        error = excinfo.value
        if isinstance(error, Unproved):
            from derive.export.terminal import failure

            return "\n\n".join(failure(outcome) for outcome in error.outcomes)
        if isinstance(error, DeriveError):
            where = f"{error.file or catalogue.show_path(self.path)}:{error.line or self.line}"
            return f"{where}: error: {error.message}\n  next     python -m derive {catalogue.show_path(self.path)}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name
