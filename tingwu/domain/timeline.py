"""Timeline: when each speaker speaks, in as few ranges as a picture of it can show."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Transcript

PIECES = 1000
"""Parts of a recording that a picture of it keeps apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerLane:
    """When `speaker` speaks: `ranges` in order of time and apart."""

    speaker: str
    ranges: tuple[TimeRange, ...]


def timeline(transcript: Transcript, pieces: int = PIECES) -> tuple[SpeakerLane, ...]:
    """A lane for each speaker, in the order in which they first speak, from the turns of the diarization, else from
    the segments of speakers.

    Pauses of less than a part in `pieces` of the recording are left out, so that a lane has at most `pieces` ranges
    however long the recording is.
    """
    spoken = (
        ((turn, turn.speaker) for turn in transcript.diarization.turns)
        if transcript.diarization and transcript.diarization.turns
        else ((segment, segment.speaker) for segment in transcript.segments if segment.speaker)
    )
    lanes: dict[str, list[TimeRange]] = {}
    for time, speaker in spoken:
        lanes.setdefault(speaker, []).append(TimeRange(start=time.start, end=time.end))
    pause = transcript.duration / pieces
    return tuple(SpeakerLane(speaker=speaker, ranges=_joined(times, pause)) for speaker, times in lanes.items())


def _joined(times: Iterable[TimeRange], pause: float) -> tuple[TimeRange, ...]:
    joined: list[TimeRange] = []
    for time in sorted(times, key=lambda one: one.start):
        if joined and time.start - joined[-1].end < pause:
            joined[-1] = replace(joined[-1], end=max(joined[-1].end, time.end))
        else:
            joined.append(time)
    return tuple(joined)
