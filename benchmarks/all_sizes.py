"""Gradients for every size: softmax, cross-entropy and networks, `derive.decide` against SymPy's sums and against tensorgrad.

usage: python benchmarks/all_sizes.py [--all]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Derivative, Idx, IndexedBase, KroneckerDelta, Sum, Symbol, exp, log, tanh

from frame import (
    LIMIT,
    OPEN,
    TRUE,
    Bar,
    Comparison,
    Tool,
    ask_in_turn,
    at_least,
    at_most,
    main,
    missing_notes,
    ratio,
    sample,
    score,
    seconds,
    versions,
)
from library import lines
from rivals import Sides, ask_derive, ask_equals, ask_simplify, sides

PAGES = ("softmax_jacobian", "softmax_cross_entropy", "mlp_backprop_softplus", "mlp_backprop_leaky_relu")
LINES = 24  # of the library's, where not all are asked


@dataclass(frozen=True)
class Case:
    """One gradient, in SymPy and, where it is written by hand, in tensorgrad: the name of its function in Tensors."""

    name: str
    sides: Sides
    tensor: str = ""


def written() -> Iterator[Case]:
    """The gradients that are written in both notations."""
    n, m = (Symbol(name, integer=True, positive=True) for name in "nm")
    i, j, k, r, s = Idx("i", n), Idx("j", n), Idx("k", n), Idx("r", m), Idx("s", m)
    x, t = (IndexedBase(name, shape=(n,), real=True) for name in "xt")
    b, v, y = (IndexedBase(name, shape=(m,), real=True) for name in "bvy")
    w = IndexedBase("W", shape=(m, n), real=True)

    def softmax(at: Any) -> Any:
        return exp(x[at]) / Sum(exp(x[k]), k)

    def affine(at: Any) -> Any:
        return Sum(w[at, k] * x[k], k) + b[at]

    def case(name: str, tensor: str, lhs: Any, rhs: Any) -> Case:
        return Case(name, Sides(lhs, rhs, "eq"), tensor)

    yield case("softmax, Jacobian", "softmax", Derivative(softmax(i), x[j]), softmax(i) * (KroneckerDelta(i, j) - softmax(j)))
    yield case("log-sum-exp, gradient", "log_sum_exp", Derivative(log(Sum(exp(x[k]), k)), x[j]), softmax(j))
    entropy = -Sum(t[i] * log(softmax(i)), i)
    yield case("cross-entropy, any target", "cross_entropy", Derivative(entropy, x[j]), softmax(j) * Sum(t[i], i) - t[j])
    plain = Sum(w[r, k] * x[k], k)
    square = Sum((plain - y[r]) ** 2, r)
    yield case("least squares, W", "squares:plain", Derivative(square, w[s, j]), 2 * (plain.subs(r, s) - y[s]) * x[j])
    biased = Sum((affine(r) - y[r]) ** 2, r)
    yield case("least squares with a bias, W", "squares:biased", Derivative(biased, w[s, j]), 2 * (affine(s) - y[s]) * x[j])
    logistic = Sum(1 / (1 + exp(-x[k])), k)
    sigmoid = 1 / (1 + exp(-x[j]))
    yield case("sum of sigmoids", "sigmoids", Derivative(logistic, x[j]), sigmoid * (1 - sigmoid))
    out, slope = Sum(v[r] * tanh(affine(r)), r), 1 - tanh(affine(s)) ** 2
    yield case("network, tanh, W", "tanh:w", Derivative(out, w[s, j]), v[s] * slope * x[j])
    yield case("network, tanh, b", "tanh:b", Derivative(out, b[s]), v[s] * slope)
    yield case("network, tanh, v", "tanh:v", Derivative(out, v[s]), tanh(affine(s)))
    yield case("network, tanh, x", "tanh:x", Derivative(out, x[j]), Sum(v[s] * slope * w[s, j], s))
    out, slope = Sum(v[r] * log(1 + exp(affine(r))), r), 1 / (1 + exp(-affine(s)))
    yield case("network, softplus, W", "softplus:w", Derivative(out, w[s, j]), v[s] * slope * x[j])
    yield case("network, softplus, b", "softplus:b", Derivative(out, b[s]), v[s] * slope)
    yield case("network, softplus, v", "softplus:v", Derivative(out, v[s]), log(1 + exp(affine(s))))
    yield case("network, softplus, x", "softplus:x", Derivative(out, x[j]), Sum(v[s] * slope * w[s, j], s))


class Tensors:
    """The same gradients in tensorgrad; each method gives the derivative and what it should be."""

    def __init__(self) -> None:
        import tensorgrad.functions as functions
        from tensorgrad import Delta, Derivative, Variable

        self.f, self.delta, self.derivative = functions, Delta, Derivative
        self.n, self.m = sp.symbols("n m")
        self.x, self.t = (Variable(name, i=self.n) for name in "xt")
        self.b, self.v, self.y = (Variable(name, r=self.m) for name in "bvy")
        self.w = Variable("W", r=self.m, i=self.n)

    def at(self, tensor: Any) -> Any:
        """A variable under the names that the edges of a derivative have."""
        return tensor.rename(**{name: f"{name}2" for name in tensor.edges})

    def by(self, body: Any, variable: Any) -> Any:
        return self.derivative(body, variable, {name: f"{name}2" for name in variable.edges})

    def affine(self, w: Any, b: Any) -> Any:
        return self.f.sum(w * self.x, dim=("i",)) + b

    def softmax(self) -> tuple[Any, Any]:
        softmax = self.f.softmax
        s = softmax(self.x, dim=("i",))
        return self.by(s, self.x), s * self.delta(self.n, "i", "i2") - s * softmax(self.at(self.x), dim=("i2",))

    def log_sum_exp(self) -> tuple[Any, Any]:
        f = self.f
        return self.by(f.log(f.sum(f.exp(self.x))), self.x), f.softmax(self.at(self.x), dim=("i2",))

    def cross_entropy(self) -> tuple[Any, Any]:
        f = self.f
        loss = -f.sum(self.t * f.log(f.softmax(self.x, dim=("i",))))
        return self.by(loss, self.x), f.softmax(self.at(self.x), dim=("i2",)) * f.sum(self.t) - self.at(self.t)

    def squares(self, of: str) -> tuple[Any, Any]:
        bias = (self.b, self.at(self.b)) if of == "biased" else (0 * self.b, 0 * self.at(self.b))
        gap = self.affine(self.w, bias[0]) - self.y
        there = self.affine(self.w.rename(r="r2"), bias[1]) - self.at(self.y)
        return self.by(self.f.frobenius2(gap), self.w), 2 * there * self.at(self.x)

    def sigmoids(self) -> tuple[Any, Any]:
        s = self.f.sigmoid(self.at(self.x))
        return self.by(self.f.sum(self.f.sigmoid(self.x)), self.x), s * (1 - s)

    def _network(self, act: Callable[[Any], Any], slope: Callable[[Any], Any], of: str) -> tuple[Any, Any]:
        f, a = self.f, self.affine(self.w, self.b)
        there = self.affine(self.w.rename(r="r2"), self.at(self.b))
        rhs = {"w": self.at(self.v) * slope(there) * self.at(self.x), "b": self.at(self.v) * slope(there), "v": act(there)}
        rhs["x"] = f.sum(self.v * slope(a) * self.w.rename(i="i2"), dim=("r",))
        return self.by(f.sum(self.v * act(a)), getattr(self, of)), rhs[of]

    def tanh(self, of: str) -> tuple[Any, Any]:
        return self._network(self.f.tanh, lambda a: 1 - self.f.pow(self.f.tanh(a), 2), of)

    def softplus(self, of: str) -> tuple[Any, Any]:
        f = self.f
        return self._network(lambda a: f.log(1 + f.exp(a)), lambda a: f.exp(a) / (1 + f.exp(a)), of)

    def claim(self, name: str) -> tuple[Any, Any]:
        method, _, of = name.partition(":")
        return getattr(self, method)(*([of] if of else []))


def to_tensors(case: Case) -> Any:
    if not case.tensor:
        return None
    tensors = Tensors()
    return lambda: tensors.claim(case.tensor)


def ask_tensorgrad(build: Callable[[], tuple[Any, Any]] | None) -> str:
    """Whether derivative less claim simplifies to Zero: without expanding first, and then with it."""
    from tensorgrad import Zero

    if build is None:
        return OPEN
    derivative, claimed = build()
    gap = derivative - claimed
    return TRUE if any(isinstance(gap.full_simplify(expand=way), Zero) for way in (False, True)) else OPEN


def compare(every: bool) -> Comparison:
    own = list(written())
    # Lines that hold symbolic sizes; each is SymPy's sums over the same ranges.
    theirs = [a for a in lines() if a.name.split(".")[0] in PAGES and a.question.sizes]
    chosen = sample(theirs, 0 if every else LINES, lambda a: a.name)
    cases = [*own, *(Case(a.name, sides(a.question)) for a in chosen)]
    tools = [
        Tool("derive", ask_derive, prepare=lambda case: case.sides),
        Tool("simplify", ask_simplify, prepare=lambda case: case.sides),
        Tool("equals", ask_equals, prepare=lambda case: case.sides),
        Tool("tensorgrad", ask_tensorgrad, ("tensorgrad",), to_tensors),
    ]
    answers = ask_in_turn(tools, cases)
    truths = [TRUE] * len(cases)
    scores = {
        name: score(found[: len(own)] if name == "tensorgrad" else found, truths[: len(own)] if name == "tensorgrad" else truths)
        for name, found in answers.items()
    }
    ours = answers["derive"]
    both = [k for k, a in enumerate(answers.get("tensorgrad", [])) if a.said == TRUE]
    gain = sum(answers["tensorgrad"][k].seconds for k in both) / sum(ours[k].seconds for k in both) if both else None
    rows = [
        [
            case.name,
            *(
                seconds(found[k].seconds) + ("" if found[k].said == TRUE else f" ({found[k].said or found[k].trouble or 'open'})")
                if name != "tensorgrad" or case.tensor
                else ""
                for name, found in answers.items()
            ),
        ]
        for k, case in enumerate(cases)
        if k < len(own)
    ]
    rows += [[f"all {len(cases)}: right, wrong, not decided", *(f"{s.right}, {s.wrong}, {s.undecided}" for s in scores.values())]]
    rows += [["all: median", *(seconds(s.median) for s in scores.values())]]
    return Comparison(
        name="all_sizes",
        title="2. Gradients for every size",
        text=f"{len(own)} gradients with symbolic sizes, written in SymPy and in tensorgrad, and {len(chosen)} of the {len(theirs)} "
        f"lines with symbolic sizes of {', '.join(PAGES)}, which SymPy is asked, too. All are true. SymPy is asked after `doit`; "
        f"tensorgrad whether derivative less claim simplifies to Zero. {LIMIT:g} s of work each.",
        head=["gradient", *answers],
        rows=rows,
        goals=[
            at_most("at most 5 ms a claim (median)", scores["derive"].median, 5e-3, seconds),
            at_least(f"10x less time than tensorgrad on the {len(both)} that it decides", gain, 10),
        ],
        tools=versions("sympy", "tensorgrad", "torch"),
        bars=[
            *([Bar("every size: tensorgrad", gain, 10)] if gain else []),
            *(Bar(f"every size, median: {name}", ratio(scores[name].median, scores["derive"].median)) for name in ("simplify", "equals")),
        ],
        notes=[
            *(
                f"{name} says false of {case.name}, which is true."
                for name, found in answers.items()
                for k, case in enumerate(cases)
                if found[k].said == "false"
            ),
            *(f"derive leaves {case.name} open." for k, case in enumerate(cases) if ours[k].said == OPEN),
            *(f"tensorgrad is faster on {cases[k].name}." for k in both if answers["tensorgrad"][k].seconds < ours[k].seconds),
            *missing_notes(tools),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
