"""With two classes, softmax is the sigmoid of the difference of the logits."""

from derivations.sigmoid_tanh import sigma, sigmoid_slope
from derivations.softmax_jacobian import i, j, n, s, softmax, x

from derive import (
    D,
    Eq,
    Ne,
    Sum,
    cite,
    claim,
    eq,
    erratum,
    exp,
    index,
    le,
    natural,
    nonzero,
    not_always,
    original,
    positive,
    real,
    real_vector,
)  # fmt: skip

# Given
t = real("t")  # the difference of two logits
first, second = real("first second")  # two logits
unit = index("unit", upto=2)  # the output unit of the event Y = 1, counted from 0
z = real_vector("z", 2)  # two logits as a vector
b = index("b", upto=2)
q = natural("q")  # number of terms of the functions in the quotient rule
l = index("l", upto=q)
f, g, e, h = (real_vector(name, q) for name in "fgeh")
u0, v0 = real("u0 v0")  # two functions at a point
a, c = real("a c")  # how far their difference quotients are from their slopes
step = nonzero("step")
slope_u, slope_v = real("slope_u slope_v")  # their slopes at that point
p, r = real("p r")
eps = positive("epsilon")

# Any number of classes
by_differences = claim(
    s[i],
    eq(exp(x[i]) / Sum(exp(x[j]), j), why="definition of softmax", by=softmax),
    eq(1 / Sum(exp(x[j] - x[i]), j), why="divide by exp(x_i) > 0"),
    eq(1 / Sum(exp(-(x[i] - x[j])), j)),
    source=cite("002", "HW 2, network, d, first chain"),
    covers=["002.hw2.mlp.d.softmax-differences"],
    runs_as="jax.nn.softmax",
)

# Two classes
pair = exp(z) / Sum(exp(z))  # the softmax of two logits
of_the_difference = claim(
    exp(first) / (exp(first) + exp(second)),
    eq(1 / (exp(-(first - first)) + exp(-(first - second))), why="divide by the numerator", by=by_differences),
    eq(1 / (exp(-(first - second)) + 1), why="e^0 = 1"),
    eq(1 / (1 + exp(-(first - second)))),
    eq(sigma(first - second), why="definition of sigma"),
    source=cite("002", "HW 2, network, d, m = 2"),
    covers=["002.hw2.mlp.d.binary-reduction"],
    reads_as="theta is o and delta is sigma",
)
event_of_the_first_unit = claim(
    pair[unit],
    eq(sigma(z[0] - z[1]), by=of_the_difference),
    given=Eq(unit, 0),
    source=cite("002", "HW 2, network, d, labels"),
    covers=["002.hw2.mlp.d.labels-and-indices"],
)
event_of_the_second_unit = claim(pair[unit], eq(1 - sigma(z[0] - z[1])), given=Eq(unit, 1), source=original)
event_needs_its_unit = claim(
    not_always(Eq(pair[unit], sigma(z[0] - z[1])), at={unit: 1, z: (1, 0)}),
    source=cite("002", "HW 2, network, d, labels"),
)
second_entry = claim(
    pair[1],
    eq(exp(z[1]) / (exp(z[0]) + exp(z[1])), why="definition of softmax"),
    eq(exp(t) / (exp(0) + exp(t)), why="the logits are 0 and t"),
    eq(exp(t) / (1 + exp(t))),
    given=[Eq(z[0], 0), Eq(z[1], t)],
    source=cite("001", "3.3.A"),
    covers=["001.3.3.softmax-p2"],
)
is_the_sigmoid = claim(
    exp(t) / (1 + exp(t)),
    eq(1 / (exp(-t) + 1), why="divide by e^t > 0"),
    eq(sigma(t)),
    source=cite("001", "3.3.A"),
    covers=["001.3.3.softmax-sigmoid"],
    runs_as="jax.nn.sigmoid",
)

# The slope. Any function u goes from u0 to u0 + step (slope_u + a) in a step, where a -> 0 with it if slope_u is its slope; so does v
u1, v1 = u0 + step * (slope_u + a), v0 + step * (slope_v + c)
quotient_of_slopes = (slope_u * v0 - u0 * slope_v) / v0**2
left_out = a * v0 - u0 * c - quotient_of_slopes * v0 * (v1 - v0)
difference_quotient = claim(
    (u1 / v1 - u0 / v0) / step,
    eq(((slope_u + a) * v0 - u0 * (slope_v + c)) / (v0 * v1), why="common denominator"),
    eq(quotient_of_slopes + left_out / (v0 * v1)),
    source=cite("001", "3.3.A"),
    covers=["001.3.3.quotient-rule"],
    reads_as="u and v are any functions; the step is not 0, and v is not 0 at either end of it",
)
left_out_vanishes = claim(
    (a * v0 - u0 * c - p * r) ** 2,
    le(3 * ((a * v0) ** 2 + (u0 * c) ** 2 + (p * r) ** 2), why="the square of a sum of three"),
    le(3 * eps**2 * (v0**2 + u0**2 + p**2)),
    given=[a**2 <= eps**2, c**2 <= eps**2, r**2 <= eps**2],
    source=cite("001", "3.3.A"),
    covers=["001.3.3.quotient-rule"],
    reads_as="u and v are any differentiable functions: whatever epsilon, a small enough step has a, c and r = v1 - v0 within it; so what "
    "is left out, with v0 times the quotient for p, is as small as one likes",
)
U = Sum(f[l] * exp(g[l] * t), l)
V = Sum(e[l] * exp(h[l] * t), l)
quotient_rule = claim(
    D(U / V, t),
    eq((D(U, t) * V - U * D(V, t)) / V**2),
    given=Ne(V, 0),
    source=cite("001", "3.3.A"),
    covers=["001.3.3.quotient-rule"],
    reads_as="u and v are any sums of exponentials",
)
p2 = exp(t) / (exp(0) + exp(t))  # the second output, at the logits 0 and t
slope = claim(
    D(p2, t),
    eq(D(exp(t) / (1 + exp(t)), t), by=second_entry),
    eq((exp(t) * (1 + exp(t)) - exp(t) * exp(t)) / (1 + exp(t)) ** 2, by=quotient_rule),
    eq((exp(t) + exp(2 * t) - exp(2 * t)) / (1 + exp(t)) ** 2),
    eq(exp(t) / (1 + exp(t)) ** 2),
    source=cite("001", "3.3.A"),
    covers=["001.3.3.softmax-derivative"],
)
slope_in_its_value = claim(
    D(p2, t),
    eq(p2 * (1 - p2), by=[is_the_sigmoid, sigmoid_slope]),
    source=cite("001", "3.3.A"),
    covers=["001.3.3.softmax-derivative-p"],
)

# Errata
differences_as_typed = erratum(
    cite("002", "HW 2, network, d, first chain"),
    printed=claim(
        s[i],
        eq(exp(x[i]) / Sum(exp(x[j]), j), why="definition of softmax"),
        eq(exp(x[i]) / Sum(x[j] - x[i], j), why="as typed: the exponentials are lost"),
        eq(1 / Sum(exp(-(x[i] - x[j])), j)),
    ),
    refuted_at={n: 2, i: 0, x: (0, 1)},
    instead=by_differences,
    covers=["002.hw2.mlp.d.softmax-differences"],
)
equal_exponents = erratum(
    cite("002", "HW 2, network, d, m = 2"),
    printed=claim(
        exp(first) / (exp(first) + exp(second)),
        eq(1 / (exp(-(first - second)) + exp(-(first - second))), why="as typed: both exponents alike"),
        eq(1 / (exp(-(first - second)) + 1)),
        eq(1 / (1 + exp(-(first - second)))),
        eq(sigma(first - second), why="definition of sigma"),
        reads_as="theta is o and delta is sigma",
    ),
    refuted_at={first: 1, second: 0},
    instead=of_the_difference,
    covers=["002.hw2.mlp.d.binary-reduction"],
    note="one exponent is the difference of a logit with itself; at equal logits nothing shows",
)
