"""Losses with logits, densities, divergences and entropies of one variable."""

# One claim a line.
# ruff: noqa: E501

from notation import *

sg, sp = sigma(x), softplus(x)
bce = -(y * log(sg) + (1 - y) * log(1 - sg))
logit_loss = Max(x, 0) - x * y + log(1 + exp(-Abs(x)))
focal = -(1 - sg)**a * log(sg)
nl = lambda m_, s_: -log(s_) - log(2 * pi) / 2 - (x - m_)**2 / (2 * s_**2)
klg = log(s2 / s1) + (s1**2 + (m1 - m2)**2) / (2 * s2**2) - Q(1, 2)
hb = -p * log(p) - (1 - p) * log(1 - p)
klb = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
lbeta = loggamma(alpha) + loggamma(beta) - loggamma(alpha + beta)
bl = (alpha - 1) * log(p) + (beta - 1) * log(1 - p) - lbeta
gl = alpha * log(beta) - loggamma(alpha) + (alpha - 1) * log(x) - beta * x
hg = alpha - log(beta) + loggamma(alpha) + (1 - alpha) * digamma(alpha)
a0, b0 = symbols("alpha0 beta0", positive=True)
klgam = (alpha - a0) * digamma(alpha) - loggamma(alpha) + loggamma(a0) + a0 * (log(beta) - log(b0)) + alpha * (b0 - beta) / beta
vm = q * cos(x - th) - log(2 * pi * besseli(0, q))
nb = loggamma(x + alpha) - loggamma(alpha) - loggamma(x + 1) + alpha * log(alpha / (alpha + mu)) + x * log(mu / (alpha + mu))
lap = -log(2 * p) - Abs(x - m1) / p
stu = loggamma((nu + 1) / 2) - loggamma(nu / 2) - log(nu * pi) / 2 - (nu + 1) / 2 * log(1 + x**2 / nu)
un = (p < 1,)
uu = (p < 1, q < 1)
xp = (x > 0,)
dv = V("a", K)
asum = Sum(dv[kl], kl)
hd = Sum(loggamma(dv[kl]), kl) - loggamma(asum) + (asum - K) * digamma(asum) - Sum((dv[kl] - 1) * digamma(dv[kl]), kl)
cv = V("b", K)
dpos = (dv[kk] > 0,)
kld = loggamma(asum) - Sum(loggamma(dv[kl]), kl) - loggamma(Sum(cv[kl], kl)) + Sum(loggamma(cv[kl]), kl) + Sum((dv[kl] - cv[kl]) * (digamma(dv[kl]) - digamma(asum)), kl)
both = (dv[kk] > 0, cv[kk] > 0)

CLAIMS = [
    # binary losses
    ("bce_gradient", D(bce, x), sg - y, "eq", (), True),
    ("bce_gradient_sign", D(bce, x), y - sg, "eq", (), False),
    ("bce_gradient_unreduced", D(bce, x), (sg - y) * sg * (1 - sg), "eq", (), False),
    ("bce_second", D(bce, (x, 2)), sg * (1 - sg), "eq", (), True),
    ("bce_by_label", D(bce, y), -x, "eq", (), True),
    ("bce_by_label_false", D(bce, y), x, "eq", (), False),
    ("bce_stable", bce, logit_loss, "eq", (), True),
    ("bce_stable_false", bce, Max(x, 0) + x * y + log(1 + exp(-Abs(x))), "eq", (), False),
    ("bce_stable_inner_sign", bce, Max(x, 0) - x * y + log(1 + exp(Abs(x))), "eq", (), False),
    ("bce_stable_gradient", D(logit_loss, x), sg - y, "eq", (), True),
    ("bce_softplus", bce, sp - x * y, "eq", (), True),
    ("bce_softplus_other", bce, (1 - y) * x + softplus(-x), "eq", (), True),
    ("bce_probability", D(-(y * log(p) + (1 - y) * log(1 - p)), p), (p - y) / (p * (1 - p)), "eq", un, True),
    ("bce_probability_false", D(-(y * log(p) + (1 - y) * log(1 - p)), p), p - y, "eq", un, False),
    ("bce_weighted", D(-(a * y * log(sg) + (1 - y) * log(1 - sg)), x), (1 - y) * sg - a * y * (1 - sg), "eq", (), True),
    ("bce_weighted_false", D(-(a * y * log(sg) + (1 - y) * log(1 - sg)), x), a * (sg - y), "eq", (), False),
    ("margin_loss", log(1 + exp(-x)), -log(sg), "eq", (), True),
    ("margin_gradient", D(log(1 + exp(-y * x)), x), -y * sigma(-y * x), "eq", (), True),
    ("margin_gradient_false", D(log(1 + exp(-y * x)), x), -y * sigma(y * x), "eq", (), False),
    ("margin_label_plus", log(1 + exp(-y * x)), sp - x * (1 + y) / 2, "eq", (Eq(y**2, 1),), True),
    ("margin_label_any", log(1 + exp(-y * x)), sp - x * (1 + y) / 2, "eq", (), False),
    ("exponential_loss", D(exp(-y * x), x), -y * exp(-y * x), "eq", (), True),
    ("focal_gradient", D(focal, x), a * (1 - sg)**a * sg * log(sg) - (1 - sg)**(a + 1), "eq", (), True),
    ("focal_gradient_false", D(focal, x), a * (1 - sg)**a * log(sg) - (1 - sg)**(a + 1), "eq", (), False),
    ("focal_zero", focal, -log(sg), "eq", (Eq(a, 0),), True),
    ("focal_one", focal, -log(sg), "eq", (), False),
    ("focal_two", D(-(1 - sg)**2 * log(sg), x), 2 * (1 - sg)**2 * sg * log(sg) - (1 - sg)**3, "eq", (), True),
    ("focal_two_false", D(-(1 - sg)**2 * log(sg), x), (1 - sg)**2 * sg * log(sg) - (1 - sg)**3, "eq", (), False),
    ("focal_probability", D(-(1 - p)**a * log(p), p), a * (1 - p)**(a - 1) * log(p) - (1 - p)**a / p, "eq", un, True),
    ("brier_gradient", D((sg - y)**2, x), 2 * (sg - y) * sg * (1 - sg), "eq", (), True),
    ("dice_gradient", D(1 - 2 * p * q / (p + q), p), -2 * q**2 / (p + q)**2, "eq", (), True),
    ("dice_gradient_false", D(1 - 2 * p * q / (p + q), p), -2 * p * q / (p + q)**2, "eq", (), False),
    ("tversky", p * q / (p * q + alpha * p * (1 - q) + (1 - alpha) * (1 - p) * q), p * q / (alpha * p + (1 - alpha) * q), "eq", (p < 1, q < 1, alpha < 1), True),
    ("log_cosh_loss", D(log(cosh(x - y)), x), tanh(x - y), "eq", (), True),
    ("poisson_loss", D(exp(x) - y * x, x), exp(x) - y, "eq", (), True),
    ("poisson_loss_rate", D(p - y * log(p), p), 1 - y / p, "eq", (), True),
    ("poisson_loss_rate_false", D(p - y * log(p), p), 1 - y * log(p), "eq", (), False),
    ("gamma_loss", D(x + y * exp(-x), x), 1 - y * exp(-x), "eq", (), True),
    ("tweedie", D(-y * exp(x * (1 - alpha)) / (1 - alpha) + exp(x * (2 - alpha)) / (2 - alpha), x), exp((2 - alpha) * x) - y * exp((1 - alpha) * x), "eq", (Ne(alpha, 1), Ne(alpha, 2)), True),
    ("tweedie_false", D(-y * exp(x * (1 - alpha)) / (1 - alpha) + exp(x * (2 - alpha)) / (2 - alpha), x), exp((2 - alpha) * x) - y * exp(alpha * x), "eq", (Ne(alpha, 1), Ne(alpha, 2)), False),
    ("probit_loss", D(-log(erfc(-x / sqrt(2)) / 2), x), -exp(-x**2 / 2) / sqrt(2 * pi) / (erfc(-x / sqrt(2)) / 2), "eq", (), True),
    ("cloglog", D(1 - exp(-exp(x)), x), exp(x - exp(x)), "eq", (), True),
    ("cloglog_false", D(1 - exp(-exp(x)), x), exp(x) * exp(exp(-x)), "eq", (), False),
    ("softmax_pair", -log(exp(x) / (exp(x) + exp(y))), softplus(y - x), "eq", (), True),
    ("ranking_loss", D(-log(sigma(x - y)), x), -sigma(y - x), "eq", (), True),
    ("ranking_loss_sign", D(-log(sigma(x - y)), y), -sigma(y - x), "eq", (), False),
    ("dpo", D(-log(sigma(beta * (x - y))), x), -beta * sigma(-beta * (x - y)), "eq", (), True),
    ("dpo_no_beta", D(-log(sigma(beta * (x - y))), x), -sigma(-beta * (x - y)), "eq", (), False),
    ("gan_generator", D(-log(sg), x), -(1 - sg), "eq", (), True),
    ("gan_saturating", D(log(1 - sg), x), -sg, "eq", (), True),
    ("gan_saturating_false", D(log(1 - sg), x), -(1 - sg), "eq", (), False),
    ("gan_optimal", D(p * log(x) + q * log(1 - x), x), 0, "eq", (Eq(x, p / (p + q)),), True),
    ("gan_optimal_false", D(p * log(x) + q * log(1 - x), x), 0, "eq", (Eq(x, q / (p + q)), Ne(p, q)), False),
    # Bernoulli
    ("bernoulli_entropy_gradient", D(hb, p), log((1 - p) / p), "eq", un, True),
    ("bernoulli_entropy_gradient_sign", D(hb, p), log(p / (1 - p)), "eq", un, False),
    ("bernoulli_entropy_second", D(hb, (p, 2)), -1 / (p * (1 - p)), "eq", un, True),
    ("bernoulli_entropy_logit", (-sg * log(sg) - (1 - sg) * log(1 - sg)), sp - x * sg, "eq", (), True),
    ("bernoulli_entropy_logit_gradient", D(sp - x * sg, x), -x * sg * (1 - sg), "eq", (), True),
    ("bernoulli_entropy_logit_gradient_false", D(sp - x * sg, x), x * sg * (1 - sg), "eq", (), False),
    ("bernoulli_kl_gradient", D(klb, p), log(p * (1 - q) / (q * (1 - p))), "eq", uu, True),
    ("bernoulli_kl_gradient_second", D(klb, q), (q - p) / (q * (1 - q)), "eq", uu, True),
    ("bernoulli_kl_gradient_second_sign", D(klb, q), (p - q) / (q * (1 - q)), "eq", uu, False),
    ("bernoulli_kl_symmetric", klb, q * log(q / p) + (1 - q) * log((1 - q) / (1 - p)), "eq", uu, False),
    ("bernoulli_kl_cross", klb, -hb - p * log(q) - (1 - p) * log(1 - q), "eq", uu, True),
    ("bernoulli_kl_complement", klb, klb.subs({p: 1 - p, q: 1 - q}, simultaneous=True), "eq", uu, True),
    ("bernoulli_kl_wide", klb, -hb - p * log(q) - (1 - p) * log(1 - q), "eq", (), False),
    ("bernoulli_fisher", p * (1 / p)**2 + (1 - p) * (1 / (1 - p))**2, 1 / (p * (1 - p)), "eq", un, True),
    ("bernoulli_score_mean", p * D(log(p), p) + (1 - p) * D(log(1 - p), p), 0, "eq", un, True),
    ("bernoulli_likelihood", p**y * (1 - p)**(1 - y), exp(y * log(p / (1 - p)) + log(1 - p)), "eq", un, True),
    ("bernoulli_likelihood_false", p**y * (1 - p)**(1 - y), exp(y * log(p / (1 - p)) - log(1 - p)), "eq", un, False),
    # Gaussian and Laplace
    ("gaussian_by_mean", D(nl(m1, p), m1), (x - m1) / p**2, "eq", (), True),
    ("gaussian_by_mean_false", D(nl(m1, p), m1), (m1 - x) / p**2, "eq", (), False),
    ("gaussian_by_scale", D(nl(m1, p), p), ((x - m1)**2 - p**2) / p**3, "eq", (), True),
    ("gaussian_by_scale_false", D(nl(m1, p), p), ((x - m1)**2 - p**2) / p**2, "eq", (), False),
    ("gaussian_by_log_variance", D(-y / 2 - (x - m1)**2 * exp(-y) / 2, y), (-1 + (x - m1)**2 * exp(-y)) / 2, "eq", (), True),
    ("gaussian_second_scale", D(nl(m1, p), (p, 2)), 1 / p**2 - 3 * (x - m1)**2 / p**4, "eq", (), True),
    ("gaussian_density_log", log(exp(-(x - m1)**2 / (2 * p**2)) / (p * sqrt(2 * pi))), nl(m1, p), "eq", (), True),
    ("gaussian_density_log_false", log(exp(-(x - m1)**2 / (2 * p**2)) / (p * 2 * pi)), nl(m1, p), "eq", (), False),
    ("gaussian_product", nl(m1, s1) + nl(m2, s2), -log(s1) - log(s2) - log(2 * pi) - (m1 - m2)**2 / (2 * (s1**2 + s2**2))
        - (x - (m1 * s2**2 + m2 * s1**2) / (s1**2 + s2**2))**2 * (s1**2 + s2**2) / (2 * s1**2 * s2**2), "eq", (), True),
    ("gaussian_product_false", nl(m1, s1) + nl(m2, s2), -log(s1) - log(s2) - log(2 * pi) - (m1 - m2)**2 / (2 * (s1**2 + s2**2))
        - (x - (m1 * s1**2 + m2 * s2**2) / (s1**2 + s2**2))**2 * (s1**2 + s2**2) / (2 * s1**2 * s2**2), "eq", (), False),
    ("gaussian_kl_by_mean", D(klg, m1), (m1 - m2) / s2**2, "eq", (), True),
    ("gaussian_kl_by_scale", D(klg, s1), s1 / s2**2 - 1 / s1, "eq", (), True),
    ("gaussian_kl_by_scale_false", D(klg, s1), s1 / s2**2 + 1 / s1, "eq", (), False),
    ("gaussian_kl_by_other_scale", D(klg, s2), 1 / s2 - (s1**2 + (m1 - m2)**2) / s2**3, "eq", (), True),
    ("gaussian_kl_zero", klg, 0, "eq", (Eq(m1, m2), Eq(s1, s2)), True),
    ("gaussian_kl_zero_means", klg, 0, "eq", (Eq(m1, m2),), False),
    ("gaussian_kl_nonnegative", 0, klg, "le", (), True),
    ("gaussian_kl_positive", 0, klg, "lt", (), False),
    ("gaussian_kl_positive_given", 0, klg, "lt", (Ne(m1, m2),), True),
    ("gaussian_kl_standard", klg, (s1**2 + m1**2 - 1 - log(s1**2)) / 2, "eq", (Eq(m2, 0), Eq(s2, 1)), True),
    ("gaussian_kl_standard_false", klg, (s1**2 + m1**2 - 1 + log(s1**2)) / 2, "eq", (Eq(m2, 0), Eq(s2, 1)), False),
    ("gaussian_entropy_gradient", D(log(2 * pi * exp(1) * p**2) / 2, p), 1 / p, "eq", (), True),
    ("gaussian_entropy_form", log(2 * pi * exp(1) * p**2) / 2, log(p) + (1 + log(2 * pi)) / 2, "eq", (), True),
    ("gaussian_natural", -(x - m1)**2 / (2 * p**2), x * m1 / p**2 - x**2 / (2 * p**2) - m1**2 / (2 * p**2), "eq", (), True),
    ("gaussian_natural_false", -(x - m1)**2 / (2 * p**2), x * m1 / p**2 - x**2 / (2 * p**2) + m1**2 / (2 * p**2), "eq", (), False),
    ("reparameterisation", D((m1 + p * y)**2, p), 2 * y * (m1 + p * y), "eq", (), True),
    ("kalman_gain", s1**2 - s1**2 / (s1**2 + s2**2) * s1**2, s1**2 * s2**2 / (s1**2 + s2**2), "eq", (), True),
    ("kalman_gain_false", s1**2 - s1**2 / (s1**2 + s2**2) * s2**2, s1**2 * s2**2 / (s1**2 + s2**2), "eq", (), False),
    ("laplace_by_mean", D(lap, m1), sign(x - m1) / p, "eq", (Ne(x, m1),), True),
    ("laplace_by_mean_at_kink", D(lap, m1), sign(x - m1) / p, "eq", (), False),
    ("laplace_by_scale", D(lap, p), (Abs(x - m1) - p) / p**2, "eq", (), True),
    ("laplace_by_scale_false", D(lap, p), (Abs(x - m1) + p) / p**2, "eq", (), False),
    ("student_score", D(stu, x), -(nu + 1) * x / (nu + x**2), "eq", (), True),
    ("student_score_false", D(stu, x), -nu * x / (nu + x**2), "eq", (), False),
    ("student_by_freedom", D(stu, nu), (digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / nu - log(1 + x**2 / nu) + (nu + 1) * x**2 / (nu * (nu + x**2))) / 2, "eq", (), True),
    ("student_by_freedom_false", D(stu, nu), (digamma((nu + 1) / 2) - digamma(nu / 2) - 1 / nu - log(1 + x**2 / nu) - (nu + 1) * x**2 / (nu * (nu + x**2))) / 2, "eq", (), False),
    ("cauchy_is_student_one", stu, -log(pi) - log(1 + x**2), "eq", (Eq(nu, 1),), True),
    ("cauchy_is_student_two", stu, -log(pi) - log(1 + x**2), "eq", (Eq(nu, 2),), False),
    ("logistic_density", D(sg, x), exp(-x) * sg**2, "eq", (), True),
    ("gumbel_density", D(exp(-exp(-x)), x), exp(-x - exp(-x)), "eq", (), True),
    ("gumbel_density_false", D(exp(-exp(-x)), x), exp(x - exp(-x)), "eq", (), False),
    ("weibull_density", D(1 - exp(-(p / lam)**q), p), q / lam * (p / lam)**(q - 1) * exp(-(p / lam)**q), "eq", (), True),
    ("weibull_density_false", D(1 - exp(-(p / lam)**q), p), q * (p / lam)**(q - 1) * exp(-(p / lam)**q), "eq", (), False),
    ("log_normal_density", D((1 + erf(log(p) / sqrt(2))) / 2, p), exp(-log(p)**2 / 2) / (p * sqrt(2 * pi)), "eq", (), True),
    ("log_normal_density_false", D((1 + erf(log(p) / sqrt(2))) / 2, p), exp(-log(p)**2 / 2) / sqrt(2 * pi), "eq", (), False),
    ("exponential_hazard", -D(log(exp(-lam * x)), x), lam, "eq", (), True),
    # Beta, Gamma, Dirichlet
    ("beta_by_alpha", D(bl, alpha), log(p) - digamma(alpha) + digamma(alpha + beta), "eq", un, True),
    ("beta_by_alpha_false", D(bl, alpha), log(p) - digamma(alpha) - digamma(alpha + beta), "eq", un, False),
    ("beta_by_p", D(bl, p), (alpha - 1) / p - (beta - 1) / (1 - p), "eq", un, True),
    ("beta_by_p_sign", D(bl, p), (alpha - 1) / p + (beta - 1) / (1 - p), "eq", un, False),
    ("beta_symmetric_normaliser", lbeta, lbeta.subs({alpha: beta, beta: alpha}, simultaneous=True), "eq", (), True),
    ("beta_step", lbeta.subs(alpha, alpha + 1), lbeta + log(alpha / (alpha + beta)), "eq", (), True),
    ("beta_step_false", lbeta.subs(alpha, alpha + 1), lbeta + log(beta / (alpha + beta)), "eq", (), False),
    ("beta_uniform", bl, 0, "eq", (Eq(alpha, 1), Eq(beta, 1), p < 1), True),
    ("beta_arcsine", bl, -log(pi) - log(p * (1 - p)) / 2, "eq", (Eq(alpha, Q(1, 2)), Eq(beta, Q(1, 2)), p < 1), True),
    ("gamma_by_shape", D(gl, alpha), log(beta) - digamma(alpha) + log(x), "eq", xp, True),
    ("gamma_by_shape_false", D(gl, alpha), -log(beta) - digamma(alpha) + log(x), "eq", xp, False),
    ("gamma_by_rate", D(gl, beta), alpha / beta - x, "eq", xp, True),
    ("gamma_by_x", D(gl, x), (alpha - 1) / x - beta, "eq", xp, True),
    ("gamma_exponential", gl, log(beta) - beta * x, "eq", (Eq(alpha, 1), x > 0), True),
    ("gamma_exponential_false", gl, log(beta) - beta * x, "eq", (Eq(alpha, 2), x > 0), False),
    ("gamma_entropy_gradient", D(hg, alpha), 1 + (1 - alpha) * polygamma(1, alpha), "eq", (), True),
    ("gamma_entropy_gradient_false", D(hg, alpha), 1 - digamma(alpha) + (1 - alpha) * polygamma(1, alpha), "eq", (), False),
    ("gamma_entropy_by_rate", D(hg, beta), -1 / beta, "eq", (), True),
    ("gamma_kl_by_shape", D(klgam, alpha), (alpha - a0) * polygamma(1, alpha) + b0 / beta - 1, "eq", (), True),
    ("gamma_kl_by_shape_false", D(klgam, alpha), (alpha - a0) * polygamma(1, alpha) + b0 / beta + 1, "eq", (), False),
    ("gamma_kl_by_rate", D(klgam, beta), a0 / beta - alpha * b0 / beta**2, "eq", (), True),
    ("gamma_kl_zero", klgam, 0, "eq", (Eq(alpha, a0), Eq(beta, b0)), True),
    ("gamma_kl_zero_shapes", klgam, 0, "eq", (Eq(alpha, a0),), False),
    ("inverse_gamma", D(-(alpha + 1) * log(p) - beta / p, p), beta / p**2 - (alpha + 1) / p, "eq", (), True),
    ("dirichlet_normaliser_gradient", D(Sum(loggamma(dv[kl]), kl) - loggamma(asum), dv[kk]), digamma(dv[kk]) - digamma(asum), "eq", dpos, True),
    ("dirichlet_normaliser_gradient_false", D(Sum(loggamma(dv[kl]), kl) - loggamma(asum), dv[kk]), digamma(dv[kk]) + digamma(asum), "eq", dpos, False),
    ("dirichlet_normaliser_hessian", D(Sum(loggamma(dv[kl]), kl) - loggamma(asum), dv[kk], dv[Idx("ke", K)]),
        d(kk, Idx("ke", K)) * polygamma(1, dv[kk]) - polygamma(1, asum), "eq", dpos, True),
    ("dirichlet_normaliser_hessian_false", D(Sum(loggamma(dv[kl]), kl) - loggamma(asum), dv[kk], dv[Idx("ke", K)]),
        polygamma(1, dv[kk]) - polygamma(1, asum), "eq", dpos, False),
    ("dirichlet_entropy_gradient", D(hd, dv[kk]), (asum - K) * polygamma(1, asum) - (dv[kk] - 1) * polygamma(1, dv[kk]), "eq", dpos, True),
    ("dirichlet_entropy_gradient_false", D(hd, dv[kk]), (asum - 1) * polygamma(1, asum) - (dv[kk] - 1) * polygamma(1, dv[kk]), "eq", dpos, False),
    ("dirichlet_kl_gradient", D(kld, dv[kk]), (dv[kk] - cv[kk]) * polygamma(1, dv[kk]) - polygamma(1, asum) * Sum(dv[kl] - cv[kl], kl), "eq", both, True),
    ("dirichlet_kl_gradient_false", D(kld, dv[kk]), (dv[kk] - cv[kk]) * (polygamma(1, dv[kk]) - polygamma(1, asum)), "eq", both, False),
    ("dirichlet_kl_zero", kld, 0, "eq", (Eq(dv[kk], cv[kk]), dv[kk] > 0), True),
    ("dirichlet_one_entropy", hd, 0, "eq", (Eq(K, 1), dv[kk] > 0), True),
    ("dirichlet_uniform", Sum(loggamma(dv[kl]), kl) - loggamma(asum), -loggamma(K), "eq", (Eq(dv[kk], 1),), True),
    ("dirichlet_mean_sum", Sum(dv[kk] / asum, kk), 1, "eq", dpos, True),
    ("dirichlet_mean_sum_no_sign", Sum(dv[kk] / asum, kk), 1, "eq", (), False),
    ("dirichlet_variance_sum", Sum(dv[kk] * (asum - dv[kk]) / (asum**2 * (asum + 1)), kk), (1 - Sum(dv[kk]**2, kk) / asum**2) / (asum + 1), "eq", dpos, True),
    # counts
    ("poisson_score", D(x * log(p) - p - loggamma(x + 1), p), x / p - 1, "eq", xp, True),
    ("poisson_second", D(x * log(p) - p - loggamma(x + 1), (p, 2)), -x / p**2, "eq", xp, True),
    ("poisson_ratio", exp(-p) * p**(n + 1) / factorial(n + 1), p / (n + 1) * exp(-p) * p**n / factorial(n), "eq", (), True),
    ("poisson_ratio_false", exp(-p) * p**(n + 1) / factorial(n + 1), p / n * exp(-p) * p**n / factorial(n), "eq", (), False),
    ("negative_binomial_by_mean", D(nb, mu), alpha * (x - mu) / (mu * (alpha + mu)), "eq", xp, True),
    ("negative_binomial_by_mean_false", D(nb, mu), (x - mu) / (mu * (alpha + mu)), "eq", xp, False),
    ("negative_binomial_by_shape", D(nb, alpha), digamma(x + alpha) - digamma(alpha) + log(alpha / (alpha + mu)) + 1 - (x + alpha) / (alpha + mu), "eq", xp, True),
    ("negative_binomial_by_shape_false", D(nb, alpha), digamma(x + alpha) - digamma(alpha) + log(alpha / (alpha + mu)) - (x + alpha) / (alpha + mu), "eq", xp, False),
    ("binomial_score", D(x * log(p) + (n - x) * log(1 - p), p), (x - n * p) / (p * (1 - p)), "eq", un, True),
    ("binomial_score_false", D(x * log(p) + (n - x) * log(1 - p), p), (x - p) / (p * (1 - p)), "eq", un, False),
    ("geometric_score", D(log(p) + x * log(1 - p), p), 1 / p - x / (1 - p), "eq", un, True),
    ("zero_inflated", D(log(q + (1 - q) * exp(-p)), p), -(1 - q) * exp(-p) / (q + (1 - q) * exp(-p)), "eq", (q < 1,), True),
    ("zero_inflated_false", D(log(q + (1 - q) * exp(-p)), p), -exp(-p) / (q + (1 - q) * exp(-p)), "eq", (q < 1,), False),
    # von Mises
    ("von_mises_by_concentration", D(vm, q), cos(x - th) - besseli(1, q) / besseli(0, q), "eq", (), True),
    ("von_mises_by_concentration_false", D(vm, q), cos(x - th) - besseli(0, q) / besseli(1, q), "eq", (), False),
    ("von_mises_by_mean", D(vm, th), q * sin(x - th), "eq", (), True),
    ("von_mises_by_mean_sign", D(vm, th), -q * sin(x - th), "eq", (), False),
    ("von_mises_by_x", D(vm, x), -q * sin(x - th), "eq", (), True),
    # transformations
    ("logit_normal_jacobian", log(D(sg, x)), log(sg) + log(1 - sg), "eq", (), True),
    ("log_abs_jacobian_tanh", log(1 - tanh(x)**2), 2 * (log(2) - x - softplus(-2 * x)), "eq", (), True),
    ("log_abs_jacobian_tanh_false", log(1 - tanh(x)**2), 2 * (log(2) + x - softplus(-2 * x)), "eq", (), False),
    ("planar_flow", D(x + a * tanh(b * x + c), x), 1 + a * b * (1 - tanh(b * x + c)**2), "eq", (), True),
    ("score_matching", D(-x**2 / (2 * p), x)**2 / 2 + D(-x**2 / (2 * p), (x, 2)), x**2 / (2 * p**2) - 1 / p, "eq", (), True),
    ("score_matching_false", D(-x**2 / (2 * p), x)**2 / 2 + D(-x**2 / (2 * p), (x, 2)), x**2 / (2 * p**2) + 1 / p, "eq", (), False),
    ("tweedie_denoising", x + p * D(-x**2 / (2 * (1 + p)), x), x / (1 + p), "eq", (), True),
    ("tweedie_denoising_false", x + p * D(-x**2 / (2 * (1 + p)), x), p * x / (1 + p), "eq", (), False),
    ("diffusion_posterior", 1 / (alpha / beta + 1 / (1 - q)), beta * (1 - q) / (alpha * (1 - q) + beta), "eq", (q < 1,), True),
    ("adam_bias", (1 - beta) * Sum(beta**(n - 1 - k), (k, 0, n - 1)), 1 - beta**n, "eq", (), True),
    ("adam_bias_false", (1 - beta) * Sum(beta**(n - k), (k, 0, n - 1)), 1 - beta**n, "eq", (), False),
]
