"""Voice models without weights: one hears what a script says, the others tell voices by the tones that they hum on."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.voices import VoiceModels
from tests.builders_humming import TONES
from tests.builders_voices import rays
from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples
from tingwu.speech.segmentation import FRAME_SAMPLES, FRAMES, LOCAL_SPEAKERS, Activity
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


class HummingSegmenter:
    """Hears up to three tones in each window, numbered as they come; remembers how many windows it heard in all."""

    name = "fake-segmentation"

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.windows = 0

    def segment(self, windows: NDArray[np.float32]) -> Activity:
        if self.failure:
            raise self.failure
        self.windows += len(windows)
        active = np.zeros((len(windows), FRAMES, LOCAL_SPEAKERS), np.bool_)
        for found, window in zip(active, windows, strict=True):
            frames = window[: FRAMES * FRAME_SAMPLES].reshape(FRAMES, FRAME_SAMPLES)
            heard = _tones(frames) > 0.02
            in_order = sorted(np.flatnonzero(heard.any(axis=0)), key=lambda tone: int(heard[:, tone].argmax()))
            for number, tone in enumerate(in_order[:LOCAL_SPEAKERS]):
                found[:, number] = heard[:, tone]
        return active

    def close(self) -> None:
        """Nothing to free."""


class HummingEmbedder:
    """How loud each tone is; counts the pieces that it heard."""

    name = "fake-humming"
    dimensions = len(TONES)

    def __init__(self) -> None:
        self.pieces = 0

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        self.pieces += len(pieces)
        loud = np.array([_tones(piece[None])[0] for piece in pieces], np.float32).reshape(-1, self.dimensions)
        return loud / np.maximum(np.linalg.norm(loud, axis=1, keepdims=True), 1e-9)

    def close(self) -> None:
        """Nothing to free."""


def humming_models(failure: Exception | None = None) -> VoiceModels:
    """Both, for two threads; the first raises `failure` if there is one."""
    return VoiceModels(HummingSegmenter(failure), HummingEmbedder(), 2)


def _tones(sounds: NDArray[np.float32]) -> NDArray[np.float64]:
    """The amplitude of each tone, shape (n_sounds, 8)."""
    times = np.arange(sounds.shape[1]) / SAMPLE_RATE
    window = np.hanning(sounds.shape[1])
    waves = np.exp(-2j * np.pi * np.outer(times, TONES)) * window[:, None]
    return 2 * np.abs(sounds @ waves) / max(window.sum(), 1e-9)
