"""Steps and kinks: sign, the unit step, |x|, the rectifier and its leaky form.

Off 0 each has the derivative that one expects. At 0 the one-sided derivatives differ, and every library chooses a value of its own, which
lies between them. A steep sigmoid tends to the unit step with its half-value at 0.
"""

from derive import (
    Abs,
    And,
    D,
    Eq,
    Heaviside,
    Max,
    Min,
    Or,
    away_from,
    cases,
    cite,
    claim,
    definition,
    eq,
    erratum,
    exp,
    half,
    iff,
    implies,
    kink,
    lt,
    oo,
    original,
    positive,
    real,
    sign,
    tends_to,
)  # fmt: skip

# Given
x, y, z = real("x y z")
g = real("g")  # a slope
m = real("m")  # the argument of a sigmoid
a = real("alpha")  # the slope of the leaky rectifier below 0
k = positive("k")  # the steepness of a sigmoid


def indicator(condition):
    """1 where the condition is met, else 0."""
    return cases((1, condition), (0, True))


def rect(t):
    return cases((t, t >= 0), (0, t < 0))


def hard_tanh(u):
    """u, clipped to [-1, 1]."""
    return Max(-1, Min(u, 1))


def leaky(t):
    return Max(t, a * t)


def sigma(t):
    return 1 / (1 + exp(-t))


# The functions
sign_by_cases = definition(
    sign(x),
    eq(cases((1, x > 0), (0, Eq(x, 0)), (-1, x < 0))),
    source=[cite("002", "HW 3, 1a"), cite("003", "1, definitions")],
    covers=["002.hw3.1a", "003.1.def.sign"],
    runs_as="jnp.sign",
)
indicator_is_0_or_1 = claim(
    Or(Eq(indicator(x > y), 0), Eq(indicator(x > y), 1)),
    iff(Or(x > y, x <= y)),
    source=original,
)
indicator_by_cases = definition(
    indicator(And(x > y, x < z)),
    eq(indicator(x > y) * indicator(x < z), why="both conditions are met where the product is 1"),
    source=cite("003", "1, definitions"),
    covers=["003.1.def.indicator"],
)
unit_step = definition(
    Heaviside(x),
    eq(cases((1, x > 0), (0, x < 0), (half, Eq(x, 0)))),
    source=cite("002", "HW 3, 1b"),
    covers=["002.hw3.1b.heaviside"],
    runs_as="jnp.heaviside(x, 0.5)",
)
rectifier = definition(
    rect(x),
    eq(Max(0, x)),
    source=[cite("003", "1, definitions"), cite("002", "HW 3, 1b")],
    covers=["003.1.def.rect_cases", "002.hw3.1b.rectifier"],
    runs_as="jax.nn.relu",
)
rectifier_by_indicator = claim(
    rect(x),
    eq(Max(x, 0), why="RELU and [x]_+ are other names for it"),
    eq(Max(0, x)),
    eq(x * indicator(x > 0)),
    source=cite("003", "1, definitions"),
    covers=["003.1.def.rect"],
    runs_as="jax.nn.relu",
)
sign_by_indicators = claim(
    sign(x),
    eq(indicator(x > 0) - indicator(x < 0)),
    source=cite("003", "1e"),
    covers=["003.1e"],
    runs_as="jnp.sign",
)
leaky_rectifier = claim(
    leaky(x),
    eq(Max(x, a * x), why="definition"),
    eq(cases((x, x >= 0), (a * x, True)), why="x >= alpha x where x >= 0, and nowhere else"),
    given=a < 1,
    source=cite("003", "2"),
    covers=["003.2.0.leaky"],
    runs_as="jax.nn.leaky_relu(x, alpha)",
)

hard_tanh_by_clipping = claim(hard_tanh(x), eq(cases((-1, x < -1), (x, x <= 1), (1, True))), source=original, runs_as="jax.nn.hard_tanh")

# Slopes off 0
abs_slope = claim(D(Abs(x), x), eq(sign(x)), given=away_from(x, 0), source=cite("003", "1f"), covers=["003.1f"], runs_as="jnp.abs")
abs_subgradient_at_0 = claim(
    And(g >= -1, g <= 1),
    iff(And(1 >= g * 1, 1 >= g * (-1)), why="at y = 1 and y = -1"),
    implies(Abs(y) >= g * y, why="so at every y"),
    source=original,
)
rect_slope = claim(
    D(rect(x), x),
    eq(indicator(x > 0)),
    given=away_from(x, 0),
    source=[cite("003", "1g"), cite("002", "HW 3, 1b")],
    covers=["003.1g", "002.hw3.1b.derivative"],
    runs_as="jax.nn.relu",
)
rect_slope_is_the_step = claim(
    D(Max(0, x), x),
    eq(cases((1, x > 0), (0, x < 0)), why="linear on each side"),
    eq(Heaviside(x)),
    given=away_from(x, 0),
    source=cite("002", "HW 3, 1b"),
    covers=["002.hw3.1b.derivative-is-step", "002.hw3.1b.derivative-display"],
    runs_as="jax.nn.relu",
)
leaky_slope = claim(
    D(leaky(z), z),
    eq(D(cases((z, z >= 0), (a * z, True)), z), by=leaky_rectifier),
    eq(cases((1, z >= 0), (a, True))),
    given=[a < 1, away_from(z, 0)],
    source=cite("003", "2l"),
    covers=["003.2l.prime"],
    runs_as="jax.nn.leaky_relu(z, alpha)",
)

# Kinks at 0
abs_kink = claim(kink(Abs(x), x, at=0, left=-1, right=1, chosen={"jnp.abs": 1}), source=cite("003", "1f, note"), covers=["003.1f.note"])
rect_kink = claim(
    kink(rect(x), x, at=0, left=0, right=1, chosen={"jax.nn.relu": 0, "jnp.maximum(x, 0)": half}),
    source=[cite("003", "1g, note"), cite("002", "HW 3, 1b")],
    covers=["003.1g.note", "002.hw3.1b.one-sided", "002.hw3.1b.no-derivative-at-zero"],
)
rect_slope_jumps = claim(
    D(rect(x), x) - D(rect(y), y),
    eq(1, why="1 on the right and 0 on the left, however near to 0: there is no slope at 0"),
    eq((rect(x) - rect(y)) / x, why="the values differ by x, which goes to 0: it is the slope that jumps"),
    given=[x > 0, y < 0],
    source=cite("002", "HW 3, 1b"),
    covers=["002.hw3.1b.no-derivative-at-zero"],
    reads_as="the discontinuity is one of g'; g itself is continuous",
)
rect_is_continuous = claim(
    tends_to(Max(0, x), x, y, Max(0, y)), source=cite("002", "HW 3, 1b"), covers=["002.hw3.1b.no-derivative-at-zero"]
)
leaky_kink = claim(
    kink(Max(x, a * x), x, at=0, left=a, right=1, chosen={"jax.nn.leaky_relu(x, alpha)": 1, "jnp.maximum(x, alpha * x)": (1 + a) / 2}),
    given=a < 1,
    source=original,
)
clipped_above = claim(
    kink(hard_tanh(x), x, at=1, left=1, right=0, chosen={"jax.nn.hard_tanh": 1, "jnp.clip(x, -1, 1)": half}), source=original
)
clipped_below = claim(
    kink(hard_tanh(x), x, at=-1, left=0, right=1, chosen={"jax.nn.hard_tanh": 1, "jnp.clip(x, -1, 1)": half}), source=original
)
rect_subgradient_at_0 = claim(
    And(g >= 0, g <= 1),
    iff(And(Max(0, 1) >= g * 1, Max(0, -1) >= g * (-1)), why="at y = 1 and y = -1"),
    implies(Max(0, y) >= g * y, why="so at every y"),
    source=original,
)
leaky_subgradient_at_0 = claim(
    And(g >= a, g <= 1),
    iff(And(Max(1, a) >= g * 1, Max(-1, -a) >= g * (-1)), why="at y = 1 and y = -1"),
    implies(Max(y, a * y) >= g * y, why="so at every y"),
    given=a < 1,
    source=original,
)

# The step builds the others
rect_by_step = claim(Max(0, x), eq(x * Heaviside(x)), source=cite("002", "HW 3, 1c"), covers=["002.hw3.1c.1"], runs_as="jax.nn.relu")
steps_of_a_magnitude = claim(
    Heaviside(Abs(x)) - Heaviside(-Abs(x)), eq(Abs(sign(x))), source=cite("002", "HW 3, 1c"), covers=["002.hw3.1c.2"]
)
rect_by_two_steps = claim(
    Max(0, x),
    eq(x * Heaviside(Abs(x)) - x * Heaviside(-x)),
    eq(x - x * Heaviside(-x)),
    source=cite("002", "HW 3, 1c"),
    covers=["002.hw3.1c.2"],
    runs_as="jax.nn.relu",
)

# A steep sigmoid
tail_vanishes = claim(tends_to(exp(-m), m, oo, 0), source=cite("002", "HW 3, 1d, case 1"), covers=["002.hw3.1d.positive-reason"])
tail_grows = claim(tends_to(exp(-m), m, -oo, oo), source=cite("002", "HW 3, 1d, case 2"), covers=["002.hw3.1d.negative-reason"])
right_of_0 = claim(
    tends_to(sigma(k * x), k, oo, 1), given=x > 0, source=cite("002", "HW 3, 1d, case 1"), covers=["002.hw3.1d.positive"],
    reads_as="k grows and x stays",
)  # fmt: skip
left_of_0 = claim(
    tends_to(sigma(k * x), k, oo, 0), given=x < 0, source=cite("002", "HW 3, 1d, case 2"), covers=["002.hw3.1d.negative"],
    reads_as="k grows and x stays",
)  # fmt: skip
at_0 = claim(
    sigma(k * x),
    eq(1 / (1 + exp(-(k * 0))), why="m = k x = 0"),
    eq(half, why="e^0 = 1"),
    given=Eq(x, 0),
    source=cite("002", "HW 3, 1d, case 3"),
    covers=["002.hw3.1d.zero"],
)
steep_sigmoid_is_a_step = claim(
    tends_to(sigma(k * x), k, oo, Heaviside(x)),
    source=cite("002", "HW 3, 1d"),
    covers=["002.hw3.1d.conclusion"],
    reads_as="for each x alone, and n is x misread; the distance stays 1/2 near 0 for every k",
)

# Errata
rectifier_without_0 = erratum(
    cite("002", "HW 3, 1b"),
    printed=claim(x * Heaviside(x), eq(cases((x, x > 0), (0, x < 0)))),
    refuted_at={x: 0},
    instead=rectifier,
    covers=["002.hw3.1b.rectifier"],
    note="the rectifier is 0 at 0; it is its slope that is not defined there",
)
slope_without_prime = erratum(
    cite("002", "HW 3, 1b"),
    printed=claim(cases((x, x > 0), (0, x < 0)), eq(cases((1, x > 0), (0, x < 0)))),
    refuted_at={x: 2},
    instead=rect_slope_is_the_step,
    covers=["002.hw3.1b.derivative-display"],
    note="g is typed for g'",
)
difference_of_steps = erratum(
    cite("002", "HW 3, 1c"),
    printed=claim(Max(0, x), eq(Heaviside(Abs(x)) - Heaviside(-Abs(x)))),
    refuted_at={x: 2},
    instead=rect_by_two_steps,
    covers=["002.hw3.1c.2"],
    note="the right side is |sign x|",
)
indicator_without_x = erratum(
    cite("003", "1, definitions"),
    printed=claim(rect(x), eq(Max(x, 0), why="RELU"), eq(Max(x, 0), why="[x]_+"), eq(Max(0, x)), eq(indicator(x > 0))),
    refuted_at={x: 2},
    instead=rectifier_by_indicator,
    covers=["003.1.def.rect"],
    note="the factor x is missing",
)
sign_of_the_exponent = erratum(
    cite("002", "HW 3, 1d, case 2"),
    printed=claim(
        exp(-k),
        eq(exp(k), why="as typed: e to minus infinity is e to plus infinity"),
        lt(1 + exp(k), why="which grows beyond every bound"),
        eq(1 / (1 / (1 + exp(k))), why="and whose inverse tends to 0"),
        reads_as="infinity is read as a large k",
    ),
    refuted_at={k: 1},
    instead=tail_grows,
    covers=["002.hw3.1d.negative-reason"],
    note="the exponent is -(-k)",
)
