"""Backward passes: what a vector-Jacobian product costs.

With the Jacobian as a table it takes n^2 multiplications and n(n - 1) additions. Where the Jacobian is a diagonal, or a diagonal less an
outer product, a number of operations proportional to n is enough.
"""

from derive import (
    Abs,
    D,
    Sum,
    array,
    cite,
    claim,
    costs,
    definition,
    diag,
    eq,
    exp,
    indices,
    le,
    natural,
    ones,
    original,
    positive,
    real,
    real_matrix,
    real_vector,
    tends_to,
)  # fmt: skip

# Given
n = natural("n")  # number of entries
i, j, k = indices("i j k", upto=n)
x = real_vector("x", n)  # the input
a = real_vector("a", n)  # the point where the Jacobian is taken
g = real_vector("g", n)  # the gradient of the loss in the output
y = real_vector("y", n)  # the output at a
J = real_matrix("J", n, n)  # a Jacobian, rows by output
V = real_vector("V", n)  # how far the input is moved from a
R = real_vector("R", n)  # what the Jacobian leaves out of the move of the output
rho = real("rho")  # what the gradient leaves out of the change of the loss
eps, q, c = positive("epsilon q c")  # how small these are; bounds of the Jacobian and of the gradient
s = real_vector("s", n)  # the output of a sigmoid or a softmax, once it is known


def sigma(t):
    return 1 / (1 + exp(-t))


sigmoids = array(n, lambda t: sigma(x[t]), name=r"\sigma")
one = ones(n)
moved = Sum(J[k, j] * V[j], j) + R[k]  # the move of output k
step = Sum(Abs(V[j]), j)
is_jacobian = [Sum(Abs(R[k]), k) <= eps * step, Sum(Abs(J[k, j]), k) <= q]
is_gradient = Abs(rho) <= eps * Sum(Abs(moved), k)

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
    reads_as="for the linear parts of f and L at the point: f(x) = y + J (x - a), L(y) = g . y",
)
output_moves = claim(
    Sum(Abs(moved), k),
    le(Sum(Sum(Abs(J[k, j]) * Abs(V[j]), j) + Abs(R[k]), k), why="triangle inequality"),
    eq(Sum(Abs(V[j]) * Sum(Abs(J[k, j]), k), j) + Sum(Abs(R[k]), k), why="column by column"),
    le(Sum(Abs(V[j]) * q, j) + Sum(Abs(R[k]), k), why="no column is above q"),
    le(q * step + eps * step, why="J is the Jacobian"),
    eq((q + eps) * step),
    given=is_jacobian,
    source=original,
)
left_out_of_the_loss = claim(
    Abs(rho), le(eps * (q + eps) * step, by=output_moves, why="g is the gradient"), given=[*is_jacobian, is_gradient], source=original
)
chain_rule_of_any_maps = claim(
    Abs(Sum(g[k] * moved, k) + rho - Sum(V[i] * Sum(J[k, i] * g[k], k), i)),
    eq(Abs(Sum(g[k] * R[k], k) + rho), why="what J^T g says of the change of the loss is taken from it"),
    le(Sum(Abs(g[k]) * Abs(R[k]), k) + Abs(rho), why="triangle inequality"),
    le(Sum(c * Abs(R[k]), k) + Abs(rho), why="no entry of g is above c"),
    le(c * eps * step + Abs(rho), why="J is the Jacobian"),
    le(c * eps * step + eps * (q + eps) * step, by=left_out_of_the_loss),
    eq(eps * (c + q + eps) * step),
    given=[*is_jacobian, is_gradient, Abs(g[k]) <= c],
    source=cite("003", "1l"),
    covers=["003.1l.chainrule"],
    reads_as="f and L are any differentiable maps: whatever eps > 0, J and g leave out at most eps times a move that is small enough",
)
left_out_vanishes = claim(
    tends_to(eps * (c + q + eps), eps, 0, 0, side="+"),
    source=cite("003", "1l"),
    covers=["003.1l.chainrule"],
    reads_as="J^T g is the gradient of L(f(x)): what it leaves out of the change of the loss is as small beside the move as one likes",
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
