"""Keys: all that an answer depends on, as one hash. Two equal keys mean the same question to the same program.

A verdict depends on the formulas of its claim, on the formulas that it cites, on the sources of what decides, on the versions of what
those rest on and on the time limit. Where a claim stands and what its page says of it in words changes nothing.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import site
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derive.statement.claim import Claim, Erratum

PACKAGE = Path(__file__).resolve().parent

# The rooms whose sources an answer depends on; what they import is theirs (tests/test_keys.py).
DECIDES = ("check", "errors", "judgement", "jobs", "outcome", "kernel", "statement", "recheck")
WITNESSES = (*DECIDES, "witness")
STATES = ("__init__", "catalogue", "child", "errors", "version", "vocabulary", "kernel", "statement")

# What an answer may rest on outside: any other version of it is another program.
DISTRIBUTIONS = (
    "click", "jax", "jaxlib", "jinja2", "latex2mathml", "matplotlib", "ml_dtypes", "mpmath", "numpy", "platformdirs", "pygments",
    "python_flint", "rich", "scipy", "sympy", "z3_solver",
)  # fmt: skip

DEVICES = ("JAX_PLATFORMS", "XLA_FLAGS")  # what tells JAX where to compute

WORDS = {"id": "", "file": "", "line": 0, "source": (), "covers": (), "title": "", "display": "", "reads_as": "", "why": "", "note": ""}


def digest(*parts: object) -> str:
    """One hash of strings, bytes and data for json.dumps, in this order."""
    found = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True, separators=(",", ":")).encode()
        found.update(b"%d:" % len(data))
        found.update(data)
    return found.hexdigest()


# The program


@cache
def sources(rooms: tuple[str, ...] = ()) -> str:
    """A hash of the files of these rooms of the package; of all of them where none is named."""
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        inner = path.relative_to(PACKAGE)
        room = inner.parts[0].removesuffix(".py")
        if path.suffix != ".pyc" and path.is_file() and (not rooms or room in rooms):
            found.append((str(inner), hashlib.sha256(path.read_bytes()).hexdigest()))
    return digest(found)


@cache
def versions() -> str:
    """A hash of `program`."""
    return digest(program())


def program() -> dict[str, str]:
    """The version of Python, the kind of machine, and the versions of all that answers rest on."""
    python = {"Python": sys.version, "its kind": sys.implementation.name, "its -O": str(sys.flags.optimize)}
    return {**python, "the machine": platform.machine(), **installed()}


def installed() -> dict[str, str]:
    """The version of each distribution that answers rest on; "" where it is missing."""
    found: dict[str, str] = {}
    for folder in map(Path, sys.path):
        # The names of these folders tell the versions; asking each distribution takes fifty times longer.
        for name in os.listdir(folder) if folder.is_dir() else ():
            stem, _, end = name.rpartition(".")
            if end == "dist-info":
                distribution, _, version = stem.partition("-")
                found.setdefault(distribution.lower(), version)
    return {name: found.get(name) or _asked(name) for name in DISTRIBUTIONS}


def _asked(distribution: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


# The question


def of_decision(item: Claim | Erratum, cited: Mapping[str, Claim], timeout: float) -> str:
    """The key of what the kernel says of an item that may use these claims."""
    claims = [_bare(c, {}) for c in cited.values()]
    return digest("decision", sources(DECIDES), versions(), timeout, _bare(item, {name: k for k, name in enumerate(cited)}), claims)


def of_witness(claim: Claim, seed: int) -> str:
    """The key of what the witness says of a claim, on the devices that JAX is told to use."""
    devices = {name: os.environ.get(name) for name in DEVICES}
    return digest("witness", sources(WITNESSES), versions(), devices, seed, _bare(claim, {}))


def _bare(item: Claim | Erratum, names: Mapping[str, int]) -> Any:
    """An item as data, without its place and its words; a claim that it names goes by its number among those at hand."""
    # Here alone: a command that is only repeated reads no statement.
    from derive.statement import claim, codec

    words: dict[str, Any] = {f.name: WORDS[f.name] for f in dataclasses.fields(item) if f.name in WORDS}
    bare = dataclasses.replace(item, **words)
    if isinstance(bare, claim.Erratum):
        printed = bare.printed and _bare(bare.printed, names)
        rest = dataclasses.replace(bare, printed=None, instead=_named(bare.instead, names), readings=())
        return [codec.encode(rest), printed]
    links = tuple(dataclasses.replace(k, why="", by=tuple(_named(name, names) for name in k.by)) for k in bare.links)
    return codec.encode(dataclasses.replace(bare, links=links))


def _named(name: str | None, names: Mapping[str, int]) -> str:
    return "" if name is None else str(names.get(name, "not at hand"))


# The text of pages, and other files


def of_files(files: Iterable[Path]) -> list[tuple[str, str]]:
    """Each file with a hash of its bytes; what is not there has none."""
    found = []
    for file in files:
        try:
            found.append((str(file), hashlib.sha256(file.read_bytes()).hexdigest()))
        except OSError:
            found.append((str(file), ""))
    return found


def outside(paths: Iterable[str]) -> list[str]:
    """Those files that no version and no source tells of: they belong neither to Python, nor to what is installed, nor to derive."""
    ours = (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), *site.getsitepackages(), str(PACKAGE), "/dev", "/proc")
    roots = tuple({f"{os.path.abspath(place)}{os.sep}" for place in ours})
    return sorted(path for path in set(map(os.path.abspath, paths)) if not path.startswith(roots) and not path.endswith(".pyc"))
