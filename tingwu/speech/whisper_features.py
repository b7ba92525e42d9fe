"""Sound to the log-mel features that Whisper's encoder takes, cut to the window's own length.

Whisper was trained on 30 s of sound and most ports pad everything to that. The encoder's cost grows faster than its
input, so windows are padded to the shortest of a few lengths that they fit into.
"""

# pyright: reportMissingTypeStubs=false

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples

LENGTHS_SECONDS = (16, 20, 25, 30)
"""Lengths of encoder input. Windows of one length decode in one batch. Less than 16 s would be cheaper to encode, but
base then hears fewer words: 160 of 185 in a made recording instead of more than 166."""
FULL_SECONDS = 30
"""What Whisper was trained on, and the most it can hear."""
_TAIL_SECONDS = 1.0
"""Silence that every window ends with, where 30 s leave room for it: without it last words are lost."""
_FRAMES_PER_SECOND = 100


def padded_seconds(samples: int) -> int:
    """Length in seconds to which a window of so many samples is padded. Raises ValueError above 30 s."""
    seconds = samples / SAMPLE_RATE
    if seconds > FULL_SECONDS:
        raise ValueError(f"a window of {seconds:.2f} s; Whisper hears {FULL_SECONDS} s at most")
    return next((length for length in LENGTHS_SECONDS if length >= seconds + _TAIL_SECONDS), FULL_SECONDS)


class LogMel:
    """Log-mel spectra with `n_mels` bands, scaled and clamped per window as Whisper was trained."""

    def __init__(self, n_mels: int) -> None:
        self._extractor = FeatureExtractor(feature_size=n_mels)

    def __call__(self, samples: Samples, seconds: int) -> NDArray[np.float32]:
        """Features of shape `(1, n_mels, 100 * seconds)`; `samples` is padded with silence to `seconds`."""
        padded = np.pad(samples, (0, seconds * SAMPLE_RATE - len(samples)))
        features = self._extractor(padded, padding=0)
        return np.ascontiguousarray(features[None, :, : seconds * _FRAMES_PER_SECOND], dtype=np.float32)
