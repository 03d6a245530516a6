"""Log-sum-exp: a smooth maximum, whose gradient is the softmax and whose Hessian is the covariance of the softmax.

It is convex, it moves with a shift of its inputs, and it lies between the maximum and the maximum plus log n. The shift by the
maximum is what makes it safe to evaluate: every exponent is then at most 0, and one of them is 0.
"""

from derivations.softmax_jacobian import Z, c, i, j, jacobian, k, matrix_form, n, positive_semidefinite, s, v, x

from derive import (
    D,
    Eq,
    Sum,
    cite,
    claim,
    convex,
    definition,
    delta,
    diag,
    eq,
    erratum,
    exp,
    le,
    log,
    original,
    positive,
    real,
)  # fmt: skip

# Given
m = real("m")  # a bound of the inputs
t = positive("t")  # a temperature

lse = log(Z)

# The function
defined = definition(lse, source=cite("Boyd 2004", "section 3.1.5"), runs_as="jax.nn.logsumexp")
shift = claim(
    log(Sum(exp(x[k] + c), k)),
    eq(log(exp(c) * Z), why="e^c is the same in each term"),
    eq(lse + c, why="log of a product of positive numbers"),
    source=cite("Blanchard 2021"),
    reads_as="c is added to every entry: x + c 1",
    runs_as="jax.nn.logsumexp(x + c)",
)
shifted_back = claim(lse, eq(c + log(Sum(exp(x[k] - c), k)), why="c added and taken away"), source=cite("Blanchard 2021"))

# Bounds
maximum_and_log_n = claim(
    x[i],
    le(lse, why="one term of a sum of positive numbers"),
    le(log(n * exp(x[i])), why="each of the n terms is at most the largest"),
    eq(x[i] + log(n)),
    given=x[j] <= x[i],
    source=cite("Boyd 2004", "section 3.1.5"),
    reads_as="x_i is the largest entry",
)
of_equal_inputs = claim(lse, eq(c + log(n)), given=Eq(x[j], c), source=original)
above_each_input = claim(
    x[i],
    eq(log(exp(x[i]))),
    le(lse, why="e^x_i is one term of Z, and the others are positive"),
    source=cite("Boyd 2004", "section 3.1.5"),
)
at_most_a_bound_plus_log_n = claim(
    lse,
    le(log(Sum(exp(m), k)), why="every term is at most e^m"),
    eq(log(n * exp(m)), why="n equal terms"),
    eq(m + log(n)),
    given=x[j] <= m,
    source=cite("Boyd 2004", "section 3.1.5"),
    reads_as="m is at least every entry; the largest entry is one such m",
)

safe_to_evaluate = claim(exp(x[j] - x[i]), le(1, why="no exponent is above 0"), given=x[k] <= x[i], source=cite("Blanchard 2021"))

# Its derivatives
gradient_entry = claim(
    D(lse, x[j]),
    eq(1 / Z * D(Z, x[j]), why="chain rule, Z > 0"),
    eq(exp(x[j]) / Z, why="x_j occurs in one term of Z"),
    eq(s[j], why="definition of s"),
    source=cite("Boyd 2004", "section 3.1.5"),
    runs_as="jax.nn.logsumexp",
)
gradient = claim(D(lse, x), eq(s, why="entry by entry", by=gradient_entry), source=cite("Boyd 2004", "section 3.1.5"))
gradient_sums_to_one = claim(Sum(D(lse, x[j]), j), eq(Sum(s[j], j), by=gradient_entry), eq(1), source=original)
hessian_entry = claim(
    D(lse, x[i], x[j]),
    eq(D(s[i], x[j]), by=gradient_entry),
    eq(s[i] * (delta(i, j) - s[j]), by=jacobian),
    source=cite("Boyd 2004", "section 3.1.5"),
    runs_as="jax.nn.logsumexp",
)
hessian = claim(
    D(D(lse, x), x),
    eq(D(s, x), by=gradient),
    eq(diag(s) - s @ s.T, by=matrix_form),
    source=cite("Boyd 2004", "section 3.1.5"),
    layout="numerator",
)
curvature_in_a_direction = claim(
    0,
    le(v.T @ D(s, x) @ v, by=positive_semidefinite),
    eq(v.T @ D(D(lse, x), x) @ v, by=gradient),
    source=cite("Boyd 2004", "section 3.1.5"),
)
is_convex = claim(convex(lse, over=x), source=cite("Boyd 2004", "section 3.1.5"))

# A temperature
soft_maximum_gradient = claim(
    D(t * log(Sum(exp(x[k] / t), k)), x[j]),
    eq(exp(x[j] / t) / Sum(exp(x[k] / t), k), why="t and 1/t cancel"),
    source=original,
)


# Errata
shift_lost = erratum(
    original,
    printed=claim(log(Sum(exp(x[k] - c), k)), eq(lse, why="shifted, and not shifted back")),
    refuted_at={n: 2, c: 1, x: (0, 0)},
    instead=shifted_back,
    note="softmax forgets a shift, log-sum-exp does not",
)
hessian_without_the_outer_product = erratum(
    original,
    printed=claim(D(lse, x[i], x[j]), eq(s[i] * (delta(i, j) - s[i]), why="an index slipped")),
    refuted_at={n: 2, i: 0, j: 1, x: (0, 1)},
    instead=hessian_entry,
)
largest_input_alone = erratum(
    original,
    printed=claim(lse, le(m, why="log-sum-exp taken for the maximum"), given=x[j] <= m),
    refuted_at={n: 2, m: 0, x: (0, 0)},
    instead=at_most_a_bound_plus_log_n,
    note="log-sum-exp lies above the maximum, by as much as log n",
)
