"""VoiceEmbedder: what a voice sounds like, as a vector; one Protocol, one registry."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tingwu.registry import Registry
from tingwu.speech.asr import Samples

Vectors = NDArray[np.float32]
"""Shape (n, dimensions), each row of length 1: the cosine of two voices is their product."""


class VoiceEmbedder(Protocol):
    """Speech of one person to a vector. Safe between threads."""

    name: str
    """Vectors of different models must not be compared."""
    dimensions: int

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        """A vector for each of `pieces`, 16 kHz mono float32 samples of one speaker, at least 0.1 s long each.

        From about 1.5 s on a vector tells voices apart. Raises ModelError.
        """
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


class VoiceEmbedderFactory(Protocol):
    """Loads a VoiceEmbedder."""

    def __call__(self, path: str, *, name: str, threads: int) -> VoiceEmbedder:
        """The model whose files are at `path`. Raises ModelError for files that cannot be loaded."""
        ...


VOICE_BACKENDS: Registry[VoiceEmbedderFactory] = Registry(
    kind="voice_backend", targets={"campplus": "tingwu.speech.voice_campplus:load_campplus"}
)
