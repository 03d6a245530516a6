"""Notation: a kernel term as LaTeX that reads like a textbook.

`latex(term)` is one formula; `pieces(term)` is the same formula cut where a line may be broken.
The value never changes: only order, signs, fractions and parentheses are chosen here.
Positions are printed from 1, as in a textbook, except where an index is used as a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

from derive.export import arrange, names
from derive.statement.term import Term, add, mul, num, power

# How tightly a formula holds together; parentheses go around what is looser than its place wants.
OR, AND, RELATION, SUM, PRODUCT, OPEN, CALL, POWER, ATOM = range(9)

# Where a formula stands: on a line of its own, inside a fraction, inside a fraction of a fraction, in a script.
DISPLAY, TEXT, SMALL, SCRIPT = range(4)

RELATIONS = {"eq": "=", "ne": r"\ne", "le": r"\le", "lt": "<", "iff": r"\iff", "implies": r"\implies"}
FLIPPED = {"le": r"\ge", "lt": ">", "eq": "=", "ne": r"\ne"}
BARE = {
    "log": r"\log", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "sinh": r"\sinh", "cosh": r"\cosh", "tanh": r"\tanh",
    "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan",
    "asinh": r"\operatorname{arsinh}", "acosh": r"\operatorname{arcosh}", "atanh": r"\operatorname{artanh}",
}  # fmt: skip
CALLED = {
    "sign": r"\operatorname{sgn}", "heaviside": "H", "max": r"\max", "min": r"\min", "erf": r"\operatorname{erf}",
    "erfc": r"\operatorname{erfc}", "erfinv": r"\operatorname{erf}^{-1}", "gamma": r"\Gamma", "loggamma": r"\log\Gamma",
}  # fmt: skip
POWERS_OF = ("sin", "cos", "tan", "sinh", "cosh", "tanh")  # written with the exponent on the name
CONSTANTS = {"pi": r"\pi", "euler_gamma": r"\gamma_{\mathrm{E}}", "catalan": "G", "oo": r"\infty"}
SIZES = ("", r"\big", r"\Big", r"\bigg", r"\Bigg")

UPRIGHT = r"\mathrm{"  # the start of a name of several letters
LONG = 44.0  # ems of a term above which its inside may be broken too
SHORT_EXPONENT = 7.0
MOST_PLACES = 12  # of a decimal


@dataclass(frozen=True)
class Box:
    """A formula with what its surroundings need to know: how tightly it binds, how tall and how wide it is."""

    text: str
    level: int = ATOM
    height: int = 0  # index into SIZES: the parentheses that fit around it
    width: float = 1.0
    raised: bool = False  # it carries a superscript already


class Abbreviations(Protocol):
    """Letters that stand for terms; abbreviate.py chooses them."""

    def box(self, t: Term) -> Box | None: ...


@dataclass(frozen=True)
class Notation:
    """The choices that hold for one claim: where counting starts, whether sums show their range, and abbreviations."""

    base: int = 1
    ranges: bool = True
    short: Abbreviations | None = None
    boxes: dict[tuple[Term, int], Box] = field(default_factory=dict, init=False, compare=False, repr=False)

    def latex(self, t: Term) -> str:
        return self.box(t).text

    def pieces(self, t: Term) -> tuple[str, ...]:
        """The formula in parts; a line may be broken between any two of them."""
        if t.op == "add" and not self._named(t):
            out: list[str] = []
            for k, (negative, u) in enumerate(arrange.summands(t)):
                sign = "-" if negative else "+" if k else ""
                lead = "{}" + sign + " " if k else sign
                out.extend(_lead(lead, self._cut(u, SUM + 1)))
            return tuple(out)
        if t.op in ("and", "or") and not self._named(t) and self.box(t).width > LONG:
            word, level = (r"\text{ and }", AND) if t.op == "and" else (r"\text{ or }", OR)
            parts = [self._inside(p, level + 1, DISPLAY).text for p in (arrange.joined(t) if t.op == "and" else t.args)]
            return (parts[0], *(word + part for part in parts[1:]))
        return self._cut(t, OR)

    def _cut(self, t: Term, want: int) -> tuple[str, ...]:
        """One summand, whole where it is short, else opened inside its last parentheses."""
        whole = self._inside(t, want, DISPLAY)
        if whole.width <= LONG or self._named(t):
            return (whole.text,)
        negative, u = arrange.split_sign(t)
        if negative and want <= SUM:
            return tuple(_lead("-", self._cut(u, SUM + 1)))
        if t.op in ("sum", "prod") and t.args[0].op == "add":
            return self.opened(self._operator(t, DISPLAY).text + " ", t.args[0])
        if t.op == "deriv" and arrange.derivatives(t)[0].op == "add":
            return self.opened(self._slope(t, DISPLAY).text + " ", arrange.derivatives(t)[0])
        if t.op == "mul":
            q = arrange.quotient(t)
            if q.under and q.over and not q.negative and q.over[-1].op == "add" and self.box(q.over[-1]).width > LONG / 2:
                # The last sum moves out of the numerator, so that a line can be broken inside it.
                rest = mul(num(q.coefficient), *q.over[:-1], *(power(u, -1) for u in q.under))
                return self.opened(self._inside(rest, PRODUCT, DISPLAY).text + r"\,", q.over[-1])
            if not q.under and q.over and (q.coefficient.denominator == 1 or len(q.over) > 1):
                factors = [self._factor(f, last=k == len(q.over) - 1, style=DISPLAY) for k, f in enumerate(q.over)]
                head = [] if q.coefficient == 1 else [self.rational(q.coefficient, DISPLAY)]
                last = q.over[-1]
                if last.op == "add" and factors[-1].width > LONG / 2:
                    return self.opened(_product(head + factors[:-1]).text + r"\,", last)
                if last.op == "sum" and factors[-1].width > LONG / 2:
                    before = _product(head + factors[:-1]).text + r"\," if head or factors[:-1] else ""
                    return tuple(_lead(before, self._cut(last, PRODUCT)))
                return tuple(b.text for b in head + factors)
        return (whole.text,)

    def closed(self, t: Term) -> tuple[str, ...]:
        """The formula in parts, where a sign follows: cases in parentheses, or the sign would seem to belong to one row of them."""
        return (_wrap(self.box(t)).text,) if t.op == "piecewise" and not self._named(t) else self.pieces(t)

    def opened(self, before: str, inside: Term) -> tuple[str, ...]:
        """A sum in parentheses as pieces, so that a line can be broken inside it."""
        size = SIZES[max(self.box(inside).height, 1)]
        out = list(self.pieces(inside))
        out[0] = f"{before}{size}l({out[0]}"
        out[-1] = f"{out[-1]}{size}r)"
        return tuple(out)

    # One formula

    def box(self, t: Term, style: int = DISPLAY) -> Box:
        found = self.boxes.get((t, style))
        if found is None:
            found = self.boxes[(t, style)] = self._named(t) or self._write(t, style)
        return found

    def _write(self, t: Term, style: int) -> Box:
        write = getattr(self, "_" + t.op, None)
        if write is not None:
            box: Box = write(t, style)
            return box
        if t.op in BARE:
            return self._call(BARE[t.op], t.args[0], style)
        if t.op in CALLED:
            return self._apply(CALLED[t.op], t.args, style)
        return self._apply(rf"\operatorname{{{t.op}}}", t.args, style)

    def _named(self, t: Term) -> Box | None:
        return self.short.box(t) if self.short else None

    def _inside(self, t: Term, want: int, style: int) -> Box:
        box = self.box(t, style)
        return box if box.level >= want else _wrap(box)

    # Leaves

    def _num(self, t: Term, style: int) -> Box:
        return self.rational(t.args[0], style)

    def rational(self, value: Fraction, style: int = DISPLAY) -> Box:
        sign = "-" if value < 0 else ""
        level = SUM if sign else ATOM
        top, bottom = abs(value.numerator), value.denominator
        if bottom == 1:
            text = digits(top)
            return Box(sign + text, level if text.isdigit() or sign else POWER, 0, 0.6 * len(str(top)) + len(sign), "^" in text)
        if top == 1 and "^" in digits(bottom):
            return Box(sign + digits(bottom).replace("^{", "^{-"), POWER if not sign else SUM, 0, 3.0, True)
        if point := decimal(top, bottom):
            return Box(sign + point, level, 0, 0.6 * len(point) + len(sign))
        if style == SCRIPT:
            width = 0.6 * (len(str(top)) + len(str(bottom))) + 0.3 + len(sign)
            return Box(f"{sign}{digits(top)}/{digits(bottom)}", PRODUCT if not sign else SUM, 0, width)
        width = 0.6 * max(len(str(top)), len(str(bottom))) + 0.5 + len(sign)
        return Box(rf"{sign}\frac{{{digits(top)}}}{{{digits(bottom)}}}", SUM if sign else CALL, 3 if style == DISPLAY else 1, width)

    def _const(self, t: Term, style: int) -> Box:
        return Box(CONSTANTS[t.args[0]])

    def _sym(self, t: Term, style: int) -> Box:
        name = names.read(t.args[0])
        return Box(name.latex(), ATOM, 0, name.width, bool(name.above))

    def _index(self, t: Term, style: int) -> Box:
        return self._sym(t, style)

    def _entry(self, t: Term, style: int) -> Box:
        name = names.read(t.args[0], array=True)
        positions = [self.position(a) for a in t.args[3]]
        return Box(name.latex(*positions, separator=_separator(positions)), ATOM, 0, name.width + 0.6 * len(positions), bool(name.above))

    def position(self, t: Term) -> str:
        """A position of an array; counting from 1 moves those that hold no index."""
        return self.box(arrange.position(t, self.base), SCRIPT).text

    def _delta(self, t: Term, style: int) -> Box:
        positions = [self.position(a) for a in t.args]
        return Box(r"\delta" + names.script("_", _separator(positions).join(positions)), ATOM, 0, 2.0)

    # Arithmetic

    def _add(self, t: Term, style: int) -> Box:
        boxes, text = [], ""
        for k, (negative, u) in enumerate(arrange.summands(t)):
            box = self._inside(u, SUM + 1, style)
            boxes.append(box)
            space = "" if style == SCRIPT else " "
            text += ("-" if negative else "") + box.text if not k else f"{space}{'-' if negative else '+'}{space}{box.text}"
        return Box(text, SUM, max(b.height for b in boxes), sum(b.width for b in boxes) + 1.8 * (len(boxes) - 1) + 0.7)

    def _mul(self, t: Term, style: int) -> Box:
        negative, u = arrange.split_sign(t)
        if negative:
            box = self._inside(u, SUM + 1, style)
            return Box("-" + box.text, SUM, box.height, box.width + 0.8)
        q = arrange.quotient(t)
        if q.under:
            return self._quotient(q, style)
        if q.coefficient.denominator > 1 and style == SCRIPT:
            return self._slash(q, style)
        if q.coefficient.numerator == 1 and q.coefficient.denominator > 1 and len(q.over) == 1 and q.over[0].op in arrange.ATOMS:
            return self._quotient(q, style)
        head = [] if q.coefficient == 1 else [self.rational(q.coefficient, style)]
        return _product(head + self._factors(q.over, style))

    def _pow(self, t: Term, style: int) -> Box:
        base, exponent = t.args
        if exponent.op == "num" and exponent.args[0] < 0:
            return self._quotient(arrange.quotient(t), style)
        if exponent.op == "num" and exponent.args[0].numerator == 1 and exponent.args[0].denominator > 1:
            return self._root(base, exponent.args[0].denominator, style)
        up = self.box(exponent, SCRIPT)
        if base.op in POWERS_OF and exponent.op == "num" and exponent.args[0].denominator == 1 and not self._named(base):
            return self._call(BARE[base.op] + names.script("^", up.text), base.args[0], style)
        under = self.box(base, style)
        if under.level < ATOM or under.raised:
            under = _wrap(under)
        return Box(under.text + names.script("^", up.text), POWER, under.height, under.width + 0.7 * up.width, True)

    def _root(self, base: Term, order: int, style: int) -> Box:
        inside = self.box(base, max(style, TEXT))
        mark = "" if order == 2 else f"[{order}]"
        return Box(rf"\sqrt{mark}{{{inside.text}}}", ATOM, inside.height, inside.width + 1.0)

    def _quotient(self, q: arrange.Quotient, style: int) -> Box:
        """A fraction; what would crowd its numerator stands behind it."""
        if style == SCRIPT:
            return self._slash(q, style)
        below = min(style + 1, SMALL)
        bottom = self._row(q.coefficient.denominator, q.under, below)
        inside, behind = self._divide(q, below, bottom)
        top_box = self._row(q.coefficient.numerator, inside, below)
        tall = max(top_box.height, bottom.height)
        height = min(4, 3 + (tall > 1)) if style == DISPLAY else 2 - (style == SMALL)
        width = max(top_box.width, bottom.width) * (1 if style == DISPLAY else 0.8) + 0.5
        fraction = Box(rf"\frac{{{top_box.text}}}{{{bottom.text}}}", CALL, height, width)
        return _product([fraction, *self._factors(behind, style)])

    def _row(self, number: int, factors: tuple[Term, ...], style: int) -> Box:
        """What stands above or below a fraction's line, where a sum alone needs no parentheses."""
        if number == 1 and len(factors) == 1:
            return self.box(factors[0], style)
        head = [self.rational(Fraction(number), style)] if number > 1 or not factors else []
        return _product(head + self._factors(factors, style))

    def _divide(self, q: arrange.Quotient, style: int, bottom: Box) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """Which factors stand in the numerator, and which behind the fraction."""
        inside: list[Term] = []
        behind: list[Term] = []
        light = bottom.width <= 4 and not bottom.height
        for f in q.over:
            box = self.box(f, style)
            heavy = arrange.is_open(f) and (light or len(q.over) > 1 or f.op == "piecewise" or _divides(f))
            crowded = (f.op == "add" or (f.op == "pow" and f.args[0].op == "add")) and box.height > 1 and _divides(f)
            bare = f.op in arrange.BARE and len(q.over) > 1 and box.width > 6
            (behind if heavy or crowded or bare or box.width > 40 else inside).append(f)
        return tuple(inside), tuple(behind)

    def _slash(self, q: arrange.Quotient, style: int) -> Box:
        head = [self.rational(Fraction(q.coefficient.numerator), style)] if q.coefficient.numerator > 1 or not q.over else []
        top = _product(head + self._factors(q.over, style))
        below = [self.rational(Fraction(q.coefficient.denominator), style)] if q.coefficient.denominator > 1 else []
        below += self._factors(q.under, style)
        bottom = _product(below)
        if len(below) > 1 or bottom.level < CALL:
            bottom = _wrap(bottom)
        if top.level < PRODUCT:
            top = _wrap(top)
        return Box(f"{top.text}/{bottom.text}", PRODUCT, 0, top.width + bottom.width + 0.5)

    def _factors(self, factors: tuple[Term, ...], style: int) -> list[Box]:
        return [self._factor(f, k == len(factors) - 1, style) for k, f in enumerate(factors)]

    def _factor(self, f: Term, last: bool, style: int) -> Box:
        """One factor of a product; an open operator may stand last without parentheses."""
        box = self.box(f, style)
        return box if box.level >= (PRODUCT + 1 if last else CALL) else _wrap(box)

    # Functions

    def _exp(self, t: Term, style: int) -> Box:
        inside = t.args[0]
        up = self.box(inside, SCRIPT)
        if up.width <= SHORT_EXPONENT and style < SCRIPT and not up.height:
            return Box("e" + names.script("^", up.text), POWER, 0, 0.6 + 0.7 * up.width, True)
        return self._apply(r"\exp", t.args, style)

    def _call(self, name: str, argument: Term, style: int) -> Box:
        """A function such as log: an argument of one symbol or one fraction needs no parentheses."""
        box = self.box(argument, style)
        if box.level >= ATOM or (box.level >= CALL and (argument.op in ("pow", "mul") or self._named(argument))):
            return Box(f"{name} {box.text}", CALL, box.height, box.width + 2.2)
        inner = _wrap(box)
        return Box(f"{name}{inner.text}", CALL, inner.height, inner.width + 2.0)

    def _apply(self, name: str, arguments: tuple[Term, ...], style: int) -> Box:
        boxes = [self.box(a, style) for a in arguments]
        inside = Box(", ".join(b.text for b in boxes), OR, max(b.height for b in boxes), sum(b.width for b in boxes) + 0.8 * len(boxes))
        inner = _wrap(inside)
        return Box(name + inner.text, ATOM, inner.height, inner.width + 1.5, raised=name.startswith(r"\log"))

    def _polygamma(self, t: Term, style: int) -> Box:
        order, argument = t.args
        if order is num(0):
            return self._apply(r"\psi", (argument,), style)
        return self._apply(rf"\psi^{{({self.box(order, SCRIPT).text})}}", (argument,), style)

    def _besseli(self, t: Term, style: int) -> Box:
        return self._apply(f"I_{{{self.box(t.args[0], SCRIPT).text}}}", t.args[1:], style)

    def _abs(self, t: Term, style: int) -> Box:
        return self._fence(r"\lvert ", r"\rvert ", t.args[0], style)

    def _floor(self, t: Term, style: int) -> Box:
        return self._fence(r"\lfloor ", r"\rfloor ", t.args[0], style)

    def _ceiling(self, t: Term, style: int) -> Box:
        return self._fence(r"\lceil ", r"\rceil ", t.args[0], style)

    def _fence(self, left: str, right: str, t: Term, style: int) -> Box:
        box = self.box(t, style)
        size = SIZES[box.height]
        return Box(f"{size}l{left}{box.text}{size}r{right}" if size else left + box.text + right, ATOM, box.height, box.width + 1.0)

    def _mod(self, t: Term, style: int) -> Box:
        left, right = (self._inside(a, CALL, style) for a in t.args)
        return Box(rf"{left.text} \bmod {right.text}", PRODUCT, max(left.height, right.height), left.width + right.width + 2.5)

    # Operators with a body

    def _sum(self, t: Term, style: int) -> Box:
        return self._big(t, style)

    def _prod(self, t: Term, style: int) -> Box:
        return self._big(t, style)

    def _operator(self, t: Term, style: int) -> Box:
        variable, sign = t.args[1], r"\sum" if t.op == "sum" else r"\prod"
        letter, size = self.box(variable, SCRIPT).text, variable.args[1]
        if not self.ranges:
            return Box(sign + names.script("_", letter), OPEN, 3 if style == DISPLAY else 1, 1.6)
        low, high = (1, size) if self.base else (0, add(size, num(-1)))
        top = self.box(high, SCRIPT)
        # Names above neighbouring sums would touch.
        space, width = (r"\;", 2.4) if top.text.startswith(UPRIGHT) else ("", 1.8)
        return Box(f"{sign}_{{{letter}={low}}}" + names.script("^", top.text) + space, OPEN, 3 if style == DISPLAY else 1, width)

    def _big(self, t: Term, style: int) -> Box:
        head, body = self._operator(t, style), self.box(t.args[0], style)
        if body.level < PRODUCT:
            body = _wrap(body)
        return Box(f"{head.text} {body.text}", OPEN, max(head.height, body.height), head.width + body.width)

    def _deriv(self, t: Term, style: int) -> Box:
        body = arrange.derivatives(t)[0]
        if arrange.is_simple(body):
            return self._slope(t, style, self.box(body, TEXT).text)
        operator, inside = self._slope(t, style), self.box(body, style)
        if inside.level < OPEN:
            inside = _wrap(inside)
        return Box(f"{operator.text} {inside.text}", OPEN, max(inside.height, operator.height), operator.width + inside.width)

    def _slope(self, t: Term, style: int, of: str = "") -> Box:
        """The fraction of a derivative, with what is differentiated in its numerator or behind it."""
        body, variables = arrange.derivatives(t)
        d = r"\mathrm{d}" if len(set(variables)) == 1 and arrange.only_variable(body, variables[0]) else r"\partial"
        order = names.script("^", str(len(variables))) if len(variables) > 1 else ""
        runs: list[tuple[Term, int]] = []
        for v in variables:
            if runs and runs[-1][0] is v:
                runs[-1] = (v, runs[-1][1] + 1)
            else:
                runs.append((v, 1))
        space = " " if d == r"\partial" else ""
        bottom = r"\, ".join(self._differential(d + space, v, k) for v, k in runs)
        top = f"{d}{order} {of}" if of else d + order
        return Box(rf"\frac{{{top}}}{{{bottom}}}", CALL, 3 if style == DISPLAY else 2, 1.5 * len(runs) + 1.0)

    def _differential(self, d: str, variable: Term, times: int) -> str:
        box = self.box(variable, TEXT)
        if times == 1:
            return d + box.text
        return d + (f"({box.text})" if box.raised else box.text) + names.script("^", str(times))

    def _integral(self, t: Term, style: int) -> Box:
        body, variable, low, high = t.args
        inside = self.box(body, style)
        if inside.level < PRODUCT:
            inside = _wrap(inside)
        limits = names.script("_", self.box(low, SCRIPT).text) + names.script("^", self.box(high, SCRIPT).text)
        text = rf"\int{limits} {inside.text}\,\mathrm{{d}}{self.box(variable, style).text}"
        return Box(text, OPEN, max(inside.height, 3 if style == DISPLAY else 1), inside.width + 4.0)

    def _piecewise(self, t: Term, style: int) -> Box:
        rows, width, tall = [], 0.0, False
        for value, condition in zip(t.args[::2], t.args[1::2], strict=True):
            value_box = self.box(value, TEXT)
            when = Box(r"\text{otherwise}", width=4.0) if condition.op == "true" else self.box(condition, TEXT)
            width = max(width, value_box.width + when.width + 2.5)
            tall = tall or value_box.height > 0
            rows.append(f"{value_box.text} & {when.text}")
        # Fractions in neighbouring rows would touch.
        between = r" \\[5pt] " if tall else r" \\ "
        return Box(r"\begin{cases} " + between.join(rows) + r" \end{cases}", SUM, 4, width)

    # Propositions

    def _true(self, t: Term, style: int) -> Box:
        return Box(r"\text{true}", ATOM, width=2.0)

    def _false(self, t: Term, style: int) -> Box:
        return Box(r"\text{false}", ATOM, width=2.5)

    def _lt(self, t: Term, style: int) -> Box:
        return self._relation(t, style)

    def _le(self, t: Term, style: int) -> Box:
        return self._relation(t, style)

    def _eq(self, t: Term, style: int) -> Box:
        return self._relation(t, style)

    def _ne(self, t: Term, style: int) -> Box:
        return self._relation(t, style)

    def _relation(self, t: Term, style: int) -> Box:
        left, right = arrange.compared(t, self.base)
        sign = RELATIONS[t.op]
        if left.op in ("num", "const") and right.op not in ("num", "const"):
            left, right, sign = right, left, FLIPPED[t.op]
        a, b = self._inside(left, _before_a_sign(left), style), self._inside(right, SUM, style)
        return Box(f"{a.text} {sign} {b.text}", RELATION, max(a.height, b.height), a.width + b.width + 1.8)

    def _and(self, t: Term, style: int) -> Box:
        parts = arrange.joined(t)
        between = self._between(parts, style)
        return between or self._words(parts, r"\text{ and }", AND, style)

    def _between(self, parts: list[Term], style: int) -> Box | None:
        """a <= b and b < c as a <= b < c."""
        if len(parts) != 2 or any(p.op not in ("lt", "le") for p in parts) or parts[0].args[1] is not parts[1].args[0]:
            return None
        (low, middle), (_, high) = (arrange.compared(p, self.base) for p in parts)
        a, b = (self._inside(u, _before_a_sign(u), style) for u in (low, middle))
        c = self._inside(high, SUM, style)
        text = f"{a.text} {RELATIONS[parts[0].op]} {b.text} {RELATIONS[parts[1].op]} {c.text}"
        return Box(text, RELATION, max(x.height for x in (a, b, c)), a.width + b.width + c.width + 3.6)

    def _or(self, t: Term, style: int) -> Box:
        return self._words(list(t.args), r"\text{ or }", OR, style)

    def _words(self, parts: list[Term], word: str, level: int, style: int) -> Box:
        boxes = [self._inside(p, level + 1, style) for p in parts]
        return Box(word.join(b.text for b in boxes), level, max(b.height for b in boxes), sum(b.width for b in boxes) + 3.0 * len(boxes))

    def _not(self, t: Term, style: int) -> Box:
        box = self._inside(t.args[0], ATOM, style)
        return Box(rf"\text{{not }}{box.text}", AND, box.height, box.width + 2.5)


def notation_for(*terms: Term, ranges: bool = True) -> Notation:
    """The notation for a claim made of these terms."""
    return Notation(arrange.counts_from(terms), ranges)


def latex(t: Term) -> str:
    """One term as LaTeX for math mode."""
    return notation_for(t).latex(t)


def decimal(top: int, bottom: int) -> str:
    """A fraction as a decimal, where it is one with some places; halves, fifths, tenths and the like read better as fractions."""
    places = next((k for k in range(MOST_PLACES + 1) if 10**k % bottom == 0), None)
    if places is None or bottom < 25 or bottom % 5 or top >= 10**5 * bottom:
        return ""
    whole, rest = divmod(top * 10**places // bottom, 10**places)
    return f"{whole}.{rest:0{places}d}"


def digits(value: int) -> str:
    """A natural number, large powers of ten as such and other large ones in groups of three."""
    text = str(value)
    if len(text) >= 6 and text.strip("0") == "1":
        return f"10^{{{len(text) - 1}}}"
    if len(text) < 5:
        return text
    groups = [text[max(0, k - 3) : k] for k in range(len(text), 0, -3)]
    return r"\,".join(reversed(groups))


def _before_a_sign(t: Term) -> int:
    return PRODUCT if t.op == "piecewise" else SUM


def _wrap(box: Box) -> Box:
    size = SIZES[box.height]
    if r"\begin{cases}" in box.text:  # taller than any fixed size
        text = rf"\left({box.text}\right)"
    else:
        text = f"{size}l({box.text}{size}r)" if size else f"({box.text})"
    return Box(text, ATOM, box.height, box.width + 0.9)


def _product(boxes: list[Box]) -> Box:
    """Factors side by side, with a dot between two numbers and between equals."""
    if not boxes:
        return Box("1", ATOM, 0, 0.6)
    if len(boxes) == 1:
        return boxes[0]
    text = boxes[0].text
    for before, after in pairwise(boxes):
        numbers = after.text[:1].isdigit() or (before.text[-1:].isdigit() and after.text.startswith(r"\frac{"))
        words = before.text.startswith(UPRIGHT) or after.text.startswith(UPRIGHT)
        text += (r" \cdot " if numbers or before.text == after.text else r"\, " if words else " ") + after.text
    level = OPEN if boxes[-1].level == OPEN else PRODUCT
    return Box(text, min(level, PRODUCT), max(b.height for b in boxes), sum(b.width for b in boxes) + 0.3 * len(boxes))


def _lead(lead: str, parts: tuple[str, ...]) -> list[str]:
    return [lead + parts[0], *parts[1:]]


def _separator(positions: list[str]) -> str:
    """Nothing between single letters, a comma where digits or longer positions would run together."""
    plain = all((len(p) == 1 and p.isalpha()) or (p.startswith("\\") and p[1:].isalpha() and len(positions) == 1) for p in positions)
    return "" if plain else ","


def _divides(t: Term) -> bool:
    return any(u.op == "pow" and u.args[1].op == "num" and u.args[1].args[0] < 0 for u in arrange.printed(t))
