"""Losses and laws without the condition under which what is said of them holds."""

from derivations.binary_cross_entropy import bce
from derivations.likelihood_losses import r
from derivations.mse_sigmoid import c, mse, p, sigma, t, v, y

from derive import D, Eq, claim, differentiable_at, eq, exp, half, log, lt, minimises, oo, original, positive_vector, tends_to

law = positive_vector("q", 2)

not_convex_in_the_prediction = claim(D(mse(p, y), p, p), lt(0), source=original, covers=["002.hw2.mlp.g.mse-nonconvex"])
one_example = claim(differentiable_at(mse(sigma(v), 1), v, at=0, value=0), source=original, covers=["002.hw2.mlp.g.not-guaranteed"])
cross_entropy_is_as_weak = claim(bce(sigma(t), 1), lt(half), source=original, covers=["002.hw2.mlp.g.weak-penalty"])
coded_1_and_2 = claim(
    law[r], eq(law[1] ** (r + 1) * (1 - law[1]) ** (-r)), given=Eq(law[0] + law[1], 1), source=original, covers=["002.hw2.mlp.g.bernoulli"]
)
separable_data_have_a_minimiser = claim(minimises(c, log(1 + exp(-v)), over=v), source=original, covers=["003.2e.argmin"])
loss_falls_without_end = claim(tends_to(-log(p), p, 0, -oo, side="+"), source=original, covers=["004.2.2.log"])
