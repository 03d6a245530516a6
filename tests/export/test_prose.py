"""Prose: mathematics in words is set as mathematics, and nothing from outside becomes a command."""

from __future__ import annotations

import pytest

from derive.export.prose import is_safe, parse, tex, tex_prose


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("x_j occurs in one term of Z", "$x_j$ occurs in one term of $Z$"),
        ("as a matrix: diag(s) - s s^T", r"as a matrix: diag($s$) -- $s \, s^{\top}$"),
        ("entry (i, j) is s_i delta_ij - s_i s_j", r"entry ($i$, $j$) is $s_i \, \delta_{ij} - s_i \, s_j$"),
        ("dl/df_i is -t_i / f_i, its k-th entry (-x)", r"dl/$\mathrm{d}f_i$ is $-t_i$ / $f_i$, its k-th entry ($-x$)"),
        ("2p = k - 1 and e^-x, definition of sigma", r"$2p = k - 1$ and $e^{-x}$, definition of $\sigma$"),
        ("1 + e^x > 1, so k + 1 = 3 of 12", r"$1 + e^x > 1$, so $k + 1 = 3$ of 12"),
        ("in 2018 x - 3.5 stays", r"in 2018 $x$ -- 3.5 stays"),
        ("the difference $x - y$ - so it is", "the difference $x - y$ -- so it is"),
        ("divide by e^(x/2), for Z >= x", r"divide by $e^{x/2}$, for $Z \ge x$"),
        ("W1_aj and lambda_1", r"$W^{(1)}_{aj}$ and $\lambda_1$"),
        ("it's a case of I", "it's a case of I"),
        (
            "jax.nn.softmax and rows_sum_to_zero",
            r"\texttt{jax.\allowbreak{}nn.\allowbreak{}softmax} and \texttt{rows\_\allowbreak{}sum\_\allowbreak{}to\_\allowbreak{}zero}",
        ),
        (r"the $\frac{a}{b}$ rule", r"the $\frac{a}{b}$ rule"),
        (r"not $\input{x}$", r"not \texttt{\ensuremath{\backslash}\allowbreak{}input\ensuremath{\{}\allowbreak{}x\ensuremath{\}}}"),
        ("a “quote”, 100% & more", "a ``quote'', 100\\% \\& more"),
        ('say "x" and "y"', "say ``$x$'' and ``$y$''"),
        ("naïve λ ≤ ∞, 日", r"na\"{i}ve \ensuremath{\lambda} \ensuremath{\le} \ensuremath{\infty}, [U+65E5]"),
        ("the i-th and e.g. this", "the i-th and e.g. this"),
    ],
)
def test_prose(words: str, wanted: str) -> None:
    assert tex_prose(words) == wanted


@pytest.mark.parametrize(
    ("math", "safe"),
    [
        (r"\frac{a}{b}", True),
        (r"\operatorname{diag}\left(s\right) - s s^\top", True),
        (r"\begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}", True),
        (r"\input{x}", False),
        (r"\write18{x}", False),
        (r"\begin{document}", False),
        (r"\begin{cases} 1", False),
        ("a}{b", True),
        ("a}", False),
        ("a % b", False),
        (r"\left( a", False),
        ("a $ b", False),
        ("^^5cinput", False),
        (r"\def\x{y}", False),
        ("λ", False),
        ("#1", False),
        (r"a \\sigma", False),
        ("a & b", False),
        ("x^a^b", False),
        ("x_{ij}_k", False),
        ("x^a_b^c", False),
        (r"x_{i}^\top y_j^2", True),
        (r"x_{i}^2", True),
    ],
)
def test_math_from_outside(math: str, safe: bool) -> None:
    assert is_safe(math) is safe


def test_every_letter_compiles() -> None:
    """What leaves `tex` is ASCII, and none of TeX's special letters is bare."""
    everything = "".join(chr(c) for c in range(32, 0x3000) if not 0xD800 <= c <= 0xDFFF)
    out = tex(everything)
    assert out.isascii()
    assert "%" not in out.replace(r"\%", "")
    assert "#" not in out.replace(r"\#", "")


def test_segments_keep_every_word() -> None:
    words = "for all n, see `code` and $x^2$: s^T, x_j done"
    assert [s.kind for s in parse(words)] == ["text", "math", "text", "code", "text", "math", "text", "math", "text", "math", "text"]


def test_typed_signs_become_signs() -> None:
    assert tex_prose("64 x 64 x 32, at n <= 2") == r"64 \ensuremath{\times} 64 \ensuremath{\times} 32, at $n \le 2$"
    assert "".join(s.text for s in parse("126 <= 134 at most")) == "126 ≤ 134 at most"
    assert "×" not in "".join(s.text for s in parse("2 x and 3 x"))
