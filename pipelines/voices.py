"""Voices: the two models that tell speakers apart, loaded together and freed together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tingwu.speech.segmentation import SEGMENTATION_BACKENDS, SpeakerSegmenter
from tingwu.speech.voice import VOICE_BACKENDS, VoiceEmbedder

SEGMENTATION_MODEL = "segmentation-3.0"
VOICE_MODEL = "campplus-zh-en"


@dataclass(frozen=True, slots=True)
class VoiceModels:
    """Who is heard in each frame, and what a voice sounds like. `workers` threads may use them at once."""

    segmenter: SpeakerSegmenter
    embedder: VoiceEmbedder
    workers: int

    def close(self) -> None:
        """Free their memory."""
        self.segmenter.close()
        self.embedder.close()


def load_voices(files: Callable[[str], Path], workers: int) -> VoiceModels:
    """Load both; `files` says where a model's file is. Each worker has one thread: small matrices are faster so.

    Raises ModelError.
    """
    segmenter = SEGMENTATION_BACKENDS.get("pyannote")(
        str(files(SEGMENTATION_MODEL)), name=SEGMENTATION_MODEL, threads=1
    )
    embedder = VOICE_BACKENDS.get("campplus")(str(files(VOICE_MODEL)), name=VOICE_MODEL, threads=1)
    return VoiceModels(segmenter, embedder, workers)
