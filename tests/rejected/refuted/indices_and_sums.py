"""False at an index: an edge, a diagonal, an empty range, a captured name, a transposed matrix."""

from derive import (
    D,
    Heaviside,
    Max,
    Ne,
    Product,
    Sum,
    cases,
    claim,
    delta,
    eq,
    exp,
    has_shape,
    index,
    indices,
    log,
    lt,
    natural,
    nonnegative_integer,
    original,
    positive_vector,
    real,
    real_matrix,
    real_vector,
)  # fmt: skip

n, m = natural("n m")
h = nonnegative_integer("h")
x, c = real("x c")
i, j, k, l = indices("i j k l", upto=n)
r, t = indices("r t", upto=m)
s = index("s", upto=h)
u, v = real_vector("u", n), real_vector("v", n)
p = positive_vector("p", n)
w = real_vector("w", h)
A, B = real_matrix("A", n, n), real_matrix("B", n, n)
W = real_matrix("W", m, n)
Z = Sum(exp(u[l]), l)


def softmax(a):
    return exp(u[a]) / Z


# Edges: n = 1, n = 2
strictly_below_one = claim(softmax(i), lt(1), source=original)
variance_is_positive = claim(0, lt(Sum((u[k] - Sum(u[l], l) / n) ** 2, k)), source=original)
divides_by_n_minus_one = claim((n - 1) * Sum(u[k] / (n - 1), k), eq(Sum(u[k], k)), source=original)
first_and_second_differ = claim(
    Sum(delta(k, i) * u[k], k), eq(u[i] * (1 - delta(n - 1, 0)) + u[i] * cases((0, n <= 2), (1, True))), source=original
)
triangle_of_one_row = claim(Sum(cases((1, i > k), (0, True)), k), lt(n - 1), source=original)

# Diagonal terms
jacobian_without_its_diagonal = claim(D(softmax(i), u[j]), eq(-softmax(i) * softmax(j)), source=original)
jacobian_with_nothing_but_its_diagonal = claim(D(softmax(i), u[j]), eq(softmax(i) * (1 - softmax(i)) * delta(i, j)), source=original)
square_of_a_sum = claim(Sum(u[k], k) ** 2, eq(Sum(u[k] ** 2, k)), source=original)
off_diagonal_sum = claim(Sum(cases((A[k, l], Ne(k, l)), (0, True)), k, l), eq(Sum(A[k, l], k, l)), source=original)
quadratic_form_slope = claim(D(Sum(u[k] * A[k, l] * u[l], k, l), u[i]), eq(2 * Sum(A[i, l] * u[l], l)), source=original)
delta_squared_off_by_the_trace = claim(Sum(delta(k, l), k, l), eq(1), source=original)

# Capture of a bound index
sum_under_its_own_name = claim(Sum(u[k], k) * Sum(v[k], k), eq(Sum(u[k] * v[k], k)), source=original)
constant_that_is_not_one = claim(Sum(u[i] * v[k], k), eq(Sum(u[k] * v[k], k)), source=original)
normaliser_with_the_index_of_the_outer_sum = claim(
    Sum(exp(u[k]) / Sum(exp(u[l]), l), k), eq(n * Sum(exp(u[k]), k) / Sum(exp(u[l]), l)), source=original
)

# Sums over empty ranges
empty_product_is_zero = claim(Product(exp(w[s]), s), eq(exp(Sum(w[s], s)) * cases((1, h > 0), (0, True))), source=original)
mean_of_nothing = claim(Sum(c, s) / h, eq(c), source=original)
constant_over_nothing = claim(Sum(exp(x), s), lt((h + 1) * exp(x) - Heaviside(1 - h) * exp(x)), source=original)
last_term_of_nothing = claim(0, lt(Sum(exp(w[s]), s)), source=original)

# Transposes
transposed_product = claim(A @ B, eq(B @ A), source=original)
transpose_of_a_product = claim((A @ B).T, eq(A.T @ B.T), source=original)
gradient_transposed = claim(D(Sum(A[k, l] * u[l] * v[k], k, l), u[i]), eq(Sum(A[i, k] * v[k], k)), source=original)
outer_product_transposed = claim(
    D(Sum((W @ u) * real_vector("g", m)), W)[r, j], eq(u[j] * real_vector("g", m)[t]), given=Ne(r, t), source=original
)
hessian_of_a_map = claim(D(Max(Sum(A[i, k] * u[k], k), 0) ** 2, u[j]), eq(2 * Max(Sum(A[i, k] * u[k], k), 0) * A[j, i]), source=original)
shape_transposed = claim(has_shape(W @ u, n, 1), source=original)

# Symbols that look alike
sum_over_the_wrong_range = claim(Sum(1, r), eq(n), source=original)
mean_over_the_other_size = claim(Sum(u[k], k) / n, eq(Sum(u[k], k) / m), source=original)

# Logarithm of a sum
log_of_a_sum = claim(log(Sum(p[k], k)), eq(Sum(log(p[k]), k)), source=original)
sum_and_product_exchanged = claim(Sum(u[k] * v[k], k), eq(Sum(u[k], k) * Sum(v[k], k) / n), source=original)
