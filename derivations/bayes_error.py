r"""Bayes error: no classifier errs less often than the one that names the most probable label.

Its error is $1 - \mathbb{E}[\max_c P(c \mid x)]$. It is never negative, and it is positive where the label is open for some input that
occurs.
"""

from derive import (
    And,
    Eq,
    Rational,
    Sum,
    cite,
    claim,
    eq,
    erratum,
    implies,
    index,
    indices,
    integer_vector,
    le,
    lt,
    natural,
    ones,
    original,
    real_matrix,
    real_vector,
)

# Given
X, C = natural("X C")  # number of inputs and of labels
x, k = indices("x k", upto=X)
c = index("c", upto=C)
P = real_vector("P", X)  # the probability of each input
Q = real_matrix("Q", X, C)  # the probability of each label, given the input
M = real_vector("M", X)  # the largest of them, for each input
label = integer_vector("label", X)  # the label that a classifier names
H = real_matrix("H", X, C)  # how often a classifier names each label for each input
sums_to_one = Eq(Sum(P[x], x), 1)
inputs = [P >= 0, sums_to_one]
classifier = [H >= 0, Eq(Sum(H[x, c], c), 1)]
bayes = 1 - Sum(P[x] * M[x], x)
excess = Sum(P[x] * Sum(H[x, c] * (M[x] - Q[x, c]), c), x)
error = Sum(P[x] * Sum(H[x, c] * (1 - Q[x, c]), c), x)

# The bound
excess_not_negative = claim(
    0,
    le(excess, why="M is the largest of the Q, and P and H are not negative"),
    given=[P >= 0, H >= 0, Q[x, c] <= M[x]],
    source=original,
)
no_classifier_errs_less = claim(
    bayes,
    le(bayes + excess, by=excess_not_negative),
    eq(error, why="P sums to one, and so does H for each input"),
    given=[*inputs, Q[x, c] <= M[x], *classifier],
    source=cite("000", "2.2c"),
    covers=["000.2.2c.bayes"],
)
never_negative = claim(
    0,
    le(Sum(P[x] * (1 - M[x]), x), why="no probability is above 1"),
    eq(bayes),
    given=[*inputs, M <= 1],
    source=cite("000", "2.2c"),
    covers=["000.2.2c.bayes"],
)
positive_where_the_label_is_open = claim(
    And(P[k] > 0, M[k] < 1),
    implies(0 < P[k] * (1 - M[k])),
    implies(0 < Sum(P[x] * (1 - M[x]), x), why="the term at k is positive, and no term is negative"),
    implies(0 < bayes, why="P sums to one"),
    given=[*inputs, M <= 1],
    source=cite("000", "2.2c"),
    covers=["000.2.2c.bayes"],
    reads_as="k is an input that occurs and does not determine its label",
)
only_there_is_it_positive = claim(
    bayes,
    eq(0, why="every term is 0"),
    given=[sums_to_one, Eq(P[k] * (1 - M[k]), 0)],
    source=cite("000", "2.2c"),
    covers=["000.2.2c.bayes"],
    reads_as="no input that occurs leaves its label open",
)
most_probable_label_attains_it = claim(
    Sum(P[x] * (1 - Q[x, label[x]]), x),
    eq(bayes, why="P sums to one"),
    given=[sums_to_one, label >= 0, label <= (C - 1) * ones(X), Eq(Q[x, label[x]], M[x])],
    source=cite("000", "2.2c"),
    covers=["000.2.2c.bayes"],
    reads_as="label is h(x) = argmax P(c | x), counted from 0: there Q is M",
)
# Errata
always_positive = erratum(
    cite("000", "2.2c"),
    printed=claim(0, lt(bayes), given=[*inputs, M <= 1]),
    refuted_at={X: 2, P: (Rational(1, 2), Rational(1, 2)), M: (1, 1)},
    instead=positive_where_the_label_is_open,
    note="where the input determines the label, nothing is irreducible",
)
