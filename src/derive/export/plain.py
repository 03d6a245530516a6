"""Plain text: a kernel term on one line, with the letters that a terminal has."""

from __future__ import annotations

from fractions import Fraction

from derive.export import arrange, names
from derive.export.arrange import counts_from
from derive.statement.term import Term, num

OR, AND, RELATION, SUM, PRODUCT, POWER, ATOM = range(7)

SIGNS = {"eq": "=", "ne": "≠", "le": "≤", "lt": "<", "iff": "⇔", "implies": "⇒"}
FLIPPED = {"eq": "=", "ne": "≠", "le": "≥", "lt": ">"}
CONSTANTS = {"pi": "π", "euler_gamma": "γ", "catalan": "G", "oo": "∞"}
CALLED = {
    "heaviside": "H", "sign": "sgn", "gamma": "Γ", "loggamma": "logΓ", "erfinv": "erf⁻¹",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
}  # fmt: skip
FENCES = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceiling": ("⌈", "⌉")}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

# Text with the level at which it holds together.
Line = tuple[str, int]


def text(t: Term, base: int | None = None) -> str:
    """One term as a line of text; positions count from `base`, which the term itself decides where it is None."""
    return _line(t, counts_from((t,)) if base is None else base)[0]


def _line(t: Term, base: int) -> Line:
    op, a = t.op, t.args
    if op == "num":
        return _number(a[0])
    if op == "const":
        return CONSTANTS[a[0]], ATOM
    if op in ("sym", "index"):
        return names.plain(a[0]), ATOM
    if op in ("entry", "delta"):
        return _indexed(t, base), ATOM
    if op == "add":
        return _sum(t, base), SUM
    if op in ("mul", "pow"):
        return _product(t, base)
    if op in ("sum", "prod"):
        return f"{'Σ' if op == 'sum' else 'Π'}_{names.plain(a[1].args[0])} {_at(a[0], PRODUCT, base)}", PRODUCT
    if op == "deriv":
        return _derivative(t, base), PRODUCT
    if op == "integral":
        body, v, low, high = a
        return f"∫_{_script(low, base)}^{_script(high, base)} {_at(body, PRODUCT, base)} d{text(v, base)}", PRODUCT
    if op == "piecewise":
        rows = [f"{text(v, base)}{'' if c.op == 'true' else ' if ' + text(c, base)}" for v, c in zip(a[::2], a[1::2], strict=True)]
        return "{" + "; ".join([*rows[:-1], "otherwise " * (a[-1].op == "true") + rows[-1]]) + "}", ATOM
    if op in ("and", "or", "not", *SIGNS):
        return _proposition(t, base)
    return _function(t, base)


def _at(t: Term, level: int, base: int) -> str:
    """The text of t, in parentheses where it holds together less tightly than its place wants."""
    line, own = _line(t, base)
    return line if own >= level else f"({line})"


def _number(value: Fraction) -> Line:
    line = str(value).replace("-", "−")
    return line, SUM if value < 0 else PRODUCT if value.denominator > 1 else ATOM


def _indexed(t: Term, base: int) -> str:
    name, places = ("δ", t.args) if t.op == "delta" else (names.plain(t.args[0]), t.args[3])
    positions = [text(arrange.position(p, base), base) for p in places]
    if all(len(p) == 1 and p.isalpha() for p in positions) and "_" not in name and (t.op == "delta" or not name[-1].isdigit()):
        return f"{name}_{''.join(positions)}"
    return f"{name}[{', '.join(positions)}]"


def _sum(t: Term, base: int) -> str:
    line = ""
    for k, (negative, u) in enumerate(arrange.summands(t)):
        sign = ("− " if negative else "+ ") if k else "−" if negative else ""
        line += (" " if k else "") + sign + _at(u, PRODUCT, base)
    return line


def _product(t: Term, base: int) -> Line:
    negative, u = arrange.split_sign(t)
    if negative:
        return "−" + _at(u, PRODUCT, base), SUM
    if t.op == "pow" and not (t.args[1].op == "num" and t.args[1].args[0] < 0):
        return _power(t, base)
    q = arrange.quotient(t)
    top = _row(q.coefficient.numerator, q.over, base)
    if not q.under and q.coefficient.denominator == 1:
        return top, PRODUCT
    count = len(q.under) + (q.coefficient.denominator > 1)
    bottom = _row(q.coefficient.denominator, q.under, base)
    if count > 1 or (q.under and _line(q.under[0], base)[1] < POWER):
        bottom = f"({bottom})" if not bottom.startswith("(") or count > 1 else bottom
    if q.over and arrange.is_open(q.over[-1]):
        top = f"({top})" if len(q.over) > 1 or q.coefficient.numerator > 1 or not top.startswith("(") else top
    return f"{top} / {bottom}" if len(top) + len(bottom) > 8 else f"{top}/{bottom}", PRODUCT


def _row(number: int, factors: tuple[Term, ...], base: int) -> str:
    """Factors side by side; a dot where a number would run into the one before."""
    out = [str(number)] if number > 1 or not factors else []
    for k, f in enumerate(factors):
        line, level = _line(f, base)
        closed = level >= POWER or (level == PRODUCT and k == len(factors) - 1 and arrange.is_open(f))
        line = line if closed else f"({line})"
        if out and line[0].isdigit():
            out.append("·")
        out.append(line)
    return " ".join(out)


def _power(t: Term, base: int) -> Line:
    below, exponent = t.args
    if exponent.op == "num" and exponent.args[0] == Fraction(1, 2):
        inside, level = _line(below, base)
        return (f"√{inside}" if level == ATOM else f"√({inside})"), POWER
    lower = _at(below, ATOM, base)
    if exponent.op == "num" and exponent.args[0].denominator == 1:
        return lower + str(exponent.args[0]).translate(RAISED), POWER
    return f"{lower}^{_script(exponent, base)}", POWER


def _script(t: Term, base: int) -> str:
    line = text(t, base)
    return line if len(line) == 1 else f"{{{line}}}"


def _derivative(t: Term, base: int) -> str:
    body, variables = arrange.derivatives(t)
    d = "d" if len(set(variables)) == 1 and arrange.only_variable(body, variables[0]) else "∂"
    return " ".join(f"{d}/{d}{text(v, base)}" for v in variables) + f" {_at(body, POWER, base)}"


def _function(t: Term, base: int) -> Line:
    if t.op in FENCES:
        left, right = FENCES[t.op]
        return f"{left}{text(t.args[0], base)}{right}", ATOM
    if t.op == "exp":
        inside = text(t.args[0], base)
        if len(inside) <= 8:
            return f"e^{_script(t.args[0], base)}", POWER
    if t.op == "mod":
        return f"{_at(t.args[0], ATOM, base)} mod {_at(t.args[1], ATOM, base)}", PRODUCT
    if t.op == "polygamma" and t.args[0] is num(0):
        return f"ψ({text(t.args[1], base)})", ATOM
    if t.op in ("true", "false"):
        return t.op, ATOM
    return f"{CALLED.get(t.op, t.op)}({', '.join(text(u, base) for u in t.args)})", ATOM


def _proposition(t: Term, base: int) -> Line:
    if t.op == "and":
        return " and ".join(_at(p, RELATION, base) for p in arrange.joined(t)), AND
    if t.op == "or":
        return " or ".join(_at(p, AND, base) for p in t.args), OR
    if t.op == "not":
        return f"not {_at(t.args[0], ATOM, base)}", AND
    left, right = arrange.compared(t, base)
    sign = SIGNS[t.op]
    if left.op in ("num", "const") and right.op not in ("num", "const"):
        left, right, sign = right, left, FLIPPED[t.op]
    return f"{_at(left, SUM, base)} {sign} {_at(right, SUM, base)}", RELATION
