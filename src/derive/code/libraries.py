"""How NumPy, JAX and PyTorch spell the same array operations."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

# What is spelt alike in all three, after the name of the library.
COMMON = {
    "exp": "exp", "log": "log", "abs": "abs", "sign": "sign", "floor": "floor", "ceiling": "ceil", "sqrt": "sqrt", "log1p": "log1p",
    "expm1": "expm1", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
}  # fmt: skip
SPECIAL = {
    "erf": "special.erf", "erfc": "special.erfc", "erfinv": "special.erfinv", "gamma": "special.gamma", "loggamma": "special.gammaln",
    "digamma": "special.digamma",
}  # fmt: skip


@dataclass(frozen=True)
class Library:
    """One array library: the module that holds its functions, and what it spells in its own way."""

    name: str
    title: str
    module: str
    calls: dict[str, str]  # functions of one argument, in full
    axis: str  # the keyword of a reduction
    largest: str  # the method that takes the largest entry
    imports: dict[str, str] = field(default_factory=dict)  # the first words of a call -> the line that it needs
    own: dict[str, str] = field(default_factory=dict)  # functions of the file itself, for those of the library
    slopes: dict[str, str] = field(default_factory=dict)  # g * slope, of g and the value, in one pass through memory
    logaddexp: str = ""  # max(p, q) + log(1 + e^-|p-q|) in one pass

    def call(self, name: str) -> str:
        """The function of that name, in full; "" where the library has none."""
        return self.own.get(name, "") or self.calls.get(name, "") or (f"{self.module}.{COMMON[name]}" if name in COMMON else "")

    @property
    def bare(self) -> Library:
        """The library alone, without functions of the file."""
        return replace(self, own={})

    @property
    def plain(self) -> Library:
        """What the function as it is stated is written with."""
        return replace(self, own={}, slopes={}, logaddexp="")


_TORCH = {"erf": "erf", "erfc": "erfc", "erfinv": "erfinv", "loggamma": "lgamma", "digamma": "digamma", "sigmoid": "sigmoid"}

LIBRARIES = {
    "numpy": Library(
        "numpy", "NumPy", "np", SPECIAL | {"sigmoid": "_stable_sigmoid"}, "axis", "max", {"special.": "from scipy import special"}
    ),
    "jax": Library(
        "jax", "JAX", "jnp", SPECIAL | {"sigmoid": "jax.nn.sigmoid"}, "axis", "max", {"special.": "from jax.scipy import special"},
        {"sigmoid": "_stable_sigmoid"},
    ),
    "torch": Library(
        "torch", "PyTorch", "torch", {name: f"torch.{call}" for name, call in _TORCH.items()}, "dim", "amax",
        slopes={name: f"torch.ops.aten.{name}_backward" for name in ("sigmoid", "tanh")}, logaddexp="torch.logaddexp",
    ),
}  # fmt: skip
