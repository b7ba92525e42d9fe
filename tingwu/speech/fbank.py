"""Filter-bank features as Kaldi computes them: what speaker models were trained on.

80 mel bands from 20 Hz to 8 kHz over frames of 25 ms every 10 ms, without dither (Kaldi's `compute-fbank-feats`;
Povey et al., ASRU 2011).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE

BANDS = 80
FRAME_SAMPLES = 400
SHIFT_SAMPLES = 160
_FFT = 512
_PREEMPHASIS = np.float32(0.97)
_LOWEST_HZ = 20.0
_FLOOR = float(np.finfo(np.float32).eps)


def fbank(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log energies, shape `(n_frames, 80)`: one frame for every 160 samples after the first 400, none for fewer.

    `samples` are 16 kHz mono in [-1, 1], shape `(n_samples,)`.
    """
    if len(samples) < FRAME_SAMPLES:
        return np.zeros((0, BANDS), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME_SAMPLES)[::SHIFT_SAMPLES]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames -= _PREEMPHASIS * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    spectrum = np.fft.rfft(frames * _window(), _FFT)[:, : _FFT // 2]
    power = spectrum.real**2 + spectrum.imag**2
    return np.log(np.maximum(power.astype(np.float32) @ _mel_bands(), _FLOOR))


@cache
def _window() -> NDArray[np.float32]:
    """Kaldi's `povey` window: a Hann window to the power of 0.85."""
    angles = 2 * np.pi * np.arange(FRAME_SAMPLES) / (FRAME_SAMPLES - 1)
    return ((0.5 - 0.5 * np.cos(angles)) ** 0.85).astype(np.float32)


@cache
def _mel_bands() -> NDArray[np.float32]:
    """Triangles that are evenly spaced in mel, shape (256, 80)."""
    edges = np.linspace(_mel(_LOWEST_HZ), _mel(SAMPLE_RATE / 2), BANDS + 2)
    mels = _mel(np.arange(_FFT // 2) * SAMPLE_RATE / _FFT)[:, None]
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    return np.clip(np.minimum((mels - left) / (centre - left), (right - mels) / (right - centre)), 0, None).astype(
        np.float32
    )


def _mel(hz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(np.asarray(hz) / 700.0)
