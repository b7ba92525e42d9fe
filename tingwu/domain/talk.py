"""Talk: what can be counted about who speaks how much, from the turns of a transcript.

What is counted is who makes sound when. Whether an interruption was rude, or a silence awkward, is not known here.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from tingwu.domain.media import TimeRange
from tingwu.domain.speakers import SpeakerTurn
from tingwu.domain.transcript import Segment, Transcript

_BRIDGED = 2.0
"""A shorter pause does not end a monologue."""
_INTERRUPTING = 1.0
"""A shorter turn of somebody else does not end a monologue: `mm-hm`."""
_BREATH = 0.5
"""Segments of one speaker with a shorter pause between them are one turn."""
_LEAST_FOR_RATE = 5.0
"""A rate from less speech says nothing."""
_IN_CHARACTERS = frozenset({"zh", "yue", "ja", "th"})
_CHARACTER = re.compile(r"[\u0e01-\u0e4e\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTalk:
    """What one speaker did. Times in seconds.

    `share` is of all talk time, in [0, 1]; `longest` is the longest monologue: turns with pauses under 2 s between them
    in which nobody else has a turn of at least 1 s; `interruptions` are turns that begin while somebody else speaks and
    go on after that turn has ended; `rate` is words a minute, characters a minute in Chinese, Japanese and Thai, None
    for too little speech.
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
    """All speakers, in the order in which they first speak.

    `silence` and `overlap` are the seconds in which nobody and more than one speaks.
    """

    speakers: tuple[SpeakerTalk, ...]
    silence: float
    overlap: float


def talk_of(transcript: Transcript) -> Talk:
    """From the turns of the diarization; where there is none, from the segments of speakers.

    Silence is what is left of the transcript's duration. Linear in the number of turns and segments, but for sorting.
    """
    turns = speaker_turns(transcript)
    own: dict[str, list[SpeakerTurn]] = {}
    for turn in turns:
        own.setdefault(turn.speaker, []).append(turn)
    said: dict[str, list[Segment]] = {}
    for segment in transcript.segments:
        if segment.speaker:
            said.setdefault(segment.speaker, []).append(segment)
    total = sum(turn.duration for turn in turns)
    interruptions = _interruptions(turns)
    floor = _Floor(turns)
    speakers = tuple(
        SpeakerTalk(
            speaker=speaker,
            seconds=(seconds := sum(turn.duration for turn in mine)),
            share=seconds / total if total else 0.0,
            turns=len(mine),
            longest=_longest(mine, floor),
            interruptions=interruptions.get(speaker, 0),
            rate=_rate(said.get(speaker, ()), mine),
        )
        for speaker, mine in own.items()
    )
    spoken, overlap = _covered(turns, transcript.duration)
    return Talk(speakers=speakers, silence=max(0.0, transcript.duration - spoken), overlap=overlap)


def speaker_turns(transcript: Transcript) -> tuple[SpeakerTurn, ...]:
    """Who speaks when, by beginnings: the turns of the diarization; where there is none, from segments of speakers.

    Turns of one speaker do not touch. Segments of one speaker after each other with a pause under 0.5 s are one turn.
    """
    if transcript.diarization is not None and transcript.diarization.turns:
        return _joined((turn, 0.0) for turn in transcript.diarization.turns)
    named = sorted((one for one in transcript.segments if one.speaker), key=lambda one: one.start)
    turns = [SpeakerTurn(start=one.start, end=one.end, speaker=one.speaker or "") for one in named]
    pauses = [_BREATH if turn.speaker == before.speaker else 0.0 for before, turn in pairwise(turns)]
    return _joined(zip(turns, [0.0, *pauses], strict=False))


def rate_in_characters(language: str) -> bool:
    """Whether rates in `language` (`zh`, `zh-CN`, `ja` ...) are characters a minute, not words."""
    return language.lower().replace("_", "-").partition("-")[0] in _IN_CHARACTERS


def _joined(turns: Iterable[tuple[SpeakerTurn, float]]) -> tuple[SpeakerTurn, ...]:
    """Those of one speaker that touch made one. With each comes the pause before it that does not part turns."""
    made: list[SpeakerTurn] = []
    last: dict[str, int] = {}
    for turn, pause in sorted(turns, key=lambda one: one[0].start):
        at = last.get(turn.speaker)
        if at is not None and turn.start - made[at].end <= pause:
            if turn.end > made[at].end:
                made[at] = SpeakerTurn(start=made[at].start, end=turn.end, speaker=turn.speaker)
        elif turn.duration > 0:
            last[turn.speaker] = len(made)
            made.append(turn)
    return tuple(made)


def _interruptions(turns: Sequence[SpeakerTurn]) -> dict[str, int]:
    """Who interrupts how often."""
    found: dict[str, int] = {}
    speaking: list[SpeakerTurn] = []
    for turn in turns:
        speaking = [one for one in speaking if one.end > turn.start]
        if any(one.start < turn.start and one.end < turn.end for one in speaking if one.speaker != turn.speaker):
            found[turn.speaker] = found.get(turn.speaker, 0) + 1
        speaking.append(turn)
    return found


class _Floor:
    """Answers whether anybody else has the word for long in a pause."""

    def __init__(self, turns: Iterable[SpeakerTurn]) -> None:
        """Keeps, after each long turn, who of all before it ends last, and who else does."""
        self._starts: list[float] = []
        self._last: list[tuple[SpeakerTurn, SpeakerTurn | None]] = []
        for turn in turns:
            if turn.duration >= _INTERRUPTING:
                self._starts.append(turn.start)
                self._last.append(_two_last(turn, self._last[-1] if self._last else None))

    def taken(self, start: float, end: float, speaker: str) -> bool:
        """Whether a long turn of somebody other than `speaker` overlaps `[start, end)`."""
        at = bisect_left(self._starts, end)
        found = self._last[at - 1] if at else ()
        return any(one is not None and one.speaker != speaker and one.end > start for one in found)


def _two_last(
    turn: SpeakerTurn, before: tuple[SpeakerTurn, SpeakerTurn | None] | None
) -> tuple[SpeakerTurn, SpeakerTurn | None]:
    """Of `turn` and those before it the one that ends last, and the one of another speaker that does."""
    if before is None:
        return turn, None
    first, second = before
    if turn.end >= first.end:
        return turn, second if first.speaker == turn.speaker else first
    if turn.speaker != first.speaker and (second is None or turn.end >= second.end):
        return first, turn
    return first, second


def _longest(own: Sequence[SpeakerTurn], floor: _Floor) -> float:
    longest = own[0].duration
    begun = own[0].start
    for before, turn in pairwise(own):
        if turn.start - before.end >= _BRIDGED or floor.taken(before.end, turn.start, turn.speaker):
            begun = turn.start
        longest = max(longest, turn.end - begun)
    return longest


def _covered(turns: Iterable[SpeakerTurn], duration: float) -> tuple[float, float]:
    """Seconds within `duration` in which anybody speaks, and in which more than one does."""
    edges = sorted(chain.from_iterable(_edges(turn, duration) for turn in turns))
    spoken = overlap = 0.0
    speaking = 0
    for (time, change), (following, _) in pairwise(edges):
        speaking += change
        spoken += following - time if speaking else 0.0
        overlap += following - time if speaking > 1 else 0.0
    return spoken, overlap


def _edges(turn: TimeRange, duration: float) -> Iterator[tuple[float, int]]:
    yield min(turn.start, duration), 1
    yield min(turn.end, duration), -1


def _rate(segments: Sequence[Segment], turns: Sequence[SpeakerTurn]) -> float | None:
    """Words or characters of `segments` a minute of talk in them; a segment without a turn counts whole."""
    units = 0
    seconds = 0.0
    first = 0
    for segment in segments:
        while first < len(turns) and turns[first].end <= segment.start:
            first += 1
        talk = 0.0
        at = first
        while at < len(turns) and turns[at].start < segment.end:
            talk += turns[at].overlap(segment)
            at += 1
        units += _count(segment.text)
        seconds += talk or segment.duration
    return 60 * units / seconds if seconds >= _LEAST_FOR_RATE and units else None


def _count(text: str) -> int:
    """Characters of Chinese, Japanese and Thai one by one, of other scripts words as spaces part them."""
    others = _CHARACTER.sub(" ", text).split()
    return len(_CHARACTER.findall(text)) + sum(any(map(str.isalnum, word)) for word in others)
