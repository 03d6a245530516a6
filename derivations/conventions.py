"""Conventions: the derivative of a number in a vector is a vector of the same shape.

It stacks the partial derivatives. Whether they stand in a column or a row is a layout; here it is a column.
"""

from derive import D, Sum, array, cite, claim, eq, has_shape, indices, natural, real_vector

# Given
n = natural("n")  # number of variables
i, k = indices("i k", upto=n)
x = real_vector("x", n)
c = real_vector("c", n)  # the coefficients of a function of x
theta = real_vector("theta", n)  # the parameters
w = real_vector("w", n)  # an input

quadratic = Sum(c[k] * x[k] ** 2, k)
loss = (Sum(theta[k] * w[k], k) - 1) ** 2

# The gradient
gradient_is_a_column = claim(
    has_shape(D(quadratic, x), n, 1), source=cite("003", "1, definitions"), covers=["003.1.def.gradient"],
    reads_as="shown on a function with arbitrary coefficients",
)  # fmt: skip
gradient_stacks_partials = claim(
    D(quadratic, x),
    eq(array(n, lambda t: D(quadratic, x[t])), why="entry by entry"),
    eq(2 * c * x),
    source=cite("003", "1, definitions"),
    covers=["003.1.def.gradient"],
    layout="denominator",
)
loss_gradient_stacks_partials = claim(
    D(loss, theta),
    eq(array(n, lambda t: D(loss, theta[t])), why="one partial derivative for each parameter"),
    source=cite("003", "2g"),
    covers=["003.2g.lossgrad"],
    layout="denominator",
    reads_as="shown on the squared error of a linear model",
)
