"""The sheet: what the page being run has declared and stated so far.

Outside a page there is no sheet, and the vocabulary works all the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derive.errors import PageError

if TYPE_CHECKING:
    from derive.vocabulary.chains import Draft, DraftErratum

_HERE = str(Path(__file__).resolve().parent)


class Sheet:
    """One page while it runs: its symbols by name, and its claims and errata in the order in which they were made."""

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        self.declared: dict[str, tuple[Any, str]] = {}
        self.stated: list[Draft | DraftErratum] = []

    def declare(self, name: str, thing: Any, words: str) -> None:
        """Note a symbol; raises PageError where the name stands for something else already."""
        known, known_words = self.declared.setdefault(name, (thing, words))
        if known != thing:
            raise PageError(f"{name} is declared twice: first as {known_words}, then as {words}; use two names")


_open: list[Sheet] = []


def current() -> Sheet | None:
    """The sheet of the page that is being run; None outside a page."""
    return _open[-1] if _open else None


@contextmanager
def turn_to(sheet: Sheet) -> Iterator[Sheet]:
    """Everything declared or stated inside goes on this sheet."""
    _open.append(sheet)
    try:
        yield sheet
    finally:
        _open.pop()


def declare(name: str, thing: Any, words: str) -> None:
    """Note a symbol on the sheet, if there is one."""
    sheet = current()
    if sheet is not None:
        sheet.declare(name, thing, words)


def place() -> tuple[str, int]:
    """File and line of the nearest caller outside the vocabulary."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
