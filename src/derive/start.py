"""Start: a new page, from a template that verifies as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from derive.catalogue import PACKAGE
from derive.errors import DeriveError
from derive.files import write_whole

PAGE = Template('''\
"""$title: say in one sentence what the page shows.

More, if it helps. Replace what stands below by your own formulas, line by line as your source prints them.
"""

from derive import D, Sum, claim, eq, erratum, exp, indices, log, lt, natural, original, real, real_vector

# Given
x = real("x")
n = natural("n")  # a size
j, k = indices("j k", upto=n)  # each runs over n values, counted from 0
u = real_vector("u", n)


def f(t):
    return log(1 + exp(t))


# Claims
slope = claim(
    D(f(x), x),
    eq(exp(x) / (1 + exp(x)), why="chain rule"),
    eq(1 / (1 + exp(-x)), why="times exp(-x) above and below"),
    source=original,
)
positive = claim(0, lt(f(x)), source=original)
gradient = claim(D(Sum(f(u[k]), k), u[j]), eq(1 / (1 + exp(-u[j])), why="u_j occurs in one term"), source=original)

# Errata
slope_as_printed = erratum(
    original,
    printed=claim(D(f(x), x), eq(1 / (1 + exp(x)))),
    refuted_at={x: 1},
    instead=slope,
    note="the sign of the exponent",
)
''')


def start_page(target: str) -> Path:
    """Write a new page and give its path: NAME in ./derivations where there is one, or any path that ends in .py.

    Raises DeriveError where the name is no name for a page, or where the file is there already.
    """
    path = Path(target)
    if path.suffix != ".py":
        path = (Path(PACKAGE) if not path.parent.name and Path(PACKAGE).is_dir() else path.parent) / f"{path.name}.py"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", path.stem) or not path.stem.isascii():
        raise DeriveError(f"{path.stem!r} is no name for a page; write lower-case letters, digits and _, such as softmax_jacobian")
    if path.exists():
        raise DeriveError(f"{path} is there already; choose another name, or edit it")
    if not path.parent.is_dir():
        raise DeriveError(f"there is no folder {path.parent}; make it first, or leave it out")
    words = path.stem.replace("_", " ")
    return write_whole(path, PAGE.substitute(title=words[:1].upper() + words[1:]))
