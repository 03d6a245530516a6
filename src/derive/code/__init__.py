"""Code from proofs: the gradient of a proved claim as a function of NumPy, JAX or PyTorch.

It writes what the kernel proved, and puts every form that it makes of it before the kernel; it proves nothing itself.
"""

from __future__ import annotations

from derive.code.gradient import Gradient, NoGradient, gradient_of
from derive.code.selection import code_of

__all__ = ["Gradient", "NoGradient", "code_of", "gradient_of"]
