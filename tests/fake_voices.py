"""A voice model that hears what a script says."""

from collections.abc import Sequence

import numpy as np

from tests.builders_voices import rays
from tingwu.speech.asr import Samples
from tingwu.speech.voice import Vectors


class FakeEmbedder:
    """Hears the voices at `angles` in turn, again and again, and remembers how long each piece was, in samples."""

    name = "fake-voice"
    dimensions = 2

    def __init__(self, *angles: float) -> None:
        self._angles = angles or (0.0,)
        self.heard: list[Samples] = []

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        angles = [self._angles[(len(self.heard) + at) % len(self._angles)] for at in range(len(pieces))]
        self.heard += [np.asarray(piece) for piece in pieces]
        return rays(*angles)

    def close(self) -> None:
        """Nothing to free."""
