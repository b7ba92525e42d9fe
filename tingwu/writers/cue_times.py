"""Cue times: when each cue appears and goes, so that it can be read and none meets the next.

Reckoned in whole milliseconds, so that rounding cannot make neighbours touch. Order and gaps are kept first, then the
shortest and longest stay, then the time of the words, then reading speed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tingwu.domain.media import TimeRange
from tingwu.timecode import to_ms

_MAX_LEAD_MS = 300
"""A short cue may come so much before its first word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(TimeRange):
    """What is said in `[start, end)` takes `reading` seconds to read."""

    reading: float


def hold(wanted: Sequence[Held], *, shortest: float, longest: float, gap: float) -> list[TimeRange]:
    """The times at which cues are shown, shape `(len(wanted),)`, all arguments in seconds.

    Every cue stays `shortest` to `longest` and at least `gap` passes between two. A cue too short for `shortest` first
    stays on, then comes up to 0.3 s early, and at last delays the next one.
    """
    shortest_ms, longest_ms, gap_ms = to_ms(shortest), to_ms(longest), to_ms(gap)
    shown: list[TimeRange] = []
    free_ms = 0
    for index, cue in enumerate(wanted):
        start_ms = max(to_ms(cue.start), free_ms)
        latest_ms = start_ms + longest_ms
        if index + 1 < len(wanted):
            latest_ms = min(latest_ms, to_ms(wanted[index + 1].start) - gap_ms)
        missing_ms = shortest_ms - (latest_ms - start_ms)
        if missing_ms > 0:
            start_ms = max(start_ms - min(missing_ms, _MAX_LEAD_MS), min(start_ms, free_ms))
        readable_ms = start_ms + max(shortest_ms, to_ms(cue.reading))
        end_ms = min(max(readable_ms, to_ms(cue.end)), max(latest_ms, start_ms + shortest_ms), start_ms + longest_ms)
        shown.append(TimeRange(start=start_ms / 1000, end=end_ms / 1000))
        free_ms = end_ms + gap_ms
    return shown
