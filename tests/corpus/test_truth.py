#!/usr/bin/env python3
"""The truth of every claim of the corpus, checked by numbers alone.

usage: test_truth.py [family ...] [--points N] [--seconds S]     prints each claim whose stated truth is not borne out
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from truth import examine  # noqa: E402

MACHINERY = ("run", "truth", "quantities", "structure", "evaluate", "sample", "notation", "test_truth", "variants", "conftest")


def families() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in MACHINERY)


def load(family: str) -> ModuleType:
    """The module of one family."""
    spec = importlib.util.spec_from_file_location(f"corpus_{family}", HERE / f"{family}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = [claim[0] for claim in module.CLAIMS]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise ValueError(f"{family}.py: claims of one name: {', '.join(double)}")
    lost = sorted(set(getattr(module, "AT", {})) - set(names))
    if lost:
        raise ValueError(f"{family}.py: AT names no claim: {', '.join(lost)}")
    return module


def findings(family: str, points: int, seconds: float, only: str = "", every: int = 1) -> list[str]:
    module = load(family)
    at = getattr(module, "AT", {})
    out = []
    for claim in module.CLAIMS[::every]:
        if only and only not in claim[0]:
            continue
        try:
            good, words = examine(claim, at.get(claim[0]), points, seconds)
        except Exception as error:  # a claim that cannot be evaluated is a finding too
            good, words = False, f"{type(error).__name__}: {error}"
        if not good or only:
            out.append(f"{'ok ' if good else ''}{family}.{claim[0]} is marked {claim[5]}: {words}")
    return out


@pytest.mark.parametrize("family", families())
def test_truth(family: str) -> None:
    # Quadrature is slow: here a sample, all of it when this file is run as a script.
    slow = family in ("integrals", "improper")
    assert not findings(family, points=2, seconds=1.0, every=9 if slow else 1)


@pytest.mark.parametrize("family", ["softmax", "kinks", "integers", "bounds"])
def test_a_wrong_truth_is_found(family: str) -> None:
    module = load(family)
    for claim in module.CLAIMS[:12]:
        good, words = examine((*claim[:5], not claim[5]), getattr(module, "AT", {}).get(claim[0]), points=40, seconds=5.0)
        assert not good, f"{claim[0]}: {words}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("family", nargs="*")
    parser.add_argument("--points", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("-k", default="")
    args = parser.parse_args()
    bad = 0
    for family in args.family or families():
        start = time.monotonic()
        lines = findings(family, args.points, args.seconds, args.k)
        bad += len(lines)
        claims = load(family).CLAIMS
        print(
            f"{family}: {len(claims)} claims, {sum(c[5] for c in claims)} true, {len(lines)} findings, {time.monotonic() - start:.0f} s",
            flush=True,
        )
        for line in lines:
            print("   ", line, flush=True)
    sys.exit(bool(bad))
