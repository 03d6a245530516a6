"""Pages: runs each in a child process and takes over what it states, as data. This process never executes a page."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import site
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from derive import catalogue, keys
from derive.cache import Cache
from derive.errors import DeriveError, PageError
from derive.statement import codec
from derive.statement.claim import Page

TIMEOUT = 30.0  # seconds a page may take to state its claims
MEMORY = 4 << 30  # bytes that a page may take
KIND = "page"  # of an entry of the cache


def load(path: Path | str, timeout: float = TIMEOUT, memory: int = MEMORY) -> Page:
    """The page in a file; raises PageError where it does not load. `memory` limits the child, in bytes."""
    (found,) = load_all([path], timeout, memory)
    if isinstance(found, PageError):
        raise found
    return found


def load_all(
    paths: Sequence[Path | str],
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
    *,
    forks: int = 1,
    cache: Cache | None = None,
    isolated: bool = False,
    running: Callable[[int], None] = lambda count: None,
) -> list[Page | PageError]:
    """Each page, or the error that says why it does not load, in the order of the paths. `timeout` counts for each page.

    A page that is in the cache, with the text of all that it rests on, is not run again. `isolated` runs pages without network, without
    other processes; where the system cannot do that, they are not run at all. `running` is told how many pages are to run, if any.
    """
    found: dict[int, Page | PageError] = {}
    folders: dict[str, list[int]] = {}
    known = {k: _key(Path(path)) for k, path in enumerate(paths)} if cache else {}
    for k, path in enumerate(paths):
        problem = _unfit(Path(path))
        if problem:
            found[k] = _error(str(path), problem)
        elif cache and (kept := _recall(cache, known[k])):
            found[k] = kept
        else:
            folders.setdefault(os.path.dirname(os.path.abspath(path)), []).append(k)
    if folders:
        running(sum(map(len, folders.values())))
    for folder, waiting in folders.items():
        # Should the nursery itself be killed, each page that it owes gets another one, alone.
        for batch in (waiting, *([k] for k in waiting)):
            missing = [k for k in batch if k not in found]
            for position, answer in _run(folder, [os.path.abspath(paths[k]) for k in missing], timeout, memory, forks, isolated):
                k = missing[position]
                found[k] = page = _page(answer, str(paths[k]), timeout)
                # A file that changed under our hands has another key by now.
                if cache and isinstance(page, Page) and known[k] == _key(Path(paths[k])):
                    _keep(cache, known[k], answer)
    loaded = [found.get(k) or _error(str(path), "its process died without a word") for k, path in enumerate(paths)]
    return _spread(paths, loaded)


def _spread(paths: Sequence[Path | str], loaded: list[Page | PageError]) -> list[Page | PageError]:
    """The same pages, where one that imports a broken page is broken too: what it cites says nothing."""
    broken = {os.path.realpath(path): error for path, error in zip(paths, loaded, strict=True) if isinstance(error, PageError)}
    out: list[Page | PageError] = []
    for path, page in zip(paths, loaded, strict=True):
        cited = (broken.get(os.path.realpath(f)) for f in catalogue.with_cited([Path(path)]) if broken and isinstance(page, Page))
        error = next((e for e in cited if e is not None), None)
        words = f"it imports {Path(error.file).stem}, which does not load: {error.message}" if error else ""
        out.append(_error(str(path), words) if error else page)
    return out


# What the cache keeps of a page: its statements, under a key that is the text of all that they rest on


def _key(path: Path) -> str:
    texts = keys.of_files(Path(os.path.abspath(file)) for file in catalogue.with_cited([path]))
    return keys.digest("page", keys.sources(keys.STATES), keys.versions(), catalogue.show_path(path), texts)


def _keep(cache: Cache, key: str, answer: dict[str, Any]) -> None:
    read = answer.get("read")
    if isinstance(read, list) and all(isinstance(name, str) for name in read):
        cache.put(KIND, key, {"page": answer["page"], "read": keys.of_files(map(Path, read))})


def _recall(cache: Cache, key: str) -> Page | None:
    """What a page stated when it ran, unless a file that it read then has changed."""
    kept = cache.get(KIND, key)
    try:
        if kept is None or [list(f) for f in keys.of_files(Path(name) for name, _ in kept["read"])] != kept["read"]:
            return None
        page = codec.decode(kept["page"])
    except (DeriveError, KeyError, TypeError, ValueError) as error:
        cache.report(f"what is kept of a page cannot be used ({error}); it is run again")
        return None
    return page if isinstance(page, Page) else None


# The process


def _unfit(path: Path) -> str:
    if path.suffix != ".py" or "." in path.stem:
        return "a page is a Python file, named like softmax_jacobian.py"
    return "" if path.is_file() else "there is no such file"


def _run(
    folder: str, files: Sequence[str], timeout: float, memory: int, forks: int, isolated: bool
) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the process of each page answered, by position in files, as it comes; a page is missing where the nursery was killed."""
    if not files:
        return
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as output, os.fdopen(reading, "rb") as stream:
        try:
            limits = [str(memory), str(timeout), str(forks), "isolated" if isolated else "free"]
            nursery = _start(writing, [*limits, folder, str(catalogue.library()), *files], output)
        finally:
            os.close(writing)
        try:
            for line in stream:
                place, _, answer = line.partition(b" ")
                yield int(place), _parse(answer)
        finally:
            _end(nursery)
            _pass_on(output)


def _start(writing: int, arguments: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-B", "-m", "derive.nursery", str(writing), *arguments]
    root = str(Path(__file__).resolve().parent.parent)
    # Set and dict orders of the child never depend on the run.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if root not in {*sysconfig.get_paths().values(), site.getusersitepackages()}:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=(writing,), start_new_session=True, env=environment,
    )  # fmt: skip


def _page(answer: dict[str, Any], file: str, timeout: float) -> Page | PageError:
    """What the process of a page answered, as a page or an error; nothing of it is taken on trust."""
    if "page" in answer:
        return _decode(answer["page"], file)
    if isinstance(answer.get("line"), int):
        return PageError(str(answer.get("error")), file=str(answer.get("file")), line=answer["line"])
    if answer.get("late") is True:
        return _error(file, f"it was stopped after {timeout:g} s; a page states claims and leaves computing to the kernel")
    if isinstance(answer.get("died"), int):
        return _error(file, f"its process died ({_ending(answer['died'])}); a page only states claims")
    return _error(file, "it wrote on the private channel of its process; a page only states")


def _error(file: str, message: str) -> PageError:
    return PageError(message, file=catalogue.show_path(file))


def _parse(line: bytes) -> dict[str, Any]:
    """One message of the child; {} where it is none."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _decode(data: Any, file: str) -> Page | PageError:
    try:
        page = codec.decode(data)
    except DeriveError as error:
        return _error(file, f"its statements are no statements: {error.message}")
    name = Path(file).stem
    ids = [item.id for items in (page.claims, page.errata) for item in items] if isinstance(page, Page) else []
    if not isinstance(page, Page) or page.name != name or not all(i.startswith(f"{name}.") for i in ids):
        return _error(file, "its process stated another page")
    return page


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _pass_on(output: IO[bytes]) -> None:
    """What pages print goes to our stderr: stdout is for reports."""
    output.seek(0)
    printed = output.read(1 << 20)
    if printed:
        sys.stderr.write(printed.decode(errors="replace"))


def _ending(code: int) -> str:
    """How a process died: a signal that has no name goes by its number."""
    if code >= 0:
        return f"exit {code}"
    return f"signal {signal.Signals(-code).name}" if -code in signal.valid_signals() else f"signal {-code}"
