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
    """What is said in `[start, end)` takes `reading` seconds to read. Only cues of different lanes may overlap."""

    reading: float
    lane: str | None = None


def hold(wanted: Sequence[Held], *, shortest: float, longest: float, gap: float) -> list[TimeRange]:
    """The times at which cues are shown, shape `(len(wanted),)`, all arguments in seconds.

    Every cue stays `shortest` to `longest` and at least `gap` passes between two of a lane. A cue too short for
    `shortest` first stays on, then comes up to 0.3 s early, and at last delays the next one. Cues of different lanes
    overlap where their words do.
    """
    shortest_ms, longest_ms, gap_ms = to_ms(shortest), to_ms(longest), to_ms(gap)
    shown: list[TimeRange] = []
    free: dict[str | None, int] = {}
    for index, cue in enumerate(wanted):
        free_ms = free.get(cue.lane, 0)
        start_ms = max(to_ms(cue.start), free_ms)
        latest_ms = start_ms + longest_ms
        follower = _follower(wanted, index)
        if follower is not None:
            latest_ms = min(latest_ms, to_ms(follower.start) - gap_ms)
        missing_ms = shortest_ms - (latest_ms - start_ms)
        if missing_ms > 0:
            start_ms = max(start_ms - min(missing_ms, _MAX_LEAD_MS), min(start_ms, free_ms))
        readable_ms = start_ms + max(shortest_ms, to_ms(cue.reading))
        end_ms = min(max(readable_ms, to_ms(cue.end)), max(latest_ms, start_ms + shortest_ms), start_ms + longest_ms)
        shown.append(TimeRange(start=start_ms / 1000, end=end_ms / 1000))
        free[cue.lane] = end_ms + gap_ms
    return shown


def _follower(wanted: Sequence[Held], index: int) -> Held | None:
    """The next cue that must not meet this one: of its lane, or of any once its words are over."""
    cue = wanted[index]
    return next((later for later in wanted[index + 1 :] if later.lane == cue.lane or later.start >= cue.end), None)
