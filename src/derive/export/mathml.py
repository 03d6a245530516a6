"""MathML: LaTeX math as markup that a browser sets by itself, without script or network."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from latex2mathml.converter import convert

_BARE = re.compile(r"(\\(?:log|ln|exp|sin|cos|tan|sinh|cosh|tanh|arcsin|arccos|arctan|operatorname\{[^}]*\})(?:\^(?:\{[^}]*\}|\w))?) ")
_SIZED = re.compile(r"\\(?:big|Big|bigg|Bigg)(l|r)\s*(\\[a-z]+|[()\[\]])\s?")
_OPEN = re.compile(r"(?<!\\left)(?<!\\right)(?<!gl)(?<!gr)\\([lr])(vert|floor|ceil)\s?")


@lru_cache(maxsize=8192)
def mathml(latex: str) -> str:
    """One formula as an inline `math` element in display style; what the converter cannot read is shown as LaTeX."""
    try:
        markup: str = convert(_prepare(latex), display="block")
    except Exception as error:  # the converter raises a zoo of its own errors
        return f'<code class="latex" title="{escape(type(error).__name__)}">{escape(latex)}</code>'
    # A block would stand on a line of its own; display style inside a line lets long formulas wrap between their pieces.
    markup = markup.replace('display="block"', 'displaystyle="true"', 1)
    markup = re.sub(r"<mi>&#x000(4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A]);</mi>", r'<mi mathvariant="normal">&#x000\1;</mi>', markup)
    markup = re.sub(r"<mo>([A-Za-z]{2,})</mo>", r"<mi>\1</mi>", markup)
    return re.sub(r"<mi>(&#x027F[9A];)</mi>", r"<mo>\1</mo>", markup)


def _prepare(latex: str) -> str:
    """The same formula in the words that the converter knows best."""
    latex = _BARE.sub(r"\1\\, ", latex).replace("{}", "")
    sized = _SIZED.findall(latex)
    depth, closed = 0, True
    for side, _ in sized:
        depth += 1 if side == "l" else -1
        closed = closed and depth >= 0
    # Delimiters that match inside this piece stretch by themselves; a piece of a broken line keeps its fixed sizes.
    if closed and not depth:
        latex = _SIZED.sub(lambda m: (r"\left" if m[1] == "l" else r"\right") + _fence(m[2]) + " ", latex)
    return _OPEN.sub(lambda m: (r"\left" if m[1] == "l" else r"\right") + _fence(f"\\{m[1]}{m[2]}") + " ", latex)


def _fence(delimiter: str) -> str:
    return "|" if delimiter in (r"\lvert", r"\rvert") else delimiter
