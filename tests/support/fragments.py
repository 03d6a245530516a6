"""Fragments of mathematics, each with a representative claim: docs/support.md is made from what becomes of them.

A title is "Section: fragment". What is false is an erratum; what stays open says so.
"""

from sympy import besseli, digamma, erf, gamma, loggamma

from derive import (
    Abs,
    And,
    D,
    Eq,
    Integral,
    Interval,
    Max,
    Ne,
    Or,
    ShapeError,
    Sum,
    away_from,
    cases,
    ceiling,
    claim,
    convex,
    cos,
    costs,
    delta,
    differentiable_at,
    eq,
    erratum,
    exists,
    exp,
    floor,
    half,
    has_shape,
    iff,
    implies,
    indices,
    integer,
    kink,
    le,
    log,
    lt,
    member,
    minimises,
    natural,
    not_always,
    oo,
    original,
    pi,
    positive,
    real,
    real_matrix,
    real_vector,
    rounds_to,
    sign,
    sin,
    sqrt,
    tanh,
    tends_to,
)  # fmt: skip

# Given
n, m = natural("n m")
i, j, k = indices("i j k", upto=n)
x, y, c = real("x y c")
a, b = positive("a b")
u, v = real_vector("u", n), real_vector("v", n)
p = real_vector("p", n)
W = real_matrix("W", m, n)
N, q, s = integer("N q s")
Z = Sum(exp(u[k]), k)


def softmax(t):
    return exp(u[t]) / Z


def sigma(t):
    return 1 / (1 + exp(-t))


# Equations in numbers
rational = claim((x**2 - 1) / (x - 1), eq(x + 1), given=Ne(x, 1), source=original, title="Equations: rational functions")
domain = erratum(
    original, printed=claim((x**2 - 1) / (x - 1), eq(x + 1), title="Equations: a side that is undefined somewhere"), refuted_at={x: 1}
)
exponentials = claim(
    log(a**c * exp(b)), eq(c * log(a) + b), source=original, title="Equations: exponentials, logarithms and powers of positive numbers"
)
square_in_a_logarithm = erratum(
    original, printed=claim(log(x**2), eq(2 * log(x)), title="Equations: a law used outside its domain"), refuted_at={x: -1}
)
trigonometric = claim(
    sin(x + y), eq(sin(x) * cos(y) + cos(x) * sin(y)), source=original, title="Equations: trigonometric and hyperbolic functions"
)
special = claim(gamma(a + 1), eq(a * gamma(a)), source=original, title="Equations: gamma, polygamma, Bessel and error functions")
special_slope = claim(D(loggamma(a), a), eq(digamma(a)), source=original, title="Equations: derivatives of special functions")
bessel = claim(D(besseli(0, x), x), eq(besseli(1, x)), source=original, title="Equations: derivatives of Bessel functions")
nested_roots = claim(sqrt(3 + 2 * sqrt(2)), eq(1 + sqrt(2)), source=original, title="Equations: roots of numbers")

# Kinks and cases
larger = claim(Max(x, y), eq((x + y + Abs(x - y)) / 2), source=original, title="Kinks and cases: max, min, abs, sign, step")
piecewise = claim(
    Max(x, a * x),
    eq(cases((x, x >= 0), (a * x, True))),
    given=a < 1,
    source=original,
    title="Kinks and cases: piecewise definitions, at every boundary",
)
too_steep = erratum(
    original,
    printed=claim(Max(x, a * x), eq(cases((x, x >= 0), (a * x, True))), title="Kinks and cases: a hypothesis left out"),
    refuted_at={x: 1, a: 2},
)
off_the_kink = claim(D(Abs(x), x), eq(sign(x)), given=away_from(x, 0), source=original, title="Kinks and cases: derivatives off a kink")
at_the_kink = claim(
    kink(Max(x, 0), x, at=0, left=0, right=1, chosen={"jax.nn.relu": 0, "jnp.maximum(x, 0)": half}),
    source=original,
    title="Kinks and cases: one-sided derivatives, and what a library returns",
)
smooth = claim(differentiable_at(x * Abs(x), x, at=0, value=0), source=original, title="Kinks and cases: a kink that is none")

at_a_root = erratum(
    original,
    printed=claim(Abs(x**3 - 2), lt(Abs(x**3 - 2) + Abs(sign(x**3 - 2)) / 2), title="Kinks and cases: what fails at one irrational point"),
)

# Every size
gradient = claim(D(log(Z), u[j]), eq(softmax(j)), source=original, title="All sizes: gradients of sums over n entries")
jacobian = claim(
    D(softmax(i), u[j]), eq(softmax(i) * (delta(i, j) - softmax(j))), source=original, title="All sizes: Jacobians, with Kronecker deltas"
)
transposed = erratum(
    original,
    printed=claim(D(softmax(i), u[j]), eq(softmax(i) * (1 - softmax(j))), title="All sizes: an index or a sign that is wrong"),
    refuted_at={n: 2, i: 0, j: 1, u: (0, 0)},
)
matrices = claim(D(Sum((W @ u) ** 2) / 2, u), eq(W.T @ (W @ u)), source=original, title="All sizes: products of matrices and vectors")
shapes = claim(has_shape(W @ u, m, 1), source=original, title="All sizes: shapes")
misfit = erratum(original, printed=lambda: claim(W @ W, eq(W)), raises=ShapeError, reason="ill-posed", note="shapes that do not fit")
closed_form = claim(Sum(k**2, k), eq(n * (n - 1) * (2 * n - 1) / 6), source=original, title="All sizes: closed forms of sums")

# Order
squares = claim(2 * x * y, le(x**2 + y**2), source=original, title="Order: polynomials")
tangent = claim(log(a), le(a - 1), source=original, title="Order: one variable, by tangents and monotony")
schwarz = claim(Sum(u * v) ** 2, le(Sum(u**2) * Sum(v**2)), source=original, title="Order: sums over n entries")
strict = erratum(original, printed=claim(softmax(i), lt(1), title="Order: a strict bound that is met"), refuted_at={n: 1, i: 0, u: (0,)})
equivalence = claim(x < y, iff(exp(x) < exp(y)), source=original, title="Order: equivalences and implications")

# Integers
output_size = claim(
    floor((N - q) / s) + 1,
    eq(ceiling((N - q + 1) / s)),
    given=[s >= 1, q >= 1, q <= N],
    source=original,
    title="Integers: floor and ceiling",
)
split_floor = erratum(
    original,
    printed=claim(floor((N - q) / s), eq(floor(N / s) - floor(q / s)), given=s >= 1, title="Integers: a rounding that is lost"),
    refuted_at={N: 2, q: 1, s: 2},
)

# Calculus
integral = claim(Integral(exp(-a * x), x, 0, oo), eq(1 / a), source=original, title="Calculus: integrals with a closed form")
gaussian = claim(Integral(exp(-(x**2)), x, -oo, oo), eq(sqrt(pi)), source=original, title="Calculus: Gaussian integrals")
limit = claim(tends_to(tanh(b * x), b, oo, 1), given=x > 0, source=original, title="Calculus: limits")
limit_over_entries = claim(
    tends_to(Sum(exp(b * (u[k] - x)), k), b, oo, 0), given=u[j] < x, source=original, title="Calculus: limits of sums over n entries"
)

# Other statements
projection = claim(
    minimises(Max(v, 0), Sum((p - v) ** 2), over=p, subject_to=p >= 0),
    source=original,
    title="Statements: the one minimiser, in n dimensions",
)
bowl = claim(convex(log(Sum(exp(u))), over=u), source=original, title="Statements: convexity in n dimensions")
not_convex = claim(
    not_always(sigma((x + y) / 2) <= (sigma(x) + sigma(y)) / 2, at={x: 0, y: 4}),
    source=original,
    title="Statements: what does not always hold",
)
witnessed = claim(exists(sigma(2 * x) < 2 * sigma(x), at={x: 1}), source=original, title="Statements: what holds somewhere")
inside = claim(member(sigma(x), Interval.open(0, 1)), source=original, title="Statements: membership")
rounded = claim(rounds_to(tanh(1) / 2, "0.3808"), source=original, title="Statements: rounding")
cost = claim(costs(u * (v - (u.T @ v) * v), 5 * n - 1), source=original, title="Statements: operation counts")
logic = claim(And(x > 0, Or(Eq(y, x), y > x)), implies(y > 0), source=original, title="Statements: and, or, not")

# Open
reciprocal = claim(
    tends_to(1 / Sum(exp(b * (u[k] - x)), k), b, oo, 0),
    given=u[j] > x,
    source=original,
    title="Open: limits of quotients by a sum of n growing terms",
    unknown="dominance wants one term that outgrows the others",
)
error_function = claim(
    erf(x) ** 2,
    le(1 - exp(-4 * x**2 / pi)),
    source=original,
    title="Open: sharp bounds on special functions",
    unknown="the bound touches at 0 to second order, and no tangent or interval shows it",
)
