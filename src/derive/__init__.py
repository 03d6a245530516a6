"""derive: a proof checker for machine-learning mathematics.

The vocabulary of pages is re-exported here by name, and loaded when a name is first used: `import derive` itself loads only the
standard library.
"""

# ruff: noqa: F403, F405

from importlib import import_module
from typing import TYPE_CHECKING, Any

from derive.version import __version__

if TYPE_CHECKING:
    from derive.backward import verify_backward
    from derive.check import decide, gradient
    from derive.vocabulary import *

__all__ = [
    "Abs",
    "And",
    "Array",
    "D",
    "Eq",
    "Equivalent",
    "EulerGamma",
    "Heaviside",
    "Implies",
    "Integral",
    "Interval",
    "Max",
    "Min",
    "Mod",
    "Ne",
    "Not",
    "Or",
    "Product",
    "Rational",
    "ShapeError",
    "Sum",
    "__version__",
    "acos",
    "acosh",
    "array",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "away_from",
    "besseli",
    "cases",
    "ceiling",
    "cite",
    "claim",
    "convex",
    "cos",
    "cosh",
    "costs",
    "decide",
    "decimal",
    "definition",
    "delta",
    "diag",
    "differentiable_at",
    "digamma",
    "entry",
    "eq",
    "erf",
    "erfc",
    "erfinv",
    "erratum",
    "exists",
    "exp",
    "factorial",
    "floor",
    "gamma",
    "gradient",
    "half",
    "has_shape",
    "identity",
    "iff",
    "implies",
    "index",
    "indices",
    "integer",
    "integer_vector",
    "kink",
    "le",
    "log",
    "loggamma",
    "lt",
    "matrix",
    "member",
    "minimises",
    "natural",
    "ne",
    "negative",
    "nonnegative",
    "nonnegative_integer",
    "nonnegative_vector",
    "nonpositive",
    "nonzero",
    "not_always",
    "one_hot",
    "ones",
    "oo",
    "original",
    "outer",
    "pi",
    "polygamma",
    "positive",
    "positive_matrix",
    "positive_vector",
    "real",
    "real_array",
    "real_matrix",
    "real_vector",
    "rounds_to",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "tends_to",
    "vector",
    "verify_backward",
    "zeros",
]

_HOMES = {"decide": "derive.check", "gradient": "derive.check", "verify_backward": "derive.backward"}


def __getattr__(name: str) -> Any:
    # A submodule must not pull in the vocabulary, so only known names are looked up there.
    if name not in __all__:
        raise AttributeError(f"module 'derive' has no attribute {name!r}")
    found = getattr(import_module(_HOMES.get(name, "derive.vocabulary")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
