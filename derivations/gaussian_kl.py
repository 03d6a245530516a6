"""Kullback-Leibler divergence of two normal laws: closed form, gradients, and that it is 0 only where the laws are equal.

For laws with independent entries it is the sum over the entries. Against the standard normal law it is the penalty of a variational
autoencoder.
"""

from derive import (
    D,
    Eq,
    Integral,
    Ne,
    Or,
    Sum,
    cite,
    claim,
    definition,
    eq,
    erratum,
    exp,
    half,
    indices,
    le,
    log,
    lt,
    natural,
    not_always,
    ones,
    oo,
    original,
    pi,
    positive,
    positive_vector,
    real,
    real_vector,
    sqrt,
)  # fmt: skip

# Given
x = real("x")
m, s = real("m"), positive("s")  # mean and standard deviation of the first law
u, t = real("u"), positive("t")  # mean and standard deviation of the second law
w = real("w")  # the logarithm of a variance
d = natural("d")  # number of entries
i, j = indices("i j", upto=d)
M, S = real_vector("M", d), positive_vector("S", d)  # means and standard deviations of the first law, entry by entry
U, T = real_vector("U", d), positive_vector("T", d)  # those of the second law
L = real_vector("L", d)  # logarithms of variances


def normal(at, mean, deviation):
    """The density of a normal law."""
    return exp(-((at - mean) ** 2) / (2 * deviation**2)) / (deviation * sqrt(2 * pi))


def kl(mean, deviation, other_mean, other_deviation):
    """The divergence of the first law from the second."""
    ratio = (deviation**2 + (mean - other_mean) ** 2) / (2 * other_deviation**2)
    return log(other_deviation / deviation) + ratio - half


# One variable
log_ratio = claim(
    log(normal(x, m, s) / normal(x, u, t)),
    eq(log(t / s) - (x - m) ** 2 / (2 * s**2) + (x - u) ** 2 / (2 * t**2), why="log of a quotient"),
    source=original,
)
closed_form = claim(
    Integral(normal(x, m, s) * (log(t / s) - (x - m) ** 2 / (2 * s**2) + (x - u) ** 2 / (2 * t**2)), x, -oo, oo),
    eq(kl(m, s, u, t), why="the moments of a normal law"),
    source=original,
)
of_a_law_and_itself = claim(kl(m, s, m, s), eq(0), source=original)
not_negative = claim(
    0,
    le(log(t / s) + s**2 / (2 * t**2) - half, why="log v <= v - 1 at v = s^2/t^2"),
    le(kl(m, s, u, t), why="a square is not negative"),
    source=cite("Kullback 1951"),
)
positive_for_other_means = claim(0, lt(kl(m, s, u, t)), given=Ne(m, u), source=cite("Kullback 1951"))
positive_for_other_deviations = claim(0, lt(kl(m, s, u, t)), given=Ne(s, t), source=cite("Kullback 1951"))
not_symmetric = claim(not_always(Eq(kl(m, s, u, t), kl(u, t, m, s)), at={m: 0, s: 1, u: 0, t: 2}), source=cite("Kullback 1951"))
in_the_mean = claim(D(kl(m, s, u, t), m), eq((m - u) / t**2), source=original)
in_the_deviation = claim(D(kl(m, s, u, t), s), eq(s / t**2 - 1 / s, why="derivative of a logarithm"), source=original)
in_the_other_mean = claim(D(kl(m, s, u, t), u), eq((u - m) / t**2), source=original)
in_the_other_deviation = claim(
    D(kl(m, s, u, t), t),
    eq(1 / t - (s**2 + (m - u) ** 2) / t**3, why="derivative of a logarithm and of t^-2"),
    source=original,
)

# Independent entries
total = Sum(kl(M[i], S[i], U[i], T[i]), i)
diagonal = definition(
    total,
    eq(Sum(log(T / S) + (S**2 + (M - U) ** 2) / (2 * T**2)) - d * half, why="entry by entry, d halves"),
    source=original,
)
diagonal_not_negative = claim(0, le(total, why="no term is negative", by=not_negative), source=original)
diagonal_in_the_means = claim(D(total, M), eq((M - U) / T**2, why="M_j occurs in one term"), source=original)
diagonal_in_the_deviations = claim(D(total, S), eq(S / T**2 - ones(d) / S, why="S_j occurs in one term"), source=original)

# Against the standard normal law
standard = claim(
    kl(m, s, 0, 1),
    eq(-half * (1 + log(s**2) - m**2 - s**2), why="log s = log(s^2)/2"),
    source=cite("Kingma 2013", "appendix B"),
)
penalty = claim(
    Sum(kl(M[i], S[i], 0, 1), i),
    eq(-half * Sum(ones(d) + log(S**2) - M**2 - S**2), by=standard),
    source=cite("Kingma 2013", "appendix B"),
)
by_log_variance = claim(
    kl(m, exp(w / 2), 0, 1),
    eq((m**2 + exp(w) - 1 - w) / 2, why="s^2 = e^w"),
    source=original,
)
in_the_log_variance = claim(D(kl(m, exp(w / 2), 0, 1), w), eq((exp(w) - 1) / 2, by=by_log_variance), source=original)
positive_elsewhere = claim(0, lt((m**2 + exp(w) - 1 - w) / 2), given=Or(Ne(m, 0), Ne(w, 0)), source=original)

# Errata
sign_of_the_variance = erratum(
    original,
    printed=claim(kl(m, s, 0, 1), eq(-half * (1 + log(s**2) - m**2 + s**2), why="a sign slipped")),
    refuted_at={m: 0, s: 1},
    instead=standard,
)
deviation_for_variance = erratum(
    original,
    printed=claim(kl(m, s, 0, 1), eq(-half * (1 + log(s) - m**2 - s), why="the deviation put where the variance belongs")),
    refuted_at={m: 0, s: 2},
    instead=standard,
)
log_variance_chain_rule = erratum(
    original,
    printed=claim(D(kl(m, exp(w / 2), 0, 1), w), eq(exp(w / 2) - exp(-w / 2), why="the derivative in s, with no inner derivative")),
    refuted_at={m: 0, w: 1},
    instead=in_the_log_variance,
)
