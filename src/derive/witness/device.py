"""The device: the witness computes where JAX would by itself, an accelerator where there is one, and always in float64."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# JAX's words for a CPU, and for GPUs of NVIDIA and AMD: all compute in IEEE float64. A TPU imitates it, Metal has none.
HAVE_FLOAT64 = ("cpu", "gpu", "cuda", "rocm")


def load() -> None:
    """Load JAX, which takes half a second; no device is asked for."""
    import jax.numpy  # noqa: F401


@contextmanager
def float64() -> Iterator[None]:
    """JAX in float64, on the device that it would take by itself; on the CPU where that device has no float64."""
    import jax

    with jax.enable_x64(True), jax.default_device(device()):
        yield


def device() -> Any:
    """The device that the user chose (JAX_PLATFORMS, jax_default_device), or JAX's first one, if float64 is at home there."""
    import jax

    config: Any = jax.config
    chosen = config.jax_default_device or jax.devices()[0]
    chosen = jax.devices(chosen)[0] if isinstance(chosen, str) else chosen
    return chosen if chosen.platform in HAVE_FLOAT64 else jax.devices("cpu")[0]


def on_host() -> bool:
    """Whether that is the CPU that this process runs on anyhow."""
    import jax

    return bool(device() == jax.devices("cpu")[0])
