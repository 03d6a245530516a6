"""Backward passes held against proofs: `verify_backward(fn, claim)` for any function of NumPy, JAX or PyTorch."""

from __future__ import annotations

from derive.backward.report import Mismatch, Report
from derive.backward.verify import verify_backward

__all__ = ["Mismatch", "Report", "verify_backward"]
