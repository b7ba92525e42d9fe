"""Voices for tests of made conversations: each hums on a tone of its own, in utterances with pauses between."""

import numpy as np

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples

TONES = tuple(300 + 250 * number for number in range(8))


def hum(hz: float, seconds: float, *, amplitude: float = 0.1) -> Samples:
    """A tone."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude * np.sin(2 * np.pi * hz * times)).astype(np.float32)


def silence(seconds: float) -> Samples:
    """Nothing."""
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def humming(hz: float, seed: int = 0, count: int = 12) -> Samples:
    """A clip of `count` utterances of 0.6 to 5 s with breaths of 0.1 s inside, and pauses of 0.5 s between them."""
    rng = np.random.default_rng(seed)
    parts = [silence(0.4)]
    for _ in range(count):
        parts += [hum(hz, rng.uniform(0.6, 2.5)), silence(0.1), hum(hz, rng.uniform(0.3, 2.5)), silence(0.5)]
    return np.concatenate(parts)


def voices(count: int) -> dict[str, list[Samples]]:
    """So many voices, a clip each, named v1, v2 and so on."""
    return {f"v{number + 1}": [humming(TONES[number], number)] for number in range(count)}
