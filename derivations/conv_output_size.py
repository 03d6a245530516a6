r"""Convolution sizes: how many outputs an axis has.

A window of k cells, its taps d apart, covers $d (k - 1) + 1$ cells of the padded axis and moves by s: it fits at every start a with
$a s + d (k - 1) + 1 \le n + 2 p$. Counting those starts gives the floor and the added 1, both of which are easily lost.
"""

from derive import And, Eq, ceiling, cite, claim, eq, erratum, floor, iff, integer, le, original

# Given
n = integer("n")  # input size along one axis
p = integer("p")  # zeros on each side
k = integer("k")  # kernel size
s = integer("s")  # stride
d = integer("d")  # dilation
a = integer("a")  # a start of the window, counted from 0
admissible = [n >= 1, p >= 0, k >= 1, s >= 1, k <= n + 2 * p]
dilated = [n >= 1, p >= 0, k >= 1, s >= 1, d >= 1, d * (k - 1) + 1 <= n + 2 * p]
size = floor((n + 2 * p - k) / s) + 1

# How many windows fit
starts_are_counted = claim(
    a * s + d * (k - 1) + 1 <= n + 2 * p,
    iff(a <= floor((n + 2 * p - d * (k - 1) - 1) / s), why="a is an integer and s is positive"),
    iff(a < floor((n + 2 * p - d * (k - 1) - 1) / s) + 1, why="so the starts a >= 0 are as many as the right side says"),
    given=[*dilated, a >= 0],
    source=original,
)
without_dilation = claim(
    floor((n + 2 * p - 1 * (k - 1) - 1) / s) + 1,
    eq(floor((n + 2 * p - k) / s) + 1, why="d = 1"),
    eq(ceiling((n + 2 * p - k + 1) / s), why="a quotient of integers is rounded up by adding s - 1"),
    given=admissible,
    source=cite("002", "HW 2, question 3a"),
    covers=["002.hw2.Q3a.size-formula"],
)
at_least_one = claim(1, le(size), given=admissible, source=original)
exact_division = claim(
    size,
    eq((n + 2 * p - k) / s + 1, why="nothing is rounded away"),
    given=[*admissible, Eq(s * floor((n + 2 * p - k) / s), n + 2 * p - k)],
    source=original,
)
same_size = claim(
    floor((n + 2 * p - (2 * p + 1)) / 1) + 1,
    eq(n, why="an odd kernel of 2p + 1 and stride 1"),
    given=[n >= 1, p >= 0],
    source=original,
)

# The worked example
first_layer = claim(
    size,
    eq((n + 2 * p - k) / s + 1, why="a kernel of 8 leaves nothing to round"),
    eq(n / s, why="126/2 + 1 = 128/2"),
    eq(64),
    given=[Eq(n, 128), Eq(p, 3), Eq(k, 8), Eq(s, 2)],
    source=cite("002", "HW 2, question 3a, first layer"),
    covers=["002.hw2.Q3a.first-layer"],
    reads_as="the kernel has side 8; side 7 gives 64 as well, by rounding",
)
first_layer_with_seven = claim(size, eq(64), given=[Eq(n, 128), Eq(p, 3), Eq(k, 7), Eq(s, 2)], source=original)
first_layer_with_two = claim(size, eq(67), given=[Eq(n, 128), Eq(p, 3), Eq(k, 2), Eq(s, 2)], source=original)
first_layer_shape = claim(
    Eq(size, 64),
    iff(And(k >= 7, k <= 8), why="126 <= 134 - k < 128"),
    given=[Eq(n, 128), Eq(p, 3), Eq(s, 2)],
    source=cite("002", "HW 2, question 3a, first layer"),
    covers=["002.hw2.Q3a.first-layer-shape"],
    reads_as="height by width by channels: 32 filters give 32 channels, and the side is 64 for a kernel of side 7 or 8 only",
)
third_layer = claim(
    size,
    eq((n + 2 * p - k) / s + 1, why="stride 1 leaves nothing to round"),
    eq(32),
    given=[Eq(n, 32), Eq(p, 1), Eq(k, 3), Eq(s, 1)],
    source=cite("002", "HW 2, question 3a, third layer"),
    covers=["002.hw2.Q3a.third-layer"],
    reads_as="64 filters give 64 channels of side 32: 64 x 32 x 32, channels first",
)
five_by_five = claim(
    size,
    eq(n - k + 1, why="stride 1, no padding, no dilation"),
    eq(3, why="on both axes: 3 x 3 outputs"),
    given=[Eq(n, 5), Eq(k, 3), Eq(p, 0), Eq(s, 1)],
    source=cite("004", "5a"),
    covers=["004.5a"],
)
larger_stride = claim(size, eq(2), given=[Eq(n, 5), Eq(k, 3), Eq(p, 0), Eq(s, 2)], source=original)

# Errata
formula_as_typed = erratum(
    cite("002", "HW 2, question 3a"),
    printed=claim(size, eq((n + 2 * p - k) / s), given=admissible),
    refuted_at={n: 32, p: 1, k: 3, s: 1},
    instead=without_dilation,
    covers=["002.hw2.Q3a.size-formula"],
    note="neither the floor nor the added 1 is there, and it is wrong at every admissible point",
)
first_layer_as_typed = erratum(
    cite("002", "HW 2, question 3a, first layer"),
    printed=claim((n + 2 * p - k) / s, eq(n / s), eq(64), given=[Eq(n, 128), Eq(p, 3), Eq(k, 2), Eq(s, 2)]),
    refuted_at={n: 128, p: 3, k: 2, s: 2},
    instead=first_layer,
    covers=["002.hw2.Q3a.first-layer"],
    note="a kernel of side 2 is typed, and the added 1 is missing",
)
