"""Where CTranslate2 can run a model on this machine: options checked before any work, and the places in order.

CTranslate2 offers number formats by device. On a GPU float16 is the fastest; with 8-bit weights a model takes half the
memory. On a CPU int8 is the fastest.
"""

# pyright: reportMissingTypeStubs=false

import logging
from pathlib import Path
from typing import Protocol, cast

import ctranslate2

from tingwu.errors import InvalidOption
from tingwu.speech.device_guard import Placement

_log = logging.getLogger(__name__)

CPU_BATCH = 1
"""Measured with a core for each worker: 10 minutes take 23.8 s one window at a time, as with 2, 3 or 4 at once, which
take up to 80 MB more and lose more when the power fails. Only a worker on two cores gains from 4 (17 %), and is half as
fast as two workers all the same."""
GPU_BATCHES = (64, 32, 16, 8)
_ROW_SHARE = 0.12
"""Memory for one window while it is decoded with 5 hypotheses, as a share of the float16 weights. Computed: keys and
values of large-v3 (32 layers of 1280, 800 positions heard in 16 s and 5 x 150 written) take 0.25 GB beside 3.1 GB of
weights; the rest is for scratch."""
_ON_GPU = ("float16", "bfloat16", "int8_float16", "int8_bfloat16", "int8_float32", "float32", "int8")
"""Number formats on a GPU in the order in which `auto` tries them; those with whole weights first."""
_SMALLER = ("int8_float16", "int8_float32", "int8")
"""Formats that take half the memory of float16 or less."""


class Engine(Protocol):
    """The part of CTranslate2 that knows the machine."""

    def get_cuda_device_count(self) -> int:
        """GPUs that can be used."""
        ...

    def get_supported_compute_types(self, device: str, device_index: int = 0) -> set[str]:
        """Number formats of one device."""
        ...


ENGINE = cast(Engine, ctranslate2)


def check_device(device: str, device_index: tuple[int, ...], compute_type: str, engine: Engine = ENGINE) -> str:
    """cpu or cuda: where `device` (cpu, cuda, auto) is on this machine, sure that the rest fits it. Takes no time.

    Raises InvalidOption for unknown names, GPUs that are not there, and number formats that the device cannot do.
    """
    if device not in ("cpu", "cuda", "auto"):
        raise InvalidOption("device", device, "choose cpu, cuda or auto")
    gpus = engine.get_cuda_device_count() if device != "cpu" else 0
    if device == "cuda" and not gpus:
        raise InvalidOption("device", device, "CTranslate2 finds no CUDA GPU on this machine; see `tingwu doctor`")
    if gpus:
        _check_gpus(device_index, gpus)
    where = "cuda" if gpus else "cpu"
    try:
        supported = _supported(where, device_index, engine)
    except RuntimeError as error:
        if device == "cuda":
            raise InvalidOption("device", device, f"{error}; see `tingwu doctor`") from error
        _log.warning("the GPU cannot be used, speech is recognised on the CPU: %s", error)
        where, supported = "cpu", _supported("cpu", device_index, engine)
    _check_compute_type(compute_type, where, supported)
    return where


def placements(
    device: str,
    device_index: tuple[int, ...],
    compute_type: str,
    *,
    weights_bytes: int = 0,
    gpu_memory_bytes: int = 0,
    engine: Engine = ENGINE,
) -> tuple[Placement, ...]:
    """Where to run a model, the best place first: GPU, GPU with smaller numbers, CPU.

    A format that was asked for is the first place's. `weights_bytes` is the size of the float16 weights,
    `gpu_memory_bytes` that of the smallest GPU named; 0 is unknown. Raises InvalidOption as `check_device` does.
    """
    where = check_device(device, device_index, compute_type, engine)
    asked = "auto" if compute_type == "default" else compute_type
    if where == "cpu":
        return (_on_cpu("int8" if asked == "auto" else asked),)
    supported = _supported("cuda", device_index, engine)
    first = next(name for name in _ON_GPU if name in supported) if asked == "auto" else asked
    formats = [first] if first in _SMALLER else [first, *(name for name in _SMALLER if name in supported)][:2]
    if asked == "auto" and 0 < gpu_memory_bytes < weights_bytes * (1 + _ROW_SHARE):
        formats = formats[-1:]  # whole weights would leave no room to work
    batch = gpu_batch(weights_bytes, gpu_memory_bytes)
    on_gpu = (
        Placement(device="cuda", device_index=device_index, compute_type=name, batch_size=batch) for name in formats
    )
    return (*on_gpu, _on_cpu("int8"))


def gpu_batch(weights_bytes: int, gpu_memory_bytes: int) -> int:
    """How many windows to decode at once on a GPU. An estimate: what does not fit is halved at work."""
    if not gpu_memory_bytes or not weights_bytes:
        return 32
    room = 0.8 * gpu_memory_bytes - weights_bytes
    return next((size for size in GPU_BATCHES if size * _ROW_SHARE * weights_bytes <= room), GPU_BATCHES[-1])


def size_of(weights: Path) -> int:
    """Bytes of a file, 0 if it is not there."""
    return weights.stat().st_size if weights.is_file() else 0


def _on_cpu(compute_type: str) -> Placement:
    return Placement(device="cpu", compute_type=compute_type, batch_size=CPU_BATCH)


def _check_gpus(device_index: tuple[int, ...], gpus: int) -> None:
    missing = [index for index in device_index if index >= gpus]
    if missing:
        there = "the only GPU is 0" if gpus == 1 else f"there are {gpus} GPUs, counted from 0"
        raise InvalidOption("device_index", str(missing[0]), there)


def _supported(where: str, device_index: tuple[int, ...], engine: Engine) -> set[str]:
    """Number formats that all the devices can do."""
    if where == "cpu":
        return set(engine.get_supported_compute_types("cpu"))
    return set[str].intersection(*(set(engine.get_supported_compute_types("cuda", index)) for index in device_index))


def _check_compute_type(compute_type: str, where: str, supported: set[str]) -> None:
    if compute_type not in {"auto", "default", *supported}:
        choices = ", ".join(["auto", *sorted(supported)])
        raise InvalidOption("compute_type", compute_type, f"the {where} here can do {choices}")
