"""Steps, softmax and its Jacobian without the condition under which what is said of them holds."""

from derivations.softmax_cross_entropy import W, f, l
from derivations.softmax_jacobian import c, i, j, k, n, s, x

from derive import (
    Abs,
    D,
    Heaviside,
    Max,
    Ne,
    ShapeError,
    Sum,
    claim,
    costs,
    diag,
    eq,
    erratum,
    exp,
    half,
    log,
    lt,
    ne,
    original,
    positive,
    real,
    real_vector,
    tends_to,
)  # fmt: skip

a, e, z = real("a e z")
steep = positive("steep")
g = real_vector("g", n)


def sigma(t):
    return 1 / (1 + exp(-t))


def softmax_of(t):
    return exp(t) / Sum(exp(t))


rectifier_jumps = claim(tends_to(Max(0, z), z, 0, 1, side="+"), source=original, covers=["002.hw3.1b.no-derivative-at-zero"])
uniformly_near_the_step = claim(
    Abs(sigma(steep * z) - Heaviside(z)), lt(half / 2), given=steep > 100, source=original, covers=["002.hw3.1d.conclusion"]
)
size_for_vector = claim(exp(c * n) / Sum(exp(c * n), k), eq(softmax_of(c * x)[i]), source=original, covers=["002.hw3.1i.scaled"])
glyph_as_a_factor = claim(
    D(softmax_of(n * x)[i], x[i]),
    eq(softmax_of(n * x)[i] - softmax_of(n * x)[i] ** 2),
    source=original,
    covers=["002.hw3.1j.diagonal"],
)
entry_for_matrix = erratum(
    original, printed=lambda: claim(D(s[i], x[j]), eq(diag(s) - s @ s.T)), raises=ShapeError, covers=["002.hw3.1k.matrix"]
)
whole_vector = erratum(
    original,
    printed=lambda: claim(D(log(s), x), eq(D(x, x) - D(x, x).T @ s)),
    raises=ShapeError,
    covers=["002.hw3.1L.sum", "002.hw3.1L.expectation"],
)
through_the_matrix = claim(costs((diag(s) - s @ s.T).T @ g, 4 * n - 1), source=original, covers=["003.1l.softmax"])
one_argument = claim(Max(a + e), ne(Max(a) + Max(e)), source=original, covers=["004.1.nonlinear"])
weight_moves_one_output = claim(D(f[j], W[i, l]), eq(0), given=Ne(i, j), source=original, covers=["004.2.1.affect"])
finite_logits_are_certain = claim(exp(c) / (exp(0) + exp(0) + exp(c)), eq(1), source=original, covers=["004.2.2.example"])
