"""Filter banks are those of Kaldi's definition, written here once more as slowly as it reads."""

import cmath
import math

import numpy as np
import pytest

from tingwu.speech.asr import Samples
from tingwu.speech.fbank import fbank


def mel(hz: float) -> float:
    return 1127 * math.log(1 + hz / 700)


def slow_frame(frame: list[float]) -> list[float]:
    """One frame of 400 samples to 80 log energies."""
    mean = sum(frame) / 400
    x = [value - mean for value in frame]
    x = [x[0] - 0.97 * x[0]] + [x[i] - 0.97 * x[i - 1] for i in range(1, 400)]
    x = [value * (0.5 - 0.5 * math.cos(2 * math.pi * i / 399)) ** 0.85 for i, value in enumerate(x)]
    power = [abs(sum(v * cmath.exp(-2j * math.pi * k * i / 512) for i, v in enumerate(x))) ** 2 for k in range(256)]
    low, high = mel(20), mel(8000)
    step = (high - low) / 81
    energies = []
    for band in range(80):
        left, centre, right = (low + step * (band + edge) for edge in range(3))
        energy = 0.0
        for k in range(256):
            here = mel(k * 16000 / 512)
            if left < here <= centre:
                energy += power[k] * (here - left) / (centre - left)
            elif centre < here < right:
                energy += power[k] * (right - here) / (right - centre)
        energies.append(math.log(max(energy, 1.1920929e-07)))
    return energies


def noise(n_samples: int) -> Samples:
    times = np.arange(n_samples) / 16000
    hum = 0.2 * np.sin(2 * np.pi * 700 * times) + 0.05
    return (hum + 0.02 * np.random.default_rng(1).standard_normal(n_samples)).astype(np.float32)


def test_every_number_is_that_of_the_slow_definition() -> None:
    sound = noise(400 + 2 * 160)
    slow = [slow_frame(sound[160 * i : 160 * i + 400].astype(float).tolist()) for i in range(3)]
    found = fbank(sound)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, slow, atol=2e-3)


@pytest.mark.parametrize(
    ("n_samples", "frames"), [(0, 0), (1, 0), (399, 0), (400, 1), (559, 1), (560, 2), (16000, 98), (24030, 148)]
)
def test_a_frame_every_10_ms_of_25_ms_each(n_samples: int, frames: int) -> None:
    assert fbank(noise(n_samples)).shape == (frames, 80)


@pytest.mark.parametrize("level", [0.0, 0.5, -1.0])
def test_sound_that_does_not_move_has_the_least_energy_and_no_infinity(level: float) -> None:
    found = fbank(np.full(4000, level, np.float32))
    np.testing.assert_allclose(found, math.log(1.1920929e-07), atol=1e-4)


def test_a_tone_is_loudest_in_its_band() -> None:
    times = np.arange(16000) / 16000
    for hz in (300.0, 1000.0, 4000.0):
        band = int(fbank(np.sin(2 * np.pi * hz * times).astype(np.float32)).mean(axis=0).argmax())
        assert band == round((mel(hz) - mel(20)) / (mel(8000) - mel(20)) * 81 - 1)
