"""Rerun: a command that was answered before, with nothing changed since, gets the same answer again, without any work.

What it printed, the files that it wrote and its exit code are in the cache, under a key of the command line, the program, the place
where it runs and every page that it could mean. Only what no clock had a hand in is kept. A page cannot write to the cache
(see confine.py); still, this repeats an answer and does not check it: `--no-cache` does.
"""

from __future__ import annotations

import base64
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from derive import catalogue, keys
from derive.cache import Cache
from derive.files import write_whole

ANSWER, DOCUMENT = "answer", "document"  # kinds of entries
TEXTS = (".py", ".toml")  # files of a folder of pages that count by their content; of others the names do
ENVIRONMENT = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM", "LANG", "LC_ALL", "PYTHONIOENCODING", *keys.DEVICES)


class Tee:
    """A stream that remembers what went through it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.written = stream, list[str]()

    def write(self, text: str) -> int:
        count = self.stream.write(text)
        self.written.append(text)
        return count

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class Rerun:
    """One run of the command: repeated from the cache, or listened to and kept there."""

    def __init__(self, arguments: Sequence[str], cache: Cache) -> None:
        self.arguments, self.cache = list(arguments), cache
        self.key = self._key()
        self.files: list[Path] = []
        self.settled = False
        self._opened: set[str] = set()

    def settle(self, files: Sequence[Path] = ()) -> None:
        """Said by a command that would do the same again: it wrote these files, and printed what it printed."""
        self.files, self.settled = list(files), True

    def repeat(self) -> int | None:
        """The exit code of the same command before, with its output and its files made again; None where it must run."""
        kept = self.cache.get(ANSWER, self.key)
        try:
            if kept is None or keys.of_files(Path(name) for name, _ in kept["rests"]) != [tuple(f) for f in kept["rests"]]:
                return None
            changed = {Path(name): self._document(known) for name, known in kept["files"] if _hash(Path(name)) != known}
            code, out, err = int(kept["code"]), str(kept["out"]), str(kept["err"])
        except (KeyError, TypeError, ValueError) as error:
            self.cache.report(f"what is kept of this command cannot be used ({error}); it runs again")
            return None
        if None in changed.values():
            return None
        for path, content in changed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content or b"")
        sys.stdout.write(out)
        sys.stdout.flush()
        sys.stderr.write(err)
        return code

    @contextmanager
    def listening(self) -> Iterator[tuple[Tee, Tee]]:
        """The streams, and the files that are read, while the command runs."""
        out, err = Tee(sys.stdout), Tee(sys.stderr)
        listens = True

        def note(event: str, arguments: tuple[Any, ...]) -> None:
            # Files that pages read are among these: their hashes are taken in this process (pages.py).
            if listens and event == "open" and isinstance(arguments[0], str) and not set(str(arguments[1])) & set("wax+"):
                self._opened.add(os.path.abspath(arguments[0]))

        sys.addaudithook(note)
        sys.stdout, sys.stderr = out, err
        try:
            yield out, err
        finally:
            listens = False
            sys.stdout, sys.stderr = out.stream, err.stream

    def keep(self, code: int, out: Tee, err: Tee) -> None:
        """Keep what the command did, if it would do the same again: no file has changed while it ran."""
        if not self.settled or self.key != self._key():
            return
        files = []
        for path in self.files:
            content = path.read_bytes()
            files.append((os.path.abspath(path), known := hashlib.sha256(content).hexdigest()))
            self.cache.put(DOCUMENT, known, base64.b64encode(content).decode())
        ours = (str(self.cache.file.parent), *(name for name, _ in files))
        rests = [name for name in keys.outside(self._opened) if not name.startswith(ours)]
        answer = {"code": code, "out": "".join(out.written), "err": "".join(err.written), "files": files}
        self.cache.put(ANSWER, self.key, answer | {"rests": keys.of_files(map(Path, rests))})

    def _document(self, known: str) -> bytes | None:
        data = self.cache.get(DOCUMENT, known)
        content = base64.b64decode(data) if isinstance(data, str) else b""
        return content if hashlib.sha256(content).hexdigest() == known else None

    def _key(self) -> str:
        terminal = [list(os.get_terminal_size(s.fileno())) if s.isatty() else None for s in (sys.__stdout__, sys.__stderr__) if s]
        # An output that ends with / is a folder, whether it stands yet or not.
        folders = [a for a in self.arguments if not a.endswith("/") and os.path.isdir(a)]
        place = [os.getcwd(), folders, {name: os.environ.get(name) for name in ENVIRONMENT}, terminal]
        return keys.digest(ANSWER, keys.sources(), keys.versions(), self.arguments, place, self._pages())

    def _pages(self) -> list[Any]:
        """Every folder that a target may mean, with the text of its pages."""
        found: dict[str, Any] = {}
        before = ""
        for argument in self.arguments:
            place = Path(argument.partition("::")[0])
            # Of what is too long for a name, such as a formula, os.path says that it is not there; Path raises.
            if before not in ("-o", "--output") and os.path.exists(place):
                folder = place if place.is_dir() else place.parent
                found[str(folder.resolve())] = _texts(folder)
            before = argument
        for folder in (catalogue.folder(), catalogue.library()):
            if folder.is_dir():
                # What lies beside pages may be read one day, though it is not read today.
                found[str(folder.resolve())] = [_texts(folder), sorted(n for n in os.listdir(folder) if n[0] not in "._")]
        return list(found.items())


def _texts(folder: Path) -> list[tuple[str, str]]:
    return keys.of_files(folder / name for name in sorted(os.listdir(folder)) if name.endswith(TEXTS))


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
