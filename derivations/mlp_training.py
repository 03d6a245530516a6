"""Two studies of feed-forward networks: what their tables of widths and depths say, and what they do not.

Accuracy grows with the width, by gains that shrink. With the depth it falls: in one study at every step, in the other from three layers on.
The tables are transcribed once, as far as the claims speak of them.
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
    implies,
    index,
    indices,
    le,
    lt,
    matrix,
    member,
    ones,
    original,
    rounds_to,
    vector,
)  # fmt: skip


def column(*printed):
    return vector(*map(decimal, printed))


# Given: the first study
widths = vector(16, 32, 64, 128, 256)
depths = vector(1, 3, 5, 7, 9)
first = cite("000", "Question 2, 2(a), table")
third = column("0.00001", "0.00001", "0.00001", "0.00001", "0")  # printed under Dropout
fourth = column("0", "0", "0", "0", "0.2")  # printed under Penalty
rate = column("0.01", "0.01", "0.01", "0.01", "0.01")
by_width = column("0.746298075", "0.809134603", "0.845576942", "0.865769207", "0.875817299")  # validation accuracy
by_depth = column("0.807837", "0.858798", "0.832212", "0.764423", "0.04476")  # 1, 3, 5, 7, 9 layers
test_by_depth = column("0.85476", "0.831875", "0.763221", "0.043654")  # 3, 5, 7, 9 layers
r = index("r", upto=5)  # a row of a table
penalties, dropouts, rates = [0, decimal("0.00001")], [0, Rational(1, 5)], list(map(decimal, ("0.0001", "0.0005", "0.001", "0.01")))
penalty, dropout = third, fourth  # the two headings exchanged

# Given: the second study
train2 = column("0.793", "0.864", "0.909", "0.938", "0.949")  # accuracies by width, 16 to 256
val2 = column("0.781", "0.844", "0.881", "0.898", "0.909")
test2 = column("0.784", "0.845", "0.880", "0.896", "0.908")
decay2 = column("0.0001", "0.0001", "0.0001", "0.0001", "0")
named2 = matrix((32, decimal("0.001"), 0, decimal("0.0001")), (256, decimal("0.0003"), decimal("0.2"), 0))  # width, rate, dropout, decay
s = index("s", upto=2)  # one of these two
decays2, rates2 = [0, decimal("0.0001")], list(map(decimal, ("0.0001", "0.0003", "0.001", "0.003")))
train3 = column("0.828", "0.803", "0.725", "0.637", "0.533")  # accuracies by depth
val3 = column("0.817", "0.792", "0.717", "0.630", "0.524")
test3 = column("0.818", "0.793", "0.718", "0.635", "0.528")
rows_of_a_width = list(product(range(4), range(2), range(2)))  # places in the lists of rates, of penalties or decays, and of dropouts
eta = index("eta", upto=4)  # the place of a rate
ell, delta = indices("ell delta", upto=2)  # the places of a penalty and of a dropout


def listed(row):
    """1 where the configuration at hand stands in this row."""
    return cases((1, And(*(Eq(place, value) for place, value in zip((eta, ell, delta), row, strict=True)))), (0, True))


def rises(v):
    """The lines of a chain: each entry is less than the next."""
    return (v[0], *(lt(v[k]) for k in range(1, 5)))


def falls(v):
    return (v[4], *(lt(v[k]) for k in (3, 2, 1, 0)))


def gains_shrink(v):
    """The lines of a chain: 0, the last gain, the one before it, up to the first."""
    return (0, *(lt(v[k + 1] - v[k]) for k in (3, 2, 1, 0)))


# The first study, by width
grid = claim(Sum(ones(5, 4, 2, 2)), eq(5 * 4 * 2 * 2), eq(80, why="16 for each width"), source=first, covers=["000.2.2a.grid"])
every_configuration_once = claim(
    sum(map(listed, rows_of_a_width[1:]), start=listed(rows_of_a_width[0])),
    eq(1, why="one row for each rate, penalty or decay, and dropout"),
    source=[first, cite("001", "Question 2, Part 2")],
    covers=["000.2.2a.grid", "001.2.2.grid"],
    reads_as="the 16 rows of a width in the order of the grid, each as its places in the lists of rates, of penalties and of dropouts",
)
rates_differ = claim(rates[0], *(lt(value) for value in rates[1:]), source=first, covers=["000.2.2a.grid"])
rates_of_the_second_differ = claim(
    rates2[0], *(lt(value) for value in rates2[1:]), source=cite("001", "Question 2, Part 2"), covers=["001.2.2.grid"]
)
every_rate = claim(member(rate[r], rates), source=first, covers=["000.2.2a.columns"])
sixteen_for_each_width = claim(Sum(ones(4, 2, 2)), eq(16), source=first, covers=["000.2.2a.grid", "001.2.2.grid"])
every_dropout = claim(member(dropout[r], dropouts), source=first, covers=["000.2.2a.columns"])
every_penalty = claim(member(penalty[r], penalties), source=first, covers=["000.2.2a.columns"])
best_penalties = claim(
    penalty[r],
    eq(cases((decimal("0.00001"), r < 4), (0, True)), why="but for the last row"),
    source=first,
    covers=["000.2.2a.consistently"],
)
best_dropouts = claim(
    dropout[r],
    eq(cases((0, r < 4), (Rational(1, 5), True)), why="but for the last row"),
    source=first,
    covers=["000.2.2a.consistently"],
)
one_rate = claim(rate[r], eq(Rational(1, 100)), source=first, covers=["000.2.2a.rate"])
largest_rate = claim(rate[r], eq(Max(*rates)), source=first, covers=["000.2.2a.rate"])
wider_is_better = claim(*rises(by_width), source=cite("000", "Question 2, 2(a)"), covers=["000.2.2a.improves"])
wider_gains_less = claim(
    *gains_shrink(by_width),
    source=cite("000", "Question 2, 2(a)"),
    covers=["000.2.2a.converges"],
    reads_as="converges means that the gains shrink over the five widths",
)
best_row = claim(
    by_width[r],
    le(decimal("0.875817299"), why="the last row"),
    source=cite("000", "Question 2, 2(b)"),
    covers=["000.2.2b.flags"],
)
flags = claim(
    Eq(by_width[r], decimal("0.875817299")),
    implies(And(Eq(widths[r], 256), Eq(rate[r], Rational(1, 100)), Eq(dropout[r], Rational(1, 5)), Eq(penalty[r], 0)), why="the best row"),
    source=cite("000", "Question 2, 2(b)"),
    covers=["000.2.2b.flags"],
)
rounds_to_88_percent = claim(
    rounds_to(Max(*by_width), "0.88"),
    source=cite("000", "Question 2, 2(c)"),
    covers=["000.2.2c.88"],
    reads_as="the largest reported value, rounded to a percent",
)

# The first study, by depth
three_layers_are_best = claim(
    Max(by_depth[0], by_depth[2], by_depth[3], by_depth[4]),
    lt(by_depth[1]),
    source=cite("000", "Question 2, 3(a)"),
    covers=["000.2.3a.best"],
)
three_layers_test_best = claim(
    Max(*(test_by_depth[k] for k in (1, 2, 3))),
    lt(test_by_depth[0]),
    source=cite("000", "Question 2, 3(a)"),
    covers=["000.2.3a.best"],
    reads_as="of the rows of 3 to 9 layers",
)
rise_and_drop = claim(
    Max(by_depth[3], by_depth[4]),
    lt(by_depth[0], why="7 and 9 layers lie below 1"),
    lt(by_depth[2], why="which lies below 5"),
    lt(by_depth[1], why="and 3"),
    source=cite("000", "Question 2, 3(a)"),
    covers=["000.2.3a.rise-and-drop"],
    reads_as="3 and 5 layers are set against 1, and 7 and 9 against 5",
)
a_rise = claim(0, lt(by_depth[1] - by_depth[0]), source=cite("000", "Question 2, 3(c)"), covers=["000.2.3c.rise"])
size_of_the_rise = claim(
    Eq(depths[r], 3),
    implies(Eq(by_depth[r] - by_depth[0], decimal("0.050961")), why="against one layer"),
    source=cite("000", "Question 2, 3(c)"),
    covers=["000.2.3c.rise"],
)
every_step_loses = claim(
    by_depth[4],
    *(lt(by_depth[k]) for k in (3, 2, 1)),
    source=cite("000", "Question 2, 3(c)"),
    covers=["000.2.3c.point"],
)
every_step_loses_in_test = claim(
    test_by_depth[3],
    *(lt(test_by_depth[k]) for k in (2, 1, 0)),
    source=cite("000", "Question 2, 3(c)"),
    covers=["000.2.3c.point"],
)
chance = claim(
    Abs(by_depth[4] - Rational(1, 26)),
    lt(Rational(1, 100), why="26 letters"),
    source=cite("000", "Question 2, 3(c)"),
    covers=["000.2.3c.zero"],
)
possible_accuracy = claim(rounds_to(Rational(18104, 20800), "0.8704"), source=original)

# The second study, by width
second = cite("001", "Question 2, Part 2")
grid2 = claim(Sum(ones(5, 4, 2, 2)), eq(5 * 4 * 2 * 2), eq(80, why="16 for each width"), source=second, covers=["001.2.2.grid"])
decays_in_the_grid = claim(
    member(decay2[r], decays2),
    source=second,
    covers=["001.2.2.grid"],
    reads_as="every row of the width table has a decay of the grid; of rates and dropouts, those of the widths 32 and 256 are at hand",
)
rates_in_the_grid = claim(
    member(named2[s, 1], rates2), source=second, covers=["001.2.2.grid"], reads_as="the rows of the widths 32 and 256"
)
dropouts_in_the_grid = claim(
    member(named2[s, 2], dropouts), source=second, covers=["001.2.2.grid"], reads_as="the rows of the widths 32 and 256"
)
widths_in_the_grid = claim(member(named2[s, 0], [16, 32, 64, 128, 256]), source=second, covers=["001.2.2.grid"])
validation_saturates = claim(
    *gains_shrink(val2), source=second, covers=["001.2.2.val-saturates"], reads_as="saturates means that the gains shrink"
)
training_climbs = claim(*rises(train2), source=second, covers=["001.2.2.train-climbs", "001.2.2c.monotone"])
training_from = claim(rounds_to(train2[0], "0.79"), source=second, covers=["001.2.2.train-climbs"])
training_to = claim(rounds_to(train2[4], "0.95"), source=second, covers=["001.2.2.train-climbs"])
gap2 = train2 - val2
gap_never_falls = claim(gap2[0], *(le(gap2[k]) for k in range(1, 5)), le(decimal("0.040")), source=second, covers=["001.2.2.overfit"])
no_decay = claim(
    decay2[r],
    eq(cases((decimal("0.0001"), r < 4), (0, True)), why="but for the largest width"),
    source=second,
    covers=["001.2.2.no-decay"],
)
best_of_all = claim(
    Max(*(val2[k] for k in range(4))),
    lt(val2[4]),
    source=cite("001", "Question 2, Part 2(b)"),
    covers=["001.2.2b.config", "001.2.3.fixed-width"],
)
configuration = claim(
    Eq(named2[s, 0], widths[4]),
    implies(
        And(Eq(named2[s, 1], decimal("0.0003")), Eq(named2[s, 2], Rational(1, 5)), Eq(named2[s, 3], 0)),
        why="rate, dropout and decay in the row of the width 256",
    ),
    source=cite("001", "Question 2, Part 2(b)"),
    covers=["001.2.2b.config", "001.2.3.hyperparameters"],
    reads_as="optimal for the width 256",
)
metrics = claim(
    Eq(widths[r], 256),
    implies(And(Eq(val2[r], decimal("0.909")), Eq(test2[r], decimal("0.908")), Eq(train2[r], decimal("0.949")))),
    source=cite("001", "Question 2, Part 2(b)"),
    covers=["001.2.2b.metrics"],
)
in_per_cent = claim(
    Eq(widths[r], 256),
    implies(And(Eq(100 * val2[r], decimal("90.9")), Eq(100 * test2[r], decimal("90.8")))),
    source=cite("001", "Question 2, takeaways"),
    covers=["001.2.take.2"],
)
returns_diminish = claim(
    *gains_shrink(val2),
    source=cite("001", "Question 2, takeaways"),
    covers=["001.2.take.1"],
    reads_as="diminish means smaller positive gains",
)
test_rises = claim(*rises(test2), source=cite("001", "Question 2, takeaways"), covers=["001.2.take.1"])
training_rises = claim(*rises(train2), source=cite("001", "Question 2, takeaways"), covers=["001.2.take.1"])

# The second study, by depth
part3 = cite("001", "Question 2, Part 3")
odd_depths = claim(depths[r], eq(2 * r + 1), source=part3, covers=["001.2.3.depths"])
gap3 = train3 - val3
small_gap = claim(Max(*gap3), eq(decimal("0.011")), lt(gap2[4], why="the gap that was called slight"), source=part3, covers=["001.2.3.gap"])
small_test_gap = claim(
    Max(*(train3 - test3)),
    eq(decimal("0.010")),
    lt(gap2[4]),
    source=part3,
    covers=["001.2.3.gap"],
    reads_as="the gap is that of training and test",
)
validation_declines = claim(*falls(val3), source=part3, covers=["001.2.3.monotone"])
training_declines = claim(*falls(train3), source=part3, covers=["001.2.3.monotone"])
test_declines = claim(*falls(test3), source=part3, covers=["001.2.3.monotone"])
one_layer_is_best = claim(Max(*(val3[k] for k in range(1, 5))), lt(val3[0]), source=part3, covers=["001.2.3.best-depth"])
harm = claim(
    Eq(depths[r], 9),
    implies(And(Eq(train3[0] - train3[r], decimal("0.295")), Eq(test3[0] - test3[r], decimal("0.290"))), why="against one layer"),
    source=part3,
    covers=["001.2.3.harm"],
    reads_as="generalization is the accuracy on held-out data",
)
degraded = claim(
    Eq(depths[r], 9),
    implies(And(Eq(train3[0] - train3[r], decimal("0.295")), Eq(val3[0] - val3[r], decimal("0.293"))), why="against one layer"),
    source=cite("001", "Question 2, takeaways"),
    covers=["001.2.take.3"],
)

# Errata
dropout_as_headed = erratum(
    first, printed=claim(member(third[0], dropouts)), refuted_at={}, instead=every_dropout, covers=["000.2.2a.columns"],
    note="the two headings are exchanged",
)  # fmt: skip
dropout_as_said = erratum(
    cite("000", "Question 2, 2(a)"),
    printed=claim(dropout[0], eq(decimal("0.00001"))),
    refuted_at={},
    instead=best_penalties,
    covers=["000.2.2a.consistently"],
    note="0.00001 is the penalty",
)
decay_of_the_flags = erratum(
    cite("000", "Question 2, 2(b)"),
    printed=claim(member(Rational(1, 5), penalties)),
    refuted_at={},
    instead=flags,
    covers=["000.2.2b.flags"],
    note="0.2 is the dropout of the best row",
)
deeper_is_better = erratum(
    cite("000", "Question 2, 3(a)"), printed=claim(by_depth[0], lt(by_depth[3])), refuted_at={}, instead=rise_and_drop,
    note="not every depth above 1 beats depth 1",
)  # fmt: skip
test_of_an_unknown_run = erratum(
    cite("000", "Question 2, 3(b)"),
    readings=[
        ("the row of 3 layers", claim(rounds_to(test_by_depth[0], "0.8704"))),
        ("any row of the table", claim(decimal("0.87035"), le(Max(*test_by_depth)))),
        ("a run of its own, with 18104 of 20800 items right", possible_accuracy),
    ],
    reason="ill-posed",
    covers=["000.2.3b.test"],
)
drops_to_0 = erratum(
    cite("000", "Question 2, 3(c)"), printed=claim(by_depth[4], eq(0)), refuted_at={}, instead=chance, covers=["000.2.3c.zero"],
    note="the level of chance",
)  # fmt: skip
best_width_32 = erratum(
    part3,
    printed=claim(Max(*val2), eq(val2[1])),
    refuted_at={},
    instead=best_of_all,
    covers=["001.2.3.fixed-width"],
    note="width 32 is fourth of five",
)
optimal_for_32 = erratum(
    part3,
    printed=claim(Eq(named2[s, 0], widths[1]), implies(Eq(named2[s, 1], decimal("0.0003")))),
    refuted_at={s: 0},
    instead=configuration,
    note="the best rate for the width 32 is another",
)
large_gap = erratum(
    part3, printed=claim(gap2[4], lt(Max(*gap3))), refuted_at={}, instead=small_gap, covers=["001.2.3.gap"],
    note="large is read as larger than the gap that was called slight",
)  # fmt: skip
validation_stalls = erratum(
    second, printed=claim(val2[4], eq(val2[3])), refuted_at={}, instead=validation_saturates, note="the largest width still gains 0.011",
)  # fmt: skip
gap_grows = erratum(
    part3, printed=claim(train3[0] - test3[0], lt(train3[4] - test3[4])), refuted_at={}, instead=harm,
    note="the gap between training and test does not grow with the depth",
)  # fmt: skip
