"""What stands in an expression: free and bound names, free indices, places worth a visit."""

from __future__ import annotations

import sympy
from sympy.tensor.indexed import Idx, Indexed, IndexedBase


def bound_in(e: object) -> set[object]:
    return {lim[0] for total in e.atoms(sympy.Sum, sympy.Integral) for lim in total.limits}


def free_in(everything: list[object]) -> set[object]:
    out: set[object] = set()

    def go(e: object, bound: frozenset[object]) -> None:
        if isinstance(e, (sympy.Sum, sympy.Integral)):
            inner = bound
            for lim in e.limits:
                for part in lim[1:]:
                    go(part, bound)
                inner = inner | {lim[0]}
            go(e.function, inner)
        elif isinstance(e, Idx):
            for part in e.args[1:]:
                go(part, bound)
        elif isinstance(e, sympy.Symbol):
            if e not in bound:
                out.add(e)
        elif isinstance(e, Indexed):
            for part in e.indices:
                go(part, bound)
        else:
            for part in e.args:
                go(part, bound)

    for e in everything:
        go(e, frozenset())
    return out


def free_indices(e: object, bound: frozenset[object]) -> set[object]:
    if isinstance(e, Idx):
        return set() if e in bound else {e}
    if isinstance(e, IndexedBase):
        return set()
    if isinstance(e, (sympy.Sum, sympy.Integral)):
        inner = bound | {lim[0] for lim in e.limits}
        return free_indices(e.function, inner) | {a for lim in e.limits for part in lim[1:] for a in free_indices(part, bound)}
    return {a for part in e.args for a in free_indices(part, bound)}


def kinks_in(e: object) -> set[object]:
    """Expressions whose zeros are worth a visit."""
    out: set[object] = set()
    for node in sympy.preorder_traversal(e):
        name = type(node).__name__
        if name in ("Abs", "sign", "Heaviside"):
            out.add(node.args[0])
        elif name in ("Max", "Min"):
            out |= {one - two for at, one in enumerate(node.args) for two in node.args[:at]}
        elif isinstance(node, sympy.core.relational.Relational):
            out.add(node.lhs - node.rhs)
        elif isinstance(node, sympy.Pow) and (node.exp.is_negative or not node.exp.is_integer):
            out.add(node.base)
        elif name == "log":
            out.add(node.args[0] - 1)
    return {k for k in out if k.free_symbols and not k.atoms(sympy.Derivative, sympy.Integral)}
