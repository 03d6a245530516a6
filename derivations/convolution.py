"""Convolution: valid, same and full, and the gradient of its input.

With a kernel of k taps and stride 1, padding p gives n + 2p - k + 1 outputs: n - k + 1 without any, n for p = (k - 1)/2, n + k - 1 for
p = k - 1. The first entry reaches p + 1 of them. The gradient of the input is a full convolution of the upstream gradient.
"""

from derive import (
    And,
    D,
    Eq,
    Rational,
    cite,
    claim,
    eq,
    erratum,
    floor,
    iff,
    implies,
    integer,
    lt,
    matrix,
    original,
    real_matrix,
    real_vector,
    vector,
)  # fmt: skip

# Given
n = integer("n")  # length of the signal
k = integer("k")  # length of the kernel
p = integer("p")  # zeros on each side
h = integer("h")  # half of an odd kernel: k = 2h + 1
t = integer("t")  # an output, counted from 1
sizes = [n >= 1, k >= 1, k <= n]
u, w = real_vector("u", 7), real_vector("w", 3)  # the signal of the worked example, and its kernel
A, G = real_matrix("A", 5, 5), real_matrix("G", 3, 3)  # the image of the worked example, and its kernel


def has_values(array, values):
    """The hypothesis that a vector or a matrix has these entries."""
    if isinstance(values[0], tuple):
        return And(*(Eq(array[a, b], value) for a, row in enumerate(values) for b, value in enumerate(row)))
    return And(*(Eq(array[a], value) for a, value in enumerate(values)))


plateau, quarter = (1, 1, 4, 4, 4, 1, 1), (Rational(1, 4),) * 3
example = [has_values(u, plateau), has_values(w, quarter)]
picture = ((4, 5, 2, 2, 1), (3, 3, 2, 2, 4), (4, 3, 4, 1, 1), (5, 1, 4, 1, 2), (5, 1, 3, 1, 4))
weights = ((4, 3, 3), (5, 5, 5), (2, 4, 3))
example_in_2d = [has_values(A, picture), has_values(G, weights)]


def length(padding):
    """How many outputs there are at stride 1."""
    return floor((n + 2 * padding - k) / 1) + 1


def slide(padding):
    """The convolution of u with w, output by output: the flipped kernel on the padded signal."""
    padded = [0] * padding + [u[a] for a in range(7)] + [0] * padding
    windows = (padded[a : a + 3] for a in range(len(padded) - 2))
    return vector(*(sum((value * w[2 - j] for j, value in enumerate(window)), Rational(0)) for window in windows))


def correlate(r, c, tap):
    """Entry (r, c) of the sliding sum of products of A with the kernel whose taps these are."""
    return sum((tap(a, b) * A[r + a, c + b] for a in range(3) for b in range(3)), Rational(0))


def quarters(*numerators):
    return vector(*(Rational(a) / 4 for a in numerators))


# How many outputs
valid_length = claim(length(0), eq(n - k + 1), given=sizes, source=original)
same_length = claim(
    floor((n + 2 * ((2 * h + 1 - 1) / 2) - (2 * h + 1)) / 1) + 1,
    eq(n, why="2p = k - 1"),
    given=[n >= 1, h >= 0],
    source=cite("002", "HW 2, question 3c, same"),
    covers=["002.hw2.Q3c.same-padding", "002.hw2.Q3d.same-lowers-dimension"],
    reads_as="k = 2h + 1 is odd; (k - 1)/2 zeros stand on each side, one for k = 3, so that the centre starts on the first entry",
)
full_length = claim(
    length(k - 1),
    eq(n + k - 1, why="p = k - 1"),
    given=sizes,
    source=cite("002", "HW 2, question 3c, full"),
    covers=["002.hw2.Q3c.full-padding"],
    reads_as="k - 1 zeros stand on each side, two for k = 3, so that the last tap starts on the first entry; 9 outputs for n = 7",
)
valid_below_same_below_full = claim(
    length(0),
    eq(n - k + 1, why="valid"),
    lt(n, why="k > 1"),
    eq(length((k - 1) / 2), why="same, for an odd kernel"),
    lt(length(k - 1), why="full: n + k - 1"),
    given=[n >= 1, k >= 3, k <= n, Eq(k, 2 * floor(k / 2) + 1)],
    source=cite("002", "HW 2, question 3d"),
    covers=["002.hw2.Q3d.size-change"],
)
first_entry_reaches = claim(
    And(1 <= t, t <= n + 2 * p - k + 1, 1 <= p + 2 - t, p + 2 - t <= k),
    iff(And(1 <= t, t <= p + 1), why="the tap p + 2 - t is one of k: p + 1 outputs; 1, (k + 1)/2 and k in valid, same and full mode"),
    given=[n >= 1, k >= 1, k <= n, 0 <= p, p <= k - 1],
    source=cite("002", "HW 2, question 3d"),
    covers=["002.hw2.Q3d.corner-data"],
)

# The example: a signal with a plateau and a constant kernel
same_result = claim(
    slide(1),
    eq(quarters(2, 6, 9, 12, 9, 6, 2)),
    given=example,
    source=cite("002", "HW 2, question 3c, same"),
    covers=["002.hw2.Q3c.same"],
)
full_result = claim(
    And(*example),
    implies(And(*(Eq(slide(2)[a], Rational(q) / 4) for a, q in enumerate((1, 2, 6, 9, 12, 9, 6, 2, 1)))), why="output by output"),
    source=cite("002", "HW 2, question 3c, full"),
    covers=["002.hw2.Q3c.full"],
)
valid_result = claim(
    slide(0),
    eq(quarters(6, 9, 12, 9, 6)),
    given=example,
    source=cite("002", "HW 2, question 3c, valid"),
    covers=["002.hw2.Q3c.valid"],
)

# The example with a 3 x 3 kernel on a 5 x 5 image
sides = range(3)
outputs = matrix(*(tuple(correlate(r, c, lambda a, b: G[a, b]) for c in sides) for r in sides))
flipped_outputs = matrix(*(tuple(correlate(r, c, lambda a, b: G[2 - a, 2 - b]) for c in sides) for r in sides))
all_nine_outputs = claim(
    outputs,
    eq(matrix((109, 92, 72), (108, 85, 74), (110, 74, 79))),
    given=example_in_2d,
    source=cite("004", "5b"),
    covers=["004.5b"],
    reads_as="the kernel slides without being flipped; the pictures of input and kernel are missing and are taken as here",
)
flipped_kernel_differs = claim(
    flipped_outputs,
    eq(matrix((113, 87, 75), (114, 80, 75), (112, 73, 81))),
    given=example_in_2d,
    source=original,
)
sum_of_outputs = sum((correlate(r, c, lambda a, b: G[a, b]) for r in sides for c in sides), Rational(0))
input_gradient = claim(
    D(sum_of_outputs, A),
    eq(
        matrix((4, 7, 10, 6, 3), (9, 17, 25, 16, 8), (11, 23, 34, 23, 11), (7, 16, 24, 17, 8), (2, 6, 9, 7, 3)),
        why="each output passes its upstream gradient, 1, back through the kernel",
    ),
    given=has_values(G, weights),
    source=cite("004", "5c"),
    covers=["004.5c"],
    layout="denominator",
    reads_as="the upstream gradient is all ones, and the forward pass slides the kernel G over A without padding",
)

# Errata
same, full = slide(1), slide(2)
at_the_example = {u: plateau, w: quarter}
same_as_typed = erratum(
    cite("002", "HW 2, question 3c, same"),
    printed=claim(
        Eq(same[0], Rational(2) / 4),
        implies(And(*(Eq(same[a], Rational(q) / 4) for a, q in enumerate((2, 6, 9, 12, 9, 6)))), why="the first six entries"),
        implies(Eq(same[6], Rational(3) / 4), why="the last, as typed"),
        given=example,
    ),
    refuted_at=at_the_example,
    instead=same_result,
    covers=["002.hw2.Q3c.same"],
    note="the first six entries are right; signal and kernel read the same backwards, so the output must too",
)
full_as_typed = erratum(
    cite("002", "HW 2, question 3c, full"),
    printed=claim(
        Eq(full[0], Rational(1) / 4),
        implies(And(*(Eq(full[a], Rational(q) / 4) for a, q in enumerate((1, 2, 6, 9, 12, 9, 6)))), why="the first seven entries"),
        implies(Eq(full[8], Rational(1) / 4), why="the last"),
        implies(Eq(full[7], Rational(3) / 4), why="the eighth, as typed"),
        given=example,
    ),
    refuted_at=at_the_example,
    instead=full_result,
    covers=["002.hw2.Q3c.full"],
    note="the last entry but one is 2/4",
)
corners_as_typed = erratum(
    cite("002", "HW 2, question 3d"),
    printed=claim(
        And(k >= 3, n >= k),
        implies(Eq(1, k), why="valid keeps the corner: the first entry meets every tap (it meets one)"),
        implies(Eq(k - 1 + 1, k), why="full keeps the corner: the first entry meets every tap"),
        implies(Eq((k - 1) / 2, 0), why="same uses no padding (it uses (k - 1)/2)"),
        given=[n >= 1, k >= 1],
        reads_as="an entry is kept when it meets every tap of the kernel",
    ),
    refuted_at={n: 7, k: 3},
    instead=first_entry_reaches,
    covers=["002.hw2.Q3d.corner-data"],
    note="valid and same have changed places",
)
sizes_as_typed = erratum(
    cite("002", "HW 2, question 3d"),
    printed=claim(
        And(2 <= k, k <= n),
        implies(n < n + k - 1, why="full makes the image bigger"),
        implies(n < n - k + 1, why="valid makes the image bigger"),
        implies(n < n, why="same makes the image smaller"),
        given=n >= 1,
    ),
    refuted_at={n: 7, k: 3},
    instead=valid_below_same_below_full,
    covers=["002.hw2.Q3d.size-change"],
)
same_lowers_as_typed = erratum(
    cite("002", "HW 2, question 3d, third item"),
    printed=claim(floor((n + 2 * ((2 * h + 1 - 1) / 2) - (2 * h + 1)) / 1) + 1, lt(n), given=[n >= 1, h >= 0]),
    refuted_at={n: 7, h: 1},
    instead=same_length,
    covers=["002.hw2.Q3d.same-lowers-dimension"],
)
