"""The device: an accelerator is used where JAX would use it, and the answer is the same there; one without float64 is not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import jax
import pytest

from derive import keys
from derive.statement.claim import Claim, Link
from derive.statement.term import ONE, sym
from derive.witness.device import device

# A second CPU stands for the accelerator: the devices of what was computed, and what the witness says.
CODE = """
import json, sys
sys.path.insert(0, {tests!r})
import jax
from witness_pages import FALSE_SOFTMAX, SOFTMAX
from derive.witness import evaluate, witness_page

if sys.argv[1] == "second":
    jax.config.update("jax_default_device", jax.devices()[1])
compile_, seen = evaluate.compile_quickly, set()

def spied(lowered):
    compiled = compile_(lowered)

    def call(*args):
        out = compiled(*args)
        seen.update(d.id for leaf in jax.tree.leaves(out) for d in leaf.devices())
        return out

    return call

evaluate.compile_quickly = spied
found = [witness_page(page) for page in (SOFTMAX, FALSE_SOFTMAX)]
print(json.dumps([sorted(seen), [[w.status, w.points, w.note] for page in found for w in page.values()]]))
"""


def answers(which: str) -> list[object]:
    here = os.path.dirname(__file__)
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-c", CODE.format(tests=here), which]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_it_runs_where_jax_would_and_says_the_same() -> None:
    (first, here), (second, there) = answers("first"), answers("second")
    assert (first, second) == ([], [1])  # the CPU at home is left to NumPy
    assert [status for status, *_ in here] == [status for status, *_ in there]  # type: ignore[misc]
    for (_, points, _), (_, others, _) in zip(here, there, strict=True):  # type: ignore[misc]
        assert abs(points - others) <= 5  # two libraries differ in a last bit, on which a point hangs
    assert {"AGREES", "DISAGREES"} <= {answer[0] for answer in here}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("platform", "used"), [("gpu", "gpu"), ("cuda", "cuda"), ("rocm", "rocm"), ("tpu", "cpu"), ("METAL", "cpu")])
def test_a_device_without_float64_is_left_alone(monkeypatch: pytest.MonkeyPatch, platform: str, used: str) -> None:
    devices = {None: platform, "cpu": "cpu"}
    monkeypatch.setattr(jax, "devices", lambda backend=None: [SimpleNamespace(platform=devices[backend])])
    assert device().platform == used


def test_where_jax_is_told_to_compute_is_part_of_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    claim, found = Claim("page.it", "page.py", 1, sym("x"), (Link("eq", ONE),)), set()
    for platforms in ("", "cpu", "cuda"):
        monkeypatch.setenv("JAX_PLATFORMS", platforms)
        found.add((keys.of_witness(claim, 0), keys.of_decision(claim, {}, 60.0)))
    assert len({witness for witness, _ in found}) == 3
    assert len({decision for _, decision in found}) == 1
