"""Two voices that anybody can tell apart: in their turns the sound lies a little above or below zero."""

import threading
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.voices import VoiceModels
from tests.builders_voices import rays
from tests.media import ffmpeg
from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples
from tingwu.speech.segmentation import FRAME_SAMPLES, FRAMES, LOCAL_SPEAKERS, Activity
from tingwu.speech.voice import Vectors

_LIFT = 800
"""Of 32,768: far more than the mean of any speech, far less than what a listener for speech would notice."""


def make_talk(path: Path, source: Path, seconds: float, *changes: float) -> Path:
    """The first `seconds` of `source`, in which one voice speaks until `changes[0]` seconds, then the other, ..."""
    ffmpeg("-i", source, "-t", str(seconds), "-ac", "1", "-ar", str(SAMPLE_RATE), path)
    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.int32)
    edges = (0, *(round(one * SAMPLE_RATE) for one in changes), len(sound))
    for number, (begin, end) in enumerate(pairwise(edges)):
        sound[begin:end] += -_LIFT if number % 2 else _LIFT
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(sound.clip(-32768, 32767).astype(np.int16).tobytes())
    return path


class LiftedSegmenter:
    """Somebody always speaks: the first local speaker above zero, the second below."""

    name = "fake-segmentation"

    def segment(self, windows: NDArray[np.float32]) -> Activity:
        wide = windows[:, : FRAMES * FRAME_SAMPLES].reshape(len(windows), FRAMES, FRAME_SAMPLES)
        # Over half a second, so that the speech itself has no mean.
        means = np.stack([np.convolve(row, np.ones(31) / 31, "same") for row in wide.mean(axis=2)])
        active = np.zeros((len(windows), FRAMES, LOCAL_SPEAKERS), np.bool_)
        active[..., 0] = means > 0
        active[..., 1] = means < 0
        return active

    def close(self) -> None:
        """Nothing to free."""


class LiftedVoices:
    """Voices at 0 and 120 degrees. `gate` holds up all calls but the first while it is closed."""

    name = "fake-voice"
    dimensions = 2

    def __init__(self) -> None:
        self.calls = 0
        self.gate = threading.Event()
        self.gate.set()
        self._lock = threading.Lock()

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        with self._lock:
            self.calls += 1
            is_first = self.calls == 1
        if not is_first:
            self.gate.wait()
        return rays(*(0.0 if piece.mean() > 0 else 120.0 for piece in pieces))

    def close(self) -> None:
        """Nothing to free."""


def lifted_models(voices: LiftedVoices | None = None) -> VoiceModels:
    """Both, for two threads."""
    return VoiceModels(LiftedSegmenter(), voices or LiftedVoices(), 2)
