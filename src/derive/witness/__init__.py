"""The witness: JAX evaluates and differentiates the primal at thousands of points. It may veto a proof; it never makes one."""

from __future__ import annotations

from derive.witness.compare import witness_page, witness_question

__all__ = ["witness_page", "witness_question"]
