"""Contents: the topics of a library and its bibliography, read from `contents.toml` beside its pages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from derive.errors import DeriveError

FILE = "contents.toml"
OTHER = "Further derivations"


# An address that is a link in every form of report.
URL = re.compile(r"https?://[A-Za-z0-9._~:/?=&+-]+")


@dataclass(frozen=True)
class Topic:
    """A heading, and the pages under it in their order."""

    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A work that pages cite by its key, or that some pages are about."""

    key: str
    title: str
    author: str = ""
    where: str = ""
    url: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """How pages are arranged, and what their keys stand for."""

    topics: tuple[Topic, ...] = ()
    references: tuple[Reference, ...] = ()

    def arranged(self, pages: Sequence[str]) -> list[Topic]:
        """These pages by topic, those that no topic names last; a topic without pages is left out."""
        named = {name for topic in self.topics for name in topic.pages}
        topics = [Topic(t.title, tuple(name for name in t.pages if name in pages)) for t in self.topics]
        rest = Topic(OTHER, tuple(name for name in pages if name not in named))
        return [t for t in (*topics, rest) if t.pages]

    def cited(self, keys: Iterable[str], pages: Sequence[str], general: bool = False) -> list[Reference]:
        """The works with these keys and those about these pages, by key; `general` adds those about no page alone.

        A key that the file does not know stands for itself.
        """
        wanted = set(keys)
        found = [r for r in self.references if r.key in wanted or set(r.pages) & set(pages) or (general and not r.pages and r.author)]
        unknown = sorted(wanted - {r.key for r in found})
        return [*(Reference(key, "") for key in unknown), *sorted(found, key=lambda r: r.key.casefold())]


def read_contents(folders: Iterable[Path]) -> Contents:
    """What the files in these folders say together; a folder without one says nothing."""
    topics: list[Topic] = []
    references: dict[str, Reference] = {}
    for file in dict.fromkeys(folder.resolve() / FILE for folder in folders):
        if file.is_file():
            said = _read(file)
            topics += said.topics
            references |= {r.key: r for r in said.references}
    return Contents(tuple(topics), tuple(references.values()))


def _read(file: Path) -> Contents:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeriveError(f"it is no TOML: {error}", file=str(file)) from None
    unknown = sorted(set(data) - {"topic", "reference"})
    if unknown:
        raise DeriveError(f"expected [[topic]] and [[reference]], got {', '.join(unknown)}", file=str(file))
    return Contents(
        tuple(Topic(**_entry(Topic, raw, ("title", "pages"), file)) for raw in data.get("topic", [])),
        tuple(Reference(**_entry(Reference, raw, ("key", "title"), file)) for raw in data.get("reference", [])),
    )


def _entry(kind: type[Topic] | type[Reference], raw: Any, wanted: Sequence[str], file: Path) -> dict[str, Any]:
    """The fields of one entry; `pages` is a list of names, anything else text."""
    name, known = kind.__name__.lower(), {f.name for f in fields(kind)}
    if not isinstance(raw, dict):
        raise DeriveError(f"a {name} is a table, [[{name}]]", file=str(file))
    for key in wanted:
        if not raw.get(key):
            raise DeriveError(f"a {name} has no {key}: {raw}", file=str(file))
    for key, value in raw.items():
        if key not in known:
            raise DeriveError(f"a {name} has {', '.join(sorted(known))}; it has no {key}", file=str(file))
        texts = value if key == "pages" and isinstance(value, list) else [value] if key != "pages" else [None]
        if not all(isinstance(text, str) for text in texts):
            raise DeriveError(f"{key} of a {name} is {'a list of names' if key == 'pages' else 'text'}, got {value!r}", file=str(file))
    if raw.get("url") and not URL.fullmatch(raw["url"]):
        raise DeriveError(f"a url begins with https:// and has no blanks or special letters, got {raw['url']!r}", file=str(file))
    return {key: tuple(value) if key == "pages" else value for key, value in raw.items()}
