"""Pages: runs each in a child process and takes over what it states, as data. This process never executes a page."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import site
import subprocess
import sys
import sysconfig
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
            found[k] = _error(str(path), problem)
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
    if root not in {*sysconfig.get_paths().values(), site.getusersitepackages()}:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=(writing,), start_new_session=True, env=environment,
    )  # fmt: skip


def _follow(
    child: subprocess.Popen[bytes], stream: IO[bytes], files: Sequence[str], timeout: float, output: IO[bytes]
) -> Iterator[tuple[int, Page | PageError]]:
    """One answer for each file, in order; a page that kills its process, runs too long or forges an answer gets an error, as the last."""
    running = 0
    for line in _lines(child, stream, timeout):
        file, message = files[min(running, len(files) - 1)], {} if line is None else _parse(line)
        if line is None:
            yield running, _error(file, f"it was stopped after {timeout:g} s; a page states claims and leaves computing to the kernel")
            return
        if message == {"starts": running}:
            continue
        if message.get("page") == running:
            yield running, _decode(message.get("data"), file)
        elif message.get("error") == running and isinstance(message.get("line"), int):
            yield running, PageError(str(message.get("message")), file=str(message.get("file")), line=message["line"])
        else:
            yield min(running, len(files) - 1), _error(file, "it wrote on the private channel of its process; a page only states")
            return
        running += 1
    if child.wait() != 0 and running < len(files):
        yield running, _error(files[running], f"its process died ({_ending(child.returncode)}){_last_words(output)}")


def _error(file: str, message: str) -> PageError:
    return PageError(message, file=catalogue.show_path(file))


def _parse(line: bytes) -> dict[str, Any]:
    """One message of the child; {} where it is none."""
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _decode(data: Any, file: str) -> Page | PageError:
    try:
        page = codec.decode(data)
    except DeriveError as error:
        return _error(file, f"its statements are no statements: {error.message}")
    return page if isinstance(page, Page) else _error(file, "its process stated no page")


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
