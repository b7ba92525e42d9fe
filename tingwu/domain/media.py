"""What came in: the media file, its sound tracks, and where in it somebody speaks."""

from dataclasses import dataclass
from datetime import date

SAMPLE_RATE = 16_000
"""Sound inside tingwu is mono at this rate, shape `(n_samples,)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """Half-open `[start, end)` in seconds from the beginning of the recording."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a time range: [{self.start}, {self.end})")

    @property
    def duration(self) -> float:
        return self.end - self.start

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    def overlap(self, other: "TimeRange") -> float:
        """Seconds that both ranges cover."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """One sound track of a media file. `position` counts sound tracks only, from 0.

    `start` is when its first sample is heard, in seconds from the beginning of the recording.
    """

    position: int
    codec: str
    sample_rate: int
    channels: int
    duration: float | None = None
    language: str | None = None
    title: str | None = None
    is_default: bool = False
    start: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A media file as probed. `duration` is what the container declares, None when it declares nothing.

    `sha256` is of the file's bytes; `name` is the user's name for it, without folders: data, never a path to open.
    `recorded` is the day it was made, where its name or its tags say so.
    """

    name: str
    size_bytes: int
    sha256: str
    container: str
    duration: float | None
    audio: tuple[AudioStream, ...]
    has_video: bool = False
    recorded: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeReport:
    """How decoding ended. `complete` is false when sound that the container declares did not come out."""

    duration: float
    declared_duration: float | None
    complete: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechRegion(TimeRange):
    """Where the voice activity detector hears speech."""
