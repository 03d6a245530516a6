"""The -k expression: words, and, or, not, brackets, and nothing else."""

from __future__ import annotations

import pytest

from derive.errors import DeriveError
from derive.select import keyword


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("softmax", True),
        ("SoftMax", True),
        ("softmax_jacobian.rows", True),
        ("rows and jacobian", True),
        ("rows and not jacobian", False),
        ("tanh or (softmax and rows)", True),
        ("not rows", False),
        ("tanh", False),
    ],
)
def test_words_match_parts_of_the_id(expression: str, matches: bool) -> None:
    assert keyword(expression)("softmax_jacobian.rows_sum_to_zero") is matches


@pytest.mark.parametrize("expression", ["", "a b", "f(x)", "a == b", "__import__('os')", "[a]", "a and 1", "x" * 5 + "\0"])
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises(DeriveError, match="-k wants words"):
        keyword(expression)
