"""Normalisation, attention, contrastive losses, mixtures: statistics and gradients for every size."""

# One claim a line.
# ruff: noqa: E501

from notation import *

mean = Sum(u[l], l) / n
var = Sum((u[l] - mean)**2, l) / n
var_p = var + p                                # p plays epsilon
hat = lambda t: (u[t] - mean) / sqrt(var_p)
hat0 = lambda t: (u[t] - mean) / sqrt(var)
ms = Sum(u[l]**2, l) / n
rms = sqrt(ms + p)
dy = v                                         # upstream gradient
ln = Sum(dy[i] * hat(i), i)
nrm2 = Sum(u[l]**2, l)
nrm = sqrt(nrm2)
uv, vv = Sum(u[l] * v[l], l), Sum(v[l]**2, l)
cosine = uv / (nrm * sqrt(vv))
pos, posv = nrm2 > 0, vv > 0
# attention: n queries, m keys, head size d
Qm, Km, Vm, Gm = V("Q", n, dk), V("Kmat", m, dk), V("Vmat", m, dk), V("Gout", n, dk)
ad, bd, gd = Idx("ad", dk), Idx("bd", dk), Idx("gd", dk)
score = lambda a_, b_: Sum(Qm[a_, ad] * Km[b_, ad], ad) / sqrt(dk)
Pz = lambda a_: Sum(exp(score(a_, r)), r)
P = lambda a_, b_: exp(score(a_, b_)) / Pz(a_)
att = lambda a_, b_: Sum(P(a_, t) * Vm[t, b_], t)
r3 = Idx("r3", m)
# InfoNCE over m keys
info = log(Sum(exp(o[r] / tau), r)) - o[t] / tau
# Gaussian mixture responsibilities
lw, mu_ = V("a", K), V("mu", K)
comp = lambda c_: exp(lw[c_] - (x - mu_[c_])**2 / 2)
resp = lambda c_: comp(c_) / Sum(comp(kl), kl)
ce = Idx("ce", K)

CLAIMS = [
    # LayerNorm
    ("normalised_sum", Sum(hat(i), i), 0, "eq", (), True),
    ("normalised_square_sum", Sum(hat(i)**2, i), n, "eq", (), False),
    ("normalised_square_sum_eps", Sum(hat(i)**2, i), n * var / var_p, "eq", (), True),
    ("normalised_square_sum_no_eps", Sum(hat0(i)**2, i), n, "eq", (var > 0,), True),
    ("normalised_square_sum_no_given", Sum(hat0(i)**2, i), n, "eq", (), False),
    ("layernorm_jacobian", D(hat(i), u[j]), (d(i, j) - 1 / n - hat(i) * hat(j) / n) / sqrt(var_p), "eq", (), True),
    ("layernorm_jacobian_plus", D(hat(i), u[j]), (d(i, j) - 1 / n + hat(i) * hat(j) / n) / sqrt(var_p), "eq", (), False),
    ("layernorm_jacobian_no_n", D(hat(i), u[j]), (d(i, j) - 1 / n - hat(i) * hat(j)) / sqrt(var_p), "eq", (), False),
    ("layernorm_jacobian_no_mean", D(hat(i), u[j]), (d(i, j) - hat(i) * hat(j) / n) / sqrt(var_p), "eq", (), False),
    ("layernorm_jacobian_squared", D(hat(i), u[j]), (d(i, j) - 1 / n - hat(i) * hat(j) / n) / var_p, "eq", (), False),
    ("layernorm_jacobian_no_eps", D(hat0(i), u[j]), (d(i, j) - 1 / n - hat0(i) * hat0(j) / n) / sqrt(var), "eq", (var > 0,), True),
    ("layernorm_jacobian_no_eps_no_given", Sum(D(hat0(i), u[j]), j), 0, "eq", (), False),
    ("layernorm_backward", D(ln, u[j]), (dy[j] - Sum(dy[i], i) / n - hat(j) * Sum(dy[i] * hat(i), i) / n) / sqrt(var_p), "eq", (), True),
    ("layernorm_backward_no_mean", D(ln, u[j]), (dy[j] - hat(j) * Sum(dy[i] * hat(i), i) / n) / sqrt(var_p), "eq", (), False),
    ("layernorm_backward_times_n", D(ln, u[j]), (n * dy[j] - Sum(dy[i], i) - hat(j) * Sum(dy[i] * hat(i), i)) / (n * sqrt(var_p)), "eq", (), True),
    ("layernorm_backward_sums_to_zero", Sum(D(ln, u[j]), j), 0, "eq", (), True),
    ("layernorm_backward_orthogonal", Sum(D(ln, u[j]) * hat(j), j), 0, "eq", (), False),
    ("layernorm_backward_orthogonal_no_eps", Sum(D(Sum(dy[i] * hat0(i), i), u[j]) * hat0(j), j), 0, "eq", (var > 0,), True),
    ("layernorm_gain", D(Sum(dy[i] * (gam[i] * hat(i) + bias[i]), i), gam[j]), dy[j] * hat(j), "eq", (), True),
    ("layernorm_gain_false", D(Sum(dy[i] * (gam[i] * hat(i) + bias[i]), i), gam[j]), dy[j] * gam[j] * hat(j), "eq", (), False),
    ("layernorm_bias", D(Sum(dy[i] * (gam[i] * hat(i) + bias[i]), i), bias[j]), dy[j], "eq", (), True),
    ("layernorm_with_gain", D(Sum(dy[i] * (gam[i] * hat(i) + bias[i]), i), u[j]),
        (dy[j] * gam[j] - Sum(dy[i] * gam[i], i) / n - hat(j) * Sum(dy[i] * gam[i] * hat(i), i) / n) / sqrt(var_p), "eq", (), True),
    ("layernorm_with_gain_outside", D(Sum(dy[i] * (gam[i] * hat(i) + bias[i]), i), u[j]),
        gam[j] * (dy[j] - Sum(dy[i], i) / n - hat(j) * Sum(dy[i] * hat(i), i) / n) / sqrt(var_p), "eq", (), False),
    ("layernorm_shift", (u[i] + c - Sum(u[l] + c, l) / n) / sqrt(Sum((u[g] + c - Sum(u[l] + c, l) / n)**2, g) / n + p), hat(i), "eq", (), True),
    ("layernorm_scale", (2 * u[i] - Sum(2 * u[l], l) / n) / sqrt(Sum((2 * u[g] - Sum(2 * u[l], l) / n)**2, g) / n + p), hat(i), "eq", (), False),
    ("layernorm_scale_no_eps", (2 * u[i] - Sum(2 * u[l], l) / n) / sqrt(Sum((2 * u[g] - Sum(2 * u[l], l) / n)**2, g) / n), hat0(i), "eq", (), True),
    ("layernorm_negative_scale_no_eps", (-u[i] + Sum(u[l], l) / n) / sqrt(Sum((u[l] - Sum(u[g], g) / n)**2, l) / n), hat0(i), "eq", (var > 0, n >= 2), False),
    ("layernorm_n1", hat(i), 0, "eq", (Eq(n, 1),), True),
    ("layernorm_n2", hat0(i)**2, 1, "eq", (Eq(n, 2), var > 0), True),
    ("layernorm_n3", hat0(i)**2, 1, "eq", (Eq(n, 3), var > 0), False),
    ("variance_forms", var, Sum(u[l]**2, l) / n - mean**2, "eq", (), True),
    ("variance_forms_sign", var, Sum(u[l]**2, l) / n + mean**2, "eq", (), False),
    ("variance_pairs", var, Sum((u[i] - u[j])**2, i, j) / (2 * n**2), "eq", (), True),
    ("variance_pairs_false", var, Sum((u[i] - u[j])**2, i, j) / n**2, "eq", (), False),
    ("variance_gradient", D(var, u[j]), 2 * (u[j] - mean) / n, "eq", (), True),
    ("variance_hessian", D(var, u[i], u[j]), 2 * (d(i, j) - 1 / n) / n, "eq", (), True),
    ("variance_hessian_false", D(var, u[i], u[j]), 2 * d(i, j) / n, "eq", (), False),
    ("deviation_gradient", D(sqrt(var_p), u[j]), (u[j] - mean) / (n * sqrt(var_p)), "eq", (), True),
    ("deviation_gradient_no_n", D(sqrt(var_p), u[j]), (u[j] - mean) / sqrt(var_p), "eq", (), False),
    ("deviation_gradient_n2_hat", D(sqrt(var_p), u[j]), hat(j) / n, "eq", (), True),
    ("normalised_bound", hat(i)**2, n - 1, "le", (), True),
    ("normalised_bound_strict", hat0(i)**2, n - 1, "lt", (var > 0,), False),
    # RMSNorm
    ("rms_jacobian", D(u[i] / rms, u[j]), d(i, j) / rms - u[i] * u[j] / (n * rms**3), "eq", (), True),
    ("rms_jacobian_no_n", D(u[i] / rms, u[j]), d(i, j) / rms - u[i] * u[j] / rms**3, "eq", (), False),
    ("rms_jacobian_power", D(u[i] / rms, u[j]), d(i, j) / rms - u[i] * u[j] / (n * rms**2), "eq", (), False),
    ("rms_backward", D(Sum(dy[i] * u[i] / rms, i), u[j]), dy[j] / rms - u[j] * Sum(dy[i] * u[i], i) / (n * rms**3), "eq", (), True),
    ("rms_backward_gain", D(Sum(dy[i] * gam[i] * u[i] / rms, i), u[j]), (gam[j] * dy[j] - u[j] * Sum(gam[i] * dy[i] * u[i], i) / (n * rms**2)) / rms, "eq", (), True),
    ("rms_backward_gain_false", D(Sum(dy[i] * gam[i] * u[i] / rms, i), u[j]), (gam[j] * dy[j] - gam[j] * u[j] * Sum(dy[i] * u[i], i) / (n * rms**2)) / rms, "eq", (), False),
    ("rms_unit", Sum((u[i] / sqrt(ms))**2, i), n, "eq", (pos,), True),
    ("rms_unit_no_given", Sum((u[i] / sqrt(ms))**2, i), n, "eq", (), False),
    ("rms_is_layernorm_centered", u[i] / sqrt(ms + p), hat(i), "eq", (Eq(Sum(u[l], l), 0),), True),
    ("rms_is_layernorm", u[i] / sqrt(ms + p), hat(i), "eq", (), False),
    ("rms_scale", c * u[i] / sqrt(Sum((c * u[l])**2, l) / n), sign(c) * u[i] / sqrt(ms), "eq", (Ne(c, 0),), True),
    ("rms_scale_false", c * u[i] / sqrt(Sum((c * u[l])**2, l) / n), u[i] / sqrt(ms), "eq", (Ne(c, 0), pos), False),
    # norms, unit vectors, cosine
    ("norm_gradient", D(nrm, u[j]), u[j] / nrm, "eq", (pos,), True),
    ("norm_gradient_at_zero", D(nrm, u[j]), u[j] / nrm, "eq", (), True),      # at zero neither side is defined
    ("norm_gradient_times_norm", nrm * D(nrm, u[j]), u[j], "eq", (), False),  # at zero only the right side is
    ("norm_gradient_squared", Sum(D(nrm, u[j])**2, j), 1, "eq", (pos,), True),
    ("norm_gradient_squared_at_zero", Sum(D(nrm, u[j])**2, j), 1, "eq", (), False),
    ("norm_hessian", D(nrm, u[i], u[j]), (d(i, j) - u[i] * u[j] / nrm2) / nrm, "eq", (pos,), True),
    ("norm_hessian_false", D(nrm, u[i], u[j]), (d(i, j) + u[i] * u[j] / nrm2) / nrm, "eq", (pos,), False),
    ("norm_squared_gradient", D(nrm2, u[j]), 2 * u[j], "eq", (), True),
    ("unit_vector", D(u[i] / nrm, u[j]), (d(i, j) - u[i] * u[j] / nrm2) / nrm, "eq", (pos,), True),
    ("unit_vector_false", D(u[i] / nrm, u[j]), (d(i, j) - u[i] * u[j]) / nrm, "eq", (pos,), False),
    ("unit_vector_projection", Sum(D(u[i] / nrm, u[j]) * u[j], j), 0, "eq", (pos,), True),
    ("unit_vector_length", Sum((u[i] / nrm)**2, i), 1, "eq", (pos,), True),
    ("unit_vector_length_n1", u[i] / nrm, sign(u[i]), "eq", (Eq(n, 1), pos), True),
    ("unit_vector_trace", Sum(D(u[i] / nrm, u[i]), i), (n - 1) / nrm, "eq", (pos,), True),
    ("unit_vector_trace_false", Sum(D(u[i] / nrm, u[i]), i), n / nrm, "eq", (pos,), False),
    ("norm_one_gradient", D(Sum(Abs(u[l]), l), u[j]), sign(u[j]), "eq", (Ne(u[i], 0),), True),
    ("norm_one_gradient_at_zero", D(Sum(Abs(u[l]), l), u[j]), sign(u[j]), "eq", (), False),
    ("norm_four_gradient", D(Sum(u[l]**4, l)**Q(1, 4), u[j]), u[j]**3 / Sum(u[l]**4, l)**Q(3, 4), "eq", (pos,), True),
    ("norm_four_gradient_false", D(Sum(u[l]**4, l)**Q(1, 4), u[j]), u[j]**3 / Sum(u[l]**4, l), "eq", (pos,), False),
    ("norm_q_gradient", D(Sum(z[l]**q, l)**(1 / q), z[j]), z[j]**(q - 1) * Sum(z[l]**q, l)**(1 / q - 1), "eq", (z[i] > 0,), True),
    ("norm_q_gradient_false", D(Sum(z[l]**q, l)**(1 / q), z[j]), q * z[j]**(q - 1) * Sum(z[l]**q, l)**(1 / q - 1), "eq", (z[i] > 0,), False),
    ("norm_shifted", D(sqrt(nrm2 + p), u[j]), u[j] / sqrt(nrm2 + p), "eq", (), True),
    ("norm_shifted_false", D(sqrt(nrm2 + p), u[j]), u[j] / nrm, "eq", (pos,), False),
    ("cosine_gradient", D(cosine, u[j]), v[j] / (nrm * sqrt(vv)) - cosine * u[j] / nrm2, "eq", (pos, posv), True),
    ("cosine_gradient_false", D(cosine, u[j]), v[j] / (nrm * sqrt(vv)) - cosine * u[j] / nrm, "eq", (pos, posv), False),
    ("cosine_gradient_orthogonal", Sum(D(cosine, u[j]) * u[j], j), 0, "eq", (pos, posv), True),
    ("cosine_gradient_other", Sum(D(cosine, u[j]) * v[j], j), 0, "eq", (pos, posv), False),
    ("cosine_bound", Abs(cosine), 1, "le", (pos, posv), True),
    ("cosine_bound_strict", Abs(cosine), 1, "lt", (pos, posv), False),
    ("cosine_unit_distance", Sum((u[i] / nrm - v[i] / sqrt(vv))**2, i), 2 - 2 * cosine, "eq", (pos, posv), True),
    ("cosine_unit_distance_false", Sum((u[i] / nrm - v[i] / sqrt(vv))**2, i), 1 - cosine, "eq", (pos, posv), False),
    ("cosine_scale", Sum(p * u[l] * v[l], l) / (sqrt(Sum(p**2 * u[l]**2, l)) * sqrt(vv)), cosine, "eq", (), True),
    ("cosine_scale_sign", Sum(c * u[l] * v[l], l) / (sqrt(Sum(c**2 * u[l]**2, l)) * sqrt(vv)), cosine, "eq", (Ne(c, 0),), False),
    ("distance_gradient", D(sqrt(Sum((u[l] - v[l])**2, l)), u[j]), (u[j] - v[j]) / sqrt(Sum((u[l] - v[l])**2, l)), "eq", (Sum((u[l] - v[l])**2, l) > 0,), True),
    ("distance_gradient_sign", D(sqrt(Sum((u[l] - v[l])**2, l)), v[j]), (u[j] - v[j]) / sqrt(Sum((u[l] - v[l])**2, l)), "eq", (Sum((u[l] - v[l])**2, l) > 0,), False),
    ("weight_norm", D(x * Sum(v[l] * u[l], l) / sqrt(vv), v[j]), x / sqrt(vv) * (u[j] - v[j] * uv / vv), "eq", (posv,), True),
    ("weight_norm_false", D(x * Sum(v[l] * u[l], l) / sqrt(vv), v[j]), x / sqrt(vv) * (u[j] - v[j] * uv), "eq", (posv,), False),
    ("rbf_gradient", D(exp(-Sum((u[l] - v[l])**2, l) / (2 * p**2)), u[j]), -(u[j] - v[j]) / p**2 * exp(-Sum((u[l] - v[l])**2, l) / (2 * p**2)), "eq", (), True),
    ("rbf_gradient_false", D(exp(-Sum((u[l] - v[l])**2, l) / (2 * p**2)), u[j]), -(u[j] - v[j]) / p * exp(-Sum((u[l] - v[l])**2, l) / (2 * p**2)), "eq", (), False),
    ("rbf_hessian", D(exp(-nrm2 / 2), u[i], u[j]), (u[i] * u[j] - d(i, j)) * exp(-nrm2 / 2), "eq", (), True),
    ("rbf_laplacian", Sum(D(exp(-nrm2 / 2), (u[i], 2)), i), (nrm2 - n) * exp(-nrm2 / 2), "eq", (), True),
    ("rbf_laplacian_false", Sum(D(exp(-nrm2 / 2), (u[i], 2)), i), (nrm2 - 1) * exp(-nrm2 / 2), "eq", (), False),
    ("clip_by_norm", Sum((u[i] / Max(1, nrm / p))**2, i), p**2, "le", (), True),
    ("clip_by_norm_strict", Sum((u[i] / Max(1, nrm / p))**2, i), p**2, "lt", (), False),
    # attention
    ("attention_rows_sum", Sum(P(i, r), r), 1, "eq", (), True),
    ("attention_columns_sum", Sum(P(i, r), i), 1, "eq", (), False),
    ("attention_by_values", D(Sum(Gm[i, ad] * att(i, ad), i, ad), Vm[r3, bd]), Sum(P(i, r3) * Gm[i, bd], i), "eq", (), True),
    ("attention_by_values_false", D(Sum(Gm[i, ad] * att(i, ad), i, ad), Vm[r3, bd]), Sum(P(i, r3), i) * Sum(Gm[i, bd], i), "eq", (), False),
    ("attention_scores_by_query", D(score(i, r), Qm[j, gd]), d(i, j) * Km[r, gd] / sqrt(dk), "eq", (), True),
    ("attention_scores_by_query_no_root", D(score(i, r), Qm[j, gd]), d(i, j) * Km[r, gd] / dk, "eq", (), False),
    ("attention_scores_by_key", D(score(i, r), Km[t, gd]), d(r, t) * Qm[i, gd] / sqrt(dk), "eq", (), True),
    ("attention_scores_by_key_false", D(score(i, r), Km[t, gd]), Qm[i, gd] / sqrt(dk), "eq", (), False),
    ("attention_by_query", D(att(i, bd), Qm[i, gd]), Sum(P(i, t) * Km[t, gd] * (Vm[t, bd] - att(i, bd)), t) / sqrt(dk), "eq", (), True),
    ("attention_by_query_false", D(att(i, bd), Qm[i, gd]), Sum(P(i, t) * Km[t, gd] * Vm[t, bd], t) / sqrt(dk), "eq", (), False),
    ("attention_by_other_query", D(att(i, bd), Qm[j, gd]), 0, "eq", (Ne(i, j),), True),
    ("attention_by_any_query_zero", D(att(i, bd), Qm[j, gd]), 0, "eq", (), False),
    ("attention_by_key", D(att(i, bd), Km[r3, gd]), P(i, r3) * Qm[i, gd] * (Vm[r3, bd] - att(i, bd)) / sqrt(dk), "eq", (), True),
    ("attention_by_key_false", D(att(i, bd), Km[r3, gd]), P(i, r3) * Qm[i, gd] * Vm[r3, bd] / sqrt(dk), "eq", (), False),
    ("attention_constant_values", att(i, bd), c, "eq", (Eq(Vm[t, bd], c),), True),
    ("attention_equal_keys", att(i, bd), Sum(Vm[t, bd], t) / m, "eq", (Eq(Km[t, bd], x),), True),
    ("attention_equal_queries", att(i, bd), Sum(Vm[t, bd], t) / m, "eq", (Eq(Qm[i, bd], x),), False),
    ("attention_one_key", att(i, bd), Vm[t, bd], "eq", (Eq(m, 1),), True),
    ("attention_shift_keys", exp(score(i, r) + c) / Sum(exp(score(i, t) + c), t), P(i, r), "eq", (), True),
    ("attention_softmax_jacobian", D(exp(o[r]) / Sum(exp(o[t]), t), o[r3]), exp(o[r]) / Sum(exp(o[t]), t) * (d(r, r3) - exp(o[r3]) / Sum(exp(o[t]), t)), "eq", (), True),
    ("linear_attention", Sum(Sum(Qm[i, ad] * Km[t, ad], ad) * Vm[t, bd], t), Sum(Qm[i, ad] * Sum(Km[t, ad] * Vm[t, bd], t), ad), "eq", (), True),
    ("linear_attention_false", Sum(Sum(Qm[i, ad] * Km[t, ad], ad) * Vm[t, bd], t), Sum(Qm[i, ad] * Km[t, ad], ad, t) * Sum(Vm[t, bd], t), "eq", (), False),
    # InfoNCE
    ("infonce_gradient", D(info, o[r3]), (exp(o[r3] / tau) / Sum(exp(o[r] / tau), r) - d(r3, t)) / tau, "eq", (), True),
    ("infonce_gradient_no_tau", D(info, o[r3]), exp(o[r3] / tau) / Sum(exp(o[r] / tau), r) - d(r3, t), "eq", (), False),
    ("infonce_query", D(log(Sum(exp(Sum(B[r, l] * u[l], l)), r)) - Sum(B[t, l] * u[l], l), u[j]),
        Sum(exp(Sum(B[r, l] * u[l], l)) * B[r, j], r) / Sum(exp(Sum(B[r, l] * u[l], l)), r) - B[t, j], "eq", (), True),
    ("infonce_query_false", D(log(Sum(exp(Sum(B[r, l] * u[l], l)), r)) - Sum(B[t, l] * u[l], l), u[j]),
        Sum(exp(Sum(B[r, l] * u[l], l)), r) / Sum(exp(Sum(B[r, l] * u[l], l)), r) * Sum(B[r, j], r) - B[t, j], "eq", (), False),
    ("infonce_nonnegative", 0, info, "le", (), True),
    ("infonce_positive", 0, info, "lt", (), False),
    ("infonce_positive_two_keys", 0, info, "lt", (m >= 2,), True),
    ("infonce_all_equal", info, log(m), "eq", (Eq(o[r], c),), True),
    ("infonce_all_equal_false", info, log(m) - c / tau, "eq", (Eq(o[r], c),), False),
    ("infonce_margin_form", info, log(Sum(exp((o[r] - o[t]) / tau), r)), "eq", (), True),
    ("infonce_tau_derivative", D(info, tau), (o[t] - Sum(o[r] * exp(o[r] / tau), r) / Sum(exp(o[r] / tau), r)) / tau**2, "eq", (), True),
    ("infonce_tau_derivative_sign", D(info, tau), (Sum(o[r] * exp(o[r] / tau), r) / Sum(exp(o[r] / tau), r) - o[t]) / tau**2, "eq", (), False),
    # mixtures
    ("responsibilities_sum", Sum(resp(kk), kk), 1, "eq", (), True),
    ("responsibility_gradient", D(log(Sum(comp(kl), kl)), mu_[kk]), resp(kk) * (x - mu_[kk]), "eq", (), True),
    ("responsibility_gradient_false", D(log(Sum(comp(kl), kl)), mu_[kk]), x - mu_[kk], "eq", (), False),
    ("responsibility_by_weight", D(log(Sum(comp(kl), kl)), lw[kk]), resp(kk), "eq", (), True),
    ("responsibility_by_x", D(log(Sum(comp(kl), kl)), x), Sum(resp(kk) * mu_[kk], kk) - x, "eq", (), True),
    ("responsibility_by_x_sign", D(log(Sum(comp(kl), kl)), x), x - Sum(resp(kk) * mu_[kk], kk), "eq", (), False),
    ("responsibility_jacobian", D(resp(kk), lw[ce]), resp(kk) * (d(kk, ce) - resp(ce)), "eq", (), True),
    ("responsibility_one_component", resp(kk), 1, "eq", (Eq(K, 1),), True),
    ("responsibility_one_component_false", resp(kk), 1, "eq", (), False),
    ("responsibility_equal_means", resp(kk), exp(lw[kk]) / Sum(exp(lw[kl]), kl), "eq", (Eq(mu_[kk], y),), True),
    # Gaussians in n dimensions
    ("gaussian_gradient", D(Sum(-(u[l] - v[l])**2 / 2 - log(2 * pi) / 2, l), u[j]), v[j] - u[j], "eq", (), True),
    ("gaussian_isotropic_by_scale", D(-n * log(p) - Sum((u[l] - v[l])**2, l) / (2 * p**2), p), -n / p + Sum((u[l] - v[l])**2, l) / p**3, "eq", (), True),
    ("gaussian_isotropic_by_scale_false", D(-n * log(p) - Sum((u[l] - v[l])**2, l) / (2 * p**2), p), -1 / p + Sum((u[l] - v[l])**2, l) / p**3, "eq", (), False),
    ("gaussian_log_density_sum", Sum(-log(2 * pi) / 2 - u[l]**2 / 2, l), -n * log(2 * pi) / 2 - nrm2 / 2, "eq", (), True),
    ("gaussian_log_density_sum_false", Sum(-log(2 * pi) / 2 - u[l]**2 / 2, l), -log(2 * pi) / 2 - nrm2 / 2, "eq", (), False),
    ("vae_kl_gradient_mean", D(Sum(u[l]**2 + exp(w[l]) - 1 - w[l], l) / 2, u[j]), u[j], "eq", (), True),
    ("vae_kl_gradient_logvar", D(Sum(u[l]**2 + exp(w[l]) - 1 - w[l], l) / 2, w[j]), (exp(w[j]) - 1) / 2, "eq", (), True),
    ("vae_kl_gradient_logvar_false", D(Sum(u[l]**2 + exp(w[l]) - 1 - w[l], l) / 2, w[j]), exp(w[j]) - 1, "eq", (), False),
    ("vae_kl_nonnegative", 0, Sum(u[l]**2 + exp(w[l]) - 1 - w[l], l) / 2, "le", (), True),
    ("vae_kl_positive", 0, Sum(u[l]**2 + exp(w[l]) - 1 - w[l], l) / 2, "lt", (), False),
]
