"""Conventions: the derivative of a number in a vector is a vector of the same shape.

It stacks the partial derivatives, whatever the function: a vector g that says how the function changes with a small move has the slopes
along the axes for its entries. Whether they stand in a column or a row is a layout; here it is a column.
"""

from derive import Abs, D, Sum, array, cite, claim, delta, eq, has_shape, indices, le, natural, original, positive, real, real_vector

# Given
n = natural("n")  # number of variables
i, k = indices("i k", upto=n)
x = real_vector("x", n)
c = real_vector("c", n)  # the coefficients of a function of x
theta = real_vector("theta", n)  # the parameters
w = real_vector("w", n)  # an input
g = real_vector("g", n)  # the gradient of any function, at any point
t = real("t")  # how far a move along an axis goes
rho = real("rho")  # what the gradient leaves out of the change of the function
eps = positive("epsilon")

quadratic = Sum(c[k] * x[k] ** 2, k)
loss = (Sum(theta[k] * w[k], k) - 1) ** 2

# Any differentiable function. Whatever eps > 0, g leaves out at most eps times the length of the move, once that is small enough.
along_axis_i = array(n, lambda at: t * delta(at, i), name="t e_i")
length = claim(Sum(Abs(along_axis_i)), eq(Abs(t), why="no other entry moves"), source=original)
entries_are_partials = claim(
    Abs(Sum(g * along_axis_i) + rho - g[i] * t),
    le(eps * Abs(t), why="no other entry moves; g is the gradient, and |t| is the length of the move"),
    given=Abs(rho) <= eps * Abs(t),
    source=[cite("003", "1, definitions"), cite("003", "2g")],
    covers=["003.1.def.gradient", "003.2g.lossgrad"],
    reads_as="f is any differentiable function of n numbers, such as the loss at one example in its parameters: it changes by g . V + rho "
    "with a move V; so entry i of its gradient is its slope along axis i, the partial derivative, as eps is as small as one likes",
)
gradient_is_a_column = claim(
    has_shape(g, n, 1),
    source=[cite("003", "1, definitions"), cite("003", "2g")],
    covers=["003.1.def.gradient", "003.2g.lossgrad"],
)

# Two of them
derivative_is_a_column = claim(has_shape(D(quadratic, x), n, 1), source=cite("003", "1, definitions"))
gradient_stacks_partials = claim(
    D(quadratic, x),
    eq(array(n, lambda at: D(quadratic, x[at])), why="entry by entry"),
    eq(2 * c * x),
    source=cite("003", "1, definitions"),
    layout="denominator",
)
loss_gradient_stacks_partials = claim(
    D(loss, theta),
    eq(array(n, lambda at: D(loss, theta[at])), why="one partial derivative for each parameter"),
    source=cite("003", "2g"),
    covers=["003.2g.lossgrad"],
    layout="denominator",
    reads_as="the squared error of a linear model, as one of these functions",
)
