"""Backward passes: what a vector-Jacobian product costs.

With the Jacobian as a table it takes n^2 multiplications and n(n - 1) additions. Where the Jacobian is a diagonal, or a diagonal less an
outer product, a number of operations proportional to n is enough.
"""

from derive import D, array, cite, claim, costs, definition, diag, eq, exp, indices, natural, ones, original, real_matrix, real_vector

# Given
n = natural("n")  # number of entries
i, j = indices("i j", upto=n)
x = real_vector("x", n)  # the input
a = real_vector("a", n)  # the point where the Jacobian is taken
g = real_vector("g", n)  # the gradient of the loss in the output
y = real_vector("y", n)  # the output at a
J = real_matrix("J", n, n)  # a Jacobian, rows by output
s = real_vector("s", n)  # the output of a sigmoid or a softmax, once it is known


def sigma(t):
    return 1 / (1 + exp(-t))


sigmoids = array(n, lambda t: sigma(x[t]), name=r"\sigma")
one = ones(n)

# The product
entrywise = definition(
    sigmoids,
    eq(array(n, lambda t: 1 / (1 + exp(-x[t])))),
    source=cite("003", "1l"),
    covers=["003.1l.def"],
    runs_as="jax.nn.sigmoid",
)
chain_rule = claim(
    D(g.T @ (y + J @ (x - a)), x),
    eq(J.T @ g, why="dL/dx_j = sum_i dL/dy_i dy_i/dx_j"),
    source=cite("003", "1l"),
    covers=["003.1l.chainrule"],
    layout="denominator",
    reads_as="f and L stand for their linear parts at the point, which is what differentiable means: f(x) = y + J (x - a), L(y) = g . y",
)

# Its cost
dense_multiplications = claim(costs(J.T @ g, n**2, of="multiplications"), source=original)
dense_additions = claim(costs(J.T @ g, n * (n - 1), of="additions"), source=original)
dense = claim(costs(J.T @ g, 2 * n**2 - n), source=cite("003", "1l"), covers=["003.1l.generic"])
sigmoid_product = claim(
    D(sigmoids, x).T @ g,
    eq(diag(sigmoids * (one - sigmoids)) @ g, why="output i depends on input i alone"),
    eq(sigmoids * (one - sigmoids) * g),
    source=cite("003", "1l"),
    covers=["003.1l.sigmoid"],
    layout="numerator",
)
sigmoid_cost = claim(costs(s * (one - s) * g, 3 * n), source=cite("003", "1l"), covers=["003.1l.sigmoid"])
softmax_product = claim(
    (diag(s) - s @ s.T).T @ g,
    eq(s * g - (s.T @ g) * s, why="the outer product is applied from the right"),
    eq(s * (g - (s.T @ g) * one), why="one inner product serves every entry"),
    source=cite("003", "1l"),
    covers=["003.1l.softmax"],
    reads_as="s is the softmax of x, whose Jacobian is diag(s) - s s^T",
)
softmax_cost = claim(costs(s * (g - (s.T @ g) * one), 4 * n - 1), source=cite("003", "1l"), covers=["003.1l.softmax"])
