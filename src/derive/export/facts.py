"""Facts: what a reader may want to know of a claim besides its formulas, as labels and prose."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from derive.export import arrange, forms, names
from derive.export.body import statement_latex, terms_of
from derive.export.notation import SCRIPT, Notation, notation_for
from derive.kernel.verdict import Verdict
from derive.outcome import Outcome, Repair, Witness
from derive.statement.claim import Claim
from derive.statement.term import ONE, TRUE, ZERO, Term, free, make, show, subterms, total

SORTS = {
    "positive": "> 0", "negative": "< 0", "nonnegative": r"\ge 0", "nonpositive": r"\le 0", "nonzero": r"\ne 0",
    "integer": r"\in \mathbb{Z}", "positive integer": r"\in \{1, 2, \ldots\}", "nonnegative integer": r"\in \{0, 1, 2, \ldots\}",
}  # fmt: skip


QUOTIENTS = "one-sided quotients of "  # what the witness measured where it differentiated nothing
LAYOUT = "the layout"  # the kind of a repair that exchanges rows and columns
MOST = 60  # letters of code in a line of text
LONGEST = 24.0  # ems of a formula in a line of text
RECHECK = {"AGREES": "the second checker agrees", "DISAGREES": "the second checker DISAGREES"}


@dataclass(frozen=True)
class Fact:
    """One row of what is to be known of a claim: a label and prose."""

    label: str
    words: str

    @property
    def size(self) -> int:
        """Letters that it takes, roughly."""
        return len(self.words)


def facts(outcome: Outcome, claim: Claim) -> Iterable[Fact]:
    """What a reader may want to know besides the formulas, most important first."""
    verdict, notation = outcome.verdict, notation_for(*terms_of(claim))
    table = hypotheses(claim, notation)
    if claim.definition:
        yield Fact("By definition", "this line is true because a symbol was defined so")
    if claim.reads_as:
        yield Fact("Reads as", claim.reads_as)
    where = _declared(terms_of(claim), notation)
    if where:
        yield Fact("Where", where)
    if verdict:
        yield from verdict_facts(verdict, table, claim)
    for repair in outcome.repairs:
        yield Fact("Would hold", repair_words(repair, notation))
    if outcome.ends is not None and (verdict is None or outcome.ends.name != verdict.name):
        yield Fact("First to last", f"first and last line compared directly: {outcome.ends.name}")
    yield Fact("Witness", witness_words(outcome.witness, _in_notation(outcome.witness.primal, claim, notation), claim.printed))
    if claim.runs_as:
        yield Fact("Runs as", f"`{claim.runs_as}`")
    if outcome.recheck != "NOT_RUN":
        yield Fact("Recheck", RECHECK.get(outcome.recheck, "does not apply"))
    if claim.layout:
        yield Fact("Layout", f"{claim.layout} layout")
    if claim.unknown:
        yield Fact("Open", claim.unknown)


def verdict_facts(verdict: Verdict, table: Mapping[str, Said], claim: Claim) -> Iterable[Fact]:
    """What a verdict rests on; `table` has the hypotheses of the claim, by the kernel's words for them."""
    sorts = {f"{u.args[0]} {u.args[1]}" for t in terms_of(claim) for u in subterms(t) if u.op in ("sym", "entry")}
    needed = [h for h in verdict.hypotheses if h not in verdict.unused]
    used = [table[h].words if h in table else _other(h) for h in needed if h not in sorts]
    if used:
        yield Fact("Given", "; ".join(used))
    stated = {t for h in needed if h in table for t in table[h].states}
    rest = [table[show(t)].words for t in claim.given if t not in stated]
    if rest:
        yield Fact("Not needed" if verdict.name == "PROVED" else "Given", "; ".join(rest))
    if verdict.name == "PROVED":
        yield Fact("Holds", holds_words(verdict))
    if verdict.oracles:
        yield Fact("Oracles", "rests also on " + ", ".join(verdict.oracles))
    if verdict.admits:
        yield Fact("Admits", "; ".join(verdict.admits))
    if verdict.rules and verdict.name == "PROVED":
        # Of a statement about one point, the point stands in the statement.
        yield Fact("Rules", "; ".join(rule for rule in verdict.rules if not rule.startswith("at ")))
    if verdict.tried and verdict.name == "UNKNOWN":
        yield Fact("Tried", "; ".join(verdict.tried))


def _other(words: str) -> str:
    """A hypothesis that the page does not state: a comparison of a name and a number as a formula, the kernel's terms as code."""
    simple = re.fullmatch(r"([A-Za-z]\w*) (<|>|<=|>=|!=|=) (-?\d+|[A-Za-z]\w*)", words)
    if simple:
        left, sign, right = simple.groups()
        sign = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne"}.get(sign, sign)
        return f"${names.read(left).latex()} {sign} {right if right.lstrip('-').isdigit() else names.read(right).latex()}$"
    return f"`{words}`" if re.search(r"[\[\]*=<>]", words) else words


def holds_words(verdict: Verdict) -> str:
    """Scope and region of a proof in words."""
    scope = re.sub(
        r"\ball ([\w', ]+)", lambda m: "for all " + ", ".join(f"${names.read(s.strip()).latex()}$" for s in m[1].split(",")), verdict.scope
    )
    scope = re.sub(r"(?<![\w$])([A-Za-z_]\w*) = (\d+)", lambda m: f"${names.read(m[1]).latex()} = {m[2]}$", scope)
    region = {"everywhere": "everywhere", "off kinks": "away from kinks"}.get(verdict.region, verdict.region)
    return f"{scope}, {region}" if scope else region


def repair_words(repair: Repair, notation: Notation) -> str:
    """What would make a refuted line true: the line changed in one place, or one more hypothesis."""
    if repair.given is not None:
        return f"given {hypothesis(repair.given, notation)}"
    form = repair.claim.form
    worded = form is not None and not forms.formula(form, notation)
    line = forms.words(form, notation) if form is not None and worded else f"${statement_latex(repair.claim)}$"
    return f"right in the other layout: {line}" if repair.kind == LAYOUT else f"with {repair.kind} changed: {line}"


def _in_notation(primal: str, claim: Claim, notation: Notation) -> str:
    """What the witness differentiated, set as the formula of the page that it is."""
    if primal.startswith(QUOTIENTS):
        return QUOTIENTS + (_in_notation(primal.removeprefix(QUOTIENTS), claim, notation) or "the function")
    plain, comma, rest = primal.partition(", as ")
    found = next((u for t in terms_of(claim) for u in subterms(t) if show(u) == plain), None)
    if found is None:
        words = "" if len(plain) > MOST else f"`{plain}`" if re.search(r"[*\[\]]", plain) else plain
    elif found.op == "num":
        return ""
    else:
        # In a line of text a fraction is written with a slash, and what is long is left out.
        box = replace(notation, ranges=False).box(found, SCRIPT)
        words = f"${box.text}$" if box.width < LONGEST and box.height < 2 else ""
    if not words:
        return f"`{rest}`" if comma else ""
    return f"{words}, as `{rest}`" if comma else words


def witness_words(witness: Witness, primal: str, printed: bool = False) -> str:
    """What the witness says, in one sentence; against the printed formula of an erratum it is meant to speak."""
    note = f": {witness.note}" if witness.note else ""
    where = f" of {primal}" if primal else ""
    count = f"{witness.points:,}".replace(",", "\u202f") + (" point" if witness.points == 1 else " points")
    error = f"worst scaled error {_figure(witness.worst_error)}"
    if primal.startswith(QUOTIENTS):
        error += ", most of it that of the quotients"
    if witness.status == "AGREES":
        return f"JAX agrees at {count}{where} in float64; {error}{note.replace(':', ';', 1)}"
    if witness.status == "DISAGREES" and printed:
        return f"JAX contradicts the printed formula too ({count}{where}; {error})" if witness.points else "JAX contradicts it too"
    if witness.status == "DISAGREES":
        return f"JAX DISAGREES ({count}{where}; {error}){note}"
    if witness.status == "NOT_APPLICABLE":
        return "does not apply: the statement has no points to compare at"
    return f"did not run{note}"


def _figure(error: float) -> str:
    """A scaled error with three digits, as prose."""
    digits, _, power = f"{error:.3g}".partition("e")
    if not math.isfinite(error):
        return "beyond all bounds"
    return rf"${digits} \cdot 10^{{{int(power)}}}$" if power else digits


@dataclass(frozen=True)
class Said:
    """What the kernel says of hypotheses: prose, and which of those on the page it states."""

    words: str
    states: tuple[Term, ...]


def hypotheses(claim: Claim, notation: Notation) -> dict[str, Said]:
    """The hypotheses of a claim as prose, by the kernel's words for them.

    Of z_l < z_m, where the claim speaks of m and not of l, the kernel says that the number of l where it fails is 0; with l != m beside
    it, the number of l where neither l = m nor it holds.
    """
    own = free_indices(claim)
    limits = [c for c in claim.given if not any(u.op in ("entry", "sum", "prod") for u in subterms(c))]
    table: dict[str, Said] = {}
    for t in claim.given:
        words = hypothesis(t, notation, own)
        for form, said in (
            (t, Said(words, (t,))),
            *((_unless(c, t), Said(f"{words} with {hypothesis(c, notation)}", (t, c))) for c in limits),
        ):
            table.setdefault(show(form), said)
            for order in permutations(sorted((v for v in free(form) if v.op == "index" and v not in own), key=show)):
                counted = form
                for j in order:
                    counted = make("eq", total(make("piecewise", ZERO, counted, ONE, TRUE), j), ZERO)
                    table.setdefault(show(counted), said)
    return table


def _unless(limit: Term, t: Term) -> Term:
    return make("or", make("not", limit), t)


def hypothesis(t: Term, notation: Notation, own: frozenset[Term] = frozenset()) -> str:
    """A hypothesis as prose; a free index stands for all its values, unless it is the claim's own and no entry holds it with all others."""
    letters = universal(t, own)
    ending = " for every " + ", ".join(f"${names.read(a).latex()}$" for a in letters) if letters else ""
    return f"${notation.latex(t)}${ending}"


def free_indices(claim: Claim) -> frozenset[Term]:
    """The indices of which the lines of a chain speak."""
    lines = [t for t in (claim.first, *(link.right for link in claim.links)) if t is not None]
    return frozenset(v for line in lines for v in free(line) if v.op == "index")


def universal(t: Term, own: frozenset[Term] = frozenset()) -> list[str]:
    """The indices for all of whose values a hypothesis holds, as far as it does not speak of indices alone."""
    every = {v for v in free(t) if v.op == "index"}
    tied = any(u.op in ("entry", "sum", "prod", "delta") and every <= free(u) for u in subterms(t))
    about_indices = not any(u.op in ("entry", "sum", "prod") for u in arrange.printed(t))
    return [] if about_indices else sorted(str(v.args[0]) for v in every if tied or v not in own)


def _declared(terms: Sequence[Term], notation: Notation) -> str:
    """The ranges of the indices and the sorts of the symbols, as prose."""
    seen = {u for t in terms for u in subterms(t)}
    found = []
    ranges: dict[str, list[str]] = {}
    for u in sorted((u for u in seen if u.op == "index"), key=lambda u: (show(u), show(u.args[1]))):
        ranges.setdefault(notation.latex(u.args[1]) if notation.base else notation.latex(arrange.less_one(u.args[1])), []).append(
            names.read(u.args[0]).latex()
        )
    for high, letters in ranges.items():
        values = high if high == str(notation.base) else f"{notation.base}, \\ldots, {high}"
        found.append(f"${', '.join(dict.fromkeys(letters))} = {values}$")
    sizes = {v for u in seen if u.op in ("index", "entry") for s in ((u.args[1],) if u.op == "index" else u.args[2]) for v in subterms(s)}
    kinds: dict[str, list[str]] = {}
    for u in sorted((u for u in seen if u.op == "sym" and u not in sizes and u.args[1] in SORTS), key=show):
        kinds.setdefault(u.args[1], []).append(names.read(u.args[0]).latex())
    found.extend(f"${', '.join(letters)} {SORTS[sort]}$" for sort, letters in kinds.items())
    arrays = {(u.args[0], u.args[1]) for u in seen if u.op == "entry" and u.args[1] in SORTS}
    for array, sort in sorted(arrays):
        found.append(f"every entry of ${names.read(array, True).latex()} {SORTS[sort]}$")
    return "; ".join(found)
