"""Annotations: findings as the workflow commands that GitHub shows beside the line of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.errors import DeriveError
from derive.outcome import Outcome


def annotate(outcomes: Iterable[Outcome], errors: Iterable[DeriveError]) -> Iterator[str]:
    """One line for each finding."""
    for outcome in outcomes:
        for message in outcome.messages:
            yield _error(outcome.item.file, outcome.item.line, outcome.item.id, message)
    for error in errors:
        yield _error(error.file, error.line, "derive", error.message)


def _error(file: str, line: int, title: str, message: str) -> str:
    place = f"file={_property(file)},line={line or 1}," if file else ""
    return f"::error {place}title={_property(title)}::{_data(message)}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
