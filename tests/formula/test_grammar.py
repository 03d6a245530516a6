"""The grammar of one-liners: how operators bind, and what an error points at."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.errors import ReadError
from derive.formula.grammar import MOST_DEEP, MOST_LETTERS, Node, parse


def shape(node: Node) -> str:
    """A tree with a bracket around each node."""
    if not node.parts:
        return node.value
    inner = [shape(part) for part in node.parts]
    signs = ["", *node.value.split()]
    if node.kind in ("call", "entry"):
        return f"{node.value}{'(' if node.kind == 'call' else '['}{', '.join(inner)}{')' if node.kind == 'call' else ']'}"
    if node.kind == "tuple":
        return f"<{', '.join(inner)}>"
    if node.kind == "unary":
        return f"({node.value} {inner[0]})"
    if node.kind == "power":
        return f"({inner[0]} ** {inner[1]})"
    return f"({' '.join(f'{sign} {part}'.strip() for sign, part in zip(signs, inner, strict=True))})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b - c*d/e", "(a + b - (c * d / e))"),
        ("-x**2", "(- (x ** 2))"),
        ("(-x)**2", "((- x) ** 2)"),
        ("2**-x", "(2 ** (- x))"),
        ("a**b**c", "(a ** (b ** c))"),
        ("-a*b", "((- a) * b)"),
        ("a - -b", "(a - (- b))"),
        ("a/(b*c)", "(a / (b * c))"),
        ("0 <= x < 1", "(0 <= x < 1)"),
        ("not a < b and c == d or e > f", "(((not (a < b)) and (c == d)) or (e > f))"),
        ("a < b iff c < d", "((a < b) iff (c < d))"),
        ("f(x[i, j], (a, b))", "f(x[i, j], <a, b>)"),
        ("(x)", "x"),
        ("(x,)", "<x>"),
        ("λ + β1", "(lambda + beta1)"),
        ("  1.5e-3 ", "1.5e-3"),
    ],
)
def test_operators_bind_as_in_python(text: str, tree: str) -> None:
    assert shape(parse(text, "-c")) == tree


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "got nothing"),
        ("   ", 1, "got nothing"),
        ("x ==", 5, "expected a number, a name or a bracket, got the end"),
        ("2x == x", 2, "write * for a product"),
        ("x == y z", 8, "write * for a product"),
        ("(x + 1)(y) == 1", 8, "write * for a product"),
        ("x^2 == 1", 2, "write **"),
        ("x = 1", 3, "write =="),
        ("x ≤ 1", 3, "write <="),
        ("x % 2 == 1", 3, "write Mod(a, b)"),
        ("x // 2 == 1", 3, "write floor(a/b)"),
        ("(x + 1 == 2", 1, "is not closed; write )"),
        ("x[i == 2", 2, "is not closed; write ]"),
        ("x + 1) == 2", 6, "got )"),
        ("f() == 1", 2, "nothing between ( and )"),
        ("a == (1, 2]", 11, "expected ) for the ( of column 6"),
        ("x.y == 1", 2, "is no sign of a formula"),
        ("'x' == 1", 1, "a name without quotes"),
        ("х == x", 1, "cyrillic small letter ha"),
        ("xο == x", 2, "greek small letter omicron"),
        ("𝑥 == x", 1, "mathematical italic small x"),
        ("x \u200b== x", 3, "zero width space"),
        ("x == 1" + "0" * 2000, 6, "a number of 2001 digits"),
        ("x == 1e99999999999999", 6, "write a power"),
    ],
)
def test_an_error_points_at_its_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse(text, "-c")
    assert caught.value.message.startswith(f"column {column}: ")
    assert words in caught.value.message
    assert (caught.value.file, caught.value.line) == ("-c", 1)
    *_, shown, caret = caught.value.message.split("\n")
    assert caret.rstrip("^").strip() == ""
    assert len(shown) <= 130


def test_the_caret_stands_under_the_fault() -> None:
    with pytest.raises(ReadError) as caught:
        parse("x + 1 = 2", "-c")
    assert caught.value.message.split("\n")[1:] == ["    x + 1 = 2", "          ^"]


@pytest.mark.parametrize("text", ["(" * 4000 + "x" + ")" * 4000, "-" * 9000 + "x", "x" + "**x" * 3000, "not " * 2000 + "x", "x[" * 4000])
def test_what_is_too_deep_is_an_error(text: str) -> None:
    with pytest.raises(ReadError, match=f"nested more than {MOST_DEEP} deep"):
        parse(text, "-c")


def test_what_is_too_long_is_an_error_and_a_long_sum_is_not() -> None:
    with pytest.raises(ReadError, match="write at most 10000, or a page"):
        parse("x" * (MOST_LETTERS + 1), "-c")
    assert len(parse("x" + "+x" * 4900 + " == 1", "-c").parts[0].parts) == 4901


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="xyn012.()[],+-*/<>=! eE_λοSum\u200b'\"\\\n\x00^|", max_size=40) | st.text(max_size=30))
def test_no_text_gets_anything_but_a_tree_or_an_error(text: str) -> None:
    with suppress(ReadError):
        parse(text, "-c")
