"""Relumax, sparsemax and quotients without the condition under which what is said of them holds."""

from derivations.relu_projection import relu
from derivations.relumax import S, b, c, i, j, k, largest, m, t, z
from derivations.relumax_jacobian import G, H, p, q, w, z1, z2
from derivations.temperature_limits import T

from derive import D, Eq, Max, Sum, claim, eq, exp, le, log, original, real, tends_to

z3, v, e, g = real("z3 v e g")
U1, U2, U3 = (s - Max(z1, z2, z3) + b for s in (z1, z2, z3))
third = relu(U3) / (relu(U1) + relu(U2) + relu(U3))

softmax_is_one_hot = claim(
    tends_to(exp((z[m] - z[m]) / T) / Sum(exp((z[k] - z[m]) / T), k), T, 0, 1, side="+"),
    given=largest,
    source=original,
    covers=["000.3.2.limit", "000.3.2.softmax-limit", "001.3.2.2.softmax-limit", "001.3.2.2.softmax-denominator"],
)
sparsemax_is_one_hot = claim(
    tends_to(Sum(relu(z[k] / T - (z[m] / T - 1)), k), T, 0, 1, side="+"),
    given=largest,
    source=original,
    covers=["000.3.2.sparsemax-threshold", "000.3.2.sparsemax-onehot", "000.3.2.sparsemax-limit", "001.3.2.2.sparsemax-limit"],
)
relumax_is_one_hot = claim(
    tends_to(relu(b) / Sum(relu((z[k] - z[m]) / T + b), k), T, 0, 1, side="+"),
    given=largest,
    source=original,
    covers=["000.3.2.relumax-cases", "000.3.2.relumax-limit", "001.3.2.2.relumax-limit", "001.3.2.2.relumax-denominator"],
)
one_b_for_all = claim(p[i], eq(S[i]), given=[largest, Eq(Sum(S), 1)], source=original, covers=["000.3.2.conclusion"])
two_largest_and_a_third = claim(
    0,
    le(D(third, z1) ** 2),
    given=[Eq(z1, z2), z3 < z1, z1 - z3 < b],
    source=original,
    covers=[
        "000.3.4.jacobian-def", "000.3.4.case1", "000.3.4.case3-inactive", "000.3.5.gradient", "001.3.4.setup", "001.3.5.chain-rule",
    ],
)  # fmt: skip
divided_by_its_sum = claim(relu(z[i]) / Sum(relu(z)), eq(S[i]), given=Eq(Sum(S), 1), source=original, covers=["001.3.1.normalized-relu"])
same_pieces = claim(
    relu(t - Max(0, t) + 1) / (relu(0 - Max(0, t) + 1) + relu(t - Max(0, t) + 1)),
    eq(Max(0, (t + 1 - Max(0, t - 1)) / 2)),
    source=original,
    covers=["001.3.3.regions-align"],
)
quotient_at_a_zero = claim(
    (c + e * v) ** 2 * D(exp(v) / (c + e * v), v),
    eq(D(exp(v), v) * (c + e * v) - exp(v) * D(c + e * v, v)),
    source=original,
    covers=["001.3.3.quotient-rule"],
)
quotient_where_nothing_is_active = claim(
    H**2 * D(q[i], w[j]), eq(D(G[i], w[j]) * H - G[i] * D(H, w[j])), source=original, covers=["001.3.4.quotient"]
)
dependent_entries = claim(
    D(relu(z[i] - z[m] + b), z[j]), eq(D(relu(w[i] + b), w[j])), given=Eq(w[i], z[i] - z[m]), source=original,
    covers=["001.3.4.dN", "001.3.4.dD"],
)  # fmt: skip
log_of_0_has_a_square = claim(0, le(log(g) ** 2), given=Eq(g, 0), source=original, covers=["001.3.5.log-zero"])
