"""Prose: words from a page, with the mathematics inside them set as mathematics.

Between dollar signs stands LaTeX math, between backquotes code; `x_j`, `s^T` and single letters are math without being asked.
Text from outside never reaches TeX or HTML unescaped, and math may use only the commands listed here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from derive.export import names

COMMANDS = frozenset(
    re.findall(
        r"\w+",
        """alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi
        varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell partial nabla infty sum prod int lim
        log ln exp sin cos tan sinh cosh tanh arcsin arccos arctan max min sup inf arg det frac dfrac tfrac sqrt hat bar tilde dot
        vec overline underbrace mathrm mathbf mathbb mathcal mathit text operatorname left right big Big bigg Bigg bigl bigr Bigl
        Bigr biggl biggr Biggl Biggr lvert rvert lVert rVert lfloor rfloor lceil rceil langle rangle cdot times odot otimes circ
        pm mp le leq ge geq ne neq approx sim equiv in notin subset subseteq cup cap to mapsto iff implies land lor neg forall
        exists bmod top prime ldots cdots dots quad qquad begin end cases pmatrix bmatrix matrix aligned setminus emptyset mid
        parallel propto ast star bot displaystyle textstyle substack limits not colon mathsf boldsymbol""",
    )
)
ENVIRONMENTS = frozenset(("cases", "pmatrix", "bmatrix", "matrix", "aligned"))


_SCRIPT = re.compile(r"([_^])\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\w)\s*")
_SCRIPTS = re.compile(rf"(?:{_SCRIPT.pattern})+")
_INNERMOST = re.compile(r"\\begin\{(\w+)\}(?:(?!\\begin).)*?\\end\{\1\}", re.DOTALL)


def is_safe(math: str) -> bool:
    """Whether LaTeX math from outside uses known commands only and compiles: its braces and environments close, no script is doubled."""
    begun, ended = re.findall(r"\\begin\s*\{([^}]*)\}", math), re.findall(r"\\end\s*\{([^}]*)\}", math)
    if sorted(begun) != sorted(ended) or not ENVIRONMENTS.issuperset(begun):
        return False
    bare = re.sub(r"\\[{}%]", "", math)
    if bare.count("{") != bare.count("}") or re.search(r"[%$#]|\^\^", bare) or not math.isascii():
        return False
    scripts = [_SCRIPT.findall(run[0]) for run in _SCRIPTS.finditer(math)]
    if any(len(set(marks)) < len(marks) for marks in scripts):
        return False
    # Rows and columns belong inside an environment.
    outside, more = math, 1
    while more:
        outside, more = _INNERMOST.subn("", outside)
    if "\\\\" in outside or "&" in outside:
        return False
    left, right = len(re.findall(r"\\left(?![a-z])", math)), len(re.findall(r"\\right(?![a-z])", math))
    return left == right and all(command in COMMANDS for command in re.findall(r"\\([A-Za-z]+)", math))


@dataclass(frozen=True)
class Segment:
    """A stretch of prose: kind is "text", "math" or "code"."""

    kind: str
    text: str


LONG = 60  # letters of LaTeX


_LETTER = "|".join(sorted((*names.GREEK, "[A-Za-z]"), key=len, reverse=True))
# Greek letters that are no words of English prose.
_GREEK = "|".join(sorted((g for g in names.GREEK if g.islower() and g not in ("iota", "pi", "ell", "eps")), key=len, reverse=True))
_SPLIT = re.compile(
    rf"\$(?P<math>[^$]+)\$|`(?P<code>[^`]+)`"
    rf"|(?<![\w'’.\\])(?<!\w-)(?P<name>d?(?:{_LETTER})\d?(?:_[A-Za-z0-9]{{1,3}}(?:\^[A-Za-z0-9])?|\^(?:-?[A-Za-z0-9]|\([^()\s]{{1,8}}\))))(?![\w'’_^(])"
    rf"|(?<![\w'’.\\])(?<!\w-)(?P<letter>\d*[B-HJ-Zb-z])(?![\w'’-]|\.\w)"
    rf"|(?<![\w'’.\\])(?<!\w-)(?P<greek>{_GREEK})(?![\w'’-]|\.\w)"
    rf"|(?<![\w.])(?P<dotted>[A-Za-z]\w+(?:\.\w+)+|[A-Za-z]\w*_\w+)(?![\w(])"
)


@lru_cache(maxsize=4096)
def parse(prose: str) -> tuple[Segment, ...]:
    """Prose in segments; math that is not safe is shown as code, as it was written."""
    out, end = [], 0
    prose = re.sub(r"(?<=\d) x (?=\d)", " × ", prose)  # 3 x 3 is a size
    for found in _SPLIT.finditer(prose):
        kind, got = found.lastgroup or "", found.group(found.lastgroup or 0)
        if found.start() > end:
            out.append(_text(prose[end : found.start()]))
        if kind == "math":
            out.append(Segment("math" if is_safe(got) else "code", got))
        elif kind == "name":
            out.append(Segment("math", _name(got)))
        elif kind == "greek":
            out.append(Segment("math", names.read(got).latex()))
        elif kind == "letter":
            out.append(Segment("math", got))
        else:
            out.append(Segment("code", got))
        end = found.end()
    if end < len(prose):
        out.append(_text(prose[end:]))
    return tuple(_joined(out))


def _text(words: str) -> Segment:
    # A dash or a minus between spaces: one sign serves for both.
    for written, sign in ((" - ", " – "), (" <= ", " ≤ "), (" >= ", " ≥ "), (" != ", " ≠ ")):
        words = words.replace(written, sign)
    return Segment("text", words)


def _joined(segments: list[Segment]) -> list[Segment]:
    """Formulas, and numbers beside them, with nothing but an operator between them as one formula: s_i - s_j, 1 + x."""
    out: list[Segment] = []
    for segment in segments:
        if segment.kind == "text" and out and out[-1].kind == "math":
            while found := _NUMBER_AFTER.match(segment.text):
                out[-1] = Segment("math", f"{out[-1].text} {_sign(found[1])} {found[2]}")
                segment = Segment("text", segment.text[found.end() :])
            if not segment.text:
                continue
        if segment.kind == "math" and out and out[-1].kind == "text":
            segment = _with_what_stands_before(out, segment)
        out.append(segment)
    return out


def _with_what_stands_before(out: list[Segment], formula: Segment) -> Segment:
    """The formula with its sign, its first term, or the whole formula before it; these leave `out`."""
    words = out.pop().text
    if out and out[-1].kind == "math" and (found := _OPERATOR.fullmatch(words)):
        return Segment("math", f"{out.pop().text} {_sign(found[1] or '')} {formula.text}")
    if found := _MINUS.search(words):
        words, formula = words[:-1], Segment("math", f"-{formula.text}")
    elif found := _NUMBER_BEFORE.search(words):
        words, formula = words[: found.start()], Segment("math", f"{found[1]} {_sign(found[2])} {formula.text}")
    if words:
        out.append(Segment("text", words))
    return formula


def _sign(operator: str) -> str:
    return {"<=": r"\le", ">=": r"\ge", "!=": r"\ne", "≤": r"\le", "≥": r"\ge", "−": "-", "–": "-", "·": r"\cdot", "": r"\,"}.get(
        operator, operator
    )


_OPERATORS = r"([-–+=<>≤≥−·]|<=|>=|!=)"
_OPERATOR = re.compile(rf" (?:{_OPERATORS} )?")
_NUMBER_AFTER = re.compile(rf" {_OPERATORS} (\d+)(?![\w.]\w|\w)")
_NUMBER_BEFORE = re.compile(rf"(?<![\w.])(\d+) {_OPERATORS} $")
_MINUS = re.compile(r"(?:^|[\s(])-$")


def _name(word: str) -> str:
    """x_j, W_ij, s^T or df_i as math."""
    base, _, above = word.partition("^")
    power = r"\top" if above == "T" else above.removeprefix("(").removesuffix(")")
    head, _, below = base.partition("_")
    if head.startswith("d") and len(head) > 1 and head not in names.GREEK:
        return rf"\mathrm{{d}}{names.read(head[1:], array=bool(below)).latex(below)}"
    return names.read(head, array=bool(below)).latex(below) + names.script("^", power)


# Text for TeX

_SPECIAL = {
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\dots{}",
    "\u00a0": "~", "ß": r"\ss{}", "æ": r"\ae{}", "ø": r"\o{}", "Ø": r"\O{}", "ł": r"\l{}", "ı": r"\i{}",
}  # fmt: skip
# In math these letters come from fonts that every TeX has as outlines; in text some would be bitmaps.
_SYMBOLS = {
    "\\": r"\backslash", "{": r"\{", "}": r"\}", "$": r"\mathdollar", "<": "<", ">": ">", "|": "|", "−": "-",
    "§": r"\mathsection", "°": r"^\circ", "†": r"\dagger", "•": r"\bullet",
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∼": r"\sim", "∝": r"\propto", "×": r"\times", "·": r"\cdot",
    "±": r"\pm", "∓": r"\mp", "∞": r"\infty", "√": r"\surd", "Σ": r"\Sigma", "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∂": r"\partial",
    "∇": r"\nabla", "∈": r"\in", "∉": r"\notin", "⊂": r"\subset", "⊆": r"\subseteq", "∪": r"\cup", "∩": r"\cap", "→": r"\to",
    "←": r"\leftarrow", "↦": r"\mapsto", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "⟹": r"\Longrightarrow",
    "⟺": r"\iff", "∀": r"\forall", "∃": r"\exists", "¬": r"\neg", "∧": r"\land", "∨": r"\lor",
    "⊙": r"\odot", "⊗": r"\otimes", "∘": r"\circ", "⟨": r"\langle", "⟩": r"\rangle", "‖": r"\|",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "ℝ": r"\mathbf{R}", "ℕ": r"\mathbf{N}", "ℤ": r"\mathbf{Z}",
    "⊤": r"\top", "ᵀ": r"^{\top}", "ℓ": r"\ell", "′": r"'", "½": r"\frac12", "¼": r"\frac14", "¾": r"\frac34", "✓": r"\checkmark",
    **{letter: "\\" + command for letter, command in names.COMMANDS.items()},
    **{up: f"^{{{d}}}" for d, up in zip("0123456789+-()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", strict=True)},
    **{low: f"_{{{d}}}" for d, low in zip("0123456789+-()ijxk", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ᵢⱼₓₖ", strict=True)},
}  # fmt: skip
_MARKS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".", "\u0308": '"',
    "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip


def tex(words: str, before: str = " ") -> str:
    """Text from outside as LaTeX text: nothing in it is a command, and every letter compiles under pdflatex."""
    out, opening = [], before.isspace()
    for c in unicodedata.normalize("NFC", words):
        if c == '"':
            out.append("``" if opening else "''")
        else:
            out.append(_tex_letter(c))
        opening = c.isspace() or c in "([-–—"
    return "".join(out)


def _tex_letter(c: str) -> str:
    if c in _SPECIAL:
        return _SPECIAL[c]
    if c in _SYMBOLS:
        return rf"\ensuremath{{{_SYMBOLS[c]}}}"
    if c.isascii():
        return c if c.isprintable() or c in "\n\t" else ""
    apart = unicodedata.normalize("NFD", c)
    if len(apart) == 2 and apart[0].isascii() and apart[1] in _MARKS:
        return rf"\{_MARKS[apart[1]]}{{{apart[0]}}}"
    plain = "".join(a for a in unicodedata.normalize("NFKD", c) if not unicodedata.combining(a))
    return tex(plain) if plain.isascii() and plain else f"[U+{ord(c):04X}]"


def tex_code(words: str) -> str:
    """Code as LaTeX text in typewriter letters; it may be broken after any sign."""
    letters = (_tex_letter(c) + (r"\allowbreak{}" if not c.isalnum() and c != " " else "") for c in words)
    return r"\texttt{" + "".join(letters).removesuffix(r"\allowbreak{}") + "}"


def _inline(math: str) -> str:
    """A formula in a line of text; one that may be wider than the line is made to fit."""
    return rf"\fitmath{{{math}}}" if len(math) > LONG else f"${math}$"


def tex_prose(prose: str) -> str:
    """Prose as LaTeX."""
    out, before = [], " "
    for segment in parse(prose):
        if segment.kind == "text":
            out.append(tex(segment.text, before))
        else:
            out.append(_inline(segment.text) if segment.kind == "math" else tex_code(segment.text))
        before = segment.text[-1]
    return "".join(out)
