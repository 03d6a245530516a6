"""Softmax Jacobian: raising one logit lowers every other output.

As a matrix it is diag(s) - s s^T. It is symmetric, its rows sum to zero, its quadratic form is a variance, and its product with a
vector takes one inner product instead of n of them.
"""

from derive import (
    D,
    Eq,
    Ne,
    ShapeError,
    Sum,
    array,
    cases,
    cite,
    claim,
    definition,
    delta,
    diag,
    eq,
    erratum,
    exp,
    has_shape,
    indices,
    le,
    lt,
    natural,
    not_always,
    ones,
    original,
    outer,
    real,
    real_vector,
)  # fmt: skip

# Given
n = natural("n")  # number of classes
i, j, k = indices("i j k", upto=n)
x = real_vector("x", n)  # logits
c = real("c")  # a shift or a scale
v = real_vector("v", n)  # a direction
Z = Sum(exp(x[k]), k)
s = array(n, lambda a: exp(x[a]) / Z, name="s")  # the outputs
J = D(s, x)

# The function
softmax = definition(
    s[i],
    source=cite("003", "1, definitions"),
    covers=["003.1.def.softmax"],
    runs_as="jax.nn.softmax",
)
denominator_positive = claim(0, lt(Z, why="a sum of exponentials"), source=original)
outputs_positive = claim(0, lt(s[i]), le(1), source=original)
outputs_sum_to_one = claim(
    Sum(s[i], i),
    eq(Sum(exp(x[i]), i) / Z, why="the denominator is the same in each term"),
    eq(1),
    source=original,
)
shift_invariant = claim(
    exp(x[i] + c) / Sum(exp(x[k] + c), k),
    eq(exp(x[i]) * exp(c) / Sum(exp(x[k]) * exp(c), k), why="exponential law"),
    eq(exp(c) * exp(x[i]) / (exp(c) * Z), why="e^c is the same in each term"),
    eq(exp(x[i]) / Z, why="e^c > 0 cancels"),
    eq(s[i], why="definition of s"),
    source=[cite("000", "3.2"), cite("001", "3.2.1"), cite("002", "HW 3, h")],
    covers=["000.3.2.softmax-shift", "001.3.2.1.softmax-shift1", "001.3.2.1.softmax-shift2", "002.hw3.1h"],
    reads_as="c is added to every entry: x + c 1",
    runs_as="jax.nn.softmax(x + c)",
)
not_scale_invariant = claim(
    not_always(Eq(exp(c * x[i]) / Sum(exp(c * x[k]), k), s[i]), at={n: 2, i: 0, c: 2, x: (0, 1)}),
    source=cite("002", "HW 3, i"),
    covers=["002.hw3.1i.not-invariant"],
)

# The Jacobian, entry by entry
jacobian = claim(
    D(s[i], x[j]),
    eq((D(exp(x[i]), x[j]) * Z - exp(x[i]) * D(Z, x[j])) / Z**2, why="quotient rule, Z > 0"),
    eq((delta(i, j) * exp(x[i]) * Z - exp(x[i]) * exp(x[j])) / Z**2, why="x_j occurs in one term of Z"),
    eq(delta(i, j) * s[i] - s[i] * s[j], why="definition of s"),
    eq(s[i] * (delta(i, j) - s[j])),
    source=[cite("003", "1j"), cite("002", "HW 3, j")],
    covers=["003.1j.stmt", "003.1j.concl", "002.hw3.1j.combined", "002.hw3.1k.entry"],
    runs_as="jax.nn.softmax",
)
jacobian_by_cases = claim(
    D(s[i], x[j]),
    eq((delta(i, j) * exp(x[i]) * Z - exp(x[i]) * exp(x[j])) / Z**2, why="quotient rule"),
    eq(
        cases(
            (-exp(x[i]) / Z * (exp(x[j]) / Z), Ne(i, j)),
            (exp(x[i]) / Z - exp(x[i]) / Z * (exp(x[j]) / Z), Eq(i, j)),
        ),
        why="delta is 0 or 1",
    ),
    eq(cases((-s[i] * s[j], Ne(i, j)), (s[i] - s[i] * s[j], Eq(i, j))), why="definition of s"),
    eq(s[i] * delta(i, j) - s[i] * s[j], why="both cases in one formula"),
    source=cite("003", "1j"),
    covers=["003.1j.chain"],
    reads_as="the j under the summation sign is bound; the other j is the column",
    runs_as="jax.nn.softmax",
)
off_diagonal = claim(
    D(s[i], x[j]),
    eq(-exp(x[i]) * exp(x[j]) / Z**2, why="quotient rule; x_j is not in the numerator"),
    eq(-(exp(x[i]) / Z) * (exp(x[j]) / Z)),
    eq(-s[i] * s[j], why="definition of s"),
    given=Ne(i, j),
    source=[cite("002", "HW 3, j, first arrow"), cite("002", "HW 3, k, off-diagonal")],
    covers=["002.hw3.1j.off-diagonal", "002.hw3.1k.off-diagonal"],
)
diagonal = claim(
    D(s[i], x[j]),
    eq((exp(x[i]) * Z - exp(x[i]) * exp(x[j])) / Z**2, why="quotient rule"),
    eq(s[i] - s[i] * s[j], why="definition of s"),
    eq(s[i] - s[i] ** 2, why="i = j"),
    given=Eq(i, j),
    source=[cite("002", "HW 3, j, second arrow"), cite("002", "HW 3, k, diagonal")],
    covers=["002.hw3.1j.diagonal", "002.hw3.1k.diagonal"],
    reads_as="n x_i is read as x_i: the n is a stray glyph",
)
others_fall = claim(D(s[i], x[j]), eq(-s[i] * s[j], by=off_diagonal), lt(0), given=Ne(i, j), source=original)

# As a matrix
diagonal_matrix = definition(
    diag(x)[i, j],
    eq(cases((x[i], Eq(i, j)), (0, Ne(i, j)))),
    source=cite("003", "1, definitions"),
    covers=["003.1.def.diag"],
    runs_as="jnp.diag",
)
shape = claim(
    has_shape(J, n, n),
    source=cite("003", "1k"),
    covers=["003.1k.shape"],
    layout="numerator",
)
entries = definition(
    J[i, j],
    eq(D(s[i], x[j]), why="row i by output, column j by input"),
    source=cite("003", "1k"),
    covers=["003.1k.shape"],
    layout="numerator",
)
matrix_form = claim(
    J,
    eq(diag(s) - outer(s, s), why="entry (i, j) is s_i delta_ij - s_i s_j", by=jacobian),
    eq(diag(s) - s @ s.T, why="a column times a row"),
    source=[cite("003", "1k, 1l"), cite("002", "HW 3, k")],
    covers=["003.1k.comp", "003.1k.matrix", "003.1l.jac", "002.hw3.1k.matrix"],
    layout="numerator",
    display=(
        r"\frac{\partial s}{\partial x} = \operatorname{diag}(s) - \begin{bmatrix} s_1 \\ \vdots \\ s_n \end{bmatrix} [s_1, \dots, s_n]"
        r" = \operatorname{diag}(s) - s s^\top"
    ),
    reads_as="the left side is the matrix of all entries, rows by output and columns by input",
    runs_as="jax.nn.softmax",
)
column = claim(
    D(s, x[j]),
    eq(array(n, lambda a: D(s[a], x[j])), why="by definition, component by component"),
    eq(s[j] * (array(n, lambda a: delta(a, j)) - s), by=jacobian),
    source=cite("002", "HW 3, j, first display"),
    covers=["002.hw3.1j.column"],
    layout="numerator",
)
symmetric = claim(J, eq(J.T), source=original, layout="numerator")
rows_sum_to_zero = claim(
    Sum(D(s[i], x[j]), j),
    eq(Sum(s[i] * (delta(i, j) - s[j]), j), by=jacobian),
    eq(s[i] * (1 - Sum(s[j], j)), why="delta picks one term"),
    eq(0, why="the outputs sum to one", by=outputs_sum_to_one),
    source=original,
)

# What it does to a vector
quadratic_form_is_variance = claim(
    v.T @ J @ v,
    eq(Sum(s * v**2) - (s.T @ v) ** 2, by=matrix_form),
    eq(Sum(s * (v - (s.T @ v) * ones(n)) ** 2), why="the variance of v under s"),
    source=original,
)
positive_semidefinite = claim(
    0,
    le(Sum(s * (v - (s.T @ v) * ones(n)) ** 2), why="a sum of squares with positive weights"),
    eq(v.T @ J @ v, by=quadratic_form_is_variance),
    source=original,
)
transposed_product = claim(
    J.T @ v,
    eq((diag(s) - s @ s.T) @ v, why="the Jacobian is symmetric", by=[symmetric, matrix_form]),
    eq(s * (v - (s.T @ v) * ones(n)), why="one inner product serves every entry"),
    source=cite("003", "1l"),
    covers=["003.1l.softmax"],
    layout="numerator",
)

# Errata


def off(value):
    """A value off the diagonal; on it, the entry as it is."""
    return cases((value, Ne(i, j)), (D(s[i], x[j]), Eq(i, j)))


off_diagonal_as_typed = erratum(
    cite("002", "HW 3, j, first arrow"),
    printed=claim(
        D(s[i], x[j]),
        eq(D(exp(x[i]) / Z, x[j]), why="definition of s"),
        eq(off(-exp(x[i]) * exp(x[j]) / Z**2), why="for i different from j"),
        eq(off(-x[i] / Z * (x[j] / Z)), why="as typed: the exponentials are lost"),
        eq(off(-s[i] * s[j]), why="definition of s"),
        eq(-s[i] * s[j], why="as typed: if i = j"),
        reads_as="n x_i is read as x_i: the n is a stray glyph",
    ),
    refuted_at={n: 3, i: 1, j: 1, x: (0, 1, 2)},
    instead=off_diagonal,
    covers=["002.hw3.1j.off-diagonal"],
)
combined_as_typed = erratum(
    cite("002", "HW 3, j, last display"),
    printed=claim(
        D(s[i], x[j]),
        eq(Sum(s[k], k) - s[i] * s[j]),
        eq(s[i] * (Sum(s[k], k) - s[i])),
        reads_as="the sum runs over the n entries that exist",
    ),
    refuted_at={n: 3, i: 0, j: 1, x: (0, 1, 2)},
    instead=jacobian,
    covers=["002.hw3.1j.combined"],
    note="the summation sign is a Kronecker delta",
)
entry_with_two_indices = erratum(
    cite("002", "HW 3, k, first line"),
    printed=lambda: claim(D(s[i], x[j]), eq(s[i] * (delta(i, j) - s[i, j]))),
    raises=ShapeError,
    readings=[
        ("s_ij is s_j", jacobian),
        ("s_ij is s_i", claim(D(s[i], x[j]), eq(s[i] * (delta(i, j) - s[i])))),
    ],
    instead=jacobian,
    covers=["002.hw3.1k.entry"],
    note="the softmax of a vector has no entry with two indices",
)
diagonal_as_typed = erratum(
    cite("002", "HW 3, k, diagonal"),
    printed=claim(s[i], eq(s[i] * s[j]), given=Eq(i, j)),
    refuted_at={n: 2, i: 0, j: 0, x: (0, 0)},
    instead=diagonal,
    covers=["002.hw3.1k.diagonal"],
    note="an equals sign where a minus belongs",
)
off_diagonal_without_sign = erratum(
    cite("002", "HW 3, k, off-diagonal"),
    printed=claim(D(s[i], x[j]), eq(s[i] * s[j]), given=Ne(i, j)),
    refuted_at={n: 2, i: 0, j: 1, x: (0, 0)},
    instead=off_diagonal,
    covers=["002.hw3.1k.off-diagonal"],
    note="the minus sign is lost",
)
