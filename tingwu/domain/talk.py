"""Talk: what can be counted about who speaks how much, from the turns of a transcript."""

from dataclasses import dataclass

from tingwu.domain.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTalk:
    """What one speaker did. Times in seconds.

    `share` is of all talk time, in [0, 1]; `interruptions` are turns that begin while somebody else speaks and go on
    after that turn has ended; `rate` is words a minute, characters a minute in Chinese, Japanese and Thai, None for too
    little speech.
    """

    speaker: str
    seconds: float
    share: float
    turns: int
    longest: float
    interruptions: int
    rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """All speakers, in the order in which they first speak; `silence` and `overlap` are seconds with none or several."""

    speakers: tuple[SpeakerTalk, ...]
    silence: float
    overlap: float


def talk_of(transcript: Transcript) -> Talk:
    """From the turns of the diarization; where there is none, from the segments of speakers."""
    raise NotImplementedError
