"""Repairs: the single changes to a refuted claim that make it true, or the hypothesis that it lacks. An untrusted proposer."""

from derive.repairs.search import MOST, repair_claim

__all__ = ["MOST", "repair_claim"]
