"""Engine: the Protocol of everything that the bench times, what it starts from and what it gives, and the registry."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.bench.data import SpokenText
from tingwu.domain.transcript import Coverage
from tingwu.registry import Registry

OURS = "tingwu"
"""The engine that is always timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSetup:
    """What all engines of one run have in common.

    `model` is a folder, `device` cpu or cuda, `compute_type` a number format of CTranslate2. `peer_words` makes peers
    find the times of words, which they do not do by themselves; `word_timestamps` is the same for our own engine.
    """

    model: Path
    name: str
    device: str
    device_index: tuple[int, ...]
    compute_type: str
    threads: int
    beam_size: int = 5
    word_timestamps: bool = True
    peer_words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an engine wrote: words with times, or segments where it has no times of words (`by_word` is false).

    `coverage` is what the engine says about its own gaps; None when it says nothing.
    """

    text: str
    pieces: tuple[SpokenText, ...]
    by_word: bool
    coverage: Coverage | None = None


class Engine(Protocol):
    """A loaded speech engine: from a media file to its text, decoding included."""

    def transcribe(self, path: Path, language: str) -> Heard:
        """The text of the recording at `path`; an empty language is to be heard. Raises TingwuError."""
        ...


class EngineFactory(Protocol):
    """Loads an engine: what the registry's entries are."""

    def __call__(self, setup: EngineSetup) -> Engine: ...


ENGINES: Registry[EngineFactory] = Registry(
    kind="peer",
    targets={
        OURS: "pipelines.bench.engine_tingwu:TingwuEngine",
        "faster-whisper": "pipelines.bench.engine_faster_whisper:sequential",
        "faster-whisper-batched": "pipelines.bench.engine_faster_whisper:batched",
    },
)
