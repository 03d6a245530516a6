"""Markdown: the status table of the README and ERRATA.md, made from outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from derive.export.account import MARKS, Account, page_account, source_words
from derive.export.body import statement_latex
from derive.export.prose import parse
from derive.outcome import Outcome
from derive.statement.claim import Claim, Page

Pages = Iterable[tuple[Page, Sequence[Outcome]]]


def status(pages: Pages) -> str:
    """One row for each page: how many of its claims and errata bear each verdict, and whether all is as it expects."""
    shown = [page_account(page, outcomes) for page, outcomes in pages]
    marks = [m for m in MARKS if any(page.counts_of(m) for page in shown)]
    rows = [["Page", "What it says", *(m.lower() for m in marks), "as expected"]]
    for page in shown:
        good = sum(a.good for a in page.items)
        counts = [str(page.counts_of(m) or "") for m in marks]
        rows.append(
            [
                f"[{page.name}]({page.file})",
                _cell(page.title),
                *counts,
                "yes" if good == len(page.items) else f"{good} of {len(page.items)}",
            ]
        )
    totals = [str(sum(page.counts_of(m) for page in shown)) for m in marks]
    items, good = sum(len(page.items) for page in shown), sum(a.good for page in shown for a in page.items)
    rows.append(["**all**", "", *totals, _of(good, items)])
    return table(rows, numbers=range(2, 2 + len(marks)))


def documents(pages: Pages, titles: Mapping[str, str]) -> str:
    """One row for each source document: how many of the claims and errata on it bear each verdict, and whether all is as expected."""
    shown: dict[str, list[Account]] = {key: [] for key in titles}
    beyond: list[Account] = []
    for page, outcomes in pages:
        covers = {o.item.id: o.item.covers for o in outcomes}
        for item in page_account(page, outcomes).items:
            keys = dict.fromkeys(entry.partition(".")[0] for entry in covers[item.id])
            for home in [shown.setdefault(key, []) for key in keys] or [beyond]:
                home.append(item)
    marks = ("PROVED", "REFUTED", "ILL-POSED", "UNKNOWN", "ADMITTED")
    rows = [["Document", "What it is", *(m.lower() for m in marks), "as expected"]]
    for key, items in (*shown.items(), ("", beyond)):
        if items:
            counts = [str(sum(a.mark == m for a in items)) for m in marks]
            words = _cell(titles.get(key, "")) if key else "what people look up, and lemmas"
            rows.append([key or "beyond", words, *counts, _of(sum(a.good for a in items), len(items))])
    return table(rows, numbers=range(2, 2 + len(marks)))


def errata(pages: Pages) -> str:
    """Every erratum: as printed, where it fails, and what is right; a whole file."""
    out = [
        "# Errata",
        "Formulas that their sources print and that do not hold as they stand. Each is refuted at an exact point, its correction proved; "
        "or it has no single meaning, and its readings get different verdicts. Made from the outcomes of the pages; indices count from 1.",
    ]
    for page, outcomes in pages:
        statements = {o.item.id: statement_latex(o.item) for o in outcomes if isinstance(o.item, Claim)}
        printed = {o.item.id: statement_latex(o.item.printed) for o in outcomes if not isinstance(o.item, Claim) and o.item.printed}
        shown = page_account(page, outcomes)
        if shown.errata:
            out.append(f"## {_text(shown.title)}")
            out.extend(_erratum(a, page, printed, statements) for a in shown.errata)
    return "\n\n".join(out) + "\n"


def put(text: str, name: str, block: str) -> str:
    """The text with what stands between `<!-- name: ... -->` and `<!-- end of name -->` replaced; raises ValueError without these marks."""
    marks = re.compile(rf"(<!-- {re.escape(name)}\b[^>]*-->\n)(?:.*?\n)??(<!-- end of {re.escape(name)} -->)", re.DOTALL)
    if not marks.search(text):
        raise ValueError(f"expected the lines <!-- {name} --> and <!-- end of {name} -->; put them where the block belongs")
    return marks.sub(lambda m: f"{m[1]}{block.rstrip()}\n{m[2]}", text, count=1)


def _erratum(a: Account, page: Page, printed: dict[str, str], statements: dict[str, str]) -> str:
    where = escape("; ".join(map(source_words, a.sources)))
    lines = [f"### {_text(a.title)}", f"[{a.id}]({page.file}#L{a.line}){', ' if where else ''}{where}: **{a.mark}**"]
    if a.id in printed:
        lines.append(f"As printed:\n\n$${printed[a.id]}$$")
    points = [p for p in (a.body.point, *(line.point for line in a.body.chain)) if p]
    for p in points[:1]:
        at = ", ".join(f"${name} = {value}$" for name, value in p.at)
        lines.append(f"{f'Fails at {at}' if at else 'The two sides differ'}: ${p.lhs} {p.sign} {p.rhs}$")
    if a.readings:
        lines.append("\n".join(f"- {_text(r.words)}: {r.verdict} ({r.claim})" for r in a.readings))
    if a.raises:
        lines.append(f"Building it raises `{a.raises}`.")
    if a.instead:
        right = statements.get(a.instead)
        lines.append(f"Correct ({a.instead}):" + (f"\n\n$${right}$$" if right else ""))
    if a.note:
        lines.append(_text(a.note))
    return "\n\n".join(lines)


def _of(good: int, items: int) -> str:
    return "yes" if good == items else f"{good} of {items}"


def table(rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()) -> str:
    """The rows as a table under the first of them; columns of numbers stand to the right."""
    right = set(numbers)
    head, *body = rows
    rule = ["---:" if k in right else "---" for k in range(len(head))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *body))


def _text(words: str) -> str:
    """Prose for Markdown: only its plain text is escaped."""
    marks = {"math": "$", "code": "`"}
    return "".join(f"{marks[k.kind]}{k.text}{marks[k.kind]}" if k.kind in marks else escape(k.text) for k in parse(words))


def escape(words: str) -> str:
    """Plain text that no mark of Markdown is read into."""
    return re.sub(r"([*_\[\]<>|])", r"\\\1", words)


def _cell(words: str) -> str:
    return _text(words).replace("\n", " ")
