"""The JSON of speakers: who speaks how much and when, what they may be called, and what is asked for them.

Names travel in bodies: they may hold any character, which a path may not. Times are float seconds from the beginning.
"""

from typing import Annotated

from pydantic import Field

from ui.api.schema_kinds import In, Out

KnownName = Annotated[str, Field(max_length=1000)]
"""A name that the recording has. It need not be one that may be given: a transcript from elsewhere brings its own."""


class RenameIn(In):
    """`speaker` is to be called `name`; the domain says which names can be given."""

    speaker: KnownName
    name: Annotated[str, Field(max_length=1000)]


class MergeIn(In):
    """All that `speaker` said was said by `into`."""

    speaker: KnownName
    into: KnownName


class NameIn(In):
    """A name that is suggested for `speaker`, as it is listed there."""

    speaker: KnownName
    name: KnownName


class SpeakerOut(Out):
    """What one speaker did; `lane` is when, as [start, end] in order and apart, at most 1,000 of them.

    `rate` is words a minute, characters a minute in Chinese, Japanese and Thai.
    """

    speaker: str
    seconds: float
    share: float
    turns: int
    longest: float
    interruptions: int
    rate: float | None
    lane: tuple[tuple[float, float], ...] = ()


class EvidenceOut(Out):
    start: float
    end: float


class SuggestionOut(Out):
    """`speaker` may be called `name`; `source` is `said` or `profile`."""

    speaker: str
    name: str
    source: str
    score: float
    evidence: EvidenceOut | None
    quote: str


class SpeakersOut(Out):
    """All speakers, in the order in which they first speak; `silence` and `overlap` in seconds.

    `count_confidence` in [0, 1] says how sure their number is, None where voices were not told apart.
    """

    speakers: tuple[SpeakerOut, ...]
    silence: float
    overlap: float
    suggestions: tuple[SuggestionOut, ...]
    count_confidence: float | None
