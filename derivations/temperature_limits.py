"""Zero temperature: softmax, sparsemax and relumax of z/T become one-hot as T falls to 0, and share equally among tied maxima.

Softmax only tends to its limit. Sparsemax reaches it at T = M g, and relumax at T = g/b, where g is the gap below the largest logit and M
the number of logits that attain it. Where all logits are tied there is no gap, and both are at their limit at every T.
"""

from derivations.relu_projection import relu
from derivations.relumax import K, b, i, k, l, largest, m, r, w, z

from derive import (
    Eq,
    Ne,
    Or,
    Rational,
    Sum,
    array,
    cases,
    cite,
    claim,
    definition,
    eq,
    erratum,
    exp,
    iff,
    implies,
    index,
    le,
    lt,
    natural,
    not_always,
    oo,
    positive,
    real,
    tends_to,
)  # fmt: skip

# Given
j = index("j", upto=K)
T = positive("T")  # temperature
alpha = positive("alpha")  # its inverse, 1/T
x = real("x")  # the largest logit, where one other is set against it
q = index("q", upto=K)
M = natural("M")  # any number, to be compared with how many logits attain the largest
a = real("a")  # one logit
tau = real("tau")  # a threshold of sparsemax
below = z[l] < x
single = [Eq(relu(alpha * x - tau) + Sum(relu(alpha * z[k] - tau), k), 1), alpha * (x - z[l]) >= 1]  # of alpha (x, z_1, .., z_K)
one_largest = Or(Eq(l, m), z[l] < z[m])  # where the largest is one of the z_j


def attains(e):
    """1 where logit e is as large as the largest, which is z_m."""
    return cases((1, Eq(z[e], z[m])), (0, True))


count = Sum(attains(q), q)  # how many do


def share(e, among=count):
    """What each of them gets at zero temperature."""
    return cases((1 / among, Eq(z[e], z[m])), (0, True))


def gap_at_least(width):
    """Every logit below the largest lies at least this far below."""
    return cases((0, Eq(z[l], z[m])), (width, True)) <= z[m] - z[l]


def softmax(e):
    """Entry e of softmax(z/T)."""
    return exp(z[e] / T) / Sum(exp(z[k] / T), k)


# Softmax
softmax_at_T = definition(
    array(K, softmax),
    source=[cite("000", "3.2, softmax"), cite("001", "3.2.2, A")],
    covers=["000.3.2.softmax-temperature", "001.3.2.2.softmax-def"],
    runs_as="jax.nn.softmax(z / T)",
)
ratio = claim(
    softmax(i) / softmax(m),
    eq(exp((z[i] - z[m]) / T), why="the normaliser cancels"),
    source=cite("000", "3.2, softmax"),
    covers=["000.3.2.softmax-ratio"],
)
exponent = claim(
    tends_to((a - x) / T, T, 0, -oo, side="+"),
    given=a < x,
    source=[cite("000", "3.2, softmax"), cite("000", "3.2, relumax, case 2")],
    covers=["000.3.2.softmax-exponent", "000.3.2.relumax-exponent"],
)
ratio_vanishes = claim(
    tends_to(softmax(i) / softmax(m), T, 0, 0, side="+"),
    given=z[i] < z[m],
    source=cite("000", "3.2, softmax"),
    covers=["000.3.2.softmax-ratio-limit"],
)
dominant_taken_out = claim(
    softmax(i),
    eq(exp(z[i] / T) / (exp(z[m] / T) * Sum(exp((z[k] - z[m]) / T), k)), why="the m-th exponential is the same in each term"),
    eq(exp((z[i] - z[m]) / T) / Sum(exp((z[k] - z[m]) / T), k)),
    source=cite("001", "3.2.2, A"),
    covers=["001.3.2.2.softmax-factor"],
)
dominant_term = claim(
    exp((x - x) / T),
    eq(exp(0)),
    eq(1),
    source=cite("001", "3.2.2, A"),
    covers=["001.3.2.2.softmax-case-k"],
)
other_terms_vanish = claim(
    tends_to(exp((z[j] - x) / T), T, 0, 0, side="+"),
    given=below,
    source=cite("001", "3.2.2, A"),
    covers=["001.3.2.2.softmax-case-other", "001.3.2.2.softmax-term-zero"],
    reads_as="e^-oo is the limit of e^((z_j - x)/T)",
)
no_term_is_zero = claim(
    not_always(Eq(exp(a / T), 0), at={a: -1, T: 1}),
    source=cite("001", "3.2.2, A"),
    reads_as="the term is zero at a temperature T > 0",
)
denominator_of_softmax = claim(
    tends_to(Sum(exp((z[k] - z[m]) / T), k), T, 0, count, side="+"),
    given=largest,
    source=cite("001", "3.2.2, A"),
    covers=["001.3.2.2.softmax-denominator"],
    reads_as="the count is 1 where the maximum is attained once",
)
softmax_limit = claim(
    tends_to(exp((z[i] - z[m]) / T) / Sum(exp((z[k] - z[m]) / T), k), T, 0, share(i), side="+"),
    given=largest,
    source=[cite("000", "3.2, softmax"), cite("001", "3.2.2, A")],
    covers=["000.3.2.softmax-limit", "001.3.2.2.softmax-limit", "000.3.2.limit"],
    reads_as="any K logits, the largest at m: where the count is 1, entry m tends to 1, all others to 0; k is not equated with e_k",
)
softmax_limit_with_ties = claim(
    tends_to(
        exp(z[i] / T) / Sum(exp(z[k] / T), k),
        T,
        0,
        cases((1 / Sum(cases((1, Eq(z[k], z[m])), (0, True)), k), Eq(z[i], z[m])), (0, True)),
        side="+",
    ),
    given=largest,
    source=cite("001", "3.2.2"),
    covers=["001.3.2.2.def"],
    reads_as="any K logits, the largest at m: each of those that attain it gets one over their number",
)
maximiser_is_one = claim(
    Ne(i, m),
    implies(z[i] - z[m] < 0, why="an entry equal to the maximum would be another maximiser"),
    given=one_largest,
    source=[cite("001", "3.2.2, A"), cite("001", "3.2.2, C")],
    covers=["001.3.2.2.argmax", "001.3.2.2.relumax-negative"],
)
maximiser_is_not_always_one = claim(
    not_always(z[i] - z[m] < 0, at={K: 2, i: 1, m: 0, z: (0, 0)}),
    given=[Ne(i, m), z[l] <= z[m]],
    source=cite("001", "3.2.2, C"),
    reads_as="with a tie",
)

# Sparsemax
others_are_zero = claim(
    relu(alpha * z[j] - tau),
    eq(0, why="with a positive one the largest would be above 1"),
    given=single,
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-onehot"],
    reads_as="x is the one largest logit, tau the threshold, and alpha at least 1/g",
)
sum_of_the_others = claim(Sum(relu(alpha * z[j] - tau), j), eq(0, by=others_are_zero), given=single, source=cite("000", "3.2, sparsemax"))
largest_is_one = claim(
    relu(alpha * x - tau),
    eq(1, why="it has the whole sum", by=sum_of_the_others),
    given=single,
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-onehot"],
    reads_as="x is the one largest logit, tau the threshold, and alpha at least 1/g",
)
threshold = claim(
    alpha * z[j] - tau,
    eq(alpha * z[j] - (alpha * x - 1), why="the largest is the only positive entry, so it is 1", by=largest_is_one),
    eq(alpha * (z[j] - x) + 1),
    given=single,
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-threshold"],
    reads_as="x is the one largest logit, tau the threshold, and alpha at least 1/g",
)
argument_negative = claim(
    alpha > 1 / (x - a),
    iff(alpha * (a - x) + 1 < 0, why="a - x < 0"),
    given=a < x,
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-negative"],
)
threshold_at_low_temperature = claim(
    Sum(relu(z[k] / T - (z[m] / T - 1 / M)), k),
    eq(Sum(share(k, M), k), why="the arguments of all others are not positive"),
    eq(count / M, why="as many entries of 1/M as logits attain the largest: the sum is 1 where M is that count"),
    given=[largest, gap_at_least(T / M)],
    source=[cite("000", "3.2, sparsemax"), cite("001", "3.2.2, B")],
    covers=["000.3.2.sparsemax-threshold", "000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit", "000.3.2.sparsemax-onehot"],
    reads_as="z_m/T - 1/M is the threshold once T is at most M g; where M = 1 it is alpha z_k - 1 for alpha = 1/T",
)
unit_sum_wants_the_count = claim(
    Eq(count / M, 1),
    iff(Eq(count, M), why="M is positive"),
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-threshold"],
)
sparsemax_at_low_temperature = claim(
    relu(z[i] / T - (z[m] / T - 1 / M)),
    eq(share(i, M), why="the arguments of all others are not positive"),
    given=[largest, gap_at_least(T / M)],
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-onehot", "000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit"],
    reads_as="M is the count, by threshold_at_low_temperature; where it is 1: 1 for the largest, 0 for all others",
)
one_hot_at_no_higher_temperature = claim(
    Eq(relu(z[i] / T - (z[m] / T - 1)), 0),
    iff(z[i] / T - (z[m] / T - 1) <= 0),
    iff(T <= z[m] - z[i], why="T > 0"),
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-onehot", "000.3.2.sparsemax-threshold"],
    reads_as="an entry off m is 0 only where T is at most its gap: one-hot exactly where T <= g",
)
sparsemax_limit = claim(
    tends_to(relu(z[i] / T - (z[m] / T - 1 / M)), T, 0, share(i, M), side="+"),
    given=largest,
    source=[cite("000", "3.2, sparsemax"), cite("001", "3.2.2, B")],
    covers=["000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit", "000.3.2.limit"],
    reads_as="M is the count; e_k where it is 1; z_m/T - 1/M is the threshold for T <= M g, and for every T where all logits are tied",
)


# Relumax
def numerator(e):
    """Entry e of relumax(z/T), before it is divided."""
    return relu(z[e] / T - z[m] / T + b)


H = Sum(numerator(k), k)

denominator_at_least_b = claim(
    b,
    eq(numerator(m)),
    le(H, why="the largest leaves b"),
    source=cite("000", "3.2, relumax"),
    covers=["000.3.2.relumax-temperature"],
)
largest_scales = claim(
    w[r],
    eq(z[m] / T, why="T > 0 keeps the order"),
    given=[largest, w[l] <= w[r], Eq(w[k], z[k] / T)],
    source=[cite("000", "3.2, relumax"), cite("001", "3.2.2, C")],
    covers=["000.3.2.max-scale", "001.3.2.2.relumax-max"],
    reads_as="w is z/T; its largest entry is w_r, that of z is z_m",
)
argument = claim(
    a / T - x / T + b,
    eq((a - x) / T + b, by=largest_scales),
    source=cite("000", "3.2, relumax"),
    covers=["000.3.2.relumax-scaled"],
)
argument_of_the_largest = claim(
    0,
    lt((x - x) / T + b),
    eq(b),
    source=cite("000", "3.2, relumax, case 1"),
    covers=["000.3.2.relumax-num-k"],
    reads_as="the numerator equals b; it does not only tend to it",
)
numerator_of_the_largest = claim(
    relu(x / T - x / T + b),
    eq(relu(b)),
    eq(b, why="b > 0"),
    source=cite("001", "3.2.2, C"),
    covers=["001.3.2.2.relumax-num-k"],
)
argument_of_the_others = claim(
    tends_to((z[j] - x) / T + b, T, 0, -oo, side="+"),
    given=below,
    source=cite("001", "3.2.2, C"),
    covers=["001.3.2.2.relumax-argument"],
)
exponent_of_the_others = claim(
    tends_to((z[j] - x) / T, T, 0, -oo, side="+"),
    given=below,
    source=cite("000", "3.2, relumax, case 2"),
    covers=["000.3.2.relumax-exponent"],
)
numerator_of_the_others = claim(
    tends_to(relu(z[j] / T - x / T + b), T, 0, 0, side="+"),
    given=below,
    source=cite("000", "3.2, relumax, case 2"),
    covers=["000.3.2.relumax-num-i"],
)
numerator_is_zero = claim(
    (x - a) / b > T,
    implies((a - x) / T + b < 0),
    implies(Eq(relu((a - x) / T + b), 0), why="relu of a negative number"),
    source=cite("001", "3.2.2, C"),
    covers=["001.3.2.2.relumax-num-i"],
)
numerator_is_not_always_zero = claim(
    not_always(Eq(relu((a - x) / T + b), 0), at={a: -1, x: 0, b: 1, T: 2}),
    source=cite("001", "3.2.2, C"),
    reads_as="T is not small",
)
numerator_at_low_temperature = claim(
    numerator(i),
    eq(b * attains(i), why="only those that attain the largest are left"),
    given=gap_at_least(T * b),
    source=cite("001", "3.2.2, C"),
)
denominator_at_low_temperature = claim(
    H,
    eq(Sum(b * attains(k), k), by=numerator_at_low_temperature),
    eq(count * b + 0, why="only the largest are left"),
    given=[largest, gap_at_least(T * b)],
    source=[cite("001", "3.2.2, C"), cite("000", "3.2, relumax, denominator")],
    covers=["001.3.2.2.relumax-denominator", "000.3.2.relumax-denominator"],
    reads_as="T is at most g/b; the count is 1 where the maximum is attained once",
)
denominator_limit = claim(
    tends_to(H, T, 0, count * b, side="+"),
    given=largest,
    source=cite("000", "3.2, relumax, denominator"),
    covers=["000.3.2.relumax-denominator"],
)
relumax_limit = claim(
    tends_to(numerator(i) / H, T, 0, share(i), side="+"),
    given=largest,
    source=[cite("000", "3.2, relumax"), cite("001", "3.2.2, C")],
    covers=["000.3.2.relumax-cases", "000.3.2.relumax-limit", "001.3.2.2.relumax-limit", "000.3.2.limit"],
    reads_as="any K logits, the largest at m: where the count is 1, b/b for the largest and 0/b for all others",
)
relumax_at_low_temperature = claim(
    numerator(i) / (count * b),
    eq(b * attains(i) / (count * b), by=numerator_at_low_temperature),
    eq(share(i), why="the limit is reached"),
    given=[largest, gap_at_least(T * b)],
    source=cite("001", "3.2.2, C"),
    reads_as="its denominator is H, by denominator_at_low_temperature",
)

# Errata
denominator_without_rectifier = erratum(
    cite("000", "3.2, relumax, denominator"),
    printed=claim(
        (x / T - x / T + b) + Sum(z[k] / T - x / T + b, k),
        eq(b, why="as typed: without the rectifier"),
        given=T * b <= x - z[l],
        reads_as="the largest logit is x, and all others are K in number; the limit is reached once T is at most g/b",
    ),
    refuted_at={K: 1, x: 2, z: (1,), b: 1, T: Rational(1, 10)},
    instead=denominator_at_low_temperature,
    covers=["000.3.2.relumax-denominator"],
    note="the sum as typed tends to minus infinity",
)
