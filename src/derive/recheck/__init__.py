"""A second, small checker of what the kernel proved, with which it shares nothing but the statement. It never makes a verdict."""

from derive.recheck.answer import recheck
from derive.recheck.compare import Recheck

__all__ = ["Recheck", "recheck"]
