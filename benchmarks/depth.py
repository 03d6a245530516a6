"""A network of L layers with symbolic widths: the time to prove all its gradients, as L grows.

usage: python benchmarks/depth.py [--all]
"""

from __future__ import annotations

import math
import statistics
import sys
from typing import Any

from sympy import Derivative, Idx, IndexedBase, Sum, Symbol, preorder_traversal, tanh

from frame import LIMIT, OPEN, TRUE, Answer, Child, Comparison, Goal, Tool, main, ratio, seconds, times, versions
from rivals import Sides, ask_derive

DEPTHS = (1, 2, 4, 8, 16)
ALL_DEPTHS = tuple(range(1, 17))
TURNS = 3
STEEPEST = 1.2  # time ~ L^p counts as linear up to this p


class Network:
    """L layers h_l = tanh(W_l h_(l-1) + b_l) of widths n_0 .. n_L, and half the squared distance of the last from a target."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.n = n = [Symbol(f"n{k}", integer=True, positive=True) for k in range(depth + 1)]
        self.x, self.t = (IndexedBase(name, shape=(size,), real=True) for name, size in (("x", n[0]), ("t", n[depth])))
        self.w = [None, *(IndexedBase(f"W{k}", shape=(n[k], n[k - 1]), real=True) for k in range(1, depth + 1))]
        self.b, self.h, self.g = (
            [IndexedBase(f"{name}{k}", shape=(n[k],), real=True) for k in range(depth + 1)] for name in ("b", "h", "g")
        )

    def index(self, name: str, layer: int) -> Any:
        return Idx(f"{name}{layer}", self.n[layer])

    def before(self, layer: int, at: Any, value: Any) -> Any:
        """The sum W h + b of a layer at one place, where `value(place)` is the layer below."""
        k = self.index("k", layer - 1)
        return Sum(self.w[layer][at, k] * value(k), (k, 0, self.n[layer - 1] - 1)) + self.b[layer][at]

    # Layer by layer: what reaches a layer from above is any cotangent g, and what it gets from below any value h.

    def each_layer(self) -> list[Sides]:
        """The rules of backpropagation: the loss in the last layer, and of each layer its gradients in W, b and its input."""
        last = self.index("i", self.depth)
        r = self.index("r", self.depth)
        loss = Sum((self.h[self.depth][r] - self.t[r]) ** 2, (r, 0, self.n[self.depth] - 1)) / 2
        claims = [Sides(Derivative(loss, self.h[self.depth][last]), self.h[self.depth][last] - self.t[last], "eq")]
        for layer in range(self.depth, 0, -1):
            i, j, q = self.index("i", layer), self.index("j", layer - 1), self.index("q", layer)
            below = self.h[layer - 1] if layer > 1 else self.x

            def a(at: Any, layer: int = layer, below: Any = below) -> Any:
                return self.before(layer, at, lambda k: below[k])

            out = Sum(self.g[layer][q] * tanh(a(q)), (q, 0, self.n[layer] - 1))
            slope = self.g[layer][i] * (1 - tanh(a(i)) ** 2)
            claims += [
                Sides(Derivative(out, self.w[layer][i, j]), slope * below[j], "eq"),
                Sides(Derivative(out, self.b[layer][i]), slope, "eq"),
                Sides(Derivative(out, below[j]), Sum(slope * self.w[layer][i, j], (i, 0, self.n[layer] - 1)), "eq"),
            ]
        return claims

    # At once: the whole network as one formula, and of each gradient the whole formula of backpropagation.

    def a(self, layer: int, at: Any) -> Any:
        return self.before(layer, at, lambda k: self.value(layer - 1, k))

    def value(self, layer: int, at: Any) -> Any:
        return self.x[at] if layer == 0 else tanh(self.a(layer, at))

    def cotangent(self, layer: int, at: Any) -> Any:
        slope = 1 - tanh(self.a(layer, at)) ** 2
        if layer == self.depth:
            return (self.value(layer, at) - self.t[at]) * slope
        q = self.index("q", layer + 1)
        return Sum(self.w[layer + 1][q, at] * self.cotangent(layer + 1, q), (q, 0, self.n[layer + 1] - 1)) * slope

    def in_one(self) -> list[Sides]:
        r = self.index("r", self.depth)
        loss = Sum((self.value(self.depth, r) - self.t[r]) ** 2, (r, 0, self.n[self.depth] - 1)) / 2
        claims = []
        for layer in range(1, self.depth + 1):
            i, j = self.index("i", layer), self.index("j", layer - 1)
            claims.append(Sides(Derivative(loss, self.w[layer][i, j]), self.cotangent(layer, i) * self.value(layer - 1, j), "eq"))
            claims.append(Sides(Derivative(loss, self.b[layer][i]), self.cotangent(layer, i), "eq"))
        return claims


def ask_all(claims: list[Sides], turns: int) -> list[Answer]:
    """Each claim's answer, with the least time of so many turns; a claim that is not decided is not asked again, nor what follows it."""
    child = Child(Tool("derive", ask_derive), claims)
    found: list[Answer] = []
    for place in range(len(claims)):
        first = child.ask(place)
        if first.said == TRUE:
            found.append(min([first, *(child.ask(place) for _ in range(turns - 1))], key=lambda a: a.seconds))
        else:
            found.append(first)
            break
    child.close()
    return found


def length(claims: list[Sides]) -> int:
    """How many nodes the statements have when they are written out."""
    return sum(1 for claim in claims for side in (claim.lhs, claim.rhs) for _ in preorder_traversal(side))


def steepness(series: dict[int, float]) -> float:
    """The p of the best fit time ~ size^p."""
    points = [(math.log(size), math.log(spent)) for size, spent in series.items()]
    x, y = (statistics.mean(values) for values in zip(*points, strict=True))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def compare(every: bool) -> Comparison:
    rows, layers, whole = [], dict[int, float](), dict[int, float]()
    deepest = stopped = 0
    for depth in ALL_DEPTHS if every else DEPTHS:
        network = Network(depth)
        each = ask_all(network.each_layer(), TURNS)
        layers[depth] = sum(a.seconds for a in each)
        if each[-1].said == OPEN:
            raise RuntimeError(f"derive leaves a layer of depth {depth} open")
        cell = "not asked"
        if not stopped:
            claims = network.in_one()
            answers = ask_all(claims, 1)
            if answers[-1].said == TRUE:
                deepest, nodes = depth, length(claims)
                whole[nodes] = sum(a.seconds for a in answers)
                cell = f"{seconds(whole[nodes])} for {nodes:,} nodes"
            else:
                stopped = depth
                why = answers[-1].trouble or f"open after {seconds(answers[-1].seconds)}"
                cell = f"{len(answers) - 1} of {len(claims)}, then one is {why}"
        rows.append([str(depth), str(len(each)), seconds(layers[depth]), str(2 * depth), cell])
    power = steepness(layers)
    power_whole = steepness(whole) if len(whole) > 1 else None
    measured = f"proved up to L = {deepest}" + (f", there as nodes^{power_whole:.2f}" if power_whole is not None else "")
    return Comparison(
        name="depth",
        title="10. Depth",
        text="A network of L tanh layers with widths n_0 .. n_L, all symbolic. Layer by layer: the loss in the last layer, and of "
        "every layer its gradients in W, b and its input for any cotangent from above, 3 L + 1 claims; the chain rule joins them. In "
        f"one: every gradient of the loss as one nested formula, 2 L claims; {LIMIT:g} s each. The time includes reading.",
        head=["L", "claims", "layer by layer", "claims", "in one"],
        rows=rows,
        goals=[
            Goal("layer by layer, time linear in L", f"L^{power:.2f}", power <= STEEPEST),
            Goal(
                "in one formula up to L = 16, time linear in the length of the statements",
                measured,
                not stopped and power_whole is not None and power_whole <= STEEPEST,
            ),
        ],
        tools=versions("sympy", "python-flint"),
        notes=[
            "In one formula the statements of all gradients together grow faster than L^2: each holds all layers, written out.",
            f"Time at L = {max(layers)} over time at L = {min(layers)}, layer by layer: "
            f"{times(ratio(layers[max(layers)], layers[min(layers)]))}.",
        ],
    )


if __name__ == "__main__":
    sys.exit(main(compare))
