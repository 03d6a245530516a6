"""Pooling: a window of side w that moves by w leaves floor(n/w) of n cells along an axis.

The mean of the blocks keeps the mean of the image; the maximum keeps a white pixel wherever it stands in its block, and changes when the
pixel crosses a border.
"""

from derive import (
    And,
    Eq,
    Max,
    Or,
    Sum,
    cite,
    claim,
    eq,
    floor,
    implies,
    index,
    indices,
    integer,
    natural,
    not_always,
    one_hot,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

# Given
n = integer("n")  # side of the image
w = integer("w")  # side of the window, and the stride
a, b, c, d = real("a b c d")  # the pixels of a 2 x 2 block
p = real("p")  # a pixel of another block
white = positive("white")  # the value of a white pixel, the largest there is
white_pixels = natural("k")  # how many of a block's pixels are white
m = natural("m")  # half the side of an image
r, q = indices("r q", upto=m)
N = natural("N")  # the number of pixels in a block
u = index("u", upto=N)
mask = real_vector("mask", 16)  # of a 4 x 4 block: 1 where a pixel of the block is white, else 0
x = real_matrix("x", 2 * m, 2 * m)  # an image of even side


def mean(i, j):
    """The mean of the block (i, j)."""
    return (x[2 * i, 2 * j] + x[2 * i, 2 * j + 1] + x[2 * i + 1, 2 * j] + x[2 * i + 1, 2 * j + 1]) / 4


# Sizes
side = claim(floor((n - w) / w) + 1, eq(floor(n / w), why="the stride is the window"), given=[w >= 1, n >= w], source=original)
side_of_a_multiple = claim(floor((n * w - w) / w) + 1, eq(n), given=[w >= 1, n >= 1], source=original)
halved = claim(
    floor((n - w) / w) + 1,
    eq(n / w, why="the window divides the side"),
    eq(32, why="on both sides of each of the 32 channels: 64 x 64 x 32 gives 32 x 32 x 32"),
    given=[Eq(n, 64), Eq(w, 2)],
    source=cite("002", "HW 2, question 3a, pooling"),
    covers=["002.hw2.Q3a.pooling"],
)
quarter_of_the_features = claim(
    (floor((n - w) / w) + 1) ** 2,
    eq(n**2 / 4, why="14 windows along each side; 784 features to begin with"),
    eq(196),
    given=[Eq(n, 28), Eq(w, 2)],
    source=[cite("000", "1.2b"), cite("001", "1.2b")],
    covers=["000.1.2b.dimension", "001.1.2b.dimension"],
    reads_as="784 features are a 28 x 28 image; the windows are 2 x 2 blocks that do not overlap",
)
stride_one_leaves_more = claim((floor((n - w) / 1) + 1) ** 2, eq(729), given=[Eq(n, 28), Eq(w, 2)], source=original)
in_a_row = claim((floor((n - 1) / 1) + 1) * (floor((n - 4) / 4) + 1), eq(28 * 7), given=Eq(n, 28), source=original)

# Means
averaging = claim(
    Sum(Sum(x[2 * r, 2 * q] + x[2 * r, 2 * q + 1] + x[2 * r + 1, 2 * q] + x[2 * r + 1, 2 * q + 1], q), r) / (4 * m**2),
    eq(Sum(Sum(mean(r, q), q), r) / m**2, why="every pixel lies in one block: the mean of the block means is the mean of the pixels"),
    source=cite("000", "1.2b"),
    covers=["000.1.2b.averaging"],
    reads_as="the blocks are 2 x 2; a constant kernel 1/4 with stride 2 takes the same means, flipped or not",
)
one_white_pixel_fades = claim(
    Sum(white * one_hot(u, N)) / N,
    eq(white / N, why="one of N terms is not 0"),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.average-dilution"],
    reads_as="one pixel of the block is white, the others are 0; N = 16 for a 4 x 4 block",
)
several_white_pixels = claim(Sum(white * mask) / 16, eq(white_pixels * white / 16), given=Eq(Sum(mask), white_pixels), source=original)

# Maxima
white_is_preserved = claim(
    And(a <= white, b <= white, c <= white, d <= white, Or(Eq(a, white), Eq(b, white), Eq(c, white), Eq(d, white))),
    implies(Eq(Max(a, b, c, d), white)),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.max-preserves"],
)
shift_inside_a_block = claim(
    Max(a, b, c, d),
    eq(Max(b, a, d, c), why="the columns of the block change places"),
    eq(Max(c, d, a, b), why="its rows do"),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.shift-robustness"],
    reads_as="small shifts are those that leave every nonzero pixel inside its 2 x 2 block",
)
shift_across_a_border = claim(not_always(Eq(Max(0, p), Max(p, 0, white)), at={p: 0, white: 1}), source=original)
