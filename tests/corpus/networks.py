"""Regression and networks with one and two hidden layers: gradients for every size."""

# One claim a line.
# ruff: noqa: E501

from notation import *

X = V("X", n, dk)            # n examples, d features
t_ = V("t", n)               # targets
ww = V("w", dk)
c0 = Symbol("c0", real=True)
lin = lambda a: Sum(X[a, db] * ww[db], db)
err = lambda a: lin(a) - t_[a]
sig = lambda a: sigma(lin(a))
# one hidden layer: input xx of size d, hidden of size h, output of size m
xx = V("x", dk)
W1, b1, W2, b2 = V("W1", h, dk), V("b1", h), V("W2", m, h), V("b2", m)
yt = V("y", m)
pre = lambda a: Sum(W1[a, db] * xx[db], db) + b1[a]
hid = lambda a: tanh(pre(a))
out = lambda a: Sum(W2[a, hb] * hid(hb), hb) + b2[a]
loss = Sum((out(r) - yt[r])**2, r) / 2
dl = lambda a: out(a) - yt[a]
sh = lambda a: sigma(pre(a))
sout = lambda a: Sum(W2[a, hb] * sh(hb), hb) + b2[a]
sloss = Sum((sout(r) - yt[r])**2, r) / 2
ph = lambda a: log(1 + exp(pre(a)))
rh = lambda a: Max(pre(a), 0)
rout = lambda a: Sum(W2[a, hb] * rh(hb), hb) + b2[a]
rloss = Sum((rout(r) - yt[r])**2, r) / 2
lh = lambda a: Max(pre(a), lam * pre(a))
# softmax on top
cz = Sum(exp(out(r)), r)
# two hidden layers, scalar output
U2, vo = V("U2", h, h), V("v", h)
hc = Idx("hc", h)
mid = lambda a: tanh(Sum(U2[a, hb] * hid(hb), hb))
deep = Sum(vo[ha] * mid(ha), ha)
# factorisation
P_, Q_, R_ = V("P", n, K), V("Q", m, K), V("R", n, m)
fit = lambda a, c_: Sum(P_[a, kl] * Q_[c_, kl], kl)
nz = Ne(pre(ha), 0)

CLAIMS = [
    # linear regression
    ("least_squares", D(Sum(err(i)**2, i), ww[da]), 2 * Sum(X[i, da] * err(i), i), "eq", (), True),
    ("least_squares_sign", D(Sum(err(i)**2, i), ww[da]), -2 * Sum(X[i, da] * err(i), i), "eq", (), False),
    ("least_squares_no_two", D(Sum(err(i)**2, i), ww[da]), Sum(X[i, da] * err(i), i), "eq", (), False),
    ("least_squares_mean", D(Sum(err(i)**2, i) / (2 * n), ww[da]), Sum(X[i, da] * err(i), i) / n, "eq", (), True),
    ("least_squares_mean_false", D(Sum(err(i)**2, i) / (2 * n), ww[da]), Sum(X[i, da] * err(i), i), "eq", (), False),
    ("least_squares_hessian", D(Sum(err(i)**2, i), ww[da], ww[Idx("dc", dk)]), 2 * Sum(X[i, da] * X[i, Idx("dc", dk)], i), "eq", (), True),
    ("least_squares_hessian_false", D(Sum(err(i)**2, i), ww[da], ww[Idx("dc", dk)]), 2 * Sum(X[i, da] * X[i, Idx("dc", dk)] * t_[i], i), "eq", (), False),
    ("least_squares_by_target", D(Sum(err(i)**2, i), t_[j]), -2 * err(j), "eq", (), True),
    ("least_squares_by_data", D(Sum(err(i)**2, i), X[j, da]), 2 * err(j) * ww[da], "eq", (), True),
    ("least_squares_by_data_false", D(Sum(err(i)**2, i), X[j, da]), 2 * Sum(err(i), i) * ww[da], "eq", (), False),
    ("weighted_least_squares", D(Sum(v[i] * err(i)**2, i), ww[da]), 2 * Sum(v[i] * X[i, da] * err(i), i), "eq", (), True),
    ("weighted_least_squares_false", D(Sum(v[i] * err(i)**2, i), ww[da]), 2 * Sum(v[i]**2 * X[i, da] * err(i), i), "eq", (), False),
    ("bias_gradient", D(Sum((lin(i) + c0 - t_[i])**2, i), c0), 2 * Sum(lin(i), i) + 2 * n * c0 - 2 * Sum(t_[i], i), "eq", (), True),
    ("bias_gradient_false", D(Sum((lin(i) + c0 - t_[i])**2, i), c0), 2 * Sum(lin(i), i) + 2 * c0 - 2 * Sum(t_[i], i), "eq", (), False),
    ("ridge", D(Sum(err(i)**2, i) + lam * Sum(ww[db]**2, db), ww[da]), 2 * Sum(X[i, da] * err(i), i) + 2 * lam * ww[da], "eq", (), True),
    ("ridge_false", D(Sum(err(i)**2, i) + lam * Sum(ww[db]**2, db), ww[da]), 2 * Sum(X[i, da] * err(i), i) + lam * ww[da], "eq", (), False),
    ("ridge_half", D(Sum(err(i)**2, i) / 2 + lam / 2 * Sum(ww[db]**2, db), ww[da]), Sum(X[i, da] * err(i), i) + lam * ww[da], "eq", (), True),
    ("ridge_hessian", D(Sum(err(i)**2, i) + lam * Sum(ww[db]**2, db), ww[da], ww[Idx("dc", dk)]),
        2 * Sum(X[i, da] * X[i, Idx("dc", dk)], i) + 2 * lam * d(da, Idx("dc", dk)), "eq", (), True),
    ("ridge_hessian_no_delta", D(Sum(err(i)**2, i) + lam * Sum(ww[db]**2, db), ww[da], ww[Idx("dc", dk)]),
        2 * Sum(X[i, da] * X[i, Idx("dc", dk)], i) + 2 * lam, "eq", (), False),
    ("ridge_by_lambda", D(Sum(err(i)**2, i) + lam * Sum(ww[db]**2, db), lam), Sum(ww[da]**2, da), "eq", (), True),
    ("normal_equations", Sum(X[i, da] * err(i), i), 0, "eq", (Eq(Sum(X[i, da] * lin(i), i), Sum(X[i, da] * t_[i], i)),), True),
    ("normal_equations_residual", Sum(lin(i) * err(i), i), 0, "eq", (Eq(Sum(X[i, da] * err(i), i), 0),), True),
    ("normal_equations_residual_false", Sum(t_[i] * err(i), i), 0, "eq", (Eq(Sum(X[i, da] * err(i), i), 0),), False),
    ("pythagoras", Sum(t_[i]**2, i), Sum(lin(i)**2, i) + Sum(err(i)**2, i), "eq", (Eq(Sum(X[i, da] * err(i), i), 0),), True),
    ("pythagoras_no_given", Sum(t_[i]**2, i), Sum(lin(i)**2, i) + Sum(err(i)**2, i), "eq", (), False),
    ("lasso_off_zero", D(lam * Sum(Abs(ww[db]), db), ww[da]), lam * sign(ww[da]), "eq", (Ne(ww[da], 0),), True),
    ("lasso_at_zero", D(lam * Sum(Abs(ww[db]), db), ww[da]), lam * sign(ww[da]), "eq", (), False),
    ("elastic_net", D(alpha * Sum(Abs(ww[db]), db) + beta * Sum(ww[db]**2, db), ww[da]), alpha * sign(ww[da]) + 2 * beta * ww[da], "eq", (Ne(ww[da], 0),), True),
    ("elastic_net_false", D(alpha * Sum(Abs(ww[db]), db) + beta * Sum(ww[db]**2, db), ww[da]), alpha * sign(ww[da]) + beta * ww[da], "eq", (Ne(ww[da], 0),), False),
    ("weight_decay_step", ww[da] - alpha * D(lam / 2 * Sum(ww[db]**2, db), ww[da]), (1 - alpha * lam) * ww[da], "eq", (), True),
    ("weight_decay_step_false", ww[da] - alpha * D(lam * Sum(ww[db]**2, db), ww[da]), (1 - alpha * lam) * ww[da], "eq", (), False),
    # logistic regression
    ("logistic", D(-Sum(t_[i] * log(sig(i)) + (1 - t_[i]) * log(1 - sig(i)), i), ww[da]), Sum((sig(i) - t_[i]) * X[i, da], i), "eq", (), True),
    ("logistic_sign", D(-Sum(t_[i] * log(sig(i)) + (1 - t_[i]) * log(1 - sig(i)), i), ww[da]), Sum((t_[i] - sig(i)) * X[i, da], i), "eq", (), False),
    ("logistic_hessian", D(-Sum(t_[i] * log(sig(i)) + (1 - t_[i]) * log(1 - sig(i)), i), ww[da], ww[Idx("dc", dk)]),
        Sum(sig(i) * (1 - sig(i)) * X[i, da] * X[i, Idx("dc", dk)], i), "eq", (), True),
    ("logistic_hessian_false", D(-Sum(t_[i] * log(sig(i)) + (1 - t_[i]) * log(1 - sig(i)), i), ww[da], ww[Idx("dc", dk)]),
        Sum(sig(i) * X[i, da] * X[i, Idx("dc", dk)], i), "eq", (), False),
    ("logistic_logits", D(Sum(log(1 + exp(lin(i))) - t_[i] * lin(i), i), ww[da]), Sum((sig(i) - t_[i]) * X[i, da], i), "eq", (), True),
    ("logistic_same_loss", -Sum(t_[i] * log(sig(i)) + (1 - t_[i]) * log(1 - sig(i)), i), Sum(log(1 + exp(lin(i))) - t_[i] * lin(i), i), "eq", (), True),
    ("logistic_same_loss_false", -Sum(t_[i] * log(sig(i)) + (1 - t_[i]) * log(1 - sig(i)), i), Sum(log(1 + exp(lin(i))) + t_[i] * lin(i), i), "eq", (), False),
    ("logistic_margin", D(Sum(log(1 + exp(-t_[i] * lin(i))), i), ww[da]), -Sum(t_[i] * X[i, da] * sigma(-t_[i] * lin(i)), i), "eq", (), True),
    ("logistic_margin_false", D(Sum(log(1 + exp(-t_[i] * lin(i))), i), ww[da]), -Sum(t_[i] * X[i, da] * sigma(t_[i] * lin(i)), i), "eq", (), False),
    ("logistic_convex", 0, Sum(sig(i) * (1 - sig(i)) * lin(i)**2, i), "le", (), True),
    ("logistic_strictly_convex", 0, Sum(sig(i) * (1 - sig(i)) * lin(i)**2, i), "lt", (), False),
    # Poisson regression
    ("poisson", D(Sum(exp(lin(i)) - t_[i] * lin(i), i), ww[da]), Sum((exp(lin(i)) - t_[i]) * X[i, da], i), "eq", (), True),
    ("poisson_false", D(Sum(exp(lin(i)) - t_[i] * lin(i), i), ww[da]), Sum((lin(i) - t_[i]) * X[i, da], i), "eq", (), False),
    ("poisson_hessian", D(Sum(exp(lin(i)) - t_[i] * lin(i), i), ww[da], ww[Idx("dc", dk)]), Sum(exp(lin(i)) * X[i, da] * X[i, Idx("dc", dk)], i), "eq", (), True),
    ("poisson_hessian_false", D(Sum(exp(lin(i)) - t_[i] * lin(i), i), ww[da], ww[Idx("dc", dk)]), Sum((exp(lin(i)) - t_[i]) * X[i, da] * X[i, Idx("dc", dk)], i), "eq", (), False),
    # tanh network
    ("mlp_output_weights", D(loss, W2[t, ha]), dl(t) * hid(ha), "eq", (), True),
    ("mlp_output_weights_false", D(loss, W2[t, ha]), dl(t) * pre(ha), "eq", (), False),
    ("mlp_output_bias", D(loss, b2[t]), dl(t), "eq", (), True),
    ("mlp_output_bias_sum", D(loss, b2[t]), Sum(dl(r), r), "eq", (), False),
    ("mlp_hidden_bias", D(loss, b1[ha]), (1 - hid(ha)**2) * Sum(W2[r, ha] * dl(r), r), "eq", (), True),
    ("mlp_hidden_bias_no_derivative", D(loss, b1[ha]), Sum(W2[r, ha] * dl(r), r), "eq", (), False),
    ("mlp_hidden_weights", D(loss, W1[ha, da]), (1 - hid(ha)**2) * Sum(W2[r, ha] * dl(r), r) * xx[da], "eq", (), True),
    ("mlp_hidden_weights_false", D(loss, W1[ha, da]), (1 - hid(ha)) * Sum(W2[r, ha] * dl(r), r) * xx[da], "eq", (), False),
    ("mlp_hidden_weights_plus", D(loss, W1[ha, da]), (1 + hid(ha)**2) * Sum(W2[r, ha] * dl(r), r) * xx[da], "eq", (), False),
    ("mlp_input", D(loss, xx[da]), Sum(W1[ha, da] * (1 - hid(ha)**2) * Sum(W2[r, ha] * dl(r), r), ha), "eq", (), True),
    ("mlp_input_false", D(loss, xx[da]), Sum(W1[ha, da] * (1 - hid(ha)**2), ha) * Sum(W2[r, ha] * dl(r), r, ha), "eq", (), False),
    ("mlp_output_jacobian", D(out(r), xx[da]), Sum(W2[r, ha] * (1 - hid(ha)**2) * W1[ha, da], ha), "eq", (), True),
    ("mlp_output_jacobian_linear", D(out(r), xx[da]), Sum(W2[r, ha] * W1[ha, da], ha), "eq", (), False),
    ("mlp_other_output_weights", D(out(r), W2[t, ha]), d(r, t) * hid(ha), "eq", (), True),
    ("mlp_other_output_weights_false", D(out(r), W2[t, ha]), hid(ha), "eq", (), False),
    ("mlp_target", D(loss, yt[t]), -dl(t), "eq", (), True),
    ("mlp_second_by_bias", D(loss, b2[r2], b2[t]), d(r2, t), "eq", (), True),
    ("mlp_second_by_bias_false", D(loss, b2[r2], b2[t]), 1, "eq", (), False),
    ("mlp_second_by_weights", D(loss, W2[r2, ha], W2[t, hc]), d(r2, t) * hid(ha) * hid(hc), "eq", (), True),
    # sigmoid and softplus networks
    ("sigmoid_hidden_bias", D(sloss, b1[ha]), sh(ha) * (1 - sh(ha)) * Sum(W2[r, ha] * (sout(r) - yt[r]), r), "eq", (), True),
    ("sigmoid_hidden_bias_false", D(sloss, b1[ha]), sh(ha)**2 * Sum(W2[r, ha] * (sout(r) - yt[r]), r), "eq", (), False),
    ("sigmoid_hidden_weights", D(sloss, W1[ha, da]), sh(ha) * (1 - sh(ha)) * Sum(W2[r, ha] * (sout(r) - yt[r]), r) * xx[da], "eq", (), True),
    ("sigmoid_hidden_weights_false", D(sloss, W1[ha, da]), sh(ha) * (1 - sh(ha)) * Sum(W2[r, ha] * sout(r), r) * xx[da], "eq", (), False),
    ("softplus_jacobian", D(Sum(W2[r, hb] * ph(hb), hb), xx[da]), Sum(W2[r, ha] * sh(ha) * W1[ha, da], ha), "eq", (), True),
    ("softplus_jacobian_false", D(Sum(W2[r, hb] * ph(hb), hb), xx[da]), Sum(W2[r, ha] * sh(ha) * (1 - sh(ha)) * W1[ha, da], ha), "eq", (), False),
    ("softplus_by_weight", D(Sum(o[r] * Sum(W2[r, hb] * ph(hb), hb), r), W1[ha, da]), Sum(o[r] * W2[r, ha], r) * sh(ha) * xx[da], "eq", (), True),
    # rectified networks
    ("relu_hidden_bias", D(rloss, b1[ha]), Heaviside(pre(ha)) * Sum(W2[r, ha] * (rout(r) - yt[r]), r), "eq", (nz,), True),
    ("relu_hidden_bias_at_kink", D(rloss, b1[ha]), Heaviside(pre(ha)) * Sum(W2[r, ha] * (rout(r) - yt[r]), r), "eq", (), False),
    ("relu_hidden_bias_false", D(rloss, b1[ha]), pre(ha) * Sum(W2[r, ha] * (rout(r) - yt[r]), r), "eq", (nz,), False),
    ("relu_output_weights", D(rloss, W2[t, ha]), (rout(t) - yt[t]) * rh(ha), "eq", (), True),
    ("relu_active", D(rloss, b1[ha]), Sum(W2[r, ha] * (rout(r) - yt[r]), r), "eq", (pre(ha) > 0,), True),
    ("relu_dead", D(rloss, b1[ha]), 0, "eq", (pre(ha) < 0,), True),
    ("relu_dead_or_edge", D(rloss, b1[ha]), 0, "eq", (pre(ha) <= 0,), False),
    ("relu_dead_loss", rloss, Sum((b2[r] - yt[r])**2, r) / 2, "eq", (pre(ha) <= 0,), True),
    ("relu_homogeneous", Sum(W2[r, hb] * Max(lam * pre(hb), 0), hb), lam * Sum(W2[r, hb] * rh(hb), hb), "eq", (), True),
    ("relu_homogeneous_sign", Sum(W2[r, hb] * Max(c * pre(hb), 0), hb), c * Sum(W2[r, hb] * rh(hb), hb), "eq", (), False),
    ("leaky_hidden_bias", D(Sum(vo[hb] * lh(hb), hb), b1[ha]), vo[ha] * Piecewise((1, pre(ha) > 0), (lam, True)), "eq", (lam < 1, nz), True),
    ("leaky_hidden_bias_steep", D(Sum(vo[hb] * lh(hb), hb), b1[ha]), vo[ha] * Piecewise((1, pre(ha) > 0), (lam, True)), "eq", (nz,), False),
    ("leaky_hidden_bias_at_kink", D(Sum(vo[hb] * lh(hb), hb), b1[ha]), vo[ha] * Piecewise((1, pre(ha) > 0), (lam, True)), "eq", (lam < 1,), False),
    ("relu_input", D(Sum(vo[hb] * rh(hb), hb), xx[da]), Sum(vo[hb] * Heaviside(pre(hb)) * W1[hb, da], hb), "eq", (nz,), True),
    ("relu_input_kink", D(Sum(vo[hb] * rh(hb), hb), xx[da]), Sum(vo[hb] * Heaviside(pre(hb)) * W1[hb, da], hb), "eq", (), False),
    # classification network
    ("classifier_output_bias", D(log(cz) - out(t), b2[r2]), exp(out(r2)) / cz - d(t, r2), "eq", (), True),
    ("classifier_output_bias_false", D(log(cz) - out(t), b2[r2]), exp(out(r2)) / cz - d(t, r2) * exp(out(t)) / cz, "eq", (), False),
    ("classifier_output_weights", D(log(cz) - out(t), W2[r2, ha]), (exp(out(r2)) / cz - d(t, r2)) * hid(ha), "eq", (), True),
    ("classifier_hidden_bias", D(log(cz) - out(t), b1[ha]), (1 - hid(ha)**2) * (Sum(W2[r, ha] * exp(out(r)), r) / cz - W2[t, ha]), "eq", (), True),
    ("classifier_hidden_bias_false", D(log(cz) - out(t), b1[ha]), (1 - hid(ha)**2) * (Sum(W2[r, ha] * exp(out(r)), r) / cz + W2[t, ha]), "eq", (), False),
    # two hidden layers
    ("deep_top", D(deep, vo[ha]), mid(ha), "eq", (), True),
    ("deep_middle", D(deep, U2[ha, hc]), vo[ha] * (1 - mid(ha)**2) * hid(hc), "eq", (), True),
    ("deep_middle_transposed", D(deep, U2[ha, hc]), vo[hc] * (1 - mid(hc)**2) * hid(ha), "eq", (), False),
    ("deep_bottom", D(deep, W1[hc, da]), Sum(vo[ha] * (1 - mid(ha)**2) * U2[ha, hc], ha) * (1 - hid(hc)**2) * xx[da], "eq", (), True),
    ("deep_bottom_transposed", D(deep, W1[hc, da]), Sum(vo[ha] * (1 - mid(ha)**2) * U2[hc, ha], ha) * (1 - hid(hc)**2) * xx[da], "eq", (), False),
    ("deep_bottom_missing_layer", D(deep, W1[hc, da]), Sum(vo[ha] * U2[ha, hc], ha) * (1 - hid(hc)**2) * xx[da], "eq", (), False),
    ("deep_input", D(deep, xx[da]), Sum(Sum(vo[ha] * (1 - mid(ha)**2) * U2[ha, hc], ha) * (1 - hid(hc)**2) * W1[hc, da], hc), "eq", (), True),
    ("residual_jacobian", D(u[i] + tanh(Sum(A[i, l] * u[l], l)), u[j]), d(i, j) + (1 - tanh(Sum(A[i, l] * u[l], l))**2) * A[i, j], "eq", (), True),
    ("residual_jacobian_transposed", D(u[i] + tanh(Sum(A[i, l] * u[l], l)), u[j]), d(i, j) + (1 - tanh(Sum(A[i, l] * u[l], l))**2) * A[j, i], "eq", (), False),
    ("residual_jacobian_no_skip", D(u[i] + tanh(Sum(A[i, l] * u[l], l)), u[j]), (1 - tanh(Sum(A[i, l] * u[l], l))**2) * A[i, j], "eq", (), False),
    ("recurrent_two_steps", D(tanh(Sum(A[i, l] * tanh(u[l]), l)), u[j]), (1 - tanh(Sum(A[i, l] * tanh(u[l]), l))**2) * A[i, j] * (1 - tanh(u[j])**2), "eq", (), True),
    ("recurrent_two_steps_false", D(tanh(Sum(A[i, l] * tanh(u[l]), l)), u[j]), (1 - tanh(Sum(A[i, l] * tanh(u[l]), l))**2) * A[i, j] * (1 - tanh(u[i])**2), "eq", (), False),
    ("linear_network_by_first", D(Sum(W2[r, hb] * Sum(W1[hb, db] * xx[db], db), hb), W1[ha, da]), W2[r, ha] * xx[da], "eq", (), True),
    ("linear_network_collapses", Sum(W2[r, hb] * Sum(W1[hb, db] * xx[db], db), hb), Sum(Sum(W2[r, hb] * W1[hb, db], hb) * xx[db], db), "eq", (), True),
    ("linear_network_collapses_bias", Sum(W2[r, hb] * pre(hb), hb), Sum(Sum(W2[r, hb] * W1[hb, db], hb) * xx[db], db) + Sum(b1[hb], hb), "eq", (), False),
    ("linear_network_collapses_bias_right", Sum(W2[r, hb] * pre(hb), hb), Sum(Sum(W2[r, hb] * W1[hb, db], hb) * xx[db], db) + Sum(W2[r, hb] * b1[hb], hb), "eq", (), True),
    ("gate", D(Sum(sigma(A[i, l] * u[l]) * v[l], l), u[j]), sigma(A[i, j] * u[j]) * (1 - sigma(A[i, j] * u[j])) * A[i, j] * v[j], "eq", (), True),
    ("dropout_mean", D(Sum(v[l] * u[l] / p, l), u[j]), v[j] / p, "eq", (), True),
    # matrix factorisation and embeddings
    ("factorisation_users", D(Sum((fit(i, r) - R_[i, r])**2, i, r), P_[j, kk]), 2 * Sum((fit(j, r) - R_[j, r]) * Q_[r, kk], r), "eq", (), True),
    ("factorisation_items", D(Sum((fit(i, r) - R_[i, r])**2, i, r), Q_[t, kk]), 2 * Sum((fit(i, t) - R_[i, t]) * P_[i, kk], i), "eq", (), True),
    ("factorisation_false", D(Sum((fit(i, r) - R_[i, r])**2, i, r), P_[j, kk]), 2 * Sum((fit(j, r) - R_[j, r]) * P_[j, kk], r), "eq", (), False),
    ("factorisation_all_users", D(Sum((fit(i, r) - R_[i, r])**2, i, r), P_[j, kk]), 2 * Sum((fit(i, r) - R_[i, r]) * Q_[r, kk], i, r), "eq", (), False),
    ("factorisation_regularised", D(Sum((fit(i, r) - R_[i, r])**2, i, r) + lam * Sum(P_[i, kl]**2, i, kl), P_[j, kk]),
        2 * Sum((fit(j, r) - R_[j, r]) * Q_[r, kk], r) + 2 * lam * P_[j, kk], "eq", (), True),
    ("embedding_lookup", Sum(d(i, j) * P_[j, kk], j), P_[i, kk], "eq", (), True),
    ("embedding_gradient", D(Sum(d(i, j) * P_[j, kk], j), P_[g, kl]), d(i, g) * d(kk, kl), "eq", (), True),
    ("embedding_gradient_false", D(Sum(d(i, j) * P_[j, kk], j), P_[g, kl]), d(kk, kl), "eq", (), False),
    ("tied_embedding", D(Sum(P_[i, kl] * P_[j, kl], kl), P_[g, kk]), d(i, g) * P_[j, kk] + d(j, g) * P_[i, kk], "eq", (), True),
    ("tied_embedding_false", D(Sum(P_[i, kl] * P_[j, kl], kl), P_[g, kk]), d(i, g) * P_[j, kk], "eq", (), False),
    ("factorisation_machine", Sum((Sum(P_[i, kk] * u[i], i))**2 - Sum(P_[i, kk]**2 * u[i]**2, i), kk) / 2,
        Sum((1 - d(i, j)) * Sum(P_[i, kk] * P_[j, kk], kk) * u[i] * u[j], i, j) / 2, "eq", (), True),
    ("factorisation_machine_false", Sum((Sum(P_[i, kk] * u[i], i))**2 - Sum(P_[i, kk]**2 * u[i]**2, i), kk) / 2,
        Sum(Sum(P_[i, kk] * P_[j, kk], kk) * u[i] * u[j], i, j) / 2, "eq", (), False),
    ("autoencoder_tied", D(Sum((Sum(A[l, i] * Sum(A[l, g] * u[g], g), l) - u[i])**2, i), u[j]),
        2 * Sum((Sum(A[l, i] * Sum(A[l, g] * u[g], g), l) - u[i]) * (Sum(A[l, i] * A[l, j], l) - d(i, j)), i), "eq", (), True),
    ("two_tower", D(Sum(A[i, l] * u[l], l) * Sum(G[i, l] * u[l], l), u[j]), A[i, j] * Sum(G[i, l] * u[l], l) + G[i, j] * Sum(A[i, l] * u[l], l), "eq", (), True),
    ("two_tower_false", D(Sum(A[i, l] * u[l], l) * Sum(G[i, l] * u[l], l), u[j]), A[i, j] * G[i, j], "eq", (), False),
]
