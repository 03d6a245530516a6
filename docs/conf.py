"""Sphinx: the documentation as a site. `make docs` builds it and fails on any warning."""

from __future__ import annotations

import re

from derive.version import __version__

project = "derive"
release = version = __version__
extensions = ["sphinx.ext.autodoc", "myst_parser"]
exclude_patterns = ["coverage.md"]  # generated, and meant for the repository
html_theme = "furo"
html_title = "derive"
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"


def code_in_docstrings(_app: object, _what: str, _name: str, _thing: object, _options: object, lines: list[str]) -> None:
    """Docstrings write code as `x`, as Markdown does."""
    lines[:] = [re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line) for line in lines]


def setup(app: object) -> None:
    app.connect("autodoc-process-docstring", code_in_docstrings)  # type: ignore[attr-defined]
