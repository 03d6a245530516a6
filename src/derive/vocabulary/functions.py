"""Functions and operators of a page. Nothing is evaluated: what the author writes is what is stated.

Each function takes numbers, or arrays of one shape, entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from derive.errors import PageError
from derive.vocabulary.arrays import PRODUCT, Array, ShapeError, elementwise, zip_entries
from derive.vocabulary.binding import bind, private, product_over, sum_over
from derive.vocabulary.symbols import expression, proposition


def _lift(function: Any, tex: str, words: str) -> Callable[..., Any]:
    def apply(*args: Any) -> Any:
        if any(isinstance(a, Array) for a in args):
            return elementwise(tex, lambda *values: function(*values, evaluate=False), *args)
        return function(*map(expression, args), evaluate=False)

    apply.__name__ = apply.__qualname__ = function.__name__
    apply.__doc__ = words
    return apply


def _extremum(function: Any, tex: str, words: str) -> Callable[..., Any]:
    lifted = _lift(function, tex, words)

    def apply(*args: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], Array):
            name = function.__name__
            raise PageError(f"{name} of one array compares nothing: {name}(x, 0) goes entry by entry, {name}(*x) compares its entries")
        return lifted(*args)

    apply.__name__ = apply.__qualname__ = function.__name__
    apply.__doc__ = words
    return apply


exp = _lift(sympy.exp, r"\exp", "e to the power x.")
log = _lift(sympy.log, r"\log", "The natural logarithm.")
sqrt = _lift(sympy.sqrt, r"\sqrt", "The square root.")
Abs = _lift(sympy.Abs, r"\operatorname{abs}", "The absolute value.")
sign = _lift(sympy.sign, r"\operatorname{sign}", "-1, 0 or 1.")
Heaviside = _lift(sympy.Heaviside, r"\operatorname{H}", "0 below 0, 1 above, and one half at 0.")
Max = _extremum(sympy.Max, r"\max", "The largest of its arguments.")
Min = _extremum(sympy.Min, r"\min", "The smallest of its arguments.")
floor = _lift(sympy.floor, r"\operatorname{floor}", "The largest whole number that is at most x.")
ceiling = _lift(sympy.ceiling, r"\operatorname{ceil}", "The smallest whole number that is at least x.")
Mod = _lift(sympy.Mod, r"\operatorname{mod}", "The remainder of a division, with the sign of the divisor.")
sin = _lift(sympy.sin, r"\sin", "The sine.")
cos = _lift(sympy.cos, r"\cos", "The cosine.")
tan = _lift(sympy.tan, r"\tan", "The tangent.")
asin = _lift(sympy.asin, r"\arcsin", "The inverse of the sine.")
acos = _lift(sympy.acos, r"\arccos", "The inverse of the cosine.")
atan = _lift(sympy.atan, r"\arctan", "The inverse of the tangent.")
sinh = _lift(sympy.sinh, r"\sinh", "The hyperbolic sine.")
cosh = _lift(sympy.cosh, r"\cosh", "The hyperbolic cosine.")
tanh = _lift(sympy.tanh, r"\tanh", "The hyperbolic tangent.")
asinh = _lift(sympy.asinh, r"\operatorname{arsinh}", "The inverse of the hyperbolic sine.")
acosh = _lift(sympy.acosh, r"\operatorname{arcosh}", "The inverse of the hyperbolic cosine.")
atanh = _lift(sympy.atanh, r"\operatorname{artanh}", "The inverse of the hyperbolic tangent.")
erf = _lift(sympy.erf, r"\operatorname{erf}", "The error function.")
erfc = _lift(sympy.erfc, r"\operatorname{erfc}", "1 - erf.")
erfinv = _lift(sympy.erfinv, r"\operatorname{erfinv}", "The inverse of erf.")
factorial = _lift(sympy.factorial, r"\operatorname{factorial}", "n!.")
gamma = _lift(sympy.gamma, r"\Gamma", "The gamma function.")
loggamma = _lift(sympy.loggamma, r"\log\Gamma", "The logarithm of the gamma function.")
digamma = _lift(sympy.digamma, r"\psi", "The derivative of loggamma.")
polygamma = _lift(sympy.polygamma, r"\psi", "Derivatives of digamma.")
besseli = _lift(sympy.besseli, "I", "The modified Bessel function of the first kind.")

half = sympy.Rational(1, 2)


def Sum(body: Any, *over: Any) -> Any:
    """The sum of body over the whole range of each index; of an array without indices, the sum of its entries."""
    if isinstance(body, Array):
        if not over:
            fresh = [private(s) for s in body.shape]
            return _over(sum_over, body.at(tuple(fresh)), fresh[::-1])
        return body.map(lambda entry: _over(sum_over, entry, over))
    if not over:
        raise PageError("Sum wants an index, as in Sum(exp(x[k]), k)")
    return _over(sum_over, expression(body), over)


def Product(body: Any, *over: Any) -> Any:
    """The product of body over the whole range of each index."""
    if not over:
        raise PageError("Product wants an index, as in Product(p[k], k)")
    return _over(product_over, expression(body), over)


def _over(binder: Callable[[Any, Any], Any], body: Any, over: Any) -> Any:
    for k in over:
        if not isinstance(k, sympy.Idx):
            raise PageError(f'expected an index to sum over, got {k}; write i = index("i", upto=n), an index carries its range')
        body = binder(body, k)
    return body


def D(f: Any, *variables: Any) -> Any:
    """The derivative of f, not carried out. With arrays: the entry at (a, b) is the derivative of f[a] in x[b] (numerator layout).

    The derivative of a number in an array has the shape of the array.
    """
    if not variables:
        raise PageError("D wants a variable, as in D(f, x)")
    for x in variables:
        f = _derivative(f, x)
    return f


def _derivative(f: Any, x: Any) -> Any:
    if isinstance(x, Array):
        if x.base is None:
            raise ShapeError(f"a derivative is taken in variables; {x.words} is made of expressions")
        axes = [private(s) for s in x.shape]
        at = x[tuple(axes)]
        tex = f"\\frac{{\\partial {f.tex}}}{{\\partial {x.tex}}}" if isinstance(f, Array) and f.tex else ""
        if isinstance(f, Array):
            rows = [private(s) for s in f.shape]
            return Array([*rows, *axes], _one_derivative(f[tuple(rows)], at), tex=tex, level=PRODUCT)
        return Array(axes, _one_derivative(expression(f), at), row=x.row, tex=tex)
    variable = expression(x)
    if not isinstance(variable, (sympy.Symbol, sympy.Indexed)):
        raise PageError(f"a derivative is taken in a variable, got {x}")
    if isinstance(f, Array):
        tex = f"\\frac{{\\partial {f.tex}}}{{\\partial {sympy.latex(variable)}}}" if f.tex and "#" not in str(variable) else ""
        return f.map(lambda entry: _one_derivative(entry, variable), tex, PRODUCT)
    return _one_derivative(expression(f), variable)


def _one_derivative(f: Any, variable: Any) -> Any:
    return bind(sympy.Derivative, f, (variable, 1))


def cases(*branches: tuple[Any, Any]) -> Any:
    """The value of the first condition that holds: `cases((x, x > 0), (0, True))`. Undefined where none holds."""
    made = []
    for branch in branches:
        if not isinstance(branch, tuple) or len(branch) != 2:
            raise PageError(f"cases wants pairs (value, condition), got {branch!r}")
        value, condition = branch
        made.append((value, sympy.true if condition is True else proposition(condition)))
    values, conditions = zip(*made, strict=True)
    arrays = [v for v in values if isinstance(v, Array)]

    def choose(*entries: Any) -> Any:
        remaining = iter(entries)
        chosen = [next(remaining) if isinstance(v, Array) else expression(v) for v in values]
        return sympy.Piecewise(*zip(chosen, conditions, strict=True), evaluate=False)

    return zip_entries("the branches", choose, *arrays) if arrays else choose()


def Integral(body: Any, variable: Any, low: Any, high: Any) -> Any:
    """The integral of body over a variable, from low to high."""
    over = expression(variable)
    if not isinstance(over, sympy.Symbol):
        raise PageError(f"expected a variable to integrate over, got {variable}")
    return bind(sympy.Integral, expression(body), (over, expression(low), expression(high)))
