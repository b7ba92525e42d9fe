"""Transcriber: the Protocol of speech recognisers, their options, and the registry of backends.

A recogniser sees one window of sound at a time and is told at most what was said some windows before: a window's result
is a pure function of its samples, that text and the options, so any worker may do it again after a crash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import TimeRange
from tingwu.domain.notice import Notice
from tingwu.domain.transcript import Word
from tingwu.registry import Registry
from tingwu.speech.layout import Layout

Samples = NDArray[np.float32]
"""Mono sound at 16 kHz, shape `(n_samples,)`, in [-1, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsrOptions:
    """What may be chosen about recognition. The defaults are the measured ones."""

    language: str | None = None
    """ISO 639-1 code; None listens for it in every window."""
    languages: tuple[str, ...] = ()
    """What the listening chooses among; empty is every language of the model."""
    task: Literal["transcribe", "translate"] = "transcribe"
    """`translate` writes English whatever is spoken."""
    beam_size: int = 5
    """Hypotheses kept while decoding; 1 is greedy."""
    batch_size: int | None = None
    """Windows of 16 s that each worker decodes at once, fewer where they are longer; None takes what is best where
    the recogniser runs."""
    word_timestamps: bool = True
    """Find the time of every word."""
    initial_prompt: str | None = None
    """Text that the recogniser takes as said before each window; None is a sentence that makes Chinese come with
    punctuation where none was told, and nothing in other languages."""
    hotwords: str | None = None
    """Names and terms to expect, separated by spaces or commas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowText:
    """What was said in one window.

    Times of `words` are seconds from the beginning of the recording. `words` is empty when nothing was said.
    `language` is what the text was written in. `heard_language` is what was heard in this window alone, with
    `heard_probability`, where a language was listened for; else empty.
    """

    window: TimeRange
    text: str
    words: tuple[Word, ...]
    language: str
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    heard_language: str = ""
    heard_probability: float = 0.0
    looped: bool = False
    """The model went round in circles and no redo helped; the repetition was taken out."""
    notices: tuple[Notice, ...] = ()
    """What went wrong with the device that this was recognised on."""


class Transcriber(Protocol):
    """A speech recogniser that holds a loaded model."""

    name: str
    """Name of the model, for the record."""

    workers: int
    """So many threads may call `transcribe` at once; more would only wait."""

    @property
    def batch_size(self) -> int:
        """How many windows are best decoded at once where the model runs now."""
        ...

    def transcribe(
        self,
        windows: Sequence[tuple[TimeRange, Samples]],
        language: str | None,
        options: AsrOptions,
        before: WindowText | None = None,
    ) -> tuple[WindowText, ...]:
        """The text of each window, in the order given. Deterministic.

        Without a `language` the windows of this call get the one that is heard in them together. What was said
        `before` them tells what is being talked about, and how it is written.
        """
        ...

    def close(self) -> None:
        """Free the model."""
        ...


class TranscriberFactory(Protocol):
    """Loads a model: what the registry's entries are.

    `device_index` names the GPUs, `gpu_memory_bytes` is the memory of the smallest of them, 0 if nobody knows.
    """

    def __call__(
        self,
        model_path: str,
        *,
        name: str,
        device: str,
        device_index: tuple[int, ...],
        compute_type: str,
        threads: int,
        workers: int = 1,
        gpu_memory_bytes: int = 0,
    ) -> Transcriber: ...


ASR_BACKENDS: Registry[TranscriberFactory] = Registry(
    kind="asr_backend",
    targets={
        "whisper": "tingwu.speech.asr_whisper:load_whisper",
        "transformers": "tingwu.speech.asr_transformers:load_transformers",
    },
)


class LayoutFinder(Protocol):
    """Finds the fastest layout of a model on the CPU by trying."""

    def __call__(self, model_path: str, *, name: str, compute_type: str, cores: int) -> Layout: ...


ASR_LAYOUTS: Registry[LayoutFinder] = Registry(
    kind="asr_backend", targets={"whisper": "tingwu.speech.asr_whisper:best_layout"}
)
"""Backends that can work with several workers on a CPU; the others have one."""
DEVICE_CHECKS: Registry[Callable[[str, tuple[int, ...], str], str]] = Registry(
    kind="asr_backend",
    targets={
        "whisper": "tingwu.speech.whisper_device:check_device",
        "transformers": "tingwu.speech.torch_device:check_device",
    },
)
"""For each backend: (device, device_index, compute_type) -> cpu or cuda, or InvalidOption. Loads no model."""

LANGUAGE_CHECKS: Registry[Callable[[Path, str, AsrOptions], None]] = Registry(
    kind="asr_backend",
    targets={
        "whisper": "tingwu.speech.whisper_languages:check_languages",
        "transformers": "tingwu.speech.whisper_languages:check_languages",
    },
)
"""For each backend: (folder, name, options), or InvalidOption for what the model does not know. Loads no model."""


def backend_of(model: Path) -> str:
    """The backend that reads a model of Whisper's architecture, by the files in its folder.

    Without the files it is `whisper`, as for every model of the catalogue.
    """
    has_safetensors = any(model.glob("*.safetensors")) or (model / "model.safetensors.index.json").exists()
    is_hugging_face = (model / "config.json").exists() and not (model / "model.bin").exists()
    pickled = (model / "pytorch_model.bin").exists()
    return "transformers" if is_hugging_face and (has_safetensors or pickled) else "whisper"
