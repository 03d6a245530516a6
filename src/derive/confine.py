"""Confine: a process gives up, for good, the right to write files and to reach other processes. Linux only (Landlock).

A page is code. What it must not reach is the cache, the reports and the process that judges it; reading stays free. What Landlock does
not hold: a page can still open the network, and ask a service of the same user to write in its place (see docs/trust.md). `isolate`
takes it the network as well.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys

# Numbers of include/uapi/linux/landlock.h, the same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1  # flag of CREATE_RULESET: say which version of Landlock this is
PATH_BENEATH = 1  # kind of a rule
NO_NEW_PRIVILEGES = 38  # of prctl: what is confined stays so in every program it starts

NEW_USERS, NEW_NETWORK = 0x10000000, 0x40000000  # of unshare

WRITE_FILE = 1 << 1
CHANGES = sum(1 << k for k in range(4, 13)) | WRITE_FILE  # remove and make files, folders, links, devices
REFER, TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
SIGNALS = 1 << 1 | 1 << 0  # since version 6: signals to processes outside, and their abstract sockets


def available() -> bool:
    """Whether this system can confine a process so that it cannot write files."""
    # Before version 3 a file could still be cut short.
    return version() >= 3


def version() -> int:
    """The version of Landlock; 0 where there is none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, int(_library().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)))


def confine() -> None:
    """Take this process, and all that it will start, the right to write; raises OSError where the system refuses."""
    library, found = _library(), version()
    scoped = SIGNALS if found >= 6 else 0
    rules = struct.pack("QQQ", CHANGES | REFER | TRUNCATE, 0, scoped)[: 24 if found >= 6 else 8]
    ruleset = _checked(library.syscall(CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0))
    nowhere = os.open(os.devnull, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", WRITE_FILE, nowhere)
        _checked(library.syscall(ADD_RULE, ruleset, PATH_BENEATH, rule, 0))
        _checked(library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(library.syscall(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(nowhere)
        os.close(ruleset)


def isolate(seconds: float) -> None:
    """Take this process the network, other processes, and more than its share of time; raises OSError where the system refuses.

    It comes before `confine`. What stays open: every file that the user may read, and services of this machine behind a named socket.
    """
    import resource

    # A network of its own, with nothing in it; a user may make one only together with a name space of users.
    _checked(_library().unshare(NEW_USERS | NEW_NETWORK))
    for limit, most in ((resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_CORE, 0)):
        lower(limit, most)


def lower(limit: int, most: int) -> None:
    """Take this process, for good, what is above a limit of the system's; one that is lower already stays."""
    import resource

    _, hard = resource.getrlimit(limit)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (most, most))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
