"""The nursery: a process that has SymPy loaded, and runs each page in a fork of itself.

A fork starts in a millisecond, knows nothing of other pages, and is confined before it runs its page: it cannot write a file, and it
reaches no other process. So what a page states depends on its own text and on what it imports, never on what ran before it. This
process runs no page; it passes on one line for each, as `PLACE LINE`.

    python -m derive.nursery DESCRIPTOR MEMORY TIMEOUT FORKS ISOLATED FOLDER LIBRARY FILE ...
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import selectors
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from derive import child, confine

PAUSE = 0.05  # seconds between two looks at whether a fork has ended
MOST_FILES = 4096  # descriptors of this process are below this
LONGEST = 1 << 27  # bytes that a page may hand over
PRINTED = 1 << 26  # bytes that all pages may print: it goes to a file, and a page without end is no reason for a full disk


@dataclass
class Fork:
    """A process that runs one page, and what it has written so far."""

    place: int
    pid: int
    channel: int
    deadline: float
    written: bytearray = field(default_factory=bytearray)


def run(
    files: Sequence[str], places: Sequence[str], memory: int, timeout: float, forks: int, isolated: bool = False
) -> Iterator[tuple[int, bytes]]:
    """One line for each file, by its place among them, as they come."""
    waiting, running = list(enumerate(files))[::-1], selectors.DefaultSelector()
    while waiting or running.get_map():
        while waiting and len(running.get_map()) < forks:
            fork = start(*waiting.pop(), places, memory, timeout, isolated)
            running.register(fork.channel, selectors.EVENT_READ, fork)
        running.select(PAUSE)
        for fork in [key.data for key in running.get_map().values()]:
            line = look(fork)
            if line is not None:
                running.unregister(fork.channel)
                os.close(fork.channel)
                yield fork.place, line


def start(place: int, file: str, places: Sequence[str], memory: int, timeout: float, isolated: bool) -> Fork:
    """A fork that runs the page in a file; where it is to be isolated and cannot be, it runs nothing and says so."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        # The fork never returns from here, whatever its page does.
        code = 1
        try:
            # The page gets one channel: not that of this process, nor those of other pages.
            os.closerange(3, writing)
            os.closerange(writing + 1, MOST_FILES)
            confine.lower(resource.RLIMIT_FSIZE, PRINTED)
            trouble = _isolate(timeout) if isolated else ""
            if confine.available():
                confine.confine()
            if trouble:
                os.write(writing, _line(error=trouble, file=file, line=1))
            else:
                child.state(file, places, memory, writing)
            code = 0
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    return Fork(place, pid, reading, time.monotonic() + timeout)


def _isolate(timeout: float) -> str:
    """Why this process cannot be isolated; "" where it is."""
    if not confine.available():
        return "this system cannot keep a page from writing files (Landlock is missing), so --isolated runs none"
    try:
        confine.isolate(timeout)
    except OSError as error:
        return f"this system cannot keep a page from the network ({error.strerror}), so --isolated runs none"
    return ""


def look(fork: Fork) -> bytes | None:
    """The line of a fork that has ended, or ran too long and is ended here; None while it may go on."""
    # A process that the page left behind may hold the channel open: what counts is that the fork itself has ended.
    ended, status = os.waitpid(fork.pid, os.WNOHANG)
    while len(fork.written) < LONGEST and select.select([fork.channel], [], [], 0)[0]:
        chunk = os.read(fork.channel, 1 << 20)
        if not chunk:
            break
        fork.written += chunk
    if not ended and time.monotonic() < fork.deadline and len(fork.written) < LONGEST:
        return None
    if not ended:
        os.kill(fork.pid, signal.SIGKILL)
        os.waitpid(fork.pid, 0)
        return _line(late=True)
    code = os.waitstatus_to_exitcode(status)
    return _line(died=code) if code else bytes(fork.written).removesuffix(b"\n")


def _line(**message: Any) -> bytes:
    return json.dumps(message).encode()


def main(arguments: Sequence[str]) -> None:
    descriptor, memory, timeout, forks, isolated, folder, library, *files = arguments
    # A page that looks for its own arguments finds none of ours; and what is loaded here stays shared between forks.
    sys.argv = [""]
    gc.freeze()
    with open(int(descriptor), "wb") as out:
        for place, line in run(files, [folder, library], int(memory), float(timeout), int(forks), isolated == "isolated"):
            out.write(b"%d %s\n" % (place, line.replace(b"\n", b" ")))
            out.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
