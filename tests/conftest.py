"""What several tests share: small pages, and the command as a user runs it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from derive.cache import Cache

pytest_plugins = ["pytester"]

# What is started in the background may ignore Ctrl-C, and what it starts would too; some tests send one.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

PAGES: dict[str, str] = {}
PAGES["softmax_small"] = '''"""Softmax, small: its Jacobian."""
from derive import D, Sum, cite, claim, delta, eq, erratum, exp, indices, natural, real_vector

n = natural("n")  # number of classes
i, j, k = indices("i j k", upto=n)
x = real_vector("x", n)


def s(a):
    return exp(x[a]) / Sum(exp(x[k]), k)


jacobian = claim(D(s(i), x[j]), eq(s(i) * (delta(i, j) - s(j)), why="quotient rule"))
rows = claim(Sum(D(s(i), x[j]), j), eq(Sum(s(i) * (delta(i, j) - s(j)), j), by=jacobian), eq(0, why="the s_j sum to one"))
wrong_sign = erratum(
    cite("notes", "eq. 12"),
    printed=claim(D(s(i), x[j]), eq(s(i) * (delta(i, j) + s(j)))),
    refuted_at={n: 2, i: 0, j: 1, x: (0, 0)},
    instead=jacobian,
)
'''

PAGES["squares"] = '''"""Squares, with a slip."""
from derive import claim, eq, real

x = real("x")
square = claim((x + 1) ** 2, eq(x**2 + 2 * x + 1, why="binomial"), eq(x**2 + 2 * x + 2, why="careless"))
fine = claim((x - 1) ** 2, eq(x**2 - 2 * x + 1))
'''

PAGES["broken"] = '"""Broken."""\nfrom derive import claim, eq\n\nx = = 1\n'
PAGES["misspelt"] = '"""Typo."""\nfrom derive import claim, eq\n\na = claim(1, eqq(1))\n'

Derive = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def pages() -> dict[str, str]:
    """The text of each page by name; `broken` and `misspelt` do not load, a claim of `squares` is false."""
    return PAGES


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a derivations/ of two pages, one of them wrong."""
    folder = tmp_path_factory.mktemp("library")
    place = folder / "derivations"
    place.mkdir()
    for name in ("softmax_small", "squares"):
        (place / f"{name}.py").write_text(PAGES[name])
    return folder


@pytest.fixture(scope="session")
def derive(library: Path) -> Derive:
    """Run the command in the library's folder, or in `cwd`."""

    def run(*arguments: str, cwd: Path = library) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "derive", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture(autouse=True)
def caches_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test leaves open is closed behind it: Python 3.13 warns of a connection that is only forgotten."""
    opened: list[Cache] = []
    connect = Cache._connect

    def noted(cache: Cache) -> object:
        opened.append(cache)
        return connect(cache)

    monkeypatch.setattr(Cache, "_connect", noted)
    yield
    for cache in opened:
        cache.close()
