"""The same mathematics at fixed sizes: vectors and matrices of two, three and four entries, written out."""

# One claim a line.
# ruff: noqa: E501

from notation import *

u2, v2 = V("u", 2), V("v", 2)
u3, v3, w3, y3 = V("u", 3), V("v", 3), V("w", 3), V("y", 3)
u4 = V("u", 4)
A2, G2 = V("A", 2, 2), V("G", 2, 2)
A3, B32 = V("A", 3, 3), V("B", 3, 2)
i3, j3, l3, g3 = (Idx(name, 3) for name in "ijlg")
i2, j2, l2 = (Idx(name, 2) for name in "ijl")
i4, l4 = Idx("i", 4), Idx("l", 4)
x1, x2, x3, x4 = symbols("x1:5", real=True)
p1, p2, p3 = symbols("p1:4", positive=True)
y1, y2 = symbols("y1 y2", real=True)
E3 = exp(x1) + exp(x2) + exp(x3)
sx1, sx2, sx3 = exp(x1) / E3, exp(x2) / E3, exp(x3) / E3
z3 = Sum(exp(u3[l3]), l3)
s3 = lambda t: exp(u3[t]) / z3
det2 = A2[0, 0] * A2[1, 1] - A2[0, 1] * A2[1, 0]
det3 = (A3[0, 0] * (A3[1, 1] * A3[2, 2] - A3[1, 2] * A3[2, 1]) - A3[0, 1] * (A3[1, 0] * A3[2, 2] - A3[1, 2] * A3[2, 0])
        + A3[0, 2] * (A3[1, 0] * A3[2, 1] - A3[1, 1] * A3[2, 0]))
mean3 = (x1 + x2 + x3) / 3
var3 = ((x1 - mean3)**2 + (x2 - mean3)**2 + (x3 - mean3)**2) / 3
hat = lambda t: (t - mean3) / sqrt(var3 + p)
nrm3 = sqrt(x1**2 + x2**2 + x3**2)
hid1, hid2 = tanh(a * x1 + b * x2 + c), tanh(m1 * x1 + m2 * x2 + th)
net = y1 * hid1 + y2 * hid2
mx = Max(x1, x2, x3)

CLAIMS = [
    # softmax of three written out
    ("softmax_diagonal", D(sx1, x1), sx1 * (1 - sx1), "eq", (), True),
    ("softmax_off_diagonal", D(sx1, x2), -sx1 * sx2, "eq", (), True),
    ("softmax_off_diagonal_sign", D(sx1, x2), sx1 * sx2, "eq", (), False),
    ("softmax_off_diagonal_wrong", D(sx1, x2), -sx1 * sx3, "eq", (), False),
    ("softmax_sum", sx1 + sx2 + sx3, 1, "eq", (), True),
    ("softmax_two_of_three", sx1 + sx2, 1, "lt", (), True),
    ("softmax_max", sx1, Q(1, 3), "le", (x1 <= x2, x1 <= x3), True),
    ("softmax_max_strict", sx1, Q(1, 3), "lt", (x1 <= x2, x1 <= x3), False),
    ("softmax_max_middle", sx1, Q(1, 3), "le", (x1 <= x2,), False),
    ("softmax_max_half", sx1, Q(1, 2), "le", (x1 <= x2,), True),
    ("softmax_stable", exp(x1 - mx) / (exp(x1 - mx) + exp(x2 - mx) + exp(x3 - mx)), sx1, "eq", (), True),
    ("softmax_stable_false", exp(x1 - mx) / (exp(x1) + exp(x2 - mx) + exp(x3 - mx)), sx1, "eq", (), False),
    ("log_sum_exp_stable", mx + log(exp(x1 - mx) + exp(x2 - mx) + exp(x3 - mx)), log(E3), "eq", (), True),
    ("log_sum_exp_stable_sign", mx - log(exp(x1 - mx) + exp(x2 - mx) + exp(x3 - mx)), log(E3), "eq", (), False),
    ("log_sum_exp_bounds", log(E3), mx + log(3), "le", (), True),
    ("log_sum_exp_bounds_strict", log(E3), mx + log(3), "lt", (), False),
    ("log_sum_exp_bounds_low", log(E3), mx + 1, "le", (), False),
    ("log_sum_exp_above_max", mx, log(E3), "lt", (), True),
    ("log_sum_exp_gradient", D(log(E3), x1), sx1, "eq", (), True),
    ("log_sum_exp_hessian", D(log(E3), x1, x2), -sx1 * sx2, "eq", (), True),
    ("cross_entropy", D(-log(sx2), x1), sx1, "eq", (), True),
    ("cross_entropy_own", D(-log(sx2), x2), sx2 - 1, "eq", (), True),
    ("cross_entropy_own_false", D(-log(sx2), x2), sx2, "eq", (), False),
    ("cross_entropy_soft", D(-(p1 * log(sx1) + p2 * log(sx2) + p3 * log(sx3)), x1), sx1 - p1, "eq", (Eq(p1 + p2 + p3, 1),), True),
    ("cross_entropy_soft_no_given", D(-(p1 * log(sx1) + p2 * log(sx2) + p3 * log(sx3)), x1), sx1 - p1, "eq", (), False),
    ("entropy_gradient", D(-(sx1 * log(sx1) + sx2 * log(sx2) + sx3 * log(sx3)), x1), -sx1 * (log(sx1) - (sx1 * log(sx1) + sx2 * log(sx2) + sx3 * log(sx3))), "eq", (), True),
    ("entropy_gradient_false", D(-(sx1 * log(sx1) + sx2 * log(sx2) + sx3 * log(sx3)), x1), -sx1 * log(sx1), "eq", (), False),
    ("entropy_bound", -(p1 * log(p1) + p2 * log(p2) + p3 * log(p3)), log(3), "le", (Eq(p1 + p2 + p3, 1),), True),
    ("entropy_bound_low", -(p1 * log(p1) + p2 * log(p2) + p3 * log(p3)), Q(109, 100), "le", (Eq(p1 + p2 + p3, 1),), False),
    ("kl_nonnegative", 0, p1 * log(p1 / q) + p2 * log(p2 / (1 - q)), "le", (Eq(p1 + p2, 1), q < 1), True),
    ("array_jacobian", D(s3(i3), u3[j3]), s3(i3) * (d(i3, j3) - s3(j3)), "eq", (), True),
    ("array_jacobian_entry", D(exp(u3[0]) / z3, u3[1]), -exp(u3[0] + u3[1]) / z3**2, "eq", (), True),
    ("array_jacobian_entry_false", D(exp(u3[0]) / z3, u3[1]), exp(u3[0] + u3[1]) / z3**2, "eq", (), False),
    ("array_written_out", z3, exp(u3[0]) + exp(u3[1]) + exp(u3[2]), "eq", (), True),
    ("array_written_out_short", z3, exp(u3[0]) + exp(u3[1]), "eq", (), False),
    ("array_sum_delta", Sum(d(i3, j3), i3, j3), 3, "eq", (), True),
    ("array_sum_delta_false", Sum(d(i3, j3), i3, j3), 9, "eq", (), False),
    ("array_mean_square", Sum(u4[l4], l4)**2, 4 * Sum(u4[l4]**2, l4), "le", (), True),
    ("array_mean_square_less", Sum(u4[l4], l4)**2, 3 * Sum(u4[l4]**2, l4), "le", (), False),
    ("array_soft_label", D(-Sum(y3[i3] * log(s3(i3)), i3), u3[j3]), s3(j3) - y3[j3], "eq", (Eq(Sum(y3[l3], l3), 1),), True),
    ("array_soft_label_no_given", D(-Sum(y3[i3] * log(s3(i3)), i3), u3[j3]), s3(j3) - y3[j3], "eq", (), False),
    ("array_max_le_lse", Max(u3[0], u3[1], u3[2]), log(z3), "lt", (), True),
    ("array_reordered", Sum(u3[i3] * v3[i3], i3), u3[2] * v3[2] + u3[1] * v3[1] + u3[0] * v3[0], "eq", (), True),
    ("array_reordered_false", Sum(u3[i3] * v3[i3], i3), u3[2] * v3[1] + u3[1] * v3[2] + u3[0] * v3[0], "eq", (), False),
    # two by two
    ("determinant_gradient", D(det2, A2[0, 1]), -A2[1, 0], "eq", (), True),
    ("determinant_gradient_transposed", D(det2, A2[0, 1]), -A2[0, 1], "eq", (), False),
    ("log_determinant_gradient", D(log(det2), A2[0, 0]), A2[1, 1] / det2, "eq", (det2 > 0,), True),
    ("log_determinant_gradient_no_given", D(log(det2), A2[0, 0]), A2[1, 1] / det2, "eq", (Ne(det2, 0),), False),
    ("determinant_product", (A2[0, 0] * G2[0, 0] + A2[0, 1] * G2[1, 0]) * (A2[1, 0] * G2[0, 1] + A2[1, 1] * G2[1, 1])
        - (A2[0, 0] * G2[0, 1] + A2[0, 1] * G2[1, 1]) * (A2[1, 0] * G2[0, 0] + A2[1, 1] * G2[1, 0]),
        det2 * (G2[0, 0] * G2[1, 1] - G2[0, 1] * G2[1, 0]), "eq", (), True),
    ("cayley_hamilton", Sum(A2[i2, l2] * A2[l2, j2], l2) - (A2[0, 0] + A2[1, 1]) * A2[i2, j2] + det2 * d(i2, j2), 0, "eq", (), True),
    ("cayley_hamilton_false", Sum(A2[i2, l2] * A2[l2, j2], l2) - (A2[0, 0] + A2[1, 1]) * A2[i2, j2] - det2 * d(i2, j2), 0, "eq", (), False),
    ("inverse_two", A2[0, 0] * A2[1, 1] / det2 - A2[0, 1] * A2[1, 0] / det2, 1, "eq", (Ne(det2, 0),), True),
    ("inverse_two_no_given", A2[0, 0] * A2[1, 1] / det2 - A2[0, 1] * A2[1, 0] / det2, 1, "eq", (), False),
    ("trace_square_two", (A2[0, 0] + A2[1, 1])**2 - 4 * det2, (A2[0, 0] - A2[1, 1])**2 + 4 * A2[0, 1] * A2[1, 0], "eq", (), True),
    ("eigenvalues_real_symmetric", 0, (A2[0, 0] + A2[1, 1])**2 - 4 * det2, "le", (Eq(A2[0, 1], A2[1, 0]),), True),
    ("eigenvalues_real", 0, (A2[0, 0] + A2[1, 1])**2 - 4 * det2, "le", (), False),
    ("positive_definite_two", 0, A2[0, 0] * x1**2 + 2 * A2[0, 1] * x1 * x2 + A2[1, 1] * x2**2, "le", (A2[0, 0] > 0, A2[0, 0] * A2[1, 1] - A2[0, 1]**2 > 0), True),
    ("positive_definite_two_entries", 0, A2[0, 0] * x1**2 + 2 * A2[0, 1] * x1 * x2 + A2[1, 1] * x2**2, "le", (A2[0, 0] > 0, A2[1, 1] > 0), False),
    ("positive_definite_two_strict", 0, A2[0, 0] * x1**2 + 2 * A2[0, 1] * x1 * x2 + A2[1, 1] * x2**2, "lt", (A2[0, 0] > 0, A2[0, 0] * A2[1, 1] - A2[0, 1]**2 > 0), False),
    ("commute_two", A2[0, 1] * G2[1, 0], G2[0, 1] * A2[1, 0], "eq", (), False),
    ("rotation_determinant", cos(th)**2 + sin(th)**2, 1, "eq", (), True),
    ("norm_two", D(sqrt(u2[0]**2 + u2[1]**2), u2[0]), u2[0] / sqrt(u2[0]**2 + u2[1]**2), "eq", (Ne(u2[1], 0),), True),
    ("norm_two_max", Max(Abs(x1), Abs(x2)), sqrt(x1**2 + x2**2), "le", (), True),
    ("norm_two_max_root", sqrt(x1**2 + x2**2), sqrt(2) * Max(Abs(x1), Abs(x2)), "le", (), True),
    ("norm_two_max_root_strict", sqrt(x1**2 + x2**2), sqrt(2) * Max(Abs(x1), Abs(x2)), "lt", (), False),
    ("norm_two_sum", Abs(x1) + Abs(x2), sqrt(2) * sqrt(x1**2 + x2**2), "le", (), True),
    ("norm_two_sum_less", Abs(x1) + Abs(x2), Q(141, 100) * sqrt(x1**2 + x2**2), "le", (), False),
    # three by three
    ("determinant_three_gradient", D(det3, A3[0, 0]), A3[1, 1] * A3[2, 2] - A3[1, 2] * A3[2, 1], "eq", (), True),
    ("determinant_three_gradient_sign", D(det3, A3[0, 1]), A3[1, 0] * A3[2, 2] - A3[1, 2] * A3[2, 0], "eq", (), False),
    ("determinant_three_transposed", det3, det3.subs([(A3[0, 1], x1), (A3[1, 0], A3[0, 1]), (x1, A3[1, 0]), (A3[0, 2], x1), (A3[2, 0], A3[0, 2]), (x1, A3[2, 0]),
        (A3[1, 2], x1), (A3[2, 1], A3[1, 2]), (x1, A3[2, 1])]), "eq", (), True),
    ("determinant_three_antisymmetric", det3, 0, "eq", (Eq(A3[i3, j3], -A3[j3, i3]),), True),
    ("determinant_three_antisymmetric_false", det3, 0, "eq", (Eq(A3[i3, j3], A3[j3, i3]),), False),
    ("cross_orthogonal", x1 * (y1 * c - y2 * b) - a * (x2 * c - x3 * b) + 0, x1 * y1 * c - x1 * y2 * b - a * x2 * c + a * x3 * b, "eq", (), True),
    ("quadratic_three", D(Sum(u3[i3] * A3[i3, l3] * u3[l3], i3, l3), u3[j3]), Sum((A3[j3, l3] + A3[l3, j3]) * u3[l3], l3), "eq", (), True),
    ("quadratic_three_false", D(Sum(u3[i3] * A3[i3, l3] * u3[l3], i3, l3), u3[j3]), 2 * Sum(A3[l3, j3] * u3[l3], l3), "eq", (), False),
    # norms and layer normalisation of three
    ("unit_three", D(x1 / nrm3, x2), -x1 * x2 / nrm3**3, "eq", (Ne(x3, 0),), True),
    ("unit_three_diagonal", D(x1 / nrm3, x1), (x2**2 + x3**2) / nrm3**3, "eq", (Ne(x3, 0),), True),
    ("unit_three_diagonal_false", D(x1 / nrm3, x1), (x2**2 + x3**2) / nrm3**2, "eq", (Ne(x3, 0),), False),
    ("layernorm_three_sum", hat(x1) + hat(x2) + hat(x3), 0, "eq", (), True),
    ("layernorm_three_diagonal", D(hat(x1), x1), (Q(2, 3) - hat(x1)**2 / 3) / sqrt(var3 + p), "eq", (), True),
    ("layernorm_three_off_diagonal", D(hat(x1), x2), (-Q(1, 3) - hat(x1) * hat(x2) / 3) / sqrt(var3 + p), "eq", (), True),
    ("layernorm_three_off_diagonal_false", D(hat(x1), x2), (-Q(1, 3) + hat(x1) * hat(x2) / 3) / sqrt(var3 + p), "eq", (), False),
    ("layernorm_three_squares", hat(x1)**2 + hat(x2)**2 + hat(x3)**2, 3 * var3 / (var3 + p), "eq", (), True),
    ("layernorm_three_squares_false", hat(x1)**2 + hat(x2)**2 + hat(x3)**2, 3, "eq", (), False),
    ("variance_three", var3, (x1**2 + x2**2 + x3**2) / 3 - mean3**2, "eq", (), True),
    ("variance_three_pairs", var3, ((x1 - x2)**2 + (x2 - x3)**2 + (x1 - x3)**2) / 9, "eq", (), True),
    ("variance_three_pairs_false", var3, ((x1 - x2)**2 + (x2 - x3)**2 + (x1 - x3)**2) / 6, "eq", (), False),
    ("variance_three_bound", var3, Q(2, 9), "le", (x1 >= 0, x1 <= 1, x2 >= 0, x2 <= 1, x3 >= 0, x3 <= 1), True),
    ("variance_three_bound_less", var3, Q(2, 9), "lt", (x1 >= 0, x1 <= 1, x2 >= 0, x2 <= 1, x3 >= 0, x3 <= 1), False),
    ("median_three", x1 + x2 + x3 - Max(x1, x2, x3) - Min(x1, x2, x3), Max(Min(x1, x2), Min(x2, x3), Min(x1, x3)), "eq", (), True),
    ("sorted_sum_four", Max(x1, x2, x3, x4) + Min(x1, x2, x3, x4), x1 + x2 + x3 + x4, "eq", (), False),
    ("range_three", Max(x1, x2, x3) - Min(x1, x2, x3), Max(Abs(x1 - x2), Abs(x2 - x3), Abs(x1 - x3)), "eq", (), True),
    ("range_three_half", Max(x1, x2, x3) - Min(x1, x2, x3), (Abs(x1 - x2) + Abs(x2 - x3) + Abs(x1 - x3)) / 2, "eq", (), True),
    ("range_three_sum", Max(x1, x2, x3) - Min(x1, x2, x3), Abs(x1 - x2) + Abs(x2 - x3) + Abs(x1 - x3), "eq", (), False),
    ("max_pool_derivative", D(Max(x1, x2, x3, x4), x1), Piecewise((1, And(x1 > x2, x1 > x3, x1 > x4)), (0, True)), "eq", (Ne(x1, x2), Ne(x1, x3), Ne(x1, x4)), True),
    ("max_pool_derivative_tie", D(Max(x1, x2, x3, x4), x1), Piecewise((1, And(x1 > x2, x1 > x3, x1 > x4)), (0, True)), "eq", (Ne(x1, x2), Ne(x1, x3)), False),
    # networks of two units
    ("network_weight", D((net - y)**2 / 2, a), (net - y) * y1 * (1 - hid1**2) * x1, "eq", (), True),
    ("network_weight_false", D((net - y)**2 / 2, a), (net - y) * y1 * (1 - hid1**2) * x2, "eq", (), False),
    ("network_weight_unit", D((net - y)**2 / 2, a), (net - y) * y1 * (1 - hid2**2) * x1, "eq", (), False),
    ("network_bias", D((net - y)**2 / 2, c), (net - y) * y1 * (1 - hid1**2), "eq", (), True),
    ("network_input", D(net, x1), y1 * a * (1 - hid1**2) + y2 * m1 * (1 - hid2**2), "eq", (), True),
    ("network_input_false", D(net, x1), y1 * a * (1 - hid1**2) + y2 * m2 * (1 - hid2**2), "eq", (), False),
    ("network_second", D(net, x1, x2), -2 * y1 * a * b * hid1 * (1 - hid1**2) - 2 * y2 * m1 * m2 * hid2 * (1 - hid2**2), "eq", (), True),
    ("network_swap_units", net, net.subs({y1: y2, y2: y1, a: m1, m1: a, b: m2, m2: b, c: th, th: c}, simultaneous=True), "eq", (), True),
    ("network_relu_bits", Max(x1 + x2 - 1, 0) - 2 * Max(x1 + x2 - Q(3, 2), 0), x1 * x2, "eq", (Eq(x1**2, x1), Eq(x2**2, x2)), False),
    ("network_xor", Max(x1 + x2, 0) - 2 * Max(x1 + x2 - 1, 0), x1 + x2 - 2 * x1 * x2, "eq", (Eq(x1**2, x1), Eq(x2**2, x2)), True),
    ("network_xor_unit", Max(x1 + x2, 0) - 2 * Max(x1 + x2 - 1, 0), x1 + x2 - 2 * x1 * x2, "eq", (x1 >= 0, x1 <= 1, x2 >= 0, x2 <= 1), False),
    ("network_and", Max(x1 + x2 - 1, 0), x1 * x2, "eq", (Eq(x1**2, x1), Eq(x2**2, x2)), True),
    ("network_gradient_descent", (x1 - p * D(x1**2 + 3 * x1, x1))**2, ((1 - 2 * p) * x1 - 3 * p)**2, "eq", (), True),
    ("network_convolution", D((a * x1 + b * x2)**2 + (a * x2 + b * x3)**2, a), 2 * x1 * (a * x1 + b * x2) + 2 * x2 * (a * x2 + b * x3), "eq", (), True),
    ("network_convolution_false", D((a * x1 + b * x2)**2 + (a * x2 + b * x3)**2, a), 2 * x1 * (a * x1 + b * x2) + 2 * x3 * (a * x2 + b * x3), "eq", (), False),
    ("network_attention_two", D((exp(x1) * y1 + exp(x2) * y2) / (exp(x1) + exp(x2)), x1), sigma(x1 - x2) * sigma(x2 - x1) * (y1 - y2), "eq", (), True),
    ("network_attention_two_sign", D((exp(x1) * y1 + exp(x2) * y2) / (exp(x1) + exp(x2)), x1), sigma(x1 - x2) * sigma(x2 - x1) * (y2 - y1), "eq", (), False),
    # inequalities at fixed sizes
    ("cauchy_schwarz_two", (x1 * y1 + x2 * y2)**2, (x1**2 + x2**2) * (y1**2 + y2**2), "le", (), True),
    ("cauchy_schwarz_two_strict", (x1 * y1 + x2 * y2)**2, (x1**2 + x2**2) * (y1**2 + y2**2), "lt", (), False),
    ("chebyshev_two", (x1 + x2) * (y1 + y2), 2 * (x1 * y1 + x2 * y2), "le", (x1 <= x2, y1 <= y2), True),
    ("chebyshev_two_no_order", (x1 + x2) * (y1 + y2), 2 * (x1 * y1 + x2 * y2), "le", (), False),
    ("rearrangement", x1 * y2 + x2 * y1, x1 * y1 + x2 * y2, "le", (x1 <= x2, y1 <= y2), True),
    ("schur", 0, p1 * (p1 - p2) * (p1 - p3) + p2 * (p2 - p1) * (p2 - p3) + p3 * (p3 - p1) * (p3 - p2), "le", (), True),
    ("schur_false", 0, p1 * (p1 - p2) * (p1 - p3) + p2 * (p2 - p1) * (p2 - p3) - p3 * (p3 - p1) * (p3 - p2), "le", (), False),
    ("nesbitt", Q(3, 2), p1 / (p2 + p3) + p2 / (p1 + p3) + p3 / (p1 + p2), "le", (), True),
    ("nesbitt_hair", Q(3, 2) + Q(1, 10**15), p1 / (p2 + p3) + p2 / (p1 + p3) + p3 / (p1 + p2), "le", (), False),
    ("triangle_plane", sqrt((x1 + y1)**2 + (x2 + y2)**2), sqrt(x1**2 + x2**2) + sqrt(y1**2 + y2**2), "le", (), True),
    ("triangle_plane_strict", sqrt((x1 + y1)**2 + (x2 + y2)**2), sqrt(x1**2 + x2**2) + sqrt(y1**2 + y2**2), "lt", (), False),
    ("jensen_three", exp(mean3), E3 / 3, "le", (), True),
    ("jensen_three_strict", exp(mean3), E3 / 3, "lt", (Ne(x1, x2),), True),
    ("jensen_three_strict_no_given", exp(mean3), E3 / 3, "lt", (), False),
    ("am_gm_three_numbers", p1 * p2 * p3, ((p1 + p2 + p3) / 3)**3, "le", (), True),
    ("am_gm_three_numbers_false", p1 * p2 * p3, ((p1 + p2 + p3) / 4)**3, "le", (), False),
    ("simplex_squares", Q(1, 3), p1**2 + p2**2 + p3**2, "le", (Eq(p1 + p2 + p3, 1),), True),
    ("simplex_squares_no_given", Q(1, 3), p1**2 + p2**2 + p3**2, "le", (), False),
    ("simplex_squares_hair", Q(1, 3) + Q(1, 10**12), p1**2 + p2**2 + p3**2, "le", (Eq(p1 + p2 + p3, 1),), False),
    # projections, sparsemax, sorting at K = 2
    ("sparsemax_two", Min(Max((1 + x1 - x2) / 2, 0), 1) + Min(Max((1 + x2 - x1) / 2, 0), 1), 1, "eq", (), True),
    ("sparsemax_two_false", Min(Max((1 + x1 - x2) / 2, 0), 1) + Min(Max((1 + x1 - x2) / 2, 0), 1), 1, "eq", (), False),
    ("sparsemax_two_threshold", Min(Max((1 + x1 - x2) / 2, 0), 1), Max(x1 - Max((x1 + x2 - 1) / 2, x1 - 1, x2 - 1), 0), "eq", (), True),
    ("sparsemax_two_threshold_false", Min(Max((1 + x1 - x2) / 2, 0), 1), Max(x1 - Min((x1 + x2 - 1) / 2, x1 - 1, x2 - 1), 0), "eq", (), False),
    ("sort_two", (Min(x1, x2) - x1) * (Min(x1, x2) - x2), 0, "eq", (), True),
    ("sort_two_max", (Max(x1, x2) - x1) * (Min(x1, x2) - x2), 0, "eq", (), False),
    ("isotonic_two", (Min(x1, (x1 + x2) / 2) + Max(x2, (x1 + x2) / 2)), x1 + x2, "eq", (), True),
    ("isotonic_two_false", Min(x1, (x1 + x2) / 2) - Max(x2, (x1 + x2) / 2), x1 - x2, "eq", (), False),
]

AT = {
    "entropy_bound_low": {"p1": Q(1, 3), "p2": Q(1, 3), "p3": Q(1, 3)},
    "nesbitt_hair": {"p1": 1, "p2": 1, "p3": 1},
    "simplex_squares_hair": {"p1": Q(1, 3), "p2": Q(1, 3), "p3": Q(1, 3)},
    "norm_two_sum_less": {"x1": 1, "x2": 1},
    "log_sum_exp_bounds_low": {"x1": 0, "x2": 0, "x3": 0},
}
