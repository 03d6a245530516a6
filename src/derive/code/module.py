"""Modules: a whole Python file with the functions of some claims, their proofs in words, and their tests."""

from __future__ import annotations

import builtins
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from derive.code.gradient import Gradient
from derive.code.libraries import LIBRARIES, Library
from derive.code.lines import WIDTH, Lines, Node, Statements, Unwritten
from derive.code.points import Nested, points_of
from derive.code.pullback import Pullback, grouped, pullback
from derive.code.words import docstring
from derive.statement.term import Term, subterms
from derive.witness.lower import Unlowered

KEYWORDS = {
    "lambda",
    "in",
    "is",
    "as",
    "if",
    "or",
    "and",
    "not",
    "del",
    "for",
    "def",
    "np",
    "jnp",
    "jax",
    "torch",
    "math",
    "special",
    "saved",
    "ctx",
    "g",
}


@dataclass(frozen=True)
class Code:
    """One function ready to be put in a file: its names, its statements, and what the backward pass keeps of the forward one."""

    name: str
    pullback: Pullback
    arguments: tuple[str, ...]
    forward: tuple[str, ...]
    value: str
    saved: tuple[str, ...]
    backward: tuple[str, ...]
    gradients: dict[str, str]  # argument -> expression
    plain: tuple[str, ...]  # the primal as it is stated, and
    plain_value: str

    @property
    def proved(self) -> list[str]:
        """The arguments in which a gradient is proved."""
        return [a for a in self.arguments if a in self.gradients]


def module(gradients: Sequence[Gradient], library: str) -> tuple[str, list[str]]:
    """The text of a Python file: of each function of which these are gradients the passes and the tests; and what had to be left out.

    Raises Unwritten where there is no function left.
    """
    spoken, bodies, codes, taken, left_out = LIBRARIES[library], [], [], set(KEYWORDS), []
    for group in grouped(gradients):
        try:
            code = _code(pullback(group), _function_name(group[0], taken), spoken)
            bodies.append((PARTS[library](code) + _test(code, spoken)).strip("\n"))
            codes.append(code)
        except (Unwritten, Unlowered) as error:
            left_out.append(f"{', '.join(g.claim.id for g in group)}: {error}")
    if not codes:
        raise Unwritten("; ".join(left_out))
    body = "\n\n\n".join(bodies)
    return "\n".join(_head(codes, spoken, body)) + _shared(spoken, body) + body + "\n" + CHECKS[library], left_out


def _function_name(gradient: Gradient, taken: set[str]) -> str:
    """The library function that the primal is, where the claim names one; else the claim's name."""
    called = re.match(r"[\w.]+", gradient.claim.runs_as)
    own = gradient.claim.id.rpartition(".")[2]
    name = called.group().rpartition(".")[2] if called else f"{own}_primal"
    name = name if not hasattr(builtins, name) else f"{name}_"
    name = name if name not in taken else f"{name}_of_{own}"
    taken.add(name)
    return name


def _code(found: Pullback, name: str, library: Library) -> Code:
    names: dict[str, str] = {}
    for u in found.arguments:
        word = re.sub(r"\W", "_", u.args[0])
        names[u.args[0]] = word if word not in KEYWORDS else f"{word}_"
    arguments = tuple(names.values())
    sizes: dict[Term, tuple[str, str]] = {}
    for u in found.arguments:
        for k, size in enumerate(u.args[2] if u.op == "entry" else ()):
            if size.op == "sym":
                sizes.setdefault(size, (u.args[0], f".shape[{k - len(u.args[2])}]"))
    like = next((g.variable.args[0] for g in found.gradients), "")
    cotangents = {g.cotangent.args[0]: "g" for g in found.gradients}
    # A sigmoid that is part of the value is kept, and costs least as the library has it; else its exponential is shared.
    of_value = any(u in found.stable.defined and u.args[0].startswith("sigmoid") for u in subterms(found.forward))
    lines = Lines(library.bare if of_value else library, found.stable, names | cotangents, sizes, like)
    outputs = found.gradients[0].outputs
    value = lines.array(found.forward, outputs)
    results: dict[str, Node] = {}
    for back in found.backward:
        v = back.gradient.variable
        node = lines.array(back.form, back.gradient.axes, v.args[0])
        results[names[v.args[0]]] = lines.shaped_like(node, v.args[0]) if len(arguments) > 1 else node
    saved = _saved(value, list(results.values()), arguments)
    indent = 8 if library.name == "torch" else 4
    forward = Statements({}, {*KEYWORDS, *arguments}, indent)
    forward.count([value, *saved])
    kept = {node: forward.name(node, always=True) for node in saved}
    returned = forward.name(value)
    backward = Statements(dict(kept), {*KEYWORDS, *arguments, *kept.values()}, indent)
    backward.count(results.values())
    written = {a: backward.name(node) for a, node in results.items()}
    bare = Lines(library.plain, found.stable, names, sizes, like)
    plain = Statements({}, {*KEYWORDS, *arguments}, 4)
    node = bare.array(found.primal, outputs)
    plain.count([node])
    plain_value = plain.name(node)
    return Code(
        name, found, arguments, tuple(forward.out), returned, tuple(kept.values()), tuple(backward.out), written, tuple(plain.out),
        plain_value,
    )  # fmt: skip


def _saved(value: Node, results: list[Node], arguments: Sequence[str]) -> list[Node]:
    """What the backward pass takes over from the forward one: whatever it uses that was computed or handed in there."""
    there: set[Node] = set()
    todo = [value]
    while todo:
        node = todo.pop()
        if node not in there and not node.is_plain:
            there.add(node)
            todo += node.inside()
    found: dict[Node, None] = {}
    seen: set[Node] = set()

    def go(node: Node) -> None:
        if node in seen:
            return
        seen.add(node)
        if node in there and not node.is_number or node.is_plain and node.form in arguments:
            found[node] = None
            return
        for inner in node.inside():
            go(inner)

    for node in results:
        go(node)
    return list(found)


# Files


def _head(codes: Sequence[Code], library: Library, body: str) -> list[str]:
    claims = ", ".join(g.claim.id for code in codes for g in code.pullback.gradients)
    words = f"Functions with proved gradients, for {library.title}. Generated by derive; do not edit."
    out = ['"""' + words, "", *textwrap.wrap(f"Claims: {claims}.", WIDTH), "", "Run the tests with: pytest FILE", '"""', ""]
    plain = [name for name in ("math",) if re.search(rf"\b{name}\.", body)]
    out += [*(f"import {name}" for name in plain), *([""] if plain else [])]
    needed = [line for word, line in library.imports.items() if word in body]
    if library.name == "numpy":
        out += ["import numpy as np", *needed]
    elif library.name == "jax":
        out += ["import jax", "import jax.numpy as jnp", "import numpy as np", *needed]
    else:
        out += ["import torch", "from torch.autograd.function import once_differentiable"]
    return [*out, "", "", ""]


def _shared(library: Library, body: str) -> str:
    """Functions that several of the file use."""
    out = ""
    if "_sum_to(" in body:
        out += SUM_TO.replace("np.", f"{library.module}.")
    if re.search(r"(?<![\w.])_stable_sigmoid\(", body):
        out += SIGMOID.replace("np.", f"{library.module}.")
    return out


SUM_TO = '''def _sum_to(gradient, shape):
    """The gradient summed over the axes along which its argument was stretched."""
    extra = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(extra)))
    wide = tuple(k for k, n in enumerate(shape) if n == 1 != gradient.shape[k])
    return gradient.sum(axis=wide, keepdims=True)


'''
# In JAX a compiler takes the exponential of u and -u, and of a softplus beside them, once.
SIGMOID = '''def _stable_sigmoid(u):
    """1 / (1 + exp(-u)), with an exponential that cannot overflow."""
    e = np.exp(-np.abs(u))
    return np.where(u >= 0, 1, e) / (1 + e)


'''


def _block(lines: Sequence[str], indent: int = 4) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


def _call(before: str, arguments: Sequence[str], after: str = "", indent: int = 0) -> str:
    """A call or a signature, one argument to a line where it is long."""
    line = f"{before}({', '.join(arguments)}){after}"
    if len(line) + indent <= WIDTH:
        return line
    pad = " " * indent
    return f"{before}(\n" + "".join(f"{pad}    {a},\n" for a in arguments) + f"{pad}){after}"


def _pair(names: Sequence[str]) -> str:
    """A tuple display."""
    return f"({names[0]},)" if len(names) == 1 else "()" if not names else f"({', '.join(names)})"


def _numpy(code: Code) -> str:
    arrays = _converted(code, "np.asarray")
    out = f"{_call(f'def {code.name}_forward', code.arguments, ':')}\n{docstring(code.pullback, code.arguments, WIDTH - 4)}"
    out += _block([*arrays, *code.forward, *_returned([code.value, _pair(code.saved)], bare=True)])
    named = f"The gradient{'s' if len(code.proved) > 1 else ''} in {', '.join(code.proved)}"
    out += f'\n\ndef {code.name}_backward(saved, g):\n    """{named}: the cotangent g pulled back."""\n'
    return out + _block([*_unpacked(code, "saved"), *code.backward, *_returned([code.gradients[a] for a in code.proved], bare=True)])


def _converted(code: Code, call: str) -> list[str]:
    """The arguments as arrays: those in which nothing is differentiated in the dtype of the first other one."""
    first = code.proved[0]
    others = [a for a in code.arguments if a not in code.proved]
    return [f"{a} = {call}({a})" for a in code.proved] + [f"{a} = {call}({a}, dtype={first}.dtype)" for a in others]


def _unpacked(code: Code, of: str) -> list[str]:
    return [f"{_pair(code.saved) if len(code.saved) == 1 else ', '.join(code.saved)} = {of}"] if code.saved else []


def _jax(code: Code) -> str:
    others = [a for a in code.arguments if a not in code.gradients]
    arrays = _converted(code, "jnp.asarray")
    inner, outer, back = f"_{code.name}", f"_{code.name}_forward" if others else f"_{code.name}", f"_{code.name}_backward"
    out = f"@jax.custom_vjp\n{_call(f'def {code.name}', code.arguments, ':')}\n{docstring(code.pullback, code.arguments, WIDTH - 4)}"
    out += _block([_call(f"return {inner}", code.arguments, "[0]", 4)])
    out += f"\n\n{_call(f'def {inner}', code.arguments, ':')}\n"
    out += _block([*arrays, *code.forward, *_returned([code.value, _pair(code.saved)], bare=True)])
    if others:
        out += f"\n\n{_call(f'def {outer}', code.arguments, ':')}\n"
        out += _block([line for a in others for line in (f"if {a}.perturbed:", f'    raise TypeError("no gradient in {a} is proved")')])
        out += _block([_call(f"return {inner}", [f"{a}.value" for a in code.arguments], indent=4)])
    zero = ["if isinstance(g, jax.custom_derivatives.SymbolicZero):", "    g = jnp.zeros(g.shape, g.dtype)"] if others else []
    out += f"\n\ndef {back}(saved, g):\n"
    out += _block([*zero, *_unpacked(code, "saved"), *code.backward, *_returned([code.gradients.get(a, "None") for a in code.arguments])])
    more = ["symbolic_zeros=True"] if others else []
    return f"{out}\n\n{_call(f'{code.name}.defvjp', [outer, back, *more])}\n"


def _torch(code: Code) -> str:
    kind = "_" + "".join(w.capitalize() for w in code.name.split("_"))
    others = [k for k, a in enumerate(code.arguments) if a not in code.gradients]
    out = f"class {kind}(torch.autograd.Function):\n    @staticmethod\n    {_call('def forward', ['ctx', *code.arguments], ':', 4)}\n"
    kept = [_call("ctx.save_for_backward", code.saved, indent=8)] if code.saved else []
    out += _block([*code.forward, *kept, f"return {code.value}"], 8)
    out += "\n    @staticmethod\n    @once_differentiable\n    def backward(ctx, g):\n"
    for k in others:
        out += _block([f"if ctx.needs_input_grad[{k}]:", f'    raise TypeError("no gradient in {code.arguments[k]} is proved")'], 8)
    returned = _returned([code.gradients.get(a, "None") for a in code.arguments], bare=True, indent=8)
    out += _block([*_unpacked(code, "ctx.saved_tensors"), *code.backward, *returned], 8)
    like = code.proved[0]
    tensors = [f"{a} = torch.as_tensor({a}, dtype={like}.dtype, device={like}.device)" for a in code.arguments if a not in code.gradients]
    out += f"\n\n{_call(f'def {code.name}', code.arguments, ':')}\n{docstring(code.pullback, code.arguments, WIDTH - 4)}"
    return out + _block([*tensors, _call(f"return {kind}.apply", code.arguments, indent=4)])


def _returned(results: Sequence[str], *, bare: bool = False, indent: int = 4) -> list[str]:
    """A return statement of a tuple, or with `bare` of what stands alone, one part to a line where it is long."""
    line = f"return {', '.join(results)}" if bare else f"return {_pair(results)}"
    return [line] if len(line) + indent <= WIDTH else ["return (", *(f"    {r}," for r in results), ")"]


PARTS = {"numpy": _numpy, "jax": _jax, "torch": _torch}


# Tests


def _test(code: Code, library: Library) -> str:
    """The function's points, its primal as the claim states it, and a test that differentiates that."""
    name, points = code.name, f"{code.name.upper()}_POINTS"
    order = str([code.arguments.index(a) for a in code.proved])
    out = f"\n\n{points} = {_literal([list(p) for p in points_of(code.pullback)], 0, len(points) + 3)}\n"
    out += f"\n\n{_call(f'def _plain_{name}', code.arguments, ':')}\n"
    out += _block(['"""The function as the claim states it."""', *code.plain, f"return {code.plain_value}"])
    passes = [f"{name}_forward", f"{name}_backward"] if library.name == "numpy" else [name]
    return f"{out}\n\ndef test_{name}():\n" + _block([_call("_check", [*passes, f"_plain_{name}", points, order], indent=4)])


CHECKS = {
    "numpy": '''

def _check(forward, backward, plain, points, moving):
    """Hold both passes against central differences of the plain function."""
    for point in points:
        point = [np.asarray(x, dtype="float64") for x in point]
        value, saved = forward(*point)
        np.testing.assert_allclose(value, plain(*point), rtol=1e-9, atol=1e-12)
        g = np.cos(1.0 + np.arange(np.size(value))).reshape(np.shape(value))
        found = backward(saved, g)
        found = found if isinstance(found, tuple) else (found,)
        for k, gradient in zip(moving, found, strict=True):
            expected = np.zeros_like(point[k])
            for at in np.ndindex(expected.shape):
                step = np.zeros_like(point[k])
                step[at] = h = 1e-5 * max(1.0, abs(point[k][at]))
                up = plain(*point[:k], point[k] + step, *point[k + 1 :])
                down = plain(*point[:k], point[k] - step, *point[k + 1 :])
                expected[at] = np.sum(g * (up - down)) / (2 * h)
            np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-7)
''',
    "jax": '''

def _check(function, plain, points, moving):
    """Hold value and gradients against those that JAX finds of the plain function."""
    with jax.enable_x64(True):
        for point in points:
            point = [jnp.asarray(x, dtype="float64") for x in point]

            def put(f, point=point):
                def of(*xs):
                    inputs = dict(enumerate(point)) | dict(zip(moving, xs, strict=True))
                    return f(*inputs.values())

                return of

            at = [point[k] for k in moving]
            value, pull = jax.vjp(put(function), *at)
            expected, pull_plain = jax.vjp(put(plain), *at)
            np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12)
            g = jnp.cos(1.0 + jnp.arange(value.size)).reshape(value.shape)
            for ours, theirs in zip(pull(g), pull_plain(g), strict=True):
                np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-11)
''',
    "torch": '''

def _check(function, plain, points, moving):
    """Hold value and gradients against those that PyTorch finds, and by gradcheck."""
    for point in points:
        point = [torch.as_tensor(x, dtype=torch.float64) for x in point]
        at = [point[k].requires_grad_() for k in moving]
        value, expected = function(*point), plain(*point)
        torch.testing.assert_close(value, expected, rtol=1e-9, atol=1e-12)
        g = torch.cos(1.0 + torch.arange(value.numel())).reshape(value.shape).double()
        ours = torch.autograd.grad(value, at, g)
        theirs = torch.autograd.grad(expected, at, g, materialize_grads=True)
        for a, b in zip(ours, theirs, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-11)
        assert torch.autograd.gradcheck(function, point)
''',
}


def _literal(value: Nested, indent: int, lead: int = 16) -> str:
    """A nested list as the formatter would break it."""
    flat = repr(value)
    if not isinstance(value, list) or len(flat) + indent + lead <= WIDTH - 1:
        return flat
    inner = "".join(f"{' ' * (indent + 4)}{_literal(v, indent + 4, 0)},\n" for v in value)
    return f"[\n{inner}{' ' * indent}]"
