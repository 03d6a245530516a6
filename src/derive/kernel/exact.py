"""Exact zeros: whether two numbers that no ball can tell apart are equal, as log(2) and log(1 + exp(0)) are.

A form is a sum of rational multiples of products of powers of atoms: primes, e, pi, logarithms of primes, and any other function
at a form, opaque. Two forms that are written alike are equal, which is all that is used: forms that differ may be equal too.
Only for terms that have a value at the point; whether they do, the balls have found before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq, fmpz

from derive.kernel.jets import HALF, ONE, ZERO, Undefined, Unsure, sign
from derive.kernel.values import FUNCTIONS, integer_power, power
from derive.statement.term import Term, free, show

if TYPE_CHECKING:
    from derive.kernel.evaluator import Evaluator

Atom = tuple[Any, ...]
Product = frozenset[tuple[Atom, fmpq]]  # atoms with their exponents
Form = dict[Product, fmpq]

UNIT: Product = frozenset()
MOST = 400  # products in a form
_ODD = ("sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh", "erf", "erfinv")
_EVEN = ("cos", "cosh")


def equal(evaluator: Evaluator, lhs: Term, rhs: Term) -> bool:
    """Whether both terms, each of which has a value at the evaluator's current point, certainly have the same one."""
    writer = Writer(evaluator)
    try:
        return not minus(writer.form(lhs), writer.form(rhs))
    except (Undefined, Unsure, RecursionError):
        return False


def value_of(evaluator: Evaluator, t: Term) -> Any:
    """The value of a function at arguments that have values, where only the form of these tells: exact, or a ball."""
    f = Writer(evaluator).form(t)
    q = number(f)
    return ball(f) if q is None else q


class Writer:
    """Writes terms as forms at one point."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.done: dict[tuple[Hashable, ...], Form] = {}

    def form(self, t: Term) -> Form:
        """t as a form."""
        values = self.evaluator.values
        key = (t, *(values[self.evaluator.slot(v)] for v in sorted((v for v in free(t) if v.op == "index"), key=show)))
        found = self.done.get(key)
        if found is None:
            self.evaluator.steps += 1
            found = self.done[key] = self._form(t, key)
            if len(found) > MOST:
                raise Unsure
        return found

    def _form(self, t: Term, key: tuple[Hashable, ...]) -> Form:
        op, a = t.op, t.args
        if op == "add":
            return plus(self.form(u) for u in a)
        if op == "mul":
            result = rational(ONE)
            for u in a:
                result = times(result, self.form(u))
            return result
        if op == "pow":
            return raised(self.form(a[0]), self.form(a[1]))
        if op == "sym" and type(self.evaluator.values[self.evaluator.slot(t)]) is Term:
            return self.form(self.evaluator.values[self.evaluator.slot(t)])
        if op == "const":
            return _power_of((a[0],), ONE)
        if op in ("max", "min"):
            best = self.form(a[0])
            for u in a[1:]:
                other = self.form(u)
                if (form_sign(minus(best, other)) < 0) is (op == "max"):
                    best = other
            return best
        if op == "abs":
            inner = self.form(a[0])
            return inner if form_sign(inner) >= 0 else times(rational(-ONE), inner)
        if op in ("sign", "heaviside"):
            s = form_sign(self.form(a[0]))
            return rational(fmpq(s) if op == "sign" else (ZERO, HALF, ONE)[s + 1])
        if op == "exp":
            return exponential(self.form(a[0]))
        if op == "log":
            return logarithm(self.form(a[0]))
        if op in ("sum", "prod"):
            return self._loop(op, *a)
        if op == "piecewise":
            for v, c in zip(a[::2], a[1::2], strict=True):
                if self._truth(c):
                    return self.form(v)
            raise Unsure
        if op in ("deriv", "integral"):
            value = self.evaluator.compile(t)()
            return rational(value) if type(value) is fmpq else _power_of(key, ONE)
        if op in FUNCTIONS:
            return applied(op, [self.form(u) for u in a])
        value = self.evaluator.compile(t)()
        if type(value) is not fmpq:
            raise Unsure
        return rational(value)

    def _loop(self, op: str, body: Term, over: Term) -> Form:
        values, slot = self.evaluator.values, self.evaluator.slot(over)
        count = number(self.form(over.args[1]))
        if count is None or count.q != 1 or count > 100:
            raise Unsure
        held, parts = values[slot], []
        try:
            for k in range(int(count.p)):
                values[slot] = k
                parts.append(self.form(body))
        finally:
            values[slot] = held
        if op == "sum":
            return plus(parts)
        result = rational(ONE)
        for part in parts:
            result = times(result, part)
        return result

    def _truth(self, c: Term) -> bool:
        op, a = c.op, c.args
        if op in ("true", "false"):
            return op == "true"
        if op == "not":
            return not self._truth(a[0])
        if op in ("and", "or"):
            return (all if op == "and" else any)(self._truth(u) for u in a)
        s = form_sign(minus(self.form(a[1]), self.form(a[0])))
        return {"lt": s > 0, "le": s >= 0, "eq": s == 0, "ne": s != 0}[op]


# --- arithmetic of forms


def rational(q: fmpq) -> Form:
    return {UNIT: q} if q else {}


def number(f: Form) -> fmpq | None:
    """The rational that f is, if it is one."""
    if not f:
        return ZERO
    return f[UNIT] if len(f) == 1 and UNIT in f else None


def plus(forms: Iterable[Form]) -> Form:
    result: Form = {}
    for f in forms:
        for product, c in f.items():
            total = result.get(product, ZERO) + c
            if total:
                result[product] = total
            else:
                result.pop(product, None)
    return result


def _power_of(atom: Atom, e: fmpq) -> Form:
    return {frozenset(((atom, e),)): ONE}


def minus(f: Form, g: Form) -> Form:
    return plus((f, {product: -c for product, c in g.items()}))


def times(f: Form, g: Form) -> Form:
    if len(f) * len(g) > MOST:
        raise Unsure
    return plus(_joined(p, q, c * d) for p, c in f.items() for q, d in g.items())


def _joined(p: Product, q: Product, c: fmpq) -> Form:
    """c p q, with whole powers of primes gone into the number."""
    exponents = dict(p)
    for atom, e in q:
        exponents[atom] = exponents.get(atom, ZERO) + e
    for atom, e in exponents.items():
        if atom[0] == "prime":
            whole = e.floor()
            factor = integer_power(fmpq(atom[1]), int(whole))
            if type(factor) is not fmpq:  # too long to be written out
                raise Unsure
            c, exponents[atom] = c * factor, e - whole
    return {frozenset((atom, e) for atom, e in exponents.items() if e): c}


def raised(f: Form, exponent: Form) -> Form:
    """f to a rational power; opaque where that does not work out."""
    e = number(exponent)
    if e is None and f:
        return exponential(times(exponent, logarithm(f)))
    if e is None:
        e = fmpq(form_sign(exponent))  # 0 to an irrational power
    if e.q == 1 and 0 <= e <= 16:
        result = rational(ONE)
        for _ in range(int(e.p)):
            result = times(result, f)
        return result
    if not f:
        if e < 0:
            raise Undefined
        return {}
    if len(f) == 1:
        ((product, c),) = f.items()
        if e.q == 1 or c > 0 and all(map(_is_positive, product)):
            head = _number_power(c, e)
            return times(head, {frozenset((atom, k * e) for atom, k in product): ONE}) if product else head
    return _power_of(("pow", frozen(f), e), ONE)


def _number_power(c: fmpq, e: fmpq) -> Form:
    if e.q == 1:
        value = power(c, e)
        if type(value) is not fmpq:
            raise Unsure
        return rational(value)
    result = rational(ONE)
    for prime, k in _factors(c):
        factor: Product = frozenset(((("prime", prime), k * e),))
        result = times(result, _joined(factor, UNIT, ONE))
    return result


def _factors(c: fmpq) -> list[tuple[int, fmpq]]:
    """A positive rational as powers of primes."""
    if c.height_bits() > 200:
        raise Unsure
    return [(int(p), fmpq(s * k)) for n, s in ((c.p, 1), (c.q, -1)) for p, k in fmpz(n).factor()]


def _is_positive(item: tuple[Atom, fmpq]) -> bool:
    return item[0][0] in ("prime", "e", "pi", "exp")


def exponential(f: Form) -> Form:
    result = rational(ONE)
    for product, c in f.items():
        only = next(iter(product))[0] if len(product) == 1 else None
        if not product:
            factor = _power_of(("e",), c)
        elif only is not None and only[0] == "log prime" and (only, ONE) in product:
            factor = _number_power(fmpq(only[1]), c)
        else:
            factor = _power_of(("exp", product), c)
        result = times(result, factor)
    return result


def logarithm(f: Form) -> Form:
    if len(f) == 1:
        ((product, c),) = f.items()
        if c > 0 and all(map(_is_positive, product)):
            return plus(
                [
                    *(times(rational(k), _power_of(("log prime", prime), ONE)) for prime, k in _factors(c)),
                    *(times(rational(e), _log_atom(atom)) for atom, e in product),
                ]
            )
    return applied("log", [f])


def _log_atom(atom: Atom) -> Form:
    if atom[0] == "e":
        return rational(ONE)
    if atom[0] == "exp":
        return {atom[1]: ONE}
    return _power_of(("log prime", atom[1]) if atom[0] == "prime" else ("log", atom), ONE)


def applied(name: str, forms: list[Form]) -> Form:
    """A function at forms: its exact value where it has one, else an atom."""
    if name in ("sin", "cos", "tan") and set(forms[0]) == {_PI}:
        turn = _trigonometric(name, forms[0][_PI])
        if turn is not None:
            return turn
    known = _undone(name, forms[0]) if name in _UNDONE else _hyperbolic(name, forms[0]) if name in ("sinh", "cosh", "tanh") else None
    if known is not None:
        return known
    numbers = [q for f in forms if (q := number(f)) is not None]
    factor = ONE
    if len(numbers) == len(forms):
        value = FUNCTIONS[name](*numbers)
        if type(value) is fmpq:
            return rational(value)
        if len(numbers) == 1 and numbers[0] < 0 and name in (*_ODD, *_EVEN):
            forms, factor = [rational(-numbers[0])], -ONE if name in _ODD else ONE
    return times(rational(factor), _power_of(("at", name, *map(frozen, forms)), ONE))


_UNDONE = {"sin": "asin", "cos": "acos", "tan": "atan"}


def _undone(name: str, f: Form) -> Form | None:
    """sin(asin q) = q, and cosine and tangent alike, at the angle or at minus the angle."""
    if len(f) == 1:
        ((product, c),) = f.items()
        inner = next(iter(product), None) if len(product) == 1 else None
        if inner is not None and inner[1] == ONE and inner[0][:2] == ("at", _UNDONE[name]) and c in (ONE, -ONE):
            return times(rational(ONE if name == "cos" else c), dict(inner[0][2]))
    return None


def _hyperbolic(name: str, f: Form) -> Form | None:
    """sinh u, cosh u and tanh u where exp(2 u) is a fraction e, u not 0."""
    e = number(exponential(times(rational(fmpq(2)), f)))
    if e is None or not f:
        return None
    if name == "tanh":
        return rational((e - 1) / (e + 1))
    up, down = (raised(rational(e), rational(k * HALF)) for k in (ONE, -ONE))
    return times(rational(HALF), plus([up, down]) if name == "cosh" else minus(up, down))


_PI: Product = frozenset(((("pi",), ONE),))
_SINES = {fmpq(0): fmpq(0), fmpq(1, 6): fmpq(1), fmpq(1, 4): fmpq(2), fmpq(1, 3): fmpq(3), fmpq(1, 2): fmpq(4)}  # (2 sin(q pi))**2


def _trigonometric(name: str, q: fmpq) -> Form | None:
    """sin, cos or tan of q pi for a q that is a multiple of 1/4 or 1/6; Undefined where tan has a pole."""
    if name == "tan":
        sine, cosine = _trigonometric("sin", q), _trigonometric("cos", q)
        return None if sine is None or cosine is None else times(sine, raised(cosine, rational(-ONE)))
    q = q + HALF if name == "cos" else q
    q = q - 2 * (q / 2).floor()  # 0 <= q < 2
    side = ONE if q <= 1 else -ONE
    q = q if q <= 1 else q - 1
    square = _SINES.get(min(q, 1 - q))
    return None if square is None else times(rational(side * HALF), raised(rational(square), rational(HALF)))


def frozen(f: Form) -> frozenset[tuple[Product, fmpq]]:
    return frozenset(f.items())


# --- signs


def form_sign(f: Form) -> int:
    """The sign of a form: 0 where it is written as 0, else the sign of its ball."""
    return sign(ball(f)) if f else 0


def ball(f: Form | Iterable[tuple[Product, fmpq]]) -> arb:
    """A ball around the value of a form."""
    total = arb(0)
    for product, c in f.items() if isinstance(f, dict) else f:
        total += c * _product_ball(product)
    return total


def _product_ball(product: Product) -> Any:
    result: Any = ONE
    for atom, e in product:
        result = result * power(_atom_ball(atom), e)
    return result


def _atom_ball(atom: Atom) -> Any:
    makers: dict[str, Callable[..., Any]] = {
        "prime": lambda p: fmpq(p),
        "e": lambda: arb(1).exp(),
        "pi": arb.pi,
        "euler_gamma": arb.const_euler,
        "catalan": arb.const_catalan,
        "log prime": lambda p: arb(p).log(),
        "log": lambda inner: _atom_ball(inner).log(),
        "exp": lambda product: FUNCTIONS["exp"](_product_ball(product)),
        "pow": lambda inner, e: power(ball(inner), e),
        "at": lambda name, *inner: FUNCTIONS[name](*map(ball, inner)),
    }
    if not isinstance(atom[0], str) or atom[0] not in makers:
        raise Unsure
    return makers[atom[0]](*atom[1:])
