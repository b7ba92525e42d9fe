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
_UNSETTLED_SECONDS = 2.0
"""What was heard so recently may still become speech, or a longer stretch of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """Lengths in seconds. The encoder is cheapest per second of sound for windows of 10-15 s on a CPU; longer ones tell
    the model more about what is being said, and at 20 s that is worth more than it costs."""

    target: float = 20.0
    """Windows are at most so long where a silence allows it."""
    cut_from: float = 1 / 2
    """Silences are looked for in the part of `target` after this share: a change of speakers is worth a shorter
    window, since base leaves out whole turns where several people share one."""
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
    return WindowPlanner(options).finish(activity)


class WindowPlanner:
    """Plans windows while the recording is still being heard.

    A window comes out as soon as nothing that follows can change it, about 30 s after its beginning. All of them
    together are what `plan_windows` makes of the whole recording.
    """

    def __init__(self, options: WindowOptions | None = None) -> None:
        self._options = options or WindowOptions()
        self._planned = 0.0
        """All speech before this moment has its windows."""
        self._start: float | None = None
        """Where the next window begins if it continues a stretch of speech."""

    def feed(self, activity: SpeechActivity) -> tuple[TimeRange, ...]:
        """The next windows. `activity` is everything that was heard so far."""
        return self._plan(activity, ended=False)

    def finish(self, activity: SpeechActivity) -> tuple[TimeRange, ...]:
        """The last windows. `activity` is that of the whole recording."""
        return self._plan(activity, ended=True)

    def _plan(self, activity: SpeechActivity, *, ended: bool) -> tuple[TimeRange, ...]:
        windows: list[TimeRange] = []
        groups = _groups(self._unplanned(activity), self._options.max_gap)
        for group, follower in zip(groups, [*groups[1:], None], strict=False):
            end = group[-1].end
            over = ended or follower is not None or activity.duration - end > self._options.max_gap + _UNSETTLED_SECONDS
            start = group[0].start if self._start is None else self._start
            # While people go on speaking, cuts must not depend on how long they will.
            shortest = self._options.target if over else self._options.longest + _UNSETTLED_SECONDS
            noise = _Noise(activity, start)
            while end - start > shortest and (cut := _next_cut(start, end, noise, self._options)):
                windows.append(_trim(start, cut.end, group))
                start = cut.start
            if over:
                windows.append(_trim(start, end, group))
                self._planned, self._start = end, None
            else:
                self._planned, self._start = start, start
        return tuple(windows)

    def _unplanned(self, activity: SpeechActivity) -> Sequence[SpeechRegion]:
        return activity.regions[bisect_right(activity.regions, self._planned, key=lambda region: region.end) :]


def _groups(regions: Sequence[SpeechRegion], max_gap: float) -> list[list[SpeechRegion]]:
    groups: list[list[SpeechRegion]] = []
    for region in regions:
        if groups and region.start - groups[-1][-1].end <= max_gap:
            groups[-1].append(region)
        else:
            groups.append([region])
    return groups


@dataclass(frozen=True, slots=True)
class _Cut:
    """The window before ends at `end`, the one after begins at `start`."""

    end: float
    start: float


def _next_cut(start: float, end: float, noise: "_Noise", options: WindowOptions) -> _Cut | None:
    """Where to cut a stretch of speech that is too long; None if it is better left whole."""
    earliest, latest = _search(end - start, options)
    cut, level = noise.quietest(start + earliest, start + latest)
    if level > options.silence and end - start <= options.longest:
        return None
    if level > options.silence:
        later = noise.quietest(start + latest, start + options.longest)
        if later[1] <= options.silence:
            cut, level = later
    shared = options.overlap / 2 if level > options.silence else 0.0
    return _Cut(end=cut + shared, start=cut - shared)


def _search(remaining: float, options: WindowOptions) -> tuple[float, float]:
    """Where to look for a silence, in seconds after the window's start.

    Usually the second half of the budget. Just above one budget both pieces get at least a third, since a window of
    two words decodes badly.
    """
    latest = min(options.target, remaining * 2 / 3)
    return min(options.target * options.cut_from, max(remaining / 3, remaining - options.target)), latest


class _Noise:
    """How much speech a cut would hurt, for each frame from shortly before `start` on.

    That is the mean speech probability over several lengths, in [0, 1], plus at most 0.01 for loudness, which decides
    between equally unlikely frames.
    """

    def __init__(self, activity: SpeechActivity, start: float) -> None:
        self._frame_seconds = activity.frame_seconds
        self._first = max(0, int((start - max(_SCALES_SECONDS)) / activity.frame_seconds))
        self._levels = _levels(activity, self._first)

    def quietest(self, start: float, end: float) -> tuple[float, float]:
        """The best moment in `[start, end)` to cut, in seconds, and its level."""
        first = int(np.ceil(start / self._frame_seconds)) - self._first
        last = max(min(int(end / self._frame_seconds) - self._first, len(self._levels)), first + 1)
        levels = self._levels[first:last]
        if not levels.size:
            return start, 1.0
        best = int(np.argmin(levels))
        moment = (self._first + first + best + 0.5) * self._frame_seconds
        return min(max(moment, start), end), float(levels[best])


def _levels(activity: SpeechActivity, first: int) -> NDArray[np.float64]:
    probabilities = activity.probabilities[first:].astype(np.float64)
    count = len(probabilities)
    total = np.concatenate([[0.0], np.cumsum(probabilities)])
    middle = np.arange(count)
    levels = np.zeros(count)
    for seconds in _SCALES_SECONDS:
        half = int(seconds / activity.frame_seconds / 2)
        begin, end = np.maximum(middle - half, 0), np.minimum(middle + half + 1, count)
        levels += (total[end] - total[begin]) / (end - begin)
    loudness = np.clip((activity.energy_dbfs[first:].astype(np.float64) + 100) / 100, 0, 1)
    # Rounded, so that the sums' own noise does not choose between equal frames.
    return np.round(levels / len(_SCALES_SECONDS) + 0.01 * loudness, 6)


def _trim(start: float, end: float, regions: Sequence[SpeechRegion]) -> TimeRange:
    """Drop silence at both edges of a window. `regions` are those of its group."""
    first = bisect_right(regions, start, key=lambda region: region.end)
    last = bisect_left(regions, end, key=lambda region: region.start) - 1
    if first > last:
        return TimeRange(start=start, end=end)
    return TimeRange(start=max(start, regions[first].start), end=min(end, regions[last].end))
