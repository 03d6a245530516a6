"""Two classes, at z = (0, t): softmax is the sigmoid of t, sparsemax a ramp, relumax two hyperbolas.

All three are 1/2 at t = 0 and rise from 0 to 1; softmax has a slope everywhere, sparsemax none at -1 and 1, relumax none at -b and b.
"""

from derivations.relu_projection import relu
from derivations.relumax import N1, N2, P, b, in_four_pieces, slope, slope_at_zero, t, top
from derivations.sparsemax import ramp

from derive import And, D, Eq, Max, Ne, Sum, cases, cite, claim, eq, erratum, exp, half, ones, original, real_vector, vector

# Given
softmax = exp(t) / (exp(0) + exp(t))

# Softmax
softmax_of_two = claim(
    (exp(vector(0, t)) / Sum(exp(vector(0, t))))[1],
    eq(exp(t) / (exp(0) + exp(t)), why="definition of softmax"),
    eq(exp(t) / (1 + exp(t))),
    source=cite("000", "3.3"),
    covers=["000.3.3.softmax"],
)
softmax_slope = claim(
    D(softmax, t),
    eq(exp(t) / (1 + exp(t)) ** 2, why="quotient rule"),
    source=cite("000", "3.3"),
    covers=["000.3.3.softmax-derivative"],
)
softmax_is_sigmoid = claim(softmax, eq(1 / (1 + exp(-t))), source=original)
softmax_slope_by_its_value = claim(D(softmax, t), eq(softmax * (1 - softmax), by=softmax_slope), source=original)

# Relumax
two = vector(0, t)
z = real_vector("z", 2)
numerators = claim(
    relu(z - Max(z[0], z[1]) * ones(2) + b * ones(2)),
    eq(vector(relu(z[0] - top + b), relu(z[1] - top + b)), why="the larger of 0 and t"),
    eq(vector(relu(0 - top + b), relu(t - top + b)), why="z_1 = 0, z_2 = t"),
    given=[Eq(z[0], 0), Eq(z[1], t)],
    source=cite("000", "3.3"),
    covers=["000.3.3.relumax-u"],
)
weights = relu(two - top * ones(2) + b * ones(2))
quotient = claim(
    (weights / Sum(weights))[1],
    eq(N2 / (N1 + N2), why="two terms in the sum", by=numerators),
    source=cite("000", "3.3"),
    covers=["000.3.3.relumax-quotient"],
)
largest_of_two = claim(
    top,
    eq(cases((0, t <= 0), (t, True)), why="t is not the larger"),
    eq(cases((t, t >= 0), (0, True)), why="at t = 0 both cases give 0"),
    source=cite("000", "3.3"),
    covers=["000.3.3.relumax-max"],
)
relumax_slope = claim(
    D(P, t),
    eq(
        cases((0, t < -b), (b / (2 * b + t) ** 2, t <= 0), (b / (2 * b - t) ** 2, t < b), (0, True)),
        why="piece by piece; at t = 0 both pieces have the slope 1/(4b)",
        by=[in_four_pieces, slope, slope_at_zero],
    ),
    given=[Ne(t, -b), Ne(t, b)],
    source=cite("000", "3.3"),
    covers=["000.3.3.relumax-derivative"],
)

# All three
half_at_zero = claim(vector(softmax.subs(t, 0), ramp.subs(t, 0), P.subs(t, 0)), eq(vector(half, half, half)), source=original)

# Errata
slope_with_the_kinks = erratum(
    cite("000", "3.3"),
    printed=claim(
        D(P, t),
        eq(
            cases(
                (0, t <= -b),
                (b / (2 * b + t) ** 2, And(t > -b, t < 0)),
                (b / (2 * b - t) ** 2, And(t > 0, t < b)),
                (0, t >= b),
            )
        ),
    ),
    refuted_at={b: 1, t: -1},
    instead=relumax_slope,
    covers=["000.3.3.relumax-derivative"],
    note="at -b and b there is no slope: from the two sides it is 0 and 1/b; and the list leaves out t = 0",
)
