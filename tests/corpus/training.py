"""Optimisers, schedules, reinforcement learning, kernels, clustering, batch statistics, graphs, metrics: any source that comes to mind."""

# One claim a line.
# ruff: noqa: E501

from notation import *

# batch of n examples with m features
X = V("X", n, m)
bm = lambda t_: Sum(X[l, t_], l) / n
bv = lambda t_: Sum((X[l, t_] - bm(t_))**2, l) / n
bh = lambda a_, t_: (X[a_, t_] - bm(t_)) / sqrt(bv(t_) + p)
dy = V("dY", n, m)
bl = Sum(dy[i, r] * bh(i, r), i, r)
gamma_ = Symbol("g", positive=True)
T_, t0 = symbols("T t0", positive=True)
x1, x2, g1, g2 = symbols("x1 x2 g1 g2", real=True)
eta, h2 = symbols("eta h2", positive=True)
adv = v
# centres
C = V("C", K, dk)
pt = V("x", dk)
dist2 = lambda c_: Sum((pt[da] - C[c_, da])**2, da)
ke = Idx("ke", K)
de = Idx("de", dk)
soft = lambda c_: exp(-dist2(c_) / (2 * tau)) / Sum(exp(-dist2(kl) / (2 * tau)), kl)
# graph
deg = lambda a_: Sum(A[a_, l], l)
sym = Eq(A[i, l], A[l, i])
tp, fp, fn_ = symbols("tp fp fn", positive=True)
pol = S
val = Sum(S(i) * v[i], i)
q0, q1 = symbols("q0 q1", real=True)
wv = V("w", m)

CLAIMS = [
    # steps
    ("descent_quadratic", x - eta * D(h2 * x**2 / 2, x), (1 - eta * h2) * x, "eq", (), True),
    ("descent_quadratic_false", x - eta * D(h2 * x**2, x), (1 - eta * h2) * x, "eq", (), False),
    ("descent_lemma", h2 * ((1 - eta * h2) * x)**2 / 2, h2 * x**2 / 2, "le", (eta * h2 <= 2,), True),
    ("descent_lemma_too_far", h2 * ((1 - eta * h2) * x)**2 / 2, h2 * x**2 / 2, "le", (eta * h2 <= Q(201, 100),), False),
    ("descent_lemma_strict", h2 * ((1 - eta * h2) * x)**2 / 2, h2 * x**2 / 2, "lt", (eta * h2 < 2,), False),
    ("descent_lemma_strict_given", h2 * ((1 - eta * h2) * x)**2 / 2, h2 * x**2 / 2, "lt", (eta * h2 < 2, Ne(x, 0)), True),
    ("descent_contraction", Abs(1 - eta * h2), 1, "lt", (eta * h2 < 2,), True),
    ("descent_contraction_edge", Abs(1 - eta * h2), 1, "lt", (eta * h2 <= 2,), False),
    ("descent_vector", Sum((u[l] - eta * 2 * u[l])**2, l), (1 - 2 * eta)**2 * Sum(u[l]**2, l), "eq", (), True),
    ("descent_vector_false", Sum((u[l] - eta * 2 * u[l])**2, l), (1 - 2 * eta) * Sum(u[l]**2, l), "eq", (), False),
    ("descent_three_point", Sum((u[l] - eta * w[l] - v[l])**2, l), Sum((u[l] - v[l])**2, l) - 2 * eta * Sum(w[l] * (u[l] - v[l]), l) + eta**2 * Sum(w[l]**2, l), "eq", (), True),
    ("descent_three_point_sign", Sum((u[l] - eta * w[l] - v[l])**2, l), Sum((u[l] - v[l])**2, l) + 2 * eta * Sum(w[l] * (u[l] - v[l]), l) + eta**2 * Sum(w[l]**2, l), "eq", (), False),
    ("newton_quadratic", x - D(h2 * x**2 / 2 + b * x, x) / h2, -b / h2, "eq", (), True),
    ("newton_root", x - (x**2 - 2) / (2 * x), (x + 2 / x) / 2, "eq", (Ne(x, 0),), True),
    ("newton_root_false", x - (x**2 - 2) / x, (x + 2 / x) / 2, "eq", (Ne(x, 0),), False),
    ("newton_logistic", D(log(1 + exp(x)) - y * x, x) / D(log(1 + exp(x)) - y * x, (x, 2)), (sigma(x) - y) / (sigma(x) * (1 - sigma(x))), "eq", (), True),
    ("momentum_unrolled", beta * (beta * (beta * x + g1) + g2) + c, beta**3 * x + beta**2 * g1 + beta * g2 + c, "eq", (), True),
    ("momentum_unrolled_false", beta * (beta * (beta * x + g1) + g2) + c, beta**3 * x + beta * g1 + beta**2 * g2 + c, "eq", (), False),
    ("nesterov_lookahead", x + beta * (x - y), (1 + beta) * x - beta * y, "eq", (), True),
    ("ema_of_constant", Sum((1 - beta) * beta**k * c, (k, 0, n - 1)), c * (1 - beta**n), "eq", (), True),
    ("ema_of_constant_uncorrected", Sum((1 - beta) * beta**k * c, (k, 0, n - 1)), c, "eq", (), False),
    ("adam_first_step", ((1 - alpha) * x / (1 - alpha)) / sqrt((1 - beta) * x**2 / (1 - beta)), sign(x), "eq", (Ne(x, 0), Ne(alpha, 1), beta < 1), True),
    ("adam_first_step_zero", ((1 - alpha) * x / (1 - alpha)) / sqrt((1 - beta) * x**2 / (1 - beta)), sign(x), "eq", (Ne(alpha, 1), beta < 1), False),
    ("adam_scale_free", c * x / sqrt(c**2 * x**2), sign(c) * x / sqrt(x**2), "eq", (Ne(c, 0),), True),
    ("adam_scale_free_false", c * x / sqrt(c**2 * x**2), x / sqrt(x**2), "eq", (Ne(c, 0), Ne(x, 0)), False),
    ("adagrad_sum", Sum(u[l]**2, l), n * Sum(u[l]**2 / n, l), "eq", (), True),
    ("lion_sign", Abs(sign(x)), 1, "eq", (), False),
    ("lion_sign_given", Abs(sign(x)), 1, "eq", (Ne(x, 0),), True),
    ("clip_value", Max(-c, Min(c, x)), x, "eq", (Abs(x) <= c,), True),
    ("clip_value_outside", Max(-c, Min(c, x)), x, "eq", (Abs(x) <= c + Q(1, 10**8),), False),
    ("decoupled_decay", (x - eta * lam * x) - eta * g1, (1 - eta * lam) * x - eta * g1, "eq", (), True),
    ("weight_norm_direction", x1 / sqrt(x1**2 + x2**2) * x1 + x2 / sqrt(x1**2 + x2**2) * x2, sqrt(x1**2 + x2**2), "eq", (Ne(x1, 0),), True),
    ("cosine_schedule_ends", (1 + cos(pi * x / T_)) / 2, 1, "eq", (Eq(x, 0),), True),
    ("cosine_schedule_ends_false", (1 + cos(pi * x / T_)) / 2, 1, "eq", (Eq(x, T_),), False),
    ("cosine_schedule_derivative", D((1 + cos(pi * x / T_)) / 2, x), -pi * sin(pi * x / T_) / (2 * T_), "eq", (), True),
    ("cosine_schedule_derivative_false", D((1 + cos(pi * x / T_)) / 2, x), -sin(pi * x / T_) / 2, "eq", (), False),
    ("cosine_schedule_square", (1 + cos(x)) / 2, cos(x / 2)**2, "eq", (), True),
    ("warmup", Min(x**Q(-1, 2), x * t0**Q(-3, 2)), Piecewise((x * t0**Q(-3, 2), x <= t0), (x**Q(-1, 2), True)), "eq", (x > 0,), True),
    ("warmup_swapped", Min(x**Q(-1, 2), x * t0**Q(-3, 2)), Piecewise((x**Q(-1, 2), x <= t0), (x * t0**Q(-3, 2), True)), "eq", (x > 0,), False),
    ("exponential_schedule", D(eta * exp(-lam * x), x), -lam * eta * exp(-lam * x), "eq", (), True),
    ("polynomial_schedule", D((1 - x / T_)**2, x), -2 * (1 - x / T_) / T_, "eq", (), True),
    ("polynomial_schedule_false", D((1 - x / T_)**2, x), -2 * (1 - x / T_), "eq", (), False),
    ("fan_in_variance", n * (2 / n), 2, "eq", (), True),
    ("glorot", 2 / (n + m), (1 / n + 1 / m) / 2, "eq", (), False),
    ("glorot_equal", 2 / (n + m), (1 / n + 1 / m) / 2, "eq", (Eq(n, m),), True),
    ("glorot_harmonic", 2 / (n + m), (1 / n + 1 / m) / 2, "le", (), True),
    ("uniform_variance", (2 * a)**2 / 12, a**2 / 3, "eq", (), True),
    # regularisation
    ("dropout_scaled_mean", p * (x / p) + (1 - p) * 0, x, "eq", (p < 1,), True),
    ("dropout_variance", p * (x / p)**2 - x**2, x**2 * (1 - p) / p, "eq", (p < 1,), True),
    ("dropout_variance_false", p * (x / p)**2 - x**2, x**2 * (1 - p), "eq", (p < 1,), False),
    ("mixup", D((lam * x + (1 - lam) * y - c)**2, lam), 2 * (x - y) * (lam * x + (1 - lam) * y - c), "eq", (), True),
    ("mixup_false", D((lam * x + (1 - lam) * y - c)**2, lam), 2 * x * (lam * x + (1 - lam) * y - c), "eq", (), False),
    ("group_lasso", D(lam * sqrt(x1**2 + x2**2), x1), lam * x1 / sqrt(x1**2 + x2**2), "eq", (Ne(x2, 0),), True),
    ("spectral_bound", Sum(Sum(B[r, l] * u[l], l)**2, r), Sum(B[r, l]**2, r, l) * Sum(u[l]**2, l), "le", (), True),
    ("ridge_shrinks", x / (1 + lam), x, "le", (x >= 0,), True),
    ("ridge_shrinks_strict", x / (1 + lam), x, "lt", (x >= 0,), False),
    ("ridge_scalar", D((x - y)**2 + lam * x**2, x), 0, "eq", (Eq(x, y / (1 + lam)),), True),
    ("ridge_scalar_false", D((x - y)**2 + lam * x**2, x), 0, "eq", (Eq(x, y / (1 + 2 * lam)), Ne(y, 0)), False),
    # batch normalisation over examples
    ("batchnorm_sum", Sum(bh(i, r), i), 0, "eq", (), True),
    ("batchnorm_sum_features", Sum(bh(i, r), r), 0, "eq", (), False),
    ("batchnorm_square", Sum(bh(i, r)**2, i), n * bv(r) / (bv(r) + p), "eq", (), True),
    ("batchnorm_square_false", Sum(bh(i, r)**2, i), n, "eq", (), False),
    ("batchnorm_jacobian", D(bh(i, r), X[j, t]), d(r, t) * (d(i, j) - 1 / n - bh(i, r) * bh(j, r) / n) / sqrt(bv(r) + p), "eq", (), True),
    ("batchnorm_jacobian_no_delta", D(bh(i, r), X[j, t]), (d(i, j) - 1 / n - bh(i, r) * bh(j, r) / n) / sqrt(bv(r) + p), "eq", (), False),
    ("batchnorm_backward", D(bl, X[j, t]), (dy[j, t] - Sum(dy[i, t], i) / n - bh(j, t) * Sum(dy[i, t] * bh(i, t), i) / n) / sqrt(bv(t) + p), "eq", (), True),
    ("batchnorm_backward_false", D(bl, X[j, t]), (dy[j, t] - Sum(dy[j, r], r) / n - bh(j, t) * Sum(dy[i, t] * bh(i, t), i) / n) / sqrt(bv(t) + p), "eq", (), False),
    ("batchnorm_gain", D(Sum(dy[i, r] * wv[r] * bh(i, r), i, r), wv[t]), Sum(dy[i, t] * bh(i, t), i), "eq", (), True),
    ("batchnorm_gain_false", D(Sum(dy[i, r] * wv[r] * bh(i, r), i, r), wv[t]), Sum(dy[i, r] * bh(i, r), i, r), "eq", (), False),
    ("batchnorm_one_example", bh(i, r), 0, "eq", (Eq(n, 1),), True),
    ("batchnorm_two_examples", bh(i, r)**2, bv(r) / (bv(r) + p), "eq", (Eq(n, 2),), True),
    ("batchnorm_three_examples", bh(i, r)**2, bv(r) / (bv(r) + p), "eq", (Eq(n, 3),), False),
    ("running_mean", (1 - alpha) * x + alpha * bm(r), x + alpha * (bm(r) - x), "eq", (), True),
    # reinforcement learning
    ("policy_gradient", D(val, u[j]), S(j) * (v[j] - val), "eq", (), True),
    ("policy_gradient_score", D(val, u[j]), Sum(S(i) * v[i] * D(log(S(i)), u[j]), i), "eq", (), True),
    ("policy_gradient_baseline", Sum(S(i) * (v[i] - c) * D(log(S(i)), u[j]), i), D(val, u[j]), "eq", (), True),
    ("policy_gradient_baseline_by_action", Sum(S(i) * (v[i] - w[i]) * D(log(S(i)), u[j]), i), D(val, u[j]), "eq", (), False),
    ("policy_gradient_entropy", D(-Sum(S(i) * log(S(i)), i), u[j]), -S(j) * (log(S(j)) - Sum(S(i) * log(S(i)), i)), "eq", (), True),
    ("advantage_mean", Sum(S(i) * (v[i] - val), i), 0, "eq", (), True),
    ("advantage_mean_false", Sum(v[i] - val, i), 0, "eq", (), False),
    ("soft_value", tau * log(Sum(exp(v[l] / tau), l)), c + tau * log(n), "le", (v[i] <= c,), True),
    ("soft_value_above", v[i], tau * log(Sum(exp(v[l] / tau), l)), "le", (), True),
    ("soft_value_gap", tau * log(Sum(exp(v[l] / tau), l)), Sum(v[l], l) / n + tau * log(n), "le", (), False),
    ("discount_sum", Sum(beta**k, (k, 0, n - 1)), (1 - beta**n) / (1 - beta), "eq", (beta < 1,), True),
    ("discount_sum_no_given", Sum(beta**k, (k, 0, n - 1)), (1 - beta**n) / (1 - beta), "eq", (), False),
    ("discount_bound", Sum(beta**k, (k, 0, n - 1)), 1 / (1 - beta), "lt", (beta < 1,), True),
    ("discount_bound_reversed", 1 / (1 - beta), Sum(beta**k, (k, 0, n - 1)), "le", (beta < 1,), False),
    ("return_telescopes", Sum(beta**k * (u[k] + beta * v[k + 1] - v[k]), (k, 0, n - 2)), Sum(beta**k * u[k], (k, 0, n - 2)) + beta**(n - 1) * v[n - 1] - v[0], "eq", (), True),
    ("return_telescopes_false", Sum(beta**k * (u[k] + beta * v[k + 1] - v[k]), (k, 0, n - 2)), Sum(beta**k * u[k], (k, 0, n - 2)) + beta**n * v[n - 1] - v[0], "eq", (), False),
    ("td_gradient", D((q0 - (c + beta * q1))**2 / 2, q0), q0 - c - beta * q1, "eq", (), True),
    ("td_gradient_residual", D((q0 - (c + beta * q1))**2 / 2, q1), -beta * (q0 - c - beta * q1), "eq", (), True),
    ("td_gradient_residual_sign", D((q0 - (c + beta * q1))**2 / 2, q1), q0 - c - beta * q1, "eq", (), False),
    ("bellman_contraction", Abs((c + beta * Max(q0, q1)) - (c + beta * Max(x1, x2))), beta * Max(Abs(q0 - x1), Abs(q1 - x2)), "le", (), True),
    ("bellman_contraction_min", Abs((c + beta * Max(q0, q1)) - (c + beta * Max(x1, x2))), beta * Min(Abs(q0 - x1), Abs(q1 - x2)), "le", (), False),
    ("importance_weight", Sum(S(i) * (exp(v[i]) / Sum(exp(v[l]), l) / S(i)), i), 1, "eq", (), True),
    ("importance_weight_second", 1, Sum(S(i) * (exp(v[i]) / Sum(exp(v[l]), l) / S(i))**2, i), "le", (), True),
    ("importance_weight_second_strict", 1, Sum(S(i) * (exp(v[i]) / Sum(exp(v[l]), l) / S(i))**2, i), "lt", (n >= 2,), False),
    ("epsilon_greedy", (1 - e) + e / n + (n - 1) * (e / n), 1, "eq", (), True),
    ("epsilon_greedy_false", (1 - e) + (n - 1) * (e / n), 1, "eq", (), False),
    ("ucb_derivative", D(sqrt(2 * log(T_) / p), p), -sqrt(2 * log(T_)) / (2 * p**Q(3, 2)), "eq", (T_ > 1,), True),
    # kernels and Gaussian processes
    ("rbf_symmetric", exp(-(x - y)**2 / (2 * p)), exp(-(y - x)**2 / (2 * p)), "eq", (), True),
    ("rbf_bound", exp(-(x - y)**2 / (2 * p)), 1, "le", (), True),
    ("rbf_bound_strict", exp(-(x - y)**2 / (2 * p)), 1, "lt", (), False),
    ("rbf_by_lengthscale", D(exp(-(x - y)**2 / (2 * p**2)), p), (x - y)**2 / p**3 * exp(-(x - y)**2 / (2 * p**2)), "eq", (), True),
    ("rbf_by_lengthscale_false", D(exp(-(x - y)**2 / (2 * p**2)), p), (x - y)**2 / p**2 * exp(-(x - y)**2 / (2 * p**2)), "eq", (), False),
    ("rbf_mixed", D(exp(-(x - y)**2 / 2), x, y), (1 - (x - y)**2) * exp(-(x - y)**2 / 2), "eq", (), True),
    ("rbf_mixed_sign", D(exp(-(x - y)**2 / 2), x, y), ((x - y)**2 - 1) * exp(-(x - y)**2 / 2), "eq", (), False),
    ("polynomial_kernel", (x1 * g1 + x2 * g2)**2, x1**2 * g1**2 + x2**2 * g2**2 + (sqrt(2) * x1 * x2) * (sqrt(2) * g1 * g2), "eq", (), True),
    ("polynomial_kernel_false", (x1 * g1 + x2 * g2)**2, x1**2 * g1**2 + x2**2 * g2**2 + x1 * x2 * g1 * g2, "eq", (), False),
    ("polynomial_kernel_sizes", Sum(u[l] * v[l], l)**2, Sum(u[i] * u[j] * (v[i] * v[j]), i, j), "eq", (), True),
    ("kernel_distance", Sum((u[l] - v[l])**2, l), Sum(u[l]**2, l) - 2 * Sum(u[l] * v[l], l) + Sum(v[l]**2, l), "eq", (), True),
    ("matern_half", D(exp(-Abs(x) / p), x), -sign(x) / p * exp(-Abs(x) / p), "eq", (Ne(x, 0),), True),
    ("matern_half_zero", D(exp(-Abs(x) / p), x), -sign(x) / p * exp(-Abs(x) / p), "eq", (), False),
    ("matern_three_halves", D((1 + Abs(x)) * exp(-Abs(x)), x), -x * exp(-Abs(x)), "eq", (), True),
    ("matern_three_halves_second", D((1 + Abs(x)) * exp(-Abs(x)), (x, 2)), (Abs(x) - 1) * exp(-Abs(x)), "eq", (), True),
    ("matern_three_halves_third", D((1 + Abs(x)) * exp(-Abs(x)), (x, 3)), sign(x) * (2 - Abs(x)) * exp(-Abs(x)), "eq", (), False),
    ("posterior_variance", p - p**2 / (p + q), p * q / (p + q), "eq", (), True),
    ("posterior_variance_below", p * q / (p + q), Min(p, q), "lt", (), True),
    ("posterior_mean", p / (p + q) * y, y, "le", (y >= 0,), True),
    ("expected_improvement", D(x * (1 + erf(x / sqrt(2))) / 2 + exp(-x**2 / 2) / sqrt(2 * pi), x), (1 + erf(x / sqrt(2))) / 2, "eq", (), True),
    ("expected_improvement_false", D(x * (1 + erf(x / sqrt(2))) / 2 - exp(-x**2 / 2) / sqrt(2 * pi), x), (1 + erf(x / sqrt(2))) / 2, "eq", (), False),
    # clustering and mixtures
    ("kmeans_centre", D(Sum((u[l] - x)**2, l), x), 0, "eq", (Eq(x, Sum(u[l], l) / n),), True),
    ("kmeans_centre_false", D(Sum((u[l] - x)**2, l), x), 0, "eq", (Eq(x, Sum(u[l], l)), Ne(Sum(u[l], l), 0)), False),
    ("kmeans_gradient", D(dist2(kk), C[ke, de]), -2 * d(kk, ke) * (pt[de] - C[ke, de]), "eq", (), True),
    ("kmeans_gradient_no_delta", D(dist2(kk), C[ke, de]), -2 * (pt[de] - C[ke, de]), "eq", (), False),
    ("soft_kmeans", D(-tau * log(Sum(exp(-dist2(kl) / (2 * tau)), kl)), C[ke, de]), soft(ke) * (C[ke, de] - pt[de]), "eq", (), True),
    ("soft_kmeans_sign", D(-tau * log(Sum(exp(-dist2(kl) / (2 * tau)), kl)), C[ke, de]), soft(ke) * (pt[de] - C[ke, de]), "eq", (), False),
    ("soft_kmeans_by_point", D(-tau * log(Sum(exp(-dist2(kl) / (2 * tau)), kl)), pt[de]), pt[de] - Sum(soft(kl) * C[kl, de], kl), "eq", (), True),
    ("prototypes_linear", exp(-dist2(kk) / 2) / Sum(exp(-dist2(kl) / 2), kl),
        exp(Sum(C[kk, da] * pt[da], da) - Sum(C[kk, da]**2, da) / 2) / Sum(exp(Sum(C[kl, da] * pt[da], da) - Sum(C[kl, da]**2, da) / 2), kl), "eq", (), True),
    ("prototypes_linear_false", exp(-dist2(kk) / 2) / Sum(exp(-dist2(kl) / 2), kl),
        exp(Sum(C[kk, da] * pt[da], da)) / Sum(exp(Sum(C[kl, da] * pt[da], da)), kl), "eq", (), False),
    ("variance_decomposition", Sum((X[i, r] - c)**2, i, r), Sum((X[i, r] - bm(r))**2, i, r) + n * Sum((bm(r) - c)**2, r), "eq", (), True),
    ("variance_decomposition_false", Sum((X[i, r] - c)**2, i, r), Sum((X[i, r] - bm(r))**2, i, r) + Sum((bm(r) - c)**2, r), "eq", (), False),
    ("bias_variance", Sum((u[l] - x)**2, l) / n, (Sum(u[l], l) / n - x)**2 + Sum((u[l] - Sum(u[g], g) / n)**2, l) / n, "eq", (), True),
    ("bias_variance_false", Sum((u[l] - x)**2, l) / n, (Sum(u[l], l) / n - x)**2 + Sum(u[l]**2, l) / n, "eq", (), False),
    ("gini_split", 2 * p * (1 - p), 1 - p**2 - (1 - p)**2, "eq", (), True),
    ("gini_below_entropy", 2 * p * (1 - p), -(p * log(p) + (1 - p) * log(1 - p)) / log(2), "le", (p < 1,), True),
    ("gini_below_entropy_natural", 4 * p * (1 - p), -(p * log(p) + (1 - p) * log(1 - p)), "le", (p < 1,), False),
    ("boosting_weight", D(p * exp(-x) + (1 - p) * exp(x), x), 0, "eq", (Eq(x, log(p / (1 - p)) / 2), p < 1), True),
    ("boosting_weight_false", D(p * exp(-x) + (1 - p) * exp(x), x), 0, "eq", (Eq(x, log(p / (1 - p))), p < 1, Ne(p, Q(1, 2))), False),
    ("gradient_boosting_leaf", -g1 * x + (h2 + lam) * x**2 / 2, -g1**2 / (2 * (h2 + lam)), "eq", (Eq(x, g1 / (h2 + lam)),), True),
    ("gradient_boosting_leaf_least", -g1**2 / (2 * (h2 + lam)), -g1 * x + (h2 + lam) * x**2 / 2, "le", (), True),
    ("gradient_boosting_leaf_least_strict", -g1**2 / (2 * (h2 + lam)), -g1 * x + (h2 + lam) * x**2 / 2, "lt", (), False),
    # graphs
    ("laplacian_form", Sum(A[i, j] * (u[i] - u[j])**2, i, j) / 2, Sum(u[i] * (deg(i) * d(i, j) - A[i, j]) * u[j], i, j), "eq", (sym,), True),
    ("laplacian_form_asymmetric", Sum(A[i, j] * (u[i] - u[j])**2, i, j) / 2, Sum(u[i] * (deg(i) * d(i, j) - A[i, j]) * u[j], i, j), "eq", (), False),
    ("laplacian_form_no_half", Sum(A[i, j] * (u[i] - u[j])**2, i, j), Sum(u[i] * (deg(i) * d(i, j) - A[i, j]) * u[j], i, j), "eq", (sym,), False),
    ("laplacian_kernel", Sum(deg(i) * d(i, j) - A[i, j], j), 0, "eq", (), True),
    ("laplacian_kernel_columns", Sum(deg(i) * d(i, j) - A[i, j], i), 0, "eq", (), False),
    ("laplacian_psd", 0, Sum(A[i, j] * (u[i] - u[j])**2, i, j), "le", (A[i, j] >= 0,), True),
    ("laplacian_psd_signs", 0, Sum(A[i, j] * (u[i] - u[j])**2, i, j), "le", (), False),
    ("message_passing", D(Sum(A[i, l] * tanh(u[l]), l), u[j]), A[i, j] * (1 - tanh(u[j])**2), "eq", (), True),
    ("message_passing_false", D(Sum(A[i, l] * tanh(u[l]), l), u[j]), A[i, j] * (1 - tanh(u[i])**2), "eq", (), False),
    ("random_walk", Sum(A[i, j] / deg(i), j), 1, "eq", (A[i, j] > 0,), True),
    ("random_walk_columns", Sum(A[i, j] / deg(i), i), 1, "eq", (A[i, j] > 0,), False),
    ("handshake", Sum(deg(i), i), Sum(A[i, j], i, j), "eq", (), True),
    ("page_rank", Sum((1 - p) / n + p * A[i, j] / deg(i), j), 1, "eq", (A[i, j] > 0,), True),
    ("page_rank_false", Sum((1 - p) + p * A[i, j] / deg(i), j), 1, "eq", (A[i, j] > 0, p < 1), False),
    # metrics and calibration
    ("f_measure", 2 / ((tp + fp) / tp + (tp + fn_) / tp), 2 * tp / (2 * tp + fp + fn_), "eq", (), True),
    ("f_measure_false", 2 / ((tp + fp) / tp + (tp + fn_) / tp), tp / (2 * tp + fp + fn_), "eq", (), False),
    ("jaccard_dice", 2 * (tp / (tp + fp + fn_)) / (1 + tp / (tp + fp + fn_)), 2 * tp / (2 * tp + fp + fn_), "eq", (), True),
    ("jaccard_below_dice", tp / (tp + fp + fn_), 2 * tp / (2 * tp + fp + fn_), "lt", (), True),
    ("f_measure_below_mean", 2 * p * q / (p + q), (p + q) / 2, "le", (), True),
    ("f_measure_above_min", Min(p, q), 2 * p * q / (p + q), "le", (), True),
    ("f_measure_above_max", Max(p, q), 2 * p * q / (p + q), "le", (), False),
    ("brier_decomposition", (p - y)**2, (p - q)**2 + q * (1 - q) + (y - q) * (1 - 2 * p), "eq", (Eq(y**2, y),), True),
    ("brier_decomposition_any", (p - y)**2, (p - q)**2 + q * (1 - q) + (y - q) * (1 - 2 * p), "eq", (), False),
    ("perplexity", exp(-Sum(log(z[l]), l) / n), exp(Sum(-log(z[l]) / n, l)), "eq", (z[i] > 0,), True),
    ("bits_and_nats", -log(p) / log(2), log(1 / p) / log(2), "eq", (), True),
    ("platt", D(-log(sigma(a * x + b)), a), -x * (1 - sigma(a * x + b)), "eq", (), True),
    ("quantise_error", Abs(x - p * floor(x / p + Q(1, 2))), p / 2, "le", (), True),
    ("quantise_error_strict", Abs(x - p * floor(x / p + Q(1, 2))), p / 2, "lt", (), False),
    ("quantise_error_floor", Abs(x - p * floor(x / p)), p / 2, "le", (), False),
    ("quantise_integer", floor(x + Q(1, 2)), x, "eq", (Eq(x, floor(x)),), True),
    ("straight_through", D(x + (floor(x) - floor(x)), x), 1, "eq", (), True),
    ("lora_count", k * (n + m), n * m, "lt", (k >= 1, 2 * k < n, 2 * k < m), True),
    ("lora_count_edge", k * (n + m), n * m, "lt", (k >= 1, 2 * k <= n, 2 * k <= m), False),
    ("lora_product", D(Sum(Sum(B[r, l] * w[l], l) * o[r], r), w[j]), Sum(B[r, j] * o[r], r), "eq", (), True),
    ("convolution_as_sum", D(Sum(w[k] * u[n - 1 - k], (k, 0, n - 1)), w[j]), u[n - 1 - j], "eq", (), True),
    ("convolution_as_sum_false", D(Sum(w[k] * u[n - 1 - k], (k, 0, n - 1)), w[j]), u[j], "eq", (), False),
    ("gumbel_softmax", D(exp((u[i] + v[i]) / tau) / Sum(exp((u[l] + v[l]) / tau), l), u[j]),
        exp((u[i] + v[i]) / tau) / Sum(exp((u[l] + v[l]) / tau), l) * (d(i, j) - exp((u[j] + v[j]) / tau) / Sum(exp((u[l] + v[l]) / tau), l)) / tau, "eq", (), True),
    ("gumbel_softmax_false", D(exp((u[i] + v[i]) / tau) / Sum(exp((u[l] + v[l]) / tau), l), u[j]),
        exp((u[i] + v[i]) / tau) / Sum(exp((u[l] + v[l]) / tau), l) * (d(i, j) - exp((u[j] + v[j]) / tau) / Sum(exp((u[l] + v[l]) / tau), l)), "eq", (), False),
    ("diffusion_mean", sqrt(1 - p) * x + sqrt(p) * y, x, "eq", (Eq(p, 1), Eq(y, x)), True),
    ("diffusion_variance", (1 - p) * q + p, 1, "eq", (Eq(q, 1),), True),
    ("diffusion_snr", D(log((1 - p) / p), p), -1 / (p * (1 - p)), "eq", (p < 1,), True),
    ("diffusion_snr_sign", D(log((1 - p) / p), p), 1 / (p * (1 - p)), "eq", (p < 1,), False),
    ("flow_coupling", D(x * exp(y) + c, x), exp(y), "eq", (), True),
    ("flow_inverse", ((x * exp(y) + c) - c) * exp(-y), x, "eq", (), True),
    ("contrastive_margin", D(Max(0, p - sqrt(x**2 + y**2))**2, x), -2 * Max(0, p - sqrt(x**2 + y**2)) * x / sqrt(x**2 + y**2), "eq", (Ne(y, 0),), True),
    ("contrastive_margin_sign", D(Max(0, p - sqrt(x**2 + y**2))**2, x), 2 * Max(0, p - sqrt(x**2 + y**2)) * x / sqrt(x**2 + y**2), "eq", (Ne(y, 0),), False),
    ("hyperbolic_distance", acosh(1 + 2 * x**2 / (1 - x**2)), 2 * atanh(x), "eq", (x >= 0, x < 1), True),
    ("hyperbolic_distance_false", acosh(1 + 2 * x**2 / (1 - x**2)), 2 * atanh(x), "eq", (x > -1, x < 1), False),
]

AT = {
    "quantise_error_strict": {"x": Q(1, 2), "p": 1},
    "descent_lemma_too_far": {"eta": Q(4015, 2000), "h2": 1, "x": 1},
    "clip_value_outside": {"x": 1 + Q(1, 10**9), "c": 1},
}
