"""Zero temperature: softmax, sparsemax and relumax of z/T become one-hot as T falls to 0, and share equally among tied maxima.

Softmax only tends to its limit. Sparsemax reaches it at T = M g, and relumax at T = g/b, where g is the gap below the largest logit and M
the number of logits that attain it.
"""

from derivations.relu_projection import relu
from derivations.relumax import K, b, i, k, l, largest, m, z

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
    original,
    positive,
    real,
    tends_to,
)  # fmt: skip

# Given
j = index("j", upto=K)
T = positive("T")  # temperature
alpha = positive("alpha")  # its inverse, 1/T
x = real("x")  # the largest logit
M = natural("M")  # how many logits attain it; the K logits z_j lie below
a = real("a")  # one logit
tau = real("tau")  # a threshold of sparsemax
y = real("y")
below = z[l] < x
one_largest = Or(Eq(l, m), z[l] < z[m])  # where the largest is one of the z_j


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
    tends_to((exp(a / T) / y) / (exp(x / T) / y), T, 0, 0, side="+"),
    given=[a < x, y > 0],
    source=cite("000", "3.2, softmax"),
    covers=["000.3.2.softmax-ratio-limit"],
    reads_as="y is the normaliser",
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
    tends_to(M * exp((x - x) / T) + Sum(exp((z[k] - x) / T), k), T, 0, M, side="+"),
    given=below,
    source=cite("001", "3.2.2, A"),
    covers=["001.3.2.2.softmax-denominator"],
    reads_as="M = 1 where the maximum is attained once",
)
softmax_of_the_largest = claim(
    tends_to(exp((x - x) / T) / (M * exp((x - x) / T) + Sum(exp((z[k] - x) / T), k)), T, 0, 1 / M, side="+"),
    given=below,
    source=[cite("000", "3.2, softmax"), cite("001", "3.2.2, A")],
    covers=["000.3.2.softmax-limit", "001.3.2.2.softmax-limit", "000.3.2.limit"],
    reads_as="e_k where M = 1: 1 for the largest; the index k is not equated with e_k",
)
softmax_of_the_others = claim(
    tends_to(exp((z[j] - x) / T) / (M * exp((x - x) / T) + Sum(exp((z[k] - x) / T), k)), T, 0, 0, side="+"),
    given=below,
    source=[cite("000", "3.2, softmax"), cite("001", "3.2.2, A")],
    covers=["000.3.2.softmax-limit", "001.3.2.2.softmax-limit", "000.3.2.limit"],
    reads_as="e_k where M = 1: 0 for all others; the index k is not equated with e_k",
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
threshold = claim(
    alpha * a - tau,
    eq(alpha * a - (alpha * x - 1), why="the largest is the only positive entry, so it is 1"),
    eq(alpha * (a - x) + 1),
    given=Eq(relu(alpha * x - tau), 1),
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-threshold"],
    reads_as="alpha is at least 1/g, where one_hot_at_low_temperature leaves one positive entry",
)
argument_negative = claim(
    alpha > 1 / (x - a),
    iff(alpha * (a - x) + 1 < 0, why="a - x < 0"),
    given=a < x,
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-negative"],
)
threshold_at_low_temperature = claim(
    M * relu(alpha * x - (alpha * x - 1 / M)) + Sum(relu(alpha * z[k] - (alpha * x - 1 / M)), k),
    eq(1, why="M entries of 1/M, all others 0"),
    given=alpha * M * (x - z[l]) >= 1,
    source=[cite("000", "3.2, sparsemax"), cite("001", "3.2.2, B")],
    covers=["000.3.2.sparsemax-threshold", "000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit", "000.3.2.sparsemax-onehot"],
    reads_as="alpha x - 1/M is the threshold of M logits x and K others, once alpha is at least 1/(M g)",
)
one_hot_at_low_temperature = claim(
    relu(alpha * z[j] - (alpha * x - 1 / M)),
    eq(0, why="the argument is not positive", by=threshold_at_low_temperature),
    given=alpha * M * (x - z[l]) >= 1,
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-onehot"],
)
share_at_low_temperature = claim(
    relu(alpha * x - (alpha * x - 1 / M)),
    eq(1 / M, by=threshold_at_low_temperature),
    source=cite("000", "3.2, sparsemax"),
    covers=["000.3.2.sparsemax-onehot"],
)
sparsemax_of_the_largest = claim(
    tends_to(relu(x / T - (x / T - 1 / M)), T, 0, 1 / M, side="+"),
    source=[cite("000", "3.2, sparsemax"), cite("001", "3.2.2, B")],
    covers=["000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit", "000.3.2.limit"],
    reads_as="e_k where M = 1; x/T - 1/M is the threshold for T <= M g",
)
sparsemax_of_the_others = claim(
    tends_to(relu(z[j] / T - (x / T - 1 / M)), T, 0, 0, side="+"),
    given=below,
    source=[cite("000", "3.2, sparsemax"), cite("001", "3.2.2, B")],
    covers=["000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit", "000.3.2.limit"],
    reads_as="e_k where M = 1; x/T - 1/M is the threshold for T <= M g",
)

# Relumax
N = relu(z[j] / T - x / T + b)
H = M * relu(x / T - x / T + b) + Sum(relu(z[k] / T - x / T + b), k)

denominator_at_least_b = claim(
    b,
    le(H, why="the largest leaves b"),
    source=cite("000", "3.2, relumax"),
    covers=["000.3.2.relumax-temperature"],
)
largest_scales = claim(
    z[i] / T <= z[m] / T,
    iff(z[i] <= z[m], why="T > 0 keeps the order"),
    source=[cite("000", "3.2, relumax"), cite("001", "3.2.2, C")],
    covers=["000.3.2.max-scale", "001.3.2.2.relumax-max"],
    reads_as="the largest of the z_i / T stands where the largest of the z_i stands: it is z_m / T",
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
    tends_to(N, T, 0, 0, side="+"),
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
denominator_at_low_temperature = claim(
    H,
    eq(M * b + 0, why="only the largest are left"),
    given=T * b <= x - z[l],
    source=[cite("001", "3.2.2, C"), cite("000", "3.2, relumax, denominator")],
    covers=["001.3.2.2.relumax-denominator", "000.3.2.relumax-denominator"],
    reads_as="T is at most g/b; M = 1 where the maximum is attained once",
)
denominator_limit = claim(
    tends_to(H, T, 0, M * b, side="+"),
    given=below,
    source=cite("000", "3.2, relumax, denominator"),
    covers=["000.3.2.relumax-denominator"],
)
relumax_of_the_largest = claim(
    tends_to(relu(x / T - x / T + b) / H, T, 0, 1 / M, side="+"),
    given=below,
    source=[cite("000", "3.2, relumax"), cite("001", "3.2.2, C")],
    covers=["000.3.2.relumax-cases", "000.3.2.relumax-limit", "001.3.2.2.relumax-limit", "000.3.2.limit"],
    reads_as="e_k where M = 1: b/b for the largest",
)
relumax_of_the_others = claim(
    tends_to(N / H, T, 0, 0, side="+"),
    given=below,
    source=[cite("000", "3.2, relumax"), cite("001", "3.2.2, C")],
    covers=["000.3.2.relumax-cases", "000.3.2.relumax-limit", "001.3.2.2.relumax-limit", "000.3.2.limit"],
    reads_as="e_k where M = 1: 0/b for all others",
)
relumax_at_low_temperature = claim(
    N / H,
    eq(0, why="the limit is reached", by=denominator_at_low_temperature),
    given=T * b <= x - z[l],
    source=original,
)

# Errata
denominator_without_rectifier = erratum(
    cite("000", "3.2, relumax, denominator"),
    printed=claim(
        (x / T - x / T + b) + Sum(z[k] / T - x / T + b, k),
        eq(b, why="as typed: without the rectifier"),
        given=T * b <= x - z[l],
        reads_as="the limit is reached once T is at most g/b",
    ),
    refuted_at={K: 1, x: 2, z: (1,), b: 1, T: Rational(1, 10)},
    instead=denominator_at_low_temperature,
    covers=["000.3.2.relumax-denominator"],
    note="the sum as typed tends to minus infinity",
)
