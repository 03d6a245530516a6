"""Parameters: a layer with d inputs and h outputs has d h weights and h biases.

A convolution shares its weights: it has height times width times channels of them for each filter. The last claims ask at which depth a
narrow network has as many parameters as a wide one.
"""

from derive import (
    Abs,
    Eq,
    Rational,
    Sum,
    cite,
    claim,
    eq,
    erratum,
    has_shape,
    iff,
    integer,
    le,
    natural,
    ones,
    original,
    real,
    real_matrix,
    real_vector,
    rounds_to,
)  # fmt: skip

# Given
d, h, m = natural("d h m")  # inputs, hidden units, outputs
f, g, c, K = natural("f g c K")  # height and width of a filter, input channels, filters
W1, W2 = real_matrix("W1", h, d), real_matrix("W2", m, h)  # the weights of the two layers
b1, b2 = real_vector("b1", h), real_vector("b2", m)  # their biases
x = real("x")  # how many further layers of 120 there are, as a real unknown
n = integer("n")  # the same, as a number of layers
hidden = integer("hidden")  # the number of hidden layers


def count(*shape):
    """How many entries an array of this shape has: one for each of its places."""
    return Sum(ones(*shape))


def deep(further):
    """The network 3072-512-120-...-120-10 with so many further layers of 120."""
    return Rational(3072) * 512 + 512 + Rational(512) * 120 + 120 + further * 120 * 120 + further * 120 + Rational(120) * 10 + 10


wide = Rational(1572864) + 512 + 131072 + 256 + 2560 + 10  # the network 3072-512-256-10

# One layer, and two
weights_of_a_layer = claim(
    count(h, d),
    eq(d * h, why="one weight for each input of each output"),
    source=cite("003", "3"),
    covers=["003.3.rule"],
)
biases_of_a_layer = claim(count(h), eq(h, why="one bias for each output"), source=cite("003", "3"), covers=["003.3.rule"])
first_weights = claim(
    has_shape(W1, h, d),
    source=[cite("002", "HW 2, i"), cite("003", "2e")],
    covers=["002.hw2.mlp.i.parameter-set", "003.2e.theta"],
)
first_biases = claim(
    has_shape(b1, h),
    source=[cite("002", "HW 2, i"), cite("003", "2e")],
    covers=["002.hw2.mlp.i.parameter-set", "003.2e.theta"],
)
second_weights = claim(
    has_shape(W2, m, h),
    source=[cite("002", "HW 2, i"), cite("003", "2e")],
    covers=["002.hw2.mlp.i.parameter-set", "003.2e.theta"],
)
second_biases = claim(
    has_shape(b2, m),
    source=[cite("002", "HW 2, i"), cite("003", "2e")],
    covers=["002.hw2.mlp.i.parameter-set", "003.2e.theta"],
)
two_layers = claim(
    count(h, d) + count(h) + count(m, h) + count(m),
    eq(h * d + h + m * h + m),
    eq(h * (d + 1) + m * (h + 1)),
    source=[cite("002", "HW 2, i"), cite("003", "2e")],
    covers=["002.hw2.mlp.i.parameter-count", "003.2e.n_theta"],
)
three_layers = claim(
    1 + hidden + 1,
    eq(3, why="input, hidden, output"),
    given=Eq(hidden, 1),
    source=cite("003", "2"),
    covers=["003.2.0.layers"],
)
convolution = claim(
    count(f, g, c, K),
    eq(f * g * c * K, why="one weight for each place of each filter, no bias"),
    source=cite("002", "HW 2, question 3b"),
    covers=["002.hw2.Q3b.count-formula"],
)
third_layer = claim(
    count(3, 3, 32, 64),
    eq(Rational(3) * 3 * 32 * 64, why="3 x 3 filters, 32 channels, 64 filters"),
    eq(18432),
    source=cite("002", "HW 2, question 3b"),
    covers=["002.hw2.Q3b.count"],
)

# The network 3072-512-256-10
first_layer_weights = claim(count(3072, 512), eq(Rational(3072) * 512), eq(1572864), source=cite("003", "3, eq. 1"), covers=["003.3.eq1"])
first_layer_biases = claim(count(512), eq(512), source=cite("003", "3, eq. 2"), covers=["003.3.eq2"])
second_layer_weights = claim(count(512, 256), eq(Rational(512) * 256), eq(131072), source=cite("003", "3, eq. 3"), covers=["003.3.eq3"])
second_layer_biases = claim(count(256), eq(256), source=cite("003", "3, eq. 4"), covers=["003.3.eq4"])
third_layer_weights = claim(count(256, 10), eq(Rational(256) * 10), eq(2560), source=cite("003", "3, eq. 5"), covers=["003.3.eq5"])
third_layer_biases = claim(count(10), eq(10), source=cite("003", "3, eq. 6"), covers=["003.3.eq6"])
total = claim(
    count(3072, 512) + count(512) + count(512, 256) + count(256) + count(256, 10) + count(10),
    eq(wide, why="the six counts"),
    eq(1707274),
    source=cite("003", "3, eq. 7"),
    covers=["003.3.eq7"],
)

# How deep a narrow network is as large
deep_count = claim(deep(x), eq(1636146 + 14520 * x), source=cite("003", "3, eq. 8"), covers=["003.3.eq8"])
layers_of_120 = claim(
    deep(n),
    eq(count(3072, 512) + count(512) + (count(512, 120) + count(120)) + n * (count(120, 120) + count(120)) + count(120, 10) + count(10)),
    eq(
        count(3072, 512) + count(512) + (n + 1) * count(120) + count(512, 120) + (n + 1 - 1) * count(120, 120) + count(120, 10) + count(10),
        why="one bias vector for each layer of 120: there are n + 1 of them, and n transitions between them",
    ),
    given=n >= 0,
    source=cite("003", "3"),
    covers=["003.3.x_meaning", "003.3.tuple"],
)
equal_count = claim(
    Eq(deep(x), wide),
    iff(Eq(x, Rational(8891) / 1815), why="a linear equation"),
    source=cite("003", "3, eq. 9"),
    covers=["003.3.eq9"],
)
equal_count_in_decimals = claim(rounds_to(Rational(8891) / 1815, "4.90"), source=original)
five_is_nearest = claim(
    Abs(deep(Rational(5)) - wide),
    le(Abs(deep(n) - wide), why="1472 against 13048 for four"),
    given=n >= 0,
    source=cite("003", "3"),
    covers=["003.3.choice"],
)

# Errata
total_as_typed = erratum(
    cite("003", "3, eq. 7"),
    printed=claim(count(3072, 512) + count(512) + count(512, 256) + count(256) + count(256, 10) + count(10), eq(1707264)),
    refuted_at={},
    instead=total,
    covers=["003.3.eq7"],
    note="the ten biases of eq. 6 are not added",
)
deep_count_as_typed = erratum(
    cite("003", "3, eq. 8"),
    printed=claim(deep(x), eq(Rational(3075) * 512 + 512 + Rational(512) * 120 + 120 + x * 120 * 120 + x * 120 + Rational(120) * 10 + 10)),
    refuted_at={x: 0},
    instead=deep_count,
    covers=["003.3.eq8"],
    note="3075 stands for 3072; the total to compare with is one of 1707274",
)
layers_as_typed = erratum(
    cite("003", "3"),
    printed=claim(
        deep(n),
        eq(count(3072, 512) + count(512) + n * count(120) + count(512, 120) + (n - 1) * count(120, 120) + count(120, 10) + count(10)),
        given=n >= 1,
    ),
    refuted_at={n: 1},
    instead=layers_of_120,
    covers=["003.3.x_meaning"],
    note="read as: n layers of 120 in all; the term for 512 to 120 makes one more",
)
solution_as_typed = erratum(
    cite("003", "3, eq. 9"),
    printed=claim(
        rounds_to((Rational(1707264) - (Rational(3075) * 512 + 512 + Rational(512) * 120 + 120 + Rational(120) * 10 + 10)) / 14520, "4.91")
    ),
    instead=equal_count,
    covers=["003.3.eq9"],
    note="eq. 8 as typed gives 11597/2420, about 4.79",
)
choice_as_typed = erratum(
    cite("003", "3"),
    printed=claim(Abs(deep(Rational(4)) - wide), le(Abs(deep(n) - wide)), given=n >= 0),
    refuted_at={n: 5},
    instead=five_is_nearest,
    covers=["003.3.choice"],
)
tuple_as_typed = erratum(
    cite("003", "3"),
    printed=claim(hidden - 1, eq(4, why="the layers of 120 in (512, 120, 120, 120, 120, 120)"), given=Eq(hidden, 6)),
    refuted_at={hidden: 6},
    instead=layers_of_120,
    covers=["003.3.tuple"],
    note="five layers of 120, and four transitions between them",
)
