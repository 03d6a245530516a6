"""docs/support.md, made from what becomes of the claims in fragments.py, and of expressions that cannot be read.

usage: python tests/support/table.py        writes docs/support.md
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sympy import Function, I, IndexedBase, MatrixSymbol, Sum, Symbol, oo, symbols

from derive import decide
from derive.cli import select, verify
from derive.errors import DeriveError
from derive.export.account import page_account
from derive.export.coverage import said

PAGE = Path(__file__).with_name("fragments.py")
FILE = Path(__file__).parents[2] / "docs" / "support.md"
HEAD = """# What is supported

Each row is a representative claim, put to the kernel by the test that made this page (`python tests/support/table.py`). PROVED and
REFUTED are what docs/kernel.md says they are; *for* names the sizes of a proof. UNKNOWN is what the rules do not reach today; a claim
like it may still be true, or false. What becomes of a claim of your own, `derive.decide` or a page says in a second or so.
"""
x, k = symbols("x", real=True), symbols("k", integer=True)
OUTSIDE = (
    ("a float", lambda: decide(x / 3, 0.3333 * x)),
    ("complex numbers", lambda: decide(I * x, x)),
    ("infinite sums", lambda: decide(Sum(1 / (k + 1) ** 2, (k, 0, oo)), x)),
    ("a general function", lambda: decide(Function("f")(x), x)),
    ("matrices as such", lambda: decide(MatrixSymbol("A", 2, 2).det(), x)),
    ("a complex symbol", lambda: decide(Symbol("z", complex=True), x)),
    ("an array without a shape", lambda: decide(IndexedBase("u")[k], x)),
)  # fmt: skip


def table() -> str:
    """The whole file."""
    report = verify(select([str(PAGE)]), jobs=2, seed=0, timeout=60.0)
    if report.errors:
        raise report.errors[0]
    ((page, outcomes),) = report.by_page()
    sections: dict[str, list[list[str]]] = defaultdict(list)
    for item in page_account(page, outcomes).items:
        section, _, fragment = item.title.partition(": ")
        if item.kind == "claim" and section == "Reading":
            continue
        lines = "<br>".join(line for line in said(item) if not line.startswith(("*holds*", "*where*", "*oracles*", "*tried*")))
        scope = next((f.words for f in item.facts if f.label == "Holds"), "")
        sections[section if fragment else "All sizes"].append([fragment or "shapes that do not fit", lines, f"**{item.mark}**", scope])
    out = [HEAD.rstrip()]
    for section, rows in sections.items():
        out.append(f"## {section}\n\n" + "\n".join(rows_of([["fragment", "claim", "verdict", "for"], ["---"] * 4, *rows])))
    refused = [[words, f"`{message}`".replace("|", r"\|")] for words, message in refusals()]
    out.append("## What is refused, with a message\n\n" + "\n".join(rows_of([["what", "message"], ["---"] * 2, *refused])))
    return "\n\n".join(out) + "\n"


def rows_of(rows: list[list[str]]) -> Iterator[str]:
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def refusals() -> Iterator[tuple[str, str]]:
    """What cannot be read, and what is said about it."""
    for words, ask in OUTSIDE:
        try:
            found = ask()
        except DeriveError as error:
            yield words, error.message
        else:
            yield words, f"{found.verdict.name}: {'; '.join(found.verdict.tried)}"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
