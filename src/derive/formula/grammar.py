"""Grammar: a formula as text to a tree. Operators bind as in Python; nothing is looked up and nothing is evaluated.

iff implies  <  or  <  and  <  not  <  == != <= < >= >  <  + -  <  * /  <  unary -  <  **  <  f(...) a[...]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from derive.errors import ReadError

MOST_LETTERS, MOST_DEEP, MOST_DIGITS = 10_000, 80, 1_000

WORDS = ("iff", "implies", "or", "and", "not")
# Operators of one row stand side by side: a + b - c is one node, so that a long sum is no deep one.
ROWS = {
    "arrow": (1, ("iff", "implies")), "or": (2, ("or",)), "and": (3, ("and",)), "chain": (5, ("==", "!=", "<=", "<", ">=", ">")),
    "sum": (6, ("+", "-")), "product": (7, ("*", "/")),
}  # fmt: skip
NOT, UNARY, POWER, CALL = 4, 8, 9, 10
ROW_OF = {sign: kind for kind, (_, signs) in ROWS.items() for sign in signs}
BINDING = {**{sign: level for level, signs in ROWS.values() for sign in signs}, "**": POWER, "(": CALL, "[": CALL}

# What other languages write, and what to write here.
INSTEAD = {
    "=": "==", "^": "**", "≤": "<=", "≥": ">=", "≠": "!=", "−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "%": "Mod(a, b)",
    "!": "factorial(n)", "|": "Abs(x)", "{": "cases((a, condition), (b, True))", "∑": "Sum(x[i], i, n)", "∂": "D(f, x)", "∞": "oo",
    "√": "sqrt(x)", "&": "and", "~": "not", "//": "floor(a/b)", "=>": "implies", "<=>": "iff", "->": "implies", "&&": "and", "||": "or",
    "<>": "!=", "'": "a name without quotes", '"': "a name without quotes",
}  # fmt: skip
TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<wrong><=>|=>|->|//|&&|\|\||<>)|(?P<sign>\*\*|==|!=|<=|>=|[-+*/()\[\],<>])|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A word of the text: a number, a name, a sign, or the end; with the column where it begins."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Node:
    """One node of a tree.

    kind: "number", "name", "call" (a function), "entry" (of an array), "tuple", "unary", "power", or a kind of ROWS: then `value` holds
    the signs between the parts, separated by spaces. `at` is the column to point at.
    """

    kind: str
    value: str
    parts: tuple[Node, ...]
    at: int


def parse(text: str, where: str) -> Node:
    """The tree of a formula; raises ReadError with a caret under what cannot be read. `where` names the option that the text came from."""
    return _Parser(text, where).parse()


def fault(message: str, text: str, at: int, where: str) -> ReadError:
    """An error with the text and a caret; of a long text, what stands around the caret."""
    start = max(0, at - 60)
    shown = "".join(c if c.isprintable() else " " for c in text[start : at + 60])
    # A wide letter takes two columns, and a combining one none.
    width = sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown[: at - start])
    return ReadError(f"column {at + 1}: {message}\n    {shown}\n    {' ' * width}^", file=where, line=1)


class _Parser:
    """Reads tokens from left to right, by precedence."""

    def __init__(self, text: str, where: str) -> None:
        self.text, self.where = text, where
        self.deep = 0
        if len(text) > MOST_LETTERS:
            raise ReadError(f"the formula has {len(text)} letters; write at most {MOST_LETTERS}, or a page", file=where, line=1)
        self.tokens = list(self._tokens())
        self.next = 0

    def parse(self) -> Node:
        if self.tokens[0].kind == "end":
            raise self._fault("expected a formula, such as 'x + x == 2*x', got nothing", 0)
        tree = self._expression(0)
        token = self._peek()
        if token.kind != "end":
            raise self._unexpected(token)
        return tree

    # Tokens

    def _tokens(self) -> Iterator[Token]:
        for found in TOKEN.finditer(self.text):
            kind, word, at = found.lastgroup or "", found.group(), found.start()
            if kind == "space":
                continue
            if kind == "number" and len(word) > MOST_DIGITS:
                raise self._fault(f"a number of {len(word)} digits; write at most {MOST_DIGITS}, or a power", at)
            if kind == "number" and "e" in word.lower() and abs(int(re.split("[eE]", word)[1][:6])) > MOST_DIGITS:
                raise self._fault(f"{word} has more than {MOST_DIGITS} digits; write a power", at)
            if kind == "name" and not word.isascii():
                word = self._ascii(word, at)
            if kind in ("other", "wrong"):
                advice = f"; write {INSTEAD[word]}" if word in INSTEAD else ""
                raise self._fault(f"{_show(word)} is no sign of a formula{advice}", at)
            yield Token("sign" if word in WORDS else kind, word, at)
        yield Token("end", "", len(self.text.rstrip()))

    def _ascii(self, word: str, at: int) -> str:
        """A name in ASCII: a Greek letter by its name, so that no two names look alike in print."""
        spelt = []
        for k, letter in enumerate(word):
            name = unicodedata.name(letter, "")
            if name.startswith("GREEK SMALL LETTER ") and name.count(" ") == 3 and "OMICRON" not in name:
                spelt.append(name.rpartition(" ")[2].lower().replace("lamda", "lambda"))
            elif letter.isascii():
                spelt.append(letter)
            else:
                raise self._fault(f"{_show(letter)} in a name; names have letters a to z, digits and _, or Greek small letters", at + k)
        return "".join(spelt)

    def _peek(self) -> Token:
        return self.tokens[self.next]

    def _take(self) -> Token:
        token = self.tokens[self.next]
        self.next += 1
        return token

    def _wants(self, sign: str, after: str) -> Token:
        token = self._peek()
        if token.text != sign or token.kind != "sign":
            raise self._fault(f"expected {sign} {after}, got {_told(token)}", token.at)
        return self._take()

    # Trees

    def _expression(self, level: int) -> Node:
        """The longest expression from here whose operators bind more tightly than `level`."""
        self.deep += 1
        if self.deep > MOST_DEEP:
            raise self._fault(f"nested more than {MOST_DEEP} deep; name the parts and ask about those", self._peek().at)
        left = self._first(self._take())
        while (token := self._peek()).kind == "sign" and BINDING.get(token.text, 0) > level:
            left = self._more(left, self._take())
        self.deep -= 1
        return left

    def _first(self, token: Token) -> Node:
        if token.kind in ("number", "name"):
            return Node(token.kind, token.text, (), token.at)
        if token.text in ("-", "+"):
            return Node("unary", token.text, (self._expression(UNARY - 1),), token.at)
        if token.text == "not":
            return Node("unary", "not", (self._expression(NOT),), token.at)
        if token.text == "(":
            inside, comma = self._list(")", token)
            return inside[0] if len(inside) == 1 and not comma else Node("tuple", "", inside, token.at)
        raise self._fault(f"expected a number, a name or a bracket, got {_told(token)}", token.at)

    def _more(self, left: Node, token: Token) -> Node:
        """`left` and the operator behind it, with what that takes on its right."""
        if token.text in ("(", "["):
            if left.kind != "name":
                what = "write * for a product" if token.text == "(" else "only an array has entries, as in x[i]"
                raise self._fault(f"{token.text} behind something that has no name; {what}", token.at)
            inside, _ = self._list(")" if token.text == "(" else "]", token)
            return Node("call" if token.text == "(" else "entry", left.value, inside, left.at)
        if token.text == "**":
            # A power takes what stands to its right first: a**b**c is a**(b**c).
            return Node("power", "**", (left, self._expression(POWER - 1)), token.at)
        kind = ROW_OF[token.text]
        level, row = ROWS[kind]
        signs, parts = [token.text], [left, self._expression(level)]
        while self._peek().kind == "sign" and self._peek().text in row:
            signs.append(self._take().text)
            parts.append(self._expression(level))
        return Node(kind, " ".join(signs), tuple(parts), token.at)

    def _list(self, close: str, opened: Token) -> tuple[tuple[Node, ...], bool]:
        """Expressions between commas up to a closing bracket, and whether the last comma ends the list."""
        parts: list[Node] = []
        while True:
            if self._peek().text == close and (parts or close == ")"):
                comma = bool(parts)
                break
            parts.append(self._expression(0))
            comma = False
            if self._peek().text != ",":
                break
            self._take()
        if self._peek().kind == "end":
            raise self._fault(f"this {opened.text} is not closed; write {close}", opened.at)
        self._wants(close, f"for the {opened.text} of column {opened.at + 1}")
        if not parts:
            raise self._fault(f"nothing between {opened.text} and {close}", opened.at)
        return tuple(parts), comma

    # Errors

    def _fault(self, message: str, at: int) -> ReadError:
        return fault(message, self.text, at, self.where)

    def _unexpected(self, token: Token) -> ReadError:
        before = self.tokens[self.next - 1]
        if token.kind in ("name", "number") and before.kind in ("name", "number") or before.text == ")":
            return self._fault(f"expected an operator, got {_told(token)}; write * for a product", token.at)
        return self._fault(f"expected an operator or the end, got {_told(token)}", token.at)


def _told(token: Token) -> str:
    return "the end" if token.kind == "end" else token.text if len(token.text) <= 40 else f"{token.text[:40]}..."


def _show(letter: str) -> str:
    """A letter with its code and name, where it may be taken for another."""
    if letter.isascii() and letter.isprintable():
        return letter
    name = unicodedata.name(letter[0], "a letter without a name").lower()
    return f"{letter if letter.isprintable() else repr(letter)} (U+{ord(letter[0]):04X}, {name})"
