"""Pooling: a window of side w that moves by w leaves floor(n/w) of n cells along an axis.

The mean of the blocks keeps the mean of the image; the maximum keeps a white pixel wherever it stands in its block, and changes when the
pixel crosses a border.
"""

from derive import (
    And,
    Eq,
    Max,
    Or,
    Rational,
    Sum,
    cite,
    claim,
    eq,
    floor,
    implies,
    index,
    indices,
    integer,
    le,
    natural,
    not_always,
    one_hot,
    original,
    positive,
    real,
    real_array,
    real_matrix,
    real_vector,
    vector,
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
mask = real_vector("mask", N)  # 1 where a pixel of the block is white, else 0
x, y = real_matrix("x", 2 * m, 2 * m), real_matrix("y", 2 * m, 2 * m)  # images of even side
blocks = real_array("blocks", m, 2, m, 2)  # the same by blocks: pixel (2r + g, 2q + h) is at (r, g, q, h)
g, h = indices("g h", upto=2)
e = index("e", upto=4)
lam = real("lambda")


def block(image, at, to):
    """The four pixels of the block (at, to)."""
    return image[2 * at, 2 * to], image[2 * at, 2 * to + 1], image[2 * at + 1, 2 * to], image[2 * at + 1, 2 * to + 1]


def mean(image, at, to):
    return sum(block(image, at, to)) / 4


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
fourteen_windows = claim(
    floor((n - w) / w) + 1,
    eq(14, why="along each side"),
    given=[Eq(n, 28), Eq(w, 2)],
    source=[cite("000", "1.2b"), cite("001", "1.2b")],
    covers=["000.1.2b.dimension", "001.1.2b.dimension"],
)
stride_one_leaves_more = claim(
    (floor((n - w) / 1) + 1) ** 2,
    eq(27**2),
    given=[Eq(n, 28), Eq(w, 2)],
    source=cite("001", "1.2b"),
    covers=["001.1.2b.dimension"],
    reads_as="at stride 1 there are more",
)
in_a_row = claim(
    (floor((n - 1) / 1) + 1) * (floor((n - 4) / 4) + 1),
    eq(28 * 7),
    given=Eq(n, 28),
    source=cite("000", "1.2b"),
    covers=["000.1.2b.dimension"],
    reads_as="four adjacent pixels in a row leave 28 x 7",
)

# Means
averaging = claim(
    Sum(blocks) / (4 * m**2),
    eq(Sum(Sum((blocks[r, 0, q, 0] + blocks[r, 0, q, 1] + blocks[r, 1, q, 0] + blocks[r, 1, q, 1]) / 4, q), r) / m**2),
    source=cite("000", "1.2b"),
    covers=["000.1.2b.averaging"],
    reads_as="every pixel lies in one of the 2 x 2 blocks: the mean of the block means is the mean of the image",
)
averaging_is_linear = claim(
    mean(lam * x + y, r, q),
    eq(lam * mean(x, r, q) + mean(y, r, q)),
    source=cite("000", "1.2b"),
    covers=["000.1.2b.averaging"],
)
averaging_is_a_convolution = claim(
    Sum(Sum(Rational(1, 4) * x[2 * r + 1 - g, 2 * q + 1 - h], h), g),
    eq(mean(x, r, q), why="the four pixels of a block, in another order"),
    eq(Sum(Sum(Rational(1, 4) * x[2 * r + g, 2 * q + h], h), g), why="so that flipping the kernel makes no difference"),
    source=cite("000", "1.2b"),
    covers=["000.1.2b.averaging"],
    reads_as="the kernel is 1/4 at each of 2 x 2 places, the stride is 2",
)
one_white_pixel_fades = claim(
    Sum(white * one_hot(u, N)) / N,
    eq(white / N, why="one of N terms is not 0"),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.average-dilution"],
    reads_as="one pixel of the block is white, the others are 0; N = 16 for a 4 x 4 block",
)
several_white_pixels = claim(
    Sum(white * mask) / N,
    eq(white_pixels * white / N),
    given=Eq(Sum(mask), white_pixels),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.average-dilution"],
    reads_as="k pixels of the block are white, the others are 0",
)

# Maxima
white_is_preserved = claim(
    And(a <= white, b <= white, c <= white, d <= white, Or(Eq(a, white), Eq(b, white), Eq(c, white), Eq(d, white))),
    implies(Eq(Max(a, b, c, d), white)),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.max-preserves"],
)
maximum_is_above_all = claim(
    vector(a, b, c, d)[e],
    le(Max(a, b, c, d)),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.max-preserves"],
)
shift_inside_a_block = claim(
    Max(a, 0, c, 0),
    eq(Max(0, a, 0, c), why="one column to the right: the left column takes the place of the right one, which was 0"),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.shift-robustness"],
    reads_as="small shifts are those that leave every nonzero pixel, a and c, inside its 2 x 2 block",
)
shift_down_a_block = claim(
    Max(a, b, 0, 0),
    eq(Max(0, 0, a, b), why="one row down: the upper row takes the place of the lower one, which was 0"),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.shift-robustness"],
    reads_as="the nonzero pixels, a and b, stay inside their block",
)
shift_across_a_border = claim(
    not_always(Eq(Max(0, p), Max(p, 0, white)), at={p: 0, white: 1}),
    source=cite("001", "1.2b"),
    covers=["001.1.2b.shift-robustness"],
    reads_as="a white pixel moves out of the one block and into the next",
)
