"""Text: terms at fixed sizes as Coq writes them, over the real numbers of its standard library."""

from __future__ import annotations

import re
from fractions import Fraction

from derive.coq.instance import Outside, half, negative_number, whole
from derive.statement.term import MINUS_ONE, Term, fn, mul, neg, num, power

FUNCTIONS = {"exp": "exp", "log": "ln", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "erf": "erf"}
# What means something else in the text of a lemma
TAKEN = (
    "exp", "ln", "sqrt", "sinh", "cosh", "tanh", "erf", "erf_slope", "erf_odd", "PI", "INR", "R", "not", "True", "False",
    "derivable_pt_lim", "Prop", "Set", "Type", "forall", "exists", "fun", "fix", "cofix", "let", "in", "if", "then", "else", "match",
    "with", "end", "as", "at", "return", "where", "for", "using",
)  # fmt: skip
RELATIONS = {"lt": "<", "le": "<=", "eq": "=", "ne": "<>"}

SUM, PRODUCT, POWER, CALL, ATOM = range(5)  # how tightly a text holds together


class Text:
    """How the terms of one lemma are written; each variable gets one name, and each derivative one."""

    def __init__(self) -> None:
        self.names: dict[Term, str] = {}
        self.slopes: dict[Term, str] = {}  # what stands for a derivative

    def name(self, t: Term) -> str:
        """The name of a variable: x, or x_1_2 for an entry, counted from 1."""
        found = self.names.get(t)
        if found is None:
            places = [str(int(i.args[0]) + 1) for i in t.args[3]] if t.op == "entry" else []
            stem = re.sub(r"\W", "_", t.args[0] if t.args[0].isascii() else re.sub(r"[^\x00-\x7f]", "v", t.args[0]))
            found = "_".join([stem if stem[:1].isalpha() else f"v{stem}", *places])
            while found in TAKEN or re.fullmatch(r"[dfhprv]\d+", found) or found in self.names.values():
                found += "_"
            self.names[t] = found
        return found

    def of(self, t: Term, level: int = SUM) -> str:
        """t as an operand that has to hold together as tightly as `level` says."""
        text, own = self._written(t)
        return text if own >= level else f"({text})"

    def _written(self, t: Term) -> tuple[str, int]:
        op, a = t.op, t.args
        if op == "num":
            return number(a[0])
        if op in ("sym", "entry"):
            return self.name(t), ATOM
        if op == "const":
            return ("PI", ATOM) if a[0] == "pi" else (self.name(t), ATOM)
        if op == "deriv":
            return self.slopes[t], CALL if " " in self.slopes[t] else ATOM
        if op == "add":
            text = self.of(a[0])
            for u in a[1:]:
                text += f" - {self.of(neg(u), PRODUCT)}" if negative_number(u) is not None else f" + {self.of(u, PRODUCT)}"
            return text, SUM
        if op == "mul":
            return self._product(a)
        if op == "pow":
            return self._power(*a)
        if op == "erfc":
            return f"1 - erf {self.of(a[0], ATOM)}", SUM
        if op in FUNCTIONS:
            return f"{FUNCTIONS[op]} {self.of(a[0], ATOM)}", CALL
        raise Outside(op)

    def _product(self, factors: tuple[Term, ...]) -> tuple[str, int]:
        if factors[0] is MINUS_ONE or factors[0].op == "num" and factors[0].args[0] < 0:
            return f"- {self.of(mul(num(-factors[0].args[0]), *factors[1:]), POWER)}", SUM
        below = [f for f in factors if f.op == "pow" and ((whole(f.args[1]) or half(f.args[1]) or 0) < 0)]
        above = [f for f in factors if f not in below]
        over = " * ".join(self.of(f, POWER) for f in above) or "1"
        if not below:
            return over, PRODUCT
        under = mul(*(power(f.args[0], -f.args[1].args[0]) for f in below))
        return f"{over} / {self.of(under, POWER)}", PRODUCT

    def _power(self, base: Term, e: Term) -> tuple[str, int]:
        k, h = whole(e), half(e)
        if (k or h or 0) < 0:
            return f"1 / {self.of(power(base, -e.args[0]), POWER)}", PRODUCT
        if k is not None:
            return f"{self.of(base, CALL)} ^ {k}", POWER
        if h is not None:
            root = f"sqrt {self.of(base, ATOM)}"
            return (root, CALL) if h == 1 else (f"{root} ^ {h}", POWER)
        return self._written(fn("exp", mul(e, fn("log", base))))  # as the standard library defines Rpower

    def proposition(self, p: Term) -> str:
        """A hypothesis."""
        op, a = p.op, p.args
        if op in RELATIONS:
            return f"{self.of(a[0])} {RELATIONS[op]} {self.of(a[1])}"
        if op in ("and", "or"):
            return (" /\\ " if op == "and" else " \\/ ").join(f"({self.proposition(u)})" for u in a)
        if op == "not":
            return f"~ ({self.proposition(a[0])})"
        if op in ("true", "false"):
            return op.title()
        raise Outside("a hypothesis of another form")


def number(q: Fraction) -> tuple[str, int]:
    """An exact number."""
    if q.denominator != 1:
        return (f"{q.numerator} / {q.denominator}", PRODUCT) if q > 0 else (f"- ({-q.numerator} / {q.denominator})", SUM)
    return (str(q.numerator), ATOM) if q >= 0 else (f"- {-q.numerator}", SUM)
