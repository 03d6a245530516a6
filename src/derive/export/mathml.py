"""MathML: LaTeX math as markup that a browser sets by itself, without script or network.

latex2mathml reads the formula; what follows here gives its markup the spacing and the limits of a textbook.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

_SIZED = re.compile(r"\\(?:big|Big|bigg|Bigg)(l|r)\s*(\\[a-z]+|[()\[\]])\s?")
_FENCED = re.compile(r"(?<!\\left)(?<!\\right)(?<!gl)(?<!gr)\\([lr])(vert|floor|ceil)\s?")
# The converter writes a letter that is upright as its code point, and one that is italic as itself.
_UPRIGHT = re.compile(r"<mi>(&#x000[4-7][0-9A-F];)</mi>")
_SPACE = "http://www.w3.org/1998/Math/MathML"
_BIG = {"∑", "∏", "lim", "max", "min"}
_UNDER = {"msub": "munder", "msubsup": "munderover", "msup": "mover"}
_THIN, _WIDE = "0.167em", "0.556em"

ElementTree.register_namespace("", _SPACE)


@lru_cache(maxsize=16384)
def mathml(latex: str, display: bool = True) -> str:
    """One formula as an inline `math` element; what the converter cannot read is shown as LaTeX."""
    try:
        markup = convert(_prepare(latex), display="block" if display else "inline")
        root = ElementTree.fromstring(_UPRIGHT.sub(r'<mi mathvariant="normal">\1</mi>', markup))
    except Exception as error:  # the converter raises a zoo of its own errors
        return f'<code class="latex" title="{escape(type(error).__name__)}">{escape(latex)}</code>'
    # A block would stand on a line of its own; display style inside a line lets long formulas wrap between their pieces.
    root.attrib.clear()
    if display:
        root.set("displaystyle", "true")
    for node in list(root.iter()):
        node.tag = node.tag.removeprefix(f"{{{_SPACE}}}")
        _name(node)
    for node in list(root.iter()):
        _limits(node)
        _space(node)
    if latex.startswith("{}"):
        first = next((n for n in root.iter() if n.tag in ("mo", "mi", "mn")), None)
        if first is not None and first.tag == "mo":
            first.set("form", "infix")
    return ElementTree.tostring(root, encoding="unicode")


def can_read(latex: str) -> bool:
    """Whether the converter makes sense of a formula."""
    return mathml(latex).startswith("<math")


def _name(node: ElementTree.Element) -> None:
    """Function names are identifiers, arrows are operators with room, and fences and slashes keep close to what is beside them."""
    text = node.text or ""
    if node.tag == "mo" and len(text) > 1 and text.isascii() and text.isalpha():
        node.tag = "mi"
    elif node.tag == "mtext" and text in ("true", "false"):
        node.tag = "mi"  # beside text an operator has no space
    elif text in ("⟺", "⟹", "⇔", "⇒"):
        node.tag = "mo"
        node.set("lspace", _WIDE)
        node.set("rspace", _WIDE)
    elif node.tag == "mo" and (text == "/" or node.get("fence") == "true"):
        node.set("lspace", "0")
        node.set("rspace", "0")


def _limits(node: ElementTree.Element) -> None:
    """The range of a sum stands under it; inside a fraction the browser moves it to the side."""
    if node.tag not in _UNDER or not len(node) or (node[0].text or "") not in _BIG:
        return
    node.tag = _UNDER[node.tag]
    node[0].tag = "mo"
    node[0].set("movablelimits", "true")
    if (node[0].text or "").isalpha():
        node[0].set("rspace", _THIN)
        node[0].set("lspace", "0")


def _space(node: ElementTree.Element) -> None:
    """A thin space around log, tanh and their like, and none after the minus of a negative term."""
    children = list(node)
    if node.tag not in ("mrow", "math", "mtd", "mstyle"):
        return
    for before, after in itertools.pairwise(children):
        if after.text in ("-", "−") and before.tag == "mo" and before.get("form") != "postfix" and before.text not in (")", "]", "|"):
            after.set("form", "prefix")
    for before, after in itertools.pairwise(children):
        opens = after.tag == "mo" or (after.tag == "mrow" and len(after) and after[0].tag == "mo")
        if (_is_function(before) and not opens) or (_is_function(after) and before.tag not in ("mo", "mspace")):
            space = ElementTree.Element("mspace", width=_THIN)
            node.insert(list(node).index(after), space)


def _is_function(node: ElementTree.Element) -> bool:
    base = node[0] if node.tag in ("msup", "msub") and len(node) else node
    text = base.text or ""
    return base.tag == "mi" and len(text) > 1 and text.isalpha()


def _prepare(latex: str) -> str:
    """The same formula in the words that the converter knows best."""
    latex = re.sub(r"\\\\\[\d+pt\]", r"\\\\", latex.replace("{}", ""))
    depth, closed = 0, True
    for side, _ in _SIZED.findall(latex):
        depth += 1 if side == "l" else -1
        closed = closed and depth >= 0
    # Delimiters that match inside this piece stretch by themselves; a piece of a broken line keeps its fixed sizes.
    if closed and not depth:
        latex = _SIZED.sub(lambda m: (r"\left" if m[1] == "l" else r"\right") + _fence(m[2]) + " ", latex)
    return _FENCED.sub(lambda m: (r"\left" if m[1] == "l" else r"\right") + _fence(f"\\{m[1]}{m[2]}") + " ", latex)


def _fence(delimiter: str) -> str:
    return "|" if delimiter in (r"\lvert", r"\rvert") else delimiter
