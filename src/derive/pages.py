"""Pages: runs each in a child process and takes over what it states, as data. This process never executes a page."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from derive import catalogue
from derive.errors import DeriveError, PageError
from derive.statement import codec
from derive.statement.claim import Page

TIMEOUT = 30.0  # seconds a page may take to state its claims


def load(path: Path | str, timeout: float = TIMEOUT, memory: int = 0) -> Page:
    """The page in a file; raises PageError where it does not load. `memory` limits the child, in bytes; 0 sets no limit."""
    (found,) = load_all([path], timeout, memory)
    if isinstance(found, PageError):
        raise found
    return found


def load_all(paths: Sequence[Path | str], timeout: float = TIMEOUT, memory: int = 0) -> list[Page | PageError]:
    """Each page, or the error that says why it does not load, in the order of the paths. `timeout` counts for each page."""
    found: dict[int, Page | PageError] = {}
    folders: dict[str, list[int]] = {}
    for k, path in enumerate(paths):
        problem = _unfit(Path(path))
        if problem:
            found[k] = PageError(problem, file=catalogue.show_path(path))
        else:
            folders.setdefault(os.path.dirname(os.path.abspath(path)), []).append(k)
    for folder, waiting in folders.items():
        # A page that kills its process or runs too long costs a new process, and none of the others its answer.
        while waiting:
            for position, answer in _run(folder, [os.path.abspath(paths[k]) for k in waiting], timeout, memory):
                found[waiting[position]] = answer
            waiting = [k for k in waiting if k not in found]
    return [found[k] for k in range(len(paths))]


def _unfit(path: Path) -> str:
    if path.suffix != ".py" or "." in path.stem:
        return "a page is a Python file, named like softmax_jacobian.py"
    return "" if path.is_file() else "there is no such file"


def _run(folder: str, files: Sequence[str], timeout: float, memory: int) -> Iterator[tuple[int, Page | PageError]]:
    """The answers of one child, by position in files. It gives at least one, and stops early after a page that killed the child."""
    reading, writing = os.pipe()
    try:
        with tempfile.TemporaryFile() as output, os.fdopen(reading, "rb") as stream:
            child = _start(folder, files, writing, output, memory)
            os.close(writing)
            writing = -1
            try:
                yield from _follow(child, stream, files, timeout, output)
            finally:
                _end(child)
                _pass_on(output)
    finally:
        if writing >= 0:
            os.close(writing)


def _start(folder: str, files: Sequence[str], writing: int, output: IO[bytes], memory: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-B", "-m", "derive.child", str(writing), str(memory), folder, str(catalogue.library()), *files]
    root = str(Path(__file__).resolve().parent.parent)
    # Set and dict orders of the child never depend on the run.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    if "site-packages" not in root:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=(writing,), start_new_session=True, env=environment,
    )  # fmt: skip


def _follow(
    child: subprocess.Popen[bytes], stream: IO[bytes], files: Sequence[str], timeout: float, output: IO[bytes]
) -> Iterator[tuple[int, Page | PageError]]:
    running, answered = 0, -1
    for line in _lines(child, stream, timeout):
        if line is None:
            why = f"it was stopped after {timeout:g} s; a page states claims and leaves computing to the kernel"
            yield running, PageError(why, file=catalogue.show_path(files[running]))
            return
        message = _parse(line, files[running])
        if isinstance(message, PageError):
            yield running, message
            return
        running = message.get("starts", running)
        if "page" in message:
            answered = message["page"]
            yield answered, _decode(message["data"], files[answered])
        elif "error" in message:
            answered = message["error"]
            yield answered, PageError(message["message"], file=message["file"], line=message["line"])
    if child.wait() != 0 and answered != running:
        why = f"its process died ({_ending(child.returncode)}){_last_words(output)}"
        yield running, PageError(why, file=catalogue.show_path(files[running]))


def _parse(line: bytes, file: str) -> dict[str, Any] | PageError:
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        return PageError("its process wrote on the private channel of derive; a page only states", file=catalogue.show_path(file))
    return message


def _decode(data: Any, file: str) -> Page | PageError:
    try:
        page = codec.decode(data)
    except DeriveError as error:
        return PageError(f"its statements are no statements: {error.message}", file=catalogue.show_path(file))
    if not isinstance(page, Page):
        return PageError("its process stated no page", file=catalogue.show_path(file))
    return page


def _lines(child: subprocess.Popen[bytes], stream: IO[bytes], timeout: float) -> Iterator[bytes | None]:
    """What the child writes, line by line; None where a line keeps us waiting too long."""
    pending, deadline = b"", time.monotonic() + timeout
    while True:
        # A process that the page left behind may hold the channel open, so look at the child too.
        ready, _, _ = select.select([stream], [], [], min(0.2, max(0.0, deadline - time.monotonic())))
        if ready:
            chunk = os.read(stream.fileno(), 1 << 16)
            if not chunk:
                return
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                deadline = time.monotonic() + timeout
                yield line
        elif child.poll() is not None:
            return
        elif time.monotonic() > deadline:
            yield None
            return


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
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"


def _last_words(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read()[-4000:].decode(errors="replace").strip().splitlines()
    return f": {lines[-1].strip()}" if lines else ""
