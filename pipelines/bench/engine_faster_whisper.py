"""Peers: faster-whisper as it comes, sequential and batched. Foreign types and errors end here."""

# pyright: reportMissingTypeStubs=false

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import faster_whisper
from av.error import FFmpegError

from pipelines.bench.data import SpokenText
from pipelines.bench.engines import EngineSetup, Heard
from tingwu.errors import ModelUnusable, UnreadableMedia

_library: Any = faster_whisper
"""faster-whisper's types are incomplete."""
_BATCH_SIZE = 8
"""The batched pipeline's own default."""


class FasterWhisper:
    """One pipeline with its options; it decodes the media itself."""

    def __init__(self, pipeline: Any, setup: EngineSetup, **options: object) -> None:
        self._pipeline = pipeline
        self._name = setup.name
        self._by_word = setup.peer_words
        self._options = {"beam_size": setup.beam_size, "word_timestamps": setup.peer_words, **options}

    def transcribe(self, path: Path, language: str) -> Heard:
        """The text of the recording at `path`. Raises UnreadableMedia or ModelUnusable."""
        try:
            segments, _ = self._pipeline.transcribe(str(path), language=language or None, **self._options)
            return _heard(segments, by_word=self._by_word)
        except FFmpegError as error:
            raise UnreadableMedia(path.name, str(error)) from error
        except (RuntimeError, ValueError) as error:
            raise ModelUnusable(self._name, str(error)) from error


def sequential(setup: EngineSetup) -> FasterWhisper:
    """Window after window, each knowing what was written before, with the voice filter on."""
    return FasterWhisper(_load(setup), setup, vad_filter=True)


def batched(setup: EngineSetup) -> FasterWhisper:
    """The batched pipeline, eight windows at once."""
    return FasterWhisper(_library.BatchedInferencePipeline(_load(setup)), setup, batch_size=_BATCH_SIZE)


def _load(setup: EngineSetup) -> Any:
    try:
        return _library.WhisperModel(
            str(setup.model),
            device=setup.device,
            device_index=list(setup.device_index),
            compute_type=setup.compute_type,
            cpu_threads=setup.threads,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelUnusable(setup.name, str(error)) from error


def _heard(segments: Iterable[Any], *, by_word: bool) -> Heard:
    found = list(segments)
    if by_word:
        rows = [(word.start, word.end, word.word) for one in found for word in one.words or ()]
    else:
        rows = [(one.start, one.end, one.text) for one in found]
    return Heard(
        text="".join(one.text for one in found),
        pieces=tuple(
            SpokenText(start=max(0.0, float(start)), end=max(0.0, float(start), float(end)), text=text)
            for start, end, text in rows
        ),
        by_word=by_word,
    )
