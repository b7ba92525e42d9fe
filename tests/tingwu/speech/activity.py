"""What a voice detector would have heard, made to order."""

import numpy as np

from tingwu.domain.media import SpeechRegion
from tingwu.speech.regions import FRAME_SECONDS, SpeechActivity, VadOptions, find_regions


def heard(duration: float, *speech: tuple[float, float], level: float = 0.95) -> SpeechActivity:
    """Speech with probability `level` in the given stretches of seconds, silence elsewhere; regions without pads."""
    count = int(np.ceil(duration / FRAME_SECONDS))
    times = (np.arange(count) + 0.5) * FRAME_SECONDS
    probabilities = np.full(count, 0.01, np.float32)
    for start, end in speech:
        probabilities[(times >= start) & (times < end)] = level
    return SpeechActivity(
        regions=tuple(SpeechRegion(start=start, end=end) for start, end in speech),
        frame_seconds=FRAME_SECONDS,
        probabilities=probabilities,
        energy_dbfs=np.where(probabilities > 0.5, -20, -60).astype(np.float32),
        duration=duration,
    )


def from_probabilities(values: list[float]) -> SpeechActivity:
    """Activity with real regions for these frames."""
    frames = np.array(values, np.float32)
    duration = len(values) * FRAME_SECONDS
    return SpeechActivity(
        regions=find_regions(frames, duration, VadOptions()),
        frame_seconds=FRAME_SECONDS,
        probabilities=frames,
        energy_dbfs=(frames * 40 - 60).astype(np.float32),
        duration=duration,
    )
