"""Select: which claims a target and a `-k` expression name."""

from __future__ import annotations

import ast
from collections.abc import Callable

from derive.errors import DeriveError

ALLOWED = (ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Name, ast.Attribute, ast.Load)


def keyword(expression: str) -> Callable[[str], bool]:
    """Whether an id matches an expression of words with and, or, not and brackets; a word matches the ids that contain it."""
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise _unreadable(expression) from None
    if not all(isinstance(node, ALLOWED) for node in ast.walk(tree)):
        raise _unreadable(expression)

    def holds(node: ast.expr, name: str) -> bool:
        if isinstance(node, ast.BoolOp):
            found = [holds(v, name) for v in node.values]
            return all(found) if isinstance(node.op, ast.And) else any(found)
        if isinstance(node, ast.UnaryOp):
            return not holds(node.operand, name)
        return ast.unparse(node).lower() in name

    return lambda name: holds(tree, name.lower())


def _unreadable(expression: str) -> DeriveError:
    return DeriveError(f"-k wants words joined by and, or, not and brackets, such as 'softmax and not rows'; got {expression!r}")
