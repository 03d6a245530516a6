"""The formulas of the networks, read without the reading under which they hold."""

from derivations.mlp_backprop_softplus import (
    W2,
    a,
    b2,
    dL_do,
    h,
    j,
    k,
    loss,
    onehot,
    output,
    s,
    sigmoid,
    through,
    y,
)  # fmt: skip

from derive import D, ShapeError, claim, eq, erratum, exp, log, original

entry_for_row = claim(output[k], eq(W2[k, j] * h[j] + b2[k]), source=original, covers=["002.hw2.mlp.m.do-dw"])
vector_for_entry = erratum(
    original,
    printed=lambda: claim(D(loss(output), W2[k, j]), eq((s - onehot) * h[j])),
    raises=ShapeError,
    covers=["002.hw2.mlp.m.dl-do", "002.hw2.mlp.m.dl-dw2", "002.hw2.mlp.m.dl-db2", "002.hw2.mlp.o.dl-dh"],
)
matrix_product = erratum(
    original,
    printed=lambda: claim(D(loss(output), W2), eq(dL_do(output).T @ D(output, W2))),
    raises=ShapeError,
    covers=["002.hw2.mlp.n.dl-dw2"],
)
column_for_entry = erratum(
    original, printed=lambda: claim(D(loss(output), h[j]), eq(W2.T @ (s - onehot))), raises=ShapeError, covers=["002.hw2.mlp.p.vector-form"]
)
logits_for_outputs = claim(
    D(loss(through), a),
    eq((W2.T @ (through - onehot)) * sigmoid(a)),
    source=original,
    covers=["002.hw2.mlp.q.dl-dha", "002.hw2.mlp.p.vector-form"],
)
softmax_of_one_number = claim(
    -log(s[y]), eq(-log(exp(output[y]) / exp(output[y]))), source=original, covers=["002.hw2.mlp.l.nll", "002.hw2.mlp.c.softmax-component"]
)
