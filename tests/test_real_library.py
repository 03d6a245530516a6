"""Sizes, counts and costs that the pages prove, held against JAX: shapes, parameter trees, convolutions, compiled flops."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cache, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from derive import catalogue
from derive.pages import load
from derive.statement.claim import Claim, Page
from derive.statement.term import ONE, ZERO, Term, add, make, mul, neg, num, rebuild, replace, show, subterms, sym


@cache
def claim(page: str, name: str) -> Claim:
    loaded = load(catalogue.library() / f"{page}.py")
    assert isinstance(loaded, Page), loaded
    return next(c for c in loaded.claims if c.id == f"{page}.{name}")


def last(page: str, name: str) -> Term:
    """The last line of a chain, or the count of a cost."""
    found = claim(page, name)
    if found.form is not None:
        count = found.form["count"]
        assert isinstance(count, Term)
        return count
    return found.links[-1].right


def number(t: Term, at: Mapping[str, Any]) -> Fraction:
    """The value of a term over the rationals; names and arrays by name, indices count from 0."""
    op, a = t.op, t.args
    if op == "num":
        return Fraction(a[0])
    if op in ("sym", "index"):
        return Fraction(at[a[0]])
    if op == "entry":
        place = tuple(int(number(i, at)) for i in a[3])
        return Fraction(at[a[0]][place])
    if op == "sum":
        size = int(number(a[1].args[1], at))
        return sum((number(a[0], {**at, a[1].args[0]: k}) for k in range(size)), Fraction(0))
    if op == "piecewise":
        return next(number(value, at) for value, condition in zip(a[::2], a[1::2], strict=True) if holds(condition, at))
    values = [number(u, at) for u in a]
    if op == "add":
        return sum(values, Fraction(0))
    if op == "mul":
        return reduce(lambda x, y: x * y, values, Fraction(1))
    if op == "pow":
        return values[0] ** int(values[1])
    if op in ("floor", "ceiling"):
        return Fraction(math.floor(values[0]) if op == "floor" else math.ceil(values[0]))
    raise AssertionError(f"no value for {show(t)}")


def holds(t: Term, at: Mapping[str, Any]) -> bool:
    if t.op in ("true", "false"):
        return t.op == "true"
    if t.op in ("and", "or"):
        return (all if t.op == "and" else any)(holds(u, at) for u in t.args)
    left, right = (number(u, at) for u in t.args)
    return {"eq": left == right, "ne": left != right, "lt": left < right, "le": left <= right}[t.op]


def convolved(n: int, k: int, s: int, p: int, d: int = 1) -> int:
    """The length that JAX gives a convolution along one axis."""
    x, w = (jax.ShapeDtypeStruct((1, 1, size), jnp.float32) for size in (n, k))
    out = jax.eval_shape(lambda x, w: lax.conv_general_dilated(x, w, (s,), [(p, p)], rhs_dilation=(d,)), x, w)
    return int(out.shape[2])


GRID = [
    (n, p, k, s, d)
    for n, p, k, s, d in itertools.product((1, 2, 5, 8, 13), (0, 1, 3), (1, 2, 3, 5), (1, 2, 3), (1, 2, 3))
    if d * (k - 1) + 1 <= n + 2 * p
]


Case = tuple[dict[str, Any], Any]  # values of the names of a formula, and what JAX has there


def disagreements(formula: Term, cases: list[Case]) -> list[dict[str, Any]]:
    """Where a formula has another value than JAX."""
    return [at for at, wanted in cases if number(formula, at) != wanted]


def convolutions() -> list[Case]:
    return [({"n": n, "p": p, "k": k, "s": s}, convolved(n, k, s, p)) for n, p, k, s, d in GRID if d == 1]


def modes(mode: str) -> list[Case]:
    found = []
    for n, h in itertools.product((3, 5, 8), (0, 1)):
        signal, kernel = (jax.ShapeDtypeStruct((size,), jnp.float32) for size in (n, 2 * h + 1))
        out = jax.eval_shape(lambda u, w: jnp.convolve(u, w, mode), signal, kernel)
        found.append(({"n": n, "k": 2 * h + 1, "h": h}, out.shape[0]))
    return found


def pools() -> list[Case]:
    found = []
    for n, w in itertools.product((4, 7, 12, 28), (1, 2, 3, 4)):
        image = jax.ShapeDtypeStruct((n,), jnp.float32)
        out = jax.eval_shape(lambda x, w=w: lax.reduce_window(x, -jnp.inf, lax.max, (w,), (w,), "VALID"), image)
        found.append(({"n": n, "w": w}, out.shape[0]))
    return found


def swapped(t: Term, old: str, new: str) -> Term:
    """t with another operation for each of one kind."""
    u = rebuild(t, lambda v: swapped(v, old, new))
    return make(new, *u.args) if u.op == old else u


def named(t: Term, table: Mapping[str, Term]) -> Term:
    """t with other values for some of its names."""
    return replace(t, {v: table[v.args[0]] for v in subterms(t) if v.op == "sym" and v.args[0] in table})


def test_convolution_sizes_are_those_of_jax() -> None:
    general = claim("conv_output_size", "starts_are_counted").links[-1].right
    plain = claim("conv_output_size", "without_dilation")
    for n, p, k, s, d in GRID:
        size = convolved(n, k, s, p, d)
        at = {"n": n, "p": p, "k": k, "s": s, "d": d}
        assert holds(general, {**at, "a": size - 1}), at
        assert not holds(general, {**at, "a": size}), at
    assert [disagreements(link.right, convolutions()) for link in plain.links] == [[], []]


def test_false_convolution_sizes_are_seen() -> None:
    by_floor, formula = (link.right for link in claim("conv_output_size", "without_dilation").links)
    for false in (
        swapped(by_floor, "floor", "ceiling"),
        swapped(formula, "ceiling", "floor"),
        add(formula, num(1)),
        named(formula, {"p": ZERO}),
        named(formula, {"s": ONE}),
        named(formula, {"k": ONE}),
    ):
        assert disagreements(false, convolutions()), show(false)
    general = claim("conv_output_size", "starts_are_counted").links[-1].right
    undilated = named(general, {"d": ONE})
    assert any(holds(undilated, {"n": n, "p": p, "k": k, "s": s, "a": convolved(n, k, s, p, d)}) for n, p, k, s, d in GRID)


@pytest.mark.parametrize(("mode", "others"), [("valid", ("same", "full")), ("same", ("valid", "full")), ("full", ("valid", "same"))])
def test_the_three_modes_are_those_of_jax(mode: str, others: tuple[str, ...]) -> None:
    assert not disagreements(last("convolution", f"{mode}_length"), modes(mode))
    for other in others:
        assert disagreements(last("convolution", f"{other}_length"), modes(mode)), other


def test_pooled_sizes_are_those_of_jax() -> None:
    side = last("pooling", "side")
    assert not disagreements(side, pools())
    for false in (swapped(side, "floor", "ceiling"), add(side, num(-1)), named(side, {"w": num(2)})):
        assert disagreements(false, pools()), show(false)


def leaves(*shapes: tuple[int, ...]) -> int:
    """How many numbers a parameter tree of these shapes holds, as its leaves have them."""
    tree = jax.eval_shape(lambda: {str(k): jnp.zeros(shape) for k, shape in enumerate(shapes)})
    return sum(leaf.size for leaf in jax.tree.leaves(tree))


def dense(*widths: int) -> list[tuple[int, ...]]:
    """Weights and biases of a fully connected network with these layers."""
    return [shape for d, h in itertools.pairwise(widths) for shape in ((h, d), (h,))]


def networks() -> list[Case]:
    sizes = itertools.product((1, 3, 784), (1, 5), (2, 10))
    return [({"d": d, "h": h, "m": m}, leaves(*dense(d, h, m))) for d, h, m in sizes]


def kernels() -> list[Case]:
    sizes = itertools.product((1, 3), (2, 3), (1, 32), (1, 64))
    return [({"f": f, "g": g, "c": c, "K": K}, leaves((f, g, c, K))) for f, g, c, K in sizes]


def deep_networks() -> list[Case]:
    return [({"n": n}, leaves(*dense(3072, 512, *[120] * (n + 1), 10))) for n in range(7)]


def test_parameter_counts_are_those_of_a_tree() -> None:
    assert not disagreements(last("parameter_count", "two_layers"), networks())
    assert not disagreements(last("parameter_count", "convolution"), kernels())
    assert number(last("parameter_count", "third_layer"), {}) == leaves((3, 3, 32, 64))
    assert number(last("parameter_count", "total"), {}) == leaves(*dense(3072, 512, 256, 10)) == 1707274
    first = claim("parameter_count", "layers_of_120").first
    assert first is not None
    assert not disagreements(first, deep_networks())


def test_false_parameter_counts_are_seen() -> None:
    d, h, m, f = (sym(name, "positive integer") for name in "dhmf")
    two_layers, convolution = last("parameter_count", "two_layers"), last("parameter_count", "convolution")
    for false in (
        add(two_layers, neg(h)),
        add(two_layers, neg(m)),
        named(two_layers, {"d": m, "m": d}),
    ):  # a bias forgotten, ends exchanged
        assert disagreements(false, networks()), show(false)
    for false in (named(convolution, {"g": f}), named(convolution, {"K": ONE}), add(convolution, ONE)):
        assert disagreements(false, kernels()), show(false)
    # What the source prints: a total without the last biases, and 3075 inputs.
    assert leaves(*dense(3072, 512, 256, 10)) != 1707264
    printed = add(num(3075 * 512 + 512 + 512 * 120 + 120 + 120 * 10 + 10), mul(num(120 * 120 + 120), sym("n")))
    assert len(disagreements(printed, deep_networks())) == 7


SIGNAL, KERNEL = (1, 1, 4, 4, 4, 1, 1), (Fraction(1, 4),) * 3
IMAGE = ((4, 5, 2, 2, 1), (3, 3, 2, 2, 4), (4, 3, 4, 1, 1), (5, 1, 4, 1, 2), (5, 1, 3, 1, 4))
TAPS = ((4, 3, 3), (5, 5, 5), (2, 4, 3))


def convolved_signal(mode: str) -> list[float]:
    return np.asarray(jnp.convolve(jnp.asarray(SIGNAL, float), jnp.asarray(KERNEL, float), mode)).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("mode", ["same", "valid"])
def test_the_worked_signal_is_that_of_jnp_convolve(mode: str) -> None:
    entries, wanted = last("convolution", f"{mode}_result"), convolved_signal(mode)
    (i,) = {u.args[0] for u in _free(entries)}
    cases: list[Case] = [({i: k}, w) for k, w in enumerate(wanted)]
    assert not disagreements(entries, cases)
    assert len(disagreements(add(entries, ONE), cases)) == len(wanted)
    assert disagreements(entries, [*cases[:-1], (cases[-1][0], wanted[-1] + 1)]), "one entry is off"
    for other in {"same", "valid", "full"} - {mode}:
        assert convolved_signal(other)[: len(wanted)] != wanted, "another mode is another result"


def test_the_full_result_is_that_of_jnp_convolve() -> None:
    wanted = convolved_signal("full")
    at = {
        "u": dict(zip(itertools.product(range(7)), SIGNAL, strict=True)),
        "w": dict(zip(itertools.product(range(3)), KERNEL, strict=True)),
    }
    equations = [t for t in _inside(last("convolution", "full_result")) if t.op == "eq"]
    assert sorted(float(number(t.args[0], at)) for t in equations) == sorted(float(number(t.args[1], at)) for t in equations)
    assert sorted(float(number(t.args[1], at)) for t in equations) == sorted(wanted)
    uneven = {**at, "w": {(0,): Fraction(1, 4), (1,): Fraction(1, 4), (2,): Fraction(1, 2)}}
    assert sorted(float(number(t.args[0], uneven)) for t in equations) != sorted(wanted), "another kernel is another result"


def test_the_worked_image_and_its_gradient_are_those_of_lax_conv() -> None:
    image, taps = jnp.asarray(IMAGE, float)[None, None], jnp.asarray(TAPS, float)[None, None]

    def outputs(x: Any, w: Any = taps) -> Any:
        return lax.conv(x, w, (1, 1), "VALID")[0, 0]

    def gradient(w: Any = taps) -> Any:
        return jax.grad(lambda x: outputs(x, w).sum())(image)[0, 0]

    for name, wanted, flipped in (
        ("all_nine_outputs", outputs(image), outputs(image, taps[:, :, ::-1, ::-1])),
        ("input_gradient", gradient(), gradient(taps[:, :, ::-1, ::-1])),
    ):
        entries = last("convolution", name)
        i, j = sorted({u.args[0] for u in _free(entries)})

        def cases(array: Any, i: str = i, j: str = j) -> list[Case]:
            return [({i: a, j: b}, w) for (a, b), w in np.ndenumerate(np.asarray(array))]

        assert not disagreements(entries, cases(wanted)), name
        assert disagreements(entries, cases(flipped)), "a kernel that is turned over is another one"
        assert disagreements(entries, cases(wanted.at[0, 1].add(1))), "one entry is off"
        assert len(disagreements(add(entries, ONE), cases(wanted))) == wanted.size


def flops(function: Any, *shapes: tuple[int, ...]) -> float:
    """What the compiler counts in a function of arrays of these shapes."""
    analysis = jax.jit(function).lower(*(jax.ShapeDtypeStruct(shape, jnp.float32) for shape in shapes)).cost_analysis()
    return float((analysis[0] if isinstance(analysis, list) else analysis)["flops"])


@pytest.mark.parametrize("n", [4, 8, 32, 100])
def test_costs_are_those_of_the_compiler(n: int) -> None:
    """The compiler counts a product of n terms as n multiplications and n additions, one more than it takes."""
    for name, function, shapes, products in (
        ("dense", lambda J, g: J.T @ g, ((n, n), (n,)), n),
        ("sigmoid_cost", lambda s, g: s * (1 - s) * g, ((n,), (n,)), 0),
        ("softmax_cost", lambda s, g: s * (g - jnp.dot(s, g)), ((n,), (n,)), 1),
    ):
        counted = flops(function, *shapes)
        claimed = int(number(last("vjp_complexity", name), {"n": n}))
        assert claimed <= counted <= claimed + products, name


def _inside(t: Term) -> list[Term]:
    return [t, *(u for a in t.args if isinstance(a, Term) for u in _inside(a))]


def _free(t: Term) -> list[Term]:
    return [u for u in _inside(t) if u.op == "index"]
