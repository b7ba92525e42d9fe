"""Speakers of a transcript: who speaks when, how sure that is, and names: given once, changed everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from tingwu.domain.media import TimeRange
from tingwu.errors import InvalidOption

if TYPE_CHECKING:
    from tingwu.domain.transcript import Segment, Transcript

MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTurn(TimeRange):
    """Somebody speaks. Turns of different speakers may overlap; those of one do not."""

    speaker: str


class NameSource(StrEnum):
    """Why a name is suggested for a speaker."""

    PROFILE = "profile"
    """The voice is like an enrolled one."""
    SAID = "said"
    """Somebody says so in the talk: `I'm Li Na from finance`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSuggestion:
    """`speaker` may be called `name`. `score` in [0, 1]; `evidence` is when it was said, `quote` the sentence."""

    speaker: str
    name: str
    source: NameSource
    score: float
    evidence: TimeRange | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diarization:
    """Who speaks when: `turns` in order of their beginnings, from sound alone.

    `count_confidence` in [0, 1] says how sure the number of speakers is; it is 1 where the number was given.
    """

    turns: tuple[SpeakerTurn, ...]
    count_confidence: float
    model: str
    suggestions: tuple[NameSuggestion, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Speakers in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))


def rename_speaker(transcript: "Transcript", speaker: str, name: str) -> "Transcript":
    """The transcript in which `speaker` is called `name`. Raises InvalidOption for an unknown speaker or a name that
    is empty, too long or taken: two speakers become one by `merge_speakers` only."""
    name = checked_name(name)
    _need(transcript, speaker)
    if name != speaker and name in _all_speakers(transcript):
        raise InvalidOption("name", name, "another speaker has this name; merge the two if they are one person")
    return _renamed(transcript, {speaker: name})


def merge_speakers(transcript: "Transcript", speaker: str, into: str) -> "Transcript":
    """The transcript in which all that `speaker` said is said by `into`. Raises InvalidOption for unknown speakers, and
    for a speaker into themselves."""
    _need(transcript, speaker)
    _need(transcript, into)
    if speaker == into:
        raise InvalidOption("speaker", speaker, "a speaker is merged into another one")
    return _renamed(transcript, {speaker: into})


def checked_name(name: str) -> str:
    """`name` on one line, without spaces around it. Raises InvalidOption if nothing or too much is left."""
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not name:
        raise InvalidOption("name", name, "a name has at least one character")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidOption("name", name[:20] + "…", f"at most {MAX_NAME_LENGTH} characters")
    return name


def _all_speakers(transcript: "Transcript") -> tuple[str, ...]:
    """Those with words and those that were only heard."""
    heard = transcript.diarization.speakers if transcript.diarization else ()
    return tuple(dict.fromkeys((*transcript.speakers, *heard)))


def _need(transcript: "Transcript", speaker: str) -> None:
    known = _all_speakers(transcript)
    if speaker not in known:
        raise InvalidOption("speaker", speaker, "the speakers are " + (", ".join(known) or "not known"))


def _renamed(transcript: "Transcript", names: Mapping[str, str]) -> "Transcript":
    coverage = transcript.coverage
    return replace(
        transcript,
        segments=tuple(_segment(segment, names) for segment in transcript.segments),
        coverage=replace(
            coverage,
            missed=tuple(replace(one, speaker=_name(one.speaker, names)) for one in coverage.missed),
            suspect=tuple(replace(one, speaker=_name(one.speaker, names)) for one in coverage.suspect),
        ),
        diarization=_diarization(transcript.diarization, names) if transcript.diarization else None,
    )


def _segment(segment: "Segment", names: Mapping[str, str]) -> "Segment":
    speaker = _name(segment.speaker, names)
    beside = dict.fromkeys(names.get(other, other) for other in segment.beside)
    return replace(segment, speaker=speaker, beside=tuple(other for other in beside if other != speaker))


def _name(speaker: str | None, names: Mapping[str, str]) -> str | None:
    return names.get(speaker, speaker) if speaker else speaker


def _diarization(diarization: Diarization, names: Mapping[str, str]) -> Diarization:
    """Turns of one speaker are joined where they now overlap; nothing is suggested for who was named by hand."""
    turns: list[SpeakerTurn] = []
    last: dict[str, int] = {}
    for turn in diarization.turns:
        speaker = names.get(turn.speaker, turn.speaker)
        at = last.get(speaker)
        if at is not None and turns[at].end >= turn.start:
            turns[at] = replace(turns[at], end=max(turns[at].end, turn.end))
        else:
            last[speaker] = len(turns)
            turns.append(replace(turn, speaker=speaker))
    suggestions = tuple(one for one in diarization.suggestions if one.speaker not in names)
    return replace(diarization, turns=tuple(turns), suggestions=suggestions)
