"""Transcriber on transformers: Whisper checkpoints as people publish them, without a conversion.

For fine-tunes (a dialect, a trade, better Chinese) that exist only in Hugging Face's format: a folder with config.json,
safetensors and a tokenizer. Slower than CTranslate2, which remains the engine for everything it can read. Windows,
prompts, the redo ladder and word times are the same.
"""

from pathlib import Path

from tingwu.speech.asr import Transcriber
from tingwu.speech.asr_whisper import WhisperTranscriber
from tingwu.speech.device_guard import DeviceGuard
from tingwu.speech.torch_device import placements
from tingwu.speech.whisper_torch import TorchWhisper


def load_transformers(
    model_path: str,
    *,
    name: str,
    device: str,
    device_index: tuple[int, ...],
    compute_type: str,
    threads: int,
    workers: int = 1,
    gpu_memory_bytes: int = 0,
) -> Transcriber:
    """Load a Whisper checkpoint from the folder `model_path`.

    `compute_type` is float32, bfloat16, float16 (on a GPU) or auto; `threads` > 0 sets torch's number for the whole
    process; `workers` and `gpu_memory_bytes` have no use here. Raises ModelUnusable and InvalidOption.
    """
    del workers
    places = placements(device, device_index, compute_type)
    model = TorchWhisper(Path(model_path), name=name, threads=threads)
    return WhisperTranscriber(model, DeviceGuard(name, places, model.move))
