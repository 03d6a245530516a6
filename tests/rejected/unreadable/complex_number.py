"""A square root of minus one."""

from sympy import I

from derive import claim, eq, original, real

x = real("x")

imaginary = claim(I * x, eq(I * x), source=original)
