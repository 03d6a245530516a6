"""Softmax knows the differences of the logits: a common shift changes nothing, a common factor does.

A factor above 1 makes the largest output larger and the entropy smaller. The shift itself is proved on the page of the Jacobian.
"""

from derivations.softmax_jacobian import Z, c, i, j, k, n, s, shift_invariant, softmax, x

from derive import (
    D,
    Eq,
    Ne,
    Or,
    Rational,
    Sum,
    cite,
    claim,
    decimal,
    eq,
    erratum,
    exists,
    exp,
    half,
    iff,
    implies,
    index,
    le,
    log,
    lt,
    not_always,
    ones,
    original,
    positive,
    positive_vector,
    real,
    real_vector,
)  # fmt: skip

# Given
t = real_vector("t", n)  # other logits
Zt = Sum(exp(t[k]), k)
ratio = positive_vector("ratio", 2)  # two ratios of exponentials
a, b = positive("a b")
kappa = real("kappa")  # a common shift
l = index("l", upto=n)
r = exp(x[j] - x[i])  # the ratio of two exponentials


def softmax_of(z):
    return exp(z) / Sum(exp(z))


# Equal outputs
scaled = claim(
    softmax_of(c * x)[i],
    eq(exp(c * x[i]) / Sum(exp(c * x[k]), k), why="definition of softmax", by=softmax),
    eq(exp(t[i]) / Zt, why="t = c x"),
    given=Eq(t[i], c * x[i]),
    source=cite("002", "HW 3, i, first line"),
    covers=["002.hw3.1i.scaled"],
    reads_as="n is x misread",
)
unfolded = claim(
    Eq(softmax_of(t)[i], s[i]),
    implies(Eq(exp(x[i]) / Z, exp(t[i]) / Zt), why="definition of softmax"),
    implies(Eq(exp(x[i]) * Zt, exp(t[i]) * Z), why="both denominators are positive"),
    source=cite("002", "HW 3, i, bracket"),
    covers=["002.hw3.1i.unfolded"],
)
equal_up_to_a_shift = claim(
    Eq(softmax_of(t)[i], s[i]),
    iff(Eq(exp(t[i]) / exp(x[i]), Zt / Z), why="both denominators are positive"),
    iff(Eq(t[i] - x[i], log(Zt / Z)), why="the right side is the same for every i", by=shift_invariant),
    source=cite("002", "HW 3, i, bracket"),
    covers=["002.hw3.1i.necessity"],
    reads_as="equal outputs for every i force t = x + kappa 1, with kappa the logarithm of the quotient of the normalisers",
)
a_common_shift_changes_no_output = claim(
    softmax_of(t)[i],
    eq(exp(x[i] + kappa) / Sum(exp(x[k] + kappa), k)),
    eq(s[i], why="e^kappa cancels"),
    given=Eq(t[l], x[l] + kappa),
    source=cite("002", "HW 3, i, bracket"),
    covers=["002.hw3.1i.necessity"],
    reads_as="and no other: t = x + kappa 1 for any kappa has the softmax of x",
)
vector_changes_with_a_factor = claim(
    Ne(x[i], 0),
    implies(Ne(c * x[i], x[i]), why="(c - 1) x_i is not 0"),
    given=Ne(c, 1),
    source=cite("002", "HW 3, i, bracket"),
    covers=["002.hw3.1i.only-c-one"],
    reads_as="a vector that is not 0 has an entry i that is not 0",
)
outputs_change_with_a_factor = claim(
    Ne(x[i], x[j]),
    implies(Ne(c * (x[i] - x[j]), x[i] - x[j]), why="(c - 1) (x_i - x_j) is not 0"),
    implies(Ne(log(softmax_of(c * x)[i]) - log(softmax_of(c * x)[j]), log(s[i]) - log(s[j])), why="the normalisers cancel"),
    implies(
        Or(Ne(log(softmax_of(c * x)[i]), log(s[i])), Ne(log(softmax_of(c * x)[j]), log(s[j]))),
        why="were both the same, so would their difference be",
    ),
    given=Ne(c, 1),
    source=cite("002", "HW 3, i, bracket"),
    covers=["002.hw3.1i.only-c-one"],
    reads_as="a vector that is not constant has entries i and j that differ; log takes no value twice, so output i or output j changes",
)
any_factor_of_a_constant_vector = claim(softmax_of(c * x)[i], eq(1 / n), eq(s[i]), given=Eq(x[k], a), source=original)

# A factor, through ratios of exponentials
as_a_sum_of_powers = claim(
    softmax_of(c * x)[i],
    eq(exp(c * x[i]) / Sum(exp(c * x[j]), j), why="definition of softmax"),
    eq(exp(x[i]) ** c / Sum(exp(x[j]) ** c, j), why="law of powers"),
    eq(1 / Sum((exp(x[j]) / exp(x[i])) ** c, j), why="divide by e^(c x_i) > 0"),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.scaled-rewrite"],
    reads_as="the letter n in the exponents is a stray glyph",
)
power_above_one_raises = claim(
    x[i] < x[j],
    implies(x[j] - x[i] < c * (x[j] - x[i]), why="c - 1 is positive"),
    implies(r < r**c, why="exp is increasing"),
    given=c > 1,
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.ratio-powers"],
)
power_above_one_lowers = claim(
    x[j] < x[i],
    implies(c * (x[j] - x[i]) < x[j] - x[i], why="c - 1 is positive"),
    implies(r**c < r, why="exp is increasing"),
    given=c > 1,
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.ratio-powers"],
)
power_below_one_lowers = claim(
    x[i] < x[j],
    implies(c * (x[j] - x[i]) < x[j] - x[i], why="c - 1 is negative"),
    implies(r**c < r, why="exp is increasing"),
    given=c < 1,
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.c-below-one"],
)
power_below_one_raises = claim(
    x[j] < x[i],
    implies(x[j] - x[i] < c * (x[j] - x[i]), why="c - 1 is negative"),
    implies(r < r**c, why="exp is increasing"),
    given=c < 1,
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.c-below-one"],
)
output_may_fall = claim(
    exists(softmax_of(c * x)[0] < s[0], at={c: 2, n: 3, x: (0, -1, half)}),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.sum-direction"],
    reads_as="one x_j is smaller and one larger than x_0: here the sum of the r_j^c is above that of the r_j",
)
output_may_rise = claim(
    exists(s[0] < softmax_of(c * x)[0], at={c: 2, n: 3, x: (0, -1, Rational(1, 10))}),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.sum-direction"],
    reads_as="with the larger one nearer to x_0, the sum falls",
)
sum_may_rise = claim(
    exists(ratio[0] + ratio[1] < ratio[0] ** c + ratio[1] ** c, at={c: 2, ratio: (half, Rational(5, 4))}),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.sum-direction"],
    reads_as="the two ratios of the first example",
)
sum_may_fall = claim(
    exists(ratio[0] ** c + ratio[1] ** c < ratio[0] + ratio[1], at={c: 2, ratio: (half, Rational(11, 10))}),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.sum-direction"],
    reads_as="the two ratios of the second example",
)
first_example = claim(
    half + decimal("1.25"),
    lt(decimal("1.25") ** 2 + decimal("1.25") ** 2),
    source=cite("002", "HW 3, i continued, first example"),
    covers=["002.hw3.1i.example-1"],
)
first_example_as_meant = claim(half + decimal("1.25"), lt(half**2 + decimal("1.25") ** 2), source=original)
second_example = claim(
    half**2 + decimal("1.1") ** 2,
    lt(half + decimal("1.1")),
    source=cite("002", "HW 3, i continued, second example"),
    covers=["002.hw3.1i.example-2"],
)
reciprocal_reverses = claim(
    a < b,
    implies(1 / b < 1 / a),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.reciprocal"],
)
larger_sum_smaller_output = claim(
    Sum(exp(x[k] - x[i]), k) < Sum(exp(t[k] - t[i]), k),
    implies(1 / Sum(exp(t[k] - t[i]), k) < 1 / Sum(exp(x[k] - x[i]), k), why="both sums are positive"),
    implies(softmax_of(t)[i] < s[i], why="an output is one over the sum of its ratios"),
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.reciprocal"],
)

# A factor above 1 sharpens
largest_stays_the_largest = claim(
    x[j] <= x[i],
    iff(c * x[j] <= c * x[i], why="c is positive"),
    given=c > 0,
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.spiky"],
    reads_as="the output that is compared is the largest before and after",
)
largest_output_rises = claim(
    s[i],
    eq(1 / Sum(exp(x[j] - x[i]), j)),
    le(1 / Sum(exp(c * (x[j] - x[i])), j), why="no difference is positive, and c makes it smaller still"),
    eq(softmax_of(c * x)[i]),
    given=[c > 1, x[j] <= x[i]],
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.spiky"],
)
largest_output_falls = claim(
    softmax_of(c * x)[i],
    eq(1 / Sum(exp(c * (x[j] - x[i])), j)),
    le(1 / Sum(exp(x[j] - x[i]), j)),
    eq(s[i]),
    given=[c < 1, x[j] <= x[i]],
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.spiky"],
)
largest_output_falls_with_a_negative_factor = claim(
    not_always(s[i] <= softmax_of(c * x)[i], at={n: 2, i: 1, c: -2, x: (0, 1)}),
    source=original,
)
q = softmax_of(c * x)
entropy = -Sum(q * log(q))
mean = q.T @ x
entropy_slope = claim(
    D(entropy, c),
    eq(-c * (Sum(q * x**2) - mean**2)),
    eq(-c * Sum(q * (x - mean * ones(n)) ** 2), why="a variance"),
    source=original,
)
entropy_falls = claim(
    D(entropy, c),
    eq(-c * Sum(q * (x - mean * ones(n)) ** 2), by=entropy_slope),
    le(0, why="a variance is not negative"),
    given=c > 0,
    source=cite("002", "HW 3, i continued"),
    covers=["002.hw3.1i.spiky"],
)

# Errata
equal_outputs_as_printed = erratum(
    cite("002", "HW 3, i, bracket"),
    printed=claim(Eq(softmax_of(t)[i], s[i]), implies(Eq(t[i], x[i]))),
    refuted_at={n: 2, i: 0, x: (0, 0), t: (1, 1)},
    instead=equal_up_to_a_shift,
    covers=["002.hw3.1i.necessity"],
    note="a shift by 1 changes no output: both are one half",
)
equal_outputs_of_all_entries = erratum(
    cite("002", "HW 3, i, bracket"),
    printed=claim(
        t[i],
        eq(x[i]),
        given=Eq(t[k], x[k] + c),
        reads_as="t = x + c 1, and so the two have one softmax",
    ),
    refuted_at={n: 2, i: 0, c: 1, x: (0, 1), t: (1, 2)},
    instead=a_common_shift_changes_no_output,
    covers=["002.hw3.1i.necessity"],
    note="nor does equality of all outputs force t = x",
)
sum_split_in_two = erratum(
    cite("002", "HW 3, i continued"),
    printed=claim(
        softmax_of(c * x)[i],
        eq(exp(c * x[i]) / Sum(exp(c * x[j]), j), why="definition of softmax"),
        eq(exp(x[i]) ** c / Sum(exp(x[j]) ** c, j), why="law of powers"),
        eq((Sum(exp(x[j]) ** c, j) / Sum(exp(x[j]), j)) ** -1, why="as typed: one sum has become two"),
        reads_as="the letter n in the exponents is a stray glyph",
    ),
    refuted_at={n: 2, i: 0, c: 2, x: (0, 1)},
    instead=as_a_sum_of_powers,
    covers=["002.hw3.1i.scaled-rewrite"],
)
same_condition_twice = erratum(
    cite("002", "HW 3, i continued"),
    printed=claim(
        x[i] < x[j],
        implies(r < r**c, why="greater if n_i < n_j"),
        implies(r**c < r, why="as typed: smaller if n_j > n_i, which is the same condition"),
        given=c > 1,
    ),
    refuted_at={n: 2, i: 0, j: 1, c: 2, x: (0, 1)},
    instead=power_above_one_lowers,
    covers=["002.hw3.1i.ratio-powers"],
    note="one inequality sign is flipped",
)
