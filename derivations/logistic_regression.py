"""Logistic regression on raw and on pooled images: what the printed times, grids and roundings say.

A decimal that lies halfway between two others needs a rule to be rounded; the measured fraction does not. A table gives one value for each
configuration, or it is misprinted.
"""

from itertools import product

from derive import (
    Abs,
    And,
    Eq,
    Max,
    Rational,
    Sum,
    cases,
    cite,
    claim,
    decimal,
    eq,
    erratum,
    index,
    indices,
    lt,
    natural,
    not_always,
    ones,
    original,
    real,
    real_vector,
    rounds_to,
)  # fmt: skip

# Given
a = real("a")  # a printed number
n = natural("n")  # how many other rows a table has
r = index("r", upto=n)
others = real_vector("others", n)  # validation accuracies of the first study, but for the best
rest = real_vector("rest", 4)  # validation accuracies of the second study on original images, at the rates 0.0001 and 0.01
time_raw, time_small = decimal("169.80031561851501"), decimal("84.73830533027649")  # seconds, on raw and on downsampled images
test_raw, test_small = decimal("0.6975"), decimal("0.6520673076923077")  # test accuracies
best_validation, best_test = decimal("0.71995"), decimal("0.72087")  # rate 0.001, penalty 0.00001, raw images
# rate 0.001, penalty 0.00001, then 0.0001; pooled images, penalty 0.0001
original_light, original_heavy, pooled_heavy = decimal("0.7192"), decimal("0.7195"), decimal("0.7095")
overlap = decimal("0.7195")  # the row that the second page repeats, with the penalty 0.00001
rates = [decimal("0.00001"), decimal("0.0001"), decimal("0.001")]
rates_of_the_second = [decimal("0.0001"), decimal("0.001"), decimal("0.01")]
penalties = [decimal("0.00001"), decimal("0.0001")]
rows = list(product(range(3), range(2), range(2)))  # a table as places in its lists of rates, penalties and kinds of images
eta = index("eta", upto=3)  # the place of a rate
ell, kind = indices("ell kind", upto=2)  # the places of a penalty and of a kind of images


def listed(row):
    """1 where the configuration at hand stands in this row."""
    rate, penalty, images = row
    return cases((1, And(Eq(eta, rate), Eq(ell, penalty), Eq(kind, images))), (0, True))


# The first study
twice = claim(rounds_to(time_raw / time_small, "2"), source=cite("000", "Question 1, 2(b)"), covers=["000.1.2b.twice"])
how_near_to_twice = claim(
    Abs(time_raw / time_small - 2), lt(decimal("0.004")), source=cite("000", "Question 1, 2(b)"), covers=["000.1.2b.twice"]
)
per_cent_small = claim(rounds_to(100 * test_small, "65.21"), source=cite("000", "Question 1, 2(b)"), covers=["000.1.2b.percent"])
per_cent_raw = claim(rounds_to(100 * test_raw, "69.75"), source=cite("000", "Question 1, 2(b)"), covers=["000.1.2b.percent"])
grid = claim(
    Sum(ones(3, 2, 2)),
    eq(3 * 2 * 2, why="three rates, two penalties, raw or downsampled"),
    eq(len(rows), why="the rows of the table"),
    source=cite("000", "Question 1, 2(c)"),
    covers=["000.1.2c.grid"],
)
every_configuration_once = claim(
    sum(map(listed, rows[1:]), start=listed(rows[0])),
    eq(1, why="one row for each rate, penalty and kind of images"),
    source=[cite("000", "Question 1, 2(c)"), cite("001", "Question 1, 2(c), table")],
    covers=["000.1.2c.grid", "001.1.2c.grid"],
    reads_as="12 rows in the order of the grid, each as its places in the lists of rates, penalties and kinds of images; "
    "in the second study the two repeated rows are merged",
)
a_row_short = claim(
    not_always(Eq(sum(map(listed, rows[1:-1]), start=listed(rows[0])), 1), at={eta: 2, ell: 1, kind: 1}),
    source=original,
    reads_as="a table without its last row does not list every configuration",
)
penalties_differ = claim(penalties[0], lt(penalties[1]), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.grid", "001.1.2c.grid"])
rates_differ = claim(rates[0], *(lt(rate) for rate in rates[1:]), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.grid"])
rates_of_the_second_differ = claim(
    rates_of_the_second[0],
    *(lt(rate) for rate in rates_of_the_second[1:]),
    source=cite("001", "Question 1, 2(c), table"),
    covers=["001.1.2c.grid"],
)
best_is_reached_once = claim(
    Sum(cases((1, others[r] >= best_validation), (0, True)), r),
    eq(0, why="no other row reaches 0.71995"),
    given=others < best_validation,
    source=cite("000", "Question 1, 2(c)"),
    covers=["000.1.2c.best"],
    reads_as="0.71995 stands in the row of rate 0.001, penalty 0.00001 and raw images; the values of the n = 11 other rows are not at "
    "hand: all that is taken over of them is that the table prints smaller ones",
)
halfway = claim(
    decimal("0.7200") - a,
    eq(Rational(1, 20000), why="half a unit of the fourth place"),
    eq(a - decimal("0.7199")),
    given=Eq(a, best_validation),
    source=cite("000", "Question 1, 2(c)"),
    covers=["000.1.2c.rounding"],
    reads_as="halves are rounded up, or to even",
)
measured_fraction = claim(rounds_to(Rational(14975, 20800), "0.7200"), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.rounding"])
rounded_test = claim(rounds_to(best_test, "0.7209"), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.rounding"])
rounded_per_cent = claim(
    100 * a, eq(decimal("72.09")), given=Eq(a, decimal("0.7209")), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.rounding"]
)

# The second study
grid_of_the_second = claim(
    Sum(ones(2, 3, 2)),
    eq(2 * 3 * 2, why="original or pooled, three rates, two penalties"),
    eq(5 + 9 - 2, why="5 rows on one page and 9 on the next, two of them repeated"),
    source=cite("001", "Question 1, 2(c), table"),
    covers=["001.1.2c.grid"],
    reads_as="how many configurations there are, and how many of the printed rows are left",
)
light_below_heavy = claim(
    original_light,
    eq(decimal("0.7192"), why="penalty 0.00001, from the first page"),
    lt(original_heavy, why="penalty 0.0001"),
    source=cite("001", "Question 1, 2(c), table"),
    covers=["001.1.2c.single-valued"],
)
pooling_loses_a_point = claim(original_heavy - pooled_heavy, eq(Rational(1, 100)), source=cite("001", "Question 1, 2(b)"))

second_best_is_larger_than_the_others = claim(
    Max(*(rest[t] for t in range(4)), original_light, pooled_heavy),
    lt(original_heavy),
    given=And(*(rest[t] < original_heavy for t in range(4))),
    source=cite("001", "Question 1, 2(c), table"),
    covers=["001.1.2c.best"],
    reads_as="0.7195 stands in the row of original images, rate 0.001 and penalty 0.0001; the repeated row is left out, the best pooled "
    "row stands for the six, and of the four original rows not at hand all that is taken over is that the table prints smaller values",
)

# Errata
one_best_with_the_overlap = erratum(
    cite("001", "Question 1, 2(c), table"),
    printed=claim(overlap, lt(original_heavy, why="as printed: two rows share the largest value")),
    refuted_at={},
    instead=second_best_is_larger_than_the_others,
    note="taken literally, the repeated row ties for the maximum",
)
two_values = erratum(
    cite("001", "Question 1, 2(c), table"),
    printed=claim(original_light, eq(overlap, why="as printed: one configuration, two values")),
    refuted_at={},
    instead=light_below_heavy,
    covers=["001.1.2c.single-valued"],
    note="the repeated row is that of the penalty 0.0001",
)
