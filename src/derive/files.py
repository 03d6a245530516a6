"""Files: written whole or not at all, and left alone where they say the same already."""

from __future__ import annotations

import glob
import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> Path:
    """Put a text in a file; whoever reads the file meanwhile, or after a crash, sees the old text or the new one.

    A file that holds this text keeps its date. Raises OSError, with the path, where the disk or the folder refuses.
    """
    data = content.encode() if isinstance(content, str) else content
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    _sweep(path)
    try:
        if path.is_file() and path.read_bytes() == data:
            return path
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        # Nothing is left of it, unless the process is killed right here.
        unfinished.unlink(missing_ok=True)
    return path


def _sweep(path: Path) -> None:
    """Remove what processes left that were killed while they wrote this file."""
    for name in glob.glob(f".{glob.escape(path.name)}.*", root_dir=path.parent):
        pid = name.rpartition(".")[2]
        if pid.isdigit() and not _alive(int(pid)):
            path.with_name(name).unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
