"""How trainings are counted and how far they scatter: two networks, three seeds, error bars of two standard deviations.

The standard deviation of three runs has 3 or 2 in its denominator. The two differ by the factor sqrt(3/2), so a bar says which one it
takes.
"""

from derive import (
    Rational,
    Sum,
    cite,
    claim,
    definition,
    eq,
    erratum,
    index,
    indices,
    natural,
    ones,
    original,
    real_vector,
    rounds_to,
    sqrt,
)

# Given
networks, seeds = natural("networks seeds")
f, t = index("f", upto=networks), index("t", upto=seeds)
runs = real_vector("runs", 3)  # the results of three runs
a, b = indices("a b", upto=3)


def deviation(denominator):
    """The standard deviation of the runs."""
    return sqrt(Sum((runs[a] - Sum(runs[b], b) / 3) ** 2, a) / denominator)


# The count
one_training_for_each_pair = claim(Sum(1, t, f), eq(networks * seeds), source=original)
trainings = claim(
    Sum(ones(2, 3)), eq(2 * 3, why="two networks, three seeds each"), eq(6), source=cite("003", "1.4, item 2"), covers=["003.3.runs"]
)

# The bars
deviation_of_the_runs = definition(
    deviation(3),
    eq(sqrt(Sum(runs**2) / 3 - (Sum(runs) / 3) ** 2), why="mean of the squares less the square of the mean"),
    source=original,
    runs_as="jnp.std(runs)",
)
deviation_of_a_sample = definition(deviation(2), eq(deviation(3) * sqrt(Rational(3, 2))), source=original, runs_as="jnp.std(runs, ddof=1)")
bar = claim(
    2 * deviation(3),
    eq(2 * sqrt(Sum(runs**2) / 3 - (Sum(runs) / 3) ** 2), by=deviation_of_the_runs),
    source=cite("003", "1.4, item 2"),
    covers=["003.3.bars"],
    reads_as="std has the number of runs in its denominator",
)
bar_of_a_sample = claim(
    2 * deviation(2),
    eq(2 * deviation(3) * sqrt(Rational(3, 2)), by=deviation_of_a_sample),
    source=cite("003", "1.4, item 2"),
    covers=["003.3.bars"],
    reads_as="std has the number of runs less 1 in its denominator",
)
ratio = claim(rounds_to(sqrt(Rational(3, 2)), "1.22474487139"), source=original)

# Errata
either_denominator = erratum(
    cite("003", "1.4, item 2"),
    printed=claim(2 * deviation(3), eq(2 * deviation(2))),
    refuted_at={runs: (0, 0, 1)},
    instead=bar,
    note="which of the two is meant must be said",
)
