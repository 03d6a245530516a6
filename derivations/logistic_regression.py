"""Logistic regression on raw and on pooled images: what the printed times, grids and roundings say.

A decimal that lies halfway between two others needs a rule to be rounded; the measured fraction does not. A table gives one value for each
configuration, or it is misprinted.
"""

from derive import Abs, Rational, Sum, cite, claim, decimal, eq, erratum, lt, ones, rounds_to

# Given
time_raw, time_small = decimal("169.80031561851501"), decimal("84.73830533027649")  # seconds, on raw and on downsampled images
test_raw, test_small = decimal("0.6975"), decimal("0.6520673076923077")  # test accuracies
best_validation, best_test = decimal("0.71995"), decimal("0.72087")  # rate 0.001, penalty 0.00001, raw images
# rate 0.001, penalty 0.00001, then 0.0001; pooled images, penalty 0.0001
original_light, original_heavy, pooled_heavy = decimal("0.7192"), decimal("0.7195"), decimal("0.7095")
overlap = decimal("0.7195")  # the row that the second page repeats, with the penalty 0.00001

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
    eq(12),
    source=cite("000", "Question 1, 2(c)"),
    covers=["000.1.2c.grid"],
)
halfway = claim(
    decimal("0.7200") - best_validation,
    eq(Rational(1, 20000), why="half a unit of the fourth place"),
    eq(best_validation - decimal("0.7199")),
    source=cite("000", "Question 1, 2(c)"),
    covers=["000.1.2c.rounding"],
    reads_as="halves are rounded up, or to even",
)
measured_fraction = claim(rounds_to(Rational(14975, 20800), "0.7200"), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.rounding"])
rounded_test = claim(rounds_to(best_test, "0.7209"), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.rounding"])
rounded_per_cent = claim(
    100 * decimal("0.7209"), eq(decimal("72.09")), source=cite("000", "Question 1, 2(c)"), covers=["000.1.2c.rounding"]
)

# The second study
grid_of_the_second = claim(
    5 + 9 - 2,
    eq(2 * 3 * 2, why="14 rows on two pages, two of them repeated; original or pooled, three rates, two penalties"),
    eq(12),
    source=cite("001", "Question 1, 2(c), table"),
    covers=["001.1.2c.grid"],
)
light_below_heavy = claim(
    original_light,
    eq(decimal("0.7192"), why="penalty 0.00001, from the first page"),
    lt(original_heavy, why="penalty 0.0001"),
    source=cite("001", "Question 1, 2(c), table"),
    covers=["001.1.2c.single-valued"],
)
pooling_loses_a_point = claim(original_heavy - pooled_heavy, eq(Rational(1, 100)), source=cite("001", "Question 1, 2(b)"))

# Errata
two_values = erratum(
    cite("001", "Question 1, 2(c), table"),
    printed=claim(original_light, eq(overlap, why="as printed: one configuration, two values")),
    refuted_at={},
    instead=light_below_heavy,
    covers=["001.1.2c.single-valued"],
    note="the repeated row is that of the penalty 0.0001",
)
