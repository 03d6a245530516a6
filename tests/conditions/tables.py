"""What the tables and words would say without the condition under which they hold."""

from derivations.mlp_training import by_depth, by_width, val2
from derivations.pooling import mask, white
from derivations.relu_projection import a, t, w

from derive import Sum, claim, decimal, eq, iff, le, lt, original

constant_from_some_width_on = claim(by_width[4], eq(by_width[3]), source=original, covers=["000.2.2a.converges"])
not_rounded = claim(by_width[4], eq(decimal("0.88")), source=original, covers=["000.2.2c.88"])
every_layer_up_to_5_gains = claim(by_depth[1], lt(by_depth[2]), source=original, covers=["000.2.3a.rise-and-drop"])
no_gain_shrinks_before_128 = claim(val2[1] - val2[0], le(val2[2] - val2[1]), source=original, covers=["001.2.take.1"])
signed_difference = claim(t - a < w - a, iff((t - a) ** 2 < (w - a) ** 2), source=original, covers=["000.3.1.increasing"])
always_outside = claim(a <= 0, iff(a < 0), source=original, covers=["001.3.1.case2-infeasible"])
any_number_of_white_pixels = claim(Sum(white * mask) / 16, eq(white / 16), source=original, covers=["001.1.2b.average-dilution"])
