"""Words to speakers: who said what, from words with times and from who speaks when.

Each word goes to the speaker who is heard most in it; then flips that nobody made are taken back, changes move to the
ends of sentences, and segments are cut at changes. Nothing is listened to here: where turns are wrong, speakers are.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise

from tingwu.domain.media import TimeRange
from tingwu.domain.speakers import SpeakerTurn
from tingwu.domain.transcript import Segment, Word
from tingwu.speech.speaker_changes import ChangeOptions, Unit, smooth, snap

Heard = tuple[tuple[str, float], ...]
"""Speakers with the seconds for which they are heard in a range, the longest first."""
_INSTANT = 0.02
"""What has no length is taken for this long."""
_GLUED = tuple("-'’%")
_OPENERS = frozenset("“‘「『（(《[【¿¡ ")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeOptions:
    """Whose a word is. Times in seconds."""

    nearest: float = 1.0
    """In a word where nobody is heard, whoever is heard at most so long before or after it speaks."""
    beside: float = 0.3
    """Who else is heard in this share of a segment speaks beside it."""
    changes: ChangeOptions = field(default_factory=ChangeOptions)


def attribute(
    segments: Sequence[Segment], turns: Sequence[SpeakerTurn], options: AttributeOptions | None = None
) -> tuple[Segment, ...]:
    """`segments` with speakers, cut where the speaker changes, in order of their starts, with ids from 0.

    Speakers come from `turns` alone: those that segments had are forgotten. A word that nobody is heard in has the
    speaker of the nearest turn, at most `nearest` away, else of the nearest word of its segment; a segment in which
    no word has one keeps speaker None. Where several are heard equally, the speaker of the words around it goes on.
    A segment without words, or with words that do not spell its text, is never cut: it is whose turns cover most of it.

    The words of pieces spell their texts exactly, without spaces at the edges of a piece that was cut off; all other
    words are the very objects that came in. Linear in the number of words and turns, but for sorting.
    """
    options = options or AttributeOptions()
    voices = _Voices(turns)
    units = _heard_units(segments, voices)
    speakers = smooth(units, _decided(units, voices, options), options.changes)
    speakers = snap(units, speakers, options.changes)
    pieces = _wholes(segments, {unit.segment for unit in units}, voices, options)
    spoken = zip(units, speakers, strict=True)
    for number, said in groupby(spoken, key=lambda one: one[0].segment):
        pieces += _cut(segments[number], [(unit.first, speaker) for unit, speaker in said])
    pieces.sort(key=lambda piece: piece.start)
    found = enumerate(zip(pieces, voices.heard(pieces), strict=True))
    return tuple(replace(piece, id=at, beside=_beside(piece, heard, options)) for at, (piece, heard) in found)


class _Voices:
    """Answers who is heard when."""

    def __init__(self, turns: Sequence[SpeakerTurn]) -> None:
        """`turns` in any order; those of one speaker that overlap count once."""
        self._turns: list[SpeakerTurn] = []
        last: dict[str, int] = {}
        for turn in sorted(turns, key=lambda turn: turn.start):
            at = last.get(turn.speaker)
            if at is not None and turn.start <= self._turns[at].end:
                end = max(turn.end, self._turns[at].end)
                self._turns[at] = replace(self._turns[at], end=end)
            else:
                last[turn.speaker] = len(self._turns)
                self._turns.append(turn)
        self._starts = [turn.start for turn in self._turns]
        self._latest = list(accumulate(self._turns, _later))

    def heard(self, ranges: Sequence[TimeRange]) -> list[Heard]:
        """Who is heard in each of `ranges`, and for how long."""
        found: list[Heard] = [()] * len(ranges)
        speaking: list[SpeakerTurn] = []
        begun = 0
        for at in sorted(range(len(ranges)), key=lambda at: ranges[at].start):
            start = ranges[at].start
            end = max(ranges[at].end, start + _INSTANT)
            stop = bisect_left(self._starts, end, begun)
            speaking = [turn for turn in speaking if turn.end > start]
            speaking += (turn for turn in self._turns[begun:stop] if turn.end > start)
            begun = stop
            found[at] = _seconds(speaking, start, end)
        return found

    def nearest(self, time: TimeRange, within: float) -> str | None:
        """Who is heard last before or first after `time`, at most `within` seconds away. Nobody is heard in it."""
        at = bisect_right(self._starts, time.start)
        before = self._latest[at - 1] if at else None
        after = self._turns[at] if at < len(self._turns) else None
        gap_before = max(0.0, time.start - before.end) if before else float("inf")
        gap_after = max(0.0, after.start - time.end) if after else float("inf")
        if min(gap_before, gap_after) > within:
            return None
        nearest = before if gap_before <= gap_after else after
        return nearest.speaker if nearest else None


def _later(one: SpeakerTurn, other: SpeakerTurn) -> SpeakerTurn:
    """The one that ends later."""
    return other if other.end > one.end else one


def _seconds(speaking: Sequence[SpeakerTurn], start: float, end: float) -> Heard:
    if len(speaking) == 1:  # so it is nearly always
        turn = speaking[0]
        seconds = min(end, turn.end) - max(start, turn.start)
        return ((turn.speaker, seconds),) if seconds > 0 else ()
    by_speaker: dict[str, float] = {}
    for turn in speaking:
        seconds = min(end, turn.end) - max(start, turn.start)
        if seconds > 0:
            by_speaker[turn.speaker] = by_speaker.get(turn.speaker, 0.0) + seconds
    return tuple(sorted(by_speaker.items(), key=lambda one: -one[1]))


def _heard_units(segments: Sequence[Segment], voices: _Voices) -> list[Unit]:
    """All words that may be parted from each other, with who is heard in them."""
    places: list[tuple[int, int, int]] = []
    times: list[TimeRange] = []
    for number, segment in enumerate(segments):
        if "".join(word.text for word in segment.words) != segment.text:
            continue
        for first, stop in _unit_places(segment.words):
            words = segment.words[first:stop]
            start = min(word.start for word in words)
            places.append((number, first, stop))
            times.append(TimeRange(start=start, end=max(word.end for word in words)))
    return [
        Unit(
            start=time.start,
            end=time.end,
            text="".join(word.text for word in segments[number].words[first:stop]),
            segment=number,
            first=first,
            heard=heard,
        )
        for (number, first, stop), time, heard in zip(places, times, voices.heard(times), strict=True)
    ]


def _unit_places(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """`[first, stop)` of words that stay together: punctuation follows its word, opening marks go before theirs."""
    first = 0
    spelled = False
    for at, word in enumerate(words):
        has_letters = any(map(str.isalnum, word.text))
        opens = bool(word.text.strip()) and _OPENERS.issuperset(word.text)
        if spelled and (opens or (has_letters and not word.text.startswith(_GLUED))):
            yield first, at
            first, spelled = at, False
        spelled = spelled or has_letters
    if words:
        yield first, len(words)


def _decided(units: Sequence[Unit], voices: _Voices, options: AttributeOptions) -> list[str | None]:
    """Who is heard most in each unit; of equals who speaks before it, else after it. Where nobody is, who is near."""
    choices = [_choices(unit.heard, options.changes.equal) for unit in units]
    decided = [names[0] if len(names) == 1 else None for names in choices]
    following = list(decided)
    for at in range(len(units) - 2, -1, -1):
        following[at] = decided[at] or following[at + 1]
    before: str | None = None
    for at, names in enumerate(choices):
        if not names:
            decided[at] = voices.nearest(units[at], options.nearest)
        elif len(names) > 1:
            decided[at] = next((name for name in (before, following[at]) if name in names), names[0])
        before = decided[at] or before
    return _filled(units, decided)


def _choices(heard: Heard, equal: float) -> tuple[str, ...]:
    """Those who are heard for as long as the one who is heard the longest."""
    return tuple(name for name, seconds in heard if seconds >= heard[0][1] - equal)


def _filled(units: Sequence[Unit], speakers: Sequence[str | None]) -> list[str | None]:
    """`speakers` in which a unit with nobody near has the speaker of the nearest unit in its segment."""
    filled = list(speakers)
    for _, numbers in groupby(range(len(units)), key=lambda at: units[at].segment):
        inside = list(numbers)
        known = [at for at in inside if speakers[at] is not None]
        if not known or len(known) == len(inside):
            continue
        for at in inside:
            if speakers[at] is None:
                follower = bisect_left(known, at)
                beside = known[max(0, follower - 1) : follower + 1]
                filled[at] = speakers[min(beside, key=lambda other: _gap(units[other], units[at]))]
    return filled


def _gap(one: TimeRange, other: TimeRange) -> float:
    return max(one.start, other.start) - min(one.end, other.end)


def _wholes(
    segments: Sequence[Segment], cut: Container[int], voices: _Voices, options: AttributeOptions
) -> list[Segment]:
    """The segments whose words say nothing, each with the speaker who is heard most in it, else the nearest."""
    found = [segment for number, segment in enumerate(segments) if number not in cut]
    heard = voices.heard(found)
    speakers = (
        names[0][0] if names else voices.nearest(segment, options.nearest)
        for segment, names in zip(found, heard, strict=True)
    )
    return [replace(segment, speaker=speaker) for segment, speaker in zip(found, speakers, strict=True)]


def _cut(segment: Segment, said: Sequence[tuple[int, str | None]]) -> Iterator[Segment]:
    """The pieces of `segment`; `said` are the words at which units begin, each with its speaker."""
    runs = [(next(run)[0], speaker) for speaker, run in groupby(said, key=lambda one: one[1])]
    if len(runs) == 1:
        yield replace(segment, speaker=runs[0][1])
        return
    now = segment.start
    for (first, speaker), (stop, _) in pairwise([*runs, (len(segment.words), None)]):
        words = _stripped(segment.words[first:stop])
        now = max(now, words[0].start) if first else now
        end = max(now, segment.end if stop == len(segment.words) else max(word.end for word in words))
        text = "".join(word.text for word in words)
        yield replace(segment, start=now, end=end, text=text, words=words, speaker=speaker)


def _stripped(words: Sequence[Word]) -> tuple[Word, ...]:
    """`words` without spaces at their edges."""
    own = list(words)
    own[0] = _spelled(own[0], own[0].text.lstrip())
    own[-1] = _spelled(own[-1], own[-1].text.rstrip())
    return tuple(own)


def _spelled(word: Word, text: str) -> Word:
    return word if word.text == text else replace(word, text=text)


def _beside(segment: Segment, heard: Heard, options: AttributeOptions) -> tuple[str, ...]:
    """Who else is heard for much of `segment`."""
    if segment.speaker is None:
        return ()
    least = options.beside * max(segment.duration, _INSTANT)
    return tuple(name for name, seconds in heard if name != segment.speaker and seconds >= least)
