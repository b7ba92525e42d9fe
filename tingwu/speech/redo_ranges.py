"""Redo ranges: which parts of a recording are to be transcribed again, as people name them and as seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tingwu import timecode
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Transcript
from tingwu.errors import InvalidOption

Reported = Literal["missed", "suspect", "all"]
OPTION = "redo_ranges"
_FORM = "write missed, suspect, all, or times such as 83.5-91,2:00-2:13"
_WORDS: tuple[Reported, ...] = ("missed", "suspect", "all")
_TOLERANCE = 1.0
"""Seconds by which a range may pass the end: times that people read off a clock are rounded."""

_APART = 1.0
"""Reported ranges that are closer have a breath between them, and are heard together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redo:
    """Parts to transcribe again: those that the coverage reports as `reported`, or `ranges` where that is None."""

    reported: Reported | None = None
    ranges: tuple[TimeRange, ...] = ()


def parse_redo(text: str) -> Redo:
    """`missed`, `suspect`, `all`, or ranges of seconds or [HH:]MM:SS. Raises InvalidOption for anything else."""
    wanted = text.strip().lower()
    for word in _WORDS:
        if wanted == word:
            return Redo(reported=word)
    return named_ranges(_pair(part) for part in wanted.split(","))


def named_ranges(pairs: Iterable[tuple[float, float]]) -> Redo:
    """These ranges of seconds, in order of time. Raises InvalidOption if there are none or they cannot be."""
    ordered = sorted(pairs)
    if not ordered:
        raise InvalidOption(OPTION, "", _FORM)
    for start, end in ordered:
        if not 0 <= start < end:
            raise InvalidOption(OPTION, _clock(start, end), "a range must end after it begins")
    for one, other in pairwise(ordered):
        if other[0] < one[1]:
            raise InvalidOption(OPTION, f"{_clock(*one)},{_clock(*other)}", "ranges must not overlap")
    return Redo(ranges=tuple(TimeRange(start=start, end=end) for start, end in ordered))


def chosen_ranges(redo: Redo, transcript: Transcript) -> tuple[TimeRange, ...]:
    """The ranges of `transcript` that `redo` means, in order of time and apart; none if nothing was reported.

    Raises InvalidOption for a named range beyond the end.
    """
    coverage, end = transcript.coverage, transcript.duration
    if redo.reported is None:
        for part in redo.ranges:
            if part.start >= end or part.end > end + _TOLERANCE:
                detail = f"the recording ends at {timecode.clock(end)}"
                raise InvalidOption(OPTION, _clock(part.start, part.end), detail)
        return tuple(TimeRange(start=part.start, end=min(part.end, end)) for part in redo.ranges)
    lists = {
        "missed": coverage.missed,
        "suspect": coverage.suspect,
        "all": (*coverage.missed, *coverage.suspect),
    }
    return _union(lists[redo.reported])


def _pair(text: str) -> tuple[float, float]:
    start, _, end = text.partition("-")
    try:
        return timecode.parse(start), timecode.parse(end)
    except InvalidOption:
        raise InvalidOption(OPTION, text.strip(), _FORM) from None


def _clock(start: float, end: float) -> str:
    return f"{start:g}-{end:g}"


def _union(ranges: Sequence[TimeRange]) -> tuple[TimeRange, ...]:
    joined: list[TimeRange] = []
    for part in sorted(ranges, key=lambda one: (one.start, one.end)):
        if joined and part.start - joined[-1].end < _APART:
            joined[-1] = TimeRange(start=joined[-1].start, end=max(part.end, joined[-1].end))
        else:
            joined.append(TimeRange(start=part.start, end=part.end))
    return tuple(joined)
