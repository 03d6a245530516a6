"""The cache: answers kept on disk, each under a key that is the hash of all that it depends on.

So an entry is never out of date; it is there or it is not. SQLite keeps entries whole when a writer is killed or the disk is full, and
lets several processes read and write at once. Every entry carries a checksum over its kind, its key and its value: one that does not fit
is reported, forgotten and made anew. Values are JSON, never code. Nothing here knows what an answer means.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from derive import catalogue, confine

FOLDER, FILE = ".derive-cache", "entries-1.sqlite"  # another layout of the table would be another file
VARIABLE = "DERIVE_CACHE"  # the environment variable that moves the cache
KEPT = 30  # days until an entry that nobody asks for is dropped
PATIENCE = 20.0  # seconds to wait for another process that is writing

_TABLE = """CREATE TABLE IF NOT EXISTS entries (
    kind TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, checksum BLOB NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID"""


def place() -> Path:
    """The folder of the cache: DERIVE_CACHE; else beside the folder of the pages; for the pages of a wheel, where caches lie."""
    if moved := os.environ.get(VARIABLE):
        return Path(moved)
    pages = catalogue.folder().resolve()
    if pages == Path(__file__).resolve().parent / catalogue.PACKAGE:
        import platformdirs

        return Path(platformdirs.user_cache_dir("derive", appauthor=False))
    return pages.parent / FOLDER


def open_cache() -> Cache | None:
    """The cache; none where this system cannot keep pages from writing to it."""
    return Cache(place()) if confine.available() else None


def say(message: str) -> None:
    """What is wrong with the cache goes to stderr; the run goes on."""
    sys.stderr.write(f"cache: {message}\n")


class Cache:
    """The entries in a folder; the file is made when the first one is put."""

    def __init__(self, folder: Path, report: Callable[[str], None] = say) -> None:
        self.file, self.report = folder / FILE, report
        self.hits = self.misses = 0
        self._base: sqlite3.Connection | None = None
        self._usable = True
        self._swept = False

    def get(self, kind: str, key: str) -> Any:
        """The value of an entry; None where there is none, or where it is not what was put."""

        def read(base: sqlite3.Connection) -> Any:
            row = base.execute("SELECT value, checksum, day FROM entries WHERE kind = ? AND key = ?", (kind, key)).fetchone()
            if row is None:
                return None
            value = _opened(kind, key, *row[:2])
            if value is None:
                self.report(f"an entry of {self.file} is damaged; it is made anew")
                base.execute("DELETE FROM entries WHERE kind = ? AND key = ?", (kind, key))
            elif row[2] != _today():
                base.execute("UPDATE entries SET day = ? WHERE kind = ? AND key = ?", (_today(), kind, key))
            return value

        found = self._ask(read) if self._base is not None or self.file.exists() else None
        self.hits += found is not None
        self.misses += found is None
        return found

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep a value; once this returns, killing the process does not lose it."""
        data = zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 1)

        def write(base: sqlite3.Connection) -> None:
            if not self._swept:
                base.execute("DELETE FROM entries WHERE day < ?", (_today() - KEPT,))
                self._swept = True
            row = (kind, key, data, _checksum(kind, key, data), _today())
            base.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)", row)

        self._ask(write)

    def close(self) -> None:
        base, self._base = self._base, None
        if base is not None:
            with contextlib.suppress(sqlite3.Error):
                base.close()

    def _ask(self, action: Callable[[sqlite3.Connection], Any]) -> Any:
        """The answer of an action on the open file; None, with a word on stderr, where SQLite or the disk refuses."""
        if not self._usable:
            return None
        try:
            self._base = self._base or self._connect()
            return action(self._base)
        except sqlite3.OperationalError as error:
            # A full disk, a folder that cannot be written, another process that holds the file: what is there is sound.
            self._give_up(str(error))
        except sqlite3.DatabaseError as error:
            self._start_anew(error)
        except OSError as error:
            self._give_up(error.strerror or str(error))
        return None

    def _connect(self) -> sqlite3.Connection:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        ignored = self.file.parent / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n")
        base = sqlite3.connect(self.file, timeout=PATIENCE, isolation_level=None)
        try:
            # With a log of its own (WAL) no reader waits for a writer, and a crash of the machine costs at most the last entries.
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = NORMAL")
            base.execute(_TABLE)
        except sqlite3.Error:
            base.close()
            raise
        return base

    def _give_up(self, why: str) -> None:
        self.report(f"{self.file} cannot be used ({why}); going on without it")
        self.close()
        self._usable = False

    def _start_anew(self, error: sqlite3.Error) -> None:
        self.report(f"{self.file} is damaged ({error}); it is made anew")
        self.close()
        try:
            for end in ("", "-wal", "-shm"):
                Path(f"{self.file}{end}").unlink(missing_ok=True)
        except OSError as problem:
            self._give_up(problem.strerror or str(problem))


def _opened(kind: str, key: str, data: Any, checksum: Any) -> Any:
    """The value in an entry; None where it is not what was put."""
    if type(data) is not bytes or checksum != _checksum(kind, key, data):
        return None
    try:
        return json.loads(zlib.decompress(data))
    except (zlib.error, ValueError, RecursionError):
        return None


def _checksum(kind: str, key: str, data: bytes) -> bytes:
    return hashlib.blake2b(b"\0".join((kind.encode(), key.encode(), data)), digest_size=16).digest()


def _today() -> int:
    return int(time.time()) // 86_400
