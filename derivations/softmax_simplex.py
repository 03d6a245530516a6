"""Softmax outputs are probabilities: positive, with sum one.

Whatever is proportional to the exponentials of the logits is softmax, once its sum is brought to one. The symbols and the function
come from the page on the Jacobian; here the logits are the pre-activations of the last layer of a network.
"""

from derivations.softmax_jacobian import Z, i, j, k, n, s, x

from derive import Eq, Sum, cite, claim, definition, entry, eq, exp, implies, not_always, original, positive, positive_vector

# Given
p = positive_vector("p", n)  # any positive weights
t = positive("t")  # a factor of proportion

# The function
as_vector = definition(
    s,
    eq(exp(x) / Z, why="exp acts entry by entry, over one common denominator"),
    eq(exp(x) / Sum(exp(x)), why="Z is the sum of all entries of exp(x)"),
    source=[cite("003", "2c, first line"), cite("002", "HW 2, network, c")],
    covers=["003.2c.os_vec", "002.hw2.mlp.c.softmax-vector"],
    runs_as="jax.nn.softmax",
)
as_component = definition(
    s[i],
    eq(entry(exp(x) / Z, i), why="entry i of the vector"),
    eq(exp(x[i]) / Z, why="exp acts entry by entry"),
    source=[cite("003", "2c, second line"), cite("002", "HW 2, network, c"), cite("004", "2, (5)")],
    covers=["003.2c.os_k", "002.hw2.mlp.c.softmax-component", "004.2.eq5"],
    reads_as="softmax(o_k) is entry k of softmax(o), not the softmax of one number",
    runs_as="jax.nn.softmax",
)
of_one_number_is_one = claim(s[i], eq(1, why="one term above and below"), given=Eq(n, 1), source=original)
of_two_numbers_is_not_one = claim(
    not_always(Eq(s[i], 1), at={n: 2, i: 0, x: (0, 0)}),
    source=cite("003", "2c, second line"),
    reads_as="softmax(o_k) taken as the softmax of one number",
)

# Probabilities
entries_positive = claim(
    exp(x[j]) > 0,
    implies(s[i] > 0, why="a ratio of positive numbers"),
    source=[cite("003", "2c"), cite("002", "HW 2, network, c"), cite("004", "2, below (5)"), cite("002", "HW 3, L, remark")],
    covers=["003.2c.positive", "002.hw2.mlp.c.positive", "004.2.prob", "002.hw3.1L.probability"],
)
sum_is_one = claim(
    Sum(s[i], i),
    eq(Sum(exp(x[i]) / Z, i), why="definition of s"),
    eq(Sum(exp(x[i]), i) / Z, why="the denominator is the same in each term"),
    eq(1, why="Z is that sum"),
    source=[cite("003", "2c, third line"), cite("002", "HW 2, network, c"), cite("004", "2, below (5)"), cite("002", "HW 3, L, remark")],
    covers=["003.2c.sum", "002.hw2.mlp.c.sum-to-one", "004.2.prob", "002.hw3.1L.probability"],
)

# Only softmax
fixed_by_proportion = claim(
    p[i] / Sum(p[k], k),
    eq(t * exp(x[i]) / Sum(t * exp(x[k]), k), why="p is proportional to the exponentials"),
    eq(s[i], why="t > 0 cancels"),
    given=Eq(p[j], t * exp(x[j])),
    source=[cite("003", "2c, first line"), cite("002", "HW 2, network, c"), cite("004", "2, (5)")],
    covers=["003.2c.os_vec", "002.hw2.mlp.c.softmax-vector", "003.2c.os_k", "002.hw2.mlp.c.softmax-component", "004.2.eq5"],
    reads_as="of all that is proportional to the exponentials of the logits, softmax is what has the sum 1",
)
