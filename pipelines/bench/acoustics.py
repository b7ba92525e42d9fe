"""How a made conversation sounds besides its voices: the room's echo, noise, and no clipping. All in streams."""

# pyright: reportMissingTypeStubs=false

from typing import Any

import numpy as np
from scipy import signal

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples

_signal: Any = signal
"""scipy comes without types."""
_EARLIEST = 0.003
"""Seconds until the first reflection."""
_DULL = 0.92
"""How strongly each sample of the noise resembles the one before it."""


def impulse_response(rt60: float, rng: np.random.Generator, direct_db: float = 3.0) -> Samples:
    """A room that takes `rt60` seconds to lose 60 dB: the direct sound at sample 0 with gain 1, then noise that fades.

    `direct_db` is the energy of the direct sound over that of all reflections. Method: Polack's statistical model.
    """
    times = np.arange(round(rt60 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = rng.standard_normal(len(times)) * 10 ** (-3 * times / rt60) * (times >= _EARLIEST)
    tail *= 10 ** (-direct_db / 20) / max(1e-9, float(np.sqrt(np.sum(tail**2))))
    tail[:1] = 1.0
    return tail.astype(np.float32)


def reverberant(sound: Samples, response: Samples) -> Samples:
    """`sound` in the room, with the tail that follows it."""
    return np.asarray(_signal.oaconvolve(sound, response), np.float32)


class RoomNoise:
    """Endless dull noise, like a fan next door, at `level_db` RMS of full scale."""

    def __init__(self, level_db: float, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._state = np.zeros(1)
        self._gain = 10 ** (level_db / 20) * np.sqrt(1 - _DULL**2)

    def next(self, samples: int) -> Samples:
        """The `samples` that follow."""
        white = self._rng.standard_normal(samples) * self._gain
        dull, self._state = _signal.lfilter([1.0], [1.0, -_DULL], white, zi=self._state)
        return np.asarray(dull, np.float32)


def rounded_peaks(sound: Samples, knee: float = 0.8) -> Samples:
    """`sound` with everything beyond the `knee` bent back below 1; the rest is untouched."""
    over = np.abs(sound) > knee
    bent = np.sign(sound) * (knee + (1 - knee) * np.tanh((np.abs(sound) - knee) / (1 - knee)))
    return np.where(over, bent, sound).astype(np.float32)
