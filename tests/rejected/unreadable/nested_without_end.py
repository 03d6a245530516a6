"""An expression nested too deeply."""

from derive import claim, eq, exp, original, real

x = real("x")
deep = x
for _ in range(20_000):
    deep = exp(-deep)

deep_below = claim(deep, eq(x), source=original)
