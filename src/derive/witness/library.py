"""Library functions by name: `jax.nn.softmax`, or a call such as `jnp.maximum(x, 0)`, resolved in JAX's public modules only.

The text is parsed, never evaluated.
"""

from __future__ import annotations

import ast
import importlib
import operator
from collections.abc import Callable, Sequence
from typing import Any

ROOTS = {
    "jax.nn": "jax.nn", "jax.numpy": "jax.numpy", "jnp": "jax.numpy", "jax.lax": "jax.lax", "lax": "jax.lax",
    "jax.scipy.special": "jax.scipy.special",
}  # fmt: skip


class Unresolved(Exception):
    """A `runs_as` that names no public function of JAX."""


def resolve(dotted: str) -> Callable[..., Any]:
    """The public JAX function with this dotted name."""
    module, _, name = dotted.rpartition(".")
    if module not in ROOTS or name.startswith("_"):
        raise Unresolved(f"{dotted} names no function in {', '.join(sorted(ROOTS))}")
    found = getattr(importlib.import_module(ROOTS[module]), name, None)
    if not callable(found):
        raise Unresolved(f"{ROOTS[module]} has no function {name}")
    return found  # type: ignore[no-any-return]


def library_call(text: str, names: Sequence[str]) -> Callable[[dict[str, Any]], Any]:
    """A function from named values to the value of the call; a bare dotted name is called on `names`, in order."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        raise Unresolved(f"{text!r} is neither a dotted name nor a call") from None
    if isinstance(tree, ast.Call):
        return _argument(tree, names)
    function = resolve(_dotted(tree))
    return lambda values: function(*(values[n] for n in names))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    raise Unresolved(f"{ast.unparse(node)!r} is no dotted name")


ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def _argument(node: ast.expr, names: Sequence[str]) -> Callable[[dict[str, Any]], Any]:
    """What stands in a call: a name, a number, arithmetic on these, or a call of a JAX function."""
    if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, (int, float, bool))):
        constant = node.value
        return lambda values: constant
    if isinstance(node, ast.Name):
        name = node.id
        if name not in names:
            raise Unresolved(f"the call speaks of {name}, and the primal of {', '.join(names)}")
        return lambda values: values[name]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _argument(node.operand, names)
        return lambda values: -inner(values)
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        combine, left, right = ARITHMETIC[type(node.op)], _argument(node.left, names), _argument(node.right, names)
        return lambda values: combine(left(values), right(values))
    if isinstance(node, ast.Call):
        function = resolve(_dotted(node.func))
        args = [_argument(a, names) for a in node.args]
        keywords = {k.arg: _argument(k.value, names) for k in node.keywords if k.arg}
        return lambda values: function(*(a(values) for a in args), **{k: v(values) for k, v in keywords.items()})
    raise Unresolved(f"{ast.unparse(node)!r} is no name, number or call of a JAX function")
