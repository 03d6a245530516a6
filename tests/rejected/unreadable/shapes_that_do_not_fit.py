"""A product whose shapes do not fit."""

from derive import claim, eq, natural, original, real_matrix, real_vector

n, m = natural("n m")
W, v = real_matrix("W", m, n), real_vector("v", n)

product = claim(W.T @ v, eq(W.T @ v), source=original)
