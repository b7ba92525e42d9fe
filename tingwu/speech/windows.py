"""Speech regions to decode windows, cut where it is quietest.

Every moment of every region lies in at least one window: what is left out here can never be written. A window is what
the recogniser sees at once, so a cut inside a word costs that word. Cuts therefore go to the deepest silence near the
end of the budget. Where nobody pauses, two windows overlap, and `sentences` gives each word to one of them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import SpeechRegion, TimeRange
from tingwu.speech.regions import SpeechActivity

_SCALES_SECONDS = (0.16, 0.32, 0.64, 1.28)
"""Silences are compared over these lengths, so that among equally quiet ones the longest wins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """Lengths in seconds. The encoder is cheapest per second of sound for windows of 10-15 s on a CPU."""

    target: float = 15.0
    """Windows are at most so long where a silence allows it."""
    cut_from: float = 2 / 3
    """Silences are looked for in the part of `target` after this share."""
    longest: float = 28.0
    """No window is longer: Whisper hears 30 s, 2 s of which are kept silent."""
    max_gap: float = 3.0
    """A longer silence between regions always ends a window."""
    overlap: float = 2.0
    """Two windows share so much where nobody pauses."""
    silence: float = 0.6
    """A mean speech probability above this is no silence to cut at."""


def plan_windows(activity: SpeechActivity, options: WindowOptions | None = None) -> tuple[TimeRange, ...]:
    """The windows to decode, in order of time. Depends on nothing but its arguments.

    Neighbours overlap only where there was no silence to cut at. Windows begin and end with speech, never with silence.
    """
    options = options or WindowOptions()
    depth = _noise_of_cuts(activity)
    windows: list[TimeRange] = []
    for group in _groups(activity.regions, options.max_gap):
        for start, end in _cut(group[0].start, group[-1].end, depth, activity.frame_seconds, options):
            windows.append(_trim(start, end, group))
    return tuple(windows)


def _groups(regions: Sequence[SpeechRegion], max_gap: float) -> list[list[SpeechRegion]]:
    groups: list[list[SpeechRegion]] = []
    for region in regions:
        if groups and region.start - groups[-1][-1].end <= max_gap:
            groups[-1].append(region)
        else:
            groups.append([region])
    return groups


def _cut(
    start: float, end: float, depth: NDArray[np.float64], frame_seconds: float, options: WindowOptions
) -> list[tuple[float, float]]:
    """Cut one stretch of speech into pieces of at most `longest` seconds."""
    pieces: list[tuple[float, float]] = []
    while end - start > options.target:
        earliest, latest = _search(end - start, options)
        cut, noise = _quietest(depth, start + earliest, start + latest, frame_seconds)
        if noise > options.silence and end - start <= options.longest:
            break
        if noise > options.silence:
            later = _quietest(depth, start + latest, start + options.longest, frame_seconds)
            if later[1] <= options.silence:
                cut, noise = later
        if noise > options.silence:
            pieces.append((start, cut + options.overlap / 2))
            start = cut - options.overlap / 2
        else:
            pieces.append((start, cut))
            start = cut
    return [*pieces, (start, end)]


def _search(remaining: float, options: WindowOptions) -> tuple[float, float]:
    """Where to look for a silence, in seconds after the window's start.

    Usually the last third of the budget. Just above one budget both pieces get at least a third, since a window of
    two words decodes badly.
    """
    latest = min(options.target, remaining * 2 / 3)
    return min(options.target * options.cut_from, max(remaining / 3, remaining - options.target)), latest


def _noise_of_cuts(activity: SpeechActivity) -> NDArray[np.float64]:
    """How much speech a cut in the middle of each frame would hurt: mean probability over several lengths.

    Shape `(n_frames,)`, in [0, 1] plus at most 0.01 for loudness, which decides between equally unlikely frames.
    """
    probabilities = activity.probabilities.astype(np.float64)
    if not probabilities.size:
        return probabilities
    total = np.concatenate([[0.0], np.cumsum(probabilities)])
    count = len(probabilities)
    middle = np.arange(count)
    noise = np.zeros(count)
    for seconds in _SCALES_SECONDS:
        half = int(seconds / activity.frame_seconds / 2)
        first, last = np.maximum(middle - half, 0), np.minimum(middle + half + 1, count)
        noise += (total[last] - total[first]) / (last - first)
    loudness = np.clip((activity.energy_dbfs.astype(np.float64) + 100) / 100, 0, 1)
    return noise / len(_SCALES_SECONDS) + 0.01 * loudness


def _quietest(depth: NDArray[np.float64], start: float, end: float, frame_seconds: float) -> tuple[float, float]:
    """The best moment in `[start, end)` to cut, and its noise: (seconds, mean probability)."""
    first = int(np.ceil(start / frame_seconds))
    last = max(min(int(end / frame_seconds), len(depth)), first + 1)
    frames = depth[first:last]
    if not frames.size:
        return start, 1.0
    best = int(np.argmin(frames))
    moment = (first + best + 0.5) * frame_seconds
    return min(max(moment, start), end), float(frames[best])


def _trim(start: float, end: float, regions: Sequence[SpeechRegion]) -> TimeRange:
    """Drop silence at both edges of a window. `regions` are those of its group."""
    first = bisect_right(regions, start, key=lambda region: region.end)
    last = bisect_left(regions, end, key=lambda region: region.start) - 1
    if first > last:
        return TimeRange(start=start, end=end)
    return TimeRange(start=max(start, regions[first].start), end=min(end, regions[last].end))
