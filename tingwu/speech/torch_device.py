"""Where torch can run a model on this machine: the counterpart of `whisper_device` for the transformers engine."""

import torch

from tingwu.errors import InvalidOption
from tingwu.speech.device_guard import Placement

_ON_CPU = ("float32", "bfloat16")
_ON_GPU = ("float16", "bfloat16", "float32")
"""Number formats, the one that `auto` takes first."""
_CPU_BATCH = 4
_GPU_BATCH = 16
"""Estimates; the engine is there for models that CTranslate2 cannot read, not for speed."""


def check_device(device: str, device_index: tuple[int, ...], compute_type: str, gpus: int | None = None) -> str:
    """cpu or cuda: where `device` (cpu, cuda, auto) is, sure that the rest fits it. `gpus` are as many as torch sees.

    Raises InvalidOption for unknown names, GPUs that are not there or too many, and formats that torch has not.
    """
    if device not in ("cpu", "cuda", "auto"):
        raise InvalidOption("device", device, "choose cpu, cuda or auto")
    gpus = torch.cuda.device_count() if gpus is None else gpus
    if device == "cuda" and not gpus:
        raise InvalidOption("device", device, "torch finds no CUDA GPU on this machine, or is a build without CUDA")
    where = "cuda" if gpus and device != "cpu" else "cpu"
    if where == "cuda":
        _check_gpu(device_index, gpus)
    formats = _ON_GPU if where == "cuda" else _ON_CPU
    if compute_type not in ("auto", "default", *formats):
        raise InvalidOption("compute_type", compute_type, f"transformers on {where} can do auto, {', '.join(formats)}")
    return where


def placements(
    device: str, device_index: tuple[int, ...], compute_type: str, gpus: int | None = None
) -> tuple[Placement, ...]:
    """Where to run a model, the best place first. Raises InvalidOption as `check_device` does."""
    where = check_device(device, device_index, compute_type, gpus)
    auto = compute_type in ("auto", "default")
    if where == "cpu":
        return (Placement(device="cpu", compute_type=_ON_CPU[0] if auto else compute_type, batch_size=_CPU_BATCH),)
    first = _ON_GPU[0] if auto else compute_type
    formats = (first, "float16") if first == "float32" else (first,)
    return (
        *(
            Placement(device="cuda", device_index=device_index, compute_type=name, batch_size=_GPU_BATCH)
            for name in formats
        ),
        Placement(device="cpu", compute_type="float32", batch_size=_CPU_BATCH),
    )


def _check_gpu(device_index: tuple[int, ...], gpus: int) -> None:
    first, *others = device_index
    if others:
        raise InvalidOption("device_index", ",".join(map(str, device_index)), "this engine takes one GPU")
    if first >= gpus:
        raise InvalidOption("device_index", str(first), f"torch sees {gpus} GPUs, counted from 0")
